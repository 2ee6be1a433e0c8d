# Readers of standbys beside the primary's writers, VACUUM, merging and REINDEX CONCURRENTLY: within a REPEATABLE READ
# transaction, complete ordered scans of each index give what a sequential scan gives, and what the primary has noted of its
# table as of that snapshot; asked again, they give the same. One standby waits for its readers (feedback to the primary, no
# limit of delay); the other one cancels them soon: they may get that error, never a wrong answer.
#
# VECEXT_STANDBY_SECONDS says for how long (12); VECEXT_STANDBY_SEED repeats the random choices of the clients.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use POSIX ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;
use Time::HiRes qw(sleep time);
use VectorTables;

my $seconds = $ENV{VECEXT_STANDBY_SECONDS} || 12;
my $seed = $ENV{VECEXT_STANDBY_SEED} || 1 + int rand 1e6;
note "$seconds s, seed $seed";

# --- Servers --------------------------------------------------------------------------------------

my $primary = new_node('primary', <<'CONF', allows_streaming => 1);
wal_keep_size = 2GB
max_connections = 30
log_statement = none
CONF
create_tables($primary, 300);
create_indexes($primary);
$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE subjects (name text PRIMARY KEY, index text, operator text);
-- What a table's rows of one writer are, after each of its transactions.
CREATE TABLE history (name text, writer int, seq bigserial, txid xid8 DEFAULT pg_current_xact_id(), lsn pg_lsn DEFAULT pg_current_wal_insert_lsn(),
    state text, PRIMARY KEY (name, writer, seq));
CREATE FUNCTION state_of(name text, writer int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    EXECUTE format('SELECT count(*) || '' '' || coalesce(sum(hashtext(id || '' '' || v::text)::int8), 0) FROM %I WHERE id %% 2 = %s', name, writer)
        INTO state;
    RETURN state;
END $$;

-- One of two writers, each of which has half of the rows of all tables. Every fourth transaction is rolled back.
CREATE PROCEDURE write_rows(writer int, until timestamptz, seed float) LANGUAGE plpgsql AS $$
DECLARE
    names text[] := ARRAY(SELECT name FROM subjects ORDER BY 1);
    name text;
    maker text;
    rows int;
    done int := 0;
BEGIN
    PERFORM setseed(seed);
    WHILE clock_timestamp() < until LOOP
        name := names[1 + floor(random() * cardinality(names))];
        SELECT 'random_' || split_part(format_type(atttypid, NULL), '.', -1) INTO maker FROM pg_attribute
            WHERE attrelid = name::regclass AND attname = 'v';
        EXECUTE format('SELECT count(*) FROM %I WHERE id %% 2 = %s', name, writer) INTO rows;
        IF random() < 0.5 THEN
            EXECUTE format('INSERT INTO %I (id, v) SELECT (SELECT max(id) / 2 * 2 FROM %1$I) + 2 * n + %s, %s(n) FROM generate_series(1, 1 + floor(random() * %s)::int) n',
                name, writer, maker, CASE WHEN rows < 300 THEN 60 ELSE 5 END);
        ELSIF random() < 0.5 THEN
            EXECUTE format('DELETE FROM %I WHERE id %% 2 = %s AND random() < %s', name, writer, CASE WHEN rows > 250 THEN 0.3 ELSE 0.03 END);
        ELSE
            EXECUTE format('UPDATE %I SET v = %s(id) WHERE id %% 2 = %s AND random() < 0.05', name, maker, writer);
        END IF;
        IF random() < 0.25 THEN
            ROLLBACK;
        ELSE
            INSERT INTO history (name, writer, state) VALUES (name, writer, state_of(name, writer));
            done := done + 1;
            COMMIT;
        END IF;
    END LOOP;
    RAISE NOTICE 'transactions %', done;
END $$;
-- What is wrong with the answer of an index that REINDEX CONCURRENTLY has made since the snapshot was taken. An index of PostgreSQL lacks
-- rows then that were deleted before: it waits for old snapshots of the primary alone. So rows may be missing, but none
-- may be there twice, or that the table does not have.
CREATE FUNCTION beyond_table(name text, scan text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    rows bigint;
BEGIN
    EXECUTE format('SELECT array_agg(id) FROM (%s) a', scan) INTO ids;
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_seqscan', 'on', true);
    EXECUTE format('SELECT count(*) FROM %I WHERE id = ANY ($1)', name) INTO rows USING ids;
    RETURN CASE WHEN rows = coalesce(cardinality(ids), 0) THEN 'rebuilt' ELSE format('of %s rows, %s has %s', cardinality(ids), name, rows) END;
END $$;
-- Compares what an index gives with its table and its history, in the snapshot of the transaction; each question is asked
-- some times, with pauses in which the server replays. Empty if all agree; 'rebuilt' if it has been since, and lacks rows.
CREATE FUNCTION read_rows(name text, rounds int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    subject subjects := s FROM subjects s WHERE s.name = read_rows.name;
    question text;
    scan text;
    ordered text;
    matches text;
    plan text;
    line text;
    expected text;
    matching text;
    answer text;
BEGIN
    FOR half IN 0..1 LOOP
        SELECT h.state INTO expected FROM history h WHERE h.name = subject.name AND h.writer = half ORDER BY seq DESC LIMIT 1;
        answer := state_of(name, half);
        IF answer IS DISTINCT FROM expected THEN RETURN format('%s has the rows %s, and %s in its history', name, answer, expected); END IF;
    END LOOP;
    IF subject.operator = '<@>' THEN
        question := 'w' || floor(100 * random());
        -- Scores follow the statistics of the index, which have no snapshot: rows are compared, and their order by the score.
        ordered := format('SELECT id, 0 AS shown, v <@> %L AS d FROM %I ORDER BY v <@> %1$L', question, name);
        matches := format('SELECT array_agg(id ORDER BY id)::text FROM %I WHERE v @@@ %L', name, question);
        EXECUTE format('SELECT array_agg(id ORDER BY id)::text FROM %I WHERE v ~ %L', name, '\m' || question || '\M') INTO matching;
    ELSE
        EXECUTE format('SELECT v::text FROM %I ORDER BY random() LIMIT 1', name) INTO question;
        ordered := format('SELECT id, v %s %L AS shown, v %1$s %2$L AS d FROM %I ORDER BY v %1$s %2$L', subject.operator, question, name);
    END IF;
    scan := format('SELECT count(*) || '' '' || md5(string_agg(id || '':'' || shown, '','' ORDER BY shown, id)) || CASE WHEN bool_and(d >= before) THEN '''' ELSE '' not in order'' END
        FROM (SELECT *, lag(d, 1, d) OVER (ORDER BY n) AS before FROM (SELECT *, row_number() OVER () AS n FROM (%s) a) b) c', ordered);
    PERFORM set_config('enable_indexscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'on', true);
    EXECUTE scan INTO expected;
    PERFORM set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true);
    plan := '';
    FOR line IN EXECUTE 'EXPLAIN ' || scan LOOP plan := plan || line; END LOOP;
    IF plan NOT LIKE format('%%Index Scan using %s%%', subject.index) THEN RETURN format('%s is not used: %s', subject.index, plan); END IF;
    FOR n IN 1..rounds LOOP
        EXECUTE scan INTO answer;
        IF answer IS DISTINCT FROM expected THEN
            IF coalesce(answer, '') NOT LIKE '% not in order' AND (SELECT oid FROM pg_class WHERE relname = subject.index) <> subject.index::regclass THEN
                RETURN beyond_table(name, ordered);
            END IF;
            RETURN format('%s gives %s, not %s, in round %s, to %s', subject.index, answer, expected, n, question);
        END IF;
        IF matches IS NOT NULL THEN
            EXECUTE matches INTO answer;
            IF answer IS DISTINCT FROM matching THEN
                IF (SELECT oid FROM pg_class WHERE relname = subject.index) <> subject.index::regclass THEN
                    RETURN beyond_table(name, format('SELECT id FROM %I WHERE v @@@ %L', name, question));
                END IF;
                RETURN format('%s matches %s, not %s, in round %s, to %s', subject.index, answer, matching, n, question);
            END IF;
        END IF;
        PERFORM pg_sleep(0.1 * random());
    END LOOP;
    RETURN '';
END $$;
SQL
$primary->safe_psql('postgres', on_tables(q{INSERT INTO subjects VALUES ('%t', '%i', '%o')}) .
	'INSERT INTO history (name, writer, state) SELECT name, writer, state_of(name, writer) FROM subjects, generate_series(0, 1) writer');

# A reader that waits for a lock of replay, which waits for the reader, is an error after some time.
my $patient = standby_of($primary, <<'CONF');
hot_standby_feedback = on
wal_receiver_status_interval = 1s
max_standby_streaming_delay = -1
lock_timeout = 5min
CONF
my $strict = PostgreSQL::Test::Cluster->new('strict');
$strict->init_from_backup($primary, 'backup', has_streaming => 1);
$strict->append_conf('postgresql.conf', "hot_standby_feedback = off\nmax_standby_streaming_delay = 50ms");
$strict->start;

# --- Clients --------------------------------------------------------------------------------------

my $stem = $primary->basedir . '/client';
my $end = time + $seconds;
my %kinds = (
	# SQL that a client does over and over, as a file.
	maintain => sub { join '', map { my $t = $_; my $what = int rand 8;
		$what < 4 ? "VACUUM $t;\n\\echo vacuum\n" : $what < 7 ? "SELECT vecext.merge('${t}_index') \\g /dev/null\n\\echo merge\n"
		  : "REINDEX INDEX CONCURRENTLY ${t}_index;\n\\echo reindex\n" } shuffled() },
	read => sub { join '', map { "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT 'read ' || read_rows('$_', 3);\nCOMMIT;\n" } (shuffled())[ 0 .. 3 ] },
	# Several tables of one snapshot.
	read_all => sub { "BEGIN ISOLATION LEVEL REPEATABLE READ;\n" . join('', map { "SELECT 'read ' || read_rows('$_', 1);\n" } (shuffled()) x 2) . "COMMIT;\n" });

sub shuffled
{
	my %place = map { $_ => rand } table_names();
	return sort { $place{$a} <=> $place{$b} } keys %place;
}

# Runs until the end, in a process of its own; on a slow machine a reader goes on until it has read an index that has not been rebuilt since,
# five times. What psql says goes to files.
sub start_client
{
	my ($node, $kind, $number) = @_;
	my $pid = fork // die "fork: $!";
	return $pid if $pid;
	srand($seed + $number);
	my $has_read = sub { return (() = slurp_file("$stem$number.out") =~ /^read $/mg) >= 5; };
	while (time < $end || time < $end + 300 && $node eq $patient && !$has_read->())
	{
		open my $script, '>', "$stem$number.sql" or POSIX::_exit(2);
		print $script "\\set VERBOSITY verbose\n", $kinds{$kind}->();
		close $script;
		system("exec psql -XAtq -f '$stem$number.sql' '" . $node->connstr('postgres') =~ s/'/'\\''/gr . "' >>'$stem$number.out' 2>>'$stem$number.err'");
	}
	POSIX::_exit(0);
}

my @clients = ([ $patient, 'read' ], [ $patient, 'read_all' ], [ $strict, 'read' ], [ $strict, 'read_all' ], [ $primary, 'maintain' ]);
my @pids = map { start_client(@{ $clients[$_] }, $_) } 0 .. $#clients;
my @writers = map { my $writer = $_; my %run = (err => '');
	$run{handle} = IPC::Run::start([ 'psql', '-XAtq', '-d', $primary->connstr('postgres'), '-c',
		"CALL write_rows($writer, clock_timestamp() + interval '$seconds seconds', (($seed + $writer) % 1000) / 1000.0)" ],
		'<', \undef, '>', \$run{out}, '2>', \$run{err});
	\%run } 0, 1;
my $minute = 60;
while ((my $left = $end - time) > 0)
{
	sleep($left < $minute ? $left : $minute);
	note sprintf '%d s: %d lines of history', $seconds - ($end - time), $primary->safe_psql('postgres', 'SELECT count(*) FROM history') if $seconds > $minute;
}
$_->{handle}->finish foreach @writers;
waitpid $_, 0 foreach @pids;

# --- What they saw --------------------------------------------------------------------------------

like($_->{err}, qr/^NOTICE:  transactions [1-9]\d*$/, 'a writer had no error') foreach @writers;
note $_->{err} =~ s/^NOTICE:\s+//r foreach @writers;
foreach my $number (0 .. $#clients)
{
	my ($node, $kind) = @{ $clients[$number] };
	my $name = $node->name . ", $kind";
	my %count;
	$count{$_}++ foreach split /\n/, slurp_file("$stem$number.out");
	my $good = $kind eq 'maintain' ? '^(vacuum|merge|reindex)$' : '^read (?:rebuilt)?$';
	is(join("\n", grep { !/$good/ } sort keys %count), '', "$name: the same answers");
	if ($node eq $patient)
	{
		my ($read, $rebuilt) = map { $count{$_} // 0 } 'read ', 'read rebuilt';
		cmp_ok($read, '>=', 5, "$name: some by indexes that have not been rebuilt since");
		cmp_ok($read, '>', $rebuilt, "$name: most");
	}
	elsif ($node eq $primary)
	{
		cmp_ok(scalar(keys %count), '>', 0, "$name: some");
	}
	# Statements behind an error of their transaction, and details, are left out.
	my @errors = grep { /(ERROR|FATAL|PANIC|WARNING):/ && !/25P02/ } split /\n/, slurp_file("$stem$number.err");
	my @cancelled = grep { /(?:ERROR|FATAL):  (?:40001|57P0\d|40P01): (?:canceling statement|terminating connection) due to conflict with recovery/ } @errors;
	# What REINDEX CONCURRENTLY drops may be gone before a plan has opened it.
	@errors = grep { !/could not open relation with OID/ } @errors if $node ne $primary;
	is(join("\n", $node eq $strict ? grep { !/due to conflict with recovery/ } @errors : @errors), '', "$name: no other errors");
	note "$name: " . join ', ', (map { "$count{$_} $_" } sort keys %count), @cancelled . ' cancelled';
}
like($primary->safe_psql('postgres', q{SELECT beyond_table(name, format('SELECT id FROM %I UNION ALL (SELECT id FROM %1$I LIMIT 1)', name)) FROM subjects LIMIT 1}),
	qr/^of \d+ rows/, 'a row that is there twice is seen, though the index was rebuilt');
foreach my $standby ($patient, $strict)
{
	$primary->wait_for_catchup($standby);
	is(unsound($standby), '', $standby->name . ': indexes are sound');
	is($standby->safe_psql('postgres', q{SELECT name, d FROM subjects, read_rows(name, 1) d WHERE d <> ''}), '', $standby->name . ': and agree with their history');
	sound_log($standby, qr/is damaged/);
}
$_->stop foreach $patient, $strict, $primary;
done_testing();
