-- The extension itself: without it vecext is whole, queues go on to take in rows, and caches keep what they have. It can be made again
-- over them.
SET client_min_messages = warning;
CREATE TABLE docs (id int PRIMARY KEY, body text, embedding vector(2));
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding'), vecext_rag.create_semantic_cache('answers', 2);
SELECT vecext_rag.semantic_cache_put('answers', 'q', '[1,0]', 'a');
CREATE TEMP VIEW members AS
SELECT count(*) FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vecext');
SELECT count AS before FROM members \gset

\set VERBOSITY terse
DROP EXTENSION vecext;
\set VERBOSITY default
DROP EXTENSION vecext_rag;
SELECT count = :before AS is_whole FROM members;
SELECT count(*) FROM pg_namespace WHERE nspname = 'vecext_rag';
INSERT INTO docs VALUES (1, 'one');
SELECT key, attempts FROM docs_embedding_queue;
SELECT request, response FROM answers;
CREATE EXTENSION vecext_rag;
SELECT key, content FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[1,0.1]');
SELECT vecext_rag.drop_embedding_queue('docs_embedding_queue'), vecext_rag.drop_semantic_cache('answers');
DROP TABLE docs;

-- A schema that somebody has made is not taken.
DROP EXTENSION vecext_rag;
CREATE SCHEMA vecext_rag;
CREATE EXTENSION vecext_rag;
DROP SCHEMA vecext_rag;
CREATE EXTENSION vecext_rag;
