-- Access method ivfflat over bit.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/scans.sql'
\set ECHO none
\i :file
\set ECHO all
SET enable_seqscan = off;

-- Hamming distance.
CREATE TABLE flat (id int, v bit(3));
INSERT INTO flat VALUES (1, B'000'), (2, B'100'), (3, B'111'), (4, NULL);
CREATE INDEX flat_v ON flat USING ivfflat (v bit_hamming_ops) WITH (lists = 1);
INSERT INTO flat VALUES (5, B'110');
EXPLAIN (COSTS OFF) SELECT * FROM flat ORDER BY v <~> B'111';
SELECT * FROM flat ORDER BY v <~> B'111';
SELECT count(*) FROM (SELECT * FROM flat ORDER BY v <~> (SELECT NULL::bit)) t;
SELECT count(*) FROM flat;
SELECT * FROM flat ORDER BY v <~> B'11';
SELECT pg_temp.uses_index('SELECT * FROM flat ORDER BY v <%> B''111'' LIMIT 2') AS by_jaccard;
TRUNCATE flat;
SELECT * FROM flat ORDER BY v <~> B'111';
DROP TABLE flat;

-- All lists give all rows; not every length is a whole number of bytes.
SELECT setseed(0.25);
CREATE TABLE flat (id int, v bit(99));
INSERT INTO flat SELECT i, (SELECT string_agg((random() < 0.5)::int::text, '')
    FROM generate_series(1, 99) WHERE i > 0)::bit(99) FROM generate_series(1, 700) i;
CREATE INDEX ON flat USING ivfflat (v bit_hamming_ops) WITH (lists = 7);
INSERT INTO flat SELECT id + 700, ~v FROM flat WHERE id % 3 = 0;
SET ivfflat.probes = 7;
SELECT n, pg_temp.same_rows(format(
    'SELECT v <~> q FROM flat, (SELECT %1$L::bit(99)) q (q)
     ORDER BY v <~> %1$L::bit(99) LIMIT %2$s',
    repeat('110', 33), n))
FROM unnest('{1,10,2000}'::int[]) n;
RESET ivfflat.probes;
DROP TABLE flat;

-- The signs of a vector.
CREATE TABLE flat (id int, v vector(3));
INSERT INTO flat VALUES (1, '[-1,-2,-3]'), (2, '[1,2,-3]'), (3, '[1,1,1]'), (4, NULL);
CREATE INDEX ON flat USING ivfflat ((binary_quantize(v)::bit(3)) bit_hamming_ops) WITH (lists = 1);
SELECT id FROM flat
ORDER BY binary_quantize(v)::bit(3) <~> binary_quantize('[2,3,4]'::vector)::bit(3);
DROP TABLE flat;

-- Columns.
CREATE TABLE flat (v varbit(3), one bit, none varbit, most bit(64000), wide bit(64001));
CREATE INDEX ON flat USING ivfflat (v bit_hamming_ops);
CREATE INDEX ON flat USING ivfflat (none bit_hamming_ops);
CREATE INDEX ON flat USING ivfflat (one bit_hamming_ops) WITH (lists = 1);
CREATE INDEX ON flat USING ivfflat (most bit_hamming_ops) WITH (lists = 1);
CREATE INDEX ON flat USING ivfflat (wide bit_hamming_ops);
\set VERBOSITY sqlstate
CREATE INDEX ON flat USING ivfflat (most);
CREATE INDEX ON flat USING ivfflat (most bit_jaccard_ops);
\set VERBOSITY default
DROP TABLE flat;
