-- Which tables have namespaces. Roles that own a table, and may execute these functions, can give it namespaces: functions run with the
-- rights of their caller.

CREATE FUNCTION vecext_internal.lock_namespace_tables() RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_lock_namespace_tables' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.lock_namespace_tables() IS
    'keeps recount_namespaces() waiting until tables that get or lose namespaces in this transaction have them or not: to be called before any table is locked';

CREATE FUNCTION vecext_internal.set_namespace_table(relid regclass, column_name name) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_set_namespace_table' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.set_namespace_table(regclass, name) IS
    'notes the column by which rows of a table of the caller belong to namespaces; null if they do not any more';

CREATE FUNCTION vecext_internal.execute_for_namespaces(relid regclass, statement text) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_internal_execute_for_namespaces' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.execute_for_namespaces(regclass, text) IS
    'executes a statement as the owner of a table, to whom its policies do not apply meanwhile; returns the first value, or the number of rows';

-- The tables of a table whose statements have triggers: itself, and its partitions, which statements may name as well.
CREATE FUNCTION vecext_internal.tables_with_triggers(relid regclass) RETURNS SETOF regclass LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.oid::regclass FROM pg_class k
    WHERE k.relkind IN ('r', 'p') AND (k.oid = relid OR k.oid IN (SELECT p.relid FROM pg_partition_tree(tables_with_triggers.relid) p))
$$;
COMMENT ON FUNCTION vecext_internal.tables_with_triggers(regclass) IS 'a table and its partitions, but for foreign tables';

-- Ids of points are unique within a namespace, so each unique index on the ids alone becomes one on namespace and id.
CREATE FUNCTION vecext_internal.make_ids_unique_by_namespace(relid regclass, column_name name, id_column name) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT i.indexrelid::regclass AS index, x.relname, c.conname, c.contype
        FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = id_column AND a.attnum = i.indkey[0]
            LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
        WHERE i.indrelid = relid AND i.indisunique AND i.indimmediate AND i.indnkeyatts = 1 AND i.indpred IS NULL
    LOOP
        IF found.conname IS NULL THEN
            EXECUTE format('DROP INDEX %s', found.index);
            EXECUTE format('CREATE UNIQUE INDEX %I ON %s (%I, %I)', found.relname, relid, column_name, id_column);
        ELSE
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I, ADD CONSTRAINT %I %s (%I, %I)', relid, found.conname, found.conname,
                CASE found.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, column_name, id_column);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext_internal.make_ids_unique_by_namespace(regclass, name, name) IS
    'gives the unique indexes on the ids of a collection the namespace as their first column';

-- Locks the table, which must be the caller's.
CREATE FUNCTION vecext_internal.lock_table_of_caller(relid regclass) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class pg_class;
BEGIN
    IF relid IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'table must not be null';
    END IF;
    SELECT * INTO class FROM pg_class k WHERE k.oid = relid;
    IF NOT FOUND THEN
        RAISE undefined_table USING MESSAGE = format('relation with OID %s does not exist', relid::oid);
    END IF;
    IF NOT pg_has_role(class.relowner, 'USAGE') THEN
        RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', class.relname);
    END IF;
    IF class.relkind NOT IN ('r', 'p') OR class.relpersistence = 't' OR class.relnamespace = ANY ('{pg_catalog,vecext}'::regnamespace[])
            OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = relid OR i.inhparent = relid AND class.relkind = 'r') THEN
        RAISE wrong_object_type USING MESSAGE = format('rows of "%s" cannot belong to namespaces', class.relname),
            DETAIL = 'Rows of permanent tables can, and of partitioned tables. For a partition, name the partitioned table.';
    END IF;
    EXECUTE format('LOCK TABLE %s', relid);
END $$;
COMMENT ON FUNCTION vecext_internal.lock_table_of_caller(regclass) IS
    'locks a table for a change of its namespaces; raises an error if it is not the caller''s, or cannot have namespaces';

CREATE FUNCTION vecext.enable_namespaces(relid regclass, column_name name DEFAULT 'namespace') RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    attribute record;
    part regclass;
    id_column name;
    present name;
BEGIN
    PERFORM vecext_internal.lock_namespace_tables();
    PERFORM vecext_internal.lock_table_of_caller(relid);
    -- Triggers with transition tables get no rows of foreign tables.
    SELECT k.oid::regclass INTO part FROM pg_partition_tree(enable_namespaces.relid) p JOIN pg_class k ON k.oid = p.relid WHERE k.relkind = 'f' LIMIT 1;
    IF FOUND THEN
        RAISE wrong_object_type USING MESSAGE = format('rows of table %s cannot belong to namespaces', enable_namespaces.relid),
            DETAIL = format('Partition %s is a foreign table.', part), HINT = 'Give namespaces to the table that the foreign table stands for.';
    END IF;
    IF column_name IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'column of namespaces must not be null';
    END IF;
    SELECT t.column_name INTO present FROM vecext_internal.namespace_tables() t WHERE t.relid = enable_namespaces.relid;
    IF present <> column_name THEN
        RAISE duplicate_object USING MESSAGE = format('rows of table %s belong to namespaces by column "%s"', relid, present);
    END IF;
    SELECT a.attnum, a.atttypid, c.collisdeterministic INTO attribute FROM pg_attribute a LEFT JOIN pg_collation c ON c.oid = a.attcollation
    WHERE a.attrelid = relid AND a.attname = column_name AND NOT a.attisdropped;
    IF NOT FOUND THEN
        EXECUTE format('ALTER TABLE %s ADD COLUMN %I text COLLATE "C" NOT NULL DEFAULT vecext.current_namespace()', relid, column_name);
    ELSIF attribute.atttypid <> 'text'::regtype OR NOT attribute.collisdeterministic OR attribute.attnum < 0 THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" cannot be one of namespaces', column_name),
            DETAIL = 'It must be of type text, with a deterministic collation.';
    ELSE
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL, ALTER COLUMN %I SET DEFAULT vecext.current_namespace()',
            relid, column_name, column_name);
    END IF;

    SELECT c.id_column INTO id_column FROM vecext.collections c WHERE c.relid = enable_namespaces.relid;
    IF id_column IS NOT NULL THEN
        PERFORM vecext_internal.make_ids_unique_by_namespace(relid, column_name, id_column);
    END IF;
    IF NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND i.indkey[0] = a.attnum AND i.indcollation[0] = a.attcollation
            JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
            WHERE a.attrelid = relid AND a.attname = column_name AND m.amname = 'btree' AND i.indpred IS NULL AND i.indisvalid) THEN
        EXECUTE format('CREATE INDEX ON %s (%I)', relid, column_name);
    END IF;

    PERFORM vecext_internal.drop_namespace_rules(relid);
    -- Policies that the table has already say, as before, which rows of the namespace a role may see; without any, all.
    IF NOT (SELECT k.relrowsecurity FROM pg_class k WHERE k.oid = relid) THEN
        EXECUTE format('CREATE POLICY vecext_namespace_rows ON %s USING (true)', relid);
    END IF;
    EXECUTE format('CREATE POLICY vecext_namespace ON %s AS RESTRICTIVE USING (%I = vecext.current_namespace())', relid, column_name);
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', relid);

    FOR part IN SELECT vecext_internal.tables_with_triggers(relid) LOOP
        EXECUTE format('CREATE TRIGGER vecext_namespace_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows()', part);
        EXECUTE format('CREATE TRIGGER vecext_namespace_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows()', part);
        EXECUTE format('CREATE TRIGGER vecext_namespace_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows()', part);
        EXECUTE format('CREATE TRIGGER vecext_namespace_truncate BEFORE TRUNCATE ON %s'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows()', part);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER vecext_namespace_insert, ENABLE ALWAYS TRIGGER vecext_namespace_update,'
            ' ENABLE ALWAYS TRIGGER vecext_namespace_delete, ENABLE ALWAYS TRIGGER vecext_namespace_truncate', part);
    END LOOP;
    PERFORM vecext_internal.set_namespace_table(relid, column_name);
END $$;
COMMENT ON FUNCTION vecext.enable_namespaces(regclass, name) IS
    'makes the rows of a table or a collection of the caller belong to namespaces: a column, which is created if it is not there, a policy, and triggers that count; to be called again after a partition was added';

CREATE FUNCTION vecext_internal.drop_namespace_rules(relid regclass) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT g.tgname, g.tgrelid::regclass AS part FROM pg_trigger g
        WHERE g.tgrelid IN (SELECT vecext_internal.tables_with_triggers(relid)) AND g.tgname LIKE 'vecext\_namespace\_%'
    LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.part);
    END LOOP;
    FOR found IN SELECT p.polname FROM pg_policy p WHERE p.polrelid = relid AND p.polname IN ('vecext_namespace', 'vecext_namespace_rows') LOOP
        EXECUTE format('DROP POLICY %I ON %s', found.polname, relid);
        IF found.polname = 'vecext_namespace_rows' THEN
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', relid);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext_internal.drop_namespace_rules(regclass) IS
    'drops the policies and triggers of namespaces of a table; row-level security is off then, unless the table had it before';

CREATE FUNCTION vecext.disable_namespaces(relid regclass) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    column_name name;
BEGIN
    PERFORM vecext_internal.lock_namespace_tables();
    PERFORM vecext_internal.lock_table_of_caller(relid);
    SELECT t.column_name INTO column_name FROM vecext.namespace_tables t WHERE t.relid = disable_namespaces.relid;
    IF NOT FOUND THEN
        RAISE object_not_in_prerequisite_state USING MESSAGE = format('rows of table %s do not belong to namespaces', relid);
    END IF;
    PERFORM vecext_internal.drop_namespace_rules(relid);
    PERFORM vecext_internal.set_namespace_table(relid, NULL);
    IF EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = column_name) THEN
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', relid, column_name);
    END IF;
END $$;
COMMENT ON FUNCTION vecext.disable_namespaces(regclass) IS
    'makes the rows of a table of the caller visible to all who may read it; its column and indexes of namespaces stay';

CREATE FUNCTION vecext_internal.namespace_tables(OUT relid regclass, OUT column_name name) RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.oid::regclass, t.column_name FROM vecext.namespace_tables t JOIN pg_class k ON k.oid = t.relid
    WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.oid AND a.attname = t.column_name)
    ORDER BY k.oid
$$;
COMMENT ON FUNCTION vecext_internal.namespace_tables() IS
    'the tables whose rows belong to namespaces, but for those dropped while event triggers were disabled';

GRANT SELECT ON vecext.namespace_tables TO PUBLIC;
-- Owners of tables create triggers that call it.
GRANT EXECUTE ON FUNCTION vecext_internal.count_namespace_rows() TO PUBLIC;
-- The owner of a table of namespaces can write rows that are not counted, and keep others from being counted.
REVOKE EXECUTE ON FUNCTION vecext.enable_namespaces(regclass, name), vecext.disable_namespaces(regclass),
    vecext_internal.set_namespace_table(regclass, name), vecext_internal.execute_for_namespaces(regclass, text) FROM PUBLIC;
