# The servers of test/t/030_kills.pl, a primary and its standby, and the ways to kill them or a process of the primary.
package KillServers;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use KillClients;
use KillStatements;
use KillTables;
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(new_servers change_settings wait_for_standby takes_sessions processes kill_and_start ways_to_kill);

my ($primary, $standby);

# A primary with all tables of so many rows, which the model knows, and its standby.
sub new_servers
{
	my ($rows) = @_;
	$primary = new_node('primary', <<'CONF' . ($ENV{VECEXT_KILLS_CONF} // ''), allows_streaming => 1, extra => ['--data-checksums']);
restart_after_crash = on
max_connections = 30
max_prepared_transactions = 30
wal_keep_size = 2GB
wal_retrieve_retry_interval = 100ms
min_parallel_table_scan_size = 0
min_parallel_index_scan_size = 0
autovacuum = on
autovacuum_naptime = 1s
autovacuum_vacuum_threshold = 20
autovacuum_vacuum_scale_factor = 0
autovacuum_vacuum_insert_threshold = 200
autovacuum_vacuum_insert_scale_factor = 0
log_statement = none
CONF
	make_tables($primary, $rows);
	foreach my $table (table_list())
	{
		my $of_table = rows_of($table);
		$of_table->{$_} = 0 foreach 1 .. $rows;
	}
	read_copy_values($primary);
	$standby = busy_standby_of($primary);
	return ($primary, $standby);
}

# Other settings, which it returns: with checksums of pages or without, WAL compared with the pages or not, more memory or less, files
# synced or not.
sub change_settings
{
	my ($turn) = @_;
	my $checksums = $turn % 2 ? 'disable' : 'enable';
	my $checking = $turn / 2 % 2 ? '' : 'generic';
	my ($memory, $buffers) = $turn % 2 ? ('64MB', '1MB') : ('1MB', '64MB');
	my $fsync = $turn % 4 == 3 ? 'on' : 'off';
	$primary->stop('fast');
	$standby->stop('fast');
	foreach my $node ($primary, $standby)
	{
		my ($control) = run_command([ 'pg_controldata', $node->data_dir ]);
		my $is = $control =~ /checksum version: *[1-9]/ ? 'enable' : 'disable';
		system_or_bail('pg_checksums', "--$checksums", '--no-sync', '-D', $node->data_dir) if $is ne $checksums;
		$node->append_conf('postgresql.conf', <<"CONF");
wal_consistency_checking = '$checking'
maintenance_work_mem = $memory
shared_buffers = $buffers
fsync = $fsync
CONF
	}
	$primary->start;
	$standby->start;
	return "checksums: ${checksums}d, wal_consistency_checking = '$checking', maintenance_work_mem = $memory, shared_buffers = $buffers, fsync = $fsync";
}

# What is wrong if it does not replay all that the primary has.
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

# Whether a session can begin within some seconds.
sub takes_sessions
{
	my ($node) = @_;
	my $is_late;
	$node->psql('postgres', 'SELECT 1', timeout => 10, timed_out => \$is_late);
	return !$is_late;
}

# --- Processes ------------------------------------------------------------------------------------

sub postmaster_of { my ($pid) = split /\n/, slurp_file($_[0]->data_dir . '/postmaster.pid'); return $pid; }

# Processes of a server, by what they say that they are.
sub processes
{
	my ($node, $kind) = @_;
	my $postmaster = postmaster_of($node);
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

sub is_up { return system('pg_isready', '-q', '-h', $primary->host, '-p', $primary->port) == 0; }

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

# By name: how many of twenty, whether the server is gone then, and what returns whether there was something to kill.
my %ways = (
	'stop of the server' => [ 5, 1, sub { stop_now(); return 1; } ],
	'stop, and stop in recovery' => [ 2, 1, sub { stop_now(); stop_in_recovery(); return 1; } ],
	'SIGKILL to the postmaster' => [ 1, 1, sub { $primary->kill9; return 1; } ],
	'SIGKILL to the backend' => [ 5, 0, sub { return kill 'KILL', $_[0]{operator}{backend}; } ],
	'SIGKILL to another backend' => [ 2, 0, sub { return kill 'KILL', $_[0]{writer}{backend}; } ],
	'SIGKILL to a parallel worker' => [ 3, 0, sub { return kill_process($_[0], qr/parallel worker/, 1); } ],
	'SIGKILL to autovacuum' => [ 1, 0, sub { return kill_process($_[0], qr/autovacuum worker/, 4); } ],
	'SIGKILL to the checkpointer' => [ 1, 0, sub { return kill_process($_[0], qr/checkpointer/, 0); } ]);

sub ways_to_kill { return map { ($_) x $ways{$_}[0] } sort keys %ways; }

# Kills the first process of a kind that appears within some seconds of work.
sub kill_process
{
	my ($round, $kind, $seconds) = @_;
	my $until = time() + $seconds;
	my $is_killed = 0;
	run_clients($round->{clients}, sub {
		my ($pid) = processes($primary, $kind);
		$is_killed = kill 'KILL', $pid if defined $pid;
		return $is_killed || time() >= $until;
	});
	return $is_killed;
}

# Whether the server says that a process was killed, after so many bytes of its log.
sub has_noticed
{
	my ($logged) = @_;
	foreach (1 .. 600)
	{
		return 1 if slurp_file($primary->logfile, $logged) =~ /was terminated by signal 9/;
		sleep 0.005;
	}
	return 0;
}

# Kills in a way, and the standby too if it is to stop, with the clients of a round at work. Returns which way it became: where there was nothing
# to kill, the server is stopped. Then it runs again.
sub kill_and_start
{
	my ($way, $stops_standby, $round) = @_;
	my $logged = -s $primary->logfile;
	kill 'QUIT', postmaster_of($standby) if $stops_standby;
	my $is_killed = $ways{$way}[2]->($round);
	# A process may have ended by itself just before.
	$is_killed &&= has_noticed($logged) if !$ways{$way}[1];
	if (!$is_killed)
	{
		$way = 'stop of the server';
		stop_now();
	}
	$standby->stop('immediate', fail_ok => 1) if $stops_standby;
	die 'clients do not end' if !end_clients($round->{on_primary}, 180);
	start_again($primary) if $ways{$way}[1];
	start_again($standby) if $stops_standby;
	my $until = time() + 120;
	sleep 0.02 while !is_up() && time() < $until && -e $primary->data_dir . '/postmaster.pid';
	die 'the primary does not come up' if !is_up();
	return $way;
}

1;
