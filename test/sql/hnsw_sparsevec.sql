-- Access method hnsw over sparsevec.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set file :inputdir '/sql/include/elements.sql'
\i :file
\set ECHO all
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;

-- Every metric. Vectors of zeros have no cosine: they are not in its index.
CREATE TABLE shape (id int, v sparsevec(3)) WITH (autovacuum_enabled = off);
INSERT INTO shape VALUES (1, '{}/3'), (2, '{1:1,2:2,3:3}/3'), (3, '{1:1,2:1,3:1}/3'), (4, NULL);
CREATE INDEX l2 ON shape USING hnsw (v sparsevec_l2_ops);
CREATE INDEX ip ON shape USING hnsw (v sparsevec_ip_ops);
CREATE INDEX cosine ON shape USING hnsw (v sparsevec_cosine_ops);
CREATE INDEX l1 ON shape USING hnsw (v sparsevec_l1_ops);
INSERT INTO shape VALUES (5, '{1:1,2:2,3:4}/3'), (6, '{}/3');
EXPLAIN (COSTS OFF) SELECT * FROM shape ORDER BY v <-> '{1:3,2:3,3:3}/3';
SELECT *, v <-> '{1:3,2:3,3:3}/3' AS distance FROM shape ORDER BY v <-> '{1:3,2:3,3:3}/3';
SELECT *, v <#> '{1:3,2:3,3:3}/3' AS distance FROM shape ORDER BY v <#> '{1:3,2:3,3:3}/3';
SELECT *, v <=> '{1:3,2:3,3:3}/3' AS distance FROM shape ORDER BY v <=> '{1:3,2:3,3:3}/3';
SELECT *, v <+> '{1:3,2:3,3:3}/3' AS distance FROM shape ORDER BY v <+> '{1:3,2:3,3:3}/3';
SELECT i, vecext.verify_index(i) FROM unnest('{l2,ip,cosine,l1}'::regclass[]) i;
-- A query of zeros, a null one, one of other dimensions.
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <=> '{}/3') t;
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <-> (SELECT NULL::sparsevec)) t;
SELECT * FROM shape ORDER BY v <-> '{1:1}/4';
REINDEX TABLE shape;
SELECT *, v <=> '{1:3,2:3,3:3}/3' AS distance FROM shape ORDER BY v <=> '{1:3,2:3,3:3}/3';
DROP TABLE shape;

-- Up to 1,000 elements, at build and insert; queries of more.
CREATE TABLE shape (id int, v sparsevec(1000000)) WITH (autovacuum_enabled = off);
CREATE FUNCTION pg_temp.ones(n int) RETURNS sparsevec LANGUAGE sql IMMUTABLE AS $$
    SELECT ('{' || coalesce(string_agg(i * 7 || ':1', ','), '') || '}/1000000')::sparsevec FROM generate_series(1, n) i
$$;
INSERT INTO shape VALUES (1001, pg_temp.ones(1001));
CREATE INDEX shape_v ON shape USING hnsw (v sparsevec_l2_ops);
TRUNCATE shape;
INSERT INTO shape SELECT i, pg_temp.ones(i) FROM unnest('{1,10,500,990,991,992,999,1000}'::int[]) i;
CREATE INDEX shape_v ON shape USING hnsw (v sparsevec_l2_ops);
INSERT INTO shape VALUES (1001, pg_temp.ones(1001));
INSERT INTO shape SELECT i, pg_temp.ones(i) FROM unnest('{11,1000,993,988,0}'::int[]) i;
SELECT pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <-> pg_temp.ones(2000)') AS nearest;
SELECT vecext.merge('shape_v') > 0 AS merged, vecext.verify_index('shape_v');
SELECT pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <-> pg_temp.ones(2000)') AS nearest;
DELETE FROM shape WHERE id IN (1000, 10, 992);
VACUUM shape;
SELECT pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <-> pg_temp.ones(700)') AS nearest;
SELECT vecext.merge('shape_v') > 0 AS merged, vecext.verify_index('shape_v');
SELECT pg_temp.rows_by_index('SELECT id FROM shape ORDER BY v <-> pg_temp.ones(700)') AS nearest;
DROP TABLE shape;

-- Dimensions and elements, few and many, of equal numbers or not.
CREATE FUNCTION pg_temp.sparse(i int, dims int, n int) RETURNS sparsevec LANGUAGE sql VOLATILE AS $$
    SELECT ('{' || coalesce(string_agg(k || ':' || random() + 0.01, ','), '') || '}/' || dims)::sparsevec
    FROM (SELECT DISTINCT floor(random() * random() * dims)::int + 1 AS k FROM generate_series(1, n) WHERE i > 0) t
$$;
\set all '{sparsevec_l2_ops,sparsevec_ip_ops,sparsevec_cosine_ops,sparsevec_l1_ops}'
SELECT * FROM pg_temp.faults('sparsevec(10)', 'pg_temp.sparse(i, 10, 4)', 500, :'all');
SELECT * FROM pg_temp.faults('sparsevec(1024)', 'pg_temp.sparse(i, 1024, 30)', 300, :'all');
SELECT * FROM pg_temp.faults('sparsevec(1025)', 'pg_temp.sparse(i, 1025, 30)', 300, :'all');
-- Lengths that differ so much are awkward for inner products.
SELECT * FROM pg_temp.faults('sparsevec(30000)', 'pg_temp.sparse(i, 30000, i % 100 + 1)', 400,
    '{sparsevec_l2_ops,sparsevec_cosine_ops,sparsevec_l1_ops}', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(30000)', 'pg_temp.sparse(i, 30000, i % 100 + 1)', 400, '{sparsevec_ip_ops}', 0, '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(1000000000)', 'pg_temp.sparse(i, 1000000000, 20)', 300, :'all', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(3000)', 'pg_temp.sparse(i, 3000, 1)', 400, :'all', each => '{m=16}');

-- Numbers of rows; equal ones; half of them of zeros; nulls; huge values.
SELECT * FROM pg_temp.faults('sparsevec(20)', 'pg_temp.sparse(i, 20, 5)', 1, :'all', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(20)', 'pg_temp.sparse(i, 20, 5)', 10, :'all', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(20)', '''{1:1,5:2}/20''', 500, :'all', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(20)', 'CASE WHEN i % 2 = 1 THEN pg_temp.sparse(i, 20, 5) ELSE ''{}/20'' END', 500,
    '{sparsevec_l2_ops,sparsevec_ip_ops,sparsevec_l1_ops}');
SELECT * FROM pg_temp.faults('sparsevec(20)', 'CASE WHEN i % 2 = 1 THEN pg_temp.sparse(i, 20, 5) END', 500, :'all', each => '{m=16}');
SELECT * FROM pg_temp.faults('sparsevec(20)', '(''{'' || i % 20 + 1 || '':3e38}/20'')::sparsevec', 200, :'all', 0);

-- Vectors by an expression, some of the rows, a filter.
CREATE TABLE item (id int, category int, v vector(40)) WITH (autovacuum_enabled = off);
SELECT setseed(0.5);
INSERT INTO item SELECT i, i % 10, ARRAY(SELECT greatest(0, random() - 0.7) FROM generate_series(1, 40) WHERE i > 0)
FROM generate_series(1, 2000) i;
CREATE INDEX item_v ON item USING hnsw ((v::sparsevec(40)) sparsevec_cosine_ops) WHERE category < 5;
SELECT vecext.verify_index('item_v'), vecext.recall('item_v') >= 0.95 AS most;
SELECT pg_temp.same_set('SELECT id FROM item WHERE category < 5 AND id % 7 = 1 ORDER BY v::sparsevec(40) <=> ''{1:1,7:2}/40''') AS filtered,
    pg_temp.ascending('SELECT v::sparsevec(40) <=> ''{1:1,7:2}/40'' FROM item WHERE category < 5
        ORDER BY v::sparsevec(40) <=> ''{1:1,7:2}/40'' LIMIT 700') AS ascending;
SELECT metric, dims, bits, coded_dims, rerank, degree, rows = nodes AS all_linked FROM vecext.index_info('item_v');
DROP TABLE item;

-- Lengths whose directions differ in rounding alone: a cursor has no row after a farther one.
CREATE TABLE item (id int, v sparsevec(100)) WITH (autovacuum_enabled = off);
INSERT INTO item SELECT i, format('{5:%s}/100', 0.1 + i * 0.37)::sparsevec FROM generate_series(1, 1000) i;
INSERT INTO item SELECT i, format('{%s:1,%s:2}/100', i % 50 + 10, i % 37 + 61)::sparsevec FROM generate_series(1001, 2000) i;
CREATE INDEX item_v ON item USING hnsw (v sparsevec_cosine_ops);
BEGIN;
SET LOCAL enable_seqscan = off;
CREATE FUNCTION pg_temp.descents(query text) RETURNS TABLE (rows int, descents int) LANGUAGE plpgsql AS $$
DECLARE
    by_distance refcursor;
    last float8 := 0;
    next float8;
BEGIN
    rows := 0;
    descents := 0;
    OPEN by_distance NO SCROLL FOR EXECUTE query;
    LOOP
        FETCH by_distance INTO next;
        EXIT WHEN NOT FOUND;
        rows := rows + 1;
        descents := descents + (next < last - 1e-6)::int;
        last := next;
    END LOOP;
    RETURN NEXT;
END $$;
SELECT * FROM pg_temp.descents($$SELECT v <=> '{5:1,7:1}/100' FROM item ORDER BY 1$$);
SELECT * FROM pg_temp.descents($$SELECT v <=> '{5:1,7:1}/100' FROM item WHERE id % 3 > 0 ORDER BY 1$$);
-- Groups and ranks tell such distances apart.
SET LOCAL enable_hashagg = off;
SELECT count(*) = count(DISTINCT d) AS are_groups, sum(n) >= 500 AS all_there FROM (
    SELECT d, count(*) AS n FROM (
        SELECT v <=> '{5:1,7:1}/100' AS d, rank() OVER (ORDER BY v <=> '{5:1,7:1}/100') AS r FROM item) t
    WHERE r <= 500 GROUP BY d) g;
COMMIT;
DROP TABLE item;
