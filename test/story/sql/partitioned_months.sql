-- A help desk keeps its tickets in a partition a month. A search looks through all months, or through some, and an old month
-- is dropped without a trace in the indexes of the others.
CREATE TABLE tickets (id int NOT NULL, day date NOT NULL, title text NOT NULL, embedding vector(3) NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE tickets_2026_01 PARTITION OF tickets FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE tickets_2026_02 PARTITION OF tickets FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
CREATE INDEX tickets_vectors ON tickets USING hnsw (embedding vector_cosine_ops);
CREATE INDEX tickets_words ON tickets USING bm25 (title) WITH (text_config = 'english');
-- The numbers say how much a ticket is about printers, the network and accounts.
INSERT INTO tickets VALUES
    (1, '2026-01-05', 'Printer prints blank pages', '[9, 0, 0]'),
    (2, '2026-01-20', 'No network in room 12', '[0, 9, 0]'),
    (3, '2026-02-03', 'Printer is not found in the network', '[5, 5, 0]'),
    (4, '2026-02-11', 'Password forgotten', '[0, 1, 9]'),
    (5, '2026-02-26', 'Printer on fire', '[8, 0, 1]');
ANALYZE tickets;

-- All months, nearest first: each partition's index gives its own best rows, and these are merged.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM tickets ORDER BY embedding <=> '[9, 0, 1]' LIMIT 3;
SELECT id, day - '2026-01-01' AS day_of_year, title, round((embedding <=> '[9, 0, 1]')::numeric, 3) AS distance
FROM tickets ORDER BY embedding <=> '[9, 0, 1]' LIMIT 3;

-- February alone: January is not read.
EXPLAIN (COSTS OFF) SELECT id FROM tickets WHERE day >= '2026-02-01' ORDER BY embedding <=> '[9, 0, 1]' LIMIT 2;
SELECT id, title FROM tickets WHERE day >= '2026-02-01' ORDER BY embedding <=> '[9, 0, 1]' LIMIT 2;
RESET enable_seqscan;

-- Words are weighted by the texts of all months.
SELECT id, round(-(title <@> 'printer network')::numeric, 2) AS score, title
FROM tickets WHERE title @@@ 'printer network' ORDER BY title <@> 'printer network', id;

-- March gets its indexes with its partition, and a ticket that is moved to another day moves over.
CREATE TABLE tickets_2026_03 PARTITION OF tickets FOR VALUES FROM ('2026-03-01') TO ('2026-04-01');
UPDATE tickets SET day = '2026-03-01' WHERE id = 5;
SELECT tableoid::regclass AS month, id, title FROM tickets ORDER BY embedding <=> '[9, 0, 1]' LIMIT 2;
SELECT tablename, method FROM vecext.indexes WHERE schemaname = 'public' AND tablename LIKE 'tickets%' ORDER BY tablename, method;

-- January is dropped. Its tickets are not found, and scores are by the texts that are left.
DROP TABLE tickets_2026_01;
VACUUM tickets;
SELECT id, title FROM tickets ORDER BY embedding <=> '[9, 0, 1]' LIMIT 3;
SELECT id, round(-(title <@> 'printer network')::numeric, 2) AS score
FROM tickets WHERE title @@@ 'printer network' ORDER BY title <@> 'printer network', id;
SELECT vecext.verify_index('tickets_vectors') AS rows_by_vectors, vecext.verify_index('tickets_words') AS rows_by_words,
    count(*) AS rows_of_table FROM tickets;

DROP TABLE tickets;
