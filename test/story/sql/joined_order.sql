-- A bookshop lends and sells. A customer asks for books like one that she names, and only for those that are on a shelf of
-- the branch in her street, at most for what she can pay. Stock and prices are in another table.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE TABLE stock (
    book int NOT NULL REFERENCES books,
    branch text NOT NULL,
    price numeric NOT NULL,
    copies int NOT NULL,
    PRIMARY KEY (book, branch));
INSERT INTO stock VALUES
    (1, 'Mill Street', 12, 2), (2, 'Mill Street', 15, 0), (3, 'Mill Street', 9, 1),
    (4, 'Mill Street', 22, 3), (5, 'Mill Street', 8, 1), (12, 'Mill Street', 7, 1),
    (2, 'Market', 14, 2), (4, 'Market', 10, 1), (6, 'Market', 11, 4), (8, 'Market', 6, 2), (10, 'Market', 9, 1);
CREATE INDEX books_embedding ON books USING hnsw (embedding vector_cosine_ops);
ANALYZE stock;
SET enable_seqscan = off;

-- The nearest books at all, and those that she can have.
SELECT b.title FROM books AS b ORDER BY b.embedding <=> '[9, 1, 0, 1]' LIMIT 4;
SELECT b.title, s.price, round((b.embedding <=> '[9, 1, 0, 1]')::numeric, 3) AS distance
FROM books AS b JOIN stock AS s ON s.book = b.id
WHERE s.branch = 'Mill Street' AND s.copies > 0 AND s.price <= 20
ORDER BY b.embedding <=> '[9, 1, 0, 1]' LIMIT 3;

-- The join is done inside of the search: as many rows as she asks for, if there are so many.
EXPLAIN (COSTS OFF)
SELECT b.title
FROM books AS b JOIN stock AS s ON s.book = b.id
WHERE s.branch = 'Mill Street' AND s.copies > 0 AND s.price <= 20
ORDER BY b.embedding <=> '[9, 1, 0, 1]' LIMIT 3;

-- Like a book that she names by its title.
WITH liked AS (SELECT id, embedding FROM books WHERE title = 'Pride and Prejudice' LIMIT 1)
SELECT b.title, b.author, round((b.embedding <=> liked.embedding)::numeric, 3) AS distance
FROM books AS b, liked WHERE b.id <> liked.id ORDER BY b.embedding <=> liked.embedding LIMIT 3;

-- In some branch or other: EXISTS. And what no branch has, which the shop will order.
SELECT title FROM books AS b WHERE EXISTS (SELECT FROM stock AS s WHERE s.book = b.id AND s.copies > 1) ORDER BY embedding <=> '[9, 1, 0, 1]' LIMIT 3;
SELECT title FROM books AS b WHERE NOT EXISTS (SELECT FROM stock AS s WHERE s.book = b.id) ORDER BY embedding <=> '[9, 1, 0, 1]', id LIMIT 3;

-- Where a book is in two branches, it comes twice; the shop shows the cheaper one.
SELECT title, min(price) AS price, count(*) AS branches
FROM (SELECT b.title, s.price, b.embedding <=> '[9, 1, 0, 1]' AS distance
    FROM books AS b JOIN stock AS s ON s.book = b.id ORDER BY distance LIMIT 6) AS near
GROUP BY title, distance ORDER BY distance;

-- By author: a self-join gives for each author the most similar book of another one.
SELECT a.author, a.title, other.title AS similar
FROM books AS a, LATERAL (SELECT title FROM books AS o WHERE o.author <> a.author ORDER BY o.embedding <=> a.embedding, o.id LIMIT 1) AS other
WHERE a.id IN (1, 6, 9, 11) ORDER BY a.id;
RESET enable_seqscan;

DROP TABLE stock, books;
