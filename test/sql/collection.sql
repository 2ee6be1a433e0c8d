-- Collections: created, registered, described, changed, renamed, dropped; what they refuse; whose they are.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA shelf;
SET search_path = shelf, public;

-- A collection is a table.
SELECT vecext.create_collection('articles', '{"size": 3, "distance": "cosine"}');
\d articles
INSERT INTO articles VALUES (1, '[1,2,3]', '{"lang": "en"}'), (2, NULL, DEFAULT);
SELECT id FROM articles ORDER BY embedding <=> '[1,2,3]' LIMIT 1;
SELECT vecext.collection_table('articles'), vecext.collection_exists('articles'), vecext.collection_exists('article');
SELECT relid, name, id_column, payload_column, payload_schema, options, named_by_table FROM vecext.collections;
SELECT * FROM vecext.collection_vectors;

-- Several vectors, of every type; a schema of the payload; ids of other types.
SELECT vecext.create_collection('Many "Vectors"', '{
        "title": {"size": 4, "distance": "Euclid", "hnsw": {"m": 8, "ef_construction": 32}},
        "half": {"size": 4, "type": "halfvec", "distance": "manhattan", "index": "none"},
        "words": {"size": 1000, "type": "sparsevec", "distance": "dot"},
        "bits": {"size": 8, "type": "bit", "distance": "jaccard"},
        "pieces": {"size": 2, "distance": "dot", "multivector": {"comparator": "max_sim"}},
        "codes": {"size": 8, "distance": "cosine", "ivfpq": {"lists": 1}, "quantization": {"bits": 4, "rerank": "int8"}},
        "any": {"size": null, "distance": "cosine"}}',
    '{"lang": "keyword", "year": {"type": "integer", "required": true}, "at.t": {"type": "datetime", "array": false},
      "\"a.b\"": "uuid", "place": "geo", "tags": {"type": "text", "array": true}, "n": "float", "ok": "bool", "o": "object"}',
    '{"id": "uuid"}');
\d "Many ""Vectors"""
SELECT v.name, v.column_name, v.distance, v.params FROM vecext.collection_vectors v
WHERE relid = 'shelf."Many ""Vectors"""'::regclass ORDER BY 1;
-- What the schema lets in: true, or the error.
CREATE FUNCTION pg_temp.admits(payload jsonb) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO shelf."Many ""Vectors""" (id, payload) VALUES (gen_random_uuid(), payload);
    RETURN 'yes';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
SELECT p, pg_temp.admits(p::jsonb) FROM (VALUES
    ('{"year": 1}'), ('{}'), ('{"year": null}'), ('{"year": 1.5}'), ('{"year": [1, 2]}'), ('{"year": [1, "2"]}'), ('{"year": []}'),
    ('{"year": 1, "lang": "en"}'), ('{"year": 1, "lang": 1}'), ('{"year": 1, "lang": null}'), ('{"year": 1, "lang": {"a": "b"}}'),
    ('{"year": 1, "at": {"t": "2020-01-01T00:00:00Z"}}'), ('{"year": 1, "at": {"t": ["2020-01-01"]}}'), ('{"year": 1, "at": {"t": "x"}}'),
    ('{"year": 1, "a.b": "550e8400-e29b-41d4-a716-446655440000"}'), ('{"year": 1, "a.b": "550e"}'),
    ('{"year": 1, "place": {"lon": 1, "lat": 2}}'), ('{"year": 1, "place": [{"lon": 1, "lat": 2}]}'), ('{"year": 1, "place": {"lon": 1}}'),
    ('{"year": 1, "tags": ["a", "b"]}'), ('{"year": 1, "tags": ["a", ["b"]]}'), ('{"year": 1, "n": 1.5, "ok": true, "o": {}}'),
    ('{"year": 1, "n": "1.5"}'), ('{"year": 1, "ok": 1}'), ('{"year": 1, "o": [{}, 1]}')) v(p);

-- What a request is refused for; nothing stays of it.
SELECT left(request, 100) AS request, pg_temp.outcome(format('SELECT vecext.create_collection(''refused'', %L)', request)) FROM (VALUES
    ('[]'), ('null'), ('{"size": 3}'), ('{"distance": "cosine"}'), ('{"size": 3, "distance": "Cosinus"}'),
    ('{"size": 3, "distance": 7}'), ('{"size": 3, "distance": "hamming"}'), ('{"size": 0, "distance": "dot"}'),
    ('{"size": 16001, "distance": "dot"}'), ('{"size": 1.5, "distance": "dot"}'), ('{"size": "3", "distance": "dot"}'),
    ('{"size": 3, "distance": "dot", "type": "text"}'), ('{"size": 3, "distance": "dot", "color": 1}'),
    ('{"size": 3, "distance": "cosine", "type": "bit"}'), ('{"size": 3, "distance": "dot", "hnsw": {"m": 1}}'),
    ('{"size": 3, "distance": "dot", "hnsw": {"M": 16}}'), ('{"size": 3, "distance": "dot", "hnsw": 16}'),
    ('{"size": 3, "distance": "dot", "hnsw": {}, "ivfpq": {}}'), ('{"size": 3, "distance": "dot", "index": "none", "hnsw": {}}'),
    ('{"size": 3, "distance": "dot", "index": "flat"}'), ('{"size": 3, "distance": "manhattan", "index": "ivfpq"}'),
    ('{"size": 3, "distance": "dot", "multivector": true, "index": "hnsw"}'), ('{"size": 3, "distance": "dot", "multivector": 1}'),
    ('{"size": 3, "distance": "dot", "multivector": {"comparator": "mean"}}'),
    ('{"size": 3, "distance": "dot", "quantization": {"bits": 4}}'), ('{"size": 3, "distance": "dot", "ivfpq": {"rerank": "fp8"}}'),
    ('{"a": 1}'), (format('{"%s": {"size": 3, "distance": "dot"}}', repeat('v', 201))),
    ('{"a b": {"size": 3, "distance": "l2"}}'), ('{"size": 3, "distance": "dot", "hnsw_config": {"ef_construct": 3}}'),
    (jsonb_build_object('size', 3, repeat('k', 100000), 1)::text)) v(request);
SELECT arguments, pg_temp.outcome('SELECT vecext.create_collection(' || arguments || ')') FROM (VALUES
    ($$'articles', '{}'$$), ($$'', '{}'$$), ($$repeat('x', 256), '{}'$$), ($$NULL, '{}'$$),
    ($$'refused', '{}', '[]'$$), ($$'refused', '{}', '{"a": "varchar"}'$$), ($$'refused', '{}', '{"a": {"type": "text", "must": 1}}'$$),
    ($$'refused', '{}', '{"a[]": "text"}'$$), ($$'refused', '{}', '{"a": {"type": "text", "array": 1}}'$$),
    ($$'refused', '{}', options => '{"id": "serial"}'$$), ($$'refused', '{}', options => '{"shards": 2}'$$),
    ($$'refused', '{}', options => '{"index_threshold": -1}'$$), ($$'refused', '{}', options => '{"schema": "nowhere"}'$$),
    ($$'refused', '{}', options => '{"strict_mode": {"max": 1}}'$$),
    ($$'refused', '{}', options => '{"strict_mode": {"max_query_limit": true}}'$$),
    ($$'refused', '{}', options => '{"strict_mode": {"search_allow_exact": 1}}'$$),
    ($$'refused', '{}', options => '{"strict_mode": {"max_timeout": 0}}'$$),
    ($$'refused', '{}', options => '{"strict_mode": {"read_rate_limit": 1}}'$$)) v(arguments);
-- A word in other case or with a letter wrong is understood, though not accepted.
\set SHOW_CONTEXT never
SELECT vecext.create_collection('refused', '{"Size": 3, "distance": "dot"}');
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "dot", "HNSW": {"m": 16}}');
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "dot", "hnsw": {"ef_constuct": 16}}');
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "consine"}');
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "l2"}');
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "dot", "type": "HalfVec"}');
SELECT vecext.create_collection('refused', '{}', '{"a": "keywords"}');
SELECT vecext.create_collection('refused', '{}', options => '{"strictMode": {}}');
SELECT vecext.create_payload_index('articles', 'a', 'Keyword');
SELECT * FROM vecext.query('articles', '{"query": [1, 2, 3], "withPayload": true, "limit": 1}');
SELECT * FROM vecext.query('articles', '{"query": [1, 2, 3], "Limit": 1}');
SELECT * FROM vecext.query('articles', '{"query": [1, 2, 3], "top": 1}');
\set SHOW_CONTEXT errors
-- The context of an error has the functions that its caller knows.
SELECT vecext.create_collection('misspelt', '{"size": 3, "distanc": "dot"}');
DO $$
DECLARE context text;
BEGIN
    PERFORM vecext.create_payload_index('articles', 'year', 'integers');
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RAISE WARNING '%', regexp_replace(context, 'line \d+ ', '', 'g');
END $$;
SET search_path = pg_temp;
SELECT pg_temp.outcome($$SELECT vecext.create_collection('refused', '{}')$$);
SET search_path = '';
SELECT pg_temp.outcome($$SELECT vecext.create_collection('refused', '{}')$$);
SET search_path = shelf, public;
CREATE TABLE taken ();
SELECT pg_temp.outcome($$SELECT vecext.create_collection('taken', '{}')$$);
SELECT to_regclass('refused'), count(*) FROM vecext.collections;
BEGIN;
SELECT vecext.create_collection('refused', '{"size": 3, "distance": "dot"}');
ROLLBACK;
SELECT to_regclass('refused'), count(*) FROM vecext.collections;
SELECT pg_temp.outcome($$SELECT vecext.collection_table('refused')$$);

-- Indexes that wait: for rows, for a size.
SELECT vecext.create_collection('later', '{"a": {"size": null, "distance": "cosine"}, "b": {"size": 2, "distance": "dot"},
    "c": {"size": null, "type": "bit", "distance": "hamming"}, "d": {"size": null, "type": "sparsevec", "distance": "dot"}}',
    options => '{"index_threshold": 100, "id": "text"}');
SELECT name, status FROM vecext.list_collections() ORDER BY 1;
SELECT vecext.create_vector_indexes('later');
SELECT vecext.create_collection('wait', '{"size": 2, "distance": "dot"}', options => '{"index_threshold": 2}');
INSERT INTO wait VALUES (1, '[1,2]');
SELECT vecext.create_vector_indexes();
INSERT INTO wait VALUES (2, '[1,2]');
SELECT vecext.create_vector_indexes();
SELECT status FROM vecext.collection_stats WHERE name = 'wait';
-- One that can have no index keeps none of the others waiting.
SELECT vecext.drop_collection('wait');
SELECT vecext.create_collection(name, '{"size": 2, "distance": "dot"}', options => '{"index_threshold": 2}') FROM unnest('{spoiled,wait}'::text[]) name;
ALTER TABLE spoiled ALTER embedding TYPE text;
INSERT INTO spoiled VALUES (1, 'a'), (2, 'b');
INSERT INTO wait VALUES (1, '[1,2]'), (2, '[1,2]');
SELECT vecext.create_vector_indexes();
SELECT status FROM vecext.collection_stats WHERE name = 'wait';
SELECT vecext.drop_collection('wait');
DROP TABLE spoiled;
-- An integer may have a fraction of zero.
SELECT vecext.create_collection('wait', '{"size": 2.0, "distance": "dot", "hnsw": {"m": 8.0}}', options => '{"index_threshold": 2.0}');
SELECT options, params FROM vecext.collections c JOIN vecext.collection_vectors USING (relid) WHERE c.name = 'wait';
INSERT INTO wait VALUES (1, '[1,2]');
SELECT vecext.create_vector_indexes();
INSERT INTO wait VALUES (2, '[1,2]');
SELECT vecext.create_vector_indexes();
SELECT vecext.update_collection('wait', '{"index_threshold": 1e1, "vectors": {"": {"hnsw": {"ef_construction": 4e1}}},
    "strict_mode": {"max_payload_index_count": 1.0, "max_query_limit": 5.0}}');
SELECT reloptions FROM pg_class WHERE oid = 'wait_embedding_idx'::regclass;
SELECT vecext.create_payload_index('wait', 'a', 'keyword');
SELECT pg_temp.outcome($$SELECT vecext.create_payload_index('wait', 'b', 'keyword')$$), pg_temp.outcome($$SELECT FROM vecext.scroll('wait', limit_ => 6)$$);
SELECT vecext.drop_collection('wait');
SELECT vecext.create_collection('wait', '{"size": 2, "distance": "dot"}', options => '{"index_threshold": 0.0}');
SELECT vector_indexes FROM vecext.collection_stats WHERE name = 'wait';
SELECT vecext.drop_collection('wait');
SELECT vecext.create_collection('wait', '{"size": null, "distance": "dot"}');
UPDATE vecext.collection_vectors SET params = params || '{"index": "hnsw", "size": 2.0}' WHERE relid = 'wait'::regclass;
INSERT INTO wait VALUES (1, '[1,2]');
SELECT pg_temp.outcome($$INSERT INTO wait VALUES (2, '[1,2,3]')$$);
SELECT vecext.create_vector_indexes('wait');
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'wait'::regclass AND attname = 'embedding';
SELECT vecext.drop_collection('wait');
-- The first vector fixes the size, unless it is rolled back.
BEGIN;
INSERT INTO later VALUES ('x', '[1,2]', NULL, NULL, '{}/3'), ('y', '[3,4]', NULL, B'1', NULL);
SELECT name, params -> 'size' AS size FROM vecext.collection_vectors WHERE relid = 'later'::regclass ORDER BY 1;
SAVEPOINT s;
SELECT pg_temp.outcome($$INSERT INTO later (id, a) VALUES ('z', '[1,2,3]')$$);
SELECT pg_temp.outcome($$UPDATE later SET d = '{}/4'$$);
SELECT pg_temp.outcome($$INSERT INTO later (id, c) VALUES ('z', B'11')$$);
ROLLBACK;
INSERT INTO later VALUES ('x', '[1,2,3]', '[1,2]', B'0101', '{1:1}/9');
SELECT pg_temp.outcome($$INSERT INTO later (id, a) VALUES ('y', '[1,2]')$$);
SELECT pg_temp.outcome($$UPDATE later SET c = B'01'$$);
UPDATE later SET payload = '{"a": 1}', a = '[4,5,6]', d = NULL;
UPDATE later SET d = '{1:1}/9';
\d later
SELECT vecext.create_vector_indexes('later');
SELECT vecext.create_vector_indexes('later');
\d later
SELECT name, params FROM vecext.collection_vectors WHERE relid = 'later'::regclass ORDER BY 1;
SELECT pg_temp.outcome($$INSERT INTO later (id, a) VALUES ('y', '[1,2]')$$);

-- A table that the user has made.
CREATE TABLE made (nr int PRIMARY KEY, "the vector" halfvec(2), more vector(3), doc jsonb, other text, loose int UNIQUE);
SELECT arguments, pg_temp.outcome('SELECT vecext.register_collection(' || arguments || ')') FROM (VALUES
    ($$'made'$$), ($$'made', id_column => 'other'$$), ($$'made', id_column => 'loose'$$), ($$'made', id_column => 'doc'$$), ($$'made', id_column => 'nr'$$),
    ($$'made', id_column => 'nr', payload_column => 'other'$$),
    ($$'made', id_column => 'nr', payload_column => 'doc', vectors => '{"column": "x", "distance": "dot"}'$$),
    ($$'made', id_column => 'nr', payload_column => 'doc', vectors => '{"column": "other", "distance": "dot"}'$$),
    ($$'made', id_column => 'nr', payload_column => 'doc', vectors => '{"column": "more", "distance": "hamming"}'$$),
    ($$'made', id_column => 'nr', payload_column => 'doc', vectors => '{"a": {"column": "more"}}'$$),
    ($$'made', id_column => 'nr', payload_column => 'doc', vectors => '{"a": {"column": "more", "distance": "dot", "m": 3}}'$$),
    ($$'made', 'articles', 'nr', payload_column => 'doc'$$), ($$'pg_temp.outcome'$$), ($$'pg_tables'$$)) v(arguments);
-- Ids that differ are not to be equal.
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TABLE cased (id text COLLATE any_case PRIMARY KEY, payload jsonb);
SELECT pg_temp.outcome($$SELECT vecext.register_collection('cased')$$);
ALTER TABLE cased ALTER id TYPE text COLLATE "C";
SELECT vecext.register_collection('cased');
SELECT vecext.upsert('cased', '[{"id": "a"}, {"id": "A"}]');
DELETE FROM cased WHERE id = 'a';
ALTER TABLE cased ALTER id TYPE text COLLATE any_case;
SELECT pg_temp.outcome($$SELECT vecext.upsert('cased', '[{"id": "a"}, {"id": "A"}]')$$), pg_temp.outcome($$SELECT FROM vecext.scroll('cased')$$);
DROP TABLE cased;
DROP COLLATION any_case;
SELECT vecext.register_collection('made', 'My Things', 'nr', '{"": {"column": "the vector", "distance": "dot"},
    "more": {"column": "more", "distance": "euclid"}}', 'doc');
SELECT pg_temp.outcome($$SELECT vecext.register_collection('made', 'again', 'nr', payload_column => 'doc')$$);
SELECT jsonb_pretty(vecext.collection_info('My Things') - '{bytes,table_bytes,index_bytes,created_at}'::text[]);

-- The registry follows the table.
ALTER TABLE made RENAME COLUMN nr TO number;
ALTER TABLE made RENAME COLUMN "the vector" TO v;
ALTER TABLE made RENAME TO things;
SELECT relid, name, id_column, payload_column, payload_schema, options, named_by_table FROM vecext.collections WHERE relid = 'things'::regclass;
SELECT * FROM vecext.collection_vectors WHERE relid = 'things'::regclass ORDER BY name;
ALTER TABLE things DROP COLUMN doc, DROP COLUMN more;
SELECT c.payload_column, v.name FROM vecext.collections c JOIN vecext.collection_vectors v USING (relid) WHERE relid = 'things'::regclass;
-- Columns may be renamed by a table that it inherits from, a foreign one too, or by its type.
CREATE TABLE parent (id int8, emb vector(2));
CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
CREATE TYPE pair AS (id int8, emb vector(2));
CREATE TABLE typed OF pair (PRIMARY KEY (id));
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE far (id int8, emb vector(2)) SERVER nowhere;
CREATE TABLE near (PRIMARY KEY (id)) INHERITS (far);
SELECT vecext.register_collection(t, vectors => '{"": {"column": "emb", "distance": "euclid"}}', payload_column => NULL) FROM unnest('{child,typed,near}'::regclass[]) t;
ALTER TABLE parent RENAME emb TO embedding;
ALTER TABLE parent RENAME id TO nr;
ALTER TYPE pair RENAME ATTRIBUTE emb TO embedding CASCADE;
ALTER FOREIGN TABLE far RENAME emb TO embedding;
ALTER FOREIGN TABLE far RENAME id TO nr;
SELECT c.name, id_column, column_name FROM vecext.collections c JOIN vecext.collection_vectors USING (relid) WHERE c.name IN ('child', 'typed', 'near') ORDER BY 1;
DROP TABLE child, parent, typed, near;
DROP TYPE pair;
DROP FOREIGN TABLE far;
DROP FOREIGN DATA WRAPPER nowhere CASCADE;
-- The body of a request of Qdrant's clients, with what they write where nothing was said.
SELECT vecext.create_collection('from_qdrant', '{"vectors": {"size": 4, "distance": "Dot", "hnsw_config": {"m": 20, "ef_construct": null, "on_disk": null},
    "quantization_config": null, "on_disk": true, "multivector_config": null, "datatype": "float16"}}');
SELECT v.key, v.value ->> 'type' AS type, v.value #>> '{index,options}' AS options FROM jsonb_each(vecext.collection_info('from_qdrant') -> 'vectors') v;
SELECT vecext.add_vector('from_qdrant', 'b', '{"size": 2, "distance": "Cosine", "hnsw_config": null}');
SELECT pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$add_vector('from_qdrant', 'c', '{"size": 2, "distance": "Dot", "quantization_config": {"scalar": {}}}')$$,
    $$add_vector('from_qdrant', 'c', '{"size": 2, "distance": "Dot", "hnsw_config": {"full_scan_threshold": 5}}')$$,
    $$search('from_qdrant', '[1, 2, 3, 4]', params => '{"hnsw_ef": null, "exact": false, "indexed_only": false, "quantization": null}')$$,
    $$search('from_qdrant', '[1, 2, 3, 4]', params => '{"indexed_only": true}')$$]) call;
SELECT params, pg_temp.outcome(format($$SELECT vecext.search('from_qdrant', '[1, 2, 3, 4]', params => %L)$$, params)) FROM unnest(ARRAY[
    '{"hnsw_ef": null, "exact": null, "quantization": null, "indexed_only": null, "acorn": null, "idf": null}', '{"acorn": {"enable": true, "max_selectivity": 0.4}, "idf": "global"}',
    '{"acorn": {"enabled": true}}', '{"acorn": true}', '{"idf": "local"}', '{"idf": {"corpus": {}}}']) params;
SELECT spec, pg_temp.outcome(format($$SELECT vecext.add_vector('from_qdrant', 'with it', %L), vecext.drop_vector('from_qdrant', 'with it')$$, '{"size": 2, "distance": "Dot"}'::jsonb || spec)) FROM unnest(ARRAY[
    '{"memory": "cold", "on_disk": null, "hnsw_config": {"m": 8, "memory": "pinned", "on_disk": false, "payload_m": null}}', '{"memory": "disk"}', '{"memory": null}']::jsonb[]) spec;
SELECT pg_temp.outcome(format($$SELECT vecext.create_collection('from_qdrant_too', '%s')$$, body)) FROM unnest(ARRAY['{"vectors": {"size": 4, "distance": "Dot"}, "sparse_vectors": {"words": {}}}',
    '{"vectors": {"size": 4, "distance": "Dot"}, "hnsw_config": {"m": 20}}', '{"vectors": {"size": 4, "distance": "Dot"}, "shard_number": 2}',
    '{"vectors": {"size": 4, "distance": "Dot"}, "on_disk_payload": true, "hnsw_config": null, "optimizers_config": {}, "payload": null, "id_tracker": null}']) body;
SELECT vecext.drop_collection('from_qdrant_too');
-- The vectors that there are.
\set SHOW_CONTEXT never
SELECT vecext.search('from_qdrant', '[1, 2]', vector_name => 'x');
SELECT vecext.drop_vector('from_qdrant', 'x');
SELECT vecext.rename_vector('from_qdrant', 'x', 'y');
SELECT vecext.upsert('from_qdrant', '[{"id": 1, "vector": {"b": [1, 2], "x": [1, 2]}}]');
SELECT vecext.drop_vector('from_qdrant', '');
SELECT vecext.search('from_qdrant', '[1, 2, 3, 4]');
SELECT vecext.upsert('from_qdrant', '[{"id": 1, "vector": [1, 2, 3, 4]}]');
SELECT vecext.drop_vector('from_qdrant', 'b');
SELECT vecext.query('from_qdrant', '{"query": [1, 2], "using": "b"}');
\set SHOW_CONTEXT errors
SELECT vecext.drop_collection('from_qdrant');
-- A schema may be renamed, and another one take its name: the statements that the session keeps follow.
CREATE SCHEMA live;
CREATE SCHEMA next;
CREATE TABLE live.docs (id int8 PRIMARY KEY, payload jsonb, embedding vector(2));
CREATE TABLE next.docs (LIKE live.docs INCLUDING ALL);
INSERT INTO next.docs VALUES (1, '{"keep": "me"}', '[0,1]');
SELECT vecext.register_collection('live.docs', 'live docs', vectors => '{"": {"column": "embedding", "distance": "euclid"}}');
SELECT vecext.upsert('live.live docs', '[{"id": 1, "vector": [1, 0], "payload": {"n": 1}}]');
ALTER SCHEMA live RENAME TO old;
SELECT id, score FROM vecext.search('old.live docs', '[1,0]');
ALTER SCHEMA next RENAME TO live;
SELECT vecext.upsert('old.live docs', '[{"id": 1, "vector": [2, 0], "payload": {"n": 2}}]');
SELECT * FROM live.docs UNION ALL SELECT * FROM old.docs;
DROP TABLE live.docs, old.docs;
DROP SCHEMA live, old;
BEGIN;
ALTER TABLE things DROP COLUMN number;
SELECT vecext.collection_exists('My Things');
ROLLBACK;
SELECT vecext.unregister_collection('My Things');
SELECT vecext.collection_exists('My Things');
ALTER TABLE later RENAME TO soon;
SELECT vecext.collection_table('soon'), pg_temp.outcome($$SELECT vecext.collection_table('later')$$);
ALTER TABLE soon RENAME TO articles;
ALTER TABLE soon SET SCHEMA public;
ALTER TABLE public.soon RENAME TO articles;
SELECT vecext.collection_table('soon');
DROP TABLE public.soon;
SELECT pg_temp.outcome($$SELECT vecext.collection_table('soon')$$), count(*) FROM vecext.collection_vectors WHERE name = 'b';

-- Changes.
SELECT vecext.update_collection('articles', '{"index_threshold": 10, "strict_mode": {"max_query_limit": 100}}');
SELECT vecext.update_collection('articles', '{"strict_mode": {"search_allow_exact": false}, "vectors": {"": {"hnsw": {"m": 24, "ef_construction": 64}}}}');
SELECT options FROM vecext.collections WHERE name = 'articles';
SELECT reloptions FROM pg_class WHERE oid = 'articles_embedding_idx'::regclass;
SELECT options, pg_temp.outcome(format('SELECT vecext.update_collection(''articles'', %L)', options)) FROM (VALUES
    ('{"id": "uuid"}'), ('{"vectors": {"x": {}}}'), ('{"vectors": {"": {"ivfpq": {}}}}'), ('{"vectors": {"": {"hnsw": {"m": 0}}}}'),
    ('{"vectors": []}'), ('[]')) v(options);
SELECT pg_temp.outcome($$SELECT vecext.update_collection('nothing', '{}')$$);
SELECT vecext.rename_collection('articles', 'Essays');
SELECT vecext.collection_table('Essays'), vecext.collection_exists('articles');
SELECT names, pg_temp.outcome('SELECT vecext.rename_collection(' || names || ')') FROM (VALUES
    ($$'articles', 'x'$$), ($$'Essays', 'Essays'$$), ($$'Essays', 'Many "Vectors"'$$), ($$'Essays', 'taken'$$), ($$'Essays', ''$$)) v(names);

-- How much there is of them.
SELECT vecext.create_payload_index('Essays', 'lang', 'keyword');
ANALYZE "Essays";
SELECT name, relid, status, points, bytes = table_bytes + toast_bytes + vector_index_bytes + payload_index_bytes + other_index_bytes AS adds_up,
    vector_index_bytes = pg_relation_size('articles_embedding_idx') AS vectors,
    payload_index_bytes = pg_relation_size('"Essays_lang_keyword_idx"') AS payload, vector_indexes, payload_indexes
FROM vecext.collection_stats WHERE name = 'Essays';
SELECT name, relid, vector, column_name, distance, index, method, is_valid, bytes > 0 AS has_bytes, indexed_points, pending_points, dead_points
FROM vecext.collection_vector_stats ORDER BY name, vector COLLATE "C";

-- Whose they are.
CREATE ROLE regress_collection_user;
CREATE ROLE regress_collection_reader;
GRANT USAGE, CREATE ON SCHEMA shelf TO regress_collection_user;
GRANT USAGE ON SCHEMA shelf TO regress_collection_reader;
SET ROLE regress_collection_reader;
SELECT name FROM vecext.list_collections() ORDER BY 1;
SELECT indexed_points IS NULL AS is_hidden FROM vecext.collection_vector_stats WHERE name = 'Essays';
SELECT q, pg_temp.outcome(q) FROM (VALUES
    ($$SELECT vecext.create_collection('mine', '{}')$$),
    ($$SELECT vecext.drop_collection('Essays')$$),
    ($$SELECT vecext.rename_collection('Essays', 'mine')$$),
    ($$SELECT vecext.update_collection('Essays', '{"index_threshold": 0}')$$),
    ($$SELECT vecext.unregister_collection('Essays')$$),
    ($$SELECT vecext.register_collection('shelf.things', id_column => 'number', payload_column => NULL)$$),
    ($$INSERT INTO vecext.collections VALUES ('shelf.things', 'x', 'number')$$),
    ($$DELETE FROM vecext.collections$$), ($$UPDATE vecext.collection_vectors SET distance = 'dot'$$),
    ($$SELECT * FROM shelf."Essays"$$)) v(q);
SET ROLE regress_collection_user;
SELECT vecext.create_collection('mine', '{"size": 2, "distance": "euclid"}');
ALTER TABLE mine RENAME TO ours;
SELECT vecext.collection_table('ours');
SELECT vecext.drop_collection('ours');
SELECT vecext.drop_collection('ours', true), pg_temp.outcome($$SELECT vecext.drop_collection('ours')$$);
RESET ROLE;
SELECT session_user = current_user AS is_reset;

-- What is planted in public has no effect.
CREATE FUNCTION public.never(text, text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
CREATE FUNCTION public.never(jsonb, text) RETURNS jsonb LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
CREATE FUNCTION public.never(oid, oid) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = text, FUNCTION = public.never);
CREATE OPERATOR public.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = public.never);
CREATE OPERATOR public.-> (LEFTARG = jsonb, RIGHTARG = text, FUNCTION = public.never);
CREATE OPERATOR public.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = public.never);
CREATE FUNCTION public.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
CREATE FUNCTION public.jsonb_typeof(jsonb) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
CREATE FUNCTION public.current_schema() RETURNS name LANGUAGE plpgsql AS 'BEGIN RAISE ''planted''; END';
SET search_path = public, pg_catalog;
SELECT vecext.create_collection('planted', '{"size": 2, "distance": "cosine"}', '{"a": "integer", "b": {"type": "text", "array": true}}');
INSERT INTO planted VALUES (1, '[1,2]', '{"a": 1, "b": ["x"]}');
SELECT vecext.update_collection('planted', '{"index_threshold": 1}');
SELECT vecext.collection_info('planted') OPERATOR(pg_catalog.->) 'payload_schema';
SELECT vecext.rename_collection('planted', 'grown');
SELECT name FROM vecext.list_collections();
ALTER TABLE grown RENAME TO planted;
SELECT vecext.create_payload_index('planted', 'c', type, options::jsonb) FROM (VALUES ('keyword', '{}'), ('integer', '{}'), ('text', '{}'),
    ('uuid', '{"scalar_only": true}'), ('is_empty', '{}')) v(type, options);
SELECT vecext.drop_payload_index('planted', 'c');
SELECT vecext.create_alias('seed', 'planted');
SELECT vecext.switch_alias('seed', 'planted');
SELECT vecext.update_aliases('[{"rename_alias": {"old_alias_name": "seed", "new_alias_name": "root"}}]');
SELECT * FROM vecext.list_aliases();
SELECT vecext.drop_alias('root');
SELECT vecext.unregister_collection('planted');
SELECT vecext.register_collection('planted', vectors => '{"column": "embedding", "distance": "dot"}');
SELECT vecext.create_vector_indexes();
SELECT name, status, vector_indexes FROM vecext.collection_stats ORDER BY name COLLATE "C";
SELECT vecext.drop_collection('planted');
SET search_path = shelf, public;
DROP FUNCTION public.never(text, text), public.never(jsonb, text), public.never(oid, oid) CASCADE;
DROP FUNCTION public.format, public.jsonb_typeof(jsonb), public.current_schema();

-- One statement drops them all.
DROP SCHEMA shelf CASCADE;
SELECT count(*) FROM vecext.list_collections();
SELECT count(*) FROM vecext.collection_vectors;
REVOKE ALL ON SCHEMA public FROM regress_collection_user;
DROP ROLE regress_collection_user, regress_collection_reader;
