# A table for each operator class of each access method, for test/t/030_kills.pl: what it is made of, and SQL for it. Every table
# has columns id, n (the statement that wrote the row), k (of a type that can be a key column) and v.
package KillTables;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use VectorTables qw(create_random_values);

our @EXPORT = qw(%tables %groups table_list method_of make_tables create_index row_values on_table top_scores);

my %operators = (l2 => '<->', ip => '<#>', cosine => '<=>', l1 => '<+>', hamming => '<~>', jaccard => '<%>');
my @key_types = qw(int2 int4 int8 uuid text bool mood);
my @lists_of = qw(10 3 1);

# Name: method, type of v, what makes a value of it from a number, operator class, key column or none, operator, options, and
# the query of a scan in order.
our %tables;

sub add_table
{
	my ($method, $element, $class, $operator, $options) = @_;
	my $number = keys %tables;
	my %types = (vector => 'vector(24)', halfvec => 'halfvec(300)', bit => 'bit(70)', sparsevec => 'sparsevec(2000)');
	my $has_key = $method =~ /ivfpq|hnsw|bm25/ && $number % 3 != 2;
	my $query = $method eq 'bm25' ? "'w3 w20 w100 w400'" : "random_$element(1)";
	$query = 'signed_sparsevec()' if $method eq 'inverted';
	$query = "(SELECT $query)" if $method ne 'bm25';
	my %makers = (text => 'random_long_text', 'text[]' => 'random_text_array');
	my $name = "${method}_" . ($class =~ s/^bm25_|_ops$//gr);
	$tables{$name} = {
		method => $method,
		type => $types{$element} // $element,
		maker => $makers{$element} // "random_$element",
		class => $class,
		key => $key_types[ $number % @key_types ],
		has_key => $has_key,
		operator => $operator,
		options => $options,
		query => $query };
	return;
}

foreach my $method (qw(hnsw ivfflat ivfpq))
{
	my %metrics = (vector => 'l2 ip cosine', halfvec => 'l2 ip cosine', bit => 'hamming', sparsevec => '');
	%metrics = (vector => 'l2 ip cosine l1', halfvec => 'l2 ip cosine l1', bit => 'hamming jaccard', sparsevec => 'l2 ip cosine l1')
	  if $method eq 'hnsw';
	my $number = 0;
	foreach my $element (sort keys %metrics)
	{
		foreach my $metric (split / /, $metrics{$element})
		{
			my %options = (
				hnsw => [ '', 'WITH (m = 4)', 'WITH (m = 32)' ],
				ivfflat => [ map { "WITH (lists = $_)" } @lists_of ],
				ivfpq => [ '', 'WITH (bits = 1, rerank = fp16)', 'WITH (bits = 2, rerank = int8)', 'WITH (bits = 4)' ]);
			my @of_method = @{ $options{$method} };
			my $option = $element eq 'bit' && $method eq 'ivfpq' ? '' : $of_method[ $number++ % @of_method ];
			add_table($method, $element, "${element}_${metric}_ops", $operators{$metric}, $option);
		}
	}
}
add_table('bm25', 'text', 'bm25_text_ops', '<@>', '');
add_table('bm25', 'text[]', 'bm25_array_ops', '<@>', '');
add_table('bm25', 'tsvector', 'bm25_tsvector_ops', '<@>', '');
add_table('inverted', 'sparsevec', 'sparsevec_ip_ops', '<#>', '');

# Names by what they are to have in common.
our %groups;
foreach my $name (sort keys %tables)
{
	push @{ $groups{ $tables{$name}{method} =~ s/^ivf.*/ivfpq, ivfflat/r } }, $name;
	push @{ $groups{'key columns'} }, $name if $tables{$name}{has_key};
}

sub table_list { return sort keys %tables; }
sub method_of { return $tables{ $_[0] }{method}; }

# SQL for a table: %t stands for it, %i for its index, %v for the function that makes a value, %k for the one that makes a
# key, %o for the operator, %q for a query.
sub on_table
{
	my ($table, $sql) = @_;
	my $of = $tables{$table};
	my %words = (t => $table, i => "${table}_i", v => $of->{maker}, k => "key_$of->{key}", o => $of->{operator}, q => $of->{query});
	return $sql =~ s/%([tivkoq])\b/$words{$1}/gr;
}

# The statement that makes the index of a table, on another one like it too.
sub create_index
{
	my ($table, $how, $name, $on) = @_;
	my $of = $tables{$table};
	return "CREATE INDEX $how " . ($name // "${table}_i") . ' ON ' . ($on // $table) . " USING $of->{method} (v $of->{class}"
	  . ($of->{has_key} ? ', k' : '') . ") $of->{options}";
}

# A SELECT of rows with ids from $first on, $count of them, that say that statement $n wrote them.
sub row_values
{
	my ($table, $first, $count, $n) = @_;
	return on_table($table, "SELECT i, $n, %k(i), %v((i % 1000)::int + 1) FROM generate_series($first, $first + $count - 1::bigint) i");
}

# All tables, with so many rows; the functions of their values, and recall_of_words(), the share of the ten best scores that
# scans by an index of bm25 find.
sub make_tables
{
	my ($node, $rows) = @_;
	create_random_values($node);
	my $sql = <<'SQL';
SET client_min_messages = warning;
-- Now and then of so many words that a document takes several pages.
CREATE FUNCTION random_long_text(n int) RETURNS text LANGUAGE sql VOLATILE RETURN
    random_text(n) || CASE WHEN n % 50 = 0 THEN
        (SELECT string_agg(' long' || floor(30000 * random())::int, '') FROM generate_series(1, 1500 + n % 3)) ELSE '' END;
CREATE FUNCTION random_text_array(n int) RETURNS text[] LANGUAGE sql VOLATILE RETURN ARRAY[random_long_text(n), 'w' || n % 30];
CREATE FUNCTION random_tsvector(n int) RETURNS tsvector LANGUAGE sql VOLATILE
    RETURN to_tsvector('pg_catalog.simple', random_long_text(n));
-- All rows have its dimensions. One weight is negative, so that each row of the index is compared: else scans in order take from the
-- table what searches do not find, and hand out rows that the index lacks.
CREATE FUNCTION signed_sparsevec() RETURNS sparsevec LANGUAGE sql VOLATILE
    RETURN ('{2:-' || 0.1 + random() || ',4:' || random() || ',6:' || random() || '}/2000')::sparsevec;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE FUNCTION key_int2(n int8) RETURNS int2 LANGUAGE sql IMMUTABLE RETURN (n % 10)::int2;
CREATE FUNCTION key_int4(n int8) RETURNS int4 LANGUAGE sql IMMUTABLE RETURN (n % 10)::int4;
CREATE FUNCTION key_int8(n int8) RETURNS int8 LANGUAGE sql IMMUTABLE RETURN n % 10 * 10000000000;
CREATE FUNCTION key_uuid(n int8) RETURNS uuid LANGUAGE sql IMMUTABLE RETURN md5((n % 10)::text)::uuid;
CREATE FUNCTION key_text(n int8) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'key ' || n % 10;
CREATE FUNCTION key_bool(n int8) RETURNS bool LANGUAGE sql IMMUTABLE RETURN n % 2 = 0;
CREATE FUNCTION key_mood(n int8) RETURNS mood LANGUAGE sql IMMUTABLE RETURN (ARRAY['sad', 'ok', 'happy'])[n % 3 + 1]::mood;
CREATE FUNCTION recall_of_words(name text, queries int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    query text;
    best float8[];
    found float8[];
    count int := 0;
    total int := 0;
BEGIN
    FOR i IN 1 .. queries LOOP
        query := format('SELECT array_agg(s) FROM (SELECT v <@> %1$L AS s FROM %2$I ORDER BY v <@> %1$L LIMIT 10) t',
            format('w%s w%s w%s', i, i * 7, i * 23), name);
        EXECUTE query INTO found;
        SET LOCAL enable_indexscan = off;
        SET LOCAL enable_sort = on;
        EXECUTE query INTO best;
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_sort = off;
        total := total + cardinality(best);
        count := count + (SELECT count(*) FROM unnest(found) s WHERE s <= (SELECT max(b) FROM unnest(best) b) + 1e-6);
    END LOOP;
    RETURN count / total::float8;
END
$$;
SQL
	foreach my $table (table_list())
	{
		my $of = $tables{$table};
		$sql .= "CREATE TABLE $table (id bigint PRIMARY KEY, n bigint, k $of->{key}, v $of->{type});\n"
		  . "INSERT INTO $table " . row_values($table, 1, $rows, 0) . ";\n"
		  . create_index($table, '') . ";\n";
	}
	$node->safe_psql('postgres', $sql . 'ANALYZE');
	return;
}

1;
