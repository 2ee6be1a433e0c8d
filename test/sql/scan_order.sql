-- The order of the rows that a scan hands out, where it searches badly: that of their distances, for the client
-- and for the nodes of a plan that merge, group, rank or sort on by it.
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SELECT setseed(0.5);
CREATE TABLE graph (id int, k int, v vector(32)) PARTITION BY RANGE (id);
CREATE TABLE graph_1 PARTITION OF graph FOR VALUES FROM (0) TO (1500);
CREATE TABLE graph_2 PARTITION OF graph FOR VALUES FROM (1500) TO (10000);
INSERT INTO graph
SELECT i, i * 7919 % 10, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 32) WHERE i > 0) FROM generate_series(1, 4000) i;
-- As near as others are.
INSERT INTO graph SELECT id + 5000, k, v FROM graph WHERE id % 4 = 0;
CREATE TABLE lists (LIKE graph);
CREATE TABLE flat (LIKE graph);
INSERT INTO lists TABLE graph;
INSERT INTO flat TABLE graph;
CREATE INDEX graph_v ON graph USING hnsw (v vector_l2_ops);
CREATE INDEX lists_v ON lists USING ivfpq (v vector_l2_ops);
CREATE INDEX flat_v ON flat USING ivfflat (v vector_l2_ops) WITH (lists = 50);
CREATE TABLE side (k int, name text);
INSERT INTO side SELECT i, CASE i WHEN 3 THEN 'few' ELSE 'others' END FROM generate_series(0, 9) i;
VACUUM ANALYZE graph, lists, flat, side;

-- A query of one row each, "d" and whatever makes it known; a text.
CREATE FUNCTION pg_temp.asked(query text, OUT d float8[], OUT rows text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(d), ''{}''), coalesce(array_agg(r::text), ''{}'') FROM (%s) r', query) INTO d, rows;
END
$$;
-- The same by a cursor, a few rows at a time.
CREATE FUNCTION pg_temp.fetched(query text, OUT d float8[], OUT rows text[]) LANGUAGE plpgsql AS $$
DECLARE
    source refcursor;
    row record;
BEGIN
    d := '{}';
    rows := '{}';
    OPEN source FOR EXECUTE query;
    LOOP
        FETCH source INTO row;
        EXIT WHEN NOT FOUND;
        d := d || row.d;
        rows := rows || row::text;
    END LOOP;
    CLOSE source;
END
$$;
CREATE FUNCTION pg_temp.inversions(d float8[]) RETURNS int LANGUAGE sql AS $$
    SELECT count(*) FROM generate_series(2, cardinality(d)) i WHERE d[i] < d[i - 1]
$$;
CREATE FUNCTION pg_temp.nodes(query text) RETURNS text LANGUAGE plpgsql SET enable_seqscan = off SET enable_sort = off
SET enable_hashagg = off SET enable_hashjoin = off AS $$
DECLARE
    line text;
    nodes text[] := '{}';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        nodes := nodes || (regexp_match(line, '(Incremental Sort$|Sort$|Merge Append|Merge Join|Nested Loop|WindowAgg|GroupAggregate|Unique|Group$|Limit|\w+ Scan)'))[1];
    END LOOP;
    RETURN regexp_replace(array_to_string(nodes, ', '), '(, Seq Scan)+', '', 'g');
END
$$;

SELECT v AS q FROM graph WHERE id = 777 \gset
CREATE TABLE question (n int, is_whole bool, query text);
INSERT INTO question VALUES
    (1, true, 'SELECT v <-> {q} AS d, id FROM {table} ORDER BY d'),
    (2, true, 'SELECT v <-> {q} AS d, id FROM {table} ORDER BY d, id DESC'),
    (3, true, 'SELECT v <-> {q} AS d, id, rank() OVER (ORDER BY v <-> {q}) AS n FROM {table} ORDER BY d'),
    (4, true, 'SELECT DISTINCT ON (d) d, 0 AS n FROM (SELECT v <-> {q} AS d FROM {table}) t ORDER BY d'),
    (5, true, 'SELECT d, count(*) AS n FROM (SELECT v <-> {q} AS d FROM {table}) t GROUP BY d ORDER BY d'),
    (6, true, 'SELECT d, id FROM (SELECT v <-> {q} AS d, id FROM {table} UNION ALL SELECT v <-> {q} AS d, -id FROM {table}) t ORDER BY d, id'),
    (7, true, 'SELECT a.d, a.id, b.id AS other FROM (SELECT v <-> {q} AS d, id FROM {table}) a JOIN (SELECT v <-> {q} AS d, id FROM {table}) b USING (d) ORDER BY d'),
    (8, true, 'SELECT v <-> {q} AS d, id FROM {table} WHERE k < 5 ORDER BY d, id'),
    (9, true, 'SELECT v <-> {q} AS d, id FROM {table} WHERE abs(k) = 3 ORDER BY d'),
    (10, true, 'SELECT v <-> {q} AS d, id FROM {table} WHERE abs(k) = 3 AND id % 50 = 1 ORDER BY d, id LIMIT 100'),
    (11, true, 'SELECT v <-> {q} AS d, id FROM {table} WHERE abs(k) = 3 AND id % 50 = 1 ORDER BY d LIMIT 100'),
    (12, true, 'SELECT v <-> {q} AS d, id FROM {table} ORDER BY d LIMIT 4900'),
    (13, true, 'SELECT v <-> {q} AS d, id FROM {table} ORDER BY d, id LIMIT 4900'),
    (14, false, 'SELECT v <-> {q} AS d, id FROM {table} JOIN side USING (k) WHERE name = ''few'' ORDER BY d, id'),
    (15, false, 'SELECT v <-> {q} AS d, id FROM {table} t WHERE EXISTS (SELECT FROM side s WHERE abs(s.k) = abs(t.k) AND name = ''few'') ORDER BY d, id LIMIT 400'),
    (16, false, 'SELECT v <-> {q} AS d, id FROM {table}, side s WHERE abs(s.k - {table}.k) = 9 AND name = ''few'' OR s.k + {table}.k = 18 ORDER BY d, id LIMIT 600'),
    (17, false, 'SELECT v <-> {q} AS d, id FROM {table} ORDER BY d FETCH FIRST 20 ROWS WITH TIES'),
    (18, false, 'SELECT d, count(*) AS n FROM (SELECT v <-> {q} AS d FROM {table}, side s WHERE s.k <= {table}.k AND s.k > 7) t GROUP BY d ORDER BY d LIMIT 900');
-- Each goes through the index.
SELECT n, plan FROM question, pg_temp.nodes(replace(replace(query, '{q}', quote_literal(:'q')), '{table}', 'graph')) plan
WHERE plan !~ '(Index|Custom) Scan$' OR plan ~ '(^|, )Sort' ORDER BY n;

-- Each by each table and strategy, where a search has one node in view, or looks at one list: rows in order; where
-- all are asked for, or as many as there are and match, those of a sort. (What a plain scan hands out before the
-- executor filters it cannot be taken back.)
CREATE FUNCTION pg_temp.faults(search text, cursor bool, OUT n int, OUT source text, OUT strategy text, OUT fault text) RETURNS SETOF record
LANGUAGE plpgsql SET hnsw.ef_search = 1 AS $$
DECLARE
    question record;
    given record;
    sorted record;
    q text;
BEGIN
    FOR question IN SELECT * FROM question, unnest('{graph,lists,flat}'::text[]) s, unnest('{auto,postfilter,off}'::text[]) t
    LOOP
        n := question.n;
        source := question.s;
        strategy := question.t;
        q := replace(replace(question.query, '{table}', source), '{q}', quote_literal(search));
        PERFORM set_config('vecext.filter_strategy', strategy, true), set_config('enable_seqscan', 'off', true),
            set_config('enable_sort', 'off', true), set_config('enable_hashagg', 'off', true), set_config('enable_hashjoin', 'off', true);
        IF cursor THEN
            given := pg_temp.fetched(q);
        ELSE
            given := pg_temp.asked(q);
        END IF;
        PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_sort', 'on', true), set_config('enable_seqscan', 'on', true);
        sorted := pg_temp.asked(q);
        PERFORM set_config('enable_indexscan', 'on', true);
        fault := CASE
            WHEN pg_temp.inversions(given.d) > 0 AND NOT (cursor AND question.query ~ ', id|OVER') THEN 'not in order'
            WHEN cursor AND cardinality(given.d) <> cardinality(sorted.d) THEN format('%s of %s by a cursor', cardinality(given.d), cardinality(sorted.d))
            WHEN (SELECT count(DISTINCT r) FROM unnest(given.rows) r) < cardinality(given.rows) THEN 'a row twice'
            WHEN question.is_whole AND NOT cursor AND (strategy <> 'off' OR question.query !~ 'LIMIT 100$')
                AND given.d <> sorted.d THEN format('%s of %s', cardinality(given.d), cardinality(sorted.d)) END;
        IF fault IS NOT NULL THEN
            RETURN NEXT;
        END IF;
    END LOOP;
END
$$;
SELECT * FROM pg_temp.faults(:'q', false) ORDER BY 1, 2, 3;
SET ivfpq.probes = 1;
SET ivfflat.probes = 1;
SELECT * FROM pg_temp.faults(:'q', false) ORDER BY 1, 2, 3;
-- A cursor, which asks for rows by the piece, gets some before all are compared. Late rows come last, whatever sorts
-- on or ranks above; no row is left out, and no group comes twice.
DELETE FROM question WHERE query !~ 'OVER|DISTINCT|GROUP|id( DESC)?( LIMIT \d+)?$|TIES';
RESET ivfpq.probes;
RESET ivfflat.probes;
SELECT * FROM pg_temp.faults(:'q', true) ORDER BY 1, 2, 3;
-- No join makes a LIMIT short.
CREATE FUNCTION pg_temp.short(search text, OUT source text, OUT sorted_by text, OUT rows bigint) RETURNS SETOF record
LANGUAGE plpgsql SET hnsw.ef_search = 1 SET ivfpq.probes = 1 SET ivfflat.probes = 1 SET enable_seqscan = off
SET enable_sort = off SET enable_hashjoin = off SET vecext.filter_strategy = off AS $$
BEGIN
    FOR source, sorted_by IN SELECT * FROM unnest('{graph,lists,flat}'::text[]) a, unnest('{d,"d, id"}'::text[]) b
    LOOP
        EXECUTE format('SELECT count(*) FROM (SELECT v <-> %L AS d, id FROM %s t JOIN side s ON s.k = t.k AND abs(s.k - t.id %% 100) = 40 ORDER BY %s LIMIT 1000) r',
            search, source, sorted_by) INTO rows;
        RETURN NEXT;
    END LOOP;
END
$$;
SELECT DISTINCT rows = (SELECT count(*) FROM graph WHERE k + 40 = id % 100) AS is_whole FROM pg_temp.short(:'q');
-- Nor does a statement that runs when the plan is finished take a group for two.
CREATE TABLE noted (id int, d float8);
SET enable_seqscan = off;
SET enable_sort = off;
SET enable_hashagg = off;
SET hnsw.ef_search = 1;
SET ivfflat.probes = 1;
WITH note AS (
    INSERT INTO noted (d) SELECT DISTINCT ON (v <-> :'q') v <-> :'q'
    FROM (SELECT v FROM flat UNION ALL SELECT v FROM graph) t ORDER BY v <-> :'q' OFFSET 0
) SELECT 1 AS nothing;
SELECT count(*) = count(DISTINCT d) AS is_distinct, count(*) = (SELECT count(DISTINCT v <-> :'q') FROM graph) AS is_whole FROM noted;
-- Nor does a merge join of two WITH queries, whose rows keep their order from PostgreSQL 17 on, miss any.
SET enable_hashjoin = off;
SET enable_nestloop = off;
WITH a AS MATERIALIZED (SELECT v <-> :'q' AS d FROM flat ORDER BY d), b AS MATERIALIZED (SELECT v <-> :'q' AS d FROM graph ORDER BY d)
SELECT count(*) = (SELECT sum(n * n) FROM (SELECT count(*) AS n FROM graph GROUP BY v <-> :'q') t) AS is_whole FROM a JOIN b USING (d);
-- Nor does an aggregate of distinct values, which comes without a sort from PostgreSQL 16 on, count one twice, whatever
-- bounds the scan.
CREATE TABLE grid (v vector(6));
INSERT INTO grid SELECT ARRAY(SELECT floor(random() * 3) FROM generate_series(1, 6) WHERE i > 0) FROM generate_series(1, 4000) i;
CREATE INDEX ON grid USING ivfflat (v vector_l2_ops) WITH (lists = 40);
SET ivfflat.max_probes = 20;
SELECT n = cardinality(ARRAY(SELECT DISTINCT unnest(d))) AS is_distinct
FROM (SELECT count(DISTINCT v <-> '[0,0,0,0,0,0]') AS n, array_agg(DISTINCT v <-> '[0,0,0,0,0,0]') AS d FROM grid) t;
RESET ivfflat.max_probes;
DROP TABLE graph, lists, flat, side, question, noted, grid;

-- A LIMIT that turns out to be null lets all rows through, in order. That of the next scan may have a count.
CREATE TABLE limited AS SELECT i AS id, ('x' || left(md5(i::text), 16))::bit(64) AS b FROM generate_series(1, 40000) i;
CREATE INDEX ON limited USING hnsw (b bit_hamming_ops);
VACUUM ANALYZE limited;
SET enable_seqscan = off;
SET enable_sort = off;
SET plan_cache_mode = force_generic_plan;
PREPARE limited(bigint) AS SELECT 0 AS n, b <~> (~0::bigint)::bit(64) AS d FROM limited ORDER BY b <~> (~0::bigint)::bit(64) LIMIT $1;
CREATE TEMP TABLE all_rows AS EXECUTE limited(null);
CREATE TEMP TABLE some_rows AS EXECUTE limited(30);
CREATE TEMP TABLE each AS SELECT l.n, x.d FROM (VALUES (1, 30), (2, null), (3, 30), (4, null)) l (n, most),
    LATERAL (SELECT b <~> (~0::bigint)::bit(64) AS d FROM limited ORDER BY b <~> (~0::bigint)::bit(64) LIMIT l.most) x;
SELECT source, n, count(*), count(*) FILTER (WHERE d < before) AS inversions FROM (
    SELECT *, lag(d) OVER (PARTITION BY source, n ORDER BY place) AS before FROM (
        SELECT 1 AS source, ctid AS place, * FROM all_rows UNION ALL SELECT 2, ctid, * FROM some_rows UNION ALL SELECT 3, ctid, * FROM each) r) r
GROUP BY source, n ORDER BY source, n;
DEALLOCATE limited;
DROP TABLE limited, all_rows, some_rows, each;
RESET plan_cache_mode;
RESET enable_sort;
RESET enable_seqscan;
