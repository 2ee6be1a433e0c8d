-- vector_norm, l2_norm, l2_normalize, binary_quantize.

SELECT v, vector_norm(v), l2_norm(v::halfvec) AS halfvec, l2_norm(v::sparsevec) AS sparsevec
FROM (VALUES ('[3,4]'::vector), ('[0,1]'), ('[0,0]'), ('[-2]'), ('[1,1,1,1]')) AS t (v);

-- Norms are summed in double precision.
SELECT round((vector_norm('[3e38,3e38]') / 3e38)::numeric, 6) AS vector,
    round((l2_norm('{1:3e38,9:3e38}/9'::sparsevec) / 3e38)::numeric, 6) AS sparsevec,
    round(l2_norm('[65504,65504]'::halfvec)::numeric, 3) AS halfvec,
    vector_norm('[1e-40]') > 0 AS small;

SELECT l2_normalize(v) AS vector, l2_normalize(v::halfvec) AS halfvec,
    l2_normalize(v::sparsevec) AS sparsevec
FROM (VALUES ('[3,4]'::vector), ('[0,3]'), ('[0,0]'), ('[-2]'), ('[1,1,1,1]')) AS t (v);

SELECT l2_normalize('[3e38]'::vector), l2_normalize('[1e-40,0]'::vector),
    l2_normalize('[65504]'::halfvec), l2_normalize('[0,6e-8]'::halfvec);

-- What underflows to zero is left out of a sparsevec.
SELECT l2_normalize('{1:1e-30,2:1e30}/2'::sparsevec), l2_normalize('{}/2'::sparsevec),
    l2_normalize('{7:3e38}/1000000000'::sparsevec);

-- Every number of dimensions up to 100: norm 1 afterwards, and the same direction.
SELECT count(*) AS values,
    count(*) FILTER (WHERE abs(vector_norm(l2_normalize(v)) - 1) < 1e-6) AS vector,
    count(*) FILTER (WHERE abs(l2_norm(l2_normalize(v::halfvec)) - 1) < 1e-2) AS halfvec,
    count(*) FILTER (WHERE abs(l2_norm(l2_normalize(v::sparsevec)) - 1) < 1e-6) AS sparsevec,
    count(*) FILTER (WHERE (l2_normalize(v) <=> v) < 1e-6) AS direction,
    count(*) FILTER (WHERE abs(vector_norm(v) - sqrt(squares)) < 1e-9
        AND l2_norm(v::halfvec) = vector_norm(v)
        AND l2_norm(v::sparsevec) = vector_norm(v)) AS norm
FROM (
    SELECT array_agg((dims * i) % 7 + 1)::vector, sum(((dims * i) % 7 + 1) ^ 2)
    FROM generate_series(1, 100) dims, LATERAL generate_series(1, dims) i GROUP BY dims
) AS t (v, squares);

-- One bit per dimension, set above zero.
SELECT binary_quantize('[1,0,-1,-0,1e-45,0.5,-2,3,4]'::vector),
    binary_quantize('[1,0,-1,-0,6e-8,0.5,-2,3,4]'::halfvec);
SELECT pg_typeof(binary_quantize('[1]'::vector)), binary_quantize('[1,-1,1]'::vector)::bit(3);
SELECT count(*) AS values, count(*) FILTER (WHERE binary_quantize(v) = bits::varbit) AS vector,
    count(*) FILTER (WHERE binary_quantize(v::halfvec) = bits::varbit) AS halfvec
FROM (
    SELECT array_agg(x ORDER BY i)::vector, string_agg((x > 0)::int::text, '' ORDER BY i)
    FROM generate_series(1, 200) dims,
        LATERAL (SELECT i, (dims * i) % 5 - 2 FROM generate_series(1, dims) i) AS e (i, x)
    GROUP BY dims
) AS t (v, bits);
