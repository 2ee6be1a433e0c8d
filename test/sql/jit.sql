-- Scans and functions in expressions that the server compiles give what they give without. Where the server has no compiler,
-- both are the same.
CREATE TABLE item (dropped text, id int, n int, tag text, v vector(8), body text, meta jsonb);
INSERT INTO item SELECT 'x', i, i % 10, repeat('t', i % 7), CASE WHEN i % 50 <> 0 THEN
        ARRAY[i % 3, i % 5, i % 7, i % 11, i % 13, i % 17, i % 19, 1]::vector END,
    CASE WHEN i % 60 <> 0 THEN concat_ws(' ', 'word' || i % 4, 'word' || i % 9, CASE WHEN i % 100 = 1 THEN 'rare' END) END,
    jsonb_build_object('n', i % 10, 'long', CASE WHEN i % 40 = 0 THEN repeat(md5(i::text), 400) END)
FROM generate_series(1, 800) i;
ALTER TABLE item DROP COLUMN dropped;
ALTER TABLE item ADD COLUMN late int DEFAULT 7;
CREATE INDEX item_n ON item (n);
CREATE INDEX item_words ON item USING bm25 (body);
CREATE INDEX item_vectors ON item USING hnsw (v vector_l2_ops);
ANALYZE item;
CREATE TABLE statement (query text, plan text);
INSERT INTO statement VALUES
    ('SELECT id, tag || late, v <-> ''[1,2,3,4,5,6,7,1]'' FROM item ORDER BY v <-> ''[1,2,3,4,5,6,7,1]'', id LIMIT 20', 'Index Scan using item_vectors'),
    ('SELECT id, upper(tag), late FROM item WHERE n = 3 AND length(tag) > 2 ORDER BY v <-> ''[1,2,3,4,5,6,7,1]'', id LIMIT 20',
        'FilteredVectorScan'),
    ('SELECT id, late, meta->>''long'' FROM item WHERE n IN (3, 4) ORDER BY v <=> ''[1,2,3,4,5,6,7,1]'', id LIMIT 20', 'Sort'),
    ('SELECT a.id, b.late FROM item a JOIN item b ON b.id = a.n + 1 WHERE b.tag = ''tt''
        ORDER BY a.v <-> ''[1,2,3,4,5,6,7,1]'', a.id LIMIT 20', 'FilteredVectorScan'),
    ('SELECT id, late, -(body <@> ''rare word3'') FROM item WHERE n = 1 ORDER BY body <@> ''rare word3'', id LIMIT 20', 'item_words'),
    ('SELECT count(*), sum(late), sum(length(tag)) FROM item WHERE body @@@ ''rare word3'' AND tag < ''tt''', 'item_words'),
    ('SELECT n, avg(v), min(v <+> ''[1,2,3,4,5,6,7,1]''), count(*) FILTER (WHERE v < ''[1,2]'') FROM item
        WHERE vector_norm(v) > 9 GROUP BY n ORDER BY n', 'Seq Scan'),
    ('SELECT count(*), min(id) FROM item WHERE vecext.matches(meta, ''{"must": [{"key": "n", "range": {"gte": 4, "lt": 6}}]}'')',
        'Seq Scan');
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET jit_above_cost = 0;
SET jit_inline_above_cost = 0;
SET jit_optimize_above_cost = -1;
-- Whether it has the node that it is about; its rows, compiled and not.
CREATE FUNCTION rows_of(query text, compiled text) RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE found text[];
BEGIN
    PERFORM set_config('jit', compiled, true);
    EXECUTE format('SELECT array_agg(q::text) FROM (%s) q', query) INTO found;
    RETURN found;
END $$;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    PERFORM set_config('jit', 'off', true);
    FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
        plan := plan || line || E'\n';
    END LOOP;
    RETURN plan;
END $$;
SELECT left(query, 60) AS query, cardinality(rows_of(query, 'off')) AS rows, rows_of(query, 'on') = rows_of(query, 'off') AS same
FROM statement WHERE strpos(plan_of(query), plan) > 0;
SELECT query, plan_of(query) FROM statement WHERE strpos(plan_of(query), plan) = 0;
DROP TABLE item, statement;
DROP FUNCTION rows_of, plan_of;
