-- The registry: which tables are collections, and their aliases. The tables belong to the extension's owner, and only
-- functions over collections write them, after they have checked that the caller owns the collection's table. The
-- tables do not reference each other, because pg_restore with several jobs fills them in any order.
CREATE TABLE vecext.collections (
    relid regclass PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
        CHECK (pg_catalog.octet_length(name) OPERATOR(pg_catalog.<=) 255 AND name OPERATOR(pg_catalog.<>) ''),
    id_column name NOT NULL,
    payload_column name,
    payload_schema jsonb NOT NULL DEFAULT '{}',
    options jsonb NOT NULL DEFAULT '{}',
    named_by_table bool NOT NULL DEFAULT false,
    config jsonb,
    metadata jsonb,
    created_at timestamptz
);
COMMENT ON TABLE vecext.collections IS 'the tables that are collections';
COMMENT ON COLUMN vecext.collections.named_by_table IS 'true if the name follows ALTER TABLE RENAME';
COMMENT ON COLUMN vecext.collections.config IS 'configuration of a client, which is kept without being read; null if none was given';
COMMENT ON COLUMN vecext.collections.metadata IS 'what a client keeps with the collection; null if none was given';
COMMENT ON COLUMN vecext.collections.created_at IS 'when the collection was created or registered; null if that is not known';

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

-- Indexes are named without a schema, because an index is in the schema of its table. The column cannot be a regclass,
-- because a dump restores it before the indexes are created.
CREATE TABLE vecext.payload_indexes (
    relid regclass NOT NULL,
    key text COLLATE "C" NOT NULL,
    type text COLLATE "C" NOT NULL,
    options jsonb NOT NULL DEFAULT '{}',
    index name NOT NULL,
    array_index name,
    constraint_name name,
    requested jsonb,
    PRIMARY KEY (relid, key, type)
);
COMMENT ON TABLE vecext.payload_indexes IS 'the indexes on keys of payloads';
COMMENT ON COLUMN vecext.payload_indexes.index IS 'the index of the values';
COMMENT ON COLUMN vecext.payload_indexes.array_index IS 'the index of the rows in which the value is an array';
COMMENT ON COLUMN vecext.payload_indexes.constraint_name IS 'the constraint by which no value is an array';
COMMENT ON COLUMN vecext.payload_indexes.requested IS 'the type and the options that set_payload_index was given; null if another function has made the index';

CREATE TABLE vecext.collection_aliases (
    alias text COLLATE "C" PRIMARY KEY
        CHECK (pg_catalog.octet_length(alias) OPERATOR(pg_catalog.<=) 255 AND alias OPERATOR(pg_catalog.<>) ''),
    view regclass NOT NULL,
    relid regclass NOT NULL
);
CREATE INDEX collection_aliases_view ON vecext.collection_aliases (view);
COMMENT ON TABLE vecext.collection_aliases IS 'other names of collections; each is a view, too';
COMMENT ON INDEX vecext.collection_aliases_view IS 'finds the alias of a view';

GRANT SELECT ON vecext.collections, vecext.collection_vectors, vecext.payload_indexes,
    vecext.collection_aliases TO PUBLIC;
-- A table that was dropped while event triggers were disabled has left its rows. A dump would have only a number for
-- it, which may be another table where the dump is restored.
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
-- The triggers fire for each row, and always, because the worker of a subscription fires statement triggers only for
-- TRUNCATE.
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

-- This is the JSON merge patch of RFC 7396. Changes that are null are none.
CREATE FUNCTION vecext_internal.merge_config(kept jsonb, changes jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE jsonb_typeof(changes) WHEN 'object' THEN (
            SELECT coalesce(jsonb_object_agg(coalesce(k.key, c.key),
                    CASE WHEN c.key IS NULL THEN k.value ELSE vecext_internal.merge_config(k.value, c.value) END)
                FILTER (WHERE c.value IS DISTINCT FROM 'null'), '{}')
            FROM jsonb_each(CASE jsonb_typeof(kept) WHEN 'object' THEN kept END) k FULL JOIN jsonb_each(changes) c ON c.key = k.key)
        ELSE coalesce(changes, kept) END
$$;
COMMENT ON FUNCTION vecext_internal.merge_config(jsonb, jsonb) IS
    'an object with changes in it and in the objects within it; a change to null removes a member';

CREATE FUNCTION vecext_internal.check_vector() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_check_vector' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.check_vector() IS
    'trigger of a collection for one vector: the first value of one without a size fixes it, others have the same; values of uint8 lose their fractions, and are made 0 to 255';

CREATE FUNCTION vecext.collection_table(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_collection_table' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_table(text) IS
    'the table of the collection of that name, or that the alias of that name stands for';

CREATE FUNCTION vecext_internal.follow_ddl() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_follow_ddl' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.follow_ddl() IS
    'event trigger: the registry follows what SQL drops and renames; no view of an alias gives every role the rights of its owner';
CREATE EVENT TRIGGER vecext_registry_dropped ON sql_drop EXECUTE FUNCTION vecext_internal.follow_ddl();
COMMENT ON EVENT TRIGGER vecext_registry_dropped IS 'what is dropped by SQL leaves the registry';
CREATE EVENT TRIGGER vecext_registry_altered ON ddl_command_end
    WHEN TAG IN ('ALTER TABLE', 'ALTER FOREIGN TABLE', 'ALTER VIEW', 'ALTER INDEX', 'ALTER TYPE', 'CREATE VIEW')
    EXECUTE FUNCTION vecext_internal.follow_ddl();
COMMENT ON EVENT TRIGGER vecext_registry_altered IS
    'the registry follows what is renamed by SQL; no view of an alias gives every role the rights of its owner';
CREATE EVENT TRIGGER vecext_tables_dropped ON ddl_command_start
    WHEN TAG IN ('DROP TABLE', 'ALTER TABLE', 'DROP SCHEMA', 'DROP OWNED', 'DROP TYPE', 'DROP DOMAIN', 'DROP EXTENSION')
    EXECUTE FUNCTION vecext_internal.follow_ddl();
COMMENT ON EVENT TRIGGER vecext_tables_dropped IS 'the library is loaded before a table is dropped, whose rows it counts';
-- The extension's own triggers and the owner of its tables call these functions.
REVOKE EXECUTE ON FUNCTION vecext_internal.changed(), vecext_internal.follow_ddl() FROM PUBLIC;
