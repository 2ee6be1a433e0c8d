# Dumps of what full-text and hybrid search leave in a database: bm25 and inverted indexes with what they depend on, payload
# indexes of type bm25, queues of embeddings, semantic caches. As a script, and as an archive that several jobs restore.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('node', 'max_parallel_maintenance_workers = 0');
$node->safe_psql('postgres', "CREATE DATABASE $_") foreach qw(source copy archive);
sub query { return $node->safe_psql(@_) }

query('source', <<'SQL');
CREATE EXTENSION vecext_rag CASCADE;
CREATE SCHEMA "Word Shelf";
CREATE TEXT SEARCH DICTIONARY "Word Shelf".stems (TEMPLATE = pg_catalog.snowball, Language = english, StopWords = english);
CREATE TEXT SEARCH CONFIGURATION "Word Shelf"."A Tongue" (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION "Word Shelf"."A Tongue" ALTER MAPPING FOR asciiword WITH "Word Shelf".stems;
CREATE TABLE docs (id int PRIMARY KEY, lang text, body text, tags text[], words tsvector, weights sparsevec(50), v vector(2));
INSERT INTO docs SELECT i, CASE WHEN i % 3 = 0 THEN 'de' ELSE 'en' END, 'crashes of index ' || i % 7 || repeat(' crash', i % 5), ARRAY['tag' || i % 4, 'all'],
	to_tsvector('english', 'loading row ' || i % 9), format('{%s:1,50:%s}/50', i % 40 + 1, i)::sparsevec, ARRAY[i, 1]::vector FROM generate_series(1, 300) i;
CREATE INDEX docs_body ON docs USING bm25 (body) WITH (text_config = '"Word Shelf"."A Tongue"', k1 = 1.5, b = 0.5);
CREATE INDEX docs_german ON docs USING bm25 (body) WITH (text_config = 'german', cjk = 'bigrams') WHERE lang = 'de';
CREATE TEXT SEARCH DICTIONARY "Word Shelf".starts (TEMPLATE = vecext.edge_ngram, MINLEN = 2);
CREATE TEXT SEARCH CONFIGURATION "Word Shelf".typed (PARSER = vecext.standard);
ALTER TEXT SEARCH CONFIGURATION "Word Shelf".typed ADD MAPPING FOR word, number WITH vecext.fold_ascii, "Word Shelf".starts;
CREATE INDEX docs_typed ON docs USING bm25 (body) WITH (text_config = '"Word Shelf".typed');
CREATE INDEX docs_standard ON docs USING bm25 ((body || '-' || id)) WITH (text_config = 'vecext.standard');
-- What an index that names no configuration has is its own in the copy, too, where the setting is another one.
SET default_text_search_config = 'pg_catalog.german';
CREATE INDEX docs_default ON docs USING bm25 ((lang || body));
SET default_text_search_config = 'pg_catalog.simple';
CREATE INDEX docs_keys ON docs USING bm25 (body, id, lang text_ops);
CREATE INDEX docs_lower ON docs USING bm25 (lower(lang || ' ' || body));
CREATE INDEX docs_tags ON docs USING bm25 (tags);
CREATE INDEX docs_words ON docs USING bm25 (words);
CREATE INDEX docs_weights ON docs USING inverted (weights);
CREATE TABLE parts (id int, body text) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE part_2 PARTITION OF parts FOR VALUES FROM (100) TO (300);
INSERT INTO parts SELECT id, body FROM docs WHERE id < 300;
CREATE INDEX parts_body ON parts USING bm25 (body) WITH (text_config = '"Word Shelf"."A Tongue"');
CREATE VIEW best AS SELECT id, -(body <@> 'crashing') AS score FROM docs WHERE body @@@ 'crashing' ORDER BY body <@> 'crashing' LIMIT 5;
CREATE FUNCTION best_of(words text) RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC
	SELECT id FROM docs ORDER BY body <@> vecext.bm25_query($1, 'docs_body'), id LIMIT 3;
END;
CREATE MATERIALIZED VIEW kept AS SELECT id FROM vecext.hybrid_search('docs', text => 'crash', vector => '[7,1]', sparse => '{50:1}/50',
	text_column => 'body', method => 'rrf', limit_ => 5);
SELECT vecext.create_collection('points', '{"dense": {"size": 2, "distance": "cosine"}, "sparse": {"type": "sparsevec"}}');
SELECT vecext.upsert('points', '[{"id": 1, "vector": {"dense": [1, 0], "sparse": {"indices": [7], "values": [1]}}, "payload": {"title": "crashing"}},
	{"id": 2, "vector": {"dense": [0, 1], "sparse": {"indices": [7, 99], "values": [2, 1]}}, "payload": {"title": ["an index", "crashed", "crash"]}}]');
SELECT vecext.create_payload_index('points', 'title', 'bm25', '{"config": "\"Word Shelf\".\"A Tongue\"", "k1": 1.4}');
SELECT vecext.create_payload_index('points', 'title', 'text', '{"tokenizer": "prefix", "min_token_len": 2}');
SELECT vecext.create_collection('goods', '{"size": 2, "distance": "cosine"}');
SELECT vecext.create_payload_index('goods', 'name', 'text', '{"tokenizer": "word"}');
ALTER TABLE goods ADD COLUMN words tsvector GENERATED ALWAYS AS (to_tsvector('goods_name_text'::regconfig, payload ->> 'name')) STORED;
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'v', 'docs_queue');
UPDATE docs SET v = NULL WHERE id < 4;
INSERT INTO docs (id, body) VALUES (1000, 'late');
SELECT vecext_rag.semantic_cache_put(vecext_rag.create_semantic_cache('kept_answers', 2, logged => true), 'q', '[1,0]', 'a', ttl => '1 year');
SELECT vecext_rag.semantic_cache_put(vecext_rag.create_semantic_cache('lost_answers', 2), 'q', '[1,0]', 'a');
SQL

my $contents = <<'SQL';
SELECT pg_get_indexdef(indexrelid), indisvalid FROM pg_index JOIN pg_am m ON m.amname IN ('bm25', 'inverted') JOIN pg_class c ON c.oid = indexrelid AND c.relam = m.oid ORDER BY 1;
SELECT id, round(score::numeric, 4) FROM best ORDER BY 2 DESC, 1;
SELECT best_of('crash 3');
SELECT * FROM kept ORDER BY 1;
SELECT h.id, round(h.score::numeric, 4), h.ranks FROM vecext.hybrid_search('docs', text => 'crash', vector => '[7,1]', sparse => '{50:1}/50', text_column => 'body') h;
SELECT id FROM docs WHERE lang = 'de' ORDER BY body <@> vecext.bm25_query('crash', 'docs_german'), id LIMIT 3;
SELECT id FROM docs ORDER BY body <@> vecext.bm25_query('cra', 'docs_typed'), id LIMIT 3;
SELECT id FROM docs WHERE body || '-' || id @@@ '17';
SELECT id FROM docs WHERE id = 7 AND lang = 'en' AND body @@@ vecext.bm25_query('crash', 'docs_keys');
SELECT id FROM docs ORDER BY lower(lang || ' ' || body) <@> 'de 3', id LIMIT 3;
SELECT id FROM docs ORDER BY tags <@> 'tag1', id LIMIT 3;
SELECT id FROM docs ORDER BY words <@> 'row'::tsquery, id LIMIT 3;
SELECT id FROM parts ORDER BY body <@> 'crash', id LIMIT 3;
SELECT id, round(score::numeric, 4) FROM vecext.query('points', '{"query": {"text": "crash"}}');
SELECT id, score FROM vecext.query('points', '{"query": {"indices": [7], "values": [1]}, "using": "sparse"}');
SELECT key, type, options, index FROM vecext.payload_indexes;
SELECT key, attempts, error FROM docs_queue ORDER BY key::int;
SELECT response FROM vecext_rag.semantic_cache_get('kept_answers', '[1,0.1]');
SELECT entries FROM vecext_rag.semantic_cache_stats('lost_answers');
SELECT relname, relpersistence FROM pg_class WHERE relname LIKE '%answers%' ORDER BY 1;
SQL
my $expected = query('source', $contents);
like($expected, qr/docs_german.*docs_weights.*\n1\n/s, 'what there is');
# Answers of an unlogged table are not dumped.
$expected =~ s/\n1\n(?=kept_answers\|)/\n0\n/;

my $file = $node->basedir . '/dump';
$node->command_ok([ 'pg_dump', '--no-unlogged-table-data', '--file', "$file.sql", 'source' ], 'dump as a script');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', 'copy', '-f', "$file.sql" ], 'the script restores');
$node->command_ok([ 'pg_dump', '--no-unlogged-table-data', '--format', 'custom', '--file', "$file.custom", 'source' ], 'dump as an archive');
$node->command_ok([ 'pg_restore', '--exit-on-error', '--jobs', '3', '--dbname', 'archive', "$file.custom" ], 'it restores');
foreach my $restored (qw(copy archive)) {
	is(query($restored, $contents), $expected, "the same in $restored");
	# An index of a partition is not dropped without that of its table, which depends on nothing.
	query($restored, 'DROP INDEX parts_body');
	my $stderr;
	$node->psql($restored, 'DROP TEXT SEARCH CONFIGURATION "Word Shelf"."A Tongue"', stderr => \$stderr);
	like($stderr, qr/index docs_body depends on text search configuration/, 'an index depends on its configuration');
	like($stderr, qr/index points_title_bm25_idx depends on/, 'a payload index too');
	$node->psql($restored, 'DROP TEXT SEARCH DICTIONARY "Word Shelf".stems', stderr => \$stderr);
	like($stderr, qr/configuration "Word Shelf"\."A Tongue" depends on text search dictionary/, 'and that on its dictionary');
	is(query($restored, <<'SQL'), "12\n4|4\n1000|late\n0", 'what was restored follows changes');
SELECT count(*) FROM pg_class c JOIN pg_am m ON m.oid = c.relam AND m.amname IN ('bm25', 'inverted') AND c.relkind = 'i', vecext.verify_index(c.oid);
SELECT count(*), count(key) FROM docs_queue;
SELECT id, body FROM docs ORDER BY body <@> 'late' LIMIT 1;
SELECT vecext.drop_payload_index('points', 'title') \g /dev/null
DROP TEXT SEARCH CONFIGURATION "Word Shelf"."A Tongue" CASCADE;
SELECT count(*) FROM pg_class WHERE relname IN ('docs_body', 'part_1_body_idx');
SQL
}
done_testing();
