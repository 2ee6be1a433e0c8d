-- bm25: tsqueries with AND, OR, NOT, prefixes, phrases and labels are true of the rows that @@ is true of.
SET default_text_search_config = 'pg_catalog.simple';
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE tree (id int PRIMARY KEY, body text, tags text[], vec tsvector) WITH (autovacuum_enabled = off);
CREATE INDEX tree_body ON tree USING bm25 (body);
CREATE INDEX tree_tags ON tree USING bm25 (tags);
CREATE INDEX tree_vec ON tree USING bm25 (vec);
CREATE FUNCTION fill(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO tree SELECT i, body, string_to_array(body, ' '), setweight(to_tsvector('simple', body), CASE i % 2 WHEN 0 THEN 'A' ELSE 'D' END::"char")
    FROM (SELECT i, array_to_string(ARRAY['apple', 'w' || i % 7, 'apply', 'x' || i % 5, 'pear'], ' ')
        || repeat(' filler', i % 3) || CASE WHEN i % 11 = 0 THEN ' apricot pear apple' ELSE '' END || ' u' || i % 400 AS body
        FROM generate_series(first, last) i) s
$$;
SELECT fill(1, 1500);
INSERT INTO tree VALUES (0, NULL, NULL, NULL), (-1, '', '{}', '');
VACUUM tree;
SELECT vecext.merge('tree_body') >= 0, vecext.merge('tree_tags') >= 0, vecext.merge('tree_vec') >= 0;
SELECT fill(1501, 2000);
DELETE FROM tree WHERE id % 10 = 3;
ANALYZE tree;

CREATE TABLE wanted_text (n int PRIMARY KEY, q text);  -- a tsquery has to fit a page
CREATE VIEW wanted AS SELECT n, q::tsquery AS q FROM wanted_text;
INSERT INTO wanted_text VALUES (1, 'w3 & x2'), (2, 'w3 | x2'), (3, '!w3'), (4, 'w3 & !x2'), (5, '!(w3 | x2) & apple'), (6, 'w3 | !x2'),
    (7, 'app:*'), (8, 'apr:* & w3'), (9, '!apr:* & w3'), (10, 'u1:* & !u11:*'), (11, 'nothing:*'), (12, 'nothing | w3'), (13, 'nothing & w3'),
    (14, 'apple <-> w3'), (15, 'w3 <-> apple'), (16, 'apricot <-> pear <-> apple'), (17, 'pear <2> u1:*'), (18, 'apple <-> w3:* & !x2'), (19, '!(apple <-> w3) & x2'),
    (20, 'w3:A'), (21, 'w3:D & x2'), (22, '!w3:A & x2'), (23, 'pear:A <-> apple:A'), (24, 'w1 | (pear <-> (apple | filler))'), (25, 'apple <-> !w3'), (26, 'w3 | !(w3 | apple)'),
    (27, (SELECT ('w3' || string_agg(' & !(x' || i || 'y & u' || i, '') || repeat(')', 600)) FROM generate_series(1, 600) i));

-- Rows by the index, by the operator alone, and by @@; then of the best rows those of a score that do not match, and the reverse.
CREATE FUNCTION compare(query tsquery, OUT rows int8, OUT by_index int8, OUT alone int8, OUT wrong int8, OUT best int8, OUT wrong_best int8)
    LANGUAGE plpgsql AS $$
DECLARE
    k int;
BEGIN
    SELECT count(*) INTO rows FROM tree WHERE to_tsvector('simple', body) @@ query;
    SET LOCAL enable_seqscan = off;
    SELECT count(*), count(*) FILTER (WHERE NOT to_tsvector('simple', body) @@ query) INTO by_index, wrong FROM tree WHERE body @@@ query;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    SELECT count(*) INTO alone FROM tree WHERE (body || '') @@@ vecext.bm25_query(query, 'tree_body');
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    SELECT count(*), count(*) FILTER (WHERE (distance < 0 AND NOT to_tsvector('simple', body) @@ query) OR distance <> computed) INTO best, wrong_best
    FROM (SELECT body, body <@> query AS distance, (body || '') <@> vecext.bm25_query(query, 'tree_body') AS computed
          FROM tree WHERE body @@@ query ORDER BY body <@> query LIMIT 3000) s;
END
$$;
SELECT n, CASE WHEN n < 27 THEN q END AS q, c.* FROM wanted, compare(q) c ORDER BY n;
-- A few of them by the other types, with labels of a tsvector.
SET enable_seqscan = off;
SELECT n, (SELECT count(*) FROM tree WHERE tags @@@ q), (SELECT count(*) FROM tree WHERE vec @@@ vecext.bm25_query(q, 'tree_vec')) = (SELECT count(*) FROM tree WHERE vec @@ q) AS vec,
    (SELECT count(*) FROM (SELECT vec <@> q AS d FROM tree ORDER BY vec <@> q LIMIT 3000) s WHERE d < 0) AS scored
FROM wanted WHERE n IN (4, 8, 14, 16, 17, 20, 21, 22, 23) ORDER BY n;
RESET enable_seqscan;
-- Beside other conditions, and after all rows were merged.
SELECT count(*) FROM (SELECT id FROM tree WHERE id < 1000 AND body @@@ 'w3 | !x2'::tsquery ORDER BY body <@> 'w3 | !x2'::tsquery LIMIT 3000) s;
SELECT count(*) FROM tree WHERE id < 1000 AND to_tsvector('simple', body) @@ 'w3 | !x2'::tsquery;
SELECT count(*) FROM (SELECT id FROM tree WHERE id < 1000 AND body @@@ 'apple <-> w3'::tsquery ORDER BY body <@> 'x1'::text LIMIT 3000) s;
SELECT count(*) FROM tree WHERE id < 1000 AND to_tsvector('simple', body) @@ 'apple <-> w3'::tsquery;
VACUUM tree;
SELECT vecext.merge('tree_body') >= 0;
SELECT count(*) FILTER (WHERE c.rows <> c.by_index OR c.rows <> c.alone OR c.rows <> c.best OR c.wrong + c.wrong_best > 0) FROM wanted, compare(q) c;

-- The frequency of a prefix is the sum of its words'.
SELECT id FROM tree ORDER BY body <@> 'ap:*'::tsquery, id LIMIT 3;
-- A phrase in a text that is too long for a tsvector.
INSERT INTO tree SELECT 5000, string_agg('unique' || i, ' ') || ' last phrase' FROM generate_series(1, 120000) i;
SELECT length(to_tsvector('simple', body)) FROM tree WHERE id = 5000;
SELECT id FROM tree WHERE body @@@ 'unique7 <-> unique8'::tsquery;
SELECT id FROM tree WHERE body @@@ 'unique:* <-> unique8'::tsquery;
-- The positions of a text are those of its tsvector, however many there are: 255 of a word, and one for all that come late.
DELETE FROM tree WHERE id = 5000;
INSERT INTO tree (id, body) VALUES (6001, repeat('often ', 300) || 'ends'), (6002, repeat('often oft ', 200) || 'often ends'),
    (6003, repeat('filler ', 16390) || 'late later'), (6004, repeat('often ', 254) || repeat('filler ', 20000) || 'often ends'),
    (6005, repeat('often ', 255) || repeat('filler ', 20000) || 'often oftener ends'),
    (6006, (SELECT string_agg('often' || i || ' often', ' ') FROM generate_series(1, 9000) i) || ' ends');
SELECT q, rows, by_index, alone, wrong, best, wrong_best FROM unnest(ARRAY['often <-> ends', 'often <2> ends', 'oft:* <-> ends', 'often:* <-> ends', 'oft:* <-> oft <-> oft:*', 'often <0> ends',
    'often:* <0> ends', 'oftener <0> often', 'late <-> later', 'late <0> later', 'late <0> filler', 'often:*D <-> often7:D', 'often:*A <-> ends', '!(often <-> ends) & often']::tsquery[]) q,
    compare(q) c;
SELECT repeat('a b ', 8500000) @@@ vecext.bm25_query('a <-> b'::tsquery, 'tree_body');
-- Bigrams have no phrases.
CREATE TABLE bigrams (body text);
INSERT INTO bigrams VALUES ('全文検索 engine room'), ('検索 engine');
CREATE INDEX bigrams_idx ON bigrams USING bm25 (body) WITH (cjk = 'bigrams');
SELECT body FROM bigrams WHERE body @@@ '全文検索'::tsquery;
SELECT body FROM bigrams WHERE body @@@ 'engine <-> room'::tsquery;
SELECT body FROM bigrams WHERE body @@@ '検索 <-> engine'::tsquery;

-- Partitions: one order and one score for all of them.
CREATE TABLE parts (id int, body text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (50);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (50) TO (3000);
CREATE INDEX parts_idx ON parts USING bm25 (body);
INSERT INTO parts SELECT i, 'word' || i % 5 || repeat(' filler', i % 9) || CASE WHEN i % 40 = 0 THEN ' rare' ELSE '' END FROM generate_series(1, 2000) i;
ANALYZE parts;
CREATE TABLE whole AS TABLE parts;
CREATE INDEX whole_idx ON whole USING bm25 (body);
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id, body <@> 'rare word1' FROM parts ORDER BY body <@> 'rare word1' LIMIT 100;
WITH a AS (SELECT row_number() OVER () AS n, d FROM (SELECT body <@> 'rare word1' AS d FROM parts ORDER BY body <@> 'rare word1' LIMIT 100) s),
b AS (SELECT row_number() OVER () AS n, d FROM (SELECT body <@> 'rare word1' AS d FROM whole ORDER BY body <@> 'rare word1' LIMIT 100) s)
SELECT count(*), count(*) FILTER (WHERE a.d <> b.d) FROM a JOIN b USING (n);
DROP VIEW wanted;
DROP TABLE tree, wanted_text, bigrams, parts, whole;
DROP FUNCTION fill(int, int), compare(tsquery);
