-- Calls on points of a large collection read the rows that they are about by indexes, the seventh call as the first one.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
CREATE TABLE plans (id bigint PRIMARY KEY, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('plans', vectors => '{"column": "embedding", "distance": "euclid"}');
INSERT INTO plans (id, embedding, payload)
SELECT i, ARRAY[i, -i]::vector, jsonb_build_object('n', i * 7 % 20000, 'lang', 'l' || i % 1000, 'owner', 'regress_plans', 'pad', repeat('x', 50))
FROM generate_series(1, 20000) i;
SELECT vecext.create_payload_index('plans', 'n', 'integer'), vecext.create_payload_index('plans', 'lang', 'keyword');
VACUUM ANALYZE plans;

-- Runs a call `times` times in this session: what it returns, and whether the last one has read the table as a whole.
CREATE FUNCTION pg_temp.runs(call text, times int = 1, OUT result text, OUT whole_table bool) LANGUAGE plpgsql AS $$
DECLARE
    before bigint;
BEGIN
    FOR i IN 1 .. times LOOP
        SELECT seq_scan INTO before FROM pg_stat_xact_user_tables WHERE relname = 'plans';
        EXECUTE 'SELECT string_agg(v::text, '' '') FROM (SELECT ' || call || ') r (v)' INTO result;
        SELECT seq_scan > before INTO whole_table FROM pg_stat_xact_user_tables WHERE relname = 'plans';
    END LOOP;
END $$;
SELECT times, call, r.* FROM unnest(ARRAY[
    $$vecext.count_points('plans', '{"must": {"key": "n", "range": {"gte": 100, "lt": 105}}}')$$,
    $$vecext.count_points('plans', '{"must": {"key": "lang", "match": {"value": "l77"}}}')$$,
    $$vecext.count_points('plans', '{"must": [{"has_id": [5, 6, 7]}, {"key": "lang", "match": {"any": ["l5", "l6"]}}]}')$$,
    $$id FROM vecext.get_points('plans', '[9, 8, 20000, 0]')$$,
    $$id FROM vecext.scroll('plans', limit_ => 3)$$,
    $$id FROM vecext.scroll('plans', (SELECT next_cursor FROM vecext.scroll('plans', limit_ => 1)), 3)$$,
    $$id FROM vecext.scroll('plans', limit_ => 3, filter => '{"must": {"key": "n", "range": {"gte": 100, "lt": 105}}}')$$,
    $$order_value FROM vecext.scroll('plans', limit_ => 3, order_by => '"n"')$$,
    $$order_value FROM vecext.scroll('plans', limit_ => 3, order_by => '{"key": "n", "direction": "desc", "start_from": 70}')$$,
    $$order_value FROM vecext.scroll('plans', (SELECT max(next_cursor) FROM vecext.scroll('plans', limit_ => 1, order_by => '"n"')), 3, order_by => '"n"')$$,
    $$value::text || '=' || count FROM vecext.facet('plans', 'n', '{"must": {"key": "lang", "match": {"value": "l77"}}}', 2)$$,
    $$vecext.upsert('plans', '[{"id": 11}]')$$,
    $$vecext.upsert('plans', '[{"id": 11}, {"id": 0}]', 'update_only')$$,
    $$vecext.upsert('plans', '[{"id": 11}]', condition => '{"must": {"key": "n", "match": {"value": 1}}}')$$,
    $$vecext.update_vectors('plans', '[{"id": 11, "vector": [1, 2]}]')$$,
    $$vecext.set_payload('plans', '{"x": 1}', '[12, 13]')$$,
    $$vecext.delete_payload('plans', '{x}', filter => '{"must": {"key": "n", "match": {"value": 84}}}')$$,
    $$vecext.delete_vectors('plans', '{""}', '[14]')$$,
    $$vecext.delete_points('plans', filter => '{"must": {"key": "lang", "match": {"value": "l18"}}}')$$]) WITH ORDINALITY AS c (call, no),
    unnest(ARRAY[1, 7]) AS times, pg_temp.runs(call, times) r
ORDER BY no, times;

-- With a policy, by the index of a function that leaks nothing.
CREATE ROLE regress_plans;
GRANT SELECT ON plans TO regress_plans;
ALTER TABLE plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON plans USING (vecext.payload_text(payload, 'owner') = current_user);
SET ROLE regress_plans;
SELECT times, r.* FROM unnest(ARRAY[1, 7]) AS times, pg_temp.runs($$vecext.count_points('plans', '{"must": {"key": "n", "range": {"gte": 100, "lt": 105}}}')$$, times) r;
SELECT times, r.* FROM unnest(ARRAY[1, 7]) AS times, pg_temp.runs($$order_value FROM vecext.scroll('plans', limit_ => 3, order_by => '"n"')$$, times) r;
RESET ROLE;
DROP TABLE plans;
DROP ROLE regress_plans;
