-- Sparse vectors of collections: their index, and which searches use it.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;

-- The inner product, any index of a dimension and inverted, unless the request says otherwise.
SELECT vecext.create_collection('sparse_points', '{
    "words": {"type": "sparsevec"}, "few": {"type": "sparsevec", "size": 9, "index": "hnsw"},
    "angle": {"type": "sparsevec", "size": 9, "distance": "cosine"}, "bare": {"type": "sparsevec", "index": "none"},
    "first": {"type": "sparsevec", "size": null, "index": "inverted"}, "dense": {"size": 2, "distance": "cosine"}}');
\d sparse_points
SELECT name, distance, params FROM vecext.collection_vectors WHERE relid = 'sparse_points'::regclass ORDER BY name;
SELECT pg_temp.outcome(format('SELECT vecext.create_collection(''refused'', %L)', request)) FROM unnest(ARRAY[
    '{"size": 9, "type": "sparsevec", "distance": "cosine", "index": "inverted"}', '{"size": 9, "distance": "dot", "index": "inverted"}',
    '{"type": "sparsevec", "inverted": {}}', '{"type": "sparsevec", "size": 0}', '{"type": "sparsevec", "multivector": true, "index": "inverted"}']) request;

-- More elements that are not zero than a graph takes; every third point has dimension 7.
INSERT INTO sparse_points (id, words, dense, payload)
SELECT i, (SELECT format('{%s}/1000000000', string_agg(format('%s:%s', d, w), ',' ORDER BY d)) FROM (
        SELECT 1000 + j AS d, 0.01 AS w FROM generate_series(1, CASE WHEN i % 100 = 0 THEN 1500 ELSE 3 END) j
        UNION ALL SELECT 8, i FROM generate_series(1, (i % 3 = 0)::int)) e)::sparsevec,
    ARRAY[sin(i), cos(i)]::vector, jsonb_build_object('kind', i % 10)
FROM generate_series(1, 3000) i;
SELECT vecext.upsert('sparse_points', '[{"id": 5000, "vector": {"words": {"indices": [7, 999999999], "values": [4000, 1]}}}]');
SELECT vecext.create_payload_index('sparse_points', 'kind', 'integer');
ANALYZE sparse_points;

-- Searches, their filters, and the statement that a request stands for.
CREATE FUNCTION sparse_scans(call text) RETURNS TABLE (points text, scans int8) LANGUAGE plpgsql AS $$
DECLARE
    scans_before int8 := pg_stat_get_xact_numscans('sparse_points_words_idx'::regclass);
BEGIN
    EXECUTE 'SELECT string_agg(id, '' '' ORDER BY place) FROM ' || call || ' WITH ORDINALITY AS r (id, score, payload, vectors, place)' INTO points;
    RETURN QUERY SELECT points, pg_stat_get_xact_numscans('sparse_points_words_idx'::regclass) - scans_before;
END $$;
SELECT * FROM sparse_scans($$vecext.query('sparse_points', '{"query": {"indices": [7], "values": [2]}, "using": "words", "limit": 3}')$$);
SELECT * FROM sparse_scans($$vecext.query('sparse_points', '{"query": {"indices": [7, 5], "values": [2, 1]}, "using": "words", "limit": 3,
    "filter": {"must": {"key": "kind", "match": {"value": 4}}}}')$$);
SELECT * FROM sparse_scans($$vecext.query('sparse_points', '{"query": {"indices": [7], "values": [2]}, "using": "words", "limit": 3, "params": {"exact": true}}')$$);
SELECT * FROM sparse_scans($$vecext.query('sparse_points', '{"prefetch": [{"query": {"indices": [7], "values": [1]}, "using": "words", "limit": 2},
    {"query": [1, 0], "using": "dense", "limit": 2}], "query": {"fusion": "rrf"}, "limit": 2}')$$);
SELECT * FROM sparse_scans($$vecext.query('sparse_points', '{"query": {"recommend": {"positive": [{"indices": [7], "values": [1]}]}}, "using": "words", "limit": 2}')$$);
-- Twice the mean of the positive ones less the negative one: 8 at index 7, 0.99 at 1000, -0.01 at 1001 and 1002.
SELECT statement, parameters FROM vecext.query_plan('sparse_points', '{"query": {"recommend": {"positive": [{"indices": [7, 1000], "values": [3, 1]},
    {"indices": [7, 999999999], "values": [5, 0]}], "negative": [1]}}, "using": "words"}') WHERE statement LIKE '%ORDER BY%';
SELECT regexp_replace(plan, ' *\(cost[^)]*\)', '', 'g') AS plan FROM vecext.query_plan('sparse_points', '{"query": {"indices": [7], "values": [2]}, "using": "words", "limit": 3}');

-- hybrid_search() lists points that have a dimension of the query alone: there is one here, not 100.
SELECT id, ranks, scores FROM vecext.hybrid_search('sparse_points', sparse => '{1000000000:2}/1000000000', sparse_column => 'words');
CREATE FUNCTION sparse_hybrid(filter jsonb) RETURNS TABLE (points text, scans int8) LANGUAGE plpgsql AS $$
DECLARE
    scans_before int8 := pg_stat_get_xact_numscans('sparse_points_words_idx'::regclass);
BEGIN
    SELECT string_agg(format('%s %s', id, ranks), ', ') INTO points FROM vecext.hybrid_search('sparse_points', filter => filter, limit_ => 2,
        legs => '[{"vector": {"indices": [7], "values": [1]}, "using": "words"}, {"vector": [1, 0], "using": "dense", "weight": 0.1}]');
    RETURN QUERY SELECT points, pg_stat_get_xact_numscans('sparse_points_words_idx'::regclass) - scans_before;
END $$;
SELECT * FROM sparse_hybrid(NULL);
SELECT * FROM sparse_hybrid('{"must_not": {"key": "kind", "match": {"value": 0}}}');

-- A point without an index of the query is not a hit, in whatever way the list is made: rare words do not fill it with noise.
SELECT vecext.create_collection('sparse_rare', '{"d": {"size": 2, "distance": "cosine"}, "w": {"type": "sparsevec"}}');
INSERT INTO sparse_rare (id, d, w, payload) SELECT i, ARRAY[1, (1000 - i) / 1000.0]::vector,
    CASE i WHEN 900 THEN '{8:1}/1000000000' WHEN 901 THEN '{8:-1}/1000000000' ELSE format('{%s:1,%s:1}/1000000000', 20 + i % 5, 40 + i % 7) END::sparsevec,
    jsonb_build_object('shop', i % 2) FROM generate_series(1, 1000) i;
ANALYZE sparse_rare;
CREATE FUNCTION sparse_hits(request jsonb) RETURNS text LANGUAGE sql
    RETURN (SELECT string_agg(format('%s:%s', id, round(score::numeric, 3)), ' ' ORDER BY place)
        FROM vecext.query('sparse_rare', request) WITH ORDINALITY AS r (id, score, payload, vectors, order_value, binary_vectors, place));
SELECT label, sparse_hits(request) FROM (VALUES
    ('rrf', '{"prefetch": [{"query": [1, 0], "using": "d", "limit": 20}, {"query": {"indices": [7], "values": [1]}, "using": "w", "limit": 20}],
        "query": {"fusion": "rrf"}, "limit": 6}'::jsonb),
    ('dbsf', '{"prefetch": [{"query": {"indices": [7], "values": [1]}, "using": "w", "limit": 20}], "query": {"fusion": "dbsf"}}'),
    ('plain', '{"query": {"indices": [7], "values": [1]}, "using": "w"}'),
    ('filter', '{"query": {"indices": [7], "values": [1]}, "using": "w", "filter": {"must": {"key": "shop", "match": {"value": 1}}}}'),
    ('common', '{"query": {"indices": [7, 20, 41], "values": [9, 1, 2]}, "using": "w", "limit": 4}'),
    ('rescored', '{"prefetch": {"query": [1, 0], "using": "d", "limit": 1000}, "query": {"indices": [7], "values": [1]}, "using": "w"}'),
    ('mean', '{"query": {"recommend": {"positive": [900]}}, "using": "w"}'),
    ('mmr', '{"query": {"nearest": {"indices": [7], "values": [1]}, "mmr": {}}, "using": "w"}'),
    -- Products below 0 come last: an exact search finds them, and one by a query that has a weight below 0.
    ('exact', '{"query": {"indices": [7], "values": [1]}, "using": "w", "params": {"exact": true}}'),
    ('below 0', '{"query": {"indices": [7], "values": [-1]}, "using": "w"}'),
    -- Scores by examples are of all points: one without a common index is as similar as 0.
    ('best_score', '{"query": {"recommend": {"positive": [900], "strategy": "best_score"}}, "using": "w", "limit": 3}')) q (label, request);
SELECT id, score FROM vecext.search_batch('sparse_rare', '[{"vector": {"indices": [7], "values": [1]}, "using": "w"}]');
SELECT group_key, id FROM vecext.query_groups('sparse_rare', '{"query": {"indices": [7], "values": [1]}, "using": "w", "group_by": "shop"}');
SELECT statement, rows FROM vecext.query_plan('sparse_rare', '{"query": {"indices": [7], "values": [1]}, "using": "w"}');
SELECT vecext.distance_matrix('sparse_rare', '{"must": {"has_id": [7, 12, 900, 901]}}', sample => 4, vector_name => 'w') AS matrix;
SELECT vecext.drop_collection('sparse_rare');
DROP FUNCTION sparse_hits;

-- The state of the index; what it has no options for.
SELECT vecext.collection_info('sparse_points') #>> '{vectors,words,index,method}' AS method, status FROM vecext.list_collections() WHERE name = 'sparse_points';
SELECT vecext.create_vector_indexes('sparse_points');
UPDATE sparse_points SET "first" = '{3:1}/5' WHERE id = 1;
SELECT vecext.create_vector_indexes('sparse_points');
SELECT vecext.collection_info('sparse_points') #>> '{vectors,first,index,method}' AS method;
SELECT vector, method, bytes > 0 AS has_bytes, indexed_points FROM vecext.collection_vector_stats WHERE name = 'sparse_points' ORDER BY 1;
SELECT pg_temp.outcome($$SELECT vecext.update_collection('sparse_points', '{"vectors": {"words": {"inverted": {}}}}')$$);
SELECT vecext.drop_collection('sparse_points');
DROP FUNCTION sparse_scans, sparse_hybrid;
