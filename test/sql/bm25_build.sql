-- bm25: building: in memory, by runs in temporary files, in several processes. All make the same index.
SET default_text_search_config = 'pg_catalog.simple';
\set VERBOSITY terse
CREATE TABLE built (id int, body text) WITH (autovacuum_enabled = off, parallel_workers = 2);
INSERT INTO built SELECT i, 'own' || i || ' w' || i % 7 || ' v' || i % 1000 || repeat(' again', i % 5) FROM generate_series(1, 30000) i;
INSERT INTO built VALUES (0, NULL), (0, ''), (0, 'the of');
-- The index names the first version of a row: later rows of its page have been read before it.
UPDATE built SET body = body || ' moved' WHERE id % 1000 = 1;
CREATE INDEX in_memory ON built USING bm25 (body);
SET maintenance_work_mem = '1MB';
CREATE INDEX by_runs ON built USING bm25 (body);
SET maintenance_work_mem = '96MB';
SET max_parallel_maintenance_workers = 2;
CREATE INDEX by_processes ON built USING bm25 (body);
CREATE INDEX CONCURRENTLY by_processes_beside ON built USING bm25 (body);
-- Documents that have rows in a partial index.
CREATE INDEX partly ON built USING bm25 (lower(body)) WHERE id % 2 = 1;
SELECT relname, pg_relation_size(oid) = pg_relation_size('in_memory') AS is_same, vecext.verify_index(oid), lists, rows, pending_rows
FROM pg_class, vecext.index_info(oid) WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'bm25') ORDER BY 1;
SET enable_seqscan = off;
SELECT format($$SELECT %L AS name, array_agg(DISTINCT round((-score)::numeric, 3)) AS scores, count(*), min(id), max(id)
    FROM (SELECT id, body <@> vecext.bm25_query('moved v1', %1$L) AS score
        FROM built ORDER BY body <@> vecext.bm25_query('moved v1', %1$L) LIMIT 31) best$$, name)
FROM unnest('{in_memory,by_runs,by_processes,by_processes_beside}'::text[]) name \gexec
SELECT id, body FROM built ORDER BY body <@> vecext.bm25_query('own1001', 'by_runs') LIMIT 1;
REINDEX INDEX by_processes;
REINDEX TABLE CONCURRENTLY built;
SELECT vecext.verify_index('by_processes');
-- Tables without documents, and with empty ones.
CREATE TABLE empty (body text);
CREATE INDEX empty_idx ON empty USING bm25 (body);
INSERT INTO empty VALUES (NULL), (NULL);
REINDEX INDEX empty_idx;
SELECT vecext.verify_index('empty_idx');
INSERT INTO empty VALUES (''), ('');
REINDEX INDEX empty_idx;
SELECT vecext.verify_index('empty_idx');
SET maintenance_work_mem = '1MB';
SET client_min_messages = warning;
-- A document that is larger than memory, and words longer than a term may be.
INSERT INTO empty SELECT string_agg('w' || i, ' ') || ' ' || repeat('x', 2046) || ' ' || repeat('y', 2048) FROM generate_series(1, 200000) i;
REINDEX INDEX empty_idx;
SELECT vecext.verify_index('empty_idx');
SELECT count(*) FROM empty WHERE body @@@ 'w123456';
SELECT count(*) FROM empty WHERE body @@@ repeat('x', 2046);
SELECT count(*) FROM empty WHERE body @@@ repeat('y', 2048);
RESET client_min_messages;
-- An error of a row's value or of an expression.
CREATE FUNCTION breaks(int) RETURNS text IMMUTABLE PARALLEL SAFE LANGUAGE plpgsql AS $$ BEGIN RETURN 1 / ($1 - 20000); END $$;
SET maintenance_work_mem = '96MB';
CREATE INDEX broken ON built USING bm25 (breaks(id));
SET max_parallel_maintenance_workers = 0;
CREATE INDEX broken ON built USING bm25 (breaks(id));
DROP TABLE built, empty;
DROP FUNCTION breaks;
