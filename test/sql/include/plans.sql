-- For suites about plans, with indexes of :method, at its default settings: tables, queries, and what
-- the planner makes of them.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, kind int, v vector(64));
INSERT INTO item SELECT i, i * 7919 % 5000,
    ARRAY(SELECT random() FROM generate_series(1, 64) WHERE i > 0)
FROM generate_series(1, 5000) i;
CREATE INDEX item_kind ON item (kind);
CREATE INDEX item_nearest ON item USING :method (v vector_l2_ops);
CREATE TABLE few AS SELECT * FROM item LIMIT 20;
CREATE INDEX few_nearest ON few USING :method (v vector_l2_ops);
VACUUM ANALYZE item, few;
CREATE TABLE query AS SELECT v FROM item WHERE id = 1;

-- The first node of a plan that reads a table, with the index that it reads.
CREATE FUNCTION pg_temp.reads(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Scan (using .*|\(\w+\) )?on (item|few)' THEN
            RETURN trim(line, ' ->');
        END IF;
    END LOOP;
END
$$;
PREPARE nearest (vector, int) AS SELECT id FROM item ORDER BY v <-> $1 LIMIT $2;

-- Index for the nearest of many; sort for all of them, or of few; another index where that leaves
-- few.
CREATE VIEW plan AS
SELECT what, pg_temp.reads(format(query, v)) AS reads
FROM query, (VALUES
    (1, 'the nearest few', 'SELECT * FROM item ORDER BY v <-> %L LIMIT 10'),
    (2, 'further ones', 'SELECT * FROM item ORDER BY v <-> %L OFFSET 10 LIMIT 10'),
    (3, 'numbered', 'SELECT row_number() OVER (), id FROM item ORDER BY v <-> %L LIMIT 10'),
    (4, 'in a subquery', 'SELECT avg(id) FROM (SELECT * FROM item ORDER BY v <-> %L LIMIT 10) t'),
    (5, 'for each query', 'SELECT n.id FROM (VALUES (%L::vector)) q (v)
        CROSS JOIN LATERAL (SELECT id FROM item ORDER BY item.v <-> q.v LIMIT 5) n'),
    (6, 'most of a kind', 'SELECT * FROM item WHERE kind > 100 ORDER BY v <-> %L LIMIT 10'),
    (7, 'few of a kind', 'SELECT * FROM item WHERE kind < 20 ORDER BY v <-> %L LIMIT 10'),
    (8, 'one of a key', 'SELECT * FROM item WHERE id = 4 ORDER BY v <-> %L LIMIT 10'),
    (9, 'all in order', 'SELECT * FROM item ORDER BY v <-> %L'),
    (10, 'farthest first', 'SELECT * FROM item ORDER BY v <-> %L DESC LIMIT 10'),
    (11, 'another order', 'SELECT * FROM item ORDER BY v <=> %L LIMIT 10'),
    (12, 'within a distance', 'SELECT * FROM item WHERE v <-> %L < 1'),
    (13, 'no order', 'SELECT v <-> %L FROM item WHERE v IS NOT NULL LIMIT 10'),
    (14, 'of few rows', 'SELECT * FROM few ORDER BY v <-> %L LIMIT 10')
) AS t (n, what, query) ORDER BY n;

-- What a plan of the index costs.
CREATE FUNCTION pg_temp.cost(query text, which text) RETURNS float8 LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> which;
END
$$;
SELECT format('SELECT id FROM item ORDER BY v <-> %L LIMIT ', v) AS nearest FROM query \gset

SELECT * FROM plan;

-- A plan for any parameter, where the number of rows is not known.
SET plan_cache_mode = force_generic_plan;
SELECT pg_temp.reads('EXECUTE nearest (NULL, 10)') IS NOT NULL AS planned;
RESET plan_cache_mode;
DEALLOCATE nearest;

-- Planned on an index that is empty, and on a table never analyzed.
CREATE TABLE none (id int, v vector(64));
CREATE INDEX none_nearest ON none USING :method (v vector_l2_ops);
SELECT count(*) FROM (SELECT id FROM none ORDER BY v <-> (SELECT v FROM query) LIMIT 5) t;
INSERT INTO none SELECT id, v FROM item WHERE id < 100;
SELECT id FROM none ORDER BY v <-> (SELECT v FROM query) LIMIT 1;
DROP TABLE none;
