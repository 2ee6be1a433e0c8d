-- What the planner does with indexes of ivfflat and ivfpq, at its default settings.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/plans.sql'
\set method ivfpq
\i :file
DROP INDEX item_nearest, few_nearest;
CREATE INDEX item_nearest ON item USING ivfflat (v);
CREATE INDEX few_nearest ON few USING ivfflat (v);
VACUUM ANALYZE item, few;
SELECT * FROM plan;

-- More probes cost more, up to what makes a sort cheaper.
SET ivfflat.probes = 1;
SELECT pg_temp.cost(:'nearest' || 10, 'Startup Cost') > 0 AS work_first,
    pg_temp.cost(:'nearest' || 10, 'Total Cost') AS one_probe \gset
SET ivfflat.probes = 50;
SELECT :'work_first' AS work_first,
    pg_temp.cost(:'nearest' || 10, 'Total Cost') > :one_probe AS more_for_more_probes;
RESET ivfflat.probes;
DROP INDEX item_nearest;
CREATE INDEX item_nearest ON item USING ivfpq (v);
SELECT pg_temp.cost(:'nearest' || 10, 'Startup Cost') > 0 AS work_first,
    pg_temp.cost(:'nearest' || 1000, 'Total Cost') > pg_temp.cost(:'nearest' || 10, 'Total Cost')
    AS more_for_more_rows;

DROP VIEW plan;
DROP TABLE item, few, query;
