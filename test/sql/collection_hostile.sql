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
UPDATE pg_attribute SET attnotnull = false WHERE attrelid = 'hostile_child'::regclass AND attname = 'payload'; -- before 18: DROP NOT NULL
CREATE INDEX ON hostile_parent (vecext.payload_text(payload, 'a'));
CREATE INDEX ON hostile_parent (vecext.payload_is_empty(payload, 'a'));
INSERT INTO hostile_child VALUES (1, '{"a": ["x"]}'), (2, '{"a": "x"}'), (3, NULL);
SELECT id FROM hostile_parent WHERE vecext.matches(payload, 'a = ''x''') ORDER BY id;
SELECT vecext.register_collection('hostile_parent');
SELECT id FROM hostile_parent t WHERE vecext.matches(t, '{"must": [{"is_empty": {"key": "a"}}]}'::jsonb) ORDER BY id;

-- Calls that the planner makes, made by hand.
CREATE TABLE hostile_call (id int8, payload jsonb, dialect text);
INSERT INTO hostile_call VALUES (1, '{"a": 1}', 'text');
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', dialect, 1);
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', dialect, id);
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', NULL::text, 1, id, '{}', '{}');
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', 'none', 1);
SELECT count(*) FROM hostile_call
WHERE vecext_internal.matches_recheck(payload, '{"must": [{"has_id": ["a"]}]}', 'qdrant', 1, now(), '{}', '{}');
-- Names of vectors and whether the row has them: as many of both, in any dimensions; null is no.
\set has_x '''{"must": [{"has_vector": "x"}]}''::text, ''qdrant'''
SELECT names, present, vecext_internal.matches_recheck('{}'::jsonb, :has_x, 1, 1, names::text[], present::bool[])
FROM (VALUES ('{y,x}', '{f,t}'), ('{y,x}', '{t,f}'), ('{y,x}', '{t,NULL}'), ('{y,x}', '{NULL,t}'), ('{NULL,x}', '{f,t}'), ('{x,NULL}', '{NULL,t}'),
    ('[5:6]={y,x}', '[0:1]={f,t}'), ('{{y,z},{x,w}}', '{{f,f},{t,f}}'), ('{y,x}', '{{f,t}}'), ('{}', '{}'), ('{y,x}', NULL)) v(names, present);
SELECT vecext_internal.matches_recheck('{}'::jsonb, :has_x, 1, 1, '{y,x}', '{t}');
SELECT vecext_internal.matches_recheck('{}'::jsonb, :has_x, 1, 1, '{x}', '{}');
SELECT vecext_internal.matches_recheck('{}'::jsonb, :has_x, 1, 1, '{x}', '{t,t}');
SELECT vecext_internal.matches_recheck('{}'::jsonb, :has_x, 0.5, 1, array_fill('y'::text, ARRAY[12000000]) || 'x'::text, '{t}');
-- Ids of types that no collection has are no id; shares that are none are not believed.
SELECT vecext_internal.matches_recheck('{}'::jsonb, '{"must": [{"has_id": ["1", 1]}]}', 'qdrant', 1, i.x, '{}', '{}') AS int2,
    vecext_internal.matches_recheck('{}'::jsonb, '{"must": [{"has_id": ["1", 1]}]}', 'qdrant', 1, i.x::text::name, '{}', '{}') AS name,
    vecext_internal.matches_recheck('{}'::jsonb, '{"must": [{"has_id": ["1", 1]}]}', 'qdrant', 1, ROW(i.x), '{}', '{}') AS record,
    vecext_internal.matches_recheck('{}'::jsonb, '{"must": [{"has_id": ["1", 1]}]}', 'qdrant', 1, NULL::text, '{}', '{}') AS "null",
    vecext_internal.matches_recheck('{}'::jsonb, '{"must": [{"has_id": ["1", 1]}]}', 'qdrant', 1, i.x::text, '{}', '{}') AS text
FROM (SELECT 1::int2 AS x OFFSET 0) i;
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', 'text', 2);
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', 'text', -1);
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', 'text', 'NaN');
SELECT count(*) FROM hostile_call WHERE vecext_internal.matches_recheck(payload, 'a = 1', 'text', 'Infinity', id, '{}', '{}');

-- Tables, columns, options and indexes that no collection has.
\set VERBOSITY default
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE TABLE hostile_types (id int8 PRIMARY KEY, payload jsonb, number int8 DEFAULT 5, v vector(2), parts vector(2)[]);
INSERT INTO hostile_types VALUES (1, '{"a": 1}', 5, '[1,2]');
CREATE TABLE hostile_heir (CHECK (number > 0)) INHERITS (hostile_types);
CREATE INDEX hostile_call_id ON hostile_call (id);
CREATE INDEX hostile_number ON hostile_types (number);
CREATE VIEW hostile_view AS SELECT * FROM hostile_types;
CREATE VIEW hostile_other AS SELECT * FROM hostile_call;
CREATE MATERIALIZED VIEW hostile_kept AS SELECT 1::int8 AS id, '{}'::jsonb AS payload;
CREATE UNIQUE INDEX ON hostile_kept (id);
CREATE TEMP TABLE hostile_temp (id int8 PRIMARY KEY, payload jsonb);
CREATE FUNCTION pg_temp.register(relation text, arguments text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT vecext.register_collection(%L, %s)', relation, arguments))
$$;
SELECT relation, arguments, pg_temp.register(relation, arguments) FROM (VALUES
    ('hostile_view', $$'x'$$), ('hostile_kept', $$'x'$$), ('hostile_call_id', $$'x'$$), ('hostile_temp', $$'x'$$), ('hostile_heir', $$'x'$$),
    ('0', $$'x'$$),
    ('hostile_types', $$''$$), ('hostile_types', $$'x', NULL$$), ('hostile_types', $$'x', 'ctid'$$), ('hostile_types', $$'x', 'v'$$),
    ('hostile_types', $$'x', 'number'$$), ('hostile_types', $$'x', 'numbre'$$),
    ('hostile_types', $$'x', payload_column => 'number'$$), ('hostile_types', $$'x', payload_column => 'none'$$),
    ('hostile_types', $$'x', vectors => NULL$$), ('hostile_types', $$'x', vectors => '7'$$)) r(relation, arguments);
SELECT arguments, pg_temp.outcome(format('SELECT vecext.create_collection(''hostile_new'', ''{}'', %s)', arguments)) FROM (VALUES
    ($$'5'$$), ($$'{"a": "array"}'$$), ($$'{"a": {"required": 1, "type": "text"}}'$$), ($$'{"a[]": "text"}'$$), ($$'{"a": {}}'$$),
    ($$'{}', '[]'$$), ($$'{}', '{"index_threshold": "many"}'$$), ($$'{}', '{"strict_mode": []}'$$), ($$'{}', '{"shards": 2}'$$),
    ($$'{}', '{"strict_mode": {"enabled": 5}}'$$), ($$'{}', '{"strict_mode": {"max_points_count": 1e30}}'$$),
    ($$'{}', '{"strict_mode": {"search_max_oversampling": 1e400}}'$$), ($$'{}', '{"strict_mode": {"max_query_limits": 1}}'$$)) r(arguments);
SELECT vecext.register_collection('hostile_types', 'hostile');
SELECT pg_temp.register('hostile_types', $$'y'$$);
SELECT name, named_by_table FROM vecext.collections ORDER BY name;
SELECT options, pg_temp.outcome(format('SELECT vecext.update_collection(''hostile'', %L)', options)) FROM (VALUES
    ('7'), ('{"shards": 2}'), ('{"strict_mode": []}'), ('{"name": "x"}'), ('{"vectors": 7}'), ('{"vectors": {"none": {}}}')) r(options);
SELECT pg_temp.outcome($$SELECT vecext.rename_collection('hostile', '')$$), pg_temp.outcome($$SELECT vecext.rename_collection('hostile', NULL)$$);
SELECT name, spec, pg_temp.outcome(format('SELECT vecext.add_vector(''hostile'', %L, %L)', name, spec)) FROM (VALUES
    ('a', '{"column": 7, "distance": "euclid"}'), (NULL, '{"column": "v", "distance": "euclid"}'),
    ('a', '{"column": "payload", "distance": "euclid"}'), ('a', '{"column": "none", "distance": "euclid"}'),
    ('a', '{"column": "parst", "distance": "euclid"}'), ('a', '{"column": "v", "distance": "hamming"}'), ('a', '{"column": "v"}'),
    ('a', '{"column": "v", "distance": "euclid", "params": []}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"index": "btree"}}'),
    ('a', '{"column": "v", "distance": "manhattan", "params": {"index": "ivfpq"}}'),
    ('a', '{"column": "parts", "distance": "euclid", "params": {"index": "hnsw"}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"multivector": true}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"type": "halfvec"}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"size": "2"}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"index": "hnsw", "ivfpq": {}}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"index": "hnsw", "hnsw": {"m": "16) --"}}}'),
    ('a', '{"column": "v", "distance": "euclid", "params": {"owner": "me"}}'),
    ('a', '{"column": "v", "distance": "Euclid", "params": {"index": "hnsw", "hnsw": {"m": 16}}}'),
    ('p', '{"column": "parts", "distance": "dot", "params": {"index": "none", "multivector": true}}')) r(name, spec);
SELECT name, column_name, distance, params FROM vecext.collection_vectors ORDER BY 1;
SELECT options, pg_temp.outcome(format('SELECT vecext.update_collection(''hostile'', %L)', options)) FROM (VALUES
    ('{"vectors": {"a": {"hnsw": {"m": 1}}}}'), ('{"vectors": {"a": {"ivfpq": {}}}}'), ('{"vectors": {"p": {"hnsw": {}}}}')) r(options);
-- What the registry has by name of another table is not dropped with a payload index: a role might have entered it.
SELECT vecext.create_payload_index('hostile', 'b', 'integer');
UPDATE vecext.payload_indexes SET array_index = 'hostile_call_id' WHERE relid = 'hostile_types'::regclass;
SELECT arguments, pg_temp.outcome(format('SELECT vecext.create_payload_index(''hostile'', %s)', arguments)) FROM (VALUES
    ($$'b', 'tree'$$), ($$'[', 'integer'$$), ($$'b', 'integer', '{"fast": true}'$$), ($$NULL, 'integer'$$), ($$'b', NULL$$), ($$'c', 'bool', '7'$$)) r(arguments);
SELECT vecext.drop_payload_index('hostile', 'b');
SELECT to_regclass('hostile_call_id') IS NOT NULL AS is_kept;
DROP INDEX hostile_types_b_array_idx;
-- An alias is a view of the collection, which another view does not become.
SELECT name, pg_temp.outcome(format('SELECT vecext.create_alias(%L, ''hostile'')', name)) FROM (VALUES
    ('hostile_view'), ('hostile_types'), (''), (NULL)) r(name);
SELECT vecext.unregister_collection('hostile');
DROP VIEW hostile_view;
\set VERBOSITY sqlstate

-- Columns that are not of the type that the registry says.
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

-- A function of a policy changes a collection that the request reads next.
CREATE ROLE regress_hostile;
GRANT ALL ON SCHEMA hostile TO regress_hostile;
SET ROLE regress_hostile;
CREATE TABLE hostile.watched (id int8 PRIMARY KEY, payload jsonb NOT NULL, v vector(2));
CREATE TABLE hostile.other (id text PRIMARY KEY, payload jsonb NOT NULL, v vector(2));
INSERT INTO hostile.watched VALUES (1, '{"of": "a"}', '[1,2]'), (2, '{"of": "a"}', '[3,4]');
INSERT INTO hostile.other VALUES ('1', '{"name": "one"}', '[1,2]');
SELECT vecext.register_collection('hostile.watched', vectors => '{"column": "v", "distance": "euclid"}'),
    vecext.register_collection('hostile.other', vectors => '{"column": "v", "distance": "euclid"}');
CREATE TABLE hostile.change (statement text);
CREATE FUNCTION hostile.changes() RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    DELETE FROM hostile.change RETURNING change.statement INTO statement;
    IF statement IS NOT NULL THEN
        EXECUTE statement;
    END IF;
    RETURN true;
END $$;
CREATE FUNCTION hostile.next(statement text) RETURNS void LANGUAGE sql AS $$
    DELETE FROM hostile.change;
    INSERT INTO hostile.change VALUES (statement)
$$;
ALTER TABLE hostile.watched ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON hostile.watched USING (hostile.changes());
\set request '{"prefetch": {"query": [1, 2]}, "query": {"recommend": {"positive": ["1"]}}, "lookup_from": {"collection": "hostile.other"}}'
SELECT id, score FROM vecext.query('hostile.watched', :'request');
SELECT hostile.next('ALTER TABLE hostile.other ALTER id TYPE int8 USING id::int8');
SELECT id, score FROM vecext.query('hostile.watched', :'request');
SELECT hostile.next('ALTER TABLE hostile.other ALTER v TYPE halfvec(2)');
SELECT id, score FROM vecext.query('hostile.watched', :'request');
SELECT hostile.next('ALTER TABLE hostile.other DROP v');
SELECT id, score FROM vecext.query('hostile.watched', :'request');
SELECT hostile.next('DROP TABLE hostile.other');
SELECT id, score FROM vecext.query('hostile.watched', :'request');
-- Beside groups; in a batch; what is open is not changed.
SELECT hostile.next(NULL);
UPDATE hostile.other SET id = 'a';
\set request '{"query": [1, 2], "group_by": "of", "limit": 1, "with_lookup": "hostile.other"}'
SELECT id, lookup FROM vecext.query_groups('hostile.watched', :'request');
SELECT hostile.next('ALTER TABLE hostile.other ALTER payload TYPE text');
SELECT id, lookup FROM vecext.query_groups('hostile.watched', :'request');
SELECT hostile.next('ALTER TABLE hostile.other ALTER id TYPE int8 USING 1');
SELECT id, score FROM vecext.query_batch('hostile.watched', '[{"query": [1, 2]}, {"query": "a", "lookup_from": {"collection": "hostile.other"}}]');
SELECT hostile.next('ALTER TABLE hostile.watched ALTER payload TYPE text');
SELECT id, score FROM vecext.query('hostile.watched', '{"query": [1, 2]}');
RESET ROLE;

-- A collection of another role: its name alone does not lead there, and its functions do not run as the caller.
\set VERBOSITY default
SET ROLE regress_hostile;
SELECT vecext.create_collection('hostile.shop', '{"size": 2, "distance": "cosine"}');
CREATE FUNCTION hostile.wanted(int8) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RAISE NOTICE 'hostile.wanted is executed';
    RETURN true;
END $$;
SELECT vecext.upsert('hostile.shop', '[{"id": 1, "vector": [1, 0]}]');
GRANT ALL ON hostile.shop TO PUBLIC;
RESET ROLE;
SELECT pg_temp.outcome(format('SELECT vecext.%s', call)) FROM unnest(ARRAY[$$upsert('shop', '[{"id": 2}]')$$, $$count_points('shop')$$,
    $$query('shop', '{}')$$, $$count_points('hostile.shop')$$, $$count_points('"hostile"."shop"')$$, $$count_points('public.shop')$$,
    $$create_collection('shop', '{}')$$]) call;
SET search_path = public, hostile;
SELECT vecext.count_points('shop');
RESET search_path;
SET ROLE regress_hostile;
CREATE INDEX shop_wanted ON hostile.shop (id) WHERE hostile.wanted(id);
RESET ROLE;
SELECT pg_temp.outcome(format('SELECT vecext.%s', call)) FROM unnest(ARRAY[$$count_points('hostile.shop')$$, $$search('hostile.shop', '[1, 0]')$$,
    $$upsert('hostile.shop', '[{"id": 2}]')$$, $$hybrid_search('hostile.shop', vector => '[1, 0]')$$]) call;
SET ROLE regress_hostile;
SET client_min_messages = warning;
SELECT vecext.count_points('hostile.shop');
RESET client_min_messages;
RESET ROLE;
-- Whom others would wait for may lock a name.
SELECT vecext.create_collection('public.mine', '{}');
SET ROLE regress_hostile;
SELECT pg_temp.outcome($$SELECT vecext.rename_collection('hostile.shop', 'mine')$$);
RESET ROLE;
SELECT vecext.drop_collection('public.mine');

SET client_min_messages = warning;
DROP MATERIALIZED VIEW hostile_kept;
DROP TABLE hostile_index, hostile_child, hostile_parent, hostile_call, hostile_types CASCADE;
DROP SCHEMA hostile CASCADE;
DROP ROLE regress_hostile;
