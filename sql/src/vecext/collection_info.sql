-- Shows which collections there are, and their state.

CREATE FUNCTION vecext.collection_exists(name text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_collection_exists' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_exists(text) IS 'true if a collection or an alias has that name';

-- Returns the index that each column of vectors, by default all of the collection, uses for a distance. As an index depends on its
-- columns, that of one column is found without reading all indexes of the table. PL/pgSQL keeps the plan, which takes longer to
-- make than to run.
CREATE FUNCTION vecext_internal.vector_indexes(
        relid regclass, columns name[] DEFAULT NULL, OUT column_name name, OUT distance text, OUT index regclass)
    RETURNS SETOF record LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT DISTINCT ON (a.attname, n.distance) a.attname, n.distance, i.indexrelid::regclass
        FROM pg_attribute a
            JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
                AND d.classid = 'pg_class'::regclass
            JOIN pg_index i ON i.indexrelid = d.objid AND i.indrelid = a.attrelid AND i.indkey[0] = a.attnum
            JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_am m ON m.oid = k.relam
            JOIN pg_opclass c ON c.oid = i.indclass[0]
            JOIN pg_amop o ON o.amopfamily = c.opcfamily AND o.amoppurpose = 'o' AND o.amoplefttype = c.opcintype
            JOIN pg_operator s ON s.oid = o.amopopr
            JOIN (VALUES ('cosine', '<=>'::name), ('dot', '<#>'), ('euclid', '<->'), ('manhattan', '<+>'), ('hamming', '<~>'),
                ('jaccard', '<%>')) n(distance, operator) ON n.operator = s.oprname
        WHERE a.attrelid = $1 AND a.attname = ANY (coalesce($2, ARRAY(
                SELECT v.column_name FROM vecext.collection_vectors v WHERE v.relid = $1)))
            AND m.amname IN ('hnsw', 'ivfpq', 'ivfflat', 'inverted')
        ORDER BY a.attname, n.distance, i.indisvalid DESC, k.relname;
END
$$;
COMMENT ON FUNCTION vecext_internal.vector_indexes(regclass, name[]) IS
    'the indexes of vector columns, one for each column and distance that has any';

CREATE FUNCTION vecext_internal.status(relid regclass) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = $1 AND NOT i.indisvalid) THEN 'red'
        WHEN EXISTS (SELECT FROM vecext.collection_vectors v
                         LEFT JOIN vecext_internal.vector_indexes($1) x USING (column_name, distance)
                     WHERE v.relid = $1 AND v.params ->> 'index' <> 'none' AND x.index IS NULL) THEN 'yellow'
        ELSE 'green' END
$$;
COMMENT ON FUNCTION vecext_internal.status(regclass) IS
    'green: a collection has the indexes that it is to have; yellow: one waits to be created; red: one is invalid';

CREATE FUNCTION vecext_internal.total_bytes(relation oid) RETURNS int8 LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(sum(vecext_internal.file_bytes(f.relation)), 0)::int8
    FROM (SELECT $1 AS table_or_toast UNION ALL SELECT k.reltoastrelid FROM pg_class k WHERE k.oid = $1 AND k.reltoastrelid <> 0) t,
    LATERAL (SELECT t.table_or_toast AS relation UNION ALL
             SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = t.table_or_toast) f
$$;
COMMENT ON FUNCTION vecext_internal.total_bytes(oid) IS
    'the bytes of a table with its TOAST table and all indexes, as pg_total_relation_size has them; it waits for no lock';

CREATE FUNCTION vecext_internal.tables_of(collection oid, OUT relid oid) RETURNS SETOF oid LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    WITH RECURSIVE tables (relid) AS (
        SELECT $1 UNION SELECT i.inhrelid FROM tables t JOIN pg_inherits i ON i.inhparent = t.relid)
    SELECT t.relid FROM tables t
$$;
COMMENT ON FUNCTION vecext_internal.tables_of(oid) IS
    'a table, or an index, and its partitions at all levels; unlike pg_partition_tree, it waits for no lock';

CREATE FUNCTION vecext.list_collections(
        OUT name text, OUT relid regclass, OUT points_estimate int8, OUT bytes int8, OUT status text)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.name, c.relid, CASE WHEN t.reltuples < 0 THEN NULL ELSE t.reltuples END::int8,
        vecext_internal.total_bytes(c.relid), vecext_internal.status(c.relid)
    FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid
    ORDER BY c.name
$$;
COMMENT ON FUNCTION vecext.list_collections() IS
    'the collections of the database: their tables, the estimated number of points (null before ANALYZE), bytes with indexes, and state';

CREATE FUNCTION vecext_internal.locked_collection(name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_internal_locked_collection' LANGUAGE C VOLATILE STRICT;
COMMENT ON FUNCTION vecext_internal.locked_collection(text) IS
    'locks the table of a collection as a query that reads it does, and returns it; an error if its indexes have functions that the role must not trust';

-- What is not to be exact is read of catalogs and of the sizes of files, and waits for no lock.
CREATE FUNCTION vecext.collection_info(name text, exact bool DEFAULT false) RETURNS jsonb LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections;
    class pg_class;
    may_count bool;
    counts int8[];
    vectors jsonb;
    indexes jsonb;
    indexed int8;
    table_bytes int8;
    index_bytes int8;
BEGIN
    SELECT * INTO STRICT collection FROM vecext.collections c WHERE c.relid = vecext.collection_table(collection_info.name);
    SELECT * INTO STRICT class FROM pg_class k WHERE k.oid = collection.relid;
    IF exact THEN
        IF vecext_internal.locked_collection(format('%I.%I', (SELECT n.nspname FROM pg_namespace n WHERE n.oid = class.relnamespace), collection.name))
                <> collection.relid THEN
            RAISE serialization_failure USING MESSAGE = format('collection "%s" was changed while a request was reading it', collection.name);
        END IF;
        may_count := NOT EXISTS (SELECT FROM pg_partition_tree(collection.relid) p WHERE NOT has_table_privilege(p.relid, 'SELECT'));
        -- Counts all points, and for each payload index those that have values of its type at its key.
        EXECUTE format('SELECT ARRAY[count(*)%s] FROM %s', (
                SELECT string_agg(format(', count(*) FILTER (WHERE ' || CASE
                        WHEN i.type IN ('keyword', 'prefix', 'text', 'bm25') THEN 'vecext.payload_texts(%1$I, %2$L) IS NOT NULL'
                        WHEN i.type = 'integer' THEN 'vecext.payload_values(%1$I, %2$L) @? ''$[*] ? (@.type() == "number" && @.floor() == @)'''
                        WHEN i.type = 'float' THEN 'vecext.payload_nums(%1$I, %2$L) IS NOT NULL'
                        WHEN i.type = 'datetime' THEN 'vecext.payload_times(%1$I, %2$L) IS NOT NULL'
                        WHEN i.type = 'geo' THEN 'vecext.payload_geo_box(%1$I, %2$L) IS NOT NULL'
                        WHEN i.type = 'bool' THEN 'vecext.payload_values(%1$I, %2$L) @? ''$[*] ? (@.type() == "boolean")'''
                        WHEN i.type = 'uuid' THEN 'EXISTS (SELECT FROM jsonb_array_elements(vecext.payload_values(%1$I, %2$L)) e'
                            ' WHERE vecext.payload_uuid(jsonb_build_object(''v'', e), ''v'') IS NOT NULL)'
                        WHEN i.type = 'is_empty' THEN 'vecext.payload_is_empty(%1$I, %2$L)'
                        ELSE 'vecext.payload_count(%1$I, %2$L) IS NOT NULL' END || ')', collection.payload_column, i.key), '' ORDER BY i.key, i.type)
                FROM vecext.payload_indexes i WHERE i.relid = collection.relid),
            collection.relid) INTO counts;
    END IF;
    SELECT jsonb_object_agg(v.name, jsonb_build_object(
                'column', v.column_name, 'type', (SELECT format_type(a.atttypid, a.atttypmod)
                    FROM pg_attribute a WHERE a.attrelid = v.relid AND a.attname = v.column_name), 'distance', v.distance,
                'params', v.params, 'index', x.description || CASE WHEN exact AND x.indisvalid THEN (
                    SELECT jsonb_build_object('rows', d.rows, 'pending_rows', d.pending_rows, 'dead_rows', d.dead_rows)
                    FROM vecext.index_info(CASE WHEN may_count THEN x.oid END) d) ELSE '{}' END)
            || CASE WHEN coalesce(x.description ->> 'method', v.params ->> 'index') = 'hnsw' THEN jsonb_build_object('hnsw', (
                    SELECT jsonb_object_agg(o.name, coalesce(
                        (SELECT r.option_value::int4 FROM pg_options_to_table(x.reloptions) r WHERE r.option_name = o.name),
                        (v.params #>> ARRAY['hnsw', o.name])::numeric::int4, o.value))
                    FROM (VALUES ('m', 16), ('ef_construction', 64)) o(name, value))) ELSE '{}' END),
        sum(x.reltuples) FILTER (WHERE x.indisvalid AND x.reltuples >= 0)::int8
        INTO vectors, indexed
    FROM vecext.collection_vectors v
        LEFT JOIN (
            SELECT u.column_name, u.distance, k.oid, k.reloptions, k.reltuples, i.indisvalid,
                jsonb_build_object('name', k.relname, 'method', m.amname, 'options', to_jsonb(k.reloptions), 'valid', i.indisvalid,
                    'bytes', vecext_internal.file_bytes(k.oid)) AS description
            FROM vecext_internal.vector_indexes(collection.relid) u JOIN pg_class k ON k.oid = u.index
                JOIN pg_index i ON i.indexrelid = k.oid JOIN pg_am m ON m.oid = k.relam) x USING (column_name, distance)
    WHERE v.relid = collection.relid;
    SELECT jsonb_agg(jsonb_build_object('key', i.key, 'type', i.type, 'options', i.options, 'index', i.index, 'schema', i.requested,
                'bytes', coalesce(vecext_internal.file_bytes(k.oid), 0) + coalesce(vecext_internal.file_bytes(ka.oid), 0))
            || CASE WHEN exact THEN jsonb_build_object('points', counts[i.place + 1]) ELSE '{}' END
            ORDER BY i.place)
        INTO indexes
    FROM (SELECT *, row_number() OVER (ORDER BY p.key, p.type) AS place
          FROM vecext.payload_indexes p WHERE p.relid = collection.relid) i
        LEFT JOIN pg_class k ON k.relnamespace = class.relnamespace AND k.relname = i.index
        LEFT JOIN pg_class ka ON ka.relnamespace = class.relnamespace AND ka.relname = i.array_index;
    table_bytes := vecext_internal.file_bytes(class.oid) + vecext_internal.total_bytes(class.reltoastrelid);
    index_bytes := vecext_internal.total_bytes(class.oid) - table_bytes;
    RETURN jsonb_build_object(
        'name', collection.name, 'table', collection.relid::text, 'status', vecext_internal.status(collection.relid),
        'created_at', collection.created_at,
        'points_estimate', CASE WHEN class.reltuples >= 0 THEN class.reltuples::int8 END,
        'indexed_vectors_estimate', coalesce(indexed, 0),
        'bytes', table_bytes + index_bytes, 'table_bytes', table_bytes, 'index_bytes', index_bytes,
        'id', (SELECT jsonb_build_object('column', a.attname, 'type', format_type(a.atttypid, NULL))
               FROM pg_attribute a WHERE a.attrelid = collection.relid AND a.attname = collection.id_column),
        'payload', collection.payload_column, 'payload_schema', collection.payload_schema, 'options', collection.options,
        'config', collection.config, 'metadata', collection.metadata,
        'vectors', coalesce(vectors, '{}'), 'payload_indexes', coalesce(indexes, '[]'),
        'aliases', (SELECT coalesce(jsonb_agg(a.alias ORDER BY a.alias), '[]')
                    FROM vecext.collection_aliases a WHERE a.relid = collection.relid))
        || CASE WHEN exact THEN jsonb_build_object('points', counts[1], 'indexed_vectors', (
                SELECT CASE WHEN count(*) = count(v.value #>> '{index,rows}') THEN coalesce(sum((v.value #>> '{index,rows}')::int8), 0) END
                FROM jsonb_each(vectors) v WHERE (v.value #>> '{index,valid}')::bool)) ELSE '{}' END;
END $$;
COMMENT ON FUNCTION vecext.collection_info(text, bool) IS
    'describes a collection: columns, vectors and their indexes, payload indexes, options, what is only kept, aliases, sizes in bytes; if it is to be exact, it counts points, those in each payload index, and the vectors in indexes';

CREATE FUNCTION vecext.collection_definition(c text) RETURNS jsonb LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('name', k.name, 'id_column', k.id_column, 'payload_column', k.payload_column,
        'payload_schema', k.payload_schema, 'options', k.options, 'config', k.config, 'metadata', k.metadata, 'created_at', k.created_at,
        'vectors', (SELECT coalesce(jsonb_object_agg(v.name, jsonb_build_object('column', v.column_name, 'distance', v.distance, 'params', v.params)), '{}')
            FROM vecext.collection_vectors v WHERE v.relid = k.relid),
        'payload_indexes', (SELECT coalesce(jsonb_agg(to_jsonb(i) - 'relid' ORDER BY i.key, i.type), '[]')
            FROM vecext.payload_indexes i WHERE i.relid = k.relid))
    FROM vecext.collections k WHERE k.relid = vecext.collection_table($1)
$$;
COMMENT ON FUNCTION vecext.collection_definition(text) IS
    'all that vecext knows of a collection besides its table and aliases, for restore_collection where the table is restored';
