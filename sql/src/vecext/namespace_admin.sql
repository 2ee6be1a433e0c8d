-- Administers namespaces: what they are called, what they may use, which roles and tables have them, and how they end. Those
-- who may execute the first group need no rights on the tables of namespaces.

CREATE FUNCTION vecext_internal.tier_quotas(tier text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    unlimited jsonb := '{"max_vectors": null, "max_storage_bytes": null, "max_requests_per_second": null, "max_concurrent_queries": null,
        "max_dimension": null, "max_results_per_query": null, "max_batch_size": null}';
BEGIN
    CASE tier
    WHEN 'free' THEN
        RETURN unlimited || '{"max_vectors": 10000, "max_storage_bytes": 104857600, "max_requests_per_second": 10}';
    WHEN 'pro' THEN
        RETURN unlimited || '{"max_vectors": 1000000, "max_storage_bytes": 10737418240, "max_requests_per_second": 100}';
    WHEN 'unlimited' THEN
        RETURN unlimited;
    ELSE
        RAISE invalid_parameter_value USING MESSAGE = format('unknown tier "%s"', tier),
            HINT = 'Tiers are "free", "pro" and "unlimited".';
    END CASE;
END $$;
COMMENT ON FUNCTION vecext_internal.tier_quotas(text) IS 'all quotas of a tier';

CREATE FUNCTION vecext_internal.check_quotas(quotas jsonb) RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    quota record;
BEGIN
    IF jsonb_typeof(quotas) IS DISTINCT FROM 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'quotas must be an object';
    END IF;
    FOR quota IN
        SELECT q.key, q.value, m.most FROM jsonb_each(quotas) q LEFT JOIN (VALUES ('max_vectors', 9223372036854775807),
            ('max_storage_bytes', 9223372036854775807), ('max_requests_per_second', 10000), ('max_concurrent_queries', 2147483647),
            ('max_dimension', 2147483647), ('max_results_per_query', 2147483647), ('max_batch_size', 2147483647)) m (key, most) ON m.key = q.key
    LOOP
        IF quota.most IS NULL THEN
            RAISE invalid_parameter_value USING MESSAGE = format('unknown quota "%s"', quota.key),
                HINT = 'Quotas are "max_vectors", "max_storage_bytes", "max_requests_per_second", "max_concurrent_queries", '
                    || '"max_dimension", "max_results_per_query" and "max_batch_size".';
        END IF;
        IF (CASE jsonb_typeof(quota.value) WHEN 'null' THEN false
                WHEN 'number' THEN quota.value::numeric <> trunc(quota.value::numeric) OR quota.value::numeric NOT BETWEEN 0 AND quota.most
                ELSE true END) THEN
            RAISE invalid_parameter_value USING
                MESSAGE = format('quota "%s" must be an integer of 0 to %s, or null', quota.key, quota.most);
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext_internal.check_quotas(jsonb) IS 'raises an error if an object has other members than quotas, or a value that a quota cannot have';

CREATE FUNCTION vecext_internal.check_metadata(metadata jsonb) RETURNS void LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(metadata) IS DISTINCT FROM 'object' THEN
        RAISE invalid_parameter_value USING MESSAGE = 'metadata of a namespace must be an object';
    END IF;
END $$;
COMMENT ON FUNCTION vecext_internal.check_metadata(jsonb) IS 'raises an error unless the metadata of a namespace is an object';

CREATE FUNCTION vecext_internal.namespace_json(n vecext.namespaces) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('id', n.id, 'name', n.name, 'tier', n.tier, 'status', n.status, 'quotas', jsonb_build_object(
            'max_vectors', n.max_vectors, 'max_storage_bytes', n.max_storage_bytes, 'max_requests_per_second', n.max_requests_per_second,
            'max_concurrent_queries', n.max_concurrent_queries, 'max_dimension', n.max_dimension,
            'max_results_per_query', n.max_results_per_query, 'max_batch_size', n.max_batch_size),
        'metadata', n.metadata, 'created_at', n.created_at, 'updated_at', n.updated_at)
$$;
COMMENT ON FUNCTION vecext_internal.namespace_json(vecext.namespaces) IS 'a namespace as functions return it';

CREATE FUNCTION vecext_internal.namespace_of_id(id text, for_change bool) RETURNS vecext.namespaces LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found vecext.namespaces;
BEGIN
    IF for_change THEN
        SELECT * INTO found FROM vecext.namespaces n WHERE n.id = namespace_of_id.id FOR UPDATE;
    ELSE
        SELECT * INTO found FROM vecext.namespaces n WHERE n.id = namespace_of_id.id;
    END IF;
    IF found.number IS NULL THEN
        RAISE undefined_object USING MESSAGE = format('namespace "%s" does not exist', id), SCHEMA = 'vecext', CONSTRAINT = 'namespace';
    END IF;
    RETURN found;
END $$;
COMMENT ON FUNCTION vecext_internal.namespace_of_id(text, bool) IS
    'the row of a namespace, locked if it is to be changed; raises an error if it does not exist';

-- The changes are columns of the table.
CREATE FUNCTION vecext_internal.change_namespace(id text, changes jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    n vecext.namespaces := jsonb_populate_record(vecext_internal.namespace_of_id(id, true),
        changes || jsonb_build_object('updated_at', now()));
BEGIN
    UPDATE vecext.namespaces k SET tier = n.tier, status = n.status, max_vectors = n.max_vectors, max_storage_bytes = n.max_storage_bytes,
        max_requests_per_second = n.max_requests_per_second, max_concurrent_queries = n.max_concurrent_queries,
        max_dimension = n.max_dimension, max_results_per_query = n.max_results_per_query, max_batch_size = n.max_batch_size,
        metadata = n.metadata, updated_at = n.updated_at
    WHERE k.number = n.number;
    RETURN vecext_internal.namespace_json(n);
END $$;
COMMENT ON FUNCTION vecext_internal.change_namespace(text, jsonb) IS 'changes a namespace, and returns it';

CREATE FUNCTION vecext.create_namespace(id text, name text DEFAULT NULL, tier text DEFAULT 'free', quotas jsonb DEFAULT NULL,
        metadata jsonb DEFAULT '{}') RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    given jsonb := coalesce(quotas, '{}');
    n vecext.namespaces;
BEGIN
    IF id IS NULL OR octet_length(id) > 255 OR id !~ '^[^[:cntrl:]]+$' THEN
        RAISE invalid_parameter_value USING MESSAGE = format('"%s" cannot be the id of a namespace', id),
            DETAIL = 'An id has 1 to 255 bytes, and no control characters.';
    END IF;
    -- The id '*' means all namespaces where a role gets one.
    IF id = '*' THEN
        RAISE reserved_name USING MESSAGE = 'namespace "*" is reserved';
    END IF;
    PERFORM vecext_internal.check_quotas(given), vecext_internal.check_metadata(coalesce(metadata, '{}'));
    n := jsonb_populate_record(NULL::vecext.namespaces, vecext_internal.tier_quotas(coalesce(tier, 'free')) || given);
    INSERT INTO vecext.namespaces AS k (id, name, tier, max_vectors, max_storage_bytes, max_requests_per_second, max_concurrent_queries,
        max_dimension, max_results_per_query, max_batch_size, metadata)
    VALUES (create_namespace.id, coalesce(create_namespace.name, create_namespace.id), coalesce(create_namespace.tier, 'free'),
        n.max_vectors, n.max_storage_bytes, n.max_requests_per_second, n.max_concurrent_queries, n.max_dimension, n.max_results_per_query,
        n.max_batch_size, coalesce(create_namespace.metadata, '{}'))
    ON CONFLICT ON CONSTRAINT namespaces_pkey DO NOTHING
    RETURNING k.* INTO n;
    IF NOT FOUND THEN
        RAISE duplicate_object USING MESSAGE = format('namespace "%s" already exists', id);
    END IF;
    INSERT INTO vecext.namespace_usage VALUES (n.number, 0, 0, 0, 0, 0, now());
    RETURN vecext_internal.namespace_json(n);
END $$;
COMMENT ON FUNCTION vecext.create_namespace(text, text, text, jsonb, jsonb) IS
    'creates a namespace with the quotas of its tier, free, pro or unlimited, and those given; returns it';

CREATE FUNCTION vecext.get_namespace(id text) RETURNS jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT vecext_internal.namespace_json(vecext_internal.namespace_of_id(id, false))
$$;
COMMENT ON FUNCTION vecext.get_namespace(text) IS 'a namespace with its quotas; one that is null is not limited';

CREATE FUNCTION vecext.list_namespaces() RETURNS SETOF jsonb LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT vecext_internal.namespace_json(n) FROM vecext.namespaces n ORDER BY n.id
$$;
COMMENT ON FUNCTION vecext.list_namespaces() IS 'all namespaces, as get_namespace() returns them, in the order of their ids';

CREATE FUNCTION vecext.update_namespace_quotas(id text, quotas jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext_internal.check_quotas(quotas);
    RETURN vecext_internal.change_namespace(id, quotas);
END $$;
COMMENT ON FUNCTION vecext.update_namespace_quotas(text, jsonb) IS
    'changes the quotas that are given, null for no limit; rows that are beyond a quota stay; returns the namespace';

CREATE FUNCTION vecext.update_namespace_status(id text, status text) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (status = ANY ('{active,read_only,suspended,pending_deletion}')) IS NOT TRUE THEN
        RAISE invalid_parameter_value USING MESSAGE = format('unknown status "%s"', status),
            HINT = 'A namespace is "active", "read_only", "suspended" or "pending_deletion".';
    END IF;
    RETURN vecext_internal.change_namespace(id, jsonb_build_object('status', status));
END $$;
COMMENT ON FUNCTION vecext.update_namespace_status(text, text) IS
    'makes a namespace active, read_only, suspended or pending_deletion; returns it';

CREATE FUNCTION vecext.update_namespace_tier(id text, tier text) RETURNS jsonb LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT vecext_internal.change_namespace(id, vecext_internal.tier_quotas(tier) || jsonb_build_object('tier', tier))
$$;
COMMENT ON FUNCTION vecext.update_namespace_tier(text, text) IS
    'moves a namespace to another tier, with all quotas of that tier; returns it';

CREATE FUNCTION vecext.update_namespace_metadata(id text, metadata jsonb) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext_internal.check_metadata(metadata);
    RETURN vecext_internal.change_namespace(id, jsonb_build_object('metadata', metadata));
END $$;
COMMENT ON FUNCTION vecext.update_namespace_metadata(text, jsonb) IS 'replaces the metadata of a namespace; returns it';

CREATE FUNCTION vecext.grant_namespace(role regrole, id text) RETURNS void LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    granted text := nullif(id, '*');
BEGIN
    IF role IS NULL OR id IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'role and namespace must not be null';
    END IF;
    IF granted IS NOT NULL THEN
        -- The row is locked, so that the namespace is not deleted meanwhile.
        PERFORM vecext_internal.namespace_of_id(granted, true);
    END IF;
    INSERT INTO vecext.namespace_roles AS r VALUES (grant_namespace.role, granted)
    ON CONFLICT ON CONSTRAINT namespace_roles_pkey DO UPDATE SET namespace = EXCLUDED.namespace;
END $$;
COMMENT ON FUNCTION vecext.grant_namespace(regrole, text) IS
    'makes a namespace that of a role, in place of the one that it had; * lets the role choose by the setting vecext.namespace';

CREATE FUNCTION vecext.revoke_namespace(role regrole) RETURNS void LANGUAGE sql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
    DELETE FROM vecext.namespace_roles r WHERE r.role = revoke_namespace.role
$$;
COMMENT ON FUNCTION vecext.revoke_namespace(regrole) IS 'takes the namespace of a role away: the role sees no rows of namespaces then';

-- Which tables have namespaces.

CREATE FUNCTION vecext_internal.set_namespace_table(relid regclass, column_name name) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_set_namespace_table' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.set_namespace_table(regclass, name) IS
    'notes the column by which rows of a table of the caller belong to namespaces; null if they do not any more';

CREATE FUNCTION vecext_internal.execute_for_namespaces(relid regclass, statement text) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_internal_execute_for_namespaces' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.execute_for_namespaces(regclass, text) IS
    'executes a statement as the owner of a table, to whom its policies do not apply meanwhile; returns the first value, or the number of rows';

CREATE FUNCTION vecext_internal.lock_namespace(number int4) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_lock_namespace' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.lock_namespace(int4) IS
    'waits for transactions that have written rows of a namespace, and keeps others from writing some until this one ends';

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
    PERFORM vecext_internal.lock_table_of_caller(relid);
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
    -- A partitioned table of which each partition has one namespace needs no index to find the rows of one.
    IF NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND i.indkey[0] = a.attnum
            JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
            WHERE a.attrelid = relid AND a.attname = column_name AND m.amname = 'btree' AND i.indpred IS NULL AND i.indisvalid)
        AND NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_partitioned_table p ON p.partrelid = a.attrelid AND p.partattrs[0] = a.attnum
            WHERE a.attrelid = relid AND a.attname = column_name AND p.partstrat = 'l') THEN
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
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows(%L)', part, column_name);
        EXECUTE format('CREATE TRIGGER vecext_namespace_update AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows(%L)', part, column_name);
        EXECUTE format('CREATE TRIGGER vecext_namespace_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows(%L)', part, column_name);
        EXECUTE format('CREATE TRIGGER vecext_namespace_truncate BEFORE TRUNCATE ON %s'
            ' FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows(%L)', part, column_name);
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

-- Statistics.

CREATE FUNCTION vecext_internal.namespace_tables(OUT relid regclass, OUT column_name name) RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.oid::regclass, t.column_name FROM vecext.namespace_tables t JOIN pg_class k ON k.oid = t.relid
    WHERE EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = k.oid AND a.attname = t.column_name)
    ORDER BY k.oid
$$;
COMMENT ON FUNCTION vecext_internal.namespace_tables() IS
    'the tables whose rows belong to namespaces, but for those dropped while event triggers were disabled';

CREATE FUNCTION vecext_internal.share_used(used int8, most int8) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN most = 0 THEN 1 ELSE used::float8 / most END
$$;
COMMENT ON FUNCTION vecext_internal.share_used(int8, int8) IS 'the part of a quota that is used; null if it is not limited';

CREATE FUNCTION vecext.namespace_stats(id text) RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    n vecext.namespaces := vecext_internal.namespace_of_id(id, false);
    owned record;
    c record;
    found int8;
    active int8 := 0;
    dimensions int4[];
BEGIN
    PERFORM vecext_internal.count_namespace(n.number);
    SELECT k.is_counted, k.vectors, k.bytes, k.running, k.last_second, k.requests + u.requests AS requests, k.queries + u.queries AS queries,
        k.upserts + u.upserts AS upserts, k.deletes + u.deletes AS deletes, k.deleted_vectors + u.deleted_vectors AS deleted
    INTO c FROM vecext_internal.namespace_counters() k JOIN vecext.namespace_usage u USING (number) WHERE k.number = n.number;
    FOR owned IN SELECT * FROM vecext_internal.namespace_tables() LOOP
        found := vecext_internal.execute_for_namespaces(owned.relid,
            format('SELECT pg_catalog.count(*) FROM %s WHERE %I = %L', owned.relid, owned.column_name, n.id));
        IF found > 0 THEN
            active := active + found;
            dimensions := dimensions || ARRAY(SELECT a.atttypmod FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                WHERE a.attrelid = owned.relid AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypmod > 0
                    AND ltrim(t.typname, '_') = ANY ('{vector,halfvec,sparsevec}'));
        END IF;
    END LOOP;
    -- A standby does not count.
    IF NOT c.is_counted THEN
        c.vectors := active;
        c.bytes := NULL;
    END IF;
    RETURN jsonb_build_object('id', n.id, 'status', n.status, 'vectors', c.vectors, 'active', active, 'deleted', c.deleted, 'bytes', c.bytes,
        'dimension', (SELECT CASE WHEN min(d) = max(d) THEN min(d) END FROM unnest(dimensions) d),
        'quota_utilization', coalesce(greatest(vecext_internal.share_used(c.vectors, n.max_vectors),
            vecext_internal.share_used(c.bytes, n.max_storage_bytes)), 0),
        'requests', c.requests, 'queries', c.queries, 'upserts', c.upserts, 'deletes', c.deletes, 'running', c.running,
        'requests_last_second', c.last_second);
END $$;
COMMENT ON FUNCTION vecext.namespace_stats(text) IS
    'what a namespace uses: vectors and bytes, those of open transactions included, vectors that can be read now (active) and that were deleted, their dimension, the largest part of a quota that is used, and calls';

CREATE FUNCTION vecext.aggregate_stats() RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext_internal.count_namespace(n.number) FROM vecext.namespaces n;
    RETURN (SELECT jsonb_build_object('namespaces', count(*), 'active_namespaces', count(*) FILTER (WHERE n.status = 'active'),
            'vectors', coalesce(sum(c.vectors), 0), 'bytes', coalesce(sum(c.bytes), 0), 'requests', coalesce(sum(c.requests + u.requests), 0))
        FROM vecext.namespaces n JOIN vecext_internal.namespace_counters() c USING (number) JOIN vecext.namespace_usage u USING (number));
END $$;
COMMENT ON FUNCTION vecext.aggregate_stats() IS 'what all namespaces of the database use together';

CREATE FUNCTION vecext.my_namespace_stats() RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_my_namespace_stats' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.my_namespace_stats() IS
    'what the namespace of the current role uses, as namespace_stats() returns it; null if the role has none';

-- The end of a namespace.

-- Triggers that wait for the end of the transaction cannot be fired as the owner of the table, so constraints of the table are
-- checked at once. SET CONSTRAINTS means all constraints of a name: none is named that another role's table has, too.
CREATE FUNCTION vecext_internal.check_constraints_at_once(relid regclass) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    names text := (SELECT string_agg(DISTINCT format('%I.%I', n.nspname, c.conname), ', ')
        FROM pg_class t, pg_trigger g JOIN pg_constraint c ON c.oid = g.tgconstraint JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE t.oid = relid AND g.tgrelid IN (SELECT vecext_internal.tables_with_triggers(relid)) AND g.tgdeferrable
            AND NOT EXISTS (SELECT FROM pg_constraint o JOIN pg_class k ON k.oid = o.conrelid
                WHERE o.connamespace = c.connamespace AND o.conname = c.conname AND k.relowner <> t.relowner));
BEGIN
    IF names IS NOT NULL THEN
        PERFORM vecext_internal.execute_for_namespaces(relid, format('SET CONSTRAINTS %s IMMEDIATE', names));
    END IF;
END $$;
COMMENT ON FUNCTION vecext_internal.check_constraints_at_once(regclass) IS
    'makes statements of this transaction check deferrable constraints of a table at their end';

CREATE FUNCTION vecext_internal.remove_namespace(n vecext.namespaces) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owned record;
    part regclass;
BEGIN
    PERFORM vecext_internal.lock_namespace(n.number);
    FOR owned IN SELECT * FROM vecext_internal.namespace_tables() LOOP
        FOR part IN
            SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class k ON k.oid = i.inhrelid
                JOIN pg_partitioned_table p ON p.partrelid = i.inhparent
                JOIN pg_attribute a ON a.attrelid = i.inhparent AND a.attnum = p.partattrs[0]
            WHERE i.inhparent = owned.relid AND p.partstrat = 'l' AND a.attname = owned.column_name
                AND pg_get_expr(k.relpartbound, k.oid) = format('FOR VALUES IN (''%s'')', replace(n.id, '''', ''''''))
        LOOP
            PERFORM vecext_internal.execute_for_namespaces(part, format('DROP TABLE %s', part));
        END LOOP;
        PERFORM vecext_internal.check_constraints_at_once(owned.relid);
        PERFORM vecext_internal.execute_for_namespaces(owned.relid,
            format('DELETE FROM %s WHERE %I = %L', owned.relid, owned.column_name, n.id));
    END LOOP;
    DELETE FROM vecext.namespace_roles r WHERE r.namespace = n.id;
    DELETE FROM vecext.namespace_usage u WHERE u.number = n.number;
    DELETE FROM vecext.namespaces k WHERE k.number = n.number;
END $$;
COMMENT ON FUNCTION vecext_internal.remove_namespace(vecext.namespaces) IS
    'removes a namespace with its rows and with the partitions that are its own';

CREATE FUNCTION vecext.delete_namespace(id text, force bool DEFAULT false) RETURNS bool LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF force THEN
        PERFORM vecext_internal.remove_namespace(vecext_internal.namespace_of_id(id, true));
        RETURN true;
    END IF;
    PERFORM vecext_internal.change_namespace(id, '{"status": "pending_deletion"}');
    RETURN false;
END $$;
COMMENT ON FUNCTION vecext.delete_namespace(text, bool) IS
    'makes a namespace pending_deletion, for reap_namespaces() to remove, and returns false; with force, removes it with its rows, and returns true';

CREATE FUNCTION vecext.reap_namespaces() RETURNS int8 LANGUAGE plpgsql VOLATILE SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    n vecext.namespaces;
    removed int8 := 0;
BEGIN
    FOR n IN SELECT * FROM vecext.namespaces k WHERE k.status = 'pending_deletion' ORDER BY k.id FOR UPDATE SKIP LOCKED LOOP
        BEGIN
            PERFORM vecext_internal.remove_namespace(n);
            removed := removed + 1;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING USING MESSAGE = format('namespace "%s" is not removed: %s', n.id, SQLERRM), ERRCODE = SQLSTATE;
        END;
    END LOOP;
    RETURN removed;
END $$;
COMMENT ON FUNCTION vecext.reap_namespaces() IS
    'removes the namespaces that are pending_deletion, with a warning for each that cannot be removed; returns how many: to be called from time to time';

-- Rights on collections.

CREATE FUNCTION vecext_internal.set_collection_rights(c text, role regrole, privilege text, granted bool) RETURNS void
    LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    rights text := CASE privilege
        WHEN 'read' THEN 'SELECT'
        WHEN 'write' THEN CASE WHEN granted THEN 'SELECT, INSERT, UPDATE' ELSE 'INSERT, UPDATE' END
        WHEN 'delete' THEN CASE WHEN granted THEN 'SELECT, DELETE' ELSE 'DELETE' END
        WHEN 'admin' THEN 'SELECT, INSERT, UPDATE, DELETE' END;
    verb text := CASE WHEN granted THEN 'GRANT %s ON %s %s TO %s' ELSE 'REVOKE %s ON %s %s FROM %s' END;
    collection regclass;
    sequence regclass;
BEGIN
    IF c IS NULL OR role IS NULL THEN
        RAISE null_value_not_allowed USING MESSAGE = 'collection and role must not be null';
    END IF;
    IF rights IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('unknown privilege "%s"', privilege),
            HINT = 'Privileges are "read", "write", "delete" and "admin".';
    END IF;
    FOR collection IN
        SELECT vecext.collection_table(c) WHERE c <> '*'
        UNION ALL SELECT k.oid::regclass FROM vecext.collections l JOIN pg_class k ON k.oid = l.relid
        WHERE c = '*' AND pg_has_role(k.relowner, 'USAGE')
    LOOP
        EXECUTE format(verb, rights, 'TABLE', collection, role);
        FOR sequence IN
            SELECT d.objid::regclass FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = collection
                AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') AND privilege IN ('write', 'admin')
        LOOP
            EXECUTE format(verb, 'USAGE', 'SEQUENCE', sequence, role);
        END LOOP;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext_internal.set_collection_rights(text, regrole, text, bool) IS
    'grants or revokes the rights on tables that a privilege on collections stands for';

CREATE FUNCTION vecext.grant_collection(c text, role regrole, privilege text) RETURNS void LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT vecext_internal.set_collection_rights(c, role, privilege, true)
$$;
COMMENT ON FUNCTION vecext.grant_collection(text, regrole, text) IS
    'grants a role read, write (with read), delete (with read) or admin (all three) on a collection, or with * on all that the caller owns; to change what the collection is, a role must own it';

CREATE FUNCTION vecext.revoke_collection(c text, role regrole, privilege text) RETURNS void LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT vecext_internal.set_collection_rights(c, role, privilege, false)
$$;
COMMENT ON FUNCTION vecext.revoke_collection(text, regrole, text) IS
    'revokes read, write, delete or admin (all three) on a collection, or with * on all that the caller owns';

GRANT SELECT ON vecext.namespace_tables TO PUBLIC;
-- Owners of tables create triggers that call it.
GRANT EXECUTE ON FUNCTION vecext_internal.count_namespace_rows() TO PUBLIC;
REVOKE EXECUTE ON FUNCTION vecext.create_namespace(text, text, text, jsonb, jsonb), vecext.get_namespace(text), vecext.list_namespaces(),
    vecext.update_namespace_quotas(text, jsonb), vecext.update_namespace_status(text, text), vecext.update_namespace_tier(text, text),
    vecext.update_namespace_metadata(text, jsonb), vecext.delete_namespace(text, bool), vecext.reap_namespaces(), vecext.namespace_stats(text),
    vecext.aggregate_stats(), vecext.grant_namespace(regrole, text), vecext.revoke_namespace(regrole),
    vecext_internal.execute_for_namespaces(regclass, text), vecext_internal.lock_namespace(int4),
    vecext_internal.namespace_of_id(text, bool), vecext_internal.change_namespace(text, jsonb),
    vecext_internal.remove_namespace(vecext.namespaces), vecext_internal.check_constraints_at_once(regclass) FROM PUBLIC;
