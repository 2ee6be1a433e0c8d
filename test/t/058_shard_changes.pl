# The procedures of docs/scaling-out.md: a client that prepares its changes on several shards is killed between the phases, and
# resolve_shard() ends its transactions on all shards alike; move_partition() moves a partition to another shard below pgbench, of
# which no statement fails and whose changes all arrive.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start timeout);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = "$FindBin::RealBin/../../docs/scaling-out.md";
plan skip_all => 'the documents do not stand beside the tests' if !-e $page;
my ($resolve) = slurp_file($page) =~ /```sql\n(CREATE EXTENSION dblink.*?)```/s;
my ($move) = slurp_file($page) =~ /```sql\n(CREATE PROCEDURE move_partition.*?)```/s;

my $node = new_node('primary', "max_connections = 60\nmax_prepared_transactions = 10\nlog_statement = none", allows_streaming => 'logical');
plan skip_all => 'postgres_fdw or dblink is not installed'
  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name IN ('postgres_fdw', 'dblink')}) < 2;

my $row = 'id int NOT NULL, v vector(3)';
$node->safe_psql('postgres', "CREATE EXTENSION vecext; CREATE EXTENSION postgres_fdw; $resolve; $move; CREATE TABLE spread ($row) PARTITION BY LIST ((id % 3))");
foreach my $shard (0 .. 3)
{
	$node->safe_psql('postgres', "CREATE DATABASE s$shard");
	$node->safe_psql("s$shard", "CREATE EXTENSION vecext; CREATE TABLE part ($row, PRIMARY KEY (id)); CREATE INDEX ON part USING hnsw (v vector_l2_ops)");
	my $connection = "host '" . $node->host . "', port '" . $node->port . "', dbname 's$shard'";
	my $partition = $shard < 3 ? "PARTITION OF spread FOR VALUES IN ($shard)" : "($row)";
	$node->safe_psql('postgres', <<"SQL");
CREATE SERVER s$shard FOREIGN DATA WRAPPER postgres_fdw OPTIONS ($connection, extensions 'vecext');
CREATE USER MAPPING FOR CURRENT_USER SERVER s$shard;
CREATE FOREIGN TABLE spread_$shard $partition SERVER s$shard OPTIONS (table_name 'part');
SQL
}

# --- Two-phase commit ------------------------------------------------------------------------------

# Runs a client that changes all shards up to a step, and kills it there. It prepares on $prepared shards, decides if it has done so on
# three and $is_decided, and commits on $committed shards.
sub kill_client
{
	my ($gid, $id, $prepared, $is_decided, $committed) = @_;
	my @steps = map { "\\c s$_\nBEGIN; INSERT INTO part SELECT $id + $_, '[1,2,3]'; PREPARE TRANSACTION '$gid/s$_';" } 0 .. $prepared - 1;
	push @steps, "\\c postgres\nINSERT INTO shard_decisions VALUES ('$gid', true);" if $is_decided;
	push @steps, map { "\\c s$_\nCOMMIT PREPARED '$gid/s$_';" } 0 .. $committed - 1;
	my ($in, $out, $err) = (join("\n", @steps, '\echo here', 'SELECT pg_sleep(600);') . "\n", '', '');
	my $client = start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err,
		timeout(180));
	$client->pump until $out =~ /here/ || !$client->pumpable;
	like($out, qr/here/, "$gid: the client came to its step") or diag($err);
	$client->kill_kill;
	return;
}

sub resolve { $node->safe_psql('postgres', "CALL resolve_shard('s$_', 'order-', '0')") foreach @_; return; }
sub prepared { return $node->safe_psql('postgres', 'SELECT count(*) FROM pg_prepared_xacts'); }
sub rows { return $node->safe_psql('postgres', "SELECT count(*) FROM spread WHERE id BETWEEN $_[0] AND $_[0] + 2"); }

my $id = 300;
foreach my $step ([ 2, 0, 0 ], [ 3, 0, 0 ], [ 3, 1, 0 ], [ 3, 1, 1 ], [ 3, 1, 2 ])
{
	my ($on, $is_decided, $committed) = @$step;
	my $gid = "order-$on-$is_decided-$committed";
	kill_client($gid, $id, $on, $is_decided, $committed);
	$node->stop('immediate');
	start_again($node);
	is(prepared(), $on - $committed, "$gid: transactions wait, also after a crash");
	resolve(0 .. 2);
	is(prepared(), 0, "$gid: none after they were resolved");
	is(rows($id), $is_decided ? 3 : 0, "$gid: all of the changes or none");
	like(($node->psql('postgres', "INSERT INTO shard_decisions VALUES ('$gid', true)"))[2], qr/duplicate key/, "$gid: a slow client cannot decide any more")
	  if !$is_decided;
	$id += 3;
}

# A shard that is away is resolved once it is back; the transactions of others are left alone, and so are those that are newer.
kill_client('order-away', $id, 3, 1, 0);
$node->safe_psql('s1', q{BEGIN; INSERT INTO part SELECT 3001, '[1,1,1]'; PREPARE TRANSACTION 'another'});
$node->safe_psql('postgres', q{ALTER SERVER s1 OPTIONS (SET dbname 'away')});
like(($node->psql('postgres', q{CALL resolve_shard('s1', 'order-', '0')}))[2], qr/could not establish connection/, 'a shard is away');
resolve(0, 2);
$node->safe_psql('postgres', q{ALTER SERVER s1 OPTIONS (SET dbname 's1')});
$node->safe_psql('postgres', q{CALL resolve_shard('s1', 'order-', '1 hour')});
is(prepared(), 2, 'a transaction is not resolved before its time');
resolve(1);
is($node->safe_psql('postgres', 'SELECT string_agg(gid, $$,$$) FROM pg_prepared_xacts'), 'another', 'transactions with other names are left alone');
is(rows($id), 3, 'the shard that was away has its changes');
$node->safe_psql('s1', q{ROLLBACK PREPARED 'another'});

# --- A partition moves -----------------------------------------------------------------------------

$node->safe_psql('postgres', q{INSERT INTO spread SELECT i, ARRAY[sin(i), cos(i), 1]::vector FROM generate_series(100000, 102999) i});
$node->safe_psql('s1', q{CREATE PUBLICATION move FOR TABLE part; SELECT pg_create_logical_replication_slot('move', 'pgoutput')});

# Clients change rows of their own, as postgres_fdw raises an ERROR for rows that change meanwhile.
my $directory = PostgreSQL::Test::Utils::tempdir();
append_to_file("$directory/work.sql", <<'SQL');
\set id 100000 + 1000 * :client_id + random(0, 999)
INSERT INTO counted VALUES (:id);
UPDATE spread SET v = v + '[0,0,1]' WHERE id = :id;
SELECT id FROM spread ORDER BY v <-> '[0.5,0.5,2]' LIMIT 5;
SQL
$node->safe_psql('postgres', 'CREATE TABLE counted (id int)');
my ($out, $err) = ('', '');
my $run = "pgbench -n -M prepared -c 3 -T 1 -f '$directory/work.sql' '" . $node->connstr('postgres') . "'";
my $bench = start([ 'sh', '-c', "until test -e '$directory/end'; do $run || exit 1; done" ], '>', \$out, '2>', \$err);
$node->poll_query_until('postgres', 'SELECT count(*) > 20 FROM counted') or die 'pgbench does not run';

# Both shards are databases of one server, where CREATE SUBSCRIPTION cannot make the slot.
$node->safe_psql('s3', "CREATE SUBSCRIPTION move CONNECTION 'host=" . $node->host . ' port=' . $node->port . " dbname=s1' PUBLICATION move WITH (create_slot = false)");
$node->poll_query_until('s3', q{SELECT bool_and(srsubstate = 'r') FROM pg_subscription_rel}) or die 'the partition is not copied';
$node->safe_psql('s3', 'ALTER SUBSCRIPTION move DISABLE');
like(($node->psql('postgres', q{CALL move_partition('spread', 'spread_1', 'spread_3', 'move')}))[2], qr/replication slot "move" does not follow/,
	'with a subscription that is disabled nothing moves, and nobody waits for ever');
$node->safe_psql('s1', q{SELECT count(pg_logical_emit_message(false, '', repeat('x', 1000000))) FROM generate_series(1, 11)});
like(($node->psql('postgres', q{CALL move_partition('spread', 'spread_1', 'spread_3', 'move')}))[2], qr/replication slot "move" is \d+ bytes behind/,
	'nor with one that is far behind');
$node->safe_psql('s3', 'ALTER SUBSCRIPTION move ENABLE');
$node->poll_query_until('postgres', q{SELECT pg_current_wal_flush_lsn() - confirmed_flush_lsn < 1000000 FROM pg_replication_slots WHERE slot_name = 'move'})
  or die 'the new shard does not catch up';
$node->safe_psql('postgres', q{CALL move_partition('spread', 'spread_1', 'spread_3', 'move')});
my $before = $node->safe_psql('postgres', 'SELECT count(*) FROM counted');
$node->poll_query_until('postgres', "SELECT count(*) > $before + 20 FROM counted") or die 'pgbench does not go on';
append_to_file("$directory/end", '');
ok($bench->finish, 'pgbench ends well');
is($err =~ /error|aborted/i ? $err : '', '', 'no statement failed');
unlike($out, qr/number of failed transactions: [1-9]/, 'and no transaction');
is($node->safe_psql('postgres', <<'SQL'), '3000|0', 'each change is there once');
WITH expected AS (SELECT id, 1 + count(c.id) AS n FROM generate_series(100000, 102999) g(id) LEFT JOIN counted c USING (id) GROUP BY id)
SELECT count(*), count(*) FILTER (WHERE (vector_to_float4(v, 3, false))[3] <> n) FROM spread JOIN expected USING (id)
SQL
cmp_ok($node->safe_psql('s3', 'SELECT sum((vector_to_float4(v, 3, false))[3]) FROM part WHERE id >= 100000'), '>',
	$node->safe_psql('s1', 'SELECT sum((vector_to_float4(v, 3, false))[3]) FROM part WHERE id >= 100000'), 'changes since then are on the new shard');
is($node->safe_psql('s3', q{SELECT vecext.verify_index('part_v_idx') >= count(*) FROM part}), 't', 'whose index has its rows');
like(($node->psql('postgres', q{CALL move_partition('spread', 'spread_3', 'spread_1', 'no')}))[2], qr/replication slot "no" does not exist on server "s3"/,
	'without a slot nothing moves');
$node->safe_psql('s3', 'DROP SUBSCRIPTION move');

sound_log($node);
$node->stop;
done_testing();
