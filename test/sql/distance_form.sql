-- Forms of a distance or a score, as queries write them: an index serves the order by each that is in the order of the distance, and a
-- bound of it ends the search, with the rows that a sequential scan has.
SET client_min_messages = warning;
SET enable_seqscan = off;
SELECT setseed(0.5);
CREATE TABLE item (id int PRIMARY KEY, k int, v vector(3) NOT NULL, u vector(3), t text, s sparsevec(9), b bit(9) NOT NULL);
INSERT INTO item SELECT i, i % 10, x, CASE WHEN i % 90 > 0 THEN x END, CASE WHEN i % 90 > 0 THEN 'w' || i % 7 || repeat(' z', i % 11) END,
    ('{1:' || 1 + i % 13 || ',' || 2 + i % 8 || ':' || 1 + i % 5 || '}/9')::sparsevec, (i * 2654435761 % 512)::int::bit(9)
FROM (SELECT i, ARRAY[random(), random() - 0.5, random()]::vector FROM generate_series(1, 900) i) d (i, x);
CREATE INDEX item_cosine ON item USING hnsw (v vector_cosine_ops);
CREATE INDEX item_l2 ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_ip ON item USING hnsw (v vector_ip_ops);
CREATE INDEX item_l1 ON item USING hnsw (v vector_l1_ops);
CREATE INDEX item_null ON item USING hnsw (u vector_cosine_ops);
CREATE INDEX item_half ON item USING hnsw ((v::halfvec(3)) halfvec_l2_ops);
CREATE INDEX item_text ON item USING bm25 (t);
CREATE INDEX item_sparse ON item USING inverted (s);
CREATE INDEX item_bit ON item USING hnsw (b bit_hamming_ops);
ANALYZE item;

-- The index that a query's plan takes in order, or the node that sorts.
CREATE FUNCTION way(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    found text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        found := coalesce(found, substring(line FROM '^\W*(Sort|Incremental Sort)$'));
        IF line ~ 'Index Scan using|Index: ' THEN
            RETURN concat_ws(' of ', found, substring(line FROM '(?:using|Index:) (\w+)'));
        END IF;
    END LOOP;
    RETURN coalesce(found, 'neither');
END $$;
-- The values of an expression in rows that a query gives, by an index and without any.
CREATE FUNCTION differs(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    given float8[];
    expected float8[];
BEGIN
    EXECUTE format('SELECT array_agg(x) FROM (%s) y (x)', query) INTO given;
    SET LOCAL vecext.filter_strategy = off;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE format('SELECT array_agg(x) FROM (%s) y (x)', query) INTO expected;
    RESET vecext.filter_strategy;
    RESET enable_indexscan;
    RESET enable_bitmapscan;
    RETURN given IS DISTINCT FROM expected;
END $$;

-- Orders. The first column is the distance, the second what follows it in the order.
CREATE TABLE form (n int GENERATED ALWAYS AS IDENTITY, expression text, direction text);
INSERT INTO form (expression, direction) VALUES
    ($$1 - (v <=> '[1,2,3]')$$, 'DESC'), ($$1 - (v <=> '[1,2,3]')$$, 'DESC NULLS LAST'), ($$1.0 - (v <=> '[1,2,3]')$$, 'DESC'),
    ($$-(v <=> '[1,2,3]')$$, 'DESC'), ($$(v <=> '[1,2,3]') - 1$$, ''), ($$100 * (1 - (v <=> '[1,2,3]'))$$, 'DESC'),
    ($$(2 - (v <=> '[1,2,3]')) / 2$$, 'DESC'), ($$1 - (v <=> '[1,2,3]') / 2$$, 'DESC'), ($$-(1 - (v <=> '[1,2,3]'))$$, ''),
    ($$1 - (u <=> '[1,2,3]')$$, 'DESC NULLS LAST'), ($$cosine_distance(v, '[1,2,3]')$$, ''), ($$1 - cosine_distance(v, '[1,2,3]')$$, 'DESC'),
    ($$l2_distance(v, '[1,2,3]')$$, ''), ($$-l2_distance(v, '[1,2,3]')$$, 'DESC'),
    ($$inner_product(v, '[1,2,3]')$$, 'DESC'), ($$-inner_product(v, '[1,2,3]')$$, ''), ($$l1_distance(v, '[1,2,3]')$$, ''),
    ($$1 / (1 + (v <-> '[1,2,3]'))$$, 'DESC'), ($$1.0 / ((v <=> '[1,2,3]') + 0.5) - 3$$, 'DESC'), ($$-1 / (1 + (v <+> '[1,2,3]'))$$, ''),
    ($$(v <#> '[1,2,3]') * -1$$, 'DESC'), ($$-(v <#> '[1,2,3]')$$, 'DESC'), ($$(v::halfvec(3) <-> '[1,2,3]') + 1$$, ''),
    ($$-(t <@> 'w3 z')$$, 'DESC NULLS LAST'), ($$10 - (s <#> '{1:1,3:2}/9')$$, 'DESC NULLS LAST'), ($$1 - (b <~> B'101010101') / 9$$, 'DESC'),
    ($$9 - hamming_distance(b, B'101010101')$$, 'DESC'),
    -- The order is another than that of the distance.
    ($$inner_product(v, '[1,2,3]')$$, ''), ($$1 - (v <=> '[1,2,3]')$$, ''), ($$(v <=> '[1,2,3]') * -1$$, ''), ($$1 / (1 + (v <#> '[1,2,3]'))$$, 'DESC'), ($$1 / (v <-> '[1,2,3]')$$, ''),
    ($$1 / ((v <-> '[1,2,3]') - 1)$$, 'DESC'), ($$0 * (v <-> '[1,2,3]')$$, ''), ($$(v <-> '[1,2,3]') - (v <+> '[1,2,3]')$$, ''), ($$k - (v <-> '[1,2,3]')$$, 'DESC'),
    -- So queries say that they want no index.
    ($$(v <=> '[1,2,3]') + 0$$, ''), ($$0 + (v <=> '[1,2,3]')$$, ''), ($$(v <=> '[1,2,3]') - 0$$, ''), ($$(v <=> '[1,2,3]') * 1$$, ''), ($$1 - ((v <=> '[1,2,3]') + 0)$$, 'DESC'),
    -- Rows without a distance come first.
    ($$1 - (u <=> '[1,2,3]')$$, 'DESC'), ($$-(t <@> 'w3 z')$$, 'DESC'), ($$(v <=> '[1,2,3]') + 1$$, 'NULLS FIRST');
SELECT expression, direction, way(query), differs(query) FROM form,
    LATERAL (SELECT format('SELECT %1$s FROM item ORDER BY %1$s %2$s LIMIT 7', expression, direction) AS query) q ORDER BY n;

-- A condition that no row without a distance fulfils makes these orders alike.
SELECT query, way(query), differs(query) FROM unnest(ARRAY[
    $$SELECT 1 - (u <=> '[1,2,3]') AS similarity FROM item WHERE 1 - (u <=> '[1,2,3]') > 0.5 ORDER BY similarity DESC LIMIT 5$$,
    $$SELECT 1 - (u <=> '[1,2,3]') AS similarity FROM item WHERE u IS NOT NULL ORDER BY 1 DESC LIMIT 5$$,
    $$SELECT -(t <@> 'w3') AS score FROM item WHERE t @@@ 'w3' ORDER BY score DESC LIMIT 5$$,
    $$SELECT -(t <@> 'w3') AS score FROM item WHERE k = 3 OR t @@@ 'w3' ORDER BY score DESC LIMIT 5$$,
    $$SELECT -(t <@> 'w3') AS score FROM item WHERE t LIKE 'w3%' ORDER BY score DESC LIMIT 5$$]) query;

-- More keys, and queries around the order.
SELECT query, way(query), differs(query) FROM unnest(ARRAY[
    $$SELECT 1 - (v <=> '[1,2,3]') + k FROM item ORDER BY 1 - (v <=> '[1,2,3]') DESC, k LIMIT 5$$,
    $$SELECT k FROM item WHERE k > 4 ORDER BY 1 - (b <~> B'101010101') / 9 DESC, k, id LIMIT 9$$,
    $$SELECT x FROM (SELECT 1 - (v <=> '[1,2,3]') AS x FROM item) d ORDER BY x DESC LIMIT 5$$,
    $$SELECT x FROM (SELECT 1 - (v <=> '[1,2,3]') AS x, k FROM item) d WHERE k < 5 ORDER BY x DESC LIMIT 5 OFFSET 3$$,
    $$SELECT 1 - (i.v <=> '[1,2,3]') AS x FROM item i JOIN (VALUES (1), (2), (3)) o (k) ON o.k = i.k ORDER BY x DESC LIMIT 5$$,
    $$SELECT l.x FROM (VALUES ('[1,2,3]'::vector)) q (v), LATERAL (SELECT 1 - (i.v <=> q.v) AS x FROM item i ORDER BY x DESC LIMIT 4) l$$,
    $$SELECT max(x) FROM (SELECT 1 - (v <=> '[1,2,3]') AS x FROM item ORDER BY x DESC LIMIT 5) d$$,
    $$SELECT DISTINCT ON (1 - (v <=> '[1,2,3]')) k FROM item ORDER BY 1 - (v <=> '[1,2,3]') DESC LIMIT 4$$]) query;
CREATE TABLE part (id int, v vector(3) NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (400);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (400) TO (2000);
INSERT INTO part SELECT id, v FROM item;
CREATE INDEX ON part USING hnsw (v vector_cosine_ops);
ANALYZE part;
EXPLAIN (COSTS off) SELECT id FROM part ORDER BY 1 - (v <=> '[1,2,3]') DESC LIMIT 3;
SELECT differs($$SELECT 1 - (v <=> '[1,2,3]') FROM part ORDER BY 1 - (v <=> '[1,2,3]') DESC LIMIT 9$$);

-- Limits: of each form at its values, a little beside them, and where there are none. The count of all that match, beside an order by
-- the distance and without.
CREATE FUNCTION differences(expression text, distance text, OUT condition text, OUT asked int, OUT given int, OUT expected int)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    bounds float8[];
    template text := 'SELECT count(*) FROM (SELECT FROM item WHERE %s %s LIMIT %s) x';
BEGIN
    EXECUTE format('SELECT array_agg(x + y) FROM (SELECT DISTINCT %s AS x FROM item WHERE id %% 97 = 0) d, (VALUES (0), (1e-16), (-1e-9), (0.2)) b (y)',
        expression) INTO bounds;
    bounds := bounds || '{-Infinity,-1e308,-1,0,1e-320,0.5,1,1e308,Infinity,NaN,NULL}';
    FOREACH asked IN ARRAY '{1,20,5000}'::int[] LOOP
        FOR condition IN SELECT format(c, expression, b) FROM unnest(bounds) b,
            unnest('{"%1$s < %2$L::float8","%1$s <= %2$L::float8","%1$s > %2$L::float8","%2$L::float8 <= %1$s","%1$s >= (SELECT %2$L::float8)"}'::text[]) c LOOP
            EXECUTE format(template, condition, 'ORDER BY ' || distance, asked) INTO given;
            EXECUTE format(template, condition, 'OFFSET 0', asked) INTO expected;
            IF given <> expected THEN
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END $$;
SELECT f.*, d.* FROM (VALUES
    ($$v <=> '[1,2,3]'$$, '{"1 - (%s)","-(%s)","100 * (1 - (%s))","(2 - (%s)) / 2","1 / (1 + (%s))","(%s) - 1","(1 - (%s)) * -3 + 7","2 - 5 / (0.5 + (%s))"}'::text[]),
    ($$v <-> '[1,2,3]'$$, '{"1 / (1 + (%s))","-3 / (1 + (%s) * 4)","1e10 - (%s)","1e-10 * (%s)"}'),
    ($$v <#> '[1,2,3]'$$, '{"-(%s)","(%s) * -1","1 + (%s)","1 / (1 + (%s))"}'), ($$-inner_product(v, '[1,2,3]')$$, '{"%s","1 - (%s)"}'), ($$t <@> 'w3 z'$$, '{"-(%s)","10 - (%s)"}'),
    -- By cosine, all distances from zeros are NaN, and so are their forms, which is greater than any number.
    ($$v <=> '[0,0,0]'$$, '{"%s","1 - (%s)","1 / (1 + (%s))","(%s) - 1"}'), ($$v <#> '[0,0,0]'$$, '{"-(%s)"}'),
    ($$s <#> '{1:1,3:2}/9'$$, '{"-(%s)","1 / (99.5 + (%s))"}'), ($$b <~> B'101010101'$$, '{"1 - (%s) / 9","1 / (1 + (%s))"}')) f (distance, forms),
    LATERAL unnest(f.forms) form, LATERAL differences(format(form, f.distance), f.distance) d;

-- A limit ends the search, whatever the type of the bound, in a generic plan, too.
CREATE FUNCTION nodes_visited(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
    nodes float8;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off, FORMAT json) ' || query INTO plan;
    nodes := jsonb_path_query_first(plan, '$.**."Nodes Visited"')::float8 + coalesce(jsonb_path_query_first(plan, '$.**."Rows Compared"')::float8, 0);
    RETURN CASE WHEN nodes < 1000 THEN 'few' ELSE 'many' END;
END $$;
CREATE TABLE many (id int, e vector(16));
INSERT INTO many SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 16) WHERE i = i)::vector FROM generate_series(1, 12000) i;
CREATE INDEX ON many USING hnsw (e vector_cosine_ops);
CREATE INDEX ON many USING hnsw (e vector_l2_ops);
ANALYZE many;
SELECT e AS q FROM many WHERE id = 77 \gset
PREPARE alike (vector, float8, real) AS SELECT id FROM many WHERE 1 - (e <=> $1) > $2 AND 1 - (e <=> $1) > $3 ORDER BY 1 - (e <=> $1) DESC LIMIT 10;
SET plan_cache_mode = force_generic_plan;
SELECT condition, nodes_visited(format('SELECT id FROM many WHERE %s ORDER BY %s LIMIT 10', format(condition, :'q'), format('e %s %L', operator, :'q'))) FROM (VALUES
    ('<=>', 'e <=> %L < 0.01'), ('<=>', '1 - (e <=> %L) > 0.99'), ('<=>', '0.99 < 1 - (e <=> %L)'), ('<=>', '1 - (e <=> %L) >= 0.99::numeric'),
    ('<=>', '1 - (e <=> %L) > 0.99::real'), ('<=>', 'e <=> %L < 0.01::real'), ('<=>', '1 - (e <=> %L) > (SELECT 0.99::float8)'), ('<=>', '(1 - (e <=> %L)) * 100 > 99'),
    ('<=>', 'cosine_distance(e, %L) < 0.01'), ('<=>', '1 - (e <=> %L) BETWEEN 0.99 AND 2'), ('<=>', 'NOT 1 - (e <=> %L) <= 0.99'), ('<=>', 'id > 50 AND 1 - (e <=> %L) > 0.99'),
    ('<->', 'l2_distance(e, %L) < 0.01'), ('<->', '1 / (1 + (e <-> %L)) > 0.99')) f (operator, condition);
SELECT nodes_visited(format('EXECUTE alike (%L, 0.9, 0.99)', :'q'));
EXECUTE alike (:'q', 0.9, 0.99);
-- Functions of our name for other types, and query vectors that change, are left to a sort.
CREATE FUNCTION inner_product(vector, halfvec) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN inner_product($1, $2::vector); END';
SELECT way(query), differs(query) FROM (VALUES ($$SELECT inner_product(v, '[1,2,3]'::halfvec) FROM item ORDER BY 1 DESC LIMIT 3$$)) q (query);
SELECT count(*) FROM (SELECT FROM item ORDER BY l2_distance(v, ARRAY[random(), 1, 2]::vector) LIMIT 4) x;
SELECT count(*) FROM (SELECT FROM item ORDER BY 1 - (v <-> ARRAY[random(), 1, 2]::vector) DESC, id LIMIT 4) x;
DROP FUNCTION inner_product(vector, halfvec);
DROP TABLE item, form, part, many;
DROP FUNCTION way, differs, differences, nodes_visited;
