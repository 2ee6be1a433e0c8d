-- The access method inverted: posting lists of the dimensions of sparse vectors.

CREATE FUNCTION vecext.inverted_handler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME', 'invertedhandler' LANGUAGE C;
COMMENT ON FUNCTION vecext.inverted_handler(internal) IS 'inverted index access method handler';
CREATE ACCESS METHOD inverted TYPE INDEX HANDLER vecext.inverted_handler;
COMMENT ON ACCESS METHOD inverted IS
    'inverted index access method: posting lists of the dimensions of sparse vectors, for exact searches';

CREATE OPERATOR CLASS @extschema@.sparsevec_ip_ops DEFAULT FOR TYPE sparsevec USING inverted AS
    OPERATOR 1 <#> (sparsevec, sparsevec) FOR ORDER BY float_ops,
    FUNCTION 1 sparsevec_negative_inner_product(sparsevec, sparsevec);
COMMENT ON OPERATOR CLASS @extschema@.sparsevec_ip_ops USING inverted IS
    'orders sparsevec by negative inner product';
COMMENT ON OPERATOR FAMILY @extschema@.sparsevec_ip_ops USING inverted IS
    'orders sparsevec by negative inner product';

CREATE FUNCTION vecext.sparse_idf(query sparsevec, index regclass) RETURNS sparsevec
    AS 'MODULE_PATHNAME', 'vecext_sparse_idf' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED COST 1000;
COMMENT ON FUNCTION vecext.sparse_idf(sparsevec, regclass) IS
    'a query whose weights are multiplied by the inverse document frequencies of their dimensions in an inverted index';
