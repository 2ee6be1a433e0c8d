-- Index or sequential scan: which of them the planner takes for tables of many sizes and dimensions,
-- each method, and LIMITs of 1 to 10,000. Where it is close, either will do.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SET jit = off;

-- Sums of two random vectors: many rows of many dimensions in little time.
CREATE PROCEDURE pg_temp.fill(rows int, dims int) LANGUAGE plpgsql AS $$
DECLARE
    parts int := ceil(sqrt(rows));
BEGIN
    PERFORM setseed(0.5);
    DROP TABLE IF EXISTS item;
    EXECUTE format('CREATE TABLE item (id int, v vector(%s))', dims);
    WITH part AS MATERIALIZED (
        SELECT i, ARRAY(SELECT random() + 1e-9 * i FROM generate_series(1, dims))::vector AS a,
            ARRAY(SELECT random() + 1e-9 * i FROM generate_series(1, dims))::vector AS b
        FROM generate_series(0, parts - 1) i)
    INSERT INTO item SELECT n, x.a + y.b FROM generate_series(0, rows - 1) n
    JOIN part x ON x.i = n % parts JOIN part y ON y.i = n / parts;
END
$$;

CREATE FUNCTION pg_temp.cost(query text, scan bool, indexscan bool) RETURNS float8
LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    PERFORM set_config('enable_seqscan', scan::text, true),
        set_config('enable_indexscan', indexscan::text, true);
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan -> 0 -> 'Plan' ->> 'Total Cost';
END
$$;

CREATE TABLE choice (method text, rows int, dims int, wanted int, choice text);

CREATE PROCEDURE pg_temp.plan(rows int, dims int) LANGUAGE plpgsql AS $$
DECLARE
    m text;
BEGIN
    FOREACH m IN ARRAY '{hnsw,ivfpq,ivfflat}'::text[] LOOP
        CONTINUE WHEN m = 'ivfflat' AND dims > 2000;
        EXECUTE format('CREATE INDEX item_nearest ON item USING %I (v vector_l2_ops)', m);
        INSERT INTO choice
        SELECT m, rows, dims, k,
            CASE WHEN greatest(t, i) < 1.3 * least(t, i) THEN '?' WHEN i < t THEN 'index'
                ELSE 'table' END
        FROM unnest('{1,10,100,1000,10000}'::int[]) k,
            (SELECT v FROM item WHERE id = 17) q,
            format('SELECT id FROM item ORDER BY v <-> %L LIMIT %s', q.v, k) query,
            pg_temp.cost(query, true, false) t, pg_temp.cost(query, false, true) i
        WHERE k <= rows;
        DROP INDEX item_nearest;
    END LOOP;
END
$$;

CALL pg_temp.fill(1000, 3); VACUUM ANALYZE item; CALL pg_temp.plan(1000, 3);
CALL pg_temp.fill(1000, 128); VACUUM ANALYZE item; CALL pg_temp.plan(1000, 128);
CALL pg_temp.fill(1000, 768); VACUUM ANALYZE item; CALL pg_temp.plan(1000, 768);
CALL pg_temp.fill(1000, 1536); VACUUM ANALYZE item; CALL pg_temp.plan(1000, 1536);
CALL pg_temp.fill(1000, 3072); VACUUM ANALYZE item; CALL pg_temp.plan(1000, 3072);
CALL pg_temp.fill(5000, 1536); VACUUM ANALYZE item; CALL pg_temp.plan(5000, 1536);
CALL pg_temp.fill(20000, 3); VACUUM ANALYZE item; CALL pg_temp.plan(20000, 3);
CALL pg_temp.fill(20000, 128); VACUUM ANALYZE item; CALL pg_temp.plan(20000, 128);
SELECT rows, dims, method, max(choice) FILTER (WHERE wanted = 1) AS "1",
    max(choice) FILTER (WHERE wanted = 10) AS "10", max(choice) FILTER (WHERE wanted = 100) AS "100",
    max(choice) FILTER (WHERE wanted = 1000) AS "1000",
    max(choice) FILTER (WHERE wanted = 10000) AS "10000"
FROM choice GROUP BY rows, dims, method ORDER BY rows, dims, method COLLATE "C";
DROP TABLE choice;

-- A distance costs more the wider its vectors are, more still where they are out of line, and as much
-- where their size is known by the other operand alone, or from a cast.
CREATE FUNCTION pg_temp.distance_cost(expression text, tables text) RETURNS numeric
LANGUAGE plpgsql AS $$
DECLARE
    costs numeric[] := '{}';
    plan json;
    what text;
BEGIN
    FOREACH what IN ARRAY ARRAY['id', expression] LOOP
        EXECUTE format('EXPLAIN (FORMAT json) SELECT %s FROM %s', what, tables) INTO plan;
        costs := costs || (plan -> 0 -> 'Plan' ->> 'Total Cost')::numeric;
    END LOOP;
    RETURN round((costs[2] - costs[1]) / 1000, 3);
END
$$;
CREATE TABLE narrow (id int, v vector(3), h halfvec(3), s sparsevec(3), b bit(8), none vector);
CREATE TABLE wide (id int, v vector(1536), h halfvec(1536), s sparsevec(1536), b bit(1536), none vector,
    plain vector(400));
INSERT INTO narrow SELECT i, n, n, n::vector::sparsevec, B'10011001', n
FROM generate_series(1, 1000) i, (SELECT '[1,2,3]'::vector) v (n);
INSERT INTO wide SELECT i, n, n, n::sparsevec, (repeat('10', 768))::bit(1536), n, subvector(n, 1, 400)
FROM generate_series(1, 1000) i, (SELECT array_agg(i)::vector FROM generate_series(1, 1536) i) v (n);
VACUUM ANALYZE narrow, wide;
SELECT expression, pg_temp.distance_cost(expression, 'narrow') AS narrow,
    pg_temp.distance_cost(expression, 'wide') AS wide
FROM unnest('{v <-> v, l2_distance(v\, v), v <#> v, v <=> v, v <+> v, h <-> h, s <-> s, b <~> b,
    v::halfvec <-> h, none <-> v, none <-> none}'::text[]) e (expression);
SELECT pg_temp.distance_cost('plain <-> plain', 'wide') AS in_the_row;

-- So cheaper conditions are evaluated first.
EXPLAIN (COSTS OFF) SELECT id FROM narrow WHERE v <-> '[1,2,3]' < 1 AND id > 500;
DROP TABLE item, narrow, wide;
