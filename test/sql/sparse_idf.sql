-- Weights of a query by how rare its dimensions are in an inverted index.
\set VERBOSITY sqlstate
SET client_min_messages = warning;

CREATE TABLE idf_docs (id int PRIMARY KEY, v sparsevec(100), other sparsevec(100));
CREATE INDEX idf_docs_v ON idf_docs USING inverted (v);

-- The weights by the formula, as the table has the dimensions; dead and null rows are not counted here.
CREATE FUNCTION weights_of(v sparsevec) RETURNS TABLE (i int, w float8) LANGUAGE sql AS $$
    SELECT split_part(e, ':', 1)::int, split_part(e, ':', 2)::float8 FROM regexp_split_to_table(btrim(split_part(v::text, '/', 1), '{}'), ',') e
    WHERE e <> ''
$$;
CREATE FUNCTION by_formula(query sparsevec) RETURNS TABLE (i int, w float8) LANGUAGE sql AS $$
    SELECT q.i, q.w * ln(1 + (n - df + 0.5) / (df + 0.5)) FROM weights_of(query) q,
    LATERAL (SELECT count(*)::float8 AS n, count(*) FILTER (WHERE EXISTS (SELECT FROM weights_of(v) d WHERE d.i = q.i))::float8 AS df
        FROM idf_docs WHERE v IS NOT NULL) d
$$;
CREATE FUNCTION differs(query sparsevec) RETURNS bool LANGUAGE sql AS $$
    SELECT bool_or(a.w IS NULL OR b.w IS NULL OR abs(a.w - b.w) > 1e-5)
    FROM weights_of(vecext.sparse_idf(query, 'idf_docs_v')) a FULL JOIN by_formula(query) b USING (i)
$$;

-- An empty index: no dimension is rarer than another.
SELECT vecext.sparse_idf('{1:1,7:-2}/100', 'idf_docs_v');
SELECT vecext.sparse_idf('{}/100', 'idf_docs_v');
SELECT vecext.sparse_idf(NULL, 'idf_docs_v') IS NULL AS of_null, vecext.sparse_idf('{1:1}/100', NULL) IS NULL AS by_null;

-- Of pending rows, of both signs, of segments, of both.
INSERT INTO idf_docs SELECT i, ('{1:1' || CASE WHEN i % 2 = 0 THEN ',2:0.5' ELSE ',2:-0.5' END
    || CASE WHEN i % 10 = 0 THEN ',3:' || i ELSE '' END || CASE WHEN i = 77 THEN ',50:1e-3' ELSE '' END || '}/100')::sparsevec
FROM generate_series(1, 500) i;
INSERT INTO idf_docs VALUES (1000, NULL), (1001, '{}/100');
SELECT differs('{1:1}/100'), differs('{2:1,3:1}/100'), differs('{1:-3,2:0.25,3:7,50:2,99:1}/100');
SELECT vecext.merge('idf_docs_v') > 0 AS merged;
SELECT differs('{1:1}/100'), differs('{2:1,3:1}/100'), differs('{1:-3,2:0.25,3:7,50:2,99:1}/100');
INSERT INTO idf_docs SELECT i, '{3:1,99:2}/100' FROM generate_series(2001, 2100) i;
SELECT differs('{1:-3,2:0.25,3:7,50:2,99:1}/100');
SELECT string_agg(i::text, ' < ' ORDER BY -(vecext.sparse_idf(('{' || i || ':1}/100')::sparsevec, 'idf_docs_v') <#> ('{' || i || ':1}/100')::sparsevec)) AS rarer
FROM unnest(ARRAY[1, 3, 50, 99, 100]) i;

-- The scan has the weights once, in a subquery or as a function of nothing that varies.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM idf_docs ORDER BY v <#> vecext.sparse_idf('{3:1,50:1}/100', 'idf_docs_v') LIMIT 2;
SELECT id FROM idf_docs ORDER BY v <#> vecext.sparse_idf('{1:1,50:1000}/100', 'idf_docs_v') LIMIT 1;
SELECT id FROM idf_docs ORDER BY v <#> (SELECT vecext.sparse_idf('{1:1,50:1000}/100', 'idf_docs_v')) LIMIT 1;
RESET enable_seqscan;

-- Weights stay what a sparse vector can have.
SELECT vecext.sparse_idf('{1:1e-45,50:-1e-45}/100', 'idf_docs_v');
SELECT vecext.sparse_idf('{50:3e38}/100', 'idf_docs_v');
-- Other dimensions than the index has are in none of its rows.
-- ln(1 + 601.5 / .5)
SELECT vecext.sparse_idf('{98:1,700:1}/1000', 'idf_docs_v');

-- What is no such index.
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs');
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs_pkey');
SELECT vecext.sparse_idf('{1:1}/100', 0);
SELECT vecext.sparse_idf('{1:1}/100', 4294967295);

-- Partitions count together.
CREATE TABLE idf_parts (id int, v sparsevec(10)) PARTITION BY RANGE (id);
CREATE TABLE idf_part_1 PARTITION OF idf_parts FOR VALUES FROM (0) TO (10);
CREATE TABLE idf_part_2 PARTITION OF idf_parts FOR VALUES FROM (10) TO (20);
INSERT INTO idf_parts SELECT i, '{1:1}/10' FROM generate_series(0, 9) i;
INSERT INTO idf_parts SELECT i, '{2:1}/10' FROM generate_series(10, 19) i;
CREATE INDEX idf_parts_v ON idf_parts USING inverted (v);
-- ln(1 + 10.5 / 10.5), of each part ln(1 + 10.5 / .5) and ln(1 + .5 / 10.5)
SELECT vecext.sparse_idf('{1:1,2:1}/10', 'idf_parts_v'), vecext.sparse_idf('{1:1,2:1}/10', 'idf_part_1_v_idx');

-- Who may not read all rows may not count them.
CREATE ROLE idf_reader;
SET ROLE idf_reader;
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs_v');
RESET ROLE;
GRANT SELECT (id, v) ON idf_docs TO idf_reader;
SET ROLE idf_reader;
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs_v') IS NOT NULL AS may;
RESET ROLE;
ALTER TABLE idf_docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON idf_docs USING (id < 10);
SET ROLE idf_reader;
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs_v');
RESET ROLE;
SELECT vecext.sparse_idf('{1:1}/100', 'idf_docs_v') IS NOT NULL AS owner_may;
DROP TABLE idf_docs, idf_parts;
DROP FUNCTION by_formula, weights_of, differs;
DROP ROLE idf_reader;
