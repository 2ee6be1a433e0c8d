-- Census of extension vecext_rag: its schema and functions, one by one; it has nothing else.
BEGIN;
SELECT plan(6);

\set schema vecext_rag
\ir ../../../../test/pgtap/functions.psql

CREATE TEMP VIEW member AS
SELECT classid, objid FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vecext_rag');

SELECT pg_temp.same_rows(
    $$SELECT * FROM function_row$$,
    $$VALUES
        ('as_owner', 'relid regclass, statement text', 'text', 'c volatile strict'),
        ('cache_create',
            'schema name, name text, dims integer, distance text, threshold double precision, ttl interval, '
            || 'logged boolean',
            'regclass', 'plpgsql volatile'),
        ('cache_parts',
            'cache regclass, OUT distance text, OUT operator text, OUT vector_type regtype, OUT uses regclass',
            'record', 'plpgsql volatile'),
        ('check_index_code', 'relation regclass', 'void', 'c volatile strict'),
        ('create_embedding_queue',
            'relid regclass, text_column text, vector_column text, queue text, max_attempts integer, '
            || 'notifies boolean',
            'regclass', 'plpgsql volatile'),
        ('create_semantic_cache',
            'name text, dims integer, distance text, threshold double precision, ttl interval, logged boolean',
            'regclass', 'sql volatile'),
        ('drop_embedding_queue', 'queue regclass', 'void', 'plpgsql volatile'),
        ('drop_semantic_cache', 'cache regclass', 'void', 'plpgsql volatile'),
        ('embedding_queue_claim',
            'queue regclass, batch integer, lease interval, OUT job bigint, OUT key text, OUT content text, '
            || 'OUT attempt integer',
            'SETOF record', 'plpgsql volatile'),
        ('embedding_queue_complete', 'queue regclass, jobs bigint[], embeddings text[]', 'bigint', 'plpgsql volatile'),
        ('embedding_queue_fail',
            'queue regclass, jobs bigint[], error text, retry_after interval, is_final boolean',
            'bigint',
            'plpgsql volatile'),
        ('embedding_queue_retry', 'queue regclass, keys text[]', 'bigint', 'plpgsql volatile'),
        ('embedding_queue_status',
            'queue regclass, OUT relid regclass, OUT text_column text, OUT vector_column text, '
            || 'OUT channel text, OUT waiting bigint, OUT in_flight bigint, OUT delayed bigint, '
            || 'OUT failed bigint, OUT oldest_wait interval',
            'record', 'plpgsql stable'),
        ('has_columns', 'relation regclass, columns text[], types regtype[]', 'boolean', 'c volatile strict'),
        ('lock_relation', 'relation regclass', 'void', 'c volatile strict'),
        ('may_insert', 'relation regclass, given integer', 'boolean', 'c volatile strict'),
        ('operator_class', 'method text, type regtype, distance text', 'text', 'c stable'),
        ('queue_check',
            'relid regclass, text_column text, vector_column text, OUT key_column text, OUT key_type text',
            'record', 'plpgsql stable'),
        ('queue_function', 'queue regclass', 'oid', 'sql stable'),
        ('queue_function_body',
            'queue text, channel text, key_column text, text_column text, vector_column text, notifies boolean',
            'text',
            'sql immutable'),
        ('queue_source',
            'queue regclass, OUT relid regclass, OUT key_column text, OUT text_column text, '
            || 'OUT vector_column text, OUT vector_type text',
            'record', 'plpgsql volatile'),
        ('queue_triggers',
            'queue text, relid regclass, function text, key_column text, text_column text, vector_column text',
            'void', 'plpgsql volatile'),
        ('relation_name', 'schema oid, base text, bytes integer', 'text', 'c stable strict safe'),
        ('semantic_cache_get',
            'cache regclass, embedding vector, scope text, parameters jsonb, threshold double precision, '
            || 'counted boolean, OUT entry bigint, OUT request text, OUT response text, '
            || 'OUT score double precision, OUT created_at timestamp with time zone',
            'SETOF record', 'plpgsql volatile'),
        ('semantic_cache_purge', 'cache regclass, most_entries bigint', 'bigint', 'plpgsql volatile'),
        ('semantic_cache_put',
            'cache regclass, request text, embedding vector, response text, scope text, parameters jsonb, '
            || 'ttl interval, threshold double precision',
            'bigint',
            'plpgsql volatile'),
        ('semantic_cache_stats',
            'cache regclass, scope text, OUT entries bigint, OUT expired bigint, OUT hits bigint, '
            || 'OUT misses bigint, OUT hit_rate double precision, OUT last_use timestamp with time zone, '
            || 'OUT bytes bigint',
            'record', 'plpgsql stable'),
        ('vector_type', 'type regtype', 'regtype', 'c stable strict safe')$$,
    'functions: names, arguments, results, attributes');

SELECT is_empty($$SELECT oid::regprocedure FROM function WHERE prosecdef$$, 'functions: none runs with the rights of its owner');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE lanname IN ('sql', 'plpgsql') AND prosqlbody IS NULL
        AND NOT coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'$$,
    'functions: those in SQL and PL/pgSQL have a search path of their own, or were parsed when they were made');

SELECT bag_eq(
    $$SELECT classid::regclass::text, objid FROM member$$,
    $$SELECT 'pg_proc', oid FROM function UNION ALL SELECT 'pg_namespace', 'vecext_rag'::regnamespace::oid$$,
    'members: the schema and its functions');

SELECT ok(has_schema_privilege('public', 'vecext_rag', 'USAGE') AND NOT has_schema_privilege('public', 'vecext_rag', 'CREATE'),
    'schema: all may use it, nobody else may create in it');

SELECT is_empty(
    $$SELECT pg_describe_object(classid, objid, 0) FROM member WHERE obj_description(objid, classid::regclass::text) IS NULL$$,
    'every member has a comment');

SELECT * FROM finish();
ROLLBACK;
