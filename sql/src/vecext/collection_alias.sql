-- Aliases: a row of the registry, and a view of that name with the rights of the role that uses it.

CREATE FUNCTION vecext.registry_alias_view(alias text) RETURNS regclass LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found_view regclass;
BEGIN
    SELECT a.view INTO found_view FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view
    WHERE a.alias = registry_alias_view.alias;
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42P01', format('alias "%s" does not exist', alias));
    END IF;
    RETURN vecext.registry_present(found_view);
END $$;
COMMENT ON FUNCTION vecext.registry_alias_view(text) IS 'the view of an alias; an error if there is no such alias';

-- True if CREATE OR REPLACE VIEW can point a view at the table: its columns are the table's first ones.
CREATE FUNCTION vecext.registry_view_fits(view regclass, relid regclass) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM pg_attribute v LEFT JOIN (
            SELECT row_number() OVER (ORDER BY a.attnum) AS place, a.*
            FROM pg_attribute a WHERE a.attrelid = relid AND a.attnum > 0 AND NOT a.attisdropped) t
                ON t.place = v.attnum AND t.attname = v.attname AND t.atttypid = v.atttypid
                    AND t.atttypmod = v.atttypmod AND t.attcollation = v.attcollation
        WHERE v.attrelid = view AND v.attnum > 0 AND t.attname IS NULL)
$$;
COMMENT ON FUNCTION vecext.registry_view_fits(regclass, regclass) IS
    'whether a view can be replaced by one of the table';

CREATE FUNCTION vecext.registry_create_view(view_name text, relid regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE VIEW %s WITH (security_invoker = true) AS SELECT * FROM %s', view_name, relid);
    -- What a role may do by the view is what it may do with the table.
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO PUBLIC', view_name);
END $$;
COMMENT ON FUNCTION vecext.registry_create_view(text, regclass) IS 'makes the view of an alias';

-- Names are locked before views and tables, in one order.
CREATE FUNCTION vecext.registry_drop_aliases(relid regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    alias_view regclass;
    view_name text[];
BEGIN
    PERFORM vecext.registry_lock(n.alias)
    FROM (SELECT a.alias FROM vecext.collection_aliases a WHERE a.relid = registry_drop_aliases.relid ORDER BY a.alias) n;
    FOR alias_view IN SELECT a.view FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view
            WHERE a.relid = registry_drop_aliases.relid LOOP
        view_name := parse_ident(vecext.registry_present(alias_view)::text);
        -- An older snapshot shows aliases that have another name, or stand for another collection, by now.
        CONTINUE WHEN current_setting('transaction_isolation') IN ('repeatable read', 'serializable')
            AND vecext.collection_table(view_name[cardinality(view_name)]) <> relid;
        EXECUTE format('DROP VIEW %s', alias_view);
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_drop_aliases(regclass) IS 'drops the aliases of a collection and their views';

-- The columns of a view are the table's first ones, which may have been renamed since.
CREATE FUNCTION vecext.registry_view_columns(view regclass, relid regclass, qualifier text, left_out name DEFAULT NULL) RETURNS text LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(qualifier || quote_ident(t.attname) ||
        CASE WHEN t.attname <> v.attname THEN ' AS ' || quote_ident(v.attname) ELSE '' END, ', ' ORDER BY v.attnum)
    FROM pg_attribute v JOIN (
        SELECT row_number() OVER (ORDER BY a.attnum) AS place, a.attname
        FROM pg_attribute a WHERE a.attrelid = relid AND a.attnum > 0 AND NOT a.attisdropped) t ON t.place = v.attnum
    WHERE v.attrelid = view AND v.attnum > 0 AND t.attname IS DISTINCT FROM left_out
$$;
COMMENT ON FUNCTION vecext.registry_view_columns(regclass, regclass, text, name) IS
    'the SELECT list of the view of an alias, each column of the table but one after the qualifier';

-- True if a view has columns of the table and nothing else, as those that vecext makes.
CREATE FUNCTION vecext.registry_is_plain_view(view regclass, relid regclass) RETURNS bool LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    -- From 16 on without the name of the only table.
    SELECT regexp_replace(btrim(pg_get_viewdef(view)), '[[:space:]]+', ' ', 'g') IN (
            format('SELECT %s FROM %s;', vecext.registry_view_columns(view, relid, format('%I.', t.relname)), relid),
            format('SELECT %s FROM %s;', vecext.registry_view_columns(view, relid, ''), relid))
        AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = view AND a.attnum > 0
            AND (a.attacl IS NOT NULL OR a.atthasdef OR col_description(view, a.attnum) IS NOT NULL))
        AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = view)
        AND NOT EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = view AND r.rulename <> '_RETURN')
    FROM pg_class t WHERE t.oid = relid
$$;
COMMENT ON FUNCTION vecext.registry_is_plain_view(regclass, regclass) IS 'whether a view has columns of a table and nothing else';

CREATE FUNCTION vecext.registry_save_views(relid regclass) RETURNS jsonb LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('alias', a.alias, 'name', format('%I.%I', n.nspname, v.relname),
        'columns', vecext.registry_view_columns(v.oid, a.relid, ''), 'options', array_to_string(v.reloptions, ', '),
        'owner', pg_get_userbyid(v.relowner), 'comment', obj_description(v.oid, 'pg_class'), 'grants', (
            SELECT jsonb_agg(format('GRANT %s ON %I.%I TO %s%s', g.privilege_type, n.nspname, v.relname,
                CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END))
            FROM aclexplode(v.relacl) g WHERE g.grantee <> v.relowner)) ORDER BY a.alias), '[]')
    FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view JOIN pg_namespace n ON n.oid = v.relnamespace
    WHERE a.relid = registry_save_views.relid AND vecext.registry_is_plain_view(v.oid, a.relid)
$$;
COMMENT ON FUNCTION vecext.registry_save_views(regclass) IS
    'the plain views of the aliases of a collection: [{"alias", "name", "columns", "options", "owner", "comment", "grants"}]';

CREATE FUNCTION vecext.registry_make_view_again(relid regclass, saved jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    view_name text := saved ->> 'name';
    view regclass;
    statement text;
BEGIN
    EXECUTE format('CREATE VIEW %s %s AS SELECT %s FROM %s', view_name, 'WITH (' || (saved ->> 'options') || ')', saved ->> 'columns', relid);
    view := view_name::regclass;
    EXECUTE format('ALTER VIEW %s OWNER TO %I', view_name, saved ->> 'owner');
    -- As the owner: the name may mean another view by now. First what default privileges have granted.
    FOR statement IN
            SELECT DISTINCT format('REVOKE ALL ON %s FROM %s', view_name, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END)
            FROM pg_class v, aclexplode(v.relacl) g WHERE v.oid = view AND g.grantee <> v.relowner LOOP
        PERFORM vecext.registry_as_owner(view, statement);
    END LOOP;
    FOR statement IN SELECT jsonb_array_elements_text(nullif(saved -> 'grants', 'null')) LOOP
        PERFORM vecext.registry_as_owner(view, statement);
    END LOOP;
    IF saved ->> 'comment' IS NOT NULL THEN
        PERFORM vecext.registry_as_owner(view, format('COMMENT ON VIEW %s IS %L', view_name, saved ->> 'comment'));
    END IF;
    PERFORM vecext.registry_write(relid, 'set_alias', jsonb_build_object('name', saved ->> 'alias', 'view', view::oid::int8));
END $$;
COMMENT ON FUNCTION vecext.registry_make_view_again(regclass, jsonb) IS 'creates a view that vecext.registry_save_views() has saved';

-- As readers do, lock views before the table.
CREATE FUNCTION vecext.registry_lock_views_and_table(relid regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_lock_relation(a.view, 'ACCESS EXCLUSIVE')
    FROM (SELECT c.view FROM vecext.collection_aliases c JOIN pg_class v ON v.oid = c.view
          WHERE c.relid = registry_lock_views_and_table.relid ORDER BY c.alias) a;
    PERFORM vecext.registry_lock_relation(relid, 'ACCESS EXCLUSIVE');
END $$;
COMMENT ON FUNCTION vecext.registry_lock_views_and_table(regclass) IS
    'locks the views of the aliases of a collection, and then its table, against all others';

-- No column that a view has can change its type, so the plain views of aliases are made again. Others keep it from changing: what
-- their owner has written is not to be executed by the caller. The caller has locked names, views and table.
CREATE FUNCTION vecext.registry_change_type(relid regclass, vector_name text, column_name name, type text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    views jsonb;
    view jsonb;
BEGIN
    views := vecext.registry_save_views(relid);
    -- An older snapshot may see other grants than those of now.
    IF views <> '[]' AND current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        PERFORM vecext.registry_error('0A000',
            format('views of aliases of %s are not made again in a transaction that is %s', relid, current_setting('transaction_isolation')),
            hint => 'Call vecext.create_vector_indexes() in a transaction that is read committed.');
    END IF;
    FOR view IN SELECT jsonb_array_elements(views) LOOP
        EXECUTE format('DROP VIEW %s', view ->> 'name');
    END LOOP;
    -- The column checks the size from now on.
    PERFORM vecext.registry_drop_size_triggers(relid, vector_name);
    -- Another session may have changed it meanwhile.
    IF (SELECT a.atttypmod < 0 FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = column_name) THEN
        PERFORM vecext.registry_as_owner(relid, format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', relid, column_name, type));
    END IF;
    FOR view IN SELECT jsonb_array_elements(views) LOOP
        PERFORM vecext.registry_make_view_again(relid, view);
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_change_type(regclass, text, name, text) IS
    'gives the column of a vector without a size its type, and its aliases views of that type';

CREATE FUNCTION vecext.registry_set_alias(alias text, collection text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    relid regclass;
    old_view regclass;
    view_name text;
    schema text;
BEGIN
    alias := vecext.registry_name(alias);
    collection := vecext.registry_name(collection);
    IF NOT vecext.collection_exists(alias) THEN
        SELECT p.schema, coalesce(p.name, alias) INTO schema, alias FROM vecext.registry_split_name(alias) p;
    END IF;
    PERFORM vecext.registry_check_name(alias);
    PERFORM vecext.registry_lock(alias);
    -- An alias stands for a collection, never for an alias: so none can lead back to itself.
    SELECT c.relid INTO relid FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = collection;
    IF NOT FOUND THEN
        PERFORM vecext.registry_error('42P01', format('collection "%s" does not exist', collection));
    ELSIF EXISTS (SELECT FROM vecext.collections c JOIN pg_class t ON t.oid = c.relid WHERE c.name = alias) THEN
        PERFORM vecext.registry_error('42P07', format('collection "%s" already exists', alias));
    END IF;
    SELECT vecext.registry_present(a.view) INTO old_view
    FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view WHERE a.alias = registry_set_alias.alias;
    relid := vecext.registry_present(relid);
    IF old_view IS NULL AND schema <> (SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relid) THEN
        PERFORM vecext.registry_error('22023', 'a new alias is in the schema of its collection');
    END IF;
    -- Before the view changes: it is refused to all but the owner of the table.
    IF old_view IS NULL THEN
        SELECT format('%I.%I', n.nspname, alias) INTO STRICT view_name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relid;
        PERFORM vecext.registry_create_view(view_name, relid);
    ELSE
        SELECT format('%I.%I', n.nspname, c.relname) INTO STRICT view_name
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = old_view;
        IF vecext.registry_view_fits(old_view, relid) THEN
            EXECUTE format('CREATE OR REPLACE VIEW %s WITH (security_invoker = true) AS SELECT * FROM %s', view_name, relid);
        ELSE
            EXECUTE format('DROP VIEW %s', view_name);
            PERFORM vecext.registry_create_view(view_name, relid);
        END IF;
    END IF;
    PERFORM vecext.registry_write(relid, 'set_alias', jsonb_build_object('name', alias, 'view', to_regclass(view_name)::oid::int8));
END $$;
COMMENT ON FUNCTION vecext.registry_set_alias(text, text) IS
    'points an alias at a collection, be the alias there or not';

CREATE FUNCTION vecext.create_alias(alias text, collection text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM vecext.registry_set_alias(alias, collection);
END $$;
COMMENT ON FUNCTION vecext.create_alias(text, text) IS
    'gives a collection another name, which is also a view; an alias that is there is pointed at the collection';

CREATE FUNCTION vecext.switch_alias(alias text, new_collection text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    alias := vecext.registry_name(alias);
    PERFORM vecext.registry_lock(alias);
    PERFORM vecext.registry_alias_view(alias);
    PERFORM vecext.registry_set_alias(alias, new_collection);
END $$;
COMMENT ON FUNCTION vecext.switch_alias(text, text) IS 'points an alias at another collection';

CREATE FUNCTION vecext.drop_alias(alias text) RETURNS bool LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    alias := vecext.registry_name(alias);
    PERFORM vecext.registry_lock(alias);
    IF NOT EXISTS (SELECT FROM vecext.collection_aliases a JOIN pg_class v ON v.oid = a.view WHERE a.alias = drop_alias.alias) THEN
        RETURN false;
    END IF;
    EXECUTE format('DROP VIEW %s', vecext.registry_alias_view(alias));
    RETURN true;
END $$;
COMMENT ON FUNCTION vecext.drop_alias(text) IS 'drops an alias and its view; false if there is none';

CREATE FUNCTION vecext.rename_alias(old_alias text, new_alias text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    old_alias := vecext.registry_name(old_alias);
    PERFORM vecext.registry_check_name(new_alias);
    -- In one order, for transactions that rename in both directions.
    PERFORM vecext.registry_lock(least(old_alias COLLATE "C", new_alias));
    PERFORM vecext.registry_lock(greatest(old_alias COLLATE "C", new_alias));
    EXECUTE format('ALTER VIEW %s RENAME TO %I', vecext.registry_alias_view(old_alias), new_alias);
END $$;
COMMENT ON FUNCTION vecext.rename_alias(text, text) IS 'renames an alias and its view';

CREATE FUNCTION vecext.list_aliases(collection text DEFAULT NULL, OUT alias text, OUT collection_name text)
    RETURNS SETOF record LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF collection IS NOT NULL THEN
        PERFORM vecext.collection_table(collection);
    END IF;
    RETURN QUERY SELECT a.alias, c.name
        FROM vecext.collection_aliases a JOIN vecext.collections c ON c.relid = a.relid
        WHERE collection IS NULL OR c.relid = vecext.collection_table(collection)
        ORDER BY a.alias;
END $$;
COMMENT ON FUNCTION vecext.list_aliases(text) IS 'the aliases of a collection, or all';

CREATE FUNCTION vecext.registry_alias_action(action jsonb, path text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    verb text;
    names jsonb;
    name text;
    known text[];
BEGIN
    PERFORM vecext.registry_check_keys(action, path, '{create_alias,delete_alias,rename_alias}');
    IF (SELECT count(*) FROM jsonb_object_keys(action)) <> 1 THEN
        PERFORM vecext.registry_refuse('one action is expected', path);
    END IF;
    SELECT e.key, e.value INTO verb, names FROM jsonb_each(action) e;
    known := CASE verb WHEN 'create_alias' THEN '{collection_name,alias_name}'::text[]
        WHEN 'delete_alias' THEN '{alias_name}' ELSE '{old_alias_name,new_alias_name}' END;
    path := path || '.' || verb;
    PERFORM vecext.registry_check_keys(names, path, known);
    FOREACH name IN ARRAY known LOOP
        IF jsonb_typeof(names -> name) IS DISTINCT FROM 'string' THEN
            PERFORM vecext.registry_refuse('a name is expected', path || '.' || name);
        END IF;
    END LOOP;
    IF verb = 'create_alias' THEN
        PERFORM vecext.create_alias(names ->> 'alias_name', names ->> 'collection_name');
    ELSIF verb = 'delete_alias' THEN
        PERFORM vecext.drop_alias(names ->> 'alias_name');
    ELSE
        PERFORM vecext.rename_alias(names ->> 'old_alias_name', names ->> 'new_alias_name');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_alias_action(jsonb, text) IS 'does one action of vecext.update_aliases()';

CREATE FUNCTION vecext.update_aliases(actions jsonb) RETURNS int8 LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    action jsonb;
    place int8;
    done int8 := 0;
BEGIN
    IF jsonb_typeof(actions) IS DISTINCT FROM 'array' THEN
        PERFORM vecext.registry_refuse('a list of actions is expected', 'actions');
    END IF;
    -- All names first, in one order.
    PERFORM vecext.registry_lock(n.name)
    FROM (SELECT DISTINCT vecext.registry_name(v.name #>> '{}') COLLATE "C" AS name
          FROM jsonb_path_query(actions, '$[*].*.keyvalue() ? (@.key like_regex "alias_name$").value', '{}', true) v(name)
          WHERE jsonb_typeof(v.name) = 'string' ORDER BY 1) n;
    FOR action, place IN SELECT e.value, e.n FROM jsonb_array_elements(actions) WITH ORDINALITY e(value, n) ORDER BY e.n LOOP
        PERFORM vecext.registry_alias_action(action, format('actions[%s]', place - 1));
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;
COMMENT ON FUNCTION vecext.update_aliases(jsonb) IS
    'does a list of actions, all or none: [{"create_alias": {"collection_name", "alias_name"}}, {"delete_alias": {"alias_name"}}, {"rename_alias": {"old_alias_name", "new_alias_name"}}]; returns their number';
