-- For suites about rows that come, go and change under indexes of two kinds: of :method with :options,
-- and of :other_method with :other_options.
SELECT setseed(0.25);
CREATE FUNCTION pg_temp.random_vector(i int) RETURNS vector LANGUAGE sql VOLATILE AS $$
    SELECT ARRAY(SELECT random() FROM generate_series(1, 4) WHERE i > 0)::vector
$$;
CREATE TABLE item (id int PRIMARY KEY, note text, v vector(4))
WITH (fillfactor = 60, autovacuum_enabled = off);
INSERT INTO item SELECT i, 'first', pg_temp.random_vector(i) FROM generate_series(1, 1000) i;
CREATE INDEX item_l2 ON item USING :method (v vector_l2_ops) :options;
CREATE INDEX item_cosine ON item USING :other_method (v vector_cosine_ops) :other_options;

-- Rows in each index, and whether all rows of the table come back through each.
CREATE FUNCTION pg_temp.state() RETURNS TABLE (in_l2 int8, in_cosine int8, by_l2 bool, by_cosine bool)
LANGUAGE sql AS $$
    SELECT vecext.verify_index('item_l2'), vecext.verify_index('item_cosine'),
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
SELECT in_l2 BETWEEN 1000 AND 1050 AS few_new, by_l2, by_cosine FROM pg_temp.state();
-- A change of the vector, to another and to the same.
UPDATE item SET v = pg_temp.random_vector(id) WHERE id % 10 = 2;
SELECT in_l2 > 1000 AS more_l2, in_cosine > 1000 AS more_cosine, by_l2, by_cosine FROM pg_temp.state();
UPDATE item SET v = v WHERE id % 10 = 3;
SELECT by_l2, by_cosine FROM pg_temp.state();
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
SELECT by_l2, by_cosine FROM pg_temp.state();
ROLLBACK TO s;
SELECT by_l2, by_cosine FROM pg_temp.state();
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
SELECT by_l2, by_cosine FROM pg_temp.state();
-- VACUUM without work on indexes leaves them as they are.
DELETE FROM item WHERE id < 100;
VACUUM (INDEX_CLEANUP off) item;
SELECT by_l2, by_cosine FROM pg_temp.state();
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
SELECT by_l2, by_cosine FROM pg_temp.state();
VACUUM item;
SELECT * FROM pg_temp.state();

-- Values of other dimensions do not come in.
SELECT left(pg_temp.outcome('INSERT INTO item VALUES (9999, ''wrong'', ''[1,2,3]'')'), 5);
SELECT * FROM pg_temp.state();
DROP TABLE item;

