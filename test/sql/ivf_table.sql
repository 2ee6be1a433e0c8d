-- Indexes of ivfflat and ivfpq on every kind of table, and rebuilt in every way.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method ivfpq
\set other_method ivfflat
\set other_options 'WITH (lists = 4)'
SET ivfflat.probes = 100;
\set file :inputdir '/sql/include/tables.sql'
\i :file
