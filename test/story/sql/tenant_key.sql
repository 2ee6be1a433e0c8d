-- A service has many small customers and a large one in one table. Each search is for one customer. The service makes the
-- customer a key column of the index, so that each search reads that customer's rows alone.
CREATE TABLE messages (id int PRIMARY KEY, customer int NOT NULL, embedding vector(3) NOT NULL);
-- Customer 0 has 2,400 messages, each of the others twelve.
INSERT INTO messages SELECT i, CASE WHEN i <= 2400 THEN 0 ELSE 1 + i % 100 END, ARRAY[i % 19, i % 23, i % 29] FROM generate_series(1, 3600) AS i;
CREATE INDEX messages_by_customer ON messages USING ivfpq (embedding vector_l2_ops, customer);
ANALYZE messages;

-- A small customer: twelve messages, of which the nearest three, and then all.
EXPLAIN (COSTS OFF) SELECT id FROM messages WHERE customer = 42 ORDER BY embedding <-> '[9, 9, 9]' LIMIT 3;
SELECT id, embedding, round((embedding <-> '[9, 9, 9]')::numeric, 2) AS distance
FROM messages WHERE customer = 42 ORDER BY embedding <-> '[9, 9, 9]' LIMIT 3;
SELECT count(*), min(id), max(id) FROM (SELECT id FROM messages WHERE customer = 42 ORDER BY embedding <-> '[9, 9, 9]' LIMIT 50) AS found;

-- The large one, two customers at once, and one who has no messages.
SELECT id, customer, embedding FROM messages WHERE customer = 0 ORDER BY embedding <-> '[9, 9, 9]', id LIMIT 2;
SELECT id, customer, embedding FROM messages WHERE customer IN (7, 42) ORDER BY embedding <-> '[9, 9, 9]', id LIMIT 4;
SELECT id FROM messages WHERE customer = 4711 ORDER BY embedding <-> '[9, 9, 9]' LIMIT 3;

-- A small customer's answer is exact. For each of the hundred, the nearest distance by the index and by a sort: customers
-- for whom they differ would be listed.
SELECT c AS customer, by_index.d AS by_index, by_sort.d AS by_sort
FROM generate_series(1, 100) AS c,
    LATERAL (SELECT embedding <-> '[9, 9, 9]' AS d FROM messages WHERE customer = c ORDER BY embedding <-> '[9, 9, 9]' LIMIT 1) AS by_index,
    LATERAL (SELECT min(embedding <-> '[9, 9, 9]') AS d FROM messages WHERE customer = c) AS by_sort
WHERE by_index.d <> by_sort.d ORDER BY c;

-- A message moves to another customer, and a customer leaves.
UPDATE messages SET customer = 42, embedding = '[9, 9, 9]' WHERE id = 1;
DELETE FROM messages WHERE customer = 7;
SELECT id, customer FROM messages WHERE customer IN (7, 42) ORDER BY embedding <-> '[9, 9, 9]' LIMIT 2;
VACUUM messages;
SELECT vecext.verify_index('messages_by_customer') AS rows_of_index, count(*) AS rows_of_table FROM messages;

DROP TABLE messages;
