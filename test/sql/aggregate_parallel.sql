-- avg and sum with parallel workers give what one process gives.

CREATE TABLE parallel_item AS
SELECT i AS id, ARRAY[i % 100, -i % 7, 1]::vector AS v, ARRAY[i % 100, -i % 7, 1]::halfvec AS h
FROM generate_series(1, 20000) i;
INSERT INTO parallel_item (id) SELECT i FROM generate_series(1, 100) i;
ALTER TABLE parallel_item SET (parallel_workers = 2);
VACUUM ANALYZE parallel_item;

SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;

SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT avg(v), sum(v), avg(h), sum(h) FROM parallel_item;
SELECT avg(v), sum(v), avg(h) FROM parallel_item;
SELECT avg(v), sum(v), sum(h), count(*) FROM parallel_item WHERE id % 1000 = 5;
SELECT avg(v), sum(v), avg(h), sum(h) FROM parallel_item WHERE id < 0;
CREATE TEMP TABLE by_workers AS
SELECT id % 2000 AS grp, avg(v), sum(v), avg(h) AS avg_h, sum(h) AS sum_h
FROM parallel_item GROUP BY id % 2000;

SET max_parallel_workers_per_gather = 0;
SELECT avg(v), sum(v), avg(h) FROM parallel_item;
SELECT count(*) AS groups,
    count(*) FILTER (WHERE w.avg = s.avg AND w.sum = s.sum AND w.avg_h = s.avg_h
        AND w.sum_h = s.sum_h) AS equal
FROM by_workers w JOIN (
    SELECT id % 2000 AS grp, avg(v), sum(v), avg(h) AS avg_h, sum(h) AS sum_h
    FROM parallel_item GROUP BY id % 2000) s USING (grp);

DROP TABLE parallel_item;
