# Tables with indexes, for tests on servers: one table for each index, of the same name, with columns
# id and v. Values are random; vectors have length one and texts a word of their own, so that by every
# metric each row is the nearest to its own value.
package VectorTables;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Utils;

our @EXPORT = qw(create_random_values create_tables create_indexes table_names on_tables unsound lost);

# Element, access method, operator class and key columns, operator, options.
my %tables = (
	pq_l2 => [ 'vector', 'ivfpq', 'vector_l2_ops', '<->', '' ],
	pq_ip => [ 'vector', 'ivfpq', 'vector_ip_ops', '<#>', 'WITH (bits = 2)' ],
	pq_cosine => [ 'halfvec', 'ivfpq', 'halfvec_cosine_ops, id', '<=>', '' ],
	pq_rerank => [ 'vector', 'ivfpq', 'vector_cosine_ops', '<=>', 'WITH (bits = 1, rerank = int8)' ],
	pq_bit => [ 'bit', 'ivfpq', 'bit_hamming_ops', '<~>', '' ],
	flat_l2 => [ 'vector', 'ivfflat', 'vector_l2_ops', '<->', 'WITH (lists = 10)' ],
	flat_cosine => [ 'halfvec', 'ivfflat', 'halfvec_cosine_ops', '<=>', 'WITH (lists = 10)' ],
	flat_bit => [ 'bit', 'ivfflat', 'bit_hamming_ops', '<~>', 'WITH (lists = 10)' ],
	graph_l2 => [ 'vector', 'hnsw', 'vector_l2_ops, id', '<->', '' ],
	graph_ip => [ 'vector', 'hnsw', 'vector_ip_ops', '<#>', 'WITH (m = 4)' ],
	graph_cosine => [ 'halfvec', 'hnsw', 'halfvec_cosine_ops', '<=>', 'WITH (m = 32)' ],
	graph_bit => [ 'bit', 'hnsw', 'bit_hamming_ops', '<~>', '' ],
	graph_sparse => [ 'sparsevec', 'hnsw', 'sparsevec_cosine_ops', '<=>', '' ],
	words => [ 'text', 'bm25', 'bm25_text_ops', '<@>', '' ],
	weights => [ 'sparsevec', 'inverted', 'sparsevec_ip_ops', '<#>', '' ]);

# In scalar context, how many.
sub table_names
{
	my @names = sort keys %tables;
	return @names;
}

# SQL for each table, one behind the other: %t stands for the table, %i for its index, %o for the
# operator of that, %v for a function that makes a random value.
sub on_tables
{
	my ($sql) = @_;
	my $all = '';
	foreach my $name (table_names())
	{
		my ($element, $method, $class, $operator, $options) = @{ $tables{$name} };
		my %words = (
			t => $name,
			i => "${name}_index",
			o => $operator,
			v => "random_$element");
		$all .= ($sql =~ s/%([tiov])\b/$words{$1}/gr) . ";\n";
	}
	return $all;
}

# Functions that make a value of each type. The values differ: they depend on n, as the server sees it.
sub create_random_values
{
	my ($node) = @_;
	return $node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION IF NOT EXISTS vecext;
CREATE FUNCTION random_vector(n int, dims int DEFAULT 24) RETURNS vector LANGUAGE sql VOLATILE
    RETURN l2_normalize((SELECT array_agg(random() - 0.4) FROM generate_series(1, dims) WHERE n > 0)::vector);
CREATE FUNCTION random_halfvec(n int) RETURNS halfvec LANGUAGE sql VOLATILE
    RETURN random_vector(n, 300)::halfvec;
CREATE FUNCTION random_bit(n int) RETURNS bit LANGUAGE sql VOLATILE
    RETURN binary_quantize(random_vector(n, 70));
-- Of few elements, or of so many that a node takes two pages; some are negative.
CREATE FUNCTION random_sparsevec(n int) RETURNS sparsevec LANGUAGE sql VOLATILE
    RETURN l2_normalize((SELECT '{' || string_agg(i * 2 || ':' || random() - 0.1, ',') || '}/2000'
        FROM generate_series(1, CASE WHEN n % 40 = 0 THEN 1000 ELSE n % 40 + 10 END) i)::sparsevec);
-- Words of all frequencies, and one of the text's own.
CREATE FUNCTION random_text(n int) RETURNS text LANGUAGE sql VOLATILE
    RETURN 'own' || floor(random() * 1e12)::int8 || (SELECT string_agg(' w' || floor(1000 * random() * random())::int, '')
        FROM generate_series(1, 20 + n % 7));
SQL
}

sub create_tables
{
	my ($node, $rows) = @_;
	create_random_values($node);
	my %types = (vector => 'vector(24)', halfvec => 'halfvec(300)', bit => 'bit(70)', sparsevec => 'sparsevec(2000)', text => 'text');
	my $sql = '';
	$sql .= "CREATE TABLE $_ (id serial PRIMARY KEY, v $types{$tables{$_}[0]});\n" foreach table_names();
	$sql .= on_tables("INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, $rows) n");
	return $node->safe_psql('postgres', $sql);
}

sub create_indexes
{
	my ($node) = @_;
	my $sql = "SET client_min_messages = warning;\n";
	foreach my $name (table_names())
	{
		my ($element, $method, $class, $operator, $options) = @{ $tables{$name} };
		$sql .= "CREATE INDEX ${name}_index ON $name USING $method (v $class) $options;\n";
	}
	return $node->safe_psql('postgres', $sql);
}

# The indexes that lack rows; what verify_index says of others. Empty if all are sound.
sub unsound
{
	my ($node) = @_;
	my ($rc, $out, $err) = $node->psql('postgres',
		on_tables("SELECT '%i' WHERE vecext.verify_index('%i') < (SELECT count(*) FROM %t)"));
	return "$out$err";
}

# The tables with rows that their index does not find by their own value, and how many. Graphs are
# searched widely; other settings are the node's.
sub lost
{
	my ($node) = @_;
	my ($rc, $out, $err) = $node->psql('postgres',
		"SET enable_seqscan = off; SET enable_bitmapscan = off; SET hnsw.ef_search = 1000;\n" . on_tables(<<'SQL'));
SELECT '%t', count(*) FROM %t q
WHERE NOT EXISTS (SELECT FROM (SELECT v FROM %t i ORDER BY i.v %o q.v LIMIT 1) n WHERE n.v = q.v)
HAVING count(*) > 0
SQL
	return "$out$err";
}

1;
