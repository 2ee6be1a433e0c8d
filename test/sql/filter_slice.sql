-- Slices of all ids: the same points in any plan, whatever there is besides.
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
SELECT vecext.create_collection('sliced', '{"size": 1, "distance": "euclid"}', options => '{"id": "bigint"}');
SELECT vecext.upsert('sliced', array_agg(n), array_agg(('[' || n || ']')::vector), array_agg(jsonb_build_object('n', n % 10))) FROM generate_series(0, 999) n;
CREATE FUNCTION pg_temp.slice(total bigint, index bigint) RETURNS jsonb LANGUAGE sql AS
    $$ SELECT jsonb_build_object('must', jsonb_build_object('slice', jsonb_build_object('total', total, 'index', index))) $$;
-- Each point is in one slice; the slices of a half are halves of quarters.
SELECT array_agg(vecext.count_points('sliced', pg_temp.slice(4, i))) AS quarters, sum(vecext.count_points('sliced', pg_temp.slice(4, i))) FROM generate_series(0, 3) i;
SELECT vecext.count_points('sliced', pg_temp.slice(1, 0)), vecext.count_points('sliced', pg_temp.slice(2, 1)) = vecext.count_points('sliced', pg_temp.slice(4, 1)) + vecext.count_points('sliced', pg_temp.slice(4, 3)) AS is_sum;
SELECT string_agg(s.id, ' ') FROM vecext.scroll('sliced', limit_ => 12, filter => pg_temp.slice(10, 3)) s;
-- In other conditions, searches and statements.
SELECT vecext.count_points('sliced', jsonb_build_object('must_not', pg_temp.slice(4, 0) -> 'must')) + vecext.count_points('sliced', pg_temp.slice(4, 0)) AS all,
    vecext.count_points('sliced', jsonb_build_object('must', jsonb_build_array(pg_temp.slice(4, 0) -> 'must', '{"key": "n", "match": {"value": 3}}'::jsonb))) AS some;
SELECT string_agg(id, ' ') FROM vecext.search('sliced', '[0]', 5, filter => pg_temp.slice(10, 3));
SELECT count(*) FROM sliced t WHERE vecext.matches(t, '{"must": {"slice": {"total": 10, "index": 3}}}');
SELECT count(*) = (SELECT count(*) FROM sliced t WHERE vecext.matches(t, '{"must": {"slice": {"total": 10, "index": 3}}}') AND t.payload @> '{"n": 7}') AS is_equal
FROM sliced t WHERE vecext.matches(t, '{"must": [{"slice": {"total": 10, "index": 3}}, {"key": "n", "match": {"value": 7}}]}');
SELECT vecext.delete_points('sliced', filter => pg_temp.slice(4, 0));
SELECT vecext.count_points('sliced');
-- Ids of other types: the hash of a UUID is that of its bytes, of a text, too.
SELECT vecext.create_collection('by_uuid', '{"size": 1, "distance": "euclid"}', options => '{"id": "uuid"}');
SELECT vecext.upsert('by_uuid', jsonb_agg(jsonb_build_object('id', md5(n::text)::uuid))) FROM generate_series(1, 100) n;
SELECT array_agg(vecext.count_points('by_uuid', pg_temp.slice(3, i))) FROM generate_series(0, 2) i;
SELECT string_agg(s.id, ' ') FROM vecext.scroll('by_uuid', limit_ => 2, filter => pg_temp.slice(3, 1)) s;
CREATE TABLE by_text (id text PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('by_text');
SELECT vecext.upsert('by_text', jsonb_agg(jsonb_build_object('id', n::text))) FROM generate_series(1, 100) n;
CREATE TABLE by_int (id int PRIMARY KEY, payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('by_int');
SELECT vecext.upsert('by_int', jsonb_agg(jsonb_build_object('id', n))) FROM generate_series(-5, 999) n;
SELECT array_agg(vecext.count_points('by_text', pg_temp.slice(3, i))), array_agg(vecext.count_points('by_int', pg_temp.slice(4, i))) FROM generate_series(0, 2) i;
-- An integer has the slice of the same bigint.
SELECT (SELECT string_agg(s.id, ' ') FROM vecext.scroll('by_int', limit_ => 1000, filter => pg_temp.slice(10, 3)) s WHERE s.id::int BETWEEN 0 AND 40);
SELECT f, pg_temp.refusal(format('SELECT vecext.count_points(''sliced'', %L)', jsonb_build_object('must', f::jsonb))) FROM unnest(ARRAY['{"slice": {}}', '{"slice": {"total": 0, "index": 0}}',
    '{"slice": {"total": 4294967296, "index": 0}}', '{"slice": {"total": 4294967295, "index": 4294967294}}', '{"slice": {"total": 2, "index": 2}}', '{"slice": {"total": 2, "index": -1}}', '{"slice": {"total": 2.5, "index": 0}}',
    '{"slice": {"total": 2, "index": 0, "x": 1}}', '{"slice": 1}', '{"slice": {"total": 2, "index": 0}, "key": "n"}', '{"nested": {"key": "n", "filter": {"must": {"slice": {"total": 2, "index": 0}}}}}']) f;
SELECT pg_temp.refusal($$SELECT vecext.matches(payload, '{"must": {"slice": {"total": 2, "index": 0}}}') FROM by_int$$);
-- It counts as a condition, and needs no payload index.
SELECT vecext.update_collection('sliced', '{"strict_mode": {"filter_max_conditions": 1, "unindexed_filtering_retrieve": false}}');
SELECT vecext.count_points('sliced', pg_temp.slice(4, 1)) > 0 AS is_allowed,
    pg_temp.refusal($$SELECT vecext.count_points('sliced', '{"must": [{"slice": {"total": 2, "index": 0}}, {"slice": {"total": 3, "index": 0}}]}')$$);
SELECT vecext.drop_collection(c) FROM unnest('{sliced,by_uuid}'::text[]) c;
DROP TABLE by_text, by_int;
