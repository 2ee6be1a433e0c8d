-- Comparison operators, the default order of each type, and btree indexes on it.

CREATE TEMP TABLE item (id int, v vector);
INSERT INTO item VALUES
    (1, '[0,0,0]'), (2, '[1,2]'), (3, '[1,2,0]'), (4, '[1]'), (5, '[1,3]'), (6, '[-1,5]'),
    (7, '[-0,0]'), (8, '[0,0]'), (9, NULL), (10, '[1,1,9,9]'), (11, '[0,0,-1]');

SELECT id, v FROM item ORDER BY v, id;
SELECT id, v FROM item ORDER BY v DESC, id;
SELECT id, v::halfvec FROM item ORDER BY v::halfvec, id;
SELECT id, v::sparsevec FROM item ORDER BY v::sparsevec, id;

-- All pairs: each operator of each type says what comparing arrays says.
SELECT type, count(*) AS pairs, count(*) FILTER (WHERE lt = (a < b)) AS lt,
    count(*) FILTER (WHERE le = (a <= b)) AS le, count(*) FILTER (WHERE eq = (a = b)) AS eq,
    count(*) FILTER (WHERE ne = (a <> b)) AS ne, count(*) FILTER (WHERE ge = (a >= b)) AS ge,
    count(*) FILTER (WHERE gt = (a > b)) AS gt,
    count(*) FILTER (WHERE cmp = (a > b)::int - (a < b)::int) AS cmp
FROM (
    SELECT 'vector' AS type, a.v::real[] AS a, b.v::real[] AS b, a.v < b.v AS lt, a.v <= b.v AS le,
        a.v = b.v AS eq, a.v <> b.v AS ne, a.v >= b.v AS ge, a.v > b.v AS gt,
        vector_cmp(a.v, b.v) AS cmp
    FROM item a, item b
    UNION ALL
    SELECT 'halfvec', a.v::real[], b.v::real[], a.h < b.h, a.h <= b.h,
        a.h = b.h, a.h <> b.h, a.h >= b.h, a.h > b.h, halfvec_cmp(a.h, b.h)
    FROM (SELECT v, v::halfvec AS h FROM item) a, (SELECT v, v::halfvec AS h FROM item) b
    UNION ALL
    SELECT 'sparsevec', a.v::real[], b.v::real[], a.s < b.s, a.s <= b.s,
        a.s = b.s, a.s <> b.s, a.s >= b.s, a.s > b.s, sparsevec_cmp(a.s, b.s)
    FROM (SELECT v, v::sparsevec AS s FROM item) a, (SELECT v, v::sparsevec AS s FROM item) b
) t
WHERE a IS NOT NULL AND b IS NOT NULL
GROUP BY type ORDER BY type;

-- Sparse vectors beyond dense dimensions compare in the same way.
SELECT a, b, sparsevec_cmp(a, b)
FROM (VALUES
    ('{1000000000:1}/1000000000'::sparsevec, '{}/1000000000'::sparsevec),
    ('{1000000000:-1}/1000000000', '{}/1000000000'),
    ('{5:1}/9', '{7:9}/9'),
    ('{5:-1}/9', '{7:9}/9'),
    ('{5:1}/9', '{5:1,6:1}/9'),
    ('{5:1}/9', '{5:1,6:-1}/9'),
    ('{}/8', '{}/9'),
    ('{}/8', '{9:1}/9'),
    ('{}/8', '{9:-1}/9'),
    ('{}/9', '{8:-1}/8'),
    ('{3:1}/9', '{3:1}/9')
) AS t (a, b);

-- DISTINCT, GROUP BY and set operations.
SELECT count(*) FROM (SELECT DISTINCT v FROM item WHERE id IN (1, 7, 8, 9)) t;
SELECT count(DISTINCT v), count(DISTINCT v::halfvec), count(DISTINCT v::sparsevec) FROM item;
SELECT min(id), count(*) FROM item WHERE id IN (2, 7, 8) GROUP BY v ORDER BY v;
SELECT count(*) FROM item a JOIN item b USING (v);
SELECT v FROM item WHERE id < 3 INTERSECT SELECT v FROM item WHERE id > 1;
SELECT v IN ('[1,2]', '[9]') FROM item WHERE id = 2;
SELECT v = ANY ('{"[1,2]","[9]"}') FROM item WHERE id = 2;

-- Each type is its index's own order, without naming an operator class.
CREATE TABLE btree_item AS
SELECT i AS id, ARRAY[i % 50, i]::vector AS v, ARRAY[i % 50, i]::halfvec AS h,
    ARRAY[i % 50, i]::sparsevec AS s
FROM generate_series(1, 2000) i;
CREATE UNIQUE INDEX ON btree_item (v);
CREATE UNIQUE INDEX ON btree_item (h);
CREATE UNIQUE INDEX ON btree_item (s);
VACUUM ANALYZE btree_item;

SET enable_seqscan = off;
SET enable_bitmapscan = off;
SET enable_indexonlyscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM btree_item WHERE v = '[7,57]';
EXPLAIN (COSTS OFF) SELECT id FROM btree_item WHERE h < '[0,150]' ORDER BY h;
SELECT id FROM btree_item WHERE v = '[7,57]';
SELECT id FROM btree_item WHERE h < '[0,150]' ORDER BY h;
SELECT id FROM btree_item WHERE s BETWEEN '{1:49,2:1900}/2' AND '{1:49,2:1999}/2' ORDER BY s DESC;
SELECT id FROM btree_item ORDER BY v DESC LIMIT 3;
RESET enable_seqscan;
RESET enable_bitmapscan;
RESET enable_indexonlyscan;

\set VERBOSITY sqlstate
INSERT INTO btree_item (v) VALUES ('[7,57]');
INSERT INTO btree_item (s) VALUES ('{1:7,2:57}/2');
\set VERBOSITY default
INSERT INTO btree_item (id, v) VALUES (0, '[7,57]') ON CONFLICT (v) DO UPDATE SET id = -1;
SELECT id FROM btree_item WHERE v = '[7,57]';

DROP TABLE btree_item;
