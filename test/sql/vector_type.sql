-- vector: text form, binary form, type modifier, arrays, storage.

-- Text input takes what C strtof takes, with blanks around every token.
SELECT what, input::vector AS value
FROM (VALUES
    ('integers', '[1,2,3]'),
    ('one dimension', '[5]'),
    ('fractions', '[.5,1.,-0.25,+2]'),
    ('exponents', '[1e3,1E-3,-2.5e+2]'),
    ('hexadecimal', '[0x10,0x1p-2,-0X1.8p1]'),
    ('signed zeros', '[0,-0,+0,-0.0]'),
    ('spaces', '  [ 1 , 2 ,3 ]  '),
    ('all blanks', replace('_[_1_,_2_]_', '_', E' \t\n\r\x0b\f')),
    ('too small becomes zero', '[1e-46,-1e-46,1e-400]'),
    ('subnormal', '[1e-40,1.4e-45]'),
    ('largest', '[3.4028235e38,-3.4028235e38]'),
    ('more digits than kept', '[0.1234567890123456789,16777217]')
) AS t (what, input);

-- Output is the shortest form that reads back the same, whatever extra_float_digits says.
SELECT '[0.1,0.3333333333,1e6,1e7,1.5e38,1e-4,1e-5,123456.789]'::vector;
SET extra_float_digits = -5;
SELECT '[0.1,0.3333333333,1e6,1e7,1.5e38,1e-4,1e-5,123456.789]'::vector;
RESET extra_float_digits;

SELECT count(*) AS values, count(*) FILTER (WHERE v::text::vector = v) AS read_back
FROM (
    SELECT array_agg((sin(i * 13 + j) * 10 ^ (i % 60 - 30))::real)::vector AS v
    FROM generate_series(1, 300) i, generate_series(1, 7) j GROUP BY i
) t;

-- Binary output: dimensions and a zero as int2, then big-endian float4.
SELECT vector_send('[1,-2,0.5]');
SELECT vector_send('[0,-0]');
SELECT length(vector_send(array_fill(1, ARRAY[16000])::vector));

-- Dimensions, 1 to 16000.
SELECT vector_dims('[1]'::vector), vector_dims('[1,2,3]'::vector),
    vector_dims(array_fill(0, ARRAY[16000])::vector);

-- The type modifier is the number of dimensions, as it is.
CREATE TEMP TABLE item (any_dims vector, three vector(3), most vector(16000));
SELECT attname, atttypmod, format_type(atttypid, atttypmod)
FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO item (any_dims, three) VALUES ('[1,2]', '[1,2,3]'), ('[1]', '[4,5,6]');
\set VERBOSITY terse
INSERT INTO item (three) VALUES ('[1,2]');
INSERT INTO item (three) SELECT any_dims FROM item;
UPDATE item SET three = '[1,2,3,4]';
ALTER TABLE item ALTER COLUMN any_dims TYPE vector(2);
\set VERBOSITY default
ALTER TABLE item ALTER COLUMN three TYPE vector;
INSERT INTO item (three) VALUES ('[7,8]');
SELECT any_dims, three FROM item ORDER BY three;

-- Size: 8 bytes and 4 for each dimension; a short header saves three of them in a row.
SELECT pg_column_size('[1]'::vector), pg_column_size('[1,2,3]'::vector);
SELECT pg_column_size(three) FROM item ORDER BY 1;

-- Arrays of vectors.
SELECT '{"[1,2]","[3]"}'::vector[], ARRAY['[1,2]'::vector, '[3]'];
SELECT '{"[1,2]","[3,4]"}'::vector(2)[];
SELECT array_agg(three ORDER BY three) FROM item;
SELECT vector_dims((ARRAY['[1]'::vector, '[2,3]'])[2]);

-- The catalog names that clients look for.
SELECT to_regtype('vector'), to_regtype('_vector'), to_regtype('vector[]') = to_regtype('_vector');
