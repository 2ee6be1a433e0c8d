-- Access method ivfflat over vector.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- L2: order, rows inserted after the build, nulls on both sides.
CREATE TABLE flat (id int, v vector(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX flat_l2 ON flat USING ivfflat (v) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]'), (6, NULL);
EXPLAIN (COSTS OFF) SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
SELECT * FROM flat ORDER BY v <-> '[3,3,3]' LIMIT 2;
SELECT id, v <-> '[3,3,3]' < 3 AS near FROM flat ORDER BY v <-> '[3,3,3]' OFFSET 1;
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <-> (SELECT NULL::vector)) t;
SELECT count(*) FROM flat;

-- Not for other orders, other operators or none.
SELECT query, pg_temp.uses_index('SELECT id FROM flat ' || query) FROM unnest(ARRAY[
    'ORDER BY v <-> ''[3,3,3]''', 'ORDER BY v <-> ''[3,3,3]'' LIMIT 1',
    'ORDER BY ''[3,3,3]'' <-> v', 'ORDER BY v <-> ''[3,3,3]'' DESC',
    'ORDER BY v <-> ''[3,3,3]'' NULLS FIRST', 'ORDER BY v <=> ''[3,3,3]''',
    'ORDER BY 1 - (v <-> ''[3,3,3]'')', 'WHERE v <-> ''[3,3,3]'' < 1', 'WHERE v IS NULL',
    '']) query;

-- A query of other dimensions.
SELECT * FROM flat ORDER BY v <-> '[3,3]';
SELECT * FROM flat ORDER BY v <-> '[3,3,3,3]' LIMIT 1;

-- Emptied, and filled again.
TRUNCATE flat;
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
INSERT INTO flat VALUES (7, '[1,1,1]'), (8, '[2,2,2]');
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
DELETE FROM flat WHERE id = 8;
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
UPDATE flat SET v = '[5,5,5]';
SELECT * FROM flat ORDER BY v <-> '[3,3,3]';
DROP TABLE flat;

-- Inner product: zero vectors are there.
CREATE TABLE flat (id int, v vector(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat (v vector_ip_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]'), (6, '[-1,-1,-1]');
SELECT * FROM flat ORDER BY v <#> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <#> (SELECT NULL::vector)) t;
DROP TABLE flat;

-- Cosine: zero vectors are not; a zero query has no nearest row, so all come.
CREATE TABLE flat (id int, v vector(3));
INSERT INTO flat VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat (v vector_cosine_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, '[1,2,4]'), (6, '[0,0,0]');
SELECT * FROM flat ORDER BY v <=> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <=> '[0,0,0]') t;
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <=> (SELECT NULL::vector)) t;
DROP TABLE flat;

-- Few rows for the lists: at the build, after TRUNCATE, by REINDEX.
CREATE TABLE flat (id int, v vector(3));
CREATE INDEX flat_v ON flat USING ivfflat (v vector_l2_ops);
SELECT * FROM flat ORDER BY v <-> '[1,2,3]';
INSERT INTO flat SELECT i, ARRAY[i, i, i] FROM generate_series(1, 150) i;
SET ivfflat.probes = 100;
SELECT id FROM flat ORDER BY v <-> '[20,20,20.1]' LIMIT 3;
REINDEX INDEX flat_v;
SELECT id FROM flat ORDER BY v <-> '[20,20,20.1]' LIMIT 3;
TRUNCATE flat;
RESET ivfflat.probes;
DROP TABLE flat;

-- All lists give all rows, by any metric.
SELECT setseed(0.25);
CREATE TABLE flat (id int, v vector(8));
INSERT INTO flat SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1, 1500) i;
CREATE INDEX ON flat USING ivfflat (v vector_l2_ops) WITH (lists = 10);
CREATE INDEX ON flat USING ivfflat (v vector_ip_ops) WITH (lists = 10);
CREATE INDEX ON flat USING ivfflat (v vector_cosine_ops) WITH (lists = 10);
INSERT INTO flat SELECT i, ARRAY(SELECT random() * 100 FROM generate_series(1, 8) WHERE i > 0)
FROM generate_series(1501, 2000) i;
SET ivfflat.probes = 10;
SELECT operator, n, pg_temp.same_rows(format(
    'SELECT id FROM flat ORDER BY v %s ''[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]'' LIMIT %s',
    operator, n))
FROM unnest('{<->,<#>,<=>}'::text[]) operator, unnest('{1,10,300,5000}'::int[]) n;
SET ivfflat.probes = 1;
SET ivfflat.iterative_scan = off;
SELECT operator, array_length(pg_temp.rows_by_index(format(
    'SELECT id FROM flat ORDER BY v %s ''[0.1,0.2,0.3,-0.4,0.5,0.6,-0.7,0.8]''',
    operator)), 1) < 2000 AS fewer
FROM unnest('{<->,<#>,<=>}'::text[]) operator;
RESET ivfflat.iterative_scan;
RESET ivfflat.probes;
DROP TABLE flat;

-- Options.
CREATE TABLE flat (id int, v vector(3), untyped vector, one vector(1), wide vector(2001),
    text text);
CREATE INDEX ON flat USING ivfflat (v) WITH (lists = 0);
CREATE INDEX ON flat USING ivfflat (v) WITH (lists = 32769);
CREATE INDEX ON flat USING ivfflat (v) WITH (list = 5);
CREATE INDEX flat_v ON flat USING ivfflat (v) WITH (lists = 5);
SELECT reloptions FROM pg_class WHERE oid = 'flat_v'::regclass;
ALTER INDEX flat_v SET (lists = 0);
ALTER INDEX flat_v SET (lists = 7);
ALTER INDEX flat_v RESET (lists);

-- Columns.
CREATE INDEX ON flat USING ivfflat (untyped);
CREATE INDEX ON flat USING ivfflat ((untyped::vector(3))) WITH (lists = 1);
CREATE INDEX ON flat USING ivfflat (wide);
CREATE INDEX ON flat USING ivfflat ((subvector(wide, 1, 2000)::vector(2000))) WITH (lists = 1);
CREATE INDEX ON flat USING ivfflat (one vector_ip_ops);
CREATE INDEX ON flat USING ivfflat (one vector_cosine_ops);
CREATE INDEX ON flat USING ivfflat (one vector_l2_ops) WITH (lists = 1);
\set VERBOSITY sqlstate
CREATE INDEX ON flat USING ivfflat (text);
CREATE INDEX ON flat USING ivfflat (v vector_ops);
CREATE INDEX ON flat USING ivfflat (v vector_l1_ops);
CREATE INDEX ON flat USING ivfflat (v, one);
CREATE INDEX ON flat USING ivfflat (v) INCLUDE (id);
CREATE UNIQUE INDEX ON flat USING ivfflat (v);
CREATE INDEX ON flat USING ivfflat (v ASC);
\set VERBOSITY default
DROP TABLE flat;
