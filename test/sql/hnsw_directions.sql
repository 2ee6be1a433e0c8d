-- Rows of few directions and many lengths: by cosine they are equal but for rounding, and a graph takes them for duplicates.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;

-- A normally distributed vector, the same for the same seed.
CREATE FUNCTION pg_temp.normal(dims int, seed int) RETURNS vector LANGUAGE plpgsql AS $$
BEGIN
    PERFORM setseed(seed / 1e6);
    RETURN ARRAY(SELECT sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) FROM generate_series(1, dims))::vector;
END
$$;

-- Rows of table item: so many of each direction, of which every second one is opposite to the one before, and of lengths over
-- four orders of magnitude.
CREATE FUNCTION pg_temp.fill(dims int, directions int, copies int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item SELECT i * directions + c, c, array_fill((-1) ^ c * 10 ^ (i * 4.0 / copies - 2), ARRAY[dims])::vector * d
    FROM (SELECT c, pg_temp.normal(dims, c / 2) AS d FROM generate_series(0, directions - 1) c) d, generate_series(0, copies - 1) i
    ORDER BY i * 7919 % copies, c;
END
$$;

-- An index of these rows, which are there before it or come later. The queries are for rows of any direction.
CREATE FUNCTION pg_temp.make(dims int, directions int, copies int, before bool) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS item, query;
    EXECUTE format('CREATE TABLE item (id int, direction int, v vector(%s)) WITH (autovacuum_enabled = off)', dims);
    CREATE TEMP TABLE query AS SELECT q AS id, pg_temp.normal(dims, 1000 + q) AS v FROM generate_series(1, 60) q;
    IF before THEN
        PERFORM pg_temp.fill(dims, directions, copies);
    END IF;
    CREATE INDEX item_v ON item USING hnsw (v vector_cosine_ops);
    IF NOT before THEN
        PERFORM pg_temp.fill(dims, directions, copies), vecext.merge('item_v');
    END IF;
END
$$;

-- The share of the ten nearest rows that are found, or others that are as near but for rounding; nodes that a search visits.
CREATE FUNCTION pg_temp.try(filter text DEFAULT 'true', OUT recall float8, OUT visited float8) LANGUAGE plpgsql AS $$
DECLARE
    ordered text := format('SELECT v <=> (SELECT v FROM query WHERE id = %%s) FROM item WHERE %s ORDER BY 1', filter);
    hits int := 0;
    tenth float8;
    near int;
BEGIN
    visited := 0;
    FOR q IN 1..60 LOOP
        SET LOCAL enable_indexscan = off;
        EXECUTE format(ordered || ' OFFSET 9 LIMIT 1', q) INTO tenth;
        SET LOCAL enable_indexscan = on;
        SET LOCAL enable_seqscan = off;
        EXECUTE format('SELECT count(*) FILTER (WHERE d <= $1) FROM (' || ordered || ' LIMIT 10) n (d)', q) INTO near USING tenth + 1e-6;
        SET LOCAL enable_seqscan = on;
        hits := hits + near;
        visited := visited + (SELECT nodes FROM vecext.last_scan()) / 60.0;
    END LOOP;
    recall := hits / 600.0;
END
$$;
CREATE FUNCTION pg_temp.finds(OUT by_default bool, OUT few_nodes bool, OUT by_ef bool, OUT rows int8, OUT sampled bool)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT recall >= 0.98, visited < 130 INTO by_default, few_nodes FROM pg_temp.try();
    SET hnsw.ef_search = 40;
    SELECT recall >= 0.95 INTO by_ef FROM pg_temp.try();
    RESET hnsw.ef_search;
    rows := vecext.verify_index('item_v');
    sampled := vecext.recall('item_v', 10, 30) >= 0.98;
END
$$;

-- Made of rows at once, of rows that came later; VACUUM removes some of each direction, the first of them, too.
SELECT pg_temp.make(16, 50, 100, true);
SELECT * FROM pg_temp.finds();
DELETE FROM item WHERE id / 50 % 100 < 30;
VACUUM item;
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(16, 50, 100, false);
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(64, 200, 50, true);
SELECT * FROM pg_temp.finds();
DELETE FROM item WHERE id % 3 > 0;
VACUUM item;
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(64, 200, 50, false);
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(384, 40, 60, true);
SELECT * FROM pg_temp.finds();
DELETE FROM item WHERE id % 3 = 0;
VACUUM item;
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(384, 40, 60, false);
SELECT * FROM pg_temp.finds();
SELECT pg_temp.make(1536, 10, 80, true);
SELECT * FROM pg_temp.finds();

-- In shards.
SELECT pg_temp.make(64, 200, 50, true);
SET maintenance_work_mem = '1MB';
REINDEX INDEX item_v;
RESET maintenance_work_mem;
SELECT * FROM pg_temp.finds();

-- Rows that match are found among those that do not.
SET vecext.filter_strategy = postfilter;
SELECT recall >= 0.98 AS found FROM pg_temp.try('mod(id, 3) = 1');
SET vecext.filter_strategy = inline;
SELECT recall >= 0.98 AS found FROM pg_temp.try('mod(id, 3) = 1');
SELECT recall >= 0.98 AS found FROM pg_temp.try('mod(id, 300) = 1');
RESET vecext.filter_strategy;

-- A cursor gets all rows of a direction before those of others.
SELECT count(DISTINCT row) AS rows, count(DISTINCT direction) AS directions
FROM unnest(pg_temp.rows_in_pieces('SELECT id FROM item ORDER BY v <=> (SELECT v FROM query WHERE id = 7)', '{10,10,30}')) row
    JOIN item ON format('(%s)', id) = row;

-- By other distances they differ.
DROP INDEX item_v;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
SELECT vecext.recall('item_v', 10, 30) >= 0.95 AS found;
DROP INDEX item_v;
CREATE INDEX item_v ON item USING hnsw (v vector_ip_ops);
SELECT vecext.recall('item_v', 10, 30) >= 0.95 AS found;
DROP INDEX item_v;

-- Graphs of whole vectors.
ALTER TABLE item ALTER v TYPE sparsevec(64);
ALTER TABLE query ALTER v TYPE sparsevec(64);
CREATE INDEX item_v ON item USING hnsw (v sparsevec_cosine_ops);
SELECT by_default, by_ef, rows, sampled FROM pg_temp.finds();
DROP TABLE item, query;
