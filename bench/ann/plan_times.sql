-- Do queries for the nearest rows get the plan that takes least? For tables of many sizes, dimensions
-- and each method: the time of the plan that is chosen, and of those that are made with sequential or
-- index scans off, as medians of interleaved runs. Needs a database with vecext. Variables of psql:
--   shapes   rows and dimensions of tables, as {{1000,3},{50000,768}}
--   methods  of index, as {hnsw,ivfpq,ivfflat}; ivfflat has up to 2,000 dimensions
--   rounds   of each query
\set QUIET on
\set ON_ERROR_STOP on
\pset pager off
SET client_min_messages = warning;
SET jit = off;
SET maintenance_work_mem = '1GB';

CREATE TEMP TABLE measured (
    rows int, dims int, method text, wanted int, chosen text, ms float8, by_table float8, by_index float8);

-- Rows around centers that are themselves of few dimensions, as embeddings are: a sum of two.
CREATE PROCEDURE pg_temp.fill(rows int, dims int) LANGUAGE plpgsql AS $$
DECLARE
    parts int := ceil(sqrt(rows));
BEGIN
    PERFORM setseed(0.5);
    DROP TABLE IF EXISTS plan_item, pg_temp.part;
    CREATE TEMP TABLE part AS
    SELECT i, ARRAY(SELECT random() + 1e-9 * i FROM generate_series(1, dims))::vector AS a,
        ARRAY(SELECT random() + 1e-9 * i FROM generate_series(1, dims))::vector AS b
    FROM generate_series(0, parts - 1) i;
    EXECUTE format('CREATE TABLE plan_item (id int PRIMARY KEY, v vector(%s))', dims);
    INSERT INTO plan_item
    SELECT n, x.a + y.b FROM generate_series(0, rows - 1) n
    JOIN part x ON x.i = n % parts JOIN part y ON y.i = n / parts;
END
$$;

-- Milliseconds of a query, what its plan reads the table by, and its rows.
CREATE FUNCTION pg_temp.run(
    query text, scan bool, indexscan bool, OUT ms float8, OUT reads text, OUT rows int)
LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    PERFORM set_config('enable_seqscan', scan::text, true),
        set_config('enable_indexscan', indexscan::text, true);
    EXECUTE 'EXPLAIN (ANALYZE, TIMING OFF, FORMAT json) ' || query INTO plan;
    ms := plan -> 0 ->> 'Execution Time';
    rows := plan -> 0 -> 'Plan' ->> 'Actual Rows';
    reads := CASE WHEN plan::text ~ '(Index Name|FilteredVectorScan)' THEN 'index' ELSE 'table' END;
END
$$;

CREATE PROCEDURE pg_temp.measure(n int, d int, method text, rounds int) LANGUAGE plpgsql AS $$
DECLARE
    k int;
BEGIN
    EXECUTE format('CREATE INDEX plan_nearest ON plan_item USING %I (v vector_l2_ops)', method);
    COMMIT;
    FOREACH k IN ARRAY '{1,10,100,1000,10000}'::int[] LOOP
        CONTINUE WHEN k > n;
        INSERT INTO measured
        SELECT n, d, method, k, (array_agg(c.reads))[1],
            percentile_cont(0.5) WITHIN GROUP (ORDER BY c.ms),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY t.ms),
            -- An index that does not give as many rows is none to compare with.
            percentile_cont(0.5) WITHIN GROUP (ORDER BY i.ms) FILTER (WHERE i.rows = k)
        FROM (SELECT round, (SELECT v FROM plan_item WHERE id = round * 7717 % n) AS v
              FROM generate_series(0, rounds) round) q,
            format('SELECT id FROM plan_item ORDER BY v <-> %L LIMIT %s', q.v, k) s (query),
            -- The first one of each finds its memory.
            pg_temp.run(s.query, true, true) warm, pg_temp.run(s.query, true, true) c,
            pg_temp.run(s.query, true, false) t, pg_temp.run(s.query, false, true) i
        WHERE q.round > 0 AND warm.ms > 0;
    END LOOP;
    DROP INDEX plan_nearest;
END
$$;

SELECT statement
FROM generate_series(1, array_length(:'shapes'::int[], 1)) i,
    LATERAL (SELECT (:'shapes'::int[])[i][1] AS n, (:'shapes'::int[])[i][2] AS d) shape,
    LATERAL (
        SELECT 1, 1, format('CALL pg_temp.fill(%s, %s)', n, d)
        UNION ALL SELECT 2, 1, 'VACUUM ANALYZE plan_item'
        UNION ALL SELECT 3, at, format('CALL pg_temp.measure(%s, %s, %L, %s)', n, d, m, :rounds)
        FROM unnest(:'methods'::text[]) WITH ORDINALITY m (m, at)
        WHERE m <> 'ivfflat' OR d <= 2000) s (step, at, statement)
ORDER BY i, step, at \gexec
DROP TABLE plan_item;

SELECT rows, dims, method, wanted AS "LIMIT", chosen, round(ms::numeric, 2) AS ms,
    round(by_table::numeric, 2) AS by_table, round(by_index::numeric, 2) AS by_index,
    round((CASE chosen WHEN 'table' THEN by_table ELSE by_index END
        / least(by_table, by_index))::numeric, 2) AS times_best
FROM measured ORDER BY 1, 2, 3, 4;
