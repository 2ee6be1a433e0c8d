-- Compares the rows of "things" that match a condition: by the row set of index `keep`, and by a sequential scan. Are they
-- the same, how many are they, was there a row set, and how many rows did it have?
CREATE FUNCTION compare(condition text, keep text)
RETURNS TABLE (same bool, found bigint, by_set bool, in_set bigint) LANGUAGE plpgsql AS $$
DECLARE
    statement text := format('SELECT id FROM things WHERE %s ORDER BY v <-> ''[1,2,3]'' LIMIT 30000', condition);
    rows_of_set int[];
    rows_of_table int[];
    plan json;
BEGIN
    UPDATE pg_index SET indisvalid = indexrelid IN ('things_v'::regclass, 'things_pkey'::regclass, keep::regclass)
        WHERE indrelid = 'things'::regclass;
    SET LOCAL vecext.filter_strategy = inline;
    SET LOCAL enable_seqscan = off;
    EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || statement INTO plan;
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (%s) s', statement) INTO rows_of_set;
    SET LOCAL vecext.filter_strategy = off;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM (%s) s', statement) INTO rows_of_table;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    RETURN QUERY SELECT rows_of_set IS NOT DISTINCT FROM rows_of_table, coalesce(cardinality(rows_of_table), 0)::bigint,
        plan::text LIKE '%"FilteredVectorScan"%' AND plan::text LIKE '%"Bitmap Index Scan"%',
        (substring(plan::text FROM '"Rows in Set": (\d+)'))::bigint;
END
$$;
