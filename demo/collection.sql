-- Collections, with the words that load.sql has loaded: what other vector databases have an API for.
SET extra_float_digits = -12;  -- scores are shown with three digits
\set ECHO queries

\echo
\echo '=== A collection is a table. Make one, with an index on a key of its payloads, and fill it from another table ==='
SELECT vecext.create_collection('terms', '{"size": 100, "distance": "cosine"}');
SELECT vecext.create_payload_index('terms', 'length', 'integer', '{"scalar_only": true}');
SELECT vecext.upsert('terms', array_agg(id::bigint), array_agg(embedding), array_agg(payload || jsonb_build_object('word', word)))
FROM words;
VACUUM ANALYZE terms;

\echo '=== Search with a filter: long words near "paris" ==='
SELECT id, score, payload
FROM vecext.search('terms', vec('paris'), limit_ => 4, filter => '{"must": {"key": "length", "range": {"gte": 11}}}');

\echo '=== The same filter in plain SQL, as text. The planner sees it and uses the index ==='
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
SELECT payload ->> 'word'
FROM terms
WHERE vecext.matches(payload, 'length >= 11')
ORDER BY embedding <=> (SELECT vec('paris'))
LIMIT 4;

\echo '=== Two searches in one request, joined by their ranks: near "winter" and near "city" ==='
SELECT payload ->> 'word' AS word, score
FROM vecext.query('terms', jsonb_build_object(
  'prefetch', (SELECT jsonb_agg(jsonb_build_object('query', id, 'limit', 50)) FROM words WHERE word IN ('winter', 'city')),
  'query', jsonb_build_object('fusion', 'rrf'),
  'limit', 4));
