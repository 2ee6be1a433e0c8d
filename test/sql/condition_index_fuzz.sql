-- Random filters on tables with indexes of every type: the rows that a plan finds by indexes are those that matches() is true of.
-- For longer runs, in a database that has vecext (the suite's own seed is 1):
--   PG_ABS_SRCDIR=$PWD/test psql -Xq -v seed=7 -v filters=5000 -f test/sql/condition_index_fuzz.sql
-- Each filter is tried on 500 rows of five tables. The last of the output are filters that differ, five at most.
\set ECHO none
\if :{?seed}
\else
    \set seed 1
\endif
\if :{?filters}
\else
    \set filters 300
\endif
SET client_min_messages = warning;
SET jit = off;
SET timezone = 'UTC';
SELECT setseed(sin(:seed)) IS NULL AS seeded \gset
CREATE SCHEMA fuzz;
SET search_path = fuzz, public;
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/random_filters.sql'
\i :file

-- Few keys and paths, so that filters meet indexes.
CREATE OR REPLACE FUNCTION some_key() RETURNS text LANGUAGE sql VOLATILE RETURN one_of('{a,a,b,b,c,ключ,a.b}');
ALTER FUNCTION some_path() RENAME TO any_path;
CREATE FUNCTION some_path() RETURNS text LANGUAGE sql VOLATILE RETURN
    CASE WHEN random() < .8 THEN one_of(ARRAY['a', 'b', 'c', 'ключ', '"a.b"', 'b.a', 'a[0]', 'a[]', 'a[].b', 'b[].b.a']) ELSE any_path() END;

-- Some texts have their first 250 characters in common.
ALTER FUNCTION some_string() RENAME TO short_string;
CREATE FUNCTION some_string() RETURNS text LANGUAGE sql VOLATILE RETURN CASE WHEN random() < .8 THEN short_string()
    ELSE repeat(one_of('{x,я}'), 248 + pick(4)) || one_of('{"",x,x,я,xx,яx}') END;

-- Indexes on accessors, with those of arrays beside them.
CREATE TABLE of_values (id int PRIMARY KEY, payload jsonb NOT NULL);
-- Indexes that find elements of arrays.
CREATE TABLE of_elements (LIKE of_values INCLUDING ALL);
-- Indexes on values that paths go through.
CREATE TABLE of_parts (LIKE of_values INCLUDING ALL);
-- Indexes on accessors, where a CHECK says that there are no arrays.
CREATE TABLE of_scalars (LIKE of_values INCLUDING ALL);
-- Indexes of other access methods, whose operators have other numbers, or which compare in reverse; no arrays either.
CREATE TABLE of_others (LIKE of_values INCLUDING ALL, e vector(2));
CREATE FUNCTION reversed(float8, float8) RETURNS int LANGUAGE sql IMMUTABLE STRICT RETURN btfloat8cmp($2, $1);
CREATE OPERATOR CLASS float8_reversed FOR TYPE float8 USING btree AS OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <,
    FUNCTION 1 reversed(float8, float8);
CREATE FUNCTION make_indexes() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    path text;
    value text;
BEGIN
    FOREACH path IN ARRAY '{a,b,c,ключ,"a.b",b.a,a[0],a[],a[].b}'::text[] LOOP
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_float(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.%I(payload, %L) COLLATE "C")',
            CASE WHEN path IN ('c', 'b.a') THEN 'payload_text' ELSE 'payload_prefix' END, path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_bool(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_ts(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_count(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_is_empty(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_values (vecext.payload_is_array(payload, %1$L)) WHERE vecext.payload_is_array(payload, %1$L)', path);
        EXECUTE format('CREATE INDEX ON of_elements USING gist (vecext.payload_nums(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_elements USING gist (vecext.payload_times(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_elements USING gist (vecext.payload_geo_box(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_int(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_text(payload, %L) text_pattern_ops)', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_float(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_bool(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_ts(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_scalars (vecext.payload_count(payload, %L))', path);
        EXECUTE format('CREATE INDEX ON of_others USING hash (vecext.%I(payload, %L))', one_of('{payload_float,payload_bool,payload_ts,payload_count,payload_int}'), path);
        EXECUTE format('CREATE INDEX ON of_others USING %s (vecext.%I(payload, %L) COLLATE "C")', one_of('{hash,brin}'), one_of('{payload_text,payload_prefix}'), path);
        EXECUTE format('CREATE INDEX ON of_others USING brin (vecext.payload_float(payload, %L) %s)', path, one_of('{float8_bloom_ops,float8_minmax_ops,float8_minmax_multi_ops}'));
        EXECUTE format('CREATE INDEX ON of_others USING hnsw (e vector_l2_ops, (vecext.%I(payload, %L)))', one_of('{payload_int,payload_count,payload_bool}'), path);
        EXECUTE format('CREATE INDEX ON of_others (vecext.payload_float(payload, %L) float8_reversed)', path);
        EXECUTE format('ALTER TABLE of_others ADD CHECK (NOT vecext.payload_is_array(payload, %L))', path);
        EXECUTE format('ALTER TABLE of_scalars ADD CHECK (NOT vecext.payload_is_array(payload, %L))', path);
    END LOOP;
    FOREACH value IN ARRAY ARRAY['payload -> ''a''', 'payload -> ''b''', 'payload -> ''c''', 'payload -> ''ключ''', 'payload -> ''a.b''',
            'payload -> ''b'' -> ''a''', 'payload -> ''a'' -> 0', 'vecext.payload_values(payload, ''a[]'')', 'vecext.payload_values(payload, ''a[].b'')'] LOOP
        EXECUTE format('CREATE INDEX ON of_elements USING gin ((%s) jsonb_path_ops)', value);
        CONTINUE WHEN value LIKE 'vecext%';
        EXECUTE format('CREATE INDEX ON of_elements USING gin (to_tsvector(''vecext.word'', %s))', value);
    END LOOP;
    CREATE INDEX ON of_parts USING gin (payload);
    CREATE INDEX ON of_parts USING gin ((payload -> 'b') jsonb_path_ops);
    CREATE INDEX ON of_parts USING gin (vecext.payload_values(payload, 'a') jsonb_path_ops);
    CREATE INDEX ON of_parts USING gin (vecext.payload_values(payload, 'b[].b') jsonb_path_ops);
END $$;
SELECT make_indexes() IS NULL AS made \gset
CREATE FUNCTION some_objects() RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    (SELECT jsonb_agg(CASE pick(8) WHEN 0 THEN some_value(2)::jsonb ELSE jsonb_build_object(some_key(), some_value(1)::jsonb, some_key(), some_scalar()::jsonb) END) FROM generate_series(1, 1 + pick(3)));
-- More scalars and arrays of objects than some_payload() has.
CREATE FUNCTION some_row() RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    some_payload() || CASE WHEN random() < .3 THEN jsonb_build_object(some_key(), some_objects()) ELSE '{}' END || CASE WHEN random() < .5 THEN jsonb_build_object(some_key(), some_scalar()::jsonb) ELSE '{}' END;
INSERT INTO of_values SELECT i, CASE WHEN jsonb_typeof(p) = 'object' THEN p ELSE '{}' END FROM generate_series(1, 500) i, LATERAL (SELECT some_row() p WHERE i > 0) r;
INSERT INTO of_elements TABLE of_values;
INSERT INTO of_parts TABLE of_values;
INSERT INTO of_scalars SELECT i, jsonb_build_object(some_key(), some_scalar()::jsonb, some_key(), some_scalar()::jsonb) FROM generate_series(1, 500) i;
INSERT INTO of_others SELECT s.*, ARRAY[random(), random()]::vector FROM of_scalars s;
ANALYZE of_values, of_elements, of_parts, of_scalars, of_others;

CREATE TABLE tally (relation text, pairs bigint, matched bigint, by_index bigint);
CREATE TABLE wrong (relation text, filter text, expected int[], by_index int[], by_scan int[]);
CREATE TABLE given (filter text);
CREATE FUNCTION rows_of(relation text, filter text, OUT ids int[]) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM %I WHERE vecext.matches(payload, %L)', relation, filter) INTO ids;
END $$;
CREATE FUNCTION uses_index(relation text, filter text) RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT 1 FROM %I WHERE vecext.matches(payload, %L)', relation, filter) LOOP
        IF line ~ 'Index Scan' THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;
CREATE FUNCTION try_filter(relation text, filter text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    expected int[];
    by_index int[];
    by_scan int[];
    used bool;
BEGIN
    SET LOCAL enable_seqscan = off;
    by_index := rows_of(relation, filter);
    used := uses_index(relation, filter);
    SET LOCAL enable_seqscan = on;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL enable_indexscan = off;
    by_scan := rows_of(relation, filter);
    RESET enable_bitmapscan;
    RESET enable_indexscan;
    -- A filter of a table is none that the planner knows.
    UPDATE given SET filter = try_filter.filter;
    EXECUTE format('SELECT array_agg(id ORDER BY id) FROM %I, given WHERE vecext.matches(payload, given.filter)', relation) INTO expected;
    IF by_index IS DISTINCT FROM expected OR by_scan IS DISTINCT FROM expected THEN
        INSERT INTO wrong VALUES (relation, filter, expected, by_index, by_scan);
    END IF;
    INSERT INTO tally VALUES (relation, 500, coalesce(cardinality(expected), 0), used::int);
END $$;
INSERT INTO given VALUES ('');
CREATE FUNCTION try_filters(n int) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    filter text;
BEGIN
    FOR i IN 1..n LOOP
        -- Half of them are one test, which an index may serve alone.
        filter := CASE pick(4) WHEN 0 THEN (some_filter_text(1 + pick(2))).filter WHEN 1 THEN some_filter(1 + pick(3))::text
            ELSE jsonb_build_object('must', some_test())::text END;
        IF pick(6) = 0 THEN
            -- Both sides of a range, as two conditions.
            filter := (SELECT format('%s %s %s AND %1$s %4$s %5$s', path, one_of('{>,>=}'), quoted.low, one_of('{<,<=}'), quoted.high)
                FROM some_path() path, (SELECT some_string() a, some_string() b, random() < .5 AS is_text) s,
                    LATERAL (SELECT CASE WHEN is_text THEN quote_nullable(replace(a, '\', '/')) ELSE one_of('{0,1,1.5,-3}') END,
                        CASE WHEN is_text THEN quote_nullable(replace(b, '\', '/')) ELSE one_of('{2,3,1e300,1}') END) quoted(low, high));
        END IF;
        IF pick(5) = 0 THEN
            filter := jsonb_build_object('must', jsonb_build_object('nested', jsonb_build_object('key', one_of('{a,b,a,b,c,ключ,b.a,"b[].b","a[].b"}'),
                'filter', CASE pick(3) WHEN 0 THEN some_filter(2) ELSE jsonb_build_object(one_of('{must,should}'), jsonb_build_array(some_test(), some_test())) END)))::text;
        END IF;
        PERFORM try_filter(relation, filter) FROM unnest('{of_values,of_elements,of_parts,of_scalars,of_others}'::text[]) relation;
    END LOOP;
END $$;
\o /dev/null
SELECT 'SELECT try_filters(10)' FROM generate_series(1, :filters / 10) \gexec
\o
\set ECHO all
SELECT sum(pairs) >= 20000 AS enough FROM tally;
SELECT relation, sum(by_index) > count(*) / 8 AS by_index, sum(matched) > 0 AS matched FROM tally GROUP BY relation ORDER BY relation;
SELECT count(*) AS wrong FROM wrong;
SELECT * FROM wrong ORDER BY length(filter) LIMIT 5;
DROP SCHEMA fuzz CASCADE;
