-- Rows of zeros and a few ones (labels, purchases), most of them with a one in the first dimensions: many are near to the same short rows,
-- whose links lead to few of them. Each row but one in a thousand is found by its own vector.
SET client_min_messages = warning;
SET jit = off;
SELECT setseed(.5);
CREATE TABLE multi_hot (id int, v vector(256));
INSERT INTO multi_hot SELECT i, (SELECT array_agg((d = ANY (ones))::int ORDER BY d) FROM generate_series(1, 256) d)::vector(256)
FROM (SELECT i, array_agg(1 + floor(256 * random() ^ 3)::int) AS ones FROM generate_series(1, 8000) i, generate_series(1, 2 + i % 5) GROUP BY i) x;
CREATE INDEX multi_hot_v ON multi_hot USING hnsw (v vector_l2_ops);
SET enable_seqscan = off;
SELECT count(*) FILTER (WHERE d > 0) <= 8 AS is_found
FROM multi_hot q, LATERAL (SELECT v <-> q.v AS d FROM multi_hot ORDER BY v <-> q.v LIMIT 1) nearest;
DROP TABLE multi_hot;
