# Damaged index files: bytes of a stopped server's indexes are changed at random. Whatever is asked of
# such an index afterwards gives an answer or an error about the damage, soon, and the server goes on. An index that is checked
# as sound gives each row of its table once, and takes INSERT and VACUUM.
#
# The long form, VECEXT_DAMAGE_PAGES=N: so many pages more, with every byte class of every kind of page changed in every way,
# each in turn, from number VECEXT_DAMAGE_FIRST on (script/long damage).
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use DamageTables;
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $copies = 20;     # of each index, each damaged in its own way
my $page = 8192;
my $header = 24;     # the server's part of a page
my $seed = 20;
my $long = $ENV{VECEXT_DAMAGE_PAGES} || 0;
srand $seed;

my $node = damage_node();
my $sql = "SET client_min_messages = warning;\n" . join '', map { my $kind = $_; map { make_table($kind, "${kind}_$_") } 1 .. $copies } sort keys %kinds;

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

# Says whether a scan in order of all rows gives each row of the table once, and no other.
my $is_whole = '(SELECT array_agg(id ORDER BY id) FROM (SELECT id FROM %1$s ORDER BY %2$s) t)'
  . ' IS NOT DISTINCT FROM (SELECT array_agg(id ORDER BY id) FROM %1$s)';

# What is asked of each, one statement a line. All may end with an error about the damage alone; REINDEX, and what follows it,
# with none.
my @asked = (
	q{SELECT '%1$s ten ' || (count(*) = 10 AND count(DISTINCT id) = 10) FROM (SELECT id FROM %1$s ORDER BY %2$s LIMIT 10) t},
	qq{SELECT '%1\$s all ' || ($is_whole)},
	q{SELECT '%1$s sound ' || vecext.verify_index('%1$s_i')},
	q{SELECT * FROM vecext.index_info('%1$s_i')},
	'INSERT INTO %1$s SELECT * FROM rows WHERE id %% 20 = 3',
	'VACUUM %1$s',
	'SELECT id FROM %1$s ORDER BY %2$s LIMIT 10',
	'REINDEX INDEX %1$s_i',
	qq{SELECT '%1\$s healed ' || (vecext.verify_index('%1\$s_i') > 0 AND $is_whole)});

# What is wrong with an error of the n-th statement, if anything.
sub trouble
{
	my ($n, $error) = @_;
	return 'not healed' if $n > $#asked - 2;
	return 'no end' if $error =~ /57014/;
	# The server notices by itself what is wrong in its part of a page. A damaged row number may lead out of the table, as in any
	# index, and a name be that of no configuration.
	return 'not an error about damage'
	  if $error !~ /XX002|XX001: invalid page|has format version|text search configuration|could not (?:read block|open file)/;
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
	my %is_sound = map { $_ => 1 } $out =~ /^(\w+) sound \d/mg;
	while ($err =~ /^psql:<stdin>:(\d+): (ERROR: .*|server closed.*)$/mg)
	{
		my ($table, $n, $statement) = @{ $statements[ $1 - 2 ] };
		my $error = $2;
		++$noticed;
		my $trouble = $error =~ /^server/ ? 'crash' : trouble($n, $error);
		$trouble //= 'called sound, but refused' if $is_sound{$table};
		push @trouble, "$trouble: $statement: $error (damage at$damage{qq(${table}_i)})" if $trouble;
	}
	foreach my $table (map { "${kind}_$_" } 1 .. $copies)
	{
		push @trouble, "sound, but a search has other rows than the table: $table (damage at$damage{qq(${table}_i)})"
		  if $out =~ /^$table (?:all|ten) false$/m && $out =~ /^$table sound \d/m;
		push @trouble, "REINDEX does not heal $table (damage at$damage{qq(${table}_i)})" if $out =~ /^$table healed false$/m;
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

$node->stop;
done_testing();
