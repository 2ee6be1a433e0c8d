-- Access method ivfpq over halfvec.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- Each metric; zero vectors and nulls.
CREATE TABLE pq (id int, v halfvec(3));
INSERT INTO pq VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX pq_l2 ON pq USING ivfpq (v halfvec_l2_ops);
CREATE INDEX pq_ip ON pq USING ivfpq (v halfvec_ip_ops);
CREATE INDEX pq_cosine ON pq USING ivfpq (v halfvec_cosine_ops);
INSERT INTO pq VALUES (5, '[1,2,4]'), (6, '[65504,0,0]'), (7, '[6e-8,0,0]');
EXPLAIN (COSTS OFF) SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
SELECT * FROM pq ORDER BY v <#> '[3,3,3]';
SELECT * FROM pq WHERE id <> 7 ORDER BY v <=> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <-> (SELECT NULL::halfvec)) t;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <#> (SELECT NULL::halfvec)) t;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <=> (SELECT NULL::halfvec)) t;
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <=> '[0,0,0]') t;
SELECT * FROM pq ORDER BY v <-> '[3,3]';
TRUNCATE pq;
SELECT * FROM pq ORDER BY v <-> '[3,3,3]';
DROP TABLE pq;

-- More rows.
SELECT setseed(0.25);
CREATE TABLE pq (id int, v halfvec(8));
INSERT INTO pq SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1, 700) i;
CREATE INDEX pq_l2 ON pq USING ivfpq (v halfvec_l2_ops);
CREATE INDEX pq_ip ON pq USING ivfpq (v halfvec_ip_ops);
CREATE INDEX pq_cosine ON pq USING ivfpq (v halfvec_cosine_ops);
INSERT INTO pq SELECT i, ARRAY(SELECT random() * 100 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(701, 1000) i;
SELECT operator,
    vecext.recall(index, 10, 50) >= 0.85 AS nearest,
    pg_temp.ascending(format('SELECT v %s q.q %s LIMIT 10', operator, rest)) AS ascending,
    pg_temp.same_set(format('SELECT id %s', rest)) AS all_rows
FROM unnest('{<->,<#>,<=>}'::text[], '{pq_l2,pq_ip,pq_cosine}'::regclass[]) t (operator, index),
    format(
    'FROM pq, (SELECT %1$L::halfvec) q (q) ORDER BY v %2$s %1$L',
    '[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]', operator) rest;
DROP TABLE pq;

-- A vector column indexed in half the space, and the other way round.
CREATE TABLE pq (id int, v vector(3), h halfvec(3));
INSERT INTO pq SELECT i, ARRAY[i, i * i % 7, -i], ARRAY[i, i * i % 7, -i]
FROM generate_series(1, 8) i;
CREATE INDEX ON pq USING ivfpq ((v::halfvec(3)) halfvec_l2_ops);
CREATE INDEX ON pq USING ivfpq ((h::vector(3)) vector_l2_ops);
SELECT id FROM pq ORDER BY v::halfvec(3) <-> '[3,3,-3]' LIMIT 3;
SELECT id FROM pq ORDER BY h::vector(3) <-> '[3,3,-3]' LIMIT 3;
DROP TABLE pq;

-- Columns.
CREATE TABLE pq (v halfvec(3), untyped halfvec, one halfvec(1), wide halfvec(16000));
CREATE INDEX ON pq USING ivfpq (untyped halfvec_l2_ops);
CREATE INDEX ON pq USING ivfpq (wide halfvec_l2_ops);
CREATE INDEX ON pq USING ivfpq (one halfvec_l2_ops);
CREATE INDEX ON pq USING ivfpq (one halfvec_ip_ops);
CREATE INDEX ON pq USING ivfpq (one halfvec_cosine_ops);
\set VERBOSITY sqlstate
CREATE INDEX ON pq USING ivfpq (v);
CREATE INDEX ON pq USING ivfpq (v vector_l2_ops);
\set VERBOSITY default
DROP TABLE pq;
