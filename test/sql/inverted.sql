-- Inverted indexes of sparse vectors: results are those of the table, whatever happens to the index.
\set VERBOSITY terse
SET client_min_messages = warning;

CREATE TABLE sparse_docs (id int PRIMARY KEY, tag int, v sparsevec(1000)) WITH (autovacuum_enabled = off);
CREATE TABLE sparse_queries (id int PRIMARY KEY, q sparsevec(1000));

CREATE FUNCTION random_sparse(seed int, most int, negative float8) RETURNS sparsevec LANGUAGE sql VOLATILE AS $$
    SELECT ('{' || coalesce(string_agg(i || ':' || w, ',' ORDER BY i), '') || '}/1000')::sparsevec
    FROM (SELECT DISTINCT ON (i) i, w FROM (
        SELECT 1 + floor(999 * power(abs(hashint4extended(seed, 2 * n)) / 9.3e18, 2.5))::int AS i,
            round((CASE WHEN abs(hashint4extended(seed, 7 * n + 3)) / 9.3e18 < negative THEN -1 ELSE 1 END
                * exp(2 * (abs(hashint4extended(seed, 2 * n + 1)) / 9.3e18) - 1))::numeric, 4) AS w
        FROM generate_series(1, 1 + abs(hashint4(seed)) % most) n) x ORDER BY i, w) y
$$;

-- The best rows by the index and by the table, as distances: none must be missing. Returns the number of queries
-- whose results differ.
CREATE FUNCTION differing(k int, condition text DEFAULT 'true') RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    r record;
    by_index float8[];
    by_table float8[];
    differing int := 0;
BEGIN
    FOR r IN SELECT * FROM sparse_queries ORDER BY id LOOP
        SET LOCAL enable_seqscan = off;
        SET LOCAL enable_sort = off;
        EXECUTE format('SELECT array_agg(d) FROM (SELECT v <#> $1 AS d FROM sparse_docs WHERE %s ORDER BY v <#> $1 LIMIT %s) x',
            condition, k) INTO by_index USING r.q;
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_sort = on;
        SET LOCAL enable_indexscan = off;
        EXECUTE format('SELECT array_agg(d) FROM (SELECT v <#> $1 AS d FROM sparse_docs WHERE %s ORDER BY (v <#> $1) + 0.0 LIMIT %s) x',
            condition, k) INTO by_table USING r.q;
        SET LOCAL enable_indexscan = on;
        differing := differing + CASE WHEN by_index = by_table THEN 0 ELSE 1 END;
    END LOOP;
    RETURN differing;
END $$;

INSERT INTO sparse_docs SELECT i, i % 10, random_sparse(i, 60, 0) FROM generate_series(1, 3000) i;
INSERT INTO sparse_queries SELECT i, random_sparse(100000 + i, 20, 0) FROM generate_series(1, 12) i;

CREATE INDEX sparse_docs_v ON sparse_docs USING inverted (v);
ANALYZE sparse_docs;
EXPLAIN (COSTS OFF) SELECT id FROM sparse_docs ORDER BY v <#> '{1:1,2:1}/1000' LIMIT 10;
SELECT differing(10), differing(1), differing(200), differing(10, 'tag < 3');
SELECT metric, rows, pending_rows FROM vecext.index_info('sparse_docs_v');
SELECT vecext.verify_index('sparse_docs_v');

-- Rows without a common dimension have product 0, and follow.
SELECT count(*) FROM (SELECT id FROM sparse_docs ORDER BY v <#> '{1000:1}/1000' LIMIT 20) x;
SELECT count(DISTINCT id) FROM (SELECT id FROM sparse_docs ORDER BY v <#> '{3:1}/1000' LIMIT 2999) x;
SELECT count(*) FROM (SELECT id FROM sparse_docs ORDER BY v <#> NULL LIMIT 20) x;

-- Rows that were inserted since, changed and deleted.
INSERT INTO sparse_docs SELECT i, i % 10, random_sparse(i, 60, 0) FROM generate_series(3001, 3600) i;
INSERT INTO sparse_docs VALUES (4000, 0, NULL), (4001, 0, '{}/1000'), (4002, 1, '{7:1e-3}/1000');
SELECT differing(10), differing(200);
UPDATE sparse_docs SET v = random_sparse(id + 20000, 60, 0) WHERE id % 7 = 0;
DELETE FROM sparse_docs WHERE id % 5 = 0;
SELECT differing(10), differing(200);
VACUUM sparse_docs;
SELECT differing(10), differing(200), differing(10, 'tag IN (1, 2)');
SELECT vecext.verify_index('sparse_docs_v');
SELECT vecext.merge('sparse_docs_v') > 0 AS merged;
SELECT differing(10), differing(200);
SELECT metric, rows, pending_rows, dead_rows FROM vecext.index_info('sparse_docs_v');

-- Greater weights than the index has met, then negative ones, of rows and of queries.
INSERT INTO sparse_docs VALUES (5000, 0, '{1:50,2:70}/1000'), (5001, 0, '{3:400}/1000');
SELECT differing(10), differing(100);
INSERT INTO sparse_docs SELECT i, i % 10, random_sparse(i, 60, .3) FROM generate_series(6001, 6300) i;
SELECT differing(10), differing(2000);
INSERT INTO sparse_queries SELECT i, random_sparse(100000 + i, 20, .4) FROM generate_series(13, 20) i;
INSERT INTO sparse_queries VALUES (21, '{1:-1}/1000'), (22, '{}/1000'), (23, '{1:1e-30}/1000');
SELECT differing(10), differing(2000), differing(10, 'tag = 4');
SELECT vecext.merge('sparse_docs_v') > 0 AS merged;
SELECT differing(10), differing(2000), differing(10, 'tag = 4');
SELECT vecext.verify_index('sparse_docs_v');
REINDEX INDEX sparse_docs_v;
SELECT differing(10), differing(2000);

-- Products that overflow.
INSERT INTO sparse_docs VALUES (7000, 0, '{5:3e38}/1000'), (7001, 0, '{5:-3e38}/1000'), (7002, 0, '{5:1e38}/1000');
INSERT INTO sparse_queries VALUES (24, '{5:100}/1000');
SELECT differing(5), differing(100);
DELETE FROM sparse_docs WHERE id >= 7000;

-- Products below the normal numbers.
CREATE TABLE sparse_small AS SELECT i AS id, format('{1:%se-21}/10', i)::sparsevec(10) AS v FROM generate_series(1, 1000) i;
CREATE INDEX ON sparse_small USING inverted (v);
SET enable_seqscan = off;
SELECT id FROM sparse_small ORDER BY v <#> '{1:1e-20}/10' LIMIT 5;
SELECT min(id), count(*) FROM (SELECT id FROM sparse_small ORDER BY v <#> '{1:1e-20}/10' LIMIT 100) x;
SELECT id FROM sparse_small ORDER BY v <#> '{1:-1e-20,2:1}/10' LIMIT 3;
RESET enable_seqscan;
DROP TABLE sparse_small;

-- More non-zeros than a graph takes.
CREATE TABLE sparse_wide (id int, v sparsevec(20000));
CREATE INDEX ON sparse_wide USING inverted (v);
INSERT INTO sparse_wide SELECT n, ('{' || string_agg(i || ':' || (1 + (i * n) % 17), ',' ORDER BY i) || '}/20000')::sparsevec
    FROM generate_series(1, 3) n, generate_series(1, 15000) i GROUP BY n;
SET enable_seqscan = off;
SELECT id FROM sparse_wide ORDER BY v <#> '{1:1,15000:2}/20000' LIMIT 3;
SELECT id FROM sparse_wide ORDER BY v <#> (SELECT v FROM sparse_wide WHERE id = 2) LIMIT 3;
RESET enable_seqscan;

-- Posting lists that do not fit the memory of the build become runs, which are merged: one segment all the same.
CREATE TABLE sparse_runs AS SELECT n AS id, ('{' || string_agg(i * 40 + hashint4(i * n) % 20 + 20 || ':' || 1 + (i * n) % 17, ',' ORDER BY i) || '}/2000')::sparsevec(2000) AS v
    FROM generate_series(1, 20000) n, generate_series(1, 40) i GROUP BY n;
SET maintenance_work_mem = '1MB';
CREATE INDEX sparse_runs_v ON sparse_runs USING inverted (v);
RESET maintenance_work_mem;
SELECT lists, rows FROM vecext.index_info('sparse_runs_v');
SELECT vecext.verify_index('sparse_runs_v');
CREATE FUNCTION best(v sparsevec) RETURNS float8[] LANGUAGE sql
    RETURN (SELECT array_agg(d) FROM (SELECT s.v <#> best.v AS d FROM sparse_runs s ORDER BY s.v <#> best.v LIMIT 50) x);
CREATE FUNCTION best_by_table(v sparsevec) RETURNS float8[] LANGUAGE sql
    RETURN (SELECT array_agg(d) FROM (SELECT s.v <#> best_by_table.v AS d FROM sparse_runs s ORDER BY (s.v <#> best_by_table.v) + 0.0 LIMIT 50) x);
SELECT count(*), count(*) FILTER (WHERE best(v) = best_by_table(v)) AS same FROM sparse_runs WHERE id % 2000 = 7;
CREATE INDEX sparse_runs_at_once ON sparse_runs USING inverted (v);
SELECT pg_relation_size('sparse_runs_v') = pg_relation_size('sparse_runs_at_once') AS same_size;
DROP FUNCTION best, best_by_table;
DROP TABLE sparse_runs;

-- Dimensions are the column's; other metrics have no class; there are no options and no key columns.
SELECT id FROM sparse_docs ORDER BY v <#> '{1:1}/999' LIMIT 1;
CREATE INDEX ON sparse_docs USING inverted (v sparsevec_l2_ops);
CREATE INDEX ON sparse_docs USING inverted (v, tag);
CREATE INDEX ON sparse_docs USING inverted (v) WITH (lists = 1);
SELECT amvalidate(oid) FROM pg_opclass WHERE opcmethod = (SELECT oid FROM pg_am WHERE amname = 'inverted');
CREATE UNLOGGED TABLE sparse_unlogged (v sparsevec(10));
CREATE INDEX sparse_unlogged_v ON sparse_unlogged USING inverted (v);
SELECT vecext.verify_index('sparse_unlogged_v');
DROP TABLE sparse_docs, sparse_queries, sparse_wide, sparse_unlogged;
DROP FUNCTION differing(int, text), random_sparse(int, int, float8);
