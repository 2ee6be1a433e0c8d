# Scans with conditions while others change the table: rows that are locked are judged as they are now, a
# snapshot gives the same rows again whatever happens to table and index, and under load each answer is that
# of a sequential scan in the same snapshot, on a standby too.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $seconds = 5;
my $rows = 2000;
my @methods = qw(hnsw ivfpq ivfflat);

my $primary = PostgreSQL::Test::Cluster->new('primary');
$primary->init(allows_streaming => 1);
$primary->append_conf('postgresql.conf', <<'CONF');
autovacuum = off
jit = off
log_statement = none
wal_keep_size = 1GB
max_parallel_workers_per_gather = 0
hnsw.ef_search = 1000
ivfflat.probes = 100
ivfpq.probes = 100
CONF
$primary->start;

# Rows i of a table lie around the place i on a line, and are of kind i % 10.
$primary->safe_psql('postgres', <<"SQL" . join('', map { <<"TABLE" } @methods));
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE FUNCTION place(i float8) RETURNS vector LANGUAGE sql VOLATILE
    RETURN ARRAY[i] || ARRAY(SELECT random() FROM generate_series(1, 15) WHERE i IS NOT NULL)::float8[];
CREATE TABLE category AS SELECT i AS id, i % 3 AS size FROM generate_series(0, 9) i;
SQL
CREATE TABLE item_$_ (id serial PRIMARY KEY, kind int, note text, v vector(16));
INSERT INTO item_$_ (kind, note, v) SELECT i % 10, 'n' || i % 7, place(i) FROM generate_series(1, $rows) i;
CREATE INDEX ON item_$_ (kind);
CREATE INDEX item_${_}_v ON item_$_ USING $_ (v vector_l2_ops);
ANALYZE item_$_;
TABLE

# Asks n random questions of the tables, each by the node and by a sequential scan in the same snapshot.
# An error, if an answer has too few rows, too many, wrong ones, or one twice; the share of rows that are
# as near as those of the sequential scan.
$primary->safe_psql('postgres', <<'SQL');
CREATE FUNCTION ask(n int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    name text;
    strategy text;
    condition text;
    query vector;
    most int;
    all_ids int[];
    expected float8[];
    ids int[];
    distances float8[];
    near bigint := 0;
    wanted bigint := 0;
BEGIN
    FOR i IN 1..n LOOP
        name := (ARRAY['hnsw', 'ivfpq', 'ivfflat'])[1 + i % 3];
        strategy := (ARRAY['exact', 'postfilter', 'inline', 'auto'])[1 + floor(random() * 4)::int];
        condition := format((ARRAY['kind = %s', 'kind < %s', 'note = ''n%s''', 'kind = %s AND note <> ''n3''', 'kind = %s OR note = ''n3''',
            'kind IN (SELECT id FROM category WHERE size = %s %% 3)', 'id %% 10 < %s'])[1 + floor(random() * 7)::int], floor(random() * 10)::int);
        query := place(random() * 2000);
        most := (ARRAY[1, 10, 10, 100, 100000])[1 + floor(random() * 5)::int];
        EXECUTE format('SELECT array_agg(id), (array_agg(d ORDER BY d))[:$2] FROM (SELECT id, v <-> $1 AS d FROM item_%s WHERE %s OFFSET 0) t', name, condition)
            INTO all_ids, expected USING query, most;
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        EXECUTE format('SELECT array_agg(id), array_agg(d) FROM (SELECT id, v <-> $1 AS d FROM item_%s WHERE %s ORDER BY v <-> $1 LIMIT $2) t', name, condition)
            INTO ids, distances USING query, most;
        IF coalesce(cardinality(ids), 0) <> coalesce(cardinality(expected), 0) OR NOT ids <@ all_ids
            OR (SELECT count(DISTINCT id) FROM unnest(ids) id) <> cardinality(ids) OR (strategy = 'exact' AND distances <> expected) THEN
            RAISE EXCEPTION 'item_% by %, where %, limit %: % rows of %', name, strategy, condition, most, cardinality(ids), cardinality(expected);
        END IF;
        near := near + coalesce((SELECT count(*) FROM unnest(distances) d WHERE d <= expected[cardinality(expected)]), 0);
        wanted := wanted + coalesce(cardinality(expected), 0);
    END LOOP;
    RETURN near / greatest(wanted, 1)::float8;
END
$$;
SQL
my $standby = busy_standby_of($primary);

sub check
{
	my ($node, $what) = @_;
	cmp_ok($node->safe_psql('postgres', 'SELECT ask(150)'), '>=', 0.95, "$what: answers are right and near");
}
check($primary, 'primary');
$primary->wait_for_catchup($standby);
check($standby, 'standby');

# --- Rows that are locked -------------------------------------------------------------------------

# What a statement of one session gives when it has waited for a change of another.
sub waits_for
{
	my ($change, $statement, $settings) = @_;
	my $first = $primary->background_psql('postgres');
	my $second = $primary->background_psql('postgres');
	$second->query_safe($settings);
	my $pid = $second->query_safe('SELECT pg_backend_pid()');
	$first->query_safe("BEGIN; $change");
	$second->query_until(qr/started/, "\\echo started\n$statement;\n");
	$primary->poll_query_until('postgres',
		"SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = $pid") or die 'the statement does not wait';
	$first->query_safe('COMMIT');
	my $rows = $second->query_safe('SELECT');
	$first->quit;
	$second->quit;
	return $rows =~ s/\n/ /gr;
}

foreach my $method (@methods)
{
	my $table = "item_$method";
	foreach my $strategy ('inline', 'postfilter', 'exact')
	{
		my $settings = "SET vecext.filter_strategy = $strategy";
		my $name = "$method by $strategy";
		$primary->safe_psql('postgres', "UPDATE $table SET kind = 3, note = 'old', v = place(id) WHERE id IN (1003, 1013, 993, 983)");
		my $select = "SELECT id, note FROM $table i WHERE kind = 3 ORDER BY v <-> (SELECT v FROM $table WHERE id = 1006) LIMIT 2 FOR UPDATE";
		is(waits_for("UPDATE $table SET note = 'new' WHERE id = 1003", $select, $settings),
			'1003|new 1013|old', "$name: a locked row is given as it is now");
		is(waits_for("UPDATE $table SET kind = 4 WHERE id = 1003", $select, $settings),
			'1013|old 993|old', "$name: one that matches no more is left out");
		is(waits_for("DELETE FROM $table WHERE id = 1013", $select, $settings),
			'993|old 1023|n1', "$name: and one that is gone");
		$primary->safe_psql('postgres', "INSERT INTO $table VALUES (1013, 3, 'old', place(1013))");
		my $join = "SELECT i.id, i.note FROM $table i JOIN category c ON c.id = i.kind WHERE i.kind IN (4, 5) AND i.note = 'here' AND c.size >= 0"
		  . " ORDER BY i.v <-> (SELECT v FROM $table WHERE id = 1006) LIMIT 1 FOR UPDATE OF i";
		$primary->safe_psql('postgres', "UPDATE $table SET note = 'here' WHERE id IN (1004, 1005)");
		is(waits_for("UPDATE $table SET kind = 5 WHERE id = 1005; UPDATE $table SET note = 'gone' WHERE id = 1004", $join, $settings),
			'1005|here', "$name: beside a join");
		$primary->safe_psql('postgres', "UPDATE $table SET kind = id % 10, note = 'n' || id % 7 WHERE id BETWEEN 980 AND 1030");
	}
}

# Sub-selects run once more with a row that has changed, and rely on the order of their rows then, too.
$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE scattered (v vector(32));
INSERT INTO scattered SELECT ARRAY(SELECT random() FROM generate_series(1, 32) WHERE i > 0) FROM generate_series(1, 5000) i;
CREATE TABLE gathered AS TABLE scattered;
CREATE INDEX ON scattered USING hnsw (v vector_l2_ops) WITH (m = 4);
CREATE INDEX ON gathered USING ivfpq (v vector_l2_ops);
CREATE TABLE target AS SELECT 0 AS n, v FROM scattered LIMIT 1;
ANALYZE scattered, gathered, target;
SQL
my $matches = '(SELECT count(*) FROM (SELECT s.v <-> t.v AS d FROM scattered s ORDER BY d OFFSET 0) a'
  . ' JOIN (SELECT s.v <-> t.v AS d FROM gathered s ORDER BY d OFFSET 0) b USING (d))';
my $all = $primary->safe_psql('postgres', "SET enable_indexscan = off; SELECT $matches FROM target t");
my $merged = 'SET hnsw.ef_search = 10; SET enable_seqscan = off; SET enable_sort = off; SET enable_hashjoin = off; SET enable_nestloop = off';
is(waits_for('UPDATE target SET n = 1', "UPDATE target t SET n = $matches RETURNING n", $merged), $all, 'a merge join for an updated row');
is(waits_for('UPDATE target SET n = 2', "SELECT $matches FROM target t WHERE n >= 0 FOR UPDATE", $merged), $all, 'and for a locked one');

# --- Snapshots ------------------------------------------------------------------------------------

# Of each table and strategy: rows in their order, as one text. A search by codes is left out: where rows
# are added to its lists, it may miss others than before.
$primary->safe_psql('postgres', <<'SQL');
CREATE FUNCTION answers() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    name text;
    strategy text;
    condition text;
    ids int[];
    result text := '';
BEGIN
    FOREACH name IN ARRAY '{hnsw,ivfpq,ivfflat}'::text[] LOOP
        FOREACH strategy IN ARRAY CASE WHEN name IN ('hnsw', 'ivfflat') THEN '{exact,postfilter,inline}' ELSE '{exact}' END::text[] LOOP
            FOREACH condition IN ARRAY ARRAY['kind = 3', 'kind < 8', 'note = ''n3'''] LOOP
                PERFORM set_config('vecext.filter_strategy', strategy, true);
                EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM item_%1$s WHERE %2$s
                    ORDER BY v <-> (SELECT v FROM item_%1$s WHERE id = 700) LIMIT 40) t', name, condition) INTO ids;
                result := concat(result, name, ' by ', strategy, ', ', condition, ': ', ids, E'\n');
            END LOOP;
        END LOOP;
    END LOOP;
    RETURN result;
END
$$;
SQL
my $reader = $primary->background_psql('postgres');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
my $before = $reader->query_safe('SELECT answers()');
my %changes = (
	'1 updates' => 'UPDATE %t SET kind = (kind + 1) % 10 WHERE id % 3 = 0; UPDATE %t SET note = \'n3\' WHERE id % 5 = 0',
	'2 deletes' => 'DELETE FROM %t WHERE id % 4 = 1',
	'3 VACUUM' => 'VACUUM %t',
	'4 inserts' => 'INSERT INTO %t (kind, note, v) SELECT 3, \'n3\', place(700) FROM generate_series(1, 600) i',
	'5 updates of vectors' => 'UPDATE %t SET v = place(id + 100) WHERE id % 7 = 0',
	'6 merge' => q{SELECT vecext.merge('%t_v')},
	'7 VACUUM' => 'VACUUM %t');
foreach my $name (sort keys %changes)
{
	foreach my $method (@methods)
	{
		my $sql = $changes{$name} =~ s/%t/item_$method/gr;
		$primary->safe_psql('postgres', $_) foreach split /; /, $sql;
	}
	is($reader->query_safe('SELECT answers()'), $before, "a snapshot gives the same rows after $name");
}
cmp_ok($reader->query_safe('SELECT ask(60)'), '>=', 0.95, 'and answers in it are right');
$reader->query_safe('COMMIT');
isnt($reader->query_safe('SELECT answers()'), $before, 'the next one gives others');
$reader->quit;
check($primary, 'after changes');
$primary->wait_for_catchup($standby);
check($standby, 'standby after changes');

# --- Load -----------------------------------------------------------------------------------------

# What clients do, and how often.
my %does = (
	insert => [ 4, 'INSERT INTO %t (kind, note, v) SELECT i % 10, \'n\' || i % 7, place(random() * 2000) FROM generate_series(1, 5) i' ],
	update => [ 1, 'UPDATE %t SET kind = (kind + 1) % 10 WHERE id % 100 = :r' ],
	touch => [ 1, 'UPDATE %t SET note = \'n3\' WHERE id % 100 = :r' ],
	move => [ 1, 'UPDATE %t SET v = place(random() * 2000) WHERE id % 200 = :r' ],
	delete => [ 2, 'DELETE FROM %t WHERE id % 200 = :r' ],
	rollback => [ 1, 'BEGIN; INSERT INTO %t (kind, v) SELECT 3, place(700) FROM generate_series(1, 5); DELETE FROM %t WHERE id % 50 = :r; ROLLBACK' ],
	lock => [ 1, 'SELECT id FROM %t WHERE kind = :r % 10 ORDER BY v <-> place(:r) LIMIT 3 FOR UPDATE SKIP LOCKED' ]);
my @files;
foreach my $name (sort keys %does)
{
	my ($weight, $sql) = @{ $does{$name} };
	foreach my $method (@methods)
	{
		my $file = $primary->basedir . "/${name}_$method.sql";
		append_to_file($file, "\\set r random(1, 99)\n" . ($sql =~ s/%t/item_$method/gr) . ";\n");
		push @files, '-f', "$file\@$weight";
	}
}
my $questions = $primary->basedir . '/ask.sql';
append_to_file($questions, "BEGIN ISOLATION LEVEL REPEATABLE READ;\nSELECT ask(6);\nSELECT ask(6);\nCOMMIT;\n");
$primary->safe_psql('postgres', 'CREATE TABLE go_on AS SELECT true AS yes');
my $house = $primary->basedir . '/house.sql';
append_to_file($house, ("SELECT yes FROM go_on \\gset\n\\if :yes\n"
	  . join('', map { "VACUUM item_$_;\nSELECT vecext.merge('item_${_}_v');\n" } @methods) . "\\endif\n") x 500);

# Starts pgbench on a node.
sub client
{
	my ($node, @options) = @_;
	my ($out, $err) = ('', '');
	return { out => \$out, err => \$err,
		run => start([ 'pgbench', '-n', '-T', $seconds, '-h', $node->host, '-p', $node->port, @options, 'postgres' ],
			'>', \$out, '2>', \$err) };
}

my ($house_out, $house_err) = ('', '');
my $keeper = start([ 'psql', '-Xq', '-f', $house, $primary->connstr('postgres') ], '>', \$house_out, '2>', \$house_err);
# The writers take turns with locks in no order: two may wait for each other, and one tries again.
my %clients = (
	writers => client($primary, '-c', 2, '--max-tries', 100, @files),
	readers => client($primary, '-c', 2, '-f', $questions),
	'readers of the standby' => client($standby, '-c', 1, '-f', $questions));
foreach my $name (sort keys %clients)
{
	my $client = $clients{$name};
	ok($client->{run}->finish, "$name saw no error") or diag ${ $client->{err} };
	unlike(${ $client->{err} }, qr/aborted|ERROR|WARNING/, "$name: nor was one aborted");
	my ($transactions) = ${ $client->{out} } =~ /transactions actually processed: (\d+)/;
	cmp_ok($transactions, '>', 10, "$name did something");
	note "$transactions transactions of $name";
}
$primary->safe_psql('postgres', 'UPDATE go_on SET yes = false');
$keeper->finish;
is($house_err, '', 'nor did who keeps house');

check($primary, 'after the load');
$primary->wait_for_catchup($standby);
check($standby, 'standby after the load');
unlike(slurp_file($_->logfile), qr/PANIC|TRAP|WARNING:|terminated by signal|damaged/, 'nothing bad in the log of ' . $_->name)
  foreach $primary, $standby;

$standby->stop;
$primary->stop;
done_testing();
