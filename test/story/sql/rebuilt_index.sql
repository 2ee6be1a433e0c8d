-- An operator rebuilds an index that is in use. The table changes before, in between and after, and the answers that
-- users get are those of the table, with the old index and with the new one.
CREATE TABLE places (id int PRIMARY KEY, name text NOT NULL, position vector(2) NOT NULL);
-- Two thousand places on a grid of 50 columns.
INSERT INTO places SELECT i, 'place ' || i, ARRAY[i % 50, i / 50] FROM generate_series(0, 1999) AS i;
CREATE INDEX places_position ON places USING hnsw (position vector_l2_ops);
ANALYZE places;

PREPARE around(vector) AS SELECT id, name, round((position <-> $1)::numeric, 2) AS distance FROM places ORDER BY position <-> $1 LIMIT 5;
EXPLAIN (COSTS OFF) EXECUTE around('[10.1, 20.2]');
EXECUTE around('[10.1, 20.2]');

-- A quarter of the places close, others move by the width of a street.
DELETE FROM places WHERE id % 4 = 0;
UPDATE places SET position = position + '[0.25, 0]', name = name || ' (moved)' WHERE id % 4 = 1;
EXECUTE around('[10.1, 20.2]');

REINDEX INDEX CONCURRENTLY places_position;
EXECUTE around('[10.1, 20.2]');

-- The new index has the rows of the table and none besides, and the old one is gone.
SELECT vecext.verify_index('places_position') AS rows_of_index, (SELECT count(*) FROM places) AS rows_of_table;
SELECT indexname, valid FROM vecext.indexes WHERE tablename = 'places';

-- Rows that come after it are in it.
INSERT INTO places VALUES (5000, 'the new bakery', '[10.1, 20.1]');
EXECUTE around('[10.1, 20.2]');

-- From a hundred points on a diagonal, the index gives no other places than a sort of the table. What differs would be
-- listed here.
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS SELECT s, p.id, p.position <-> ARRAY[s * 0.37, s * 0.29]::vector AS distance FROM generate_series(0, 99) AS s,
    LATERAL (SELECT id, position FROM places ORDER BY position <-> ARRAY[s * 0.37, s * 0.29]::vector LIMIT 3) AS p;
RESET enable_seqscan;
SET enable_indexscan = off;
CREATE TEMP TABLE by_sort AS SELECT s, p.id, p.position <-> ARRAY[s * 0.37, s * 0.29]::vector AS distance FROM generate_series(0, 99) AS s,
    LATERAL (SELECT id, position FROM places ORDER BY position <-> ARRAY[s * 0.37, s * 0.29]::vector LIMIT 3) AS p;
RESET enable_indexscan;
SELECT 'only by the index' AS "where", s, distance FROM (SELECT s, distance FROM by_index EXCEPT ALL SELECT s, distance FROM by_sort) AS d
UNION ALL
SELECT 'only in the table', s, distance FROM (SELECT s, distance FROM by_sort EXCEPT ALL SELECT s, distance FROM by_index) AS d
ORDER BY 1, 2, 3;

DEALLOCATE around;
DROP TABLE places, by_index, by_sort;
