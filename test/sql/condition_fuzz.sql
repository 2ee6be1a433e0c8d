-- Random filters on random payloads: vecext.matches() and the accessors of payloads against the same rules in SQL. For longer runs, in a database that has vecext
-- (the suite's own seed is 1):
--   PG_ABS_SRCDIR=$PWD/test psql -Xq -v seed=7 -v pairs=1000000 -f test/sql/condition_fuzz.sql
-- The last of the output are pairs that differ, five at most.
\set ECHO none
\if :{?seed}
\else
    \set seed 1
\endif
\if :{?pairs}
\else
    \set pairs 20000
\endif
SET client_min_messages = warning;
SET jit = off;
SET timezone = 'UTC';
SELECT setseed(sin(:seed)) IS NULL AS seeded \gset
CREATE SCHEMA fuzz;
SET search_path = fuzz, public;
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/random_filters.sql'
\i :file
\set file :inputdir '/sql/include/filter_oracle.sql'
\i :file

CREATE TABLE tally (pairs bigint, matched bigint, expected bool);
CREATE TABLE wrong (filter text, payload jsonb, expected bool);
-- Each filter on 20 payloads, in JSON as jsonb and as text, or as a filter text.
CREATE FUNCTION try_filters(n int) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    payloads jsonb[];
    filter text;
    meaning jsonb;
BEGIN
    FOR i IN 1..n LOOP
        IF i % 10 = 1 THEN
            payloads := ARRAY(SELECT some_payload() FROM generate_series(1, 20));
        END IF;
        IF pick(4) = 0 THEN
            SELECT * INTO filter, meaning FROM some_filter_text(1 + pick(4));
        ELSE
            meaning := some_filter(1 + pick(5));
            filter := meaning::text;
        END IF;
        WITH pair AS MATERIALIZED (
            SELECT p, is_true(meaning, p) AS expected, vecext.matches(p, filter) AS given,
                CASE WHEN filter LIKE '{%' THEN vecext.matches(p, meaning) END AS given_jsonb
            FROM unnest(payloads) p
        ), kept AS (
            INSERT INTO wrong SELECT filter, p, expected FROM pair WHERE given IS DISTINCT FROM expected OR given_jsonb <> expected
        )
        INSERT INTO tally SELECT count(*), count(*) FILTER (WHERE expected) FROM pair;
    END LOOP;
END
$$;
-- What accessors give for a path.
CREATE TABLE wrong_access (path text, payload jsonb, what text);
CREATE FUNCTION try_paths(n int) RETURNS void LANGUAGE sql VOLATILE AS $$
    WITH pair AS MATERIALIZED (
        SELECT p, path, reached(p, path) AS r, elements(reached(p, path)) AS e
        FROM (SELECT some_payload() AS p, some_path() AS path FROM generate_series(1, n)) s
    ), single AS MATERIALIZED (
        SELECT *, CASE WHEN cardinality(r) = 1 THEN r[1] END AS v, CASE WHEN cardinality(r) = 1 THEN jsonb_typeof(r[1]) ELSE 'none' END AS t FROM pair
    )
    INSERT INTO wrong_access SELECT path, p, what FROM single, LATERAL (VALUES
        ('values', vecext.payload_values(p, path) IS NOT DISTINCT FROM CASE WHEN e <> '{}' THEN to_jsonb(e) END),
        ('text', vecext.payload_text(p, path) IS NOT DISTINCT FROM CASE t WHEN 'string' THEN v #>> '{}' END),
        ('bool', vecext.payload_bool(p, path) IS NOT DISTINCT FROM CASE t WHEN 'boolean' THEN v::bool END),
        ('float', vecext.payload_float(p, path)::text::numeric IS NOT DISTINCT FROM CASE t WHEN 'number' THEN double_of(v) END),
        ('int', vecext.payload_int(p, path) IS NOT DISTINCT FROM
            CASE WHEN t = 'number' AND v::numeric = trunc(v::numeric) AND v::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN v::int8 END),
        ('ts', vecext.payload_ts(p, path) IS NOT DISTINCT FROM time_of(v)),
        ('is_array', vecext.payload_is_array(p, path) = (cardinality(r) > 1 OR t = 'array')),
        ('count', vecext.payload_count(p, path) IS NOT DISTINCT FROM CASE cardinality(r) WHEN 0 THEN 0 WHEN 1 THEN count_of(v) END),
        ('is_empty', vecext.payload_is_empty(p, path) = NOT EXISTS (SELECT FROM unnest(r) x WHERE count_of(x) > 0)),
        ('nums', vecext.payload_nums(p, path) IS NOT DISTINCT FROM
            (SELECT range_agg(numrange(double_of(x), double_of(x), '[]')) FROM unnest(e) x WHERE jsonb_typeof(x) = 'number')),
        ('times', vecext.payload_times(p, path) IS NOT DISTINCT FROM
            (SELECT range_agg(tstzrange(time_of(x), time_of(x), '[]')) FROM unnest(e) x WHERE time_of(x) IS NOT NULL)),
        ('geo_box', vecext.payload_geo_box(p, path)::text IS NOT DISTINCT FROM
            (SELECT box(point(max((point_of(x))[0]), max((point_of(x))[1])), point(min((point_of(x))[0]), min((point_of(x))[1])))::text FROM unnest(e) x))
    ) test (what, is_right) WHERE is_right IS NOT TRUE
$$;
\o /dev/null
SELECT format('SELECT try_filters(50)') FROM generate_series(1, :pairs / 1000) \gexec
SELECT 'SELECT try_paths(1000)' FROM generate_series(1, :pairs / 4000) \gexec
\o
\set ECHO all
SELECT sum(pairs) >= :pairs AS enough, sum(matched) BETWEEN 0.1 * sum(pairs) AND 0.9 * sum(pairs) AS balanced FROM tally;
SELECT count(*) AS wrong FROM wrong;
SELECT what, count(*) AS wrong FROM wrong_access GROUP BY what ORDER BY what;
SELECT * FROM wrong ORDER BY length(filter) + length(payload::text) LIMIT 5;
SELECT * FROM wrong_access ORDER BY length(payload::text) LIMIT 5;
DROP SCHEMA fuzz CASCADE;
