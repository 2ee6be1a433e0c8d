# Prepared transactions of test/t/030_kills.pl: statements that prepare and end them, and which there are. What one has done is not
# there until it is committed, and no one else can change its rows.
package KillTwoPhase;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use KillClients;

our @EXPORT = qw(prepare_statement end_statement prepared_of prepared_on prepared_ids settle_prepared end_prepared);

my %prepared;    # by name: who prepared it, its table, and its effects once it is committed

# Their names: of a client, on a table.
sub prepared_of { my ($client) = @_; return grep { $prepared{$_}{client} == $client } sort keys %prepared; }
sub prepared_on { my ($table) = @_; return grep { $prepared{$_}{table} eq $table } sort keys %prepared; }

# Rows of a table that they have changed.
sub prepared_ids { return map { keys %{ $prepared{$_}{effects} } } prepared_on($_[0]); }

# $sql is a transaction without its end, $effects what it has done.
sub prepare_statement
{
	my ($client, $table, $name, $sql, $effects) = @_;
	return { kind => 'prepare', table => $table, sql => "$sql;\nPREPARE TRANSACTION '$name'", effects => {}, prepares => $name,
		applied => sub { $prepared{$name} = { client => $client, table => $table, effects => $effects }; } };
}

sub end_statement
{
	my ($name, $commits) = @_;
	my $sql = $commits ? 'COMMIT PREPARED' : 'ROLLBACK PREPARED';
	return { kind => lc $sql, table => $prepared{$name}{table}, sql => "$sql '$name'", ends => $name,
		effects => $commits ? $prepared{$name}{effects} : {}, applied => sub { delete $prepared{$name}; } };
}

# After a kill: those that are there are those whose PREPARE returned and whose end did not; where that of one has not returned,
# the server knows, and then the model. Returns what is wrong.
sub settle_prepared
{
	my ($node, $in_flight) = @_;
	my %found = map { $_ => 1 } split /\n/, $node->safe_psql('postgres', 'SELECT gid FROM pg_prepared_xacts');
	foreach my $statement (@$in_flight)
	{
		apply($statement) if $statement->{prepares} && $found{ $statement->{prepares} };
		apply($statement) if $statement->{ends} && !$found{ $statement->{ends} };
	}
	return ((map { "$prepared{$_}{table}: the prepared transaction $_ is lost" } grep { !$found{$_} } sort keys %prepared),
		map { "the prepared transaction $_ is not to be there" } grep { !$prepared{$_} } sort keys %found);
}

# Commits or rolls back all; which, by chance. Returns how many of each.
sub end_prepared
{
	my ($node) = @_;
	my %ended;
	foreach my $name (sort keys %prepared)
	{
		my $statement = end_statement($name, rand() < 0.5);
		$node->safe_psql('postgres', $statement->{sql});
		apply($statement);
		$ended{ $statement->{kind} }++;
	}
	return %ended;
}

1;
