# Fields of index files that say something else than they should, one by one: a meta page that is about another column, chains
# of pages that go in a circle, rows and pages that do not exist. Each is noticed, and no file grows.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DamageTables;
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $page = 8192;
my $header = 24;    # the server's part of a page
my $node = damage_node();

# --- A meta page that is not about the column -----------------------------------------------------

# Each field: its place (core/page/meta_page.h, graph_meta_page.h), its format, and what is added to it.
my %fields = (element => [ 88, 'C', 1 ], metric => [ 89, 'C', 1 ], dims => [ 92, 'l<', 1 ]);
my @methods = qw(pq pq_key flat graph graph_bit graph_sparse);
my %changed;
foreach my $kind (@methods)
{
	foreach my $field (sort keys %fields)
	{
		my $table = "${kind}_$field";
		$changed{$table} = [ $kind, $field, $node->safe_psql('postgres', make_table($kind, $table) . "SELECT pg_relation_filepath('${table}_i')") ];
	}
}
$node->stop;
foreach my $table (sort keys %changed)
{
	my (undef, $field, $path) = @{ $changed{$table} };
	my ($place, $format, $added) = @{ $fields{$field} };
	my $was = unpack "x$place$format", slurp_file($node->data_dir . "/$path");
	change_page_bytes($node->data_dir . "/$path", $place, pack $format, $was + $added);
}
$node->start;
foreach my $table (sort keys %changed)
{
	my ($kind, $field) = @{ $changed{$table} };
	foreach my $statement (
		"SELECT id FROM $table ORDER BY $kinds{$kind}[1] LIMIT 10",
		"INSERT INTO $table SELECT * FROM rows LIMIT 1",
		"SELECT vecext.verify_index('${table}_i')",
		"SELECT * FROM vecext.index_info('${table}_i')")
	{
		my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$statement");
		like($err, qr/XX002/, "$kind, another $field: $statement");
	}
}

# --- Chains of pages that go in a circle ----------------------------------------------------------

# A page of that kind (core/page/page.h), the last one or the first, is its own next one.
sub make_circle
{
	my ($path, $kind, $is_last) = @_;
	my $bytes = slurp_file($path);
	my @numbers = 1 .. length($bytes) / $page - 1;
	foreach my $number ($is_last ? reverse @numbers : @numbers)
	{
		next if unpack('C', substr $bytes, $number * $page + $page - 8, 1) != $kind;
		return change_page_bytes($path, $number * $page + $header, pack 'V', $number);
	}
	die "$path has no page of kind $kind";
}
my ($vectors, $keys) = (5, 12);
my %circles = (graph_key => [ $keys, 0, "DELETE FROM graph_key_9 WHERE id % 7 = 2;\nVACUUM graph_key_9" ],
	flat => [ $vectors, 1, 'INSERT INTO flat_9 SELECT * FROM rows' ]);
$node->safe_psql('postgres', make_table($_, "${_}_9")) foreach keys %circles;
my %files = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('${_}_9_i')") } keys %circles;
$node->stop;
make_circle($node->data_dir . "/$files{$_}", @{ $circles{$_} }[ 0, 1 ]) foreach keys %circles;
$node->start;
foreach my $kind (sort keys %circles)
{
	my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n" . $circles{$kind}[2]);
	like($err, qr/XX002/, "$kind: a circle is noticed");
}

# --- Page headers that call used bytes unused --------------------------------------------------------

# The server neither logs nor keeps what a page's header calls unused: a change of the page would lose all of it.
my $lower_at = 12;
my @lost = qw(flat graph words);
$node->safe_psql('postgres', make_table($_, "${_}_lower")) foreach @lost;
%files = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('${_}_lower_i')") } @lost;
foreach my $number (0, 1)
{
	$node->stop;
	my %was = map { $_ => substr slurp_file($node->data_dir . "/$files{$_}"), $number * $page + $lower_at, 2 } @lost;
	change_page_bytes($node->data_dir . "/$files{$_}", $number * $page + $lower_at, pack 'v', 0) foreach @lost;
	$node->start;
	foreach my $kind (@lost)
	{
		my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\nSELECT vecext.verify_index('${kind}_lower_i')");
		like($err, qr/XX002: index "${kind}_lower_i" is damaged at block $number: a page's header/, "$kind: the header of page $number");
	}
	$node->stop;
	change_page_bytes($node->data_dir . "/$files{$_}", $number * $page + $lower_at, $was{$_}) foreach @lost;
	$node->start;
	foreach my $kind (@lost)
	{
		cmp_ok($node->safe_psql('postgres', "SELECT vecext.verify_index('${kind}_lower_i')"), '>', 0, "$kind: sound as it was");
	}
}

# --- Rows and pages that do not exist -------------------------------------------------------------

# The row that is asked for is on no page of the table: on the one that the server takes for "add a page", or on one behind
# the end. So is the last page of pending rows in the index.
my %far = (new => 0xffffffff, behind => 100_000);
my @pointing = qw(pq pq_rerank pq_key flat graph graph_key graph_fresh graph_sparse);
my %aimed;
foreach my $kind (@pointing)
{
	foreach my $page (keys %far)
	{
		my $table = "far_${kind}_$page";
		my $fresh = $kind eq 'graph_fresh' ? 'WHERE id <> 7' : '';
		$node->safe_psql('postgres', "CREATE TABLE $table AS SELECT * FROM rows $fresh; CREATE INDEX ${table}_i ON $table USING $kinds{$kind}[0]");
		$node->safe_psql('postgres', "INSERT INTO $table SELECT * FROM rows WHERE id = 7") if $fresh;
		$aimed{$table} = [ $kind, $far{$page}, split /\|/, $node->safe_psql('postgres', <<"SQL") ];
SELECT (ctid::text::point)[0]::int, (ctid::text::point)[1]::int, pg_relation_filepath('${table}_i') FROM $table WHERE id = 7
SQL
	}
}
$node->safe_psql('postgres', make_table('graph_fresh', "graph_fresh_$_")) foreach 7, 8;
my %tails = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('${_}_i')") } map { "graph_fresh_$_" } 7, 8;
$node->stop;
foreach my $table (sort keys %aimed)
{
	my (undef, $far, $block, $line, $path) = @{ $aimed{$table} };
	my $bytes = slurp_file($node->data_dir . "/$path");
	my ($row, $moved) = (pack('Vv', $block, $line), pack('Vv', $far, $line));
	$bytes =~ s/\Q$row\E/$moved/g;
	open my $file, '>:raw', $node->data_dir . "/$path" or die "$path: $!";
	print $file $bytes;
	close $file;
}
my $tail_at = 132;  # core/page/graph_meta_page.h
foreach my $table (sort keys %tails)
{
	change_page_bytes($node->data_dir . "/$tails{$table}", $tail_at, pack 'V', $table =~ /7$/ ? $far{new} : $far{behind});
}
$node->start;

# Each statement says that the index is damaged, and no file grows.
sub is_noticed
{
	my ($table, @statements) = @_;
	my $sizes = "SELECT pg_relation_size('$table'), pg_relation_size('${table}_i')";
	my $before = $node->safe_psql('postgres', $sizes);
	foreach my $statement (@statements)
	{
		my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$statement");
		like($err, qr/XX002: index "${table}_i" is damaged/, $statement);
	}
	return $before eq $node->safe_psql('postgres', $sizes);
}
foreach my $table (sort keys %aimed)
{
	my $kind = $aimed{$table}[0];
	my @statements = ("SELECT id FROM $table ORDER BY $kinds{$kind}[1] LIMIT 10", "SELECT vecext.verify_index('${table}_i')");
	push @statements, map { "SET enable_$_ = off; SELECT id FROM $table WHERE id = 7" } qw(bitmapscan indexscan) if $kind =~ /_key/;
	ok(is_noticed($table, @statements), "$table: no file grows");
}
foreach my $table (sort keys %tails)
{
	my $insert = "INSERT INTO $table SELECT * FROM rows WHERE id = 8";
	my $size = "SELECT pg_relation_size('${table}_i')";
	my $before = $node->safe_psql('postgres', $size);
	# The number that stands for "no page" names none.
	my $place = $table =~ /7$/ ? '' : " at block $far{behind}";
	foreach my $statement ($insert, $insert)
	{
		my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$statement");
		like($err, qr/XX002: index "${table}_i" is damaged$place\n/, $statement);
	}
	is($node->safe_psql('postgres', $size), $before, "$table: the index does not grow");
}
sound_log($node);

$node->stop;
done_testing();
