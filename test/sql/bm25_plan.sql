-- bm25: which index a plan takes.
SET default_text_search_config = 'pg_catalog.simple';
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

-- A bitmap of a partial index for each part of an OR. Of its predicate alone there is none: rows without a text are not in the index.
CREATE TABLE in_part (id int PRIMARY KEY, kind int, tenant int, body text);
INSERT INTO in_part SELECT i, i % 3, i % 200, nullif('word' || i % 100, 'word9') FROM generate_series(1, 6000) i;
CREATE INDEX in_part_idx ON in_part USING bm25 (body, tenant) WHERE kind = 0;
ANALYZE in_part;
EXPLAIN (COSTS OFF) SELECT id FROM in_part WHERE kind = 0 AND (body @@@ 'word8' OR tenant = 5);
SELECT count(*) FROM in_part WHERE kind = 0 AND (body @@@ 'word8' OR tenant = 5);
SELECT count(*) FROM in_part WHERE kind = 0 AND (body @@@ 'word8' OR body @@@ 'word10');
SET enable_seqscan = off;
SELECT count(*) FROM in_part WHERE kind = 0;
SELECT count(*) FROM in_part WHERE kind = 0 OR id = 7;
SELECT count(*) FROM in_part WHERE kind = 0 AND id < 100;
EXPLAIN (COSTS OFF) SELECT id FROM in_part WHERE kind = 0 AND id % 2 = 0 ORDER BY body <@> 'word3' LIMIT 2;
CREATE INDEX in_part_all ON in_part USING bm25 (body) WITH (text_config = 'english');
SELECT count(*) FROM in_part WHERE body @@@ vecext.bm25_query('word8', 'in_part_idx') OR body @@@ vecext.bm25_query('word10', 'in_part_idx');
SELECT count(*) FROM in_part a JOIN in_part b ON a.id = b.id AND b.kind = 0 WHERE a.kind = 0;
RESET enable_seqscan;
DROP TABLE in_part;

-- Scores of long texts take long where no scan gives them: also a list as long as the table, a window and a part of the rows come from the index.
CREATE TABLE tomes (id int PRIMARY KEY, body text);
INSERT INTO tomes SELECT i, string_agg('w' || (i * 7 + j) % 900, ' ') || CASE WHEN i % 10 = 3 THEN ' needle' ELSE '' END
FROM generate_series(1, 80) i, generate_series(1, 2000) j GROUP BY i;
CREATE INDEX tomes_body ON tomes USING bm25 (body);
ANALYZE tomes;
EXPLAIN (COSTS OFF) SELECT id FROM tomes ORDER BY body <@> 'needle' LIMIT 100;
CREATE FUNCTION pg_temp.window_plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        CONTINUE WHEN line ~ '^ *Window: '; -- from 18 on
        RETURN NEXT line;
    END LOOP;
END
$$;
SELECT pg_temp.window_plan($$SELECT id, row_number() OVER (ORDER BY body <@> 'needle') FROM tomes$$);
EXPLAIN (COSTS OFF) SELECT id FROM tomes WHERE body @@@ 'needle' ORDER BY id;
EXPLAIN (COSTS OFF) SELECT id, body <@> 'needle' FROM tomes WHERE id < 60 ORDER BY body <@> 'needle' LIMIT 80;
SELECT id, ranks FROM vecext.hybrid_search('tomes', text => 'needle', limit_ => 3);
DROP TABLE tomes;

-- An OR over two columns costs about what its parts cost: its bitmap implies the words, so they are not looked for in the texts.
CREATE TABLE titled (id int PRIMARY KEY, title text, body text);
INSERT INTO titled SELECT i, 'title' || i % 37, (SELECT string_agg('w' || (i * 7 + j * j) % 1000, ' ') FROM generate_series(1, 12) j) FROM generate_series(1, 20000) i;
CREATE INDEX ON titled USING bm25 (title);
CREATE INDEX ON titled USING bm25 (body);
VACUUM ANALYZE titled;
CREATE FUNCTION pg_temp.cost_of(condition text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT count(*) FROM titled WHERE ' || condition INTO plan;
    RETURN plan -> 0 -> 'Plan' -> 'Total Cost';
END
$$;
SELECT pg_temp.cost_of($$title @@@ 'title3' OR body @@@ 'w5'$$) < 3 * (pg_temp.cost_of($$title @@@ 'title3'$$) + pg_temp.cost_of($$body @@@ 'w5'$$)) AS as_its_parts,
    pg_temp.cost_of($$(title @@@ 'title3' OR body @@@ 'w5') AND md5(body) > 'a'$$) < 4 * pg_temp.cost_of($$title @@@ 'title3' OR body @@@ 'w5'$$) AS beside_another;
SELECT count(*) FROM titled WHERE title @@@ 'title3' OR body @@@ 'w5';
DROP TABLE titled;

-- The index of a column or expression that an outer join may set to null, or that the query groups by.
CREATE TABLE joined (id int PRIMARY KEY, body text);
INSERT INTO joined VALUES (1, 'Fox'), (2, 'fox den'), (3, 'hen');
CREATE INDEX ON joined USING bm25 (body);
CREATE INDEX ON joined USING bm25 (lower(body));
SELECT k, d.id, d.body <@> 'fox' < 0 AS matches FROM generate_series(1, 4) k LEFT JOIN joined d ON d.id = k ORDER BY k;
SELECT k, d.id, lower(d.body) <@> 'fox' < 0 AS matches FROM generate_series(1, 4) k LEFT JOIN joined d ON d.id = k ORDER BY k;
SELECT k, d.low, d.low <@> 'fox' < 0 AS matches
FROM generate_series(1, 4) k LEFT JOIN (SELECT id, lower(body) AS low FROM joined) d ON d.id = k ORDER BY k;
SELECT k, (SELECT count(*) FROM joined WHERE lower(d.body) @@@ 'fox') FROM generate_series(1, 4) k LEFT JOIN joined d ON d.id = k ORDER BY k;
SELECT body, body <@> 'fox' < 0 AS matches FROM joined GROUP BY body ORDER BY body COLLATE "C";
SELECT lower(body), count(*) FROM joined GROUP BY lower(body) HAVING lower(body) @@@ 'fox' ORDER BY 1;
SELECT lower(body) <@> 'fox' < 0 AS matches, count(*) FROM joined GROUP BY body ORDER BY 1, 2;
-- What is grouped by may have no column.
SELECT now()::text @@@ 'x' FROM generate_series(1, 2) GROUP BY now()::text;
SELECT g @@@ 'x' FROM (SELECT now()::text g FROM generate_series(1, 2)) z GROUP BY g;
SELECT body, body <@> 'hen' < 0 AS matches, count(*) FROM joined GROUP BY GROUPING SETS ((body), ()) ORDER BY body COLLATE "C";
DROP TABLE joined;

-- Functions and operators of users that look like ours: another function bm25_query, and an operator of other types with our estimator.
CREATE TABLE looks (body text);
INSERT INTO looks SELECT 'word' || i FROM generate_series(1, 500) i;
CREATE INDEX looks_idx ON looks USING bm25 (body);
CREATE FUNCTION bm25_query(words text, index text) RETURNS vecext.bm25_query LANGUAGE sql IMMUTABLE
    BEGIN ATOMIC SELECT vecext.bm25_query(words, index::regclass); END;
CREATE FUNCTION bm25_query(words text, index regclass) RETURNS vecext.bm25_query LANGUAGE plpgsql STABLE
    AS 'BEGIN RETURN vecext.bm25_query(words, ''looks_idx''); END';
SELECT body FROM looks ORDER BY body <@> bm25_query('word7', 'looks_idx') LIMIT 1;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT body FROM looks ORDER BY body <@> public.bm25_query('word7', 1::regclass) LIMIT 1;
SELECT body FROM looks ORDER BY body <@> public.bm25_query('word7', 1::regclass) LIMIT 1;
RESET enable_seqscan;
CREATE FUNCTION has_bytes(text, bytea) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN false; END';
CREATE OPERATOR #### (LEFTARG = text, RIGHTARG = bytea, FUNCTION = has_bytes, RESTRICT = vecext.bm25_matchsel);
DO $$
DECLARE
    bytes bytea := '\x';
    query text;
BEGIN
    -- In either order of bytes: the OID of the index, that it is a tsquery, and the tsquery's length and number of items.
    FOR i IN 1..4 LOOP
        bytes := substr(int4send('looks_idx'::regclass::oid::int4), i, 1) || bytes;
    END LOOP;
    FOREACH bytes IN ARRAY ARRAY[bytes || '\x0100000040000000ffffff0f', int4send('looks_idx'::regclass::oid::int4) || '\x00000001000000400fffffff'] LOOP
        EXECUTE format('EXPLAIN SELECT FROM looks WHERE body #### %L', bytes) INTO query;
    END LOOP;
END
$$;
DROP TABLE looks;
DROP FUNCTION bm25_query(text, text), bm25_query(text, regclass);
DROP OPERATOR #### (text, bytea);
DROP FUNCTION has_bytes(text, bytea);
