-- set_payload_index: afterwards a key has exactly that index.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SELECT vecext.create_collection('shop', '{"size": 2, "distance": "dot"}');
INSERT INTO shop (id, payload) VALUES (1, '{"k": "a", "n": 1}'), (2, '{"k": ["a", "b"], "n": [2]}'), (3, '{}');
CREATE VIEW pg_temp.indexes AS SELECT e ->> 'key' AS key, e ->> 'type' AS type, e ->> 'index' AS index, e -> 'options' AS options, e -> 'schema' AS schema
    FROM jsonb_array_elements(vecext.collection_info('shop') -> 'payload_indexes') e;

-- It is created, and a second call changes nothing: the index is the same.
SELECT vecext.set_payload_index('shop', 'k', 'keyword');
SELECT oid AS first FROM pg_class WHERE relname = 'shop_k_keyword_idx' \gset
SELECT vecext.set_payload_index('shop', 'k', 'keyword'), vecext.set_payload_index('shop', 'k', 'keyword', '{"type": "keyword", "is_tenant": null}');
SELECT count(*) FROM pg_class WHERE oid = :first;
SELECT * FROM pg_temp.indexes;
-- Options without an effect are kept as they were asked for; the index stays.
SELECT vecext.set_payload_index('shop', 'k', 'keyword', '{"is_tenant": true, "on_disk": false, "memory": "cold", "enable_hnsw": true, "prefix": {"min": 1}}');
SELECT *, (SELECT count(*) FROM pg_class WHERE oid = :first) AS same FROM pg_temp.indexes;
SELECT vecext.set_payload_index('shop', 'n', 'integer', '{"lookup": true, "range": false, "is_principal": true, "arrays": true}');
SELECT * FROM pg_temp.indexes;
-- Another type, or an option with an effect, replaces the index, with all that belongs to it.
SELECT vecext.set_payload_index('shop', 'n', 'float', '{"is_principal": true}');
SELECT vecext.set_payload_index('shop', 'k', 'uuid', '{"scalar_only": true}');
UPDATE shop SET payload = payload - 'k' WHERE id = 2;
SELECT vecext.set_payload_index('shop', 'k', 'uuid', '{"scalar_only": true}');
SELECT * FROM pg_temp.indexes;
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'shop'::regclass AND indexrelid::regclass::text ~ '_[kn]_' ORDER BY 1;
SELECT conname FROM pg_constraint WHERE conrelid = 'shop'::regclass AND contype = 'c';
SELECT vecext.set_payload_index('shop', 'k', 'keyword');
SELECT conname FROM pg_constraint WHERE conrelid = 'shop'::regclass AND contype = 'c';
-- Several indexes on a key, made by create_payload_index, become one; one of them may be the one that is asked for.
SELECT vecext.create_payload_index('shop', 'k', 'prefix'), vecext.create_payload_index('shop', 'k', 'is_empty');
SELECT oid AS first FROM pg_class WHERE relname = 'shop_k_keyword_idx' \gset
SELECT vecext.set_payload_index('shop', 'k', 'keyword', '{"is_tenant": true}');
SELECT *, (SELECT count(*) FROM pg_class WHERE oid = :first) AS same FROM pg_temp.indexes WHERE key = 'k';
SELECT vecext.create_payload_index('shop', 'k', 'bool');
SELECT vecext.set_payload_index('shop', 'k', 'text'), vecext.drop_payload_index('shop', 'n');
-- An index that create_payload_index has made is taken over; that function does not mind what was asked for.
SELECT vecext.create_payload_index('shop', 'n', 'integer');
SELECT vecext.set_payload_index('shop', 'n', 'integer', '{"range": true}');
SET client_min_messages = notice;
SELECT vecext.create_payload_index('shop', 'n', 'integer');
SELECT * FROM pg_temp.indexes;
-- A path is one key, however it is written.
SELECT vecext.create_payload_index('shop', '"p"."q"', 'keyword'), vecext.create_payload_index('shop', 'p.q', 'keyword');
SELECT vecext.set_payload_index('shop', 'p."q"', 'keyword', '{"is_tenant": true}');
SELECT * FROM pg_temp.indexes WHERE key ~ 'p';
-- A registry that was written before has keys as they were given, one of them perhaps in several ways.
UPDATE vecext.payload_indexes SET key = '"p".q' WHERE key = 'p.q';
SELECT vecext.create_payload_index('shop', 'p.q', 'keyword'), vecext.set_payload_index('shop', 'p.q', 'keyword');
SELECT * FROM pg_temp.indexes WHERE key ~ 'p';
SELECT vecext.create_payload_index('shop', 'p.q', 'float');
INSERT INTO vecext.payload_indexes SELECT relid, 'p.q', type, options, 'none' FROM vecext.payload_indexes WHERE key = '"p".q';
SELECT vecext.set_payload_index('shop', 'p.q', 'keyword', '{"on_disk": true}');
SELECT * FROM pg_temp.indexes WHERE key ~ 'p';
SELECT vecext.drop_payload_index('shop', '"p"."q"'), vecext.drop_payload_index('shop', 'p.q');
SELECT count(*) AS left FROM pg_temp.indexes WHERE key ~ 'p';
-- Keys with other characters than letters, digits, _ and - have quotes.
SELECT vecext.create_payload_index('shop', 'two words', 'keyword'), vecext.set_payload_index('shop', '"two words"', 'keyword');
SELECT key FROM pg_temp.indexes WHERE key ~ 'words';
SELECT vecext.drop_payload_index('shop', 'two words');
-- Options of words make a configuration, which goes with the index.
SELECT vecext.set_payload_index('shop', 'k', 'text', '{"type": "text", "tokenizer": "word", "lowercase": true, "stemmer": {"type": "snowball", "language": "english"}, "on_disk": true}');
SELECT vecext.set_payload_index('shop', 'k', 'text', '{"tokenizer": "word", "lowercase": true, "stemmer": {"type": "snowball", "language": "english"}}');
SELECT * FROM pg_temp.indexes;
SELECT cfgname FROM pg_ts_config WHERE cfgname ~ '^shop';
SELECT vecext.set_payload_index('shop', 'k', 'text', '{"tokenizer": "whitespace", "min_token_len": 2}');
SELECT cfgname FROM pg_ts_config WHERE cfgname ~ '^shop';
SELECT vecext.set_payload_index('shop', 'k', 'bm25', '{"k1": 1.5, "stopwords": "english"}');
SELECT * FROM pg_temp.indexes WHERE key = 'k';
SELECT vecext.set_payload_index('shop', 'k', 'text', '{"phrase_matching": null}');
SELECT cfgname FROM pg_ts_config WHERE cfgname ~ '^shop';
SET client_min_messages = warning;
-- An index that was dropped behind the back of the registry is made again.
ALTER EVENT TRIGGER vecext_registry_dropped DISABLE;
DROP INDEX shop_n_integer_idx;
ALTER EVENT TRIGGER vecext_registry_dropped ENABLE;
SELECT vecext.set_payload_index('shop', 'n', 'integer', '{"range": true}');
SELECT * FROM pg_temp.indexes;

-- What is refused leaves the indexes as they are.
SELECT call, pg_temp.outcome('SELECT vecext.set_payload_index(' || call || ')') FROM unnest(ARRAY[
    $$'shop', 'k', 'words'$$, $$'shop', 'k', NULL$$, $$'shop', NULL, 'keyword'$$, $$'shop', 'k[', 'keyword'$$, $$'nothing', 'k', 'keyword'$$, $$NULL, 'k', 'keyword'$$,
    $$'shop', 'k', 'keyword', '{"tenant": true}'$$, $$'shop', 'k', 'keyword', '[]'$$, $$'shop', 'k', 'integer', '{"type": "float"}'$$, $$'shop', 'k', 'keyword', '{"arrays": true}'$$,
    $$'shop', 'k', 'text', '{"stopwords": {"custom": "a"}}'$$, $$'shop', 'k', 'text', '{"tokenizer": "words"}'$$,
    $$'shop', 'n', 'keyword', '{"scalar_only": true}'$$]) call;
SELECT key, type FROM pg_temp.indexes;
-- A bound on the number of indexes holds for new keys, and not where an index takes the place of another.
SELECT vecext.update_collection('shop', '{"strict_mode": {"max_payload_index_count": 2}}');
SELECT vecext.set_payload_index('shop', 'n', 'float'), pg_temp.outcome($$SELECT vecext.set_payload_index('shop', 'new', 'keyword')$$);

-- Only the owner does so.
CREATE ROLE regress_index_user;
SET ROLE regress_index_user;
SELECT call, pg_temp.outcome('SELECT vecext.set_payload_index(' || call || ')') FROM unnest(ARRAY[$$'shop', 'n', 'integer'$$, $$'shop', 'n', 'float', '{"range": true}'$$, $$'shop', 'other', 'keyword'$$]) call;
RESET ROLE;
DROP ROLE regress_index_user;
-- A transaction that is rolled back leaves the old index.
BEGIN;
SELECT vecext.set_payload_index('shop', 'n', 'keyword');
ROLLBACK;
SELECT key, type, index FROM pg_temp.indexes;
SELECT vecext.drop_payload_index('shop', 'n'), vecext.drop_payload_index('shop', 'n');
SELECT vecext.drop_collection('shop');
SELECT cfgname FROM pg_ts_config WHERE cfgname ~ '^shop';
