# A server of a test's own, and whether its log says that something went wrong.
package Node;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

our @EXPORT = qw(new_node start_again sound_log);

# A new one, running, in which nothing happens by itself. $conf goes to its configuration, the rest to init(); pages have no checksums
# if that has without_checksums => 1. Its databases are in UTF8, whatever the locale of the environment is.
sub new_node
{
	my ($name, $conf, %init) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	my $is_given = delete $init{without_checksums} && $node->pg_version >= 18;
	$init{extra} = [ '--encoding=UTF8', '--locale=C.UTF-8', @{ $init{extra} // [] }, $is_given ? '--no-data-checksums' : () ];
	$node->init(%init);
	$node->append_conf('postgresql.conf', "autovacuum = off\njit = off\ndefault_text_search_config = 'pg_catalog.simple'\n" . ($conf // ''));
	$node->start;
	return $node;
}

# Starts one that has crashed. Until its last processes have noticed that it is gone, it does not start.
sub start_again
{
	my ($node) = @_;
	my $until = time() + 90;
	while (time() < $until)
	{
		return if $node->start(fail_ok => 1);
		sleep 0.1;
		$node->stop('fast', fail_ok => 1);
	}
	die 'the ' . $node->name . ' does not start';
}

# Tests that no line of the log tells of a crash, or of what $also matches; but for those that $except matches.
sub sound_log
{
	my ($node, $also, $except) = @_;
	my @bad = grep { /PANIC: |TRAP: |was terminated by signal/ || defined $also && /$also/ } split /\n/, slurp_file($node->logfile);
	@bad = grep { !/$except/ } @bad if defined $except;
	return is(join("\n", @bad[ 0 .. (@bad > 20 ? 19 : $#bad) ]), '', 'nothing bad in the log of ' . $node->name);
}

1;
