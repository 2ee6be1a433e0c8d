-- What may stand in the registry. Every role can call vecext.registry_write() for its own tables, and so it asks the functions
-- at the end of this file, as the caller: rows are such as create_collection() and register_collection() write.

CREATE FUNCTION vecext.registry_error(state text, message text, detail text DEFAULT NULL, hint text DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_registry_error' LANGUAGE C VOLATILE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.registry_error(text, text, text, text) IS
    'raises an error with that SQLSTATE, whose context lacks the functions that no user calls';

CREATE FUNCTION vecext.registry_refuse(message text, path text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_error('22023', message, detail => format('At %s.', path));
END $$;
COMMENT ON FUNCTION vecext.registry_refuse(text, text) IS
    'raises the error of a malformed request; path is where in the JSON it is';

CREATE FUNCTION vecext.registry_closest_word(word text, words text[]) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_registry_closest_word' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.registry_closest_word(text, text[]) IS
    'the word that a misspelt one may mean; null if none is near';

CREATE FUNCTION vecext.registry_refuse_word(what text, word text, path text, known text[]) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_error('22023', format('unknown %s "%s"', what, word),
        detail => format('At %s.', path),
        hint => coalesce('Perhaps you mean "' || vecext.registry_closest_word(word, known) || '".',
            'There are: ' || array_to_string(known, ', ') || '.'));
END $$;
COMMENT ON FUNCTION vecext.registry_refuse_word(text, text, text, text[]) IS
    'raises the error of a word that is none of those known; path is where in the JSON it is';

CREATE FUNCTION vecext.registry_check_keys(object jsonb, path text, known text[]) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    unknown text;
BEGIN
    IF jsonb_typeof(object) IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', path);
    END IF;
    SELECT k INTO unknown FROM jsonb_object_keys(object) k WHERE k <> ALL (known) ORDER BY k COLLATE "C" LIMIT 1;
    IF FOUND THEN
        PERFORM vecext.registry_refuse_word('key', unknown, path || '.' || unknown, known);
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_keys(jsonb, text, text[]) IS
    'raises an error unless the value is an object with no other than the known keys';

CREATE FUNCTION vecext.registry_check_name(name text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF name IS NULL OR octet_length(name) NOT BETWEEN 1 AND 63 THEN
        PERFORM vecext.registry_error('22023', 'the name of a collection or an alias has 1 to 63 bytes');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_name(text) IS
    'raises an error unless a collection or an alias may have that name';

-- The element of an array of vectors is what counts.
CREATE FUNCTION vecext.registry_vector_type(type regtype) RETURNS regtype LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT e.oid FROM pg_type t JOIN pg_type e
                ON e.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
            WHERE t.oid = registry_vector_type.type AND (e.oid = 'bit'::regtype OR EXISTS (
                SELECT FROM pg_proc p
                WHERE p.oid = e.typinput AND p.prosrc IN ('vector_in', 'halfvec_in', 'sparsevec_in')
                    AND p.prolang = (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c'))));
END $$;
COMMENT ON FUNCTION vecext.registry_vector_type(regtype) IS
    'the type whose distances a column has: its own, or that of its elements; null if there are none';

CREATE FUNCTION vecext.registry_distance_operator(distance text) RETURNS name LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE distance WHEN 'cosine' THEN '<=>' WHEN 'dot' THEN '<#>' WHEN 'euclid' THEN '<->'
        WHEN 'manhattan' THEN '<+>' WHEN 'hamming' THEN '<~>' WHEN 'jaccard' THEN '<%>' END::name
$$;
COMMENT ON FUNCTION vecext.registry_distance_operator(text) IS
    'the name of the operator of a distance; null if there is no distance of that name';

CREATE FUNCTION vecext.registry_check_distance(distance jsonb, type regtype, path text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Clients of Qdrant write Cosine.
    name text := lower(distance #>> '{}' COLLATE "C");
    element regtype := vecext.registry_vector_type(type);
BEGIN
    IF jsonb_typeof(distance) IS DISTINCT FROM 'string' THEN
        PERFORM vecext.registry_refuse('a distance is expected', path);
    END IF;
    IF vecext.registry_distance_operator(name) IS NULL THEN
        PERFORM vecext.registry_refuse_word('distance', distance #>> '{}', path,
            '{cosine,dot,euclid,manhattan,hamming,jaccard}');
    END IF;
    IF NOT EXISTS (SELECT FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
                   WHERE o.oprleft = element AND o.oprright = element
                       AND o.oprname = vecext.registry_distance_operator(name)
                       AND p.prolang = (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c')) THEN
        PERFORM vecext.registry_refuse(
            format('type %s has no distance "%s"', format_type(type, NULL), name), path);
    END IF;
    RETURN name;
END $$;
COMMENT ON FUNCTION vecext.registry_check_distance(jsonb, regtype, text) IS
    'the distance, after a check that the type has it';

CREATE FUNCTION vecext.registry_integer(value jsonb, path text, lowest int8, highest int8) RETURNS int8
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'number' OR value::numeric <> trunc(value::numeric)
            OR value::numeric NOT BETWEEN lowest AND highest THEN
        PERFORM vecext.registry_refuse(format('an integer from %s to %s is expected', lowest, highest), path);
    END IF;
    RETURN value::numeric::int8;
END $$;
COMMENT ON FUNCTION vecext.registry_integer(jsonb, text, int8, int8) IS
    'the integer that a JSON value is, after a check that it lies between the bounds';

-- The options of an index, as its storage parameters: name to number or word.
CREATE FUNCTION vecext.registry_index_options(method text, options jsonb, path text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key text;
    value jsonb;
    list text;
    word text;
BEGIN
    PERFORM vecext.registry_check_keys(options, path, CASE method
        WHEN 'hnsw' THEN '{m,ef_construction}'::text[] WHEN 'ivfpq' THEN '{lists,bits,rerank}' ELSE '{}' END);
    FOR key, value IN SELECT e.key, e.value FROM jsonb_each(options) e ORDER BY e.key COLLATE "C" LOOP
        IF key = 'rerank' THEN
            IF value NOT IN ('"none"', '"int8"', '"fp16"') THEN
                PERFORM vecext.registry_refuse(format('unknown rerank %s', value), path || '.rerank');
            END IF;
            word := value #>> '{}';
        ELSE
            word := vecext.registry_integer(value, path || '.' || key,
                CASE key WHEN 'm' THEN 2 WHEN 'ef_construction' THEN 4 ELSE 0 END,
                CASE key WHEN 'm' THEN 100 WHEN 'ef_construction' THEN 1000 WHEN 'bits' THEN 4 ELSE 65536 END);
        END IF;
        list := concat_ws(', ', list, format('%s = %s', key, word));
    END LOOP;
    RETURN CASE WHEN list IS NULL THEN '' ELSE format(' WITH (%s)', list) END;
END $$;
COMMENT ON FUNCTION vecext.registry_index_options(text, jsonb, text) IS
    'the WITH clause of a vector index, from an object of options';

CREATE FUNCTION vecext.registry_operator_class(method text, type regtype, distance text) RETURNS text
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('%I.%I', n.nspname, c.opcname)
    FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
        JOIN pg_am m ON m.oid = c.opcmethod
        JOIN pg_amop o ON o.amopfamily = c.opcfamily AND o.amoppurpose = 'o' AND o.amoplefttype = c.opcintype
        JOIN pg_operator s ON s.oid = o.amopopr
    WHERE m.amname = method AND c.opcintype = type
        AND s.oprname = vecext.registry_distance_operator(distance)
    ORDER BY c.oid LIMIT 1
$$;
COMMENT ON FUNCTION vecext.registry_operator_class(text, regtype, text) IS
    'the operator class of an access method for the distance of a type; null if there is none';

CREATE FUNCTION vecext.registry_check_strict_mode(options jsonb, path text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key text;
    value jsonb;
    flags text[] := '{enabled,unindexed_filtering_retrieve,unindexed_filtering_update,search_allow_exact}';
    bounds text[] := '{max_query_limit,max_timeout,search_max_hnsw_ef,search_max_oversampling,upsert_max_batchsize,'
        'search_max_batchsize,max_collection_vector_size_bytes,max_collection_payload_size_bytes,max_points_count,'
        'filter_max_conditions,condition_max_size,max_payload_index_count,multivector_max_vectors,sparse_max_length}';
    qdrant text[] := '{read_rate_limit,write_rate_limit,multivector_config,sparse_config,max_resident_memory_percent}';
BEGIN
    IF jsonb_typeof(options) = 'object' THEN
        -- Qdrant's clients write null where nothing was said.
        options := options - ARRAY(SELECT k FROM unnest(qdrant) k WHERE options -> k = 'null');
    END IF;
    -- A count of calls that all sessions share would make each of them wait for the others.
    IF options ?| '{read_rate_limit,write_rate_limit}' THEN
        PERFORM vecext.registry_error('0A000', 'strict mode has no limits of rates',
            detail => format('At %s.%s.', path, CASE WHEN options ? 'read_rate_limit' THEN 'read_rate_limit' ELSE 'write_rate_limit' END),
            hint => 'Limit the rate of requests in the application or a connection pooler, and connections with ALTER ROLE ... CONNECTION LIMIT.');
    END IF;
    PERFORM vecext.registry_check_keys(options, path, flags || bounds);
    FOR key, value IN SELECT e.key, e.value FROM jsonb_each(options) e ORDER BY e.key COLLATE "C" LOOP
        CONTINUE WHEN value = 'null';
        IF key = ANY (flags) AND jsonb_typeof(value) <> 'boolean' THEN
            PERFORM vecext.registry_refuse('a boolean is expected', path || '.' || key);
        ELSIF key = 'search_max_oversampling' THEN
            IF jsonb_typeof(value) <> 'number' OR value::numeric NOT BETWEEN 1 AND 1e6 THEN
                PERFORM vecext.registry_refuse('a number from 1 to 1000000 is expected', path || '.' || key);
            END IF;
        ELSIF key = ANY (bounds) THEN
            PERFORM vecext.registry_integer(value, path || '.' || key, CASE key WHEN 'max_timeout' THEN 1 ELSE 0 END,
                9223372036854775807);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_check_strict_mode(jsonb, text) IS
    'raises an error unless the value is an object of bounds that strict mode has';

CREATE FUNCTION vecext.registry_check_payload_index(key text, type text, options jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    types text[] := '{keyword,integer,float,bool,datetime,uuid,geo,text,bm25,prefix,is_empty,values_count}';
    name text;
    value jsonb;
BEGIN
    IF type IS NULL OR type <> ALL (types) THEN
        PERFORM vecext.registry_refuse_word('type', type, 'type', types);
    ELSIF key IS NULL OR octet_length(key) > 1000 THEN
        PERFORM vecext.registry_refuse('a path of at most 1000 bytes is expected', 'key');
    END IF;
    PERFORM vecext.payload_text('{}', key);
    PERFORM vecext.registry_check_keys(options, 'options', CASE
        WHEN type IN ('integer', 'float', 'datetime') THEN '{scalar_only,arrays}'::text[]
        WHEN type IN ('keyword', 'bool', 'uuid', 'prefix') THEN '{scalar_only}'
        WHEN type = 'text' THEN '{config}' || vecext.registry_words_keys()
        WHEN type = 'bm25' THEN '{config,k1,b,cjk}' || vecext.registry_words_keys() ELSE '{}' END);
    IF type IN ('text', 'bm25') AND options ?| vecext.registry_words_keys() THEN
        PERFORM vecext.registry_check_words(options);
    END IF;
    FOR name, value IN SELECT e.key, e.value FROM jsonb_each(options) e
            WHERE e.key <> ALL (vecext.registry_words_keys()) ORDER BY e.key COLLATE "C" LOOP
        IF jsonb_typeof(value) <> (CASE WHEN name IN ('config', 'cjk') THEN 'string' WHEN name IN ('k1', 'b') THEN 'number'
                ELSE 'boolean' END) THEN
            PERFORM vecext.registry_refuse(CASE name WHEN 'config' THEN 'the name of a text search configuration is expected'
                WHEN 'cjk' THEN 'parser or bigrams is expected' WHEN 'k1' THEN 'a number is expected'
                WHEN 'b' THEN 'a number is expected' ELSE 'a boolean is expected' END, 'options.' || name);
        END IF;
    END LOOP;
    IF options @> '{"scalar_only": true, "arrays": true}' THEN
        PERFORM vecext.registry_refuse('there are no arrays with scalar_only', 'options.arrays');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_payload_index(text, text, jsonb) IS
    'raises an error unless there is such a payload index';

CREATE FUNCTION vecext.registry_check_options(options jsonb, path text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_check_keys(options, path, '{index_threshold,strict_mode}');
    IF options ? 'index_threshold' THEN
        PERFORM vecext.registry_integer(options -> 'index_threshold', path || '.index_threshold', 0, 9223372036854775807);
    END IF;
    IF options ? 'strict_mode' THEN
        PERFORM vecext.registry_check_strict_mode(options -> 'strict_mode', path || '.strict_mode');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_options(jsonb, text) IS
    'raises an error unless the value is an object of options of a collection';

CREATE FUNCTION vecext.registry_vector_path(name text) RETURNS text LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE name WHEN '' THEN 'vectors' ELSE 'vectors.' || name END
$$;
COMMENT ON FUNCTION vecext.registry_vector_path(text) IS 'where in a request the vector of that name is';

CREATE FUNCTION vecext.registry_most_dims(type regtype) RETURNS int8 LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE t.typname WHEN 'sparsevec' THEN 1000000000 WHEN 'bit' THEN 83886080 ELSE 16000 END
    FROM pg_type t WHERE t.oid = type
$$;
COMMENT ON FUNCTION vecext.registry_most_dims(regtype) IS 'how many dimensions a vector of a type may have';

-- What a vector's type and index are to be, of a column of that type.
CREATE FUNCTION vecext.registry_check_params(params jsonb, type regtype, distance text, path text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    element regtype := vecext.registry_vector_type(type);
    method text := coalesce(params ->> 'index', 'none');
    key text;
BEGIN
    PERFORM vecext.registry_check_keys(params, path, '{type,size,multivector,index,hnsw,ivfpq}');
    IF params ->> 'type' <> (SELECT t.typname FROM pg_type t WHERE t.oid = element) THEN
        PERFORM vecext.registry_refuse(format('the column is of type %s', format_type(type, NULL)), path || '.type');
    ELSIF params -> 'multivector' <> to_jsonb(type <> element) THEN
        PERFORM vecext.registry_refuse(format('the column is of type %s', format_type(type, NULL)), path || '.multivector');
    ELSIF coalesce(jsonb_typeof(params -> 'size'), 'null') <> 'null' THEN
        PERFORM vecext.registry_integer(params -> 'size', path || '.size', 1, vecext.registry_most_dims(element));
    END IF;
    IF method NOT IN ('none', 'hnsw', 'ivfpq', 'inverted') THEN
        PERFORM vecext.registry_refuse_word('index', method, path || '.index', '{none,hnsw,ivfpq,inverted}');
    ELSIF method <> 'none' AND type <> element THEN
        PERFORM vecext.registry_refuse('a multi-vector has no index', path || '.index');
    ELSIF method <> 'none' AND vecext.registry_operator_class(method, type, distance) IS NULL THEN
        PERFORM vecext.registry_refuse(format('%s has no index of %s for distance "%s"', method,
            (SELECT t.typname FROM pg_type t WHERE t.oid = type), distance), path || '.index');
    END IF;
    FOREACH key IN ARRAY '{hnsw,ivfpq}'::text[] LOOP
        CONTINUE WHEN NOT params ? key;
        IF key <> method THEN
            PERFORM vecext.registry_refuse('options of another index', path || '.' || key);
        END IF;
        PERFORM vecext.registry_index_options(key, params -> key, path || '.' || key);
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_check_params(jsonb, regtype, text, text) IS
    'raises an error unless a vector of that type and distance can be as the object says';

CREATE FUNCTION vecext.registry_column_type(relid regclass, column_name text, path text) RETURNS regtype LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    type regtype;
BEGIN
    SELECT a.atttypid INTO type FROM pg_attribute a
    WHERE a.attrelid = relid AND a.attname = column_name AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42703', format('column "%s" of relation %s does not exist', column_name, relid),
            detail => format('At %s.', path));
    END IF;
    RETURN type;
END $$;
COMMENT ON FUNCTION vecext.registry_column_type(regclass, text, text) IS
    'the type of a column; an error if the table has none of that name';

CREATE FUNCTION vecext.registry_check_collection(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class pg_class;
    id_column text := new_row ->> 'id_column';
    payload_column text := new_row ->> 'payload_column';
    type regtype;
BEGIN
    SELECT * INTO STRICT class FROM pg_class c WHERE c.oid = relid;
    IF class.relkind NOT IN ('r', 'p') THEN
        PERFORM vecext.registry_error('42809', format('%s is not a table', relid));
    ELSIF class.relpersistence = 't' THEN
        PERFORM vecext.registry_error('0A000', format('%s is a temporary table', relid));
    ELSIF EXISTS (SELECT FROM vecext.collections c WHERE c.relid = registry_check_collection.relid) THEN
        PERFORM vecext.registry_error('42P07', format('table %s is a collection already', relid));
    END IF;
    PERFORM vecext.registry_check_name(coalesce(new_row ->> 'name', class.relname));

    type := vecext.registry_column_type(relid, id_column, 'id_column');
    IF type NOT IN ('int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'text'::regtype) THEN
        PERFORM vecext.registry_error('22023', format('column "%s" is of type %s', id_column, type),
            detail => 'Ids are bigint, integer, uuid or text.');
    ELSIF NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = relid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = relid AND i.indisunique AND i.indisvalid AND i.indimmediate
                AND i.indnkeyatts = 1 AND i.indpred IS NULL AND a.attname = id_column) THEN
        PERFORM vecext.registry_error('22023', format('column "%s" has no unique index', id_column),
            hint => 'Make it the primary key.');
    -- From 18 on the column may have a constraint that is not validated.
    ELSIF NOT (SELECT a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint c
                WHERE c.conrelid = relid AND c.conkey = ARRAY[a.attnum] AND c.contype = 'n' AND NOT c.convalidated)
            FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = id_column) THEN
        PERFORM vecext.registry_error('22023', format('column "%s" may be null', id_column),
            hint => 'Make it the primary key, or NOT NULL.');
    ELSIF EXISTS (
            SELECT FROM pg_attribute a JOIN pg_collation c ON c.oid = a.attcollation AND NOT c.collisdeterministic
            WHERE a.attrelid = relid AND a.attname = id_column) THEN
        -- Ids that differ would be equal: of a request's points, of locks, of cursors.
        PERFORM vecext.registry_error('0A000', format('ids of column "%s" have a nondeterministic collation', id_column));
    ELSIF payload_column IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = relid AND a.attname = payload_column AND NOT a.attisdropped
                AND a.atttypid = 'jsonb'::regtype) THEN
        PERFORM vecext.registry_error('42703', format('relation %s has no column "%s" of type jsonb', relid, payload_column));
    END IF;

    IF new_row ? 'payload_schema' THEN
        PERFORM vecext.registry_check_schema(relid, new_row);
    END IF;
    PERFORM vecext.registry_check_options(coalesce(new_row -> 'options', '{}'), 'options');
END $$;
COMMENT ON FUNCTION vecext.registry_check_collection(regclass, jsonb) IS
    'raises an error unless the table can be the collection that the row describes';

CREATE FUNCTION vecext.registry_check_schema(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    key text;
    spec jsonb;
BEGIN
    IF jsonb_typeof(new_row -> 'payload_schema') IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'payload_schema');
    END IF;
    FOR key, spec IN SELECT e.key, e.value FROM jsonb_each(new_row -> 'payload_schema') e LOOP
        PERFORM vecext.registry_payload_check('', key, spec);
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_check_schema(regclass, jsonb) IS 'raises an error unless the row has a payload schema';

CREATE FUNCTION vecext.registry_check_change(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_collection(relid);
    IF new_row ? 'name' THEN
        PERFORM vecext.registry_check_name(new_row ->> 'name');
    END IF;
    PERFORM vecext.registry_check_options(coalesce(new_row -> 'options', '{}'), 'options');
END $$;
COMMENT ON FUNCTION vecext.registry_check_change(regclass, jsonb) IS
    'raises an error unless a collection can get the name and the options of the row';

CREATE FUNCTION vecext.registry_collection(relid regclass) RETURNS vecext.collections LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections;
BEGIN
    SELECT * INTO collection FROM vecext.collections c WHERE c.relid = registry_collection.relid;
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42P01', format('table %s is not a collection', relid));
    END IF;
    RETURN collection;
END $$;
COMMENT ON FUNCTION vecext.registry_collection(regclass) IS 'what the registry has about a table; an error if that is not a collection';

CREATE FUNCTION vecext.registry_vector(relid regclass, name text) RETURNS vecext.collection_vectors LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(relid);
    vector vecext.collection_vectors;
BEGIN
    SELECT * INTO vector FROM vecext.collection_vectors v WHERE v.relid = registry_vector.relid AND v.name = registry_vector.name;
    IF name IS NULL THEN
        PERFORM vecext.registry_error('22004', 'name of a vector must not be null');
    ELSIF vector.relid IS NULL THEN
        PERFORM vecext.registry_error('42703', CASE name WHEN '' THEN format('collection "%s" has no unnamed vector', collection.name)
                ELSE format('collection "%s" has no vector named "%s"', collection.name, name) END,
            hint => (SELECT coalesce('There are: ' || string_agg(format('"%s"', v.name), ', ' ORDER BY v.name) || '.', 'There is none.')
                FROM vecext.collection_vectors v WHERE v.relid = registry_vector.relid));
    END IF;
    RETURN vector;
END $$;
COMMENT ON FUNCTION vecext.registry_vector(regclass, text) IS
    'what the registry has about a vector; an error if the table is not a collection, or has no such vector';

CREATE FUNCTION vecext.registry_check_vector(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(relid);
    path text := vecext.registry_vector_path(new_row ->> 'name');
    type regtype;
    distance text;
BEGIN
    IF jsonb_typeof(new_row -> 'name') IS DISTINCT FROM 'string' THEN
        PERFORM vecext.registry_refuse('the name of a vector is expected', 'name');
    ELSIF jsonb_typeof(new_row -> 'column_name') IS DISTINCT FROM 'string' THEN
        PERFORM vecext.registry_refuse('the name of a column is expected', path || '.column');
    END IF;
    type := vecext.registry_column_type(relid, new_row ->> 'column_name', path || '.column');
    IF vecext.registry_vector_type(type) IS NULL THEN
        PERFORM vecext.registry_refuse(
            format('column "%s" is of type %s, which is not a vector', new_row ->> 'column_name', format_type(type, NULL)),
            path || '.column');
    END IF;
    distance := vecext.registry_check_distance(new_row -> 'distance', type, path || '.distance');
    IF coalesce(jsonb_typeof(new_row -> 'params'), 'null') <> 'null' THEN
        PERFORM vecext.registry_check_params(new_row -> 'params', type, distance, path || '.params');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_vector(regclass, jsonb) IS
    'raises an error unless the collection can have the vector that the row describes';

CREATE FUNCTION vecext.registry_check_vector_change(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    vector vecext.collection_vectors := vecext.registry_vector(relid, new_row ->> 'name');
    path text := vecext.registry_vector_path(vector.name);
BEGIN
    -- ALTER TABLE may have given the column another type since the vector was described.
    PERFORM vecext.registry_check_params(vecext.registry_merge(vector.params - '{type,size,multivector}'::text[], new_row -> 'params'),
        vecext.registry_column_type(relid, vector.column_name, path || '.column'), vector.distance, path || '.params');
END $$;
COMMENT ON FUNCTION vecext.registry_check_vector_change(regclass, jsonb) IS
    'raises an error unless the collection has the vector of the row, and that can be as its params say';

CREATE FUNCTION vecext.registry_check_index_row(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(relid);
    options jsonb := coalesce(new_row -> 'options', '{}');
    definition text;
    name text;
    method text;
BEGIN
    PERFORM vecext.registry_check_payload_index(new_row ->> 'key', new_row ->> 'type', options);
    SELECT d.method_and_column INTO definition
    FROM vecext.registry_payload_index(coalesce(collection.payload_column, ''), new_row ->> 'key', new_row ->> 'type', options) d;
    FOREACH name IN ARRAY ARRAY[new_row ->> 'index', new_row ->> 'array_index'] LOOP
        SELECT m.amname INTO method
        FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_am m ON m.oid = k.relam
        WHERE i.indrelid = relid AND i.indexprs IS NOT NULL AND k.relname = name;
        -- The definition of the first has the method, too.
        IF NOT FOUND AND (name IS NOT NULL OR definition IS NOT NULL)
                OR NOT starts_with(definition, method || ' (') THEN
            PERFORM vecext.registry_error('42809', format('collection "%s" has no index "%s" that is such a payload index', collection.name, name));
        END IF;
        definition := NULL;
    END LOOP;
    IF (new_row ->> 'constraint_name') IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_constraint n
            WHERE n.conrelid = relid AND n.contype = 'c' AND n.conname = new_row ->> 'constraint_name') THEN
        PERFORM vecext.registry_error('42809', format('collection "%s" has no constraint "%s"', collection.name, new_row ->> 'constraint_name'));
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_index_row(regclass, jsonb) IS
    'raises an error unless the collection has the payload index that the row describes';

CREATE FUNCTION vecext.registry_check_alias(relid regclass, new_row jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(relid);
    view pg_class;
    owner oid;
BEGIN
    PERFORM vecext.registry_check_name(new_row ->> 'name');
    -- What readers see of it is in the hands of its owner; the registry follows its name.
    SELECT * INTO view FROM pg_class v
    WHERE v.relname = new_row ->> 'name' AND v.oid::text = new_row ->> 'view' AND v.relkind = 'v'
        AND v.relpersistence = 'p' AND EXISTS (
        SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE r.ev_class = v.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relid);
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42809', format('an alias of collection "%s" is a view of it, of the same name', collection.name));
    END IF;
    FOR owner IN SELECT view.relowner UNION SELECT v.relowner FROM pg_class v
            JOIN vecext.collection_aliases a ON a.view = v.oid WHERE a.alias = new_row ->> 'name' LOOP
        IF NOT pg_has_role(owner, 'USAGE') THEN
            PERFORM vecext.registry_error('42501', format('must be owner of view %s', new_row ->> 'name'));
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_check_alias(regclass, jsonb) IS
    'raises an error unless the view of the row, and that which has the name of the alias, are views of the caller';
