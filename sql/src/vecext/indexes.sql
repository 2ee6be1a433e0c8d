-- vecext.indexes: all indexes of a database, for monitoring. The view reads only the catalog and sizes of files, and waits
-- for no lock; index_state() reads the whole index.

CREATE FUNCTION vecext.index_state(
        index regclass, OUT rows int8, OUT pending_rows int8, OUT dead_rows int8, OUT advice text)
    LANGUAGE plpgsql STABLE STRICT
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    SELECT i.rows, i.pending_rows, i.dead_rows, i.advice INTO rows, pending_rows, dead_rows, advice
    FROM vecext.index_info(index) i;
EXCEPTION WHEN OTHERS THEN
    advice := format('%s: %s', SQLSTATE, SQLERRM);
END $$;
COMMENT ON FUNCTION vecext.index_state(regclass) IS
    'the rows and the advice of vecext.index_info; where that raises an error, its SQLSTATE and message as the advice';

CREATE FUNCTION vecext_internal.file_bytes(relation oid) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_internal_file_bytes' LANGUAGE C VOLATILE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.file_bytes(oid) IS
    'the bytes of a table or an index on disk, without those of its TOAST table or its indexes; it waits for no lock';

CREATE VIEW vecext.indexes WITH (security_invoker = true) AS
SELECT c.oid::regclass AS index, n.nspname AS schemaname, t.relname AS tablename, c.relname AS indexname, m.amname AS method,
    x.indisvalid AS valid, CASE WHEN c.reltuples OPERATOR(pg_catalog.>=) 0 THEN c.reltuples::pg_catalog.int8 END AS rows,
    vecext_internal.file_bytes(c.oid) AS bytes, c.reloptions AS options
FROM pg_catalog.pg_index x
    JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) x.indexrelid
    JOIN pg_catalog.pg_class t ON t.oid OPERATOR(pg_catalog.=) x.indrelid
    JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
    JOIN pg_catalog.pg_am m ON m.oid OPERATOR(pg_catalog.=) c.relam
    JOIN pg_catalog.pg_proc h ON h.oid OPERATOR(pg_catalog.=) m.amhandler
WHERE h.probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME' AND c.relkind OPERATOR(pg_catalog.=) 'i'
    AND NOT pg_catalog.pg_is_other_temp_schema(c.relnamespace);
COMMENT ON VIEW vecext.indexes IS
    'each index of ivfpq, ivfflat, hnsw, bm25 and inverted: its table, method, rows (an estimate), size and options';
GRANT SELECT ON vecext.indexes TO PUBLIC;

CREATE FUNCTION vecext.shared_blocks(
        OUT relation regclass, OUT part text, OUT bytes int8, OUT sessions int4, OUT last_used timestamptz)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_shared_blocks' LANGUAGE C VOLATILE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION vecext.shared_blocks() IS
    'what sessions share of the indexes and tables of this database: the part, its size, how many sessions use it, and when one began to last';

CREATE FUNCTION vecext.calibrate(
        index regclass, queries anyarray, OUT k int4, OUT target_recall float8, OUT recall float8, OUT steps float8)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_calibrate' LANGUAGE C VOLATILE PARALLEL UNSAFE ROWS 12;
COMMENT ON FUNCTION vecext.calibrate(regclass, anyarray) IS
    'finds how far searches for these queries have to go, keeps that as an option of the index, and returns for 1, 10 and 100 rows and each target the recall measured and the mean number of nodes or lists, null where all rows are compared instead; null queries take it back';

CREATE FUNCTION vecext.observed_effort(
        index regclass, OUT usesysid oid, OUT way text, OUT most_rows int4, OUT queries int8, OUT steps float8, OUT effort float4[])
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'vecext_observed_effort' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED ROWS 10;
COMMENT ON FUNCTION vecext.observed_effort(regclass) IS
    'what was observed of the queries of each user that the caller may see, apart for searches without conditions, postfilter and inline ones, for up to 3, 30 and 300 rows: how many, the mean number of nodes or lists of a search, and the effort for a recall of .9, .95, .98 and .99, null until it is known';
