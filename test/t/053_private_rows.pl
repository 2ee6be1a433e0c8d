# Rows of a transaction that inserts many lie in a chain of its own before it commits: beside other sessions, VACUUM and a standby,
# when it is rolled back, prepared or interrupted by a crash, and when no graph can take them in.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $node = new_node('primary', "max_prepared_transactions = 2\nwal_consistency_checking = 'all'\nwal_keep_size = 1GB", allows_streaming => 1);
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE FUNCTION numbers(seed int) RETURNS vector(24) LANGUAGE sql IMMUTABLE AS
$$SELECT array_agg(hashint8extended(i, seed) % 1000 / 1000.0 ORDER BY i)::vector(24) FROM generate_series(1, 24) i$$;
CREATE TABLE t (id int, v vector(24));
INSERT INTO t SELECT i, numbers(i) FROM generate_series(1, 3000) i;
CREATE INDEX t_i ON t USING hnsw (v vector_l2_ops);
SQL
my $standby = standby_of($node);

my $nearest = 'id = (SELECT t.id FROM t ORDER BY t.v <-> numbers(g.id) LIMIT 1)';

# How many of some 30 rows a search by their vectors finds.
sub found
{
	my ($server, $first, $last) = @_;
	$node->wait_for_catchup('standby', 'replay') if $server != $node;
	return $server->safe_psql('postgres',
		"SET enable_seqscan = off; SELECT count(*) FROM generate_series($first, $last, ($last - $first) / 29) g(id) WHERE $nearest");
}

sub indexed { return $node->safe_psql('postgres', q{SELECT vecext.verify_index('t_i')}); }
sub pending { return $node->safe_psql('postgres', q{SELECT pending_rows FROM vecext.index_info('t_i')}); }

sub insert
{
	my ($first, $last) = @_;
	return "INSERT INTO t SELECT i, numbers(i) FROM generate_series($first, $last) i";
}

# A session that has inserted rows and goes on.
my ($out, $err) = ('', '');
my $own = "SET enable_seqscan = off; SELECT count(*) FROM generate_series(110001, 124000, 482) g(id) WHERE $nearest";
my $session = start(
	[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'BEGIN', '-c', insert(110001, 124000), '-c', $own, '-c', 'SELECT pg_sleep(600)' ],
	'>', \$out, '2>', \$err);
$session->pump until $out =~ /\n/;
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'}) or die 'the session does not sleep';
cmp_ok($out, '>=', 29, 'the transaction finds its rows');
is(found($node, 110001, 124000), 0, 'others do not');
is(found($standby, 110001, 124000), 0, 'nor does the standby');
is(indexed(), 3000 + 14000, 'the rows are in the index');
$node->safe_psql('postgres', insert(210001, 224000));
cmp_ok(found($node, 210001, 224000), '>=', 29, 'rows of a transaction beside it');
$node->safe_psql('postgres', 'DELETE FROM t WHERE id % 2 = 0 AND id <= 3000');
$node->safe_psql('postgres', 'VACUUM t');
is(indexed(), 3000 + 14000 + 14000, 'VACUUM leaves its rows');
$node->stop('immediate');
$session->finish;
start_again($node);
is(found($node, 110001, 124000), 0, 'rows that a crash has ended');
$node->safe_psql('postgres', 'VACUUM t');
is(indexed(), 1500 + 14000, 'VACUUM removes them');

# The next ones get the row ids of those.
$node->safe_psql('postgres', 'BEGIN; ' . insert(310001, 324000) . q{; PREPARE TRANSACTION 'two'});
is(found($node, 310001, 324000), 0, 'rows of a prepared transaction');
$node->stop('immediate');
start_again($node);
is(found($node, 310001, 324000), 0, 'after a crash');
$node->safe_psql('postgres', q{COMMIT PREPARED 'two'});
cmp_ok(found($node, 310001, 324000), '>=', 29, 'when it is committed');
cmp_ok(found($standby, 310001, 324000), '>=', 29, 'on the standby');

$node->safe_psql('postgres', 'BEGIN; ' . insert(410001, 424000) . '; ROLLBACK');
is(found($node, 410001, 424000), 0, 'rows that are rolled back');
is(found($standby, 410001, 424000), 0, 'on the standby');
$node->safe_psql('postgres', 'VACUUM t');
is(indexed(), 1500 + 14000 + 14000, 'VACUUM removes them');

$node->safe_psql('postgres', 'BEGIN; SAVEPOINT a; ' . insert(510001, 522000) . '; ROLLBACK TO a; ' . insert(522001, 534000) . '; COMMIT');
is(found($node, 510001, 522000), 0, 'rows before a savepoint is rolled back to');
cmp_ok(found($node, 522001, 534000), '>=', 29, 'and after');

$node->safe_psql('postgres', 'BEGIN; ' . insert(610001, 624000) . '; TRUNCATE t; ' . insert(624001, 638000) . '; COMMIT');
is(indexed(), 14000, 'the table is emptied between');
cmp_ok(found($node, 624001, 638000), '>=', 29, 'rows after that');

# Memory for no graph, and no temporary files.
my $before = pending();
$node->safe_psql('postgres', q{SET maintenance_work_mem = '1MB'; SET temp_file_limit = 0; } . insert(710001, 724000));
is(pending(), $before + 14000, 'rows that no graph takes in are pending');
is(found($node, 710001, 724000), 30, 'and found');
is(found($standby, 710001, 724000), 30, 'on the standby');
$node->safe_psql('postgres', q{SELECT vecext.merge('t_i')});
is(pending(), 0, 'merge() takes them in');
is(indexed(), 28000, 'all are there');

# CREATE INDEX CONCURRENTLY adds rows that came meanwhile, in a transaction without a number.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION awaited(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN v; END$$;
SQL
my $late = $node->background_psql('postgres');
$late->query_safe('SELECT pg_advisory_lock(1)');
($out, $err) = ('', '');
my $builder = start(
	[ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', 'CREATE INDEX CONCURRENTLY late_i ON t USING hnsw ((awaited(v)::vector(24)) vector_l2_ops)' ],
	'>', \$out, '2>', \$err);
$node->poll_query_until('postgres', q{SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}) or die 'the build does not wait';
$node->safe_psql('postgres', insert(80001, 80030));
$late->query_safe('SELECT pg_advisory_unlock(1)');
$builder->finish;
$late->quit;
is($err, '', 'an index is created beside inserts');
is($node->safe_psql('postgres', q{SELECT vecext.verify_index('late_i')}), 28030, 'and has their rows');

# The server has no timeout for a COMMIT itself.
$before = pending();
$node->safe_psql('postgres', 'BEGIN; ' . insert(810001, 824000) . q{; SET LOCAL statement_timeout = '200ms'; COMMIT});
is(pending(), $before + 14000, 'a COMMIT does not construct a graph for longer than a statement may last');
is(found($node, 810001, 824000), 30, 'its rows are found');

$node->wait_for_catchup('standby', 'replay');
sound_log($_) for $node, $standby;
done_testing();
