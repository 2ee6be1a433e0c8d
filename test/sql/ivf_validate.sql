-- Operator classes in the eyes of ivfflat and ivfpq: theirs are sound; what is wrong with others is
-- said.
SELECT amname, count(*), bool_and(amvalidate(c.oid)) AS sound
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
WHERE amname IN ('ivfflat', 'ivfpq') GROUP BY amname ORDER BY amname;

CREATE FUNCTION validate(class text) RETURNS bool LANGUAGE sql AS $$
    SELECT amvalidate(c.oid) FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
    WHERE opcname = class AND amname = 'ivfpq'
$$;

-- No distance function.
CREATE OPERATOR CLASS regress_none FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops;
SELECT validate('regress_none');

-- An operator that does not order.
CREATE OPERATOR CLASS regress_search FOR TYPE vector USING ivfpq AS
    OPERATOR 1 < (vector, vector),
    FUNCTION 1 vector_l2_squared_distance(vector, vector);
SELECT validate('regress_search');

-- Functions of other signatures, and of a number that means nothing.
CREATE OPERATOR CLASS regress_signature FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_cmp(vector, vector),
    FUNCTION 2 vector_dims(vector),
    FUNCTION 3 l2_distance(vector, vector);
SELECT validate('regress_signature');
\set VERBOSITY sqlstate
CREATE OPERATOR CLASS regress_number FOR TYPE vector USING ivfpq AS
    FUNCTION 9 l2_distance(vector, vector);
\set VERBOSITY default

-- An operator whose result is not a distance.
CREATE OPERATOR CLASS regress_result FOR TYPE vector USING ivfpq AS
    OPERATOR 1 + (vector, vector) FOR ORDER BY vector_ops,
    FUNCTION 1 vector_l2_squared_distance(vector, vector);
SELECT validate('regress_result');

-- A distance of one's own is sound as a class, but no index can be made of it.
CREATE FUNCTION own_distance(vector, vector) RETURNS float8 LANGUAGE sql IMMUTABLE
    AS 'SELECT l1_distance($1, $2)';
CREATE OPERATOR CLASS regress_own FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <+> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 own_distance(vector, vector);
SELECT validate('regress_own');
CREATE TABLE own (v vector(3));
CREATE INDEX ON own USING ivfpq (v regress_own);
CREATE INDEX ON own USING ivfflat (v regress_own);

-- Nor of a distance of the extension's that lists have no keys for.
CREATE OPERATOR CLASS regress_l1 FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <+> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 l1_distance(vector, vector);
SELECT validate('regress_l1');
CREATE INDEX ON own USING ivfpq (v regress_l1);
\set VERBOSITY sqlstate
CREATE INDEX ON own USING ivfpq (v regress_none);
\set VERBOSITY default

-- The extension's functions under another name make a class that works.
CREATE OPERATOR CLASS regress_same FOR TYPE vector USING ivfpq AS
    OPERATOR 1 <-> (vector, vector) FOR ORDER BY float_ops,
    FUNCTION 1 vector_l2_squared_distance(vector, vector);
SELECT validate('regress_same');
CREATE INDEX own_same ON own USING ivfpq (v regress_same);
INSERT INTO own VALUES ('[1,2,3]'), ('[1,1,1]');
SET enable_seqscan = off;
SELECT * FROM own ORDER BY v <-> '[1,1,2]';
SELECT vecext.verify_index('own_same');
RESET enable_seqscan;
DROP TABLE own;
DROP OPERATOR FAMILY regress_none USING ivfpq;
DROP OPERATOR FAMILY regress_search USING ivfpq;
DROP OPERATOR FAMILY regress_signature USING ivfpq;
DROP OPERATOR FAMILY regress_result USING ivfpq;
DROP OPERATOR FAMILY regress_own USING ivfpq;
DROP OPERATOR FAMILY regress_l1 USING ivfpq;
DROP OPERATOR FAMILY regress_same USING ivfpq;
DROP FUNCTION own_distance, validate;
