# Eight sessions write the same points of a collection in all ways, by ids and by filters: none fails, none waits for another
# in a circle, and a point is always what one call has written.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = new_node('node', 'deadlock_timeout = 100ms');

# By bigint and by text, of which the order is not that of the collation everywhere.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE TABLE numbered (id bigint PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('numbered', vectors => '{"column": "embedding", "distance": "euclid"}');
CREATE INDEX ON numbered USING hnsw (embedding vector_l2_ops);
CREATE TABLE named (id text PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('named', vectors => '{"column": "embedding", "distance": "euclid"}');
-- Fifty ids in random order, some of them twice.
CREATE FUNCTION ids(c text) RETURNS jsonb[] LANGUAGE sql AS $$
	SELECT array_agg(CASE c WHEN 'named' THEN to_jsonb(chr(65 + (n * 37) % 58) || n) ELSE to_jsonb(n) END ORDER BY random())
	FROM (SELECT floor(random() * 60)::int + 1 AS n FROM generate_series(1, 50)) r
$$;
CREATE FUNCTION points(c text, mark int) RETURNS jsonb LANGUAGE sql AS $$
	SELECT jsonb_agg(jsonb_build_object('id', i, 'vector', jsonb_build_array(mark, -mark), 'payload', jsonb_build_object('mark', mark)))
	FROM unnest(ids(c)) i
$$;
SQL

foreach my $c (qw(numbered named))
{
	my $arrays = $c eq 'numbered' ? 'bigint' : 'text';
	$node->pgbench(
		'--no-vacuum --client=8 --jobs=2 --transactions=150 --max-tries=1',
		0,
		[qr{processed: 1200/1200}, qr{failed transactions: 0}],
		[qr{^$}],
		"eight sessions write points of collection $c",
		{
			"upsert_$c\@4" => "\\set mark random(1, 1000000)\nSELECT vecext.upsert('$c', points('$c', :mark));",
			"insert_$c\@1" => "\\set mark random(1, 1000000)\nSELECT vecext.upsert('$c', points('$c', :mark), 'insert_only');",
			"update_$c\@2" => "\\set mark random(1, 1000000)\nSELECT vecext.upsert('$c', points('$c', :mark), 'update_only');",
			"arrays_$c\@2" => "\\set mark random(1, 1000000)\nWITH i AS MATERIALIZED (SELECT unnest(ids('$c')) #>> '{}' AS id)
				SELECT vecext.upsert('$c', array_agg(id::$arrays), array_agg(ARRAY[:mark, -:mark]::vector),
					array_agg(jsonb_build_object('mark', :mark))) FROM i;",
			"payload_$c\@2" => "SELECT vecext.set_payload('$c', jsonb_build_object('seen', random()), to_jsonb(ids('$c')));",
			"filter_$c\@2" => "SELECT vecext.set_payload('$c', jsonb_build_object('found', random()), filter => '{\"must_not\": {\"has_id\": []}}');",
			"by_ids_$c\@1" => "SELECT vecext.set_payload('$c', '{\"even\": 1}', filter => jsonb_build_object('must', jsonb_build_object('has_id', to_jsonb(ids('$c')))));",
			"delete_filter_$c\@1" => "SELECT vecext.delete_points('$c', filter => jsonb_build_object('must', jsonb_build_object('has_id', to_jsonb((ids('$c'))[1:3]))));",
			"delete_$c\@1" => "SELECT vecext.delete_points('$c', to_jsonb((ids('$c'))[1:10]));",
		});
	is($node->safe_psql('postgres', "SELECT count(*) FROM $c WHERE (embedding::real[])[1] <> (payload->>'mark')::real
			OR (embedding::real[])[2] <> -(payload->>'mark')::real"), '0', "each point of $c is what one call has written");
	cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM $c"), '>', 15, "$c has points");
	$node->safe_psql('postgres', "SELECT vecext.upsert('$c', points('$c', 7))");
	is($node->safe_psql('postgres', "SELECT count(*) FROM $c WHERE payload = '{\"mark\": 7}'")
		<=> $node->safe_psql('postgres', "SELECT count(*) FROM $c WHERE (embedding::real[])[1] = 7"), 0, 'the last one wins');
}
unlike(slurp_file($node->logfile), qr/deadlock detected/, 'no deadlock');
$node->safe_psql('postgres', 'VACUUM numbered');
is($node->safe_psql('postgres', "SELECT vecext.verify_index('numbered_embedding_idx') = count(*) FROM numbered"), 't', 'the index has each point once');

$node->stop;
done_testing();
