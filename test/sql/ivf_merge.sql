-- vecext.merge: lists that removed rows have left thin, or that have grown long.
SET client_min_messages = warning;
SELECT setseed(0.5);
CREATE FUNCTION pg_temp.random_vector(i int) RETURNS vector LANGUAGE sql VOLATILE AS $$
    SELECT ARRAY(SELECT random() FROM generate_series(1, 6) WHERE i > 0)::vector
$$;
CREATE TABLE item (id int PRIMARY KEY, v vector(6)) WITH (autovacuum_enabled = off);
INSERT INTO item SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 6000) i;
CREATE INDEX pq ON item USING ivfpq (v);
CREATE INDEX pq_asked ON item USING ivfpq (v vector_ip_ops) WITH (lists = 50);
CREATE INDEX flat ON item USING ivfflat (v vector_cosine_ops) WITH (lists = 50);

-- VACUUM merges short lists where their number was not asked for, and frees their pages.
SELECT pg_relation_size('pq') AS size \gset
DELETE FROM item WHERE id % 20 <> 0;
VACUUM item;
SELECT i, lists, rows, list_pages <= 2 * lists AS few_pages, vecext.verify_index(i)
FROM unnest('{pq_asked,flat}'::regclass[]) i, vecext.index_info(i);
SELECT lists BETWEEN 1 AND 6 AS few_lists, rows, list_pages <= lists + 1 AS few_pages, vecext.verify_index('pq')
FROM vecext.index_info('pq');
-- What is well is left alone.
SELECT vecext.merge('pq_asked') AS asked, vecext.merge('flat') AS flat;
SELECT vecext.merge('pq') < 2 AS little_left;
-- Free pages are used again, or given back: the index does not grow.
INSERT INTO item SELECT i, pg_temp.random_vector(i) FROM generate_series(10001, 13000) i;
SELECT pg_relation_size('pq') <= :size AS same_size, vecext.verify_index('pq');
SELECT vecext.recall('pq') > 0.9 AS most;
-- All rows gone, then new ones.
DELETE FROM item;
VACUUM item;
SELECT lists, rows FROM vecext.index_info('pq');
INSERT INTO item SELECT i, pg_temp.random_vector(i) FROM generate_series(1, 500) i;
SELECT vecext.verify_index('pq'), vecext.recall('pq') > 0.9 AS most;

-- Of what, and by whom.
SELECT vecext.merge('item_pkey');
SELECT vecext.merge(NULL);
CREATE ROLE regress_vecext_user;
GRANT SELECT ON item TO regress_vecext_user;
SET ROLE regress_vecext_user;
SELECT vecext.merge('pq');
RESET ROLE;

-- A transaction that only reads may write temporary tables alone.
CREATE TEMPORARY TABLE brief AS SELECT * FROM item;
CREATE INDEX brief_pq ON brief USING ivfpq (v);
CREATE INDEX brief_graph ON brief USING hnsw (v vector_l2_ops);
CREATE INDEX graph ON item USING hnsw (v vector_l2_ops);
BEGIN READ ONLY;
SAVEPOINT first;
SELECT vecext.merge('pq');
ROLLBACK TO first;
SELECT vecext.merge('graph');
ROLLBACK TO first;
SELECT vecext.merge('brief_pq') >= 0 AS lists, vecext.merge('brief_graph') >= 0 AS graph;
ROLLBACK;
DROP TABLE brief;
DROP INDEX graph;

-- The expressions of the index run as the table's owner, not as the role that maintains it.
CREATE SCHEMA AUTHORIZATION regress_vecext_user;
SET ROLE regress_vecext_user;
CREATE TABLE regress_vecext_user.log (who text);
CREATE FUNCTION regress_vecext_user.own(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'regress_vecext_user' THEN
        RAISE EXCEPTION 'run by %', current_user;
    END IF;
    RETURN v;
END $$;
CREATE TABLE regress_vecext_user.item AS SELECT id, v FROM public.item;
CREATE INDEX own_index ON regress_vecext_user.item USING ivfpq ((regress_vecext_user.own(v)::vector(6)));
RESET ROLE;
SELECT vecext.verify_index('regress_vecext_user.own_index'),
    vecext.recall('regress_vecext_user.own_index') > 0.9 AS most,
    vecext.merge('regress_vecext_user.own_index') >= 0 AS merged;
SELECT current_user = session_user AS itself_again;
DROP OWNED BY regress_vecext_user;
DROP ROLE regress_vecext_user;
DROP TABLE item;

-- A list of equal rows cannot be split: that is tried again only when it has twice as many.
CREATE TABLE equal (id int, v vector(4)) WITH (fillfactor = 10);
INSERT INTO equal SELECT i, '[1,2,3,4]' FROM generate_series(1, 8000) i;
CREATE INDEX equal_pq ON equal USING ivfpq (v vector_l2_ops);
CREATE INDEX equal_flat ON equal USING ivfflat (v vector_l2_ops) WITH (lists = 5);
INSERT INTO equal SELECT i, '[1,2,3,4]' FROM generate_series(8001, 8200) i;
BEGIN;
SELECT pg_stat_get_xact_blocks_fetched('equal'::regclass) AS before \gset
INSERT INTO equal SELECT i, '[1,2,3,4]' FROM generate_series(8201, 9000) i;
SELECT pg_stat_get_xact_blocks_fetched('equal'::regclass) - :before < 3000 AS rows_are_left_alone;
COMMIT;
INSERT INTO equal SELECT i, ARRAY[i, 2, 3, 4] FROM generate_series(9001, 17000) i;
SELECT lists > 1 AS is_split FROM unnest('{equal_pq,equal_flat}'::regclass[]) AS i, vecext.index_info(i);
SELECT vecext.verify_index('equal_pq'), vecext.verify_index('equal_flat');
DROP TABLE equal;
