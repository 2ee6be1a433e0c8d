-- vecext.advise: what would make searches better, faster or smaller, each finding with the statement that does it.

CREATE FUNCTION vecext_internal.index_statement(index oid, method text) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT format('CREATE INDEX CONCURRENTLY ON %s USING %s (%s %I)%s', i.indrelid::regclass, method, pg_get_indexdef($1, 1, true), o.opcname,
        ' WHERE ' || pg_get_expr(i.indpred, i.indrelid))
    FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0] WHERE i.indexrelid = $1
$$;
COMMENT ON FUNCTION vecext_internal.index_statement(oid, text) IS
    'the statement that creates an index of another method on the first column of an index, with default options';

-- What the rules below read of each index. What an index holds is read only where the role may read its table, and where no lock
-- would have to be waited for.
CREATE FUNCTION vecext_internal.advised_indexes(
        relation oid, OUT index regclass, OUT relid regclass, OUT method name, OUT type text, OUT bytes int8, OUT rows int8, OUT dims int4,
        OUT advice text, OUT used int8, OUT table_scans int8, OUT scans int8, OUT filtered int8, OUT rechecks float8,
        OUT recall float8, OUT observed_queries int8)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH counters AS MATERIALIZED (SELECT * FROM vecext_internal.index_counters())
    SELECT x.index, i.indrelid, x.method,
        (SELECT y.typname FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0]),
        x.bytes, d.rows, d.dims, d.advice, pg_stat_get_numscans(x.index), pg_stat_get_numscans(i.indrelid),
        c.scans, c.postfilter + c.compared, c.rows_reranked / nullif(c.rows_returned, 0)::float8,
        1 - c.missed_rows / nullif(c.observed_rows, 0)::float8, c.observed_queries
    FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index JOIN pg_class t ON t.oid = i.indrelid
        LEFT JOIN counters c ON c.indexrelid = x.index
        LEFT JOIN LATERAL vecext_internal.index_info_now(
            CASE WHEN i.indisvalid AND has_table_privilege(t.oid, 'SELECT') AND NOT (t.relpersistence = 'u' AND pg_is_in_recovery()) THEN x.index END) d ON true
    WHERE relation IS NULL OR x.index IN (SELECT r.relid FROM vecext_internal.tables_of(relation) r)
        OR i.indrelid IN (SELECT r.relid FROM vecext_internal.tables_of(relation) r)
$$;
COMMENT ON FUNCTION vecext_internal.advised_indexes(oid) IS
    'what vecext.advise knows of each index of a table with its partitions, of one index, or of the database';

CREATE FUNCTION vecext.advise(
        relation regclass DEFAULT NULL, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH used AS MATERIALIZED (SELECT * FROM vecext_internal.advised_indexes(relation)),
    estimated AS MATERIALIZED (
        SELECT u.*, e.build_memory, p.index_bytes AS ivfpq_bytes
        FROM used u,
            vecext.estimate(u.rows, u.dims, u.method, u.type) e, vecext.estimate(u.rows, u.dims, 'ivfpq', u.type) p
        WHERE u.method IN ('hnsw', 'ivfpq', 'ivfflat') AND u.type IN ('vector', 'halfvec') AND u.rows > 0),
    target AS (SELECT coalesce(nullif(current_setting('vecext.target_recall')::float8, 0), 0.95) AS recall),
    cache AS (SELECT pg_size_bytes(current_setting('effective_cache_size')) AS bytes),
    found AS (
        SELECT f.severity, f.object, f.finding, f.statement, 'queries use the index, and get right answers' AS gain
        FROM vecext_internal.findings() f WHERE relation IS NULL OR f.object IN (SELECT u.index::text FROM used u)
        UNION ALL
        SELECT 'warning', u.index::text, u.advice,
            CASE split_part(u.advice, ':', 1)
                WHEN 'VACUUM' THEN format('VACUUM %s', u.relid)
                WHEN 'vecext.merge' THEN format('SELECT vecext.merge(%L)', u.index)
                WHEN 'REINDEX' THEN format('REINDEX INDEX CONCURRENTLY %s', u.index)
                WHEN 'ivfpq' THEN vecext_internal.index_statement(u.index, 'ivfpq')
                WHEN 'inverted' THEN vecext_internal.index_statement(u.index, 'inverted')
                WHEN 'a larger hnsw.ef_search' THEN 'SET hnsw.ef_search = 1000' END,
            'searches that read less, or find more of the nearest rows'
        FROM used u WHERE u.advice IS NOT NULL
        UNION ALL
        SELECT 'warning', u.index::text,
            format('searches find %s of the nearest rows, and aim at %s', round(u.recall::numeric, 3), t.recall),
            format('ALTER DATABASE %I SET vecext.target_recall = %s', current_database(), (1 - (1 - t.recall) / 4)::numeric),
            format('some %s %% more of the nearest rows', round(100 * (t.recall - u.recall)::numeric))
        FROM used u, target t WHERE u.observed_queries >= 200 AND u.recall < t.recall - 0.02
        UNION ALL
        SELECT 'warning', u.index::text,
            format('%s of %s scans read the whole table, or many of its rows, for their conditions', u.filtered, u.scans),
            'SELECT query FROM vecext.stat_statements()  -- then CREATE INDEX on the columns of its conditions', 'filtered searches that read only rows that match'
        FROM used u WHERE u.filtered >= 100 AND u.filtered >= u.scans / 10 AND (u.table_scans >= u.filtered / 2 OR u.rechecks >= 100)
        UNION ALL
        SELECT 'warning', u.index::text, format('no query has used the index, while the whole table was read %s times', u.table_scans),
            format('SELECT * FROM vecext.explain_index(%L, %L)', u.relid, a.attname),
            format('fast searches, or %s less to keep', pg_size_pretty(u.bytes))
        FROM used u JOIN pg_index i ON i.indexrelid = u.index JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE u.used = 0 AND u.table_scans >= 100
        UNION ALL
        SELECT 'warning', t.oid::regclass::text, format('autovacuum is off for a table with %s dead rows', pg_stat_get_dead_tuples(t.oid)),
            format('ALTER TABLE %s RESET (autovacuum_enabled)', t.oid::regclass), 'indexes without dead rows'
        FROM pg_class t WHERE t.oid IN (SELECT u.relid FROM used u) AND 'autovacuum_enabled=false' = ANY (t.reloptions)
            AND pg_stat_get_dead_tuples(t.oid) > 1000 AND pg_stat_get_dead_tuples(t.oid) > t.reltuples / 10
        UNION ALL
        SELECT 'info', e.index::text, format('the index has %s, more than effective_cache_size', pg_size_pretty(e.bytes)),
            vecext_internal.index_statement(e.index, 'ivfpq'), format('some %s less to read', pg_size_pretty(e.bytes - e.ivfpq_bytes))
        FROM estimated e, cache c WHERE e.bytes > c.bytes AND e.ivfpq_bytes < e.bytes / 2
        UNION ALL
        SELECT 'info', e.index::text, format('a build can use %s of memory, and has %s', pg_size_pretty(e.build_memory), current_setting('maintenance_work_mem')),
            format('SET maintenance_work_mem = %L', ceil(e.build_memory / 1048576.0) || 'MB'), 'a faster build'
        FROM estimated e WHERE e.build_memory > pg_size_bytes(current_setting('maintenance_work_mem'))
        UNION ALL
        SELECT 'warning', t.oid::regclass::text, format('column %I of %s rows has no index for its distances', a.attname, t.reltuples::int8),
            format('SELECT advice FROM vecext.explain_index(%L, %L)  -- has a statement for each operator', t.oid::regclass, a.attname),
            format('searches that do not read %s', pg_size_pretty(vecext_internal.file_bytes(t.oid)))
        FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
        WHERE t.relkind = 'r' AND a.attnum > 0 AND y.typname IN ('vector', 'halfvec', 'sparsevec')
            AND t.reltuples >= 10000 AND pg_stat_get_numscans(t.oid) >= 100
            AND (relation IS NULL OR t.oid IN (SELECT r.relid FROM vecext_internal.tables_of(relation) r))
            AND NOT EXISTS (SELECT FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index WHERE i.indrelid = t.oid AND a.attnum = ANY (i.indkey)))
    SELECT f.* FROM found f ORDER BY array_position(ARRAY['error', 'warning', 'info'], f.severity), f.object, f.finding
$$;
COMMENT ON FUNCTION vecext.advise(regclass) IS
    'what would make searches of a table, an index or, without an argument, the whole database better, faster or smaller: each finding with the statement that does it and what to expect; it changes nothing, and reads the indexes whole';
