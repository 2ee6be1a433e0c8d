-- Texts of any length under indexes on them: btrees have the first 250 characters as a key, a recheck decides the rest.
SET client_min_messages = warning;
SET jit = off;
SELECT name, length(p) AS characters, octet_length(p) AS bytes, p = left(t, 250) AS is_left
FROM (VALUES ('none', ''), ('short', 'short'), ('249', repeat('x', 249)), ('250', repeat('x', 250)), ('251', repeat('x', 251)),
    ('two bytes', repeat('я', 251)), ('four bytes', repeat('🜁', 251)), ('mixed', repeat('x', 249) || 'я🜁'), ('1 MB', repeat('я', 524288))) v(name, t),
    vecext.payload_prefix(jsonb_build_object('k', t), 'k') p;
SELECT vecext.payload_prefix(p, 'k') FROM (VALUES ('{"k": 1}'::jsonb), ('{"k": ["a"]}'), ('{"k": null}'), ('{}'), ('"k"')) v(p);

SELECT vecext.create_collection('texts', '{}');
SELECT vecext.create_payload_index('texts', 'word', 'keyword'), vecext.create_payload_index('texts', 'scalar', 'keyword', '{"scalar_only": true}'),
    vecext.create_payload_index('texts', 'start', 'prefix'), vecext.create_payload_index('texts', 'both', 'keyword', '{"scalar_only": true}'),
    vecext.create_payload_index('texts', 'both', 'prefix');
SELECT indexdef FROM pg_indexes WHERE tablename = 'texts' AND indexdef ~ 'payload_prefix' ORDER BY indexname COLLATE "C";
-- Random digits do not compress. Some of a text's first 250 characters are those of another.
CREATE FUNCTION pg_temp.digits(n int) RETURNS text LANGUAGE sql IMMUTABLE RETURN
    (SELECT left(string_agg(md5(i::text), '' ORDER BY i), n) FROM generate_series(1, n / 32 + 1) i);
CREATE TEMP TABLE sample (id int, t text);
INSERT INTO sample VALUES (1, ''), (2, 'a'), (3, pg_temp.digits(249)), (4, pg_temp.digits(250)), (5, pg_temp.digits(251)), (6, pg_temp.digits(250) || 'x'),
    (7, pg_temp.digits(250) || 'y'), (8, pg_temp.digits(2800)), (9, pg_temp.digits(5000)), (10, pg_temp.digits(10000)), (11, pg_temp.digits(20000)), (12, pg_temp.digits(20000) || 'x'),
    (13, repeat('я', 250)), (14, repeat('я', 251)), (15, repeat('я', 249) || '🜁'), (16, repeat('я', 249) || '🜁🜁'), (17, pg_temp.digits(249) || 'я'), (18, pg_temp.digits(249) || 'яя');
INSERT INTO texts SELECT id, jsonb_build_object('word', t, 'scalar', t, 'start', t, 'both', t) FROM sample;
INSERT INTO texts SELECT 100 + id, jsonb_build_object('word', jsonb_build_array(t, 'z'), 'start', jsonb_build_array('z', t)) FROM sample;
INSERT INTO texts SELECT i, jsonb_build_object('word', i::text, 'scalar', i::text, 'start', i::text, 'both', i::text) FROM generate_series(1001, 3000) i;
ANALYZE texts;

-- Rows by an index and without one, with each text as a value and as a bound. Those with an index: not all rows were looked at.
CREATE FUNCTION pg_temp.differs(filter text, OUT differs bool, OUT used bool, OUT ids text) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT array_agg(id ORDER BY id) FROM texts WHERE vecext.matches(payload, %L)', filter);
    plan text;
    by_table text;
BEGIN
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_indexscan = off; -- all rows by their id, which the planner may prefer to nearly all of them
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    used := plan ~ 'texts_[a-z]+_(keyword|prefix)_idx';
    EXECUTE query INTO ids;
    RESET enable_seqscan;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE query INTO by_table;
    RESET enable_indexscan;
    RESET enable_bitmapscan;
    differs := ids IS DISTINCT FROM by_table;
END $$;
SELECT key, what, count(*) AS filters, count(*) FILTER (WHERE used) AS used, count(*) FILTER (WHERE differs) AS differ
FROM sample, unnest('{word,scalar,start,both}'::text[]) key,
    LATERAL (VALUES ('=', jsonb_build_object('match', jsonb_build_object('value', t))::text), ('any', jsonb_build_object('match', jsonb_build_object('any', jsonb_build_array(t, t || 'x', 'zz')))::text),
        ('prefix', jsonb_build_object('match', jsonb_build_object('prefix', t))::text)) v(what, test),
    pg_temp.differs(jsonb_build_object('must', test::jsonb || jsonb_build_object('key', key))::text)
GROUP BY key, what ORDER BY key COLLATE "C", what COLLATE "C";
SELECT key, op, count(*) AS filters, count(*) FILTER (WHERE used) AS used, count(*) FILTER (WHERE differs) AS differ
FROM sample, unnest('{start,both}'::text[]) key, unnest('{=,<,<=,>,>=}'::text[]) op, pg_temp.differs(format('%s %s %L', key, op, t))
GROUP BY key, op ORDER BY key COLLATE "C", op COLLATE "C";

-- A megabyte.
CREATE TEMP TABLE long AS SELECT i AS id, t || i AS t, jsonb_build_object('match', jsonb_build_object('value', t || i)) AS test
FROM pg_temp.digits(1 << 20) t, generate_series(4001, 4002) i;
INSERT INTO texts SELECT id, jsonb_build_object('word', t, 'scalar', t, 'start', t, 'both', t) FROM long;
SELECT key, d.*
FROM long, unnest('{word,scalar,start,both}'::text[]) key, pg_temp.differs(jsonb_build_object('must', test || jsonb_build_object('key', key))::text) d WHERE id = 4002;
DELETE FROM texts WHERE id > 4000;

-- The conditions: a bound that may be a longer text's prefix is inside.
CREATE FUNCTION pg_temp.condition(filter text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    SET LOCAL enable_seqscan = off;
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT FROM texts WHERE vecext.matches(payload, %L)', filter) LOOP
        IF line ~ 'Index Cond: .*payload_prefix' THEN
            RETURN regexp_replace(substring(line, 'Index Cond: (.*)'), 'x{200,}', '…', 'g');
        END IF;
    END LOOP;
    RETURN 'none';
END $$;
SELECT op, n, pg_temp.condition(format('both %s %L', op, repeat('x', n))) FROM unnest('{=,<,<=,>,>=}'::text[]) op, unnest(ARRAY[249, 250, 251]) n;
SELECT n, pg_temp.condition(jsonb_build_object('must', jsonb_build_object('key', 'both', 'match', jsonb_build_object('prefix', repeat('x', n))))::text) FROM unnest(ARRAY[249, 250, 251]) n;
-- Their estimates are those of the index.
CREATE FUNCTION pg_temp.estimate(filter text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    plan json;
BEGIN
    EXECUTE format('EXPLAIN (FORMAT json) SELECT FROM texts WHERE vecext.matches(payload, %L)', filter) INTO plan;
    RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
SELECT filter, pg_temp.estimate(filter) BETWEEN rows * .5 AND rows * 2 + 5 AS is_near FROM (VALUES
    ('scalar = ''1500''', 1), ('both >= ''20'' AND both < ''21''', 100), ('both < ''2''', 1008)) v(filter, rows);

-- A plan, of whose filters and rechecks only the name of the function is shown: versions differ in where they repeat
-- the conditions of an index.
CREATE FUNCTION plan_of(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        IF line ~ '^ *(Filter|Recheck Cond):' THEN
            line := substring(line, '^ *') || 'checks ' || substring(line, 'vecext\w*\.matches\w*');
        END IF;
        IF line IS NOT NULL THEN
            RETURN NEXT line;
        END IF;
    END LOOP;
END $$;

-- Leakproof: it chooses rows before a policy does.
CREATE ROLE regress_payload_prefix;
GRANT SELECT ON texts TO regress_payload_prefix;
ALTER TABLE texts ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON texts USING (id % 2 = 0);
SET ROLE regress_payload_prefix;
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT id FROM texts WHERE vecext.payload_prefix(payload, 'scalar') = '1500';
SELECT plan_of($$SELECT id FROM texts WHERE vecext.matches(payload, 'start >= ''2999''')$$);
SELECT count(*) FROM texts WHERE vecext.matches(payload, 'start >= ''2999''');
RESET enable_seqscan;
RESET ROLE;
DROP FUNCTION plan_of(text);
SELECT vecext.drop_collection('texts');
DROP ROLE regress_payload_prefix;
