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
