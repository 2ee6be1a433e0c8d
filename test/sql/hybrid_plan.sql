-- Plans of hybrid searches that are written in SQL: each list is found by its index, however its rows are numbered.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE hybrid_plan (id int PRIMARY KEY, kind int, body text, embedding vector(3));
-- Of the word rare each row has a score of its own.
INSERT INTO hybrid_plan SELECT i, i % 10, CASE WHEN i % 100 = 0 THEN repeat('rare ', i / 100) ELSE '' END || 'word' || i % 7,
    ARRAY[sin(i), cos(i * 3), sin(i * 7)]::vector FROM generate_series(1, 5000) i;
CREATE INDEX hybrid_plan_words ON hybrid_plan USING bm25 (body);
CREATE INDEX hybrid_plan_vectors ON hybrid_plan USING hnsw (embedding vector_cosine_ops);
CREATE INDEX hybrid_plan_kind ON hybrid_plan (kind);
ANALYZE hybrid_plan;

-- Which indexes a plan has ordered scans of, and how many other scans.
CREATE FUNCTION hybrid_scans_of(query text, OUT words int, OUT vectors int, OUT others int, OUT sorts int) LANGUAGE plpgsql AS $$
DECLARE line text; BEGIN
    words := 0; vectors := 0; others := 0; sorts := 0;
    FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
        words := words + (line ~ 'using hybrid_plan_words')::int;
        vectors := vectors + (line ~ 'using hybrid_plan_vectors')::int;
        others := others + (line ~ 'Seq Scan|Bitmap')::int;
        sorts := sorts + (line ~ 'Sort Key: .*(<@>|<=>)')::int;
    END LOOP;
END $$;
CREATE FUNCTION hybrid_query(words text, nearest text, fusion text) RETURNS text LANGUAGE sql AS $$
    SELECT 'WITH words AS (' || words || '), nearest AS (' || nearest || ') ' || fusion
$$;
-- Ranks outside of the subselect with the limit; inside of it.
\set words_outside 'SELECT id, row_number() OVER () AS rank FROM (SELECT id FROM hybrid_plan WHERE body @@@ ''rare'' ORDER BY body <@> ''rare'' LIMIT 100) AS best'
\set nearest_outside 'SELECT id, row_number() OVER () AS rank FROM (SELECT id FROM hybrid_plan ORDER BY embedding <=> ''[1,2,3]'' LIMIT 100) AS best'
\set words_inside 'SELECT id, row_number() OVER (ORDER BY body <@> ''rare'') AS rank FROM hybrid_plan WHERE body @@@ ''rare'' ORDER BY body <@> ''rare'' LIMIT 100'
\set nearest_inside 'SELECT id, row_number() OVER (ORDER BY embedding <=> ''[1,2,3]'') AS rank FROM hybrid_plan ORDER BY embedding <=> ''[1,2,3]'' LIMIT 100'
\set union 'SELECT id, sum(vecext.rrf(rank)) AS score FROM (SELECT * FROM words UNION ALL SELECT * FROM nearest) AS lists GROUP BY id ORDER BY score DESC, id LIMIT 10'
\set join 'SELECT coalesce(w.id, n.id) AS id, vecext.rrf(w.rank) + vecext.rrf(n.rank) AS score FROM words w FULL JOIN nearest n ON n.id = w.id ORDER BY score DESC, id LIMIT 10'

SELECT * FROM hybrid_scans_of(hybrid_query(:'words_outside', :'nearest_outside', :'union'));
SELECT * FROM hybrid_scans_of(hybrid_query(:'words_inside', :'nearest_inside', :'union'));
SELECT * FROM hybrid_scans_of(hybrid_query(:'words_outside', :'nearest_outside', :'join'));
SELECT * FROM hybrid_scans_of(hybrid_query(:'words_inside', :'nearest_inside', :'join'));
-- All of them, and the function, have the same result.
CREATE TEMP TABLE hybrid_results (spelling text, id int, score float8);
SELECT format('INSERT INTO hybrid_results SELECT %L, * FROM (%s) AS q', spelling, query) FROM (VALUES
    ('outside, union', hybrid_query(:'words_outside', :'nearest_outside', :'union')),
    ('inside, union', hybrid_query(:'words_inside', :'nearest_inside', :'union')),
    ('outside, join', hybrid_query(:'words_outside', :'nearest_outside', :'join')),
    ('inside, join', hybrid_query(:'words_inside', :'nearest_inside', :'join')),
    ('function', $$SELECT id::int, score FROM vecext.hybrid_search('hybrid_plan', text => 'rare', vector => '[1,2,3]', method => 'rrf')$$)) q (spelling, query)
\gexec
SELECT count(DISTINCT spelling) AS spellings, count(DISTINCT found) AS results
FROM (SELECT spelling, string_agg(format('%s: %s', id, round(score::numeric, 9)), ', ' ORDER BY id) AS found FROM hybrid_results GROUP BY spelling) f;

-- The function searches each index once.
CREATE FUNCTION hybrid_scans(filter jsonb) RETURNS TABLE (words bigint, vectors bigint) LANGUAGE plpgsql AS $$
DECLARE
    words_before bigint := pg_stat_get_xact_numscans('hybrid_plan_words'::regclass);
    vectors_before bigint := pg_stat_get_xact_numscans('hybrid_plan_vectors'::regclass);
BEGIN
    PERFORM vecext.hybrid_search('hybrid_plan', text => 'rare', vector => '[1,2,3]', filter => filter);
    RETURN QUERY SELECT pg_stat_get_xact_numscans('hybrid_plan_words'::regclass) - words_before,
        pg_stat_get_xact_numscans('hybrid_plan_vectors'::regclass) - vectors_before;
END $$;
SELECT * FROM hybrid_scans(NULL);
SELECT * FROM hybrid_scans('{"must": [{"key": "kind", "range": {"gte": 1}}]}');
-- Methods by scores are what window functions make of the two lists. A leg reads one row more than it has, to see what equals the last.
CREATE FUNCTION hybrid_by_windows(method text, query vector) RETURNS text LANGUAGE sql AS $$
    WITH lists AS MATERIALIZED (
        SELECT id, 0.3::float8 AS weight, 0::float8 AS least, score
        FROM (SELECT * FROM (SELECT id, -(body <@> 'rare') AS score FROM hybrid_plan WHERE body @@@ 'rare' ORDER BY body <@> 'rare' LIMIT 101) r
            ORDER BY score DESC, id LIMIT 100) w
        UNION ALL SELECT id, 0.7, -1, score
        FROM (SELECT * FROM (SELECT id, 1 - (embedding <=> query) AS score FROM hybrid_plan ORDER BY embedding <=> query LIMIT 101) r
            ORDER BY score DESC, id LIMIT 100) v),
    parts AS (
        SELECT id, weight * CASE method
            WHEN 'relative' THEN (score - min(score) OVER list) / (max(score) OVER list - min(score) OVER list)
            WHEN 'weighted' THEN (score - least) / (max(score) OVER list - least)
            ELSE (score - (avg(score) OVER list - 3 * stddev_samp(score) OVER list)) / (6 * stddev_samp(score) OVER list) END AS part
        FROM lists WINDOW list AS (PARTITION BY weight))
    SELECT string_agg(format('%s: %s', id, round(score::numeric, 6)), ', ' ORDER BY score DESC, id)
    FROM (SELECT id, sum(part) AS score FROM parts GROUP BY id ORDER BY score DESC, id LIMIT 10) best
$$;
SELECT method, count(*) FILTER (WHERE hybrid_by_windows(method, query) = (
    SELECT string_agg(format('%s: %s', id, round(score::numeric, 6)), ', ' ORDER BY score DESC, id::int)
    FROM vecext.hybrid_search('hybrid_plan', text => 'rare', vector => query, method => method, alpha => 0.7))) AS same
FROM unnest('{relative,weighted,dbsf}'::text[]) method, generate_series(1, 20) i, LATERAL (SELECT ARRAY[sin(i * 5), cos(i), sin(i * 2)]::vector AS query) q
GROUP BY method ORDER BY method;
DROP TABLE hybrid_plan, hybrid_results;
DROP FUNCTION hybrid_scans_of, hybrid_query, hybrid_scans, hybrid_by_windows;
