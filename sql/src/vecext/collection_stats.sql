-- Sizes and counts of collections. The views call functions, because a function can set a search path by which the names
-- in it are looked up, and a view cannot.

-- Neither waits for a lock, so that a session that has locked one collection holds up no list of all.
CREATE FUNCTION vecext_internal.collection_stats(
        OUT name text, OUT relid regclass, OUT status text, OUT points int8, OUT dead_points int8, OUT bytes int8,
        OUT table_bytes int8, OUT toast_bytes int8, OUT vector_index_bytes int8, OUT payload_index_bytes int8,
        OUT other_index_bytes int8, OUT vector_indexes int4, OUT payload_indexes int4)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.name, c.relid, vecext_internal.status(c.relid),
        CASE WHEN t.reltuples >= 0 THEN t.reltuples::int8 WHEN t.relkind = 'r' THEN nullif(pg_stat_get_live_tuples(t.oid), 0) END, pg_stat_get_dead_tuples(t.oid),
        vecext_internal.total_bytes(t.oid), vecext_internal.file_bytes(t.oid), vecext_internal.total_bytes(t.reltoastrelid),
        i.vector_bytes, i.payload_bytes, i.bytes - i.vector_bytes - i.payload_bytes, i.vector_count, i.payload_count
    FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid,
    LATERAL (
        SELECT coalesce(sum(x.size), 0)::int8 AS bytes, coalesce(sum(x.size) FILTER (WHERE x.is_vector), 0)::int8 AS vector_bytes,
            coalesce(sum(x.size) FILTER (WHERE x.is_payload), 0)::int8 AS payload_bytes,
            (count(*) FILTER (WHERE x.is_vector))::int4 AS vector_count,
            (SELECT count(*) FROM vecext.payload_indexes p WHERE p.relid = c.relid)::int4 AS payload_count
        FROM (
            SELECT vecext_internal.file_bytes(k.oid) AS size, m.amname IN ('hnsw', 'ivfpq', 'ivfflat', 'inverted') AS is_vector,
                EXISTS (SELECT FROM vecext.payload_indexes p
                        WHERE p.relid = c.relid AND k.relname IN (p.index, p.array_index)) AS is_payload
            FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_am m ON m.oid = k.relam
            WHERE i.indrelid = t.oid) x) i
$$;
COMMENT ON FUNCTION vecext_internal.collection_stats() IS 'what vecext.collection_stats shows';

CREATE VIEW vecext.collection_stats WITH (security_invoker = true) AS SELECT * FROM vecext_internal.collection_stats();
COMMENT ON VIEW vecext.collection_stats IS
    'each collection: state, points and dead points (estimates; null while nothing is known), bytes of the table, its TOAST table and its indexes';

-- What an index holds is shown to roles that may read the table with all its partitions. It is not shown for unlogged
-- indexes on a standby, and not while another session holds a lock that it would have to wait for.
CREATE FUNCTION vecext_internal.vector_stats(
        OUT name text, OUT relid regclass, OUT vector text, OUT column_name name, OUT distance text, OUT index regclass,
        OUT method name, OUT is_valid bool, OUT bytes int8, OUT indexed_points int8, OUT pending_points int8,
        OUT dead_points int8, OUT advice text)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    -- A plan that joins the function itself can call it for each vector of a collection.
    WITH used AS MATERIALIZED (SELECT c.relid, x.* FROM vecext.collections c, vecext_internal.vector_indexes(c.relid) x)
    SELECT c.name, c.relid, v.name, v.column_name, v.distance, k.oid::regclass, m.amname, i.indisvalid, vecext_internal.file_bytes(k.oid),
        d.rows, d.pending_rows, d.dead_rows, d.advice
    FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid
        JOIN vecext.collection_vectors v ON v.relid = c.relid
        LEFT JOIN (used u JOIN pg_class k ON k.oid = u.index JOIN pg_index i ON i.indexrelid = k.oid JOIN pg_am m ON m.oid = k.relam)
            ON u.relid = v.relid AND u.column_name = v.column_name AND u.distance = v.distance
        LEFT JOIN LATERAL vecext_internal.index_info_now(CASE WHEN i.indisvalid AND NOT EXISTS (
            SELECT FROM vecext_internal.tables_of(c.relid) s JOIN pg_class p ON p.oid = s.relid
            WHERE NOT has_table_privilege(p.oid, 'SELECT') OR p.relpersistence = 'u' AND pg_is_in_recovery())
            THEN k.oid END) d ON true
$$;
COMMENT ON FUNCTION vecext_internal.vector_stats() IS 'what vecext.collection_vector_stats shows';

CREATE VIEW vecext.collection_vector_stats WITH (security_invoker = true) AS SELECT * FROM vecext_internal.vector_stats();
COMMENT ON VIEW vecext.collection_vector_stats IS
    'each vector of each collection: its index, what that holds, and advice; null where there is none, where the role may not read the table, and while another session has locked it';
GRANT SELECT ON vecext.collection_stats, vecext.collection_vector_stats TO PUBLIC;

-- What sessions have done with a collection: the statistics of its tables, which the server keeps, and those of its indexes.
CREATE FUNCTION vecext_internal.collection_use(
        OUT name text, OUT relid regclass, OUT inserted int8, OUT updated int8, OUT deleted int8, OUT table_scans int8,
        OUT searches int8, OUT filtered int8, OUT compared int8, OUT rows_returned int8, OUT total_ms float8, OUT mean_ms float8,
        OUT observed_recall float8, OUT observed_queries int8, OUT damages int8)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH counters AS MATERIALIZED (SELECT * FROM vecext_internal.index_counters())
    SELECT c.name, c.relid, t.inserted, t.updated, t.deleted, t.scans,
        i.scans, i.filtered, i.compared, i.rows, i.ms, CASE WHEN i.scans > 0 THEN i.ms / i.scans END,
        1 - i.missed / nullif(i.observed, 0)::float8, i.queries, i.damages
    FROM vecext.collections c,
    LATERAL (
        SELECT sum(pg_stat_get_tuples_inserted(p.relid))::int8 AS inserted, sum(pg_stat_get_tuples_updated(p.relid))::int8 AS updated,
            sum(pg_stat_get_tuples_deleted(p.relid))::int8 AS deleted, sum(pg_stat_get_numscans(p.relid))::int8 AS scans
        FROM vecext_internal.tables_of(c.relid) p) t,
    LATERAL (
        SELECT sum(s.scans)::int8 AS scans, sum(s.postfilter + s.inline)::int8 AS filtered, sum(s.compared)::int8 AS compared,
            sum(s.rows_returned)::int8 AS rows, sum(s.total_ms) AS ms, sum(s.missed_rows)::int8 AS missed,
            sum(s.observed_rows)::int8 AS observed, sum(s.observed_queries)::int8 AS queries, sum(s.damages)::int8 AS damages
        FROM vecext_internal.tables_of(c.relid) p JOIN pg_index x ON x.indrelid = p.relid JOIN counters s ON s.indexrelid = x.indexrelid) i
$$;
COMMENT ON FUNCTION vecext_internal.collection_use() IS 'what vecext.stat_collections shows';

CREATE VIEW vecext.stat_collections WITH (security_invoker = true) AS SELECT * FROM vecext_internal.collection_use();
COMMENT ON VIEW vecext.stat_collections IS
    'what all sessions have done with each collection: points inserted, updated and deleted and scans of the whole table, since the statistics of the server were reset; and scans of its indexes, as vecext.stat_indexes counts them, null if there were none, or if the role may not read the table';
GRANT SELECT ON vecext.stat_collections TO PUBLIC;
