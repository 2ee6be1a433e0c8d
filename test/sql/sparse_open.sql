-- The open space of sparse vectors: indices are all numbers of 32 bits, and two numbers of dimensions name the space.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;

-- The type. Indices count from 1 in text; -2^31 stands for the dimensions in binary form.
SELECT '{4294967296:1,2147483649:2,2147483648:3,1:4}/4294967296'::sparsevec;
SELECT sparsevec_send('{1:1,2147483649:2,4294967296:3}/4294967296'), pg_temp.receive('sparsevec', sparsevec_send('{1:1,2147483649:2,4294967296:3}/4294967296'));
SELECT value, pg_temp.outcome(format('SELECT %L::sparsevec', value)) FROM unnest(ARRAY[
    '{}/4294967295', '{}/4294967297', '{}/8589934592', '{4294967297:1}/4294967296', '{0:1}/4294967296', '{1000000001:1}/1000000000', '{2147483649:1}/1000000000']) value;
SELECT message, pg_temp.outcome(format('SELECT pg_temp.receive(''sparsevec'', %L)', message)) FROM unnest(ARRAY['\x800000000000000000000000', '\xffffffff0000000000000000', '\x800000010000000000000000', '\x000000000000000000000000',
    '\x3b9aca010000000000000000', '\x3b9aca000000000100000000800000003f800000']::bytea[]) message;
SELECT pg_temp.outcome('SELECT ''{1:1}/4294967296''::sparsevec::' || cast_to) FROM unnest(ARRAY['sparsevec(1000000000)', 'sparsevec(999999999)', 'sparsevec(3)', 'vector', 'halfvec']) cast_to;

-- Both numbers of dimensions are of one space, and no other number is.
SELECT a <-> b AS l2, a <#> b AS ip, round((a <=> b)::numeric, 6) AS cosine, a <+> b AS l1, b <-> a = a <-> b AS same FROM (VALUES
    ('{1:3,1000000000:1}/1000000000'::sparsevec, '{1:3,2147483649:4}/4294967296'::sparsevec),
    ('{4294967296:3}/4294967296', '{2147483648:1,4294967296:4}/4294967296'), ('{}/1000000000', '{4294967296:4}/4294967296')) t (a, b);
SELECT pg_temp.outcome('SELECT ''{1:1}/999999999'' <-> ''{1:1}/4294967296''::sparsevec');
SELECT v FROM (VALUES ('{4294967296:-1}/4294967296'::sparsevec), ('{}/4294967296'), ('{}/1000000000'), ('{2147483649:1}/4294967296'), ('{4294967296:1}/4294967296'),
    ('{2:1}/4294967296'), ('{1:1}/1000000000')) t (v) ORDER BY v;
SELECT l2_norm('{3:3,4294967296:4}/4294967296'::sparsevec), l2_normalize('{3:3,4294967296:4}/4294967296'::sparsevec);

-- A collection: points on both sides of each limit. Only vectors with an index from 10^9 on have the other number of dimensions.
SELECT vecext.create_collection('open', '{"words": {"type": "sparsevec", "modifier": "idf"}, "plain": {"type": "sparsevec", "index": "none"},
    "graph": {"type": "sparsevec", "index": "hnsw"}, "first": {"type": "sparsevec", "size": null, "index": "none"}}');
CREATE TABLE place AS SELECT row_number() OVER (ORDER BY i) AS id, i FROM
    unnest('{0,1,999999999,1000000000,1073741823,1073741824,2147483646,2147483647,2147483648,3221225472,4294967294,4294967295}'::int8[]) i;
SELECT vecext.upsert('open', (SELECT jsonb_agg(jsonb_build_object('id', id, 'vector', jsonb_build_object('words', v, 'plain', v, 'graph', v, 'first', v)))
    FROM place, jsonb_build_object('indices', jsonb_build_array(i, 5000000 + id), 'values', jsonb_build_array(id, 1)) v));
SELECT id, plain, words = plain AND graph = plain AND "first" = plain AS equal FROM open ORDER BY id;
SELECT name, params ->> 'size' AS size FROM vecext.collection_vectors WHERE relid = 'open'::regclass ORDER BY name;
SELECT pg_temp.outcome(format($$SELECT vecext.upsert('open', '[{"id": 99, "vector": {"plain": {"indices": [%s], "values": [1]}}}]')$$, i)) FROM unnest('{4294967296,-1}'::int8[]) i;
SELECT id, vectors -> 'words' AS words FROM vecext.get_points('open', '[1, 4, 9, 12]', with_vectors => 'true') ORDER BY id;

-- Each point is found by its own index alone, whichever way a search goes.
CREATE FUNCTION pg_temp.nearest(query jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s:%s', id, round(score::numeric, 3)), ' ' ORDER BY n) FROM vecext.query('open', query) WITH ORDINALITY AS r (id, score, payload, vectors, order_value, binary_vectors, n)
$$;
SELECT i, pg_temp.nearest(jsonb_build_object('query', v, 'using', 'plain')) AS plain, pg_temp.nearest(jsonb_build_object('query', v, 'using', 'words')) AS words,
    pg_temp.nearest(jsonb_build_object('query', v, 'using', 'graph')) AS graph, pg_temp.nearest(jsonb_build_object('query', v, 'using', 'first')) AS first
FROM place, jsonb_build_object('indices', jsonb_build_array(i), 'values', '[1]'::jsonb) v ORDER BY i;
SELECT pg_temp.nearest('{"query": {"recommend": {"positive": [{"indices": [999999999, 4294967295], "values": [1, 1]}, {"indices": [7], "values": [1]}], "negative": [9]}}, "using": "plain"}') AS mean,
    pg_temp.nearest('{"query": {"indices": [999999999, 1000000000, 4294967295], "values": [1, 1, -1]}, "using": "plain", "params": {"exact": true}}') AS mixed;
SELECT id, ranks FROM vecext.hybrid_search('open', sparse => '{1000000001:1,4294967296:1}/4294967296', sparse_column => 'plain');
SELECT id, ranks FROM vecext.hybrid_search('open', legs => '[{"vector": {"indices": [2147483648], "values": [1]}, "using": "words"}]');

-- Vectors that arrays give.
SELECT vecext.upsert('open', '{20,21}'::bigint[], ARRAY['{2147483650:7}/4294967296', '{7:7}/1000000000']::sparsevec[], NULL, vector_name => 'plain');
SELECT id, plain FROM open WHERE id >= 20 ORDER BY id;
-- Equal vectors are stored in one form, from JSON and from arrays, with either number of dimensions.
SELECT vecext.upsert_arrays('open', '{30,31,32}'::bigint[], NULL, NULL, NULL, '{plain,first}', v, v)
FROM (SELECT ARRAY['{8:7}/4294967296', '{8:7}/1000000000', '{}/4294967296']::sparsevec[] AS v) v;
SELECT vecext.upsert('open', '[{"id": 33, "vector": {"plain": {"indices": [7], "values": [7]}, "first": {"indices": [7], "values": [7]}}}]');
SELECT id, plain, "first" = plain AS equal FROM open WHERE id >= 30 ORDER BY id;
DELETE FROM open WHERE id >= 30;
SELECT id, score FROM vecext.query('open', '{"query": {"$sparse": 0}, "using": "plain"}', sparse => ARRAY['{2147483650:1,7:2}/4294967296']::sparsevec[]);

-- What a collection stores comes back from COPY in either form, also into a column that is declared as its own is.
CREATE TABLE again (id int8, words sparsevec(1000000000));
SELECT current_setting('data_directory') || '/pg_stat_tmp/vecext_open.tmp' AS file \gset
COPY (SELECT id, words FROM open) TO :'file' WITH (FORMAT binary);
COPY again FROM :'file' WITH (FORMAT binary);
COPY (SELECT id, words FROM open) TO :'file';
COPY again FROM :'file';
SELECT count(*), count(a.words), bool_and(a.words = o.words) AS equal FROM again a JOIN open o USING (id);

-- An index of many vectors gives what products one by one give, before and after changes.
CREATE TABLE many (id int PRIMARY KEY, v sparsevec(1000000000));
CREATE FUNCTION pg_temp.open_vector(seed int, many int) RETURNS sparsevec LANGUAGE sql AS $$
    SELECT format('{%s}/4294967296', string_agg(format('%s:%s', i, w), ','))::sparsevec FROM (
        SELECT 1 + (seed * j::int8 * j * 7919 % 97) * 44278013 AS i, min(1 + (seed * j) % 13) AS w FROM generate_series(1, many) j GROUP BY 1) e
$$;
INSERT INTO many SELECT i, pg_temp.open_vector(i, 2 + i % 9) FROM generate_series(1, 3000) i;
CREATE INDEX many_v ON many USING inverted (v sparsevec_ip_ops);
INSERT INTO many SELECT i, pg_temp.open_vector(i, 2 + i % 9) FROM generate_series(3001, 3500) i;
DELETE FROM many WHERE id % 7 = 0;
CREATE FUNCTION pg_temp.differ() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    by_index float8[];
    by_table float8[];
    differences int := 0;
    found int := 0;
    query sparsevec;
BEGIN
    FOR n IN 1 .. 60 LOOP
        query := pg_temp.open_vector(4000 + n, 3 + n % 5);
        SET LOCAL enable_seqscan = off;
        SELECT array_agg(d) INTO by_index FROM (SELECT v <#> query AS d FROM many ORDER BY v <#> query LIMIT 20) r;
        SET LOCAL enable_seqscan = on;
        SET LOCAL enable_indexscan = off;
        SELECT array_agg(d) INTO by_table FROM (SELECT v <#> query AS d FROM many ORDER BY v <#> query LIMIT 20) r;
        SET LOCAL enable_indexscan = on;
        differences := differences + (by_index IS DISTINCT FROM by_table)::int;
        found := found + (by_table[20] < 0)::int;
    END LOOP;
    RETURN format('%s differ, %s have 20 products', differences, found);
END $$;
SELECT pg_temp.differ();
VACUUM many;
SELECT pg_temp.differ(), vecext.verify_index('many_v');
SELECT vecext.merge('many_v') IS NOT NULL AS merged;
SELECT pg_temp.differ(), vecext.verify_index('many_v');
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM many ORDER BY v <#> '{4294967296:1}/4294967296' LIMIT 3;
RESET enable_seqscan;
-- Weights by IDF: dimensions that are 2^31 apart are counted apart.
TRUNCATE many;
INSERT INTO many SELECT i, (CASE WHEN i <= 10 THEN '{8:1}' WHEN i <= 13 THEN '{2147483656:1}' ELSE '{4294967295:1}' END || '/4294967296')::sparsevec FROM generate_series(1, 40) i;
SELECT vecext.sparse_idf('{8:1,2147483656:1,4294967295:1,4294967296:1}/4294967296', 'many_v');

SELECT vecext.drop_collection('open');
DROP TABLE place, again, many;
