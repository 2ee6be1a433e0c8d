-- VACUUM gives back what a graph of fewer rows does not need.
CREATE TABLE spacious (id int, v vector(16));
CREATE INDEX spacious_v ON spacious USING hnsw (v vector_l2_ops);
CREATE FUNCTION fill_space(low int, high int) RETURNS void LANGUAGE sql AS $$
    INSERT INTO spacious SELECT i, (SELECT array_agg(sin(i * .37 * j) + i % 50 * sin(j)) FROM generate_series(1, 16) j)::vector
    FROM generate_series(low, high) i;
$$;
CREATE FUNCTION pages(OUT pages bigint) LANGUAGE sql AS $$ SELECT pg_relation_size('spacious_v') / 8192 $$;
SELECT fill_space(1, 9000);
SELECT pages AS filled FROM pages() \gset
DELETE FROM spacious WHERE id % 3 > 0;
-- (In a parallel VACUUM nothing is given back.)
VACUUM (PARALLEL 0) spacious;
SELECT pages AS left_over FROM pages() \gset
SELECT vecext.verify_index('spacious_v');

-- Again and again.
SELECT fill_space(10000, 15000);
DELETE FROM spacious WHERE id >= 10000;
VACUUM (PARALLEL 0) spacious;
SELECT fill_space(10000, 15000);
DELETE FROM spacious WHERE id >= 10000;
VACUUM (PARALLEL 0) spacious;
SELECT pages AS cycled FROM pages() \gset
SELECT vecext.verify_index('spacious_v');
SELECT count(*) FROM (SELECT id FROM spacious ORDER BY v <-> '[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]' LIMIT 100) s;

-- Not where the table keeps its own.
ALTER TABLE spacious SET (vacuum_truncate = off);
SELECT fill_space(10000, 19000);
SELECT pages AS grown FROM pages() \gset
DELETE FROM spacious WHERE id >= 10000;
VACUUM (PARALLEL 0) spacious;
SELECT pages >= :grown AS keeps_all FROM pages();

REINDEX INDEX spacious_v;
SELECT pages AS fresh FROM pages() \gset
SELECT :filled > 3 * :fresh AS was_large, :left_over <= 1.5 * :fresh AS is_given_back, :cycled <= 1.5 * :fresh AS stays_small;
DROP TABLE spacious;
DROP FUNCTION fill_space, pages;
