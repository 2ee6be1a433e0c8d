-- What a session keeps for later statements on texts: row sets, and which documents are in them; what its configuration makes of words.
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
CREATE TABLE kept_texts (id int PRIMARY KEY, a int, body text) WITH (autovacuum_enabled = off);
CREATE FUNCTION add_texts(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO kept_texts SELECT i, i * 7919 % 20011, 'all w' || i % 7 || repeat(' w' || i % 11, i % 3) || ' v' || i % 501 FROM generate_series(first, last) i
$$;
SELECT add_texts(1, 20000);
CREATE INDEX kept_texts_body ON kept_texts USING bm25 (body) WITH (text_config = 'pg_catalog.simple');
CREATE INDEX kept_texts_a ON kept_texts (a);
VACUUM ANALYZE kept_texts;
-- Was the set kept, and are the scores of the best rows those of all rows that match?
CREATE FUNCTION look_at_texts(condition text, words text, OUT kept bool, OUT same bool) LANGUAGE plpgsql AS $$
DECLARE
    strategy text := current_setting('vecext.filter_strategy');
    statement text := format('SELECT body <@> %L AS d FROM kept_texts WHERE %s ORDER BY body <@> %L LIMIT ', words, condition, words);
    plan json;
    best text;
    of_all text;
BEGIN
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || statement || 20 INTO plan;
    kept := plan::text LIKE '%"Set Kept": true%';
    EXECUTE format('SELECT array_agg(round(d::numeric, 5) ORDER BY d)::text FROM (%s) s', statement || 20) INTO best;
    SET LOCAL vecext.filter_strategy = off;
    EXECUTE format('SELECT array_agg(round(d::numeric, 5) ORDER BY d)::text FROM (SELECT d FROM (%s) s ORDER BY d LIMIT 20) s', statement || 30000) INTO of_all;
    PERFORM set_config('vecext.filter_strategy', strategy, false);
    same := best = of_all;
END
$$;
SET vecext.filter_strategy = inline;
CREATE VIEW looks_at_texts AS SELECT c.condition, l.* FROM (VALUES ('a < 10000'), ('a < 3000'), ('a < 200'), ('a BETWEEN 5000 AND 9000')) c (condition),
    LATERAL (SELECT bool_and(kept) AS kept, bool_and(same) AS same FROM (VALUES ('w3'), ('all w5 v77'), ('v7 v8 w1 w2')) q (words), look_at_texts(c.condition, q.words)) l;
SELECT condition, same FROM looks_at_texts;
SELECT * FROM looks_at_texts;
SELECT * FROM looks_at_texts;

-- More sets than an index keeps documents of, by turns.
SELECT bool_and(same) AS same FROM generate_series(1, 3) i, generate_series(1000, 12000, 1000) b, look_at_texts(format('a < %s', b), 'all w5 v' || i);

-- Pending documents; a segment of them; rows that are deleted; one segment. Sets of the same rows, and of others.
SELECT add_texts(20001, 30000);
SELECT bool_and(same) AS same FROM looks_at_texts;
SELECT bool_and(same) AS same FROM looks_at_texts;
DELETE FROM kept_texts WHERE id % 5 = 0;
SELECT bool_and(same) AS same FROM looks_at_texts;
VACUUM kept_texts;
SELECT bool_and(same) AS same FROM looks_at_texts;
SELECT bool_and(same) AS same FROM looks_at_texts;
SELECT add_texts(30001, 31000);
SELECT vecext.merge('kept_texts_body') > 0 AS merged;
SELECT * FROM looks_at_texts;
SELECT bool_and(same) AS same FROM look_at_texts('a < 10000', 'w3 !w4');

-- A set that is larger than is worth making for one statement is kept once many have asked for it.
RESET vecext.filter_strategy;
SELECT kept, same FROM look_at_texts('a < 7777', 'all w5 v77');
DO $$
BEGIN
    FOR i IN 1 .. 1000 LOOP
        EXECUTE 'SELECT count(*) FROM (SELECT id FROM kept_texts WHERE a < 7777 ORDER BY body <@> ''all w5 v77'' LIMIT 20) s';
    END LOOP;
END
$$;
SELECT kept, same FROM look_at_texts('a < 7777', 'all w5 v77');

-- What words are made of takes some MB more than usual while a statement inserts many rows, and no longer than its transaction.
CREATE FUNCTION mb_of_words() RETURNS numeric LANGUAGE sql AS
    $$ SELECT coalesce(sum(used_bytes), 0) / 1048576 FROM pg_backend_memory_contexts WHERE name = 'vecext words' $$;
BEGIN;
SET LOCAL maintenance_work_mem = '256MB';
INSERT INTO kept_texts SELECT 100000 + i, 0, string_agg(md5((i * 100 + j)::text), ' ') FROM generate_series(1, 1500) i, generate_series(1, 100) j GROUP BY i;
SELECT mb_of_words() > 12 AS are_many;
ROLLBACK;
SELECT mb_of_words() < 12 AS are_few;
SELECT vecext.verify_index('kept_texts_body');
DROP VIEW looks_at_texts;
DROP FUNCTION look_at_texts, add_texts, mb_of_words;
DROP TABLE kept_texts;
