# Queues of embeddings: a dump restores them; many workers and writers beside each other leave each row with the vector of its
# text; the example worker. Semantic caches: on a standby, and after a crash.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/../../../../test/t/lib";
use Node;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Standby;
use Test::More;

my $node = new_node('primary', '', allows_streaming => 1);
sub query { return $node->safe_psql(@_) }

# A dump, taken while jobs wait, are in flight and have failed; what is restored is the role's, and at work.
query('postgres', $_) foreach 'CREATE DATABASE source', 'CREATE DATABASE copy', 'CREATE ROLE author', 'CREATE ROLE stranger';
query('source', <<'SQL');
CREATE EXTENSION vecext_rag CASCADE;
CREATE SCHEMA "of author" AUTHORIZATION author;
GRANT USAGE ON SCHEMA "of author" TO PUBLIC;
SET ROLE author;
SET search_path = "of author", public;
CREATE TABLE "a text" (id int PRIMARY KEY, body text, embedding vector(2));
INSERT INTO "a text" SELECT i, 'text ' || i FROM generate_series(1, 4) i;
SELECT vecext_rag.create_embedding_queue('"a text"', 'body', 'embedding', 'a queue', max_attempts => 7);
SELECT vecext_rag.embedding_queue_fail('"a queue"', array_agg(job), 'no', is_final => true) FROM vecext_rag.embedding_queue_claim('"a queue"', 1);
SELECT vecext_rag.embedding_queue_claim('"a queue"', 1);
GRANT INSERT ON "a text" TO stranger;
SELECT vecext_rag.create_semantic_cache('answers', 2, logged => true);
SELECT vecext_rag.semantic_cache_put('answers', 'q', '[1,0]', 'a');
SQL
my $contents = <<'SQL';
SELECT key, job, attempts, max_attempts, error, available_at FROM "of author"."a queue" ORDER BY key;
SELECT waiting, in_flight, failed FROM vecext_rag.embedding_queue_status('"of author"."a queue"');
SELECT p.proowner::regrole, p.prosecdef, p.proconfig, has_function_privilege('stranger', p.oid, 'EXECUTE') FROM pg_proc p WHERE proname = 'a queue';
SELECT relowner::regrole, relname, relpersistence FROM pg_class WHERE relnamespace = '"of author"'::regnamespace ORDER BY 2;
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = '"of author"."a text"'::regclass ORDER BY 1;
SELECT entry, response FROM "of author".answers;
SQL
my $expected = query('source', $contents);
like($expected, qr/^1\|.*no\|infinity\n2\|\d+\|1\|7\|/, 'jobs that failed, and are in flight');
my $file = $node->basedir . '/dump.sql';
$node->command_ok([ 'pg_dump', '--file', $file, 'source' ], 'dump');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'copy', '-f', $file ], 'it restores');
is(query('copy', $contents), $expected, 'the same queue');
is(query('copy', <<'SQL'), "5|text 5\n2", 'it is at work');
SET ROLE stranger;
INSERT INTO "of author"."a text" VALUES (5, 'text 5');
SET ROLE author;
SELECT key, content FROM vecext_rag.embedding_queue_claim('"of author"."a queue"') WHERE key = '5';
SELECT vecext_rag.semantic_cache_put('"of author".answers', 'another', '[0,1]', 'b');
SQL

# Four workers and two writers. Jobs are claimed for a moment and for long, failed, completed late. In the end each vector is of its text.
query('postgres', <<'SQL');
CREATE EXTENSION vecext_rag CASCADE;
CREATE TABLE docs (id int PRIMARY KEY, n int, body text GENERATED ALWAYS AS ('text ' || n) STORED, embedding vector(1));
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding', 'docs_queue', max_attempts => 1000);
INSERT INTO docs SELECT i, i FROM generate_series(1, 40) i;
SQL
my $worker = $node->basedir . '/worker.sql';
my $writer = $node->basedir . '/writer.sql';
append_to_file($worker, <<'SQL');
\set batch random(1, 5)
\set late random(0, 3)
SELECT coalesce(array_agg(job), '{}') AS jobs, coalesce(array_agg('[' || substr(content, 6) || ']'), '{}') AS vectors, coalesce((array_agg(job))[1], 0) AS one
FROM vecext_rag.embedding_queue_claim('docs_queue', :batch, CASE WHEN :late = 0 THEN interval '1 ms' ELSE '1 hour' END) \gset
\if :late
\else
\sleep 2 ms
\endif
SELECT vecext_rag.embedding_queue_fail('docs_queue', ARRAY[:one]::int8[], 'by chance', '0') FROM (VALUES (random())) r(x) WHERE x < 0.1;
SELECT vecext_rag.embedding_queue_complete('docs_queue', ':jobs', ':vectors');
SQL
append_to_file($writer, <<'SQL');
\set id random(1, 40)
\set n random(1, 1000000)
\set what random(1, 10)
BEGIN;
DELETE FROM docs WHERE id = :id AND :what = 1;
INSERT INTO docs VALUES (:id, :n) ON CONFLICT (id) DO UPDATE SET n = excluded.n;
COMMIT;
SQL
my %errors;
my @running = map {
	my ($script, $clients, $transactions) = @$_;
	IPC::Run::start([ 'pgbench', '-n', '-c', $clients, '-j', $clients, '-t', $transactions, '-f', $script, $node->connstr('postgres') ],
		'>', \my $output, '2>', \$errors{$script})
} [ $worker, 4, 500 ], [ $writer, 2, 2500 ];
ok($_->finish, 'no error') foreach @running;
is(join('', values %errors), '', 'no message');
is(query('postgres', <<'SQL'), "t\n0|0|0", 'no row has the vector of an older text, and none is forgotten');
UPDATE docs_queue SET available_at = now();
SELECT vecext_rag.embedding_queue_complete('docs_queue', array_agg(job), array_agg('[' || substr(content, 6) || ']')) FROM vecext_rag.embedding_queue_claim('docs_queue', 1000) \g /dev/null
SELECT bool_and(embedding = ARRAY[n]::vector) FROM docs;
SELECT waiting, in_flight, failed FROM vecext_rag.embedding_queue_status('docs_queue');
SQL
cmp_ok(query('postgres', 'SELECT last_value FROM docs_queue_job_seq'), '>', 1000, 'there was something to do');

# The example worker: once, and until it is stopped, woken by notifications; with a model that fails for a text.
my $python = $ENV{PYTHON} // 'python3';
my $example = "$FindBin::RealBin/../../embedding_worker.py";
SKIP:
{
	# The worker waits for notifications as psycopg 3.2 can; Debian 12 has 3.1.
	skip "no psycopg 3.2 for $python", 5
		if system("$python -c 'import psycopg, sys; sys.exit([int(n) for n in psycopg.__version__.split(chr(46))[:2]] < [3, 2])' 2>/dev/null") != 0;
	query('postgres', <<'SQL');
CREATE TABLE notes (id int PRIMARY KEY, body text, embedding vector(64));
INSERT INTO notes VALUES (1, 'salt of the sea'), (2, 'the salt of a sea'), (3, 'bread'), (4, '');
SELECT vecext_rag.create_embedding_queue('notes', 'body', 'embedding', 'notes_queue');
SQL
	my @worker = ($python, $example, 'notes_queue', '--connect', $node->connstr('postgres'), '--dims', 64, '--wait', 1);
	$node->command_like([ @worker, '--once' ], qr/^4 embeddings written$/, 'the worker empties the queue');
	is(query('postgres', 'SELECT id FROM notes WHERE id > 1 ORDER BY embedding <=> (SELECT embedding FROM notes WHERE id = 1) LIMIT 1'),
		'2', 'texts that share words are near');
	my $directory = PostgreSQL::Test::Utils::tempdir();
	append_to_file("$directory/model.py", <<'PYTHON');
def embed(texts):
    if any("impossible" in text for text in texts):
        raise ValueError("not this one")
    return [[len(text)] * 64 for text in texts]
PYTHON
	local $ENV{PYTHONPATH} = $directory;
	my $running = IPC::Run::start([ @worker, '--embedder', 'model:embed' ], '>', \my $out, '2>', \my $errors);
	query('postgres', q{INSERT INTO notes VALUES (5, 'five'), (6, 'impossible'), (7, 'seven')});
	ok($node->poll_query_until('postgres', 'SELECT count(*) = 2 FROM notes WHERE id >= 5 AND embedding IS NOT NULL'), 'one that fails takes no others with it');
	is(query('postgres', 'SELECT key, attempts, error FROM notes_queue'), '6|1|ValueError: not this one', 'its error is kept');
	query('postgres', q{UPDATE notes SET body = 'possible' WHERE id = 6});
	ok($node->poll_query_until('postgres', 'SELECT count(*) = 0 FROM notes_queue'), 'another text is tried at once');
	$running->signal('TERM');
	$running->finish;
}

# Caches on a standby: a logged one is read there, without counting; an unlogged one has nothing, also after a crash.
$node->backup('backup');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'backup', has_streaming => 1);
$standby->start;
query('postgres', <<'SQL');
SELECT vecext_rag.create_semantic_cache('kept', 2, logged => true), vecext_rag.create_semantic_cache('quick', 2);
SELECT vecext_rag.semantic_cache_put('kept', 'q', '[1,0]', 'kept'), vecext_rag.semantic_cache_put('quick', 'q', '[1,0]', 'quick');
SQL
my $ask = <<'SQL';
SELECT response FROM unnest('{kept,quick}'::regclass[]) cache, LATERAL vecext_rag.semantic_cache_get(cache, '[1,0.1]');
SELECT entries, hits FROM unnest('{kept,quick}'::regclass[]) cache, LATERAL vecext_rag.semantic_cache_stats(cache);
SQL
is(query('postgres', $ask), "kept\nquick\n1|1\n1|1", 'both on the primary');
$node->wait_for_catchup($standby);
is($standby->safe_psql('postgres', $ask), "kept\n1|\n|", 'the logged one on the standby');
$standby->stop;
$node->stop('immediate');
$node->start;
is(query('postgres', $ask), "kept\n1|1\n0|0", 'the logged one after a crash');
$node->stop;
done_testing();
