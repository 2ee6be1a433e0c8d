-- Collections are created, described, changed and dropped. The text of DDL is made of identifiers and types that were looked
-- up, of numbers that were parsed and of the paths of keys as literals.

-- A name of at most so many bytes, and perhaps a number of at most five digits.
CREATE FUNCTION vecext.registry_relation_name(schema oid, base text, bytes int4 DEFAULT 57) RETURNS name LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    most int4 := least(greatest(bytes, 0), 63);
    stem text := left(base, most);
    candidate text;
BEGIN
    WHILE octet_length(stem) > most LOOP
        stem := left(stem, -1);
    END LOOP;
    candidate := stem;
    FOR i IN 1 .. 99999 LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = schema AND c.relname = candidate);
        candidate := stem || i;
    END LOOP;
    RETURN candidate;
END $$;
COMMENT ON FUNCTION vecext.registry_relation_name(oid, text, int4) IS 'a name like the base that no relation of the schema has';

-- A key of the payload schema: whether a value has the type. Elements of arrays are checked one by one.
CREATE FUNCTION vecext.payload_elements_are(elements jsonb, type text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_and(coalesce(CASE type
            WHEN 'integer' THEN vecext.payload_int(jsonb_build_object('v', e), 'v') IS NOT NULL
            WHEN 'float' THEN jsonb_typeof(e) = 'number'
            WHEN 'bool' THEN jsonb_typeof(e) = 'boolean'
            WHEN 'datetime' THEN vecext.payload_ts(jsonb_build_object('v', e), 'v') IS NOT NULL
            WHEN 'uuid' THEN vecext.payload_uuid(jsonb_build_object('v', e), 'v') IS NOT NULL
            WHEN 'geo' THEN vecext.payload_geo_box(jsonb_build_object('v', e), 'v') IS NOT NULL
            WHEN 'object' THEN jsonb_typeof(e) = 'object'
            ELSE jsonb_typeof(e) = 'string' END, false)), true)
    FROM jsonb_array_elements(elements) e
$$;
COMMENT ON FUNCTION vecext.payload_elements_are(jsonb, text) IS
    'whether every element of an array has the type of a payload schema';

CREATE FUNCTION vecext.registry_payload_check(payload_column text, key text, spec jsonb) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    types text[] := '{keyword,text,integer,float,bool,datetime,uuid,geo,object}';
    path text := 'payload_schema.' || key;
    type text;
    value text;
    test text;
BEGIN
    IF jsonb_typeof(spec) = 'string' THEN
        spec := jsonb_build_object('type', spec);
    END IF;
    PERFORM vecext.registry_check_keys(spec, path, '{type,required,array}');
    type := spec ->> 'type';
    IF type IS NULL OR type <> ALL (types) THEN
        PERFORM vecext.registry_refuse_word('type', type, path || '.type', types);
    END IF;
    IF coalesce(jsonb_typeof(spec -> 'required'), 'boolean') <> 'boolean' THEN
        PERFORM vecext.registry_refuse('a boolean is expected', path || '.required');
    ELSIF coalesce(jsonb_typeof(spec -> 'array'), 'boolean') <> 'boolean' THEN
        PERFORM vecext.registry_refuse('a boolean is expected', path || '.array');
    END IF;
    value := vecext.registry_payload_value(payload_column, key, path);
    test := CASE type
        WHEN 'integer' THEN format('vecext.payload_int(%I, %L) IS NOT NULL', payload_column, key)
        WHEN 'float' THEN format('pg_catalog.jsonb_typeof(%s) OPERATOR(pg_catalog.=) ''number''', value)
        WHEN 'bool' THEN format('pg_catalog.jsonb_typeof(%s) OPERATOR(pg_catalog.=) ''boolean''', value)
        WHEN 'datetime' THEN format('vecext.payload_ts(%I, %L) IS NOT NULL', payload_column, key)
        WHEN 'uuid' THEN format('vecext.payload_uuid(%I, %L) IS NOT NULL', payload_column, key)
        WHEN 'geo' THEN format('vecext.payload_geo_box(%I, %L) IS NOT NULL', payload_column, key)
        WHEN 'object' THEN format('pg_catalog.jsonb_typeof(%s) OPERATOR(pg_catalog.=) ''object''', value)
        ELSE format('pg_catalog.jsonb_typeof(%s) OPERATOR(pg_catalog.=) ''string''', value) END;
    RETURN format('CASE coalesce(pg_catalog.jsonb_typeof(%s), ''null'') WHEN ''null'' THEN %s WHEN ''array'' THEN %s ELSE %s END',
        value, coalesce(NOT (spec -> 'required')::bool, true)::text,
        CASE WHEN coalesce((spec -> 'array')::bool, true)
            THEN format('vecext.payload_elements_are(%s, %L)', value, type) ELSE 'false' END,
        test);
END $$;
COMMENT ON FUNCTION vecext.registry_payload_check(text, text, jsonb) IS
    'the CHECK of a key of a payload schema: its type, or {"type": ..., "required": ..., "array": ...}';

CREATE FUNCTION vecext.registry_payload_value(payload_column text, key text, place text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    step text[];
    steps text[] := '{}';
    rest text := key;
BEGIN
    WHILE rest <> '' OR cardinality(steps) = 0 LOOP
        -- A key, plain or in quotes, or an index; a period before every key but the first.
        step := regexp_match(rest, CASE WHEN cardinality(steps) = 0 THEN '^()(?:"((?:[^"]|"")*)"|([^].["]+))'
            ELSE '^(?:[[]([0-9]{1,9})[]]|[.](?:"((?:[^"]|"")*)"|([^].["]+)))' END);
        IF step IS NULL THEN
            PERFORM vecext.registry_refuse(format('"%s" is not a path to one value', key), place);
        END IF;
        rest := regexp_replace(rest, CASE WHEN cardinality(steps) = 0 THEN '^(?:"(?:[^"]|"")*"|[^].["]+)'
            ELSE '^(?:[[][0-9]{1,9}[]]|[.](?:"(?:[^"]|"")*"|[^].["]+))' END, '');
        steps := steps || CASE WHEN step[1] <> '' THEN step[1]
            ELSE quote_literal(coalesce(replace(step[2], '""', '"'), step[3])) END;
    END LOOP;
    RETURN format('(%I OPERATOR(pg_catalog.->) %s)', payload_column,
        array_to_string(steps, ' OPERATOR(pg_catalog.->) '));
END $$;
COMMENT ON FUNCTION vecext.registry_payload_value(text, text, text) IS
    'the expression payload -> key ... of a path; place is where in the request the path is';

-- What Qdrant's clients write beside size and distance, with null where nothing was said.
CREATE FUNCTION vecext.registry_own_spec(spec jsonb, path text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    qdrant text[] := '{hnsw_config,multivector_config,quantization_config,datatype,on_disk,memory}';
    key text;
    value jsonb;
BEGIN
    IF jsonb_typeof(spec) IS DISTINCT FROM 'object' THEN
        RETURN spec;
    END IF;
    FOR key, value IN SELECT e.key, e.value FROM jsonb_each(spec) e WHERE e.key = ANY (qdrant) AND e.value <> 'null' LOOP
        IF key = 'hnsw_config' THEN
            value := jsonb_strip_nulls(value);
            PERFORM vecext.registry_check_keys(value, path || '.hnsw_config', '{m,ef_construct,on_disk,memory}');
            spec := spec || jsonb_build_object('hnsw', jsonb_strip_nulls(jsonb_build_object('m', value -> 'm', 'ef_construction', value -> 'ef_construct')));
        ELSIF key = 'multivector_config' THEN
            spec := spec || jsonb_build_object('multivector', value);
        ELSIF key = 'datatype' AND value IN ('"float32"', '"float16"') THEN
            spec := spec || jsonb_build_object('type', CASE value WHEN '"float16"' THEN 'halfvec' ELSE 'vector' END);
        ELSIF NOT (key = 'on_disk' AND jsonb_typeof(value) = 'boolean' OR key = 'memory' AND value IN ('"cold"', '"cached"', '"pinned"')) THEN
            -- Where vectors are is for the server to choose.
            PERFORM vecext.registry_refuse(format('%s has no meaning here', value), path || '.' || key);
        END IF;
    END LOOP;
    RETURN spec - qdrant;
END $$;
COMMENT ON FUNCTION vecext.registry_own_spec(jsonb, text) IS 'the description of a vector without the words of Qdrant''s clients';

-- The body of Qdrant's request, {"vectors": ...}, with what may stand beside it.
CREATE FUNCTION vecext.registry_own_body(body jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    beside text[] := '{sparse_vectors,hnsw_config,quantization_config,optimizers_config,wal_config,strict_mode_config,on_disk_payload,payload,id_tracker,'
        'shard_number,sharding_method,replication_factor,write_consistency_factor,init_from,metadata}';
    key text;
BEGIN
    IF jsonb_typeof(body -> 'vectors') IS DISTINCT FROM 'object' OR body - 'vectors' - beside <> '{}' THEN
        RETURN body;
    END IF;
    SELECT e.key INTO key FROM jsonb_each(body - 'vectors') e
    WHERE e.value NOT IN ('null', '{}') AND (e.key <> 'on_disk_payload' OR jsonb_typeof(e.value) <> 'boolean')
    ORDER BY e.key COLLATE "C" LIMIT 1;
    IF FOUND THEN
        PERFORM vecext.registry_error('22023', format('"%s" has no meaning here', key),
            detail => format('At vectors.%s.', key),
            hint => 'Sparse vectors are vectors of type sparsevec; options of an index are those of its vector.');
    END IF;
    RETURN body -> 'vectors';
END $$;
COMMENT ON FUNCTION vecext.registry_own_body(jsonb) IS 'the vectors of a body of Qdrant''s clients; others as they are';

-- What a request says of a vector: the type of its column, and what the registry keeps.
CREATE FUNCTION vecext.registry_vector_spec(spec jsonb, path text, OUT column_type text, OUT distance text, OUT params jsonb)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kind text;
    type regtype;
    method text;
    is_multi bool;
    size int8;
BEGIN
    spec := vecext.registry_own_spec(spec, path);
    PERFORM vecext.registry_check_keys(spec, path, '{size,distance,type,multivector,index,hnsw,ivfpq,quantization}');
    kind := coalesce(spec ->> 'type', 'vector');
    IF kind NOT IN ('vector', 'halfvec', 'sparsevec', 'bit') THEN
        PERFORM vecext.registry_refuse_word('type', kind, path || '.type', '{vector,halfvec,sparsevec,bit}');
    END IF;
    SELECT t.oid INTO STRICT type
    FROM pg_type t
    WHERE CASE kind WHEN 'bit' THEN t.oid = 'bit'::regtype
        ELSE t.typname = kind AND t.typtype = 'b' AND vecext.registry_vector_type(t.oid) = t.oid END;
    -- Sparse vectors as Qdrant has them: the inner product, and any index of a dimension.
    IF kind = 'sparsevec' THEN
        spec := '{"distance": "dot", "size": 1000000000}' || spec;
    END IF;
    IF NOT spec ? 'distance' THEN
        PERFORM vecext.registry_refuse('a distance is expected', path || '.distance');
    END IF;
    distance := vecext.registry_check_distance(spec -> 'distance', type, path || '.distance');

    IF coalesce(jsonb_typeof(spec -> 'size'), 'null') <> 'null' THEN
        size := vecext.registry_integer(spec -> 'size', path || '.size', 1, vecext.registry_most_dims(type));
    ELSIF NOT spec ? 'size' THEN
        PERFORM vecext.registry_refuse('a size is expected', path || '.size');
    END IF;
    is_multi := CASE jsonb_typeof(spec -> 'multivector')
        WHEN 'boolean' THEN (spec -> 'multivector')::bool WHEN 'object' THEN true ELSE false END;
    IF jsonb_typeof(spec -> 'multivector') = 'object' THEN
        PERFORM vecext.registry_check_keys(spec -> 'multivector', path || '.multivector', '{comparator}');
        IF coalesce(spec #> '{multivector,comparator}', '"max_sim"') <> '"max_sim"' THEN
            PERFORM vecext.registry_refuse('unknown comparator', path || '.multivector.comparator');
        END IF;
    ELSIF coalesce(jsonb_typeof(spec -> 'multivector'), 'null') NOT IN ('null', 'boolean') THEN
        PERFORM vecext.registry_refuse('a boolean or an object is expected', path || '.multivector');
    END IF;
    -- A quoted "bit" is of any length, bit alone of one.
    column_type := CASE WHEN size IS NOT NULL THEN format('%s(%s)', format_type(type, NULL), size)
        WHEN kind = 'bit' THEN 'pg_catalog."bit"' ELSE format_type(type, NULL) END
        || CASE WHEN is_multi THEN '[]' ELSE '' END;

    method := CASE WHEN spec ? 'index' THEN coalesce(spec ->> 'index', '') WHEN spec ? 'ivfpq' THEN 'ivfpq' WHEN spec ? 'hnsw' THEN 'hnsw'
        WHEN is_multi THEN 'none' WHEN vecext.registry_operator_class('inverted', type, distance) IS NOT NULL THEN 'inverted'
        WHEN vecext.registry_operator_class('hnsw', type, distance) IS NULL THEN 'none' ELSE 'hnsw' END;
    params := jsonb_build_object('type', kind, 'size', size, 'multivector', is_multi, 'index', method);
    IF coalesce(jsonb_typeof(spec -> 'quantization'), 'null') <> 'null' THEN
        IF method <> 'ivfpq' THEN
            PERFORM vecext.registry_refuse('only an index of ivfpq has a choice of codes', path || '.quantization');
        END IF;
        PERFORM vecext.registry_check_keys(spec -> 'quantization', path || '.quantization', '{bits,rerank}');
        spec := jsonb_set(spec, '{ivfpq}', coalesce(spec -> 'ivfpq', '{}') || (spec -> 'quantization'));
    END IF;
    params := params || (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(spec) e WHERE e.key IN ('hnsw', 'ivfpq'));
    PERFORM vecext.registry_check_params(params, CASE WHEN is_multi THEN (SELECT t.typarray FROM pg_type t WHERE t.oid = type) ELSE type END,
        distance, path);
END $$;
COMMENT ON FUNCTION vecext.registry_vector_spec(jsonb, text) IS
    'the type of the column of a vector that a request describes, and what the registry keeps of it';

CREATE FUNCTION vecext.registry_create_vector_index(relid regclass, vector_name text) RETURNS regclass
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    vector vecext.collection_vectors := vecext.registry_vector(relid, vector_name);
    method text;
    type regtype;
    class pg_class;
    index_name name;
BEGIN
    SELECT * INTO STRICT class FROM pg_class c WHERE c.oid = relid;
    SELECT a.atttypid INTO STRICT type FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = vector.column_name;
    method := vector.params ->> 'index';
    index_name := vecext.registry_relation_name(class.relnamespace, format('%s_%s_idx', left(class.relname, 40), vector.column_name));
    EXECUTE format('CREATE INDEX %I ON %s USING %I (%I %s)%s', index_name, relid, method, vector.column_name,
        vecext.registry_operator_class(method, type, vector.distance),
        vecext.registry_index_options(method, coalesce(vector.params -> method, '{}'), method));
    RETURN (SELECT c.oid FROM pg_class c WHERE c.relnamespace = class.relnamespace AND c.relname = index_name);
END $$;
COMMENT ON FUNCTION vecext.registry_create_vector_index(regclass, text) IS
    'creates the index of a vector that the registry describes';

CREATE FUNCTION vecext.registry_trigger_name(relid regclass) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'vecext_size' || count(*) + 1 FROM pg_trigger t WHERE t.tgrelid = relid
$$;
COMMENT ON FUNCTION vecext.registry_trigger_name(regclass) IS
    'a name for the next trigger of a new table that fixes the size of a vector';

CREATE FUNCTION vecext.registry_vector_column(name text, path text) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    column_name text := CASE WHEN name = '' THEN 'embedding' ELSE name END;
BEGIN
    IF name IS NULL THEN
        PERFORM vecext.registry_error('22004', 'name of a vector must not be null');
    ELSIF octet_length(column_name) > 63 OR column_name IN ('id', 'payload')
            OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'pg_class'::regclass AND a.attnum < 0
                           AND a.attname = column_name) THEN
        PERFORM vecext.registry_refuse('a vector cannot have that name', path);
    END IF;
    RETURN column_name;
END $$;
COMMENT ON FUNCTION vecext.registry_vector_column(text, text) IS 'the column of a new vector of that name';

CREATE FUNCTION vecext.registry_check_free(name text) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    taken regclass;
BEGIN
    SELECT c.relid INTO taken FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = registry_check_free.name
    UNION ALL SELECT a.view FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view WHERE a.alias = registry_check_free.name;
    IF FOUND THEN
        PERFORM vecext.registry_error('42P07', format('collection or alias "%s" already exists', name),
            detail => format('It is %s.', taken));
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_free(text) IS 'raises an error if a collection or an alias has that name, in whatever schema';

CREATE FUNCTION vecext.registry_create(
        schema name, name text, vectors jsonb, payload_schema jsonb, options jsonb) RETURNS regclass
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    id_type text := coalesce(options ->> 'id', 'bigint');
    relid regclass;
    schema_id oid;
    columns text[];
    entries jsonb[] := '{}';
    entry jsonb;
    spec record;
    vector_name text;
    column_name text;
    value jsonb;
    path text;
    parts record;
BEGIN
    SELECT * INTO parts FROM vecext.registry_split_name(name);
    name := coalesce(parts.name, name);
    PERFORM vecext.registry_check_name(name);
    PERFORM vecext.registry_check_free(name);
    PERFORM vecext.registry_lock(name);
    PERFORM vecext.registry_check_free(name);
    options := coalesce(options, '{}');
    IF parts.schema IS NOT NULL THEN
        IF options ? 'schema' AND options ->> 'schema' IS DISTINCT FROM parts.schema THEN
            PERFORM vecext.registry_refuse(format('the name is in schema "%s"', parts.schema), 'options.schema');
        END IF;
        schema := parts.schema;
    END IF;
    PERFORM vecext.registry_check_options(options - '{id,schema}'::text[], 'options');
    IF id_type NOT IN ('bigint', 'uuid', 'text') THEN
        PERFORM vecext.registry_refuse_word('type', id_type, 'options.id', '{bigint,uuid,text}');
    END IF;
    IF options ? 'schema' THEN
        IF jsonb_typeof(options -> 'schema') <> 'string' THEN
            PERFORM vecext.registry_refuse('the name of a schema is expected', 'options.schema');
        END IF;
        schema := options ->> 'schema';
    END IF;
    SELECT n.oid INTO schema_id FROM pg_namespace n WHERE n.nspname = schema;
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('3F000', CASE WHEN schema IS NULL
            THEN 'no schema has been selected to create in' ELSE format('schema "%s" does not exist', schema) END);
    ELSIF schema_id = pg_my_temp_schema() THEN
        PERFORM vecext.registry_error('0A000', 'a collection is not a temporary table');
    END IF;

    vectors := vecext.registry_own_body(vectors);
    IF jsonb_typeof(vectors) IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'vectors');
    ELSIF coalesce(jsonb_typeof(vectors -> 'size'), 'object') <> 'object'
            OR coalesce(jsonb_typeof(vectors -> 'distance'), 'object') <> 'object'
            OR coalesce(jsonb_typeof(vectors -> 'type'), 'object') <> 'object' THEN
        vectors := jsonb_build_object('', vectors);
    END IF;
    columns := ARRAY[format('id %s PRIMARY KEY', id_type)];
    FOR vector_name, value IN SELECT e.key, e.value FROM jsonb_each(vectors) e ORDER BY e.key COLLATE "C" LOOP
        path := vecext.registry_vector_path(vector_name);
        column_name := vecext.registry_vector_column(vector_name, path);
        IF vector_name = 'embedding' AND vectors ? '' THEN
            PERFORM vecext.registry_refuse('a vector cannot have that name', path);
        END IF;
        SELECT * INTO spec FROM vecext.registry_vector_spec(value, path);
        columns := columns || format('%I %s', column_name, spec.column_type);
        entries := entries || jsonb_build_object('name', vector_name, 'column_name', column_name,
            'distance', spec.distance, 'params', spec.params);
    END LOOP;
    columns := columns || 'payload jsonb NOT NULL DEFAULT ''{}'''::text;

    payload_schema := coalesce(payload_schema, '{}');
    IF jsonb_typeof(payload_schema) <> 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'payload_schema');
    END IF;
    FOR path, value IN SELECT e.key, e.value FROM jsonb_each(payload_schema) e ORDER BY e.key COLLATE "C" LOOP
        columns := columns || format('CHECK (%s)', vecext.registry_payload_check('payload', path, value));
    END LOOP;

    EXECUTE format('CREATE TABLE %I.%I (%s)', schema, name, array_to_string(columns, ', '));
    SELECT c.oid INTO STRICT relid FROM pg_class c WHERE c.relnamespace = schema_id AND c.relname = name;
    PERFORM vecext.registry_write(relid, 'add_collection', jsonb_build_object(
        'name', name, 'id_column', 'id', 'payload_column', 'payload',
        'payload_schema', payload_schema, 'options', vecext.registry_merge('{}', options - '{id,schema}'::text[])));
    FOREACH entry IN ARRAY entries LOOP
        PERFORM vecext.registry_write(relid, 'add_vector', entry);
        -- The first vector fixes the size, which an index needs.
        IF entry #>> '{params,size}' IS NULL AND entry #>> '{params,multivector}' = 'false' THEN
            PERFORM vecext.registry_create_size_trigger(relid, entry ->> 'name');
        END IF;
        IF entry #>> '{params,index}' <> 'none' AND entry #>> '{params,size}' IS NOT NULL
                AND coalesce((options ->> 'index_threshold')::numeric, 0) = 0 THEN
            PERFORM vecext.registry_create_vector_index(relid, entry ->> 'name');
        END IF;
    END LOOP;
    RETURN relid;
END $$;
COMMENT ON FUNCTION vecext.registry_create(name, text, jsonb, jsonb, jsonb) IS
    'creates a collection in a schema; vecext.create_collection() says which';

-- The caller's search path gives the schema alone.
CREATE FUNCTION vecext.create_collection(
        name text, vectors jsonb, payload_schema jsonb DEFAULT '{}', options jsonb DEFAULT '{}') RETURNS regclass
    LANGUAGE sql
BEGIN ATOMIC
    SELECT vecext.registry_create(pg_catalog.current_schema(), name, vectors, payload_schema, options);
END;
COMMENT ON FUNCTION vecext.create_collection(text, jsonb, jsonb, jsonb) IS
    'creates a collection: a table with an id, a payload and the vectors {"size": ..., "distance": ...}, or several by name, and their indexes';
