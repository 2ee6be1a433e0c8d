-- The states of replicas, for people and dashboards.

CREATE FUNCTION vecext_internal.replicas(
        OUT name text, OUT slot_name name, OUT client_addr inet, OUT state text, OUT sender_state text, OUT sync_state text, OUT lag_bytes int8, OUT replay_lag interval)
    RETURNS SETOF record LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
    -- Commits of a standby wait for no other server, whatever the setting says.
    WITH here AS MATERIALIZED (
        SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() ELSE pg_current_wal_lsn() END AS lsn,
            CASE WHEN pg_is_in_recovery() THEN '' ELSE current_setting('synchronous_standby_names') END AS setting),
    -- The setting has a list of names, or such a list in parentheses after a number.
    wanted AS MATERIALIZED (
        SELECT coalesce(replace(m[1], '""', '"'), m[2]) AS name
        FROM here, regexp_matches(regexp_replace(setting, '^\s*(first\s+|any\s+)?\d+\s*\((.*)\)\s*$', '\2', 'i'), '"((?:[^"]|"")*)"|([^\s,"]+)', 'g') m),
    senders AS MATERIALIZED (
        SELECT r.*, s.slot_name, (lsn - coalesce(r.replay_lsn, r.flush_lsn))::int8 AS lag
        FROM here, pg_stat_replication r LEFT JOIN pg_replication_slots s ON s.active_pid = r.pid
        WHERE s.slot_type IS DISTINCT FROM 'logical'),
    lost AS MATERIALIZED (
        SELECT s.slot_name FROM pg_replication_slots s WHERE s.slot_type = 'physical' AND NOT s.active)
    SELECT s.application_name, s.slot_name, s.client_addr,
        CASE WHEN s.state IS NULL THEN NULL
            WHEN s.state <> 'streaming' THEN 'partial'
            WHEN EXISTS (SELECT FROM wanted) AND NOT EXISTS (SELECT FROM wanted w WHERE w.name = '*' OR lower(w.name) = lower(s.application_name)) THEN 'listener'
            WHEN s.lag < pg_size_bytes(current_setting('wal_segment_size')) THEN 'active'
            ELSE 'partial' END,
        s.state, s.sync_state, s.lag, s.replay_lag
    FROM senders s
    UNION ALL
    SELECT l.slot_name::text, l.slot_name, NULL, 'dead', NULL, NULL, NULL, NULL FROM lost l
    UNION ALL
    SELECT w.name, NULL, NULL, 'dead', NULL, NULL, NULL, NULL FROM wanted w
    WHERE w.name <> '*' AND NOT EXISTS (SELECT FROM senders s WHERE lower(s.application_name) = lower(w.name))
        AND NOT EXISTS (SELECT FROM lost l WHERE l.slot_name::text = lower(w.name))
$$;
COMMENT ON FUNCTION vecext_internal.replicas() IS 'what vecext.replica_state shows';

CREATE VIEW vecext.replica_state WITH (security_invoker = true) AS SELECT * FROM vecext_internal.replicas();
COMMENT ON VIEW vecext.replica_state IS
    'each physical replica of this server: active, partial while it catches up, is copied or lags behind by a WAL segment, listener if synchronous_standby_names is set and does not name it, dead if it is named there, or has a slot, and is not connected; the state is null for a role that may not read pg_stat_replication whole';
GRANT SELECT ON vecext.replica_state TO PUBLIC;
