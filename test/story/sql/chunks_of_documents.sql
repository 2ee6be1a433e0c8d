-- A company searches its handbooks. A handbook is split into chunks, each with a vector of its own, and those who search
-- want handbooks in the answer, each once, with its best chunks.
CREATE TABLE handbooks (id int PRIMARY KEY, title text NOT NULL, body text NOT NULL);
INSERT INTO handbooks VALUES
    (1, 'Travel', 'Trips are booked by the office. Trains are preferred to planes. Bills are paid within a month.'),
    (2, 'Holidays', 'Everybody has thirty days. Days that are left move to the next year.'),
    (3, 'Expenses', 'Meals on trips are paid. Keep the bills. Send the bills to the office. Bills without a date are not paid.');
SELECT h.id, c.chunk_no, c.chunk, c.start_char, c.end_char
FROM handbooks AS h, vecext.split_text(h.body, 'sentence', 45, 0) AS c ORDER BY h.id, c.chunk_no;

-- What a model would give is counted here: how often a chunk speaks of trips, bills and days.
CREATE TABLE chunks (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handbook int NOT NULL REFERENCES handbooks,
    chunk text NOT NULL,
    embedding vector(3));
INSERT INTO chunks (handbook, chunk, embedding)
SELECT h.id, trim(c.chunk), ARRAY[trips, bills, days]::vector FROM handbooks AS h, vecext.split_text(h.body, 'sentence', 45, 0) AS c,
    LATERAL (SELECT (SELECT count(*)::int FROM regexp_matches(c.chunk, 'rip|rain|plane', 'g')) AS trips,
        (SELECT count(*)::int FROM regexp_matches(c.chunk, 'ill', 'g')) AS bills,
        (SELECT count(*)::int FROM regexp_matches(c.chunk, 'ay', 'g')) AS days) AS counts
ORDER BY h.id, c.chunk_no;
SELECT id, handbook, embedding, chunk FROM chunks ORDER BY id;

-- The nearest chunks are often of one handbook.
SELECT handbook, chunk FROM chunks ORDER BY embedding <-> '[0, 2, 0]', id LIMIT 4;

-- Each handbook once, by its best chunk.
SELECT h.title, best.chunk, round(best.distance::numeric, 2) AS distance
FROM handbooks AS h, LATERAL (
    SELECT chunk, embedding <-> '[0, 2, 0]' AS distance FROM chunks WHERE handbook = h.id ORDER BY embedding <-> '[0, 2, 0]', id LIMIT 1) AS best
ORDER BY best.distance, h.id;

-- The same as a collection: the nearest two handbooks, and up to two chunks of each.
SELECT vecext.create_collection('pieces', '{"size": 3, "distance": "euclid"}');
INSERT INTO pieces (id, embedding, payload) SELECT id, embedding, jsonb_build_object('handbook', handbook, 'chunk', chunk) FROM chunks;
SELECT group_key, id, round(score::numeric, 2) AS distance, payload ->> 'chunk' AS chunk
FROM vecext.search_groups('pieces', '[0, 2, 0]', 'handbook', limit_ => 2, group_size => 2);

-- A handbook goes with all of its chunks.
SELECT vecext.delete_points('pieces', filter => '{"must": {"key": "handbook", "match": {"value": 3}}}');
SELECT group_key, id, payload ->> 'chunk' AS chunk FROM vecext.search_groups('pieces', '[0, 2, 0]', 'handbook', limit_ => 2, group_size => 1);

SELECT vecext.drop_collection('pieces');
DROP TABLE chunks, handbooks;
