# What sessions share of an index: the second session uses what the first has loaded, changes are seen by all, what nobody uses goes, and a
# session that cannot share loads all for itself. Answers are the same in any case.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $node = new_node('primary', '', allows_streaming => 1);
$node->safe_psql('postgres', 'CREATE EXTENSION vecext');
my @methods = ('hnsw', 'ivfpq');
my $row = 'ARRAY[sin(i), cos(i * 1.7), sin(i * 2.3), cos(i * .37), sin(i * 5.1), cos(i * 3.3), sin(i * .77), cos(i * .11)]::vector';
foreach my $method (@methods)
{
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE of_$method (i int, n int, v vector(8));
INSERT INTO of_$method SELECT i, i % 10, $row FROM generate_series(1, 20000) i;
CREATE INDEX ${method}_n ON of_$method (n);
CREATE INDEX ${method}_index ON of_$method USING $method (v vector_l2_ops);
VACUUM ANALYZE of_$method;
SQL
}

sub nearest
{
	my ($method, $where) = @_;
	return "SELECT string_agg(i::text, ' ') FROM (SELECT i FROM of_$method " . ($where // '') . " ORDER BY v <-> '[.1,.2,.3,.4,.5,.6,.7,.8]' LIMIT 10) s";
}

my $by_index = "SET enable_seqscan = off; SET enable_sort = off; SET vecext.filter_strategy = 'inline'; ";

# A session that stays; its settings.
sub session
{
	my ($server) = @_;
	my $session = ($server // $node)->background_psql('postgres');
	$session->query_safe($by_index);
	return $session;
}

# The number of sessions that use a part of an index; none if it is not shared.
sub users
{
	my ($relation, $part, $server) = @_;
	return ($server // $node)->safe_psql('postgres', "SELECT sessions FROM vecext.shared_blocks() WHERE relation = '$relation'::regclass AND part = '$part'");
}

my %right = map { $_ => $node->safe_psql('postgres', "SET enable_indexscan = off; " . nearest($_)) } @methods;
my %right_of_three = map { $_ => $node->safe_psql('postgres', "SET enable_indexscan = off; SET vecext.filter_strategy = off; " . nearest($_, 'WHERE n = 3')) } @methods;

foreach my $method (@methods)
{
	my $index = "${method}_index";
	my ($first, $second) = (session(), session());
	is($first->query_safe(nearest($method)), $right{$method}, "$method: the first session's rows");
	is(users($index, 'model'), 1, "$method: it uses what it has shared");
	is($second->query_safe(nearest($method)), $right{$method}, "$method: the second session's rows");
	is(users($index, 'model'), 2, "$method: both use it");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM vecext.shared_blocks() WHERE part = 'places of pages' AND sessions = 2"), '>=', 1,
		"$method: and where pages are");
	is($_->query_safe(nearest($method, 'WHERE n = 3')), $right_of_three{$method}, "$method: rows of a set") foreach $first, $second;
	is(users($index, 'rows of nodes'), $method eq 'hnsw' ? 2 : '', "$method: what only sets need");
	my $own = "SELECT coalesce(sum(total_bytes), 0) < 20000 FROM pg_backend_memory_contexts WHERE name IN ('vecext index model', 'vecext rows of nodes', 'vecext hints')";
	is($_->query_safe($own), 't', "$method: a session keeps little of its own") foreach $first, $second;

	# Changes by one session are seen by the other, and by a new one.
	$first->query_safe("INSERT INTO of_$method SELECT -i, 3, $row FROM generate_series(1, 20000) i");
	$first->query_safe("DELETE FROM of_$method WHERE i > 0");
	$first->query_safe("SELECT vecext.merge('$index')");
	my $new = session();
	my $now = $node->safe_psql('postgres', "SET enable_indexscan = off; " . nearest($method));
	isnt($now, $right{$method}, "$method: other rows are nearest now");
	is($_->query_safe(nearest($method)), $now, "$method: rows after many changes") foreach $first, $second, $new;
	is($_->query_safe(nearest($method, 'WHERE n = 3')), $now, "$method: those of a set") foreach $second, $new;

	# A rebuilt index, and the transaction of its rebuild.
	$first->query_safe("BEGIN; REINDEX INDEX $index");
	is($first->query_safe(nearest($method)), $now, "$method: rows of an index that no other session sees");
	is(users($index, 'model'), '', "$method: which is not shared");
	$first->query_safe('COMMIT');
	is($_->query_safe(nearest($method)), $now, "$method: rows of the rebuilt index") foreach $first, $second, $new;
	is(users($index, 'model'), 3, "$method: which all share");
	$_->quit foreach $first, $second, $new;
	is($node->poll_query_until('postgres', "SELECT sessions = 0 FROM vecext.shared_blocks() WHERE relation = '$index'::regclass AND part = 'model'"), 1,
		"$method: sessions that have ended use nothing");

	# TRUNCATE and a rollback.
	my $session = session();
	$session->query_safe("BEGIN; TRUNCATE of_$method; INSERT INTO of_$method SELECT i, 3, $row FROM generate_series(1, 3000) i");
	my $few = $session->query_safe("SET LOCAL enable_seqscan = on; SET LOCAL enable_sort = on; SET LOCAL enable_indexscan = off; " . nearest($method));
	is($session->query_safe('SET LOCAL enable_indexscan = on; SET LOCAL enable_seqscan = off;' . nearest($method)), $few, "$method: rows of a truncated table");
	$session->query_safe('ROLLBACK');
	is($session->query_safe($by_index . nearest($method)), $now, "$method: rows after the rollback");
	$session->quit;
}

# Vectors out of line: sessions share where each was found.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE wide (i int, v vector(1500));
INSERT INTO wide SELECT i, ARRAY(SELECT sin(i * j) FROM generate_series(1, 1500) j)::vector FROM generate_series(1, 2000) i;
CREATE INDEX wide_index ON wide USING hnsw (v vector_l2_ops);
ANALYZE wide;
SQL
my $toast = $node->safe_psql('postgres', "SELECT reltoastrelid::regclass FROM pg_class WHERE relname = 'wide'");
my $nearest_wide = 'SELECT string_agg(i::text, chr(32)) FROM (SELECT i FROM wide ORDER BY v <-> ARRAY(SELECT sin(7.01 * j) FROM generate_series(1, 1500) j)::vector LIMIT 10) s';
my $right_wide = $node->safe_psql('postgres', "SET enable_indexscan = off; $nearest_wide");
my @wide = (session(), session());
is($_->query_safe($nearest_wide), $right_wide, 'rows of vectors that are out of line') foreach @wide, @wide;
is(users($toast, 'places of values'), 2, 'both sessions know where these are');
my $own_hints = "SELECT coalesce(sum(total_bytes), 0) < 20000 FROM pg_backend_memory_contexts WHERE name = 'vecext hints'";
is($_->query_safe($own_hints), 't', 'neither keeps that for itself') foreach @wide;
$node->safe_psql('postgres', $_) foreach 'UPDATE wide SET v = v + v WHERE i % 2 = 0', 'VACUUM FULL wide';
$right_wide = $node->safe_psql('postgres', "SET enable_indexscan = off; $nearest_wide");
is($_->query_safe($nearest_wide), $right_wide, 'rows of vectors that have moved') foreach @wide, @wide;
is(users($toast, 'places of values'), 2, 'and where they are now');
$wide[0]->query_safe('DROP TABLE wide; SELECT 1');
is($node->safe_psql('postgres', "SELECT count(*) FROM vecext.shared_blocks() WHERE part = 'places of values'"), 0, 'nothing of a dropped table is shown');
$_->quit foreach @wide;

# Sessions that are terminated use nothing either.
my $killed = session();
$killed->query_safe(nearest('hnsw'));
my $pid = $killed->query_safe('SELECT pg_backend_pid()');
is(users('hnsw_index', 'model'), 1, 'a session uses the model');
$node->safe_psql('postgres', "SELECT pg_terminate_backend($pid, 10000)");
is(users('hnsw_index', 'model'), 0, 'once it is terminated, none does');

# On a standby.
my $standby = standby_of($node, '');
my $now = $node->safe_psql('postgres', "SET enable_indexscan = off; " . nearest('ivfpq'));
my $reader = session($standby);
is($reader->query_safe(nearest('ivfpq')), $now, 'standby: rows');
is(users('ivfpq_index', 'model', $standby), 1, 'standby: sessions share, too');
$node->safe_psql('postgres', 'REINDEX INDEX ivfpq_index');
$node->wait_for_catchup($standby);
is($reader->query_safe(nearest('ivfpq')), $now, 'standby: rows of the rebuilt index');
$standby->promote;
$standby->safe_psql('postgres', "INSERT INTO of_ivfpq SELECT i, 4, $row FROM generate_series(30001, 33000) i");
is($reader->query_safe(nearest('ivfpq')), $standby->safe_psql('postgres', "SET enable_indexscan = off; " . nearest('ivfpq')), 'rows after the promotion');
$reader->quit;
$standby->stop;

# A limit: what was used longest ago goes, but not what a session uses; and a session that finds no room works, too.
my $holder = session();
$holder->query_safe(nearest('hnsw'));
my $limit = 100 + $node->safe_psql('postgres', 'SELECT sum(bytes)::bigint / 1024 FROM vecext.shared_blocks()');
$node->safe_psql('postgres', "LOAD 'vecext'; ALTER SYSTEM SET vecext.shared_cache_size = '${limit}kB'");
$node->reload;
foreach my $i (1 .. 12)
{
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE small_$i AS SELECT * FROM of_hnsw LIMIT 2000;
CREATE INDEX ON small_$i USING hnsw (v vector_l2_ops);
SQL
	$node->safe_psql('postgres', "$by_index SELECT i FROM small_$i ORDER BY v <-> '[.1,.2,.3,.4,.5,.6,.7,.8]' LIMIT 10");
	cmp_ok($node->safe_psql('postgres', 'SELECT sum(bytes) FROM vecext.shared_blocks()'), '<=', $limit * 1024, "$i tables: within the limit");
}
is(users('hnsw_index', 'model'), 1, 'what a session uses stays');
is(users('small_1_v_idx', 'model'), '', 'what was used longest ago is gone');
$node->safe_psql('postgres', "LOAD 'vecext'; ALTER SYSTEM SET vecext.shared_cache_size = 0");
$node->reload;
my $alone = session();
$now = $node->safe_psql('postgres', "SET enable_indexscan = off; " . nearest('hnsw'));
is($alone->query_safe(nearest('hnsw')), $now, 'rows of a session that shares nothing');
is($holder->query_safe(nearest('hnsw')), $now, 'rows of one that still does');
is(users('hnsw_index', 'model'), 1, 'which keeps what it uses');
is($node->safe_psql('postgres', 'SELECT count(*) FROM vecext.shared_blocks() WHERE sessions = 0'), 0, 'what no session uses is freed');
$node->safe_psql('postgres', 'DROP TABLE of_hnsw');
$_->quit foreach $holder, $alone;

# Parts of dropped indexes are not kept.
$node->safe_psql('postgres', "LOAD 'vecext'; ALTER SYSTEM RESET vecext.shared_cache_size");
$node->reload;
my $dropper = session();
$dropper->query_safe(nearest('ivfpq'));
my $file = $dropper->query_safe("SELECT count(*) FROM vecext.shared_blocks() WHERE relation = 'ivfpq_index'::regclass");
cmp_ok($file, '>=', 2, 'parts of an index');
$dropper->query_safe('DROP INDEX ivfpq_index; SELECT 1');
is($dropper->query_safe("SELECT count(*) FROM vecext.shared_blocks() WHERE relation = 'of_ivfpq'::regclass"), 0, 'they go with it');
$dropper->quit;

sound_log($node);
done_testing();
