-- Sets of rows that a session keeps: used again as long as the indexes they come from have not changed where rows of the set could be
-- added, and made again otherwise. Whatever is kept, a statement finds the rows that its snapshot sees.
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE kept (id int PRIMARY KEY, a int, few int, tags int[], v vector(3)) WITH (autovacuum_enabled = off);
CREATE FUNCTION make_rows(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO kept SELECT i, i * 7919 % 20011, i % 6, ARRAY[i % 6, 10 + i % 5], ARRAY[sin(i), cos(i * 3), sin(i * 7)]::vector FROM generate_series(first, last) i
$$;
SELECT make_rows(1, 20000);
CREATE INDEX kept_v ON kept USING hnsw (v vector_l2_ops);
CREATE INDEX kept_a ON kept (a);
CREATE INDEX kept_few ON kept (few DESC);
CREATE INDEX kept_tags ON kept USING gin (tags);
CREATE TABLE other (i int);
VACUUM ANALYZE kept;
SET vecext.filter_strategy = inline;
SET enable_seqscan = off;
-- The ids that a statement gives. By a set: was it kept, and how many pages of the index were read?
CREATE FUNCTION ids_by(strategy text, statement text, OUT ids int[], OUT kept bool, OUT pages int) LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    PERFORM set_config('vecext.filter_strategy', strategy, true);
    IF strategy = 'inline' THEN
        EXECUTE 'EXPLAIN (ANALYZE, FORMAT json) ' || statement INTO plan;
        IF plan::text NOT LIKE '%"Rows in Set"%' THEN
            RAISE EXCEPTION 'no set: %', plan;
        END IF;
        kept := plan::text LIKE '%"Set Kept": true%';
        pages := substring(plan::text FROM '"Index Pages": ([0-9]+)');
    ELSIF strategy = 'off' THEN
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_indexscan = off;
        SET LOCAL enable_bitmapscan = off;
    END IF;
    EXECUTE format('SELECT array_agg(id) FROM (%s) s', statement) INTO ids;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    SET LOCAL enable_seqscan = off;
    SET LOCAL vecext.filter_strategy = inline;
END
$$;
-- Was the set kept, and are the rows those of a sequential scan?
CREATE FUNCTION look(condition text, OUT kept bool, OUT same bool, OUT matching int) LANGUAGE sql AS $$
    SELECT s.kept, (SELECT array_agg(i ORDER BY i) FROM unnest(s.ids) i) IS NOT DISTINCT FROM (SELECT array_agg(i ORDER BY i) FROM unnest(t.ids) i), cardinality(t.ids)
    FROM format('SELECT id FROM kept WHERE %s ORDER BY v <-> ''[1,2,3]'' LIMIT 30000', condition) statement, ids_by('inline', statement) s, ids_by('off', statement) t
$$;
CREATE VIEW looks AS SELECT c.condition, l.* FROM (VALUES ('a < 3000'), ('a BETWEEN 7000 AND 9000'), ('a > 15000'), ('few = 3'), ('few < 2'), ('tags @> ''{3}'''), ('tags @> ''{3,12}'''),
    ('few = 3 AND a < 9000'), ('(a < 1000 OR a > 19000)'), ('a < 9000 AND tags @> ''{3}''')) c (condition), LATERAL look(c.condition) l;
SELECT condition, same, matching FROM looks;
SELECT condition, kept, same FROM looks;

-- Many conditions by turns.
SELECT bool_and(same) AS same FROM generate_series(3000, 8900, 100) b, look(format('a < %s', b));
SELECT count(*) FILTER (WHERE kept) AS kept, bool_and(same) AS same FROM generate_series(3000, 8900, 100) b, look(format('a < %s', b));

-- Changes of other tables, and of rows elsewhere in the index. Rows that are deleted leave the index as it is until VACUUM.
INSERT INTO other SELECT generate_series(1, 1000);
SELECT condition, kept, same FROM looks;
INSERT INTO kept VALUES (30001, 12000, 5, '{5}', '[1,2,3]');
SELECT kept, same, matching FROM look('a < 3000');
DELETE FROM kept WHERE a = 1000;
SELECT kept, same, matching FROM look('a < 3000');

-- A row of the set, at its ends; one that is rolled back; one that comes to the set, and one that leaves it.
INSERT INTO kept VALUES (30002, 1500, 3, '{3}', '[1,2,3]');
SELECT kept, same, matching FROM look('a < 3000');
SELECT kept, same, matching FROM look('a BETWEEN 7000 AND 9000');
INSERT INTO kept VALUES (30003, 7000, 3, '{3}', '[1,2,3]');
SELECT kept, same, matching FROM look('a BETWEEN 7000 AND 9000');
INSERT INTO kept VALUES (30004, 9000, 3, '{3,12}', '[1,2,3]');
SELECT kept, same, matching FROM look('a BETWEEN 7000 AND 9000');
SELECT condition, same, matching FROM looks;
BEGIN;
SELECT kept, same, matching FROM look('few = 3');
INSERT INTO kept SELECT 40000 + i, 1500, 3, '{3}', '[1,2,3]' FROM generate_series(1, 500) i;
SELECT kept, same, matching FROM look('few = 3');
SELECT kept, same, matching FROM look('few = 3');
ROLLBACK;
SELECT same, matching FROM look('few = 3');
UPDATE kept SET few = 3 WHERE id BETWEEN 100 AND 110;
SELECT same, matching FROM look('few = 3');
UPDATE kept SET few = 1 WHERE id BETWEEN 100 AND 110;
SELECT same, matching FROM look('few = 3');
VACUUM kept;
SELECT make_rows(50001, 56000);
SELECT condition, same, matching FROM looks;
VACUUM kept;
SELECT condition, same, matching FROM looks;
SELECT count(*) FILTER (WHERE kept) AS kept, bool_and(same) AS same FROM looks;

-- Leaves before the first one with rows of the set, in which there is room for more.
DELETE FROM kept WHERE a BETWEEN 4000 AND 5000;
SELECT same, matching FROM look('a BETWEEN 4200 AND 6000');
SELECT kept, same, matching FROM look('a BETWEEN 4200 AND 6000');
VACUUM kept;
SELECT kept, same, matching FROM look('a BETWEEN 4200 AND 6000');
INSERT INTO kept SELECT 60000 + i, 4200 + i * 30, 4, '{4}', '[1,2,3]' FROM generate_series(0, 25) i;
SELECT kept, same, matching FROM look('a BETWEEN 4200 AND 6000');

-- Few rows that are left of many; not few rows of few.
SELECT kept, same, matching FROM generate_series(1, 3) i, look(format('few = 3 AND a BETWEEN 7000 AND 7300 + %s', i * 0));
SELECT kept, same, matching FROM generate_series(1, 3) i, look(format('a < 20 + %s', i * 0));

-- Searches keep vectors or codes of a set, as long as it stays and the graph does: how many of the ten nearest rows do the statements find?
CREATE TABLE coded (id int PRIMARY KEY, a int, v vector(64)) WITH (autovacuum_enabled = off);
CREATE FUNCTION code_rows(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO coded SELECT i, i % 10, (SELECT array_agg(sin(i * (j + 1) * 0.37 + j * j)) FROM generate_series(1, 64) j)::vector FROM generate_series(first, last) i
$$;
SELECT code_rows(1, 20000);
CREATE INDEX coded_v ON coded USING hnsw (v vector_l2_ops);
CREATE INDEX coded_a ON coded (a);
VACUUM ANALYZE coded;
CREATE FUNCTION nearest(wanted int, OUT kept bool, OUT pages int, OUT has_nearest bool) LANGUAGE sql AS $$
    SELECT s.kept, s.pages, (SELECT count(*) >= 9 FROM unnest(t.ids) i WHERE i = ANY (s.ids))
    FROM format('SELECT id FROM coded WHERE a = %s ORDER BY v <-> (SELECT v FROM coded WHERE id = 77) LIMIT 10', wanted) statement,
        ids_by('inline', statement) s, ids_by('exact', statement) t
$$;
CREATE VIEW nearest_by_turns AS SELECT bool_and(has_nearest) AS have_nearest, bool_or(kept) AS kept, min(pages) < max(pages) / 2 AS fewer_pages FROM generate_series(1, 3) i, nearest(3 + i * 0);
SELECT * FROM nearest_by_turns;
SELECT * FROM nearest_by_turns;
-- Rows that come, and go; a graph of them; another graph.
INSERT INTO coded SELECT 30000 + i, 3, v FROM coded, generate_series(1, 3) i WHERE id = 77;
SELECT * FROM nearest_by_turns;
DELETE FROM coded WHERE id = 30002;
VACUUM coded;
SELECT have_nearest, kept FROM nearest_by_turns;
SELECT code_rows(40001, 44000);
VACUUM coded;
SELECT have_nearest, kept FROM nearest_by_turns;
SELECT have_nearest, kept FROM nearest_by_turns;
REINDEX INDEX coded_v;
SELECT * FROM nearest_by_turns;
-- Another index of the same table.
CREATE INDEX coded_cosine ON coded USING hnsw (v vector_cosine_ops);
DROP INDEX coded_v;
SELECT count(*) FROM (SELECT id FROM coded WHERE a = 3 ORDER BY v <=> (SELECT v FROM coded WHERE id = 77) LIMIT 10) s JOIN (SELECT id FROM coded WHERE a = 3 AND id <> 0 ORDER BY (v <=> (SELECT v FROM coded WHERE id = 77)) + 0 LIMIT 10) t USING (id);
-- Of a set that two indexes are searched for by turns, each keeps its own.
CREATE INDEX coded_v ON coded USING hnsw (v vector_l2_ops);
SELECT bool_and(has_nearest) AS have_nearest, max(pages) FILTER (WHERE i > 3) < 10 AS few_pages FROM generate_series(1, 6) i, nearest(3 + i * 0),
    LATERAL (SELECT count(*) FROM (SELECT id FROM coded WHERE a = 3 + i * 0 ORDER BY v <=> (SELECT v FROM coded WHERE id = 77) LIMIT 10) s) by_cosine WHERE by_cosine.count = 10;
DROP VIEW nearest_by_turns;
DROP FUNCTION nearest, code_rows;
DROP TABLE coded;

-- Parameters of prepared statements, and of a scan that is repeated.
PREPARE below (int) AS SELECT count(*) FROM (SELECT id FROM kept WHERE a < $1 ORDER BY v <-> '[1,2,3]' LIMIT 30000) s;
SET plan_cache_mode = force_generic_plan;
EXECUTE below (3000);
EXECUTE below (3001);
EXECUTE below (3000);
SELECT b, (SELECT count(*) FROM (SELECT id FROM kept WHERE a < b ORDER BY v <-> '[1,2,3]' LIMIT 30000) s) FROM (VALUES (3000), (8000), (3000), (NULL), (8000)) p (b);
RESET plan_cache_mode;

-- A cursor keeps its set, whatever becomes of it.
BEGIN;
DECLARE nearest CURSOR FOR SELECT id FROM kept WHERE a < 3000 ORDER BY v <-> '[1,2,3]';
MOVE 5 IN nearest;
INSERT INTO kept VALUES (70001, 1, 3, '{3}', '[1,2,3]');
SELECT kept, same FROM look('a < 3000');
SET LOCAL vecext.cache_size = '1MB';
SELECT count(*) FILTER (WHERE same) FROM generate_series(3000, 12000, 100) b, look(format('a < %s', b));
MOVE ALL IN nearest;
ROLLBACK;

-- Memory: an eighth of vecext.cache_size, with what searches make of the sets.
SET vecext.cache_size = '1MB';
SELECT count(*) FILTER (WHERE same) FROM generate_series(3000, 12000, 100) b, look(format('a < %s', b));
SELECT count(*) > 1 AS several, sum(total_bytes) <= 1024 * 1024 / 8 AS are_within FROM pg_backend_memory_contexts WHERE name IN ('vecext kept set', 'vecext searches of a kept set');
RESET vecext.cache_size;
-- Not of a serializable transaction, and not of few rows.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT kept, same FROM look('a < 3000');
SELECT kept, same FROM look('a < 3000');
COMMIT;
SELECT kept, same, matching FROM look('a < 50');
SELECT kept, same, matching FROM look('a < 50');

-- Not where a setting has a part in which rows the operator finds: the set would be that of another time zone.
ALTER TABLE kept ADD day date;
UPDATE kept SET day = '2024-01-01'::date + id % 100;
CREATE INDEX kept_day ON kept (day);
VACUUM ANALYZE kept;
SET timezone = 'UTC';
SELECT kept, same, matching FROM look('day < ''2024-01-10 06:00+00''::timestamptz');
SELECT kept, same, matching FROM look('day < ''2024-01-10 06:00+00''::timestamptz');
SET timezone = 'Pacific/Honolulu';
SELECT kept, same, matching FROM look('day < ''2024-01-10 06:00+00''::timestamptz');
RESET timezone;
SELECT kept, same FROM look('day < ''2024-01-10''::date');
SELECT kept, same FROM look('day < ''2024-01-10''::date');

-- An index that is built again, and a table that is emptied, also where this transaction has made them.
SELECT kept, same FROM look('a < 3000');
SELECT kept, same FROM look('a < 3000');
REINDEX INDEX kept_a;
SELECT kept, same FROM look('a < 3000');
SELECT kept, same FROM look('a < 3000');
DROP INDEX kept_a;
CREATE INDEX kept_a ON kept (a);
SELECT kept, same FROM look('a < 3000');
BEGIN;
TRUNCATE kept;
SELECT make_rows(1, 20000);
SELECT same, matching FROM look('a < 3000');
SELECT kept, same, matching FROM look('a < 3000');
TRUNCATE kept;
SELECT make_rows(10001, 20000);
SELECT same, matching FROM look('a < 3000');
ROLLBACK;
SELECT same, matching FROM look('a < 3000');
-- Indexes that are not logged.
ALTER TABLE kept SET UNLOGGED;
SELECT kept, same FROM look('a < 3000');
SELECT kept, same FROM look('a < 3000');
INSERT INTO kept VALUES (80001, 1500, 3, '{3}', '[1,2,3]');
SELECT kept, same FROM look('a < 3000');
DROP VIEW looks;
DROP FUNCTION look, ids_by, make_rows;
DROP TABLE kept, other;
