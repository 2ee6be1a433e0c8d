# Searches with conditions do the work that a user's own such queries need, apart for those that recheck any rows and those of a set: their recall
# follows the target when queries become harder and easier again; searches without conditions are left as they are; a restart keeps it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use List::Util qw(max min sum);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('primary', "shared_buffers = 256MB\nmaintenance_work_mem = 512MB");
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SELECT setseed(.5);
-- 40 clusters, each wide; queries are rows with a little noise (easy), or means of three rows (hard). Half of the rows match one condition, 1 in 25 the other.
CREATE TABLE center AS SELECT c, ARRAY(SELECT random() * 2 FROM generate_series(1, 32) WHERE c > 0)::vector AS v FROM generate_series(1, 40) c;
CREATE TABLE item AS
	SELECT i AS id, i / 40 % 2 AS half, i / 40 % 25 AS part,
		(SELECT v FROM center WHERE c = 1 + i % 40) + ARRAY(SELECT random() * 2 + random() FROM generate_series(1, 32) WHERE i > 0)::vector AS v
	FROM generate_series(1, 60000) i;
ALTER TABLE item ALTER v TYPE vector(32);
CREATE INDEX ON item (half);
CREATE INDEX ON item (part);
ANALYZE item;
CREATE TABLE query AS
	SELECT n, v + ARRAY(SELECT random() * .3 FROM generate_series(1, 32) WHERE n > 0)::vector AS easy, NULL::vector AS hard
	FROM (SELECT row_number() OVER () AS n, v FROM (SELECT v FROM item ORDER BY random() LIMIT 300) r) s;
UPDATE query q SET hard = (SELECT avg(v) FROM (SELECT v FROM item WHERE q.n > 0 ORDER BY random() LIMIT 3) r);
CREATE TABLE truth AS
	SELECT n, kind, condition, CASE condition WHEN 'half = 1' THEN ARRAY(SELECT id FROM item WHERE half = 1 ORDER BY item.v <-> q.v LIMIT 10)
		ELSE ARRAY(SELECT id FROM item WHERE part = 1 ORDER BY item.v <-> q.v LIMIT 10) END AS ids
	FROM (SELECT n, 'easy' AS kind, easy AS v FROM query UNION ALL SELECT n, 'hard', hard FROM query) q, (VALUES ('half = 1'), ('part = 1')) c (condition);
-- Asks all queries of a kind; returns the recall of each, and the mean number of nodes or lists.
CREATE FUNCTION ask(asked text, restricted text, OUT recalls float8[], OUT steps float8) LANGUAGE plpgsql AS $$
DECLARE q record; found int[];
BEGIN
	steps := 0;
	FOR q IN SELECT query.n, CASE asked WHEN 'easy' THEN easy ELSE hard END AS v, t.ids FROM query JOIN truth t ON t.n = query.n AND t.kind = asked AND t.condition = restricted ORDER BY n LOOP
		EXECUTE format('SELECT ARRAY(SELECT id FROM item WHERE %s ORDER BY v <-> %L LIMIT 10)', restricted, q.v) INTO found;
		recalls := recalls || (SELECT count(*) FROM unnest(found) f WHERE f = ANY (q.ids)) / 10.0;
		steps := steps + (SELECT coalesce(nodes, lists) FROM vecext.last_scan());
	END LOOP;
	steps := steps / cardinality(recalls);
END $$;
SQL

my $settings = 'SET enable_seqscan = off; SET enable_sort = off; ';

# The mean recall and the work of queries that nobody observes.
sub work_of
{
	my ($kind, $condition, $way) = @_;
	return split /\|/, $node->safe_psql('postgres',
		"$settings SET vecext.filter_strategy = $way; SET vecext.observe_one_in = 1000000000; SELECT (SELECT avg(r) FROM unnest(recalls) r), steps FROM ask('$kind', '$condition')");
}

# Observes all queries of a kind, several times; returns their recalls.
sub observe
{
	my ($kind, $condition, $way, $times) = @_;
	my $recalls = $node->safe_psql('postgres',
		"$settings SET vecext.filter_strategy = $way; SET vecext.observe_one_in = 1; " . "SELECT array_to_string(recalls, ',') FROM ask('$kind', '$condition'); " x $times);
	return map { split /,/ } split /\n/, $recalls;
}

sub mean { return sum(@_) / @_; }

# The least mean of 300 that follow each other.
sub least_window { my @all = @_; return min(map { mean(@all[ 10 * $_ .. 10 * $_ + 299 ]) } 0 .. (@all - 300) / 10); }

sub observed
{
	my ($method, $way) = @_;
	return $node->safe_psql('postgres', "SELECT string_agg(most_rows || ':' || queries, ' ') FROM vecext.observed_effort('item_$method') WHERE way = '$way'");
}

# What is promised: after 500 queries a mean recall within .01 of the target, .95; at any time no 300 queries with less than .92. A mean of 300 has
# a standard error of .004 here (lists), so .92 is seven of them below the target. The effort is by observations that weigh as much as some 180
# queries, and one standard error more of these than their mean, so recall is above the target rather than below it: no allowance below, two
# standard errors, of .005, above.
my ($least, $most, $least_of_window) = (.94, .96 + 2 * .005, .92);
my %options = (hnsw => '', ivfpq => 'WITH (lists = 1200)');
# Searches of a set by a graph compare the codes of all its rows, so there is nothing to follow.
foreach my $case ([ 'hnsw', 'postfilter', 'half = 1' ], [ 'ivfpq', 'postfilter', 'half = 1' ], [ 'ivfpq', 'inline', 'part = 1' ])
{
	my ($method, $way, $condition) = @$case;
	my $name = "$method, $way";
	$node->safe_psql('postgres', "CREATE INDEX item_$method ON item USING $method (v vector_l2_ops) $options{$method}");
	my ($recall_before, $before) = work_of('easy', $condition, $way);
	my $plain = "SET vecext.observe_one_in = 1000000000; SELECT count(*) FROM (SELECT id FROM item ORDER BY v <-> (SELECT hard FROM query WHERE n = 7) LIMIT 10) s; SELECT coalesce(nodes, lists) FROM vecext.last_scan()";
	my $plain_before = $node->safe_psql('postgres', "$settings $plain");
	my $first = "$settings SET vecext.filter_strategy = $way; SELECT string_agg(id::text, ' ') FROM (SELECT id FROM item WHERE $condition ORDER BY v <-> (SELECT hard FROM query WHERE n = 7) LIMIT 10) s";
	is($node->safe_psql('postgres', "SET vecext.observe_one_in = 1; $first"), $node->safe_psql('postgres', "SET vecext.observe_one_in = 0; $first"), "$name: an observation changes no result");

	my @easy = observe('easy', $condition, $way, 3);
	my ($recall_easy, $easy) = work_of('easy', $condition, $way);
	cmp_ok($easy, '<', .85 * $before, "$name: easy queries take less work") or diag("$easy $before");
	cmp_ok($recall_easy, '>=', $least, "$name: and have their recall");
	my @hard = observe('hard', $condition, $way, 4);
	my ($recall_hard, $hard) = work_of('hard', $condition, $way);
	cmp_ok($recall_hard, '>=', $least, "$name: hard queries have their recall");
	cmp_ok($hard, '>', $easy, "$name: for more work");
	my @again = observe('easy', $condition, $way, 4);
	my ($recall_again, $again) = work_of('easy', $condition, $way);
	cmp_ok($recall_again, '>=', $least, "$name: easy ones again have theirs");
	# A graph finds nearly all rows of easy queries here with the fewest visits that a search makes.
	if ($method ne 'hnsw')
	{
		cmp_ok(max($recall_easy, $recall_hard, $recall_again), '<=', $most, "$name: and none have much more")
			or diag("$recall_easy @ $easy, $recall_hard @ $hard, $recall_again @ $again");
	}
	cmp_ok($again, '<', 1.5 * $easy, "$name: once they are all there is");
	cmp_ok(least_window(@easy, @hard, @again), '>=', $least_of_window, "$name: no 300 queries in a row have much less than the target");
	note(sprintf '%s: easy %.3f @ %.0f, observed %.3f @ %.0f, hard %.3f @ %.0f, easy again %.3f @ %.0f, least window %.3f, standard error %.4f',
		$name, $recall_before, $before, $recall_easy, $easy, $recall_hard, $hard, $recall_again, $again, least_window(@easy, @hard, @again),
		sqrt(mean(map { ($_ - mean(@hard))**2 } @hard) / 300));

	is(observed($method, $way), '30:3301', "$name: what was observed");
	is(observed($method, 'plain'), '', "$name: searches without conditions are not among them");
	is($node->safe_psql('postgres', "$settings $plain"), $plain_before, "$name: and are as they were");
	$node->restart;
	cmp_ok((work_of('easy', $condition, $way))[1], '<', .9 * $before, "$name: a restart keeps it");
	is(observed($method, $way), '30:3300', "$name: as it was written last");
	$node->safe_psql('postgres', "DROP INDEX item_$method");
}

sound_log($node);
done_testing();
