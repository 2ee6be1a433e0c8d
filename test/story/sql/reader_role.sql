-- A web application connects by a role that may read titles and search, and nothing else. Its owner tries what a person
-- who has stolen the password would try.
\set SHOW_CONTEXT never
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/library.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE ROLE story_web;
CREATE INDEX books_embedding ON books USING ivfpq (embedding vector_cosine_ops);
SELECT vecext.create_collection('drafts', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('drafts', '[{"id": 1, "vector": [1, 0], "payload": {"title": "not yet published"}}]');

SET ROLE story_web;
SELECT title FROM books ORDER BY embedding <=> '[9, 0, 0, 0]' LIMIT 1;
RESET ROLE;
-- A search needs the column of the order, too.
GRANT SELECT (id, title) ON books TO story_web;
SET ROLE story_web;
SELECT title FROM books ORDER BY embedding <=> '[9, 0, 0, 0]' LIMIT 1;
RESET ROLE;
GRANT SELECT (embedding) ON books TO story_web;

SET ROLE story_web;
SELECT title FROM books ORDER BY embedding <=> '[9, 0, 0, 0]' LIMIT 2;
-- What was not granted stays closed: other columns, changes, the maintenance of the index.
SELECT author FROM books ORDER BY embedding <=> '[9, 0, 0, 0]' LIMIT 1;
UPDATE books SET title = 'mine';
SELECT vecext.merge('books_embedding');
SELECT vecext.calibrate('books_embedding', ARRAY['[1, 0, 0, 0]']::vector[]);
SELECT vecext.verify_index('books_embedding');
DROP INDEX books_embedding;
CREATE INDEX ON books USING hnsw (embedding vector_cosine_ops);

-- Functions over collections run with the rights of the caller.
SELECT id, payload FROM vecext.search('drafts', '[1, 0]');
SELECT vecext.count_points('drafts');
SELECT vecext.upsert('drafts', '[{"id": 2, "vector": [1, 0]}]');
SELECT vecext.drop_collection('drafts');
SELECT vecext.create_alias('published', 'drafts');
SELECT vecext.register_collection('books', vectors => '{"column": "embedding", "distance": "cosine"}', payload_column => NULL);
RESET ROLE;

-- The owner gives it this collection to read. Then it can search, and not write.
GRANT SELECT ON drafts TO story_web;
SET ROLE story_web;
SELECT id, payload FROM vecext.search('drafts', '[1, 0]');
SELECT vecext.delete_points('drafts', '[1]');
RESET ROLE;

SELECT count(*) AS books, count(*) FILTER (WHERE title = 'mine') AS changed FROM books;
SELECT vecext.drop_collection('drafts');
DROP TABLE books;
DROP ROLE story_web;
