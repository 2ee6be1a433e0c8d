# What scans of every index method give, beside transactions that insert, change, delete, lock, roll back to savepoints, commit or
# abort, and beside VACUUM, merge and REINDEX: rows and order are those that a sequential scan has in the same snapshot, at every
# isolation level. SERIALIZABLE transactions that read what the other writes do not both commit, by whatever scan, and though it
# returns nothing. For longer runs (VISIBILITY_SEED chooses other transactions, VISIBILITY_CLIENTS how many sessions of each kind,
# VISIBILITY_COUNT_ALL has SERIALIZABLE transactions count rows in tables whose indexes are rebuilt, too):
#   script/long visibility=600
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use POSIX ();
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);
use VisibilityTables;

my $seconds = $ENV{VISIBILITY_SECONDS} || 10;
my $seed = $ENV{VISIBILITY_SEED} // 1;
my $clients_of_each = $ENV{VISIBILITY_CLIENTS} || 1;
my $rows = 300;
my %tables = %VisibilityTables::tables;
my @tables = @VisibilityTables::tables;
sub pick { return int(rand($_[0])); }
sub one_of { return $_[ pick(scalar @_) ]; }

my $node = new_node('node', <<'CONF');
max_parallel_workers_per_gather = 0
max_connections = 60
deadlock_timeout = '100ms'
client_min_messages = warning
CONF
srand($seed);
$node->safe_psql('postgres', 'SELECT setseed(' . (rand(2) - 1) . ");\n" . VisibilityTables::schema($rows));

# --- Write skew -----------------------------------------------------------------------------------

# Reads by an index scan that finds none of the rows that the other session inserts, or no row at all. The plan must match.
my %reads = (
	'ordered scan' => [ 'auto', 'SELECT id, 0 AS d FROM %t t WHERE true ORDER BY %d LIMIT 2', 'Index Scan using %t_v' ],
	'key or set, auto' => [ 'auto', 'SELECT id, 0 AS d FROM %t t WHERE kind = 50 ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ],
	'row set, inline' => [ 'inline', 'SELECT id, 0 AS d FROM %t t WHERE tags @> \'{50}\' ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ],
	'row set, postfilter' => [ 'postfilter', 'SELECT id, 0 AS d FROM %t t WHERE tags @> \'{50}\' ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ],
	'row set, exact' => [ 'exact', 'SELECT id, 0 AS d FROM %t t WHERE tags @> \'{50}\' ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ],
	'two sets' => [ 'auto', 'SELECT id, 0 AS d FROM %t t WHERE kind = 50 AND tags @> \'{50}\' ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ],
	'semi-join' => [ 'auto', 'SELECT id, 0 AS d FROM %t t WHERE kind IN (SELECT w.kind + 45 FROM wanted w WHERE w.w > 2) ORDER BY %d LIMIT 2', '%t_v' ],
	'no index' => [ 'auto', 'SELECT id, 0 AS d FROM %t t WHERE id % 1000000 = 999999 ORDER BY %d LIMIT 2', 'FilteredVectorScan|%t_v' ]);

my $first = $node->background_psql('postgres', on_error_stop => 0);
my $second = $node->background_psql('postgres', on_error_stop => 0);
$_->query('\set VERBOSITY sqlstate') foreach $first, $second;

# What psql said to standard error.
sub errors_of
{
	my ($session) = @_;
	my $errors = $session->{stderr};
	$session->{stderr} = '';
	return join ' ', $errors =~ /ERROR:  (\w+)/g;
}

# Both sessions read, then insert a row that the other would have read, then commit. Returns their errors.
sub skew
{
	my ($level, $name, $read) = @_;
	my ($strategy, $query) = @{ $reads{$read} };
	my $distance = VisibilityTables::distance($name);
	$query =~ s/%t/$name/g;
	$query =~ s/%d/$distance/g;
	my $literal = "'" . ($query =~ s/'/''/gr) . "'";
	$_->query("BEGIN ISOLATION LEVEL $level; SET LOCAL vecext.filter_strategy = $strategy; SELECT cardinality((by_index($literal)).ids)")
	  foreach $first, $second;
	my $id = 1_999_999;
	$_->query("INSERT INTO $name SELECT " . ($id += 1_000_000) . ", 50, '{50}', v FROM $name ORDER BY id LIMIT 1") foreach $first, $second;
	$_->query('COMMIT') foreach $first, $second;
	my $errors = join ',', errors_of($first), errors_of($second);
	$_->query("DELETE FROM $name WHERE id >= 1999999") foreach $first;
	return $errors;
}

my (@not_caught, @other_plans);
foreach my $name (@tables)
{
	foreach my $read (sort keys %reads)
	{
		my ($strategy, $query, $plan) = map { s/%t/$name/gr } @{ $reads{$read} };
		$query =~ s/%d/VisibilityTables::distance($name)/e;
		my $explained = $node->safe_psql('postgres',
			"SET enable_seqscan = off; SET enable_sort = off; SET vecext.filter_strategy = $strategy; EXPLAIN (COSTS OFF) $query");
		push @other_plans, "$name, $read: $explained" if $explained !~ /$plan/;
		my $errors = skew('SERIALIZABLE', $name, $read);
		push @not_caught, "$name, $read: $errors" if $errors !~ /^(40001( 25P02)?,|,40001( 25P02)?)$/;
	}
}
is("@other_plans", '', 'reads are index scans');
is("@not_caught", '', 'one of two SERIALIZABLE transactions that read what the other writes gets 40001');
is(skew('REPEATABLE READ', 'graph', 'ordered scan'), ',', 'at REPEATABLE READ both commit');
$_->quit foreach $first, $second;

# --- Clients --------------------------------------------------------------------------------------

# Changes of rows whose kind is below 100. Some of them find the rows by an index of a method.
sub change
{
	my ($name) = @_;
	my $value = $tables{$name}{value};
	my $some = "(SELECT id FROM $name WHERE kind < 100 AND id % 7 = " . pick(7) . ' LIMIT ' . (1 + pick(6)) . ')';
	my $near = "(SELECT id FROM $name WHERE kind = " . pick(10) . ' ORDER BY ' . VisibilityTables::distance($name) . ' LIMIT ' . (1 + pick(4)) . ')';
	my $found = one_of($some, $near);
	return one_of(
		"INSERT INTO $name SELECT nextval('ids'), i % 10, ARRAY[i % 7, i % 3], $value FROM generate_series(" . pick(10) . ', ' . (9 + pick(5)) . ") i;\n",
		"INSERT INTO $name SELECT nextval('ids'), " . pick(10) . ", '{1,2}', $value;\n",
		"UPDATE $name SET v = $value WHERE id IN $found;\n",
		"UPDATE $name SET kind = (kind + 1) % 10 WHERE id IN $found;\n",
		"UPDATE $name SET tags = ARRAY[" . pick(7) . "] WHERE id IN $some;\n",
		"DELETE FROM $name WHERE id IN $found;\n",
		"DELETE FROM $name WHERE id IN (SELECT id FROM $name WHERE kind < 100 ORDER BY id LIMIT " . (1 + pick(15)) . ");\n");
}

sub statements
{
	my ($name, $most) = @_;
	return join '', map { pick(2) ? VisibilityTables::look($name) : change($name) } 0 .. pick($most);
}

# A savepoint, released or rolled back to; statements; a cursor that stays open during others; locks of rows.
sub part
{
	my ($name) = @_;
	my $kind = pick(6);
	if ($kind == 0)
	{
		return "SAVEPOINT s;\n" . statements($name, 3) . one_of("RELEASE s;\n", "ROLLBACK TO s;\n") . VisibilityTables::look($name);
	}
	if ($kind == 1)
	{
		my $query = "SELECT id FROM $name t WHERE " . VisibilityTables::condition($name);
		my $ordered = VisibilityTables::literal("$query ORDER BY " . VisibilityTables::distance($name));
		my $all = VisibilityTables::literal($query);
		return "SELECT open_index('by_index', $ordered), open_table('by_table', $all);\n"
		  . "SELECT fetch_rows('by_index', " . pick(30) . "), fetch_rows('by_table', " . pick(30) . ");\n" . statements($name, 3)
		  . "SELECT fetch_rows('by_index', " . pick(90) . ") IS NULL;\n" . "SELECT pg_sleep(" . rand(0.05) . ");\n"
		  . "SELECT compare_cursors('$name', 'by_index', 'by_table');\nCLOSE ALL;\n";
	}
	if ($kind == 2)
	{
		return "SELECT lock_rows('$name', " . VisibilityTables::literal(VisibilityTables::distance($name)) . ', ' . pick(10) . ', '
		  . one_of("''", "'SKIP LOCKED'") . ");\n";
	}
	return statements($name, 3);
}

sub transaction
{
	my ($level) = @_;
	my $name = one_of(@tables);
	return "BEGIN ISOLATION LEVEL $level;\n" . join('', map { part($name) } 0 .. pick(3)) . one_of('COMMIT', 'COMMIT', 'COMMIT', 'ROLLBACK') . ";\n";
}

# Indexes of every second table are rebuilt beside transactions; in the other tables SERIALIZABLE transactions count rows. Where
# REINDEX CONCURRENTLY replaces an index that they read, the server may lose a conflict (docs/experiments/serializable-reindex.md).
my @rebuilt = map { $tables[ 2 * $_ + $seed % 2 ] } 0 .. $#tables / 2;
my @counted = $ENV{VISIBILITY_COUNT_ALL} ? @tables : map { $tables[ 2 * $_ + 1 - $seed % 2 ] } 0 .. $#tables / 2;

sub reserve
{
	my $name = one_of(@counted);
	my $level = $ENV{VISIBILITY_RESERVE} || 'SERIALIZABLE'; # to see that the test fails at another one
	return "BEGIN ISOLATION LEVEL $level;\nSET LOCAL vecext.filter_strategy = " . one_of(qw(auto inline postfilter exact)) . ";\n"
	  . "SELECT reserve('$name', " . VisibilityTables::literal(VisibilityTables::distance($name)) . ', ' . (100 + pick(2)) . ");\nCOMMIT;\n";
}

sub maintenance
{
	my $name = one_of(@tables);
	my $rebuilt = one_of(@rebuilt);
	return one_of("VACUUM $name", "VACUUM $name", "VACUUM ANALYZE $name", "SELECT vecext.merge('${name}_v')", "SELECT vecext.merge('${name}_v')",
		"REINDEX INDEX CONCURRENTLY ${rebuilt}_v", "REINDEX INDEX CONCURRENTLY ${rebuilt}_tags", "REINDEX INDEX ${name}_v",
		"SELECT vecext.verify_index('${name}_v') >= 0") . ";\n\\echo maintained\n";
}

my @clients = (
	sub { transaction('READ COMMITTED') }, sub { transaction('REPEATABLE READ') }, sub { transaction('SERIALIZABLE') },
	\&reserve, \&reserve, \&maintenance);

# Runs a client until file $end is there, in a process of its own. Its output goes to files of the given stem.
sub start_client
{
	my ($number, $stem, $end) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	srand($seed * 1000 + $number);
	my $make = $clients[ $number % @clients ];
	while (!-e $end)
	{
		open my $script, '>', "$stem.sql" or POSIX::_exit(2);
		print $script "\\set SHOW_CONTEXT never\nSELECT setseed(" . (rand(2) - 1) . ");\n", map { $make->() } 1 .. 10;
		close $script;
		system("exec psql -XAtq -f '$stem.sql' '" . $node->connstr('postgres') =~ s/'/'\\''/gr . "' >>'$stem.out' 2>>'$stem.err'") == 0
		  or POSIX::_exit(1);
	}
	POSIX::_exit(0);
}

# What clients say that they have done.
my @done = qw(looked cursor locked reserved maintained);

# How often they have said so, by what.
sub count_done
{
	my %count = map { $_ => 0 } @done, 'late';
	foreach my $file (@_)
	{
		foreach my $line (-e $file ? split /\n/, slurp_file($file) : ())
		{
			$count{$line}++ if exists $count{$line};
		}
	}
	return %count;
}

sub least_scanned { return $node->safe_psql('postgres', "SELECT min(idx_scan) FROM pg_stat_user_indexes WHERE indexrelname ~ '_v\$'"); }

my $stem = $node->basedir . '/client_';
my @pids = map { start_client($_, "$stem$_", "${stem}end") } 0 .. $clients_of_each * @clients - 1;
my $end = time + $seconds;
while (time < $end)
{
	sleep($end - time > 60 ? 60 : $end - time > 0 ? $end - time : 0);
	note sprintf '%d s left', $end - time if $seconds > 60;
}
# A slow machine has five minutes more.
$end = time + 300;
my @files = map { "$stem$_.out" } 0 .. $#pids;
while (time < $end)
{
	my %count = count_done(@files);
	last if !grep({ !$_ } @count{@done}) && least_scanned() > 10;
	sleep 1;
}
append_to_file("${stem}end", '');
my $lost = 0;
foreach my $pid (@pids)
{
	waitpid $pid, 0;
	$lost++ if $? != 0;
}

my %done = count_done(@files);
my (%expected, @problems);
foreach my $number (0 .. $#pids)
{
	foreach my $line (split /\n/, slurp_file("$stem$number.err"))
	{
		# A transaction that has failed before its savepoint lacks that, too.
		if ($line =~ /ERROR:  (could not serialize access|deadlock detected|current transaction is aborted|savepoint "s" does not exist)/)
		{
			$expected{$1}++;
		}
		elsif ($line =~ /(WARNING|ERROR|FATAL|PANIC):/)
		{
			push @problems, $line;
		}
	}
}
is($lost, 0, 'no session is lost');
is(scalar @problems, 0, 'no answer is wrong, no error but those of transactions that conflict') or diag join "\n", @problems[ 0 .. ($#problems > 20 ? 20 : $#problems) ];
note join ', ', map { "$_ $done{$_}" } sort keys %done;
note join ', ', map { "$_ $expected{$_}" } sort keys %expected;
cmp_ok($done{$_}, '>', 0, "there was work: $_") foreach @done;
cmp_ok($done{late}, '<=', 1 + $done{looked} / 1000, 'hardly any answer has a late row');
is($node->safe_psql('postgres', join ' UNION ALL ', map { "SELECT '$_', kind, count(*) FROM $_ WHERE kind >= 100 GROUP BY kind HAVING count(*) > 3" } @tables),
	'', 'SERIALIZABLE transactions kept to three rows of a kind');
cmp_ok(least_scanned(), '>', 10, 'every index was scanned');

# At rest: what is in the indexes, and what they give.
foreach my $name (@tables)
{
	my ($rc, $out, $err) = $node->psql('postgres', "SELECT vecext.verify_index('${name}_v') >= (SELECT count(*) FROM $name);\nBEGIN;\n"
		  . join('', map { VisibilityTables::look($name) } 1 .. 20));
	is($err, '', "$name is sound and complete in the end");
	like($out, qr/^t\n/, "$name: its index has every row");
}
sound_log($node);

$node->stop;
done_testing();
