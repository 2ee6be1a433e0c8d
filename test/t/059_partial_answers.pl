# vecext.partial_answers: a query in the order of a distance goes on without the foreign partitions whose server cannot be reached, and
# a WARNING names each. The partitions of the table are one that is here, one of a server that stays, and two of a server that is
# stopped and started; `one` has the rows of all, `kept` those of the first two.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $node = new_node('primary', 'log_statement = none', allows_streaming => 1);
plan skip_all => 'postgres_fdw is not installed'
  if $node->safe_psql('postgres', q{SELECT count(*) FROM pg_available_extensions WHERE name = 'postgres_fdw'}) == 0;
my $far = new_node('far', "log_statement = none\nfsync = off");

my $row = 'id int NOT NULL, tenant int, v vector(4)';
my $parts = join '', map { "CREATE TABLE part_$_ ($row);" } 1 .. 3;
$node->safe_psql('postgres', 'CREATE DATABASE near');
$node->safe_psql('near', "CREATE EXTENSION vecext; $parts");
$far->safe_psql('postgres', "CREATE EXTENSION vecext; $parts");
my ($host, $far_port, $near_port) = ($far->host, $far->port, $node->port);
my $options = "extensions 'vecext', fetch_size '2'";
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
CREATE EXTENSION postgres_fdw;
CREATE SERVER near FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${\$node->host}', port '$near_port', dbname 'near', $options);
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '$host', port '$far_port', dbname 'postgres', $options);
CREATE USER MAPPING FOR CURRENT_USER SERVER near;
CREATE USER MAPPING FOR CURRENT_USER SERVER far;
CREATE TABLE spread ($row) PARTITION BY HASH (id);
CREATE TABLE here PARTITION OF spread FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE FOREIGN TABLE near_1 PARTITION OF spread FOR VALUES WITH (MODULUS 4, REMAINDER 1) SERVER near OPTIONS (table_name 'part_1');
CREATE FOREIGN TABLE far_2 PARTITION OF spread FOR VALUES WITH (MODULUS 4, REMAINDER 2) SERVER far OPTIONS (table_name 'part_2');
CREATE FOREIGN TABLE far_3 PARTITION OF spread FOR VALUES WITH (MODULUS 4, REMAINDER 3) SERVER far OPTIONS (table_name 'part_3');
CREATE TABLE one ($row);
INSERT INTO one SELECT i, i % 5, ARRAY[sin(i), cos(i), sin(i * 0.7), cos(i * 0.3)]::vector FROM generate_series(1, 2000) i;
INSERT INTO spread TABLE one;
CREATE TABLE kept AS SELECT * FROM spread WHERE tableoid IN ('here'::regclass, 'near_1'::regclass);
CREATE TABLE queries AS SELECT id, v FROM one WHERE id <= 20;
CREATE INDEX ON here USING hnsw (v vector_l2_ops);
ANALYZE;
SQL

my $pg_ctl = $far->config_data('--bindir') . '/pg_ctl -s -w -D ' . $far->data_dir . ' -l ' . $far->logfile;
my %far = (stop => "$pg_ctl -m immediate stop", start => "$pg_ctl start");
sub far { my ($command) = @_; system_or_bail($far{$command} . ' >/dev/null 2>&1'); return; }

# What a session prints that has set vecext.partial_answers: its rows, and its warnings and errors. A line `far COMMAND` stops or
# starts the server.
sub session
{
	my ($script, $on) = @_;
	$script =~ s/^far (\w+)$/\\! $far{$1} >\/dev\/null 2>&1/gm;
	my (undef, $out, $err) = $node->psql('postgres', 'SET vecext.partial_answers = ' . ($on // 'on') . ";\n\\set VERBOSITY verbose\n$script",
		on_error_stop => 0);
	return ($out, $err =~ s/^psql:<stdin>:\d+: //gmr);
}

sub warnings_of { my ($err) = @_; return join ' ', sort $err =~ /^WARNING:  08001: rows of foreign table "(\w+)" are left out, because server "far" cannot be reached$/gm; }

my $q = "'[0.1, 0.2, 0.3, 0.4]'";
my $nearest = "SELECT id FROM spread ORDER BY v <-> $q LIMIT 10;";
my ($all, $kept) = map { $node->safe_psql('postgres', $nearest =~ s/spread/$_/r) } 'one', 'kept';
isnt($all, $kept, 'the server has some of the nearest rows');

# Statements in the order of a distance. Each gives the rows of `one` while all servers are there, and those of `kept` without one.
my @statements = (
	$nearest,
	"SELECT id FROM spread ORDER BY v <-> $q;",
	"SELECT id, tenant, v <-> $q FROM spread ORDER BY v <-> $q LIMIT 10 OFFSET 3;",
	"SELECT spread, spread.id FROM spread WHERE tenant < 3 ORDER BY v <-> $q LIMIT 10;",
	"SELECT id, tableoid > 0 FROM spread ORDER BY 1 - (v <=> $q) DESC, id LIMIT 10;",
	"SELECT min(v <-> $q) FROM spread;",
	"SELECT count(*), sum(id) FROM (SELECT id FROM spread ORDER BY v <-> $q LIMIT 10) x;",
	"SELECT q.id, x.id FROM queries q, LATERAL (SELECT id FROM spread ORDER BY v <-> q.v LIMIT 3) x ORDER BY q.id, x.id;",
	"SELECT q.id, ARRAY(SELECT id FROM spread WHERE spread.tenant = q.id % 5 ORDER BY spread.v <-> q.v LIMIT 5) FROM queries q ORDER BY q.id;",
	"SELECT spread.id, q.id FROM spread JOIN queries q ON q.id % 5 = spread.tenant WHERE q.id > 10 ORDER BY spread.v <-> $q, q.id LIMIT 20;",
	"WITH q AS MATERIALIZED (SELECT v FROM queries WHERE id = 3) SELECT id FROM spread ORDER BY v <-> (SELECT v FROM q) LIMIT 10;",
	"SELECT id, rank() OVER (ORDER BY v <-> $q) FROM spread WHERE tenant = 3 ORDER BY v <-> $q LIMIT 10;",
	"SELECT id FROM spread UNION ALL SELECT -id FROM (SELECT id FROM spread ORDER BY v <-> $q LIMIT 3) x ORDER BY 1 LIMIT 3;");
my @with_server = grep { !/UNION/ } @statements;
sub rows { my ($table, @of) = @_; return $node->safe_psql('postgres', join '', map { s/\bFROM spread\b/FROM $table spread/gr } @of); }

# --- All servers are there -------------------------------------------------------------------------

my ($out, $err) = session(join "\n", @statements);
is($out, rows('one', @statements), 'with all servers, the rows of all partitions');
is($err, '', 'and no warning');
my $explain = "EXPLAIN (COSTS OFF) $nearest";
like((session($explain))[0], qr/(?:Custom Scan \(PartialScan\)\n +->  Foreign Scan on (?:near_1|far_2|far_3)\b(?s:.*)){3}/, 'EXPLAIN shows the nodes');
unlike((session($explain, 'off'))[0], qr/PartialScan/, 'and none if the setting is off');

# --- A server is away ------------------------------------------------------------------------------

far('stop');
($out, $err) = session($nearest, 'off');
is($out, '', 'setting off: no rows');
like($err, qr/^ERROR:  08001: could not connect to server "far"$/m, 'but an error that names the server');
foreach (@with_server)
{
	($out, $err) = session($_);
	is($out, rows('kept', $_), "the rows of the others: $_");
	is(warnings_of($err), 'far_2 far_3', 'and a warning for each partition that is left out');
}
($out, $err) = session($nearest);
like($err, qr/^DETAIL:  connection to server .*\n(?:\t.*\n)?HINT:  Execute the query again when the server is back\. .*\nSCHEMA NAME:  public\nTABLE NAME:  far_[23]$/m,
	'which says why, what to do, and the table in fields for programs');
unlike($err, qr/ERROR/, 'and no error');

# A condition on the key that leaves out the server, also when a generic plan begins: no warning.
my ($near_id, $far_id) = map { $node->safe_psql('postgres', "SELECT min(id) FROM one WHERE " . ($_ ? '' : 'NOT') . " EXISTS (SELECT FROM kept WHERE kept.id = one.id)") } 1, 0;
my $of_key = "PREPARE p(int) AS SELECT id FROM spread WHERE id = \$1 ORDER BY v <-> $q LIMIT 1; EXECUTE p($near_id);";
foreach my $mode ('force_custom_plan', 'force_generic_plan')
{
	($out, $err) = session("SET plan_cache_mode = $mode; $of_key");
	is("$out$err", $near_id, "$mode: a server that is not asked is not missed");
	($out, $err) = session("SET plan_cache_mode = $mode; $of_key EXECUTE p($far_id);");
	is($out, $near_id, 'and one that is asked');
	like(warnings_of($err), qr/^far_[23]$/, 'is named');
}

# A plan that is kept follows the setting, and the state of the server.
($out, $err) = session(<<"SQL");
SET plan_cache_mode = force_generic_plan;
PREPARE p(vector) AS SELECT id FROM spread ORDER BY v <-> \$1 LIMIT 10;
EXECUTE p($q);
SET vecext.partial_answers = off;
EXECUTE p($q);
SET vecext.partial_answers = on;
BEGIN;
SET LOCAL vecext.partial_answers = off;
ROLLBACK;
EXECUTE p($q);
far start
EXECUTE p($q);
far stop
EXECUTE p($q);
SQL
is($out, "$kept\n$kept\n$all\n$kept", 'a generic plan follows the setting and the server');
is(scalar(() = $err =~ /^WARNING/gm) . scalar(() = $err =~ /^ERROR:  08001/gm), '61', 'with warnings, and an error while it was off');

# Errors that are not of a connection stand, and so does that of statements that store or lock what they read.
foreach (
	[ qr/^ERROR:  42704: user mapping not found/, "DROP USER MAPPING FOR CURRENT_USER SERVER far; $nearest", 'no user mapping' ],
	[ qr/^ERROR:  42P01: /, "ALTER FOREIGN TABLE near_1 OPTIONS (SET table_name 'gone'); $nearest", 'no table there' ],
	[ qr/^ERROR:  08001: /, "INSERT INTO kept SELECT * FROM spread ORDER BY v <-> $q LIMIT 10;", 'INSERT' ],
	[ qr/^ERROR:  08001: /, "UPDATE kept SET tenant = 0 WHERE id IN (SELECT id FROM spread ORDER BY v <-> $q LIMIT 10);", 'UPDATE' ],
	[ qr/^ERROR:  08001: /, "WITH w AS (DELETE FROM kept RETURNING id) SELECT id FROM spread ORDER BY v <-> $q LIMIT 10;", 'DELETE in WITH' ],
	[ qr/^ERROR:  08001: /, $nearest =~ s/;/ FOR UPDATE;/r, 'FOR UPDATE' ],
	[ qr/^ERROR:  08001: /, 'SELECT id FROM spread ORDER BY id LIMIT 10;', 'another order' ],
	[ qr/^ERROR:  08001: /, 'SELECT count(*) FROM spread;', 'no order' ])
{
	my ($expected, $statement, $name) = @$_;
	($out, $err) = session("BEGIN;\n$statement\nROLLBACK;");
	is($out, '', "$name: no rows");
	like($err =~ s/^WARNING(?:.*\n)*?(?=ERROR)//mr, $expected, 'but an error');
}

# A server that refuses the role or the password is one that cannot be reached: the warning has its words.
far('start');
($out, $err) = session("BEGIN; ALTER USER MAPPING FOR CURRENT_USER SERVER far OPTIONS (ADD user 'nobody'); $nearest ROLLBACK; $nearest");
is($out, "$kept\n$all", 'a server that refuses the role is left out');
like($err, qr/^DETAIL:  .*role "nobody" does not exist$/m, 'and the warning says so');

# --- It goes and comes back in a session -----------------------------------------------------------

($out, $err) = session("$nearest\nfar stop\n$nearest\nfar start\n$nearest");
is($out, "$all\n$kept\n$all", 'a connection that was used before the server went away, and after it is back');
is(warnings_of($err), 'far_2 far_3', 'with a warning in between');

# Transactions: one that begins without the server ends well.
foreach my $level ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE')
{
	($out, $err) = session(<<"SQL");
far stop
BEGIN ISOLATION LEVEL $level;
$nearest
SAVEPOINT s;
$nearest
ROLLBACK TO s;
INSERT INTO near_1 SELECT id, tenant, v FROM one WHERE false;
far start
$nearest
COMMIT;
$nearest
SQL
	is($out, "$kept\n$kept\n$all\n$all", "$level: each statement asks the server");
	is(warnings_of($err), 'far_2 far_2 far_3 far_3', 'and warns');
	unlike($err, qr/ERROR/, 'and the transaction commits');
}

# One that has begun on the server needs it to its end.
($out, $err) = session("BEGIN;\n$nearest\nfar stop\n$nearest\nCOMMIT;\nfar start\n$nearest");
is($out, "$all\n$all", 'a server that goes away in a transaction that has asked it');
like($err, qr/^ERROR:  \w+: .*\n(?:.*\n)*?CONTEXT:  (?:.*\n)*?foreign table "far_[23]" of server "far"$/m, 'ends it with an error that names the server');
unlike($err, qr/WARNING:  08001/, 'and no partial answer');

# Nothing is lost in silence that it has changed there.
($out, $err) = session("BEGIN;\nINSERT INTO spread TABLE one;\nfar stop\n$nearest\nCOMMIT;\nfar start\nSELECT count(*) FROM spread;");
is($out, '2000', 'a server that goes away in a transaction that has changed its rows: all is rolled back');
like($err, qr/^ERROR:  08/m, 'with an error');

# Cursors: one that is open needs the server, too; one that is opened later does without.
($out, $err) = session(<<"SQL");
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id FROM spread ORDER BY v <-> $q;
FETCH 2 FROM c;
far stop
FETCH 1500 FROM c;
ROLLBACK;
BEGIN;
DECLARE c SCROLL CURSOR FOR SELECT id FROM spread ORDER BY v <-> $q;
FETCH 10 FROM c;
MOVE BACKWARD ALL FROM c;
FETCH 10 FROM c;
COMMIT;
far start
SQL
is($out, join("\n", (split /\n/, $all)[ 0, 1 ]) . "\n$kept\n$kept", 'cursors');
like($err, qr/^ERROR:  \w+: .*\n(?:.*\n)*?CONTEXT:  (?:.*\n)*?foreign table "far_[23]" of server "far"$/m, 'an open one ends with an error that names the server');
is(warnings_of($err), 'far_2 far_3', 'a new one warns once');

# Functions, each with plans of their own, called for each row of a search. The client may hide warnings; the log has them.
far('stop');
$node->safe_psql('postgres', <<"SQL");
CREATE FUNCTION nearest(q vector) RETURNS int LANGUAGE plpgsql AS
'BEGIN RETURN (SELECT id FROM spread ORDER BY v <-> q LIMIT 1); EXCEPTION WHEN connection_exception THEN RETURN -1; END';
SQL
($out, $err) = session("SELECT id, nearest(v) FROM spread ORDER BY v <-> $q LIMIT 3;\nSET vecext.partial_answers = off;\nSELECT nearest(v) FROM one LIMIT 1;");
is($out, $node->safe_psql('postgres', "SELECT id, id FROM kept ORDER BY v <-> $q LIMIT 3") . "\n-1", 'functions within a search');
is(warnings_of($err), 'far_2 far_2 far_2 far_2 far_3 far_3 far_3 far_3', 'warn by themselves');

($out, $err) = session("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) $nearest");
is(scalar(() = $out =~ /Server Away: far/g), 2, 'EXPLAIN ANALYZE shows what is left out');
unlike($out, qr/Foreign Scan on far/, 'and no scan of it');

# A thousand queries in a session: nothing leaks.
($out, $err) = session("DO \$\$ BEGIN FOR i IN 1..1000 LOOP PERFORM id FROM spread ORDER BY v <-> $q LIMIT 10; END LOOP; END \$\$;\n$nearest");
is($out, $kept, 'many queries');
is(scalar(() = $err =~ /^WARNING:  (?!08001)/gm), 0, 'and no other warning');
far('start');

# A standby asks the servers, too.
my $standby = standby_of($node);
$node->wait_for_catchup($standby);
my $on_standby = "SET vecext.partial_answers = on; $nearest";
is($standby->safe_psql('postgres', $on_standby), $all, 'a standby asks all servers');
far('stop');
($out, $err) = ($standby->psql('postgres', "\\set VERBOSITY verbose\n$on_standby"))[ 1, 2 ];
is($out, $kept, 'and goes on without one');
is(warnings_of($err =~ s/^psql:<stdin>:\d+: //gmr), 'far_2 far_3', 'with warnings');
far('start');

sound_log($_, 'leak|still referenced') foreach $node, $standby;
$standby->stop;
$node->stop;
$far->stop;
done_testing();
