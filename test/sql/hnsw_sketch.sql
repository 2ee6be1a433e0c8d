-- Types and distances without codes at links: searches of hnsw start at the rows nearest by their sketches. Links of near copies lead to the
-- same group alone, and where all rows are as far from each other, links lead nowhere near others.
SET client_min_messages = error;
SET check_function_bodies = off;
SET jit = off;
SET enable_seqscan = off;
SELECT setseed(.25);
-- The rows asked for by their own vectors for which none as near was found.
CREATE FUNCTION pg_temp.lost(index regclass, condition text DEFAULT 'true') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    lost bigint;
    element text;
    operator text;
BEGIN
    SELECT pg_get_indexdef(index, 1, false), o.oprname INTO element, operator
    FROM pg_index i JOIN pg_opclass c ON c.oid = i.indclass[0] JOIN pg_amop a ON a.amopfamily = c.opcfamily JOIN pg_operator o ON o.oid = a.amopopr
    WHERE i.indexrelid = index;
    EXECUTE format('SELECT count(*) FROM sketch_test q, LATERAL (SELECT min(d) AS d FROM (SELECT %1$s %2$s q.%1$s AS d FROM sketch_test
        ORDER BY %1$s %2$s q.%1$s LIMIT 10) nearest) found WHERE id %% 20 = 0 AND %3$s AND found.d > q.%1$s %2$s q.%1$s', element, operator, condition)
    INTO lost;
    RETURN lost;
END
$$;
CREATE FUNCTION pg_temp.report() RETURNS TABLE (index regclass, lost bigint, recall bool, sound bool) LANGUAGE sql AS $$
    SELECT i.indexrelid, pg_temp.lost(i.indexrelid), vecext.recall(i.indexrelid) > .97, vecext.verify_index(i.indexrelid) > 0
    FROM pg_index i WHERE i.indrelid = 'sketch_test'::regclass ORDER BY i.indexrelid::regclass::text
$$;

-- Groups of 40 rows that differ in one to three bits, of a few words' weights, or of elements of a dense vector.
CREATE TABLE sketch_test (id int, b bit(512), s sparsevec(30000), v vector(32));
INSERT INTO sketch_test
SELECT 40 * g + i,
    overlay(overlay(bits PLACING (random() < .5)::int::text FROM 1 + (random() * 511)::int) PLACING (random() < .5)::int::text
        FROM 1 + (random() * 511)::int)::bit(512),
    ('{' || (SELECT string_agg(place || ':' || .1 + weight + .01 * (random() + 0 * i), ',') FROM unnest(places, weights) w (place, weight)) || '}/30000')::sparsevec,
    (SELECT array_agg(x + .01 * (random() + 0 * i)) FROM unnest(dense) x)::vector
FROM (SELECT g, (SELECT string_agg((random() < .5)::int::text, '') FROM generate_series(1, 512) WHERE g > 0) AS bits,
    (SELECT array_agg(DISTINCT 1 + (random() * 29999)::int) FROM generate_series(1, 12) WHERE g > 0) AS places,
    (SELECT array_agg(random()) FROM generate_series(1, 12) WHERE g > 0) AS weights,
    (SELECT array_agg(random()) FROM generate_series(1, 32) WHERE g > 0) AS dense FROM generate_series(0, 99) g) groups, generate_series(1, 40) i
WHERE array_length(places, 1) = 12;
SELECT count(*) BETWEEN 3900 AND 4000 AS rows FROM sketch_test;
CREATE INDEX sketch_hamming ON sketch_test USING hnsw (b bit_hamming_ops);
CREATE INDEX sketch_jaccard ON sketch_test USING hnsw (b bit_jaccard_ops);
CREATE INDEX sketch_l2 ON sketch_test USING hnsw (s sparsevec_l2_ops);
CREATE INDEX sketch_cosine ON sketch_test USING hnsw (s sparsevec_cosine_ops);
CREATE INDEX sketch_sparse_l1 ON sketch_test USING hnsw (s sparsevec_l1_ops);
CREATE INDEX sketch_l1 ON sketch_test USING hnsw (v vector_l1_ops);
SELECT * FROM pg_temp.report();
-- Inserted ones, and those that deletes and VACUUM leave.
INSERT INTO sketch_test SELECT id + 10000, b, s, v FROM sketch_test WHERE id % 3 = 0;
DELETE FROM sketch_test WHERE id % 7 < 3;
VACUUM sketch_test;
SELECT * FROM pg_temp.report();
SELECT vecext.merge('sketch_jaccard') > 0 AS merged;
REINDEX INDEX sketch_l2;
SELECT * FROM pg_temp.report();
DROP TABLE sketch_test;

-- No dimension that two rows share: all are as far from each other. Rows of one element, 15 of each.
CREATE TABLE sketch_test (id int, s sparsevec(1000000), o sparsevec(2000));
INSERT INTO sketch_test SELECT i, ('{' || (SELECT string_agg(5 * i + j || ':' || .1 + random(), ',') FROM generate_series(1, 5) j) || '}/1000000')::sparsevec,
    ('{' || 1 + i % 400 || ':1}/2000')::sparsevec FROM generate_series(1, 6000) i;
CREATE INDEX sketch_l2 ON sketch_test USING hnsw (s sparsevec_l2_ops);
CREATE INDEX sketch_cosine ON sketch_test USING hnsw (s sparsevec_cosine_ops);
CREATE INDEX sketch_ones ON sketch_test USING hnsw (o sparsevec_l2_ops);
CREATE INDEX sketch_ones_l1 ON sketch_test USING hnsw (o sparsevec_l1_ops);
SELECT index, lost, sound FROM pg_temp.report();
-- A query that shares no dimension with any row, and an empty one.
SELECT count(*) FROM (SELECT id FROM sketch_test ORDER BY s <-> '{999999:1}/1000000' LIMIT 10) nearest;
SELECT count(*) FROM (SELECT id FROM sketch_test ORDER BY s <-> '{}/1000000' LIMIT 10) nearest;
DROP TABLE sketch_test;

-- Values far from 1 have sketches as others have.
CREATE TABLE sketch_test (id int, s sparsevec(1000), t sparsevec(1000));
INSERT INTO sketch_test SELECT i, ('{' || string_agg(place || ':' || (random() - .5) * 1e8, ',') || '}/1000')::sparsevec,
    ('{' || string_agg(place || ':' || (random() - .5) * 1e-12, ',') || '}/1000')::sparsevec
FROM (SELECT DISTINCT i, 1 + (random() * 999)::int AS place FROM generate_series(1, 3000) i, generate_series(1, 9)) e GROUP BY i;
CREATE INDEX sketch_large ON sketch_test USING hnsw (s sparsevec_l2_ops);
CREATE INDEX sketch_large_l1 ON sketch_test USING hnsw (s sparsevec_l1_ops);
CREATE INDEX sketch_small ON sketch_test USING hnsw (t sparsevec_l2_ops);
SELECT index, lost, sound FROM pg_temp.report();
DROP TABLE sketch_test;
