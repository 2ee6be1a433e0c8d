-- bm25: an index and its text search configuration, which may be renamed, changed or dropped.
\set VERBOSITY terse
CREATE SCHEMA words;
CREATE TEXT SEARCH CONFIGURATION words.own (COPY = pg_catalog.english);
CREATE TEXT SEARCH CONFIGURATION words.other (COPY = pg_catalog.simple);
CREATE TABLE configured (id int, body text, lexemes tsvector);
INSERT INTO configured VALUES (1, 'running runners'), (2, 'walks and walking');
CREATE INDEX by_body ON configured USING bm25 (body) WITH (text_config = 'words.own');
CREATE INDEX by_lexemes ON configured USING bm25 (lexemes) WITH (text_config = 'words.own');
CREATE INDEX by_expression ON configured USING bm25 (to_tsvector('words.own', body)) WITH (text_config = 'words.other');
CREATE VIEW depends AS SELECT objid::regclass AS index, refobjid::regconfig AS config, deptype FROM pg_depend
WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_ts_config'::regclass AND objid::regclass::text LIKE 'by_%' ORDER BY 1, 2;
CREATE INDEX by_english ON configured USING bm25 (body) WITH (text_config = 'english');
SELECT * FROM depends;
DROP TEXT SEARCH CONFIGURATION words.own;
DROP TEXT SEARCH CONFIGURATION words.other;
DROP TEXT SEARCH CONFIGURATION english;
DROP INDEX by_english;
REINDEX INDEX by_body;
REINDEX INDEX CONCURRENTLY by_body;
SELECT * FROM depends WHERE index = 'by_body'::regclass;
SELECT id FROM configured WHERE body @@@ 'run';
-- A changed configuration: rows that were indexed before may not be found.
SELECT vecext.verify_index('by_body');
ALTER TEXT SEARCH CONFIGURATION words.own ALTER MAPPING REPLACE english_stem WITH simple;
SELECT id FROM configured WHERE body @@@ 'running';
SELECT vecext.verify_index('by_body'), vecext.verify_index('by_lexemes');
SELECT rows FROM vecext.index_info('by_body');
REINDEX INDEX by_body;
SELECT vecext.verify_index('by_body');
SELECT id FROM configured WHERE body @@@ 'running';
-- Another configuration holds from REINDEX on, and so does the dependency.
ALTER INDEX by_body SET (text_config = 'words.other');
SELECT * FROM depends WHERE index = 'by_body'::regclass;
INSERT INTO configured VALUES (3, 'running on');
REINDEX INDEX by_body;
SELECT * FROM depends WHERE index = 'by_body'::regclass;
-- What is no name is refused at once.
ALTER INDEX by_body SET (text_config = '');
ALTER INDEX by_body SET (text_config = 'words..other');
-- Renamed.
ALTER TEXT SEARCH CONFIGURATION words.other RENAME TO renamed;
INSERT INTO configured VALUES (4, 'not indexed');
SELECT vecext.verify_index('by_body');
ALTER INDEX by_body SET (text_config = 'words.renamed');
REINDEX INDEX by_body;
INSERT INTO configured VALUES (4, 'found');
SELECT vecext.verify_index('by_body');
DROP TEXT SEARCH CONFIGURATION words.renamed CASCADE;
SELECT * FROM depends;
DROP TABLE configured CASCADE;
DROP SCHEMA words CASCADE;
-- A configuration of a session's own schema is none for an index, nor is a name that only the build would find.
CREATE TABLE lasting (body text);
\set VERBOSITY default
CREATE INDEX ON lasting USING bm25 (body) WITH (text_config = 'mine');
\set VERBOSITY terse
CREATE TEMP TABLE passing (body text);
CREATE TEXT SEARCH CONFIGURATION pg_temp.passing_words (COPY = pg_catalog.simple);
SELECT nspname AS schema, current_database() || '.pg_catalog.english' AS three FROM pg_namespace WHERE oid = pg_my_temp_schema() \gset
\set schema_and_name :schema .passing_words
CREATE INDEX ON lasting USING bm25 (body) WITH (text_config = 'pg_temp.passing_words');
CREATE INDEX ON passing USING bm25 (body) WITH (text_config = 'pg_temp.passing_words');
\set VERBOSITY sqlstate
CREATE INDEX ON lasting USING bm25 (body) WITH (text_config = :'schema_and_name');
CREATE INDEX ON lasting USING bm25 (body) WITH (text_config = :'three');
\set VERBOSITY terse
DROP TABLE lasting, passing;
DROP TEXT SEARCH CONFIGURATION pg_temp.passing_words;
-- A partition whose index reads texts otherwise is read without it, as long as it does.
CREATE TABLE parts (id int, body text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, 'running'), (2, 'a walk'), (11, 'runs'), (12, 'nothing');
CREATE INDEX parts_body ON parts USING bm25 (body) WITH (text_config = 'english');
SET enable_seqscan = off;
CREATE VIEW found AS SELECT id FROM parts WHERE body @@@ 'run';
CREATE FUNCTION indexes_used() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
  FOR line IN EXPLAIN (COSTS OFF) SELECT * FROM found LOOP
    RETURN QUERY SELECT (regexp_match(line, '(parts_._body_idx|Seq Scan on parts_.)'))[1] WHERE line ~ '_body_idx|Seq Scan';
  END LOOP;
END $$;
BEGIN;
SELECT u FROM indexes_used() u ORDER BY u COLLATE "C";
SAVEPOINT before;
ALTER INDEX parts_1_body_idx SET (text_config = 'simple');
REINDEX INDEX parts_1_body_idx;
SELECT u FROM indexes_used() u ORDER BY u COLLATE "C";
SELECT * FROM found ORDER BY id;
ROLLBACK TO before;
SELECT u FROM indexes_used() u ORDER BY u COLLATE "C";
SELECT * FROM found ORDER BY id;
COMMIT;
RESET enable_seqscan;
DROP TABLE parts CASCADE;
DROP FUNCTION indexes_used();
