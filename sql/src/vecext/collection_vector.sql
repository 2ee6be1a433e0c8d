-- Changes the vectors and the payload schema of an existing collection. Aliases, options and payload indexes stay.

CREATE FUNCTION vecext.add_vector(c text, name text, vector jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_add_vector' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.add_vector(text, text, jsonb) IS
    'adds a vector to a collection, which its points do not have yet: {"size": ..., "distance": ...} makes a column and its index, {"column": ..., "distance": ...} takes a column of the table';

CREATE FUNCTION vecext.drop_vector(c text, name text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_drop_vector' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.drop_vector(text, text) IS
    'drops a vector of a collection: its column with all values, and its index';

CREATE FUNCTION vecext.rename_vector(c text, old_name text, new_name text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rename_vector' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.rename_vector(text, text, text) IS
    'renames a vector of a collection, and its column if that has the same name, also in plain views of aliases';

CREATE FUNCTION vecext.set_payload_schema(c text, payload_schema jsonb) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_set_payload_schema' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.set_payload_schema(text, jsonb) IS
    'gives a collection another payload schema, which its points must satisfy';
