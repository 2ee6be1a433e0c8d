-- Points of collections: upsert in JSON and of arrays, get, delete, count, vectors.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
-- An error without the place in our sources, which moves.
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

CREATE TABLE points (id bigint PRIMARY KEY, embedding vector(3), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('points', vectors => '{"column": "embedding", "distance": "cosine"}');

-- Points are inserted and replaced as a whole; of an id that is there twice the last counts.
SELECT vecext.upsert('points', '[
    {"id": 2, "vector": [1, 2, 3.5], "payload": {"lang": "en"}},
    {"id": 1, "vector": [4, -5e0, 0.1]},
    {"id": 2, "vector": [7, 8, 9], "payload": {"lang": "de", "tags": ["x", 1, null]}},
    {"id": -9223372036854775808, "payload": null}]');
SELECT * FROM points ORDER BY id;
SELECT vecext.upsert('points', '[{"id": 2}]');
SELECT vecext.upsert('points', '[]');
SELECT * FROM points ORDER BY id;

-- Modes.
SELECT vecext.upsert('points', '[{"id": 1, "vector": [0, 0, 1]}, {"id": 3, "vector": [3, 3, 3]}]', 'insert_only');
SELECT vecext.upsert('points', '[{"id": 4, "vector": [0, 0, 1]}, {"id": 3, "payload": {"a": 1}},
    {"id": 3, "payload": {"a": 2}}]', 'update_only');
SELECT * FROM points ORDER BY id;
SELECT pg_temp.refusal($$SELECT vecext.upsert('points', '[]', 'replace')$$);

-- A condition is on the points that are replaced; those that are not there are inserted.
SELECT vecext.upsert('points', '[{"id": 3, "payload": {"a": 3}}, {"id": 1, "payload": {"a": 1}}, {"id": 5}]',
    condition => '{"must": [{"key": "a", "match": {"value": 2}}]}');
SELECT vecext.upsert('points', '[{"id": 3, "payload": {"a": 4}}, {"id": 6}]', 'update_only',
    condition => '{"must": [{"key": "a", "match": {"value": 2}}]}');
SELECT vecext.upsert('points', '[{"id": 3, "payload": {"a": 5}}, {"id": 6}]', 'update_only',
    condition => '{"must": [{"has_id": [3]}]}');
SELECT * FROM points ORDER BY id;
-- No condition makes insert_only replace a point; one that is not a filter is an error nevertheless.
SELECT vecext.upsert('points', '[{"id": 1}]', 'insert_only', condition => '{}'), vecext.upsert('points', '[{"id": 1}]', 'insert_only', condition => '{"must": {"key": "a", "match": {"value": 5}}}');
SELECT pg_temp.refusal($$SELECT vecext.upsert('points', '[{"id": 1}]', 'insert_only', condition => '{"musst": []}')$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('points', '[{"id": 1}]', condition => '{"musst": []}')$$);

-- What is no point.
SELECT statement, pg_temp.refusal(format('SELECT vecext.upsert(%L, %L)', 'points', statement)) AS refusal FROM unnest(ARRAY[
    '{"id": 1}', '1', '[1]', '[{}]', '[{"id": 1}, {"id": "2"}]', '[{"id": 1.5}]', '[{"id": "550e8400-e29b-41d4-a716-446655440000"}]', '[{"id": null}]',
    '[{"id": 9223372036854775808}]', '[{"id": 1, "vektor": [1, 2, 3]}]', '[{"id": 1, "vector": 7}]',
    '[{"id": 1, "vector": "[1,2,3]"}]', '[{"id": 1, "vector": [1, 2]}]', '[{"id": 1, "vector": []}]',
    '[{"id": 1, "vector": [1, 2, 3, 4]}]', '[{"id": 1, "vector": [1, "2", 3]}]', '[{"id": 1, "vector": [1, 2, null]}]',
    '[{"id": 1, "vector": [1, 2, [3]]}]', '[{"id": 1, "vector": [1, 2, 3.5e38]}]', '[{"id": 1, "vector": [1, 1e999, 2]}]',
    '[{"id": 7}, {"id": 1, "vector": {"title": [1, 2, 3]}}]', '[{"id": 1, "vector": {"": [1, 2, 3, 4]}}]',
    '[{"id": 1, "payload": []}]', '[{"id": 1, "payload": "x"}]']) AS statement;
SELECT pg_temp.refusal($$SELECT vecext.upsert('absent', '[]')$$);
-- Bodies of Qdrant's requests where what they hold is wanted; ids and filters that are not written so.
SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[$$upsert('points', '{"points": [{"id": 1}]}')$$, $$upsert('points', '{"id": 1}')$$,
    $$update_vectors('points', '{"points": []}')$$, $$get_points('points', '{"ids": [1]}')$$, $$delete_points('points', '{"points": [1]}')$$, $$get_points('points', '{"id": 1}')$$,
    $$search_batch('points', '{"searches": []}')$$, $$query_batch('points', '{"searches": []}')$$, $$recommend_batch('points', '{}')$$,
    $$get_points('points', '["6f9619ff-8b86-d011-b42d-00c04fc964ff"]')$$, $$get_points('points', '[9223372036854775808]')$$,
    $$count_points('points', '{"pos": "noun"}')$$, $$count_points('points', '{"filter": {"must": []}}')$$]) AS call;
SELECT count(*) FROM points;

-- Vectors of several names and kinds; ids of type text; names that need quotes.
CREATE TABLE "several ""kinds""" ("the id" text PRIMARY KEY, t int, image vector(3), "Sp arse" sparsevec(10), half halfvec(2),
    bits bit(4), multi vector(2)[], payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('"several ""kinds"""', 'kinds', 'the id', '{
    "image": {"column": "image", "distance": "cosine"}, "sparse": {"column": "Sp arse", "distance": "dot"},
    "half": {"column": "half", "distance": "euclid"}, "bits": {"column": "bits", "distance": "hamming"},
    "multi": {"column": "multi", "distance": "cosine"}}');
SELECT vecext.upsert('kinds', '[
    {"id": "b", "vector": {"image": [1, 2, 3], "sparse": {"indices": [7, 0, 3], "values": [0.5, 2, 0]}, "half": [1, 0.5],
                           "bits": "0101", "multi": [[1, 2], [3, 4]]}},
    {"id": "a", "vector": {"image": null, "half": [3, 4]}}, {"id": "", "vector": null}]');
SELECT * FROM "several ""kinds""" ORDER BY 1;
SELECT statement, pg_temp.refusal(format('SELECT vecext.upsert(%L, %L)', 'kinds',
    format('[{"id": "c", "vector": %s}]', statement))) AS refusal FROM unnest(ARRAY[
    '[1, 2, 3]', '{"image": [1, 2]}', '{"half": [1, 70000]}', '{"sparse": [1, 2]}', '{"sparse": {"indices": [1]}}',
    '{"sparse": {"indices": [1], "values": [1, 2]}}', '{"sparse": {"indices": [1, 1], "values": [1, 2]}}',
    '{"sparse": {"indices": [-1], "values": [1]}}', '{"sparse": {"indices": [10], "values": [1]}}',
    '{"sparse": {"indices": [0.5], "values": [1]}}', '{"sparse": {"indices": [1], "values": [1], "size": 3}}',
    '{"sparse": {"indices": [1], "values": ["x"]}}', '{"bits": "01"}', '{"bits": "01x1"}', '{"bits": [0, 2, 0, 1]}',
    '{"multi": [[1, 2], 3]}', '{"multi": []}', '{"multi": [[1, 2], [1]]}']) AS statement;

-- Points by id: in the order asked for, unknown ones left out.
SELECT id, payload, vectors FROM vecext.get_points('points', '[3, 77, 1, 3]', with_vectors => 'true');
SELECT id FROM vecext.get_points('points', '5');
SELECT id FROM vecext.get_points('points', '[]');
SELECT * FROM vecext.get_points('kinds', '["a", "b", ""]', 'false', 'true');
SELECT * FROM vecext.get_points('kinds', '["b"]', 'false', '["sparse", "bits"]');
SELECT * FROM vecext.get_points('kinds', '["b"]', NULL, '{"exclude": ["sparse", "bits", "multi"]}');
SELECT pg_temp.refusal(format('SELECT vecext.get_points(%L, %L, %L, %L)', 'kinds', ids, payload, vectors)) AS refusal
FROM (VALUES ('["a", 1]', 'true', 'true'), ('{"a": 1}', 'true', 'true'), ('["a"]', '7', 'true'), ('["a"]', '{}', 'true'),
    ('["a"]', '{"only": []}', 'true'), ('["a"]', '["x", 3]', 'true'), ('["a"]', '["x["]', 'true'),
    ('["a"]', '{"include": "x"}', 'true'), ('["a"]', 'true', '["imag"]'), ('["a"]', 'true', '"image"'))
    AS v (ids, payload, vectors);

-- What is selected of a payload.
SELECT vecext.upsert('points', '[{"id": 10, "payload":
    {"a": {"b": [{"c": 1, "d": 2}, {"d": 3}, 4], "e": {}}, "f.g": 5, "f": {"g": 6}, "h": null}}]');
SELECT with_payload, payload FROM unnest(ARRAY['true', 'false', '[]', '["f"]', '["f.g"]', '["\"f.g\"", "h"]', '["a.b[].d"]', '["a.b[1]"]',
    '["a.e.x", "z", "f.g.h"]', '["a", "a.b"]', '{"include": ["a.b[0].c"]}', '{"exclude": ["a.b[].d", "f"]}', '{"exclude": ["a.b[1]", "h", "z.z"]}',
    '{"exclude": []}']) AS with_payload, vecext.get_points('points', '10', with_payload::jsonb);

-- Vectors are replaced one by one; a point that is not there is an error.
SELECT vecext.update_vectors('kinds', '[{"id": "a", "vector": {"image": [9, 9, 9]}}, {"id": "b", "vector": {"half": [0, 1]}},
    {"id": "a", "vector": {"image": [8, 8, 8]}}]');
SELECT id, vectors->'image' AS image, vectors->'half' AS half FROM vecext.get_points('kinds', '["a", "b"]', with_vectors => 'true');
-- Of a point that comes more than once, each vector is the last one of its name.
SELECT vecext.update_vectors('kinds', '[{"id": "b", "vector": {"image": [1, 1, 1], "half": [1, 1]}}, {"id": "a", "vector": {"image": [7, 7, 7]}},
    {"id": "b", "vector": {"image": [2, 2, 2]}}, {"id": "a", "vector": {"half": [3, 3]}}, {"id": "a", "vector": {"half": null}}, {"id": "b"}]');
SELECT id, vectors->'image' AS image, vectors->'half' AS half FROM vecext.get_points('kinds', '["a", "b"]', with_vectors => 'true');
SELECT pg_temp.refusal($$SELECT vecext.update_vectors('kinds', '[{"id": "b", "vector": {"half": [5, 5]}}, {"id": "q"}]')$$);
SELECT pg_temp.refusal($$SELECT vecext.update_vectors('kinds', '[{"id": "b", "payload": {}}]')$$);
SELECT vecext.delete_vectors('kinds', '{image,half}', '["a", "", "zz"]');
SELECT vecext.delete_vectors('kinds', '{sparse}', filter => '{}');
SELECT vecext.delete_vectors('kinds', '{}', '["a"]');
SELECT id, vectors FROM vecext.get_points('kinds', '["a", "b"]', with_vectors => 'true');
SELECT pg_temp.refusal($$SELECT vecext.delete_vectors('kinds', '{imag}', '["a"]')$$);
SELECT pg_temp.refusal($$SELECT vecext.delete_vectors('kinds', '{image}')$$);

-- Counts and deletions.
SELECT vecext.count_points('points'), vecext.count_points('points', '{}'),
    vecext.count_points('points', '{"must": {"key": "a", "match": {"value": 5}}}');
-- What is not exact is exact for few pages, also of a table that was never analyzed.
CREATE TABLE tiny (id int8 PRIMARY KEY, payload jsonb NOT NULL);
SELECT vecext.register_collection('tiny');
INSERT INTO tiny VALUES (1, '{"a": 1}'), (2, '{}');
SELECT vecext.count_points('tiny', exact => false), vecext.count_points('tiny', '{"must": {"key": "a", "match": {"value": 1}}}', exact => false) AS of_filter;
DROP TABLE tiny;
-- What is not exact knows by statistics what indexes find, and what is left without it: within a tenth, also of parts.
CREATE TABLE counted (id int8, payload jsonb NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE counted_1 PARTITION OF counted FOR VALUES FROM (0) TO (1500) WITH (fillfactor = 10);
CREATE TABLE counted_2 PARTITION OF counted FOR VALUES FROM (1500) TO (4000) WITH (fillfactor = 10);
SELECT vecext.register_collection('counted');
INSERT INTO counted SELECT i, jsonb_build_object('k', 'k' || i % 4, 'n', i % 10, 'list', jsonb_build_array(i % 5, 9)) FROM generate_series(1, 3000) i;
SELECT vecext.create_payload_index('counted', 'k', 'keyword'), vecext.create_payload_index('counted', 'n', 'integer'),
    vecext.create_payload_index('counted', 'list', 'keyword');
ANALYZE counted;
SELECT filter, vecext.count_points('counted', filter) AS exact,
    abs(vecext.count_points('counted', filter, exact => false) - vecext.count_points('counted', filter)) <= 300 AS is_near
FROM unnest(ARRAY['{"must": {"key": "k", "match": {"value": "k1"}}}', '{"must_not": {"key": "k", "match": {"value": "k1"}}}',
    '{"must": {"key": "k", "match": {"except": ["k1", "k2"]}}}', '{"must_not": {"key": "n", "range": {"gte": 2}}}',
    '{"must_not": [{"key": "k", "match": {"value": "k1"}}, {"key": "n", "range": {"lt": 3}}]}', '{"must_not": {"key": "list", "match": {"value": 3}}}',
    '{"should": [{"key": "n", "match": {"value": 3}}, {"must_not": {"key": "n", "range": {"gte": 2}}}]}', '{"must_not": {"has_id": [1, 2, 3]}}',
    '{"must": [{"key": "k", "match": {"value": "k1"}}], "must_not": {"key": "n", "match": {"any": [1, 3, 5]}}}',
    '{"must_not": {"must_not": {"key": "k", "match": {"value": "k1"}}}}']::jsonb[]) filter;
-- It is what the planner expects, which does not know of these yet.
DELETE FROM counted WHERE id <= 500;
SELECT vecext.count_points('counted') AS exact, vecext.count_points('counted', exact => false) > 2600 AS is_estimate;
DROP TABLE counted;
SELECT vecext.lock_points('points', '{3,1,77,1,NULL}'), vecext.lock_points('points', '{}');
SELECT pg_temp.refusal($$SELECT vecext.lock_points('points', '{1,b}')$$);
SELECT vecext.delete_points('points', '[1, 77, 1]');
SELECT vecext.delete_points('points', '[2, 3]', '{"must": {"key": "a", "match": {"value": 5}}}');
SELECT vecext.delete_points('points', filter => '{"must": {"is_empty": {"key": "a"}}}');
SELECT pg_temp.refusal($$SELECT vecext.delete_points('points')$$);
SELECT id FROM points ORDER BY id;
SELECT vecext.delete_points('points', filter => '{}');
SELECT count(*) FROM points;

-- Arrays.
SELECT vecext.upsert('points', '{3,1,3}'::bigint[], ARRAY['[1,1,1]', NULL, '[2,2,2]']::vector[],
    ARRAY['{"n": 1}', '{"n": 2}', NULL]::jsonb[]);
SELECT vecext.upsert('points', '{4,5}'::bigint[], ARRAY['[4,4,4]', '[5,5,5]']::vector[], NULL);
SELECT vecext.upsert('points', '{}'::bigint[], '{}'::vector[], '{}');
SELECT * FROM points ORDER BY id;
SELECT vecext.upsert('kinds', '{x,b}'::text[], ARRAY['[1,1]', '[2,2]']::halfvec[], NULL, 'half');
SELECT vecext.upsert('kinds', '{s}'::text[], ARRAY['{1:1,4:2}/10']::sparsevec[], NULL, 'sparse');
SELECT * FROM "several ""kinds""" WHERE "the id" IN ('x', 'b', 's') ORDER BY 1;
SELECT statement, pg_temp.refusal(format('SELECT vecext.upsert(%s)', statement)) AS refusal FROM unnest(ARRAY[
    $$'points', '{1}'::bigint[], '{}'::vector[], NULL$$,
    $$'points', '{1}'::bigint[], ARRAY['[1,2,3]']::vector[], '{}'$$,
    $$'points', '{1,NULL}'::bigint[], ARRAY['[1,2,3]', '[1,2,3]']::vector[], NULL$$,
    $$'points', '{1,2}'::bigint[], ARRAY['[1,2,3]', '[1,2]']::vector[], NULL$$,
    $$'points', '{1}'::bigint[], ARRAY['[1,2,3]']::vector[], ARRAY['[]']::jsonb[]$$,
    $$'points', '{t}'::boolean[], ARRAY['[1,2,3]']::vector[], NULL$$,
    $$'points', '{1}'::bigint[], ARRAY['[1,2,3]']::halfvec[], NULL$$,
    $$'points', '{{1}}'::bigint[], ARRAY['[1,2,3]']::vector[], NULL$$,
    $$'kinds', '{a}'::text[], ARRAY['[1,2,3]']::vector[], NULL$$,
    $$'kinds', '{a}'::text[], ARRAY['[1,2,3]']::vector[], NULL, 'multi'$$]) AS statement;

-- More than stays in memory.
CREATE TABLE large (id bigint PRIMARY KEY, embedding vector(4000));
ALTER TABLE large ALTER embedding SET STORAGE EXTERNAL;
SELECT vecext.register_collection('large', vectors => '{"column": "embedding", "distance": "euclid"}', payload_column => NULL);
CREATE TEMP TABLE batch AS SELECT array_agg(i ORDER BY i DESC) AS ids, array_agg(v.v) AS vectors
FROM generate_series(1::bigint, 1100) i, (SELECT array_agg(x)::vector AS v FROM generate_series(1, 4000) x) v;
SELECT vecext.upsert('large', ids, vectors, NULL) FROM batch;
SELECT vecext.upsert('large', ids, vectors, NULL) FROM batch;
SELECT count(*), min(vector_dims(embedding)) FROM large;
DROP TABLE large;

-- Ids of the other types.
CREATE TABLE by_uuid (id uuid PRIMARY KEY, embedding vector(1), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('by_uuid', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT vecext.upsert('by_uuid', '[{"id": "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6", "vector": [1]},
    {"id": "00000000000000000000000000000001", "vector": [2]}, {"id": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "vector": [3]}]');
SELECT id, vectors FROM vecext.get_points('by_uuid', '["f81d4fae7dec11d0a76500a0c91e6bf6", "00000000-0000-0000-0000-000000000001"]', 'true', 'true');
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_uuid', '[{"id": "f81d4fae"}]')$$);
SELECT pg_temp.refusal($$SELECT vecext.delete_points('by_uuid', '[1]')$$);
CREATE TABLE by_int (key int UNIQUE NOT NULL, v vector);
SELECT vecext.register_collection('by_int', id_column => 'key', vectors => '{"column": "v", "distance": "dot"}', payload_column => NULL);
SELECT vecext.upsert('by_int', '[{"id": 2, "vector": [1, 2]}, {"id": 1, "vector": [1]}]');
SELECT * FROM vecext.get_points('by_int', '[1, 2]', 'true', 'true');
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_int', '[{"id": 3000000000}]')$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_int', '[{"id": 3, "payload": {}}]')$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_int', '{3}'::int[], ARRAY['[1]']::vector[], ARRAY['{}']::jsonb[])$$);

-- Ids that are integers of another size, or varchar.
SELECT vecext.upsert('points', '{101,102}'::int[], ARRAY['[1,2,3]', '[1,2,3]']::vector[], NULL),
    vecext.upsert('points', '{103}'::smallint[], ARRAY['[1,2,3]']::vector[], NULL),
    vecext.upsert('by_int', '{-7}'::smallint[], ARRAY['[1]']::vector[], NULL),
    vecext.upsert('by_int', '{-8,2147483647}'::bigint[], ARRAY['[1]', '[2]']::vector[], NULL);
SELECT vecext.delete_points('points', '[101, 102, 103]'), vecext.delete_points('by_int', '[-7, -8, 2147483647]');
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_int', '{1,2147483648}'::bigint[], ARRAY['[1]', '[2]']::vector[], NULL)$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_int', '{1}'::numeric[], ARRAY['[1]']::vector[], NULL)$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('by_uuid', '{1}'::int[], ARRAY['[1]']::vector[], NULL)$$);
CREATE TABLE by_name (id text PRIMARY KEY, v vector(1));
SELECT vecext.register_collection('by_name', vectors => '{"column": "v", "distance": "dot"}', payload_column => NULL);
SELECT vecext.upsert('by_name', '{b,a}'::varchar[], ARRAY['[1]', '[2]']::vector[], NULL);
SELECT * FROM by_name ORDER BY id;
DROP TABLE by_name;

-- Vectors are deleted from any place among many.
DO $$
BEGIN
    EXECUTE format('CREATE TABLE broad (id int8 PRIMARY KEY, %s)', (SELECT string_agg(format('v%s vector(1)', i), ', ') FROM generate_series(1, 70) i));
    PERFORM vecext.register_collection('broad', payload_column => NULL,
        vectors => (SELECT jsonb_object_agg('n' || i, jsonb_build_object('column', 'v' || i, 'distance', 'dot')) FROM generate_series(1, 70) i));
    EXECUTE format('INSERT INTO broad SELECT i, %s FROM generate_series(1, 2) i', (SELECT string_agg(quote_literal('[1]'), ', ') FROM generate_series(1, 70)));
END $$;
SELECT vecext.delete_vectors('broad', array_agg('n' || i), '[1]') FROM generate_series(1, 70) i WHERE i IN (1, 50, 60, 61, 70);
SELECT vecext.delete_vectors('broad', '{n70}', '[1, 2]'), vecext.delete_vectors('broad', '{n69}', filter => '{}'), vecext.delete_vectors('broad', '{n69,n70}', filter => '{}');
SELECT id, k FROM broad b, LATERAL jsonb_each(to_jsonb(b)) e (k, v) WHERE v = 'null' ORDER BY 1, 2;
SELECT pg_temp.refusal($$SELECT vecext.delete_vectors('broad', '{n70,NULL}', '[1]')$$);
DROP TABLE broad;

-- A rolled-back upsert leaves nothing; plans follow changes of the table.
BEGIN;
SELECT vecext.upsert('by_int', '[{"id": 9, "vector": [9]}]');
ROLLBACK;
SELECT count(*) FROM by_int WHERE key = 9;
ALTER TABLE by_int RENAME v TO vec;
DROP TABLE by_int;
CREATE TABLE by_int (key int PRIMARY KEY, v vector(2), payload jsonb);
SELECT vecext.register_collection('by_int', id_column => 'key', vectors => '{"column": "v", "distance": "dot"}');
SELECT vecext.upsert('by_int', '[{"id": 9, "vector": [9, 9]}]');
ALTER TABLE by_int ADD w halfvec(1), ALTER payload SET DEFAULT '{}';
ALTER TABLE by_int RENAME v TO "new name";
SELECT vecext.upsert('by_int', '[{"id": 9, "vector": [9, 8]}]');
SELECT * FROM vecext.get_points('by_int', '9', 'true', 'true');

-- Rights are those of the caller, and policies of the table hold.
CREATE ROLE regress_points;
GRANT SELECT, INSERT ON points TO regress_points;
ALTER TABLE points ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON points TO regress_points USING (id < 5);
SET ROLE regress_points;
SELECT pg_temp.refusal($$SELECT vecext.upsert('points', '[{"id": 4}]')$$);
SELECT vecext.upsert('points', '[{"id": 4}, {"id": 2}]', 'insert_only');
SELECT pg_temp.refusal($$SELECT vecext.upsert('points', '[{"id": 8}]', 'insert_only')$$);
SELECT pg_temp.refusal($$SELECT vecext.delete_points('points', '[1]')$$);
SELECT pg_temp.refusal($$SELECT vecext.count_points('by_uuid', exact => false)$$);
SELECT id FROM vecext.get_points('points', '[1, 4, 5, 7]');
SELECT vecext.count_points('points');
RESET ROLE;
SELECT vecext.count_points('points');

-- To delete, the right to delete is enough; a policy of DELETE alone counts, not one of UPDATE.
CREATE TABLE kept (id int8 PRIMARY KEY, payload jsonb);
SELECT vecext.register_collection('kept');
INSERT INTO kept SELECT i, jsonb_build_object('n', i) FROM generate_series(1, 9) i;
GRANT SELECT, DELETE ON kept TO regress_points;
SELECT vecext.lock_points('kept', '{1,2}');
SET ROLE regress_points;
SELECT vecext.lock_points('kept', '{1,2}') AS without_update;
SELECT vecext.delete_points('kept', '[1]'), vecext.delete_points('kept', filter => '{"must": {"key": "n", "range": {"lt": 3}}}'),
    vecext.delete_points('kept', '[2, 3, 4]', '{"must": {"key": "n", "match": {"value": 3}}}');
SELECT pg_temp.refusal($$SELECT vecext.set_payload('kept', '{}', filter => '{}')$$);
RESET ROLE;
GRANT UPDATE ON kept TO regress_points;
ALTER TABLE kept ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON kept FOR SELECT TO regress_points USING (true);
CREATE POLICY deletes ON kept FOR DELETE TO regress_points USING (id > 4);
CREATE POLICY updates ON kept FOR UPDATE TO regress_points USING (id < 6);
SET ROLE regress_points;
SELECT vecext.lock_points('kept', '{4,5}') AS with_policies;
SELECT vecext.set_payload('kept', '{"a": 1}', filter => '{}'), vecext.delete_points('kept', '[4, 5]'), vecext.delete_points('kept', filter => '{}');
RESET ROLE;
SELECT * FROM kept;
DROP TABLE kept;

-- Operators and functions that anybody makes have no effect.
CREATE FUNCTION public.lies(bigint, bigint) RETURNS bool LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.lies);
CREATE OPERATOR public.> (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.lies);
CREATE FUNCTION public.lies(jsonb, jsonb) RETURNS bool LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR public.= (LEFTARG = jsonb, RIGHTARG = jsonb, FUNCTION = public.lies);
CREATE TABLE public.vecext_points (id bigint);
CREATE TABLE public.vecext_locked (id bigint);
SET search_path = public, pg_catalog;
SELECT vecext.upsert('points', '[{"id": 4}, {"id": 2}]'), vecext.upsert('points', '[{"id": 4}]', 'update_only'),
    vecext.set_payload('points', '{"a": 1}', '[4]'), vecext.count_points('points', '{"must": {"has_id": [4]}}');
SELECT id FROM vecext.get_points('points', '[4, 2]');
SELECT id FROM vecext.scroll('points', limit_ => 1, cursor => (SELECT next_cursor FROM vecext.scroll('points', limit_ => 1)));
RESET search_path;
DROP TABLE public.vecext_points, public.vecext_locked;
DROP OPERATOR public.= (bigint, bigint);
DROP OPERATOR public.> (bigint, bigint);
DROP OPERATOR public.= (jsonb, jsonb);
DROP FUNCTION public.lies(bigint, bigint), public.lies(jsonb, jsonb);
-- A row of a table that inherits may have the id of a point, and is another one.
CREATE TABLE elder (id int8 PRIMARY KEY, payload jsonb);
CREATE TABLE younger () INHERITS (elder);
SELECT vecext.register_collection('elder', vectors => '{}');
INSERT INTO elder VALUES (1, '{"a": 1}');
INSERT INTO younger VALUES (1, '{"a": 2}');
SELECT vecext.lock_points('elder', '{1}') AS with_a_child;
SELECT vecext.set_payload('elder', '{"b": 1}', filter => '{"must": {"key": "a", "match": {"value": 1}}}');
SELECT tableoid::regclass, payload FROM elder ORDER BY 1;
SELECT vecext.delete_points('elder', filter => '{"must": {"key": "a", "match": {"value": 1}}}');
SELECT tableoid::regclass, payload FROM elder ORDER BY 1;
DROP TABLE elder CASCADE;

DROP TABLE points, "several ""kinds""", by_uuid, by_int;
DROP ROLE regress_points;
