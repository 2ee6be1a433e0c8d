-- Values in and out of line, compressed or not, through updates and deletes.

-- The value of a row: elements depend on id, round and position; those of "alike" rows are equal.
CREATE FUNCTION pg_temp.make(id int, round int, dims int, alike boolean) RETURNS real[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(CASE WHEN alike THEN id + round
        ELSE (id * 31 + round * 7 + i * i % 1009 * 17) % 2039 - 1019 END::real)
    FROM generate_series(1, dims) i
$$;

CREATE TABLE toast_item (id int, dims int, alike boolean, round int DEFAULT 0, v vector, h halfvec,
    s sparsevec);
-- Short tuples stay in line unless storage moves them out.
ALTER TABLE toast_item SET (toast_tuple_target = 512);

CREATE FUNCTION pg_temp.fill(storage text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE toast_item;
    EXECUTE format('ALTER TABLE toast_item ALTER v SET STORAGE %1$s, ALTER h SET STORAGE %1$s,'
        ' ALTER s SET STORAGE %1$s', storage);
    INSERT INTO toast_item (id, dims, alike, v, h, s)
    SELECT id, dims, alike, x::vector, x::halfvec, x::sparsevec
    FROM unnest(CASE storage WHEN 'plain' THEN '{3,300}'::int[] ELSE '{3,300,1536,2000,16000}' END)
            dims,
        generate_series(1, 4) id, LATERAL (SELECT id > 2) a (alike),
        LATERAL pg_temp.make(id, 0, dims, alike) x;
END
$$;

-- Rows, and rows whose three values are as made, by every way of reading them.
CREATE FUNCTION pg_temp.intact(OUT rows bigint, OUT equal bigint, OUT distance bigint,
    OUT to_text bigint, OUT to_array bigint, OUT average bigint) LANGUAGE sql AS $$
    SELECT count(*),
        count(*) FILTER (WHERE v = x::vector AND h = x::halfvec AND s = x::sparsevec),
        count(*) FILTER (WHERE v <-> x::vector = 0 AND h <+> x::halfvec = 0
            AND s <-> x::sparsevec = 0),
        count(*) FILTER (WHERE v::text = x::vector::text AND h::text = x::halfvec::text
            AND s::text = x::sparsevec::text),
        count(*) FILTER (WHERE v::real[] = x AND h::vector = x::vector AND s::vector = x::vector),
        count(*) FILTER (WHERE (SELECT avg(y) FROM (VALUES (v), (x::vector)) t (y)) = x::vector)
    FROM toast_item, LATERAL pg_temp.make(id, round, dims, alike) x
$$;

-- Whether all values of a kind are kept in fewer bytes than their elements take.
CREATE VIEW pg_temp.kept AS
SELECT dims, alike, bool_and(pg_column_size(v) < dims * 4) AS vector_smaller,
    bool_and(pg_column_size(h) < dims * 2) AS halfvec_smaller,
    bool_and(pg_column_size(s) < dims * 8) AS sparsevec_smaller
FROM toast_item GROUP BY dims, alike;

-- external, the default: out of line, never compressed
SELECT attname, attstorage FROM pg_attribute
WHERE attrelid = 'toast_item'::regclass AND attname IN ('v', 'h', 's') ORDER BY attname;
SELECT pg_temp.fill('external');
SELECT * FROM pg_temp.intact();
SELECT * FROM pg_temp.kept ORDER BY dims, alike;

-- extended and main: compressed where that helps
SELECT pg_temp.fill('extended');
SELECT * FROM pg_temp.intact();
SELECT * FROM pg_temp.kept WHERE alike ORDER BY dims;
SELECT pg_temp.fill('main');
SELECT * FROM pg_temp.intact();
SELECT * FROM pg_temp.kept WHERE alike ORDER BY dims;

-- Updates of the value, of another column, deletes and reuse of the space.
SELECT pg_temp.fill('extended');
UPDATE toast_item SET round = 1, v = pg_temp.make(id, 1, dims, alike)::vector,
    h = pg_temp.make(id, 1, dims, alike)::halfvec, s = pg_temp.make(id, 1, dims, alike)::sparsevec
WHERE id IN (1, 3);
SELECT * FROM pg_temp.intact();
UPDATE toast_item SET id = id + 10, round = round - 10 WHERE alike;
SELECT count(*) AS rows, count(*) FILTER (WHERE v = x::vector AND h = x::halfvec) AS equal
FROM toast_item, LATERAL pg_temp.make(id, round, dims, alike) x WHERE alike;
DELETE FROM toast_item WHERE id IN (2, 14);
VACUUM toast_item;
ALTER TABLE toast_item ALTER v SET STORAGE external, ALTER h SET STORAGE external;
INSERT INTO toast_item (id, dims, alike, v, h, s)
SELECT 20, dims, false, x::vector, x::halfvec, x::sparsevec
FROM unnest('{3,1536,2000,16000}'::int[]) dims, LATERAL pg_temp.make(20, 0, dims, false) x;
VACUUM FULL toast_item;
SELECT * FROM pg_temp.intact();

-- Order and nearest neighbors over values that are fetched piece by piece.
SELECT id, dims FROM toast_item WHERE dims = 16000
ORDER BY v <-> pg_temp.make(20, 0, 16000, false)::vector LIMIT 1;
SELECT id, dims FROM toast_item ORDER BY v, id LIMIT 3;
SELECT count(DISTINCT v), count(DISTINCT h), count(DISTINCT s) FROM toast_item;

-- plain: as long as a row fits a page
SELECT pg_temp.fill('plain');
SELECT * FROM pg_temp.intact();
SELECT min(pg_column_size(v)), max(pg_column_size(v)), max(pg_column_size(h)),
    max(pg_column_size(s))
FROM toast_item;
INSERT INTO toast_item (id, dims, alike, v) VALUES (30, 1536, false,
    pg_temp.make(30, 0, 1536, false)::vector), (31, 2000, true,
    pg_temp.make(31, 0, 2000, true)::vector);
SELECT count(*) AS rows, count(*) FILTER (WHERE v = x::vector) AS equal, max(pg_column_size(v))
FROM toast_item, LATERAL pg_temp.make(id, round, dims, alike) x WHERE id >= 30;
\set VERBOSITY sqlstate
INSERT INTO toast_item (v) VALUES (array_fill(1, ARRAY[16000])::vector);
\set VERBOSITY default

DROP VIEW pg_temp.kept;
DROP TABLE toast_item;

-- A table that its own transaction truncates, between calls of one function: what a reader knows of the file is of another one.
CREATE TABLE toast_stage (id int, v vector(1000));
CREATE FUNCTION pg_temp.batches(OUT rows int, OUT total float8) LANGUAGE plpgsql AS $$
DECLARE
    size int;
    r record;
    zero vector := array_fill(0::float8, ARRAY[1000])::vector;
BEGIN
    rows := 0;
    total := 0;
    FOREACH size IN ARRAY ARRAY[200, 3] LOOP
        TRUNCATE toast_stage;
        INSERT INTO toast_stage SELECT i, array_fill(i::float8, ARRAY[1000])::vector FROM generate_series(1, size) i;
        FOR r IN SELECT v FROM toast_stage ORDER BY id LIMIT 100 LOOP
            rows := rows + 1;
            total := total + (r.v <+> zero);
        END LOOP;
    END LOOP;
END $$;
SELECT * FROM pg_temp.batches();
BEGIN;
CREATE TABLE toast_made (LIKE toast_stage);
SELECT count(*) FROM toast_made;
ALTER TABLE toast_made RENAME TO toast_old;
ALTER TABLE toast_stage RENAME TO toast_before;
ALTER TABLE toast_old RENAME TO toast_stage;
SELECT * FROM pg_temp.batches();
COMMIT;
DROP TABLE toast_stage, toast_before;
