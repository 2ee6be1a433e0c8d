# Shards: 16 databases, of which a partitioned table has a foreign table each. Queries of the table give what one table gives; the
# LIMIT reaches every shard, but for queries that need more rows of it; a shard that is away ends a query with an error that names it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $shards = 16;
my $node = new_node('primary', "log_statement = none");
plan skip_all => 'postgres_fdw is not installed'
  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'}) == 0;

my $connection = "host '" . $node->host . "', port '" . $node->port . "'";
my $row = 'id int NOT NULL, tenant int, v vector(16)';
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
CREATE EXTENSION postgres_fdw;
CREATE FUNCTION numbers(seed int) RETURNS vector(16) LANGUAGE sql IMMUTABLE AS
\$\$SELECT array_agg(hashint8extended(i, seed) % 1000 / 1000.0 ORDER BY i)::vector(16) FROM generate_series(1, 16) i\$\$;
CREATE FUNCTION is_local(int) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RETURN \$1 % 2 = 0; END';
CREATE TABLE one ($row);
INSERT INTO one SELECT i, i % 7, numbers(i) FROM generate_series(1, 500 * $shards) i;
CREATE TABLE queries AS SELECT i AS id, numbers(-i) AS v FROM generate_series(1, 500) i;
CREATE TABLE spread ($row) PARTITION BY HASH (id);
SQL
$node->safe_psql('postgres', 'CREATE DATABASE shard');
$node->safe_psql('shard', "CREATE EXTENSION vecext; CREATE TABLE part ($row)");
$node->safe_psql('postgres', join '', map { my $remainder = $_ - 1; <<"SQL" } 1 .. $shards);
CREATE DATABASE s$_ TEMPLATE shard;
CREATE SERVER s$_ FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS ($connection, dbname 's$_', extensions 'vecext', batch_size '500', options '-c cursor_tuple_fraction=0.0001');
CREATE USER MAPPING FOR CURRENT_USER SERVER s$_;
CREATE FOREIGN TABLE spread_$_ PARTITION OF spread FOR VALUES WITH (MODULUS $shards, REMAINDER $remainder)
    SERVER s$_ OPTIONS (table_name 'part');
SQL

# Executes a statement on each shard.
sub on_shards { my ($statement) = @_; return $node->safe_psql('postgres', join '', map { "\\c s$_\n$statement;\n" } 1 .. $shards); }

$node->safe_psql('postgres', 'INSERT INTO spread TABLE one; ANALYZE one, spread');
is($node->safe_psql('postgres', 'SELECT count(*), min(n) > 300 FROM (SELECT count(*) AS n FROM spread GROUP BY tableoid) x'), "$shards|t",
	'each shard has rows');

# How many times the plan of a statement sends the LIMIT to a shard.
sub sent
{
	my ($statement, $before) = @_;
	my $plan = $node->safe_psql('postgres', ($before // '') . "; EXPLAIN (VERBOSE, COSTS OFF) $statement");
	return scalar(() = $plan =~ /Remote SQL: .* LIMIT /g);
}

# The first ten of a table for each of the first queries, as one text.
sub answers
{
	my ($table, $condition, $queries) = @_;
	return $node->safe_psql('postgres', <<"SQL");
SELECT q.id, ARRAY(SELECT id FROM $table t WHERE $condition ORDER BY t.v <-> q.v LIMIT 10) FROM queries q WHERE q.id <= $queries ORDER BY q.id
SQL
}

my $q = "'[" . join(',', (0.1) x 16) . "]'";
my $nearest = "FROM spread ORDER BY v <-> $q";
is(sent("SELECT id $nearest LIMIT 10"), $shards, 'the LIMIT is sent to all shards');
my $exact = answers('one', 'true', 500);
is(answers('spread', 'true', 500), $exact, '500 queries of the shards give what one table gives');
is(answers('spread', 'tenant = 3', 50), answers('one', 'tenant = 3', 50), 'and so with a condition that is sent');
is(answers('spread', 'is_local(id)', 5), answers('one', 'is_local(id)', 5), 'and so with one that is not');

# Each statement gives the same rows as from one table, whether its LIMIT is sent or not.
my @statements = (
	[ $shards, "SELECT id, v <-> $q FROM spread ORDER BY v <-> $q LIMIT 10" ],
	[ $shards, "SELECT spread, spread.id FROM spread ORDER BY v <-> $q LIMIT 10" ],
	[ $shards, "SELECT id FROM spread WHERE tenant IN (2, 3) ORDER BY v <-> $q LIMIT 10" ],
	[ $shards, "SELECT id FROM spread ORDER BY 1 - (v <=> $q) DESC, id LIMIT 10" ],
	[ $shards, "SELECT id FROM spread ORDER BY v <-> (SELECT v FROM queries WHERE id = 3) LIMIT 10" ],
	[ $shards, "SELECT count(*), sum(id) FROM (SELECT id FROM spread ORDER BY v <-> $q LIMIT 10) x" ],
	[ $shards, "SELECT x.id, y.id FROM (SELECT id FROM spread ORDER BY v <-> $q LIMIT 10) x JOIN one y ON y.id = x.id + 1 ORDER BY 1" ],
	[ $shards, "SELECT id FROM (SELECT id, v FROM spread WHERE tenant > 3) x ORDER BY v <-> $q LIMIT 10" ],
	[ $shards, "SELECT min(v <-> $q) FROM spread" ],
	[ 2, "SELECT id FROM (SELECT * FROM spread_1 UNION ALL SELECT * FROM spread_2) spread ORDER BY v <-> $q LIMIT 10", 'no single table' ],
	[ 0, "SELECT id FROM spread ORDER BY v <-> $q LIMIT 10 OFFSET 5" ],
	[ 0, "SELECT id FROM spread WHERE is_local(id) ORDER BY v <-> $q LIMIT 10" ],
	[ 0, "SELECT id FROM spread ORDER BY v <-> $q, is_local(id), id LIMIT 10" ],
	[ 0, "SELECT id FROM spread ORDER BY v <-> $q FETCH FIRST 10 ROWS WITH TIES" ],
	[ 0, "SELECT id FROM spread ORDER BY v <-> $q LIMIT 10 FOR UPDATE" ],
	[ 0, "SELECT id, generate_series(1, tenant) FROM spread ORDER BY v <-> $q LIMIT 10" ],
	[ 0, "SELECT sum(id) FROM spread GROUP BY v <-> $q ORDER BY v <-> $q LIMIT 10" ],
	[ 0, "SELECT DISTINCT ON (v <-> $q) id FROM spread ORDER BY v <-> $q LIMIT 10" ],
	[ 0, "SELECT id, sum(id) OVER () FROM spread ORDER BY v <-> $q LIMIT 10" ],
	[ 0, "SELECT spread.id FROM spread JOIN queries x ON x.id = spread.id ORDER BY spread.v <-> $q LIMIT 10" ],
	[ 0, "SELECT spread.id FROM spread LEFT JOIN one x ON x.id = spread.tenant ORDER BY spread.v <-> $q, x.id LIMIT 10" ],
	[ 0, "SELECT id FROM spread ORDER BY v <-> $q LIMIT (SELECT 10)" ],
	[ 0, "SELECT count(*), sum(id) FROM (SELECT id FROM spread ORDER BY v <-> $q LIMIT ALL) x" ],
	[ 0, "SELECT id FROM spread ORDER BY id LIMIT 10" ]);
# One session executes all statements, as each session connects to all shards.
my @of_shards = split /^next\n/m, $node->safe_psql('postgres', join "\\echo next\n", map { "$_->[1];\n" } @statements);
foreach (@statements)
{
	my ($expected, $statement, $has_no_single) = @$_;
	my $rows = shift @of_shards;
	is(sent($statement), $expected, "sent $expected times: $statement");
	next if $has_no_single;
	is($node->safe_psql('postgres', $statement =~ s/\bFROM spread\b/FROM one spread/gr), $rows =~ s/\n\z//r, 'and its rows');
}

# Shards whose servers allow it are searched at the same time, and give the same rows.
$node->safe_psql('postgres', join '', map { "ALTER SERVER s$_ OPTIONS (ADD async_capable 'true');" } 1 .. $shards);
sub at_once { my ($statement, $before) = @_; return scalar(() = $node->safe_psql('postgres', ($before // '') . "; EXPLAIN (COSTS OFF) $statement") =~ /Async Foreign Scan/g); }
is(at_once("SELECT id $nearest LIMIT 10"), $shards, 'all shards are searched at the same time');
is(answers('spread', 'true', 50), answers('one', 'true', 50), 'and give the rows of one table');
is(answers('spread', 'tenant = 3', 50), answers('one', 'tenant = 3', 50), 'and so with a condition');
@of_shards = split /^next\n/m, $node->safe_psql('postgres', join "\\echo next\n", map { "$_->[1];\n" } @statements);
foreach (@statements)
{
	my (undef, $statement, $has_no_single) = @$_;
	my $rows = shift @of_shards;
	next if $has_no_single;
	is($node->safe_psql('postgres', $statement =~ s/\bFROM spread\b/FROM one spread/gr), $rows =~ s/\n\z//r, "at the same time: $statement");
}
is(at_once("SELECT id $nearest LIMIT 10", 'SET enable_async_append = off'), 0, 'the setting of the server holds');
is(at_once("SELECT id $nearest LIMIT 10 OFFSET 5"), 0, 'a query without a LIMIT that is sent does not fetch all rows at the same time');
$node->safe_psql('postgres', "ALTER SERVER s3 OPTIONS (SET async_capable 'false')");
is(at_once("SELECT id $nearest LIMIT 10"), 0, 'one server that does not allow it');
$node->safe_psql('postgres', join '', map { "ALTER SERVER s$_ OPTIONS (DROP async_capable);" } 1 .. $shards);

my $asked = () = $node->safe_psql('postgres', "EXPLAIN (VERBOSE) SELECT id FROM spread WHERE id = 77 ORDER BY v <-> $q LIMIT 10") =~ /Remote SQL/g;
is($asked, 1, 'a key asks one shard');

# A generic plan: the LIMIT and the shard are parameters. Only the shard that has the key is asked.
my $prepared = "SET plan_cache_mode = force_generic_plan; PREPARE p(int, bigint) AS SELECT id FROM spread WHERE id = \$1 ORDER BY v <-> $q LIMIT \$2";
like($node->safe_psql('postgres', "$prepared; EXPLAIN (VERBOSE, COSTS OFF) EXECUTE p(77, 3)"),
	qr/Subplans Removed: 15\n(?:(?!Remote SQL).*\n)*.*Remote SQL: .* LIMIT \$\d+::bigint(?!(?s:.*)Remote SQL)/, 'one shard remains when a generic plan begins');
is($node->safe_psql('postgres', "$prepared; EXECUTE p(77, 3); EXECUTE p(78, NULL); EXECUTE p(79, 0)"), "77\n78", 'and its rows, by several LIMITs');

# Policies of the table hold, those that are sent along and those that are not.
foreach my $policy ('tenant = 3', 'is_local(id)')
{
	my $rights = join '', map { "ALTER TABLE $_ ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON $_ USING ($policy); GRANT SELECT ON $_ TO reader;" } 'one', 'spread';
	my $mappings = join '', map { "CREATE USER MAPPING FOR reader SERVER s$_ OPTIONS (user 'reader', password_required 'false');" } 1 .. $shards;
	$node->safe_psql('postgres', "CREATE ROLE reader LOGIN; $mappings $rights");
	on_shards('GRANT SELECT ON part TO reader');
	my ($of_shards, $of_one) = map { $node->safe_psql('postgres', "SET ROLE reader; SELECT id FROM $_ ORDER BY v <-> $q LIMIT 10") } 'spread', 'one';
	is($of_shards, $of_one, "rows by the policy $policy");
	$node->safe_psql('postgres', "DROP POLICY own ON $_; ALTER TABLE $_ DISABLE ROW LEVEL SECURITY") foreach 'one', 'spread';
	$node->safe_psql('postgres', join '', map { "DROP USER MAPPING FOR reader SERVER s$_;" } 1 .. $shards);
	on_shards('DROP OWNED BY reader');
	$node->safe_psql('postgres', 'DROP OWNED BY reader; DROP ROLE reader');
}

# Partitions of which one is here, with an index, and the others are foreign.
$node->safe_psql('postgres', <<'SQL');
ALTER TABLE spread DETACH PARTITION spread_1;
CREATE TABLE here PARTITION OF spread FOR VALUES WITH (MODULUS 16, REMAINDER 0);
INSERT INTO here TABLE spread_1;
CREATE INDEX ON here USING hnsw (v vector_l2_ops);
ANALYZE here;
SQL
is(sent("SELECT id $nearest LIMIT 10", 'SET enable_seqscan = off'), $shards - 1, 'foreign partitions beside one that is here');
is(answers('spread', 'tenant = 3', 50), answers('one', 'tenant = 3', 50), 'and their rows');
$node->safe_psql('postgres', 'DROP TABLE here; ALTER TABLE spread ATTACH PARTITION spread_1 FOR VALUES WITH (MODULUS 16, REMAINDER 0)');

# Recall by indexes: each shard has one, and the merged rows are no worse than those of one index.
foreach my $method ('hnsw', 'ivfpq')
{
	on_shards("CREATE INDEX part_v ON part USING $method (v vector_l2_ops)");
	$node->safe_psql('postgres', "CREATE INDEX one_v ON one USING $method (v vector_l2_ops)");
	my %recall;
	foreach my $table ('one', 'spread')
	{
		my @exact = split /\n/, $exact;
		foreach (split /\n/, answers($table, 'true', 150))
		{
			my %expected = map { $_ => 1 } shift(@exact) =~ /\d+/g;
			$recall{$table} += (grep { $expected{$_} } /\d+/g) - 1;
		}
		$recall{$table} /= 1500;
	}
	cmp_ok($recall{spread}, '>=', $recall{one} - 0.005, "$method: recall $recall{spread} of the shards, $recall{one} of one table");
	on_shards('DROP INDEX part_v');
	$node->safe_psql('postgres', 'DROP INDEX one_v');
}

# A shard that is away.
$node->safe_psql('postgres', q{ALTER SERVER s3 OPTIONS (SET dbname 'away')});
like(($node->psql('postgres', "SELECT id $nearest LIMIT 10"))[2], qr/could not connect to server "s3"/, 'an error names the shard that is away');
$node->safe_psql('postgres', q{ALTER SERVER s3 OPTIONS (SET dbname 's3')});

sound_log($node);
$node->stop;
done_testing();
