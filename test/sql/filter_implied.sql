-- Conditions that a row's origin implies are not checked again: those of an exact set of rows that indexes give, and the condition that
-- asks for the words by which the query orders. The functions count how often a row's value is computed.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
RESET vecext.filter_strategy;
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE TABLE doc (id int PRIMARY KEY, kind int, body text, e vector(4), pad char(200)) WITH (fillfactor = 10);
INSERT INTO doc SELECT i, i % 100, format('w%s w%s w%s', i % 50, i % 7, i % 3), ARRAY[random(), random(), random(), random()]::vector, 'x'
    FROM generate_series(1, 5000) i;
CREATE SEQUENCE calls;
CREATE FUNCTION words(body text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE COST 1000 AS $$
BEGIN
    PERFORM nextval('calls');
    RETURN string_to_array(body, ' ');
END $$;
CREATE FUNCTION parsed(body text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE COST 1000 AS $$
BEGIN
    PERFORM nextval('calls');
    RETURN to_tsvector('simple', body);
END $$;
CREATE FUNCTION first_word(body text) RETURNS text LANGUAGE plpgsql IMMUTABLE COST 1000 AS $$
BEGIN
    PERFORM nextval('calls');
    RETURN split_part(body, ' ', 1);
END $$;
CREATE FUNCTION object(body text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE COST 1000 AS $$
BEGIN
    PERFORM nextval('calls');
    RETURN jsonb_build_object('w', string_to_array(body, ' '));
END $$;
CREATE INDEX ON doc USING hnsw (e vector_l2_ops);
CREATE INDEX ON doc USING gin (words(body));
CREATE INDEX ON doc USING gin (parsed(body));
CREATE INDEX ON doc USING gin (object(body));
CREATE INDEX ON doc (first_word(body));
CREATE INDEX ON doc (kind);
CREATE INDEX doc_words ON doc USING bm25 (words(body));
VACUUM ANALYZE doc;

-- The rows as a sequential scan finds them, and the calls of the filtered scan: none, or for each row of the set.
CREATE FUNCTION calls_of(condition text, key text, way text, OUT row_count int, OUT as_expected bool, OUT calls text) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT id FROM doc WHERE %s ORDER BY %s, id LIMIT 20', condition, key);
    expected text[] := pg_temp.rows_by_sort(query);
    found text[];
    count int;
BEGIN
    PERFORM set_config('vecext.filter_strategy', way, true), setval('calls', 1);
    EXECUTE format('SELECT array(SELECT r::text FROM (%s) r)', query) INTO found;
    count := currval('calls') - 1;
    row_count := cardinality(found);
    as_expected := row_count = cardinality(expected) AND cardinality(ARRAY(SELECT unnest(expected) EXCEPT SELECT unnest(found))) <= 1;
    calls := CASE WHEN count <= 2 THEN 'none' WHEN count >= row_count THEN 'of rows' ELSE count::text END;
END $$;
SELECT condition, way, c.* FROM unnest(ARRAY['words(body) @> ''{w7,w0}''', 'words(body) && ''{w7,w8}''', 'parsed(body) @@ ''w7''',
    'parsed(body) @@ ''w7 & w1''', 'parsed(body) @@ ''w7 & !w1''', 'parsed(body) @@ ''w7 | w8''', 'parsed(body) @@ ''w7 <-> w0''',
    'object(body) @> ''{"w":["w7"]}''', 'first_word(body) = ''w7''', 'first_word(body) IN (''w7'', ''w8'')',
    'first_word(body) > ''w48'' AND kind < 50', 'words(body) @> ''{w7}'' AND kind + 0 = 7',
    '(first_word(body) = ''w7'' OR kind = 8)', 'words(body) @@@ ''w7''', 'words(body) @@@ ''w7'' AND kind < 50'
    ]) condition, unnest(ARRAY['exact', 'inline']) way, calls_of(condition, 'e <-> ''[.5,.5,.5,.5]''', way) c;
-- Bitmaps that keep pages only, where memory is short, decide nothing.
SET work_mem = '64kB';
SELECT way, c.* FROM unnest(ARRAY['exact', 'inline']) way,
    calls_of('parsed(body) @@ ''w1 | w2''', 'e <-> ''[.5,.5,.5,.5]''', way) c;
RESET work_mem;
-- The order by the same words: the value is computed for the rows returned alone, for their distances. By other words, or by a row that a
-- search has not found, all is checked.
CREATE FUNCTION calls_in_order(condition text, OUT row_count int, OUT calls_beyond_rows bool) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM setval('calls', 1);
    EXECUTE format('SELECT count(*) FROM (SELECT FROM doc WHERE %s ORDER BY words(body) <@> ''w7'' LIMIT 20) x',
        condition) INTO row_count;
    calls_beyond_rows := currval('calls') - 1 > 2 * row_count;
END $$;
SELECT condition, c.* FROM unnest(ARRAY['words(body) @@@ ''w7'' AND kind + 0 < 60', 'words(body) @@@ ''w7'' AND kind + 0 > 60',
    'words(body) @@@ ''w7 w8'' AND kind + 0 < 60', 'words(body) @@@ ''w6'' AND kind + 0 < 60']) condition, calls_in_order(condition) c;
DROP TABLE doc;
DROP FUNCTION words, parsed, first_word, object, calls_of, calls_in_order;
DROP SEQUENCE calls;
