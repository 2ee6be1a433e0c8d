-- Operator classes in the eyes of hnsw: its own are sound; what is wrong with others is said.
-- Those of key columns are the only ones that are the default of their types.
SELECT opcdefault AS is_default, count(*), bool_and(amvalidate(c.oid)) AS sound
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod WHERE amname = 'hnsw' GROUP BY 1 ORDER BY 1;

CREATE FUNCTION validate(class text) RETURNS bool LANGUAGE sql AS $$
    SELECT amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
    WHERE opcname = class AND amname = 'hnsw'
$$;

-- No distance function.
CREATE OPERATOR CLASS regress_none FOR TYPE vector USING hnsw AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops;
SELECT validate('regress_none');

-- A key's class with a distance, and one whose function or operator is of another kind.
CREATE OPERATOR CLASS regress_both FOR TYPE int4 USING hnsw AS
    OPERATOR 1 = (int4, int4), FUNCTION 1 vector_l2_squared_distance(vector, vector), FUNCTION 4 hashint4(int4);
CREATE OPERATOR CLASS regress_hash FOR TYPE int4 USING hnsw AS
    OPERATOR 1 = (int4, int4), FUNCTION 4 int48(int4);
CREATE OPERATOR CLASS regress_wide FOR TYPE int4 USING hnsw AS
    OPERATOR 1 = (int4, int4), FUNCTION 4 hashint8(int8);
CREATE OPERATOR CLASS regress_less FOR TYPE int4 USING hnsw AS
    OPERATOR 1 < (int4, int4), FUNCTION 4 hashint4(int4);
SELECT c, validate('regress_' || c) FROM unnest('{both,hash,wide,less}'::text[]) c;

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
    FUNCTION 5 vector_norm(vector);
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
