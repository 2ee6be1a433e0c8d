-- Index access methods. Support functions of an operator class are numbered as pgvector's: 1 distance
-- of stored vectors, 2 norm (vectors are compared normalised); of ivfflat and ivfpq 3 and 4 the same for
-- training, 5 what is special about the type; of hnsw that is 3. The last one, 6 and 4, is of key columns.

CREATE FUNCTION ivfflathandler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION ivfflathandler(internal) IS 'Handler of index access method ivfflat';
CREATE ACCESS METHOD ivfflat TYPE INDEX HANDLER ivfflathandler;
COMMENT ON ACCESS METHOD ivfflat IS 'Lists of whole vectors around centres (inverted file)';

CREATE FUNCTION ivfpqhandler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION ivfpqhandler(internal) IS 'Handler of index access method ivfpq';
CREATE ACCESS METHOD ivfpq TYPE INDEX HANDLER ivfpqhandler;
COMMENT ON ACCESS METHOD ivfpq IS
    'Lists of short codes around centres, with exact distances from the table';

CREATE FUNCTION ivfflat_halfvec_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION ivfflat_halfvec_support(internal) IS
    'Marks operator classes of halfvec for index access methods';

CREATE FUNCTION ivfflat_bit_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION ivfflat_bit_support(internal) IS
    'Marks operator classes of bit for index access methods';

CREATE FUNCTION hnswhandler(internal) RETURNS index_am_handler
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION hnswhandler(internal) IS 'Handler of index access method hnsw';
CREATE ACCESS METHOD hnsw TYPE INDEX HANDLER hnswhandler;
COMMENT ON ACCESS METHOD hnsw IS
    'A graph of near neighbours, with exact distances from the table';

CREATE FUNCTION hnsw_halfvec_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION hnsw_halfvec_support(internal) IS
    'Marks operator classes of halfvec for index access method hnsw';

CREATE FUNCTION hnsw_bit_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION hnsw_bit_support(internal) IS
    'Marks operator classes of bit for index access method hnsw';

CREATE FUNCTION hnsw_sparsevec_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION hnsw_sparsevec_support(internal) IS
    'Marks operator classes of sparsevec for index access method hnsw';
