# Tables whose index files tests damage: test/t/013_index_damage.pl, 045_damaged_fields.pl. A server for them, and their indexes.
package DamageTables;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use Node;

our @EXPORT = qw(%kinds damage_node make_table change_page_bytes);

# Index definitions, the order by which each is used, and of how many rows it is made before the others
# come: all, unless said otherwise.
our %kinds = (
	pq => [ 'ivfpq (v) WITH (lists = 4)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	pq_ip => [ 'ivfpq (v vector_ip_ops) WITH (bits = 1, lists = 3)', q{v <#> (SELECT v FROM rows WHERE id = 7)} ],
	pq_rerank => [ 'ivfpq (v) WITH (bits = 1, rerank = fp16, lists = 3)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	pq_bit => [ 'ivfpq (b bit_hamming_ops) WITH (lists = 2)', q{b <~> (SELECT b FROM rows WHERE id = 7)} ],
	flat => [ 'ivfflat (v vector_cosine_ops) WITH (lists = 4)', q{v <=> (SELECT v FROM rows WHERE id = 7)} ],
	pq_key => [ 'ivfpq (v, id) WITH (lists = 4)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	graph_key => [ 'hnsw (v vector_l2_ops, id)', q{v <-> (SELECT v FROM rows WHERE id = 7)}, 700 ],
	graph => [ 'hnsw (v vector_l2_ops)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	graph_fresh => [ 'hnsw (v vector_ip_ops)', q{v <#> (SELECT v FROM rows WHERE id = 7)}, 700 ],
	graph_bit => [ 'hnsw (b bit_jaccard_ops)', q{b <%> (SELECT b FROM rows WHERE id = 7)}, 700 ],
	graph_wide => [ 'hnsw (w bit_hamming_ops)', q{w <~> (SELECT w FROM rows WHERE id = 7)}, 850 ],
	graph_sparse => [ 'hnsw (s sparsevec_l2_ops)', q{s <-> (SELECT s FROM rows WHERE id = 7)}, 700 ],
	words => [ 'bm25 (t)', q{t <@> (SELECT t FROM rows WHERE id = 7)}, 700 ],
	weights => [ 'inverted (s)', q{s <#> (SELECT s FROM rows WHERE id = 7)}, 700 ]);

# A server with a table of the rows that all others are made of.
sub damage_node
{
	# Newer servers have checksums by default, and would see the damage first.
	my $node = new_node('node', "enable_seqscan = off\nstatement_timeout = 10s", without_checksums => 1);
	$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SET client_min_messages = warning;
SELECT setseed(0.20);
CREATE TABLE rows AS
SELECT i AS id, v::vector(40), binary_quantize(v::vector)::bit(40) AS b,
    binary_quantize(v::vector)::bit(40)::varbit::bit(50000) AS w, v::sparsevec(40) AS s,
    (SELECT string_agg('w' || (20 * x)::int, ' ') || ' own' || i FROM unnest(v) x) AS t
FROM (SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 40) WHERE i > 0) AS v
      FROM generate_series(1, 900) i) t;
SQL
	return $node;
}

# SQL that makes a table with an index of that kind. Nine of its rows are dead, so that VACUUM has work.
sub make_table
{
	my ($kind, $table) = @_;
	my ($index, $order, $first) = (@{ $kinds{$kind} }, 900);
	return "DROP TABLE IF EXISTS $table;\n" . "CREATE TABLE $table AS SELECT * FROM rows WHERE id <= $first;\n"
	  . "CREATE INDEX ${table}_i ON $table USING $index;\n"
	  . "INSERT INTO $table SELECT * FROM rows WHERE id > $first;\n"
	  . "DELETE FROM $table WHERE id % 100 = 1;\n";
}

# Writes bytes into a file, at that place.
sub change_page_bytes
{
	my ($path, $at, $bytes) = @_;
	open my $file, '+<:raw', $path or die "$path: $!";
	seek $file, $at, 0;
	print $file $bytes;
	close $file or die "$path: $!";
	return;
}

1;
