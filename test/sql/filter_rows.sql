-- Rows of scans with conditions: those of a sort of the whole table, by every strategy and access method.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/filters.sql'
\set ECHO none
\i :file
\set ECHO all
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
-- Searches see everything: what is compared here is not their recall.
SET hnsw.ef_search = 1000;
SET ivfflat.probes = 100;
SET ivfpq.probes = 100;

-- A query of "item" for the tables of all access methods: its rows, and which ways are wrong.
CREATE FUNCTION pg_temp.check(query text, OUT rows int, OUT wrong text[]) LANGUAGE plpgsql AS $$
DECLARE
    method text;
    one record;
BEGIN
    FOREACH method IN ARRAY '{hnsw,ivfpq,ivfflat}'::text[] LOOP
        SELECT * INTO one FROM pg_temp.compare(regexp_replace(query, '\yitem\y', 'item_' || method, 'g'), method);
        rows := one.rows;
        wrong := wrong || one.wrong;
    END LOOP;
END
$$;
-- Statements for these tables.
CREATE FUNCTION pg_temp.on_items(sql text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    method text;
BEGIN
    FOREACH method IN ARRAY '{hnsw,ivfpq,ivfflat}'::text[] LOOP
        EXECUTE replace(regexp_replace(sql, '\yitem\y', 'item_' || method, 'g'), '%method', method);
    END LOOP;
END
$$;
SELECT setseed(0.25);
CREATE TABLE source (id int PRIMARY KEY, a int, b int, c int, name text, j jsonb, tags int[], v vector(4));
INSERT INTO source SELECT i, nullif(i * 7919 % 40, 39), i % 7, i / 100, 'n' || i % 11,
    CASE WHEN i % 9 > 0 THEN jsonb_build_object('k', i % 6, 'l', jsonb_build_array(i % 4, i % 5)) END,
    ARRAY[i % 12, i % 17],
    CASE WHEN i % 40 > 0 THEN ARRAY[random(), random(), random(), random()] END
FROM generate_series(1, 900) i;
\set d 'v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE '
\set nearest ' ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' '

-- --- Conditions ----------------------------------------------------------------------------------

SELECT pg_temp.on_items('CREATE TABLE item (LIKE source); INSERT INTO item TABLE source;
    CREATE INDEX ON item (a); CREATE INDEX ON item USING hash (b); CREATE INDEX ON item USING brin (c) WITH (pages_per_range = 1);
    CREATE INDEX ON item USING gin (j); CREATE INDEX ON item USING gin (tags); CREATE INDEX ON item (id) WHERE b = 3;
    CREATE INDEX ON item USING %method (v vector_l2_ops); ANALYZE item');
SELECT condition, checked.*
FROM unnest(ARRAY['a = 3', 'a < 5', 'a BETWEEN 5 AND 30', 'a IN (1, 5, 9, 100)', 'a = ANY (ARRAY[3, NULL])', 'a IS NULL', 'a IS NOT NULL',
    'a <> 3', 'NOT a < 5', 'a = -1', 'a + b = 9',
    'b = 3', 'b = 3 AND a < 20', 'c = 4', 'c >= 3 AND c < 6',
    'j @> ''{"k": 3}''', 'j @> ''{"l": [2]}'' AND a < 20', 'j ? ''k''', 'NOT j @> ''{"k": 3}''', 'j ->> ''k'' = ''3''', 'j IS NULL',
    'tags && ''{3,16}''', 'tags @> ''{3}''', 'tags @> ''{}''',
    'a < 10 AND j @> ''{"k": 3}''', 'a < 10 OR j @> ''{"k": 3}''', '(a = 3 OR b = 3) AND (c = 4 OR tags @> ''{3}'')', 'a = 3 OR name = ''n3''',
    'id < 300 AND b = 3', 'name = ''n3''', 'name LIKE ''n1%''', 'a < 20 AND name <> ''n3''', 'a < 20 AND v IS NULL',
    'v <-> ''[0.4,0.5,0.6,0.3]'' < 0.4', 'a < 20 AND v <-> ''[0.4,0.5,0.6,0.3]'' <= 0.3', 'v <-> ''[0.4,0.5,0.6,0.3]'' > 0.6',
    'item IS NOT NULL', 'true AND (a = 3) IS UNKNOWN', 'CASE WHEN a > 3 THEN b = 3 ELSE c = 1 END', '(a, b) IN ((3, 1), (7, 0), (2, 2))',
    'a IN (SELECT id FROM source WHERE id < 7)', 'EXISTS (SELECT FROM source s WHERE s.id = item.a AND s.b = 3)',
    'a NOT IN (SELECT id FROM source WHERE id < 7)', 'a = (SELECT min(id) FROM source WHERE b = 3)']) condition,
    LATERAL pg_temp.check('SELECT id, ' || :'d' || condition || ' AND v IS NOT NULL' || :'nearest' || ' LIMIT 20') checked
WHERE condition NOT LIKE '%v IS NULL';

-- As many rows as there are; those without a vector come last.
SELECT limits, checked.*
FROM unnest(ARRAY['LIMIT 0', 'LIMIT 1', 'LIMIT 10', 'LIMIT 100', 'LIMIT 10000', '', 'LIMIT ALL', 'OFFSET 5', 'OFFSET 5 LIMIT 5', 'LIMIT 7 OFFSET 100',
    'LIMIT 20 OFFSET 10000', 'FETCH FIRST 5 ROWS ONLY']) limits,
    LATERAL pg_temp.check('SELECT id IS NULL, ' || :'d' || 'a = 3' || :'nearest' || limits) checked;
SELECT condition, checked.*
FROM unnest(ARRAY['a < 20', 'name = ''n3''', 'v IS NULL', 'a IS NULL', 'a = -1']) condition,
    LATERAL pg_temp.check('SELECT ' || :'d' || condition || :'nearest') checked;
-- A null query has no order.
SELECT pg_temp.check('SELECT id, NULL::float8 AS d FROM item WHERE a = 3 ORDER BY v <-> (SELECT NULL::vector)');

-- What goes out: expressions, the whole row, columns of the system.
SELECT what, checked.*
FROM unnest(ARRAY['*', 'item', 'ctid', 'tableoid, xmin, cmin', 'item.*::text', 'name || a, tags[1] + 1', 'v', 'j -> ''k''', 'ctid = ctid AND a = 3', '1', 'NULL']) what,
    LATERAL pg_temp.check('SELECT ' || what || ', ' || :'d' || 'a < 9 AND v IS NOT NULL' || :'nearest' || ' LIMIT 12') checked;
SELECT pg_temp.check('SELECT id, ' || :'d' || 'ctid < ''(3,1)'' AND tableoid IS NOT NULL AND v IS NOT NULL' || :'nearest' || ' LIMIT 12');
-- With more work above: the node's order and its rows go through.
SELECT what, checked.*
FROM (VALUES ('aggregate', 'SELECT count(*) AS rows, sum(a), 0 AS d FROM (SELECT * FROM item WHERE b = 3 AND v IS NOT NULL %s LIMIT 9) t'),
    ('window', 'SELECT id, row_number() OVER (), v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE b = 3 AND v IS NOT NULL %s LIMIT 9'),
    ('join', 'SELECT item.id, s.name, item.v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item JOIN source s ON s.id = item.a WHERE item.b = 3 AND item.v IS NOT NULL ORDER BY item.v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 9'),
    ('distinct', 'SELECT DISTINCT a, 0 AS d FROM (SELECT * FROM item WHERE b = 3 AND v IS NOT NULL %s LIMIT 30) t'),
    ('then by id', 'SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM (SELECT * FROM item WHERE b = 3 AND v IS NOT NULL %s LIMIT 30) t ORDER BY id LIMIT 4')) AS t (what, query),
    LATERAL (SELECT (pg_temp.answer(replace(format(query, :'nearest'), 'item', 'item_hnsw'))).rows
        = (pg_temp.sorted_answer(replace(format(query, :'nearest'), 'item', 'item_hnsw'))).rows AS same) checked;

-- --- Rows that change ----------------------------------------------------------------------------

CREATE VIEW pg_temp.checks AS
SELECT condition, checked.*
FROM unnest(ARRAY['a < 9', 'b = 3', 'j @> ''{"k": 3}''', 'name = ''n3''', 'a < 9 OR b = 3', 'a = 3 AND b = 1', 'id > 880']) condition,
    LATERAL pg_temp.check('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE v IS NOT NULL AND (' || condition || ') ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 40') checked;
SELECT pg_temp.on_items('DELETE FROM item WHERE id % 3 = 0');
SELECT * FROM pg_temp.checks;
VACUUM item_hnsw, item_ivfpq, item_ivfflat;
SELECT * FROM pg_temp.checks;
-- In place (no index has the name), and not.
SELECT pg_temp.on_items('UPDATE item SET name = ''n3'' WHERE id % 5 = 0');
SELECT pg_temp.on_items('UPDATE item SET name = ''n4'' WHERE id % 10 = 0');
SELECT pg_temp.on_items('UPDATE item SET a = 3 WHERE id % 7 = 0');
SELECT pg_temp.on_items('UPDATE item SET v = ''[0.4,0.5,0.6,0.2]'' WHERE id % 250 = 1');
SELECT * FROM pg_temp.checks;
-- By the transaction itself, and by one of its parts.
BEGIN;
SELECT pg_temp.on_items('INSERT INTO item SELECT id + 1000, 3, 3, c, ''n3'', j, tags, v FROM source WHERE id < 60');
SELECT pg_temp.on_items('DELETE FROM item WHERE id > 1030');
SAVEPOINT part;
SELECT pg_temp.on_items('UPDATE item SET b = 3, a = 3 WHERE id < 100');
SELECT * FROM pg_temp.checks;
ROLLBACK TO part;
SELECT * FROM pg_temp.checks;
COMMIT;
SELECT * FROM pg_temp.checks;
VACUUM item_hnsw, item_ivfpq, item_ivfflat;
SELECT pg_temp.on_items('INSERT INTO item SELECT id + 2000, 3, 3, c, ''n3'', j, tags, v FROM source WHERE id < 200');
SELECT * FROM pg_temp.checks;
SELECT pg_temp.on_items('DELETE FROM item');
SELECT * FROM pg_temp.checks;
VACUUM item_hnsw, item_ivfpq, item_ivfflat;
SELECT * FROM pg_temp.checks;
SELECT pg_temp.on_items('DROP TABLE item');

-- Equal vectors; vectors of zeros, which have no place in an index by cosine; none at all.
SELECT pg_temp.on_items('CREATE TABLE item (id int, a int, v vector(3));
    INSERT INTO item SELECT i, i % 10, CASE i % 8 WHEN 0 THEN ARRAY[0,0,0] WHEN 1 THEN NULL ELSE ARRAY[i % 3, i % 4 - 2, 1] END::vector FROM generate_series(1, 600) i;
    CREATE INDEX ON item (a); CREATE INDEX ON item USING %method (v vector_cosine_ops); ANALYZE item');
SELECT condition, limits, checked.*
FROM unnest(ARRAY['a = 3', 'a < 5', 'id % 3 = 0', 'id % 8 = 0', 'id % 8 < 2', 'v <=> ''[1,2,3]'' < 0.5', 'v <=> ''[1,2,3]'' >= 0.5']) condition,
    unnest(ARRAY['LIMIT 10', '']) limits,
    LATERAL pg_temp.check('SELECT v <=> ''[1,2,3]'' AS d FROM item WHERE ' || condition || ' ORDER BY v <=> ''[1,2,3]'' ' || limits) checked;
SELECT pg_temp.check('SELECT v <=> ''[0,0,0]'' AS d FROM item WHERE a = 3 ORDER BY v <=> ''[0,0,0]''');
SELECT pg_temp.on_items('UPDATE item SET v = NULL');
SELECT pg_temp.check('SELECT v <=> ''[1,2,3]'' AS d FROM item WHERE a < 5 ORDER BY v <=> ''[1,2,3]''');
SELECT pg_temp.on_items('DROP TABLE item');

-- Bitmaps that remember pages alone: there are more of them than memory for their rows.
CREATE TABLE wide (id int, a int, b int, filler text, v vector(4));
ALTER TABLE wide ALTER filler SET STORAGE PLAIN;
INSERT INTO wide SELECT i, i % 3, i % 50, repeat('x', 3800), ARRAY[random(), random(), random(), random()] FROM generate_series(1, 4000) i;
CREATE INDEX ON wide USING hash (a);
CREATE INDEX ON wide USING brin (b);
ANALYZE wide;
CREATE FUNCTION pg_temp.check_lossy(method text) RETURNS TABLE (condition text, rows int, wrong text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE INDEX wide_v ON wide USING %s (v vector_l2_ops)', method);
    SET LOCAL work_mem = '64kB';
    RETURN QUERY SELECT c, checked.*
    FROM unnest(ARRAY['a = 1', 'a IN (0, 1) AND b < 40', 'b = 3']) c,
        LATERAL pg_temp.compare(format('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM wide WHERE %s ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 50', c), method, true) checked;
    DROP INDEX wide_v;
END
$$;
SELECT * FROM pg_temp.check_lossy('hnsw');
SELECT * FROM pg_temp.check_lossy('ivfpq');
SELECT * FROM pg_temp.check_lossy('ivfflat');
-- They did: the set has rows that do not match.
CREATE INDEX ON wide USING hnsw (v vector_l2_ops);
SET work_mem = '64kB';
SET vecext.filter_strategy = inline;
SELECT (pg_temp.node('SELECT id FROM wide WHERE a = 1 ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 5') -> 'Rows in Set')::int > 2000 AS pages;
-- All rows compared, more of them than memory is for.
SELECT pg_temp.compare('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM wide WHERE b <> 3 ORDER BY v <-> ''[0.4,0.5,0.6,0.3]''', 'hnsw', true);
RESET vecext.filter_strategy;
RESET work_mem;
DROP TABLE wide;

-- --- Tables and indexes of other kinds -----------------------------------------------------------

-- A partial index, where the conditions imply its own.
CREATE TABLE item (LIKE source);
INSERT INTO item TABLE source;
CREATE INDEX ON item (a);
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops) WHERE b = 3 AND id > 100;
ANALYZE item;
SELECT condition, checked.*
FROM unnest(ARRAY['b = 3 AND id > 100 AND a < 20', 'b = 3 AND id > 200', 'b = 3 AND id > 150 AND name = ''n3''']) condition,
    LATERAL pg_temp.compare('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE v IS NOT NULL AND ' || condition || :'nearest' || 'LIMIT 20', 'hnsw') checked;
SELECT pg_temp.uses_node('SELECT id FROM item WHERE b = 3 AND a < 20' || :'nearest' || 'LIMIT 20') AS other_rows;
DROP INDEX item_v;
-- An expression.
CREATE INDEX item_half ON item USING ivfflat ((v::halfvec(4)) halfvec_l2_ops) WITH (lists = 4);
SELECT condition, checked.*
FROM unnest(ARRAY['a < 20', 'name = ''n3''', 'v::halfvec(4) <-> ''[0.4,0.5,0.6,0.3]'' < 0.4']) condition,
    LATERAL pg_temp.compare(format('SELECT id, v::halfvec(4) <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE v IS NOT NULL AND %s ORDER BY v::halfvec(4) <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 20', condition), 'ivfflat') checked;
-- Its distances first, those of the vectors for what it found.
SELECT pg_temp.compare('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM (SELECT * FROM item WHERE a < 20 AND v IS NOT NULL ORDER BY v::halfvec(4) <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 40) t ' || :'nearest' || 'LIMIT 5', 'ivfflat');
DROP TABLE item;

-- Every element and metric. Bits and sparse vectors have many equal distances.
CREATE FUNCTION pg_temp.check_element(method text, element text, class text, operator text, OUT rows int[], OUT wrong text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE item (id int, a int, v %s)', CASE element WHEN 'bit' THEN 'bit(64)' ELSE element || '(6)' END);
    EXECUTE format('INSERT INTO item SELECT i, i %% 20, %s FROM generate_series(1, 400) i',
        CASE element WHEN 'bit' THEN '(''x'' || substr(md5(i::text), 1, 16))::bit(64)'
            ELSE 'ARRAY[random(), random(), random(), 0, random(), i / 400.0]::vector::' || element END);
    CREATE INDEX ON item (a);
    EXECUTE format('CREATE INDEX ON item USING %s (v %s_%s_ops)', method, element, class);
    ANALYZE item;
    SELECT array_agg(checked.rows), array_agg(checked.wrong::text) FILTER (WHERE checked.wrong <> '{}') INTO rows, wrong
    FROM unnest(ARRAY['a = 3', 'a < 12', 'id % 3 = 0', 'a = 3 OR id < 9', 'id % 3 = 0 AND %d <= (SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY %d) FROM item)']) condition,
        LATERAL pg_temp.compare(replace('SELECT %d AS d FROM item WHERE ' || condition || ' ORDER BY %d LIMIT 30', '%d',
            format('v %s %L', operator, (SELECT v FROM item WHERE id = 7))), method) checked;
    DROP TABLE item;
END
$$;
SELECT method, element, class, checked.*
FROM unnest('{hnsw,ivfflat,ivfpq}'::text[]) method, unnest('{vector,halfvec,bit,sparsevec}'::text[]) element,
    (VALUES ('l2', '<->'), ('ip', '<#>'), ('cosine', '<=>'), ('l1', '<+>'), ('hamming', '<~>'), ('jaccard', '<%>')) AS c (class, operator),
    LATERAL pg_temp.check_element(method, element, class, operator) checked
WHERE EXISTS (SELECT FROM pg_opclass o JOIN pg_am ON pg_am.oid = opcmethod WHERE amname = method AND opcname = format('%s_%s_ops', element, class))
ORDER BY method, element, class;

-- Vectors out of line.
CREATE TABLE item (id int, a int, v vector(600));
ALTER TABLE item ALTER v SET STORAGE EXTERNAL;
INSERT INTO item SELECT i, i % 10, ARRAY(SELECT random() FROM generate_series(1, 600) WHERE i > 0) FROM generate_series(1, 300) i;
CREATE INDEX ON item (a);
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
ANALYZE item;
\set of_seven '''SELECT id, v <-> (SELECT v FROM item WHERE id = 7) AS d FROM item WHERE %s ORDER BY v <-> (SELECT v FROM item WHERE id = 7) LIMIT 20'''
SELECT pg_temp.compare(format(:of_seven, 'a = 3'), 'hnsw'), pg_temp.compare(format(:of_seven, 'id % 7 < 3'), 'hnsw');
DROP INDEX item_v;
CREATE INDEX item_v ON item USING ivfpq (v vector_l2_ops) WITH (lists = 4);
SELECT pg_temp.compare(format(:of_seven, 'a = 3'), 'ivfpq'), pg_temp.compare(format(:of_seven, 'id % 7 < 3'), 'ivfpq');
DROP TABLE item;

-- Partitions: each is scanned for itself, those that the conditions rule out are not.
CREATE TABLE item (id int, a int, region text, v vector(4)) PARTITION BY LIST (region);
CREATE TABLE item_north PARTITION OF item FOR VALUES IN ('n', 'ne');
CREATE TABLE item_south PARTITION OF item FOR VALUES IN ('s') PARTITION BY RANGE (a);
CREATE TABLE item_south_low PARTITION OF item_south FOR VALUES FROM (0) TO (10);
CREATE TABLE item_south_high PARTITION OF item_south FOR VALUES FROM (10) TO (100);
CREATE TABLE item_rest PARTITION OF item DEFAULT;
CREATE INDEX ON item (a);
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
INSERT INTO item SELECT i, i % 20, (ARRAY['n', 'ne', 's', 'w'])[1 + i / 3 % 4], ARRAY[random(), random(), random(), random()] FROM generate_series(1, 1000) i;
ANALYZE item;
CREATE FUNCTION pg_temp.check_parts(conditions text[]) RETURNS TABLE (condition text, rows int, wrong text[]) LANGUAGE sql AS $$
    SELECT condition, checked.*
    FROM unnest(conditions) condition,
        LATERAL pg_temp.compare(format('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE %s ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 20', condition), 'hnsw') checked
$$;
SELECT * FROM pg_temp.check_parts(ARRAY['a = 3', 'a < 15', 'region = ''s'' AND id > 7', 'region = ''s'' AND a < 5', 'region IN (''n'', ''w'') AND a = 4',
    'id % 3 = 0', 'region = ''ne'' AND id % 3 = 1', 'a IN (SELECT id FROM source WHERE id < 7)']);
SET vecext.filter_strategy = inline;
SELECT pg_temp.plan('SELECT id FROM item WHERE region <> ''n'' AND a = 3 ORDER BY v <-> ''[1,2,3,4]'' LIMIT 5');
RESET vecext.filter_strategy;
-- Of another column order, and with indexes of several kinds.
ALTER TABLE item DETACH PARTITION item_north;
DROP TABLE item_north;
CREATE TABLE item_north (v vector(4), region text, gone int, id int, a int);
ALTER TABLE item_north DROP gone;
DROP INDEX item_v;
ALTER TABLE item ATTACH PARTITION item_north FOR VALUES IN ('n', 'ne');
INSERT INTO item SELECT i, i % 20, 'n', ARRAY[random(), random(), random(), random()] FROM generate_series(1001, 1200) i;
CREATE INDEX ON item_north USING ivfflat (v vector_l2_ops) WITH (lists = 4);
CREATE INDEX ON item_south USING hnsw (v vector_l2_ops);
ANALYZE item;
SELECT * FROM pg_temp.check_parts(ARRAY['region = ''s'' AND id > 7', 'a = 3 AND region = ''s''']);
-- A part without an index of vectors is sorted.
SELECT condition, (pg_temp.answer(query)).distances = (pg_temp.sorted_answer(query)).distances AS same
FROM unnest(ARRAY['a = 3', 'id % 3 = 0']) condition,
    LATERAL (SELECT format('SELECT v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE %s ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 20', condition) AS query) q;
DROP TABLE item;

-- Children that inherit.
CREATE TABLE item (id int, a int, v vector(4));
CREATE TABLE item_child (more text) INHERITS (item);
INSERT INTO item SELECT id, a, v FROM source WHERE id % 2 = 0;
INSERT INTO item_child SELECT id, a, v, name FROM source WHERE id % 2 = 1;
CREATE INDEX ON item (a);
CREATE INDEX ON item USING hnsw (v vector_l2_ops);
CREATE INDEX ON item_child USING hnsw (v vector_l2_ops);
ANALYZE item, item_child;
SELECT tables, pg_temp.compare(format('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM %s WHERE a < 20 AND v IS NOT NULL ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 20', tables), 'hnsw')
FROM unnest('{item,ONLY item,item_child}'::text[]) tables;
DROP TABLE item CASCADE;

-- Temporary and unlogged tables, materialized views, those of a schema with a strange name, and empty ones.
CREATE FUNCTION pg_temp.check_kind(statement text, OUT rows int, OUT wrong text[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    CREATE INDEX ON item (a);
    CREATE INDEX ON item USING hnsw (v vector_l2_ops);
    ANALYZE item;
    SELECT * INTO rows, wrong FROM pg_temp.compare('SELECT id, v <-> ''[0.4,0.5,0.6,0.3]'' AS d FROM item WHERE a < 20 AND v IS NOT NULL ORDER BY v <-> ''[0.4,0.5,0.6,0.3]'' LIMIT 20', 'hnsw');
END
$$;
SELECT * FROM pg_temp.check_kind('CREATE TEMP TABLE item AS TABLE source');
DROP TABLE item;
SELECT * FROM pg_temp.check_kind('CREATE UNLOGGED TABLE item AS TABLE source');
DROP TABLE item;
SELECT * FROM pg_temp.check_kind('CREATE MATERIALIZED VIEW item AS TABLE source');
DROP MATERIALIZED VIEW item;
CREATE SCHEMA "Filter rows";
SET search_path = "Filter rows", public;
SELECT * FROM pg_temp.check_kind('CREATE TABLE item AS TABLE source');
RESET search_path;
DROP TABLE "Filter rows".item;
DROP SCHEMA "Filter rows";
SELECT * FROM pg_temp.check_kind('CREATE TABLE item AS SELECT * FROM source LIMIT 0');
DROP TABLE item;
SELECT * FROM pg_temp.check_kind('CREATE TABLE item AS SELECT * FROM source WHERE id = 3');
DROP TABLE item;
DROP VIEW pg_temp.checks;
DROP TABLE source;

-- Settings that bound a scan let it compare few rows without a search. It searches the set then.
CREATE TABLE bounded AS SELECT i AS id, i % 400 AS k, ARRAY[sin(i), cos(i * 7), sin(i * 3), cos(i)]::vector(4) AS v
FROM generate_series(1, 20000) i;
CREATE INDEX ON bounded (k);
CREATE INDEX bounded_graph ON bounded USING hnsw (v vector_l2_ops);
VACUUM ANALYZE bounded;
SET hnsw.ef_search = 40;
SET hnsw.iterative_scan = off;
SET enable_sort = off;
SELECT count(*) FROM (SELECT id FROM bounded WHERE k = 3 ORDER BY v <-> '[0,0,0,0]' LIMIT 10) t;
DROP INDEX bounded_graph;
CREATE INDEX bounded_lists ON bounded USING ivfflat (v vector_l2_ops) WITH (lists = 2000);
SET ivfflat.probes = 400;
SET ivfflat.iterative_scan = off;
SELECT count(*) FROM (SELECT id FROM bounded WHERE k = 3 ORDER BY v <-> '[0,0,0,0]' LIMIT 10) t;
DROP TABLE bounded;
