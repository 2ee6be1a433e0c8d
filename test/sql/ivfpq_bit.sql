-- Access method ivfpq over bit: bits need no codes, they are compared as they are.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- Hamming distance.
CREATE TABLE pq (id int, v bit(3));
INSERT INTO pq VALUES (1, B'000'), (2, B'100'), (3, B'111'), (4, NULL);
CREATE INDEX pq_v ON pq USING ivfpq (v bit_hamming_ops);
INSERT INTO pq VALUES (5, B'110');
EXPLAIN (COSTS OFF) SELECT * FROM pq ORDER BY v <~> B'111';
SELECT * FROM pq ORDER BY v <~> B'111';
SELECT count(*) FROM (SELECT * FROM pq ORDER BY v <~> (SELECT NULL::bit)) t;
SELECT metric, dims, bits, rows FROM vecext.index_info('pq_v');
SELECT * FROM pq ORDER BY v <~> B'11';
SELECT pg_temp.uses_index('SELECT * FROM pq ORDER BY v <%> B''111'' LIMIT 2') AS by_jaccard;
TRUNCATE pq;
SELECT * FROM pq ORDER BY v <~> B'111';
DROP TABLE pq;

-- More rows: by all lists exactly those of the table; not every length is a whole number of bytes.
SELECT setseed(0.25);
CREATE TABLE pq (id int, v bit(99));
INSERT INTO pq SELECT i, (SELECT string_agg((random() < 0.5)::int::text, '')
    FROM generate_series(1, 99) WHERE i > 0)::bit(99) FROM generate_series(1, 1400) i;
CREATE INDEX ON pq USING ivfpq (v bit_hamming_ops);
INSERT INTO pq SELECT id + 1400, ~v FROM pq WHERE id % 3 = 0;
SET ivfpq.probes = 32768;
SELECT n, pg_temp.same_rows(format(
    'SELECT v <~> q FROM pq, (SELECT %1$L::bit(99)) q (q) ORDER BY v <~> %1$L::bit(99) LIMIT %2$s',
    repeat('110', 33), n))
FROM unnest('{1,10,3000}'::int[]) n;
RESET ivfpq.probes;
SELECT pg_temp.same_set(format('SELECT id FROM pq ORDER BY v <~> %L', repeat('110', 33)))
    AS all_rows;
SET ivfpq.probes = 1;
SELECT pg_temp.same_set(format('SELECT id FROM pq ORDER BY v <~> %L', repeat('110', 33)))
    AS all_rows;
RESET ivfpq.probes;
DROP TABLE pq;

-- The signs of a vector, and the nearest of the candidates that they give.
CREATE TABLE pq (id int, v vector(3));
INSERT INTO pq VALUES (1, '[-1,-2,-3]'), (2, '[1,2,-3]'), (3, '[1,1,1]'), (4, '[9,9,9]'), (5, NULL);
CREATE INDEX ON pq USING ivfpq ((binary_quantize(v)::bit(3)) bit_hamming_ops);
SELECT id FROM (
    SELECT * FROM pq
    ORDER BY binary_quantize(v)::bit(3) <~> binary_quantize('[2,3,4]'::vector)::bit(3) LIMIT 3) t
ORDER BY v <-> '[2,3,4]';
DROP TABLE pq;

-- Columns. Bits of a code are for numbers.
CREATE TABLE pq (v varbit(3), one bit, most bit(64000), wide bit(64001));
CREATE INDEX ON pq USING ivfpq (v bit_hamming_ops);
CREATE INDEX ON pq USING ivfpq (one bit_hamming_ops);
CREATE INDEX ON pq USING ivfpq (most bit_hamming_ops);
CREATE INDEX ON pq USING ivfpq (wide bit_hamming_ops);
INSERT INTO pq (one, most) VALUES (B'1', repeat('10', 32000)::bit(64000));
SELECT length(most) FROM pq ORDER BY most <~> repeat('01', 32000)::bit(64000);
SELECT one FROM pq ORDER BY one <~> B'0';
DROP TABLE pq;
