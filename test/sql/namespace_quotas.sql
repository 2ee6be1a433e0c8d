-- Quotas of namespaces: what fits is taken, one more is refused, and what is given back can be used again.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
-- Rows and bytes that are counted, and whether they are those of the tables.
CREATE FUNCTION pg_temp.used(id text, OUT vectors int8, OUT is_exact bool) LANGUAGE sql AS $$
    SELECT (s ->> 'vectors')::int8, s -> 'vectors' = s -> 'active' FROM vecext.namespace_stats(id) s
$$;
\set ECHO all
SET client_min_messages = warning;
CREATE ROLE vecext_a;
CREATE ROLE vecext_b;
CREATE ROLE vecext_any;
SELECT vecext.create_namespace(id, tier => 'unlimited') IS NOT NULL FROM unnest('{a,b}'::text[]) id;
SELECT vecext.grant_namespace('vecext_a', 'a'), vecext.grant_namespace('vecext_b', 'b'), vecext.grant_namespace('vecext_any', '*');
CREATE TABLE doc (id int PRIMARY KEY, embedding vector, note text);
SELECT vecext.enable_namespaces('doc');
SELECT vecext.create_collection('shelf', '{"size": 2, "distance": "euclid"}');
SELECT vecext.enable_namespaces('shelf');
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON doc TO vecext_a, vecext_b, vecext_any;
SELECT vecext.grant_collection('shelf', r, 'admin') FROM unnest('{vecext_a,vecext_b,vecext_any}'::regrole[]) r;

-- Vectors: n fit, one more does not, in one statement or in several, in any table.
SELECT vecext.update_namespace_quotas('a', '{"max_vectors": 4}') IS NOT NULL;
SET ROLE vecext_a;
SELECT pg_temp.attempt($$INSERT INTO doc SELECT i, '[1,2]' FROM generate_series(1, 5) i$$);
INSERT INTO doc SELECT i, '[1,2]' FROM generate_series(1, 3) i;
SELECT vecext.upsert('shelf', '[{"id": 1, "vector": [1, 2]}]');
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$INSERT INTO doc VALUES (4, '[1,2]')$$,
    $$SELECT vecext.upsert('shelf', '[{"id": 2, "vector": [1, 2]}]')$$,
    $$SELECT vecext.upsert('shelf', '[{"id": 1, "vector": [2, 2]}]')$$,
    $$INSERT INTO doc VALUES (3, '[3,3]') ON CONFLICT (id) DO UPDATE SET embedding = EXCLUDED.embedding$$,
    $$INSERT INTO doc VALUES (3, '[3,3]') ON CONFLICT DO NOTHING$$,
    $$UPDATE doc SET embedding = '[4,4]'$$]) q;
SELECT id, embedding FROM doc ORDER BY id;
RESET ROLE;
SELECT * FROM pg_temp.used('a');
SELECT vecext.namespace_stats('a') -> 'quota_utilization' AS used;

-- What does not fit says which quota, and what there would be; programs read it from the fields.
SET ROLE vecext_a;
\set VERBOSITY verbose
\set SHOW_CONTEXT never
DO $$
DECLARE
    rule text;
    message text;
    detail text;
BEGIN
    INSERT INTO doc VALUES (9, '[1,2]');
EXCEPTION WHEN configuration_limit_exceeded THEN
    GET STACKED DIAGNOSTICS rule = CONSTRAINT_NAME, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    CREATE TEMP TABLE refusal AS SELECT rule, message, detail;
END $$;
\set VERBOSITY default
SELECT * FROM refusal;
DROP TABLE refusal;

-- A DELETE gives room when it commits, not before; a rollback takes it back.
BEGIN;
DELETE FROM doc WHERE id = 3;
SELECT pg_temp.attempt($$INSERT INTO doc VALUES (4, '[1,2]')$$) AS before_commit;
COMMIT;
INSERT INTO doc VALUES (4, '[1,2]');
BEGIN;
DELETE FROM doc;
ROLLBACK;
SELECT pg_temp.attempt($$INSERT INTO doc VALUES (5, '[1,2]')$$);
DELETE FROM doc WHERE id = 4;

-- Rollbacks give back: of a transaction, of a savepoint, of a subtransaction in PL/pgSQL, of a statement that fails late.
BEGIN;
INSERT INTO doc VALUES (5, '[1,2]');
ROLLBACK;
BEGIN;
SAVEPOINT s;
INSERT INTO doc VALUES (5, '[1,2]');
ROLLBACK TO s;
INSERT INTO doc VALUES (6, '[1,2]');
RELEASE s;
SAVEPOINT t;
SAVEPOINT u;
DELETE FROM doc WHERE id = 6;
RELEASE u;
ROLLBACK TO t;
COMMIT;
SELECT pg_temp.attempt($$INSERT INTO doc VALUES (5, '[1,2]')$$);
SELECT id FROM doc ORDER BY id;
DELETE FROM doc WHERE id = 6;
DO $$
BEGIN
    FOR i IN 1..50 LOOP
        BEGIN
            INSERT INTO doc VALUES (7, '[1,2]');
            RAISE division_by_zero;
        EXCEPTION WHEN division_by_zero THEN
        END;
    END LOOP;
END $$;
SELECT pg_temp.attempt($$WITH w AS (INSERT INTO doc VALUES (8, '[1,2]') RETURNING id) SELECT 1 / (id - 8) FROM w$$);
RESET ROLE;
SELECT * FROM pg_temp.used('a');
SET ROLE vecext_a;
INSERT INTO doc VALUES (7, '[1,2]');
SELECT pg_temp.attempt($$INSERT INTO doc VALUES (8, '[1,2]')$$);
-- In one transaction what was inserted and deleted leaves nothing behind.
BEGIN;
DELETE FROM doc WHERE id = 7;
COMMIT;
BEGIN;
INSERT INTO doc VALUES (10, '[1,2]');
DELETE FROM doc WHERE id = 10;
COMMIT;
RESET ROLE;
SELECT * FROM pg_temp.used('a');

-- MERGE; COPY, and rows of several namespaces, by a superuser.
SET ROLE vecext_a;
SELECT pg_temp.attempt($$MERGE INTO doc USING (VALUES (12)) v (id) ON doc.id = v.id WHEN NOT MATCHED THEN INSERT (id, embedding) VALUES (v.id, '[1,2]')$$);
MERGE INTO doc USING (VALUES (12), (1)) v (id) ON doc.id = v.id WHEN MATCHED THEN DELETE;
RESET ROLE;
SELECT * FROM pg_temp.used('a');
COPY doc (id, embedding, namespace) FROM stdin;
11	[1,2]	a
12	[1,2]	a
\.
COPY doc (id, embedding, namespace) FROM stdin;
13	[1,2]	b
14	[1,2]	a
\.
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
DELETE FROM doc WHERE id IN (11, 12);
INSERT INTO doc VALUES (20, '[1]', NULL, 'a'), (21, '[1]', NULL, 'b'), (22, '[1]', NULL, 'b');
SELECT pg_temp.attempt($$INSERT INTO doc VALUES (23, '[1]', NULL, 'b'), (24, '[1]', NULL, 'a'), (25, '[1]', NULL, 'a')$$) AS of_a,
    pg_temp.attempt($$INSERT INTO doc VALUES (23, '[1]', NULL, 'none')$$) AS unknown,
    pg_temp.attempt($$INSERT INTO doc VALUES (23, '[1]')$$) AS of_none;
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;

-- A row that moves to another namespace.
SELECT vecext.update_namespace_quotas('b', '{"max_vectors": 3}') IS NOT NULL;
UPDATE doc SET namespace = 'b' WHERE id = 20;
SELECT pg_temp.attempt($$UPDATE doc SET namespace = 'b' WHERE namespace = 'a'$$);
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
BEGIN;
UPDATE doc SET namespace = 'a' WHERE id = 21;
ROLLBACK;
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
SET ROLE vecext_any;
SET vecext.namespace = 'b';
SELECT pg_temp.attempt($$UPDATE doc SET namespace = 'a' WHERE id = 20$$) AS to_another;
RESET vecext.namespace;
RESET ROLE;

-- TRUNCATE, DROP TABLE, disable_namespaces: what is gone is not counted.
BEGIN;
TRUNCATE doc;
ROLLBACK;
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
TRUNCATE doc;
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
CREATE TABLE brief (id int, v vector(2));
SELECT vecext.enable_namespaces('brief');
INSERT INTO brief SELECT i, '[1,2]', 'b' FROM generate_series(1, 3) i;
SELECT * FROM pg_temp.used('b');
BEGIN;
DROP TABLE brief;
ROLLBACK;
SELECT * FROM pg_temp.used('b');
DROP TABLE brief;
SELECT * FROM pg_temp.used('b');
CREATE TABLE brief (id int, v vector(2), namespace text);
INSERT INTO brief SELECT i, '[1,2]', 'b' FROM generate_series(1, 2) i;
SELECT vecext.enable_namespaces('brief');
SELECT * FROM pg_temp.used('b');
SELECT pg_temp.attempt($$INSERT INTO brief SELECT i, '[1,2]', 'b' FROM generate_series(3, 4) i$$);
SELECT vecext.disable_namespaces('brief');
SELECT * FROM pg_temp.used('b');
DROP TABLE brief;
SELECT vecext.update_namespace_quotas(n, '{"max_vectors": null}') IS NOT NULL FROM unnest('{a,b}'::text[]) n;

-- Storage: as many bytes as fit.
SELECT (vecext.namespace_stats('a') ->> 'bytes')::int8 AS bytes \gset empty_
SET ROLE vecext_a;
INSERT INTO doc VALUES (1, '[1,2]', repeat('x', 1000));
RESET ROLE;
SELECT (vecext.namespace_stats('a') ->> 'bytes')::int8 AS bytes \gset
SELECT :bytes - :empty_bytes BETWEEN 1000 AND 1200 AS is_of_the_row;
SELECT vecext.update_namespace_quotas('a', jsonb_build_object('max_storage_bytes', 2 * :bytes - :empty_bytes)) IS NOT NULL;
SET ROLE vecext_a;
SELECT left(pg_temp.attempt($$INSERT INTO doc VALUES (2, '[1,2]', repeat('x', 1001))$$), 62) AS one_byte_more;
INSERT INTO doc VALUES (2, '[1,2]', repeat('x', 1000));
SELECT left(pg_temp.attempt($$UPDATE doc SET note = note || 'x' WHERE id = 1$$), 62) AS one_byte_more;
UPDATE doc SET note = left(note, 100) WHERE id = 1;
UPDATE doc SET note = note || repeat('x', 900) WHERE id = 1;
SELECT left(pg_temp.attempt($$INSERT INTO doc VALUES (3, NULL)$$), 62) AS another_row;
DELETE FROM doc WHERE id = 2;
INSERT INTO doc VALUES (3, NULL);
RESET ROLE;
SELECT vecext.namespace_stats('a') -> 'quota_utilization' < '1' AS has_room;
DELETE FROM doc;
SELECT (vecext.namespace_stats('a') ->> 'bytes')::int8 = :empty_bytes AS is_as_before;
-- A value that is stored out of line and compressed counts as it is.
SET ROLE vecext_a;
SELECT left(pg_temp.attempt($$INSERT INTO doc VALUES (1, NULL, repeat('x', 100000))$$), 62) AS too_much;
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_storage_bytes": null}') IS NOT NULL;

-- Dimension, batch.
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": 2, "max_batch_size": 3}') IS NOT NULL;
SET ROLE vecext_a;
INSERT INTO doc VALUES (1, '[1,2]'), (2, '[1]'), (3, NULL);
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$INSERT INTO doc VALUES (4, '[1,2,3]')$$,
    $$UPDATE doc SET embedding = '[1,2,3]' WHERE id = 3$$,
    $$INSERT INTO doc SELECT i FROM generate_series(5, 8) i$$,
    $$UPDATE doc SET note = 'x'$$,
    $$SELECT vecext.upsert('shelf', '[{"id": 11, "vector": [1,2]}, {"id": 12, "vector": [1,2]}, {"id": 13, "vector": [1,2]}]')$$,
    $$SELECT vecext.upsert('shelf', '[{"id": 11, "vector": [1,2]}, {"id": 12, "vector": [1,2]}, {"id": 13, "vector": [1,2]}, {"id": 14, "vector": [1,2]}]')$$,
    $$SELECT vecext.upsert('shelf', ARRAY[11,12,13,14]::bigint[], ARRAY['[1,2]','[1,2]','[1,2]','[1,2]']::vector[], NULL)$$]) q;
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": null, "max_batch_size": null}') IS NOT NULL;
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": 1}') IS NOT NULL;
SET ROLE vecext_a;
SELECT pg_temp.attempt($$SELECT vecext.upsert('shelf', '[{"id": 11, "vector": [1, 2]}]')$$),
    pg_temp.attempt($$SELECT id FROM vecext.search('shelf', '[1, 2]')$$);
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": null}') IS NOT NULL;

-- Results of a query, queries at a time, requests in a second.
SELECT vecext.update_namespace_quotas('a', '{"max_results_per_query": 2}') IS NOT NULL;
SET ROLE vecext_a;
SELECT count(*) FROM vecext.search('shelf', '[1, 2]', 2);
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$SELECT id FROM vecext.search('shelf', '[1, 2]', 3)$$,
    $$SELECT id FROM vecext.query('shelf', '{"query": [1, 2], "limit": 3}')$$,
    $$SELECT id FROM vecext.scroll('shelf', limit_ => 3)$$,
    $$SELECT id FROM vecext.scroll('shelf', limit_ => 2) LIMIT 1$$,
    $$SELECT vecext.count_points('shelf')$$]) q;
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_results_per_query": null, "max_concurrent_queries": 0}') IS NOT NULL;
SET ROLE vecext_a;
SELECT pg_temp.attempt($$SELECT id FROM vecext.search('shelf', '[1, 2]')$$);
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_concurrent_queries": 1}') IS NOT NULL;
SET ROLE vecext_a;
SELECT count(*) FROM vecext.search('shelf', '[1, 2]');
SELECT pg_temp.attempt($$SELECT id FROM vecext.search('none', '[1, 2]')$$), pg_temp.attempt($$SELECT id FROM vecext.search('shelf', '[1, 2, 3]')$$);
SELECT count(*) FROM vecext.search('shelf', '[1, 2]') AS after_errors;
RESET ROLE;
SELECT vecext.namespace_stats('a') -> 'running' AS running;
SELECT vecext.update_namespace_quotas('a', '{"max_concurrent_queries": null, "max_requests_per_second": 0}') IS NOT NULL;
SET ROLE vecext_a;
SELECT pg_temp.attempt($$SELECT id FROM vecext.search('shelf', '[1, 2]')$$), pg_temp.attempt($$SELECT vecext.upsert('shelf', '[]')$$);
INSERT INTO doc VALUES (30, '[1]');
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_requests_per_second": null}') IS NOT NULL;

-- What was counted: admitted calls, those that failed later among them, no others.
SELECT (s ->> 'requests')::int8 AS requests, (s ->> 'queries')::int8 AS queries, (s ->> 'upserts')::int8 AS upserts, (s ->> 'deletes')::int8 AS deletes
FROM vecext.namespace_stats('a') s \gset before_
SET ROLE vecext_a;
SELECT count(*) FROM vecext.search('shelf', '[1, 2]');
SELECT vecext.upsert('shelf', '[{"id": 1, "vector": [1, 2]}]'), vecext.delete_points('shelf', '[1]');
BEGIN;
SELECT vecext.upsert('shelf', '[{"id": 2, "vector": [1, 2]}]');
ROLLBACK;
RESET ROLE;
SELECT (s ->> 'requests')::int8 - :before_requests AS requests, (s ->> 'queries')::int8 - :before_queries AS queries,
    (s ->> 'upserts')::int8 - :before_upserts AS upserts, (s ->> 'deletes')::int8 - :before_deletes AS deletes FROM vecext.namespace_stats('a') s;
SELECT vecext.flush_namespace_usage() > 0 AS written;
SELECT u.requests = (vecext.namespace_stats('a') ->> 'requests')::int8 AS same FROM vecext.namespace_usage u JOIN vecext.namespaces n USING (number) WHERE n.id = 'a';

-- Status.
SELECT vecext.update_namespace_status('a', 'read_only') ->> 'status';
SET ROLE vecext_a;
SELECT count(*) > 0 AS readable FROM doc;
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$INSERT INTO doc VALUES (40, '[1]')$$, $$UPDATE doc SET note = 'x'$$, $$DELETE FROM doc$$,
    $$SELECT vecext.upsert('shelf', '[{"id": 3, "vector": [1, 2]}]')$$, $$SELECT vecext.delete_points('shelf', '[11]')$$,
    $$SELECT vecext.set_payload('shelf', '{"a": 1}', '[11]')$$, $$SELECT count(*) FROM vecext.search('shelf', '[1, 2]')$$]) q;
RESET ROLE;
SELECT vecext.update_namespace_status('a', 'suspended') ->> 'status';
SET ROLE vecext_a;
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$SELECT count(*) FROM doc$$, $$INSERT INTO doc VALUES (40, '[1]')$$, $$DELETE FROM doc$$,
    $$SELECT id FROM vecext.search('shelf', '[1, 2]')$$, $$SELECT vecext.upsert('shelf', '[{"id": 3, "vector": [1, 2]}]')$$,
    $$SELECT vecext.my_namespace_stats()$$]) q;
SET ROLE vecext_b;
SELECT count(*) AS others_go_on FROM doc;
RESET ROLE;
SELECT vecext.update_namespace_status('a', 'pending_deletion') ->> 'status';
SET ROLE vecext_a;
SELECT pg_temp.attempt($$SELECT count(*) FROM doc$$), pg_temp.attempt($$SELECT vecext.count_points('shelf')$$);
RESET ROLE;
SELECT vecext.update_namespace_status('a', 'active') ->> 'status';

-- Vectors in an array of a declared size.
CREATE TABLE multi (id int, embeddings vector(3)[]);
SELECT vecext.enable_namespaces('multi');
GRANT SELECT, INSERT, UPDATE, DELETE ON multi TO vecext_a;
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": 2}') IS NOT NULL;
SET ROLE vecext_a;
SELECT pg_temp.attempt($$INSERT INTO multi VALUES (1, '{"[1,2,3]","[4,5,6]"}')$$), pg_temp.attempt($$INSERT INTO multi VALUES (2, NULL)$$);
RESET ROLE;
SELECT vecext.update_namespace_quotas('a', '{"max_dimension": null}') IS NOT NULL;

-- Counted again: as many rows and bytes as before, with values that are compressed, stored out of line or null.
SET ROLE vecext_a;
INSERT INTO doc VALUES (51, '[1,2]', repeat('x', 3000)), (52, NULL, repeat('x', 1000000)), (53, '[1,2]', NULL), (54, NULL, NULL),
    (55, '[1,2]', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 1000) i));
INSERT INTO doc SELECT id + 10, embedding, note FROM doc WHERE id BETWEEN 51 AND 55;
UPDATE doc SET embedding = '[1,2,3]' WHERE id IN (52, 55, 61);
UPDATE doc SET note = repeat('y', 100000) WHERE id IN (53, 64);
DELETE FROM doc WHERE id IN (51, 62);
INSERT INTO multi VALUES (3, ARRAY(SELECT '[1,2,3]'::vector FROM generate_series(1, 1000)));
RESET ROLE;
SELECT count(*) FILTER (WHERE pg_column_size(note) < octet_length(note)) AS compressed, count(*) FILTER (WHERE pg_column_size(note) > 30000) AS large,
    count(*) FILTER (WHERE note IS NULL) AS nulls FROM doc WHERE id > 50;
CREATE TEMP TABLE before AS SELECT n AS id, vecext.namespace_stats(n) -> 'bytes' AS bytes FROM unnest('{a,b}'::text[]) n;
SELECT vecext.recount_namespaces();
SELECT n, u.* FROM unnest('{a,b}'::text[]) n, pg_temp.used(n) u;
SELECT id, bytes = vecext.namespace_stats(id) -> 'bytes' AS as_before, bytes > '1000000' AS is_large FROM before ORDER BY id;
DROP TABLE before, multi;

SELECT vecext.delete_namespace(n, true) FROM unnest('{a,b}'::text[]) n;
DROP TABLE doc, shelf;
SELECT vecext.revoke_namespace('vecext_any');
DROP ROLE vecext_a, vecext_b, vecext_any;
