\echo Use "CREATE EXTENSION vecext" to load this file. \quit

-- Extension "vecext": the types, operators and access methods, and behind tail.sql schema vecext. In a
-- database where extension "vector" of this library has the former already (vector/head.sql), only
-- the latter is new. A database with pgvector itself is refused: two types of one name, in whatever
-- schemas, mislead clients that look them up by name alone.
DO $vector$
DECLARE
    libraries text[] := ARRAY(
        SELECT DISTINCT p.probin
        FROM pg_extension e
        JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
        JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
        WHERE e.extname = 'vector' AND d.deptype = 'e' AND p.probin IS NOT NULL);
BEGIN
    IF 'MODULE_PATHNAME' = ANY (libraries) THEN
        RETURN;
    ELSIF cardinality(libraries) > 0 THEN
        RAISE duplicate_object USING
            MESSAGE = 'pgvector is already installed in this database',
            DETAIL = 'Both extensions define the types "vector", "halfvec" and "sparsevec".',
            HINT = 'Create extension vecext in another database, then dump this one and restore it'
                ' there.';
    END IF;
    EXECUTE $vecext$
