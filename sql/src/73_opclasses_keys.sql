-- Operator classes of key columns: WHERE column = value ORDER BY vector <operator> query.
-- The last support function of an access method is the hash of a key: 4 in hnsw, 6 in ivfpq.

CREATE OPERATOR FAMILY integer_ops USING hnsw;
COMMENT ON OPERATOR FAMILY integer_ops USING hnsw IS
    'finds rows by a key column of an integer type';

CREATE OPERATOR CLASS int2_ops
    DEFAULT FOR TYPE int2 USING hnsw FAMILY integer_ops AS
    OPERATOR 1 = (int2, int2),
    OPERATOR 1 = (int2, int4),
    OPERATOR 1 = (int2, int8),
    FUNCTION 4 hashint2(int2);
COMMENT ON OPERATOR CLASS int2_ops USING hnsw IS
    'finds rows by a key column of int2';

CREATE OPERATOR CLASS int4_ops
    DEFAULT FOR TYPE int4 USING hnsw FAMILY integer_ops AS
    OPERATOR 1 = (int4, int2),
    OPERATOR 1 = (int4, int4),
    OPERATOR 1 = (int4, int8),
    FUNCTION 4 hashint4(int4);
COMMENT ON OPERATOR CLASS int4_ops USING hnsw IS
    'finds rows by a key column of int4';

CREATE OPERATOR CLASS int8_ops
    DEFAULT FOR TYPE int8 USING hnsw FAMILY integer_ops AS
    OPERATOR 1 = (int8, int2),
    OPERATOR 1 = (int8, int4),
    OPERATOR 1 = (int8, int8),
    FUNCTION 4 hashint8(int8);
COMMENT ON OPERATOR CLASS int8_ops USING hnsw IS
    'finds rows by a key column of int8';

CREATE OPERATOR CLASS uuid_ops
    DEFAULT FOR TYPE uuid USING hnsw AS
    OPERATOR 1 = (uuid, uuid),
    FUNCTION 4 uuid_hash(uuid);
COMMENT ON OPERATOR CLASS uuid_ops USING hnsw IS
    'finds rows by a key column of uuid';
COMMENT ON OPERATOR FAMILY uuid_ops USING hnsw IS
    'finds rows by a key column of uuid';

CREATE OPERATOR CLASS text_ops
    DEFAULT FOR TYPE text USING hnsw AS
    OPERATOR 1 = (text, text),
    FUNCTION 4 hashtext(text);
COMMENT ON OPERATOR CLASS text_ops USING hnsw IS
    'finds rows by a key column of text';
COMMENT ON OPERATOR FAMILY text_ops USING hnsw IS
    'finds rows by a key column of text';

CREATE OPERATOR CLASS bool_ops
    DEFAULT FOR TYPE bool USING hnsw AS
    OPERATOR 1 = (bool, bool),
    FUNCTION 4 hashchar("char");
COMMENT ON OPERATOR CLASS bool_ops USING hnsw IS
    'finds rows by a key column of bool';
COMMENT ON OPERATOR FAMILY bool_ops USING hnsw IS
    'finds rows by a key column of bool';

CREATE OPERATOR CLASS enum_ops
    DEFAULT FOR TYPE anyenum USING hnsw AS
    OPERATOR 1 = (anyenum, anyenum),
    FUNCTION 4 hashenum(anyenum);
COMMENT ON OPERATOR CLASS enum_ops USING hnsw IS
    'finds rows by a key column of an enum type';
COMMENT ON OPERATOR FAMILY enum_ops USING hnsw IS
    'finds rows by a key column of an enum type';

CREATE OPERATOR FAMILY integer_ops USING ivfpq;
COMMENT ON OPERATOR FAMILY integer_ops USING ivfpq IS
    'finds rows by a key column of an integer type';

CREATE OPERATOR CLASS int2_ops
    DEFAULT FOR TYPE int2 USING ivfpq FAMILY integer_ops AS
    OPERATOR 1 = (int2, int2),
    OPERATOR 1 = (int2, int4),
    OPERATOR 1 = (int2, int8),
    FUNCTION 6 hashint2(int2);
COMMENT ON OPERATOR CLASS int2_ops USING ivfpq IS
    'finds rows by a key column of int2';

CREATE OPERATOR CLASS int4_ops
    DEFAULT FOR TYPE int4 USING ivfpq FAMILY integer_ops AS
    OPERATOR 1 = (int4, int2),
    OPERATOR 1 = (int4, int4),
    OPERATOR 1 = (int4, int8),
    FUNCTION 6 hashint4(int4);
COMMENT ON OPERATOR CLASS int4_ops USING ivfpq IS
    'finds rows by a key column of int4';

CREATE OPERATOR CLASS int8_ops
    DEFAULT FOR TYPE int8 USING ivfpq FAMILY integer_ops AS
    OPERATOR 1 = (int8, int2),
    OPERATOR 1 = (int8, int4),
    OPERATOR 1 = (int8, int8),
    FUNCTION 6 hashint8(int8);
COMMENT ON OPERATOR CLASS int8_ops USING ivfpq IS
    'finds rows by a key column of int8';

CREATE OPERATOR CLASS uuid_ops
    DEFAULT FOR TYPE uuid USING ivfpq AS
    OPERATOR 1 = (uuid, uuid),
    FUNCTION 6 uuid_hash(uuid);
COMMENT ON OPERATOR CLASS uuid_ops USING ivfpq IS
    'finds rows by a key column of uuid';
COMMENT ON OPERATOR FAMILY uuid_ops USING ivfpq IS
    'finds rows by a key column of uuid';

CREATE OPERATOR CLASS text_ops
    DEFAULT FOR TYPE text USING ivfpq AS
    OPERATOR 1 = (text, text),
    FUNCTION 6 hashtext(text);
COMMENT ON OPERATOR CLASS text_ops USING ivfpq IS
    'finds rows by a key column of text';
COMMENT ON OPERATOR FAMILY text_ops USING ivfpq IS
    'finds rows by a key column of text';

CREATE OPERATOR CLASS bool_ops
    DEFAULT FOR TYPE bool USING ivfpq AS
    OPERATOR 1 = (bool, bool),
    FUNCTION 6 hashchar("char");
COMMENT ON OPERATOR CLASS bool_ops USING ivfpq IS
    'finds rows by a key column of bool';
COMMENT ON OPERATOR FAMILY bool_ops USING ivfpq IS
    'finds rows by a key column of bool';

CREATE OPERATOR CLASS enum_ops
    DEFAULT FOR TYPE anyenum USING ivfpq AS
    OPERATOR 1 = (anyenum, anyenum),
    FUNCTION 6 hashenum(anyenum);
COMMENT ON OPERATOR CLASS enum_ops USING ivfpq IS
    'finds rows by a key column of an enum type';
COMMENT ON OPERATOR FAMILY enum_ops USING ivfpq IS
    'finds rows by a key column of an enum type';
