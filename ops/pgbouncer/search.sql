\set id random(1, 5000)
SELECT id FROM items ORDER BY v <-> vector_of(:id) LIMIT 10;
