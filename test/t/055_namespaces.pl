# Quotas of namespaces are exact with many writers and callers, of which some are rolled back, after a crash and a restart, with prepared
# transactions; a standby keeps tenants apart, too; a dump has namespaces.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use Standby;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', "max_prepared_transactions = 4\nwal_level = replica\nmax_wal_senders = 4\nmax_connections = 30\n", allows_streaming => 1);
sub query { return $node->safe_psql('postgres', $_[0]) }
sub stat_of { return query("SELECT s ->> '$_[1]' FROM vecext.namespace_stats('$_[0]') s") }
# Rows that are there, and rows that are counted.
sub totals { return query("SELECT count(*) || ' ' || (vecext.namespace_stats('$_[0]') ->> 'vectors') FROM doc WHERE namespace = '$_[0]'") }

query(<<'SQL');
CREATE EXTENSION vecext;
CREATE ROLE acme LOGIN;
CREATE ROLE beta LOGIN;
SELECT vecext.create_namespace('acme', quotas => '{"max_vectors": 1000, "max_requests_per_second": null}');
SELECT vecext.create_namespace('beta', quotas => '{"max_requests_per_second": null}');
SELECT vecext.grant_namespace('acme', 'acme'), vecext.grant_namespace('beta', 'beta');
CREATE TABLE doc (id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY, embedding vector(3), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('doc', vectors => '{"column": "embedding", "distance": "euclid"}');
SELECT vecext.enable_namespaces('doc');
SELECT vecext.grant_collection('doc', r, 'admin') FROM unnest('{acme,beta}'::regrole[]) r;
CREATE FUNCTION fill(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO doc (embedding) SELECT '[1,2,3]' FROM generate_series(1, n);
EXCEPTION WHEN configuration_limit_exceeded THEN
END $$;
SQL

# Ten sessions write up to the quota, and roll a quarter back. A row goes here and there.
$node->pgbench(
	'--no-vacuum --username=acme --client=10 --jobs=2 --transactions=400 --max-tries=1',
	0,
	[ qr{processed: 4000/4000}, qr{failed transactions: 0} ],
	[qr{^$}],
	'ten sessions write up to the quota',
	{
		'commit@6' => "SELECT fill(1);",
		'rollback@2' => "BEGIN;\nSELECT fill(1);\nROLLBACK;",
		'savepoint@1' => "BEGIN;\nSAVEPOINT s;\nSELECT fill(3);\nROLLBACK TO s;\nSELECT fill(1);\nCOMMIT;",
		'delete@1' => "DELETE FROM doc WHERE id = (SELECT id FROM doc ORDER BY id OFFSET 500 LIMIT 1 FOR UPDATE SKIP LOCKED);",
	});
query('SET ROLE acme; SELECT fill(1) FROM generate_series(1, 1000)');
is(totals('acme'), '1000 1000', 'they have written as many rows as the quota admits, which are those that are counted');
is(stat_of('acme', 'quota_utilization'), '1', 'the quota is used up');

# Bytes and batches: ten sessions insert up to four rows a statement, of several sizes, where three may be, and none ever sees more bytes than the quota.
query(<<'SQL');
CREATE ROLE delta LOGIN;
SELECT vecext.create_namespace('delta', quotas => '{"max_storage_bytes": 100000, "max_batch_size": 3, "max_requests_per_second": null}');
SELECT vecext.grant_namespace('delta', 'delta'), vecext.grant_collection('doc', 'delta', 'admin');
CREATE FUNCTION fill(n int, size int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO doc (embedding, payload) SELECT '[1,2,3]', jsonb_build_object('n', n, 'text', repeat('x', size)) FROM generate_series(1, n);
EXCEPTION WHEN configuration_limit_exceeded THEN
END $$;
SQL
$node->pgbench(
	'--no-vacuum --username=delta --client=10 --jobs=2 --transactions=200 --max-tries=1',
	0,
	[ qr{processed: 2000/2000}, qr{failed transactions: 0} ],
	[qr{^$}],
	'ten sessions write up to the quota of bytes',
	{
		'bytes_commit@6' => "\\set n random(1, 4)\n\\set size random(10, 500)\nSELECT fill(:n, :size);",
		'bytes_rollback@2' => "BEGIN;\nSELECT fill(3, 400);\nROLLBACK;",
		'bytes_savepoint@1' => "BEGIN;\nSAVEPOINT s;\nSELECT fill(3, 400);\nROLLBACK TO s;\nSELECT fill(1, 100);\nCOMMIT;",
		'bytes_delete@1' => "DELETE FROM doc WHERE id = (SELECT id FROM doc ORDER BY id OFFSET 100 LIMIT 1 FOR UPDATE SKIP LOCKED);",
		'bytes_watch@1' => "SELECT 1 / ((s ->> 'bytes')::int <= 100000)::int FROM vecext.my_namespace_stats() s;",
	});
query('SET ROLE delta; SELECT fill(1, 0) FROM generate_series(1, 1000)');
my $bytes = stat_of('delta', 'bytes');
cmp_ok($bytes, '<=', 100000, 'they have written no more bytes than the quota admits');
cmp_ok($bytes, '>', 99800, 'and as many, but for a row');
query('SELECT vecext.recount_namespaces()');
is(stat_of('delta', 'bytes'), $bytes, 'which are those of the rows that are there');
is(query("SELECT count(*) FILTER (WHERE payload -> 'n' = '3') > 0, max((payload ->> 'n')::int) FROM doc WHERE namespace = 'delta'"), 't|3',
	'no statement has written more rows than max_batch_size');

# Requests: four sessions call for three seconds. Each call is noted with times before and after it.
query(<<'SQL');
CREATE ROLE fast LOGIN;
SELECT vecext.create_namespace('fast', quotas => '{"max_requests_per_second": 5}');
SELECT vecext.grant_namespace('fast', 'fast'), vecext.grant_collection('doc', 'fast', 'read');
CREATE TABLE call (since timestamptz, till timestamptz, admitted bool);
GRANT INSERT ON call TO fast;
CREATE FUNCTION note_call() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	since timestamptz := clock_timestamp();
	admitted bool := true;
BEGIN
	BEGIN
		PERFORM vecext.count_points('doc');
	EXCEPTION WHEN configuration_limit_exceeded THEN
		admitted := false;
	END;
	INSERT INTO call VALUES (since, clock_timestamp(), admitted);
END $$;
SQL
$node->pgbench(
	'--no-vacuum --username=fast --client=4 --time=3',
	0, [qr{failed transactions: 0}], [qr{^$}],
	'four sessions call',
	{ 'call' => "SELECT note_call();\n\\sleep 2 ms" });
is(query('SELECT count(*) FILTER (WHERE admitted) > 5, count(*) FILTER (WHERE NOT admitted) > 0 FROM call'), 't|t', 'some calls are admitted, others refused');
is(query(<<'SQL'), '0', 'no second has more than five admitted ones');
SELECT count(*) FROM (SELECT since, max(till) OVER (ORDER BY since ROWS BETWEEN CURRENT ROW AND 5 FOLLOWING) AS till,
	count(*) OVER (ORDER BY since ROWS BETWEEN CURRENT ROW AND 5 FOLLOWING) AS calls FROM call WHERE admitted) w
WHERE calls = 6 AND till - since < '999 ms'
SQL
is(query(<<'SQL'), '0', 'and one is refused only after five within a second');
WITH a AS MATERIALIZED (SELECT * FROM call WHERE admitted)
SELECT count(*) FROM call r WHERE NOT admitted AND (SELECT count(*) FROM a WHERE a.till > r.since - interval '1001 ms' AND a.since < r.till) < 5
SQL
is(stat_of('fast', 'requests'), query('SELECT count(*) FROM call WHERE admitted'), 'those that are admitted are counted');

# The sums of all namespaces are those of each.
sub sums { return query("SELECT s -> 'vectors', s -> 'bytes', s -> 'requests' FROM vecext.aggregate_stats() s") }
is(sums(), query(<<'SQL'), 'statistics of all namespaces are the sums of theirs');
SELECT sum((s ->> 'vectors')::int8), sum((s ->> 'bytes')::int8), sum((s ->> 'requests')::int8)
FROM vecext.list_namespaces() n, vecext.namespace_stats(n ->> 'id') s
SQL
query('SELECT vecext.flush_namespace_usage()');
my $sums = sums();
query("SET ROLE beta; SELECT id FROM vecext.search('doc', '[1, 2, 3]', 5)") foreach 1 .. 3;
is((split /\|/, sums())[2], (split /\|/, $sums)[2] + 3, 'a call more is one more');

# A crash: what is counted is what is there, also if a transaction was open.
query("DELETE FROM doc WHERE id IN (SELECT id FROM doc LIMIT 10)");
my $open = $node->background_psql('postgres');
$open->query_safe("BEGIN; INSERT INTO doc (embedding, namespace) SELECT '[1,1,1]', 'acme' FROM generate_series(1, 10)");
is(totals('acme'), '990 1000', 'rows of an open transaction are counted');
$node->stop('immediate');
eval { $open->quit };
start_again($node);
is(totals('acme'), '990 990', 'after a crash the rows that are there are counted');
is((split /\|/, sums())[2], (split /\|/, $sums)[2], 'and the calls that were written before');
query('SET ROLE acme; SELECT fill(1) FROM generate_series(1, 20)');
is(totals('acme'), '1000 1000', 'and the quota holds');

# The calls that were counted survive a restart, once they are written.
query("SET ROLE acme; SELECT id FROM vecext.search('doc', '[1, 2, 3]', 5)") foreach 1 .. 7;
my $requests = stat_of('acme', 'requests');
cmp_ok($requests, '>=', 7, 'calls are counted');
query('SELECT vecext.flush_namespace_usage()');
$node->restart;
is(stat_of('acme', 'requests'), $requests, 'calls that were written are counted after a restart');
is(totals('acme'), '1000 1000', 'and so are rows');

# Prepared transactions keep the room that they have taken, and give it back.
query("DELETE FROM doc WHERE namespace = 'acme' AND id IN (SELECT id FROM doc WHERE namespace = 'acme' LIMIT 10)");
query("BEGIN; INSERT INTO doc (embedding, namespace) SELECT '[1,1,1]', 'acme' FROM generate_series(1, 10); PREPARE TRANSACTION 'kept'");
query('SET ROLE acme; SELECT fill(1)');
is(totals('acme'), '990 1000', 'a prepared transaction keeps its room');
query("COMMIT PREPARED 'kept'");
is(totals('acme'), '1000 1000', 'which its rows fill');
query("DELETE FROM doc WHERE namespace = 'acme' AND id IN (SELECT id FROM doc WHERE namespace = 'acme' LIMIT 10)");
query("BEGIN; INSERT INTO doc (embedding, namespace) SELECT '[1,1,1]', 'acme' FROM generate_series(1, 10); PREPARE TRANSACTION 'undone'");
query("ROLLBACK PREPARED 'undone'");
query('SELECT vecext.recount_namespaces()');
is(totals('acme'), '990 990', 'of one that was rolled back nothing is left after a recount');

query("BEGIN; INSERT INTO doc (embedding, namespace) SELECT '[1,1,1]', 'acme' FROM generate_series(1, 10); PREPARE TRANSACTION 'kept'");
$node->stop('immediate');
start_again($node);
query('SET ROLE acme; SELECT fill(1)');
is(totals('acme'), '990 1000', 'nor does one lose its room by a crash');
query("COMMIT PREPARED 'kept'");
is(totals('acme'), '1000 1000', 'and its rows are counted once');
query("DELETE FROM doc WHERE namespace = 'acme' AND id IN (SELECT id FROM doc WHERE namespace = 'acme' LIMIT 10)");

# A new version of a row is the same row, whether the transaction that wrote it has ended or not.
query("BEGIN; UPDATE doc SET payload = '{\"a\": 1}' WHERE namespace = 'acme' AND id IN (SELECT id FROM doc WHERE namespace = 'acme' LIMIT 10); PREPARE TRANSACTION 'changed'");
$node->stop('immediate');
start_again($node);
query('SET ROLE acme; SELECT fill(1)');
is(totals('acme'), '991 991', 'rows that a prepared transaction has changed are counted once after a crash');
query("COMMIT PREPARED 'changed'");
is(totals('acme'), '991 991', 'and once when it has committed');
query("DELETE FROM doc WHERE id = (SELECT max(id) FROM doc WHERE namespace = 'acme')");
is(totals('acme'), '990 990', 'so the numbers are those of the rows');

# A standby.
my $standby = standby_of($node);
$node->wait_for_catchup($standby);
query("SET ROLE beta; INSERT INTO doc (embedding) VALUES ('[3,3,3]')");
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "SELECT count(*), min(namespace) FROM doc", extra_params => [ '--username=beta' ]), '1|beta', 'on a standby a tenant sees its rows');
is($standby->safe_psql('postgres', "SELECT vecext.count_points('doc')", extra_params => [ '--username=acme' ]), '990', 'functions see as many');
is($standby->safe_psql('postgres', "SELECT count(*) FROM vecext.search('doc', '[3, 3, 3]', 2000)", extra_params => [ '--username=beta' ]), '1', 'a search finds its own');
is($standby->safe_psql('postgres', "SELECT s ->> 'vectors', s ->> 'bytes' IS NULL FROM vecext.my_namespace_stats() s", extra_params => [ '--username=beta' ]), '1|t', 'and what is used');
is($standby->safe_psql('postgres', "SELECT s -> 'vectors', s -> 'bytes', s -> 'namespaces' FROM vecext.aggregate_stats() s"), 'null|null|4', 'sums of rows are unknown there');
query("SELECT vecext.update_namespace_status('beta', 'suspended')");
$node->wait_for_catchup($standby);
my ($code, undef, $error) = $standby->psql('postgres', 'SELECT count(*) FROM doc', extra_params => [ '--username=beta' ]);
like($error, qr/namespace "beta" is suspended/, 'a status reaches the standby');
query("SELECT vecext.update_namespace_status('beta', 'active')");
$standby->promote;
$standby->safe_psql('postgres', 'SELECT fill(1) FROM generate_series(1, 20)', extra_params => [ '--username=acme' ]);
is($standby->safe_psql('postgres', "SELECT count(*) FROM doc WHERE namespace = 'acme'"), '1000', 'the quota holds after the standby was promoted');
$standby->stop;

# A dump.
my $dump = "$PostgreSQL::Test::Utils::tmp_check/namespaces.dump";
$node->command_ok([ 'pg_dump', '--format=custom', "--file=$dump", '--dbname=' . $node->connstr('postgres') ], 'a dump is made');
query('CREATE DATABASE copy');
$node->command_ok([ 'pg_restore', '--exit-on-error', '--dbname=' . $node->connstr('copy'), $dump ], 'and restored');
sub copied { return $node->safe_psql('copy', $_[0], extra_params => $_[1] ? [ "--username=$_[1]" ] : []) }
is(copied("SELECT jsonb_agg(n ORDER BY n ->> 'id') FROM vecext.list_namespaces() n"), query("SELECT jsonb_agg(n ORDER BY n ->> 'id') FROM vecext.list_namespaces() n"),
	'a restored dump has the namespaces');
is(copied('SELECT count(*) FROM doc', 'beta'), '1', 'and keeps tenants apart');
is(copied("SELECT s ->> 'vectors' FROM vecext.namespace_stats('acme') s"), '990', 'and counts their rows');
copied('SELECT fill(1) FROM generate_series(1, 20)', 'acme');
is(copied("SELECT count(*) FROM doc WHERE namespace = 'acme'"), '1000', 'and holds them to quotas');
is(totals('acme'), '990 990', 'which are those of a database');
copied("SELECT vecext.create_namespace('new')");
is(copied('SELECT count(DISTINCT number) FROM vecext.namespaces'), '5', 'numbers are not used again');

sound_log($node);
$node->stop;
done_testing();
