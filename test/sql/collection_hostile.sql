-- What the owner of a table can write down about it has no effect on those who read it: operators in
-- expressions of indexes, rows of the registry, types of columns, views with names of aliases.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vecext CASCADE;
SET client_min_messages = notice;
\set VERBOSITY sqlstate

CREATE SCHEMA hostile;
CREATE FUNCTION hostile.get(jsonb, text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE NOTICE 'hostile.get is executed';
    RETURN NULL;
END $$;
CREATE OPERATOR hostile.-> (FUNCTION = hostile.get, LEFTARG = jsonb, RIGHTARG = text);
CREATE TABLE hostile_index (id int8 PRIMARY KEY, payload jsonb NOT NULL);
CREATE INDEX ON hostile_index USING gin ((payload OPERATOR(hostile.->) 'a'));
SET client_min_messages = warning;
INSERT INTO hostile_index VALUES (1, '{"a": 1}'), (2, '{"a": [1, 2]}');
RESET client_min_messages;
SELECT count(*) FROM hostile_index WHERE vecext.matches(payload, 'a = 1');
SELECT vecext.register_collection('hostile_index');
SELECT vecext.filter_sql('a = 1', 'hostile_index');

-- A constraint that tables which inherit do not have, and a column that they may have without a value.
CREATE TABLE hostile_parent (id int8 PRIMARY KEY, payload jsonb NOT NULL,
    CHECK (NOT vecext.payload_is_array(payload, 'a')) NO INHERIT);
CREATE TABLE hostile_child () INHERITS (hostile_parent);
ALTER TABLE hostile_child ALTER payload DROP NOT NULL;
CREATE INDEX ON hostile_parent (vecext.payload_text(payload, 'a'));
CREATE INDEX ON hostile_parent (vecext.payload_is_empty(payload, 'a'));
INSERT INTO hostile_child VALUES (1, '{"a": ["x"]}'), (2, '{"a": "x"}'), (3, NULL);
SELECT id FROM hostile_parent WHERE vecext.matches(payload, 'a = ''x''') ORDER BY id;
SELECT vecext.register_collection('hostile_parent');
SELECT id FROM hostile_parent t WHERE vecext.matches(t, '{"must": [{"is_empty": {"key": "a"}}]}'::jsonb) ORDER BY id;

-- Calls that the planner makes, made by hand.
CREATE TABLE hostile_call (id int8, payload jsonb, dialect text);
INSERT INTO hostile_call VALUES (1, '{"a": 1}', 'text');
SELECT count(*) FROM hostile_call WHERE vecext.matches_recheck(payload, 'a = 1', dialect, 1);
SELECT count(*) FROM hostile_call WHERE vecext.matches_recheck(payload, 'a = 1', dialect, id);
SELECT count(*) FROM hostile_call WHERE vecext.matches_recheck(payload, 'a = 1', NULL::text, 1, id, '{}', '{}');
SELECT count(*) FROM hostile_call WHERE vecext.matches_recheck(payload, 'a = 1', 'none', 1);
SELECT count(*) FROM hostile_call
WHERE vecext.matches_recheck(payload, '{"must": [{"has_id": ["a"]}]}', 'qdrant', 1, now(), '{}', '{}');

-- An index of another table as one of payloads, which a role that may drop both would drop.
CREATE INDEX hostile_call_id ON hostile_call (id);
SELECT vecext.registry_write('hostile_index', 'add_payload_index', '{"key": "b", "type": "integer", "index": "hostile_call_id"}');
SELECT vecext.drop_payload_index('hostile_index', 'b');
SELECT to_regclass('hostile_call_id');

-- Columns that are not of the type that the registry says.
CREATE TABLE hostile_types (id int8 PRIMARY KEY, payload jsonb, number int8 DEFAULT 5, v vector(2));
INSERT INTO hostile_types VALUES (1, '{"a": 1}', 5, '[1,2]');
SELECT vecext.registry_write('hostile_types', 'add_collection',
    '{"name": "hostile_types", "id_column": "id", "payload_column": "number", "named_by_table": true}');
SELECT vecext.matches(t, 'a = 1') FROM hostile_types t;
SELECT * FROM vecext.scroll('hostile_types');
-- A name that is no text would be none of those that are compared and locked.
SELECT vecext.registry_write('hostile_types', 'set_collection', '{"name": 7}');
SELECT vecext.registry_write('hostile_types', 'drop_collection', '{}');
SELECT vecext.register_collection('hostile_types', vectors => '{"column": "v", "distance": "euclid"}');
SELECT * FROM vecext.search('hostile_types', '[1,2]'::vector, with_payload => 'true');
ALTER TABLE hostile_types ALTER payload TYPE text;
SELECT vecext.matches(t, 'a = 1') FROM hostile_types t;
SELECT * FROM vecext.search('hostile_types', '[1,2]'::vector, with_payload => 'true');
SELECT * FROM vecext.get_points('hostile_types', '[1]');
ALTER TABLE hostile_types ALTER payload TYPE jsonb USING payload::jsonb, ALTER id TYPE float8;
SELECT * FROM vecext.get_points('hostile_types', '[1]');
SELECT count(*) FROM hostile_types t WHERE vecext.matches(t, '{"must": [{"has_id": ["a"]}]}'::jsonb);
ALTER TABLE hostile_types ALTER id TYPE int8;
SELECT * FROM vecext.get_points('hostile_types', '[1]');

-- A view that has the name of the collection and other columns by the names of its columns.
CREATE VIEW hostile.hostile_types AS SELECT id, number AS payload, v FROM hostile_types;
SELECT vecext.matches(t, 'a = 1') FROM hostile.hostile_types t;
SELECT count(*) FROM hostile.hostile_types t WHERE vecext.matches(t, 'a = 1');
DROP VIEW hostile.hostile_types;
CREATE VIEW hostile.hostile_types AS SELECT now()::text AS id, payload, v FROM hostile_types;
SELECT vecext.matches(t, 'a = 1') FROM hostile.hostile_types t;
SELECT count(*) FROM hostile.hostile_types t WHERE vecext.matches(t, 'a = 1 OR id = ''x''');
DROP VIEW hostile.hostile_types;
ALTER TABLE hostile_types ADD other jsonb DEFAULT '{"a": ["x"]}',
    ADD CHECK (NOT vecext.payload_is_array(payload, 'a'));
CREATE INDEX ON hostile_types (vecext.payload_text(payload, 'a'));
CREATE VIEW hostile.hostile_types AS SELECT id, other AS payload, v FROM hostile_types;
SELECT count(*) FROM hostile.hostile_types t WHERE vecext.matches(t, 'a = ''x''');

SET client_min_messages = warning;
DROP TABLE hostile_index, hostile_child, hostile_parent, hostile_call, hostile_types CASCADE;
DROP SCHEMA hostile CASCADE;
