# Kills at random moments: of the server, of single backends, of parallel and autovacuum workers, while clients write and an
# index is made, changed or put in order; for each operator class of each access method, with a standby. Afterwards each index is
# sound, no row of a statement that returned is missing, in the table, in a scan in order or on the standby, none that was
# deleted comes back, and recall is that of a new index. Transactions that were prepared are still there, change nothing until
# they are committed, and all that they were to change then.
#
# VECEXT_KILLS says how many (script/long kills), VECEXT_KILLS_SEED which choices of tables, operations, ways and moments; what clients write
# meanwhile depends on time, too.
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
use List::Util qw(min max shuffle uniq);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

my $kills = $ENV{VECEXT_KILLS} || 20;
my $seed = $ENV{VECEXT_KILLS_SEED} || int(time() * 1000) % 1_000_000_000;
my $kills_of_setting = max(10, int($kills / 20));    # between changes of the servers' settings

note "VECEXT_KILLS_SEED=$seed";
srand $seed;

my ($primary, $standby) = new_servers(500);
my %seconds_of;    # a recent duration, by operation and table
my %count;         # of kills, by operation, by what of it was in progress, by group and name of the table, by way

sub work_and_kill
{
	my ($round) = @_;
	my ($table, @others) = @{ $round->{tables} };
	my $operation = $round->{operation};
	my ($is_ready, $began) = (0, undef);
	my (@clients, @on_primary);
	prepare_on($operation, $table, @others) if $round->{prepares};
	my $operate = operator(0, $table, $operation, sub { $is_ready }, \@on_primary);
	my $chosen = sub {
		my $statement = $operate->();
		if ($is_ready && $statement && ($statement->{operation} // '') eq $operation)
		{
			$began //= time();
			my $returned = $statement->{returned};
			$statement->{returned} = sub { $seconds_of{"$operation $table"} = $_[0]{seconds}; $returned->($_[0]); };
		}
		return $statement;
	};
	# Without an index of words there are no scores.
	my @searched = grep { method_of($_) ne 'bm25' || $_ ne $table } $table, @others;
	push @on_primary, start_client($primary, 'operator', $chosen), (map { start_client($primary, "writer_$_", writer($_, $table, @others)) } 1, 2),
	  start_client($primary, 'searcher', searcher(@searched));
	@clients = (@on_primary, start_client($standby, 'standby', searcher(@searched)));
	@$round{qw(clients on_primary operator writer)} = (\@clients, \@on_primary, @on_primary[ 0, 1 ]);

	my $moment = time() + $round->{moment};
	my $until = time() + 120;
	run_clients(\@clients, sub { time() > $until || time() >= $moment && !grep { !$_->{backend} } @clients });
	$is_ready = 1;
	run_clients(\@clients, sub { time() > $until || $began || $on_primary[0]{closed} });
	my $delay = $round->{share} * min(2, $seconds_of{"$operation $table"} // 0.2);
	# While the operation is in progress, if it is seen to be.
	my $is_doing = sub { my $operator = $on_primary[0]; return $operator->{statement} && !grep { $_ == $operator } @_; };
	run_clients(\@clients, sub { time() >= $began + $delay && ($is_doing->(@_) || time() > $began + $delay + 2) }) if $began;

	$round->{way} = kill_and_start($round->{way}, $round->{stops_standby}, $round);
	# The one on the standby goes on until here.
	kill 'TERM', $clients[-1]{pid} if !$clients[-1]{closed};
	end_clients(\@clients, 60);
	end_of_wants();
	$count{during}{ doing($round) }++;
	$count{besides}{ $_->{kind} }++ foreach in_flight(@on_primary[ 1, 2 ]);
	$count{group}{ $round->{group} }++;
	$count{table}{$table}++;
	$count{operation}{ $round->{operation} }++;
	$count{way}{ $round->{way} }++;
	$count{statements}{ 'of the ' . $_->{name} } += $_->{done} foreach @clients;
	return map { errors_of($_, $round->{way}) } @clients;
}

# What the operator did when it ended.
sub doing { my ($statement) = in_flight($_[0]{operator} // ()); return $statement ? $statement->{kind} : 'nothing'; }

# A query of a standby may find that an index has been dropped between its list of indexes and its lock. One of a killed postmaster may
# see that its parallel workers have ended before it ends itself.
sub errors_of
{
	my ($client, $way) = @_;
	my @errors = grep { /ERROR|PANIC/ } split /\n/, slurp_file($client->{errors});
	@errors = grep { !/could not open relation with OID/ } @errors if $client->{node} == $standby;
	@errors = grep { !/lost connection to parallel worker/ } @errors if $way eq 'SIGKILL to the postmaster';
	return map { "$client->{name}: $_" } @errors;
}

sub check
{
	my ($round) = @_;
	my @tables = @{ $round->{tables} };
	my @in_flight = in_flight(@{ $round->{on_primary} });
	my @problems = (settle_prepared($primary, \@in_flight), settle($primary, \@in_flight, @tables));
	@problems = check_prepared(@tables) if !@problems;
	push @problems, map { repair($primary, $_) } @tables if !@problems;
	push @problems, check_answers($primary, @tables), check_recall($primary, @tables) if !@problems;
	push @problems, wait_for_standby() if !@problems;
	push @problems, check_answers($standby, @tables) if !@problems;
	return @problems;
}

# Before prepared transactions end, the tables are as if these were not there. Afterwards the model knows how they have ended.
sub check_prepared
{
	my @tables = grep { prepared_on($_) } @_;
	return if !@tables;
	my @problems = check_answers($primary, @tables);
	push @problems, check_locked_standby(@tables) if rand() < 0.5;
	$count{prepared}{ 'on ' . method_of($_) } += prepared_on($_) foreach @tables;
	my %ended = end_prepared($primary);
	$count{prepared}{$_} += $ended{$_} foreach keys %ended;
	# Says to the standby which transactions are in progress.
	$primary->safe_psql('postgres', 'CHECKPOINT');
	return @problems;
}

# Until the prepared transactions end, a standby takes those for running, and keeps their locks, that began after them and were in progress
# when the primary crashed: tables that are locked are left out. If autovacuum was truncating a catalog, no session can begin there.
sub check_locked_standby
{
	$primary->wait_for_catchup($standby);
	if (!takes_sessions($standby))
	{
		$count{prepared}{'standbys locked'}++;
		return;
	}
	local $ENV{PGOPTIONS} = '-c lock_timeout=2s';
	my @problems;
	foreach my $table (@_)
	{
		my @of_table = check_answers($standby, $table);
		my $is_locked = grep { /lock timeout/ } @of_table;
		$count{prepared}{ $is_locked ? 'tables locked on the standby' : 'tables checked on the standby' }++;
		push @problems, @of_table if !$is_locked;
	}
	return @problems;
}

# What takes a random one of a list, all of it in turn.
sub turns
{
	my (@all) = @_;
	my @next;
	return sub { @next = shuffle @all if !@next; return shift @next; };
}

# The next table, of a group whose turn it is: groups have equal turns, in a group methods, and of a method tables.
my $next_group = turns(sort keys %groups);
my (%next_method, %next_table);

sub next_table
{
	my $group = $next_group->();
	my %of_method;
	push @{ $of_method{ method_of($_) } }, $_ foreach @{ $groups{$group} };
	$next_method{$group} //= turns(sort keys %of_method);
	my $method = $next_method{$group}->();
	$next_table{"$group $method"} //= turns(@{ $of_method{$method} });
	return ($group, $next_table{"$group $method"}->());
}

sub counts
{
	return map { my $by = $_; "$by: " . join(', ', map { "$_ $count{$by}{$_}" } sort keys %{ $count{$by} }) } sort keys %count;
}

my @names = table_list();
my $next_way = turns(ways_to_kill());
my $next_operation = turns(operations());
my $start = time();
foreach my $number (1 .. $kills)
{
	note change_settings(int($number / $kills_of_setting)) if $number == 1 || $number % $kills_of_setting == 0;
	# Before clients take other random numbers, as many as they have time for.
	srand $seed + $number;
	my ($group, $table) = next_table();
	my @others = (shuffle grep { $_ ne $table } @names)[ 0, 1 ];
	my $round = { group => $group, tables => [ $table, @others ], operation => $next_operation->(), way => $next_way->() };
	@$round{qw(moment share stops_standby)} = (rand(0.3), rand(1.2), rand() < 0.15);
	$round->{prepares} = $number % 3 == 0 || $round->{operation} eq 'two phases';
	my @problems = eval { (work_and_kill($round), check($round)) };
	push @problems, $@ if $@;
	my $name = "kill $number: $round->{way} during " . doing($round) . " on $table" . ($round->{stops_standby} ? ', and of the standby' : '');
	if (!ok(!@problems, $name))
	{
		diag "VECEXT_KILLS_SEED=$seed, $round->{operation} on @{$round->{tables}}; in flight: " . join(', ', map { "$_->{kind} on $_->{table}" } in_flight(@{ $round->{on_primary} // [] }));
		diag $_ foreach @problems;
		diag 'data: ' . $_->data_dir foreach $primary, $standby;
		last;
	}
	note sprintf '%d of %d after %.0f s; %s', $number, $kills, time() - $start, join '; ', grep { !/^table/ } counts() if $number % 20 == 0;
}

# --- At last --------------------------------------------------------------------------------------

# The checks see a row that is not as a statement left it, and one that the index lacks.
sub check_checks
{
	my ($table) = @_;
	my $id = (keys %{ rows_of($table) })[0];
	# The table may have hardly any rows left, whose weights are all of one sign.
	my $first = 1 + (sort { $b <=> $a } keys %{ rows_of($table) })[0];
	$primary->safe_psql('postgres', "INSERT INTO $table " . row_values($table, $first, 100, 0));
	rows_of($table)->{$_} = 0 foreach $first .. $first + 99;
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

# So do they see a prepared transaction that is not known, that is lost, and that ends in another way than its end said.
sub check_prepared_checks
{
	my ($table) = @_;
	my $id = 1 + (sort { $b <=> $a } keys %{ rows_of($table) })[0];
	my $insert = "BEGIN;\nINSERT INTO $table " . row_values($table, $id, 1, 1);
	my $statement = prepare_statement(9, $table, 'other', $insert, { $id => 1 });
	$primary->safe_psql('postgres', $statement->{sql});
	is(join("\n", settle_prepared($primary, [])), 'the prepared transaction other is not to be there', 'one that no one has prepared is seen');
	is(join("\n", settle_prepared($primary, [$statement]), settle($primary, [$statement], $table)), '', 'one whose PREPARE has not returned may be there');
	$primary->safe_psql('postgres', "ROLLBACK PREPARED 'other'");
	is(join("\n", settle_prepared($primary, [])), "$table: the prepared transaction other is lost", 'one that is lost is seen');
	$statement = end_statement('other', 1);
	like(join("\n", settle_prepared($primary, [$statement]), settle($primary, [$statement], $table)), qr/^$table: 1 rows missing[^\n]*$/,
		'one that has not done what it was to do is seen');
	delete rows_of($table)->{$id};
	return;
}

# An index that is made in the transaction of its table has no WAL under wal_level = minimal.
sub check_minimal
{
	$standby->stop;
	$primary->append_conf('postgresql.conf', "wal_level = minimal\nmax_wal_senders = 0\n");
	$primary->restart;
	my $sql = "SET client_min_messages = warning;\n";
	$sql .= "BEGIN;\nCREATE TABLE new_$_ (LIKE $_);\nINSERT INTO new_$_ SELECT * FROM $_ LIMIT 200;\n"
	  . create_index($_, '', "new_${_}_i", "new_$_") . ";\nINSERT INTO new_$_ SELECT * FROM $_ LIMIT 50;\nCOMMIT;\n"
	  foreach @names;
	$primary->safe_psql('postgres', $sql);
	$primary->stop('immediate');
	$primary->start;
	my $wrong = join ' UNION ALL ', map { "SELECT '$_' WHERE vecext.verify_index('new_${_}_i') < (SELECT count(*) FROM new_$_)" } @names;
	is($primary->safe_psql('postgres', $wrong), '', 'indexes made without WAL are whole');
	return;
}

if (Test::More->builder->is_passing)
{
	is(join("\n", wait_for_standby(), map { check_answers($_, @names) } $primary, $standby), '', 'at last all tables are whole');
	sound_log($_, qr/inconsistent page|damaged/, qr/was terminated by signal 9/)
	  foreach $primary, $standby;
	my %first = map { method_of($_) => $_ } grep { count_of($_) } @names;
	check_prepared_checks((sort values %first)[0]);
	check_checks($_) foreach sort values %first;
	check_minimal();
}
# A killed process may have ended by itself, and a statement, too; but not most.
if ($kills >= 400)
{
	cmp_ok($count{during}{nothing} // 0, '<', $kills / 2, 'most kills came during a statement of the operation');
	is_deeply([ sort keys %{ $count{operation} } ], [ uniq(operations()) ], 'each operation had its turns');
	is_deeply([ sort keys %{ $count{way} } ], [ uniq(ways_to_kill()) ], 'servers and processes were killed in each way');
	cmp_ok($count{prepared}{'tables checked on the standby'} // 0, '>', 0, 'the standby was looked at beside prepared transactions');
}
note sprintf 'recall was up to %.3f below that of a new index', -$KillChecks::least_difference;
note $_ foreach counts();
$_->stop(Test::More->builder->is_passing ? 'fast' : 'immediate', fail_ok => 1) foreach $standby, $primary;
done_testing();
