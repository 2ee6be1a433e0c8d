-- Functions over collections called with a null: it stands for the default of an argument, and is refused where there is none.
-- Nulls in rows where there were none when the table was registered.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE given (id bigint PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('given', vectors => '{"column": "embedding", "distance": "euclid"}');
INSERT INTO given SELECT i, ARRAY[i, 0]::vector, jsonb_build_object('n', i, 'by', i % 2) FROM generate_series(1, 12) i;
ANALYZE given;
-- What the call returns, with the rows of a set as one text, or its error. What it has changed is undone.
CREATE FUNCTION pg_temp.outcome(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE 'SELECT string_agg(r::text, '' '') FROM vecext.' || call || ' r' INTO result;
    RAISE EXCEPTION SQLSTATE 'UNDO1';
EXCEPTION
    WHEN SQLSTATE 'UNDO1' THEN RETURN coalesce(result, 'null');
    WHEN OTHERS THEN RETURN sqlstate || ' ' || sqlerrm;
END $$;

-- Without a default.
SELECT call, pg_temp.outcome(call) FROM unnest(ARRAY[
    $$upsert(NULL, '[]'::jsonb)$$, $$upsert('given', NULL::jsonb)$$, $$upsert(NULL, '{1}'::bigint[], '{}'::vector[], NULL)$$,
    $$upsert('given', NULL::bigint[], '{}'::vector[], NULL)$$, $$upsert('given', '{}'::bigint[], NULL::vector[], NULL)$$,
    $$upsert(NULL, '[]', 'upsert', NULL)$$, $$upsert('given', NULL, 'upsert', '{}')$$,
    $$update_vectors(NULL, '[]')$$, $$update_vectors('given', NULL)$$, $$get_points(NULL, '[]')$$, $$get_points('given', NULL)$$,
    $$delete_points(NULL, '[]')$$, $$delete_points('given', NULL, NULL)$$, $$count_points(NULL)$$, $$lock_points(NULL, '{1}')$$, $$lock_points('given', NULL)$$,
    $$delete_vectors(NULL, '{""}', '[1]')$$, $$delete_vectors('given', NULL, '[1]')$$, $$delete_vectors('given', '{NULL}', '[1]')$$,
    $$set_payload(NULL, '{}', '[1]')$$, $$set_payload('given', NULL, '[1]')$$, $$overwrite_payload(NULL, '{}', '[1]')$$,
    $$overwrite_payload('given', NULL, '[1]')$$, $$clear_payload(NULL, '[1]')$$, $$delete_payload(NULL, '{n}', '[1]')$$,
    $$delete_payload('given', NULL, '[1]')$$, $$scroll(NULL)$$, $$sample(NULL)$$, $$facet(NULL, 'n')$$, $$facet('given', NULL)$$,
    $$distance_matrix(NULL)$$, $$search(NULL, '[1,0]')$$, $$search('given', NULL)$$, $$search_batch(NULL, '[]')$$, $$search_batch('given', NULL)$$,
    $$search_groups(NULL, '[1,0]', 'by')$$, $$search_groups('given', NULL, 'by')$$, $$search_groups('given', '[1,0]', NULL)$$,
    $$recommend(NULL, '[1]')$$, $$recommend('given', NULL)$$, $$recommend_batch(NULL, '[]')$$, $$recommend_batch('given', NULL)$$,
    $$recommend_groups(NULL, 'by', '[1]')$$, $$recommend_groups('given', NULL, '[1]')$$, $$discover(NULL, '1')$$, $$discover('given', NULL)$$,
    $$context_search(NULL, '[]')$$, $$context_search('given', NULL)$$, $$query(NULL, '{}')$$, $$query('given', NULL)$$,
    $$query_batch(NULL, '[]')$$, $$query_batch('given', NULL)$$, $$query_groups(NULL, '{}')$$, $$query_groups('given', NULL)$$,
    $$query_plan(NULL, '{}')$$, $$query_plan('given', NULL)$$, $$collection_table(NULL)$$, $$collection_info(NULL)$$]) AS call;

-- With one: all arguments are null, or the defaults.
SELECT call, left(pg_temp.outcome(call), 40) AS result, pg_temp.outcome(call) = pg_temp.outcome(plain) AS is_default FROM (VALUES
    ($$upsert('given', '[{"id": 1}]', NULL::text, NULL::jsonb)$$, $$upsert('given', '[{"id": 1}]'::jsonb)$$),
    ($$upsert('given', '{1}'::bigint[], ARRAY[NULL]::vector[], NULL, NULL)$$, $$upsert('given', '{1}'::bigint[], ARRAY[NULL]::vector[], NULL)$$),
    ($$get_points('given', '[1]', NULL, NULL)$$, $$get_points('given', '[1]')$$),
    ($$delete_points('given', '[1]', NULL)$$, $$delete_points('given', '[1]')$$),
    ($$count_points('given', NULL, NULL)$$, $$count_points('given')$$),
    ($$set_payload('given', '{"a": 1}', '[1]', NULL, NULL)$$, $$set_payload('given', '{"a": 1}', '[1]')$$),
    ($$scroll('given', NULL, NULL, '{"must": {"has_id": [1]}}', NULL, NULL, NULL)$$, $$scroll('given', filter => '{"must": {"has_id": [1]}}')$$),
    ($$sample('given', NULL, '{"must": {"has_id": [1]}}', NULL, NULL)$$, $$sample('given', filter => '{"must": {"has_id": [1]}}')$$),
    ($$facet('given', 'by', NULL, NULL, NULL)$$, $$facet('given', 'by')$$),
    ($$distance_matrix('given', '{"must": {"has_id": [1, 2]}}', NULL, NULL, NULL, NULL)$$, $$distance_matrix('given', '{"must": {"has_id": [1, 2]}}')$$),
    ($$search('given', '[1,0]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, $$search('given', '[1,0]')$$),
    ($$search_groups('given', '[1,0]', 'by', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, $$search_groups('given', '[1,0]', 'by')$$),
    ($$recommend('given', '[1]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, $$recommend('given', '[1]')$$),
    ($$recommend_groups('given', 'by', '[1]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, $$recommend_groups('given', 'by', '[1]')$$),
    ($$discover('given', '1', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$, $$discover('given', '1')$$),
    ($$context_search('given', '[{"positive": 1, "negative": 9}]', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)$$,
        $$context_search('given', '[{"positive": 1, "negative": 9}]')$$)) AS c (call, plain);

-- Functions of a payload alone are as functions of values are: null of null.
SELECT vecext.payload_merge(NULL, '{}') IS NULL AND vecext.payload_merge('{}', NULL) IS NULL AND vecext.payload_remove(NULL, '{}') IS NULL
    AND vecext.payload_keep('{}', NULL) IS NULL AND vecext.matches(NULL::jsonb, '{}'::jsonb) IS NULL AS are_null, vecext.payload_merge('{}', '{"a": 1}', NULL);
DROP TABLE given;

-- Rows without an id, once the column has lost NOT NULL: an error wherever ids are read.
CREATE TABLE unnamed (id text NOT NULL UNIQUE, payload jsonb, embedding vector(2), parts vector(2)[], body text);
SELECT vecext.register_collection('unnamed', vectors => '{"": {"column": "embedding", "distance": "euclid"}, "parts": {"column": "parts", "distance": "dot"}}');
CREATE INDEX ON unnamed USING bm25 (body);
SELECT vecext.create_payload_index('unnamed', 'n', 'integer');
ALTER TABLE unnamed ALTER id DROP NOT NULL;
INSERT INTO unnamed VALUES ('a', '{"n": 1, "g": "x"}', '[1,1]', '{"[1,1]"}', 'red fox'), (NULL, '{"n": 2, "g": "x"}', '[2,2]', '{"[2,2]"}', 'red dog');
SELECT call, pg_temp.outcome(call) FROM unnest(ARRAY[
    $$sample('unnamed', limit_ => 5)$$, $$scroll('unnamed')$$, $$scroll('unnamed', order_by => '"n"')$$, $$scroll('unnamed', filter => '{"must": {"key": "n", "match": {"value": 2}}}')$$,
    $$search('unnamed', '[1,1]', vector_name => '')$$, $$search('unnamed', '[1,1]', vector_name => '', params => '{"exact": true}')$$,
    $$search_groups('unnamed', '[1,1]', 'g', vector_name => '')$$, $$recommend('unnamed', '["a"]', vector_name => '')$$,
    $$recommend('unnamed', '["a"]', strategy => 'best_score', vector_name => '')$$, $$discover('unnamed', '"a"', '[{"positive": "a", "negative": [3, 3]}]', vector_name => '')$$,
    $$context_search('unnamed', '[{"positive": "a", "negative": [3, 3]}]', vector_name => '')$$,
    $$query('unnamed', '{"limit": 5}')$$, $$query('unnamed', '{"query": {"sample": "random"}}')$$, $$query('unnamed', '{"query": {"order_by": "n"}}')$$,
    $$query('unnamed', '{"query": {"text": "red"}}')$$, $$query('unnamed', '{"query": [[1, 1]], "using": "parts"}')$$,
    $$query('unnamed', '{"prefetch": [{"query": [1, 1]}, {"query": {"text": "red"}}], "query": {"fusion": "rrf"}}')$$,
    $$query('unnamed', '{"query": {"nearest": [1, 1], "mmr": {"diversity": 0.5}}}')$$,
    $$query('unnamed', '{"prefetch": {"query": [1, 1]}, "query": {"formula": {"sum": ["$score", "n"]}}}')$$,
    $$query_groups('unnamed', '{"query": [1, 1], "group_by": "g"}')$$,
    $$set_payload('unnamed', '{"z": 1}', filter => '{}')$$, $$overwrite_payload('unnamed', '{"z": 1}', filter => '{}')$$, $$clear_payload('unnamed', filter => '{}')$$,
    $$delete_payload('unnamed', '{n}', filter => '{}')$$, $$delete_vectors('unnamed', '{parts}', filter => '{}')$$, $$delete_points('unnamed', filter => '{}')$$]) AS call;
-- Not where other rows are asked for, or no ids.
SELECT call, pg_temp.outcome(call) FROM unnest(ARRAY[
    $$get_points('unnamed', '["a", "b"]')$$, $$count_points('unnamed')$$, $$facet('unnamed', 'g')$$, $$distance_matrix('unnamed', vector_name => '')$$,
    $$search('unnamed', '[1,1]', 1, vector_name => '')$$, $$query('unnamed', '{"query": [1, 1], "filter": {"must": {"has_id": ["a"]}}}')$$,
    $$scroll('unnamed', filter => '{"must": {"key": "n", "match": {"value": 1}}}')$$, $$upsert('unnamed', '[{"id": "a", "payload": {}}, {"id": "b", "payload": {}}]', 'update_only')$$,
    $$upsert('unnamed', '[{"id": "b"}]'::jsonb)$$, $$set_payload('unnamed', '{"z": 1}', '["a"]')$$, $$delete_points('unnamed', '["a"]')$$,
    $$hybrid_search('unnamed', 'red', '[1,1]', vector_column => 'embedding')$$]) AS call;
SELECT * FROM vecext.sample('unnamed');
DROP TABLE unnamed;

-- Vectors of a point that are null among several: it has the others.
CREATE TABLE several (id int PRIMARY KEY, dense vector[], half halfvec[], sparse sparsevec[], bits bit(2)[]);
SELECT vecext.register_collection('several', payload_column => NULL, vectors => '{"dense": {"column": "dense", "distance": "dot"}, "half": {"column": "half", "distance": "dot"},
    "sparse": {"column": "sparse", "distance": "dot"}, "bits": {"column": "bits", "distance": "hamming"}}');
INSERT INTO several VALUES (1, ARRAY['[1,2]', NULL, '[3,4]']::vector[], ARRAY[NULL, '[1,2]']::halfvec[], ARRAY[NULL, '{1:1}/2']::sparsevec[], ARRAY[B'01', NULL]),
    (2, ARRAY[NULL]::vector[], '{}', ARRAY[ARRAY['{2:1}/2', NULL], ARRAY[NULL, '{1:1}/2']]::sparsevec[], NULL);
SELECT id, vectors FROM vecext.get_points('several', '[1, 2]', with_vectors => 'true');
SELECT id, vectors FROM vecext.scroll('several', with_vectors => '["dense"]');
SELECT id, score, vectors FROM vecext.query('several', '{"query": [[1, 1]], "using": "dense", "with_vectors": ["half"]}');
DROP TABLE several;
