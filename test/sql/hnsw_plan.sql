-- What the planner does with indexes of hnsw, at its default settings.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/plans.sql'
\set method hnsw
\i :file

-- Work comes before the first row; more in view costs more, and so do more rows.
SELECT pg_temp.cost(:'nearest' || 10, 'Startup Cost') > 0 AS work_first,
    pg_temp.cost(:'nearest' || 1000, 'Total Cost') > pg_temp.cost(:'nearest' || 10, 'Total Cost')
    AS more_for_more_rows,
    pg_temp.cost(:'nearest' || 10, 'Total Cost') AS default_cost \gset
SET hnsw.ef_search = 1000;
SELECT :'work_first' AS work_first, :'more_for_more_rows' AS more_for_more_rows,
    pg_temp.cost(:'nearest' || 10, 'Total Cost') > :default_cost AS more_for_more_in_view;
RESET hnsw.ef_search;

DROP VIEW plan;
DROP TABLE item, few, query;
