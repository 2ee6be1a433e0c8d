-- Limits of the distance beside an order by it: as many rows as a sequential scan has, whatever the limit, and however many rows
-- are asked for. Searches by words and by sparse vectors are exact, and find no rows of distance 0.
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE item (id int, t text, s sparsevec(10), n sparsevec(10), h sparsevec(10), v vector(3));
INSERT INTO item SELECT i,
    (CASE WHEN i % 100 = 0 THEN 'rare ' ELSE '' END) || (CASE WHEN i % 4 = 0 THEN 'common ' ELSE '' END) || 'other',
    CASE WHEN i % 50 = 0 THEN '{1:1}/10' WHEN i % 2 = 0 THEN '{1:1,2:1}/10' ELSE '{3:1}/10' END::sparsevec,
    CASE WHEN i % 50 = 0 THEN '{1:1,4:-1}/10' WHEN i % 2 = 0 THEN '{1:1,2:1}/10' ELSE '{3:-1}/10' END::sparsevec,
    CASE WHEN i % 50 = 0 THEN '{1:3e38,2:3e38}/10' ELSE '{1:1,3:1}/10' END::sparsevec,
    ARRAY[random(), random(), random()]::vector
FROM generate_series(1, 4000) i;
INSERT INTO item (id) SELECT i FROM generate_series(4001, 4010) i;
CREATE INDEX ON item USING bm25 (t);
CREATE INDEX ON item USING inverted (s);
CREATE INDEX ON item USING inverted (n);
CREATE INDEX ON item USING inverted (h);
CREATE INDEX ON item USING hnsw (v vector_l2_ops);
ANALYZE item;

-- Limits for which the two counts differ, over all limits, comparisons and numbers of rows.
CREATE FUNCTION differences(distance text, most float8[], rows int[] DEFAULT '{1,10,999,5000}', OUT condition text, OUT asked int, OUT given int,
    OUT expected int) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    template text := 'SELECT count(*) FROM (SELECT FROM item WHERE %s %s LIMIT %s) x';
BEGIN
    SET LOCAL enable_seqscan = off;
    FOREACH asked IN ARRAY rows LOOP
        FOR condition IN SELECT format(c, distance, m) FROM unnest(most) m, unnest('{"%1$s < %2$L::float8","%1$s <= %2$L::float8","%2$L::float8 >= %1$s"}'::text[]) c LOOP
            EXECUTE format(template, condition, 'ORDER BY ' || distance, asked) INTO given;
            EXECUTE format(template, condition, 'OFFSET 0', asked) INTO expected;
            IF given <> expected THEN
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END $$;
CREATE FUNCTION limits_of(distance text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    result float8[];
BEGIN
    EXECUTE format('SELECT array_agg(d + x) FROM (SELECT DISTINCT %s AS d FROM item WHERE id %% 7 = 0 LIMIT 9) d, (VALUES (0), (0.25)) v (x)', distance)
    INTO result;
    RETURN result || '{-Infinity,-1,0,0.5,5,Infinity,NaN,NULL}';
END $$;

SELECT d.distance, differences.* FROM unnest(ARRAY[
    $$t <@> 'rare'$$, $$t <@> 'common rare'$$, $$t <@> 'nowhere'$$,
    $$s <#> '{1:1}/10'$$, $$s <#> '{1:1,2:-2}/10'$$, $$s <#> '{3:-1}/10'$$, $$s <#> '{7:1}/10'$$, $$s <#> '{}/10'$$,
    $$n <#> '{1:1}/10'$$, $$n <#> '{3:1,4:2}/10'$$, $$n <#> '{3:-1}/10'$$,
    $$h <#> '{1:3e38,2:3e38}/10'$$, $$h <#> '{1:1}/10'$$]) d (distance), LATERAL differences(d.distance, limits_of(d.distance));
-- A graph finds the nearest rows, all of them if these are not many.
SELECT * FROM differences($$v <-> '[0.5,0.5,0.5]'$$, '{-1,0,0.1,0.2,Infinity}', '{1,10,50}');

-- Rows at a limit that leaves them out are not looked for: the table is not read.
CREATE FUNCTION rows_compared(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, TIMING off, FORMAT json) ' || query INTO plan;
    RETURN NEXT coalesce(jsonb_path_query_first(plan::jsonb, '$.**."Rows Compared"') #>> '{}', 'none');
END $$;
SET enable_seqscan = off;
SELECT rows_compared($$SELECT id FROM item WHERE t <@> 'rare' < 0 ORDER BY t <@> 'rare' LIMIT 100$$) AS below,
    rows_compared($$SELECT id FROM item WHERE t <@> 'rare' <= 0 ORDER BY t <@> 'rare' LIMIT 100$$) = 'none' AS at;
DROP TABLE item;
DROP FUNCTION differences, limits_of, rows_compared;
