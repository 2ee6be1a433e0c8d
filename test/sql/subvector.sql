-- subvector: start counted from 1; start and end are cut to the vector, as substring() cuts.

SELECT start, count, subvector('[1,2,3,4,5]'::vector, start, count) AS vector,
    subvector('[1,2,3,4,5]'::halfvec, start, count) AS halfvec
FROM (VALUES (1, 5), (1, 1), (1, 3), (3, 2), (5, 1), (3, 9), (1, 2147483647), (5, 2147483647),
    (-1, 4), (0, 2), (-2147483645, 2147483647)) AS t (start, count);

-- Every part of every length, against array slices.
SELECT count(*) AS parts,
    count(*) FILTER (WHERE subvector(a::vector, start, count) = a[start:start + count - 1]::vector)
        AS vector,
    count(*) FILTER (WHERE subvector(a::halfvec, start, count)
        = a[start:start + count - 1]::halfvec) AS halfvec
FROM (SELECT ARRAY(SELECT i FROM generate_series(1, 20) i)) AS t (a),
    generate_series(1, 20) start, generate_series(1, 22) count;

-- Nothing left is an error.
\set VERBOSITY terse
SELECT subvector('[1,2,3]'::vector, 1, 0);
SELECT subvector('[1,2,3]'::vector, 1, -1);
SELECT subvector('[1,2,3]'::vector, 4, 1);
SELECT subvector('[1,2,3]'::vector, -1, 2);
SELECT subvector('[1,2,3]'::vector, -2147483648, 2147483647);
SELECT subvector('[1,2,3]'::vector, 2147483647, 2147483647);
SELECT subvector('[1,2,3]'::vector, 2, -2147483648);
SELECT subvector('[1,2,3]'::halfvec, 1, 0);
SELECT subvector('[1,2,3]'::halfvec, 4, 1);
SELECT subvector('[1,2,3]'::halfvec, -2147483648, 2147483647);
\set VERBOSITY default

-- The type modifier comes from a cast.
SELECT subvector('[1,2,3]'::vector, 1, 2)::vector(2) <-> '[1,4]';
