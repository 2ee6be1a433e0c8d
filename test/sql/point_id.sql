-- The type vecext.point_id: input and output, order, casts, operators, indexes, errors.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.refusal(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    EXECUTE statement;
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN sqlstate || ' ' || sqlerrm || CASE detail WHEN '' THEN '' ELSE ' | ' || detail END;
END $$;
CREATE FUNCTION pg_temp.plan(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'EXPLAIN (COSTS off) ' || statement;
END $$;

-- Text form: numbers, and UUIDs in each form that Qdrant reads.
SELECT t, t::vecext.point_id AS id FROM unnest(ARRAY['0', '5', '007', '9223372036854775808', '18446744073709551615',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6', 'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6', 'f81d4fae7dec11d0a76500a0c91e6bf6',
    '{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}', 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6', '00000000000000000000000000000005']) t;
SELECT t, pg_temp.refusal(format('SELECT %L::vecext.point_id', t)) AS refusal FROM unnest(ARRAY['', '-1', '+1', ' 1', '1.0', '1e3', 'x',
    '18446744073709551616', '99999999999999999999', '000000000000000000001', 'f81d4fae', '{f81d4fae7dec11d0a76500a0c91e6bf6}',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf', repeat('9', 31), repeat('f', 33)]) t;

-- Binary form: 17 bytes, the order of which is that of ids.
SELECT vecext.point_id_send('258'), vecext.point_id_send('18446744073709551615'), vecext.point_id_send('f81d4fae7dec11d0a76500a0c91e6bf6');
CREATE TABLE ids (id vecext.point_id PRIMARY KEY, n int);
INSERT INTO ids VALUES (0, 1), (1, 2), (255, 3), (256, 4), (9223372036854775807, 5), ('9223372036854775808', 6), ('18446744073709551615', 7),
    ('00000000-0000-0000-0000-000000000000', 8), ('00000000-0000-0000-0000-000000000001', 9), ('00000000-0000-0000-0000-0000000000ff', 10),
    ('7fffffff-ffff-ffff-ffff-ffffffffffff', 11), ('80000000-0000-0000-0000-000000000000', 12), ('ffffffff-ffff-ffff-ffff-ffffffffffff', 13);
SELECT current_setting('data_directory') || '/point_id.bin' AS file \gset
COPY ids TO :'file' (FORMAT binary);
CREATE TABLE copied (LIKE ids);
COPY copied FROM :'file' (FORMAT binary);
SELECT count(*) FROM ids JOIN copied USING (id, n);
-- What is not an id: another kind, a number with something behind it, too few bytes.
CREATE TABLE bytes (id bytea);
SELECT b, pg_temp.refusal(format('TRUNCATE bytes; INSERT INTO bytes VALUES (%L); COPY bytes TO %L (FORMAT binary); COPY copied (id) FROM %L (FORMAT binary)',
    b, :'file', :'file')) AS refusal
FROM unnest(ARRAY['\x0200000000000000070000000000000000', '\x0000000000000000070000000000000001', '\x0000000000000000070000000000000000',
    '\x00', '\x000000000000000007000000000000000000']::bytea[]) b;
COPY (SELECT 1) TO :'file';

-- The order is that of n, whichever way it is made.
SELECT array_agg(n ORDER BY id) = array_agg(n ORDER BY n) AS sorted, array_agg(n ORDER BY id DESC) = array_agg(n ORDER BY n DESC) AS reversed,
    min(id), max(id) FROM ids;
SELECT count(*) FROM ids a, ids b WHERE (a.id < b.id) <> (a.n < b.n) OR (a.id <= b.id) <> (a.n <= b.n) OR (a.id = b.id) <> (a.n = b.n)
    OR (a.id >= b.id) <> (a.n >= b.n) OR (a.id > b.id) <> (a.n > b.n) OR (a.id <> b.id) <> (a.n <> b.n)
    OR sign(vecext.point_id_cmp(a.id, b.id)) <> sign(a.n - b.n);
-- Sorts with abbreviated keys, of many ids.
CREATE TABLE many AS SELECT i AS n, CASE i % 3 WHEN 0 THEN i::bigint::vecext.point_id WHEN 1 THEN md5(i::text)::uuid::vecext.point_id
    ELSE (18446744073709551615 - i)::vecext.point_id END AS id FROM generate_series(0, 9999) i;
SELECT count(*) FROM (SELECT vecext.point_id_send(id) AS b, lag(vecext.point_id_send(id)) OVER (ORDER BY id) AS before FROM many) x WHERE b < before;
SELECT count(DISTINCT id), count(*) FILTER (WHERE id < '0000') AS before_0, min(id), max(id) = (SELECT max(md5(n::text)) FROM many WHERE n % 3 = 1)::uuid::vecext.point_id AS is_last FROM many;
-- Hashes: equal ids have equal ones, of both kinds; 'x' beside a UUID of the same digits differs.
SELECT vecext.point_id_hash('5') = vecext.point_id_hash(5), vecext.point_id_hash_extended('5', 0) = vecext.point_id_hash_extended(5, 0),
    vecext.point_id_hash('5') = vecext.point_id_hash('00000000-0000-0000-0000-000000000005');
SELECT count(*) FROM (SELECT id FROM many UNION SELECT id FROM many) u;

-- Ids are written as users have them.
SELECT n FROM ids WHERE id = 255;
SELECT n FROM ids WHERE id = 1::smallint;
SELECT n FROM ids WHERE id = 9223372036854775807;
SELECT n FROM ids WHERE id = '18446744073709551615';
SELECT n FROM ids WHERE id = 18446744073709551615::vecext.point_id;
SELECT n FROM ids WHERE id = '{00000000-0000-0000-0000-000000000001}';
SELECT n FROM ids WHERE id = '00000000-0000-0000-0000-000000000001'::uuid::vecext.point_id;
SELECT n FROM ids WHERE id IN (1, '00000000-0000-0000-0000-000000000001') ORDER BY id;
SELECT n FROM ids WHERE id = ANY ('{1,00000000000000000000000000000001,18446744073709551615}'::vecext.point_id[]) ORDER BY id;
SELECT n FROM ids WHERE id = ANY (ARRAY[0, 255, 77]::bigint[]) ORDER BY id;
SELECT n FROM ids WHERE id BETWEEN 200 AND 300 ORDER BY id;
PREPARE by_number(bigint) AS SELECT n FROM ids WHERE id = $1;
EXECUTE by_number(256);
PREPARE by_numbers(bigint[]) AS SELECT n FROM ids WHERE id = ANY ($1) ORDER BY id;
EXECUTE by_numbers('{0,1}');
PREPARE by_id AS SELECT n FROM ids WHERE id = $1;
EXECUTE by_id('00000000-0000-0000-0000-0000000000FF');
SELECT b, n FROM generate_series(254, 257) b JOIN ids ON id = b ORDER BY b;
SELECT 7.6::vecext.point_id, 18446744073709551615::vecext.point_id, 5::vecext.point_id::text, '5'::text::vecext.point_id;
INSERT INTO ids VALUES (18446744073709551614, 14);
SELECT id FROM ids WHERE n = 14;
SELECT s, pg_temp.refusal('SELECT ' || s) AS refusal FROM unnest(ARRAY['(-1)::vecext.point_id', '(-1)::smallint::vecext.point_id', '(-9223372036854775808)::bigint::vecext.point_id',
    'n FROM ids WHERE id = -1', '18446744073709551616::vecext.point_id', '(-0.6)::vecext.point_id', '''NaN''::numeric::vecext.point_id', '1 FROM ids WHERE id = 1.5',
    '1 FROM ids WHERE id = ''x''']) s;
-- A number of 32 digits is not the UUID that a text of them is.
SELECT pg_temp.refusal('SELECT 12345678901234567890123456789012::vecext.point_id'), pg_temp.refusal('SELECT 1e500::vecext.point_id'),
    pg_temp.refusal('SELECT (-12345678901234567890)::vecext.point_id'), '12345678901234567890123456789012'::vecext.point_id;

-- JSON has numbers as numbers, of all 64 bits.
SELECT to_jsonb(id), id::json, json_build_object('id', id) FROM ids WHERE n IN (1, 7, 9) ORDER BY n;
SELECT jsonb_agg(id ORDER BY id) FROM ids WHERE n IN (1, 7, 9);
SELECT row_to_json(ids) FROM ids WHERE n = 7;

-- Indexes serve all of these, joins by either kind of index, and DISTINCT and GROUP BY by hashes.
ANALYZE ids, many;
CREATE UNIQUE INDEX many_id ON many (id);
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT pg_temp.plan('SELECT n FROM many WHERE id = 255');
SELECT pg_temp.plan('SELECT n FROM many WHERE id = 255::bigint');
SELECT pg_temp.plan($$SELECT n FROM many WHERE id = '00000000-0000-0000-0000-000000000001'$$);
SELECT pg_temp.plan($$SELECT n FROM many WHERE id = ANY ('{1,2}'::bigint[])$$);
SELECT pg_temp.plan('SELECT n FROM many WHERE id > 10 ORDER BY id LIMIT 3');
SELECT pg_temp.plan('SELECT max(id) FROM many');
-- A policy that a leak could defeat does not keep the index from being used, as comparisons leak nothing.
CREATE ROLE regress_point_id;
GRANT SELECT ON many TO regress_point_id;
ALTER TABLE many ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON many USING (n > 10);
SET ROLE regress_point_id;
SELECT pg_temp.plan('SELECT n FROM many WHERE id = 255');
RESET ROLE;
ALTER TABLE many DISABLE ROW LEVEL SECURITY;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SELECT pg_temp.plan('SELECT * FROM generate_series(1, 3) g JOIN many ON id = g');
RESET enable_hashjoin;
SET enable_nestloop = off;
SELECT pg_temp.plan('SELECT * FROM generate_series(1, 3) g JOIN many ON id = g');
SET enable_hashjoin = off;
SET enable_mergejoin = on;
SELECT pg_temp.plan('SELECT * FROM many a JOIN many b ON a.id = b.id');
RESET ALL;
SET client_min_messages = warning;
CREATE INDEX many_hash ON many USING hash (id);
DROP INDEX many_id;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT pg_temp.plan('SELECT n FROM many WHERE id = 255');
SELECT n FROM many WHERE id = 255;
SELECT n FROM many WHERE id = md5('256')::uuid::vecext.point_id;
RESET enable_seqscan;
RESET enable_bitmapscan;
-- A b-tree keeps equal ids once, as the bytes of equal ids are equal.
CREATE TABLE equal AS SELECT 5::vecext.point_id AS id FROM generate_series(1, 10000);
CREATE INDEX equal_id ON equal (id);
SELECT pg_relation_size('equal_id') < 10000 * 17 AS small;
SELECT amvalidate(oid) FROM pg_opclass WHERE opcname = 'point_id_ops';

-- Partitions by ids; a foreign key; a domain; defaults.
CREATE TABLE parts (id vecext.point_id PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO ('9223372036854775808');
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM ('9223372036854775808') TO ('80000000-0000-0000-0000-000000000000');
INSERT INTO parts SELECT id FROM ids WHERE n < 12;
SELECT tableoid::regclass, count(*) FROM parts GROUP BY 1 ORDER BY 1;
CREATE TABLE hashed (id vecext.point_id) PARTITION BY HASH (id);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE hashed_1 PARTITION OF hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO hashed SELECT id FROM many;
SELECT count(*) > 4000 AS even FROM hashed_0;
CREATE TABLE child (id vecext.point_id REFERENCES ids, of bigint);
INSERT INTO child VALUES (1, 1);
SELECT pg_temp.refusal('INSERT INTO child VALUES (77)');
CREATE DOMAIN small_id AS vecext.point_id CHECK (VALUE < 100);
SELECT 5::small_id, pg_temp.refusal('SELECT 100::small_id');

-- Comparisons of other types are what they were.
SELECT 1 = 1::bigint, 1 < 2.5, '5' = '05', gen_random_uuid() = '00000000-0000-0000-0000-000000000000', max(x) FROM generate_series(1, 3) x;
SELECT pg_temp.refusal('SELECT 1 = gen_random_uuid()'), pg_temp.refusal('SELECT max(gen_random_uuid())'), pg_temp.refusal('SELECT ''5''::text = 5');
DROP TABLE ids, copied, bytes, many, equal, parts, hashed, child;
DROP DOMAIN small_id;
DROP ROLE regress_point_id;
