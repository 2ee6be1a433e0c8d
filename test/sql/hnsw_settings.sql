-- Settings of hnsw. Before the library is loaded they are kept as they come, and then checked.
SET hnsw.ef_search = 7;
SET hnsw.no_such_setting = 1;
\set VERBOSITY terse
SELECT '[1,2]'::vector <-> '[1,4]' AS distance;
\set VERBOSITY default
SHOW hnsw.ef_search;
RESET hnsw.ef_search;

SELECT name, vartype, setting, boot_val, min_val, max_val, enumvals, context FROM pg_settings
WHERE name LIKE 'hnsw%' ORDER BY name COLLATE "C";

SET hnsw.ef_search = 0;
SET hnsw.ef_search = 1001;
SET hnsw.iterative_scan = 'on';
SET hnsw.max_scan_tuples = 0;
SET hnsw.scan_mem_multiplier = 0;
SET hnsw.scan_mem_multiplier = 1001;
SET hnsw.no_such_setting = 1;

-- In a transaction, for a role, for a function: as any setting.
BEGIN;
SET LOCAL hnsw.ef_search = 1000;
SET LOCAL hnsw.iterative_scan = relaxed_order;
SET LOCAL hnsw.max_scan_tuples = 2147483647;
SET LOCAL hnsw.scan_mem_multiplier = 1.5;
SELECT name, setting FROM pg_settings WHERE name LIKE 'hnsw%' ORDER BY name COLLATE "C";
COMMIT;
SHOW hnsw.ef_search;
SET hnsw.iterative_scan = off;
SHOW hnsw.iterative_scan;
RESET hnsw.iterative_scan;
SHOW hnsw.iterative_scan;
CREATE ROLE regress_vecext_user;
ALTER ROLE regress_vecext_user SET hnsw.iterative_scan = strict_order;
SET ROLE regress_vecext_user;
SET hnsw.ef_search = 100;
SHOW hnsw.ef_search;
RESET ROLE;
DROP ROLE regress_vecext_user;
CREATE FUNCTION ef() RETURNS text LANGUAGE sql SET hnsw.ef_search = 11
    AS 'SELECT current_setting(''hnsw.ef_search'')';
SELECT ef();
DROP FUNCTION ef;
