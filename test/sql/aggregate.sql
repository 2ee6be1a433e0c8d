-- avg and sum of vector and halfvec.

CREATE TEMP TABLE item (grp int, v vector(2), h halfvec(2));
INSERT INTO item VALUES
    (1, '[1,2]', '[1,2]'), (1, '[3,5]', '[3,5]'), (1, NULL, NULL),
    (2, '[0,-1]', '[0,-1]'), (3, NULL, NULL);

SELECT avg(v), sum(v), avg(h), sum(h) FROM item;
SELECT grp, avg(v), sum(v), avg(h), sum(h) FROM item GROUP BY grp ORDER BY grp;
SELECT pg_typeof(avg(v)), pg_typeof(sum(v)), pg_typeof(avg(h)), pg_typeof(sum(h)) FROM item;

-- No rows, or only nulls, give null.
SELECT avg(v), sum(v), avg(h), sum(h) FROM item WHERE false;
SELECT avg(v), sum(v), avg(h), sum(h) FROM item WHERE v IS NULL;

SELECT avg(DISTINCT v), sum(v) FILTER (WHERE grp = 1) FROM (TABLE item UNION ALL TABLE item) t;
SELECT grp, sum(v) OVER (ORDER BY v), avg(h) OVER (ORDER BY v ROWS 1 PRECEDING)
FROM item WHERE v IS NOT NULL ORDER BY v;

-- Without typmod, dimensions from the first value on.
SELECT avg(v), sum(v) FROM (VALUES ('[1]'::vector), ('[2]')) t (v);
SELECT avg(v), sum(v) FROM (VALUES ('[1]'::halfvec), ('[2]')) t (v);

-- avg sums in double precision: large values do not overflow, small ones are not lost.
SELECT avg(v) FROM (VALUES ('[3e38]'::vector), ('[3e38]'), ('[3e38]')) t (v);
SELECT avg(v) FROM (VALUES ('[60000]'::halfvec), ('[65000]')) t (v);
SELECT avg(v) FROM (VALUES ('[16777216]'::vector), ('[1]'), ('[1]'), ('[1]'), ('[1]')) t (v);

-- sum works in the precision of the type: from 2048 on, a halfvec no longer grows by ones.
SELECT sum('[1]'::vector), sum('[1]'::halfvec), avg('[1]'::halfvec)
FROM generate_series(1, 3000);

-- The functions behind avg, on states of count and sums.
SELECT vector_accum('{0}', '[1,2]'), vector_accum('{1,1,2}', '[3,4]'),
    halfvec_accum('{0}', '[1,2]'), halfvec_accum('{1,1,2}', '[3,4]');
SELECT vector_combine('{1,1,2}', '{2,3,4}'), vector_combine('{0}', '{2,3,4}'),
    vector_combine('{1,1,2}', '{0}'), vector_combine('{0}', '{0}');
SELECT halfvec_combine('{1,1,2}', '{2,3,4}'), halfvec_combine('{0}', '{2,3,4}'),
    halfvec_combine('{1,1,2}', '{0}'), halfvec_combine('{0}', '{0}');
SELECT vector_avg('{0}'), vector_avg('{2,1,-3}'), halfvec_avg('{0}'), halfvec_avg('{2,1,-3}');

-- States that no aggregate makes: sums count by the array's length, and the limits hold.
SELECT vector_combine('{2}', '{3}'), vector_combine('{0,1}', '{2,3}'),
    vector_combine('{2}', '{3,4,5}'), vector_combine('{3,4,5}', '{2}');
SELECT vector_combine('{1,2}', '{0,3,4}');
SELECT vector_combine('{0,1}', '{1,1,2}');
SELECT vector_combine('{1,1e308}', '{1,1e308}');
SELECT array_agg(n) AS wide FROM generate_series(1, 16002) n \gset
SELECT vector_combine('{0}', :'wide');
SELECT vector_combine(:'wide', '{0}');
SELECT vector_combine(:'wide', :'wide');
SELECT halfvec_combine('{0}', :'wide');
SELECT vector_avg(:'wide');
SELECT halfvec_avg(:'wide');
SELECT vector_accum('{2}', '[1,2]'), vector_accum('{-1,1,2}', '[1,2]');
SELECT vector_accum(:'wide', '[1]');
SELECT halfvec_accum('{}', '[1]');
SELECT vector_accum('{{1,2}}', '[1]');
SELECT vector_combine('{1,2}', '{3,NULL}');
SELECT vector_avg('{1}');
SELECT vector_avg('{1,nan}');
SELECT halfvec_avg('{1,65520}');
-- What is added to a state is not changed, even where it lies in a table.
CREATE AGGREGATE pg_temp.both(double precision[]) (
    SFUNC = vector_combine, STYPE = double precision[], INITCOND = '{0}'
);
CREATE TEMP TABLE states (state double precision[]);
ALTER TABLE states ALTER state SET STORAGE PLAIN;
INSERT INTO states SELECT '{1,2}' FROM generate_series(1, 3);
SELECT pg_temp.both(state) FROM states;
SELECT DISTINCT state FROM states;

-- Many dimensions.
SELECT avg(v) = array_fill(2, ARRAY[16000])::vector AS avg,
    sum(v) = array_fill(6, ARRAY[16000])::vector AS sum,
    avg(v::halfvec) = array_fill(2, ARRAY[16000])::halfvec AS halfvec_avg
FROM (SELECT array_fill(i, ARRAY[16000])::vector FROM generate_series(1, 3) i) t (v);
