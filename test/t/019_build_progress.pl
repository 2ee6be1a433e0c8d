# Progress of CREATE INDEX: in each phase of each method rows done grow, to no more than the rows of the phase. So do
# blocks, where an index made concurrently is validated.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', 'max_parallel_maintenance_workers = 0');
$node->safe_psql(
	'postgres', q{
CREATE EXTENSION vecext;
CREATE TABLE item (id int, v vector(100));
SELECT setseed(.5);
INSERT INTO item SELECT i, ARRAY(SELECT random() + i % 50 FROM generate_series(1, 100))::vector
FROM generate_series(1, 20000) i;
ANALYZE item;
CREATE TABLE parted (id int, v vector(100)) PARTITION BY RANGE (id);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (10001);
CREATE TABLE parted_high PARTITION OF parted FOR VALUES FROM (10001) TO (20001);
INSERT INTO parted TABLE item;
CREATE TABLE texts (body text) WITH (parallel_workers = 2);
INSERT INTO texts SELECT 'own' || i || (SELECT string_agg(' w' || hashint8extended(j, i) % 5000, '') FROM generate_series(1, 30) j)
FROM generate_series(1, 40000) i;
ANALYZE texts;
CREATE TABLE weights AS SELECT (v::vector(100))::sparsevec(100) AS v FROM item;
ANALYZE weights;
-- Looks at the progress until it has been seen and is over, or would wait for the end of this look: each state once.
CREATE FUNCTION watch(OUT phase text, OUT done bigint, OUT total bigint, OUT blocks_done bigint, OUT blocks_total bigint) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    last text := '';
    began timestamptz := clock_timestamp();
BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT concat(p.phase, ' ' || nullif(p.partitions_done, 0)), p.tuples_done, p.tuples_total,
            p.blocks_done, p.blocks_total
        INTO phase, done, total, blocks_done, blocks_total FROM pg_stat_progress_create_index p;
        EXIT WHEN NOT FOUND AND (last <> '' OR clock_timestamp() > began + interval '60 s');
        EXIT WHEN phase LIKE 'waiting for old snapshots%';
        IF FOUND AND last <> concat_ws(' ', phase, done, total, blocks_done, blocks_total) THEN
            last := concat_ws(' ', phase, done, total, blocks_done, blocks_total);
            RETURN NEXT;
        END IF;
        PERFORM pg_sleep(CASE WHEN phase LIKE '%validation%' THEN 0 ELSE .002 END);
    END LOOP;
END $$;
});

# The phase that a state belongs to: that of the partition before while the server counts it as done, and the next one has not begun its
# first phase. Then it is the phase seen last, or a last one that is complete and was not seen before.
sub phase_of
{
	my ($phase, $done, $total, $last_phase, $last_done) = @_;
	return $phase unless $phase =~ /^(.+) \d+$/ && defined $last_phase && $last_phase !~ / \d+$/;
	my $before = $1;
	return $before eq $last_phase ? ($done >= $last_done ? $before : $phase) : $total > 0 && $done == $total ? $before : $phase;
}

# The states of a statement: phases in their order, and of each its list of [rows done, total, blocks done, total].
# Phases of the second partition end in 1.
sub watch_build
{
	my ($settings, $statement) = @_;
	my ($out, $err) = ('', '');
	my $watch = IPC::Run::start(
		[ 'psql', '-XAtq', '-d', $node->connstr('postgres') . ' application_name=watcher', '-c', 'SELECT * FROM watch()' ],
		'>', \$out, '2>', \$err);
	$node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'watcher' AND state = 'active')})
	  or die 'the watcher does not begin';
	$node->command_ok([ 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c', $settings, '-c', $statement ],
		$statement);
	$watch->finish;
	is($err, '', "$statement: watched");
	my (@phases, %states);
	for my $line (split /\n/, $out)
	{
		my ($phase, @state) = split /\|/, $line;
		$phase =~ s/^building index: //;
		$phase = phase_of($phase, @state[ 0, 1 ], @phases ? ($phases[-1], $states{ $phases[-1] }[-1][0]) : ());
		push @phases, $phase unless $states{$phase};
		push @{ $states{$phase} }, \@state;
	}
	return (\@phases, \%states);
}

# Phases that must be seen to move; others may be too short for that.
sub check_build
{
	my ($settings, $index, @long) = @_;
	$index = "ON item USING $index" unless $index =~ /^ON /;
	check_statement($settings, "CREATE INDEX $index", @long);
	return;
}

# The same of any statement.
sub check_statement
{
	my ($settings, $index, @long) = @_;
	my ($phases, $states) = watch_build($settings, $index);
	note "$index: " . join(', ', map { "$_ " . scalar @{ $states->{$_} } } @$phases);
	my @wrong;
	for my $phase (@$phases)
	{
		# A phase of a build goes on showing the blocks of the one before.
		for my $column ($phase =~ /validation/ ? (0, 2) : 0)
		{
			my $last = 0;
			for my $state (@{ $states->{$phase} })
			{
				my ($done, $total) = @$state[ $column, $column + 1 ];
				push @wrong, "$phase: $done of $total after $last" if $done < $last || $done > $total;
				$last = $done;
			}
		}
	}
	is("@wrong", '', "$index: what is done grows, to no more than there is");
	for my $phase (@long)
	{
		my %done = map { ("$_->[0] $_->[2]" => 1) } @{ $states->{$phase} || [] };
		cmp_ok(scalar keys %done, '>=', 3, "$index: $phase moves");
	}
	return $states;
}

check_build("SET maintenance_work_mem = '1GB'", 'hnsw (v vector_l2_ops, id)', 'constructing graph');
check_build("SET maintenance_work_mem = '4MB'", 'hnsw (v vector_cosine_ops)', 'constructing graph');
check_build("SET maintenance_work_mem = '1GB'", 'hnsw (v vector_l1_ops)', 'constructing graph');
check_build("SET maintenance_work_mem = '1GB'", 'ivfpq (v vector_l2_ops) WITH (lists = 500)', 'performing k-means');
check_build("SET maintenance_work_mem = '4MB'", 'ivfflat (v vector_l2_ops) WITH (lists = 200)');
check_build("SET maintenance_work_mem = '1GB'", 'ON parted USING hnsw (v vector_l2_ops)', 'constructing graph', 'constructing graph 1');
check_build("SET maintenance_work_mem = '4MB'", 'ON parted USING ivfflat (v vector_l2_ops) WITH (lists = 200)');
check_build("SET maintenance_work_mem = '1GB'", 'ON texts USING bm25 (body)', 'reading tuples');
check_build("SET maintenance_work_mem = '1MB'", 'ON texts USING bm25 (body)', 'reading tuples', 'writing posting lists');
check_build("SET max_parallel_maintenance_workers = 2; SET maintenance_work_mem = '96MB'", 'ON texts USING bm25 (body)', 'reading tuples');
check_build("SET maintenance_work_mem = '1GB'", 'ON weights USING inverted (v)', 'measuring weights', 'reading tuples');

# What processes have read is counted once: not all rows while one of them holds a part of the table.
$node->safe_psql(
	'postgres', q{
CREATE TABLE shared (body text) WITH (parallel_workers = 1);
INSERT INTO shared SELECT 'word ' || repeat('x', 700) || i FROM generate_series(1, 200) i;
ANALYZE shared;
-- The text, for a worker when no session holds an advisory lock, for the leader when a worker waits.
CREATE FUNCTION held(body text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')
            OR EXISTS (SELECT FROM pg_stat_activity WHERE leader_pid = pg_backend_pid() AND wait_event = 'PgSleep');
        PERFORM pg_sleep(.002);
    END LOOP;
    RETURN body;
END $$;
});
my $holder = $node->background_psql('postgres');
$holder->query_safe('SELECT pg_advisory_lock(1)');
my $builder = $node->background_psql('postgres');
$builder->query_safe("SET max_parallel_maintenance_workers = 1; SET maintenance_work_mem = '96MB'");
$builder->query_until(qr/begin/, "\\echo begin\nCREATE INDEX ON shared USING bm25 (held(body));\n");
ok($node->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'ParallelCreateIndexScan')}),
	'the leader has read its part');
is($node->safe_psql('postgres', 'SELECT tuples_done > 0, tuples_done < tuples_total FROM pg_stat_progress_create_index'), 't|t',
	'and shows that rows are left');
$holder->query_safe('SELECT pg_advisory_unlock(1)');
$_->quit foreach $holder, $builder;
is($node->safe_psql('postgres', q{SELECT vecext.verify_index('shared_held_idx')}), '200', 'then all are read');

# Concurrently: the phases of the build, and the validation's look at the index, which is short: often enough for that
# to be seen.
for my $made ([ 'hnsw', '', 'constructing graph' ], [ 'ivfpq', 'WITH (lists = 500)', 'performing k-means' ],
	[ 'ivfflat', 'WITH (lists = 200)', 'performing k-means' ])
{
	my ($method, $options, $long) = @$made;
	my @moves;
	for my $i (0 .. 20)
	{
		my $states = check_statement("SET maintenance_work_mem = '1GB'",
			$i == 0 ? "CREATE INDEX CONCURRENTLY by_$method ON item USING $method (v vector_l2_ops) $options"
			: "REINDEX INDEX CONCURRENTLY by_$method", $long);
		push @moves, grep { $_->[2] > 0 } @{ $states->{'index validation: scanning index'} || [] };
		last if $i > 0 && @moves;
	}
	cmp_ok(scalar @moves, '>', 0, "$method: its validation tells of blocks");
}

# A graph that another statement makes again.
$node->safe_psql('postgres', 'CREATE INDEX graph ON item USING hnsw (v vector_cosine_ops); INSERT INTO item SELECT * FROM item LIMIT 1500');
my $states = check_statement("SET maintenance_work_mem = '1GB'", q{SELECT vecext.merge('graph')}, 'constructing graph');
ok($states->{'loading tuples'} || $states->{'writing pages'} || $states->{'trying searches'}, 'in phases');

# Segments that are merged. Nothing holds that up, so that a look may miss all but one of its states.
$node->safe_psql('postgres', q{
CREATE INDEX words ON texts USING bm25 (body);
INSERT INTO texts SELECT body FROM texts;
INSERT INTO texts SELECT body FROM texts;
});
my ($phases);
($phases, $states) = watch_build('', q{SELECT vecext.merge('words')});
ok($states->{'merging segments'}, 'a merge of segments is seen') or note "@$phases";
is_deeply([ grep { $_->[0] > $_->[1] } @{ $states->{'merging segments'} } ], [], 'and tells of no more rows than there are');

# Lists that vecext.merge reorganizes, while a function of the index holds it up, and a VACUUM that waits for it. The lists are long, since an
# INSERT by another role leaves an index with such a function alone.
$node->safe_psql('postgres', q{
CREATE FUNCTION passed(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN PERFORM pg_advisory_lock_shared(2), pg_advisory_unlock_shared(2); RETURN v; END $$;
CREATE TABLE listed (id int, v vector(100)) WITH (autovacuum_enabled = off);
INSERT INTO listed SELECT * FROM item WHERE id <= 2000;
CREATE INDEX listed_v ON listed USING ivfpq ((passed(v)::vector(100)) vector_l2_ops);
CREATE ROLE writer LOGIN;
CREATE ROLE nobody LOGIN;
GRANT INSERT ON listed TO writer;
GRANT SELECT ON item TO writer;
SET ROLE writer;
INSERT INTO listed SELECT * FROM item WHERE id > 2000;
RESET ROLE;
DELETE FROM listed WHERE id % 5 = 0;
});
my $gate = $node->background_psql('postgres');
$gate->query_safe('SELECT pg_advisory_lock(2)');
my @workers;
foreach my $waits ([ q{SELECT vecext.merge('listed_v')}, 'advisory' ], [ 'VACUUM (PARALLEL 0) listed', 'page' ])
{
	my ($statement, $event) = @$waits;
	push @workers, $node->background_psql('postgres');
	$workers[-1]->query_until(qr/begin/, "\\echo begin\n$statement;\n");
	$node->poll_query_until('postgres', "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = '$event')") or die "$statement does not wait";
}
my $work = 'SELECT index, relid, method, command, phase, rows_done < rows_total FROM vecext.stat_progress ORDER BY index';
is($node->safe_psql('postgres', $work), "listed_v|listed|ivfpq||building index: reorganizing lists|t\n|listed||VACUUM|vacuuming indexes|",
	'another session sees a merge, and a VACUUM');
is($node->safe_psql('postgres', "SET ROLE nobody; $work"), 'listed_v|listed|ivfpq|||', 'a role without rights sees that the index is locked');
$gate->query_safe('SELECT pg_advisory_unlock(2)');
$_->quit foreach $gate, @workers;
is($node->safe_psql('postgres', $work), '', 'until they are done');

$node->stop;
done_testing();
