-- A newspaper gets the same report from many agencies, with a word changed here and there. An editor has one of them, and
-- wants to see all of its copies, so that only one is printed.
CREATE TABLE reports (id int PRIMARY KEY, agency text NOT NULL, headline text NOT NULL, embedding vector(4) NOT NULL);
-- Three thousand reports on other subjects.
INSERT INTO reports SELECT i, 'agency ' || i % 9, 'report ' || i, ARRAY[i % 7 + 1, i % 11, i % 13, i % 17] FROM generate_series(1001, 4000) AS i;
-- Twelve versions of one about a flood: their vectors hardly differ.
INSERT INTO reports SELECT i, 'agency ' || i, 'Flood in the valley' || CASE WHEN i > 6 THEN ', update ' || i - 6 ELSE '' END,
    ARRAY[0.1 * i, -50, 0.01 * i * i, 0] FROM generate_series(1, 12) AS i;
-- One report is about a flood elsewhere, and is not a copy.
INSERT INTO reports VALUES (20, 'agency 3', 'Flood at the coast', '[10, -50, 0, 0]');
CREATE INDEX reports_embedding ON reports USING hnsw (embedding vector_cosine_ops);
ANALYZE reports;

-- All twelve are found by any of them, the coast comes behind them, and no other report is near.
SELECT id, headline, round((embedding <=> (SELECT embedding FROM reports WHERE id = 5))::numeric, 6) AS distance
FROM reports ORDER BY embedding <=> (SELECT embedding FROM reports WHERE id = 5) LIMIT 13;
SELECT count(*) AS near_at_all FROM reports WHERE embedding <=> (SELECT embedding FROM reports WHERE id = 5) < 0.5;

-- A limit of the distance leaves the copies alone.
SELECT count(*) AS copies, min(id) AS first, max(id) AS last
FROM (SELECT id FROM reports WHERE embedding <=> '[0, -50, 0, 0]' < 0.001 ORDER BY embedding <=> '[0, -50, 0, 0]' LIMIT 20) AS near;

-- Each of the twelve finds the same twelve: a row for one that does not would be here.
SELECT r.id, copies.ids
FROM reports AS r, LATERAL (
    SELECT array_agg(id ORDER BY id) AS ids
    FROM (SELECT id FROM reports ORDER BY embedding <=> r.embedding LIMIT 12) AS nearest) AS copies
WHERE r.id <= 12 AND copies.ids <> ARRAY(SELECT generate_series(1, 12)) ORDER BY r.id;

-- The editor prints the first version, and marks the others by one statement.
ALTER TABLE reports ADD COLUMN copy_of int;
UPDATE reports SET copy_of = 1
WHERE id IN (SELECT id FROM reports WHERE embedding <=> '[0, -50, 0, 0]' < 0.001 ORDER BY embedding <=> '[0, -50, 0, 0]' LIMIT 20) AND id <> 1;
SELECT id, headline FROM reports WHERE copy_of IS NULL ORDER BY embedding <=> '[0, -50, 0, 0]' LIMIT 2;

DROP TABLE reports;
