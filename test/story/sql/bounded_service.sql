-- A company lets its departments search a collection by functions of its own, and does not want anybody to ask for
-- everything at once. It sets bounds, sees what they refuse, and widens one of them.
\set SHOW_CONTEXT never
SELECT vecext.create_collection('parts', '{"size": 2, "distance": "cosine"}', options => '{"strict_mode": {
    "max_query_limit": 5, "unindexed_filtering_retrieve": false, "upsert_max_batchsize": 3, "max_points_count": 6}}');
SELECT vecext.upsert('parts', '[
    {"id": 1, "vector": [9, 1], "payload": {"name": "bolt", "stock": 40}},
    {"id": 2, "vector": [8, 2], "payload": {"name": "nut", "stock": 0}},
    {"id": 3, "vector": [1, 9], "payload": {"name": "hinge", "stock": 7}}]');

-- More points in one call than allowed, and more points in all.
SELECT vecext.upsert('parts', '[{"id": 4, "vector": [1, 1]}, {"id": 5, "vector": [1, 1]}, {"id": 6, "vector": [1, 1]},
    {"id": 7, "vector": [1, 1]}]');
SELECT vecext.upsert('parts', '[{"id": 4, "vector": [1, 1]}, {"id": 5, "vector": [1, 1]}, {"id": 6, "vector": [1, 1]}]');
SELECT vecext.upsert('parts', '[{"id": 7, "vector": [1, 1]}]');
-- A point that is there may be written again.
SELECT vecext.upsert('parts', '[{"id": 6, "vector": [5, 5], "payload": {"name": "spring", "stock": 3}}]');

-- A page that is too long, and a filter that would read everything.
SELECT id FROM vecext.search('parts', '[1, 0]', limit_ => 100);
SELECT id FROM vecext.search('parts', '[1, 0]', limit_ => 5, filter => '{"must": {"key": "stock", "range": {"gt": 0}}}');
-- With an index the filter is welcome.
SELECT vecext.create_payload_index('parts', 'stock', 'integer');
SELECT id, payload ->> 'name' AS name FROM vecext.search('parts', '[1, 0]', limit_ => 5, filter => '{"must": {"key": "stock", "range": {"gt": 0}}}');

-- The owner widens a bound and takes another one away; the others stay.
SELECT vecext.update_collection('parts', '{"strict_mode": {"max_query_limit": 200, "max_points_count": null}}');
SELECT jsonb_pretty(vecext.collection_info('parts') -> 'options' -> 'strict_mode') AS strict_mode;
SELECT count(*) FROM vecext.search('parts', '[1, 0]', limit_ => 100);
SELECT vecext.upsert('parts', '[{"id": 7, "vector": [1, 1]}]');

-- Plain SQL on the table has no such bounds. So departments have a function that searches with its owner's rights, and no
-- rights on the table.
CREATE ROLE story_sales;
CREATE FUNCTION find_parts(wish vector, page int) RETURNS TABLE (id text, name text) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
AS $$ SELECT id, payload ->> 'name' FROM vecext.search('parts', wish, limit_ => page, filter => '{"must": {"key": "stock", "range": {"gt": 0}}}') $$;
SET ROLE story_sales;
SELECT * FROM find_parts('[0, 1]', 2);
SELECT * FROM find_parts('[0, 1]', 1000);
SELECT id FROM vecext.search('parts', '[0, 1]', limit_ => 2);
RESET ROLE;

DROP FUNCTION find_parts;
DROP ROLE story_sales;

SELECT vecext.drop_collection('parts');
