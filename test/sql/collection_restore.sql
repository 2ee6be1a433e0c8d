-- A table that was a collection elsewhere is made one again by its definition.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA shelf;
SET search_path = shelf, public;
CREATE FUNCTION pg_temp.same(old jsonb, new jsonb) RETURNS jsonb LANGUAGE sql AS $$
    -- What differs between two definitions.
    SELECT coalesce(jsonb_object_agg(key, new -> key), '{}') FROM jsonb_object_keys(old || new) key WHERE old -> key IS DISTINCT FROM new -> key
$$;

SELECT vecext.create_collection('films', '{"": {"size": 2, "distance": "cosine", "hnsw": {"m": 8}}, "id": {"size": 2, "distance": "dot", "index": "none"}, "words": {"type": "sparsevec"},
    "any": {"size": null, "distance": "euclid"}, "many": {"size": 2, "distance": "dot", "multivector": true}}', '{"year": {"type": "integer", "required": true}}',
    '{"index_threshold": 0, "strict_mode": {"max_query_limit": 50}, "config": {"a": {"b": 1}}, "metadata": {"owner": "us"}}');
SELECT vecext.create_payload_index('films', key, type, options::jsonb) FROM (VALUES ('lang', 'keyword', '{}'), ('year', 'integer', '{}'), ('u', 'uuid', '{"scalar_only": true}'),
    ('t', 'text', '{"tokenizer": "word", "min_token_len": 2}'), ('gone', 'is_empty', '{}')) v(key, type, options);
SELECT vecext.set_payload_index('films', 'tenant', 'keyword', '{"is_tenant": true}');
SELECT vecext.upsert('films', '[{"id": 1, "vector": {"": [1, 0], "any": [1, 2, 3]}, "payload": {"year": 1999, "lang": "en", "t": "some words"}}]');
UPDATE vecext.collections SET created_at = '2020-02-02 02:02:02+00' WHERE name = 'films';
SELECT jsonb_pretty(vecext.collection_definition('films'));
SELECT vecext.create_alias('movies', 'films');
SELECT vecext.collection_definition('movies') = vecext.collection_definition('shelf.films') AS same;
SELECT vecext.collection_definition('films')::text AS definition \gset

-- As it was, where the table has all its indexes.
SELECT vecext.unregister_collection('films');
SELECT vecext.restore_collection('films', :'definition');
SELECT pg_temp.same(:'definition', vecext.collection_definition('films')), vecext.collection_info('films') ->> 'status' AS status;
SELECT id, score FROM vecext.search('films', '[1, 1]', filter => '{"must": [{"key": "year", "match": {"value": 1999}}]}');
SELECT pg_temp.outcome($$SELECT vecext.upsert('films', '[{"id": 2, "vector": {"any": [1, 2]}, "payload": {"year": 1}}]')$$), pg_temp.outcome($$SELECT vecext.upsert('films', '[{"id": 2, "payload": {"year": "x"}}]')$$),
    pg_temp.outcome($$SELECT count(*) FROM vecext.search('films', '[1, 1]', 51)$$), pg_temp.outcome($$SELECT vecext.upsert('films', '[{"id": 2, "payload": {"year": 1, "u": []}}]')$$);
-- It is refused twice.
SELECT pg_temp.outcome(format('SELECT vecext.restore_collection(''films'', %L)', :'definition')), pg_temp.outcome(format('SELECT vecext.restore_collection(''films'', %L, ''other'')', :'definition'));

-- A copy under another name, without the indexes and constraints: those on payloads are made again, those of vectors wait for create_vector_indexes.
CREATE TABLE copied (LIKE films INCLUDING DEFAULTS, PRIMARY KEY (id));
INSERT INTO copied SELECT * FROM films;
SELECT vecext.restore_collection('copied', :'definition', 'copied');
SELECT pg_temp.same(:'definition', vecext.collection_definition('copied') - 'payload_indexes');
SELECT i.key, i.type, i.options, i.index, i.array_index, i.constraint_name, i.requested FROM vecext.payload_indexes i WHERE relid = 'copied'::regclass ORDER BY 1;
SELECT vecext.create_vector_indexes('copied'), vecext.collection_info('copied') ->> 'status' AS status;
SELECT count(*) FROM pg_index WHERE indrelid = 'copied'::regclass;
-- Some of them are there under their names.
SELECT vecext.collection_definition('copied')::text AS definition, vecext.unregister_collection('copied') \gset
DROP INDEX copied_lang_keyword_idx, copied_year_array_idx;
ALTER TABLE copied DROP CONSTRAINT copied_u_scalar;
ALTER TABLE copied RENAME TO "other name";
SELECT vecext.restore_collection('"other name"', :'definition', NULL);
SELECT c.name, c.relid, c.named_by_table FROM vecext.collections c WHERE relid = '"other name"'::regclass;
SELECT i.key, i.type, i.options, i.index, i.array_index, i.constraint_name FROM vecext.payload_indexes i WHERE relid = '"other name"'::regclass ORDER BY 1;
SELECT vecext.drop_collection('copied');

-- The least of a definition, and no payload.
CREATE TABLE bare (nr int8 PRIMARY KEY);
SELECT vecext.restore_collection('bare', '{"id_column": "nr"}');
SELECT vecext.collection_definition('bare') - 'created_at' AS definition, vecext.drop_collection('bare');
-- Vectors without a size, in a table that has no triggers: the size is the one that the definition has, or that of the first value.
SELECT vecext.create_collection('unsized', '{"a": {"size": null, "distance": "dot"}, "b": {"size": null, "distance": "dot"}, "many": {"size": null, "distance": "dot", "multivector": true}}');
INSERT INTO unsized (id, a) VALUES (1, '[1, 2]');
SELECT vecext.collection_definition('unsized')::text AS definition \gset
CREATE TABLE resized (LIKE unsized INCLUDING DEFAULTS, PRIMARY KEY (id));
SELECT vecext.restore_collection('resized', :'definition', 'resized');
INSERT INTO resized (id, b) VALUES (1, '[1, 2, 3]');
SELECT pg_temp.outcome($$INSERT INTO resized (id, a) VALUES (2, '[1]')$$), pg_temp.outcome($$INSERT INTO resized (id, b) VALUES (2, '[1]')$$);
INSERT INTO resized (id, a, b, many) VALUES (2, '[1, 2]', '[1, 2, 3]', ARRAY['[1]', '[1, 2]']::vector[]) RETURNING a, b, many;
SELECT vecext.drop_collection('resized'), vecext.drop_collection('unsized');
CREATE TABLE bare (nr int8 PRIMARY KEY, v vector(2), p jsonb);
-- What is refused leaves nothing.
SELECT definition, pg_temp.outcome(format('SELECT vecext.restore_collection(''bare'', %L)', definition)) FROM unnest(ARRAY['[]', 'null', '{}', '{"id_column": "id"}', '{"id_column": 7}', '{"id_column": "nr", "payload_column": "v"}',
    '{"id_column": "nr", "x": 1}', '{"id_column": "nr", "options": {"id": "uuid"}}', '{"id_column": "nr", "options": {"metadata": 1}}', '{"id_column": "nr", "config": []}', '{"id_column": "nr", "created_at": "yesterdy"}',
    '{"id_column": "nr", "payload_schema": {"a": "varchar"}}', '{"id_column": "nr", "vectors": {"": {"column": "p", "distance": "dot"}}}', '{"id_column": "nr", "vectors": {"": {"column": "v", "distance": "hamming"}}}',
    '{"id_column": "nr", "vectors": {"": {"column": "v", "distance": "dot", "params": {"index": "flat"}}}}', '{"id_column": "nr", "vectors": []}', '{"id_column": "nr", "name": "films"}', '{"id_column": "nr", "name": ""}',
    '{"id_column": "nr", "payload_indexes": [{"key": "k", "type": "keyword", "options": {}}]}', '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "words", "options": {}}]}',
    '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "keyword"}]}', '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "keyword", "options": {"a": 1}}]}',
    '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "keyword", "options": {}, "requested": 1}]}', '{"id_column": "nr", "payload_column": "p", "payload_indexes": {}}',
    '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "keyword", "options": {}}, {"key": "k", "type": "keyword", "options": {}}]}',
    '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "text", "options": {"config": "nowhere.none"}}]}']) definition;
-- An index that is not one of payloads is left to what it is for: the definition gets another one.
SELECT vecext.restore_collection('bare', '{"id_column": "nr", "payload_column": "p", "payload_indexes": [{"key": "k", "type": "keyword", "options": {}, "index": "bare_pkey"}]}');
SELECT i.key, i.type, i.index FROM vecext.payload_indexes i WHERE relid = 'bare'::regclass;
SELECT vecext.drop_payload_index('bare', 'k'), vecext.unregister_collection('bare');
SELECT vecext.restore_collection(NULL, '{"id_column": "nr"}') IS NULL AS is_null, pg_temp.outcome($$SELECT vecext.restore_collection('bare', NULL)$$), pg_temp.outcome($$SELECT vecext.collection_definition('nothing')$$),
    pg_temp.outcome($$SELECT vecext.collection_definition(NULL)$$);
SELECT name FROM vecext.collections;

-- The owner of the table does so, and nobody else.
CREATE ROLE regress_restore_owner;
GRANT USAGE, CREATE ON SCHEMA shelf TO regress_restore_owner;
GRANT SELECT ON films TO regress_restore_owner;
SELECT vecext.collection_definition('films')::text AS definition, vecext.unregister_collection('films') \gset
SET ROLE regress_restore_owner;
SELECT pg_temp.outcome(format('SELECT vecext.restore_collection(''films'', %L)', :'definition'));
CREATE TABLE own (LIKE films, PRIMARY KEY (id));
SELECT vecext.restore_collection('own', :'definition', 'mine');
SELECT vecext.upsert('mine', '[{"id": 1, "vector": {"": [1, 0]}, "payload": {"year": 1999}}]');
SELECT vecext.collection_definition('mine') - '{payload_indexes,vectors,payload_schema}'::text[] AS definition;
SELECT cfgname, cfgowner::regrole FROM pg_ts_config WHERE cfgname ~ '^own';
SELECT vecext.drop_collection('mine');
RESET ROLE;
SELECT cfgname FROM pg_ts_config WHERE cfgname ~ '^own';
DROP OWNED BY regress_restore_owner;
DROP ROLE regress_restore_owner;
DROP SCHEMA shelf CASCADE;
