-- Collections whose tables, columns, indexes and views are altered by SQL: what the registry has of them, and what works on.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA altered;
SET search_path = altered, public;

-- Rows of a table, or of a view, that was dropped while event triggers were disabled are not dumped.
SELECT vecext.create_collection(name, '{"size": 2, "distance": "dot"}') FROM unnest('{gone,kept}'::text[]) name;
SELECT vecext.create_payload_index(name, 'k', 'keyword') FROM unnest('{gone,kept}'::text[]) name;
SELECT vecext.create_alias('gone_alias', 'gone'), vecext.create_alias('kept_alias', 'kept'), vecext.create_alias('lost_alias', 'kept');
SET session_replication_role = replica;
DROP TABLE gone CASCADE;
DROP VIEW lost_alias;
RESET session_replication_role;
SET search_path = '';
SELECT pg_catalog.format('SELECT %L AS "table", pg_catalog.count(*) AS rows, (SELECT pg_catalog.count(*) FROM (SELECT * FROM %s %s) d) AS dumped FROM %1$s', t, t, condition)
FROM pg_catalog.pg_extension e, ROWS FROM (pg_catalog.unnest(e.extconfig::pg_catalog.regclass[]), pg_catalog.unnest(e.extcondition)) c(t, condition)
WHERE e.extname = 'vecext' AND t::text ~ 'collection|payload' ORDER BY 1 \gexec
SET search_path = altered, public;
SELECT vecext.drop_collection('kept');
SELECT vecext.create_collection('gone', '{}');
SELECT vecext.drop_collection('gone');
SELECT * FROM vecext.collection_aliases;

-- A vector's column gets another type, and another number of dimensions.
SELECT vecext.create_collection('retyped', '{"size": 3, "distance": "cosine"}');
DROP INDEX retyped_embedding_idx;
ALTER TABLE retyped ALTER embedding TYPE halfvec(4) USING NULL;
SELECT vecext.update_collection('retyped', '{"vectors": {"": {"hnsw": {"m": 12}}}}');
SELECT vecext.create_vector_indexes('retyped');
SELECT vecext.upsert('retyped', '[{"id": 1, "vector": [1, 2, 3, 4]}]');
DROP INDEX retyped_embedding_idx;
ALTER TABLE retyped ALTER embedding TYPE halfvec;
SELECT vecext.create_vector_indexes('retyped');
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'retyped'::regclass AND attname = 'embedding';
SELECT params FROM vecext.collection_vectors WHERE relid = 'retyped'::regclass;
SELECT vecext.drop_collection('retyped');
-- The first vector has fixed the size; then the column has one.
SELECT vecext.create_collection('sized', '{"size": null, "distance": "dot"}');
INSERT INTO sized VALUES (1, '[1,2,3]');
SELECT pg_temp.outcome($$INSERT INTO sized VALUES (2, '[1,2,3,4]')$$);
ALTER TABLE sized ALTER embedding TYPE vector(4) USING NULL;
INSERT INTO sized VALUES (2, '[1,2,3,4]');
SELECT vecext.create_vector_indexes('sized');
-- Another column of a type that no collection has keeps no row out.
SELECT vecext.create_collection('narrow', '{"size": null, "distance": "dot"}');
INSERT INTO narrow VALUES (1, '[1,2,3]');
ALTER TABLE narrow ALTER id TYPE smallint;
INSERT INTO narrow VALUES (2, '[1,2,3]');
SELECT pg_temp.outcome($$INSERT INTO narrow VALUES (3, '[1,2]')$$);
SELECT pg_temp.outcome($$SELECT FROM vecext.scroll('narrow')$$);
ALTER TABLE narrow ALTER id TYPE bigint, ALTER embedding TYPE text;
INSERT INTO narrow VALUES (3, 'x');
-- An empty bit string fixes no size.
SELECT vecext.create_collection('bits', '{"size": null, "type": "bit", "distance": "hamming"}');
SELECT pg_temp.outcome($$INSERT INTO bits VALUES (1, '') RETURNING id$$);
INSERT INTO bits VALUES (1, '011');
SELECT pg_temp.outcome($$INSERT INTO bits VALUES (2, '') RETURNING id$$), pg_temp.outcome($$INSERT INTO bits VALUES (2, '01') RETURNING id$$);
DROP TABLE sized, narrow, bits;

-- A column that the registry has by a name of before: the hint helps.
SELECT vecext.create_collection('moved', '{"size": 2, "distance": "dot"}');
SET session_replication_role = replica;
ALTER TABLE moved RENAME embedding TO v;
RESET session_replication_role;
SELECT FROM vecext.scroll('moved');
SELECT vecext.unregister_collection('moved');
SELECT vecext.register_collection('moved', vectors => '{"column": "v", "distance": "dot"}');
SELECT count(*) FROM vecext.scroll('moved');
SELECT vecext.drop_collection('moved');

-- The index of a partitioned collection is altered in its partitions.
CREATE TABLE parted (id bigint PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}', embedding vector(2)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE parted_3 PARTITION OF parted_2 FOR VALUES FROM (10) TO (20);
CREATE INDEX ON parted USING hnsw (embedding vector_ip_ops);
SELECT vecext.register_collection('parted', vectors => '{"column": "embedding", "distance": "dot", "params": {"index": "hnsw"}}');
SELECT vecext.update_collection('parted', '{"vectors": {"": {"hnsw": {"m": 12}}}}');
SELECT relname, reloptions FROM pg_class WHERE relname ~ '^parted.*embedding' ORDER BY 1;
SELECT vecext.unregister_collection('parted');
SELECT vecext.register_collection('parted_3', vectors => '{"column": "embedding", "distance": "dot", "params": {"index": "hnsw"}}');
SELECT vecext.update_collection('parted_3', '{"vectors": {"": {"hnsw": {"m": 8}}}}');
DROP TABLE parted;
-- Without partitions there is nothing to rebuild.
CREATE TABLE parted (id bigint PRIMARY KEY, payload jsonb, embedding vector(2)) PARTITION BY RANGE (id);
CREATE INDEX ON parted USING hnsw (embedding vector_ip_ops);
SELECT vecext.register_collection('parted', vectors => '{"column": "embedding", "distance": "dot", "params": {"index": "hnsw"}}');
SELECT vecext.update_collection('parted', '{"vectors": {"": {"hnsw": {"m": 12}}}}');
DROP TABLE parted;

-- An invalid index that has nothing to do with it keeps no vector waiting for its own.
SELECT vecext.create_collection('red', '{"size": 2, "distance": "dot"}', options => '{"index_threshold": 1}');
INSERT INTO red (id, embedding) VALUES (1, '[1,2]');
CREATE INDEX red_other ON red (payload);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'red_other'::regclass;
SELECT status FROM vecext.list_collections() WHERE name = 'red';
SELECT vecext.create_vector_indexes();
SELECT vecext.create_vector_indexes();
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'red_other'::regclass;
SELECT vecext.drop_collection('red');

-- Without the index of arrays, a payload index is still one.
SELECT vecext.create_collection('docs', '{}');
SELECT vecext.create_payload_index('docs', 'n', 'integer'), vecext.create_payload_index('docs', 'n', 'float');
DROP INDEX docs_n_array_idx;
SELECT key, type, index, array_index FROM vecext.payload_indexes ORDER BY type;
SELECT vecext.create_payload_index('docs', 'n', 'bool');
DROP INDEX docs_n_float_idx;
SELECT key, type, index, array_index FROM vecext.payload_indexes ORDER BY type;
DROP INDEX docs_n_bool_idx, docs_n_array_idx;
SELECT key, type, index, array_index FROM vecext.payload_indexes ORDER BY type;
SELECT vecext.drop_payload_index('docs', 'n');
DROP TABLE docs;

-- PUBLIC may use the view of an alias: so it has the rights of who uses it, unless PUBLIC may not.
SELECT vecext.create_collection('films', '{"size": 2, "distance": "dot"}');
SELECT vecext.create_alias('now', 'films');
CREATE OR REPLACE VIEW now AS SELECT * FROM films WHERE id > 0;
CREATE OR REPLACE VIEW now WITH (security_invoker = off) AS SELECT * FROM films WHERE id > 0;
ALTER VIEW now RESET (security_invoker);
ALTER TABLE now RESET (security_invoker);
ALTER VIEW now SET (security_invoker = 0);
ALTER TABLE IF EXISTS now SET (security_invoker = no);
CREATE OR REPLACE VIEW now WITH (security_barrier, security_invoker) AS SELECT * FROM films WHERE id > 0;
ALTER VIEW now RESET (security_barrier);
ALTER VIEW now SET (security_invoker = yes);
ALTER VIEW now SET (security_invoker = on);
ALTER TABLE now SET (security_invoker = 1);
SELECT vecext.switch_alias('now', 'films');
REVOKE ALL ON now FROM PUBLIC;
ALTER VIEW now RESET (security_invoker);
CREATE OR REPLACE VIEW now AS SELECT * FROM films WHERE id > 0;
SELECT reloptions FROM pg_class WHERE oid = 'now'::regclass;
-- Other views are not of concern.
CREATE VIEW plain AS SELECT * FROM films;
GRANT SELECT ON plain TO PUBLIC;
CREATE OR REPLACE VIEW plain AS SELECT * FROM films WHERE id > 0;
DROP SCHEMA altered CASCADE;
SELECT count(*) FROM vecext.collections;
