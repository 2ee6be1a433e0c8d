-- What vecext can do, on the words that load.sql has loaded, with the index of index.sql.
SET extra_float_digits = -12;  -- distances are shown with three digits
\set ECHO queries

\echo
\echo '=== What is a row? ==='
SELECT id, word, payload, subvector(embedding, 1, 4) AS first_dimensions, vector_dims(embedding)
FROM words
WHERE word IN ('paris', 'queen');

\echo '=== The words nearest to "paris" (cosine distance: smaller is nearer) ==='
SELECT word, embedding <=> (SELECT vec('paris')) AS distance
FROM words
ORDER BY distance
LIMIT 6;

\echo '=== The planner takes the index ==='
EXPLAIN (COSTS OFF)
SELECT word FROM words ORDER BY embedding <=> (SELECT vec('paris')) LIMIT 6;

\echo '=== How fast is that: with the index, and without? mean_time() runs a statement with the vectors of 200 words as $1, and divides ==='
SELECT mean_time('SELECT word FROM words ORDER BY embedding <=> $1 LIMIT 10') AS with_index;
SET enable_indexscan = off;
SELECT mean_time('SELECT word FROM words ORDER BY embedding <=> $1 LIMIT 10') AS without_index;
RESET enable_indexscan;

\echo '=== How many of the ten nearest does the index find? vecext.recall measures it; searches aim at 0.95 ==='
SELECT vecext.recall('words_nearest') AS recall;
SET vecext.target_recall = 0.99;
SELECT vecext.recall('words_nearest') AS higher_recall;
RESET vecext.target_recall;

\echo '=== A filter: the words nearest to "paris" that start with b ==='
SELECT word, embedding <=> (SELECT vec('paris')) AS distance
FROM words
WHERE payload @> '{"first_letter": "b"}'
ORDER BY distance
LIMIT 4;

\echo '=== The search skips the rows that do not match: the GIN index says which ones do ==='
EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)
SELECT word FROM words
WHERE payload @> '{"first_letter": "b"}'
ORDER BY embedding <=> (SELECT vec('paris'))
LIMIT 4;

\echo '=== A join as a filter: words about animals nearest to "sea" ==='
SELECT w.word, w.embedding <=> (SELECT vec('sea')) AS distance
FROM words AS w JOIN topics AS t ON t.id = w.topic
WHERE t.name = 'animal'
ORDER BY distance
LIMIT 4;
EXPLAIN (COSTS OFF)
SELECT w.word
FROM words AS w JOIN topics AS t ON t.id = w.topic
WHERE t.name = 'animal'
ORDER BY w.embedding <=> (SELECT vec('sea'))
LIMIT 4;

\echo '=== Rows come and go as in any table: the index follows ==='
BEGIN;
INSERT INTO words (id, word, payload, embedding) VALUES (0, 'lutetia', '{}', vec('paris') + vec('rome'));
SELECT word FROM words ORDER BY embedding <=> (SELECT vec('lutetia')) LIMIT 3;
ROLLBACK;

\echo '=== Arithmetic on meaning: a - b + c ==='
WITH question AS MATERIALIZED (
  SELECT a, b, c, vec(a) - vec(b) + vec(c) AS target
  FROM (VALUES ('king', 'man', 'woman'),
               ('paris', 'france', 'germany'),
               ('walking', 'walk', 'swim'),
               ('better', 'good', 'bad')) AS v (a, b, c)
)
SELECT format('%s - %s + %s', a, b, c) AS question, answer, distance
FROM question, LATERAL (
  SELECT word AS answer, embedding <=> target AS distance
  FROM words
  WHERE word NOT IN (a, b, c)
  ORDER BY distance
  LIMIT 1
) AS nearest;

\echo '=== Averages: the center of a few examples, and what else is near it ==='
WITH theme AS MATERIALIZED (
  SELECT theme, avg(embedding) AS center, array_agg(word) AS examples
  FROM (VALUES ('color', 'red'), ('color', 'blue'), ('color', 'green'),
               ('day', 'monday'), ('day', 'tuesday'), ('day', 'friday'),
               ('planet', 'mars'), ('planet', 'venus'), ('planet', 'saturn')) AS v (theme, word)
  JOIN words USING (word)
  GROUP BY theme
)
SELECT theme, examples, array_agg(word ORDER BY distance) AS also
FROM theme, LATERAL (
  SELECT word, embedding <=> center AS distance
  FROM words
  WHERE word <> ALL (examples)
  ORDER BY distance
  LIMIT 4
) AS nearest
GROUP BY theme, examples
ORDER BY theme;

\echo '=== Another index, a graph, answers faster where it fits in memory, and takes ten times the space ==='
CREATE INDEX words_graph ON words USING hnsw (embedding vector_cosine_ops);
SELECT indexrelid::regclass AS index, pg_size_pretty(pg_relation_size(indexrelid)) AS size, vecext.recall(indexrelid) AS recall
FROM pg_index
WHERE indexrelid IN ('words_nearest'::regclass, 'words_graph'::regclass);
