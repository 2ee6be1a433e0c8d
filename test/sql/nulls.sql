-- Null in, null out; null elements are refused.

SELECT count(*) AS results, count(result) AS not_null
FROM (VALUES
    (l2_distance(NULL::vector, '[1]')), (l2_distance('[1]', NULL::halfvec)),
    (l2_distance(NULL::sparsevec, NULL)), (inner_product(NULL::vector, '[1]')),
    (cosine_distance('[1]', NULL::vector)), (l1_distance(NULL::halfvec, '[1]')),
    (hamming_distance(NULL, B'1')), (jaccard_distance(B'1', NULL)),
    ('[1]'::vector <-> NULL), (NULL <#> '[1]'::halfvec), ('{}/1'::sparsevec <=> NULL),
    ('[1]'::vector <+> NULL), (B'1' <~> NULL), (NULL <%> B'1'),
    (vector_norm(NULL)), (l2_norm(NULL::halfvec)), (l2_norm(NULL::sparsevec)),
    (vector_dims(NULL::vector)), (vector_dims(NULL::halfvec))
) AS t (result);

SELECT count(*) AS results, count(result) AS not_null
FROM (VALUES
    (NULL::vector + '[1]'), ('[1]' - NULL::vector), (NULL * '[1]'::vector),
    ('[1]'::vector || NULL), (l2_normalize(NULL::vector)), (subvector('[1]'::vector, NULL, 1)),
    (subvector('[1]'::vector, 1, NULL)), (NULL::real[]::vector), (NULL::halfvec::vector),
    (NULL::text::vector), (NULL::vector::vector(3))
) AS t (result);

SELECT '[1]'::vector = NULL AS eq, '[1]'::vector < NULL AS lt, NULL::vector IS NULL AS is_null,
    '[1]'::vector IS DISTINCT FROM NULL AS is_distinct, binary_quantize(NULL::vector) AS quantized;

CREATE TEMP TABLE item (id int, v vector(2));
INSERT INTO item VALUES (1, '[1,1]'), (2, NULL), (3, '[0,0]'), (4, NULL);
SELECT id FROM item ORDER BY v <-> '[1,1]', id;
SELECT id FROM item ORDER BY v <-> '[1,1]' NULLS FIRST, id;
SELECT id FROM item WHERE v <-> '[1,1]' < 5 ORDER BY id;
SELECT id, v <-> NULL AS distance FROM item ORDER BY v <-> NULL, id;
SELECT id FROM item ORDER BY v, id;
SELECT count(v), count(DISTINCT v) FROM item;

\set VERBOSITY terse
SELECT '{1,NULL}'::real[]::vector;
SELECT '{NULL}'::integer[]::halfvec;
SELECT ARRAY[NULL, 1]::float8[]::sparsevec;
\set VERBOSITY default
