-- Queries over an ivfpq index: limits, pieces, filters, joins, parameters.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method ivfpq
\set file :inputdir '/sql/include/queries.sql'
\i :file
DROP TABLE item;
