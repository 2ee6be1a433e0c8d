-- Points of a collection and their payloads.
CREATE FUNCTION vecext.upsert(c text, points jsonb, mode text DEFAULT 'upsert', condition jsonb DEFAULT NULL)
    RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_upsert' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.upsert(text, jsonb, text, jsonb) IS
    'writes points, [{"id": …, "vector": […], "payload": {…}}], and replaces those that are there; modes insert_only and update_only; a condition on the points that are replaced; returns how many were written';

CREATE FUNCTION vecext.update_vectors(c text, points jsonb) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_update_vectors' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.update_vectors(text, jsonb) IS
    'replaces those vectors that the points name, [{"id": …, "vector": …}]; returns how many points were written';

CREATE FUNCTION vecext.upsert(c text, ids anyarray, vectors anycompatiblearray, payloads jsonb[],
        vector_name text DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_upsert_arrays' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.upsert(text, anyarray, anycompatiblearray, jsonb[], text) IS
    'writes points as upsert() does, from arrays of ids, vectors and payloads; payloads may be null; the vectors are those of the name, or else the unnamed or the only ones';
