-- bm25: inserts, deletes, VACUUM, merging and options.
SET default_text_search_config = 'pg_catalog.simple';
\set VERBOSITY terse
CREATE TABLE changed (id int PRIMARY KEY, body text) WITH (autovacuum_enabled = off);
CREATE INDEX changed_idx ON changed USING bm25 (body);
SELECT id FROM changed ORDER BY body <@> 'a' LIMIT 1;
INSERT INTO changed SELECT i, 'w' || i % 10 || ' v' || i % 97 || ' only' || i FROM generate_series(1, 5000) i;
SELECT vecext.verify_index('changed_idx');
SELECT id FROM changed ORDER BY body <@> 'only4321' LIMIT 1;
SELECT count(*) FROM changed WHERE body @@@ 'w3';
-- Documents that take several pages, and none.
INSERT INTO changed SELECT 6000, string_agg('long' || i, ' ') FROM generate_series(1, 20000) i;
INSERT INTO changed VALUES (6001, ''), (6002, NULL);
SELECT id FROM changed ORDER BY body <@> 'long17' LIMIT 1;
SELECT vecext.verify_index('changed_idx');
SELECT rows, dead_rows FROM vecext.index_info('changed_idx');
-- Deleted rows, updated ones.
DELETE FROM changed WHERE id % 2 = 0 AND id <= 5000;
UPDATE changed SET body = 'new words' WHERE id = 1;
SELECT count(*) FROM changed WHERE body @@@ 'w3';
SELECT count(*) FROM changed WHERE body @@@ 'w2';
SELECT id FROM changed ORDER BY body <@> 'new' LIMIT 1;
VACUUM changed;
SELECT vecext.verify_index('changed_idx');
SELECT count(*) FROM changed WHERE body @@@ 'w3';
SELECT id FROM changed ORDER BY body <@> 'only4321' LIMIT 1;
SELECT vecext.merge('changed_idx') > 0;
SELECT vecext.merge('changed_idx');
SELECT lists, rows, pending_rows, dead_rows FROM vecext.index_info('changed_idx');
SELECT vecext.verify_index('changed_idx');
SELECT id FROM changed ORDER BY body <@> 'long17' LIMIT 1;
REINDEX INDEX changed_idx;
SELECT vecext.verify_index('changed_idx');
REINDEX INDEX CONCURRENTLY changed_idx;
SELECT vecext.verify_index('changed_idx');
DELETE FROM changed;
VACUUM changed;
SELECT vecext.verify_index('changed_idx');
TRUNCATE changed;
INSERT INTO changed VALUES (1, 'again');
SELECT id FROM changed ORDER BY body <@> 'again' LIMIT 1;
-- Rolled back, and of an own statement.
BEGIN;
INSERT INTO changed VALUES (2, 'again again');
SELECT id FROM changed ORDER BY body <@> 'again' LIMIT 1;
ROLLBACK;
SELECT id FROM changed ORDER BY body <@> 'again' LIMIT 1;
-- Options.
CREATE INDEX bad ON changed USING bm25 (body) WITH (k1 = -1);
CREATE INDEX bad ON changed USING bm25 (body) WITH (b = 1.5);
CREATE INDEX bad ON changed USING bm25 (body) WITH (text_config = 'nothing');
CREATE INDEX bad ON changed USING bm25 (body) WITH (text_config = 'a.b.c.d');
CREATE INDEX bad ON changed USING bm25 (body) WITH (cjk = 'words');
CREATE INDEX bad ON changed USING bm25 (id);
CREATE INDEX bad ON changed USING bm25 (body, body);
CREATE UNIQUE INDEX bad ON changed USING bm25 (body);
SELECT vecext.recall('changed_idx');
CREATE INDEX chinese ON changed USING bm25 (body) WITH (cjk = 'bigrams', text_config = 'pg_catalog.simple');
INSERT INTO changed VALUES (3, '全文検索エンジン');
SELECT id FROM changed ORDER BY body <@> vecext.bm25_query('検索', 'chinese') LIMIT 1;
SELECT 'k1', a < b FROM (SELECT '全文 again again again'::text <@> vecext.bm25_query('again', 'chinese') a) x,
    LATERAL (SELECT 'again'::text <@> vecext.bm25_query('again', 'chinese') b) y;
ALTER INDEX chinese SET (k1 = 0, b = 0);
SELECT 'again again'::text <@> vecext.bm25_query('again', 'chinese') = 'again'::text <@> vecext.bm25_query('again', 'chinese');
-- Without logging, and temporary.
CREATE UNLOGGED TABLE unlogged (body text);
CREATE INDEX unlogged_idx ON unlogged USING bm25 (body);
INSERT INTO unlogged VALUES ('a b'), ('b c');
SELECT body FROM unlogged ORDER BY body <@> 'c' LIMIT 1;
CREATE TEMP TABLE temporary (body text) ON COMMIT DELETE ROWS;
CREATE INDEX ON temporary USING bm25 (body);
BEGIN;
INSERT INTO temporary VALUES ('a b'), ('b c');
SELECT body FROM temporary ORDER BY body <@> 'c' LIMIT 1;
COMMIT;
SELECT count(*) FROM (SELECT body FROM temporary ORDER BY body <@> 'c' LIMIT 1) s;
SET enable_seqscan = off;
SELECT amvalidate(oid) FROM pg_opclass WHERE opcmethod = (SELECT oid FROM pg_am WHERE amname = 'bm25');
DROP TABLE changed, unlogged, temporary;
