-- A model for sparse vectors says which of thirty thousand terms a text is about, and how much. A search service
-- stores these, and asks for texts by products of weights. It wants to see which terms make a score.
CREATE TABLE passages (id int PRIMARY KEY, body text NOT NULL, terms sparsevec(30000));
-- Terms here: 1 cat, 2 dog, 3 food, 4 sleep, 5 the.
INSERT INTO passages VALUES
    (1, 'The cat sleeps.', '{1:2.0,4:1.5,5:0.1}/30000'),
    (2, 'The dog eats.', '{2:2.0,3:1.0,5:0.1}/30000'),
    (3, 'Food for the cat and the dog.', '{1:1.0,2:1.0,3:2.0,5:0.2}/30000'),
    (4, 'The sleeping dog.', '{2:1.5,4:2.0,5:0.1}/30000'),
    (5, 'The the the.', '{5:3.0}/30000'),
    (6, 'Not encoded yet.', NULL);
CREATE INDEX passages_terms ON passages USING inverted (terms sparsevec_ip_ops);
ANALYZE passages;

-- "What does the cat eat?" is about cat and food. The operator is the negated product, so the largest comes first.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM passages ORDER BY terms <#> '{1:1.0,3:1.5}/30000' LIMIT 3;
SELECT id, -(terms <#> '{1:1.0,3:1.5}/30000') AS score, body FROM passages ORDER BY terms <#> '{1:1.0,3:1.5}/30000' LIMIT 3;
-- Passage 3 has 1.0 * 1.0 + 2.0 * 1.5. The service shows each part.
SELECT p.term, p.weight, q.weight AS asked_for, p.weight * q.weight AS product
FROM (VALUES (1, 'cat', 1.0), (3, 'food', 1.5)) AS q (number, term, weight),
    LATERAL (SELECT q.term, -(terms <#> format('{%s:1}/30000', q.number)::sparsevec) AS weight FROM passages WHERE id = 3) AS p ORDER BY q.number;

-- Passages that share nothing with the query come last, with a product of 0. One without a vector is in no index, and not
-- in the answer of one.
SELECT id, -(terms <#> '{4:1.0}/30000') AS score FROM passages ORDER BY terms <#> '{4:1.0}/30000', id;
-- A limit of the product leaves them out.
SELECT id, -(terms <#> '{4:1.0}/30000') AS score FROM passages WHERE terms <#> '{4:1.0}/30000' < 0 ORDER BY terms <#> '{4:1.0}/30000' LIMIT 10;

-- "the" is in every passage and says little. Weights by how rare a term is in the index keep it from deciding.
SELECT id FROM passages ORDER BY terms <#> '{1:1.0,5:1.0}/30000' LIMIT 1;
SELECT vecext.sparse_idf('{1:1.0,5:1.0}/30000', 'passages_terms') AS weighted \gset
SELECT id FROM passages ORDER BY terms <#> :'weighted' LIMIT 1;

-- An index of negated products is exact: what it gives is what a sort of the table gives, and a difference would be listed.
INSERT INTO passages SELECT 100 + i, 'passage ' || i, format('{%s:%s,%s:%s}/30000', 6 + i % 97, 1 + i % 3, 200 + i % 89, 1 + i % 5)::sparsevec
FROM generate_series(1, 2000) AS i;
CREATE TEMP TABLE by_index AS
SELECT id, terms <#> '{10:1,250:2}/30000' AS d FROM passages WHERE terms <#> '{10:1,250:2}/30000' < 0 ORDER BY 2 LIMIT 1000;
SET enable_indexscan = off;
CREATE TEMP TABLE by_sort AS SELECT id, terms <#> '{10:1,250:2}/30000' AS d FROM passages WHERE -inner_product(terms, '{10:1,250:2}/30000') < 0;
SELECT coalesce(i.id, s.id) AS id, i.d AS by_index, s.d AS by_sort
FROM by_index AS i FULL JOIN by_sort AS s USING (id) WHERE i.d IS DISTINCT FROM s.d ORDER BY 1;
SELECT count(*) AS found, min(d) AS best FROM by_index;
RESET enable_indexscan;
RESET enable_seqscan;

DROP TABLE passages, by_index, by_sort;
