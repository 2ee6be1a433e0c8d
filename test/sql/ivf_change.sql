-- Rows that come, go and change under indexes of ivfflat and ivfpq.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SELECT setseed(0.25);
CREATE FUNCTION pg_temp.random_vector(i int) RETURNS vector LANGUAGE sql VOLATILE AS $$
    SELECT ARRAY(SELECT random() FROM generate_series(1, 4) WHERE i > 0)::vector
$$;
CREATE TABLE item (id int PRIMARY KEY, note text, v vector(4))
WITH (fillfactor = 60, autovacuum_enabled = off);
INSERT INTO item SELECT i, 'first', pg_temp.random_vector(i) FROM generate_series(1, 1000) i;
CREATE INDEX item_pq ON item USING ivfpq (v);
CREATE INDEX item_flat ON item USING ivfflat (v vector_cosine_ops) WITH (lists = 5);
SET ivfflat.probes = 5;

-- Rows in each index, and whether all rows of the table come back through each.
CREATE FUNCTION pg_temp.state() RETURNS TABLE (in_pq int8, in_flat int8, by_pq bool, by_flat bool)
LANGUAGE sql AS $$
    SELECT vecext.verify_index('item_pq'), vecext.verify_index('item_flat'),
        pg_temp.same_set(replace(query, 'OPERATOR', '<->')),
        pg_temp.same_set(replace(query, 'OPERATOR', '<=>'))
    FROM (SELECT 'SELECT id, note FROM item WHERE v IS NOT NULL
        ORDER BY v OPERATOR ''[0.4,0.5,0.6,0.7]''') t (query)
$$;
SELECT * FROM pg_temp.state();

-- Deleted rows stay in the index until VACUUM, and are not found.
DELETE FROM item WHERE id % 5 = 0;
SELECT * FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();
-- New rows take their places, and are not taken for them.
INSERT INTO item SELECT i, 'second', pg_temp.random_vector(i) FROM generate_series(5, 1000, 5) i;
SELECT * FROM pg_temp.state();

-- A change of another column: HOT, so without new entries; found all the same.
BEGIN;
UPDATE item SET note = 'third' WHERE id % 10 = 1;
SELECT pg_stat_get_xact_tuples_hot_updated('item'::regclass) > 50 AS mostly_hot;
COMMIT;
SELECT in_pq BETWEEN 1000 AND 1050 AS few_new, by_pq, by_flat FROM pg_temp.state();
-- A change of the vector, to another and to the same.
UPDATE item SET v = pg_temp.random_vector(id) WHERE id % 10 = 2;
SELECT in_pq > 1000 AS more_pq, in_flat > 1000 AS more_flat, by_pq, by_flat FROM pg_temp.state();
UPDATE item SET v = v WHERE id % 10 = 3;
SELECT by_pq, by_flat FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();
-- To null and back.
UPDATE item SET v = NULL WHERE id <= 10;
VACUUM item;
SELECT * FROM pg_temp.state();
UPDATE item SET v = '[1,2,3,4]' WHERE id <= 10;
VACUUM item;
SELECT * FROM pg_temp.state();

-- Rolled back: in the index, but of no use.
BEGIN;
INSERT INTO item SELECT i, 'fourth', pg_temp.random_vector(i) FROM generate_series(1001, 1500) i;
SAVEPOINT s;
DELETE FROM item WHERE id < 500;
SELECT by_pq, by_flat FROM pg_temp.state();
ROLLBACK TO s;
SELECT by_pq, by_flat FROM pg_temp.state();
ROLLBACK;
SELECT * FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();

-- All gone; then others.
DELETE FROM item;
SELECT * FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();
INSERT INTO item SELECT i, 'fifth', pg_temp.random_vector(i) FROM generate_series(1, 300) i;
SELECT * FROM pg_temp.state();

-- ON CONFLICT, COPY, MERGE-like changes in one statement.
INSERT INTO item SELECT i, 'sixth', pg_temp.random_vector(i) FROM generate_series(291, 310) i
ON CONFLICT (id) DO UPDATE SET v = EXCLUDED.v, note = EXCLUDED.note;
COPY item FROM stdin;
311	seventh	[1,0,0,0]
312	seventh	[0,1,0,0]
313	seventh	\N
\.
WITH gone AS (DELETE FROM item WHERE id > 311 RETURNING *)
INSERT INTO item SELECT id + 100, note, v FROM gone;
SELECT by_pq, by_flat FROM pg_temp.state();
-- VACUUM without work on indexes leaves them as they are.
DELETE FROM item WHERE id < 100;
VACUUM (INDEX_CLEANUP off) item;
SELECT by_pq, by_flat FROM pg_temp.state();
SET min_parallel_index_scan_size = 0;
VACUUM (PARALLEL 2, INDEX_CLEANUP on) item;
RESET min_parallel_index_scan_size;
SELECT * FROM pg_temp.state();

-- Many versions of one row.
DO $$
BEGIN
    FOR i IN 1..500 LOOP
        UPDATE item SET v = pg_temp.random_vector(i) WHERE id = 200;
    END LOOP;
END
$$;
SELECT by_pq, by_flat FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();

-- Values of other dimensions do not come in.
\set VERBOSITY sqlstate
INSERT INTO item VALUES (9999, 'wrong', '[1,2,3]');
\set VERBOSITY default
SELECT * FROM pg_temp.state();
DROP TABLE item;

-- Lists of an index made before its rows split, however few rows a page takes.
CREATE TABLE grown (v vector(600)) WITH (autovacuum_enabled = off);
CREATE INDEX grown_flat ON grown USING ivfflat (v);
CREATE INDEX grown_pq ON grown USING ivfpq (v) WITH (bits = 4);
INSERT INTO grown SELECT array_agg(sin(i * j)) FROM generate_series(1, 1200) i, generate_series(1, 600) j GROUP BY i;
SELECT i, lists > 1 AS split, vecext.verify_index(i) AS rows
FROM unnest('{grown_flat,grown_pq}'::regclass[]) i, vecext.index_info(i);
DROP TABLE grown;

-- Rows whose vectors lie out of line: what a scan has read of them serves the distances that it
-- is asked for, and no others.
CREATE TABLE wide (id int PRIMARY KEY, v vector(800), w vector(800)) WITH (autovacuum_enabled = off);
INSERT INTO wide SELECT i, array_agg(sin(i * j) ORDER BY j), array_agg(cos(i * j) ORDER BY j)
FROM generate_series(1, 60) i, generate_series(1, 800) j GROUP BY i;
CREATE INDEX wide_v ON wide USING ivfpq (v) WITH (lists = 2);
CREATE INDEX wide_w ON wide USING ivfpq (w) WITH (lists = 2, own = int8);
CREATE TABLE exact AS
SELECT q.id AS q, t.id, q.v <-> t.v AS v, q.w <-> t.w AS w, q.v <-> t.w AS cross FROM wide q, wide t;
SET enable_seqscan = off;
SELECT count(*), count(*) FILTER (WHERE n IN (SELECT exact FROM exact)) AS exact
FROM (SELECT v FROM wide WHERE id < 9) q, LATERAL
    (SELECT (SELECT id FROM wide WHERE v = q.v), id, q.v <-> v, (SELECT w FROM wide WHERE v = q.v) <-> w, q.v <-> w
     FROM wide ORDER BY v <-> q.v LIMIT 9) n;
-- Two scans take turns.
SELECT count(*), count(*) FILTER (WHERE a.d = e.v AND b.e = f.w) AS exact
FROM wide q, LATERAL (SELECT id, v, v <-> q.v AS d FROM wide ORDER BY v <-> q.v LIMIT 5) a,
    LATERAL (SELECT id, w <-> q.w AS e FROM wide ORDER BY w <-> q.w LIMIT 5) b, exact e, exact f
WHERE q.id < 9 AND e.q = q.id AND e.id = a.id AND f.q = q.id AND f.id = b.id;
RESET enable_seqscan;
BEGIN;
SET LOCAL enable_seqscan = off;
DECLARE nearest CURSOR FOR SELECT (id, v <-> (SELECT v FROM wide WHERE id = 7)) IN
    (SELECT id, v FROM exact WHERE q = 7) AS exact
FROM wide ORDER BY v <-> (SELECT v FROM wide WHERE id = 7);
FETCH 2 FROM nearest;
SAVEPOINT s;
UPDATE wide SET v = w;
SELECT count(*), min(v <-> (SELECT w FROM wide WHERE id = 7)) FROM
    (SELECT v FROM wide ORDER BY v <-> (SELECT w FROM wide WHERE id = 7) LIMIT 5) t;
ROLLBACK TO s;
DELETE FROM wide WHERE id > 30;
FETCH 2 FROM nearest;
MOVE ALL IN nearest;
ROLLBACK;
DROP TABLE wide, exact;
