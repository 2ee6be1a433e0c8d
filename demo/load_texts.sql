-- Loads the glosses of WordNet, from where Debian's package wordnet-base has them, and makes a vector of each: the mean of the
-- vectors of its words, without the most frequent ones.
\set ECHO queries
CREATE TEMP TABLE lines (line text);
\set ECHO none
\echo '\\copy lines FROM PROGRAM ''cat /usr/share/wordnet/data.noun /usr/share/wordnet/data.verb ...'''
\copy lines FROM PROGRAM 'cd /usr/share/wordnet && cat data.noun data.verb data.adj data.adv' WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')
\set ECHO queries

-- A line: number, file, kind, how many words (in hexadecimal), each word and a number, ... | gloss
CREATE TABLE glosses AS
SELECT
  row_number() OVER ()::int AS id,
  array_to_string(ARRAY(SELECT replace(field[i], '_', ' ')
                        FROM generate_series(5, 3 + 2 * ('x' || lpad(field[4], 8, '0'))::bit(32)::int, 2) AS i), ', ') AS words,
  gloss
FROM (SELECT string_to_array(split_part(line, ' | ', 1), ' ') AS field, rtrim(split_part(line, ' | ', 2)) AS gloss
      FROM lines WHERE line NOT LIKE '  %') AS synset;

CREATE FUNCTION mean_vector(text) RETURNS vector LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT l2_normalize(avg(embedding))
  FROM regexp_split_to_table(lower($1), '[^a-z]+') AS part JOIN words ON word = part
  WHERE id > 150
$$;

CREATE TABLE texts AS
SELECT glosses.id, words, gloss, to_tsvector('english', gloss) AS lexemes, mean::vector(100) AS embedding
FROM glosses LEFT JOIN (
  SELECT glosses.id, l2_normalize(avg(embedding)) AS mean
  FROM glosses, regexp_split_to_table(lower(gloss), '[^a-z]+') AS part JOIN words ON word = part
  WHERE words.id > 150
  GROUP BY glosses.id) AS vectors USING (id);
DROP TABLE glosses;
ALTER TABLE texts ADD PRIMARY KEY (id);

-- The mean time of a query by 40 texts of three words, of which each takes the place of $1.
\set ECHO none
CREATE FUNCTION mean_time_of_words(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  word text;
  start timestamptz := clock_timestamp();
BEGIN
  FOR word IN SELECT words.word FROM words WHERE id % 500 = 0 LOOP
    EXECUTE query USING word || ' small place';
  END LOOP;
  RETURN round((extract(epoch FROM clock_timestamp() - start) * 1000 / 40)::numeric, 2) || ' ms';
END
$$;
