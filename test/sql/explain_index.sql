-- vecext.explain_index: which indexes could serve an order, and what stands in the way.
SET client_min_messages = warning;
SELECT setseed(0.25);
CREATE TABLE item (id int, kind int, v vector(8), h halfvec(8), none vector, wide vector(9000), b bit(8),
    s sparsevec(8), "Odd name" vector(3));
INSERT INTO item (id, kind, v, h, none)
SELECT i, i % 10, n, n, n
FROM generate_series(1, 5000) i, LATERAL (SELECT ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0)::vector) r (n);

-- Without any.
\set wanted 'column_name, order_by, e.operator, e.usable, e.advice'
CREATE VIEW asked AS
SELECT n, column_name, order_by FROM (VALUES
    (1, 'v', '<->'), (2, 'v', NULL), (3, 'v', '<~>'), (4, 'none', '<=>'), (5, 'wide', '<->'), (6, 'wide', '<+>'),
    (7, 'b', '<%>'), (8, 's', '<=>'), (9, 'id', '<->'), (10, 'Odd name', '<#>')) a (n, column_name, order_by);
SELECT :wanted FROM asked, vecext.explain_index('item', column_name, order_by) e ORDER BY n;

-- An index that serves, and what does not fit it.
CREATE INDEX item_v ON item USING hnsw (v vector_cosine_ops);
CREATE INDEX item_b ON item USING hnsw (b bit_hamming_ops);
VACUUM ANALYZE item;
SELECT * FROM vecext.explain_index('item', 'v', '<=>');
SELECT order_by, e.* FROM (VALUES (1, NULL), (2, '<->'), (3, 'v <=> $1'), (4, 'cosine_distance(v, $1)'),
    (5, '1 - (v <=> $1) DESC'), (6, 'v <=> ''[-1,0,1]''::vector DESC'), (7, 'v <=> $1 NULLS FIRST'),
    (8, 'l2_distance(v, $1)'), (9, 'id'), (10, '-inner_product(v, $1)'),
    (11, 'v <=> $1 < 0.3'), (12, 'inner_product(v, $1)'), (13, '"v-1 desc" <=> $1'), (14, '1 - (v <=> $1) DESC NULLS LAST'), (15, '1 - (v <=> $1)'),
    (16, 'kind - (v <=> $1) DESC NULLS LAST'), (17, '(v <=> $1::vector(8)) + 1')) a (n, order_by),
    vecext.explain_index('item', 'v', order_by) e ORDER BY n, e.index;

-- Settings; other indexes of the order; few rows.
SET enable_indexscan = off;
SELECT usable, advice FROM vecext.explain_index('item', 'v', '<=>');
RESET enable_indexscan;
CREATE INDEX item_v_again ON item USING hnsw (v vector_cosine_ops);
SELECT count(*), count(*) FILTER (WHERE usable),
    bool_or(advice ~ '^the planner uses public\.item_v(_again)? for this order$') AS other
FROM vecext.explain_index('item', 'v', '<=>');
DROP INDEX item_v_again;
CREATE TABLE few (v vector(3));
INSERT INTO few SELECT ARRAY[i, i, i]::vector FROM generate_series(1, 10) i;
CREATE INDEX ON few USING ivfpq (v);
VACUUM ANALYZE few;
SELECT usable, advice FROM vecext.explain_index('few', 'v', '<->');

-- Conditions and expressions.
CREATE INDEX item_some ON item USING ivfpq (h halfvec_l2_ops) WHERE kind < 5;
CREATE INDEX item_cast ON item USING ivfpq ((none::halfvec(8)) halfvec_l2_ops);
SELECT index, operator, usable, advice FROM vecext.explain_index('item', 'h', '<->');
SELECT index, operator, usable, advice FROM vecext.explain_index('item', 'none', '<->');
SELECT index, operator, usable, advice FROM vecext.explain_index('item', 'none', '<=>');
SELECT index, operator, usable FROM vecext.explain_index('item', 'none');

-- Predicates and numbers are written alike in all sessions.
CREATE TABLE scored (score float8, day date, v vector(3));
INSERT INTO scored SELECT i, '2024-03-04', ARRAY[i, 1, 1]::vector FROM generate_series(1, 5000) i;
CREATE INDEX scored_float ON scored USING hnsw (v vector_l2_ops) WHERE score < '1999.2999999999998'::float8;
CREATE INDEX scored_day ON scored USING hnsw (v vector_cosine_ops) WHERE day = '2024-03-04';
VACUUM ANALYZE scored;
SET extra_float_digits = -5;
SET datestyle = 'SQL, DMY';
SELECT index, usable, advice FROM vecext.explain_index('scored', 'v');
-- So are numbers of rows.
CREATE TABLE many (v vector(3));
CREATE INDEX ON many USING ivfpq (v);
UPDATE pg_class SET reltuples = 1234567 WHERE relname = 'many';
SELECT advice FROM vecext.explain_index('many', 'v');
DROP TABLE many;
RESET extra_float_digits;
RESET datestyle;
DROP TABLE scored;

-- Of a domain, the type below says what an index can be.
CREATE DOMAIN embedding AS vector(3);
CREATE DOMAIN given_embedding AS embedding NOT NULL;
CREATE TABLE of_domain (id int, v given_embedding);
SELECT advice FROM vecext.explain_index('of_domain', 'v');
CREATE INDEX ON of_domain USING hnsw (v vector_l2_ops);
SELECT opclass, advice FROM vecext.explain_index('of_domain', 'v', '<->');
DROP TABLE of_domain;
DROP DOMAIN given_embedding, embedding;
-- Texts are in the order of a score; which index of several a query takes; sparse vectors.
CREATE DOMAIN title AS varchar(40);
CREATE TABLE words (id int, body text, short title, tags text[], v tsvector, number int, s sparsevec(8), many sparsevec(8));
INSERT INTO words SELECT i, 'word' || i, 'word' || i, ARRAY['word' || i], 'word', i, format('{1:%s}/8', i)::sparsevec, '{1:1}/8' FROM generate_series(1, 2000) i;
SELECT column_name, e.operator, e.usable, e.advice FROM (VALUES
    (1, 'body', NULL), (2, 'body', 'body <@> $1'), (3, 'short', '<@>'), (4, 'tags', '<@>'), (5, 'v', '<@>'), (6, 'number', '<@>'),
    (7, 'body', '<->'), (8, 's', '<#>'), (9, 's', NULL)) a (n, column_name, order_by), vecext.explain_index('words', column_name, order_by) e ORDER BY n;
CREATE INDEX words_body ON words USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX words_simple ON words USING bm25 (body);
CREATE INDEX words_part ON words USING bm25 (body) WHERE id < 1500;
CREATE INDEX words_lower ON words USING bm25 ((lower(body)));
CREATE INDEX words_short ON words USING bm25 (short);
CREATE INDEX words_part_of_tags ON words USING bm25 (tags) WHERE id < 1500;
CREATE INDEX words_sparse ON words USING inverted (s);
CREATE INDEX words_graph ON words USING hnsw (many sparsevec_ip_ops);
ANALYZE words;
SELECT * FROM vecext.explain_index('words', 'body', 'body <@> $1');
SELECT order_by, e.usable, e.advice FROM (VALUES (1, '-(short <@> $1) DESC'), (2, 'short @@@ $1'), (3, 'short <@> ''a - b'' < -0.5'),
    (4, 'vecext.bm25_distance(short, $1)'), (5, 'short'), (6, 'short <@> $1 NULLS FIRST'), (7, 'short <-> $1'), (8, 'short <@> to_tsquery(''a & b'')')) a (n, order_by),
    vecext.explain_index('words', 'short', order_by) e ORDER BY n, e.index;
SELECT index, usable, advice FROM vecext.explain_index('words', 'tags');
SELECT * FROM vecext.explain_index('words', 's', 's <#> $1');
SELECT index, operator, usable, advice FROM vecext.explain_index('words', 's', '<=>');
SELECT index, method, usable FROM vecext.explain_index('words', 'many', '<#>');
-- What it advises is true.
EXPLAIN (COSTS OFF) SELECT FROM words ORDER BY body <@> vecext.bm25_query('word7', 'public.words_simple') LIMIT 10;
EXPLAIN (COSTS OFF) SELECT FROM words WHERE id < 1500 ORDER BY body <@> vecext.bm25_query('word7', 'public.words_part') LIMIT 10;
EXPLAIN (COSTS OFF) SELECT FROM words WHERE id < 1500 ORDER BY tags <@> 'word7' LIMIT 10;
DROP TABLE words;
DROP DOMAIN title;

-- Indexes that are not valid.
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'item_v'::regclass;
SELECT usable, advice FROM vecext.explain_index('item', 'v', '<=>');
CREATE TABLE part (id int, v vector(3)) PARTITION BY RANGE (id);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
CREATE INDEX part_v ON ONLY part USING ivfpq (v);
SELECT index, usable, advice FROM vecext.explain_index('part', 'v', '<->');
DROP INDEX part_v;
CREATE INDEX part_v ON part USING ivfpq (v);
SELECT index, usable, advice FROM vecext.explain_index('part', 'v', '<->');

-- What there is nothing to say about; who may ask.
\set VERBOSITY terse
SELECT vecext.explain_index('item_v', 'v');
SELECT vecext.explain_index('item', 'w');
SELECT vecext.explain_index(NULL, 'v'), vecext.explain_index('item', NULL);
\set VERBOSITY sqlstate
SELECT vecext.explain_index('absent', 'v');
SELECT vecext.explain_index(1234567890, 'v');
\set VERBOSITY terse
CREATE ROLE regress_vecext_reader;
SET ROLE regress_vecext_reader;
SELECT vecext.explain_index('item', 'v');
\set VERBOSITY default
RESET ROLE;
GRANT SELECT ON item TO regress_vecext_reader;
SET ROLE regress_vecext_reader;
SELECT count(*) FROM vecext.explain_index('item', 'h', '<->');
RESET ROLE;

-- Nor does the planner tell of a table that its owner may not read.
CREATE ROLE regress_vecext_owner;
ALTER TABLE few OWNER TO regress_vecext_owner;
REVOKE ALL ON few FROM regress_vecext_owner;
SELECT usable, advice FROM vecext.explain_index('few', 'v', '<->');
ALTER TABLE few OWNER TO CURRENT_USER;
DROP ROLE regress_vecext_owner;

-- Names are found in their own schemas, whatever the path is; odd ones are quoted.
CREATE SCHEMA "Odd schema";
CREATE TABLE "Odd schema"."A table" AS SELECT id, v AS "A 'vector'" FROM item;
CREATE FUNCTION "Odd schema".greatest(float4, int) RETURNS float4 LANGUAGE sql AS 'SELECT 1 / 0';
CREATE INDEX "An index" ON "Odd schema"."A table" USING ivfpq ("A 'vector'" vector_ip_ops);
ANALYZE "Odd schema"."A table";
SET search_path = "Odd schema", public, pg_catalog;
SELECT * FROM vecext.explain_index('"A table"', 'A ''vector''', '<#>');
SELECT advice FROM vecext.explain_index('"A table"', 'A ''vector''', '<->');
RESET search_path;
DROP SCHEMA "Odd schema" CASCADE;
DROP VIEW asked;
DROP TABLE item, few, part;
DROP ROLE regress_vecext_reader;
