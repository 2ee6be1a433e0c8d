-- vecext.calibrate(): searches go as far as given queries need. What it measures is an option of the index.
SET vecext.observe_one_in = 0;
SET enable_seqscan = off;
SELECT setseed(0.25);
-- Twenty clusters, and queries near their rows, which need less than the hardest trials.
CREATE TABLE item AS
    SELECT i AS id, (SELECT array_agg((i % 20 * j) % 7 + random() * 2) FROM generate_series(1, 24) j WHERE i > 0)::vector(24) AS v
    FROM generate_series(1, 12000) i;
CREATE TABLE query AS
    SELECT i AS n, (SELECT array_agg((i % 20 * j) % 7 + random() * 2) FROM generate_series(1, 24) j WHERE i > 0)::vector(24) AS v
    FROM generate_series(1, 200) i;
-- The mean recall of the queries not calibrated by, and the mean work, for k rows.
CREATE FUNCTION ask(k int, OUT recall float8, OUT steps float8) LANGUAGE plpgsql AS $$
DECLARE q record; found int[]; true_ids int[]; hits float8 := 0; work float8 := 0;
BEGIN
    FOR q IN SELECT * FROM query WHERE n > 100 LOOP
        EXECUTE format('SELECT ARRAY(SELECT id FROM item ORDER BY v <-> %L LIMIT %s)', q.v, k) INTO found;
        work := work + (SELECT coalesce(nodes, lists) FROM vecext.last_scan());
        EXECUTE format('SELECT ARRAY(SELECT id FROM item ORDER BY (v <-> %L) + 0 LIMIT %s)', q.v, k) INTO true_ids;
        hits := hits + (SELECT count(*) FROM unnest(found) f WHERE f = ANY (true_ids));
    END LOOP;
    recall := hits / k / 100; steps := work / 100;
END $$;
-- What is measured is what searches of other such queries have, for less work.
CREATE FUNCTION try() RETURNS TABLE (all_reached bool, have_recall bool, less_work bool, option_set bool) LANGUAGE plpgsql AS $$
DECLARE before record; after record;
BEGIN
    SELECT array_agg(a.steps ORDER BY k) AS steps INTO before FROM unnest('{1,10,100}'::int[]) k, ask(k) a;
    SELECT count(*) = 12 AND bool_and(m.recall >= m.target_recall AND m.steps > 0) INTO all_reached
    FROM vecext.calibrate('item_v', (SELECT array_agg(v) FROM query WHERE n <= 100)) m;
    SELECT array_agg(a.steps ORDER BY k) AS steps, min(a.recall) AS recall INTO after FROM unnest('{1,10,100}'::int[]) k, ask(k) a;
    have_recall := after.recall > .93;
    less_work := after.steps[1] < before.steps[1] AND after.steps[2] < before.steps[2] AND after.steps[3] < before.steps[3];
    option_set := (SELECT reloptions::text ~ 'query_effort={\S+}}' FROM pg_class WHERE relname = 'item_v');
    RETURN NEXT;
END $$;
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
SELECT * FROM try();
-- That much is expected. More recall takes more work.
SELECT expected_easy < 1.5 * steps AS expected FROM ask(10), vecext.last_scan();
CREATE TABLE work AS SELECT 'calibrated' AS how, steps FROM ask(10);
SET vecext.target_recall = .99;
INSERT INTO work SELECT 'for .99', steps FROM ask(10);
RESET vecext.target_recall;
SELECT how FROM work ORDER BY steps;
-- The option stays when the index is built again, and is dumped; null takes it back.
REINDEX INDEX item_v;
SELECT a.steps < 1.3 * w.steps AS same_work FROM ask(10) a, work w WHERE how = 'calibrated';
SELECT pg_get_indexdef('item_v'::regclass) ~ 'WITH .query_effort=.{.*}.' AS is_dumped;
SELECT * FROM vecext.calibrate('item_v', NULL::vector[]);
SELECT a.steps > 1.3 * w.steps AS more_work FROM ask(10) a, work w WHERE how = 'calibrated';
SELECT reloptions FROM pg_class WHERE relname = 'item_v';
-- A query with which all rows are compared tells nothing of searches.
SELECT vecext.calibrate('item_v', ARRAY[('[' || repeat('3e38,', 23) || '1]')::vector]);
SELECT a.recall = b.recall AND a.steps = b.steps AS left_out
FROM vecext.calibrate('item_v', (SELECT array_agg(v) || ('[' || repeat('3e38,', 23) || '1]')::vector FROM query)) a
    JOIN vecext.calibrate('item_v', (SELECT array_agg(v) FROM query)) b USING (k, target_recall)
WHERE target_recall = .95 AND k = 10;
DROP INDEX item_v;
CREATE INDEX item_v ON item USING ivfpq (v vector_l2_ops) WITH (lists = 500);
SELECT * FROM try();
DROP INDEX item_v;
CREATE INDEX item_v ON item USING ivfflat (v vector_l2_ops) WITH (lists = 500);
SELECT * FROM try();

-- A column may be of a domain, and so are its queries then.
CREATE DOMAIN embedding AS vector(24) CHECK (VALUE IS NOT NULL);
CREATE TABLE item_of_domain AS SELECT id, v::embedding AS v FROM item WHERE id <= 3000;
CREATE INDEX item_of_domain_v ON item_of_domain USING hnsw (v vector_l2_ops);
SELECT count(*) FROM vecext.calibrate('item_of_domain_v', (SELECT array_agg(v::embedding) FROM query));
DROP TABLE item_of_domain;
DROP DOMAIN embedding;

-- What no index can be calibrated by.
SELECT vecext.calibrate('item_v', '{}'::vector[]);
SELECT vecext.calibrate('item_v', ARRAY[NULL::vector]);
SELECT vecext.calibrate('item_v', ARRAY['[1,2]'::vector]);
SELECT vecext.calibrate('item_v', '{1,2}'::int[]);
SELECT vecext.calibrate('item_v', (SELECT array_agg(v::halfvec) FROM query));
SELECT vecext.calibrate('item_v', (SELECT array_agg(q.v) FROM query q, generate_series(1, 51)));
SELECT vecext.calibrate('item', (SELECT array_agg(v) FROM query));
CREATE TABLE words AS SELECT 'a b'::text AS body, '{1:1,2:2}/3'::sparsevec(3) AS v;
CREATE INDEX words_body ON words USING bm25 (body);
CREATE INDEX words_v ON words USING inverted (v sparsevec_ip_ops);
SELECT vecext.calibrate('words_body', ARRAY['a'::text]);
SELECT vecext.calibrate('words_v', (SELECT array_agg(v) FROM words));
SELECT vecext.calibrate(NULL, (SELECT array_agg(v) FROM query));
CREATE TABLE none (v vector(24));
CREATE INDEX none_v ON none USING ivfpq (v vector_l2_ops);
SELECT vecext.calibrate('none_v', (SELECT array_agg(v) FROM query));
CREATE INDEX none_hnsw ON none USING hnsw (v vector_l2_ops);
SELECT vecext.calibrate('none_hnsw', (SELECT array_agg(v) FROM query));
SET ivfflat.probes = 10;
SELECT vecext.calibrate('item_v', (SELECT array_agg(v) FROM query));
RESET ivfflat.probes;
BEGIN READ ONLY;
SELECT vecext.calibrate('item_v', (SELECT array_agg(v) FROM query));
ROLLBACK;
-- A statement around the call may have event triggers, which see the command.
CREATE FUNCTION vecext_saw() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE command record;
BEGIN
    FOR command IN SELECT command_tag, object_identity FROM pg_event_trigger_ddl_commands() LOOP
        RAISE NOTICE '% %', command.command_tag, command.object_identity;
    END LOOP;
END $$;
CREATE EVENT TRIGGER vecext_saw ON ddl_command_end EXECUTE FUNCTION vecext_saw();
CREATE TABLE kept AS SELECT * FROM vecext.calibrate('item_v', (SELECT array_agg(v) FROM query));
SELECT count(*) FROM vecext.calibrate('item_v', (SELECT array_agg(v) FROM query));
DROP EVENT TRIGGER vecext_saw;
DROP FUNCTION vecext_saw;
DROP TABLE kept;
-- Nor by whom: the index's owner alone.
CREATE ROLE vecext_reader;
GRANT SELECT ON item, query TO vecext_reader;
SET ROLE vecext_reader;
SELECT vecext.calibrate('item_v', (SELECT array_agg(v) FROM query));
RESET ROLE;
-- The option is checked, wherever it is set.
ALTER INDEX item_v SET (query_effort = 'much');
ALTER INDEX item_v SET (query_effort = '{50,{.1,.2,.4,.8},{.1,.2,.4,.8}}');
ALTER INDEX item_v SET (query_effort = '{50,{.1,.2,.4,.8},{.1,.2,.4,.8},{.1,.2,.4,nan}}');
ALTER INDEX item_v SET (query_effort = '{50,{.1,.2,.4,.8},{.1,.2,.4,.8},{.1,.2,.4,.8}}');
CREATE INDEX ON none USING hnsw (v vector_l2_ops) WITH (query_effort = '');
-- Settings are as before, also after an error in the middle.
SHOW vecext.target_recall;
SHOW vecext.observe_one_in;
SET statement_timeout = '30ms';
SELECT vecext.calibrate('item_v', (SELECT array_agg(q.v) FROM query q, generate_series(1, 40)));
RESET statement_timeout;
SELECT recall > .93 AS has_recall FROM ask(10);

-- Where a search compares all rows, there is nothing to measure.
CREATE TABLE few AS SELECT ARRAY[i % 29, i % 31, i % 37, i % 41]::vector(4) AS v FROM generate_series(1, 2000) i;
CREATE INDEX few_v ON few USING hnsw (v vector_l2_ops);
SELECT k, bool_and(recall BETWEEN 0 AND 1) AS has_recall, bool_and(steps > 0) AS has_steps
FROM vecext.calibrate('few_v', ARRAY(SELECT v FROM few LIMIT 50)) GROUP BY k ORDER BY k;

DROP TABLE item, query, none, work, words, few;
DROP FUNCTION ask, try;
DROP ROLE vecext_reader;
