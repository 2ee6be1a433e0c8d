-- Functions of schema vecext, which pgvector does not have: part of extension vecext alone.
CREATE SCHEMA vecext;
COMMENT ON SCHEMA vecext IS 'Looking into vector indexes';
GRANT USAGE ON SCHEMA vecext TO PUBLIC;

CREATE FUNCTION vecext.index_info(
        index regclass,
        OUT metric text, OUT dims int4, OUT bits int4, OUT coded_dims int4,
        OUT lists int8, OUT rows int8, OUT largest_list int8, OUT overfull_lists int8,
        OUT list_pages int8, OUT pages int8)
    AS 'MODULE_PATHNAME', 'vecext_index_info' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.index_info(regclass) IS
    'What an ivfflat or ivfpq index is made of: bits a dimension (0: whole vectors), lists, rows, pages';

CREATE FUNCTION vecext.verify_index(index regclass) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_verify_index' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.verify_index(regclass) IS
    'Checks every page of an index, and that it has each row of its table once; returns its rows, or raises what is wrong';

CREATE FUNCTION vecext.recall(index regclass, k int4 DEFAULT 10, sample int4 DEFAULT 100)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_recall' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.recall(regclass, int4, int4) IS
    'Share of the k nearest rows that a scan of this index finds, with sampled rows as queries, at the settings of the session';
