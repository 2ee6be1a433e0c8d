-- Rows that come, go and change under indexes of ivfflat and ivfpq.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method ivfpq
\set options
\set other_method ivfflat
\set other_options 'WITH (lists = 5)'
SET ivfflat.probes = 5;
\set file :inputdir '/sql/include/changes.sql'
\i :file

-- Lists of an index made before its rows split, however few rows a page takes.
CREATE TABLE grown (v vector(600)) WITH (autovacuum_enabled = off);
CREATE INDEX grown_flat ON grown USING ivfflat (v);
CREATE INDEX grown_pq ON grown USING ivfpq (v) WITH (bits = 4);
INSERT INTO grown SELECT array_agg(sin(i * j)) FROM generate_series(1, 1200) i, generate_series(1, 600) j GROUP BY i;
SELECT i, lists > 1 AS split, vecext.verify_index(i) AS rows
FROM unnest('{grown_flat,grown_pq}'::regclass[]) i, vecext.index_info(i);
DROP TABLE grown;

-- Lists that split while the transaction that splits them has removed their rows: after a rollback these are found as before,
-- also where their vectors are out of line.
CREATE TABLE back (id int, pad int, v vector(600)) WITH (autovacuum_enabled = off);
SELECT setseed(.5);
INSERT INTO back SELECT i, 0, (SELECT array_agg(random() - .5) FROM generate_series(1, 600) WHERE i > 0)::vector FROM generate_series(1, 1500) i;
CREATE INDEX back_v ON back USING ivfpq (v vector_l2_ops);
SELECT lists AS lists_before, vecext.recall('back_v') AS recall_before FROM vecext.index_info('back_v') \gset
BEGIN;
UPDATE back SET pad = 1;
SAVEPOINT removed;
DELETE FROM back;
ROLLBACK TO removed;
ROLLBACK;
SELECT lists > :lists_before AS split FROM vecext.index_info('back_v');
SELECT vecext.recall('back_v') > :recall_before - .05 AS found;
DROP TABLE back;

-- Rows out of line.
\set options 'WITH (lists = 2)'
\set other_options 'WITH (lists = 2, rerank = int8)'
\set file :inputdir '/sql/include/wide_rows.sql'
\i :file
