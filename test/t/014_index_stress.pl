# Indexes of ivfflat, ivfpq, hnsw, bm25 and inverted under load: clients insert, change, delete and search while another
# vacuums, on a primary and its standby. Nobody gets an error, a wrong row or too few; no row of a COMMIT that returned is
# lost, from the table or from an index.
#
# VECEXT_STRESS_SECONDS says for how long (script/long stress).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use POSIX ();
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;
use Time::HiRes qw(sleep);

my $seconds = $ENV{VECEXT_STRESS_SECONDS} || 10;
my $dims = 32;
my $first_rows = 3000;
my $sample = 3000;    # rows looked for by their own vectors

# Table: access method, operator class and key columns, operator, options.
my %tables = (
	pq_cosine => [ 'ivfpq', 'vector_cosine_ops, id', '<=>', '' ],
	pq_rerank => [ 'ivfpq', 'vector_l2_ops', '<->', 'WITH (bits = 2, rerank = fp16)' ],
	pq_l2 => [ 'ivfpq', 'vector_l2_ops', '<->', 'WITH (bits = 1)' ],
	flat_l2 => [ 'ivfflat', 'vector_l2_ops', '<->', 'WITH (lists = 100)' ],
	graph_l2 => [ 'hnsw', 'vector_l2_ops, id', '<->', '' ],
	graph_l1 => [ 'hnsw', 'vector_l1_ops', '<+>', '' ],
	words => [ 'bm25', 'bm25_text_ops', '<@>', '' ],
	weights => [ 'inverted', 'sparsevec_ip_ops', '<#>', '' ]);
my @tables = sort keys %tables;

# By method: what makes a value of a table, and the type of it. Others have vectors.
my %makers_of = (bm25 => 'some_text', inverted => 'some_sparsevec');
my %types_of = (bm25 => 'text', inverted => 'sparsevec(500)');
sub maker { return $makers_of{ $tables{ $_[0] }[0] } // 'some_vector'; }
sub type { return $types_of{ $tables{ $_[0] }[0] } // "vector($dims)"; }

# SQL for each table: %t stands for the table, %o for its operator.
sub on_tables
{
	my ($sql) = @_;
	return join '', map { ($sql =~ s/%t/$_/gr =~ s/%o/$tables{$_}[2]/gr) . ";\n" } @tables;
}

# --- Servers --------------------------------------------------------------------------------------

# Rows lie around 200 centers. The index of ivfflat is made on an empty table, so that its lists come
# by splits too.
my $schema = <<"SQL";
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE TABLE centers AS
SELECT i, ARRAY(SELECT random() * 2 - 0.7 FROM generate_series(1, $dims) WHERE i >= 0)::vector AS v
FROM generate_series(0, 199) i;
ALTER TABLE centers ADD PRIMARY KEY (i);
CREATE FUNCTION some_vector(n int DEFAULT 0) RETURNS vector LANGUAGE sql VOLATILE RETURN
    (SELECT v FROM centers WHERE i = (SELECT floor(random() * 200)::int WHERE n >= 0))
    + ARRAY(SELECT (random() + random() - 1) * 0.5 FROM generate_series(1, $dims) WHERE n >= 0)::vector;
-- Words of all frequencies, and one of the text's own.
CREATE FUNCTION some_text(n int DEFAULT 0) RETURNS text LANGUAGE sql VOLATILE RETURN
    'own' || floor(random() * 1e12)::int8 || (SELECT string_agg(' w' || floor(1000 * random() * random())::int, '')
        FROM generate_series(1, 20 + (random() * 7)::int) WHERE n >= 0);
-- Weights of both signs, of dimensions of all frequencies; each is the nearest to itself.
CREATE FUNCTION some_sparsevec(n int DEFAULT 0) RETURNS sparsevec LANGUAGE sql VOLATILE RETURN
    l2_normalize((SELECT '{' || string_agg(i || ':' || w, ',') || '}/500' FROM (
        SELECT 1 + floor(500 * random() * random())::int AS i, min(random() - 0.2) AS w FROM generate_series(1, 25)
        WHERE n >= 0 GROUP BY 1) s)::sparsevec);
CREATE FUNCTION search(name text, operator text, value anyelement) RETURNS void LANGUAGE plpgsql AS \$\$
DECLARE
    found int;
    ascending bool;
BEGIN
    EXECUTE format('SELECT count(*), bool_and(d >= before) FROM (
        SELECT d, lag(d, 1, d) OVER (ORDER BY n) AS before FROM (
        SELECT d, row_number() OVER () AS n FROM (
        SELECT v %1\$s \$1 AS d FROM %2\$I ORDER BY v %1\$s \$1 LIMIT 10) a) b) c', operator, name)
        USING value INTO found, ascending;
    IF found <> 10 OR NOT ascending THEN
        RAISE EXCEPTION 'search in %: % rows, ascending %', name, found, ascending;
    END IF;
END
\$\$;
SQL
foreach my $table (@tables)
{
	my ($method, $class, $operator, $options) = @{ $tables{$table} };
	my $index = "CREATE INDEX ${table}_v ON $table USING $method (v $class) $options;\n";
	$schema .= "CREATE TABLE $table (id bigint PRIMARY KEY, v " . type($table) . ");\n"
	  . ($method eq 'ivfflat' ? $index : '')
	  . "INSERT INTO $table SELECT -i, " . maker($table) . "(i) FROM generate_series(1, $first_rows) i;\n"
	  . ($method ne 'ivfflat' ? $index : '');
}

my $primary = new_node('primary', <<'CONF', allows_streaming => 1);
maintenance_work_mem = 256MB  # a graph by L1 is made in memory
fsync = on
wal_consistency_checking = 'generic'
wal_keep_size = 2GB
max_connections = 50
log_statement = none
enable_seqscan = off
ivfflat.probes = 5
CONF
$primary->safe_psql('postgres', $schema);
my $standby = busy_standby_of($primary);

# --- Clients --------------------------------------------------------------------------------------

# Makers of one statement, or some, for a table; what they echo is counted. Inserters get the first
# id that is free and move it on; ids that end in 0 may be deleted, in 1 changed.
sub row_list
{
	my ($table, $id, $n) = @_;
	return join ', ', map { "($_, " . maker($table) . '())' } $id .. $id + $n - 1;
}

sub insert
{
	my ($table, $id, $n) = @_;
	my $first = $$id;
	$$id += $n;
	return "INSERT INTO $table VALUES " . row_list($table, $first, $n)
	  . ";\n\\echo row $table $first " . ($$id - 1) . "\n";
}

sub insert_in_blocks
{
	my ($table, $id) = @_;
	my $first = $$id;
	$$id += 7;
	return "BEGIN;\nINSERT INTO $table VALUES " . row_list($table, $first, 5) . ";\nSAVEPOINT s;\n"
	  . "INSERT INTO $table VALUES " . row_list($table, $first + 5, 3) . ";\nROLLBACK TO s;\n"
	  . "INSERT INTO $table VALUES " . row_list($table, $first + 5, 2) . ";\nCOMMIT;\n"
	  . "\\echo row $table $first " . ($$id - 1)
	  . "\nBEGIN;\nINSERT INTO $table VALUES " . row_list($table, $$id, 3) . ";\nROLLBACK;\n";
}

# A value of the same kind as a maker's.
sub value
{
	my ($method) = @_;
	return join ' ', 'own' . int(rand(1e12)), map { 'w' . int(1000 * rand() * rand()) } 1 .. 25 if $method eq 'bm25';
	return '[' . join(',', map { sprintf '%.4f', rand(2) - 0.7 } 1 .. $dims) . ']' if $method ne 'inverted';
	my %weights = map { 1 + int(500 * rand() * rand()) => rand() - 0.2 } 1 .. 25;
	my $norm = 0;
	$norm += $_**2 foreach values %weights;
	return '{' . join(',', map { "$_:" . $weights{$_} / sqrt $norm } keys %weights) . '}/500';
}

sub copy
{
	my ($table, $id) = @_;
	my $first = $$id;
	my $rows = '';
	for (1 .. 60)
	{
		$rows .= $$id++ . "\t" . value($tables{$table}[0]) . "\n";
	}
	return "COPY $table FROM stdin;\n$rows\\.\n\\echo row $table $first " . ($$id - 1) . "\n";
}

# A change of so many rows that may be, from some place on.
sub some_rows
{
	my ($table, $digit) = @_;
	return "(SELECT id FROM $table WHERE id > (SELECT random() * max(id) FROM $table)"
	  . " AND id % 10 = $digit ORDER BY id LIMIT 20)";
}

my %makers = (
	insert_one => sub { insert(@_, 1) },
	insert_many => sub { insert(@_, 30) },
	insert_blocks => \&insert_in_blocks,
	copy => \&copy,
	search => sub { "SELECT search('$_[0]', '$tables{$_[0]}[2]', " . maker($_[0]) . "());\n\\echo search\n" },
	delete => sub { "DELETE FROM $_[0] WHERE id IN " . some_rows($_[0], 0) . ";\n\\echo delete\n" },
	update =>
	  sub { "UPDATE $_[0] SET v = " . maker($_[0]) . "() WHERE id IN " . some_rows($_[0], 1) . ";\n\\echo update\n" },
	vacuum => sub { "VACUUM $_[0];\n\\echo vacuum\n" });
my @clients = (
	(map { [ $primary, $_ ] } qw(insert_one insert_many insert_blocks copy delete update vacuum)),
	(map { [ $primary, 'search' ] } 1 .. 4),
	[ $standby, 'search' ]);

# Runs client $number until file $end is there or to its first error, in a process of its own. Its
# output goes to files of the given stem.
sub start_client
{
	my ($number, $stem, $end) = @_;
	my ($node, $name) = @{ $clients[$number] };
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	srand($number);
	my $id = $number * 1e9 + 1;
	my $status = 0;
	while ($status == 0 && !-e $end)
	{
		open my $script, '>', "$stem.sql" or POSIX::_exit(2);
		print $script map { $makers{$name}->($_, \$id) } (@tables) x ($name eq 'vacuum' ? 1 : 10);
		close $script;
		$status = system("exec psql -XAtq -v ON_ERROR_STOP=1 -f '$stem.sql' '"
			  . $node->connstr('postgres') =~ s/'/'\\''/gr . "' >>'$stem.out' 2>>'$stem.err'");
	}
	POSIX::_exit($status == 0 ? 0 : 1);
}

my %done;    # what clients have said that they did
my @rows;    # [table, first id, last id] of rows that are committed

# Has all clients at work for some seconds, and on until $is_enough, for five minutes at most; returns the clients' errors.
sub work
{
	my ($time, $is_enough) = @_;
	my $stem = $primary->basedir . '/client_';
	my $end = "${stem}end";
	my @pids = map { start_client($_, $stem . $_, $end) } 0 .. $#clients;
	sleep $time;
	my $last = time + 300;
	sleep 1 while time < $last && !$is_enough->();
	append_to_file($end, '');
	waitpid $_, 0 foreach @pids;
	my $errors = '';
	foreach my $number (0 .. $#clients)
	{
		foreach my $line (split /\n/, slurp_file("$stem$number.out"))
		{
			next unless $line =~ /^(row (\w+) (\d+) (\d+)|[a-z]+)$/;
			push @rows, [ $2, $3, $4 ] if defined $2;
			$done{ defined $2 ? 'row' : $1 } += defined $2 ? $4 - $3 + 1 : 1;
		}
		$errors .= "$clients[$number][1]: $_\n" foreach split /\n/, slurp_file("$stem$number.err");
		unlink map { "$stem$number.$_" } qw(sql out err);
	}
	return $errors;
}

# --- Checks ---------------------------------------------------------------------------------------

# Committed rows that are not in their table.
sub missing_rows
{
	my $ranges = join '', map { join("\t", @$_) . "\n" } @rows;
	return $primary->safe_psql('postgres',
		"CREATE TEMP TABLE done (name text, low bigint, high bigint);\nCOPY done FROM stdin;\n$ranges\\.\n"
		  . on_tables(<<'SQL'));
SELECT '%t', n FROM done, generate_series(low, high) n
WHERE name = '%t' AND n % 10 <> 0 AND NOT EXISTS (SELECT FROM %t WHERE id = n)
SQL
}

# What verify_index complains of.
sub damage
{
	my ($node) = @_;
	my ($rc, $out, $err) = $node->psql('postgres',
		on_tables("SELECT '%t_v' WHERE vecext.verify_index('%t_v') < (SELECT count(*) FROM %t)"));
	return "$out$err";
}

# Of a sample of rows, those that are not the nearest to their own vector.
sub lost_rows
{
	my ($node, $n) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "SET ivfflat.probes = 32768; SET ivfpq.probes = 32768; SET hnsw.ef_search = 1000;\n" . on_tables(<<"SQL"));
SELECT '%t', id FROM (SELECT * FROM %t ORDER BY hashint8(id) LIMIT $n) q
WHERE NOT EXISTS (SELECT FROM (SELECT v FROM %t i ORDER BY i.v %o q.v LIMIT 1) n WHERE n.v = q.v)
SQL
	return "$out$err";
}

sub check
{
	my ($node, $what, $n) = @_;
	is(damage($node), '', "$what: indexes are sound");
	is(lost_rows($node, $n), '', "$what: rows are found by their own vectors");
}

sub log_of
{
	my ($node) = @_;
	return join "\n", grep { /(WARNING|ERROR|PANIC|TRAP):|inconsistent page|terminated by signal/ }
	  split /\n/, slurp_file($node->logfile);
}

# What the indexes are made of.
sub parts
{
	my $sql = join ' UNION ALL ',
	  map { "SELECT concat('$_: ', lists || ' " . ($makers_of{ $tables{$_}[0] } ? 'segments' : 'lists') . ", ', nodes || ' nodes, ', rows || ' rows') FROM vecext.index_info('${_}_v')" } @tables;
	return $primary->safe_psql('postgres', $sql) =~ s/\n/; /gr;
}

# --- Load -----------------------------------------------------------------------------------------

note parts();
is(work($seconds, sub { parts() !~ /\b1 lists/ }), '', 'clients saw no error');
is(log_of($primary), '', 'nor did the primary');
note join ', ', map { "$_ $done{$_}" } sort keys %done;
note parts();
unlike(parts(), qr/\b1 lists/, 'lists split under load');
cmp_ok($done{$_} // 0, '>', 0, "there was work of $_") foreach qw(row search delete update vacuum);
is(missing_rows(), '', 'committed rows are in their tables');
check($primary, 'primary', $sample);
$primary->wait_for_catchup($standby);
check($standby, 'standby', $sample);
is(log_of($standby), '', 'the standby saw no error');
note 'recall ' . join ', ', map {
	$_ . ' ' . $primary->safe_psql('postgres', "SELECT vecext.recall('${_}_v', 10, 100)")
} grep { type($_) ne 'text' } @tables;

$standby->stop;
$primary->stop;
done_testing();
