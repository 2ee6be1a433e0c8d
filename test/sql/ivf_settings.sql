-- Settings of ivfflat and ivfpq. Before the library is loaded they are kept as they come, and then
-- checked.
SET ivfflat.probes = 7;
SET ivfpq.probes = 5;
SET ivfflat.no_such_setting = 1;
\set VERBOSITY terse
SELECT '[1,2]'::vector <-> '[1,4]' AS distance;
\set VERBOSITY default
SHOW ivfflat.probes;
SHOW ivfpq.probes;
RESET ivfflat.probes;
RESET ivfpq.probes;

SELECT name, vartype, setting, boot_val, min_val, max_val, enumvals, context FROM pg_settings
WHERE name LIKE 'ivf%' ORDER BY name COLLATE "C";

SET ivfflat.probes = 0;
SET ivfflat.probes = 32769;
SET ivfflat.probes = 'all';
SET ivfflat.max_probes = 0;
SET ivfflat.max_probes = 32769;
SET ivfflat.iterative_scan = 'on';
SET ivfflat.iterative_scan = 'strict_order';
SET ivfflat.no_such_setting = 1;
SET ivfpq.probes = -1;
SET ivfpq.probes = 32769;
SET ivfpq.no_such_setting = 1;

-- A recall to aim at, or none.
SELECT vartype, setting, boot_val, min_val, max_val, context FROM pg_settings
WHERE name = 'vecext.target_recall';
SET vecext.target_recall = 0.95;
SHOW vecext.target_recall;
SET vecext.target_recall = 0.3;
SET vecext.target_recall = 1;
SET vecext.target_recall = 'NaN';
SHOW vecext.target_recall;
RESET vecext.target_recall;

-- In a transaction, for a role, for a function: as any setting.
BEGIN;
SET LOCAL ivfflat.probes = 32768;
SET LOCAL ivfflat.iterative_scan = relaxed_order;
SHOW ivfflat.probes;
COMMIT;
SHOW ivfflat.probes;
SHOW ivfflat.iterative_scan;
CREATE ROLE regress_vecext_user;
ALTER ROLE regress_vecext_user SET ivfpq.probes = 9;
SET ROLE regress_vecext_user;
SET ivfpq.probes = 3;
SHOW ivfpq.probes;
RESET ROLE;
DROP ROLE regress_vecext_user;
CREATE FUNCTION probes() RETURNS text LANGUAGE sql SET ivfflat.probes = 11
    AS 'SELECT current_setting(''ivfflat.probes'')';
SELECT probes();
DROP FUNCTION probes;
