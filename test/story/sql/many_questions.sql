-- A librarian has a list of questions, and wants the two nearest books for each, in one statement.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE INDEX books_embedding ON books USING hnsw (embedding vector_cosine_ops);
CREATE TABLE questions (id int PRIMARY KEY, question text NOT NULL, embedding vector(4), max_year int);
INSERT INTO questions VALUES
    (1, 'whales and storms', '[9, 1, 0, 0]', NULL),
    (2, 'who is the murderer?', '[0, 9, 0, 0]', 1900),
    (3, 'a couple at last', '[0, 0, 9, 0]', NULL),
    (4, 'to other worlds', '[0, 0, 0, 9]', 1870),
    (5, 'a question that has no vector yet', NULL, NULL);
ANALYZE questions;
SET enable_seqscan = off;

EXPLAIN (COSTS OFF)
SELECT q.question, b.title
FROM questions AS q CROSS JOIN LATERAL (SELECT title, embedding FROM books ORDER BY embedding <=> q.embedding LIMIT 2) AS b ORDER BY q.id;
SELECT q.question, b.title, round((b.embedding <=> q.embedding)::numeric, 3) AS distance
FROM questions AS q CROSS JOIN LATERAL (SELECT title, embedding FROM books ORDER BY embedding <=> q.embedding LIMIT 2) AS b
WHERE q.embedding IS NOT NULL ORDER BY q.id, b.embedding <=> q.embedding;

-- Each question has a condition of its own.
SELECT q.question, q.max_year, b.title, b.year
FROM questions AS q CROSS JOIN LATERAL (
    SELECT title, year, embedding FROM books WHERE year <= coalesce(q.max_year, 9999) ORDER BY embedding <=> q.embedding LIMIT 2) AS b
WHERE q.embedding IS NOT NULL ORDER BY q.id, b.embedding <=> q.embedding;

-- A left join keeps the questions without an answer near enough.
SELECT q.id, q.question, b.title
FROM questions AS q LEFT JOIN LATERAL (
    SELECT title, embedding FROM books WHERE embedding <=> q.embedding < 0.02 ORDER BY embedding <=> q.embedding LIMIT 1) AS b ON true
ORDER BY q.id;

-- The other way round: for each author, which of the questions fits best?
SELECT DISTINCT ON (b.author) b.author, q.question, round((b.embedding <=> q.embedding)::numeric, 3) AS distance
FROM books AS b, questions AS q WHERE q.embedding IS NOT NULL ORDER BY b.author, b.embedding <=> q.embedding;
RESET enable_seqscan;

-- The same as one call of a collection.
SELECT vecext.register_collection('books', vectors => '{"column": "embedding", "distance": "cosine"}', payload_column => NULL);
SELECT r.request_no, r.id, round(r.score::numeric, 3) AS score, b.title
FROM vecext.search_batch('books', '[{"vector": [9, 1, 0, 0], "limit": 2}, {"vector": [0, 0, 0, 9], "limit": 1}]') AS r
JOIN books AS b ON b.id = r.id::int ORDER BY r.request_no, r.score DESC;
SELECT vecext.unregister_collection('books');

DROP TABLE books, questions;
