# What the clients of test/t/030_kills.pl do: statements that write rows, and operations on a whole table or its index. Each
# client writes rows of its own ids, so that it is known which rows there are, whatever the others do.
package KillStatements;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use KillClients;
use KillTables;
use KillTwoPhase;
use List::Util qw(max min shuffle);

our @EXPORT = qw(read_copy_values writer operator searcher operations prepare_on end_of_wants);

my $most_rows = 5000;
my $statements = 0;     # so far; rows have the number of the one that wrote them as n
my %last_ids;           # by client
my %copy_values;        # by table: k and v, as COPY has them
my %wanted;             # tables that one client wants, or has, for itself
my %prepares;           # tables on which writers prepare transactions

# Which table, of those that no one wants for himself.
sub free_table { my @free = grep { !$wanted{$_} } @_; return $free[ rand @free ]; }

sub own_ids
{
	my ($client, $table, $count) = @_;
	my %locked = map { $_ => 1 } prepared_ids($table);
	my @own = grep { int($_ / $KillClients::ids_of_client) == $client && !$locked{$_} } keys %{ rows_of($table) };
	return @own > $count ? (shuffle @own)[ 0 .. $count - 1 ] : @own;
}

# So many ids that were never used; the first one.
sub new_ids
{
	my ($client, $count) = @_;
	$last_ids{$client} //= $client * $KillClients::ids_of_client + 1_000_000;
	my $first = $last_ids{$client} + 1;
	$last_ids{$client} += $count;
	return $first;
}

sub list { return "ANY ('{" . join(',', @_) . "}')"; }

# --- Statements on rows ---------------------------------------------------------------------------

# Each gets client, table and n, and returns SQL and its effects.
sub insert
{
	my ($client, $table, $n, $count) = @_;
	my $first = new_ids($client, $count);
	return ("INSERT INTO $table " . row_values($table, $first, $count, $n), map { $_ => $n } $first .. $first + $count - 1);
}

sub copy
{
	my ($client, $table, $n) = @_;
	my $count = 1 + int(rand(40));
	my $first = new_ids($client, $count);
	my $values = $copy_values{$table};
	my $lines = join '', map { "$_\t$n\t$values->[rand @$values]\n" } $first .. $first + $count - 1;
	return ("COPY $table FROM stdin;\n$lines\\.\nSELECT WHERE false", map { $_ => $n } $first .. $first + $count - 1);
}

sub update
{
	my ($client, $table, $n, $count) = @_;
	my @ids = own_ids($client, $table, $count);
	my $sets = rand() < 0.3 ? '' : on_table($table, ', v = %v((id % 1000)::int + 1)') . (rand() < 0.5 ? on_table($table, ', k = %k(id + n)') : '');
	return ("UPDATE $table SET n = $n$sets WHERE id = " . list(@ids), map { $_ => $n } @ids);
}

sub remove
{
	my ($client, $table, $n, $count) = @_;
	my @ids = own_ids($client, $table, $count);
	return ("DELETE FROM $table WHERE id = " . list(@ids), map { $_ => undef } @ids);
}

# A transaction of some statements, a part of it rolled back; without its end.
sub open_transaction
{
	my ($client, $table, $n) = @_;
	my ($delete, %effects) = remove($client, $table, $n, 5);
	my ($insert, %inserted) = insert($client, $table, $n, 8);
	my ($rolled_back) = insert($client, $table, $n, 7);
	my ($again, %again) = insert($client, $table, $n, 3);
	return ("BEGIN;\n$delete;\n$insert;\nSAVEPOINT s;\n$rolled_back;\nROLLBACK TO s;\n$again", %effects, %inserted, %again);
}

sub transaction { my ($sql, %effects) = open_transaction(@_); return ("$sql;\nCOMMIT", %effects); }

sub rolled_back
{
	my ($client, $table, $n) = @_;
	my ($delete) = remove($client, $table, $n, 5);
	my ($insert) = insert($client, $table, $n, 15);
	return "BEGIN;\n$delete;\n$insert;\nROLLBACK";
}

my %writes = (
	'insert' => sub { insert(@_, 1) },
	'insert of rows' => sub { insert(@_, 5 + int(rand(40))) },
	'copy' => \&copy,
	'update' => sub { update(@_, 1 + int(rand(20))) },
	'delete' => sub { remove(@_, 1 + int(rand(count_of($_[1]) > $most_rows / 2 ? 200 : 30))) },
	'transaction' => \&transaction,
	'rollback' => \&rolled_back);
my @kinds_of_writes = sort keys %writes;

# A statement of this kind.
sub write_statement
{
	my ($kind, $client, $table, @more) = @_;
	my ($sql, %effects) = ($writes{$kind} // $more[0])->($client, $table, ++$statements);
	return { kind => $kind, table => $table, sql => $sql, effects => \%effects };
}

# Prepares a transaction, or ends one that this client has prepared on the table.
sub two_phase_statement
{
	my ($client, $table) = @_;
	my %on_table = map { $_ => 1 } prepared_on($table);
	my @own = grep { $on_table{$_} } prepared_of($client);
	return end_statement($own[ rand @own ], rand() < 0.6) if @own && rand() < @own / 3;
	my ($sql, %effects) = open_transaction($client, $table, ++$statements);
	return prepare_statement($client, $table, "$client.$statements", $sql, \%effects);
}

# --- Operations -----------------------------------------------------------------------------------

# By name: SQL, or what makes a statement of client and table; statements that come first.
my %operations = (
	'build' => [ sub { create_index($_[1], '') }, 'DROP INDEX IF EXISTS %i' ],
	'build concurrently' => [ sub { create_index($_[1], 'CONCURRENTLY') }, 'DROP INDEX IF EXISTS %i' ],
	'reindex' => ['REINDEX INDEX %i'],
	'reindex concurrently' => ['REINDEX INDEX CONCURRENTLY %i'],
	'merge' => [q{SELECT FROM vecext.merge('%i')}],
	'vacuum' => ['VACUUM %t'],
	'vacuum full' => ['VACUUM FULL %t'],
	'checkpoint' => ['CHECKPOINT'],
	'truncate' => ['TRUNCATE %t'],
	'bulk insert' => [ sub { insert(@_, ++$statements, 2100 + int(rand(900))) } ],
	'two phases' => [],
	'bulk delete' => [ sub { remove(@_, ++$statements, 300 + int(rand(1500))) } ],
	map { my $kind = $_; $kind => [ sub { $writes{$kind}->(@_, ++$statements) } ] } @kinds_of_writes);

# Operations that wait for each transaction that has changed the table.
my $waits = qr/build|reindex|vacuum full|truncate/;

# Their names; those that change the index itself are there more often.
sub operations
{
	return sort(keys %operations, ('two phases') x 2, 'build', 'build concurrently', 'reindex concurrently', 'merge', 'merge', 'vacuum', 'vacuum',
		'bulk insert');
}

sub operation_statement
{
	my ($kind, $client, $table, $sql) = @_;
	return two_phase_statement($client, $table) if $kind eq 'two phases';
	my ($text, %effects) = ref $sql ? $sql->($client, $table) : $sql;
	%effects = map { $_ => undef } keys %{ rows_of($table) } if $kind eq 'truncate';
	return { kind => $kind, table => $table, sql => on_table($table, $text), effects => \%effects };
}

# --- Clients --------------------------------------------------------------------------------------

sub read_copy_values
{
	my ($node) = @_;
	foreach my $table (table_list())
	{
		$copy_values{$table} =
		  [ split /\n/, $node->safe_psql('postgres', on_table($table, 'COPY (SELECT %k(i), %v(i) FROM generate_series(1, 60) i) TO stdout')) ];
	}
	return;
}

# From now on writers prepare transactions on tables where the operation, which is on the first one, does not wait for them.
sub prepare_on
{
	my ($operation, $table, @others) = @_;
	%prepares = map { $_ => 1 } @others, $operation =~ $waits ? () : $table;
	return;
}

# Writes rows of some tables.
sub writer
{
	my ($client, @tables) = @_;
	return sub {
		my @in_the_way = grep { my $name = $_; grep { $wanted{$_} && grep { $_ eq $name } prepared_on($_) } @tables } prepared_of($client);
		return end_statement($in_the_way[0], rand() < 0.5) if @in_the_way;
		my $table = free_table(@tables);
		return if !defined $table;
		return two_phase_statement($client, $table) if $prepares{$table} && rand() < 0.3;
		return write_statement($kinds_of_writes[ rand @kinds_of_writes ], $client, $table);
	};
}

# Does one operation on a table over and over, once $is_ready is true; before, it writes. $others are the clients that it waits for
# if it must be alone. $wanted{table} is true then.
sub operator
{
	my ($client, $table, $kind, $is_ready, $others) = @_;
	my @queue;
	my $before = writer($client, $table);
	return sub {
		return $before->() if !$is_ready->();
		if (!@queue)
		{
			my ($sql, @first) = @{ $operations{$kind} };
			@queue = ((map { [ 'drop index', $_ ] } @first), [ $kind, $sql ]);
			unshift @queue, [ 'bulk insert', $operations{'bulk insert'}[0] ] if $kind ne 'bulk insert' && count_of($table) < 300;
			unshift @queue, [ 'truncate', $operations{truncate}[0] ] if $kind ne 'truncate' && count_of($table) > $most_rows;
		}
		if ($queue[0][0] eq 'truncate')
		{
			$wanted{$table} = 1;
			my ($own) = prepared_of($client);
			return end_statement($own, 1) if $own;
			return if prepared_on($table) || grep { $_->{table} eq $table && exists $_->{effects} } in_flight(@$others);
		}
		my ($now, $sql) = @{ shift @queue };
		my $statement = operation_statement($now, $client, $table, $sql);
		$statement->{operation} = $now;
		$statement->{returned} = sub { delete $wanted{$table} };
		return $statement;
	};
}

# Searches and counts; parallel workers help to count.
sub searcher
{
	my (@tables) = @_;
	return sub {
		my $table = $tables[ rand @tables ];
		my @statements = (
			'SELECT FROM (SELECT id FROM %t ORDER BY v %o %q LIMIT 10) s',
			'SELECT FROM (SELECT id FROM %t WHERE k = %k(1) ORDER BY v %o %q LIMIT 10) s',
			'SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SELECT FROM (SELECT sum(a.n + b.n) FROM %t a, (SELECT n FROM %t LIMIT 300) b) s');
		return { kind => 'search', table => $table, sql => on_table($table, $statements[ rand @statements ]) };
	};
}

# The clients are gone, and with them who wanted a table for itself.
sub end_of_wants { %wanted = %prepares = (); return; }

1;
