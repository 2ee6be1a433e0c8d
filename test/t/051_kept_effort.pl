# What is observed of queries is written to the index now and then: a restart, a crash and a standby begin with it, and the standby's own
# observations stay its own until it is promoted. What vecext.calibrate() has measured is an option: a dump has it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', "shared_buffers = 128MB\nfsync = off", allows_streaming => 1);
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SELECT setseed(.5);
CREATE TABLE item AS
	SELECT i AS id, (SELECT array_agg((i % 20 * j) % 7 + random() * 2) FROM generate_series(1, 24) j WHERE i > 0)::vector(24) AS v FROM generate_series(1, 12000) i;
CREATE TABLE query AS
	SELECT i AS n, (SELECT array_agg((i % 20 * j) % 7 + random() * 2) FROM generate_series(1, 24) j WHERE i > 0)::vector(24) AS v FROM generate_series(1, 130) i;
CREATE INDEX item_hnsw ON item USING hnsw (v vector_l2_ops);
CREATE TABLE list_item AS TABLE item;
CREATE INDEX item_ivfpq ON list_item USING ivfpq (v vector_l2_ops) WITH (lists = 400);
SQL
my $settings = 'SET enable_seqscan = off; SET enable_sort = off; ';
my %table = (hnsw => 'item', ivfpq => 'list_item');
my $per_query = 'SELECT sum(length(s.id::text)) FROM query q CROSS JOIN LATERAL (SELECT id FROM %s ORDER BY v <-> q.v LIMIT %d) s; ';

# The mean work of a query for ten rows.
sub work_of
{
	my ($on, $method) = @_;
	my (undef, $steps) = split /\n/, $on->safe_psql('postgres',
		"$settings SET vecext.observe_one_in = 1000000000; " . sprintf($per_query, $table{$method}, 10) . 'SELECT coalesce(nodes, lists) / 130 FROM vecext.last_scan()');
	return $steps;
}

sub observe
{
	my ($on, $method, $times, $k) = @_;
	$on->safe_psql('postgres', "$settings SET vecext.observe_one_in = 1; " . sprintf($per_query, $table{$method}, $k // 10) x $times);
}

sub observed
{
	my ($on, $method) = @_;
	return $on->safe_psql('postgres', "SELECT most_rows, queries, effort FROM vecext.observed_effort('item_$method') ORDER BY 1");
}

my (%before, %after);
foreach my $method ('hnsw', 'ivfpq')
{
	$before{$method} = work_of($node, $method);
	observe($node, $method, 4);
	observe($node, $method, 3, 100);
	$after{$method} = work_of($node, $method);
	cmp_ok($after{$method}, '<', .9 * $before{$method}, "$method: queries take less work");
	like(observed($node, $method), qr/^30\|520\|\{.*\}\n300\|390\|\{.*\}$/, "$method: for ten rows and for a hundred");
}

# A restart, and a crash.
foreach my $how ('restart', 'crash')
{
	$how eq 'restart' ? $node->restart : $node->stop('immediate');
	$node->start if $how eq 'crash';
	foreach my $method ('hnsw', 'ivfpq')
	{
		cmp_ok(work_of($node, $method), '<', .95 * $before{$method}, "$method: so they do after a $how");
		my $known = observed($node, $method);
		like($known, qr/^30\|500\|\{.*\}\n300\|350\|\{.*\}$/, "$method: as it was written last") or diag($known);
		is($node->safe_psql('postgres', "SELECT vecext.verify_index('item_$method')"), '12000', "$method: the index is whole");
	}
}

# A standby begins with that; it observes queries of its own, and writes nothing.
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
$node->wait_for_catchup($standby);
foreach my $method ('hnsw', 'ivfpq')
{
	cmp_ok(work_of($standby, $method), '<', .95 * $before{$method}, "$method: queries of a standby begin with what its primary knew");
	observe($standby, $method, 1);
	like(observed($standby, $method), qr/^30\|630\|/, "$method: and are observed there");
	like(observed($node, $method), qr/^30\|500\|/, "$method: for itself");
}
# A change of the primary's index does not make the standby forget.
$node->safe_psql('postgres', 'INSERT INTO item SELECT id + 20000, v FROM item WHERE id <= 3000; VACUUM item');
$node->wait_for_catchup($standby);
cmp_ok(work_of($standby, 'hnsw'), '<', .95 * $before{hnsw}, 'nor does it forget when the graph is built again');
$standby->promote;
observe($standby, $_, 1) foreach ('hnsw', 'ivfpq');
$standby->restart;
foreach my $method ('hnsw', 'ivfpq')
{
	like(observed($standby, $method), qr/^$/, "$method: nothing is looked up before it is used");
	work_of($standby, $method);
	like(observed($standby, $method), qr/^30\|750\|/, "$method: once promoted, it writes what it knows");
}
$standby->stop;

# Kills amid observations.
foreach my $round (1 .. 6)
{
	my @sessions = map { $node->background_psql('postgres', on_error_stop => 0) } 1 .. 3;
	foreach my $session (@sessions)
	{
		$session->query_safe("$settings SET vecext.observe_one_in = 1;");
		$session->{stdin} .= sprintf($per_query, $table{hnsw}, 10) x 40 . sprintf($per_query, $table{ivfpq}, 10) x 40 . "\n";
		$session->{run}->pump_nb;
	}
	select(undef, undef, undef, .1 + .07 * $round);
	$node->stop('immediate');
	$_->{run}->kill_kill foreach @sessions;
	$node->start;
	foreach my $method ('hnsw', 'ivfpq')
	{
		cmp_ok(work_of($node, $method), '<', .95 * $before{$method}, "$method: known after a kill");
		cmp_ok($node->safe_psql('postgres', "SELECT vecext.verify_index('item_$method')"), '>', 11999, "$method: whole");
	}
}

# An index that is built again, without what it knew, does what trials say; what was measured for it stays, also in a dump.
my $array = '(SELECT array_agg(v) FROM query)';
$node->safe_psql('postgres', 'REINDEX INDEX item_ivfpq');
cmp_ok(work_of($node, 'ivfpq'), '>', .95 * $before{ivfpq}, 'a rebuilt index knows nothing');
$node->safe_psql('postgres', "SELECT vecext.calibrate('item_ivfpq', $array); REINDEX INDEX CONCURRENTLY item_ivfpq");
my $measured = work_of($node, 'ivfpq');
cmp_ok($measured, '<', .9 * $before{ivfpq}, 'but what was measured by given queries');
$node->command_ok([ 'pg_dump', '-Fc', '-f', $node->basedir . '/dump', '-d', $node->connstr('postgres') ], 'a dump');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'pg_restore', '-d', $node->connstr('again'), $node->basedir . '/dump' ], 'is restored');
is($node->safe_psql('again', "SELECT reloptions::text ~ 'query_effort' FROM pg_class WHERE relname = 'item_ivfpq'"), 't', 'with that');

sound_log($node);
done_testing();
