-- Strict mode: what calls on points may ask for at most.
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

SELECT vecext.create_collection('strict', '{"a": {"size": 2, "distance": "cosine"}, "s": {"size": 9, "type": "sparsevec", "distance": "dot"},
    "m": {"size": 1, "distance": "cosine", "multivector": true}}', options => '{"strict_mode": {"max_query_limit": 5, "upsert_max_batchsize": 2,
    "unindexed_filtering_retrieve": false, "unindexed_filtering_update": false, "filter_max_conditions": 3, "condition_max_size": 2,
    "multivector_max_vectors": 1, "sparse_max_length": 2}}');
SELECT vecext.create_payload_index('strict', 'k', 'integer');
SELECT vecext.create_payload_index('strict', 'n[].k', 'keyword');
-- What is within the bounds.
SELECT vecext.upsert('strict', '[{"id": 1, "vector": {"s": {"indices": [1, 2], "values": [1, 2]}, "m": [[1]]}}, {"id": 2, "payload": {"k": 7}}]'),
    vecext.upsert('strict', '{3,4}'::bigint[], ARRAY['[1,1]', '[2,2]']::vector[], NULL, 'a'),
    vecext.upsert('strict', '[{"id": 1}]', condition => '{"must": {"key": "k", "match": {"value": 7}}}');
SELECT vecext.count_points('strict', '{"should": [{"key": "k", "range": {"gt": 1}}, {"has_id": [2, 3]}, {"has_vector": "a"}]}'),
    vecext.count_points('strict', '{"must": {"nested": {"key": "n", "filter": {"must": {"key": "k", "match": {"any": ["x", "y"]}}}}}}'),
    (SELECT count(*) FROM vecext.scroll('strict', limit_ => 5));
-- And beyond.
SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$upsert('strict', '[{"id": 1}, {"id": 1}, {"id": 2}]')$$,
    $$upsert('strict', '{1,2,3}'::bigint[], ARRAY[NULL, NULL, NULL]::vector[], NULL, 'a')$$,
    $$upsert('strict', '[{"id": 1, "vector": {"m": [[1], [2]]}}]')$$,
    $$upsert('strict', '[{"id": 1, "vector": {"s": {"indices": [1, 2, 3], "values": [1, 2, 3]}}}]')$$,
    $$upsert('strict', '[{"id": 1}]', condition => '{"must": {"key": "x", "match": {"value": 7}}}')$$,
    $$delete_points('strict', filter => '{"must_not": {"key": "x", "match": {"value": 7}}}')$$,
    $$set_payload('strict', '{}', filter => '{"must": [{"key": "k", "match": {"value": 7}}, {"is_empty": {"key": "k.x"}}]}')$$,
    $$count_points('strict', '{"must": {"key": "n[].x", "match": {"value": 7}}}')$$,
    $$count_points('strict', '{"must": {"nested": {"key": "n", "filter": {"must": {"key": "y", "match": {"value": 7}}}}}}')$$,
    $$count_points('strict', '{"must": {"key": "k", "match": {"any": [1, 2, 3]}}}')$$,
    $$count_points('strict', '{"must": [{"has_id": [1]}, {"has_id": [1]}, {"must_not": [{"has_id": [1]}, {"has_id": [1]}]}]}')$$,
    $$scroll('strict', limit_ => 6)$$, $$scroll('strict', filter => '{"must": {"key": "x", "match": {"value": 7}}}', limit_ => 5)$$,
    $$sample('strict', 6)$$, $$facet('strict', 'k', limit_ => 6)$$, $$facet('strict', 'k')$$, $$distance_matrix('strict', vector_name => 'a')$$]) AS call;
-- It can be switched off; this session and others learn of it.
SELECT vecext.update_collection('strict', '{"strict_mode": {"enabled": false}}') IS NOT NULL;
SELECT vecext.upsert('strict', '[{"id": 1}, {"id": 1}, {"id": 2}]'), vecext.count_points('strict', '{"must": {"key": "x", "match": {"value": 7}}}');
-- Four literals without types are JSON.
SELECT vecext.upsert('strict', '[{"id": 2, "payload": {"k": 8}}]', 'update_only', '{"must": {"has_id": [1]}}');
-- The number of points: what would be too many is not written.
SELECT vecext.update_collection('strict', '{"strict_mode": {"enabled": true, "max_points_count": 4}}') IS NOT NULL;
SELECT pg_temp.refusal($$SELECT vecext.upsert('strict', '[{"id": 4}, {"id": 5}]')$$);
SELECT pg_temp.refusal($$SELECT vecext.upsert('strict', '{5}'::bigint[], ARRAY[NULL]::vector[], NULL, 'a')$$);
SELECT vecext.upsert('strict', '[{"id": 3}, {"id": 4}]'), vecext.upsert('strict', '[{"id": 6}]', 'update_only');
SELECT count(*) FROM strict;
SELECT vecext.drop_collection('strict');
