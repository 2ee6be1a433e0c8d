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
DROP TABLE shape, kind;
