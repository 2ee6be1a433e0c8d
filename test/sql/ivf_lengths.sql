-- Rows whose lengths differ by orders of magnitude, most of them inserted after CREATE INDEX: each row is found by its own vector, and nearly
-- all of the ten nearest are. A search that does not know how much the residuals of a list differ stops before the row's own list.
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(.5);
CREATE TEMP TABLE direction AS
SELECT k, array_agg(3.4 * (random() - .5))::vector(64) AS v FROM generate_series(0, 299) k, generate_series(1, 64) GROUP BY k;
CREATE TABLE ray (id int, v vector(64));
INSERT INTO ray
SELECT i, direction.v * array_fill(exp(3 * (random() + random() + random() - 1.5) + 0 * i), ARRAY[64])::vector
    + noise.v * array_fill(.01, ARRAY[64])::vector AS v
FROM (SELECT i, array_agg(random() - .5)::vector(64) AS v FROM generate_series(1, 12000) i, generate_series(1, 64) GROUP BY i) noise
JOIN direction ON k = i % 300;
CREATE TEMP TABLE query AS SELECT id, v, (SELECT max(d) FROM (SELECT x.v <-> q.v AS d FROM ray x ORDER BY d LIMIT 10) exact) AS tenth
FROM ray q WHERE id % 67 = 0;
CREATE TABLE length_test (LIKE ray);
SET enable_seqscan = off;
CREATE FUNCTION pg_temp.search(method text, OUT lost bigint, OUT recall numeric) LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE length_test;
    INSERT INTO length_test SELECT * FROM ray WHERE id <= 4000;
    EXECUTE format('CREATE INDEX length_test_v ON length_test USING %s (v vector_l2_ops)', method);
    INSERT INTO length_test SELECT * FROM ray WHERE id > 4000;
    SELECT count(*) FILTER (WHERE id <> ALL (ids)), avg(hits) / 10 FROM (
        SELECT query.id, array_agg(nearest.id) AS ids, count(*) FILTER (WHERE d <= tenth * 1.000001) AS hits
        FROM query, LATERAL (SELECT x.id, x.v <-> query.v AS d FROM length_test x ORDER BY x.v <-> query.v LIMIT 10) nearest
        GROUP BY query.id) queries INTO lost, recall;
    DROP INDEX length_test_v;
END $$;
SELECT method, lost AS own_rows_lost, recall >= .98 AS is_found FROM unnest('{ivfpq,ivfflat}'::text[]) method, pg_temp.search(method) ORDER BY method;
-- Elements whose logarithms are normally distributed: the greatest inner products are those of few long rows.
TRUNCATE ray;
INSERT INTO ray SELECT i, array_agg(exp(2 * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())))::vector(64)
FROM generate_series(1, 6000) i, generate_series(1, 64) GROUP BY i;
CREATE INDEX ray_v ON ray USING ivfpq (v vector_ip_ops);
SELECT vecext.recall('ray_v', 10, 200) >= .965 AS is_found;
DROP INDEX ray_v;
CREATE INDEX ray_v ON ray USING ivfflat (v vector_ip_ops);
SELECT vecext.recall('ray_v', 10, 200) >= .965 AS is_found;
-- An index of short rows, and longer ones inserted: all lie far from the centroids, and have the greatest products.
CREATE FUNCTION pg_temp.recall_of_longer(method text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE recall float8;
BEGIN
    TRUNCATE ray;
    DROP INDEX IF EXISTS ray_v;
    INSERT INTO ray SELECT i, array_agg(random() + random() + random() - 1.5)::vector(64)
    FROM generate_series(1, 2000) i, generate_series(1, 64) GROUP BY i;
    EXECUTE format('CREATE INDEX ray_v ON ray USING %s (v vector_ip_ops)', method);
    INSERT INTO ray SELECT id + 2000 * times, v * array_fill(10, ARRAY[64])::vector + noise
    FROM ray, (SELECT times, array_agg(5 * (random() - .5))::vector(64) AS noise
        FROM generate_series(1, 2) times, generate_series(1, 64) GROUP BY times) longer;
    RETURN vecext.recall('ray_v', 10, 200);
END $$;
SELECT method, pg_temp.recall_of_longer(method) >= .95 AS is_found FROM unnest('{ivfpq,ivfflat}'::text[]) method;
DROP TABLE ray, length_test;
