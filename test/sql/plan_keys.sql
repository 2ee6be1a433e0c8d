-- The order by a distance as a part of another one: further keys, UNION ALL, partitions, windows. Plans,
-- and the same rows as a sort gives, on data with many equal distances.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SELECT setseed(0.25);
CREATE TABLE item (id int, kind int, v vector(3));
INSERT INTO item
SELECT i, i * 7919 % 10, ARRAY[i % 20, i / 20 % 20, i / 400 % 20]::vector
FROM generate_series(1, 12000) i;
CREATE TABLE other AS SELECT id + 20000 AS id, kind, v FROM item WHERE id % 2 = 0;
CREATE TABLE part (LIKE item) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (5000);
CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (5000) TO (20000);
INSERT INTO part SELECT * FROM item;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
CREATE INDEX other_v ON other USING ivfpq (v vector_l2_ops);
CREATE INDEX ON part USING hnsw (v vector_l2_ops);
VACUUM ANALYZE item, other, part;

-- A plan's nodes that sort, merge or read, in one line.
CREATE FUNCTION pg_temp.nodes(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    nodes text[] := '{}';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        nodes := nodes || (regexp_match(line, '(Incremental Sort$|Sort$|Merge Append|\w+ Scan)'))[1];
    END LOOP;
    RETURN array_to_string(nodes, ', ');
END
$$;
-- Are the rows, in their order, those of a sort of the whole table?
CREATE FUNCTION pg_temp.is_sorted_right(query text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    rows text[];
    sorted text[];
BEGIN
    EXECUTE format('SELECT array_agg(r::text) FROM (%s) r', query) INTO rows;
    PERFORM set_config('enable_indexscan', 'off', true);
    EXECUTE format('SELECT array_agg(r::text) FROM (%s) r', query) INTO sorted;
    PERFORM set_config('enable_indexscan', 'on', true);
    RETURN cardinality(rows) > 0 AND rows = sorted;
END
$$;

-- Far enough that no row of equal distance is missed.
SET hnsw.ef_search = 200;
SET ivfpq.probes = 1000;
CREATE TABLE query (n int, query text);
INSERT INTO query VALUES
    (1, 'SELECT id FROM item ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (2, 'SELECT id, v <-> ''[7,7,7]'' AS d FROM item ORDER BY d, id DESC LIMIT 40 OFFSET 5'),
    (3, 'SELECT id FROM item ORDER BY v <-> ''[1,2,30]'', kind, id LIMIT 25'),
    (4, 'SELECT id FROM item WHERE kind < 5 ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (5, 'SELECT id FROM item WHERE kind < 5 AND v <-> ''[7,7,7]'' < 2 ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (6, 'SELECT id, d FROM (SELECT id, v <-> ''[7,7,7]'' AS d FROM item
        UNION ALL SELECT id, v <-> ''[7,7,7]'' FROM other) u ORDER BY d, id LIMIT 20'),
    (7, 'SELECT id FROM (SELECT * FROM item UNION ALL SELECT * FROM other) u
        ORDER BY v <-> ''[7,7,7]'', id LIMIT 20'),
    (8, 'SELECT v <-> ''[7,7,7]'' FROM (SELECT * FROM item UNION ALL SELECT * FROM other) u
        ORDER BY v <-> ''[7,7,7]'' LIMIT 20'),
    (9, 'SELECT id FROM part ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (10, 'SELECT id FROM part WHERE kind % 2 > 0 ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (11, 'SELECT id, row_number() OVER (ORDER BY v <-> ''[7,7,7]'', id) FROM item
        ORDER BY v <-> ''[7,7,7]'', id LIMIT 10'),
    (12, 'SELECT q, n.id FROM generate_series(1, 5) q, LATERAL (
        SELECT id FROM item ORDER BY v <-> ARRAY[q, 7, 7]::vector, id LIMIT 3) n'),
    (13, 'SELECT id FROM item ORDER BY v <-> ''[7,7,7]'', v <-> ''[0,0,0]'', id LIMIT 10');
SELECT n, pg_temp.nodes(query) FROM query ORDER BY n;
SELECT n FROM query WHERE NOT pg_temp.is_sorted_right(query) ORDER BY n;

-- No other order begins with it.
SELECT pg_temp.nodes(query) FROM (VALUES
    ('SELECT id FROM item ORDER BY id, v <-> ''[7,7,7]'' LIMIT 10'),
    ('SELECT id FROM item ORDER BY v <-> ''[7,7,7]'' DESC, id LIMIT 10'),
    ('SELECT id FROM item ORDER BY v <=> ''[7,7,7]'', id LIMIT 10')) q (query);

-- Nothing is changed about plans where that is asked for, but what the server does by itself from 17 on.
SET vecext.filter_strategy = off;
SELECT pg_temp.nodes(query) ~ 'Index Scan' = (current_setting('server_version_num')::int >= 170000) AS by_server
FROM query WHERE n = 1;
RESET vecext.filter_strategy;

DROP TABLE item, other, part, query;

-- No statistics tell how many rows match a condition on an expression. A search finds out before all rows
-- are read, of partitions, too; where few match, the others follow.
CREATE TABLE large (id int, kind int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE large_1 PARTITION OF large FOR VALUES FROM (0) TO (40000);
CREATE TABLE large_2 PARTITION OF large FOR VALUES FROM (40000) TO (80000);
INSERT INTO large
SELECT i, i * 7919 % 10, ARRAY[i % 43, i / 43 % 43, i / 1849]::vector FROM generate_series(0, 79999) i;
CREATE INDEX ON large USING hnsw (v vector_l2_ops);
VACUUM ANALYZE large;
CREATE TABLE query (n int, query text);
INSERT INTO query
SELECT n, format('SELECT v <-> ''[20,20,20]'' AS d FROM large WHERE %s ORDER BY d LIMIT 5', condition)
FROM (VALUES (1, 'abs(kind) = 3'), (2, 'kind % 2 = 1 AND id > 10'), (3, 'int4larger(kind, 4) = 4'), (4, 'abs(kind) = 3 AND kind < 4'),
    (5, 'abs(id) = 79990'), (6, 'kind = 3')) c (n, condition);
SELECT n, pg_temp.nodes(query) FROM query ORDER BY n;
SELECT n FROM query WHERE NOT pg_temp.is_sorted_right(query) ORDER BY n;
CREATE FUNCTION pg_temp.strategy(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ' || query LOOP
        IF line ~ 'Strategy' THEN
            RETURN trim(line);
        END IF;
    END LOOP;
END
$$;
SELECT n, pg_temp.strategy(query) FROM query ORDER BY n;
DROP TABLE large, query;

-- Two distances of one column: the index has the order of the first.
CREATE TABLE doubled (id int, kind int, v vector(2), h halfvec(2), body text, s sparsevec(4)) PARTITION BY RANGE (id);
CREATE TABLE doubled_1 PARTITION OF doubled FOR VALUES FROM (0) TO (1000);
CREATE TABLE doubled_2 PARTITION OF doubled FOR VALUES FROM (1000) TO (3000);
INSERT INTO doubled SELECT i, i % 10, ARRAY[0, i % 5], ARRAY[0, i % 5], concat_ws(' ', 'w' || i % 7, 'w' || i % 3, 'rest'), format('{%s:1, 4:%s}/4', 1 + i % 3, 1 + i % 7)::sparsevec
FROM generate_series(0, 1999) i;
CREATE INDEX ON doubled USING hnsw (v vector_l2_ops, kind);
CREATE INDEX ON doubled USING ivfpq (h halfvec_l2_ops);
CREATE INDEX ON doubled USING bm25 (body);
CREATE INDEX ON doubled USING inverted (s);
CREATE TABLE kinds AS SELECT i AS kind, i % 2 AS size FROM generate_series(0, 9) i;
VACUUM ANALYZE doubled, kinds;
CREATE TABLE query (n int, query text);
INSERT INTO query
SELECT n * 4 + m, format('SELECT %s AS d, %s AS e FROM %s ORDER BY 1, 2 LIMIT 60', d, e, source)
FROM (VALUES (1, 'v <-> ''[0,2.5]''', 'v <-> ''[0,4]'''), (2, 'h <-> ''[0,2.5]''', 'h <-> ''[0,4]'''), (3, 'body <@> ''w3''', 'body <@> ''w1'''),
        (4, 's <#> ''{1:1}/4''', 's <#> ''{4:1}/4''')) c (n, d, e),
    (VALUES (0, 'doubled'), (1, 'doubled_1'), (2, 'doubled_1 WHERE kind < 6'), (3, 'doubled_2 JOIN kinds USING (kind) WHERE size = 1')) f (m, source);
SELECT count(*) FILTER (WHERE nodes ~ 'Incremental Sort') >= 8 AS by_index, count(*) FILTER (WHERE nodes !~ 'Sort') AS unsorted FROM query, pg_temp.nodes(query) nodes;
SELECT n FROM query WHERE NOT pg_temp.is_sorted_right(query) ORDER BY n;
DROP TABLE doubled, kinds, query;
