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
DROP FUNCTION pages;

-- Lists, too, which are moved to the front.
CREATE TABLE half AS SELECT i AS id,
    (SELECT array_agg(sin(i * .37 * j) + i % 50 * sin(j)) FROM generate_series(1, 16) j)::vector(16) AS v
FROM generate_series(1, 4000) i;
CREATE TABLE spacious (id int PRIMARY KEY, v vector(16)) WITH (autovacuum_enabled = off);
INSERT INTO spacious SELECT id + n, v FROM half, unnest(ARRAY[0, 100000]) n;
SET maintenance_work_mem = '256MB';
SET min_parallel_index_scan_size = 0;
CREATE INDEX spacious_graph ON spacious USING hnsw (v vector_l2_ops);
CREATE INDEX spacious_flat ON spacious USING ivfflat (v vector_l2_ops) WITH (lists = 20);
CREATE INDEX spacious_codes ON spacious USING ivfpq (v vector_l2_ops) WITH (rerank = int8);
CREATE FUNCTION pages(OUT graph numeric, OUT flat numeric, OUT codes numeric) LANGUAGE sql AS $$
    SELECT pg_relation_size('spacious_graph') / 8192, pg_relation_size('spacious_flat') / 8192,
        pg_relation_size('spacious_codes') / 8192
$$;
SELECT graph, flat, codes FROM pages() \gset all_
-- A table whose only other index is that of its key is vacuumed without workers.
DELETE FROM spacious WHERE id > 100000;
VACUUM spacious;
SELECT graph, flat, codes FROM pages() \gset half_
INSERT INTO spacious SELECT id + 200000, v FROM half;
SELECT graph, flat, codes FROM pages() \gset again_
SELECT :again_graph <= 1.5 * :all_graph AS graph, :again_flat <= 1.5 * :all_flat AS flat, :again_codes <= 1.5 * :all_codes AS codes;

-- Where there are workers nothing is given back: rows that come next take the space.
CREATE INDEX ON spacious ((-id));
SELECT 'DELETE FROM spacious WHERE id < (SELECT avg(id) FROM spacious)', 'VACUUM spacious',
    'INSERT INTO spacious SELECT id + 100000 * ' || n || ', v FROM half' FROM generate_series(3, 5) n \gexec
SELECT graph, flat, codes FROM pages() \gset cycled_
SELECT :cycled_graph <= 1.5 * :all_graph AS graph, :cycled_flat <= 1.5 * :all_flat AS flat, :cycled_codes <= 1.5 * :all_codes AS codes;
SELECT count(*), vecext.verify_index('spacious_graph'), vecext.verify_index('spacious_flat'), vecext.verify_index('spacious_codes') FROM spacious;
DELETE FROM spacious WHERE id < (SELECT avg(id) FROM spacious);
VACUUM spacious;
SELECT graph >= :cycled_graph AS keeps_all FROM pages();
REINDEX TABLE spacious;
SELECT :half_graph <= 1.5 * graph AS graph, :half_flat <= 1.5 * flat AS flat, :half_codes <= 1.5 * codes AS codes FROM pages();
DROP TABLE spacious, half;
DROP FUNCTION fill_space, pages;
