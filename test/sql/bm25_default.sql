-- bm25: the configuration of an index that names none is default_text_search_config when it is made, and stays so.
\set VERBOSITY terse
CREATE SCHEMA defaults;
CREATE TEXT SEARCH CONFIGURATION defaults."Own words" (COPY = pg_catalog.simple);
CREATE TABLE by_default (id int, body text, lexemes tsvector GENERATED ALWAYS AS (to_tsvector('pg_catalog.english', body)) STORED);
INSERT INTO by_default(id, body) VALUES (1, 'raccoon dogs'), (2, 'a running dog'), (3, 'the cat');
CREATE VIEW options AS SELECT relname AS index, reloptions AS options FROM pg_class WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'bm25') AND relname ~ '^(by_default|unlogged|parted)' ORDER BY relname COLLATE "C";
SET default_text_search_config = 'pg_catalog.english';
CREATE INDEX by_default_stems ON by_default USING bm25 (body);
CREATE INDEX by_default_k1 ON by_default USING bm25 (lexemes) WITH (k1 = 1.5);
SET default_text_search_config = 'defaults."Own words"';
CREATE INDEX CONCURRENTLY by_default_own ON by_default USING bm25 (body);
CREATE UNLOGGED TABLE unlogged (body text);
CREATE INDEX unlogged_body ON unlogged USING bm25 (body);
SET default_text_search_config = 'pg_catalog.simple';
CREATE INDEX by_default_part ON by_default USING bm25 (body) WHERE id > 1;
TABLE options;
SELECT pg_get_indexdef('by_default_stems'::regclass);

-- A query reads as its index does, whatever the setting is now; so do inserts.
INSERT INTO by_default(id, body) VALUES (4, 'Dogs and cats');
CREATE FUNCTION found(OUT stems int[], OUT own int[], OUT lexemes int[]) LANGUAGE sql AS $$
    SELECT array(SELECT id FROM by_default WHERE body @@@ vecext.bm25_query('run dog', 'by_default_stems') ORDER BY id),
        array(SELECT id FROM by_default WHERE body @@@ vecext.bm25_query('run dog', 'by_default_own') ORDER BY id),
        array(SELECT id FROM by_default WHERE lexemes @@@ 'run dog' ORDER BY id) $$;
SELECT * FROM found();
SET default_text_search_config = 'pg_catalog.french';
SELECT * FROM found();
-- It stays when the index is rebuilt in any way, and the table is written again.
REINDEX INDEX by_default_stems;
REINDEX TABLE CONCURRENTLY by_default;
SELECT * FROM found();
VACUUM FULL by_default;
CREATE TABLE by_default_like (LIKE by_default INCLUDING ALL);
SELECT * FROM found();
TRUNCATE unlogged;
TABLE options;
DROP TEXT SEARCH CONFIGURATION defaults."Own words";
-- Without the option, which is reset, what is rebuilt is as an index that was made before the option was written.
ALTER INDEX by_default_own RESET (text_config);
SELECT (found()).own;
REINDEX INDEX by_default_own;
ALTER INDEX by_default_own RESET (text_config);
REINDEX INDEX CONCURRENTLY by_default_own;
SELECT (found()).own;
TABLE options;
DROP TABLE by_default, by_default_like, unlogged CASCADE;

-- Partitions have one configuration: that of the first.
CREATE TABLE parted (id int, body text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
INSERT INTO parted VALUES (1, 'running dogs');
SET default_text_search_config = 'pg_catalog.english';
CREATE INDEX parted_body ON parted USING bm25 (body);
SET default_text_search_config = 'pg_catalog.simple';
CREATE TABLE parted_2_1 PARTITION OF parted_2 FOR VALUES FROM (10) TO (15);
CREATE TABLE parted_3 PARTITION OF parted FOR VALUES FROM (20) TO (30);
INSERT INTO parted VALUES (11, 'a dog'), (21, 'to run');
SELECT id FROM parted WHERE body @@@ 'run dog' ORDER BY id;
SELECT id, body <@> 'run dog' < 0 AS scored FROM parted ORDER BY body <@> 'run dog', id LIMIT 3;
TABLE options;
DROP TABLE parted;
-- A setting that no index can have.
SET default_text_search_config = 'defaults."Own words"';
CREATE TABLE refused (body text);
CREATE TEXT SEARCH CONFIGURATION pg_temp.passing (COPY = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION defaults.configuration_of_a_very_long_name_that_is_long_enough_here (COPY = pg_catalog.simple);
SET default_text_search_config = 'defaults.configuration_of_a_very_long_name_that_is_long_enough_here';
CREATE INDEX ON refused USING bm25 (body);
\set VERBOSITY sqlstate
SET default_text_search_config = 'pg_temp.passing';
CREATE INDEX ON refused USING bm25 (body);
\set VERBOSITY terse
RESET default_text_search_config;
DROP TABLE refused;
DROP FUNCTION found();
DROP VIEW options;
DROP TEXT SEARCH CONFIGURATION pg_temp.passing;
SET client_min_messages = warning;
DROP SCHEMA defaults CASCADE;
