-- Key columns of bm25: columns of an index after the text, whose values conditions ask for.
SET default_text_search_config = 'pg_catalog.simple';
\set VERBOSITY terse
SET client_min_messages = warning;
SET enable_seqscan = off;
CREATE TYPE stage AS ENUM ('draft', 'done', 'old');
CREATE TABLE note (id int, tenant int, small int2, big int8, u uuid, name varchar, flag bool, s stage, body text)
    WITH (autovacuum_enabled = off);
CREATE FUNCTION some_notes(first int, last int) RETURNS SETOF note LANGUAGE sql AS $$
    SELECT i, NULLIF(i % 40, 0), i % 10, i % 50 * 10000000000, md5((i % 30)::text)::uuid, 'name ' || i % 20, i % 3 = 0,
        (ARRAY['draft', 'done', 'old'])[i % 3 + 1]::stage,
        CASE WHEN i % 70 <> 3 THEN 'word' || i % 7 || repeat(' filler', i % 11) || repeat(' other' || i % 13, 1 + i % 3)
            || CASE WHEN i % 97 = 0 THEN ' rare' ELSE '' END END
    FROM generate_series(first, last) i
$$;
INSERT INTO note SELECT * FROM some_notes(1, 3000);
ANALYZE note;

-- How many rows match by the index's keys, and without; the same of those that have a word; and the best scores.
CREATE FUNCTION by_index(condition text) RETURNS TABLE (asked text, rows bigint, used bool, as_without bool, matches_as_without bool,
    best_as_without bool) LANGUAGE plpgsql AS $$
DECLARE
    line text;
    count_rows text := 'SELECT count(*) FROM note WHERE (' || condition || ')';
    count_matches text := 'SELECT count(*) FROM note WHERE (' || condition || ') AND body @@@ vecext.bm25_query(''word3 rare'', ''note_key'')';
    best text := 'SELECT array_agg(d) FROM (SELECT body <@> vecext.bm25_query(''word3 other5'', ''note_key'') AS d FROM note WHERE ('
        || condition || ') AND body IS NOT NULL ORDER BY d LIMIT 7) t';
    best_matches text := 'SELECT array_agg(d) FROM (SELECT body <@> vecext.bm25_query(''word3 other5'', ''note_key'') AS d FROM note WHERE ('
        || condition || ') AND body @@@ vecext.bm25_query(''word3 other5'', ''note_key'') ORDER BY d LIMIT 7) t';
    others text := 'SELECT array_agg(d) FROM (SELECT body <@> vecext.bm25_query(''word3 other5'', ''note_key'') AS d FROM note WHERE ('
        || condition || ') AND body @@@ vecext.bm25_query(''rare | word2'', ''note_key'') ORDER BY d LIMIT 7) t';
    scores float8[][];
    more_scores float8[];
    other_scores float8[];
    matches bigint;
    other bigint;
    same float8[];
BEGIN
    asked := condition;
    -- Before 16, the server offers flags to no index but btrees and hash indexes.
    used := condition ~ '^(NOT )?flag$';
    FOR line IN EXECUTE 'EXPLAIN ' || count_rows LOOP
        used := used OR line ~ 'Index Cond';
    END LOOP;
    EXECUTE count_rows INTO rows;
    EXECUTE count_matches INTO matches;
    EXECUTE best INTO scores;
    EXECUTE best_matches INTO more_scores;
    EXECUTE others INTO other_scores;
    -- Without the index, every row of the table.
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL vecext.filter_strategy = off;
    EXECUTE count_rows INTO other;
    as_without := rows = other;
    EXECUTE count_matches INTO other;
    matches_as_without := matches = other;
    EXECUTE best INTO same;
    best_as_without := scores IS NOT DISTINCT FROM same;
    EXECUTE best_matches INTO same;
    best_as_without := best_as_without AND more_scores IS NOT DISTINCT FROM same;
    EXECUTE others INTO same;
    best_as_without := best_as_without AND other_scores IS NOT DISTINCT FROM same;
    -- The server's own scans of the index, in order.
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_sort = off;
    EXECUTE best INTO same;
    best_as_without := best_as_without AND scores IS NOT DISTINCT FROM same;
    EXECUTE best_matches INTO same;
    best_as_without := best_as_without AND more_scores IS NOT DISTINCT FROM same;
    EXECUTE others INTO same;
    best_as_without := best_as_without AND other_scores IS NOT DISTINCT FROM same;
    EXECUTE count_matches INTO other;
    matches_as_without := matches_as_without AND matches = other;
    SET LOCAL enable_sort = on;
    SET LOCAL enable_bitmapscan = on;
    SET LOCAL vecext.filter_strategy = auto;
    RETURN NEXT;
END
$$;
CREATE VIEW asked AS SELECT r.* FROM unnest(ARRAY[
    'tenant = 4', 'tenant = 4::int8', '4 = tenant', 'small = 4::int2', 'small = 40000', 'big = 70000000000', 'big = 7',
    'u = md5(''7'')::uuid', 'name = ''name 3''', 'flag', 'NOT flag', 's = ''done''',
    'tenant = ANY (''{1,2,2,NULL,77}'')', 'name IN (''name 1'', ''name 1'', ''x'')', 'tenant = ANY (''{}''::int[])',
    'small = 3 AND tenant = 23', 'small = 3 AND small = ANY (''{4,5}'')', 'tenant = 3 OR name = ''name 4''',
    'small = 3 AND big > 5', 'tenant = NULL']) c, by_index(c) r;

CREATE INDEX note_key ON note USING bm25 (body, tenant, small, big, u, name text_ops, flag, s);
TABLE asked;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
SELECT metric, rows, pending_rows FROM vecext.index_info('note_key');
SELECT pg_get_indexdef('note_key'::regclass);
-- Every tenant, against the table's own.
CREATE FUNCTION of_tenant(whose int, query text) RETURNS float8[] LANGUAGE plpgsql AS $$
DECLARE
    scores float8[];
BEGIN
    EXECUTE 'SELECT array_agg(d) FROM (SELECT body <@> $1 AS d FROM note WHERE tenant = $2 AND body IS NOT NULL ORDER BY body <@> $1 LIMIT 10) t'
        INTO scores USING query, whose;
    RETURN scores;
END
$$;
CREATE TABLE by_keys AS SELECT t, q, of_tenant(t, q) FROM generate_series(0, 41) t, unnest(ARRAY['word3 other5', 'rare']) q;
SET enable_seqscan = on;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SET vecext.filter_strategy = off;
SELECT count(*), count(of_tenant), count(*) FILTER (WHERE of_tenant IS DISTINCT FROM of_tenant(t, q)) AS different FROM by_keys;
RESET enable_seqscan;
RESET enable_indexscan;
RESET enable_bitmapscan;
RESET vecext.filter_strategy;
SET enable_seqscan = off;

-- Plans: the index finds the rows of its keys, for the best ones and alone, beside @@@ too, with other indexes and without.
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE tenant = 4;
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE tenant = 4 ORDER BY body <@> 'word3' LIMIT 3;
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE tenant = 4 AND body @@@ 'rare';
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE small = 4 AND name = 'name 4' ORDER BY body <@> 'word3' LIMIT 3;
EXPLAIN (COSTS OFF) SELECT n.id FROM generate_series(3, 4) t, LATERAL (SELECT id FROM note WHERE tenant = t ORDER BY body <@> 'word3' LIMIT 1) n;
CREATE INDEX note_id ON note (id);
SELECT id FROM note WHERE big = 70000000000 AND id < 500 AND small = 7 AND body @@@ 'word3' ORDER BY body <@> 'filler', id LIMIT 3;
DROP INDEX note_id;
SELECT t, n.id FROM (VALUES (3), (40), (4), (NULL)) v (t), LATERAL (SELECT id FROM note WHERE tenant = t ORDER BY body <@> 'word3 rare', id LIMIT 1) n;
SELECT count(*) FROM note n JOIN (VALUES (3), (5)) v (t) ON tenant = t WHERE body @@@ 'word3';
SELECT n.tenant FROM note n JOIN (VALUES (3), (5)) v (t) ON tenant = t ORDER BY body <@> 'word3 other2', id LIMIT 2;
-- Any of several queries.
SELECT count(*) FROM note WHERE body @@@ ANY (ARRAY[vecext.bm25_query('word3', 'note_key'), NULL, vecext.bm25_query('rare', 'note_key')]);
SELECT count(*) FROM note WHERE tenant = 4 AND body @@@ ANY (ARRAY[vecext.bm25_query('word3', 'note_key'), vecext.bm25_query('rare', 'note_key')]);
SELECT count(*) FROM note WHERE body @@@ ANY ('{}'::vecext.bm25_query[]);
SELECT id FROM note WHERE tenant = 4 AND body @@@ ANY (ARRAY[vecext.bm25_query('word3', 'note_key'), vecext.bm25_query('rare', 'note_key')])
    ORDER BY body <@> 'rare', id LIMIT 2;
-- A condition with a parameter, and one that is NULL.
SET plan_cache_mode = force_generic_plan;
PREPARE of_one(int, text) AS SELECT count(*) FROM note WHERE tenant = $1 AND body @@@ $2;
EXECUTE of_one(4, 'word3');
EXECUTE of_one(NULL, 'word3');
EXECUTE of_one(4, NULL);
EXECUTE of_one(41, 'word3');
RESET plan_cache_mode;
-- A cursor goes through all rows of a key in the order of their scores, each once, those without a match and without a text too.
BEGIN;
DECLARE there CURSOR FOR SELECT id FROM note WHERE tenant = 3 ORDER BY body <@> 'rare';
FETCH 1 FROM there;
MOVE 1000 IN there;
\echo :ROW_COUNT
COMMIT;
SELECT count(*), count(body) FROM note WHERE tenant = 3;
-- The server's own ordered scan: conditions on keys are the executor's there, those on the text are the scan's.
SET vecext.filter_strategy = off;
SET enable_bitmapscan = off;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE tenant = 4 AND body @@@ 'word3' ORDER BY body <@> 'word3' LIMIT 3;
SELECT bool_and(tenant = 4), count(*), min(d) < 0 AS best, max(d) FROM (SELECT tenant, body <@> 'rare' AS d FROM note WHERE tenant = 4 ORDER BY body <@> 'rare' LIMIT 40) t;
SELECT id FROM note WHERE tenant = 4 AND body @@@ 'word3' ORDER BY body <@> 'rare other5', id LIMIT 3;
SELECT count(*) FROM (SELECT FROM note WHERE tenant = 4 AND body @@@ 'word3' ORDER BY body <@> 'word3') t;
RESET enable_sort;
RESET enable_bitmapscan;
RESET vecext.filter_strategy;

-- The life of an index: rows come, change, go; their places are used again.
CREATE FUNCTION all_well() RETURNS bool LANGUAGE sql AS $$
    SELECT bool_and(as_without AND matches_as_without AND best_as_without)
        AND vecext.verify_index(to_regclass('note_key')) >= (SELECT count(body) FROM note) FROM asked
$$;
INSERT INTO note SELECT * FROM some_notes(3001, 3300);
SELECT all_well();
UPDATE note SET tenant = 4, name = 'name 4' WHERE id % 17 = 0;
UPDATE note SET body = body || ' word3' WHERE id % 13 = 0;
UPDATE note SET tenant = NULL WHERE id % 19 = 0;
UPDATE note SET body = NULL WHERE id % 23 = 0;
UPDATE note SET body = 'found again word3' WHERE body IS NULL AND id % 2 = 0;
DELETE FROM note WHERE id % 5 = 1;
SELECT all_well();
VACUUM note;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
INSERT INTO note SELECT * FROM some_notes(4001, 4500);
SELECT all_well();
SELECT vecext.merge('note_key') > 0 AS merged;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
DELETE FROM note WHERE id % 3 = 0;
VACUUM note;
SELECT vecext.merge('note_key') >= 0 AS merged;
SELECT all_well();
REINDEX INDEX note_key;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
REINDEX INDEX CONCURRENTLY note_key;
SELECT all_well();
VACUUM FULL note;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
TRUNCATE note;
SELECT count(*) FROM note WHERE tenant = 4;
INSERT INTO note SELECT * FROM some_notes(1, 2000);
SELECT all_well();
DROP INDEX note_key;
CREATE INDEX CONCURRENTLY note_key ON note USING bm25 (body, tenant, small, big, u, name text_ops, flag, s);
SELECT all_well();
-- Many segments come and go; keys stay.
INSERT INTO note SELECT i, i % 40, i % 10, 1, NULL, 'name', NULL, NULL, 'word' || i % 7 || ' ' || md5(i::text) || ' ' || md5((-i)::text)
    FROM generate_series(10001, 30000) i;
SELECT lists > 1 AS segments FROM vecext.index_info('note_key');
SELECT vecext.merge('note_key') > 0 AS merged;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
DELETE FROM note WHERE id % 4 = 1;
VACUUM note;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
SELECT count(*) FROM note WHERE tenant = 4 AND body @@@ 'word5' AND id > 10000;
-- A build of several processes.
SET maintenance_work_mem = '128MB';
SET min_parallel_table_scan_size = 0;
REINDEX INDEX note_key;
RESET maintenance_work_mem;
RESET min_parallel_table_scan_size;
SELECT vecext.verify_index('note_key') = count(body) AS whole FROM note;
SELECT count(*) FROM note WHERE tenant = 4 AND body @@@ 'word5' AND id > 10000;
DELETE FROM note WHERE id > 10000;
VACUUM note;
SELECT vecext.merge('note_key') >= 0 AS merged;
SELECT all_well();
DELETE FROM note;
VACUUM note;
SELECT vecext.verify_index('note_key');
SELECT count(*) FROM note WHERE tenant = 4;
DROP INDEX note_key;
INSERT INTO note SELECT * FROM some_notes(1, 2000);

-- Expressions, parts of a table, a collation; tsvectors and arrays; more columns of one type.
CREATE INDEX note_part ON note USING bm25 (body, (small + 1), (upper(name)) COLLATE "C" text_ops) WHERE flag;
EXPLAIN (COSTS OFF) SELECT id FROM note WHERE flag AND small + 1 = 4 ORDER BY body <@> 'word3' LIMIT 3;
SELECT count(*) FROM note WHERE flag AND small + 1 = 4;
SELECT count(*) FROM note WHERE flag AND small + 1 = 4 AND body @@@ 'word4';
SELECT count(*) FROM note WHERE flag AND upper(name) = 'NAME 3' COLLATE "C";
SELECT vecext.verify_index('note_part') > 0 AS verified;
DROP INDEX note_part;
CREATE INDEX note_words ON note USING bm25 (to_tsvector('simple', body), id, tenant);
SELECT count(*), min(tenant) FROM (SELECT tenant FROM note WHERE tenant = 7 ORDER BY to_tsvector('simple', body) <@> 'word3'::tsquery LIMIT 4) t;
SELECT id FROM note WHERE id = 10 AND to_tsvector('simple', body) @@@ vecext.bm25_query('word3', 'note_words');
SELECT vecext.verify_index('note_words') = count(body) AS whole FROM note;
SELECT pg_get_indexdef('note_words'::regclass);
DROP INDEX note_words;

-- Partitions.
CREATE TABLE parted (id int, tenant int, body text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (2000);
CREATE INDEX parted_key ON parted USING bm25 (body, tenant);
INSERT INTO parted SELECT i, i % 20, 'word' || i % 7 || repeat(' filler', i % 11) FROM generate_series(0, 1999) i;
SELECT id FROM parted WHERE tenant = 7 ORDER BY body <@> 'word3', id LIMIT 3;
SELECT count(*) FROM parted WHERE tenant = 7 AND body @@@ 'word3';
DROP TABLE parted;

-- Not every column can be a key, and the text is the first.
\set VERBOSITY default
CREATE INDEX ON note USING bm25 (body, (id::float8));
CREATE INDEX ON note USING bm25 (body, name);
CREATE INDEX ON note USING bm25 (body, (to_tsvector('simple', name)));
CREATE INDEX ON note USING bm25 (tenant, body);
CREATE INDEX ON note USING bm25 (tenant);
CREATE INDEX ON note USING bm25 (name text_ops, tenant);
CREATE INDEX ON note USING bm25 (tenant bm25_text_ops);
\set VERBOSITY terse
-- A partitioned index without partitions is not built, so its columns are not checked. No query takes it.
CREATE TABLE parted (name text, body text) PARTITION BY LIST (name);
CREATE INDEX ON parted USING bm25 (name text_ops, body text_ops);
SELECT count(*) FROM (SELECT FROM parted ORDER BY name <@> 'word3' LIMIT 1) t;
CREATE INDEX ON parted USING bm25 (name, body text_ops);
SELECT count(*) FROM (SELECT FROM parted WHERE body = 'a' ORDER BY name <@> 'word3' LIMIT 1) t;
DROP TABLE parted;

-- The index of an unlogged table, and of a temporary one.
CREATE UNLOGGED TABLE passing (id int, body text);
CREATE INDEX passing_body ON passing USING bm25 (body, id);
INSERT INTO passing SELECT i, 'word' || i % 7 FROM generate_series(1, 100) i;
SELECT id FROM passing WHERE id = 77;
SELECT vecext.verify_index('passing_body');
CREATE TEMP TABLE temporary (id int, body text);
CREATE INDEX temporary_body ON temporary USING bm25 (body, id);
INSERT INTO temporary SELECT i, 'word' || i % 7 FROM generate_series(1, 100) i;
SELECT id FROM temporary WHERE id = 77 ORDER BY body <@> 'word3' LIMIT 2;
SELECT bool_and(amvalidate(oid)), count(*) FROM pg_opclass WHERE opcmethod = (SELECT oid FROM pg_am WHERE amname = 'bm25');
DROP FUNCTION all_well, of_tenant;
DROP VIEW asked;
DROP FUNCTION by_index, some_notes;
DROP TABLE passing, temporary, by_keys, note;
DROP TYPE stage;
