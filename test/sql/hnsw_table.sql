-- Indexes of hnsw on every kind of table, and rebuilt in every way.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method hnsw
\set other_method hnsw
\set other_options 'WITH (m = 5, ef_construction = 10)'
\set file :inputdir '/sql/include/tables.sql'
\i :file

-- Fewer rows than ef_search: as many as asked for, and all.
CREATE TABLE short (id int, v vector(3));
INSERT INTO short SELECT i, ARRAY[i, 1, 2] FROM generate_series(1, 30) i;
CREATE INDEX ON short USING hnsw (v vector_l2_ops);
SET enable_seqscan = off;
SELECT n, (SELECT count(*) FROM (SELECT id FROM short ORDER BY v <-> '[1,1,1]' LIMIT n) AS nearest)
FROM unnest('{9,10,11,25,30,31}'::int[]) n;
SET hnsw.iterative_scan = off;
SELECT count(*) FROM (SELECT id FROM short ORDER BY v <-> '[1,1,1]' LIMIT 25) AS nearest;
