# Holds a session at each moment between the records of a change, for each index method, while another one searches by all kinds of
# scans, inserts, updates and deletes; compares its answers with those of sequential scans of the same snapshot. Then the session
# goes on, or is cancelled, or the index is rebuilt meanwhile, and all is compared again. INJECTION_SEED chooses other statements.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/../t/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use VisibilityTables;

my $seed = $ENV{INJECTION_SEED} // 1;
srand($seed);
my %tables = %VisibilityTables::tables;

my $node = new_node('node', "max_parallel_workers_per_gather = 0\nclient_min_messages = warning");
$node->safe_psql('postgres', "CREATE EXTENSION injection_points;\n" . VisibilityTables::schema(300));

# --- Moments --------------------------------------------------------------------------------------

# Moment: for tables, statements that prepare, and one that comes to the moment.
my $grow = "INSERT INTO %t SELECT nextval('ids'), i % 10, ARRAY[i % 7, i % 3], %v FROM generate_series(1, 400) i";
my $roll_back = "BEGIN; INSERT INTO %t SELECT nextval('ids'), i % 10, ARRAY[i % 7, i % 3], %v FROM generate_series(1, 12000) i; ROLLBACK";
my $split = "INSERT INTO %t SELECT nextval('ids'), i % 10, ARRAY[i % 7, i % 3], %v FROM generate_series(1, 4000) i";
my $merge = "SELECT vecext.merge('%t_v')";
my $delete = 'DELETE FROM %t WHERE kind < 100 AND id % 3 = 0';
my $shrink = "$split; DELETE FROM %t WHERE kind < 100 AND id % 12 <> 0";
my @of_lists = qw(pq flat);
my @of_graphs = qw(graph graph_l1);
my @of_postings = qw(words weights);
my @all = (@of_lists, @of_graphs, @of_postings);
my @moments = (
	[ 'vecext-keys-split', [qw(pq graph words)], '', $split ],
	[ 'vecext-parts-written', ['words'], '',
		"INSERT INTO words SELECT nextval('ids'), 3, '{1,2}', string_agg('w' || i % 60 || '_' || i, ' ') FROM generate_series(1, 1500) i" ],
	[ 'vecext-pending-closed', [ @of_graphs, @of_postings ], $grow, $merge ],
	[ 'vecext-before-switch', [ @of_graphs, @of_postings ], $grow, $merge ],
	[ 'vecext-after-switch', [ @of_graphs, @of_postings ], $grow, $merge ],
	[ 'vecext-before-switch', \@of_lists, $shrink, 'VACUUM %t' ],
	[ 'vecext-after-switch', \@of_lists, $shrink, 'VACUUM %t' ],
	[ 'vecext-between-passes', \@all, $delete, 'VACUUM %t' ],
	[ 'vecext-page-freed', [ @of_graphs, @of_postings ], $grow, $merge ],
	[ 'vecext-page-freed', \@of_lists, $shrink, 'VACUUM %t' ],
	[ 'vecext-model-current', \@all, $grow, "SELECT look('%t', %d, 'true', 30, false)" ],
	[ 'vecext-model-current', \@all, $grow, "SET vecext.filter_strategy = inline; SELECT look('%t', %d, 'kind = 3', 3, false)" ],
	[ 'vecext-model-current', \@all, $grow, "SET vecext.filter_strategy = postfilter; SELECT look('%t', %d, 'kind = 3', 3, false)" ],
	[ 'vecext-model-current', \@of_graphs, $roll_back, "SELECT look('%t', %d, 'true', 29, false)" ],
	[ 'vecext-model-current', \@of_lists, '', "INSERT INTO %t VALUES (nextval('ids'), 1, '{1}', %v)" ]);

sub on_table
{
	my ($sql, $name) = @_;
	$sql =~ s/%t/$name/g;
	$sql =~ s/%v/$tables{$name}{value}/g;
	$sql =~ s/%d/VisibilityTables::literal(VisibilityTables::distance($name))/e;
	return $sql;
}

# Waits until the condition on pg_stat_activity is true of the session.
sub wait_for
{
	my ($pid, $condition) = @_;
	return $node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $pid AND $condition");
}

# What other sessions do meanwhile: their answers are compared. Returns warnings and errors.
sub work
{
	my ($name, $what) = @_;
	my $some = "(SELECT id FROM $name WHERE kind < 100 ORDER BY id DESC LIMIT 3)";
	# A text of several pages would wait for a change of segments.
	my $changes = ($name eq 'words' ? sub { on_table($_[0] =~ s/%v/some_words()/gr, $name) } : sub { on_table($_[0], $name) })->("INSERT INTO %t SELECT nextval('ids'), i, ARRAY[i], %v FROM generate_series(0, 9) i;\n"
		  . "UPDATE %t SET v = %v WHERE id IN $some;\nUPDATE %t SET kind = 4 WHERE id IN $some;\nDELETE FROM %t WHERE id IN $some;\n");
	my ($rc, $out, $err) = $node->psql('postgres',
		"SET lock_timeout = '20s';\nSELECT setseed(" . (rand(2) - 1) . ");\nBEGIN;\n" . looks($name, 5) . $changes . looks($name, 4) . "COMMIT;\nBEGIN;\n" . looks($name, 6) . "COMMIT;\n");
	return $err eq '' ? () : "$what, $name: $err";
}

sub looks { return join '', map { VisibilityTables::look($_[0]) } 1 .. $_[1]; }

# --- Each moment ----------------------------------------------------------------------------------

# How the session ends; each kind of statement in turn. Beside a search or a merge REINDEX CONCURRENTLY has the new index ready, and waits.
sub ends_of { return ('goes on', 'is cancelled', $_[0] =~ /VACUUM|INSERT/ ? () : 'goes on after a rebuild'); }
my %turns;
my %reached;    # by moment, table and statement
my @problems;
foreach my $moment (@moments)
{
	my ($point, $names, $before, $statement) = @$moment;
	foreach my $name (@$names)
	{
		my @ends = ends_of($statement);
		my $end = $ends[ $turns{ scalar @ends }++ % @ends ];
		my $what = on_table("$point in $statement, which $end", $name);
		$what =~ s/\s+/ /g;
		$node->safe_psql('postgres', on_table($before, $name)) if $before ne '';
		my $held = $node->background_psql('postgres', on_error_stop => 0);
		my $pid = $held->query("\\set VERBOSITY verbose\nSELECT pg_backend_pid()");
		$held->query("SELECT injection_points_set_local(); SELECT injection_points_attach('$point', 'wait');");
		$held->query_until(qr/begun/, "\\echo begun\n" . on_table($statement, $name) . ";\n");
		wait_for($pid, "(wait_event = '$point' OR state = 'idle')") or push @problems, "$what: is not held, and does not end";
		my $is_held = $node->safe_psql('postgres', "SELECT wait_event = '$point' FROM pg_stat_activity WHERE pid = $pid") eq 't';
		$reached{"$point $name: $statement"} += $is_held;
		push @problems, work($name, "$what: meanwhile");
		# A search or an insert holds no lock that others wait for but the rows' own.
		push @problems, map { $_ ne '' ? "$what: $_" : () } ($node->psql('postgres', "SELECT vecext.merge('${name}_v'); VACUUM $name;"))[2]
		  if $point eq 'vecext-model-current';
		my $rebuild;
		if ($end eq 'goes on after a rebuild')
		{
			$rebuild = $node->background_psql('postgres', on_error_stop => 0);
			my $rebuilder = $rebuild->query('SELECT pg_backend_pid()');
			$rebuild->query_until(qr/begun/, "\\echo begun\nREINDEX INDEX CONCURRENTLY ${name}_v;\n");
			# Where the change holds nothing that it waits for, it may be through.
			wait_for($rebuilder, "query LIKE 'REINDEX%' AND (wait_event_type = 'Lock' OR state = 'idle')") or push @problems, "$what: the rebuild does not wait";
		}
		$node->safe_psql('postgres', "SELECT pg_cancel_backend($pid)") if $end eq 'is cancelled';
		$node->psql('postgres', "SELECT injection_points_detach('$point')");
		$node->psql('postgres', "SELECT injection_points_wakeup('$point')") if $end ne 'is cancelled';
		$held->query('SELECT 1');
		my $errors = $held->{stderr};
		push @problems, "$what: $errors" if $errors =~ /WARNING|PANIC|FATAL/ || ($errors =~ /ERROR/ && $end ne 'is cancelled');
		push @problems, "$what: no error" if $is_held && $end eq 'is cancelled' && $errors !~ /ERROR:  57014/;
		$held->quit;
		if (defined $rebuild)
		{
			$rebuild->query('SELECT 1');
			push @problems, "$what: $rebuild->{stderr}" if $rebuild->{stderr} =~ /ERROR|WARNING/;
			$rebuild->quit;
		}
		push @problems, work($name, "$what: afterwards");
		# Where only few pages of the table have dead rows, VACUUM would leave the index alone.
		my ($rc, $out, $err) = $node->psql('postgres',
			"SELECT vecext.verify_index('${name}_v') >= (SELECT count(*) FROM $name);\nVACUUM (INDEX_CLEANUP on) $name;\n"
			  . "SELECT vecext.verify_index('${name}_v') = (SELECT count(*) FROM $name)");
		push @problems, "$what: $out $err" if $out ne "t\nt" || $err ne '';
		# Small again.
		$node->safe_psql('postgres', "DELETE FROM $name WHERE id IN (SELECT id FROM $name ORDER BY id DESC OFFSET 300); VACUUM $name");
	}
}
is(scalar @problems, 0, 'no answer is wrong, and every index is sound') or diag join "\n", @problems[ 0 .. ($#problems > 20 ? 20 : $#problems) ];
note "$_: $reached{$_}" foreach sort keys %reached;
my %points = map { $_->[0] => 1 } @moments;
foreach my $point (sort keys %points)
{
	is(join("\n", grep { /^$point / && !$reached{$_} } sort keys %reached), '', "$point was reached in every table by each statement");
}
sound_log($node);
$node->stop;
done_testing();
