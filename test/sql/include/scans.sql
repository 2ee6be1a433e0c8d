-- For suites about indexes: the rows of a query by an index scan and by a sort of the table. Filter strategies are off here;
-- filters.sql is for suites about them.
SET vecext.filter_strategy = off;

-- Is the plan an ordered index scan if sequential and bitmap scans are disabled?
CREATE FUNCTION pg_temp.uses_index(query text) RETURNS bool LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        plan := plan || line;
    END LOOP;
    RETURN plan ~ 'Index Scan using .* Order By:';
END
$$;

-- The rows of a query as text, in order.
CREATE FUNCTION pg_temp.rows_by_index(query text) RETURNS text[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    result text[];
BEGIN
    IF NOT pg_temp.uses_index(query) THEN
        RAISE EXCEPTION 'no index for %', query;
    END IF;
    EXECUTE format('SELECT array_agg(r::text) FROM (%s) r', query) INTO result;
    RETURN coalesce(result, '{}');
END
$$;
CREATE FUNCTION pg_temp.rows_by_sort(query text) RETURNS text[] LANGUAGE plpgsql
SET enable_indexscan = off AS $$
DECLARE
    result text[];
BEGIN
    EXECUTE format('SELECT array_agg(r::text) FROM (%s) r', query) INTO result;
    RETURN coalesce(result, '{}');
END
$$;

-- The same as rows_by_index, by a cursor; as many rows as the sizes add up to.
CREATE FUNCTION pg_temp.rows_in_pieces(query text, sizes int[]) RETURNS text[] LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
    source refcursor;
    row record;
    size int;
    result text[] := '{}';
BEGIN
    OPEN source FOR EXECUTE query;
    FOREACH size IN ARRAY sizes LOOP
        FOR i IN 1..size LOOP
            FETCH source INTO row;
            EXIT WHEN NOT FOUND;
            result := result || row::text;
        END LOOP;
    END LOOP;
    CLOSE source;
    RETURN result;
END
$$;

-- Does the index give the same rows as the table, in the same order?
CREATE FUNCTION pg_temp.same_rows(query text) RETURNS bool LANGUAGE sql AS $$
    SELECT pg_temp.rows_by_index(query) = pg_temp.rows_by_sort(query)
$$;

-- Does it give the same rows, in any order?
CREATE FUNCTION pg_temp.same_set(query text) RETURNS bool LANGUAGE sql AS $$
    SELECT ARRAY(SELECT r FROM unnest(pg_temp.rows_by_index(query)) r ORDER BY r)
        = ARRAY(SELECT r FROM unnest(pg_temp.rows_by_sort(query)) r ORDER BY r)
$$;

-- The share of the table's rows that the index gives too.
CREATE FUNCTION pg_temp.found(query text) RETURNS float8 LANGUAGE sql AS $$
    WITH given AS MATERIALIZED (SELECT pg_temp.rows_by_index(query) AS rows)
    SELECT avg((r = ANY (rows))::int) FROM given, unnest(pg_temp.rows_by_sort(query)) r
$$;

-- Does a query of one number give it in ascending order?
CREATE FUNCTION pg_temp.ascending(query text) RETURNS bool LANGUAGE sql AS $$
    SELECT coalesce(bool_and(x >= before), true)
    FROM (SELECT x, lag(x) OVER (ORDER BY n) AS before
          FROM (SELECT trim(r, '()')::float8, n
                FROM unnest(pg_temp.rows_by_index(query)) WITH ORDINALITY AS u (r, n)) t (x, n)) t
$$;
