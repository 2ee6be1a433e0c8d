-- match.text, text_any and phrase read texts as the text index on their key does.
SET client_min_messages = warning;
SELECT vecext.create_collection('book', '{"size": 2, "distance": "dot"}');
INSERT INTO book (id, embedding, payload) SELECT i, '[1,1]', jsonb_build_object('title', title) FROM unnest(ARRAY[
    'Robot Dreams', 'The Robots of Dawn', 'Little Lost Robot', 'Star Light', 'The Stars, Like Dust', 'Crème Brûlée',
    'LAZY sentinel', 'the lazy dog', 'C-Chute by mail@example.org', 'a b cd efghij']) WITH ORDINALITY t(title, i);
INSERT INTO book (id, embedding, payload) VALUES (11, '[1,1]', '{"title": ["Robot", {"x": "Star"}, "lost star"]}'), (12, '[1,1]', '{}');

-- The ids that a filter finds, and if five ways agree: by an index, by reading the table, in a generic plan, by scroll, by search.
CREATE FUNCTION found(condition text, OUT ids text, OUT agree bool) LANGUAGE plpgsql AS $$
DECLARE
    filter jsonb := jsonb_build_object('must', condition::jsonb);
    one text;
    others text[];
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM book t WHERE vecext.matches(t, %L::jsonb)', filter) INTO ids;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM book t WHERE vecext.matches(t, %L::jsonb)', filter) INTO one;
    SET LOCAL plan_cache_mode = force_generic_plan;
    others := ARRAY[one, (SELECT string_agg(id::text, ' ' ORDER BY id) FROM book t WHERE vecext.matches(t, filter)),
        (SELECT string_agg(id::text, ' ' ORDER BY id) FROM book t WHERE NOT vecext.matches(t, jsonb_build_object('must_not', filter)))];
    RESET plan_cache_mode;
    RESET enable_bitmapscan;
    others := others || ARRAY[(SELECT string_agg(id, ' ' ORDER BY id::int) FROM vecext.scroll('book', limit_ => 20, filter => filter)),
        (SELECT string_agg(id, ' ' ORDER BY id::int) FROM vecext.search('book', '[1,1]', 20, filter))];
    agree := NOT EXISTS (SELECT FROM unnest(others) o WHERE o IS DISTINCT FROM ids);
END $$;
CREATE FUNCTION show(VARIADIC tests text[]) RETURNS TABLE (test text, ids text, agree bool) LANGUAGE sql AS $$
    SELECT t, f.ids, f.agree FROM unnest(tests) WITH ORDINALITY x(t, i), found(format('{"key": "title", "match": {%s}}', t)) f ORDER BY i
$$;
CREATE FUNCTION index_title(options text) RETURNS void LANGUAGE sql AS $$ SELECT vecext.set_payload_index('book', 'title', 'text', options::jsonb) $$;

-- Without an index, the words between what is neither a letter nor a digit. An index without options, of the tokenizer or of
-- both functions has the same words, and so has the payload alone.
CREATE FUNCTION show_words() RETURNS TABLE (test text, ids text, agree bool, by_payload bool) LANGUAGE sql AS $$
    SELECT s.*, s.ids IS NOT DISTINCT FROM (SELECT string_agg(id::text, ' ' ORDER BY id) FROM book
        WHERE vecext.matches(payload, format('{"must": {"key": "title", "match": {%s}}}', s.test)::jsonb))
    FROM show('"text": "robot"', '"text": "ROBOT lost"', '"text": "star light"', '"text_any": "robot of dust"', '"phrase": "lost robot"', '"text": "example"',
        '"text": "org.example"', '"phrase": "mail@example"', '"text": "chute"', '"text": "Brulee"', '"text": "the"', '"text": ""', '"text_any": "!"') s
$$;
SELECT * FROM show_words();
CREATE TEMP TABLE without_index AS SELECT * FROM show_words();
SELECT vecext.create_payload_index('book', 'title', 'text');
SELECT options FROM vecext.payload_indexes WHERE relid = 'book'::regclass;
(TABLE without_index EXCEPT SELECT * FROM show_words()) UNION ALL (SELECT * FROM show_words() EXCEPT TABLE without_index);
-- It is the index that a client without options asks for.
SELECT index_title('{}');
SELECT options, index FROM vecext.payload_indexes WHERE relid = 'book'::regclass;
SELECT index_title('{"tokenizer": "word"}');
(TABLE without_index EXCEPT SELECT * FROM show_words()) UNION ALL (SELECT * FROM show_words() EXCEPT TABLE without_index);
DROP FUNCTION show_words;
-- An index of whole words between white space.
SELECT index_title('{"tokenizer": "whitespace"}');
SELECT * FROM show('"text": "chute"', '"text": "c-chute"', '"text": "stars"', '"text": "stars,"');
-- Beginnings of words. A phrase is one of beginnings; of text_any, each word counts as a whole.
SELECT index_title('{"tokenizer": "prefix"}');
SELECT * FROM show('"text": "ROBO"', '"text": "robo dr"', '"text": "obo"', '"text_any": "robots dre"', '"text_any": "robx stax"', '"phrase": "lost rob"', '"phrase": "lo st"');
SELECT index_title('{"tokenizer": "prefix", "min_token_len": 2, "max_token_len": 4}');
SELECT * FROM show('"text": "r"', '"text": "ro"', '"text": "robust"', '"text_any": "r st"');
-- Unicode's words.
SELECT index_title('{"tokenizer": "multilingual"}');
SELECT * FROM show('"text": "robot"', '"text": "c-chute"', '"phrase": "by mail"');
-- Case, accents, lengths.
SELECT index_title('{"lowercase": false}');
SELECT * FROM show('"text": "LAZY"', '"text": "lazy"', '"text": "Lazy"');
SELECT index_title('{"ascii_folding": true}');
SELECT * FROM show('"text": "creme brulee"', '"text": "Crème"', '"phrase": "CREME BRÛLÉE"');
SELECT index_title('{"min_token_len": 2, "max_token_len": 4}');
SELECT * FROM show('"text": "a"', '"text": "cd"', '"text": "cd efghij"', '"text_any": "efghij"', '"text": "robot star"', '"phrase": "star light"');
-- Words that are left out count neither in texts nor in filters, nor between the words of a phrase.
SELECT index_title('{"stopwords": "english"}');
SELECT * FROM show('"text": "the"', '"text_any": "robots of the star"', '"text": "the robots"', '"phrase": "robots dawn"', '"phrase": "the robots in the dawn"', '"phrase": "robot dawn"');
SELECT index_title('{"lowercase": false, "stopwords": {"custom": ["the", "The", "LAZY"]}}');
SELECT * FROM show('"text": "lazy"', '"text": "The"', '"text": "LAZY"', '"text_any": "The lazy"');
SELECT index_title('{"stemmer": "english", "stopwords": {"languages": ["english"]}}');
SELECT * FROM show('"text": "robot"', '"text": "dreaming robots"', '"phrase": "lost robots"', '"phrase": "robot dawn"', '"text_any": "dreamt stars"');
-- Quotes and backslashes in a word.
UPDATE book SET payload = '{"title": "it''s a\\b"}' WHERE id = 12;
SELECT index_title('{"tokenizer": "whitespace"}');
SELECT * FROM show('"text_any": "x a\\b"', '"text_any": "it''s"', '"phrase": "it''s a\\b"');
-- A filter that names a configuration is read by it. Negations, alternatives and conditions within others read texts in the same way.
SELECT index_title('{"stemmer": "english"}');
SELECT * FROM show('"text": "robots"', '"text": "robots", "config": "simple"', '"text": "stars", "config": "english"', '"text": "stars", "config": "vecext.word"');
SELECT * FROM found('{"should": [{"key": "title", "match": {"text": "dreaming"}}, {"must": [{"key": "title", "match": {"text": "robots"}}, {"must_not": {"key": "title", "match": {"phrase": "losing robots"}}}]}]}');
SELECT * FROM found('{"should": [{"key": "title", "match": {"text": "dream", "config": "simple"}}, {"key": "other", "match": {"text": "robots"}}, {"key": "title", "match": {"text": "lights"}}]}');
SELECT * FROM found('{"should": [{"has_id": [7]}, {"has_vector": ""}], "must": {"key": "title", "match": {"text": "robots"}}}');
SELECT * FROM found('{"nested": {"key": "title", "filter": {"must": {"key": "x", "match": {"text": "stars"}}}}}');

-- The index serves the filter.
INSERT INTO book (id, payload) SELECT i, '{"title": "filler of many words"}' FROM generate_series(100, 3000) i;
ANALYZE book;
EXPLAIN (COSTS OFF) SELECT id FROM book t WHERE vecext.matches(t, '{"must": {"key": "title", "match": {"text": "robots"}}}'::jsonb);
EXPLAIN (COSTS OFF) SELECT id FROM book t WHERE vecext.matches(t, '{"must": [{"key": "title", "match": {"phrase": "lost robots"}}, {"has_id": [3]}]}'::jsonb);
EXPLAIN (COSTS OFF) SELECT id FROM book t WHERE vecext.matches(t, '{"must": {"key": "title", "match": {"text": "robots", "config": "english"}}}'::jsonb);
SELECT vecext.filter_sql('{"must": {"key": "title", "match": {"text_any": "robots dreaming"}}}'::jsonb, 'book');
-- The payload alone does not say of which collection it is.
SELECT string_agg(id::text, ' ' ORDER BY id) FROM book WHERE vecext.matches(payload, '{"must": {"key": "title", "match": {"text": "robots"}}}'::jsonb);
-- The row of an alias is one of the collection.
SELECT vecext.create_alias('books', 'book');
SELECT string_agg(id::text, ' ' ORDER BY id) FROM books b WHERE vecext.matches(b, '{"must": {"key": "title", "match": {"text": "robots"}}}'::jsonb);
SELECT vecext.count_points('books', '{"must": {"key": "title", "match": {"text": "robots"}}}') AS counted;
-- A prepared statement follows the index.
PREPARE robots AS SELECT string_agg(id::text, ' ' ORDER BY id) FROM book t WHERE vecext.matches(t, '{"must": {"key": "title", "match": {"text": "robots"}}}'::jsonb);
EXECUTE robots;
SELECT index_title('{"tokenizer": "prefix"}');
EXECUTE robots;
-- It follows the registry, whatever statement changes that, as COPY does when a dump is restored.
PREPARE robo AS SELECT string_agg(id::text, ' ' ORDER BY id) FROM book t WHERE vecext.matches(t, '{"must": {"key": "title", "match": {"text": "robo"}}}'::jsonb);
EXECUTE robo;
BEGIN;
DELETE FROM vecext.payload_indexes WHERE relid = 'book'::regclass;
EXECUTE robo;
ROLLBACK;
EXECUTE robo;
SELECT vecext.drop_payload_index('book', 'title');
EXECUTE robots;
-- So do a renamed index and a renamed configuration, and a key with several steps.
SELECT vecext.create_payload_index('book', 'a.b', 'text', '{"stemmer": "english"}');
ALTER INDEX "book_a.b_text_idx" RENAME TO renamed;
ALTER TEXT SEARCH CONFIGURATION "book_a.b_text" RENAME TO renamed_config;
UPDATE book SET payload = '{"a": {"b": "robots"}}' WHERE id = 12;
SELECT id FROM book t WHERE vecext.matches(t, '{"must": {"key": "a.b", "match": {"text": "robot"}}}'::jsonb);
-- A renamed configuration is dropped with its index.
SELECT vecext.drop_payload_index('book', 'a.b');
SELECT cfgname AS left FROM pg_ts_config WHERE cfgname ~ '^(book|renamed)' UNION ALL SELECT dictname FROM pg_ts_dict WHERE dictname ~ '^book';
-- So is one in another schema, but not one that has got the name since.
SELECT vecext.create_payload_index('book', 'a.b', 'bm25', '{"stemmer": "english"}');
ALTER TEXT SEARCH CONFIGURATION "book_a.b_bm25" RENAME TO renamed;
CREATE TEXT SEARCH CONFIGURATION "book_a.b_bm25" (COPY = english);
CREATE SCHEMA elsewhere;
ALTER TEXT SEARCH CONFIGURATION renamed SET SCHEMA elsewhere;
SELECT vecext.drop_payload_index('book', 'a.b');
SELECT cfgname AS left FROM pg_ts_config WHERE cfgname ~ '^(book|renamed)' UNION ALL SELECT dictname FROM pg_ts_dict WHERE dictname ~ '^book';
DROP TEXT SEARCH CONFIGURATION "book_a.b_bm25";
DROP SCHEMA elsewhere;
-- An index that was made by SQL alone is not one of the collection.
CREATE INDEX own ON book USING gin (to_tsvector('english', payload -> 'a' -> 'b'));
SELECT id FROM book t WHERE vecext.matches(t, '{"must": {"key": "a.b", "match": {"text": "robot"}}}'::jsonb);

-- The recheck that the planner writes, called by a user.
SELECT vecext_internal.matches_recheck('{"t": "robots"}', '{"must": {"key": "t", "match": {"text": "robot"}}}', 'qdrant', 1, ARRAY['english']::regconfig[]) AS english,
    vecext_internal.matches_recheck('{"t": "robots"}', '{"must": {"key": "t", "match": {"text": "robot"}}}', 'qdrant', 1, '{}'::regconfig[]) AS none,
    vecext_internal.matches_recheck('{"t": "robots"}', '{"must": {"key": "t", "match": {"text": "robot"}}}', 'qdrant', 1, ARRAY[NULL]::regconfig[]) AS null;
SELECT vecext.drop_collection('book');
DROP FUNCTION show, found, index_title;
