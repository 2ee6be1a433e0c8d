-- A search engine for songs gets a delivery each night. The night's job copies it into the table, with the index in place,
-- and then has the index take it all in, so that the day begins with fast searches.
CREATE TABLE songs (id int PRIMARY KEY, title text NOT NULL, embedding vector(6) NOT NULL);
CREATE FUNCTION song(i int) RETURNS vector LANGUAGE sql IMMUTABLE RETURN ARRAY[i % 7, i % 11, i % 13, i % 17, i % 19, i % 23]::vector;
INSERT INTO songs SELECT i, 'song ' || i, song(i) FROM generate_series(1, 5000) AS i;
CREATE INDEX songs_embedding ON songs USING hnsw (embedding vector_l2_ops);
SELECT rows, nodes, pending_rows FROM vecext.index_info('songs_embedding');

-- The delivery: a few songs by COPY, the bulk from a table.
COPY songs FROM stdin;
9001	Nocturne	[1,1,1,1,1,1]
9002	Barcarole	[100,100,100,100,100,100]
9003	Etude	[2,1,1,1,1,1]
\.
INSERT INTO songs SELECT i, 'song ' || i, song(i) FROM generate_series(5001, 6200) AS i;

-- They are found before anything else is done: pending rows are compared one by one.
SELECT id, title, round((embedding <-> '[1, 1, 1, 1, 1, 1]')::numeric, 2) AS distance
FROM songs ORDER BY embedding <-> '[1, 1, 1, 1, 1, 1]', id LIMIT 3;
SELECT title FROM songs ORDER BY embedding <-> '[99, 99, 99, 99, 99, 99]' LIMIT 1;
SELECT rows, nodes, pending_rows FROM vecext.index_info('songs_embedding');

-- The last step of the night. It returns how many changes it made: here one, a new graph of all rows.
SELECT vecext.merge('songs_embedding');
SELECT rows, nodes, pending_rows, free_pages > 0 AS has_free_pages, split_part(advice, ':', 1) AS advice FROM vecext.index_info('songs_embedding');
SELECT id, title, round((embedding <-> '[1, 1, 1, 1, 1, 1]')::numeric, 2) AS distance
FROM songs ORDER BY embedding <-> '[1, 1, 1, 1, 1, 1]', id LIMIT 3;
-- The pages of the graph before are free; later graphs use them, and REINDEX would give them back. A second call finds nothing to do.
SELECT vecext.merge('songs_embedding');
SELECT vecext.verify_index('songs_embedding') AS rows_of_index, count(*) AS rows_of_table FROM songs;

-- A delivery that fails in its middle leaves no song.
BEGIN;
INSERT INTO songs SELECT i, 'song ' || i, song(i) FROM generate_series(7001, 7100) AS i;
INSERT INTO songs VALUES (9001, 'Nocturne again', '[1, 1, 1, 1, 1, 1]');
ROLLBACK;
SELECT count(*) FROM songs WHERE id BETWEEN 7001 AND 7100;
SELECT id, title FROM songs ORDER BY embedding <-> '[1, 1, 1, 1, 1, 1]', id LIMIT 3;

DROP TABLE songs;
DROP FUNCTION song;
