-- Indexes of so many lists that their order is found by codes of the centroids: a scan still reaches
-- every list, once, however it goes on.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SELECT setseed(0.5);
CREATE TABLE many (id int, v vector(16));
INSERT INTO many SELECT i, ARRAY(SELECT random() - 0.5 FROM generate_series(1, 16) WHERE i > 0)
FROM generate_series(1, 5000) i;
CREATE FUNCTION pg_temp.counts(query text) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    rows text[] := pg_temp.rows_by_index(query);
BEGIN
    RETURN ARRAY[cardinality(rows), (SELECT count(DISTINCT r) FROM unnest(rows) r)];
END
$$;
\set by_l2 'SELECT id FROM many ORDER BY v <-> array_fill(0.1, ARRAY[16])::vector'
\set by_product 'SELECT id FROM many ORDER BY v <#> array_fill(0.1, ARRAY[16])::vector'

CREATE INDEX many_v ON many USING ivfflat (v vector_l2_ops) WITH (lists = 2100);
SELECT lists FROM vecext.index_info('many_v');
SELECT pg_temp.counts(:'by_l2');
-- Further lists follow the first ones, search by search.
SET ivfflat.iterative_scan = relaxed_order;
SET ivfflat.probes = 7;
SET ivfflat.max_probes = 2100;
SELECT pg_temp.counts(:'by_l2');
RESET ALL;
SET vecext.filter_strategy = off;
DROP INDEX many_v;

CREATE INDEX many_v ON many USING ivfpq (v vector_ip_ops) WITH (lists = 2100);
SELECT pg_temp.counts(:'by_product');
DROP INDEX many_v;

-- Lists come and go.
CREATE INDEX many_v ON many USING ivfpq (v vector_l2_ops) WITH (lists = 2100);
SET ivfpq.probes = 50;
SELECT pg_temp.counts(:'by_l2');
INSERT INTO many SELECT 5000 + i, ARRAY(SELECT 0.1 + random() / 100 FROM generate_series(1, 16) WHERE i > 0)
FROM generate_series(1, 700) i;
SELECT pg_temp.counts(:'by_l2');
SELECT lists > 2100 AS more FROM vecext.index_info('many_v');
SELECT pg_temp.found(:'by_l2' || ' LIMIT 10') > 0.8 AS found;
DELETE FROM many WHERE id % 3 > 0;
VACUUM many;
SELECT vecext.merge('many_v') IS NOT NULL AS merged;
SELECT pg_temp.counts(:'by_l2') = ARRAY[count(*), count(*)]::int[] AS complete FROM many;
SELECT vecext.verify_index('many_v');
DROP TABLE many;
