-- vecext.health: what is wrong in a database, for probes; vecext.stat_collections: what was done with each collection.
SELECT current_database() AS home \gset
CREATE DATABASE regress_health TEMPLATE template0;
\c regress_health
SET client_min_messages = warning;
CREATE EXTENSION vecext;
SELECT vecext.health() - 'library';
SELECT vecext.health() ->> 'library' = library AS has_library FROM vecext.version();

-- An index whose build has failed, and one of another method.
CREATE TABLE item (id int, v vector(3));
INSERT INTO item SELECT i, array[i, i % 7, 1]::vector FROM generate_series(1, 100) i;
CREATE INDEX "item V" ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_id ON item (id);
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('"item V"'::regclass, 'item_id'::regclass);
SELECT jsonb_pretty(vecext.health() - 'library');
-- Any role may ask, and none of its objects is taken for one of the catalog's.
CREATE ROLE regress_vecext_probe;
CREATE SCHEMA probe AUTHORIZATION regress_vecext_probe;
SET ROLE regress_vecext_probe;
CREATE TABLE probe.pg_index (indexrelid oid, indrelid oid, indisvalid bool, indislive bool);
CREATE FUNCTION probe.jsonb_build_object(text, anyelement) RETURNS jsonb LANGUAGE sql AS $$ SELECT '{"status": "planted"}'::jsonb $$;
SET search_path = probe, pg_catalog;
SELECT vecext.health() ->> 'status';
SELECT count(*) FROM vecext.stat_statements();
RESET search_path;
RESET ROLE;
DROP SCHEMA probe CASCADE;
REINDEX INDEX "item V";
SELECT vecext.health() ->> 'status';
-- What a REINDEX CONCURRENTLY that failed has left is dropped, unless it is part of the index of a partitioned table.
CREATE INDEX item_v_ccnew ON item USING hnsw (v vector_l2_ops);
CREATE TABLE parted (id int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE INDEX parted_1_ccnew ON parted_1 USING hnsw (v vector_l2_ops);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('item_v_ccnew'::regclass, 'parted_1_ccnew'::regclass);
SELECT f ->> 'statement' AS statement FROM jsonb_array_elements(vecext.health() -> 'findings') f \gexec
SELECT vecext.health() ->> 'status', to_regclass('item_v_ccnew'), pg_partition_root('parted_1_ccnew');
DROP TABLE parted;


-- What was done with collections.
SELECT vecext.create_collection('shop', '{"size": 3, "distance": "Euclid"}');
SELECT vecext.upsert('shop', (SELECT jsonb_agg(jsonb_build_object('id', i, 'vector', array[i, i % 7, 1], 'payload', jsonb_build_object('n', i % 2)))
    FROM generate_series(1, 200) i)) AS upserted;
SELECT name, searches, observed_recall FROM vecext.stat_collections;
SELECT vecext.create_vector_indexes('shop') AS made;
ANALYZE shop;
SET enable_seqscan = off;
SELECT count(*) FROM vecext.search('shop', '[1, 2, 3]', 5);
SELECT count(*) FROM vecext.search('shop', '[1, 2, 3]', 5, filter => '{"must": [{"key": "n", "match": {"value": 1}}]}');
SELECT name, searches, filtered + compared AS with_conditions, rows_returned >= 10 AS has_rows, mean_ms = total_ms / searches AS has_mean, damages FROM vecext.stat_collections;
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
SELECT name, inserted, deleted FROM vecext.stat_collections;
SET ROLE regress_vecext_probe;
SELECT name, searches FROM vecext.stat_collections;
RESET ROLE;

-- A new session in which a backslash escapes in any string, as old programs have it.
\c
SET standard_conforming_strings = off;
SELECT count(*) FROM vecext.stat_statements();
SELECT count(*) = (SELECT count(*) FROM pg_stat_replication) AS has_all FROM vecext.replica_state;
CREATE TABLE event (day date, v vector(3)) PARTITION BY RANGE (day);
CREATE TABLE event_old PARTITION OF event FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE INDEX ON event_old USING ivfpq (v vector_l2_ops);
SELECT partition, target FROM vecext.tier_plan('event', interval '1 year');
\c :home
DROP DATABASE regress_health;
DROP ROLE regress_vecext_probe;
