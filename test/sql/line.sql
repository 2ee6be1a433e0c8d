-- Rows along a line: it is thousands of times as long as the distance between neighbors. The fifty nearest rows of a row are found, and
-- most nodes are not visited.
SET client_min_messages = warning;
SET jit = off;
-- The distances of the fifty nearest rows of a row.
CREATE FUNCTION pg_temp.nearest(op text, k int, exactly text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    result float8[];
BEGIN
    EXECUTE format('SELECT array_agg(d) FROM (SELECT v %s (SELECT v FROM line WHERE k = %s) AS d FROM line '
        'ORDER BY (v %1$s (SELECT v FROM line WHERE k = %2$s)) %3$s LIMIT 50) rows', op, k, exactly) INTO result;
    RETURN result;
END $$;
-- The share found of all the rows wanted, and whether a search visits few nodes.
CREATE FUNCTION pg_temp.found(method text, type text, class text, op text, row_value text, OUT recall numeric, OUT few_nodes bool)
LANGUAGE plpgsql AS $$
DECLARE
    rows constant int := 20000;
    wanted int;
    distances float8[];
    exact float8[];
    queries int := 0;
    hits int := 0;
    most bigint := 0;
BEGIN
    DROP TABLE IF EXISTS line;
    EXECUTE format('CREATE TABLE line AS SELECT i AS k, (%s)::%s AS v FROM generate_series(0, %s - 1) i', row_value, type, rows);
    EXECUTE format('CREATE INDEX ON line USING %s (v %s)', method, class);
    CREATE UNIQUE INDEX ON line (k);
    PERFORM set_config('enable_seqscan', 'off', true);
    FOR wanted IN SELECT generate_series(7, rows, 1003) LOOP
        distances := pg_temp.nearest(op, wanted, '');
        most := greatest(most, (SELECT nodes FROM vecext.last_scan()));
        exact := pg_temp.nearest(op, wanted, '+ 0');
        queries := queries + 1;
        hits := hits + (SELECT count(*) FROM unnest(distances) d WHERE d <= (SELECT max(e) FROM unnest(exact) e));
    END LOOP;
    recall := trunc(hits::numeric / (50 * queries), 2);
    few_nodes := most < rows / 10;
END $$;
CREATE TABLE form (name text, type text, row_value text);
INSERT INTO form VALUES
    ('few dimensions', 'vector(4)', 'ARRAY[i, i % 7, i % 11, 1]'),
    ('long steps', 'vector(3)', 'ARRAY[i * 1000.0, i % 70, i % 11]'),
    ('halves', 'halfvec(4)', 'ARRAY[i, i % 7, i % 11, 1]'),
    ('many dimensions', 'vector(64)', 'SELECT array_agg(i * sin(j) + (i * j) % 3) FROM generate_series(1, 64) j');
SELECT name, method, f.recall >= 0.99 AS is_found, few_nodes
FROM form, unnest('{hnsw,ivfpq,ivfflat}'::text[]) method,
    pg_temp.found(method, type, split_part(type, '(', 1) || '_l2_ops', '<->', row_value) f
ORDER BY name, method;
SELECT name, f.recall >= 0.99 AS is_found, few_nodes
FROM form, pg_temp.found('hnsw', type, split_part(type, '(', 1) || '_ip_ops', '<#>', row_value) f WHERE type LIKE 'vector%'
ORDER BY name;
DROP TABLE form, line;
-- All rows of a line have nearly one code, and the estimates of its rows have the same error: it depends on the direction alone. Each row is
-- found by its own vector.
CREATE TABLE line (k int, v vector(64));
CREATE INDEX line_v ON line USING ivfpq (v vector_l2_ops);
CREATE FUNCTION pg_temp.lost(direction int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE line;
    INSERT INTO line SELECT i, ARRAY(SELECT (sin(direction * j * j) + i * 0.001 * cos(direction * j * (j + 3))) * 1.4 FROM generate_series(1, 64) j)
    FROM generate_series(1, 10000) i;
    REINDEX INDEX line_v;
    PERFORM set_config('enable_seqscan', 'off', true);
    RETURN (SELECT count(*) FROM line a WHERE k % 50 = 0 AND k <> (SELECT k FROM line b ORDER BY b.v <-> a.v LIMIT 1));
END $$;
SELECT direction, pg_temp.lost(direction) FROM generate_series(11, 14) direction;
DROP TABLE line;
