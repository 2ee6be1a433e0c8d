-- Namespaces: the tenants of a database, what each may use, and which rows are whose. Sessions keep what they have read of
-- these tables until one of them changes (src/pg/namespace). Functions in namespace_admin.sql write them.
CREATE TABLE vecext.namespaces (
    id text COLLATE "C" PRIMARY KEY CHECK (id OPERATOR(pg_catalog.~) '^[^[:cntrl:]]+$' AND pg_catalog.octet_length(id) OPERATOR(pg_catalog.<=) 255),
    number int4 GENERATED ALWAYS AS IDENTITY UNIQUE,
    name text NOT NULL,
    tier text NOT NULL CHECK (tier OPERATOR(pg_catalog.=) ANY ('{free,pro,unlimited}'::text[])),
    status text NOT NULL DEFAULT 'active'
        CHECK (status OPERATOR(pg_catalog.=) ANY ('{active,read_only,suspended,pending_deletion}'::text[])),
    max_vectors int8 CHECK (max_vectors OPERATOR(pg_catalog.>=) 0),
    max_storage_bytes int8 CHECK (max_storage_bytes OPERATOR(pg_catalog.>=) 0),
    max_requests_per_second int4 CHECK (max_requests_per_second OPERATOR(pg_catalog.>=) 0 AND max_requests_per_second OPERATOR(pg_catalog.<=) 10000),
    max_concurrent_queries int4 CHECK (max_concurrent_queries OPERATOR(pg_catalog.>=) 0),
    max_dimension int4 CHECK (max_dimension OPERATOR(pg_catalog.>=) 0),
    max_results_per_query int4 CHECK (max_results_per_query OPERATOR(pg_catalog.>=) 0),
    max_batch_size int4 CHECK (max_batch_size OPERATOR(pg_catalog.>=) 0),
    metadata jsonb NOT NULL DEFAULT '{}' CHECK (pg_catalog.jsonb_typeof(metadata) OPERATOR(pg_catalog.=) 'object'),
    created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
    updated_at timestamptz NOT NULL DEFAULT pg_catalog.now()
);
COMMENT ON TABLE vecext.namespaces IS 'the namespaces of the database, with their quotas; a quota that is null is not limited';
COMMENT ON COLUMN vecext.namespaces.number IS 'identifies the namespace in shared memory; it is not used again';
COMMENT ON SEQUENCE vecext.namespaces_number_seq IS 'numbers namespaces';

-- What is counted of the calls of a namespace, as it was when it was last written. Shared memory has the present numbers.
CREATE TABLE vecext.namespace_usage (
    number int4 PRIMARY KEY,
    requests int8 NOT NULL,
    queries int8 NOT NULL,
    upserts int8 NOT NULL,
    deletes int8 NOT NULL,
    deleted_vectors int8 NOT NULL,
    written_at timestamptz NOT NULL
);
COMMENT ON TABLE vecext.namespace_usage IS 'what was counted of each namespace when it was last written, from which counting goes on after a restart';

CREATE TABLE vecext.namespace_roles (
    role regrole PRIMARY KEY,
    namespace text COLLATE "C"
);
COMMENT ON TABLE vecext.namespace_roles IS 'the namespace of each role that has one; a null says that the role chooses by the setting vecext.namespace';

CREATE TABLE vecext.namespace_tables (
    relid regclass PRIMARY KEY,
    column_name name NOT NULL
);
COMMENT ON TABLE vecext.namespace_tables IS 'the tables whose rows belong to namespaces, and the column that says to which';

SELECT pg_catalog.pg_extension_config_dump('vecext.namespaces', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.namespaces_number_seq', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.namespace_usage', '');
SELECT pg_catalog.pg_extension_config_dump('vecext.namespace_roles',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_authid a WHERE a.oid OPERATOR(pg_catalog.=) role)');
SELECT pg_catalog.pg_extension_config_dump('vecext.namespace_tables',
    'WHERE EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid OPERATOR(pg_catalog.=) relid)');

CREATE FUNCTION vecext_internal.namespaces_changed() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_namespaces_changed' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.namespaces_changed() IS 'trigger of the tables of namespaces: sessions read them again';
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.namespaces
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.namespaces_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.namespaces
    FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.namespaces_changed();
ALTER TABLE vecext.namespaces ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.namespace_roles
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.namespaces_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.namespace_roles
    FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.namespaces_changed();
ALTER TABLE vecext.namespace_roles ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;
CREATE TRIGGER changed AFTER INSERT OR UPDATE OR DELETE ON vecext.namespace_tables
    FOR EACH ROW EXECUTE FUNCTION vecext_internal.namespaces_changed();
CREATE TRIGGER emptied AFTER TRUNCATE ON vecext.namespace_tables
    FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.namespaces_changed();
ALTER TABLE vecext.namespace_tables ENABLE ALWAYS TRIGGER changed, ENABLE ALWAYS TRIGGER emptied;

CREATE FUNCTION vecext.current_namespace() RETURNS text
    AS 'MODULE_PATHNAME', 'vecext_current_namespace' LANGUAGE C STABLE PARALLEL SAFE COST 2;
COMMENT ON FUNCTION vecext.current_namespace() IS
    'the namespace of the current role, or the one that it has chosen by vecext.namespace if it may choose; null if it has none, an error if it is suspended';

CREATE FUNCTION vecext_internal.count_namespace_rows() RETURNS trigger
    AS 'MODULE_PATHNAME', 'vecext_internal_count_namespace_rows' LANGUAGE C;
COMMENT ON FUNCTION vecext_internal.count_namespace_rows() IS
    'trigger of tables whose rows belong to namespaces, after each statement: checks quotas, and counts rows and bytes';

CREATE FUNCTION vecext_internal.namespace_counters(OUT number int4, OUT is_counted bool, OUT vectors int8, OUT bytes int8,
        OUT requests int8, OUT queries int8, OUT upserts int8, OUT deletes int8, OUT deleted_vectors int8, OUT running int4,
        OUT last_second int4)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_internal_namespace_counters' LANGUAGE C VOLATILE PARALLEL RESTRICTED ROWS 100;
COMMENT ON FUNCTION vecext_internal.namespace_counters() IS
    'what shared memory has of the namespaces of the database: rows and bytes of open transactions count; calls since the namespace was created, queries that run, calls of the last second';

CREATE FUNCTION vecext_internal.count_namespace(number int4) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_count_namespace' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.count_namespace(int4) IS
    'counts the rows of a namespace in its tables, unless this was done since the server started';

CREATE FUNCTION vecext.recount_namespaces() RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_recount_namespaces' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.recount_namespaces() IS
    'counts the rows of all namespaces in their tables, which no session can write meanwhile: for rows that came or went without a statement on the table, as by DETACH PARTITION, or by ROLLBACK PREPARED';

CREATE FUNCTION vecext.flush_namespace_usage() RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_flush_namespace_usage' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.flush_namespace_usage() IS
    'writes what was counted of the calls of namespaces, so that a restart keeps it; returns the number of namespaces';
REVOKE ALL ON FUNCTION vecext_internal.namespaces_changed(), vecext_internal.count_namespace_rows(),
    vecext_internal.namespace_counters(), vecext_internal.count_namespace(int4),
    vecext.recount_namespaces(), vecext.flush_namespace_usage() FROM PUBLIC;
