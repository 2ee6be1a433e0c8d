-- Shows which collections there are, and their state.

CREATE FUNCTION vecext.collection_exists(name text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_collection_exists' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext.collection_exists(text) IS 'true if a collection or an alias has that name';

-- Returns the index that a vector uses: one for its distance, or null if there is none.
CREATE FUNCTION vecext_internal.vector_index(relid regclass, column_name name, distance text) RETURNS regclass
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.indexrelid
    FROM pg_index i JOIN pg_class k ON k.oid = i.indexrelid JOIN pg_am m ON m.oid = k.relam
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        JOIN pg_opclass c ON c.oid = i.indclass[0]
        JOIN pg_amop o ON o.amopfamily = c.opcfamily AND o.amoppurpose = 'o' AND o.amoplefttype = c.opcintype
        JOIN pg_operator s ON s.oid = o.amopopr
    WHERE i.indrelid = $1 AND a.attname = $2 AND m.amname IN ('hnsw', 'ivfpq', 'ivfflat', 'inverted')
        AND s.oprname = CASE $3 WHEN 'cosine' THEN '<=>' WHEN 'dot' THEN '<#>' WHEN 'euclid' THEN '<->'
            WHEN 'manhattan' THEN '<+>' WHEN 'hamming' THEN '<~>' WHEN 'jaccard' THEN '<%>' END
    ORDER BY i.indisvalid DESC, k.relname LIMIT 1
$$;
COMMENT ON FUNCTION vecext_internal.vector_index(regclass, name, text) IS
    'the index of a vector column for a distance; null if there is none';

CREATE FUNCTION vecext_internal.status(relid regclass) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = $1 AND NOT i.indisvalid) THEN 'red'
        WHEN EXISTS (SELECT FROM vecext.collection_vectors v
                     WHERE v.relid = $1 AND v.params ->> 'index' <> 'none'
                         AND vecext_internal.vector_index(v.relid, v.column_name, v.distance) IS NULL) THEN 'yellow'
        ELSE 'green' END
$$;
COMMENT ON FUNCTION vecext_internal.status(regclass) IS
    'green: a collection has the indexes that it is to have; yellow: one waits to be created; red: one is invalid';

CREATE FUNCTION vecext.list_collections(
        OUT name text, OUT relid regclass, OUT points_estimate int8, OUT bytes int8, OUT status text)
    RETURNS SETOF record LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.name, c.relid, CASE WHEN t.reltuples < 0 THEN NULL ELSE t.reltuples END::int8,
        pg_total_relation_size(c.relid), vecext_internal.status(c.relid)
    FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid
    ORDER BY c.name
$$;
COMMENT ON FUNCTION vecext.list_collections() IS
    'the collections of the database: their tables, the estimated number of points (null before ANALYZE), bytes with indexes, and state';

CREATE FUNCTION vecext.collection_info(name text) RETURNS jsonb LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections;
    class pg_class;
    vectors jsonb;
    indexes jsonb;
BEGIN
    SELECT * INTO STRICT collection FROM vecext.collections c WHERE c.relid = vecext.collection_table(collection_info.name);
    SELECT * INTO STRICT class FROM pg_class k WHERE k.oid = collection.relid;
    SELECT jsonb_object_agg(v.name, jsonb_build_object(
            'column', v.column_name, 'type', format_type(a.atttypid, a.atttypmod), 'distance', v.distance,
            'params', v.params, 'index', (
                SELECT jsonb_build_object('name', k.relname, 'method', m.amname, 'options', to_jsonb(k.reloptions),
                    'valid', i.indisvalid, 'bytes', pg_relation_size(k.oid))
                FROM pg_class k JOIN pg_index i ON i.indexrelid = k.oid JOIN pg_am m ON m.oid = k.relam
                WHERE k.oid = vecext_internal.vector_index(v.relid, v.column_name, v.distance))))
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
        'name', collection.name, 'table', collection.relid::text, 'status', vecext_internal.status(collection.relid),
        'points_estimate', CASE WHEN class.reltuples >= 0 THEN class.reltuples::int8 END,
        'bytes', pg_total_relation_size(collection.relid), 'table_bytes', pg_table_size(collection.relid),
        'index_bytes', pg_indexes_size(collection.relid),
        'id', (SELECT jsonb_build_object('column', a.attname, 'type', format_type(a.atttypid, NULL))
               FROM pg_attribute a WHERE a.attrelid = collection.relid AND a.attname = collection.id_column),
        'payload', collection.payload_column, 'payload_schema', collection.payload_schema, 'options', collection.options,
        'config', collection.config, 'metadata', collection.metadata,
        'vectors', coalesce(vectors, '{}'), 'payload_indexes', coalesce(indexes, '[]'),
        'aliases', (SELECT coalesce(jsonb_agg(a.alias ORDER BY a.alias), '[]')
                    FROM vecext.collection_aliases a WHERE a.relid = collection.relid));
END $$;
COMMENT ON FUNCTION vecext.collection_info(text) IS
    'describes a collection: columns, vectors and their indexes, payload indexes, options, what is only kept, aliases, sizes in bytes';
