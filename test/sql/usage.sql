-- The types in schemas, queries and look-ups as clients write them.

-- A literal takes the type of the column; calls on literals alone do not say which type.
CREATE TABLE usage_item (id int, embedding vector(3), half halfvec(3), sparse sparsevec(3));
INSERT INTO usage_item VALUES
    (1, '[1, 2, 3]', '[1,2,3]', '{1:1}/3'), (2, '[4,5,6]', '[4,5,6]', '{}/3');
SELECT id FROM usage_item ORDER BY embedding <-> '[4,5,6]' LIMIT 1;
SELECT id FROM usage_item ORDER BY cosine_distance(embedding, '[4, 5, 6]') LIMIT 1;
SELECT id, l2_distance(half, '[1,2,3]'), inner_product('[1,1,1]', half) FROM usage_item ORDER BY id;
SELECT id FROM usage_item WHERE embedding = '[1,2,3]';
UPDATE usage_item SET embedding = embedding + '[1,1,1]' WHERE id = 1 RETURNING embedding;
\set VERBOSITY sqlstate
SELECT l2_distance('[1]', '[2]');
SELECT l2_norm('[1]'::vector);
SELECT vector_dims('[1]');
SELECT vector_norm('[1]'::halfvec);
\set VERBOSITY default

-- Look-ups that adapters make.
SELECT typname, typlen, typarray = ('_' || typname)::regtype AS has_array FROM pg_type
WHERE oid IN (to_regtype('vector'), to_regtype('halfvec'), to_regtype('sparsevec')) ORDER BY 1;
SELECT attname, atttypmod, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = 'usage_item'::regclass AND attnum > 1 ORDER BY attnum;

-- Expressions that stand for other ways of storing; all are immutable, so indexes may hold them.
SELECT half::vector(3) <-> embedding AS distance,
    binary_quantize(embedding)::bit(3) <~> binary_quantize('[1,-1,1]'::vector)::bit(3) AS hamming,
    subvector(embedding, 1, 2)::vector(2) <=> '[1,2]' < 1 AS prefix
FROM usage_item ORDER BY id;
CREATE INDEX ON usage_item ((embedding::halfvec(3)));
CREATE INDEX ON usage_item ((binary_quantize(embedding)::bit(3)));
CREATE INDEX ON usage_item ((subvector(embedding, 1, 2)::vector(2)));
CREATE INDEX ON usage_item (embedding) WHERE vector_norm(embedding) > 1;
ALTER TABLE usage_item ADD norm float8 GENERATED ALWAYS AS (vector_norm(embedding)) STORED;
ALTER TABLE usage_item ADD CHECK (vector_dims(half) = 3);
SELECT id, round(norm::numeric, 3) FROM usage_item ORDER BY id;

-- Domains, composites, defaults, views, partitions.
CREATE DOMAIN unit_vector AS vector CHECK (abs(vector_norm(VALUE) - 1) < 1e-6);
SELECT '[0.6,0.8]'::unit_vector <-> '[0,0]' AS norm;
\set VERBOSITY sqlstate
SELECT '[1,1]'::unit_vector;
\set VERBOSITY default
CREATE DOMAIN embedding AS vector(2);
CREATE DOMAIN given_embedding AS embedding NOT NULL;
CREATE DOMAIN bits AS bit(2);
CREATE TABLE usage_domain (id int, v embedding, w given_embedding, b bits, u unit_vector);
INSERT INTO usage_domain SELECT i, ARRAY[i, 0], ARRAY[-i, 0], (i % 4)::bit(2), '[1,0]' FROM generate_series(1, 100) i;
CREATE INDEX ON usage_domain USING hnsw (v vector_l2_ops);
CREATE INDEX ON usage_domain USING ivfflat (w vector_l2_ops) WITH (lists = 1);
CREATE INDEX ON usage_domain USING hnsw (b bit_hamming_ops);
CREATE INDEX ON usage_domain USING hnsw (u vector_l2_ops);
INSERT INTO usage_domain VALUES (0, '[0,0]', '[0,0]', '00', '[0,1]');
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM usage_domain ORDER BY v <-> '[0,0]' LIMIT 2;
SELECT id FROM usage_domain ORDER BY v <-> '[0,0]' LIMIT 2;
SELECT id FROM usage_domain ORDER BY w <-> '[0,0]' LIMIT 2;
SELECT count(*) FROM (SELECT b FROM usage_domain ORDER BY b <~> B'11' LIMIT 25) s WHERE b = '11';
RESET enable_seqscan;
DROP TABLE usage_domain;
DROP DOMAIN given_embedding, embedding, bits;
CREATE TYPE labeled AS (label text, v vector(2));
SELECT ROW('a', '[1,2]')::labeled, (ROW('a', '[1,2]')::labeled).v <-> '[1,4]' AS distance;
CREATE TABLE usage_part (grp int, v vector(2) DEFAULT '[0,0]') PARTITION BY LIST (grp);
CREATE TABLE usage_part_1 PARTITION OF usage_part FOR VALUES IN (1);
CREATE TABLE usage_part_2 PARTITION OF usage_part FOR VALUES IN (2);
INSERT INTO usage_part VALUES (1, '[1,2]'), (2, '[3,4]'), (2, DEFAULT);
CREATE VIEW usage_view AS SELECT grp, v <-> '[0,0]' AS distance FROM usage_part;
SELECT * FROM usage_view ORDER BY distance;

-- The elements one by one, and back.
SELECT id, i, x FROM usage_item, unnest(embedding::real[]) WITH ORDINALITY AS e (x, i)
WHERE id = 1 ORDER BY i;
SELECT array_agg(x ORDER BY i)::vector FROM (VALUES (2, 1.5), (1, 0.5)) AS t (i, x);
SELECT array_agg(embedding ORDER BY id), json_agg(half ORDER BY id) FROM usage_item;

-- With nothing on the search path, qualified names do.
SET search_path = '';
SELECT '[1,2]'::public.vector OPERATOR(public.<->) '[1,4]', public.l2_norm('[3,4]'::public.halfvec);
RESET search_path;

DROP VIEW usage_view;
DROP TABLE usage_item, usage_part;
DROP TYPE labeled;
DROP DOMAIN unit_vector;
