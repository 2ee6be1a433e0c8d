-- Functions over collections called with a null: it stands for the default of an argument, and is refused where there is none.
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
    $$delete_points(NULL, '[]')$$, $$delete_points('given', NULL, NULL)$$, $$count_points(NULL)$$,
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
    $$query_sql(NULL, '{}')$$, $$query_sql('given', NULL)$$, $$collection_table(NULL)$$, $$collection_info(NULL)$$]) AS call;

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
