-- Binary input: what is taken, and each fault of a message that no client should send.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all

CREATE TEMP TABLE message (id serial, type text, what text, bytes bytea);

-- vector: dimensions and a zero as int2, then float4
INSERT INTO message (type, what, bytes) VALUES
    ('vector', 'good', '\x0002 0000 3f800000 c0000000'),
    ('vector', 'signed zero, subnormal', '\x0002 0000 80000000 00000001'),
    ('vector(2)', 'good', '\x0002 0000 3f800000 c0000000'),
    ('vector(3)', 'typmod', '\x0002 0000 3f800000 c0000000'),
    ('vector(3)', 'typmod before unused', '\x0002 0001 3f800000 c0000000'),
    ('vector', 'empty', '\x'),
    ('vector', 'half of a header', '\x0002 00'),
    ('vector', 'no dimension', '\x0000 0000'),
    ('vector', 'negative dimensions', '\xffff 0000'),
    ('vector', 'most negative dimensions', '\x8000 0000'),
    ('vector', 'too many dimensions', '\x3e81 0000'),
    ('vector', 'most dimensions, no elements', '\x3e80 0000'),
    ('vector', 'unused not zero', '\x0001 0001 3f800000'),
    ('vector', 'unused negative', '\x0001 ffff 3f800000'),
    ('vector', 'element cut', '\x0002 0000 3f800000 c000'),
    ('vector', 'element missing', '\x0002 0000 3f800000'),
    ('vector', 'surplus byte', '\x0001 0000 3f800000 00'),
    ('vector', 'not a number', '\x0002 0000 3f800000 7fc00000'),
    ('vector', 'signalling not a number', '\x0001 0000 7f800001'),
    ('vector', 'infinity', '\x0001 0000 7f800000'),
    ('vector', 'negative infinity', '\x0001 0000 ff800000');

-- halfvec: dimensions and a zero as int2, then binary16
INSERT INTO message (type, what, bytes) VALUES
    ('halfvec', 'good', '\x0003 0000 3c00 c000 7bff'),
    ('halfvec', 'signed zero, subnormal', '\x0002 0000 8000 0001'),
    ('halfvec(2)', 'typmod', '\x0003 0000 3c00 c000 7bff'),
    ('halfvec', 'empty', '\x'),
    ('halfvec', 'no dimension', '\x0000 0000'),
    ('halfvec', 'negative dimensions', '\xffff 0000'),
    ('halfvec', 'too many dimensions', '\x3e81 0000'),
    ('halfvec', 'most dimensions, no elements', '\x3e80 0000'),
    ('halfvec', 'unused not zero', '\x0001 0100 3c00'),
    ('halfvec', 'element cut', '\x0002 0000 3c00 c0'),
    ('halfvec', 'surplus byte', '\x0001 0000 3c00 00'),
    ('halfvec', 'not a number', '\x0001 0000 7e00'),
    ('halfvec', 'infinity', '\x0001 0000 7c00'),
    ('halfvec', 'negative infinity', '\x0001 0000 fc00');

-- sparsevec: dimensions, count and a zero as int4, indices from 0, then float4
INSERT INTO message (type, what, bytes) VALUES
    ('sparsevec', 'good', '\x00000005 00000002 00000000 00000000 00000004 3f800000 c0000000'),
    ('sparsevec', 'no element', '\x00000005 00000000 00000000'),
    ('sparsevec', 'last of most dimensions', '\x3b9aca00 00000001 00000000 3b9ac9ff 3f800000'),
    ('sparsevec(4)', 'typmod', '\x00000005 00000000 00000000'),
    ('sparsevec', 'empty', '\x'),
    ('sparsevec', 'half of a header', '\x00000005 0000'),
    ('sparsevec', 'no dimension', '\x00000000 00000000 00000000'),
    ('sparsevec', 'negative dimensions', '\xffffffff 00000000 00000000'),
    ('sparsevec', 'too many dimensions', '\x3b9aca01 00000000 00000000'),
    ('sparsevec', 'negative count', '\x00000005 ffffffff 00000000'),
    ('sparsevec', 'most negative count', '\x00000005 80000000 00000000'),
    ('sparsevec', 'count above dimensions', '\x00000001 00000002 00000000'),
    ('sparsevec', 'count above limit', '\x3b9aca00 00003e81 00000000'),
    ('sparsevec', 'count above both', '\x00000001 7fffffff 00000000'),
    ('sparsevec', 'most elements, none there', '\x3b9aca00 00003e80 00000000'),
    ('sparsevec', 'unused not zero', '\x00000005 00000000 00000007'),
    ('sparsevec', 'index negative', '\x00000005 00000001 00000000 ffffffff 3f800000'),
    ('sparsevec', 'index too large', '\x00000005 00000001 00000000 00000005 3f800000'),
    ('sparsevec', 'indices descend',
        '\x00000005 00000002 00000000 00000004 00000000 3f800000 c0000000'),
    ('sparsevec', 'index repeated',
        '\x00000005 00000002 00000000 00000001 00000001 3f800000 c0000000'),
    ('sparsevec', 'zero value', '\x00000005 00000001 00000000 00000001 00000000'),
    ('sparsevec', 'negative zero', '\x00000005 00000001 00000000 00000001 80000000'),
    ('sparsevec', 'not a number', '\x00000005 00000001 00000000 00000001 7fc00000'),
    ('sparsevec', 'infinity', '\x00000005 00000001 00000000 00000001 7f800000'),
    ('sparsevec', 'index cut', '\x00000005 00000001 00000000 0000'),
    ('sparsevec', 'value missing', '\x00000005 00000001 00000000 00000001'),
    ('sparsevec', 'surplus byte', '\x00000005 00000000 00000000 00');

SELECT type, what, pg_temp.outcome(format('SELECT pg_temp.receive(%L, %L)', type, bytes))
FROM message ORDER BY id;
