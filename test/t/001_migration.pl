# A database made for pgvector moves to vecext: its dump restores unchanged, whatever name the types
# were installed under, and extension "vector" behaves as its users expect.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('node');
$node->init;
$node->start;

# What a dump of a pgvector database contains.
my $dump = <<'SQL';
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';
CREATE TABLE public.items (
    id bigint NOT NULL,
    embedding public.vector(3),
    small public.halfvec(3),
    sparse public.sparsevec(5)
);
ALTER TABLE ONLY public.items ALTER COLUMN embedding SET STORAGE EXTENDED;
COPY public.items (id, embedding, small, sparse) FROM stdin;
1	[1,2,3]	[0.5,0.25,1]	{1:1,5:2.5}/5
2	[4,-5,1e-05]	[65504,0,-1]	{}/5
3	\N	\N	\N
\.
CREATE INDEX items_embedding ON public.items USING btree (embedding);
CREATE INDEX items_nearest ON public.items USING ivfflat (embedding public.vector_cosine_ops) WITH (lists='2');
SQL

sub restore
{
	my ($database, $sql) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $database");
	my ($rc, $out, $err) = $node->psql($database, $sql, on_error_stop => 1);
	is($rc, 0, "$database: the dump restores") or diag $err;
}

sub contents
{
	my ($database) = @_;
	return $node->safe_psql($database, 'SELECT * FROM public.items ORDER BY id');
}

my $items = "1|[1,2,3]|[0.5,0.25,1]|{1:1,5:2.5}/5\n2|[4,-5,1e-05]|[65504,0,-1]|{}/5\n3|||";

restore('from_pgvector', $dump);
is(contents('from_pgvector'), $items, 'values are those of the dump');
is( $node->safe_psql(
		'from_pgvector', "SET enable_seqscan = off; SET ivfflat.probes = 2; SELECT id FROM items ORDER BY embedding <=> '[1,2,3.1]'"),
	"1\n2", 'the ivfflat index of the dump is there, and answers');
is( $node->safe_psql(
		'from_pgvector', "SELECT extversion FROM pg_extension WHERE extname = 'vector'"),
	'0.8.7', 'clients that ask for the version get pgvector\'s');

# The restored database can be dumped and restored again.
my $again = $node->basedir . '/again.sql';
$node->command_ok([ 'pg_dump', '-f', $again, $node->connstr('from_pgvector') ], 'it can be dumped');
$node->safe_psql('postgres', 'CREATE DATABASE again');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', $again, $node->connstr('again') ],
	'and restored');
is(contents('again'), $items, 'with the same values');

# The same dump goes into a database that has vecext under its own name.
$node->safe_psql('postgres', 'CREATE DATABASE with_vecext');
$node->safe_psql('with_vecext', 'CREATE EXTENSION vecext');
$node->safe_psql('with_vecext', $dump);
is(contents('with_vecext'), $items, 'a database with vecext takes the dump too');

# Extension "vector" protects its columns, moves, and follows an update chain.
my ($rc, $out, $err) = $node->psql('from_pgvector', 'DROP EXTENSION vector');
like($err, qr/cannot drop extension vector because other objects depend on it/,
	'columns protect the extension');
$node->safe_psql('from_pgvector', 'CREATE SCHEMA elsewhere; ALTER EXTENSION vector SET SCHEMA elsewhere');
is( $node->safe_psql('from_pgvector', "SELECT 'elsewhere.vector'::regtype::text"),
	'elsewhere.vector', 'it moves to another schema');
is(contents('from_pgvector'), $items, 'and the columns with it');

$node->safe_psql('postgres', 'CREATE DATABASE old');
$node->safe_psql('old', "CREATE EXTENSION vector VERSION '0.5.1'");
$node->safe_psql('old', "ALTER EXTENSION vector UPDATE TO '0.8.0'; ALTER EXTENSION vector UPDATE");
is($node->safe_psql('old', "SELECT '[1,2]'::vector <-> '[1,4]'"), '2', 'it updates like pgvector');

# Beside it, vecext has room for its own functions, and the types stay those of "vector".
$node->safe_psql('old', 'CREATE EXTENSION vecext');
is( $node->safe_psql(
		'old', "SELECT string_agg(DISTINCT e.extname, ' ') FROM pg_depend d
		JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
		JOIN pg_type t ON t.oid = d.objid AND t.typnamespace <> 'vecext'::regnamespace
		WHERE d.classid = 'pg_type'::regclass AND d.deptype = 'e'"),
	'vector', 'vecext beside vector defines no type but those of its own schema');
$node->safe_psql('old', 'CREATE TABLE items (v vector(2)); INSERT INTO items VALUES (\'[1,2]\');
	CREATE INDEX items_v ON items USING ivfpq (v)');
is($node->safe_psql('old', "SELECT vecext.verify_index('items_v')"), '1', 'and looks into its indexes');

# Functions of schema vecext need the types of "vector"; both come back when these are created again.
$node->safe_psql('postgres', 'CREATE DATABASE beside');
$node->safe_psql('beside', 'CREATE EXTENSION vector; CREATE EXTENSION vecext');
($rc, $out, $err) = $node->psql('beside', 'DROP EXTENSION vector');
like($err, qr/extension vecext depends on extension vector/, 'types are not dropped under vecext');
$node->safe_psql('beside', 'DROP EXTENSION vector CASCADE; CREATE EXTENSION vector; CREATE EXTENSION vecext');
is($node->safe_psql('beside', "SELECT '[1,2]'::vector <-> vecext.quantize('[1,4]', 'fp16')"),
	'2', 'types dropped with vecext come back');

done_testing();
