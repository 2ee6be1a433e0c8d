-- sparsevec: text form, binary form, type modifier, arrays, storage.

-- Indices count from 1 and come in any order; zeros are dropped before indices are looked at.
SELECT what, input::sparsevec AS value
FROM (VALUES
    ('ascending', '{1:1.5,3:3.5}/5'),
    ('any order', '{3:3.5,5:-1,1:1.5}/5'),
    ('empty', '{}/3'),
    ('empty with a blank', '{ }/3'),
    ('number forms', '{1:.5,2:1.,3:+2,4:1e3,5:0x1p-2}/5'),
    ('signed index and dimensions', '{+1:1}/+2'),
    ('leading zeros', '{01:1}/002'),
    ('all blanks', replace('_{_1_:_2_,_3_:_4_}_/_5_', '_', E' \t\n\r\x0b\f')),
    ('zeros dropped', '{1:0,2:1,3:-0}/3'),
    ('zero, index out of bounds', '{9:0,0:0,1:1}/3'),
    ('zero, index repeated', '{1:1,1:0}/3'),
    ('subnormal', '{1:1e-40}/1'),
    ('largest', '{1:3.4028235e38}/1'),
    ('most dimensions', '{1:1,1000000000:2}/1000000000')
) AS t (what, input);

SELECT '{1:0.1,2:0.3333333333,3:1e7,4:1e-5}/4'::sparsevec;
SET extra_float_digits = -5;
SELECT '{1:0.1,2:0.3333333333,3:1e7,4:1e-5}/4'::sparsevec;
RESET extra_float_digits;

-- Binary output: dimensions, count and a zero as int4, indices from 0 as int4, then float4.
SELECT sparsevec_send('{1:1,3:-2}/5');
SELECT sparsevec_send('{}/1000000000');

-- Up to 16000 elements that are not zero.
SELECT length(most), length(sparsevec_send(most::sparsevec))
FROM (SELECT '{' || string_agg(i || ':1', ',') || '}/20000' FROM generate_series(1, 16000) i)
    AS t (most);

CREATE TEMP TABLE item (any_dims sparsevec, three sparsevec(3), most sparsevec(1000000000));
SELECT attname, atttypmod, format_type(atttypid, atttypmod)
FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0 ORDER BY attnum;
INSERT INTO item (any_dims, three) VALUES ('{1:1}/2', '{1:1,3:3}/3'), ('{}/1', '{2:5}/3');
\set VERBOSITY terse
INSERT INTO item (three) VALUES ('{1:1}/2');
INSERT INTO item (three) SELECT any_dims FROM item;
ALTER TABLE item ALTER COLUMN any_dims TYPE sparsevec(2);
\set VERBOSITY default
ALTER TABLE item ALTER COLUMN three TYPE sparsevec;
INSERT INTO item (three) VALUES ('{}/7');
SELECT any_dims, three FROM item ORDER BY three;

-- Size: 16 bytes and 8 for each element that is not zero.
SELECT pg_column_size('{}/9'::sparsevec), pg_column_size('{1:1,9:2}/9'::sparsevec);
SELECT pg_column_size(three) FROM item ORDER BY 1;

SELECT '{"{1:1}/2","{}/3"}'::sparsevec[], ARRAY['{1:1}/2'::sparsevec, '{}/3'];
SELECT '{"{1:1}/2","{}/2"}'::sparsevec(2)[];
SELECT array_agg(three ORDER BY three) FROM item;

SELECT to_regtype('sparsevec'), to_regtype('_sparsevec');
