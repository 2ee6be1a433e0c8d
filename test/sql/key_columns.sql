-- Key columns: columns of an index after the vector, whose values conditions ask for.
SET client_min_messages = warning;
SET enable_seqscan = off;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE item (id int, small int2, big int8, u uuid, name varchar, flag bool, m mood, v vector(6));
CREATE FUNCTION some_rows(first int, last int) RETURNS SETOF item LANGUAGE sql AS $$
    SELECT i, i % 10, NULLIF(i % 50, 0)::int8 * 10000000000, md5((i % 30)::text)::uuid,
        'name ' || i % 20, i % 3 = 0, (ARRAY['sad', 'ok', 'happy'])[i % 3 + 1]::mood,
        CASE WHEN i % 70 <> 3 THEN ARRAY(SELECT sin(i * j * 0.7) FROM generate_series(1, 6) j)::vector END
    FROM generate_series(first, last) i
$$;
INSERT INTO item SELECT * FROM some_rows(1, 3000);
ANALYZE item;

-- How many rows match by an index of keys, and without one; the same, as one asks for the nearest.
CREATE FUNCTION by_index(condition text) RETURNS TABLE (asked text, rows bigint, as_without bool, used bool,
    nearest_as_without bool) LANGUAGE plpgsql AS $$
DECLARE
    line text;
    nearest float8[];
    other bigint;
    others float8[];
    ask text := 'SELECT array_agg(d) FROM (SELECT v <-> ''[1,0,0,0.5,0,0]'' AS d FROM item WHERE (' || condition
        || ') AND v IS NOT NULL ORDER BY d LIMIT 7) t';
BEGIN
    asked := condition;
    -- Before 16, the server offers flags to no index but btrees and hash indexes.
    used := condition ~ '^(NOT )?flag$';
    FOR line IN EXECUTE 'EXPLAIN SELECT FROM item WHERE ' || condition LOOP
        used := used OR line ~ 'Index Cond';
    END LOOP;
    EXECUTE 'SELECT count(*) FROM item WHERE ' || condition INTO rows;
    EXECUTE ask INTO nearest;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL vecext.filter_strategy = off;
    EXECUTE 'SELECT count(*) FROM item WHERE ' || condition INTO other;
    EXECUTE ask INTO others;
    as_without := rows = other;
    nearest_as_without := nearest IS NOT DISTINCT FROM others;
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    SET LOCAL vecext.filter_strategy = auto;
    RETURN NEXT;
END
$$;
CREATE VIEW asked AS SELECT r.* FROM unnest(ARRAY[
    'small = 4', 'small = 4::int8', '4 = small', 'small = 4::int2', 'small = 40000',
    'big = 70000000000', 'big = 7', 'big = 30000::int2',
    'u = md5(''7'')::uuid', 'name = ''name 3''', 'flag', 'NOT flag', 'm = ''ok''',
    'small = ANY (''{1,2,2,NULL,77}'')', 'name IN (''name 1'', ''name 1'', ''x'')', 'small = ANY (''{}''::int[])',
    'small = 3 AND flag AND u = md5(''3'')::uuid', 'small = 3 AND small = ANY (''{4,5}'')',
    'small = 3 OR name = ''name 4''', 'small = 3 AND big > 5', 'small = NULL']) c, by_index(c) r;

CREATE INDEX item_key ON item USING hnsw (v vector_l2_ops, small, big, u, name, flag, m);
TABLE asked;
SELECT vecext.verify_index('item_key');
DROP INDEX item_key;
CREATE INDEX item_key ON item USING ivfpq (v, small, big, u, name, flag, m);
SELECT bool_and(as_without), bool_and(nearest_as_without), count(*) FILTER (WHERE used) FROM asked;

-- Plans: the index finds the rows of its keys, alone and for those nearest to a vector, with other
-- indexes or without.
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE small = 4;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE small = 4 AND name = 'name 4' ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 3;
CREATE INDEX item_id ON item (id);
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE big = 70000000000 AND id < 1500 ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 3;
SELECT id FROM item WHERE big = 70000000000 AND id < 1500 AND small = 7 ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 3;
DROP INDEX item_id;
EXPLAIN (COSTS OFF) SELECT a.id, n.id FROM item a, LATERAL (SELECT b.id FROM item b WHERE b.small = a.small
    ORDER BY b.v <-> a.v LIMIT 1) n WHERE a.big = 70000000000;
SELECT count(*), count(*) FILTER (WHERE a.id = n.id) FROM item a, LATERAL (SELECT b.id FROM item b
    WHERE b.small = a.small ORDER BY b.v <-> a.v LIMIT 1) n WHERE a.big = 70000000000 AND a.v IS NOT NULL;
-- The server's own ordered index scan evaluates the condition itself.
SET vecext.filter_strategy = off;
SET enable_bitmapscan = off;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE small = 4 ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 3;
SELECT bool_and(small = 4), count(*) FROM (SELECT small FROM item WHERE small = 4 ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 40) t;
RESET enable_sort;
RESET enable_bitmapscan;
RESET vecext.filter_strategy;

-- The life of an index: rows come, change, go; their places are used again.
CREATE FUNCTION all_well() RETURNS bool LANGUAGE sql AS $$
    SELECT bool_and(as_without AND nearest_as_without) AND vecext.verify_index(to_regclass('item_key')) > 0 FROM asked
$$;
DROP INDEX item_key;
CREATE TABLE kept AS TABLE item;
DO $$
DECLARE
    definition text;
BEGIN
    FOREACH definition IN ARRAY '{"hnsw (v vector_l2_ops, small, big, u, name, flag, m)",
        "ivfpq (v, small, big, u, name, flag, m)"}'::text[] LOOP
        TRUNCATE item;
        EXECUTE 'CREATE INDEX item_key ON item USING ' || definition;
        INSERT INTO item TABLE kept;
        INSERT INTO item SELECT * FROM some_rows(3001, 3100);
        RAISE WARNING '%: inserted: %', split_part(definition, ' ', 1), all_well();
        UPDATE item SET small = 4, name = 'name 4' WHERE id % 17 = 0;
        UPDATE item SET v = v + v WHERE id % 13 = 0;
        UPDATE item SET small = NULL WHERE id % 19 = 0;
        DELETE FROM item WHERE id % 5 = 1;
        RAISE WARNING '%: changed: %', split_part(definition, ' ', 1), all_well();
        DROP INDEX item_key;
        EXECUTE 'CREATE INDEX item_key ON item USING ' || definition;
        RAISE WARNING '%: rebuilt: %', split_part(definition, ' ', 1), all_well();
        DROP INDEX item_key;
    END LOOP;
END
$$;
CREATE INDEX item_key ON item USING hnsw (v vector_l2_ops, small, big, u, name, flag, m);
DELETE FROM item WHERE id % 3 = 0;
VACUUM item;
INSERT INTO item SELECT * FROM some_rows(4001, 5000);
SELECT all_well();
REINDEX INDEX CONCURRENTLY item_key;
SELECT all_well();
VACUUM FULL item;
SELECT all_well();
TRUNCATE item;
SELECT count(*) FROM item WHERE small = 4;
INSERT INTO item SELECT * FROM some_rows(1, 2000);
SELECT all_well();
DROP INDEX item_key;
CREATE INDEX CONCURRENTLY item_key ON item USING ivfpq (v, small, big, u, name, flag, m);
SELECT all_well();
DELETE FROM item WHERE id % 2 = 0;
VACUUM item;
SELECT all_well();
DROP INDEX item_key;

-- Expressions, parts of a table, a collation.
CREATE INDEX item_part ON item USING hnsw (v vector_l2_ops, (small + 1), (upper(name)) COLLATE "C") WHERE flag;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE flag AND small + 1 = 4 ORDER BY v <-> '[1,0,0,0,0,0]' LIMIT 3;
SELECT count(*) FROM item WHERE flag AND small + 1 = 4;
SELECT count(*) FROM item WHERE flag AND upper(name) = 'NAME 3' COLLATE "C";
SELECT vecext.verify_index('item_part');
DROP INDEX item_part;
-- A bitmap for each part of an OR. Of the predicate alone there is none, as rows without a vector are not in the index.
CREATE INDEX item_part ON item USING hnsw (v vector_l2_ops, small, name) WHERE big > 5;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE big > 5 AND (small = 4 OR name = 'name 5');
SELECT * FROM by_index('big > 5 AND (small = 4 OR name = ''name 5'')');
SELECT * FROM by_index('big > 5 AND (small = 4 OR small = 5)');
SELECT * FROM by_index('big > 5');
SELECT * FROM by_index('big > 5 OR small = 4');
DROP INDEX item_part;

-- Not every column can be a key, and the vector is the first.
\set VERBOSITY sqlstate
CREATE INDEX ON item USING hnsw (v vector_l2_ops, (id::float8));
CREATE INDEX ON item USING hnsw (small, v vector_l2_ops);
CREATE INDEX ON item USING ivfflat (v, small);
\set VERBOSITY default
CREATE INDEX ON item USING ivfpq (small, v);
CREATE INDEX ON item USING ivfpq (small);
CREATE INDEX ON item USING hnsw (v vector_l2_ops, v vector_ip_ops);

-- The index of an unlogged table.
CREATE UNLOGGED TABLE passing (id int, v vector(3));
CREATE INDEX passing_v ON passing USING hnsw (v vector_l2_ops, id);
INSERT INTO passing SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 100) i;
SELECT id FROM passing WHERE id = 77;
SELECT vecext.verify_index('passing_v');

-- VACUUM removes keys from an index that is not valid, as a failed CREATE INDEX CONCURRENTLY leaves it.
CREATE TABLE left_over (id int, v vector(2)) WITH (autovacuum_enabled = off);
INSERT INTO left_over SELECT i, ARRAY[sin(i), cos(i)]::vector FROM generate_series(1, 2000) i;
CREATE INDEX left_over_v ON left_over USING ivfpq (v vector_l2_ops, id) WITH (lists = 1);
SELECT pg_relation_size('left_over_v') AS size \gset
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'left_over_v'::regclass;
\set again 'DELETE FROM left_over; VACUUM left_over; INSERT INTO left_over SELECT i, ARRAY[sin(i), cos(i)]::vector FROM generate_series(1, 2000) i;'
:again
:again
:again
:again
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'left_over_v'::regclass;
SELECT pg_relation_size('left_over_v') < 1.5 * :size AS small, vecext.verify_index('left_over_v');
DROP TABLE left_over;

DROP FUNCTION all_well;
DROP VIEW asked;
DROP FUNCTION by_index, some_rows;
DROP TABLE passing, kept, item;
DROP TYPE mood;
