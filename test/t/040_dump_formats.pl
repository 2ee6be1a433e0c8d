# Dumps of all types and every kind of index, in each format of pg_dump, restored by one job and by several, and by another
# order of the parts: the same values, definitions and answers, and indexes that are sound.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

my $node = new_node('node', <<'CONF');
ivfflat.probes = 32768
ivfpq.probes = 32768
hnsw.ef_search = 1000
max_parallel_maintenance_workers = 0
CONF
create_tables($node, 100);
create_indexes($node);
# Further types, and indexes of expressions, of some rows, of partitions; values at the edges of the types.
$node->safe_psql('postgres', <<'SQL');
CREATE SCHEMA "A Shelf";
CREATE DOMAIN "A Shelf".unit AS vector(3) CHECK (vector_norm(VALUE) < 1e30);
CREATE TABLE "A Shelf".edges (id int PRIMARY KEY, v vector, h halfvec(3), s sparsevec, b bit(3), a vector(2)[], u "A Shelf".unit, g float8 GENERATED ALWAYS AS (v <-> '[1,2,3]') STORED);
INSERT INTO "A Shelf".edges (id, v, h, s, b, a, u) VALUES (1, '[3.4028235e38,-1e-45,0.1]', '[65504,-6e-8,0.1]', '{1:3.4028235e38,1000000000:-1e-45}/1000000000', '101', '{"[1,2]",NULL,"[-0,0]"}', '[1,2,3]'),
    (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, '[1.1754944e-38,16777217,0.3333333333]', '[1,2,3]', '{}/5', '000', '{}', '[0,0,0]');
INSERT INTO "A Shelf".edges (id, v, h, s, b, u) SELECT i, ARRAY[i % 7, i % 11, i]::vector, ARRAY[i % 7, i % 11, i]::vector::halfvec, format('{%s:%s}/50', i % 50 + 1, i)::sparsevec, (i % 8)::bit(3), ARRAY[i, 1, 1]::vector FROM generate_series(10, 100) i;
CREATE INDEX ON "A Shelf".edges USING hnsw ((v::vector(3)) vector_l1_ops) WITH (m = 8, ef_construction = 40) WHERE id > 9;
CREATE INDEX ON "A Shelf".edges USING ivfpq (h halfvec_ip_ops, id) WITH (lists = 2, bits = 2, rerank = int8);
CREATE INDEX ON "A Shelf".edges USING ivfflat ((binary_quantize(h)::bit(3)) bit_hamming_ops) WITH (lists = 2);
CREATE INDEX ON "A Shelf".edges USING hnsw (b bit_jaccard_ops);
CREATE INDEX ON "A Shelf".edges (v, h, s);
CREATE UNIQUE INDEX ON "A Shelf".edges (s) WHERE id > 50 AND id < 90;
CREATE TABLE parts (id int, kind int, v vector(3)) PARTITION BY HASH (id);
CREATE TABLE part_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT i, i % 5, ARRAY[i % 7, i % 11, i]::vector FROM generate_series(1, 200) i;
CREATE INDEX ON parts USING hnsw (v vector_l2_ops, kind);
CREATE MATERIALIZED VIEW means AS SELECT kind, avg(v)::vector(3) AS mean, sum(v)::vector(3) AS sum FROM parts GROUP BY kind;
CREATE INDEX ON means USING ivfflat (sum vector_cosine_ops) WITH (lists = 1);
CREATE STATISTICS edges_stats ON (v <-> '[0,0,0]'), id FROM "A Shelf".edges;
SQL
my $contents = <<'SQL' . on_tables("SELECT '%t', count(*), md5(string_agg(id || v::text, ' ' ORDER BY id)) FROM %t") . on_tables(<<'ANSWERS');
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE relnamespace IN ('public'::regnamespace, '"A Shelf"'::regnamespace) ORDER BY 1;
SELECT * FROM "A Shelf".edges ORDER BY id;
SELECT * FROM means ORDER BY 1;
SELECT id FROM parts WHERE kind = 3 ORDER BY v <-> '[1,2,3]', id LIMIT 5;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"A Shelf".edges'::regclass AND attnum > 0 ORDER BY attnum;
SQL
SELECT '%t', q.id, array_agg(n.id) FROM (SELECT * FROM %t ORDER BY id LIMIT 2) q
CROSS JOIN LATERAL (SELECT id FROM %t i ORDER BY i.v %o q.v LIMIT 1) n GROUP BY q.id ORDER BY q.id
ANSWERS
my $settings = "SET enable_seqscan = off; SET extra_float_digits = 3;\n";
my $expected = $node->safe_psql('postgres', $settings . $contents);
my $sound = q{SELECT count(*) FROM pg_class c JOIN pg_am m ON m.oid = relam AND amname IN ('hnsw', 'ivfflat', 'ivfpq', 'bm25', 'inverted') AND relkind = 'i', vecext.verify_index(c.oid)};
my $indexes = $node->safe_psql('postgres', $sound);

# Format, what pg_dump takes, and by what programs it is restored.
my $file = $node->basedir . '/dump';
my @formats = (
	[ plain => [], sub { [ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $_[1], '-d', $_[0] ] } ],
	[ inserts => [ '--inserts', '--rows-per-insert=10' ], sub { [ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-f', $_[1], '-d', $_[0] ] } ],
	[ custom => [ '--format=custom' ], sub { [ 'pg_restore', '--exit-on-error', '--jobs=3', '-d', @_ ] } ],
	[ tar => [ '--format=tar' ], sub { [ 'pg_restore', '--exit-on-error', '-d', @_ ] } ],
	[ directory => [ '--format=directory', '--jobs=3', '--compress=1' ], sub { [ 'pg_restore', '--exit-on-error', '--jobs=3', '-d', @_ ] } ],
	[ parts => [ '--format=custom' ], map { my $part = $_; sub { [ 'pg_restore', '--exit-on-error', "--section=$part", '-d', @_ ] } } 'pre-data', 'data', 'post-data' ]);
foreach my $format (@formats)
{
	my ($name, $options, @restores) = @$format;
	$node->command_ok([ 'pg_dump', @$options, '--file', "$file.$name", 'postgres' ], "$name: dump");
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->command_ok($_->($name, "$file.$name"), "$name: restore") foreach @restores;
	is($node->safe_psql($name, $settings . $contents), $expected, "$name: the same values, indexes and answers");
	is($node->safe_psql($name, $sound), $indexes, "$name: indexes are sound");
}

# A restore over what is there.
$node->command_ok([ 'pg_restore', '--exit-on-error', '--clean', '--if-exists', '-d', 'custom', "$file.custom" ], 'a restore over what is there');
is($node->safe_psql('custom', $settings . $contents), $expected, 'gives the same');
$node->stop;
done_testing();
