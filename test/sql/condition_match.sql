-- vecext.matches(): each kind of condition, in JSON and in text, and what is wrong with filters.
\pset null NULL
CREATE TEMP TABLE doc (id int, payload jsonb);
INSERT INTO doc VALUES
    (1, '{"s": "apple", "n": 1, "b": true, "t": "2024-01-01T00:00:00Z", "g": {"lon": 13.4, "lat": 52.5}}'),
    (2, '{"s": "Apple pie", "n": 1.0, "b": false, "t": "2024-06-01", "g": {"lon": -179.5, "lat": -18}}'),
    (3, '{"s": "banana", "n": 2.5, "t": "yesterday", "g": [{"lon": 179.5, "lat": -17}, {"lon": 2.35, "lat": 48.85}]}'),
    (4, '{"s": ["apple", "cherry"], "n": [1, 20, "x"], "b": [true], "t": ["2023-05-05", "2024-05-05"], "g": [{"lon": 0, "lat": 90}]}'),
    (5, '{"s": [["apple"]], "n": [[1]], "g": {"lon": 13.4}}'),
    (6, '{"s": null, "n": null, "b": null, "t": null, "g": null}'),
    (7, '{"s": [], "n": [], "b": []}'),
    (8, '{"s": "", "n": "1", "b": "true", "t": 20240101}'),
    (9, '{}'),
    (10, '{"s": [null, "kiwi"], "n": 9007199254740993, "o": {"p": "deep", "q": [1, 2, {"r": "x"}]}}'),
    (11, '{"s": "яблоко", "n": -1e400, "o.p": "dotted", "l": [{"a": 1, "b": true}, {"a": 2, "b": false}]}'),
    (12, '{"s": "the quick brown fox; the lazy dog", "n": 1e400, "l": [{"a": 1, "b": false}, {"a": 2, "b": true}, 7, null]}'),
    (13, '{"s": ["quick brown", "fox"], "n": 0, "l": {"a": 1, "b": true}}'),
    (14, '[]'),
    (15, '"apple"');
-- Ids of the documents that satisfy a filter, by jsonb and by text.
CREATE FUNCTION pg_temp.ids(filter text) RETURNS int[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM doc WHERE vecext.matches(payload, filter)
$$;
CREATE FUNCTION pg_temp.show(filters text[]) RETURNS TABLE (filter text, ids int[], same bool) LANGUAGE sql AS $$
    SELECT f, pg_temp.ids(f), pg_temp.ids(f) = (SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM doc WHERE vecext.matches(payload, f::jsonb))
    FROM unnest(filters) f
$$;

-- Match of values: no coercion, any element of an array.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "s", "match": {"value": "apple"}}]}',
    '{"must": [{"key": "s", "match": {"value": ""}}]}',
    '{"must": [{"key": "s", "match": {"value": "яблоко"}}]}',
    '{"must": [{"key": "n", "match": {"value": 1}}]}',
    '{"must": [{"key": "n", "match": {"value": 9007199254740993}}]}',
    '{"must": [{"key": "n", "match": {"value": 9007199254740992}}]}',
    '{"must": [{"key": "b", "match": {"value": true}}]}',
    '{"must": [{"key": "b", "match": {"value": false}}]}',
    '{"must": [{"key": "s", "match": {"any": ["banana", "kiwi", "nothing"]}}]}',
    '{"must": [{"key": "n", "match": {"any": [20, 0]}}]}',
    '{"must": [{"key": "s", "match": {"any": []}}]}',
    '{"must": [{"key": "s", "match": {"except": ["apple", "banana", ""]}}]}',
    '{"must": [{"key": "n", "match": {"except": [1]}}]}',
    '{"must": [{"key": "s", "match": {"except": []}}]}',
    '{"must": [{"key": "s", "match": {"prefix": "apple"}}]}',
    '{"must": [{"key": "s", "match": {"prefix": ""}}]}']);
-- Tokens.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "s", "match": {"text": "fox quick"}}]}',
    '{"must": [{"key": "s", "match": {"text": "APPLE"}}]}',
    '{"must": [{"key": "s", "match": {"text": "brown cat"}}]}',
    '{"must": [{"key": "s", "match": {"text_any": "cat fox pie"}}]}',
    '{"must": [{"key": "s", "match": {"phrase": "quick brown"}}]}',
    '{"must": [{"key": "s", "match": {"phrase": "brown quick"}}]}',
    '{"must": [{"key": "s", "match": {"phrase": "brown fox"}}]}',
    '{"must": [{"key": "s", "match": {"phrase": "the lazy dog"}}]}',
    '{"must": [{"key": "s", "match": {"text": "ЯБЛОКО"}}]}']);
-- A query without tokens matches nothing.
SET client_min_messages = warning;
SELECT * FROM pg_temp.show(ARRAY['{"must": [{"key": "s", "match": {"text": "; !"}}]}', '{"must": [{"key": "s", "match": {"text_any": ""}}]}',
    '{"must": [{"key": "s", "match": {"phrase": ""}}]}']);
RESET client_min_messages;
-- Ranges.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "n", "range": {"gte": 1, "lt": 2.5}}]}',
    '{"must": [{"key": "n", "range": {"gt": 1, "lte": 2.5}}]}',
    '{"must": [{"key": "n", "range": {"lt": 1}}]}',
    '{"must": [{"key": "n", "range": {"gt": 1e308}}]}',
    '{"must": [{"key": "n", "range": {}}]}',
    '{"must": [{"key": "n", "range": {"gt": 3, "lt": 2}}]}',
    '{"must": [{"key": "t", "range": {"gte": "2024-01-01", "lt": "2024-06-01"}}]}',
    '{"must": [{"key": "t", "range": {"gt": "2024-01-01T00:00:00Z"}}]}',
    '{"must": [{"key": "t", "range": {"lte": "2024-06-01T02:00:00+02:00"}}]}']);
-- Areas: edges and boundaries are outside; over the antimeridian; at a pole.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "g", "geo_bounding_box": {"top_left": {"lon": 13, "lat": 53}, "bottom_right": {"lon": 14, "lat": 52}}}]}',
    '{"must": [{"key": "g", "geo_bounding_box": {"top_left": {"lon": 13.4, "lat": 53}, "bottom_right": {"lon": 14, "lat": 52}}}]}',
    '{"must": [{"key": "g", "geo_bounding_box": {"top_left": {"lon": 179, "lat": 0}, "bottom_right": {"lon": -179, "lat": -20}}}]}',
    '{"must": [{"key": "g", "geo_radius": {"center": {"lon": 13.4, "lat": 52.5}, "radius": 1}}]}',
    '{"must": [{"key": "g", "geo_radius": {"center": {"lon": 13.4, "lat": 52.5}, "radius": 900000}}]}',
    '{"must": [{"key": "g", "geo_radius": {"center": {"lon": 180, "lat": -17.5}, "radius": 100000}}]}',
    '{"must": [{"key": "g", "geo_radius": {"center": {"lon": 120, "lat": 89.9}, "radius": 20000}}]}',
    '{"must": [{"key": "g", "geo_polygon": {"exterior": {"points": [{"lon": 0, "lat": 40}, {"lon": 20, "lat": 40}, {"lon": 20, "lat": 60}, {"lon": 0, "lat": 60}, {"lon": 0, "lat": 40}]}}}]}',
    '{"must": [{"key": "g", "geo_polygon": {"exterior": {"points": [{"lon": 0, "lat": 40}, {"lon": 20, "lat": 40}, {"lon": 20, "lat": 60}, {"lon": 0, "lat": 60}, {"lon": 0, "lat": 40}]},
        "interiors": [{"points": [{"lon": 10, "lat": 50}, {"lon": 15, "lat": 50}, {"lon": 15, "lat": 55}, {"lon": 10, "lat": 55}, {"lon": 10, "lat": 50}]}]}}]}']);
-- Counts, nothing, null.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "s", "values_count": {"gte": 2}}]}',
    '{"must": [{"key": "s", "values_count": {"lt": 1}}]}',
    '{"must": [{"key": "n", "values_count": {"gt": 0, "lte": 1}}]}',
    '{"must": [{"is_empty": {"key": "s"}}]}',
    '{"must": [{"is_null": {"key": "s"}}]}',
    '{"must": [{"key": "s", "is_empty": false}]}',
    '{"must_not": [{"is_null": {"key": "s"}}, {"is_empty": {"key": "s"}}]}']);
-- Paths, and elements that satisfy several conditions.
SELECT * FROM pg_temp.show(ARRAY[
    '{"must": [{"key": "o.p", "match": {"value": "deep"}}]}',
    '{"must": [{"key": "\"o.p\"", "match": {"value": "dotted"}}]}',
    '{"must": [{"key": "o.q[2].r", "match": {"value": "x"}}]}',
    '{"must": [{"key": "o.q[].r", "match": {"value": "x"}}]}',
    '{"must": [{"key": "o.q.r", "match": {"value": "x"}}]}',
    '{"must": [{"key": "l[].a", "match": {"value": 1}}, {"key": "l[].b", "match": {"value": true}}]}',
    '{"must": [{"nested": {"key": "l", "filter": {"must": [{"key": "a", "match": {"value": 1}}, {"key": "b", "match": {"value": true}}]}}}]}',
    '{"must": [{"nested": {"key": "l", "filter": {"must_not": [{"key": "a", "match": {"value": 1}}]}}}]}',
    '{"must_not": [{"nested": {"key": "l", "filter": {}}}]}']);
-- Clauses.
SELECT * FROM pg_temp.show(ARRAY[
    '{}',
    '{"must": [], "should": [], "must_not": []}',
    '{"must": {"key": "n", "match": {"value": 1}}}',
    '{"should": [{"key": "n", "match": {"value": 1}}, {"key": "s", "match": {"value": "kiwi"}}]}',
    '{"must_not": [{"key": "s", "match": {"value": "apple"}}]}',
    '{"must": [{"key": "n", "match": {"value": 1}}], "must_not": [{"key": "b", "match": {"value": true}}]}',
    '{"must": [{"key": "n", "match": {"value": 1}}], "should": [{"key": "b", "match": {"value": false}}, {"key": "s", "match": {"value": "cherry"}}]}',
    '{"min_should": {"conditions": [{"key": "s", "match": {"value": "apple"}}, {"key": "n", "match": {"value": 1}}, {"key": "b", "match": {"value": true}}], "min_count": 2}}',
    '{"min_should": {"conditions": [{"key": "s", "match": {"value": "apple"}}], "min_count": 2}}',
    '{"must": [{"should": [{"must_not": [{"key": "s", "match": {"value": "apple"}}]}, {"key": "n", "match": {"value": 20}}]}]}']);
-- Text.
SELECT f AS filter, pg_temp.ids(f) AS ids FROM unnest(ARRAY[
    's = ''apple''', 's != ''apple''', 'n = 1', 'n = 2.5', 'n >= 1 AND n < 20', 'b = true OR s CONTAINS ''an''', 's CONTAINS ''cherry''',
    'NOT s = ''apple'' AND NOT n = 1', 's IN (''kiwi'', ''banana'')', 's NOT IN (''kiwi'', ''banana'')', 's = null', 's != null',
    's < ''apple''', 'o.q[].r = ''x''', '"o.p" = ''dotted''', 'n = 1 OR n = 2.5 AND s = ''none''', '(n = 1 OR n = 2.5) AND s = ''none''',
    's = ''it''''s''', 'tags = 1', 's > ''z''']) f;

-- A number that is no integer equals none, though its nearest double may.
SELECT round(n, 1) AS n, vecext.matches(jsonb_build_object('n', n), 'n = 0 OR n = 9007199254740994') AS equal, vecext.matches(jsonb_build_object('n', n), 'n <= 0') AS at_most_0
FROM unnest('{0,0.000,1e-400,-1e-400,9007199254740994,9007199254740993.9}'::numeric[]) n;

-- Null arguments; a filter that changes from row to row; several filters in turn.
SELECT vecext.matches(NULL::jsonb, '{}'::jsonb), vecext.matches('{}'::jsonb, NULL::jsonb), vecext.matches('{}'::jsonb, NULL::text);
SELECT id, f, vecext.matches(payload, f) FROM doc, unnest('{n = 1,n = 2.5,n = 1}'::text[]) WITH ORDINALITY u (f, i) WHERE id <= 3 ORDER BY id, i;
SELECT count(*) FILTER (WHERE vecext.matches(jsonb_build_object('n', i), jsonb_build_object('must', jsonb_build_object('key', 'n', 'match', jsonb_build_object('value', i / 2 * 2)))))
FROM generate_series(1, 1000) i;
CREATE FUNCTION pg_temp.simple(p jsonb, f text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RETURN vecext.matches(p, f); END $$;
SELECT pg_temp.simple('{"n": 1}', 'n = 1'), pg_temp.simple('{"n": 1}', 'n = 2'), pg_temp.simple('{"n": 1}', '{"must": []}');
PREPARE q (text) AS SELECT array_agg(id ORDER BY id) FROM doc WHERE vecext.matches(payload, $1);
EXECUTE q ('n = 1');
EXECUTE q ('n = 2.5');
EXECUTE q ('n = 1');
EXECUTE q ('n = 1');
EXECUTE q ('n = 1');
EXECUTE q ('n = 1');
EXECUTE q ('n = 2.5');
DEALLOCATE q;
-- An error leaves the call site of a function without a filter, not with half of one.
DO $$
BEGIN
    FOR i IN 1..3 LOOP
        BEGIN
            PERFORM pg_temp.simple('{"n": 1}', (ARRAY['n = 1', 'n = = 1', 'n = 2'])[i]);
        EXCEPTION WHEN syntax_error THEN
            RAISE NOTICE '%', SQLERRM;
        END;
        RAISE NOTICE '% %', pg_temp.simple('{"n": 1}', 'n = 1'), pg_temp.simple('{"n": 1}', 'n = 2');
    END LOOP;
END
$$;

-- Long texts: beyond what a tsvector holds, and words of any length.
SET client_min_messages = warning;
SELECT vecext.matches(jsonb_build_object('s', string_agg('w' || i, ' ')), '{"must": [{"key": "s", "match": {"text": "w7 w199999"}}]}'::jsonb) AS tokens,
    vecext.matches(jsonb_build_object('s', string_agg('w' || i, ' ')), '{"must": [{"key": "s", "match": {"phrase": "w7 w8 w9"}}]}'::jsonb) AS phrase,
    vecext.matches(jsonb_build_object('s', string_agg('w' || i, ' ')), '{"must": [{"key": "s", "match": {"text_any": "w200001 v"}}]}'::jsonb) AS none
FROM generate_series(1, 200000) i;
SELECT vecext.matches(jsonb_build_object('s', repeat('x', 10000) || ' y'), '{"must": [{"key": "s", "match": {"text": "y"}}]}'::jsonb);
RESET client_min_messages;

-- What is wrong: SQLSTATE, message, DETAIL.
CREATE FUNCTION pg_temp.error_of(filter text) RETURNS TABLE (state text, message text, detail text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM vecext.matches('{}'::jsonb, filter);
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN NEXT;
END
$$;
SELECT left(f, 90) AS filter, state, message, CASE WHEN state NOT LIKE '22P%' THEN left(detail, 60) END AS detail FROM unnest(ARRAY[
    '{"must": 1}', '{"mst": []}', '{"must": [{"key": "a"}]}', '{"must": [{"key": "a", "match": {"vlue": 1}}]}', '{"must": [{"key": "a", "match": {"value": [1]}}]}',
    '{"must": [{"key": "a", "match": {"value": 1.5}}]}', '{"must": [{"key": "a", "match": {"value": 1, "any": [2]}}]}', '{"must": [{"match": {"value": 1}}]}',
    '{"must": [{"key": "a[", "match": {"value": 1}}]}', '{"must": [{}, {"key": "", "match": {"value": 1}}]}', '{"must": [{"key": "a", "range": {"gt": "soon"}}]}',
    '{"must": [{"key": "a", "range": {"gt": 1, "lt": "2024-01-01"}}]}', '{"must": [{"key": "a", "range": {"gt": 1e999}}]}', '{"must": [{"key": "a", "range": {"above": 1}}]}',
    '{"must": [{"key": "a", "geo_radius": {"center": {"lon": 181, "lat": 0}, "radius": 1}}]}', '{"must": [{"key": "a", "geo_radius": {"center": {"lon": 1, "lat": 0}, "radius": -1}}]}',
    '{"must": [{"key": "a", "geo_polygon": {"exterior": {"points": [{"lon": 0, "lat": 0}]}}}]}',
    '{"must": [{"key": "a", "geo_polygon": {"exterior": {"points": [{"lon": 0, "lat": 0}, {"lon": 1, "lat": 0}, {"lon": 1, "lat": 1}, {"lon": 0, "lat": 1}]}}}]}',
    '{"min_should": {"conditions": [], "min_count": 0}}', '{"min_should": {"conditions": []}}', '{"must": [{"is_null": "a"}]}',
    '{"must": [{"nested": {"key": "a", "filter": {"must": [{"has_id": [1]}]}}}]}', '{"must": [{"has_id": [1]}]}', '{"must_not": [{"has_vector": "v"}]}', '{"must": [{"has_id": [1.5]}]}',
    '{"must": [}', '{"a": "\u0000"}', '{"must": [{"key": "a", "match": {"text": 5}}]}',
    'a', 'a =', '= 1', 'a = 1 b = 2', 'a = ''x', 'a == 1', 'a IN ()', '(a = 1', 'a[ = 1', '', '  ', 'ключ = = 1', 'a LIKE ''x''', 'a = 1e999',
    repeat('(', 70) || 'a = 1' || repeat(')', 70), repeat('NOT ', 100) || 'a = 1',
    repeat('{"must":[', 70) || '{"key": "a", "match": {"value": 1}}' || repeat(']}', 70),
    '{"must": [' || repeat('{"key": "a", "match": {"value": 1}},', 10001) || '{"key": "a", "match": {"value": 1}}]}',
    '{"must": [{"key": "a", "match": {"any": [' || repeat('1,', 100001) || '1]}}]}']) f, pg_temp.error_of(f) e;

-- Null stands for a member of match that is not there.
SELECT f AS filter, vecext.matches('{"a": "x"}', f::jsonb) AS holds FROM unnest(ARRAY['{"must": {"key": "a", "match": {"text": "x", "config": null}}}', '{"must": {"key": "a", "match": {"value": "x", "any": null}}}']) f;
-- A number is an integer by its decimal digits, not by the double that is nearest.
SELECT n AS number, array_agg(m ORDER BY m::numeric) AS equal FROM unnest(ARRAY['9007199254740993.5', '9007199254740993.0', '9007199254740994', '9223372036854775807.0', '0.99999999999999999999', '1.0']) n,
    unnest(ARRAY['9007199254740993.5', '9007199254740993', '9007199254740994', '9223372036854775807', '0.99999999999999999999', '1']) m
WHERE vecext.matches(format('{"n": %s}', m)::jsonb, 'n = ' || n) GROUP BY n ORDER BY n::numeric;
-- A search within a long text takes time by the sum of the lengths, not by their product.
SET statement_timeout = '20s';
SELECT vecext.matches(payload, format('{"must": {"key": "s", "match": {"substring": "%sb"}}}', a)) AS substring, vecext.matches(payload, format('s CONTAINS ''%sb''', a)) AS contains
FROM (SELECT repeat('a', 2000000) AS a, jsonb_build_object('s', repeat('a', 4000000)) AS payload OFFSET 0) t;
RESET statement_timeout;
SELECT s, vecext.matches(jsonb_build_object('s', s), '{"must": {"key": "s", "match": {"substring": ""}}}') AS substring, vecext.matches(jsonb_build_object('s', s), 's CONTAINS ''''') AS contains FROM unnest(ARRAY['', 'x']) s;
-- A call site evaluates each filter in the dialect that comes with it.
\set VERBOSITY terse
SELECT vecext_internal.matches_recheck('{"a": 1}', '{"must": []}', d, .5) FROM unnest(ARRAY['qdrant', 'langchain']) d;
\set VERBOSITY default

-- Rows of collections.
SELECT vecext.create_collection('condition_a', '{"": {"size": 2, "distance": "cosine"}, "title": {"size": 3, "distance": "dot"}}');
INSERT INTO condition_a (id, embedding, title, payload) VALUES (1, '[1,2]', NULL, '{"n": 1}'), (2, NULL, '[1,2,3]', '{"n": 2}'), (3, NULL, NULL, '{}');
CREATE FUNCTION pg_temp.rows(filter text) RETURNS bigint[] LANGUAGE sql AS $$ SELECT array_agg(id ORDER BY id) FROM condition_a t WHERE vecext.matches(t, filter) $$;
SELECT f AS filter, pg_temp.rows(f) AS ids FROM unnest(ARRAY['{"must": [{"has_id": [1, 3, 7]}]}', '{"must_not": [{"has_id": [1]}]}', '{"must": [{"has_id": ["1"]}]}', '{"must": [{"has_id": []}]}',
    '{"must": [{"has_vector": ""}]}', '{"must": [{"has_vector": "title"}]}', '{"must_not": [{"has_vector": "title"}]}', 'n = 1',
    '{"must": [{"key": "n", "match": {"value": 2}}, {"has_vector": "title"}, {"has_id": [2]}]}']) f;
SELECT id FROM condition_a WHERE vecext.matches(condition_a, '{"must": [{"has_id": [2]}]}'::jsonb);
-- Columns that come and go do not move those of the collection.
ALTER TABLE condition_a ADD COLUMN extra text DEFAULT 'x', DROP COLUMN title;
SELECT id, vecext.matches(t, '{"must": [{"has_vector": ""}, {"key": "n", "match": {"value": 1}}]}') FROM condition_a t ORDER BY id;
\set VERBOSITY sqlstate
SELECT id FROM condition_a t WHERE vecext.matches(t, '{"must": [{"has_vector": "other"}]}');
SELECT relname FROM pg_class t WHERE vecext.matches(t, '{}');
SELECT vecext.matches(ROW(1, 2), '{}');
SELECT vecext.matches(t, 'n = ') FROM condition_a t;
\set VERBOSITY default
DROP TABLE condition_a;
-- Grouping sets make rows of nulls.
SELECT vecext.create_collection('condition_g', '{"size": 2, "distance": "cosine"}');
INSERT INTO condition_g (id, payload) VALUES (1, '{"n": 1}'), (2, '{"n": 2}');
SELECT vecext.matches(t, 'n = 2') AS matches, count(*) FROM condition_g t GROUP BY ROLLUP (t) ORDER BY 2, 1;
-- If they are not of the row, its indexes serve.
SELECT vecext.create_payload_index('condition_g', 'n', 'integer');
SET enable_seqscan = off;
CREATE FUNCTION pg_temp.has_line(query text, line text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE plan_line text;
BEGIN
    FOR plan_line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF plan_line LIKE '%' || line || '%' THEN RETURN true; END IF;
    END LOOP;
    RETURN false;
END $$;
SELECT pg_temp.has_line($$SELECT payload -> 'n', count(*) FROM condition_g t WHERE vecext.matches(t, 'n = 2') GROUP BY ROLLUP (payload -> 'n')$$,
    'Index Scan on condition_g_n_integer_idx') AS uses_index;
SELECT payload -> 'n', count(*) FROM condition_g t WHERE vecext.matches(t, 'n = 2') GROUP BY ROLLUP (payload -> 'n') ORDER BY 1;
RESET enable_seqscan;
-- Above the grouping, the row is whole where it depends on the primary key.
SELECT id, payload, count(*) FROM condition_g t GROUP BY id, ROLLUP (payload) HAVING vecext.matches(t, 'n = 2') ORDER BY 1, 2;
-- Sets that the condition itself makes: the total is of no value of it.
SELECT m, count(*) FROM (SELECT vecext.matches(t, 'n = 2') AS m FROM condition_g t) g GROUP BY ROLLUP (m) HAVING m;
TRUNCATE condition_g;
INSERT INTO condition_g (id, payload) VALUES (2, '{"n": 2}'), (1, '{"n": 1}');
SELECT vecext.matches(t, 'n = 2') AS matches, count(*) FROM condition_g t GROUP BY ROLLUP (vecext.matches(t, 'n = 2')) HAVING vecext.matches(t, 'n = 2');
SELECT vecext.matches(t, 'n = 2') AS matches, count(*) FROM condition_g t GROUP BY ROLLUP (vecext.matches(t, 'n = 2')) HAVING NOT vecext.matches(t, 'n = 2');
SELECT vecext.matches(payload, 'n = 2') AS matches, count(*) FROM condition_g t GROUP BY ROLLUP (vecext.matches(payload, 'n = 2')) HAVING vecext.matches(payload, 'n = 2');
CREATE FUNCTION pg_temp.is_two(p jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT vecext.matches(p, 'n = 2') $$;
SELECT pg_temp.is_two(payload) AS matches, count(*) FROM condition_g t GROUP BY ROLLUP (pg_temp.is_two(payload)) HAVING pg_temp.is_two(payload);
DROP FUNCTION pg_temp.is_two;
-- Sets by a part of the payload, which an expanded condition has as well: it is null in the others, and the payload is not.
TRUNCATE condition_g;
INSERT INTO condition_g (id, payload) SELECT i, jsonb_build_object('n', i % 3, 'k', 'v' || i % 3) FROM generate_series(1, 6) i;
CREATE INDEX ON condition_g USING gin ((payload -> 'k'));
CREATE FUNCTION pg_temp.is_v1(p jsonb) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT vecext.matches(p, 'k = ''v1''') $$;
CREATE FUNCTION pg_temp.k_of(p jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$ SELECT p -> 'k' $$;
SELECT payload, payload -> 'k' AS k, count(*) FROM condition_g GROUP BY GROUPING SETS ((payload, payload -> 'k'), (payload)) HAVING vecext.matches(payload, 'k = ''v1''') ORDER BY 2;
SELECT payload, payload -> 'k' AS k, count(*) FROM condition_g GROUP BY GROUPING SETS ((payload, payload -> 'k'), (payload)) HAVING pg_temp.is_v1(payload) ORDER BY 2;
SELECT payload, pg_temp.k_of(payload) AS k, count(*) FROM condition_g GROUP BY GROUPING SETS ((payload, pg_temp.k_of(payload)), (payload)) HAVING vecext.matches(payload, 'k = ''v1''') ORDER BY 2;
SELECT payload -> 'k' AS k, count(*), vecext.matches(payload, 'k = ''v1''') AS m FROM condition_g GROUP BY GROUPING SETS ((payload, payload -> 'k'), (payload)) ORDER BY 3, 1;
SELECT payload -> 'k' AS k, count(*) FROM condition_g GROUP BY GROUPING SETS ((payload, payload -> 'k'), (payload)) ORDER BY vecext.matches(payload, 'k = ''v1'''), 1;
SELECT vecext.payload_int(payload, 'n') AS n, count(*) FROM condition_g GROUP BY payload, ROLLUP (vecext.payload_int(payload, 'n')) HAVING vecext.matches(payload, 'n = 1') ORDER BY 1;
SELECT id, payload -> 'k' AS k FROM condition_g GROUP BY id, ROLLUP (payload -> 'k') HAVING vecext.matches(payload, 'k = ''v1''') ORDER BY 1, 2;
-- What the server drops of the target list is not evaluated.
PREPARE divided(int) AS SELECT payload -> 'k' AS k, vecext.matches(payload, 'k = ''v1''') AS m, CASE WHEN $1 = 0 THEN 0 ELSE 1 / 0 END AS n, count(*)
FROM condition_g GROUP BY GROUPING SETS ((payload), ()) ORDER BY payload;
EXECUTE divided(0);
EXECUTE divided(1);
PREPARE divided_having(int) AS SELECT payload -> 'k' AS k FROM condition_g GROUP BY GROUPING SETS ((payload, payload -> 'k'), (payload))
HAVING pg_temp.is_v1(payload) AND CASE WHEN $1 = 0 THEN true ELSE 1 / 0 = 1 END ORDER BY 1;
EXECUTE divided_having(0);
DEALLOCATE divided;
DEALLOCATE divided_having;
-- Below the grouping the indexes serve.
SET enable_seqscan = off;
SELECT pg_temp.has_line($$SELECT payload -> 'k', count(*) FROM condition_g WHERE vecext.matches(payload, 'k = ''v1''') GROUP BY ROLLUP (payload -> 'k')$$, 'condition_g_expr_idx') AS uses_index;
SELECT payload -> 'k', count(*) FROM condition_g WHERE vecext.matches(payload, 'k = ''v1''') GROUP BY ROLLUP (payload -> 'k') ORDER BY 1;
RESET enable_seqscan;
DROP FUNCTION pg_temp.is_v1, pg_temp.k_of;
DROP TABLE condition_g;
-- Ids of the other types.
SELECT vecext.create_collection('condition_u', '{"size": 2, "distance": "cosine"}', options => '{"id": "uuid"}');
INSERT INTO condition_u (id) VALUES ('67e55044-10b1-426f-9247-bb680e5fe0c8');
SELECT vecext.matches(t, f) FROM condition_u t, unnest(ARRAY['{"must": [{"has_id": ["67E55044-10B1-426F-9247-BB680E5FE0C8"]}]}', '{"must": [{"has_id": ["67e5504410b1426f9247bb680e5fe0c8", 5]}]}', '{"must": [{"has_id": [1, "x"]}]}']) f;
-- Many rows and as many UUIDs in another spelling than the server's: not each is compared with each.
CREATE FUNCTION pg_temp.has_id(clause text, remainder int) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_build_object(clause, jsonb_build_object('has_id', jsonb_agg(CASE WHEN i % 3 = 0 THEN md5(i::text)::uuid::text ELSE md5(i::text) END)))
    FROM generate_series(1, 20000) i WHERE i % 2 = remainder
$$;
INSERT INTO condition_u (id) SELECT md5(i::text)::uuid FROM generate_series(1, 20000) i;
SET statement_timeout = '20s';
WITH filter AS MATERIALIZED (SELECT pg_temp.has_id('must', 0) AS even, pg_temp.has_id('must_not', 0) AS others,
    jsonb_build_object('must', jsonb_build_array(pg_temp.has_id('must', 0), pg_temp.has_id('must', 1))) AS none)
SELECT count(*) FILTER (WHERE vecext.matches(t, even)) AS even, count(*) FILTER (WHERE vecext.matches(t, others)) AS others, count(*) FILTER (WHERE vecext.matches(t, none)) AS none
FROM condition_u t, filter;
RESET statement_timeout;
DROP TABLE condition_u;
SELECT vecext.create_collection('condition_t', '{"size": 2, "distance": "cosine"}', options => '{"id": "text"}');
INSERT INTO condition_t (id) VALUES ('один'), ('1');
SELECT id, vecext.matches(t, f) FROM condition_t t, unnest(ARRAY['{"must": [{"has_id": ["один"]}]}', '{"must": [{"has_id": [1]}]}']) f ORDER BY id COLLATE "C", f;
DROP TABLE condition_t;
-- An alias is a view; its rows are of the collection, whatever the order of their columns.
SELECT vecext.create_collection('condition_c', '{"size": 2, "distance": "cosine"}');
INSERT INTO condition_c (id, embedding, payload) VALUES (1, '[1,2]', '{"n": 1}'), (2, NULL, '{"n": 2}');
SELECT vecext.create_alias('condition_alias', 'condition_c');
SELECT id, vecext.matches(t, '{"must": [{"has_id": [1]}, {"has_vector": ""}, {"key": "n", "match": {"value": 1}}]}') FROM condition_alias t ORDER BY id;
-- So is any view of that name; one that lacks a column of the collection, or has another in its place, is none of its rows.
CREATE SCHEMA condition_views;
CREATE VIEW condition_views.condition_alias AS SELECT id, payload FROM condition_c;
CREATE FUNCTION pg_temp.outcome(filter text, OUT ids bigint[], OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM condition_views.condition_alias a WHERE vecext.matches(a, %L::jsonb)', filter) INTO ids;
EXCEPTION WHEN OTHERS THEN
    message := SQLERRM;
END
$$;
CREATE TEMP TABLE filter AS SELECT * FROM unnest(ARRAY['{"must": [{"has_id": [1, 2]}]}', '{"must": [{"has_vector": ""}]}', '{"must": [{"key": "n", "match": {"value": 1}}]}']) AS t (filter);
SELECT filter, o.* FROM filter, pg_temp.outcome(filter) o;
CREATE OR REPLACE VIEW condition_views.condition_alias WITH (security_invoker = true) AS SELECT id, payload, '[1,2]'::text AS embedding FROM condition_c;
SELECT filter, o.* FROM filter, pg_temp.outcome(filter) o;
DROP VIEW condition_views.condition_alias;
CREATE VIEW condition_views.condition_alias AS SELECT id + 1 AS id, payload, embedding FROM condition_c;
SELECT filter, o.* FROM filter, pg_temp.outcome(filter) o;
DROP VIEW condition_views.condition_alias;
CREATE VIEW condition_views.condition_alias AS SELECT 'x' AS other, payload, NULL::vector(2) AS embedding, id FROM condition_c;
SELECT filter, o.* FROM filter, pg_temp.outcome(filter) o;
DROP VIEW condition_views.condition_alias;
CREATE VIEW condition_views.condition_alias AS SELECT embedding, payload FROM condition_c;
SELECT vecext.matches(a, '{"must": [{"has_id": [1]}]}') FROM condition_views.condition_alias a;
DROP SCHEMA condition_views CASCADE;
SELECT vecext.drop_collection('condition_c');

-- ON CONFLICT finds an index by a call, whatever other indexes there are.
CREATE TABLE conflicts (id int, payload jsonb, key text);
CREATE UNIQUE INDEX ON conflicts ((vecext.matches(payload, 'draft = true')), key);
CREATE UNIQUE INDEX ON conflicts (id) WHERE NOT vecext.matches(payload, 'draft = true');
CREATE INDEX ON conflicts USING gin ((payload -> 'draft'));
INSERT INTO conflicts VALUES (1, '{"draft": true}', 'x'), (2, '{"draft": false}', 'y');
INSERT INTO conflicts VALUES (3, '{"draft": true}', 'x') ON CONFLICT ((vecext.matches(payload, 'draft = true')), key) DO UPDATE SET id = excluded.id
    WHERE vecext.matches(conflicts.payload, 'draft = true') RETURNING *;
INSERT INTO conflicts VALUES (2, '{"draft": false}', 'z') ON CONFLICT (id) WHERE NOT vecext.matches(payload, 'draft = true') DO NOTHING RETURNING *;
DROP TABLE conflicts;

-- A CHECK is known by its own table's facts, whatever table comes first in FROM.
CREATE TABLE first_of_from (id int, payload jsonb, CHECK (NOT vecext.payload_is_array(payload, 'a.b')));
CREATE INDEX ON first_of_from USING gin ((payload -> 'a'));
INSERT INTO first_of_from VALUES (1, '{}');
CREATE TABLE checked_parent (id int, payload jsonb);
CREATE TABLE checked_child (CHECK (vecext.matches(payload, 'a.b = 5'))) INHERITS (checked_parent);
INSERT INTO checked_child VALUES (1, '{"a": {"b": [5, 6]}}');
SELECT count(*) FROM first_of_from, checked_parent p WHERE NOT (p.payload -> 'a' @> '{"b": 5}');
SELECT count(*) FROM checked_parent p, first_of_from WHERE NOT (p.payload -> 'a' @> '{"b": 5}');
DROP TABLE first_of_from, checked_child, checked_parent;

-- The row of a view on the nullable side of an outer join within the view: one of nulls, which is a row.
SELECT vecext.create_collection('outer_rows', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('outer_rows', '[{"id": 1, "vector": [1, 0], "payload": {"a": 1}}]');
CREATE SCHEMA regress_outer_rows;
CREATE VIEW regress_outer_rows.outer_rows AS SELECT f.* FROM (VALUES (1), (2)) t (x) LEFT JOIN outer_rows f ON f.id = t.x;
SELECT filter, (SELECT count(*) FROM regress_outer_rows.outer_rows f WHERE vecext.matches(f, filter)) AS by_column FROM
    (VALUES ('{"must": {"is_empty": {"key": "b"}}}'::jsonb), ('{"must_not": {"key": "a", "match": {"value": 1}}}')) v (filter);
SELECT count(*) FROM regress_outer_rows.outer_rows f WHERE vecext.matches(f, '{"must": {"is_empty": {"key": "b"}}}'::jsonb);
SELECT count(*) FROM regress_outer_rows.outer_rows f WHERE vecext.matches(f, '{"must_not": {"key": "a", "match": {"value": 1}}}'::jsonb);
DROP VIEW regress_outer_rows.outer_rows;
DROP SCHEMA regress_outer_rows;
SELECT vecext.drop_collection('outer_rows');
-- A document in place of conditions.
SELECT vecext.matches('{"pos": "noun"}'::jsonb, '{"pos": "noun"}'::jsonb);
-- Keys that are misspelt.
SELECT vecext.matches('{}'::jsonb, '{"must": [{"key": "pos", "match": {"valu": "noun"}}]}'::jsonb);
SELECT vecext.matches('{}'::jsonb, '{"must": [{"ky": "pos", "match": {"value": "noun"}}]}'::jsonb);
SELECT vecext.matches('{}'::jsonb, '{"shuld": []}'::jsonb);
