-- Access method hnsw over bit.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set file :inputdir '/sql/include/elements.sql'
\i :file
\set ECHO all
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;

-- Hamming distance.
CREATE TABLE shape (id int, v bit(3));
INSERT INTO shape VALUES (1, B'000'), (2, B'100'), (3, B'111'), (4, NULL);
CREATE INDEX shape_v ON shape USING hnsw (v bit_hamming_ops);
INSERT INTO shape VALUES (5, B'110');
EXPLAIN (COSTS OFF) SELECT * FROM shape ORDER BY v <~> B'111';
SELECT * FROM shape ORDER BY v <~> B'111';
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <~> (SELECT NULL::bit)) t;
SELECT * FROM shape ORDER BY v <~> B'11';
SELECT pg_temp.uses_index('SELECT * FROM shape ORDER BY v <%> B''111'' LIMIT 2') AS by_jaccard;
TRUNCATE shape;
SELECT * FROM shape ORDER BY v <~> B'111';
DROP INDEX shape_v;

-- Jaccard distance: sets without a common element have 1, empty ones from all.
CREATE INDEX shape_v ON shape USING hnsw (v bit_jaccard_ops);
INSERT INTO shape VALUES (1, B'000'), (2, B'100'), (3, B'111'), (4, NULL), (5, B'110');
SELECT *, v <%> B'111' AS distance FROM shape ORDER BY v <%> B'111';
REINDEX INDEX shape_v;
SELECT *, v <%> B'111' AS distance FROM shape ORDER BY v <%> B'111';
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <%> B'000') t;
DROP TABLE shape;

-- Lengths: neighbors beside a node or not; nodes of two pages. Not every one is a whole number of bytes.
CREATE FUNCTION pg_temp.bits(i int, n int, share float8 DEFAULT 0.5) RETURNS bit LANGUAGE sql VOLATILE AS $$
    SELECT string_agg((random() < share)::int::text, '')::varbit::bit(64000) FROM generate_series(1, n) WHERE i > 0
$$;
\set both '{bit_hamming_ops,bit_jaccard_ops}'
SELECT * FROM pg_temp.faults('bit(1)', 'pg_temp.bits(i, 1)::bit(1)', 100, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(9)', 'pg_temp.bits(i, 9)::bit(9)', 600, :'both');
SELECT * FROM pg_temp.faults('bit(99)', 'pg_temp.bits(i, 99)::bit(99)', 600, :'both');
SELECT * FROM pg_temp.faults('bit(256)', 'pg_temp.bits(i, 256, 0.1)::bit(256)', 600, :'both');
SELECT * FROM pg_temp.faults('bit(900)', 'pg_temp.bits(i, 900)::bit(900)', 200, :'both');
SELECT * FROM pg_temp.faults('bit(2000)', 'pg_temp.bits(i, 2000, 0.02)::bit(2000)', 200, :'both');
SELECT * FROM pg_temp.faults('bit(40000)', 'pg_temp.bits(i, 2000)::bit(40000) >> 60 * i', 60, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(64000)', 'pg_temp.bits(i, 2000)::bit(64000) >> 600 * i', 60, :'both', each => '{m=16,"m=100,ef_construction=200"}');

-- Numbers of rows; equal ones; few different ones; sets of no element.
SELECT * FROM pg_temp.faults('bit(20)', 'pg_temp.bits(i, 20)::bit(20)', 1, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(20)', 'pg_temp.bits(i, 20)::bit(20)', 2, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(20)', 'pg_temp.bits(i, 20)::bit(20)', 10, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(200)', 'B''1''::bit(200)', 500, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(200)', 'B''0''::bit(200)', 500, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(200)', 'B''1''::bit(200) >> i % 3', 500, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(200)', 'CASE WHEN i % 2 = 0 THEN pg_temp.bits(i, 200, 0.1)::bit(200) ELSE B''0''::bit(200) END', 500, :'both', each => '{m=16}');
SELECT * FROM pg_temp.faults('bit(50)', 'CASE WHEN i % 2 = 0 THEN pg_temp.bits(i, 50)::bit(50) END', 500, '{bit_hamming_ops}');

-- Sets of one element in wide strings, which are hashed where the graph is made.
SELECT * FROM pg_temp.faults('bit(5000)', 'B''1''::bit(5000) >> i * 3', 500, :'both', each => '{m=16}');

-- The signs of a vector, some of the rows; the nearest by them, in the order of their vectors.
CREATE TABLE item (id int, category int, v vector(64)) WITH (autovacuum_enabled = off);
SELECT setseed(0.5);
INSERT INTO item SELECT i, i % 10, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 64) WHERE i > 0)
FROM generate_series(1, 3000) i;
CREATE INDEX item_signs ON item USING hnsw ((binary_quantize(v)::bit(64)) bit_hamming_ops);
CREATE INDEX item_some ON item USING hnsw ((binary_quantize(v)::bit(64)) bit_jaccard_ops) WHERE category = 3;
SELECT i, vecext.verify_index(i), vecext.recall(i) >= 0.95 AS most
FROM unnest('{item_signs,item_some}'::regclass[]) i;
SELECT count(*) FROM item q WHERE id % 60 = 0 AND id = (SELECT id FROM (
    SELECT id, v FROM item ORDER BY binary_quantize(v)::bit(64) <~> binary_quantize(q.v)::bit(64) LIMIT 20) t
    ORDER BY v <=> q.v LIMIT 1);
SELECT pg_temp.uses_index('SELECT id FROM item WHERE category = 3
    ORDER BY binary_quantize(v)::bit(64) <%> B''1''::bit(64) LIMIT 5') AS some,
    pg_temp.uses_index('SELECT id FROM item ORDER BY binary_quantize(v)::bit(64) <%> B''1''::bit(64) LIMIT 5') AS "all";

-- A filter, and scans of every length; no row of the index is looked up in the table.
SELECT pg_temp.same_set('SELECT id FROM item WHERE category = 5 ORDER BY binary_quantize(v)::bit(64) <~> B''1''::bit(64)') AS filtered,
    pg_temp.same_rows('SELECT binary_quantize(v)::bit(64) <~> B''1''::bit(64) FROM item
        ORDER BY binary_quantize(v)::bit(64) <~> B''1''::bit(64) LIMIT 3000') AS in_order;
SELECT count(*) FROM (SELECT id FROM item ORDER BY binary_quantize(v)::bit(64) <~> B'1'::bit(64) LIMIT 10) t;
SELECT index, nodes BETWEEN 10 AND 3000 AS nodes, pages >= nodes AS pages, rows_scored >= nodes AS scored, rows_reranked
FROM vecext.last_scan();
SET hnsw.iterative_scan = off;
SELECT set_config('hnsw.ef_search', ef::text, false) AS ef, cardinality(pg_temp.rows_by_index(
    'SELECT id FROM item ORDER BY binary_quantize(v)::bit(64) <~> B''1''::bit(64)')) BETWEEN ef AND 5 * ef + 200 AS rows
FROM unnest('{10,40,100}'::int[]) ef;
RESET hnsw.iterative_scan;
RESET hnsw.ef_search;

-- Rows that go, come and change.
DELETE FROM item WHERE id % 3 = 0;
VACUUM item;
INSERT INTO item SELECT id + 10000, category, v FROM item WHERE id % 5 = 1;
UPDATE item SET v = v * array_fill(-1, '{64}')::vector WHERE id % 7 = 1;
SELECT i, pending_rows > 0 AS fresh, vecext.verify_index(i) >= least AS rows
FROM (VALUES ('item_signs'::regclass, 2400), ('item_some', 200)) t (i, least), vecext.index_info(i);
VACUUM item;
SELECT vecext.merge(i) > 0 AS changed, vecext.verify_index(i), vecext.recall(i) >= 0.9 AS most
FROM unnest('{item_signs,item_some}'::regclass[]) i;
SELECT pg_temp.same_rows('SELECT binary_quantize(v)::bit(64) <~> B''1''::bit(64) FROM item
    ORDER BY binary_quantize(v)::bit(64) <~> B''1''::bit(64) LIMIT 3000') AS in_order;
SELECT i, metric, dims, bits, coded_dims, rerank, degree, rows = nodes AS all_linked
FROM unnest('{item_signs,item_some}'::regclass[]) i, vecext.index_info(i);
DROP TABLE item;

-- Thousands of rows at one distance, more than the first searches find, all come before those farther off.
CREATE TABLE item (id int, v bit(64));
INSERT INTO item SELECT i * 64 + j, set_bit(set_bit(B'0'::bit(64), i, 1), j, 1)
FROM generate_series(0, 63) i, generate_series(0, 63) j WHERE i < j ORDER BY md5(i || '-' || j);
INSERT INTO item SELECT id + 5000, v | B'1'::bit(64) FROM item WHERE get_bit(v, 0) = 0;
CREATE INDEX item_v ON item USING hnsw (v bit_hamming_ops);
SELECT distance, count(*) FROM (SELECT v <~> B'0'::bit(64) AS distance FROM item ORDER BY v <~> B'0'::bit(64) LIMIT 2100) t
GROUP BY distance ORDER BY distance;
DROP TABLE item;

-- Columns.
CREATE TABLE shape (v varbit(3), one bit, none varbit, most bit(64000), wide bit(64001));
SELECT class, pg_temp.outcome(format('CREATE INDEX ON shape USING hnsw (%s) WITH (m = 100, ef_construction = 200)', class))
FROM unnest('{v bit_hamming_ops,v bit_jaccard_ops,none bit_jaccard_ops,wide bit_hamming_ops,wide bit_jaccard_ops}'::text[]) class;
CREATE INDEX ON shape USING hnsw (one bit_hamming_ops);
CREATE INDEX ON shape USING hnsw (most bit_jaccard_ops) WITH (m = 100, ef_construction = 200);
DROP TABLE shape;
