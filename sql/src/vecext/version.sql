-- vecext.version: what is installed here, and whether library, script and control file have the same version.

CREATE FUNCTION vecext_internal.loaded_library(OUT version text, OUT kernel text)
    AS 'MODULE_PATHNAME', 'vecext_internal_loaded_library' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION vecext_internal.loaded_library() IS
    'the version of the library that this session has loaded, and the instruction set that distances are computed with';

CREATE FUNCTION vecext.version(OUT library text, OUT script text, OUT kernel text, OUT advice text) LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.version, e.extversion, l.kernel,
        CASE WHEN e.extversion <> a.default_version THEN 'ALTER EXTENSION vecext UPDATE: the server has version ' || a.default_version
            WHEN l.version <> e.extversion
                THEN 'end this session, it has loaded another library; if sessions preload the library, restart the server' END
    FROM vecext_internal.loaded_library() l, pg_extension e, pg_available_extensions a
    WHERE e.extname = 'vecext' AND a.name = e.extname
$$;
COMMENT ON FUNCTION vecext.version() IS
    'the versions of the library that this session has loaded and of the script that made the objects of this database, the instruction set that distances are computed with, and what to do where the versions differ';
