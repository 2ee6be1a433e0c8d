-- vecext.advise: what would make searches better, faster or smaller, each finding with the statement that does it.

-- pg_get_indexdef() of one column leaves out its collation and operator class.
CREATE FUNCTION vecext_internal.key_columns(index oid, method name) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    -- Constants in expressions are written with all their digits, as any other session reads them.
    SET extra_float_digits = 3 SET datestyle = ISO SET intervalstyle = postgres SET bytea_output = hex AS $$
    SELECT CASE WHEN count(*) = count(o.oid) THEN coalesce(string_agg(concat(', ', pg_get_indexdef($1, k, true),
        CASE WHEN i.indcollation[k - 1] IS DISTINCT FROM coalesce(a.attcollation, 0) THEN
            (SELECT format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace
                WHERE l.oid = i.indcollation[k - 1]) END,
        CASE WHEN NOT o.opcdefault THEN
            (SELECT format(' %I.%I', n.nspname, o.opcname) FROM pg_namespace n WHERE n.oid = o.opcnamespace) END), '' ORDER BY k), '') END
    FROM pg_index i CROSS JOIN generate_series(2, i.indnkeyatts) k JOIN pg_opclass u ON u.oid = i.indclass[k - 1]
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k - 1]
        LEFT JOIN (pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod) ON m.amname = method AND o.opcname = u.opcname AND o.opcintype = u.opcintype
    WHERE i.indexrelid = $1
$$;
COMMENT ON FUNCTION vecext_internal.key_columns(oid, name) IS
    'the key columns of an index after its first column, each with a comma before it, as CREATE INDEX of an access method has them; null if the method lacks the operator class of one';

CREATE FUNCTION vecext_internal.index_target(index oid, method text, place name) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 3 SET datestyle = ISO SET intervalstyle = postgres SET bytea_output = hex AS $$
    SELECT format('ON %s USING %s (%s %I.%I%s)%s%s', i.indrelid::regclass, method, pg_get_indexdef($1, 1, true),
        n.nspname, o.opcname, k.keys, ' TABLESPACE ' || quote_ident(place), ' WHERE ' || pg_get_expr(i.indpred, i.indrelid))
    FROM pg_index i JOIN pg_opclass u ON u.oid = i.indclass[0] JOIN pg_am m ON m.amname = method
        JOIN pg_opclass o ON o.opcname = u.opcname AND o.opcmethod = m.oid AND o.opcintype = u.opcintype JOIN pg_namespace n ON n.oid = o.opcnamespace
        CROSS JOIN LATERAL vecext_internal.key_columns($1, method) k (keys)
    WHERE i.indexrelid = $1 AND k.keys IS NOT NULL
$$;
COMMENT ON FUNCTION vecext_internal.index_target(oid, text, name) IS
    'what follows CREATE INDEX in the statement that creates an index of another method on the columns of an index, with default options; null where the method lacks an operator class of them';

CREATE FUNCTION vecext_internal.index_statement(index oid, method text) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'CREATE INDEX CONCURRENTLY ' || vecext_internal.index_target($1, method, NULL)
    FROM pg_index i JOIN pg_opclass u ON u.oid = i.indclass[0]
    WHERE i.indexrelid = $1 AND NOT EXISTS (
        SELECT FROM pg_index x JOIN pg_opclass o ON o.oid = x.indclass[0] JOIN pg_am m ON m.oid = o.opcmethod
        WHERE x.indrelid = i.indrelid AND x.indkey[0] = i.indkey[0] AND m.amname = method AND o.opcname = u.opcname AND o.opcintype = u.opcintype)
$$;
COMMENT ON FUNCTION vecext_internal.index_statement(oid, text) IS
    'the statement that creates an index of another method on the columns of an index, with default options; null where the method has no such operator class, or the column such an index already';

CREATE FUNCTION vecext_internal.halfvec_index(index oid) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
    SET extra_float_digits = 3 SET datestyle = ISO SET intervalstyle = postgres SET bytea_output = hex AS $$
    SELECT format('CREATE INDEX %I ON %s USING %I (%I %I.%I%s)%s%s', c.relname, i.indrelid::regclass, m.amname, a.attname, n.nspname, o.opcname,
        vecext_internal.key_columns($1, m.amname),
        (SELECT format(' WITH (%s)', string_agg(format('%I = %L', p.option_name, p.option_value), ', ')) FROM pg_options_to_table(c.reloptions) p
            HAVING count(*) > 0),
        ' WHERE ' || pg_get_expr(i.indpred, i.indrelid))
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam JOIN pg_proc h ON h.oid = m.amhandler
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_opclass u ON u.oid = i.indclass[0] JOIN pg_opclass o ON o.opcmethod = u.opcmethod AND o.opcname = replace(u.opcname, 'vector_', 'halfvec_')
        JOIN pg_type y ON y.oid = o.opcintype JOIN pg_namespace n ON n.oid = o.opcnamespace
    WHERE i.indexrelid = $1 AND h.probin = 'MODULE_PATHNAME' AND y.typname = 'halfvec' AND i.indisvalid AND c.reltablespace = 0
$$;
COMMENT ON FUNCTION vecext_internal.halfvec_index(oid) IS
    'the statement that creates an index on a column of type vector once the column is halfvec; null for an index that cannot be so created';

-- The rollback of the block releases the locks on the index and its table, of which there may be many.
CREATE FUNCTION vecext_internal.index_glance(index regclass, OUT rows int8, OUT advice text) LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT i.rows, i.advice INTO rows, advice FROM vecext_internal.index_info_now(index) i;
    RAISE EXCEPTION USING ERRCODE = 'VE001';
EXCEPTION
    WHEN SQLSTATE 'VE001' THEN RETURN;
    WHEN OTHERS THEN advice := format('%s: %s', SQLSTATE, SQLERRM);
END $$;
COMMENT ON FUNCTION vecext_internal.index_glance(regclass) IS
    'rows and advice of vecext.index_info, without a wait and without locks that stay; where that raises an error, its SQLSTATE and message as the advice';

CREATE FUNCTION vecext_internal.is_about(relation oid, index oid, table_of_index oid) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT relation IS NULL OR EXISTS (SELECT FROM vecext_internal.tables_of(relation) r WHERE r.relid IN (index, table_of_index))
$$;
COMMENT ON FUNCTION vecext_internal.is_about(oid, oid, oid) IS
    'true if an index is the relation, or on the relation, or on one of its partitions, or if the relation is null';

CREATE FUNCTION vecext_internal.advised_indexes(
        relation oid, OUT index regclass, OUT relid regclass, OUT attribute name, OUT bytes int8, OUT rows int8, OUT advice text,
        OUT used int8, OUT table_scans int8, OUT scans int8, OUT filtered int8, OUT compared int8,
        OUT rechecks float8, OUT recall float8, OUT observed_queries int8)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH counters AS MATERIALIZED (SELECT * FROM vecext_internal.index_counters())
    SELECT x.index, i.indrelid, a.attname, x.bytes, d.rows, d.advice,
        pg_stat_get_numscans(x.index), pg_stat_get_numscans(i.indrelid),
        c.scans, c.postfilter + c.compared, c.compared, c.rows_reranked / nullif(c.rows_returned, 0)::float8,
        1 - c.missed_rows / nullif(c.observed_rows, 0)::float8, c.observed_queries
    FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index JOIN pg_class t ON t.oid = i.indrelid
        LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attnum > 0
        LEFT JOIN counters c ON c.indexrelid = x.index
        LEFT JOIN LATERAL vecext_internal.index_glance(
            CASE WHEN i.indisvalid AND has_table_privilege(t.oid, 'SELECT') AND NOT (t.relpersistence = 'u' AND pg_is_in_recovery()) THEN x.index END) d ON true
    WHERE vecext_internal.is_about(relation, x.index, i.indrelid)
$$;
COMMENT ON FUNCTION vecext_internal.advised_indexes(oid) IS
    'what vecext.advise knows of each index of a table with its partitions, of one index, or of the database';

CREATE FUNCTION vecext_internal.served_order(index oid) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT concat_ws(' ', CASE WHEN m.amname = 'bm25' THEN 'text' ELSE 'vectors' END, o.opcname, pg_get_indexdef($1, 1, true), pg_get_expr(i.indpred, i.indrelid))
    FROM pg_index i JOIN pg_opclass o ON o.oid = i.indclass[0] JOIN pg_am m ON m.oid = o.opcmethod
    WHERE i.indexrelid = $1 AND i.indisvalid
$$;
COMMENT ON FUNCTION vecext_internal.served_order(oid) IS
    'what queries an index can serve: its column, distance and condition, after the word text or vectors; equal for indexes of one table that serve the same queries';

CREATE FUNCTION vecext_internal.advise_indexes(
        relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH used AS MATERIALIZED (SELECT * FROM vecext_internal.advised_indexes(relation)),
    target AS (SELECT coalesce(nullif(current_setting('vecext.target_recall', true)::float8, 0), 0.95) AS recall)
    SELECT CASE WHEN u.advice ~ '^[0-9A-Z]{5}: ' THEN 'error' ELSE 'warning' END, u.index::text, u.advice,
        CASE split_part(u.advice, ':', 1)
            WHEN 'VACUUM' THEN format('VACUUM %s', u.relid)
            WHEN 'vecext.merge' THEN format('SELECT vecext.merge(%L)', u.index)
            WHEN 'REINDEX' THEN format('REINDEX INDEX CONCURRENTLY %s', u.index)
            WHEN 'XX001' THEN format('REINDEX INDEX CONCURRENTLY %s', u.index)
            WHEN 'XX002' THEN format('REINDEX INDEX CONCURRENTLY %s', u.index)
            WHEN '55000' THEN format('REINDEX INDEX CONCURRENTLY %s', u.index)
            WHEN 'a larger hnsw.ef_search' THEN 'SET LOCAL hnsw.ef_search = 1000  -- in the transactions that search it, and no further: it overrides vecext.target_recall'
            ELSE vecext_internal.index_statement(u.index, split_part(u.advice, ':', 1)) END,
        'searches that read less, find more of the nearest rows, or work again'
    FROM used u WHERE u.advice IS NOT NULL
    UNION ALL
    -- Searches with another target count as well, so this asks for no more than once.
    SELECT 'warning', u.index::text, format('searches find %s of the nearest rows, and aim at %s', round(u.recall::numeric, 3), t.recall),
        format('ALTER DATABASE %I SET vecext.target_recall = 0.99; SELECT vecext.stat_reset(%L)', current_database(), u.index),
        format('some %s %% more of the nearest rows', round(100 * (t.recall - u.recall)::numeric))
    FROM used u, target t WHERE u.observed_queries >= 200 AND u.recall < t.recall - 0.02 AND t.recall < 0.99
    UNION ALL
    SELECT 'warning', u.index::text, format('%s of %s scans read the whole table, or many of its rows, for their conditions', u.filtered, u.scans),
        'SELECT query FROM vecext.stat_statements()  -- then CREATE INDEX on the columns of its conditions', 'filtered searches that read only rows that match'
    FROM used u WHERE u.filtered >= 100 AND u.filtered >= u.scans / 10 AND u.rows >= 10000
        AND (u.rechecks >= 100 OR (u.compared >= u.filtered / 2 AND u.table_scans >= u.filtered / 2))
    UNION ALL
    SELECT 'info', u.index::text, format('no query has used the index since its statistics began, while the whole table was read %s times', u.table_scans),
        format('SELECT * FROM vecext.explain_index(%L, %L)', u.relid, u.attribute), format('fast searches, or %s less to keep', pg_size_pretty(u.bytes))
    FROM used u WHERE u.used = 0 AND u.table_scans >= 100 AND u.rows >= 10000 AND u.attribute IS NOT NULL
    UNION ALL
    -- A scan that the planner makes of the table alone leaves no trace in the counters of an index.
    SELECT DISTINCT ON (u.relid) 'warning', u.relid::text, format('the whole table was read %s times, and its indexes were searched %s times', u.table_scans, sum(u.used) OVER (PARTITION BY u.relid)),
        'SELECT query FROM vecext.stat_statements()  -- then CREATE INDEX on the columns of its conditions', 'queries with selective conditions that read only rows that match'
    FROM used u WHERE u.used > 0 AND u.table_scans >= 100 AND u.table_scans >= 10 * u.used AND u.rows >= 10000
    UNION ALL
    SELECT 'info', g.relid::text, format('a query takes one of %s, which serve the same order', g.names),
        format('SELECT %s  -- then DROP INDEX CONCURRENTLY what is not needed', g.recalls),
        format('up to %s less to keep, and faster writes', pg_size_pretty(g.spare))
    FROM (SELECT u.relid, string_agg(u.index::text, ', ' ORDER BY u.index::text) AS names, string_agg(format('vecext.recall(%L)', u.index), ', ' ORDER BY u.index::text) AS recalls,
            sum(u.bytes) - min(u.bytes) AS spare
        FROM used u, vecext_internal.served_order(u.index) o (served) WHERE starts_with(o.served, 'vectors') GROUP BY u.relid, o.served HAVING count(*) > 1) g
    UNION ALL
    SELECT 'info', g.relid::text, format('plain words are searched by %s, the first by name of %s', g.names[1], array_to_string(g.names, ', ')),
        format('SELECT vecext.bm25_query(%L, %L)  -- in place of plain words, names the index', 'words', g.names[2]), 'answers by the words of the index that is meant'
    FROM (SELECT u.relid, array_agg(u.index::text ORDER BY c.relname COLLATE "C") AS names
        FROM used u JOIN pg_class c ON c.oid = u.index, vecext_internal.served_order(u.index) o (served)
        WHERE starts_with(o.served, 'text') GROUP BY u.relid, o.served HAVING count(*) > 1) g
$$;
COMMENT ON FUNCTION vecext_internal.advise_indexes(oid) IS 'the findings of vecext.advise about the use and the state of indexes';

CREATE FUNCTION vecext_internal.advise_memory(
        relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH estimated AS MATERIALIZED (
        SELECT x.index, x.bytes, e.build_memory, p.index_bytes AS ivfpq_bytes
        FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            JOIN pg_type y ON y.oid = a.atttypid, vecext.estimate(x.rows, a.atttypmod, x.method, y.typname::text) e,
            vecext.estimate(x.rows, a.atttypmod, 'ivfpq', y.typname::text) p
        WHERE x.method IN ('hnsw', 'ivfpq', 'ivfflat') AND y.typname IN ('vector', 'halfvec') AND a.atttypmod > 0 AND x.rows > 0
            AND vecext_internal.is_about(relation, x.index, i.indrelid))
    SELECT 'info', e.index::text, format('the index has %s, more than effective_cache_size', pg_size_pretty(e.bytes)),
        s.ivfpq, format('some %s less to read, once %s is dropped', pg_size_pretty(e.bytes - e.ivfpq_bytes), e.index)
    FROM estimated e, vecext_internal.index_statement(e.index, 'ivfpq') s (ivfpq)
    WHERE e.bytes > pg_size_bytes(current_setting('effective_cache_size')) AND e.ivfpq_bytes < e.bytes / 2 AND s.ivfpq IS NOT NULL
    UNION ALL
    SELECT 'info', e.index::text, format('a build can use %s of memory, and has %s', pg_size_pretty(e.build_memory), current_setting('maintenance_work_mem')),
        -- All sessions that write reorganize indexes within it, so it is larger for the build alone.
        format('SET maintenance_work_mem = %L', ceil(e.build_memory / 1048576.0) || 'MB'), 'a faster build in the session that builds, if the server has that much to spare'
    FROM estimated e WHERE e.build_memory > pg_size_bytes(current_setting('maintenance_work_mem'))
$$;
COMMENT ON FUNCTION vecext_internal.advise_memory(oid) IS 'the findings of vecext.advise about memory';

CREATE FUNCTION vecext_internal.advise_tables(
        relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH tables AS MATERIALIZED (
        SELECT t.* FROM pg_class t
        WHERE t.relkind = 'r' AND NOT pg_is_other_temp_schema(t.relnamespace) AND vecext_internal.is_about(relation, t.oid, t.oid)),
    indexed AS MATERIALIZED (SELECT i.indrelid, i.indkey FROM vecext.indexes x JOIN pg_index i ON i.indexrelid = x.index)
    SELECT 'warning', t.oid::regclass::text, format('autovacuum is off for a table with %s dead rows', pg_stat_get_dead_tuples(t.oid)),
        format('ALTER TABLE %s RESET (autovacuum_enabled)', t.oid::regclass), 'indexes without dead rows'
    FROM tables t WHERE t.oid IN (SELECT i.indrelid FROM indexed i) AND pg_stat_get_dead_tuples(t.oid) > 1000
        AND pg_stat_get_dead_tuples(t.oid) > t.reltuples / 10
        AND EXISTS (SELECT FROM pg_options_to_table(t.reloptions) o WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::bool)
    UNION ALL
    SELECT 'warning', t.oid::regclass::text, format('column %I of %s rows has no index for its distances', a.attname, t.reltuples::int8),
        format('SELECT advice FROM vecext.explain_index(%L, %L)  -- has a statement for each operator', t.oid::regclass, a.attname),
        format('searches that do not read %s', pg_size_pretty(vecext_internal.file_bytes(t.oid)))
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid
    WHERE t.reltuples >= 10000 AND pg_stat_get_numscans(t.oid) >= 100
        AND a.attnum > 0 AND y.typname IN ('vector', 'halfvec', 'sparsevec') AND EXISTS (
            SELECT FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
            WHERE d.classid = 'pg_type'::regclass AND d.objid = y.oid AND d.refclassid = 'pg_extension'::regclass AND e.extname IN ('vecext', 'vector'))
        -- An index of an expression may be of any column.
        AND NOT EXISTS (SELECT FROM indexed i WHERE i.indrelid = t.oid AND (a.attnum = ANY (i.indkey) OR 0 = ANY (i.indkey)))
    UNION ALL
    SELECT 'info', w.relid::text,
        format('column %I of type vector takes %s of %s, more than effective_cache_size', w.attname, pg_size_pretty(4 * w.floats), pg_size_pretty(w.bytes)),
        concat('BEGIN; ', w.drops, format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', w.relid, w.attname, w.halfvec), w.creates, '; COMMIT'),
        format('some %s less to read, for elements of 11 bits of precision, up to 65504; it rewrites the table, which nobody can read or write meanwhile', pg_size_pretty(2 * w.floats))
    FROM (
        SELECT t.oid::regclass AS relid, a.attname, a.atttypmod::int8 * t.reltuples::int8 AS floats,
            vecext_internal.file_bytes(t.oid) + CASE WHEN t.reltoastrelid > 0 THEN vecext_internal.file_bytes(t.reltoastrelid) ELSE 0 END AS bytes,
            format('%I.halfvec(%s)', n.nspname, a.atttypmod) AS halfvec, d.drops, d.creates, d.is_possible
        FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid JOIN pg_type y ON y.oid = a.atttypid JOIN pg_namespace n ON n.oid = y.typnamespace,
        -- What depends on the column may only be indexes that can be made again.
        LATERAL (SELECT string_agg(format('DROP INDEX %s; ', d.objid::regclass), '') AS drops,
                string_agg('; ' || vecext_internal.halfvec_index(d.objid), '') AS creates,
                coalesce(bool_and(d.classid = 'pg_class'::regclass AND vecext_internal.halfvec_index(d.objid) IS NOT NULL), true) AS is_possible
            FROM (SELECT DISTINCT g.classid, g.objid FROM pg_depend g
                WHERE g.refclassid = 'pg_class'::regclass AND g.refobjid = t.oid AND g.refobjsubid = a.attnum) d) d
        WHERE a.attnum > 0 AND a.atttypmod > 0 AND a.attislocal AND y.typname = 'vector' AND t.reltuples > 0 AND NOT t.relispartition AND NOT t.relhassubclass
            AND EXISTS (SELECT FROM pg_depend e JOIN pg_extension x ON x.oid = e.refobjid
                WHERE e.classid = 'pg_type'::regclass AND e.objid = y.oid AND e.refclassid = 'pg_extension'::regclass AND x.extname IN ('vecext', 'vector'))
            AND NOT EXISTS (SELECT FROM vecext.collections c WHERE c.relid = t.oid)) w
    WHERE w.is_possible AND w.bytes > pg_size_bytes(current_setting('effective_cache_size')) AND 2 * w.floats > w.bytes / 4
$$;
COMMENT ON FUNCTION vecext_internal.advise_tables(oid) IS 'the findings of vecext.advise about tables';

CREATE FUNCTION vecext.advise(
        relation regclass DEFAULT NULL, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH about AS MATERIALIZED (SELECT coalesce((SELECT a.relid FROM vecext.collection_aliases a WHERE a.view = $1), $1)::oid AS relid),
    indexes AS MATERIALIZED (SELECT i.* FROM about b, vecext_internal.advise_indexes(b.relid) i)
    SELECT f.* FROM (
        SELECT h.*, 'queries use the index, and get right answers' AS gain FROM about b, vecext_internal.findings() h
        WHERE (b.relid IS NULL OR h.object IN (SELECT r.relid::regclass::text FROM vecext_internal.tables_of(b.relid) r)
                OR h.object IN (SELECT i.indexrelid::regclass::text FROM vecext_internal.tables_of(b.relid) r JOIN pg_index i ON i.indrelid = r.relid))
            -- What reading the index raised says more than the number of such errors.
            AND NOT EXISTS (SELECT FROM indexes i WHERE i.severity = 'error' AND i.object = h.object)
        UNION ALL SELECT i.* FROM indexes i
        UNION ALL SELECT m.* FROM about b, vecext_internal.advise_memory(b.relid) m
        UNION ALL SELECT t.* FROM about b, vecext_internal.advise_tables(b.relid) t) f
    ORDER BY array_position(ARRAY['error', 'warning', 'info'], f.severity), f.object, f.finding
$$;
COMMENT ON FUNCTION vecext.advise(regclass) IS
    'what would make searches of a table, a collection by its alias, an index or, without an argument, the whole database better, faster or smaller: each finding with the statement that does it and what to expect; it changes nothing, and reads the indexes whole';
