-- For suites about an access method, :method, with each of the options :each, over values of many shapes.
-- Leaves functions for others.
CREATE TEMP TABLE kind AS SELECT :'method' AS method, :'each'::text[] AS each;

-- What is wrong with an index on column v of table "shape", if anything. Half of the rows are added
-- after the build. Rows with an id must all be found, each once.
CREATE FUNCTION pg_temp.fault(type text, metric text, options text, least_recall float8) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    operator text := ('{"l2": "<->", "ip": "<#>", "cosine": "<=>"}'::json) ->> metric;
    query text := (SELECT v FROM shape ORDER BY id LIMIT 1);
    total int;
    rows text[];
    recall float8;
BEGIN
    CREATE TEMP TABLE later AS SELECT * FROM shape WHERE id % 2 = 1;
    DELETE FROM shape WHERE id % 2 = 1;
    EXECUTE format('CREATE INDEX shape_v ON shape USING %s (v %s_%s_ops) WITH (%s)',
        (SELECT method FROM kind), type, metric, options);
    INSERT INTO shape TABLE later;
    DROP TABLE later;
    total := (SELECT count(id) FROM shape);
    rows := pg_temp.rows_by_index(format(
        'SELECT id FROM shape WHERE id IS NOT NULL ORDER BY v %s %L', operator, query));
    recall := vecext.recall('shape_v', 10, 10);
    RETURN CASE
        WHEN vecext.verify_index('shape_v') < total THEN 'rows missing'
        WHEN (SELECT count(DISTINCT r) FROM unnest(rows) r) <> total
            OR cardinality(rows) <> total
            THEN format('found %s of %s rows', cardinality(rows), total)
        WHEN NOT pg_temp.ascending(format('SELECT v %s %L FROM shape ORDER BY v %1$s %2$L LIMIT 10',
            operator, query)) THEN 'not in order'
        WHEN recall < least_recall THEN 'recall ' || recall END;
END
$$;
CREATE FUNCTION pg_temp.faults(element text, metrics text[], least_recall float8 DEFAULT 0.8)
RETURNS TABLE (type text, metric text, options text, fault text) LANGUAGE plpgsql AS $$
BEGIN
    type := element;
    FOREACH metric IN ARRAY metrics LOOP
        FOREACH options IN ARRAY (SELECT each FROM kind) LOOP
            fault := pg_temp.fault(type, metric, options, least_recall);
            DROP INDEX shape_v;
            IF fault IS NOT NULL THEN
                RETURN NEXT;
            END IF;
        END LOOP;
    END LOOP;
END
$$;

-- The same of random vectors of so many dimensions.
CREATE FUNCTION pg_temp.faults(dims int, total int, metrics text[]) RETURNS TABLE (
    type text, metric text, options text, fault text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM setseed(0.5);
    FOREACH type IN ARRAY '{vector,halfvec}'::text[] LOOP
        EXECUTE format('CREATE TABLE shape (id int, v %s(%s))', type, dims);
        EXECUTE format('INSERT INTO shape SELECT i, ARRAY(SELECT random() - 0.4
            FROM generate_series(1, %s) WHERE i > 0) FROM generate_series(1, %s) i', dims, total);
        RETURN QUERY SELECT * FROM pg_temp.faults(type, metrics);
        DROP TABLE shape;
    END LOOP;
END
$$;
-- Numbers of rows, from none on.
CREATE FUNCTION pg_temp.faults_of_rows(total int) RETURNS TABLE (
    type text, metric text, options text, fault text) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM setseed(0.5);
    CREATE TABLE shape (id int, v vector(5));
    INSERT INTO shape SELECT i, ARRAY(SELECT random() FROM generate_series(1, 5) WHERE i > 0)
    FROM generate_series(1, total) i;
    RETURN QUERY SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
    DROP TABLE shape;
END
$$;
SELECT * FROM pg_temp.faults_of_rows(1);
SELECT * FROM pg_temp.faults_of_rows(2);
SELECT * FROM pg_temp.faults_of_rows(10);
SELECT * FROM pg_temp.faults_of_rows(999);
SELECT * FROM pg_temp.faults_of_rows(2000);
CREATE TABLE shape (v vector(5));
CREATE INDEX shape_v ON shape USING :method (v vector_l2_ops);
SELECT rows FROM vecext.index_info('shape_v');
SELECT count(*) FROM (SELECT * FROM shape ORDER BY v <-> '[1,2,3,4,5]') t;
SELECT vecext.verify_index('shape_v'), vecext.recall('shape_v');
DROP TABLE shape;

-- All equal; half of them equal; few different ones. Each has rows of its own: versions of an updated row could keep the planner from a new index.
CREATE TABLE shape (id int, v vector(3));
INSERT INTO shape SELECT i, '[1,2,3]' FROM generate_series(1, 400) i;
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
TRUNCATE shape;
INSERT INTO shape
SELECT i, CASE WHEN i <= 200 THEN '[1,2,3]'::vector ELSE ARRAY[i, i * 7 % 11, 1]::vector END
FROM generate_series(1, 400) i;
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
TRUNCATE shape;
INSERT INTO shape SELECT i, ARRAY[i % 3, 1, i % 2] FROM generate_series(1, 400) i;
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
DROP TABLE shape;

-- Two clusters far from each other; very small and very large values; zeros and nulls among them.
CREATE TABLE shape (id int, v vector(8));
CREATE FUNCTION pg_temp.fill(scale float8) RETURNS void LANGUAGE sql AS $$
    SELECT setseed(0.5);
    TRUNCATE shape;
    INSERT INTO shape
    SELECT i, ARRAY(SELECT (random() - 0.5) * scale FROM generate_series(1, 8) WHERE i > 0)
    FROM generate_series(1, 400) i
$$;
SELECT pg_temp.fill(1);
INSERT INTO shape SELECT id + 400, v + array_fill(100, '{8}')::vector FROM shape;
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
SELECT pg_temp.fill(1e-12);
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
SELECT pg_temp.fill(1e15);
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}');
INSERT INTO shape SELECT id + 400, '[0,0,0,0,0,0,0,0]' FROM shape WHERE id <= 100;
SELECT * FROM pg_temp.faults('vector', '{l2,ip}');
INSERT INTO shape SELECT NULL, NULL FROM shape;
SELECT * FROM pg_temp.faults('vector', '{l2,ip}');

-- One row far from all others, which leaves little of their differences in codes and rounded sums.
SELECT pg_temp.fill(1);
INSERT INTO shape VALUES (402, array_fill(1e6, '{8}'));
SELECT * FROM pg_temp.faults('vector', '{l2,ip,cosine}', 0.5);
DROP TABLE shape;
