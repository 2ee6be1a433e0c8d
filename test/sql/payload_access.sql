-- What SQL reads of payloads by functions of a path.
SET timezone = 'UTC';
SET search_path = vecext, public;
\pset null NULL

-- One value of each type, by each function: null unless it is of the type.
SELECT v, payload_text(p, 'k') AS text, payload_int(p, 'k') AS int, payload_float(p, 'k') AS float,
    payload_bool(p, 'k') AS bool, payload_is_array(p, 'k') AS is_array, payload_count(p, 'k') AS count,
    payload_is_empty(p, 'k') AS is_empty
FROM unnest(ARRAY['null', 'true', 'false', '0', '-7', '7.0', '7.5', '1e3', '""', '"7"', '"true"', '"ħ ☃"', '[]', '[1]', '[[]]', '{}',
    '{"k": 1}']) v,
    jsonb_build_object('k', v::jsonb) p;
-- No value; a document that is no object.
SELECT p, payload_text(p, 'k') AS text, payload_count(p, 'k') AS count, payload_is_empty(p, 'k') AS is_empty,
    payload_nums(p, 'k') AS nums, payload_values(p, 'k') AS "values"
FROM unnest('{"{}","{\"K\":1}",[],"[{\"k\":1}]","\"k\"",1,null}'::jsonb[]) p;

-- Numbers: integers of 64 bits, whatever digits they were written with; the nearest double.
SELECT v, payload_int(p, 'k') AS int, payload_float(p, 'k') AS float, lower(payload_nums(p, 'k'))::float8 AS num
FROM unnest('{9223372036854775807,9223372036854775808,-9223372036854775808,-9223372036854775809,100000000000000000000,
    9007199254740993,9007199254740993.5,1.000000000000000000000000001,0.1,-0.30000000000000004,123456789012345678,
    5e-324,2.4703282292062328e-324,2.4703282292062327e-324,1e-400,1e23,1.7976931348623157e308,1.7976931348623159e308,
    -1e309,7e307,9e307,-9e307}'::text[]) v, jsonb_build_object('k', v::jsonb) p;
-- Digits beyond those that a double needs still decide a tie.
SELECT payload_float(jsonb_build_object('k', (v || repeat('0', zeros) || '1')::numeric), 'k') AS above,
    payload_float(jsonb_build_object('k', v::numeric), 'k') AS tie
FROM (VALUES ('9007199254740993.', 10), ('9007199254740993.', 2000)) x (v, zeros);
-- Random numbers against the server's own conversions.
SELECT setseed(0.5);
CREATE TEMP TABLE number AS
SELECT (CASE WHEN random() < 0.5 THEN '-' ELSE '' END || trunc(random() * 10 ^ (random() * 15))::numeric
    || CASE WHEN random() < 0.5 THEN '.' || lpad(trunc(random() * 10 ^ (random() * 17))::numeric::text,
        (random() * 25)::int, '0') ELSE '' END
    || 'e' || ((random() - 0.5) * CASE WHEN random() < 0.5 THEN 30 ELSE 600 END)::int)::numeric AS n
FROM generate_series(1, 20000);
SELECT count(*) FILTER (WHERE payload_float(p, 'n') IS DISTINCT FROM n::float8) AS other_doubles,
    count(*) FILTER (WHERE payload_int(p, 'n') IS DISTINCT FROM CASE WHEN n = trunc(n) AND abs(n) < 9223372036854775808 THEN n::int8 END)
        AS other_integers,
    count(*) FILTER (WHERE NOT payload_nums(p, 'n') = nummultirange(numrange(f, f, '[]'))) AS other_points
FROM (SELECT n, jsonb_build_object('n', n) AS p, n::float8::text::numeric AS f FROM number
    WHERE n = 0 OR abs(n) BETWEEN 1e-300 AND 1e300) x;

-- Paths.
\set document '\'{"a": {"b": [10, {"c": "x"}, [30, 31]]}, "a.b": 2, "": 3, "q\\"": 4, "list": [{"n": 1}, {"n": [2, 3]}, {}, {"n": null}, 5], "ключ": "v"}\'::jsonb'
SELECT path, payload_int(d, path) AS int, payload_text(d, path) AS text, payload_is_array(d, path) AS is_array,
    payload_count(d, path) AS count, payload_values(d, path) AS "values"
FROM (SELECT :document AS d) x,
    unnest(ARRAY['a', 'a.b', 'a.b[0]', 'a.b[1].c', 'a.b[2][1]', 'a.b[3]', 'a.b.c', 'a.b[]', 'a.b[].c', 'a.b[2][]', 'a[0]',
        '"a.b"', '"q"""', 'list[].n', 'list.n', 'list[1].n', 'list[1].n[]', 'list[0][]', 'ключ', 'missing']) path;
-- A malformed path: an error if it is constant, else null, which shows nothing of other rows.
\set VERBOSITY sqlstate
SELECT payload_int('{}', '');
SELECT payload_int('{}', 'a[');
SELECT payload_values('{}', '.a');
SELECT payload_is_empty('{}', '"a');
SELECT payload_int('{}', repeat('a.', 100) || 'a');
\set VERBOSITY default
DO $$
DECLARE
    sqlstate text;
    message text;
    detail text;
BEGIN
    PERFORM vecext.payload_int('{}', 'ключ[x]');
EXCEPTION WHEN invalid_parameter_value THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RAISE NOTICE '%: %', message, detail;
END
$$;
SELECT path, payload_int('{"a": 1}', path), payload_is_empty('{"a": 1}', path) FROM unnest('{a,a[,a}'::text[]) path;
PREPARE by_path (text) AS SELECT payload_int('{"a": 1, "b": 2}', $1);
EXECUTE by_path ('a');
EXECUTE by_path ('b');
-- A simple expression of PL/pgSQL is one call site with other parameters.
CREATE FUNCTION pg_temp.at(p jsonb, path text) RETURNS int8 LANGUAGE plpgsql AS $$ BEGIN RETURN vecext.payload_int(p, path); END $$;
SELECT pg_temp.at('{"a": 1, "b": 2}', 'a'), pg_temp.at('{"a": 1, "b": 2}', 'b'), pg_temp.at('{"a": 1, "b": 3}', 'b');

-- Times.
SELECT t, payload_ts(jsonb_build_object('t', t), 't') AS time
FROM unnest('{2024-02-29T12:30:45Z,2024-02-29T12:30:45.123456+02:00,2024-02-29 12:30:45.1,2024-02-29T12:30,2024-02-29,
    2024-02-29T12:30:45-0830,2023-02-29,2024-02-29T25:00:00Z,yesterday,now,infinity,"",2024,20240229,2024-2-9,
    2024-02-29T12:30:45Zjunk,0000-01-01,9999-12-31T23:59:59.999999Z}'::text[]) t;
SELECT payload_ts('{"t": 0}', 't'), payload_ts('{"t": ["2024-02-29"]}', 't'), payload_times('{"t": ["2024-02-29", "x", 1, "2023-01-01T00:00:00+01:00", "2024-02-29"]}', 't'),
    payload_times('{"t": "2024-02-29"}', 't'), payload_times('{"t": ["x"]}', 't');
SET timezone = 'Asia/Tokyo';
SELECT payload_ts('{"t": "2024-02-29"}', 't') AT TIME ZONE 'UTC' AS without_offset;
SET timezone = 'UTC';

-- UUIDs.
SELECT u, payload_uuid(jsonb_build_object('u', u), 'u') AS uuid
FROM unnest(ARRAY['67e55044-10b1-426f-9247-bb680e5fe0c8', '67E5504410B1426F9247BB680E5FE0C8',
    '{67e55044-10b1-426f-9247-bb680e5fe0c8}', 'urn:uuid:67e55044-10b1-426f-9247-bb680e5fe0c8',
    '67e55044-10b1-426f-9247-bb680e5fe0c', '67e55044-10b1-426f-9247-bb680e5fe0c80', '67e5504410b1-426f-9247-bb680e5fe0c8',
    '67e55044_10b1_426f_9247_bb680e5fe0c8', 'g7e55044-10b1-426f-9247-bb680e5fe0c8', '67e550441-0b1-426f-9247-bb680e5fe0c8', '']) u;

-- Numbers of an array, in one multirange; the index on it.
SELECT payload_nums('{"n": [3, 1, "2", 3.0, null, [4], 2.5]}', 'n'), payload_nums('{"n": ["x"]}', 'n'), payload_nums('{"n": []}', 'n'),
    payload_nums('{"l": [{"n": 2}, {"n": [1, 5]}, {"n": "x"}]}', 'l[].n');
-- Points, and boxes around them.
SELECT g, payload_geo_box(jsonb_build_object('g', g::jsonb), 'g') AS box
FROM unnest(ARRAY['{"lon": 13.4, "lat": 52.5}', '{"lat": -90, "lon": 180, "name": "pole"}', '{"lon": 181, "lat": 0}', '{"lon": 0, "lat": 90.001}',
    '{"lon": "1", "lat": 2}', '{"lon": 1}', '[1, 2]', '[]', '[{"lon": 1, "lat": 2}, {"lon": -3, "lat": 4}, {"lon": 1e999, "lat": 1}, 7]', 'null', '{"lon": 1e999, "lat": 0}']) g;

-- Random documents in indexes of each kind: no document raises an error, and rows are those without the index.
CREATE TABLE doc (id int PRIMARY KEY, payload jsonb NOT NULL);
INSERT INTO doc
SELECT i, CASE i % 12 WHEN 0 THEN '{}' WHEN 1 THEN '[]' WHEN 2 THEN '"x"'
    ELSE jsonb_build_object('k', CASE i % 7 WHEN 0 THEN to_jsonb(i % 100) WHEN 1 THEN to_jsonb('t' || i % 50)
        WHEN 2 THEN jsonb_build_array(i % 40, i % 31, 'a', 1e308::numeric * (i % 5 - 2), 1e-320::numeric * (i % 3), 5e400::numeric * (i % 3 - 1))
        WHEN 3 THEN to_jsonb(timestamptz '2024-01-01 UTC' + i * interval '1 hour')
        WHEN 4 THEN jsonb_build_object('lon', i % 181, 'lat', i % 91) WHEN 5 THEN to_jsonb(i % 2 = 0) ELSE 'null' END) END
FROM generate_series(1, 5000) i;
CREATE INDEX ON doc (payload_int(payload, 'k'));
CREATE INDEX ON doc (payload_float(payload, 'k'));
CREATE INDEX ON doc (payload_text(payload, 'k'));
CREATE INDEX ON doc (payload_ts(payload, 'k'));
CREATE INDEX ON doc (payload_bool(payload, 'k'));
CREATE INDEX ON doc (payload_uuid(payload, 'k'));
CREATE INDEX ON doc (payload_count(payload, 'k'));
CREATE INDEX doc_nums ON doc USING gist (payload_nums(payload, 'k'));
CREATE INDEX doc_times ON doc USING gist (payload_times(payload, 'k'));
CREATE INDEX doc_geo ON doc USING gist (payload_geo_box(payload, 'k'));
CREATE INDEX doc_values ON doc USING gin (payload_values(payload, 'k') jsonb_path_ops);
ANALYZE doc;
CREATE FUNCTION pg_temp.both(condition text) RETURNS TABLE (index text, by_index bigint, equal bool) LANGUAGE plpgsql AS $$
DECLARE
    query text := 'SELECT array_agg(id ORDER BY id) FROM doc WHERE ' || condition;
    plan json;
    found int[];
    expected int[];
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    EXECUTE query INTO found;
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    EXECUTE query INTO expected;
    SET LOCAL enable_indexscan = on;
    SET LOCAL enable_bitmapscan = on;
    RETURN QUERY SELECT (SELECT x #>> '{}' FROM jsonb_path_query(plan::jsonb, '$.**."Index Name"') x LIMIT 1), cardinality(found)::bigint, found = expected;
END
$$;
SELECT b.* FROM unnest(ARRAY[$$payload_int(payload, 'k') = 7$$, $$payload_float(payload, 'k') BETWEEN 3 AND 9$$, $$payload_text(payload, 'k') = 't7'$$,
    $$payload_ts(payload, 'k') < '2024-01-03 UTC'$$, $$payload_count(payload, 'k') = 6$$,
    $$payload_nums(payload, 'k') && numrange(10, 12, '[)')$$, $$payload_nums(payload, 'k') && numrange(1.5e308, NULL)$$,
    $$payload_nums(payload, 'k') && numrange(NULL, '-Infinity', '[]')$$, $$payload_times(payload, 'k') && tstzrange('2024-01-02 UTC', '2024-01-05 UTC')$$,
    $$payload_geo_box(payload, 'k') && box '(10,10),(20,20)'$$, $$payload_values(payload, 'k') @> '3'$$]) condition,
    pg_temp.both(condition) b;

-- Under a policy an index serves where function and operator are leakproof.
CREATE ROLE regress_payload_reader;
GRANT USAGE ON SCHEMA vecext TO regress_payload_reader;
GRANT SELECT ON doc TO regress_payload_reader;
ALTER TABLE doc ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON doc USING (id % 2 = 0);
SET ROLE regress_payload_reader;
SET enable_seqscan = off;
EXPLAIN (COSTS off) SELECT * FROM doc WHERE payload_int(payload, 'k') = 7;
EXPLAIN (COSTS off) SELECT * FROM doc WHERE payload_text(payload, 'k') = 't7';
RESET enable_seqscan;
RESET ROLE;
DROP TABLE doc;
REVOKE USAGE ON SCHEMA vecext FROM regress_payload_reader;
DROP ROLE regress_payload_reader;

-- Values that are stored out of line and compressed.
CREATE TABLE large (payload jsonb);
ALTER TABLE large ALTER payload SET STORAGE external;
INSERT INTO large SELECT jsonb_build_object('a', repeat('x', 10000), 'n', 5, 'l', jsonb_agg(i)) FROM generate_series(1, 3000) i;
ALTER TABLE large ALTER payload SET STORAGE extended;
INSERT INTO large SELECT payload || '{"n": 6}' FROM large;
SELECT payload_int(payload, 'n'), length(payload_text(payload, 'a')), payload_count(payload, 'l'), payload_int(payload, 'l[2999]'), payload_nums(payload, 'l') @> 1500.0 FROM large ORDER BY 1;
DROP TABLE large;
-- Objects of many keys: each is found, by length and then by bytes.
SELECT count(*) FILTER (WHERE payload_int(p, 'k' || i) = i) AS found, count(*) FILTER (WHERE payload_int(p, 'x' || i) IS NOT NULL) AS wrong
FROM (SELECT jsonb_object_agg('k' || i, i) AS p FROM generate_series(1, 1000) i) x, generate_series(1, 1000) i;
