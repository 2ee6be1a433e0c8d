-- Filters as conditions of a WHERE clause.
CREATE FUNCTION vecext.matches_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_matches_support' LANGUAGE C STRICT;
COMMENT ON FUNCTION vecext.matches_support(internal) IS
    'tells the planner which conditions a filter stands for, what evaluating it costs and how many rows it leaves';

CREATE FUNCTION vecext.matches(payload jsonb, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches(jsonb, jsonb) IS
    'true if a payload satisfies a filter of the grammar of must, should, must_not and min_should';

CREATE FUNCTION vecext.matches(payload jsonb, filter text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches(jsonb, text) IS
    'true if a payload satisfies a filter text, or a filter in JSON if the text begins with a brace';

CREATE FUNCTION vecext.matches("row" record, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_row_jsonb' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches(record, jsonb) IS
    'true if a row of a collection satisfies a filter, which may be about its id and its vectors, too';

CREATE FUNCTION vecext.matches("row" record, filter text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_row_text' LANGUAGE C STABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches(record, text) IS
    'true if a row of a collection satisfies a filter text, or a filter in JSON if the text begins with a brace';

CREATE FUNCTION vecext.matches_langchain(payload jsonb, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_langchain' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches_langchain(jsonb, jsonb) IS
    'true if a payload satisfies a filter as LangChain writes it';

CREATE FUNCTION vecext.matches_llamaindex(payload jsonb, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_llamaindex' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext.matches_llamaindex(jsonb, jsonb) IS
    'true if a payload satisfies a filter as LlamaIndex writes it';

CREATE FUNCTION vecext_internal.matches_recheck(payload jsonb, filter text, dialect text, share float8) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_internal_matches_recheck' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext_internal.matches_recheck(jsonb, text, text, float8) IS
    'used by the planner in place of matches: evaluates a filter for a payload that indexes have found; share is the estimated share of these that satisfy it';

CREATE FUNCTION vecext_internal.matches_recheck(
        payload jsonb, filter text, dialect text, share float8, id anynonarray, vector_names text[], has_vectors bool[])
    RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_internal_matches_recheck_row' LANGUAGE C IMMUTABLE PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext_internal.matches_recheck(jsonb, text, text, float8, anynonarray, text[], bool[]) IS
    'used by the planner in place of matches: evaluates a filter for a row of a collection that indexes have found; share is the estimated share of these that satisfy it';

CREATE FUNCTION vecext_internal.matches_recheck(payload jsonb, filter text, dialect text, share float8, configs regconfig[])
    RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_internal_matches_recheck' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext_internal.matches_recheck(jsonb, text, text, float8, regconfig[]) IS
    'used by the planner in place of matches: evaluates a filter for a payload, whose texts it reads by the configurations of text indexes';

CREATE FUNCTION vecext_internal.matches_recheck(
        payload jsonb, filter text, dialect text, share float8, id anynonarray, vector_names text[], has_vectors bool[],
        configs regconfig[])
    RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_internal_matches_recheck_row' LANGUAGE C IMMUTABLE PARALLEL SAFE
    SUPPORT vecext.matches_support;
COMMENT ON FUNCTION vecext_internal.matches_recheck(jsonb, text, text, float8, anynonarray, text[], bool[], regconfig[]) IS
    'used by the planner in place of matches: evaluates a filter for a row of a collection, whose texts it reads by the configurations of text indexes';

-- The names of columns that filter_sql() uses if it is not given a collection.
CREATE TYPE vecext.document AS (id text, payload jsonb);
COMMENT ON TYPE vecext.document IS 'a row that vecext.filter_sql() writes a condition for';

CREATE FUNCTION vecext.filter_sql(filter jsonb, collection text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_filter_sql' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.filter_sql(jsonb, text) IS
    'returns the condition of a WHERE clause that a filter is equal to, with those that indexes of the collection serve; without a collection, with all that indexes could serve';

CREATE FUNCTION vecext.filter_sql(filter text, collection text DEFAULT NULL) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_filter_sql' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.filter_sql(text, text) IS
    'returns the condition of a WHERE clause that a filter text is equal to';
