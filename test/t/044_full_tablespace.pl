# Indexes of each method in a tablespace that is full, a small tmpfs: what finds no room ends with that error and leaves no
# part behind, what was committed is found, and once there is room again everything goes through.
use strict;
use warnings FATAL => 'all';

use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# What is left at each step, in kilobytes; more of them: FULL_KILOBYTES='0 8 16 40 80 100 200 400 700 1000'.
my @kilobytes = split / /, $ENV{FULL_KILOBYTES} // '0 100';
my $rows = 4_000;
my $directory = PostgreSQL::Test::Utils::tempdir_short();
my $location = "$directory/small";
mkdir $location or die "$location: $!";

# The server sees the file system alone, in a mount namespace of its own. It keeps its user there.
my @namespace = ('unshare', '--map-current-user', '--keep-caps', '--mount');
my $mount = "mount -t tmpfs -o size=24m,mode=0700 none $location";
plan skip_all => 'no tmpfs may be mounted here' if system("@namespace sh -c '$mount' >/dev/null 2>&1") != 0;

my $node = PostgreSQL::Test::Cluster->new('node');
$node->init;
$node->append_conf('postgresql.conf', <<'CONF');
fsync = off
autovacuum = off
jit = off
enable_seqscan = off
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
log_min_messages = warning
CONF
system_or_bail(@namespace, 'sh', '-c', "$mount && mkdir $location/data && exec pg_ctl -w -s -D " . $node->data_dir . ' -l ' . $node->logfile . ' start');
$node->_update_pid(1);

# Leaves so many kilobytes of the file system free.
append_to_file("$directory/fill", <<"SHELL");
rm -f $location/filler
n=\$((\$(df -k --output=avail $location | tail -1) - \$1))
test \$n -le 0 || head -c \${n}k /dev/zero > $location/filler
SHELL

sub leave
{
	my ($kilobytes) = @_;
	return "COPY (SELECT 1) TO PROGRAM 'sh $directory/fill $kilobytes';";
}

# The SQLSTATE with which statements end, '' if they are done.
sub outcome
{
	my ($statements) = @_;
	my ($out, $err) = ('', '');
	$node->psql('postgres', "\\set VERBOSITY sqlstate\nSET client_min_messages = error; $statements", stdout => \$out, stderr => \$err);
	return $err =~ /(?:ERROR|FATAL|PANIC):\s+(\w{5})/ ? $1 : $err;
}

$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
CREATE TABLESPACE small LOCATION '$location/data';
SELECT setseed(0.5);
CREATE TABLE source AS
SELECT i AS id, v, ('{1:1,' || 2 + i % 50 || ':' || 1 + i % 3 || ',' || 60 + i % 900 || ':2}/1000')::sparsevec(1000) AS s, 'common w' || i || ' w' || i % 70 || repeat(' v' || i % 900, 3) AS t
FROM (SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 64) WHERE i > 0)::vector(64) AS v FROM generate_series(1, $rows) i) r;
SQL

# Of each method: the index, what finds all rows by it.
my %methods = (
	hnsw => [ 'hnsw (v vector_l2_ops)', q{ORDER BY v <-> (SELECT v FROM source WHERE id = 7)} ],
	'hnsw, keys' => [ 'hnsw (v vector_cosine_ops, id)', q{ORDER BY v <=> (SELECT v FROM source WHERE id = 7)} ],
	'hnsw, flat' => [ 'hnsw (v vector_l1_ops)', q{ORDER BY v <+> (SELECT v FROM source WHERE id = 7)} ],
	ivfflat => [ 'ivfflat (v vector_l2_ops) WITH (lists = 20)', q{ORDER BY v <-> (SELECT v FROM source WHERE id = 7)} ],
	ivfpq => [ 'ivfpq (v vector_ip_ops)', q{ORDER BY v <#> (SELECT v FROM source WHERE id = 7)} ],
	'ivfpq, rerank' => [ 'ivfpq (v vector_l2_ops) WITH (rerank = fp16)', q{ORDER BY v <-> (SELECT v FROM source WHERE id = 7)} ],
	bm25 => [ 'bm25 (t)', q{WHERE t @@@ 'common'} ],
	inverted => [ 'inverted (s)', q{ORDER BY s <#> '{1:1}/1000'} ]);

foreach my $name (sort keys %methods)
{
	my ($index, $find) = @{ $methods{$name} };
	my (%outcomes, @wrong);
	$node->safe_psql('postgres', <<"SQL");
CREATE TABLE item AS SELECT * FROM source LIMIT 600;
CREATE INDEX item_i ON item USING $index TABLESPACE small;
SQL
	my %steps = (
		build => "CREATE INDEX source_i ON source USING $index TABLESPACE small",
		'build, temporary files' => "SET temp_tablespaces = small; SET maintenance_work_mem = '1MB'; CREATE INDEX source_i ON source USING $index",
		reindex => 'REINDEX INDEX item_i',
		insert => 'INSERT INTO item SELECT * FROM source',
		'row by row' => q{DO $$BEGIN FOR i IN 1 .. 4000 LOOP INSERT INTO item SELECT * FROM source WHERE id = i; COMMIT; END LOOP; END$$},
		merge => q{SELECT vecext.merge('item_i')},
		vacuum => 'DELETE FROM item WHERE id % 5 = 0; VACUUM item');
	my @order = ('build', 'build, temporary files', 'insert', 'reindex', 'row by row', 'merge', 'vacuum', 'insert', 'merge');
	my $look = <<"SQL";
SELECT concat_ws(' ', (SELECT count(*) FROM (SELECT id FROM item $find LIMIT 1000000) x) - count(*), (SELECT vecext.verify_index('item_i')) >= count(*), (SELECT count(*) FROM pg_class WHERE relname = 'source_i'))
FROM (SELECT * FROM item OFFSET 0) x;
SQL
	foreach my $kilobytes (@kilobytes)
	{
		foreach my $step (@order)
		{
			my $state = outcome(leave($kilobytes) . $steps{$step});
			++$outcomes{$step}{$state};
			push @wrong, "$step with $kilobytes kB: $state" if $state !~ /^(53100)?$/;
			# Searches need no room.
			my $found = $node->safe_psql('postgres', 'SET client_min_messages = error;' . $look . leave(8_000) . $look . 'DROP INDEX IF EXISTS source_i');
			my $made = $state eq '' && $step =~ /^build/ ? 1 : 0;
			push @wrong, "after $step with $kilobytes kB, without room and with room: $found" if $found ne "0 t $made\n0 t $made";
		}
		# Only so many rows as there is room for.
		push @wrong, "VACUUM with room: $_" foreach grep { $_ ne '' } outcome(leave(20_000) . 'DELETE FROM item WHERE id > 600; VACUUM item; REINDEX INDEX item_i');
	}
	is(join("\n", @wrong), '', "$name: no other error, nothing is lost");
	cmp_ok($outcomes{$_}{53100} // 0, '>', 0, "$name: $_ finds no room") foreach 'build', 'reindex', 'insert';
	note "$name: " . join ', ', map { my $s = $_; "$s " . join ' ', map { ($_ || 'done') . ":$outcomes{$s}{$_}" } sort keys %{ $outcomes{$s} } } sort keys %outcomes;
	is($node->safe_psql('postgres', leave(20_000) . q{INSERT INTO item SELECT * FROM source LIMIT 500; SELECT vecext.merge('item_i'); VACUUM item; SELECT vecext.verify_index('item_i') - count(*) FROM (SELECT * FROM item OFFSET 0) x}) =~ s/.*\n//sr,
		0, "$name: everything goes through with room");
	$node->safe_psql('postgres', 'DROP TABLE item; CHECKPOINT');
	is($node->safe_psql('postgres', q{SELECT coalesce(sum((pg_stat_file('pg_tblspc/' || t.oid || '/' || d || '/' || b || '/' || f)).size), 0)
		FROM pg_tablespace t, pg_ls_dir('pg_tblspc/' || t.oid) d, pg_ls_dir('pg_tblspc/' || t.oid || '/' || d) b, pg_ls_dir('pg_tblspc/' || t.oid || '/' || d || '/' || b) f WHERE spcname = 'small'}), 0, "$name: no file is left");
}
unlike(slurp_file($node->logfile), qr/PANIC|terminated by signal/, 'the server stays up');
$node->stop;
done_testing();
