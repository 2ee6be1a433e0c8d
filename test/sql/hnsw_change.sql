-- Rows that come, go and change under indexes of hnsw.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method hnsw
\set options
\set other_method hnsw
\set other_options 'WITH (m = 5, ef_construction = 10)'
\set file :inputdir '/sql/include/changes.sql'
\i :file

-- Rows out of line.
\set file :inputdir '/sql/include/wide_rows.sql'
\i :file

-- Rows enough for a graph of their own, beside one that is much larger; it is taken in by VACUUM.
CREATE TABLE grown (id int, v vector(8));
SELECT setseed(0.25);
INSERT INTO grown SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 8000) i;
CREATE INDEX grown_v ON grown USING hnsw (v vector_l2_ops);
INSERT INTO grown SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(8001, 11000) i;
SELECT nodes > 8000 AS delta, nodes + pending_rows AS rows, vecext.verify_index('grown_v'), vecext.recall('grown_v') >= 0.95 AS most
FROM vecext.index_info('grown_v');
SELECT count(*) FROM grown g WHERE id % 50 = 0 AND
    (SELECT array_agg(id) FROM (SELECT id FROM grown ORDER BY v <-> g.v LIMIT 5) t) @> ARRAY[id];
INSERT INTO grown SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(11001, 11700) i;
DELETE FROM grown WHERE id > 7900 AND id % 2 = 0;
VACUUM grown;
SELECT rows, nodes, pending_rows, vecext.verify_index('grown_v'), vecext.recall('grown_v') >= 0.95 AS most
FROM vecext.index_info('grown_v');
DROP TABLE grown;
