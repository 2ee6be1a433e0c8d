-- A cancel during a build is answered where the table is read, in each reading of it: by the call of the index expression
-- that the cancel came in, and not after others.
SET client_min_messages = warning;
SET max_parallel_maintenance_workers = 0;
SET maintenance_work_mem = '1MB';
SELECT setseed(0.5);
CREATE SEQUENCE calls;
CREATE SEQUENCE cancelled_call;
CREATE FUNCTION count_call() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('public.calls') = (SELECT last_value FROM public.cancelled_call) THEN
        PERFORM pg_cancel_backend(pg_backend_pid());
    END IF;
END $$;
CREATE FUNCTION counted(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.count_call(); RETURN v; END';
CREATE FUNCTION counted(s sparsevec) RETURNS sparsevec LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.count_call(); RETURN s; END';
CREATE FUNCTION counted(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.count_call(); RETURN t; END';
CREATE TABLE item AS
SELECT i AS k, v, v::sparsevec AS s, 'w' || i || repeat(' w' || i % 100, 20) AS t
FROM (SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 64) WHERE i > 0)::vector(64) AS v FROM generate_series(1, 3000) i) r;

-- Builds the index with a cancel at a call, in the next reading each time, as often as there are readings.
CREATE FUNCTION cancel_build(method_ text, OUT reading int, OUT ended text, OUT later_calls int8) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 9 LOOP
        reading := i;
        PERFORM setval('calls', 1, false), setval('cancelled_call', (i - 1) * 3000 + 100);
        BEGIN
            EXECUTE 'CREATE INDEX made ON item USING ' || method_;
            DROP INDEX made;
            ended := 'built';
        EXCEPTION WHEN query_canceled THEN
            ended := 'cancelled';
        END;
        later_calls := CASE WHEN ended = 'cancelled' THEN (SELECT last_value FROM calls) - ((i - 1) * 3000 + 100) END;
        RETURN NEXT;
        EXIT WHEN ended = 'built';
    END LOOP;
END $$;
SELECT m, c.* FROM unnest(ARRAY[
    'hnsw ((counted(v)::vector(64)) vector_l2_ops, k)', 'hnsw ((counted(v)::vector(64)) vector_l1_ops, k)', 'ivfpq ((counted(v)::vector(64)), k)',
    'ivfflat ((counted(v)::vector(64))) WITH (lists = 10)', 'bm25 (counted(t), k)', 'inverted ((counted(s)::sparsevec(64)))']) WITH ORDINALITY n(m, n),
    LATERAL cancel_build(m) c ORDER BY n, reading;
DROP TABLE item;
DROP SEQUENCE calls, cancelled_call;
DROP FUNCTION cancel_build, count_call, counted(vector), counted(sparsevec), counted(text);
