-- Scans with conditions in the statements that people write: parameters, loops, cursors, locks, policies,
-- functions that fail or search themselves, and what changes below a plan.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/filters.sql'
\set ECHO none
\i :file
\set file :inputdir '/sql/include/outcome.sql'
\i :file
\set ECHO all
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SET hnsw.ef_search = 400;
SET statement_timeout = '2min';
SET vecext.filter_strategy = inline;
-- Row i lies at i.
CREATE TABLE item (id int PRIMARY KEY, kind int, name text, v vector(2));
INSERT INTO item SELECT i, i % 5, 'n' || i % 7, ARRAY[i, 1] FROM generate_series(1, 300) i;
INSERT INTO item VALUES (301, 3, 'n3', NULL), (302, NULL, 'n3', '[302,1]');
CREATE INDEX item_kind ON item (kind);
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
VACUUM ANALYZE item;

-- The ids that a query gives without the node, and whether it gives the same by each strategy.
CREATE FUNCTION pg_temp.by_strategies(query text, OUT ids int[], OUT same bool) LANGUAGE plpgsql AS $$
DECLARE
    others int[];
    strategy text;
BEGIN
    same := true;
    FOREACH strategy IN ARRAY '{off,exact,inline,postfilter,auto}'::text[] LOOP
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        EXECUTE format('SELECT array_agg(id) FROM (%s) t', query) INTO others;
        IF strategy = 'off' THEN
            ids := others;
        END IF;
        same := same AND others IS NOT DISTINCT FROM ids;
    END LOOP;
    PERFORM set_config('vecext.filter_strategy', 'inline', true);
END
$$;

-- --- Parameters ----------------------------------------------------------------------------------

PREPARE nearest (vector, int, int) AS SELECT id FROM item WHERE kind = $2 ORDER BY v <-> $1 LIMIT $3;
PREPARE in_range (vector, int, text, float8) AS
    SELECT id FROM item WHERE kind < $2 AND name = $3 AND v <-> $1 < $4 ORDER BY v <-> $1 LIMIT 4;
SET plan_cache_mode = force_custom_plan;
EXECUTE nearest ('[50.2,1]', 3, 3);
EXECUTE in_range ('[50.2,1]', 3, 'n3', 40);
SET plan_cache_mode = force_generic_plan;
EXECUTE nearest ('[50.2,1]', 3, 3);
EXECUTE nearest ('[150.2,1]', 2, 3);
EXECUTE nearest ('[150.2,1]', 2, 0);
EXECUTE nearest ('[150.2,1]', NULL, 3);
EXECUTE nearest (NULL, 9, 3);
SELECT pg_temp.outcome('EXECUTE nearest (''[1,2,3]'', 3, 3)');
EXECUTE in_range ('[50.2,1]', 3, 'n3', 40);
EXECUTE in_range ('[50.2,1]', 3, 'n3', 10);
EXECUTE in_range ('[50.2,1]', 3, 'n3', NULL);
EXECUTE in_range ('[50.2,1]', 3, NULL, 40);
EXPLAIN (COSTS OFF) EXECUTE in_range ('[50.2,1]', 3, 'n3', 40);
RESET plan_cache_mode;
-- The plan that the server chooses after some times.
DO $$
BEGIN
    FOR i IN 1..8 LOOP
        EXECUTE format('EXECUTE nearest (''[%s.2,1]'', 3, 3)', i * 10);
    END LOOP;
END
$$;
EXECUTE nearest ('[50.2,1]', 3, 3);

-- --- Loops and levels ----------------------------------------------------------------------------

-- For each vector; for each condition; for both.
SELECT q.x, array_agg(n.id ORDER BY n.d) FROM (VALUES (10), (100), (200), (NULL)) q (x),
    LATERAL (SELECT id, v <-> ARRAY[q.x + 0.2, 1]::vector AS d FROM item WHERE kind = 3 ORDER BY v <-> ARRAY[q.x + 0.2, 1]::vector LIMIT 3) n
WHERE q.x IS NOT NULL GROUP BY q.x ORDER BY q.x;
SELECT q.kind, array_agg(n.id ORDER BY n.d) FROM generate_series(0, 6) q (kind) LEFT JOIN
    LATERAL (SELECT id, v <-> '[50.2,1]' AS d FROM item WHERE kind = q.kind ORDER BY v <-> '[50.2,1]' LIMIT 3) n ON true
GROUP BY q.kind ORDER BY q.kind;
SELECT q.id, array_agg(n.id ORDER BY n.d) FROM item q,
    LATERAL (SELECT id, v <-> q.v AS d FROM item WHERE kind = q.kind AND id <> q.id ORDER BY v <-> q.v LIMIT 2) n
WHERE q.id % 60 = 7 GROUP BY q.id ORDER BY q.id;
SELECT q.id, array_agg(n.id ORDER BY n.d) FROM item q,
    LATERAL (SELECT id, v <-> q.v AS d FROM item WHERE name = q.name AND v <-> q.v < q.kind * 7.5 ORDER BY v <-> q.v LIMIT 5) n
WHERE q.id % 60 = 7 GROUP BY q.id ORDER BY q.id;
-- By each strategy the same.
SELECT cardinality(ids), same FROM pg_temp.by_strategies('SELECT n.id FROM item q,
    LATERAL (SELECT id, v <-> q.v AS d FROM item WHERE kind = q.kind AND name <> q.name ORDER BY v <-> q.v + ''[0.1,0]'' LIMIT 4) n
    WHERE q.id % 13 = 7 ORDER BY q.id, n.d, n.id');
-- The condition's rows from another table, of the loop's row.
CREATE TABLE category (id int, size int);
INSERT INTO category SELECT i, i / 2 FROM generate_series(0, 4) i;
SELECT q.size, array_agg(n.id ORDER BY n.d) FROM generate_series(0, 3) q (size) LEFT JOIN
    LATERAL (SELECT id, v <-> '[50.2,1]' AS d FROM item WHERE kind IN (SELECT id FROM category c WHERE c.size = q.size) ORDER BY v <-> '[50.2,1]' LIMIT 3) n ON true
GROUP BY q.size ORDER BY q.size;
SELECT q.size, array_agg(n.id ORDER BY n.d) FROM generate_series(0, 3) q (size) LEFT JOIN
    LATERAL (SELECT id, v <-> '[50.2,1]' AS d FROM item i WHERE EXISTS (SELECT FROM category c WHERE c.id = i.kind AND c.size = q.size) ORDER BY v <-> '[50.2,1]' LIMIT 3) n ON true
GROUP BY q.size ORDER BY q.size;
-- As outer side of a loop, as a subquery's value, of its own table, twice in a statement, in a WITH.
SELECT n.id, c.size FROM (SELECT * FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 3) n JOIN category c ON c.id = n.kind ORDER BY n.id;
SELECT item.id, (SELECT n.id FROM item n WHERE n.kind = item.kind + 1 ORDER BY n.v <-> item.v + '[0.2,0]' LIMIT 1) FROM item WHERE id IN (7, 100, 101) ORDER BY item.id;
SELECT id FROM item WHERE id = (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 1);
(SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2) UNION ALL (SELECT id FROM item WHERE kind = 4 ORDER BY v <-> '[150.2,1]' LIMIT 2);
WITH a AS MATERIALIZED (SELECT id, v FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2), b AS (SELECT id, v FROM item WHERE kind = 4 ORDER BY v <-> (SELECT v FROM a LIMIT 1) LIMIT 2)
SELECT 'a', id FROM a UNION ALL SELECT 'b', id FROM b;
WITH RECURSIVE walk (id, kind, n) AS (
    SELECT 53, 3, 1 UNION ALL
    SELECT n.id, n.kind, walk.n + 1 FROM walk, LATERAL (SELECT id, kind FROM item WHERE kind = (walk.kind + 2) % 5 ORDER BY v <-> (SELECT v FROM item i WHERE i.id = walk.id) LIMIT 1) n WHERE walk.n < 5)
SELECT id FROM walk ORDER BY n;
-- What a row is looked for in is another in each round.
WITH RECURSIVE walk (id, kind, n) AS (
    SELECT 53, 3, 1 UNION ALL
    (WITH here AS (SELECT * FROM walk)
    SELECT near.id, near.kind, (SELECT n + 1 FROM here) FROM (SELECT id, kind FROM item
        WHERE kind + 0 IN (SELECT (h.kind + 2) % 5 FROM here h) ORDER BY v <-> '[50.2,1]' LIMIT 1) near
    WHERE (SELECT n < 5 FROM here)))
SELECT id, kind FROM walk ORDER BY n;
SELECT array_agg(id) FROM (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 4) t;
SELECT n.id FROM generate_series(1, 3) x JOIN LATERAL (SELECT id FROM item WHERE kind = x ORDER BY v <-> '[50.2,1]' LIMIT 1) n ON n.id % 2 = 1 ORDER BY 1;
INSERT INTO category SELECT id, -1 FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2;
SELECT id FROM category WHERE size = -1 ORDER BY id;
CREATE TABLE copied AS SELECT id, v <-> '[50.2,1]' AS d FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2;
SELECT * FROM copied ORDER BY id;
COPY (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2) TO stdout;
DROP TABLE copied, category;

-- Where few rows of the set match, the search goes on until there are enough.
CREATE TABLE line AS SELECT id, kind, v FROM item;
CREATE INDEX ON line (kind);
CREATE INDEX ON line USING ivfflat (v vector_l2_ops) WITH (lists = 1);
ANALYZE line;
SELECT n, cardinality((pg_temp.answer('SELECT id, 0 AS d FROM line WHERE kind >= 0 AND id % 5 = 0 ORDER BY v <-> ''[0.4,1]'' LIMIT ' || n)).rows) AS rows
FROM unnest('{13,22,23,59,60,61}'::int[]) n;
DROP TABLE line;

-- A cursor wants a part of the rows, and may want all: a plain scan of the index would end before.
CREATE TABLE spot AS SELECT i AS id, nullif(i % 25, 24) AS a, ARRAY[sin(i), cos(i), sin(i * 0.3)]::vector(3) AS v FROM generate_series(1, 287) i;
CREATE TABLE number AS SELECT nullif(i % 23, 22) AS x, i % 7 AS y FROM generate_series(1, 60) i;
CREATE INDEX ON spot USING ivfflat (v vector_l2_ops) WITH (lists = 8);
ANALYZE spot, number;
RESET vecext.filter_strategy;
DO $$
DECLARE
    near CURSOR FOR SELECT id FROM spot t WHERE EXISTS (SELECT FROM number o WHERE o.x = t.a AND o.y > 0)
        AND (a IN (SELECT x FROM number WHERE y < 4) AND EXISTS (SELECT FROM number o WHERE o.x = t.a AND o.y > 1)) ORDER BY v <-> '[1,0,0]' LIMIT ALL;
    rows int;
BEGIN
    OPEN near;
    MOVE FORWARD ALL FROM near;
    GET DIAGNOSTICS rows = ROW_COUNT;
    RAISE WARNING '% rows', rows;
END
$$;
SELECT count(*) FROM spot t WHERE a IN (SELECT x FROM number WHERE y > 1) AND a IN (SELECT x FROM number WHERE y < 4);
SET vecext.filter_strategy = inline;
DROP TABLE spot, number;

-- --- Cursors -------------------------------------------------------------------------------------

BEGIN;
DECLARE forward NO SCROLL CURSOR FOR SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]';
DECLARE scrolled SCROLL CURSOR FOR SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]';
DECLARE kept SCROLL CURSOR WITH HOLD FOR SELECT id FROM item WHERE kind = 3 AND id < 70 ORDER BY v <-> '[50.2,1]';
DECLARE other CURSOR FOR SELECT id FROM item WHERE kind = 4 ORDER BY v <-> '[250.2,1]' LIMIT 4;
FETCH 2 FROM forward;
FETCH 1 FROM other;
FETCH 2 FROM scrolled;
FETCH 2 FROM forward;
FETCH BACKWARD 1 FROM scrolled;
FETCH FIRST FROM scrolled;
MOVE 20 IN scrolled;
FETCH RELATIVE -1 FROM scrolled;
FETCH LAST FROM scrolled;
FETCH ABSOLUTE 3 FROM scrolled;
MOVE FORWARD ALL IN forward;
FETCH 1 FROM forward;
FETCH ALL FROM other;
-- A snapshot keeps its rows, whatever comes and goes.
DECLARE before CURSOR FOR SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 5;
FETCH 1 FROM before;
DELETE FROM item WHERE id IN (48, 53);
INSERT INTO item SELECT i, 3, 'new', ARRAY[50.2, 1] FROM generate_series(1000, 1100) i;
UPDATE item SET kind = 2 WHERE id = 58;
FETCH ALL FROM before;
SELECT count(*) FILTER (WHERE id >= 1000) FROM (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 10) t;
DELETE FROM item WHERE id >= 1000;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 3;
SAVEPOINT s;
DECLARE gone CURSOR FOR SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]';
FETCH 1 FROM gone;
ROLLBACK TO s;
SELECT pg_temp.outcome('FETCH 1 FROM gone');
UPDATE item SET kind = kind WHERE id = 63;
DECLARE current CURSOR FOR SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[63,1]' LIMIT 2 FOR UPDATE;
FETCH 1 FROM current;
UPDATE item SET name = 'here' WHERE CURRENT OF current;
SELECT id FROM item WHERE name = 'here';
ROLLBACK;
BEGIN;
DECLARE kept SCROLL CURSOR WITH HOLD FOR SELECT id FROM item WHERE kind = 3 AND id < 70 ORDER BY v <-> '[50.2,1]';
FETCH 2 FROM kept;
COMMIT;
FETCH 2 FROM kept;
FETCH BACKWARD 3 FROM kept;
CLOSE kept;

-- --- Locks and changes ---------------------------------------------------------------------------

BEGIN;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2 FOR UPDATE;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2 FOR SHARE SKIP LOCKED;
SELECT id FROM item WHERE name = 'n3' ORDER BY v <-> '[50.2,1]' LIMIT 2 FOR NO KEY UPDATE NOWAIT;
SELECT i.id FROM item i JOIN (VALUES (3)) k (kind) ON k.kind = i.kind WHERE i.name = 'n3' ORDER BY i.v <-> '[50.2,1]' LIMIT 2 FOR UPDATE OF i;
UPDATE item SET name = 'up' WHERE id IN (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2) RETURNING id;
UPDATE item SET name = 'up' FROM (SELECT id AS near FROM item WHERE kind = 4 ORDER BY v <-> '[50.2,1]' LIMIT 2 FOR UPDATE) n WHERE id = near RETURNING id;
DELETE FROM item WHERE id IN (SELECT id FROM item WHERE name = 'up' AND kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 1) RETURNING id;
DELETE FROM item WHERE ctid = ANY (ARRAY(SELECT ctid FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 2)) RETURNING id;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 3;
MERGE INTO item USING (SELECT id AS near FROM item WHERE kind = 1 ORDER BY v <-> '[50.2,1]' LIMIT 2) n ON id = near WHEN MATCHED THEN UPDATE SET kind = 3;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 3;
ROLLBACK;

-- --- Who may see what ----------------------------------------------------------------------------

CREATE TABLE paper (id int, kind int, owner text, j jsonb, v vector(2));
INSERT INTO paper SELECT i, i % 5, CASE i % 2 WHEN 0 THEN 'secret' ELSE 'public' END, jsonb_build_object('k', i % 5), ARRAY[i, 1] FROM generate_series(1, 200) i;
CREATE INDEX paper_kind ON paper (kind);
CREATE INDEX paper_j ON paper USING gin (j);
CREATE INDEX paper_v ON paper USING hnsw (v vector_l2_ops);
ANALYZE paper;
ALTER TABLE paper ENABLE ROW LEVEL SECURITY;
CREATE POLICY readers ON paper USING (owner = 'public');
-- Cheap, so that it would come first; tells of rows that nobody should hear of.
CREATE FUNCTION leak(owner text) RETURNS bool STABLE COST 0.0001 LANGUAGE plpgsql AS $$
BEGIN
    IF owner = 'secret' THEN
        RAISE WARNING 'a hidden row was shown';
    END IF;
    RETURN true;
END
$$;
CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM paper WHERE owner = 'public';
CREATE VIEW invoker WITH (security_invoker) AS SELECT * FROM paper;
CREATE ROLE regress_filter_reader;
GRANT SELECT, UPDATE ON paper, barrier, invoker TO regress_filter_reader;
GRANT SELECT ON item TO regress_filter_reader;
SELECT leak(owner) FROM paper WHERE id = 2;
CREATE VIEW pg_temp.asked AS
SELECT * FROM unnest(ARRAY['paper WHERE kind = 3', 'paper WHERE leak(owner) AND kind = 3', 'paper WHERE leak(owner)', 'paper WHERE j @> ''{"k": 3}'' AND leak(owner)',
    'barrier WHERE leak(owner) AND kind = 3', 'barrier WHERE leak(owner)', 'invoker WHERE leak(owner) AND kind = 3', 'paper WHERE leak(owner) AND id < 40 AND v <-> ''[50.2,1]'' < 20',
    'paper WHERE kind IN (SELECT kind FROM paper WHERE leak(owner) AND id IN (3, 8)) AND leak(owner)',
    'paper p WHERE EXISTS (SELECT FROM paper q WHERE q.kind = p.kind AND leak(q.owner) AND q.id = 8) AND leak(p.owner)']) from_where;
GRANT SELECT ON pg_temp.asked TO regress_filter_reader;
-- The view's own condition comes first.
SELECT from_where, given.* FROM pg_temp.asked, LATERAL pg_temp.by_strategies(format('SELECT id FROM %s ORDER BY v <-> ''[50.2,1]'' LIMIT 3', from_where)) given
WHERE from_where LIKE 'barrier%';
SET ROLE regress_filter_reader;
SELECT from_where, given.* FROM pg_temp.asked, LATERAL pg_temp.by_strategies(format('SELECT id FROM %s ORDER BY v <-> ''[50.2,1]'' LIMIT 3', from_where)) given;
SELECT from_where, cardinality(ids), same
FROM pg_temp.asked, LATERAL pg_temp.by_strategies(format('SELECT id FROM %s ORDER BY v <-> ''[50.2,1]''', from_where)) given;
SELECT * FROM pg_temp.by_strategies('SELECT id FROM paper WHERE leak(owner) AND kind = 3 ORDER BY v <-> ''[50.2,1]'' LIMIT 3 FOR UPDATE');
-- What may be asked of an index before the policy: operators that tell nothing.
SET vecext.filter_strategy = inline;
SELECT pg_temp.plan('SELECT id FROM paper WHERE kind = 3 AND leak(owner) ORDER BY v <-> ''[50.2,1]'' LIMIT 3');
SELECT pg_temp.plan('SELECT id FROM paper WHERE j @> ''{"k": 3}'' ORDER BY v <-> ''[50.2,1]'' LIMIT 3');
-- An index of the policy's own column.
RESET ROLE;
CREATE INDEX paper_owner ON paper (owner);
SET ROLE regress_filter_reader;
SELECT bool_and(same) AS same
FROM pg_temp.asked, LATERAL pg_temp.by_strategies(format('SELECT id FROM %s ORDER BY v <-> ''[50.2,1]'' LIMIT 3', from_where)) given;
-- No right to a table is no plan of it.
SELECT pg_temp.outcome('SELECT id FROM paper p WHERE EXISTS (SELECT FROM pg_authid a WHERE a.rolname = p.owner) ORDER BY v <-> ''[50.2,1]'' LIMIT 3');
RESET ROLE;
-- A plan made for one is none for another.
PREPARE papers AS SELECT id FROM paper WHERE kind = 3 AND leak(owner || '') ORDER BY v <-> '[50.2,1]' LIMIT 3;
SET client_min_messages = error;
EXECUTE papers;
SET client_min_messages = warning;
SET ROLE regress_filter_reader;
EXECUTE papers;
RESET ROLE;
DEALLOCATE papers;
DROP VIEW pg_temp.asked, barrier, invoker;
DROP TABLE paper;
DROP FUNCTION leak;
REVOKE ALL ON item FROM regress_filter_reader;
DROP ROLE regress_filter_reader;

-- --- Conditions that fail ------------------------------------------------------------------------

-- Wherever the condition is evaluated for such a row; nowhere, if a condition before it excludes the row.
CREATE FUNCTION pg_temp.outcomes(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    strategy text;
    result text[];
BEGIN
    FOREACH strategy IN ARRAY '{exact,inline,postfilter,auto,off}'::text[] LOOP
        PERFORM set_config('vecext.filter_strategy', strategy, true);
        result := result || left(pg_temp.outcome(query), 23);
    END LOOP;
    PERFORM set_config('vecext.filter_strategy', 'inline', true);
    RETURN result;
END
$$;
CREATE FUNCTION pg_temp.fail(bool) RETURNS bool STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF $1 THEN
        RAISE EXCEPTION 'no';
    END IF;
    RETURN true;
END
$$;
SELECT condition, pg_temp.outcomes(format('SELECT count(*) FROM (SELECT id FROM item WHERE %s ORDER BY v <-> ''[50.2,1]'' LIMIT 3) t', condition))
FROM unnest(ARRAY['10 / kind < 100', 'kind <> 3 AND 10 / (kind - 3) < 100', 'kind = 1 AND 10 / (kind - 3) < 100', 'kind IN (1, 3) AND 10 / (kind - 3) < 100',
    'pg_temp.fail(kind = 0)', 'pg_temp.fail(kind = 3) AND kind <> 3', 'pg_temp.fail(kind = 3) AND kind = 1', 'CASE WHEN kind = 3 THEN false ELSE pg_temp.fail(kind = 3) END',
    'v <-> ''[1,2]'' < 1 / (SELECT 0)']) condition;
-- Nothing is left of a scan that failed: no lock, no page.
BEGIN;
SAVEPOINT s;
\set SHOW_CONTEXT never
SELECT id FROM item WHERE kind > 1 AND pg_temp.fail(kind = 3) ORDER BY v <-> '[50.2,1]' LIMIT 5;
\set SHOW_CONTEXT errors
ROLLBACK TO s;
SELECT id FROM item WHERE kind > 1 ORDER BY v <-> '[50.2,1]' LIMIT 3;
COMMIT;

-- --- Conditions that search, or change the table -------------------------------------------------

-- By the index that is being searched, with other conditions.
CREATE FUNCTION pg_temp.neighbor(query vector, its_kind int) RETURNS int STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT id FROM item WHERE kind = its_kind ORDER BY v <-> query LIMIT 1);
END
$$;
CREATE FUNCTION pg_temp.neighbors(query vector, its_kind int) RETURNS int STABLE LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM (SELECT id FROM item WHERE kind <> its_kind AND pg_temp.neighbor(v, its_kind) > id ORDER BY v <-> query LIMIT 3) t);
END
$$;
SELECT condition, given.*
FROM unnest(ARRAY['kind = 3 AND pg_temp.neighbor(v, 4) = id + 1', 'pg_temp.neighbor(v + ''[0.2,0]'', 4) % 10 = 4', 'kind = 3 AND pg_temp.neighbors(v, 2) = 3']) condition,
    LATERAL pg_temp.by_strategies(format('SELECT id FROM item WHERE %s ORDER BY v <-> ''[50.2,1]'' LIMIT 4', condition)) given;
-- Rows come while they are searched for: not for the statement that searches.
CREATE FUNCTION pg_temp.add_one(n int) RETURNS void VOLATILE LANGUAGE sql AS $$
    INSERT INTO item SELECT max(id) + 1, n, 'added', '[50.2,1]' FROM item;
$$;
CREATE FUNCTION pg_temp.adds(n int) RETURNS bool STABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_temp.add_one(n);
    RETURN true;
END
$$;
SET vecext.filter_strategy = postfilter;
SELECT pg_temp.uses_node('SELECT id FROM item WHERE kind = 3 AND pg_temp.adds(kind) ORDER BY v <-> ''[50.2,1]'' LIMIT 3');
SELECT id FROM item WHERE kind = 3 AND pg_temp.adds(kind) ORDER BY v <-> '[50.2,1]' LIMIT 3;
SELECT count(*) > 0 AS added, sum((id IN (SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 1000))::int) = count(*) AS found FROM item WHERE name = 'added';
DELETE FROM item WHERE name = 'added';
SET vecext.filter_strategy = inline;
SELECT id FROM item WHERE kind = 3 AND pg_temp.adds(kind) ORDER BY v <-> '[50.2,1]' LIMIT 3;
DELETE FROM item WHERE name = 'added';
SET vecext.filter_strategy = exact;
SELECT id FROM item WHERE kind = 3 AND pg_temp.adds(kind) ORDER BY v <-> '[50.2,1]' LIMIT 3;
DELETE FROM item WHERE name = 'added';
-- A condition of the search rebuilds the index meanwhile.
CREATE FUNCTION pg_temp.merge_volatile() RETURNS void VOLATILE LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO item SELECT i, 3, 'added', '[50.2,1]' FROM generate_series(2000, 2200) i;
    PERFORM vecext.merge('item_v');
    DELETE FROM item WHERE name = 'added';
END
$$;
CREATE FUNCTION pg_temp.merges(id int) RETURNS bool STABLE LANGUAGE plpgsql AS $$
BEGIN
    IF id % 50 = 3 THEN
        PERFORM pg_temp.merge_volatile();
    END IF;
    RETURN true;
END
$$;
SELECT * FROM pg_temp.by_strategies('SELECT id FROM item WHERE kind = 3 AND pg_temp.merges(id) ORDER BY v <-> ''[50.2,1]'' LIMIT 4');
SET vecext.filter_strategy = inline;
SELECT vecext.verify_index('item_v') >= 301 AS sound;

-- --- Statements that are stopped -----------------------------------------------------------------

CREATE FUNCTION pg_temp.slow(int) RETURNS bool STABLE LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.005);
    RETURN true;
END
$$;
\set VERBOSITY sqlstate
BEGIN;
SET LOCAL statement_timeout = '50ms';
SELECT id FROM item WHERE kind > 0 AND pg_temp.slow(id) ORDER BY v <-> '[50.2,1]';
ROLLBACK;
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM item WHERE kind > 0 AND pg_temp.slow(id) ORDER BY v <-> '[50.2,1]';
SET LOCAL statement_timeout = '50ms';
MOVE ALL IN c;
ROLLBACK;
SET vecext.filter_strategy = exact;
BEGIN;
SET LOCAL statement_timeout = '50ms';
SELECT id FROM item WHERE name <> 'n3' AND pg_temp.slow(id) ORDER BY v <-> '[50.2,1]' LIMIT 30;
ROLLBACK;
SET vecext.filter_strategy = inline;
\set VERBOSITY default
-- Left in the middle, with the scan open.
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM item WHERE kind > 0 ORDER BY v <-> '[50.2,1]';
FETCH 3 FROM c;
COMMIT;
SELECT count(*) FROM pg_locks WHERE relation IN ('item'::regclass, 'item_v'::regclass, 'item_kind'::regclass) AND pid = pg_backend_pid();
VACUUM FULL item;
SELECT id FROM item WHERE kind = 3 ORDER BY v <-> '[50.2,1]' LIMIT 3;

-- --- What changes below a plan -------------------------------------------------------------------

SET plan_cache_mode = force_generic_plan;
SELECT pg_temp.plan('EXECUTE nearest (''[50.2,1]'', 3, 3)');
DROP INDEX item_kind;
EXECUTE nearest ('[50.2,1]', 3, 3);
SELECT pg_temp.plan('EXECUTE nearest (''[50.2,1]'', 3, 3)');
CREATE INDEX item_kind ON item USING hash (kind);
SELECT pg_temp.plan('EXECUTE nearest (''[50.2,1]'', 3, 3)');
EXECUTE nearest ('[50.2,1]', 3, 3);
ALTER TABLE item DROP name;
EXECUTE nearest ('[50.2,1]', 3, 3);
ALTER TABLE item ADD name text DEFAULT 'new';
EXECUTE nearest ('[50.2,1]', 3, 3);
ALTER TABLE item ALTER kind TYPE bigint;
EXECUTE nearest ('[50.2,1]', 3, 3);
ALTER TABLE item ALTER v TYPE vector(2) USING v + '[1,0]';
EXECUTE nearest ('[50.2,1]', 3, 3);
EXECUTE in_range ('[50.2,1]', 3, 'new', 1.5);
REINDEX INDEX item_v;
EXECUTE nearest ('[50.2,1]', 3, 3);
DROP INDEX item_v;
EXECUTE nearest ('[50.2,1]', 3, 3);
CREATE INDEX item_v ON item USING ivfflat (v vector_l2_ops) WITH (lists = 3);
DEALLOCATE nearest;
PREPARE nearest (vector, int, int) AS SELECT id FROM item WHERE kind = $2 ORDER BY v <-> $1 LIMIT $3;
EXECUTE nearest ('[50.2,1]', 3, 3);
TRUNCATE item;
EXECUTE nearest ('[50.2,1]', 3, 3);
INSERT INTO item VALUES (7, 3, '[1,2]');
EXECUTE nearest ('[50.2,1]', 3, 3);
DEALLOCATE ALL;
-- Nothing matches, as the planner proves.
SELECT id FROM item WHERE id < NULL ORDER BY v <-> '[1,2]' LIMIT 3;
SELECT id FROM item WHERE kind = 3 AND false ORDER BY v <-> '[1,2]' LIMIT 3;
DROP TABLE item;

-- A set of two indexes whose conditions depend on the outer row is made again for each outer row.
CREATE TABLE inner_row AS SELECT i AS id, i % 100 AS k, i * 7919 % 100 AS c, ARRAY[sin(i), cos(i * 7)]::vector(2) AS v
FROM generate_series(1, 5000) i;
CREATE INDEX ON inner_row (k);
CREATE INDEX ON inner_row (c);
CREATE INDEX ON inner_row USING hnsw (v vector_l2_ops);
CREATE TABLE outer_row AS SELECT k * 20 AS k, ARRAY[sin(k), cos(k)]::vector(2) AS q FROM generate_series(1, 4) k;
VACUUM ANALYZE inner_row, outer_row;
CREATE FUNCTION pg_temp.both(strategy text) RETURNS TABLE (k int, ids int[]) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('vecext.filter_strategy', strategy, true);
    RETURN QUERY SELECT o.k, array_agg(x.id ORDER BY x.id) FROM outer_row o, LATERAL (
        SELECT id FROM inner_row i WHERE i.k BETWEEN o.k - 10 AND o.k AND c < 20 ORDER BY v <-> o.q, id LIMIT 3) x GROUP BY o.k;
    RETURN QUERY SELECT -o.k, array_agg(x.id ORDER BY x.id) FROM outer_row o, LATERAL (
        SELECT id FROM inner_row i WHERE i.k = o.k OR c = o.k + 1 ORDER BY v <-> o.q, id LIMIT 3) x GROUP BY o.k;
END
$$;
SET enable_seqscan = off;
SELECT k, ids = (SELECT ids FROM pg_temp.both('off') o WHERE o.k = f.k) AS is_exact FROM pg_temp.both('exact') f ORDER BY k;
RESET enable_seqscan;
DROP TABLE inner_row, outer_row;

-- Where floats tell no row from another, so far away is the query, the nearest are found after few visits, whichever way the search goes for the rows of the
-- set. Rows on a line take no longer than others.
RESET hnsw.ef_search;
SET vecext.filter_strategy = auto;
SELECT setseed(0.5);
CREATE TABLE line AS SELECT i AS id, i % 2 AS k, ARRAY[i, 1, 1]::vector(3) AS v FROM generate_series(1, 20000) i;
CREATE TABLE far AS SELECT i AS id, i * 7919 % 1000 AS k, ARRAY(SELECT random() FROM generate_series(1, 16) WHERE i > 0)::vector(16) AS v
FROM generate_series(1, 20000) i;
CREATE INDEX ON line (k);
CREATE INDEX ON line USING hnsw (v vector_l2_ops);
CREATE INDEX ON far (k);
CREATE INDEX ON far USING hnsw (v vector_l2_ops);
VACUUM ANALYZE line, far;
CREATE FUNCTION pg_temp.way(query text) RETURNS TABLE (strategy text, few_nodes bool, is_compared bool, same bool) LANGUAGE plpgsql AS $$
DECLARE
    node jsonb := pg_temp.node(query);
BEGIN
    RETURN QUERY SELECT node ->> 'Strategy', (node ->> 'Nodes Visited')::int < 15000, node ? 'Rows Compared',
        (pg_temp.answer(query)).distances = (pg_temp.sorted_answer(query)).distances;
END
$$;
SELECT * FROM pg_temp.way($$SELECT id, v <-> '[7,1,1]' AS d FROM line WHERE k = 1 ORDER BY v <-> '[7,1,1]' LIMIT 5$$);
SELECT * FROM pg_temp.way('SELECT id, v <-> q AS d FROM far, (SELECT array_fill(1e7, ARRAY[16])::vector) a (q) WHERE k < 500 ORDER BY v <-> q LIMIT 5');
SET vecext.filter_strategy = inline;
SELECT * FROM pg_temp.way('SELECT id, v <-> q AS d FROM far, (SELECT array_fill(1e7, ARRAY[16])::vector) a (q) WHERE k < 500 ORDER BY v <-> q LIMIT 5');
SET vecext.filter_strategy = auto;
SELECT * FROM pg_temp.way('SELECT id, v <-> q AS d FROM far, (SELECT array_fill(1e7, ARRAY[16])::vector) a (q) WHERE k + 0 < 411 ORDER BY v <-> q LIMIT 5');
DROP TABLE line, far;
