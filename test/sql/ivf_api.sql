-- Functions of schema vecext: looking into indexes.
SET client_min_messages = warning;
SELECT setseed(0.25);
CREATE TABLE item (id int PRIMARY KEY, v vector(8), h halfvec(300), b bit(20));
INSERT INTO item SELECT i, ARRAY(SELECT random() FROM generate_series(1, 8) WHERE i > 0),
    ARRAY(SELECT random() FROM generate_series(1, 300) WHERE i > 0), (i * 7919 % 1048576)::bit(20)
FROM generate_series(1, 900) i;
CREATE INDEX pq_l2 ON item USING ivfpq (v);
CREATE INDEX pq_ip ON item USING ivfpq (v vector_ip_ops) WITH (bits = 2, lists = 4);
CREATE INDEX pq_cosine ON item USING ivfpq (h halfvec_cosine_ops);
CREATE INDEX pq_bit ON item USING ivfpq (b bit_hamming_ops) WITH (lists = 2);
CREATE INDEX flat_l2 ON item USING ivfflat (v) WITH (lists = 5);
CREATE INDEX flat_cosine ON item USING ivfflat (h halfvec_cosine_ops) WITH (lists = 5);
SELECT i, metric, dims, bits, lists, rows, largest_list BETWEEN rows / lists AND rows AS largest,
    overfull_lists <= 1 AS lists_split, pages > list_pages AS pages
FROM unnest('{pq_l2,pq_ip,pq_cosine,pq_bit,flat_l2,flat_cosine}'::regclass[]) i,
    vecext.index_info(i);
SELECT coded_dims >= dims AS all_coded FROM vecext.index_info('pq_l2');
SELECT i, vecext.verify_index(i)
FROM unnest('{pq_l2,pq_ip,pq_cosine,pq_bit,flat_l2,flat_cosine}'::regclass[]) i;

-- Pages are those of the relation.
SELECT bool_and(pages * current_setting('block_size')::int = pg_relation_size(i)) AS same
FROM unnest('{pq_l2,flat_cosine}'::regclass[]) i,
    vecext.index_info(i);

-- Rows that are not in an index are not missed.
INSERT INTO item VALUES (1001, NULL, NULL, NULL);
INSERT INTO item (id, h) VALUES (1002, array_fill(0, '{300}'));
SELECT i, vecext.verify_index(i) FROM unnest('{pq_l2,pq_cosine,flat_cosine}'::regclass[]) i;

-- Recall: of all lists, of the nearest alone, of more and fewer rows and queries.
SET ivfflat.probes = 5;
SELECT vecext.recall('flat_l2'), vecext.recall('flat_cosine', 20, 10),
    vecext.recall('flat_l2', k => 1);
RESET ivfflat.probes;
SET ivfflat.probes = 1;
SELECT vecext.recall('flat_l2') < 1 AS less_of_one_list;
RESET ivfflat.probes;
SELECT i, vecext.recall(i) > 0.8 AS most FROM unnest('{pq_l2,pq_ip,pq_cosine}'::regclass[]) i;
SET ivfpq.probes = 2;
SELECT vecext.recall('pq_bit'), vecext.recall('pq_bit', 5, 5);
RESET ivfpq.probes;
SELECT vecext.recall('pq_l2', 2000, 1);
SELECT vecext.recall('pq_l2', 10, 0);
SELECT vecext.recall('pq_l2', 0);

-- It leaves the settings of the session as they were.
SET enable_seqscan = off;
SELECT vecext.recall('pq_l2', 1, 1) IS NOT NULL AS measured;
SHOW enable_seqscan;
SHOW enable_indexscan;
RESET enable_seqscan;

-- Expressions, conditions, names to be quoted, other schemas.
CREATE SCHEMA "Odd schema";
CREATE TABLE "Odd schema"."A table" AS SELECT id AS "Id", v AS "The ""vector""" FROM item;
CREATE INDEX "An index" ON "Odd schema"."A table" USING ivfpq
    ((l2_normalize("The ""vector""")::vector(8)) vector_ip_ops) WHERE "Id" > 100;
SELECT metric, rows FROM vecext.index_info('"Odd schema"."An index"');
SELECT vecext.verify_index('"Odd schema"."An index"'),
    vecext.recall('"Odd schema"."An index"', 10, 20) > 0.8 AS most;
DROP SCHEMA "Odd schema" CASCADE;

-- What is no such index.
SELECT vecext.index_info('item_pkey');
SELECT vecext.verify_index('item_pkey');
SELECT vecext.index_info('item');
SELECT vecext.verify_index('item');
SELECT vecext.recall('item_pkey');
SELECT vecext.recall('item');
\set VERBOSITY sqlstate
SELECT vecext.index_info(0);
SELECT vecext.verify_index(1234567890);
SELECT vecext.recall(1234567890);
\set VERBOSITY default
SELECT vecext.index_info(NULL), vecext.verify_index(NULL), vecext.recall(NULL);

-- For those who may read the table.
CREATE ROLE regress_vecext_reader;
SET ROLE regress_vecext_reader;
SELECT * FROM vecext.index_info('pq_l2');
SELECT vecext.verify_index('pq_l2');
SELECT vecext.recall('pq_l2', 1, 1);
RESET ROLE;
GRANT SELECT ON item TO regress_vecext_reader;
SET ROLE regress_vecext_reader;
SELECT rows FROM vecext.index_info('pq_l2');
SELECT vecext.verify_index('pq_l2');
SELECT vecext.recall('pq_l2', 1, 1) >= 0 AS measured;
RESET ROLE;

-- Not of another session's temporary table; one's own will do.
CREATE TEMP TABLE own AS SELECT * FROM item LIMIT 10;
CREATE INDEX own_pq ON own USING ivfpq (v);
SELECT rows FROM vecext.index_info('own_pq');
SELECT vecext.verify_index('own_pq'), vecext.recall('own_pq');
DROP TABLE item;
DROP ROLE regress_vecext_reader;
