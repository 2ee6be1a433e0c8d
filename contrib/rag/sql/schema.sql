\echo Use "CREATE EXTENSION vecext_rag" to load this file. \quit

CREATE SCHEMA vecext_rag;
COMMENT ON SCHEMA vecext_rag IS 'queues of texts that wait for their embedding, and semantic caches';
GRANT USAGE ON SCHEMA vecext_rag TO PUBLIC;

-- The types may be those of extension vector. From here on names without a schema are of the schema that has them, or of
-- pg_catalog: in the schema that this extension is created in, others may have made objects of such names.
SELECT pg_catalog.set_config('search_path', pg_catalog.format('%s, pg_temp', pronamespace::pg_catalog.regnamespace), true)
FROM pg_catalog.pg_proc
WHERE probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME' AND prosrc OPERATOR(pg_catalog.=) 'vector_in';

-- What the functions ask about a table of another role, in the library of vecext.
CREATE FUNCTION vecext_rag.has_columns(relation regclass, columns text[], types regtype[]) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_rag_has_columns' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.has_columns(regclass, text[], regtype[]) IS
    'whether a table has these columns, of exactly these types, which it keeps, as its name, until the transaction ends: a lock, ACCESS SHARE, sees to it';

CREATE FUNCTION vecext_rag.check_index_code(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rag_check_index_code' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.check_index_code(regclass) IS
    'raises an error if indexes of a table have functions of a role that the caller has no reason to trust';

CREATE FUNCTION vecext_rag.may_insert(relation regclass, given int4) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_rag_may_insert' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.may_insert(regclass, int4) IS
    'whether the caller may insert rows into a table, by giving its first columns, without executing code of a role that the caller has no reason to trust; the lock of INSERT keeps it so';

-- What the functions that make tables ask and have done, in the library of vecext.
CREATE FUNCTION vecext_rag.as_owner(relid regclass, statement text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_as_owner' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.as_owner(regclass, text) IS
    'executes a statement with the rights of the owner of a table, in a security-restricted operation, for who has these rights; returns the first value of its first row';

CREATE FUNCTION vecext_rag.lock_relation(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rag_lock_relation' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_rag.lock_relation(regclass) IS
    'locks a table of the caller in SHARE ROW EXCLUSIVE mode: the relation itself, whatever has its name after a wait';

CREATE FUNCTION vecext_rag.relation_name(schema oid, base text, bytes int4 DEFAULT 57) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_relation_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_rag.relation_name(oid, text, int4) IS 'a name like the base that no relation of the schema has';

CREATE FUNCTION vecext_rag.vector_type(type regtype) RETURNS regtype
    AS 'MODULE_PATHNAME', 'vecext_rag_vector_type' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_rag.vector_type(regtype) IS
    'the type whose distances a column has: its own, or that of its elements; null if there are none';

CREATE FUNCTION vecext_rag.operator_class(method text, type regtype, distance text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_rag_operator_class' LANGUAGE C STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext_rag.operator_class(text, regtype, text) IS
    'the operator class of an access method for a distance, which the type must have; null if there is none';
