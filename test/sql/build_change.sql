-- A function of an index's expression that says that it is immutable, but uses the index while that is built, or writes
-- into its table: it is refused in each reading of the table, and the table keeps its rows.
SET client_min_messages = warning;
SET max_parallel_maintenance_workers = 0;
SET maintenance_work_mem = '1MB';
SELECT setseed(0.5);
CREATE SEQUENCE calls;
CREATE SEQUENCE chosen_call;
CREATE TABLE item AS
SELECT i AS k, v, v::sparsevec AS s, 'w' || i || repeat(' w' || i % 100, 20) AS t
FROM (SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 16) WHERE i > 0)::vector(16) AS v FROM generate_series(1, 1500) i) r;
-- The first index of a table gets no rows before it is built.
CREATE INDEX ON item (k);
CREATE FUNCTION act(what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF nextval('public.calls') = (SELECT last_value FROM public.chosen_call) THEN
        EXECUTE what;
    END IF;
END $$;
CREATE FUNCTION acting(v vector, what text) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.act(what); RETURN v; END';
CREATE FUNCTION acting(s sparsevec, what text) RETURNS sparsevec LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.act(what); RETURN s; END';
CREATE FUNCTION acting(t text, what text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM public.act(what); RETURN t; END';

-- Builds the index, with the action in the next reading each time, as often as there are readings.
CREATE FUNCTION act_in_build(method_ text, what text, OUT reading int, OUT ended text) RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. 9 LOOP
        reading := i;
        PERFORM setval('calls', 1, false), setval('chosen_call', (i - 1) * 1500 + 700);
        BEGIN
            EXECUTE 'CREATE INDEX made ON item USING ' || replace(method_, '@', quote_literal(what));
            ended := 'built';
        EXCEPTION WHEN object_in_use THEN
            ended := SQLERRM;
        END;
        RETURN NEXT;
        EXIT WHEN ended = 'built';
    END LOOP;
    -- What was refused is nothing to the next build, whose rows are changed as those of any index.
    INSERT INTO item SELECT k + 10000, v, s, t FROM item WHERE k = 7;
    DELETE FROM item WHERE k > 10000;
    reading := NULL;
    PERFORM setval('chosen_call', 1000000);
    -- Rows that no transaction sees any more may be in it.
    ended := CASE WHEN vecext.verify_index('made') >= (SELECT count(*) FROM item) THEN 'verified' END;
    RETURN NEXT;
    DROP INDEX made;
END $$;
CREATE TABLE method AS SELECT * FROM unnest(ARRAY[
    'hnsw ((acting(v, @)::vector(16)) vector_l2_ops, k)', 'hnsw ((acting(v, @)::vector(16)) vector_l1_ops)', 'ivfpq ((acting(v, @)::vector(16)), k)',
    'ivfflat ((acting(v, @)::vector(16))) WITH (lists = 10)', 'bm25 (acting(t, @))', 'inverted ((acting(s, @)::sparsevec(16)))']) WITH ORDINALITY m(method, n);
SELECT method, r.* FROM method, act_in_build(method, 'INSERT INTO public.item SELECT k + 10000, v, s, t FROM public.item WHERE k = 7') r ORDER BY n, reading;
SELECT method, r.* FROM method, act_in_build(method, 'SELECT vecext.verify_index(''public.made'')') r ORDER BY n, reading;
-- The index of another build, whose function builds one, too, and one that is built already are used as ever.
CREATE TABLE other AS SELECT t FROM item;
CREATE INDEX other_t ON other USING bm25 (t);
CREATE FUNCTION use_other() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE INDEX inner_one ON public.other USING bm25 (t);
    INSERT INTO public.other VALUES ('w1');
    PERFORM vecext.verify_index('public.inner_one'), vecext.verify_index('public.other_t');
    DROP INDEX public.inner_one;
END $$;
SELECT r.* FROM act_in_build('bm25 (acting(t, @))', 'SELECT public.use_other()') r;
SELECT count(*) AS items, (SELECT count(*) > 1500 FROM other) AS has_more FROM item;
DROP TABLE item, other, method;
DROP SEQUENCE calls, chosen_call;
DROP FUNCTION act_in_build, act, acting(vector, text), acting(sparsevec, text), acting(text, text), use_other;
