-- Searches in collections: scores and their order, all distances and types, filters, thresholds,
-- selectors, settings of a call, batches, bad input.
\set VERBOSITY terse
\pset null '-'
CREATE TABLE points (id bigint PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
INSERT INTO points VALUES
    (7, '[0.6,0.8]', '{"lang": "de", "n": 7, "tags": ["a", "b"]}'),
    (1, '[1,0]', '{"lang": "en", "n": 1, "tags": ["a"]}'),
    (2, '[0.6,0.8]', '{"lang": "en", "n": 2}'),
    (3, '[0,1]', '{"lang": "de", "n": 3, "tags": []}'),
    (4, '[-1,0]', '{"n": 4}'),
    (5, NULL, '{"lang": "en", "n": 5}'),
    (6, '[0,0]', '{"lang": "en", "n": 6}');
SELECT vecext.register_collection('points', vectors => '{"column": "embedding", "distance": "cosine"}');
CREATE FUNCTION pg_temp.r(float8) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, 4)';

-- The larger cosine first, equal ones by id; a zero vector has no score and is last; a point without
-- the vector is not there.
SELECT id, pg_temp.r(score) AS score, payload, vectors FROM vecext.search('points', '[1,0]');
-- limit_, offset_
SELECT id FROM vecext.search('points', '[1,0]', 1);
SELECT id FROM vecext.search('points', '[1,0]', 2, offset_ => 1);
SELECT id FROM vecext.search('points', '[1,0]', 2, offset_ => 5);
SELECT id FROM vecext.search('points', '[1,0]', 2, offset_ => 6);
-- filter: with conditions on the payload, on the id, on a vector; an empty one restricts nothing
SELECT id FROM vecext.search('points', '[1,0]', filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}');
SELECT id FROM vecext.search('points', '[1,0]', filter => '{"must_not": [{"key": "lang", "match": {"value": "en"}}]}');
SELECT id FROM vecext.search('points', '[1,0]', filter => '{"must": [{"has_id": [1, 4, 5]}]}');
SELECT id FROM vecext.search('points', '[1,0]', 1, filter => '{"must": [{"key": "tags", "match": {"value": "b"}}]}');
SELECT count(*) FROM vecext.search('points', '[1,0]', filter => '{}');
-- score_threshold is strict; points without a score are not above it
SELECT id FROM vecext.search('points', '[1,0]', score_threshold => 0.59);
SELECT id FROM vecext.search('points', '[0,1]', score_threshold => 0);
SELECT id FROM vecext.search('points', '[1,0]', score_threshold => -2);
-- with_payload, with_vectors
SELECT id, payload, vectors FROM vecext.search('points', '[0,1]', 3, with_payload => '["lang"]', with_vectors => 'true');
SELECT id, payload FROM vecext.search('points', '[0,1]', 3, with_payload => '{"exclude": ["lang", "tags"]}');
SELECT id, payload, vectors FROM vecext.search('points', '[0,1]', 1, with_payload => 'false');
-- params: for this call alone
SELECT id FROM vecext.search('points', '[1,0]', 1,
    params => '{"hnsw_ef": 77, "probes": 3, "target_recall": 0.9, "filter_strategy": "exact", "exact": true,
        "quantization": {"rescore": true, "oversampling": 2}}');
SHOW hnsw.ef_search;
SHOW vecext.target_recall;
SHOW vecext.filter_strategy;

-- Other distances and types. Scores of Euclid and Manhattan are distances: the smaller first.
CREATE TABLE of_types (
    id uuid PRIMARY KEY, euclid vector(2), manhattan halfvec(2), dot sparsevec(2), hamming bit(4), payload jsonb);
INSERT INTO of_types VALUES
    ('00000000-0000-0000-0000-00000000000a', '[3,4]', '[3,4]', '{1:3,2:4}/2', '1100', NULL),
    ('00000000-0000-0000-0000-00000000000b', '[0,1]', '[0,1]', '{2:1}/2', '1000', '{}'),
    ('00000000-0000-0000-0000-00000000000c', '[6,8]', '[-6,8]', '{1:6,2:8}/2', '0011', '{}');
SELECT vecext.register_collection('of_types', 'many things', vectors => '{
    "e": {"column": "euclid", "distance": "euclid"}, "m": {"column": "manhattan", "distance": "manhattan"},
    "d": {"column": "dot", "distance": "dot"}, "h": {"column": "hamming", "distance": "hamming"}}');
SELECT right(id, 1) AS id, score FROM vecext.search('many things', '[0,0]', vector_name => 'e');
SELECT right(id, 1) AS id, score FROM vecext.search('many things', '[0,0]', vector_name => 'e', score_threshold => 10);
SELECT right(id, 1) AS id, score FROM vecext.search('many things', '[0,0]', vector_name => 'm');
SELECT right(id, 1) AS id, score FROM vecext.search('many things', '[1,0.5]', vector_name => 'd');
SELECT right(id, 1) AS id, score FROM vecext.search('many things', '[1,0.5]', vector_name => 'd', score_threshold => 5);
SELECT right(id, 1) AS id, score, vectors FROM vecext.search('many things', '[1,-1,0,2]', vector_name => 'h', with_vectors => '["h", "d"]');

-- Several vectors a point: the sum, over the vectors of the query, of the similarity of the most similar
-- one of the point; of Euclid the root of the sum of squares.
CREATE TABLE several (id bigint PRIMARY KEY, c vector(2)[], e vector(2)[], payload jsonb);
INSERT INTO several VALUES (1, '{"[1,0]","[0,1]"}', '{"[3,4]","[0,0]"}', '{"n": 1}'), (2, '{"[2,0]"}', '{"[1,1]"}', '{"n": 2}'), (3, NULL, NULL, '{}');
SELECT vecext.register_collection('several', vectors => '{
    "c": {"column": "c", "distance": "dot"}, "e": {"column": "e", "distance": "euclid"}}');
SELECT id, score FROM vecext.query('several', '{"query": [[1, 1], [0, 2]], "using": "c"}');
SELECT id, pg_temp.r(score) FROM vecext.query('several', '{"query": [[3, 4], [2, 1]], "using": "e"}');
SELECT id, score, payload, vectors FROM vecext.search('several', '[0,1]', 1, vector_name => 'c', with_vectors => '["c"]');
SELECT id, score FROM vecext.search('several', '[0,1]', vector_name => 'c', score_threshold => 0.5, filter => '{"must": [{"key": "n", "range": {"gt": 0}}]}');
SELECT id, pg_temp.r(score) FROM vecext.recommend('several', '[1]', strategy => 'best_score', vector_name => 'c');
DROP TABLE several;

-- In PL/pgSQL, in a join, in a prepared statement, on a changed table
DO $$
DECLARE
    found text;
BEGIN
    FOR i IN 1..7 LOOP
        SELECT string_agg(id, ' ') INTO found FROM vecext.search('points', '[1,0]', i);
    END LOOP;
    RAISE NOTICE '%', found;
END $$;
SELECT p.id, s.id FROM points p, vecext.search('points', p.embedding, 3, filter => '{"must": [{"key": "n", "range": {"lt": 4}}]}') s
WHERE p.id < 4 ORDER BY p.id, s.score DESC;
ALTER TABLE points RENAME COLUMN embedding TO "Embedding ""x""";
ALTER TABLE points RENAME TO "odd ' name";
SELECT id FROM vecext.search('odd '' name', '[1,0]', 3);
ALTER TABLE "odd ' name" RENAME TO points;
ALTER TABLE points RENAME COLUMN "Embedding ""x""" TO embedding;
SELECT id FROM vecext.search('points', '[1,0]', 3);
-- A statement sees what it began with, the next one what it changed.
WITH gone AS (DELETE FROM points WHERE id = 1 RETURNING id)
SELECT s.id FROM gone, vecext.search('points', '[1,0]', 1) s;
SELECT count(*) FROM vecext.search('points', '[1,0]');
SELECT id FROM vecext.search('points', '[0,1]', 1);
INSERT INTO points VALUES (1, '[1,0]', '{"lang": "en", "n": 1, "tags": ["a"]}');

-- A filter that comes again and again keeps a plan of its own, until something changes.
CREATE FUNCTION pg_temp.found(filter jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    ids text;
    before text;
BEGIN
    FOR i IN 1..4 LOOP
        SELECT string_agg(id, ' ') INTO ids FROM vecext.search('points', '[1,0]', filter => filter);
        IF i > 1 AND ids IS DISTINCT FROM before THEN
            RAISE '%, then %', before, ids;
        END IF;
        before := ids;
    END LOOP;
    RETURN ids;
END $$;
SELECT pg_temp.found('{"must": [{"key": "n", "range": {"gt": 2}}]}'), pg_temp.found('{"must": [{"key": "n", "range": {"gt": 3}}]}');
SET client_min_messages = warning;
SELECT vecext.create_payload_index('points', 'n', 'float');
RESET client_min_messages;
SELECT pg_temp.found('{"must": [{"key": "n", "range": {"gt": 2}}]}'), pg_temp.found('{"must": [{"key": "n", "range": {"gt": 3}}]}');
INSERT INTO points VALUES (8, '[0.8,0.6]', '{"n": 8}');
ALTER TABLE points RENAME embedding TO e2;
SELECT pg_temp.found('{"must": [{"key": "n", "range": {"gt": 2}}]}'), pg_temp.found('{"must": [{"key": "n", "range": {"gt": 3}}]}');
ALTER TABLE points RENAME e2 TO embedding;
DELETE FROM points WHERE id = 8;
SELECT vecext.drop_payload_index('points', 'n');
BEGIN;
SELECT pg_temp.found(jsonb_build_object('must', jsonb_build_array(jsonb_build_object('has_id', jsonb_build_array(i))))) FROM generate_series(1, 200) i
EXCEPT SELECT NULL ORDER BY 1;
ROLLBACK;
SELECT pg_temp.found('{"must": [{"key": "n", "range": {"gt": 2}}]}'), pg_temp.found('{"must": [{"has_id": [1, 2]}]}');

-- search_batch: numbers of requests begin at 1; each has its own options
SELECT request_no, id, pg_temp.r(score) AS score, payload, vectors FROM vecext.search_batch('points', '[
    {"vector": [1, 0], "limit": 1},
    {"vector": [0, 1], "limit": 2, "offset": 1, "with_payload": false, "with_vectors": true},
    {"vector": [1, 0], "filter": {"must": [{"key": "n", "range": {"gt": 2}}]}, "score_threshold": 0.5, "params": {"exact": true}}]');
SELECT count(*) FROM vecext.search_batch('points', '[]');

-- Bad input: SQLSTATE, message, detail.
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
SELECT pg_temp.fault('SELECT FROM vecext.search(' || arguments || ')') FROM (VALUES
    ($$'nothing', '[1,0]'$$), ($$NULL, '[1,0]'$$), ($$'points', NULL$$),
    ($$'points', '[1,0]', 0$$), ($$'points', '[1,0]', -1$$),
    ($$'points', '[1,0]', offset_ => -1$$), ($$'points', '[1,0]', 2147483647, offset_ => 1$$),
    ($$'points', '[1,0,0]'$$), ($$'points', '[1,0]', vector_name => 'e'$$),
    ($$'many things', '[1,0]'$$), ($$'many things', '[1]', vector_name => 'm'$$),
    ($$'many things', '[1]', vector_name => 'd'$$), ($$'many things', '[1]', vector_name => 'h'$$),
    ($$'points', '[1,0]', params => '[]'$$), ($$'points', '[1,0]', params => '{"ef": 1}'$$),
    ($$'points', '[1,0]', params => '{"hnsw_ef": 0}'$$), ($$'points', '[1,0]', params => '{"hnsw_ef": 1.5}'$$),
    ($$'points', '[1,0]', params => '{"exact": 1}'$$), ($$'points', '[1,0]', params => '{"target_recall": 0.2}'$$),
    ($$'points', '[1,0]', params => '{"filter_strategy": "fast"}'$$),
    ($$'points', '[1,0]', params => '{"quantization": {"oversampling": 0.5}}'$$),
    ($$'points', '[1,0]', filter => '[]'$$), ($$'points', '[1,0]', filter => '{"most": []}'$$),
    ($$'points', '[1,0]', filter => '{"must": [{"key": "a", "match": {"valu": 1}}]}'$$),
    ($$'points', '[1,0]', with_payload => '3'$$), ($$'points', '[1,0]', with_vectors => '["x"]'$$)
) AS v (arguments);
SELECT pg_temp.fault(format('SELECT FROM vecext.search_batch(%L, %L)', 'points', requests)) FROM (VALUES
    ('{}'), ('[1]'), ('[{}]'), ('[{"vector": [1, 0], "top": 3}]'), ('[{"vector": [1, 0]}, {"vector": [1, 2, 3]}]'),
    ('[{"vector": [1, "a"]}]'), ('[{"vector": [1, 1e99]}]'), ('[{"vector": 3}]'), ('[{"vector": []}]'),
    ('[{"vector": [1, 0], "limit": 0}]'), ('[{"vector": [1, 0], "limit": "3"}]'), ('[{"vector": [1, 0], "using": "x"}]'),
    ('[{"vector": [1, 0], "filter": {"must": [{"key": "a"}]}}]'), ('[{"vector": [1, 0], "score_threshold": "x"}]'),
    ('[{"vector": {"indices": [1], "values": [1]}}]'), ('[{"vector": [[1, 0]]}]')
) AS v (requests);
-- An error takes the settings of the call back, too.
CREATE TABLE loose (id int PRIMARY KEY, embedding vector, payload jsonb);
INSERT INTO loose VALUES (1, '[1,2,3]', NULL);
SELECT vecext.register_collection('loose', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT pg_temp.fault($$SELECT FROM vecext.search('loose', '[1,0]', params => '{"hnsw_ef": 500}')$$);
SHOW hnsw.ef_search;
SELECT * FROM vecext.search('loose', '[1,2,4]');
DROP TABLE loose;

-- The first search by a filter, and the sixth, read the indexes of its keys; without one the vector's.
CREATE TABLE planned (id int PRIMARY KEY, embedding vector(2), payload jsonb);
INSERT INTO planned SELECT i, array[i, 0]::vector, jsonb_build_object('k', 'k' || i % 500, 'n', i) FROM generate_series(1, 5000) i;
CREATE INDEX planned_embedding_idx ON planned USING hnsw (embedding vector_l2_ops);
SELECT vecext.register_collection('planned', vectors => '{"column": "embedding", "distance": "euclid"}');
SET client_min_messages = warning;
SELECT vecext.create_payload_index('planned', 'k', 'keyword'), vecext.create_payload_index('planned', 'n', 'integer');
RESET client_min_messages;
ANALYZE planned;
CREATE FUNCTION pg_temp.scans(index regclass, filter jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    before bigint := pg_stat_get_xact_numscans(index);
    first bigint;
    ids text;
BEGIN
    FOR i IN 1..6 LOOP
        SELECT string_agg(id, ' ') INTO ids FROM vecext.search('planned', '[7.2,0]', 2, filter);
        first := coalesce(first, pg_stat_get_xact_numscans(index) - before);
    END LOOP;
    RETURN format('%s, used at first: %s, always: %s', ids, first > 0, pg_stat_get_xact_numscans(index) - before >= 6);
END $$;
SELECT pg_temp.scans('planned_k_keyword_idx', '{"must": [{"key": "k", "match": {"value": "k7"}}]}');
SELECT pg_temp.scans('planned_n_integer_idx', '{"must": [{"key": "n", "range": {"gte": 4990}}]}');
SELECT pg_temp.scans('planned_embedding_idx', NULL);
DROP TABLE planned;

-- Operators and functions that others plant have no effect.
CREATE FUNCTION public.planted(float8, float8) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE OPERATOR public.+ (LEFTARG = float8, RIGHTARG = float8, FUNCTION = public.planted);
CREATE FUNCTION public.planted(bigint, bigint) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE OPERATOR public.= (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = public.planted);
CREATE FUNCTION public.matches(points, jsonb) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
SET search_path = public, pg_catalog;
SELECT id FROM vecext.search('points', '[1,0]', filter => '{"must": [{"has_id": [1, 4]}]}', params => '{"exact": true}');
RESET search_path;
DROP OPERATOR public.+ (float8, float8);
DROP OPERATOR public.= (bigint, bigint);
DROP FUNCTION public.planted(float8, float8), public.planted(bigint, bigint), public.matches(points, jsonb);

-- Strict mode
SET client_min_messages = warning;
SELECT vecext.create_collection('strict', '{"size": 2, "distance": "cosine"}', options => '{"strict_mode": {"max_query_limit": 5,
    "search_max_hnsw_ef": 100, "search_allow_exact": false, "search_max_oversampling": 2, "search_max_batchsize": 1,
    "unindexed_filtering_retrieve": false, "filter_max_conditions": 1}}');
RESET client_min_messages;
SELECT call, pg_temp.fault('SELECT FROM vecext.' || call) FROM unnest(ARRAY[
    $$search('strict', '[1,0]', 5, params => '{"hnsw_ef": 100, "exact": false, "quantization": {"oversampling": 2}}', filter => '{"must": {"has_id": [1]}}')$$,
    $$search('strict', '[1,0]', 6)$$, $$search('strict', '[1,0]', 1, params => '{"hnsw_ef": 101}')$$,
    $$search('strict', '[1,0]', 1, params => '{"exact": true}')$$, $$search('strict', '[1,0]', 1, params => '{"filter_strategy": "exact"}')$$, $$search('strict', '[1,0]', 1, params => '{"quantization": {"oversampling": 2.5}}')$$,
    $$search('strict', '[1,0]', 1, filter => '{"must": {"key": "x", "match": {"value": 1}}}')$$,
    $$search('strict', '[1,0]', 1, filter => '{"must": [{"has_id": [1]}, {"has_id": [2]}]}')$$,
    $$search_batch('strict', '[{"vector": [1, 0], "limit": 5}]')$$, $$search_batch('strict', '[{"vector": [1, 0]}, {"vector": [1, 0]}]')$$,
    $$query('strict', '{"prefetch": {"query": [1, 0], "limit": 6}, "query": {"fusion": "rrf"}, "limit": 1}')$$,
    $$recommend('strict', '[[1, 0]]')$$, $$search_groups('strict', '[1,0]', 'a', 6)$$,
    $$search_groups('strict', '[1,0]', 'a', 2, 3)$$, $$search_groups('strict', '[1,0]', 'a', 1, 3)$$]) AS call;
SELECT vecext.drop_collection('strict');

-- Large results: what is shown is read for a part of the points at a time, and rows go to disk beyond work_mem.
SET client_min_messages = warning;
SELECT vecext.create_collection('much', '{"size": 2, "distance": "euclid", "index": "none"}');
RESET client_min_messages;
INSERT INTO much SELECT i, ARRAY[i, 0]::vector, jsonb_build_object('i', i, 'text', repeat('x', 100)) FROM generate_series(1, 25000) i;
SET work_mem = '64kB';
SELECT count(*), bool_and(id::int8 = n AND (payload -> 'i')::int8 = n AND vectors IS NULL) AS is_right
FROM vecext.search('much', '[0,0]'::vector, 25000) WITH ORDINALITY AS r(id, score, payload, vectors, n);
SELECT count(*), bool_and(id::int8 = n + 4999 AND payload IS NULL AND (vectors -> 0)::int8 = n + 4999) AS is_right
FROM vecext.query('much', '{"query": [0, 0], "limit": 20001, "offset": 4999, "with_payload": false, "with_vectors": true}')
    WITH ORDINALITY AS r(id, score, payload, vectors, order_value, binary_vectors, n);
SELECT count(*), bool_and(id::int8 = n AND (payload -> 'i')::int8 = n) AS is_right
FROM vecext.query('much', '{"prefetch": [{"query": [0, 0], "limit": 25000}], "query": {"fusion": "rrf"}, "limit": 12000}')
    WITH ORDINALITY AS r(id, score, payload, vectors, order_value, binary_vectors, n);
CREATE FUNCTION pg_temp.uses_disk(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || query INTO plan;
    RETURN plan @? '$.**."Temp Written Blocks" ? (@ > 0)';
END $$;
SELECT call, pg_temp.uses_disk('SELECT FROM vecext.' || call) FROM unnest(ARRAY[
    $$search('much', '[0,0]'::vector, 25000)$$, $$scroll('much', limit_ => 25000)$$, $$query('much', '{"query": [0, 0], "limit": 25000}')$$,
    $$search('much', '[0,0]'::vector, 10)$$]) AS call;
RESET work_mem;
DROP TABLE much;

-- Each strategy of filters has plans of its own, which the session keeps: of searches by vectors and by words.
SET client_min_messages = warning;
CREATE TABLE strategies (id bigint PRIMARY KEY, payload jsonb NOT NULL, embedding vector(2), body text);
INSERT INTO strategies SELECT i, jsonb_build_object('kind', i % 10), ARRAY[i, i % 7]::vector, 'red fox ' || i FROM generate_series(1, 5000) i;
SELECT vecext.register_collection('strategies', vectors => '{"column": "embedding", "distance": "euclid"}');
CREATE INDEX strategies_graph ON strategies USING hnsw (embedding vector_l2_ops);
CREATE INDEX strategies_words ON strategies USING bm25 (body);
SELECT vecext.create_payload_index('strategies', 'kind', 'integer');
ANALYZE strategies;
-- Runs a search with a setting, twice, as the second one has a plan that is kept: how many rows its scan scores.
CREATE FUNCTION pg_temp.scored(search text, params jsonb, setting text = 'auto') RETURNS int8 LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vecext.filter_strategy', setting, true);
    FOR i IN 1 .. 2 LOOP
        EXECUTE 'SELECT count(*) FROM vecext.' || replace(replace(search, 'PARAMS', params::text),
            'FILTER', '{"must": {"key": "kind", "match": {"value": 7}}}');
    END LOOP;
    RETURN (SELECT rows_scored FROM vecext.last_scan());
END $$;
SELECT what, off > inline AS differ, again = off AS again, set_inline = inline AND set_off = off AS by_setting, own_off = off AS own_decides
FROM (VALUES ('vector', $$query('strategies', '{"query": [100, 0], "limit": 3, "filter": FILTER, "params": PARAMS}')$$),
    ('words', $$query('strategies', '{"query": {"text": "red fox"}, "limit": 3, "filter": FILTER, "params": PARAMS}')$$),
    ('leg of a vector', $$hybrid_search('strategies', vector => '[100,0]', filter => 'FILTER', limit_ => 3, window_ => 5, params => 'PARAMS')$$),
    ('leg of words', $$hybrid_search('strategies', 'red fox', filter => 'FILTER', limit_ => 3, window_ => 5, params => 'PARAMS')$$)) s (what, search),
    LATERAL (SELECT pg_temp.scored(search, '{"filter_strategy": "off"}') AS off, pg_temp.scored(search, '{"filter_strategy": "inline"}') AS inline,
        pg_temp.scored(search, '{"filter_strategy": "off"}') AS again, pg_temp.scored(search, '{}', 'inline') AS set_inline,
        pg_temp.scored(search, '{}', 'off') AS set_off, pg_temp.scored(search, '{"filter_strategy": "off"}', 'inline') AS own_off) r;
RESET client_min_messages;
DROP TABLE strategies;

-- Pages of a dense search are parts of one list: none of their points comes twice, but for few of the first page.
SET client_min_messages = warning;
SELECT vecext.create_collection('paged', '{"size": 32, "distance": "cosine"}');
INSERT INTO paged (id, embedding)
SELECT i, (SELECT array_agg(sin((i % 100) * (j * j + 3)) + 0.5 * sin(i * (j * 7.3 + 1.7)) ORDER BY j) FROM generate_series(1, 32) j)::vector FROM generate_series(1, 12000) i;
CREATE FUNCTION pg_temp.repeats(params jsonb) RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(again) FROM (SELECT count(*) - count(DISTINCT s.id) AS again
        FROM generate_series(1, 20) q, generate_series(0, 14) page,
            LATERAL vecext.search('paged', (SELECT embedding FROM paged WHERE id = q * 500), 10, offset_ => page * 10, params => params) s GROUP BY q) r
$$;
SELECT pg_temp.repeats('{}') * 3 < pg_temp.repeats('{"target_recall": 0.95}') AS hardly_any, pg_temp.repeats('{"exact": true}');
SELECT vecext.drop_collection('paged');
RESET client_min_messages;

-- Rights are the caller's.
CREATE ROLE searcher;
SET ROLE searcher;
SELECT pg_temp.fault($$SELECT FROM vecext.search('points', '[1,0]')$$);
RESET ROLE;
GRANT SELECT ON points TO searcher;
ALTER TABLE points ENABLE ROW LEVEL SECURITY;
CREATE POLICY above_two ON points USING (id > 2);
SET ROLE searcher;
SELECT id FROM vecext.search('points', '[1,0]');
RESET ROLE;
SELECT count(*) FROM vecext.search('points', '[1,0]');
DROP TABLE points, of_types;
DROP ROLE searcher;
