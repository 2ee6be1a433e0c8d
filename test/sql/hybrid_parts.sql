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
RESET enable_seqscan;

-- Filters of a table that is no collection: what is below a jsonb column, and UUIDs, as indexes find them.
CREATE TABLE hybrid_json (id int PRIMARY KEY, u uuid, kind int, "a.b ""c""" jsonb, meta jsonb, body text);
INSERT INTO hybrid_json SELECT i, CASE WHEN i % 4 > 0 THEN ('00000000-0000-0000-0000-00000000000' || i % 10)::uuid END, i % 3,
    jsonb_build_object('x', i % 5), (ARRAY['{"k": 1, "t": ["a", "b"], "o": [{"p": 1, "q": 2}, {"p": 3}]}', '{"k": [1, 2], "o": [{"p": 1, "q": 3}]}', NULL, 'null', '[{"k": 1}]', '"k"',
        '{"k": "1", "t": [], "when": "2020-01-01T00:00:00Z"}', '{}', '{"k": 2.5, "t": "a"}'])[i % 9 + 1]::jsonb, 'word' FROM generate_series(1, 500) i;
CREATE INDEX hybrid_json_body ON hybrid_json USING bm25 (body);
CREATE INDEX hybrid_json_u ON hybrid_json (u);
CREATE INDEX hybrid_json_meta ON hybrid_json USING gin (meta jsonb_path_ops);
CREATE INDEX hybrid_json_odd ON hybrid_json USING gin ("a.b ""c""");
ANALYZE hybrid_json;
SET enable_seqscan = off;
-- With the indexes that the search uses beside that of words.
CREATE FUNCTION hybrid_filtered(filter text, OUT rows int8, OUT same bool, OUT index text) LANGUAGE plpgsql AS $$
DECLARE
    before jsonb; request jsonb := filter; ids int[];
    scans CONSTANT text := 'SELECT jsonb_object_agg(indexrelid::regclass, pg_stat_get_xact_numscans(indexrelid)) AS now FROM pg_index WHERE indrelid = ''hybrid_json''::regclass';
BEGIN
    EXECUTE scans INTO before;
    SELECT array_agg(id::int ORDER BY id::int) INTO ids FROM vecext.hybrid_search('hybrid_json', text => 'word', filter => request, limit_ => 1000);
    rows := coalesce(cardinality(ids), 0);
    EXECUTE 'SELECT string_agg(a.key, '' '' ORDER BY a.key) FROM (' || scans || ') s, jsonb_each(now) a WHERE a.value <> $1 -> a.key AND a.key <> ''hybrid_json_body''' INTO index USING before;
    same := ids IS NOT DISTINCT FROM (SELECT array_agg(id ORDER BY id) FROM hybrid_json h WHERE vecext.matches(to_jsonb(h), request));
END $$;
SELECT filter, f.* FROM unnest(ARRAY['{"must": {"key": "meta.k", "match": {"value": 1}}}', '{"must": [{"key": "meta.t[]", "match": {"any": ["b", "c"]}}]}',
    '{"must": [{"key": "meta.k", "match": {"value": 1}}, {"key": "kind", "match": {"value": 1}}]}', '{"must": [{"key": "meta.k", "match": {"value": 1}}], "must_not": [{"key": "meta.t", "match": {"value": "a"}}]}',
    '{"must": [{"key": "meta.k", "match": {"value": 1}}, {"key": "\"a.b \"\"c\"\"\".x", "match": {"value": 1}}]}', '{"must": {"is_empty": {"key": "meta.t"}}}', '{"must": {"is_null": {"key": "meta"}}}',
    '{"must": {"nested": {"key": "meta.o", "filter": {"must": [{"key": "p", "match": {"value": 1}}, {"key": "q", "match": {"value": 2}}]}}}}',
    '{"must": [{"should": [{"key": "meta.k", "match": {"value": "1"}}, {"key": "meta.t[]", "match": {"value": "b"}}]}]}', '{"must": [{"must_not": {"key": "meta.k", "match": {"value": 1}}}]}',
    '{"must": [{"should": [{"key": "meta.k", "match": {"value": 1}}, {"key": "kind", "match": {"value": 2}}]}]}', '{"must": {"key": "meta.when", "range": {"gt": "2019-01-01T00:00:00Z"}}}',
    '{"must": {"key": "meta[0].k", "match": {"value": 1}}}', '{"must": {"key": "meta", "match": {"value": "k"}}}', '{"must": {"key": "meta.t", "values_count": {"gte": 1}}}',
    '{"must": {"key": "u", "match": {"value": "00000000-0000-0000-0000-000000000003"}}}', '{"must": {"key": "u", "match": {"any": ["00000000-0000-0000-0000-000000000003", "00000000-0000-0000-0000-00000000000A", "x", 5]}}}',
    '{"must": {"key": "u", "match": {"any": ["x", "y"]}}}', '{"must_not": {"key": "u", "match": {"value": "00000000-0000-0000-0000-000000000003"}}}', '{"should": [{"key": "meta.k", "match": {"value": 1}}]}', '{"must": []}']) filter,
    hybrid_filtered(filter) f;
SELECT vecext.hybrid_search('hybrid_json', text => 'word', filter => '{"must": {"key": "absent.k", "match": {"value": 1}}}');
DROP TABLE hybrid_json;
DROP FUNCTION hybrid_filtered;

-- Functions of an index's expression or predicate run as the caller: those of other roles do not, as a SELECT from the table would not run them.
CREATE SCHEMA hybrid_foreign;
CREATE ROLE regress_hybrid_low;
CREATE ROLE regress_hybrid_member IN ROLE regress_hybrid_low;
GRANT ALL ON SCHEMA hybrid_foreign TO regress_hybrid_low;
SET ROLE regress_hybrid_low;
SET search_path = hybrid_foreign, public;
CREATE TABLE texts (id int PRIMARY KEY, body text, kind int, v vector(2), s sparsevec(5), other text);
INSERT INTO texts VALUES (1, 'crash', 1, '[1,0]', '{1:1}/5', 'lower');
CREATE FUNCTION f(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION p(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION fv(vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION fs(sparsevec) RETURNS sparsevec LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE OPERATOR ### (RIGHTARG = text, FUNCTION = f);
CREATE DOMAIN checked AS text CHECK (f(VALUE) IS NOT NULL);
CREATE INDEX by_function ON texts USING bm25 (f(body));
CREATE INDEX by_operator ON texts USING bm25 ((### body));
CREATE INDEX by_domain ON texts USING bm25 ((body::checked::text));
RESET ROLE;
CREATE DOMAIN of_checked AS checked;
SET ROLE regress_hybrid_low;
CREATE INDEX by_base ON texts USING bm25 ((body::of_checked::text));
CREATE INDEX by_predicate ON texts USING bm25 (other) WHERE p(kind);
CREATE INDEX by_server ON texts USING bm25 (lower(body));
CREATE INDEX by_vector ON texts USING hnsw ((fv(v)::vector(2)) vector_cosine_ops);
CREATE INDEX by_sparse ON texts USING inverted ((fs(s)::sparsevec(5)));
-- With each of the indexes alone.
CREATE FUNCTION tried() RETURNS TABLE (argument text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    names text[] := '{by_function,by_operator,by_domain,by_base,by_predicate,by_server,by_vector,by_sparse}';
BEGIN
    FOREACH argument IN ARRAY names LOOP
        BEGIN
            EXECUTE 'DROP INDEX hybrid_foreign.' || array_to_string(array_remove(names, argument), ', hybrid_foreign.');
            outcome := (SELECT count(*) FROM vecext.hybrid_search('hybrid_foreign.texts', legs => jsonb_build_object('using', argument)
                || CASE argument WHEN 'by_vector' THEN '{"vector": [1, 0]}' WHEN 'by_sparse' THEN '{"vector": {"indices": [0], "values": [1]}}' ELSE '{"text": "crash lower"}' END::jsonb));
            RAISE SQLSTATE 'VX000';
        EXCEPTION WHEN SQLSTATE 'VX000' THEN NULL; WHEN OTHERS THEN outcome := SQLSTATE || ' ' || SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT * FROM tried();
-- A statement that was kept is checked, too; and so are indexes that it does not use: the planner looks into the predicates of all.
SELECT id FROM vecext.hybrid_search('hybrid_foreign.texts', text => 'crash', text_column => 'by_server');
RESET ROLE;
SELECT * FROM tried();
SELECT id FROM vecext.hybrid_search('hybrid_foreign.texts', text => 'crash', text_column => 'by_server');
SET ROLE regress_hybrid_member;
SELECT id FROM vecext.hybrid_search('texts', text => 'crash', text_column => 'by_function');
RESET ROLE;
-- Requests of query() as well.
SELECT vecext.register_collection('texts', payload_column => NULL);
DROP INDEX by_operator, by_domain, by_base, by_predicate, by_server;
SELECT id FROM vecext.query('texts', '{"query": {"text": "crash"}}');
SET ROLE regress_hybrid_low;
SELECT id FROM vecext.query('texts', '{"query": {"text": "crash"}}');
RESET ROLE;
RESET search_path;
DROP SCHEMA hybrid_foreign CASCADE;
DROP ROLE regress_hybrid_member, regress_hybrid_low;

-- A statement that was kept is of the search path of its time: by another one, the names in an index's predicate may mean others.
CREATE SCHEMA hybrid_first;
CREATE SCHEMA hybrid_second;
CREATE FUNCTION hybrid_first.wanted(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE FUNCTION hybrid_second.wanted(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE ''another function''; END';
CREATE TABLE hybrid_first.texts (id int PRIMARY KEY, body text, n int);
INSERT INTO hybrid_first.texts VALUES (1, 'crash', 1);
CREATE INDEX by_wanted ON hybrid_first.texts USING bm25 (body) WHERE hybrid_first.wanted(n);
SET search_path = hybrid_first, public;
SELECT id FROM vecext.hybrid_search('hybrid_first.texts', legs => '{"using": "by_wanted", "text": "crash"}');
SET search_path = hybrid_second, public;
SELECT id FROM vecext.hybrid_search('hybrid_first.texts', legs => '{"using": "by_wanted", "text": "crash"}');
SET search_path = public;
SELECT id FROM vecext.hybrid_search('hybrid_first.texts', legs => '{"using": "by_wanted", "text": "crash"}');
ALTER FUNCTION hybrid_first.wanted RENAME TO needed;
SELECT id FROM vecext.hybrid_search('hybrid_first.texts', legs => '{"using": "by_wanted", "text": "crash"}');
RESET search_path;
DROP SCHEMA hybrid_first, hybrid_second CASCADE;

-- A bit string of any length is "bit", a domain over it too.
CREATE DOMAIN four_bits AS bit(4);
CREATE TABLE of_bits (id int PRIMARY KEY, b four_bits, c bit(4));
INSERT INTO of_bits SELECT i, b, b FROM unnest(ARRAY['0101', '1111', '1010', '1000']::bit(4)[]) WITH ORDINALITY AS v (b, i);
CREATE INDEX of_bits_b ON of_bits USING hnsw (b bit_hamming_ops);
SELECT 'domain' AS kind, array_agg(id) FROM vecext.hybrid_search('of_bits', legs => '{"vector": "0101", "using": "of_bits_b"}')
UNION ALL SELECT 'column', array_agg(id) FROM vecext.hybrid_search('of_bits', legs => '{"vector": [0, 1, 0, 1], "using": "c"}')
UNION ALL SELECT 'column of a domain', array_agg(id) FROM vecext.hybrid_search('of_bits', legs => '{"vector": [0, 1, 0, 1], "using": "b"}');
CREATE DOMAIN three AS vector(3);
CREATE TABLE of_three (id int PRIMARY KEY, v three);
INSERT INTO of_three VALUES (1, '[1,2,3]'), (2, '[3,2,1]');
SELECT id FROM vecext.hybrid_search('of_three', vector => '[3,2,1]') LIMIT 1;
SELECT id FROM vecext.hybrid_search('of_three', vector => '[3,2,1]', vector_column => 'v') LIMIT 1;
DROP TABLE of_three;
DROP DOMAIN three;
-- A sum that is not finite
SELECT id FROM vecext.hybrid_search('of_bits', legs => '[{"vector": "0101", "using": "c"}, {"vector": "0101", "using": "of_bits_b"}]', weights => '{1e308, 1e308}');
DROP TABLE of_bits;
DROP DOMAIN four_bits;

-- What a predicate and a filter mean does not depend on how the session writes times and numbers.
CREATE TABLE settled (id int PRIMARY KEY, body text, at timestamptz, f float8, r real, y bytea, v vector(2));
INSERT INTO settled SELECT i, 'alpha', '2020-01-01 06:00+00'::timestamptz + i * interval '30 min', 0.30000000000000004, 16777217, '\x01', ARRAY[i, 1] FROM generate_series(0, 12) i;
UPDATE settled SET f = 0.3 WHERE id > 5;
CREATE INDEX settled_times ON settled USING bm25 (body) WHERE at >= '2020-01-01 06:30+00'::timestamptz;
CREATE INDEX settled_numbers ON settled USING bm25 (body) WHERE f >= '0.30000000000000004'::float8;
CREATE FUNCTION settled_counts() RETURNS TABLE (times bigint, numbers bigint, floats bigint, reals bigint, bytes bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY SELECT (SELECT count(*) FROM vecext.hybrid_search('settled', 'alpha', text_column => 'settled_times', limit_ => 100)),
        (SELECT count(*) FROM vecext.hybrid_search('settled', 'alpha', text_column => 'settled_numbers', limit_ => 100)),
        (SELECT count(*) FROM vecext.hybrid_search('settled', vector => '[1,1]', limit_ => 100, filter => '{"must": {"key": "f", "range": {"gt": 0.3}}}')),
        (SELECT count(*) FROM vecext.hybrid_search('settled', vector => '[1,1]', limit_ => 100, filter => '{"must": {"key": "r", "range": {"gte": 16777216}}}')),
        (SELECT count(*) FROM vecext.hybrid_search('settled', vector => '[1,1]', limit_ => 100, filter => '{"must": {"key": "y", "match": {"value": "\\x01"}}}'));
END $$;
\c -
SET datestyle = 'SQL, DMY';
SET timezone = 'Asia/Kolkata';
SET extra_float_digits = 0;
SET bytea_output = 'escape';
SELECT * FROM settled_counts();
SHOW datestyle;
SHOW extra_float_digits;
\c -
SELECT * FROM settled_counts();
DROP FUNCTION settled_counts;
-- Times of local mean time, whose offset has seconds, before Christ, and after the year 9999.
INSERT INTO settled (id, at, v) VALUES (100, '1900-01-01 UTC', '[1,1]'), (101, '0044-03-15 00:00:00+00 BC', '[1,1]'), (102, '12000-01-01 UTC', '[1,1]');
CREATE FUNCTION settled_times() RETURNS TABLE (condition text, ids text) LANGUAGE sql AS $$
    SELECT c, (SELECT string_agg(id, ',' ORDER BY id) FROM vecext.hybrid_search('settled', vector => '[1,1]',
        limit_ => 100, filter => format('{"must": {"key": "at", "range": {%s}}}', c)::jsonb))
    FROM unnest(ARRAY['"lt": "1950-01-01"', '"gt": "3000-01-01"', '"lte": "0044-03-15T00:00:00Z BC"', '"gte": "12000-01-01"', '"lt": "12000-01-01", "gt": "2020-01-01T11:45:00Z"']) c
$$;
SET timezone = 'Europe/Amsterdam';
SELECT * FROM settled_times();
SET timezone = 'UTC';
SELECT * FROM settled_times();
RESET timezone;
DROP FUNCTION settled_times;
DROP TABLE settled;
-- With a filter on columns, ids and policies are those of the session's settings, as without one.
CREATE TABLE dated (d date, n int, f float8, v vector(2), PRIMARY KEY (d, n));
INSERT INTO dated SELECT '2026-01-01'::date + i, i, 0.1 + i, ARRAY[i, 1] FROM generate_series(1, 9) i;
ALTER TABLE dated ENABLE ROW LEVEL SECURITY;
CREATE POLICY german ON dated USING (d::text LIKE '0%.01.2026');
GRANT SELECT ON dated TO PUBLIC;
CREATE ROLE regress_hybrid_dated;
SET ROLE regress_hybrid_dated;
SET datestyle = 'German';
SET extra_float_digits = -14;
SELECT h.id, d.n FROM vecext.hybrid_search('dated', vector => '[3,1]', limit_ => 3, filter => '{"must": {"key": "f", "range": {"gt": 3}}}') h
    LEFT JOIN dated d ON ROW(d.d, d.n)::text = h.id;
SELECT count(*) FROM vecext.hybrid_search('dated', vector => '[3,1]', filter => '{"must": {"key": "f", "range": {"gt": 3.05}}}');
RESET ROLE;
RESET datestyle;
RESET extra_float_digits;
DROP TABLE dated;
DROP ROLE regress_hybrid_dated;
