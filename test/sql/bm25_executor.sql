-- bm25: scans in plans of all kinds.
SET default_text_search_config = 'pg_catalog.simple';
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE executed (id int PRIMARY KEY, body text, grp int) WITH (autovacuum_enabled = off);
INSERT INTO executed SELECT i, 'word' || i % 7 || repeat(' filler', i % 11) || repeat(' other' || i % 13, 1 + i % 3), i % 10 FROM generate_series(1, 3000) i;
INSERT INTO executed VALUES (0, NULL, 1);
CREATE INDEX executed_idx ON executed USING bm25 (body);
ANALYZE executed;
CREATE TABLE expected AS SELECT row_number() OVER (ORDER BY d, id) AS n, d FROM
    (SELECT id, (body || '') <@> vecext.bm25_query('word3 other4', 'executed_idx') AS d FROM executed) s;
-- The distances of rows in the order in which a query gives them, against those of all rows sorted.
CREATE FUNCTION differences(query text) RETURNS TABLE (rows int8, wrong int8) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'WITH got AS (SELECT row_number() OVER () AS n, d FROM (' || query || ') s)
        SELECT count(*), count(*) FILTER (WHERE got.d IS DISTINCT FROM e.d) FROM got JOIN expected e USING (n)';
END
$$;
\set ordered 'SELECT body <@> ''word3 other4'' AS d FROM executed ORDER BY body <@> ''word3 other4'''
SELECT * FROM differences(:'ordered' || ' LIMIT 20');
SELECT * FROM differences(:'ordered' || ' LIMIT 2999');
SELECT * FROM differences(:'ordered' || ' LIMIT 20 OFFSET 0');
-- In parallel, without the index.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_indexscan = off;
EXPLAIN (COSTS OFF) SELECT body <@> 'word3 other4' AS d FROM executed ORDER BY body <@> 'word3 other4' LIMIT 20;
SELECT * FROM differences(:'ordered' || ' LIMIT 20');
SELECT count(*) FROM executed WHERE body @@@ 'word3 & other4'::tsquery;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM executed WHERE body @@@ 'word3 & other4'::tsquery;
SELECT count(*) FROM executed WHERE body @@@ 'word3 & other4'::tsquery;
RESET enable_bitmapscan;
RESET enable_indexscan;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
-- With the index alone.
SET enable_seqscan = off;
SET enable_sort = off;
SELECT * FROM differences(:'ordered' || ' LIMIT 20');
SELECT count(*) FROM (SELECT id FROM executed WHERE body IS NOT NULL ORDER BY body <@> 'word3') s;
RESET enable_sort;
RESET enable_seqscan;
-- A rank below a LIMIT: one search is for the rows that the LIMIT takes, and for some that window functions read ahead.
SET enable_seqscan = off;
SET enable_sort = off;
SELECT count(*) FROM (SELECT id FROM executed ORDER BY body <@> 'word3 other4' LIMIT 58) s;
SELECT windows, pages FROM vecext.last_scan() \gset once_
SELECT count(*), max(n) FROM (SELECT id, row_number() OVER (ORDER BY body <@> 'word3 other4') AS n FROM executed LIMIT 50) s;
SELECT windows = :once_windows AS windows, pages = :once_pages AS pages FROM vecext.last_scan();
SELECT count(*), max(n) FROM (SELECT id, row_number() OVER (ORDER BY body <@> 'word3 other4') AS n FROM executed WHERE grp < 9 LIMIT 50) s;
SELECT * FROM differences('SELECT d FROM (SELECT body <@> ''word3 other4'' AS d, row_number() OVER (ORDER BY body <@> ''word3 other4'') AS n FROM executed LIMIT 50) s WHERE n > 0');
SELECT * FROM differences('SELECT d FROM (SELECT body <@> ''word3 other4'' AS d, count(*) OVER (ORDER BY body <@> ''word3 other4'' ROWS BETWEEN UNBOUNDED PRECEDING AND 700 FOLLOWING) AS n FROM executed LIMIT 50) s WHERE n > 0');
-- A LIMIT far beyond the rows takes no memory for them, nor does one of the rows of a condition.
SELECT count(*) FROM (SELECT id FROM executed ORDER BY body <@> 'word3 other4' LIMIT 2000000000) s;
SELECT count(*) FROM (SELECT id FROM executed WHERE grp > 4 ORDER BY body <@> 'word3 other4' LIMIT 2000000000) s;
SELECT * FROM differences(:'ordered' || ' LIMIT 2000000000');
RESET enable_seqscan;
RESET enable_sort;
-- Cursors, forwards and backwards, with hold, and after other sessions' statements would have ended.
BEGIN;
DECLARE there SCROLL CURSOR WITH HOLD FOR SELECT id FROM executed ORDER BY body <@> 'word3 other4', id LIMIT 6;
FETCH 3 FROM there;
FETCH BACKWARD 2 FROM there;
FETCH LAST FROM there;
COMMIT;
FETCH FIRST FROM there;
CLOSE there;
-- A merge join marks and restores; rows of equal score are equal keys.
SET enable_hashjoin = off;
SET enable_nestloop = off;
SELECT count(*) FROM (SELECT body <@> 'word3' AS d FROM executed ORDER BY body <@> 'word3' LIMIT 30) a JOIN (SELECT body <@> 'word3' AS d FROM executed ORDER BY body <@> 'word3' LIMIT 30) b USING (d);
RESET enable_hashjoin;
RESET enable_nestloop;
SELECT count(*) FROM (SELECT body <@> 'word3' AS d FROM executed ORDER BY body <@> 'word3' LIMIT 30) a JOIN (SELECT body <@> 'word3' AS d FROM executed ORDER BY body <@> 'word3' LIMIT 30) b USING (d);
-- Words of the outer row, with a condition on it.
SELECT w, array_agg(x.id ORDER BY x.n), bool_and(x.grp = g) FROM (VALUES ('word3', 4), ('other7 word2', 5), ('nothing', 6), (NULL, 7)) q(w, g),
    LATERAL (SELECT row_number() OVER () AS n, * FROM (SELECT id, grp FROM executed WHERE grp = g ORDER BY body <@> w, id LIMIT 3) s) x GROUP BY w ORDER BY w;
SELECT w, (SELECT count(*) FROM executed WHERE body @@@ w) FROM (VALUES ('word3'), ('other7 word2'), ('nothing'), (NULL)) q(w);
-- Joins of the best rows; anti-joins; updates and deletes of them.
SELECT e.id, e.body <@> 'word3 other4' < 0 AS has_score FROM executed e JOIN generate_series(1, 3000, 7) i ON i = e.id ORDER BY e.body <@> 'word3 other4', e.id LIMIT 3;
SELECT count(*) FROM (SELECT e.id FROM executed e WHERE NOT EXISTS (SELECT FROM generate_series(1, 3000, 2) i WHERE i = e.id) ORDER BY e.body <@> 'word3' LIMIT 40) s;
WITH gone AS (DELETE FROM executed WHERE id IN (SELECT id FROM executed ORDER BY body <@> 'word3 other4', id LIMIT 5) RETURNING id) SELECT count(*) FROM gone;
UPDATE executed SET body = 'word3 other4' WHERE id IN (SELECT id FROM executed ORDER BY body <@> 'word3 other4', id LIMIT 2);
SELECT count(*) FROM (SELECT body FROM executed ORDER BY body <@> 'word3 other4' LIMIT 2) s WHERE body = 'word3 other4';
-- A statement has one score for equal texts, even if it inserts rows meanwhile. The next one has another.
INSERT INTO executed SELECT i, 'one and the same', 1 FROM generate_series(20001, 20040) i;
CREATE FUNCTION insert_more(id int) RETURNS int LANGUAGE sql AS $$INSERT INTO executed VALUES (id + 1000, 'more of the same', 1) RETURNING 1$$;
SELECT count(*), count(DISTINCT d) FROM
    (SELECT body <@> 'same' AS d, insert_more(id) FROM executed WHERE body @@@ 'one & same'::tsquery ORDER BY body <@> 'same' LIMIT 30) s;
SELECT count(*), count(DISTINCT d) FROM
    (SELECT executed.body <@> 'same' AS d, insert_more(id + 2000) FROM executed WHERE id BETWEEN 20001 AND 20040) s;
SELECT count(*), count(DISTINCT d) FROM (SELECT body <@> 'more' AS d FROM executed ORDER BY body <@> 'more' LIMIT 1000) s WHERE d < 0;
-- Groups, DISTINCT, set operations, window functions over the order.
SELECT count(*) FROM (SELECT DISTINCT body <@> 'other4' AS d FROM executed ORDER BY d) s WHERE d < 0;
SELECT count(*) FROM (SELECT id FROM executed ORDER BY body <@> 'other4' LIMIT 5) a FULL JOIN (SELECT id FROM executed ORDER BY body <@> 'other5' LIMIT 5) b USING (id);
(SELECT 'a' FROM executed ORDER BY body <@> 'other4' LIMIT 2) UNION ALL (SELECT 'b' FROM executed ORDER BY body <@> 'word1' LIMIT 1);
SELECT rank() OVER (ORDER BY body <@> 'other4') = 1 AS first FROM executed ORDER BY body <@> 'other4' LIMIT 1;
-- What a SERIALIZABLE transaction has read.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FROM (SELECT id FROM executed ORDER BY body <@> 'word3' LIMIT 5) s;
SELECT relation::regclass, mode FROM pg_locks WHERE mode = 'SIReadLock' AND relation = 'executed_idx'::regclass;
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FROM executed WHERE body @@@ 'other4 & word3'::tsquery;
SELECT relation::regclass, mode FROM pg_locks WHERE mode = 'SIReadLock' AND relation = 'executed_idx'::regclass;
COMMIT;
-- Rows without a match, one by one: in the order of the table, each once, those without a text last.
CREATE TABLE level (id int PRIMARY KEY, body text, grp int, note int) WITH (fillfactor = 60, autovacuum_enabled = off);
INSERT INTO level SELECT i, CASE WHEN i % 10 > 0 THEN 'word' || i % 3 || CASE WHEN i = 33 THEN ' rare' ELSE '' END END, i % 40, 0 FROM generate_series(1, 4000) i;
CREATE INDEX level_idx ON level USING bm25 (body);
CREATE INDEX level_part ON level USING bm25 (body) WHERE grp < 30;
CREATE INDEX level_grp ON level (grp);
UPDATE level SET note = 1 WHERE id % 7 = 0;
DELETE FROM level WHERE id % 11 = 0 AND id <> 33;
ANALYZE level;
CREATE FUNCTION in_order(query text, OUT rows int8, OUT ids int8, OUT first int, OUT texts_before_others bool) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT count(*), count(DISTINCT id), min(id) FILTER (WHERE n = 1), coalesce(max(n) FILTER (WHERE body IS NOT NULL) < min(n) FILTER (WHERE body IS NULL), true)
        FROM (SELECT row_number() OVER () AS n, * FROM (' || query || ') s) t' INTO rows, ids, first, texts_before_others;
END
$$;
SELECT count(*), count(body), count(*) FILTER (WHERE note = 1), count(*) FILTER (WHERE id % 3 = 0), count(*) FILTER (WHERE grp = 7), count(*) FILTER (WHERE grp IN (10, 11)), count(body) FILTER (WHERE grp < 30) FROM level;
SET enable_sort = off;
SELECT * FROM in_order($$SELECT id, body FROM level ORDER BY body <@> 'rare' LIMIT 5000$$);
SELECT * FROM in_order($$SELECT id, body FROM level ORDER BY body <@> 'rare nothing' LIMIT 20$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE note = 1 ORDER BY body <@> 'nothing' LIMIT 5000$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE id % 3 = 0 ORDER BY body <@> 'rare' LIMIT 5000$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE grp = 7 ORDER BY body <@> 'rare' LIMIT 5000$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE grp IN (10, 11) ORDER BY body <@> 'rare' LIMIT 5000$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE grp IN (10, 11) ORDER BY body <@> 'rare' LIMIT 90$$);
SELECT * FROM in_order($$SELECT id, body FROM level WHERE grp < 30 AND body IS NOT NULL ORDER BY body <@> vecext.bm25_query('rare', 'level_part') LIMIT 5000$$);
SELECT w, count(*), count(DISTINCT id) FROM (VALUES ('rare', 5), ('nothing', 7), ('rare', 7), ('', 8)) q(w, g), LATERAL (SELECT id FROM level WHERE grp > g ORDER BY body <@> w LIMIT 50) x GROUP BY w, g ORDER BY w, g;
-- The scores that a scan with a condition knows are those of the texts, also of the rows that no search finds; beside those of other rows.
CREATE FUNCTION scores(way text, words text, condition text, OUT rows int8, OUT matches int8, OUT equal int8, OUT others int8) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vecext.filter_strategy', way, true);
    EXECUTE format('SELECT count(*), count(*) FILTER (WHERE d < 0), count(*) FILTER (WHERE d IS NOT DISTINCT FROM computed), count(*) FILTER (WHERE other IS NOT DISTINCT FROM of_other)
        FROM (SELECT body <@> vecext.bm25_query(%1$L, ''level_idx'') AS d, (body || '''') <@> vecext.bm25_query(%1$L, ''level_idx'') AS computed,
            (SELECT o.body <@> vecext.bm25_query(%1$L, ''level_idx'') FROM level o WHERE o.id = l.id + 1) AS other,
            (SELECT (o.body || '''') <@> vecext.bm25_query(%1$L, ''level_idx'') FROM level o WHERE o.id = l.id + 1) AS of_other
            FROM level l WHERE %2$s ORDER BY body <@> vecext.bm25_query(%1$L, ''level_idx'') LIMIT 80) s', words, condition) INTO rows, matches, equal, others;
END
$$;
SELECT way, words, condition, s.* FROM unnest(ARRAY['auto', 'inline', 'postfilter', 'exact']) way, unnest(ARRAY['rare', 'rare word1']) words, unnest(ARRAY['grp IN (7, 33)', 'id % 3 = 0']) condition,
    scores(way, words, condition) s ORDER BY way, words, condition;
RESET vecext.filter_strategy;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM level ORDER BY body <@> 'rare';
FETCH 3 FROM c;
UPDATE level SET note = 2 WHERE id BETWEEN 3 AND 12;
DELETE FROM level WHERE id BETWEEN 13 AND 200;
INSERT INTO level VALUES (9000, 'late', 1, 1);
MOVE 3000 IN c;
FETCH 1000 FROM c \g /dev/null
\echo :ROW_COUNT
ROLLBACK;
RESET enable_sort;
-- A query that was prepared in a subtransaction that aborts is prepared again, by the options of before; a cursor keeps the one it has.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT min(body <@> 'word3 filler') AS first FROM executed \gset
DECLARE kept CURSOR FOR SELECT (body || '') <@> vecext.bm25_query('word3 filler', 'executed_idx') AS d FROM executed WHERE id > 0 ORDER BY id;
SAVEPOINT undone;
FETCH 1 FROM kept \gset kept_
ALTER INDEX executed_idx SET (k1 = 5, b = 0);
SAVEPOINT released;
SELECT min(body <@> 'word3 filler') AS second FROM executed \gset
RELEASE released;
ROLLBACK TO undone;
FETCH BACKWARD 1 FROM kept \g /dev/null
FETCH 1 FROM kept \gset again_
SELECT :second <> :first AS changed, min(body <@> 'word3 filler') = :first AS same, :again_d = :kept_d AS kept FROM executed;
COMMIT;
DROP FUNCTION differences(text), insert_more(int), in_order(text), scores(text, text, text);
DROP TABLE level;
DROP TABLE executed, expected;
