-- What sessions count of the scans of indexes, in shared memory (src/pg/shared/index_counters.h).

CREATE FUNCTION vecext_internal.index_counters(
        OUT indexrelid oid, OUT scans int8, OUT last_scan timestamptz, OUT plain int8, OUT postfilter int8, OUT inline int8, OUT compared int8, OUT by_keys int8,
        OUT steps int8, OUT pages int8, OUT rows_scored int8, OUT rows_reranked int8, OUT rows_returned int8,
        OUT total_ms float8, OUT p50_ms float8, OUT p95_ms float8, OUT p99_ms float8, OUT times int8[],
        OUT observed_queries int8, OUT observed_rows int8, OUT missed_rows int8, OUT damages int8, OUT since timestamptz)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_internal_index_counters' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION vecext_internal.index_counters() IS
    'what vecext.stat_indexes shows, of the indexes that were scanned and that the caller may see';

CREATE VIEW vecext.stat_indexes WITH (security_invoker = true) AS
SELECT x.index, x.schemaname, x.tablename, x.indexname, x.method,
    s.scans, s.last_scan, s.plain, s.postfilter, s.inline, s.compared, s.by_keys,
    s.steps, s.pages, s.rows_scored, s.rows_reranked, s.rows_returned,
    s.total_ms, CASE WHEN s.scans OPERATOR(pg_catalog.>) 0 THEN s.total_ms OPERATOR(pg_catalog./) s.scans END AS mean_ms, s.p50_ms, s.p95_ms, s.p99_ms, s.times,
    CASE WHEN s.observed_rows OPERATOR(pg_catalog.>) 0
        THEN 1 OPERATOR(pg_catalog.-) (s.missed_rows OPERATOR(pg_catalog./) s.observed_rows::pg_catalog.float8) END AS observed_recall,
    s.observed_queries, s.observed_rows, s.missed_rows, s.damages, s.since
FROM vecext.indexes x LEFT JOIN vecext_internal.index_counters() s ON s.indexrelid OPERATOR(pg_catalog.=) x.index::pg_catalog.oid;
COMMENT ON VIEW vecext.stat_indexes IS
    'what all sessions have done with each index since the server started: scans, when the last one ended, and how they found their rows, the work and the time of their searches, the recall of observed queries, and errors; null for an index that was not scanned, and for one whose table the role may not read';
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

-- A session that reorganizes an index holds a lock on page 0 of it (lock_changes() in src/pg/am/common/index_cache.h). The server shows one command for a
-- statement, so VACUUM and COPY do not show what they do with an index. The lock says which index it is.
CREATE FUNCTION vecext_internal.work_now(
        OUT pid int4, OUT index regclass, OUT relid regclass, OUT method name, OUT command text, OUT phase text, OUT rows_done int8, OUT rows_total int8)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH shown AS MATERIALIZED (
        SELECT p.pid, nullif(p.index_relid, 0) AS index, p.relid, m.amname AS method, nullif(p.command, '') AS command, p.phase, p.tuples_done, p.tuples_total
        FROM pg_stat_progress_create_index p JOIN pg_stat_get_progress_info('CREATE INDEX') g ON g.pid = p.pid
            JOIN pg_am m ON m.oid = g.param9::oid JOIN pg_proc h ON h.oid = m.amhandler
        WHERE p.datname = current_database() AND h.probin = 'MODULE_PATHNAME'),
    locked AS MATERIALIZED (
        SELECT l.pid, x.index::oid, i.indrelid AS relid, x.method
        FROM pg_locks l JOIN pg_database d ON d.oid = l.database JOIN vecext.indexes x ON x.index = l.relation JOIN pg_index i ON i.indexrelid = x.index
        WHERE l.locktype = 'page' AND l.page = 0 AND l.mode = 'ExclusiveLock' AND l.granted AND d.datname = current_database()
            AND NOT EXISTS (SELECT FROM shown s WHERE s.pid = l.pid)),
    vacuuming AS MATERIALIZED (
        SELECT v.pid, v.relid, v.phase FROM pg_stat_progress_vacuum v
        WHERE v.datname = current_database() AND v.phase IN ('vacuuming indexes', 'cleaning up indexes'))
    SELECT s.pid, s.index::regclass, s.relid::regclass, s.method, s.command, s.phase, s.tuples_done, s.tuples_total FROM shown s
    UNION ALL
    SELECT l.pid, l.index::regclass, l.relid::regclass, l.method,
        CASE WHEN v.pid IS NOT NULL THEN 'VACUUM' WHEN c.pid IS NOT NULL THEN 'COPY' END, v.phase, NULL, NULL
    FROM locked l LEFT JOIN vacuuming v ON v.pid = l.pid LEFT JOIN pg_stat_progress_copy c ON c.pid = l.pid
    UNION ALL
    SELECT v.pid, NULL, v.relid::regclass, NULL, 'VACUUM', v.phase, NULL, NULL FROM vacuuming v
    WHERE NOT EXISTS (SELECT FROM locked l WHERE l.pid = v.pid)
        AND EXISTS (SELECT FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index WHERE i.indrelid = v.relid)
$$;
COMMENT ON FUNCTION vecext_internal.work_now() IS 'what vecext.stat_progress shows';

CREATE VIEW vecext.stat_progress WITH (security_invoker = true) AS SELECT * FROM vecext_internal.work_now();
COMMENT ON VIEW vecext.stat_progress IS
    'each session of the database that builds, rebuilds, merges or vacuums an index now: the index and the table, command and phase, and how many rows of the phase are done; of other roles'' builds, what pg_stat_progress_create_index shows';
GRANT SELECT ON vecext.stat_progress TO PUBLIC;
