-- A join whose other side is looked up by an index for the first rows in the order of the distance, and read into a hash table that restricts
-- the scan once that pays.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(0.5);
-- Rows of group 0 are near the origin, those of group 29 are far from it.
CREATE TABLE spread (id int PRIMARY KEY, grp int, e vector(4));
INSERT INTO spread SELECT i, i % 30, ARRAY(SELECT i % 30 + random() FROM generate_series(1, 4) WHERE i = i)::vector FROM generate_series(1, 30000) i;
INSERT INTO spread VALUES (30001, NULL, '[0,0,0,0]'), (30002, 3, NULL);
CREATE INDEX spread_e ON spread USING hnsw (e vector_l2_ops);
CREATE INDEX spread_grp ON spread (grp);
-- Sales of two of three rows of each group; those with a mark are of one group.
CREATE TABLE sales (id int PRIMARY KEY, item int, mark int, price int);
INSERT INTO sales SELECT i, i / 2, CASE WHEN i / 2 % 30 = 0 THEN 1 WHEN i / 2 % 30 = 29 THEN 2 ELSE 3 + i % 50 END, i % 5
    FROM generate_series(1, 60000) i WHERE i / 2 % 3 < 2 OR i / 2 % 30 = 29;
INSERT INTO sales VALUES (90001, NULL, 1, 1), (90002, 30001, 1, 1);
CREATE INDEX sales_item ON sales (item);
CREATE INDEX sales_mark ON sales (mark);
VACUUM ANALYZE spread, sales;

-- What the lookup did: rows by the index, rows of the table if it is filled; and the rows as a sort of all rows has them.
CREATE FUNCTION compare(query text, OUT row_count int, OUT as_sorted bool, OUT by_index bool, OUT filled bool) LANGUAGE plpgsql AS $$
DECLARE
    expected text[] := pg_temp.rows_by_sort(query);
    found text[];
    plan jsonb;
    lookup jsonb;
BEGIN
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    row_count := cardinality(found);
    as_sorted := found = expected;
    EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT json) ' || query INTO plan;
    lookup := jsonb_path_query_first(plan, 'strict $.** ? (@."Custom Plan Provider" == "HashLookup")');
    by_index := lookup ? 'Lookups by Index';
    filled := lookup ? 'Keys';
END $$;

-- Rows that join are near: the table is never filled.
SELECT query, (compare(query)).* FROM unnest(ARRAY[
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE r.price < 4 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10',
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id AND r.price <> s.grp ORDER BY s.e <-> ''[9,9,9,9]'', r.id LIMIT 10'
    ]) query;

-- Rows that join are far, which the planner does not know: the lookups by the index end.
SELECT query, (compare(query)).* FROM unnest(ARRAY[
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE abs(r.mark - 2) < 1 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10',
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE abs(r.mark - 2) < 1 AND s.grp > 10 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10',
    'SELECT s.id FROM spread s WHERE EXISTS (SELECT FROM sales r WHERE r.item = s.id AND abs(r.mark - 2) < 1) ORDER BY s.e <-> ''[0,0,0,0]'' LIMIT 10',
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id AND r.price <> s.grp WHERE abs(r.mark - 2) < 1 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10',
    'SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE abs(r.mark) < 0 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10'
    ]) query;

-- The planner expects that few rows join: the table is filled first.
SELECT (compare('SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE r.price + r.mark = 6 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10')).*;

-- The other side may depend on a row outside, on a parameter and on a subquery.
SELECT k, ids, ids = ARRAY(SELECT i.id FROM spread i JOIN sales r ON r.item = i.id AND r.mark = k ORDER BY (i.e <-> '[0,0,0,0]') + 0, r.id LIMIT 3) AS as_sorted
FROM generate_series(1, 4) k,
    LATERAL (SELECT ARRAY(SELECT s.id FROM spread s JOIN sales r ON r.item = s.id AND r.mark = k ORDER BY s.e <-> '[0,0,0,0]', r.id LIMIT 3)) l (ids);
SET plan_cache_mode = force_generic_plan;
PREPARE nearest_of (int, vector, int) AS
    SELECT s.id FROM spread s JOIN sales r ON r.item = s.id AND abs(r.mark - $1) < 1 ORDER BY s.e <-> $2, r.id LIMIT $3;
EXECUTE nearest_of (2, '[0,0,0,0]', 3);
EXECUTE nearest_of (1, '[0,0,0,0]', 3);
EXECUTE nearest_of (NULL, '[0,0,0,0]', 3);
EXECUTE nearest_of (2, '[29,29,29,29]', 3);
RESET plan_cache_mode;
SELECT (compare('SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE r.mark = (SELECT max(mark) - 51 FROM sales) '
    'ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10')).as_sorted;

-- A condition of the other side takes longer than the planner thinks, as a policy's function may: filling the table takes turns with lookups
-- by the index, so that few rows of it are checked.
CREATE SEQUENCE checks;
CREATE FUNCTION is_allowed(price int) RETURNS bool LANGUAGE plpgsql COST 1 AS $$
BEGIN
    PERFORM nextval('checks'), pg_sleep(0.0005);
    RETURN price < 4;
END $$;
SELECT s.id, s.grp, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE r.mark > 3 AND is_allowed(r.price) ORDER BY s.e <-> '[9,9,9,9]', r.id LIMIT 40 \g /dev/null
SELECT nextval('checks') < 2000 AS few;
DROP FUNCTION is_allowed(int);
DROP SEQUENCE checks;

-- A cursor that goes on after the table is filled, and begins again.
BEGIN;
DECLARE far SCROLL CURSOR FOR
    SELECT s.id, s.grp FROM spread s JOIN sales r ON r.item = s.id WHERE abs(r.mark - 2) < 1 ORDER BY s.e <-> '[0,0,0,0]', r.id;
FETCH 3 FROM far;
MOVE 500 FROM far;
FETCH 2 FROM far;
MOVE ABSOLUTE 0 FROM far;
FETCH 3 FROM far;
ROLLBACK;

-- Little memory: the table is in files, which tell that a key may be there.
SET work_mem = '64kB';
SELECT (compare('SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id WHERE abs(r.mark - 2) < 1 ORDER BY s.e <-> ''[0,0,0,0]'', r.id LIMIT 10')).as_sorted;
RESET work_mem;

-- Rows that lose their partner while the scan runs are those of the snapshot.
BEGIN;
DECLARE snap CURSOR FOR SELECT s.id FROM spread s JOIN sales r ON r.item = s.id WHERE r.mark = 1 ORDER BY s.e <-> '[0,0,0,0]', r.id LIMIT 400;
FETCH 1 FROM snap;
DELETE FROM sales WHERE mark = 1;
MOVE 300 FROM snap;
FETCH 1 FROM snap;
ROLLBACK;

-- A setting against scans of tables raises the other side's cost, not the time that it is expected to take.
CREATE TABLE marks AS SELECT item, mark FROM sales;
CREATE INDEX marks_item ON marks USING hash (item);
ANALYZE marks;
SET enable_seqscan = off;
SELECT (compare('SELECT s.id, r.mark FROM spread s JOIN marks r ON r.item = s.id WHERE abs(r.mark - 2) < 1 ORDER BY s.e <-> ''[0,0,0,0]'', s.id, r.mark LIMIT 10')).*;
RESET enable_seqscan;

-- A nested loop with another side, above a deferred join, may read all rows: both joins restrict the scan instead.
DROP INDEX marks_item;
CREATE FUNCTION nodes(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ '->|Join Keys' THEN
            RETURN NEXT line;
        END IF;
    END LOOP;
END $$;
SELECT nodes('SELECT s.id, r.id FROM spread s JOIN sales r ON r.item = s.id JOIN marks m ON m.item = s.id WHERE r.price < 4 AND abs(m.mark - 2) < 1 '
    'ORDER BY s.e <-> ''[0,0,0,0]'' LIMIT 10');
DROP FUNCTION nodes(text);
DROP FUNCTION compare(text);
DROP TABLE spread, sales, marks;
