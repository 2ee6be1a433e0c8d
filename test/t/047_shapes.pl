# Recall over shapes of data, of hnsw and ivfpq at their defaults: rows in groups of near copies, copies in other lengths, cones,
# duplicates and others, that come before their index and after it. Queries are vectors of the rows, others like them, and
# others far from all. script/bench shapes measures more of this.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 5000;
my %operators = (l2 => '<->', cosine => '<=>', ip => '<#>');

# What a query is, where v is a vector drawn as the rows are, and w a random direction of their length, of number i; the least mean
# recall by each metric that it is asked by. By inner product a row need not be near to itself.
my %families = (
	'own' => [ undef, { l2 => 0.98, cosine => 0.98, ip => 0.95 } ],
	'held-out' => [ 'v', { l2 => 0.95, cosine => 0.95, ip => 0.95 } ],
	'far' => [ 'w * all_of(15)', { l2 => 0.9, cosine => 0.9, ip => 0.9 } ],
	'scaled' => [ 'v * all_of((ARRAY[15, 127, -15])[i % 3 + 1])', { l2 => 0.9 } ]);

# What makes row i of a group of g; metrics, of which only the first has an index before its rows; the
# order in which rows come, if it is not a random one.
my $length = 'all_of(10 ^ (random() - .5))';
my %shapes = (
	'uniform' => [ 'ARRAY(SELECT random() FROM generate_series(1, 32) WHERE i > 0)::vector', 'l2 cosine ip' ],
	'copies of 10 by .01' => [ 'center(i, 10) + noise(i, .01)', 'l2' ],
	'copies of 20 by .001' => [ 'center(i, 20) + noise(i, .001)', 'l2 cosine' ],
	'copies of 20 by .01' => [ 'center(i, 20) + noise(i, .01)', 'l2' ],
	'copies of 20 by .1' => [ 'center(i, 20) + noise(i, .1)', 'l2' ],
	'copies of 35 by .01' => [ 'center(i, 35) + noise(i, .01)', 'l2 cosine' ],
	'copies of 60 by .01' => [ 'center(i, 60) + noise(i, .01)', 'l2 ip' ],
	'copies of 20 words' => [ 'word(i, 20) + noise(i, .02)', 'cosine l2' ],
	'copies of 50 words' => [ 'word(i, 50) + noise(i, .02)', 'cosine' ],
	'20 scaled' => [ "center(i, $rows / 20) * $length", 'cosine' ],
	'50 scaled' => [ "center(i, $rows / 50) * $length", 'cosine' ],
	'200 scaled' => [ "center(i, $rows / 200) * $length", 'cosine ip' ],
	'cones' => [ "(center(i, $rows / 50) + noise(i, .01)) * $length", 'cosine ip l2' ],
	'duplicates' => [ 'center(i, 20)', 'l2 cosine' ],
	'norms' => [ 'noise(i, 1) * all_of(10 ^ (random() * 4 - 2))', 'l2 cosine ip' ],
	'sorted copies' => [ 'center(i, 20) + noise(i, .01)', 'l2', 'i' ],
	'sorted' => [ 'noise(i, 1)', 'l2', '(v::real[])[1]' ],
	'one-hot' => [ 'one_hot(i)', 'l2 cosine' ]);

my $node = new_node('node');
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
CREATE FUNCTION all_of(x float8) RETURNS vector LANGUAGE sql IMMUTABLE RETURN array_fill(x, ARRAY[32])::vector;
CREATE FUNCTION noise(i int, deviation float8) RETURNS vector LANGUAGE sql VOLATILE
    RETURN ARRAY(SELECT deviation * sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())
                 FROM generate_series(1, 32) WHERE i >= 0)::vector;
CREATE FUNCTION one_hot(i int) RETURNS vector LANGUAGE sql VOLATILE
    RETURN (SELECT array_agg((n = value)::int ORDER BY part, n)::vector
            FROM (SELECT part, floor(random() * 8) AS value FROM generate_series(1, 4) part WHERE i >= 0 OFFSET 0) p,
                generate_series(0, 7) n);
SELECT setseed(0.5);
CREATE TABLE centers AS SELECT i, noise(i, 1) AS v FROM generate_series(0, 999) i;
ALTER TABLE centers ADD PRIMARY KEY (i);
-- Of row i, where as many rows in turn have one.
CREATE FUNCTION center(i int, size int) RETURNS vector LANGUAGE sql STABLE
    RETURN (SELECT v FROM centers c WHERE c.i = center.i % $rows / size);
-- As vectors of words are: in clusters of different sizes, about a common mean, of different lengths.
CREATE FUNCTION word(i int, size int) RETURNS vector LANGUAGE sql STABLE
    RETURN (SELECT (a.v * all_of(.7) + b.v + all_of(.3)) * all_of(.6 + a.i % 7 / 7.0) FROM centers a, centers b
            WHERE a.i = word.i % $rows / size AND b.i = 900 + floor(exp(a.i % 40 / 10.0)));
SQL

# The tables "source" of rows and "queries".
sub make_shape
{
	my ($make, $order) = @_;
	my $queries = join ' UNION ALL ',
	  map { "SELECT '$_', $families{$_}[0] FROM held_out" } grep { $families{$_}[0] } sort keys %families;
	$node->safe_psql('postgres', <<"SQL");
SELECT setseed(0.25);
DROP TABLE IF EXISTS source, held_out, queries;
CREATE TABLE source AS SELECT v FROM (SELECT i, $make AS v FROM generate_series(1, $rows) i) r ORDER BY $order;
CREATE TABLE held_out AS SELECT i, $make AS v, noise(i, (SELECT sqrt(avg(vector_norm(v) ^ 2) / 32) FROM source)) AS w
    FROM generate_series($rows + 1, 2 * $rows, $rows / 80 - 1) i;
CREATE TABLE queries AS SELECT 'own' AS family, v AS q FROM source TABLESAMPLE bernoulli (2) REPEATABLE (1) UNION ALL $queries;
SQL
}

# The table "asked": queries that are asked by a metric, each with the distance of its tenth nearest row.
sub find_tenth
{
	my ($metric) = @_;
	my $asked = join ', ', map { "'$_'" } grep { $families{$_}[1]{$metric} } keys %families;
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE asked AS SELECT *, (SELECT max(d) FROM (SELECT v $operators{$metric} q AS d FROM source ORDER BY 1 LIMIT 10) n) AS tenth
    FROM queries WHERE family IN ($asked);
SQL
}

sub check
{
	my ($metric, $what) = @_;
	my $operator = $operators{$metric};
	my $search = "SELECT v $operator q AS d FROM items ORDER BY v $operator q LIMIT 10";
	my $setting = 'SET enable_seqscan = off';
	like($node->safe_psql('postgres', "$setting; EXPLAIN SELECT (SELECT sum(d) FROM ($search) n) FROM asked"),
		qr/Index Scan using items_v/, "$what: the index is used");
	my $found = $node->safe_psql('postgres', <<"SQL");
$setting;
SELECT family, avg(hits) / 10, count(*) FILTER (WHERE hits = 0), count(*) FROM (
    SELECT family, (SELECT count(*) FROM ($search) n WHERE d <= tenth + 1e-6 * greatest(abs(tenth), 1)) AS hits FROM asked) a
GROUP BY 1 ORDER BY 1;
SQL
	foreach my $line (split /\n/, $found)
	{
		my ($family, $recall, $without_hit, $queries) = split /\|/, $line;
		note "recall $recall, $without_hit of $queries queries without a hit";
		cmp_ok($recall, '>=', $families{$family}[1]{$metric}, "$what: $family");
		is($without_hit, 0, "$what: each row is near to itself") if $family eq 'own' && $metric ne 'ip';
	}
}

foreach my $shape (sort keys %shapes)
{
	my ($make, $metrics, $order) = @{ $shapes{$shape} };
	make_shape($make, $order // 'md5(i::text)');
	my @metrics = split / /, $metrics;
	foreach my $metric (@metrics)
	{
		find_tenth($metric);
		foreach my $method ('hnsw', 'ivfpq')
		{
			my $create = "CREATE INDEX items_v ON items USING $method (v vector_${metric}_ops)";
			my $insert = 'INSERT INTO items SELECT v FROM source';
			my @orders = ("$insert; $create");
			push @orders, "$create; $insert; SELECT vecext.merge('items_v')" if $metric eq $metrics[0];
			foreach my $order (@orders)
			{
				$node->safe_psql('postgres', "CREATE TABLE items (v vector(32)); $order");
				check($metric, "$shape, $metric, $method, index " . ($order =~ /^CREATE/ ? 'first' : 'last'));
				$node->safe_psql('postgres', 'DROP TABLE items');
			}
		}
		$node->safe_psql('postgres', 'DROP TABLE asked');
	}
}

$node->stop;
done_testing();
