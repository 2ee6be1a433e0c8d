-- A bookshop knows what its customers have bought. It takes the mean of these books as a customer's taste, keeps it in a
-- table, and looks for customers alike, for what to propose, and for books that fit nobody's taste.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE TABLE purchases (customer text NOT NULL, book int NOT NULL REFERENCES books);
INSERT INTO purchases VALUES ('Ada', 1), ('Ada', 4), ('Ben', 3), ('Ben', 2), ('Cleo', 8), ('Cleo', 9), ('Cleo', 12), ('Dan', 5), ('Dan', 7);

-- Ada: [9, 1, 0, 1] and [7, 5, 0, 0] make [8, 3, 0, 0.5].
CREATE MATERIALIZED VIEW tastes AS
SELECT p.customer, avg(b.embedding)::vector(4) AS taste, count(*)::int AS bought
FROM purchases AS p JOIN books AS b ON b.id = p.book GROUP BY p.customer;
SELECT customer, bought, taste FROM tastes ORDER BY customer;
CREATE INDEX tastes_taste ON tastes USING hnsw (taste vector_cosine_ops);

-- Whose taste is like Ada's?
SELECT o.customer, round((o.taste <=> a.taste)::numeric, 3) AS distance
FROM (SELECT taste FROM tastes WHERE customer = 'Ada' LIMIT 1) AS a, tastes AS o WHERE o.customer <> 'Ada' ORDER BY o.taste <=> a.taste;

-- What fits her that she does not have?
SELECT b.title, round((b.embedding <=> t.taste)::numeric, 3) AS distance
FROM (SELECT taste FROM tastes WHERE customer = 'Ada' LIMIT 1) AS t, books AS b
WHERE b.id NOT IN (SELECT book FROM purchases WHERE customer = 'Ada') ORDER BY b.embedding <=> t.taste LIMIT 3;

-- Books, each with the customer whose taste is nearest: nobody likes science.
SELECT b.title, t.customer, round(t.distance::numeric, 2) AS distance
FROM books AS b, LATERAL (SELECT customer, taste <=> b.embedding AS distance FROM tastes ORDER BY taste <=> b.embedding LIMIT 1) AS t
ORDER BY t.distance DESC, b.id LIMIT 4;

-- A new purchase moves the taste with the next refresh.
INSERT INTO purchases VALUES ('Ada', 10);
REFRESH MATERIALIZED VIEW tastes;
SELECT customer, bought, taste FROM tastes WHERE customer = 'Ada';

-- Vectors add, subtract and multiply: a whale book with less of the sea and more of science.
SELECT '[9, 1, 0, 1]'::vector - '[6, 0, 0, 0]' + '[0, 0, 0, 5]' AS made_up,
    l2_normalize('[3, 4]'::vector) AS normalized, sum(embedding) AS verne FROM books WHERE author = 'Verne';
SELECT title FROM books ORDER BY embedding <=> '[9, 1, 0, 1]'::vector - '[6, 0, 0, 0]' + '[0, 0, 0, 5]' LIMIT 2;

DROP MATERIALIZED VIEW tastes;
DROP TABLE purchases, books;
