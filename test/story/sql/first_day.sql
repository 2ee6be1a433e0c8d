-- A database administrator is new here. On her first day she wants to know which vector indexes there are, whether they are
-- sound and used, and what she should do.
CREATE SCHEMA story_archive;
CREATE TABLE story_archive.photos (id int PRIMARY KEY, embedding vector(8) NOT NULL, taken date NOT NULL);
INSERT INTO story_archive.photos
SELECT i, ARRAY[i % 3, i % 5, i % 7, i % 11, i % 13, i % 17, i % 19, i % 23], date '2020-01-01' + i % 1000 FROM generate_series(1, 3000) AS i;
CREATE INDEX photos_graph ON story_archive.photos USING hnsw (embedding vector_l2_ops);
CREATE INDEX photos_lists ON story_archive.photos USING ivfpq (embedding vector_cosine_ops);
ANALYZE story_archive.photos;

-- Which are there, of what kind, how large?
SELECT schemaname, tablename, indexname, method, valid, rows, bytes BETWEEN 100000 AND 2000000 AS has_size, options
FROM vecext.indexes WHERE schemaname = 'story_archive' ORDER BY indexname;
SELECT metric, dims, bits, rows, nodes, pending_rows, dead_rows, advice FROM vecext.index_info('story_archive.photos_graph');
SELECT metric, dims, bits, rows, lists, dead_rows, advice FROM vecext.index_info('story_archive.photos_lists');

-- Are they sound? Every page is read, and each row of the table is there once.
SELECT indexname, vecext.verify_index(index) FROM vecext.indexes WHERE schemaname = 'story_archive' ORDER BY indexname;

-- Are they used? By Euclidean distance yes, and by cosine, too; by the taxicab distance there is no index, and she reads why.
SELECT index::regclass, usable, advice FROM vecext.explain_index('story_archive.photos', 'embedding', '<->') ORDER BY 1;
SELECT usable, advice FROM vecext.explain_index('story_archive.photos', 'embedding', '<+>') ORDER BY 2;

-- What does a search do?
SELECT count(*) AS rows, (array_agg(round(d::numeric, 2)))[:3] AS first_distances FROM (
    SELECT embedding <-> '[1, 2, 3, 4, 5, 6, 7, 8]' AS d
FROM story_archive.photos ORDER BY embedding <-> '[1, 2, 3, 4, 5, 6, 7, 8]' LIMIT 10) AS nearest;
SELECT index, nodes BETWEEN 10 AND 3000 AS visited, pages > 0 AS read_pages, rows_reranked >= 10 AS reranked, expected_recall > 0 AS has_aim
FROM vecext.last_scan();
SELECT vecext.recall('story_archive.photos_graph') >= 0.9 AS graph_is_good, vecext.recall('story_archive.photos_lists') >= 0.9 AS lists_are_good;

-- What lies in memory for all sessions, and which library is it?
SELECT relation, part, bytes > 0 AS takes_memory FROM vecext.shared_blocks()
WHERE relation IN ('story_archive.photos_graph'::regclass, 'story_archive.photos_lists'::regclass) AND part = 'model' ORDER BY relation::text;
SELECT library = script AS is_one_version, advice FROM vecext.version();

-- In the night, half of the photos are taken away. The graph has their places still, which is no reason to act yet: of fewer
-- than 2,000 it is not built again.
DELETE FROM story_archive.photos WHERE id > 1500;
VACUUM ANALYZE story_archive.photos;
SELECT indexname, s.rows, s.dead_rows, s.advice
FROM vecext.indexes AS i, vecext.index_state(i.index) AS s WHERE schemaname = 'story_archive' ORDER BY indexname;

-- A million photos are to come. How much room do they take?
SELECT method, pg_size_pretty(table_bytes) AS "table", pg_size_pretty(index_bytes) AS index
FROM (VALUES ('ivfpq'), ('hnsw')) AS m (method), vecext.estimate(1000000, 8, method);

DROP TABLE story_archive.photos;
DROP SCHEMA story_archive;
