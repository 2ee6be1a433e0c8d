# pg_upgrade of a cluster with every kind of index, collections, queues and caches: files of indexes are kept, answer as before,
# and go on; by copied files and by links. And of a cluster with pgvector: its indexes are refused until they are built again.
#
# By itself the cluster's next version is this server again, twice, and there is no pgvector. VECEXT_UPGRADE names other installed servers, the oldest first, as
# "15=/usr/lib/postgresql/15 17=...", through which one cluster goes in turn; VECEXT_PGVECTOR names one with pgvector, from which
# another goes to the last of these (script/upgrade-test).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

sub paths { my ($text) = @_; return map { /^(\w+)=(.+)$/ ? [ $1, $2 ] : BAIL_OUT("$_?") } split ' ', $text; }
my @servers = paths($ENV{VECEXT_UPGRADE} // '');
@servers = map { [ $_, undef ] } 'itself', 'itself_again', 'itself_once_more' if !@servers;
my ($with_pgvector) = paths($ENV{VECEXT_PGVECTOR} // '');
my $conf = <<'CONF';
autovacuum = off
jit = off
ivfflat.probes = 32768
ivfpq.probes = 32768
hnsw.ef_search = 1000
CONF

sub new_node
{
	my ($name, $server) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, $server->[1] ? (install_path => $server->[1]) : ());
	$node->init(extra => ['--data-checksums']);
	$node->append_conf('postgresql.conf', $conf);
	return $node;
}

# Some minor releases give columns an option that others refuse to restore: what docs/upgrading.md has for that.
sub remove_unknown_option
{
	my ($old, $new) = @_;
	$new->start;
	my $is_known = $new->safe_psql('postgres', q{SELECT count(*) > 0 FROM pg_attribute WHERE attoptions::text LIKE '%pg_attver=%'});
	$new->stop;
	return if $is_known eq 't';
	my ($removal) = slurp_file("$FindBin::RealBin/../../docs/upgrading.md") =~ /^( +SET allow_system_table_mods .*? LIKE '%pg_attver=%';)$/ms;
	foreach my $database ('postgres', 'template1')
	{
		$old->safe_psql($database, $removal);
		note $old->name . ": versions of columns removed from $database";
	}
	return;
}

# The old server runs, and the new one is initialized; then the new one runs. Files are copied, or linked.
sub upgrade
{
	my ($old, $new, @link) = @_;
	remove_unknown_option($old, $new);
	$old->stop;
	my $bin = sub { my $path = $_[0]->config_data('--bindir'); chomp $path; $path };
	chdir $PostgreSQL::Test::Utils::tmp_check;
	command_ok([ $bin->($new) . '/pg_upgrade', '--no-sync', @link, '-d', $old->data_dir, '-D', $new->data_dir, '-b', $bin->($old), '-B', $bin->($new),
			'-s', $new->host, '-p', $old->port, '-P', $new->port ], "pg_upgrade @link from " . $old->name . ' to ' . $new->name)
	  or diag map { join "\n", (split /\n/, slurp_file($_))[ -8 .. -1 ], '' } glob $new->data_dir . '/pg_upgrade_output.d/*/log/pg_upgrade_dump_*.log';
	$new->start;
	return;
}

# --- Every kind of index --------------------------------------------------------------------------

my $answers = "SET enable_seqscan = off; SET enable_bitmapscan = off;\n" . on_tables(<<'SQL') . <<'OTHERS';
SELECT '%t', q.id, array_agg(n.d::text) FROM (SELECT * FROM %t ORDER BY id LIMIT 3) q
CROSS JOIN LATERAL (SELECT v %o q.v AS d FROM %t i ORDER BY i.v %o q.v LIMIT 10) n GROUP BY q.id ORDER BY q.id
SQL
SELECT id FROM parts WHERE kind = 3 ORDER BY v <-> '[3,1,2]', id LIMIT 5;
SELECT id FROM parts ORDER BY (v::halfvec(3)) <=> '[3,1,2]', id LIMIT 5;
SELECT count(*) FROM parts WHERE v = '[3,3,3]';
SELECT p.id, p.score FROM vecext.search('points', '[1,0.5]', filter => '{"must": {"key": "n", "match": {"value": 1}}}') p;
SELECT id, round(score::numeric, 4) FROM vecext.query('points', '{"query": {"text": "crash"}}');
SELECT key, attempts FROM queue ORDER BY 1;
SELECT response FROM vecext_rag.semantic_cache_get('cache', '[1,0.1]');
SELECT p.id FROM vecext.scroll('other', limit_ => 3) p;
OTHERS
my $old = new_node("from_$servers[0][0]", $servers[0]);
$old->start;
create_tables($old, 200);
create_indexes($old);
$old->safe_psql('postgres', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 60) n; DELETE FROM %t WHERE id % 20 = 7') . <<'SQL');
CREATE TABLE parts (id int, kind int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (100) TO (400);
INSERT INTO parts SELECT i, i % 5, ARRAY[i % 7, i % 11, i]::vector FROM generate_series(1, 300) i;
CREATE INDEX ON parts USING hnsw (v vector_l2_ops, kind);
CREATE INDEX ON parts USING ivfpq ((v::halfvec(3)) halfvec_cosine_ops) WHERE kind < 9;
CREATE INDEX ON parts (v);
SELECT vecext.create_collection('points', '{"size": 2, "distance": "cosine", "hnsw": {}}');
SELECT vecext.upsert('points', '[{"id": 1, "vector": [1, 0], "payload": {"n": 1, "title": "crashing"}}, {"id": 2, "vector": [0, 1], "payload": {"n": 1, "title": "no crash"}}]');
SELECT vecext.create_payload_index('points', 'n', 'integer'), vecext.create_payload_index('points', 'title', 'bm25'), vecext.create_alias('other', 'points');
CREATE TABLE docs (id int PRIMARY KEY, body text, v vector(2));
CREATE EXTENSION vecext_rag;
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'v', 'queue');
INSERT INTO docs VALUES (1, 'late', NULL);
SELECT vecext_rag.semantic_cache_put(vecext_rag.create_semantic_cache('cache', 2, logged => true), 'q', '[1,0]', 'a', ttl => '1 year');
SQL
my $expected = $old->safe_psql('postgres', $answers);
foreach my $number (1 .. $#servers)
{
	my $new = new_node("to_$servers[$number][0]", $servers[$number]);
	my $name = $new->name;
	upgrade($old, $new, $number % 2 ? '--link' : ());
	is(unsound($new), '', "$name: indexes are sound");
	is($new->safe_psql('postgres', $answers), $expected, "$name: the same answers");
	is(lost($new), '', "$name: each row is found");
	$new->safe_psql('postgres', on_tables("INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 60) n; DELETE FROM %t WHERE id % 20 = 8; VACUUM ANALYZE %t; SELECT vecext.merge('%i') \\g /dev/null\n"));
	$new->safe_psql('postgres', q{ALTER EXTENSION vecext UPDATE; ALTER EXTENSION vecext_rag UPDATE; INSERT INTO parts SELECT i, i % 5, ARRAY[i % 7, i % 11, i]::vector FROM generate_series(301, 320) i;
		SELECT vecext.upsert('points', '[{"id": 3, "vector": [1, 1], "payload": {"n": 2, "title": "crash"}}]'), vecext.delete_points('points', '[3]')});
	is(unsound($new) . lost($new), '', "$name: indexes go on");
	$new->safe_psql('postgres', 'DELETE FROM parts WHERE id > 300');
	$new->safe_psql('postgres', on_tables('REINDEX INDEX %i'));
	is(unsound($new) . lost($new), '', "$name: and can be built again");
	$expected = $new->safe_psql('postgres', $answers);
	$old = $new;
}
$old->stop;

# --- From pgvector --------------------------------------------------------------------------------

SKIP:
{
	skip 'no server with pgvector (VECEXT_PGVECTOR)', 1 if !$with_pgvector;
	my $pgvector = new_node("pgvector_$with_pgvector->[0]", $with_pgvector);
	$pgvector->start;
	# Every operator class of both methods.
	my %classes = map { my $type = $_; $type => [ map { "${type}_$_" } $type eq 'bit' ? qw(hamming_ops jaccard_ops) : qw(l2_ops ip_ops cosine_ops l1_ops) ] } qw(vector halfvec sparsevec bit);
	my %operators = (l2_ops => '<->', ip_ops => '<#>', cosine_ops => '<=>', l1_ops => '<+>', hamming_ops => '<~>', jaccard_ops => '<%>');
	my %values = (vector => q{'[1,2,3]'}, halfvec => q{'[1,2,3]'}, sparsevec => q{'{1:1}/3'}, bit => q{B'101'});
	$pgvector->safe_psql('postgres', 'CREATE EXTENSION vector');
	my @orders;
	foreach my $type (sort keys %classes)
	{
		foreach my $class (@{ $classes{$type} })
		{
			foreach my $method ('hnsw', 'ivfflat')
			{
				next if $method eq 'ivfflat' && $class =~ /sparsevec|l1_ops|jaccard/;
				my $name = "${method}_$class";
				my ($operator) = map { $operators{$_} } grep { $class =~ /$_$/ } keys %operators;
				$pgvector->safe_psql('postgres', "CREATE TABLE $name (id int PRIMARY KEY, v $type(3));"
					  . "INSERT INTO $name SELECT i, " . ($type eq 'bit' ? '(i % 8)::bit(3)' : "ARRAY[i % 7, i % 11, i % 13 + 1]::vector(3)::$type(3)") . ' FROM generate_series(1, 300) i;'
					  . "CREATE INDEX ${name}_v ON $name USING $method (v $class)" . ($method eq 'ivfflat' ? ' WITH (lists = 3)' : ''));
				push @orders, [ $name, "v $operator $values{$type}" ];
			}
		}
	}
	$pgvector->safe_psql('postgres', 'CREATE VIEW means AS SELECT avg(v) AS mean, sum(v) FROM hnsw_vector_l2_ops; CREATE INDEX sorted ON hnsw_vector_l2_ops (v)');
	# In an order that is no index's.
	my $exact = sub { my ($node) = @_; return $node->safe_psql('postgres', 'TABLE means;' . join ';', map { "SELECT array_agg(d) FROM (SELECT round(($_->[1])::numeric, 4) AS d FROM $_->[0] ORDER BY ($_->[1]) + 0 LIMIT 20) a" } @orders) };
	my $before = $exact->($pgvector);
	my $new = new_node("from_pgvector_to_$servers[-1][0]", $servers[-1]);
	upgrade($pgvector, $new);
	is($exact->($new), $before, 'values, functions and aggregates are as before');
	my $scan = 'SET enable_seqscan = off; SET enable_sort = off;';
	foreach my $order (@orders)
	{
		my ($name, $by) = @$order;
		foreach my $statement ("$scan SELECT id FROM $name ORDER BY $by LIMIT 5", "INSERT INTO $name SELECT 0, v FROM $name LIMIT 1", "DELETE FROM $name WHERE id = 7; VACUUM $name")
		{
			my (undef, undef, $err) = $new->psql('postgres', $statement);
			like($err, qr/index "${name}_v" was built by pgvector.*HINT:  Rebuild the index with REINDEX INDEX CONCURRENTLY public\.${name}_v\./s, $statement);
		}
	}
	$new->safe_psql('postgres', join ';', 'ALTER EXTENSION vector UPDATE', map { "REINDEX INDEX $_->[0]_v" } @orders);
	foreach my $order (@orders)
	{
		my ($name, $by) = @$order;
		my $nearest = "SELECT array_agg(d) FROM (SELECT round(($by)::numeric, 4) AS d FROM $name ORDER BY $by LIMIT 20) a";
		is($new->safe_psql('postgres', "$scan $nearest"), $new->safe_psql('postgres', "SET enable_indexscan = off; $nearest"), "$name answers");
	}
	# The catalog is pgvector's: schema vecext needs a dump and restore (docs/migrating-from-pgvector.md).
	my (undef, undef, $err) = $new->psql('postgres', 'CREATE EXTENSION vecext');
	like($err, qr/ERROR:  pgvector is already installed in this database/, 'schema vecext is refused');
	$new->safe_psql('postgres', q{CREATE FUNCTION verify_index(regclass) RETURNS int8 LANGUAGE c AS '$libdir/vecext', 'vecext_verify_index'});
	is($new->safe_psql('postgres', join ';', map { "SELECT verify_index('$_->[0]_v') <> (SELECT count(*) FROM $_->[0])" } @orders), join("\n", map { 'f' } @orders), 'all are sound');
	$new->stop;
}
done_testing();
