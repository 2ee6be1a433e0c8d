-- Operator classes in the eyes of hnsw: its own are sound; what is wrong with others is said.
SELECT count(*), bool_and(amvalidate(c.oid)) AS sound, bool_or(opcdefault) AS is_default
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod WHERE amname = 'hnsw';

CREATE FUNCTION validate(class text) RETURNS bool LANGUAGE sql AS $$
    SELECT amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
    WHERE opcname = class AND amname = 'hnsw'
$$;

-- No distance function.
CREATE OPERATOR CLASS regress_none FOR TYPE vector USING hnsw AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops;
SELECT validate('regress_none');

-- An operator that does not order.
CREATE OPERATOR CLASS regress_search FOR TYPE vector USING hnsw AS
    OPERATOR 1 < (vector, vector),
    FUNCTION 1 vector_l2_squared_distance(vector, vector);
SELECT validate('regress_search');

-- Functions of other signatures: 3 is what marks a type, not a distance as in ivfflat.
CREATE OPERATOR CLASS regress_signature FOR TYPE vector USING hnsw AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_cmp(vector, vector),
    FUNCTION 2 vector_dims(vector),
    FUNCTION 3 l2_distance(vector, vector);
SELECT validate('regress_signature');

-- A number that hnsw does not have.
\set VERBOSITY sqlstate
CREATE OPERATOR CLASS regress_number FOR TYPE vector USING hnsw AS
    FUNCTION 4 vector_norm(vector);
\set VERBOSITY default

-- A distance of one's own is sound as a class, but no index can be made of it.
CREATE FUNCTION own_distance(vector, vector) RETURNS float8 LANGUAGE sql IMMUTABLE
    AS 'SELECT l1_distance($1, $2)';
CREATE OPERATOR CLASS regress_own FOR TYPE vector USING hnsw AS
    OPERATOR 1 <+> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 own_distance(vector, vector);
SELECT validate('regress_own');
CREATE TABLE own (v vector(3));
CREATE INDEX ON own USING hnsw (v regress_own);
\set VERBOSITY sqlstate
CREATE INDEX ON own USING hnsw (v regress_none);
\set VERBOSITY default
DROP TABLE own;
DROP OPERATOR FAMILY regress_none USING hnsw;
DROP OPERATOR FAMILY regress_search USING hnsw;
DROP OPERATOR FAMILY regress_signature USING hnsw;
DROP OPERATOR FAMILY regress_own USING hnsw;
DROP FUNCTION own_distance, validate;
