-- Vectors kept beside the codes: rows come in exact order whatever they are kept in.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SELECT setseed(0.5);
CREATE TABLE item (id int PRIMARY KEY, v vector(30), h halfvec(30), b bit(30))
WITH (autovacuum_enabled = off);
INSERT INTO item SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 30) WHERE i > 0) FROM
    generate_series(1, 2000) i;
UPDATE item SET h = v, b = binary_quantize(v);
VACUUM item;
CREATE INDEX l2_fp16 ON item USING ivfpq (v) WITH (rerank = fp16, bits = 2);
CREATE INDEX ip_int8 ON item USING ivfpq (v vector_ip_ops) WITH (rerank = int8);
CREATE INDEX cosine_int8 ON item USING ivfpq (h halfvec_cosine_ops) WITH (rerank = int8, bits = 1);
SELECT i, bits, rerank, rows, vecext.verify_index(i) AS verified
FROM unnest('{l2_fp16,ip_int8,cosine_int8}'::regclass[]) i, vecext.index_info(i);
-- All rows, and in order: distances never fall.
CREATE FUNCTION pg_temp.state() RETURNS TABLE (l2 bool, ip bool, cosine bool) LANGUAGE sql AS $$
    SELECT pg_temp.same_set(format(query, 'v <->', 'v')), pg_temp.same_set(format(query, 'v <#>', 'v')),
        pg_temp.same_set(format(query, 'h <=>', 'h'))
    FROM (SELECT 'SELECT id FROM item ORDER BY %s (SELECT %s FROM item ORDER BY id LIMIT 1)') t (query)
$$;
SELECT * FROM pg_temp.state();
SELECT pg_temp.ascending('SELECT v <-> (SELECT v FROM item WHERE id = 77) AS d FROM item ORDER BY d
    LIMIT 100'),
    pg_temp.ascending('SELECT v <#> (SELECT v FROM item WHERE id = 77) AS d FROM item ORDER BY d
    LIMIT 100'),
    pg_temp.ascending('SELECT h <=> (SELECT h FROM item WHERE id = 77) AS d FROM item ORDER BY d
    LIMIT 100');
SELECT i, vecext.recall(i) > 0.9 AS most
FROM unnest('{l2_fp16,ip_int8,cosine_int8}'::regclass[]) i;

-- Rows come and go; lists are split and merged.
INSERT INTO item SELECT id + 2000 * n, v + v, h, b FROM item, generate_series(1, 2) n;
SELECT i, lists > 6 AS more_lists, vecext.verify_index(i) AS rows
FROM unnest('{l2_fp16,ip_int8,cosine_int8}'::regclass[]) i, vecext.index_info(i);
SELECT * FROM pg_temp.state();
DELETE FROM item WHERE id % 8 <> 0;
SELECT * FROM pg_temp.state();
VACUUM item;
SELECT i, lists BETWEEN 1 AND 6 AS fewer_lists, vecext.verify_index(i) AS rows
FROM unnest('{l2_fp16,ip_int8,cosine_int8}'::regclass[]) i, vecext.index_info(i);
SELECT * FROM pg_temp.state();
REINDEX TABLE item;
SELECT vecext.verify_index('l2_fp16'), vecext.verify_index('ip_int8');

-- Values that halves and bytes cannot hold; equal rows; lengths far apart.
TRUNCATE item;
INSERT INTO item SELECT i, array_fill((10.0 ^ (i % 37 - 18))::float4, '{30}') FROM generate_series(1, 400) i;
CREATE FUNCTION pg_temp.nearest(i int) RETURNS bool LANGUAGE sql AS $$
    SELECT bool_and(id % 37 = i % 37) FROM (SELECT id FROM item
        ORDER BY v <-> array_fill((10.0 ^ (i % 37 - 18))::float4, '{30}')::vector LIMIT 5) t
$$;
SET enable_seqscan = off;
SELECT i FROM generate_series(19, 36) i WHERE NOT pg_temp.nearest(i);
RESET enable_seqscan;
SELECT vecext.verify_index('l2_fp16');

-- What cannot be.
CREATE INDEX ON item USING ivfpq (v) WITH (rerank = fp32);
CREATE INDEX ON item USING ivfflat (v) WITH (rerank = fp16);
CREATE TABLE wide (v vector(5000));
CREATE INDEX ON wide USING ivfpq (v) WITH (rerank = fp16);
CREATE INDEX wide_int8 ON wide USING ivfpq (v) WITH (rerank = int8);
INSERT INTO wide SELECT array_fill(1 / i::float8, '{5000}') FROM generate_series(1, 30) i;
SELECT vecext.verify_index('wide_int8');
CREATE INDEX bits ON item USING ivfpq (b bit_hamming_ops) WITH (rerank = fp16);
SELECT bits, rerank FROM vecext.index_info('bits');
DROP TABLE item, wide;
