-- A photo service keeps one bit of each number of its vectors in an index, to compare a million photos by their bits alone.
-- The few that are nearest by bits are put in order by the whole vectors. It wants to know what either step gives.
CREATE TABLE photos (id int PRIMARY KEY, title text NOT NULL, embedding vector(8) NOT NULL);
INSERT INTO photos VALUES
    (1, 'beach at noon', '[5, 4, 1, -1, -3, -2, 2, 1]'),
    (2, 'beach at dusk', '[4, 3, 2, -1, -2, -2, 1, -1]'),
    (3, 'beach in rain', '[1, 1, 9, -1, -1, -9, 1, 1]'),
    (4, 'lake at noon', '[4, 4, 1, 1, -3, -2, 2, 1]'),
    (5, 'forest', '[-5, -1, 2, 4, 3, -1, 1, 1]'),
    (6, 'city at night', '[-4, -4, -1, 1, 3, 5, -2, -1]');
CREATE INDEX photos_bits ON photos USING hnsw ((binary_quantize(embedding)::bit(8)) bit_hamming_ops);
ANALYZE photos;

-- The bit of a number is 1 where it is above zero. The distance counts the bits that differ.
SELECT id, title, binary_quantize(embedding) AS bits,
    binary_quantize(embedding)::bit(8) <~> binary_quantize('[5, 4, 1, -1, -3, -2, 2, 1]'::vector) AS differ
FROM photos ORDER BY differ, id;

-- By bits alone, the beach in rain is as near as the beach at noon. The vectors tell them apart.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF)
SELECT id, title FROM (
    SELECT * FROM photos
ORDER BY binary_quantize(embedding)::bit(8) <~> binary_quantize('[5, 4, 1, -1, -3, -2, 2, 1]'::vector)::bit(8) LIMIT 4) AS candidates
ORDER BY embedding <=> '[5, 4, 1, -1, -3, -2, 2, 1]' LIMIT 3;
SELECT id, title, round((embedding <=> '[5, 4, 1, -1, -3, -2, 2, 1]')::numeric, 3) AS distance FROM (
    SELECT * FROM photos
ORDER BY binary_quantize(embedding)::bit(8) <~> binary_quantize('[5, 4, 1, -1, -3, -2, 2, 1]'::vector)::bit(8) LIMIT 4) AS candidates
ORDER BY embedding <=> '[5, 4, 1, -1, -3, -2, 2, 1]' LIMIT 3;
RESET enable_seqscan;

-- The same in one step: ivfpq keeps codes of few bits by itself, and puts its best rows in order by the vectors.
CREATE INDEX photos_codes ON photos USING ivfpq (embedding vector_cosine_ops) WITH (bits = 1);
SELECT method, bits, rerank FROM vecext.indexes AS i, vecext.index_info(i.index) WHERE tablename = 'photos' ORDER BY method;
SET enable_seqscan = off;
SELECT id, title, round((embedding <=> '[5, 4, 1, -1, -3, -2, 2, 1]')::numeric, 3) AS distance
FROM photos ORDER BY embedding <=> '[5, 4, 1, -1, -3, -2, 2, 1]' LIMIT 3;
RESET enable_seqscan;

-- Tags as bits: of two photos, the share of tags that only one of them has.
SELECT a.title, b.title AS other, round((a.tags <%> b.tags)::numeric, 3) AS jaccard
FROM (VALUES ('noon', B'11010000'), ('dusk', B'11000000'), ('night', B'00001111')) AS a (title, tags),
    (VALUES ('noon', B'11010000'), ('dusk', B'11000000'), ('night', B'00001111')) AS b (title, tags)
WHERE a.title < b.title ORDER BY jaccard, 1;

DROP TABLE photos;
