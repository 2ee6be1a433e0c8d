# What VACUUM and INSERT do to an index besides does not fail them on a full disk, with parallel workers or without; what is
# free in an index that is always in use is used again; VACUUM keeps to its costs, and autovacuum to its memory.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', <<'CONF', extra => ['--wal-segsize=1']);
maintenance_work_mem = 256MB
max_parallel_maintenance_workers = 2
min_parallel_index_scan_size = 0
client_min_messages = warning
CONF
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE TABLE source AS SELECT i AS id, ARRAY(SELECT random() + i % 50 FROM generate_series(1, 64))::vector(64) AS v
FROM generate_series(1, 16000) i;
SQL

# SQL run by psql: what it printed, and errors and warnings.
sub run_sql
{
	my ($sql) = @_;
	my ($out, $err);
	$node->psql('postgres', $sql, stdout => \$out, stderr => \$err);
	return ($out, $err);
}

# From now on no file of new backends grows beyond a segment of WAL; or as far as it likes.
sub limit_files
{
	my ($limit) = @_;
	my ($pid) = split /\n/, slurp_file($node->data_dir . '/postmaster.pid');
	system_or_bail('prlimit', "--pid=$pid", "--fsize=$limit:");
	return;
}

for my $case ([ 'without workers', '' ], [ 'with workers', 'CREATE INDEX ON item (id); CREATE INDEX ON item ((-id));' ])
{
	my ($name, $indexes) = @$case;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE item AS TABLE source;
CREATE INDEX item_graph ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_lists ON item USING ivfflat (v vector_l2_ops) WITH (lists = 50);
$indexes
DELETE FROM item WHERE id % 4 = 0;
SQL
	limit_files(16 * 1024 * 1024);
	my ($out, $err) = run_sql('VACUUM item');
	like($err, qr/WARNING:  index "item_graph" was not reorganized: could not (extend|write)/, "$name: VACUUM says what it left");
	unlike($err, qr/ERROR|FATAL|item_lists/, "$name: and does the rest");
	($out, $err) = run_sql('SELECT rows, dead_rows FROM vecext.index_info(\'item_graph\')');
	is($out, '12000|4000', "$name: the graph has its dead nodes");
	($out, $err) = run_sql("SELECT statement FROM vecext.advise('item_graph') WHERE finding ~ 'have no row'");
	is($out, 'VACUUM public.item', "$name: and advice says what removes them");
	($out, $err) = run_sql('INSERT INTO item SELECT id + 20000, v FROM source LIMIT 9000');
	is($err, '', "$name: nor does an INSERT fail");
	like(slurp_file($node->logfile), qr/LOG:  index "item_graph" was not reorganized: could not (extend|write)/,
		"$name: the log tells");
	limit_files('unlimited');
	is($node->safe_psql('postgres', <<'SQL'), "21000|21000\n12000", "$name: all is whole");
SELECT vecext.verify_index('item_graph'), vecext.verify_index('item_lists');
DELETE FROM item WHERE id > 20000;
VACUUM item;
SELECT vecext.verify_index('item_graph')
SQL
	is($node->safe_psql('postgres', "SELECT dead_rows FROM vecext.index_info('item_graph')"), '0',
		"$name: where there is room it is rebuilt");
	$node->safe_psql('postgres', 'DROP TABLE item');
}

# Indexes of posting lists, whose segments VACUUM would write again. An INSERT needs room for pending documents.
my %lists = (words => [ 'bm25', 'words(id)', '<@>', q{'own17'} ], weights => [ 'inverted', 'weights(id)::sparsevec(40000)', '<#>', 'weights(17)' ]);
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION words(n int) RETURNS text LANGUAGE sql IMMUTABLE
    RETURN 'own' || n || (SELECT string_agg(' w' || abs(hashint8extended(i, n)) % 2000, '') FROM generate_series(1, 30) i);
CREATE FUNCTION weights(n int) RETURNS sparsevec LANGUAGE sql IMMUTABLE
    RETURN ('{' || 3000 + n || ':9' || (SELECT string_agg(',' || 100 * i + abs(hashint8extended(i, n)) % 100 || ':' || 1 + i % 3, '' ORDER BY i)
        FROM generate_series(1, 29) i) || '}/40000')::sparsevec;
SQL
foreach my $kind (sort keys %lists)
{
	my ($method, $expression, $operator, $query) = @{ $lists{$kind} };
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE item AS SELECT i AS id FROM generate_series(1, 16000) i;
CREATE INDEX item_lists ON item USING $method (($expression));
DELETE FROM item WHERE id % 3 = 0;
SQL
	limit_files($node->safe_psql('postgres', q{SELECT pg_relation_size('item_lists') + 300000}));
	my ($out, $err) = run_sql('VACUUM item');
	like($err, qr/WARNING:  index "item_lists" was not reorganized: could not (extend|write)/, "$kind: VACUUM says what it left");
	unlike($err, qr/ERROR|FATAL/, "$kind: and does the rest");
	($out, $err) = run_sql('SELECT rows, dead_rows FROM vecext.index_info(\'item_lists\')');
	is($out, '10667|5333', "$kind: the index has its dead rows");
	limit_files('unlimited');
	$node->safe_psql('postgres', 'INSERT INTO item SELECT i FROM generate_series(20001, 21000) i');
	is($node->safe_psql('postgres', <<"SQL"), "11667\n17", "$kind: all is whole");
SELECT vecext.verify_index('item_lists');
SET enable_seqscan = off;
SELECT id FROM item ORDER BY $expression $operator $query LIMIT 1
SQL
	$node->safe_psql('postgres', 'VACUUM item');
	is($node->safe_psql('postgres', "SELECT dead_rows FROM vecext.index_info('item_lists')"), '0',
		"$kind: where there is room it is written again");
	$node->safe_psql('postgres', 'DROP TABLE item');
}

# VACUUM that may cost little waits while it removes rows from an index.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION waits_in_index(vacuum int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    found_it boolean;
BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        SELECT p.phase = 'vacuuming indexes' AND a.wait_event = 'VacuumDelay' INTO found_it
        FROM pg_stat_activity a LEFT JOIN pg_stat_progress_vacuum p USING (pid) WHERE a.pid = vacuum;
        EXIT WHEN found_it OR EXISTS (SELECT FROM pg_stat_activity WHERE pid = vacuum AND query ~ '^VACUUM' AND state <> 'active');
        PERFORM pg_sleep(.005);
    END LOOP;
    RETURN coalesce(found_it, false);
END $$;
SQL
my %columns = (ivfflat => 'v vector_l2_ops', hnsw => 'v vector_l2_ops', map { ($_->[0] => "($_->[1])") } values %lists);
foreach my $method (sort keys %columns)
{
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE item (id int, v vector(64));
CREATE INDEX ON item USING $method ($columns{$method});
INSERT INTO item SELECT id, v FROM source LIMIT 500;
DELETE FROM item WHERE id % 3 = 0;
SQL
	my $vacuum = $node->background_psql('postgres', on_error_stop => 0);
	$vacuum->query_safe("SET vacuum_cost_limit = 1; SET vacuum_cost_delay = 100");
	my $pid = $vacuum->query_safe('SELECT pg_backend_pid()');
	$vacuum->query_until(qr/begin/, "\\echo begin\nVACUUM item;\n");
	is($node->safe_psql('postgres', "SELECT waits_in_index($pid), pg_cancel_backend($pid)"), 't|t', "$method: VACUUM waits");
	$vacuum->quit;
	$node->safe_psql('postgres', 'DROP TABLE item');
}

# A transaction that has a lock on each index, as planning takes them.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE item AS SELECT * FROM source LIMIT 8000;
CREATE INDEX item_graph ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_flat ON item USING ivfflat (v vector_l2_ops) WITH (lists = 20);
CREATE INDEX item_codes ON item USING ivfpq (v vector_l2_ops);
SQL
my $sizes = q{SELECT pg_relation_size('item_graph'), pg_relation_size('item_flat'), pg_relation_size('item_codes')};
my @full = split /\|/, $node->safe_psql('postgres', $sizes);
my ($in, $out, $err) = ('', '', '');
my $user = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
$in = "BEGIN;\nSET enable_seqscan = off;\n";
$in .= "SELECT 'open', id FROM item ORDER BY v <-> (SELECT v FROM source LIMIT 1) LIMIT 1;\n";
$user->pump until $out =~ /open/;
for my $round (1 .. 4)
{
	$node->safe_psql('postgres', <<"SQL");
DELETE FROM item WHERE id < (SELECT avg(id) FROM item);
VACUUM item;
INSERT INTO item SELECT id + 20000 * $round, v FROM source LIMIT 4000;
SQL
}
my @then = split /\|/, $node->safe_psql('postgres', $sizes);
for my $i (0 .. 2)
{
	my $name = (qw(graph flat codes))[$i];
	cmp_ok($then[$i], '<=', 1.51 * $full[$i], "item_$name: what is free is used again");
}
$in .= "COMMIT;\n\\q\n";
$user->finish;
is($err, '', 'the session goes on');

# A graph that is built in memory, and rows that wait for a place in it.
$node->safe_psql('postgres', <<'SQL');
DROP TABLE item;
CREATE TABLE item AS SELECT * FROM source LIMIT 12000;
CREATE INDEX item_graph ON item USING hnsw (v vector_l1_ops);
SET maintenance_work_mem = '1MB';
INSERT INTO item SELECT id + 20000, v FROM source LIMIT 9000;
ALTER TABLE item SET (autovacuum_vacuum_threshold = 1, autovacuum_vacuum_scale_factor = 0);
DELETE FROM item WHERE id < 10;
ALTER SYSTEM SET autovacuum = on;
ALTER SYSTEM SET autovacuum_naptime = '1s';
ALTER SYSTEM SET autovacuum_work_mem = '1MB';
SQL
my $begin = -s $node->logfile;
$node->reload;
my $vacuumed = q{SELECT autovacuum_count > 0 FROM pg_stat_user_tables WHERE relname = 'item'};
ok($node->poll_query_until('postgres', $vacuumed), 'autovacuum is done with the table');
like(slurp_file($node->logfile, $begin),
	qr/index "item_graph" was not reorganized: its graph would take \d+ MB, more than autovacuum_work_mem/, 'within its memory');
my $pending = q{SELECT pending_rows FROM vecext.index_info('item_graph')};
is($node->safe_psql('postgres', $pending), '9000', 'rows wait');
is($node->safe_psql('postgres', q{SELECT statement FROM vecext.advise('item_graph') WHERE finding ~ 'outside the graph'}),
	"SELECT vecext.merge('public.item_graph')", 'and advice says what takes them in');
$node->safe_psql('postgres', 'ALTER SYSTEM SET autovacuum = off');
$node->reload;
$begin = -s $node->logfile;
$node->safe_psql('postgres', 'SET log_min_messages = debug1; VACUUM item');
is($node->safe_psql('postgres', $pending), '0', 'until a VACUUM that may take more');
my $rows = $node->safe_psql('postgres', q{SELECT rows FROM vecext.index_info('item_graph')});
like(slurp_file($node->logfile, $begin),
	qr/index "item_graph" was reorganized: $rows rows in [\d.]+ s\n.*DETAIL:  loading tuples: .* s, constructing graph: .* s, writing pages: .* s, freeing pages: .* s, trying searches: .* s\./,
	'which says in the log what took how long');

$node->stop;
done_testing();
