-- Which tables are collections; their aliases. The tables belong to the extension's owner and are
-- written by vecext.registry_write() alone, which checks that the caller owns the collection's table. They do not reference each
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

CREATE FUNCTION vecext.registry_changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_changed' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_changed() IS
    'trigger of the registry''s tables: sessions read them again';
-- For each row and always: the worker of a subscription runs no triggers of statements but for TRUNCATE.
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collections
    FOR EACH ROW EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collections FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
ALTER TABLE vecext.collections ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collection_vectors
    FOR EACH ROW EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collection_vectors FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
ALTER TABLE vecext.collection_vectors ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.payload_indexes
    FOR EACH ROW EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.payload_indexes FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
ALTER TABLE vecext.payload_indexes ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.collection_aliases
    FOR EACH ROW EXECUTE FUNCTION vecext.registry_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.collection_aliases FOR EACH STATEMENT EXECUTE FUNCTION vecext.registry_changed();
ALTER TABLE vecext.collection_aliases ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;

CREATE FUNCTION vecext.registry_check_size() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_check_size' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_check_size() IS
    'trigger of a collection with a vector without a size: the first vector fixes it, others have the same';

CREATE FUNCTION vecext.registry_merge(kept jsonb, changes jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT kept || CASE jsonb_typeof(changes) WHEN 'object' THEN (
            SELECT coalesce(jsonb_object_agg(e.key, CASE jsonb_typeof(e.value)
                WHEN 'object' THEN jsonb_strip_nulls(CASE jsonb_typeof(kept -> e.key) WHEN 'object' THEN kept -> e.key ELSE '{}' END || e.value)
                ELSE e.value END), '{}')
            FROM jsonb_each(changes) e)
        ELSE changes END
$$;
COMMENT ON FUNCTION vecext.registry_merge(jsonb, jsonb) IS
    'options with changes of some of them, also within options that are objects, where null takes one away';

CREATE FUNCTION vecext.registry_write(relid regclass, action text, new_row jsonb) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_registry_write' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_write(regclass, text, jsonb) IS
    'writes what the registry has about a table of the caller; what the other functions are made of';

CREATE FUNCTION vecext.registry_as_owner(relid regclass, statement text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_registry_as_owner' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_as_owner(regclass, text) IS
    'executes a statement with the rights of the owner of a table, in a security-restricted operation, for who has these rights; returns the first value of its first row';

CREATE FUNCTION vecext.register_collection(
        relid regclass, name text DEFAULT NULL, id_column text DEFAULT 'id', vectors jsonb DEFAULT '{}',
        payload_column text DEFAULT 'payload') RETURNS regclass LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    vector_name text;
    spec jsonb;
BEGIN
    IF jsonb_typeof(vectors) IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'vectors');
    ELSIF jsonb_typeof(vectors -> 'column') = 'string' THEN
        vectors := jsonb_build_object('', vectors);
    END IF;
    PERFORM vecext.registry_write(relid, 'add_collection', jsonb_build_object(
        'name', name, 'id_column', id_column, 'payload_column', payload_column));
    FOR vector_name, spec IN SELECT e.key, e.value FROM jsonb_each(vectors) e ORDER BY e.key COLLATE "C" LOOP
        PERFORM vecext.registry_check_keys(spec, vecext.registry_vector_path(vector_name), '{column,distance,params}');
        PERFORM vecext.registry_write(relid, 'add_vector', jsonb_build_object('name', vector_name,
            'column_name', spec -> 'column', 'distance', spec -> 'distance', 'params', spec -> 'params'));
    END LOOP;
    RETURN relid;
END $$;
COMMENT ON FUNCTION vecext.register_collection(regclass, text, text, jsonb, text) IS
    'makes a table of the caller a collection: its name, the columns of id and payload, and, of each vector, {"column": ..., "distance": ...}, alone or by name';

-- The registry is read by the statement's snapshot, names of relations are of now.
CREATE FUNCTION vecext.registry_present(relation regclass) RETURNS regclass LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF relation::text ~ '^[0-9]+$' THEN
        PERFORM vecext.registry_error('42P01', 'table or view of the collection does not exist any more',
            detail => 'Another transaction has dropped it.');
    END IF;
    RETURN relation;
END $$;
COMMENT ON FUNCTION vecext.registry_present(regclass) IS
    'the relation; an error if it was dropped since the snapshot was taken';

CREATE FUNCTION vecext.collection_table(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_collection_table' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_table(text) IS
    'the table of the collection of that name, or that the alias of that name stands for';

CREATE FUNCTION vecext.registry_name(name text) RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_registry_name' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.registry_name(text) IS
    'the name that the registry has of a collection or an alias written with its schema; others as they are';

CREATE FUNCTION vecext.registry_split_name(written text, OUT schema text, OUT name text)
    AS 'MODULE_PATHNAME', 'vecext_registry_split_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.registry_split_name(text) IS
    'the parts of the name of a new collection: schema.name, quoted as identifiers if need be';

CREATE FUNCTION vecext.registry_lock(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_registry_lock' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_lock(text) IS
    'keeps other transactions from giving a collection or an alias that name until this one ends';

CREATE FUNCTION vecext.registry_lock_relation(relation regclass, mode text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_registry_lock_relation' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.registry_lock_relation(regclass, text) IS
    'locks a table or view of the caller, SHARE ROW EXCLUSIVE or ACCESS EXCLUSIVE: the relation itself, whatever has its name after a wait';

CREATE FUNCTION vecext.registry_dropped() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_dropped' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_dropped() IS
    'event trigger: what is dropped by SQL leaves the registry';
CREATE FUNCTION vecext.registry_altered() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_registry_altered' LANGUAGE C;
COMMENT ON FUNCTION vecext.registry_altered() IS
    'event trigger: the registry follows what is renamed by SQL; no view of an alias gives every role the rights of its owner';
CREATE EVENT TRIGGER vecext_registry_dropped ON sql_drop EXECUTE FUNCTION vecext.registry_dropped();
COMMENT ON EVENT TRIGGER vecext_registry_dropped IS 'what is dropped by SQL leaves the registry';
CREATE EVENT TRIGGER vecext_registry_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER VIEW', 'ALTER INDEX', 'ALTER TYPE', 'CREATE VIEW')
    EXECUTE FUNCTION vecext.registry_altered();
COMMENT ON EVENT TRIGGER vecext_registry_altered IS
    'the registry follows what is renamed by SQL; no view of an alias gives every role the rights of its owner';
