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
-- Conditions of a formula hold or not of points that are found already: their keys need no index.
SELECT id, score FROM vecext.query('strict', '{"prefetch": {"query": [1, 1], "using": "a", "limit": 5}, "query": {"formula": {"sum": [{"key": "x", "match": {"any": [1, 2]}}, {"has_id": [3]}, {"must_not": {"has_id": [1]}}]}}, "limit": 5}');
SELECT count(*) FROM vecext.query('strict', '{"query": {"nearest": [1, 1], "mmr": {}}, "using": "a", "limit": 5, "offset": 1}');
-- A key in quotes is the same key, as the request has it and as the index has it.
SELECT vecext.create_payload_index('strict', '"q"."a.b"', 'integer'), vecext.create_payload_index('strict', '"q"."""[01]"', 'bm25');
SELECT vecext.count_points('strict', '{"must": {"key": "\"k\"", "match": {"value": 7}}}'), vecext.count_points('strict', '{"must": {"key": "n[].\"k\"", "match": {"value": "x"}}}'),
    vecext.count_points('strict', '{"must": {"key": "q.\"a.b\"", "match": {"value": 7}}}'),
    (SELECT count(*) FROM vecext.scroll('strict', limit_ => 5, order_by => '"\"k\""')), (SELECT count(*) FROM vecext.facet('strict', '"k"', limit_ => 5));
SELECT count(*) FROM vecext.scroll('strict', limit_ => 5, order_by => '"q.\"a.b\""');
SELECT count(*) FROM vecext.query('strict', '{"query": {"text": "word"}, "using": "q.\"\"\"[01]\"", "limit": 5}');
SELECT vecext.drop_payload_index('strict', '"q"."""[01]"'), vecext.drop_payload_index('strict', '"q"."a.b"');
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
    $$scroll('strict', limit_ => 5, order_by => '"x"')$$, $$facet('strict', 'x', limit_ => 5)$$, $$query('strict', '{"query": {"order_by": {"key": "x"}}, "limit": 5}')$$,
    $$count_points('strict', '{"must": {"nested": {"key": "n", "filter": {"must": {"key": "y", "match": {"value": 7}}}}}}')$$,
    $$count_points('strict', '{"must": {"key": "k", "match": {"any": [1, 2, 3]}}}')$$,
    $$count_points('strict', '{"must": [{"has_id": [1]}, {"has_id": [1]}, {"must_not": [{"has_id": [1]}, {"has_id": [1]}]}]}')$$,
    $$scroll('strict', limit_ => 6)$$, $$scroll('strict', filter => '{"must": {"key": "x", "match": {"value": 7}}}', limit_ => 5)$$, $$count_points('strict', '{"must": {"key": "k", "match": {"text": "word"}}}')$$,
    $$sample('strict', 6)$$, $$facet('strict', 'k', limit_ => 6)$$, $$facet('strict', 'k')$$, $$distance_matrix('strict', sample => 3, limit_ => 2, vector_name => 'a')$$]) AS call;
SELECT pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$query('strict', '{"query": {"nearest": [1, 1], "mmr": {"candidates_limit": 6}}, "using": "a", "limit": 5}')$$,
    $$query('strict', '{"prefetch": {"query": [1, 1], "using": "a", "limit": 5}, "query": {"formula": {"sum": [{"has_id": [1]}, {"has_id": [1]}, {"has_id": [1]}, {"has_id": [1]}]}}, "limit": 5}')$$,
    $$query('strict', '{"prefetch": {"query": [1, 1], "using": "a", "limit": 5}, "query": {"formula": {"key": "k", "match": {"any": [1, 2, 3]}}}, "limit": 5}')$$]) AS call;
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

-- Bytes of vectors and payloads, as they are stored: a vector of two dimensions has 13, {} has 5, {"a": 1} 25.
SELECT vecext.create_collection('sized', '{"size": 2, "distance": "dot"}',
    options => '{"strict_mode": {"max_collection_vector_size_bytes": 40, "max_collection_payload_size_bytes": 64}}');
SELECT vecext.upsert('sized', '[{"id": 1, "vector": [1, 2]}, {"id": 2, "vector": [1, 2]}, {"id": 3, "vector": [1, 2]}, {"id": 4}]');
SELECT DISTINCT pg_column_size(embedding), pg_column_size(payload) FROM sized;
SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$upsert('sized', '[{"id": 4, "vector": [1, 2]}]')$$,
    $$upsert('sized', '{4}'::bigint[], ARRAY['[1, 2]']::vector[], NULL)$$,
    $$update_vectors('sized', '[{"id": 4, "vector": [1, 2]}]')$$,
    $$upsert('sized', '[{"id": 3, "payload": {"a": 1}}, {"id": 4, "vector": [1, 2], "payload": {"a": 1}}]')$$,
    $$set_payload('sized', '{"a": 1}', '[1]')$$,
    $$overwrite_payload('sized', '{"a": "long"}', filter => '{}')$$, $$delete_points('sized', '[4]')$$,
    $$delete_payload('sized', '{a}', '[1]')$$]) AS call;
SELECT sum(pg_column_size(embedding)), sum(pg_column_size(payload)) FROM sized;
SELECT vecext.drop_collection('sized');
-- Of a large table a part is measured; nothing while the table has fewer bytes than allowed.
CREATE TABLE halves (id int8, payload jsonb, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE halves_1 PARTITION OF halves FOR VALUES FROM (0) TO (3000);
CREATE TABLE halves_2 PARTITION OF halves FOR VALUES FROM (3000) TO (10000);
SELECT vecext.register_collection('halves');
INSERT INTO halves SELECT i, jsonb_build_object('a', repeat('x', 1000)) FROM generate_series(1, 6000) i;
SELECT bytes, pg_temp.refusal(format($$SELECT vecext.update_collection('halves', '{"strict_mode": {"max_collection_payload_size_bytes": %s}}')$$, bytes)),
    pg_temp.refusal($$SELECT vecext.set_payload('halves', '{"b": 1}', '[1, 6000]')$$) ~ '^54000.*There would be [567][0-9]{6}\.$' AS is_refused
FROM unnest(ARRAY[4000000, 20000000]) bytes;
DROP TABLE halves;

-- A call ends when it has taken as many seconds as are allowed; the session's own limits are then as before.
SELECT vecext.create_collection('timed', '{"size": 2, "distance": "dot"}', options => '{"strict_mode": {"max_timeout": 1}}');
CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(120);
    RETURN NEW;
END $$;
CREATE TRIGGER slow BEFORE INSERT ON timed FOR EACH ROW WHEN (NEW.id > 1) EXECUTE FUNCTION pg_temp.slow();
CREATE FUNCTION pg_temp.ends(call text, seconds_after float8 = 0) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text := 'ends';
BEGIN
    BEGIN
        EXECUTE 'SELECT FROM vecext.' || call;
    EXCEPTION WHEN query_canceled THEN
        result := sqlerrm;
    END;
    PERFORM pg_sleep(seconds_after);
    RETURN result;
END $$;
SELECT pg_temp.ends($$upsert('timed', '[{"id": 1, "vector": [1, 2]}]')$$, 1.1);
SELECT pg_temp.ends($$upsert('timed', '[{"id": 2}]')$$, 1.1);
SET statement_timeout = '2min';
SELECT pg_temp.ends($$upsert('timed', '[{"id": 2}]')$$);
RESET statement_timeout;
SELECT call, pg_temp.refusal('SELECT FROM vecext.' || call) FROM unnest(ARRAY[
    $$search('timed', '[1, 2]', params => '{"timeout": 1}')$$, $$search('timed', '[1, 2]', params => '{"timeout": 2}')$$,
    $$query('timed', '{"query": [1, 2], "params": {"timeout": 2}}')$$, $$search('timed', '[1, 2]', params => '{"timeout": 0}')$$]) AS call;
-- Of a request, without strict mode: a policy makes the search slow.
SELECT vecext.update_collection('timed', '{"strict_mode": {"enabled": false}}') IS NOT NULL;
CREATE ROLE regress_timed;
GRANT SELECT ON timed TO regress_timed;
ALTER TABLE timed ENABLE ROW LEVEL SECURITY;
CREATE POLICY slow ON timed USING (pg_sleep(120) IS NOT NULL);
SET ROLE regress_timed;
SELECT pg_temp.ends($$search('timed', '[1, 2]', params => '{"timeout": 1}')$$),
    pg_temp.ends($$query_batch('timed', '[{"query": [1, 2]}, {"query": [1, 2], "params": {"timeout": 1}}]')$$);
RESET ROLE;
SELECT vecext.drop_collection('timed');
DROP ROLE regress_timed;
-- Rates are not limited; clients may write null for that.
SELECT vecext.create_collection('unlimited', '{}', options => '{"strict_mode": {"max_query_limit": 2, "max_timeout": null, "read_rate_limit": null, "multivector_config": null, "max_resident_memory_percent": null}}');
SELECT pg_temp.refusal($$SELECT vecext.update_collection('unlimited', '{"strict_mode": {"sparse_config": {"w": {"most": 1}}}}')$$) LIKE '22023 unknown key "most" |%' AS is_unknown,
    vecext.update_collection('unlimited', '{"strict_mode": {"write_rate_limit": null}}') IS NOT NULL AS is_taken;
-- Bounds are unsigned integers of 64 bits, which are kept; from 2^63 on they bound nothing.
SELECT vecext.update_collection('unlimited', '{"strict_mode": {"enabled": true, "max_collection_vector_size_bytes": 18446744073709551615, "max_query_limit": 9223372036854775808, "max_points_count": 18446744073709551615}}')
    IS NOT NULL AS is_taken;
SELECT vecext.collection_info('unlimited') #> '{options,strict_mode}' AS kept;
SELECT vecext.upsert('unlimited', '[{"id": 1}, {"id": 2}]');
SELECT count(*) FROM vecext.query('unlimited', '{"limit": 1000}');
SELECT pg_temp.refusal($$SELECT vecext.update_collection('unlimited', '{"strict_mode": {"max_points_count": 18446744073709551616}}')$$);
SELECT vecext.create_payload_index('unlimited', 'k', 'keyword', '{"type": "keyword", "is_tenant": null, "on_disk": null}');
SELECT pg_temp.refusal($$SELECT vecext.create_payload_index('unlimited', 'k', 'keyword', '{"type": "integer"}')$$);
SELECT vecext.drop_collection('unlimited');
SELECT pg_temp.refusal($$SELECT vecext.create_collection('refused', '{}', options => '{"strict_mode": {"write_rate_limit": 5}}')$$);
