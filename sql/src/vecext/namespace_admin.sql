-- Administers namespaces: what they are called, what they may use, which roles have them, what they use, and how they end. Those
-- who may execute these functions need no rights on the tables of namespaces.

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
                WHEN 'number' THEN quota.value::text !~ '^[0-9]+$' OR quota.value::numeric NOT BETWEEN 0 AND quota.most
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
        RAISE duplicate_object USING MESSAGE = format('namespace "%s" already exists', id), SCHEMA = 'vecext', CONSTRAINT = 'namespace';
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

-- Statistics.

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
    -- A standby does not count rows.
    RETURN (SELECT jsonb_build_object('namespaces', count(*), 'active_namespaces', count(*) FILTER (WHERE n.status = 'active'),
            'vectors', CASE WHEN NOT pg_is_in_recovery() THEN coalesce(sum(c.vectors), 0) END,
            'bytes', CASE WHEN NOT pg_is_in_recovery() THEN coalesce(sum(c.bytes), 0) END, 'requests', coalesce(sum(c.requests + u.requests), 0))
        FROM vecext.namespaces n JOIN vecext_internal.namespace_counters() c USING (number) JOIN vecext.namespace_usage u USING (number));
END $$;
COMMENT ON FUNCTION vecext.aggregate_stats() IS 'what all namespaces of the database use together';

CREATE FUNCTION vecext.my_namespace_stats() RETURNS jsonb
    AS 'MODULE_PATHNAME', 'vecext_my_namespace_stats' LANGUAGE C VOLATILE PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.my_namespace_stats() IS
    'what the namespace of the current role uses, as namespace_stats() returns it; null if the role has none';

-- The end of a namespace.

CREATE FUNCTION vecext_internal.lock_namespace(number int4) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_internal_lock_namespace' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext_internal.lock_namespace(int4) IS
    'waits for transactions that have written rows of a namespace, and keeps others from writing some until this one ends';

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

CREATE FUNCTION vecext_internal.partitions_of_namespace(id text, OUT part regclass, OUT parent regclass) RETURNS SETOF record
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT k.oid::regclass, t.relid FROM vecext_internal.namespace_tables() t JOIN pg_partitioned_table p ON p.partrelid = t.relid
        JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = p.partattrs[0] AND a.attname = t.column_name
        JOIN pg_inherits i ON i.inhparent = t.relid JOIN pg_class k ON k.oid = i.inhrelid
    WHERE p.partstrat = 'l' AND pg_get_expr(k.relpartbound, k.oid) = format('FOR VALUES IN (''%s'')', replace(partitions_of_namespace.id, '''', ''''''))
    ORDER BY k.oid
$$;
COMMENT ON FUNCTION vecext_internal.partitions_of_namespace(text) IS
    'partitions that can have rows of one namespace alone, and their partitioned tables';

CREATE FUNCTION vecext_internal.remove_namespace(n vecext.namespaces) RETURNS void LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    owned record;
BEGIN
    -- A statement locks its table before it waits for a removal, so tables are locked first here, too.
    FOR owned IN SELECT * FROM vecext_internal.partitions_of_namespace(n.id) LOOP
        PERFORM vecext_internal.execute_for_namespaces(owned.parent, format('LOCK TABLE ONLY %s', owned.parent));
        PERFORM vecext_internal.execute_for_namespaces(owned.part, format('LOCK TABLE %s', owned.part));
    END LOOP;
    PERFORM vecext_internal.lock_namespace(n.number);
    FOR owned IN SELECT * FROM vecext_internal.partitions_of_namespace(n.id) LOOP
        PERFORM vecext_internal.execute_for_namespaces(owned.part, format('DROP TABLE %s', owned.part));
    END LOOP;
    FOR owned IN SELECT * FROM vecext_internal.namespace_tables() LOOP
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

REVOKE EXECUTE ON FUNCTION vecext.create_namespace(text, text, text, jsonb, jsonb), vecext.get_namespace(text), vecext.list_namespaces(),
    vecext.update_namespace_quotas(text, jsonb), vecext.update_namespace_status(text, text), vecext.update_namespace_tier(text, text),
    vecext.update_namespace_metadata(text, jsonb), vecext.delete_namespace(text, bool), vecext.reap_namespaces(), vecext.namespace_stats(text),
    vecext.aggregate_stats(), vecext.grant_namespace(regrole, text), vecext.revoke_namespace(regrole),
    vecext_internal.lock_namespace(int4),
    vecext_internal.namespace_of_id(text, bool), vecext_internal.change_namespace(text, jsonb),
    vecext_internal.remove_namespace(vecext.namespaces), vecext_internal.check_constraints_at_once(regclass) FROM PUBLIC;
