-- How good searches are on known items: the mean reciprocal rank of the first ten rows, and how often the item is the first or among
-- them, by words (BM25, ts_rank_cd), by vectors, and by both. Of a folder that corpus.py and vectors.py have made:
--
--     psql -v folder=FOLDER -f bench/text/quality.sql
--
-- Weights are chosen on queries with an even number, and measured, as all figures are, on the others. Of a manual page any passage counts.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS vecext;
DROP TABLE IF EXISTS quality_rows, quality_queries, quality_found CASCADE;
CREATE TABLE quality_rows (
    id int PRIMARY KEY, page text, body text, embedding vector(100),
    tokens tsvector GENERATED ALWAYS AS (to_tsvector('english', body)) STORED);
CREATE TABLE quality_queries (id int PRIMARY KEY, task text, body text, target int, embedding vector(100));
\cd :folder
\copy quality_rows (id, page, body, embedding) FROM 'rows_vectors.tsv'
\copy quality_queries FROM 'queries_vectors.tsv'
DELETE FROM quality_queries WHERE target IS NULL;
SET maintenance_work_mem = '1GB';
CREATE INDEX quality_words ON quality_rows USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX quality_vectors ON quality_rows USING hnsw (embedding vector_cosine_ops);
CREATE INDEX quality_tokens ON quality_rows USING gin (tokens);
VACUUM ANALYZE quality_rows, quality_queries;

CREATE FUNCTION quality_ids(query quality_queries, method text, share float8) RETURNS int[] LANGUAGE sql AS $$
    SELECT CASE method
        WHEN 'ts_rank_cd' THEN ARRAY(
            SELECT r.id FROM quality_rows r, replace(plainto_tsquery('english', query.body)::text, '&', '|') q
            WHERE r.tokens @@ q::tsquery
            ORDER BY ts_rank_cd(r.tokens, q::tsquery) DESC, r.id LIMIT 10)
        WHEN 'bm25' THEN ARRAY(SELECT id::int FROM vecext.hybrid_search('quality_rows', text => query.body))
        WHEN 'vectors' THEN ARRAY(SELECT id::int FROM vecext.hybrid_search('quality_rows', vector => query.embedding))
        ELSE ARRAY(SELECT id::int FROM vecext.hybrid_search('quality_rows', text => query.body, vector => query.embedding,
            method => method, alpha => share)) END
$$;
CREATE TABLE quality_found AS
SELECT q.id, q.task, m.method, m.share, coalesce((
    SELECT min(f.rank) FROM unnest(quality_ids(q, m.method, m.share)) WITH ORDINALITY AS f (id, rank)
    JOIN quality_rows r ON r.id = f.id JOIN quality_rows t ON t.id = q.target
    WHERE r.id = t.id OR q.task = 'name to page' AND r.page = t.page), 0) AS rank
FROM quality_queries q, (
    SELECT method, NULL::float8 AS share
    FROM unnest('{bm25,ts_rank_cd,vectors,rrf,dbsf}'::text[]) AS method
    UNION ALL SELECT method, share FROM unnest('{relative,weighted,rrf}'::text[]) AS method,
        unnest('{0.02,0.05,0.1,0.2,0.3,0.4,0.5,0.6,0.7,0.8,0.9}'::float8[]) AS share) AS m
WHERE q.embedding IS NOT NULL;

CREATE VIEW quality_shares AS
SELECT task, method, share, row_number() OVER (PARTITION BY task, method ORDER BY avg(coalesce(1.0 / nullif(rank, 0), 0)) DESC, share) AS place
FROM quality_found WHERE id % 2 = 0 AND share IS NOT NULL GROUP BY task, method, share;
SELECT f.task, f.method, coalesce(f.share::text, '') || CASE WHEN s.place = 1 THEN ' (tuned)' ELSE '' END AS alpha, count(*) AS queries,
    round(avg(coalesce(1.0 / nullif(f.rank, 0), 0)), 4) AS mrr_10,
    round(avg((f.rank = 1)::int), 4) AS success_1, round(avg((f.rank > 0)::int), 4) AS success_10
FROM quality_found f LEFT JOIN quality_shares s ON s.task = f.task AND s.method = f.method AND s.share = f.share
WHERE f.id % 2 = 1 AND (f.share IS NULL OR s.place = 1 OR f.share = 0.5 AND f.method IN ('relative', 'weighted'))
GROUP BY f.task, f.method, f.share, s.place ORDER BY f.task, mrr_10 DESC;
DROP TABLE quality_rows, quality_queries, quality_found CASCADE;
