-- vecext.estimate: the size of a table and its index before they exist, against those that are made.
SET max_parallel_maintenance_workers = 0;
CREATE FUNCTION measure(rows int, dims int, method text, type text, options text)
    RETURNS TABLE (table_ratio numeric, index_ratio numeric) LANGUAGE plpgsql AS $$
DECLARE
    opclass text := type || CASE type WHEN 'bit' THEN '_hamming_ops' ELSE '_l2_ops' END;
    value text := CASE type WHEN 'bit' THEN 'string_agg((sin(i * .37 * j) > 0)::int::text, '''')'
        ELSE 'array_agg(sin(i * .37 * j) + i % 50 * sin(j))' END;
BEGIN
    EXECUTE format('CREATE TABLE measured (id bigint, v %s(%s))', type, dims);
    EXECUTE format('INSERT INTO measured SELECT i, (SELECT %1$s FROM generate_series(1, %2$s) j)::%3$s(%2$s) FROM generate_series(1, %4$s) i',
        value, dims, type, rows);
    EXECUTE format('CREATE INDEX measured_v ON measured USING %s (v %s) %s', method, opclass,
        CASE WHEN options <> '' THEN format('WITH (%s)', options) END);
    -- A free space map, and the first pages of small relations, are not part of the estimate.
    RETURN QUERY SELECT round((pg_relation_size('measured') + coalesce(pg_table_size(nullif(reltoastrelid, 0)), 0)
            + coalesce(pg_indexes_size(nullif(reltoastrelid, 0)), 0)) / e.table_bytes::numeric, 2),
        round(pg_relation_size('measured_v') / e.index_bytes::numeric, 2)
    FROM vecext.estimate(rows, dims, method, type, string_to_array(options, ',')) e, pg_class c WHERE c.relname = 'measured';
    DROP TABLE measured;
END $$;

-- Within a tenth.
SELECT m.*, r.table_ratio BETWEEN .9 AND 1.1 AS table_is_near, r.index_ratio BETWEEN .9 AND 1.1 AS index_is_near,
    CASE WHEN r.table_ratio NOT BETWEEN .9 AND 1.1 OR r.index_ratio NOT BETWEEN .9 AND 1.1 THEN r END AS ratios
FROM (VALUES (6000, 16, 'hnsw', 'vector', ''), (3000, 100, 'hnsw', 'vector', 'm=32,ef_construction=64'), (1000, 800, 'hnsw', 'halfvec', ''),
    (6000, 128, 'hnsw', 'bit', ''), (2000, 1000, 'hnsw', 'bit', 'm=8'),
    (9000, 32, 'ivfpq', 'vector', ''), (6000, 60, 'ivfpq', 'vector', 'bits=1,rerank=int8'), (3000, 256, 'ivfpq', 'halfvec', 'rerank=fp16'),
    (6000, 200, 'ivfpq', 'bit', ''), (1000, 1200, 'ivfpq', 'vector', 'lists=5'),
    (6000, 64, 'ivfflat', 'vector', ''), (2000, 300, 'ivfflat', 'halfvec', 'lists=20')) m (rows, dims, method, type, options),
    measure(m.rows, m.dims, m.method, m.type, m.options) r;

-- Nothing, and more than there can be.
SELECT table_bytes, index_bytes < 100000 AS is_small FROM vecext.estimate(0, 768);
SELECT index_bytes > 1e15 AS is_large FROM vecext.estimate(9223372036854775807, 16000);
SELECT build_memory IS NULL FROM vecext.estimate(NULL, 3);
-- What CREATE INDEX refuses.
SELECT * FROM vecext.estimate(1000, 2001, 'ivfflat');
SELECT * FROM vecext.estimate(1000, 7001, 'hnsw');
SELECT * FROM vecext.estimate(1000, 3, 'hnsw', options => '{m=48}');
SELECT * FROM vecext.estimate(1000, 3, 'ivfpq', options => '{m=16}');
SELECT * FROM vecext.estimate(-1, 3);
SELECT * FROM vecext.estimate(1000, 0);
-- Sizes that the values decide.
SELECT * FROM vecext.estimate(1000, 3, 'bm25');
SELECT * FROM vecext.estimate(1000, 3, 'btree');
SELECT * FROM vecext.estimate(1000, 3, 'hnsw', 'sparsevec');
DROP FUNCTION measure;
RESET max_parallel_maintenance_workers;
