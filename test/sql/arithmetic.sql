-- + - * and || of vector and halfvec.

SELECT a, b, a + b AS sum, a - b AS difference, a * b AS product, a || b AS concatenation
FROM (VALUES
    ('[1,2,3]'::vector, '[4,5,6]'::vector),
    ('[0,-0]', '[-0,-0]'),
    ('[0.5,-1.5]', '[0.25,2]'),
    ('[3.4028235e38]', '[0]'),
    ('[1]', '[2]')
) AS t (a, b);

SELECT a, b, a + b AS sum, a - b AS difference, a * b AS product, a || b AS concatenation
FROM (VALUES
    ('[1,2,3]'::halfvec, '[4,5,6]'::halfvec),
    ('[0,-0]', '[-0,-0]'),
    ('[0.5,-1.5]', '[0.25,2]'),
    ('[65504]', '[0]'),
    ('[1]', '[2]')
) AS t (a, b);

-- Each element of a halfvec is rounded to half precision, ties to even.
SELECT '[2048,2048]'::halfvec + '[1,3]' AS sum, '[2048]'::halfvec - '[-1]' AS difference,
    '[1.001]'::halfvec * '[1.001]' AS product;
SELECT '[65504]'::halfvec + '[15]' AS just_fits;

-- Concatenation takes operands of any dimensions, up to 16000 together.
SELECT '[1]'::vector || '[2,3]' || '[4]';
SELECT '[1]'::halfvec || '[2,3]' || '[4]';
SELECT vector_dims(array_fill(1, ARRAY[15999])::vector || '[1]'),
    vector_dims(array_fill(1, ARRAY[15999])::halfvec || '[1]');

-- Every number of dimensions up to 70, against arrays.
SELECT count(*) AS pairs,
    count(*) FILTER (WHERE a::vector + b::vector = sum::vector
        AND a::halfvec + b::halfvec = sum::halfvec) AS sum,
    count(*) FILTER (WHERE a::vector - b::vector = difference::vector
        AND a::halfvec - b::halfvec = difference::halfvec) AS difference,
    count(*) FILTER (WHERE a::vector * b::vector = product::vector
        AND a::halfvec * b::halfvec = product::halfvec) AS product,
    count(*) FILTER (WHERE a::vector || b::vector = (a || b)::vector
        AND a::halfvec || b::halfvec = (a || b)::halfvec) AS concatenation
FROM (
    SELECT array_agg(x) AS a, array_agg(y) AS b, array_agg(x + y) AS sum,
        array_agg(x - y) AS difference, array_agg(x * y) AS product
    FROM generate_series(1, 70) dims,
        LATERAL (SELECT (dims + i * 7) % 13 - 6, (dims * 5 + i) % 9 - 4
            FROM generate_series(1, dims) i) AS e (x, y)
    GROUP BY dims
) t;
