-- Functions of schema vecext on indexes of hnsw.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET max_parallel_workers_per_gather = 0;
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, v vector(8), h halfvec(300)) WITH (autovacuum_enabled = off);
INSERT INTO item SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0),
    ARRAY(SELECT random() FROM generate_series(1, 300) WHERE i > 0)
FROM generate_series(1, 900) i;

-- Nothing was scanned yet.
SELECT * FROM vecext.last_scan();
CREATE INDEX l2 ON item USING hnsw (v vector_l2_ops);
CREATE INDEX ip ON item USING hnsw (v vector_ip_ops) WITH (m = 32);
CREATE INDEX cosine ON item USING hnsw (h halfvec_cosine_ops) WITH (m = 100, ef_construction = 200);
CREATE INDEX none ON item USING hnsw (v vector_l2_ops) WITH (m = 2) WHERE id < 0;
SELECT i, metric, dims, bits, rerank, degree, rows, nodes, pending_rows,
    pages * current_setting('block_size')::int = pg_relation_size(i) AS pages
FROM unnest('{l2,ip,cosine,none}'::regclass[]) i, vecext.index_info(i);
-- Columns about lists have nothing to say.
SELECT num_nulls(lists, largest_list, overfull_lists, list_pages), coded_dims >= dims AS all_coded
FROM vecext.index_info('l2');

-- Rows outside the graph; rows that are gone.
INSERT INTO item SELECT id + 1000, v, h FROM item WHERE id <= 100;
INSERT INTO item VALUES (2000, NULL, NULL), (2001, NULL, array_fill(0, '{300}'));
DELETE FROM item WHERE id > 800 AND id <= 1010;
SELECT i, rows, nodes, pending_rows, vecext.verify_index(i)
FROM unnest('{l2,cosine}'::regclass[]) i, vecext.index_info(i);
VACUUM item;
SELECT i, rows, nodes, pending_rows, vecext.verify_index(i)
FROM unnest('{l2,cosine}'::regclass[]) i, vecext.index_info(i);
REINDEX INDEX l2;
SELECT rows, nodes, pending_rows, vecext.verify_index('l2') FROM vecext.index_info('l2');

-- Recall: of more and fewer rows and queries, and of an index of none.
SELECT i, vecext.recall(i) > 0.9 AS most, vecext.recall(i, 1, 50) > 0.9 AS nearest, vecext.recall(i, k => 100) > 0.9 AS hundred
FROM unnest('{l2,ip,cosine}'::regclass[]) i;
SELECT vecext.recall('l2', 2000, 1), vecext.recall('none');

-- What a scan did: it counts nodes, not lists. The one before it tells it how many rows to expect.
SET enable_seqscan = off;
CREATE TABLE more (id int, v vector(8));
INSERT INTO more SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 3000) i;
CREATE INDEX more_v ON more USING hnsw (v vector_l2_ops);
SELECT count(*) FROM (SELECT id FROM more ORDER BY v <-> '[1,0,1,0,1,0,1,0]' LIMIT 10) t;
SELECT count(*) FROM (SELECT id FROM more ORDER BY v <-> '[1,0,1,0,1,0,1,0]' LIMIT 10) t;
SELECT index, lists, nodes BETWEEN 10 AND 800 AS nodes, pages >= nodes AS pages,
    rows_scored >= 32 * nodes AS scored, rows_reranked BETWEEN 10 AND 100 AS reranked FROM vecext.last_scan();
SELECT nodes AS few FROM vecext.last_scan() \gset
SET hnsw.ef_search = 120;
SELECT count(*) FROM (SELECT id FROM more ORDER BY v <-> '[1,0,1,0,1,0,1,0]' LIMIT 10) t;
SELECT nodes > :few AS more FROM vecext.last_scan();
-- A join's scans together.
SET hnsw.ef_search = 50;
SELECT count(*) FROM (SELECT v FROM item WHERE id <= 5) q, LATERAL (SELECT id FROM more ORDER BY v <-> q.v LIMIT 10) n;
SELECT index, nodes >= 250 AS nodes FROM vecext.last_scan();
DROP TABLE more;
RESET hnsw.ef_search;
-- An index of few rows, whose searches compare all of them.
SELECT count(*) FROM (SELECT h FROM item WHERE id <= 5) q, LATERAL (SELECT id FROM item ORDER BY h <=> q.h LIMIT 10) n;
SELECT index, s.nodes, rows_scored - 5 * pending_rows = 5 * i.nodes AS all_scored
FROM vecext.last_scan() s, vecext.index_info('cosine') i;
SELECT vecext.recall('l2') AS l2, vecext.recall('ip') AS ip, vecext.recall('cosine') AS cosine;
-- One whose rows are all fresh, which has no node.
CREATE TABLE later (v vector(8));
CREATE INDEX later_v ON later USING hnsw (v vector_cosine_ops);
INSERT INTO later SELECT v FROM item WHERE v IS NOT NULL;
SELECT count(*) FROM (SELECT FROM later ORDER BY v <=> '[1,0,1,0,1,0,1,0]' LIMIT 10) t;
SELECT index, nodes, pages > 0 AS pages, rows_reranked BETWEEN 10 AND 100 AS reranked FROM vecext.last_scan();
DROP TABLE later;
RESET enable_seqscan;

-- Arguments out of range, functions for others.
SELECT statement, pg_temp.outcome(statement) FROM unnest(ARRAY[
    'SELECT vecext.recall(''l2'', 0)', 'SELECT vecext.recall(''l2'', 10, -1)', 'SELECT vecext.merge(''l2'')']) statement;

-- For those who may read the table.
CREATE ROLE regress_vecext_reader;
SET ROLE regress_vecext_reader;
SELECT statement, pg_temp.outcome(statement) FROM unnest(ARRAY['SELECT vecext.index_info(''l2'')',
    'SELECT vecext.verify_index(''l2'')', 'SELECT vecext.recall(''l2'')']) statement;
RESET ROLE;
DROP ROLE regress_vecext_reader;

DROP TABLE item;
