-- What vecext can do, on the words that load.sql has loaded.
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
WHERE word <> 'paris'
ORDER BY distance
LIMIT 6;

\echo '=== ... that start with b ==='
SELECT word, payload->>'rank' AS rank, embedding <=> (SELECT vec('paris')) AS distance
FROM words
WHERE payload @> '{"first_letter": "b"}'
ORDER BY distance
LIMIT 4;

\echo '=== ... of four letters, neither very frequent nor rare ==='
SELECT word, payload->>'rank' AS rank, embedding <=> (SELECT vec('paris')) AS distance
FROM words
WHERE (payload->>'length')::int = 4 AND (payload->>'rank')::int BETWEEN 1000 AND 10000
ORDER BY distance
LIMIT 4;

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

\echo '=== Half precision: half the bytes, the same order ==='
SELECT word, embedding::halfvec(100) <=> (SELECT vec('paris')::halfvec(100)) AS distance,
       pg_column_size(embedding) AS bytes, pg_column_size(embedding::halfvec(100)) AS half_bytes
FROM words
WHERE word <> 'paris'
ORDER BY distance
LIMIT 3;

\echo '=== One bit a dimension chooses 100 candidates, exact distances order them ==='
SELECT word, embedding <=> (SELECT vec('paris')) AS distance, bits_apart
FROM (
  SELECT word, embedding,
         binary_quantize(embedding) <~> (SELECT binary_quantize(vec('paris'))) AS bits_apart
  FROM words
  WHERE word <> 'paris'
  ORDER BY bits_apart
  LIMIT 100
) AS candidate
ORDER BY distance
LIMIT 3;
