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

CREATE FUNCTION vecext.get_points(c text, ids jsonb, with_payload jsonb DEFAULT 'true',
        with_vectors jsonb DEFAULT 'false', OUT id text, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_get_points' LANGUAGE C STABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION vecext.get_points(text, jsonb, jsonb, jsonb) IS
    'returns points by their ids, in the order asked for; ids that there are not are left out';

CREATE FUNCTION vecext.delete_points(c text, ids jsonb DEFAULT NULL, filter jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_delete_points' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.delete_points(text, jsonb, jsonb) IS
    'deletes the points with these ids, or that satisfy a filter, or both; returns how many';

CREATE FUNCTION vecext.count_points(c text, filter jsonb DEFAULT NULL, exact bool DEFAULT true) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_count_points' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.count_points(text, jsonb, bool) IS
    'returns how many points satisfy a filter; not exactly, but at once, what the planner expects';

CREATE FUNCTION vecext.delete_vectors(c text, vector_names text[], ids jsonb DEFAULT NULL,
        filter jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_delete_vectors' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.delete_vectors(text, text[], jsonb, jsonb) IS
    'deletes the vectors of these names from points; the unnamed one is empty; returns how many points had any';

CREATE FUNCTION vecext.payload_merge(payload jsonb, patch jsonb, key text DEFAULT NULL) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_merge' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.payload_merge(jsonb, jsonb, text) IS
    'returns a payload with the members of an object set, and those removed that are null in it; with a key, in the object at that path';

CREATE FUNCTION vecext.payload_remove(payload jsonb, keys text[]) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_remove' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.payload_remove(jsonb, text[]) IS
    'returns a payload without what the paths reach';

CREATE FUNCTION vecext.payload_keep(payload jsonb, keys text[]) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_keep' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.payload_keep(jsonb, text[]) IS
    'returns what the paths reach in a payload, within the objects and arrays that it is in';

CREATE FUNCTION vecext.set_payload(c text, payload jsonb, ids jsonb DEFAULT NULL, filter jsonb DEFAULT NULL,
        key text DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_set_payload' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.set_payload(text, jsonb, jsonb, jsonb, text) IS
    'sets members of payloads, and removes those that are null in the argument; with a key, in the object at that path; returns how many points changed';

CREATE FUNCTION vecext.overwrite_payload(c text, payload jsonb, ids jsonb DEFAULT NULL,
        filter jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_overwrite_payload' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.overwrite_payload(text, jsonb, jsonb, jsonb) IS
    'replaces payloads; returns how many points changed';

CREATE FUNCTION vecext.delete_payload(c text, keys text[], ids jsonb DEFAULT NULL, filter jsonb DEFAULT NULL)
    RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_delete_payload' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.delete_payload(text, text[], jsonb, jsonb) IS
    'removes from payloads what the paths reach; returns how many points changed';

CREATE FUNCTION vecext.clear_payload(c text, ids jsonb DEFAULT NULL, filter jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_clear_payload' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.clear_payload(text, jsonb, jsonb) IS
    'makes payloads empty; returns how many points changed';
