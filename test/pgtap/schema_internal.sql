-- Census of schema vecext_internal: functions that triggers and functions of vecext call, and who may.
BEGIN;
SELECT plan(3);

\set schema vecext_internal
\ir functions.psql

SELECT pg_temp.same_rows(
    $$SELECT *, has_function_privilege('public', f.proname_arguments, 'EXECUTE')
    FROM (SELECT r.*, format('vecext_internal.%s(%s)', r.proname,
            (SELECT oidvectortypes(p.proargtypes) FROM pg_proc p
             WHERE p.pronamespace = 'vecext_internal'::regnamespace AND p.proname = r.proname)) AS proname_arguments
          FROM function_row r) f$$,
    $$VALUES
        ('altered', '', 'event_trigger', 'c volatile', 'vecext_internal.altered()', false),
        ('as_owner', 'relid regclass, statement text', 'text', 'c volatile strict', 'vecext_internal.as_owner(regclass, text)', true),
        ('changed', '', 'trigger', 'c volatile', 'vecext_internal.changed()', false),
        ('check_size', '', 'trigger', 'c volatile', 'vecext_internal.check_size()', true),
        ('collection_stats',
            'OUT name text, OUT relid regclass, OUT status text, OUT points bigint, OUT dead_points bigint, OUT bytes bigint, '
            || 'OUT table_bytes bigint, OUT toast_bytes bigint, OUT vector_index_bytes bigint, OUT payload_index_bytes bigint, '
            || 'OUT other_index_bytes bigint, OUT vector_indexes integer, OUT payload_indexes integer',
            'SETOF record', 'sql stable', 'vecext_internal.collection_stats()', true),
        ('dropped', '', 'event_trigger', 'c volatile', 'vecext_internal.dropped()', false),
        ('lock_relation', 'relation regclass', 'void', 'c volatile strict', 'vecext_internal.lock_relation(regclass)', true),
        ('merge', 'kept jsonb, changes jsonb', 'jsonb', 'sql immutable', 'vecext_internal.merge(jsonb, jsonb)', false),
        ('operator_class', 'method text, type regtype, distance text', 'text', 'c stable', 'vecext_internal.operator_class(text, regtype, text)', true),
        ('relation_name', 'schema oid, base text, bytes integer', 'text', 'c stable strict safe', 'vecext_internal.relation_name(oid, text, integer)', true),
        ('status', 'relid regclass', 'text', 'sql stable', 'vecext_internal.status(regclass)', true),
        ('vector_index', 'relid regclass, column_name name, distance text', 'regclass', 'sql stable', 'vecext_internal.vector_index(regclass, name, text)', true),
        ('vector_stats',
            'OUT name text, OUT relid regclass, OUT vector text, OUT column_name name, OUT distance text, OUT index regclass, '
            || 'OUT method name, OUT is_valid boolean, OUT bytes bigint, OUT indexed_points bigint, OUT pending_points bigint, '
            || 'OUT dead_points bigint, OUT advice text',
            'SETOF record', 'sql stable', 'vecext_internal.vector_stats()', true),
        ('vector_type', 'type regtype', 'regtype', 'c stable strict safe', 'vecext_internal.vector_type(regtype)', true)$$,
    'functions: signatures, attributes, and whether all may call them');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE lanname IN ('sql', 'plpgsql') AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'$$,
    'functions: those in SQL have a search path of their own');

SELECT ok(has_schema_privilege('public', 'vecext_internal', 'USAGE') AND NOT has_schema_privilege('public', 'vecext_internal', 'CREATE'),
    'schema: nobody else may make objects in it');

SELECT * FROM finish();
ROLLBACK;
