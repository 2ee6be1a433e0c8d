-- What a session keeps of the indexes that it has used: gone with the index, and bounded.
CREATE FUNCTION kept(OUT entries bigint, OUT bytes numeric) LANGUAGE sql AS $$
    SELECT count(*) FILTER (WHERE name = 'vecext index model'),
           coalesce(sum(total_bytes), 0)
    FROM pg_backend_memory_contexts
    WHERE name IN ('vecext index model', 'vecext rows of nodes')
$$;
SET enable_seqscan = off;
SET enable_sort = off;
CREATE TABLE kept_item (id int, n int, v vector(8));
INSERT INTO kept_item SELECT i, i % 10, ARRAY[i, i % 7, i % 11, i % 13, i % 17, i % 19, i % 23, 1]::vector
FROM generate_series(1, 3000) i;
CREATE INDEX kept_item_n ON kept_item (n);
CREATE INDEX kept_graph ON kept_item USING hnsw (v vector_l2_ops);
ANALYZE kept_item;
CREATE FUNCTION search(query text DEFAULT 'SELECT id FROM kept_item ORDER BY v <-> ''[1,2,3,4,5,6,7,8]'' LIMIT 3')
RETURNS int LANGUAGE plpgsql AS $$
DECLARE found int;
BEGIN
    EXECUTE format('SELECT count(*) FROM (%s) s', query) INTO found;
    RETURN found;
END $$;
SELECT search(), search('SELECT id FROM kept_item WHERE n = 3 ORDER BY v <-> ''[1,2,3,4,5,6,7,8]'' LIMIT 3');
SELECT entries FROM kept();

-- Rebuilt: nothing is left of the files that are no more.
REINDEX INDEX CONCURRENTLY kept_graph;
SELECT search();
REINDEX INDEX CONCURRENTLY kept_graph;
SELECT search();
REINDEX INDEX kept_graph;
SELECT search();
SELECT entries FROM kept();
ANALYZE kept_item;
SELECT entries FROM kept();  -- it is the same file still
BEGIN;
TRUNCATE kept_item;
SELECT search();
ROLLBACK;
SELECT search();
SELECT entries FROM kept();
DROP INDEX kept_graph;
SELECT entries FROM kept();

-- Temporary tables, each dropped by its own transaction, and all by one.
CREATE PROCEDURE temporary_tables(n int, is_one boolean) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..n LOOP
        CREATE TEMP TABLE short_lived AS SELECT v FROM kept_item LIMIT 100;
        CREATE INDEX ON short_lived USING hnsw (v vector_l2_ops);
        CREATE INDEX ON short_lived USING ivfpq (v vector_cosine_ops);
        PERFORM search('SELECT 1 FROM short_lived ORDER BY v <-> ''[1,2,3,4,5,6,7,8]'' LIMIT 3');
        PERFORM search('SELECT 1 FROM short_lived ORDER BY v <=> ''[1,2,3,4,5,6,7,8]'' LIMIT 3');
        DROP TABLE short_lived;
        IF NOT is_one THEN
            COMMIT;
        END IF;
    END LOOP;
END $$;
CALL temporary_tables(20, false);
SELECT * FROM kept();
CALL temporary_tables(20, true);
SELECT * FROM kept();

-- A bound: what was used longest ago goes. Indexes of temporary tables are each session's own.
SHOW vecext.cache_size;
SET vecext.cache_size = '1MB';
CREATE PROCEDURE tables(n int) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..n LOOP
        EXECUTE format('CREATE TEMP TABLE kept_%s AS SELECT v FROM kept_item', i);
        EXECUTE format('CREATE INDEX ON kept_%s USING ivfflat (v vector_l2_ops) WITH (lists = 500)', i);
    END LOOP;
    FOR i IN 1..n LOOP
        PERFORM search(format('SELECT 1 FROM kept_%s ORDER BY v <-> ''[1,2,3,4,5,6,7,8]'' LIMIT 3', i));
    END LOOP;
END $$;
CALL tables(30);
SELECT entries BETWEEN 2 AND 29 AS some_are_kept, bytes <= 1024 * 1024 AS is_bounded FROM kept();
-- An index that a statement is using stays; so does the statement's order.
BEGIN;
DECLARE held CURSOR FOR SELECT v FROM kept_1 ORDER BY v <-> '[1,2,3,4,5,6,7,8]';
FETCH 2 FROM held;
DO $$ BEGIN FOR i IN 2..30 LOOP
    PERFORM search(format('SELECT 1 FROM kept_%s ORDER BY v <-> ''[1,2,3,4,5,6,7,8]'' LIMIT 3', i));
END LOOP; END $$;
FETCH 2 FROM held;
MOVE 200 FROM held;
CLOSE held;
COMMIT;
-- One that an error has ended is used no more.
CREATE FUNCTION fail_at(n int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF n = 0 THEN RAISE EXCEPTION 'failed'; END IF;
    RETURN true;
END $$;
SELECT fail_at(1 - row_number::int % 2) FROM (SELECT row_number() OVER () FROM (SELECT v FROM kept_2 ORDER BY v <-> '[1,2,3,4,5,6,7,8]' LIMIT 5) s) r;
DROP TABLE kept_2;
\set VERBOSITY sqlstate
SET vecext.cache_size = '1kB';
\set VERBOSITY default
RESET vecext.cache_size;
SELECT entries BETWEEN 1 AND 29 AS some_are_kept, bytes <= 1024 * 1024 AS is_bounded FROM kept();
SET client_min_messages = warning;
DO $$ BEGIN FOR i IN 1..30 LOOP EXECUTE format('DROP TABLE IF EXISTS kept_%s', i); END LOOP; END $$;
DROP TABLE kept_item;
SELECT * FROM kept();
DROP PROCEDURE temporary_tables, tables;
DROP FUNCTION kept, search, fail_at;
