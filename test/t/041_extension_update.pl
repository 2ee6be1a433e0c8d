# ALTER EXTENSION UPDATE of vecext and vecext_rag on a server tree of their own: from each released version, which sql/archive has then, from a made-up
# older one whose functions are fewer, and to a made-up newer one. Indexes, collections and sessions go on; the catalog is then that of a
# new database.
use strict;
use warnings FATAL => 'all';

use File::Basename;
use FindBin;
use lib "$FindBin::RealBin/lib";
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

# --- A copy of the server: folders of links, programs as files, which find the others from where they lie ---------------

my $tree = PostgreSQL::Test::Utils::tempdir;
my %folder;
foreach my $what ('bindir', 'sharedir', 'pkglibdir')
{
	($folder{$what}) = run_command([ 'pg_config', "--$what" ]);
	system('mkdir', '-p', "$tree$folder{$what}") == 0 && system('cp', $what eq 'bindir' ? '-rL' : '-rs', "$folder{$what}/.", "$tree$folder{$what}") == 0 or BAIL_OUT("no copy of $folder{$what}");
}
my $scripts = "$tree$folder{sharedir}/extension";
my ($now) = slurp_file("$scripts/vecext.control") =~ /default_version = '([^']+)'/;

sub write_file
{
	my ($name, $text) = @_;
	unlink "$scripts/$name";
	append_to_file("$scripts/$name", $text);
	return;
}

my $node = PostgreSQL::Test::Cluster->new('node', install_path => dirname("$tree$folder{bindir}"));
$node->init;
$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\nivfflat.probes = 32768\nivfpq.probes = 32768\nhnsw.ef_search = 1000");
$node->start;

# All that belongs to the extension, as it is defined, described and granted.
my $catalog = <<'SQL';
SELECT pg_describe_object(classid, objid, objsubid) AS object, obj_description(objid, classid::regclass::name),
    CASE WHEN classid = 'pg_proc'::regclass AND (SELECT prokind IN ('f', 'p') FROM pg_proc p WHERE p.oid = objid) THEN pg_get_functiondef(objid) END,
    CASE WHEN classid = 'pg_proc'::regclass THEN (SELECT proacl::text FROM pg_proc p WHERE p.oid = objid)
        WHEN classid = 'pg_class'::regclass THEN (SELECT concat(relacl, relkind, ARRAY(SELECT concat(attname, format_type(atttypid, atttypmod), attnotnull) FROM pg_attribute WHERE attrelid = objid AND attnum > 0 AND NOT attisdropped ORDER BY attnum)) FROM pg_class c WHERE c.oid = objid)
        WHEN classid = 'pg_event_trigger'::regclass THEN (SELECT concat(evtevent, evtenabled, evttags) FROM pg_event_trigger t WHERE t.oid = objid) END
FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'vecext') AND deptype = 'e'
ORDER BY pg_describe_object(classid, objid, objsubid) COLLATE "C";
SELECT pg_describe_object('pg_amop'::regclass, o.oid, 0) FROM pg_amop o JOIN pg_am m ON m.oid = amopmethod WHERE amname IN ('hnsw', 'ivfflat', 'ivfpq', 'bm25', 'inverted') ORDER BY pg_describe_object('pg_amop'::regclass, o.oid, 0) COLLATE "C";
SQL

sub database
{
	my ($name, $version) = @_;
	$node->safe_psql('postgres', "CREATE DATABASE $name");
	$node->safe_psql($name, "CREATE EXTENSION vecext VERSION '$version'");
	return;
}
database('fresh', $now);
my $fresh = $node->safe_psql('fresh', $catalog);

# --- Made-up versions -----------------------------------------------------------------------------

# The older one lacks a function, and has others of another form; the update makes them what a new database has.
sub definition
{
	my ($function) = @_;
	my $quoted = $node->safe_psql('fresh', "SELECT pg_get_functiondef('$function'::regprocedure), quote_literal(obj_description('$function'::regprocedure, 'pg_proc'))");
	my ($definition, $comment) = $quoted =~ /^(.*)\|('.*')$/s;
	return "$definition;\nCOMMENT ON FUNCTION $function IS $comment;\n";
}
my $install = slurp_file("$scripts/vecext--$now.sql");
my @gone = ('vecext.index_info(regclass)', 'vecext.last_scan()');
write_file('vecext--0.0.1.sql', $install . <<'SQL');
DROP FUNCTION vecext.index_info(pg_catalog.regclass);
DROP FUNCTION vecext.last_scan();
CREATE FUNCTION vecext.index_info(index pg_catalog.regclass, OUT lists pg_catalog.int4, OUT rows pg_catalog.int8) RETURNS record
    LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'index_info';
SQL
my ($symbol) = definition($gone[0]) =~ /AS '\$libdir\/vecext', \$function\$(\w+)\$function\$/;
write_file('vecext--0.0.1.sql', slurp_file("$scripts/vecext--0.0.1.sql") =~ s/'MODULE_PATHNAME', 'index_info';\n\z/'MODULE_PATHNAME', '$symbol';\n/r);
write_file("vecext--0.0.1--$now.sql", "DROP FUNCTION vecext.index_info(pg_catalog.regclass);\n" . join '', map { definition($_) } @gone);
# The newer one has one more of several kinds of objects, and changes some.
my $additions = <<'SQL';
CREATE FUNCTION vecext.is_next() RETURNS pg_catalog.bool LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp RETURN true;
COMMENT ON FUNCTION vecext.is_next() IS 'a function of the next version';
DROP FUNCTION vecext.last_scan();
SQL
$additions .= definition($gone[1]);
write_file('vecext--99.0.0.sql', $install . $additions);
write_file("vecext--$now--99.0.0.sql", $additions);
database('next', '99.0.0');

# --- Updates --------------------------------------------------------------------------------------

my $answers = "SET enable_seqscan = off; SET enable_bitmapscan = off;\n" . on_tables(<<'SQL') . <<'OTHERS';
SELECT '%t', q.id, array_agg(n.d::text) FROM (SELECT * FROM %t ORDER BY id LIMIT 2) q
CROSS JOIN LATERAL (SELECT v %o q.v AS d FROM %t i ORDER BY i.v %o q.v LIMIT 10) n GROUP BY q.id ORDER BY q.id
SQL
SELECT id, score FROM vecext.search('points', '[1,0.5]', filter => '{"must": {"key": "n", "match": {"value": 1}}}');
SELECT key FROM vecext.payload_indexes;
OTHERS

# A database of that version, with indexes and a collection, and a session that is open throughout.
sub update
{
	my ($version, $to) = @_;
	my $name = "from_$version" =~ s/\W/_/gr;
	database($name, $version);
	{
		# Tables of the library are made in database postgres.
		no warnings 'redefine';
		my $original = \&PostgreSQL::Test::Cluster::safe_psql;
		my $psql = \&PostgreSQL::Test::Cluster::psql;
		local *PostgreSQL::Test::Cluster::safe_psql = sub { my ($self, $database, @rest) = @_; return $original->($self, $database eq 'postgres' ? $name : $database, @rest) };
		local *PostgreSQL::Test::Cluster::psql = sub { my ($self, $database, @rest) = @_; return $psql->($self, $database eq 'postgres' ? $name : $database, @rest) };
		create_tables($node, 100);
		create_indexes($node);
		$node->safe_psql($name, q{SELECT vecext.create_collection('points', '{"size": 2, "distance": "cosine", "hnsw": {}}');
			SELECT vecext.upsert('points', '[{"id": 1, "vector": [1, 0], "payload": {"n": 1}}, {"id": 2, "vector": [0, 1], "payload": {"n": 1}}]');
			SELECT vecext.create_payload_index('points', 'n', 'integer')});
		my $session = $node->background_psql($name);
		my $nearest = q{SELECT id FROM vecext.search('points', '[1,0.1]', limit_ => 1); SELECT count(*) FROM (SELECT id FROM graph_l2 ORDER BY v <-> (SELECT v FROM graph_l2 LIMIT 1) LIMIT 10) n};
		is($session->query_safe($nearest), "1\n10", "$version: a session");
		my $expected = $node->safe_psql($name, $answers);
		if ($version eq '0.0.1')
		{
			my (undef, undef, $err) = $node->psql($name, q{SELECT * FROM vecext.index_info('pq_l2_index')});
			like($err, qr/ERROR:.*\nHINT:.*UPDATE/s, "$version: a function of another form says what to do");
		}
		$node->safe_psql($name, "ALTER EXTENSION vecext UPDATE TO '$to'");
		is($node->safe_psql($name, q{SELECT extversion FROM pg_extension WHERE extname = 'vecext'}), $to, "$version: updated to $to");
		is($node->safe_psql($name, $catalog), $to eq $now ? $fresh : $node->safe_psql('next', $catalog), "$version: the catalog of a new database");
		is($node->safe_psql($name, $answers), $expected, "$version: the same answers");
		is(unsound($node) . lost($node), '', "$version: indexes are sound");
		is($session->query_safe($nearest), "1\n10", "$version: the session goes on");
		$session->quit;
		is($node->safe_psql($name, q{SELECT vecext.create_payload_index('points', 'm', 'keyword'); SELECT vecext.drop_collection('points'); SELECT rows FROM vecext.index_info('pq_l2_index')}) =~ s/.*\n//sr, '100',
			"$version: collections go on, and functions");
		is($node->safe_psql($name, 'SELECT vecext.is_next()'), 't', "$version: with what is new") if $to ne $now;
	}
	return;
}
update('0.0.1', $now);
update($now, '99.0.0');

# Extension vecext_rag, which is functions alone.
$node->safe_psql('fresh', 'CREATE EXTENSION vecext_rag');
my $rag_catalog = $catalog =~ s/extname = 'vecext'/extname = 'vecext_rag'/r;
my $fresh_rag = $node->safe_psql('fresh', $rag_catalog);
like($fresh_rag, qr/function vecext_rag\.embedding_queue_status/, 'vecext_rag: the catalog of a new database has its functions');
sub update_rag
{
	my ($version) = @_;
	my $name = "rag_from_$version" =~ s/\W/_/gr;
	database($name, $now);
	$node->safe_psql($name, "CREATE EXTENSION vecext_rag VERSION '$version'; ALTER EXTENSION vecext_rag UPDATE TO '$now'");
	is($node->safe_psql($name, $rag_catalog), $fresh_rag, "vecext_rag $version: the catalog of a new database");
	return;
}
my $gone_from_rag = 'vecext_rag.embedding_queue_status(pg_catalog.regclass)';
write_file('vecext_rag--0.0.1.sql', slurp_file("$scripts/vecext_rag--$now.sql") . "DROP FUNCTION $gone_from_rag;\n");
write_file("vecext_rag--0.0.1--$now.sql", definition($gone_from_rag));
update_rag('0.0.1');
foreach my $version (slurp_file("$FindBin::RealBin/../../CHANGELOG.md") =~ /^## (\S+) \(\d{4}-\d\d-\d\d\)$/mg)
{
	next if $version eq $now;
	write_file("vecext--$version.sql", slurp_file("$FindBin::RealBin/../../sql/archive/vecext--$version.sql"));
	update($version, $now);
	write_file("vecext_rag--$version.sql", slurp_file("$FindBin::RealBin/../../sql/archive/vecext_rag--$version.sql"));
	update_rag($version);
}
$node->stop;
done_testing();
