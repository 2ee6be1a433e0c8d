-- Queries that order nothing, at run time: a null one, or one of zeros by cosine distance, inner product or Jaccard distance. They read a
-- few pages, however many rows there are, and give the rows that any other query gives.
SET enable_seqscan = off;
SET enable_sort = off;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
SELECT setseed(0.5);
CREATE TABLE classes (method text, type text, class text, op text, options text DEFAULT '', queries text[] DEFAULT '{NULL}');
INSERT INTO classes (method, type, class, op, queries)
SELECT method, t.type, t.class, t.op, t.queries
FROM (VALUES ('vector(12)', 'vector_l2_ops', '<->', '{NULL}'::text[]), ('vector(12)', 'vector_cosine_ops', '<=>', '{NULL,zero}'),
    ('halfvec(12)', 'halfvec_ip_ops', '<#>', '{NULL,zero}')) t (type, class, op, queries), unnest('{hnsw,ivfpq,ivfflat}'::text[]) method;
INSERT INTO classes (method, type, class, op, queries) VALUES
    ('hnsw', 'vector(12)', 'vector_l1_ops', '<+>', '{NULL}'),
    ('hnsw', 'bit(12)', 'bit_hamming_ops', '<~>', '{NULL}'),
    ('hnsw', 'bit(12)', 'bit_jaccard_ops', '<%>', '{NULL,zero}'),
    ('hnsw', 'sparsevec(12)', 'sparsevec_cosine_ops', '<=>', '{NULL,zero}'),
    ('inverted', 'sparsevec(12)', 'sparsevec_ip_ops', '<#>', '{NULL,zero}');
UPDATE classes SET options = 'WITH (lists = 10)' WHERE method = 'ivfflat';

-- What a query did: rows, and the pages read by the last of two executions, as the first one loads what a session keeps.
CREATE FUNCTION pg_temp.did(query text, OUT rows int, OUT pages int, OUT strategy text) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    FOR i IN 1..2 LOOP
        EXECUTE 'EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ' || query INTO plan;
    END LOOP;
    rows := plan -> 0 -> 'Plan' ->> 'Actual Rows';
    pages := (plan -> 0 -> 'Plan' ->> 'Shared Hit Blocks')::int + (plan -> 0 -> 'Plan' ->> 'Shared Read Blocks')::int;
    strategy := substring(plan::text FROM '"Strategy": "([^"]*)"');
END
$$;
CREATE FUNCTION pg_temp.value(type text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE split_part(type, '(', 1)
        WHEN 'bit' THEN (SELECT string_agg((random() < .5)::int::text, '') FROM generate_series(1, 12))
        WHEN 'sparsevec' THEN format('{%s:1,%s:2}/12', 1 + floor(random() * 6)::int, 7 + floor(random() * 6)::int)
        ELSE (SELECT '[' || string_agg(round(random()::numeric - .5, 3)::text, ',') || ']' FROM generate_series(1, 12)) END
$$;

-- The rows of a query, one by one.
CREATE FUNCTION pg_temp.in_pieces(query text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    source refcursor;
    id int;
    result int[] := '{}';
BEGIN
    OPEN source FOR EXECUTE query;
    LOOP
        FETCH source INTO id;
        EXIT WHEN NOT FOUND;
        result := result || id;
    END LOOP;
    CLOSE source;
    RETURN result;
END
$$;
-- What is wrong with queries of a class among so many rows, of which one in ten has no value, one in ten zeros, and one in ten is removed.
CREATE FUNCTION pg_temp.faults(class classes, total int) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    few CONSTANT int := 60;
    zero CONSTANT text := CASE split_part(class.type, '(', 1) WHEN 'bit' THEN repeat('0', 12) WHEN 'sparsevec' THEN '{}/12'
        ELSE array_fill(0, ARRAY[12])::vector::text END;
    about CONSTANT text := concat_ws(' ', class.method, class.class, total);
    fill CONSTANT text := format('INSERT INTO item SELECT i, i %% 100, CASE i %% 10 WHEN 3 THEN NULL WHEN 4 THEN %L ELSE pg_temp.value(%L) END::%s
        FROM generate_series($1, $2) i', zero, class.type, class.type);
    is_indexed CONSTANT text := 'v IS NOT NULL' || CASE WHEN class.class ~ 'cosine' THEN ' AND id % 10 <> 4' ELSE '' END;
    query text;
    asked text;
    condition text;
    did record;
    counted int;
    expected int;
    pieces int[];
BEGIN
    EXECUTE format('CREATE TABLE item (id int, k int, v %s)', class.type);
    EXECUTE format('CREATE TABLE asked AS SELECT 0 AS id, %L::%s AS v', zero, class.type);
    EXECUTE fill USING 1, total * 9 / 10;
    EXECUTE format('CREATE INDEX item_v ON item USING %s (v %s) %s', class.method, class.class, class.options);
    CREATE INDEX item_k ON item (k);
    EXECUTE fill USING total * 9 / 10 + 1, total;
    DELETE FROM item WHERE id % 10 = 5;
    UPDATE item SET k = k WHERE id % 10 = 6;
    ANALYZE item;
    FOREACH query IN ARRAY class.queries LOOP
        asked := format('item.v %s (SELECT a.v FROM asked a WHERE a.id = %s)', class.op, CASE query WHEN 'zero' THEN 0 ELSE 1 END);
        did := pg_temp.did('SELECT id FROM item ORDER BY ' || asked || ' LIMIT 10');
        IF did.rows <> 10 OR did.pages > few THEN
            RETURN NEXT concat_ws(' ', about, query, 'LIMIT 10', did);
        END IF;
        -- To the end, at once and one by one. An inverted index may give the rows without a value, too.
        EXECUTE 'SELECT count(*) FROM item WHERE ' || is_indexed INTO expected;
        EXECUTE format('SELECT count(DISTINCT id) FROM (SELECT id FROM item ORDER BY %s OFFSET 0) t WHERE id %% 10 <> 3', asked) INTO counted;
        pieces := ARRAY(SELECT id FROM unnest(pg_temp.in_pieces('SELECT id FROM item ORDER BY ' || asked)) id WHERE id % 10 <> 3);
        IF counted <> expected OR cardinality(pieces) <> expected OR (SELECT count(DISTINCT id) FROM unnest(pieces) id) <> expected THEN
            RETURN NEXT concat_ws(' ', about, query, 'all rows', counted, cardinality(pieces), 'for', expected);
        END IF;
        -- With conditions, which an index gives, or not. The rows of few are compared where a search of an inverted index would take longer.
        FOREACH condition IN ARRAY '{k = 7,k < 50,id % 7 = 1}'::text[] LOOP
            EXECUTE 'SELECT count(*) FROM item WHERE ' || condition INTO expected;
            did := pg_temp.did(format('SELECT id FROM item WHERE %s ORDER BY %s LIMIT 10', condition, asked));
            IF did.rows <> least(expected, 10) OR (did.pages > few AND class.method <> 'inverted') OR did.strategy IS NULL THEN
                RETURN NEXT concat_ws(' ', about, query, condition, did);
            END IF;
            did := pg_temp.did(format('SELECT id FROM item WHERE %s ORDER BY %s LIMIT 100000', condition, asked));
            IF did.rows <> expected THEN
                RETURN NEXT concat_ws(' ', about, query, condition, 'all rows', did, 'for', expected);
            END IF;
        END LOOP;
        -- No row is within a distance of a null one; of zeros, all or none.
        did := pg_temp.did(format('SELECT t.id FROM (SELECT (SELECT v FROM asked WHERE id = %s) AS v OFFSET 0) a CROSS JOIN LATERAL
            (SELECT id FROM item WHERE item.v %s a.v < -1 ORDER BY item.v %2$s a.v LIMIT 10) t', CASE query WHEN 'zero' THEN 0 ELSE 1 END, class.op));
        IF did.rows <> 0 OR (did.pages > few AND class.method <> 'inverted') THEN
            RETURN NEXT concat_ws(' ', about, query, 'within a distance', did);
        END IF;
        -- Once for each row of a join.
        did := pg_temp.did(format('SELECT t.id FROM generate_series(1, 5) g CROSS JOIN LATERAL (SELECT id FROM item ORDER BY v %s
            (SELECT a.v FROM asked a WHERE a.id = %s OR g < 0) LIMIT 3) t', class.op, CASE query WHEN 'zero' THEN 0 ELSE 1 END));
        IF did.rows <> 15 OR did.pages > 5 * few THEN
            RETURN NEXT concat_ws(' ', about, query, 'LATERAL', did);
        END IF;
    END LOOP;
    -- No row that a partial index does not have.
    CREATE TABLE part AS SELECT * FROM item;
    EXECUTE format('CREATE INDEX part_v ON part USING %s (v %s) %s WHERE k < 50', class.method, class.class, class.options);
    ANALYZE part;
    asked := format('SELECT id FROM part WHERE k < 50 ORDER BY v %s (SELECT a.v FROM asked a WHERE a.id = 1)', class.op);
    did := pg_temp.did(asked || ' LIMIT 10');
    IF did.rows <> 10 OR did.pages > few OR did.strategy IS NOT NULL THEN
        RETURN NEXT concat_ws(' ', about, 'partial', did);
    END IF;
    EXECUTE 'SELECT count(*) FROM item WHERE k < 50 AND ' || is_indexed INTO expected;
    EXECUTE format('SELECT count(DISTINCT t.id) FROM (%s LIMIT 100000) t JOIN part USING (id) WHERE k < 50', asked) INTO counted;
    did := pg_temp.did(asked || ' LIMIT 100000');
    IF counted <> expected OR did.rows <> expected THEN
        RETURN NEXT concat_ws(' ', about, 'partial, all rows', counted, did, 'for', expected);
    END IF;
    DROP TABLE item, part, asked;
END
$$;
SET client_min_messages = warning;
SELECT f FROM classes c, unnest('{1000,6000}'::int[]) total, pg_temp.faults(c, total) f;
DROP TABLE classes CASCADE;
RESET client_min_messages;

-- Settings that a user has made bound such a scan as any other.
CREATE TABLE item (id int, k int, v vector(3));
INSERT INTO item SELECT i, i % 10, format('[%s,%s,%s]', i % 17, i % 23, i % 29)::vector FROM generate_series(1, 2000) i;
CREATE TABLE asked AS SELECT 0 AS id, '[0,0,0]'::vector AS v;
CREATE FUNCTION pg_temp.counted(condition text, distance text) RETURNS int LANGUAGE sql AS $$
    SELECT (pg_temp.did(format('SELECT id FROM item %s ORDER BY v %s (SELECT v FROM asked WHERE id = 1) LIMIT 100000', condition, distance))).rows
$$;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
ANALYZE item;
SET hnsw.max_scan_tuples = 150;
SELECT pg_temp.counted('', '<->'), pg_temp.counted('WHERE k = 3', '<->') < 150 AS is_bounded;
SET hnsw.iterative_scan = off;
SET hnsw.ef_search = 30;
SELECT pg_temp.counted('', '<->');
RESET hnsw.max_scan_tuples;
RESET hnsw.iterative_scan;
RESET hnsw.ef_search;
SELECT pg_temp.counted('', '<->'), pg_temp.counted('WHERE k = 3', '<->');
DROP INDEX item_v;
CREATE INDEX item_v ON item USING ivfflat (v vector_l2_ops) WITH (lists = 10);
SET ivfflat.iterative_scan = off;
SELECT pg_temp.counted('', '<->') BETWEEN 1 AND 1000 AS is_bounded;
RESET ivfflat.iterative_scan;
SELECT pg_temp.counted('', '<->');

-- Vectors of other dimensions are refused, null or not.
SELECT id FROM item ORDER BY v <-> '[1,2]'::vector LIMIT 1;
DROP INDEX item_v;

-- Rows of a key column's value alone; prepared statements; removed rows.
CREATE INDEX item_v ON item USING hnsw (v vector_cosine_ops, k);
ANALYZE item;
SELECT rows, pages < 60 AS few FROM pg_temp.did('SELECT id FROM item WHERE k = 3 ORDER BY v <=> (SELECT v FROM asked WHERE id = 1) LIMIT 10');
SET plan_cache_mode = force_generic_plan;
PREPARE nearest (vector, int) AS SELECT k FROM item WHERE k = $2 ORDER BY v <=> $1 LIMIT 3;
EXECUTE nearest (NULL, 3);
EXECUTE nearest ('[0,0,0]', 4);
EXECUTE nearest ('[1,2]', 4);
DEALLOCATE nearest;
RESET plan_cache_mode;
BEGIN;
DELETE FROM item WHERE id % 2 = 0;
SELECT pg_temp.counted('', '<=>');
SELECT rows, pages < 60 AS few FROM pg_temp.did('SELECT id FROM item WHERE id < 0 OR k = 3
    ORDER BY v <=> (SELECT v FROM asked WHERE id = 1) LIMIT 10');
ROLLBACK;
DROP TABLE item, asked;
