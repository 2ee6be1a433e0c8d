-- Vectors and the payload schema of a collection that is there: aliases, options and payload indexes stay.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SELECT vecext.create_collection('shelf_vectors', '{"a": {"size": 2, "distance": "cosine"}}', payload_schema => '{"x": "keyword", "n": {"type": "integer", "required": true}}',
    options => '{"strict_mode": {"enabled": true, "max_query_limit": 9, "max_timeout": 5}}');
SELECT vecext.create_payload_index('shelf_vectors', 'x', 'keyword');
SELECT vecext.create_alias('shelf_alias', 'shelf_vectors');
SELECT vecext.upsert('shelf_vectors', '[{"id": 1, "vector": {"a": [1, 0]}, "payload": {"x": "red", "n": 1}}, {"id": 2, "vector": {"a": [0, 1]}, "payload": {"x": "blue", "n": 2}}]');

-- A new model: its vector beside the old one, by an alias too; then the old one goes.
SELECT vecext.add_vector('shelf_vectors', 'b', '{"size": 3, "distance": "dot", "hnsw": {"m": 8}}');
SELECT vecext.update_vectors('shelf_alias', '[{"id": 1, "vector": {"b": [1, 0, 0]}}, {"id": 2, "vector": {"b": [0, 2, 0]}}]');
SELECT id, score FROM vecext.search('shelf_alias', '[0, 1, 0]', 2, vector_name => 'b');
SELECT id, a, b FROM shelf_alias ORDER BY id;
SELECT vecext.collection_info('shelf_vectors') #- '{vectors}' #- '{bytes}' #- '{index_bytes}' #- '{table_bytes}' #- '{payload_indexes,0,bytes}' #- '{points_estimate}' #- '{indexed_vectors_estimate}' #- '{created_at}' AS info;
SELECT v.key, v.value ->> 'type' AS type, v.value #>> '{index,method}' AS index, v.value #>> '{index,options}' AS options
FROM jsonb_each(vecext.collection_info('shelf_vectors') -> 'vectors') v ORDER BY 1;
SELECT vecext.drop_vector('shelf_vectors', 'a');
SELECT * FROM shelf_alias ORDER BY id;
SELECT vecext.list_aliases('shelf_vectors');
-- Names: of vectors, of their columns.
SELECT vecext.rename_vector('shelf_vectors', 'b', '');
SELECT id, embedding FROM shelf_alias ORDER BY id;
SELECT id, score FROM vecext.search('shelf_vectors', '[0, 1, 0]', 2);
SELECT vecext.rename_vector('shelf_vectors', '', 'new');
SELECT id, score FROM vecext.search('shelf_vectors', '[0, 1, 0]', 2, vector_name => 'new');
-- Without a size the first vector fixes it, whatever the vector is called then; a sparse one; a column of one's own.
SELECT vecext.add_vector('shelf_vectors', 'any', '{"size": null, "distance": "euclid"}');
SELECT vecext.rename_vector('shelf_vectors', 'any', 'some');
SELECT vecext.update_vectors('shelf_vectors', '[{"id": 1, "vector": {"some": [1, 2]}}]');
SELECT pg_temp.outcome($$SELECT vecext.update_vectors('shelf_vectors', '[{"id": 2, "vector": {"some": [1, 2, 3]}}]')$$);
SELECT vecext.create_vector_indexes('shelf_vectors');
SELECT vecext.add_vector('shelf_vectors', 'words', '{"type": "sparsevec"}');
ALTER TABLE shelf_vectors ADD COLUMN mine halfvec(2);
SELECT vecext.add_vector('shelf_vectors', 'own', '{"column": "mine", "distance": "cosine"}');
SELECT name, column_name, distance FROM vecext.collection_vectors WHERE relid = 'shelf_vectors'::regclass ORDER BY 1;
SELECT pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$add_vector('shelf_vectors', 'new', '{"size": 3, "distance": "dot"}')$$,
    $$add_vector('shelf_vectors', repeat('v', 201), '{"size": 3, "distance": "dot"}')$$, $$add_vector('shelf_vectors', 'c', '{"size": 3}')$$,
    $$add_vector('shelf_vectors', 'c', '{"column": "payload", "distance": "dot"}')$$, $$add_vector('nothing', 'c', '{}')$$,
    $$drop_vector('shelf_vectors', 'a')$$, $$rename_vector('shelf_vectors', 'new', 'own')$$, $$rename_vector('shelf_vectors', 'a', 'b')$$,
    $$add_vector('shelf_vectors', NULL, '{"size": 3, "distance": "dot"}')$$, $$drop_vector('shelf_vectors', NULL)$$, $$rename_vector('shelf_vectors', 'new', NULL)$$]) call;
CREATE ROLE regress_shelf;
SET ROLE regress_shelf;
SELECT pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$add_vector('shelf_vectors', 'c', '{"size": 3, "distance": "dot"}')$$,
    $$add_vector('shelf_vectors', 'c', '{"column": "mine", "distance": "cosine"}')$$, $$drop_vector('shelf_vectors', 'new')$$,
    $$rename_vector('shelf_vectors', 'new', 'old')$$, $$set_payload_schema('shelf_vectors', '{}')$$]) call;
RESET ROLE;
DROP ROLE regress_shelf;

-- The payload schema: points that do not satisfy the new one are an error; constraints of others stay.
ALTER TABLE shelf_vectors ADD CONSTRAINT own CHECK (id > 0);
SELECT pg_temp.outcome($$SELECT vecext.set_payload_schema('shelf_vectors', '{"x": "integer"}')$$);
SELECT vecext.set_payload_schema('shelf_vectors', '{"x": "keyword", "n": "float"}');
SELECT vecext.upsert('shelf_vectors', '[{"id": 3, "payload": {"n": 1.5}}, {"id": 4}]');
SELECT pg_temp.outcome($$SELECT vecext.upsert('shelf_vectors', '[{"id": 5, "payload": {"x": 1}}]')$$), pg_temp.outcome($$SELECT vecext.upsert('shelf_vectors', '[{"id": 0}]')$$);
SELECT vecext.set_payload_schema('shelf_vectors', '{}');
SELECT vecext.upsert('shelf_vectors', '[{"id": 5, "payload": {"x": 1, "n": "no number"}}]');
SELECT vecext.collection_info('shelf_vectors') -> 'payload_schema' AS schema, array_agg(conname ORDER BY conname) FROM pg_constraint WHERE conrelid = 'shelf_vectors'::regclass AND contype = 'c';
-- A bound of strict mode goes by null; others stay.
SELECT vecext.update_collection('shelf_vectors', '{"strict_mode": {"max_query_limit": null}}');
SELECT vecext.collection_info('shelf_vectors') -> 'options' AS options, (SELECT count(*) FROM vecext.search('shelf_vectors', '[0, 1, 0]', 100, vector_name => 'new'));
SELECT vecext.drop_collection('shelf_vectors');
-- The first vector fixes the size for all partitions of a table.
CREATE TABLE shelf_parts (id bigint PRIMARY KEY, filler int, payload jsonb) PARTITION BY RANGE (id);
CREATE TABLE shelf_parts_1 PARTITION OF shelf_parts FOR VALUES FROM (0) TO (10);
CREATE TABLE shelf_parts_2 (payload jsonb, id bigint NOT NULL, filler int);
ALTER TABLE shelf_parts ATTACH PARTITION shelf_parts_2 FOR VALUES FROM (10) TO (20);
ALTER TABLE shelf_parts DROP COLUMN filler;
SELECT vecext.register_collection('shelf_parts');
SELECT vecext.add_vector('shelf_parts', 'late', '{"size": null, "distance": "cosine"}');
SELECT vecext.upsert('shelf_parts', '[{"id": 1, "vector": {"late": [1, 2, 3]}}]');
SELECT vecext.rename_vector('shelf_parts', 'late', 'later');
SELECT pg_temp.outcome(format($$SELECT vecext.upsert('shelf_parts', '[{"id": %s, "vector": {"later": %s}}]')$$, id, vector))
FROM (VALUES (2, '[1, 2]'), (12, '[1, 2]'), (13, '[3, 2, 1]')) v(id, vector);
SELECT vecext.create_vector_indexes('shelf_parts');
SELECT id, score FROM vecext.search('shelf_parts', '[1, 2, 3]', vector_name => 'later');
SELECT vecext.drop_collection('shelf_parts');
