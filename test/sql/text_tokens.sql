-- Words of texts and queries: vecext.tokens() against to_tsvector(), what queries look for, changed configurations.
\set VERBOSITY terse
SET client_min_messages = warning;

-- What a text is.
SELECT * FROM vecext.tokens('english', 'The quick-brown foxes ran to http://x.org/a?b=c (foo@bar.com), 3.14 -5 v1.2.3 <b>bold</b>. Foxes!');
SELECT * FROM vecext.tokens('simple', '');
SELECT * FROM vecext.tokens('english', ' the and of ');
SELECT * FROM vecext.tokens('english', NULL::text);

-- Arrays are one document; words do not join across elements.
SELECT * FROM vecext.tokens('simple', ARRAY['a b', NULL, 'b c-', '-d', '']);
SELECT * FROM vecext.tokens('simple', '{}'::text[]);
SELECT * FROM vecext.tokens('simple', ARRAY[ARRAY['x', 'y'], ARRAY['x', 'z']]);

-- A tsvector: positions, at least one.
SELECT * FROM vecext.tokens('a:1A,2,7 b:3 c'::tsvector);
SELECT * FROM vecext.tokens(strip(to_tsvector('simple', 'x x y')));
SELECT * FROM vecext.tokens(''::tsvector);

-- No limit of 255 occurrences, of 16,383 positions, of one megabyte.
SELECT * FROM vecext.tokens('simple', repeat('w ', 1000) || repeat('v-1 ', 20000));
SELECT count(*), sum(count), max(count) FROM vecext.tokens('simple', (SELECT string_agg('w' || i, ' ') FROM generate_series(1, 300000) i));
SELECT count(*), sum(count) FROM vecext.tokens('simple', '<b>' || repeat('ab <i> cd </i>', 500000));
SELECT count(*), sum(count), max(length(lexeme)) FROM vecext.tokens('simple', repeat(repeat('x', 2000) || '-', 4000));
-- Words that the server leaves out, with its notice.
SET client_min_messages = notice;
SELECT length(lexeme), count FROM vecext.tokens('simple', 'a ' || repeat('x', 2046) || ' c') ORDER BY lexeme;
SELECT length(lexeme), count FROM vecext.tokens('simple', 'a ' || repeat('x', 2048) || ' c') ORDER BY lexeme;
SET client_min_messages = warning;

-- Bigrams of Han, Kana and Hangul.
SELECT lexeme COLLATE "C", count FROM vecext.tokens('simple', '日本語テキスト abc漢字x 한국어 日本 字', true);
SELECT lexeme COLLATE "C", count FROM vecext.tokens('simple', '日本語 日本語', false);
SELECT lexeme COLLATE "C", count FROM vecext.tokens('simple', 'x <b>日本語</b> a-日本', true);
SELECT lexeme COLLATE "C", count FROM vecext.tokens('simple', '.日本語', true);

-- The same as the server's for random texts of everything that its parser treats in a special way.
CREATE TEXT SEARCH DICTIONARY tokens_synonym (TEMPLATE = synonym, SYNONYMS = synonym_sample);
CREATE TEXT SEARCH DICTIONARY tokens_thesaurus (TEMPLATE = thesaurus, DICTFILE = thesaurus_sample, DICTIONARY = english_stem);
CREATE TEXT SEARCH DICTIONARY tokens_ispell (TEMPLATE = ispell, DICTFILE = ispell_sample, AFFFILE = ispell_sample, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION tokens_synonym (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION tokens_synonym ALTER MAPPING FOR asciiword WITH tokens_synonym, simple;
CREATE TEXT SEARCH CONFIGURATION tokens_thesaurus (COPY = english);
ALTER TEXT SEARCH CONFIGURATION tokens_thesaurus ALTER MAPPING FOR asciiword WITH tokens_thesaurus, english_stem;
CREATE TEXT SEARCH CONFIGURATION tokens_ispell (COPY = english);
ALTER TEXT SEARCH CONFIGURATION tokens_ispell ALTER MAPPING FOR asciiword WITH tokens_ispell, english_stem;
CREATE TEXT SEARCH CONFIGURATION tokens_tags (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION tokens_tags ADD MAPPING FOR tag, protocol, entity WITH simple;
CREATE TEXT SEARCH CONFIGURATION tokens_blanks (COPY = tokens_tags);
ALTER TEXT SEARCH CONFIGURATION tokens_blanks ADD MAPPING FOR blank WITH simple;
-- With the server's extension unaccent, where it is to be had.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'unaccent') THEN
        CREATE EXTENSION unaccent;
        CREATE TEXT SEARCH CONFIGURATION tokens_unaccent (COPY = english);
        ALTER TEXT SEARCH CONFIGURATION tokens_unaccent ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;
    END IF;
END $$;

CREATE TEMPORARY TABLE fragments (n serial, fragment text);
INSERT INTO fragments (fragment) SELECT unnest(ARRAY[
    'a', 'b', 'foo', 'Bar', 'the', 'Quick', 'x', 'e', 'E', 'I', 'supernovae', 'stars', 'postgres', 'booking', 'indices',
    'İstanbul', 'ı', 'straße', 'naïve', '日本', '語', 'の', '한국', U&'e\0301', U&'\0301', U&'\00A0', U&'\200B', U&'\3000',
    U&'\201C', U&'\2019', '0', '1', '42', '1e5', '2.5', '-', '-', '+', '_', '_', '.', '.', '..', '/', '/', '//', 'http', 'https',
    'www', 'com', 'org', '@', ':', ':', '?', '=', '&', '&amp;', '&#65;', '&#x4f;', '#', '%', '~', '<', '>', '<b>', '</b>', '<br/>',
    '<a href="x y">', '<!--', '-->', '<script>', '</script>', '<?xml', '<:', '<_', ',', ';', '(', ')', '[', ']', '{', '}', '''',
    '"', '!', '$', '^', '*', '|', '\', '`', E'\t', E'\n', E'\r', E'\x01', E'\x7f', 'ftp.', 'file.txt', '/usr/', '../', './', '~/',
    ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ']);
CREATE TEMPORARY TABLE documents AS
    SELECT i, (SELECT string_agg(f.fragment, '' ORDER BY g)
               FROM (SELECT g, 1 + floor(random() * (SELECT count(*) FROM fragments) + 0 * i)::int AS n
                     FROM generate_series(1, 1 + i % 30) g) r
                   JOIN fragments f USING (n)) AS document
    FROM generate_series(1, 1500) i;
SELECT count(*) AS configurations FROM pg_ts_config WHERE cfgname IN ('english', 'simple', 'german', 'turkish', 'tokens_synonym',
    'tokens_thesaurus', 'tokens_ispell', 'tokens_tags', 'tokens_blanks');
SELECT c.oid::regconfig AS config, i, document, theirs, ours
FROM pg_ts_config c, documents,
    LATERAL (SELECT string_agg(lexeme || ':' || cardinality(positions), ' ' ORDER BY lexeme COLLATE "C") AS theirs
             FROM unnest(to_tsvector(c.oid, document))) t,
    LATERAL (SELECT string_agg(lexeme || ':' || count, ' ' ORDER BY lexeme COLLATE "C") AS ours
             FROM vecext.tokens(c.oid, document)) o
WHERE (cfgname IN ('english', 'simple', 'german', 'turkish') OR cfgname LIKE 'tokens\_%') AND theirs IS DISTINCT FROM ours
LIMIT 10;
-- In any order of documents, with words known and unknown; in an array, as by themselves.
SELECT count(*) FROM documents d,
    LATERAL (SELECT string_agg(lexeme || ':' || count, ' ') AS once FROM vecext.tokens('english', document)) t,
    LATERAL (SELECT string_agg(lexeme || ':' || count, ' ') AS two FROM vecext.tokens('english', ARRAY[document, document])) a,
    LATERAL (SELECT string_agg(lexeme || ':' || 2 * count, ' ') AS twice FROM vecext.tokens('english', document)) b
WHERE two IS DISTINCT FROM twice;

-- Queries of words: repeats weigh, prefixes of dictionaries are kept, stop words are none.
SELECT * FROM vecext.query_tokens('english', 'Running dogs, the dog runs!');
SELECT * FROM vecext.query_tokens('tokens_synonym', 'indices Postgres');
SELECT * FROM vecext.query_tokens('english', 'the');
SELECT lexeme COLLATE "C", count FROM vecext.query_tokens('simple', '日本語', true);

-- Queries as trees: true of every document that the query is true of.
SELECT q, t.* FROM unnest(ARRAY['a', 'a & b', 'a | b & c', '!a', '!(a & b)', 'a & !b', 'a:*', 'a <-> b', 'a & !(b <-> c)',
    '!(a <-> b)', '!!(a <-> b)', 'a <2> (b | c:*)', 'a <-> !b', '!a <-> !b', 'a:A', 'a & !b:B', '(a | b) & !(c | d <-> e)',
    '''it''''s''']::tsquery[]) WITH ORDINALITY u(q, n), vecext.query_tree(q) t ORDER BY n;
SELECT * FROM vecext.query_tree('');
SELECT tree COLLATE "C", needs_recheck FROM unnest(ARRAY['日本語', '!日本語', '日:*', '日本語:*', 'x日本y', '。 & 日']::tsquery[])
    WITH ORDINALITY u(q, n), vecext.query_tree(q, true) ORDER BY n;
-- Deep trees raise no error before the server's own limit.
SELECT length(tree) FROM vecext.query_tree((SELECT string_agg('a', '&') FROM generate_series(1, 3000))::tsquery);
-- Against the server: a tree without recheck is the query.
SELECT q, d FROM unnest(ARRAY['a & b', 'a | b & c', '!(a & b)', 'a & !b', '!a | c']::tsquery[]) q,
    unnest(ARRAY['a', 'b', 'c', 'a b', 'a c', 'b c', 'a b c', 'd']) d, vecext.query_tree(q) t
WHERE (to_tsvector('simple', d) @@ q) <> (to_tsvector('simple', d) @@ t.tree::tsquery) OR t.needs_recheck;

-- A changed configuration has effect at once, also within a transaction, and is forgotten with it.
SELECT * FROM vecext.tokens('tokens_tags', 'Running stars');
CREATE TEMPORARY TABLE hashes AS SELECT 1 AS n, vecext.text_config_hash('tokens_tags') AS hash;
BEGIN;
ALTER TEXT SEARCH CONFIGURATION tokens_tags ALTER MAPPING FOR asciiword WITH english_stem;
SELECT * FROM vecext.tokens('tokens_tags', 'Running stars');
SELECT vecext.text_config_hash('tokens_tags') = hash AS same FROM hashes;
ROLLBACK;
SELECT * FROM vecext.tokens('tokens_tags', 'Running stars');
SELECT vecext.text_config_hash('tokens_tags') = hash AS same FROM hashes;
SELECT * FROM vecext.tokens('tokens_synonym', 'Postgres the');
ALTER TEXT SEARCH DICTIONARY tokens_synonym (CASESENSITIVE = true);
SELECT * FROM vecext.tokens('tokens_synonym', 'Postgres the');
ALTER TEXT SEARCH CONFIGURATION tokens_synonym DROP MAPPING FOR asciiword;
SELECT * FROM vecext.tokens('tokens_synonym', 'Postgres the');
ALTER TEXT SEARCH CONFIGURATION tokens_synonym ADD MAPPING FOR asciiword WITH tokens_thesaurus;
SELECT * FROM vecext.tokens('tokens_synonym', 'booking tickets, supernovae stars');
SELECT lexeme FROM vecext.tokens('tokens_thesaurus', 'supernovae stars');

-- The hash: of mapping, dictionaries and options.
CREATE TEXT SEARCH CONFIGURATION tokens_copy (COPY = tokens_ispell);
INSERT INTO hashes VALUES (3, vecext.text_config_hash('tokens_ispell'));
SELECT vecext.text_config_hash('tokens_copy') = hash AS same FROM hashes WHERE n = 3;
ALTER TEXT SEARCH DICTIONARY tokens_ispell (STOPWORDS = german);
SELECT vecext.text_config_hash('tokens_ispell') = hash AS same, vecext.text_config_hash('tokens_copy') = hash AS same_of_copy FROM hashes WHERE n = 3;
ALTER TEXT SEARCH DICTIONARY tokens_ispell (STOPWORDS = english);
SELECT vecext.text_config_hash('tokens_ispell') = hash AS same FROM hashes WHERE n = 3;
ALTER TEXT SEARCH CONFIGURATION tokens_copy DROP MAPPING FOR email;
SELECT vecext.text_config_hash('tokens_copy') = hash AS same FROM hashes WHERE n = 3;
ALTER TEXT SEARCH CONFIGURATION tokens_copy ADD MAPPING FOR email WITH simple;
SELECT vecext.text_config_hash('tokens_copy') = hash AS same FROM hashes WHERE n = 3;

-- More words than a session keeps: nothing changes. Twice, known words among them.
SELECT count(*), count(*) FILTER (WHERE n = length(to_tsvector('simple', document))) AS same, sum(common)
FROM generate_series(1, 2) twice, generate_series(1, 100) part,
    LATERAL (SELECT string_agg(md5(part::text || i) || ' common', ' ') AS document FROM generate_series(1, 1000) i) d,
    LATERAL (SELECT count(*) AS n, sum(count) FILTER (WHERE lexeme = 'common') AS common
             FROM vecext.tokens('simple', document)) t;

-- A configuration that is gone.
PREPARE words(regconfig) AS SELECT * FROM vecext.tokens($1, 'stars');
EXECUTE words('tokens_copy');
SELECT oid AS copy FROM pg_ts_config WHERE cfgname = 'tokens_copy' \gset
DROP TEXT SEARCH CONFIGURATION tokens_copy;
DO $$ BEGIN PERFORM vecext.tokens(0::regconfig, 'stars'); EXCEPTION WHEN internal_error THEN RAISE WARNING '%', SQLERRM; END $$;
\set VERBOSITY sqlstate
SELECT vecext.tokens(:copy, 'stars');

\set VERBOSITY terse
DROP TABLE fragments, documents, hashes;
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'unaccent') THEN
        DROP TEXT SEARCH CONFIGURATION tokens_unaccent;
        DROP EXTENSION unaccent;
    END IF;
END $$;
DROP TEXT SEARCH CONFIGURATION tokens_synonym, tokens_thesaurus, tokens_ispell, tokens_blanks, tokens_tags;
DROP TEXT SEARCH DICTIONARY tokens_synonym, tokens_thesaurus, tokens_ispell;
