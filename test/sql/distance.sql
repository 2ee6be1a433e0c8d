-- Distances of vector, halfvec and sparsevec, as operators and as functions.

CREATE TEMP TABLE pair (id int, a vector, b vector);
INSERT INTO pair VALUES
    (1, '[0,0]', '[3,4]'),
    (2, '[1,2]', '[1,2]'),
    (3, '[1,1]', '[-1,-1]'),
    (4, '[1,0]', '[0,2]'),
    (5, '[3]', '[5]'),
    (6, '[1,2,3]', '[4,-5,6]'),
    (7, '[0,0]', '[0,0]');

SELECT a, b, a <-> b AS l2, a <#> b AS negative_ip, round((a <=> b)::numeric, 6) AS cosine,
    a <+> b AS l1
FROM pair ORDER BY id;

-- The other types give the same, and so do the functions behind the operators.
SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (a <-> b) = (a::halfvec <-> b::halfvec)
        AND (a <#> b) = (a::halfvec <#> b::halfvec)
        AND (a <=> b) = (a::halfvec <=> b::halfvec)
        AND (a <+> b) = (a::halfvec <+> b::halfvec)) AS halfvec_agrees,
    count(*) FILTER (WHERE (a <-> b) = (a::sparsevec <-> b::sparsevec)
        AND (a <#> b) = (a::sparsevec <#> b::sparsevec)
        AND (a <=> b) = (a::sparsevec <=> b::sparsevec)
        AND (a <+> b) = (a::sparsevec <+> b::sparsevec)) AS sparsevec_agrees,
    count(*) FILTER (WHERE (a <-> b) = l2_distance(a, b)
        AND (a <#> b) = -inner_product(a, b)
        AND (a <#> b) = vector_negative_inner_product(a, b)
        AND (a <=> b) = cosine_distance(a, b)
        AND (a <+> b) = l1_distance(a, b)
        AND round(vector_l2_squared_distance(a, b)::numeric, 9)
            = round(((a <-> b) ^ 2)::numeric, 9)) AS functions_agree
FROM pair;

-- Every number of dimensions up to 130, and some more: small integers, so that all sums are exact
-- in single precision and in half precision elements, and must equal those of SQL.
CREATE TEMP TABLE exact AS
SELECT dims, array_agg(x)::vector AS a, array_agg(y)::vector AS b,
    sum((x - y) ^ 2) AS l2_squared, sum(x * y)::float8 AS ip, sum(abs(x - y))::float8 AS l1,
    sum(x * y) / sqrt(sum(x * x)::float8 * sum(y * y)::float8) AS cosine
FROM (SELECT generate_series(1, 130) UNION ALL VALUES (255), (768), (1000), (1536)) AS d (dims),
    LATERAL (SELECT (dims * 7 + i * 13) % 11 - 5 + (i = 1)::int, (dims * 3 + i * 5) % 9 - 4
        FROM generate_series(1, dims) i ORDER BY i) AS e (x, y)
GROUP BY dims HAVING sum(x * x) > 0 AND sum(y * y) > 0;

SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (a <-> b) = sqrt(l2_squared)
        AND vector_l2_squared_distance(a, b) = l2_squared) AS l2,
    count(*) FILTER (WHERE (a <#> b) = -ip) AS ip,
    count(*) FILTER (WHERE abs((a <=> b) - (1 - cosine)) < 1e-12) AS cosine,
    count(*) FILTER (WHERE (a <+> b) = l1) AS l1
FROM exact;

SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (a <-> b) = sqrt(l2_squared)
        AND halfvec_l2_squared_distance(a, b) = l2_squared) AS l2,
    count(*) FILTER (WHERE (a <#> b) = -ip
        AND halfvec_negative_inner_product(a, b) = -ip) AS ip,
    count(*) FILTER (WHERE abs((a <=> b) - (1 - cosine)) < 1e-12) AS cosine,
    count(*) FILTER (WHERE (a <+> b) = l1) AS l1
FROM (SELECT a::halfvec, b::halfvec, l2_squared, ip, cosine, l1 FROM exact) t;

SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (a <-> b) = sqrt(l2_squared)
        AND sparsevec_l2_squared_distance(a, b) = l2_squared) AS l2,
    count(*) FILTER (WHERE (a <#> b) = -ip
        AND sparsevec_negative_inner_product(a, b) = -ip) AS ip,
    count(*) FILTER (WHERE abs((a <=> b) - (1 - cosine)) < 1e-12) AS cosine,
    count(*) FILTER (WHERE (a <+> b) = l1) AS l1
FROM (SELECT a::sparsevec, b::sparsevec, l2_squared, ip, cosine, l1 FROM exact) t;

-- Operands may change places.
SELECT count(*) AS pairs, count(*) FILTER (WHERE (a <-> b) = (b <-> a) AND (a <#> b) = (b <#> a)
    AND (a <=> b) = (b <=> a) AND (a <+> b) = (b <+> a)) AS commute
FROM exact;

-- Sparse operands that share no index, some, all; dimensions beyond those of a dense vector.
SELECT a, b, a::sparsevec <-> b AS l2, a::sparsevec <#> b AS negative_ip,
    round((a::sparsevec <=> b)::numeric, 6) AS cosine, a::sparsevec <+> b AS l1
FROM (VALUES
    ('{1:3}/1000000000'::sparsevec, '{1000000000:4}/1000000000'::sparsevec),
    ('{1:1,5:2,9:3}/9', '{5:2,7:1}/9'),
    ('{2:1,4:1}/4', '{2:1,4:1}/4'),
    ('{}/4', '{2:3,4:4}/4'),
    ('{}/4', '{}/4')
) AS t (a, b);

-- Sums are in single precision: they overflow to infinity and underflow to zero without an error.
SELECT '[3e38]'::vector <-> '[-3e38]' AS l2, '[3e38]'::vector <#> '[3e38]' AS negative_ip,
    '[3e38]'::vector <=> '[3e38]' AS cosine, '[3e38]'::vector <+> '[-3e38]' AS l1;
SELECT '{1:3e38}/1'::sparsevec <-> '{1:-3e38}/1' AS l2,
    '{1:3e38}/1'::sparsevec <#> '{1:3e38}/1' AS negative_ip,
    '{1:3e38}/1'::sparsevec <=> '{1:3e38}/1' AS cosine,
    '{1:3e38}/1'::sparsevec <+> '{1:-3e38}/1' AS l1;
SELECT '[1e-30]'::vector <-> '[-1e-30]' AS l2, '[1e-30]'::vector <#> '[1e-30]' AS negative_ip,
    '[1e-30]'::vector <=> '[1e-30]' AS cosine;
SELECT '[65504]'::halfvec <-> '[-65504]' AS l2, '[65504]'::halfvec <#> '[65504]' AS negative_ip,
    '[65504]'::halfvec <=> '[-65504]' AS cosine, '[65504]'::halfvec <+> '[-65504]' AS l1;

-- The cosine distance stays within 0 and 2, whatever rounding does.
SELECT count(*) AS pairs,
    count(*) FILTER (WHERE (v <=> v) BETWEEN 0 AND 1e-6) AS same,
    count(*) FILTER (WHERE (v <=> (v * minus_one)) BETWEEN 2 - 1e-6 AND 2) AS opposite
FROM (
    SELECT array_agg(sin(i * 31 + j))::vector AS v, array_agg(-1)::vector AS minus_one
    FROM generate_series(1, 500) i, generate_series(1, 50) j GROUP BY i
) t;

-- The spherical distance takes vectors of unit length and clamps what is beyond.
SELECT a, b, vector_spherical_distance(a, b) AS vector,
    halfvec_spherical_distance(a::halfvec, b::halfvec) AS halfvec
FROM (VALUES
    ('[1,0]'::vector, '[1,0]'::vector),
    ('[1,0]', '[0,1]'),
    ('[1,0]', '[-1,0]'),
    ('[2,0]', '[2,0]'),
    ('[2,0]', '[-2,0]')
) AS t (a, b);
