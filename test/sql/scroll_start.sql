-- Pages that begin with an id, and the id that follows each point; the values that points are ordered by, as they are written.
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
-- All ids, page after page by next_id, with a bar between pages.
CREATE FUNCTION pg_temp.pages(c text, size int, filter jsonb = NULL, first text = NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    place text := first;
    ids text;
    result text;
BEGIN
    LOOP
        SELECT string_agg(s.id, ' '), (array_agg(s.next_id))[count(*)] INTO ids, place
        FROM vecext.scroll(c, limit_ => size, filter => filter, from_id => place) s;
        result := concat_ws(' | ', result, ids);
        EXIT WHEN place IS NULL;
    END LOOP;
    RETURN result;
END $$;

SELECT vecext.create_collection('numbers', '{"size": 2, "distance": "euclid"}', options => '{"id": "bigint"}');
SELECT vecext.upsert('numbers', jsonb_agg(jsonb_build_object('id', n, 'payload', jsonb_build_object('even', n % 2 = 0))))
FROM unnest('{-7,-1,3,4,10,9007199254740993}'::bigint[]) n;
SELECT pg_temp.pages('numbers', n) FROM unnest(ARRAY[1, 2, 6, 100]) n;
-- The first id is included, and need not exist.
SELECT first, pg_temp.pages('numbers', 2, NULL, first) FROM unnest('{-8,-7,-6,4,5,9007199254740993,9007199254740994}'::text[]) first;
SELECT pg_temp.pages('numbers', 1, '{"must": {"key": "even", "match": {"value": true}}}', first) FROM unnest('{-8,4,5}'::text[]) first;
-- Each row has the id that follows it.
SELECT id, next_id, next_cursor IS NULL AS is_last FROM vecext.scroll('numbers', limit_ => 3);
SELECT id, next_id, next_cursor IS NULL AS is_last FROM vecext.scroll('numbers', limit_ => 3, from_id => '4');
-- The cursor of a page that began with an id goes on behind it, and a plan for one start does not serve another.
SELECT string_agg(s.id, ' ') FROM vecext.scroll('numbers', (SELECT next_cursor FROM vecext.scroll('numbers', limit_ => 2, from_id => '3') OFFSET 1)) s;
SELECT string_agg(s.id, ' ') FROM vecext.scroll('numbers', from_id => NULL) s;
SELECT pg_temp.refusal('SELECT vecext.scroll(''numbers'', ' || arguments || ')') FROM unnest(ARRAY[
    $$from_id => ''$$, $$from_id => '1.5'$$, $$from_id => '9223372036854775808'$$, $$from_id => 'x'$$, $$from_id => '1 '$$,
    $$from_id => '1', order_by => '"n"'$$, $$(SELECT next_cursor FROM vecext.scroll('numbers', limit_ => 1)), from_id => '1'$$]) arguments;

CREATE TABLE of_int (id int PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('of_int');
SELECT vecext.upsert('of_int', '[{"id": 1}, {"id": 2}]');
SELECT pg_temp.pages('of_int', 1, NULL, '2'), pg_temp.refusal($$SELECT vecext.scroll('of_int', from_id => '2147483648')$$);
SELECT vecext.create_collection('of_uuid', '{"size": 2, "distance": "euclid"}', options => '{"id": "uuid"}');
SELECT vecext.upsert('of_uuid', '[{"id": "00000000-0000-0000-0000-00000000000f"}, {"id": "f0000000-0000-0000-0000-000000000000"}]');
SELECT pg_temp.pages('of_uuid', 1, NULL, '00000000000000000000000000000010'), pg_temp.refusal($$SELECT vecext.scroll('of_uuid', from_id => '7')$$);
CREATE TABLE of_text (id text PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('of_text');
SELECT vecext.upsert('of_text', '[{"id": "10"}, {"id": "zä"}, {"id": ""}]');
SELECT pg_temp.pages('of_text', 1, NULL, first) FROM unnest('{"",10,b}'::text[]) first;

-- Strict mode bounds such pages as others.
SELECT vecext.update_collection('numbers', '{"strict_mode": {"max_query_limit": 3, "unindexed_filtering_retrieve": false}}');
SELECT pg_temp.refusal($$SELECT vecext.scroll('numbers', limit_ => 4, from_id => '1')$$),
    pg_temp.refusal($$SELECT vecext.scroll('numbers', limit_ => 3, from_id => '1', filter => '{"must": {"key": "even", "match": {"value": true}}}')$$);

-- Values of an order keep their form: 5 is not 5.0, and integers have all digits; times are microseconds since 1970.
SELECT vecext.create_collection('orders', '{"size": 2, "distance": "euclid"}', options => '{"id": "bigint"}');
SELECT vecext.upsert('orders', '[{"id": 1, "payload": {"n": 5, "t": "1970-01-01T00:00:01.000002Z"}}, {"id": 2, "payload": {"n": 5.0, "t": "1969-12-31T23:59:59Z"}},
    {"id": 3, "payload": {"n": 9007199254740993, "t": 7}}, {"id": 4, "payload": {"n": [1e2, -0.50], "t": ["9999-12-31", "2024-05-01"]}}, {"id": 5, "payload": {"n": "5"}}]');
CREATE FUNCTION pg_temp.values_of(order_by jsonb) RETURNS TABLE (scrolled text, queried text, batched text) LANGUAGE sql AS $$
    SELECT (SELECT string_agg(id || ': ' || order_value, ', ') FROM vecext.scroll('orders', order_by => order_by)),
        (SELECT string_agg(id || ': ' || order_value, ', ') FROM vecext.query('orders', jsonb_build_object('query', jsonb_build_object('order_by', order_by)))),
        (SELECT string_agg(request_no || ' ' || id || ': ' || order_value, ', ') FROM vecext.query_batch('orders', jsonb_build_array('{}'::jsonb,
            jsonb_build_object('query', jsonb_build_object('order_by', order_by)))))
$$;
SELECT o, v.* FROM unnest('{"\"n\"","{\"key\": \"n\", \"direction\": \"desc\"}","\"t\"","{\"key\": \"t\", \"direction\": \"desc\"}"}'::jsonb[]) o, pg_temp.values_of(o) v;
-- A payload index leaves values of other types out, and changes nothing else.
SELECT vecext.create_payload_index('orders', 'n', 'integer'), vecext.create_payload_index('orders', 't', 'datetime');
SELECT o, v.* FROM unnest('{"\"n\"","{\"key\": \"n\", \"direction\": \"desc\"}","\"t\"","{\"key\": \"t\", \"direction\": \"desc\"}"}'::jsonb[]) o, pg_temp.values_of(o) v;
-- start_from takes what order_value says.
SELECT v.* FROM pg_temp.values_of('{"key": "t", "start_from": 1000002}') v;
SELECT v.* FROM pg_temp.values_of('{"key": "n", "start_from": 5.0}') v;
-- The last times that there are have no place among microseconds since 1970: they come last nevertheless, with the last number.
SELECT vecext.upsert('orders', '[{"id": 6, "payload": {"end": "294276-12-31T23:59:59Z"}}, {"id": 7, "payload": {"end": "294247-01-01T00:00:00Z"}}, {"id": 8, "payload": {"end": 5}}]');
SELECT v.* FROM pg_temp.values_of('"end"') v;
SELECT v.* FROM pg_temp.values_of('{"key": "end", "start_from": "294276-12-31T23:59:58Z"}') v;
-- Other rankings have no such value, nor has a point that an order is not the last word on.
SELECT id, order_value FROM vecext.query('orders', '{"prefetch": {"query": {"order_by": "n"}, "limit": 2}, "query": {"fusion": "rrf"}}');
SELECT vecext.drop_collection(c) FROM unnest(ARRAY['numbers', 'of_uuid', 'orders']) c;
DROP TABLE of_int, of_text;
