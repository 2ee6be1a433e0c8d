-- Rows whose lengths differ by six orders of magnitude: each row is found by its own vector, and nearly all of the ten nearest are.
SET client_min_messages = warning;
SET jit = off;
SET enable_seqscan = off;
CREATE TABLE decades (v vector(3));
SELECT setseed(.1);
INSERT INTO decades SELECT ARRAY[l * (random() - .5), l * (random() - .5), l * (random() - .5)]
FROM (SELECT i, 10 ^ (6 * random() - 3) AS l FROM generate_series(1, 12000) i) lengths;
CREATE TABLE query AS SELECT v FROM decades TABLESAMPLE bernoulli (2) REPEATABLE (1);
-- The tenth nearest row without an index.
ALTER TABLE query ADD tenth float8;
UPDATE query SET tenth = (SELECT max(d) FROM (SELECT (query.v <-> decades.v) + 0 AS d FROM decades ORDER BY d LIMIT 10) nearest);
CREATE FUNCTION pg_temp.search(method text, OUT lost bigint, OUT recall numeric) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX decades_v ON decades USING %s (v vector_l2_ops)', method);
    SELECT count(*) FILTER (WHERE first > 0), avg(hits) / 10 FROM (
        SELECT min(d) AS first, count(*) FILTER (WHERE d <= tenth * 1.000001) AS hits
        FROM query, LATERAL (SELECT query.v <-> decades.v AS d FROM decades ORDER BY query.v <-> decades.v LIMIT 10) nearest
        GROUP BY query.ctid) queries INTO lost, recall;
    DROP INDEX decades_v;
END $$;
SELECT method, lost, recall >= .98 AS is_found FROM unnest('{hnsw,ivfpq,ivfflat}'::text[]) method, pg_temp.search(method) ORDER BY method;
DROP TABLE decades, query;
