-- Access method ivfflat over halfvec.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- L2.
CREATE TABLE flat (id int, v halfvec(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX flat_l2 ON flat USING ivfflat (v halfvec_l2_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]'), (6, '[65504,0,0]');
EXPLAIN (COSTS OFF) SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <-> (SELECT NULL::halfvec)) t;
SELECT count(*) FROM flat;
SELECT * FROM flat ORDER BY v <-> '[3,3]';
TRUNCATE flat;
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
DROP TABLE flat;

-- Inner product.
CREATE TABLE flat (id int, v halfvec(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat (v halfvec_ip_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]');
SELECT * FROM flat ORDER BY v <#> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <#> (SELECT NULL::halfvec)) t;
DROP TABLE flat;

-- Cosine.
CREATE TABLE flat (id int, v halfvec(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat (v halfvec_cosine_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]'), (6, '[0,0,0]');
SELECT * FROM flat ORDER BY v <=> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <=> '[0,0,0]') t;
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <=> (SELECT NULL::halfvec)) t;
DROP TABLE flat;

-- All lists give all rows, by any metric.
SELECT setseed(0.25);
CREATE TABLE flat (id int, v halfvec(8));
INSERT INTO flat SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1, 700) i;
CREATE INDEX ON flat USING ivfflat (v halfvec_l2_ops) WITH (lists = 7);
CREATE INDEX ON flat USING ivfflat (v halfvec_ip_ops) WITH (lists = 7);
CREATE INDEX ON flat USING ivfflat (v halfvec_cosine_ops) WITH (lists = 7);
INSERT INTO flat SELECT i, ARRAY(SELECT random() * 100 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(701, 1000) i;
SET ivfflat.probes = 7;
SELECT operator, n, pg_temp.same_rows(format(
    'SELECT v %1$s q FROM flat, (SELECT %2$L::halfvec) q (q) ORDER BY v %1$s %2$L LIMIT %3$s',
    operator, '[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]', n))
FROM unnest('{<->,<#>,<=>}'::text[]) operator, unnest('{1,10,2000}'::int[]) n;
RESET ivfflat.probes;
DROP TABLE flat;

-- A vector column indexed in half the space.
CREATE TABLE flat (id int, v vector(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat ((v::halfvec(3)) halfvec_l2_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]');
EXPLAIN (COSTS OFF) SELECT * FROM flat ORDER BY v::halfvec(3) <-> '[3,3,3]';
SELECT * FROM flat ORDER BY v::halfvec(3) <-> '[3,3,3]';
DROP TABLE flat;

-- Columns.
CREATE TABLE flat (v halfvec(3), untyped halfvec, one halfvec(1), most halfvec(4000),
    wide halfvec(4001));
CREATE INDEX ON flat USING ivfflat (untyped halfvec_l2_ops);
CREATE INDEX ON flat USING ivfflat (most halfvec_l2_ops) WITH (lists = 1);
CREATE INDEX ON flat USING ivfflat (wide halfvec_l2_ops);
CREATE INDEX ON flat USING ivfflat (one halfvec_ip_ops);
CREATE INDEX ON flat USING ivfflat (one halfvec_cosine_ops);
\set VERBOSITY sqlstate
CREATE INDEX ON flat USING ivfflat (v);
CREATE INDEX ON flat USING ivfflat (v vector_l2_ops);
\set VERBOSITY default
DROP TABLE flat;
