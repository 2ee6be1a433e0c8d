-- Aliases. An alias is a row of the registry, and a view of that name with the rights of the role that uses it.

CREATE FUNCTION vecext.create_alias(alias text, collection text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_create_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.create_alias(text, text) IS
    'gives a collection another name, which is also a view; an alias that is there is pointed at the collection';

CREATE FUNCTION vecext.switch_alias(alias text, new_collection text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_switch_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.switch_alias(text, text) IS
    'points an alias at another collection';

CREATE FUNCTION vecext.drop_alias(alias text) RETURNS bool
    AS 'MODULE_PATHNAME', 'vecext_drop_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.drop_alias(text) IS
    'drops an alias and its view; false if there is none';

CREATE FUNCTION vecext.rename_alias(old_alias text, new_alias text) RETURNS void
    AS 'MODULE_PATHNAME', 'vecext_rename_alias' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.rename_alias(text, text) IS
    'renames an alias and its view';

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

CREATE FUNCTION vecext.update_aliases(actions jsonb) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_update_aliases' LANGUAGE C VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION vecext.update_aliases(jsonb) IS
    'does a list of actions, all or none: [{"create_alias": {"collection_name", "alias_name"}}, {"delete_alias": {"alias_name"}}, {"rename_alias": {"old_alias_name", "new_alias_name"}}]; returns their number';
