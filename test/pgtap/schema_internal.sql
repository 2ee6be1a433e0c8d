-- Census of schema vecext_internal: functions that triggers and functions of vecext call, and who may.
BEGIN;
SELECT plan(4);

\set schema vecext_internal
\ir functions.psql

SELECT pg_temp.same_rows(
    $$SELECT r.*, has_function_privilege('public', f.oid, 'EXECUTE')
    FROM function_row r JOIN function f
        ON f.proname = r.proname AND pg_get_function_identity_arguments(f.oid) = r.arguments$$,
    $$VALUES
        ('advised_indexes',
            'relation oid, OUT index regclass, OUT relid regclass, OUT attribute name, OUT bytes bigint, '
            || 'OUT rows bigint, OUT advice text, OUT used bigint, OUT table_scans bigint, OUT scans bigint, '
            || 'OUT filtered bigint, OUT compared bigint, OUT rechecks double precision, OUT recall double precision, '
            || 'OUT observed_queries bigint',
            'SETOF record', 'sql volatile', true),
        ('advise_indexes',
            'relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text',
            'SETOF record', 'sql volatile', true),
        ('advise_memory',
            'relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text',
            'SETOF record', 'sql volatile', true),
        ('advise_tables',
            'relation oid, OUT severity text, OUT object text, OUT finding text, OUT statement text, OUT gain text',
            'SETOF record', 'sql volatile', true),
        ('canonical_path', 'path text', 'text', 'c immutable strict safe', true),
        ('changed', '', 'trigger', 'c volatile', false),
        ('check_vector', '', 'trigger', 'c volatile', true),
        ('collection_stats',
            'OUT name text, OUT relid regclass, OUT status text, OUT points bigint, OUT dead_points bigint, OUT bytes bigint, '
            || 'OUT table_bytes bigint, OUT toast_bytes bigint, OUT vector_index_bytes bigint, OUT payload_index_bytes bigint, '
            || 'OUT other_index_bytes bigint, OUT vector_indexes integer, OUT payload_indexes integer',
            'SETOF record', 'sql stable', true),
        ('collection_use',
            'OUT name text, OUT relid regclass, OUT inserted bigint, OUT updated bigint, OUT deleted bigint, '
            || 'OUT table_scans bigint, OUT searches bigint, OUT filtered bigint, OUT compared bigint, OUT rows_returned bigint, '
            || 'OUT total_ms double precision, OUT mean_ms double precision, OUT observed_recall double precision, '
            || 'OUT observed_queries bigint, OUT damages bigint',
            'SETOF record', 'sql stable', true),
        ('exact_json', 'value anyelement', 'jsonb', 'c stable strict safe', true),
        ('file_bytes', 'relation oid', 'bigint', 'c volatile strict safe', true),
        ('findings', 'OUT severity text, OUT object text, OUT finding text, OUT statement text', 'SETOF record', 'plpgsql volatile', true),
        ('replicas',
            'OUT name text, OUT slot_name name, OUT client_addr inet, OUT state text, OUT sender_state text, '
            || 'OUT sync_state text, OUT lag_bytes bigint, OUT replay_lag interval',
            'SETOF record', 'sql volatile', true),
        ('work_now',
            'OUT pid integer, OUT index regclass, OUT relid regclass, OUT method name, OUT command text, OUT phase text, '
            || 'OUT rows_done bigint, OUT rows_total bigint',
            'SETOF record', 'sql volatile', true),
        ('follow_ddl', '', 'event_trigger', 'c volatile', false),
        ('halfvec_index', 'index oid', 'text', 'sql stable', true),
        ('index_counters',
            'OUT indexrelid oid, OUT scans bigint, OUT last_scan timestamp with time zone, OUT plain bigint, '
            || 'OUT postfilter bigint, OUT inline bigint, OUT compared bigint, OUT by_keys bigint, OUT steps bigint, '
            || 'OUT pages bigint, OUT rows_scored bigint, '
            || 'OUT rows_reranked bigint, OUT rows_returned bigint, OUT total_ms double precision, OUT p50_ms double precision, '
            || 'OUT p95_ms double precision, OUT p99_ms double precision, OUT times bigint[], OUT observed_queries bigint, '
            || 'OUT observed_rows bigint, OUT missed_rows bigint, OUT damages bigint, OUT since timestamp with time zone',
            'SETOF record', 'c volatile strict restricted', true),
        ('index_glance', 'index regclass, OUT rows bigint, OUT advice text', 'record', 'plpgsql volatile strict', true),
        ('index_target', 'index oid, method text, place name', 'text', 'sql stable', true),
        ('key_columns', 'index oid, method name', 'text', 'sql stable', true),
        ('index_statement', 'index oid, method text', 'text', 'sql stable', true),
        ('index_info_now',
            'index regclass, OUT metric text, OUT dims integer, OUT bits integer, OUT coded_dims integer, OUT rerank text, '
            || 'OUT lists bigint, OUT rows bigint, OUT largest_list bigint, OUT overfull_lists bigint, OUT list_pages bigint, '
            || 'OUT pages bigint, OUT degree integer, OUT nodes bigint, OUT pending_rows bigint, OUT dead_rows bigint, '
            || 'OUT free_pages bigint, OUT advice text',
            'record', 'c stable strict restricted', true),
        ('is_about', 'relation oid, index oid, table_of_index oid', 'boolean', 'sql stable', true),
        ('loaded_library', 'OUT version text, OUT kernel text', 'record', 'c stable safe', true),
        ('locked_collection', 'name text', 'regclass', 'c volatile strict', true),
        ('matches_recheck', 'payload jsonb, filter text, dialect text, share double precision', 'boolean', 'c immutable strict safe', true),
        ('matches_recheck',
            'payload jsonb, filter text, dialect text, share double precision, id anynonarray, '
            || 'vector_names text[], has_vectors boolean[]',
            'boolean', 'c immutable safe', true),
        ('matches_recheck',
            'payload jsonb, filter text, dialect text, share double precision, id anynonarray, '
            || 'vector_names text[], has_vectors boolean[], configs regconfig[]',
            'boolean', 'c immutable safe', true),
        ('matches_recheck', 'payload jsonb, filter text, dialect text, share double precision, configs regconfig[]',
            'boolean', 'c immutable strict safe', true),
        ('merge_config', 'kept jsonb, changes jsonb', 'jsonb', 'sql immutable safe', true),
        ('change_namespace', 'id text, changes jsonb', 'jsonb', 'plpgsql volatile', false),
        ('check_constraints_at_once', 'relid regclass', 'void', 'plpgsql volatile', false),
        ('check_metadata', 'metadata jsonb', 'void', 'plpgsql immutable safe', true),
        ('check_quotas', 'quotas jsonb', 'void', 'plpgsql immutable safe', true),
        ('count_namespace', 'number integer', 'void', 'c volatile strict', false),
        ('count_namespace_rows', '', 'trigger', 'c volatile', true),
        ('drop_namespace_rules', 'relid regclass', 'void', 'plpgsql volatile', true),
        ('execute_for_namespaces', 'relid regclass, statement text', 'bigint', 'c volatile strict', false),
        ('lock_namespace', 'number integer', 'void', 'c volatile strict', false),
        ('lock_namespace_tables', '', 'void', 'c volatile', true),
        ('lock_table_of_caller', 'relid regclass', 'void', 'plpgsql volatile', true),
        ('make_ids_unique_by_namespace', 'relid regclass, column_name name, id_column name', 'void', 'plpgsql volatile', true),
        ('namespace_counters',
            'OUT number integer, OUT is_counted boolean, OUT vectors bigint, OUT bytes bigint, OUT requests bigint, OUT queries bigint, '
            || 'OUT upserts bigint, OUT deletes bigint, OUT deleted_vectors bigint, OUT running integer, OUT last_second integer',
            'SETOF record', 'c volatile restricted', false),
        ('namespace_json', 'n vecext.namespaces', 'jsonb', 'sql stable safe', true),
        ('namespace_of_id', 'id text, for_change boolean', 'vecext.namespaces', 'plpgsql volatile', false),
        ('namespace_tables', 'OUT relid regclass, OUT column_name name', 'SETOF record', 'sql stable', true),
        ('namespaces_changed', '', 'trigger', 'c volatile', false),
        ('partitions_of_namespace', 'id text, OUT part regclass, OUT parent regclass', 'SETOF record', 'sql stable', true),
        ('remove_namespace', 'n vecext.namespaces', 'void', 'plpgsql volatile', false),
        ('set_collection_rights', 'c text, role regrole, privilege text, granted boolean', 'void', 'plpgsql volatile', true),
        ('set_namespace_table', 'relid regclass, column_name name', 'void', 'c volatile', false),
        ('share_used', 'used bigint, most bigint', 'double precision', 'sql immutable safe', true),
        ('tables_with_triggers', 'relid regclass', 'SETOF regclass', 'sql stable', true),
        ('tier_quotas', 'tier text', 'jsonb', 'plpgsql immutable safe', true),
        ('order_value', 'payload jsonb, path text, is_greatest boolean, numbers boolean, times boolean', 'jsonb', 'c immutable strict safe', true),
        ('payload_elements_are', 'elements jsonb, type text', 'boolean', 'sql immutable safe', true),
        ('served_order', 'index oid', 'text', 'sql stable', true),
        ('status', 'relid regclass', 'text', 'sql stable', true),
        ('end_of_range', 'partition oid', 'timestamp with time zone', 'plpgsql stable', true),
        ('last_use', 'partition oid', 'timestamp with time zone', 'sql stable', true),
        ('move_partitions', 'IN partitions regclass[], IN targets text[], IN cold_tablespace name', NULL, 'plpgsql volatile', true),
        ('note_use', 'partitions regclass[], tiers text[], warm_after interval, cold_after interval', 'void', 'plpgsql volatile', true),
        ('partition_indexes', 'partition oid, OUT index oid, OUT method name', 'SETOF record', 'sql stable', true),
        ('tier_indexes',
            'partition oid, target text, OUT index regclass, OUT method name, OUT parent regclass, OUT successor text, OUT has_successor boolean',
            'SETOF record', 'sql stable', true),
        ('tier_scans', 'partition oid', 'bigint', 'sql stable', true),
        ('tier_statements', 'partition regclass, target text, cold_tablespace name', 'SETOF text', 'plpgsql stable', true),
        ('tier_step', 'partition regclass, target text, cold_tablespace name', 'boolean', 'plpgsql volatile', true),
        ('tables_of', 'collection oid, OUT relid oid', 'SETOF oid', 'sql stable', true),
        ('total_bytes', 'relation oid', 'bigint', 'sql stable', true),
        ('unfinished_indexes', '', 'SETOF oid', 'plpgsql volatile', true),
        ('vector_indexes',
            'relid regclass, columns name[], OUT column_name name, OUT distance text, OUT index regclass',
            'SETOF record', 'plpgsql stable', true),
        ('vector_stats',
            'OUT name text, OUT relid regclass, OUT vector text, OUT column_name name, OUT distance text, OUT index regclass, '
            || 'OUT method name, OUT is_valid boolean, OUT bytes bigint, OUT indexed_points bigint, OUT pending_points bigint, '
            || 'OUT dead_points bigint, OUT advice text',
            'SETOF record', 'sql stable', true)$$,
    'functions: signatures, attributes, and whether all may call them');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE lanname IN ('sql', 'plpgsql') AND prokind <> 'p' AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'$$,
    'functions: those in SQL have a search path of their own');

SELECT pg_temp.same_rows(
    $$SELECT c.relname, c.relrowsecurity, (SELECT string_agg(p.polname, ' ') FROM pg_policy p WHERE p.polrelid = c.oid)
    FROM pg_class c WHERE relnamespace = 'vecext_internal'::regnamespace AND relkind = 'r'$$,
    $$VALUES ('tier_use', true, 'owned')$$,
    'tables: they have policies');

SELECT ok(has_schema_privilege('public', 'vecext_internal', 'USAGE') AND NOT has_schema_privilege('public', 'vecext_internal', 'CREATE'),
    'schema: nobody else may make objects in it');

SELECT * FROM finish();
ROLLBACK;
