-- Makes the table of the demo and loads it. Runs in demo/.
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

ANALYZE words;
