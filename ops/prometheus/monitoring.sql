-- The role of the exporter, in each database with vecext; run by a superuser, in psql. With pg_monitor alone it reads all but the state of
-- indexes, which only those may read who may read the table, and what namespaces use. Rather than read all tables (pg_read_all_data), it may
-- execute two functions, which show numbers.
SELECT 'CREATE ROLE monitor LOGIN IN ROLE pg_monitor' WHERE to_regrole('monitor') IS NULL \gexec
CREATE SCHEMA monitoring;
GRANT USAGE ON SCHEMA monitoring TO monitor;
CREATE FUNCTION monitoring.index_state(
        OUT schemaname name, OUT tablename name, OUT indexname name, OUT rows int8, OUT pending_rows int8, OUT dead_rows int8, OUT advice text)
    RETURNS SETOF record LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '1s' -- for each index; what another session has locked for longer has the error as its advice
    AS $$
    SELECT i.schemaname, i.tablename, i.indexname, s.rows, s.pending_rows, s.dead_rows, s.advice
    FROM vecext.indexes AS i, vecext.index_state(i.index) AS s
    WHERE i.valid
$$;
COMMENT ON FUNCTION monitoring.index_state() IS 'rows and advice of all indexes of vecext, read whole; the error of one that cannot be read is its advice';
REVOKE ALL ON FUNCTION monitoring.index_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitoring.index_state() TO monitor;
CREATE FUNCTION monitoring.namespaces(
        OUT namespace text, OUT status text, OUT vectors int8, OUT bytes int8, OUT utilization float8, OUT requests int8, OUT max_requests_per_second int8)
    RETURNS SETOF record LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '1s'
    AS $$
    SELECT n ->> 'id', n ->> 'status', (s ->> 'vectors')::int8, (s ->> 'bytes')::int8, (s ->> 'quota_utilization')::float8,
        (s ->> 'requests')::int8, (n -> 'quotas' ->> 'max_requests_per_second')::int8
    FROM vecext.list_namespaces() AS n, vecext.namespace_stats(n ->> 'id') AS s
$$;
COMMENT ON FUNCTION monitoring.namespaces() IS 'what all namespaces use, whose rows are counted for it';
REVOKE ALL ON FUNCTION monitoring.namespaces() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION monitoring.namespaces() TO monitor;
