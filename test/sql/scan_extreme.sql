-- Elements whose squares leave the range of floats: an index gives what the operator gives, zeros and
-- infinities and distances that are not numbers, too, and limits of the distance are exact.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET jit = off;
SET hnsw.ef_search = 1000;
SET ivfflat.probes = 100;
SET ivfpq.probes = 100;
SELECT setseed(0.5);
CREATE FUNCTION pg_temp.value(scale text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT '[' || string_agg(trim_scale((random() * 1.8 - 0.9)::numeric * scale::numeric)::text, ',') || ']' FROM generate_series(1, 4)
$$;

-- Rows of a limit, and rows within a distance, by an index against those of the table: faults.
CREATE FUNCTION pg_temp.faults(stage text, op text, queries text[]) RETURNS SETOF text LANGUAGE plpgsql
SET enable_sort = off AS $$
DECLARE
    query text;
    n int;
    strategy text;
    by_index float8[];
    by_sort float8[];
    within text;
    expected int;
    counted int;
    missed int;
BEGIN
    FOREACH query IN ARRAY queries LOOP
        FOREACH n IN ARRAY '{1,80}'::int[] LOOP
            SET LOCAL enable_seqscan = off;
            SET LOCAL enable_indexscan = on;
            EXECUTE format('SELECT array_agg(d) FROM (SELECT v %1$s %2$L AS d FROM item ORDER BY v %1$s %2$L LIMIT %3$s) t', op, query, n) INTO by_index;
            SET LOCAL enable_seqscan = on;
            SET LOCAL enable_indexscan = off;
            EXECUTE format('SELECT array_agg(d) FROM (SELECT v %1$s %2$L AS d FROM item WHERE is_indexed OR %1$L <> ''<=>''
                ORDER BY v %1$s %2$L LIMIT %3$s) t', op, query, n) INTO by_sort;
            -- What is not a number counts as infinite. Codes of lists may miss a few.
            by_index := array_replace(by_index, 'NaN', 'Infinity');
            missed := (SELECT count(*) FROM unnest(array_replace(by_sort, 'NaN', 'Infinity'), by_index) d (x, y) WHERE x IS DISTINCT FROM y);
            IF missed > 0 AND NOT (stage ~ 'ivfpq' AND by_index @> by_sort[:n * 3 / 4]) THEN
                RETURN NEXT concat_ws(' ', stage, op, query, 'LIMIT', n, by_index, 'for', by_sort);
            END IF;
            -- Of zeros there is no cosine, nor are they in an index for it.
            CONTINUE WHEN by_sort[n] = 'NaN';
            FOREACH strategy IN ARRAY '{off,exact,inline,postfilter,auto}'::text[] LOOP
                within := format('SELECT count(*) FROM (SELECT id FROM item WHERE v %1$s %2$L <= %3$L ORDER BY v %1$s %2$L LIMIT 1000) t', op, query, by_sort[n]);
                IF strategy <> 'off' THEN
                    SET LOCAL enable_seqscan = off;
                    SET LOCAL enable_indexscan = on;
                END IF;
                PERFORM set_config('vecext.filter_strategy', strategy, true);
                EXECUTE within INTO counted;
                IF strategy = 'off' THEN
                    expected := counted;
                ELSIF counted <> expected THEN
                    RETURN NEXT concat_ws(' ', stage, op, query, strategy, 'within', by_sort[n], counted, 'for', expected);
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;
CREATE FUNCTION pg_temp.try(kind text, type text, scales text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    class record;
    queries text[];
BEGIN
    EXECUTE format('CREATE TABLE item (id int, v %s(4), is_indexed bool DEFAULT true)', type);
    EXECUTE format('INSERT INTO item SELECT i, pg_temp.value(($1)[1 + i %% cardinality($1)])::%s FROM generate_series(1, 300) i', type) USING scales;
    IF type = 'vector' THEN
        INSERT INTO item SELECT 1000 + i, (ARRAY['[1e-40,0,1e-42,0]', '[3e38,-3e38,1,1]', '[1,1,1,1]', '[1e-20,2e-20,0,0]'])[1 + i % 4]::vector
        FROM generate_series(1, 20) i;
    END IF;
    INSERT INTO item VALUES (2000, '[0,0,0,0]', false);
    queries := ARRAY(SELECT v::text FROM item WHERE id IN (1, 2, 3, 1001, 1002, 1003, 1004, 2000)) || '[0.1,-0.2,0.3,1]'::text;
    FOR class IN SELECT m.method, type || '_' || o.metric || '_ops' AS name, o.op FROM unnest('{hnsw,ivfflat,ivfpq}'::text[]) m (method),
            (VALUES ('l2', '<->'), ('ip', '<#>'), ('cosine', '<=>'), ('l1', '<+>')) o (metric, op)
            WHERE EXISTS (SELECT FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
                WHERE a.amname = m.method AND c.opcname = type || '_' || o.metric || '_ops') LOOP
        EXECUTE format('CREATE INDEX item_v ON item USING %s (v %s) %s', class.method, class.name,
            CASE class.method WHEN 'ivfflat' THEN 'WITH (lists = 5)' ELSE '' END);
        RETURN QUERY SELECT f FROM pg_temp.faults(concat_ws(' ', kind, class.method, 'made'), class.op, queries) f;
        IF class.method = 'hnsw' THEN
            EXECUTE format('INSERT INTO item SELECT 500 + i, pg_temp.value(($1)[1 + i %% cardinality($1)])::%s FROM generate_series(1, 40) i', type) USING scales;
            RETURN QUERY SELECT f FROM pg_temp.faults(concat_ws(' ', kind, class.method, 'with more'), class.op, queries) f;
            PERFORM vecext.merge('item_v');
            RETURN QUERY SELECT f FROM pg_temp.faults(concat_ws(' ', kind, class.method, 'merged'), class.op, queries) f;
        END IF;
        DROP INDEX item_v;
    END LOOP;
    DROP TABLE item;
END
$$;
SET client_min_messages = warning;
SELECT f FROM unnest('{1,1e-20,1e-38,1e-42,1e19,3e38}'::text[]) scale, pg_temp.try(scale, 'vector', ARRAY[scale]) f;
SELECT f FROM pg_temp.try('mixed', 'vector', '{1e-40,1,3e38,1}') f;
SELECT f FROM unnest('{1,1e-7,60000}'::text[]) scale, pg_temp.try(scale, 'halfvec', ARRAY[scale]) f;
SELECT f FROM pg_temp.try('mixed', 'halfvec', '{1e-6,1,60000,1}') f;
RESET client_min_messages;

-- The order of an index is that of SQL: what is not a number comes after infinity, and distances do not depend on which side the row is.
-- So DISTINCT finds each distance once.
CREATE FUNCTION pg_temp.distinct_distances(distance text, OUT by_order bigint, OUT by_hash bigint) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL enable_seqscan = off;
    SET LOCAL enable_sort = off;
    SET LOCAL enable_hashagg = off;
    EXECUTE format('SELECT count(*), count(DISTINCT d) FROM (SELECT DISTINCT d FROM (SELECT %1$s AS d FROM item ORDER BY %1$s) z OFFSET 0) y', distance)
    INTO by_order, by_hash;
END $$;
SET client_min_messages = warning;
CREATE TABLE item AS SELECT i AS id, CASE i % 4 WHEN 0 THEN '[3e38,3e38]' WHEN 1 THEN '[-3e38,3e38]' WHEN 2 THEN '[-3e38,-3e38]'
    ELSE format('[%s,1]', i % 10) END::vector(2) AS v FROM generate_series(1, 1000) i;
ALTER TABLE item ADD s sparsevec(60);
SELECT setseed(.3);
UPDATE item SET s = (SELECT ('{' || string_agg(j || ':' || round((random() * 5)::numeric, 1), ',' ORDER BY j) || '}/60')::sparsevec
    FROM (SELECT DISTINCT 1 + (random() * 59)::int j FROM generate_series(1, 6) WHERE id > 0) z);
CREATE INDEX item_i ON item USING hnsw (v vector_ip_ops);
SELECT by_order = by_hash AS each_once FROM pg_temp.distinct_distances($$v <#> '[3e38,3e38]'$$);
DROP INDEX item_i;
CREATE INDEX item_i ON item USING ivfflat (v vector_ip_ops) WITH (lists = 2);
SELECT by_order = by_hash AS each_once FROM pg_temp.distinct_distances($$v <#> '[3e38,3e38]'$$);
DROP INDEX item_i;
SELECT count(*) FROM item WHERE s <-> '{17:3.8}/60' <> '{17:3.8}/60' <-> s OR s <+> '{17:3.8}/60' <> '{17:3.8}/60' <+> s;
CREATE INDEX item_i ON item USING hnsw (s sparsevec_l2_ops);
SELECT by_order = by_hash AS each_once FROM pg_temp.distinct_distances($$s <-> '{17:3.8}/60'$$);
DROP INDEX item_i;
CREATE INDEX item_i ON item USING hnsw (s sparsevec_l1_ops);
SELECT by_order = by_hash AS each_once FROM pg_temp.distinct_distances($$s <+> '{17:3.8,20:1.1}/60'$$);
DROP TABLE item;
RESET client_min_messages;

-- Rows that are set apart leave the codes of all others as they are: a search of a set compares those.
CREATE TABLE spread (id int, part int, v vector(8));
INSERT INTO spread SELECT i, i % 7, CASE i WHEN 6 THEN array_fill(1e-20::float4, '{8}') WHEN 13 THEN array_fill(1e18::float4, '{8}')
    ELSE ARRAY(SELECT sin(i * (2 * j + 1) + j) FROM generate_series(1, 8) j) END FROM generate_series(1, 20000) i;
CREATE INDEX ON spread USING hnsw (v vector_l2_ops);
CREATE INDEX ON spread (part);
ANALYZE spread;
CREATE TABLE asked AS SELECT n, ARRAY(SELECT ((n * 7 + j * 3) % 10 - 4.5) / 6 FROM generate_series(1, 8) j)::vector AS q FROM generate_series(1, 10) n;
SET enable_indexscan = off;
SET vecext.filter_strategy = off;
CREATE TABLE nearest AS SELECT n, r.id FROM asked, LATERAL (SELECT id FROM spread WHERE part < 2 ORDER BY v <-> q LIMIT 30) r;
RESET ALL;
SET enable_seqscan = off;
SET enable_sort = off;
SET vecext.filter_strategy = inline;
SELECT count(*) >= 0.95 * 300 AS most FROM asked CROSS JOIN LATERAL (SELECT id FROM spread WHERE part < 2 ORDER BY v <-> q LIMIT 30) r JOIN nearest USING (n, id);
RESET ALL;
DROP TABLE spread, asked, nearest;
