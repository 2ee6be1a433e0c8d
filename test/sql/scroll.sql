-- Points page by page, in the order of ids or of a key; facets, samples, distances among a sample.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN sqlstate || ' ' || sqlerrm || CASE detail WHEN '' THEN '' ELSE ' | ' || detail END;
END $$;
-- All ids, page after page, with a bar between pages.
CREATE FUNCTION pg_temp.pages(c text, size int, filter jsonb = NULL, order_by jsonb = NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    place text;
    ids text;
    result text;
BEGIN
    LOOP
        SELECT string_agg(s.id || coalesce('=' || s.order_value::text, ''), ' '), (array_agg(s.next_cursor))[count(*)] INTO ids, place
        FROM vecext.scroll(c, place, size, filter, order_by) s;
        result := concat_ws(' | ', result, ids);
        EXIT WHEN place IS NULL;
    END LOOP;
    RETURN result;
END $$;

CREATE TABLE pages (id bigint PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('pages', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT vecext.upsert('pages', '[
    {"id": -3, "vector": [0, 0], "payload": {"n": 1, "lang": "en", "t": "2024-05-01"}},
    {"id": 1, "vector": [0, 1], "payload": {"n": 3, "lang": ["en", "de", "en"], "t": "2024-05-01T00:00:00.000001Z"}},
    {"id": 2, "vector": [0, 3], "payload": {"n": 1, "lang": "de", "t": "1960-01-01"}},
    {"id": 3, "payload": {"n": [7, 0.5], "lang": null}},
    {"id": 4, "payload": {"n": "x", "lang": 7}},
    {"id": 5, "payload": {"n": null, "lang": {"x": 1}}},
    {"id": 6, "payload": {"lang": [true, 7, 7.0, "de"], "m": {"l": [{"v": 1}, {"v": 2}]}}},
    {"id": 7, "payload": {"n": -2e30, "t": ["2030-01-01", "nonsense", "2020-01-01"]}}]');

SELECT pg_temp.pages('pages', n) FROM unnest(ARRAY[1, 3, 8, 100]) n;
SELECT pg_temp.pages('pages', 2, '{"must": {"key": "lang", "match": {"value": "de"}}}');
SELECT pg_temp.pages('pages', 2, '{"must": {"key": "lang", "match": {"value": "fr"}}}');
SELECT pg_temp.pages('pages', n, NULL, '"n"') FROM unnest(ARRAY[1, 2, 100]) n;
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "n", "direction": "desc"}');
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "n", "direction": "asc", "start_from": 1}');
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "n", "direction": "desc", "start_from": 1}');
SELECT pg_temp.pages('pages', 2, '{"must_not": {"has_id": [3]}}', '{"key": "n"}');
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "t", "start_from": "2024-05-01T00:00:00Z"}');
SELECT pg_temp.pages('pages', 3, NULL, '{"key": "t", "direction": "desc"}');
SELECT pg_temp.pages('pages', 3, NULL, '{"key": "m.l[].v", "direction": "desc"}');
SELECT pg_temp.pages('pages', 3, NULL, '"nothing"');

-- A payload index decides what is compared; pages are the same where it has the same values.
SELECT vecext.create_payload_index('pages', 'n', 'float');
SELECT vecext.create_payload_index('pages', 't', 'datetime');
SELECT pg_temp.pages('pages', n, NULL, '"n"') FROM unnest(ARRAY[1, 2, 100]) n;
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "n", "direction": "desc", "start_from": 1}');
SELECT pg_temp.pages('pages', 2, NULL, '{"key": "t", "start_from": "2024-05-01T00:00:00Z"}');
SELECT pg_temp.pages('pages', 3, NULL, '{"key": "t", "direction": "desc"}');
SELECT vecext.drop_payload_index('pages', 'n');
SELECT vecext.create_payload_index('pages', 'n', 'integer');
SELECT pg_temp.pages('pages', 2, NULL, '"n"'), pg_temp.pages('pages', 2, NULL, '{"key": "n", "direction": "desc", "start_from": 3}');
SELECT pg_temp.refusal($$SELECT vecext.scroll('pages', order_by => '{"key": "n", "start_from": "1"}')$$);

-- A request {"order_by": …} has the order of pages, with the key's index and without one.
SELECT vecext.drop_payload_index('pages', key) FROM unnest(ARRAY['n', 't']) key;
CREATE FUNCTION pg_temp.orders() RETURNS TABLE (order_by text, ids text, is_page bool) LANGUAGE plpgsql AS $$
DECLARE
    request jsonb;
BEGIN
    FOR order_by IN SELECT o FROM unnest(ARRAY['"n"', '{"key": "n", "direction": "desc", "start_from": 3}', '"t"', '{"key": "t", "direction": "desc"}',
            '{"key": "t", "start_from": "2024-05-01"}', '{"key": "t", "start_from": 1714521600000000}', '{"key": "t", "start_from": 1e20}', '"lang"']) o LOOP
        request := jsonb_build_object('query', jsonb_build_object('order_by', order_by::jsonb));
        SELECT string_agg(q.id, ' ') INTO ids FROM vecext.query('pages', request) q;
        is_page := ids IS NOT DISTINCT FROM (SELECT string_agg(s.id, ' ') FROM vecext.scroll('pages', order_by => orders.order_by::jsonb) s);
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM pg_temp.orders();
SELECT vecext.create_payload_index('pages', key, type) FROM (VALUES ('n', 'float'), ('t', 'datetime')) k (key, type);
SELECT * FROM pg_temp.orders();
SELECT string_agg(id, ' ') FROM vecext.query('pages', '{"query": {"order_by": "n"}, "filter": {"must": {"has_id": [3, 7, 4]}}, "limit": 2}');
SELECT string_agg(id, ' ') FROM vecext.query('pages', '{"prefetch": {"query": [0, 0], "limit": 2}, "query": {"order_by": {"key": "n", "direction": "desc"}}}');
-- A key that no point has may be misspelt.
SET client_min_messages = notice;
SELECT id FROM vecext.scroll('pages', order_by => '"m"');
SELECT id FROM vecext.query('pages', '{"query": {"order_by": "N"}}');
SELECT * FROM vecext.facet('pages', 'language');
SELECT id FROM vecext.query_groups('pages', '{"query": [0, 0], "group_by": "language"}');
SELECT id FROM vecext.scroll('pages', order_by => '"m"', filter => '{"must": {"has_id": [1]}}');
SET client_min_messages = warning;

-- What rows have.
SELECT id, payload, vectors, order_value, next_cursor IS NULL AS is_last
FROM vecext.scroll('pages', NULL, 2, NULL, NULL, '["lang"]', 'true');
SELECT id, payload, vectors, order_value FROM vecext.scroll('pages', limit_ => 1, order_by => '"t"', with_payload => 'false');

-- A cursor goes on where it was, whatever is deleted or inserted; it belongs to its request.
SELECT next_cursor AS place FROM vecext.scroll('pages', limit_ => 3) OFFSET 2 \gset
SELECT vecext.delete_points('pages', '[2, 3]'), vecext.upsert('pages', '[{"id": 0}, {"id": 8}]');
SELECT id FROM vecext.scroll('pages', :'place', 3);
SELECT pg_temp.refusal(format('SELECT vecext.scroll(%L, %L, 3, %s)', c, place, arguments)) FROM (VALUES
    ('pages', :'place', $$'{}'$$), ('pages', :'place', $$NULL, '"n"'$$), ('pages', '', 'NULL'), ('pages', 'zz', 'NULL'),
    ('pages', left(:'place', 20), 'NULL'), ('pages', left(:'place', -2), 'NULL'), ('pages', left(:'place', -1), 'NULL'))
    AS v (c, place, arguments);
SELECT pg_temp.refusal('SELECT vecext.scroll(''pages'', ' || arguments || ')') FROM unnest(ARRAY['limit_ => 0', 'limit_ => -1',
    $$order_by => '7'$$, $$order_by => '{}'$$, $$order_by => '{"key": 7}'$$, $$order_by => '{"key": "n", "direction": "up"}'$$,
    $$order_by => '{"key": "n", "by": 1}'$$, $$order_by => '"a["'$$, $$order_by => '{"key": "t", "start_from": 7}'$$,
    $$order_by => '{"key": "m", "start_from": "noon"}'$$, $$filter => '[]'$$]) AS arguments;
SELECT pg_temp.refusal($$SELECT vecext.scroll('absent')$$);

-- Ids of other types; an id of any length.
CREATE TABLE by_text (id text PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('by_text');
SELECT vecext.upsert('by_text', jsonb_build_array(jsonb_build_object('id', ''), jsonb_build_object('id', 'zä'), jsonb_build_object('id', repeat('x', 50))));
SELECT pg_temp.pages('by_text', 1);
CREATE TABLE by_uuid (id uuid PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('by_uuid');
SELECT vecext.upsert('by_uuid', '[{"id": "00000000-0000-0000-0000-00000000000f"}, {"id": "f0000000-0000-0000-0000-000000000000"}]');
SELECT pg_temp.pages('by_uuid', 1);
SELECT pg_temp.refusal(format('SELECT vecext.scroll(%L, %L)', 'by_uuid', :'place'));

-- Facets: a point counts once for each of its values; strings, numbers and booleans count.
SELECT * FROM vecext.facet('pages', 'lang');
SELECT * FROM vecext.facet('pages', 'lang', limit_ => 2);
SELECT * FROM vecext.facet('pages', 'm.l[].v', '{"must": {"has_id": [6, 7]}}', exact => true);
SELECT * FROM vecext.facet('pages', 'm');
SELECT pg_temp.refusal($$SELECT vecext.facet('pages', 'a..b')$$);
SELECT pg_temp.refusal($$SELECT vecext.facet('pages', 'lang', limit_ => 0)$$);

-- Samples.
SELECT count(*), count(DISTINCT id), count(payload) FROM vecext.sample('pages', 5);
SELECT id, payload FROM vecext.sample('pages', filter => '{"must": {"has_id": [7]}}');
SELECT pg_temp.refusal($$SELECT vecext.sample('pages', 0)$$);

-- A collection without a payload has columns.
CREATE TABLE words (id int PRIMARY KEY, pos text, tags text[], "at" date, odd vector(1), "a.""b[" bool DEFAULT true);
INSERT INTO words VALUES (1, 'noun', '{a,b}', '2024-05-01', NULL), (2, 'verb', '{a}', NULL, '[1]'), (3, 'noun', NULL, '2024-05-01', '[1]');
SELECT vecext.register_collection('words', payload_column => NULL);
SELECT key, f.* FROM unnest(ARRAY['pos', 'tags', 'at', 'id', 'a."b[']) key, vecext.facet('words', key, limit_ => 2) f;
SELECT * FROM vecext.facet('words', 'pos', '{"must": {"has_id": [2, 3]}}');
SELECT pg_temp.refusal(format('SELECT vecext.facet(''words'', %L)', key)) FROM unnest(ARRAY['odd', 'none', 'ctid']) key;
DROP TABLE words;

-- Distances among the points that have the vector.
SELECT vecext.upsert('pages', '[{"id": 2, "vector": [0, 3]}]');
SELECT vecext.distance_matrix('pages');
SELECT vecext.distance_matrix('pages', limit_ => 1);
SELECT vecext.distance_matrix('pages', form => 'offsets', limit_ => 1);
SELECT jsonb_array_length(vecext.distance_matrix('pages', sample => 2) -> 'pairs');
SELECT vecext.distance_matrix('pages', '{"must": {"has_id": [1, 3]}}');
SELECT vecext.distance_matrix('pages', '{"must": {"has_id": [5]}}', form => 'offsets');
SELECT * FROM vecext.distance_matrix_pairs('pages', limit_ => 1);
-- Scores have all their digits.
BEGIN;
SELECT vecext.update_vectors('pages', '[{"id": 2, "vector": [0, 0.3]}]');
SET LOCAL extra_float_digits = -10;
SELECT vecext.distance_matrix('pages', limit_ => 1);
ROLLBACK;
CREATE TABLE turns (id text PRIMARY KEY, a vector(2), b sparsevec(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('turns', vectors =>
    '{"a": {"column": "a", "distance": "cosine"}, "b": {"column": "b", "distance": "dot"}}');
SELECT vecext.upsert('turns', '[{"id": "x", "vector": {"a": [1, 0], "b": {"indices": [0], "values": [2]}}},
    {"id": "y", "vector": {"a": [0, 1], "b": {"indices": [0], "values": [3]}}}, {"id": "z", "vector": {"a": [0, 0]}}]');
SELECT vecext.distance_matrix('turns', vector_name => 'a');
SELECT vecext.distance_matrix('turns', vector_name => 'b');
SELECT pg_temp.refusal('SELECT vecext.distance_matrix(''turns'', ' || arguments || ')') FROM unnest(ARRAY[
    $$vector_name => 'c'$$, $$sample => 0$$, $$vector_name => 'a', limit_ => 0$$, $$vector_name => 'a', form => 'rows'$$]) AS arguments;
DROP TABLE pages, by_text, by_uuid, turns;
