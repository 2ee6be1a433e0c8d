-- Lists of hits from any source: measures of their quality, and other orders of them.

-- `retrieved` has the ids that a search has found, the best first, and `relevant` has those that it should have found.
CREATE FUNCTION vecext.recall_at_k(retrieved anycompatiblearray, relevant anycompatiblearray, k int4 DEFAULT 10) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_recall_at_k' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.recall_at_k(anycompatiblearray, anycompatiblearray, int4) IS
    'the share of the relevant ids that are among the first k retrieved ones; null if none is relevant';

CREATE FUNCTION vecext.mrr(retrieved anycompatiblearray, relevant anycompatiblearray, k int4 DEFAULT 10) RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_mrr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.mrr(anycompatiblearray, anycompatiblearray, int4) IS
    'the reciprocal of the rank of the first relevant id among the first k retrieved ones, 0 if there is none; its average over queries is the mean reciprocal rank';

CREATE FUNCTION vecext.ndcg(
        retrieved anycompatiblearray, relevant anycompatiblearray, k int4 DEFAULT 10, gains float8[] DEFAULT '{}')
    RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_ndcg' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.ndcg(anycompatiblearray, anycompatiblearray, int4, float8[]) IS
    'normalized discounted cumulative gain of the first k retrieved ids; gains are those of the relevant ids, 1 if left out';

CREATE FUNCTION vecext.mmr(
        query vector, ids anyarray, vectors vector[], lambda float8 DEFAULT 0.5, k int4 DEFAULT 10) RETURNS anyarray
    AS 'MODULE_PATHNAME', 'vecext_mmr' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.mmr(vector, anyarray, vector[], float8, int4) IS
    'chooses k ids by maximal marginal relevance: vectors near to the query (lambda 1) and unlike those chosen before (lambda 0), by the cosine';

CREATE FUNCTION vecext.rerank_formula(
        formula jsonb, ids anyarray, scores float8[], payloads jsonb[] DEFAULT '{}', defaults jsonb DEFAULT '{}',
        limit_ int4 DEFAULT 10, OUT id anyelement, OUT score float8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_rerank_formula' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION vecext.rerank_formula(jsonb, anyarray, float8[], jsonb[], jsonb, int4) IS
    'the ids with the largest values of a formula of query(), over their scores (an array of arrays: $score[0], $score[1], ...) and payloads';
