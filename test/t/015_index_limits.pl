# Statements on indexes of ivfflat, ivfpq, hnsw, bm25 and inverted that are cancelled, or find no memory, no room on disk or
# in temporary files, or less in these than they wrote: they end with that error, leave no file and no part of an index
# behind, and work when tried again.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep);

my $node = new_node('node', <<'CONF', extra => ['--wal-segsize=1']);
enable_seqscan = off
log_statement = none
max_parallel_maintenance_workers = 1
max_parallel_workers_per_gather = 0
CONF
$node->safe_psql('postgres', <<'SQL');
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE TABLE source AS SELECT i AS id, ARRAY(SELECT random() FROM generate_series(1, 64) WHERE i > 0)::vector(64) AS v
FROM generate_series(1, 30000) i;
CREATE TABLE other (LIKE source);
CREATE INDEX other_pq ON other USING ivfpq (v);
CREATE INDEX other_flat ON other USING ivfflat (v) WITH (lists = 50);
CREATE INDEX other_graph ON other USING hnsw (v vector_cosine_ops);
CREATE INDEX other_words ON other USING bm25 ((subvector(v, 1, 8)::text)) WITH (text_config = 'simple');
CREATE INDEX other_weights ON other USING inverted ((v::sparsevec(64)));
SQL

# Relation files that no relation has.
sub stray_files
{
	return $node->safe_psql('postgres', <<'SQL');
CHECKPOINT;
SELECT string_agg(name, ' ') FROM pg_ls_dir('base/' || (SELECT oid FROM pg_database WHERE datname = 'postgres')) name
WHERE name ~ '^\d+' AND pg_filenode_relation(0, substring(name FROM '^\d+')::oid) IS NULL
SQL
}

# Starts SQL in a session of its own; returns it with the backend's number.
sub session
{
	my ($sql) = @_;
	my ($in, $out, $err) = ('', '', '');
	my $run = start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	my $self = { run => $run, in => \$in, out => \$out, err => \$err };
	$in = "SELECT pg_backend_pid();\n";
	$run->pump until $out =~ /^(\d+)\n/;
	($self->{pid}) = $out =~ /^(\d+)\n/;
	$in .= "SET client_min_messages = warning;\n\\set VERBOSITY verbose\n$sql;\n\\echo end\n\\q\n";
	$run->pump_nb;
	return $self;
}

# The SQLSTATE of the session's error, or ''; of a cancellation the text, unless it is this.
sub outcome
{
	my ($session, $cancelled) = @_;
	$session->{run}->finish;
	my ($state, $text) = ${ $session->{err} } =~ /ERROR:\s+(\w{5}): (.*)/;
	return $text if defined $state && $state eq '57014' && $text ne $cancelled;
	return $state // ${ $session->{err} };
}
my $by_user = 'canceling statement due to user request';
my $by_timeout = 'canceling statement due to statement timeout';

# --- Cancelled ------------------------------------------------------------------------------------

my %statements = (
	'CREATE INDEX ivfpq' => 'CREATE INDEX source_i ON source USING ivfpq (v)',
	'CREATE INDEX ivfflat' => 'CREATE INDEX source_i ON source USING ivfflat (v) WITH (lists = 200)',
	'CREATE INDEX hnsw' => 'CREATE INDEX source_i ON source USING hnsw (v vector_l2_ops)',
	'CREATE INDEX bm25' => q{SET maintenance_work_mem = '1MB'; CREATE INDEX source_i ON source USING bm25 ((subvector(v, 1, 8)::text)) WITH (text_config = 'simple')},
	'CREATE INDEX inverted' => q{SET maintenance_work_mem = '1MB'; CREATE INDEX source_i ON source USING inverted ((v::sparsevec(64)))},
	'vecext.merge of words' => q{SELECT vecext.merge('other_words'); REINDEX INDEX other_words},
	'vecext.merge of weights' => q{SELECT vecext.merge('other_weights'); REINDEX INDEX other_weights},
	'CREATE INDEX hnsw in shards' =>
		q{SET maintenance_work_mem = '1MB'; CREATE INDEX source_i ON source USING hnsw (v vector_l2_ops)},
	'vecext.merge in shards' => q{SET maintenance_work_mem = '1MB'; SELECT vecext.merge('other_graph')},
	'INSERT' => 'INSERT INTO other SELECT * FROM source; INSERT INTO other SELECT * FROM source',
	'search' => q{SELECT count(*) FROM source s, LATERAL
		(SELECT id FROM other o ORDER BY o.v <-> s.v LIMIT 5) n},
	'search hnsw' => q{SELECT count(*) FROM source s, LATERAL
		(SELECT id FROM other o ORDER BY o.v <=> s.v LIMIT 5) n},
	'search bm25' => q{SELECT count(*) FROM source s, LATERAL
		(SELECT id FROM other o ORDER BY subvector(o.v, 1, 8)::text <@> subvector(s.v, 1, 8)::text LIMIT 5) n},
	'search inverted' => q{SELECT count(*) FROM source s, LATERAL
		(SELECT id FROM other o ORDER BY o.v::sparsevec(64) <#> s.v::sparsevec(64) LIMIT 5) n},
	'VACUUM' => 'SET vacuum_cost_delay = 10; SET vacuum_cost_limit = 20; VACUUM other');
$node->safe_psql('postgres', 'INSERT INTO other SELECT * FROM source; DELETE FROM other WHERE id % 3 = 0');
foreach my $name (sort keys %statements)
{
	my %outcomes;
	foreach my $try (1 .. 6)
	{
		my $session = session($statements{$name});
		sleep 0.005 * 2**$try;    # soon enough for a fast machine, late enough for a slow one
		$node->safe_psql('postgres', "SELECT pg_cancel_backend($session->{pid})");
		++$outcomes{ outcome($session, $by_user) };
		$node->safe_psql('postgres', 'DROP INDEX IF EXISTS source_i');
	}
	cmp_ok($outcomes{57014} // 0, '>', 0, "$name: is cancelled");
	delete @outcomes{ '57014', '' };
	is(join(' ', %outcomes), '', "$name: ends with nothing else");
	is(stray_files(), '', "$name: no file is left");
	is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_ls_tmpdir()'), 0, "$name: nor a temporary one");
	is($node->safe_psql('postgres', "SELECT count(*) FROM pg_class WHERE relname = 'source_i'"),
		0, "$name: no index is left");
	foreach my $index ('other_pq', 'other_flat', 'other_graph', 'other_words', 'other_weights')
	{
		cmp_ok($node->safe_psql('postgres', "SELECT vecext.verify_index('$index') - count(*) FROM other"),
			'>=', 0, "$name: $index is sound");
	}
}
$node->safe_psql('postgres', 'VACUUM other');
is( $node->safe_psql('postgres', "SELECT vecext.verify_index('other_pq') - count(*) FROM other"),
	0, 'VACUUM goes through when nobody cancels it');

# --- Out of time ----------------------------------------------------------------------------------

foreach my $name (grep { /CREATE|shards/ } sort keys %statements)
{
	my %outcomes;
	foreach my $try (1 .. 12)
	{
		my $milliseconds = 10 * 1.5**$try;
		++$outcomes{ outcome(session("SET statement_timeout = $milliseconds; $statements{$name}"), $by_timeout) };
		$node->safe_psql('postgres', 'DROP INDEX IF EXISTS source_i');
	}
	cmp_ok($outcomes{57014} // 0, '>', 0, "$name: ends in time");
	delete @outcomes{ '57014', '' };
	is(join(' ', %outcomes), '', "$name: as the server says it");
}

# What inserts would have done to a graph besides is given up, of one that takes longer than most. Each of these begins
# it in a session of its own.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE slow AS SELECT * FROM source LIMIT 6000;
CREATE INDEX slow_graph ON slow USING hnsw (v vector_l2_ops) WITH (m = 100, ef_construction = 200);
INSERT INTO slow SELECT * FROM source LIMIT 2950;
SQL
foreach my $milliseconds (100, 300, 500, 1000, 1500, 2000, 2500, 3000, 4000)
{
	is(outcome(session("SET statement_timeout = $milliseconds; INSERT INTO slow SELECT * FROM source LIMIT 60")),
		'', "$milliseconds ms are enough for some rows");
}
is($node->safe_psql('postgres', q{SELECT vecext.verify_index('slow_graph') = count(*) FROM slow}), 't', 'its graph is sound');
like(slurp_file($node->logfile), qr/index "slow_graph" was not reorganized: the statement has too little time left/, 'the log says so');

# --- With a temporary file that is cut ------------------------------------------------------------

$node->safe_psql('postgres', <<'SQL');
-- Waits until a build writes posting lists; false if it is over before.
CREATE FUNCTION is_writing(backend int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    began timestamptz := clock_timestamp();
    seen text;
BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT phase INTO seen FROM pg_stat_progress_create_index WHERE pid = backend;
        EXIT WHEN seen LIKE '%writing posting lists' OR (seen IS NULL AND clock_timestamp() > began + interval '3 s');
        PERFORM pg_sleep(.001);
    END LOOP;
    RETURN seen IS NOT NULL;
END $$;
SQL
my ($cut, $is_cut);
for (my $tries = 0; !$is_cut && $tries < 20; ++$tries)
{
	$node->safe_psql('postgres', 'DROP INDEX IF EXISTS source_i');
	$cut = session($statements{'CREATE INDEX inverted'});
	if ($node->safe_psql('postgres', "SELECT is_writing($cut->{pid})") eq 't')
	{
		kill 'STOP', $cut->{pid};
		my @files = glob($node->data_dir . "/base/pgsql_tmp/pgsql_tmp$cut->{pid}.*");
		$is_cut = @files && !grep { !truncate($_, 0) } @files;
		kill 'CONT', $cut->{pid};
	}
	outcome($cut, $by_user);
}
like(${ $cut->{err} }, qr/ERROR: .*could not read from temporary file/, 'a build whose temporary file is cut says so');

# --- Without memory -------------------------------------------------------------------------------

SKIP:
{
	skip 'no prlimit', 40 if system('prlimit --version >/dev/null 2>&1') != 0;
	# Its own pages must not be what there is no memory for: the server may say that otherwise.
	$node->safe_psql('postgres', q{ALTER DATABASE postgres SET session_preload_libraries = 'vecext'});
	foreach my $method ('ivfpq', 'ivfflat', 'hnsw', 'bm25', 'inverted')
	{
		my %outcomes;
		foreach my $megabytes ($method =~ /ivfpq|hnsw/ ? (1, 4, 10, 16, 22, 28) : (1, 4, 16))
		{
			my $session = session(
				"SELECT pg_sleep(0.5); " . ($statements{"CREATE INDEX $method"} =~ s/SET maint[^;]*; //r =~ s/^/SET maintenance_work_mem = '1GB'; /r));
			my ($size) = slurp_file("/proc/$session->{pid}/status") =~ /VmSize:\s+(\d+) kB/;
			system_or_bail('prlimit', '--pid', $session->{pid}, '--as=' . ($size + $megabytes * 1024) * 1024);
			++$outcomes{ outcome($session, $by_user) };
			$node->safe_psql('postgres', 'DROP INDEX IF EXISTS source_i');
		}
		cmp_ok($outcomes{53200} // 0, '>', 0, "$method: a build without memory says so");
		delete @outcomes{ '53200', '' };
		is(join(' ', %outcomes), '', "$method: and nothing else");
	}
	is(stray_files(), '', 'no file is left');

	# --- Without room on disk: no file of new backends grows beyond a segment of WAL -----------------

	$node->safe_psql('postgres', q{ALTER DATABASE postgres RESET session_preload_libraries});
	my ($postmaster) = split /\n/, slurp_file($node->data_dir . '/postmaster.pid');
	foreach my $index ('other_pq', 'other_flat', 'other_graph', 'other_words', 'other_weights')
	{
		my ($method) = map { s/CREATE INDEX //r } grep { /CREATE INDEX (\w+)$/ && $node->safe_psql('postgres', "SELECT amname FROM pg_am a JOIN pg_class c ON c.relam = a.oid WHERE c.oid = '$index'::regclass") eq $1 } keys %statements;
		my %failed;
		my %steps = (
			build => $statements{"CREATE INDEX $method"},
			reindex => "REINDEX INDEX $index",
			insert => 'INSERT INTO other SELECT * FROM source',
			copy => q{COPY other FROM PROGRAM 'seq 1 30000 | sed "s/$/\t[1} . ',1' x 63 . q{]/"'},
			merge => "SELECT vecext.merge('$index')");
		system_or_bail('prlimit', "--pid=$postmaster", '--fsize=1048576:');
		foreach my $step (sort keys %steps)
		{
			my ($out, $err);
			$node->psql('postgres', "SET client_min_messages = error; $steps{$step}", stdout => \$out, stderr => \$err);
			$failed{$step} = 1 if $err =~ /ERROR:  could not (extend|write)/;
			unlike($err, qr/ERROR:  (?!could not (extend|write))|FATAL|PANIC/, "$index: $step on a full disk has no other error");
		}
		system_or_bail('prlimit', "--pid=$postmaster", '--fsize=unlimited:');
		cmp_ok(scalar keys %failed, '>', 1, "$index: " . join(', ', sort keys %failed) . ' find no room');
		$node->safe_psql('postgres', 'DROP INDEX IF EXISTS source_i');
		cmp_ok($node->safe_psql('postgres', "SELECT vecext.verify_index('$index') - count(*) FROM other"), '>=', 0, "$index: is sound");
	}
	is(stray_files(), '', 'no file is left of what had no room');

	# --- Without room for temporary files ------------------------------------------------------------

	foreach my $name (grep { /CREATE INDEX (bm25|inverted|hnsw in shards)/ } sort keys %statements)
	{
		is(outcome(session("SET temp_file_limit = '100kB'; $statements{$name}")), '53400', "$name: temp_file_limit is kept");
		is($node->safe_psql('postgres', "SELECT (SELECT count(*) FROM pg_ls_tmpdir()), (SELECT count(*) FROM pg_class WHERE relname = 'source_i')"),
			'0|0', "$name: and nothing is left");
	}
	sound_log($node);
}

$node->stop;
done_testing();
