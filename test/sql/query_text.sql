-- Words in requests of query(): legs by a bm25 index of a key of the payload, and fusion with vectors.
\set VERBOSITY terse
SET client_min_messages = notice;
SELECT vecext.create_collection('query_text', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('query_text', '[
    {"id": 1, "vector": [1, 0], "payload": {"title": "crash safe index", "lang": "en"}},
    {"id": 2, "vector": [0, 1], "payload": {"title": ["index", "of words"], "lang": "en"}},
    {"id": 3, "vector": [1, 1], "payload": {"title": "crash", "lang": "de"}},
    {"id": 4, "vector": [-1, 0], "payload": {"title": 4}},
    {"id": 5, "vector": [2, 0.1], "payload": {}},
    {"id": 6, "vector": [3, 1], "payload": {"title": "crash index", "lang": "en"}}]');
SELECT id, vecext.payload_texts(payload, 'title') FROM query_text ORDER BY id;
SELECT vecext.payload_texts('{"a": [{"b": "x"}, {"b": ["y", 1, null]}, {}]}', 'a[].b'), vecext.payload_texts('{}', 'a'), vecext.payload_texts('{"a": {"b": "c"}}', 'a');

SELECT id FROM vecext.query('query_text', '{"query": {"text": "crash"}}');
SELECT vecext.create_payload_index('query_text', 'title', 'bm25', '{"config": "english", "k1": 1.5, "b": 0.5}');
SELECT pg_get_indexdef('query_text_title_bm25_idx'::regclass);
SELECT key, type, options, index FROM vecext.payload_indexes WHERE relid = 'query_text'::regclass;

-- 6 has both words and is the shorter of those that do; 3 has one and is shorter than 2; 4 and 5 have no words.
SELECT id, score > 0 AS is_positive, payload -> 'title' AS title FROM vecext.query('query_text', '{"query": {"text": "the crash of the index"}, "using": "title"}');
-- Scores are those of the operator.
SELECT q.id, abs(q.score + (vecext.payload_texts(t.payload, 'title') <@> 'crash index')) < 1e-6 AS same
FROM vecext.query('query_text', '{"query": {"text": "crash index"}}') q JOIN query_text t ON t.id = q.id::int8 ORDER BY q.score DESC, t.id;
SELECT id FROM vecext.query('query_text', '{"query": {"nearest": {"text": "crash index", "model": "Qdrant/bm25"}}, "limit": 2, "offset": 1}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "crash index"}, "filter": {"must": [{"key": "lang", "match": {"value": "en"}}]}}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "index"}, "score_threshold": 0.01, "limit": 1}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "index"}, "score_threshold": 100}');
-- The third time and later the plan has the filter as a constant.
DO $$ DECLARE found text; BEGIN
    FOR i IN 1 .. 4 LOOP
        SELECT string_agg(id, ' ') INTO found FROM vecext.query('query_text',
            '{"query": {"text": "crash index"}, "filter": {"must_not": [{"key": "lang", "match": {"value": "en"}}]}}');
    END LOOP;
    RAISE NOTICE '%', found;
END $$;
-- No words: no points.
SELECT id FROM vecext.query('query_text', '{"query": {"text": "of the"}}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "absent"}}');

-- Words: 6, 1, 3, 2; vectors: 1, 5, 6, 3, 2, 4. With k = 2: 1: 1/3 + 1/2, 6: 1/2 + 1/4, 3: 1/4 + 1/5, 2: 1/5 + 1/6, 5: 1/3, 4: 1/7.
SELECT id, round(score::numeric, 6) AS score FROM vecext.query('query_text', '{"prefetch": [
    {"query": {"text": "crash index"}, "using": "title"}, {"query": [1, 0]}], "query": {"fusion": "rrf"}}');
SELECT id, round(score::numeric, 6) AS score FROM vecext.query('query_text', '{"prefetch": [
    {"query": {"text": "crash index"}, "using": "title", "limit": 1}, {"query": [1, 0], "limit": 1}], "query": {"rrf": {"weights": [3, 1]}}}');
SELECT string_agg(id, ' ' ORDER BY score DESC, id) FROM vecext.query('query_text', '{"prefetch": [
    {"query": {"text": "crash index"}, "using": "title"}, {"query": [1, 0]}], "query": {"fusion": "dbsf"}}');
-- Words rank what vectors have found, and the other way round; a formula of both.
SELECT id FROM vecext.query('query_text', '{"prefetch": {"query": [1, 0], "limit": 3}, "query": {"text": "crash"}}');
SELECT id FROM vecext.query('query_text', '{"prefetch": {"query": {"text": "crash"}, "limit": 3}, "query": [0, 1]}');
SELECT id, score > 0 AS is_positive FROM vecext.query('query_text', '{"prefetch": [{"query": {"text": "crash"}}, {"query": [1, 0], "limit": 2}],
    "query": {"formula": {"sum": ["$score[0]", {"mult": [0.5, "$score[1]"]}]}}}') ORDER BY id;
SELECT group_key, id FROM vecext.query_groups('query_text', '{"query": {"text": "crash index"}, "group_by": "lang", "group_size": 2}');
SELECT request_no, id FROM vecext.query_batch('query_text', '[{"query": {"text": "safe"}}, {"query": {"text": "words"}}]');
-- A request executes a statement by the index, which it names.
SELECT regexp_replace(statement, '\d+(?=''::pg_catalog.regclass)', 'index', 'g') AS statement, parameters, rows, plan LIKE '%Index Scan using query_text_%' AS is_by_index
FROM vecext.query_plan('query_text', '{"query": {"text": "it''s a crash"}, "limit": 3}');
SELECT string_agg(id, ' ') FROM vecext.query('query_text', '{"query": {"text": "it''s a crash"}, "limit": 3}');
SELECT string_agg(id, ' ') FROM vecext.query('query_text', '{"prefetch": [{"query": {"text": "crash index"}}, {"query": [1, 0]}], "query": {"fusion": "rrf"}}');

-- hybrid_search() knows the key, too.
SELECT id, ranks FROM vecext.hybrid_search('query_text', text => 'crash index', text_column => 'title', vector => '[1, 0]', limit_ => 3);

-- A column of words beside the payload.
ALTER TABLE query_text ADD COLUMN notes text;
UPDATE query_text SET notes = 'rebuilt' WHERE id = 4;
CREATE INDEX query_text_notes ON query_text USING bm25 (notes);
SELECT id FROM vecext.query('query_text', '{"query": {"text": "rebuilt"}, "using": "notes"}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "rebuilt"}}');
DROP INDEX query_text_notes;
-- Several indexes on the same are no question.
SELECT replace(pg_get_indexdef(index::regclass), index, 'a_copy') FROM vecext.payload_indexes WHERE relid = 'query_text'::regclass AND type = 'bm25' AND key = 'title' \gexec
SELECT count(*) FROM vecext.query('query_text', '{"query": {"text": "crash"}}');

-- What is wrong.
SELECT id FROM vecext.query('query_text', '{"query": {"text": "x"}, "using": "lang"}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": 5}}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "x", "words": 1}}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "x", "model": "some/other"}}');
SELECT id FROM vecext.query('query_text', '{"query": {"nearest": {"text": "x"}, "mmr": {}}}');
SELECT vecext.create_payload_index('query_text', 'lang', 'bm25', '{"config": "nowhere"}');
SELECT vecext.create_payload_index('query_text', 'lang', 'bm25', '{"k1": "1"}');
SELECT vecext.create_payload_index('query_text', 'lang', 'bm25', '{"k1": -1}');
SELECT vecext.create_payload_index('query_text', 'lang', 'bm25', '{"cjk": "no"}');
SELECT vecext.create_payload_index('query_text', 'lang', 'bm25', '{"scalar_only": true}');
SELECT vecext.drop_payload_index('query_text', 'title', 'bm25'), to_regclass('query_text_title_bm25_idx');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "crash"}, "using": "title"}');
DROP INDEX a_copy;
-- An index with some rows serves where it is named: these are the rows that are searched.
UPDATE query_text SET notes = 'rebuilt' WHERE id < 4;
CREATE INDEX query_text_some ON query_text USING bm25 (notes) WHERE id > 2;
SELECT id FROM vecext.query('query_text', '{"query": {"text": "rebuilt"}}');
SELECT id FROM vecext.query('query_text', '{"query": {"text": "rebuilt"}, "using": "query_text_some"}') ORDER BY id;
SELECT id FROM vecext.query('query_text', '{"prefetch": {"query": {"text": "rebuilt"}, "using": "query_text_some"}, "query": {"fusion": "rrf"}, "filter": {"must": {"has_id": [1, 3]}}}');
SELECT vecext.drop_collection('query_text');
