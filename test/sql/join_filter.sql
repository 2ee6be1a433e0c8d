-- Joins of a table that is ordered by a distance: the other side runs first, and the scan is restricted to
-- rows with its keys. Answers stand beside those of the same statements without index scans.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/filters.sql'
\set ECHO none
\i :file
\set ECHO all
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SET hnsw.ef_search = 400;
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, kind int, name text, note jsonb, v vector(3));
INSERT INTO item SELECT i, i % 50, 'n' || i % 7, jsonb_build_object('k', i % 10),
    ARRAY[random(), random(), random()]
FROM generate_series(1, 1000) i;
CREATE INDEX item_kind ON item (kind);
CREATE INDEX item_note ON item USING gin (note);
CREATE INDEX item_graph ON item USING hnsw (v vector_l2_ops);
CREATE TABLE category (id int, name text, size int);
INSERT INTO category SELECT i, 'c' || i % 5, i % 20 FROM generate_series(1, 50) i;
CREATE TABLE owner (name text, category int);
INSERT INTO owner SELECT 'o' || i, i FROM generate_series(1, 50) i;
ANALYZE item, category, owner;
CREATE TYPE pair AS (a int, b int);
CREATE TYPE bits AS (a int, b bit(4));
CREATE TYPE bit_range AS RANGE (subtype = bit);
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
\set nearest 'ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 5'

-- --- Plans ---------------------------------------------------------------------------------------

SET vecext.filter_strategy = inline;
SELECT pg_temp.plan('SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 3) ' || :'nearest');
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 3 ' || :'nearest');
-- Another condition beside, by another index.
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 3 AND note @> ''{"k": 3}'' ' || :'nearest');
-- Several joins, each of which restricts the scan: side by side, and by a key that is equal to one of it.
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind JOIN owner o ON o.name = i.name WHERE c.size < 3 ' || :'nearest');
SELECT replace(plan, '(c.id = i.kind)', '(i.kind = c.id)') AS plan -- that depends on the server
FROM pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind JOIN owner o ON o.category = c.id WHERE c.size < 3 AND o.name < ''o3'' ' || :'nearest') AS plan;
SELECT pg_temp.plan('SELECT i.id, n.n FROM item i JOIN (SELECT category, count(*) AS n FROM owner GROUP BY category) n ON n.category = i.kind + 1 LEFT JOIN category c ON c.id = i.kind ' || :'nearest');
-- Not without an index for the order, without an order by distance, and where it is switched off.
CREATE TABLE unindexed AS TABLE item;
SELECT what, bool_or(line ~ 'HashLookup') AS first
FROM (VALUES ('no index', 'SELECT id FROM unindexed WHERE kind IN (SELECT id FROM category WHERE size < 3) ORDER BY v <-> ''[1,2,3]'' LIMIT 5'),
    ('no vector', 'SELECT id FROM category WHERE id IN (SELECT category FROM owner) ORDER BY size + 1.5::float8 LIMIT 5'),
    ('no limit', 'SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 3) ORDER BY v <-> ''[1,2,3]'''),
    ('no order', 'SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 3) LIMIT 5')) AS t (what, query),
    LATERAL pg_temp.plan(query) line
GROUP BY what ORDER BY what;
SET vecext.filter_strategy = off;
SELECT bool_or(line ~ 'HashLookup') AS first
FROM pg_temp.plan('SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 3) ' || :'nearest') line;
SET vecext.filter_strategy = inline;

-- --- Answers -------------------------------------------------------------------------------------

-- Older minor versions of the server hash ranges that have no hash, and fail: they get arrays instead.
CREATE FUNCTION pg_temp.accepted(condition text, instead text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT FROM item WHERE ' || condition;
    RETURN condition;
EXCEPTION WHEN undefined_function THEN
    RETURN instead;
END
$$;
CREATE VIEW pg_temp.condition AS
SELECT * FROM (VALUES
    (1, 'IN', 'kind IN (SELECT id FROM category WHERE size < 3)'),
    (2, 'IN, two of them', 'kind IN (SELECT id FROM category WHERE size < 9) AND name IN (SELECT ''n'' || size FROM category)'),
    (3, 'IN, of no rows', 'kind IN (SELECT id FROM category WHERE size < 0)'),
    (4, 'IN, with nulls', 'kind IN (SELECT nullif(id, 7) FROM category WHERE size < 9)'),
    (5, 'IN, of a union', 'kind IN (SELECT 3 UNION ALL SELECT id FROM category WHERE size = 4)'),
    (6, 'IN, of a limit', 'kind IN (SELECT id FROM category ORDER BY size, id LIMIT 4)'),
    (7, 'IN, of a WITH', 'kind IN (WITH c AS (SELECT id FROM category WHERE size = 4) SELECT id FROM c)'),
    (8, 'IN, of values', 'kind IN (VALUES (3), (7))'),
    (9, 'IN, of another type', 'kind IN (SELECT id::bigint FROM category WHERE size < 3)'),
    (10, 'IN, correlated', 'kind IN (SELECT id FROM category c WHERE c.size = i.id % 20)'),
    (11, 'IN, of two columns', '(kind, name) IN (SELECT id, ''n'' || size FROM category)'),
    (12, 'IN, of arrays', 'ARRAY[kind] IN (SELECT ARRAY[id] FROM category WHERE size < 3)'),
    (13, '= ANY', 'kind = ANY (SELECT id FROM category WHERE size < 3)'),
    (14, '> ANY', 'kind > ANY (SELECT id FROM category WHERE size = 5)'),
    (15, '> ALL', 'kind > ALL (SELECT id FROM category WHERE size < 3)'),
    (16, 'NOT IN', 'kind NOT IN (SELECT id FROM category WHERE size < 12) AND kind > 0'),
    (17, 'within OR', '(kind IN (SELECT id FROM category WHERE size < 3) OR kind = 49)'),
    (18, 'EXISTS', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < 3)'),
    (19, 'EXISTS, turned around', 'EXISTS (SELECT FROM category c WHERE i.kind = c.id AND c.size < 3)'),
    (20, 'EXISTS, of an expression', 'EXISTS (SELECT FROM category c WHERE i.kind * 2 = c.id + 1 AND c.size < 9)'),
    (21, 'EXISTS, two correlations', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < i.id)'),
    (22, 'EXISTS, no equality', 'EXISTS (SELECT FROM category c WHERE c.id < i.kind AND c.size = 3)'),
    (23, 'EXISTS, uncorrelated', 'EXISTS (SELECT FROM category c WHERE c.size = 3) AND kind = 4'),
    (24, 'EXISTS, of a group', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind GROUP BY c.size HAVING count(*) = 1)'),
    (25, 'EXISTS, of a limit', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < 3 LIMIT 1)'),
    (26, 'EXISTS, of a window', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < 3 WINDOW w AS (ORDER BY c.name))'),
    (27, 'EXISTS, of an outer join', 'EXISTS (SELECT FROM category c LEFT JOIN owner o ON o.category = c.id WHERE c.id = i.kind AND o.name > ''o3'')'),
    (28, 'EXISTS, another within', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND EXISTS (SELECT FROM owner o WHERE o.category = c.id AND o.name > ''o3''))'),
    (29, 'EXISTS, another within that is correlated', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND EXISTS (SELECT FROM owner o WHERE o.category = i.kind))'),
    (30, 'NOT EXISTS', 'NOT EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < 3) AND kind > 5'),
    (31, 'of a volatile function', 'kind IN (SELECT id FROM category WHERE size < 3 AND random() >= 0)'),
    (32, 'locked', 'kind IN (SELECT id FROM category WHERE size < 3 FOR UPDATE)'),
    (33, 'EXISTS, locked', 'EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size < 3 FOR UPDATE)'),
    (34, 'IN, of another type of text', 'name IN (SELECT (''n'' || size)::varchar FROM category WHERE size < 3)'),
    (35, 'IN, of a name', 'name IN (SELECT (''n'' || size)::name FROM category WHERE size < 3)'),
    (36, 'EXISTS, of a wider type', 'EXISTS (SELECT FROM category c WHERE c.id::bigint = i.kind AND c.size < 3)'),
    (37, 'IN, of numeric', 'kind::numeric IN (SELECT id + 0.0 FROM category WHERE size < 3)'),
    (38, 'IN, of composite values', 'coalesce(ROW(kind, 1)::pair, NULL) IN (SELECT ROW(id, 1)::pair FROM category WHERE size < 3)'),
    (39, 'IN, of values without a hash', 'coalesce(ROW(kind, B''0101'')::bits, NULL) IN (SELECT ROW(id, B''0101'')::bits FROM category WHERE size < 3)'),
    (40, 'IN, of arrays without a hash', 'ARRAY[kind::bit(8)] IN (SELECT ARRAY[id::bit(8)] FROM category WHERE size < 3)'),
    (41, 'IN, of ranges', 'int4range(kind, kind + 1) IN (SELECT int4range(id, id + 1) FROM category WHERE size < 3)'),
    (42, 'IN, of ranges without a hash', pg_temp.accepted(
        'bit_range(kind::bit(8), NULL) IN (SELECT bit_range(id::bit(8), NULL) FROM category WHERE size < 3)',
        'ARRAY[kind::bit(8)] IN (SELECT ARRAY[id::bit(8)] FROM category WHERE size < 3)')),
    (43, 'IN, of a collation', 'name COLLATE any_case IN (SELECT ''N'' || size FROM category WHERE size < 3)')) AS t (n, what, condition);
CREATE FUNCTION pg_temp.same(query text, OUT first bool, OUT rows int, OUT is_same bool) LANGUAGE plpgsql AS $$
DECLARE
    given record;
    expected record;
BEGIN
    first := array_to_string(ARRAY(SELECT pg_temp.plan(query)), ' ') ~ 'HashLookup';
    given := pg_temp.answer(query);
    expected := pg_temp.sorted_answer(query);
    rows := cardinality(expected.rows);
    -- Rows of equal distances come in any order.
    is_same := given.distances = expected.distances AND given.rows <@ expected.rows AND given.rows @> expected.rows;
END
$$;
-- Each gives the rows of the join. Some have no key, and stay what they are. From 18 on the server makes an
-- array of the values, and a join of the correlated one.
SELECT what, CASE WHEN n NOT IN (8, 10) THEN first END AS first, rows, is_same
FROM pg_temp.condition, pg_temp.same(format('SELECT id, v <-> ''[0.1,0.2,0.3]'' AS d FROM item i WHERE %s ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 30', condition)) same
ORDER BY n;
-- By each strategy, and with a hash table in files.
CREATE FUNCTION pg_temp.same(query text, memory text, strategy text, OUT first bool, OUT rows int, OUT is_same bool) LANGUAGE plpgsql
SET work_mem = '4MB' SET vecext.filter_strategy = auto AS $$
DECLARE
    given record;
    expected record;
BEGIN
    PERFORM set_config('work_mem', memory, true), set_config('vecext.filter_strategy', strategy, true);
    first := array_to_string(ARRAY(SELECT pg_temp.plan(query)), ' ') ~ 'HashLookup';
    given := pg_temp.answer(query);
    expected := pg_temp.sorted_answer(query);
    rows := cardinality(expected.rows);
    is_same := CASE strategy WHEN 'exact' THEN given.distances = expected.distances ELSE pg_temp.nearly(given.distances, expected.distances) END;
END
$$;
SELECT memory, strategy, count(*), sum(same.first::int) AS first, sum(same.rows) AS rows, bool_and(same.is_same) AS are_same
FROM unnest('{4MB,64kB}'::text[]) memory, unnest('{auto,exact,postfilter,inline}'::text[]) strategy, (VALUES
    ('item i JOIN category c ON c.id = i.kind WHERE c.size < 3'),
    ('item i JOIN category c ON c.id = i.kind AND c.size < i.id'),
    ('item i JOIN category c ON c.id = i.kind JOIN category c2 ON c2.id = c.size WHERE c2.name > ''c1'''),
    ('item i JOIN category c ON c.id = i.kind JOIN owner o ON o.category = i.id % 60'),
    ('item i JOIN (category c JOIN owner o ON o.category = c.id) ON c.id = i.kind'),
    ('item i JOIN (SELECT g AS k, repeat(g::text, 500) AS filler FROM generate_series(1, 2000) g) c ON c.k = i.id'),
    ('item i JOIN (SELECT g % 100 AS k, repeat(g::text, 500) AS filler FROM generate_series(1, 2000) g) c ON c.k = i.id AND c.filler > ''5'''),
    ('item i LEFT JOIN category c ON c.id = i.kind JOIN owner o ON o.category = i.kind WHERE (c.size IS NULL OR c.size < 9)'),
    ('item i JOIN item j ON j.kind = i.kind AND j.id < 20'),
    ('item i JOIN category c ON c.id = i.kind WHERE NOT EXISTS (SELECT FROM owner o WHERE o.category = i.kind AND o.name < ''o4'')')) AS t (source),
    unnest('{1,30,300}'::int[]) most, LATERAL pg_temp.same(format('SELECT i.*, i.v <-> ''[0.1,0.2,0.3]'' AS d FROM %s ORDER BY i.v <-> ''[0.1,0.2,0.3]'' LIMIT %s', source, most), memory, strategy) same
GROUP BY memory, strategy ORDER BY memory, strategy;

-- No keys: nothing is searched for. Keys that are null join with nothing.
SELECT node ->> 'Strategy' AS strategy FROM pg_temp.node('SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 0) ' || :'nearest') node;
SELECT node ->> 'Strategy' AS strategy FROM pg_temp.node('SELECT id FROM item WHERE kind IN (SELECT nullif(id, id) FROM category) ' || :'nearest') node;

-- --- What was done -------------------------------------------------------------------------------

CREATE FUNCTION pg_temp.analyzed(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
        IF line !~ 'Nodes|Pages|Scored|Reranked' THEN
            RETURN NEXT regexp_replace(line, '\.00', '', 'g');
        END IF;
    END LOOP;
END
$$;
SELECT pg_temp.analyzed('SELECT id FROM item WHERE kind IN (SELECT id FROM category WHERE size < 3) ' || :'nearest');
-- More than memory is allowed for.
SET work_mem = '64kB';
SELECT line FROM pg_temp.analyzed('SELECT id FROM item WHERE name IN (SELECT ''n'' || i || repeat(''x'', (i > 7)::int * 500) FROM generate_series(1, 3000) i) ' || :'nearest') line
WHERE line ~ 'Lookup|Strategy|^ +Keys|Files';
RESET work_mem;

-- --- Other statements ----------------------------------------------------------------------------

-- For each row of another table, and within a subquery that runs again.
SELECT c.id, n.ids FROM category c, LATERAL (SELECT array_agg(id) AS ids FROM (
    SELECT i.id FROM item i JOIN owner o ON o.category = i.kind WHERE o.category BETWEEN c.id AND c.id + 1 ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3) s) n
WHERE c.id < 6 OR c.id > 48 ORDER BY c.id;
SELECT c.id, (SELECT array_agg(id) FROM (
    SELECT i.id FROM item i WHERE i.kind IN (SELECT o.category FROM owner o WHERE o.category = c.id) ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3) s) AS ids
FROM category c WHERE c.id < 6 ORDER BY c.id;
-- New keys need a new set, and the scan of an index for its other conditions starts again: also of an index that can only make
-- a bitmap, and of arrays whose elements the server scans for one by one.
CREATE FUNCTION pg_temp.again(index text, condition text, key text, OUT rows int, OUT wrong text[]) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT n, s.* FROM generate_series(0, 4) n, LATERAL (
        SELECT i.id, v <-> ''[0.1,0.2,0.3]'' AS d FROM item i JOIN category c ON c.id = %s WHERE c.size = n AND %s
        ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 50) s ORDER BY n, d', key, condition);
    strategy text;
BEGIN
    EXECUTE 'CREATE INDEX item_again ON item USING ' || index;
    rows := cardinality((pg_temp.sorted_answer(query)).rows);
    wrong := '{}';
    FOREACH strategy IN ARRAY '{auto,exact,postfilter,inline}'::text[] LOOP
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        IF pg_temp.answer(query) IS DISTINCT FROM pg_temp.sorted_answer(query) THEN
            wrong := wrong || strategy;
        END IF;
    END LOOP;
    DROP INDEX item_again;
END
$$;
SELECT index, key, again.* FROM (VALUES
    ('spgist (name)', 'i.name = ''n3'''),
    ('hash (name)', 'i.name = ANY (''{n3,n4}'')'),
    ('gin ((note -> ''k'') jsonb_path_ops)', 'i.note -> ''k'' @> ANY (''{3,4}''::jsonb[])'),
    ('gist (box(point(id, id), point(id, id)))', 'box(point(i.id, i.id), point(i.id, i.id)) && ANY (''{(200,200),(1,1);(900,900),(701,701)}''::box[])'),
    ('brin (id) WITH (pages_per_range = 1)', 'i.id = ANY (''{1,951,2,952,21,971}'')'),
    ('spgist (name)', '(i.name = ''n3'' OR i.id < 100)')) AS t (index, condition),
    unnest('{i.kind,i.kind + 1}'::text[]) key, LATERAL pg_temp.again(index, condition, key) again;
SET vecext.filter_strategy = inline;
-- Prepared: with parameters in the other side, to the sixth time and beyond.
PREPARE by_size (int) AS SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size = $1 ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3;
EXECUTE by_size (1);
EXECUTE by_size (2);
EXECUTE by_size (3);
EXECUTE by_size (4);
EXECUTE by_size (5);
EXECUTE by_size (6);
EXECUTE by_size (1);
EXECUTE by_size (NULL);
SELECT generic_plans > 0 AS generic FROM pg_prepared_statements WHERE name = 'by_size';
DEALLOCATE by_size;
-- A cursor, forth and back.
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size = 3 ORDER BY i.v <-> '[0.1,0.2,0.3]';
FETCH 3 FROM c;
MOVE BACKWARD ALL IN c;
FETCH 2 FROM c;
COMMIT;
-- Common table expressions: read twice, recursive, within a recursion, with changes.
WITH c AS MATERIALIZED (SELECT id FROM category WHERE size < 3), n AS (
    SELECT i.id, i.kind FROM item i JOIN c ON c.id = i.kind ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3)
SELECT n.id, (SELECT count(*) FROM c) FROM n ORDER BY n.id;
WITH RECURSIVE r AS (SELECT 1 AS id UNION ALL SELECT id * 2 FROM r WHERE id < 30)
SELECT i.id, i.kind FROM item i JOIN r ON r.id = i.kind ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3;
WITH RECURSIVE r AS (
    SELECT 1 AS kind, 0 AS n UNION ALL SELECT s.kind, s.n FROM (
        SELECT (i.kind * 7 + 1) % 50 AS kind, r.n + 1 AS n FROM item i JOIN r ON r.kind = i.kind WHERE r.n < 5 ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 1) s)
SELECT * FROM r;
WITH gone AS (DELETE FROM owner WHERE category = 7 RETURNING category)
SELECT i.id, i.kind FROM item i JOIN gone ON gone.category = i.kind ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3;
-- Volatile functions of the other side run once for each of its rows; in the keys, they make it an ordinary join.
CREATE SEQUENCE calls;
SELECT count(*) FROM (SELECT i.id FROM item i JOIN (SELECT id, nextval('calls') FROM category OFFSET 0) c ON c.id = i.kind ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 30) s;
SELECT last_value FROM calls;
SELECT bool_or(line ~ 'HashLookup') AS first FROM pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind + floor(random())::int ' || :'nearest') line;
-- Locked rows.
SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size = 3 ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3 FOR UPDATE OF i;
SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size = 3 ORDER BY i.v <-> '[0.1,0.2,0.3]' LIMIT 3 FOR UPDATE;

-- --- Who may see which rows ----------------------------------------------------------------------

CREATE ROLE regress_join_reader;
GRANT SELECT ON item, category TO regress_join_reader;
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY others ON item USING (kind <> 3);
SET ROLE regress_join_reader;
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 5 ' || :'nearest');
SELECT count(*), bool_or(kind = 3) FROM (SELECT i.id, i.kind FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 5 ORDER BY v <-> '[0.1,0.2,0.3]') s;
-- A condition with a function that may leak its arguments is evaluated after those of the policy, and no
-- index of keys before.
RESET ROLE;
CREATE FUNCTION leak(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE COST 1 AS $$
BEGIN
    IF a = 3 THEN
        RAISE WARNING 'a row that is hidden';
    END IF;
    RETURN a;
END
$$;
SET client_min_messages = error;
CREATE INDEX item_leak ON item (leak(kind));
ANALYZE item;
SET client_min_messages = warning;
SET ROLE regress_join_reader;
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON leak(i.kind) = c.id WHERE c.id < 5 ' || :'nearest');
SELECT count(*), bool_or(kind = 3) FROM (SELECT i.id, i.kind FROM item i JOIN category c ON leak(i.kind) = c.id WHERE c.id < 5 ORDER BY v <-> '[0.1,0.2,0.3]') s;
SELECT pg_temp.plan('SELECT i.id FROM (SELECT * FROM item UNION ALL SELECT * FROM item) i JOIN category c ON leak(i.kind) = c.id WHERE c.id < 5 ' || :'nearest');
RESET ROLE;
DROP INDEX item_leak;
DROP FUNCTION leak;
ALTER TABLE item DISABLE ROW LEVEL SECURITY;
REVOKE ALL ON item, category FROM regress_join_reader;
DROP ROLE regress_join_reader;

-- --- Tables of tables ----------------------------------------------------------------------------

CREATE TABLE part (id int, kind int, v vector(3)) PARTITION BY LIST (kind);
CREATE TABLE part_low PARTITION OF part FOR VALUES IN (0, 1, 2, 3, 4);
CREATE TABLE part_high PARTITION OF part DEFAULT;
INSERT INTO part SELECT id, kind, v FROM item;
CREATE INDEX ON part USING hnsw (v vector_l2_ops);
ANALYZE part;
SET enable_seqscan = off;
SELECT pg_temp.plan('SELECT p.id FROM part p JOIN category c ON c.id = p.kind WHERE c.size < 3 ' || :'nearest');
SELECT same.* FROM pg_temp.same('SELECT p.id, v <-> ''[0.1,0.2,0.3]'' AS d FROM part p JOIN category c ON c.id = p.kind WHERE c.size < 3 ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 200') same;
RESET enable_seqscan;
-- Partitions that are joined before they are merged: a key may be of both tables, and no table's scan has it.
CREATE TABLE beside (kind int, b int, filler text) PARTITION BY LIST (kind);
CREATE TABLE beside_low PARTITION OF beside FOR VALUES IN (0, 1, 2, 3, 4);
CREATE TABLE beside_high PARTITION OF beside DEFAULT;
INSERT INTO beside SELECT i % 50, i % 7, repeat('x', 300) || i FROM generate_series(0, 999) i;
CREATE INDEX ON beside (kind);
ANALYZE beside;
SET enable_partitionwise_join = on;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT memory, strategy, same.rows, same.is_same FROM unnest('{4MB,64kB}'::text[]) memory, unnest('{auto,exact,postfilter,inline}'::text[]) strategy,
    LATERAL pg_temp.same('SELECT p.id, p.kind, q.b, c.id AS category, q.filler, p.v <-> ''[0.1,0.2,0.3]'' AS d
        FROM part p JOIN beside q ON q.kind = p.kind JOIN category c ON c.id = p.id % 20 + q.b WHERE c.size = 2 ORDER BY p.v <-> ''[0.1,0.2,0.3]'' LIMIT 3000', memory, strategy) same;
RESET enable_partitionwise_join;
RESET enable_hashjoin;
RESET enable_mergejoin;

-- --- Keys within the index ------------------------------------------------------------------------

CREATE INDEX item_keys ON item USING hnsw (v vector_l2_ops, kind);
DROP INDEX item_kind, item_graph;
SELECT pg_temp.plan('SELECT i.id FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 3 ' || :'nearest');
SELECT same.* FROM pg_temp.same('SELECT i.id, v <-> ''[0.1,0.2,0.3]'' AS d FROM item i JOIN category c ON c.id = i.kind WHERE c.size < 3 ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 200') same;

-- --- On a new connection --------------------------------------------------------------------------

-- Rows far away join: what is nearest never does.
CREATE TABLE far (id int PRIMARY KEY, k int, v vector(3));
INSERT INTO far SELECT i, i % 7, ARRAY[1 + random() / 5, 1, 1]::vector FROM generate_series(1, 20000) i;
INSERT INTO far SELECT i, 7, ARRAY[50 + i % 10, 0, 1]::vector FROM generate_series(20001, 20010) i;
CREATE TABLE wanted AS SELECT k, CASE WHEN k = 7 THEN 'x' ELSE 'y' END AS label FROM generate_series(0, 7) k;
CREATE INDEX far_v ON far USING hnsw (v vector_l2_ops);
ANALYZE far, wanted;
CREATE FUNCTION lines(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT regexp_replace(regexp_replace(replace(line, 'InitPlan expr_', 'InitPlan '), ' \(returns \$\d+\)', ''), '\$\d+|\(InitPlan \d+\)\.col1', '$', 'g');
    END LOOP;
END
$$;
\c
SELECT id FROM far WHERE k IN (SELECT k FROM wanted WHERE label = 'x') ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10;
SELECT id FROM far WHERE k IN (SELECT k FROM wanted WHERE label = 'x') ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10;
\c
SELECT id FROM far JOIN wanted USING (k) WHERE label = 'x' ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10;
SELECT id FROM far JOIN wanted USING (k) WHERE label = 'x' ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10;
\c
SELECT lines('SELECT id FROM far JOIN wanted USING (k) WHERE label = ''x'' ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10');
SELECT lines('SELECT id FROM far JOIN wanted USING (k) WHERE label = ''x'' ORDER BY v <-> (SELECT v FROM far WHERE id = 5) LIMIT 10');

-- Keys that are compressed are too large for the array by which an index would find them.
CREATE TABLE letter (id int, body text COLLATE "C", v vector(2));
INSERT INTO letter SELECT i, i || repeat('x', 180000), ARRAY[i, 1]::vector FROM generate_series(10001, 11700) i;
CREATE INDEX letter_v ON letter USING hnsw (v vector_l2_ops);
CREATE INDEX letter_body ON letter (body);
CREATE TABLE copy AS SELECT id, body FROM letter;
ANALYZE letter, copy;
SET work_mem = '64MB';
SET vecext.filter_strategy = inline;
SELECT l.id FROM letter l JOIN copy c ON c.body = l.body WHERE c.id % 31 > 0 ORDER BY l.v <-> '[11000, 1]', l.id LIMIT 5;
SELECT l.id FROM letter l WHERE l.body IN (SELECT c.body FROM copy c WHERE c.id % 31 > 0 OFFSET 0) ORDER BY l.v <-> '[11000, 1]', l.id LIMIT 5;
RESET vecext.filter_strategy;
RESET work_mem;
DROP TABLE letter, copy;

DROP TABLE item, category, owner, unindexed, part, beside, far, wanted;
DROP SEQUENCE calls;
DROP FUNCTION lines;
DROP TYPE pair, bits, bit_range;
DROP COLLATION any_case;
