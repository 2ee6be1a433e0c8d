-- bm25: the score in the target list is that of the scan, and the same as one computed from the text.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE scored (id int PRIMARY KEY, title text, body text, note text) WITH (fillfactor = 50, autovacuum_enabled = off);
INSERT INTO scored SELECT i, 'title ' || i % 5,
    'word' || i % 7 || repeat(' filler', i % 11) || repeat(' other' || i % 13, 1 + i % 3), 'a' FROM generate_series(1, 500) i;
-- Out of line, compressed, and in other pages.
INSERT INTO scored SELECT i, 'word3', 'word3 ' || string_agg('only' || i || '_' || j, ' '), 'b' FROM generate_series(501, 505) i, generate_series(1, 600) j GROUP BY i;
INSERT INTO scored SELECT i, 'word3', 'word3 ' || repeat('filler ', 2000), 'c' FROM generate_series(506, 508) i;
CREATE INDEX scored_idx ON scored USING bm25 (body);
CREATE INDEX scored_title ON scored USING bm25 (title);
ANALYZE scored;

-- A text that is no value of the table is never found in a scan.
CREATE FUNCTION same(words text, body text, score float8) RETURNS bool LANGUAGE sql AS
    $$SELECT score = -((body || '') <@> vecext.bm25_query(words, 'scored_idx'))$$;
CREATE FUNCTION wrong(words text, rows int, OUT rows_seen int8, OUT wrong int8) LANGUAGE plpgsql AS $$
BEGIN
    SELECT count(*), count(*) FILTER (WHERE NOT same(words, s.body, s.score)) INTO rows_seen, wrong
    FROM (SELECT body, -(body <@> words) AS score FROM scored ORDER BY body <@> words LIMIT rows) s;
END
$$;
SELECT w, n, wrong(w, n) FROM unnest(ARRAY['word3 other4', 'filler', 'only501_7 word3', 'nothing']) w, unnest(ARRAY[10, 1000]) n ORDER BY w, n;
-- Rows with newer versions on their page, with and without a pruned chain, and on other pages.
UPDATE scored SET note = 'hot' WHERE id % 3 = 0 AND id < 400;
SELECT wrong('word3 other4', 1000);
VACUUM scored;
SELECT wrong('word3 other4', 1000);
UPDATE scored SET body = body || ' word3' WHERE id % 5 = 0 AND id < 400;
SELECT wrong('word3 other4', 1000);
-- Conditions, in a filtered scan and beside it.
SELECT count(*), count(*) FILTER (WHERE NOT same('word3', s.body, s.score)) FROM
    (SELECT body, -(body <@> 'word3') AS score FROM scored WHERE note <> 'hot' ORDER BY body <@> 'word3' LIMIT 70) s;
SELECT count(*), count(*) FILTER (WHERE NOT same('word3', s.body, s.score)) FROM
    (SELECT body, -(body <@> 'word3') AS score FROM scored WHERE body <@> 'word3' < -0.5 ORDER BY body <@> 'word3' LIMIT 70) s;
SELECT count(*), count(*) FILTER (WHERE NOT same('word3 other4', s.body, s.score)) FROM
    (SELECT body, -(body <@> 'word3 other4') AS score FROM scored WHERE body @@@ 'other4' ORDER BY body <@> 'word3 other4' LIMIT 70) s;
-- Another query, another column, another index, of the same row.
SELECT bool_and(same('word3', body, a)), bool_and(same('other4', body, b)), bool_and(c = -((title || '') <@> vecext.bm25_query('title', 'scored_title'))), count(*) FROM
    (SELECT body, title, -(body <@> 'word3') AS a, -(body <@> 'other4') AS b, -(title <@> 'title') AS c FROM scored ORDER BY body <@> 'word3' LIMIT 50) s;
SELECT bool_and(score = -((title || '') <@> vecext.bm25_query('word3', 'scored_idx'))) FROM
    (SELECT title, -(title <@> vecext.bm25_query('word3', 'scored_idx')) AS score FROM scored ORDER BY body <@> vecext.bm25_query('word3', 'scored_idx') LIMIT 50) s;
-- Scans within scans: of the same query, of others, and of the words of outer rows.
SELECT count(*), count(*) FILTER (WHERE NOT same('word3', a_body, a_score)), count(*) FILTER (WHERE NOT same('other4', b_body, b_score)),
    count(*) FILTER (WHERE NOT same('word3', b_body, c_score)) FROM
    (SELECT a.body AS a_body, b.body AS b_body, -(a.body <@> 'word3') AS a_score, -(b.body <@> 'other4') AS b_score, -(b.body <@> 'word3') AS c_score
     FROM (SELECT body FROM scored ORDER BY body <@> 'word3' LIMIT 20) a, LATERAL (SELECT body FROM scored ORDER BY body <@> 'other4' LIMIT 3) b) s;
SELECT w, count(*), count(*) FILTER (WHERE NOT same(w, x.body, x.score)) FROM unnest(ARRAY['word1', 'word2', 'other3 word1', NULL, 'word1']) WITH ORDINALITY q(w, o),
    LATERAL (SELECT body, -(body <@> w) AS score FROM scored ORDER BY body <@> w LIMIT 5) x GROUP BY w, o ORDER BY o;
-- Cursors, also after other scans and an error.
BEGIN;
DECLARE c CURSOR FOR SELECT id, same('word3', body, -(body <@> 'word3')) FROM scored ORDER BY body <@> 'word3';
MOVE 2 IN c;
SELECT count(*) FROM (SELECT body <@> 'word3' FROM scored ORDER BY body <@> 'word3' LIMIT 5) s;
SAVEPOINT a;
SELECT 1 / (SELECT count(*) - 5 FROM (SELECT body <@> 'word3' FROM scored ORDER BY body <@> 'word3' LIMIT 5) s);
ROLLBACK TO a;
UPDATE scored SET note = 'changed' WHERE id < 100;
SELECT count(*) FROM (SELECT body <@> 'word3' FROM scored ORDER BY body <@> 'word3' LIMIT 5) s;
FETCH 1 FROM c \gset c_
SELECT :'c_same';
MOVE 600 IN c;
FETCH 1 FROM c;
COMMIT;
-- Prepared, with a plan for all parameters; locked rows.
PREPARE best(text) AS SELECT id, same($1, body, -(body <@> $1)) FROM scored ORDER BY body <@> $1, id LIMIT 2;
SET plan_cache_mode = force_generic_plan;
EXECUTE best('other4');
EXECUTE best('word3 word2');
EXECUTE best(NULL);
RESET plan_cache_mode;
SELECT count(*), count(*) FILTER (WHERE NOT same('word3', s.body, s.score)) FROM
    (SELECT body, -(body <@> 'word3') AS score FROM scored ORDER BY body <@> 'word3' LIMIT 30 FOR UPDATE) s;
-- Many queries in one statement.
SELECT count(*), count(*) FILTER (WHERE NOT same(w, x.body, x.score)) FROM (SELECT 'word' || i % 30 || ' other' || i % 17 AS w FROM generate_series(1, 100) i) q,
    LATERAL (SELECT body, -(body <@> w) AS score FROM scored ORDER BY body <@> w LIMIT 3) x;
DROP FUNCTION wrong(text, int), same(text, text, float8);
DROP TABLE scored;
