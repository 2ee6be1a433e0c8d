-- Many query vectors in one statement: LATERAL and vecext.search_batch give the rows that a statement for each gives, by each method
-- whose rows are prefetched while others are scored.
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SET vecext.observe_one_in = 0;
SELECT setseed(0.5);
CREATE TABLE many (id int PRIMARY KEY, tenant int, e vector(24));
ALTER TABLE many ALTER e SET STORAGE PLAIN;
INSERT INTO many SELECT i, i % 10, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 24) WHERE i > 0) FROM generate_series(1, 6000) i;
CREATE TABLE queries (id int, e vector(24));
INSERT INTO queries SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 24) WHERE i > 0) FROM generate_series(1, 60) i;
INSERT INTO queries VALUES (61, (SELECT e FROM many WHERE id = 1)), (62, (SELECT e FROM many WHERE id = 1));
ANALYZE many, queries;

-- One statement for each query, with its vector as a constant.
CREATE FUNCTION one_by_one(condition text) RETURNS TABLE (query int, ids int[]) LANGUAGE plpgsql AS $$
DECLARE q queries;
BEGIN
    FOR q IN SELECT * FROM queries ORDER BY id LOOP
        query := q.id;
        EXECUTE format('SELECT array_agg(id) FROM (SELECT id FROM many WHERE %s ORDER BY e <=> %L::vector LIMIT 10) AS s',
                       replace(condition, 'q.e', quote_nullable(q.e) || '::vector'), q.e) INTO ids;
        RETURN NEXT;
    END LOOP;
END $$;
-- How many queries have other rows in one statement.
CREATE FUNCTION differences(condition text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE n bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM one_by_one(%L) AS one JOIN queries AS q ON q.id = one.query
        LEFT JOIN LATERAL (SELECT array_agg(id) AS ids FROM (
            SELECT id FROM many WHERE %s ORDER BY e <=> q.e LIMIT 10) AS s) AS many ON true
        WHERE many.ids IS DISTINCT FROM one.ids', condition, condition) INTO n;
    RETURN n;
END $$;
CREATE FUNCTION all_differences() RETURNS TABLE (condition text, differ bigint) LANGUAGE sql AS $$
    SELECT c, differences(c) FROM (VALUES ('true'), ('tenant = 3'), ('tenant < 7'), ('e <=> q.e < 0.5')) AS v(c) $$;

SET enable_seqscan = off;
CREATE INDEX many_e ON many USING hnsw (e vector_cosine_ops);
EXPLAIN (COSTS OFF) SELECT * FROM queries AS q, LATERAL (SELECT id FROM many ORDER BY e <=> q.e LIMIT 10) AS s;
SELECT * FROM all_differences();
DROP INDEX many_e;
CREATE INDEX many_e ON many USING ivfpq (e vector_cosine_ops) WITH (lists = 40);
SELECT * FROM all_differences();
DROP INDEX many_e;
CREATE INDEX many_e ON many USING ivfpq (e vector_cosine_ops) WITH (lists = 5, rerank = fp16);
SELECT * FROM all_differences();
DROP INDEX many_e;
CREATE INDEX many_e ON many USING ivfflat (e vector_cosine_ops) WITH (lists = 40);
SELECT * FROM all_differences();
-- A cursor that ends early, in a list, and the queries after it
BEGIN;
DECLARE c CURSOR FOR SELECT q.id, s.id FROM queries AS q, LATERAL (SELECT id FROM many ORDER BY e <=> q.e LIMIT 10) AS s;
MOVE 15 IN c;
CLOSE c;
SELECT * FROM all_differences();
COMMIT;
DROP INDEX many_e;

-- Searches of a collection
CREATE INDEX many_e ON many USING ivfpq (e vector_cosine_ops) WITH (lists = 40);
SELECT vecext.register_collection('many', vectors => '{"column": "e", "distance": "cosine"}', payload_column => NULL);
WITH batch AS MATERIALIZED (
    SELECT request_no, array_agg(id ORDER BY n) AS ids FROM vecext.search_batch('many', (
        SELECT jsonb_agg(jsonb_build_object('vector', e::text::jsonb, 'with_payload', false) ORDER BY id) FROM queries))
        WITH ORDINALITY AS b(request_no, id, score, payload, vectors, n) GROUP BY request_no)
SELECT count(*) AS requests, count(*) FILTER (WHERE batch.ids IS DISTINCT FROM ARRAY(
        SELECT id FROM vecext.search('many', q.e, with_payload => 'false'))) AS differ
FROM batch JOIN (SELECT row_number() OVER (ORDER BY id) AS n, e FROM queries) AS q ON q.n = batch.request_no;
SELECT vecext.unregister_collection('many');

DROP FUNCTION all_differences(), differences(text), one_by_one(text);
DROP TABLE many, queries;
