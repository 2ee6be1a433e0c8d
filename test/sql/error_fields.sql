-- What programs tell errors apart by: fields of an error beside its message.
\set SHOW_CONTEXT never
\pset null '-'
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.fields(statement text, OUT state text, OUT rule text, OUT collection text, OUT part text) LANGUAGE plpgsql AS $$
DECLARE
    schema text;
BEGIN
    EXECUTE statement;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS rule = CONSTRAINT_NAME, collection = TABLE_NAME, part = COLUMN_NAME, schema = SCHEMA_NAME;
    state := concat_ws(' ', sqlstate, nullif(schema, ''));
END $$;
SELECT vecext.create_collection('"Films.1"', '{"": {"size": 4, "distance": "euclid"}, "small": {"size": 2, "distance": "dot", "type": "halfvec"}, "bits": {"type": "bit", "size": 3, "distance": "hamming"},
    "words": {"type": "sparsevec", "size": 100, "distance": "dot"}, "many": {"size": 2, "distance": "dot", "multivector": true}, "later": {"size": null, "distance": "dot"}}', options => '{"id": "point_id"}');
SELECT vecext.upsert('"Films.1"', '[{"id": 1, "vector": {"": [1, 2, 3, 4], "later": [1, 2]}}]');
CREATE TABLE calls (no int GENERATED ALWAYS AS IDENTITY, call text);

-- Dimensions: those that a vector has, and those that it should have.
INSERT INTO calls (call) VALUES
    ($$upsert('"Films.1"', '[{"id": 2, "vector": [1, 2, 3]}]')$$), ($$upsert('"Films.1"', '[{"id": 2, "vector": {"small": [1]}}]')$$), ($$upsert('"Films.1"', '[{"id": 2, "vector": {"bits": "10"}}]')$$),
    ($$upsert('"Films.1"', '[{"id": 2, "vector": {"many": [[1, 2], [1, 2, 3]]}}]')$$), ($$upsert('"Films.1"', '[{"id": 2, "vector": {"later": [1]}}]')$$), ($$update_vectors('"Films.1"', '[{"id": 1, "vector": [1]}]')$$),
    ($$upsert('"Films.1"', '{2}'::int[], '{"[1,2]"}'::vector[], NULL, '')$$), ($$upsert_arrays('"Films.1"', '{2}'::int[], NULL, NULL, NULL, '{words}', '{"{1:1}/99"}'::sparsevec[])$$),
    ($$search('"Films.1"', '[1, 2]')$$), ($$search('"Films.1"', '[1]', vector_name => 'small')$$), ($$search('"Films.1"', '[1, 2]', vector_name => 'words')$$), ($$search('"Films.1"', '[1, 2]', vector_name => 'bits')$$),
    ($$query('"Films.1"', '{"query": [1, 2]}')$$), ($$query('"Films.1"', '{"query": [[1, 2, 3]], "using": "many"}')$$), ($$query('"Films.1"', '{"query": {"$dense": 0}}', '{"[1,2,3]"}')$$),
    ($$query('"Films.1"', '{"prefetch": {"query": [1], "using": "small"}, "query": {"fusion": "rrf"}}')$$);
SELECT call, f.* FROM calls, pg_temp.fields('SELECT vecext.' || call) f ORDER BY no;
-- Plain SQL names no vector.
SELECT f.* FROM pg_temp.fields($$INSERT INTO "Films.1" (id, embedding) VALUES (2, '[1, 2]')$$) f;

-- What is not there: a collection, as the request or a part of it names it, an alias, a vector, a point.
TRUNCATE calls;
INSERT INTO calls (call) VALUES
    ($$count_points('nothing')$$), ($$count_points('"no ""thing"""')$$), ($$count_points('"Films.1"."x"')$$), ($$query('"Films.1"', '{"query": 1, "lookup_from": {"collection": "\"no.where\""}}')$$),
    ($$query_groups('"Films.1"', '{"query": 1, "group_by": "a", "with_lookup": "elsewhere"}')$$), ($$rename_collection('nothing', 'x')$$), ($$drop_collection('"no table"')$$), ($$rename_alias('"no alias"', 'x')$$),
    ($$query('"Films.1"', '{"query": [1, 2], "using": "smal"}')$$), ($$upsert('"Films.1"', '[{"id": 1, "vector": {"a.b": [1]}}]')$$), ($$get_points('"Films.1"', '[1]', with_vectors => '["none"]')$$), ($$drop_vector('"Films.1"', 'none')$$),
    ($$query('"Films.1"', '{"query": 7}')$$), ($$query('"Films.1"', '{"query": {"recommend": {"positive": [1, "00000000-0000-0000-0000-000000000007"]}}}')$$), ($$update_vectors('"Films.1"', '[{"id": 18446744073709551615, "vector": [1, 2, 3, 4]}]')$$);
SELECT call, f.* FROM calls, pg_temp.fields('SELECT vecext.' || call) f ORDER BY no;

-- Bounds of strict mode, by the names of their options, with what was asked for and what is allowed.
SELECT vecext.update_collection('"Films.1"', '{"strict_mode": {"max_query_limit": 5, "upsert_max_batchsize": 1, "search_max_batchsize": 1, "search_max_hnsw_ef": 50, "search_max_oversampling": 1.5,
    "search_allow_exact": false, "max_timeout": 10, "filter_max_conditions": 1, "condition_max_size": 2, "unindexed_filtering_retrieve": false, "max_payload_index_count": 0, "max_points_count": 1,
    "multivector_max_vectors": 1, "sparse_max_length": 1}}');
TRUNCATE calls;
INSERT INTO calls (call) VALUES
    ($$query('"Films.1"', '{"limit": 30}')$$), ($$scroll('"Films.1"', limit_ => 6)$$), ($$upsert('"Films.1"', '[{"id": 2}, {"id": 3}]')$$), ($$upsert('"Films.1"', '{2,3}'::int[], '{"[1,2,3,4]","[1,2,3,4]"}'::vector[], NULL, '')$$),
    ($$query_batch('"Films.1"', '[{}, {}]')$$), ($$query('"Films.1"', '{"limit": 1, "params": {"hnsw_ef": 51}}')$$), ($$query('"Films.1"', '{"limit": 1, "params": {"quantization": {"oversampling": 2.5}}}')$$),
    ($$query('"Films.1"', '{"limit": 1, "params": {"exact": true}}')$$), ($$query('"Films.1"', '{"limit": 1, "params": {"timeout": 11}}')$$), ($$count_points('"Films.1"', '{"must": [{"has_id": [1]}, {"has_id": [2]}]}')$$),
    ($$count_points('"Films.1"', '{"must": {"key": "a.\"b c\"", "match": {"value": 1}}}')$$), ($$count_points('"Films.1"', '{"must": {"key": "a", "match": {"except": [1, 2, 3]}}}')$$),
    ($$scroll('"Films.1"', limit_ => 1, order_by => '"year"')$$), ($$facet('"Films.1"', 'year', limit_ => 1)$$), ($$create_payload_index('"Films.1"', 'a', 'keyword')$$), ($$upsert('"Films.1"', '[{"id": 2}]')$$),
    ($$upsert('"Films.1"', '[{"id": 1, "vector": {"many": [[1, 2], [3, 4]]}}]')$$), ($$upsert('"Films.1"', '[{"id": 1, "vector": {"words": {"indices": [1, 2], "values": [1, 2]}}}]')$$),
    ($$upsert_arrays('"Films.1"', '{1}'::int[], NULL, NULL, NULL, '{words}', '{"{1:1,2:2}/100"}'::sparsevec[])$$);
SELECT call, f.* FROM calls, pg_temp.fields('SELECT vecext.' || call) f ORDER BY no;
-- The bytes of all vectors, which a table of this size has in any case.
SELECT vecext.update_collection('"Films.1"', '{"strict_mode": {"max_points_count": null, "upsert_max_batchsize": null, "max_collection_vector_size_bytes": 20000, "max_collection_payload_size_bytes": 20000}}');
SELECT state, regexp_replace(rule, '[0-9]+', 'n'), collection, part
FROM pg_temp.fields($$SELECT vecext.upsert('"Films.1"', (SELECT jsonb_agg(jsonb_build_object('id', i, 'vector', '[1, 2, 3, 4]'::jsonb)) FROM generate_series(1, 2000) i))$$);
SELECT state, regexp_replace(rule, '[0-9]+', 'n'), collection, part
FROM pg_temp.fields($$SELECT vecext.upsert('"Films.1"', (SELECT jsonb_agg(jsonb_build_object('id', i, 'payload', '{"text": "some words of a payload"}'::jsonb)) FROM generate_series(1, 2000) i))$$);
-- Names that are taken violate one of two constraints of the registry.
SELECT vecext.create_alias('also', '"Films.1"'), vecext.create_collection('other', '{}');
SELECT call, f.* FROM unnest(ARRAY[$$create_collection('"Films.1"', '{}')$$, $$create_collection('also', '{}')$$, $$create_alias('"Films.1"', 'other')$$, $$rename_alias('also', 'other')$$]) call, pg_temp.fields('SELECT vecext.' || call) f;
SELECT vecext.drop_collection('"Films.1"'), vecext.drop_collection('other');
DROP TABLE calls;
