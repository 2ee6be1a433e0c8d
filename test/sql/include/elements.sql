-- Functions for suites about the operator classes of hnsw with flat graphs. scans.sql comes first.
CREATE FUNCTION pg_temp.operator_of(class text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '{"l2": "<->", "ip": "<#>", "cosine": "<=>", "l1": "<+>", "hamming": "<~>", "jaccard": "<%>"}'::json
        ->> split_part(class, '_', 2)
$$;

-- What is wrong with index shape_v on column v of table "shape", or NULL: each row with a value must be found once, in
-- order.
CREATE FUNCTION pg_temp.wrong(class text, least_recall float8) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    total int := (SELECT count(v) FROM shape);
    nearest text := format('ORDER BY v %s %L', pg_temp.operator_of(class), (SELECT v FROM shape WHERE v IS NOT NULL ORDER BY id LIMIT 1));
    rows text[] := pg_temp.rows_by_index('SELECT id FROM shape WHERE v IS NOT NULL ' || nearest);
    recall float8 := vecext.recall('shape_v', 10, 10);
BEGIN
    RETURN CASE
        WHEN vecext.verify_index('shape_v') < total THEN 'rows missing'
        WHEN (SELECT count(DISTINCT r) FROM unnest(rows) r) <> total OR cardinality(rows) <> total
            THEN format('found %s of %s rows', cardinality(rows), total)
        WHEN NOT pg_temp.ascending(replace(nearest, 'ORDER BY', 'SELECT') || ' FROM shape ' || nearest || ' LIMIT 50')
            THEN 'not in order'
        WHEN recall < least_recall THEN 'recall ' || recall END;
END
$$;

-- The same for new indexes on rows that the expression makes of their number i. Half of the rows are inserted after the
-- build, and then become part of the graph.
CREATE FUNCTION pg_temp.faults(type text, expression text, total int, classes text[],
    least_recall float8 DEFAULT 0.8, each text[] DEFAULT '{m=2,m=16,"m=100,ef_construction=200"}')
RETURNS TABLE (class text, options text, fault text) LANGUAGE plpgsql AS $$
BEGIN
    FOREACH class IN ARRAY classes LOOP
        FOREACH options IN ARRAY each LOOP
            PERFORM setseed(0.5);
            EXECUTE format('CREATE TABLE shape (id int, v %s)', type);
            EXECUTE format('INSERT INTO shape SELECT i, %s FROM generate_series(1, %s / 2) i', expression, total);
            EXECUTE format('CREATE INDEX shape_v ON shape USING hnsw (v %s) WITH (%s)', class, options);
            EXECUTE format('INSERT INTO shape SELECT i, %s FROM generate_series(%s / 2 + 1, %2$s) i', expression, total);
            fault := pg_temp.wrong(class, least_recall);
            PERFORM vecext.merge('shape_v');
            fault := coalesce(fault, 'merged: ' || pg_temp.wrong(class, least_recall));
            fault := coalesce(fault, (SELECT 'nodes ' || nodes FROM vecext.index_info('shape_v')
                WHERE pending_rows > 0 OR nodes <> rows));
            DROP TABLE shape;
            IF fault IS NOT NULL THEN
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END
$$;
