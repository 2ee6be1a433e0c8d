-- The universal query: prefetches, fusions, formulas, orders, choices, feedback.
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
-- The inner product with [1] is the vector's value: a, b and c are three lists.
CREATE TABLE points (id bigint PRIMARY KEY, a vector(1), b vector(1), c vector(1), e vector(1), payload jsonb);
INSERT INTO points VALUES
    (1, '[0.9]', '[4]', NULL, '[1]', '{"price": 10, "at": "2024-01-02T00:00:00Z", "place": {"lon": 13.4, "lat": 52.5}, "tag": "x"}'),
    (2, '[0.8]', NULL, NULL, '[2]', '{"price": 20, "at": "2024-01-01T00:00:00Z", "tag": ["x", "y"]}'),
    (3, '[0.1]', '[5]', NULL, '[4]', '{"price": 30, "at": "2024-01-03T00:00:00Z"}'),
    (4, NULL, '[1]', NULL, '[8]', '{"price": "5", "zero": 0}'),
    (9, NULL, NULL, '[7]', NULL, NULL);
SELECT vecext.register_collection('points', vectors => '{
    "a": {"column": "a", "distance": "dot"}, "b": {"column": "b", "distance": "dot"},
    "c": {"column": "c", "distance": "dot"}, "e": {"column": "e", "distance": "euclid"}}');

-- Reciprocal ranks of the lists 1, 2, 3 and 3, 1, 4
SELECT id, pg_temp.r(score), vectors FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}],
    "query": {"fusion": "rrf"}, "with_vectors": ["e"]}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}],
    "query": {"rrf": {"k": 61}}, "limit": 2}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}],
    "query": {"rrf": {"weights": [2, 0]}}, "limit": 3}');
-- The threshold of a fusion admits equal scores.
SELECT id FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}],
    "query": {"fusion": "rrf"}, "score_threshold": 0.75}');
-- By the distribution of scores
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}, {"query": [1], "using": "c"}],
    "query": {"fusion": "dbsf"}}');
SELECT bool_and(abs(score - expected) < 1e-6), count(*) FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"},
    {"query": [1], "using": "b"}, {"query": [1], "using": "c"}], "query": {"fusion": "dbsf"}}')
JOIN (VALUES ('1', 1.168084), ('3', 0.942260), ('2', 0.576472), ('9', 0.5), ('4', 0.313184)) AS v (id, expected) USING (id);
-- Distances are negated: the nearest comes first.
SELECT id FROM vecext.query('points', '{"prefetch": [{"query": [0], "using": "e"}], "query": {"fusion": "dbsf"}}');
SELECT id FROM vecext.query('points', '{"prefetch": [{"query": {"nearest": [0], "mmr": {"diversity": 0}}, "using": "e"}], "query": {"fusion": "dbsf"}}');

-- A vector query over prefetches ranks what they found. Limits and filters of prefetches; those of
-- outer requests hold in all.
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a", "limit": 2}, {"query": [1], "using": "b", "limit": 1}],
    "query": [0], "using": "e"}');
SELECT id FROM vecext.query('points', '{"prefetch": {"query": [1], "using": "a", "limit": 1},
    "query": [0], "using": "e", "filter": {"must": [{"key": "price", "range": {"gt": 10}}]}}');
SELECT id FROM vecext.query('points', '{"prefetch": {"prefetch": {"query": [1], "using": "a", "limit": 2, "filter": {"must": [{"key": "price", "range": {"lt": 30}}]}},
    "query": [0], "using": "e", "limit": 1}, "query": {"fusion": "rrf"}, "filter": {"must_not": [{"has_id": [1]}]}}');
SELECT id FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a", "score_threshold": 0.5}], "query": {"fusion": "rrf"}, "offset": 1}');

-- Points by id, by key, at random
SELECT id, score, payload FROM vecext.query('points', '{"limit": 2, "offset": 1, "with_payload": ["price"]}');
SELECT id FROM vecext.query('points', '{"query": {"order_by": "price"}}');
SELECT id FROM vecext.query('points', '{"query": {"order_by": {"key": "price", "direction": "desc", "start_from": 20}}}');
SELECT id FROM vecext.query('points', '{"query": {"order_by": {"key": "at", "start_from": "2024-01-02"}}}');
SELECT id FROM vecext.query('points', '{"prefetch": {"query": [1], "using": "b", "limit": 2}, "query": {"order_by": "price"}}');
SELECT count(*), count(DISTINCT id) FROM vecext.query('points', '{"query": {"sample": "random"}, "limit": 3}');
SELECT count(*) FROM vecext.query('points', '{"query": {"sample": "random"}, "limit": 3, "offset": 1000}');
SELECT id FROM vecext.query('points', '{"query": {"sample": "random"}, "filter": {"must": [{"has_id": [4]}]}}');

-- Kinds of queries by vectors
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": 1, "using": "e"}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": {"nearest": [3]}, "using": "e", "score_threshold": 2}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": {"recommend": {"positive": [[0.8]], "negative": [[0.3]], "strategy": "sum_scores"}}, "using": "a"}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": {"discover": {"target": [1], "context": {"positive": [1], "negative": [0]}}}, "using": "b"}');
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": {"context": [{"positive": [0.2], "negative": [0.5]}]}, "using": "b"}');
-- a * s(target) + d^b * c * (s(better) - s(worse)): .5 * .72 + .25 * 3 * .45 for point 1
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"query": {"relevance_feedback": {"target": [0.8],
    "feedback": [{"example": [0.9], "score": 1}, {"example": [0.4], "score": 0.5}], "strategy": {"naive": {"a": 0.5, "b": 2, "c": 3}}}}, "using": "a"}');

-- Maximal marginal relevance: the second of two equal points comes late; scores are those of the search.
CREATE TABLE like_each (id int PRIMARY KEY, embedding vector(2), payload jsonb);
INSERT INTO like_each VALUES (1, '[1,0.1]'), (2, '[1,0.1]'), (3, '[1,-0.8]'), (4, '[0,1]'), (5, NULL);
SELECT vecext.register_collection('like_each', vectors => '{"column": "embedding", "distance": "cosine"}');
SELECT id, pg_temp.r(score) FROM vecext.query('like_each', '{"query": [1, 0]}');
SELECT id, pg_temp.r(score) FROM vecext.query('like_each', '{"query": {"nearest": [1, 0], "mmr": {"diversity": 0.5, "candidates_limit": 10}}}');
SELECT id FROM vecext.query('like_each', '{"query": {"nearest": [1, 0], "mmr": {"diversity": 0}}}');
SELECT id FROM vecext.query('like_each', '{"query": {"nearest": [1, 0], "mmr": {"diversity": 0.5, "candidates_limit": 3}}, "limit": 1, "offset": 1}');
-- A threshold holds for the candidates, so a point beyond it takes no place. Without a threshold, point 4 is the second.
SELECT request, array_agg(id ORDER BY place) AS ids
FROM unnest(ARRAY['{}', '{"score_threshold": 0.5}', '{"score_threshold": 0.5, "prefetch": {"limit": 4}}', '{"score_threshold": 0.99, "limit": 3}']::jsonb[]) AS request,
    vecext.query('like_each', '{"query": {"nearest": [1, 0], "mmr": {"diversity": 0.7}}, "limit": 2}' || request)
        WITH ORDINALITY AS found(id, score, payload, vectors, order_value, binary_vectors, place) GROUP BY 1 ORDER BY 1::text;
-- Pages of up to 100 points are parts of one list.
CREATE TABLE on_circle (id int PRIMARY KEY, embedding vector(2), payload jsonb);
INSERT INTO on_circle SELECT i, ARRAY[cos(i * 0.01), sin(i * 0.01)] FROM generate_series(1, 300) i;
SELECT vecext.register_collection('on_circle', vectors => '{"column": "embedding", "distance": "cosine"}');
SELECT count(*), count(DISTINCT id) FROM generate_series(0, 90, 10) AS start,
    vecext.query('on_circle', format('{"query": {"nearest": [1, 0], "mmr": {"diversity": 0.8}}, "limit": 10, "offset": %s}', start)::jsonb);
DROP TABLE on_circle;
-- Multi-vectors: a vector without a direction adds nothing, in a point or in a query; a point without vectors comes last.
CREATE TABLE multi (id int PRIMARY KEY, parts vector(2)[], payload jsonb);
INSERT INTO multi VALUES (1, '{"[1,0.1]","[0,0]"}'), (2, '{"[1,0.11]"}'), (3, '{"[1,-0.8]"}'), (4, '{"[0,0]","[0,0]"}'), (5, '{NULL}'), (6, NULL);
SELECT vecext.register_collection('multi', vectors => '{"column": "parts", "distance": "cosine"}');
SELECT id, score AS exactly FROM vecext.query('multi', '{"query": [[0, 0]]}');
SELECT request, array_agg(id ORDER BY place) AS ids, array_agg(pg_temp.r(score) ORDER BY place) FILTER (WHERE score > '-Infinity') AS scores
FROM unnest(ARRAY['[[1, 0], [0, 0]]', '{"nearest": [[1, 0], [0, 0]], "mmr": {"diversity": 0.5}}',
    '{"recommend": {"positive": [[[1, 0], [0, 0]]], "strategy": "sum_scores"}}', '{"recommend": {"positive": [1], "strategy": "sum_scores"}}',
    '{"recommend": {"positive": [1], "strategy": "best_score"}}',
    '{"discover": {"target": [[1, 0], [0, 0]], "context": {"positive": 1, "negative": 3}}}']) WITH ORDINALITY r(request, number),
    vecext.query('multi', format('{"query": %s}', request)::jsonb) WITH ORDINALITY h(id, score, payload, vectors, order_value, binary_vectors, place)
GROUP BY number, request ORDER BY number;

-- Formulas, of point 1: $score is .9, price 10.
CREATE FUNCTION pg_temp.value(formula text, defaults text DEFAULT '{}') RETURNS numeric LANGUAGE sql AS $$
    SELECT pg_temp.r(score) FROM vecext.query('points', format('{"prefetch": [{"query": [1], "using": "a", "filter": {"must": {"has_id": [1]}}},
        {"query": [1], "using": "c"}], "query": {"formula": %s, "defaults": %s}, "filter": {"must": {"has_id": [1]}}}', formula, defaults)::jsonb)
$$;
SELECT formula, pg_temp.value(formula) FROM (VALUES
    ('2.5'), ('"$score"'), ('"$score[0]"'), ('"$score[1]"'), ('"price"'),
    ('{"sum": ["$score", "price", 1]}'), ('{"sum": []}'), ('{"mult": ["price", 2, 0.5]}'), ('{"mult": [0, {"ln": 0}]}'),
    ('{"neg": "price"}'), ('{"abs": {"neg": 3}}'), ('{"div": {"left": "price", "right": 4}}'),
    ('{"div": {"left": 0, "right": 0}}'), ('{"div": {"left": 1, "right": 0, "by_zero_default": 7}}'),
    ('{"sqrt": 2.25}'), ('{"pow": {"base": 2, "exponent": 10}}'), ('{"exp": 1}'), ('{"ln": 10}'), ('{"log10": 1000}'),
    ('{"key": "tag", "match": {"value": "x"}}'), ('{"must_not": [{"key": "tag", "match": {"value": "x"}}]}'), ('{"has_id": [1, 2]}'),
    ('{"sum": [{"key": "tag", "match": {"value": "x"}}, {"mult": [10, {"key": "price", "range": {"gt": 3}}]}]}'),
    ('{"datetime": "1970-01-01T00:01:40Z"}'), ('{"div": {"left": {"sum": [{"datetime_key": "at"}, {"neg": {"datetime": "2024-01-01"}}]}, "right": 3600}}'),
    ('{"geo_distance": {"origin": {"lon": 13.4, "lat": 52.5}, "to": "place"}}'),
    ('{"exp_decay": {"x": "price"}}'), ('{"exp_decay": {"x": "price", "target": 4, "scale": 3, "midpoint": 0.5}}'),
    ('{"gauss_decay": {"x": "price", "target": 4, "scale": 3}}'), ('{"gauss_decay": {"x": 7, "target": 4, "scale": 3, "midpoint": 0.3}}'),
    ('{"lin_decay": {"x": 5.5, "target": 4, "scale": 3}}'), ('{"lin_decay": {"x": "price", "scale": 5}}')
) AS v (formula);
-- Around half the circumference of the earth
SELECT pg_temp.value('{"div": {"left": {"geo_distance": {"origin": {"lon": -166.6, "lat": -52.5}, "to": "place"}}, "right": 6371008.8}}');
SELECT pg_temp.value('"missing"', '{"missing": 3}'), pg_temp.value('"$score[1]"', '{"$score[1]": 0.25}'),
    pg_temp.value('{"datetime_key": "missing"}', '{"missing": "1970-01-01T00:00:01Z"}'),
    pg_temp.value('{"geo_distance": {"origin": {"lon": 1, "lat": 0}, "to": "missing"}}', '{"missing": {"lon": 1, "lat": 0}}');
SELECT id, pg_temp.r(score), payload->'price' AS price FROM vecext.query('points', '{"prefetch": {"query": [1], "using": "a"},
    "query": {"formula": {"mult": ["$score", {"lin_decay": {"x": "price", "target": 20, "scale": 20}}]}}, "score_threshold": 0.6}');

-- What requests find, with rounded scores.
CREATE FUNCTION pg_temp.found(request jsonb, collection text DEFAULT 'points') RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(string_agg(format('%s %s', id, round(score::numeric, 5)), ', '), 'none') FROM vecext.query(collection, request)
$$;
SELECT pg_temp.found(request::jsonb) FROM (VALUES
    ('{}'), ('{"limit": 2, "offset": 1, "filter": {"must": [{"key": "price", "range": {"gt": 1}}]}}'), ('{"query": {"order_by": "price"}}'),
    ('{"query": {"order_by": {"key": "at", "direction": "desc", "start_from": "2024-01-02"}}}'),
    ('{"query": [1], "using": "a"}'), ('{"query": 1, "using": "e", "score_threshold": 5}'), ('{"query": [1], "using": "b", "score_threshold": 1}'),
    ('{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}], "query": {"fusion": "rrf"}, "score_threshold": 0.3}'),
    ('{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}], "query": {"rrf": {"k": 5, "weights": [0.5, 0]}}}'),
    ('{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b"}, {"query": [0], "using": "e"}, {"query": [1], "using": "c"}], "query": {"fusion": "dbsf"}}'),
    ('{"prefetch": [{"query": [1], "using": "a", "limit": 2}, {"query": [1], "using": "b", "limit": 1}], "query": [0], "using": "e", "limit": 2}'),
    ('{"prefetch": [{"query": {"order_by": {"key": "price", "direction": "desc"}}, "limit": 2}, {"query": [1], "using": "a"}], "query": {"fusion": "rrf"}}'),
    ('{"query": {"recommend": {"positive": [1], "negative": [2]}}, "using": "e"}'),
    ('{"query": {"recommend": {"positive": [[1]]}}, "using": "e", "score_threshold": 2}'),
    ('{"prefetch": {"query": {"recommend": {"positive": [[1]]}}, "using": "e"}, "query": {"fusion": "rrf"}}'),
    ('{"prefetch": {"query": {"recommend": {"positive": [[1]]}}, "using": "e"}, "query": {"fusion": "dbsf"}}'),
    ('{"query": {"recommend": {"positive": [1, [0.5]], "negative": [2], "strategy": "best_score"}}, "using": "a"}'),
    ('{"query": {"recommend": {"negative": [[0.5]], "strategy": "best_score"}}, "using": "a"}'),
    ('{"query": {"recommend": {"positive": [1], "negative": [2, [7]], "strategy": "sum_scores"}}, "using": "e"}'),
    ('{"query": {"discover": {"target": [1], "context": {"positive": 1, "negative": [0]}}}, "using": "b"}'),
    ('{"query": {"context": [{"positive": [0.2], "negative": [0.5]}, {"positive": 3, "negative": [7]}]}, "using": "b"}'),
    ('{"query": {"relevance_feedback": {"target": [0.8], "feedback": [{"example": [0.9], "score": 1}, {"example": [0.4], "score": 0.5}], "strategy": {"naive": {"a": 0.5, "b": 2, "c": 3}}}}, "using": "a"}'),
    ('{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "b", "limit": 2}], "query": {"formula": {"sum": ["$score", {"mult": ["$score[1]", 0.5]},
        {"key": "tag", "match": {"value": "x"}}, {"gauss_decay": {"x": "price", "target": 20, "scale": 20}}, {"lin_decay": {"x": "missing"}}, {"exp_decay": {"x": {"datetime_key": "at"}, "target": {"datetime": "2024-01-02"}, "scale": 86400}},
        {"div": {"left": "price", "right": "missing", "by_zero_default": 3}}, {"pow": {"base": 2, "exponent": {"neg": "$score[1]"}}}]}, "defaults": {"missing": 0}}}')
) AS v (request);
-- Formulas are of float8, zero by anything is 0, and a quotient of quotients has each part once.
SELECT formula, pg_temp.found(format('{"prefetch": {"query": [1], "using": "a", "limit": 1}, "query": {"formula": %s}}', formula)::jsonb) FROM (VALUES
    ('{"div": {"left": {"mult": []}, "right": {"sum": [{"mult": []}, {"mult": []}]}}}'), ('{"sum": []}'), ('{"div": {"left": 0, "right": 0}}'),
    ('{"div": {"left": {"sum": []}, "right": 0, "by_zero_default": 7}}'), ('{"div": {"left": 1, "right": 0, "by_zero_default": 7}}'),
    ('{"div": {"left": 0, "right": {"div": {"left": 1, "right": {"sum": []}}}}}'), ('{"div": {"left": {"neg": -3}, "right": -2}}')) AS v (formula);
SELECT pg_temp.found(format('{"prefetch": {"query": [1], "using": "a", "limit": 1}, "query": {"formula": %s1%s}}',
    repeat('{"div": {"left": ', 60), repeat(', "right": 2, "by_zero_default": 7}}', 60))::jsonb);
-- A number that is not finite: 1e-300 to the power of -2
SELECT pg_temp.found('{"query": {"relevance_feedback": {"target": [0.8], "feedback": [{"example": [0.9], "score": 1e-300}, {"example": [0.4], "score": 0}],
    "strategy": {"naive": {"a": 0.5, "b": -2, "c": 3}}}}, "using": "a"}');
-- query_plan: the statements that a request executes, the innermost first.
SELECT statement, parameters, rows FROM vecext.query_plan('points', '{"prefetch": [{"query": [1], "using": "a", "limit": 3}, {"query": {"order_by": "price"}}], "query": {"fusion": "rrf"}, "limit": 2}');
-- A key with an index of times orders by times.
SELECT vecext.create_payload_index('points', 'at', 'datetime');
SELECT pg_temp.found(request::jsonb) FROM (VALUES
    ('{"query": {"order_by": "at"}}'), ('{"query": {"order_by": {"key": "at", "direction": "desc", "start_from": 1704153600000000}}}')) AS v (request);
SELECT vecext.drop_payload_index('points', 'at');
-- Names stay names, whatever they read like.
CREATE TABLE "points AS tb" AS SELECT id, a AS "a AS t" FROM points WHERE a IS NOT NULL;
ALTER TABLE "points AS tb" ADD PRIMARY KEY (id);
SELECT vecext.register_collection('"points AS tb"', vectors => '{"": {"column": "a AS t", "distance": "dot"}}', payload_column => NULL);
SELECT pg_temp.found(request::jsonb, 'points AS tb') FROM (VALUES
    ('{"query": {"discover": {"target": [1], "context": {"positive": 1, "negative": [0]}}}}'),
    ('{"query": {"recommend": {"positive": [1, [0.5]], "negative": [2], "strategy": "best_score"}}}'),
    ('{"query": {"recommend": {"positive": [1], "negative": [2, [7]], "strategy": "sum_scores"}}}'),
    -- Without payloads no key has a value.
    ('{"prefetch": {"query": [1]}, "query": {"formula": {"sum": ["$score", "price", {"datetime_key": "at"}]}, "defaults": {"price": 2, "at": "1970-01-01T00:00:01Z"}}}')
) AS v (request);
SELECT pg_temp.fault(format($$SELECT vecext.%s('points AS tb', '{"query": {"order_by": "price"}}')$$, f)) FROM unnest('{query,query_plan}'::text[]) f;
DROP TABLE "points AS tb";
-- Values of a request stay values.
SELECT statement, parameters, rows FROM vecext.query_plan('points', '{"filter": {"must": [{"key": "tag", "match": {"value": "'' OR true; -- \\"}}]}}');
-- What is done with the rows is no statement: mmr chooses among those of one search, and reads their vectors.
SELECT statement, rows FROM vecext.query_plan('points', '{"query": {"nearest": [1], "mmr": {}}, "using": "a"}');

-- Decays of values near and far
SELECT formula, pg_temp.found(format('{"prefetch": {"query": [1], "using": "a", "limit": 1}, "query": {"formula": %s}}', formula)::jsonb)
FROM unnest(ARRAY['exp', 'gauss', 'lin']) kind, unnest(ARRAY['1e-200', '1', '1000', '1e300']) x, format('{"%s_decay": {"x": %s}}', kind, x) AS formula;
-- An exact search asks no index: points without a direction come, too.
CREATE TABLE directed (id int PRIMARY KEY, v vector(2), payload jsonb);
INSERT INTO directed SELECT i, ARRAY[i % 7, i % 7] FROM generate_series(1, 2000) i;
CREATE INDEX ON directed USING hnsw (v vector_cosine_ops);
ANALYZE directed;
SELECT vecext.register_collection('directed', vectors => '{"column": "v", "distance": "cosine"}');
CREATE FUNCTION pg_temp.uses_index(request jsonb) RETURNS bool LANGUAGE sql AS $$
    SELECT bool_or(plan LIKE '%Index Scan using directed_v_idx%') FROM vecext.query_plan('directed', request)
$$;
SELECT pg_temp.uses_index('{"query": [1, 0]}'), pg_temp.uses_index('{"query": [1, 0], "params": {"exact": true}}') AS exactly;
DROP TABLE directed;

SELECT request_no, id FROM vecext.query_batch('points', '[{"query": [1], "using": "a", "limit": 1}, {"query": {"order_by": "price"}, "limit": 2}]');

-- Bad input
SELECT pg_temp.fault(format('SELECT FROM vecext.query(%L, %L)', 'points', request)) FROM (VALUES
    ('[]'), ('{"limits": 3}'), ('{"limit": 0}'), ('{"limit": 1, "offset": -1}'), ('{"query": [1]}'), ('{"query": [1], "using": "z"}'),
    ('{"query": [1, 2], "using": "a"}'), ('{"query": {}}'), ('{"query": {"nearest": [1], "sample": "random"}, "using": "a"}'),
    ('{"query": {"fusion": "rrf"}}'), ('{"query": {"formula": 1}}'), ('{"prefetch": []}'), ('{"prefetch": {"query": [1], "using": "a"}}'),
    ('{"prefetch": {"query": [1], "using": "a", "offset": 1}, "query": {"fusion": "rrf"}}'),
    ('{"prefetch": {"query": [1], "using": "a"}, "query": {"fusion": "sum"}}'),
    ('{"prefetch": {"query": [1], "using": "a"}, "query": {"rrf": {"weights": [1, 2]}}}'),
    ('{"prefetch": {"query": [1], "using": "a"}, "query": {"rrf": {"k": 0}}}'),
    ('{"query": {"sample": "all"}}'), ('{"query": {"order_by": {"direction": "asc"}}}'), ('{"query": {"order_by": {"key": "a", "direction": "up"}}}'),
    ('{"query": {"order_by": {"key": "a", "start_from": "soon"}}}'), ('{"query": {"order_by": "a["}}'),
    ('{"query": {"nearest": [1], "mmr": {"diversity": 2}}, "using": "a"}'), ('{"query": 77, "using": "a"}'), ('{"query": 4, "using": "a"}'),
    ('{"query": {"relevance_feedback": {"target": [1], "feedback": [], "strategy": {"best": {}}}}, "using": "a"}'),
    ('{"filter": {"must": [{"key": "a", "match": {}}]}}'), ('{"with_payload": 7}'), ('{"score_threshold": "high"}')
) AS v (request);
SELECT pg_temp.fault(format('SELECT pg_temp.value(%L)', formula)) FROM (VALUES
    ('null'), ('true'), ('[]'), ('{}'), ('{"plus": [1]}'), ('{"neg": 1, "abs": 1}'), ('"$score[2]"'), ('"$scores"'), ('"a["'), ('"missing"'), ('"tag"'),
    ('{"datetime": "soon"}'), ('{"datetime_key": "tag"}'), ('{"geo_distance": {"origin": {"lon": 200, "lat": 0}, "to": "place"}}'),
    ('{"geo_distance": {"origin": {"lon": 0, "lat": 0}, "to": "price"}}'), ('{"div": {"left": 1, "right": 0}}'), ('{"sqrt": -1}'), ('{"ln": 0}'),
    ('{"exp": 1000}'), ('{"sum": [1, {"log10": -1}]}'), ('{"exp_decay": {"x": 1, "scale": 0}}'), ('{"gauss_decay": {"x": 1, "midpoint": 1}}'),
    ('{"lin_decay": {"x": 1, "midpoint": 1.5}}'), ('{"key": "tag", "match": {"valu": 1}}')
) AS v (formula);
-- A formula without values of the payload reads none.
CREATE ROLE regress_formula;
GRANT SELECT (id, a) ON points TO regress_formula;
SET ROLE regress_formula;
SELECT id, pg_temp.r(score) FROM vecext.query('points', '{"prefetch": {"query": [1], "using": "a", "limit": 2}, "query": {"formula": {"mult": ["$score", 2]}}, "with_payload": false}');
SELECT pg_temp.fault($$SELECT FROM vecext.query('points', '{"prefetch": {"query": [1], "using": "a", "limit": 2}, "query": {"formula": "price"}, "with_payload": false}')$$);
RESET ROLE;
REVOKE SELECT (id, a) ON points FROM regress_formula;
DROP ROLE regress_formula;
-- A sum that is not finite
SELECT pg_temp.fault($$SELECT FROM vecext.query('points', '{"prefetch": [{"query": [1], "using": "a"}, {"query": [1], "using": "a"}], "query": {"rrf": {"k": 1, "weights": [1e308, 1e308]}}}')$$);
-- Equal scores are all in the middle.
SELECT vecext.create_collection('zeros', '{"size": 2, "distance": "cosine", "index": "none"}');
INSERT INTO zeros SELECT i, '[1,0]' FROM generate_series(1, 20) i;
SELECT DISTINCT score FROM vecext.query('zeros', '{"prefetch": [{"query": [1, 0], "limit": 20}], "query": {"fusion": "dbsf"}, "limit": 20}');
-- Zero vectors, whose distance is no number, and decays of any values
UPDATE zeros SET embedding = CASE id WHEN 1 THEN '[0,0]' WHEN 2 THEN '[1,0]' ELSE '[0,1]' END::vector, payload = jsonb_build_object('x', CASE id WHEN 1 THEN 1e300 ELSE 1e-300 END);
DELETE FROM zeros WHERE id > 3;
SELECT r, pg_temp.found(r, 'zeros') FROM unnest(ARRAY['{"query": {"recommend": {"positive": [[1, 0]], "strategy": "sum_scores"}}, "limit": 2}',
    '{"query": [1, 0], "params": {"exact": true}, "score_threshold": 0.5}',
    '{"prefetch": {"query": [1, 0], "params": {"exact": true}}, "query": {"fusion": "rrf"}}',
    '{"prefetch": {"query": [1, 0], "params": {"exact": true}}, "query": {"formula": "$score"}}',
    '{"prefetch": {"query": [1, 0], "params": {"exact": true}}, "query": {"formula": {"exp_decay": {"x": "x", "scale": 1e-10}}, "defaults": {"x": 0}}}',
    '{"prefetch": {"query": [1, 0], "params": {"exact": true}}, "query": {"formula": {"gauss_decay": {"x": "x", "scale": 1e300}}, "defaults": {"x": 0}}}']::jsonb[]) r;
SELECT vecext.drop_collection('zeros');
-- 64 levels of prefetch, and one more
SELECT left(pg_temp.fault(format('SELECT FROM vecext.query(%L, %L)', 'points',
    repeat('{"prefetch": ', levels) || '{"query": [1], "using": "a"}' || repeat(', "query": {"fusion": "rrf"}}', levels))), 60)
FROM unnest('{64,65}'::int[]) AS levels;
DROP TABLE points, like_each, multi;
-- MMR compares a multi-vector with those chosen before by the sum over its own vectors, so the second point is more like the first than the third is.
SELECT vecext.create_collection('several', '{"size": 2, "distance": "dot", "multivector": true}');
SELECT vecext.upsert('several', '[{"id": 1, "vector": [[2, 0]]}, {"id": 2, "vector": [[1, 0], [1, 0]]}, {"id": 3, "vector": [[1.4, 0]]}]');
SELECT id, score FROM vecext.query('several', '{"query": {"nearest": [[1, 0]], "mmr": {"diversity": 0.5}}, "limit": 2}');
SELECT vecext.drop_collection('several');
