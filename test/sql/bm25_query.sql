-- bm25: the best rows by a column's words, with and without the index.
SET default_text_search_config = 'pg_catalog.simple';
\set ON_ERROR_STOP 0
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE docs (id int PRIMARY KEY, body text, lang text);
INSERT INTO docs SELECT i,
    (ARRAY['apple','banana','cherry','date','elder'])[1 + i % 5] || ' ' ||
    repeat((ARRAY['red','green','blue'])[1 + i % 3] || ' ', 1 + i % 4) || repeat('filler ', i % 7) ||
    CASE WHEN i % 100 = 0 THEN 'rare' ELSE '' END, 'l' || i % 3
FROM generate_series(1, 2000) i;
INSERT INTO docs VALUES (0, NULL, 'l0');
CREATE INDEX docs_idx ON docs USING bm25 (body) WITH (text_config = 'english');
ANALYZE docs;

-- The score by its formula. Lengths below 40 are exact.
CREATE TABLE term AS SELECT d.id, t.* FROM docs d, vecext.tokens('english', d.body) t;
CREATE TABLE doc AS SELECT d.id, coalesce(l.length, 0)::float8 AS length
    FROM docs d LEFT JOIN (SELECT id, sum(count) AS length FROM term GROUP BY id) l USING (id) WHERE d.body IS NOT NULL;
CREATE FUNCTION oracle(query text, k1 float8 DEFAULT 1.2, b float8 DEFAULT 0.75)
    RETURNS TABLE (id int, score float8) LANGUAGE sql AS $$
    WITH total AS (SELECT count(*)::float8 AS n, avg(length) AS average FROM doc),
    wanted AS MATERIALIZED (SELECT q.lexeme, q.count AS times, (SELECT count(*) FROM term t WHERE t.lexeme = q.lexeme)::float8 AS df
        FROM vecext.query_tokens('english', query) q),
    scored AS (SELECT t.id, sum(w.times * ln(1 + (n - df + 0.5) / (df + 0.5)) * (k1 + 1) * t.count
            / (t.count + k1 * (1 - b + b * length / average))) AS score
        FROM wanted w JOIN term t USING (lexeme) JOIN doc USING (id), total GROUP BY t.id)
    SELECT doc.id, coalesce(score, 0) FROM doc LEFT JOIN scored USING (id)
$$;

-- How many of the first k rows of a scan, and of the scores of a sequential scan, are not the oracle's.
CREATE FUNCTION differences(query text, k int, OUT rows int8, OUT wrong_rows int8, OUT wrong_values int8)
    LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    CREATE TEMP TABLE found ON COMMIT DROP AS
        SELECT row_number() OVER () AS place, s.* FROM
        (SELECT id, body <@> query AS distance FROM docs ORDER BY body <@> query LIMIT k) s;
    CREATE TEMP TABLE expected ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY score DESC) AS place, score FROM oracle(query);
    SELECT count(*), count(*) FILTER (WHERE abs(e.score + f.distance) > 1e-5 * (1 + e.score)),
        count(*) FILTER (WHERE abs(o.score + f.distance) > 1e-5 * (1 + o.score))
    INTO rows, wrong_rows, wrong_values
    FROM found f JOIN expected e USING (place) JOIN oracle(query) o USING (id);
    DROP TABLE found, expected;
END
$$;
SELECT q, k, d.* FROM unnest(ARRAY['rare apple', 'red red apple filler', 'the']) q,
    unnest(ARRAY[10, 3000]) k, differences(q, k) d ORDER BY q, k;
BEGIN;
SET LOCAL vecext.bm25_pruning = off;
SELECT * FROM differences('red filler rare', 25);
ROLLBACK;

-- The index is found wherever the planner looks.
EXPLAIN (COSTS OFF) SELECT id FROM docs ORDER BY body <@> 'rare apple' LIMIT 5;
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE lang = 'l1' ORDER BY body <@> 'rare apple' LIMIT 5;
PREPARE best(text) AS SELECT id FROM docs ORDER BY body <@> $1 LIMIT 1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE best('rare');
RESET plan_cache_mode;
EXECUTE best('rare banana');
EXECUTE best('rare banana');
EXECUTE best('rare banana');
EXECUTE best('rare banana');
EXECUTE best('rare banana');
EXECUTE best('rare banana');
EXECUTE best('elder');
CREATE FUNCTION best_of(query text) RETURNS SETOF int LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT id FROM docs ORDER BY body <@> query, id LIMIT 2;
END
$$;
SELECT best_of('rare apple');
CREATE VIEW viewed AS SELECT id, body AS txt FROM docs;
SELECT id FROM viewed ORDER BY txt <@> 'rare apple', id LIMIT 2;
SELECT s.id FROM (SELECT id, body AS b FROM docs OFFSET 0) s ORDER BY s.b <@> 'rare apple', id LIMIT 2;
WITH c AS MATERIALIZED (SELECT id, body AS b FROM docs) SELECT id FROM c ORDER BY b <@> 'rare apple', id LIMIT 2;
SELECT q, x.id FROM unnest(ARRAY['rare apple', 'elder']) q,
    LATERAL (SELECT id FROM docs ORDER BY body <@> q, id LIMIT 1) x;
SELECT d.id, (SELECT d.body <@> 'rare' < 0) FROM docs d WHERE id IN (99, 100) ORDER BY id;

-- Conditions. Rows without a match have score 0.
SELECT id FROM docs WHERE lang = 'l1' ORDER BY body <@> 'rare apple', id LIMIT 3;
SELECT count(*), max(id) FROM (SELECT id FROM docs WHERE id < 100 ORDER BY body <@> 'apple' LIMIT 500) s;
SELECT count(*) FROM (SELECT id FROM docs WHERE body <@> 'rare' < 0 ORDER BY body <@> 'rare' LIMIT 500) s;
SELECT count(*) FROM docs WHERE body @@@ 'rare apple';
SELECT count(*) FROM docs WHERE body @@@ 'rare & apple'::tsquery;
SELECT count(*) FROM docs WHERE body @@@ '!appl & rare'::tsquery;
SELECT count(*) FROM docs WHERE body @@@ '!rare'::tsquery;
SELECT count(*) FROM docs WHERE body @@@ 'the';
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE body @@@ 'rare' ORDER BY body <@> 'rare' LIMIT 5;
SELECT count(*) FROM (SELECT id FROM docs WHERE body @@@ 'rare' ORDER BY body <@> 'rare' LIMIT 500) s;
SELECT count(*) FROM (SELECT id FROM docs WHERE body @@@ 'rare' ORDER BY body <@> 'apple' LIMIT 500) s;
SET enable_sort = off;
EXPLAIN (COSTS OFF) SELECT id FROM docs WHERE lang = 'l1' AND body @@@ 'rare' ORDER BY body <@> 'apple' LIMIT 3;
SELECT id FROM docs WHERE lang = 'l1' AND body @@@ 'rare' ORDER BY body <@> 'apple' LIMIT 3;
SELECT count(*) FROM (SELECT id FROM docs WHERE lang = 'l1' AND body @@@ 'rare' ORDER BY body <@> 'apple' LIMIT 500) s;
RESET enable_sort;
SELECT count(*) FILTER (WHERE distance < 0), count(*) FROM
    (SELECT body <@> 'rare & appl'::tsquery AS distance FROM docs ORDER BY body <@> 'rare & appl'::tsquery LIMIT 50) s;
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM docs WHERE body @@@ 'rare apple';
SELECT count(*) FROM docs WHERE body @@@ 'rare & apple'::tsquery;
SELECT count(*) FROM docs WHERE body @@@ '!appl & rare'::tsquery;
SELECT count(*) FROM docs WHERE body @@@ '!rare'::tsquery;
RESET enable_indexscan;
RESET enable_bitmapscan;

-- A named index, and none.
SELECT id FROM docs ORDER BY body <@> vecext.bm25_query('rare apple', 'docs_idx'), id LIMIT 2;
SELECT 'docs_idx: rare apple'::vecext.bm25_query, 'docs_idx @@ a & b'::vecext.bm25_query, vecext.bm25_query('x', 'docs_idx');
SELECT 'docs_idx rare'::vecext.bm25_query;
SELECT 'an apple'::text <@> vecext.bm25_query('apple', 'docs_idx') < 0;
SELECT 'a'::text <@> 'b'::text;
SELECT lang <@> 'b' FROM docs;
SELECT 'a'::text <@> vecext.bm25_query('b', 'docs_pkey');
SELECT 'a'::text <@> vecext.bm25_query('b', 'docs');
SELECT id FROM docs ORDER BY body <@> 'app:*'::tsquery LIMIT 1;
SELECT id FROM docs ORDER BY body <@> 'rare <-> apple'::tsquery LIMIT 1;
SELECT count(*) FROM (SELECT id FROM docs ORDER BY body <@> NULL::text LIMIT 5) s;
-- What a scan did, as all versions of the server show it.
CREATE FUNCTION explained(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || query LOOP
        CONTINUE WHEN line ~ 'Index Searches';
        RETURN NEXT replace(line, '.00 loops', ' loops');
    END LOOP;
END $$;
SELECT explained('SELECT id FROM docs WHERE id < 100 ORDER BY body <@> ''apple'' LIMIT 5');

-- Of several indexes, the one without a predicate, then the first by name, also where it has been rebuilt.
CREATE TABLE many (a text);
CREATE INDEX many_part ON many USING bm25 (a) WHERE a <> '';
CREATE INDEX many_second ON many USING bm25 (a);
CREATE INDEX many_first ON many USING bm25 (a);
CREATE INDEX many_expression ON many USING bm25 (lower(a));
EXPLAIN (COSTS OFF, VERBOSE) SELECT a <@> 'x', lower(a) <@> 'x' FROM many;
REINDEX INDEX CONCURRENTLY many_first;
EXPLAIN (COSTS OFF, VERBOSE) SELECT a <@> 'x' FROM many;
-- A plan follows when names change.
SET plan_cache_mode = force_generic_plan;
PREPARE by_name AS SELECT a <@> 'x' FROM many;
EXPLAIN (COSTS OFF, VERBOSE) EXECUTE by_name;
ALTER INDEX many_second RENAME TO many_early;
EXPLAIN (COSTS OFF, VERBOSE) EXECUTE by_name;
DEALLOCATE by_name;
RESET plan_cache_mode;
-- The column may come from queries around, and from common table expressions of theirs.
INSERT INTO many VALUES ('x'), ('y'), ('x y');
SELECT count(*) FROM many t, LATERAL (SELECT t.a AS b OFFSET 0) s WHERE s.b @@@ 'x';
SELECT count(*) FROM many t, LATERAL (SELECT t.a AS b LIMIT 1) s WHERE s.b @@@ vecext.bm25_query('x', 'many_early');
SELECT (SELECT s.b @@@ 'x' FROM (SELECT max(t.a) AS b OFFSET 0) s) FROM many t;
SELECT (SELECT s.b @@@ vecext.bm25_query('x', 'many_early') FROM (SELECT max(t.a) AS b OFFSET 0) s) FROM many t;
WITH c AS MATERIALIZED (SELECT * FROM many), d AS (SELECT * FROM c WHERE a @@@ 'x'), e AS (SELECT * FROM c WHERE a @@@ 'y')
    SELECT (SELECT count(*) FROM d), (SELECT count(*) FROM e), (SELECT count(*) FROM c WHERE a @@@ 'x y');
SELECT count(*) FROM many WHERE a @@@ ANY ('{x,y}');
SET enable_seqscan = off;
SELECT count(*) FROM many WHERE a @@@ ANY (ARRAY[vecext.bm25_query('x', 'many_early'), vecext.bm25_query('y', 'many_early')]);
SELECT count(*) FROM many WHERE a @@@ ANY ('{many_first: x,many_first: y}'::vecext.bm25_query[]);
SELECT count(*) FROM many WHERE a @@@ ANY (ARRAY[vecext.bm25_query('x', 'many_early'), vecext.bm25_query('y', 'many_first')]);
RESET enable_seqscan;
DROP TABLE many;

-- Other types, and partitions.
CREATE TABLE types (id int, words varchar(100), tags text[], vec tsvector);
INSERT INTO types SELECT id, body, string_to_array(body, ' '), to_tsvector('simple', body) FROM docs WHERE id > 0;
CREATE INDEX ON types USING bm25 (words);
CREATE INDEX ON types USING bm25 (tags);
CREATE INDEX ON types USING bm25 (vec);
ANALYZE types;
SELECT bool_and(a.distance = b.distance AND b.distance = c.distance), count(*) FROM
    (SELECT row_number() OVER () AS n, * FROM (SELECT words <@> 'rare apple' AS distance FROM types ORDER BY words <@> 'rare apple' LIMIT 30) s) a
    JOIN (SELECT row_number() OVER () AS n, * FROM (SELECT tags <@> 'rare apple' AS distance FROM types ORDER BY tags <@> 'rare apple' LIMIT 30) s) b USING (n)
    JOIN (SELECT row_number() OVER () AS n, * FROM (SELECT vec <@> 'rare apple' AS distance FROM types ORDER BY vec <@> 'rare apple' LIMIT 30) s) c USING (n);
CREATE TABLE parts (id int, body text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (3000);
CREATE INDEX parts_idx ON parts USING bm25 (body);
INSERT INTO parts SELECT id, body FROM docs;
ANALYZE parts;
EXPLAIN (COSTS OFF) SELECT id FROM parts ORDER BY body <@> 'rare apple' LIMIT 2;
SELECT id FROM parts ORDER BY body <@> 'rare apple', id LIMIT 2;
-- Queries are read as the index of the whole table says, whatever indexes of partitions it has taken.
CREATE TABLE taken (body text) PARTITION BY LIST (body);
CREATE TABLE taken_1 PARTITION OF taken FOR VALUES IN ('dogs run');
CREATE TABLE taken_2 PARTITION OF taken FOR VALUES IN ('running');
INSERT INTO taken VALUES ('dogs run'), ('running');
CREATE INDEX taken_1_idx ON taken_1 USING bm25 (body) WITH (text_config = 'simple');
CREATE INDEX taken_idx ON taken USING bm25 (body) WITH (text_config = 'english');
SELECT count(*) FROM taken WHERE body @@@ 'runs';
REINDEX INDEX CONCURRENTLY taken_1_idx;
SELECT count(*) FROM taken WHERE body @@@ 'runs';
DROP TABLE taken;

DROP VIEW viewed;
DROP FUNCTION explained(text), best_of(text), oracle(text, float8, float8), differences(text, int);
DROP TABLE docs, types, parts, term, doc;
