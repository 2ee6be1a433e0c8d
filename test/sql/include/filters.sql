-- For suites about scans with conditions: plans, and rows compared with those of a sort.

-- Does the plan have a FilteredVectorScan?
CREATE FUNCTION pg_temp.uses_node(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    line text;
    uses bool := false;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        uses := uses OR line ~ 'Custom Scan \(FilteredVectorScan\)';
    END LOOP;
    RETURN uses;
END
$$;

-- The plan. Parameters are all called $, since their names differ between versions.
CREATE FUNCTION pg_temp.plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        CONTINUE WHEN line ~ 'Disabled: true'; -- from 18 on
        RETURN NEXT regexp_replace(regexp_replace(replace(line, 'InitPlan expr_', 'InitPlan '), ' \(returns \$\d+\)', ''), '\$\d+|\(InitPlan \d+\)\.col1', '$', 'g');
    END LOOP;
END
$$;

-- The FilteredVectorScan of a query that has run.
CREATE FUNCTION pg_temp.node(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT json) ' || query INTO plan;
    RETURN jsonb_path_query_first(plan, 'strict $.** ? (@."Custom Plan Provider" == "FilteredVectorScan")');
END
$$;

-- The rows of a query as text, and their distances (column "d"), in order.
CREATE FUNCTION pg_temp.answer(query text, OUT rows text[], OUT distances float8[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(s::text), ''{}''), coalesce(array_agg(d), ''{}'') FROM (%s) s', query)
    INTO rows, distances;
END
$$;
CREATE FUNCTION pg_temp.sorted_answer(query text, OUT rows text[], OUT distances float8[]) LANGUAGE sql
SET enable_indexscan = off SET vecext.filter_strategy = off AS $$
    SELECT * FROM pg_temp.answer(query)
$$;

-- The strategies to try with an access method.
CREATE FUNCTION pg_temp.strategies(method text) RETURNS text[] LANGUAGE sql AS $$
    SELECT ARRAY['auto', 'exact', 'postfilter', 'inline']
$$;

-- Does an answer have as many rows as the expected one, and nearly all of its distances?
CREATE FUNCTION pg_temp.nearly(given float8[], expected float8[]) RETURNS bool LANGUAGE sql AS $$
    SELECT cardinality(given) = cardinality(expected) AND (expected = '{}' OR (SELECT avg((d IS NULL OR d <= coalesce(last, 'NaN'))::int) >= 0.95
        FROM unnest(given) d, (SELECT expected[cardinality(expected)]) e (last)))
$$;

-- The number of rows of a query, and the strategies whose answer differs from that of a sort; with `about`, and always for
-- an index of codes, those whose answer is not nearly the same. A strategy other than auto must plan a FilteredVectorScan.
CREATE FUNCTION pg_temp.compare(query text, method text, about bool DEFAULT false, OUT rows int, OUT wrong text[]) LANGUAGE plpgsql AS $$
DECLARE
    expected record;
    given record;
    strategy text;
BEGIN
    wrong := '{}';
    SELECT * INTO expected FROM pg_temp.sorted_answer(query);
    rows := cardinality(expected.rows);
    FOREACH strategy IN ARRAY pg_temp.strategies(method) LOOP
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        SELECT * INTO given FROM pg_temp.answer(query);
        IF NOT (CASE WHEN strategy <> 'exact' AND (about OR method = 'ivfpq') THEN pg_temp.nearly(given.distances, expected.distances)
            ELSE given.distances = expected.distances AND given.rows <@ expected.rows AND given.rows @> expected.rows END) THEN
            wrong := wrong || format('%s by %s: %s rows', method, strategy, cardinality(given.rows));
        ELSIF strategy <> 'auto' AND NOT pg_temp.uses_node(query) THEN
            wrong := wrong || format('%s by %s: no node', method, strategy);
        END IF;
    END LOOP;
    PERFORM set_config('vecext.filter_strategy', 'auto', true);
END
$$;
