# Kills at random moments: of the server, of single backends, of parallel and autovacuum workers, while clients write and an
# index is made, changed or put in order; for each operator class of each access method, with a standby. Afterwards each index is
# sound, no row of a statement that returned is missing, in the table, in a scan in order or on the standby, none that was
# deleted comes back, and recall is that of a new index.
#
# VECEXT_KILLS says how many (script/kills), VECEXT_KILLS_SEED which random choices.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use KillChecks;
use KillClients;
use KillStatements;
use KillTables;
use List::Util qw(min max shuffle);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;
use Time::HiRes qw(sleep time);

my $kills = $ENV{VECEXT_KILLS} || 20;
my $seed = $ENV{VECEXT_KILLS_SEED} || int(time() * 1000) % 1_000_000_000;
my $rows = 500;
my $kills_of_setting = max(10, int($kills / 20));    # between changes of the servers' settings

note "VECEXT_KILLS_SEED=$seed";
srand $seed;

# --- Servers --------------------------------------------------------------------------------------

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1, extra => ['--data-checksums']);
$primary->append_conf('postgresql.conf', <<'CONF');
restart_after_crash = on
max_connections = 30
wal_keep_size = 2GB
wal_retrieve_retry_interval = 100ms
jit = off
min_parallel_table_scan_size = 0
min_parallel_index_scan_size = 0
autovacuum_naptime = 1s
autovacuum_vacuum_threshold = 20
autovacuum_vacuum_scale_factor = 0
autovacuum_vacuum_insert_threshold = 200
autovacuum_vacuum_insert_scale_factor = 0
log_statement = none
CONF
$primary->append_conf('postgresql.conf', $ENV{VECEXT_KILLS_CONF} // '');
$primary->start;
make_tables($primary, $rows);
foreach my $table (table_list())
{
	my $of_table = rows_of($table);
	$of_table->{$_} = 0 foreach 1 .. $rows;
}
read_copy_values($primary);
my $standby = busy_standby_of($primary);

sub postmaster_of { return (split /\n/, slurp_file($_[0]->data_dir . '/postmaster.pid'))[0]; }

# Processes of the primary, by what they say that they are.
sub processes
{
	my ($kind) = @_;
	my $postmaster = postmaster_of($primary);
	my @pids;
	foreach my $file (glob '/proc/[0-9]*/stat')
	{
		open my $stat, '<', $file or next;
		my $line = <$stat> // next;
		next unless $line =~ /^(\d+) \(.*\) [^Z] (\d+) / && $2 == $postmaster;
		my $pid = $1;
		open my $title, '<', "/proc/$pid/cmdline" or next;
		push @pids, $pid if (<$title> // '') =~ $kind;
	}
	return @pids;
}

sub is_up { return $primary->psql('postgres', 'SELECT', timeout => 60) == 0; }

# Until its last processes have noticed that it is gone, it does not start.
sub start_again
{
	my ($node) = @_;
	foreach (1 .. 600)
	{
		return if $node->start(fail_ok => 1);
		sleep 0.1;
		$node->stop('fast', fail_ok => 1);
	}
	die 'the ' . $node->name . ' does not start';
}

# Starts the primary and stops it at once, while it replays its WAL.
sub stop_in_recovery
{
	system('pg_ctl', '-W', '-s', '-D', $primary->data_dir, '-l', $primary->logfile, '-o', '--cluster-name=primary', 'start');
	sleep rand(0.15);
	system('pg_ctl', '-s', '-m', 'immediate', '-D', $primary->data_dir, 'stop');
	return;
}

# --- Kills ----------------------------------------------------------------------------------------

# At this moment; pg_ctl waits for the end.
sub stop_now
{
	kill 'QUIT', postmaster_of($primary);
	$primary->stop('immediate', fail_ok => 1);
	return;
}

# Each returns whether there was something to kill.
my %kill_ways = (
	'stop of the server' => sub { stop_now(); return 1; },
	'stop, and stop in recovery' => sub { stop_now(); stop_in_recovery(); return 1; },
	'SIGKILL to the postmaster' => sub { $primary->kill9; return 1; },
	'SIGKILL to the backend' => sub { return kill 'KILL', $_[0]{operator}{backend}; },
	'SIGKILL to another backend' => sub { return kill 'KILL', $_[0]{writer}{backend}; },
	'SIGKILL to a parallel worker' => sub { return kill_process($_[0], qr/parallel worker/, 1); },
	'SIGKILL to autovacuum' => sub { return kill_process($_[0], qr/autovacuum worker/, 2.5); },
	'SIGKILL to the checkpointer' => sub { return kill_process($_[0], qr/checkpointer/, 0); });
my %ends_server = map { $_ => 1 } 'stop of the server', 'stop, and stop in recovery', 'SIGKILL to the postmaster';
my @ways = (('stop of the server') x 4, 'stop, and stop in recovery', 'SIGKILL to the postmaster', ('SIGKILL to the backend') x 4, ('SIGKILL to another backend') x 2,
	('SIGKILL to a parallel worker') x 2, 'SIGKILL to autovacuum', 'SIGKILL to the checkpointer');

# Kills the first process of a kind that appears within some seconds of work.
sub kill_process
{
	my ($round, $kind, $seconds) = @_;
	my $until = time() + $seconds;
	my $is_killed = 0;
	run_clients($round->{clients}, sub {
		my ($pid) = processes($kind);
		$is_killed = kill 'KILL', $pid if defined $pid;
		return $is_killed || time() >= $until;
	});
	return $is_killed;
}

# Whether the server says that a process was killed, after so many bytes of its log.
sub has_noticed
{
	my ($logged) = @_;
	foreach (1 .. 2000)
	{
		return 1 if slurp_file($primary->logfile, $logged) =~ /was terminated by signal 9/;
		sleep 0.005;
	}
	return 0;
}

my %seconds_of;    # a recent duration, by operation and table
my %count;         # of kills, by operation in progress, by method, by way

sub work_and_kill
{
	my ($round) = @_;
	my ($table, @others) = @{ $round->{tables} };
	my $operation = $round->{operation};
	my ($is_ready, $began) = (0, undef);
	my (@clients, @primary_clients);
	my $operate = operator(0, $table, $operation, sub { $is_ready }, \@primary_clients);
	my $chosen = sub {
		my $statement = $operate->();
		if ($is_ready && $statement && $statement->{kind} eq $operation)
		{
			$began //= time();
			my $returned = $statement->{returned};
			$statement->{returned} = sub { $seconds_of{"$operation $table"} = $_[0]{seconds}; $returned->($_[0]); };
		}
		return $statement;
	};
	# Without an index of words there are no scores.
	my @searched = grep { method_of($_) ne 'bm25' || $_ ne $table } $table, @others;
	push @primary_clients, start_client($primary, 'operator', $chosen), (map { start_client($primary, "writer_$_", writer($_, $table, @others)) } 1, 2),
	  start_client($primary, 'searcher', searcher(@searched));
	@clients = (@primary_clients, start_client($standby, 'standby', searcher(@searched)));
	@$round{qw(clients operator writer)} = (\@clients, @primary_clients[ 0, 1 ]);

	my $moment = time() + rand(0.3);
	my $until = time() + 120;
	run_clients(\@clients, sub { time() > $until || time() >= $moment && !grep { !$_->{backend} } @clients });
	$is_ready = 1;
	run_clients(\@clients, sub { time() > $until || $began });
	my $delay = rand(1.2) * min(2, $seconds_of{"$operation $table"} // 0.2);
	run_clients(\@clients, sub { time() >= $began + $delay }) if $began;

	$round->{standby_stops} = rand() < 0.15;
	$standby->stop('immediate') if $round->{standby_stops};
	my $logged = -s $primary->logfile;
	my $was_killed = $kill_ways{ $round->{way} }->($round);
	# A process may have ended by itself just before.
	$was_killed &&= has_noticed($logged) if !$ends_server{ $round->{way} };
	if (!$was_killed)
	{
		$round->{way} = 'stop of the server';
		$primary->stop('immediate');
	}
	die 'clients do not end' if !end_clients(\@primary_clients, 60);
	start_again($primary) if $ends_server{ $round->{way} };
	start_again($standby) if $round->{standby_stops};
	foreach (1 .. 600)
	{
		last if is_up();
		sleep 0.05;
	}
	$round->{in_flight} = [ in_flight(@primary_clients) ];
	# The one on the standby goes on until here.
	kill 'TERM', $clients[-1]{pid};
	end_clients(\@clients, 60);
	KillStatements::end_of_wants();
	my @doing = map { $_->{kind} } in_flight($primary_clients[0]);
	$count{during}{ $doing[0] // 'nothing' }++;
	$count{also}{ $_->{kind} }++ foreach in_flight(@primary_clients[ 1, 2 ]);
	$count{method}{ method_of($table) }++;
	$count{way}{ $round->{way} }++;
	$count{statements}{ 'of the ' . $_->{name} } += $_->{done} foreach @clients;
	$round->{doing} = $doing[0] // 'nothing';
	return map { errors_of($_) } @clients;
}

sub errors_of
{
	my ($client) = @_;
	return map { "$client->{name}: $_" } grep { /ERROR|PANIC/ } split /\n/, slurp_file($client->{errors});
}

sub wait_for_standby
{
	my $lsn = $primary->safe_psql('postgres', 'SELECT pg_current_wal_flush_lsn()');
	my $done = $standby->safe_psql('postgres', <<"SQL");
DO \$\$BEGIN
FOR i IN 1 .. 12000 LOOP EXIT WHEN pg_last_wal_replay_lsn() >= '$lsn'; PERFORM pg_sleep(0.01); END LOOP;
END\$\$;
SELECT pg_last_wal_replay_lsn() >= '$lsn'
SQL
	return $done eq 't' ? () : 'the standby does not follow';
}

sub check
{
	my ($round) = @_;
	my @tables = @{ $round->{tables} };
	my @problems = settle($primary, $round->{in_flight}, @tables);
	push @problems, map { repair($primary, $_) } @tables if !@problems;
	push @problems, check_answers($primary, @tables), check_recall($primary, @tables) if !@problems;
	push @problems, wait_for_standby() if !@problems;
	push @problems, check_answers($standby, @tables) if !@problems;
	return @problems;
}

# Other settings: with checksums of pages or without, WAL compared with the pages or not, more memory or less.
sub change_settings
{
	my ($turn) = @_;
	my ($checksums, $checking, $memory, $buffers) = ($turn % 2 ? 'disable' : 'enable', ('generic', '')[ $turn / 2 % 2 ], ('1MB', '64MB')[ $turn % 2 ], ('1MB', '64MB')[ ($turn + 1) % 2 ]);
	$primary->stop('fast');
	$standby->stop('fast');
	foreach my $node ($primary, $standby)
	{
		my $is = $node->data_dir && qx(pg_controldata @{[$node->data_dir]}) =~ /checksum version: *[1-9]/ ? 'enable' : 'disable';
		system_or_bail('pg_checksums', "--$checksums", '--no-sync', '-D', $node->data_dir) if $is ne $checksums;
		$node->append_conf('postgresql.conf', <<"CONF");
wal_consistency_checking = '$checking'
maintenance_work_mem = $memory
shared_buffers = $buffers
CONF
	}
	$primary->start;
	$standby->start;
	note "checksums: ${checksums}d, wal_consistency_checking = '$checking', maintenance_work_mem = $memory, shared_buffers = $buffers";
	return;
}

sub counts
{
	return map { my $by = $_; "$by: " . join(', ', map { "$_ $count{$by}{$_}" } sort keys %{ $count{$by} }) } sort keys %count;
}

my @next_tables;
my @names = table_list();
my $start = time();
foreach my $number (1 .. $kills)
{
	change_settings(int($number / $kills_of_setting)) if $number == 1 || $number % $kills_of_setting == 0;
	@next_tables = shuffle @names if !@next_tables;
	my $table = shift @next_tables;
	my @others = (shuffle grep { $_ ne $table } @names)[ 0, 1 ];
	my @operations = operations();
	my $round = { tables => [ $table, @others ], operation => $operations[ rand @operations ], way => $ways[ rand @ways ] };
	my @problems = work_and_kill($round);
	push @problems, check($round);
	my $name = "kill $number: $round->{way} during $round->{doing} on $table" . ($round->{standby_stops} ? ', and of the standby' : '');
	if (!ok(!@problems, $name))
	{
		diag "VECEXT_KILLS_SEED=$seed, $round->{operation} on @{$round->{tables}}; in flight: " . join(', ', map { "$_->{kind} on $_->{table}" } @{ $round->{in_flight} });
		diag $_ foreach @problems;
		diag 'data: ' . $_->data_dir foreach $primary, $standby;
		last;
	}
	note sprintf '%d of %d after %.0f s; %s', $number, $kills, time() - $start, join '; ', counts() if $number % 20 == 0;
}

# --- At last --------------------------------------------------------------------------------------

# The checks see a row that is not as a statement left it, and one that the index lacks.
sub check_checks
{
	my ($table) = @_;
	my $id = (keys %{ rows_of($table) })[0];
	my $hidden = "UPDATE pg_index SET indisready = %s WHERE indexrelid = '${table}_i'::regclass";
	$primary->safe_psql('postgres', "UPDATE $table SET n = -1 WHERE id = $id");
	like(join("\n", settle($primary, [], $table)), qr/1 rows of another statement/, "$table: a lost update is seen");
	$primary->safe_psql('postgres', "DELETE FROM $table WHERE id = $id");
	like(join("\n", settle($primary, [], $table)), qr/1 rows missing/, "$table: a lost row is seen");
	$primary->safe_psql('postgres', sprintf($hidden, 'false'));
	$primary->safe_psql('postgres', "INSERT INTO $table " . row_values($table, $id, 1, rows_of($table)->{$id}));
	$primary->safe_psql('postgres', sprintf($hidden, 'true'));
	wait_for_standby();
	foreach my $node ($primary, $standby)
	{
		my $problems = join "\n", check_answers($node, $table);
		like($problems, qr/is damaged.*scan \((matches|ordered)\): 1 rows missing/s, "$table: a row that the index lacks is seen on the " . $node->name);
	}
	delete rows_of($table)->{$id};
	like(join("\n", settle($standby, [], $table)), qr/1 rows not to be there/, "$table: a row that has come back is seen");
	return;
}

if (Test::More->builder->is_passing)
{
	is(join("\n", wait_for_standby(), map { check_answers($_, @names) } $primary, $standby), '', 'at last all tables are whole');
	unlike(slurp_file($_->logfile), qr/PANIC|TRAP|inconsistent page|damaged|terminated by signal (?!9)/, 'nothing bad in the log of ' . $_->name)
	  foreach $primary, $standby;
	my %first = map { method_of($_) => $_ } @names;
	check_checks($_) foreach sort values %first;
}
note sprintf 'recall was up to %.3f below that of a new index', -$KillChecks::least_difference;
note $_ foreach counts();
$standby->stop;
$primary->stop;
done_testing();
