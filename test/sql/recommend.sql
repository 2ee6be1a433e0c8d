-- Searches by examples: recommendation by three strategies, discovery, context; groups.
\set VERBOSITY terse
\pset null '-'
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 6)';
CREATE FUNCTION pg_temp.fault(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'none';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN format('%s %s|%s', SQLSTATE, SQLERRM, detail);
END $$;
-- With the inner product similarities are easy to see.
CREATE TABLE points (id bigint PRIMARY KEY, embedding vector(2), payload jsonb);
INSERT INTO points VALUES (1, '[1,0]', '{"a": 1}'), (2, '[0,1]', '{"a": 2}'), (3, '[0.5,0.5]', '{"a": 1}'),
    (4, '[-1,0]', '{"a": 2}'), (5, NULL, '{}');
SELECT vecext.register_collection('points', vectors => '{"column": "embedding", "distance": "dot"}');

-- average_vector: the mean of positive examples, away from that of negative ones. Examples that are
-- points of the collection are not in the result.
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[[2, 0], [0, 1]]');
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[1]');
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[1, 3]', '[2]');
SELECT id, pg_temp.r(score), payload FROM vecext.recommend('points', '[1]', filter => '{"must": [{"key": "a", "match": {"value": 2}}]}');
SELECT id FROM vecext.recommend('points', '[[1, 0]]', limit_ => 2, offset_ => 1);
SELECT id FROM vecext.recommend('points', '[[1, 0]]', score_threshold => 0);
-- best_score: .8 against .3; a tie takes the negative branch
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[[0.8, 0.3]]', '[[0.3, 0.8]]', 'best_score');
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[1]', '[]', 'best_score');
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[]', '[1]', 'best_score', limit_ => 2);
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[]', '[1]', 'best_score', score_threshold => -0.5);
-- sum_scores
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '[[0.8, 0.3]]', '[[0.3, 0.8]]', 'sum_scores');
-- Two pairs satisfied and a target at .8 are 2.722222.
SELECT id, pg_temp.r(score) FROM vecext.discover('points', '[0.8, 0]',
    '[{"positive": [0.9, 0], "negative": [0.1, 0]}, {"positive": [0.4, 0], "negative": [0.3, 0]}]');
SELECT id, pg_temp.r(score) FROM vecext.discover('points', '[0.8, 0]');
SELECT id, pg_temp.r(score) FROM vecext.discover('points', '3', '[{"positive": 1, "negative": 2}]');
-- Nobody scores above 0; .2 against .5 is -.230769.
SELECT id, pg_temp.r(score) FROM vecext.context_search('points', '[{"positive": [0.2, 0], "negative": [0.5, 0]}]');
SELECT id, pg_temp.r(score) FROM vecext.context_search('points', '{"positive": 1, "negative": 4}');

-- By cosine examples count by their direction; by Euclid a similarity is minus the square of the distance.
CREATE TABLE others (id text PRIMARY KEY, c vector(2), e halfvec(2), payload jsonb);
INSERT INTO others VALUES ('a', '[10,0]', '[0,0]', NULL), ('b', '[0,1]', '[3,0]', NULL), ('c', '[1,1]', '[1,0]', NULL);
SELECT vecext.register_collection('others', vectors => '{
    "c": {"column": "c", "distance": "cosine"}, "e": {"column": "e", "distance": "euclid"}}');
SELECT id, pg_temp.r(score) FROM vecext.recommend('others', '["a", [0, 0.5]]', vector_name => 'c');
SELECT id, pg_temp.r(score) FROM vecext.recommend('others', '[[0, 0]]', strategy => 'sum_scores', vector_name => 'e');
SELECT id, pg_temp.r(score) FROM vecext.recommend('others', '[[1, 0]]', vector_name => 'e');
-- Examples of another collection: its points are not excluded.
SELECT id, pg_temp.r(score) FROM vecext.recommend('points', '["a"]', '["b"]', 'sum_scores',
    lookup_from => '{"collection": "others", "vector": "c"}');
SELECT id, pg_temp.r(score) FROM vecext.recommend('others', '[1]', vector_name => 'e', lookup_from => '{"collection": "points"}');

SELECT request_no, id, pg_temp.r(score) FROM vecext.recommend_batch('points', '[
    {"positive": [1], "limit": 1},
    {"positive": [[0.8, 0.3]], "negative": [[0.3, 0.8]], "strategy": "best_score", "limit": 2, "with_payload": false}]');

-- Of bits, a query is a text or an array of 0 and 1; where ids are texts, a text is an id.
CREATE TABLE bits (id int PRIMARY KEY, b bit(4), payload jsonb);
INSERT INTO bits VALUES (1, '0101'), (2, '1111'), (3, '1010'), (4, '1000');
SELECT vecext.register_collection('bits', vectors => '{"column": "b", "distance": "hamming"}');
CREATE TABLE named_bits AS SELECT 'n' || id AS id, b, payload FROM bits UNION ALL SELECT '0111', '0000', NULL;
ALTER TABLE named_bits ADD PRIMARY KEY (id);
SELECT vecext.register_collection('named_bits', vectors => '{"column": "b", "distance": "hamming"}');
SELECT c, request, array_agg(format('%s: %s', id, pg_temp.r(score)) ORDER BY place) AS points
FROM unnest(ARRAY['bits', 'named_bits']) c,
    unnest(ARRAY['"0111"', '[0, 1, 1, 1]', '{"nearest": "0111"}', '{"recommend": {"positive": ["0111"], "strategy": "best_score"}}',
    '{"recommend": {"positive": [[0, 1, 1, 1]], "negative": [[1, 0, 0, 0]]}}', '{"discover": {"target": "0111"}}']) WITH ORDINALITY r(request, number),
    vecext.query(c, format('{"query": %s}', request)::jsonb) WITH ORDINALITY h(id, score, payload, vectors, order_value, binary_vectors, place)
GROUP BY c, number, request ORDER BY c, number;
SELECT c, id, score FROM unnest(ARRAY['bits', 'named_bits']) c, vecext.search_batch(c, '[{"vector": "0111", "limit": 1}]');
SELECT id, score FROM vecext.recommend('bits', '["0111"]', limit_ => 1);
SELECT vecext.upsert('bits', '[{"id": 5, "vector": [0, 1, 1, 1]}]');
SELECT statement, parameters, rows FROM vecext.query_plan('bits', '{"query": [0, 1, 1, 1], "limit": 2}');
SELECT pg_temp.fault(format('SELECT FROM vecext.query(''bits'', ''{"query": %s}'')', request))
FROM unnest(ARRAY['"01"', '"012"', '""', '[0, 1, 2, 1]', '[0, 1]', '[0, 1, "1", 1]', '[[0, 1, 1, 1]]']) AS request;
DROP TABLE bits, named_bits;

-- Groups: each distinct string and integer, in arrays too; complete.
CREATE TABLE works (id bigint PRIMARY KEY, embedding vector(1), payload jsonb);
INSERT INTO works VALUES (1, '[1]', '{"by": "x"}'), (2, '[2]', '{"by": ["x", "y", "x"]}'), (3, '[3]', '{"by": "y"}'),
    (4, '[4]', '{"by": 7}'), (5, '[5]', '{"by": 7.5}'), (6, '[6]', '{}'), (7, '[7]', '{"by": "x"}'), (8, '[8]', '{"by": "z"}'),
    (9, '[9]', '{"by": [7, true, null]}');
INSERT INTO works SELECT i, array[i]::vector, '{"by": "many"}' FROM generate_series(10, 200) i;
INSERT INTO works VALUES (300, '[300]', '{"by": "last"}'), (301, '[301]', '{"by": "z"}');
SELECT vecext.register_collection('works', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT * FROM vecext.search_groups('works', '[0]', 'by', 3, 2, with_lookup => '"others"');
SELECT group_key, group_rank, count(*), min(score), max(score), count(payload) FROM vecext.search_groups('works', '[0]', 'by', 10, 4, with_payload => 'false')
GROUP BY 1, 2 ORDER BY 2;
SELECT group_key, id FROM vecext.search_groups('works', '[0]', 'by', 2, 1, filter => '{"must": [{"key": "by", "match": {"value": "y"}}]}');
SELECT group_key, id FROM vecext.search_groups('works', '[0]', 'by', score_threshold => 3);
SELECT count(*) FROM vecext.search_groups('works', '[0]', 'by', 2147483647, 2147483647);
SELECT group_key, id, score FROM vecext.recommend_groups('works', 'by', '[1]', limit_ => 3, group_size => 1);
INSERT INTO others VALUES ('x', NULL, '[1,2]', '{"name": "X", "born": 1900}');
SELECT group_key, id, lookup FROM vecext.query_groups('works', '{"query": [0], "group_by": "by", "limit": 2, "group_size": 1,
    "with_lookup": {"collection": "others", "with_payload": ["name"], "with_vectors": ["e"]}}');
SELECT group_key, id FROM vecext.query_groups('works', '{"prefetch": {"query": [0], "limit": 4}, "query": {"fusion": "rrf"}, "group_by": "by"}');
-- Limits of prefetches, also of inner ones, are multiplied by the size of a group. Further searches find what groups lack then.
SELECT group_key, id FROM vecext.query_groups('works', '{"prefetch": {"prefetch": {"query": [0], "limit": 1}, "query": {"fusion": "rrf"}, "limit": 1}, "query": {"fusion": "rrf"}, "group_by": "by", "group_size": 2}');
-- A key that is a string is not that of an integer; 7.0 is 7.
INSERT INTO works VALUES (400, '[-2]', '{"by": "7"}'), (401, '[-1]', '{"by": [7.0, "7"]}');
SELECT group_key, array_agg(id ORDER BY score) AS ids FROM vecext.search_groups('works', '[-2]', 'by', 2, 3) GROUP BY group_rank, group_key ORDER BY group_rank;
-- As many groups as points.
CREATE TABLE each (id int PRIMARY KEY, embedding vector(1), payload jsonb);
INSERT INTO each SELECT i, array[i]::vector, jsonb_build_object('by', i) FROM generate_series(1, 20000) i;
SELECT vecext.register_collection('each', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT count(*), bool_and(group_key::text = id) AS of_itself FROM vecext.search_groups('each', '[0]', 'by', 20000, 1);

-- In a large table candidates come by the index; exact compares all.
CREATE TABLE large (id int PRIMARY KEY, embedding vector(2), payload jsonb);
INSERT INTO large SELECT i, array[i, 0]::vector, jsonb_build_object('even', i % 2 = 0) FROM generate_series(1, 12000) i;
CREATE INDEX ON large USING hnsw (embedding vector_l2_ops);
ANALYZE large;
SELECT vecext.register_collection('large', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT id FROM vecext.recommend('large', '[5000]', '[9000]', 'best_score', 4);
SELECT id FROM vecext.recommend('large', '[5000]', '[9000]', 'best_score', 4, params => '{"exact": true}');
SELECT id FROM vecext.recommend('large', '[5000]', '[9000]', 'best_score', 4, filter => '{"must": [{"key": "even", "match": {"value": true}}]}');
SELECT id FROM vecext.discover('large', '5000', '[{"positive": 4000, "negative": 9000}]', 4);
SELECT id FROM vecext.recommend('large', '[]', '[1]', 'sum_scores', 1);

-- Where an index has such candidates that no other point can be better, these are scored alone; else all points are. Pages are parts of one list.
CREATE TABLE clusters (id int PRIMARY KEY, embedding vector(4), payload jsonb);
INSERT INTO clusters SELECT i, ARRAY[c % 3 + j, c % 5 - j, (c * 7) % 11, c % 2 + j * j], jsonb_build_object('even', i % 2 = 0)
FROM (SELECT i, i % 40 AS c, (hashint4(i) % 1000) / 2000.0 AS j FROM generate_series(1, 12000) i) AS s;
CREATE INDEX clusters_embedding ON clusters USING hnsw (embedding vector_l2_ops);
ANALYZE clusters;
SELECT vecext.register_collection('clusters', vectors => '{"column": "embedding", "distance": "euclid"}');
-- Candidates are read by their ids with an index: a scan of the table means that all points are scored.
SET enable_seqscan = off;
CREATE FUNCTION pg_temp.way(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    index_scans bigint := pg_stat_get_xact_numscans('clusters_embedding'::regclass);
    table_scans bigint := pg_stat_get_xact_numscans('clusters'::regclass);
    ways text;
    found int[];
    by_all int[];
BEGIN
    EXECUTE format('SELECT array_agg(id) FROM vecext.%s)', call) INTO found;
    ways := concat_ws(', ', CASE WHEN pg_stat_get_xact_numscans('clusters_embedding'::regclass) > index_scans THEN 'index' END,
        CASE WHEN pg_stat_get_xact_numscans('clusters'::regclass) > table_scans THEN 'table' END);
    EXECUTE format('SELECT array_agg(id) FROM vecext.%s, params => ''{"exact": true}'')', call) INTO by_all;
    RETURN format('%s: %s of %s', ways, (SELECT count(*) FROM unnest(found) f WHERE f = ANY (by_all)), cardinality(by_all));
END $$;
SELECT call, pg_temp.way(call) FROM unnest(ARRAY[
    $$recommend('clusters', '[5, 77]', '[]', 'best_score'$$, $$recommend('clusters', '[[1, 1, 7, 0], 9]', '[[2, -1, 7, 0]]', 'best_score', limit_ => 50$$,
    $$recommend('clusters', '[5]', '[]', 'best_score', limit_ => 20, offset_ => 60$$, $$recommend('clusters', '[5]', '[]', 'best_score', limit_ => 2000$$,
    $$recommend('clusters', '[5]', '[]', 'best_score', filter => '{"must": {"key": "even", "match": {"value": true}}}'$$,
    $$recommend('clusters', '[5]', '[]', 'best_score', limit_ => 100, score_threshold => 0.4$$,
    $$recommend('clusters', '[5]', '[45]', 'best_score'$$, $$recommend('clusters', '[]', '[5]', 'best_score'$$,
    $$recommend('clusters', '[5]', '[7]', 'sum_scores'$$, $$discover('clusters', '5', '[{"positive": 45, "negative": 7}]'$$,
    $$discover('clusters', '5', '[{"positive": 7, "negative": 45}]'$$, $$discover('clusters', '5', '[{"positive": 7, "negative": 5}]'$$, $$context_search('clusters', '[{"positive": 5, "negative": 7}]'$$]) AS call;
SELECT count(*), count(DISTINCT id) FROM generate_series(0, 180, 20) AS start, vecext.recommend('clusters', '[5]', '[7]', 'best_score', limit_ => 20, offset_ => start);
CREATE ROLE regress_recommend;
GRANT SELECT ON clusters TO regress_recommend;
ALTER TABLE clusters ENABLE ROW LEVEL SECURITY;
CREATE POLICY odd ON clusters USING (id % 2 = 1);
SET ROLE regress_recommend;
SELECT pg_temp.way($$recommend('clusters', '[5, [1, 1, 7, 0]]', '[]', 'best_score', limit_ => 30$$);
SELECT count(*), count(*) FILTER (WHERE id::int % 2 = 0) AS hidden, count(payload) AS payloads
FROM vecext.recommend('clusters', '[5, [1, 1, 7, 0]]', '[]', 'best_score', limit_ => 30, with_payload => '["even"]');
RESET ROLE;
RESET enable_seqscan;
DROP TABLE clusters;
DROP ROLE regress_recommend;

-- Bad input
SELECT pg_temp.fault('SELECT FROM vecext.' || call) FROM (VALUES
    ($$recommend('points')$$), ($$recommend('points', '[]', '[1]')$$), ($$recommend('points', strategy => 'best_score')$$),
    ($$recommend('points', '[1]', strategy => 'best')$$), ($$recommend('points', '1')$$), ($$recommend('points', '["1"]')$$),
    ($$recommend('points', '[1, 77]')$$), ($$recommend('points', '[5]')$$), ($$recommend('points', '[[1, 2, 3]]')$$),
    ($$recommend('points', '[true]')$$), ($$recommend('points', '[1]', vector_name => 'x')$$),
    ($$recommend('points', '[1]', lookup_from => '{"collection": "nothing"}')$$), ($$recommend('points', '[1]', lookup_from => '{}')$$),
    ($$recommend('points', '["a"]', lookup_from => '{"collection": "others"}')$$),
    ($$recommend('points', '["z"]', lookup_from => '{"collection": "others", "vector": "c"}')$$),
    ($$recommend('points', '[1]', limit_ => 0)$$), ($$recommend_batch('points', '[{"positive": [1]}, {"positive": [1], "top": 1}]')$$),
    ($$recommend_batch('points', '[{"positive": [1]}, {"positive": []}]')$$),
    ($$discover('points', NULL)$$), ($$discover('points', '1', '[{"positive": 1}]')$$), ($$discover('points', '1', '[{"positive": 1, "negative": 77}]')$$),
    ($$context_search('points', '[1]')$$), ($$context_search('points', NULL)$$),
    ($$search_groups('works', '[0]', NULL)$$), ($$search_groups('works', '[0]', 'a[')$$), ($$search_groups('works', '[0]', 'by', group_size => 0)$$),
    ($$search_groups('works', '[0]', 'by', with_lookup => '{"of": 1}')$$), ($$search_groups('works', '[0]', 'by', with_lookup => '"nothing"')$$),
    ($$query_groups('works', '{"query": [0]}')$$), ($$query_groups('works', '{"query": [0], "group_by": "by", "offset": 1}')$$)
) AS v (call);
DROP TABLE points, others, works, each, large;
