# Random statements over all functions, operators, casts, classes and settings of the extension, with values at the edges
# of their types: each ends with an answer or with an error that says whose fault it is, in time and without much memory.
# For longer runs:
#   HOSTILE_SEED=7 HOSTILE_STATEMENTS=1000000 make installcheck REGRESS= PROVE_TESTS=test/t/035_hostile_statements.pl PROVE_FLAGS=-v
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use HostileStatements;
use IPC::Run ();
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{HOSTILE_SEED} // 1;
my $statements = $ENV{HOSTILE_STATEMENTS} // 8_000;
# In one database, from its template on.
my $batch = 2_000;
my $timeout = $ENV{HOSTILE_TIMEOUT} // '60s';
my $most_memory_kb = 1_500_000;

# Errors of class XX that are no fault of ours, by what the log has of them.
my @known = (
	# Of a configuration by a number that is none's: as to_tsvector() has it.
	qr/cache lookup failed for text search configuration \d+ \[lookup_ts_config_cache/,
	# Of an aggregate's state that is none: as int4_avg_accum() has it, and pgvector.
	qr/expected state array \[view_state/);

my $node = new_node('node', <<"CONF");
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
statement_timeout = '$timeout'
lock_timeout = '100ms'
temp_file_limit = '500MB'
restart_after_crash = off
log_min_messages = fatal
log_min_error_statement = panic
CONF
my ($version) = $node->safe_psql('postgres', 'SHOW server_version_num');
$node->safe_psql('postgres', 'CREATE ROLE regress_plain; CREATE DATABASE fixture');
$node->safe_psql('fixture', $HostileStatements::fixture);
my $generator = HostileStatements->new(split /\n/, $node->safe_psql('fixture', $HostileStatements::census));
cmp_ok(scalar @{ $generator->{function} }, '>', 300, 'the catalog has functions');
cmp_ok(scalar @{ $generator->{$_} }, '>', 9, "and entries of kind $_") foreach qw(operator cast class setting);

# Runs the lines in a session, as a superuser or not. Returns errors as a list of [line, SQLSTATE, text with its place].
sub run_lines
{
	my ($role, @lines) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/hostile.sql";
	open my $out, '>:encoding(UTF-8)', $file or die "$file: $!";
	print $out "\\set VERBOSITY verbose\nSET client_min_messages = error;\nSET ROLE $role;\n";
	print $out "$_;\n" foreach @lines;
	print $out "RESET ROLE;\nROLLBACK;\n\\o\nSELECT 'memory ' || substring(pg_read_file('/proc/self/status') FROM 'VmHWM:\\s+(\\d+)');\n";
	close $out;
	my ($answer, $errors) = ('', '');
	my $result = "$PostgreSQL::Test::Utils::tmp_check/hostile.errors";
	IPC::Run::run([ 'psql', '-XAtq', '-o', '/dev/null', '-d', $node->connstr('hostile'), '-f', $file ], '>', \$answer, '2>', $result);
	my @errors;
	open my $in, '<:encoding(UTF-8)', $result or die "$result: $!";
	while (my $line = <$in>)
	{
		# The head of the script has three lines.
		if ($line =~ /hostile\.sql:(\d+): ERROR:\s+(\w{5}): (.*)/) { push @errors, [ $1 - 4, $2, $3 ] }
		elsif ($line =~ /^LOCATION:\s+(.*)/ && @errors) { $errors[-1][2] .= " [$1]" }
		elsif ($line =~ /^(?:DETAIL|CONTEXT):\s+(.*)/ && @errors && $errors[-1][1] =~ /^XX/) { $errors[-1][2] .= " {$1}" }
		elsif ($line =~ /hostile\.sql:(\d+):.*(connection to server was lost|server closed)/ || $line =~ /(\d+).*FATAL/) { push @errors, [ $1 - 4, 'CRASH', $line ] }
	}
	close $in;
	my ($memory) = $answer =~ /memory (\d+)/;
	return ($memory, @errors);
}

srand $seed;
my $ran = 0;
my $largest = 0;
my $answers = 0;
my (%states, %faults);
my $started = time;
while ($ran < $statements)
{
	my $count = $statements - $ran < $batch ? $statements - $ran : $batch;
	my @lines = map { $generator->edge_row } 1 .. 12;
	push @lines, map { $generator->statement } 1 .. $count;
	$node->safe_psql('postgres', 'DROP DATABASE IF EXISTS hostile (FORCE)');
	$node->safe_psql('postgres', 'CREATE DATABASE hostile TEMPLATE fixture' . ($version >= 150000 ? ' STRATEGY file_copy' : ''));
	my ($in, $out) = ('', '');
	my $neighbor = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('hostile') ], '<', \$in, '>', \$out, '2>', '/dev/null');
	$in = $HostileStatements::neighbor;
	$neighbor->pump until $out =~ /ready/;
	my $role = $ran / $batch % 2 ? 'regress_plain' : 'NONE';
	my ($memory, @errors) = run_lines($role, @lines);
	push @errors, [ 0, 'CRASH', 'the session did not come to its end' ] if !defined $memory && !grep { $_->[1] eq 'CRASH' } @errors;
	$largest = $memory if defined $memory && $memory > $largest;
	push @errors, [ 0, 'LARGE', "$memory kB" ] if ($memory // 0) > $most_memory_kb;
	my %failed = map { $_->[0] => 1 } @errors;
	$answers += $count - keys %failed;
	foreach my $error (@errors)
	{
		my ($line, $state, $text) = @$error;
		++$states{$state};
		next if $state !~ /^(XX|57014|CRASH|LARGE)/ || grep { $text =~ $_ } @known;
		my $place = $text =~ /\[(.*)\]/ ? $1 : $text;
		diag "seed $seed, batch at $ran, role $role, $state: $text\n" . substr($lines[$line], 0, 1500) if !$faults{"$state $place"}++ && keys %faults < 40;
	}
	$neighbor->signal('TERM');
	$neighbor->finish;
	$ran += $count;
	note sprintf '%d statements in %d s, %d errors of %d states, most memory %d kB', $ran, time - $started, (eval { my $n = 0; $n += $_ foreach values %states; $n } // 0), scalar keys %states, $largest
		if $ran % ($batch * 10) == 0;
	if (grep { $_->[1] eq 'CRASH' } @errors)
	{
		fail('the server runs on');
		last;
	}
}

is(join("\n", map { "$faults{$_} $_" } sort keys %faults), '', 'no statement fails for a reason of our own, or takes too long, or too much');
cmp_ok($answers, '>', $ran / 5, 'many have an answer');
note "seed $seed: $ran statements, $answers answers, most memory $largest kB; errors: " . join ' ', map { "$_:$states{$_}" } sort { $states{$b} <=> $states{$a} } keys %states;

$node->stop;
done_testing();
