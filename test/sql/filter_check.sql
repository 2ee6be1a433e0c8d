-- Conditions that take long to check, as functions of policies and subqueries do: they are checked for about as many rows as a search
-- in the order of the distance needs, and once each.
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE docs (id int PRIMARY KEY, tenant int, e vector(8));
INSERT INTO docs SELECT i, i % 400, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i = i)::vector FROM generate_series(1, 20000) i;
CREATE INDEX ON docs USING hnsw (e vector_l2_ops);
CREATE TABLE owners (id int PRIMARY KEY, country text);
INSERT INTO owners SELECT i, CASE WHEN i % 50 = 0 THEN 'CH' ELSE 'US' END FROM generate_series(0, 399) i;
ANALYZE docs, owners;
SELECT e AS q FROM docs WHERE id = 77 \gset

-- A function that counts its calls, and takes some 50 microseconds. Planners know its cost, or do not.
CREATE SEQUENCE calls;
GRANT USAGE, UPDATE ON SEQUENCE calls TO PUBLIC;
CREATE FUNCTION sees(country text) RETURNS bool LANGUAGE plpgsql STABLE COST 10000 AS $$
BEGIN
    PERFORM nextval('calls'), count(*) FROM generate_series(1, 400);
    RETURN country = 'CH';
END $$;
CREATE FUNCTION sees_tenant(t int, every int) RETURNS bool LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM nextval('calls'), count(*) FROM generate_series(1, 400);
    RETURN t % every = 7;
END $$;
CREATE FUNCTION calls_of(condition text, q vector, OUT row_count int, OUT calls bigint) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM setval('calls', 1);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM docs d WHERE %s ORDER BY e <-> %L LIMIT 10) x', condition, q) INTO row_count;
    calls := currval('calls') - 1;
END $$;
SELECT condition, row_count, CASE WHEN calls < 5000 THEN 'few' WHEN calls <= 21000 THEN 'each row once' ELSE calls::text END AS checked FROM unnest(ARRAY[
    'sees_tenant(tenant, 100)', 'sees_tenant(tenant, 50) AND id > 0', 'sees_tenant(tenant, 100) OR id = 5',
    'sees((SELECT country FROM owners o WHERE o.id = d.tenant))', '(SELECT sees(country) FROM owners o WHERE o.id = d.tenant)',
    'EXISTS (SELECT FROM owners o WHERE o.id = d.tenant AND sees(country) AND d.id > 0 OFFSET 0)',
    -- Fewer rows match than are wanted.
    'sees_tenant(id, 5000)']) condition, calls_of(condition, :'q');

-- Comparing all rows, too, checks the nearest ones alone.
SET vecext.filter_strategy = exact;
SELECT row_count, calls < 5000 AS is_few FROM calls_of('sees_tenant(tenant, 100)', :'q');
SELECT row_count, calls < 500 AS is_few FROM calls_of('e <-> ' || quote_literal(:'q') || ' < 0.3 AND sees_tenant(tenant, 1000000)', :'q');
RESET vecext.filter_strategy;

-- Rows that no join keeps are not checked.
SELECT row_count, calls < 500 AS is_few FROM calls_of('sees_tenant(tenant, 100) AND EXISTS (SELECT FROM owners o WHERE o.id = d.tenant AND o.id % 20 = 7)', :'q');

-- Functions of texts take much longer than the server assumes, so a scan of the whole table is not as cheap as it thinks.
EXPLAIN (COSTS off) SELECT id FROM docs WHERE md5(id::text) LIKE 'e%' ORDER BY e <-> '[0,0,0,0,0,0,0,0]' LIMIT 10;
EXPLAIN (COSTS off) SELECT id FROM docs WHERE id::text ILIKE '%777' ORDER BY e <-> '[0,0,0,0,0,0,0,0]' LIMIT 10;

-- The same as a policy.
CREATE ROLE check_reader;
GRANT SELECT ON docs, owners TO check_reader;
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON docs USING (sees_tenant(tenant, 100));
SET ROLE check_reader;
SELECT row_count, calls < 5000 AS is_few FROM calls_of('true', :'q');
SELECT row_count, calls < 5000 AS is_few FROM calls_of('id > 3', :'q');
RESET ROLE;

-- A key that is computed of a row may fail for rows that the conditions leave out.
CREATE TABLE notes (id int, kind text, body text, e vector(3));
INSERT INTO notes SELECT i, CASE i % 2 WHEN 0 THEN 'number' ELSE 'text' END, CASE i % 2 WHEN 0 THEN (i % 400)::text ELSE 'none' END, ARRAY[i % 13, i % 17, i % 19]::vector FROM generate_series(1, 2000) i;
CREATE INDEX ON notes USING hnsw (e vector_l2_ops);
ANALYZE notes;
SET vecext.filter_strategy = exact;
EXPLAIN (COSTS off) SELECT n.id FROM notes n JOIN owners o ON o.id = n.body::int WHERE kind = 'number' AND country = 'CH' ORDER BY e <-> '[1,2,3]' LIMIT 3;
SELECT n.id FROM notes n JOIN owners o ON o.id = n.body::int WHERE kind = 'number' AND country = 'CH' ORDER BY e <-> '[1,2,3]' LIMIT 3;

-- The expression of an index may take longer than the conditions. Then rows that fail these are not compared.
CREATE FUNCTION embed(body text) RETURNS vector(3) LANGUAGE plpgsql IMMUTABLE COST 10000 AS $$
BEGIN
    PERFORM nextval('calls'), count(*) FROM generate_series(1, 400);
    RETURN ARRAY[length(body), ascii(body), 1]::vector;
END $$;
CREATE FUNCTION is_number(body text) RETURNS bool LANGUAGE plpgsql STABLE COST 500 AS 'BEGIN RETURN body ~ ''^[0-9]+$''; END';
CREATE INDEX ON notes USING hnsw ((embed(body)::vector(3)) vector_l2_ops);
SELECT setval('calls', 1);
SELECT count(*) FROM (SELECT FROM notes WHERE is_number(body) ORDER BY embed(body)::vector(3) <-> '[2,50,1]' LIMIT 10) x;
SELECT currval('calls') < 1500 AS is_few;
RESET vecext.filter_strategy;

-- A function of an index sees no row that a policy hides, nor one of a partition whose parent has the policy.
CREATE TABLE parts (id int, secret bool, body text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (1000);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (1000) TO (2000);
INSERT INTO parts SELECT i, i % 2 = 0, 'note ' || i FROM generate_series(0, 1999) i;
CREATE FUNCTION embed_seen(secret bool, body text) RETURNS vector(3) LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF secret AND current_user = 'check_reader' THEN
        RAISE EXCEPTION 'sees %', body;
    END IF;
    RETURN ARRAY[length(body), ascii(body), 1]::vector;
END $$;
CREATE INDEX ON parts USING hnsw ((embed_seen(secret, body)::vector(3)) vector_l2_ops);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON parts USING (NOT secret AND sees_tenant(id, 2) IS NOT NULL);
GRANT SELECT ON parts TO check_reader;
ANALYZE parts;
SET ROLE check_reader;
SET vecext.filter_strategy = exact;
SET enable_sort = off;
EXPLAIN (COSTS off) SELECT id FROM parts ORDER BY embed_seen(secret, body)::vector(3) <-> '[7,110,1]' LIMIT 5;
SELECT count(*) FROM (SELECT id FROM parts ORDER BY embed_seen(secret, body)::vector(3) <-> '[7,110,1]' LIMIT 5) x;
RESET enable_sort;
RESET vecext.filter_strategy;
RESET ROLE;

-- A search that was given up is not tried again, whatever the checks are expected to take.
CREATE FUNCTION seen(t int) RETURNS bool LANGUAGE plpgsql STABLE COST 1e10 AS 'BEGIN RETURN t % 3 = 1; END';
CREATE TABLE grants AS SELECT i % 37 AS tenant, i AS level FROM generate_series(0, 80) i;
ANALYZE grants;
CREATE FUNCTION first_tenants(n int) RETURNS SETOF int LANGUAGE plpgsql STABLE AS 'BEGIN RETURN QUERY SELECT * FROM generate_series(0, n - 1); END';
CREATE TABLE few_docs AS SELECT (random() * 60)::int AS tenant, ARRAY(SELECT (random() * 6 - 3)::int FROM generate_series(1, 4) WHERE i = i)::vector(4) AS e FROM generate_series(1, 1500) i;
CREATE INDEX ON few_docs USING hnsw (e vector_cosine_ops);
CREATE INDEX ON few_docs (tenant);
ANALYZE few_docs;
SET statement_timeout = '60s';
DO $$
BEGIN
    FOR i IN 1..12 LOOP
        EXECUTE format('SELECT FROM few_docs d WHERE tenant IN (SELECT first_tenants(60)) AND EXISTS (SELECT FROM grants g WHERE g.tenant = d.tenant AND seen(level) OFFSET 0) ORDER BY e <=> %L LIMIT 50',
            ARRAY[i % 7 - 3, i % 5 - 2, 1, i % 3 - 1]::vector);
    END LOOP;
END $$;
RESET statement_timeout;

-- Rows outside of a partial index are not compared before they are checked: its expression may fail for them.
CREATE TABLE mixed (id int, size int, v vector);
INSERT INTO mixed SELECT i, 3 + i % 2, ARRAY(SELECT random() FROM generate_series(1, 3 + i % 2) WHERE i = i)::vector FROM generate_series(1, 2000) i;
CREATE INDEX ON mixed USING hnsw ((v::vector(3)) vector_l2_ops) WHERE size = 3;
SET vecext.filter_strategy = exact;
EXPLAIN (COSTS off) SELECT id FROM mixed WHERE size = 3 AND sees_tenant(id, 49) ORDER BY v::vector(3) <-> '[0.1,0.2,0.3]' LIMIT 5;
SELECT count(*) FROM (SELECT id FROM mixed WHERE size = 3 AND sees_tenant(id, 49) ORDER BY v::vector(3) <-> '[0.1,0.2,0.3]' LIMIT 5) x;
DROP TABLE docs, owners, mixed, notes, parts, few_docs, grants;
DROP FUNCTION sees, sees_tenant, calls_of, embed, is_number, embed_seen, seen, first_tenants;
DROP SEQUENCE calls;
DROP ROLE check_reader;
