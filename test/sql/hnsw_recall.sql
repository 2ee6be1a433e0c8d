-- Searches of hnsw for a recall: which setting decides, what is expected, and what is found.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
SELECT setseed(0.5);
CREATE TABLE item (id int PRIMARY KEY, v vector(16));
INSERT INTO item SELECT i, ARRAY(SELECT i % 20 * (j % 5) * 0.1 + random() FROM generate_series(1, 16) j)
FROM generate_series(1, 5000) i;
-- Means of three rows each.
CREATE TABLE query AS
SELECT q AS id, (SELECT avg(v) FROM item WHERE id IN (q, q * 37 % 5000 + 1, q * 71 % 5000 + 1)) AS v
FROM generate_series(1, 50) q;
ANALYZE item, query;
ALTER TABLE query ADD nearest int[];
UPDATE query q SET nearest = ARRAY(SELECT id FROM item i ORDER BY i.v <-> q.v LIMIT 10);
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
\set nearest 'SELECT count(*) FROM (SELECT id FROM item ORDER BY v <-> (SELECT v FROM query WHERE id = 1) LIMIT 10) n'
\set aimed 'current_setting(''vecext.target_recall'')::float8'
\set did 'SELECT nodes > 0 AS nodes, expected_recall BETWEEN ' :aimed ' - 0.05 AND ' :aimed ' AS recall, expected_easy BETWEEN 10 AND 5000 AS easy, expected_hard BETWEEN 10 AND 5000 AS hard FROM vecext.last_scan()'

-- The recall aimed at decides, unless it is none, or somebody has set hnsw.ef_search: even to its default.
SET vecext.target_recall = 0.95;
:nearest;
:did;
SET hnsw.ef_search = 40;
:nearest;
:did;
RESET hnsw.ef_search;
:nearest;
:did;
BEGIN;
SET LOCAL hnsw.ef_search = 100;
:nearest;
:did;
ROLLBACK;
SET vecext.target_recall = 0.9;
:nearest;
:did;
SET vecext.target_recall = 0;
:nearest;
:did;

-- A higher recall takes more nodes and finds more.
CREATE FUNCTION pg_temp.try(target float8, OUT recall float8, OUT nodes int8) LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    found int[];
    hits int := 0;
BEGIN
    nodes := 0;
    PERFORM set_config('vecext.target_recall', target::text, false);
    FOR asked IN SELECT * FROM query LOOP
        found := ARRAY(SELECT id FROM item ORDER BY v <-> asked.v LIMIT 10);
        nodes := nodes + (SELECT l.nodes FROM vecext.last_scan() l);
        hits := hits + (SELECT count(*) FROM unnest(found) f WHERE f = ANY (asked.nearest));
    END LOOP;
    recall := hits / 500.0;
END
$$;
CREATE TEMP TABLE tried AS SELECT target, t.* FROM unnest('{0.8,0.95,0.999}'::float8[]) target, pg_temp.try(target) t;
SELECT target, recall >= least(target, 0.95) AS reached,
    nodes > coalesce(lag(nodes) OVER (ORDER BY target), 0) AS more FROM tried ORDER BY target;

-- The same among rows that match.
CREATE FUNCTION pg_temp.nodes(target float8, strategy text, OUT recall float8, OUT nodes int8) LANGUAGE plpgsql AS $$
DECLARE
    asked record;
    found int[];
    hits int := 0;
    nearest int[];
BEGIN
    nodes := 0;
    PERFORM set_config('vecext.target_recall', target::text, false), set_config('vecext.filter_strategy', strategy, false);
    FOR asked IN SELECT * FROM query LOOP
        found := ARRAY(SELECT id FROM item WHERE id % 2 = 0 ORDER BY v <-> asked.v LIMIT 10);
        nodes := nodes + (SELECT l.nodes FROM vecext.last_scan() l);
        nearest := ARRAY(SELECT id FROM (SELECT id, v FROM item WHERE id % 2 = 0 OFFSET 0) i ORDER BY i.v <-> asked.v LIMIT 10);
        hits := hits + (SELECT count(*) FROM unnest(found) f WHERE f = ANY (nearest));
    END LOOP;
    recall := hits / 500.0;
END
$$;
CREATE TEMP TABLE matching AS SELECT target, n.* FROM unnest('{0.8,0.95,0.9999}'::float8[]) target,
    pg_temp.nodes(target, 'postfilter') n;
SELECT target, recall >= least(target, 0.95) AS reached, nodes > coalesce(lag(nodes) OVER (ORDER BY target), 0) AS more
FROM matching ORDER BY target;
RESET vecext.filter_strategy;

-- A higher recall keeps more nodes in view.
CREATE TABLE spread (id int, v vector(12));
INSERT INTO spread SELECT i, ARRAY(SELECT random() FROM generate_series(1, 12) WHERE i > 0) FROM generate_series(1, 8000) i;
CREATE INDEX ON spread USING hnsw (v vector_l2_ops);
CREATE FUNCTION pg_temp.nodes_of(target float8, ef text) RETURNS int8 LANGUAGE plpgsql AS $$
DECLARE
    nodes int8 := 0;
BEGIN
    PERFORM set_config('vecext.target_recall', target::text, false), set_config('vecext.filter_strategy', 'postfilter', false);
    IF ef IS NOT NULL THEN
        PERFORM set_config('hnsw.ef_search', ef, false);
    END IF;
    FOR q IN 1..20 LOOP
        PERFORM FROM (SELECT id FROM spread ORDER BY v <-> (SELECT v FROM spread WHERE id = q) LIMIT 10) s;
        nodes := nodes + (SELECT l.nodes FROM vecext.last_scan() l);
    END LOOP;
    RETURN nodes;
END
$$;
SELECT pg_temp.nodes_of(0.9, NULL) AS high \gset
SELECT pg_temp.nodes_of(0.999, NULL) AS higher \gset
SELECT pg_temp.nodes_of(0.9, '10') AS as_set \gset
SELECT :as_set < :high AS more, :high < :higher AS more_yet;
DROP TABLE spread;
RESET hnsw.ef_search;
RESET vecext.filter_strategy;

-- The planner expects the nodes of the recall.
CREATE FUNCTION pg_temp.cost() RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT id FROM item ORDER BY v <-> (SELECT v FROM query LIMIT 1) LIMIT 10' INTO plan;
    RETURN plan->0->'Plan'->>'Total Cost';
END
$$;
SET vecext.target_recall = 0.9;
SELECT pg_temp.cost() AS low \gset
SET vecext.target_recall = 0.99;
SELECT pg_temp.cost() > :low AS costs_more;

-- EXPLAIN (ANALYZE) shows it where the server lets it.
CREATE FUNCTION pg_temp.expected(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
    RETURN jsonb_path_query_first(plan, 'strict $.**."Expected Recall"');
END
$$;
SELECT pg_temp.expected('SELECT id FROM item ORDER BY v <-> (SELECT v FROM query LIMIT 1) LIMIT 10')
    IS NOT DISTINCT FROM CASE WHEN current_setting('server_version_num')::int >= 180000
        THEN (SELECT round(expected_recall::numeric, 4)::float8 FROM vecext.last_scan()) END AS shown;

-- A graph is tried whenever it is constructed; between that it is taken to be like before.
INSERT INTO item SELECT 5000 + i, ARRAY(SELECT random() FROM generate_series(1, 16)) FROM generate_series(1, 300) i;
:nearest;
:did;
SELECT vecext.merge('item_v') > 0 AS merged;
:nearest;
:did;
REINDEX INDEX item_v;
:nearest;
:did;
SELECT vecext.verify_index('item_v');

-- One of few rows is not, as searches compare all of them; nor are graphs without codes: ef_search decides.
DELETE FROM item WHERE id > 500;
VACUUM item;
REINDEX INDEX item_v;
:nearest;
:did;
DROP TABLE item, query;

-- Of few dimensions a search visits as many nodes as pgvector's default makes it visit, more or less, and finds what that finds.
RESET vecext.target_recall;
RESET vecext.filter_strategy;
CREATE TABLE low (id int, v vector(3));
INSERT INTO low SELECT i, ARRAY[random(), random(), random()] FROM generate_series(1, 10000) i;
CREATE INDEX ON low USING hnsw (v vector_l2_ops);
ANALYZE low;
SELECT avg((SELECT count(*) FROM (SELECT id FROM low ORDER BY v <-> q.v LIMIT 20) n
    WHERE id = ANY (ARRAY(SELECT id FROM (SELECT id, v FROM low OFFSET 0) l ORDER BY l.v <-> q.v LIMIT 20))) / 20.0) > 0.99 AS found
FROM (SELECT v FROM low WHERE id <= 100) q;
