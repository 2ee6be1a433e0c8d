# Indexes of ivfflat, ivfpq, hnsw, bm25 and inverted on a standby and after crashes: a standby answers as its primary does,
# whatever happens to the rows; after a crash an index is whole and has every row of its table.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run qw(start);
use Node;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;
use Time::HiRes qw(sleep time);
use VectorTables;

my $primary = new_node('primary', <<'CONF', allows_streaming => 1);
wal_consistency_checking = 'generic'
wal_keep_size = 2GB
ivfflat.probes = 32768
CONF
create_tables($primary, 1000);
my $standby = standby_of($primary);

# The nearest rows to the first five of each table, by the index.
my $answers = "SET enable_seqscan = off; SET enable_bitmapscan = off;\n" . on_tables(<<'SQL');
SELECT '%t', q.id, array_agg(n.id) FROM (SELECT * FROM %t ORDER BY id LIMIT 5) q
CROSS JOIN LATERAL (SELECT id FROM %t i ORDER BY i.v %o q.v LIMIT 20) n GROUP BY q.id ORDER BY q.id
SQL

sub check
{
	my ($what, $sql) = @_;
	$primary->safe_psql('postgres', $sql);
	my $answer = $primary->safe_psql('postgres', $answers);
	is(unsound($primary), '', "$what: sound on the primary");
	$primary->wait_for_catchup($standby);
	is(unsound($standby), '', "$what: sound on the standby");
	is($standby->safe_psql('postgres', $answers), $answer, "$what: the same answers on the standby");
}

create_indexes($primary);
check('built', '');
my @found = $primary->safe_psql('postgres', $answers) =~ /\{(?:\d+,){19}\d+\}$/mg;
is(scalar @found, 5 * table_names(), 'twenty rows for each query');
check('inserted', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 1500) n'));
check('deleted', on_tables('DELETE FROM %t WHERE id % 3 = 0'));
check('vacuumed', on_tables('VACUUM %t'));
check('places used again', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 900) n'));
check('updated', on_tables('UPDATE %t SET v = %v(id) WHERE id % 5 = 0'));
check('rebuilt', on_tables('REINDEX INDEX %i'));
check('rebuilt concurrently', on_tables('REINDEX INDEX CONCURRENTLY %i'));
check('emptied and filled', "SET client_min_messages = warning;\n" .
	on_tables('TRUNCATE %t; INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 300) n'));

# A standby has no pages of an unlogged partition: queries of others leave it out.
$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE parted (id int, words text, weights sparsevec(4)) PARTITION BY RANGE (id);
CREATE UNLOGGED TABLE parted_lost PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_kept PARTITION OF parted FOR VALUES FROM (100) TO (200);
CREATE INDEX parted_words ON parted USING bm25 (words);
CREATE INDEX parted_weights ON parted USING inverted (weights);
INSERT INTO parted SELECT i, 'w' || i % 10, '{1:1}/4' FROM generate_series(0, 199) i;
SQL
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', <<'SQL'), "105\n1", 'an unlogged partition is left out on the standby');
SELECT id FROM parted WHERE id >= 100 ORDER BY words <@> 'w5' LIMIT 1;
SELECT 1 FROM vecext.sparse_idf('{1:1}/4', 'parted_weights');
SQL
my (undef, undef, $refusal) = $standby->psql('postgres',
	q{SELECT 'w5'::text <@> vecext.bm25_query('w5', 'parted_lost_words_idx')});
like($refusal, qr/cannot access temporary or unlogged relations during recovery/, 'an unlogged index on the standby');

# Configurations of vecext's parsers and dictionaries, those that come with it and one that a payload index has made: a
# standby reads texts by them, also after they have changed.
$primary->safe_psql('postgres', <<'SQL');
CREATE TABLE goods (id int PRIMARY KEY, name text);
INSERT INTO goods VALUES (1, 'iPhone-15 case'), (3, 'node.js book');
INSERT INTO goods VALUES (2, U&'Caf\00e9 au lait');
CREATE INDEX goods_standard ON goods USING bm25 (name) WITH (text_config = 'vecext.standard');
CREATE INDEX goods_word ON goods USING bm25 (name) WITH (text_config = 'vecext.word');
CREATE TEXT SEARCH DICTIONARY starts (TEMPLATE = vecext.edge_ngram, MINLEN = 2);
CREATE TEXT SEARCH CONFIGURATION typed (PARSER = vecext.word);
ALTER TEXT SEARCH CONFIGURATION typed ADD MAPPING FOR word WITH vecext.fold_ascii, starts;
CREATE INDEX goods_typed ON goods USING bm25 (name) WITH (text_config = 'public.typed');
SELECT vecext.create_collection('shop', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('shop', '[{"id": 1, "payload": {"name": "iPhone-15 case"}}, {"id": 2, "payload": {"name": "a book"}}]');
SELECT vecext.create_payload_index('shop', 'name', 'bm25', '{"tokenizer": "prefix", "min_token_len": 2}');
SQL
my $read_texts = <<'SQL';
SELECT array_agg(id ORDER BY id) FROM goods WHERE name @@@ vecext.bm25_query('15', 'goods_word');
SELECT id FROM goods ORDER BY name <@> vecext.bm25_query('CASE', 'goods_standard') LIMIT 1;
SELECT id FROM goods ORDER BY name <@> vecext.bm25_query('caf', 'goods_typed') LIMIT 1;
SELECT array_agg(h.id) FROM vecext.query('shop', '{"query": {"text": "ipho"}, "using": "name"}') h;
SELECT to_tsvector('vecext.standard', name), to_tsvector('public.typed', name) FROM goods ORDER BY id;
SQL
my $texts_read = $primary->safe_psql('postgres', $read_texts);
like($texts_read, qr/^\{1\}\n1\n2\n\{1\}\n/, 'texts by configurations of vecext');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $read_texts), $texts_read, 'the same on the standby');
$primary->safe_psql('postgres', 'ALTER TEXT SEARCH DICTIONARY starts (MINLEN = 4); REINDEX INDEX goods_typed');
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "SELECT to_tsvector('public.typed', 'cafe')"), "'cafe':1", 'a dictionary that has changed, on the standby');
$primary->safe_psql('postgres', "SELECT vecext.drop_collection('shop')");
$primary->wait_for_catchup($standby);
is($standby->safe_psql('postgres', "SELECT count(*) FROM pg_ts_config WHERE cfgname LIKE 'shop%'"), '0', 'a configuration dropped with its collection');

# The standby goes on as a primary.
$standby->promote;
$standby->safe_psql('postgres', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 100) n'));
is(unsound($standby), '', 'sound after promotion');
is(lost($standby), '', 'each row is found after promotion');
$standby->stop;

# The server stops without a checkpoint: it has its processes end, or these notice that it is gone.
sub crash
{
	my ($how) = @_;
	$how eq 'kill -9' ? $primary->kill9 : $primary->stop('immediate');
	return;
}

# Crashes at some moment of what a client does over and over; after each round it says how many rows
# it has added.
my %doing = (
	'inserts' => on_tables('INSERT INTO %t (v) VALUES (%v(1))'),
	'inserts and deletes' =>
	  on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 20) n; DELETE FROM %t WHERE random() < 0.02'),
	'inserts, deletes and VACUUM' => on_tables(
		'INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 20) n; DELETE FROM %t WHERE random() < 0.02; VACUUM %t'),
	'builds' => on_tables('INSERT INTO %t (v) VALUES (%v(1)); REINDEX INDEX %i'));
$primary->append_conf('postgresql.conf', "wal_consistency_checking = ''");
$primary->restart;
my $count = $primary->safe_psql('postgres', 'SELECT count(*) FROM pq_l2');
foreach my $stop ([ 0.1, 'stop immediate' ], [ 0.5, 'kill -9' ])
{
	my ($moment, $how) = @$stop;
	foreach my $what (sort keys %doing)
	{
		my $script = $primary->basedir . '/script.sql';
		unlink $script;
		append_to_file($script, "$doing{$what}\\echo done\n" x 5000);
		my ($out, $err) = ('', '');
		my $client = start([ 'psql', '-XAtq', '-f', $script, $primary->connstr('postgres') ],
			'>', \$out, '2>', \$err);
		my $until = time() + $moment;
		$client->pump while $client->pumpable && (time() < $until || $out !~ /done/);
		crash($how);
		$client->finish;
		start_again($primary);
		my $name = "$how during $what, $moment s";
		if ($what eq 'inserts')
		{
			my $acknowledged = () = $out =~ /done/g;
			cmp_ok($primary->safe_psql('postgres', 'SELECT count(*) FROM pq_l2'),
				'>=', $count + $acknowledged, "$name: rows acknowledged are there");
		}
		is(unsound($primary), '', "$name: sound");
		is(lost($primary), '', "$name: each row is found");
		$primary->safe_psql('postgres', on_tables(
			'VACUUM %t; DELETE FROM %t WHERE id > 600; INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 20) n'));
		$count = $primary->safe_psql('postgres', 'SELECT count(*) FROM pq_l2');
	}
}

# An unlogged table is empty after a crash, and its indexes are ready for rows.
$primary->safe_psql('postgres', "SET client_min_messages = warning;\n" . on_tables('ALTER TABLE %t SET UNLOGGED'));
is(unsound($primary), '', 'unlogged: sound');
$primary->stop('immediate');
$primary->start;
is($primary->safe_psql('postgres', on_tables('SELECT count(*) FROM %t')), join("\n", map { 0 } table_names()),
	'unlogged: empty after a crash');
is(unsound($primary), '', 'unlogged: sound after a crash');
$primary->safe_psql('postgres', on_tables('INSERT INTO %t (v) SELECT %v(n) FROM generate_series(1, 100) n'));
is(unsound($primary), '', 'unlogged: sound with new rows');
is(lost($primary), '', 'unlogged: each row is found');

$primary->stop;
done_testing();
