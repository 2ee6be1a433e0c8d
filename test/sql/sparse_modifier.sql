-- Sparse vectors with the modifier idf: the weights of a query are multiplied by how rare their dimensions are.
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
SELECT vecext.create_collection('rare', '{"s": {"type": "sparsevec", "modifier": "idf"}, "plain": {"type": "sparsevec", "modifier": "none"}, "d": {"size": 1, "distance": "euclid"}}', options => '{"id": "bigint"}');
SELECT jsonb_path_query_array(vecext.collection_info('rare') -> 'vectors', '$.*.params.modifier') AS modifiers;
-- Dimension 1 is in all of ten points that have the vector, dimension 2 in three, dimension 3 in one; two points lack it.
SELECT vecext.upsert('rare', (SELECT jsonb_agg(jsonb_build_object('id', n, 'payload', jsonb_build_object('by', n % 2), 'vector', CASE WHEN n > 10 THEN '{"d": [1]}'::jsonb ELSE jsonb_build_object('s', v, 'plain', v) END))
    FROM generate_series(1, 12) n, LATERAL (SELECT jsonb_build_object('indices', CASE WHEN n = 1 THEN '[1, 2, 3]'::jsonb WHEN n <= 3 THEN '[1, 2]' ELSE '[1]' END,
        'values', CASE WHEN n = 1 THEN '[1, 1, 1]'::jsonb WHEN n <= 3 THEN '[2, 1]' ELSE '[1]' END)) l(v)));
CREATE FUNCTION pg_temp.hits(request jsonb, sparse sparsevec[] = NULL) RETURNS text LANGUAGE sql AS
    $$ SELECT string_agg(id || ': ' || round(score::numeric, 4), ', ') FROM vecext.query('rare', request, NULL, sparse) $$;
-- What BM25 has: ln((n - df + 0.5) / (df + 0.5) + 1).
CREATE FUNCTION pg_temp.idf(df int) RETURNS numeric LANGUAGE sql AS $$ SELECT round(ln((10 - df + 0.5) / (df + 0.5) + 1), 4) $$;
SELECT pg_temp.hits('{"query": {"indices": [3], "values": [2]}, "using": "s"}') AS one, 2 * pg_temp.idf(1) AS expected,
    pg_temp.hits('{"query": {"indices": [1, 2, 3, 9], "values": [1, 1, 1, 1]}, "using": "s", "limit": 3}') AS all, pg_temp.idf(10) + pg_temp.idf(3) + pg_temp.idf(1) AS first,
    pg_temp.hits('{"query": {"indices": [1, 2, 3, 9], "values": [1, 1, 1, 1]}, "using": "plain", "limit": 3}') AS plain;
-- However the query is given: as an id, in binary, in a prefetch, again and again in groups, exactly.
SELECT pg_temp.hits('{"query": 1, "using": "s", "limit": 2}'), pg_temp.hits('{"query": {"$sparse": 0}, "using": "s", "limit": 1}', '{"{4:2}/10"}');
SELECT pg_temp.hits('{"prefetch": {"query": {"indices": [2], "values": [1]}, "using": "s"}, "query": {"formula": "$score"}}'), pg_temp.idf(3);
SELECT pg_temp.hits('{"query": {"indices": [2, 3], "values": [1, 1]}, "using": "s", "params": {"exact": true, "idf": "global"}}');
SELECT group_key, id, round(score::numeric, 4) FROM vecext.query_groups('rare', '{"query": {"indices": [1], "values": [1]}, "using": "s", "group_by": "by", "group_size": 2, "limit": 2}');
SELECT group_key, id, round(score::numeric, 4) FROM vecext.query_groups('rare', '{"query": {"recommend": {"positive": [1]}}, "using": "s", "group_by": "by", "group_size": 2, "limit": 2}');
-- Examples are weighted, too.
SELECT pg_temp.hits('{"query": {"recommend": {"positive": [{"indices": [1, 2], "values": [1, 1]}, {"indices": [2, 3], "values": [1, 1]}]}}, "using": "s", "limit": 2}'),
    round((pg_temp.idf(10) / 2 + pg_temp.idf(3) + pg_temp.idf(1) / 2)::numeric, 3) AS first;
SELECT pg_temp.hits('{"query": {"discover": {"target": {"indices": [3], "values": [1]}, "context": []}}, "using": "s", "limit": 1}');
-- It can be changed, for all sessions, and needs no other index.
SELECT vecext.update_collection('rare', '{"vectors": {"s": {"modifier": "none"}, "plain": {"modifier": "idf"}}}');
SELECT v, pg_temp.hits(jsonb_build_object('query', '{"indices": [3], "values": [2]}'::jsonb, 'using', v)) FROM unnest('{s,plain}'::text[]) v;
SELECT vecext.update_collection('rare', '{"vectors": {"s": {"modifier": "idf"}, "plain": {"modifier": "none"}}}');
SELECT c, pg_temp.refusal(format('SELECT vecext.update_collection(''rare'', %L)', c)) FROM unnest(ARRAY['{"vectors": {"s": {"modifier": "tf"}}}', '{"vectors": {"s": {"hnsw": {}}}}', '{"vectors": {"d": {"modifier": "idf"}}}']) c;
-- A point that has no dimension of the query is not found, here and in prefetches, with the modifier and without it.
SELECT v, pg_temp.hits(jsonb_build_object('query', '{"indices": [2], "values": [1]}'::jsonb, 'using', v)) AS hits,
    pg_temp.hits(jsonb_build_object('prefetch', jsonb_build_object('query', '{"indices": [2], "values": [1]}'::jsonb, 'using', v), 'query', '{"fusion": "rrf"}'::jsonb)) AS fused,
    pg_temp.hits(jsonb_build_object('query', '{"indices": [2], "values": [1]}'::jsonb, 'using', v, 'params', '{"exact": true}'::jsonb)) AS exact FROM unnest('{s,plain}'::text[]) v;
-- Counts follow what is written, here of 11 vectors, 2 with the dimension; the modifier survives a new name, and needs the index.
SELECT vecext.upsert('rare', '[{"id": 13, "vector": {"s": {"indices": [3], "values": [1]}}}]');
SELECT pg_temp.hits('{"query": {"indices": [3], "values": [1]}, "using": "s"}'), round(ln((11 - 2 + 0.5) / (2 + 0.5) + 1), 4) AS idf;
SELECT vecext.rename_vector('rare', 's', 't');
SELECT pg_temp.hits('{"query": {"indices": [3], "values": [1]}, "using": "t"}');
DROP INDEX rare_s_idx;
SELECT pg_temp.refusal($$SELECT vecext.query('rare', '{"query": {"indices": [3], "values": [1]}, "using": "t"}')$$);
SELECT v, pg_temp.refusal(format('SELECT vecext.create_collection(''no'', %L)', v)) FROM unnest(ARRAY['{"s": {"type": "sparsevec", "modifier": "tf"}}', '{"s": {"type": "sparsevec", "modifier": "idf", "index": "none"}}',
    '{"s": {"size": 3, "distance": "dot", "modifier": "idf"}}', '{"s": {"type": "sparsevec", "modifier": 7}}', '{"s": {"type": "sparsevec", "size": 10, "distance": "euclid", "modifier": "idf"}}']) v;
SELECT vecext.drop_collection('rare');
