-- Operator classes for btree: the default order of the types, for ORDER BY, DISTINCT, GROUP BY and
-- indexes. There is no hash order.

CREATE OPERATOR CLASS vector_ops DEFAULT FOR TYPE vector USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 vector_cmp(vector, vector);
COMMENT ON OPERATOR CLASS vector_ops USING btree IS
    'order of vector: element by element, then by number of dimensions';
COMMENT ON OPERATOR FAMILY vector_ops USING btree IS
    'order of vector';

CREATE OPERATOR CLASS halfvec_ops DEFAULT FOR TYPE halfvec USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 halfvec_cmp(halfvec, halfvec);
COMMENT ON OPERATOR CLASS halfvec_ops USING btree IS
    'order of halfvec: element by element, then by number of dimensions';
COMMENT ON OPERATOR FAMILY halfvec_ops USING btree IS
    'order of halfvec';

CREATE OPERATOR CLASS sparsevec_ops DEFAULT FOR TYPE sparsevec USING btree AS
    OPERATOR 1 <,
    OPERATOR 2 <=,
    OPERATOR 3 =,
    OPERATOR 4 >=,
    OPERATOR 5 >,
    FUNCTION 1 sparsevec_cmp(sparsevec, sparsevec);
COMMENT ON OPERATOR CLASS sparsevec_ops USING btree IS
    'order of sparsevec: element by element, then by number of dimensions';
COMMENT ON OPERATOR FAMILY sparsevec_ops USING btree IS
    'order of sparsevec';
