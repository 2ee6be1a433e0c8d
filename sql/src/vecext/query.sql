-- The universal query: nested prefetches, fusions, formulas.

CREATE FUNCTION vecext.query(c text, request jsonb, dense vector[] DEFAULT NULL, sparse sparsevec[] DEFAULT NULL,
        OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb, OUT order_value jsonb,
        OUT binary_vectors bytea[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_query' LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.query(text, jsonb, vector[], sparsevec[]) IS
    'the points that a request {"prefetch", "query", "using", "filter", "limit", "offset", "params", "score_threshold", "lookup_from", "with_payload", "with_vectors"} finds; {"$dense": 0} and {"$sparse": 0} in it stand for elements of the arrays, from 0';

CREATE FUNCTION vecext.query_batch(c text, requests jsonb, dense vector[] DEFAULT NULL, sparse sparsevec[] DEFAULT NULL,
        OUT request_no int4, OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb,
        OUT order_value jsonb, OUT binary_vectors bytea[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_query_batch' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.query_batch(text, jsonb, vector[], sparsevec[]) IS
    'several requests of query(); request_no begins at 1';

CREATE FUNCTION vecext.query_groups(c text, request jsonb, dense vector[] DEFAULT NULL, sparse sparsevec[] DEFAULT NULL,
        OUT group_key jsonb, OUT group_rank int4, OUT id text, OUT score float8, OUT payload jsonb, OUT vectors jsonb,
        OUT lookup jsonb, OUT binary_vectors bytea[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_query_groups' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.query_groups(text, jsonb, vector[], sparsevec[]) IS
    'a request of query() with "group_by", "group_size" and "with_lookup": its points in groups; "limit" counts groups';

CREATE FUNCTION vecext.query_plan(c text, request jsonb, dense vector[] DEFAULT NULL, sparse sparsevec[] DEFAULT NULL,
        OUT statement text, OUT parameters text[], OUT rows bigint, OUT plan text)
    RETURNS SETOF record AS 'MODULE_PATHNAME', 'vecext_query_plan' LANGUAGE C STABLE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.query_plan(text, jsonb, vector[], sparsevec[]) IS
    'runs a request of query(), and returns the statements that it executes, in order: each with its parameters, the number of rows that it returned, and its plan';
