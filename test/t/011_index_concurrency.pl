# Indexes of ivfflat, ivfpq, hnsw, bm25 and inverted in use by many at once: inserts, updates, deletes and searches, while
# others vacuum and rebuild. No one gets an error or a wrong row, and no row is lost.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

my $seconds = 5;

my $node = new_node('node', <<'CONF');
ivfflat.probes = 32768
log_statement = none
enable_seqscan = off
max_prepared_transactions = 1
CONF
create_tables($node, 300);
create_indexes($node);

# What clients do on a table, and how often. A search fails that returns a row twice.
my %does = (
	insert => [ 6, 'INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 3) n' ],
	update => [ 1, 'UPDATE %t SET v = %v(id) WHERE id % 50 = :r' ],
	touch => [ 1, 'UPDATE %t SET id = id WHERE id % 50 = :r' ],
	delete => [ 1, 'DELETE FROM %t WHERE id % 40 = :r' ],
	rollback => [ 1, 'BEGIN; INSERT INTO %t (v) VALUES (%v(1)); ROLLBACK' ],
	search => [ 6, 'SELECT 1 / (count(*) = count(DISTINCT id))::int
		FROM (SELECT id FROM %t ORDER BY v %o (SELECT %v(:r)) LIMIT 30) t' ],
	search_all => [ 1, 'SELECT 1 / (count(*) = count(DISTINCT id))::int
		FROM (SELECT id FROM %t ORDER BY v %o (SELECT %v(:r))) t' ]);
my @files;
foreach my $name (sort keys %does)
{
	my ($weight, $sql) = @{ $does{$name} };
	my @each = split /(?<=;\n)(?=-- )/, on_tables("-- %t\n" . ($sql =~ s/\n\s*/ /gr));
	foreach my $i (0 .. $#each)
	{
		my $file = $node->basedir . "/$name$i.sql";
		append_to_file($file, "\\set r random(1, 39)\n$each[$i]");
		push @files, '-f', "$file\@$weight";
	}
}

# Meanwhile others keep house, each its own part over and over until they are stopped.
$node->safe_psql('postgres', 'CREATE TABLE go_on AS SELECT true AS yes');
my %houses = (
	vacuum => on_tables('VACUUM %t'),
	rebuild => on_tables('REINDEX INDEX CONCURRENTLY %i'),
	verify => on_tables(q{SELECT vecext.verify_index('%i'), vecext.index_info('%i')}));
my %keepers;
foreach my $name (sort keys %houses)
{
	my $file = $node->basedir . "/keep_$name.sql";
	append_to_file($file,
		"SELECT yes FROM go_on \\gset\n\\if :yes\n$houses{$name}\\endif\n" x 500);
	my ($out, $err) = ('', '');
	$keepers{$name} = { err => \$err, out => \$out,
		run => start([ 'psql', '-Xq', '-f', $file, $node->connstr('postgres') ],
			'>', \$out, '2>', \$err) };
}

my ($out, $err) = ('', '');
# Two of them may wait for each other, and one tries again.
my $ok = IPC::Run::run([ 'pgbench', '-n', '-c', 4, '-T', $seconds, '--max-tries', 100, '-h', $node->host, '-p', $node->port,
		@files, 'postgres' ], '>', \$out, '2>', \$err);
ok($ok, 'clients saw no error') or diag $err;
unlike($err, qr/aborted|ERROR/, 'and none was aborted');
my ($transactions) = $out =~ /transactions actually processed: (\d+)/;
cmp_ok($transactions, '>', 100, 'they did something');
note "$transactions transactions";

$node->safe_psql('postgres', 'UPDATE go_on SET yes = false');
foreach my $name (sort keys %keepers)
{
	$keepers{$name}{run}->finish;
	# Between its name's look-up and its lock, an index that is rebuilt concurrently may go away, or be the one that goes next.
	my $errors = ${ $keepers{$name}{err} } =~ s/^.*(?:could not open relation with OID \d+|relation with OID \d+ does not exist)\n//gmr;
	$errors =~ s/^.*ERROR:  index "\w+_ccold" is not valid\nDETAIL:  .*\nHINT:  .*\n//gm;
	is($errors, '', "no error in $name");
}

is(unsound($node), '', 'indexes are sound');
is(lost($node), '', 'each row is found');
$node->safe_psql('postgres', on_tables('VACUUM %t'));
is(unsound($node), '', 'indexes are sound after VACUUM');
my $difference = $node->safe_psql('postgres',
	on_tables(q{SELECT '%t' FROM %t HAVING count(*) <> vecext.verify_index('%i')}));
is($difference, '', 'and have no more rows than their tables');
is(lost($node), '', 'each row is found after VACUUM');

# Rows of a transaction that is not over keep their exact vectors when others split their list.
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE waiting (id int, v vector(16));
CREATE INDEX waiting_v ON waiting USING ivfpq (v) WITH (bits = 1);
BEGIN;
INSERT INTO waiting SELECT n, random_vector(n, 16) FROM generate_series(1, 400) n;
PREPARE TRANSACTION 'waiting';
INSERT INTO waiting SELECT n, random_vector(n, 16) FROM generate_series(401, 3000) n;
COMMIT PREPARED 'waiting';
SQL
is($node->safe_psql('postgres', <<'SQL'), 0, 'rows that others split before their COMMIT are found');
SELECT count(*) FROM waiting q WHERE id <= 400
AND NOT EXISTS (SELECT FROM (SELECT id FROM waiting i ORDER BY i.v <-> q.v LIMIT 1) n WHERE n.id = q.id)
SQL

$node->stop;
done_testing();
