-- Which tables are collections; their aliases. The tables belong to the extension's owner and are
-- written by functions over collections alone, which check that the caller owns the collection's table. They do not reference each
-- other: pg_restore with several jobs fills them in any order.
CREATE TABLE vecext.collections (
    relid regclass PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
        CHECK (pg_catalog.octet_length(name) OPERATOR(pg_catalog.<=) 63 AND name OPERATOR(pg_catalog.<>) ''),
    id_column name NOT NULL,
    payload_column name,
    payload_schema jsonb NOT NULL DEFAULT '{}',
    options jsonb NOT NULL DEFAULT '{}',
    named_by_table bool NOT NULL DEFAULT false
);
COMMENT ON TABLE vecext.collections IS 'the tables that are collections';
COMMENT ON COLUMN vecext.collections.named_by_table IS 'whether the name follows ALTER TABLE RENAME';

CREATE TABLE vecext.collection_vectors (
    relid regclass NOT NULL,
    name text COLLATE "C" NOT NULL,
    column_name name NOT NULL,
    distance text NOT NULL CHECK (distance OPERATOR(pg_catalog.=)
        ANY ('{cosine,dot,euclid,manhattan,hamming,jaccard}'::text[])),
    params jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (relid, name)
);
COMMENT ON TABLE vecext.collection_vectors IS 'the vectors of collections; the name of the unnamed one is empty';

-- Indexes are named without a schema: theirs is that of the table. A dump is restored before they are
-- created, so that this could not be regclass.
CREATE TABLE vecext.payload_indexes (
    relid regclass NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    index name NOT NULL,
    array_index name,
    constraint_name name,
    PRIMARY KEY (relid, key, type)
);
COMMENT ON TABLE vecext.payload_indexes IS 'the indexes on keys of payloads';
COMMENT ON COLUMN vecext.payload_indexes.index IS 'the index of the values';
COMMENT ON COLUMN vecext.payload_indexes.array_index IS 'the index of the rows in which the value is an array';
COMMENT ON COLUMN vecext.payload_indexes.constraint_name IS 'the constraint by which no value is an array';

CREATE TABLE vecext.collection_aliases (
    alias text COLLATE "C" PRIMARY KEY
        CHECK (pg_catalog.octet_length(alias) OPERATOR(pg_catalog.<=) 63 AND alias OPERATOR(pg_catalog.<>) ''),
    view regclass NOT NULL,
    relid regclass NOT NULL
);
COMMENT ON TABLE vecext.collection_aliases IS 'other names of collections; each is a view, too';

GRANT SELECT ON vecext.collections, vecext.collection_vectors, vecext.payload_indexes,
    vecext.collection_aliases TO PUBLIC;
-- A table that was dropped while event triggers were disabled has left its rows: what a dump would have of it is a number, which
-- is another table where it is restored.
SELECT pg_catalog.pg_extension_config_dump('vecext.collections',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) relid)');
SELECT pg_catalog.pg_extension_config_dump('vecext.collection_vectors',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) relid)');
SELECT pg_catalog.pg_extension_config_dump('vecext.payload_indexes',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) relid)');
SELECT pg_catalog.pg_extension_config_dump('vecext.collection_aliases',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) relid)'
    ' AND EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) view)');

CREATE FUNCTION vecext_internal.changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_changed' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.changed() IS
    'trigger of the registry''s tables: sessions read them again';
-- For each row and always: the worker of a subscription runs no triggers of statements but for TRUNCATE.
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collections
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collections FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.changed();
ALTER TABLE vecext.collections ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collection_vectors
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collection_vectors FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.changed();
ALTER TABLE vecext.collection_vectors ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.payload_indexes
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.payload_indexes FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.changed();
ALTER TABLE vecext.payload_indexes ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collection_aliases
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collection_aliases FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.changed();
ALTER TABLE vecext.collection_aliases ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;

CREATE FUNCTION vecext_internal.check_size() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_check_size' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.check_size() IS
    'trigger of a collection with a vector without a size: the first vector fixes it, others have the same';

CREATE FUNCTION vecext_internal.merge(kept jsonb, changes jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT kept || (
        SELECT coalesce(jsonb_object_agg(e.key, CASE jsonb_typeof(e.value)
            WHEN 'object' THEN jsonb_strip_nulls(CASE jsonb_typeof(kept -> e.key) WHEN 'object' THEN kept -> e.key ELSE '{}' END || e.value)
            ELSE e.value END), '{}')
        FROM jsonb_each(changes) e)
$$;
COMMENT ON FUNCTION vecext_internal.merge(jsonb, jsonb) IS
    'options with changes of some of them, also within options that are objects, where null takes one away';

CREATE FUNCTION vecext.collection_table(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_collection_table' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_table(text) IS
    'the table of the collection of that name, or that the alias of that name stands for';

CREATE FUNCTION vecext_internal.dropped() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_dropped' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.dropped() IS
    'event trigger: what is dropped by SQL leaves the registry';
CREATE FUNCTION vecext_internal.altered() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_altered' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.altered() IS
    'event trigger: the registry follows what is renamed by SQL; no view of an alias gives every role the rights of its owner';
CREATE EVENT TRIGGER vecext_registry_dropped ON sql_drop EXECUTE FUNCTION vecext_internal.dropped();
COMMENT ON EVENT TRIGGER vecext_registry_dropped IS 'what is dropped by SQL leaves the registry';
CREATE EVENT TRIGGER vecext_registry_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER VIEW', 'ALTER INDEX', 'ALTER TYPE', 'CREATE VIEW')
    EXECUTE FUNCTION vecext_internal.altered();
COMMENT ON EVENT TRIGGER vecext_registry_altered IS
    'the registry follows what is renamed by SQL; no view of an alias gives every role the rights of its owner';
-- The extension's own triggers and the owner of its tables call them.
REVOKE EXECUTE ON FUNCTION vecext_internal.changed(), vecext_internal.dropped(), vecext_internal.altered(), vecext_internal.merge(jsonb, jsonb) FROM PUBLIC;

-- What functions of extension vecext_rag call, too.
CREATE FUNCTION vecext_internal.as_owner(relid regclass, statement text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_internal_as_owner' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.as_owner(regclass, text) IS
    'executes a statement with the rights of the owner of a table, in a security-restricted operation, for who has these rights; returns the first value of its first row';

CREATE FUNCTION vecext_internal.lock_relation(relation regclass) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_lock_relation' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.lock_relation(regclass) IS
    'locks a table of the caller in SHARE ROW EXCLUSIVE mode: the relation itself, whatever has its name after a wait';

CREATE FUNCTION vecext_internal.relation_name(schema oid, base text, bytes int4 DEFAULT 57) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_internal_relation_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.relation_name(oid, text, int4) IS 'a name like the base that no relation of the schema has';

CREATE FUNCTION vecext_internal.vector_type(type regtype) RETURNS regtype
    AS 'MODULE_PATHNAME', 'vecext_internal_vector_type' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.vector_type(regtype) IS
    'the type whose distances a column has: its own, or that of its elements; null if there are none';

CREATE FUNCTION vecext_internal.operator_class(method text, type regtype, distance text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_internal_operator_class' LANGUAGE C STABLE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext_internal.operator_class(text, regtype, text) IS
    'the operator class of an access method for a distance, which the type must have; null if there is none';
