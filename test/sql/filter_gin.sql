-- Sets of rows from GIN indexes: those that come as lists, entry by entry, and those that the server makes bitmaps
-- of. Whatever the way, the rows are those of a sequential scan.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/sets.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE things (id int PRIMARY KEY, v vector(3), payload jsonb, tags int[], words tsvector, filler text);
ALTER TABLE things ALTER filler SET STORAGE PLAIN;
CREATE FUNCTION make_things(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO things SELECT i, ARRAY[sin(i), cos(i * 3), sin(i * 7)]::vector,
        CASE WHEN i % 50 = 0 THEN NULL
             ELSE jsonb_build_object('half', i % 2, 'tenth', i % 10, 'rare', i % 997, 'deep', jsonb_build_object('x', i % 5)) END,
        CASE WHEN i % 40 = 0 THEN NULL ELSE ARRAY[i % 3, 100 + i % 20, 1000 + i % 500] END,
        to_tsvector('simple', 'w' || i % 4 || ' v' || i % 30 || ' all'), repeat('x', i % 200)
    FROM generate_series(first, last) i
$$;
SELECT make_things(1, 20000);
CREATE INDEX things_v ON things USING hnsw (v vector_l2_ops);
CREATE INDEX things_paths ON things USING gin (payload jsonb_path_ops);
CREATE INDEX things_keys ON things USING gin (payload);
CREATE INDEX things_tags ON things USING gin (tags);
CREATE INDEX things_words ON things USING gin (words) WITH (fastupdate = off);
CREATE INDEX things_both ON things USING gin (tags, payload jsonb_path_ops);
ANALYZE things;

-- Rows by the set, all of them, against those of a sequential scan; and was it by a set?
CREATE VIEW comparisons AS
SELECT c.keep, c.condition, r.same, r.found, r.by_set FROM (VALUES
    ('things_paths', 'payload @> ''{"half": 1}'''),
    ('things_paths', 'payload @> ''{"half": 1, "tenth": 3}'''),
    ('things_paths', 'payload @> ''{"rare": 996, "deep": {"x": 2}}'''),
    ('things_paths', 'payload @> ''{"half": 0, "tenth": 3}'''),
    ('things_paths', 'payload @> ''{"none": 0}'''),
    ('things_paths', 'payload @> ''{}'''),
    ('things_paths', 'payload @> (SELECT NULL::jsonb)'),
    ('things_paths', 'payload @> ''{"half": 1}'' AND payload @> ''{"deep": {"x": 4}}'''),
    ('things_paths', '(payload @> ''{"rare": 1}'' OR payload @> ''{"rare": 3}'')'),
    ('things_paths', 'payload @@ ''$.rare == 5 || $.rare == 6'''),
    ('things_keys', 'payload @> ''{"half": 1, "tenth": 3}'''),
    ('things_keys', 'payload ? ''rare'''),
    ('things_keys', 'payload ?| ARRAY[''half'', ''other'']'),
    ('things_keys', 'payload ?& ARRAY[''half'', ''other'']'),
    ('things_tags', 'tags @> ARRAY[2, 105]'),
    ('things_tags', 'tags && ARRAY[2, 105]'),
    ('things_tags', 'tags @> ''{}'''),
    ('things_tags', 'tags <@ ARRAY[0, 1, 2, 103, 1003, 1103]'),
    ('things_tags', 'tags = ARRAY[1, 101, 1001]'),
    ('things_words', 'words @@ ''w1 & v5'''),
    ('things_words', 'words @@ ''w1 | v5'''),
    ('things_words', 'words @@ ''all & !w1'''),
    ('things_words', 'words @@ ''v5 & !w1 & !w2'''),
    ('things_words', 'words @@ ''v1:*'''),
    ('things_words', 'words @@ ''all'''),
    ('things_both', 'tags @> ARRAY[2] AND payload @> ''{"tenth": 3}''')) c (keep, condition)
    CROSS JOIN LATERAL compare(c.condition, c.keep) r;
SELECT * FROM comparisons;

-- Rows that are pending, removed, and changed.
SELECT make_things(20001, 21000);
DELETE FROM things WHERE id % 7 = 0;
UPDATE things SET payload = payload || '{"half": 1}' WHERE id % 11 = 0;
SELECT condition, same FROM comparisons WHERE NOT same;
VACUUM things;
SELECT count(*) FILTER (WHERE same) AS same, count(*) FROM comparisons;

-- Lists that lose pages.
DELETE FROM things WHERE id BETWEEN 2000 AND 19000;
VACUUM things;
SELECT make_things(30001, 33000);
SELECT count(*) FILTER (WHERE same) AS same, count(*) FROM comparisons;

-- Within little memory, and with what the server wants to know of reads.
SET work_mem = '64kB';
SELECT count(*) FILTER (WHERE same) AS same, count(*) FROM comparisons;
RESET work_mem;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FILTER (WHERE same) AS same, count(*) FROM comparisons;
COMMIT;

DROP VIEW comparisons;
DROP FUNCTION compare, make_things;
DROP TABLE things;
