-- Every type and metric of hnsw, sparse and dense graphs, over values of many dimensions and shapes.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
\set method hnsw
\set each '{m=2,m=16,"m=100,ef_construction=200"}'
\set file :inputdir '/sql/include/shapes.sql'
\i :file

-- Dimensions: some nodes a page, two, one; codes of all dimensions and of some.
SELECT * FROM pg_temp.faults(1, 200, '{l2}');
SELECT * FROM pg_temp.faults(3, 200, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(16, 300, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(200, 100, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(201, 100, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(784, 60, '{l2,ip}');
SELECT * FROM pg_temp.faults(1536, 40, '{cosine}');
UPDATE kind SET each = '{m=2,m=16}';
SELECT * FROM pg_temp.faults(3072, 40, '{ip}');
SELECT * FROM pg_temp.faults(4000, 40, '{l2}');
SELECT * FROM pg_temp.faults(7000, 30, '{cosine}');

-- More dimensions than a page takes.
CREATE TABLE shape (v vector(7001));
CREATE INDEX ON shape USING hnsw (v vector_l2_ops);
DROP TABLE shape;

-- What of a vector is kept, and how many links.
CREATE TABLE shape (a vector(200), b halfvec(201), c vector(3072));
INSERT INTO shape SELECT array_fill(i, '{200}'), array_fill(i, '{201}'), array_fill(i, '{3072}')
FROM generate_series(1, 40) i;
CREATE INDEX shape_a ON shape USING hnsw (a vector_l2_ops) WITH (m = 2);
CREATE INDEX shape_b ON shape USING hnsw (b halfvec_ip_ops);
CREATE INDEX shape_c ON shape USING hnsw (c vector_l2_ops) WITH (m = 17);
SELECT i, dims, rerank, degree, coded_dims >= dims AS all_coded, coded_dims > dims * 0.8 AS most_coded,
    nodes, vecext.verify_index(i)
FROM unnest('{shape_a,shape_b,shape_c}'::regclass[]) i, vecext.index_info(i);
DROP TABLE shape;

-- Zero vectors have no cosine: they are not in the index. All of them, and some.
CREATE TABLE shape (id int, v vector(8));
INSERT INTO shape SELECT i, '[0,0,0,0,0,0,0,0]' FROM generate_series(1, 100) i;
CREATE INDEX shape_v ON shape USING hnsw (v vector_cosine_ops);
SELECT vecext.verify_index('shape_v');
INSERT INTO shape SELECT i, array_fill(i % 7, '{8}')::vector + '[0,1,0,0,0,0,0,0]' FROM generate_series(101, 200) i;
INSERT INTO shape SELECT i, '[0,0,0,0,0,0,0,0]' FROM generate_series(201, 300) i;
SELECT vecext.verify_index('shape_v');
REINDEX INDEX shape_v;
SELECT rows, nodes FROM vecext.index_info('shape_v');
SELECT cardinality(pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <=> ''[1,1,1,1,1,1,1,2]'''));
-- Nor has a query of zeros: rows in some order.
SELECT count(*) FROM unnest(pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <=> ''[0,0,0,0,0,0,0,0]'''));
DROP TABLE shape;

-- One long row, which is the nearest to all by inner product, keeps nobody from the others.
CREATE TABLE shape (id int, v vector(8));
SELECT setseed(0.5);
INSERT INTO shape SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 400) i;
INSERT INTO shape SELECT 401, array_fill(10, '{8}');
CREATE INDEX shape_v ON shape USING hnsw (v vector_ip_ops);
SELECT count(*), count(*) FILTER (WHERE (SELECT id FROM shape ORDER BY v <#> q.v LIMIT 1) = 401) AS long FROM shape q;
SELECT vecext.recall('shape_v') >= 0.9 AS most;
-- Nor one so long that its distances leave the range of floats.
UPDATE shape SET v = array_fill(1e30, '{8}') WHERE id = 401;
REINDEX INDEX shape_v;
SELECT pg_temp.same_set('SELECT id FROM shape ORDER BY v <#> ''[1,1,1,1,1,1,1,1]''') AS all_rows;
DROP INDEX shape_v;
CREATE INDEX shape_v ON shape USING hnsw (v vector_l2_ops);
SELECT pg_temp.same_set('SELECT id FROM shape ORDER BY v <-> ''[1,1,1,1,1,1,1,1]''') AS all_rows,
    vecext.recall('shape_v') >= 0.9 AS most;
DROP TABLE shape, kind;
