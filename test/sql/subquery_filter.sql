-- Conditions by a subquery that depends on no row, as policies have them: the subquery runs once, and an index on the column finds
-- the rows by its keys.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE docs (id int PRIMARY KEY, tenant int, code text COLLATE "C", owner varchar(9), region int, e vector(8));
INSERT INTO docs SELECT i, CASE WHEN i % 50 <> 0 THEN i % 400 END, 'c' || i % 300, 'o' || i % 200, i % 40,
    ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i = i)::vector FROM generate_series(1, 20000) i;
CREATE INDEX docs_e ON docs USING hnsw (e vector_l2_ops, region);
CREATE INDEX docs_tenant ON docs (tenant);
CREATE INDEX docs_code ON docs (code);
CREATE INDEX docs_owner ON docs (owner);
CREATE TABLE member (tenant int, usr int, big bigint, code text COLLATE "C");
INSERT INTO member SELECT i, i % 97, i, 'c' || i FROM generate_series(1, 399) i;
INSERT INTO member VALUES (NULL, 7, NULL, NULL), (NULL, 8, NULL, NULL), (NULL, 50, NULL, NULL);
ANALYZE docs, member;
SELECT e AS q FROM docs WHERE id = 77 \gset
CREATE SEQUENCE calls;
CREATE FUNCTION my_tenants(who int) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 5 AS $$
BEGIN
    PERFORM nextval('calls');
    RETURN QUERY SELECT tenant FROM member WHERE usr = who;
END $$;

CREATE FUNCTION any_tenants() RETURNS SETOF int LANGUAGE sql VOLATILE AS 'SELECT 7 UNION ALL SELECT 77';

-- The answer as a sequential scan has it, and what the plan has: the index for the keys, and the way.
CREATE FUNCTION compare(condition text, q vector, OUT row_count int, OUT as_expected bool, OUT key_index text, OUT calls bigint,
    OUT way text) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT id FROM docs d WHERE %s ORDER BY e <-> %L LIMIT 10', condition, q);
    expected text[] := pg_temp.rows_by_sort(query);
    found text[];
    line text;
BEGIN
    PERFORM setval('calls', 1);
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    calls := currval('calls') - 1;
    row_count := cardinality(found);
    -- A search of a set may miss a row.
    as_expected := row_count = cardinality(expected) AND cardinality(ARRAY(SELECT unnest(expected) EXCEPT SELECT unnest(found))) <= 1;
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ' || query LOOP
        key_index := coalesce(key_index, substring(line from 'Key Index: (.*)'));
        way := coalesce(way, substring(line from 'Strategy: (.*)'));
    END LOOP;
END $$;
-- The condition as that of a policy, where it stays a condition, and in the WHERE clause, where the planner makes a join of it.
CREATE ROLE subquery_reader;
GRANT SELECT ON docs, member TO subquery_reader;
GRANT USAGE, UPDATE ON SEQUENCE calls TO subquery_reader;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION compare_policies(policies text[], other text, q vector) RETURNS TABLE(policy text, row_count int, as_expected bool,
    key_index text, calls bigint, way text, of_where text) LANGUAGE plpgsql AS $$
DECLARE
    of_policy record;
    where_clause record;
BEGIN
    FOREACH policy IN ARRAY policies LOOP
        EXECUTE format('CREATE POLICY p ON docs USING (%s)', policy);
        SET LOCAL ROLE subquery_reader;
        of_policy := compare(other, q);
        RESET ROLE;
        DROP POLICY p ON docs;
        where_clause := compare(format('%s AND %s', replace(policy, 'docs.', 'd.'), other), q);
        row_count := of_policy.row_count;
        as_expected := of_policy.as_expected AND where_clause.as_expected AND of_policy.row_count = where_clause.row_count;
        key_index := of_policy.key_index;
        calls := of_policy.calls;
        -- Without the index it depends on what the checks take.
        way := CASE WHEN key_index IS NOT NULL THEN of_policy.way END;
        of_where := where_clause.key_index;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM compare_policies(ARRAY[
    'tenant IN (SELECT my_tenants(7))', 'tenant = ANY (SELECT my_tenants(7))', 'tenant IN (SELECT my_tenants(1000))',
    'tenant IN (SELECT my_tenants(NULL))', 'tenant NOT IN (SELECT my_tenants(7))', '(tenant IN (SELECT my_tenants(7)) OR id = 5)',
    -- Keys of other types; a collation; a key column of the vector index; no index.
    'tenant IN (SELECT my_tenants(7)::bigint)', 'tenant IN (SELECT my_tenants(7)::smallint)',
    'tenant IN (SELECT my_tenants(7)::numeric)', 'code IN (SELECT ''c'' || my_tenants(7))',
    'code IN (SELECT (''c'' || my_tenants(7))::varchar)', 'owner IN (SELECT ''o'' || my_tenants(7))',
    'owner IN (SELECT (''o'' || my_tenants(7))::varchar)', 'owner::bpchar IN (SELECT (''o'' || my_tenants(7))::bpchar)',
    'owner IN (SELECT (''o'' || my_tenants(7)) COLLATE "C")', 'region IN (SELECT my_tenants(7) % 40)',
    'region + 1 IN (SELECT my_tenants(7) % 40)', '(tenant, region) IN (SELECT my_tenants(7), 7)', 'tenant < ANY (SELECT my_tenants(7))',
    'tenant IN (SELECT my_tenants(7)) AND code IN (SELECT ''c'' || my_tenants(7))',
    -- Most rows have one of the keys.
    'tenant IN (SELECT generate_series(1, 390))',
    -- The planner takes EXISTS for IN where that is cheaper than a subquery for each row.
    'EXISTS (SELECT FROM member m WHERE m.tenant = docs.tenant AND usr = 7)',
    'EXISTS (SELECT FROM member m WHERE m.big = docs.tenant AND usr = 8)',
    'EXISTS (SELECT FROM member m WHERE m.code = docs.code AND usr = 7)',
    'EXISTS (SELECT FROM member m WHERE m.tenant = docs.tenant AND m.tenant % 40 = docs.region AND usr = 7)',
    'EXISTS (SELECT FROM member m WHERE m.tenant = docs.tenant AND m.tenant < docs.id AND usr = 7)',
    'tenant IN (SELECT tenant FROM member WHERE usr = 7)',
    -- A scan that checks rows early takes no volatile condition.
    'tenant IN (SELECT any_tenants())'], 'true', :'q');
-- Beside other conditions.
SELECT condition, p.* FROM unnest(ARRAY['id > 500', 'id % 3 = 1', 'owner = ''o7''', 'id > 19000',
    'e <-> ''[0,0,0,0,0,0,0,0]'' < 1.4']) condition,
    compare_policies(ARRAY['tenant IN (SELECT my_tenants(7))'], condition, :'q') p;
-- Beside conditions that leave few rows, for which the planner would run the subquery for each row.
CREATE TABLE many_members (tenant int, usr int, PRIMARY KEY (usr, tenant));
INSERT INTO many_members SELECT i % 399, i % 2000 FROM generate_series(1, 20000) i;
ANALYZE many_members;
GRANT SELECT ON many_members TO subquery_reader;
SELECT * FROM compare_policies(ARRAY['EXISTS (SELECT FROM many_members m WHERE m.tenant = docs.tenant AND usr = 7)'], 'id % 7 = 3 AND id % 3 = 1', :'q');
-- In one partition of two, of which the other has few rows.
CREATE TABLE parted (LIKE docs) PARTITION BY LIST (region);
CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
CREATE TABLE parted_few PARTITION OF parted FOR VALUES IN (7);
INSERT INTO parted SELECT * FROM docs WHERE region <> 7 OR id < 50;
CREATE INDEX ON parted_rest USING hnsw (e vector_l2_ops);
CREATE INDEX ON parted_rest (tenant);
ANALYZE parted;
CREATE POLICY p ON parted USING (EXISTS (SELECT FROM many_members m WHERE m.tenant = parted.tenant AND usr = 7));
ALTER TABLE parted ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON parted TO subquery_reader;
SET ROLE subquery_reader;
SELECT count(*), bool_and(tenant IN (SELECT m.tenant FROM many_members m WHERE usr = 7)) FROM (SELECT tenant FROM parted ORDER BY e <-> '[0,0,0,0,0,0,0,0]' LIMIT 10) x;
RESET ROLE;
ALTER TABLE docs DISABLE ROW LEVEL SECURITY;

-- The keys change from one rescan to the next.
SET enable_seqscan = off;
SELECT u, array(SELECT tenant FROM member WHERE usr = u) AS tenants, d.* FROM generate_series(6, 9) u,
    LATERAL (SELECT count(*) AS row_count, array_agg(DISTINCT tenant) AS of_rows FROM (SELECT tenant FROM docs
        WHERE tenant IN (SELECT my_tenants(u) OFFSET 0) ORDER BY e <-> :'q' LIMIT 40) x) d;
PREPARE by_user(int, vector) AS SELECT array_agg(DISTINCT tenant) AS tenants FROM
    (SELECT tenant FROM docs WHERE tenant IN (SELECT my_tenants($1) OFFSET 0) ORDER BY e <-> $2 LIMIT 30) x;
SET plan_cache_mode = force_generic_plan;
EXECUTE by_user(7, :'q');
EXECUTE by_user(12, :'q');
EXECUTE by_user(1000, :'q');
DEALLOCATE by_user;
RESET plan_cache_mode;
RESET enable_seqscan;
DROP TABLE docs, parted, member, many_members;
DROP FUNCTION my_tenants, any_tenants, compare, compare_policies;
DROP SEQUENCE calls;
DROP ROLE subquery_reader;
