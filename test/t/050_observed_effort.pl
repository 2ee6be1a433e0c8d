# Searches do the work that a user's queries need: less than trials say where queries are easy, more again where they become hard; each user's
# by that user's queries alone; and an observation changes no result.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', "shared_buffers = 256MB\nmaintenance_work_mem = 512MB");
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE ROLE other;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO other;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;
SELECT setseed(.5);
-- 40 clusters, each wide; queries are rows with a little noise (easy), or means of three rows (hard).
CREATE TABLE center AS SELECT c, ARRAY(SELECT random() * 4 FROM generate_series(1, 32) WHERE c > 0)::vector AS v FROM generate_series(1, 40) c;
CREATE TABLE item AS
	SELECT i AS id, (SELECT v FROM center WHERE c = 1 + i % 40) + ARRAY(SELECT random() * 2 + random() FROM generate_series(1, 32) WHERE i > 0)::vector AS v
	FROM generate_series(1, 60000) i;
ALTER TABLE item ALTER v TYPE vector(32);
CREATE TABLE query AS
	SELECT n, v + ARRAY(SELECT random() * .3 FROM generate_series(1, 32) WHERE n > 0)::vector AS easy, NULL::vector AS hard
	FROM (SELECT row_number() OVER () AS n, v FROM (SELECT v FROM item ORDER BY random() LIMIT 150) r) s;
UPDATE query q SET hard = (SELECT avg(v) FROM (SELECT v FROM item WHERE q.n > 0 ORDER BY random() LIMIT 3) r);
CREATE TABLE truth AS SELECT n, kind, ARRAY(SELECT id FROM item ORDER BY item.v <-> q.v LIMIT 10) AS ids
	FROM (SELECT n, 'easy' AS kind, easy AS v FROM query UNION ALL SELECT n, 'hard', hard FROM query) q;
-- Asks all queries of a kind; returns the mean recall, and the mean number of nodes or lists.
CREATE FUNCTION ask(asked text, OUT recall float8, OUT steps float8) LANGUAGE plpgsql AS $$
DECLARE q record; found int[]; sum_recall float8 := 0; sum_steps float8 := 0; n int := 0;
BEGIN
	FOR q IN SELECT query.n, CASE asked WHEN 'easy' THEN easy ELSE hard END AS v, t.ids FROM query JOIN truth t ON t.n = query.n AND t.kind = asked LOOP
		EXECUTE format('SELECT ARRAY(SELECT id FROM item ORDER BY v <-> %L LIMIT 10)', q.v) INTO found;
		sum_recall := sum_recall + (SELECT count(*) FROM unnest(found) f WHERE f = ANY (q.ids)) / 10.0;
		sum_steps := sum_steps + (SELECT coalesce(nodes, lists) FROM vecext.last_scan());
		n := n + 1;
	END LOOP;
	recall := sum_recall / n; steps := sum_steps / n;
END $$;
SQL

my $settings = 'SET enable_seqscan = off; SET enable_sort = off; ';

# The recall and the work of queries that nobody observes, as a user.
sub work_of
{
	my ($kind, $role) = @_;
	my $as = defined $role ? "SET ROLE $role; " : '';
	return split /\|/, $node->safe_psql('postgres', "$settings $as SET vecext.observe_one_in = 1000000000; SELECT * FROM ask('$kind')");
}

# Observes all queries of a kind, several times.
sub observe
{
	my ($kind, $times, $role) = @_;
	my $as = defined $role ? "SET ROLE $role; " : '';
	$node->safe_psql('postgres', "$settings $as SET vecext.observe_one_in = 1; SELECT ask('$kind') FROM generate_series(1, $times)");
}

my %options = (hnsw => '', ivfpq => 'WITH (lists = 1200)');
foreach my $method ('hnsw', 'ivfpq')
{
	$node->safe_psql('postgres', "CREATE INDEX item_$method ON item USING $method (v vector_l2_ops) $options{$method}");
	my ($recall_before, $before) = work_of('easy');
	my $first = "SELECT string_agg(id::text, ' ') FROM (SELECT id FROM item ORDER BY v <-> (SELECT hard FROM query WHERE n = 7) LIMIT 10) s";
	is($node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 1; $first"), $node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 0; $first"),
		"$method: an observation changes no result");
	observe('easy', 1);
	is((work_of('easy'))[1], $before, "$method: a hundred and fifty queries change nothing");
	observe('easy', 5);
	my ($recall_easy, $easy) = work_of('easy');
	cmp_ok($easy, '<', .8 * $before, "$method: easy queries take less work") or diag("$easy $before");
	cmp_ok($recall_easy, '>', .92, "$method: and have their recall");
	is((work_of('easy', 'other'))[1], $before, "$method: other users' work is as before");
	my (undef, $expected) = split /\n/, $node->safe_psql('postgres', "$settings $first; SELECT expected_easy FROM vecext.last_scan()");
	cmp_ok($expected, '<', 1.5 * $easy, "$method: that much is expected");
	is((split /\|/, $node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 0; SELECT * FROM ask('easy')"))[1], $before, "$method: unless it is turned off");
	# The first 200 queries of a user are observed eight times as often as the setting says.
	$node->safe_psql('postgres', "$settings SET ROLE other; SET vecext.observe_one_in = 8; SELECT ask('easy')");
	is($node->safe_psql('postgres', "SELECT queries FROM vecext.observed_effort('item_$method') WHERE usesysid = 'other'::regrole"), '150', "$method: the first queries are observed sooner");
	$node->safe_psql('postgres', "$settings SET ROLE other; SET vecext.observe_one_in = 1; SELECT vecext.recall('item_$method', k => 10, sample => 20)");
	is($node->safe_psql('postgres', "SELECT queries FROM vecext.observed_effort('item_$method') WHERE usesysid = 'other'::regrole"), '150', "$method: rows that recall is measured with are not queries");
	# Searches for many rows neither follow that nor change it: they are observed apart.
	my $many = "SELECT count(*) FROM (SELECT id FROM item ORDER BY v <-> (SELECT hard FROM query WHERE n = %d) LIMIT 100) s; ";
	my $seen = "SELECT queries FROM vecext.observed_effort('item_$method') WHERE usesysid = 10 AND most_rows = 30";
	my $queries = $node->safe_psql('postgres', $seen);
	$node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 1; " . join('', map { sprintf $many, $_ } 1 .. 50));
	is($node->safe_psql('postgres', $seen), $queries, "$method: searches for many rows are not observed with those for few");
	is($node->safe_psql('postgres', "SELECT queries FROM vecext.observed_effort('item_$method') WHERE usesysid = 10 AND most_rows = 300"), '50', "$method: but apart");
	$node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 1; SELECT count(*) FROM query q CROSS JOIN LATERAL (SELECT id FROM item ORDER BY v <-> q.easy LIMIT 1) s");
	is($node->safe_psql('postgres', "SELECT queries FROM vecext.observed_effort('item_$method') WHERE usesysid = 10 AND most_rows = 3"), '150', "$method: and so is each search of a join, for one row");
	my $steps_of_many = sprintf($many, 3) . 'SELECT coalesce(nodes, lists) FROM vecext.last_scan()';
	is($node->safe_psql('postgres', "$settings $steps_of_many"), $node->safe_psql('postgres', "$settings SET vecext.observe_one_in = 0; $steps_of_many"),
		"$method: nor do they follow");
	observe('hard', 4);
	my ($recall_hard, $hard) = work_of('hard');
	cmp_ok($recall_hard, '>', .92, "$method: hard queries have their recall");
	cmp_ok($hard, '>', $easy, "$method: for more work");
	is($node->safe_psql('postgres', "SELECT queries, steps > 10, effort[1] <= effort[2] AND effort[2] <= effort[4] FROM vecext.observed_effort('item_$method') WHERE usesysid = 10 AND most_rows = 30"),
		'1501|t|t', "$method: what was observed");
	is($node->safe_psql('postgres', "SET ROLE other; SELECT count(*) FROM vecext.observed_effort('item_$method') WHERE usesysid = 10"), '0',
		"$method: which other users do not see");
	observe('easy', 6, 'other');
	cmp_ok((work_of('hard'))[1], '>', .9 * $hard, "$method: many easy queries of another user take nothing from that");
	# Nor do searches by a function with another user's rights, which are those of the caller.
	$node->safe_psql('postgres', "CREATE OR REPLACE FUNCTION lends(q vector) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN (SELECT id FROM item ORDER BY v <-> q LIMIT 10 OFFSET 0); EXCEPTION WHEN cardinality_violation THEN RETURN 0; END'");
	my $others = "SELECT string_agg(usesysid || ':' || queries, ' ' ORDER BY usesysid) FROM vecext.observed_effort('item_$method') WHERE most_rows = 30 AND usesysid = %s";
	my $owners = $node->safe_psql('postgres', sprintf($others, 10));
	my $callers = $node->safe_psql('postgres', sprintf($others, "'other'::regrole"));
	$node->safe_psql('postgres', "$settings SET ROLE other; SET vecext.observe_one_in = 1; SELECT sum(lends(easy)) FROM query");
	is($node->safe_psql('postgres', sprintf($others, 10)), $owners, "$method: queries by a function with rights of another user are not that user's");
	isnt($node->safe_psql('postgres', sprintf($others, "'other'::regrole")), $callers, "$method: but the caller's");
	# What is known of a file goes with it.
	$node->safe_psql('postgres', "REINDEX INDEX item_$method");
	cmp_ok((work_of('easy'))[1], '>', $easy, "$method: a rebuilt index begins with trials");
	$node->safe_psql('postgres', "DROP INDEX item_$method");
}

sound_log($node);
done_testing();
