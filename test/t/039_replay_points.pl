# Indexes after each of many WAL records, as a crash at that moment would leave them: while clients write and an index is made,
# changed or put in order, the standby stops its replay; then it stops at random moments of replaying that, and each time its
# indexes are sound and scans in order hand out the rows of their tables.
#
# VECEXT_REPLAY_POINTS says how often it stops in all, VECEXT_KILLS_SEED which tables and operations are chosen.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use KillChecks;
use KillClients;
use KillServers;
use KillStatements;
use KillTables;
use KillTwoPhase;
use List::Util qw(shuffle);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $points = $ENV{VECEXT_REPLAY_POINTS} || 200;
my $seed = $ENV{VECEXT_KILLS_SEED} || int(time() * 1000) % 1_000_000_000;
my $points_of_round = 25;

note "VECEXT_KILLS_SEED=$seed";
srand $seed;

my ($primary, $standby) = new_servers(500);
$primary->safe_psql('postgres', <<'SQL');
-- Lets replay go on, and stops it after some records.
CREATE FUNCTION stop_replay() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    before pg_lsn := pg_last_wal_replay_lsn();
BEGIN
    PERFORM pg_wal_replay_resume();
    WHILE pg_last_wal_replay_lsn() = before AND before < pg_last_wal_receive_lsn() LOOP
        PERFORM pg_sleep(0.0001);
    END LOOP;
    PERFORM pg_sleep(0.01 * random() ^ 6), pg_wal_replay_pause();
    WHILE pg_get_wal_replay_pause_state() <> 'paused' LOOP
        PERFORM pg_sleep(0.001);
    END LOOP;
END
$$;
-- Ids of a table that a query with its index lacks, or has twice; what it checked.
CREATE FUNCTION check_index(name text, query text, OUT checked text, OUT wrong bool) LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass(name || '_i') AND indisvalid) THEN
        checked := 'without an index';
        RETURN;
    END IF;
    PERFORM vecext.verify_index((name || '_i')::regclass);
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL enable_sort = off;
    EXECUTE 'SELECT array_agg(id) FROM (' || query || ') s' INTO ids;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_indexonlyscan = off;
    EXECUTE format('SELECT count(*) <> $2 OR count(*) FILTER (WHERE id = ANY ($1)) <> $2 FROM %I', name) INTO wrong
        USING ids, coalesce(cardinality(ids), 0);
    checked := CASE WHEN wrong THEN 'wrong' ELSE 'sound' END;
EXCEPTION
    -- By a statement that the standby has seen the lock of, but not the end.
    WHEN lock_not_available THEN
        checked := 'locked';
END
$$;
SQL

my %count;
my @problems;

# What the client of the standby does: it stops replay, checks the tables, and lets it go on. $seen is called with each check.
sub checker
{
	my ($number, @tables) = @_;
	my $sql = "SET lock_timeout = '20ms'; SELECT FROM stop_replay() \\g /dev/null\n";
	foreach my $table (@tables)
	{
		my $query = on_table($table, method_of($table) eq 'bm25' ? q{SELECT id FROM %t WHERE v @@@ vecext.bm25_query('own:*'::tsquery, '%i')} : 'SELECT id FROM %t ORDER BY v %o %q');
		$sql .= "SELECT 'point', '$table', checked, pg_last_wal_replay_lsn() FROM check_index('$table', \$\$$query\$\$);\n";
	}
	return sub {
		return if $$number >= $points_of_round;
		$$number++;
		return { kind => 'check', table => $tables[0], sql => $sql . 'SELECT WHERE false' };
	};
}

my %places;
my $round = 0;
my @next_tables;
while (($count{points} // 0) < $points && !@problems)
{
	$round++;
	srand $seed + $round;
	@next_tables = shuffle table_list() if @next_tables < 2;
	my @tables = splice @next_tables, 0, 2;
	my @operations = grep { $_ ne 'checkpoint' } operations();
	my $operation = $operations[ rand @operations ];
	wait_for_standby();
	my ($number, $began) = (0, time());
	my @writers;
	push @writers, start_client($primary, 'operator', operator(0, $tables[0], $operation, sub { 1 }, \@writers)),
	  map { start_client($primary, "writer_$_", writer($_, @tables)) } 1, 2;
	$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
	run_clients(\@writers, sub { time() > $began + 1 });
	push @problems, 'writers do not end' if !end_clients(\@writers, 180);
	end_prepared($primary);
	my $checker = start_client($standby, 'checker', checker(\$number, @tables));
	$checker->{heard} = sub {
		my ($line) = @_;
		return if $line !~ /^point\|(\w+)\|([a-z ]+)\|(\S+)$/;
		$count{$2}++;
		$places{"$1 $3"} = 1;
		push @problems, $line if $2 eq 'wrong';
	};
	run_clients([$checker], sub { $number >= $points_of_round && !$checker->{statement} || time() > $began + 300 });
	end_clients([$checker], 60);
	$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
	# The client may have ended with DROP INDEX.
	$primary->safe_psql('postgres', join '', "SET client_min_messages = warning;\n", map { create_index($_, 'IF NOT EXISTS') . ";\n" } @tables);
	$count{points} += $number;
	push @problems, map { my $client = $_; map { "$client->{name}: $_" } grep { /ERROR|FATAL|PANIC/ } split /\n/, slurp_file($client->{errors}) } @writers, $checker;
	my $name = "$operation on $tables[0], writes on it and $tables[1]";
	ok(!@problems, $name) or diag join "\n", "VECEXT_KILLS_SEED=$seed", @problems;
	note "$count{points} of $points: " . join ', ', map { "$_ $count{$_}" } sort keys %count if $round % 10 == 0;
}
is(join("\n", wait_for_standby(), map { check_answers($_, table_list()) } $primary, $standby), '', 'at last all tables are whole') if !@problems;
cmp_ok(scalar keys %places, '>', $points / 4, 'it stopped at different places') if !@problems;
# The check sees what a scan has not, and what an index lacks.
like($primary->safe_psql('postgres', q{SELECT * FROM check_index('hnsw_vector_l2', 'SELECT id FROM hnsw_vector_l2 OFFSET 1')}), qr/wrong\|t/, 'a row that a scan has not is seen');
$primary->safe_psql('postgres', <<"SQL");
UPDATE pg_index SET indisready = false WHERE indexrelid = 'hnsw_vector_l2_i'::regclass;
INSERT INTO hnsw_vector_l2 @{[row_values('hnsw_vector_l2', 1, 1, 0)]} ON CONFLICT (id) DO UPDATE SET v = excluded.v;
UPDATE pg_index SET indisready = true WHERE indexrelid = 'hnsw_vector_l2_i'::regclass;
SQL
wait_for_standby();
my ($rc, $out, $err) = $standby->psql('postgres', q{SELECT * FROM check_index('hnsw_vector_l2', '')});
like($err, qr/is damaged/, 'a row that an index lacks is seen');
cmp_ok($count{sound}, '>=', $points, 'half of the checks or more were of an index that could be read');
note join ', ', map { "$_ $count{$_}" } sort keys %count;
note keys(%places) . ' places of tables and WAL';
$_->stop foreach $standby, $primary;
done_testing();
