# Indexes of other format versions, of each method and type, as an older or a newer library may have left them: whatever reads
# or changes such an index says its version and what to do; REINDEX heals, also CONCURRENTLY. Pages of another version than the
# one known, of each kind that an index has: an error about the index or the right answer, never a wrong one; verify_index
# complains.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use VectorTables;

my $page = 8192;
my $version_at = 70;    # of an index, in its page 0: core/page/meta_head.h
my ($kind_from_end, $page_version_from_end) = (8, 6);    # of a page: core/page/page.h

# Newer servers have checksums by default, and would see the change first.
my $node = new_node('node', '', without_checksums => 1);
create_tables($node, 150);
create_indexes($node);
# Some rows are not in the graph or in a segment yet, and some are dead.
$node->safe_psql('postgres', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 40) n; DELETE FROM %t WHERE id % 20 = 7'));

sub files
{
	return map { split /\|/ } split /\n/, $node->safe_psql('postgres', on_tables("SELECT '%t', pg_relation_filepath('%i')"));
}

# Calls the function with the bytes of each index, and writes what it has made of them.
sub change_files
{
	my ($files, $change) = @_;
	foreach my $name (sort keys %$files)
	{
		my $path = $node->data_dir . "/$files->{$name}";
		my $bytes = slurp_file($path);
		$change->($name, \$bytes);
		open my $file, '+<:raw', $path or die "$path: $!";
		print $file $bytes;
		close $file;
	}
	return;
}

# Statement n of each table, with the server's output; on_tables has them one behind the other.
sub errors_of
{
	my ($sql) = @_;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$sql", on_error_stop => 0);
	return $err;
}

# --- Versions of an index -------------------------------------------------------------------------

my $scan = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off; SET hnsw.ef_search = 1000; SET ivfflat.probes = 32768; SET ivfpq.probes = 32768";
my @statements = (
	'SELECT id FROM %t ORDER BY v %o (SELECT v FROM %t LIMIT 1) LIMIT 10',
	'SELECT count(*) FROM (SELECT id FROM %t ORDER BY v %o (SELECT v FROM %t LIMIT 1)) a',
	'INSERT INTO %t (v) SELECT %v(1)',
	'UPDATE %t SET v = %v(2) WHERE id = 3',
	'VACUUM %t',
	"SELECT vecext.verify_index('%i')",
	"SELECT * FROM vecext.index_info('%i')",
	"SELECT vecext.merge('%i')");
# The version that the library reads of a table's index.
sub version_read { return $_[0] =~ /^graph/ ? 3 : 1; }
foreach my $version (0, 1, 2, 65535)
{
	my %files = files();
	my $others = join ' ', map { "$_ " . version_read($_) } grep { version_read($_) != $version } table_names();
	$node->stop;
	change_files(\%files, sub { substr(${ $_[1] }, $version_at, 2) = pack 'v', $version });
	$node->start;
	foreach my $statement (@statements)
	{
		my $err = errors_of("$scan;\n" . on_tables($statement));
		my @refused;
		push @refused, "$1 $2" while $err =~ /ERROR:  55000: index "(\w+)_index" has format version $version, which this version of vecext cannot read\nDETAIL:  It reads version (\d)\.\nHINT:  Rebuild the index with REINDEX INDEX CONCURRENTLY public\.\w+\./g;
		is(join(' ', sort @refused), $others, "version $version: $statement");
	}
	$node->safe_psql('postgres', on_tables($version == 2 ? 'REINDEX INDEX CONCURRENTLY %i' : 'REINDEX INDEX %i'));
	is(unsound($node) . lost($node), '', "version $version: built again");
}

# --- Versions of pages ----------------------------------------------------------------------------

$node->safe_psql('postgres', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 40) n; DELETE FROM %t WHERE id % 20 = 8'));
my %files = files();
$node->stop;
sub kind_of { my ($bytes, $number) = @_; return unpack 'v', substr $$bytes, ($number + 1) * $page - $kind_from_end, 2; }
my $free = 6;

# The kinds of pages that each index has, but for page 0 and free pages.
my %kinds;
my %kept;
change_files(\%files, sub {
	my ($name, $bytes) = @_;
	$kept{$name} = $$bytes;
	my %seen = map { kind_of($bytes, $_) => 1 } 1 .. length($$bytes) / $page - 1;
	delete $seen{$free};
	$kinds{$name} = [ sort { $a <=> $b } keys %seen ];
});
note "$_: pages of kinds @{ $kinds{$_} }" foreach sort keys %kinds;
my ($rounds) = sort { $b <=> $a } map { scalar @$_ } values %kinds;
# What all rows are by distance; of texts, whose scores come from their index, the rows alone.
my $by_distance = join '', map { my $sql = $_; my ($name) = $sql =~ /FROM (\w+)/;
	$sql = ($sql =~ /<@>/ ? $sql =~ s/d::text/0/r : $sql); "$sql\n" } split /\n/, on_tables(
	"SELECT '%t', md5(string_agg(id || ':' || d::text, ' ' ORDER BY d::text COLLATE \"C\", id)) FROM (SELECT id, v %o (SELECT v FROM %t ORDER BY id LIMIT 1) AS d FROM %t ORDER BY v %o (SELECT v FROM %t ORDER BY id LIMIT 1)) a");
my $expected;
foreach my $round (0 .. $rounds)
{
	my %of;
	change_files(\%files, sub {
		my ($name, $bytes) = @_;
		$$bytes = $kept{$name};
		$of{$name} = $round == 0 ? undef : $kinds{$name}[ $round - 1 ];
		return if !defined $of{$name};
		foreach my $number (1 .. length($$bytes) / $page - 1)
		{
			substr($$bytes, ($number + 1) * $page - $page_version_from_end, 2) = pack 'v', 2 if kind_of($bytes, $number) == $of{$name};
		}
	});
	$node->start;
	my ($rc, $out, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$scan;\n$by_distance", on_error_stop => 0);
	$expected //= { map { split /\|/ } split /\n/, $out };
	my %answers = map { split /\|/ } split /\n/, $out;
	is(join(' ', grep { $answers{$_} ne $expected->{$_} } sort keys %answers), '', "round $round: no wrong answer") or diag join ', ', map { "$_: kind " . ($of{$_} // 'none') } sort keys %of;
	my @errors = $err =~ /ERROR:  (.*)/g;
	is(join("\n", grep { !/^XX002: index "\w+" is damaged(?: at block \d+)?$/ } @errors), '', "round $round: errors about the index");
	is(scalar(keys %answers) + @errors, scalar table_names(), "round $round: an answer or an error of each");
	my $complaints = errors_of(on_tables("SELECT vecext.verify_index('%i')"));
	is(join(' ', grep { defined $of{$_} && $complaints !~ /"${_}_index"/ } sort keys %of), '', "round $round: verify_index complains");
	is($complaints, '', 'sound without any change') if $round == 0;
	$node->stop;
}
sound_log($node);
done_testing();
