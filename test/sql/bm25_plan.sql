-- bm25: which index a plan takes.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE planned (id int PRIMARY KEY, body text, few int);
INSERT INTO planned SELECT i, 'running word' || i % 7 || repeat(' filler', i % 11) || CASE WHEN i % 500 = 0 THEN ' rare' ELSE '' END, i / 10
    FROM generate_series(1, 5000) i;
CREATE INDEX planned_simple ON planned USING bm25 (body);
CREATE INDEX planned_stems ON planned USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX planned_part ON planned USING bm25 (body) WHERE few > 10;
CREATE INDEX planned_few ON planned (few);
ANALYZE planned;

-- What a scan did.
SELECT count(*) FROM (SELECT id FROM planned ORDER BY body <@> 'word3 rare' LIMIT 5) s;
SELECT index, lists, nodes, windows, pages > 1 AS pages, rows_scored > 10 AS scored, rows_reranked, expected_recall FROM vecext.last_scan();

-- How many rows match, by the index: words in 10 of 5,000 rows, in all of them, in none; trees; phrases.
CREATE FUNCTION estimated(condition text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT * FROM planned WHERE ' || condition INTO plan;
    RETURN (plan->0->'Plan'->>'Plan Rows')::bigint;
END
$$;
SELECT c, estimated(c) FROM unnest(ARRAY[$$body @@@ 'rare'$$, $$body @@@ 'running'$$, $$body @@@ 'nothing'$$, $$body @@@ ''$$,
    $$body @@@ 'rare & running'::tsquery$$, $$body @@@ 'running & !rare'::tsquery$$, $$body @@@ '!running'::tsquery$$, $$body @@@ 'ra:*'::tsquery$$,
    $$body @@@ 'rare <-> running'::tsquery$$, $$body @@@ NULL::text$$, $$body @@@ (SELECT 'rare')$$]) c;
-- Of who may not read all rows, a guess: 1 %.
CREATE ROLE regress_bm25_planner;
GRANT SELECT ON planned TO regress_bm25_planner;
CREATE POLICY few ON planned TO regress_bm25_planner USING (few < 100000);
SET ROLE regress_bm25_planner;
SELECT estimated($$body @@@ 'rare'$$);
RESET ROLE;
ALTER TABLE planned ENABLE ROW LEVEL SECURITY;
SET ROLE regress_bm25_planner;
SELECT estimated($$body @@@ 'rare'$$);
RESET ROLE;
ALTER TABLE planned DISABLE ROW LEVEL SECURITY;
DROP POLICY few ON planned;
REVOKE ALL ON planned FROM regress_bm25_planner;
DROP ROLE regress_bm25_planner;

-- A few rows by another index are sorted; matches of a rare word need no other rows.
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE few = 7 ORDER BY body <@> 'word3' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE few < 20 ORDER BY body <@> 'word3' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE body @@@ 'rare' ORDER BY body <@> 'word3' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE body @@@ 'rare' AND few = 7;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE body @@@ 'running' AND few = 7;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE body @@@ 'rare' AND few < 400;

-- The index that a query names, whichever others there are.
EXPLAIN (COSTS OFF) SELECT id FROM planned ORDER BY body <@> 'word3' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned ORDER BY body <@> vecext.bm25_query('word3', 'planned_stems') LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE few > 20 ORDER BY body <@> vecext.bm25_query('word3', 'planned_part') LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE few > 20 ORDER BY body <@> 'word3' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM planned WHERE body @@@ vecext.bm25_query('rare', 'planned_stems');
SET plan_cache_mode = force_generic_plan;
PREPARE named(text) AS SELECT id FROM planned ORDER BY body <@> vecext.bm25_query($1, 'planned_stems') LIMIT 5;
EXPLAIN (COSTS OFF) EXECUTE named('word3');
SELECT count(*) FROM planned WHERE body @@@ vecext.bm25_query('run', 'planned_stems');
SELECT count(*) FROM planned WHERE body @@@ vecext.bm25_query('run', 'planned_simple');
-- A partial index is not for rows that it has not.
EXPLAIN (COSTS OFF) SELECT id FROM planned ORDER BY body <@> vecext.bm25_query('word3', 'planned_part') LIMIT 5;
-- A query that is a parameter, with its index.
PREPARE of_query(vecext.bm25_query) AS SELECT count(*) FROM (SELECT id FROM planned ORDER BY body <@> $1 LIMIT 5) s;
DROP INDEX planned_stems, planned_part;
EXECUTE of_query('planned_simple: word3');
CREATE TABLE other_table (body text);
CREATE INDEX other_idx ON other_table USING bm25 (body);
EXECUTE of_query('other_idx: word3');
EXECUTE of_query(NULL);
RESET plan_cache_mode;
-- Of another table, by name: no index scan, and the scores that were asked for.
EXPLAIN (COSTS OFF) SELECT id FROM planned ORDER BY body <@> vecext.bm25_query('word3', 'other_idx') LIMIT 5;
DROP FUNCTION estimated(text);
DROP TABLE planned, other_table;

-- Partitions whose indexes read texts in different ways: one that reads them as the query's does not is not searched.
CREATE TABLE read_alike (id int, body text) PARTITION BY LIST (id);
CREATE TABLE read_alike_1 PARTITION OF read_alike DEFAULT;
CREATE TABLE read_alike_2 PARTITION OF read_alike FOR VALUES IN (4, 5);
CREATE INDEX ON read_alike_2 USING bm25 (body) WITH (text_config = 'simple');
CREATE INDEX read_alike_idx ON read_alike USING bm25 (body) WITH (text_config = 'english');
INSERT INTO read_alike VALUES (4, 'running dogs'), (5, 'run'), (7, 'running cats');
SELECT id FROM read_alike WHERE body @@@ 'running' ORDER BY id;
SET enable_seqscan = off;
SELECT id FROM read_alike WHERE body @@@ 'running' ORDER BY id;
RESET enable_seqscan;
SELECT id FROM read_alike WHERE body @@@ 'running' ORDER BY body <@> 'running', id LIMIT 3;
DROP TABLE read_alike;

-- Of a table that was not analyzed, an index that the query does not name is not searched, with a condition neither.
CREATE TABLE not_analyzed (id int PRIMARY KEY, kind int, body text);
INSERT INTO not_analyzed SELECT i, i % 3, 'word' || i % 7 FROM generate_series(1, 300) i;
CREATE INDEX not_analyzed_all ON not_analyzed USING bm25 (body);
CREATE INDEX not_analyzed_part ON not_analyzed USING bm25 (body) WHERE kind = 1;
SELECT id FROM not_analyzed WHERE kind = 1 ORDER BY body <@> vecext.bm25_query('word5', 'not_analyzed_part'), id LIMIT 3;
SELECT n.id FROM not_analyzed n JOIN (VALUES (19), (40)) k (id) USING (id) WHERE kind = 1 ORDER BY body <@> vecext.bm25_query('word5', 'not_analyzed_part') LIMIT 1;
DROP TABLE not_analyzed;
