-- Aliases of collections: names that are views, pointed elsewhere in one transaction.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA shelf;
SET search_path = shelf, public;
SELECT vecext.create_collection('one', '{"size": 2, "distance": "cosine"}');
SELECT vecext.create_collection('two', '{"size": 2, "distance": "cosine"}');
SELECT vecext.create_collection('wide', '{"a": {"size": 3, "distance": "dot"}, "b": {"size": 2, "distance": "euclid"}}', options => '{"id": "text"}');
INSERT INTO one VALUES (1, '[1,1]');
INSERT INTO two VALUES (2, '[2,2]');
INSERT INTO wide VALUES ('w', '[1,2,3]', '[1,2]');

-- An alias is a name for the functions, and a view for SQL.
SELECT vecext.create_alias('now', 'one'), vecext.create_alias('Odd "Name"', 'wide');
SELECT vecext.collection_table('now'), vecext.collection_exists('now'), vecext.collection_table('Odd "Name"');
SELECT * FROM vecext.list_aliases();
SELECT * FROM vecext.list_aliases('one');
SELECT * FROM vecext.list_aliases('two');
SELECT id FROM now ORDER BY embedding <=> '[1,0]' LIMIT 1;
INSERT INTO now VALUES (3, '[3,3]');
SELECT id FROM one ORDER BY 1;
SELECT id, b FROM "Odd ""Name""";
SELECT vecext.collection_info('one') -> 'aliases' AS aliases, vecext.collection_info('now') ->> 'name' AS name;
EXPLAIN (COSTS off) SELECT id FROM now WHERE id = 3;

-- Pointed elsewhere: the same view where the columns are the same, else another.
SELECT 'now'::regclass::oid AS before \gset
SELECT vecext.switch_alias('now', 'two');
SELECT id FROM now;
SELECT 'now'::regclass::oid = :before AS same_view;
SELECT vecext.create_alias('now', 'wide');
SELECT id FROM now;
SELECT 'now'::regclass::oid = :before AS same_view, vecext.collection_table('now');
BEGIN;
SELECT vecext.switch_alias('now', 'one');
SELECT id FROM now ORDER BY 1;
SELECT vecext.collection_table('now');
ROLLBACK;
SELECT id FROM now;
SELECT vecext.collection_table('now');
-- A plan that was made before the switch.
SELECT vecext.create_alias('planned', 'one');
PREPARE ids AS SELECT id FROM planned ORDER BY 1;
PREPARE target AS SELECT vecext.collection_table('planned');
EXECUTE ids;
EXECUTE target;
SELECT vecext.switch_alias('planned', 'two');
EXECUTE ids;
EXECUTE target;
DEALLOCATE ALL;

-- Renamed and dropped, by the functions and by SQL.
SELECT vecext.rename_alias('planned', 'later');
SELECT id FROM later;
ALTER VIEW later RENAME TO planned;
SELECT vecext.collection_table('planned');
ALTER TABLE planned RENAME TO later;
SELECT * FROM vecext.list_aliases('two');
DROP VIEW later;
SELECT * FROM vecext.list_aliases();
SELECT vecext.drop_alias('Odd "Name"');
SELECT vecext.drop_alias('Odd "Name"');
SELECT to_regclass('"Odd ""Name"""');
-- An alias follows its collection.
SELECT vecext.rename_collection('wide', 'broad');
SELECT * FROM vecext.list_aliases();
SELECT vecext.drop_collection('broad');
SELECT vecext.collection_exists('now'), to_regclass('now');

-- Lists of actions.
SELECT vecext.update_aliases('[{"create_alias": {"collection_name": "one", "alias_name": "a"}},
    {"create_alias": {"collection_name": "two", "alias_name": "b"}}]');
SELECT vecext.update_aliases('[{"rename_alias": {"old_alias_name": "a", "new_alias_name": "t"}},
    {"rename_alias": {"old_alias_name": "b", "new_alias_name": "a"}}, {"rename_alias": {"old_alias_name": "t", "new_alias_name": "b"}},
    {"delete_alias": {"alias_name": "missing"}}]');
SELECT * FROM vecext.list_aliases();
SELECT vecext.update_aliases('[]');
SELECT actions, pg_temp.outcome(format('SELECT vecext.update_aliases(%L)', actions)) FROM (VALUES
    ('{}'), ('[1]'), ('[{}]'), ('[{"create_alias": null}]'), ('[{"move_alias": {}}]'), ('[{"delete_alias": {"alias_name": "a"}, "create_alias": {}}]'),
    ('[{"delete_alias": {}}]'), ('[{"delete_alias": {"alias_name": 1}}]'), ('[{"delete_alias": {"alias_name": "a", "x": 1}}]'),
    ('[{"delete_alias": {"alias_name": "a"}}, {"rename_alias": {"old_alias_name": "a", "new_alias_name": "c"}}]')) v(actions);
-- All or none.
SELECT * FROM vecext.list_aliases();

-- Refused: an alias of an alias, so that none leads back to itself; names that are taken or are no names.
SELECT q, pg_temp.outcome('SELECT vecext.' || q) FROM (VALUES
    ($$create_alias('c', 'a')$$), ($$create_alias('a', 'a')$$), ($$create_alias('a', 'b')$$), ($$create_alias('one', 'two')$$),
    ($$create_alias('one', 'one')$$), ($$create_alias('c', 'three')$$), ($$create_alias('', 'one')$$),
    ($$create_alias(repeat('x', 256), 'one')$$), ($$create_alias(NULL, 'one')$$), ($$switch_alias('c', 'one')$$),
    ($$switch_alias('a', 'three')$$), ($$rename_alias('c', 'd')$$), ($$rename_alias('a', 'b')$$), ($$rename_alias('a', 'one')$$),
    ($$rename_alias('a', '')$$), ($$list_aliases('three')$$), ($$drop_alias('one')$$), ($$drop_collection('a')$$),
    ($$rename_collection('a', 'c')$$), ($$rename_collection('one', 'a')$$), ($$create_collection('a', '{}')$$)) v(q);
CREATE TABLE plain (id int PRIMARY KEY);
SELECT pg_temp.outcome($$SELECT vecext.create_alias('plain', 'one')$$);
SELECT pg_temp.outcome($$SELECT vecext.register_collection('plain', 'a', payload_column => NULL)$$);
ALTER TABLE one RENAME TO a;
ALTER VIEW a SET SCHEMA public;
ALTER TABLE one RENAME TO a;
ALTER VIEW public.a SET SCHEMA shelf;
CREATE VIEW above AS SELECT id FROM a;
SELECT pg_temp.outcome($$SELECT vecext.drop_alias('a')$$);
SELECT pg_temp.outcome($$SELECT vecext.drop_collection('two')$$);
DROP VIEW above;

-- Whose they are: the view gives no right that the table does not.
CREATE ROLE regress_alias_user;
CREATE ROLE regress_alias_reader;
GRANT USAGE, CREATE ON SCHEMA shelf TO regress_alias_user;
GRANT USAGE ON SCHEMA shelf TO regress_alias_reader;
GRANT SELECT ON two TO regress_alias_reader;
SET ROLE regress_alias_reader;
SELECT id FROM a;
SELECT pg_temp.outcome('SELECT id FROM b'), pg_temp.outcome('DELETE FROM a');
SET ROLE regress_alias_user;
SELECT vecext.create_collection('mine', '{"size": 2, "distance": "cosine"}');
SELECT q, pg_temp.outcome(q) FROM (VALUES
    ($$SELECT vecext.create_alias('x', 'one')$$), ($$SELECT vecext.create_alias('a', 'mine')$$),
    ($$SELECT vecext.switch_alias('a', 'mine')$$), ($$SELECT vecext.drop_alias('a')$$), ($$SELECT vecext.rename_alias('a', 'x')$$)) v(q);
CREATE VIEW pg_temp.x AS SELECT * FROM mine;
RESET ROLE;
CREATE SCHEMA regress_alias_views AUTHORIZATION regress_alias_user;
CREATE VIEW theirs AS SELECT * FROM mine;
SET ROLE regress_alias_user;
CREATE VIEW regress_alias_views.a AS SELECT * FROM mine;
SELECT vecext.create_alias('m', 'mine');
SELECT vecext.rename_alias('m', 'n'), vecext.drop_alias('n');
RESET ROLE;
SELECT * FROM vecext.list_aliases();

-- A vector without a size gets its type, and its index, also where aliases have its column.
SELECT vecext.create_collection('sized', '{"size": null, "distance": "cosine"}', options => '{"index_threshold": 1}');
SELECT vecext.create_alias('sized_too', 'sized');
ALTER VIEW sized_too SET SCHEMA regress_alias_views;
ALTER VIEW regress_alias_views.sized_too OWNER TO regress_alias_user;
REVOKE ALL ON regress_alias_views.sized_too FROM PUBLIC;
GRANT SELECT ON regress_alias_views.sized_too TO regress_alias_reader WITH GRANT OPTION;
COMMENT ON VIEW regress_alias_views.sized_too IS 'an alias';
SELECT vecext.upsert('sized', '[{"id": 1, "vector": [1, 2, 3]}]');
-- What its owner has made of an alias's view stays, and is not executed.
SELECT vecext.create_alias('sized_few', 'sized'), vecext.create_alias('sized_rule', 'sized');
CREATE DOMAIN shelf.few AS int CHECK (VALUE < 5);
CREATE OR REPLACE VIEW sized_few WITH (security_invoker = true) AS SELECT * FROM sized WHERE id = ANY ('{1}'::shelf.few[]);
CREATE RULE nothing AS ON DELETE TO sized_rule DO INSTEAD NOTHING;
SELECT pg_temp.outcome($$SELECT vecext.create_vector_indexes('sized')$$);
SELECT vecext.drop_alias('sized_rule');
SELECT pg_temp.outcome($$SELECT vecext.create_vector_indexes('sized')$$);
SELECT vecext.drop_alias('sized_few');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.outcome($$SELECT vecext.create_vector_indexes('sized')$$);
ROLLBACK;
SELECT vecext.create_vector_indexes('sized');
SELECT format_type(a.atttypid, a.atttypmod), r.relowner::regrole, obj_description(r.oid, 'pg_class'),
    (SELECT string_agg(g.grantee::regrole || ' ' || g.privilege_type, ', ') FROM aclexplode(r.relacl) g WHERE g.grantee <> r.relowner) AS grants, l.* FROM vecext.list_aliases('sized') l, pg_class r JOIN pg_attribute a ON a.attrelid = r.oid
WHERE r.oid = 'regress_alias_views.sized_too'::regclass AND a.attname = 'embedding';
SELECT id FROM vecext.search('regress_alias_views.sized_too', '[1,2,3]'::vector);
SET ROLE regress_alias_reader;
SELECT pg_temp.outcome('SELECT id FROM regress_alias_views.sized_too');
RESET ROLE;
SELECT vecext.drop_collection('sized');
-- An alias keeps the name of a column that was renamed.
SELECT vecext.create_collection('sized', '{"size": null, "distance": "cosine"}', options => '{"index_threshold": 1}');
SELECT vecext.create_alias('sized_too', 'sized');
SELECT vecext.upsert('sized', '[{"id": 1, "vector": [1, 2, 3]}]');
ALTER TABLE sized RENAME COLUMN embedding TO "the Vector";
SELECT vecext.create_vector_indexes('sized');
SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = 'sized_too'::regclass AND a.attname = 'embedding';
SELECT id, embedding FROM sized_too;
SELECT vecext.drop_collection('sized');
-- Nor does it matter what a backslash means in the session.
SET client_min_messages = error;
SET standard_conforming_strings = off;
SELECT vecext.create_collection('sized', '{"size": null, "distance": "cosine"}', options => '{"index_threshold": 1}');
SELECT vecext.create_alias('sized_too', 'sized');
SELECT vecext.upsert('sized', '[{"id": 1, "vector": [1, 2, 3]}]');
SELECT vecext.create_vector_indexes('sized');
SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = 'sized_too'::regclass AND a.attname = 'embedding';
RESET standard_conforming_strings;
SET client_min_messages = warning;
SELECT vecext.drop_collection('sized');

DROP SCHEMA shelf, regress_alias_views CASCADE;
SELECT count(*) FROM vecext.collection_aliases;
DROP ROLE regress_alias_user, regress_alias_reader;
