-- vecext.stat_indexes: what all sessions have done with each index.
SET client_min_messages = warning;
SET vecext.observe_one_in = 0;
CREATE TABLE stat_item (id int PRIMARY KEY, g int, t text, v vector(8));
INSERT INTO stat_item SELECT i, i % 100, 'word ' || i % 7, (SELECT array_agg(sin(i * j)) FROM generate_series(1, 8) j)::vector
FROM generate_series(1, 3000) i;
CREATE INDEX stat_graph ON stat_item USING hnsw (v vector_l2_ops);
CREATE INDEX stat_lists ON stat_item USING ivfpq (v vector_cosine_ops);
CREATE INDEX stat_words ON stat_item USING bm25 (t);
CREATE INDEX stat_group ON stat_item (g);
VACUUM ANALYZE stat_item;
CREATE FUNCTION pg_temp.used() RETURNS TABLE (
    index regclass, scans int8, plain int8, postfilter int8, inline int8, compared int8, by_keys int8, returned int8, reads bool, takes bool)
LANGUAGE sql AS $$
    SELECT s.index, s.scans, s.plain, s.postfilter, s.inline, s.compared, s.by_keys, rows_returned, steps > 0 AND pages > 0,
        total_ms > 0 AND mean_ms = total_ms / s.scans AND p50_ms <= p95_ms AND p95_ms <= p99_ms AND (SELECT sum(n) FROM unnest(times) n) = s.scans
    FROM vecext.stat_indexes s WHERE tablename = 'stat_item' ORDER BY index::text COLLATE "C"
$$;

-- An index that was not scanned has no counters.
SELECT index, method, scans, last_scan, observed_recall, since FROM vecext.stat_indexes WHERE tablename = 'stat_item' ORDER BY 1;

-- Each scan counts once, whatever found its rows, and so does each rescan of a join.
SELECT clock_timestamp() AS started \gset
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <=> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY t <@> 'word' LIMIT 9) q;
SELECT count(*) FROM (VALUES (1), (2), (3)) AS x (id),
    LATERAL (SELECT FROM stat_item n ORDER BY n.v <-> (SELECT v FROM stat_item i WHERE i.id = x.id) LIMIT 5) q;
SELECT * FROM pg_temp.used();
SELECT index, last_scan BETWEEN :'started' AND clock_timestamp() AS is_since FROM vecext.stat_indexes WHERE tablename = 'stat_item' ORDER BY 1;
SET vecext.filter_strategy = postfilter;
SELECT count(*) FROM (SELECT id FROM stat_item WHERE g < 50 ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SET vecext.filter_strategy = inline;
SELECT count(*) FROM (SELECT id FROM stat_item WHERE g < 50 ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SET vecext.filter_strategy = exact;
SELECT count(*) FROM (SELECT id FROM stat_item WHERE g = 50 ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
RESET vecext.filter_strategy;
SELECT * FROM pg_temp.used();

-- Scans that measure the index do not count, nor does the server count them.
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
SELECT pg_stat_get_numscans('stat_graph'::regclass) AS scanned, clock_timestamp() AS measured \gset
SELECT vecext.recall('stat_graph') > .9 AS recall, vecext.recall('stat_lists') > .8 AS recall_of_lists;
SELECT count(*) > 0 AS calibrated FROM vecext.calibrate('stat_graph', ARRAY(SELECT v FROM stat_item WHERE id <= 300));
SELECT count(*) AS taken_back FROM vecext.calibrate('stat_graph', NULL::vector[]);
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
SELECT pg_stat_get_numscans('stat_graph'::regclass) - :scanned AS more_scans;
SELECT * FROM pg_temp.used();

-- Bitmap scans and scans without an order count, too. Those of temporary tables do not.
SET enable_indexscan = off;
SELECT count(*) FROM stat_item WHERE t @@@ 'word';
RESET enable_indexscan;
SET enable_bitmapscan = off;
SELECT count(*) FROM stat_item WHERE t @@@ 'word';
RESET enable_bitmapscan;
SELECT scans, by_keys, rows_returned, total_ms > 0 AS takes FROM vecext.stat_indexes WHERE index = 'stat_words'::regclass;
SELECT index, last_scan >= :'measured' AS is_later FROM vecext.stat_indexes WHERE tablename = 'stat_item' ORDER BY 1;
CREATE TEMP TABLE stat_temp AS SELECT * FROM stat_item LIMIT 100;
CREATE INDEX stat_temp_v ON stat_temp USING hnsw (v vector_l2_ops);
SELECT count(*) FROM (SELECT FROM stat_temp ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SELECT count(*) FROM vecext_internal.index_counters() WHERE indexrelid = 'stat_temp_v'::regclass;
DROP TABLE stat_temp;

-- A transaction that is rolled back has searched all the same; EXPLAIN without ANALYZE has not.
BEGIN;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
ROLLBACK;
EXPLAIN (COSTS off) SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7;
SELECT scans, plain FROM vecext.stat_indexes WHERE index = 'stat_graph'::regclass;

-- Observed queries tell the recall.
SET vecext.observe_one_in = 1;
SELECT count(*) FROM generate_series(1, 50) AS x (id),
    LATERAL (SELECT FROM stat_item n ORDER BY n.v <-> (SELECT v FROM stat_item i WHERE i.id = x.id) LIMIT 10) q;
SET vecext.observe_one_in = 0;
SELECT observed_queries > 0 AS has_queries, observed_rows BETWEEN observed_queries AND observed_queries * 10 AS has_rows,
    observed_recall = 1 - missed_rows / observed_rows::float8 AND observed_recall > .9 AS is_recall
FROM vecext.stat_indexes WHERE index = 'stat_graph'::regclass;

-- The memory that this session has of it.
SELECT index, session_bytes > 0 AS own, shared_bytes > 0 AS shared FROM vecext.memory() WHERE index = 'stat_graph'::regclass;

-- Nothing is counted while the setting is off.
SELECT vecext.stat_reset('stat_graph');
SET vecext.track_scans = off;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
RESET vecext.track_scans;
SELECT scans, last_scan, rows_returned, total_ms, p50_ms, observed_recall, since <= now() AS has_since
FROM vecext.stat_indexes WHERE index = 'stat_graph'::regclass;

-- A role sees what belongs to tables that it may read whole; all of it if it reads all statistics.
CREATE ROLE regress_vecext_stat;
SET ROLE regress_vecext_stat;
SELECT index, scans FROM vecext.stat_indexes WHERE tablename = 'stat_item' AND scans IS NOT NULL;
SELECT vecext.stat_reset();
SET vecext.track_scans = off;
RESET ROLE;
GRANT SELECT ON stat_item TO regress_vecext_stat;
SET ROLE regress_vecext_stat;
SELECT count(*) FROM vecext.stat_indexes WHERE tablename = 'stat_item' AND scans IS NOT NULL;
RESET ROLE;
ALTER TABLE stat_item ENABLE ROW LEVEL SECURITY;
SET ROLE regress_vecext_stat;
SELECT count(*) FROM vecext.stat_indexes WHERE tablename = 'stat_item' AND scans IS NOT NULL;
RESET ROLE;
GRANT pg_read_all_stats TO regress_vecext_stat;
SET ROLE regress_vecext_stat;
SELECT count(*) FROM vecext.stat_indexes WHERE tablename = 'stat_item' AND scans IS NOT NULL;
RESET ROLE;
ALTER TABLE stat_item DISABLE ROW LEVEL SECURITY;

-- Counters of an index that is built again stay. Those of a dropped one go.
SELECT scans FROM vecext.stat_indexes WHERE index = 'stat_lists'::regclass;
REINDEX INDEX stat_lists;
SELECT scans FROM vecext.stat_indexes WHERE index = 'stat_lists'::regclass;
SELECT 'stat_lists'::regclass::oid AS lists \gset
DROP INDEX stat_lists;
SELECT count(*) FROM vecext_internal.index_counters() WHERE indexrelid = :lists;

-- Resetting what is not an index does nothing; without an index, all of the database are reset.
SELECT vecext.stat_reset(:lists), vecext.stat_reset(0), vecext.stat_reset('stat_item');
SELECT scans FROM vecext.stat_indexes WHERE index = 'stat_words'::regclass;
SELECT vecext.stat_reset();
SELECT scans FROM vecext.stat_indexes WHERE index = 'stat_words'::regclass;

-- The memory of a session is that of the indexes that it has used, the last used first.
\c
SELECT count(*) FROM vecext.memory();
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY t <@> 'word' LIMIT 7) q;
SELECT index, session_bytes > 0 AS own FROM vecext.memory();
SELECT count(*) FROM (SELECT id FROM stat_item ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 7) q;
SELECT index FROM vecext.memory();
DROP INDEX stat_graph;
SELECT index FROM vecext.memory();
DROP TABLE stat_item;
DROP ROLE regress_vecext_stat;
