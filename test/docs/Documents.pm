# The SQL of a Markdown page: a script that psql runs, and the output that the page shows.
package Documents;
use strict;
use warnings FATAL => 'all';

use Exporter qw(import);
our @EXPORT_OK = qw(pages script shown differences broken_links);

# The pages in the order in which they are read: README.md, then those that docs/README.md links to.
sub pages
{
	my ($root) = @_;
	my @links = _lines("$root/docs/README.md", sub { /\]\(([\w-]+\.md)\)/g });
	return ('README.md', map { "docs/$_" } @links);
}

# The page as a script. Each line keeps its number, so that psql's messages name the line of the page:
# what is not SQL is empty, and a fence that opens SQL prints a mark with its number. What needs Citus is left
# out: "sql citus".
sub script
{
	my ($page) = @_;
	my $inside = 0;
	return join '', map { "$_\n" } _lines($page,
		sub {
			my ($line, $number) = @_;
			return $line if $inside && $line !~ /^```/;
			die "$page:$number: not a fence that is known" if $line =~ /^\s*```sql/ && $line !~ /^```sql$|^ *```sql citus$/;
			$inside = !$inside && $line eq '```sql';
			return $inside ? "\\echo " . _mark($number) : '';
		});
}

# What the page shows below its blocks of SQL: the line of the block's fence => the text. A block of
# text belongs to the SQL before it if nothing but empty lines stands between them.
sub shown
{
	my ($page) = @_;
	my (%shown, $fence, $block);
	_lines($page,
		sub {
			my ($line, $number) = @_;
			if (defined $fence)
			{
				if ($line =~ /^```/) { undef $fence }
				elsif ($fence eq 'text' && defined $block) { $shown{$block} .= "$line\n" }
			}
			elsif ($line =~ /^```(.*)/)
			{
				$fence = $1;
				$block = $number if $fence eq 'sql';
				undef $block if $fence ne 'sql' && $fence ne 'text';
			}
			elsif ($line ne '') { undef $block }
			return;
		});
	return \%shown;
}

# Compares what the page shows with what its script has printed; returns a message for each difference.
# "..." stands for anything within a line, and a line of it alone for any lines. Widths do not count: the
# contents of a column decide its width, and "..." may stand for them.
sub differences
{
	my ($page, $output) = @_;
	my $shown = shown($page);
	my (undef, %printed) = split /^@@ (\d+)\n/m, $output, -1;
	return map { "$page:$_ prints\n" . ($printed{$_} // '') . "and the page shows\n$shown->{$_}" }
	  grep { !_matches($shown->{$_}, $printed{$_} // '') } sort { $a <=> $b } keys %$shown;
}

sub _mark { return "\@\@ $_[0]"; }

sub _matches
{
	my ($shown, $printed) = map { _without_widths($_) } @_;
	my $pattern = join '\n', map { $_ eq '...' ? '(?:.*\n)*?.*' : join('.*', map { quotemeta } split /\.\.\./, $_, -1) }
	  split /\n/, $shown;
	return $printed =~ /\A$pattern\z/;
}

sub _without_widths { return $_[0] =~ s/ +/ /gr =~ s/--+/--/gr =~ s/^ | $//mgr =~ s/\n+\z//r; }

# The links of a page that lead nowhere: to a file that does not exist, or to a heading that its page does not have.
sub broken_links
{
	my ($root, $page) = @_;
	my ($folder) = "$root/$page" =~ m{(.*)/};
	my $fenced = 0;
	my @links = _lines("$root/$page",
		sub {
			$fenced = !$fenced if /^\s*```/;
			return $fenced ? () : s/`[^`]*`//gr =~ /\]\((?!\w+:)([^)\s]+)\)/g;
		});
	return grep {
		my ($file, $heading) = /^([^#]*)#?(.*)/;
		my $target = $file eq '' ? "$root/$page" : "$folder/$file";
		!-e $target || ($heading ne '' && !grep { $_ eq $heading } _headings($target));
	} @links;
}

# The headings of a page as links name them.
sub _headings
{
	return _lines($_[0], sub { /^#+ (.*)/ ? lc($1) =~ s/[^\w\- ]//gr =~ s/ /-/gr : () });
}

# What a function makes of each line and its number.
sub _lines
{
	my ($file, $function) = @_;
	open my $handle, '<', $file or die "$file: $!";
	my @results;
	while (my $line = <$handle>)
	{
		chomp $line;
		local $_ = $line;
		push @results, $function->($line, $.);
	}
	close $handle;
	return @results;
}

1;
