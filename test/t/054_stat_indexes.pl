# What vecext.stat_indexes counts of several sessions, databases and servers, and what a crash leaves of it.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $has_statements = -e `pg_config --pkglibdir` =~ s/\n//r . '/pg_stat_statements.so';
my $node = new_node('primary', $has_statements ? "shared_preload_libraries = 'pg_stat_statements'\n" : '', allows_streaming => 1);
my $standby = standby_of($node);
foreach my $database ('postgres', 'other')
{
	$node->safe_psql('postgres', 'CREATE DATABASE other') if $database eq 'other';
	$node->safe_psql($database, <<'SQL');
CREATE EXTENSION vecext;
CREATE TABLE item (id int, v vector(8));
INSERT INTO item SELECT i, (SELECT array_agg(sin(i * j)) FROM generate_series(1, 8) j)::vector FROM generate_series(1, 5000) i;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
VACUUM ANALYZE item;
SQL
}
my $search = "SET enable_seqscan = off; SELECT count(*) FROM (SELECT id FROM item ORDER BY v <-> '[1,2,3,4,5,6,7,8]' LIMIT 10) q;";
my $scans = "SELECT scans FROM vecext.stat_indexes WHERE indexname = 'item_v'";

# Many sessions at once: each scan is counted once.
my $script = $node->basedir . '/search.sql';
append_to_file($script, "SELECT id FROM item ORDER BY v <-> array_fill(:client_id, ARRAY[8])::vector LIMIT 10;\n");
$node->command_ok(['pgbench', '--no-vacuum', '--client=8', '--jobs=2', '--transactions=500', '--file', $script, $node->connstr('postgres')],
	'eight sessions search');
is($node->safe_psql('postgres', $scans), 4000, 'all of their scans are counted');
is($node->safe_psql('postgres', "SELECT rows_returned FROM vecext.stat_indexes WHERE indexname = 'item_v'"), 40000, 'and all their rows');
is($node->safe_psql('other', $scans), '', 'an index of another database is another one');
$node->safe_psql('other', $search);
is($node->safe_psql('other', $scans), 1, 'and has counters of its own');
$node->safe_psql('other', 'SELECT vecext.stat_reset()');
is($node->safe_psql('postgres', $scans), 4000, 'which are reset apart');

# A standby counts what it does.
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $scans), '', 'a standby counts nothing of what the primary does');
$standby->safe_psql('postgres', $search) for 1 .. 3;
is($standby->safe_psql('postgres', $scans), 3, 'but what it does itself');

# The states of replicas.
my $replicas = "SELECT name, coalesce(slot_name, ''), state, lag_bytes < 1000 FROM vecext.replica_state ORDER BY state, name";
my $name = $standby->name;

# Waits until the standby has nearly all: also what a checkpoint or a snapshot for standbys writes meanwhile.
sub wait_for_standby
{
	$node->wait_for_catchup($standby);
	$node->poll_query_until('postgres', "SELECT lag_bytes < 1000 FROM vecext.replica_state WHERE name = '$name'") or die 'the standby stays behind';
	return;
}

# Sets the setting, and waits until the server has taken it.
sub set_names
{
	my ($names) = @_;
	$node->safe_psql('postgres', "ALTER SYSTEM SET synchronous_standby_names = \$\$$names\$\$");
	$node->reload;
	$node->poll_query_until('postgres', "SELECT current_setting('synchronous_standby_names') = \$\$$names\$\$") or die 'the server does not reload';
	return;
}
$node->safe_psql('postgres', 'ALTER SYSTEM SET synchronous_commit = local');
wait_for_standby();
is($node->safe_psql('postgres', $replicas), "$name||active|t", 'a standby that keeps up is active');
is($standby->safe_psql('postgres', $replicas), '', 'and has no replica itself');
set_names(q{ANY 1 ("Not ""here""", lost, other)});
$node->safe_psql('postgres', "SELECT pg_create_physical_replication_slot('lost'), pg_create_physical_replication_slot('copy')");
is($node->safe_psql('postgres', $replicas), qq{Not "here"||dead|\ncopy|copy|dead|\nlost|lost|dead|\nother||dead|\n$name||listener|t},
	'it is a listener if others are named, which are dead, as are slots without a connection');
is($node->safe_psql('postgres', "CREATE ROLE visitor; SET ROLE visitor; $replicas"), qq{Not "here"||dead|\ncopy|copy|dead|\nlost|lost|dead|\nother||dead|\n$name|||},
	'a role without rights does not see if it streams');
$node->safe_psql('postgres', "SELECT pg_drop_replication_slot('lost'), pg_drop_replication_slot('copy')");
foreach my $names (uc $name, qq{FIRST 1 ("$name")}, '*')
{
	set_names($names);
	wait_for_standby();
	is($node->safe_psql('postgres', $replicas), "$name||active|t", "$names names it");
}
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_pause()');
$node->safe_psql('postgres', "SELECT count(pg_logical_emit_message(false, '', repeat('x', 1000000))) FROM generate_series(1, 17)");
is($node->safe_psql('postgres', $replicas), "$name||partial|f", 'a standby that lags behind is partial');
$standby->safe_psql('postgres', 'SELECT pg_wal_replay_resume()');
set_names('');
wait_for_standby();
is($node->safe_psql('postgres', $replicas), "$name||active|t", 'until it has caught up');

# Statements that search, from pg_stat_statements.
SKIP:
{
	skip 'there is no pg_stat_statements', 2 unless $has_statements;
	my $statements = "SELECT calls, rows_returned, query FROM vecext.stat_statements() WHERE query LIKE '%item%LIMIT %2'";
	is($node->safe_psql('postgres', $statements), '', 'nothing is known without the extension');
	$node->safe_psql('postgres', 'CREATE SCHEMA "of Statements"; CREATE EXTENSION pg_stat_statements SCHEMA "of Statements"');
	$node->safe_psql('postgres', "SELECT count(*) FROM item WHERE id = $_ LIMIT 2; SELECT v FROM item ORDER BY v <-> '[$_,2,3,4,5,6,7,8]' LIMIT 2") for 1 .. 3;
	is($node->safe_psql('postgres', $statements), '3|6|SELECT v FROM item ORDER BY v <-> $1 LIMIT $2', 'a statement that searches, and no other');
}

# A database that is dropped takes no counters of others along.
$node->safe_psql('postgres', 'DROP DATABASE other');
cmp_ok($node->safe_psql('postgres', $scans), '>=', 4000, 'counters stay while a database is dropped');

# More indexes come and go, 6,000, than there is room for, 4,096, while nobody looks at the counters. Later ones take the room of those that are gone. A
# session that has found no room does not look for it again for a minute, so there are many sessions.
$node->safe_psql('postgres', "CREATE TABLE brief AS SELECT '[1]'::vector(1) AS v");
my $fill = $node->basedir . '/fill.sql';
append_to_file($fill, <<'SQL');
SET enable_seqscan = off;
DO $$ BEGIN
    FOR i IN 1 .. 30 LOOP
        CREATE INDEX brief_v ON brief USING ivfflat (v vector_l2_ops);
        PERFORM v FROM brief ORDER BY v <-> '[1]' LIMIT 1;
        DROP INDEX brief_v;
        COMMIT;
    END LOOP;
END $$;
SQL
$node->command_ok(['pgbench', '--no-vacuum', '--connect', '--transactions=200', '--file', $fill, $node->connstr('postgres')],
	'thousands of indexes are made, used and dropped');
is($node->safe_psql('postgres', <<'SQL'), 20, 'indexes that are gone take no room');
SET enable_seqscan = off;
DO $$ BEGIN
    FOR i IN 1 .. 20 LOOP
        EXECUTE format('CREATE TABLE %I AS TABLE brief', 'late' || i);
        EXECUTE format('CREATE INDEX ON %I USING ivfflat (v vector_l2_ops)', 'late' || i);
        EXECUTE format('SELECT v FROM %I ORDER BY v <-> ''[1]'' LIMIT 1', 'late' || i);
    END LOOP;
END $$;
SELECT count(*) FROM vecext.stat_indexes WHERE tablename LIKE 'late%' AND scans = 1;
SQL

# After a crash, counting starts at zero.
$node->append_conf('postgresql.conf', 'restart_after_crash = on');
$node->reload;
my $victim = $node->background_psql('postgres');
my $backend = $victim->query_safe('SELECT pg_backend_pid()');
$victim->query_safe($search);
kill 'KILL', $backend;
eval { $victim->quit };
$node->poll_query_until('postgres', "SELECT scans IS NULL FROM vecext.stat_indexes WHERE indexname = 'item_v'") or die 'the server did not come back';
$node->safe_psql('postgres', $search);
is($node->safe_psql('postgres', $scans), 1, 'and counting goes on');

# A damaged index is counted.
my $path = $node->data_dir . '/' . $node->safe_psql('postgres', "SELECT pg_relation_filepath('item_v')");
$node->stop;
open my $file, '+<', $path or die "cannot open $path: $!";
binmode $file;
seek $file, 40, 0;
print $file "\xff" x 64;
close $file;
$node->start;
my $err;
isnt($node->psql('postgres', $search, stderr => \$err), 0, 'a search of a damaged index fails');
like($err, qr/is damaged/, 'and says so');
is($node->safe_psql('postgres', "SELECT damages FROM vecext.stat_indexes WHERE indexname = 'item_v'"), 1, 'which is counted');
is($node->safe_psql('postgres', "SELECT vecext.health() ->> 'status'"), 'error', 'and probes are answered so');
my $mend = 'REINDEX INDEX CONCURRENTLY public.item_v';
is($node->safe_psql('postgres', "SELECT vecext.health() #>> '{findings,0,statement}'"), $mend, 'with a statement that lets others read and write the table');
is($node->safe_psql('postgres', "SELECT severity || ' ' || statement FROM vecext.advise('item')"), "error $mend", 'and people are, once');
$node->safe_psql('postgres', $mend);
is($node->safe_psql('postgres', "SELECT count(*) FROM vecext.advise('item') WHERE severity = 'error'"), 0, 'which mends it');
is($node->safe_psql('postgres', "SELECT vecext.health() ->> 'status'"), 'ok', 'until the index is built again');

$standby->stop;
$node->stop;
done_testing();
