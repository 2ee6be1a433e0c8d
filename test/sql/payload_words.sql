-- Payload indexes with the options of words that Qdrant's clients write: tokenizers, lengths, stop words, stemmers.
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT vecext.create_collection('words', '{"size": 2, "distance": "cosine"}');
SELECT count(*) FROM vecext.upsert('words', '[
    {"id": 1, "vector": [1, 0], "payload": {"title": "iPhone-15 Case, black", "text": "The running dogs of Ação"}},
    {"id": 2, "vector": [1, 1], "payload": {"title": "node.js in Action", "text": "a dog runs"}},
    {"id": 3, "vector": [0, 1], "payload": {"title": "user@example.com", "text": "THE END"}},
    {"id": 4, "vector": [1, 2], "payload": {"title": ["東京都庁", "covid-19 vaccine"], "text": "Café"}}]');
CREATE VIEW made AS SELECT 'configuration' AS kind, cfgname::text AS name, prsname::text AS template, NULL AS options FROM pg_ts_config f JOIN pg_ts_parser p ON p.oid = f.cfgparser WHERE cfgnamespace = 'public'::regnamespace
UNION ALL SELECT 'dictionary', dictname::text, tmplname::text, dictinitoption FROM pg_ts_dict d JOIN pg_ts_template t ON t.oid = d.dicttemplate WHERE dictnamespace = 'public'::regnamespace ORDER BY 1, 2;

SELECT vecext.create_payload_index('words', 'title', 'bm25', '{"tokenizer": "word", "lowercase": true, "min_token_len": 2, "max_token_len": 20, "k1": 1.5}');
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"type": "text", "tokenizer": "word", "ascii_folding": true, "stopwords": "english", "stemmer": {"type": "snowball", "language": "english"}, "on_disk": true}');
-- Again, nothing happens.
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"type": "text", "tokenizer": "word", "ascii_folding": true, "stopwords": "english", "stemmer": {"type": "snowball", "language": "english"}, "on_disk": true}');
SELECT vecext.create_payload_index('words', 'title', 'bm25', '{"type": null, "tokenizer": "word", "lowercase": true, "min_token_len": 2, "max_token_len": 20, "k1": 1.5, "stemmer": null}');
TABLE made;
SELECT key, options FROM vecext.payload_indexes ORDER BY key;
CREATE FUNCTION by_words(words text, key text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(id, ',' ORDER BY id) FROM vecext.query('words', jsonb_build_object('query', jsonb_build_object('text', words), 'using', key, 'limit', 10)) $$;
SELECT w, by_words(w, 'title') FROM unnest('{15,js,example,19,js node,b,iphone,IPHONE}'::text[]) w;
SELECT w, by_words(w, 'text') FROM unnest('{run,DOGS,acao,cafe,end}'::text[]) w;
SELECT by_words('the', 'text');
SELECT vecext.drop_payload_index('words', 'title'), vecext.drop_payload_index('words', 'text');
TABLE made;

-- The other tokenizers; the index of a filter, which need not name the configuration.
SELECT vecext.create_payload_index('words', 'title', 'bm25', '{"tokenizer": "prefix", "min_token_len": 2, "max_token_len": 6}');
SELECT w, by_words(w, 'title') FROM unnest('{ip,i,iphonexyz,exa,ction,15}'::text[]) w;
SELECT vecext.drop_payload_index('words', 'title');
SELECT vecext.create_payload_index('words', 'title', 'bm25', '{"tokenizer": "whitespace", "lowercase": false}');
SELECT w, by_words(w, 'title') FROM unnest('{node.js,Node.js,iPhone-15,covid}'::text[]) w;
SELECT vecext.drop_payload_index('words', 'title');
SELECT vecext.create_payload_index('words', 'title', 'bm25', '{"tokenizer": "multilingual"}');
SELECT w, by_words(w, 'title') FROM unnest('{都,node.js,19}'::text[]) w;
SELECT vecext.drop_payload_index('words', 'title');
SET client_min_messages = notice;
\set VERBOSITY default
SELECT vecext.create_payload_index('words', 'title', 'text', '{"tokenizer": "word", "phrase_matching": true}');
\set VERBOSITY terse
SET client_min_messages = warning;
SELECT w, array(SELECT id FROM vecext.scroll('words', filter => jsonb_build_object('must', jsonb_build_object('key', 'title', 'match', jsonb_build_object('text', w, 'config', 'public.words_title_text')))) ORDER BY id) AS by_config,
    array(SELECT id FROM vecext.scroll('words', filter => jsonb_build_object('must', jsonb_build_object('key', 'title', 'match', jsonb_build_object('text', w)))) ORDER BY id) AS by_index
FROM unnest('{15,js,iphone 15,action}'::text[]) w;

-- What is refused.
CREATE FUNCTION refused(options jsonb, type text DEFAULT 'bm25') RETURNS text LANGUAGE plpgsql AS $$
DECLARE detail text; hint text;
BEGIN
    PERFORM vecext.create_payload_index('words', 'refused', type, options);
    RETURN 'not refused';
EXCEPTION WHEN invalid_parameter_value OR feature_not_supported THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(' | ', SQLERRM, detail, hint);
END $$;
SELECT o AS options, refused(o) FROM unnest(ARRAY['{"tokenizer": "ngram"}', '{"tokenizer": "word", "config": "english"}', '{"lowercase": 1}', '{"min_token_len": 0}', '{"min_token_len": 5, "max_token_len": 2}',
    '{"tokenizer": "prefix", "max_token_len": 40}', '{"stopwords": "klingon"}', '{"stopwords": {"languages": ["english", "german"], "custom": "acme"}}', '{"stopwords": {"custom": [1]}}', '{"stopwords": {"words": ["acme"]}}', '{"stopwords": 5}', '{"stemmer": {"type": "porter"}}',
    '{"stemmer": {"type": "snowball", "language": "klingon"}}', '{"tokenizer": "prefix", "stemmer": "english"}', '{"lowercase": false, "stemmer": "english"}', '{"type": "keyword"}', '{"min_tokn_len": 2}', '{"tokenizer": null}']::jsonb[]) o;
SELECT refused('{"tokenizer": "word"}', 'keyword');
-- Stop words of your own, beside those of languages; they are folded as the texts are.
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"stopwords": {"languages": ["english"], "custom": ["RUN", "Ação", "two words", "", "b''s\\"]}, "ascii_folding": true}');
SELECT dictname, dictinitoption FROM pg_ts_dict WHERE dictname ~ 'no_own';
SELECT w, to_tsvector('public.words_text_bm25', w) FROM unnest('{run,Acao fast,the dogs,two words,b}'::text[]) w;
SELECT vecext.drop_payload_index('words', 'text');
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"stopwords": {"custom": ["RUN"]}, "lowercase": false}');
SELECT to_tsvector('public.words_text_bm25', 'run RUN');
SELECT vecext.drop_payload_index('words', 'text');
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"stopwords": {"custom": []}}');
TABLE made;
SELECT vecext.drop_payload_index('words', 'text');
-- It goes with the collection.
SELECT vecext.create_payload_index('words', 'text', 'bm25', '{"stopwords": {"languages": ["english", "german", "English"]}}');
SELECT count(*) FROM made;
SELECT vecext.drop_collection('words');
TABLE made;
-- Names that are long in bytes are cut, and what is made keeps names of its own.
SELECT vecext.create_collection(repeat('商品', 7), '{"size": 2, "distance": "cosine"}');
SET client_min_messages = notice;
SELECT vecext.create_payload_index(repeat('商品', 7), repeat('名前', 5), 'bm25', '{"tokenizer": "word", "stopwords": "portuguese", "stemmer": "portuguese", "min_token_len": 2}');
SET client_min_messages = warning;
SELECT vecext.create_payload_index(repeat('商品', 7), repeat('名前', 6), 'bm25', '{"tokenizer": "word"}');
SELECT kind, name FROM made;
SELECT vecext.drop_collection(repeat('商品', 7));
TABLE made;
DROP VIEW made;
DROP FUNCTION by_words(text, text), refused(jsonb, text);
