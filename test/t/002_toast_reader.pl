# Out-of-line vectors are read where the last one ended. Whatever happens to the TOAST relation
# meanwhile, a reader sees the values of its snapshot: on the primary and on a standby.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start pump finish);
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $rows = 500;
my $dims = 1000;

my $primary = new_node('primary', 'wal_consistency_checking = all', allows_streaming => 1);

# Row i holds i everywhere, so that its inner product with ones tells whose bytes were read.
$primary->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
CREATE TABLE items (id int, embedding vector($dims));
CREATE INDEX items_shuffled ON items ((id * 7919 % 1000));
CREATE FUNCTION filled(x float4) RETURNS vector LANGUAGE sql IMMUTABLE
    RETURN array_fill(x, ARRAY[$dims])::vector;
INSERT INTO items SELECT i, filled(i) FROM generate_series(1, $rows) i;
SQL
my $standby = standby_of($primary);

# Ids of the rows whose value is another's, in whatever order the plan reads them.
my $wrong = "SELECT count(*) FILTER (WHERE inner_product(embedding, filled(1)) <> id * ${dims}::float8), count(*) FROM items";
my $wrong_by_index =
  "SET enable_seqscan = off; SET enable_bitmapscan = off; $wrong WHERE id * 7919 % 1000 >= 0";

sub check
{
	my ($what) = @_;
	my $count = $primary->safe_psql('postgres', 'SELECT count(*) FROM items');
	is($primary->safe_psql('postgres', $wrong), "0|$count", "$what: in storage order");
	is($primary->safe_psql('postgres', $wrong_by_index), "0|$count", "$what: in another order");
	$primary->wait_for_catchup($standby);
	is($standby->safe_psql('postgres', $wrong), "0|$count", "$what: on the standby");
}

check('fresh');
$primary->safe_psql('postgres', "UPDATE items SET embedding = filled(id) WHERE id % 3 = 0");
check('updated');
$primary->safe_psql('postgres', "DELETE FROM items WHERE id % 5 = 0; VACUUM items");
check('deleted and vacuumed');
$primary->safe_psql('postgres',
	"INSERT INTO items SELECT i, filled(i) FROM generate_series($rows + 1, $rows + 200) i");
check('space reused');
$primary->safe_psql('postgres', 'CLUSTER items USING items_shuffled');
check('clustered');

# A reader in the middle of a scan keeps its snapshot while the table is rewritten around it.
my ($in, $out, $asked) = ('', '', 0);
my $reader =
  start([ 'psql', '-XAtq', '-d', $primary->connstr('postgres') ], '<', \$in, '>', \$out, '2>&1');

# The reader's answer to some SQL.
sub ask
{
	my ($sql) = @_;
	my $end = 'end ' . ++$asked;
	$out = '';
	$in .= "$sql;\n\\echo $end\n";
	pump $reader until $out =~ /^$end$/m;
	return $out =~ s/\n?^$end\n//mr;
}

my $total = $primary->safe_psql('postgres', 'SELECT sum(id)::bigint FROM items');
ask(
	"BEGIN; DECLARE c CURSOR FOR SELECT inner_product(embedding, filled(1)) / $dims FROM items");
my $first = ask('FETCH 100 FROM c');
$primary->safe_psql('postgres', 'DELETE FROM items; VACUUM items');
$primary->safe_psql('postgres',
	"INSERT INTO items SELECT i, filled(-i) FROM generate_series(1, 300) i");
my $rest = ask('FETCH ALL FROM c');
my $sum = 0;
$sum += $_ for grep { /\d/ } split /\n/, "$first\n$rest";
is($sum, $total, 'a cursor sees the values of its snapshot');

# In one transaction, across a rolled-back subtransaction and a truncation by VACUUM.
ask('COMMIT');
$primary->safe_psql('postgres', "DELETE FROM items WHERE id > 10; VACUUM items");
ask('BEGIN; SAVEPOINT s');
ask('SELECT sum(inner_product(embedding, filled(1))) FROM items');
ask('ROLLBACK TO s');
$primary->safe_psql('postgres', 'DELETE FROM items WHERE id > 1; VACUUM items');
is( ask("SELECT sum(inner_product(embedding, filled(1))) / $dims FROM items"),
	'-1', 'a shortened relation is noticed');
ask('COMMIT');

# A backend knows where its index scans found values, and looks there again. Rows whose distance is
# not their own, of those that the index hands out.
$primary->safe_psql('postgres',
	"INSERT INTO items SELECT i, filled(i) FROM generate_series(2, 300) i; CREATE INDEX items_near ON items USING hnsw (embedding vector_l2_ops)"
);
my $wrong_nearest =
  "SELECT count(*) FILTER (WHERE abs(d - abs(id - 1) * sqrt($dims)) > 0.1), count(*) FROM (SELECT id, embedding <-> filled(1) AS d FROM items ORDER BY d LIMIT 1000) t";
ask('SET enable_seqscan = off');
like(ask("EXPLAIN $wrong_nearest"), qr/items_near/, 'rows come from the index');

sub check_nearest
{
	my ($what) = @_;
	my $count = $primary->safe_psql('postgres', 'SELECT count(*) FROM items WHERE id > 0');
	is(ask($wrong_nearest), "0|$count", "$what, by the index, time $_") foreach 1, 2;
}

$primary->safe_psql('postgres', 'DELETE FROM items WHERE id < 0; UPDATE items SET embedding = filled(id)');
check_nearest('filled');
$primary->safe_psql('postgres', 'VACUUM items; UPDATE items SET embedding = filled(id) WHERE id % 3 = 0');
check_nearest('updated');
$primary->safe_psql('postgres',
	"DELETE FROM items WHERE id % 5 = 0; VACUUM items; INSERT INTO items SELECT i, filled(i) FROM generate_series(301, 400) i"
);
check_nearest('space reused');
$primary->safe_psql('postgres', 'CLUSTER items USING items_shuffled');
check_nearest('clustered');
$primary->safe_psql('postgres', 'DELETE FROM items WHERE id > 20; VACUUM items');
check_nearest('shortened');
$in .= "\\q\n";
finish $reader;

# A crash loses nothing.
$primary->safe_psql('postgres', "INSERT INTO items SELECT i, filled(i) FROM generate_series(2, 50) i; DELETE FROM items WHERE embedding < filled(0)");
$primary->stop('immediate');
$primary->start;
check('after a crash');

$standby->stop;
$primary->stop;
done_testing();
