-- vecext.indexes: the indexes of a database, with what there is to do.
SELECT current_database() AS home \gset
CREATE DATABASE regress_indexes TEMPLATE template0;
\c regress_indexes
SET client_min_messages = warning;
CREATE EXTENSION vecext;
SELECT count(*) FROM vecext.indexes;

CREATE SCHEMA shop;
CREATE TABLE shop.item (id int PRIMARY KEY, v vector(4), s sparsevec(9), t text);
INSERT INTO shop.item SELECT i, array[i % 7, i % 11, i % 13, i]::vector, format('{%s:1}/9', 1 + i % 9)::sparsevec, 'word ' || i
FROM generate_series(1, 300) i;
CREATE INDEX item_graph ON shop.item USING hnsw (v vector_l2_ops) WITH (m = 8);
CREATE INDEX item_lists ON shop.item USING ivfpq (v vector_l2_ops) WHERE id <= 200;
CREATE INDEX item_flat ON shop.item USING ivfflat (v vector_l2_ops) WITH (lists = 2);
CREATE INDEX item_words ON shop.item USING bm25 (t) WITH (text_config = 'english');
CREATE INDEX item_weights ON shop.item USING inverted (s);
CREATE TABLE parted (id int, v vector(4)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (1000);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
INSERT INTO parted SELECT id, v FROM shop.item;
-- Partitions one by one; no btree, and nothing that is only the sum of others.
ANALYZE;
SELECT index, schemaname, tablename, indexname, method, valid, rows, bytes = pg_relation_size(index) AS has_size, options
FROM vecext.indexes ORDER BY index::text COLLATE "C";

-- The state of each is that of index_info.
DELETE FROM shop.item WHERE id % 3 = 0;
VACUUM (ANALYZE) shop.item;
SELECT x.index, s.* FROM vecext.indexes x, vecext.index_state(x.index) s, vecext.index_info(x.index) i
WHERE (s.rows, s.pending_rows, s.dead_rows, s.advice) IS DISTINCT FROM (i.rows, i.pending_rows, i.dead_rows, i.advice) OR s.rows <> x.rows;

-- An index that cannot be read says why, and the others are there.
UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid = 'shop.item_graph'::regclass;
SELECT x.index, valid, s.rows, bytes > 0 AS has_size, advice FROM vecext.indexes x, vecext.index_state(index) s
WHERE tablename = 'item' AND (advice IS NOT NULL OR s.rows IS NULL);
UPDATE pg_index SET indisready = true, indisvalid = true WHERE indexrelid = 'shop.item_graph'::regclass;

-- A role sees all indexes, and the state of those whose tables it may read.
CREATE ROLE regress_vecext_watch;
GRANT SELECT ON parted_1 TO regress_vecext_watch;
SET ROLE regress_vecext_watch;
SELECT index, x.rows, s.rows, advice FROM vecext.indexes x, vecext.index_state(index) s
WHERE tablename IN ('item', 'parted_1') ORDER BY indexname COLLATE "C";
RESET ROLE;
GRANT pg_read_all_data TO regress_vecext_watch;
SET ROLE regress_vecext_watch;
SELECT count(*) FROM vecext.indexes x, vecext.index_state(index) s WHERE s.rows IS NOT NULL;
RESET ROLE;
\c :home
DROP DATABASE regress_indexes;
DROP ROLE regress_vecext_watch;
