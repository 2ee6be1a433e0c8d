-- Extension "vector" of vecext: an empty shim beside vecext, the owner of all objects without it.

SELECT current_database() AS home \gset
CREATE DATABASE regress_shim TEMPLATE template0;
\c regress_shim
SET client_min_messages = warning;
\set VERBOSITY terse

-- Extensions here, and how many objects each has.
CREATE VIEW pg_temp.installed AS
SELECT e.extname, e.extversion, n.nspname, count(d.objid) AS objects
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
LEFT JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
    AND d.deptype = 'e'
WHERE e.extname IN ('vecext', 'vector') GROUP BY 1, 2, 3 ORDER BY 1;
CREATE FUNCTION pg_temp.uses() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
    RETURN '[1,2]'::vector <-> '[1,4]';
END
$$;

-- Alone: what a program for pgvector asks for, without CASCADE.
CREATE EXTENSION IF NOT EXISTS "vector";
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
SELECT extname, nspname, objects > 0 AS owns_objects FROM pg_temp.installed;
SELECT extversion FROM pg_extension WHERE extname = 'vector';
SELECT pg_temp.uses();
-- Whose library it is.
SELECT current_setting('vecext.version') ~ '^\d+\.\d+' AS is_vecext, pg_temp.uses() > 0 AS has_loaded, obj_description(oid, 'pg_extension') ~ 'vecext' AS says_so
FROM pg_extension WHERE extname = 'vector';
CREATE TABLE item (v vector(2));
DROP EXTENSION vector;

-- Beside it, vecext adds what pgvector does not have, and takes only that away again.
CREATE EXTENSION vecext;
SELECT extname, objects > 100 AS owns_objects FROM pg_temp.installed WHERE extname = 'vecext';
-- All are in its schemas.
SELECT pg_describe_object(classid, objid, objsubid) AS elsewhere FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vecext')
    AND coalesce((pg_identify_object(classid, objid, objsubid)).schema NOT IN ('vecext', 'vecext_internal'), true) ORDER BY 1;
CREATE INDEX item_v ON item USING ivfpq (v);
SELECT vecext.verify_index('item_v');
DROP EXTENSION vecext;
SELECT extname, nspname, to_regnamespace('vecext') IS NULL AS schema_gone FROM pg_temp.installed;
SELECT pg_temp.uses();
DROP TABLE item;
DROP EXTENSION vector;
SELECT to_regtype('vector') IS NULL AS gone;

-- Every version that pgvector's clients know resolves, and leads to the newest.
CREATE EXTENSION vector VERSION '0.5.0';
SELECT extversion FROM pg_extension WHERE extname = 'vector';
ALTER EXTENSION vector UPDATE TO '0.6.0';
ALTER EXTENSION vector UPDATE TO '0.7.0';
ALTER EXTENSION vector UPDATE TO '0.8.0';
ALTER EXTENSION vector UPDATE TO '0.8.7';
ALTER EXTENSION vector UPDATE;
SELECT extversion = default_version AS newest
FROM pg_extension JOIN pg_available_extensions ON name = extname WHERE extname = 'vector';
SELECT pg_temp.uses();
DROP EXTENSION vector;
SELECT count(*) AS versions, count(*) FILTER (WHERE path IS NOT NULL) AS reach_the_newest
FROM pg_available_extension_versions v
JOIN pg_available_extensions e USING (name)
LEFT JOIN pg_extension_update_paths('vector') p
    ON p.source = v.version AND p.target = e.default_version
WHERE name = 'vector' AND v.version <> e.default_version;

-- In another schema, and moved there.
CREATE SCHEMA extensions;
CREATE EXTENSION vector SCHEMA extensions;
SELECT extname, nspname FROM pg_temp.installed;
SELECT '[1,2]'::extensions.vector OPERATOR(extensions.<->) '[1,4]';
ALTER EXTENSION vector SET SCHEMA public;
SELECT pg_temp.uses();
DROP EXTENSION vector;
-- Beside it there, vecext finds the types that its functions need.
CREATE EXTENSION vector SCHEMA extensions;
CREATE EXTENSION vecext;
SELECT vecext.quantize('[1,2]', 'fp16');
DROP EXTENSION vector;
DROP EXTENSION vecext, vector;

-- So can vecext, but it stays where it is, and so does its own schema.
CREATE EXTENSION vecext SCHEMA extensions;
SELECT extname, nspname FROM pg_temp.installed;
SELECT '[1,2]'::extensions.vector OPERATOR(extensions.<->) '[1,4]';
SELECT pronamespace::regnamespace, count(*) FROM pg_proc
WHERE proname IN ('index_info', 'verify_index', 'recall', 'quantize') GROUP BY 1;
\set VERBOSITY sqlstate
ALTER EXTENSION vecext SET SCHEMA public;
\set VERBOSITY terse
DROP EXTENSION vecext;

-- With vecext there, vector is empty and adds nothing; neither order of removal does harm.
CREATE EXTENSION vecext;
CREATE EXTENSION IF NOT EXISTS vector;
SELECT extname, objects > 0 AS owns_objects FROM pg_temp.installed;
SELECT count(*) AS types FROM pg_type WHERE typname IN ('vector', 'halfvec', 'sparsevec');
ALTER EXTENSION vector SET SCHEMA extensions;
SELECT pg_temp.uses();
CREATE TABLE item (v vector(2));
DROP EXTENSION vector;
SELECT pg_temp.uses();
CREATE EXTENSION vector VERSION '0.7.0';
ALTER EXTENSION vector UPDATE TO '0.8.0';
DROP EXTENSION vecext;
DROP TABLE item;
DROP EXTENSION vecext;
CREATE EXTENSION vecext;
SELECT extname, objects > 0 AS owns_objects FROM pg_temp.installed;
DROP EXTENSION vecext, vector;

-- Both ways make the same objects, but for schemas vecext and vecext_internal.
CREATE FUNCTION pg_temp.members(extension text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT pg_describe_object(classid, objid, objsubid)
        || coalesce(': ' || obj_description(objid, classid::regclass::name), '')
    FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
        AND refobjid = (SELECT oid FROM pg_extension WHERE extname = extension)
$$;
CREATE EXTENSION vecext;
CREATE TEMP TABLE by_vecext AS SELECT * FROM pg_temp.members('vecext') m (member);
DROP EXTENSION vecext;
CREATE EXTENSION vector;
CREATE TEMP TABLE by_vector AS SELECT * FROM pg_temp.members('vector') m (member);
SELECT count(*) > 100 AS many FROM by_vector;
SELECT split_part(member, ': ', 1) AS member, a.member IS NULL AS missing
FROM by_vecext a FULL JOIN by_vector b USING (member)
WHERE (a.member IS NULL OR b.member IS NULL) AND split_part(member, ': ', 1) !~ '^\w+ vecext(_internal)?\.' ORDER BY member COLLATE "C";

\c :home
DROP DATABASE regress_shim;
