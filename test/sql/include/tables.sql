-- For suites about indexes of two kinds, of :method and of :other_method with :other_options: on every
-- kind of table, and rebuilt in every way.
SET client_min_messages = warning;
SELECT setseed(0.25);
CREATE FUNCTION pg_temp.random_vector(i int) RETURNS vector LANGUAGE sql VOLATILE AS $$
    SELECT ARRAY(SELECT random() FROM generate_series(1, 4) WHERE i > 0)::vector
$$;
\set nearest 'ORDER BY v <-> ''[0.4,0.5,0.6,0.7]'''

-- Partial indexes: their rows alone.
CREATE TABLE item (id int PRIMARY KEY, kind int, v vector(4));
INSERT INTO item SELECT i, i % 3, pg_temp.random_vector(i) FROM generate_series(1, 600) i;
CREATE INDEX item_one ON item USING :method (v vector_l2_ops) WHERE kind = 1;
INSERT INTO item SELECT i, i % 3, pg_temp.random_vector(i) FROM generate_series(601, 900) i;
SELECT rows FROM vecext.index_info('item_one');
SELECT vecext.verify_index('item_one');
SELECT pg_temp.uses_index('SELECT id FROM item ' || :'nearest') AS other_rows,
    pg_temp.same_set('SELECT id FROM item WHERE kind = 1 ' || :'nearest') AS its_rows;
UPDATE item SET kind = 1 WHERE id <= 9;
SELECT vecext.verify_index('item_one');
SELECT pg_temp.same_set('SELECT id FROM item WHERE kind = 1 ' || :'nearest') AS its_rows;
CREATE INDEX item_other ON item USING :other_method (v vector_l2_ops) :other_options WHERE kind = 2;
SELECT vecext.verify_index('item_other');
SELECT pg_temp.same_set('SELECT id FROM item WHERE kind = 2 ' || :'nearest') AS its_rows;
DROP INDEX item_one, item_other;

-- Expressions.
CREATE INDEX item_one ON item USING :method ((l2_normalize(v)::vector(4)) vector_l2_ops);
CREATE INDEX item_other ON item USING :other_method ((subvector(v, 2, 2)::vector(2)) vector_l2_ops) :other_options;
INSERT INTO item SELECT i, i % 3, pg_temp.random_vector(i) FROM generate_series(901, 1000) i;
SELECT vecext.verify_index('item_one'), vecext.verify_index('item_other');
SELECT pg_temp.same_set('SELECT id FROM item ORDER BY l2_normalize(v)::vector(4) <-> ''[1,0,0,0]''')
    AS normalized,
    pg_temp.same_set('SELECT id FROM item ORDER BY subvector(v, 2, 2)::vector(2) <-> ''[1,0]''')
    AS prefix;
DROP INDEX item_one, item_other;

-- Rebuilt: REINDEX, CONCURRENTLY, by VACUUM FULL and CLUSTER, by a change of the column.
CREATE INDEX item_one ON item USING :method (v vector_l2_ops);
CREATE INDEX item_other ON item USING :other_method (v vector_l2_ops) :other_options;
CREATE FUNCTION pg_temp.sound() RETURNS text LANGUAGE sql AS $$
    SELECT format('%s of %s and %s rows; found %s, %s', vecext.verify_index('item_one'),
        vecext.verify_index('item_other'), count(v),
        pg_temp.found('SELECT id FROM item ORDER BY v <-> ''[0.4,0.5,0.6,0.7]'' LIMIT 10') >= 0.8,
        bool_and(id = (SELECT id FROM item i ORDER BY i.v <-> item.v LIMIT 1))) FROM item
$$;
SELECT pg_temp.sound();
REINDEX TABLE item;
SELECT pg_temp.sound();
REINDEX INDEX CONCURRENTLY item_one;
REINDEX INDEX CONCURRENTLY item_other;
SELECT pg_temp.sound();
DELETE FROM item WHERE id > 900;
VACUUM FULL item;
SELECT pg_temp.sound();
CLUSTER item USING item_pkey;
SELECT pg_temp.sound();
ALTER TABLE item ALTER v TYPE vector(4) USING v * '[2,2,2,2]';
SELECT pg_temp.sound();
ALTER TABLE item ADD more int DEFAULT random();
SELECT pg_temp.sound();
DROP INDEX item_one, item_other;
CREATE INDEX CONCURRENTLY item_one ON item USING :method (v vector_l2_ops);
CREATE INDEX CONCURRENTLY item_other ON item USING :other_method (v vector_l2_ops) :other_options;
SELECT pg_temp.sound();
SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid
WHERE indrelid = 'item'::regclass ORDER BY relname COLLATE "C";
SELECT left(pg_temp.outcome(statement), 5) FROM unnest(ARRAY['CLUSTER item USING item_one',
    format('ALTER TABLE item ADD EXCLUDE USING %s (v vector_l2_ops WITH <->)', :'method'),
    'ALTER TABLE item ALTER v TYPE vector(5)']) statement;

-- Built and used in the transaction that makes or empties the table.
BEGIN;
CREATE TABLE fresh (id int, v vector(4));
INSERT INTO fresh SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 50) i;
CREATE INDEX fresh_one ON fresh USING :method (v vector_l2_ops);
INSERT INTO fresh SELECT i, pg_temp.random_vector(i) FROM generate_series(51, 100) i;
SELECT vecext.verify_index('fresh_one');
TRUNCATE fresh;
INSERT INTO fresh SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 10) i;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
SAVEPOINT before;
TRUNCATE fresh;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
ROLLBACK TO before;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
REINDEX INDEX fresh_one;
COMMIT;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
BEGIN;
DROP INDEX fresh_one;
CREATE INDEX fresh_one ON fresh USING :method (v vector_cosine_ops);
ROLLBACK;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
DROP TABLE fresh;

-- Unlogged and temporary tables; from one to the other.
CREATE UNLOGGED TABLE light (id int, v vector(4));
CREATE INDEX light_one ON light USING :method (v vector_l2_ops);
CREATE INDEX light_other ON light USING :other_method (v vector_cosine_ops) :other_options;
INSERT INTO light SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 300) i;
SELECT vecext.verify_index('light_one'), vecext.verify_index('light_other'),
    pg_temp.same_set('SELECT id FROM light ' || :'nearest');
ALTER TABLE light SET LOGGED;
SELECT vecext.verify_index('light_one'), vecext.verify_index('light_other'),
    pg_temp.same_set('SELECT id FROM light ' || :'nearest');
ALTER TABLE light SET UNLOGGED;
DELETE FROM light WHERE id > 200;
VACUUM light;
SELECT vecext.verify_index('light_one'), vecext.verify_index('light_other'),
    pg_temp.same_set('SELECT id FROM light ' || :'nearest');
DROP TABLE light;
CREATE TEMP TABLE own (id int, v vector(4)) ON COMMIT DELETE ROWS;
CREATE INDEX own_one ON own USING :method (v vector_l2_ops);
BEGIN;
INSERT INTO own SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 300) i;
SELECT vecext.verify_index('own_one'), pg_temp.same_set('SELECT id FROM own ' || :'nearest');
COMMIT;
SELECT vecext.verify_index('own_one'), pg_temp.same_set('SELECT id FROM own ' || :'nearest');
BEGIN;
INSERT INTO own SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 5) i;
SELECT vecext.verify_index('own_one'), pg_temp.same_rows('SELECT id FROM own ' || :'nearest');
COMMIT;
DROP TABLE own;

-- Emptied, the index keeps its file: what this session knows of its pages is of no use then.
CREATE TEMP TABLE own (id int, v vector(100)) ON COMMIT DELETE ROWS;
CREATE INDEX own_one ON own USING :method (v vector_l2_ops);
CREATE INDEX own_other ON own USING :other_method (v vector_l2_ops) :other_options;
CREATE FUNCTION pg_temp.fill_own(rows int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO own SELECT i, array_fill(random(), '{100}') FROM generate_series(1, rows) i
$$;
SELECT pg_temp.fill_own(500);
BEGIN;
SELECT pg_temp.fill_own(5);
SELECT vecext.verify_index('own_one'), vecext.verify_index('own_other');
COMMIT;
DROP TABLE own;
BEGIN;
CREATE TABLE fresh (id int, v vector(4));
INSERT INTO fresh SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 3000) i;
CREATE INDEX fresh_one ON fresh USING :method (v vector_l2_ops);
SELECT vecext.verify_index('fresh_one');
TRUNCATE fresh;
INSERT INTO fresh SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 10) i;
SELECT vecext.verify_index('fresh_one'), pg_temp.same_rows('SELECT id FROM fresh ' || :'nearest');
ROLLBACK;

-- Partitions, by one index on all of them; inheritance.
CREATE TABLE part (id int, kind int, v vector(4)) PARTITION BY LIST (kind);
CREATE TABLE part_0 PARTITION OF part FOR VALUES IN (0);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN (1);
CREATE TABLE part_2 PARTITION OF part DEFAULT;
INSERT INTO part SELECT i, i % 4, pg_temp.random_vector(i) FROM generate_series(1, 800) i;
CREATE INDEX part_one ON part USING :method (v vector_l2_ops);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM part ORDER BY v <-> '[0.4,0.5,0.6,0.7]' LIMIT 3;
RESET enable_seqscan;
SELECT pg_temp.found('SELECT id FROM part ' || :'nearest' || ' LIMIT 10') >= 0.8 AS nearest,
    pg_temp.ascending('SELECT v <-> ''[0.4,0.5,0.6,0.7]'' FROM part ' || :'nearest' || ' LIMIT 10')
    AS ascending,
    pg_temp.same_set('SELECT id FROM part ' || :'nearest') AS all_rows,
    pg_temp.same_set('SELECT id FROM part WHERE kind = 1 ' || :'nearest') AS of_one;
CREATE TABLE part_3 (id int, kind int, v vector(4));
INSERT INTO part_3 SELECT i, 5, pg_temp.random_vector(i) FROM generate_series(801, 900) i;
CREATE INDEX part_3_one ON part_3 USING :method (v vector_l2_ops);
ALTER TABLE part ATTACH PARTITION part_3 FOR VALUES IN (5);
SELECT pg_temp.same_set('SELECT id FROM part ' || :'nearest') AS all_rows;
UPDATE part SET kind = 0 WHERE kind = 1;
SELECT pg_temp.same_set('SELECT id FROM part ' || :'nearest') AS all_rows;
ALTER TABLE part DETACH PARTITION part_3;
SELECT pg_temp.same_set('SELECT id FROM part ' || :'nearest') AS all_rows;
SELECT vecext.verify_index('part_one');
DROP TABLE part, part_3;
DROP TABLE item;
