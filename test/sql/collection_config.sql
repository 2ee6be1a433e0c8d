-- What is only kept with a collection: config and metadata, which are merged by updates and returned by collection_info.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.kept(name text) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws(' | ', 'config ' || (i -> 'config')::text, 'metadata ' || (i -> 'metadata')::text, 'options ' || (i -> 'options')::text)
    FROM vecext.collection_info(name) i
$$;

-- They are given when the collection is created, in any depth. A null is not kept, but one in an array is.
SELECT vecext.create_collection('kept', '{"size": 2, "distance": "dot"}', options => '{"index_threshold": 5,
    "config": {"hnsw_config": {"m": 16, "payload_m": null}, "wal_config": {"wal_capacity_mb": 32}, "shard_number": 1, "list": [1, null]},
    "metadata": {"owner": "us", "nested": {"a": 1, "b": null}, "gone": null}}');
SELECT pg_temp.kept('kept');
-- A collection without them has nulls.
SELECT vecext.create_collection('bare', '{}', options => '{"config": null, "metadata": null}');
SELECT pg_temp.kept('bare');

-- config merges in every depth, and null removes a member; a list is replaced.
SELECT vecext.update_collection('kept', '{"config": {"hnsw_config": {"ef_construct": 100}, "wal_config": null, "optimizers_config": {"a": {"b": 1}}, "list": [2]}}');
SELECT pg_temp.kept('kept');
SELECT vecext.update_collection('kept', '{"config": {"hnsw_config": {"m": null}, "optimizers_config": {"a": {"c": 2, "d": null}}, "shard_number": {"x": null, "y": 1}, "absent": null}}');
SELECT pg_temp.kept('kept');
SELECT vecext.update_collection('kept', '{"config": {"hnsw_config": 7, "optimizers_config": {"a": 1}}}');
SELECT pg_temp.kept('kept');
-- metadata merges at its top level: an object in it is replaced.
SELECT vecext.update_collection('kept', '{"metadata": {"nested": {"c": null, "d": 2}, "owner": null, "new": [1]}}');
SELECT pg_temp.kept('kept');
-- What is not named, or null, stays.
SELECT vecext.update_collection('kept', '{}'), vecext.update_collection('kept', '{"config": null, "metadata": null}'), vecext.update_collection('kept', '{"config": {}, "metadata": {}}');
SELECT pg_temp.kept('kept');
SELECT vecext.update_collection('bare', '{"metadata": {"a": 1}, "index_threshold": 3}');
SELECT pg_temp.kept('bare');
SELECT vecext.update_collection('bare', '{"metadata": {"a": null}, "config": {}}');
SELECT pg_temp.kept('bare');

-- A new name and an alias change nothing.
SELECT vecext.rename_collection('kept', 'renamed');
SELECT vecext.create_alias('other', 'renamed');
SELECT pg_temp.kept('renamed') = pg_temp.kept('other') AS same, pg_temp.kept('other');
ALTER TABLE renamed RENAME TO "renamed again";
SELECT pg_temp.kept('renamed again');

-- What is refused.
SELECT call, pg_temp.outcome('SELECT vecext.' || call) FROM unnest(ARRAY[
    $$update_collection('bare', '{"config": []}')$$, $$update_collection('bare', '{"config": "x"}')$$, $$update_collection('bare', '{"metadata": 1}')$$,
    $$update_collection('bare', '{"metadata": {"a": 1}, "confg": {}}')$$,
    $$create_collection('refused', '{}', options => '{"metadata": [1]}')$$, $$create_collection('refused', '{}', options => '{"config": true}')$$]) call;
SELECT pg_temp.kept('bare');

-- Only the owner of the table changes them; every role reads them, as it reads the registry.
CREATE ROLE regress_config_reader;
SET ROLE regress_config_reader;
SELECT pg_temp.outcome($$SELECT vecext.update_collection('bare', '{"metadata": {"mine": 1}}')$$);
SELECT vecext.collection_info('renamed again') -> 'metadata' AS metadata;
RESET ROLE;
DROP ROLE regress_config_reader;

SELECT vecext.drop_collection('renamed again'), vecext.drop_collection('bare');
