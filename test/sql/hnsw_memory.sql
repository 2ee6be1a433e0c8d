-- Graphs of more rows than maintenance_work_mem takes: they are built in shards, in temporary files.
SET client_min_messages = warning;
SET max_parallel_maintenance_workers = 1;
SET maintenance_work_mem = '1MB';
-- Rows around 50 centers, the same at each run.
CREATE FUNCTION pg_temp.near(i int, dims int) RETURNS vector LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg((hashint8extended(i % 50 * 1000 + d, 1) % 1000 / 500.0 +
                    hashint8extended(i * 1000::bigint + d, 2) % 1000 / 1500.0)::real)::vector
  FROM generate_series(1, dims) d $$;
CREATE TABLE little (id int, v vector(24));
INSERT INTO little SELECT i, pg_temp.near(i, 24) FROM generate_series(1, 20000) i;

CREATE INDEX little_l2 ON little USING hnsw (v vector_l2_ops);
CREATE INDEX little_ip ON little USING hnsw (v vector_ip_ops);
CREATE INDEX little_cosine ON little USING hnsw (v vector_cosine_ops) WITH (m = 24);
SELECT vecext.verify_index('little_l2'), vecext.verify_index('little_ip'), vecext.verify_index('little_cosine');
SELECT vecext.recall('little_l2', 10, 100) > .97 AS l2, vecext.recall('little_ip', 10, 100) > .97 AS ip,
       vecext.recall('little_cosine', 10, 100) > .95 AS cosine;

-- Every row is handed out once.
SET enable_seqscan = off;
SELECT count(*), count(DISTINCT id) FROM
  (SELECT id FROM little ORDER BY v <-> (SELECT v FROM little WHERE id = 1) LIMIT 30000) s;

-- Inserted rows: INSERT, VACUUM and vecext.merge rebuild the graph.
DROP INDEX little_ip, little_cosine;
INSERT INTO little SELECT i, pg_temp.near(i, 24) FROM generate_series(20001, 32000) i;
SELECT vecext.verify_index('little_l2');
DELETE FROM little WHERE id % 3 = 0;
VACUUM little;
SELECT vecext.verify_index('little_l2') - count(*) AS fault FROM little;
INSERT INTO little SELECT i, pg_temp.near(i, 24) FROM generate_series(32001, 33000) i;
SELECT vecext.merge('little_l2');
SELECT vecext.merge('little_l2');
SELECT vecext.verify_index('little_l2') - count(*) AS fault FROM little;
SELECT vecext.recall('little_l2', 10, 100) > .95 AS l2;

-- Rows that are all alike, and rows of which every second is another's copy.
CREATE TABLE alike AS SELECT i AS id, '[1,2,3]'::vector(3) AS v FROM generate_series(1, 20000) i;
CREATE INDEX alike_i ON alike USING hnsw (v vector_l2_ops);
SELECT vecext.verify_index('alike_i');
SELECT count(DISTINCT id) FROM (SELECT id FROM alike ORDER BY v <-> '[1,2,4]' LIMIT 20000) s;
CREATE TABLE copies AS SELECT i AS id, pg_temp.near(i / 2, 24)::vector(24) AS v FROM generate_series(1, 20000) i;
CREATE INDEX copies_i ON copies USING hnsw (v vector_l2_ops);
SELECT vecext.verify_index('copies_i'), vecext.recall('copies_i', 10, 100) > .95 AS l2;

-- Wide values; halves; rows without any.
CREATE TABLE wide (id int, v halfvec(300));
INSERT INTO wide SELECT i, CASE WHEN i % 10 > 0 THEN pg_temp.near(i, 300) END FROM generate_series(1, 5000) i;
CREATE INDEX wide_i ON wide USING hnsw (v halfvec_cosine_ops);
SELECT vecext.verify_index('wide_i'), vecext.recall('wide_i', 10, 100) > .95 AS cosine;

-- No room for files: an error, and nothing is left of them or the index.
INSERT INTO copies SELECT i, pg_temp.near(i, 24) FROM generate_series(20001, 22500) i;
SET temp_file_limit = '1MB';
\set VERBOSITY sqlstate
CREATE INDEX refused ON little USING hnsw (v vector_l2_ops);
SELECT vecext.merge('copies_i');
\set VERBOSITY default
RESET temp_file_limit;
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE 'pgsql_tmp' || pg_backend_pid() || '.%';
SELECT to_regclass('refused');
SELECT vecext.verify_index('copies_i'), vecext.merge('copies_i'), vecext.verify_index('copies_i');

DROP TABLE little, alike, copies, wide;
