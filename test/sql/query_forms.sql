-- Members of requests as Qdrant's clients of several versions send them, and what results show.
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
SELECT vecext.create_collection('forms', '{"a": {"size": 2, "distance": "euclid"}, "m": {"size": 2, "distance": "dot", "multivector": true},
    "s": {"type": "sparsevec", "size": 100}}', options => '{"id": "bigint"}');
SELECT vecext.upsert('forms', (SELECT jsonb_agg(jsonb_build_object('id', n, 'payload', jsonb_build_object('n', n, 'by', n % 2, 'body', 'word' || n || ' the same'),
    'vector', jsonb_build_object('a', jsonb_build_array(n, 0), 'm', jsonb_build_array(jsonb_build_array(n, 1), jsonb_build_array(1, -n)),
    's', jsonb_build_object('indices', jsonb_build_array(n), 'values', jsonb_build_array(n))))) FROM generate_series(1, 6) n));
-- The ids and scores of a request.
CREATE FUNCTION pg_temp.hits(request jsonb) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(id || ': ' || round(score::numeric, 4), ', ') FROM vecext.query('forms', request) $$;

-- Parameters: indexed_only is accepted, as all points are found; hnsw_ef beyond what the setting takes counts as its most.
SELECT pg_temp.hits('{"query": [1, 0], "using": "a", "limit": 2, "params": {"indexed_only": true, "hnsw_ef": 5000, "acorn": {"enable": true}}}');
SELECT id, score FROM vecext.search('forms', '[1,0]', 1, vector_name => 'a', params => '{"hnsw_ef": 2147483647}');
SHOW hnsw.ef_search;
SELECT params, pg_temp.refusal(format('SELECT vecext.search(''forms'', ''[1,0]'', 1, vector_name => ''a'', params => %L)', params)) FROM unnest(ARRAY[
    '{"hnsw_ef": 0}', '{"hnsw_ef": 2147483648}', '{"indexed_only": 1}']) params;

-- Formulas: max, min and acosh.
SELECT f, pg_temp.hits(jsonb_build_object('prefetch', '{"query": [1, 0], "using": "a", "limit": 3}'::jsonb, 'query', jsonb_build_object('formula', f::jsonb)))
FROM unnest(ARRAY['{"max": ["n", 2]}', '{"min": ["n", 2, {"neg": "n"}]}', '{"max": [-7]}', '{"acosh": "n"}', '{"sum": [{"max": ["n", {"mult": ["n", -2]}]}, {"min": [1, "$score"]}]}']) f;
SELECT f, pg_temp.refusal(format('SELECT vecext.query(''forms'', %L)', jsonb_build_object('prefetch', '{"query": [1, 0], "using": "a", "limit": 3}'::jsonb,
    'query', jsonb_build_object('formula', f::jsonb)))) FROM unnest(ARRAY['{"max": []}', '{"min": {}}', '{"acosh": 0.5}', '{"acosh": [1]}', '{"maximum": [1]}']) f;

-- A text to search for as an object; k and b must be those of the index.
SELECT vecext.create_payload_index('forms', 'body', 'bm25', '{"k1": 1.5}');
SELECT t, pg_temp.hits(jsonb_build_object('query', t::jsonb, 'limit', 2)) FROM unnest(ARRAY['{"text": "word3"}', '{"text": {"query": "word3"}}',
    '{"text": {"query": "word3", "scoring": {"bm25": {}}}}', '{"text": {"query": "word3", "scoring": {"bm25": {"k": 1.5, "b": 0.75}}}}', '{"nearest": {"text": {"query": "word3"}}}']) t;
SELECT t, pg_temp.refusal(format('SELECT vecext.query(''forms'', %L)', jsonb_build_object('query', t::jsonb))) FROM unnest(ARRAY[
    '{"text": {"query": "word3", "scoring": {"bm25": {"k": 1.2}}}}', '{"text": {"query": "word3", "scoring": {"bm25": {"b": 0}}}}', '{"text": {"query": 7}}', '{"text": {}}',
    '{"text": {"query": "x", "scoring": {"tf": {}}}}', '{"text": {"query": "x"}, "model": "bm25"}']) t;

-- One dense vector stands for a multi-vector, as query and as example.
SELECT pg_temp.hits('{"query": [1, 0], "using": "m", "limit": 3}'), pg_temp.hits('{"query": [[1, 0]], "using": "m", "limit": 3}');
SELECT pg_temp.hits('{"query": {"recommend": {"positive": [[1, 0]], "negative": [6], "strategy": "best_score"}}, "using": "m", "limit": 3}');
SELECT pg_temp.refusal($$SELECT vecext.query('forms', '{"query": [1, 0, 2], "using": "m"}')$$), pg_temp.refusal($$SELECT vecext.query('forms', '{"query": [1, "x"], "using": "m"}')$$),
    pg_temp.refusal($$SELECT vecext.upsert('forms', '[{"id": 1, "vector": {"m": [1, 0, 2]}}]')$$);
-- By the average of multi-vectors: their vectors together, those of negative examples negated.
SELECT pg_temp.hits('{"query": {"recommend": {"positive": [1, [[0, 1]]], "negative": [2]}}, "using": "m", "limit": 3}'),
    pg_temp.hits('{"query": [[1, 1], [1, -1], [0, 1], [-2, -1], [-1, 2]], "using": "m", "filter": {"must_not": {"has_id": [1, 2]}}, "limit": 3}');
SELECT string_agg(id || ': ' || score, ', ') FROM vecext.recommend('forms', '[1]', vector_name => 'm', limit_ => 2);
SELECT string_agg(id || ': ' || score, ', ') FROM vecext.recommend('forms', '[1]', vector_name => 'm', limit_ => 2, offset_ => 1, score_threshold => 5);

-- Marginal relevance chooses from so many candidates as the request says, though that be fewer than it wants.
SELECT pg_temp.hits('{"query": {"nearest": [1, 0], "mmr": {"diversity": 1, "candidates_limit": 2}}, "using": "a", "limit": 4}'),
    pg_temp.hits('{"query": {"nearest": [1, 0], "mmr": {"diversity": 1, "candidates_limit": 5}}, "using": "a", "limit": 2, "offset": 1}'),
    pg_temp.hits('{"query": {"nearest": [1, 0], "mmr": {"diversity": 1}}, "using": "a", "limit": 2}');

-- A vector with its name, as older clients write it.
SELECT request_no, id, score FROM vecext.search_batch('forms', '[{"vector": {"name": "a", "vector": [2, 0]}, "limit": 1},
    {"vector": {"name": "s", "vector": {"indices": [3], "values": [2]}}, "limit": 1}, {"vector": {"indices": [4], "values": [2]}, "using": "s", "limit": 1}, {"vector": [5, 0], "using": {"name": "a"}, "limit": 1}]');
SELECT request_no, id FROM vecext.recommend_batch('forms', '[{"positive": [2], "using": {"name": "a"}, "limit": 1}]');
SELECT r, pg_temp.refusal(format('SELECT vecext.search_batch(''forms'', %L)', jsonb_build_array(r::jsonb))) FROM unnest(ARRAY[
    '{"vector": {"name": "a", "vector": [2, 0]}, "using": "a"}', '{"vector": {"vector": [2, 0]}}', '{"vector": {"name": "a", "vector": [2, 0], "x": 1}}', '{"vector": {"name": "none", "vector": [2, 0]}}',
    '{"vector": {"name": "a", "vector": 7}}', '{"vector": [2, 0], "using": {"names": "a"}}']) r;

-- Groups show vectors, and a lookup has its vector under Qdrant's name.
SELECT * FROM vecext.query_groups('forms', '{"query": [1, 0], "using": "a", "group_by": "by", "limit": 2, "group_size": 1, "with_payload": ["n"], "with_vectors": ["a"],
    "with_lookup": {"collection": "forms", "with_payload": false, "with_vectors": ["a"]}}');
SELECT id, payload, vectors FROM vecext.search_groups('forms', '[1,0]', 'by', 1, 2, vector_name => 'a', with_payload => 'false', with_vectors => '["a", "s"]');
SELECT id, vectors FROM vecext.recommend_groups('forms', 'by', '[1]', limit_ => 1, group_size => 1, vector_name => 'a', with_vectors => 'true');
SELECT id, vectors FROM vecext.query_groups('forms', '{"query": [1, 0], "using": "a", "group_by": "by", "limit": 1, "group_size": 1}');

-- Strict mode bounds the numbers as they are asked for.
SELECT vecext.update_collection('forms', '{"strict_mode": {"search_max_hnsw_ef": 2000, "max_query_limit": 20}}');
SELECT pg_temp.refusal($$SELECT vecext.query('forms', '{"query": [1, 0], "using": "a", "params": {"hnsw_ef": 2001}}')$$),
    pg_temp.refusal($$SELECT vecext.query('forms', '{"query": [1, 0], "using": "a", "params": {"hnsw_ef": 2000}}')$$),
    pg_temp.refusal($$SELECT vecext.query('forms', '{"query": {"nearest": [1, 0], "mmr": {"candidates_limit": 21}}, "using": "a"}')$$),
    pg_temp.refusal($$SELECT vecext.query('forms', '{"query": {"nearest": [1, 0], "mmr": {}}, "using": "a"}')$$);
SELECT vecext.drop_collection('forms');

-- Groups are filled where the points that the prefetches find are of too few groups: 40 points of a before those of b, c and 7.
SELECT vecext.create_collection('parts', '{"size": 2, "distance": "euclid"}');
INSERT INTO parts (id, embedding, payload) SELECT i, ARRAY[i, -i]::vector(2), jsonb_build_object('n', i, 'doc', CASE
    WHEN i IN (3, 59) THEN '"b"' WHEN i < 40 THEN '"a"' WHEN i = 41 THEN '["c", "a"]' WHEN i = 60 THEN '"c"' WHEN i = 42 THEN '7' WHEN i = 43 THEN '0.5' ELSE '"a"' END::jsonb)
FROM generate_series(1, 60) i;
CREATE FUNCTION pg_temp.groups(request text) RETURNS TABLE (key jsonb, ids text) LANGUAGE sql AS $$
    SELECT group_key, string_agg(concat_ws(' ', id, round(score::numeric, 3)), ', ' ORDER BY n)
    FROM vecext.query_groups('parts', request::jsonb || '{"group_by": "doc"}') WITH ORDINALITY g(group_key, group_number, id, score, payload, vectors, lookup, vectors_binary, n) GROUP BY 1, group_number ORDER BY group_number
$$;
SELECT * FROM pg_temp.groups('{"prefetch": {"query": [0, 0], "limit": 2}, "query": [0, 0], "limit": 4, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"prefetch": [{"query": [0, 0], "limit": 2}, {"query": [1, 0], "limit": 2}], "query": {"fusion": "rrf"}, "limit": 4, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"prefetch": {"prefetch": {"query": [0, 0], "limit": 2, "filter": {"must_not": {"has_id": [59]}}}, "query": [9, -9], "limit": 2}, "query": [60, -60], "limit": 3, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"prefetch": {"query": [0, 0], "limit": 3}, "query": {"formula": "$score"}, "filter": {"must": {"key": "n", "range": {"gte": 3}}}, "limit": 2, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"prefetch": {"query": {"order_by": "n"}, "limit": 2}, "query": [0, 0], "limit": 4, "group_size": 2}');
-- So they are over all points, where these are of fewer groups than the limit: by vectors, by ids, by a key, by several examples. An element of an array has a place by its index.
UPDATE parts SET payload = jsonb_set(payload, '{all}', jsonb_build_array('x', payload -> 'doc', jsonb_build_array('y'))) WHERE id > 3;
SELECT * FROM pg_temp.groups('{"query": [0, 0], "limit": 5, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"query": [0, 0], "limit": 3, "group_size": 3, "filter": {"must": {"key": "n", "range": {"gt": 35}}}}');
SELECT * FROM pg_temp.groups('{"limit": 5, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"query": {"order_by": {"key": "n", "direction": "desc"}}, "limit": 5, "group_size": 2}');
SELECT * FROM pg_temp.groups('{"query": {"recommend": {"positive": [60, 59], "strategy": "best_score"}}, "limit": 5, "group_size": 2}');
SELECT group_key, group_rank, id, payload FROM vecext.query_groups('parts', '{"query": [0, 0], "limit": 9, "group_size": 2, "group_by": "all[1]", "with_payload": ["n"]}');
SELECT group_key, id FROM vecext.query_groups('parts', '{"limit": 2, "group_size": 2, "group_by": "all[2][0]", "with_payload": false}');
SELECT group_key, id FROM vecext.query_groups('parts', '{"limit": 2, "group_size": 2, "group_by": "none"}');
SELECT vecext.drop_collection('parts');

-- A search for what groups lack may find a better point than the first search, as here, where a policy hides point 13 from that. Groups keep their hits nevertheless. The number 0.5 makes no group.
SELECT vecext.create_collection('late', '{"size": 2, "distance": "euclid"}');
INSERT INTO late (id, embedding, payload) SELECT i, ARRAY[CASE i WHEN 13 THEN 0 ELSE i END, 0]::vector(2), CASE
    WHEN i < 13 THEN '{"doc": "a"}' WHEN i IN (13, 71) THEN '{"doc": "b"}' WHEN i = 72 THEN '{"doc": "c"}' ELSE '{"doc": 0.5}' END::jsonb
FROM generate_series(1, 72) i;
CREATE FUNCTION pg_temp.is_seen(id text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    IF id <> '13' THEN
        RETURN true;
    END IF;
    PERFORM set_config('query_forms.looks', (current_setting('query_forms.looks')::int + 1)::text, false);
    RETURN current_setting('query_forms.looks')::int > 1;
END $$;
CREATE ROLE regress_query_forms;
GRANT SELECT ON late TO regress_query_forms;
ALTER TABLE late ENABLE ROW LEVEL SECURITY;
CREATE POLICY late ON late TO regress_query_forms USING (pg_temp.is_seen(id::text));
SET query_forms.looks = 0;
SET ROLE regress_query_forms;
SELECT group_key, id, score FROM vecext.query_groups('late', '{"query": [0, 0], "limit": 3, "group_size": 2, "group_by": "doc", "params": {"exact": true}, "with_payload": false}');
RESET ROLE;
SELECT vecext.drop_collection('late');
DROP ROLE regress_query_forms;
