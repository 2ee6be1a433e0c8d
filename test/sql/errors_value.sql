-- Faults of values that are well formed by themselves: operands, arrays, overflow, states.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all

-- Two operands need the same dimensions.
SELECT operator, pg_temp.outcome(format('SELECT ''[1,2]''::vector %s ''[3]''', operator)) AS vector,
    pg_temp.outcome(format('SELECT ''[1,2]''::halfvec %s ''[3]''', operator)) AS halfvec
FROM unnest('{<->,<#>,<=>,<+>,+,-,*}'::text[]) operator;
SELECT operator,
    pg_temp.outcome(format('SELECT ''{}/2''::sparsevec %s ''{1:3}/1''', operator)) AS sparsevec
FROM unnest('{<->,<#>,<=>,<+>}'::text[]) operator;
SELECT call, pg_temp.outcome('SELECT ' || call)
FROM (VALUES
    ($$vector_spherical_distance('[1,2]', '[3]')$$),
    ($$halfvec_spherical_distance('[1,2]', '[3]')$$),
    ($$vector_l2_squared_distance('[1,2]', '[3]')$$),
    ($$vector_negative_inner_product('[1,2]', '[3]')$$),
    ($$B'111' <~> B'11'$$), ($$B'111' <%> B'11'$$), ($$hamming_distance('1', '')$$),
    ($$array_fill(1, ARRAY[9000])::vector || array_fill(1, ARRAY[7001])::vector$$),
    ($$array_fill(1, ARRAY[9000])::halfvec || array_fill(1, ARRAY[7001])::halfvec$$)
) AS t (call);

-- Arithmetic out of range.
SELECT type, a, operator, b,
    pg_temp.outcome(format('SELECT %L::%s %s %L', a, type, operator, b))
FROM (VALUES
    ('vector', '[3e38]', '+', '[3e38]'), ('vector', '[1,-3e38]', '-', '[1,3e38]'),
    ('vector', '[1e20]', '*', '[1e20]'), ('vector', '[1e-30]', '*', '[1e-30]'),
    ('vector', '[1e-30]', '*', '[0]'), ('vector', '[1e-40]', '*', '[1]'),
    ('halfvec', '[65504]', '+', '[32]'), ('halfvec', '[1,-65504]', '-', '[1,32]'),
    ('halfvec', '[256]', '*', '[256]'), ('halfvec', '[1e-4]', '*', '[1e-4]'),
    ('halfvec', '[1e-4]', '*', '[0]'), ('halfvec', '[6e-8]', '*', '[1]')
) AS t (type, a, operator, b);

-- From arrays.
SELECT array_text, element, pg_temp.outcome(format('SELECT %L::%s[]::vector', array_text, element))
    AS vector, pg_temp.outcome(format('SELECT %L::%s[]::halfvec', array_text, element)) AS halfvec,
    pg_temp.outcome(format('SELECT %L::%s[]::sparsevec', array_text, element)) AS sparsevec
FROM (VALUES
    ('{}', 'integer'), ('{{1,2},{3,4}}', 'integer'), ('{1,NULL}', 'integer'),
    ('{{1},{NULL}}', 'real'), ('{NaN}', 'real'), ('{1,-Infinity}', 'real'), ('{4e38}', 'float8'),
    ('{1e300}', 'float8'), ('{NaN}', 'float8'), ('{NaN}', 'numeric'), ('{Infinity}', 'numeric'),
    ('{4e38}', 'numeric'), ('{65520}', 'integer'), ('{-65520}', 'numeric'), ('{1e5}', 'real')
) AS t (array_text, element);
SELECT type, pg_temp.outcome(format('SELECT vector_dims(array_fill(1, ARRAY[%s])::%s)', dims, type))
FROM (VALUES ('vector', 16000), ('vector', 16001), ('halfvec', 16000), ('halfvec', 16001)) t
    (type, dims);
SELECT dims, pg_temp.outcome(format(
    'SELECT octet_length(sparsevec_send(array_fill(1, ARRAY[%s])::sparsevec))', dims))
FROM (VALUES (16000), (16001)) t (dims);

-- The functions behind the array casts know four element types; declared for another they say so.
SELECT probin AS library FROM pg_proc
WHERE oid = 'array_to_vector(integer[],integer,boolean)'::regprocedure \gset
CREATE FUNCTION pg_temp.from_text(text[], integer, boolean) RETURNS vector
    AS :'library', 'array_to_vector' LANGUAGE C IMMUTABLE STRICT;
CREATE FUNCTION pg_temp.half_from_bigint(bigint[], integer, boolean) RETURNS halfvec
    AS :'library', 'array_to_halfvec' LANGUAGE C IMMUTABLE STRICT;
CREATE FUNCTION pg_temp.sparse_from_text(text[], integer, boolean) RETURNS sparsevec
    AS :'library', 'array_to_sparsevec' LANGUAGE C IMMUTABLE STRICT;
SELECT pg_temp.outcome($$SELECT pg_temp.from_text('{1}', -1, true)$$) AS vector,
    pg_temp.outcome($$SELECT pg_temp.half_from_bigint('{1}', -1, true)$$) AS halfvec,
    pg_temp.outcome($$SELECT pg_temp.sparse_from_text('{1}', -1, true)$$) AS sparsevec;

-- Between the types.
SELECT value, pg_temp.outcome('SELECT ' || value)
FROM (VALUES
    ($$'[65520]'::vector::halfvec$$), ($$'[1,-1e30]'::vector::halfvec$$),
    ($$'{2:65520}/2'::sparsevec::halfvec$$), ($$'{}/16001'::sparsevec::vector$$),
    ($$'{}/16001'::sparsevec::halfvec$$), ($$'{}/1000000000'::sparsevec::vector$$)
) AS t (value);

-- Aggregates.
SELECT (aggregate || '(' || type || ')') COLLATE "C" AS aggregate, pg_temp.outcome(format(
    'SELECT %s(v) FROM (VALUES (''[1,2]''::%s), (''[1]'')) t (v)', aggregate, type))
FROM (VALUES ('avg'), ('sum')) a (aggregate), (VALUES ('vector'), ('halfvec')) b (type)
ORDER BY aggregate;
SELECT pg_temp.outcome($$SELECT sum(v) FROM (VALUES ('[3e38]'::vector), ('[3e38]')) t (v)$$),
    pg_temp.outcome($$SELECT sum(v) FROM (VALUES ('[65504]'::halfvec), ('[65504]')) t (v)$$);

-- States of avg that no aggregate makes.
SELECT call, pg_temp.outcome('SELECT ' || call)
FROM (VALUES
    ($$vector_accum('{}', '[1]')$$), ($$vector_accum('{{1}}', '[1]')$$),
    ($$vector_accum('{1,NULL}', '[1]')$$), ($$vector_accum('{1,2,3}', '[1]')$$),
    ($$halfvec_accum('{}', '[1]')$$), ($$halfvec_accum('{{1}}', '[1]')$$),
    ($$halfvec_accum('{1,NULL}', '[1]')$$), ($$halfvec_accum('{1,2,3}', '[1]')$$),
    ($$vector_combine('{}', '{0}')$$), ($$vector_combine('{0}', '{}')$$),
    ($$vector_combine('{1,2}', '{1,2,3}')$$), ($$vector_combine('{1,1e308}', '{1,1e308}')$$),
    ($$vector_avg('{}')$$), ($$vector_avg('{{1,2}}')$$), ($$vector_avg('{1,NULL}')$$),
    ($$vector_avg('{1}')$$), ($$vector_avg('{1,NaN}')$$), ($$vector_avg('{1,4e38}')$$),
    ($$halfvec_avg('{}')$$), ($$halfvec_avg('{1,NULL}')$$), ($$halfvec_avg('{1}')$$),
    ($$halfvec_avg('{1,70000}')$$), ($$halfvec_avg('{1,1e300}')$$)
) AS t (call);
