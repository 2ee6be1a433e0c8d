-- Indexes that are made with a filter: partial ones, and those on the result of matches().
SET client_min_messages = warning;
SET jit = off;
SELECT vecext.payload_int('{"n": 1}', 'n');
-- A plan, of whose filters and rechecks only the name of the function is shown: versions differ in where they repeat
-- the conditions of an index.
CREATE FUNCTION plan_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ '^ *(Filter|Recheck Cond):' THEN
            line := substring(line, '^ *') || 'checks ' || substring(line, 'vecext\w*\.matches\w*');
        END IF;
        IF line IS NOT NULL THEN
            RETURN NEXT line;
        END IF;
    END LOOP;
END $$;
CREATE TABLE item (id int PRIMARY KEY, payload jsonb NOT NULL, v vector(2) NOT NULL);
INSERT INTO item SELECT i, jsonb_build_object('lang', 'l' || i % 100, 'n', i), ARRAY[i % 97, i % 89]::float4[]::vector FROM generate_series(1, 5000) i;
CREATE INDEX by_n_of_l7 ON item (vecext.payload_int(payload, 'n')) WHERE vecext.matches(payload, 'lang = ''l7''');
CREATE INDEX by_id_of_l8 ON item (id) WHERE vecext.matches(payload, '{"must": {"key": "lang", "match": {"value": "l8"}}}'::jsonb) AND id > 100;
CREATE INDEX by_is_l9 ON item ((vecext.matches_langchain(payload, '{"lang": "l9"}')), id);
CREATE INDEX by_distance_of_l7 ON item USING hnsw (v vector_l2_ops) WHERE vecext.matches(payload, 'lang = ''l7''');
ANALYZE item;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''');
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, '{"must": {"key": "lang", "match": {"value": "l8"}}}'::jsonb) AND id BETWEEN 200 AND 800;
SELECT plan_of($$SELECT id FROM item WHERE vecext.matches_langchain(payload, '{"lang": "l9"}')$$);
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''') ORDER BY v <-> '[1,2]' LIMIT 3;
SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''') ORDER BY v <-> '[1,2]' LIMIT 3;
SELECT id FROM item WHERE vecext.matches(payload || '{}', 'lang = ''l7''') ORDER BY v <-> '[1,2]' LIMIT 3;
-- Another filter is another call, even if it means the same; below NOT there is no index.
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l8''');
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, '{"must": {"key": "lang", "match": {"value": "l7"}}}'::jsonb);
EXPLAIN (COSTS OFF) SELECT count(*) FROM item WHERE NOT vecext.matches(payload, 'lang = ''l7''');
SELECT count(*) FROM item WHERE NOT vecext.matches(payload, 'lang = ''l7''');
-- A parameter that has the filter.
PREPARE by_filter(text) AS SELECT id FROM item WHERE vecext.matches(payload, $1) AND vecext.payload_int(payload, 'n') < 250;
EXPLAIN (COSTS OFF) EXECUTE by_filter('lang = ''l7''');
EXECUTE by_filter('lang = ''l7''');

-- Other indexes serve its conditions as well; the estimate counts them once.
CREATE INDEX by_lang ON item USING gin ((payload -> 'lang') jsonb_path_ops);
CREATE INDEX by_n ON item (vecext.payload_float(payload, 'n'));
ALTER TABLE item ADD CHECK (NOT vecext.payload_is_array(payload, 'n'));
CREATE INDEX by_distance_of_few ON item USING hnsw (v vector_l2_ops) WHERE vecext.matches(payload, 'n < 500');
ANALYZE item;
CREATE FUNCTION rows_of(condition text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) SELECT id FROM item WHERE ' || condition INTO plan;
    RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'n < 500');
SELECT rows_of($$vecext.matches(payload, 'n < 500')$$) BETWEEN 400 AND 600 AS kept, rows_of($$vecext.matches(payload, 'n < 501')$$) BETWEEN 400 AND 600 AS rechecked,
    rows_of($$NOT vecext.matches(payload, 'n < 500')$$) > 3000 AS negated;
SELECT count(*) FROM item WHERE vecext.matches(payload, 'n < 500');
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'n < 500') ORDER BY v <-> '[1,2]' LIMIT 3;
SELECT (SELECT array_agg(id) FROM (SELECT id FROM item WHERE vecext.matches(payload, 'n < 500') ORDER BY v <-> '[1,2]', id LIMIT 5) a)
    = (SELECT array_agg(id) FROM (SELECT id FROM item WHERE id < 500 ORDER BY v <-> '[1,2]', id LIMIT 5) b) AS equal;
-- Beside another condition, a call that an index has is simplified more than once.
SELECT plan_of($$SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''') AND id > 100$$);
SELECT count(*) FROM item WHERE vecext.matches(payload, 'lang = ''l7''') AND id > 100;
SELECT count(*) FROM item WHERE (vecext.matches(payload, 'lang = ''l7''') OR id < 10) AND id > 5;
-- In a union.
CREATE VIEW both_items AS SELECT id, payload FROM item UNION ALL SELECT -id, payload FROM item;
EXPLAIN (COSTS OFF) SELECT id FROM both_items WHERE vecext.matches(payload, 'n < 500');
SELECT count(*) FROM both_items WHERE vecext.matches(payload, 'n < 500');
DROP VIEW both_items;
DROP TABLE item;
DROP FUNCTION rows_of(text);

-- Partitions have each condition once.
CREATE TABLE parted (id int, payload jsonb) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 (dropped int, payload jsonb, id int);
ALTER TABLE parted_2 DROP COLUMN dropped;
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (1000) TO (3000);
INSERT INTO parted SELECT i, jsonb_build_object('lang', 'l' || i % 10, 'n', i) FROM generate_series(1, 2000) i;
CREATE INDEX by_id_of_l7 ON parted (id) WHERE vecext.matches(payload, 'lang = ''l7'' AND n < 1100');
CREATE INDEX by_n ON parted (vecext.payload_float(payload, 'n'));
CREATE INDEX by_n_array ON parted (vecext.payload_is_array(payload, 'n')) WHERE vecext.payload_is_array(payload, 'n');
ANALYZE parted;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM parted WHERE vecext.matches(payload, 'lang = ''l7'' AND n < 1100');
SELECT count(*) FROM parted WHERE vecext.matches(payload, 'lang = ''l7'' AND n < 1100');
SELECT plan_of($$SELECT id FROM parted WHERE vecext.matches(payload, 'lang = ''l7'' AND n < 12')$$);
DROP TABLE parted;
DROP FUNCTION plan_of(text);
