-- Names of collections, aliases and vectors that no table or column could have; vectors that get no index.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE SCHEMA names;
SET search_path = names, public;

-- A name of 63 bytes is that of the table; a longer one is in the registry, and the table's begins like it.
SELECT repeat('n', 63) AS fits, repeat('n', 64) AS long, repeat('n', 254) || 'x' AS longest, repeat('ü', 127) AS wide \gset
SELECT octet_length(name), vecext.create_collection(name, '{"size": 2, "distance": "dot"}') FROM unnest(ARRAY[:'fits', :'long', :'longest', :'wide']) name;
SELECT octet_length(name), relid, named_by_table, vecext.collection_exists(name), vecext.collection_table(name) = relid AS same
FROM vecext.collections WHERE name ~ '^(n|ü)' ORDER BY octet_length(name);
SELECT vecext.upsert(:'longest', '[{"id": 1, "vector": [1, 2], "payload": {"a": 1}}]');
SELECT id, score FROM vecext.search(:'longest', '[1, 1]', filter => '{"must": [{"key": "a", "match": {"value": 1}}]}');
SELECT count(*) FROM vecext.get_points('names.' || :'longest', '[1]');
SELECT count(*) FROM vecext.scroll('names."' || :'longest' || '"');
SELECT length(vecext.collection_info(:'longest', true) ->> 'name'), vecext.collection_info(:'longest') ->> 'table' AS table, vecext.count_points(:'longest');
SELECT vecext.create_payload_index(:'longest', 'a', 'integer');
SELECT vecext.set_payload_index(:'longest', 'a', 'keyword'), vecext.add_vector(:'longest', 'more', '{"size": 2, "distance": "dot"}');
-- Two names with the same beginning are two collections; a table that has the short name already is not in the way.
CREATE TABLE "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn_00000000" ();
SELECT vecext.create_collection(repeat('n', 200), '{}');
SELECT vecext.drop_collection(repeat('n', 200));
SELECT relname AS short FROM pg_class WHERE oid = vecext.collection_table(:'long') \gset
SELECT vecext.drop_collection(:'long');
CREATE TABLE :"short" ();
SELECT vecext.create_collection(:'long', '{}');
SELECT vecext.drop_collection(:'long');
-- What is refused.
SELECT call, pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$create_collection(repeat('n', 256), '{}')$$, $$create_collection('', '{}')$$, $$create_collection(repeat('ü', 128), '{}')$$,
    $$create_collection(repeat('n', 63), '{}')$$, $$create_alias(repeat('a', 256), repeat('n', 63))$$,
    $$collection_table(repeat('n', 256))$$, $$collection_table(repeat('n', 100000))$$, $$rename_collection(repeat('n', 63), repeat('n', 256))$$]) call;
SELECT left(outcome, 60) FROM pg_temp.outcome(format('SELECT vecext.create_collection(%L, ''{}'')', :'longest')) outcome;

-- Renamed, to and from such names, with the table.
SELECT vecext.create_collection('short', '{}');
SELECT vecext.rename_collection('short', repeat('r', 100));
SELECT length(name), relid, named_by_table FROM vecext.collections WHERE name ~ '^r|^short';
SELECT vecext.rename_collection(repeat('r', 100), repeat('r', 101));
SELECT length(name), relid, named_by_table FROM vecext.collections WHERE name ~ '^r|^short';
SELECT vecext.rename_collection(repeat('r', 101), 'short again');
SELECT name, relid, named_by_table FROM vecext.collections WHERE name ~ '^r|^short';
ALTER TABLE "short again" RENAME TO "short table";
SELECT vecext.rename_collection('short table', repeat('r', 100));
-- A table that SQL has renamed keeps the name, and the collection its own.
SELECT relname AS short FROM pg_class WHERE oid = vecext.collection_table(repeat('r', 100)) \gset
ALTER TABLE :"short" RENAME TO mine;
SELECT length(name), relid, named_by_table FROM vecext.collections WHERE name ~ '^r';
SELECT vecext.rename_collection(repeat('r', 100), 'r2');
SELECT name, relid, named_by_table FROM vecext.collections WHERE name ~ '^r';
SELECT vecext.unregister_collection('r2'), vecext.register_collection('mine', repeat('m', 255));
SELECT length(name), relid, named_by_table FROM vecext.collections WHERE name ~ '^m';

-- Aliases have views with such names.
SELECT vecext.create_alias(repeat('a', 255), :'longest'), vecext.create_alias('fits', :'longest');
SELECT length(alias), view FROM vecext.collection_aliases ORDER BY 1;
SELECT vecext.create_alias(repeat('a', 255), :'fits'), vecext.switch_alias(repeat('a', 255), :'longest');
SELECT count(*) FROM vecext.search(repeat('a', 255), '[1, 1]');
SELECT count(*) FROM vecext.list_aliases(:'longest');
SELECT vecext.rename_alias('fits', repeat('b', 90));
SELECT vecext.rename_alias(repeat('a', 255), repeat('c', 80)), vecext.rename_alias(repeat('b', 90), 'fits again');
SELECT left(alias, 12), length(alias), view, relid = vecext.collection_table(:'longest') AS same FROM vecext.collection_aliases ORDER BY 1;
SELECT id FROM "fits again" t WHERE vecext.matches(t.*, '{"must": [{"key": "a", "match": {"value": 1}}]}'::jsonb);
-- A column that is added comes into the views, and changes the views of aliases as ever.
SELECT vecext.add_vector(:'longest', 'other', '{"size": 3, "distance": "cosine"}'), vecext.drop_vector(:'longest', 'other');
SELECT length(alias), view FROM vecext.collection_aliases ORDER BY 1;
SELECT pg_temp.outcome(format('SELECT vecext.create_collection(%L, ''{}'')', repeat('c', 80)));
SELECT vecext.update_aliases(jsonb_build_array(jsonb_build_object('rename_alias', jsonb_build_object('old_alias_name', repeat('c', 80), 'new_alias_name', repeat('d', 80))),
    jsonb_build_object('create_alias', jsonb_build_object('collection_name', :'longest', 'alias_name', repeat('e', 80)))));
SELECT left(alias, 12), length(alias), view FROM vecext.collection_aliases ORDER BY 1;
-- The role that owns the view of an alias renames it, if the table is another one's.
CREATE ROLE regress_alias_owner;
GRANT ALL ON SCHEMA names TO regress_alias_owner;
SELECT view AS theirs FROM vecext.collection_aliases WHERE alias = repeat('e', 80) \gset
ALTER VIEW :theirs OWNER TO regress_alias_owner;
SET ROLE regress_alias_owner;
SELECT vecext.rename_alias(repeat('e', 80), repeat('f', 80)), left(pg_temp.outcome(format('SELECT vecext.rename_alias(%L, %L)', repeat('d', 80), repeat('g', 80))), 60);
RESET ROLE;
SELECT vecext.drop_alias(repeat('d', 80)), vecext.drop_alias(repeat('f', 80)), vecext.drop_alias(repeat('z', 80));
DROP OWNED BY regress_alias_owner;
DROP ROLE regress_alias_owner;
SELECT vecext.drop_collection(:'longest'), vecext.drop_collection(:'fits'), vecext.drop_collection(:'wide'), vecext.drop_collection(repeat('m', 255));
SELECT count(*) FROM vecext.collection_aliases;

-- Any characters, quoted where a dot or a quote would be read as a part of the name.
SELECT name, vecext.create_collection('"' || replace(name, '"', '""') || '"', '{"size": 1, "distance": "dot"}') FROM unnest(ARRAY['a.b', 'a"b', '"', '.', ' ', 'x;--', 'ünï', E'tab\t']) name;
SELECT name, vecext.collection_table(name), vecext.collection_table('"' || replace(name, '"', '""') || '"') FROM vecext.list_collections();
SELECT count(*) FILTER (WHERE vecext.drop_collection('"' || replace(name, '"', '""') || '"')) FROM vecext.list_collections();

-- What is quoted means the same, whatever names there are: a name that has quotes itself is written with them doubled.
SELECT vecext.create_collection(name, '{}') FROM unnest(ARRAY['"plain"', '"""plain"""']) name;
SELECT written, vecext.collection_table(written), vecext.collection_info(written) ->> 'name' AS name, vecext.upsert(written, format('[{"id": %s}]', length(written))::jsonb)
FROM unnest(ARRAY['plain', '"plain"', '"""plain"""']) written;
SELECT written, id FROM unnest(ARRAY['"plain"', '"""plain"""']) written, vecext.scroll(written);
SELECT vecext.drop_collection('"""plain"""'), vecext.drop_collection('"plain"');

-- Names of vectors: those that columns cannot have are in the registry alone.
SELECT vecext.create_collection('v', jsonb_build_object('', spec, 'embedding', spec, 'id', spec, 'payload', spec, 'ctid', spec, 'xmin', spec, 'a b"c', spec,
    repeat('v', 63), spec, repeat('v', 64), spec, repeat('v', 200), spec, repeat('ü', 100), spec, 'id_b80bb774', spec)) FROM (VALUES ('{"size": 2, "distance": "euclid"}'::jsonb)) s(spec);
SELECT left(name, 12) AS name, octet_length(name), column_name, octet_length(column_name::text) FROM vecext.collection_vectors ORDER BY name, 2;
SELECT vecext.upsert('v', jsonb_build_array(jsonb_build_object('id', 1, 'payload', '{"id": 7}'::jsonb, 'vector', (SELECT jsonb_object_agg(name, jsonb_build_array(0, number))
    FROM (SELECT name, row_number() OVER (ORDER BY name) AS number FROM vecext.collection_vectors) v))));
SELECT left(name, 12) AS name, (SELECT score FROM vecext.search('v', '[0, 0]', vector_name => name)), (SELECT vectors ->> name FROM vecext.get_points('v', '[1]', with_vectors => to_jsonb(ARRAY[name])))
FROM vecext.collection_vectors ORDER BY name, octet_length(name);
SELECT id, payload, vectors ->> 'id' AS id_vector FROM vecext.query('v', '{"query": [0, 0], "using": "id", "with_vectors": ["id"], "filter": {"must": [{"has_vector": "ctid"}]}}');
SELECT vecext.delete_vectors('v', '{id,embedding}', '[1]');
SELECT count(*) FROM vecext.get_points('v', '[1]', with_vectors => 'true') p, jsonb_object_keys(p.vectors);
-- Added, renamed, dropped.
SELECT vecext.drop_vector('v', 'id'), vecext.add_vector('v', 'id', '{"size": 3, "distance": "dot"}'), vecext.rename_vector('v', 'id', 'payload two'), vecext.rename_vector('v', 'payload', 'id'),
    vecext.rename_vector('v', repeat('v', 200), repeat('w', 200)), vecext.rename_vector('v', 'embedding', 'free'), vecext.rename_vector('v', '', 'named'), vecext.rename_vector('v', 'free', '');
SELECT left(name, 12) AS name, octet_length(name), column_name FROM vecext.collection_vectors WHERE name !~ '^(v|ü)' ORDER BY name, 2;
SELECT call, pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$add_vector('v', repeat('x', 201), '{"size": 3, "distance": "dot"}')$$, $$rename_vector('v', 'id', repeat('x', 201))$$,
    $$create_collection('w', jsonb_build_object(repeat('x', 201), '{"size": 2, "distance": "dot"}'::jsonb))$$, $$add_vector('v', 'id', '{"size": 3, "distance": "dot"}')$$,
    $$add_vector('v', NULL, '{"size": 3, "distance": "dot"}')$$]) call;
-- A vector without a size, whose trigger knows it by its name.
SELECT vecext.create_collection('unsized', '{"id": {"size": null, "distance": "dot"}, "ctid": {"size": null, "distance": "dot"}}');
SELECT vecext.upsert('unsized', '[{"id": 1, "vector": {"id": [1, 2], "ctid": [1]}}]'), vecext.rename_vector('unsized', 'ctid', 'cmin');
SELECT pg_temp.outcome($$SELECT vecext.upsert('unsized', '[{"id": 2, "vector": {"cmin": [1, 2]}}]')$$), vecext.create_vector_indexes('unsized');
SELECT name, column_name, params -> 'size' AS size FROM vecext.collection_vectors WHERE relid = 'unsized'::regclass ORDER BY 1;
-- A column of the table that has the name already keeps it.
CREATE TABLE wider (id int8 PRIMARY KEY, payload jsonb, title text, embedding int);
SELECT vecext.register_collection('wider'), vecext.add_vector('wider', 'title', '{"size": 2, "distance": "dot"}'), vecext.add_vector('wider', '', '{"size": 2, "distance": "dot"}');
SELECT name, column_name FROM vecext.collection_vectors WHERE relid = 'wider'::regclass ORDER BY 1;
DROP TABLE wider;

-- A vector that is too wide for an index has none, unless one was asked for.
SET client_min_messages = notice;
SELECT vecext.create_collection('most', '{"a": {"size": 7000, "distance": "cosine"}, "b": {"size": 8000, "type": "halfvec", "distance": "dot"}, "c": {"size": 4000, "distance": "manhattan"},
    "d": {"size": 64000, "type": "bit", "distance": "hamming"}}');
SELECT vecext.create_collection('wide', '{"a": {"size": 7001, "distance": "cosine"}, "b": {"size": 8001, "type": "halfvec", "distance": "dot"}, "c": {"size": 4001, "distance": "manhattan", "hnsw_config": {"m": 8}},
    "d": {"size": 64001, "type": "bit", "distance": "hamming"}, "e": {"size": 16000, "distance": "dot", "index": "none"}, "f": {"size": 16000, "distance": "dot", "multivector": true}}');
SELECT e.key, e.value ->> 'index' IS NULL AS has_none, e.value -> 'params' -> 'index' AS index, vecext.collection_info('wide') -> 'status' AS status FROM jsonb_each(vecext.collection_info('wide') -> 'vectors') e;
SELECT vecext.create_vector_indexes('wide'), vecext.add_vector('wide', 'later', '{"size": 7001, "distance": "dot"}');
SET client_min_messages = warning;
SELECT spec, pg_temp.outcome(format($$SELECT vecext.create_collection('wider', %L)$$, spec)) FROM unnest(ARRAY['{"size": 7001, "distance": "dot", "index": "hnsw"}', '{"size": 7001, "distance": "dot", "hnsw": {"m": 8}}', '{"size": 16001, "distance": "dot"}']) spec;
SELECT status FROM vecext.list_collections() WHERE name IN ('most', 'wide');
DROP SCHEMA names CASCADE;
SELECT count(*) FROM vecext.collections;

-- The constraint that a taken name violates says whether a collection or an alias has it; a collection is not dropped by its alias, nor an alias as a collection.
SELECT vecext.create_collection('one', '{}'), vecext.create_collection('two', '{}'), vecext.create_alias('also one', 'one'), vecext.create_alias('also two', 'two');
CREATE FUNCTION pg_temp.taken(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    constraint_name text;
BEGIN
    EXECUTE 'SELECT vecext.' || call;
    RETURN 'no error';
EXCEPTION WHEN duplicate_table THEN
    GET STACKED DIAGNOSTICS constraint_name = CONSTRAINT_NAME;
    RETURN concat_ws(': ', SQLERRM, constraint_name);
END $$;
SELECT call, pg_temp.taken(call) FROM unnest(ARRAY[$$create_collection('one', '{}')$$, $$create_collection('also one', '{}')$$, $$create_alias('one', 'two')$$, $$create_alias('also one', 'one')$$,
    $$rename_alias('also one', 'also two')$$, $$rename_alias('also one', 'two')$$, $$rename_alias('also one', 'also one')$$, $$rename_collection('one', 'two')$$, $$rename_collection('one', 'also two')$$, $$rename_collection('one', 'one')$$,
    $$register_collection('one')$$, $$update_aliases('[{"create_alias": {"collection_name": "one", "alias_name": "two"}}]')$$]) call;
SELECT call, pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[$$drop_collection('also one')$$, $$drop_collection('also one', true)$$, $$drop_collection('three')$$, $$drop_collection('three', true)$$, $$drop_alias('one')$$, $$drop_alias('three')$$,
    $$rename_collection('also one', 'four')$$, $$rename_alias('one', 'four')$$, $$switch_alias('three', 'one')$$, $$create_alias('four', 'three')$$, $$create_alias('four', 'also one')$$]) call;
SELECT vecext.drop_collection('one'), vecext.drop_collection('two');
