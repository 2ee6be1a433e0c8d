-- Texts as words: what an index has of a text, and what it looks up for a query.

CREATE FUNCTION vecext.tokens(config regconfig, document text, bigrams bool DEFAULT false, OUT lexeme text, OUT count int8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_tokens' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION vecext.tokens(regconfig, text, bool) IS
    'the lexemes of a text by a text search configuration, and how often it has each; bigrams: Han, Kana and Hangul as pairs of characters';

CREATE FUNCTION vecext.tokens(config regconfig, document text[], bigrams bool DEFAULT false, OUT lexeme text, OUT count int8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_tokens_array' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION vecext.tokens(regconfig, text[], bool) IS
    'the lexemes of the elements of an array, as one document, and how often it has each';

CREATE FUNCTION vecext.tokens(document tsvector, OUT lexeme text, OUT count int8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_tokens_tsvector' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION vecext.tokens(tsvector) IS
    'the lexemes of a tsvector, and how many positions each has, at least one';

CREATE FUNCTION vecext.query_tokens(config regconfig, query text, bigrams bool DEFAULT false,
        OUT lexeme text, OUT count int8, OUT is_prefix bool)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_query_tokens' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION vecext.query_tokens(regconfig, text, bool) IS
    'the lexemes that a query of plain words looks for; count: how often it has each; is_prefix: any lexeme that begins so';

CREATE FUNCTION vecext.query_tree(query tsquery, bigrams bool DEFAULT false, OUT tree text, OUT needs_recheck bool)
    AS 'MODULE_PATHNAME', 'vecext_query_tree' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.query_tree(tsquery, bool) IS
    'what an index looks up for a tsquery, null if it has no words; needs_recheck: of phrases and labels, each document is looked at besides';

CREATE FUNCTION vecext.text_config_hash(config regconfig) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_text_config_hash' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.text_config_hash(regconfig) IS
    'a number that changes with the parser, the dictionaries and their options of a text search configuration, but not with files of dictionaries';

-- Chunks of texts, for embeddings.
CREATE FUNCTION vecext.split_text(
        document text, strategy text DEFAULT 'recursive', chunk_size int4 DEFAULT 1000, overlap int4 DEFAULT 200,
        separators text[] DEFAULT '{}',
        OUT chunk_no int4, OUT chunk text, OUT start_char int4, OUT end_char int4)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_split_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION vecext.split_text(text, text, int4, int4, text[]) IS
    'cuts a text into chunks of at most chunk_size characters (strategies character, recursive, sentence, markdown) or tokens (token), which share at most overlap of them; separators, the best first, are where recursive cuts; start_char counts from 0, end_char is behind the last';
