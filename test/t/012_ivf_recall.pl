# Recall of ivfpq at its default settings, and of ivfflat with a fifth of its lists, for every type and
# metric: after the build, after inserts, after deleting and vacuuming. Data are clusters, as the
# vectors of real things are; thresholds leave room for the randomness of data and rotation.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 3000;

my $node = PostgreSQL::Test::Cluster->new('node');
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\nivfflat.probes = 6\njit = off");
$node->start;
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SELECT setseed(0.5);
CREATE TABLE centres AS
SELECT i, ARRAY(SELECT random() * 2 - 0.3 FROM generate_series(1, 64) WHERE i >= 0)::vector AS v
FROM generate_series(0, 99) i;
CREATE FUNCTION near_centre(n int) RETURNS vector LANGUAGE sql VOLATILE
    RETURN (SELECT v FROM centres WHERE i = n % 100)
        + ARRAY(SELECT (random() + random() + random() - 1.5) * 0.6 FROM generate_series(1, 64) WHERE n > 0)::vector;
SQL

# Types with what makes them of a vector, and their metrics.
my %types = (
	'vector(64)' => [ '%s', [ 'vector_l2_ops', 'vector_ip_ops', 'vector_cosine_ops' ] ],
	'halfvec(64)' => [ '%s', [ 'halfvec_l2_ops', 'halfvec_ip_ops', 'halfvec_cosine_ops' ] ],
	'bit(64)' => [ 'binary_quantize(%s)', ['bit_hamming_ops'] ]);
my %least = (ivfpq => 0.95, ivfflat => 0.8);

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
	my $value = sprintf $make, 'near_centre(i)';
	foreach my $class (@$classes)
	{
		foreach my $method ('ivfflat', 'ivfpq')
		{
			my $options = $method eq 'ivfflat' ? 'WITH (lists = 30)' : '';
			$node->safe_psql('postgres', <<"SQL");
CREATE TABLE items (id int, v $type);
INSERT INTO items SELECT i, $value FROM generate_series(1, $rows) i;
CREATE INDEX items_v ON items USING $method (v $class) $options;
SQL
			check($method, "$method $class: after the build");
			$node->safe_psql('postgres',
				"INSERT INTO items SELECT i, $value FROM generate_series($rows + 1, 2 * $rows) i");
			check($method, "$method $class: after inserts");
			$node->safe_psql('postgres', 'DELETE FROM items WHERE id % 3 <> 0; VACUUM items');
			check($method, "$method $class: after deletes and VACUUM");
			$node->safe_psql('postgres', 'DROP TABLE items');
		}
	}
}

$node->stop;
done_testing();
