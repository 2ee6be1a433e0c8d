-- vecext.quantize: what a code keeps of a vector.
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE item AS
SELECT dims, ARRAY(SELECT random() - 0.5 FROM generate_series(1, dims) WHERE i > 0)::vector AS v
FROM unnest('{1,2,3,4,5,15,16,17,100,101,784,1536,3000,16000}'::int[]) dims,
    generate_series(1, 3) i;
CREATE TABLE codec (name text, least float8);
INSERT INTO codec VALUES ('rabitq1', .74), ('rabitq2', .92), ('rabitq4', .99), ('int8', .9998),
    ('fp16', .999999);

-- The finer the code, the smaller the angle to what it keeps; of wide vectors codes see a part.
SELECT name, count(*), bool_and(vector_dims(kept) = dims) AS dims_stay,
    bool_and(1 - (kept <=> v) > least) AS close,
    max(1 - (kept <=> v)) < 1 OR name = 'fp16' AS not_equal
FROM item CROSS JOIN codec, vecext.quantize(v, name) kept
WHERE dims BETWEEN 16 AND CASE name WHEN 'rabitq4' THEN 400 WHEN 'rabitq2' THEN 800
    WHEN 'rabitq1' THEN 1600 ELSE 16000 END
GROUP BY 1 ORDER BY min(least);
SELECT name, 1 - (vecext.quantize(v, name) <=> v) BETWEEN 0.15 AND 0.5 AS part
FROM item, codec WHERE dims = 16000 AND name LIKE 'rabitq%' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) FROM item, codec WHERE vector_dims(vecext.quantize(v, name)) <> dims;

-- It scales with the vector, and mirrors it; lengths may be any.
SELECT name, bool_and(vecext.quantize(v * minus_eight, name)
    <-> vecext.quantize(v, name) * minus_eight < 1e-4 * vector_norm(v)) AS same
FROM item, codec, CAST(array_fill(-8, ARRAY[dims]) AS vector) minus_eight
WHERE dims BETWEEN 15 AND 1536 GROUP BY 1 ORDER BY 1;
SELECT name, l2_normalize(vecext.quantize('[3e37,0,0,-2e37]', name)) <=> '[3,0,0,-2]' < 0.3 AS huge,
    l2_normalize(vecext.quantize('[3e-37,0,0,-2e-37]', name)) <=> '[3,0,0,-2]' < 0.3 AS tiny
FROM codec WHERE name <> 'fp16' ORDER BY 1;

-- Without a bias: a code's product with its vector is the vector's with itself.
SELECT name, bool_and(abs(-(vecext.quantize(v, name) <#> v) / (-(v <#> v)) - 1) < 0.003) AS unbiased
FROM item, codec WHERE dims BETWEEN 16 AND 784 GROUP BY 1 ORDER BY 1;

-- int8 keeps each element up to half of a 127th of the largest, whatever the axes.
SELECT bool_and(vecext.quantize(v, 'int8') <-> v < vector_norm(v) * 0.02) AS close,
    max(vecext.quantize(v, 'int8') <-> v) > 0 AS not_equal
FROM item;

-- fp16 is halfvec.
SELECT bool_and(vecext.quantize(v, 'fp16') = v::halfvec::vector) AS same FROM item;
SELECT vecext.quantize('[1,-2.5,0.1,65504]', 'fp16');
SELECT vecext.quantize('[1,70000]', 'fp16');

-- Zeros.
SELECT name, vecext.quantize('[0,0,0]', name) = '[0,0,0]' AS zero FROM codec ORDER BY 1;

-- Nulls, codecs that are none, results that are none.
SELECT vecext.quantize(NULL, 'int8'), vecext.quantize('[1]', NULL);
\set VERBOSITY sqlstate
SELECT vecext.quantize('[1]', 'pq');
\set VERBOSITY default
SELECT vecext.quantize('[1]', 'INT8');
SELECT vecext.quantize('[1]', '');
SELECT vecext.quantize('[1]', 'rabitq11');
SELECT vecext.quantize('[3.4e38,3e38,2e38,-1e38]', 'rabitq4');
SELECT provolatile, proparallel, proisstrict FROM pg_proc
WHERE oid = 'vecext.quantize(vector,text)'::regprocedure;
DROP TABLE item, codec;
