-- Random filters on random payloads: vecext.matches() against the same rules in SQL. For longer runs, in a database that has vecext
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
\o /dev/null
SELECT format('SELECT try_filters(50)') FROM generate_series(1, :pairs / 1000) \gexec
\o
\set ECHO all
SELECT sum(pairs) >= :pairs AS enough, sum(matched) BETWEEN 0.1 * sum(pairs) AND 0.9 * sum(pairs) AS balanced FROM tally;
SELECT count(*) AS wrong FROM wrong;
SELECT * FROM wrong ORDER BY length(filter) + length(payload::text) LIMIT 5;
DROP SCHEMA fuzz CASCADE;
