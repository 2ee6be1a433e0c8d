-- Vectors that functions make those of length 1, single vectors for multi-vectors, and bounds of
-- strict mode for one vector.
CREATE EXTENSION IF NOT EXISTS vecext;
\pset format unaligned
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT vecext.create_collection('songs', '{
    "": {"size": 2, "distance": "cosine", "normalized": true},
    "half": {"size": 2, "distance": "cosine", "type": "halfvec", "normalized": true},
    "lines": {"size": 2, "distance": "cosine", "multivector": true, "normalized": true},
    "raw": {"size": 2, "distance": "cosine"}, "words": {"type": "sparsevec"}}', options => '{"id": "bigint"}');
SELECT vecext.upsert('songs', '[{"id": 1, "vector": {"": [3, 4], "half": [0, 5], "lines": [[6, 8], [0, 0]], "raw": [3, 4]}},
    {"id": 2, "vector": {"": [0, 0], "lines": [0, 2]}}]');
SELECT vecext.upsert_arrays('songs', ARRAY[3, 4], NULL, NULL, NULL, ARRAY['', 'half', 'lines'],
    ARRAY['[3,4]', NULL]::vector[], ARRAY['[30,40]', '[0,2]']::vector[], ARRAY['[4,3]', '[0,9]']::vector[]);
SELECT vecext.update_vectors('songs', '[{"id": 4, "vector": {"": [-5, 0]}}]');
SELECT id, embedding, half, lines, raw FROM songs ORDER BY id;
-- What is searched for may have any length.
SELECT id, round(score::numeric, 3) AS score FROM vecext.search('songs', '[300,400]'::vector, 3);
-- It gets length 1 before it is rounded to halfvec, so its elements may be beyond the range of that type, or too small for it.
SELECT vecext.create_collection('rays', '{"size": 3, "distance": "cosine", "type": "halfvec", "normalized": true}');
SELECT vecext.upsert('rays', '[{"id": 1, "vector": [1, 2, 3]}, {"id": 2, "vector": [3, 2, 1]}, {"id": 3, "vector": [1e20, 0, 0]}]');
CREATE FUNCTION pg_temp.found(request jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(id || ':' || coalesce(round(score::numeric, 3)::text, 'none'), ' ' ORDER BY no)
    FROM vecext.query('rays', request) WITH ORDINALITY AS q(id, score, payload, vectors, order_value, bytes, no) $$;
SELECT f, pg_temp.found(jsonb_build_object('query', v)) AS nearest,
    pg_temp.found(jsonb_build_object('query', v, 'params', '{"exact": true}'::jsonb)) AS exact,
    pg_temp.found(jsonb_build_object('query', jsonb_build_object('recommend', jsonb_build_object('positive', jsonb_build_array(v))))) AS average,
    pg_temp.found(jsonb_build_object('query', jsonb_build_object('recommend',
        jsonb_build_object('positive', jsonb_build_array(v), 'strategy', 'best_score')))) AS best,
    pg_temp.found(jsonb_build_object('query', jsonb_build_object('nearest', v, 'mmr', '{"diversity": 0}'::jsonb))) AS mmr,
    (SELECT string_agg(id, ' ' ORDER BY score DESC) FROM vecext.search('rays', v::text::vector)) AS search
FROM unnest('{1,1e5,1e20,2e-7,1e-20}'::float8[]) f, jsonb_build_array(f, 2 * f, 3 * f) v;
-- The cosine of a vector of zeros counts as 0. An exact search finds such points, and ranks them so; an index does not find them.
-- A point without a vector is not found.
SELECT vecext.upsert('rays', '[{"id": 4, "vector": [0, 0, 0]}, {"id": 5, "vector": [-1, 0, 0]}, {"id": 6, "vector": {}}]');
SELECT q, pg_temp.found(jsonb_build_object('query', q)) AS nearest,
    pg_temp.found(jsonb_build_object('query', q, 'params', '{"exact": true}'::jsonb)) AS exact,
    pg_temp.found(jsonb_build_object('query', q, 'params', '{"exact": true}'::jsonb, 'offset', 3, 'limit', 1)) AS fourth,
    pg_temp.found(jsonb_build_object('query', q, 'params', '{"exact": true}'::jsonb, 'score_threshold', -0.5)) AS above,
    pg_temp.found(jsonb_build_object('query', jsonb_build_object('recommend',
        jsonb_build_object('positive', jsonb_build_array(q), 'strategy', 'sum_scores')))) AS sum
FROM unnest('{"[1, 0, 0]","[0, 0, 0]"}'::jsonb[]) q;
SELECT vecext.distance_matrix_pairs('rays', '{"must": [{"has_id": [3, 4]}]}');
SELECT vecext.drop_collection('rays');
-- The same holds without an index, and on each page.
SELECT vecext.create_collection('flat', '{"size": 2, "distance": "cosine", "normalized": true, "index": "none"}');
SELECT vecext.upsert('flat', '[{"id": 1, "vector": [1, 0]}, {"id": 2, "vector": [-1, 0]}, {"id": 3, "vector": [0, 0]}, {"id": 4, "vector": [0, 1]}]');
SELECT request, string_agg(id || ':' || score, ' ' ORDER BY no) AS found
FROM unnest('{"{}","{\"limit\": 2}","{\"limit\": 2, \"offset\": 2}","{\"params\": {\"exact\": true}}","{\"filter\": {\"must\": [{\"has_id\": [3]}]}}"}'::jsonb[]) AS request,
    vecext.query('flat', '{"query": [1, 0]}' || request) WITH ORDINALITY AS q(id, score, payload, vectors, order_value, bytes, no) GROUP BY request ORDER BY request::text COLLATE "C";
SELECT vecext.distance_matrix_pairs('flat', '{"must_not": [{"has_id": [4]}]}', 10, 1);
SELECT pg_temp.refusal($$SELECT vecext.create_collection('bytes', '{"size": 2, "distance": "cosine", "normalized": true, "datatype": "uint8"}')$$);
SELECT vecext.drop_collection('flat');
SELECT pg_temp.refusal(format('SELECT vecext.create_collection(''refused'', %L)', v)) FROM (VALUES
    ('{"size": 2, "distance": "dot", "normalized": true}'), ('{"size": 2, "distance": "cosine", "normalized": 1}')) t(v);
SELECT vecext.update_collection('songs', '{"strict_mode": {"multivector_max_vectors": 3,
    "multivector_config": {"lines": {"max_vectors": 2}}, "sparse_config": {"words": {"max_length": 1}}}}') IS NOT NULL AS is_taken;
SELECT pg_temp.refusal(format('SELECT vecext.upsert(''songs'', %L)', v)) FROM (VALUES
    ('[{"id": 5, "vector": {"lines": [[1, 0], [0, 1]], "words": {"indices": [1], "values": [1]}}}]'),
    ('[{"id": 5, "vector": {"lines": [[1, 0], [0, 1], [1, 1]]}}]'),
    ('[{"id": 5, "vector": {"words": {"indices": [1, 2], "values": [1, 1]}}}]')) t(v);
SELECT pg_temp.refusal($$SELECT vecext.update_collection('songs', '{"strict_mode": {"sparse_config": {"words": {"max_length": -1}}}}')$$);
SELECT vecext.drop_collection('songs');
