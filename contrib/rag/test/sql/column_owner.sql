-- Types of columns, operators and triggers belong to roles, and are code of these roles: no function over a cache or a queue runs
-- it with the rights of the caller.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/../../../test/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE ROLE regress_rag_owner;
CREATE ROLE regress_rag_reader;
CREATE SCHEMA typed AUTHORIZATION regress_rag_owner;
GRANT USAGE ON SCHEMA typed TO regress_rag_reader;
SET ROLE regress_rag_owner;
CREATE TABLE typed.seen (what text, who name);
GRANT INSERT, SELECT ON typed.seen TO PUBLIC;
CREATE VIEW typed.shown AS SELECT what AS key FROM typed.seen;
CREATE TYPE typed.mood AS ENUM ('ok', 'bad');
CREATE TABLE typed.docs (id int PRIMARY KEY, f float8);
RESET ROLE;

-- An operator of the types of a cache's column and of a query is none of the cache.
GRANT CREATE ON SCHEMA public TO regress_rag_owner;
SET ROLE regress_rag_owner;
SET search_path = typed, public;
SELECT vecext_rag.create_semantic_cache('typed_half', 2);
CREATE FUNCTION typed.mixed(halfvec, vector) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN RAISE WARNING 'operator as %', current_user; RETURN 0; END $$;
CREATE OPERATOR public.<=> (LEFTARG = halfvec, RIGHTARG = vector, FUNCTION = typed.mixed);
DROP INDEX typed_half_embedding_idx;
ALTER TABLE typed_half ALTER embedding TYPE halfvec(2);
CREATE INDEX ON typed_half USING hnsw (embedding halfvec_cosine_ops);
SELECT vecext_rag.semantic_cache_put('typed_half', 'q', '[1,0]', 'r');
RESET ROLE;
SELECT response, score FROM vecext_rag.semantic_cache_get('typed_half', '[1,0]');
DROP OPERATOR public.<=> (halfvec, vector);
REVOKE CREATE ON SCHEMA public FROM regress_rag_owner;
-- A semantic cache has columns of the types that it is made with.
SET ROLE regress_rag_owner;
SET search_path = typed, public;
CREATE FUNCTION typed.mood_time(typed.mood) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN INSERT INTO typed.seen VALUES ('cast to timestamptz', current_user); RETURN now(); END $$;
CREATE CAST (typed.mood AS timestamptz) WITH FUNCTION typed.mood_time(typed.mood) AS IMPLICIT;
CREATE FUNCTION typed.mood_text(typed.mood) RETURNS text LANGUAGE plpgsql AS $$
BEGIN INSERT INTO typed.seen VALUES ('cast to text', current_user); RETURN ''; END $$;
CREATE CAST (typed.mood AS text) WITH FUNCTION typed.mood_text(typed.mood) AS IMPLICIT;
SELECT vecext_rag.create_semantic_cache('late', 2), vecext_rag.create_semantic_cache('scoped', 2), vecext_rag.create_semantic_cache('counted', 2),
    vecext_rag.create_semantic_cache('planted', 2);
SELECT count(vecext_rag.semantic_cache_put(c, 'r', '[1,1]', 'a')) FROM unnest('{late,scoped,counted,planted}'::regclass[]) c;
ALTER TABLE late ALTER expires_at DROP DEFAULT, ALTER expires_at TYPE typed.mood USING 'ok';
ALTER TABLE scoped ALTER scope TYPE typed.mood USING 'ok';
ALTER TABLE counted_uses ALTER entry TYPE text;
RESET ROLE;
SELECT c, pg_temp.outcome(format('SELECT entries FROM vecext_rag.semantic_cache_stats(%L)', c)) AS stats,
    pg_temp.outcome(format('SELECT response FROM vecext_rag.semantic_cache_get(%L, ''[1,1]'', counted => false)', c)) AS get
FROM unnest('{late,scoped,counted,planted}'::text[]) c;
-- To count a use is to write the owner's table: no superuser does, who may not even know that a search writes.
SET ROLE regress_rag_owner;
CREATE FUNCTION typed.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO typed.seen VALUES ('trigger', current_user); RETURN NEW; END $$;
CREATE TRIGGER note BEFORE INSERT ON planted_uses FOR EACH ROW EXECUTE FUNCTION typed.note();
RESET ROLE;
SELECT response FROM vecext_rag.semantic_cache_get('planted', '[1,1]');
SELECT * FROM typed.seen;
SET ROLE regress_rag_owner;
SELECT response FROM vecext_rag.semantic_cache_get('planted', '[1,1]');
SELECT hits, misses FROM vecext_rag.semantic_cache_stats('planted');
SELECT DISTINCT * FROM typed.seen;
TRUNCATE typed.seen;

-- So has a queue of embeddings.
CREATE TABLE notes (id int PRIMARY KEY, body text, embedding vector(2));
INSERT INTO notes VALUES (1, 'text', NULL);
SELECT vecext_rag.create_embedding_queue('notes', 'body', 'embedding', 'notes_queue');
RESET ROLE;
SELECT waiting FROM vecext_rag.embedding_queue_status('notes_queue');
SET ROLE regress_rag_owner;
DROP INDEX notes_queue_available_at_job_idx;
ALTER TABLE notes_queue ALTER available_at DROP DEFAULT, ALTER available_at TYPE typed.mood USING 'ok';
RESET ROLE;
SELECT pg_temp.outcome($$SELECT waiting FROM vecext_rag.embedding_queue_status('notes_queue')$$);
SELECT pg_temp.outcome($$SELECT job FROM vecext_rag.embedding_queue_claim('notes_queue')$$);
SELECT * FROM typed.seen;

-- What functions of caches and queues ask of a table.
SELECT columns, types, vecext_rag.has_columns('typed.docs', columns, types) FROM (VALUES
    ('{id,f}'::text[], '{int4,float8}'::regtype[]), ('{id,f}', '{int4,float4}'), ('{id,none}', '{int4,int4}'), ('{ctid}', '{tid}'), ('{}', '{}')) v (columns, types);
SELECT vecext_rag.has_columns('typed.shown', '{key}', '{text}');
SELECT pg_temp.outcome(q) FROM (VALUES ($$SELECT vecext_rag.has_columns('typed.docs', '{id}', '{}')$$), ($$SELECT vecext_rag.has_columns('typed.docs', '{NULL}', '{int4}')$$),
    ($$SELECT vecext_rag.has_columns(0, '{id}', '{int4}')$$)) v (q);
SELECT 'typed.docs'::regclass::oid AS docs \gset
REVOKE USAGE ON SCHEMA typed FROM regress_rag_reader;
SET ROLE regress_rag_reader;
SELECT vecext_rag.has_columns(:docs, '{id}', '{int4}');
RESET ROLE;
BEGIN;
SELECT vecext_rag.has_columns('typed.docs', '{id}', '{int4}');
SELECT mode FROM pg_locks WHERE relation = 'typed.docs'::regclass;
COMMIT;

-- Only who has the rights of the owner has something done with them.
GRANT USAGE ON SCHEMA typed TO regress_rag_reader;
SET ROLE regress_rag_reader;
SELECT vecext_rag.as_owner('typed.docs', 'SELECT current_user');
RESET ROLE;
SELECT vecext_rag.as_owner('typed.docs', 'SELECT current_user');
SELECT vecext_rag.as_owner('typed.docs', 'SET ROLE regress_rag_reader');
SELECT vecext_rag.as_owner('typed.docs', 'SELECT no');
SELECT vecext_rag.as_owner(0, 'SELECT current_user');

-- Names of any length.
SELECT vecext_rag.relation_name('pg_catalog'::regnamespace, repeat('x', 10000000)) = repeat('x', 57) AS relation_name,
    octet_length(vecext_rag.relation_name(0, repeat('€', 1000000), 48)) AS bytes_of_queue,
    octet_length(vecext_rag.relation_name(0, repeat('x', 1000000), -1)) AS bytes_of_none;

RESET search_path;
DROP SCHEMA typed CASCADE;
DROP ROLE regress_rag_owner, regress_rag_reader;
