-- A museum has a table of vectors that does not fit into memory. Its keeper turns the column into one of half precision,
-- and wants to see what that saves, and that the answers are the same.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
-- The bytes of a value of 1,536 dimensions, before and after.
SELECT pg_column_size(array_fill(0.5, ARRAY[1536])::vector) AS full_size, pg_column_size(array_fill(0.5, ARRAY[1536])::halfvec) AS half_size;

SELECT title, round((embedding <=> '[8, 1, 1, 2]')::numeric, 3) AS distance FROM books ORDER BY embedding <=> '[8, 1, 1, 2]' LIMIT 4;
ALTER TABLE books ALTER embedding TYPE halfvec(4);
CREATE INDEX books_embedding ON books USING ivfpq (embedding halfvec_cosine_ops);
SELECT title, round((embedding <=> '[8, 1, 1, 2]')::numeric, 3) AS distance FROM books ORDER BY embedding <=> '[8, 1, 1, 2]' LIMIT 4;

-- What is lost: eleven bits of each number stay, some three decimal digits.
SELECT '[0.1, 3.14159265, 2049]'::halfvec;
-- Numbers beyond 65504 have no half precision, and are refused rather than made infinite.
INSERT INTO books VALUES (13, 'A Very Large Book', 'Nobody', 2000, '[70000, 0, 0, 0]');

-- A table that keeps its full vectors can have an index of half of them; the query says the same expression.
ALTER TABLE books ADD COLUMN full_embedding vector(4);
UPDATE books SET full_embedding = embedding;
CREATE INDEX books_half ON books USING hnsw ((full_embedding::halfvec(4)) halfvec_l2_ops);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT title FROM books ORDER BY full_embedding::halfvec(4) <-> '[0, 9, 1, 0]' LIMIT 2;
SELECT title FROM books ORDER BY full_embedding::halfvec(4) <-> '[0, 9, 1, 0]' LIMIT 2;
RESET enable_seqscan;

DROP TABLE books;
