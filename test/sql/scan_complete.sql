-- An ordered scan hands out every row of its index, once, however far it goes; settings that somebody
-- has set end it earlier, to the row.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET jit = off;

-- Rows that no search finds without visiting most nodes: the query is as far from each as from any other.
SELECT setseed(0.5);
CREATE TABLE wide (id int, k int, v vector(64));
INSERT INTO wide SELECT i, i % 7, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 64) WHERE i > 0)
FROM generate_series(1, 30000) i;
CREATE INDEX wide_v ON wide USING hnsw (v vector_l2_ops);
\set from_zero 'SELECT id FROM wide ORDER BY v <-> array_fill(0, ARRAY[64])::vector'
CREATE FUNCTION pg_temp.rows_twice(query text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    counts int[] := '{}';
    rows text[];
BEGIN
    FOR i IN 1..2 LOOP
        rows := pg_temp.rows_by_index(query);
        counts := counts || cardinality(rows) || (SELECT count(DISTINCT r)::int FROM unnest(rows) r);
    END LOOP;
    RETURN counts;
END
$$;
SELECT n, pg_temp.rows_twice(:'from_zero' || ' LIMIT ' || n) FROM unnest('{10,500,1000}'::int[]) n;
SELECT pg_temp.rows_twice(:'from_zero');

-- In little memory the rest is looked at several times.
SET work_mem = '64kB';
SELECT pg_temp.rows_twice(:'from_zero');
SELECT pg_temp.ascending('SELECT v <-> array_fill(0, ARRAY[64])::vector FROM wide ORDER BY v <-> array_fill(0, ARRAY[64])::vector') AS ascending;
RESET work_mem;

-- What a session has asked for before makes no difference.
SELECT pg_temp.rows_by_index(:'from_zero' || ' LIMIT 100') AS rows \gset
\connect -
\set ECHO none
\i :file
\set ECHO all
\set from_zero 'SELECT id FROM wide ORDER BY v <-> array_fill(0, ARRAY[64])::vector'
SELECT cardinality(pg_temp.rows_by_index(:'from_zero' || ' LIMIT 500'));
SELECT cardinality(pg_temp.rows_by_index(:'from_zero' || ' LIMIT 1000'));
SELECT pg_temp.rows_by_index(:'from_zero' || ' LIMIT 100') = :'rows'::text[] AS same;
SELECT cardinality(pg_temp.rows_by_index(:'from_zero'));
SELECT pg_temp.rows_by_index(:'from_zero' || ' LIMIT 100') = :'rows'::text[] AS same;

-- Bounds, to the row: conditions count all rows that they are asked of. Those of strict and relaxed
-- order are the same here.
SET enable_seqscan = off;
SET enable_sort = off;
SET enable_bitmapscan = off;
SET jit = off;
SELECT v AS query FROM wide WHERE id = 5 \gset
CREATE FUNCTION pg_temp.counted(condition text, query vector, strategy text, tuples text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    result int;
BEGIN
    PERFORM set_config('vecext.filter_strategy', strategy, true), set_config('hnsw.max_scan_tuples', tuples, true);
    EXECUTE format('SELECT count(*) FROM (SELECT id FROM wide %s ORDER BY v <-> %L) t', condition, query) INTO result;
    RETURN result;
END
$$;
SELECT tuples, pg_temp.counted('', :'query', 'auto', tuples)
FROM unnest('{1,40,41,1000,5000,20000,30000,50000,2147483647}'::text[]) tuples;
SET hnsw.ef_search = 200;
SELECT tuples, pg_temp.counted('', :'query', 'auto', tuples) FROM unnest('{1,200,201}'::text[]) tuples;
RESET hnsw.ef_search;
CREATE INDEX wide_id ON wide (id);
ANALYZE wide;
SET enable_bitmapscan = on;
SELECT strategy, tuples, pg_temp.counted('WHERE id % 10 < 9', :'query', strategy, tuples) BETWEEN tuples::int * 0.8 AND tuples::int AS filtered,
    pg_temp.counted('WHERE id BETWEEN 1001 AND 26000', :'query', strategy, tuples) BETWEEN tuples::int * 0.7 AND tuples::int AS in_set
FROM unnest('{auto,exact,inline,postfilter,off}'::text[]) strategy, unnest('{100,1000,10000}'::text[]) tuples ORDER BY 1, tuples::int;
SELECT strategy, pg_temp.counted('WHERE id BETWEEN 1001 AND 1100', :'query', strategy, '1000') AS few,
    pg_temp.counted('WHERE id BETWEEN 1001 AND 26000', :'query', strategy, '30000') AS all_of_them
FROM unnest('{auto,exact,inline,postfilter}'::text[]) strategy;
-- The default, set: a bound as any other; reset: none.
SELECT pg_temp.counted('', :'query', 'auto', '20000');
BEGIN;
SET LOCAL hnsw.max_scan_tuples = 20000;
SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t;
ROLLBACK;
SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t;
SET hnsw.max_scan_tuples = 1000;
RESET hnsw.max_scan_tuples;
SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t;
SELECT set_config('hnsw.max_scan_tuples', '1000', true), (SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t);
SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t;
CREATE FUNCTION pg_temp.bounded(query vector) RETURNS bigint LANGUAGE sql SET hnsw.max_scan_tuples = 300
    AS 'SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> query) t';
SELECT pg_temp.bounded(:'query'), (SELECT count(*) FROM (SELECT id FROM wide ORDER BY v <-> :'query') t) AS outside;
-- One search alone.
SET hnsw.iterative_scan = off;
SELECT strategy, pg_temp.counted('', :'query', strategy, '1000') AS plain,
    pg_temp.counted('WHERE id % 10 < 9', :'query', strategy, '1000') BETWEEN 20 AND 40 AS filtered,
    pg_temp.counted('WHERE id BETWEEN 1001 AND 26000', :'query', strategy, '1000') BETWEEN 20 AND 40 AS in_set,
    pg_temp.counted('WHERE id BETWEEN 1001 AND 1020', :'query', strategy, '1000') <= 20 AS few
FROM unnest('{auto,exact,inline,postfilter,off}'::text[]) strategy;
RESET hnsw.iterative_scan;
RESET enable_seqscan;
RESET enable_sort;

-- A join that few rows pass, far from the query, above the index.
SET vecext.filter_strategy = auto;
CREATE TABLE rare (id int, k int, v vector(8));
INSERT INTO rare SELECT i, i % 7, ARRAY(SELECT 1 + random() / 5 FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 20000) i;
INSERT INTO rare SELECT 20000 + i, 7, ARRAY(SELECT 50 + random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 10) i;
CREATE TABLE want (k int, grp text);
INSERT INTO want SELECT i, CASE i WHEN 7 THEN 'x' ELSE 'y' END FROM generate_series(0, 7) i;
CREATE INDEX rare_v ON rare USING hnsw (v vector_l2_ops);
ANALYZE rare, want;
SET enable_sort = off;
SELECT count(*) FROM (SELECT id FROM rare JOIN want USING (k) WHERE grp = 'x' ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 10) t;
SELECT count(*) FROM (SELECT id FROM rare JOIN want USING (k) WHERE grp = 'x' ORDER BY v <-> '[1,1,1,1,1,1,1,1]' LIMIT 10) t;
RESET enable_sort;
DROP TABLE rare, want, wide;

-- A LIMIT beyond all rows takes memory for the rows that there are, in scans that settings keep from comparing the rest.
CREATE TABLE few (id int, v vector(2));
INSERT INTO few SELECT i, ARRAY[i % 50, i / 50] FROM generate_series(1, 2000) i;
CREATE INDEX ON few USING ivfflat (v) WITH (lists = 8);
CREATE FUNCTION pg_temp.in_memory(condition text, strategy text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    source CONSTANT refcursor := 'source';
    bytes numeric;
    n bigint;
BEGIN
    PERFORM set_config('vecext.filter_strategy', strategy, true);
    EXECUTE 'DECLARE source CURSOR FOR SELECT id FROM few ' || condition || $q$ ORDER BY v <-> '[20,20]' LIMIT 2000000000$q$;
    MOVE NEXT IN source;
    SELECT sum(total_bytes) INTO bytes FROM pg_backend_memory_contexts;
    MOVE FORWARD ALL IN source;
    GET DIAGNOSTICS n = ROW_COUNT;
    CLOSE source;
    RETURN CASE WHEN n BETWEEN 10 AND 1800 THEN 'some' ELSE n::text END || ' rows in '
        || CASE WHEN bytes < 1e8 THEN 'little memory' ELSE pg_size_pretty(bytes) END;
END
$$;
SET enable_seqscan = off;
SET enable_sort = off;
SET ivfflat.probes = 2;
SET ivfflat.iterative_scan = off;
SELECT pg_temp.in_memory('', 'auto');
SELECT strategy, pg_temp.in_memory('WHERE id % 3 > 0', strategy) FROM unnest('{postfilter,inline}'::text[]) strategy;
SET ivfflat.iterative_scan = relaxed_order;
SET ivfflat.max_probes = 4;
SELECT pg_temp.in_memory('', 'auto');
RESET ivfflat.max_probes;
RESET ivfflat.iterative_scan;
RESET ivfflat.probes;
RESET enable_seqscan;
RESET enable_sort;
DROP TABLE few;

-- A graph is rebuilt, and lists are split, between two rows of a cursor: none is lost, none comes twice.
CREATE FUNCTION pg_temp.moved(method text, options text, first int, OUT rows bigint, OUT different bigint, OUT others bigint)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_sort = off AS $$
DECLARE
    source refcursor;
    row record;
    ids int[] := '{}';
BEGIN
    CREATE TABLE moved (id int, v vector(8));
    INSERT INTO moved SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 1500) i;
    EXECUTE format('CREATE INDEX moved_v ON moved USING %s (v vector_l2_ops) %s', method, options);
    INSERT INTO moved SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1501, 2000) i;
    OPEN source FOR SELECT id FROM moved ORDER BY v <-> '[0.5,0.5,0.5,0.5,0.5,0.5,0.5,0.5]';
    LOOP
        IF cardinality(ids) = first THEN
            INSERT INTO moved SELECT -i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0) FROM generate_series(1, 3000) i;
            PERFORM vecext.merge('moved_v');
        END IF;
        FETCH source INTO row;
        EXIT WHEN NOT FOUND;
        ids := ids || row.id;
    END LOOP;
    CLOSE source;
    DROP TABLE moved;
    SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE id < 0) INTO rows, different, others FROM unnest(ids) id;
END
$$;
SELECT method, first, m.* FROM (VALUES ('hnsw', ''), ('ivfflat', 'WITH (lists = 10)'), ('ivfpq', '')) t (method, options),
    unnest('{1,60,700}'::int[]) first, pg_temp.moved(method, options, first) m;
SET ivfpq.probes = 1;
SELECT first, m.* FROM unnest('{1,60,700}'::int[]) first, pg_temp.moved('ivfpq', '', first) m;
RESET ivfpq.probes;

-- Every operator class: all rows as they were when the index was made, as they come and go, after
-- VACUUM; in pieces; by nested loops.
SET vecext.filter_strategy = off;
CREATE TABLE class (method text, type text, opclass text, op text, name text);
INSERT INTO class (method, type, opclass, op)
SELECT method, type, type || '_' || metric || '_ops', op
FROM unnest('{hnsw,ivfflat,ivfpq}'::text[]) method, unnest('{vector,halfvec,sparsevec}'::text[]) type,
    (VALUES ('l2', '<->'), ('ip', '<#>'), ('cosine', '<=>'), ('l1', '<+>')) m (metric, op)
UNION ALL SELECT method, 'bit', opclass, op FROM unnest('{hnsw,ivfflat,ivfpq}'::text[]) method,
    (VALUES ('bit_hamming_ops', '<~>'), ('bit_jaccard_ops', '<%>')) m (opclass, op);
DELETE FROM class c WHERE NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod
    WHERE a.amname = c.method AND o.opcname = c.opclass);
UPDATE class SET name = 'of_' || method || '_' || opclass;
SELECT method, count(*) FROM class GROUP BY method ORDER BY method;
CREATE FUNCTION pg_temp.value(type text) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT CASE type
        WHEN 'bit' THEN (SELECT string_agg((random() < 0.5)::int::text, '') FROM generate_series(1, 12))
        WHEN 'sparsevec' THEN ARRAY(SELECT CASE WHEN random() < 0.5 THEN 0 ELSE random() END
            FROM generate_series(1, 12))::vector::sparsevec::text
        ELSE ARRAY(SELECT random() - 0.3 FROM generate_series(1, 12))::vector::text END
$$;
CREATE FUNCTION pg_temp.zero(type text) RETURNS text LANGUAGE sql AS $$
    SELECT CASE type WHEN 'bit' THEN repeat('0', 12) WHEN 'sparsevec' THEN '{}/12'
        ELSE array_fill(0, ARRAY[12])::vector::text END
$$;

-- Queries that do not give the rows that there are, each once. (Of zeros there is no cosine: pgvector
-- has no such rows in its indexes either.)
CREATE FUNCTION pg_temp.faults(class class, stage text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    query text;
    scan text;
    rows text[];
    indexed text[];
    n int;
BEGIN
    indexed := pg_temp.rows_by_sort(format('SELECT id FROM %I WHERE v IS NOT NULL%s ORDER BY id::text COLLATE "C"',
        class.name, CASE class.op WHEN '<=>' THEN format(' AND v::text <> %L', pg_temp.zero(class.type)) ELSE '' END));
    FOREACH query IN ARRAY ARRAY[pg_temp.value(class.type), pg_temp.zero(class.type)] LOOP
        scan := format('SELECT id FROM %I ORDER BY v %s %L', class.name, class.op, query);
        rows := pg_temp.rows_by_index(scan);
        IF ARRAY(SELECT r FROM unnest(rows) r ORDER BY trim(r, '()') COLLATE "C") <> indexed THEN
            RETURN NEXT concat_ws(' ', class.method, stage, scan);
        END IF;
        IF ARRAY(SELECT r FROM unnest(pg_temp.rows_in_pieces(scan, '{1,60,200,3000}')) r
            ORDER BY trim(r, '()') COLLATE "C") <> indexed THEN
            RETURN NEXT concat_ws(' ', class.method, stage, 'in pieces', scan);
        END IF;
        FOREACH n IN ARRAY '{45,300}'::int[] LOOP
            IF cardinality(pg_temp.rows_by_index(scan || ' LIMIT ' || n)) <> n THEN
                RETURN NEXT concat_ws(' ', class.method, stage, scan, 'LIMIT', n);
            END IF;
        END LOOP;
    END LOOP;
    EXECUTE format('SELECT count(*) FROM (SELECT v FROM %1$I WHERE id IN (5, 6)) q, '
        'LATERAL (SELECT id FROM %1$I r ORDER BY r.v %2$s q.v LIMIT 250) t', class.name, class.op) INTO n;
    IF n <> 500 THEN
        RETURN NEXT concat_ws(' ', class.method, stage, 'nested loop', n);
    END IF;
END
$$;
SELECT format('CREATE TABLE %I (id int, v %s(12))', name, type) FROM class ORDER BY name COLLATE "C" \gexec
\set ECHO none
SET client_min_messages = warning;
SELECT format('INSERT INTO %1$I SELECT i, pg_temp.value(%2$L)::%2$s(12) FROM generate_series(1, 700) i', name, type) FROM class \gexec
SELECT format('INSERT INTO %I VALUES (0, NULL), (-1, %L)', name, pg_temp.zero(type)) FROM class \gexec
SELECT format('INSERT INTO %1$I SELECT 1000 + i, v FROM %1$I, generate_series(1, 100) i WHERE id = 17', name) FROM class \gexec
SELECT format('CREATE INDEX ON %I USING %s (v %s) %s', name, method, opclass,
    CASE method WHEN 'ivfflat' THEN 'WITH (lists = 10)' ELSE '' END) FROM class \gexec
\set ECHO all
SELECT f FROM class, pg_temp.faults(class, 'made') f;
\set ECHO none
SELECT format('INSERT INTO %1$I SELECT 2000 + i, pg_temp.value(%2$L)::%2$s(12) FROM generate_series(1, 60) i', name, type) FROM class \gexec
\set ECHO all
SELECT f FROM class, pg_temp.faults(class, 'with more') f;
\set ECHO none
SELECT format('DELETE FROM %I WHERE id %% 3 = 1', name) FROM class \gexec
SELECT format('UPDATE %I SET id = id + 10000 WHERE id %% 20 = 0 AND id > 0', name) FROM class \gexec
\set ECHO all
SELECT f FROM class, pg_temp.faults(class, 'with fewer') f;
\set ECHO none
SELECT format('VACUUM %I', name) FROM class \gexec
\set ECHO all
SELECT f FROM class, pg_temp.faults(class, 'after VACUUM') f;
\set ECHO none
SELECT format('INSERT INTO %1$I SELECT 3000 + i, pg_temp.value(%2$L)::%2$s(12) FROM generate_series(1, 500) i', name, type) FROM class \gexec
\set ECHO all
SELECT f FROM class, pg_temp.faults(class, 'with many more') f;
\set ECHO none
SELECT format('DROP TABLE %I', name) FROM class \gexec
\set ECHO all
DROP TABLE class CASCADE;
