-- For suites about the scans of an access method, :method: limits, pieces, filters, joins, parameters,
-- snapshots. Leaves table "item" to its reader.
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, category int, v vector(6));
INSERT INTO item SELECT i, i * 7919 % 1000,
    ARRAY(SELECT random() FROM generate_series(1, 6) WHERE i > 0)
FROM generate_series(1, 3000) i;
INSERT INTO item VALUES (3001, 5, NULL);
CREATE INDEX item_v ON item USING :method (v vector_l2_ops);
ANALYZE item;
\set nearest 'ORDER BY v <-> ''[0.5,0.4,0.5,0.6,0.5,0.5]'''

-- Limits and offsets: as many rows as asked for, and as there are.
SELECT n, cardinality(pg_temp.rows_by_index(
    format('SELECT id FROM item %s LIMIT %s', :'nearest', n)))
FROM unnest('{0,1,9,10,11,100,3000,100000}'::int[]) n;
SELECT n, cardinality(pg_temp.rows_by_index(
    format('SELECT id FROM item %s OFFSET %s LIMIT 10', :'nearest', n)))
FROM unnest('{0,10,1000,2995,3000,4000}'::int[]) n;
SELECT pg_temp.found('SELECT id FROM item ' || :'nearest' || ' LIMIT 10') >= 0.8 AS nearest,
    pg_temp.ascending('SELECT v <-> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' FROM item ' || :'nearest'
        || ' LIMIT 10') AS ascending,
    pg_temp.same_set('SELECT id FROM item WHERE v IS NOT NULL ' || :'nearest') AS all_rows;

-- In pieces by a cursor: as many, none twice, and all in the end.
SELECT sizes, cardinality(rows), (SELECT count(DISTINCT r) FROM unnest(rows) r)
FROM unnest(ARRAY['{1}', '{1,1,1,7,10}', '{100,100}', '{10,5000}']) sizes,
    pg_temp.rows_in_pieces('SELECT id FROM item ' || :'nearest', sizes::int[]) rows;

-- Filters that many, some, few and no rows pass: all that do.
SELECT filter, cardinality(pg_temp.rows_by_index(
        format('SELECT id FROM item WHERE %s %s LIMIT 20', filter, :'nearest'))) AS limited,
    pg_temp.same_set(
        format('SELECT id FROM item WHERE v IS NOT NULL AND %s %s', filter, :'nearest')) AS all_rows
FROM unnest(ARRAY['category < 900', 'category % 10 = 3', 'category % 200 = 7', 'category = 5',
    'category = -1', 'v <-> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' < 0.3']) filter;

-- The row itself is its own nearest neighbor; as a join for many queries.
SELECT count(*) AS queries, count(*) FILTER (WHERE n.id = q.id) AS found
FROM item q CROSS JOIN LATERAL (SELECT id FROM item ORDER BY v <-> q.v LIMIT 1) n
WHERE q.id % 30 = 0;
SET enable_seqscan = off;
SELECT q.id, count(n.id), count(DISTINCT n.id)
FROM item q CROSS JOIN LATERAL (SELECT id FROM item ORDER BY v <-> q.v LIMIT 15) n
WHERE q.id IN (1, 2, 3) GROUP BY q.id ORDER BY q.id;
SELECT q.id, n.id IS NOT NULL AS found
FROM (SELECT id, v FROM item WHERE id IN (1, 2) UNION ALL SELECT 0, NULL) q
LEFT JOIN LATERAL (SELECT id FROM item WHERE id <> q.id ORDER BY v <-> q.v LIMIT 1) n ON true
ORDER BY q.id;

-- Two scans at once, and one within a function that runs in another scan.
CREATE FUNCTION pg_temp.nearest(query vector) RETURNS int LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT id FROM item ORDER BY v <-> query LIMIT 1);
END
$$;
SELECT count(*) FILTER (WHERE id = pg_temp.nearest(v)) FROM (
    SELECT * FROM item ORDER BY v <-> '[0.5,0.4,0.5,0.6,0.5,0.5]' LIMIT 50) t;
BEGIN;
DECLARE a CURSOR FOR SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 11);
DECLARE b CURSOR FOR SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 12);
FETCH 1 FROM a;
FETCH 1 FROM b;
SELECT pg_temp.nearest(v) FROM item WHERE id = 13;
MOVE 100 IN b;
MOVE 100 IN a;
SELECT pg_temp.outcome('FETCH BACKWARD 1 FROM a');
ROLLBACK;
BEGIN;
DECLARE a SCROLL CURSOR FOR SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 11);
FETCH 1 FROM a;
MOVE 10 IN a;
FETCH FIRST FROM a;
COMMIT;

-- Parameters, by custom and generic plan.
PREPARE nearest (vector, int) AS SELECT id FROM item ORDER BY v <-> $1 LIMIT $2;
SELECT max(v::text) FILTER (WHERE id = 21) AS v21, max(v::text) FILTER (WHERE id = 22) AS v22
FROM item \gset
SET plan_cache_mode = force_custom_plan;
EXECUTE nearest (:'v21', 1);
EXPLAIN (COSTS OFF) EXECUTE nearest ('[1,2,3,4,5,6]', 1);
SET plan_cache_mode = force_generic_plan;
EXECUTE nearest (:'v21', 1);
EXECUTE nearest (:'v22', 1);
SELECT pg_temp.outcome('EXECUTE nearest (''[1,2,3]'', 1)');
EXECUTE nearest (:'v22', 0);
EXPLAIN (COSTS OFF) EXECUTE nearest ('[1,2,3,4,5,6]', 1);
RESET plan_cache_mode;
DEALLOCATE nearest;

-- A later statement of the session finds what an earlier one, of more or fewer rows, did not spoil.
SELECT n, pg_temp.found(format('SELECT id FROM item %s LIMIT %s', :'nearest', n)) >= 0.8 AS nearest
FROM unnest('{10,2000,20,10,100,10}'::int[]) WITH ORDINALITY AS t (n, i) ORDER BY i;

-- Locked and changed through the index; a snapshot sees its own rows.
BEGIN;
SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 31) LIMIT 1 FOR UPDATE;
WITH near AS (SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 31) LIMIT 1)
DELETE FROM item USING near WHERE item.id = near.id RETURNING item.id;
SELECT id <> 31 AS another FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 31) LIMIT 1;
ROLLBACK;
SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 31) LIMIT 1;
BEGIN;
DECLARE before CURSOR FOR SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 41);
INSERT INTO item SELECT 4001, 0, v FROM item WHERE id = 41;
DELETE FROM item WHERE id = 41;
FETCH 1 FROM before;
SELECT id FROM item ORDER BY v <-> (SELECT v FROM item WHERE id = 4001) LIMIT 1;
ROLLBACK;
