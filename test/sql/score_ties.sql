-- Points of equal scores are in the order of their ids: pages of a list have each of them once, whatever order the statement's plan has.
SET client_min_messages = warning;
CREATE FUNCTION pg_temp.pages(search text, size int, pages int) RETURNS TABLE (page int, ids text) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 0 .. pages - 1 LOOP
        page := i + 1;
        EXECUTE format('SELECT string_agg(id::text, '','' ORDER BY place) FROM (SELECT id, row_number() OVER () AS place FROM %s) s',
            replace(replace(search, 'LIMIT', size::text), 'OFFSET', (i * size)::text)) INTO ids;
        RETURN NEXT;
    END LOOP;
END $$;

-- Without an index, by one, and exactly.
SELECT vecext.create_collection('ties', '{"size": 2, "distance": "euclid", "index": "none"}');
INSERT INTO ties (id, embedding, payload) SELECT 21 - i, '[1,1]', jsonb_build_object('text', 'alpha', 'odd', i % 2 = 0) FROM generate_series(1, 20) i;
INSERT INTO ties (id, embedding, payload) VALUES (30, '[0,1]', '{"text": "beta"}'), (31, '[3,3]', '{"text": "gamma"}'), (32, NULL, '{}');
SELECT * FROM pg_temp.pages($$vecext.search('ties', '[0,0]', limit_ => LIMIT, offset_ => OFFSET)$$, 6, 4);
SELECT * FROM pg_temp.pages($$vecext.search('ties', '[0,0]', limit_ => LIMIT, offset_ => OFFSET, params => '{"exact": true}')$$, 6, 4);
CREATE INDEX ON ties USING hnsw (embedding vector_l2_ops);
SELECT * FROM pg_temp.pages($$vecext.search('ties', '[0,0]', limit_ => LIMIT, offset_ => OFFSET)$$, 6, 4);
SELECT * FROM pg_temp.pages($$vecext.search('ties', '[0,0]', limit_ => LIMIT, offset_ => OFFSET, filter => '{"must": {"key": "odd", "match": {"value": true}}}')$$, 4, 3);
SELECT * FROM pg_temp.pages($$vecext.query('ties', '{"query": {"recommend": {"positive": [30]}}, "limit": LIMIT, "offset": OFFSET}')$$, 6, 4);
SET enable_seqscan = off;
SET enable_sort = off;
SELECT * FROM pg_temp.pages($$vecext.search('ties', '[0,0]', limit_ => LIMIT, offset_ => OFFSET)$$, 6, 4);
RESET enable_seqscan;
RESET enable_sort;
-- Those of a query whose scores are none at all.
SELECT vecext.create_collection('zeros', '{"size": 2, "distance": "cosine", "index": "none"}');
INSERT INTO zeros (id, embedding) SELECT 11 - i, '[0,0]' FROM generate_series(1, 10) i;
SELECT * FROM pg_temp.pages($$vecext.search('zeros', '[1,1]', limit_ => LIMIT, offset_ => OFFSET)$$, 4, 3);

-- By words, whose scores are often equal.
SELECT vecext.create_payload_index('ties', 'text', 'bm25');
SELECT * FROM pg_temp.pages($$vecext.query('ties', '{"query": {"text": "alpha"}, "limit": LIMIT, "offset": OFFSET}')$$, 6, 4);
SELECT * FROM pg_temp.pages($$vecext.hybrid_search('ties', text => 'alpha', limit_ => LIMIT, offset_ => OFFSET, window_ => 1)$$, 6, 4);
SELECT * FROM pg_temp.pages($$vecext.hybrid_search('ties', vector => '[0,0]', limit_ => LIMIT, offset_ => OFFSET, window_ => 1)$$, 6, 4);
SELECT * FROM pg_temp.pages($$vecext.hybrid_search('ties', vector => '[0,0]', limit_ => LIMIT, offset_ => OFFSET, window_ => 1, params => '{"exact": true}')$$, 6, 4);
-- A window has no more rows for that.
SELECT count(*) FROM vecext.hybrid_search('ties', text => 'alpha', vector => '[0,0]', limit_ => 2, window_ => 2);

-- Of thousands some are chosen, and the search ends.
INSERT INTO ties (id, embedding, payload) SELECT 10000 - i, '[1,1]', '{"text": "alpha"}' FROM generate_series(1, 5000) i;
SELECT count(*), count(DISTINCT score) FROM vecext.search('ties', '[0,0]', limit_ => 10, offset_ => 1);
SELECT count(*), count(DISTINCT score) FROM vecext.query('ties', '{"query": {"text": "alpha"}, "limit": 10}');
SELECT vecext.drop_collection('ties'), vecext.drop_collection('zeros');
