-- Beside extension "vector" in a schema of its own: the vectors of caches are of its type, and not of one of that name where the
-- extension is created.
SET client_min_messages = warning;
DROP EXTENSION vecext_rag;
DROP EXTENSION vecext;
CREATE SCHEMA types;
CREATE SCHEMA open_to_all;
CREATE TYPE open_to_all.vector AS ENUM ('none');
CREATE EXTENSION vector SCHEMA types;
CREATE EXTENSION vecext SCHEMA open_to_all;
CREATE EXTENSION vecext_rag SCHEMA open_to_all;
SELECT format_type(proargtypes[2], NULL) FROM pg_proc WHERE oid = 'vecext_rag.semantic_cache_put'::regproc;
SELECT vecext_rag.create_semantic_cache('answers', 2);
SELECT vecext_rag.semantic_cache_put('answers', 'q', '[1,0]', 'a');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[1,0.1]');
SELECT vecext_rag.drop_semantic_cache('answers');
DROP EXTENSION vecext_rag;
DROP EXTENSION vecext;
DROP SCHEMA types, open_to_all CASCADE;
CREATE EXTENSION vecext_rag CASCADE;
