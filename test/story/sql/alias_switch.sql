-- A recipe site changes its embedding model. Readers ask for "recipes" all the time, an alias: behind it, a second
-- collection with the new vectors is filled, looked at, and put in the place of the first one in one transaction.
\set SHOW_CONTEXT never
SELECT vecext.create_collection('recipes_v1', '{"size": 2, "distance": "cosine"}',
    payload_schema => '{"name": {"type": "keyword", "required": true}}');
SELECT vecext.create_alias('recipes', 'recipes_v1');
SELECT vecext.upsert('recipes', '[
    {"id": 1, "vector": [9, 1], "payload": {"name": "Pancakes"}},
    {"id": 2, "vector": [1, 9], "payload": {"name": "Onion soup"}}]');
SELECT id, payload ->> 'name' AS name FROM vecext.search('recipes', '[1, 0]', limit_ => 1);

-- A recipe without a name does not come in.
SELECT vecext.upsert('recipes', '[{"id": 3, "vector": [5, 5], "payload": {"nmae": "Toast"}}]');

-- The new model has three numbers.
SELECT vecext.create_collection('recipes_v2', '{"size": 3, "distance": "cosine"}',
    payload_schema => '{"name": {"type": "keyword", "required": true}}');
INSERT INTO recipes_v2 (id, embedding, payload)
SELECT id, CASE id WHEN 1 THEN '[9, 0, 1]' ELSE '[0, 9, 1]' END::vector, payload FROM recipes_v1;
SELECT vecext.upsert('recipes_v2', '[{"id": 3, "vector": [5, 0, 5], "payload": {"name": "Toast"}}]');
SELECT name, status, vecext.count_points(name) AS points FROM vecext.list_collections() ORDER BY name;

-- The alias still means the first one, and stays on it where the switch is rolled back.
BEGIN;
SELECT vecext.switch_alias('recipes', 'recipes_v2');
SELECT id, payload ->> 'name' AS name FROM vecext.search('recipes', '[1, 0, 1]', limit_ => 1);
ROLLBACK;
SELECT vecext.count_points('recipes') AS points;

SELECT vecext.switch_alias('recipes', 'recipes_v2');
SELECT alias, collection_name FROM vecext.list_aliases();
SELECT id, payload ->> 'name' AS name, round(score::numeric, 3) AS score FROM vecext.search('recipes', '[1, 0, 1]', limit_ => 3);
-- Plain SQL follows the alias, too.
SELECT count(*) FROM recipes;

-- A query of the old model is refused rather than answered wrongly. The old collection goes.
SELECT id FROM vecext.search('recipes', '[1, 0]');
SELECT vecext.drop_collection('recipes_v1');
SELECT id FROM vecext.search('recipes', '[0, 1, 0]', limit_ => 1);

SELECT vecext.drop_collection('recipes_v2');
SELECT count(*) AS aliases FROM vecext.list_aliases();
