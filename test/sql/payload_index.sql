-- Indexes on keys of payloads: their definitions, the conditions that they serve, what is refused.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA shelf;
SET search_path = shelf, public;
SELECT vecext.create_collection('docs', '{}');
INSERT INTO docs SELECT i, jsonb_build_object(
    'lang', CASE WHEN i % 9 = 0 THEN '["en", "de"]'::jsonb ELSE to_jsonb(chr(97 + i % 26)) END,
    'year', CASE WHEN i % 10 = 0 THEN jsonb_build_array(i, i + 1) ELSE to_jsonb(i) END,
    'n', i / 4.0, 'ok', i % 50 = 0, 'at', '2020-01-01T00:00:00Z'::timestamptz + i * interval '1 hour',
    'id', md5(i::text)::uuid, 'place', jsonb_build_object('lon', i % 180, 'lat', i % 90), 'tags', '[]'::jsonb,
    'meta', jsonb_build_object('text', 'the word' || i, 'list', jsonb_build_array(jsonb_build_object('k', i))))
FROM generate_series(1, 1000) i;
INSERT INTO docs VALUES (1001);

SELECT vecext.create_payload_index('docs', key, type, options::jsonb) FROM (VALUES
    ('lang', 'keyword', '{}'), ('lang', 'prefix', '{}'), ('year', 'integer', '{}'), ('year', 'float', '{"arrays": true}'),
    ('n', 'float', '{}'), ('ok', 'bool', '{}'), ('at', 'datetime', '{}'), ('at', 'integer', '{"arrays": true}'),
    ('id', 'uuid', '{"scalar_only": true}'), ('place', 'geo', '{}'), ('meta.text', 'text', '{}'),
    ('meta."text"', 'keyword', '{"scalar_only": true}'), ('meta.list[0].k', 'keyword', '{}'), ('meta.list[].k', 'integer', '{}'), ('meta.list[].k', 'keyword', '{}'),
    ('tags', 'is_empty', '{}'), ('tags', 'values_count', '{}'), ('"it''s ""x"".y"', 'text', '{}')) v(key, type, options);
SELECT vecext.create_payload_index('docs', 'at2', 'datetime', '{"arrays": true}');
CREATE INDEX docs_english_idx ON docs USING gin (to_tsvector('english', payload -> 'meta' -> 'text'));
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'docs'::regclass ORDER BY indexrelid::regclass::text COLLATE "C";
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'docs'::regclass AND contype = 'c' ORDER BY 1;
SELECT key, type, options, index, array_index, constraint_name FROM vecext.payload_indexes ORDER BY 1, 2;
SELECT jsonb_path_query(vecext.collection_info('docs'), '$.payload_indexes[*] ? (@.key == "year")') - 'bytes';

-- The condition that each serves, and the rows that it finds.
ANALYZE docs;
CREATE FUNCTION pg_temp.found(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    uses text;
    by_index text;
    by_table text;
BEGIN
    PERFORM set_config('enable_seqscan', 'off', true);
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) SELECT id FROM docs WHERE ' || condition LOOP
        IF line ~ 'docs_\S*_idx' THEN
            uses := concat_ws(', ', uses, (regexp_match(line, 'docs_\S*_idx'))[1]);
        END IF;
    END LOOP;
    EXECUTE 'SELECT string_agg(id::text, '','' ORDER BY id) FROM docs WHERE ' || condition INTO by_index;
    PERFORM set_config('enable_seqscan', 'on', true);
    PERFORM set_config('enable_indexscan', 'off', true);
    PERFORM set_config('enable_bitmapscan', 'off', true);
    EXECUTE 'SELECT string_agg(id::text, '','' ORDER BY id) FROM docs WHERE ' || condition INTO by_table;
    PERFORM set_config('enable_indexscan', 'on', true);
    PERFORM set_config('enable_bitmapscan', 'on', true);
    RETURN concat_ws(': ', uses, left(by_index, 30), CASE WHEN by_index IS DISTINCT FROM by_table THEN 'differs' END);
END $$;
SELECT condition, pg_temp.found(condition) FROM (VALUES
    ($$payload -> 'lang' @> '"en"'$$),
    ($$vecext.payload_prefix(payload, 'lang') LIKE 'x%'$$),
    ($$vecext.payload_prefix(payload, 'lang') COLLATE "C" >= 'y'$$),
    ($$vecext.payload_float(payload, 'year') BETWEEN 19 AND 22$$),
    ($$vecext.payload_float(payload, 'year') BETWEEN 19 AND 22 OR vecext.payload_is_array(payload, 'year')$$),
    ($$vecext.payload_nums(payload, 'year') && numrange(29, 31, '[]')$$),
    ($$vecext.payload_float(payload, 'n') = 2.5$$),
    ($$vecext.payload_bool(payload, 'ok')$$),
    ($$vecext.payload_ts(payload, 'at') < '2020-01-01T03:00:00Z'$$),
    ($$vecext.payload_uuid(payload, 'id') = md5('7')::uuid$$),
    ($$vecext.payload_geo_box(payload, 'place') && box(point(10, 10), point(11, 11))$$),
    ($$to_tsvector('english'::regconfig, payload -> 'meta' -> 'text') @@ plainto_tsquery('english', 'word12')$$),
    ($$vecext.payload_prefix(payload, 'meta.text') = 'the word13'$$),
    ($$payload -> 'meta' -> 'list' -> 0 -> 'k' @> '14'$$),
    ($$vecext.payload_values(payload, 'meta.list[].k') @> '15'$$),
    ($$vecext.payload_is_empty(payload, 'tags')$$),
    ($$vecext.payload_count(payload, 'tags') < 1$$)) v(condition);

-- The conditions of filters come to these.
SELECT filter, pg_temp.found(format('vecext.matches(payload, %L::jsonb)', filter)) FROM (VALUES
    ('{"must": {"key": "lang", "match": {"value": "en"}}}'),
    ('{"must": {"key": "lang", "match": {"any": ["en", "q"]}}}'),
    ('{"must": {"key": "lang", "match": {"prefix": "x"}}}'),
    ('{"must": {"key": "year", "range": {"gte": 19, "lt": 22}}}'),
    ('{"must": {"key": "year", "match": {"value": 31}}}'),
    ('{"must": {"key": "n", "range": {"gt": 2.25, "lte": 2.5}}}'),
    ('{"must": {"key": "ok", "match": {"value": true}}}'),
    ('{"must": {"key": "at", "range": {"lt": "2020-01-01T03:00:00Z"}}}'),
    ('{"must": {"key": "id", "match": {"value": "8f14e45f-ceea-167a-5a36-dedd4bea2543"}}}'),
    ('{"must": {"key": "place", "geo_bounding_box": {"top_left": {"lon": 9.5, "lat": 11.5}, "bottom_right": {"lon": 11.5, "lat": 9.5}}}}'),
    ('{"must": {"key": "meta.text", "match": {"text": "word12"}}}'),
    ('{"must": {"key": "meta.text", "match": {"value": "the word13"}}}'),
    ('{"must": {"key": "meta.list[0].k", "match": {"value": 14}}}'),
    ('{"must": {"key": "meta.list[].k", "match": {"value": 15}}}'),
    ('{"must": {"is_empty": {"key": "tags"}}}'),
    ('{"must": {"key": "tags", "values_count": {"lt": 1}}}'),
    ('{"should": [{"key": "n", "match": {"value": 2}}, {"key": "lang", "match": {"value": "de"}}]}')) v(filter);

-- Without arrays: the constraint holds them off.
SELECT pg_temp.outcome($$INSERT INTO docs VALUES (2000, '{"id": ["00000000-0000-0000-0000-000000000000"]}')$$);
SELECT pg_temp.outcome($$SELECT vecext.create_payload_index('docs', 'lang', 'bool', '{"scalar_only": true}')$$);
SELECT count(*) FROM vecext.payload_indexes;

-- Refused.
SELECT arguments, pg_temp.outcome('SELECT vecext.create_payload_index(' || arguments || ')') FROM (VALUES
    ($$'nothing', 'a', 'keyword'$$), ($$'docs', 'lang', 'keyword'$$), ($$'docs', 'lang', 'keyword', '{"scalar_only": true}'$$), ($$'docs', 'a', 'varchar'$$), ($$'docs', 'a', NULL$$),
    ($$'docs', NULL, 'text'$$), ($$'docs', '', 'text'$$), ($$'docs', 'a.', 'text'$$), ($$'docs', 'a"b', 'text'$$),
    ($$'docs', 'a[', 'integer'$$), ($$'docs', 'a[].b', 'text'$$), ($$'docs', repeat('a', 1001), 'text'$$),
    ($$'docs', 'a', 'text', '{"config": "klingon"}'$$), ($$'docs', 'a', 'text', '{"config": "a.b.c"}'$$), ($$'docs', 'a', 'text', '{"config": 1}'$$),
    ($$'docs', 'a', 'text', '{"k1": 1}'$$), ($$'docs', 'a', 'text', '{"tokeniser": "word"}'$$),
    ($$'docs', 'a', 'text', '{"scalar_only": true}'$$), ($$'docs', 'a', 'keyword', '{"arrays": true}'$$),
    ($$'docs', 'a', 'integer', '{"arrays": 1}'$$), ($$'docs', 'a', 'integer', '{"arrays": true, "scalar_only": true}'$$),
    ($$'docs', 'a', 'geo', '{"x": 1}'$$), ($$'docs', 'a', 'geo', '[]'$$)) v(arguments);
CREATE TABLE bare (id int PRIMARY KEY);
SELECT vecext.register_collection('bare', payload_column => NULL);
SELECT pg_temp.outcome($$SELECT vecext.create_payload_index('bare', 'a', 'keyword')$$);
SELECT vecext.create_collection('strict', '{}', options => '{"strict_mode": {"max_payload_index_count": 1}}');
SELECT vecext.create_payload_index('strict', 'a', 'keyword');
SELECT pg_temp.outcome($$SELECT vecext.create_payload_index('strict', 'b', 'keyword')$$);
CREATE ROLE regress_payload_index;
GRANT USAGE, CREATE ON SCHEMA shelf TO regress_payload_index;
SET ROLE regress_payload_index;
SELECT pg_temp.outcome($$SELECT vecext.create_payload_index('docs', 'b', 'keyword')$$);
SELECT pg_temp.outcome($$SELECT vecext.drop_payload_index('docs', 'lang')$$);
RESET ROLE;

-- Dropped and renamed, by the functions and by SQL.
BEGIN;
SELECT vecext.create_payload_index('docs', 'b', 'uuid', '{"scalar_only": true}');
ROLLBACK;
SELECT vecext.drop_payload_index('docs', 'b');
SELECT vecext.drop_payload_index('docs', 'lang', 'keyword');
SELECT vecext.drop_payload_index('docs', 'lang');
SELECT vecext.drop_payload_index('docs', 'id');
DROP INDEX docs_n_float_idx;
ALTER INDEX docs_year_integer_idx RENAME TO years;
ALTER TABLE docs_year_array_idx RENAME TO year_lists;
ALTER TABLE docs RENAME CONSTRAINT "docs_meta.text_scalar" TO one_text;
SELECT key, type, options, index, array_index, constraint_name FROM vecext.payload_indexes WHERE relid = 'docs'::regclass ORDER BY 1, 2;
ALTER TABLE docs DROP CONSTRAINT one_text;
SELECT key, type, options, constraint_name FROM vecext.payload_indexes WHERE relid = 'docs'::regclass AND key ~ 'text' ORDER BY 1, 2;
REINDEX (CONCURRENTLY) TABLE docs;
ALTER TABLE docs SET SCHEMA public;
SELECT vecext.drop_payload_index('docs', 'year');
SELECT string_agg(c.relname, ' ' ORDER BY c.relname COLLATE "C") FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE indrelid = 'docs'::regclass;
DROP TABLE public.docs;
DROP SCHEMA shelf CASCADE;
SELECT count(*) FROM vecext.payload_indexes;
DROP ROLE regress_payload_index;
