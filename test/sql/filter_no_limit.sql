-- A filtered scan without a LIMIT: rows that do not fit into work_mem are sorted in files, each row is read and checked once, and the
-- plan is left to a sort where that is cheaper.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(0.5);
CREATE TABLE item (id int PRIMARY KEY, kind int, v vector(3));
INSERT INTO item SELECT i, i % 100, ARRAY[random(), random(), random()]::vector FROM generate_series(1, 30000) i;
INSERT INTO item SELECT 30000 + i, i % 100, CASE WHEN i % 2 = 0 THEN '[.5,.5,.5]'::vector END FROM generate_series(1, 400) i;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_kind ON item (kind);
VACUUM ANALYZE item;
CREATE SEQUENCE checks;
CREATE FUNCTION passes(kind int) RETURNS bool LANGUAGE plpgsql STABLE COST 1 AS $$
BEGIN
    PERFORM nextval('checks');
    RETURN kind < 90;
END $$;

-- All rows, in order, each once; how often rows were checked, and compared.
CREATE FUNCTION read_all(condition text, row_limit text, OUT in_order bool, OUT as_sorted bool, OUT row_count int, OUT checks bigint)
LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT id FROM item WHERE %s ORDER BY v <-> ''[.5,.5,.5]'' LIMIT %s', condition, row_limit);
    expected text[] := pg_temp.rows_by_sort(query);
    found text[];
BEGIN
    PERFORM set_config('vecext.filter_strategy', 'exact', true), setval('checks', 1);
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    checks := currval('checks') - 1;
    row_count := cardinality(found);
    in_order := NOT EXISTS (SELECT FROM (SELECT v <-> '[.5,.5,.5]' AS d, lag(v <-> '[.5,.5,.5]') OVER (ORDER BY n) AS before
        FROM unnest(found) WITH ORDINALITY f (r, n) JOIN item ON id = trim(r, '()')::int) x WHERE d < before);
    as_sorted := row_count = cardinality(expected) AND ARRAY(SELECT unnest(found) ORDER BY 1) = ARRAY(SELECT unnest(expected) ORDER BY 1);
END $$;
SET work_mem = '64kB';
SELECT condition, row_limit, r.* FROM unnest(ARRAY['passes(kind)', 'kind < 60', 'kind < 60 AND passes(kind)', 'passes(kind) AND id > 100'],
    ARRAY['ALL', 'ALL', 'ALL', 'ALL']) c (condition, row_limit), read_all(condition, row_limit) r;
-- A LIMIT within memory, near its end, and beyond.
SELECT row_limit, r.in_order, r.row_count, r.checks FROM unnest(ARRAY[10, 500, 700, 1000, 3000, 29000]) row_limit,
    read_all('passes(kind)', row_limit::text) r;

-- A cursor that goes on, one that is left, and one over a savepoint.
SET vecext.filter_strategy = exact;
SET enable_sort = off;
BEGIN;
DECLARE c CURSOR FOR SELECT id, v <-> '[.5,.5,.5]' AS d FROM item WHERE kind < 60 ORDER BY v <-> '[.5,.5,.5]';
MOVE 5000 IN c;
SAVEPOINT s;
FETCH 1 FROM c \gset before_
MOVE 9000 IN c;
ROLLBACK TO s;
FETCH 1 FROM c \gset after_
SELECT :after_d >= :before_d AS goes_on;
CLOSE c;
DECLARE c CURSOR FOR SELECT id FROM item WHERE kind < 60 ORDER BY v <-> '[.5,.5,.5]';
MOVE 6000 IN c;
COMMIT;
-- Each rescan gives the rows of its own query vector.
SELECT q, n.* FROM generate_series(1, 3) q, LATERAL (SELECT count(*) AS row_count, sum(id) FROM (SELECT id FROM item
    WHERE kind < 60 ORDER BY v <-> ARRAY[q, 0, 0]::vector OFFSET 2000) x) n;
RESET enable_sort;
RESET vecext.filter_strategy;

-- Without a LIMIT most of the table is sorted by the server; few rows, or the first ones of a cursor, are not.
RESET work_mem;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE kind + 0 < 90 ORDER BY v <-> '[.5,.5,.5]';
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE kind < 90 ORDER BY v <-> '[.5,.5,.5]' LIMIT 10;
DROP TABLE item;
DROP FUNCTION passes, read_all;
DROP SEQUENCE checks;
