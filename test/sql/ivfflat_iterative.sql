-- Iterative scans of ivfflat: further lists where the first give too few rows.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE FUNCTION pg_temp.rows_of(query text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE
    result text[];
BEGIN
    EXECUTE format('SELECT array_agg(r::text) FROM (%s) r', query) INTO result;
    RETURN result;
END
$$;
SELECT setseed(0.25);
CREATE TABLE flat (id int, category int, v vector(4));
INSERT INTO flat SELECT i, i % 100, ARRAY(SELECT random() FROM generate_series(1, 4) WHERE i > 0)
FROM generate_series(1, 2000) i;
CREATE INDEX ON flat USING ivfflat (v) WITH (lists = 20);
\set scan 'SELECT id FROM flat ORDER BY v <-> ''[0.5,0.5,0.5,0.5]'''
\set filtered 'SELECT id FROM flat WHERE category = 3 ORDER BY v <-> ''[0.5,0.5,0.5,0.5]'' LIMIT 20'

-- Off, where somebody says so: some lists, some rows. Where nobody does a scan is complete.
SHOW ivfflat.iterative_scan;
SELECT pg_temp.same_set(:'scan'), pg_temp.same_set(:'filtered');
-- Where none of its settings is set, a recall asked for decides; else they do.
SET enable_seqscan = off;
SET vecext.target_recall = 0.95;
SELECT count(*) FROM (SELECT id FROM flat ORDER BY v <-> '[0.5,0.5,0.5,0.5]' LIMIT 10) t;
SELECT lists > 1 AS more, expected_recall AS recall, expected_easy AS easy, expected_hard AS hard
FROM vecext.last_scan();
SET ivfflat.probes = 1;
SELECT count(*) FROM (SELECT id FROM flat ORDER BY v <-> '[0.5,0.5,0.5,0.5]' LIMIT 10) t;
SELECT lists > 1 AS more, expected_recall AS recall, expected_easy AS easy, expected_hard AS hard
FROM vecext.last_scan();
RESET ivfflat.probes;
RESET vecext.target_recall;
RESET enable_seqscan;
SET ivfflat.iterative_scan = off;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) < 2000 AS fewer;
SELECT cardinality(pg_temp.rows_by_index(:'filtered')) < 20 AS fewer;
SET ivfflat.probes = 20;
SELECT pg_temp.same_rows(:'scan'), pg_temp.same_rows(:'filtered');

-- On: all rows, each once, whatever a round of lists is; each round is ordered.
SET ivfflat.iterative_scan = relaxed_order;
SET ivfflat.probes = 1;
SELECT pg_temp.same_set(:'scan'), pg_temp.same_set(:'filtered');
SET ivfflat.probes = 3;
SELECT pg_temp.same_set(:'scan'), pg_temp.same_set(:'filtered');
SET ivfflat.probes = 20;
SELECT pg_temp.same_rows(:'scan'), pg_temp.same_rows(:'filtered');
SET ivfflat.probes = 32768;
SELECT pg_temp.same_rows(:'scan'), pg_temp.same_rows(:'filtered');

-- The first round comes before the others, where not all rows are asked for at once.
SET ivfflat.probes = 5;
SET ivfflat.iterative_scan = off;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) AS first \gset
SELECT pg_temp.rows_by_index(:'scan') AS first_rows \gset
SET ivfflat.iterative_scan = relaxed_order;
SELECT pg_temp.rows_in_pieces(:'scan', ARRAY[:first]) = :'first_rows'::text[] AS round_by_round;
SELECT pg_temp.same_rows(:'scan');

-- A limit on lists, exactly.
SET ivfflat.max_probes = 10;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) AS ten \gset
SELECT :ten BETWEEN :first + 1 AND 1999 AS some;
SET ivfflat.probes = 3;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) = :ten AS same_lists;
SET ivfflat.probes = 5;
RESET ivfflat.iterative_scan;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) = :ten AS same_lists;
\set some 'SELECT id FROM flat WHERE category < 90 ORDER BY v <-> ''[0.5,0.5,0.5,0.5]'''
SET enable_seqscan = off;
SELECT strategy, set_config('vecext.filter_strategy', strategy, false) IS NOT NULL AND (
    SELECT cardinality(pg_temp.rows_of(:'some')) <= :ten) AS bounded
FROM unnest('{auto,exact,inline,postfilter,off}'::text[]) strategy;
RESET enable_seqscan;
SET vecext.filter_strategy = off;
SET ivfflat.iterative_scan = relaxed_order;
SET ivfflat.max_probes = 1;
SELECT cardinality(pg_temp.rows_by_index(:'scan')) = :first AS first_round;
RESET ivfflat.max_probes;

-- In pieces by a cursor; deleted rows are passed over.
SET ivfflat.probes = 1;
SELECT count(*), count(DISTINCT r) FROM unnest(pg_temp.rows_in_pieces(:'scan', '{1,9,1500,600}')) r;
DELETE FROM flat WHERE id > 200;
SELECT pg_temp.same_set(:'scan'), pg_temp.same_set(:'filtered');
VACUUM flat;
SELECT pg_temp.same_set(:'scan'), pg_temp.same_set(:'filtered');

-- Every metric.
CREATE INDEX ON flat USING ivfflat (v vector_cosine_ops) WITH (lists = 10);
CREATE INDEX ON flat USING ivfflat (v vector_ip_ops) WITH (lists = 10);
SELECT pg_temp.same_set('SELECT id FROM flat ORDER BY v <=> ''[0.5,0.5,0.5,0.5]'''),
    pg_temp.same_set('SELECT id FROM flat ORDER BY v <#> ''[0.5,0.5,0.5,0.5]''');
DROP TABLE flat;
