-- Indexes on payloads. The expressions are those that the planner's side of vecext.matches() makes of conditions: an index on
-- any other would serve none.

-- What of an index follows from the type: its definition without its name, and whether another one must find the rows in
-- which the value is an array, as functions of one value return null for these.
CREATE FUNCTION vecext.registry_payload_index(
        payload_column text, key text, type text, options jsonb, OUT method_and_column text, OUT needs_array_index bool)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    of_arrays bool := coalesce((options ->> 'arrays')::bool, false);
    is_scalar bool := coalesce((options ->> 'scalar_only')::bool, false);
    value text;
    config regconfig;
BEGIN
    needs_array_index := NOT is_scalar AND NOT of_arrays
        AND type IN ('integer', 'float', 'bool', 'datetime', 'uuid', 'prefix');
    IF type = 'keyword' AND regexp_replace(key, '"(?:[^"]|"")*"', '', 'g') LIKE '%[]%' THEN
        -- The path reaches several values.
        value := format('(vecext.payload_values(%I, %L))', payload_column, key);
    ELSIF type IN ('keyword', 'text') AND NOT is_scalar THEN
        value := vecext.registry_payload_value(payload_column, key, 'key');
    END IF;
    IF type IN ('text', 'bm25') THEN
        BEGIN
            config := coalesce(options ->> 'config', 'simple')::regconfig;
        EXCEPTION WHEN undefined_object OR syntax_error OR invalid_name OR feature_not_supported THEN
            PERFORM vecext.registry_refuse(
                format('text search configuration "%s" does not exist', options ->> 'config'), 'options.config');
        END;
    END IF;
    -- A range of integers has the numbers between them. Integers beyond 2^53 share doubles; a recheck tells them apart.
    method_and_column := CASE WHEN type = 'integer' THEN 'float' ELSE type END;
    method_and_column := CASE method_and_column
        WHEN 'keyword' THEN CASE WHEN is_scalar THEN format('btree (vecext.payload_prefix(%I, %L))', payload_column, key)
            ELSE format('gin (%s pg_catalog.jsonb_path_ops)', value) END
        WHEN 'float' THEN CASE WHEN of_arrays THEN format('gist (vecext.payload_nums(%I, %L))', payload_column, key)
            ELSE format('btree (vecext.payload_float(%I, %L))', payload_column, key) END
        WHEN 'datetime' THEN CASE WHEN of_arrays THEN format('gist (vecext.payload_times(%I, %L))', payload_column, key)
            ELSE format('btree (vecext.payload_ts(%I, %L))', payload_column, key) END
        WHEN 'bool' THEN format('btree (vecext.payload_bool(%I, %L))', payload_column, key)
        WHEN 'uuid' THEN format('btree (vecext.payload_uuid(%I, %L))', payload_column, key)
        WHEN 'geo' THEN format('gist (vecext.payload_geo_box(%I, %L))', payload_column, key)
        WHEN 'text' THEN format('gin (pg_catalog.to_tsvector(%L::pg_catalog.regconfig, %s))', config, value)
        WHEN 'bm25' THEN format('bm25 (vecext.payload_texts(%I, %L)) WITH (text_config = %L%s)', payload_column, key, config,
            (SELECT string_agg(format(', %I = %L', o.key, o.value), '') FROM jsonb_each_text(options) o WHERE o.key IN ('k1', 'b', 'cjk')))
        -- In the order of bytes, an index serves LIKE, ^@ and ranges, which are by code points; text_pattern_ops would not
        -- serve ranges.
        WHEN 'prefix' THEN format('btree (vecext.payload_prefix(%I, %L) COLLATE pg_catalog."C")', payload_column, key)
        WHEN 'is_empty' THEN format('btree (vecext.payload_is_empty(%1$I, %2$L)) WHERE vecext.payload_is_empty(%1$I, %2$L)',
            payload_column, key)
        WHEN 'values_count' THEN format('btree (vecext.payload_count(%I, %L))', payload_column, key) END;
END $$;
COMMENT ON FUNCTION vecext.registry_payload_index(text, text, text, jsonb) IS
    'the definition of a payload index: method and expression';

CREATE FUNCTION vecext.registry_same_payload_index(relid regclass, key text, type text, options jsonb) RETURNS regclass
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(relid);
    entry vecext.payload_indexes;
    most int8 := (collection.options #>> '{strict_mode,max_payload_index_count}')::numeric;
BEGIN
    SELECT * INTO entry FROM vecext.payload_indexes i
    WHERE i.relid = collection.relid AND i.key = registry_same_payload_index.key AND i.type = registry_same_payload_index.type;
    IF FOUND THEN
        -- Options of words have become a configuration.
        IF options <> (CASE WHEN options ?| vecext.registry_words_keys() THEN entry.options - 'config' ELSE entry.options END) THEN
            PERFORM vecext.registry_error('42P07',
                format('collection "%s" has an index of type %s on "%s" with other options', collection.name, type, key),
                hint => 'Drop it with vecext.drop_payload_index() first.');
        END IF;
        RETURN (SELECT k.oid FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
                WHERE x.indrelid = collection.relid AND k.relname = entry.index);
    END IF;
    IF (SELECT count(*) FROM vecext.payload_indexes i WHERE i.relid = collection.relid) >= most
            AND coalesce((collection.options #>> '{strict_mode,enabled}')::bool, true) THEN
        PERFORM vecext.registry_error('54000',
            format('collection "%s" has %s payload indexes, as many as strict mode allows', collection.name, most));
    END IF;
    RETURN NULL;
END $$;
COMMENT ON FUNCTION vecext.registry_same_payload_index(regclass, text, text, jsonb) IS
    'the payload index of that key and type, if a collection has it; raises an error if its options are others, or if there is none, and as many as strict mode allows';

CREATE FUNCTION vecext.create_payload_index(c text, key text, type text, options jsonb DEFAULT '{}') RETURNS regclass
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(c));
    class pg_class;
    definition record;
    index regclass;
    index_name name;
    array_index_name name;
    constraint_name name;
BEGIN
    IF collection.payload_column IS NULL THEN
        PERFORM vecext.registry_error('42703', format('collection "%s" has no payload', collection.name));
    END IF;
    -- Clients write null for what they leave out, and the type once more.
    options := jsonb_strip_nulls(coalesce(options, '{}'));
    IF options @> jsonb_build_object('type', type) AND type <> 'text' THEN
        options := options - 'type';
    END IF;
    PERFORM vecext.registry_check_payload_index(key, type, options);
    IF options ? 'config' AND options ?| vecext.registry_words_keys() THEN
        PERFORM vecext.registry_refuse('there are no other options of words with "config"', 'options.config');
    END IF;
    index := vecext.registry_same_payload_index(collection.relid, key, type, options);
    IF index IS NULL THEN
        -- Wait for a session that makes an index of the table, and look again. The lock is as strong as what follows
        -- needs: two sessions that want a stronger one than they have would wait for each other.
        PERFORM vecext.registry_lock_relation(collection.relid,
            CASE WHEN options @> '{"scalar_only": true}' THEN 'ACCESS EXCLUSIVE' ELSE 'SHARE ROW EXCLUSIVE' END);
        index := vecext.registry_same_payload_index(collection.relid, key, type, options);
    END IF;
    IF index IS NOT NULL THEN
        RAISE NOTICE USING MESSAGE = format('collection "%s" has the index of type %s on "%s" already', collection.name, type, key);
        RETURN index;
    END IF;
    SELECT * INTO STRICT class FROM pg_class k WHERE k.oid = collection.relid;
    -- Options of words, which no other types have, become a configuration.
    IF options ?| vecext.registry_words_keys() THEN
        options := options || jsonb_build_object('config', vecext.registry_create_words(collection.relid, key, type, options));
    END IF;
    IF type = 'text' AND options ?| vecext.registry_words_keys() THEN
        RAISE NOTICE USING MESSAGE = format('the index serves filters that say "config": %s', to_jsonb(options ->> 'config')),
            DETAIL = 'Other filters read texts as configuration "simple" does, whatever indexes there are.';
    END IF;
    SELECT * INTO definition FROM vecext.registry_payload_index(collection.payload_column, key, type, options);

    IF options @> '{"scalar_only": true}' THEN
        constraint_name := vecext.registry_relation_name(class.relnamespace, format('%s_%s_scalar', left(class.relname, 30), key));
        FOR i IN 1 .. 99999 LOOP
            EXIT WHEN NOT EXISTS (SELECT FROM pg_constraint n
                                  WHERE n.conrelid = collection.relid AND n.conname = constraint_name);
            constraint_name := vecext.registry_relation_name(class.relnamespace,
                format('%s_%s_scalar%s', left(class.relname, 30), left(key, 10), i));
        END LOOP;
        PERFORM vecext.registry_as_owner(collection.relid, format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (NOT vecext.payload_is_array(%I, %L))',
            collection.relid, constraint_name, collection.payload_column, key));
    END IF;
    index_name := vecext.registry_relation_name(class.relnamespace,
        format('%s_%s_%s_idx', left(class.relname, 30), left(key, 20), type));
    EXECUTE format('CREATE INDEX %I ON %s USING %s', index_name, collection.relid, definition.method_and_column);
    -- One serves all types of a key.
    IF definition.needs_array_index THEN
        SELECT i.array_index INTO array_index_name FROM vecext.payload_indexes i
        WHERE i.relid = collection.relid AND i.key = create_payload_index.key AND i.array_index IS NOT NULL LIMIT 1;
    END IF;
    IF definition.needs_array_index AND array_index_name IS NULL THEN
        array_index_name := vecext.registry_relation_name(class.relnamespace,
            format('%s_%s_array_idx', left(class.relname, 30), left(key, 20)));
        EXECUTE format('CREATE INDEX %I ON %s USING btree (vecext.payload_is_array(%3$I, %4$L))'
            ' WHERE vecext.payload_is_array(%3$I, %4$L)',
            array_index_name, collection.relid, collection.payload_column, key);
    END IF;
    PERFORM vecext.registry_write(collection.relid, 'add_payload_index', jsonb_build_object(
        'key', key, 'type', type, 'options', options, 'index', index_name, 'array_index', array_index_name,
        'constraint_name', constraint_name));
    RETURN (SELECT k.oid FROM pg_class k WHERE k.relnamespace = class.relnamespace AND k.relname = index_name);
END $$;
COMMENT ON FUNCTION vecext.create_payload_index(text, text, text, jsonb) IS
    'creates the index on a key of the payload that serves conditions of a type: keyword, integer, float, bool, datetime, uuid, geo, text, bm25, prefix, is_empty, values_count; returns the index if it is there with the same options';

CREATE FUNCTION vecext.drop_payload_index(c text, key text, type text DEFAULT NULL) RETURNS bool LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection regclass := vecext.collection_table(c);
    entry vecext.payload_indexes;
    index regclass;
    is_there bool := false;
BEGIN
    FOR entry IN SELECT * FROM vecext.payload_indexes i
            WHERE i.relid = collection AND i.key = drop_payload_index.key
                AND i.type = coalesce(drop_payload_index.type, i.type) LOOP
        is_there := true;
        -- The table is locked first, as by DROP.
        PERFORM vecext.registry_lock_relation(collection, 'ACCESS EXCLUSIVE');
        PERFORM vecext.registry_write(collection, 'drop_payload_index', jsonb_build_object('key', entry.key, 'type', entry.type));
        -- Only indexes of the table: its owner may have entered the name of another table's index.
        FOR index IN SELECT k.oid FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid
                WHERE x.indrelid = collection AND (k.relname = entry.index
                    OR k.relname = entry.array_index AND NOT EXISTS (SELECT FROM vecext.payload_indexes i
                        WHERE i.relid = collection AND i.array_index = entry.array_index)) LOOP
            EXECUTE format('DROP INDEX %s', index);
        END LOOP;
        PERFORM vecext.registry_drop_words(collection, entry.options);
        IF entry.constraint_name IS NOT NULL THEN
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT IF EXISTS %I', collection, entry.constraint_name);
        END IF;
    END LOOP;
    RETURN is_there;
END $$;
COMMENT ON FUNCTION vecext.drop_payload_index(text, text, text) IS
    'drops the indexes on a key of the payload, or the one of a type; false if there is none';
