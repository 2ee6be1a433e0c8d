-- Collections whose ids are of type vecext.point_id: each function with numbers and UUIDs side by side.
\set SHOW_CONTEXT never
\pset null '-'
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

SELECT vecext.create_collection('mixed', '{"size": 2, "distance": "euclid"}', options => '{"id": "point_id", "index_threshold": 100000}');
SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute WHERE attrelid = 'mixed'::regclass AND attname = 'id';
-- Numbers beside the UUIDs that have the same digits; the ends of the numbers.
SELECT vecext.upsert('mixed', '[
    {"id": "00000000-0000-0000-0000-000000000001", "vector": [11, 0], "payload": {"a": 1, "of": "x"}},
    {"id": "00000000-0000-0000-0000-000000000000", "vector": [10, 0], "payload": {"a": 2, "of": "y"}},
    {"id": 18446744073709551615, "vector": [4, 0], "payload": {"a": 3, "of": "x"}},
    {"id": 9223372036854775808, "vector": [3, 0], "payload": {"a": 4, "of": "y"}},
    {"id": 9223372036854775807, "vector": [2, 0], "payload": {"a": 5, "of": "x"}},
    {"id": 1, "vector": [1, 0], "payload": {"a": 6, "of": "y"}},
    {"id": 0, "vector": [0, 0], "payload": {"a": 7, "of": "x"}},
    {"id": "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "vector": [12, 0], "payload": {"a": 8, "of": "y"}},
    {"id": 18446744073709551614, "vector": [3.5, 0], "payload": {"a": 9, "of": "z"}}]');
SELECT id, embedding, payload FROM mixed ORDER BY id;
-- All forms of a UUID are one id; a number of 1.0 is 1.
SELECT vecext.upsert('mixed', '[{"id": "{00000000-0000-0000-0000-000000000001}", "vector": [11, 0], "payload": {"a": 1, "of": "x"}},
    {"id": "00000000000000000000000000000001", "vector": [11, 1], "payload": {"a": 1, "of": "x"}},
    {"id": "urn:uuid:00000000-0000-0000-0000-000000000001", "vector": [11, 0], "payload": {"a": 1, "of": "x"}},
    {"id": 1.0, "vector": [1, 0], "payload": {"a": 6, "of": "y"}}]');
SELECT count(*) FROM mixed;

-- What is not an id, wherever ids are: a string that is not a UUID is none, even of digits.
SELECT id, pg_temp.refusal(format('SELECT vecext.upsert(%L, %L)', 'mixed', format('[{"id": %s}]', id))) AS upsert,
    pg_temp.refusal(format('SELECT * FROM vecext.get_points(%L, %L)', 'mixed', format('[%s]', id))) AS get_points,
    pg_temp.refusal(format('SELECT vecext.delete_points(%L, %L)', 'mixed', format('[0, %s]', id))) AS delete_points
FROM unnest(ARRAY['-1', '"5"', '"x"', '1.5', '18446744073709551616', '1e30', 'null', 'true', '"0000"']) id;
SELECT pg_temp.refusal($$SELECT vecext.query('mixed', '{"query": "5"}')$$), pg_temp.refusal($$SELECT vecext.query('mixed', '{"query": -5}')$$),
    pg_temp.refusal($$SELECT vecext.recommend('mixed', '["5"]')$$), pg_temp.refusal($$SELECT vecext.query('mixed', '{"query": 77}')$$),
    pg_temp.refusal($$SELECT vecext.query('mixed', '{"query": 18446744073709551613}')$$),
    pg_temp.refusal($$SELECT vecext.query('mixed', '{"query": "00000000000000000000000000000077"}')$$),
    pg_temp.refusal($$SELECT vecext.update_vectors('mixed', '[{"id": 18446744073709551613, "vector": [1, 1]}]')$$);

-- Get, in the order asked for; change and delete.
SELECT * FROM vecext.get_points('mixed', '[1, "00000000000000000000000000000001", 18446744073709551615, 77, 9223372036854775808, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 0]',
    'false', 'true');
SELECT * FROM vecext.get_points('mixed', '18446744073709551614');
SELECT vecext.update_vectors('mixed', '[{"id": 18446744073709551615, "vector": [4, 4]}, {"id": "00000000-0000-0000-0000-000000000001", "vector": [11, 11]}]'),
    vecext.set_payload('mixed', '{"set": true}', '[18446744073709551615, "00000000000000000000000000000000", 0]'),
    vecext.overwrite_payload('mixed', '{"a": 9}', '18446744073709551614'), vecext.delete_payload('mixed', '{of}', '[0]'),
    vecext.delete_vectors('mixed', '{""}', '["00000000-0000-0000-0000-000000000000"]'), vecext.clear_payload('mixed', '[1, 2]');
SELECT id, embedding, payload FROM mixed ORDER BY id;
SELECT vecext.upsert('mixed', '[{"id": 77}, {"id": "00000000-0000-0000-0000-000000000077"}]'), vecext.delete_points('mixed', '["00000000-0000-0000-0000-000000000077", 78]');
SELECT vecext.delete_points('mixed', '77'), vecext.delete_points('mixed', filter => '{"must": {"has_id": [78, "00000000-0000-0000-0000-000000000077"]}}');
SELECT vecext.upsert('mixed', '[{"id": 18446744073709551615, "vector": [9, 9]}, {"id": 77}]', 'update_only'),
    vecext.upsert('mixed', '[{"id": 18446744073709551615, "vector": [8, 8]}]', 'insert_only');
SELECT vecext.upsert('mixed', '[{"id": 18446744073709551615, "vector": [4, 0], "payload": {"a": 3, "of": "x"}}, {"id": 0, "vector": [0, 0], "payload": {"a": 7, "of": "x"}},
    {"id": 1, "vector": [1, 0], "payload": {"a": 6, "of": "y"}}, {"id": "00000000-0000-0000-0000-000000000000", "vector": [10, 0], "payload": {"a": 2, "of": "y"}},
    {"id": "00000000-0000-0000-0000-000000000001", "vector": [11, 0], "payload": {"a": 1, "of": "x"}}, {"id": 18446744073709551614, "vector": [3.5, 0], "payload": {"a": 9, "of": "z"}}]',
    condition => '{"must": {"has_id": [18446744073709551615, 0, 1, "00000000000000000000000000000000", "00000000000000000000000000000001", 18446744073709551614]}}');

-- Filters: has_id, also within others. In a statement of a user, too.
SELECT f, (SELECT string_agg(id::text, ' ' ORDER BY id) FROM mixed m WHERE vecext.matches(m, jsonb_build_object('must', jsonb_build_array(f)))) AS matched,
    vecext.count_points('mixed', jsonb_build_object('must_not', jsonb_build_array(f))) AS others
FROM unnest(ARRAY['{"has_id": [0, 1]}', '{"has_id": [18446744073709551615, 18446744073709551613]}', '{"has_id": [9223372036854775808]}',
    '{"has_id": ["00000000-0000-0000-0000-000000000001"]}', '{"has_id": ["00000000000000000000000000000001", "{00000000-0000-0000-0000-000000000000}", 1]}',
    '{"has_id": ["FFFFFFFF-ffff-FFFF-ffff-FFFFFFFFFFFF"]}', '{"has_id": []}',
    '{"should": [{"has_id": [1]}, {"key": "a", "match": {"value": 9}}]}']::jsonb[]) f;
SELECT pg_temp.refusal($$SELECT vecext.count_points('mixed', '{"must": {"has_id": [1.5]}}')$$),
    pg_temp.refusal($$SELECT vecext.count_points('mixed', '{"must": {"has_id": [18446744073709551616]}}')$$);
-- What no id can be is refused, wherever it stands.
SELECT f, pg_temp.refusal(format('SELECT vecext.count_points(''mixed'', %L)', f)),
    pg_temp.refusal(format('SELECT count(*) FROM mixed m WHERE vecext.matches(m, %L::jsonb)', f))
FROM unnest(ARRAY['{"must": {"has_id": ["x"]}}', '{"must": {"has_id": ["1"]}}', '{"must": {"has_id": [1, -1]}}',
    '{"must": {"key": "a", "match": {"value": 1}}, "must_not": {"should": [{"has_id": [1]}, {"has_id": [""]}]}}']) f;
-- Without the expansion into index conditions the answers are the same.
SELECT string_agg(id::text, ' ' ORDER BY id) FROM mixed m, (SELECT '{"must": {"has_id": ["00000000000000000000000000000001", 1, 18446744073709551615]}}'::jsonb || jsonb_build_object('must_not', '[]'::jsonb)
    AS f OFFSET 0) x WHERE vecext.matches(m, f);

-- Pages, by ids and by a key with ties.
CREATE FUNCTION pg_temp.pages(page int, order_by jsonb = NULL) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    place text;
    ids text;
BEGIN
    LOOP
        SELECT string_agg(id, ' ' ORDER BY no), (array_agg(next_cursor ORDER BY no DESC))[1] INTO ids, place
        FROM (SELECT *, row_number() OVER () AS no FROM vecext.scroll('mixed', place, page, order_by => order_by)) s;
        RETURN NEXT ids;
        EXIT WHEN place IS NULL;
    END LOOP;
END $$;
SELECT * FROM pg_temp.pages(2);
SELECT vecext.set_payload('mixed', '{"tie": 1}', filter => '{}');
SELECT * FROM pg_temp.pages(4, '"tie"');
SELECT * FROM pg_temp.pages(4, '{"key": "tie", "direction": "desc"}');
SELECT vecext.create_payload_index('mixed', 'tie', 'integer');
SELECT * FROM pg_temp.pages(4, '"tie"');
SELECT vecext.delete_payload('mixed', '{tie}', filter => '{}'), vecext.drop_payload_index('mixed', 'tie');
SELECT pg_temp.refusal(format('SELECT vecext.scroll(%L, %L)', 'mixed', next_cursor || '00')), pg_temp.refusal(format('SELECT vecext.scroll(%L, %L)', 'mixed', overlay(next_cursor PLACING '07' FROM 33 FOR 2)))
FROM vecext.scroll('mixed', limit_ => 1);

-- Searches; equal scores by the order of ids; examples of both kinds, which are not in the result.
SELECT id, score FROM vecext.search('mixed', '[3, 0]', 4);
SELECT vecext.upsert('mixed', '[{"id": "00000000-0000-0000-0000-000000000005", "vector": [50, 0]}, {"id": 18446744073709551613, "vector": [50, 0]}, {"id": 5, "vector": [50, 0]}]');
SELECT id, score FROM vecext.search('mixed', '[50, 0]', 3);
SELECT id, score FROM vecext.query('mixed', '{"query": 5, "limit": 2}');
SELECT id, score FROM vecext.query('mixed', '{"query": "00000000000000000000000000000005", "limit": 2}');
SELECT id, score FROM vecext.query('mixed', '{"query": 18446744073709551613, "limit": 2}');
SELECT vecext.delete_points('mixed', '[5, 18446744073709551613, "00000000000000000000000000000005"]');
SELECT id, score FROM vecext.recommend('mixed', '[18446744073709551615, "00000000-0000-0000-0000-000000000001"]', '[0]', limit_ => 3);
SELECT id, score FROM vecext.recommend('mixed', '[18446744073709551615, "00000000-0000-0000-0000-000000000001"]', '[0]', 'best_score', limit_ => 3);
SELECT id, score FROM vecext.discover('mixed', '9223372036854775808', '[{"positive": 1, "negative": "00000000-0000-0000-0000-000000000001"}]', limit_ => 3);
SELECT id, score FROM vecext.context_search('mixed', '[{"positive": 18446744073709551615, "negative": "ffffffffffffffffffffffffffffffff"}]', limit_ => 3);
SELECT id, score FROM vecext.query('mixed', '{"query": {"relevance_feedback": {"target": 1, "feedback": [{"example": "00000000-0000-0000-0000-000000000001", "score": 0.1},
    {"example": 18446744073709551615, "score": 0.9}], "strategy": {"naive": {"a": 1, "b": 1, "c": 1}}}}, "limit": 3}');
SELECT request_no, id, score FROM vecext.query_batch('mixed', '[{"query": 0, "limit": 2}, {"query": "00000000-0000-0000-0000-000000000000", "limit": 2, "filter": {"must": {"has_id": [18446744073709551615, 1]}}}]');
SELECT request_no, id FROM vecext.recommend_batch('mixed', '[{"positive": [18446744073709551615], "limit": 1}, {"positive": ["00000000000000000000000000000001"], "limit": 1}]');
-- Fusions, formulas, marginal relevance, orders, points in the order of ids.
SELECT id, round(score::numeric, 4) AS score FROM vecext.query('mixed', '{"prefetch": [{"query": [0, 0], "limit": 4}, {"query": 18446744073709551615, "limit": 4}], "query": {"fusion": "rrf"}, "limit": 5}');
SELECT id, score FROM vecext.query('mixed', '{"prefetch": {"query": [0, 0], "limit": 9}, "query": {"formula": {"sum": ["a", {"mult": [10, {"has_id": [18446744073709551615, "00000000000000000000000000000001"]}]}]}}, "limit": 3}');
SELECT id FROM vecext.query('mixed', '{"query": {"nearest": [0, 0], "mmr": {"diversity": 0.9}}, "limit": 3}');
SELECT id FROM vecext.query('mixed', '{"query": {"order_by": "a"}, "limit": 3}');
SELECT id FROM vecext.query('mixed', '{"limit": 20}');
SELECT count(*) FROM vecext.query('mixed', '{"query": {"sample": "random"}, "limit": 20}');
SELECT value, count FROM vecext.facet('mixed', 'of', '{"must_not": {"has_id": [0, "00000000000000000000000000000001"]}}') ORDER BY value;

-- Distances among all: numbers are numbers, and UUIDs strings.
SELECT vecext.distance_matrix('mixed', '{"must": {"has_id": [18446744073709551615, 0, "00000000000000000000000000000001"]}}', limit_ => 1);
SELECT vecext.distance_matrix('mixed', '{"must": {"has_id": [18446744073709551615, 0, "00000000000000000000000000000001"]}}', limit_ => 1, form => 'offsets');
SELECT * FROM vecext.distance_matrix_pairs('mixed', '{"must": {"has_id": [18446744073709551615, 0, "00000000000000000000000000000001"]}}', limit_ => 1);
-- A single point has no matrix.
SELECT vecext.distance_matrix('mixed', '{"must": {"has_id": [0]}}', form => form) FROM unnest('{pairs,offsets}'::text[]) form;
-- With an index of UUIDs, UUIDs are counted, however they are written.
SELECT vecext.upsert('mixed', '[{"id": 70, "payload": {"u": "7EE45ED450BF49EAA379A1149042DA2D"}},
    {"id": 71, "payload": {"u": ["7ee45ed4-50bf-49ea-a379-a1149042da2d", "7ee45ed450bf49eaa379a1149042da2d", "x", 5]}}]');
SELECT * FROM vecext.facet('mixed', 'u');
SELECT vecext.create_payload_index('mixed', 'u', 'uuid');
SELECT * FROM vecext.facet('mixed', 'u');
SELECT (SELECT array_agg(f) FROM vecext.facet('mixed', '"u"') f) = array_agg(f) AS same_path FROM vecext.facet('mixed', 'u') f;
SELECT vecext.delete_points('mixed', '[70, 71]'), vecext.drop_payload_index('mixed', 'u');

-- Examples of another collection; groups by keys that are ids of another one: numbers and UUIDs as texts.
SELECT vecext.create_collection('others', '{"size": 2, "distance": "euclid"}', options => '{"id": "point_id"}');
SELECT vecext.upsert('others', '[{"id": 18446744073709551615, "vector": [1, 0], "payload": {"name": "last"}}, {"id": "00000000-0000-0000-0000-000000000001", "vector": [11, 0], "payload": {"name": "uuid"}},
    {"id": 7, "vector": [0, 0], "payload": {"name": "seven"}}]');
SELECT id FROM vecext.query('mixed', '{"query": 18446744073709551615, "lookup_from": {"collection": "others"}, "limit": 1}');
SELECT id FROM vecext.recommend('mixed', '["00000000000000000000000000000001"]', lookup_from => '{"collection": "others"}', limit_ => 1);
SELECT vecext.set_payload('mixed', '{"by": 18446744073709551615}', '[0, "00000000-0000-0000-0000-000000000000"]'), vecext.set_payload('mixed', '{"by": "00000000-0000-0000-0000-000000000001"}', '[1]'),
    vecext.set_payload('mixed', '{"by": "7"}', '[9223372036854775807]'), vecext.set_payload('mixed', '{"by": 7}', '[9223372036854775808]'), vecext.set_payload('mixed', '{"by": -7}', '[18446744073709551614]'),
    vecext.set_payload('mixed', '{"by": 18446744073709551614}', '[18446744073709551615]');
SELECT group_key, id, lookup FROM vecext.query_groups('mixed', '{"query": [0, 0], "group_by": "by", "limit": 9, "with_payload": false, "with_lookup": "others"}');
SELECT group_key, id, lookup FROM vecext.search_groups('mixed', '[0, 0]', 'by', 2, 1, with_payload => 'false', with_lookup => '"others"');
SELECT group_key, id FROM vecext.recommend_groups('mixed', 'by', '[18446744073709551615]', limit_ => 2, group_size => 2, with_payload => 'false');
SELECT id FROM vecext.search('mixed', '[0, 0]', 9, '{"must": {"key": "by", "match": {"value": 18446744073709551615}}}');

-- Arrays: of the type itself, of integers, UUIDs and texts.
SELECT vecext.upsert('others', '{1,00000000000000000000000000000001,18446744073709551615}'::vecext.point_id[], ARRAY['[1,1]', '[2,2]', '[3,3]']::vector[], NULL),
    vecext.upsert('others', ARRAY[2, 9223372036854775807]::bigint[], ARRAY['[4,4]', '[5,5]']::vector[], NULL), vecext.upsert('others', ARRAY[3, 2], ARRAY['[6,6]', '[7,7]']::vector[], NULL),
    vecext.upsert('others', '{00000000-0000-0000-0000-000000000002}'::uuid[], ARRAY['[8,8]']::vector[], NULL), vecext.upsert('others', '{18446744073709551614,00000000000000000000000000000003}'::text[], ARRAY['[9,9]', '[10,10]']::vector[], NULL),
    vecext.upsert('others', ARRAY['4', '4']::varchar[], ARRAY['[11,11]', '[12,12]']::vector[], NULL);
SELECT id, embedding FROM others ORDER BY id;
SELECT pg_temp.refusal(format('SELECT vecext.upsert(%L, %s, ARRAY[%L, %L]::vector[], NULL)', 'others', ids, '[1,1]', '[2,2]')) FROM unnest(ARRAY['ARRAY[1, -1]', $$ARRAY['1', 'x']$$,
    $$ARRAY['1', '-1']$$, 'ARRAY[1.5, 2]', 'ARRAY[1, NULL]', 'ARRAY[true, false]', $$'{1}'::vecext.point_id[]$$]) ids;

-- Tables that are registered, partitioned ones, domains, and columns whose type changes.
CREATE TABLE parts (id vecext.point_id PRIMARY KEY, embedding vector(1), payload jsonb NOT NULL DEFAULT '{}') PARTITION BY RANGE (id);
CREATE TABLE parts_numbers PARTITION OF parts FOR VALUES FROM (0) TO ('00000000-0000-0000-0000-000000000000');
CREATE TABLE parts_uuids PARTITION OF parts DEFAULT;
SELECT vecext.register_collection('parts', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT vecext.upsert('parts', '[{"id": 18446744073709551615, "vector": [1]}, {"id": "00000000000000000000000000000000", "vector": [2]}]');
SELECT tableoid::regclass, id FROM parts ORDER BY id;
SELECT id FROM vecext.search('parts', '[2]', 2, '{"must": {"has_id": [18446744073709551615, "00000000000000000000000000000000"]}}');
CREATE DOMAIN own_id AS vecext.point_id;
CREATE TABLE of_domain (id own_id PRIMARY KEY);
SELECT pg_temp.refusal($$SELECT vecext.register_collection('of_domain')$$), pg_temp.refusal($$SELECT vecext.create_collection('x', '{}', options => '{"id": "point"}')$$);
CREATE TABLE turned (id bigint PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('turned');
SELECT vecext.upsert('turned', '[{"id": 7}, {"id": 8}]'), pg_temp.refusal($$SELECT vecext.upsert('turned', '[{"id": "00000000000000000000000000000000"}]')$$);
ALTER TABLE turned ALTER id TYPE vecext.point_id;
SELECT vecext.upsert('turned', '[{"id": "00000000000000000000000000000000"}, {"id": 7}]');
SELECT id FROM vecext.scroll('turned');

-- Words and vectors together, by ids of a table that is no collection, too; an alias.
SELECT vecext.create_payload_index('mixed', 'of', 'bm25');
SELECT id, ranks FROM vecext.hybrid_search('mixed', 'z', '[12, 0]', k => 2);
SELECT vecext.create_alias('also', 'mixed');
SELECT id FROM vecext.get_points('also', '[18446744073709551615]');
SELECT string_agg(id::text, ' ' ORDER BY id) FROM also a WHERE vecext.matches(a, '{"must": {"has_id": [18446744073709551615, "00000000000000000000000000000001"]}}');
DROP TABLE of_domain, turned, parts;
DROP DOMAIN own_id;
SELECT vecext.drop_collection('others'), vecext.drop_collection('mixed');

-- A large collection is read by indexes wherever it is with ids of type bigint, the seventh call as the first one.
SET max_parallel_workers_per_gather = 0;
SET max_parallel_maintenance_workers = 0;
CREATE TABLE plans (id vecext.point_id PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('plans', vectors => '{"column": "embedding", "distance": "euclid"}');
INSERT INTO plans (id, embedding, payload)
SELECT CASE i % 2 WHEN 0 THEN i::vecext.point_id ELSE md5(i::text)::uuid::vecext.point_id END, ARRAY[i, -i]::vector, jsonb_build_object('n', i * 7 % 20000, 'pad', repeat('x', 50))
FROM generate_series(1, 20000) i;
SELECT vecext.create_payload_index('plans', 'n', 'integer');
CREATE INDEX ON plans USING hnsw (embedding vector_l2_ops) WITH (m = 4, ef_construction = 8);
VACUUM ANALYZE plans;
CREATE FUNCTION pg_temp.runs(call text, times int = 1, OUT result text, OUT whole_table bool) LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
BEGIN
    FOR i IN 1 .. times LOOP
        SELECT seq_scan INTO before FROM pg_stat_xact_user_tables WHERE relname = 'plans';
        EXECUTE 'SELECT string_agg(v::text, '' '') FROM (SELECT ' || call || ') r (v)' INTO result;
        SELECT seq_scan > before INTO whole_table FROM pg_stat_xact_user_tables WHERE relname = 'plans';
    END LOOP;
END $$;
SELECT md5('77')::uuid AS uuid \gset
SELECT times, replace(call, :'uuid', 'UUID') AS call, replace(result, :'uuid', 'UUID') AS result, whole_table FROM unnest(ARRAY[
    $$id FROM vecext.get_points('plans', '[8, "UUID", 20000, 1]')$$,
    $$vecext.count_points('plans', '{"must": {"has_id": [2, 4, "UUID", 18446744073709551615]}}')$$,
    $$id FROM vecext.scroll('plans', limit_ => 3)$$,
    $$id FROM vecext.scroll('plans', (SELECT next_cursor FROM vecext.scroll('plans', limit_ => 1)), 3)$$,
    $$id FROM vecext.scroll('plans', limit_ => 3, filter => '{"must": {"has_id": ["UUID", 4]}}')$$,
    $$order_value FROM vecext.scroll('plans', (SELECT max(next_cursor) FROM vecext.scroll('plans', limit_ => 1, order_by => '"n"')), 3, order_by => '"n"')$$,
    $$id FROM vecext.search('plans', '[10, -10]', 2)$$,
    $$id FROM vecext.search('plans', '[10, -10]', 2, '{"must": {"has_id": ["UUID", 4]}}')$$,
    $$id FROM vecext.query('plans', '{"query": 12, "limit": 1}')$$,
    $$id FROM vecext.query('plans', '{"prefetch": {"query": "UUID", "limit": 3}, "query": [4, 4], "limit": 1}')$$,
    $$id FROM vecext.recommend('plans', '["UUID", 4]', limit_ => 1)$$,
    $$vecext.upsert('plans', '[{"id": 12, "vector": [12, -12]}, {"id": "UUID", "vector": [77, -77]}]')$$,
    $$vecext.upsert('plans', '{12}'::bigint[], '{"[12,-12]"}'::vector[], NULL)$$,
    $$vecext.upsert('plans', '[{"id": 22}, {"id": 1}]', 'update_only')$$,
    $$vecext.update_vectors('plans', '[{"id": "UUID", "vector": [77, -77]}]')$$,
    $$vecext.set_payload('plans', '{"x": 1}', '[12, "UUID"]')$$,
    $$vecext.set_payload('plans', '{"x": 1}', filter => '{"must": {"has_id": [12, "UUID"]}}')$$,
    $$vecext.delete_vectors('plans', '{""}', '[14]')$$,
    $$vecext.delete_points('plans', '[16, "00000000000000000000000000000001"]')$$]) WITH ORDINALITY AS c (call, no),
    unnest(ARRAY[1, 7]) AS times, pg_temp.runs(replace(call, 'UUID', :'uuid'), times) r
ORDER BY no, times;
-- With a policy, too, pages in the order of a key go on by its index.
CREATE ROLE regress_point_id_plans;
GRANT SELECT ON plans TO regress_point_id_plans;
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plans USING (embedding IS NOT NULL);
SET ROLE regress_point_id_plans;
SELECT times, r.* FROM unnest(ARRAY[1, 7]) AS times, pg_temp.runs($$order_value FROM vecext.scroll('plans', (SELECT max(next_cursor) FROM vecext.scroll('plans', limit_ => 1, order_by => '"n"')), 3, order_by => '"n"')$$, times) r;
SELECT times, r.* FROM unnest(ARRAY[1, 7]) AS times, pg_temp.runs($$vecext.count_points('plans', '{"must": {"has_id": [2, 4]}}')$$, times) r;
RESET ROLE;
ALTER TABLE plans DISABLE ROW LEVEL SECURITY;
EXPLAIN (COSTS off) SELECT id FROM plans p WHERE vecext.matches(p, '{"must": {"has_id": [2, "00000000000000000000000000000001"]}}');
DROP TABLE plans;
DROP ROLE regress_point_id_plans;

-- Each id is in one slice, that of the same id of type bigint or uuid.
SELECT vecext.create_collection('mixed_ids', '{}', options => '{"id": "point_id"}'), vecext.create_collection('numbers', '{}'),
    vecext.create_collection('uuids', '{}', options => '{"id": "uuid"}');
SELECT vecext.upsert('numbers', jsonb_agg(jsonb_build_object('id', i))), vecext.upsert('uuids', jsonb_agg(jsonb_build_object('id', md5(i::text)::uuid))),
    vecext.upsert('mixed_ids', jsonb_agg(jsonb_build_object('id', i)) || jsonb_agg(jsonb_build_object('id', md5(i::text)::uuid))) FROM generate_series(0, 199) i;
SELECT index, (SELECT count(*) FROM mixed_ids m WHERE vecext.matches(m, slice)) AS mixed_ids,
    (SELECT count(*) FROM numbers n JOIN mixed_ids m ON m.id = n.id WHERE vecext.matches(n, slice) AND vecext.matches(m, slice)) AS numbers,
    (SELECT count(*) FROM uuids u JOIN mixed_ids m ON m.id = u.id::vecext.point_id WHERE vecext.matches(u, slice) AND vecext.matches(m, slice)) AS uuids
FROM generate_series(0, 2) index, jsonb_build_object('must', jsonb_build_object('slice', jsonb_build_object('total', 3, 'index', index))) slice ORDER BY 1;
-- A page begins with an id of either kind, which need not be there.
SELECT first, array_agg(id) AS ids, array_agg(next_id) AS next FROM unnest(ARRAY['198', '500', '00000000000000000000000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff']) first,
    vecext.scroll('mixed_ids', limit_ => 3, from_id => first) GROUP BY first ORDER BY first;
SELECT vecext.drop_collection(name) FROM unnest(ARRAY['mixed_ids', 'numbers', 'uuids']) name;
-- A group is looked up by its key in any form of the id, and the point has its own.
SELECT vecext.create_collection('groups', '{}', options => '{"id": "point_id"}');
SELECT vecext.upsert('groups', '[{"id": 5}, {"id": 18446744073709551615}, {"id": "00000000-0000-0000-0000-00000000000a"}, {"id": 1, "payload": {"of": "0000000000000000000000000000000A"}}, {"id": 2, "payload": {"of": 5.0}},
    {"id": 3, "payload": {"of": 18446744073709551615}}, {"id": 4, "payload": {"of": "5"}}, {"id": 6, "payload": {"of": -5}}]');
SELECT group_key, id, lookup FROM vecext.query_groups('groups', '{"group_by": "of", "with_lookup": {"collection": "groups", "with_payload": false}}') ORDER BY id;
SELECT vecext.drop_collection('groups');
