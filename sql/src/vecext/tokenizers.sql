-- Parsers, templates of dictionaries and configurations of text search, in addition to the server's. They make texts
-- into words as other search engines do.

CREATE FUNCTION vecext.standard_parser_start(internal, int4) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_standard_parser_start' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.standard_parser_start(internal, int4) IS 'begins with a text of parser standard';
CREATE FUNCTION vecext.word_parser_start(internal, int4) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_word_parser_start' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.word_parser_start(internal, int4) IS 'begins with a text of parser word';
CREATE FUNCTION vecext.whitespace_parser_start(internal, int4) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_whitespace_parser_start' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.whitespace_parser_start(internal, int4) IS 'begins with a text of parser whitespace';
CREATE FUNCTION vecext.parser_next(internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_parser_next' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.parser_next(internal, internal, internal) IS 'the next token of a text';
CREATE FUNCTION vecext.parser_end(internal) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_parser_end' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.parser_end(internal) IS 'ends with a text';
CREATE FUNCTION vecext.standard_parser_types(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_standard_parser_types' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.standard_parser_types(internal) IS 'the types of tokens of parser standard';
CREATE FUNCTION vecext.word_parser_types(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_word_parser_types' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.word_parser_types(internal) IS 'the types of tokens of parsers word and whitespace';

CREATE TEXT SEARCH PARSER vecext.standard (START = vecext.standard_parser_start, GETTOKEN = vecext.parser_next,
    END = vecext.parser_end, LEXTYPES = vecext.standard_parser_types, HEADLINE = pg_catalog.prsd_headline);
COMMENT ON TEXT SEARCH PARSER vecext.standard IS
    'words between the word boundaries of Unicode (UAX #29); a Han or Hiragana character is a word, and so is an emoji';
CREATE TEXT SEARCH PARSER vecext.word (START = vecext.word_parser_start, GETTOKEN = vecext.parser_next,
    END = vecext.parser_end, LEXTYPES = vecext.word_parser_types, HEADLINE = pg_catalog.prsd_headline);
COMMENT ON TEXT SEARCH PARSER vecext.word IS 'words are runs of letters and digits';
CREATE TEXT SEARCH PARSER vecext.whitespace (START = vecext.whitespace_parser_start, GETTOKEN = vecext.parser_next,
    END = vecext.parser_end, LEXTYPES = vecext.word_parser_types, HEADLINE = pg_catalog.prsd_headline);
COMMENT ON TEXT SEARCH PARSER vecext.whitespace IS 'words are what stands between white space';

CREATE FUNCTION vecext.fold_init(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_fold_init' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.fold_init(internal) IS 'reads the parameters of a dictionary';
CREATE FUNCTION vecext.fold_lexize(internal, internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_fold_lexize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.fold_lexize(internal, internal, internal, internal) IS 'folds a word';
CREATE FUNCTION vecext.length_init(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_length_init' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.length_init(internal) IS 'reads the parameters of a dictionary';
CREATE FUNCTION vecext.length_lexize(internal, internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_length_lexize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.length_lexize(internal, internal, internal, internal) IS 'leaves out a word that is too short or too long';
CREATE FUNCTION vecext.stop_init(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_stop_init' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.stop_init(internal) IS 'reads the parameters of a dictionary';
CREATE FUNCTION vecext.stop_lexize(internal, internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_stop_lexize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.stop_lexize(internal, internal, internal, internal) IS 'leaves out a word that is in a list';
CREATE FUNCTION vecext.ngram_init(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_ngram_init' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.ngram_init(internal) IS 'reads the parameters of a dictionary';
CREATE FUNCTION vecext.ngram_lexize(internal, internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_ngram_lexize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.ngram_lexize(internal, internal, internal, internal) IS 'the n-grams of a word';
CREATE FUNCTION vecext.edge_ngram_init(internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_edge_ngram_init' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.edge_ngram_init(internal) IS 'reads the parameters of a dictionary';
CREATE FUNCTION vecext.edge_ngram_lexize(internal, internal, internal, internal) RETURNS internal
    AS 'MODULE_PATHNAME', 'vecext_edge_ngram_lexize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.edge_ngram_lexize(internal, internal, internal, internal) IS 'the beginnings of a word';

CREATE TEXT SEARCH TEMPLATE vecext.fold (INIT = vecext.fold_init, LEXIZE = vecext.fold_lexize);
COMMENT ON TEXT SEARCH TEMPLATE vecext.fold IS
    'folds case (Lowercase), widths and, with Ascii, letters of the Latin script to ASCII; the next dictionary has the word unless Accept';
CREATE TEXT SEARCH TEMPLATE vecext.length (INIT = vecext.length_init, LEXIZE = vecext.length_lexize);
COMMENT ON TEXT SEARCH TEMPLATE vecext.length IS
    'leaves out words of less than MinLen or more than MaxLen characters; the next dictionary has the others';
CREATE TEXT SEARCH TEMPLATE vecext.stop (INIT = vecext.stop_init, LEXIZE = vecext.stop_lexize);
COMMENT ON TEXT SEARCH TEMPLATE vecext.stop IS
    'leaves out the words that Words lists, with white space between them; the next dictionary has the others';
CREATE TEXT SEARCH TEMPLATE vecext.ngram (INIT = vecext.ngram_init, LEXIZE = vecext.ngram_lexize);
COMMENT ON TEXT SEARCH TEMPLATE vecext.ngram IS 'parts of words of MinLen to MaxLen characters';
CREATE TEXT SEARCH TEMPLATE vecext.edge_ngram (INIT = vecext.edge_ngram_init, LEXIZE = vecext.edge_ngram_lexize);
COMMENT ON TEXT SEARCH TEMPLATE vecext.edge_ngram IS
    'beginnings of words of MinLen to MaxLen characters; a query of plain words looks for the longest of each';

CREATE TEXT SEARCH DICTIONARY vecext.fold (TEMPLATE = vecext.fold);
COMMENT ON TEXT SEARCH DICTIONARY vecext.fold IS 'folds case and widths, and hands the word to the next dictionary';
CREATE TEXT SEARCH DICTIONARY vecext.fold_ascii (TEMPLATE = vecext.fold, ASCII = true);
COMMENT ON TEXT SEARCH DICTIONARY vecext.fold_ascii IS
    'folds case, widths and Latin letters to ASCII, and hands the word to the next dictionary';
CREATE TEXT SEARCH DICTIONARY vecext.trigram (TEMPLATE = vecext.ngram);
COMMENT ON TEXT SEARCH DICTIONARY vecext.trigram IS 'three characters of a word that follow each other';
CREATE TEXT SEARCH DICTIONARY vecext.prefix (TEMPLATE = vecext.edge_ngram);
COMMENT ON TEXT SEARCH DICTIONARY vecext.prefix IS 'the first 1 to 20 characters of a word';

CREATE TEXT SEARCH CONFIGURATION vecext.standard (PARSER = vecext.standard);
ALTER TEXT SEARCH CONFIGURATION vecext.standard
    ADD MAPPING FOR word, number, ideograph, hiragana, katakana, hangul, southeast_asian, emoji WITH vecext.fold, pg_catalog.simple;
COMMENT ON TEXT SEARCH CONFIGURATION vecext.standard IS 'words of Unicode, without case and widths';
CREATE TEXT SEARCH CONFIGURATION vecext.word (PARSER = vecext.word);
ALTER TEXT SEARCH CONFIGURATION vecext.word ADD MAPPING FOR word WITH vecext.fold, pg_catalog.simple;
COMMENT ON TEXT SEARCH CONFIGURATION vecext.word IS 'runs of letters and digits, without case and widths';
CREATE TEXT SEARCH CONFIGURATION vecext.whitespace (PARSER = vecext.whitespace);
ALTER TEXT SEARCH CONFIGURATION vecext.whitespace ADD MAPPING FOR word WITH vecext.fold, pg_catalog.simple;
COMMENT ON TEXT SEARCH CONFIGURATION vecext.whitespace IS 'what stands between white space, without case and widths';
CREATE TEXT SEARCH CONFIGURATION vecext.prefix (PARSER = vecext.word);
ALTER TEXT SEARCH CONFIGURATION vecext.prefix ADD MAPPING FOR word WITH vecext.fold, vecext.prefix;
COMMENT ON TEXT SEARCH CONFIGURATION vecext.prefix IS 'beginnings of runs of letters and digits, for search as one types';
CREATE TEXT SEARCH CONFIGURATION vecext.trigram (PARSER = vecext.word);
ALTER TEXT SEARCH CONFIGURATION vecext.trigram ADD MAPPING FOR word WITH vecext.fold, vecext.trigram;
COMMENT ON TEXT SEARCH CONFIGURATION vecext.trigram IS 'parts of three characters of runs of letters and digits';
