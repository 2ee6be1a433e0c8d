-- ALTER TABLE takes the dimensions of a column away, which leaves its indexes as they are: they keep
-- serving queries and inserts of the dimensions that they were built with.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE TABLE wide (id int, v vector(4), b bit(8), s sparsevec(20));
INSERT INTO wide
SELECT i, ARRAY[i, 1, 2, 3]::vector, i::bit(8), format('{%s:%s}/20', 1 + i % 5, i)::sparsevec FROM generate_series(1, 200) i;
CREATE INDEX wide_v1 ON wide USING hnsw (v vector_l2_ops);
CREATE INDEX wide_v2 ON wide USING ivfpq (v vector_l2_ops);
CREATE INDEX wide_v3 ON wide USING ivfflat (v vector_l2_ops) WITH (lists = 2);
CREATE INDEX wide_b1 ON wide USING hnsw (b bit_hamming_ops);
CREATE INDEX wide_b2 ON wide USING ivfpq (b bit_hamming_ops);
CREATE INDEX wide_s1 ON wide USING hnsw (s sparsevec_l2_ops);
CREATE INDEX wide_s2 ON wide USING inverted (s sparsevec_ip_ops);
ALTER TABLE wide ALTER v TYPE vector, ALTER b TYPE varbit, ALTER s TYPE sparsevec;

SET enable_seqscan = off;
SELECT id FROM wide ORDER BY v <-> '[7,1,2,3]' LIMIT 1;
SELECT id FROM wide ORDER BY b <~> B'00000111' LIMIT 1;
SELECT id FROM wide ORDER BY s <-> '{3:7}/20' LIMIT 1;
SELECT id FROM wide ORDER BY s <#> '{3:1}/20' LIMIT 1;
SELECT pg_temp.outcome('SELECT id FROM wide ORDER BY v <-> ''[7,1,2,3,4]'' LIMIT 1');
SELECT pg_temp.outcome('SELECT id FROM wide ORDER BY b <~> B''000001111'' LIMIT 1');
SELECT pg_temp.outcome('SELECT id FROM wide ORDER BY s <-> ''{3:7}/21'' LIMIT 1');
SELECT pg_temp.outcome('SELECT id FROM wide ORDER BY s <#> ''{3:7}/21'' LIMIT 1');
INSERT INTO wide VALUES (201, '[-1,1,2,3]', B'11111111', '{9:1}/20');
SELECT pg_temp.outcome('INSERT INTO wide (v) VALUES (''[1,2,3]'')');
SELECT pg_temp.outcome('INSERT INTO wide (b) VALUES (B''101'')');
SELECT pg_temp.outcome('INSERT INTO wide (s) VALUES (''{1:1}/2'')');
DELETE FROM wide WHERE id <= 50;
VACUUM wide;
SELECT count(vecext.merge(i)), min(vecext.verify_index(i)), max(vecext.verify_index(i)), min(vecext.recall(i))
FROM unnest('{wide_v1,wide_v2,wide_v3,wide_b1,wide_b2,wide_s1,wide_s2}'::regclass[]) AS i;

-- An index cannot be built of it.
SELECT pg_temp.outcome('REINDEX INDEX wide_v1');
SELECT pg_temp.outcome('REINDEX INDEX wide_b2');
SELECT pg_temp.outcome('REINDEX INDEX wide_s2');
SELECT vecext.verify_index('wide_v1');

-- Declared again, with others too: all are built again.
ALTER TABLE wide ALTER v TYPE vector(3) USING subvector(v, 1, 3), ALTER b TYPE bit(8), ALTER s TYPE sparsevec(20);
SELECT min(vecext.verify_index(i)), max(vecext.verify_index(i))
FROM unnest('{wide_v1,wide_v2,wide_v3,wide_b1,wide_b2,wide_s1,wide_s2}'::regclass[]) AS i;
SELECT id FROM wide ORDER BY v <-> '[70,1,2]' LIMIT 1;
DROP TABLE wide;
