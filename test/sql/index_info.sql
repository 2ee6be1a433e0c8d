-- What an index is made of: free pages, advice, partitions.
CREATE TABLE wave (id int, v vector(16)) WITH (vacuum_truncate = off);
CREATE INDEX wave_v ON wave USING hnsw (v vector_l2_ops);
INSERT INTO wave SELECT i, (SELECT array_agg(sin(i * .37 * j) + i % 50 * sin(j)) FROM generate_series(1, 16) j)::vector
FROM generate_series(1, 7000) i;
DELETE FROM wave WHERE id > 2000;
VACUUM (PARALLEL 0) wave;
SELECT rows, nodes, free_pages > pages / 3 AS has_free_pages, regexp_replace(advice, '\d+', 'n', 'g') AS advice
FROM vecext.index_info('wave_v');
REINDEX INDEX wave_v;
SELECT rows, nodes, free_pages, advice FROM vecext.index_info('wave_v');

CREATE TABLE parted (id int, v vector(16)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (9000) PARTITION BY RANGE (id);
CREATE TABLE parted_21 PARTITION OF parted_2 FOR VALUES FROM (1000) TO (9000);
INSERT INTO parted SELECT * FROM wave;
CREATE INDEX parted_graph ON parted USING hnsw (v vector_l2_ops);
CREATE INDEX parted_lists ON parted USING ivfpq (v vector_l2_ops);
SELECT metric, dims, lists, rows, nodes, degree, free_pages, advice FROM vecext.index_info('parted_graph');
SELECT metric, dims, bits, lists >= 2 AS has_lists, rows, nodes FROM vecext.index_info('parted_lists');
SELECT i.pages = sum(pg_relation_size(inhrelid) / 8192) AS all_pages
FROM pg_inherits, vecext.index_info('parted_lists') i
WHERE inhparent IN ('parted_lists'::regclass, 'parted_2_v_idx1'::regclass) AND inhrelid <> 'parted_2_v_idx1'::regclass GROUP BY i.pages;
-- What can be summed up is; the rest names what to call it for.
SELECT vecext.verify_index('parted_graph') AS rows, vecext.verify_index('parted_lists') AS rows_of_lists;
INSERT INTO parted SELECT * FROM wave WHERE id % 2 = 0;
SELECT pending_rows > 0 AS has_pending FROM vecext.index_info('parted_graph');
SELECT vecext.merge('parted_graph') > 0 AS merged;
SELECT pending_rows FROM vecext.index_info('parted_graph');
SELECT vecext.recall('parted_graph');
SELECT vecext.planned_index('parted_graph');
SELECT bool_and(vecext.recall(relid) > .8) AS good FROM pg_partition_tree('public.parted_graph') WHERE isleaf;
SELECT vecext.verify_index('parted');
DROP TABLE parted;
CREATE TABLE parted (v vector(3)) PARTITION BY RANGE (v);
CREATE INDEX parted_none ON parted USING hnsw (v vector_l2_ops);
SELECT rows, pages, advice FROM vecext.index_info('parted_none');
SELECT vecext.verify_index('parted_none');
DROP TABLE wave, parted;

-- Places of removed rows stay until they are many.
CREATE TABLE thinned (id int, v vector(4));
INSERT INTO thinned SELECT i, array[i % 7, i % 11, i % 13, i]::vector FROM generate_series(1, 1000) i;
CREATE INDEX thinned_graph ON thinned USING hnsw (v vector_l2_ops);
CREATE INDEX thinned_lists ON thinned USING ivfpq (v vector_l2_ops);
INSERT INTO thinned SELECT i, array[i % 7, i % 11, i % 13, i]::vector FROM generate_series(1001, 1100) i;
DELETE FROM thinned WHERE id % 10 = 0;
VACUUM thinned;
SELECT rows, nodes, pending_rows, dead_rows FROM vecext.index_info('thinned_graph');
SELECT rows, dead_rows FROM vecext.index_info('thinned_lists');

-- An index whose build has not come to its end is no damaged one.
CREATE FUNCTION refuse(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE 'refused'; END $$;
\set VERBOSITY terse
CREATE INDEX CONCURRENTLY thinned_refused ON thinned USING hnsw ((refuse(v)::vector(4)) vector_l2_ops);
\set VERBOSITY default
SELECT rows FROM vecext.index_info('thinned_refused');
SELECT vecext.verify_index('thinned_refused');
-- One that gets new rows already still lacks some that were there before.
CREATE TABLE unfinished (v vector(2), k int);
CREATE INDEX unfinished_v ON unfinished USING hnsw (v vector_l2_ops, k);
UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'unfinished_v'::regclass;
INSERT INTO unfinished VALUES ('[1,2]', 3);
UPDATE pg_index SET indisready = true WHERE indexrelid = 'unfinished_v'::regclass;
INSERT INTO unfinished VALUES ('[4,5]', 6);
SELECT rows FROM vecext.index_info('unfinished_v');
SELECT vecext.verify_index('unfinished_v');
UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'unfinished_v'::regclass;
SELECT vecext.verify_index('unfinished_v');
DROP TABLE unfinished;
DROP INDEX thinned_refused;
DROP FUNCTION refuse;

-- A library that is newer than the installed extension gives back no rows of other columns.
CREATE FUNCTION older(regclass, OUT metric text, OUT dims int4) LANGUAGE C STRICT AS '$libdir/vecext', 'vecext_index_info';
SELECT older('thinned_graph');
DROP FUNCTION older;
CREATE FUNCTION older(OUT index regclass, OUT lists int8, OUT pages int8, OUT rows_scored int8, OUT rows_reranked int8,
    OUT nodes int4, OUT expected_recall float8, OUT expected_easy float8, OUT expected_hard float8)
    LANGUAGE C STRICT AS '$libdir/vecext', 'vecext_last_scan';
SELECT older();
DROP FUNCTION older;
CREATE FUNCTION older(regclass) RETURNS SETOF int LANGUAGE C STRICT AS '$libdir/vecext', 'vecext_index_info';
SELECT older('thinned_graph');
DROP FUNCTION older;

-- Citus's catalog says that a table is distributed. What is no such table is not asked.
SET allow_system_table_mods = on;
CREATE TABLE pg_catalog.pg_dist_partition (partmethod "char", logicalrelid regclass);
INSERT INTO pg_catalog.pg_dist_partition VALUES ('h', 'pg_class');
SELECT advice FROM vecext.index_info('thinned_graph');
INSERT INTO pg_catalog.pg_dist_partition VALUES ('h', 'thinned');
SELECT rows, advice FROM vecext.index_info('thinned_graph');
ALTER TABLE pg_catalog.pg_dist_partition ALTER logicalrelid TYPE text;
SELECT advice FROM vecext.index_info('thinned_graph');
DROP TABLE pg_catalog.pg_dist_partition;
CREATE FUNCTION fail() RETURNS regclass LANGUAGE plpgsql AS $$ BEGIN RAISE 'called'; END $$;
CREATE VIEW pg_catalog.pg_dist_partition AS SELECT fail() AS logicalrelid;
SELECT advice FROM vecext.index_info('thinned_graph');
DROP VIEW pg_catalog.pg_dist_partition;
RESET allow_system_table_mods;
CREATE TABLE pg_dist_partition (logicalrelid regclass);
INSERT INTO pg_dist_partition VALUES ('thinned');
SELECT advice FROM vecext.index_info('thinned_graph');
DROP TABLE pg_dist_partition, thinned;
DROP FUNCTION fail;
