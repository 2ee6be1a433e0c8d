\echo Use "CREATE EXTENSION vecext" to load this file. \quit

-- Refuses a database in which extension "vector" already has these types: two types of the same
-- name, in whatever schemas, mislead clients that look them up by name alone. An extension "vector"
-- without functions is the empty shim of an earlier vecext (shim/head.sql) and does no harm.
DO $guard$
DECLARE
    libraries text[] := ARRAY(
        SELECT DISTINCT p.probin
        FROM pg_extension e
        JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
        JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
        WHERE e.extname = 'vector' AND d.deptype = 'e' AND p.probin IS NOT NULL);
BEGIN
    IF 'MODULE_PATHNAME' = ANY (libraries) THEN
        RAISE duplicate_object USING
            MESSAGE = 'vecext is already installed in this database, as extension "vector"',
            HINT = 'All types, functions and operators of vecext are there. To have them under'
                ' the name "vecext", create that extension in another database, then dump and'
                ' restore.';
    ELSIF cardinality(libraries) > 0 THEN
        RAISE duplicate_object USING
            MESSAGE = 'pgvector is already installed in this database',
            DETAIL = 'Both extensions define the types "vector", "halfvec" and "sparsevec".',
            HINT = 'Create extension vecext in another database, then dump this one and restore it'
                ' there.';
    END IF;
END
$guard$;
