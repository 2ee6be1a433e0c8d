-- An application prepares its search once per connection, with the customer's conditions as parameters. Its developer
-- wants the plan without parameters' values to be as good as any, for rare conditions and for common ones.
CREATE TABLE offers (id int PRIMARY KEY, city text NOT NULL, rooms int NOT NULL, rent int NOT NULL, embedding vector(3) NOT NULL);
-- One offer in a hundred is in Bern; nearly all are in Rome.
INSERT INTO offers SELECT i, CASE WHEN i % 100 = 0 THEN 'Bern' ELSE 'Rome' END, 1 + i % 5, 400 + (i * 7) % 900, ARRAY[i % 17, i % 23, i % 29]
FROM generate_series(1, 4000) AS i;
CREATE INDEX offers_embedding ON offers USING hnsw (embedding vector_l2_ops);
CREATE INDEX offers_city ON offers (city);
ANALYZE offers;

SET plan_cache_mode = force_generic_plan;
PREPARE search(text, int, vector) AS
SELECT id, city, rooms, rent, round((embedding <-> $3)::numeric, 2) AS distance
FROM offers WHERE city = $1 AND rent <= $2 ORDER BY embedding <-> $3 LIMIT 5;
EXPLAIN (COSTS OFF) EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');

EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');
EXECUTE search('Rome', 900, '[8.1, 11.3, 14.4]');
-- There are few cheap ones in Bern: all of them come, however far they are.
EXECUTE search('Bern', 430, '[8.1, 11.3, 14.4]');
-- Nothing is offered in Oslo, and a null asks for nothing.
EXECUTE search('Oslo', 900, '[8.1, 11.3, 14.4]');
EXECUTE search(NULL, 900, '[8.1, 11.3, 14.4]');

-- Each answer again by a sort of the table; rows that only one of the two has would be listed.
CREATE TEMP TABLE by_plan AS EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');
CREATE TEMP TABLE by_sort AS
SELECT id, city, rooms, rent, round((embedding <-> '[8.1, 11.3, 14.4]')::numeric, 2) AS distance
FROM offers WHERE city = 'Bern' AND rent <= 900 ORDER BY (embedding <-> '[8.1, 11.3, 14.4]') + 0, id LIMIT 5;
SELECT 'only by the plan' AS "where", distance FROM (SELECT distance FROM by_plan EXCEPT ALL SELECT distance FROM by_sort) AS d
UNION ALL SELECT 'only by the sort', distance FROM (SELECT distance FROM by_sort EXCEPT ALL SELECT distance FROM by_plan) AS d;

-- The plan holds while the table changes, and is made again when an index goes.
INSERT INTO offers VALUES (9000, 'Bern', 3, 500, '[8, 11, 14]');
EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');
DROP INDEX offers_city;
EXPLAIN (COSTS OFF) EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');
EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');
DROP INDEX offers_embedding;
EXECUTE search('Bern', 900, '[8.1, 11.3, 14.4]');

DEALLOCATE search;
RESET plan_cache_mode;
DROP TABLE offers, by_plan, by_sort;
