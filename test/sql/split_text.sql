-- vecext.split_text(): chunks by every strategy, their places, bad input.
\set VERBOSITY terse
SET client_min_messages = warning;

SELECT chunk_no, quote_literal(chunk) AS chunk, start_char, end_char FROM vecext.split_text('one two three four', 'character', 8, 3);
SELECT chunk_no, quote_literal(chunk) AS chunk, start_char, end_char FROM vecext.split_text('one two three four', chunk_size => 9, overlap => 4);
SELECT chunk_no, to_json(chunk) AS chunk, start_char, end_char
FROM vecext.split_text(E'Title\n\nA first one. A second.\nA line.\n\nThe last paragraph is too long for a chunk.', 'recursive', 24, 0);
SELECT chunk_no, chunk, start_char, end_char
FROM vecext.split_text('Dr. Who came. He left! Did he? "Yes." That is all, e.g. here.', 'sentence', 24, 10);
SELECT chunk_no, chunk, start_char, end_char FROM vecext.split_text('A word, two words; 日本語 end.', 'token', 4, 1);
SELECT chunk_no, to_json(chunk) AS chunk, start_char, end_char FROM vecext.split_text(
    E'# Title\n\n## One\nText.\n```\n# no heading\n\ncode\n```\n## Two\nMore text, and more of it.\n', 'markdown', 40, 5);
SELECT chunk_no, quote_literal(chunk) AS chunk FROM vecext.split_text('a;b;c|d;e', 'recursive', 4, 2, ARRAY['|', ';']);
SELECT chunk_no, quote_literal(chunk) AS chunk, start_char, end_char FROM vecext.split_text('äöü日本𠀀!', 'character', 3, 1);
-- All at once, nothing, only blanks, null.
SELECT * FROM vecext.split_text('short');
SELECT * FROM vecext.split_text('');
SELECT chunk_no, quote_literal(chunk) FROM vecext.split_text('      ', 'sentence', 4, 1);
SELECT * FROM vecext.split_text(NULL);

-- Chunks without what they share are the text; none is too long; places are right.
CREATE TEMPORARY TABLE documents AS
    SELECT i, (SELECT string_agg((ARRAY['word', 'a', 'Bc', ' ', ' ', ' ', '. ', E'\n', E'\n\n', 'ü', '日本', '。', '# ', E'\n# ',
                                        E'\n```\n', ',', '"', '! '])[1 + (random() * 17)::int + 0 * g], '')
               FROM generate_series(1, 1 + i % 200) g) AS document
    FROM generate_series(1, 300) i;
SELECT count(*) > 1000 AS many, sum(wrong) AS wrong FROM documents,
    unnest(ARRAY['character', 'recursive', 'sentence', 'token', 'markdown']) strategy,
    (VALUES (1, 0), (7, 3), (40, 39), (100, 20)) sizes (chunk_size, overlap),
    LATERAL (SELECT (string_agg(substr(chunk, 1 + coalesce(covered, 0) - start_char), '' ORDER BY chunk_no) <> document)::int
                 + count(*) FILTER (WHERE substr(document, start_char + 1, end_char - start_char) <> chunk)
                 + count(*) FILTER (WHERE strategy <> 'token' AND length(chunk) > chunk_size)
                 + count(*) FILTER (WHERE strategy <> 'token' AND covered - start_char > overlap) AS wrong
             FROM (SELECT *, lag(end_char) OVER (ORDER BY chunk_no) AS covered
                   FROM vecext.split_text(document, strategy, chunk_size, overlap)) c) w;
-- A long text.
SELECT count(*), min(length(chunk)), max(length(chunk)), max(end_char) FROM vecext.split_text(repeat('Some words. ', 100000));
SELECT count(*), max(end_char) FROM vecext.split_text(repeat('x', 1000000), 'markdown', 1000, 0);

-- Bad input.
SELECT vecext.split_text('x', 'words');
SELECT vecext.split_text('x', 'character', 0, 0);
SELECT vecext.split_text('x', 'character', 10, 10);
SELECT vecext.split_text('x', 'character', 10, -1);
SELECT vecext.split_text('x', chunk_size => 100);
SELECT vecext.split_text('x', 'sentence', separators => ARRAY['a']);
SELECT vecext.split_text('x', separators => ARRAY['a', '']);
SELECT vecext.split_text('x', separators => ARRAY['a', NULL]);
SELECT vecext.split_text('x', separators => array_fill('a'::text, ARRAY[33]));

-- In a database of bytes without an encoding, a character is a byte, as for substr().
SELECT current_database() AS database \gset
CREATE DATABASE regress_split_ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C';
\c regress_split_ascii
SET client_min_messages = warning;
CREATE EXTENSION vecext;
SELECT chunk_no, encode(convert_to(chunk, 'SQL_ASCII'), 'hex') AS chunk, start_char, end_char,
       chunk = substr(whole, start_char + 1, end_char - start_char) AS is_there
FROM (SELECT E'caf\303\251 \377\376 word.' AS whole) given, vecext.split_text(whole, 'recursive', 6, 2);
SELECT chunk_no, encode(convert_to(chunk, 'SQL_ASCII'), 'hex') AS chunk FROM vecext.split_text(E'a\377b\377c', 'recursive', 2, 0, ARRAY[E'\377']);
-- There is no vecext.word there: filters read texts by simple.
SELECT w AS words, vecext.matches('{"t": "node.js, the dog"}'::jsonb, jsonb_build_object('must', jsonb_build_object('key', 't', 'match', jsonb_build_object('text', w))))
FROM unnest('{the Dog,node,node.js}'::text[]) w;
\c :database
DROP DATABASE regress_split_ascii;
