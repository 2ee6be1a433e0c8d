-- Access method ivfpq over vector.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- L2: order, rows inserted after the build, nulls on both sides.
CREATE TABLE pq (id int, v vector(3));
INSERT INTO pq VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX pq_l2 ON pq USING ivfpq (v);
INSERT INTO pq VALUES (5, '[1,2,4]'), (6, NULL);
EXPLAIN (COSTS OFF) SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
SELECT *, v <-> '[3,3,3]' = l2_distance(v, '[3,3,3]') AS same FROM pq ORDER BY v <-> '[3,3,3]';
SELECT * FROM pq ORDER BY v <-> '[3,3,3]' LIMIT 2;
SELECT * FROM pq ORDER BY v <-> '[3,3,3]' LIMIT 0;
SELECT * FROM pq ORDER BY v <-> '[3,3,3]' OFFSET 3;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <-> (SELECT NULL::vector)) t;
SELECT count(*) FROM pq;

-- Not for other orders, other operators or none.
SELECT query, pg_temp.uses_index('SELECT id FROM pq ' || query) FROM unnest(ARRAY[
    'ORDER BY v <-> ''[3,3,3]''', 'ORDER BY v <-> ''[3,3,3]'' LIMIT 1',
    'ORDER BY ''[3,3,3]'' <-> v', 'ORDER BY v <-> ''[3,3,3]'' DESC',
    'ORDER BY v <-> ''[3,3,3]'' NULLS FIRST', 'ORDER BY v <=> ''[3,3,3]''',
    'ORDER BY 1 - (v <-> ''[3,3,3]'')', 'WHERE v <-> ''[3,3,3]'' < 1', 'WHERE v IS NULL',
    '']) query;

-- A query of other dimensions.
SELECT * FROM pq ORDER BY v <-> '[3,3]';
SELECT * FROM pq ORDER BY v <-> '[3,3,3,3]' LIMIT 1;

-- Emptied, and filled again.
TRUNCATE pq;
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
INSERT INTO pq VALUES (7, '[1,1,1]'), (8, '[2,2,2]');
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
DELETE FROM pq WHERE id = 8;
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
UPDATE pq SET v = '[5,5,5]';
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
DROP TABLE pq;

-- Inner product: zero vectors are there.
CREATE TABLE pq (id int, v vector(3));
INSERT INTO pq VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON pq USING ivfpq (v vector_ip_ops);
INSERT INTO pq VALUES (5, '[1,2,4]'), (6, '[-1,-1,-1]');
SELECT *, v <#> '[3,3,3]' AS distance FROM pq ORDER BY v <#> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <#> '[0,0,0]') t;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <#> (SELECT NULL::vector)) t;
DROP TABLE pq;

-- Cosine: zero vectors are not; a zero query has no nearest row, so all come.
CREATE TABLE pq (id int, v vector(3));
INSERT INTO pq VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON pq USING ivfpq (v vector_cosine_ops);
INSERT INTO pq VALUES (5, '[1,2,4]'), (6, '[0,0,0]'), (7, '[-1e-18,-1e-18,-1e-18]');
SELECT *, round((v <=> '[3,3,3]')::numeric, 6) AS distance FROM pq
ORDER BY v <=> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <=> '[0,0,0]') t;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <=> (SELECT NULL::vector)) t;
DROP TABLE pq;

-- More rows: those found are the nearest, in order; a scan to the end gives each row once.
SELECT setseed(0.25);
CREATE TABLE pq (id int, v vector(8));
INSERT INTO pq SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1, 1500) i;
CREATE INDEX pq_l2 ON pq USING ivfpq (v vector_l2_ops);
CREATE INDEX pq_ip ON pq USING ivfpq (v vector_ip_ops);
CREATE INDEX pq_cosine ON pq USING ivfpq (v vector_cosine_ops);
INSERT INTO pq SELECT i, ARRAY(SELECT random() * 100 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1501, 2000) i;
SELECT operator,
    vecext.recall(index, 10, 50) >= 0.85 AS nearest,
    pg_temp.ascending(format('SELECT v %s q.q %s LIMIT 10', operator, rest)) AS ascending,
    pg_temp.same_set(format('SELECT id %s', rest)) AS all_rows,
    pg_temp.same_set(format('SELECT id %s LIMIT 5000', rest)) AS all_with_limit
FROM unnest('{<->,<#>,<=>}'::text[], '{pq_l2,pq_ip,pq_cosine}'::regclass[]) t (operator, index),
    format(
    'FROM pq, (SELECT %1$L::vector) q (q) ORDER BY v %2$s %1$L',
    '[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]', operator) rest;

-- All lists looked at.
SET ivfpq.probes = 32768;
SELECT operator,
    vecext.recall(index, 10, 50) >= 0.85 AS nearest,
    pg_temp.same_set(format('SELECT id %s', rest)) AS all_rows
FROM unnest('{<->,<#>,<=>}'::text[], '{pq_l2,pq_ip,pq_cosine}'::regclass[]) t (operator, index),
    format(
    'FROM pq ORDER BY v %2$s %1$L', '[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]', operator) rest;
-- One list: the scan goes on with the others.
SET ivfpq.probes = 1;
SELECT operator, pg_temp.same_set(format('SELECT id %s', rest)) AS all_rows
FROM unnest('{<->,<#>,<=>}'::text[], '{pq_l2,pq_ip,pq_cosine}'::regclass[]) t (operator, index),
    format(
    'FROM pq ORDER BY v %2$s %1$L', '[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]', operator) rest;
RESET ivfpq.probes;
DROP TABLE pq;

-- Options.
CREATE TABLE pq (id int, v vector(3), untyped vector, one vector(1), wide vector(16000), text text);
CREATE INDEX ON pq USING ivfpq (v) WITH (lists = -1);
CREATE INDEX ON pq USING ivfpq (v) WITH (lists = 32769);
CREATE INDEX ON pq USING ivfpq (v) WITH (bits = 3);
CREATE INDEX ON pq USING ivfpq (v) WITH (bits = 8);
CREATE INDEX ON pq USING ivfpq (v) WITH (bits = -1);
CREATE INDEX ON pq USING ivfpq (v) WITH (bit = 4);
CREATE INDEX pq_v ON pq USING ivfpq (v) WITH (bits = 4, lists = 5);
SELECT reloptions FROM pg_class WHERE oid = 'pq_v'::regclass;
ALTER INDEX pq_v SET (bits = 5);
ALTER INDEX pq_v SET (bits = 2);
INSERT INTO pq (id, v) VALUES (1, '[1,2,3]');
SELECT bits, lists, rows FROM vecext.index_info('pq_v');
REINDEX INDEX pq_v;
SELECT bits, lists, rows FROM vecext.index_info('pq_v');
SELECT id FROM pq ORDER BY v <-> '[0,0,0]';

-- Columns.
CREATE INDEX ON pq USING ivfpq (untyped);
CREATE INDEX ON pq USING ivfpq ((untyped::vector(3)));
CREATE INDEX ON pq USING ivfpq (wide);
CREATE INDEX ON pq USING ivfpq (one vector_ip_ops);
CREATE INDEX ON pq USING ivfpq (one vector_cosine_ops);
CREATE INDEX ON pq USING ivfpq (one vector_l2_ops);
\set VERBOSITY sqlstate
CREATE INDEX ON pq USING ivfpq (text);
CREATE INDEX ON pq USING ivfpq (v vector_ops);
CREATE INDEX ON pq USING ivfpq (v vector_l1_ops);
CREATE INDEX ON pq USING ivfpq (v, one);
CREATE INDEX ON pq USING ivfpq (v) INCLUDE (id);
CREATE UNIQUE INDEX ON pq USING ivfpq (v);
CREATE INDEX ON pq USING ivfpq (v ASC);
\set VERBOSITY default
DROP TABLE pq;
