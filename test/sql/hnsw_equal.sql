-- Data that vectors of 16 bits, or distances, hardly tell apart. A search that learns nothing from the index still finds the nearest rows.
SET client_min_messages = warning;
SET jit = off;
SET enable_seqscan = off;
SELECT setseed(.5);
CREATE FUNCTION pg_temp.unit_vector(place int) RETURNS vector LANGUAGE sql AS $$
    SELECT array_agg((i = place)::int ORDER BY i)::vector(256) FROM generate_series(1, 256) i
$$;
-- Two groups whose distance is 100,000 times that of the rows in them; half of all rows may be the nearest.
CREATE TABLE equal_test (id int, v vector(16));
INSERT INTO equal_test SELECT i, (ARRAY[100000 * (i % 2)] || array_agg(random()))::vector
FROM generate_series(1, 12000) i, generate_series(1, 15) GROUP BY i;
CREATE INDEX equal_test_v ON equal_test USING hnsw (v vector_l2_ops);
SELECT count(*) FILTER (WHERE (SELECT id FROM equal_test ORDER BY v <-> q.v LIMIT 1) <> id) AS lost, vecext.recall('equal_test_v') AS recall
FROM equal_test q WHERE id % 200 = 0;
-- Each row that was compared is counted once: those beside visited nodes, in the lists probed, and all.
SELECT count(*) FROM (SELECT id FROM equal_test ORDER BY v <-> (SELECT v FROM equal_test WHERE id = 7) LIMIT 1) nearest;
SELECT rows_scored BETWEEN 12000 AND 12000 + 32 * nodes + 5000 AS are_counted_once FROM vecext.last_scan();
-- One group, far from zero: all rows may be the nearest by cosine. They are compared in the order of the table.
UPDATE equal_test SET v = v + array_fill(200000, '{16}')::vector;
REINDEX INDEX equal_test_v;
CREATE INDEX equal_test_cosine ON equal_test USING hnsw (v vector_cosine_ops);
SELECT vecext.recall('equal_test_v') AS recall, vecext.recall('equal_test_cosine') AS by_cosine;
-- The rest of a scan has each row once, and a filter leaves the nearest of its rows.
SELECT count(*), count(DISTINCT id) FROM (SELECT id FROM equal_test ORDER BY v <=> (SELECT v FROM equal_test WHERE id = 7) OFFSET 0) rest;
SELECT max(d) = (SELECT max(d) FROM (SELECT (v <-> (SELECT v FROM equal_test WHERE id = 7)) + 0 AS d FROM equal_test WHERE id % 100 = 7
    ORDER BY d LIMIT 5) exact) AS same
FROM (SELECT v <-> (SELECT v FROM equal_test WHERE id = 7) AS d FROM equal_test WHERE id % 100 = 7
    ORDER BY v <-> (SELECT v FROM equal_test WHERE id = 7) LIMIT 5) filtered;
-- Where a setting forbids to compare all rows, those that may be the nearest are.
SET hnsw.max_scan_tuples = 100;
SELECT count(*) FROM (SELECT id FROM equal_test ORDER BY v <-> (SELECT v FROM equal_test WHERE id = 7) LIMIT 10) bounded;
RESET hnsw.max_scan_tuples;
DROP TABLE equal_test;
-- One of 256 elements is 1, the others are 0: most rows are equally near to a query between rows, and CREATE INDEX does not warn of that.
CREATE TABLE equal_test (id int, v vector(256));
INSERT INTO equal_test SELECT i, (SELECT kind.v FROM (SELECT place, pg_temp.unit_vector(place) AS v FROM generate_series(1, 256) place) kind
    WHERE place = 1 + i % 256) FROM generate_series(1, 3000) i;
CREATE INDEX equal_test_v ON equal_test USING hnsw (v vector_l2_ops);
CREATE INDEX equal_test_cosine ON equal_test USING hnsw (v vector_cosine_ops);
SELECT advice FROM vecext.index_info('equal_test_v') UNION ALL SELECT advice FROM vecext.index_info('equal_test_cosine');
SELECT vecext.recall('equal_test_v') AS recall, vecext.recall('equal_test_cosine') AS by_cosine;
DROP TABLE equal_test;
-- Lengths over six decades: links lead from long rows to short ones, and hardly back. Of few rows, all are compared; also of those inserted
-- later, and of those that updates and deletes leave.
CREATE TABLE equal_test (id int, v vector(48));
INSERT INTO equal_test SELECT i, array_agg((random() - .5) * 10 ^ (6 * ((i * 0.618034) % 1) - 3) ORDER BY j)::vector
FROM generate_series(1, 900) i, generate_series(1, 48) j GROUP BY i;
CREATE INDEX equal_test_v ON equal_test USING hnsw (v vector_l2_ops);
SELECT count(*) FILTER (WHERE (SELECT id FROM equal_test ORDER BY v <-> q.v LIMIT 1) <> id) AS lost, vecext.recall('equal_test_v', 10, 900) > .999 AS all_found
FROM equal_test q;
INSERT INTO equal_test SELECT 1000 + id, v * array_fill(1.01, '{48}')::vector FROM equal_test WHERE id % 3 = 0;
DELETE FROM equal_test WHERE id % 2 = 0;
VACUUM equal_test;
SELECT count(*) FILTER (WHERE (SELECT id FROM equal_test ORDER BY v <-> q.v LIMIT 1) <> id) AS lost, vecext.recall('equal_test_v', 10, 900) > .999 AS all_found
FROM equal_test q;
DROP TABLE equal_test;
-- Groups of 40 near copies: after the visits to one group, no node waits, before lists were probed. They are probed then, all if the query is
-- far from the nearest.
CREATE TABLE equal_test (id int, v vector(32));
INSERT INTO equal_test
SELECT 40 * g + i, (SELECT array_agg(x + .02 * (random() + 0 * i)) FROM unnest(base) x)::vector
FROM (SELECT g, (SELECT array_agg(random() + random() + random() - 1.5) FROM generate_series(1, 32) WHERE g >= 0) AS base
    FROM generate_series(0, 199) g) groups, generate_series(1, 40) i;
CREATE INDEX equal_test_ip ON equal_test USING hnsw (v vector_ip_ops);
CREATE INDEX equal_test_v ON equal_test USING hnsw (v vector_l2_ops);
SELECT vecext.recall('equal_test_ip', 10, 1000) > .995 AS by_product, vecext.recall('equal_test_v', 10, 1000) > .995 AS by_distance;
SELECT count(*) FILTER (WHERE id % 40 <> 0 AND (SELECT id / 40 FROM equal_test ORDER BY v <-> q.v LIMIT 1) <> id / 40) AS lost
FROM equal_test q WHERE id % 10 = 1;
DROP TABLE equal_test;
-- A grid whose steps differ by orders of magnitude: the few links that a search begins with lead to the steps of one dimension alone, and it
-- starts again from all entries.
CREATE TABLE equal_test (id int, v vector(17));
INSERT INTO equal_test SELECT i, array_agg(i / (7 ^ least(j, 9))::int % 7 * (ARRAY[100, 10, .1, 1, .01])[1 + j % 5] ORDER BY j)::vector
FROM generate_series(0, 3999) i, generate_series(0, 16) j GROUP BY i;
CREATE INDEX equal_test_v ON equal_test USING hnsw (v vector_l2_ops);
SELECT count(*) FILTER (WHERE (SELECT id FROM equal_test ORDER BY v <-> q.v LIMIT 1) <> id) AS lost, vecext.recall('equal_test_v', 10, 400) > .99 AS found
FROM equal_test q WHERE id % 10 = 0;
DROP TABLE equal_test;
