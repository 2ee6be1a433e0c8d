-- What sessions count of the scans of indexes, in shared memory (src/pg/shared/index_counters.h).

CREATE FUNCTION vecext_internal.index_counters(
        OUT indexrelid oid, OUT scans int8, OUT plain int8, OUT postfilter int8, OUT inline int8, OUT compared int8, OUT by_keys int8,
        OUT steps int8, OUT pages int8, OUT rows_scored int8, OUT rows_reranked int8, OUT rows_returned int8,
        OUT total_ms float8, OUT p50_ms float8, OUT p95_ms float8, OUT p99_ms float8, OUT times int8[],
        OUT observed_queries int8, OUT observed_rows int8, OUT missed_rows int8, OUT damages int8, OUT since timestamptz)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_internal_index_counters' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION vecext_internal.index_counters() IS
    'what vecext.stat_indexes shows, of the indexes that were scanned and that the caller may see';

CREATE VIEW vecext.stat_indexes WITH (security_invoker = true) AS
SELECT x.index, x.schemaname, x.tablename, x.indexname, x.method,
    s.scans, s.plain, s.postfilter, s.inline, s.compared, s.by_keys,
    s.steps, s.pages, s.rows_scored, s.rows_reranked, s.rows_returned,
    s.total_ms, CASE WHEN s.scans OPERATOR(pg_catalog.>) 0 THEN s.total_ms OPERATOR(pg_catalog./) s.scans END AS mean_ms, s.p50_ms, s.p95_ms, s.p99_ms, s.times,
    CASE WHEN s.observed_rows OPERATOR(pg_catalog.>) 0
        THEN 1 OPERATOR(pg_catalog.-) (s.missed_rows OPERATOR(pg_catalog./) s.observed_rows::pg_catalog.float8) END AS observed_recall,
    s.observed_queries, s.observed_rows, s.missed_rows, s.damages, s.since
FROM vecext.indexes x LEFT JOIN vecext_internal.index_counters() s ON s.indexrelid OPERATOR(pg_catalog.=) x.index::pg_catalog.oid;
COMMENT ON VIEW vecext.stat_indexes IS
    'what all sessions have done with each index since the server started: scans and how they found their rows, the work and the time of their searches, the recall of observed queries, and errors; null for an index that was not scanned, and for one whose table the role may not read';
GRANT SELECT ON vecext.stat_indexes TO PUBLIC;

CREATE FUNCTION vecext.stat_reset(index regclass DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_stat_reset' LANGUAGE C VOLATILE PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.stat_reset(regclass) IS
    'sets the counters of an index that vecext.stat_indexes shows to zero, or those of all indexes of the database if the index is null';
REVOKE ALL ON FUNCTION vecext.stat_reset(regclass) FROM PUBLIC;

CREATE FUNCTION vecext.memory(OUT index regclass, OUT session_bytes int8, OUT shared_bytes int8) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_memory' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.memory() IS
    'the memory that this session has of each index that it has used, the last used first: what only it has, and what it uses together with other sessions';
