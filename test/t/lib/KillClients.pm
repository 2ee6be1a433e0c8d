# Clients of test/t/030_kills.pl: psql sessions that get one statement after another, and a model of what these do to the
# tables. A statement that has returned holds; one that has not may hold or not, but as a whole.
package KillClients;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use IO::Handle;
use IO::Select;
use IPC::Open3;
use PostgreSQL::Test::Utils;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(start_client run_clients end_clients rows_of count_of in_flight apply);

# Rows by table, and their n; ids of a client are between two multiples of this.
my %rows;
our $ids_of_client = 1_000_000_000;

sub rows_of { return $rows{ $_[0] } //= {}; }
sub count_of { return scalar keys %{ rows_of($_[0]) }; }

# --- Sessions -------------------------------------------------------------------------------------

# A psql on a node, whose next statement is what $choose returns; that may be nothing for the moment. A statement is a hash:
# kind, table, sql, and effects on rows: id => n, or undef if the row is deleted; applied() is called when it holds. $client->{heard}
# gets all that it prints.
sub start_client
{
	my ($node, $name, $choose) = @_;
	my ($in, $out);
	my $errors = $node->basedir . "/client_$name.err";
	open my $err, '>', $errors or die "$errors: $!";
	my $pid = open3($in, $out, '>&' . fileno($err), 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'));
	close $err;
	$in->blocking(0);
	$out->blocking(0);
	my $client = { name => $name, node => $node, pid => $pid, in => $in, out => $out, to_write => '', read => '', choose => $choose,
		errors => $errors, done => 0 };
	send_to($client, "SELECT 'backend ' || pg_backend_pid();\n");
	return $client;
}

sub send_to
{
	my ($client, $text) = @_;
	$client->{to_write} .= $text;
	my $written = syswrite $client->{in}, $client->{to_write};
	substr($client->{to_write}, 0, $written) = '' if defined $written;
	return;
}

# The statements of these clients that have not returned.
sub in_flight { return grep { defined } map { $_->{statement} } @_; }

sub give_statement
{
	my ($client) = @_;
	my $statement = $client->{choose}->();
	return if !defined $statement;
	$client->{statement} = $statement;
	$statement->{begin} = time();
	send_to($client, "$statement->{sql};\n\\echo done\n");
	return;
}

# The statement has returned, or held all the same.
sub apply
{
	my ($statement) = @_;
	my $of_table = rows_of($statement->{table});
	while (my ($id, $n) = each %{ $statement->{effects} // {} })
	{
		if (defined $n) { $of_table->{$id} = $n; }
		else { delete $of_table->{$id}; }
	}
	$statement->{applied}->() if $statement->{applied};
	return;
}

sub hear
{
	my ($client, $line) = @_;
	$client->{backend} = $1 if $line =~ /^backend (\d+)$/;
	$client->{heard}->($line) if $client->{heard};
	return if $line ne 'done';
	my $statement = delete $client->{statement};
	$client->{done}++;
	$statement->{seconds} = time() - $statement->{begin};
	apply($statement);
	$statement->{returned}->($statement) if $statement->{returned};
	return;
}

sub listen_to
{
	my ($client) = @_;
	my $bytes = sysread $client->{out}, $client->{read}, 65536, length $client->{read};
	if (defined $bytes && $bytes == 0)
	{
		$client->{closed} = 1;
		close $client->{in} if defined fileno $client->{in};
		close $client->{out};
		waitpid $client->{pid}, 0;
	}
	hear($client, $1) while $client->{read} =~ s/^(.*)\n//;
	return;
}

# Has the clients at work until $is_over returns true, which is asked each 2 ms, or all have ended; each has something to do
# then, unless $gives is false. $is_over gets those that have something to say.
sub run_clients
{
	my ($clients, $is_over, $gives) = @_;
	local $SIG{PIPE} = 'IGNORE';
	while (my @open = grep { !$_->{closed} } @$clients)
	{
		if ($gives // 1)
		{
			give_statement($_) foreach grep { $_->{backend} && !$_->{statement} } @open;
		}
		my %by_handle = map { $_->{out} => $_ } @open;
		my @heard = IO::Select->new(map { $_->{out} } @open)->can_read(0.002);
		last if $is_over->(map { $by_handle{$_} } @heard);
		listen_to($by_handle{$_}) foreach @heard;
		send_to($_, '') foreach grep { !$_->{closed} && $_->{to_write} ne '' } @open;
	}
	return;
}

# Lets clients end, with what they are doing or because their server has gone; returns whether all have within some time.
sub end_clients
{
	my ($clients, $seconds) = @_;
	my $until = time() + $seconds;
	run_clients($clients, sub {
		# One that waits for input does not notice that the server has gone.
		close $_->{in} foreach grep { !$_->{closed} && $_->{to_write} eq '' && defined fileno $_->{in} } @$clients;
		return time() > $until;
	}, 0);
	return !grep { !$_->{closed} } @$clients;
}

1;
