-- Tiers of a partitioned table: a hot partition has hnsw indexes, a warm one has ivfpq indexes, and a cold one has ivfpq indexes in another
-- tablespace.

CREATE TABLE vecext_internal.tier_use (
    relid oid PRIMARY KEY,
    scans int8 NOT NULL,
    used_at timestamptz);
COMMENT ON TABLE vecext_internal.tier_use IS
    'what the last CALL of vecext.tier by use has seen of each partition: the scans of its indexes, and when they were last found to be more than before';
ALTER TABLE vecext_internal.tier_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY owned ON vecext_internal.tier_use
    USING (NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relid AND NOT pg_catalog.pg_has_role(c.relowner, 'USAGE')))
    WITH CHECK (EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid OPERATOR(pg_catalog.=) relid AND pg_catalog.pg_has_role(c.relowner, 'USAGE')));
COMMENT ON POLICY owned ON vecext_internal.tier_use IS 'a role reads and writes the rows of its own tables, and may remove those of tables that are gone';
GRANT SELECT, INSERT, UPDATE, DELETE ON vecext_internal.tier_use TO PUBLIC;

-- Not from vecext.indexes, which would look at all indexes of the database for each partition.
CREATE FUNCTION vecext_internal.partition_indexes(partition oid, OUT index oid, OUT method name) RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.indexrelid, m.amname
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam JOIN pg_proc p ON p.oid = m.amhandler
    WHERE i.indrelid = partition AND i.indisvalid AND m.amname IN ('hnsw', 'ivfpq', 'ivfflat') AND p.probin = 'MODULE_PATHNAME'
$$;
COMMENT ON FUNCTION vecext_internal.partition_indexes(oid) IS 'the indexes of vectors of a partition, and their methods';

CREATE FUNCTION vecext_internal.tier_indexes(
        partition oid, target text, OUT index regclass, OUT method name, OUT parent regclass, OUT successor text, OUT has_successor bool)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT x.index, x.method, h.inhparent::regclass, t.successor, EXISTS (
        SELECT FROM pg_index s JOIN pg_class sc ON sc.oid = s.indexrelid JOIN pg_am sm ON sm.oid = sc.relam
        WHERE s.indrelid = partition AND s.indisvalid AND sm.amname = target AND vecext_internal.index_target(s.indexrelid, target, NULL) = t.successor)
    FROM vecext_internal.partition_indexes(partition) x LEFT JOIN pg_inherits h ON h.inhrelid = x.index
        CROSS JOIN LATERAL vecext_internal.index_target(x.index, target, NULL) t (successor)
$$;
COMMENT ON FUNCTION vecext_internal.tier_indexes(oid, text) IS
    'the indexes of vectors of a partition, the partitioned index that one is a part of, and the columns of the index of another method that can replace it, which may be there already';

CREATE FUNCTION vecext_internal.end_of_range(partition oid) RETURNS timestamptz LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp SET datestyle = 'ISO' SET standard_conforming_strings = on AS $$
DECLARE
    bound record;
    earliest timestamptz;
BEGIN
    FOR bound IN
        SELECT y.oid AS type, substring(pg_get_expr(c.relpartbound, c.oid) FROM '\) TO \(''([^'']+)''') AS value
        FROM pg_partition_ancestors(partition) a JOIN pg_class c ON c.oid = a.relid JOIN pg_inherits h ON h.inhrelid = c.oid
            JOIN pg_partitioned_table p ON p.partrelid = h.inhparent JOIN pg_attribute t ON t.attrelid = p.partrelid AND t.attnum = p.partattrs[0]
            JOIN pg_type y ON y.oid = t.atttypid
        WHERE p.partstrat = 'r' AND y.oid IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)
    LOOP
        IF bound.type = 'timestamptz'::regtype THEN
            earliest := least(earliest, bound.value::timestamptz);
        ELSE
            earliest := least(earliest, bound.value::timestamp::timestamptz);
        END IF;
    END LOOP;
    RETURN earliest;
END $$;
COMMENT ON FUNCTION vecext_internal.end_of_range(oid) IS
    'the upper bound of a partition of ranges of a date or a time, or of the one that it is a part of; null if it has none';

CREATE FUNCTION vecext_internal.tier_statements(partition regclass, target text, cold_tablespace name) RETURNS SETOF text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    wanted text := CASE target WHEN 'hot' THEN 'hnsw' WHEN 'warm' THEN 'ivfpq' WHEN 'cold' THEN 'ivfpq' END;
    of_database oid := (SELECT d.dattablespace FROM pg_database d WHERE d.datname = current_database());
    cold oid := (SELECT s.oid FROM pg_tablespace s WHERE s.spcname = cold_tablespace);
    x record;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = partition AND c.relispartition AND c.relkind = 'r') THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is not a partition, or not a table', partition);
    ELSIF wanted IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('"%s" is not a tier', target), HINT = 'Tiers are "hot", "warm" and "cold".';
    ELSIF cold IS NULL AND cold_tablespace IS NOT NULL THEN
        RAISE undefined_object USING MESSAGE = format('tablespace "%s" does not exist', cold_tablespace);
    ELSIF cold IS NULL AND target = 'cold' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the cold tier needs a tablespace', HINT = 'Name it as the argument "cold_tablespace".';
    END IF;
    FOR x IN SELECT * FROM vecext_internal.tier_indexes(partition, wanted) i
        WHERE i.method <> wanted AND i.successor IS NOT NULL ORDER BY i.index::text
    LOOP
        IF x.parent IS NOT NULL THEN
            RAISE object_not_in_prerequisite_state USING
                MESSAGE = format('index %s is a part of the partitioned index %s, and cannot be dropped alone', x.index, x.parent),
                HINT = 'Create an index on each partition, not on the partitioned table, and then drop the partitioned index.';
        END IF;
        IF NOT x.has_successor THEN
            RETURN NEXT 'CREATE INDEX ' || vecext_internal.index_target(x.index, wanted, (
                SELECT CASE WHEN target = 'cold' THEN cold_tablespace WHEN c.reltablespace = cold THEN r.spcname ELSE s.spcname END
                FROM pg_class c LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
                    LEFT JOIN (pg_class p JOIN pg_tablespace r ON r.oid = p.reltablespace) ON p.oid = pg_partition_root(partition)
                WHERE c.oid = x.index));
        END IF;
        RETURN NEXT 'DROP INDEX ' || x.index;
    END LOOP;
    -- The table and its indexes go to the cold tablespace together, and from there to that of the partitioned table.
    RETURN QUERY
        SELECT format('ALTER %s %s SET TABLESPACE %I', CASE c.relkind WHEN 'r' THEN 'TABLE' ELSE 'INDEX' END, c.oid::regclass, s.spcname)
        FROM pg_class r JOIN pg_tablespace s ON s.oid = CASE WHEN target = 'cold' THEN cold ELSE coalesce(nullif(r.reltablespace, 0), of_database) END
            JOIN pg_class c ON c.oid = partition OR c.oid IN (
                SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = partition
                EXCEPT SELECT i.index FROM vecext_internal.tier_indexes(partition, wanted) i WHERE i.method <> wanted AND i.successor IS NOT NULL)
        WHERE r.oid = pg_partition_root(partition) AND coalesce(nullif(c.reltablespace, 0), of_database) <> s.oid
            AND (target = 'cold' OR coalesce(nullif(c.reltablespace, 0), of_database) = cold)
        ORDER BY c.relkind DESC, c.oid::regclass::text;
END $$;
COMMENT ON FUNCTION vecext_internal.tier_statements(regclass, text, name) IS 'the statements that bring a partition to a tier, in their order; none if it is there';

CREATE FUNCTION vecext_internal.tier_scans(partition oid) RETURNS int8 LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(pg_stat_get_numscans(i.index)), 0)::int8 FROM vecext_internal.partition_indexes(partition) i
$$;
COMMENT ON FUNCTION vecext_internal.tier_scans(oid) IS 'how often the indexes of vectors of a partition were scanned';

-- Counts of the server outlast a restart, and last_scan of vecext.stat_indexes does not. An index that replaces another one begins to count at 0.
CREATE FUNCTION vecext_internal.last_use(partition oid) RETURNS timestamptz LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN n.scans > u.scans OR (n.scans < u.scans AND n.scans > 0) THEN now() ELSE u.used_at END
    FROM vecext_internal.tier_use u, vecext_internal.tier_scans(partition) n (scans) WHERE u.relid = partition
$$;
COMMENT ON FUNCTION vecext_internal.last_use(oid) IS
    'now if a partition was searched since the last CALL of vecext.tier by use, else when it was found so before; null if no such CALL has seen it';

CREATE FUNCTION vecext_internal.note_use(partitions regclass[], tiers text[], warm_after interval, cold_after interval) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM vecext_internal.tier_use u WHERE NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = u.relid);
    INSERT INTO vecext_internal.tier_use AS u
    SELECT c.oid, vecext_internal.tier_scans(c.oid),
        now() - coalesce(CASE p.tier WHEN 'cold' THEN cold_after END, CASE WHEN p.tier <> 'hot' THEN warm_after END, interval '0')
    FROM unnest(partitions, tiers) p (partition, tier) JOIN pg_class c ON c.oid = p.partition WHERE pg_has_role(c.relowner, 'USAGE')
    ON CONFLICT (relid) DO UPDATE SET used_at = vecext_internal.last_use(u.relid), scans = excluded.scans;
END $$;
COMMENT ON FUNCTION vecext_internal.note_use(regclass[], text[], interval, interval) IS
    'keeps what vecext.tier sees of the use of those partitions that the role owns; one that it sees for the first time is as old as its tier begins';

CREATE FUNCTION vecext.tier_plan(
        relation regclass, warm_after interval DEFAULT NULL, cold_after interval DEFAULT NULL, cold_tablespace name DEFAULT NULL, basis text DEFAULT 'age',
        OUT partition regclass, OUT since timestamptz, OUT tier text, OUT target text, OUT statements text[])
    RETURNS SETOF record LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    hint text;
BEGIN
    IF basis IS NULL OR basis NOT IN ('age', 'use') THEN
        RAISE invalid_parameter_value USING MESSAGE = format('"%s" is not a basis of tiers', basis), HINT = 'Partitions are moved by "age" or by "use".';
    ELSIF warm_after IS NULL AND cold_after IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'no age of a tier is given', HINT = 'Name it as the argument "warm_after" or "cold_after".';
    ELSIF cold_after IS NOT NULL AND cold_tablespace IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the cold tier needs a tablespace', HINT = 'Name it as the argument "cold_tablespace".';
    END IF;
    FOR partition, since, tier IN
        SELECT c.oid, CASE basis WHEN 'age' THEN vecext_internal.end_of_range(c.oid) ELSE vecext_internal.last_use(c.oid) END,
            CASE WHEN m.is_hot THEN 'hot' WHEN s.spcname = cold_tablespace THEN 'cold' ELSE 'warm' END
        FROM pg_partition_tree(relation) p JOIN pg_class c ON c.oid = p.relid LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
            JOIN LATERAL (SELECT bool_or(i.method = 'hnsw') AS is_hot FROM vecext_internal.partition_indexes(c.oid) i) m ON m.is_hot IS NOT NULL
        WHERE p.isleaf AND c.relkind = 'r' AND c.relispartition
        ORDER BY 2, c.oid::regclass::text
    LOOP
        target := CASE WHEN since IS NULL THEN tier WHEN since <= now() - cold_after THEN 'cold' WHEN since <= now() - warm_after THEN 'warm' ELSE 'hot' END;
        statements := '{}';
        IF since IS NOT NULL THEN
            BEGIN
                statements := ARRAY(SELECT vecext_internal.tier_statements(partition, target, cold_tablespace));
            EXCEPTION WHEN object_not_in_prerequisite_state THEN
                GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
                RAISE WARNING USING ERRCODE = SQLSTATE, HINT = hint,
                    MESSAGE = format('partition %s cannot be brought to tier "%s": %s', partition, target, SQLERRM);
            END;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.tier_plan(regclass, interval, interval, name, text) IS
    'what CALL vecext.tier with the same arguments would do: each partition with an index of vectors, the end of its range or its last use, its tier, the tier that it belongs to, and the statements that bring it there';

CREATE FUNCTION vecext_internal.tier_step(partition regclass, target text, cold_tablespace name) RETURNS bool LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp SET default_tablespace = '' SET lock_timeout = '2s' AS $$
DECLARE
    statements text[];
BEGIN
    -- Two calls at a time do not create two indexes, and a statement is of the indexes that are there. lock_timeout is longer than
    -- deadlock_timeout is by default, after which an autovacuum that has the lock is cancelled.
    EXECUTE format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', partition);
    statements := ARRAY(SELECT vecext_internal.tier_statements(partition, target, cold_tablespace));
    IF statements = '{}' THEN
        RETURN false;
    END IF;
    EXECUTE statements[1];
    RAISE NOTICE '%', statements[1];
    -- PostgreSQL may write the condition of the new index in other words than that of the old one, and then the old one is not known to
    -- have a successor. So it goes at once.
    IF statements[1] = (SELECT s FROM vecext_internal.tier_statements(partition, target, cold_tablespace) s LIMIT 1) THEN
        EXECUTE statements[2];
        RAISE NOTICE '%', statements[2];
    END IF;
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING USING ERRCODE = SQLSTATE, MESSAGE = format('partition %s is not brought to tier "%s": %s', partition, target, SQLERRM);
    RETURN false;
END $$;
COMMENT ON FUNCTION vecext_internal.tier_step(regclass, text, name) IS
    'executes the first of the statements that bring a partition to a tier; false if none is left, or if it has failed, which is a WARNING';

-- A procedure that commits can have no search_path of its own.
CREATE PROCEDURE vecext_internal.move_partitions(partitions regclass[], targets text[], cold_tablespace name) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. pg_catalog.cardinality(partitions) LOOP
        WHILE vecext_internal.tier_step(partitions[i], targets[i], cold_tablespace) LOOP
            COMMIT;
        END LOOP;
        COMMIT;
    END LOOP;
END $$;
COMMENT ON PROCEDURE vecext_internal.move_partitions(regclass[], text[], name) IS
    'brings each partition to its tier, and commits after each statement';

CREATE PROCEDURE vecext.tier(
        relation regclass, warm_after interval DEFAULT NULL, cold_after interval DEFAULT NULL, cold_tablespace name DEFAULT NULL, basis text DEFAULT 'age')
    LANGUAGE plpgsql AS $$
DECLARE
    seen pg_catalog.regclass[];
    tiers pg_catalog.text[];
    partitions pg_catalog.regclass[];
    targets pg_catalog.text[];
BEGIN
    -- An error at once in a transaction that cannot be committed here.
    COMMIT;
    SELECT pg_catalog.array_agg(p.partition), pg_catalog.array_agg(p.tier), pg_catalog.array_agg(p.partition) FILTER (WHERE pg_catalog.cardinality(p.statements) OPERATOR(pg_catalog.>) 0),
        pg_catalog.array_agg(p.target) FILTER (WHERE pg_catalog.cardinality(p.statements) OPERATOR(pg_catalog.>) 0)
    INTO seen, tiers, partitions, targets
    FROM vecext.tier_plan(relation, warm_after, cold_after, cold_tablespace, basis) p;
    IF basis OPERATOR(pg_catalog.=) 'use' THEN
        PERFORM vecext_internal.note_use(seen, tiers, warm_after, cold_after);
    END IF;
    CALL vecext_internal.move_partitions(coalesce(partitions, '{}'), targets, cold_tablespace);
    IF basis OPERATOR(pg_catalog.=) 'use' THEN
        -- The counts of new indexes, so that their first scans are more.
        PERFORM vecext_internal.note_use(seen, tiers, warm_after, cold_after);
    END IF;
END $$;
COMMENT ON PROCEDURE vecext.tier(regclass, interval, interval, name, text) IS
    'brings partitions to their tiers by the ends of their ranges, or by when they were last searched: hot ones have hnsw indexes, warm ones ivfpq, cold ones ivfpq in another tablespace; commits after each statement, and goes on with the next partition where one fails';

CREATE PROCEDURE vecext.tier_partitions(partitions regclass[], target text, cold_tablespace name DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
    COMMIT;
    PERFORM vecext_internal.tier_statements(p, target, cold_tablespace) FROM pg_catalog.unnest(partitions) p;
    CALL vecext_internal.move_partitions(partitions, pg_catalog.array_fill(target, ARRAY[pg_catalog.cardinality(partitions)]), cold_tablespace);
END $$;
COMMENT ON PROCEDURE vecext.tier_partitions(regclass[], text, name) IS 'brings partitions to a tier, as vecext.tier does';
