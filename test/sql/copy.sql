-- COPY in binary, text and CSV form and back.

CREATE TEMP TABLE item (id int, v vector(3), h halfvec, s sparsevec);
INSERT INTO item VALUES
    (1, '[1,2,3]', '[1,2]', '{1:1.5,3:-2}/5'),
    (2, '[0,-0,1e-40]', '[6e-8,-65504]', '{}/1000000000'),
    (3, '[3.4028235e38,-3.4028235e38,0.1]', '[0.1]', '{1000000000:1e-40}/1000000000'),
    (4, NULL, NULL, NULL);
INSERT INTO item SELECT 5, '[7,8,9]', array_agg(i % 2000)::halfvec, array_agg(i)::sparsevec
FROM generate_series(1, 16000) i;
CREATE TEMP TABLE again (LIKE item);

SELECT current_setting('data_directory') || '/pg_stat_tmp/vecext_copy.tmp' AS file \gset

COPY item TO :'file' WITH (FORMAT binary);
COPY again FROM :'file' WITH (FORMAT binary);
SELECT id, i.v = a.v AS v, i.h = a.h AS h, i.s = a.s AS s, i::text = a::text AS to_the_bit
FROM item i JOIN again a USING (id) ORDER BY id;

-- Type modifiers are checked on the way in.
CREATE TEMP TABLE narrow (id int, v vector(2), h halfvec, s sparsevec);
\set VERBOSITY terse
COPY narrow FROM :'file' WITH (FORMAT binary);
\set VERBOSITY default

TRUNCATE again;
COPY item TO :'file';
COPY again FROM :'file';
SELECT count(*) AS rows, count(*) FILTER (WHERE i::text = a::text) AS equal
FROM item i JOIN again a USING (id);

TRUNCATE again;
COPY item TO :'file' WITH (FORMAT csv);
COPY again FROM :'file' WITH (FORMAT csv);
SELECT count(*) AS rows, count(*) FILTER (WHERE i::text = a::text) AS equal
FROM item i JOIN again a USING (id);

COPY (SELECT id, v, h, s FROM item WHERE id <> 5) TO STDOUT;
COPY (SELECT id, v, h, s FROM item WHERE id <> 5) TO STDOUT WITH (FORMAT csv);
COPY again FROM STDIN;
6	[ 1, 2, 3 ]	[1]	{ 2:1 , 1:5 }/2
\.
SELECT * FROM again WHERE id = 6;

-- Leave an empty file behind.
COPY (SELECT 1 WHERE false) TO :'file';
