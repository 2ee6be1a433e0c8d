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

-- Rows enough for a graph of their own, beside one that is much larger; it is taken in by VACUUM. Of wide vectors, fewer rows are enough. From PostgreSQL 17 on,
-- that graph is made at the end of the statement, unless so many rows are outside that the larger graph is soon to take them.
CREATE TABLE grown (id int, v vector(400));
CREATE FUNCTION grown_rows(first int, last int) RETURNS TABLE (id int, v vector) LANGUAGE sql AS $$
    SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0)::vector || array_fill(0, '{392}')::vector FROM generate_series(first, last) i
$$;
SELECT setseed(0.25);
INSERT INTO grown SELECT * FROM grown_rows(1, 10500);
CREATE INDEX grown_v ON grown USING hnsw (v vector_l2_ops) WITH (m = 6);
INSERT INTO grown SELECT * FROM grown_rows(10501, 14600);
SELECT nodes > 10500 AS delta, nodes + pending_rows AS rows, vecext.verify_index('grown_v'), vecext.recall('grown_v') >= 0.95 AS most
FROM vecext.index_info('grown_v');
SELECT count(*) FROM grown g WHERE id % 50 = 0 AND
    (SELECT array_agg(id) FROM (SELECT id FROM grown ORDER BY v <-> g.v LIMIT 5) t) @> ARRAY[id];
INSERT INTO grown SELECT * FROM grown_rows(14601, 15400);
DELETE FROM grown WHERE id > 10400 AND id % 2 = 0;
VACUUM grown;
SELECT rows, nodes, pending_rows, vecext.verify_index('grown_v'), vecext.recall('grown_v') >= 0.95 AS most
FROM vecext.index_info('grown_v');
DROP FUNCTION grown_rows;
DROP TABLE grown;

-- Rows so near each other that a rebuild, which has rerank vectors alone, takes them for equal.
CREATE TABLE near (id int, v vector(3)) WITH (autovacuum_enabled = off);
INSERT INTO near SELECT i, ARRAY[.9 + random() * 1e-5, .9 + random() * 1e-5, .9 + random() * 1e-5]::vector FROM generate_series(1, 1500) i;
INSERT INTO near SELECT i, ARRAY[random(), random(), random()]::vector FROM generate_series(1501, 4000) i;
CREATE INDEX near_v ON near USING hnsw (v vector_l2_ops);
CREATE FUNCTION near_found() RETURNS bigint LANGUAGE sql AS $$
    SELECT count(*) FROM near n WHERE id <= 1500 AND id % 100 = 0 AND
        (SELECT id FROM (SELECT id FROM near ORDER BY v <-> n.v LIMIT 5) t LIMIT 1) = n.id
$$;
SELECT near_found() > 12 AS found;
INSERT INTO near VALUES (4001, '[0,0,0]');
SELECT vecext.merge('near_v') > 0 AS merged;
SELECT near_found() > 12 AS found;
SET maintenance_work_mem = '1MB';
REINDEX INDEX near_v;
SELECT near_found() > 12 AS found;
-- Others among many that are equal.
INSERT INTO near SELECT 10000 + i, '[.90000391,.9000018,.9000022]' FROM generate_series(1, 1500) i;
REINDEX INDEX near_v;
SELECT near_found() > 12 AS found;
RESET maintenance_work_mem;
DROP FUNCTION near_found;
DROP TABLE near;

-- Rows that are all alike, most of which are removed: the others are found.
CREATE TABLE alike (id int, v vector(3), b bit(8)) WITH (autovacuum_enabled = off);
INSERT INTO alike SELECT i, '[1,1,1]', B'10101010' FROM generate_series(1, 1600) i;
INSERT INTO alike SELECT 10000 + i, ARRAY[5 + sin(i), 5 + sin(2 * i), sin(3 * i)]::vector, (i % 256)::bit(8) FROM generate_series(1, 3000) i;
CREATE INDEX alike_v ON alike USING hnsw (v vector_l2_ops);
CREATE INDEX alike_b ON alike USING hnsw (b bit_hamming_ops);
DELETE FROM alike WHERE id <= 1500;
SELECT count(*) FROM (SELECT id FROM alike ORDER BY v <-> '[1,1,1]' LIMIT 50) s WHERE id <= 1600;
VACUUM alike;
SELECT pending_rows, dead_rows FROM vecext.index_info('alike_v');
SELECT count(*) FROM (SELECT id FROM alike ORDER BY v <-> '[1,1,1]' LIMIT 50) s WHERE id <= 1600;
SELECT count(*) FROM (SELECT id FROM alike ORDER BY b <~> B'10101010' LIMIT 50) s WHERE id <= 1600;
DROP TABLE alike;
