-- Casts between the types and arrays: values, rounding, and where each applies unasked.

-- From arrays.
SELECT '{1,2,3}'::integer[]::vector, '{1.5,2.5}'::real[]::vector,
    '{1.5,0.1}'::double precision[]::vector, '{1.50,0.1}'::numeric[]::vector;
SELECT '{1,2,3}'::integer[]::halfvec, '{1.5,2.5}'::real[]::halfvec,
    '{1.5,0.1}'::double precision[]::halfvec, '{1.50,0.1}'::numeric[]::halfvec;
SELECT '{1,0,3}'::integer[]::sparsevec, '{1.5,0}'::real[]::sparsevec,
    '{0,0.1}'::double precision[]::sparsevec, '{0.00,0.1}'::numeric[]::sparsevec;
SELECT '[5:6]={1,2}'::integer[]::vector AS other_lower_bound,
    '{-0.0}'::double precision[]::vector AS negative_zero;

-- To the nearest value; too small becomes zero, and zeros of a sparsevec are left out.
SELECT '{16777217,2147483647}'::integer[]::vector, '{2049,65519}'::integer[]::halfvec;
SELECT '{1e-46,1e-40}'::double precision[]::vector, '{1e-8,6e-8}'::double precision[]::halfvec;
SELECT '{1e-46,1}'::double precision[]::sparsevec, '{-0.0,1}'::double precision[]::sparsevec;
SELECT '[1.23456,1e-8,65519]'::vector::halfvec, '[1.23456]'::halfvec::vector;
SELECT '{1:1e-8,2:1}/2'::sparsevec::halfvec;

-- Between the types.
SELECT '[0,1.5,-0]'::vector::sparsevec, '[0,1.5,-0]'::halfvec::sparsevec;
SELECT '{2:1.5}/3'::sparsevec::vector, '{2:1.5}/3'::sparsevec::halfvec;
SELECT '[0,0]'::vector::sparsevec, '{}/2'::sparsevec::vector, '{}/2'::sparsevec::halfvec;
SELECT count(*) AS values, count(*) FILTER (WHERE v::sparsevec::vector = v) AS by_sparsevec,
    count(*) FILTER (WHERE v::halfvec::vector = v) AS by_halfvec,
    count(*) FILTER (WHERE v::real[]::vector = v) AS by_array,
    count(*) FILTER (WHERE v::halfvec::real[] = v::real[]) AS halfvec_to_array
FROM (
    SELECT array_agg((i * j) % 4 / 2.0)::vector AS v
    FROM generate_series(1, 70) i, LATERAL generate_series(1, i) j GROUP BY i
) t;

-- To arrays.
SELECT '[1,2.5]'::vector::real[], '[1,0.1]'::halfvec::real[];

-- A type modifier is checked after the cast.
SELECT '{1,2}'::integer[]::vector(2), '[1,2]'::vector::halfvec(2), '[1,2]'::vector::sparsevec(2);
\set VERBOSITY terse
SELECT '{1,2}'::integer[]::vector(3);
SELECT '{1,2}'::numeric[]::halfvec(3);
SELECT '{1,2}'::real[]::sparsevec(3);
SELECT '[1,2]'::vector::vector(3);
SELECT '[1,2]'::halfvec::halfvec(3);
SELECT '{}/2'::sparsevec::sparsevec(3);
SELECT '[1,2]'::vector::halfvec(3);
SELECT '[1,2]'::vector::sparsevec(3);
SELECT '[1,2]'::halfvec::vector(3);
SELECT '[1,2]'::halfvec::sparsevec(3);
SELECT '{}/2'::sparsevec::vector(3);
SELECT '{}/2'::sparsevec::halfvec(3);
\set VERBOSITY default

-- Through text.
SELECT '[1, 2]'::text::vector, '[1,2]'::vector::text, '[1,2]'::vector::varchar(3);
SELECT to_json('[1,2]'::vector), to_jsonb('{1:2}/3'::sparsevec), ('[1,2]'::jsonb)::text::halfvec;

-- Implicit casts apply to arguments.
CREATE FUNCTION pg_temp.wants(real[]) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION pg_temp.wants_halfvec(halfvec) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION pg_temp.wants_sparsevec(sparsevec) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
CREATE FUNCTION pg_temp.wants_vector(vector) RETURNS text LANGUAGE sql AS 'SELECT $1::text';
SELECT pg_temp.wants('[1,2]'::vector), pg_temp.wants_halfvec('[1,2]'::vector),
    pg_temp.wants_sparsevec('[1,2]'::vector), pg_temp.wants_sparsevec('[1,2]'::halfvec);

-- Operands of two types meet in the one that an implicit cast leads to.
SELECT pg_typeof('[1]'::vector + '[2]'::halfvec), '[1]'::vector <-> '[3]'::halfvec AS halfvec,
    '[1]'::vector <-> '{1:3}/1'::sparsevec AS sparsevec,
    '[1]'::halfvec <-> '{1:3}/1'::sparsevec AS both,
    '[1]'::vector = '[1]'::halfvec AS equal;

-- Assignment casts apply when storing, not to arguments.
CREATE TEMP TABLE stored (v vector, h halfvec, s sparsevec, a real[]);
INSERT INTO stored VALUES ('{1}'::integer[], '{1}'::integer[], '{1}'::integer[], '[1]'::vector);
INSERT INTO stored VALUES ('{2}'::real[], '{2}'::real[], '{2}'::real[], '[2]'::halfvec);
INSERT INTO stored VALUES ('{3}'::float8[], '{3}'::float8[], '{3}'::float8[], NULL);
INSERT INTO stored VALUES ('{4}'::numeric[], '{4}'::numeric[], '{4}'::numeric[], NULL);
INSERT INTO stored VALUES ('[5]'::halfvec, '[5]'::vector, '[5]'::vector, NULL);
INSERT INTO stored VALUES ('{1:6}/1'::sparsevec, '{1:6}/1'::sparsevec, '[6]'::halfvec, NULL);
SELECT * FROM stored ORDER BY v;
\set VERBOSITY sqlstate
SELECT pg_temp.wants('[1]'::halfvec);
SELECT pg_temp.wants_vector('[1]'::halfvec);
SELECT pg_temp.wants_vector('{1}'::real[]);
SELECT pg_temp.wants_halfvec('{1:1}/1'::sparsevec);
SELECT '[1]'::vector <-> '{1}'::real[];

-- No cast at all.
SELECT '[1]'::vector::double precision[];
SELECT '[1]'::vector::integer[];
SELECT '{1:1}/1'::sparsevec::real[];
SELECT '[1]'::vector::json;
SELECT '[1]'::json::vector;
SELECT '{a}'::text[]::vector;
\set VERBOSITY default
