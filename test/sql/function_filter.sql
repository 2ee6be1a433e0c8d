-- Conditions by a function that gives a set, as policies have them. Nobody has said how many rows it gives: it is planned for few, and the scan
-- counts them.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE paper (id int PRIMARY KEY, team int, kind int, e vector(4));
INSERT INTO paper SELECT i, i % 400, i % 5, ARRAY(SELECT random() FROM generate_series(1, 4) WHERE i = i)::vector FROM generate_series(1, 20000) i;
CREATE INDEX paper_e ON paper USING hnsw (e vector_l2_ops);
CREATE INDEX paper_team ON paper (team);
CREATE INDEX paper_kind ON paper (kind);
CREATE TABLE belongs (team int, person int);
INSERT INTO belongs SELECT i, i % 100 FROM generate_series(0, 399) i;
-- Person 1000 sees all teams.
INSERT INTO belongs SELECT i, 1000 FROM generate_series(0, 399) i;
VACUUM ANALYZE paper, belongs;
CREATE FUNCTION teams_of(who int) RETURNS SETOF int LANGUAGE plpgsql STABLE AS
    'BEGIN RETURN QUERY SELECT team FROM belongs WHERE person = who; END';
CREATE FUNCTION many_teams_of(who int) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 5000 AS
    'BEGIN RETURN QUERY SELECT team FROM belongs WHERE person = who; END';

-- How the paper is read, and whether the rows are those of a sort.
CREATE FUNCTION read_by(query text, OUT row_count int, OUT as_sorted bool, OUT node text, OUT way text, OUT key_index text, OUT set_rows int) LANGUAGE plpgsql AS $$
DECLARE
    found text[];
    plan jsonb;
    scan jsonb;
BEGIN
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    row_count := cardinality(found);
    as_sorted := found = pg_temp.rows_by_sort(query);
    EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, FORMAT json) ' || query INTO plan;
    scan := jsonb_path_query_first(plan, 'strict $.** ? (@."Relation Name" == "paper")');
    node := coalesce(scan->>'Custom Plan Provider', scan->>'Node Type');
    key_index := scan->>'Key Index';
    set_rows := scan->>'Rows in Set';
    -- Without a set it depends on what the checks take.
    way := CASE WHEN key_index IS NOT NULL OR set_rows IS NOT NULL THEN scan->>'Strategy' END;
END $$;
SELECT condition, r.* FROM unnest(ARRAY[
    'team IN (SELECT teams_of(7))',
    'team IN (SELECT teams_of(7)) AND kind = 2',
    'team IN (SELECT t FROM teams_of(7) t)',
    'team = ANY (ARRAY(SELECT teams_of(7)))',
    '(team IN (SELECT teams_of(7)) OR id = 5)',
    'EXISTS (SELECT FROM teams_of(7) t WHERE t = team)',
    -- Many teams, or none.
    'team IN (SELECT teams_of(1000))',
    'team IN (SELECT teams_of(1000)) AND kind = 2',
    'team IN (SELECT teams_of(-1))',
    -- The number of rows is known.
    'team IN (SELECT many_teams_of(7))',
    'team IN (SELECT generate_series(1, 1000))']) condition,
    read_by('SELECT id FROM paper p WHERE ' || condition || ' ORDER BY e <-> ''[0.3,0.4,0.5,0.6]'', id LIMIT 10') r;
-- All rows.
SELECT condition, r.row_count FROM unnest(ARRAY[
    'team IN (SELECT teams_of(7)) AND kind = 2',
    'team IN (SELECT teams_of(1000)) AND kind = 2']) condition,
    read_by('SELECT id FROM paper p WHERE ' || condition || ' ORDER BY e <-> ''[0.3,0.4,0.5,0.6]'', id') r;

-- As a policy.
CREATE ROLE paper_reader;
GRANT SELECT ON paper, belongs TO paper_reader;
ALTER TABLE paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON paper USING (team IN (SELECT teams_of(7)));
SET ROLE paper_reader;
SELECT * FROM read_by('SELECT id FROM paper p ORDER BY e <-> ''[0.3,0.4,0.5,0.6]'', id LIMIT 10');
SELECT * FROM read_by('SELECT id FROM paper p WHERE kind = 2 ORDER BY e <-> ''[0.3,0.4,0.5,0.6]'', id LIMIT 10');
RESET ROLE;
DROP TABLE paper, belongs;
DROP FUNCTION teams_of, many_teams_of, read_by;
DROP ROLE paper_reader;
