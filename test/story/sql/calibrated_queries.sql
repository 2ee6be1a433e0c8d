-- A radio station asks by moods, which are unlike the songs in its table. It has a list of moods that its listeners have asked
-- for, and lets the index measure how far searches for such queries have to go.
CREATE TABLE tracks (id int PRIMARY KEY, embedding vector(16) NOT NULL);
CREATE FUNCTION numbers(i int, a int) RETURNS vector LANGUAGE sql IMMUTABLE
RETURN (SELECT array_agg(((i * (k * k + a * k + 7)) % 10007) % 100 ORDER BY k) FROM generate_series(1, 16) AS k)::vector;
INSERT INTO tracks SELECT i, numbers(i, 31) FROM generate_series(1, 4000) AS i;
CREATE INDEX tracks_embedding ON tracks USING hnsw (embedding vector_l2_ops);
ANALYZE tracks;
CREATE TABLE moods (id int PRIMARY KEY, embedding vector(16) NOT NULL);
INSERT INTO moods SELECT i, numbers(i, 57) FROM generate_series(1, 200) AS i;

-- It is measured for searches for 1, 10 and 100 rows, and for four recalls.
SELECT k, target_recall, recall BETWEEN target_recall - 0.02 AND 1 AS is_reached, steps BETWEEN 1 AND 4000 AS takes_steps
FROM vecext.calibrate('tracks_embedding', ARRAY(SELECT embedding FROM moods ORDER BY id)) ORDER BY k;
-- What was measured stays with the index, as an option of it.
SELECT indexname, options[1] LIKE 'query_effort=%' AS is_calibrated FROM vecext.indexes WHERE tablename = 'tracks';

-- The ten nearest tracks of fifty moods, by the index and by a sort of the table. The mean is to be .95,
-- and moods that miss more than three of their ten would be listed.
SET enable_seqscan = off;
CREATE TEMP TABLE by_index AS SELECT m.id AS mood, round(t.distance::numeric, 3) AS distance
FROM moods AS m, LATERAL (SELECT embedding <-> m.embedding AS distance FROM tracks ORDER BY embedding <-> m.embedding LIMIT 10) AS t WHERE m.id <= 50;
RESET enable_seqscan;
SET enable_indexscan = off;
CREATE TEMP TABLE by_sort AS SELECT m.id AS mood, round(t.distance::numeric, 3) AS distance
FROM moods AS m, LATERAL (SELECT embedding <-> m.embedding AS distance FROM tracks ORDER BY embedding <-> m.embedding LIMIT 10) AS t WHERE m.id <= 50;
RESET enable_indexscan;
SELECT mood, count(*) AS missed
FROM (SELECT * FROM by_sort EXCEPT ALL SELECT * FROM by_index) AS missed GROUP BY mood HAVING count(*) > 3 ORDER BY mood;
SELECT count(*) <= 25 AS is_at_most_one_in_twenty FROM (SELECT * FROM by_sort EXCEPT ALL SELECT * FROM by_index) AS missed;
-- The first mood's nearest track, which is far from it: the moods are not like the tracks.
SELECT (SELECT min(distance) FROM by_index WHERE mood = 1) AS by_index, (SELECT min(distance) FROM by_sort WHERE mood = 1) AS by_sort;

-- REINDEX keeps it; null queries take it back.
REINDEX INDEX tracks_embedding;
SELECT options IS NOT NULL AS is_calibrated FROM vecext.indexes WHERE tablename = 'tracks';
SELECT count(*) FROM vecext.calibrate('tracks_embedding', NULL::vector[]);
SELECT options IS NOT NULL AS is_calibrated FROM vecext.indexes WHERE tablename = 'tracks';

DROP TABLE tracks, moods, by_index, by_sort;
DROP FUNCTION numbers;
