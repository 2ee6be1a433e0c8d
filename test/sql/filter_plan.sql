-- What the planner makes of conditions beside an order by distance, and what EXPLAIN says of it.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/filters.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
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
ANALYZE item, category;
\set nearest 'ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 5'

-- --- The node ------------------------------------------------------------------------------------

-- What it scans, in which order, for what; the bitmap below.
SET vecext.filter_strategy = inline;
SELECT pg_temp.plan('SELECT id FROM item WHERE kind = 3 ' || :'nearest');
SELECT pg_temp.plan('SELECT id FROM item WHERE kind = 3 AND note @> ''{"k": 3}'' AND name <> ''n1'' ' || :'nearest');
SELECT pg_temp.plan('SELECT id FROM item i WHERE (kind < 3 OR note @> ''{"k": 7}'') ' || :'nearest');
-- Conditions that no index knows: there is no bitmap.
SELECT pg_temp.plan('SELECT id FROM item WHERE name = ''n3'' ' || :'nearest');
-- With names of tables where there are several, and all that is asked for in VERBOSE.
SELECT pg_temp.plan('SELECT n.id FROM category c, LATERAL (SELECT id FROM item WHERE kind = c.id ORDER BY v <-> ARRAY[c.id, 1, 1]::vector LIMIT 2) n');
EXPLAIN (VERBOSE, COSTS OFF) SELECT id, v <-> '[0.1,0.2,0.3]' AS d FROM item WHERE kind = 3 ORDER BY v <-> '[0.1,0.2,0.3]' LIMIT 5;
-- The order's operands turned around.
SELECT pg_temp.plan('SELECT id FROM item WHERE kind = 3 ORDER BY ''[0.1,0.2,0.3]'' <-> v LIMIT 5');

-- Each strategy, as it is asked for, on a graph and on lists.
CREATE TABLE listed (LIKE item INCLUDING ALL EXCLUDING INDEXES);
INSERT INTO listed SELECT * FROM item;
CREATE INDEX listed_kind ON listed (kind);
CREATE INDEX listed_lists ON listed USING ivfpq (v vector_l2_ops) WITH (lists = 5);
ANALYZE listed;
SELECT set_config('vecext.filter_strategy', strategy, false) AS strategy,
    pg_temp.uses_node('SELECT id FROM item WHERE kind = 3 ' || :'nearest') AS graph,
    pg_temp.uses_node('SELECT id FROM listed WHERE kind = 3 ' || :'nearest') AS lists
FROM unnest('{exact,inline,postfilter,off}'::text[]) strategy;
-- Without being asked for, in place of an index scan whose rows the executor filters.
SET enable_seqscan = off;
SET vecext.filter_strategy = auto;
SELECT pg_temp.uses_node('SELECT id FROM item WHERE kind <> 3 ' || :'nearest') AS many_match;
SET vecext.filter_strategy = off;
SELECT pg_temp.uses_node('SELECT id FROM item WHERE kind <> 3 ' || :'nearest') AS switched_off;
RESET enable_seqscan;

-- Values of the setting.
SET vecext.filter_strategy = 'fast';
SET vecext.filter_strategy = '';
SET vecext.filter_strategy = 1;
SET vecext.filter_strategy = 'Exact';
SHOW vecext.filter_strategy;
CREATE ROLE regress_filter_user;
SET ROLE regress_filter_user;
SET vecext.filter_strategy = postfilter;
RESET ROLE;
DROP ROLE regress_filter_user;

-- --- Where there is none -------------------------------------------------------------------------

SET vecext.filter_strategy = postfilter;
CREATE FUNCTION pg_temp.stable(int) RETURNS bool STABLE LANGUAGE plpgsql AS 'BEGIN RETURN $1 > 3; END';
CREATE FUNCTION pg_temp.volatile(int) RETURNS bool VOLATILE LANGUAGE plpgsql AS 'BEGIN RETURN $1 > 3; END';
SELECT what, pg_temp.uses_node('SELECT id FROM item ' || query) AS node
FROM (VALUES
    ('a condition', 'WHERE kind < 3 ' || :'nearest'),
    ('of a stable function', 'WHERE pg_temp.stable(kind) ' || :'nearest'),
    ('of a volatile one', 'WHERE pg_temp.volatile(kind) ' || :'nearest'),
    ('one of them volatile', 'WHERE kind < 3 AND random() < 0.5 ' || :'nearest'),
    ('a subquery', 'WHERE (SELECT count(*) FROM category c WHERE c.id = kind) > 0 ' || :'nearest'),
    ('of a volatile function within', 'WHERE (SELECT count(*) FROM category c WHERE c.id = kind AND pg_temp.volatile(c.size)) > 0 ' || :'nearest'),
    ('of one within that', 'WHERE (SELECT count(*) FROM category c WHERE c.id = (SELECT kind FROM category d WHERE d.id = c.id AND pg_temp.volatile(d.size))) > 0 ' || :'nearest'),
    ('of one that runs once', 'WHERE kind < (SELECT count(*) FROM category c WHERE pg_temp.volatile(c.size)) ' || :'nearest'),
    ('none', :'nearest'),
    ('no rows of the table', 'WHERE now() > ''2020-01-01'' ' || :'nearest'),
    ('no order', 'WHERE kind < 3 LIMIT 5'),
    ('another order', 'WHERE kind < 3 ORDER BY v <=> ''[1,2,3]'' LIMIT 5'),
    ('descending', 'WHERE kind < 3 ORDER BY v <-> ''[1,2,3]'' DESC LIMIT 5'),
    ('nulls first', 'WHERE kind < 3 ORDER BY v <-> ''[1,2,3]'' NULLS FIRST LIMIT 5'),
    ('of an expression', 'WHERE kind < 3 ORDER BY 1 - (v <-> ''[1,2,3]'') LIMIT 5'),
    ('by id first', 'WHERE kind < 3 ORDER BY id, v <-> ''[1,2,3]'' LIMIT 5'),
    ('of two columns', 'WHERE kind < 3 ORDER BY v <-> v LIMIT 5'),
    ('a sample', 'TABLESAMPLE SYSTEM (50) WHERE kind < 3 ' || :'nearest'),
    ('no LIMIT', 'WHERE kind < 3 ORDER BY v <-> ''[1,2,3]'''),
    ('locked', 'WHERE kind < 3 ' || :'nearest' || ' FOR UPDATE'))
AS t (what, query);
SET enable_indexscan = off;
SET vecext.filter_strategy = auto;
SELECT pg_temp.uses_node('SELECT id FROM item WHERE kind < 3 ' || :'nearest') AS without_index_scans;
RESET enable_indexscan;
-- Conditions that no row of the table changes stand above; where some contradict each other, none is found.
SET vecext.filter_strategy = inline;
SELECT pg_temp.plan('SELECT id FROM item WHERE kind = 3 AND (SELECT count(*) > 5 FROM category) ' || :'nearest');
SELECT id FROM item WHERE kind = 3 AND kind = 4 :nearest;
SELECT count(*) FROM (SELECT id FROM item WHERE kind = 3 AND (SELECT count(*) > 5 FROM category) :nearest) t;

-- --- Distance limits -----------------------------------------------------------------------------

SELECT pg_temp.plan('SELECT id FROM item WHERE v <-> ''[0.1,0.2,0.3]'' < 0.2 ' || :'nearest');
SELECT condition, pg_temp.uses_node(format('SELECT id FROM item WHERE %s %s', condition, :'nearest')) AS node,
    cardinality((pg_temp.answer(format('SELECT id, 0 AS d FROM item WHERE %s ORDER BY v <-> ''[0.1,0.2,0.3]'' LIMIT 2000', condition))).rows)
        = cardinality((pg_temp.sorted_answer(format('SELECT id, 0 AS d FROM item WHERE %s', condition))).rows) AS all_rows
FROM unnest(ARRAY['v <-> ''[0.1,0.2,0.3]'' < 0.2', 'v <-> ''[0.1,0.2,0.3]'' <= 0.5', '0.3 > v <-> ''[0.1,0.2,0.3]''',
    'v <-> ''[0.1,0.2,0.3]'' < (SELECT 0.3)', 'v <-> ''[0.1,0.2,0.3]'' < -1', 'v <-> ''[0.1,0.2,0.3]'' < NULL::float8',
    'v <-> ''[0.1,0.2,0.3]'' < ''NaN''', 'v <-> ''[0.1,0.2,0.3]'' < ''Infinity''', 'v <-> ''[0.1,0.2,0.3]'' > 0.5',
    'v <-> ''[0.1,0.2,0.3]'' < 0.4 AND v <-> ''[0.1,0.2,0.3]'' < 0.3', 'v <-> ''[0.1,0.2,0.3]'' < 0.4 OR kind = 3',
    'v <-> ''[0.3,0.2,0.1]'' < 0.3', 'v <-> ''[0.1,0.2,0.3]'' < kind / 50.0', 'v <-> ''[0.1,0.2,0.3]'' BETWEEN 0.3 AND 0.4']) condition;

-- --- Arrays ---------------------------------------------------------------------------------------

-- An array as parameter.
PREPARE by_kinds (int[], vector) AS SELECT id FROM item WHERE kind = ANY ($1) ORDER BY v <-> $2 LIMIT 5;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE by_kinds ('{1,2,3}', '[0.1,0.2,0.3]');
EXECUTE by_kinds ('{1,2,3}', '[0.1,0.2,0.3]');
EXECUTE by_kinds (NULL, '[0.1,0.2,0.3]');
EXECUTE by_kinds ('{}', '[0.1,0.2,0.3]');
RESET plan_cache_mode;
EXPLAIN (COSTS OFF) EXECUTE by_kinds ('{1,2,3}', '[0.1,0.2,0.3]');
DEALLOCATE by_kinds;

-- --- What was done -------------------------------------------------------------------------------

-- By a strategy: what was done, and what is said of that.
CREATE FUNCTION pg_temp.done(asked text, query text) RETURNS TABLE (strategy text, keys text) LANGUAGE sql AS $$
    SELECT set_config('vecext.filter_strategy', asked, false);
    SELECT node ->> 'Strategy', string_agg(key, ', ' ORDER BY key COLLATE "C")
    FROM pg_temp.node(query) node, jsonb_each(node)
    WHERE key IN ('Index', 'Order By', 'Filter', 'Strategy', 'Rows in Set', 'Nodes Visited', 'Lists Probed', 'Index Pages',
        'Rows Scored', 'Rows Reranked', 'Rows Compared')
    GROUP BY node
$$;
SELECT asked, t.name AS table, filter.condition, done.*
FROM unnest('{exact,inline,postfilter}'::text[]) asked, unnest('{item,listed}'::text[]) t (name),
    (VALUES ('kind = 3'), ('name = ''n3''')) AS filter (condition),
    LATERAL pg_temp.done(asked, format('SELECT id FROM %s WHERE %s %s', t.name, filter.condition, :'nearest')) done
ORDER BY 1, 2, 3;
-- All that match: those that a search has not given are compared.
SELECT * FROM pg_temp.done('postfilter', 'SELECT id FROM item WHERE kind = 3 ORDER BY v <-> ''[0.1,0.2,0.3]''');
SET vecext.filter_strategy = inline;
SELECT node ->> 'Rows in Set' AS in_set, node ->> 'Strategy' AS strategy, (node -> 'Rows Scored')::int > 0 AS scored
FROM pg_temp.node('SELECT id FROM item WHERE kind = 3 ' || :'nearest') node;
-- The same by each format.
CREATE FUNCTION pg_temp.explained(options text, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, query) LOOP
        plan := concat(plan, line, E'\n');
    END LOOP;
    RETURN plan;
END
$$;
SELECT format, done.plan ~ 'inline' AS strategy, done.plan ~ 'Rows[- ]in[- ]Set\W+20' AS in_set,
    done.plan ~ 'Nodes[- ]Visited\W+\d' AS nodes, done.plan ~ 'Index[- ]Pages\W+\d' AS pages,
    done.plan ~ 'Rows[- ]Scored\W+\d' AS scored, done.plan ~ 'Rows[- ]Reranked\W+\d' AS reranked
FROM unnest('{text,json,yaml,xml}'::text[]) format,
    LATERAL (SELECT pg_temp.explained(format('ANALYZE, BUFFERS, VERBOSE, FORMAT %s', format), 'SELECT id FROM item WHERE kind = 3 ' || :'nearest')) done (plan);
-- A plan that did not run has no numbers.
SELECT format, plan ~ 'Strategy|Nodes|Rows' AS numbers
FROM unnest('{text,json,yaml,xml}'::text[]) format,
    LATERAL (SELECT pg_temp.explained(format('COSTS OFF, FORMAT %s', format), 'SELECT id FROM item WHERE kind = 3 ' || :'nearest')) t (plan);
SELECT plan ~ 'FilteredVectorScan\) on item \(never executed\)' AS never, plan ~ 'Strategy' AS strategy
FROM pg_temp.explained('ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF', 'SELECT id FROM item WHERE kind = 3 ORDER BY v <-> ''[1,2,3]'' LIMIT 0') plan;
-- Of many loops the work counts together.
SELECT (node -> 'Actual Loops')::int AS loops, (node -> 'Rows Scored')::int >= 10 AS scored
FROM pg_temp.node('SELECT n.id FROM generate_series(1, 10) x, LATERAL (SELECT id FROM item WHERE kind = x ORDER BY v <-> ARRAY[x, x, x]::vector LIMIT 2) n') node;

-- A set that turns out to be half of the table is not made: rows near by are likely to match.
CREATE TABLE spot (id int, note jsonb, rest int, v vector(3));
ALTER TABLE spot ALTER note SET STATISTICS 0, ALTER rest SET STATISTICS 0;
INSERT INTO spot SELECT i, jsonb_build_object('rest', i % 2), i % 2, ARRAY[sin(i), cos(i * 7), sin(i * 13)]::vector(3) FROM generate_series(1, 20000) i;
CREATE INDEX spot_v ON spot USING hnsw (v vector_l2_ops);
CREATE INDEX spot_note ON spot USING gin (note);
CREATE INDEX spot_rest ON spot (rest);
ANALYZE spot;
SET vecext.filter_strategy = auto;
SELECT node ->> 'Rows in Set' AS in_set, node ->> 'Strategy' AS strategy
FROM pg_temp.node('SELECT id FROM spot WHERE note @> ''{"rest": 1}'' ORDER BY v <-> ''[0.657,0.3006,0.106]'' LIMIT 5') node;
SELECT node ->> 'Rows in Set' AS in_set, node ->> 'Strategy' AS strategy
FROM pg_temp.node('SELECT id FROM spot WHERE rest = 1 ORDER BY v <-> ''[0.657,0.3006,0.106]'' LIMIT 5') node;
SELECT node ->> 'Rows in Set' AS in_set, node ->> 'Strategy' AS strategy
FROM pg_temp.node('SELECT id FROM spot WHERE note @> ''{"rest": 1}'' AND rest = 0 ORDER BY v <-> ''[0.657,0.3006,0.106]'' LIMIT 5') node;
SELECT id FROM spot WHERE note @> '{"rest": 1}' ORDER BY v <-> '[0.657,0.3006,0.106]' LIMIT 1;
SELECT count(*), count(DISTINCT id), bool_and(id % 2 = 1) FROM (SELECT id FROM spot WHERE note @> '{"rest": 1}' ORDER BY v <-> '[0.657,0.3006,0.106]' LIMIT 20000) t;
SELECT count(*), count(DISTINCT id), bool_and(id % 2 = 1) FROM (SELECT id FROM spot WHERE rest = 1 ORDER BY v <-> '[0.657,0.3006,0.106]' LIMIT 20000) t;
DROP TABLE spot;

-- A scan finds its place in a plan of many subqueries within each other: each is looked at once.
CREATE FUNCTION pg_temp.nested(depth int) RETURNS text LANGUAGE sql AS $$
    SELECT CASE depth WHEN 0 THEN '''[1,1,1]''::vector' ELSE format('(SELECT v FROM item WHERE kind < 30 + (SELECT count(*) FROM category WHERE ''[1,1,1]''::vector <-> %s > -1) * 0
        ORDER BY v <-> ''[1,2,3]'' LIMIT 1)', pg_temp.nested(depth - 1)) END $$;
SET statement_timeout = '20s';
SET vecext.filter_strategy = inline;
SET enable_seqscan = off;
DO $$ BEGIN EXECUTE 'SELECT ' || pg_temp.nested(14); END $$;
RESET statement_timeout;
RESET vecext.filter_strategy;
RESET enable_seqscan;

DROP TABLE item, listed, category;
