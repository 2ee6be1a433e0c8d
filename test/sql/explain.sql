-- What a scan of an index did, of ivfflat, ivfpq and hnsw: last_scan() on every server, EXPLAIN (ANALYZE)
-- from 18 on.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, v vector(64));
INSERT INTO item SELECT i, ARRAY(SELECT i % 100 * j % 13 * 0.03 + random() FROM generate_series(1, 64) j)
FROM generate_series(1, 6000) i;
CREATE TABLE query AS SELECT * FROM item LIMIT 3;
ANALYZE item, query;

-- Nothing was scanned yet.
SELECT * FROM vecext.last_scan();

-- The counts of EXPLAIN, where the server has them, are those of the scan that it made.
CREATE FUNCTION pg_temp.counts(query text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || query INTO plan;
    RETURN ARRAY(
        SELECT jsonb_path_query_first(plan, format('strict $.**."%s"', label)::jsonpath)::int
        FROM unnest('{Lists Probed,Nodes Visited,Index Pages,Rows Scored,Rows Reranked}'::text[]) label);
END
$$;
CREATE FUNCTION pg_temp.explained(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    counts int[] := pg_temp.counts(query);
    did record;
BEGIN
    SELECT * INTO did FROM vecext.last_scan();
    RETURN CASE WHEN current_setting('server_version_num')::int < 180000
        THEN counts = array_fill(NULL::int, '{5}')
        ELSE counts = ARRAY[did.lists, did.nodes, did.pages, did.rows_scored, did.rows_reranked]::int[] END;
END
$$;
\set nearest 'SELECT id FROM item ORDER BY v <-> (SELECT v FROM query LIMIT 1) LIMIT 10'
\set for_each 'SELECT n.id FROM query q, LATERAL (SELECT id FROM item ORDER BY item.v <-> q.v LIMIT 10) n'

-- Lists with codes: fewer rows come from the table than were scored.
CREATE INDEX pq ON item USING ivfpq (v) WITH (lists = 20);
SET ivfpq.probes = 4;
SELECT pg_temp.explained(:'nearest');
SELECT index, lists, pages >= lists AS pages, rows_scored BETWEEN 200 AND 5999 AS scored,
    rows_reranked BETWEEN 10 AND rows_scored AS reranked FROM vecext.last_scan();
SELECT count(*) FROM (:nearest) n;
SELECT index, lists FROM vecext.last_scan();

-- A node's loops count together.
SELECT pg_temp.explained(:'for_each');
SELECT index, lists FROM vecext.last_scan();

-- More lists for more recall.
RESET ivfpq.probes;
DROP INDEX pq;
CREATE INDEX pq ON item USING ivfpq (v) WITH (lists = 200);
SET vecext.target_recall = 0.5;
SELECT count(*) FROM (:nearest) n;
SELECT lists AS few FROM vecext.last_scan() \gset
SET vecext.target_recall = 0.9999;
SELECT count(*) FROM (:nearest) n;
SELECT lists > :few AS more FROM vecext.last_scan();
RESET vecext.target_recall;

-- Neither a plan that is not run nor a scan of another index counts.
SELECT lists AS before FROM vecext.last_scan() \gset
DO $$BEGIN EXECUTE 'EXPLAIN SELECT id FROM item ORDER BY v <-> (SELECT v FROM query LIMIT 1)'; END$$;
SELECT id FROM item WHERE id = 7;
SELECT lists = :before AS same FROM vecext.last_scan();
DROP INDEX pq;

-- Lists with vectors: none does.
CREATE INDEX flat ON item USING ivfflat (v) WITH (lists = 20);
SET ivfflat.probes = 3;
SELECT pg_temp.explained(:'nearest');
SELECT index, lists, rows_scored > 30 AS scored, rows_reranked FROM vecext.last_scan();
DROP INDEX flat;

-- A graph: nodes in place of lists.
CREATE INDEX graph ON item USING hnsw (v vector_l2_ops);
SELECT pg_temp.explained(:'nearest');
SELECT pg_temp.explained(:'for_each');
SELECT index, lists, nodes >= 3 * 40 AS nodes, rows_reranked >= 3 * 10 AS reranked FROM vecext.last_scan();
DROP TABLE item, query;
