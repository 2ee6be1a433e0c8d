# Reorganizations of an index that end before they are done, by a cancelled statement or a crash. The pages that they have
# written are used again, so the file does not grow with each of them, and the index stays right.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use List::Util qw(max);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $rounds = 6;

my $node = new_node('primary', "client_min_messages = warning\nmax_parallel_maintenance_workers = 0");
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE FUNCTION numbers(n int, seed int) RETURNS vector LANGUAGE sql IMMUTABLE AS
$$SELECT array_agg(hashint8extended(i, seed) % 1000 / 1000.0 ORDER BY i)::vector FROM generate_series(1, n) i$$;
CREATE FUNCTION weights(v vector) RETURNS sparsevec LANGUAGE sql IMMUTABLE AS $$SELECT l2_normalize(v)::sparsevec$$;
CREATE FUNCTION words(n int) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT 'own' || n || string_agg(' w' || hashint8extended(i, n) % 2000, '') FROM generate_series(1, 30) i$$;

-- Waits until so many bytes are logged after `start`, or the session "changes" has ended; cancels the statement of that session then, if
-- `cancels`.
CREATE FUNCTION stop_changes(start pg_lsn, bytes bigint, cancels bool) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	seen timestamptz := clock_timestamp();
BEGIN
	WHILE seen > clock_timestamp() - interval '2s' LOOP
		IF pg_current_wal_insert_lsn() - start > bytes THEN
			PERFORM pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'changes' AND cancels;
			RETURN;
		END IF;
		PERFORM pg_stat_clear_snapshot();
		IF EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'changes') THEN
			seen := clock_timestamp();
		END IF;
	END LOOP;
END $$;
SQL

# Runs a statement until it has logged so many bytes, and calls `stop` then, if there is one; otherwise cancels it. Returns
# whether that ended it.
sub stop_while
{
	my ($statement, $bytes, $stop) = @_;
	my $lsn = $node->safe_psql('postgres', 'SELECT pg_current_wal_insert_lsn()');
	my ($out, $err) = ('', '');
	my $session = start([ 'psql', '-XAtq', '-c', $statement, '-d', $node->connstr('postgres') . " application_name=changes" ], '>', \$out, '2>', \$err);
	my $cancels = $stop ? 'false' : 'true';
	$node->safe_psql('postgres', "SELECT stop_changes('$lsn', $bytes, $cancels)");
	$stop->() if $stop;
	$session->finish;
	return $err =~ ($stop ? qr/server closed the connection|terminating connection/ : qr/canceling statement/);
}

sub pages
{
	my ($index) = @_;
	return $node->safe_psql('postgres', "SELECT pg_relation_size('$index') / 8192");
}

sub is_right
{
	my ($table, $what) = @_;
	my $operator = { texts => '<@>', weights => '<#>' }->{$table} // '<->';
	is($node->safe_psql('postgres', "SELECT vecext.verify_index('${table}_i') >= count(*) FROM $table"), 't', "$what: all rows are there");
	is($node->safe_psql('postgres', <<"SQL"), 't', "$what: and found");
SET enable_seqscan = off;
SELECT bool_and(id = (SELECT t.id FROM $table t ORDER BY t.v $operator q.v LIMIT 1)) FROM (SELECT * FROM $table ORDER BY id DESC LIMIT 20) q
SQL
	return;
}

# Per kind: the statements that make the table and leave work to the index, the statement that does that work, and how many
# bytes it logs before it is stopped, times the round.
my $make = 'CREATE TABLE %1$s AS SELECT i AS id, numbers(32, i) AS v FROM generate_series(1, %2$d) i';
my $more = 'INSERT INTO %1$s SELECT i, numbers(32, i) FROM generate_series(10001, %2$d) i';
my %kinds = (
	graph => [ [ sprintf($make, 'graph', 6000), 'CREATE INDEX graph_i ON graph USING hnsw (v vector_l2_ops)', sprintf($more, 'graph', 10600) ],
		q{SELECT vecext.merge('graph_i')}, 300_000 ],
	graph_insert => [ [ sprintf($make, 'graph_insert', 4000), 'CREATE INDEX graph_insert_i ON graph_insert USING hnsw (v vector_l2_ops)',
			sprintf($more, 'graph_insert', 11900) ],
		'INSERT INTO graph_insert SELECT i, numbers(32, i) FROM generate_series(20001, 20300) i', 250_000 ],
	flat_graph => [ [ sprintf($make, 'flat_graph', 6000), 'ALTER TABLE flat_graph ALTER v TYPE sparsevec(32) USING v::vector(32)::sparsevec',
			'CREATE INDEX flat_graph_i ON flat_graph USING hnsw (v sparsevec_l2_ops)',
			'INSERT INTO flat_graph SELECT i, numbers(32, i)::vector(32)::sparsevec FROM generate_series(10001, 10300) i' ],
		q{SELECT vecext.merge('flat_graph_i')}, 50_000 ],
	texts => [ [ 'CREATE TABLE texts AS SELECT i AS id, words(i) AS v FROM generate_series(1, 18000) i', 'CREATE INDEX texts_i ON texts USING bm25 (v)',
			'INSERT INTO texts SELECT i, words(i) FROM generate_series(20001, 20600) i' ],
		q{SELECT vecext.merge('texts_i')}, 50_000 ],
	weights => [ [ sprintf($make, 'weights', 40000), 'ALTER TABLE weights ALTER v TYPE sparsevec(32) USING weights(v)',
			'CREATE INDEX weights_i ON weights USING inverted (v)', 'INSERT INTO weights SELECT i, weights(numbers(32, i)) FROM generate_series(50001, 51000) i' ],
		q{SELECT vecext.merge('weights_i')}, 50_000 ],
	# A list that is too long for VACUUM's memory keeps the places of its dead rows.
	list => [ [ sprintf($make, 'list', 24000), 'CREATE INDEX list_i ON list USING ivfflat (v vector_l2_ops) WITH (lists = 1)',
			'DELETE FROM list WHERE id % 5 < 3', "SET maintenance_work_mem = '1MB'; VACUUM list; RESET maintenance_work_mem" ],
		q{SELECT vecext.merge('list_i')}, 50_000 ]);

foreach my $kind (sort keys %kinds)
{
	my ($statements, $change, $bytes) = @{ $kinds{$kind} };
	my $sql = join ";\n", @$statements;
	$sql =~ s/numbers\(32, i\) AS v/numbers(32, i)::vector(32) AS v/;
	my ($first, $stopped, $largest);
	# A change that has ended leaves nothing to do. If fewer than two were stopped, all is made again.
	foreach my $try (1 .. 10)
	{
		$node->safe_psql('postgres', "DROP TABLE IF EXISTS $kind;\n$sql");
		$first = $largest = pages("${kind}_i");
		$stopped = 0;
		foreach my $round (1 .. $rounds)
		{
			last if !stop_while($change, $bytes * $round);
			++$stopped;
			$largest = max($largest, pages("${kind}_i"));
		}
		last if $stopped >= 2;
	}
	note "$kind: $first pages, then $largest, stopped $stopped times";
	cmp_ok($stopped, '>=', 2, "$kind: changes are stopped");
	cmp_ok($largest, '<=', $first * 2.5, "$kind: the file does not grow with each");
	is_right($kind, $kind);

	# A crash, after which VACUUM has no dead rows to remove; with each try it comes earlier, so that the change has not ended.
	my $is_crashed;
	foreach my $try (1 .. 10)
	{
		$is_crashed = stop_while($change, int(300_000 / $try), sub { $node->stop('immediate'); $node->start });
		last if $is_crashed;
		$node->safe_psql('postgres', "DROP TABLE $kind;\n$sql");
	}
	ok($is_crashed, "$kind: a crash stops them");
	$node->safe_psql('postgres', "VACUUM $kind");
	my $free = $node->safe_psql('postgres', "SELECT free_pages FROM vecext.index_info('${kind}_i')");
	my $used = pages("${kind}_i") - $free;
	note "$kind: $used pages are used, $free are free";
	cmp_ok($used, '<=', $first * 1.5, "$kind: VACUUM finds the pages after a crash");
	$node->safe_psql('postgres', $change);
	is_right($kind, "$kind, at last");
}

$node->stop;
done_testing();
