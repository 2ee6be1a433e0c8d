-- bm25 with cjk = 'bigrams': each part of a run of Han, Kana or Hangul finds the texts that contain it.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE cjk (id int PRIMARY KEY, body text, parts text[]);
INSERT INTO cjk(id, body) VALUES (1, '東京都庁の展望台'), (2, '京都の寺'), (3, '寺'), (4, 'データ、データベース'), (5, '한국어 검색'), (6, 'iPhone都'),
    (7, '「都」と𠀀𠀁'), (8, 'no such characters'), (9, ''), (10, NULL), (11, 'ﾃﾞｰﾀ'), (12, '寺寺寺');
UPDATE cjk SET parts = string_to_array(body, '、');
CREATE INDEX cjk_body ON cjk USING bm25 (body) WITH (text_config = 'simple', cjk = 'bigrams');
CREATE INDEX cjk_parts ON cjk USING bm25 (parts) WITH (text_config = 'simple', cjk = 'bigrams');
INSERT INTO cjk VALUES (13, '東大寺', '{東大,寺}');
CREATE TABLE cjk_wanted AS SELECT q FROM unnest(ARRAY['都', '寺', '台', '東', '庁', 'の', '京', 'タ', 'ス', 'ー', '어', '색', '한', '𠀁', '𠀀', 'ﾀ', '大', '海',
    '東京', '京都', '都庁', '寺寺', 'データ', '검색']) q;

-- By the index, without it, as a prefix, beside another word; of arrays.
CREATE FUNCTION cjk_found(condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    EXECUTE 'SELECT coalesce(string_agg(id::text, '','' ORDER BY id), ''none'') FROM cjk WHERE ' || condition INTO found;
    RETURN found;
END $$;
SET enable_seqscan = off;
SELECT q, w.contain, CASE WHEN i.found IS DISTINCT FROM w.contain THEN i.found END AS by_index, CASE WHEN a.found IS DISTINCT FROM w.contain THEN a.found END AS alone,
    CASE WHEN p.found IS DISTINCT FROM w.contain THEN p.found END AS by_prefix, CASE WHEN r.found IS DISTINCT FROM w.contain THEN r.found END AS of_arrays
FROM cjk_wanted, LATERAL (SELECT cjk_found(format('body LIKE %L', '%' || q || '%')) AS contain) w,
    LATERAL (SELECT cjk_found(format('body @@@ to_tsquery(''simple'', %L)', q)) AS found) i,
    LATERAL (SELECT cjk_found(format('(body || '''') @@@ vecext.bm25_query(to_tsquery(''simple'', %L), ''cjk_body'')', q)) AS found) a,
    LATERAL (SELECT cjk_found(format('body @@@ to_tsquery(''simple'', %L)', q || ':*')) AS found) p,
    LATERAL (SELECT cjk_found(format('parts @@@ to_tsquery(''simple'', %L)', q)) AS found) r;
RESET enable_seqscan;
SELECT id FROM cjk WHERE body @@@ '寺 庁' ORDER BY id;
SELECT id FROM cjk WHERE body @@@ '寺 & !京'::tsquery ORDER BY id;
SELECT id FROM cjk WHERE body @@@ 'iphone都'::tsquery ORDER BY id;

-- Scores count each occurrence, and are those of the texts.
SELECT id, round((body <@> '寺')::numeric, 6) AS score, body <@> '寺' = (body || '') <@> vecext.bm25_query('寺', 'cjk_body') AS is_same
FROM cjk WHERE body @@@ '寺' ORDER BY body <@> '寺', id;
SELECT * FROM vecext.tokens('simple', '東京都 寺', true);
SELECT * FROM vecext.query_tokens('simple', '東京都 寺', true);
SELECT * FROM vecext.query_tree('東京都 & 寺 & !abc寺', true);
DROP TABLE cjk, cjk_wanted;
DROP FUNCTION cjk_found(text);
