-- Creates, changes and drops collections. The functions set the search path, so that what they execute finds only
-- system schemas.

-- Checks a key of the payload schema: true if a value has the type. The elements of an array are checked one by one.
CREATE FUNCTION vecext_internal.payload_elements_are(elements jsonb, type text) RETURNS bool LANGUAGE sql IMMUTABLE PARALLEL SAFE
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
COMMENT ON FUNCTION vecext_internal.payload_elements_are(jsonb, text) IS
    'true if every element of an array has the type of a payload schema';

-- The caller's search path only gives the schema, so this function sets the search path itself.
CREATE FUNCTION vecext.create_collection(
        name text, vectors jsonb, payload_schema jsonb DEFAULT '{}', options jsonb DEFAULT '{}') RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_create_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.create_collection(text, jsonb, jsonb, jsonb) IS
    'creates a collection: a table with an id, a payload and the vectors {"size": ..., "distance": ...}, or several by name, and their indexes';

CREATE FUNCTION vecext.register_collection(
        relid regclass, name text DEFAULT NULL, id_column text DEFAULT 'id', vectors jsonb DEFAULT '{}',
        payload_column text DEFAULT 'payload') RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_register_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.register_collection(regclass, text, text, jsonb, text) IS
    'makes a table of the caller a collection: its name, the columns of id and payload, and, of each vector, {"column": ..., "distance": ...}, alone or by name';

CREATE FUNCTION vecext.restore_collection(relid regclass, definition jsonb, name text DEFAULT NULL) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_restore_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.restore_collection(regclass, jsonb, text) IS
    'makes a table of the caller a collection with all that collection_definition returned of it, under that name or another; payload indexes that the table lacks are created';

CREATE FUNCTION vecext.create_vector_indexes(c text) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_create_vector_indexes' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.create_vector_indexes(text) IS
    'creates the vector indexes of a collection that wait for rows (index_threshold) or for a size; returns their number';

CREATE FUNCTION vecext.create_vector_indexes() RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_create_all_vector_indexes' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '1s';
COMMENT ON FUNCTION vecext.create_vector_indexes() IS
    'creates the vector indexes of those collections of the caller that have as many rows as their indexes wait for, with a warning for each collection that has an error, or whose locks take more than a second to get: to be called from time to time';

CREATE FUNCTION vecext.update_collection(name text, options jsonb) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_update_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.update_collection(text, jsonb) IS
    'changes options of a collection; returns what applies now, and the indexes that need REINDEX for it to apply';

CREATE FUNCTION vecext.rename_collection(old_name text, new_name text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rename_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.rename_collection(text, text) IS
    'renames a collection, and its table if that has the same name';

CREATE FUNCTION vecext.drop_collection(name text, if_exists bool DEFAULT false) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_drop_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.drop_collection(text, bool) IS
    'drops a collection with its table and aliases; with if_exists, false instead of an error if there is none';

CREATE FUNCTION vecext.unregister_collection(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_unregister_collection' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.unregister_collection(text) IS
    'makes a collection a mere table again, with its indexes; its aliases are dropped';
