# A primary with two standbys, one of which commits wait for, and a third one behind a standby: base backups under load, the
# primary lost under load, the last of the cascade promoted, the old primary rewound to follow it. Acknowledged rows stay, and
# indexes are sound and answer alike on all servers.
use strict;
use warnings FATAL => 'all';

use File::Copy qw(copy);
use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run;
use Node;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

my $primary = new_node('primary', <<'CONF', allows_streaming => 1);
wal_keep_size = 2GB
wal_log_hints = on
ivfflat.probes = 32768
CONF
create_tables($primary, 200);
create_indexes($primary);
$primary->safe_psql('postgres', 'CREATE TABLE acknowledged (n int)');

# --- Load -----------------------------------------------------------------------------------------

# A client that changes all tables over and over, and says after each transaction that it is committed.
my $rounds = 0;
my $changes = $primary->basedir . '/changes.sql';
append_to_file($changes, join '', map { my $n = $_; "BEGIN;\nINSERT INTO acknowledged VALUES ($n);\n" . on_tables(<<"SQL") . "COMMIT;\n\\echo done $n\n" . ($n % 4 ? '' : on_tables("VACUUM %t; SELECT vecext.merge('%i') \\g /dev/null\n")) } 1 .. 2000);
INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 3) n; DELETE FROM %t WHERE random() < 0.01;
UPDATE %t SET v = %v(id) WHERE id = (SELECT max(id) - 20 FROM %t)
SQL
my %load = (out => '', err => '');
sub start_load
{
	$load{handle} = IPC::Run::start([ 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-f', $changes, $primary->connstr('postgres') ],
		'>', \$load{out}, '2>', \$load{err});
	return;
}

sub done
{
	my $done = () = $load{out} =~ /^done/mg;
	return $done;
}

# Until so many more transactions are committed.
sub wait_for_load
{
	my ($more) = @_;
	my $until = done() + $more;
	$load{handle}->pump while $load{handle}->pumpable && done() < $until;
	return done() >= $until;
}

sub standby
{
	my ($name, $of) = @_;
	$of->backup("for_$name", backup_options => [ '--checkpoint=fast' ]);
	my $standby = PostgreSQL::Test::Cluster->new($name);
	$standby->init_from_backup($of, "for_$name", has_streaming => 1);
	$standby->start;
	return $standby;
}

start_load();
ok(wait_for_load(1), 'there is load');
my $near = standby('near', $primary);
my $other = standby('other', $primary);
my $far = standby('far', $near);
$primary->append_conf('postgresql.conf', "synchronous_standby_names = 'ANY 1 (near, other)'");
$primary->reload;
$primary->poll_query_until('postgres', q{SELECT count(*) = 2 FROM pg_stat_replication WHERE sync_state = 'quorum'}) or BAIL_OUT('no quorum');
ok(wait_for_load(2), 'load goes on with a quorum');
$other->stop;
ok(wait_for_load(2), 'and with one of two standbys');

# --- The primary is lost, the last one promoted ---------------------------------------------------

$primary->stop('immediate');
$load{handle}->finish;
my ($acknowledged) = $load{out} =~ /.*^done (\d+)/ms;
# The last record may be there in part.
$near->wait_for_catchup($far, 'flush', $near->lsn('receive'));

# The nearest rows to the first ones of each table, by the index; of texts their numbers alone, as many have one score.
my $answers = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET hnsw.ef_search = 1000; SET ivfpq.probes = 32768;\n" . on_tables(<<'SQL');
SELECT '%t', q.id, array_agg(n.d::text) FROM (SELECT * FROM %t ORDER BY id LIMIT 3) q
CROSS JOIN LATERAL (SELECT v %o q.v AS d FROM %t i ORDER BY i.v %o q.v LIMIT 10) n GROUP BY q.id ORDER BY q.id
SQL
my $counts = on_tables('SELECT count(*), sum(id) FROM %t');
sub check
{
	my ($node, $what) = @_;
	is(unsound($node), '', "$what: sound");
	is(lost($node), '', "$what: each row is found");
	return;
}

# Both answer alike, once the second has replayed what the first has.
sub compare
{
	my ($node, $follower, $what) = @_;
	$node->wait_for_catchup($follower);
	is($follower->safe_psql('postgres', $counts), $node->safe_psql('postgres', $counts), "$what: the same rows");
	is($follower->safe_psql('postgres', $answers), $node->safe_psql('postgres', $answers), "$what: the same answers");
	return;
}

is(unsound($near), '', 'the first standby, of a backup under load: sound');
$near->stop;
$far->promote;
is($far->safe_psql('postgres', 'SELECT max(n) >= ' . $acknowledged . ', count(*) = max(n) FROM acknowledged'), 't|t', 'acknowledged transactions are there');
check($far, 'promoted');
my $more = on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 30) n; DELETE FROM %t WHERE id % 7 = 3; VACUUM %t');
$far->safe_psql('postgres', $more);

# --- The old primary went on for a while, and is rewound ------------------------------------------

$primary->append_conf('postgresql.conf', "synchronous_standby_names = ''");
$primary->start;
$primary->safe_psql('postgres', $more . on_tables("SELECT vecext.merge('%i') \\g /dev/null\nREINDEX INDEX %i"));
$primary->stop;
my $conf = $primary->data_dir . '/postgresql.conf';
copy($conf, $primary->basedir . '/kept.conf');
$far->safe_psql('postgres', 'CHECKPOINT');
command_ok([ 'pg_rewind', '--no-sync', '--source-server', $far->connstr('postgres'), '--target-pgdata', $primary->data_dir ],
	'the old primary is rewound');
copy($primary->basedir . '/kept.conf', $conf);
$primary->enable_streaming($far);
$primary->start;
check($primary, 'rewound');
compare($far, $primary, 'rewound');

# So do those that were before the promoted one in the cascade, and the one that was stopped.
foreach my $node ($near, $other)
{
	$node->enable_streaming($far);
	$node->start;
}
$far->safe_psql('postgres', $more);
compare($far, $_, $_->name . ' follows') foreach $primary, $near, $other;
is(unsound($_), '', $_->name . ': sound') foreach $primary, $near, $other;
sound_log($_, qr/is damaged/)
  foreach $primary, $near, $other, $far;
$_->stop foreach $primary, $near, $other, $far;
done_testing();
