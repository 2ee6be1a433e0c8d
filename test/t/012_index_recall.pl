# Recall of ivfpq and hnsw at their default settings, and of ivfflat with a fifth of its lists, for every
# type and metric: after the build, after inserts, after deleting and vacuuming. Data are clusters, as
# the vectors of real things are; then of ivfpq and hnsw on data that are none. Thresholds leave room
# for the randomness of data and rotation.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 3000;

my $node = new_node('node', 'ivfflat.probes = 6');
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SELECT setseed(0.5);
CREATE TABLE centers AS
SELECT i, ARRAY(SELECT random() * 2 - 0.3 FROM generate_series(1, 64) WHERE i >= 0)::vector AS v
FROM generate_series(0, 99) i;
CREATE FUNCTION near_center(n int) RETURNS vector LANGUAGE sql VOLATILE
    RETURN (SELECT v FROM centers WHERE i = n % 100)
        + ARRAY(SELECT (random() + random() + random() - 1.5) * 0.6 FROM generate_series(1, 64) WHERE n > 0)::vector;
CREATE FUNCTION positive(v vector) RETURNS sparsevec LANGUAGE sql IMMUTABLE
    RETURN (SELECT array_agg(greatest(x - 0.5, 0)) FROM unnest(v::real[]) x)::sparsevec;
SQL

# Types with what makes them of a vector, and their metrics.
my %types = (
	'vector(64)' => [ '%s', [ 'vector_l2_ops', 'vector_ip_ops', 'vector_cosine_ops', 'vector_l1_ops' ] ],
	'halfvec(64)' => [ '%s', [ 'halfvec_l2_ops', 'halfvec_ip_ops', 'halfvec_cosine_ops', 'halfvec_l1_ops' ] ],
	'bit(64)' => [ 'binary_quantize(%s)', [ 'bit_hamming_ops', 'bit_jaccard_ops' ] ],
	'sparsevec(64)' => [ 'positive(%s)', [ map { "sparsevec_${_}_ops" } 'l2', 'ip', 'cosine', 'l1' ] ]);
my %least = (ivfpq => 0.95, ivfflat => 0.8, hnsw => 0.95);

sub check
{
	my ($method, $what) = @_;
	my ($rc, $recall, $err) = $node->psql('postgres', "SELECT vecext.recall('items_v', 10, 100)");
	diag $err if $rc;
	note "recall $recall";
	cmp_ok($recall || 0, '>=', $least{$method}, $what);
}

foreach my $type (sort keys %types)
{
	my ($make, $classes) = @{ $types{$type} };
	my $value = sprintf $make, 'near_center(i)';
	foreach my $class (@$classes)
	{
		foreach my $method ('ivfflat', 'ivfpq', 'hnsw')
		{
			next if $method ne 'hnsw' && "$type $class" =~ /sparse|l1|jaccard/;
			my $options = $method eq 'ivfflat' ? 'WITH (lists = 30)' : '';
			$node->safe_psql('postgres', <<"SQL");
CREATE TABLE items (id int, v $type);
SELECT setseed(0.5);
INSERT INTO items SELECT i, $value FROM generate_series(1, $rows) i;
CREATE INDEX items_v ON items USING $method (v $class) $options;
SQL
			check($method, "$method $class: after the build");
			$node->safe_psql('postgres',
				"SELECT setseed(0.25); INSERT INTO items SELECT i, $value FROM generate_series($rows + 1, 2 * $rows) i");
			check($method, "$method $class: after inserts");
			$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 3 <> 0; VACUUM items');
			check($method, "$method $class: after deletes and VACUUM");
			$node->safe_psql('postgres', 'DROP TABLE items');
		}
	}
}

# Awkward data: dimensions, what makes row i of n, and the least recall of ivfpq and of hnsw if not .95.
# Distances equal to the tenth nearest count, as recall() does it. Where vectors lie far from their
# mean, tables of a query are coarse: ivfpq may miss some more. A neighbor's code is as coarse as its
# node is far from it, and of lengths 38 decades apart halves keep little: so may hnsw. It also may if it
# was made before its rows (the last number): what they are centered by is the mean of the first build.
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION around_zero(n int, dims int) RETURNS vector LANGUAGE sql VOLATILE
    RETURN ARRAY(SELECT random() - 0.5 FROM generate_series(1, dims) WHERE n > 0)::vector;
CREATE FUNCTION all_of(x float8, dims int) RETURNS vector LANGUAGE sql IMMUTABLE
    RETURN array_fill(x, ARRAY[dims])::vector;
SQL
my %awkward = (
	'all equal' => [ 16, 'all_of(0.5, 16)' ],
	'half of them equal' =>
	  [ 16, 'CASE WHEN i % 2 = 0 THEN all_of(0.5, 16) ELSE around_zero(i, 16) END', 0.95, 0.93 ],
	'two far clusters' => [ 16, 'around_zero(i, 16) + all_of(i % 2 * 1000, 16)', 0.9, 0.95, 0.92 ],
	'one cluster after the other' =>
	  [ 64, '(SELECT v FROM centers c WHERE c.i = items.i * 50 / n) + around_zero(items.i, 64)' ],
	'one row far away' =>
	  [ 16, 'CASE WHEN i = 77 THEN all_of(1e6, 16) ELSE around_zero(i, 16) END', 0.9 ],
	'one row far away, late' =>
	  [ 16, 'CASE WHEN i = n - 77 THEN all_of(1e6, 16) ELSE around_zero(i, 16) END', 0.9 ],
	'lengths from 1e-20 to 1e18' =>
	  [ 16, 'around_zero(i, 16) * all_of(10 ^ (random() * 38 - 20), 16)', 0.95, 0.2 ],
	'lengths from 1e-3 to 1e3' =>
	  [ 16, 'around_zero(i, 16) * all_of(10 ^ (random() * 6 - 3), 16)', 0.95, 0.9 ],
	'zeros among them' => [ 8, 'around_zero(i, 8) * all_of(i % 10, 8)' ],
	'2 dimensions' => [ 2, 'around_zero(i, 2)', 0.9, 0.95 ],
	'17 dimensions' => [ 17, 'around_zero(i, 17)' ]);
sub check_awkward
{
	my ($method, $name, $rows, @metrics) = @_;
	my ($dims, $value, $of_ivfpq, $of_hnsw, $of_first) = @{ $awkward{$name} };
	my $of_method = ($method eq 'hnsw' ? $of_hnsw // $of_ivfpq : $of_ivfpq) // 0.95;
	my $insert = "INSERT INTO items SELECT i, $value FROM generate_series(1, $rows) items (i), (VALUES ($rows)) t (n)";
	foreach my $metric (@metrics)
	{
		my $create = "CREATE INDEX items_v ON items USING $method (v vector_${metric}_ops)";
		foreach my $order ("$insert; $create", "$create; $insert")
		{
			$node->safe_psql('postgres',
				"SELECT setseed(0.5); CREATE TABLE items (id int, v vector($dims)); $order");
			my $recall = $node->safe_psql('postgres', "SELECT vecext.recall('items_v', 10, 60)");
			note "recall $recall";
			my $is_first = $order =~ /^CREATE/;
			my $least = $method eq 'hnsw' && $is_first ? $of_first // $of_method : $of_method;
			cmp_ok($recall, '>=', $least, "$method: $name, $rows rows, $metric, index "
				. ($is_first ? 'first' : 'last'));
			$node->safe_psql('postgres', "SELECT vecext.verify_index('items_v'); DROP TABLE items");
		}
	}
}
foreach my $method ('ivfpq', 'hnsw')
{
	check_awkward($method, $_, 3000, 'l2', 'ip', 'cosine') foreach sort keys %awkward;
	check_awkward($method, '17 dimensions', $_, 'l2', 'ip', 'cosine') foreach 1, 10, 999;
	check_awkward($method, '17 dimensions', 20000, 'l2');
}

# A row much longer than all others is nearest to most by inner product, and far from each.
$node->safe_psql('postgres', <<'SQL');
SELECT setseed(0.5);
CREATE TABLE items (id int, v vector(48));
INSERT INTO items SELECT i, CASE i WHEN 77 THEN all_of(30, 48) ELSE around_zero(i, 48) + all_of(0.3, 48) END
    FROM generate_series(1, 20000) i;
SQL
foreach my $method ('ivfpq', 'hnsw')
{
	$node->safe_psql('postgres', "CREATE INDEX items_v ON items USING $method (v vector_ip_ops)");
	is( $node->safe_psql('postgres', <<'SQL'), 100, "$method: one long row is found");
SET enable_seqscan = off;
SELECT count(*) FROM items q WHERE q.id % 200 = 0
    AND (SELECT id FROM items ORDER BY v <#> q.v LIMIT 1) = 77;
SQL
	$node->safe_psql('postgres', 'DROP INDEX items_v');
}

$node->stop;
done_testing();
