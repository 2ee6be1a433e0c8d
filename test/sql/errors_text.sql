-- Faulty text input: SQLSTATE, message and detail of each fault.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all

-- vector and halfvec: same faults, same words but the name of the type.
CREATE TEMP TABLE faulty (id serial, value text);
INSERT INTO faulty (value) VALUES
    -- no opening bracket
    (''), (' '), ('1'), ('1,2]'), ('{1,2}'), ('x[1]'),
    -- a token that is no number, or none
    ('['), ('[1'), ('[1,'), ('[1,]'), ('[,1]'), ('[,]'), ('[1,,2]'), ('[1, ,2]'), ('[1 2]'),
    ('[a]'), ('[1a]'), ('[1,b]'), ('[-]'), ('[+]'), ('[.]'), ('[e5]'), ('[--1]'), ('[1;2]'),
    ('[[1]]'), ('["1"]'), ('[1}'), ('[1e]'), ('[1e+]'), ('[0x]'), ('[0x1p]'), ('[infinit]'),
    ('[nano]'), ('[1_000]'),
    -- text after the end
    ('[1]x'), ('[1] x'), ('[1]]'), ('[1],[2]'), ('[1],'),
    -- no dimension
    ('[]'), ('[ ]'), (' [ ] '),
    -- not a number, infinite
    ('[NaN]'), ('[nan]'), ('[1,NAN]'), ('[-nan]'), ('[Infinity]'), ('[inf]'), ('[1,-Infinity]'),
    ('[+INF]'), ('[nan(1)]'),
    -- the first fault from the left counts
    ('[nan,x]'), ('[x,nan]'), ('[inf,nan]'), ('[1e999,x]'), ('[nan');

SELECT value, pg_temp.outcome(format('SELECT %L::vector', value)) FROM faulty ORDER BY id;
SELECT value, pg_temp.outcome(format('SELECT %L::halfvec', value)) FROM faulty
WHERE id % 4 = 1 ORDER BY id;
SELECT count(*) AS values, count(*) FILTER (
    WHERE pg_temp.outcome(format('SELECT %L::halfvec', value))
        = replace(pg_temp.outcome(format('SELECT %L::vector', value)), 'vector', 'halfvec')) AS same
FROM faulty;

-- Out of range: the message holds the number alone.
SELECT value, pg_temp.outcome(format('SELECT %L::vector', value)) AS vector
FROM (VALUES ('[4e38]'), ('[1,-4e38,x]'), ('[ 1e999 ]'), ('[3.5e38,1]'), ('[0x1p128]')) t (value);
SELECT value, pg_temp.outcome(format('SELECT %L::halfvec', value)) AS halfvec
FROM (VALUES ('[65520]'), ('[1,-65520,x]'), ('[ 1e9 ]'), ('[4e38]')) t (value);

-- Dimensions.
SELECT type, pg_temp.outcome(format('SELECT (''[1'' || repeat('',1'', %s) || '']'')::%s',
    dims - 1, type)) AS outcome
FROM (VALUES ('vector', 16001), ('halfvec', 16001), ('vector', 100000)) t (type, dims);
SELECT pg_temp.outcome($$SELECT ('[1' || repeat(',1', 16000) || 'x')::vector$$) AS syntax_is_later;

-- sparsevec.
DROP TABLE faulty;
CREATE TEMP TABLE faulty (id serial, value text);
INSERT INTO faulty (value) VALUES
    -- no opening brace
    (''), (' '), ('1:1}/2'), ('[1:1]/2'), ('x{1:1}/2'),
    -- a token that is no number, or none
    ('{'), ('{1'), ('{1:'), ('{1:1'), ('{1:1,'), ('{1:1,}/2'), ('{,1:1}/2'), ('{,}/2'),
    ('{1:1,,2:1}/2'), ('{:1}/2'), ('{1}/2'), ('{1:}/2'), ('{1,1}/2'), ('{1:1 2:2}/2'), ('{a:1}/2'),
    ('{1:a}/2'), ('{1.5:1}/2'), ('{1:1a}/2'), ('{1::1}/2'), ('{1:1]/2'),
    ('{0x1:1}/2'), ('{1 1:1}/2'), ('{1:1}/2}/2'),
    -- no dimensions, or not a number
    ('{1:1}'), ('{}'), ('{1:1} 2'), ('{1:1}/'), ('{}/'), ('{1:1}/a'), ('{1:1}/ '),
    -- text after the end
    ('{1:1}/2x'), ('{1:1}/2 x'), ('{1:1}/2}'), ('{1:1}/2.5'), ('{1:1}/2,'),
    ('{1:1}/0x2'), ('{1:1}/2e0'),
    -- dimensions out of bounds
    ('{}/0'), ('{}/-1'), ('{1:1}/0'), ('{}/1000000001'), ('{}/2147483647'), ('{}/2147483648'),
    ('{}/9223372036854775808'), ('{}/-9223372036854775809'), ('{1:1}/1000000001'),
    -- not a number, infinite, out of range: of this type, too small is a fault too
    ('{1:nan}/2'), ('{1:NaN}/2'), ('{1:inf}/2'), ('{2:-Infinity}/2'), ('{1:4e38}/2'),
    ('{1:-4e38}/2'), ('{1:1e-46}/2'), ('{1:-1e-46}/2'), ('{1:1e999}/2'), ('{1:1e-400}/2'),
    -- indices
    ('{0:1}/2'), ('{3:1}/2'), ('{-1:1}/2'), ('{2147483648:1}/2'), ('{-2147483649:1}/2'),
    ('{9223372036854775808:1}/2'), ('{-2147483648:1}/2'), ('{1:1,1:2}/2'), ('{2:1,1:1,2:1}/2'),
    -- the order of the checks
    ('{3:nan}/2'), ('{3:1,3:1}/2'), ('{3:1}/0'), ('{1:nan}x'), ('{1:nan');

SELECT value, pg_temp.outcome(format('SELECT %L::sparsevec', value)) FROM faulty ORDER BY id;

SELECT pg_temp.outcome(format('SELECT (''{1:0'' || repeat('',1:0'', %s) || ''}/2'')::sparsevec',
    elements - 1)) AS outcome
FROM (VALUES (16000), (16001)) t (elements);
SELECT pg_temp.outcome($$SELECT ('{' || repeat(',', 16000))::sparsevec$$) AS counted_first;
