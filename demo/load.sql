-- Makes the tables of the demo and loads them. Runs in demo/.
\set ECHO queries
CREATE EXTENSION vecext;

CREATE TABLE words (
  id        int PRIMARY KEY,
  word      text NOT NULL UNIQUE,
  payload   jsonb NOT NULL,
  embedding vector(100) NOT NULL
);

\set ECHO none
\echo '\\copy words FROM PROGRAM ''bzip2 -dc words.tsv.bz2'''
\copy words FROM PROGRAM 'bzip2 -dc words.tsv.bz2'
\set ECHO queries

CREATE INDEX ON words USING gin (payload jsonb_path_ops);

CREATE FUNCTION vec(text) RETURNS vector LANGUAGE sql STABLE PARALLEL SAFE
  AS 'SELECT embedding FROM words WHERE word = $1';

-- Each word belongs to the topic whose name is nearest to it.
CREATE TABLE topics AS
  SELECT row_number() OVER () AS id, name, vec(name) AS embedding
  FROM unnest('{music,food,money,war,city,weather,medicine,computer,family,law,sport,animal}'::text[]) AS name;
ALTER TABLE words ADD COLUMN topic int;
UPDATE words SET topic = (SELECT id FROM topics ORDER BY topics.embedding <=> words.embedding LIMIT 1);
CREATE INDEX ON words (topic);
VACUUM ANALYZE words, topics;

-- The mean time of a query by 200 words, of which each takes the place of $1.
\set ECHO none
CREATE FUNCTION mean_time(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  embeddings vector[] := (SELECT array_agg(embedding) FROM words WHERE id % 100 = 0);
  query_vector vector;
  start timestamptz := clock_timestamp();
BEGIN
  FOREACH query_vector IN ARRAY embeddings LOOP
    EXECUTE query USING query_vector;
  END LOOP;
  RETURN round((extract(epoch FROM clock_timestamp() - start) * 1000 / cardinality(embeddings))::numeric, 2) || ' ms';
END
$$;
