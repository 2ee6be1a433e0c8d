-- Full-text search: the access method bm25, its operators, and queries that name their index. Access methods have no
-- schema, so only one extension of a database can have one of a given name: bm25 here, or inverted in inverted.sql.
DO $$
DECLARE
    method pg_catalog.name;
    other pg_catalog.text;
BEGIN
    FOR method, other IN
        SELECT a.amname, coalesce(e.extname::pg_catalog.text, '')
        FROM pg_catalog.pg_am a
        LEFT JOIN pg_catalog.pg_depend d ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_am'::pg_catalog.regclass
            AND d.objid OPERATOR(pg_catalog.=) a.oid AND d.deptype OPERATOR(pg_catalog.=) 'e'
        LEFT JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
        WHERE a.amname OPERATOR(pg_catalog.=) 'bm25' OR a.amname OPERATOR(pg_catalog.=) 'inverted'
    LOOP
        RAISE duplicate_object USING
            MESSAGE = pg_catalog.format('access method "%s" exists already', method),
            DETAIL = CASE other WHEN '' THEN 'It belongs to no extension.'
                ELSE pg_catalog.format('It belongs to extension "%s".', other) END,
            HINT = 'Access methods have no schema: create extension vecext in another database, or drop the other one first.';
    END LOOP;
END
$$;

CREATE FUNCTION vecext.bm25_handler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'bm25handler' LANGUAGE C;
COMMENT ON FUNCTION vecext.bm25_handler(internal) IS 'bm25 index access method handler';
CREATE ACCESS METHOD bm25 TYPE INDEX HANDLER vecext.bm25_handler;
COMMENT ON ACCESS METHOD bm25 IS
    'bm25 index access method: posting lists of the words of texts, for the best matches by BM25';

-- A query, together with the index by whose statistics its words are weighted.
CREATE TYPE vecext.bm25_query;
CREATE FUNCTION vecext.bm25_query_in(cstring) RETURNS vecext.bm25_query
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_in' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query_in(cstring) IS 'I/O';
CREATE FUNCTION vecext.bm25_query_out(vecext.bm25_query) RETURNS cstring
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_out' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query_out(vecext.bm25_query) IS 'I/O';
CREATE TYPE vecext.bm25_query (INPUT = vecext.bm25_query_in, OUTPUT = vecext.bm25_query_out, STORAGE = extended);
COMMENT ON TYPE vecext.bm25_query IS 'words or a tsquery, and the bm25 index that they are looked up in';

CREATE FUNCTION vecext.bm25_query(words text, index regclass) RETURNS vecext.bm25_query
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_words' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query(text, regclass) IS
    'a query for rows that have any of the words, for <@> and @@@, with the bm25 index to use';
CREATE FUNCTION vecext.bm25_query(query tsquery, index regclass) RETURNS vecext.bm25_query
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_tsquery' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query(tsquery, regclass) IS
    'a tsquery for <@> and @@@, with the bm25 index to use';
CREATE FUNCTION vecext.bm25_query(words text, index regclass, internal) RETURNS vecext.bm25_query
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_words_planned' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query(text, regclass, internal) IS
    'what the planner puts in place of words, with the index that it found';
CREATE FUNCTION vecext.bm25_query(query tsquery, index regclass, internal) RETURNS vecext.bm25_query
    AS 'MODULE_PATHNAME', 'vecext_bm25_query_tsquery_planned' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_query(tsquery, regclass, internal) IS
    'what the planner puts in place of a tsquery, with the index that it found';

CREATE FUNCTION vecext.bm25_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_bm25_support' LANGUAGE C;
COMMENT ON FUNCTION vecext.bm25_support(internal) IS
    'finds the bm25 index of a column that is compared with a query which names none';

CREATE FUNCTION vecext.bm25_matchsel(internal, oid, internal, int4) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_matchsel' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.bm25_matchsel(internal, oid, internal, int4) IS
    'estimates the share of the rows that a query is true of, by the index';

-- All scores of a statement are computed with one set of statistics, which the leader reads. So parallel workers
-- compute no scores.
CREATE FUNCTION vecext.bm25_distance(text, vecext.bm25_query) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_distance_text' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text, vecext.bm25_query) IS
    'the negative BM25 score of a text: 0 where no word matches';
CREATE FUNCTION vecext.bm25_matches(text, vecext.bm25_query) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_matches_text' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text, vecext.bm25_query) IS
    'true if a query matches a text';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text, RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text, vecext.bm25_query) IS 'negative BM25 score';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text, RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text, vecext.bm25_query) IS 'matches the query';

CREATE FUNCTION vecext.bm25_distance(text, text) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text, text) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE FUNCTION vecext.bm25_matches(text, text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text, text) IS
    'true if a query matches a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text, RIGHTARG = text, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text, text) IS 'negative BM25 score, by the column''s bm25 index';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text, RIGHTARG = text, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text, text) IS 'matches the query, by the column''s bm25 index';

CREATE FUNCTION vecext.bm25_distance(text, tsquery) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text, tsquery) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE FUNCTION vecext.bm25_matches(text, tsquery) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text, tsquery) IS
    'true if a query matches a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text, RIGHTARG = tsquery, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text, tsquery) IS 'negative BM25 score, by the column''s bm25 index';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text, RIGHTARG = tsquery, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text, tsquery) IS 'matches the query, by the column''s bm25 index';

CREATE FUNCTION vecext.bm25_distance(text[], vecext.bm25_query) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_distance_array' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text[], vecext.bm25_query) IS
    'the negative BM25 score of the texts of an array, as one: 0 where no word matches';
CREATE FUNCTION vecext.bm25_matches(text[], vecext.bm25_query) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_matches_array' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text[], vecext.bm25_query) IS
    'true if a query matches the texts of an array, as one text';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text[], RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text[], vecext.bm25_query) IS 'negative BM25 score';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text[], RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text[], vecext.bm25_query) IS 'matches the query';

CREATE FUNCTION vecext.bm25_distance(text[], text) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text[], text) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE FUNCTION vecext.bm25_matches(text[], text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text[], text) IS
    'true if a query matches a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text[], RIGHTARG = text, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text[], text) IS 'negative BM25 score, by the column''s bm25 index';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text[], RIGHTARG = text, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text[], text) IS 'matches the query, by the column''s bm25 index';

CREATE FUNCTION vecext.bm25_distance(text[], tsquery) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(text[], tsquery) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE FUNCTION vecext.bm25_matches(text[], tsquery) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(text[], tsquery) IS
    'true if a query matches a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = text[], RIGHTARG = tsquery, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(text[], tsquery) IS 'negative BM25 score, by the column''s bm25 index';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = text[], RIGHTARG = tsquery, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(text[], tsquery) IS 'matches the query, by the column''s bm25 index';

CREATE FUNCTION vecext.bm25_distance(tsvector, vecext.bm25_query) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_distance_tsvector' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 100
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(tsvector, vecext.bm25_query) IS
    'the negative BM25 score of a tsvector: 0 where no word matches';
CREATE FUNCTION vecext.bm25_matches(tsvector, vecext.bm25_query) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_matches_tsvector' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 100
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(tsvector, vecext.bm25_query) IS
    'true if a query matches a tsvector';
CREATE OPERATOR @extschema@.<@> (LEFTARG = tsvector, RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(tsvector, vecext.bm25_query) IS 'negative BM25 score';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = tsvector, RIGHTARG = vecext.bm25_query, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(tsvector, vecext.bm25_query) IS 'matches the query';

CREATE FUNCTION vecext.bm25_distance(tsvector, text) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(tsvector, text) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE FUNCTION vecext.bm25_matches(tsvector, text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL SAFE COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_matches(tsvector, text) IS
    'true if a query matches a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = tsvector, RIGHTARG = text, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(tsvector, text) IS 'negative BM25 score, by the column''s bm25 index';
CREATE OPERATOR @extschema@.@@@ (LEFTARG = tsvector, RIGHTARG = text, FUNCTION = vecext.bm25_matches,
    RESTRICT = vecext.bm25_matchsel, JOIN = contjoinsel);
COMMENT ON OPERATOR @extschema@.@@@(tsvector, text) IS 'matches the query, by the column''s bm25 index';

CREATE FUNCTION vecext.bm25_distance(tsvector, tsquery) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_bm25_without_index' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 5000
    SUPPORT vecext.bm25_support;
COMMENT ON FUNCTION vecext.bm25_distance(tsvector, tsquery) IS
    'the negative BM25 score of a column that a bm25 index has';
CREATE OPERATOR @extschema@.<@> (LEFTARG = tsvector, RIGHTARG = tsquery, FUNCTION = vecext.bm25_distance);
COMMENT ON OPERATOR @extschema@.<@>(tsvector, tsquery) IS 'negative BM25 score, by the column''s bm25 index';
-- The operator @@@ of a tsvector and a tsquery is the server's, and no search_path hides it.

CREATE OPERATOR CLASS @extschema@.bm25_text_ops DEFAULT FOR TYPE text USING bm25 AS
    OPERATOR 1 @extschema@.<@> (text, vecext.bm25_query) FOR ORDER BY float_ops,
    OPERATOR 2 @extschema@.@@@ (text, vecext.bm25_query),
    FUNCTION 1 vecext.bm25_distance(text, vecext.bm25_query);
COMMENT ON OPERATOR CLASS @extschema@.bm25_text_ops USING bm25 IS 'words of a text';
COMMENT ON OPERATOR FAMILY @extschema@.bm25_text_ops USING bm25 IS 'words of a text';

CREATE OPERATOR CLASS @extschema@.bm25_array_ops DEFAULT FOR TYPE text[] USING bm25 AS
    OPERATOR 1 @extschema@.<@> (text[], vecext.bm25_query) FOR ORDER BY float_ops,
    OPERATOR 2 @extschema@.@@@ (text[], vecext.bm25_query),
    FUNCTION 1 vecext.bm25_distance(text[], vecext.bm25_query);
COMMENT ON OPERATOR CLASS @extschema@.bm25_array_ops USING bm25 IS 'words of the texts of an array, as one';
COMMENT ON OPERATOR FAMILY @extschema@.bm25_array_ops USING bm25 IS 'words of the texts of an array, as one';

CREATE OPERATOR CLASS @extschema@.bm25_tsvector_ops DEFAULT FOR TYPE tsvector USING bm25 AS
    OPERATOR 1 @extschema@.<@> (tsvector, vecext.bm25_query) FOR ORDER BY float_ops,
    OPERATOR 2 @extschema@.@@@ (tsvector, vecext.bm25_query),
    FUNCTION 1 vecext.bm25_distance(tsvector, vecext.bm25_query);
COMMENT ON OPERATOR CLASS @extschema@.bm25_tsvector_ops USING bm25 IS 'words of a tsvector';
COMMENT ON OPERATOR FAMILY @extschema@.bm25_tsvector_ops USING bm25 IS 'words of a tsvector';

-- Key columns: WHERE column = value ORDER BY body <@> 'words'. Support function 2 is the hash of a key. By default, a
-- column of type text is one to search, so text_ops must be named for a key column. Strategies 1 and 2 belong to
-- columns to search.
CREATE OPERATOR FAMILY @extschema@.integer_ops USING bm25;
COMMENT ON OPERATOR FAMILY @extschema@.integer_ops USING bm25 IS
    'finds rows by a key column of an integer type';

CREATE OPERATOR CLASS @extschema@.int2_ops
    DEFAULT FOR TYPE int2 USING bm25 FAMILY @extschema@.integer_ops AS
    OPERATOR 3 = (int2, int2),
    OPERATOR 3 = (int2, int4),
    OPERATOR 3 = (int2, int8),
    FUNCTION 2 hashint2(int2);
COMMENT ON OPERATOR CLASS @extschema@.int2_ops USING bm25 IS
    'finds rows by a key column of int2';

CREATE OPERATOR CLASS @extschema@.int4_ops
    DEFAULT FOR TYPE int4 USING bm25 FAMILY @extschema@.integer_ops AS
    OPERATOR 3 = (int4, int2),
    OPERATOR 3 = (int4, int4),
    OPERATOR 3 = (int4, int8),
    FUNCTION 2 hashint4(int4);
COMMENT ON OPERATOR CLASS @extschema@.int4_ops USING bm25 IS
    'finds rows by a key column of int4';

CREATE OPERATOR CLASS @extschema@.int8_ops
    DEFAULT FOR TYPE int8 USING bm25 FAMILY @extschema@.integer_ops AS
    OPERATOR 3 = (int8, int2),
    OPERATOR 3 = (int8, int4),
    OPERATOR 3 = (int8, int8),
    FUNCTION 2 hashint8(int8);
COMMENT ON OPERATOR CLASS @extschema@.int8_ops USING bm25 IS
    'finds rows by a key column of int8';

CREATE OPERATOR CLASS @extschema@.uuid_ops
    DEFAULT FOR TYPE uuid USING bm25 AS
    OPERATOR 3 = (uuid, uuid),
    FUNCTION 2 uuid_hash(uuid);
COMMENT ON OPERATOR CLASS @extschema@.uuid_ops USING bm25 IS
    'finds rows by a key column of uuid';
COMMENT ON OPERATOR FAMILY @extschema@.uuid_ops USING bm25 IS
    'finds rows by a key column of uuid';

CREATE OPERATOR CLASS @extschema@.text_ops
    FOR TYPE text USING bm25 AS
    OPERATOR 3 = (text, text),
    FUNCTION 2 hashtext(text);
COMMENT ON OPERATOR CLASS @extschema@.text_ops USING bm25 IS
    'finds rows by a key column of text';
COMMENT ON OPERATOR FAMILY @extschema@.text_ops USING bm25 IS
    'finds rows by a key column of text';

CREATE OPERATOR CLASS @extschema@.bool_ops
    DEFAULT FOR TYPE bool USING bm25 AS
    OPERATOR 3 = (bool, bool),
    FUNCTION 2 hashchar("char");
COMMENT ON OPERATOR CLASS @extschema@.bool_ops USING bm25 IS
    'finds rows by a key column of bool';
COMMENT ON OPERATOR FAMILY @extschema@.bool_ops USING bm25 IS
    'finds rows by a key column of bool';

CREATE OPERATOR CLASS @extschema@.enum_ops
    DEFAULT FOR TYPE anyenum USING bm25 AS
    OPERATOR 3 = (anyenum, anyenum),
    FUNCTION 2 hashenum(anyenum);
COMMENT ON OPERATOR CLASS @extschema@.enum_ops USING bm25 IS
    'finds rows by a key column of an enum type';
COMMENT ON OPERATOR FAMILY @extschema@.enum_ops USING bm25 IS
    'finds rows by a key column of an enum type';
