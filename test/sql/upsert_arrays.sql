-- Points from arrays: several vectors by name in one call, modes, conditions.
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
SELECT vecext.create_collection('arrays', '{"": {"size": 2, "distance": "euclid"}, "half": {"size": 2, "distance": "dot", "type": "halfvec"},
    "words": {"type": "sparsevec", "size": 100, "distance": "dot"}, "many": {"size": 2, "distance": "dot", "multivector": true}}', options => '{"id": "bigint"}');
CREATE FUNCTION pg_temp.points() RETURNS TABLE (id text, payload jsonb, vectors jsonb) LANGUAGE sql AS
    $$ SELECT id, payload, vectors FROM vecext.scroll('arrays', with_vectors => 'true') $$;

-- Each array has the type of its vector.
SELECT vecext.upsert_arrays('arrays', '{2,1,2}'::bigint[], ARRAY['{"n": 0}', NULL, '{"n": 2}']::jsonb[], NULL, NULL, '{words,"",half}',
    ARRAY['{1:9}/100', '{1:1,4:2}/100', NULL]::sparsevec[], ARRAY['[9,9]', '[1,1]', '[2,2]']::vector[], ARRAY['[9,9]', NULL, '[0.5,0.25]']::halfvec[]);
SELECT * FROM pg_temp.points();
-- Vectors that are not named become null, as of upsert().
SELECT vecext.upsert_arrays('arrays', '{1}'::int[], NULL, 'upsert', NULL, '{half}', ARRAY['[1,2]']::halfvec[]);
SELECT * FROM pg_temp.points() WHERE id = '1';
-- Ids may be texts, and vectors of type vector for a column of type halfvec.
SELECT vecext.upsert_arrays('arrays', '{2,1}'::text[], NULL, NULL, NULL, '{half,""}', ARRAY['[0.1,3]', NULL]::vector[], ARRAY['[2,2]', '[1,1]']::vector[]);
SELECT * FROM pg_temp.points();
-- Modes, and a condition on points that are there.
SELECT vecext.upsert_arrays('arrays', '{1,3}'::bigint[], ARRAY['{"n": 7}', '{"n": 3}']::jsonb[], 'insert_only', NULL, '{""}', ARRAY['[7,7]', '[3,3]']::vector[]),
    vecext.upsert_arrays('arrays', '{3,4}'::bigint[], ARRAY['{"n": 4}', '{"n": 4}']::jsonb[], 'update_only', NULL, '{""}', ARRAY['[3,4]', '[4,4]']::vector[]),
    vecext.upsert_arrays('arrays', '{2,3,5}'::bigint[], ARRAY['{"n": 5}', '{"n": 5}', '{"n": 5}']::jsonb[], NULL, '{"must": {"key": "n", "range": {"gt": 3}}}', '{""}',
        ARRAY['[5,5]', '[5,5]', '[5,5]']::vector[]);
SELECT id, payload, vectors -> '' AS vector FROM pg_temp.points();
-- The form with one array of vectors has both, too.
SELECT vecext.upsert('arrays', '{1,6}'::bigint[], ARRAY['[6,6]', '[6,6]']::vector[], NULL, '', 'insert_only'),
    vecext.upsert('arrays', '{1,8}'::bigint[], ARRAY['[8,8]', '[8,8]']::vector[], NULL, mode => 'update_only'),
    vecext.upsert('arrays', '{2,3}'::bigint[], ARRAY['[9,9]', '[9,9]']::vector[], NULL, condition => '{"must": {"has_id": [3]}}');
SELECT id, payload, vectors -> '' AS vector FROM pg_temp.points();
SELECT call, pg_temp.refusal('SELECT vecext.upsert_arrays(''arrays'', ' || call || ')') FROM unnest(ARRAY[
    $$'{1}'::bigint[], NULL, 'replace', NULL, '{""}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, 'insert_only', '{"musst": []}', '{""}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, '{"musst": []}', '{""}', ARRAY['[1,1]']::vector[]$$,
    $$NULL::bigint[], NULL, NULL, NULL, '{""}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, NULL, ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{""}', NULL::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{NULL}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{"",half}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{"",""}', ARRAY['[1,1]']::vector[], ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{none}', ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{half}', ARRAY['{1:1}/2']::sparsevec[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{""}', '{"[1,1]"}'$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{""}', '[1,1]'::vector$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{""}', VARIADIC ARRAY['[1,1]']::vector[]$$,
    $$'{1}'::bigint[], NULL, NULL, NULL, '{many}', ARRAY['[1,1,1]']::vector[]$$,
    $$'{1,2}'::bigint[], NULL, NULL, NULL, '{"",half}', ARRAY['[1,1]', '[1,1]']::vector[], ARRAY['[1,1]']::halfvec[]$$,
    $$'{1}'::bigint[], '{}', NULL, NULL, '{""}', ARRAY['[1,1]']::vector[]$$,
    $$'{1,2}'::bigint[], NULL, NULL, NULL, '{"",half}', ARRAY['[1,1]', '[1,1]']::vector[], ARRAY['[1,1]', '[1]']::halfvec[]$$,
    $$'{NULL}'::bigint[], NULL, NULL, NULL, '{""}', ARRAY['[1,1]']::vector[]$$,
    $$'{a}'::text[], NULL, NULL, NULL, '{""}', ARRAY['[1,1]']::vector[]$$]) call;
-- update_vectors() takes a condition, too: points for which it does not hold keep their vectors; one that is missing is an error.
SELECT vecext.update_vectors('arrays', '[{"id": 2, "vector": [0, 1]}, {"id": 3, "vector": {"half": [0, 1]}}]', '{"must": {"has_id": [3]}}');
SELECT id, vectors - 'words' AS vectors FROM pg_temp.points() WHERE id IN ('2', '3');
SELECT pg_temp.refusal($$SELECT vecext.update_vectors('arrays', '[{"id": 77, "vector": [0, 1]}]', '{"must": {"has_id": [3]}}')$$),
    pg_temp.refusal($$SELECT vecext.update_vectors('arrays', '[{"id": 2, "vector": [0, 1]}]', '{"must": {"has": [3]}}')$$);

-- Strict mode bounds these ways as it does points in JSON.
SELECT vecext.update_collection('arrays', '{"strict_mode": {"upsert_max_batchsize": 2, "sparse_max_length": 2, "unindexed_filtering_update": false, "max_points_count": 6}}');
SELECT call, pg_temp.refusal('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$upsert_arrays('arrays', '{1,2,3}'::bigint[], NULL, NULL, NULL, '{""}', ARRAY['[1,1]', '[1,1]', '[1,1]']::vector[])$$,
    $$upsert_arrays('arrays', '{1}'::bigint[], NULL, NULL, NULL, '{"",words}', ARRAY['[1,1]']::vector[], ARRAY['{1:1,2:1,3:1}/100']::sparsevec[])$$,
    $$upsert('arrays', '{1}'::bigint[], ARRAY['{1:1,2:1,3:1}/100']::sparsevec[], NULL, 'words')$$,
    $$upsert_arrays('arrays', '{1}'::bigint[], NULL, NULL, '{"must": {"key": "n", "match": {"value": 1}}}', '{""}', ARRAY['[1,1]']::vector[])$$,
    $$update_vectors('arrays', '[{"id": 2, "vector": [0, 1]}]', '{"must": {"key": "n", "match": {"value": 1}}}')$$,
    $$upsert_arrays('arrays', '{21,22}'::bigint[], NULL, NULL, NULL, '{""}', ARRAY['[1,1]', '[1,1]']::vector[])$$,
    $$upsert_arrays('arrays', '{21,22}'::bigint[], NULL, 'update_only', NULL, '{""}', ARRAY['[1,1]', '[1,1]']::vector[])$$]) call;
-- A text of jsonb has no \u0000.
SELECT pg_temp.refusal($$SELECT vecext.upsert('arrays', '[{"id": 1, "payload": {"t": "a\u0000b"}}]')$$);
SELECT vecext.drop_collection('arrays');
