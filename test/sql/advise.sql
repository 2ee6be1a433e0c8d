-- vecext.advise: each finding has the statement that mends it, which is executed here.
SELECT current_database() AS home \gset
CREATE DATABASE regress_advise TEMPLATE template0;
\c regress_advise
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE SCHEMA "the shop";
CREATE TABLE "the shop".item (id int, g int, v vector(16)) WITH (autovacuum_enabled = false);
INSERT INTO "the shop".item SELECT i, i % 200, (SELECT array_agg(sin(i * j)) FROM generate_series(1, 16) j)::vector FROM generate_series(1, 12000) i;
CREATE INDEX "item V" ON "the shop".item USING hnsw (v vector_l2_ops);
ANALYZE "the shop".item;
-- Also as the first statement of a session.
\c
SELECT * FROM vecext.advise();
SET client_min_messages = warning;

-- An index that is larger than memory, and a build with little.
SET effective_cache_size = '64kB';
SET maintenance_work_mem = '1MB';
SELECT severity, object, statement FROM vecext.advise();
SELECT statement FROM vecext.advise('"the shop"."item V"') \gexec
RESET maintenance_work_mem;
\c
SET effective_cache_size = '64kB';
SELECT * FROM vecext.advise();
SELECT vecext.recall('"the shop"."item V"') > .5 AND vecext.recall('"the shop".item_v_idx') > .5 AS both_are_measured;
DROP INDEX "the shop".item_v_idx;
-- Two indexes of one text.
CREATE TABLE "the shop".title (id int, body text);
INSERT INTO "the shop".title SELECT i, 'red shoes ' || i FROM generate_series(1, 10) i;
CREATE INDEX title_words ON "the shop".title USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX "title Parts" ON "the shop".title USING bm25 (body) WITH (text_config = 'vecext.trigram');
CREATE INDEX title_few ON "the shop".title USING bm25 (body) WHERE id < 5;
SELECT * FROM vecext.advise('"the shop".title');
SELECT statement FROM vecext.advise('"the shop".title') \gexec
DROP TABLE "the shop".title;

-- A column of vectors that halfvec would halve, with indexes that have options, key columns and predicates, but nothing else that depends on it.
CREATE TABLE wide AS SELECT id, g, 'w' || g AS name, v FROM "the shop".item WHERE id <= 5000;
CREATE INDEX "Wide" ON wide USING hnsw (v vector_cosine_ops, g, name COLLATE "C") WITH (m = 8) WHERE v IS NOT NULL AND g > 1;
ALTER TABLE wide ALTER v SET NOT NULL, ADD h halfvec(16), ADD n vector(16) DEFAULT array_fill(.5, ARRAY[16]);
ANALYZE wide;
SELECT object, finding, statement, gain FROM vecext.advise('wide');
SELECT statement FROM vecext.advise('wide') WHERE object = 'public.wide' \gexec
SELECT pg_get_indexdef('"Wide"'::regclass), vecext.verify_index('"Wide"') = (SELECT count(*) FROM wide WHERE g > 1) AS is_sound;
VACUUM ANALYZE wide;
SELECT * FROM vecext.advise('wide');
SELECT vecext.create_collection('wide points', '{"size": 100, "distance": "Euclid"}');
SELECT vecext.upsert('wide points', (SELECT jsonb_agg(jsonb_build_object('id', i, 'vector', array_fill(i, ARRAY[100]))) FROM generate_series(1, 500) i)) AS upserted;
ANALYZE "wide points";
SELECT * FROM vecext.advise('"wide points"');
SELECT vecext.drop_collection('wide points');
DROP TABLE wide;
RESET effective_cache_size;
SET client_min_messages = warning;
-- The server publishes statistics once a second, unless it is asked to.
CREATE FUNCTION pg_temp.publish() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_stat_force_next_flush(); PERFORM pg_stat_clear_snapshot(); END $$;

-- An index with many free pages.
CREATE TABLE wave (id int, v vector(16)) WITH (vacuum_truncate = off);
CREATE INDEX wave_v ON wave USING hnsw (v vector_l2_ops);
INSERT INTO wave SELECT i, (SELECT array_agg(sin(i * .37 * j) + i % 50 * sin(j)) FROM generate_series(1, 16) j)::vector FROM generate_series(1, 7000) i;
DELETE FROM wave WHERE id > 2000;
VACUUM (PARALLEL 0) wave;
SELECT object, statement FROM vecext.advise();
SELECT statement FROM vecext.advise('wave') \gexec
SELECT * FROM vecext.advise('wave');
DROP TABLE wave;

-- A partitioned table has the findings of its partitions, and an alias those of its collection.
CREATE TABLE parted (id int, v vector(16)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (200);
CREATE INDEX parted_v ON parted USING hnsw (v vector_l2_ops);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'parted_2_v_idx'::regclass;
SELECT severity, object, finding, statement FROM vecext.advise('parted');
SELECT count(*) FROM vecext.advise('parted_1');
SELECT statement FROM vecext.advise('parted') \gexec
SELECT count(*) FROM vecext.advise('parted');
DROP TABLE parted;
SELECT vecext.create_collection('docs', '{"size": 3, "distance": "Euclid"}');
SELECT vecext.create_alias('current docs', 'docs');
UPDATE pg_index SET indisvalid = false WHERE indrelid = 'docs'::regclass AND indexrelid IN (SELECT index FROM vecext.indexes WHERE method = 'hnsw');
SELECT object, finding, statement FROM vecext.advise('"current docs"');
SELECT count(*) FROM vecext.advise('"the shop".item') WHERE object ~ 'docs';
SELECT vecext.drop_collection('docs');

-- Conditions without an index.
SET vecext.observe_one_in = 0;
SET vecext.filter_strategy = postfilter;
DO $$ BEGIN FOR i IN 1 .. 150 LOOP PERFORM id FROM "the shop".item WHERE g = i ORDER BY v <-> array_fill(i, ARRAY[16])::vector LIMIT 5; END LOOP; END $$;
SELECT pg_temp.publish();
SELECT object, finding, statement FROM vecext.advise('"the shop".item');
CREATE INDEX ON "the shop".item (g);
SELECT vecext.stat_reset();
SELECT pg_stat_reset();
RESET vecext.filter_strategy;
DO $$ BEGIN FOR i IN 1 .. 150 LOOP PERFORM id FROM "the shop".item WHERE g = i ORDER BY v <-> array_fill(i, ARRAY[16])::vector LIMIT 5; END LOOP; END $$;
SELECT pg_temp.publish();
SELECT * FROM vecext.advise('"the shop".item');

-- Searches that find less than they should: here since their sessions aim lower.
SELECT setseed(0.5);
CREATE TABLE noise AS SELECT i AS id, (SELECT array_agg(random() - .5) FROM generate_series(1, 64 + 0 * i))::vector(64) AS v FROM generate_series(1, 40000) i;
CREATE INDEX noise_v ON noise USING ivfpq (v vector_l2_ops);
ANALYZE noise;
SET vecext.target_recall = 0.5;
SET vecext.observe_one_in = 1;
DO $$ BEGIN FOR i IN 1 .. 300 LOOP PERFORM id FROM noise ORDER BY v <-> (SELECT array_agg(random() - .5) FROM generate_series(1, 64 + 0 * i))::vector LIMIT 10; END LOOP; END $$;
RESET vecext.observe_one_in;
RESET vecext.target_recall;
SELECT object, regexp_replace(finding, '0\.\d+ of', 'n of') AS finding, statement FROM vecext.advise('noise') WHERE finding ~ 'aim';
SELECT statement FROM vecext.advise('noise') WHERE finding ~ 'aim' \gexec
SELECT count(*) FROM vecext.advise('noise') WHERE finding ~ 'aim';
DROP TABLE noise;

-- Dead rows where nothing removes them.
DELETE FROM "the shop".item WHERE id % 2 = 0;
SELECT pg_temp.publish();
SELECT object, statement FROM vecext.advise();
SELECT statement FROM vecext.advise() \gexec
SELECT * FROM vecext.advise();

-- A column without an index, and an index that no query can use.
CREATE TABLE plain AS SELECT id, v FROM "the shop".item UNION ALL SELECT id, v FROM "the shop".item;
CREATE TABLE other AS SELECT id, v FROM plain;
CREATE INDEX other_v ON other USING hnsw (v vector_cosine_ops);
ANALYZE plain, other;
DO $$ BEGIN FOR i IN 1 .. 100 LOOP PERFORM id FROM plain ORDER BY v <-> array_fill(i, ARRAY[16])::vector LIMIT 1;
    PERFORM id FROM other ORDER BY v <-> array_fill(i, ARRAY[16])::vector LIMIT 1; END LOOP; END $$;
SELECT pg_temp.publish();
SELECT severity, object, finding, statement FROM vecext.advise();
-- One query by the index, and many that the planner answers from the table alone.
SET enable_seqscan = off;
SELECT count(*) FROM (SELECT FROM other ORDER BY v <=> array_fill(1, ARRAY[16])::vector LIMIT 1) nearest;
RESET enable_seqscan;
SELECT pg_temp.publish();
SELECT severity, finding, statement FROM vecext.advise('other');
SELECT statement FROM vecext.advise('plain') \gexec

-- A role is given what it may know.
CREATE ROLE regress_vecext_advised;
SET ROLE regress_vecext_advised;
SET effective_cache_size = '64kB';
SELECT object, statement FROM vecext.advise();
RESET ROLE;
RESET effective_cache_size;
\c :home
DROP DATABASE regress_advise;
DROP ROLE regress_vecext_advised;
