# A row that another transaction changed meanwhile is judged by its new version (EvalPlanQual). The plan that judges it
# keeps the promises of the statement's own: its ordered scans are complete and in order.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $rows = 5000;

my $node = PostgreSQL::Test::Cluster->new('node');
$node->init;
# Merge joins of two ordered scans, which show any row that comes out of its order.
$node->append_conf('postgresql.conf', <<'CONF');
autovacuum = off
enable_seqscan = off
enable_hashjoin = off
enable_nestloop = off
enable_sort = off
hnsw.ef_search = 1
ivfpq.probes = 1
CONF
$node->start;
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
SELECT setseed(.5);
CREATE TABLE one (id int, v vector(48));
INSERT INTO one SELECT i, ARRAY(SELECT random() FROM generate_series(1, 48) WHERE i > 0)::vector FROM generate_series(1, $rows) i;
CREATE TABLE other AS SELECT * FROM one;
CREATE INDEX ON one USING hnsw (v vector_l2_ops);
CREATE INDEX ON other USING ivfpq (v vector_l2_ops);
CREATE TABLE target AS SELECT id, 0 AS n, 0 AS version, v AS q FROM one WHERE id <= 3;
ANALYZE;
SQL

my $matches = '(SELECT count(DISTINCT a.id) FROM (SELECT id, v <-> q AS d FROM one ORDER BY v <-> q OFFSET 0) a
	JOIN (SELECT v <-> q AS d FROM other ORDER BY v <-> q OFFSET 0) b USING (d))';
like($node->safe_psql('postgres', "EXPLAIN (COSTS OFF) SELECT $matches FROM target"),
	qr/Merge Join.*Index Scan using one_v_idx.*Index Scan using other_v_idx/s, 'both scans are merged');

# after_change STATEMENT: what it returns where row 1 is changed by another while it waits for that.
sub after_change
{
	my ($statement) = @_;
	my $first = $node->background_psql('postgres');
	my $second = $node->background_psql('postgres', on_error_stop => 0);
	$first->query_safe('BEGIN; UPDATE target SET version = version + 1 WHERE id = 1');
	$second->query_until(qr/asked/, "\\echo asked\n$statement;\n");
	$node->poll_query_until('postgres', "SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
	  or die 'the statement does not wait';
	$first->query_safe('COMMIT');
	my $result = $second->query('SELECT');
	$first->quit;
	$second->quit;
	return $result;
}

is(after_change("UPDATE target SET n = $matches WHERE id = 1 RETURNING n || ' of $rows'"),
	"$rows of $rows", 'UPDATE');
is(after_change("SELECT 'locked' FROM target WHERE id = 1 AND $matches = $rows FOR UPDATE"),
	'locked', 'SELECT FOR UPDATE');
is(after_change("DELETE FROM target WHERE id = 1 AND $matches = $rows RETURNING 'deleted'"),
	'deleted', 'DELETE');

$node->stop;
done_testing();
