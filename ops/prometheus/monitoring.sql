-- The role of the exporter, in each database with vecext; run by a superuser. With pg_monitor alone it reads all but the state of
-- indexes, which only those may read who may read the table. Rather than read all tables (pg_read_all_data), it may execute one
-- function, which shows numbers.
CREATE ROLE monitor LOGIN IN ROLE pg_monitor;
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
