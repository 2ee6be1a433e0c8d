-- Hybrid search: reciprocal ranks, searches by words and by vectors of any table as one list.
\set VERBOSITY terse
SET client_min_messages = notice;

-- Ranks begin at 1, and k is 60; none adds nothing, so that a full join reads well.
SELECT vecext.rrf(1) = 1 / 61.0::float8 AS first, vecext.rrf(10) = 1 / 70.0::float8 AS tenth, vecext.rrf(NULL) AS none,
    vecext.rrf(3, k => 1) AS small_k, vecext.rrf(3, weight => 4, k => 5) AS weighted, vecext.rrf(2, NULL, NULL) = 1 / 62.0::float8 AS nulls;
SELECT id, round(sum(vecext.rrf(rank, k => 1))::numeric, 6) AS score
FROM (SELECT * FROM (VALUES (1, 1), (2, 2), (3, 3)) a (id, rank) UNION ALL VALUES (3, 1), (1, 2), (4, 3)) lists
GROUP BY id ORDER BY score DESC, id;
SELECT vecext.rrf(0);
SELECT vecext.rrf(1, k => -1);
SELECT vecext.rrf(1, weight => 'NaN');

-- Three lists of known scores, by inner products: {1: .9, 2: .8, 3: .1}, {3: 5, 1: 4, 4: 1}, {9: 7}.
CREATE TABLE hybrid_lists (id int PRIMARY KEY, a vector(1), b vector(1), c vector(1), words sparsevec(4));
INSERT INTO hybrid_lists VALUES (1, '[0.9]', '[4]', NULL, '{1:0.9}/4'), (2, '[0.8]', NULL, NULL, '{1:0.8}/4'),
    (3, '[0.1]', '[5]', NULL, '{1:0.1}/4'), (4, NULL, '[1]', NULL, NULL), (9, NULL, NULL, '[7]', NULL);
CREATE INDEX ON hybrid_lists USING hnsw (a vector_ip_ops);
CREATE INDEX ON hybrid_lists USING hnsw (b vector_ip_ops);
CREATE INDEX ON hybrid_lists USING hnsw (c vector_ip_ops);
CREATE INDEX ON hybrid_lists USING hnsw (words sparsevec_ip_ops);
CREATE FUNCTION hybrid_of_lists(method text, k float8 DEFAULT 60, weights float8[] DEFAULT NULL)
    RETURNS TABLE (id text, score numeric, ranks int[], scores numeric[]) LANGUAGE sql AS $$
    SELECT id, round(score::numeric, 6), ranks, scores::numeric(9, 4)[] FROM vecext.hybrid_search('hybrid_lists',
        legs => '[{"vector": [1], "using": "a"}, {"vector": [1], "using": "b"}, {"vector": [1], "using": "c"}]',
        method => method, k => k, weights => weights)
$$;
SELECT * FROM hybrid_of_lists('dbsf');
-- With k = 1 and ranks from 1 a row has what it has with k = 2 and ranks from 0: 5/6, 3/4, 1/3, 1/4.
SELECT * FROM hybrid_of_lists('rrf', 1, '{1, 1, 0}');
-- The first list becomes {1: 1, 2: .875, 3: 0}, the second {3: 1, 1: .75, 4: 0}, the third {9: 1}.
SELECT * FROM hybrid_of_lists('relative');
SELECT * FROM hybrid_of_lists('relative', weights => '{2, 1, 0.5}');
-- Inner products have no least value: the same.
SELECT * FROM hybrid_of_lists('weighted') EXCEPT SELECT * FROM hybrid_of_lists('relative');
-- A row with a dimension of the query is a hit; with a product below 0 if the query has a weight below 0. Rows of 0 take no place of hits.
CREATE TABLE hybrid_signs (id int PRIMARY KEY, words sparsevec(4));
INSERT INTO hybrid_signs VALUES (1, '{1:1}/4'), (2, '{2:1}/4'), (3, '{1:2,2:2}/4'), (21, '{1:-1}/4');
INSERT INTO hybrid_signs SELECT id, '{3:1}/4' FROM generate_series(4, 20) id;
CREATE INDEX ON hybrid_signs USING inverted (words sparsevec_ip_ops);
SELECT id, scores FROM vecext.hybrid_search('hybrid_signs', sparse => '{1:1,2:-1}/4', limit_ => 2, window_ => 2);
SET enable_seqscan = off;
SELECT id, scores FROM vecext.hybrid_search('hybrid_signs', sparse => '{1:1,2:-1}/4', limit_ => 2, window_ => 2);
SELECT id, scores FROM vecext.hybrid_search('hybrid_signs', sparse => '{1:1,4:1}/4', limit_ => 30);
RESET enable_seqscan;
DROP TABLE hybrid_signs;

-- A list again, of sparse vectors; the weight of a leg; a page.
SELECT id, round(score::numeric, 6) AS score, ranks FROM vecext.hybrid_search('hybrid_lists', sparse => '{1:1}/4', method => 'rrf', k => 1);
SELECT id, round(score::numeric, 6) AS score, ranks FROM vecext.hybrid_search('hybrid_lists', sparse => '{1:1}/4', method => 'rrf', k => 1,
    legs => '{"vector": {"indices": [0], "values": [-1]}, "using": "words", "weight": 3}', limit_ => 2, offset_ => 1);

-- Words and vectors: of the words 6, 1, 3, 2 are the best, of the vectors 1, 5, 3, 2, 4.
CREATE TABLE hybrid_docs (id bigint PRIMARY KEY, lang text, year int, meta jsonb, body text, embedding vector(2));
INSERT INTO hybrid_docs VALUES
    (1, 'en', 2020, '{"tags": ["a", "b"]}', 'crash safe index', '[1, 0]'),
    (2, 'en', 2021, '{"tags": ["b"]}', 'index of words', '[0, 1]'),
    (3, 'de', 2022, NULL, 'crash', '[1, 1]'),
    (4, NULL, NULL, '{}', 'nothing of the kind', '[-1, 0]'),
    (5, 'en', 2023, '{"tags": []}', NULL, '[2, 0.1]'),
    (6, 'en', 2024, NULL, 'crash index', NULL);
CREATE INDEX hybrid_docs_words ON hybrid_docs USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX hybrid_docs_vectors ON hybrid_docs USING hnsw (embedding vector_cosine_ops);
ANALYZE hybrid_docs;
SELECT id, round(score::numeric, 6) AS score, ranks, row_id
FROM vecext.hybrid_search('hybrid_docs', text => 'the crash of the index', vector => '[1, 0]', method => 'rrf');
-- The scores of the legs are those of the operators; what a row is joined with.
SELECT d.id, d.body, h.ranks,
    abs(h.scores[1] + (d.body <@> 'crash index')) < 1e-6 AS of_text,
    abs(h.scores[2] - (1 - (d.embedding <=> '[1, 0]'))) < 1e-6 AS of_vector
FROM vecext.hybrid_search('hybrid_docs', text => 'crash index', vector => '[1, 0]') h
JOIN hybrid_docs d ON d.id = h.id::bigint ORDER BY h.score DESC, d.id;
-- Shares: of the cosines from -1, of the texts from 0, to the greatest.
SELECT h.id, round(h.score::numeric, 6) AS score,
    round((coalesce(.75 * (1 - (d.embedding <=> '[1, 0]') + 1) / 2, 0)
        + coalesce(.25 * (d.body <@> 'crash index') / min(d.body <@> 'crash index') OVER (), 0))::numeric, 6) AS same
FROM vecext.hybrid_search('hybrid_docs', text => 'crash index', vector => '[1, 0]', method => 'weighted', alpha => 0.75) h
JOIN hybrid_docs d ON d.ctid = h.row_id ORDER BY h.score DESC, d.id;
-- alpha 1: vectors alone; 0: words alone.
SELECT array_agg(id ORDER BY score DESC) AS vectors, array_agg(DISTINCT ranks[1]) AS ranks
FROM vecext.hybrid_search('hybrid_docs', text => 'crash index', vector => '[1, 0]', method => 'relative', alpha => 1);
SELECT array_agg(id ORDER BY score DESC) AS words, array_agg(DISTINCT ranks[2]) AS ranks
FROM vecext.hybrid_search('hybrid_docs', text => 'crash index', vector => '[1, 0]', method => 'relative', alpha => 0);
-- A text without words: the leg is empty, the share is the vectors'.
SELECT id, round(score::numeric, 4) AS score, ranks
FROM vecext.hybrid_search('hybrid_docs', text => 'of the', vector => '[1, 0]', method => 'relative', limit_ => 2);
SELECT * FROM vecext.hybrid_search('hybrid_docs', text => '');
-- No row has the word: that is no reason to tell anything.
SELECT * FROM vecext.hybrid_search('hybrid_docs', text => 'absent');
-- Windows: the rows of a leg.
SELECT id, ranks FROM vecext.hybrid_search('hybrid_docs', text => 'crash', vector => '[1, 0]', window_ => 1, limit_ => 1);

-- Filters on columns, and below a column of type jsonb.
CREATE FUNCTION hybrid_ids(filter jsonb) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(id, ' ' ORDER BY id::int) FROM vecext.hybrid_search('hybrid_docs', text => 'crash index',
        vector => '[1, 0]', filter => filter)
$$;
SELECT filter, hybrid_ids(filter::jsonb) FROM (VALUES
    ('{}'),
    ('{"must": [{"key": "lang", "match": {"value": "en"}}]}'),
    ('{"must_not": [{"key": "lang", "match": {"value": "en"}}]}'),
    ('{"must": [{"key": "lang", "match": {"any": ["en", "de"]}}, {"key": "year", "range": {"gt": 2020, "lte": 2022.5}}]}'),
    ('{"must": [{"key": "year", "match": {"value": 2024}}]}'),
    ('{"should": [{"key": "year", "match": {"value": 2024}}, {"key": "lang", "match": {"value": "de"}}]}'),
    ('{"must": [{"key": "meta.tags[]", "match": {"value": "b"}}]}'),
    ('{"must": [{"is_empty": {"key": "meta.tags"}}]}'),
    ('{"must": [{"key": "year", "match": {"value": "2024"}}]}'),
    ('{"must": [{"key": "lang", "match": {"any": ["en", 5]}}]}'),
    ('{"must": [{"key": "lang", "match": {"value": "''; DROP TABLE hybrid_docs; --"}}]}')) f (filter);
-- The filter is what the same condition is in SQL.
SELECT count(*) FROM generate_series(2019, 2025) y
WHERE hybrid_ids(format('{"must": {"key": "year", "range": {"gte": %s}}}', y - 0.5)::jsonb) IS DISTINCT FROM (
    SELECT string_agg(id::text, ' ' ORDER BY id) FROM hybrid_docs WHERE year >= y AND (embedding IS NOT NULL OR body @@@ 'crash index'));

-- Bounds that stand for a filter find what its evaluation finds, also of values that JSON has not.
CREATE TABLE hybrid_types (id int PRIMARY KEY, body text, s int2, f float8, t timestamptz, b bool, v varchar(5), c text COLLATE "C");
INSERT INTO hybrid_types VALUES (1, 'x', 1, 'NaN', 'infinity', true, 'a', 'a'), (2, 'x', -3, '-Infinity', '-infinity', false, 'A', 'b'),
    (3, 'x', 7, 2.5, '2020-01-01 12:00+00', NULL, NULL, ''), (4, 'x', NULL, NULL, NULL, true, 'é', NULL), (5, 'x', 0, 1e308, '2021-01-01+00', false, '', 'A');
CREATE INDEX ON hybrid_types USING bm25 (body);
SELECT filter, found, found IS NOT DISTINCT FROM (SELECT string_agg(id::text, ' ' ORDER BY id) FROM hybrid_types h
    WHERE vecext.matches(to_jsonb(h), format('{"must": [%s]}', filter)::jsonb)) AS same
FROM unnest(ARRAY['{"key": "s", "range": {"gt": -3}}', '{"key": "s", "range": {"gte": -3, "lt": 1}}', '{"key": "s", "range": {"gt": -0.5, "lte": 6.9}}',
    '{"key": "s", "range": {"gt": 1e300}}', '{"key": "s", "range": {"lt": 1e300}}', '{"key": "s", "match": {"any": [7, 1, 99999999999]}}',
    '{"key": "s", "range": {}}', '{"key": "f", "range": {"gt": 0}}', '{"key": "f", "range": {"lt": 1e308}}',
    '{"key": "f", "range": {"lte": 2.5, "gte": 2.5}}', '{"key": "t", "range": {"gt": "2019-01-01T00:00:00Z"}}', '{"key": "t", "range": {"lte": "2020-01-01T12:00:00Z"}}',
    '{"key": "b", "match": {"value": true}}', '{"key": "b", "match": {"value": false}}', '{"key": "v", "match": {"value": "a"}}',
    '{"key": "v", "match": {"any": ["A", "é", "longer than five"]}}', '{"key": "c", "match": {"value": ""}}', '{"key": "c", "match": {"value": true}}',
    '{"key": "s", "match": {"value": 1}}, {"key": "c", "match": {"any": ["a", "b"]}}', '{"key": "s", "match": {"except": [1]}}',
    '{"must": [{"key": "s", "range": {"gte": 0}}, {"should": [{"key": "b", "match": {"value": true}}]}]}']) filter,
    LATERAL (SELECT string_agg(id, ' ' ORDER BY id) AS found FROM vecext.hybrid_search('hybrid_types', text => 'x',
        filter => format('{"must": [%s]}', filter)::jsonb)) h;
DROP TABLE hybrid_types;

-- What is wrong.
SELECT vecext.hybrid_search('hybrid_docs');
SELECT vecext.hybrid_search(NULL, text => 'x');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', method => 'sum');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', alpha => 1.5);
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', vector => '[1, 0]', alpha => 0.5, weights => '{1, 1}');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', weights => '{1, 1}');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', weights => '{-1}');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', k => 'NaN');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', limit_ => 0);
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', window_ => 10001);
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', limit_ => 10, offset_ => 9991);
SELECT vecext.hybrid_search('hybrid_docs', vector => '[1, 0, 0]');
SELECT vecext.hybrid_search('hybrid_docs', sparse => '{1:1}/4');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', text_column => 'lang');
SELECT vecext.hybrid_search('hybrid_docs', vector => '[1, 0]', vector_column => 'body');
SELECT vecext.hybrid_search('hybrid_docs', vector => '[1, 0]', vector_column => 'nowhere');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', params => '{"ef": 1}');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', filter => '[]');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', filter => '{"must": [{"key": "nowhere", "match": {"value": 1}}]}');
SELECT vecext.hybrid_search('hybrid_docs', text => 'x', filter => '{"must": [{"has_id": [1]}]}');
SELECT vecext.hybrid_search('hybrid_lists', text => 'x');
\set VERBOSITY default
SELECT vecext.hybrid_search('hybrid_lists', vector => '[1]');
SELECT vecext.hybrid_search('hybrid_docs', legs => '[{"text": "x", "vector": [1, 0]}]');
SELECT vecext.hybrid_search('hybrid_docs', legs => '[{"text": "x", "column": "body"}]');
SELECT vecext.hybrid_search('hybrid_docs', legs => '[{"text": "x", "weight": -1}]');
CREATE INDEX hybrid_docs_lang ON hybrid_docs USING bm25 (lang);
SELECT vecext.hybrid_search('hybrid_docs', text => 'x');
CREATE INDEX hybrid_docs_far ON hybrid_docs USING hnsw (embedding vector_l2_ops);
SELECT vecext.hybrid_search('hybrid_docs', vector => '[1, 0]');
CREATE VIEW hybrid_view AS SELECT * FROM hybrid_docs;
SELECT vecext.hybrid_search('hybrid_view', text => 'x');
\set VERBOSITY terse
-- The name of a column or of an index says which. Euclidean distances are the smaller the better.
SELECT id, ranks, round(scores[1]::numeric, 4) = round(ln(4.0), 4) AS is_ln_4
FROM vecext.hybrid_search('hybrid_docs', text => 'de', text_column => 'lang');
SELECT id, ranks, round(scores[2]::numeric, 4) AS distance FROM vecext.hybrid_search('hybrid_docs', text => 'crash',
    text_column => 'hybrid_docs_words', vector => '[1, 0]', vector_column => 'hybrid_docs_far', limit_ => 3);
-- Beside a text that has words, the vectors keep their own share.
SELECT id, round(score::numeric, 4) AS score, ranks
FROM vecext.hybrid_search('hybrid_docs', text => 'of the', text_column => 'hybrid_docs_words', vector => '[1, 0]',
    vector_column => 'hybrid_docs_far', legs => '[{"text": "de", "using": "lang"}]', limit_ => 2);
DROP INDEX hybrid_docs_lang, hybrid_docs_far;
DROP VIEW hybrid_view;

-- An index on an expression; keys of two columns, none; partitions.
CREATE TABLE hybrid_parts (tenant int, id int, title text, body text, embedding halfvec(2), PRIMARY KEY (tenant, id)) PARTITION BY LIST (tenant);
CREATE TABLE hybrid_parts1 PARTITION OF hybrid_parts FOR VALUES IN (1);
CREATE TABLE hybrid_parts2 PARTITION OF hybrid_parts FOR VALUES IN (2);
INSERT INTO hybrid_parts VALUES (1, 1, 'red', 'apple', '[1, 0]'), (1, 2, 'green', 'apple', '[0, 1]'), (2, 1, 'red', 'pear', '[1, 1]');
CREATE INDEX ON hybrid_parts USING bm25 ((title || ' ' || body));
CREATE INDEX ON hybrid_parts USING hnsw (embedding halfvec_l2_ops);
SELECT h.id, p.title, p.body, h.ranks, round(h.scores[2]::numeric, 4) AS distance
FROM vecext.hybrid_search('hybrid_parts', text => 'red', vector => '[1, 0]') h
JOIN hybrid_parts p ON ROW(p.tenant, p.id)::text = h.id ORDER BY h.score DESC, h.id;
CREATE TABLE hybrid_no_key AS SELECT body, embedding FROM hybrid_docs;
CREATE INDEX ON hybrid_no_key USING bm25 (body) WITH (text_config = 'english');
SELECT h.id, d.body, h.ranks FROM vecext.hybrid_search('hybrid_no_key', text => 'crash index', vector => '[1, 0]', limit_ => 2) h
JOIN hybrid_no_key d ON d.ctid = h.row_id ORDER BY h.score DESC, d.body;
CREATE MATERIALIZED VIEW hybrid_stored AS SELECT * FROM hybrid_docs;
CREATE INDEX ON hybrid_stored USING bm25 (body);
SELECT id FROM vecext.hybrid_search('hybrid_stored', text => 'safe');

-- Two expressions that differ by less than the session writes are two.
CREATE TABLE hybrid_digits (id int PRIMARY KEY, weight float8, body text);
INSERT INTO hybrid_digits VALUES (1, 0.3, 'index');
CREATE INDEX hybrid_digits_a ON hybrid_digits USING bm25 ((CASE WHEN weight < '0.3' THEN body END));
CREATE INDEX hybrid_digits_b ON hybrid_digits USING bm25 ((CASE WHEN weight < '0.30000000000000004' THEN body END));
SET extra_float_digits = 0;
SELECT id FROM vecext.hybrid_search('hybrid_digits', text => 'index');
SELECT id FROM vecext.hybrid_search('hybrid_digits', text => 'index', text_column => 'hybrid_digits_b');
RESET extra_float_digits;
DROP TABLE hybrid_digits;
-- The sixth execution, and changes of the table between two.
PREPARE hybrid_again(text) AS SELECT string_agg(id || ':' || ranks::text, ' ') AS found
FROM vecext.hybrid_search('hybrid_docs', text => $1, filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}');
DO $$ DECLARE found text; BEGIN
    FOR i IN 1 .. 6 LOOP
        EXECUTE 'EXECUTE hybrid_again(''crash index'')' INTO found;
    END LOOP;
    RAISE NOTICE '%', found;
END $$;
ALTER TABLE hybrid_docs RENAME COLUMN body TO "text and ""more""";
SELECT string_agg(id, ' ' ORDER BY id) FROM vecext.hybrid_search('hybrid_docs', text => 'crash');
ALTER TABLE hybrid_docs RENAME COLUMN "text and ""more""" TO body;
-- The statement's snapshot: rows that it inserts itself are not found, those before it are.
WITH inserted AS (INSERT INTO hybrid_docs VALUES (7, 'en', 1, NULL, 'crash crash', '[1, 0]') RETURNING id)
SELECT count(*) FROM inserted, vecext.hybrid_search('hybrid_docs', text => 'crash') h WHERE h.id = '7';
SELECT count(*) FROM vecext.hybrid_search('hybrid_docs', text => 'crash') h WHERE h.id = '7';

-- Rights and policies are those of the caller, and what a search path has in front of pg_catalog has no effect.
CREATE ROLE regress_hybrid;
SET ROLE regress_hybrid;
SELECT vecext.hybrid_search('hybrid_docs', text => 'crash');
RESET ROLE;
GRANT SELECT ON hybrid_docs TO regress_hybrid;
ALTER TABLE hybrid_docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY hybrid_policy ON hybrid_docs USING (id < 3);
SET ROLE regress_hybrid;
SELECT string_agg(id, ' ' ORDER BY id) FROM vecext.hybrid_search('hybrid_docs', text => 'crash index', vector => '[1, 0]');
SELECT string_agg(id, ' ') FROM vecext.hybrid_search('hybrid_docs', text => 'crash', filter => '{"must": {"key": "year", "range": {"gt": 0}}}');
RESET ROLE;
CREATE SCHEMA hybrid_hostile;
CREATE FUNCTION hybrid_hostile.raise(anyelement, anyelement) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile'; END $$;
CREATE FUNCTION hybrid_hostile.raise_sum(float8, float8) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile'; END $$;
CREATE OPERATOR hybrid_hostile.= (LEFTARG = anyelement, RIGHTARG = anyelement, FUNCTION = hybrid_hostile.raise);
CREATE OPERATOR hybrid_hostile.+ (LEFTARG = float8, RIGHTARG = float8, FUNCTION = hybrid_hostile.raise_sum);
CREATE FUNCTION hybrid_hostile.jsonb_build_object(VARIADIC "any") RETURNS jsonb LANGUAGE internal AS 'jsonb_build_array';
SET search_path = hybrid_hostile, pg_catalog, public;
SELECT string_agg(id, ' ' ORDER BY id) FROM vecext.hybrid_search('public.hybrid_docs', text => 'crash index', vector => '[1, 0]',
    filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}', params => '{"exact": true}');
SELECT string_agg(id, ' ' ORDER BY id) FROM vecext.hybrid_search('public.hybrid_parts', text => 'red', vector => '[1, 0]');
RESET search_path;

-- An operator for varchar or a domain, beside the extension's, is not taken.
CREATE DOMAIN hybrid_domain AS text;
CREATE FUNCTION hybrid_hostile.distance(varchar, vecext.bm25_query) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile'; END $$;
CREATE FUNCTION hybrid_hostile.distance(hybrid_domain, vecext.bm25_query) RETURNS float8 LANGUAGE plpgsql AS $$ BEGIN RAISE 'hostile'; END $$;
CREATE OPERATOR public.<@> (LEFTARG = varchar, RIGHTARG = vecext.bm25_query, FUNCTION = hybrid_hostile.distance);
CREATE OPERATOR public.<@> (LEFTARG = hybrid_domain, RIGHTARG = vecext.bm25_query, FUNCTION = hybrid_hostile.distance);
CREATE TABLE hybrid_types (id int PRIMARY KEY, short varchar(20), domain hybrid_domain);
INSERT INTO hybrid_types VALUES (1, 'red', 'blue'), (2, 'blue', 'red');
CREATE INDEX hybrid_types_short ON hybrid_types USING bm25 (short);
CREATE INDEX hybrid_types_domain ON hybrid_types USING bm25 (domain);
CREATE INDEX hybrid_types_lower ON hybrid_types USING bm25 ((CASE WHEN id > 0 THEN short END));
SELECT c, h.id FROM unnest(ARRAY['short', 'domain', 'hybrid_types_lower']) c, vecext.hybrid_search('hybrid_types', text => 'red', text_column => c) h ORDER BY c;
DROP TABLE hybrid_types;

-- A collection: vectors have their names, filters are about points, strict mode holds.
SELECT vecext.create_collection('hybrid_points', '{"size": 2, "distance": "euclid"}');
ALTER TABLE hybrid_points ADD COLUMN body text;
CREATE INDEX ON hybrid_points USING bm25 (body);
SELECT vecext.upsert('hybrid_points', '[{"id": 1, "vector": [1, 0], "payload": {"lang": "en"}}, {"id": 2, "vector": [0, 1]}]');
UPDATE hybrid_points SET body = CASE id WHEN 1 THEN 'crash' ELSE 'index' END;
SELECT id, ranks, scores[2] FROM vecext.hybrid_search('hybrid_points', text => 'index', vector => '[1, 0]');
SELECT id, ranks FROM vecext.hybrid_search('hybrid_points', text => 'index crash', vector => '[1, 0]',
    filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}');
SELECT id FROM vecext.hybrid_search('hybrid_points', text => 'index crash', filter => '{"must": [{"has_id": [2]}]}');
SELECT vecext.update_collection('hybrid_points', '{"strict_mode": {"enabled": true, "max_query_limit": 50}}') IS NULL;
SELECT vecext.hybrid_search('hybrid_points', text => 'index');
SELECT id FROM vecext.hybrid_search('hybrid_points', text => 'index', window_ => 50);

SELECT vecext.drop_collection('hybrid_points');
DROP SCHEMA hybrid_hostile CASCADE;
DROP DOMAIN hybrid_domain;
DROP TABLE hybrid_lists, hybrid_docs, hybrid_parts, hybrid_no_key CASCADE;
DROP FUNCTION hybrid_of_lists, hybrid_ids;
DROP ROLE regress_hybrid;
