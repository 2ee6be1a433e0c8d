-- collection_info: what it says without reading a table, and what it counts if it is to be exact.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA "The Shelf";
SET search_path = "The Shelf", public;

-- The numbers of a collection, without bytes.
CREATE FUNCTION pg_temp.counts(name text, exact bool) RETURNS TABLE (member text, value jsonb) LANGUAGE sql AS $$
    WITH i AS MATERIALIZED (SELECT vecext.collection_info(name, exact) AS info)
    SELECT e.key, e.value FROM i, jsonb_each(info) e WHERE e.key ~ 'points|indexed_vectors'
    UNION ALL SELECT 'vector ' || e.key, jsonb_strip_nulls(jsonb_build_object('hnsw', e.value -> 'hnsw', 'rows', e.value #> '{index,rows}',
        'pending', e.value #> '{index,pending_rows}', 'dead', e.value #> '{index,dead_rows}', 'method', e.value #> '{index,method}'))
    FROM i, jsonb_each(info -> 'vectors') e
    UNION ALL SELECT 'key ' || (e ->> 'key') || ' ' || (e ->> 'type'), e -> 'points' FROM i, jsonb_array_elements(info -> 'payload_indexes') e
    ORDER BY 1
$$;

SELECT vecext.create_collection('Items "1"', '{"": {"size": 2, "distance": "euclid"}, "own": {"size": 2, "distance": "dot", "hnsw": {"m": 8, "ef_construction": 40}},
    "plain": {"size": 2, "distance": "dot", "index": "none"}, "words": {"type": "sparsevec"}, "later": {"size": null, "distance": "cosine", "hnsw": {"m": 30}},
    "many": {"size": 2, "distance": "dot", "multivector": true}}');
SELECT vecext.create_payload_index('Items "1"', key, type) FROM unnest('{a,n,n,"nested.list[].x",t,u,w,b,g,e,c,"o''dd"}'::text[],
    '{keyword,integer,float,keyword,datetime,uuid,text,bool,geo,is_empty,values_count,keyword}'::text[]) v(key, type) WHERE type <> 'float';
SELECT vecext.create_payload_index('Items "1"', 'f', 'float');
SELECT * FROM pg_temp.counts('Items "1"', false);
SELECT * FROM pg_temp.counts('Items "1"', true);
-- Points have a key if they have a value there that the index has: of its type, in an array too.
SELECT vecext.upsert('Items "1"', '[
    {"id": 1, "vector": {"": [0, 1], "own": [1, 1], "words": {"indices": [1], "values": [1]}}, "payload": {"a": "x", "n": 1, "f": 1, "t": "2020-01-01", "b": true, "e": 1, "c": [1, 2]}},
    {"id": 2, "vector": {"": [0, 2]}, "payload": {"a": ["x", 1], "n": [1.5, 2], "f": [1.5], "t": ["no", "2020-01-01"], "b": [1, false], "nested": {"list": [{"x": "y"}, {}]}}},
    {"id": 3, "vector": {"": [0, 3], "many": [[1, 1], [2, 2]]}, "payload": {"a": 1, "n": 1.5, "f": "1", "t": 7, "b": "true", "nested": {"list": [{"x": 1}]}, "u": "550e8400-e29b-41d4-a716-446655440000"}},
    {"id": 4, "payload": {"a": null, "n": null, "u": ["x", "550e8400e29b41d4a716446655440000"], "g": {"lon": 1, "lat": 2}, "w": "some words", "o''dd": "x"}},
    {"id": 5, "vector": [0, 5], "payload": {"a": [], "n": [], "g": [{"lon": 1, "lat": 2}, 7], "w": [1, "word"], "c": null}}]');
SELECT * FROM pg_temp.counts('Items "1"', true);
-- Before ANALYZE the estimate is null; after it, it is there without a count.
ANALYZE "Items ""1""";
SELECT * FROM pg_temp.counts('Items "1"', false) WHERE member !~ '^(key|vector)';
SELECT vecext.delete_points('Items "1"', '[1]');
SELECT * FROM pg_temp.counts('Items "1"', true) WHERE value IS NOT NULL;
-- What an index really has: options that were changed, and the index of a size that came later.
SELECT vecext.update_collection('Items "1"', '{"vectors": {"": {"hnsw": {"m": 20}}}}');
SELECT vecext.upsert('Items "1"', '[{"id": 6, "vector": {"later": [1, 2, 3]}}]'), vecext.create_vector_indexes('Items "1"');
SELECT * FROM pg_temp.counts('Items "1"', true) WHERE member ~ '^vector|^indexed';
-- The time of its creation, which stays.
SELECT (vecext.collection_info('Items "1"') ->> 'created_at')::timestamptz BETWEEN now() - interval '10 minutes' AND now() AS is_recent;
SELECT vecext.rename_collection('Items "1"', 'items'), vecext.create_alias('things', 'items');
SELECT created_at = (vecext.collection_info('things') ->> 'created_at')::timestamptz AS same FROM vecext.collections WHERE name = 'items';

-- A table that was registered, without a payload; partitions; a collection without points or vectors.
CREATE TABLE parts (id int8 PRIMARY KEY, v vector(2)) PARTITION BY RANGE (id);
CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
CREATE INDEX ON parts USING hnsw (v vector_l2_ops) WITH (m = 12);
INSERT INTO parts SELECT i, ARRAY[i, 1] FROM generate_series(5, 14) i;
SELECT vecext.register_collection('parts', vectors => '{"column": "v", "distance": "euclid"}', payload_column => NULL);
SELECT * FROM pg_temp.counts('parts', true);
SELECT vecext.create_collection('empty', '{}');
SELECT * FROM pg_temp.counts('empty', true);
SELECT vecext.collection_info('empty', NULL) ? 'points' AS counts_if_null;

-- A role that may not read the table gets what the catalog says, and no counts. One that may read some points counts them.
CREATE ROLE regress_info_reader;
GRANT USAGE ON SCHEMA "The Shelf" TO regress_info_reader;
SET ROLE regress_info_reader;
SELECT vecext.collection_info('items') ->> 'name' AS name, pg_temp.outcome($$SELECT vecext.collection_info('items', true)$$);
RESET ROLE;
GRANT SELECT ON items, parts TO regress_info_reader;
ALTER TABLE items ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON items USING (id < 4);
SET ROLE regress_info_reader;
SELECT * FROM pg_temp.counts('items', true) WHERE member ~ '^points$|key a';
SELECT * FROM pg_temp.counts('parts', true);
RESET ROLE;
DROP OWNED BY regress_info_reader;
DROP ROLE regress_info_reader;

-- The collection is found in a schema outside the search path.
SET search_path = public;
SELECT vecext.collection_info('items', true) -> 'points' AS from_elsewhere;
DROP SCHEMA "The Shelf" CASCADE;
