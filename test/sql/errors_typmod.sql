-- Faulty type modifiers, and values that do not fit one.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all

SELECT (type || modifier) COLLATE "C" AS type,
    pg_temp.outcome(format('SELECT NULL::%s%s', type, modifier))
FROM (VALUES ('vector'), ('halfvec'), ('sparsevec')) a (type),
    (VALUES ('(0)'), ('(-1)'), ('(16001)'), ('(1000000001)'), ('(2147483648)'), ('(2,3)'), ('(a)'),
        ('(1.5)'), ('()')) b (modifier)
ORDER BY type;

SELECT type, value, pg_temp.outcome(format('SELECT %L::%s', value, type))
FROM (VALUES
    ('vector(2)', '[1,2,3]'), ('vector(2)', '[1]'), ('halfvec(2)', '[1,2,3]'),
    ('sparsevec(2)', '{}/3'), ('sparsevec(2)', '{1:1}/1'), ('vector(2)[]', '{"[1,2]","[3]"}'),
    -- what the value itself has wrong comes first, except for indices
    ('vector(2)', '[1,2,nan]'), ('vector(2)', '[1,2,3'), ('vector(2)', '[]'),
    ('sparsevec(2)', '{1:nan}/3'), ('sparsevec(2)', '{}/0'), ('sparsevec(2)', '{4:1}/3'),
    ('sparsevec(2)', '{1:1,1:1}/3')
) AS t (type, value);
