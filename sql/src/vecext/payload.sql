-- Accessors by which SQL reads payloads, and on which indexes are made. A value of another type gives null and never an
-- error, and an error in the path shows only the path, which the statement itself has. So all accessors are leakproof,
-- and indexes on them serve queries under row-level security if the operator is leakproof, too.

CREATE FUNCTION vecext.payload_text(payload jsonb, path text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_payload_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_text(jsonb, text) IS
    'returns the string at a path of a payload; null if there is no string';

CREATE FUNCTION vecext.payload_prefix(payload jsonb, path text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_payload_prefix' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_prefix(jsonb, text) IS
    'returns the first 250 characters of the string at a path of a payload, which an index can have as a key; null if there is no string';

CREATE FUNCTION vecext.payload_int(payload jsonb, path text) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_payload_int' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_int(jsonb, text) IS
    'returns the integer of 64 bits at a path of a payload; null if there is no such number';

CREATE FUNCTION vecext.payload_float(payload jsonb, path text) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_payload_float' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_float(jsonb, text) IS
    'returns the double nearest to the number at a path of a payload, infinite beyond the range of doubles; null if there is no number';

CREATE FUNCTION vecext.payload_bool(payload jsonb, path text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_payload_bool' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_bool(jsonb, text) IS
    'returns the boolean at a path of a payload; null if there is none';

CREATE FUNCTION vecext.payload_ts(payload jsonb, path text) RETURNS timestamptz
    AS 'MODULE_PATHNAME', 'vecext_payload_ts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_ts(jsonb, text) IS
    'returns the time that the string at a path of a payload is, as RFC 3339 writes it, in UTC if it has no offset; null if it is none';

CREATE FUNCTION vecext.payload_uuid(payload jsonb, path text) RETURNS uuid
    AS 'MODULE_PATHNAME', 'vecext_payload_uuid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_uuid(jsonb, text) IS
    'returns the UUID that the string at a path of a payload is; null if it is none';

CREATE FUNCTION vecext.payload_is_array_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_payload_is_array_support' LANGUAGE C STRICT;
COMMENT ON FUNCTION vecext.payload_is_array_support(internal) IS
    'tells the planner how many rows have an array at a path, as an index of these rows counts them';

CREATE FUNCTION vecext.payload_is_array(payload jsonb, path text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_payload_is_array' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF
    SUPPORT vecext.payload_is_array_support;
COMMENT ON FUNCTION vecext.payload_is_array(jsonb, text) IS
    'true if a path of a payload reaches an array or several values, which functions for one value return null for';

CREATE FUNCTION vecext.payload_count(payload jsonb, path text) RETURNS int4
    AS 'MODULE_PATHNAME', 'vecext_payload_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_count(jsonb, text) IS
    'returns the number of values at a path of a payload: of nothing and null 0, of an array its elements, else 1; null if the path reaches several values';

CREATE FUNCTION vecext.payload_is_empty(payload jsonb, path text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_payload_is_empty' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_is_empty(jsonb, text) IS
    'true if a path of a payload reaches nothing but null and empty arrays';

CREATE FUNCTION vecext.payload_nums(payload jsonb, path text) RETURNS nummultirange
    AS 'MODULE_PATHNAME', 'vecext_payload_nums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_nums(jsonb, text) IS
    'returns the numbers at a path of a payload, those in arrays too, as the nearest doubles: ranges [x,x], infinite beyond 8e307; null if there is none';

CREATE FUNCTION vecext.payload_times(payload jsonb, path text) RETURNS tstzmultirange
    AS 'MODULE_PATHNAME', 'vecext_payload_times' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_times(jsonb, text) IS
    'returns the times at a path of a payload, those in arrays too: ranges [x,x]; null if there is none';

CREATE FUNCTION vecext.payload_geo_box(payload jsonb, path text) RETURNS box
    AS 'MODULE_PATHNAME', 'vecext_payload_geo_box' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_geo_box(jsonb, text) IS
    'returns the box around the points {"lon", "lat"} at a path of a payload, those in arrays too: x is the longitude; null if there is none';

-- Two keys are the same path if their canonical texts are equal.
CREATE FUNCTION vecext_internal.canonical_path(path text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_internal_canonical_path' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.canonical_path(text) IS
    'returns a path with quotes only where it needs them; null if the text is not a path';

CREATE FUNCTION vecext.payload_texts(payload jsonb, path text) RETURNS text[]
    AS 'MODULE_PATHNAME', 'vecext_payload_texts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_texts(jsonb, text) IS
    'returns the strings at a path of a payload, those in arrays too; null if there is none';

CREATE FUNCTION vecext.payload_values(payload jsonb, path text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_payload_values' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.payload_values(jsonb, text) IS
    'returns an array of the values at a path of a payload, with the elements of arrays in place of the arrays; null if there is none';
