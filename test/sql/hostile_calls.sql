-- Calls that nobody would write: each has an answer, or an error that says what is wrong with it. Most were found by
-- test/t/035_hostile_statements.pl.
\set VERBOSITY sqlstate
SET client_min_messages = warning;

-- A payload that is no object, where the path does not lead.
SELECT document, path, vecext.payload_merge(document::jsonb, '{"a": 1}', path) AS merged
FROM (VALUES ('5'), ('"x"'), ('null'), ('[]'), ('{}')) d(document), (VALUES ('b[].c'), ('b[0]'), ('b')) p(path) ORDER BY document COLLATE "C", path COLLATE "C";

-- Triggers that are called otherwise.
SELECT vecext_internal.changed();
SELECT vecext_internal.check_vector();

