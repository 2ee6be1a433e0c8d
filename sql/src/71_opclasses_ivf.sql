-- Operator classes of ivfflat and ivfpq: ORDER BY column <operator> query.

-- Indexes of lists. ivfpq has ivfflat's operator classes.

CREATE OPERATOR CLASS vector_l2_ops
    DEFAULT FOR TYPE vector USING ivfflat AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_l2_squared_distance(vector, vector),
    FUNCTION 3 l2_distance(vector, vector);
COMMENT ON OPERATOR CLASS vector_l2_ops USING ivfflat IS
    'orders vector by Euclidean distance';
COMMENT ON OPERATOR FAMILY vector_l2_ops USING ivfflat IS
    'orders vector by Euclidean distance';

CREATE OPERATOR CLASS vector_ip_ops
    FOR TYPE vector USING ivfflat AS
    OPERATOR 1 <#> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_negative_inner_product(vector, vector),
    FUNCTION 3 vector_spherical_distance(vector, vector),
    FUNCTION 4 vector_norm(vector);
COMMENT ON OPERATOR CLASS vector_ip_ops USING ivfflat IS
    'orders vector by negative inner product';
COMMENT ON OPERATOR FAMILY vector_ip_ops USING ivfflat IS
    'orders vector by negative inner product';

CREATE OPERATOR CLASS vector_cosine_ops
    FOR TYPE vector USING ivfflat AS
    OPERATOR 1 <=> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_negative_inner_product(vector, vector),
    FUNCTION 2 vector_norm(vector),
    FUNCTION 3 vector_spherical_distance(vector, vector),
    FUNCTION 4 vector_norm(vector);
COMMENT ON OPERATOR CLASS vector_cosine_ops USING ivfflat IS
    'orders vector by cosine distance';
COMMENT ON OPERATOR FAMILY vector_cosine_ops USING ivfflat IS
    'orders vector by cosine distance';

CREATE OPERATOR CLASS halfvec_l2_ops
    FOR TYPE halfvec USING ivfflat AS
    OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_l2_squared_distance(halfvec, halfvec),
    FUNCTION 3 l2_distance(halfvec, halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_l2_ops USING ivfflat IS
    'orders halfvec by Euclidean distance';
COMMENT ON OPERATOR FAMILY halfvec_l2_ops USING ivfflat IS
    'orders halfvec by Euclidean distance';

CREATE OPERATOR CLASS halfvec_ip_ops
    FOR TYPE halfvec USING ivfflat AS
    OPERATOR 1 <#> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_negative_inner_product(halfvec, halfvec),
    FUNCTION 3 halfvec_spherical_distance(halfvec, halfvec),
    FUNCTION 4 l2_norm(halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_ip_ops USING ivfflat IS
    'orders halfvec by negative inner product';
COMMENT ON OPERATOR FAMILY halfvec_ip_ops USING ivfflat IS
    'orders halfvec by negative inner product';

CREATE OPERATOR CLASS halfvec_cosine_ops
    FOR TYPE halfvec USING ivfflat AS
    OPERATOR 1 <=> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_negative_inner_product(halfvec, halfvec),
    FUNCTION 2 l2_norm(halfvec),
    FUNCTION 3 halfvec_spherical_distance(halfvec, halfvec),
    FUNCTION 4 l2_norm(halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_cosine_ops USING ivfflat IS
    'orders halfvec by cosine distance';
COMMENT ON OPERATOR FAMILY halfvec_cosine_ops USING ivfflat IS
    'orders halfvec by cosine distance';

CREATE OPERATOR CLASS bit_hamming_ops
    FOR TYPE bit USING ivfflat AS
    OPERATOR 1 <~> (bit, bit) FOR ORDER BY float_ops,
    FUNCTION 1 hamming_distance(bit, bit),
    FUNCTION 3 hamming_distance(bit, bit),
    FUNCTION 5 ivfflat_bit_support(internal);
COMMENT ON OPERATOR CLASS bit_hamming_ops USING ivfflat IS
    'orders bit by Hamming distance';
COMMENT ON OPERATOR FAMILY bit_hamming_ops USING ivfflat IS
    'orders bit by Hamming distance';

CREATE OPERATOR CLASS vector_l2_ops
    DEFAULT FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_l2_squared_distance(vector, vector),
    FUNCTION 3 l2_distance(vector, vector);
COMMENT ON OPERATOR CLASS vector_l2_ops USING ivfpq IS
    'orders vector by Euclidean distance';
COMMENT ON OPERATOR FAMILY vector_l2_ops USING ivfpq IS
    'orders vector by Euclidean distance';

CREATE OPERATOR CLASS vector_ip_ops
    FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <#> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_negative_inner_product(vector, vector),
    FUNCTION 3 vector_spherical_distance(vector, vector),
    FUNCTION 4 vector_norm(vector);
COMMENT ON OPERATOR CLASS vector_ip_ops USING ivfpq IS
    'orders vector by negative inner product';
COMMENT ON OPERATOR FAMILY vector_ip_ops USING ivfpq IS
    'orders vector by negative inner product';

CREATE OPERATOR CLASS vector_cosine_ops
    FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <=> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_negative_inner_product(vector, vector),
    FUNCTION 2 vector_norm(vector),
    FUNCTION 3 vector_spherical_distance(vector, vector),
    FUNCTION 4 vector_norm(vector);
COMMENT ON OPERATOR CLASS vector_cosine_ops USING ivfpq IS
    'orders vector by cosine distance';
COMMENT ON OPERATOR FAMILY vector_cosine_ops USING ivfpq IS
    'orders vector by cosine distance';

CREATE OPERATOR CLASS halfvec_l2_ops
    FOR TYPE halfvec USING ivfpq AS
    OPERATOR 1 <-> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_l2_squared_distance(halfvec, halfvec),
    FUNCTION 3 l2_distance(halfvec, halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_l2_ops USING ivfpq IS
    'orders halfvec by Euclidean distance';
COMMENT ON OPERATOR FAMILY halfvec_l2_ops USING ivfpq IS
    'orders halfvec by Euclidean distance';

CREATE OPERATOR CLASS halfvec_ip_ops
    FOR TYPE halfvec USING ivfpq AS
    OPERATOR 1 <#> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_negative_inner_product(halfvec, halfvec),
    FUNCTION 3 halfvec_spherical_distance(halfvec, halfvec),
    FUNCTION 4 l2_norm(halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_ip_ops USING ivfpq IS
    'orders halfvec by negative inner product';
COMMENT ON OPERATOR FAMILY halfvec_ip_ops USING ivfpq IS
    'orders halfvec by negative inner product';

CREATE OPERATOR CLASS halfvec_cosine_ops
    FOR TYPE halfvec USING ivfpq AS
    OPERATOR 1 <=> (halfvec, halfvec) FOR ORDER BY float_ops,
    FUNCTION 1 halfvec_negative_inner_product(halfvec, halfvec),
    FUNCTION 2 l2_norm(halfvec),
    FUNCTION 3 halfvec_spherical_distance(halfvec, halfvec),
    FUNCTION 4 l2_norm(halfvec),
    FUNCTION 5 ivfflat_halfvec_support(internal);
COMMENT ON OPERATOR CLASS halfvec_cosine_ops USING ivfpq IS
    'orders halfvec by cosine distance';
COMMENT ON OPERATOR FAMILY halfvec_cosine_ops USING ivfpq IS
    'orders halfvec by cosine distance';

CREATE OPERATOR CLASS bit_hamming_ops
    FOR TYPE bit USING ivfpq AS
    OPERATOR 1 <~> (bit, bit) FOR ORDER BY float_ops,
    FUNCTION 1 hamming_distance(bit, bit),
    FUNCTION 3 hamming_distance(bit, bit),
    FUNCTION 5 ivfflat_bit_support(internal);
COMMENT ON OPERATOR CLASS bit_hamming_ops USING ivfpq IS
    'orders bit by Hamming distance';
COMMENT ON OPERATOR FAMILY bit_hamming_ops USING ivfpq IS
    'orders bit by Hamming distance';
