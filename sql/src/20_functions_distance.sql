-- Distances and similarities. It is an error if the operands have different dimensions or, as bits, different lengths.
-- Sums of single and half precision are computed in single precision, and the result is widened at the end.

-- The planner's cost of a distance, which grows with the width of the vectors, and is higher if the table keeps them
-- out of line.
CREATE FUNCTION vector_distance_support(internal) RETURNS internal
    AS 'MODULE_PATHNAME' LANGUAGE C;
COMMENT ON FUNCTION vector_distance_support(internal) IS
    'planner support for distance functions: estimates their cost from the size of the values and where they are stored';

CREATE FUNCTION l2_distance(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_l2_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l2_distance(vector, vector) IS
    'Euclidean distance, 0 to Infinity';

CREATE FUNCTION l2_distance(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_l2_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l2_distance(halfvec, halfvec) IS
    'Euclidean distance, 0 to Infinity';

CREATE FUNCTION l2_distance(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_l2_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l2_distance(sparsevec, sparsevec) IS
    'Euclidean distance, 0 to Infinity';

CREATE FUNCTION inner_product(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_inner_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION inner_product(vector, vector) IS
    'inner product; larger is more similar';

CREATE FUNCTION inner_product(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_inner_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION inner_product(halfvec, halfvec) IS
    'inner product; larger is more similar';

CREATE FUNCTION inner_product(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_inner_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION inner_product(sparsevec, sparsevec) IS
    'inner product; larger is more similar';

CREATE FUNCTION cosine_distance(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_cosine_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION cosine_distance(vector, vector) IS
    'cosine distance, 0 (same direction) to 2 (opposite); NaN if a norm is zero';

CREATE FUNCTION cosine_distance(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_cosine_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION cosine_distance(halfvec, halfvec) IS
    'cosine distance, 0 (same direction) to 2 (opposite); NaN if a norm is zero';

CREATE FUNCTION cosine_distance(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_cosine_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION cosine_distance(sparsevec, sparsevec) IS
    'cosine distance, 0 (same direction) to 2 (opposite); NaN if a norm is zero';

CREATE FUNCTION l1_distance(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_l1_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l1_distance(vector, vector) IS
    'taxicab distance, 0 to Infinity';

CREATE FUNCTION l1_distance(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_l1_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l1_distance(halfvec, halfvec) IS
    'taxicab distance, 0 to Infinity';

CREATE FUNCTION l1_distance(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_l1_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION l1_distance(sparsevec, sparsevec) IS
    'taxicab distance, 0 to Infinity';

CREATE FUNCTION hamming_distance(bit, bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'bit_hamming_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION hamming_distance(bit, bit) IS
    'number of positions at which the bits differ';

CREATE FUNCTION jaccard_distance(bit, bit) RETURNS double precision
    AS 'MODULE_PATHNAME', 'bit_jaccard_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION jaccard_distance(bit, bit) IS
    'Jaccard distance of the sets of one bits, 0 to 1; 1 if none is common';

-- Variants that order rows as a distance does, for operators and indexes.

CREATE FUNCTION vector_l2_squared_distance(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_l2_squared_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION vector_l2_squared_distance(vector, vector) IS
    'square of the Euclidean distance';

CREATE FUNCTION halfvec_l2_squared_distance(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_l2_squared_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION halfvec_l2_squared_distance(halfvec, halfvec) IS
    'square of the Euclidean distance';

CREATE FUNCTION sparsevec_l2_squared_distance(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_l2_squared_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION sparsevec_l2_squared_distance(sparsevec, sparsevec) IS
    'square of the Euclidean distance';

CREATE FUNCTION vector_negative_inner_product(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_negative_inner_product' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION vector_negative_inner_product(vector, vector) IS
    'inner product times -1: smaller is more similar';

CREATE FUNCTION halfvec_negative_inner_product(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_negative_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION halfvec_negative_inner_product(halfvec, halfvec) IS
    'inner product times -1: smaller is more similar';

CREATE FUNCTION sparsevec_negative_inner_product(sparsevec, sparsevec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'sparsevec_negative_inner_product'
    LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION sparsevec_negative_inner_product(sparsevec, sparsevec) IS
    'inner product times -1: smaller is more similar';

CREATE FUNCTION vector_spherical_distance(vector, vector) RETURNS double precision
    AS 'MODULE_PATHNAME', 'vector_spherical_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION vector_spherical_distance(vector, vector) IS
    'angle between vectors of unit length as a fraction of pi, 0 to 1';

CREATE FUNCTION halfvec_spherical_distance(halfvec, halfvec) RETURNS double precision
    AS 'MODULE_PATHNAME', 'halfvec_spherical_distance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
    SUPPORT vector_distance_support;
COMMENT ON FUNCTION halfvec_spherical_distance(halfvec, halfvec) IS
    'angle between vectors of unit length as a fraction of pi, 0 to 1';
