-- Vectors of uint8: integers of 0 to 255 in a halfvec, without fractions, whatever writes them and whatever is searched for.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SELECT vecext.create_collection('bytes', '{"": {"size": 4, "distance": "Euclid", "datatype": "uint8"}, "cos": {"size": 2, "distance": "cosine", "datatype": "uint8"}, "dot": {"size": 2, "distance": "dot", "datatype": "uint8"},
    "l1": {"size": 2, "distance": "manhattan", "datatype": "uint8", "index": "none"}, "many": {"size": 2, "distance": "dot", "datatype": "uint8", "multivector_config": {"comparator": "max_sim"}},
    "any": {"size": null, "distance": "euclid", "datatype": "uint8"}, "plain": {"size": 2, "distance": "dot", "datatype": "float16"}}');
SELECT name, params FROM vecext.collection_vectors WHERE relid = 'bytes'::regclass ORDER BY 1;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'bytes'::regclass AND attnum > 1 AND attname <> 'payload';
SELECT tgname, encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = 'bytes'::regclass ORDER BY 1;

-- Fractions are cut off, and what is out of range becomes the nearest that is not, also beyond what a half holds.
SELECT vecext.upsert('bytes', '[{"id": 1, "vector": {"": [0.9, 1.5, 254.999, 255], "cos": [3, 4], "dot": [1e30, -1e30], "l1": [-0.5, 256], "many": [[1.9, 2.9], [300, -3]], "any": [1.5, 2.5, 3.5], "plain": [0.5, -1.5]}},
    {"id": 2, "vector": [1, 2, 3, 4]}]');
SELECT id, vectors FROM vecext.get_points('bytes', '[1, 2]', with_vectors => 'true');
-- So do arrays, updates, plain SQL and COPY.
SELECT vecext.upsert('bytes', ARRAY[3, 4], ARRAY['[1.5, 2.5, 3.5, 400]', '[-1, 0, 1, 2]']::halfvec[], ARRAY['{}', '{}']::jsonb[]);
SELECT vecext.update_vectors('bytes', '[{"id": 2, "vector": {"many": [[7.7, 8.8]], "cos": [0.99, 99.99]}}]');
INSERT INTO bytes (id, embedding, many) VALUES (5, '[0.5, 1.00097, 255.5, 65504]', ARRAY['[1.5, 2.5]', NULL, '[3, 4]']::halfvec[]), (6, NULL, '{}');
UPDATE bytes SET embedding = '[9.99, 99.9, 0.00001, -0]' WHERE id = 4;
UPDATE bytes SET payload = '{"a": 1}' WHERE id = 1;
COPY bytes (id, cos) FROM STDIN;
7	[12.5,13.5]
\.
SELECT id, embedding, cos, many FROM bytes ORDER BY id;
SELECT pg_temp.outcome($$INSERT INTO bytes (id, embedding) VALUES (8, '[65505, 1e6, 0, 0]')$$), pg_temp.outcome($$SELECT vecext.upsert('bytes', '[{"id": 8, "vector": [1, 2, 3]}]')$$),
    pg_temp.outcome($$SELECT vecext.upsert('bytes', '[{"id": 8, "vector": [1, 2, 3, 1e40]}]')$$);
-- Values that are out of line in another table, or in another row.
SELECT vecext.create_collection('wide', '{"size": 1500, "distance": "euclid", "datatype": "uint8", "index": "none"}');
CREATE TABLE elsewhere (id bigint, v halfvec(1500));
ALTER TABLE elsewhere ALTER v SET STORAGE EXTERNAL;
INSERT INTO elsewhere SELECT i, array_fill(i * 150.5, ARRAY[1500])::vector::halfvec FROM generate_series(1, 3) i;
INSERT INTO wide (id, embedding) SELECT id, v FROM elsewhere WHERE id < 3;
SELECT id, left(embedding::text, 8) FROM wide ORDER BY id;
UPDATE wide w SET embedding = v FROM elsewhere e WHERE e.id = w.id + 1;
SELECT id, left(embedding::text, 8) FROM wide ORDER BY id;
UPDATE wide SET payload = '{"a": 1}';
SELECT id, left(embedding::text, 8) FROM wide ORDER BY id;
DROP TABLE elsewhere, wide;
-- All halves of a few binades against the rule in SQL.
CREATE TEMP TABLE numbers AS SELECT i AS id, ((CASE WHEN i % 2 = 0 THEN 1 ELSE -1 END) * (1024 + i % 1024) / 1024.0 * 2.0 ^ ((i / 1024) % 20 - 8))::float4 AS x FROM generate_series(0, 20479) i;
SELECT vecext.create_collection('halves', '{"size": 1, "distance": "euclid", "datatype": "uint8", "index": "none"}');
INSERT INTO halves SELECT id, ARRAY[x]::float4[]::halfvec FROM numbers;
SELECT count(*), count(*) FILTER (WHERE (h.embedding::vector::float4[])[1] <> least(greatest(trunc(((ARRAY[x]::float4[]::halfvec)::vector::float4[])[1]), 0), 255)) AS wrong FROM halves h JOIN numbers USING (id);
DROP TABLE halves, numbers;

-- Queries are vectors of uint8, too.
SELECT id, score FROM vecext.search('bytes', '[0.9, 2.9, 3.9, 4.9]', 2);
SELECT id, score FROM vecext.query('bytes', '{"query": [0.9, 2.9, 3.9, 4.9], "limit": 2, "params": {"exact": true}}');
SELECT id, score FROM vecext.query('bytes', '{"query": [1000, -1], "using": "dot"}');
SELECT id, score FROM vecext.query('bytes', '{"query": [[1.9, 0.9]], "using": "many"}');
SELECT id, score FROM vecext.query('bytes', '{"query": [0.5, -1.5], "using": "plain"}');
SELECT id, score FROM vecext.search('bytes', '[1.9, 2.9, 3.9]', vector_name => 'any');
SELECT id, score FROM vecext.recommend('bytes', '[[1.9, 2.9, 3.9, 4.9], [2.9, 2.9, 3.9, 4.9]]', limit_ => 2);
-- Only the mean of examples becomes integers: it is [2, 2, 3, 4] here, which none of the examples rounded down would give.
SELECT q.parameters FROM vecext.query_plan('bytes', '{"query": {"recommend": {"positive": [[1.5, 2.5, 3.5, 4.5], [2.5, 1.5, 3.25, 4.25]]}}}') q WHERE statement LIKE '%ORDER BY%';
SELECT q.parameters FROM vecext.query_plan('bytes', '{"query": {"recommend": {"positive": [{"$dense": 0}, {"$dense": 1}]}}}', dense => ARRAY['[1.5, 2.5, 3.5, 4.5]', '[2.5, 1.5, 3.25, 4.25]']::vector[]) q WHERE statement LIKE '%ORDER BY%';
SELECT id, round(score::numeric, 4) AS score FROM vecext.query('bytes', '{"query": {"recommend": {"positive": [2], "negative": [[255.5, -3, 0, 0]], "strategy": "best_score"}}, "limit": 2}');

-- The size of the first vector, a new name, a vector that is added and dropped.
SELECT pg_temp.outcome($$SELECT vecext.upsert('bytes', '[{"id": 1, "vector": {"any": [1, 2]}}]')$$), vecext.create_vector_indexes('bytes');
SELECT vecext.rename_vector('bytes', 'cos', 'angle'), vecext.add_vector('bytes', 'new', '{"size": 2, "distance": "dot", "datatype": "uint8"}'), vecext.drop_vector('bytes', 'dot'), vecext.rename_vector('bytes', 'l1', 'plain l1');
INSERT INTO bytes (id, angle, new, "plain l1") VALUES (9, '[1.5, 2.5]', '[3.5, 4.5]', '[5.5, 6.5]') RETURNING angle, new, "plain l1";
SELECT tgname, encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = 'bytes'::regclass ORDER BY 1;
ALTER TABLE bytes DROP COLUMN new;
INSERT INTO bytes (id, angle) VALUES (10, '[1.5, 2.5]') RETURNING angle;
-- The trigger of a vector that SQL has dropped does nothing to another one of the name.
SELECT vecext.add_vector('bytes', 'new', '{"size": 2, "distance": "dot", "type": "halfvec"}');
INSERT INTO bytes (id, new) VALUES (11, '[1.5, -2.5]') RETURNING new;
SELECT vecext.drop_vector('bytes', 'new');

-- A definition brings it back, with a trigger where the table has none.
SELECT vecext.collection_definition('bytes')::text AS definition, vecext.unregister_collection('bytes') \gset
CREATE TABLE copied (LIKE bytes, PRIMARY KEY (id));
SELECT vecext.restore_collection('bytes', :'definition'), vecext.restore_collection('copied', :'definition', 'copied');
SELECT tgrelid::regclass, tgname, encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid IN ('bytes'::regclass, 'copied'::regclass) AND tgname ~ 'vecext' ORDER BY 1, 2;
INSERT INTO copied (id, angle, payload) VALUES (1, '[1.5, 2.5]', '{}') RETURNING angle;
-- Partitions of a table that was registered.
CREATE TABLE parts (id int8 PRIMARY KEY, v halfvec(2)) PARTITION BY RANGE (id);
CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
SELECT vecext.register_collection('parts', vectors => '{"column": "v", "distance": "dot", "params": {"datatype": "uint8"}}', payload_column => NULL);
CREATE TABLE parts2 (v halfvec(2), id int8 NOT NULL);
ALTER TABLE parts ATTACH PARTITION parts2 FOR VALUES FROM (10) TO (20);
INSERT INTO parts VALUES (1, '[1.5, 2.5]'), (11, '[300, -1]') RETURNING *;

-- A long vector, out of line.
SELECT vecext.create_collection('long', '{"size": 6000, "distance": "dot", "datatype": "uint8", "index": "none"}');
INSERT INTO long SELECT 1, (SELECT array_agg(i % 300 + .5 ORDER BY i) FROM generate_series(1, 6000) i)::float4[]::halfvec;
UPDATE long SET payload = '{"a": 1}';
SELECT min(x), max(x), sum(x) FROM long, unnest(embedding::vector::float4[]) x;

-- What is refused.
SELECT spec, pg_temp.outcome(format($$SELECT vecext.create_collection('refused', %L)$$, spec)) FROM unnest(ARRAY['{"size": 2, "distance": "dot", "datatype": "uint4"}', '{"size": 2, "distance": "dot", "datatype": 8}', '{"size": 2, "distance": "hamming", "datatype": "uint8"}',
    '{"type": "sparsevec", "datatype": "float16"}', '{"type": "vector", "size": 2, "distance": "dot", "datatype": "uint8"}', '{"type": "bit", "size": 2, "datatype": "float32"}']) spec;
SELECT vecext.create_collection('agrees', '{"s": {"type": "sparsevec", "datatype": "float32"}, "h": {"type": "halfvec", "size": 2, "distance": "dot", "datatype": "float16"}}');
SELECT name, params ->> 'type' AS type FROM vecext.collection_vectors WHERE relid = 'agrees'::regclass ORDER BY name;
SELECT vecext.drop_collection('agrees');
CREATE TABLE floats (id int8 PRIMARY KEY, v vector(2), h halfvec(2));
SELECT spec, pg_temp.outcome(format($$SELECT vecext.register_collection('floats', vectors => %L, payload_column => NULL)$$, spec)) FROM unnest(ARRAY['{"column": "v", "distance": "dot", "params": {"datatype": "uint8"}}',
    '{"column": "h", "distance": "dot", "params": {"datatype": "float16"}}', '{"column": "h", "distance": "dot", "params": {"datatype": 8}}']) spec;
CREATE TRIGGER wrong AFTER INSERT ON floats FOR EACH ROW EXECUTE FUNCTION vecext_internal.check_vector('h');
SELECT pg_temp.outcome('INSERT INTO floats VALUES (1)');
DROP TABLE bytes, copied, parts, long, floats;
