-- Which tables are collections; their aliases. The tables belong to the extension's owner and are
-- written by vecext.registry_write() alone, which checks that the caller owns the collection's table. They do not reference each
-- other: pg_restore with several jobs fills them in any order.
CREATE TABLE vecext.collections (
    relid regclass PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
        CHECK (pg_catalog.octet_length(name) OPERATOR(pg_catalog.<=) 63 AND name OPERATOR(pg_catalog.<>) ''),
    id_column name NOT NULL,
    payload_column name,
    payload_schema jsonb NOT NULL DEFAULT '{}',
    options jsonb NOT NULL DEFAULT '{}',
    named_by_table bool NOT NULL DEFAULT false
);
COMMENT ON TABLE vecext.collections IS 'the tables that are collections';
COMMENT ON COLUMN vecext.collections.named_by_table IS 'whether the name follows ALTER TABLE RENAME';

CREATE TABLE vecext.collection_vectors (
    relid regclass NOT NULL,
    name text COLLATE "C" NOT NULL,
    column_name name NOT NULL,
    distance text NOT NULL CHECK (distance OPERATOR(pg_catalog.=)
        ANY ('{cosine,dot,euclid,manhattan,hamming,jaccard}'::text[])),
    params jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (relid, name)
);
COMMENT ON TABLE vecext.collection_vectors IS 'the vectors of collections; the name of the unnamed one is empty';

-- Indexes are named without a schema: theirs is that of the table. A dump is restored before they are
-- created, so that this could not be regclass.
CREATE TABLE vecext.payload_indexes (
    relid regclass NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    index name NOT NULL,
    array_index name,
    constraint_name name,
    PRIMARY KEY (relid, key, type)
);
COMMENT ON TABLE vecext.payload_indexes IS 'the indexes on keys of payloads';
COMMENT ON COLUMN vecext.payload_indexes.index IS 'the index of the values';
COMMENT ON COLUMN vecext.payload_indexes.array_index IS 'the index of the rows in which the value is an array';
COMMENT ON COLUMN vecext.payload_indexes.constraint_name IS 'the constraint by which no value is an array';

CREATE TABLE vecext.collection_aliases (
    alias text COLLATE "C" PRIMARY KEY
        CHECK (pg_catalog.octet_length(alias) OPERATOR(pg_catalog.<=) 63 AND alias OPERATOR(pg_catalog.<>) ''),
    view regclass NOT NULL,
    relid regclass NOT NULL
);
COMMENT ON TABLE vecext.collection_aliases IS 'other names of collections; each is a view, too';

GRANT SELECT ON vecext.collections, vecext.collection_vectors, vecext.payload_indexes,
    vecext.collection_aliases TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('vecext.collections', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.collection_vectors', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.payload_indexes', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.collection_aliases', '');

CREATE FUNCTION vecext.registry_changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_changed' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_changed() IS
    'trigger of the registry''s tables: sessions read them again';
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON vecext.collections
    FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON vecext.collection_vectors
    FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON vecext.payload_indexes
    FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON vecext.collection_aliases
    FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();

CREATE FUNCTION vecext.registry_check_size() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_check_size' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_check_size() IS
    'trigger of a collection with a vector without a size: the first vector fixes it, others have the same';

CREATE FUNCTION vecext.registry_write(relid regclass, action text, new_row jsonb) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_registry_write' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_write(regclass, text, jsonb) IS
    'writes what the registry has about a table of the caller; what the other functions are made of';

CREATE FUNCTION vecext.registry_refuse(message text, path text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE invalid_parameter_value USING MESSAGE = message, DETAIL = format('At %s.', path);
END $$;
COMMENT ON FUNCTION vecext.registry_refuse(text, text) IS
    'raises the error of a malformed request; path is where in the JSON it is';

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
        PERFORM vecext.registry_refuse(format('unknown key "%s"', unknown), path || '.' || unknown);
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_keys(jsonb, text, text[]) IS
    'raises an error unless the value is an object with no other than the known keys';

CREATE FUNCTION vecext.registry_check_name(name text) RETURNS void LANGUAGE plpgsql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF name IS NULL OR octet_length(name) NOT BETWEEN 1 AND 63 THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'the name of a collection or an alias has 1 to 63 bytes';
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
        PERFORM vecext.registry_refuse(format('unknown distance "%s"', distance #>> '{}'), path);
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

CREATE FUNCTION vecext.registry_add_vectors(relid regclass, vectors jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    vector_name text;
    spec jsonb;
    path text;
    type regtype;
BEGIN
    FOR vector_name, spec IN SELECT e.key, e.value FROM jsonb_each(vectors) e ORDER BY e.key COLLATE "C" LOOP
        path := CASE WHEN vector_name = '' THEN 'vectors' ELSE 'vectors.' || vector_name END;
        PERFORM vecext.registry_check_keys(spec, path, '{column,distance,params}');
        IF jsonb_typeof(spec -> 'column') IS DISTINCT FROM 'string' THEN
            PERFORM vecext.registry_refuse('the name of a column is expected', path || '.column');
        END IF;
        SELECT a.atttypid INTO type FROM pg_attribute a
        WHERE a.attrelid = relid AND a.attname = spec ->> 'column' AND a.attnum > 0 AND NOT a.attisdropped;
        IF NOT FOUND THEN
            RAISE undefined_column USING
                MESSAGE = format('column "%s" of relation %s does not exist', spec ->> 'column', relid),
                DETAIL = format('At %s.column.', path);
        END IF;
        IF vecext.registry_vector_type(type) IS NULL THEN
            PERFORM vecext.registry_refuse(
                format('column "%s" is of type %s, which is no vector', spec ->> 'column', format_type(type, NULL)),
                path || '.column');
        END IF;
        PERFORM vecext.registry_write(relid, 'add_vector', jsonb_build_object(
            'name', vector_name, 'column_name', spec ->> 'column', 'params', spec -> 'params',
            'distance', vecext.registry_check_distance(spec -> 'distance', type, path || '.distance')));
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_add_vectors(regclass, jsonb) IS
    'enters the vectors of a collection: an object of name to column, distance and params';

CREATE FUNCTION vecext.register_collection(
        relid regclass, name text DEFAULT NULL, id_column text DEFAULT 'id', vectors jsonb DEFAULT '{}',
        payload_column text DEFAULT 'payload') RETURNS regclass LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class pg_class;
    id_type regtype;
    new_name text;
BEGIN
    SELECT * INTO class FROM pg_class c WHERE c.oid = relid;
    IF NOT FOUND THEN
        RAISE undefined_table USING MESSAGE = 'the table does not exist';
    ELSIF class.relkind NOT IN ('r', 'p') THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is not a table', relid);
    ELSIF class.relpersistence = 't' THEN
        RAISE feature_not_supported USING MESSAGE = format('%s is a temporary table', relid);
    END IF;
    new_name := coalesce(name, class.relname);
    PERFORM vecext.registry_check_name(new_name);
    IF EXISTS (SELECT FROM vecext.collections c WHERE c.relid = register_collection.relid) THEN
        RAISE duplicate_table USING MESSAGE = format('table %s is a collection already', relid);
    END IF;

    SELECT a.atttypid INTO id_type FROM pg_attribute a
    WHERE a.attrelid = relid AND a.attname = id_column AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
        RAISE undefined_column USING
            MESSAGE = format('column "%s" of relation %s does not exist', id_column, relid);
    ELSIF id_type NOT IN ('int4'::regtype, 'int8'::regtype, 'uuid'::regtype, 'text'::regtype) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('column "%s" is of type %s', id_column, id_type),
            DETAIL = 'Ids are bigint, integer, uuid or text.';
    ELSIF NOT EXISTS (
            SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = relid AND a.attnum = i.indkey[0]
            WHERE i.indrelid = relid AND i.indisunique AND i.indisvalid AND i.indimmediate
                AND i.indnkeyatts = 1 AND i.indpred IS NULL AND a.attname = id_column) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('column "%s" has no unique index', id_column),
            HINT = 'Make it the primary key.';
    END IF;
    IF payload_column IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_attribute a
            WHERE a.attrelid = relid AND a.attname = payload_column AND NOT a.attisdropped
                AND a.atttypid = 'jsonb'::regtype) THEN
        RAISE undefined_column USING
            MESSAGE = format('relation %s has no column "%s" of type jsonb', relid, payload_column);
    END IF;

    IF jsonb_typeof(vectors) IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'vectors');
    ELSIF jsonb_typeof(vectors -> 'column') = 'string' THEN
        vectors := jsonb_build_object('', vectors);
    END IF;
    PERFORM vecext.registry_write(relid, 'add_collection', jsonb_build_object(
        'name', new_name, 'id_column', id_column, 'payload_column', payload_column,
        'named_by_table', new_name = class.relname));
    PERFORM vecext.registry_add_vectors(relid, vectors);
    RETURN relid;
END $$;
COMMENT ON FUNCTION vecext.register_collection(regclass, text, text, jsonb, text) IS
    'makes a table of the caller a collection: its name, the columns of id and payload, and, of each vector, {"column": ..., "distance": ...}, alone or by name';

CREATE FUNCTION vecext.collection_table(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_collection_table' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_table(text) IS
    'the table of the collection of that name, or that the alias of that name stands for';

CREATE FUNCTION vecext.registry_lock(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_registry_lock' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_lock(text) IS
    'keeps other transactions from giving a collection or an alias that name until this one ends';

CREATE FUNCTION vecext.registry_dropped() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_dropped' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_dropped() IS
    'event trigger: what is dropped by SQL leaves the registry';
CREATE FUNCTION vecext.registry_renamed() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_renamed' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_renamed() IS
    'event trigger: the registry follows what is renamed by SQL';
CREATE EVENT TRIGGER vecext_registry_dropped ON sql_drop EXECUTE FUNCTION vecext.registry_dropped();
COMMENT ON EVENT TRIGGER vecext_registry_dropped IS 'what is dropped by SQL leaves the registry';
CREATE EVENT TRIGGER vecext_registry_renamed ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER VIEW', 'ALTER INDEX') EXECUTE FUNCTION vecext.registry_renamed();
COMMENT ON EVENT TRIGGER vecext_registry_renamed IS 'the registry follows what is renamed by SQL';
