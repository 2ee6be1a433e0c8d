-- Points of a collection and their payloads.
CREATE FUNCTION vecext.upsert(c text, points jsonb, mode text DEFAULT 'upsert', condition jsonb DEFAULT NULL)
    RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_upsert' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.upsert(text, jsonb, text, jsonb) IS
    'writes points, [{"id": ..., "vector": [...], "payload": {...}}], and replaces those that are there; modes insert_only and update_only; a condition on the points that are replaced; returns how many were written';

-- Without this function, a call with four literals without types could mean points or arrays.
CREATE FUNCTION vecext.upsert(c text, points text, mode text, condition text) RETURNS int8 LANGUAGE sql
BEGIN ATOMIC
    SELECT vecext.upsert(c, points::jsonb, mode, condition::jsonb);
END;
COMMENT ON FUNCTION vecext.upsert(text, text, text, text) IS
    'writes points as upsert() does, from JSON as text';

CREATE FUNCTION vecext.update_vectors(c text, points jsonb, condition jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_update_vectors' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.update_vectors(text, jsonb, jsonb) IS
    'replaces those vectors that the points name, [{"id": ..., "vector": ...}], of the points that satisfy a condition; returns how many points were written';

CREATE FUNCTION vecext.upsert(c text, ids anyarray, vectors anycompatiblearray, payloads jsonb[],
        vector_name text DEFAULT NULL, mode text DEFAULT 'upsert', condition jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_upsert_array' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.upsert(text, anyarray, anycompatiblearray, jsonb[], text, text, jsonb) IS
    'writes points as upsert() does, from arrays of ids, vectors and payloads; payloads may be null; the vectors are those of the name, or else the unnamed or the only ones';

CREATE FUNCTION vecext.upsert_arrays(c text, ids anyarray, payloads jsonb[], mode text, condition jsonb,
        vector_names text[], VARIADIC vectors "any") RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_upsert_arrays' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.upsert_arrays(text, anyarray, jsonb[], text, jsonb, text[], "any") IS
    'writes points as upsert() does, from arrays of ids, payloads and, for each name, vectors of its type; payloads, mode and condition may be null';

CREATE FUNCTION vecext.get_points(c text, ids jsonb, with_payload jsonb DEFAULT 'true',
        with_vectors jsonb DEFAULT 'false', OUT id text, OUT payload jsonb, OUT vectors jsonb,
        OUT binary_vectors bytea[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_get_points' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.get_points(text, jsonb, jsonb, jsonb) IS
    'returns points by their ids, in the order asked for; ids that there are not are left out';

CREATE FUNCTION vecext.delete_points(c text, ids jsonb DEFAULT NULL, filter jsonb DEFAULT NULL) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_delete_points' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.delete_points(text, jsonb, jsonb) IS
    'deletes the points with these ids, or that satisfy a filter, or both; returns how many';

CREATE FUNCTION vecext.lock_points(c text, ids text[]) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_lock_points' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.lock_points(text, text[]) IS
    'locks points until the transaction ends, in the order of their ids, before several calls change them; returns how many it has locked';

CREATE FUNCTION vecext.count_points(c text, filter jsonb DEFAULT NULL, exact bool DEFAULT true) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_count_points' LANGUAGE C STABLE PARALLEL RESTRICTED;
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

CREATE FUNCTION vecext.payload_order(payload jsonb, path text, is_greatest bool) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_payload_order' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_order(jsonb, text, bool) IS
    'returns the least or the greatest number at a path of a payload, of arrays too; strings that are times are microseconds since 1970; null if there is none';

CREATE FUNCTION vecext.payload_order_float(payload jsonb, path text, is_greatest bool) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_payload_order_float' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_order_float(jsonb, text, bool) IS
    'returns the least or the greatest number at a path of a payload, of arrays too; null if there is none';

CREATE FUNCTION vecext.payload_order_ts(payload jsonb, path text, is_greatest bool) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'vecext_payload_order_ts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_order_ts(jsonb, text, bool) IS
    'returns the earliest or the latest time at a path of a payload, of arrays too; null if there is none';

CREATE FUNCTION vecext_internal.order_value(payload jsonb, path text, is_greatest bool, numbers bool, times bool)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_internal_order_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.order_value(jsonb, text, bool, bool, bool) IS
    'returns the least or the greatest number or time at a path of a payload as results show it: a number as it is written, a time as microseconds since 1970';

CREATE FUNCTION vecext.scroll(c text, cursor text DEFAULT NULL, limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL,
        order_by jsonb DEFAULT NULL, with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        from_id text DEFAULT NULL,
        OUT id text, OUT payload jsonb, OUT vectors jsonb, OUT order_value jsonb, OUT next_cursor text,
        OUT next_id text, OUT binary_vectors bytea[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_scroll' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.scroll(text, text, int4, jsonb, jsonb, jsonb, jsonb, text) IS
    'returns points that satisfy a filter page by page, by id or by a key of the payload; next_cursor of a row goes on behind it, next_id as from_id with the id that follows by id; both are null where nothing follows';

CREATE FUNCTION vecext.sample(c text, limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL,
        with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        OUT id text, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_sample' LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.sample(text, int4, jsonb, jsonb, jsonb) IS
    'returns points at random';

CREATE FUNCTION vecext.payload_facets(payload jsonb, path text) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_facets' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;
CREATE FUNCTION vecext.payload_facets(payload jsonb, path text, uuids bool) RETURNS SETOF jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_facets' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 2;
COMMENT ON FUNCTION vecext.payload_facets(jsonb, text, bool) IS
    'the distinct strings, numbers and booleans that a path reaches; if uuids, the distinct UUIDs, as uuid writes them';
COMMENT ON FUNCTION vecext.payload_facets(jsonb, text) IS
    'returns the different strings, numbers and booleans at a path of a payload, of arrays too';

CREATE FUNCTION vecext.facet(c text, key text, filter jsonb DEFAULT NULL, limit_ int4 DEFAULT 10,
        exact bool DEFAULT false, OUT value jsonb, OUT count int8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_facet' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.facet(text, text, jsonb, int4, bool) IS
    'returns how many points that satisfy a filter have each value of a key, the most frequent first; the counts are always exact';

CREATE FUNCTION vecext.distance_matrix(c text, filter jsonb DEFAULT NULL, sample int4 DEFAULT 10,
        limit_ int4 DEFAULT 3, vector_name text DEFAULT NULL, form text DEFAULT 'pairs') RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_distance_matrix' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.distance_matrix(text, jsonb, int4, int4, text, text) IS
    'returns of points at random the nearest among them: {"pairs": [{"a", "b", "score"}]}, or {"ids", "offsets_row", "offsets_col", "scores"}';

CREATE FUNCTION vecext.distance_matrix_pairs(c text, filter jsonb DEFAULT NULL, sample int4 DEFAULT 10,
        limit_ int4 DEFAULT 3, vector_name text DEFAULT NULL, OUT a text, OUT b text, OUT score float8)
    RETURNS SETOF record LANGUAGE sql VOLATILE PARALLEL RESTRICTED ROWS 30
BEGIN ATOMIC
    SELECT p.pair OPERATOR(pg_catalog.->>) 'a', p.pair OPERATOR(pg_catalog.->>) 'b',
        (p.pair OPERATOR(pg_catalog.->>) 'score')::pg_catalog.float8
    FROM pg_catalog.jsonb_array_elements(
        vecext.distance_matrix(c, filter, sample, limit_, vector_name) OPERATOR(pg_catalog.->) 'pairs') AS p(pair);
END;
COMMENT ON FUNCTION vecext.distance_matrix_pairs(text, jsonb, int4, int4, text) IS
    'returns the pairs of distance_matrix() as rows';
