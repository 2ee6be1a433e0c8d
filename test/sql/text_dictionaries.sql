-- Dictionaries of the templates of vecext, in configurations of the server's parsers and of vecext; indexes by them.
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT w AS word, ts_lexize('vecext.fold', w) AS fold, ts_lexize('vecext.fold_ascii', w) AS fold_ascii, ts_lexize('vecext.trigram', w) AS trigram, ts_lexize('vecext.prefix', w) AS prefix
FROM unnest('{Ab,Straße,ÉTÉ,ação,Łódź,ＡＢ,ﾃﾞｰﾀ,東京都庁,banana}'::text[]) w;
SELECT ts_lexize('vecext.fold', chr(173)) AS unseen, ts_lexize('vecext.fold', repeat('ß', 2000)) AS too_long, ts_lexize('vecext.trigram', repeat('a', 256)) AS too_long_for_grams,
    array_length(ts_lexize('vecext.prefix', repeat('é', 255)), 1) AS prefixes;

-- Parameters.
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.fold, UPPERCASE = true);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.fold, ASCII = 3);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.length, MINLEN = 0);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.length, MINLEN = 3, MAXLEN = 2);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.length, MINLEN = 2, MAXLEN = 3, MINLEN = 1);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.fold, ASCII, ASCII = false);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.ngram, MINLEN = 'two');
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.ngram, MAXLEN = 33);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.edge_ngram, MINLEN = 21);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.edge_ngram, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.stop, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY bad (TEMPLATE = vecext.stop, WORDS = 'a', WORDS = 'b');

-- A chain: case and accents, stop words, lengths, stems. Case that counts; the server's parser.
CREATE SCHEMA dictionaries;
SET search_path = dictionaries, public;
CREATE TEXT SEARCH DICTIONARY sized (TEMPLATE = vecext.length, MINLEN = 2, MAXLEN = 8);
CREATE TEXT SEARCH DICTIONARY cased (TEMPLATE = vecext.fold, LOWERCASE = false, ASCII = true, ACCEPT = true);
CREATE TEXT SEARCH DICTIONARY left_out (TEMPLATE = vecext.stop, WORDS = E' of\tthe a\n  été of ');
CREATE TEXT SEARCH DICTIONARY nothing (TEMPLATE = vecext.stop);
SELECT w, ts_lexize('left_out', w), ts_lexize('nothing', w) FROM unnest('{of,the,a,été,Of,off,"",z}'::text[]) w;
CREATE TEXT SEARCH DICTIONARY bigram (TEMPLATE = vecext.ngram, MINLEN = 2, MAXLEN = 3);
CREATE TEXT SEARCH CONFIGURATION stems (PARSER = vecext.standard);
ALTER TEXT SEARCH CONFIGURATION stems ADD MAPPING FOR word, number WITH vecext.fold_ascii, sized, english_stem;
CREATE TEXT SEARCH CONFIGURATION cased (PARSER = vecext.word);
ALTER TEXT SEARCH CONFIGURATION cased ADD MAPPING FOR word WITH cased;
CREATE TEXT SEARCH CONFIGURATION grams (COPY = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION grams ALTER MAPPING FOR asciiword, word WITH vecext.fold, bigram;
SELECT c AS config, to_tsvector(c, 'The Running Dogs of a Café, I encyclopaedias 7 42') AS words FROM unnest('{stems,cased,grams}'::regconfig[]) c;

-- Indexes: as one types, parts of words, and a GIN index.
CREATE TABLE goods (id int PRIMARY KEY, name text);
INSERT INTO goods VALUES (1, 'iPhone-15 Pro case'), (2, 'iPad Air'), (3, 'Phone holder, Ｔｙｐ Ｃ'), (4, 'Crème brûlée torch'), (5, 'i'), (6, 'node.js in action'), (7, 'Großer Schraubendreher 5x100');
CREATE INDEX goods_prefix ON goods USING bm25 (name) WITH (text_config = 'vecext.prefix');
CREATE INDEX goods_trigram ON goods USING bm25 (name) WITH (text_config = 'vecext.trigram');
CREATE INDEX goods_stems ON goods USING bm25 (name) WITH (text_config = 'dictionaries.stems');
CREATE INDEX goods_gin ON goods USING gin (to_tsvector('vecext.standard', name));
SET enable_seqscan = off;
SELECT q, array(SELECT id FROM goods WHERE name @@@ vecext.bm25_query(q, 'goods_prefix') ORDER BY id) AS prefix,
    array(SELECT id FROM goods WHERE name @@@ vecext.bm25_query(plainto_tsquery('vecext.prefix', q), 'goods_prefix') ORDER BY id) AS prefix_all,
    array(SELECT id FROM goods WHERE name @@@ vecext.bm25_query(plainto_tsquery('vecext.trigram', q), 'goods_trigram') ORDER BY id) AS trigram,
    array(SELECT id FROM goods WHERE name @@@ vecext.bm25_query(plainto_tsquery('stems', q), 'goods_stems') ORDER BY id) AS stems,
    array(SELECT id FROM goods WHERE to_tsvector('vecext.standard', name) @@ plainto_tsquery('vecext.standard', q)) AS gin
FROM unnest('{i,ip,IPH,iphone 15,iphones,15,hone,creme,typ c,js,node.js,schraub,dreher,grosser}'::text[]) q;
-- The word of a query that is longer than the longest beginning is that beginning; scores of the scan are those of the texts.
SELECT * FROM vecext.query_tokens('vecext.prefix', 'iph iphone iph abcdefghijklmnopqrstuvwxyz');
SELECT id, round((name <@> vecext.bm25_query('iph case', 'goods_prefix'))::numeric, 6) AS score,
    name <@> vecext.bm25_query('iph case', 'goods_prefix') = (name || '') <@> vecext.bm25_query('iph case', 'goods_prefix') AS is_same
FROM goods ORDER BY name <@> vecext.bm25_query('iph case', 'goods_prefix'), id LIMIT 2;
SELECT id FROM goods WHERE name @@@ vecext.bm25_query(phraseto_tsquery('vecext.prefix', 'pro cas'), 'goods_prefix');
RESET enable_seqscan;

-- What depends on what; a dictionary that changes.
DROP TEXT SEARCH DICTIONARY sized;
DROP TEXT SEARCH CONFIGURATION stems;
SELECT vecext.verify_index('goods_stems');
ALTER TEXT SEARCH DICTIONARY sized (MINLEN = 3);
SELECT vecext.verify_index('goods_stems');
-- Bigrams would be cut again by a parser that takes a Han character for a word.
CREATE INDEX ON goods USING bm25 (name) WITH (text_config = 'vecext.standard', cjk = 'bigrams');
CREATE INDEX goods_bigrams ON goods USING bm25 (name) WITH (text_config = 'vecext.word', cjk = 'bigrams');
INSERT INTO goods VALUES (8, 'データ東京都abc');
SELECT q, array(SELECT id FROM goods WHERE name @@@ vecext.bm25_query(q, 'goods_bigrams')) AS found FROM unnest('{東,都,京都,abc,海}'::text[]) q;
DROP SCHEMA dictionaries CASCADE;
