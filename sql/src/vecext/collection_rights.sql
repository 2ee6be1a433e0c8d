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
