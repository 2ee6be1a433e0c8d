-- What is wrong in a database, for probes and for people in a hurry.

CREATE FUNCTION vecext.stat_statements(
        OUT queryid int8, OUT usesysid oid, OUT calls int8, OUT total_ms float8, OUT mean_ms float8, OUT max_ms float8,
        OUT rows_returned int8, OUT blocks int8, OUT query text)
    RETURNS SETOF record LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
DECLARE
    home name := (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements');
BEGIN
    IF home IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($q$
        SELECT s.queryid, s.userid, s.calls, s.total_exec_time, s.mean_exec_time, s.max_exec_time, s.rows,
            s.shared_blks_hit + s.shared_blks_read, s.query
        FROM %I.pg_stat_statements(true) s JOIN pg_database d ON d.oid = s.dbid
        WHERE d.datname = current_database()
            AND s.query ~ '<->|<#>|<=>|<[+]>|<~>|<%%>|<@>|@@@|\mvecext\.(search|query|hybrid_search|recommend|discover|scroll)'
        ORDER BY s.total_exec_time DESC$q$, home);
-- The library is not preloaded, the extension is older than 1.8, or the role may not use its schema.
EXCEPTION WHEN object_not_in_prerequisite_state OR undefined_column OR insufficient_privilege THEN
    RETURN;
END $$;
COMMENT ON FUNCTION vecext.stat_statements() IS
    'the statements of this database that search by distance or by words, from extension pg_stat_statements, those that have taken most time first; no row where that is not installed and preloaded';

-- An index that a session is building is not valid yet, as is one that REINDEX CONCURRENTLY is about to drop; the session shows the table, or
-- its TOAST table. A standby does not see the builds of its primary. A role may see that another one builds, but not which index.
-- To plan the query takes longer than to execute it, so it is only planned if an index is not valid.
CREATE FUNCTION vecext_internal.unfinished_indexes() RETURNS SETOF oid LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_index i WHERE NOT i.indisvalid) THEN
        RETURN QUERY SELECT x.oid
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid JOIN pg_am m ON m.oid = x.relam JOIN pg_proc h ON h.oid = m.amhandler
        WHERE h.probin = 'MODULE_PATHNAME' AND x.relkind = 'i' AND i.indislive AND NOT i.indisvalid
            AND NOT pg_is_other_temp_schema(x.relnamespace) AND NOT pg_is_in_recovery()
            AND NOT EXISTS (SELECT FROM pg_stat_get_progress_info('CREATE INDEX') p JOIN pg_database d ON d.oid = p.datid
                WHERE d.datname = current_database() AND coalesce(p.relid IN (t.oid, t.reltoastrelid), true));
    END IF;
END $$;
COMMENT ON FUNCTION vecext_internal.unfinished_indexes() IS 'indexes that are not valid, and that no session is building';

CREATE FUNCTION vecext_internal.findings(OUT severity text, OUT object text, OUT finding text, OUT statement text)
    RETURNS SETOF record LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- A build can end between the snapshot of a statement and its look at the sessions, so what only one of two statements finds does not count.
    unfinished oid[] := ARRAY(SELECT vecext_internal.unfinished_indexes());
BEGIN
    IF cardinality(unfinished) > 0 THEN
        -- What REINDEX CONCURRENTLY leaves behind when it fails is to be dropped. An index of a partition is not dropped without that of its table.
        RETURN QUERY
        SELECT 'warning', x.name, 'the index is not valid, and no query uses it',
            CASE WHEN x.relname ~ '_cc(new|old)[0-9]*$' AND NOT x.relispartition THEN 'DROP INDEX CONCURRENTLY ' ELSE 'REINDEX INDEX CONCURRENTLY ' END || x.name
        FROM vecext_internal.unfinished_indexes() u (index)
            JOIN (SELECT c.oid, c.relname, c.relispartition, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace) x ON x.oid = u.index
        WHERE u.index = ANY (unfinished);
    END IF;
    RETURN QUERY
    SELECT 'error', c.indexrelid::regclass::text, format('%s statements have found the index damaged', c.damages), 'REINDEX INDEX CONCURRENTLY ' || c.indexrelid::regclass
    FROM vecext_internal.index_counters() c WHERE c.damages > 0
    UNION ALL
    SELECT 'warning', 'vecext', format('this session has loaded version %s of the library, the database has version %s', l.version, e.extversion),
        'SELECT advice FROM vecext.version()'
    FROM vecext_internal.loaded_library() l, pg_extension e WHERE e.extname = 'vecext' AND l.version <> e.extversion;
END $$;
COMMENT ON FUNCTION vecext_internal.findings() IS 'what vecext.health reports';

CREATE FUNCTION vecext.health() RETURNS jsonb LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    findings jsonb;
    worst text;
BEGIN
    SELECT coalesce(jsonb_agg(jsonb_build_object('severity', f.severity, 'object', f.object, 'finding', f.finding, 'statement', f.statement)
            ORDER BY f.severity, f.object), '[]'),
        CASE WHEN bool_or(f.severity = 'error') THEN 'error' WHEN count(*) > 0 THEN 'warning' ELSE 'ok' END
    INTO findings, worst FROM vecext_internal.findings() f;
    RETURN jsonb_build_object('status', worst, 'library', (vecext_internal.loaded_library()).version, 'in_recovery', pg_is_in_recovery(),
        'findings', findings);
EXCEPTION WHEN OTHERS THEN
    RETURN jsonb_build_object('status', 'error', 'in_recovery', pg_is_in_recovery(),
        'findings', jsonb_build_array(jsonb_build_object('severity', 'error', 'object', 'vecext', 'finding', format('%s: %s', SQLSTATE, SQLERRM))));
END $$;
COMMENT ON FUNCTION vecext.health() IS
    'a JSON object for probes: status ok, warning or error, the version of the library, whether the server is a standby, and findings, each with the statement that mends it; it reads no index, and raises no error';
