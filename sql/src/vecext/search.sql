-- Searches in collections: the points nearest to a vector, or to examples. A score is a cosine or an inner product, of
-- which larger ones come first, or a Euclidean or Manhattan distance, of which smaller ones come first. Points with
-- equal scores are in the order of their ids.

CREATE FUNCTION vecext.search(
        c text, query vector, limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL, offset_ int4 DEFAULT 0,
        vector_name text DEFAULT NULL, params jsonb DEFAULT '{}', score_threshold float8 DEFAULT NULL,
        with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_search' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.search(text, vector, int4, jsonb, int4, text, jsonb, float8, jsonb, jsonb) IS
    'the points of a collection nearest to a vector, best first; params: hnsw_ef, probes, exact, target_recall, filter_strategy';

CREATE FUNCTION vecext.search_batch(c text, requests jsonb,
        OUT request_no int4, OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_search_batch' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.search_batch(text, jsonb) IS
    'several searches, {"vector", "using", "filter", "limit", "offset", "params", "score_threshold", "with_payload", "with_vectors"} each; request_no begins at 1';

CREATE FUNCTION vecext.recommend(
        c text, positive jsonb DEFAULT '[]', negative jsonb DEFAULT '[]', strategy text DEFAULT 'average_vector',
        limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL, vector_name text DEFAULT NULL,
        lookup_from jsonb DEFAULT NULL, offset_ int4 DEFAULT 0, params jsonb DEFAULT '{}',
        score_threshold float8 DEFAULT NULL, with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_recommend' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.recommend(text, jsonb, jsonb, text, int4, jsonb, text, jsonb, int4, jsonb, float8, jsonb, jsonb) IS
    'points like the positive examples and unlike the negative ones, which are ids or vectors; strategy: average_vector, best_score, sum_scores';

CREATE FUNCTION vecext.recommend_batch(c text, requests jsonb,
        OUT request_no int4, OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_recommend_batch' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.recommend_batch(text, jsonb) IS
    'several recommendations, {"positive", "negative", "strategy", "using", "lookup_from", "filter", "limit", ...} each; request_no begins at 1';

CREATE FUNCTION vecext.discover(
        c text, target jsonb, context jsonb DEFAULT '[]',
        limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL, vector_name text DEFAULT NULL,
        lookup_from jsonb DEFAULT NULL, offset_ int4 DEFAULT 0, params jsonb DEFAULT '{}',
        score_threshold float8 DEFAULT NULL, with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_discover' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.discover(text, jsonb, jsonb, int4, jsonb, text, jsonb, int4, jsonb, float8, jsonb, jsonb) IS
    'points on the positive side of most pairs {"positive", "negative"} of the context, among them those nearest to the target';

CREATE FUNCTION vecext.context_search(
        c text, context jsonb,
        limit_ int4 DEFAULT 10, filter jsonb DEFAULT NULL, vector_name text DEFAULT NULL,
        lookup_from jsonb DEFAULT NULL, offset_ int4 DEFAULT 0, params jsonb DEFAULT '{}',
        score_threshold float8 DEFAULT NULL, with_payload jsonb DEFAULT 'true', with_vectors jsonb DEFAULT 'false',
        OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_context_search' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.context_search(text, jsonb, int4, jsonb, text, jsonb, int4, jsonb, float8, jsonb, jsonb) IS
    'points on the positive side of the pairs {"positive", "negative"} of the context; none scores above 0';

CREATE FUNCTION vecext.search_groups(
        c text, query vector, group_by text, limit_ int4 DEFAULT 10, group_size int4 DEFAULT 3,
        filter jsonb DEFAULT NULL, vector_name text DEFAULT NULL, params jsonb DEFAULT '{}',
        score_threshold float8 DEFAULT NULL, with_payload jsonb DEFAULT 'true',
        with_vectors jsonb DEFAULT 'false', with_lookup jsonb DEFAULT NULL,
        OUT group_key jsonb, OUT group_rank int4, OUT id text, OUT score float8, OUT payload jsonb,
        OUT vectors jsonb, OUT lookup jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_search_groups' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.search_groups(text, vector, text, int4, int4, jsonb, text, jsonb, float8, jsonb, jsonb, jsonb) IS
    'the nearest points in groups by the strings and integers under a key of the payload, the group with the best point first';

CREATE FUNCTION vecext.recommend_groups(
        c text, group_by text, positive jsonb DEFAULT '[]', negative jsonb DEFAULT '[]',
        strategy text DEFAULT 'average_vector', limit_ int4 DEFAULT 10, group_size int4 DEFAULT 3,
        filter jsonb DEFAULT NULL, vector_name text DEFAULT NULL, lookup_from jsonb DEFAULT NULL,
        params jsonb DEFAULT '{}', score_threshold float8 DEFAULT NULL, with_payload jsonb DEFAULT 'true',
        with_vectors jsonb DEFAULT 'false', with_lookup jsonb DEFAULT NULL,
        OUT group_key jsonb, OUT group_rank int4, OUT id text, OUT score float8, OUT payload jsonb,
        OUT vectors jsonb, OUT lookup jsonb)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_recommend_groups' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.recommend_groups(
        text, text, jsonb, jsonb, text, int4, int4, jsonb, text, jsonb, jsonb, float8, jsonb, jsonb, jsonb) IS
    'recommended points in groups by the strings and integers under a key of the payload';
