\echo Use "CREATE EXTENSION vecext_rag" to load this file. \quit

CREATE SCHEMA vecext_rag;
COMMENT ON SCHEMA vecext_rag IS 'queues of texts that wait for their embedding, and semantic caches';
GRANT USAGE ON SCHEMA vecext_rag TO PUBLIC;

-- The types of vectors are in the schema of vecext or of extension vector. From here on, names without a schema are looked up in
-- that schema and in pg_catalog alone: in the schema that this extension is created in, other roles may have made objects of
-- these names.
SELECT pg_catalog.set_config('search_path', pg_catalog.format('%s, pg_temp', pronamespace::pg_catalog.regnamespace), true)
FROM pg_catalog.pg_proc
WHERE probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME' AND prosrc OPERATOR(pg_catalog.=) 'vector_in';

-- Functions of the library of vecext by which the functions below check a table of another role.
CREATE FUNCTION vecext_rag.has_columns(relation regclass, columns text[], types regtype[]) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_rag_has_columns' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.has_columns(regclass, text[], regtype[]) IS
    'true if a table has these columns, of exactly these types; locks the table in ACCESS SHARE mode, so that it keeps them, and its name, until the transaction ends';

CREATE FUNCTION vecext_rag.check_index_code(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rag_check_index_code' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.check_index_code(regclass) IS
    'raises an error if an index of a table has functions of a role that the caller has no reason to trust';

CREATE FUNCTION vecext_rag.may_insert(relation regclass, given int4) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_rag_may_insert' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.may_insert(regclass, int4) IS
    'true if the caller may insert rows into a table, with values for its first columns, without executing code of a role that the caller has no reason to trust; locks the table as INSERT does, so that this stays true';

-- Functions of the library of vecext that the functions which make tables call.
CREATE FUNCTION vecext_rag.as_owner(relid regclass, statement text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_as_owner' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.as_owner(regclass, text) IS
    'executes a statement with the rights of the owner of a table, in a security-restricted operation, and returns the first value of its first row; the caller must have these rights';

CREATE FUNCTION vecext_rag.lock_relation(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rag_lock_relation' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.lock_relation(regclass) IS
    'locks a table of the caller in SHARE ROW EXCLUSIVE mode, by its OID: another relation may have its name after a wait';

CREATE FUNCTION vecext_rag.relation_name(schema oid, base text, bytes int4 DEFAULT 57) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_relation_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_rag.relation_name(oid, text, int4) IS 'returns a name that no relation of the schema has: the first bytes of the base, with a number behind them if that is taken';

CREATE FUNCTION vecext_rag.vector_type(type regtype) RETURNS regtype
    AS 'MODULE_PATHNAME', 'vecext_rag_vector_type' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_rag.vector_type(regtype) IS
    'returns the type whose distances a column of a type has, which is the type itself or that of its elements; null if it has no distances';

CREATE FUNCTION vecext_rag.operator_class(method text, type regtype, distance text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_operator_class' LANGUAGE C STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext_rag.operator_class(text, regtype, text) IS
    'returns the operator class of an access method for a distance of a type, or null if there is none; raises an error if the type does not have the distance';
