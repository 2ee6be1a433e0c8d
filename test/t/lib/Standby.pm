# A standby of a primary, by streaming replication, for tests on servers.
package Standby;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use PostgreSQL::Test::Cluster;

our @EXPORT = qw(standby_of busy_standby_of);

# A new one, running; $conf goes to its configuration.
sub standby_of
{
	my ($primary, $conf) = @_;
	$primary->backup('backup');
	my $standby = PostgreSQL::Test::Cluster->new('standby');
	$standby->init_from_backup($primary, 'backup', has_streaming => 1);
	$standby->append_conf('postgresql.conf', $conf // '');
	$standby->start;
	return $standby;
}

# One whose queries are never cancelled for what the primary removes.
sub busy_standby_of
{
	my ($primary) = @_;
	return standby_of($primary, <<'CONF');
hot_standby_feedback = on
wal_receiver_status_interval = 1s
max_standby_streaming_delay = -1
CONF
}

1;
