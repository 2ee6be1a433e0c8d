-- Every type, metric and code size of ivfpq, over values of many dimensions and shapes.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
\set method ivfpq
\set each '{bits=1,bits=2,bits=4}'
\set file :inputdir '/sql/include/shapes.sql'
\i :file

-- Dimensions.
SELECT * FROM pg_temp.faults(1, 200, '{l2}');
SELECT * FROM pg_temp.faults(3, 200, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(100, 100, '{l2,ip,cosine}');
SELECT * FROM pg_temp.faults(784, 50, '{l2,ip}');
SELECT * FROM pg_temp.faults(1536, 30, '{cosine}');
SELECT * FROM pg_temp.faults(2000, 30, '{l2}');
SELECT * FROM pg_temp.faults(3072, 30, '{ip}');
SELECT * FROM pg_temp.faults(16000, 20, '{l2}');

-- As many lists as one may ask for.
CREATE TABLE shape (id int, v vector(3));
INSERT INTO shape SELECT i, ARRAY[i % 3, 1, i % 2] FROM generate_series(1, 400) i;
CREATE INDEX shape_v ON shape USING ivfpq (v) WITH (lists = 32768);
SELECT lists <= 6 AS as_many_as_values, rows FROM vecext.index_info('shape_v');
SELECT vecext.verify_index('shape_v'), vecext.recall('shape_v', 10, 20);
CREATE INDEX shape_flat ON shape USING ivfflat (v) WITH (lists = 32768);
SELECT vecext.verify_index('shape_flat');

-- Rows in the order of clusters, that do not fit into memory beside training: it learns from all of them.
CREATE TABLE sorted AS SELECT i AS id, ARRAY(SELECT sin((i / 300 + 1) * j) + sin(i * j) / 10 FROM generate_series(1, 64) j)::vector(64) AS v FROM generate_series(0, 2999) i;
SET maintenance_work_mem = '1MB';
CREATE INDEX sorted_v ON sorted USING ivfflat (v vector_l2_ops) WITH (lists = 10);
RESET maintenance_work_mem;
SELECT lists, largest_list < 800 AS even FROM vecext.index_info('sorted_v');
DROP TABLE shape, kind, sorted;
