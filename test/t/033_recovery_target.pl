# Recovery of a base backup to moments before mistakes: a DELETE, a merge of indexes, a REINDEX. The server of each moment
# answers as the original one did then.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

my $node = new_node('node', <<'CONF', has_archiving => 1, allows_streaming => 1);
ivfflat.probes = 32768
ivfpq.probes = 32768
hnsw.ef_search = 1000
CONF
create_tables($node, 200);
create_indexes($node);
$node->backup('base');

my $answers = "SET enable_seqscan = off; SET enable_bitmapscan = off;\n" . on_tables(<<'SQL');
SELECT '%t', (SELECT count(*) FROM %t), q.id, array_agg(n.d::text) FROM (SELECT * FROM %t ORDER BY id LIMIT 3) q
CROSS JOIN LATERAL (SELECT v %o q.v AS d FROM %t i ORDER BY i.v %o q.v LIMIT 10) n GROUP BY q.id ORDER BY q.id
SQL
my $changes = on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 60) n; UPDATE %t SET v = %v(id) WHERE id % 9 = 2; DELETE FROM %t WHERE id % 11 = 5; VACUUM %t');

# Each moment: what its target is, and the answers then; a mistake comes after it.
my @moments;
sub moment
{
	my ($name, $target, $mistake) = @_;
	$node->safe_psql('postgres', $changes);
	my $answer = $node->safe_psql('postgres', $answers);
	my %moment = (name => $name, answer => $answer, target => $target->());
	$node->safe_psql('postgres', $mistake);
	push @moments, \%moment;
	return;
}
moment('before a DELETE', sub {
		$node->safe_psql('postgres', q{SELECT pg_create_restore_point('before_delete') \g /dev/null});
		return q{recovery_target_name = 'before_delete'};
	}, on_tables('DELETE FROM %t WHERE id > 30') . on_tables('VACUUM %t'));
moment('before a merge', sub {
		my $lsn = $node->safe_psql('postgres', 'SELECT pg_current_wal_insert_lsn()');
		return "recovery_target_lsn = '$lsn'";
	}, on_tables("SELECT vecext.merge('%i') \\g /dev/null\nDELETE FROM %t WHERE id % 2 = 0; SELECT vecext.merge('%i') \\g /dev/null\n"));
moment('before a REINDEX', sub {
		my $xid = $node->safe_psql('postgres', 'BEGIN; TRUNCATE pq_l2; SELECT pg_current_xact_id(); COMMIT; INSERT INTO pq_l2 (v) SELECT random_vector(n) FROM generate_series(1, 50) n');
		return "recovery_target_xid = '$xid'\nrecovery_target_inclusive = off";
	}, on_tables('REINDEX INDEX %i; DELETE FROM %t'));
my $end = $node->safe_psql('postgres', $answers);
$node->safe_psql('postgres', 'SELECT pg_switch_wal()');
$node->safe_psql('postgres', 'CHECKPOINT');
my $last = $node->safe_psql('postgres', q{SELECT pg_walfile_name(pg_current_wal_lsn() - 1)});
$node->safe_psql('postgres', 'CREATE TABLE later (); SELECT pg_switch_wal()');
$node->poll_query_until('postgres', "SELECT last_archived_wal >= '$last' FROM pg_stat_archiver") or BAIL_OUT('nothing is archived');
is($node->safe_psql('postgres', "SELECT count(*) > 0 FROM pg_class WHERE relname = 'later'"), 't', 'the mistakes are made');
isnt($end, $moments[0]{answer}, 'answers differ then');
$node->stop;

# A server stops at one moment after the other, to be looked at, and is promoted at the last one; another one at the first.
sub recovered
{
	my ($name, @at) = @_;
	my $copy = PostgreSQL::Test::Cluster->new($name);
	$copy->init_from_backup($node, 'base', has_restoring => 1, standby => 0);
	my $conf = slurp_file($copy->data_dir . '/postgresql.conf');
	foreach my $moment (@at)
	{
		my $is_last = $moment eq $at[-1];
		unlink $copy->data_dir . '/postgresql.conf';
		append_to_file($copy->data_dir . '/postgresql.conf', "$conf\narchive_mode = off\n$moment->{target}\nrecovery_target_action = "
			  . ($is_last ? 'promote' : 'pause') . "\n");
		$copy->start;
		$copy->poll_query_until('postgres', $is_last ? 'SELECT NOT pg_is_in_recovery()' : q{SELECT pg_get_wal_replay_pause_state() = 'paused'})
		  or BAIL_OUT("$name: $moment->{name} is not reached");
		is(unsound($copy), '', "$name, $moment->{name}: sound");
		is($copy->safe_psql('postgres', $answers), $moment->{answer}, "$name, $moment->{name}: the answers of then");
		$copy->stop unless $is_last;
	}
	is(lost($copy), '', "$name: each row is found");
	$copy->safe_psql('postgres', $changes);
	is(unsound($copy), '', "$name: sound after more changes");
	$copy->stop;
	return;
}
recovered('stepwise', @moments);
recovered('at_once', $moments[0]);
done_testing();
