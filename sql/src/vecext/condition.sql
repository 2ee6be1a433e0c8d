-- Filters as conditions of a WHERE clause.
CREATE FUNCTION vecext.matches(payload jsonb, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_jsonb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.matches(jsonb, jsonb) IS
    'whether a payload satisfies a filter of the grammar of must, should, must_not and min_should';

CREATE FUNCTION vecext.matches(payload jsonb, filter text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.matches(jsonb, text) IS
    'whether a payload satisfies a filter text, or a filter in JSON if the text begins with a brace';

CREATE FUNCTION vecext.matches("row" record, filter jsonb) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_row_jsonb' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.matches(record, jsonb) IS
    'whether a row of a collection satisfies a filter, which may be about its id and its vectors, too';

CREATE FUNCTION vecext.matches("row" record, filter text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_matches_row_text' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.matches(record, text) IS
    'whether a row of a collection satisfies a filter text, or a filter in JSON if the text begins with a brace';
