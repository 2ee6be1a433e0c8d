-- Vectors and the payload schema of a collection that is there: aliases, options and payload indexes stay.

-- What ALTER TABLE needs, of a table of the caller, with the views of its aliases out of the way. The caller makes them again.
CREATE FUNCTION vecext.registry_begin_change(relid regclass) RETURNS jsonb LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    views jsonb;
BEGIN
    PERFORM vecext.registry_lock_names(relid);
    PERFORM vecext.registry_lock_views_and_table(relid);
    views := vecext.registry_save_views(relid);
    IF views <> '[]' AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        PERFORM vecext.registry_error('0A000',
            format('views of aliases of %s are not made again in a transaction that is %s', relid, current_setting('transaction_isolation')),
            hint => 'Change the collection in a transaction that is read committed.');
    END IF;
    RETURN views;
END $$;
COMMENT ON FUNCTION vecext.registry_begin_change(regclass) IS
    'locks a collection, whose columns are to change, and returns the views of its aliases';

CREATE FUNCTION vecext.registry_drop_size_triggers(relid regclass, vector_name text) RETURNS bool LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    trigger_name name;
BEGIN
    FOR trigger_name IN SELECT t.tgname FROM pg_trigger t
            WHERE t.tgrelid = relid AND t.tgfoid = 'vecext.registry_check_size()'::regprocedure
                AND t.tgargs = convert_to(vector_name, getdatabaseencoding()) || decode('00', 'hex') LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', trigger_name, relid);
    END LOOP;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION vecext.registry_drop_size_triggers(regclass, text) IS 'drops the triggers that fix the size of a vector; true if there was one';

CREATE FUNCTION vecext.registry_create_size_trigger(relid regclass, vector_name text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION vecext.registry_check_size(%L)',
        vecext.registry_trigger_name(relid), relid, vector_name);
END $$;
COMMENT ON FUNCTION vecext.registry_create_size_trigger(regclass, text) IS 'creates the trigger by which the first vector fixes the size';

-- A view depends on the columns of its table, so views of aliases are dropped before a change, and made again as `views` has them then.
CREATE FUNCTION vecext.registry_alter_columns(relid regclass, change text, views jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    view jsonb;
BEGIN
    FOR view IN SELECT jsonb_array_elements(views) LOOP
        EXECUTE format('DROP VIEW %s', view ->> 'name');
    END LOOP;
    EXECUTE format('ALTER TABLE %s %s', relid, change);
    FOR view IN SELECT jsonb_array_elements(views) LOOP
        PERFORM vecext.registry_make_view_again(relid, view);
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_alter_columns(regclass, text, jsonb) IS 'changes the columns of a collection''s table, and makes its saved views again';

CREATE FUNCTION vecext.add_vector(c text, name text, vector jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(c));
    path text := vecext.registry_vector_path(name);
    new_column text;
    spec record;
    views jsonb;
BEGIN
    IF EXISTS (SELECT FROM vecext.collection_vectors v WHERE v.relid = collection.relid AND v.name = add_vector.name) THEN
        PERFORM vecext.registry_error('42701', format('collection "%s" has a vector named "%s" already', collection.name, name));
    ELSIF vector ? 'column' THEN
        -- A column that the table has, as vecext.register_collection() takes it.
        PERFORM vecext.registry_check_keys(vector, path, '{column,distance,params}');
        PERFORM vecext.registry_write(collection.relid, 'add_vector', jsonb_build_object('name', name,
            'column_name', vector -> 'column', 'distance', vector -> 'distance', 'params', vector -> 'params'));
        RETURN;
    END IF;
    new_column := vecext.registry_vector_column(name, path);
    SELECT * INTO spec FROM vecext.registry_vector_spec(vector, path);
    SELECT coalesce(jsonb_agg(v || jsonb_build_object('columns', concat_ws(', ', v ->> 'columns', quote_ident(new_column)))), '[]')
        INTO views FROM jsonb_array_elements(vecext.registry_begin_change(collection.relid)) v;
    PERFORM vecext.registry_alter_columns(collection.relid, format('ADD COLUMN %I %s', new_column, spec.column_type), views);
    PERFORM vecext.registry_write(collection.relid, 'add_vector', jsonb_build_object('name', name, 'column_name', new_column,
        'distance', spec.distance, 'params', spec.params));
    IF spec.params ->> 'size' IS NULL AND spec.params ->> 'multivector' = 'false' THEN
        PERFORM vecext.registry_create_size_trigger(collection.relid, name);
    ELSIF spec.params ->> 'index' <> 'none' AND coalesce((collection.options ->> 'index_threshold')::numeric, 0) = 0 THEN
        PERFORM vecext.registry_create_vector_index(collection.relid, name);
    END IF;
END $$;
COMMENT ON FUNCTION vecext.add_vector(text, text, jsonb) IS
    'adds a vector to a collection, which its points do not have yet: {"size": ..., "distance": ...} makes a column and its index, {"column": ..., "distance": ...} takes a column of the table';

CREATE FUNCTION vecext.drop_vector(c text, name text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(c));
    vector vecext.collection_vectors := vecext.registry_vector(collection.relid, name);
    views jsonb;
BEGIN
    SELECT coalesce(jsonb_agg(v || jsonb_build_object('columns',
            vecext.registry_view_columns((v ->> 'name')::regclass, collection.relid, '', vector.column_name))), '[]')
        INTO views FROM jsonb_array_elements(vecext.registry_begin_change(collection.relid)) v;
    PERFORM vecext.registry_drop_size_triggers(collection.relid, name);
    -- The event trigger drops the vector.
    PERFORM vecext.registry_alter_columns(collection.relid, format('DROP COLUMN %I', vector.column_name), views);
END $$;
COMMENT ON FUNCTION vecext.drop_vector(text, text) IS 'drops a vector of a collection: its column with all values, and its index';

CREATE FUNCTION vecext.rename_vector(c text, old_name text, new_name text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(c));
    vector vecext.collection_vectors := vecext.registry_vector(collection.relid, old_name);
    new_column text := vecext.registry_vector_column(new_name, vecext.registry_vector_path(new_name));
    has_trigger bool;
    views jsonb;
    view text;
BEGIN
    IF EXISTS (SELECT FROM vecext.collection_vectors v WHERE v.relid = collection.relid AND v.name = new_name) THEN
        PERFORM vecext.registry_error('42701', format('collection "%s" has a vector named "%s" already', collection.name, new_name));
    END IF;
    views := vecext.registry_begin_change(collection.relid);
    has_trigger := vecext.registry_drop_size_triggers(collection.relid, old_name);
    PERFORM vecext.registry_write(collection.relid, 'rename_vector', jsonb_build_object('name', old_name, 'new_name', new_name));
    IF has_trigger THEN
        PERFORM vecext.registry_create_size_trigger(collection.relid, new_name);
    END IF;
    IF vector.column_name = coalesce(nullif(old_name, ''), 'embedding') AND vector.column_name <> new_column THEN
        EXECUTE format('ALTER TABLE %s RENAME COLUMN %I TO %I', collection.relid, vector.column_name, new_column);
        FOR view IN SELECT v ->> 'name' FROM jsonb_array_elements(views) v
                JOIN pg_attribute a ON a.attrelid = (v ->> 'name')::regclass AND a.attname = vector.column_name LOOP
            EXECUTE format('ALTER VIEW %s RENAME COLUMN %I TO %I', view, vector.column_name, new_column);
        END LOOP;
    END IF;
END $$;
COMMENT ON FUNCTION vecext.rename_vector(text, text, text) IS
    'renames a vector of a collection, and its column if that has the same name, also in plain views of aliases';

-- The constraints of a key are known by what they say: others of the table stay.
CREATE FUNCTION vecext.set_payload_schema(c text, payload_schema jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    collection vecext.collections := vecext.registry_collection(vecext.collection_table(c));
    key text;
    spec jsonb;
    sample name;
    old_name name;
BEGIN
    IF jsonb_typeof(payload_schema) IS DISTINCT FROM 'object' THEN
        PERFORM vecext.registry_refuse('an object is expected', 'payload_schema');
    ELSIF collection.payload_column IS NULL THEN
        PERFORM vecext.registry_error('22023', format('collection "%s" has no payload', collection.name));
    END IF;
    PERFORM vecext.registry_lock_relation(collection.relid, 'ACCESS EXCLUSIVE');
    sample := 'vecext_sample';
    WHILE EXISTS (SELECT FROM pg_constraint n WHERE n.conrelid = collection.relid AND n.conname = sample) LOOP
        sample := sample || '_';
    END LOOP;
    FOR key, spec IN SELECT e.key, e.value FROM jsonb_each(collection.payload_schema) e
            WHERE e.value IS DISTINCT FROM set_payload_schema.payload_schema -> e.key LOOP
        PERFORM vecext.registry_as_owner(collection.relid, format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (%s) NOT VALID',
            collection.relid, sample, vecext.registry_payload_check(collection.payload_column, key, spec)));
        FOR old_name IN SELECT n.conname FROM pg_constraint n JOIN pg_constraint s ON s.conrelid = n.conrelid AND s.conname = sample
                WHERE n.conrelid = collection.relid AND n.contype = 'c' AND pg_get_expr(n.conbin, n.conrelid) = pg_get_expr(s.conbin, s.conrelid) LOOP
            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', collection.relid, old_name);
        END LOOP;
    END LOOP;
    FOR key, spec IN SELECT e.key, e.value FROM jsonb_each(payload_schema) e
            WHERE e.value IS DISTINCT FROM collection.payload_schema -> e.key ORDER BY e.key COLLATE "C" LOOP
        BEGIN
            PERFORM vecext.registry_as_owner(collection.relid, format('ALTER TABLE %s ADD CHECK (%s)',
                collection.relid, vecext.registry_payload_check(collection.payload_column, key, spec)));
        EXCEPTION WHEN check_violation THEN
            PERFORM vecext.registry_error('23514', format('a point of collection "%s" does not satisfy the payload schema', collection.name),
                detail => format('At payload_schema.%s.', key));
        END;
    END LOOP;
    PERFORM vecext.registry_write(collection.relid, 'set_payload_schema', jsonb_build_object('payload_schema', payload_schema));
END $$;
COMMENT ON FUNCTION vecext.set_payload_schema(text, jsonb) IS
    'gives a collection another payload schema, which its points must satisfy';
