-- Two tenants with equal ids in one collection: none sees, changes or counts what the other has.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE ROLE vecext_acme;
CREATE ROLE vecext_beta;
SELECT vecext.create_namespace(id) IS NOT NULL FROM unnest('{acme,beta}'::text[]) id;
SELECT vecext.grant_namespace('vecext_acme', 'acme'), vecext.grant_namespace('vecext_beta', 'beta');
SELECT vecext.create_collection('film', '{"size": 2, "distance": "euclid"}');
SELECT vecext.create_payload_index('film', 'year', 'integer'), vecext.create_alias('movie', 'film');
SELECT vecext.enable_namespaces('film');
CREATE ROLE vecext_viewer;
GRANT CREATE ON SCHEMA public TO vecext_viewer;
GRANT SELECT ON film TO vecext_viewer;
SET ROLE vecext_viewer;
CREATE VIEW film_of_owner AS SELECT id, payload FROM film;
GRANT SELECT ON film_of_owner TO vecext_acme, vecext_beta;
RESET ROLE;
CREATE VIEW film_of_superuser AS SELECT id, payload FROM film;
CREATE VIEW film_of_caller WITH (security_invoker = true) AS SELECT id, payload FROM film;
SELECT vecext.grant_collection('film', r, 'admin') FROM unnest('{vecext_acme,vecext_beta}'::regrole[]) r;
GRANT SELECT ON film_of_caller, film_of_superuser TO vecext_acme, vecext_beta;
SELECT vecext.update_namespace_quotas(id, '{"max_requests_per_second": null}') IS NOT NULL FROM unnest('{acme,beta}'::text[]) id;

SET ROLE vecext_acme;
SELECT vecext.upsert('film', '[{"id": 1, "vector": [1, 1], "payload": {"of": "acme", "year": 1}}, {"id": 2, "vector": [2, 2], "payload": {"of": "acme", "year": 2}}]');
SET ROLE vecext_beta;
SELECT vecext.upsert('movie', '[{"id": 1, "vector": [1, 1], "payload": {"of": "beta", "year": 9}}, {"id": 3, "vector": [2, 2], "payload": {"of": "beta", "year": 9}}]');

-- Reads, by every function and by SQL.
SET ROLE vecext_acme;
SELECT id, payload FROM vecext.search('film', '[1, 1]');
SELECT id, payload FROM vecext.search('movie', '[1, 1]', 1);
SELECT id, payload FROM vecext.search('film', '[1, 1]', filter => '{"must": [{"key": "year", "match": {"value": 9}}]}');
SELECT id, payload FROM vecext.query('film', '{"query": 1}');
SELECT id, ranks FROM vecext.hybrid_search('film', vector => '[1, 1]');
SELECT id FROM vecext.query('film', '{"query": {"fusion": "rrf"}, "prefetch": [{"query": [1, 1]}, {"query": [9, 9]}]}') ORDER BY id;
SELECT group_key, id FROM vecext.query_groups('film', '{"query": [1, 1], "group_by": "of"}');
SELECT id, payload FROM vecext.recommend('film', '[1]');
SELECT id, payload FROM vecext.get_points('film', '[1, 2, 3]');
SELECT id FROM vecext.scroll('film');
SELECT id, payload FROM vecext.scroll('film', order_by => '{"key": "year"}');
SELECT vecext.count_points('film'), vecext.count_points('film', '{"must": [{"key": "of", "match": {"value": "beta"}}]}') AS of_beta;
SELECT * FROM vecext.facet('film', 'of');
SELECT count(*) FROM vecext.sample('film', 100);
SELECT vecext.distance_matrix('film', NULL, 10, 2) -> 'pairs' AS pairs;
SELECT id, payload FROM film ORDER BY id;
SELECT id, payload FROM movie ORDER BY id;
SELECT id, payload FROM film_of_caller ORDER BY id;
SELECT id FROM film WHERE namespace = 'beta';
SELECT id, payload FROM film ORDER BY embedding <-> '[1,1]' LIMIT 2;
SELECT id, payload FROM film_of_owner ORDER BY id;
-- Policies do not hold for the owner of this view, as for each view of a superuser without security_invoker.
SELECT id, payload FROM film_of_superuser ORDER BY id, payload;

-- Writes: an id of another tenant is like one that is not there.
SELECT vecext.delete_points('film', '[3]'), vecext.delete_points('film', filter => '{"must": [{"key": "of", "match": {"value": "beta"}}]}') AS by_filter;
SELECT vecext.set_payload('film', '{"seen": true}', '[1, 3]'), vecext.overwrite_payload('film', '{}', filter => '{"must": [{"key": "year", "match": {"value": 9}}]}') AS others;
SELECT vecext.update_vectors('film', '[{"id": 1, "vector": [1.5, 1]}]'), vecext.delete_vectors('film', '{""}', '[3]') AS others;
SELECT vecext.upsert('film', '[{"id": 3, "vector": [3, 3], "payload": {"of": "acme"}}]');
UPDATE film SET payload = '{}' WHERE namespace = 'beta';
DELETE FROM film WHERE payload ->> 'of' = 'beta';
SELECT q, pg_temp.attempt(q) FROM unnest(ARRAY[
    $$INSERT INTO film (id, embedding, namespace) VALUES (7, '[1,1]', 'beta')$$,
    $$UPDATE film SET namespace = 'beta' WHERE id = 1$$,
    $$INSERT INTO film (id, embedding, namespace) VALUES (1, '[1,1]', 'beta') ON CONFLICT (namespace, id) DO UPDATE SET payload = '{}'$$,
    $$INSERT INTO film (id, embedding) VALUES (1, '[1,1]')$$,
    $$TRUNCATE film$$,
    $$ALTER TABLE film DISABLE ROW LEVEL SECURITY$$,
    $$SELECT vecext.disable_namespaces('film')$$,
    $$SELECT vecext.drop_collection('film')$$]) q;
SET vecext.namespace = 'beta';
SELECT vecext.current_namespace(), count(*) FROM film WHERE payload ->> 'of' = 'beta';
SET row_security = off;
SELECT pg_temp.attempt('SELECT count(*) FROM film');
RESET row_security;
RESET vecext.namespace;
-- A function and prepared statements see what the role that runs them may.
CREATE FUNCTION pg_temp.ids() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT string_agg(namespace || id, ' ' ORDER BY id) FROM film); END $$;
PREPARE ids AS SELECT string_agg(namespace || id, ' ' ORDER BY id) FROM film;
PREPARE found AS SELECT string_agg(id, ' ' ORDER BY id) FROM vecext.search('film', '[1, 1]');
SELECT pg_temp.ids();
EXECUTE ids;
EXECUTE found;
SET ROLE vecext_beta;
SELECT pg_temp.ids();
EXECUTE ids;
EXECUTE found;
SELECT id, payload FROM film ORDER BY id;
-- What a role without a namespace sees.
RESET ROLE;
SELECT vecext.revoke_namespace('vecext_beta');
SET ROLE vecext_beta;
EXECUTE ids;
EXECUTE found;
SELECT vecext.count_points('film'), vecext.my_namespace_stats();
SELECT pg_temp.attempt($$SELECT vecext.upsert('film', '[{"id": 1, "vector": [1, 1]}]')$$);
RESET ROLE;
DEALLOCATE ALL;
-- The owner of the table is held to its namespace, too; superusers see all.
SELECT namespace, id, payload FROM film ORDER BY 1, 2;
SELECT pg_temp.attempt($$SELECT vecext.upsert('film', '[{"id": 1, "vector": [1, 1]}]')$$) AS in_no_namespace;
-- Statistics of the planner show nothing of a column with a policy.
ANALYZE film;
SET ROLE vecext_acme;
SELECT count(*) FROM pg_stats WHERE tablename = 'film';
SELECT count(*) FROM vecext.namespace_tables;
RESET ROLE;

-- An upsert of one tenant waits for no other one's, and takes nothing from it: 50 ids of both.
SELECT vecext.grant_namespace('vecext_beta', 'beta');
SET ROLE vecext_acme;
SELECT vecext.upsert('film', array_agg(i::bigint), array_agg('[7,7]'::vector), array_agg('{"by": "acme"}'::jsonb)) FROM generate_series(101, 150) i;
SET ROLE vecext_beta;
SELECT vecext.upsert('film', array_agg(i::bigint), array_agg('[8,8]'::vector), array_agg('{"by": "beta"}'::jsonb)) FROM generate_series(101, 150) i;
SELECT vecext.upsert('film', array_agg(i::bigint), array_agg('[9,9]'::vector), NULL, mode => 'insert_only') FROM generate_series(141, 160) i;
SELECT vecext.upsert('film', array_agg(i::bigint), array_agg('[9,9]'::vector), NULL, mode => 'update_only') FROM generate_series(151, 170) i;
RESET ROLE;
SELECT namespace, embedding, payload, count(*) FROM film WHERE id > 100 GROUP BY 1, 2, 3 ORDER BY 1, 2;

DROP TABLE film CASCADE;
DROP OWNED BY vecext_viewer;
DROP ROLE vecext_viewer;
DROP FUNCTION pg_temp.ids();
SELECT vecext.delete_namespace(id, true) FROM unnest('{acme,beta}'::text[]) id;
DROP ROLE vecext_acme, vecext_beta;
