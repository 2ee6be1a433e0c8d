# Checks of test/t/030_kills.pl: whether tables and indexes have the rows of the statements that returned, and answer.
package KillChecks;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use KillClients;
use KillTables;
use KillTwoPhase;
use List::Util qw(min);

our @EXPORT = qw(settle repair check_answers check_recall);

# What psql prints for a script, and its errors.
sub ask
{
	my ($node, $sql) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', $sql, timeout => 300);
	return (join("\n", grep { /ERROR|FATAL|PANIC|server closed/ } split /\n/, $err), split /\n/, $out);
}

# The same for scripts by name, in one session: lines by name, and what each line of \echo in it begins.
sub ask_parts
{
	my ($node, @scripts) = @_;
	my ($error, @lines) = ask($node, "\\set ON_ERROR_STOP\n" . join '', map { "\\echo part $_->[0]\n$_->[1]" } @scripts);
	my ($part, %parts) = ('');
	foreach my $line (@lines)
	{
		if ($line =~ /^part (\S+)$/) { $part = $1; $parts{$part} = []; }
		else { push @{ $parts{$part} }, $line; }
	}
	return ($error ne '' ? "after $part: $error" : '', \%parts);
}

my $by_table = "SET enable_seqscan = on; SET enable_sort = on; SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;\n"
  . "SET vecext.filter_strategy = off;\n";
my $by_index = "SET enable_seqscan = off; SET enable_sort = off; SET enable_indexscan = on; SET enable_bitmapscan = off; RESET vecext.filter_strategy;\n";

# What differs, in words.
sub difference
{
	my ($expected, $found) = @_;
	my @missing = sort { $a <=> $b } grep { !exists $found->{$_} } keys %$expected;
	my @added = sort { $a <=> $b } grep { !exists $expected->{$_} } keys %$found;
	my @changed = sort { $a <=> $b } grep { exists $found->{$_} && $found->{$_} ne $expected->{$_} } keys %$expected;
	my @parts;
	foreach my $part ([ 'missing', \@missing ], [ 'not to be there', \@added ], [ 'of another statement', \@changed ])
	{
		my ($what, $ids) = @$part;
		push @parts, @$ids . " rows $what (" . join(', ', map { "$_ => " . ($expected->{$_} // '-') . '/' . ($found->{$_} // '-') } @$ids[ 0 .. ($#$ids < 4 ? $#$ids : 4) ]) . ')' if @$ids;
	}
	return join '; ', @parts;
}

sub rows_script { return ("rows_$_[0]", "${by_table}SELECT id, n FROM $_[0];\n"); }

# After a kill, when it is known which transactions are prepared: the rows of a table are those of the statements that returned, and
# of each other statement all or none: then the model knows which. Returns what is wrong.
sub settle
{
	my ($node, $in_flight, @tables) = @_;
	my ($error, $parts) = ask_parts($node, map { [ rows_script($_) ] } @tables);
	return $error if $error ne '';
	my @statements = grep { !$_->{prepares} && !$_->{ends} } @$in_flight;
	return map { settle_table($_, { map { split /\|/ } @{ $parts->{"rows_$_"} } }, @statements) } @tables;
}

sub settle_table
{
	my ($table, $found, @in_flight) = @_;
	my $model = rows_of($table);
	my @problems;
	foreach my $statement (grep { $_->{table} eq $table && $_->{effects} } @in_flight)
	{
		my $effects = $statement->{effects};
		my @differ = grep { ($effects->{$_} // 'none') ne ($model->{$_} // 'none') } keys %$effects;
		my $held = grep { ($effects->{$_} // 'none') eq ($found->{$_} // 'none') } @differ;
		my $none = grep { ($model->{$_} // 'none') eq ($found->{$_} // 'none') } @differ;
		push @problems, "$statement->{kind}: of " . @differ . " rows, $held are as after it, $none as before" if $held != @differ && $none != @differ;
		apply($statement) if @differ && $held == @differ;
	}
	my $difference = difference($model, $found);
	push @problems, $difference if $difference ne '';
	return map { "$table: $_" } @problems;
}

# --- Indexes --------------------------------------------------------------------------------------

sub invalid_indexes
{
	my ($node, $table) = @_;
	my ($error, @lines) = ask($node, "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = '$table'::regclass AND NOT indisvalid");
	return @lines;
}

# Makes or completes indexes that a killed statement has left away or invalid. Returns errors.
sub repair
{
	my ($node, $table) = @_;
	my $sql = '';
	my @problems;
	foreach my $index (invalid_indexes($node, $table))
	{
		# An error is as good as an answer; a server that ends is neither.
		my ($error) = ask($node, "SELECT vecext.index_info('$index')");
		push @problems, "$index, which is invalid: $error" if $error =~ /PANIC|server closed/;
		$sql .= $index eq "${table}_i" && rand() < 0.5 ? "REINDEX INDEX $index;\n" : "DROP INDEX $index;\n" if $index eq "${table}_i" || rand() < 0.7;
	}
	if ($sql ne '')
	{
		my ($error) = ask($node, $sql);
		push @problems, $error if $error ne '';
	}
	my ($error) = ask($node, "SET client_min_messages = warning;\n" . create_index($table, 'IF NOT EXISTS'));
	push @problems, $error if $error ne '';
	return @problems;
}

sub answers_script
{
	my ($table) = @_;
	my $ordered = on_table($table, 'SELECT id FROM %t ORDER BY v %o %q');
	# A scan in order by an index of bm25 also hands out the rows that the index lacks; all texts have a word of this prefix.
	my $matches = method_of($table) ne 'bm25' ? '' : <<'SQL';
\echo part matches_%t
SELECT id FROM %t WHERE v @@@ vecext.bm25_query('own:*'::tsquery, '%i');
SQL
	return ("plan_$table", on_table($table, <<"SQL"));
${by_index}EXPLAIN (COSTS off) $ordered;
$matches\\echo part ordered_%t
$ordered;
\\echo part key_%t
SELECT id FROM %t WHERE k = %k(3) ORDER BY v %o %q;
\\echo part exact_%t
${by_table}SELECT id FROM %t WHERE k = %k(3);
\\echo part verified_%t
SELECT vecext.verify_index('%i');
SQL
}

# Whether tables have the rows of the model, verify_index is content, and scans in order, and by a key, hand out every row.
sub check_answers
{
	my ($node, @tables) = @_;
	my ($error, $parts) = ask_parts($node, map { ([ rows_script($_) ], [ answers_script($_) ]) } @tables);
	my @problems = map { my $table = $_; map { "$table: $_" } check_table($table, $parts) } grep { $parts->{"verified_$_"} } @tables;
	return map { 'on the ' . $node->name . ", $_" } grep { $_ ne '' } $error, @problems;
}

sub check_table
{
	my ($table, $parts) = @_;
	my %of = map { $_ => $parts->{"${_}_$table"} } qw(rows verified plan matches ordered key exact);
	my $model = rows_of($table);
	my @problems;
	my $verified = $of{verified}[0] // 'error';
	push @problems, "verify_index counts $verified rows of " . keys %$model if $verified ne 'error' && $verified < keys %$model;
	push @problems, "the plan is @{$of{plan}}" if !grep { /using ${table}_i/ } @{ $of{plan} };
	push @problems, difference($model, { map { split /\|/ } @{ $of{rows} } });
	foreach my $pair ((map { [ $_, [ keys %$model ] ] } $of{matches} ? 'matches' : (), 'ordered'), [ 'key', $of{exact} ])
	{
		my ($name, $ids) = @$pair;
		my @found = @{ $of{$name} };
		my %found = map { $_ => 1 } @found;
		my $difference = difference({ map { $_ => 1 } @$ids }, \%found);
		push @problems, "scan ($name): $difference" if $difference ne '';
		push @problems, "scan ($name): " . (@found - keys %found) . ' rows twice' if @found != keys %found;
	}
	return grep { $_ ne '' } @problems;
}

# --- Recall ---------------------------------------------------------------------------------------

my $queries = 40;
my $margin = 0.12;
our $least_difference = 0;    # of a recall, less that of a new index

sub recall_of
{
	my ($table, $name, $index) = @_;
	return $by_index . (method_of($table) eq 'bm25' ? "SELECT recall_of_words('$name', $queries);\n" : "SELECT vecext.recall('$index', 10, $queries);\n");
}

# Recall of the ten nearest rows against that of an index that is made now, of the same rows and options.
sub check_recall
{
	my ($node, @tables) = @_;
	@tables = grep { count_of($_) >= 50 } @tables;
	my ($error, $parts) = ask_parts($node, map {
		([ "begin_$_", "SET client_min_messages = warning;\nBEGIN;\nCREATE TABLE fresh AS TABLE $_;\n" . create_index($_, '', 'fresh_i', 'fresh') . ";\n" ],
			[ "now_$_", recall_of($_, $_, "${_}_i") ], [ "fresh_$_", recall_of($_, 'fresh', 'fresh_i') ], [ "end_$_", "ROLLBACK;\n" ])
	} @tables);
	return $error if $error ne '';
	my @problems;
	foreach my $table (@tables)
	{
		my ($now, $fresh) = map { $parts->{"${_}_$table"}[0] } qw(now fresh);
		push @problems, "$table: recall $now, of a new index $fresh" if $now < $fresh - $margin;
		$least_difference = min($least_difference, $now - $fresh);
	}
	return @problems;
}

1;
