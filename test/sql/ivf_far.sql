-- Queries far from the rows, all of them in one direction. k-means leaves some lists with the rows of several clusters: along the direction to the
-- query their rows differ more than the mean of all directions tells, and the nearest rows may be among them.
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(.3);
CREATE TEMP TABLE cluster AS
SELECT k, array_agg(100 + 1.7 * (random() + random() + random() - 1.5))::vector(64) AS v FROM generate_series(0, 99) k, generate_series(1, 64)
GROUP BY k;
CREATE TEMP TABLE far AS
SELECT i AS id, cluster.v + noise.v AS v
FROM (SELECT i, array_agg(random() - .5)::vector(64) AS v FROM generate_series(1, 5000) i, generate_series(1, 64) GROUP BY i) noise
JOIN cluster ON k = i % 100;
CREATE TEMP TABLE query AS
SELECT number, v, (SELECT max(d) FROM (SELECT x.v <-> q.v AS d FROM far x ORDER BY d LIMIT 10) exact) AS tenth
FROM (SELECT id AS number, v * array_fill(15, ARRAY[64])::vector AS v FROM far WHERE id % 250 = 0) q;
CREATE TABLE far_test (id int, v vector(64));
SET enable_seqscan = off;
-- Another order of the rows leads to other lists.
CREATE FUNCTION pg_temp.search(method text, place int, OUT recall numeric) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE far_test;
    INSERT INTO far_test SELECT * FROM far ORDER BY (id * 7919 + place * 104729) % 5003;
    EXECUTE format('CREATE INDEX far_test_v ON far_test USING %s (v vector_l2_ops)', method);
    SELECT avg(hits) / 10 FROM (
        SELECT number, count(*) FILTER (WHERE d <= tenth * 1.0000001) AS hits
        FROM query, LATERAL (SELECT x.v <-> query.v AS d FROM far_test x ORDER BY x.v <-> query.v LIMIT 10) nearest
        GROUP BY number) queries INTO recall;
    DROP INDEX far_test_v;
END $$;
SELECT method, min(recall) >= .95 AS is_found
FROM unnest('{ivfpq,ivfflat}'::text[]) method, generate_series(1, 15) place, pg_temp.search(method, place)
GROUP BY method
ORDER BY method;
DROP TABLE far_test;

-- Numbers beyond 1e9, whose distances vary by more than a float has room for.
CREATE TABLE far_numbers AS
SELECT i AS id, (SELECT array_agg((random() - .5) * 1e12) FROM generate_series(1, 16) WHERE i > 0)::vector(16) AS v FROM generate_series(1, 10000) i;
CREATE INDEX far_numbers_v ON far_numbers USING ivfflat (v vector_l2_ops) WITH (lists = 100);
SELECT avg((SELECT count(*) FROM (SELECT x.v <-> q.v AS d FROM far_numbers x ORDER BY x.v <-> q.v LIMIT 10) nearest
    WHERE d <= (SELECT max(e) FROM (SELECT (x.v <-> q.v) + 0 AS e FROM far_numbers x ORDER BY e LIMIT 10) exact)) / 10.0) > .95 AS is_found
FROM (SELECT (SELECT array_agg((random() - .5) * .7e12) FROM generate_series(1, 16) WHERE i > 0)::vector(16) AS v FROM generate_series(1, 50) i) q;
DROP TABLE far_numbers;
