-- Full-text and hybrid search, on the glosses that load_texts.sql has loaded.
SET extra_float_digits = -12;  -- scores are shown with three digits
\set ECHO queries

\echo
\echo '=== Texts: what words mean, from WordNet ==='
SELECT count(*), pg_size_pretty(sum(octet_length(gloss))) AS text FROM texts;
CREATE INDEX texts_words ON texts USING bm25 (gloss) WITH (text_config = 'english');
CREATE INDEX texts_vectors ON texts USING ivfpq (embedding vector_cosine_ops);
VACUUM ANALYZE texts;

\echo '=== The best by their words, by BM25 ==='
SELECT words, -(gloss <@> 'fear of closed small rooms') AS score, gloss
FROM texts
ORDER BY gloss <@> 'fear of closed small rooms'
LIMIT 4;

\echo '=== And any condition beside it ==='
SELECT words, gloss
FROM texts
WHERE words LIKE 'c%'
ORDER BY gloss <@> 'fear of closed small rooms'
LIMIT 4;

\echo '=== How fast is that, beside a GIN index and ts_rank_cd? The mean time of 40 queries of three words ==='
SELECT mean_time_of_words('SELECT id FROM texts ORDER BY gloss <@> $1 LIMIT 10') AS bm25;
CREATE INDEX texts_gin ON texts USING gin (lexemes);
SELECT mean_time_of_words($$SELECT id FROM texts, to_tsquery('english', replace($1, ' ', '|')) AS query
  WHERE lexemes @@ query ORDER BY ts_rank_cd(lexemes, query) DESC LIMIT 10$$) AS gin;
SELECT indexrelid::regclass AS index, pg_size_pretty(pg_relation_size(indexrelid)) AS size
FROM pg_index
WHERE indexrelid IN ('texts_words'::regclass, 'texts_gin'::regclass);

\echo '=== Texts that mean much the same have near vectors, whatever their words ==='
SELECT words, gloss
FROM texts
ORDER BY embedding <=> (SELECT mean_vector('fear of closed small rooms'))
LIMIT 4;

\echo '=== Both together: what is high on either list, and highest what is on both ==='
SELECT words, score, ranks AS "ranks: words, vectors", gloss
FROM vecext.hybrid_search('texts', text => 'fear of closed small rooms',
  vector => mean_vector('fear of closed small rooms'), limit_ => 4) AS found
JOIN texts ON texts.id = found.id::int
ORDER BY score DESC;
