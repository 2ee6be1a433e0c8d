-- Queues of embeddings: what fills them, what workers do with jobs, whose rights count.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/../../../test/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
\set VERBOSITY sqlstate
SET client_min_messages = warning;
CREATE SCHEMA shelf;
SET search_path = shelf, public;
-- What a queue has, without times; jobs as numbers from 1 on.
CREATE FUNCTION jobs(queue regclass) RETURNS TABLE (key text, attempts int, state text, error text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format($q$SELECT key::text, attempts,
        CASE WHEN available_at = 'infinity' THEN 'failed' WHEN available_at <= clock_timestamp() THEN 'waiting'
            WHEN claimed_at IS NOT NULL THEN 'in flight' ELSE 'delayed' END, error FROM %s ORDER BY key$q$, queue);
END $$;
-- Claims and completes all, with vectors made of the lengths of the texts; returns the number.
CREATE FUNCTION work(queue regclass) RETURNS int8 LANGUAGE sql AS $$
    SELECT vecext_rag.embedding_queue_complete(queue, array_agg(job), array_agg(format('[%s,1]', length(content))))
    FROM vecext_rag.embedding_queue_claim(queue, 100)
$$;

CREATE TABLE docs (id bigint PRIMARY KEY, body text, embedding vector(2), seen int);
INSERT INTO docs VALUES (1, 'one', NULL), (2, 'three', NULL), (3, NULL, NULL), (4, 'given', '[1,2]');
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding');
SELECT relid, text_column, vector_column, channel, waiting, in_flight, delayed, failed, oldest_wait >= '0' AS waits
FROM vecext_rag.embedding_queue_status('docs_embedding_queue');
SELECT obj_description('docs_embedding_queue'::regclass, 'pg_class');

-- Two workers never have one job.
SELECT key, content, attempt FROM vecext_rag.embedding_queue_claim('docs_embedding_queue', 1);
SELECT key, content, attempt FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
SELECT key, content, attempt FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
SELECT * FROM jobs('docs_embedding_queue');
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', array_agg(job), array_agg('[7,' || key || ']')) FROM docs_embedding_queue;
SELECT * FROM jobs('docs_embedding_queue');
SELECT id, body, embedding FROM docs ORDER BY id;

-- What changes a text queues the row; other changes do not, nor does a statement that sets the vector itself.
UPDATE docs SET seen = 1;
UPDATE docs SET body = body, embedding = embedding;
SELECT * FROM jobs('docs_embedding_queue');
INSERT INTO docs VALUES (5, 'five', NULL), (6, 'six', '[6,6]'), (7, NULL, NULL);
UPDATE docs SET body = 'another three' WHERE id = 2;
UPDATE docs SET body = 'another one', embedding = '[1,1]' WHERE id = 1;
UPDATE docs SET embedding = NULL WHERE id = 4;
UPDATE docs SET body = 'no longer nothing' WHERE id = 3;
SELECT * FROM jobs('docs_embedding_queue');
-- The last statement decides.
UPDATE docs SET body = 'five, and its vector', embedding = '[5,5]' WHERE id = 5;
UPDATE docs SET id = 40 WHERE id = 4;
UPDATE docs SET body = NULL WHERE id = 2;
DELETE FROM docs WHERE id = 3;
SELECT * FROM jobs('docs_embedding_queue');
SELECT work('docs_embedding_queue');
SELECT id, body, embedding FROM docs ORDER BY id;
SELECT count(*) FROM docs_embedding_queue;

-- A text that changes while a worker has it: what the worker has made of the old one is not written.
UPDATE docs SET body = 'first' WHERE id IN (1, 40);
SELECT array_agg(job ORDER BY key) AS jobs FROM vecext_rag.embedding_queue_claim('docs_embedding_queue') \gset
UPDATE docs SET body = 'second' WHERE id = 1;
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', :'jobs', '{"[-1,1]","[-40,1]"}');
SELECT id, body, embedding FROM docs WHERE id IN (1, 40) ORDER BY id;
SELECT * FROM jobs('docs_embedding_queue');
-- Nor can it be given up, or completed twice.
SELECT vecext_rag.embedding_queue_fail('docs_embedding_queue', :'jobs', 'late', is_final => true),
    vecext_rag.embedding_queue_complete('docs_embedding_queue', :'jobs', '{"[-1,1]","[-40,1]"}');
SELECT * FROM jobs('docs_embedding_queue');
SELECT work('docs_embedding_queue');
SELECT id, embedding FROM docs WHERE id = 1;
-- Deleted meanwhile, and there again with another text.
UPDATE docs SET body = 'to be deleted' WHERE id IN (1, 40);
SELECT array_agg(job) AS jobs FROM vecext_rag.embedding_queue_claim('docs_embedding_queue') \gset
DELETE FROM docs WHERE id IN (1, 40);
INSERT INTO docs VALUES (1, 'back again');
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', :'jobs', '{"[-1,1]","[-40,1]"}');
SELECT * FROM jobs('docs_embedding_queue');
-- Without the trigger, rows that are gone leave when they are claimed.
ALTER TABLE docs DISABLE TRIGGER USER;
UPDATE docs SET id = 10 WHERE id = 1;
ALTER TABLE docs ENABLE TRIGGER USER;
SELECT count(*) FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
SELECT count(*) FROM docs_embedding_queue;
INSERT INTO docs VALUES (11, 'eleven'), (12, 'twelve');
TRUNCATE docs;
SELECT count(*) FROM docs_embedding_queue;

-- A worker that dies loses its jobs when their lease is over: to another one, and in the end to nobody.
INSERT INTO docs VALUES (1, 'poison'), (2, 'harmless');
SELECT job FROM vecext_rag.embedding_queue_claim('docs_embedding_queue', 2, '1 hour') WHERE key = '1' \gset
SELECT count(*) FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
UPDATE docs_embedding_queue SET available_at = now() WHERE key = 1;
SELECT waiting, in_flight FROM vecext_rag.embedding_queue_status('docs_embedding_queue');
SELECT key, attempt FROM vecext_rag.embedding_queue_claim('docs_embedding_queue');
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', ARRAY[:job], '{"[0,0]"}');
DO $$
BEGIN
    FOR i IN 3 .. 7 LOOP
        UPDATE docs_embedding_queue SET available_at = now() WHERE key = 1 AND available_at < 'infinity';
        PERFORM vecext_rag.embedding_queue_claim('docs_embedding_queue');
    END LOOP;
END $$;
SELECT * FROM jobs('docs_embedding_queue');
SELECT failed, in_flight FROM vecext_rag.embedding_queue_status('docs_embedding_queue');
-- A claim looks beyond jobs whose attempts are used up.
TRUNCATE docs;
INSERT INTO docs SELECT i, 'text ' || i FROM generate_series(1, 5) i;
UPDATE docs_embedding_queue SET attempts = max_attempts WHERE key < 5;
SELECT key FROM vecext_rag.embedding_queue_claim('docs_embedding_queue', 2);
SELECT key FROM vecext_rag.embedding_queue_claim('docs_embedding_queue', 2);
SELECT failed, in_flight, waiting FROM vecext_rag.embedding_queue_status('docs_embedding_queue');

-- Errors: later and later, and then not at all.
TRUNCATE docs;
INSERT INTO docs VALUES (1, 'hard'), (2, 'impossible'), (3, 'later');
DO $$
DECLARE
    job record;
    delay interval;
    before timestamptz;
    available timestamptz;
BEGIN
    FOR i IN 1 .. 6 LOOP
        before := clock_timestamp();
        delay := interval '10 seconds' * 2 ^ (i - 1);
        FOR job IN SELECT * FROM vecext_rag.embedding_queue_claim('docs_embedding_queue') LOOP
            PERFORM vecext_rag.embedding_queue_fail('docs_embedding_queue', ARRAY[job.job], 'attempt ' || job.attempt,
                CASE job.key WHEN '3' THEN interval '1 day' END, job.key = '2');
        END LOOP;
        SELECT available_at INTO available FROM docs_embedding_queue WHERE key = 1 AND available_at < 'infinity';
        IF available NOT BETWEEN before + delay AND clock_timestamp() + 1.25 * delay THEN
            RAISE EXCEPTION 'a delay of % after attempt %', available - before, i;
        END IF;
        UPDATE docs_embedding_queue SET available_at = now() WHERE key = 1 AND available_at < 'infinity';
    END LOOP;
END $$;
SELECT * FROM jobs('docs_embedding_queue');
SELECT waiting, in_flight, delayed, failed, oldest_wait FROM vecext_rag.embedding_queue_status('docs_embedding_queue');
SELECT vecext_rag.embedding_queue_retry('docs_embedding_queue', '{1,3,x}');
SELECT * FROM jobs('docs_embedding_queue');
SELECT vecext_rag.embedding_queue_retry('docs_embedding_queue');
SELECT work('docs_embedding_queue');
SELECT * FROM jobs('docs_embedding_queue');
-- A change of the text is a new start.
UPDATE docs SET body = 'now' WHERE id = 3;
SELECT * FROM jobs('docs_embedding_queue');
SELECT work('docs_embedding_queue');
-- All rows again, as for another model: embeddings stay until then.
INSERT INTO docs_embedding_queue (key) SELECT id FROM docs ON CONFLICT DO NOTHING;
SELECT work('docs_embedding_queue');

-- What is refused changes nothing.
UPDATE docs SET body = 'once more' WHERE id = 1;
SELECT job FROM vecext_rag.embedding_queue_claim('docs_embedding_queue') \gset
SELECT pg_temp.outcome(format('SELECT vecext_rag.embedding_queue_complete(''docs_embedding_queue'', ''{%s}'', %L)', :job, e))
FROM unnest('{"{\"[1,2,3]\"}", "{NULL}", "{}", "{word}", "{\"[1,2]\",\"[1,2]\"}", NULL}'::text[]) e;
SELECT pg_temp.outcome(format('SELECT count(*) FROM vecext_rag.embedding_queue_claim(''docs_embedding_queue'', %s)', a))
FROM unnest('{0, "NULL", "1, ''0''", "1, NULL", "1, ''-1 s''"}'::text[]) a;
SELECT * FROM jobs('docs_embedding_queue');
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', '{}', '{}'), vecext_rag.embedding_queue_complete('docs_embedding_queue', NULL, NULL),
    vecext_rag.embedding_queue_fail('docs_embedding_queue', NULL, 'nothing');
SELECT vecext_rag.embedding_queue_complete('docs_embedding_queue', ARRAY[:job], '{"[1,2]"}');

CREATE TABLE two_keys (a int, b int, body text, e vector(2), PRIMARY KEY (a, b));
CREATE TABLE wrong (id int PRIMARY KEY, body text, n int, must vector(2) NOT NULL, list vector(2)[], doubled text GENERATED ALWAYS AS (body || body) STORED);
CREATE TABLE shifted (id int PRIMARY KEY DEFERRABLE, body text, e vector(2));
CREATE VIEW seen AS SELECT * FROM docs;
CREATE TEMP TABLE passing (id int PRIMARY KEY, body text, e vector(2));
SELECT q, pg_temp.outcome('SELECT vecext_rag.create_embedding_queue(' || q || ')') FROM unnest(ARRAY[
    $$'two_keys', 'body', 'e'$$, $$'wrong', 'body', 'must'$$, $$'wrong', 'body', 'n'$$, $$'wrong', 'n', 'list'$$, $$'wrong', 'body', 'list'$$,
    $$'wrong', 'nothing', 'must'$$, $$'wrong', 'body', 'nothing'$$, $$'seen', 'body', 'embedding'$$, $$'passing', 'body', 'e'$$,
    $$NULL, 'body', 'e'$$, $$'docs', 'body', 'embedding', max_attempts => 0$$, $$'docs', 'body', 'embedding', ''$$,
    $$'docs', 'body', 'embedding', repeat('x', 55)$$, $$'docs', 'body', 'embedding', 'docs_embedding_queue'$$,
    $$'docs', 'ctid', 'embedding'$$, $$'shifted', 'body', 'e'$$]) q;
SELECT q, pg_temp.outcome(format('SELECT vecext_rag.%s', q)) FROM unnest(ARRAY['embedding_queue_claim(''docs'')', 'embedding_queue_status(''wrong'')',
    'drop_embedding_queue(''docs'')', 'embedding_queue_complete(''docs'', ''{}'', ''{}'')', 'embedding_queue_retry(NULL)']) q;

-- Other names, keys and types; a table may have several queues, and one that nobody is notified of.
CREATE TABLE "Odd "" Table" ("The 'Key'" uuid PRIMARY KEY, raw text, "The \ ""Text""" varchar(100), loud text GENERATED ALWAYS AS (upper(raw)) STORED,
    "Vec tor" halfvec(2), bits bit(4), sparse sparsevec(5));
SELECT vecext_rag.create_embedding_queue('"Odd "" Table"', 'The \ "Text"', 'Vec tor', 'The "Queue"', notifies => false),
    vecext_rag.create_embedding_queue('"Odd "" Table"', 'raw', 'bits', max_attempts => 1), vecext_rag.create_embedding_queue('"Odd "" Table"', 'loud', 'sparse', repeat('ü', 27));
INSERT INTO "Odd "" Table" (raw, "The 'Key'", "The \ ""Text""") VALUES ('raw', '550e8400-e29b-41d4-a716-446655440000', 'text');
SELECT content, vecext_rag.embedding_queue_complete('"The ""Queue"""', ARRAY[job], '{"[0.5,2]"}') FROM vecext_rag.embedding_queue_claim('"The ""Queue"""');
SELECT content, vecext_rag.embedding_queue_complete('"Odd "" Table_bits_queue"', ARRAY[job], '{0101}') FROM vecext_rag.embedding_queue_claim('"Odd "" Table_bits_queue"');
SELECT content, vecext_rag.embedding_queue_complete(repeat('ü', 27)::regclass, ARRAY[job], '{"{1:2}/5"}') FROM vecext_rag.embedding_queue_claim(repeat('ü', 27)::regclass);
SELECT channel FROM vecext_rag.embedding_queue_status('"The ""Queue"""');
SELECT "Vec tor", bits, sparse FROM "Odd "" Table";
UPDATE "Odd "" Table" SET raw = 'changed';
SELECT work FROM unnest(ARRAY['"The ""Queue"""', '"Odd "" Table_bits_queue"', repeat('ü', 27)]) q, LATERAL (SELECT count(*) FROM vecext_rag.embedding_queue_claim(q::regclass)) w(work);
-- A name that is taken, and one that is too long.
CREATE TABLE docs_embedding_queue1 ();
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding');
DO $$ BEGIN EXECUTE format('CREATE TABLE %s (id text COLLATE "C" PRIMARY KEY, body text, %s vector(2))', repeat('t', 60), repeat('v', 60)); END $$;
SELECT length(vecext_rag.create_embedding_queue(repeat('t', 60)::regclass, 'body', repeat('v', 60))::text);
INSERT INTO tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt VALUES ('key', 'body');
SELECT count(*) FROM tttttttttttttttttttttttttttttttttttttttttttttttt;

-- Partitions; a collation by which other texts are equal.
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level1', deterministic = false);
CREATE TABLE parts (id text COLLATE loose PRIMARY KEY, body text COLLATE loose, e vector(2)) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
SELECT vecext_rag.create_embedding_queue('parts', 'body', 'e', 'parts_queue');
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT 'k' || i, 'text' FROM generate_series(1, 20) i;
SELECT count(*) FROM parts_queue;
SELECT work('parts_queue');
UPDATE parts SET body = 'TEXT' WHERE id IN ('K1', 'k2');
SELECT key FROM parts_queue ORDER BY key;
SELECT work('parts_queue');
UPDATE parts SET body = 'directly' WHERE id = 'k3';
SELECT work('parts_queue');
SELECT count(*) FILTER (WHERE e = '[4,1]'), count(*) FILTER (WHERE e = '[8,1]') FROM parts;
UPDATE parts SET body = 'away';
TRUNCATE parts_0;
SELECT work('parts_queue') = (SELECT count(*) FROM parts);
SELECT count(*) FROM parts_queue;
-- A row that goes to another partition loses its job, unless it goes without its vector.
CREATE TABLE shelves (id int PRIMARY KEY, body text, e vector(2)) PARTITION BY LIST (id);
CREATE TABLE shelf_1 PARTITION OF shelves FOR VALUES IN (1, 2);
CREATE TABLE shelf_2 PARTITION OF shelves DEFAULT;
SELECT vecext_rag.create_embedding_queue('shelves', 'body', 'e');
INSERT INTO shelves VALUES (1, 'one', '[1,1]'), (2, 'two', '[2,2]');
UPDATE shelves SET body = 'changed';
SELECT * FROM jobs('shelves_e_queue');
UPDATE shelves SET id = 11 WHERE id = 1;
UPDATE shelves SET id = 12, e = NULL WHERE id = 2;
SELECT * FROM jobs('shelves_e_queue');
UPDATE shelves SET e = NULL WHERE id = 11;
SELECT * FROM jobs('shelves_e_queue');

-- Rights: who writes texts needs none on the queue; a worker needs those that it uses; nobody else may do anything.
CREATE ROLE queue_owner; CREATE ROLE queue_writer; CREATE ROLE queue_worker; CREATE ROLE queue_stranger;
GRANT ALL ON SCHEMA shelf TO queue_owner;
GRANT USAGE ON SCHEMA shelf TO queue_writer, queue_worker, queue_stranger;
CREATE SCHEMA theirs AUTHORIZATION queue_stranger;
SET ROLE queue_owner;
CREATE TABLE owned (id int PRIMARY KEY, body text, e vector(2));
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON owned TO queue_writer;
RESET ROLE;
SET ROLE queue_writer;
SELECT pg_temp.outcome('SELECT vecext_rag.create_embedding_queue(''owned'', ''body'', ''e'')');
RESET ROLE;
-- By a superuser for the owner.
SELECT vecext_rag.create_embedding_queue('owned', 'body', 'e');
SELECT c.relowner::regrole, c.relacl, p.proowner::regrole, has_function_privilege('public', p.oid, 'EXECUTE') AS by_others
FROM pg_class c JOIN pg_proc p ON p.proname = c.relname WHERE c.oid = 'owned_e_queue'::regclass;
SET ROLE queue_writer;
INSERT INTO owned VALUES (1, 'one'), (2, 'two');
UPDATE owned SET body = 'two again' WHERE id = 2;
DELETE FROM owned WHERE id = 1;
SELECT pg_temp.outcome(s) FROM unnest(ARRAY['INSERT INTO owned_e_queue (key) VALUES (7)', 'DELETE FROM owned_e_queue',
    'SELECT vecext_rag.embedding_queue_claim(''owned_e_queue'')', 'SELECT vecext_rag.embedding_queue_status(''owned_e_queue'')',
    'SELECT vecext_rag.drop_embedding_queue(''owned_e_queue'')', 'SELECT owned_e_queue()']) s;
SET ROLE queue_stranger;
CREATE TABLE theirs.bait (id int PRIMARY KEY, body text, e vector(2));
SELECT pg_temp.outcome('CREATE TRIGGER t AFTER INSERT ON theirs.bait FOR EACH ROW EXECUTE FUNCTION shelf.owned_e_queue()');
RESET ROLE;
GRANT SELECT, UPDATE, DELETE ON owned_e_queue TO queue_worker;
GRANT SELECT (id, body), UPDATE (e) ON owned TO queue_worker;
SET ROLE queue_worker;
SELECT pg_temp.outcome('SELECT count(*) FROM vecext_rag.embedding_queue_claim(''owned_e_queue'')');
RESET ROLE;
-- It looks whether there is a vector to be removed where the text is gone.
GRANT SELECT (e) ON owned TO queue_worker;
SET ROLE queue_worker;
SELECT vecext_rag.embedding_queue_complete('owned_e_queue', array_agg(job), array_agg('[1,2]'::text)) FROM vecext_rag.embedding_queue_claim('owned_e_queue');
RESET ROLE;
SELECT * FROM owned;
-- Rows that a policy hides are no rows that are gone.
ALTER TABLE owned ENABLE ROW LEVEL SECURITY;
CREATE POLICY none ON owned FOR SELECT USING (false);
CREATE POLICY writes ON owned FOR INSERT WITH CHECK (true);
SET ROLE queue_writer;
INSERT INTO owned VALUES (3, 'three');
SET ROLE queue_worker;
SELECT pg_temp.outcome('SELECT count(*) FROM vecext_rag.embedding_queue_claim(''owned_e_queue'')');
SET ROLE queue_owner;
SELECT work('owned_e_queue');
RESET ROLE;
-- Nor are they left out when a queue is made.
ALTER TABLE owned FORCE ROW LEVEL SECURITY;
SELECT pg_temp.outcome('SELECT vecext_rag.create_embedding_queue(''owned'', ''body'', ''e'', ''owned_again'')');
ALTER TABLE owned NO FORCE ROW LEVEL SECURITY;

-- Operators and functions of others have no effect.
CREATE FUNCTION never(anyelement, anyelement) RETURNS bool LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR = (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = never);
CREATE OPERATOR <> (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = never);
CREATE FUNCTION pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT 1 / 0';
CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql AS 'SELECT (1 / 0)::text::timestamptz';
SET search_path = shelf, public, pg_catalog;
CREATE TABLE plain (id int PRIMARY KEY, body text, e vector(2));
SELECT vecext_rag.create_embedding_queue('plain', 'body', 'e');
INSERT INTO plain VALUES (1, 'a'), (2, 'b');
UPDATE plain SET body = 'c', id = 3 WHERE id OPERATOR(pg_catalog.=) 1;
SELECT vecext_rag.embedding_queue_complete('plain_e_queue', array_agg(job), array_agg('[1,2]'::text)) FROM vecext_rag.embedding_queue_claim('plain_e_queue');
TABLE plain;
DROP OPERATOR = (anyelement, anyelement);
DROP OPERATOR <> (anyelement, anyelement);
DROP FUNCTION never(anyelement, anyelement), pg_notify(text, text), clock_timestamp();
SET search_path = shelf, public;

-- Columns with other names: the queue is made again. Of a table that is gone, it can be dropped.
ALTER TABLE plain RENAME body TO words;
SELECT pg_temp.outcome('SELECT vecext_rag.embedding_queue_status(''plain_e_queue'')');
SELECT vecext_rag.drop_embedding_queue('plain_e_queue');
SELECT vecext_rag.create_embedding_queue('plain', 'words', 'e');
ALTER TABLE plain RENAME TO renamed;
INSERT INTO renamed VALUES (9, 'nine');
SELECT relid, waiting FROM vecext_rag.embedding_queue_status('plain_e_queue');
-- A view of the queue's name is none: who asks for its status would execute what its owner has written there.
ALTER TABLE plain_e_queue RENAME TO hidden_queue;
CREATE VIEW plain_e_queue AS SELECT * FROM hidden_queue WHERE 1 / 0 = 1;
SELECT pg_temp.outcome('SELECT vecext_rag.embedding_queue_status(''plain_e_queue'')');
DROP VIEW plain_e_queue;
ALTER TABLE hidden_queue RENAME TO plain_e_queue;
DROP TABLE renamed;
SELECT pg_temp.outcome('SELECT vecext_rag.embedding_queue_status(''plain_e_queue'')');
SELECT vecext_rag.drop_embedding_queue('plain_e_queue');
SELECT vecext_rag.drop_embedding_queue('docs_embedding_queue2'), vecext_rag.drop_embedding_queue('docs_embedding_queue');
SELECT tgname FROM pg_trigger WHERE tgrelid = 'docs'::regclass;
SELECT proname FROM pg_proc WHERE pronamespace = 'shelf'::regnamespace ORDER BY proname COLLATE "C";
INSERT INTO docs VALUES (100, 'nobody sees me');
SET client_min_messages = error;
DROP SCHEMA shelf, theirs CASCADE;
DROP ROLE queue_owner, queue_writer, queue_worker, queue_stranger;
