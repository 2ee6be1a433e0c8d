\echo Use "CREATE EXTENSION vecext" to load this file. \quit

-- Extension "vecext": the types, operators and access methods, and, after tail.sql, schema vecext. If
-- extension "vector" of this library is in the database (vector/head.sql), only schema vecext is new.
-- A database with pgvector itself is refused: two types of one name, in any schemas, mislead clients
-- that look them up by name alone.
DO $vector$
DECLARE
    libraries pg_catalog.text[] := ARRAY(
        SELECT DISTINCT p.probin
        FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_depend d
            ON d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
            AND d.refobjid OPERATOR(pg_catalog.=) e.oid
        JOIN pg_catalog.pg_proc p
            ON d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_proc'::pg_catalog.regclass
            AND p.oid OPERATOR(pg_catalog.=) d.objid
        WHERE e.extname OPERATOR(pg_catalog.=) 'vector' AND d.deptype OPERATOR(pg_catalog.=) 'e'
            AND p.probin IS NOT NULL);
BEGIN
    IF 'MODULE_PATHNAME' OPERATOR(pg_catalog.=) ANY (libraries) THEN
        RETURN;
    ELSIF pg_catalog.cardinality(libraries) OPERATOR(pg_catalog.>) 0 THEN
        RAISE duplicate_object USING
            MESSAGE = 'pgvector is already installed in this database',
            DETAIL = 'Both extensions define the types "vector", "halfvec" and "sparsevec".',
            HINT = 'Create extension vecext in another database, then dump this one and restore it'
                ' there.';
    END IF;
    EXECUTE $vecext$
