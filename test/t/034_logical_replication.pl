# Logical replication of all types, as text and in binary form: the first copy, INSERT, UPDATE, DELETE, TRUNCATE, large
# transactions that are streamed, values out of line; by primary key, and by whole rows, which takes the types' equality. The
# subscriber has indexes, of other methods than the publisher's; they have each row, and are sound.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $publisher = new_node('publisher', 'logical_decoding_work_mem = 64kB', allows_streaming => 'logical');
my $subscriber = new_node('subscriber', '', allows_streaming => 'logical');

# Table "keyed" has a primary key; the rows of "whole" are known by all of their columns, duplicates and nulls among them.
# Values of w lie out of line.
my $columns = 'v vector(8), h halfvec(8), s sparsevec(50), b bit(8), t text, w vector(1600)';
my $values = <<'SQL';
(SELECT array_agg(sin(i * x)) FROM generate_series(1, 8) x)::vector, (SELECT array_agg(cos(i * x)) FROM generate_series(1, 8) x)::vector::halfvec,
format('{%s:%s,%s:-1}/50', 1 + i % 25, i, 26 + i % 25)::sparsevec, (i % 256)::bit(8), 'own' || i || ' w' || i % 9,
CASE WHEN i % 50 = 0 THEN (SELECT array_agg(sin(i + x)) FROM generate_series(1, 1600) x)::vector END
SQL
my %indexes = (
	publisher => [ 'hnsw (v vector_l2_ops)', 'ivfpq (h halfvec_cosine_ops)', 'inverted (s)', 'hnsw (b bit_hamming_ops)', 'bm25 (t)', 'hnsw (w vector_cosine_ops)' ],
	subscriber => [ 'ivfpq (v vector_l2_ops)', 'btree (v)', 'ivfflat (v vector_ip_ops) WITH (lists = 3)', 'hnsw (h halfvec_cosine_ops)', 'btree (h)', 'hnsw (s sparsevec_l2_ops)', 'inverted (s)',
		'btree (s)', 'ivfflat (b bit_hamming_ops) WITH (lists = 2)', 'hnsw (b bit_jaccard_ops)', 'bm25 (t)', 'ivfpq (w vector_cosine_ops)' ]);
sub create
{
	my ($node) = @_;
	my $indexes = join '', map { my $table = $_; map { "CREATE INDEX ON $table USING $_;\n" } @{ $indexes{ $node->name } } } 'keyed', 'whole';
	$node->safe_psql('postgres', "SET client_min_messages = warning; CREATE EXTENSION vecext; CREATE TABLE keyed (id int PRIMARY KEY, $columns); CREATE TABLE whole (id int, $columns); $indexes");
	return;
}
create($_) foreach $publisher, $subscriber;
$publisher->safe_psql('postgres', "ALTER TABLE whole REPLICA IDENTITY FULL; CREATE PUBLICATION all_types FOR TABLE keyed, whole;"
	  . join ';', map { "INSERT INTO $_ SELECT i, $values FROM generate_series(1, 150) i" } 'keyed', 'whole');

my $contents = join ";\n", map { "SELECT count(*), md5(string_agg(($_.*)::text, ' ' ORDER BY ($_.*)::text COLLATE \"C\")) FROM $_" } 'keyed', 'whole';
# Each index has the rows of its column.
my $indexed = <<'SQL';
DO $$
DECLARE
    i record;
    n int8;
BEGIN
    FOR i IN SELECT indexrelid, indrelid, attname FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_am m ON m.oid = relam AND amname <> 'btree'
        JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] WHERE indrelid IN ('keyed'::regclass, 'whole'::regclass) LOOP
        EXECUTE format('SELECT count(%I) FROM %s', i.attname, i.indrelid::regclass) INTO n;
        IF vecext.verify_index(i.indexrelid) < n THEN RAISE '% has fewer than % rows', i.indexrelid::regclass, n; END IF;
    END LOOP;
END $$;
SQL
my $nearest = join ";\n", map { my $table = $_; map { my ($column, $order) = @$_; "SELECT array_agg(d::text) FROM (SELECT $order AS d FROM $table WHERE $column IS NOT NULL ORDER BY $order LIMIT 12) a" }
	  [ 'v', q{v <-> '[1,2,3,4,5,6,7,8]'} ], [ 'h', q{h <=> '[1,2,3,4,5,6,7,8]'} ], [ 's', q{s <-> '{3:40}/50'} ], [ 's', q{s <#> '{3:40}/50'} ], [ 'b', q{b <~> '10101010'} ] } 'keyed', 'whole';

# After each step the subscriber's tables are the publisher's, by whatever way they are read.
sub same
{
	my ($what) = @_;
	$publisher->wait_for_catchup('sub');
	is($subscriber->safe_psql('postgres', $contents), $publisher->safe_psql('postgres', $contents), "$what: the same rows");
	is(($subscriber->psql('postgres', $indexed))[2], '', "$what: indexes of the subscriber are sound");
	is($subscriber->safe_psql('postgres', "SET enable_seqscan = off; SET enable_bitmapscan = off; SET hnsw.ef_search = 400; SET ivfpq.probes = 1000; SET ivfflat.probes = 100; $nearest"),
		$publisher->safe_psql('postgres', "SET enable_indexscan = off; $nearest"), "$what: the subscriber's indexes answer as the publisher's tables");
	return;
}

foreach my $options ('binary = false, streaming = off', 'binary = true, streaming = on')
{
	$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION sub CONNECTION 'port=" . $publisher->port . ' host=' . $publisher->host . " dbname=postgres application_name=sub' PUBLICATION all_types WITH ($options)");
	$subscriber->wait_for_subscription_sync($publisher, 'sub');
	same("$options, first copy");
	foreach my $table ('keyed', 'whole')
	{
		$publisher->safe_psql('postgres', <<"SQL");
INSERT INTO $table SELECT i, $values FROM generate_series(201, 260) i;
INSERT INTO $table (id) SELECT i FROM generate_series(261, 270) i;
UPDATE $table SET (v, h, s, b, t, w) = (SELECT $values FROM (SELECT id + 7) x(i)) WHERE id % 10 = 3;
UPDATE $table SET id = -id WHERE id % 50 = 0;
UPDATE $table SET b = ~b, v = NULL WHERE id % 10 = 4;
DELETE FROM $table WHERE id % 10 = 5;
SQL
	}
	# Rows that are equal, of which one goes; and zeros of either sign, which are equal.
	$publisher->safe_psql('postgres', <<'SQL');
INSERT INTO whole SELECT w.* FROM whole w, generate_series(1, 2) WHERE id BETWEEN 11 AND 20;
DELETE FROM whole WHERE ctid IN (SELECT max(ctid) FROM whole WHERE id BETWEEN 11 AND 20 GROUP BY id);
INSERT INTO whole (id, v, h) VALUES (999, '[0,-0,1,0,0,0,0,0]', '[0,-0,1,0,0,0,0,0]');
UPDATE whole SET v = '[-0,0,1,0,0,0,0,0]' WHERE id = 999;
UPDATE whole SET h = '[-0,0,2,0,0,0,0,0]' WHERE id = 999;
SQL
	same("$options, changes");
	# A transaction that is streamed in parts, one that is rolled back, with a part of another that is.
	$publisher->safe_psql('postgres', join '', map { <<"SQL" } 'keyed', 'whole');
BEGIN;
INSERT INTO $_ SELECT i, $values FROM generate_series(1001, 1200) i;
SAVEPOINT s;
UPDATE $_ SET v = h::vector WHERE id > 1100;
ROLLBACK TO s;
DELETE FROM $_ WHERE id % 3 = 0;
COMMIT;
BEGIN;
INSERT INTO $_ SELECT i, $values FROM generate_series(2001, 2200) i;
ROLLBACK;
SQL
	same("$options, a large transaction");
	$subscriber->safe_psql('postgres', 'VACUUM keyed, whole');
	same("$options, vacuumed");
	$publisher->safe_psql('postgres', "TRUNCATE keyed, whole; INSERT INTO keyed SELECT i, $values FROM generate_series(1, 30) i; INSERT INTO whole TABLE keyed");
	same("$options, emptied and filled");
	$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION sub');
	$subscriber->safe_psql('postgres', 'TRUNCATE keyed, whole');
}

# What the registry says of collections comes, too, and sessions that have read it notice.
$_->safe_psql('postgres', 'CREATE TABLE points (id bigint PRIMARY KEY, payload jsonb)') foreach $publisher, $subscriber;
$publisher->safe_psql('postgres', q{SELECT vecext.register_collection('points', 'before'); CREATE PUBLICATION registry FOR TABLE vecext.collections});
$subscriber->safe_psql('postgres', "CREATE SUBSCRIPTION registry CONNECTION 'port=" . $publisher->port . ' host=' . $publisher->host . " dbname=postgres application_name=registry' PUBLICATION registry");
$subscriber->wait_for_subscription_sync($publisher, 'registry');
my $change = 'psql -X -q -d postgres -h ' . $publisher->host . ' -p ' . $publisher->port . q{ -c "SELECT vecext.rename_collection('before', 'after')" > /dev/null};
is($subscriber->safe_psql('postgres', <<"SQL"), "points\npoints", 'a session notices that a collection was renamed');
SELECT vecext.collection_table('before');
\\! $change
DO \$\$ BEGIN WHILE NOT EXISTS (SELECT FROM vecext.collections WHERE name = 'after') LOOP PERFORM pg_sleep(0.01); END LOOP; END \$\$;
SELECT vecext.collection_table('after');
SQL
$subscriber->safe_psql('postgres', 'DROP SUBSCRIPTION registry');

sound_log($_, qr/ERROR/) foreach $publisher, $subscriber;
$_->stop foreach $subscriber, $publisher;
done_testing();
