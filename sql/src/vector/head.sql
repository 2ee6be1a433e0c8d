\echo Use "CREATE EXTENSION vector" to load this file. \quit

-- Extension "vector" on the library of vecext, so that programs written for pgvector find the extension that they ask
-- for. If extension vecext is already in the database, this extension stays empty. Otherwise it owns the objects
-- itself, as pgvector does, and needs no CASCADE. The parts of vecext's own script come between this head and tail.sql.
DO $vector$
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_proc WHERE probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME'
            AND prosrc OPERATOR(pg_catalog.=) 'vector_in') THEN
        RETURN;
    END IF;
    EXECUTE $vecext$
