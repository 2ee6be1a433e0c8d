-- Indexes on payloads.

CREATE FUNCTION vecext.create_payload_index(c text, key text, type text, options jsonb DEFAULT '{}') RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_create_payload_index' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.create_payload_index(text, text, text, jsonb) IS
    'creates the index on a key of the payload that serves conditions of a type: keyword, integer, float, bool, datetime, uuid, geo, text, bm25, prefix, is_empty, values_count; returns the index if it is there with the same options';

CREATE FUNCTION vecext.set_payload_index(c text, key text, type text, options jsonb DEFAULT '{}') RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_set_payload_index' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.set_payload_index(text, text, text, jsonb) IS
    'gives a key of the payload exactly this index: it is created unless it is there, and others on the key are dropped; options without an effect are kept, and shown by collection_info as schema';

CREATE FUNCTION vecext.drop_payload_index(c text, key text, type text DEFAULT NULL) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_drop_payload_index' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.drop_payload_index(text, text, text) IS
    'drops the indexes on a key of the payload, or the one of a type; false if there is none';
