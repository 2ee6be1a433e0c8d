# Damaged index files: bytes of a stopped server's indexes are changed at random. Whatever is asked of
# such an index afterwards gives an answer or an error, soon, and the server goes on. An index that is checked as
# sound has all rows.
#
# The long form, VECEXT_DAMAGE_PAGES=N: so many pages more, with every byte class of every kind of page changed in every way,
# each in turn, from number VECEXT_DAMAGE_FIRST on (script/long damage).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $copies = 20;     # of each index, each damaged in its own way
my $page = 8192;
my $header = 24;     # the server's part of a page
my $seed = 20;
my $long = $ENV{VECEXT_DAMAGE_PAGES} || 0;
srand $seed;

# Newer servers have checksums by default, and would see the damage first.
my $node = new_node('node', "enable_seqscan = off\nstatement_timeout = 10s", without_checksums => 1);
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
SET client_min_messages = warning;
SELECT setseed(0.20);
CREATE TABLE rows AS
SELECT i AS id, v::vector(40), binary_quantize(v::vector)::bit(40) AS b,
    binary_quantize(v::vector)::bit(40)::varbit::bit(50000) AS w, v::sparsevec(40) AS s,
    (SELECT string_agg('w' || (20 * x)::int, ' ') || ' own' || i FROM unnest(v) x) AS t
FROM (SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 40) WHERE i > 0) AS v
      FROM generate_series(1, 900) i) t;
SQL

# Index definitions, the order by which each is used, and of how many rows it is made before the others
# come: all, unless said otherwise.
my %kinds = (
	pq => [ 'ivfpq (v) WITH (lists = 4)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	pq_ip => [ 'ivfpq (v vector_ip_ops) WITH (bits = 1, lists = 3)', q{v <#> (SELECT v FROM rows WHERE id = 7)} ],
	pq_rerank => [ 'ivfpq (v) WITH (bits = 1, rerank = fp16, lists = 3)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	pq_bit => [ 'ivfpq (b bit_hamming_ops) WITH (lists = 2)', q{b <~> (SELECT b FROM rows WHERE id = 7)} ],
	flat => [ 'ivfflat (v vector_cosine_ops) WITH (lists = 4)', q{v <=> (SELECT v FROM rows WHERE id = 7)} ],
	pq_key => [ 'ivfpq (v, id) WITH (lists = 4)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	graph_key => [ 'hnsw (v vector_l2_ops, id)', q{v <-> (SELECT v FROM rows WHERE id = 7)}, 700 ],
	graph => [ 'hnsw (v vector_l2_ops)', q{v <-> (SELECT v FROM rows WHERE id = 7)} ],
	graph_fresh => [ 'hnsw (v vector_ip_ops)', q{v <#> (SELECT v FROM rows WHERE id = 7)}, 700 ],
	graph_bit => [ 'hnsw (b bit_jaccard_ops)', q{b <%> (SELECT b FROM rows WHERE id = 7)}, 700 ],
	graph_wide => [ 'hnsw (w bit_hamming_ops)', q{w <~> (SELECT w FROM rows WHERE id = 7)}, 850 ],
	graph_sparse => [ 'hnsw (s sparsevec_l2_ops)', q{s <-> (SELECT s FROM rows WHERE id = 7)}, 700 ],
	words => [ 'bm25 (t)', q{t <@> (SELECT t FROM rows WHERE id = 7)}, 700 ],
	weights => [ 'inverted (s)', q{s <#> (SELECT s FROM rows WHERE id = 7)}, 700 ]);

# Nine rows in each table are dead, so that VACUUM has work.
my $sql = "SET client_min_messages = warning;\n";
foreach my $kind (sort keys %kinds)
{
	my ($index, $order, $first) = (@{ $kinds{$kind} }, 900);
	$sql .= "DROP TABLE IF EXISTS ${kind}_$_;\n" . "CREATE TABLE ${kind}_$_ AS SELECT * FROM rows WHERE id <= $first;\n"
	  . "CREATE INDEX ${kind}_${_}_i ON ${kind}_$_ USING $index;\n"
	  . "INSERT INTO ${kind}_$_ SELECT * FROM rows WHERE id > $first;\n"
	  . "DELETE FROM ${kind}_$_ WHERE id % 100 = 1;\n" foreach 1 .. $copies;
}
my $living = 891;

# Makes them, and stops the server; returns where the indexes' files are.
sub make_tables
{
	$node->safe_psql('postgres', $sql);
	my %at = map { split /\|/ } split /\n/, $node->safe_psql('postgres',
		q{SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relname LIKE '%\_i'});
	$node->stop;
	return %at;
}
my %files = make_tables();

# Changes some bytes, near each other or not, of some pages; the first page, which says what the index
# is, more often than others.
sub damage
{
	my ($path) = @_;
	open my $file, '+<:raw', $path or die "$path: $!";
	my $pages = (-s $path) / $page;
	my $what = '';
	foreach (1 .. 1 + int rand 4)
	{
		my $number = rand() < 0.3 ? 0 : int rand $pages;
		# Most of a page's sense lies at its begin and its end.
		my $offset = rand() < 0.6 ? $header + int rand 120 : $header + int rand($page - $header);
		$offset = $page - 1 - int rand 8 if rand() < 0.1;
		my $length = 1 + int rand 4;
		$length = $page - $offset if $offset + $length > $page;
		my $kind = int rand 3;
		my $bytes = join '', map { chr($kind == 0 ? 0 : $kind == 1 ? 255 : int rand 256) } 1 .. $length;
		seek $file, $number * $page + $offset, 0;
		print $file $bytes;
		$what .= " $number:$offset+$length";
	}
	close $file;
	return $what;
}
my %damage;
$damage{$_} = damage($node->data_dir . "/$files{$_}") foreach sort keys %files;

# What is asked of each, one statement a line. Those that only read may end with an error about the
# damage alone; REINDEX, and what follows it, with none.
my @asked = (
	'SELECT id FROM %1$s ORDER BY %2$s LIMIT 10',
	q{SELECT '%1$s all ' || (count(*) = (SELECT count(*) FROM %1$s)) FROM (SELECT id FROM %1$s ORDER BY %2$s) t},
	q{SELECT '%1$s sound ' || vecext.verify_index('%1$s_i')},
	q{SELECT * FROM vecext.index_info('%1$s_i')},
	'INSERT INTO %1$s SELECT * FROM rows WHERE id %% 20 = 3',
	'VACUUM %1$s',
	'SELECT id FROM %1$s ORDER BY %2$s LIMIT 10',
	'REINDEX INDEX %1$s_i',
	q{SELECT 1 / (vecext.verify_index('%1$s_i') > 0)::int});

# What is wrong with an error of the n-th statement, if anything.
sub trouble
{
	my ($n, $error) = @_;
	return 'not healed' if $n > $#asked - 2;
	return 'no end' if $error =~ /57014/;
	# The server notices by itself what is wrong in its part of a page. A damaged row number may lead out of the table, as in any
	# index, and a name be that of no configuration.
	return 'not an error about damage'
	  if $asked[$n] =~ /^SELECT/ && $error !~ /XX002|XX001: invalid page|has format version|text search configuration|could not (?:read block|open file)/;
	return;
}

my $noticed = 0;
my $is_long = 0;

# Asks every table, whose indexes are damaged as %damage says.
sub ask_all
{
	my ($what) = @_;
	$node->start;
	foreach my $kind (sort keys %kinds)
	{
		is(join("\n", trouble_of($kind)), '', "$kind: answers or errors, and REINDEX heals, $what");
	}
	return;
}

# In one session for all tables of a kind.
sub trouble_of
{
	my ($kind) = @_;
	my (@trouble, @statements);
	foreach my $table (map { "${kind}_$_" } 1 .. $copies)
	{
		push @statements, map { [ $table, $_, sprintf $asked[$_], $table, $kinds{$kind}[1] ] } 0 .. $#asked;
	}
	# After REINDEX only the tables that are asked for it: it takes as long as all else.
	@statements = grep { $_->[1] <= $#asked - 2 || $_->[0] =~ /[05]$/ } @statements if $is_long;
	my $script = join "\n", '\set VERBOSITY verbose', map { "$_->[2];" } @statements;
	my ($rc, $out, $err) = $node->psql('postgres', $script, on_error_stop => 0);
	while ($err =~ /^psql:<stdin>:(\d+): (ERROR: .*|server closed.*)$/mg)
	{
		my ($table, $n, $statement) = @{ $statements[ $1 - 2 ] };
		my $error = $2;
		++$noticed;
		my $trouble = $error =~ /^server/ ? 'crash' : trouble($n, $error);
		push @trouble, "$trouble: $statement: $error (damage at$damage{qq(${table}_i)})" if $trouble;
	}
	foreach my $table (map { "${kind}_$_" } 1 .. $copies)
	{
		push @trouble, "sound, but rows are missing: $table (damage at$damage{qq(${table}_i)})"
		  if $out =~ /^$table all false$/m && $out =~ /^$table sound \d/m;
	}
	$node->poll_query_until('postgres', 'SELECT true') if $rc == 2;
	return @trouble;
}
ask_all('changed bytes');
cmp_ok($noticed, '>', 0, 'some damage is noticed');
sound_log($node);

# --- Pages without sense ----------------------------------------------------------------------------

my $kind_at = $page - 8;  # core/page/page.h

# The numbers of a file's pages of each kind.
sub pages_by_kind
{
	my ($bytes) = @_;
	my %pages;
	push @{ $pages{ unpack 'C', substr $bytes, $_ * $page + $kind_at, 1 } }, $_ foreach 0 .. length($bytes) / $page - 1;
	return \%pages;
}

# All bytes of a page, but for its kind: ones, zeros or random ones.
sub senseless
{
	my ($pattern) = @_;
	my $length = $kind_at - $header;
	return $pattern == 0 ? "\xff" x $length : $pattern == 1 ? "\0" x $length : join '', map { chr int rand 256 } 1 .. $length;
}

# A page of each kind that an index has, each in a copy of its own, in one way after the other.
$node->safe_psql('postgres', join '', map { my $kind = $_; map { <<"SQL" } 1 .. $copies } keys %kinds);
INSERT INTO ${kind}_$_ SELECT * FROM rows WHERE id % 30 = 4;
DELETE FROM ${kind}_$_ WHERE id % 100 = 2;
SQL
%files = map { split /\|/ } split /\n/, $node->safe_psql('postgres',
	q{SELECT relname, pg_relation_filepath(oid) FROM pg_class WHERE relname LIKE '%\_i'});
$node->stop;
my %kinds_of_pages;
foreach my $index (sort keys %files)
{
	my ($kind, $copy) = $index =~ /^(\w+)_(\d+)_i$/;
	my $path = $node->data_dir . "/$files{$index}";
	my $pages = pages_by_kind(slurp_file($path));
	my @of = sort { $a <=> $b } keys %$pages;
	my $of = $of[ $copy % @of ];
	my $number = $pages->{$of}[ int rand @{ $pages->{$of} } ];
	open my $file, '+<:raw', $path or die "$path: $!";
	seek $file, $number * $page + $header, 0;
	print $file senseless(int($copy / @of) % 3);
	close $file;
	$damage{$index} = " page $number of kind $of";
	$kinds_of_pages{$kind}{$of} = 1;
}
note "$_ has pages of kinds " . join ', ', sort { $a <=> $b } keys %{ $kinds_of_pages{$_} } foreach sort keys %kinds_of_pages;
ask_all('pages without sense');
sound_log($node);

# --- Every byte class of every kind of page -----------------------------------------------------------

# The classes of a page's bytes, begin and end: the fields of the server's header, of the head and the tail (core/page/page.h), the
# words at the begin of the payload, more of them on page 0, and eighths of the others.
sub classes
{
	my ($kind) = @_;
	my $words = $kind == 1 ? 376 : 128;
	return ([ 0, 8 ], [ 8, 10 ], [ 10, 12 ], [ 12, 14 ], [ 14, 16 ], [ 16, 18 ], [ 18, 20 ], [ 20, 24 ],
		[ 24, 28 ], [ 28, 32 ], [ 32, 36 ], [ 36, 38 ], [ 38, 40 ], [ 40, 64 ],
		(map { [ 64 + 4 * $_, 68 + 4 * $_ ] } 0 .. ($words - 64) / 4 - 1),
		(map { [ $words + 1000 * $_, $words + 1000 * ($_ + 1) ] } 0 .. 6), [ $words + 7000, $page - 12 ], [ $page - 12, $page - 8 ],
		map { [ $page - 8 + 2 * $_, $page - 6 + 2 * $_ ] } 0 .. 3);
}

# What becomes of bytes: one bit of them is another one; they are zeros or ones; their number is one more; they are random.
my @ways = (
	sub { my $at = int rand 8 * length $_[0]; vec($_[0], $at, 1) ^= 1; return $_[0] },
	sub { return "\0" x length $_[0] },
	sub { return "\xff" x length $_[0] },
	sub { substr($_[0], 0, 1) = chr((1 + ord $_[0]) % 256); return $_[0] },
	sub { return join '', map { chr int rand 256 } 1 .. length $_[0] });

# The n-th of all ways of all classes of the kinds of pages that an index has: kind, class and way.
sub damage_number
{
	my ($pages, $n) = @_;
	my @all;
	foreach my $way (0 .. $#ways)
	{
		foreach my $class (0 .. 200)
		{
			push @all, map { [ $_, (classes($_))[$class], $way ] } grep { $class < classes($_) } sort { $a <=> $b } keys %$pages;
		}
	}
	return @{ $all[ $n % @all ] };
}

# Damages one page of that kind so; of a long class 16 bytes. Returns where.
sub damage_class
{
	my ($path, $bytes, $pages, $kind, $class, $way) = @_;
	my $number = $pages->{$kind}[ int rand @{ $pages->{$kind} } ];
	my ($from, $to) = @$class;
	$from += int rand($to - $from - 15) if $to - $from > 16;
	my $length = $to - $from > 16 ? 16 : $to - $from;
	open my $file, '+<:raw', $path or die "$path: $!";
	seek $file, $number * $page + $from, 0;
	print $file $ways[$way]->(substr $bytes, $number * $page + $from, $length);
	close $file;
	return " $number:$from+$length (kind $kind, way $way)";
}

# The server's files with sound indexes, to begin each round with.
my $sound = PostgreSQL::Test::Utils::tempdir_short() . '/sound';
$is_long = $long > 0;
if ($is_long)
{
	%files = make_tables();
	system_or_bail('cp', '-r', $node->data_dir, $sound);
}
my %next = map { $_ => $ENV{VECEXT_DAMAGE_FIRST} || 0 } keys %kinds;
my ($damaged, $pages_of_index) = (0, 3);
while ($damaged < $long)
{
	srand $seed + $next{words};
	if ($damaged > 0)
	{
		$node->stop;
		system_or_bail('rm', '-r', $node->data_dir);
		system_or_bail('cp', '-r', $sound, $node->data_dir);
	}
	foreach my $index (sort keys %files)
	{
		my ($kind) = $index =~ /^(\w+)_\d+_i$/;
		my $path = $node->data_dir . "/$files{$index}";
		my $pages = pages_by_kind(slurp_file($path));
		# Several pages; but damage of page 0 would hide that of others.
		$damage{$index} = '';
		foreach my $more (0 .. $pages_of_index - 1)
		{
			my @of = damage_number($pages, $next{$kind});
			last if $more > 0 && $of[0] == 1;
			$damage{$index} .= damage_class($path, slurp_file($path), $pages, @of);
			++$next{$kind};
			++$damaged;
			last if $of[0] == 1;
		}
	}
	my $least = (sort { $a <=> $b } values %next)[0];
	ask_all("numbers up to $least");
	diag localtime() . ": $damaged pages damaged, each index up to number $least";
}
sound_log($node);
if ($is_long)
{
	$is_long = 0;
	make_tables();
	$node->start;
}

# --- An index of another version ------------------------------------------------------------------

my $version_at = 70;  # core/page/meta_head.h
my %other = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('${_}_1_i')") } qw(graph pq_key words weights);
$node->stop;
foreach my $path (map { $node->data_dir . "/$_" } values %other)
{
	open my $file, '+<:raw', $path or die "$path: $!";
	seek $file, $version_at, 0;
	print $file pack 'v', 7;
	close $file;
}
$node->start;
foreach my $kind (sort keys %other)
{
	my $select = "SELECT count(*) FROM (SELECT id FROM ${kind}_1 ORDER BY $kinds{$kind}[1] LIMIT 10) t";
	foreach my $statement ($select, "INSERT INTO ${kind}_1 SELECT * FROM rows LIMIT 1", "SELECT vecext.verify_index('${kind}_1_i')")
	{
		my (undef, undef, $err) = $node->psql('postgres', $statement);
		like($err, qr/index "${kind}_1_i" has format version 7.*Rebuild the index with REINDEX/s, "$kind: $statement");
	}
	is($node->safe_psql('postgres', "REINDEX INDEX ${kind}_1_i; $select"), 10, "$kind: REINDEX makes it one of this version");
}

# --- A meta page that is not about the column -----------------------------------------------------

# Each field of the second to the fourth copy: its place (core/page/meta_page.h, graph_meta_page.h), its
# format, and what is added to it.
my %fields = (element => [ 2, 88, 'C', 1 ], metric => [ 3, 89, 'C', 1 ], dims => [ 4, 92, 'l<', 1 ]);
my @methods = qw(pq pq_key flat graph graph_bit graph_sparse);
my %changed;
foreach my $kind (@methods)
{
	foreach my $field (keys %fields)
	{
		my $table = "${kind}_$fields{$field}[0]";
		$changed{$table} = [ $kind, $field, $node->safe_psql('postgres', "SELECT pg_relation_filepath('${table}_i')") ];
	}
}
$node->stop;
foreach my $table (sort keys %changed)
{
	my (undef, $field, $path) = @{ $changed{$table} };
	my (undef, $place, $format, $added) = @{ $fields{$field} };
	open my $file, '+<:raw', $node->data_dir . "/$path" or die "$path: $!";
	seek $file, $place, 0;
	read $file, (my $bytes), length pack $format, 0;
	seek $file, $place, 0;
	print $file pack $format, $added + unpack $format, $bytes;
	close $file;
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
	open my $file, '+<:raw', $path or die "$path: $!";
	my @numbers = 1 .. (-s $path) / $page - 1;
	foreach my $number ($is_last ? reverse @numbers : @numbers)
	{
		seek $file, $number * $page, 0;
		read $file, (my $bytes), $page;
		next if unpack('C', substr $bytes, $page - 8, 1) != $kind;
		seek $file, $number * $page + $header, 0;
		print $file pack 'V', $number;
		close $file;
		return;
	}
	die "$path has no page of kind $kind";
}
my ($vectors, $keys) = (5, 12);
my %circles = (graph_key => [ $keys, 0, "DELETE FROM graph_key_9 WHERE id % 7 = 2;\nVACUUM graph_key_9" ],
	flat => [ $vectors, 1, 'INSERT INTO flat_9 SELECT * FROM rows' ]);
$node->safe_psql('postgres', "REINDEX INDEX ${_}_9_i") foreach keys %circles;
%files = map { $_ => $node->safe_psql('postgres', "SELECT pg_relation_filepath('${_}_9_i')") } keys %circles;
$node->stop;
make_circle($node->data_dir . "/$files{$_}", @{ $circles{$_} }[ 0, 1 ]) foreach keys %circles;
$node->start;
foreach my $kind (sort keys %circles)
{
	my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n" . $circles{$kind}[2]);
	like($err, qr/XX002/, "$kind: a circle is noticed");
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
	open my $file, '+<:raw', $node->data_dir . "/$tails{$table}" or die "$tails{$table}: $!";
	seek $file, $tail_at, 0;
	print $file pack 'V', $table =~ /7$/ ? $far{new} : $far{behind};
	close $file;
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
	foreach my $statement ($insert, $insert)
	{
		my (undef, undef, $err) = $node->psql('postgres', "\\set VERBOSITY verbose\n$statement");
		like($err, qr/XX002: index "${table}_i" is damaged/, $statement);
	}
	is($node->safe_psql('postgres', $size), $before, "$table: the index does not grow");
}
sound_log($node);

$node->stop;
done_testing();
