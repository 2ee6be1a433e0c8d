-- Nearest neighbors without an index: ORDER BY a distance, LIMIT, WHERE; serial and parallel.

CREATE TABLE search_item AS
SELECT i AS id, i % 10 AS category,
    ARRAY[i * 7919 % 101 - 50, i * 6007 % 103 - 51, i * 5003 % 107 - 53]::vector(3) AS v
FROM generate_series(1, 5000) i;
ALTER TABLE search_item ADD h halfvec(3), ADD s sparsevec(3), ADD b bit(3);
UPDATE search_item SET h = v, s = v, b = binary_quantize(v)::bit(3);
INSERT INTO search_item (id, category) VALUES (0, 5);
ALTER TABLE search_item SET (parallel_workers = 2);
VACUUM ANALYZE search_item;

SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT id FROM search_item ORDER BY v <-> '[3,1,2]' LIMIT 5;

-- Each distance; id decides between equals.
SELECT id, v, v <-> '[3,1,2]' AS l2 FROM search_item ORDER BY l2, id LIMIT 5;
SELECT id, v, v <#> '[3,1,2]' AS negative_ip FROM search_item ORDER BY negative_ip, id LIMIT 5;
SELECT id, v, round((v <=> '[3,1,2]')::numeric, 6) AS cosine FROM search_item
ORDER BY v <=> '[3,1,2]', id LIMIT 5;
SELECT id, v, v <+> '[3,1,2]' AS l1 FROM search_item ORDER BY l1, id LIMIT 5;
SELECT id, h FROM search_item ORDER BY h <-> '[3,1,2]', id LIMIT 5;
SELECT id, s FROM search_item ORDER BY s <-> '{1:3,2:1,3:2}/3', id LIMIT 5;
SELECT id, b FROM search_item ORDER BY b <~> '101', id LIMIT 3;
SELECT id, b FROM search_item ORDER BY b <%> '101', id LIMIT 3;

-- With conditions on other columns and on the distance.
SELECT id, category FROM search_item WHERE category = 3 ORDER BY v <-> '[3,1,2]', id LIMIT 5;
SELECT id FROM search_item WHERE v <-> '[3,1,2]' < 5 ORDER BY v <-> '[3,1,2]', id;
SELECT id FROM search_item WHERE category IN (1, 2) AND v <=> '[3,1,2]' < 0.01
ORDER BY v <=> '[3,1,2]', id;
SELECT id FROM search_item WHERE false ORDER BY v <-> '[3,1,2]' LIMIT 5;
SELECT count(*) FROM (SELECT id FROM search_item ORDER BY v <-> '[3,1,2]' LIMIT 10000) t;

-- Furthest first, pages of results, nulls last, nearest of each category.
SELECT id FROM search_item WHERE v IS NOT NULL ORDER BY v <-> '[3,1,2]' DESC, id LIMIT 3;
SELECT id FROM search_item ORDER BY v <-> '[3,1,2]', id LIMIT 3 OFFSET 2;
SELECT id FROM search_item ORDER BY v <-> '[3,1,2]' OFFSET 5000;
SELECT DISTINCT ON (category) category, id FROM search_item
ORDER BY category, v <-> '[3,1,2]', id;

-- Against distances computed from arrays, for many queries.
CREATE FUNCTION pg_temp.nearest(query vector) RETURNS int[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT id FROM search_item ORDER BY v <-> query, id LIMIT 10)
$$;
CREATE FUNCTION pg_temp.nearest_by_arrays(query real[]) RETURNS int[] LANGUAGE sql AS $$
    SELECT ARRAY(SELECT id FROM (SELECT id, v::real[] AS x FROM search_item) t
        ORDER BY (x[1] - query[1]) ^ 2 + (x[2] - query[2]) ^ 2 + (x[3] - query[3]) ^ 2, id LIMIT 10)
$$;
SELECT count(*) AS queries, count(*) FILTER (
    WHERE pg_temp.nearest(query::vector) = pg_temp.nearest_by_arrays(query)) AS equal
FROM (SELECT ARRAY[i, i * 3 % 41, -i]::real[] FROM generate_series(1, 20) i) t (query);

-- Prepared with a parameter, by custom and generic plan; by cursor; by join; by alias.
PREPARE nearest (vector) AS SELECT id FROM search_item ORDER BY v <-> $1, id LIMIT 3;
SET plan_cache_mode = force_custom_plan;
EXECUTE nearest ('[3,1,2]');
SET plan_cache_mode = force_generic_plan;
EXECUTE nearest ('[3,1,2]');
RESET plan_cache_mode;
BEGIN;
DECLARE neighbors CURSOR FOR SELECT id FROM search_item ORDER BY v <-> '[3,1,2]', id;
FETCH 2 FROM neighbors;
FETCH 2 FROM neighbors;
COMMIT;
SELECT q.id, n.id AS nearest
FROM search_item q, LATERAL (SELECT id FROM search_item i WHERE i.id <> q.id
    ORDER BY i.v <-> q.v, id LIMIT 2) n
WHERE q.id IN (1, 2) ORDER BY q.id, n.id;
SELECT id, distance FROM (SELECT id, v <-> '[3,1,2]' AS distance FROM search_item) t
WHERE distance < 5 ORDER BY distance ASC, id;

-- The same rows with parallel workers.
CREATE TEMP TABLE serial_result AS
SELECT id, row_number() OVER (ORDER BY v <-> '[3,1,2]', id) FROM search_item
WHERE category < 5 ORDER BY v <-> '[3,1,2]', id LIMIT 100;
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT id FROM search_item WHERE category < 5
ORDER BY v <-> '[3,1,2]', id LIMIT 100;
SELECT count(*) AS rows, count(*) FILTER (WHERE s.row_number = p.row_number) AS equal
FROM serial_result s FULL JOIN (
    SELECT id, row_number() OVER ()
    FROM (SELECT id FROM search_item WHERE category < 5
        ORDER BY v <-> '[3,1,2]', id LIMIT 100) t) p USING (id);

DROP TABLE search_item;
