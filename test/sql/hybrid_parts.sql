-- Hybrid search by other names than that of a table, and by indexes that have some of its rows.
\set VERBOSITY terse
SET client_min_messages = warning;

-- An alias is its collection, before and after it was switched, also for those who may read the tables alone.
SELECT vecext.create_collection('hybrid_old', '{"size": 2, "distance": "cosine"}'), vecext.create_collection('hybrid_new', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('hybrid_old', '[{"id": 1, "vector": [1, 0], "payload": {"t": "crash"}}, {"id": 2, "vector": [0, 1], "payload": {"t": "index"}}]'),
    vecext.upsert('hybrid_new', '[{"id": 3, "vector": [1, 0], "payload": {"t": "crash"}}]');
SELECT vecext.create_payload_index('hybrid_old', 't', 'bm25'), vecext.create_payload_index('hybrid_new', 't', 'bm25'), vecext.create_alias('hybrid_now', 'hybrid_old');
PREPARE by_alias AS SELECT id, ranks FROM vecext.hybrid_search('hybrid_now', text => 'crash', vector => '[0, 1]', text_column => 't');
EXECUTE by_alias;
SELECT id, ranks FROM vecext.hybrid_search('hybrid_now', text => 'crash', vector => '[0, 1]', filter => '{"must": {"has_id": [1]}}');
SELECT vecext.switch_alias('hybrid_now', 'hybrid_new');
EXECUTE by_alias;
CREATE ROLE regress_hybrid_parts;
SET ROLE regress_hybrid_parts;
EXECUTE by_alias;
RESET ROLE;
GRANT SELECT ON hybrid_new TO regress_hybrid_parts;
SET ROLE regress_hybrid_parts;
EXECUTE by_alias;
RESET ROLE;
DEALLOCATE by_alias;
SELECT vecext.drop_collection('hybrid_old'), vecext.drop_collection('hybrid_new');
DROP ROLE regress_hybrid_parts;

-- Other views are none: hybrid_search() finds rows of a table.
CREATE TABLE hybrid_some (id int PRIMARY KEY, lang text, short varchar(9), kind int, is_shown bool, body text, embedding vector(2));
INSERT INTO hybrid_some SELECT i, CASE WHEN i % 2 = 0 THEN 'en' ELSE 'de' END, 'x' || i % 3, i, i > 5, repeat('crash ', i), ARRAY[i, 1]::vector FROM generate_series(1, 10) i;
CREATE VIEW hybrid_view AS SELECT * FROM hybrid_some WHERE lang = 'en';
SELECT vecext.hybrid_search('hybrid_view', text => 'crash');
DROP VIEW hybrid_view;

-- A partial index alone serves filters that imply its predicate; or it is named.
CREATE INDEX hybrid_english ON hybrid_some USING bm25 (body) WHERE lang = 'en';
SET enable_seqscan = off;
CREATE FUNCTION hybrid_found(filter text DEFAULT NULL, name text DEFAULT NULL, OUT words text, OUT vectors text, OUT scans int8) LANGUAGE plpgsql AS $$
DECLARE
    scans_before int8 := (SELECT sum(pg_stat_get_xact_numscans(indexrelid)) FROM pg_index WHERE indrelid = 'hybrid_some'::regclass AND NOT indisprimary);
BEGIN
    SELECT string_agg(id, ' ' ORDER BY id::int) FILTER (WHERE ranks[1] IS NOT NULL), string_agg(id, ' ' ORDER BY id::int) FILTER (WHERE ranks[2] IS NOT NULL)
    INTO words, vectors
    FROM vecext.hybrid_search('hybrid_some', text => 'crash', vector => '[1, 1]', filter => filter::jsonb, text_column => name, limit_ => 100);
    scans := (SELECT sum(pg_stat_get_xact_numscans(indexrelid)) FROM pg_index WHERE indrelid = 'hybrid_some'::regclass AND NOT indisprimary) - scans_before;
END $$;
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT * FROM hybrid_found();
SELECT * FROM hybrid_found('{"must": {"key": "lang", "match": {"any": ["en", "de"]}}}');
\set VERBOSITY terse
SELECT * FROM hybrid_found('{"must": {"key": "lang", "match": {"value": "en"}}}');
SELECT * FROM hybrid_found('{"must": [{"key": "lang", "match": {"value": "en"}}], "must_not": [{"key": "kind", "match": {"value": 4}}]}', 'body');
SELECT * FROM hybrid_found(NULL, 'hybrid_english');
SELECT * FROM hybrid_found('{"must": {"key": "kind", "range": {"lte": 4}}}', 'hybrid_english');
-- One with all rows comes before it, whichever is the older.
CREATE INDEX hybrid_all ON hybrid_some USING bm25 (body) WITH (text_config = 'english');
SELECT * FROM hybrid_found();
SELECT * FROM hybrid_found(NULL, 'hybrid_english');
SELECT * FROM hybrid_found('{"must": {"key": "lang", "match": {"value": "en"}}}');
DROP INDEX hybrid_all, hybrid_english;
-- Predicates of other kinds.
CREATE FUNCTION hybrid_implied(predicate text, filter text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'CREATE INDEX hybrid_part ON hybrid_some USING bm25 (body) WHERE ' || predicate;
    predicate := (SELECT words FROM hybrid_found(filter));
    DROP INDEX hybrid_part;
    RETURN predicate;
EXCEPTION WHEN undefined_column THEN RETURN 'not implied';
END $$;
SELECT predicate, filter, hybrid_implied(predicate, format('{"must": [%s]}', filter)) FROM (VALUES
    ('kind > 5', '{"key": "kind", "range": {"gt": 5}}'), ('kind > 5', '{"key": "kind", "range": {"gte": 7, "lt": 9}}'), ('kind > 5', '{"key": "kind", "range": {"gte": 5}}'),
    ('kind IS NOT NULL', '{"key": "kind", "range": {"gt": 5}}'), ('kind IN (1, 2, 3)', '{"key": "kind", "match": {"any": [1, 3]}}'),
    ('is_shown', '{"key": "is_shown", "match": {"value": true}}'), ('is_shown', '{"key": "is_shown", "match": {"value": false}}'),
    ('short = ''x1''', '{"key": "short", "match": {"value": "x1"}}'), ('lang IS NOT NULL', '{"key": "lang", "match": {"value": "en"}}'),
    ('kind > 5 AND lang = ''en''', '{"key": "kind", "range": {"gt": 5}}, {"key": "lang", "match": {"value": "en"}}'),
    ('kind > 5 AND lang = ''en''', '{"key": "kind", "range": {"gt": 5}}'), ('length(body) > 10', '{"key": "kind", "range": {"gt": 5}}')) p (predicate, filter);
DROP TABLE hybrid_some;
DROP FUNCTION hybrid_found, hybrid_implied;
