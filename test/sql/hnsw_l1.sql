-- Access method hnsw by taxicab distance, and over vectors of so many dimensions that nodes keep them whole.
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
SET maintenance_work_mem = '256MB';

CREATE TABLE shape (id int, v vector(3), h halfvec(3));
INSERT INTO shape SELECT i, v::vector, v::vector::halfvec FROM (VALUES (1, '[0,0,0]'), (2, '[1,2,3]'), (3, '[1,1,1]'), (4, NULL)) t (i, v);
CREATE INDEX shape_v ON shape USING hnsw (v vector_l1_ops);
CREATE INDEX shape_h ON shape USING hnsw (h halfvec_l1_ops);
INSERT INTO shape VALUES (5, '[1,2,4]', '[1,2,4]');
EXPLAIN (COSTS OFF) SELECT * FROM shape ORDER BY v <+> '[3,3,3]';
SELECT id, v <+> '[3,3,3]' AS distance FROM shape ORDER BY v <+> '[3,3,3]';
SELECT id, h <+> '[3,3,3]' AS distance FROM shape ORDER BY h <+> '[3,3,3]';
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <+> (SELECT NULL::vector)) t;
SELECT * FROM shape ORDER BY v <+> '[1,2]';
SELECT i, metric, rerank, bits, vecext.verify_index(i) FROM unnest('{shape_v,shape_h}'::regclass[]) i, vecext.index_info(i);
DROP TABLE shape;

-- Dimensions.
CREATE FUNCTION pg_temp.random_vector(i int, dims int) RETURNS vector LANGUAGE sql VOLATILE AS $$
    SELECT ARRAY(SELECT random() - 0.4 FROM generate_series(1, dims) WHERE i > 0)::vector
$$;
SELECT * FROM pg_temp.faults('vector(1)', 'pg_temp.random_vector(i, 1)', 500, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('halfvec(3)', 'pg_temp.random_vector(i, 3)::halfvec', 500, '{halfvec_l1_ops}');
SELECT * FROM pg_temp.faults('vector(100)', 'pg_temp.random_vector(i, 100)', 500, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('halfvec(1100)', 'pg_temp.random_vector(i, 1100)::halfvec', 200, '{halfvec_l1_ops}', each => '{m=16}');
SELECT * FROM pg_temp.faults('vector(2000)', 'pg_temp.random_vector(i, 2000)', 60, '{vector_l1_ops}', each => '{m=16}');
SELECT * FROM pg_temp.faults('vector(4000)', 'pg_temp.random_vector(i, 4000)', 60, '{vector_l1_ops}', each => '{m=16}');
SELECT * FROM pg_temp.faults('halfvec(8000)', 'pg_temp.random_vector(i, 8000)::halfvec', 40, '{halfvec_l1_ops}', each => '{m=16}');
-- The same of halfvec by other distances: codes of so many dimensions would not fit a page.
SELECT * FROM pg_temp.faults('halfvec(7001)', 'pg_temp.random_vector(i, 7001)::halfvec', 40, '{halfvec_l2_ops}', each => '{m=16}');
SELECT * FROM pg_temp.faults('halfvec(8000)', 'pg_temp.random_vector(i, 8000)::halfvec', 40,
    '{halfvec_l2_ops,halfvec_ip_ops,halfvec_cosine_ops}', each => '{m=16}');

-- Rows: few, equal, huge, far from each other, far from the origin, null.
SELECT * FROM pg_temp.faults('vector(5)', 'pg_temp.random_vector(i, 5)', 1, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(5)', 'pg_temp.random_vector(i, 5)', 10, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(5)', '''[1,2,3,4,5]''', 400, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(5)', 'array_fill(3e38, ''{5}'')::vector * array_fill(i % 3 - 1, ''{5}'')::vector', 400, '{vector_l1_ops}', 0);
SELECT * FROM pg_temp.faults('vector(8)', 'pg_temp.random_vector(i, 8) + array_fill(i % 2 * 1000, ''{8}'')::vector', 400, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(8)', 'pg_temp.random_vector(i, 8) + array_fill(1000, ''{8}'')::vector', 400, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(8)', 'CASE WHEN i = 77 THEN array_fill(1e6, ''{8}'')::vector ELSE pg_temp.random_vector(i, 8) END', 400, '{vector_l1_ops}');
SELECT * FROM pg_temp.faults('vector(8)', 'CASE WHEN i % 2 = 1 THEN pg_temp.random_vector(i, 8) END', 400, '{vector_l1_ops}');

-- More dimensions than nodes of two pages take, or than they do with so many neighbors.
CREATE TABLE shape (v vector(4001), w vector(7001), h halfvec(8001), a vector(4000), b halfvec(8000));
SELECT class, pg_temp.outcome(format('CREATE INDEX ON shape USING hnsw (%s)', class)) FROM unnest(ARRAY['v vector_l1_ops', 'w vector_l1_ops',
    'w vector_l2_ops', 'h halfvec_l1_ops', 'h halfvec_cosine_ops']) class;
SELECT class, pg_temp.outcome(format('CREATE INDEX ON shape USING hnsw (%s) WITH (m = 32)', class))
FROM unnest('{a vector_l1_ops,b halfvec_l1_ops,b halfvec_ip_ops}'::text[]) class;
DROP TABLE shape;
