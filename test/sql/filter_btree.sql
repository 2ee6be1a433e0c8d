-- Sets of rows from btrees: what matches is read leaf by leaf where it lies together, and looked at row by row where it
-- does not. Whatever the way, the set has the rows that the conditions on the index leave, and no others.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/sets.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE things (id int PRIMARY KEY, v vector(3), scattered int, few int, partly int, word text COLLATE "C", number float8);
CREATE FUNCTION make_things(first int, last int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO things SELECT i, ARRAY[sin(i), cos(i * 3), sin(i * 7)]::vector, i * 7919 % 20011, i % 6,
        CASE WHEN i % 5 > 0 THEN i * 31 % 20011 END, md5(i::text), CASE WHEN i % 100 = 0 THEN 'NaN' ELSE sin(i) END
    FROM generate_series(first, last) i
$$;
SELECT make_things(1, 20000);
CREATE INDEX things_v ON things USING hnsw (v vector_l2_ops);
CREATE INDEX things_scattered ON things (scattered);
CREATE INDEX things_down ON things (scattered DESC);
CREATE INDEX things_few ON things (few);
CREATE INDEX things_many ON things (few) WITH (deduplicate_items = off);
CREATE INDEX things_partly ON things (partly);
CREATE INDEX things_first ON things (partly DESC NULLS FIRST);
CREATE INDEX things_word ON things (word) INCLUDE (id);
CREATE INDEX things_number ON things (number);
CREATE INDEX things_both ON things (few, scattered);
CREATE INDEX things_part ON things (scattered) WHERE few = 3;
CREATE INDEX things_sum ON things ((scattered + partly));
ANALYZE things;

-- Is the set, made by one index, what a sequential scan finds? How many rows is that?
CREATE VIEW comparisons AS
SELECT c.keep, c.condition, r.same, r.found, r.in_set FROM (VALUES
    ('things_scattered', 'scattered < 9000'),
    ('things_scattered', 'scattered >= 9000'),
    ('things_scattered', 'scattered > 500 AND scattered <= 15000'),
    ('things_scattered', 'scattered > 500 AND scattered < 9000::bigint'),
    ('things_scattered', 'scattered = 77'),
    ('things_scattered', 'scattered < 0'),
    ('things_scattered', 'scattered < 30000'),
    ('things_scattered', 'scattered > 9000 AND scattered < 8000'),
    ('things_scattered', 'scattered IN (5, 700, 19000)'),
    ('things_scattered', 'scattered = ANY (ARRAY(SELECT i * 3 FROM generate_series(1, 900) i))'),
    ('things_scattered', 'scattered IS NOT NULL'),
    ('things_scattered', '(scattered < 3000 OR scattered > 17000)'),
    ('things_down', 'scattered < 9000'),
    ('things_down', 'scattered > 500 AND scattered <= 15000'),
    ('things_few', 'few = 3'),
    ('things_few', 'few > 1 AND few < 5'),
    ('things_few', 'few >= 0'),
    ('things_many', 'few = 3'),
    ('things_many', 'few > 1 AND few < 5'),
    ('things_partly', 'partly < 9000'),
    ('things_partly', 'partly >= 9000'),
    ('things_partly', 'partly IS NULL'),
    ('things_partly', 'partly IS NOT NULL'),
    ('things_partly', 'partly < (SELECT NULL::int)'),
    ('things_first', 'partly < 9000'),
    ('things_first', 'partly >= 9000'),
    ('things_first', 'partly IS NULL'),
    ('things_word', 'word < ''8'''),
    ('things_word', 'word LIKE ''a%'''),
    ('things_number', 'number < 0.5'),
    ('things_number', 'number > 0.5'),
    ('things_number', 'number = ''NaN'''),
    ('things_both', 'few = 3 AND scattered < 9000'),
    ('things_both', 'few > 3 AND scattered < 9000'),
    ('things_both', 'few < 4'),
    ('things_both', '(few, scattered) > (3, 9000)'),
    ('things_part', 'few = 3 AND scattered < 9000'),
    ('things_sum', 'scattered + partly < 9000')
) c (keep, condition), LATERAL compare(condition, keep) r;
SELECT * FROM comparisons;

-- Leaves that are divided, entries known to be dead, leaves that are empty, half dead and deleted.
SELECT make_things(20001, 23000);
SELECT count(*) AS wrong FROM comparisons WHERE NOT same;
DELETE FROM things WHERE scattered BETWEEN 3000 AND 8000 OR few = 2;
SELECT count(*) AS wrong FROM comparisons WHERE NOT same;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM (SELECT v FROM things WHERE scattered > 2000 AND scattered < 9000 OFFSET 0) s;
RESET enable_seqscan;
RESET enable_bitmapscan;
SELECT count(*) AS wrong FROM comparisons WHERE NOT same;
VACUUM things;
SELECT count(*) AS wrong FROM comparisons WHERE NOT same;
SELECT make_things(23001, 29000);
VACUUM things;
SELECT count(*) AS wrong FROM comparisons WHERE NOT same;

-- In a transaction that may not be serialized, and by a cursor.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT same, found, in_set FROM compare('scattered < 9000', 'things_scattered');
COMMIT;
BEGIN;
SET LOCAL vecext.filter_strategy = inline;
UPDATE pg_index SET indisvalid = indexrelid IN ('things_v'::regclass, 'things_pkey'::regclass, 'things_scattered'::regclass)
    WHERE indrelid = 'things'::regclass;
DECLARE nearest CURSOR FOR SELECT scattered < 9000 AS matches FROM things WHERE scattered < 9000 ORDER BY v <-> '[1,2,3]';
FETCH 3 FROM nearest;
SAVEPOINT before;
FETCH 2 FROM nearest;
ROLLBACK TO before;
COMMIT;
-- Lists that work_mem has no room for: of few pages; and of so many that a bitmap of the server's would remember pages
-- alone. The set has the rows of the condition on the index, and no others.
SET work_mem = '64kB';
SELECT same, found, in_set FROM compare('scattered < 15000', 'things_scattered');
INSERT INTO things SELECT i, '[1,2,3]', i, i % 6, i, repeat('x', 900), i FROM generate_series(100001, 110000) i;
ANALYZE things;
SELECT same, found, in_set FROM compare('scattered > 12000', 'things_scattered');
SELECT same, found, in_set FROM compare('scattered IN (5, 700, 19000) OR scattered > 12000', 'things_scattered');
SELECT same, found, in_set FROM compare('scattered < 5000 OR scattered > 12000', 'things_scattered');
RESET work_mem;

-- Without a log, leaves stay pinned: also where another index turns out to give no list, and the first is read again.
CREATE TEMP TABLE passing AS SELECT id, v, scattered FROM things WHERE id < 300;
CREATE INDEX ON passing USING hnsw (v vector_l2_ops);
CREATE INDEX ON passing (scattered);
CREATE INDEX ON passing USING hash (id);
ANALYZE passing;
SET vecext.filter_strategy = inline;
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT FROM passing WHERE scattered < 9000 ORDER BY v <-> '[1,2,3]' LIMIT 30000) s;
SELECT count(*) FROM (SELECT FROM passing WHERE scattered < 9000 OR id = 250 ORDER BY v <-> '[1,2,3]' LIMIT 30000) s;
DROP VIEW comparisons;
DROP TABLE passing, things;
DROP FUNCTION make_things;
DROP FUNCTION compare;
