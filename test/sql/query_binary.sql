-- Requests whose vectors are given beside them, in arrays of their types, and results whose vectors are in binary.
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
SELECT vecext.create_collection('bound', '{"v": {"size": 2, "distance": "euclid"}, "h": {"size": 2, "distance": "dot", "type": "halfvec"}, "b": {"size": 2, "distance": "hamming", "type": "bit"},
    "m": {"size": 2, "distance": "dot", "multivector": true}, "s": {"type": "sparsevec", "size": 100}}', options => '{"id": "bigint"}');
SELECT vecext.upsert('bound', (SELECT jsonb_agg(jsonb_build_object('id', n, 'payload', jsonb_build_object('by', n % 2), 'vector', jsonb_build_object('v', jsonb_build_array(n, 0),
    'h', jsonb_build_array(n, 0.5), 'b', CASE WHEN n % 2 = 0 THEN '01' ELSE '10' END, 'm', jsonb_build_array(jsonb_build_array(n, 1), jsonb_build_array(1, -n)),
    's', jsonb_build_object('indices', jsonb_build_array(n), 'values', jsonb_build_array(n))))) FROM generate_series(1, 5) n));
SELECT vecext.upsert('bound', '[{"id": 6, "payload": {"by": 0}, "vector": {"v": [6, 0]}}]');
CREATE FUNCTION pg_temp.hits(request jsonb, dense vector[] = NULL, sparse sparsevec[] = NULL) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(id || ': ' || round(score::numeric, 4), ', ') FROM vecext.query('bound', request, dense, sparse) $$;

-- {"$dense": n} and {"$sparse": n} stand where a vector may: the answers are those of requests with the numbers in JSON.
SELECT given, pg_temp.hits(given::jsonb, ARRAY['[2,0]', '[4,1]', '[1,-1]']::vector[], ARRAY['{4:2,5:1}/100', '{5:1}/7']::sparsevec[]) AS hits,
    pg_temp.hits(given::jsonb, ARRAY['[2,0]', '[4,1]', '[1,-1]']::vector[], ARRAY['{4:2,5:1}/100', '{5:1}/7']::sparsevec[]) IS NOT DISTINCT FROM pg_temp.hits(written::jsonb) AS is_same
FROM (VALUES
    ('{"query": {"$dense": 0}, "using": "v", "limit": 3}', '{"query": [2, 0], "using": "v", "limit": 3}'),
    ('{"query": {"nearest": {"$dense": 1}}, "using": "h", "limit": 2}', '{"query": {"nearest": [4, 1]}, "using": "h", "limit": 2}'),
    ('{"query": {"$dense": 0}, "using": "b", "limit": 2}', '{"query": "10", "using": "b", "limit": 2}'),
    ('{"query": {"$sparse": 0}, "using": "s", "limit": 3}', '{"query": {"indices": [3, 4], "values": [2, 1]}, "using": "s", "limit": 3}'),
    ('{"query": {"$sparse": 1}, "using": "s"}', '{"query": {"indices": [4], "values": [1]}, "using": "s"}'),
    ('{"query": {"$dense": [1, 2, 1]}, "using": "m", "limit": 2}', '{"query": [[4, 1], [1, -1], [4, 1]], "using": "m", "limit": 2}'),
    ('{"query": {"$dense": 1}, "using": "m", "limit": 2}', '{"query": [[4, 1]], "using": "m", "limit": 2}'),
    ('{"query": {"nearest": {"$dense": 0}, "mmr": {"diversity": 0.3}}, "using": "v", "limit": 2}', '{"query": {"nearest": [2, 0], "mmr": {"diversity": 0.3}}, "using": "v", "limit": 2}'),
    ('{"query": {"recommend": {"positive": [{"$dense": 1}, 1], "negative": [{"$dense": 2}], "strategy": "best_score"}}, "using": "v", "limit": 2}',
        '{"query": {"recommend": {"positive": [[4, 1], 1], "negative": [[1, -1]], "strategy": "best_score"}}, "using": "v", "limit": 2}'),
    ('{"query": {"discover": {"target": {"$dense": 0}, "context": [{"positive": {"$dense": 1}, "negative": 1}]}}, "using": "v", "limit": 2}',
        '{"query": {"discover": {"target": [2, 0], "context": [{"positive": [4, 1], "negative": 1}]}}, "using": "v", "limit": 2}'),
    ('{"query": {"context": [{"positive": {"$dense": 1}, "negative": {"$dense": 0}}]}, "using": "v", "limit": 2}', '{"query": {"context": [{"positive": [4, 1], "negative": [2, 0]}]}, "using": "v", "limit": 2}'),
    ('{"prefetch": [{"query": {"$dense": 0}, "using": "v", "limit": 3}, {"query": {"$sparse": 0}, "using": "s", "limit": 3, "prefetch": {"query": {"$dense": 1}, "using": "h", "limit": 2}}], "query": {"fusion": "rrf"}}',
        '{"prefetch": [{"query": [2, 0], "using": "v", "limit": 3}, {"query": {"indices": [3, 4], "values": [2, 1]}, "using": "s", "limit": 3, "prefetch": {"query": [4, 1], "using": "h", "limit": 2}}], "query": {"fusion": "rrf"}}'))
    AS v (given, written);
SELECT request_no, id, score FROM vecext.query_batch('bound', '[{"query": {"$dense": 1}, "using": "v", "limit": 1}, {"query": {"$dense": 0}, "using": "v", "limit": 1}, {"query": {"$sparse": 0}, "using": "s"}]',
    ARRAY['[1,0]', '[5,0]']::vector[], ARRAY['{3:1}/100']::sparsevec[]);
SELECT group_key, id, score FROM vecext.query_groups('bound', '{"query": {"$dense": 0}, "using": "v", "group_by": "by", "group_size": 1}', ARRAY['[4,0]']::vector[]);
SELECT parameters FROM vecext.query_plan('bound', '{"query": {"$dense": 0}, "using": "v", "limit": 1}', ARRAY['[4,0]']::vector[]) LIMIT 1;
-- A prepared statement sends them as parameters of their types.
PREPARE by_vector(text, jsonb, vector[]) AS SELECT id, score FROM vecext.query($1, $2, $3);
EXECUTE by_vector('bound', '{"query": {"$dense": 0}, "using": "v", "limit": 1}', '{"[3,0]"}');
EXECUTE by_vector('bound', '{"query": {"$dense": 0}, "using": "v", "limit": 1}', '{"[1,0]"}');

SELECT request, pg_temp.refusal(format('SELECT vecext.query(''bound'', %L, %L, %L)', request, '{"[2,0]",NULL,"[1,2,3]"}', '{"{1:1,50:1}/50","{200:1}/200",NULL}')) FROM unnest(ARRAY[
    '{"query": {"$dense": 3}, "using": "v"}', '{"query": {"$dense": -1}, "using": "v"}', '{"query": {"$dense": 1}, "using": "v"}', '{"query": {"$dense": 2}, "using": "v"}', '{"query": {"$dense": "0"}, "using": "v"}',
    '{"query": {"$dense": [0]}, "using": "v"}', '{"query": {"$dense": []}, "using": "m"}', '{"query": {"$dense": [0, 1]}, "using": "m"}', '{"query": {"$dense": 0, "x": 1}, "using": "v"}', '{"query": {"$dense": 0, "$sparse": 0}, "using": "s"}',
    '{"query": {"$sparse": 0}, "using": "v"}', '{"query": {"$sparse": 0}, "using": "s"}', '{"query": {"$sparse": 1}, "using": "s"}', '{"query": {"$sparse": 2}, "using": "s"}', '{"query": {"$dense": 0}}']) request;
SELECT pg_temp.refusal($$SELECT vecext.query('bound', '{"query": {"$dense": 0}, "using": "v"}')$$), pg_temp.refusal($$SELECT vecext.search_batch('bound', '[{"vector": {"$dense": 0}, "using": "v"}]')$$),
    pg_temp.refusal($$SELECT vecext.recommend('bound', '[{"$dense": 0}]', vector_name => 'v')$$);

-- Vectors of results in binary, in the order of their names, as the send functions of their types write them; null where a point lacks one.
SELECT q.id, vectors, binary_vectors[1] = vector_send(t.v) AS v, binary_vectors[2] = sparsevec_send(t.s) AS s, binary_vectors[3] = array_send(t.m) AS m, binary_vectors[4] = halfvec_send(t.h) AS h, binary_vectors[5] = bit_send(t.b) AS b
FROM vecext.query('bound', '{"query": [5, 0], "using": "v", "limit": 3, "with_vectors": {"binary": ["v", "s", "m", "h", "b"]}}') q JOIN bound t ON t.id = q.id::bigint ORDER BY q.score, q.id;
SELECT id, payload, vectors, binary_vectors FROM vecext.query('bound', '{"query": {"fusion": "rrf"}, "prefetch": {"query": [1, 0], "using": "v"}, "limit": 1, "with_payload": false, "with_vector": {"binary": ["v"]}}');
SELECT request_no, id, vectors, binary_vectors FROM vecext.query_batch('bound', '[{"query": 1, "using": "v", "limit": 1, "with_vectors": {"binary": ["v"]}}, {"query": 1, "using": "v", "limit": 1, "with_vectors": ["v"]}, {"limit": 1}]');
SELECT id, vectors, binary_vectors FROM vecext.query_groups('bound', '{"query": [1, 0], "using": "v", "group_by": "by", "limit": 1, "group_size": 1, "with_vectors": {"binary": ["v"]}}');
SELECT id, vectors, binary_vectors FROM vecext.get_points('bound', '[6, 1]', 'false', '{"binary": ["h", "v"]}');
SELECT id, vectors, binary_vectors FROM vecext.scroll('bound', limit_ => 1, with_vectors => '{"binary": ["h"]}');
SELECT id, vectors, binary_vectors FROM vecext.scroll('bound', limit_ => 1, with_vectors => '{"binary": []}');
SELECT id, vectors, binary_vectors FROM vecext.scroll('bound', limit_ => 1, with_vectors => '["h"]');
SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[$$get_points('bound', '[1]', 'false', '{"binary": ["none"]}')$$, $$get_points('bound', '[1]', 'false', '{"binary": true}')$$,
    $$get_points('bound', '[1]', 'false', '{"binary": [1]}')$$, $$get_points('bound', '[1]', 'false', '{"binary": ["v"], "include": ["h"]}')$$, $$get_points('bound', '[1]', '{"binary": ["v"]}')$$,
    $$search('bound', '[1,1]', vector_name => 'v', with_vectors => '{"binary": ["v"]}')$$, $$sample('bound', with_vectors => '{"binary": ["v"]}')$$,
    $$search_batch('bound', '[{"vector": [1, 1], "using": "v", "with_vectors": {"binary": ["v"]}}]')$$,
    $$query_groups('bound', '{"query": [1, 0], "using": "v", "group_by": "by", "with_lookup": {"collection": "bound", "with_vectors": {"binary": ["v"]}}}')$$]) call;

-- Strict mode bounds such requests as others.
SELECT vecext.update_collection('bound', '{"strict_mode": {"max_query_limit": 2, "search_max_batchsize": 1, "search_allow_exact": false}}');
SELECT pg_temp.refusal($$SELECT vecext.query('bound', '{"query": {"$dense": 0}, "using": "v", "limit": 3}', '{"[1,1]"}')$$),
    pg_temp.refusal($$SELECT vecext.query('bound', '{"query": {"$dense": 0}, "using": "v", "limit": 2, "params": {"exact": true}}', '{"[1,1]"}')$$),
    pg_temp.refusal($$SELECT vecext.query_batch('bound', '[{"query": {"$dense": 0}, "using": "v", "limit": 2}, {"limit": 1}]', '{"[1,1]"}')$$);
SELECT vecext.drop_collection('bound');
