# Statements that take long are cancelled at random moments: how soon they end. Here once or twice each, on little data, with a
# bound that no machine is too slow for. What they take, with 60 cancellations each on ten times the data:
#   script/long cancel=60
# CANCEL_ONLY, a regular expression, chooses some; CANCEL_SEED other moments.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use IPC::Run ();
use Node;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(sleep time);

# Which says how long a process was on a processor.
plan skip_all => 'no schedstat in /proc' if !-e "/proc/$$/schedstat";

my $seed = $ENV{CANCEL_SEED} // 1;
my $tries = $ENV{CANCEL_TRIES} // 1;
my $scale = $ENV{CANCEL_SCALE} // 1;
my $only = $ENV{CANCEL_ONLY} // '.';
my $most_seconds = 60;
my $rows = 3_000 * $scale;
my $megabytes = 10 * $scale;

my $node = new_node('node', <<'CONF');
shared_buffers = 512MB
max_wal_size = 4GB
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
client_min_messages = error
log_min_messages = fatal
log_min_error_statement = panic
CONF
$node->safe_psql('postgres', <<"SQL");
CREATE EXTENSION vecext;
SELECT setseed(0.5);
CREATE FUNCTION random_text(n int) RETURNS text LANGUAGE sql VOLATILE
    RETURN 'own' || n || (SELECT string_agg(' w' || floor(3000 * random() * random())::int, '') FROM generate_series(1, 30) WHERE n > 0);
CREATE TABLE source (id int PRIMARY KEY, v vector(64), b bit(64), s sparsevec(2000), t text, k int);
INSERT INTO source SELECT i, v, binary_quantize(v), (SELECT '{' || string_agg(1 + e * 50 + (i * e) % 50 || ':' || 1 + i % 7, ',' ORDER BY e) || '}/2000' FROM generate_series(0, 39) e)::sparsevec,
    random_text(i), i % 1000
FROM (SELECT i, ARRAY(SELECT random() - 0.4 FROM generate_series(1, 64) WHERE i > 0)::vector(64) AS v FROM generate_series(1, $rows) i) r;
CREATE TABLE item (LIKE source INCLUDING ALL);
INSERT INTO item SELECT * FROM source;
SET maintenance_work_mem = '256MB';
CREATE INDEX item_graph ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_flat ON item USING ivfflat (v vector_ip_ops) WITH (lists = 20);
CREATE INDEX item_codes ON item USING ivfpq (v vector_cosine_ops);
CREATE INDEX item_plain ON item USING hnsw (s sparsevec_l2_ops);
CREATE INDEX item_words ON item USING bm25 (t);
CREATE INDEX item_weights ON item USING inverted (s);
CREATE INDEX item_k ON item (k);
CREATE TABLE vacuumed (LIKE source);
INSERT INTO vacuumed SELECT * FROM source;
SELECT vecext.create_collection('films', '{"size": 64, "distance": "cosine", "index": "none"}');
INSERT INTO films SELECT id, v, jsonb_build_object('title', t, 'year', k, 'tags', ARRAY['a' || k, 'b' || k % 7]) FROM source;
SELECT vecext.create_collection('indexed', '{"size": 64, "distance": "cosine"}');
INSERT INTO indexed TABLE films;
SELECT vecext.create_vector_indexes('indexed'), vecext.create_payload_index('indexed', 'title', 'bm25'), vecext.create_payload_index('indexed', 'tags', 'keyword');
CREATE TABLE large (name text PRIMARY KEY, t text, j jsonb, vs vector[], ids int[], scores float8[]);
ALTER TABLE large ALTER t SET STORAGE EXTERNAL, ALTER j SET STORAGE EXTERNAL;
INSERT INTO large (name, t) SELECT 'prose', repeat(E'The quick brown fox jumps over the dog. And then?\\n\\n# A heading\\n', ${megabytes} * 16000);
INSERT INTO large (name, t) SELECT 'one word', repeat('x', ${megabytes} * 1000000);
INSERT INTO large (name, t) SELECT 'words', string_agg('w' || i || ' ', '') FROM generate_series(1, ${megabytes} * 10000) i;
INSERT INTO large (name, j) SELECT 'objects', jsonb_build_object('a', jsonb_agg(jsonb_build_object('b', i, 't', 'word ' || i, 'p', '{"lon": 1, "lat": 2}'::jsonb))) FROM generate_series(1, ${megabytes} * 5000) i;
INSERT INTO large (name, j) SELECT 'points', jsonb_agg(jsonb_build_object('id', i + 10000000, 'vector', to_jsonb((SELECT array_agg(e) FROM generate_series(1, 64) e)), 'payload', '{"year": 1}'::jsonb)) FROM generate_series(1, $rows) i;
INSERT INTO large (name, vs, ids) SELECT 'vectors', array_agg(v), array_agg(id) FROM (SELECT * FROM source LIMIT 5000) s;
INSERT INTO large (name, ids, scores) SELECT 'ids', array_agg(i), array_agg(i) FROM generate_series(1, ${megabytes} * 50000) i;
ANALYZE;
SQL

# Each is a statement, or some; what comes before it, each time, and what it should not be in a transaction for.
my $q = "(SELECT v FROM source WHERE id = 7)";
my $polygon = '{"must": {"key": "a[].p", "geo_polygon": {"exterior": {"points": [' . join(',', map { sprintf '{"lon":%d,"lat":%d}', $_ % 90, $_ % 80 } 0 .. 20_000) . ',{"lon":0,"lat":0}]}}}}';
my @values = map { "\"v$_\"" } 1 .. 90_000;
my %operations = (
	'CREATE INDEX ivfflat' => 'CREATE INDEX made ON source USING ivfflat (v vector_l2_ops) WITH (lists = 100)',
	'CREATE INDEX ivfpq' => 'CREATE INDEX made ON source USING ivfpq (v vector_l2_ops)',
	'CREATE INDEX ivfpq, rerank' => 'CREATE INDEX made ON source USING ivfpq (v vector_l2_ops, k) WITH (rerank = fp16)',
	'CREATE INDEX hnsw' => q{SET LOCAL maintenance_work_mem = '256MB'; CREATE INDEX made ON source USING hnsw (v vector_l2_ops)},
	'CREATE INDEX hnsw, workers' => q{SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL max_parallel_maintenance_workers = 2; SET LOCAL min_parallel_table_scan_size = 0; CREATE INDEX made ON source USING hnsw (v vector_l2_ops)},
	'CREATE INDEX ivfpq, workers' => q{SET LOCAL max_parallel_maintenance_workers = 2; SET LOCAL min_parallel_table_scan_size = 0; CREATE INDEX made ON source USING ivfpq (v vector_l2_ops)},
	'CREATE INDEX bm25, workers' => q{SET LOCAL max_parallel_maintenance_workers = 2; SET LOCAL min_parallel_table_scan_size = 0; CREATE INDEX made ON source USING bm25 (t)},
	'CREATE INDEX hnsw in shards' => q{SET LOCAL maintenance_work_mem = '1MB'; CREATE INDEX made ON source USING hnsw (v vector_l2_ops)},
	'CREATE INDEX hnsw, L1' => 'CREATE INDEX made ON source USING hnsw (v vector_l1_ops)',
	'CREATE INDEX hnsw, bit' => 'CREATE INDEX made ON source USING hnsw (b bit_hamming_ops)',
	'CREATE INDEX hnsw, sparsevec' => 'CREATE INDEX made ON source USING hnsw (s sparsevec_cosine_ops)',
	'CREATE INDEX hnsw, key columns' => 'CREATE INDEX made ON source USING hnsw (v vector_l2_ops, k, t)',
	'CREATE INDEX bm25' => q{SET LOCAL maintenance_work_mem = '1MB'; CREATE INDEX made ON source USING bm25 (t)},
	'CREATE INDEX inverted' => q{SET LOCAL maintenance_work_mem = '1MB'; CREATE INDEX made ON source USING inverted (s)},
	'REINDEX TABLE' => 'REINDEX TABLE item',
	'REINDEX CONCURRENTLY' => [ '', 'REINDEX INDEX CONCURRENTLY item_graph' ],
	'VACUUM' => [ 'UPDATE vacuumed SET id = id WHERE id % 3 = (random() * 2)::int', 'VACUUM vacuumed' ],
	'VACUUM, little memory' => [ q{UPDATE vacuumed SET id = id WHERE id % 3 = (random() * 2)::int; SET maintenance_work_mem = '1MB'}, 'VACUUM vacuumed' ],
	'ANALYZE' => 'ANALYZE item; ANALYZE films',
	'INSERT' => 'INSERT INTO item SELECT id + 1000000, v, b, s, t, k FROM source',
	'merge, all methods' => join(' ', map { "INSERT INTO item SELECT id + 1000000, v, b, s, t, k FROM source LIMIT 200; " } 1) .
		join('; ', map { "SELECT vecext.merge('item_$_')" } qw(graph flat codes plain words weights)),
	'verify_index, all methods' => join('; ', map { "SELECT vecext.verify_index('item_$_')" } qw(graph flat codes plain words weights)),
	'recall' => join('; ', map { "SELECT vecext.recall('item_$_', 100, 1000)" } qw(graph flat codes plain)),
	'index_info' => join('; ', map { "SELECT vecext.index_info('item_$_')" } qw(graph flat codes plain words weights)),
	'exact search' => "SET LOCAL enable_indexscan = off; SELECT count(*) FROM source a, LATERAL (SELECT b.id FROM source b ORDER BY a.v <-> b.v LIMIT 5) n",
	'exact search, sparsevec' => "SELECT count(*) FROM source a, LATERAL (SELECT b.id FROM source b ORDER BY a.s <=> b.s LIMIT 5) n",
	'hnsw, all rows' => "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SELECT count(id) FROM (SELECT id FROM item ORDER BY v <-> $q LIMIT 10000000) x",
	'hnsw, flat, all rows' => "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SELECT count(id) FROM (SELECT id FROM item ORDER BY s <-> (SELECT s FROM source WHERE id = 7) LIMIT 10000000) x",
	'ivfpq, all rows' => "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SELECT count(id) FROM (SELECT id FROM item ORDER BY v <=> $q LIMIT 10000000) x",
	'ivfflat, all rows' => "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SELECT count(id) FROM (SELECT id FROM item ORDER BY v <#> $q LIMIT 10000000) x",
	'bm25, all rows' => "SET LOCAL enable_seqscan = off; SELECT count(id) FROM (SELECT id FROM item ORDER BY t <@> 'w1 w2 w3 w4 w5 w6 w7 w8 w9 w10' LIMIT 10000000) x, generate_series(1, 100)",
	'bm25, long query' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM (SELECT id FROM item ORDER BY t <@> (SELECT string_agg('w' || i, ' ') FROM generate_series(1, 3000) i) LIMIT 100) x",
	'bm25, prefixes' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM item WHERE t @@@ (SELECT string_agg('w' || i || ':*', ' | ')::tsquery FROM generate_series(1, 300) i)",
	'inverted, many queries' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM source q, LATERAL (SELECT id FROM item ORDER BY s <#> q.s LIMIT 1000) x",
	'filtered search' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM source q, LATERAL (SELECT id FROM item WHERE k < 500 ORDER BY v <-> q.v LIMIT 100) x",
	'filtered search, function' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM source q, LATERAL (SELECT id FROM item WHERE md5(t) < '02' ORDER BY v <-> q.v LIMIT 100) x",
	'join filter' => "SET LOCAL enable_seqscan = off; SELECT count(*) FROM source q, LATERAL (SELECT id FROM item WHERE k IN (SELECT s.k FROM source s WHERE s.id > q.id) ORDER BY v <-> q.v LIMIT 100) x",
	'hybrid_search' => "SELECT count(*) FROM source q, LATERAL vecext.hybrid_search('indexed', text => q.t, vector => q.v, window_ => 5000) x",
	'search' => "SELECT count(*) FROM source q, LATERAL vecext.search('indexed', q.v, 1000, with_vectors => 'true') x",
	'search, exact, filter' => q{SELECT count(*) FROM source q, LATERAL vecext.search('films', q.v, 10, filter => '{"must": [{"key": "title", "match": {"text": "w1"}}]}') x},
	'query, fusion' => q{SELECT count(*) FROM source q, LATERAL vecext.query('indexed', format('{"prefetch": [{"query": %s, "limit": 1000}, {"query": {"text": "w1 w2 w3"}, "limit": 1000}], "query": {"fusion": "rrf"}, "limit": 1000}', q.v)::jsonb) x},
	'query_batch' => q{SELECT count(*) FROM vecext.query_batch('films', (SELECT jsonb_agg(format('{"query": %s}', v)::jsonb) FROM source)) x},
	'recommend' => q{SELECT count(*) FROM vecext.recommend('films', (SELECT jsonb_agg(id) FROM source WHERE id <= 1000), strategy => 'best_score') x},
	'query_groups' => q{SELECT count(*) FROM source q, LATERAL vecext.query_groups('films', format('{"query": %s, "group_by": "tags", "limit": 100, "group_size": 10}', q.v)::jsonb) x},
	'upsert' => q{SELECT vecext.upsert('indexed', j) FROM large WHERE name = 'points'},
	'scroll' => q{SELECT count(*) FROM generate_series(1, 1000), LATERAL vecext.scroll('films', limit_ => 10000, order_by => '{"key": "year"}', with_vectors => 'true') x},
	'facet' => q{SELECT count(*) FROM generate_series(1, 1000), LATERAL vecext.facet('films', 'tags', limit_ => 1000) x},
	'set_payload' => q{SELECT vecext.set_payload('indexed', '{"a": {"b": 1}}', filter => '{}')},
	'delete_points' => q{SELECT vecext.delete_points('indexed', filter => '{"must": [{"key": "title", "match": {"text": "w1 w2"}}]}')},
	'distance_matrix' => q{SELECT count(*) FROM vecext.distance_matrix_pairs('films', sample => 3000, limit_ => 3000)},
	'create_payload_index' => q{SELECT vecext.create_payload_index('films', 'title', 'bm25'), vecext.create_payload_index('films', 'tags', 'keyword'), vecext.create_payload_index('films', 'title', 'text')},
	'collection_stats' => q{SELECT count(*) FROM generate_series(1, 1000) i, LATERAL (SELECT * FROM vecext.collection_stats WHERE i > 0) s},
	(map { ("split_text, $_" => "SELECT count(*) FROM large, LATERAL vecext.split_text(t, '$_', 400, 100) WHERE name = 'prose'") } qw(recursive sentence token markdown)),
	'split_text, one word' => "SELECT count(*) FROM large, LATERAL vecext.split_text(t, 'recursive', 100, 99) WHERE name = 'one word'",
	'split_text, separators' => "SELECT count(*) FROM large, LATERAL vecext.split_text(t, 'recursive', 10000000, 0, ARRAY(SELECT repeat('x', i) || 'y' FROM generate_series(1, 30) i)) WHERE name = 'one word'",
	'tokens' => "SELECT count(*) FROM large, LATERAL vecext.tokens('simple', left(t, 1000000)), generate_series(1, 100) WHERE name = 'words'",
	'tokens, bigrams' => "SELECT count(*) FROM generate_series(1, 100), LATERAL vecext.tokens('simple', repeat('漢字', 100000), true)",
	'to_tsvector, n-grams' => "SELECT length(to_tsvector('vecext.trigram', repeat(repeat('abc', 80) || ' ', 10000)))",
	'matches, large payload' => q{SELECT vecext.matches(j, '{"must": [{"key": "a[].b", "match": {"value": -1}}, {"key": "a[].t", "match": {"text": "absent"}}]}'::jsonb) FROM large WHERE name = 'objects'},
	'matches, polygon' => "SELECT vecext.matches(j, '$polygon'::jsonb) FROM large WHERE name = 'objects'",
	'matches, long list' => "SELECT vecext.matches(j, '{\"must\": {\"key\": \"a[].t\", \"match\": {\"any\": [" . join(',', @values) . "]}}}'::jsonb) FROM large WHERE name = 'objects'",
	'matches, nested' => q{SELECT vecext.matches(j, '{"must": {"nested": {"key": "a", "filter": {"must": [{"key": "t", "match": {"phrase": "word zero"}}]}}}}'::jsonb) FROM large WHERE name = 'objects'},
	'payload accessors' => q{SELECT count(vecext.payload_texts(j, 'a[].t')), count(vecext.payload_values(j, 'a[].b')), count(vecext.payload_nums(j, 'a[].b')), count(vecext.payload_geo_box(j, 'a[].p')) FROM large WHERE name = 'objects'},
	'payload_facets' => q{SELECT count(*) FROM large, LATERAL vecext.payload_facets(j, 'a[].t') WHERE name = 'objects'},
	'payload_remove' => q{SELECT length(vecext.payload_remove(j, ARRAY['a[].t', 'a[].p.lon', 'a[5].b'])::text), length(vecext.payload_merge(j, '{"x": 1}', 'a[].y')::text) FROM large WHERE name = 'objects'},
	'mmr' => "SELECT vecext.mmr($q, ids, vs, 0.5, 5000) FROM large WHERE name = 'vectors'",
	'recall_at_k' => q{SELECT vecext.recall_at_k(ids, ids, 1000000), vecext.mrr(ids, ids[2:], 1000000), vecext.ndcg(ids, ids, 1000000) FROM large WHERE name = 'ids'},
	'rerank_formula' => q{SELECT count(*) FROM large, LATERAL vecext.rerank_formula('{"sum": ["$score", {"mult": [2, "$score"]}]}', ids, scores, limit_ => 1000000) WHERE name = 'ids'},
	'aggregates' => "SELECT avg(v), sum(v) FROM source, generate_series(1, 1000)");

# --- Cancelling -----------------------------------------------------------------------------------

my ($in, $out, $err, $run, $pid) = ('', '', '');

sub connect_session
{
	($in, $out, $err) = ('', '', '');
	$run = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr('postgres') ], '<', \$in, '>', \$out, '2>', \$err);
	$in = "SELECT 'pid ' || pg_backend_pid();\n";
	$run->pump until $out =~ /pid (\d+)\n/;
	($pid) = $out =~ /pid (\d+)\n/;
	return;
}

# Seconds that the backend was on a processor.
sub processor_seconds
{
	my ($nanoseconds) = slurp_file("/proc/$pid/schedstat") =~ /^(\d+)/;
	return $nanoseconds / 1e9;
}

# Runs it; cancels it that many seconds later. Returns how it ended and the seconds from the beginning, or the cancellation;
# those of the backend's processor.
sub run_statement
{
	my ($operation, $delay) = @_;
	my ($before, $statement) = ref $operation ? @$operation : ('', "BEGIN; $operation");
	($out, $err) = ('', '');
	$in .= "RESET ALL; SET client_min_messages = error; $before;\n\\echo begin\n";
	$run->pump until $out =~ /begin\n/;
	# What comes before ends its output with "begun", in the same batch as the statement.
	($out, $err) = ('', '');
	$in .= "\\set VERBOSITY verbose\n\\o /dev/null\n$statement;\n\\o\n\\echo end\n";
	$run->pump_nb while length $in;
	my $begin = time;
	if (defined $delay)
	{
		while ((my $left = $begin + $delay - time) > 0 && $out !~ /end\n/)
		{
			sleep($left < 0.002 ? $left : 0.002);
			$run->pump_nb;
		}
	}
	my $is_before = $out =~ /end\n/;
	my $processor = processor_seconds();
	$begin = time;
	kill 'INT', $pid if defined $delay && !$is_before;
	$run->pump until $out =~ /end\n/;
	my @result = (time - $begin, processor_seconds() - $processor);
	my ($state) = $err =~ /ERROR:\s+(\w{5})/;
	my $message = $err =~ /(ERROR.*)/ ? $1 : '';
	($out, $err) = ('', '');
	$in .= "ROLLBACK;\n\\echo next\n";
	$run->pump until $out =~ /next\n/;
	return ($state // ($is_before ? 'ended before' : 'ended'), @result, $message);
}

sub quantile
{
	my ($share, @values) = @_;
	@values = sort { $a <=> $b } @values;
	return 1000 * $values[ int($share * $#values + 0.5) ];
}

$node->safe_psql('postgres', <<'SQL');
CREATE INDEX vacuumed_graph ON vacuumed USING hnsw (v vector_l2_ops);
CREATE INDEX vacuumed_codes ON vacuumed USING ivfpq (v vector_cosine_ops);
CREATE INDEX vacuumed_words ON vacuumed USING bm25 (t);
CREATE INDEX vacuumed_weights ON vacuumed USING inverted (s);
SQL
srand $seed;
my (@table, @slow, @wrong, @all);
foreach my $name (sort grep { /$only/ } keys %operations)
{
	connect_session();
	# How long it takes; as long as it may.
	my $most = $tries > 2 ? 5 : 0.3;
	my ($how, $seconds, $processor, $message) = run_statement($operations{$name}, $most);
	($how, $seconds, $processor, $message) = run_statement($operations{$name}) if $how eq 'ended before';
	my $longest = $how eq 'ended' ? $seconds : $most;
	push @wrong, "$name: $message" if $how !~ /ended|57014/;
	my (@seconds, @processor, $early);
	foreach my $try (1 .. $tries)
	{
		($how, $seconds, $processor, $message) = run_statement($operations{$name}, rand($longest));
		push @wrong, "$name: $message" if $how !~ /ended|57014/;
		push @seconds, $seconds if $how eq '57014';
		push @processor, $processor if $how eq '57014';
	}
	push @slow, map { sprintf '%s: %.1f s', $name, $_ } grep { $_ > $most_seconds } @seconds;
	push @all, @processor;
	$in .= "\\q\n";
	$run->finish;
	$node->safe_psql('postgres', 'DROP INDEX IF EXISTS item_graph_ccnew') if $name =~ /CONCURRENTLY/;
	note sprintf '%-30s %6.2f s %4d cancelled: p50 %5.0f p99 %5.0f max %5.0f ms; on a processor %5.0f %5.0f %5.0f', $name, $longest, scalar @seconds,
		(map { quantile($_, @seconds) } 0.5, 0.99, 1), (map { quantile($_, @processor) } 0.5, 0.99, 1) if @seconds;
	note "$name: takes $longest s, never cancelled" if !@seconds;
}
note sprintf 'all: %d cancelled, on a processor p50 %.0f p99 %.0f max %.0f ms', scalar @all, map { quantile($_, @all) } 0.5, 0.99, 1 if @all;
cmp_ok(scalar @all, '>', 10, 'many are cancelled') if $only eq '.';
is(join("\n", @slow), '', 'each ends in time');
is(join("\n", @wrong), '', 'and by nothing else');
$node->stop;
done_testing();
