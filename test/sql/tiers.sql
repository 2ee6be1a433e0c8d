-- vecext.tier: partitions that grow old, or that nobody searches, get smaller indexes and another tablespace, and come back.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET allow_in_place_tablespaces = on;
SET datestyle = 'German';
SET timezone = 'UTC';
CREATE TABLESPACE "regress_vecext Cold" LOCATION '';
CREATE SCHEMA "tiers Of";
SET search_path = "tiers Of", public;
CREATE TABLE event (id int, day date, v halfvec(4), note text) PARTITION BY RANGE (day);
CREATE TABLE event_old PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2001-01-01');
CREATE TABLE "event; DROP TABLE event" PARTITION OF event FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE event_now PARTITION OF event FOR VALUES FROM ('2002-01-01') TO (MAXVALUE);
CREATE TABLE event_bare PARTITION OF event DEFAULT;
INSERT INTO event SELECT i, date '2000-06-01' + i, ARRAY[i % 7, i % 11, i % 13, 1]::halfvec FROM generate_series(0, 899) i;
CREATE INDEX old_v ON event_old USING hnsw (v halfvec_l2_ops, id) WHERE note IS NULL;
CREATE INDEX odd_v ON "event; DROP TABLE event" USING hnsw (v halfvec_l2_ops);
CREATE INDEX now_v ON event_now USING hnsw (v halfvec_l2_ops);
CREATE INDEX old_id ON event_old (id);
ANALYZE event;
-- A partition without a bound stays as it is, with whatever indexes.
CREATE INDEX bare_flat ON event_bare USING ivfflat (v halfvec_l2_ops);
CREATE INDEX bare_v ON event_bare USING hnsw (v halfvec_l2_ops);

-- The plan changes nothing.
SELECT partition, since, tier, target, statements
FROM vecext.tier_plan('event', interval '1 year', date_trunc('day', now() - timestamptz '2001-06-01'), 'regress_vecext Cold');
SELECT DISTINCT tier, target, statements FROM vecext.tier_plan('event', interval '1000 years');

CREATE VIEW state AS
SELECT c.relname, coalesce(m.amname, 'table') AS method, s.spcname FROM pg_class c LEFT JOIN pg_am m ON m.oid = c.relam AND c.relkind = 'i'
    LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
WHERE c.relnamespace = '"tiers Of"'::regnamespace AND (c.relkind = 'i' OR c.relkind = 'r') ORDER BY c.relname COLLATE "C";
SET client_min_messages = notice;
CALL vecext.tier('event', interval '1 year', date_trunc('day', now() - timestamptz '2001-06-01'), 'regress_vecext Cold');
SELECT * FROM state;
-- Again, nothing is left to do.
CALL vecext.tier('event', interval '1 year', date_trunc('day', now() - timestamptz '2001-06-01'), 'regress_vecext Cold');

-- One statement searches partitions of all tiers; its answers are those of the tables.
SET enable_seqscan = off;
SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT id FROM event WHERE note IS NULL ORDER BY v <-> '[3, 5, 7, 1]' LIMIT 5;
CREATE TABLE by_indexes AS
WITH q AS (SELECT i, ARRAY[i % 6 + .3, i % 10 + .4, i % 12 + .6, 1]::halfvec AS v FROM generate_series(1, 50) i)
SELECT q.i, n.d FROM q, LATERAL (SELECT e.v <-> q.v AS d FROM event e WHERE e.note IS NULL ORDER BY e.v <-> q.v LIMIT 10) n;
RESET enable_seqscan;
SET enable_indexscan = off;
SET vecext.filter_strategy = off;
SELECT count(*) >= 490 AS finds_what_the_tables_have FROM (
    SELECT i, d FROM by_indexes
    INTERSECT ALL (
        WITH q AS (SELECT i, ARRAY[i % 6 + .3, i % 10 + .4, i % 12 + .6, 1]::halfvec AS v FROM generate_series(1, 50) i)
        SELECT q.i, n.d FROM q, LATERAL (SELECT e.v <-> q.v AS d FROM event e WHERE e.note IS NULL ORDER BY e.v <-> q.v LIMIT 10) n)) AS found;
RESET enable_indexscan;
RESET max_parallel_workers_per_gather;
RESET vecext.filter_strategy;

-- By a list, back to hot, with what a list cannot have.
CALL vecext.tier_partitions('{event_old,event_now}', 'hot', 'regress_vecext Cold');
SELECT * FROM state;
CALL vecext.tier_partitions('{by_indexes,event_now}', 'warm');
CALL vecext.tier_partitions('{event_now}', 'tepid');
CALL vecext.tier_partitions('{event_now}', 'cold', 'no such');
CALL vecext.tier_partitions('{event_now}', 'cold');
SELECT * FROM vecext.tier_plan('event', cold_after => '1 year');
SELECT * FROM vecext.tier_plan('event', basis => 'mood');
SELECT * FROM vecext.tier_plan('event', cold_tablespace => 'regress_vecext Cold');
CALL vecext.tier('event');
BEGIN;
CALL vecext.tier('event', interval '1 year');
ROLLBACK;

-- A call that was interrupted between its statements: both indexes are there, and the old one goes.
CALL vecext.tier_partitions('{event_now}', 'hot');
SET client_min_messages = warning;
CREATE INDEX now_flat ON event_now USING ivfpq (v halfvec_l2_ops);
SET client_min_messages = notice;
CALL vecext.tier_partitions('{event_now}', 'warm');

-- By use: the first call looks, later ones see what was searched since.
SET client_min_messages = warning;
CALL vecext.tier_partitions('{event_old,event_now}', 'warm');
SET enable_seqscan = off;
SELECT pg_stat_force_next_flush();
CALL vecext.tier('event', interval '1 hour', basis => 'use');
SELECT partition, tier, target, since <= now() AS seen FROM vecext.tier_plan('event', interval '1 hour', basis => 'use') ORDER BY partition::text COLLATE "C";
UPDATE vecext_internal.tier_use SET used_at = now() - interval '1 day';
SELECT count(*) FROM (SELECT id FROM event_now ORDER BY v <-> '[3, 5, 7, 1]' LIMIT 5) AS searched;
SELECT pg_stat_force_next_flush();
SELECT pg_stat_clear_snapshot();
SELECT partition, tier, target FROM vecext.tier_plan('event', interval '1 hour', basis => 'use') ORDER BY partition::text COLLATE "C";
SET client_min_messages = notice;
CALL vecext.tier('event', interval '1 hour', basis => 'use');
SELECT partition, tier, target, cardinality(statements) FROM vecext.tier_plan('event', interval '1 hour', basis => 'use') ORDER BY partition::text COLLATE "C";

-- A cold partition that is searched once is hot after the next call, and stays so while it is searched once between calls.
SET client_min_messages = warning;
CALL vecext.tier_partitions('{event_old}', 'cold', 'regress_vecext Cold');
UPDATE vecext_internal.tier_use SET used_at = now() - interval '1 week' WHERE relid = 'event_old'::regclass;
SET client_min_messages = notice;
CALL vecext.tier('event', interval '1 hour', interval '2 days', 'regress_vecext Cold', 'use');
SELECT tier, target, statements FROM vecext.tier_plan('event', interval '1 hour', interval '2 days', 'regress_vecext Cold', 'use') WHERE partition = 'event_old'::regclass;
SELECT count(*) FROM (SELECT id FROM event_old WHERE note IS NULL ORDER BY v <-> '[3, 5, 7, 1]' LIMIT 5) AS searched;
SELECT pg_stat_force_next_flush();
CALL vecext.tier('event', interval '1 hour', interval '2 days', 'regress_vecext Cold', 'use');
SELECT * FROM state WHERE relname ~ '^(event_)?old';
UPDATE vecext_internal.tier_use SET used_at = now() - interval '1 week' WHERE relid = 'event_old'::regclass;
SELECT count(*) FROM (SELECT id FROM event_old WHERE note IS NULL ORDER BY v <-> '[3, 5, 7, 1]' LIMIT 5) AS searched;
SELECT pg_stat_force_next_flush();
SELECT tier, target, statements FROM vecext.tier_plan('event', interval '1 hour', interval '2 days', 'regress_vecext Cold', 'use') WHERE partition = 'event_old'::regclass;
RESET enable_seqscan;

-- An index has the collations and operator classes of the one that it replaces. One with others does not stand for it.
SET client_min_messages = warning;
CREATE OPERATOR CLASS other_ops FOR TYPE text USING hnsw AS OPERATOR 1 = (text, text), FUNCTION 4 hashtext(text);
CREATE OPERATOR CLASS other_ops FOR TYPE text USING ivfpq AS OPERATOR 1 = (text, text), FUNCTION 6 hashtext(text);
CREATE OPERATOR CLASS hnsw_ops FOR TYPE text USING hnsw AS OPERATOR 1 = (text, text), FUNCTION 4 hashtext(text);
CREATE TABLE worded (day date, v vector(3), a text, b text COLLATE "C", c varchar, d int) PARTITION BY RANGE (day);
CREATE TABLE worded_old PARTITION OF worded FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE INDEX worded_v ON worded_old USING hnsw (v vector_l2_ops, a COLLATE "C", b, c, d, lower(a) COLLATE "POSIX", b COLLATE "default" other_ops);
CREATE INDEX worded_not ON worded_old USING ivfpq (v vector_l2_ops, a, b, c, d, lower(a), b);
CREATE INDEX worded_hnsw ON worded_old USING hnsw (v vector_cosine_ops, a hnsw_ops);
SELECT unnest(statements) FROM vecext.tier_plan('worded', interval '1 year');
CALL vecext.tier('worded', interval '1 year');
SELECT unnest(statements) FROM vecext.tier_plan('worded', interval '1 year');
SELECT pg_get_indexdef(index) FROM vecext.indexes WHERE tablename = 'worded_old' ORDER BY 1;

-- PostgreSQL writes this condition in other words once it has read its own. The new index has the same condition to the last digit, and is
-- made once. A text in a bound is not taken for a bound.
CREATE TABLE kinds (day date, kind varchar(30), price float8, v vector(3)) PARTITION BY RANGE (day, kind);
CREATE TABLE kinds_old PARTITION OF kinds FOR VALUES FROM ('2001-01-01', ') TO (''2999-01-01') TO ('2002-01-01', 'b');
CREATE INDEX kinds_v ON kinds_old USING hnsw (v vector_l2_ops) WHERE kind IN ('a', 'b') AND price > float8 '0.30000000000000004';
SET client_min_messages = notice;
SET extra_float_digits = 0;
CALL vecext.tier('kinds', interval '1 year');
CALL vecext.tier('kinds', interval '1 year');
RESET extra_float_digits;
SET client_min_messages = warning;
SELECT pg_get_indexdef(index) FROM vecext.indexes WHERE tablename = 'kinds_old';

-- Indexes stay in their tablespace, whatever default_tablespace is.
CREATE TABLE placed (day date, v vector(3)) PARTITION BY RANGE (day);
CREATE TABLE placed_1 PARTITION OF placed FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE placed_2 PARTITION OF placed FOR VALUES FROM ('2002-01-01') TO ('2003-01-01');
CREATE INDEX placed_1_v ON placed_1 USING hnsw (v vector_l2_ops);
CREATE INDEX placed_2_v ON placed_2 USING hnsw (v vector_l2_ops) TABLESPACE "regress_vecext Cold";
SET default_tablespace = "regress_vecext Cold";
CALL vecext.tier('placed', interval '1 year');
RESET default_tablespace;
SELECT * FROM state WHERE relname ~ '^placed';
CALL vecext.tier_partitions('{placed_2}', 'hot', 'regress_vecext Cold');
SELECT * FROM state WHERE relname ~ '^placed_2';

-- An index that the partitioned table has cannot be dropped on one partition. The other partitions go to their tiers.
SET client_min_messages = warning;
CREATE TABLE whole (day timestamptz, v vector(3)) PARTITION BY RANGE (day);
CREATE TABLE whole_old PARTITION OF whole FOR VALUES FROM ('2001-01-01') TO ('2002-01-01');
CREATE TABLE whole_older PARTITION OF whole FOR VALUES FROM ('2000-01-01') TO ('2001-01-01');
CREATE INDEX ON whole_older USING hnsw (v vector_cosine_ops);
CREATE INDEX ON whole_old USING hnsw (v vector_cosine_ops);
CREATE INDEX whole_v ON ONLY whole USING hnsw (v vector_cosine_ops);
ALTER INDEX whole_v ATTACH PARTITION whole_old_v_idx;
SELECT * FROM vecext.tier_plan('whole', interval '1 year');
CALL vecext.tier('whole', interval '1 year');

-- A role moves its own partitions. It goes on past others', and its functions and tables are not taken for those of the catalog.
CREATE ROLE regress_vecext_keeper;
GRANT ALL ON SCHEMA "tiers Of" TO regress_vecext_keeper;
ALTER TABLE event OWNER TO regress_vecext_keeper;
ALTER TABLE event_now OWNER TO regress_vecext_keeper;
SET ROLE regress_vecext_keeper;
CREATE FUNCTION "tiers Of".cardinality(anyarray) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE FUNCTION "tiers Of".array_agg(regclass) RETURNS regclass[] LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE FUNCTION "tiers Of".planted(text, text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted'; END $$;
CREATE OPERATOR "tiers Of".= (LEFTARG = text, RIGHTARG = text, FUNCTION = "tiers Of".planted);
SET search_path = "tiers Of", pg_catalog, public;
SELECT count(*) FROM vecext_internal.tier_use;
CALL vecext.tier_partitions('{event_old,event_now}', 'hot');
CALL vecext.tier('event', interval '1 hour', basis => 'use');
INSERT INTO vecext_internal.tier_use VALUES ('event_old'::regclass, 0, NULL);
INSERT INTO vecext_internal.tier_use VALUES (1, 0, NULL);
UPDATE vecext_internal.tier_use SET relid = 1;
SELECT relid::regclass FROM vecext_internal.tier_use ORDER BY relid::regclass::text COLLATE "C";
RESET search_path;
RESET ROLE;
SET client_min_messages = warning;
DROP SCHEMA "tiers Of" CASCADE;
DROP ROLE regress_vecext_keeper;
DELETE FROM vecext_internal.tier_use;
DROP TABLESPACE "regress_vecext Cold";
