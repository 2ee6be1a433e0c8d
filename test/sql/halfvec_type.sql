-- halfvec: text form, rounding to half precision, binary form, type modifier, arrays, storage.

SELECT what, input::halfvec AS value
FROM (VALUES
    ('integers', '[1,2,3]'),
    ('fractions', '[.5,1.,-0.25,+2]'),
    ('exponents', '[1e3,1E-3,-2.5e+2]'),
    ('hexadecimal', '[0x10,0x1p-2,-0X1.8p1]'),
    ('signed zeros', '[0,-0]'),
    ('all blanks', replace('_[_1_,_2_]_', '_', E' \t\n\r\x0b\f')),
    ('rounded', '[1.23456,0.1,0.6001,0.8]'),
    ('half of the last bit, to even', '[2049,2051,-2049]'),
    ('largest', '[65504,-65504,65519]'),
    ('subnormal', '[6e-8,6.1e-5,-1e-7]'),
    ('smallest, and half of it', '[5.9604645e-08,2.9802322e-08,2.9802326e-08]'),
    ('too small becomes zero', '[1e-8,-1e-8]')
) AS t (what, input);

-- Halves of every sign and exponent, and of every third fraction, read back from their text.
SELECT count(*) AS halves, count(*) FILTER (WHERE halfvec_send(v::text::halfvec) = halfvec_send(v))
    AS read_back
FROM (
    SELECT ARRAY[(-1) ^ sign * CASE exponent WHEN 0 THEN fraction * 2.0 ^ (-24)
        ELSE (1 + fraction / 1024.0) * 2.0 ^ (exponent - 15) END]::float8[]::halfvec AS v
    FROM generate_series(0, 1) sign, generate_series(0, 30) exponent,
        generate_series(0, 1023, 3) fraction
) t;

-- Binary output: dimensions and a zero as int2, then big-endian binary16.
SELECT halfvec_send('[1,-2,0.5,65504]');
SELECT halfvec_send('[0,-0,6e-8]');
SELECT length(halfvec_send(array_fill(1, ARRAY[16000])::halfvec));

SELECT vector_dims('[1]'::halfvec), vector_dims(array_fill(0, ARRAY[16000])::halfvec);

CREATE TEMP TABLE item (any_dims halfvec, three halfvec(3), most halfvec(16000));
SELECT attname, atttypmod, format_type(atttypid, atttypmod)
FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO item (any_dims, three) VALUES ('[1,2]', '[1,2,3]'), ('[1]', '[4,5,6]');
\set VERBOSITY terse
INSERT INTO item (three) VALUES ('[1,2]');
INSERT INTO item (three) SELECT any_dims FROM item;
ALTER TABLE item ALTER COLUMN any_dims TYPE halfvec(2);
\set VERBOSITY default
ALTER TABLE item ALTER COLUMN three TYPE halfvec;
INSERT INTO item (three) VALUES ('[7,8]');
SELECT any_dims, three FROM item ORDER BY three;

-- Size: 8 bytes and 2 for each dimension.
SELECT pg_column_size('[1]'::halfvec), pg_column_size('[1,2,3]'::halfvec);
SELECT pg_column_size(three) FROM item ORDER BY 1;

SELECT '{"[1,2]","[3]"}'::halfvec[], ARRAY['[1,2]'::halfvec, '[3]'];
SELECT '{"[1,2]","[3,4]"}'::halfvec(2)[];
SELECT array_agg(three ORDER BY three) FROM item;

SELECT to_regtype('halfvec'), to_regtype('_halfvec');
