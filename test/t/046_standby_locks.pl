# VACUUM truncates an index, and then its table. The lock of the index ends with its truncation, on a standby too: so a query of a
# transaction that has locked the table does not end in a deadlock with replay.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $primary = new_node('primary', 'wal_keep_size = 1GB', allows_streaming => 1);
$primary->safe_psql('postgres', 'CREATE EXTENSION vecext');
my @methods = ('hnsw', 'ivfpq');
$primary->safe_psql('postgres', <<"SQL") foreach @methods;
CREATE TABLE of_$_ (i int, v vector(4));
INSERT INTO of_$_ SELECT i, ARRAY[i, i % 7, i % 11, 1]::vector FROM generate_series(1, 20000) i;
CREATE INDEX ${_}_index ON of_$_ USING $_ (v vector_l2_ops);
SQL
# It waits for its readers, for as long as they work.
my $standby = standby_of($primary, <<'CONF');
hot_standby_feedback = off
max_standby_streaming_delay = -1
lock_timeout = 60s
CONF

sub blocks_of
{
	my ($node, $method) = @_;
	return split /\|/, $node->safe_psql('postgres', "SELECT pg_relation_size('of_$method') / 8192, pg_relation_size('${method}_index') / 8192");
}

foreach my $method (@methods)
{
	my $query = "SELECT i FROM of_$method ORDER BY v <-> '[0,0,0,1]' LIMIT 1";
	my @before = blocks_of($primary, $method);
	my $reader = $standby->background_psql('postgres');
	$reader->query_safe("BEGIN; LOCK TABLE of_$method IN ACCESS SHARE MODE");
	$primary->safe_psql('postgres', "DELETE FROM of_$method WHERE i > 500");
	$primary->safe_psql('postgres', "VACUUM of_$method");
	my @after = blocks_of($primary, $method);
	cmp_ok($after[$_], '<', $before[$_], "$method: VACUUM truncates the " . (qw(table index))[$_]) foreach 0, 1;
	ok($standby->poll_query_until('postgres', "SELECT EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted)"),
		"$method: replay waits for a lock");
	is($reader->query_safe("SET LOCAL enable_seqscan = off; $query"), $primary->safe_psql('postgres', $query),
		"$method: a query of the transaction has its answer");
	$reader->query_safe('COMMIT');
	$reader->quit;
	$primary->wait_for_catchup($standby);
	is_deeply([ blocks_of($standby, $method) ], \@after, "$method: then replay goes on");
}

# VACUUM waits for the lock of the table to truncate that; the index it has truncated.
$primary->safe_psql('postgres', <<'SQL');
INSERT INTO of_ivfpq SELECT i, ARRAY[i, i % 7, i % 11, 1]::vector FROM generate_series(1, 20000) i;
DELETE FROM of_ivfpq WHERE i > 500;
SQL
my $reader = $primary->background_psql('postgres');
$reader->query_safe('BEGIN; LOCK TABLE of_ivfpq IN ACCESS SHARE MODE');
my ($table_before, $index_before) = blocks_of($primary, 'ivfpq');
my $vacuum = $primary->background_psql('postgres');
$vacuum->query_until(qr/begin/, "\\echo begin\nVACUUM of_ivfpq;\n");
ok($primary->poll_query_until('postgres', q{SELECT EXISTS (SELECT FROM pg_stat_progress_vacuum WHERE phase = 'truncating heap'
	AND relid = 'of_ivfpq'::regclass AND heap_blks_total > 0 AND heap_blks_scanned > 0)}), 'progress is shown to the end');
my ($table_then, $index_then) = blocks_of($primary, 'ivfpq');
is($table_then, $table_before, 'the table is not truncated while it is locked');
cmp_ok($index_then, '<', $index_before, 'its index is');
$reader->query_safe('COMMIT');
$_->quit foreach $reader, $vacuum;
$standby->stop;
$primary->stop;
done_testing();
