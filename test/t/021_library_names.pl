# The library under both of its names, "vecext" and "vector": loaded by a session or by the server, beside
# databases with and without the extension, and in the catalogs that pg_upgrade takes over from pgvector.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

# Pages are changed from outside.
my $node = new_node('node', '', without_checksums => 1);
$node->safe_psql('postgres', "CREATE DATABASE $_") foreach qw(with_neither with_vecext with_vector with_both);
$node->safe_psql('with_vecext', 'CREATE EXTENSION vecext');
$node->safe_psql('with_vector', 'CREATE EXTENSION vector');
$node->safe_psql('with_both', 'CREATE EXTENSION vector; CREATE EXTENSION vecext');
$node->safe_psql($_, <<'SQL') foreach qw(with_vecext with_vector with_both);
CREATE TABLE items AS
SELECT i AS id, i % 10 AS kind, ARRAY[i % 7, i % 11, i % 13]::vector(3) AS v FROM generate_series(1, 1000) i;
ALTER TABLE items ADD PRIMARY KEY (id);
CREATE INDEX items_v ON items USING hnsw (v vector_l2_ops);
ANALYZE items;
SQL

# A session's first statement, others, and one with workers, which load what their leader has loaded.
my $parallel = join ' ', map { "SET $_;" } 'min_parallel_table_scan_size = 0', 'parallel_setup_cost = 0',
  'parallel_tuple_cost = 0', 'max_parallel_workers_per_gather = 2';
sub sessions_work
{
	my ($how, $first) = @_;
	$first //= '';
	foreach my $database (qw(with_vecext with_vector with_both))
	{
		is( $node->safe_psql($database,
				"$first SELECT id FROM items WHERE kind = 3 ORDER BY v <-> '[3,3,3]' LIMIT 1;
				$parallel SELECT avg(v) <-> '[3,5,6]' < 0.1 FROM items"),
			"3\nt", "$how: $database");
	}
	is( $node->safe_psql('with_neither',
			"$first SELECT proname FROM pg_proc WHERE pronamespace IN (SELECT oid FROM pg_namespace)
			AND proname LIKE 'array_a%' ORDER BY proname LIMIT 1"),
		'array_agg', "$how: with_neither");
}

sessions_work("LOAD '$_->[0]'", $_->[1])
  foreach [ 'vector', q{LOAD 'vector';} ], [ 'vecext', q{LOAD 'vecext';} ],
  [ 'vector, then vecext', q{LOAD 'vector'; LOAD 'vecext'; LOAD '$libdir/vector';} ];

$node->append_conf('postgresql.conf', "hnsw.ef_search = 77");
foreach my $setting (qw(session_preload_libraries shared_preload_libraries))
{
	$node->append_conf('postgresql.conf', "$setting = ''");
	foreach my $names ('vector', 'vecext', 'vector,vecext', 'vecext,vector')
	{
		$node->adjust_conf('postgresql.conf', $setting, "'$names'");
		$node->restart;
		is($node->safe_psql('with_neither', "SHOW $setting; SELECT setting, source FROM pg_settings WHERE name = 'hnsw.ef_search' AND short_desc <> ''"),
			"$names\n77|configuration file",
			"$setting = '$names' is loaded");
		sessions_work("$setting = '$names'");
	}
	$node->adjust_conf('postgresql.conf', $setting, "''");
}

# Access methods have no schema, so another's of the same name is in the way.
foreach my $method (qw(bm25 inverted))
{
	$node->safe_psql('postgres', "CREATE DATABASE taken_$method");
	$node->safe_psql("taken_$method", "CREATE ACCESS METHOD $method TYPE INDEX HANDLER bthandler");
	my (undef, undef, $err) = $node->psql("taken_$method", 'CREATE EXTENSION vecext');
	like($err, qr/ERROR:  access method "$method" exists already\nDETAIL:  It belongs to no extension/, "the name $method is taken");
	$node->safe_psql("taken_$method", "DROP ACCESS METHOD $method; CREATE EXTENSION vecext");
}
$node->stop;

# An index as pgvector leaves it, for this test: what its page 0 begins with, and else nothing.
sub make_foreign
{
	my ($of, $file, $magic) = @_;
	open my $fh, '+<:raw', $of->data_dir . "/$file" or BAIL_OUT("$file: $!");
	seek $fh, 24, 0;
	print $fh pack('L', $magic), "\0" x (8192 - 28);
	close $fh;
}

# A database whose catalog has pgvector's library and names of functions.
my $old = new_node('old', '', without_checksums => 1);
$old->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vector VERSION '0.8.0';
CREATE TABLE items (id int PRIMARY KEY, v vector(3), h halfvec(3), s sparsevec(3), b bit(3));
INSERT INTO items
SELECT i, v, v::halfvec, v::sparsevec, (i % 8)::bit(3)
FROM (SELECT i, ARRAY[i % 7, i % 11, i % 13]::vector(3) FROM generate_series(1, 300) i) t (i, v);
CREATE INDEX items_graph ON items USING hnsw (v vector_l1_ops);
CREATE INDEX items_lists ON items USING ivfflat (v vector_cosine_ops) WITH (lists = 3);
CREATE INDEX items_half ON items USING hnsw (h halfvec_cosine_ops);
CREATE INDEX items_sparse ON items USING hnsw (s sparsevec_ip_ops);
CREATE INDEX items_bits ON items USING ivfflat (b bit_hamming_ops) WITH (lists = 2);
CREATE INDEX items_order ON items (v);
CREATE VIEW of_all AS
SELECT avg(v) AS mean, sum(h), avg(h) AS half, l2_distance(avg(v), '[1,2,3]'), l1_distance(avg(v), '[1,2,3]'),
    inner_product(avg(v), '[1,2,3]'), cosine_distance(avg(v), '[1,2,3]'), l2_normalize(avg(v)),
    binary_quantize(avg(v)), subvector(avg(v), 2, 2), vector_dims(avg(v)), vector_norm(avg(v)),
    sum(hamming_distance(b, '111')) AS bits, sum(jaccard_distance(b, '111')) AS sets,
    min(id) FILTER (WHERE v::vector(3) = '[1,1,1]') FROM items;
UPDATE pg_proc SET probin = '$libdir/vector', prosrc = CASE WHEN prosrc IN (
    'vector_binary_quantize', 'vector_cosine_distance', 'halfvec_typmod', 'bit_hamming_distance',
    'vector_inner_product', 'bit_jaccard_distance', 'vector_l1_distance', 'vector_l2_distance',
    'vector_l2_normalize', 'sparsevec_typmod', 'vector_subvector', 'vector_typmod', 'vector_vector_dims')
    THEN proname WHEN prosrc = 'halfvec_combine' THEN 'vector_combine' ELSE prosrc END
WHERE probin = '$libdir/vecext';
SQL
is( $old->safe_psql('postgres', "SELECT count(*) FROM pg_proc WHERE probin = '\$libdir/vector' AND prosrc = proname
		AND proname IN ('vector', 'l2_distance', 'hamming_distance')"),
	'3', 'functions are known by the names of pgvector');
my $all = $old->safe_psql('postgres', 'TABLE of_all');
my @orders = ([ graph => q{v <+> '[1,2,3]'} ], [ lists => q{v <=> '[1,2,3]'} ], [ half => q{h <=> '[1,2,3]'} ],
	[ sparse => q{s <#> '{1:1}/3'} ], [ bits => q{b <~> B'111'} ]);
my $settings = 'SET enable_seqscan = off; SET enable_sort = off; SET ivfflat.probes = 3';
sub nearest
{
	my ($of, $order) = @_;
	return $of->safe_psql('postgres', "$settings; SELECT round(($order)::numeric, 4) FROM items ORDER BY $order LIMIT 5");
}
my @answers = map { nearest($old, $_->[1]) } @orders;
my %files = map { $_->[0] => $old->safe_psql('postgres', "SELECT pg_relation_filepath('items_$_->[0]')") } @orders;
$old->stop;
make_foreign($old, $files{$_}, /lists|bits/ ? 0x014FF1A7 : 0xA953A953) foreach keys %files;

my $new = new_node('new', '', without_checksums => 1);
$new->stop;
my $bin = $new->config_data('--bindir');
chdir $PostgreSQL::Test::Utils::tmp_check;
command_ok([ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $bin, '-B', $bin,
		'-s', $new->host, '-p', $old->port, '-P', $new->port ], 'pg_upgrade takes the database over');
$new->start;
is($new->safe_psql('postgres', 'TABLE of_all'), $all, 'values and functions are as before');
foreach my $order (@orders)
{
	my ($rc, $out, $err) = $new->psql('postgres', "$settings; SELECT id FROM items ORDER BY $order->[1] LIMIT 5");
	like($err, qr/index "items_$order->[0]" was built by pgvector.*HINT:  Rebuild the index with REINDEX INDEX CONCURRENTLY public\.items_$order->[0]\./s,
		"$order->[0]: a scan says what to do");
	($rc, $out, $err) = $new->psql('postgres', "INSERT INTO items SELECT 0, '[1,1,1]', '[1,1,1]', '{}/3', '101'");
	like($err, qr/was built by pgvector/, "$order->[0]: an insert does, too");
	$new->safe_psql('postgres', "REINDEX INDEX items_$order->[0]");
}
is(nearest($new, $orders[$_][1]), $answers[$_], "$orders[$_][0]: built again, the index answers") foreach 0 .. $#orders;
$new->safe_psql('postgres', q{ALTER EXTENSION vector UPDATE;
	INSERT INTO items SELECT 0, '[1,1,1]', '[1,1,1]', '{}/3', '101'; VACUUM items});
is( $new->safe_psql('postgres', 'SELECT count(*) FROM pg_opclass c JOIN pg_am a ON a.oid = opcmethod
		WHERE amname IN (\'hnsw\', \'ivfflat\') AND NOT amvalidate(c.oid)'),
	'0', 'operator classes of pgvector\'s functions are valid');
$new->stop;

done_testing();
