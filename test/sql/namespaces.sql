-- Namespaces are made, changed, read and removed by functions; roles and tables get them; who may do so.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
-- A namespace without its times, which differ with each run.
CREATE FUNCTION pg_temp.timeless(n jsonb) RETURNS jsonb LANGUAGE sql RETURN n - '{created_at,updated_at}'::text[];
\set ECHO all
SET client_min_messages = warning;
CREATE ROLE vecext_operator;
CREATE ROLE vecext_tenant;
CREATE ROLE vecext_chooser;
CREATE ROLE vecext_keeper;
CREATE ROLE vecext_stranger;
-- Roles that own tables of namespaces are trusted with the quotas of all.
GRANT EXECUTE ON FUNCTION vecext.enable_namespaces(regclass, name), vecext.disable_namespaces(regclass),
    vecext_internal.set_namespace_table(regclass, name) TO vecext_keeper;
GRANT CREATE ON SCHEMA public TO vecext_keeper;

-- Created: the quotas are those of the tier, and those given.
SELECT pg_temp.timeless(vecext.create_namespace('acme'));
SELECT pg_temp.timeless(vecext.create_namespace('beta', 'Beta Inc.', 'pro', '{"max_vectors": 5, "max_dimension": 3, "max_storage_bytes": null}', '{"plan": [1, 2]}'));
SELECT pg_temp.timeless(vecext.create_namespace('Ünï ''q"\ ', tier => 'unlimited'));
SELECT pg_temp.timeless(vecext.create_namespace('nulls', NULL, NULL, NULL, NULL)) = pg_temp.timeless(vecext.create_namespace('nulls2')
    || '{"id": "nulls", "name": "nulls"}') AS nulls_mean_defaults;
SELECT vecext.create_namespace(repeat('x', 255)) IS NOT NULL AS longest;
SELECT (n -> 'created_at') = (n -> 'updated_at') AND (n ->> 'created_at')::timestamptz <= now() AS has_times FROM vecext.get_namespace('acme') n;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.create_namespace('acme')$$,
    $$SELECT vecext.create_namespace(NULL)$$,
    $$SELECT vecext.create_namespace('')$$,
    $$SELECT vecext.create_namespace(E'two\nlines')$$,
    $$SELECT vecext.create_namespace('*')$$,
    $$SELECT vecext.create_namespace(repeat('x', 256)) IS NULL$$,
    $$SELECT vecext.create_namespace('new', tier => 'gold')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_points": 1}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '[]')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_vectors": -1}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_vectors": 1.5}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_vectors": "10"}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_vectors": 9223372036854775808}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_batch_size": 2147483648}')$$,
    $$SELECT vecext.create_namespace('new', quotas => '{"max_requests_per_second": 10001}')$$,
    $$SELECT vecext.create_namespace('new', metadata => '[1]')$$,
    $$SELECT vecext.get_namespace('new')$$]) q;
SELECT vecext.create_namespace('most', quotas => '{"max_vectors": 9223372036854775807, "max_batch_size": 2147483647, "max_requests_per_second": 10000,
    "max_concurrent_queries": 0, "max_results_per_query": 1e2}') -> 'quotas' AS quotas;

-- Read.
SELECT pg_temp.timeless(vecext.get_namespace('beta'));
SELECT n ->> 'id' AS id FROM vecext.list_namespaces() n WHERE n ->> 'id' NOT LIKE 'xx%';
SELECT pg_temp.outcome($$SELECT vecext.get_namespace('ACME')$$), pg_temp.outcome($$SELECT vecext.get_namespace(NULL)$$);

-- Changed: quotas one by one, the tier with all of them, status, metadata.
SELECT vecext.update_namespace_quotas('acme', '{"max_vectors": 0, "max_batch_size": 7}') -> 'quotas' AS quotas;
SELECT vecext.update_namespace_quotas('acme', '{"max_vectors": null}') -> 'quotas' AS quotas;
SELECT pg_temp.timeless(vecext.update_namespace_quotas('acme', '{}')) = pg_temp.timeless(vecext.get_namespace('acme')) AS nothing_changes;
SELECT pg_temp.timeless(vecext.update_namespace_tier('acme', 'pro'));
SELECT pg_temp.timeless(vecext.update_namespace_tier('acme', 'unlimited')) -> 'quotas' AS quotas;
SELECT s, vecext.update_namespace_status('acme', s) ->> 'status' AS status
FROM unnest('{read_only,suspended,pending_deletion,active}'::text[]) s;
SELECT vecext.update_namespace_metadata('acme', '{"a": null}') -> 'metadata' AS metadata;
SELECT (n ->> 'updated_at')::timestamptz > (n ->> 'created_at')::timestamptz AS later FROM vecext.get_namespace('acme') n;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.update_namespace_quotas('none', '{}')$$,
    $$SELECT vecext.update_namespace_quotas(NULL, '{}')$$,
    $$SELECT vecext.update_namespace_quotas('acme', NULL)$$,
    $$SELECT vecext.update_namespace_quotas('acme', '{"number": 1}')$$,
    $$SELECT vecext.update_namespace_quotas('acme', '{"max_dimension": true}')$$,
    $$SELECT vecext.update_namespace_status('none', 'active')$$,
    $$SELECT vecext.update_namespace_status('acme', 'deleted')$$,
    $$SELECT vecext.update_namespace_status('acme', NULL)$$,
    $$SELECT vecext.update_namespace_tier('none', 'pro')$$,
    $$SELECT vecext.update_namespace_tier('acme', 'Pro')$$,
    $$SELECT vecext.update_namespace_tier('acme', NULL)$$,
    $$SELECT vecext.update_namespace_metadata('none', '{}')$$,
    $$SELECT vecext.update_namespace_metadata('acme', '1')$$,
    $$SELECT vecext.update_namespace_metadata('acme', NULL)$$]) q;

-- Roles: with a namespace, with the choice, with none.
SELECT vecext.grant_namespace('vecext_tenant', 'acme'), vecext.grant_namespace('vecext_chooser', '*');
SELECT * FROM vecext.namespace_roles ORDER BY role::text;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.grant_namespace('vecext_tenant', 'none')$$,
    $$SELECT vecext.grant_namespace('vecext_tenant', NULL)$$,
    $$SELECT vecext.grant_namespace(NULL, 'acme')$$,
    $$SELECT vecext.grant_namespace('vecext_nobody', 'acme')$$]) q;
SET ROLE vecext_tenant;
SELECT vecext.current_namespace();
SET vecext.namespace = 'beta';
SELECT vecext.current_namespace() AS unmoved;
RESET vecext.namespace;
SET ROLE vecext_chooser;
SELECT vecext.current_namespace() AS none;
SET vecext.namespace = 'beta';
SELECT vecext.current_namespace();
SET vecext.namespace = 'none';
SELECT pg_temp.outcome('SELECT vecext.current_namespace()');
RESET vecext.namespace;
BEGIN;
SET LOCAL vecext.namespace = 'acme';
SELECT vecext.current_namespace();
COMMIT;
SELECT vecext.current_namespace() AS none;
SET ROLE vecext_stranger;
SET vecext.namespace = 'acme';
SELECT vecext.current_namespace() AS none;
RESET vecext.namespace;
RESET ROLE;
-- A session learns at once that a role has another namespace, or none.
SET ROLE vecext_tenant;
RESET ROLE;
SELECT vecext.grant_namespace('vecext_tenant', 'beta');
SET ROLE vecext_tenant;
SELECT vecext.current_namespace();
RESET ROLE;
SELECT vecext.revoke_namespace('vecext_tenant'), vecext.revoke_namespace('vecext_stranger');
SET ROLE vecext_tenant;
SELECT vecext.current_namespace() AS none;
RESET ROLE;
SELECT vecext.grant_namespace('vecext_tenant', 'acme');
SELECT s, vecext.update_namespace_status('acme', s) ->> 'status' AS status,
    pg_temp.outcome('SET ROLE vecext_tenant; SELECT vecext.current_namespace()') AS seen
FROM unnest('{read_only,suspended,pending_deletion}'::text[]) s;
RESET ROLE;
SELECT vecext.update_namespace_status('acme', 'active') ->> 'status';

-- Tables: the column, the index, the policies and the triggers are there; twice is as once.
SET ROLE vecext_keeper;
CREATE TABLE note (id int PRIMARY KEY, embedding vector(2));
SELECT vecext.enable_namespaces('note');
SELECT vecext.enable_namespaces('note');
SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), c.collname
FROM pg_attribute a JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum JOIN pg_collation c ON c.oid = a.attcollation
WHERE a.attrelid = 'note'::regclass AND a.attname = 'namespace';
SELECT polname, polpermissive, polcmd, pg_get_expr(polqual, polrelid) AS qual, polwithcheck IS NULL AS same_check FROM pg_policy WHERE polrelid = 'note'::regclass ORDER BY 1;
SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = 'note'::regclass;
SELECT tgname, tgenabled, tgoldtable, tgnewtable FROM pg_trigger WHERE tgrelid = 'note'::regclass ORDER BY 1;
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'note'::regclass ORDER BY 1;
SELECT * FROM vecext.namespace_tables;
-- A column that is there, by another name; row-level security that was on stays on.
CREATE TABLE letter (id int PRIMARY KEY, tenant text);
CREATE POLICY even ON letter USING (id % 2 = 0);
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
INSERT INTO letter VALUES (1, 'acme'), (2, 'acme');
-- Its owner may not use up the quotas of others.
SELECT pg_temp.outcome($$SELECT vecext.enable_namespaces('letter', 'tenant')$$);
RESET ROLE;
SELECT vecext.enable_namespaces('letter', 'tenant');
INSERT INTO letter VALUES (4, 'beta');
SET ROLE vecext_keeper;
SELECT polname, polpermissive FROM pg_policy WHERE polrelid = 'letter'::regclass ORDER BY 1;
GRANT SELECT ON letter TO vecext_tenant;
SET ROLE vecext_tenant;
SELECT * FROM letter;
SET ROLE vecext_keeper;
SELECT * FROM letter;
SELECT vecext.disable_namespaces('letter');
SELECT relrowsecurity FROM pg_class WHERE oid = 'letter'::regclass;
SET ROLE vecext_tenant;
SELECT * FROM letter ORDER BY id;
SET ROLE vecext_keeper;
DROP TABLE letter;
-- A partitioned table: partitions have triggers as well, later ones when it is called again.
CREATE TABLE page (namespace text COLLATE "C", id int, PRIMARY KEY (namespace, id)) PARTITION BY LIST (namespace);
CREATE TABLE page_acme PARTITION OF page FOR VALUES IN ('acme');
SELECT vecext.enable_namespaces('page');
CREATE TABLE page_beta PARTITION OF page FOR VALUES IN ('beta');
CREATE TABLE page_rest PARTITION OF page DEFAULT;
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'page%' GROUP BY 1 ORDER BY 1;
SELECT vecext.enable_namespaces('page');
SELECT tgrelid::regclass, count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'page%' GROUP BY 1 ORDER BY 1;
-- A collection: an id is unique within a namespace.
SELECT vecext.create_collection('film', '{"size": 2, "distance": "cosine"}');
SELECT vecext.enable_namespaces('film');
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'film'::regclass AND contype = 'p';
-- Refused. Triggers get no rows of foreign tables.
RESET ROLE;
CREATE FOREIGN DATA WRAPPER vecext_elsewhere;
CREATE SERVER vecext_elsewhere FOREIGN DATA WRAPPER vecext_elsewhere;
GRANT USAGE ON FOREIGN SERVER vecext_elsewhere TO vecext_keeper;
SET ROLE vecext_keeper;
CREATE TABLE sheet (namespace text COLLATE "C", id int) PARTITION BY LIST (namespace);
CREATE TABLE sheet_rest PARTITION OF sheet DEFAULT;
CREATE FOREIGN TABLE sheet_acme PARTITION OF sheet FOR VALUES IN ('acme') SERVER vecext_elsewhere;
CREATE VIEW note_view AS SELECT * FROM note;
CREATE TABLE odd (id int, number int, "mixed" text);
INSERT INTO odd VALUES (1);
CREATE TEMP TABLE passing (id int);
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.enable_namespaces(NULL)$$,
    $$SELECT vecext.enable_namespaces('note', NULL)$$,
    $$SELECT vecext.enable_namespaces('note', 'tenant')$$,
    $$SELECT vecext.enable_namespaces(0::regclass)$$,
    $$SELECT vecext.enable_namespaces('note_view')$$,
    $$SELECT vecext.enable_namespaces('note_pkey')$$,
    $$SELECT vecext.enable_namespaces('page_acme')$$,
    $$SELECT vecext.enable_namespaces('sheet')$$,
    $$SELECT vecext.enable_namespaces('passing')$$,
    $$SELECT vecext.enable_namespaces('odd', 'number')$$,
    $$SELECT vecext.enable_namespaces('odd', 'ctid')$$,
    $$SELECT vecext.enable_namespaces('odd', 'mixed')$$,
    $$SELECT vecext.enable_namespaces('odd')$$,
    $$SELECT vecext.disable_namespaces('odd')$$,
    $$SELECT vecext.disable_namespaces(NULL)$$,
    $$SELECT vecext_internal.set_namespace_table('odd', 'ctid')$$,
    $$SELECT vecext.enable_namespaces('vecext.collections')$$,
    $$SELECT vecext.enable_namespaces('pg_class')$$]) q;
SET ROLE vecext_stranger;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.enable_namespaces('odd')$$,
    $$SELECT vecext.disable_namespaces('note')$$,
    $$SELECT vecext_internal.set_namespace_table('note', NULL)$$,
    $$SELECT vecext_internal.set_namespace_table('odd', 'id')$$]) q;
RESET ROLE;
DROP TABLE sheet;
DROP FOREIGN DATA WRAPPER vecext_elsewhere CASCADE;
SET ROLE vecext_keeper;
-- What is dropped is forgotten.
SELECT relid FROM vecext.namespace_tables ORDER BY relid::text;
DROP TABLE page;
ALTER TABLE note DROP COLUMN namespace CASCADE;
SELECT relid FROM vecext.namespace_tables ORDER BY relid::text;
SELECT vecext.enable_namespaces('note');
SELECT vecext.disable_namespaces('note');
SELECT relrowsecurity, relforcerowsecurity, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid), EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
FROM pg_class c WHERE oid = 'note'::regclass;
SELECT relid FROM vecext.namespace_tables ORDER BY relid::text;
DROP TABLE note, odd, passing CASCADE;
RESET ROLE;

-- Statistics.
GRANT SELECT, INSERT, UPDATE, DELETE ON film TO vecext_tenant, vecext_chooser;
SELECT vecext.update_namespace_quotas('acme', '{"max_vectors": 10, "max_storage_bytes": 100000}') IS NOT NULL;
SET ROLE vecext_tenant;
INSERT INTO film (id, embedding) SELECT i, '[1,1]' FROM generate_series(1, 5) i;
DELETE FROM film WHERE id = 5;
RESET ROLE;
SELECT vecext.namespace_stats('acme') - '{bytes,requests_last_second}'::text[] AS stats;
SELECT (vecext.namespace_stats('acme') ->> 'bytes')::int BETWEEN 4 * 24 AND 4 * 200 AS has_bytes;
SELECT vecext.namespace_stats('beta') - '{requests_last_second}'::text[] AS stats;
SELECT s ->> 'vectors' AS vectors, s ->> 'namespaces' AS namespaces, s ->> 'active_namespaces' AS active FROM vecext.aggregate_stats() s;
SELECT vecext.update_namespace_quotas('beta', '{"max_vectors": 0}') IS NOT NULL;
SELECT vecext.namespace_stats('beta') -> 'quota_utilization' AS full_of_nothing, pg_temp.outcome($$SELECT vecext.namespace_stats('none')$$);
-- A role sees those of its own namespace.
SET ROLE vecext_tenant;
SELECT vecext.my_namespace_stats() ->> 'id' AS id, vecext.my_namespace_stats() -> 'vectors' AS vectors;
SET ROLE vecext_chooser;
SELECT vecext.my_namespace_stats() AS none;
SET vecext.namespace = 'beta';
SELECT vecext.my_namespace_stats() ->> 'id' AS id, vecext.my_namespace_stats() -> 'vectors' AS vectors;
RESET vecext.namespace;
SET ROLE vecext_stranger;
SELECT vecext.my_namespace_stats() AS none;
RESET ROLE;

-- Removed: at once, or later.
SET ROLE vecext_chooser;
SET vecext.namespace = 'nulls';
INSERT INTO film (id, embedding) VALUES (1, '[1,2]');
RESET vecext.namespace;
RESET ROLE;
SELECT vecext.delete_namespace('nulls') AS now, vecext.get_namespace('nulls') ->> 'status' AS status;
SELECT count(*) FROM film;
SELECT vecext.reap_namespaces();
SELECT vecext.reap_namespaces() AS nothing_left;
SELECT namespace, count(*) FROM film GROUP BY 1;
SELECT vecext.delete_namespace('acme', true) AS now;
SELECT count(*) FROM film;
SELECT * FROM vecext.namespace_roles;
SELECT pg_temp.outcome($$SELECT vecext.delete_namespace('acme')$$), pg_temp.outcome($$SELECT vecext.delete_namespace('acme', true)$$),
    pg_temp.outcome($$SELECT vecext.delete_namespace(NULL)$$);
-- One of the same id later has nothing of it.
SELECT vecext.create_namespace('acme') IS NOT NULL;
SELECT vecext.namespace_stats('acme') -> 'vectors' AS vectors, vecext.namespace_stats('acme') -> 'deleted' AS deleted;
-- Partitions that are its own go, others stay; triggers of the table's owner run with the owner's rights.
SET ROLE vecext_keeper;
CREATE TABLE page (namespace text COLLATE "C", id int) PARTITION BY LIST (namespace);
CREATE TABLE page_acme PARTITION OF page FOR VALUES IN ('acme');
CREATE TABLE page_rest PARTITION OF page DEFAULT;
SELECT vecext.enable_namespaces('page');
CREATE TABLE seen (who name);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (current_user); RETURN OLD; END $$;
CREATE TRIGGER see BEFORE DELETE ON page_rest FOR EACH ROW EXECUTE FUNCTION see();
RESET ROLE;
SELECT vecext.update_namespace_quotas('beta', '{"max_vectors": null}') IS NOT NULL;
INSERT INTO page VALUES ('acme', 1), ('beta', 1), ('most', 1);
SELECT vecext.delete_namespace('acme', true), vecext.delete_namespace('most', true);
SELECT tableoid::regclass, * FROM page;
SELECT * FROM seen;
SELECT relid::regclass, isleaf FROM pg_partition_tree('page') ORDER BY 1;
-- One that cannot be removed is left, with a warning.
SET ROLE vecext_keeper;
CREATE OR REPLACE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no row of % goes', OLD.namespace; END $$;
RESET ROLE;
SELECT vecext.delete_namespace('beta'), vecext.delete_namespace('nulls2');
SELECT vecext.reap_namespaces();
SELECT vecext.get_namespace('beta') ->> 'status' AS status, pg_temp.outcome($$SELECT vecext.get_namespace('nulls2')$$);
SELECT pg_temp.outcome($$SELECT vecext.delete_namespace('beta', true)$$);

-- Rights on collections.
SET ROLE vecext_keeper;
SELECT vecext.create_collection('book', '{"size": 2, "distance": "cosine"}');
SELECT vecext.create_alias('tome', 'book');
SELECT vecext.grant_collection('tome', 'vecext_stranger', 'read');
CREATE FUNCTION rights(r regrole) RETURNS TABLE (collection text, rights text) LANGUAGE sql AS $$
    SELECT c, string_agg(p, ',') FROM unnest('{book,film}'::text[]) c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p
    WHERE has_table_privilege(r, c, p) GROUP BY c ORDER BY c
$$;
SELECT * FROM rights('vecext_stranger');
SELECT vecext.revoke_collection('book', 'vecext_stranger', 'read');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.grant_collection('book', 'vecext_stranger', 'write');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.revoke_collection('book', 'vecext_stranger', 'write');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.grant_collection('*', 'vecext_stranger', 'delete');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.grant_collection('*', 'vecext_stranger', 'admin');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.revoke_collection('*', 'vecext_stranger', 'delete');
SELECT * FROM rights('vecext_stranger');
SELECT vecext.revoke_collection('*', 'vecext_stranger', 'admin');
SELECT * FROM rights('vecext_stranger');
CREATE TABLE counted (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n bigserial, embedding vector(2));
SELECT vecext.register_collection('counted', vectors => '{"column": "embedding", "distance": "cosine"}', payload_column => NULL);
SELECT vecext.grant_collection('counted', 'vecext_stranger', 'read');
SELECT has_sequence_privilege('vecext_stranger', s, 'USAGE') FROM unnest('{counted_id_seq,counted_n_seq}'::text[]) s;
SELECT vecext.grant_collection('counted', 'vecext_stranger', 'write');
SELECT has_sequence_privilege('vecext_stranger', s, 'USAGE') FROM unnest('{counted_id_seq,counted_n_seq}'::text[]) s;
SELECT vecext.revoke_collection('counted', 'vecext_stranger', 'write');
SELECT has_sequence_privilege('vecext_stranger', s, 'USAGE') FROM unnest('{counted_id_seq,counted_n_seq}'::text[]) s;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.grant_collection('none', 'vecext_stranger', 'read')$$,
    $$SELECT vecext.grant_collection('book', 'vecext_stranger', 'own')$$,
    $$SELECT vecext.grant_collection('book', 'vecext_stranger', NULL)$$,
    $$SELECT vecext.grant_collection(NULL, 'vecext_stranger', 'read')$$,
    $$SELECT vecext.grant_collection('book', NULL, 'read')$$,
    $$SELECT vecext.revoke_collection('book', 'vecext_stranger', '')$$]) q;
SET ROLE vecext_stranger;
SELECT pg_temp.outcome($$SELECT vecext.grant_collection('book', 'vecext_stranger', 'read')$$);
SELECT vecext.grant_collection('*', 'vecext_tenant', 'read') AS owns_none;
RESET ROLE;
SELECT has_table_privilege('vecext_tenant', 'book', 'SELECT');

-- Who may: nobody without EXECUTE; with it, no right on the tables is needed.
SET ROLE vecext_stranger;
SELECT q, pg_temp.outcome(q) FROM unnest(ARRAY[
    $$SELECT vecext.create_namespace('mine')$$,
    $$SELECT vecext.get_namespace('beta')$$,
    $$SELECT vecext.list_namespaces()$$,
    $$SELECT vecext.update_namespace_quotas('beta', '{}')$$,
    $$SELECT vecext.update_namespace_status('beta', 'active')$$,
    $$SELECT vecext.update_namespace_tier('beta', 'pro')$$,
    $$SELECT vecext.update_namespace_metadata('beta', '{}')$$,
    $$SELECT vecext.delete_namespace('beta')$$,
    $$SELECT vecext.reap_namespaces()$$,
    $$SELECT vecext.namespace_stats('beta')$$,
    $$SELECT vecext.aggregate_stats()$$,
    $$SELECT vecext.grant_namespace('vecext_stranger', 'beta')$$,
    $$SELECT vecext.revoke_namespace('vecext_chooser')$$,
    $$SELECT vecext.recount_namespaces()$$,
    $$SELECT vecext.flush_namespace_usage()$$,
    $$SELECT vecext_internal.namespace_counters()$$,
    $$SELECT vecext_internal.execute_for_namespaces('book', 'DELETE FROM book')$$,
    $$SELECT vecext_internal.lock_namespace(1)$$,
    $$SELECT vecext_internal.change_namespace('beta', '{}')$$,
    $$SELECT id FROM vecext.namespaces$$,
    $$SELECT role FROM vecext.namespace_roles$$,
    $$SELECT number FROM vecext.namespace_usage$$]) q;
RESET ROLE;
GRANT EXECUTE ON FUNCTION vecext.create_namespace, vecext.delete_namespace, vecext.get_namespace, vecext.namespace_stats, vecext.grant_namespace TO vecext_operator;
SET ROLE vecext_operator;
SELECT pg_temp.timeless(vecext.create_namespace('by_operator')) ->> 'id' AS id;
SELECT vecext.grant_namespace('vecext_tenant', 'by_operator');
SELECT vecext.namespace_stats('by_operator') -> 'vectors' AS vectors;
SELECT vecext.delete_namespace('by_operator', true);
SELECT pg_temp.outcome('SELECT vecext.list_namespaces()');
RESET ROLE;

DROP FUNCTION rights;
DROP TABLE film, book, counted, page, seen CASCADE;
DROP FUNCTION see;
SELECT count(vecext.delete_namespace(n ->> 'id', true)) > 0 FROM vecext.list_namespaces() n;
SELECT count(*) FROM vecext.namespaces;
SELECT vecext.revoke_namespace(role) FROM vecext.namespace_roles;
REVOKE CREATE ON SCHEMA public FROM vecext_keeper;
DROP OWNED BY vecext_operator, vecext_keeper;
DROP ROLE vecext_operator, vecext_tenant, vecext_chooser, vecext_keeper, vecext_stranger;
