-- Changes of payloads: set, overwrite, delete keys, clear; the functions of one payload that they are made of.
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

-- Merging is shallow; what is null in the patch goes; objects on the way are made; [] is each element.
SELECT payload, patch, key, vecext.payload_merge(payload::jsonb, patch::jsonb, key) FROM (VALUES
    ('{"a": 1, "b": {"c": 2, "d": 3}}', '{"b": {"e": 4}, "f": null, "a": null}', NULL),
    ('{"a": 1}', '{}', NULL),
    ('{}', '{"x": null, "y": {"z": null}}', NULL),
    ('{"b": {"c": 2, "d": 3}, "x": 1}', '{"c": null, "e": [1, null]}', 'b'),
    ('{"a": 1}', '{"c": 2}', 'x.y."q.r"'),
    ('{"a": 1}', '{"c": 2}', 'a'),
    ('{"a": 1}', '{"c": 2}', 'a.b'),
    ('{"a": null}', '{"c": 2}', 'a'),
    ('{"a": [{"b": 1}, {"b": 2, "c": 3}, 4]}', '{"c": 5, "b": null}', 'a[]'),
    ('{"a": [{"b": {"n": 1}}, {"b": 2}]}', '{"c": 5}', 'a[].b'),
    ('{"a": [{"b": 1}, {"b": 2}]}', '{"c": 5}', 'a[1]'),
    ('{"a": [{"b": 1}, {"b": 2}]}', '{"c": 5}', 'a[2]'),
    ('{"a": {"b": 1}}', '{"c": 5}', 'a[0]'),
    ('{"a": {"b": 1}}', '{"c": 5}', 'x[0].y'),
    ('{"a": {"b": 1}}', '{"c": 5}', 'a.x[]')) AS v (payload, patch, key);
SELECT payload, keys, vecext.payload_remove(payload::jsonb, keys), vecext.payload_keep(payload::jsonb, keys) FROM (VALUES
    ('{"a": {"b": 1, "c": 2}, "d": [1, 2, 3]}', '{a.b,d[1]}'::text[]),
    ('{"a": {"b": 1, "c": 2}, "d": [1, 2, 3]}', '{a,d[]}'),
    ('{"a": {"b": 1, "c": 2}, "d": [1, 2, 3]}', '{}'),
    ('{"a": {"b": 1, "c": 2}, "d": [1, 2, 3]}', '{x,a.x,a.b.c,d[7],d.x,NULL}'),
    ('{"a": [{"b": 1, "c": [{"d": 1}, {"e": 2}]}, [], "s"]}', '{a[].c[].d}'),
    ('{"a.b": 1, "a": {"b": 2}, "": 3}', '{"\"a.b\"","\"\""}'),
    ('[1, {"a": 2}]', '{a}'),
    ('7', '{a}')) AS v (payload, keys);
SELECT pg_temp.refusal($$SELECT vecext.payload_merge('{}', '[]')$$);
SELECT pg_temp.refusal($$SELECT vecext.payload_merge('{}', '{}', 'a..b')$$);
SELECT pg_temp.refusal($$SELECT vecext.payload_remove('{}', '{a[x]}')$$);

CREATE TABLE edits (id bigint PRIMARY KEY, embedding vector(1), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('edits', vectors => '{"column": "embedding", "distance": "cosine"}');
SELECT vecext.upsert('edits', '[{"id": 1, "payload": {"a": 1, "b": {"c": 2}}}, {"id": 2, "payload": {"a": 2}}, {"id": 3}]');

-- Those that do not change are not written; ids that there are not are left out.
SELECT vecext.set_payload('edits', '{"n": 5, "a": null}', '[1, 2, 77]');
SELECT vecext.set_payload('edits', '{"n": 5}', filter => '{}');
SELECT * FROM edits ORDER BY id;
SELECT vecext.set_payload('edits', '{"n": 5}', filter => '{}');
SELECT vecext.set_payload('edits', '{"d": 1}', '2', key => 'b');
SELECT vecext.set_payload('edits', '{"d": 2}', '[1, 2]', '{"must": {"key": "b.c", "match": {"value": 2}}}', 'b');
SELECT vecext.overwrite_payload('edits', '{"n": 5, "o": null}', '[3]');
SELECT * FROM edits ORDER BY id;
SELECT vecext.delete_payload('edits', '{b.d,n}', filter => '{"must_not": {"has_id": [3]}}');
SELECT vecext.delete_payload('edits', '{nothing}', filter => '{}');
SELECT * FROM edits ORDER BY id;
SELECT vecext.clear_payload('edits', '[1, 2, 3]', '{"must": {"has_id": [1, 3]}}');
SELECT * FROM edits ORDER BY id;
SELECT vecext.clear_payload('edits', filter => '{}');
SELECT * FROM edits ORDER BY id;

-- A row that is not written stays where it is.
SELECT vecext.set_payload('edits', '{"k": 1}', '1');
CREATE TABLE places AS SELECT id, ctid AS place FROM edits;
SELECT vecext.set_payload('edits', '{"k": 1}', '[1, 2]');
SELECT e.id, e.ctid = p.place AS stays FROM edits e JOIN places p USING (id) ORDER BY id;

SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$set_payload('edits', '{"a": 1}')$$, $$set_payload('edits', '[]', '[1]')$$, $$set_payload('edits', '3', '[1]')$$,
    $$set_payload('edits', '{}', '["1"]')$$, $$set_payload('edits', '{"a": 1}', '[99]', key => 'a[')$$,
    $$set_payload('edits', '{}', '[1]', '{"must": [{"key": "a"}]}')$$, $$overwrite_payload('edits', 'null', '[1]')$$,
    $$overwrite_payload('edits', '{}')$$, $$delete_payload('edits', '{"a."}', '[99]')$$, $$delete_payload('edits', '{a}')$$,
    $$clear_payload('edits')$$, $$clear_payload('edit', '[1]')$$]) AS call;
CREATE TABLE bare (id bigint PRIMARY KEY, embedding vector(1));
SELECT vecext.register_collection('bare', vectors => '{"column": "embedding", "distance": "cosine"}', payload_column => NULL);
SELECT pg_temp.refusal($$SELECT vecext.set_payload('bare', '{}', '[1]')$$);

-- A payload that is null is one without any keys.
CREATE TABLE unfilled (id bigint PRIMARY KEY, payload jsonb);
INSERT INTO unfilled VALUES (1, NULL), (2, NULL), (3, NULL), (4, '{}');
SELECT vecext.register_collection('unfilled');
SELECT vecext.set_payload('unfilled', '{"a": 1}', '[1]'), vecext.set_payload('unfilled', '{"a": 1}', '[2]', key => 'b'),
    vecext.delete_payload('unfilled', '{a}', '[3, 4]'), vecext.overwrite_payload('unfilled', '{"c": 1}', '[3]'),
    vecext.clear_payload('unfilled', '[1, 4]');
SELECT * FROM unfilled ORDER BY id;
-- So is one that is no object: what is set makes an object of it.
TRUNCATE unfilled;
INSERT INTO unfilled SELECT i, v::jsonb FROM unnest(ARRAY['5', '"x"', 'null', '[1, {"a": 1}]', 'true', '{}']) WITH ORDINALITY AS t (v, i);
SELECT id, payload, vecext.payload_merge(payload, '{"a": 1}'), vecext.payload_merge(payload, '{"a": 1}', 'k.l'), vecext.payload_remove(payload, '{a}'),
    vecext.payload_keep(payload, '{a}') FROM unfilled ORDER BY id;
SELECT vecext.delete_payload('unfilled', '{a}', filter => '{}'), vecext.count_points('unfilled', '{"must": {"is_empty": {"key": "a"}}}'),
    (SELECT array_agg(payload) FROM vecext.get_points('unfilled', '[1, 2, 4]', '["a"]')),
    (SELECT array_agg(payload) FROM vecext.get_points('unfilled', '[1, 2, 4]', '{"exclude": ["a"]}'));
SELECT vecext.set_payload('unfilled', '{"a": 1}', '[1, 2, 3, 6]'), vecext.set_payload('unfilled', '{"a": 1}', '[4, 5]', key => 'k');
SELECT * FROM unfilled ORDER BY id;
DROP TABLE edits, places, bare, unfilled;
