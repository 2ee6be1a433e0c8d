-- Plans of queries with 1,000 tenants in one table: the policy's condition is one that indexes and estimates know.
SET client_min_messages = warning;
CREATE ROLE vecext_many;
SELECT count(vecext.create_namespace(format('tenant %s', i), tier => 'unlimited')) FROM generate_series(1, 1000) i;
SELECT vecext.grant_namespace('vecext_many', '*');
CREATE TABLE many (id int8 NOT NULL, embedding vector(4), payload jsonb NOT NULL DEFAULT '{}', namespace text COLLATE "C" NOT NULL, PRIMARY KEY (id, namespace));
-- Tenant 1 has half of the rows, the others some ten each.
INSERT INTO many SELECT i, ARRAY[sin(i), cos(i), sin(i * 3), cos(i * 7)]::vector, jsonb_build_object('n', i % 10),
    format('tenant %s', CASE WHEN i % 2 = 0 THEN 1 ELSE i / 2 % 1000 + 1 END) FROM generate_series(1, 20000) i;
CREATE INDEX ON many USING hnsw (embedding vector_l2_ops);
SELECT vecext.enable_namespaces('many');
VACUUM ANALYZE many;
GRANT SELECT, INSERT, UPDATE, DELETE ON many TO vecext_many;
CREATE FUNCTION pg_temp.plan(query text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan::jsonb;
END $$;
-- The distances of the rows that a query finds nearest, and of those that are.
CREATE FUNCTION pg_temp.is_nearest(condition text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT array_agg(id) FROM (SELECT id FROM many WHERE %s ORDER BY embedding <-> %L LIMIT 5) q', condition, '[1,1,1,1]');
    found int8[];
    nearest int8[];
BEGIN
    EXECUTE query INTO found;
    SET LOCAL enable_indexscan = off;
    SET LOCAL vecext.filter_strategy = off;
    EXECUTE query INTO nearest;
    RETURN found = nearest AND cardinality(found) = 5;
END $$;

SET ROLE vecext_many;
-- The index of namespaces finds the rows of a small tenant; estimates are those of the tenant.
SET vecext.namespace = 'tenant 500';
SELECT count(*), min(namespace), max(namespace) FROM many;
SELECT jsonb_path_query_first(p, '$.**."Index Name"') AS index,
    (jsonb_path_query_first(p, '$[0].Plan."Plan Rows"'))::int BETWEEN 5 AND 20 AS is_estimated FROM pg_temp.plan('SELECT * FROM many') p;
SELECT pg_temp.is_nearest('true'), pg_temp.is_nearest($$payload @> '{}'$$);
-- A tenant with many rows is searched by the vector index, with its namespace as a filter of the scan.
SET vecext.namespace = 'tenant 1';
SELECT count(*), min(namespace), max(namespace) FROM many;
SELECT (jsonb_path_query_first(p, '$[0].Plan."Plan Rows"'))::int BETWEEN 9000 AND 11000 AS is_estimated FROM pg_temp.plan('SELECT * FROM many') p;
SELECT p::text ~ 'FilteredVectorScan' AS filtered, p::text ~ 'many_embedding_idx' AS by_index
FROM pg_temp.plan($$SELECT id FROM many ORDER BY embedding <-> '[1,1,1,1]' LIMIT 5$$) p;
SELECT pg_temp.is_nearest('true'), pg_temp.is_nearest($$payload @> '{"n": 2}'$$);
-- A row is found by id and namespace.
SELECT jsonb_path_query_first(p, '$.**."Index Name"') AS index FROM pg_temp.plan('SELECT * FROM many WHERE id = 4') p;
RESET vecext.namespace;
SELECT count(*) AS none FROM many;
RESET ROLE;
DROP TABLE many;

-- A partition a tenant: only that one is read.
CREATE TABLE apart (id int8, embedding vector(4), namespace text COLLATE "C" NOT NULL) PARTITION BY LIST (namespace);
DO $$ BEGIN
    FOR i IN 1..20 LOOP
        EXECUTE format('CREATE TABLE apart_%s PARTITION OF apart FOR VALUES IN (%L)', i, format('tenant %s', i));
    END LOOP;
    CREATE TABLE apart_rest PARTITION OF apart DEFAULT;
END $$;
SELECT vecext.enable_namespaces('apart');
-- The rows of a tenant are counted by the index, partition by partition.
SELECT pg_get_indexdef(indexrelid) AS index FROM pg_index WHERE indrelid = 'apart'::regclass;
INSERT INTO apart SELECT i, ARRAY[sin(i), cos(i), sin(i * 3), cos(i * 7)]::vector, format('tenant %s', i % 40 + 1) FROM generate_series(1, 4000) i;
ANALYZE apart;
GRANT SELECT ON apart TO vecext_many;
SET ROLE vecext_many;
SET vecext.namespace = 'tenant 7';
SELECT tableoid::regclass, count(*) FROM apart GROUP BY 1;
SELECT jsonb_path_query_first(p, '$.**."Subplans Removed"') AS pruned FROM pg_temp.plan('SELECT * FROM apart') p;
SET vecext.namespace = 'tenant 30';
SELECT tableoid::regclass, count(*) FROM apart GROUP BY 1;
RESET vecext.namespace;
RESET ROLE;
SELECT vecext.delete_namespace('tenant 7', true), vecext.delete_namespace('tenant 30', true);
SELECT to_regclass('apart_7') IS NULL AS partition_is_gone, (SELECT count(*) FROM apart) AS rows_left;
DROP TABLE apart;
SELECT count(vecext.delete_namespace(n ->> 'id', true)) FROM vecext.list_namespaces() n;
SELECT vecext.revoke_namespace('vecext_many');
DROP ROLE vecext_many;
