# Collections: a dump restores them with their aliases and indexes, in a database with extension vector in another
# schema too; an alias is pointed elsewhere while others read by it; sessions learn what others have changed.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

use FindBin;
use lib "$FindBin::RealBin/lib";
use Standby;

my $node = PostgreSQL::Test::Cluster->new('node');
$node->init(allows_streaming => 1);
$node->start;
$node->safe_psql('postgres', "CREATE DATABASE $_") foreach qw(source copy piecewise elsewhere);
$node->safe_psql('postgres', 'CREATE ROLE curator');

sub query { return $node->safe_psql(@_) }

# What a database has of collections, whatever their OIDs are.
my $contents = <<'SQL';
SELECT (vecext.collection_info(name) - '{bytes,table_bytes,index_bytes,points_estimate,indexed_vectors_estimate}'::text[])::text
FROM vecext.collections ORDER BY 1;
SELECT relid, name, id_column, payload_column, named_by_table FROM vecext.collections ORDER BY name;
SELECT relid, name, column_name, distance FROM vecext.collection_vectors ORDER BY relid::text, name;
SELECT relid, key, type, options, index, array_index, constraint_name, requested FROM vecext.payload_indexes ORDER BY key, type;
SELECT alias, view, relid FROM vecext.collection_aliases ORDER BY 1;
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid IN (SELECT relid FROM vecext.collections) ORDER BY 1;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN (SELECT relid FROM vecext.collections) ORDER BY 1;
SELECT relname, reloptions, relacl, relowner::regrole FROM pg_class WHERE oid IN (SELECT view FROM vecext.collection_aliases) ORDER BY 1;
SELECT id, title::text, payload FROM articles ORDER BY id;
SELECT id, tail FROM latest ORDER BY id;
SELECT id, embedding FROM mixed ORDER BY id;
SQL
# pg_relation_size of an index differs between one that was built and one that grew.
$contents =~ s/\(vecext\.collection_info\(name\)[^;]*::text\n/regexp_replace((vecext.collection_info(name) - '{bytes,table_bytes,index_bytes,points_estimate,indexed_vectors_estimate}'::text[])::text, '"bytes": [0-9]+', '', 'g')\n/;

query('source', <<'SQL');
CREATE EXTENSION vecext;
CREATE SCHEMA "other shelf";
GRANT ALL ON SCHEMA "other shelf" TO curator;
SELECT vecext.create_collection('articles', '{"title": {"size": 3, "distance": "cosine", "hnsw": {"m": 8, "ef_construction": 32}},
	"codes": {"size": 4, "distance": "dot", "ivfpq": {"lists": 1}}, "bits": {"size": 3, "type": "bit", "distance": "jaccard"}}',
	'{"lang": {"type": "keyword", "required": true}, "at": {"type": "datetime", "array": true}}',
	'{"strict_mode": {"max_query_limit": 50}, "config": {"hnsw_config": {"m": 16}}, "metadata": {"owner": "us"}}');
INSERT INTO articles (id, title, payload) VALUES (1, '[1,2,3]', '{"lang": "en", "at": ["2020-01-01", "2021-01-01"]}'), (2, NULL, '{"lang": "de", "n": 7}');
SELECT vecext.create_payload_index('articles', key, type, options::jsonb) FROM (VALUES ('lang', 'keyword', '{}'),
	('n', 'integer', '{}'), ('n', 'values_count', '{}'), ('at', 'datetime', '{"arrays": true}'), ('u', 'uuid', '{"scalar_only": true}'),
	('t', 'text', '{"config": "english"}'), ('where', 'geo', '{}'), ('lang', 'prefix', '{}'), ('gone', 'is_empty', '{}')) v(key, type, options);
SELECT vecext.set_payload_index('articles', 'tenant', 'keyword', '{"is_tenant": true}');
SET ROLE curator;
SELECT vecext.create_collection('The "Tail"', '{}', options => '{"id": "text", "schema": "other shelf"}');
RESET ROLE;
CREATE TABLE "other shelf".made (id uuid PRIMARY KEY, tail halfvec(2));
INSERT INTO "other shelf".made VALUES ('550e8400-e29b-41d4-a716-446655440000', '[1,2]');
SELECT vecext.register_collection('"other shelf".made', 'made by hand', vectors => '{"column": "tail", "distance": "manhattan"}', payload_column => NULL);
SELECT vecext.create_collection('mixed', '{"size": 2, "distance": "dot"}', options => '{"id": "point_id"}');
SELECT vecext.upsert('mixed', '[{"id": 18446744073709551615, "vector": [1, 2]}, {"id": "550e8400-e29b-41d4-a716-446655440000", "vector": [3, 4]}]');
SELECT vecext.create_alias('latest', 'made by hand'), vecext.create_alias('now', 'articles');
ALTER VIEW "other shelf".latest SET SCHEMA public;
SET ROLE curator;
SELECT vecext.create_alias('An Alias', 'The "Tail"');
SQL

# A dump as a script, and one that pg_restore brings back by several jobs.
my $expected = query('source', $contents);
my $file = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '--file', "$file.sql", 'source' ], 'dump as a script');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'copy', '-f', "$file.sql" ], 'the script restores');
is(query('copy', $contents), $expected, 'the same collections');
$node->command_ok([ 'pg_dump', '--format', 'directory', '--file', "$file.dir", 'source' ], 'dump as a directory');
$node->command_ok([ 'pg_restore', '--exit-on-error', '--jobs', '2', '--dbname', 'piecewise', "$file.dir" ], 'it restores');
is(query('piecewise', $contents), $expected, 'the same collections');
# What was restored follows changes as the original did.
is(query('copy', <<'SQL'), "t\nt\nf\nAn Alias|The \"Tail\"\nlatest|made by hand\nf", 'the copy is alive');
SELECT vecext.switch_alias('now', 'made by hand') \g /dev/null
SELECT vecext.collection_table('now') = '"other shelf".made'::regclass;
SELECT vecext.drop_payload_index('articles', 'n');
DROP TABLE articles;
SELECT vecext.collection_exists('articles');
SELECT vecext.drop_alias('now') \g /dev/null
SELECT * FROM vecext.list_aliases();
SELECT EXISTS (SELECT FROM vecext.payload_indexes);
SQL

# A dump of one table, in a database that knows nothing of it: its definition makes it a collection again, under its name or another.
query('postgres', 'CREATE DATABASE single');
query('single', 'CREATE EXTENSION vecext; CREATE SCHEMA "other shelf"');
$node->command_ok([ 'pg_dump', '--file', "$file.single", '-t', 'articles', 'source' ], 'dump of one collection');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'single', '-f', "$file.single" ], 'it restores');
my $definition = query('source', q{SELECT vecext.collection_definition('articles')});
is(query('single', "SELECT vecext.restore_collection('articles', \$d\$$definition\$d\$)"), 'articles', 'its table is a collection');
is(query('single', q{SELECT vecext.collection_definition('articles')}), $definition, 'the same collection');
my $found = q{SELECT id, score FROM vecext.search('%s', '[1,2,3]', vector_name => 'title', filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}')};
is(query('single', sprintf($found, 'articles')), query('source', sprintf($found, 'articles')), 'it finds the same');
query('single', q{SELECT vecext.unregister_collection('articles'); ALTER TABLE articles RENAME TO copied});
is(query('single', "SELECT vecext.restore_collection('copied', \$d\$$definition\$d\$, 'copied')"), 'copied', 'it has another name');
is(query('single', q{SELECT vecext.collection_definition('copied')}) =~ s/"copied"/"articles"/r, $definition, 'the rest is the same');

# The types belong to extension vector, in a schema that no search path has, and that moves.
query('elsewhere', <<'SQL');
CREATE SCHEMA types;
CREATE EXTENSION vector WITH SCHEMA types;
CREATE EXTENSION vecext;
SELECT vecext.create_collection('far', '{"a": {"size": 2, "distance": "euclid"}, "b": {"size": 2, "type": "bit", "distance": "hamming"},
	"c": {"size": null, "type": "sparsevec", "distance": "dot"}}');
ALTER EXTENSION vector SET SCHEMA public;
ALTER SCHEMA types RENAME TO kinds;
SELECT vecext.create_collection('near', '{"size": 2, "type": "halfvec", "distance": "manhattan"}');
SQL
is(query('elsewhere', q{SELECT vecext.collection_table('far'), vecext.collection_info('far') #>> '{vectors,a,type}', vecext.collection_table('near')}),
	'far|public.vector(2)|near', 'types in another schema');
# In a dump extension vector comes before vecext, which depends on it.
$node->command_ok([ 'pg_dump', '--file', "$file.elsewhere", 'elsewhere' ], 'dump with types in another schema');
query('postgres', 'CREATE DATABASE elsewhere_copy');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'elsewhere_copy', '-f', "$file.elsewhere" ], 'it restores');
my $where = q{SELECT extname, extnamespace::regnamespace, count(d.objid) > 100 FROM pg_extension e JOIN pg_depend d ON d.refobjid = e.oid
	AND d.refclassid = 'pg_extension'::regclass WHERE extname ~ '^ve' GROUP BY 1, 2 ORDER BY 1};
is(query('elsewhere_copy', $where), query('elsewhere', $where), 'both extensions as they were');

# Readers of an alias, through SQL and through the name, see one collection or the other. They go on until they have seen two, and it is
# switched until they have ended.
query('source', <<'SQL');
SELECT vecext.create_collection('blue', '{"size": 2, "distance": "dot"}'), vecext.create_collection('green', '{"size": 2, "distance": "dot"}'),
	vecext.create_collection('wide', '{"x": {"size": 3, "distance": "dot"}}');
INSERT INTO blue SELECT i, '[1,1]', '{"c": "blue"}' FROM generate_series(1, 100) i;
INSERT INTO green SELECT i, '[1,1]', '{"c": "green"}' FROM generate_series(1, 100) i;
INSERT INTO wide (id, payload) SELECT i, '{"c": "wide"}' FROM generate_series(1, 100) i;
SELECT vecext.create_alias('colors', 'blue');
SQL
my $reader = <<'SQL';
DO $$
DECLARE
	until timestamptz := clock_timestamp() + interval '3 seconds';
	kinds text[];
	seen text[] := '{}';
	reads int := 0;
	named regclass;
BEGIN
	WHILE clock_timestamp() < until OR (reads < 10 OR cardinality(seen) < 2) AND clock_timestamp() < until + interval '5 minutes' LOOP
		EXECUTE 'SELECT array_agg(DISTINCT payload ->> ''c'') FROM (SELECT payload FROM colors a UNION ALL SELECT payload FROM colors b) u' INTO kinds;
		IF cardinality(kinds) <> 1 THEN RAISE 'mixed: %', kinds; END IF;
		EXECUTE 'SELECT vecext.collection_table(''colors'')' INTO named;
		IF named::text NOT IN ('blue', 'green', 'wide') THEN RAISE 'stands for %', named; END IF;
		IF NOT kinds[1] = ANY (seen) THEN seen := seen || kinds[1]; END IF;
		reads := reads + 1;
		COMMIT;
	END LOOP;
	IF reads < 10 OR cardinality(seen) < 2 THEN RAISE 'only % reads of %', reads, seen; END IF;
END $$;
SQL
my @readers = map {
	my %run = (out => '', err => '');
	$run{handle} = IPC::Run::start([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('source') . ' application_name=reader', '-c', $reader ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	\%run
} 1 .. 4;
my $switches = query('source', <<'SQL');
SET lock_timeout = '100ms';
CREATE PROCEDURE switch() LANGUAGE plpgsql AS $$
DECLARE
	until timestamptz := clock_timestamp() + interval '3 seconds';
	names text[] := '{blue,green,wide}';
	n int := 0;
BEGIN
	WHILE clock_timestamp() < until OR EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'reader') LOOP
		BEGIN
			PERFORM vecext.switch_alias('colors', names[n % 3 + 1]);
			n := n + 1;
		EXCEPTION WHEN lock_not_available THEN NULL;
		END;
		COMMIT;
		PERFORM pg_sleep(0.005);
	END LOOP;
	RAISE NOTICE '%', n;
END $$;
CALL switch();
SELECT 'done';
SQL
is($switches, 'done', 'the alias was switched');
foreach my $run (@readers)
{
	$run->{handle}->finish;
	is($run->{err}, '', 'a reader saw one collection or the other');
}

# What a session knows of a name follows what others do, in the middle of its transaction too.
my $session = $node->background_psql('source', on_error_die => 1);
is($session->query(q{BEGIN; SELECT vecext.collection_table('blue'), vecext.collection_table('colors') IS NOT NULL}), 'blue|t', 'known');
query('source', q{SELECT vecext.rename_collection('blue', 'navy')});
is($session->query(q{SELECT vecext.collection_table('navy')}), 'navy', 'renamed by another');
query('source', q{SELECT vecext.switch_alias('colors', 'navy'); SELECT vecext.rename_alias('colors', 'hues')});
is($session->query(q{SELECT vecext.collection_table('hues')}), 'navy', 'an alias renamed by another');
$session->query('COMMIT');
query('source', q{SELECT vecext.drop_collection('navy')});
is($session->query(q{SELECT vecext.collection_exists('navy'), vecext.collection_exists('hues')}), 'f|f', 'dropped by another');
$session->quit;

# Two sessions that write the first vector: one waits, then learns of the size.
query('source', q{SELECT vecext.create_collection('sized', '{"size": null, "distance": "dot"}')});
$session = $node->background_psql('source');
$session->query(q{BEGIN; INSERT INTO sized VALUES (1, '[1,2]')});
my ($rc, $out, $err) = $node->psql('source', q{SET lock_timeout = '100ms'; INSERT INTO sized VALUES (2, '[1,2,3]')});
like($err, qr/lock timeout/, 'a size that another transaction fixes');
$session->query('COMMIT');
($rc, $out, $err) = $node->psql('source', q{INSERT INTO sized VALUES (2, '[1,2,3]')});
like($err, qr/expected 2 dimensions, not 3/, 'a size that is fixed');
is(query('source', q{DELETE FROM sized; SELECT vecext.create_vector_indexes('sized'); SELECT vecext.collection_info('sized') #>> '{vectors,"",type}'}),
	"1\npublic.vector(2)", 'it stays without rows');
$session->quit;

# Two sessions that want the same name: one waits, then learns that it is taken.
$session = $node->background_psql('source');
$session->query(q{BEGIN; SELECT vecext.create_collection('wanted', '{}')});
($rc, $out, $err) = $node->psql('source', q{SET lock_timeout = '100ms'; SELECT vecext.create_alias('wanted', 'green')});
like($err, qr/lock timeout/, 'a name that another transaction gives');
$session->query('COMMIT');
($rc, $out, $err) = $node->psql('source', q{SELECT vecext.create_alias('wanted', 'green')});
like($err, qr/collection "wanted" already exists/, 'a name that is taken');
$session->quit;

# While event triggers do not fire, names may be left over: they are no collections, and stand in no one's way.
query('source', q{SET session_replication_role = replica; DROP TABLE wanted CASCADE});
is(query('source', q{SELECT vecext.collection_exists('wanted')}), 'f', 'left over');
$node->command_ok([ 'pg_dump', '--data-only', '--file', "$file.left", 'source' ], 'dump with what is left over');
unlike(slurp_file("$file.left"), qr/^\d+\twanted\t/m, 'a dump does not have it: elsewhere its number is another table');
is(query('source', q{SELECT vecext.create_collection('wanted', '{}')}), 'wanted', 'and free again');

# A standby reads collections, and refuses whatever writes as it does INSERT; so does a transaction that only reads.
query('source', <<'SQL');
SELECT vecext.create_collection('seen', '{"size": 2, "distance": "dot"}', options => '{"strict_mode": {"max_points_count": 1}}');
SELECT vecext.create_payload_index('seen', 'n', 'integer'), vecext.create_alias('sight', 'seen');
SELECT vecext.upsert('seen', '[{"id": 1, "vector": [1, 2], "payload": {"n": 1}}]');
CREATE TABLE unseen (id bigint PRIMARY KEY, payload jsonb);
SQL
my $standby = standby_of($node);
$node->wait_for_catchup($standby);
is($standby->safe_psql('source', <<'SQL'), "1\n1\n1\n1\nseen\nsight", 'a standby reads');
SELECT id FROM vecext.search('seen', '[1,2]', params => '{"timeout": 100}');
SELECT id FROM vecext.query('sight', '{"query": [1, 2], "filter": {"must": {"key": "n", "match": {"value": 1}}}}');
SELECT id FROM vecext.scroll('sight', order_by => '"n"');
SELECT vecext.count_points('seen', '{"must": {"has_id": [1]}}');
SELECT name FROM vecext.list_collections() WHERE vecext.collection_info(name) ->> 'name' = 'seen';
SELECT alias FROM vecext.list_aliases('seen');
SQL
my $writes = join(', ', map { "\$c\$$_\$c\$" } (
	q{upsert('seen', '[{"id": 2}]'::jsonb)}, q{upsert('seen', '[{"id": 1}]', 'update_only')}, q{upsert('seen', '{2}'::bigint[], ARRAY[NULL]::vector[], NULL)},
	q{update_vectors('seen', '[{"id": 1, "vector": [2, 1]}]')}, q{delete_points('seen', '[1]')}, q{delete_points('seen', filter => '{}')}, q{lock_points('seen', '{1}')},
	q{delete_vectors('seen', '{""}', '[1]')}, q{set_payload('seen', '{"a": 1}', '[1]')}, q{overwrite_payload('seen', '{}', '[1]')},
	q{delete_payload('seen', '{n}', '[1]')}, q{clear_payload('seen', '[1]')}, q{create_collection('more', '{"size": 2, "distance": "dot"}')},
	q{create_collection('more', '{}')}, q{register_collection('unseen')}, q{unregister_collection('seen')}, q{drop_collection('seen')},
	q{rename_collection('seen', 'more')}, q{update_collection('seen', '{"index_threshold": 5}')},
	q{create_payload_index('seen', 'm', 'keyword')}, q{drop_payload_index('seen', 'n')}, q{create_alias('more', 'seen')}, q{switch_alias('sight', 'seen')},
	q{drop_alias('sight')}, q{rename_alias('sight', 'more')}, q{update_aliases('[{"create_alias": {"alias_name": "more", "collection_name": "seen"}}]')}));
foreach my $server ($standby, $node)
{
	($rc, $out, $err) = $server->psql('source', <<"SQL");
SET default_transaction_read_only = on;
DO \$\$
DECLARE
	call text;
BEGIN
	FOREACH call IN ARRAY ARRAY[$writes] LOOP
		BEGIN
			EXECUTE 'SELECT vecext.' || call;
			RAISE WARNING 'not refused: %', call;
		EXCEPTION
			WHEN read_only_sql_transaction THEN NULL;
			WHEN OTHERS THEN RAISE WARNING '%: % %', call, sqlstate, sqlerrm;
		END;
	END LOOP;
END \$\$;
SQL
	is($err, '', 'writes are refused as INSERT is: ' . $server->name);
}
$standby->stop;

# A row that was read before its column became a payload: servers that keep versions of columns in rows refuse it.
SKIP:
{
	skip 'rows have no versions on this server', 1 if query('source', q{SELECT count(*) FROM pg_attribute WHERE attoptions::text LIKE '%pg_attver=%'}) eq '0';
	my (undef, undef, $err) = $node->psql('source', <<'SQL');
CREATE TABLE altered (id int8 PRIMARY KEY, payload bytea);
INSERT INTO altered VALUES (1, decode(repeat('f0', 100), 'hex'));
DO $$
DECLARE
	rows altered[] := ARRAY(SELECT a FROM altered a);
BEGIN
	ALTER TABLE altered ALTER payload TYPE jsonb USING '{"a": 1}';
	PERFORM vecext.register_collection('altered');
	PERFORM vecext.matches(rows[1], '{"must": {"key": "a", "match": {"value": 1}}}');
END $$;
SQL
	like($err, qr/ERROR:  row type of datum tuple was altered/, 'a row of another form of its table is refused');
}

# A choice of different hits compares each candidate with each chosen one, which takes memory for the candidates alone.
my $megabytes = query('source', <<'SQL');
CREATE TABLE parts (id int PRIMARY KEY, part vector(1)[]);
INSERT INTO parts SELECT i, ARRAY[array[i]::vector] FROM generate_series(1, 1500) i;
SELECT vecext.register_collection('parts', vectors => '{"column": "part", "distance": "euclid"}', payload_column => NULL) AS name \gset
SELECT count(*) AS hits FROM vecext.query('parts', '{"query": {"nearest": [[1]], "mmr": {"candidates_limit": 1500}}, "limit": 1}') \gset
SELECT substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)') AS kilobytes \gset
SELECT count(*) AS hits FROM vecext.query('parts', '{"query": {"nearest": [[1]], "mmr": {"candidates_limit": 1500}}, "limit": 500}') \gset
SELECT (substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\s+(\d+)')::int - :kilobytes) / 1024;
DROP TABLE parts;
SQL
cmp_ok($megabytes, '<', 10, 'comparisons of hits take no memory each');

# The extension goes while there are collections; their tables stay.
query('source', 'SET client_min_messages = warning; DROP EXTENSION vecext CASCADE');
is(query('source', q{SELECT to_regclass('green'), to_regnamespace('vecext')}), 'green|', 'without the extension');
query('source', q{CREATE EXTENSION vecext; DROP TABLE green});

$node->stop;
done_testing();
