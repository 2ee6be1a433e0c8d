# Random statements over all functions, operators, casts, classes and settings of the extension, with values at the edges
# of their types: each ends with an answer or with an error that says whose fault it is, in time and without much memory.
# For longer runs:
#   HOSTILE_SEED=7 script/long hostile=1000000
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

# --- COPY BINARY ------------------------------------------------------------------------------------

# Files of one row with one value, damaged in one way each, and some in several. Each loads a value that is as sound as one of
# the type's text, or null, or ends with an error of the data.
$node->safe_psql('postgres', 'CREATE EXTENSION vecext');
my $directory = PostgreSQL::Test::Utils::tempdir_short();
chmod 0755, $directory;
my $file_count = 0;

# The file of a field's bytes.
sub binary_file
{
	my ($field, $length) = @_;
	return "PGCOPY\n\377\r\n\0" . pack('NN n N', 0, 0, 1, $length // length $field) . $field . pack('n', 65535);
}

sub flip_bit
{
	my ($bytes, $bit) = @_;
	substr($bytes, $bit >> 3, 1) ^= chr(1 << ($bit & 7));
	return $bytes;
}

# Damages of a field: [what, file].
sub damaged_files
{
	my ($field, @floats) = @_;
	my $file = binary_file($field);
	my @made = (
		(map { [ "$_ bytes of the field", binary_file(substr $field, 0, $_) ] } 0 .. length($field) - 1),
		(map { [ "$_ bytes more", binary_file($field . "\0" x $_) ] } 1, 2, 4, 8, 100, 70_000),
		(map { [ "length $_", binary_file($field, $_ & 0xffffffff) ] } -1, -2, -0x80000000, 0, 1, length($field) - 1, length($field) + 1, length($field) + 2, 0x3fffffff, 0x7fffffff),
		(map { [ "bit $_ of the field", binary_file(flip_bit($field, $_)) ] } 0 .. 8 * length($field) - 1),
		(map { [ "$_ bytes of the file", substr $file, 0, $_ ] } 0 .. length($file) - 1),
		(map { [ "bit $_ of the file", flip_bit($file, $_) ] } 0 .. 8 * (length($file) - length $field) - 1));
	foreach my $at (@floats)
	{
		my ($place, $size) = @$at;
		my @values = $size == 2 ? (0x7e00, 0xfe00, 0x7c01, 0x7c00, 0xfc00, 0x8000, 0x0001, 0) : (0x7fc00000, 0xffc00000, 0x7f800001, 0x7f800000, 0xff800000, 0x80000000, 1, 0);
		push @made, map { [ sprintf('float %x at %d', $_, $place), binary_file(substr($field, 0, $place) . pack($size == 2 ? 'n' : 'N', $_) . substr $field, $place + $size) ] } @values;
	}
	# Whole numbers at any place: of dimensions, elements, indexes.
	foreach my $place (grep { $_ + 2 <= length $field } map { 2 * $_ } 0 .. 7)
	{
		push @made, map { [ "16 bits $_ at $place", binary_file(substr($field, 0, $place) . pack('n', $_ & 0xffff) . substr $field, $place + 2) ] } -1, -32768, 0, 1, 16000, 16001, 32767;
		push @made, map { [ "32 bits $_ at $place", binary_file(substr($field, 0, $place) . pack('N', $_ & 0xffffffff) . substr $field, $place + 4) ] } -1, -0x80000000, 0, 1, 1_000_000_000, 1_000_000_001, 0x7fffffff
			if $place + 4 <= length $field;
	}
	foreach my $try (1 .. 100)
	{
		my $damaged = $field;
		$damaged = flip_bit($damaged, int rand 8 * length $damaged) foreach 1 .. 2 + rand 6;
		$damaged = substr $damaged, 0, rand(1 + length $damaged) if rand() < 0.3;
		push @made, [ "random damage $try", binary_file($damaged) ];
	}
	return @made;
}

$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION load_file(kind regtype, path text, OUT state text, OUT fault text) LANGUAGE plpgsql AS $$
DECLARE
    value text;
    back bool;
    message text;
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS loaded; CREATE TEMP TABLE loaded (value %s)', kind);
    BEGIN
        EXECUTE format('COPY loaded FROM %L (FORMAT binary)', path);
        state := 'loaded';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
        fault := CASE WHEN state !~ '^(22|54|08P01)' OR message = '' THEN message END;
        RETURN;
    END;
    -- What the input function refuses raises an error here.
    EXECUTE format('SELECT min(value::text), bool_and(pg_catalog.record_image_eq(ROW(value), ROW(value::text::%s))) FROM loaded', kind) INTO value, back;
    fault := CASE WHEN NOT back OR value ~* 'nan|inf' THEN value END;
EXCEPTION WHEN OTHERS THEN
    fault := SQLERRM;
END $$;
SQL

# Loads the damaged values of a type; returns how many ended in which way, and the faults.
sub load_damaged
{
	my ($kind, @files) = @_;
	my (@lines, %ended, @faults);
	foreach my $file (@files)
	{
		my $path = "$directory/" . ++$file_count;
		open my $out, '>:raw', $path or die "$path: $!";
		print $out $file->[1];
		close $out;
		push @lines, "SELECT concat_ws(' ', state, 'fault: ' || fault) FROM load_file('$kind', '$path');";
	}
	my @answers = split /\n/, $node->safe_psql('postgres', join "\n", 'SET client_min_messages = error;', @lines);
	foreach my $i (0 .. $#files)
	{
		my ($state, $fault) = ($answers[$i] // 'no answer fault: none') =~ /^(.*?)(?: ?fault: (.*))?$/;
		++$ended{$state};
		push @faults, "$files[$i][0]: $state: $fault" if defined $fault;
	}
	unlink map { "$directory/$_" } $file_count - $#files .. $file_count;
	return (\%ended, @faults);
}

my %sound = (
	vector => [ pack('nn N3', 3, 0, 0x3f800000, 0xc0000000, 0x3e99999a), map { [ 4 + 4 * $_, 4 ] } 0 .. 2 ],
	halfvec => [ pack('nn n3', 3, 0, 0x3c00, 0xc000, 0x34cd), map { [ 4 + 2 * $_, 2 ] } 0 .. 2 ],
	sparsevec => [ pack('NNN N3 N3', 10, 3, 0, 0, 4, 9, 0x3f800000, 0xc0000000, 0x3e99999a), map { [ 24 + 4 * $_, 4 ] } 0 .. 2 ]);
foreach my $kind (sort keys %sound)
{
	my ($field, @floats) = @{ $sound{$kind} };
	my ($ended, @faults) = load_damaged($kind, [ 'sound', binary_file($field) ]);
	is(join(' ', %$ended, @faults), 'loaded 1', "COPY BINARY: a sound $kind is loaded");
	($ended, @faults) = load_damaged($kind, damaged_files($field, @floats));
	is(join("\n", @faults[ 0 .. ($#faults < 19 ? $#faults : 19) ]), '', "COPY BINARY: a damaged $kind is refused, or sound");
	cmp_ok($ended->{$_} // 0, '>', 0, "some ended so: $_") foreach 'loaded', '22P04', '08P01';
	note "$kind: " . join ' ', map { "$_:$ended->{$_}" } sort keys %$ended;
}
# Of a type that takes them, the check finds values that are no numbers.
my (undef, @found) = load_damaged('float4', [ 'NaN', binary_file(pack 'N', 0x7fc00000) ]);
is(scalar @found, 1, 'the check finds a NaN');

$node->stop;
done_testing();
