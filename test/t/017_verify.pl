# verify_index while others change what it reads: it finds no damage where there is none. It stops in the
# middle, at a row whose expression waits for a table's lock, and goes on when others are done.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

# By method: the type, what makes a value of a number, the operator class.
my %methods = ((map { $_ => [ 'vector(64)', 'random_vector', 'vector_l2_ops' ] } qw(hnsw ivfflat ivfpq)),
	inverted => [ 'sparsevec(64)', 'random_sparsevec', 'sparsevec_ip_ops' ], bm25 => [ 'text', 'random_text', 'bm25_text_ops' ]);
my @methods = sort keys %methods;

my $primary = new_node('primary', "wal_keep_size = 1GB\nmax_prepared_transactions = 1", allows_streaming => 1);
my $standby = standby_of($primary);

$primary->safe_psql('postgres', <<'SQL' . join('', map { my ($type, undef, $class) = @{ $methods{$_} }; <<"TABLE" } @methods));
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE TABLE gate ();
CREATE FUNCTION beyond_gate(id int, v anyelement) RETURNS anyelement LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF id = 700 AND current_setting('application_name') = 'verifier' THEN
        PERFORM FROM public.gate;
    END IF;
    RETURN v;
END $$;
CREATE FUNCTION random_vector(n int) RETURNS vector LANGUAGE sql VOLATILE
    RETURN ARRAY(SELECT random() FROM generate_series(1, 64) WHERE n > 0)::vector;
CREATE FUNCTION random_sparsevec(n int) RETURNS sparsevec LANGUAGE sql VOLATILE
    RETURN (SELECT '{' || string_agg(i || ':' || random() - 0.2, ',') || '}/64' FROM generate_series(1 + n % 20, 30 + n % 30) i)::sparsevec;
CREATE FUNCTION random_text(n int) RETURNS text LANGUAGE sql VOLATILE
    RETURN (SELECT string_agg('w' || floor(1000 * random() * random()), ' ') FROM generate_series(1, 30) WHERE n > 0);
SQL
-- What VACUUM gives back, it locks: on the standby the verifier would be in its way.
CREATE TABLE item_$_ (id int, v $type) WITH (vacuum_truncate = off);
CREATE INDEX item_${_}_v ON item_$_ USING $_ ((beyond_gate(id, v)::$type) $class);
TABLE

# What verify_index of $index says on $node while $sql runs on the primary.
sub verify_during
{
	my ($node, $index, $sql) = @_;
	$primary->safe_psql('postgres', "BEGIN; LOCK gate; PREPARE TRANSACTION 'shut'");
	$primary->wait_for_catchup($standby);
	my ($out, $err) = ('', '');
	my $connection = $node->connstr('postgres') . ' application_name=verifier';
	my $verifier = start([ 'psql', '-XAtq', '-c', "SELECT vecext.verify_index('$index') > 0", $connection ],
		'>', \$out, '2>', \$err);
	$node->poll_query_until('postgres', <<'SQL') or die 'the verifier does not wait';
SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'verifier' AND wait_event_type = 'Lock'
SQL
	$primary->safe_psql('postgres', $sql);
	$primary->wait_for_catchup($standby);
	$primary->safe_psql('postgres', "ROLLBACK PREPARED 'shut'");
	$verifier->finish;
	return "$out$err";
}

foreach my $node ($primary, $standby)
{
	my $where = 'on the ' . $node->name;
	foreach my $method (@methods)
	{
		my ($table, $index, $value) = ("item_$method", "item_${method}_v", $methods{$method}[1]);
		$primary->safe_psql('postgres', <<"SQL");
TRUNCATE $table;
INSERT INTO $table SELECT n, $value(n) FROM generate_series(1, 1200) n;
DELETE FROM $table WHERE id <= 200;
SQL
		# The deleted rows have been read when VACUUM gives their places to others.
		is(verify_during($node, $index, <<"SQL"), "t\n", "$method: places of removed rows are taken, $where");
VACUUM $table;
INSERT INTO $table SELECT n, $value(n) FROM generate_series(1, 200) n;
SQL
		# VACUUM passes over the deleted rows: the verifier's snapshot still has them.
		is(verify_during($node, $index, <<"SQL"), "t\n", "$method: put in order, $where");
INSERT INTO $table SELECT n, $value(n) FROM generate_series(1201, 2200) n;
SELECT vecext.merge('$index');
DELETE FROM $table WHERE id > 1200;
VACUUM $table;
SELECT vecext.merge('$index');
SQL
	}
}

# Who has locked the table is let lock the index: the verifier does not hold it while it waits for the table.
my ($out, $err) = ('', '');
my $rebuild = start([ 'psql', '-XAtq', (map { ('-c', $_) } 'BEGIN', 'LOCK TABLE item_hnsw', <<'SQL', 'REINDEX INDEX item_hnsw_v', 'COMMIT'), $primary->connstr('postgres') ], '>', \$out, '2>', \$err);
DO $$ BEGIN
    LOOP
        PERFORM pg_stat_clear_snapshot();
        EXIT WHEN EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'verifier' AND wait_event_type = 'Lock');
        PERFORM pg_sleep(0.05);
    END LOOP;
END $$
SQL
$primary->poll_query_until('postgres', <<'SQL') or die 'the table is not locked';
SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'item_hnsw'::regclass AND mode = 'AccessExclusiveLock' AND granted)
SQL
my $rows = $primary->safe_psql('postgres', 'SELECT vecext.verify_index(\'item_hnsw_v\') > 0',
	connstr => $primary->connstr('postgres') . ' application_name=verifier');
$rebuild->finish;
is("$rows $err", 't ', 'a verifier waits for the table before the index');

# A standby has no pages of an unlogged index.
$primary->safe_psql('postgres', 'CREATE UNLOGGED TABLE passing (v vector(3)); CREATE INDEX passing_v ON passing USING hnsw (v vector_l2_ops)');
$primary->wait_for_catchup($standby);
foreach my $function (qw(verify_index index_info recall))
{
	my (undef, undef, $err) = $standby->psql('postgres', "SELECT vecext.$function('passing_v')");
	like($err, qr/cannot access temporary or unlogged relations during recovery/, "$function of an unlogged index on a standby");
}

$standby->stop;
$primary->stop;
done_testing();
