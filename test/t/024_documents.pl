# The SQL of README.md and of the pages below docs, in the order of reading, in one database: each statement
# runs, and prints what the page shows. META.json says what the extensions' control files say.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use lib "$FindBin::RealBin/../docs";
use Documents;
use JSON::PP;
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $root = "$FindBin::RealBin/../..";
plan skip_all => 'the documents do not stand beside the tests' if !-e "$root/docs/README.md";

my $node = new_node('primary', 'wal_level = logical');

my $directory = PostgreSQL::Test::Utils::tempdir();
foreach my $page (Documents::pages($root))
{
	# psql names the script in its messages: the page's name, with the page's numbers of lines.
	my $script = "$directory/" . $page =~ s/\W+/-/gr;
	append_to_file($script, Documents::script("$root/$page"));
	my ($output, $errors) = ('', '');
	my $ran = IPC::Run::run(
		[ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-P', 'pager=off', '-d', $node->connstr('postgres'), '-f', $script ],
		'<', \undef, '>', \$output, '2>', \$errors);
	ok($ran, "$page: its statements run") or diag($errors);
	is(join("\n", Documents::differences("$root/$page", $output)), '', "$page: they print what it shows");
}

# A page that nothing links to is not read, and not tested.
my %linked = map { $_ => 1 } Documents::pages($root);
is_deeply([ grep { !$linked{$_} && $_ ne 'docs/README.md' } map { s{^\Q$root\E/}{}r } glob "$root/docs/*.md" ],
	[], 'docs/README.md links to every page');

my @written = map { s{^\Q$root\E/}{}r } map { glob "$root/$_" }
  '*.md', 'docs/*.md', 'docs/*/*.md', '{bench,demo,docker,examples,ops,script,test,tools}{,/*,/*/*}/*.md', '{contrib,src}{,/*,/*/*,/*/*/*}/*.md';
cmp_ok(scalar @written, '>', 20, 'there are documents');
is_deeply([ map { my $page = $_; map { "$page: $_" } Documents::broken_links($root, $page) } @written ], [],
	'all links between documents lead somewhere');

# The reference pages know every setting with its values, and every function of schemas vecext and vecext_rag with its columns; functions
# that others of the extension call are known by how their names begin, or in vecext_rag by what they do not name.
foreach my $reference (
	[ ['settings.md'], q{
		SELECT format('^\| `%s` \| [^|]*%s', name, CASE
			WHEN enumvals IS NOT NULL THEN '`' || array_to_string(enumvals, '`[^|]*`') || '`'
			WHEN unit IS NULL THEN min_val || '[^|]*' || max_val ELSE '' END)
		FROM pg_settings WHERE name ~ '^(vecext|hnsw|ivfpq|ivfflat)[.]' AND context IN ('user', 'superuser')} ],
	[ [ 'functions.md', 'collections-filters.md', 'collections-reference.md', 'namespaces.md' ], q{
		WITH shown AS (
			SELECT * FROM pg_proc WHERE pronamespace = 'vecext'::regnamespace
				OR pronamespace = 'vecext_rag'::regnamespace AND proname ~ 'embedding_queue|semantic_cache')
		SELECT format('`%s.%s[(]', pronamespace::regnamespace, proname) FROM shown
		WHERE NOT 'cstring'::regtype = ANY (proargtypes || prorettype) AND NOT 'internal'::regtype = ANY (proargtypes)
		UNION SELECT '`' || proargnames[i] || '`'
		FROM shown, generate_subscripts(proargmodes, 1) AS i
		WHERE prorettype = 'record'::regtype AND NOT proretset
			AND proargmodes[i] = 'o'} ])
{
	my ($pages, $query) = @$reference;
	my $page = join(', ', @$pages);
	my $text = join('', map { slurp_file("$root/docs/$_") } @$pages);
	my @patterns = split /\n/, $node->safe_psql('postgres', "LOAD 'vecext'; $query");
	cmp_ok(scalar @patterns, '>', 10, "there is something to look for in $page");
	is_deeply([ grep { $text !~ /$_/m } @patterns ], [], "complete in docs: $page");
}

my $meta = decode_json(slurp_file("$root/META.json"));
foreach my $name (sort keys %{ $meta->{provides} })
{
	my %provided = %{ $meta->{provides}{$name} };
	is($node->safe_psql('postgres', "SELECT default_version || ': ' || comment FROM pg_available_extensions WHERE name = '$name'"),
		"$provided{version}: $provided{abstract}", "META.json has the version and comment of $name.control");
	ok(-e "$root/$provided{docfile}", "META.json names a page about $name that exists");
}
my %provided = %{ $meta->{provides}{vecext} };
is("$meta->{version}: $meta->{abstract}", "$provided{version}: $provided{abstract}", 'META.json agrees with itself');

$node->stop;
done_testing();
