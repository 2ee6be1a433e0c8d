-- Ids of points that are numbers or UUIDs, side by side, as Qdrant has them: numbers of 0 to 2^64 - 1 come first, then
-- UUIDs in the order of their bytes. Operators, and aggregates, are in the schema of the extension, where a user's
-- statements find them.
CREATE TYPE vecext.point_id;

CREATE FUNCTION vecext.point_id_in(cstring) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_in(cstring) IS 'I/O';

CREATE FUNCTION vecext.point_id_out(vecext.point_id) RETURNS cstring
    AS 'MODULE_PATHNAME', 'vecext_point_id_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_out(vecext.point_id) IS 'I/O';

CREATE FUNCTION vecext.point_id_recv(internal) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_recv(internal) IS 'I/O';

CREATE FUNCTION vecext.point_id_send(vecext.point_id) RETURNS bytea
    AS 'MODULE_PATHNAME', 'vecext_point_id_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_send(vecext.point_id) IS 'I/O';

CREATE TYPE vecext.point_id (
    INPUT = vecext.point_id_in, OUTPUT = vecext.point_id_out, RECEIVE = vecext.point_id_recv, SEND = vecext.point_id_send,
    INTERNALLENGTH = 17, ALIGNMENT = char);
COMMENT ON TYPE vecext.point_id IS 'id of a point: a number of 0 to 18446744073709551615 or, behind all numbers, a UUID';

CREATE FUNCTION vecext.point_id_lt(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_lt(vecext.point_id, vecext.point_id) IS 'less than';

CREATE FUNCTION vecext.point_id_le(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_le(vecext.point_id, vecext.point_id) IS 'less than or equal';

CREATE FUNCTION vecext.point_id_eq(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_eq(vecext.point_id, vecext.point_id) IS 'equal';

CREATE FUNCTION vecext.point_id_ge(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_ge(vecext.point_id, vecext.point_id) IS 'greater than or equal';

CREATE FUNCTION vecext.point_id_gt(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_gt(vecext.point_id, vecext.point_id) IS 'greater than';

CREATE FUNCTION vecext.point_id_ne(vecext.point_id, vecext.point_id) RETURNS boolean
    AS 'MODULE_PATHNAME', 'vecext_point_id_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_ne(vecext.point_id, vecext.point_id) IS 'not equal';

CREATE OPERATOR @extschema@.< (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_lt,
    COMMUTATOR = OPERATOR(@extschema@.>), NEGATOR = OPERATOR(@extschema@.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR @extschema@.< (vecext.point_id, vecext.point_id) IS 'less than';

CREATE OPERATOR @extschema@.<= (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_le,
    COMMUTATOR = OPERATOR(@extschema@.>=), NEGATOR = OPERATOR(@extschema@.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR @extschema@.<= (vecext.point_id, vecext.point_id) IS 'less than or equal';

CREATE OPERATOR @extschema@.= (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_eq,
    COMMUTATOR = OPERATOR(@extschema@.=), NEGATOR = OPERATOR(@extschema@.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR @extschema@.= (vecext.point_id, vecext.point_id) IS 'equal';

CREATE OPERATOR @extschema@.>= (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_ge,
    COMMUTATOR = OPERATOR(@extschema@.<=), NEGATOR = OPERATOR(@extschema@.<), RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR @extschema@.>= (vecext.point_id, vecext.point_id) IS 'greater than or equal';

CREATE OPERATOR @extschema@.> (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_gt,
    COMMUTATOR = OPERATOR(@extschema@.<), NEGATOR = OPERATOR(@extschema@.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR @extschema@.> (vecext.point_id, vecext.point_id) IS 'greater than';

CREATE OPERATOR @extschema@.<> (LEFTARG = vecext.point_id, RIGHTARG = vecext.point_id, FUNCTION = vecext.point_id_ne,
    COMMUTATOR = OPERATOR(@extschema@.<>), NEGATOR = OPERATOR(@extschema@.=), RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR @extschema@.<> (vecext.point_id, vecext.point_id) IS 'not equal';

CREATE FUNCTION vecext.point_id_cmp(vecext.point_id, vecext.point_id) RETURNS integer
    AS 'MODULE_PATHNAME', 'vecext_point_id_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_cmp(vecext.point_id, vecext.point_id) IS 'less-equal-greater';

CREATE FUNCTION vecext.point_id_sortsupport(internal) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_point_id_sortsupport' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_sortsupport(internal) IS 'sort support';

CREATE FUNCTION vecext.point_id_hash(vecext.point_id) RETURNS integer
    AS 'MODULE_PATHNAME', 'vecext_point_id_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_hash(vecext.point_id) IS 'hash';

CREATE FUNCTION vecext.point_id_hash_extended(vecext.point_id, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', 'vecext_point_id_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE LEAKPROOF;
COMMENT ON FUNCTION vecext.point_id_hash_extended(vecext.point_id, bigint) IS 'hash';

CREATE OPERATOR CLASS vecext.point_id_ops DEFAULT FOR TYPE vecext.point_id USING btree AS
    OPERATOR 1 @extschema@.<,
    OPERATOR 2 @extschema@.<=,
    OPERATOR 3 @extschema@.=,
    OPERATOR 4 @extschema@.>=,
    OPERATOR 5 @extschema@.>,
    FUNCTION 1 vecext.point_id_cmp(vecext.point_id, vecext.point_id),
    FUNCTION 2 vecext.point_id_sortsupport(internal),
    FUNCTION 4 pg_catalog.btequalimage(oid);
COMMENT ON OPERATOR CLASS vecext.point_id_ops USING btree IS 'order of point_id: numbers, then UUIDs';
COMMENT ON OPERATOR FAMILY vecext.point_id_ops USING btree IS 'order of point_id';
CREATE OPERATOR CLASS vecext.point_id_ops DEFAULT FOR TYPE vecext.point_id USING hash AS
    OPERATOR 1 @extschema@.=,
    FUNCTION 1 vecext.point_id_hash(vecext.point_id),
    FUNCTION 2 vecext.point_id_hash_extended(vecext.point_id, bigint);
COMMENT ON OPERATOR CLASS vecext.point_id_ops USING hash IS 'equality of point_id';
COMMENT ON OPERATOR FAMILY vecext.point_id_ops USING hash IS 'equality of point_id';

CREATE FUNCTION vecext.point_id_smaller(vecext.point_id, vecext.point_id) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_smaller' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_smaller(vecext.point_id, vecext.point_id) IS 'the smaller of two ids';

CREATE AGGREGATE @extschema@.min(vecext.point_id) (
    SFUNC = vecext.point_id_smaller, STYPE = vecext.point_id, COMBINEFUNC = vecext.point_id_smaller,
    SORTOP = OPERATOR(@extschema@.<), PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.min(vecext.point_id) IS 'first id in the order of ids';

CREATE FUNCTION vecext.point_id_larger(vecext.point_id, vecext.point_id) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_larger' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_larger(vecext.point_id, vecext.point_id) IS 'the larger of two ids';

CREATE AGGREGATE @extschema@.max(vecext.point_id) (
    SFUNC = vecext.point_id_larger, STYPE = vecext.point_id, COMBINEFUNC = vecext.point_id_larger,
    SORTOP = OPERATOR(@extschema@.>), PARALLEL = SAFE);
COMMENT ON AGGREGATE @extschema@.max(vecext.point_id) IS 'last id in the order of ids';

-- Casts. An id is written as a number or a UUID anywhere: WHERE id = 5 or id = ANY ($1::bigint[]).

CREATE FUNCTION vecext.point_id(smallint) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_of_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id(smallint) IS 'the id that is this number';

CREATE CAST (smallint AS vecext.point_id) WITH FUNCTION vecext.point_id(smallint) AS IMPLICIT;
COMMENT ON CAST (smallint AS vecext.point_id) IS 'a number that is not negative is an id';

CREATE FUNCTION vecext.point_id(integer) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_of_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id(integer) IS 'the id that is this number';

CREATE CAST (integer AS vecext.point_id) WITH FUNCTION vecext.point_id(integer) AS IMPLICIT;
COMMENT ON CAST (integer AS vecext.point_id) IS 'a number that is not negative is an id';

CREATE FUNCTION vecext.point_id(bigint) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_of_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id(bigint) IS 'the id that is this number';

CREATE CAST (bigint AS vecext.point_id) WITH FUNCTION vecext.point_id(bigint) AS IMPLICIT;
COMMENT ON CAST (bigint AS vecext.point_id) IS 'a number that is not negative is an id';

CREATE FUNCTION vecext.point_id(uuid) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_of_uuid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id(uuid) IS 'the id that is this UUID';

-- Not implicit: an integer and a UUID would have an operator in common.
CREATE CAST (uuid AS vecext.point_id) WITH FUNCTION vecext.point_id(uuid) AS ASSIGNMENT;
COMMENT ON CAST (uuid AS vecext.point_id) IS 'a UUID is an id';

CREATE FUNCTION vecext.point_id(numeric) RETURNS vecext.point_id
    AS 'MODULE_PATHNAME', 'vecext_point_id_of_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id(numeric) IS 'the id that is this number, rounded to an integer';

CREATE CAST (numeric AS vecext.point_id) WITH FUNCTION vecext.point_id(numeric) AS ASSIGNMENT;
COMMENT ON CAST (numeric AS vecext.point_id) IS 'a number that is not negative is an id';

CREATE FUNCTION vecext.point_id_json(vecext.point_id) RETURNS json
    AS 'MODULE_PATHNAME', 'vecext_point_id_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.point_id_json(vecext.point_id) IS 'a number, or a UUID as a string';

-- By this cast, to_jsonb(), jsonb_agg() and row_to_json() show numbers as numbers.
CREATE CAST (vecext.point_id AS json) WITH FUNCTION vecext.point_id_json(vecext.point_id);
COMMENT ON CAST (vecext.point_id AS json) IS 'a number is a number in JSON, and a UUID a string';
