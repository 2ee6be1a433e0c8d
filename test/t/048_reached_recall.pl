# Graphs whose searches reach much less recall than vecext.target_recall asks for, as random bits by Hamming and Jaccard distance:
# CREATE INDEX and REINDEX warn, vecext.index_info() gives advice, and scans expect what trials have reached.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DamageTables;
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

# Newer servers have checksums by default, and would see the changes of pages below.
my $node = new_node('node', 'enable_seqscan = off', without_checksums => 1);
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE FUNCTION bits(n int) RETURNS bit(1024) LANGUAGE sql IMMUTABLE
    RETURN (SELECT string_agg(('x' || md5(n || ' ' || j))::bit(128)::text, '' ORDER BY j) FROM generate_series(1, 8) j)::bit(1024);
CREATE FUNCTION line(n int) RETURNS vector LANGUAGE sql IMMUTABLE RETURN ARRAY[n % 71, n % 73, n * 0.01, n % 5]::vector;
CREATE TABLE hard AS SELECT n AS id, bits(n)::bit(1024) AS v FROM generate_series(1, 3000) n;
CREATE TABLE easy AS SELECT n AS id, line(n)::vector(4) AS v FROM generate_series(1, 3000) n;
SQL

# What the server reports of a statement.
sub reports
{
	my ($sql) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', $sql);
	die "$sql: $err" if $rc != 0;
	return $err =~ s/^psql:<stdin>:\d+: //mgr;
}
sub warning_of
{
	my ($index, $hint) = @_;
	return qr/WARNING:  searches of index "$index" are expected to reach a recall of 0\.[1-8]\d, not 0\.95
DETAIL:  Trials with queries between its rows found no more of their nearest rows\.
HINT:  Use $hint, which may reach it, or lower vecext\.target_recall\.\n?/;
}
sub advice { return $node->safe_psql('postgres', ($_[1] // '') . ";SELECT advice FROM vecext.index_info('$_[0]')"); }
# The recall that a scan of the table expects.
sub expected
{
	my ($table, $settings) = @_;
	return $node->safe_psql('postgres', <<"SQL");
${\($settings // '')};
DO 'BEGIN PERFORM FROM (SELECT id FROM $table ORDER BY v <~> bits(0) LIMIT 10) n; END';
SELECT expected_recall FROM vecext.last_scan();
SQL
}

# --- Graphs that do not reach it ------------------------------------------------------------------------------------

my $create = 'CREATE INDEX hard_v ON hard USING hnsw (v bit_hamming_ops)';
my $by_ivfpq = warning_of('hard_v', 'ivfpq');
like(reports($create), qr/\A$by_ivfpq\z/, 'CREATE INDEX warns');
like(reports('REINDEX INDEX hard_v'), qr/\A$by_ivfpq\z/, 'REINDEX warns');
my $of_copy = warning_of('hard_v_ccnew', 'ivfpq');
like(reports('REINDEX INDEX CONCURRENTLY hard_v'), qr/\A$of_copy\z/, 'REINDEX CONCURRENTLY warns');
like(reports('CREATE INDEX hard_jaccard ON hard USING hnsw (v bit_jaccard_ops)'), warning_of('hard_jaccard', 'a larger hnsw.ef_search'),
	'a distance that lists lack');
like($node->safe_psql('postgres', q{SELECT statement FROM vecext.advise('hard_jaccard')}), qr/\ASET LOCAL hnsw\.ef_search = 1000 /,
	'for which vecext.advise has a setting of a transaction');
$node->safe_psql('postgres', 'DROP INDEX hard_jaccard');

my $advised = qr/\Aivfpq: searches are expected to reach a recall of (0\.[1-8]\d), not 0\.95\z/;
like(advice('hard_v'), $advised, 'index_info gives advice');
like($node->safe_psql('postgres', q{SELECT statement FROM vecext.advise('hard_v') WHERE finding ~ '^ivfpq: '}),
	qr/\ACREATE INDEX CONCURRENTLY ON public\.hard USING ivfpq \(v public\.bit_hamming_ops\)\z/, 'and vecext.advise the index that may reach it');
my ($reached) = advice('hard_v') =~ $advised;
is(sprintf('%.2f', expected('hard')), $reached, 'a scan expects what trials have reached');
cmp_ok(expected('hard', 'SET vecext.target_recall = 0.999'), '<', 0.96, 'of a greater target, too');

# The recall aimed at is reached, or nothing is aimed at.
foreach my $settings ('SET vecext.target_recall = 0.5', 'SET vecext.target_recall = 0', 'SET hnsw.ef_search = 40')
{
	is(reports("$settings; REINDEX INDEX hard_v"), '', "$settings: no warning");
	is(advice('hard_v', $settings), '', "$settings: no advice");
}
is(expected('hard', 'SET vecext.target_recall = 0.5'), 0.5, 'no more is expected than is aimed at');
is(expected('hard', 'SET hnsw.ef_search = 40'), '', 'nothing is expected of an ef');

# Work that no user asked for reports nothing; the advice stays.
is(reports("INSERT INTO hard SELECT n, bits(n) FROM generate_series(3001, 5500) n; SELECT vecext.merge('hard_v')"), '', 'merge does not warn');
like(advice('hard_v'), $advised, 'advice after a merge');
my $nodes = "SELECT nodes FROM vecext.index_info('hard_v')";
is($node->safe_psql('postgres', $nodes), 5500, 'which has built the graph again');
is(reports('DELETE FROM hard WHERE id % 2 = 0; VACUUM hard'), '', 'VACUUM does not warn');
like(advice('hard_v'), $advised, 'advice after a VACUUM');
is($node->safe_psql('postgres', $nodes), 2750, 'which has built the graph again');

# Each partition is an index of its own. A small one is not tried.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE parted (id int, v bit(1024)) PARTITION BY RANGE (id);
CREATE TABLE parted_small PARTITION OF parted FOR VALUES FROM (0) TO (900);
CREATE TABLE parted_one PARTITION OF parted FOR VALUES FROM (900) TO (4000);
CREATE TABLE parted_two PARTITION OF parted FOR VALUES FROM (4000) TO (7000);
INSERT INTO parted SELECT n, bits(n) FROM generate_series(1, 6999) n;
SQL
my $of_parts = reports('CREATE INDEX parted_v ON parted USING hnsw (v bit_hamming_ops)');
is(join(' ', sort $of_parts =~ /index "(\w+)"/g), 'parted_one_v_idx parted_two_v_idx', 'a warning of each partition');
like(advice('parted_v'), $advised, 'advice on a partitioned index');
is(advice('parted_small_v_idx'), '', 'none on a small partition');

# --- Others --------------------------------------------------------------------------------------

is(reports('CREATE INDEX easy_v ON easy USING hnsw (v vector_l2_ops)'), '', 'a graph that reaches its recall');
is(advice('easy_v'), '', 'has no advice');
foreach my $rows ('false', 'id < 900', 'v IS NULL')
{
	is(reports("CREATE INDEX few ON hard USING hnsw (v bit_hamming_ops) WHERE $rows; DROP INDEX few"), '', "rows WHERE $rows");
}
is(reports("CREATE TABLE equal AS SELECT bits(1)::bit(1024) AS v FROM generate_series(1, 3000); CREATE INDEX ON equal USING hnsw (v bit_hamming_ops)"),
	'', 'rows that are all equal');

# --- Of graphs with codes ------------------------------------------------------------------------------

# As if trials had not reached it: each recall tried, behind its slack (core/page/graph_meta_page.h).
my ($first, $each) = (24 + 40 + 136 + 4, 16);
my $path = $node->data_dir . '/' . $node->safe_psql('postgres', "SELECT pg_relation_filepath('easy_v')");
$node->stop;
change_page_bytes($path, $first + $_ * $each, pack 'f<', 0.625 + $_ * 0.0625) foreach 0 .. 3;
$node->start;
is(advice('easy_v'), 'ivfpq: searches are expected to reach a recall of 0.69, not 0.95', 'advice on a graph with codes');
is(advice('easy_v', 'SET vecext.target_recall = 0.7'), 'ivfpq: searches are expected to reach a recall of 0.62, not 0.7', 'for less recall');
my $scan = "SET vecext.filter_strategy = postfilter; DO 'BEGIN PERFORM FROM (SELECT id FROM easy WHERE %s ORDER BY v <-> line(7) LIMIT 10) n; END'; SELECT expected_recall FROM vecext.last_scan()";
is($node->safe_psql('postgres', sprintf $scan, 'true'), 0.6875, 'a scan expects it');
is($node->safe_psql('postgres', sprintf $scan, 'id % 2 = 0'), 0.6875, 'so does one with a condition');
my $plan = $node->safe_psql('postgres', 'SET vecext.filter_strategy = postfilter; EXPLAIN (ANALYZE, COSTS OFF) SELECT id FROM easy WHERE id % 2 = 0 ORDER BY v <-> line(7) LIMIT 10');
like($plan, qr/Expected Recall: 0\.6875/, 'EXPLAIN shows it');
is(reports('REINDEX INDEX easy_v'), '', 'and a new graph');
is(advice('easy_v'), '', 'has none of it');

sound_log($node);
$node->stop;
done_testing();
