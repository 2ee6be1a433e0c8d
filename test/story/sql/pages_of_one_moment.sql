-- A reader goes through the books of a library, page by page, from the nearest one on. In between books come and go. What
-- he has begun to read is to stay as it was; another reader, who begins now, is to see what there is now.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE INDEX books_embedding ON books USING ivfpq (embedding vector_cosine_ops);
SET enable_seqscan = off;

BEGIN;
DECLARE pages CURSOR FOR SELECT id, title, round((embedding <=> '[0, 1, 9, 0]')::numeric, 3) AS distance
FROM books ORDER BY embedding <=> '[0, 1, 9, 0]';
FETCH 3 FROM pages;
-- The next one in the list is taken away, and one is added that would be the first.
DELETE FROM books WHERE title = 'Crime and Punishment';
INSERT INTO books VALUES (13, 'Anna Karenina, abridged', 'Tolstoy', 1990, '[0, 1, 9, 0]');
FETCH 3 FROM pages;
-- Another statement sees both changes.
SELECT id, title, round((embedding <=> '[0, 1, 9, 0]')::numeric, 3) AS distance FROM books ORDER BY embedding <=> '[0, 1, 9, 0]' LIMIT 4;
-- The rest of the old list: twelve books in all.
FETCH ALL FROM pages;
COMMIT;

-- A cursor WITH HOLD outlives its transaction, with the rows of that moment.
BEGIN;
DECLARE held CURSOR WITH HOLD FOR SELECT id, title FROM books ORDER BY embedding <=> '[0, 0, 0, 1]';
COMMIT;
DELETE FROM books WHERE id IN (10, 11);
FETCH 2 FROM held;
CLOSE held;
SELECT id, title FROM books ORDER BY embedding <=> '[0, 0, 0, 1]' LIMIT 2;

-- Without a cursor: each page asks for what is behind the last row of the page before. Nothing is shown twice, whatever
-- comes in between.
SELECT id, embedding <=> '[9, 0, 0, 0]' AS distance FROM books ORDER BY embedding <=> '[9, 0, 0, 0]', id OFFSET 2 LIMIT 1 \gset last_
SELECT id, title FROM books ORDER BY embedding <=> '[9, 0, 0, 0]', id LIMIT 3;
INSERT INTO books VALUES (14, 'The Sea', 'Michelet', 1861, '[9, 0, 0, 0]');
SELECT id, title FROM books WHERE (embedding <=> '[9, 0, 0, 0]', id) > (:last_distance, :last_id) ORDER BY embedding <=> '[9, 0, 0, 0]', id LIMIT 3;

RESET enable_seqscan;
DROP TABLE books;
