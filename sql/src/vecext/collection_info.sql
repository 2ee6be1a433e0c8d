-- What collections are there, and what becomes of them.

CREATE FUNCTION vecext.collection_exists(name text) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = vecext.registry_name($1))
        OR EXISTS (SELECT FROM vecext.collection_aliases a JOIN pg_class t ON t.oid = a.relid WHERE a.alias = vecext.registry_name($1))
$$;
COMMENT ON FUNCTION vecext.collection_exists(text) IS 'whether a collection or an alias has that name';

-- The index that a vector uses: of its distance, else none.
CREATE FUNCTION vecext.registry_vector_index(relid regclass, column_name name, distance text) RETURNS regclass
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.indexrelid
    FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_am m ON m.oid = k.relam
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_opclass c ON c.oid = i.indclass[0]
        JOIN pg_amop o ON o.amopfamily = c.opcfamily AND o.amoppurpose = 'o' AND o.amoplefttype = c.opcintype
        JOIN pg_operator s ON s.oid = o.amopopr
    WHERE i.indrelid = $1 AND a.attname = $2 AND m.amname IN ('hnsw', 'ivfpq', 'ivfflat', 'inverted')
        AND s.oprname = vecext.registry_distance_operator($3)
    ORDER BY i.indisvalid DESC, k.relname LIMIT 1
$$;
COMMENT ON FUNCTION vecext.registry_vector_index(regclass, name, text) IS
    'the index of a vector column for a distance; null if there is none';

CREATE FUNCTION vecext.registry_lacks_index(relid regclass) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM vecext.collection_vectors v
        WHERE v.relid = $1 AND v.params ->> 'index' <> 'none'
            AND vecext.registry_vector_index(v.relid, v.column_name, v.distance) IS NULL)
$$;
COMMENT ON FUNCTION vecext.registry_lacks_index(regclass) IS
    'whether a vector of a collection that is to have an index has none yet';

CREATE FUNCTION vecext.registry_status(relid regclass) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = $1 AND NOT i.indisvalid) THEN 'red'
        WHEN vecext.registry_lacks_index($1) THEN 'yellow'
        ELSE 'green' END
$$;
COMMENT ON FUNCTION vecext.registry_status(regclass) IS
    'green: a collection has the indexes that it is to have; yellow: one waits to be created; red: one is invalid';

CREATE FUNCTION vecext.list_collections(
        OUT name text, OUT relid regclass, OUT points_estimate int8, OUT bytes int8, OUT status text)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.name, c.relid, CASE WHEN t.reltuples < 0 THEN NULL ELSE t.reltuples END::int8,
        pg_total_relation_size(c.relid), vecext.registry_status(c.relid)
    FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid
    ORDER BY c.name
$$;
COMMENT ON FUNCTION vecext.list_collections() IS
    'the collections of the database: their tables, the estimated number of points (null before ANALYZE), bytes with indexes, and state';

CREATE FUNCTION vecext.collection_info(name text) RETURNS jsonb LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(name));
    class pg_class;
    vectors jsonb;
    indexes jsonb;
BEGIN
    SELECT * INTO STRICT class FROM pg_class k WHERE k.oid = collection.relid;
    SELECT jsonb_object_agg(v.name, jsonb_build_object(
            'column', v.column_name, 'type', format_type(a.atttypid, a.atttypmod), 'distance', v.distance,
            'params', v.params, 'index', (
                SELECT jsonb_build_object('name', k.relname, 'method', m.amname, 'options', to_jsonb(k.reloptions),
                    'valid', i.indisvalid, 'bytes', pg_relation_size(k.oid))
                FROM pg_class k JOIN pg_index i ON i.indexrelid = k.oid JOIN pg_am m ON m.oid = k.relam
                WHERE k.oid = vecext.registry_vector_index(v.relid, v.column_name, v.distance))))
        INTO vectors
    FROM vecext.collection_vectors v
        LEFT JOIN pg_attribute a ON a.attrelid = v.relid AND a.attname = v.column_name
    WHERE v.relid = collection.relid;
    SELECT jsonb_agg(jsonb_build_object('key', i.key, 'type', i.type, 'options', i.options, 'index', i.index,
            'bytes', coalesce(pg_relation_size(k.oid), 0) + coalesce(pg_relation_size(ka.oid), 0))
            ORDER BY i.key, i.type)
        INTO indexes
    FROM vecext.payload_indexes i
        LEFT JOIN pg_class k ON k.relnamespace = class.relnamespace AND k.relname = i.index
        LEFT JOIN pg_class ka ON ka.relnamespace = class.relnamespace AND ka.relname = i.array_index
    WHERE i.relid = collection.relid;
    RETURN jsonb_build_object(
        'name', collection.name, 'table', collection.relid::text, 'status', vecext.registry_status(collection.relid),
        'points_estimate', CASE WHEN class.reltuples >= 0 THEN class.reltuples::int8 END,
        'bytes', pg_total_relation_size(collection.relid), 'table_bytes', pg_table_size(collection.relid),
        'index_bytes', pg_indexes_size(collection.relid),
        'id', (SELECT jsonb_build_object('column', a.attname, 'type', format_type(a.atttypid, NULL))
               FROM pg_attribute a WHERE a.attrelid = collection.relid AND a.attname = collection.id_column),
        'payload', collection.payload_column, 'payload_schema', collection.payload_schema, 'options', collection.options,
        'vectors', coalesce(vectors, '{}'), 'payload_indexes', coalesce(indexes, '[]'),
        'aliases', (SELECT coalesce(jsonb_agg(a.alias ORDER BY a.alias), '[]')
                    FROM vecext.collection_aliases a WHERE a.relid = collection.relid));
END $$;
COMMENT ON FUNCTION vecext.collection_info(text) IS
    'describes a collection: columns, vectors and their indexes, payload indexes, options, aliases, sizes in bytes';

CREATE FUNCTION vecext.registry_lacks_size(relid regclass) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM vecext.collection_vectors v JOIN pg_attribute a ON a.attrelid = v.relid AND a.attname = v.column_name
        WHERE v.relid = $1 AND v.params ->> 'index' <> 'none' AND a.atttypmod < 0)
$$;
COMMENT ON FUNCTION vecext.registry_lacks_size(regclass) IS
    'whether a vector of a collection that is to have an index has no size yet';

-- A type that changes needs the names of aliases, and names are locked before the table is read. The collection's own keeps sessions
-- that change the same type apart.
CREATE FUNCTION vecext.registry_lock_names(relid regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_lock(n.name)
    FROM (SELECT c.name FROM vecext.collections c WHERE c.relid = registry_lock_names.relid
          UNION SELECT a.alias FROM vecext.collection_aliases a WHERE a.relid = registry_lock_names.relid
          ORDER BY name) n;
END $$;
COMMENT ON FUNCTION vecext.registry_lock_names(regclass) IS 'locks the names of a collection and of its aliases';

CREATE FUNCTION vecext.create_vector_indexes(c text) RETURNS int8 LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection regclass := vecext.collection_table(c);
    vector vecext.collection_vectors;
    type record;
    dims int8;
    made int8 := 0;
BEGIN
    IF vecext.registry_lacks_size(collection) THEN
        PERFORM vecext.registry_lock_names(collection);
    END IF;
    FOR vector IN SELECT * FROM vecext.collection_vectors v
            WHERE v.relid = collection AND v.params ->> 'index' <> 'none'
                AND vecext.registry_vector_index(v.relid, v.column_name, v.distance) IS NULL LOOP
        SELECT a.atttypid, a.atttypmod INTO type
        FROM pg_attribute a WHERE a.attrelid = collection AND a.attname = vector.column_name;
        -- Another session may have dropped it while this one made the index of another vector.
        CONTINUE WHEN NOT FOUND;
        -- An index needs the size, which the first vector has fixed. ALTER TABLE may have given others to the rows since.
        IF type.atttypmod < 0 THEN
            -- A table that gives no size is not locked.
            CONTINUE WHEN vecext.registry_size(vector, type.atttypid) IS NULL;
            PERFORM vecext.registry_lock_views_and_table(collection);
            -- Another session may have changed the rows meanwhile.
            dims := vecext.registry_size(vector, type.atttypid);
            CONTINUE WHEN dims IS NULL;
            PERFORM vecext.registry_change_type(collection, vector.name, vector.column_name,
                format('%s(%s)', format_type(type.atttypid, NULL), dims));
            PERFORM vecext.registry_write(collection, 'set_vector', jsonb_build_object(
                'name', vector.name, 'params', jsonb_build_object('size', dims)));
        ELSE
            PERFORM vecext.registry_lock_relation(collection, 'SHARE ROW EXCLUSIVE');
        END IF;
        -- Another session may have made it meanwhile.
        CONTINUE WHEN vecext.registry_vector_index(collection, vector.column_name, vector.distance) IS NOT NULL;
        PERFORM vecext.registry_create_vector_index(collection, vector.name);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION vecext.create_vector_indexes(text) IS
    'creates the vector indexes of a collection that wait for rows (index_threshold) or for a size; returns their number';

-- While it waits for a collection, it keeps the locks of those before it.
CREATE FUNCTION vecext.create_vector_indexes() RETURNS int8 LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
    SET lock_timeout = '1s' AS $$
DECLARE
    collection vecext.collections;
    threshold int8;
    made int8 := 0;
BEGIN
    FOR collection IN SELECT c.* FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid
            WHERE pg_has_role(t.relowner, 'USAGE') AND vecext.registry_lacks_index(c.relid) ORDER BY c.name LOOP
        -- What is wrong with one does not keep the others waiting.
        BEGIN
            IF vecext.registry_lacks_size(collection.relid) THEN
                -- The first row fixes the size. Locks are kept until the end, so there is none for an empty table.
                CONTINUE WHEN (SELECT t.relkind = 'r' AND NOT t.relhassubclass AND pg_relation_size(t.oid) = 0
                               FROM pg_class t WHERE t.oid = collection.relid);
                PERFORM vecext.registry_lock_names(collection.relid);
            END IF;
            threshold := coalesce((collection.options ->> 'index_threshold')::numeric::int8, 0);
            -- Not as the caller: the owner may have given the table's name to a view meanwhile.
            IF threshold = 0 OR vecext.registry_glance(collection.relid,
                    format('SELECT count(*) >= %1$s FROM (SELECT FROM %2$s LIMIT %1$s) t', threshold, collection.relid))::bool THEN
                made := made + vecext.create_vector_indexes(collection.name);
            END IF;
        EXCEPTION WHEN OTHERS THEN
            RAISE WARNING USING MESSAGE = format('collection "%s" gets no index: %s', collection.name, sqlerrm), ERRCODE = sqlstate;
        END;
    END LOOP;
    RETURN made;
END $$;
COMMENT ON FUNCTION vecext.create_vector_indexes() IS
    'the same for the collections of the caller that have as many rows as their indexes wait for, with a warning of each that has an error, or whose locks take more than a second to get: to be called from time to time';

-- A session that reads a table keeps it locked, and a stronger lock is then waited for by two sessions that each have the weaker one. So a
-- subtransaction that fails gives the lock back; what it has read stays.
CREATE FUNCTION vecext.registry_glance(relid regclass, query text) RETURNS text LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    value text;
BEGIN
    -- Not as the caller: the query evaluates what the owner has written.
    value := vecext.registry_as_owner(relid, query);
    RAISE SQLSTATE 'VX000';
EXCEPTION WHEN SQLSTATE 'VX000' THEN
    RETURN value;
END $$;
COMMENT ON FUNCTION vecext.registry_glance(regclass, text) IS
    'the first value of a query on a table, as its owner; leaves no lock';

CREATE FUNCTION vecext.registry_first_size(relid regclass, column_name name, type regtype) RETURNS int8
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- length() of bit, else vector_dims(); sparsevec has its number of dimensions in its text alone.
    measure text := CASE WHEN type = 'bit'::regtype THEN 'pg_catalog.length(%I)'
        ELSE 'pg_catalog.split_part(%I::pg_catalog.text, ''/'', 2)' END;
BEGIN
    IF type <> 'bit'::regtype THEN
        SELECT coalesce(format('%s(%%I)', p.oid::regproc), measure) INTO measure
        FROM (SELECT p.oid FROM pg_proc p
              WHERE p.proname = 'vector_dims' AND p.proargtypes[0] = type AND p.pronargs = 1
                  AND p.prolang = (SELECT l.oid FROM pg_language l WHERE l.lanname = 'c')) p;
    END IF;
    RETURN vecext.registry_glance(relid, format('SELECT ' || coalesce(measure, 'pg_catalog.split_part(%I::pg_catalog.text, ''/'', 2)')
        || ' FROM %s WHERE %I IS NOT NULL LIMIT 1', column_name, relid, column_name))::int8;
END $$;
COMMENT ON FUNCTION vecext.registry_first_size(regclass, name, regtype) IS
    'the number of dimensions of some vector of a column; null if there is none';

CREATE FUNCTION vecext.registry_size(vector vecext.collection_vectors, type regtype) RETURNS int8 LANGUAGE sql
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(vecext.registry_first_size(vector.relid, vector.column_name, type), (vector.params ->> 'size')::numeric::int8)
$$;
COMMENT ON FUNCTION vecext.registry_size(vecext.collection_vectors, regtype) IS
    'the size of a vector whose column has none: that of some row, else what the registry has; null if there is neither';

CREATE FUNCTION vecext.update_collection(name text, options jsonb) RETURNS jsonb LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(name));
    vector vecext.collection_vectors;
    vector_name text;
    value jsonb;
    path text;
    method text;
    index regclass;
    part regclass;
    list text;
    applied jsonb;
    reindex jsonb := '[]';
BEGIN
    PERFORM vecext.registry_check_options(options - 'vectors', 'options');
    SELECT coalesce(jsonb_agg(k ORDER BY k), '[]') INTO applied FROM jsonb_object_keys(options - 'vectors') k;
    IF coalesce(jsonb_typeof(options -> 'vectors'), 'object') <> 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'options.vectors');
    END IF;
    -- Checks the owner, also where no option is kept.
    PERFORM vecext.registry_write(collection.relid, 'set_collection', jsonb_build_object('options', options - 'vectors'));
    FOR vector_name, value IN SELECT e.key, e.value FROM jsonb_each(options -> 'vectors') e ORDER BY e.key COLLATE "C" LOOP
        path := 'options.vectors.' || CASE vector_name WHEN '' THEN '""' ELSE vector_name END;
        vector := vecext.registry_vector(collection.relid, vector_name);
        method := coalesce(vector.params ->> 'index', 'none');
        PERFORM vecext.registry_check_keys(value, path, CASE WHEN method IN ('none', 'inverted') THEN '{}'::text[] ELSE ARRAY[method] END);
        CONTINUE WHEN NOT value ? method;
        list := vecext.registry_index_options(method, value -> method, path || '.' || method);
        PERFORM vecext.registry_write(collection.relid, 'set_vector', jsonb_build_object('name', vector_name, 'params',
            jsonb_build_object(method, value -> method)));
        index := vecext.registry_vector_index(collection.relid, vector.column_name, vector.distance);
        -- The options of a partitioned index are those of its partitions.
        FOR part IN SELECT k.oid FROM pg_class k
                WHERE list <> '' AND k.relkind = 'i' AND (k.oid = index OR k.oid IN (SELECT p.relid FROM pg_partition_tree(index) p))
                ORDER BY k.relname LOOP
            EXECUTE format('ALTER INDEX %s SET %s', part, substr(list, 7));
            reindex := reindex || to_jsonb(part::text);
        END LOOP;
        IF NOT FOUND THEN
            applied := applied || to_jsonb('vectors.' || vector_name);
        END IF;
    END LOOP;
    RETURN jsonb_build_object('applied', applied, 'needs_reindex', reindex);
END $$;
COMMENT ON FUNCTION vecext.update_collection(text, jsonb) IS
    'changes options of a collection; returns what applies now, and the indexes that need REINDEX for it to apply';

CREATE FUNCTION vecext.rename_collection(old_name text, new_name text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections;
BEGIN
    PERFORM vecext.registry_check_name(new_name);
    PERFORM vecext.registry_lock(new_name);
    SELECT * INTO collection FROM vecext.collections c WHERE c.name = vecext.registry_name(old_name);
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42P01', format('collection "%s" does not exist', old_name));
    ELSIF vecext.collection_exists(new_name) THEN
        PERFORM vecext.registry_error('42P07', format('collection or alias "%s" already exists', new_name));
    END IF;
    IF collection.named_by_table THEN
        -- The event trigger renames the collection.
        EXECUTE format('ALTER TABLE %s RENAME TO %I', vecext.registry_present(collection.relid), new_name);
    ELSE
        PERFORM vecext.registry_write(collection.relid, 'set_collection', jsonb_build_object('name', new_name));
    END IF;
END $$;
COMMENT ON FUNCTION vecext.rename_collection(text, text) IS
    'renames a collection, and its table if that has the same name';

CREATE FUNCTION vecext.drop_collection(name text, if_exists bool DEFAULT false) RETURNS bool LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target regclass;
BEGIN
    SELECT c.relid INTO target FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = vecext.registry_name(drop_collection.name);
    IF NOT FOUND THEN
        IF if_exists THEN
            RETURN false;
        END IF;
        PERFORM vecext.registry_error('42P01', format('collection "%s" does not exist', name));
    END IF;
    PERFORM vecext.registry_drop_aliases(target);
    target := vecext.registry_present(target);
    -- Its owner may give the name to another table meanwhile.
    PERFORM vecext.registry_lock_relation(target, 'ACCESS EXCLUSIVE');
    -- A configuration that was made for an index does not go with the table.
    PERFORM vecext.drop_payload_index(name, i.key, i.type) FROM vecext.payload_indexes i
    WHERE i.relid = target AND i.options ?| vecext.registry_words_keys();
    EXECUTE format('DROP TABLE %s', target);
    RETURN true;
END $$;
COMMENT ON FUNCTION vecext.drop_collection(text, bool) IS
    'drops a collection with its table and aliases; with if_exists, false instead of an error if there is none';

CREATE FUNCTION vecext.unregister_collection(name text) RETURNS regclass LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    target regclass;
BEGIN
    SELECT c.relid INTO target FROM vecext.collections c WHERE c.name = vecext.registry_name(unregister_collection.name);
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42P01', format('collection "%s" does not exist', name));
    END IF;
    PERFORM vecext.registry_drop_aliases(target);
    target := vecext.registry_present(target);
    PERFORM vecext.registry_write(target, 'drop_collection', '{}');
    RETURN target;
END $$;
COMMENT ON FUNCTION vecext.unregister_collection(text) IS
    'makes a collection a mere table again, with its indexes; its aliases are dropped';
