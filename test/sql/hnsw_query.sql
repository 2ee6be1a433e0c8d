-- Queries over an hnsw index: what all indexes have to give, then what graphs are set to.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
\set method hnsw
\set file :inputdir '/sql/include/queries.sql'
\i :file

-- Rows of every scan are in the order of exact distances, whether they come by one search, by more, or
-- late; equal ones come in the order of the table.
SELECT sizes, pg_temp.ascending('SELECT v <-> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' FROM item ' || :'nearest'
        || ' LIMIT ' || sizes) AS ascending
FROM unnest('{5,40,41,1000}'::int[]) sizes;
SELECT pg_temp.same_rows('SELECT v <-> ''[9,9,9,9,9,9]'' FROM item ORDER BY v <-> ''[9,9,9,9,9,9]'' LIMIT 10') AS far_query;
CREATE TABLE tied (id int, v vector(2));
INSERT INTO tied SELECT i, ARRAY[i % 5, 0] FROM generate_series(1, 500) i;
CREATE INDEX tied_v ON tied USING hnsw (v vector_l2_ops);
SELECT pg_temp.rows_by_index('SELECT id FROM tied ORDER BY v <-> ''[3,1]'' LIMIT 7') AS ties,
    pg_temp.rows_by_index('SELECT DISTINCT d FROM (SELECT v <-> ''[3,0]'' AS d FROM tied ORDER BY v <-> ''[3,0]'' LIMIT 150) t ORDER BY d')
    AS distances;

-- A null query has no distances: all rows, in some order, and no error.
SELECT cardinality(pg_temp.rows_by_index('SELECT id FROM tied ORDER BY v <-> (SELECT NULL::vector) LIMIT 600'));
DROP TABLE tied;

-- Without iterative scans a query ends with one search: for ef_search rows, or ten.
SET hnsw.iterative_scan = off;
SELECT set_config('hnsw.ef_search', ef::text, false) AS ef,
    cardinality(pg_temp.rows_by_index('SELECT id FROM item ' || :'nearest')) AS rows,
    cardinality(pg_temp.rows_by_index('SELECT id FROM item ' || :'nearest' || ' LIMIT 8')) AS limited
FROM unnest('{10,40,100,1000}'::int[]) ef;
SET hnsw.ef_search = 1;
SELECT cardinality(pg_temp.rows_by_index('SELECT id FROM item WHERE category = 5 ' || :'nearest')) < 3 AS too_few;
-- With them it goes on, in whichever order is asked for.
SET hnsw.ef_search = 10;
SELECT set_config('hnsw.iterative_scan', mode, false) AS mode,
    pg_temp.same_set('SELECT id FROM item WHERE v IS NOT NULL ' || :'nearest') AS all_rows,
    pg_temp.same_set('SELECT id FROM item WHERE category = 5 AND v IS NOT NULL ' || :'nearest') AS filtered,
    pg_temp.ascending('SELECT v <-> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' FROM item ' || :'nearest' || ' LIMIT 300') AS ascending
FROM unnest('{relaxed_order,strict_order}'::text[]) mode;
RESET hnsw.iterative_scan;
-- Up to max_scan_tuples nodes.
SET hnsw.max_scan_tuples = 200;
SELECT cardinality(pg_temp.rows_by_index('SELECT id FROM item ' || :'nearest')) BETWEEN 10 AND 2000 AS some;
RESET hnsw.max_scan_tuples;
RESET hnsw.ef_search;

-- The limit is of each scan: one of many that a join makes goes as far as the first.
SET enable_seqscan = off;
SET hnsw.max_scan_tuples = 4000;
SELECT count(*) AS queries, sum(n.rows) AS rows FROM (SELECT v FROM item WHERE id <= 40) q,
    LATERAL (SELECT count(*) AS rows FROM (SELECT id FROM item WHERE category = 7 ORDER BY v <-> q.v LIMIT 3) t) n;
RESET hnsw.max_scan_tuples;
RESET enable_seqscan;

-- More in view finds more, at worst as much.
SET hnsw.ef_search = 1;
SELECT vecext.recall('item_v') AS least \gset
SET hnsw.ef_search = 400;
SELECT vecext.recall('item_v') >= :least AS more, vecext.recall('item_v') >= 0.99 AS nearly_all;
RESET hnsw.ef_search;

-- Halves of vectors by an expression; distances of the vectors order again what it finds.
CREATE INDEX item_half ON item USING hnsw ((v::halfvec(6)) halfvec_cosine_ops);
SELECT vecext.verify_index('item_half'), vecext.recall('item_half') >= 0.9 AS most;
SELECT pg_temp.found('SELECT id FROM item ORDER BY v::halfvec(6) <=> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' LIMIT 10') >= 0.8 AS nearest,
    pg_temp.uses_index('SELECT id FROM item ORDER BY v <=> ''[0.5,0.4,0.5,0.6,0.5,0.5]'' LIMIT 10') AS of_vectors;
SELECT count(*) FROM item q WHERE id % 100 = 0 AND id = (SELECT id FROM (
    SELECT id, v FROM item ORDER BY v::halfvec(6) <=> q.v::halfvec(6) LIMIT 20) t ORDER BY v <=> q.v LIMIT 1);
DROP TABLE item;
