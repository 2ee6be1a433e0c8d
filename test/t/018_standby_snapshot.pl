# A transaction of a standby that began before rows were deleted on the primary sees them to its end, whatever the
# primary has noted about them in its indexes meanwhile.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $primary = new_node('primary', "ivfpq.probes = 1000\nhnsw.ef_search = 200", allows_streaming => 1);

# Their pages have room: so nothing removes deleted rows, and what is inserted lies beside them.
my @tables = ('by_graph', 'by_lists', 'by_keys', 'by_weights', 'by_words');
# Of others than vectors: the type, the value of row i, the value of those that come later, and the order of a question with
# what it gives of the 50 or fewer first. A greater product is nearer; words of that row have lengths of their own.
my %others = (
	by_weights => [ 'sparsevec(4)', q{('{1:' || 50000 - abs(i - 2200) || ',2:' || i % 7 + 1 || '}/4')::sparsevec},
		q{'{1:60000}/4'}, q{v <#> '{1:1,2:0.125}/4'}, 'd', 50 ],
	by_words => [ 'text', q{'w' || i / 40 || repeat(' more', i % 40) || ' kind' || i % 3}, q{'w55 w55 w55'}, q{v <@> 'w55'}, 'k', 37 ]);
sub type_of { return $others{ $_[0] } ? $others{ $_[0] }[0] : 'vector(4)'; }
sub value_of { return $others{ $_[0] } ? $others{ $_[0] }[1] : 'ARRAY[i, i % 7, i % 11, 1]::vector'; }
sub later_value_of { return $others{ $_[0] } ? $others{ $_[0] }[2] : 'ARRAY[2200, i % 7, 0, 1]::vector'; }
my $tables = join "\n", map { my ($type, $value) = (type_of($_), value_of($_)); <<"SQL" } @tables;
CREATE TABLE $_ (k int, tags int[], v $type) WITH (fillfactor = 30);
INSERT INTO $_ SELECT i, ARRAY[i / 2000, 100 + i % 3], $value FROM generate_series(0, 39999) i;
ALTER TABLE $_ RESET (fillfactor);
CREATE INDEX ${_}_k ON $_ (k);
CREATE INDEX ${_}_tags ON $_ USING gin (tags) WITH (fastupdate = off);
SQL
$primary->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
$tables
CREATE INDEX by_graph_v ON by_graph USING hnsw (v vector_l2_ops);
CREATE INDEX by_lists_v ON by_lists USING ivfpq (v);
CREATE INDEX by_weights_v ON by_weights USING inverted (v);
CREATE INDEX by_words_v ON by_words USING bm25 (v);
ALTER TABLE by_keys ADD part int;
UPDATE by_keys SET part = k / 2000;
CREATE INDEX by_keys_v ON by_keys USING hnsw (v vector_l2_ops, part);
VACUUM ANALYZE;
CHECKPOINT;
SQL
# Its queries are never cancelled, and the primary does not know of them.
my $standby = standby_of($primary, <<'CONF');
hot_standby_feedback = off
max_standby_streaming_delay = -1
CONF

# Each looks for rows that are deleted later.
my %questions = (
	'graph, no condition' => [ 'by_graph', 'true', 'auto' ],
	'graph, btree' => [ 'by_graph', 'k BETWEEN 1000 AND 2999', 'inline' ],
	'graph, btree, all of it' => [ 'by_graph', 'k BETWEEN 1000 AND 2999', 'exact' ],
	'graph, btree, any way' => [ 'by_graph', 'k BETWEEN 1000 AND 2999', 'auto' ],
	'graph, gin' => [ 'by_graph', 'tags @> ARRAY[1]', 'inline' ],
	'lists, no condition' => [ 'by_lists', 'true', 'auto' ],
	'lists, btree' => [ 'by_lists', 'k BETWEEN 1000 AND 2999', 'inline' ],
	'lists, gin' => [ 'by_lists', 'tags @> ARRAY[1]', 'inline' ],
	'weights, no condition' => [ 'by_weights', 'true', 'auto' ],
	'weights, btree' => [ 'by_weights', 'k BETWEEN 1000 AND 2999', 'inline' ],
	'weights, gin' => [ 'by_weights', 'tags @> ARRAY[1]', 'inline' ],
	'words, no condition' => [ 'by_words', 'true', 'auto' ],
	'words, btree' => [ 'by_words', 'k BETWEEN 1000 AND 2999', 'inline' ],
	'words, gin' => [ 'by_words', 'tags @> ARRAY[1]', 'inline' ],
	'keys' => [ 'by_keys', 'part = 1', 'inline' ]);

my $old = $standby->background_psql('postgres');
$old->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');

# The distances or the numbers of the nearest, in the old snapshot; by the table alone if asked for.
sub nearest
{
	my ($name, $by_table) = @_;
	my ($table, $condition, $strategy) = @{ $questions{$name} };
	my ($order, $given, $most) = $others{$table} ? @{ $others{$table} }[ 3 .. 5 ] : (q{v <-> '[2200,2,0,1]'}, 'd', 50);
	$strategy = 'off' if $by_table;
	my ($indexes, $others) = $by_table ? ('off', 'on') : ('on', 'off');
	$old->query_safe("SET LOCAL vecext.filter_strategy = '$strategy'");
	$old->query_safe("SET LOCAL enable_$_ = $indexes") foreach 'indexscan', 'bitmapscan';
	$old->query_safe("SET LOCAL enable_seqscan = $others");
	return $old->query_safe(<<SQL);
SELECT array_agg($given) FROM (SELECT k, $order AS d FROM $table WHERE $condition ORDER BY 2 LIMIT $most) n
SQL
}

my %expected = map { $_ => nearest($_, 1) } sort keys %questions;
sub check
{
	my ($when) = @_;
	is(nearest($_), $expected{$_}, "$when: $_") foreach sort keys %questions;
}
check('before');

# Scans of the primary note in its btrees that the rows are dead, in bits which are not logged; checkpoints and changes
# of the pages bring these to the standby.
$primary->safe_psql('postgres', join "\n", map { my $value = later_value_of($_); <<"SQL" } @tables);
DELETE FROM $_ WHERE k BETWEEN 1500 AND 2900;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(v) FROM $_ WHERE k BETWEEN 1000 AND 2999;
SELECT count(v) FROM $_ WHERE k BETWEEN 1000 AND 2999;
CHECKPOINT;
INSERT INTO $_ (k, tags, v) SELECT i, ARRAY[1], $value FROM generate_series(1500, 2900, 20) i;
SQL
$primary->wait_for_catchup($standby);
check('deleted and noted');

# Lists and graphs are made again of what is there. Other pages of the btrees change, so that nothing is removed here
# either, for which the standby would wait.
$primary->safe_psql('postgres', join "\n", map { my $value = later_value_of($_); <<"SQL" } @tables);
INSERT INTO $_ (k, tags, v) SELECT 50000 + i, ARRAY[99], $value FROM generate_series(1, 1000) i;
SELECT vecext.merge('${_}_v');
SQL
$primary->wait_for_catchup($standby);
check('made again');

$old->query_safe('COMMIT');
$old->quit;
$standby->stop;
$primary->stop;
done_testing();
