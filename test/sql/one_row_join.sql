-- A query vector from another table of the FROM clause that has one row at most: the index gives the rows in the order of the distance.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(0.5);
CREATE TABLE docs (id int PRIMARY KEY, tenant int, e vector(8), body text);
INSERT INTO docs SELECT i, i % 40, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i = i)::vector, 'w' || i % 100
    FROM generate_series(1, 5000) i;
INSERT INTO docs VALUES (5001, 1, NULL, NULL);
CREATE INDEX docs_e ON docs USING hnsw (e vector_l2_ops);
CREATE INDEX docs_body ON docs USING bm25 (body) WITH (text_config = 'simple');
CREATE INDEX docs_tenant ON docs (tenant);
CREATE TABLE owners (id int PRIMARY KEY, country text);
INSERT INTO owners SELECT i, 'c' || i % 5 FROM generate_series(0, 39) i;
CREATE TABLE two_vectors (id int, e vector(8));
INSERT INTO two_vectors SELECT id, e FROM docs WHERE id IN (7, 77);
CREATE FUNCTION query_vector(i int) RETURNS vector LANGUAGE sql STABLE AS 'SELECT e FROM docs WHERE id = i';
CREATE TYPE two AS (e vector(8), n int);
CREATE FUNCTION query_row(i int) RETURNS two LANGUAGE plpgsql STABLE AS
    'BEGIN RETURN (SELECT row(e, id)::two FROM docs WHERE id = i); END';
VACUUM ANALYZE docs, owners, two_vectors;

-- The node that gives the rows of docs, and the ids as a sort of all rows has them.
CREATE FUNCTION compare(query text, OUT row_count int, OUT as_sorted bool, OUT node text) LANGUAGE plpgsql AS $$
DECLARE
    expected text[] := pg_temp.rows_by_sort(query);
    found text[];
    line text;
BEGIN
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    row_count := cardinality(found);
    as_sorted := row_count = cardinality(expected) AND cardinality(ARRAY(SELECT unnest(expected) EXCEPT SELECT unnest(found))) <= 1;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        node := coalesce(node, substring(line from '(Index Scan using docs_[eb]|FilteredVectorScan|Sort Key|Seq Scan on docs d)'));
    END LOOP;
    node := coalesce(node, 'other');
END $$;
SELECT query, c.* FROM unnest(ARRAY[
    'WITH q AS (SELECT e FROM docs WHERE id = 77) SELECT d.id FROM docs d, q ORDER BY d.e <-> q.e LIMIT 5',
    'WITH q AS MATERIALIZED (SELECT e FROM docs WHERE id = 77 LIMIT 1) SELECT d.id FROM docs d, q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, (SELECT e FROM docs WHERE id = 77) q ORDER BY q.e <-> d.e LIMIT 5',
    'SELECT d.id FROM docs d CROSS JOIN (SELECT avg(e) AS e FROM docs WHERE id < 50) q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM (VALUES (''[1,0,1,0,1,0,1,0]''::vector)) q(e), docs d ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, query_vector(77) q(e) ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, query_row(77) q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id, d.e <-> q.e FROM docs d JOIN docs q ON q.id = 77 AND d.id <> q.id ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id, d.e <-> q.e FROM docs d JOIN docs q ON q.id = 77 WHERE d.tenant <> q.tenant ORDER BY 2 LIMIT 5',
    'SELECT d.id FROM docs d JOIN docs q ON q.tenant = d.tenant WHERE q.id = 77 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d JOIN docs q ON q.id = 77 WHERE d.tenant = 3 AND d.id % 3 = 1 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d JOIN docs q ON q.id = 77 WHERE d.e <-> q.e < 0.5 ORDER BY d.e <-> q.e LIMIT 50',
    'SELECT d.id FROM docs d JOIN docs q ON q.id = 77 WHERE 1 / (1 + (d.e <-> q.e)) > 0.7 ORDER BY d.e <-> q.e LIMIT 50',
    'SELECT d.id, o.country FROM docs d, docs q, owners o WHERE q.id = 77 AND o.id = d.tenant ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY d.e <-> q.e, d.id LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY d.e <-> q.e LIMIT 5 OFFSET 4000',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 AND d.body @@@ ''w7'' ORDER BY d.e <-> q.e LIMIT 5',
    -- Forms of the distance.
    'SELECT d.id, 1 - (d.e <-> q.e) AS score FROM docs d, docs q WHERE q.id = 77 ORDER BY score DESC NULLS LAST LIMIT 5',
    'WITH q AS (SELECT e FROM docs WHERE id = 77) SELECT d.id FROM docs d, q WHERE 1 - (d.e <-> q.e) > 0.2 ORDER BY 1 - (d.e <-> q.e) DESC LIMIT 5',
    'SELECT d.id FROM docs d CROSS JOIN (SELECT e FROM docs WHERE id = 77) q LEFT JOIN owners o ON o.id = 1 AND 1 - (d.e <-> q.e) > 0.2 ORDER BY 1 - (d.e <-> q.e) DESC LIMIT 5',
    'SELECT d.id FROM docs d, query_vector(77) q(e) ORDER BY 1 / (1 + (q.e <-> d.e)) DESC NULLS LAST LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY l2_distance(d.e, q.e) LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY -l2_distance(q.e, d.e) DESC NULLS LAST, d.id LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 AND d.tenant = 3 ORDER BY 10 - (d.e <-> q.e) * 2 DESC NULLS LAST LIMIT 5',
    -- No row, and a row without a vector.
    'SELECT d.id FROM docs d, docs q WHERE q.id = -1 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT count(*) FROM (SELECT d.id FROM docs d, docs q WHERE q.id = 5001 ORDER BY d.e <-> q.e LIMIT 5) x',
    -- More than one row may come, so the server sorts.
    'SELECT d.id FROM docs d, two_vectors q WHERE d.id < 40 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.tenant = 3 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, (SELECT e FROM two_vectors LIMIT 2) q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, (SELECT e FROM two_vectors ORDER BY id / 100 FETCH FIRST ROW WITH TIES) q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, (SELECT avg(e) AS e FROM two_vectors GROUP BY id) q ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d LEFT JOIN docs q ON q.id = 77 AND d.id > 100 ORDER BY d.e <-> q.e LIMIT 5',
    'SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY d.e <-> q.e DESC NULLS LAST LIMIT 5'
    ]) query, compare(query) c;
-- A set of an index on docs implies the conditions of docs alone, not those that compare with the one row.
PREPARE strict_set AS SELECT c.* FROM compare('SELECT d.id FROM docs d JOIN docs q ON q.id = 77 WHERE d.tenant = 3 AND d.id > 50 * q.id
    AND d.body <> q.body ORDER BY d.e <-> q.e LIMIT 20') c;
SET vecext.filter_strategy = exact;
EXECUTE strict_set;
SET vecext.filter_strategy = inline;
EXECUTE strict_set;
RESET vecext.filter_strategy;
DEALLOCATE strict_set;
-- As many rows are expected as the conditions leave that compare with the one row.
CREATE FUNCTION expected_rows(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN CASE WHEN jsonb_path_query_first(plan, '$.**?(@."Node Type" == "Custom Scan")."Plan Rows"')::int < 500 THEN 'few' ELSE 'many' END;
END $$;
SELECT condition, expected_rows('SELECT d.id FROM docs d, docs q WHERE q.id = 77 AND ' || condition || ' ORDER BY d.e <-> q.e LIMIT 5')
FROM unnest(ARRAY['d.tenant = q.tenant', 'd.tenant <> q.tenant']) condition;
DROP FUNCTION expected_rows;
-- A new query vector for each row around, a generic plan, and a row that another changes meanwhile.
SELECT u, n.ids FROM generate_series(7, 9) u, LATERAL (SELECT array_agg(x.id) AS ids FROM (SELECT d.id FROM docs d, docs q
    WHERE q.id = u ORDER BY d.e <-> q.e LIMIT 1) x) n;
SET plan_cache_mode = force_generic_plan;
PREPARE near(int, int) AS SELECT d.id FROM docs d, docs q WHERE q.id = $1 AND d.id <> q.id ORDER BY d.e <-> q.e LIMIT $2;
SELECT (SELECT array_agg(x.id) FROM (SELECT d.id FROM docs d ORDER BY d.e <-> (SELECT e FROM docs WHERE id = 8) LIMIT 3) x) AS ids;
EXECUTE near(8, 2);
EXECUTE near(9, 0);
DEALLOCATE near;
RESET plan_cache_mode;
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY d.e <-> q.e;
FETCH 1 FROM c;
MOVE 3000 IN c;
MOVE BACKWARD ALL IN c;
FETCH 1 FROM c;
COMMIT;
SELECT d.id FROM docs d, docs q WHERE q.id = 77 ORDER BY d.e <-> q.e LIMIT 1 FOR UPDATE OF d;
DROP TABLE docs, owners, two_vectors;
DROP FUNCTION compare, query_vector, query_row;
DROP TYPE two;
