-- Rows that come, go and change under indexes of hnsw.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method hnsw
\set options
\set other_method hnsw
\set other_options 'WITH (m = 5, ef_construction = 10)'
\set file :inputdir '/sql/include/changes.sql'
\i :file

-- Rows out of line.
\set file :inputdir '/sql/include/wide_rows.sql'
\i :file
