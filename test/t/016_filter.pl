# Scans with conditions while others change the table, and under load: each answer is that of a sequential scan in the
# same snapshot, on a standby too. Row locks and old snapshots, one step at a time: test/isolation.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $seconds = 5;
my $rows = 2000;
# By method: the type, what makes a value near a place on a line, the operator class, the operator.
my %methods = ((map { $_ => [ 'vector(16)', 'place', 'vector_l2_ops', '<->' ] } qw(hnsw ivfpq ivfflat)),
	inverted => [ 'sparsevec(100000)', 'weights', 'sparsevec_ip_ops', '<#>' ],
	bm25 => [ 'text', 'words', 'bm25_text_ops', '<@>' ]);
my @methods = sort keys %methods;

# SQL about the table of a method; written as for vectors.
sub of_method
{
	my ($sql, $method) = @_;
	my (undef, $maker, undef, $operator) = @{ $methods{$method} };
	return $sql =~ s/%t/item_$method/gr =~ s/\bplace\(/$maker(/gr =~ s/<->/$operator/gr;
}

my $primary = new_node('primary', <<'CONF', allows_streaming => 1);
log_statement = none
wal_keep_size = 1GB
max_parallel_workers_per_gather = 0
hnsw.ef_search = 1000
ivfflat.probes = 100
ivfpq.probes = 100
CONF

# Rows i of a table lie around the place i on a line, and are of kind i % 10.
$primary->safe_psql('postgres', <<"SQL" . join('', map { my ($type, $maker, $class) = @{ $methods{$_} }; <<"TABLE" } @methods));
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE FUNCTION place(i float8) RETURNS vector LANGUAGE sql VOLATILE
    RETURN ARRAY[i] || ARRAY(SELECT random() FROM generate_series(1, 15) WHERE i IS NOT NULL)::float8[];
CREATE FUNCTION weights(i float8) RETURNS sparsevec LANGUAGE sql VOLATILE
    RETURN (SELECT '{' || string_agg(i::int + j || ':' || 10 - abs(j - 8) + random(), ',') || '}/100000' FROM generate_series(1, 16) j)::sparsevec;
CREATE FUNCTION words(i float8) RETURNS text LANGUAGE sql VOLATILE
    RETURN (SELECT string_agg(repeat(' w' || i::int + j, 1 + (random() * (9 - abs(j - 8)))::int), '') FROM generate_series(1, 16) j);
CREATE TABLE category AS SELECT i AS id, i % 3 AS size FROM generate_series(0, 9) i;
SQL
CREATE TABLE item_$_ (id serial PRIMARY KEY, kind int, note text, v $type);
INSERT INTO item_$_ (kind, note, v) SELECT i % 10, 'n' || i % 7, $maker(i) FROM generate_series(1, $rows) i;
CREATE INDEX ON item_$_ (kind);
CREATE INDEX item_${_}_v ON item_$_ USING $_ (v $class);
ANALYZE item_$_;
TABLE

# Asks n random questions of the tables, each by the node and by a sequential scan in the same snapshot.
# An error, if an answer has too few rows, too many, wrong ones, or one twice; the share of rows that are
# as near as those of the sequential scan. Scores of bm25 depend on other rows, so only its sets are compared.
$primary->safe_psql('postgres', <<'SQL');
CREATE FUNCTION ask(n int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    name text;
    strategy text;
    condition text;
    query text;
    operator text;
    most int;
    all_ids int[];
    expected float8[];
    ids int[];
    distances float8[];
    near bigint := 0;
    wanted bigint := 0;
BEGIN
    FOR i IN 1..n LOOP
        name := (ARRAY['hnsw', 'ivfpq', 'ivfflat', 'inverted', 'bm25'])[1 + i % 5];
        operator := CASE name WHEN 'inverted' THEN '<#>' WHEN 'bm25' THEN '<@>' ELSE '<->' END;
        strategy := (ARRAY['exact', 'postfilter', 'inline', 'auto'])[1 + floor(random() * 4)::int];
        condition := format((ARRAY['kind = %s', 'kind < %s', 'note = ''n%s''', 'kind = %s AND note <> ''n3''', 'kind = %s OR note = ''n3''',
            'kind IN (SELECT id FROM category WHERE size = %s %% 3)', 'id %% 10 < %s'])[1 + floor(random() * 7)::int], floor(random() * 10)::int);
        query := quote_literal(CASE name WHEN 'inverted' THEN weights(random() * 2000)::text WHEN 'bm25' THEN words(random() * 2000)
            ELSE place(random() * 2000)::text END);
        most := (ARRAY[1, 10, 10, 100, 100000])[1 + floor(random() * 5)::int];
        EXECUTE format('SELECT array_agg(id), (array_agg(d ORDER BY d))[:$1] FROM (SELECT id, v %s %s AS d FROM item_%s WHERE %s OFFSET 0) t',
            operator, query, name, condition) INTO all_ids, expected USING most;
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        EXECUTE format('SELECT array_agg(id), array_agg(d) FROM (SELECT id, v %1$s %2$s AS d FROM item_%3$s WHERE %4$s ORDER BY v %1$s %2$s LIMIT $1) t',
            operator, query, name, condition) INTO ids, distances USING most;
        IF coalesce(cardinality(ids), 0) <> coalesce(cardinality(expected), 0) OR NOT ids <@ all_ids
            OR (SELECT count(DISTINCT id) FROM unnest(ids) id) <> cardinality(ids) OR ((strategy = 'exact' OR name = 'inverted') AND name <> 'bm25' AND distances <> expected) THEN
            RAISE EXCEPTION 'item_% by %, where %, limit %: % rows of %', name, strategy, condition, most, cardinality(ids), cardinality(expected);
        END IF;
        near := near + coalesce((SELECT count(*) FROM unnest(distances) d WHERE d <= expected[cardinality(expected)] OR name = 'bm25'), 0);
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

# --- Changes ----------------------------------------------------------------------------------------

my %changes = (
	'1 updates' => 'UPDATE %t SET kind = (kind + 1) % 10 WHERE id % 3 = 0; UPDATE %t SET note = \'n3\' WHERE id % 5 = 0',
	'2 deletes' => 'DELETE FROM %t WHERE id % 4 = 1',
	'3 VACUUM' => 'VACUUM %t',
	'4 inserts' => 'INSERT INTO %t (kind, note, v) SELECT 3, \'n3\', place(700) FROM generate_series(1, 600) i',
	'5 updates of vectors' => 'UPDATE %t SET v = place(id + 100) WHERE id % 7 = 0',
	'6 merge' => q{SELECT vecext.merge('%t_v')},
	'7 VACUUM' => 'VACUUM %t');
my $reader = $primary->background_psql('postgres');
$reader->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM category');
foreach my $name (sort keys %changes)
{
	foreach my $method (@methods)
	{
		my $sql = of_method($changes{$name}, $method);
		$primary->safe_psql('postgres', $_) foreach split /; /, $sql;
	}
}
cmp_ok($reader->query_safe('SELECT ask(60)'), '>=', 0.95, 'answers in an old snapshot are right');
$reader->query_safe('COMMIT');
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
		append_to_file($file, "\\set r random(1, 99)\n" . of_method($sql, $method) . ";\n");
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
sound_log($_, qr/WARNING:|damaged/)
  foreach $primary, $standby;

$standby->stop;
$primary->stop;
done_testing();
