-- The words nearest to :word.
SET extra_float_digits = -12;
SELECT EXISTS (SELECT FROM words WHERE word = :'word') AS known \gset
\if :known
  \set ECHO queries
  SELECT word, embedding <=> (SELECT vec(:'word')) AS distance
  FROM words
  WHERE word <> :'word'
  ORDER BY distance
  LIMIT 10;
\else
  \echo :word 'is not among the words of the demo'
\endif
