-- Hybrid search in any table, by words and vectors.

CREATE FUNCTION vecext.rrf(rank int8, k float8 DEFAULT 60, weight float8 DEFAULT 1) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_rrf' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.rrf(int8, float8, float8) IS
    'what a rank, from 1, adds to the score of reciprocal rank fusion: weight / (k + rank); 0 if it is null';

CREATE FUNCTION vecext_internal.exact_json(value anyelement) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_internal_exact_json' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.exact_json(anyelement) IS
    'a value as to_jsonb() has it, with all digits of numbers, and intervals and bytes in one form, whatever the session has set';

CREATE FUNCTION vecext.hybrid_search(
        relation regclass, text text DEFAULT NULL, vector vector DEFAULT NULL, sparse sparsevec DEFAULT NULL,
        legs jsonb DEFAULT NULL, filter jsonb DEFAULT NULL, method text DEFAULT 'relative', limit_ int4 DEFAULT 10,
        window_ int4 DEFAULT 100, k float8 DEFAULT 60, alpha float8 DEFAULT NULL, weights float8[] DEFAULT NULL,
        text_column text DEFAULT NULL, vector_column text DEFAULT NULL, sparse_column text DEFAULT NULL,
        offset_ int4 DEFAULT 0, params jsonb DEFAULT '{}',
        OUT id text, OUT score float8, OUT ranks int4[], OUT scores float8[], OUT row_id tid)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_hybrid_search' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.hybrid_search(regclass, text, vector, sparsevec, jsonb, jsonb, text, int4, int4, float8,
        float8, float8[], text, text, text, int4, jsonb) IS
    'the rows of a table that searches by words and by vectors find, as one list; method: relative, rrf, dbsf, weighted; pages of one search need the same window_';
