-- Lists and graphs that inserts or VACUUM would make again are left as they are where that is not possible: the statement
-- does not fail, the log says so once for each session, and that session does not try again for ten minutes; VACUUM,
-- vecext.merge() and other sessions do.
SET client_min_messages = warning;
SET log_statement = none;
SET log_min_duration_statement = -1;
SET log_temp_files = -1;
SELECT setseed(0.5);
CREATE TABLE item (id serial, v vector(64)) WITH (autovacuum_enabled = off);
CREATE FUNCTION rows_of(n int) RETURNS SETOF vector LANGUAGE sql AS
    'SELECT ARRAY(SELECT random() FROM generate_series(1, 64) WHERE i > 0)::vector FROM generate_series(1, n) i';
INSERT INTO item (v) SELECT rows_of(6000);
CREATE TABLE more AS SELECT rows_of(4500) AS v;

-- Temporary files.
SET maintenance_work_mem = '1MB';
CREATE INDEX item_v ON item USING hnsw (v vector_l2_ops);
CREATE INDEX item_id ON item (id);
SET temp_file_limit = '500kB';
SET client_min_messages = log;
INSERT INTO item (v) TABLE more;
INSERT INTO item (v) SELECT v FROM more LIMIT 100;
VACUUM (PARALLEL 0) item;
SET client_min_messages = warning;
-- With parallel workers: they are for indexes of some size.
SET min_parallel_index_scan_size = 0;
VACUUM item;
RESET min_parallel_index_scan_size;
SELECT nodes, pending_rows FROM vecext.index_info('item_v');
SELECT vecext.verify_index('item_v');
\set VERBOSITY sqlstate
SELECT vecext.merge('item_v');
\set VERBOSITY default
RESET temp_file_limit;
SET client_min_messages = log;
INSERT INTO item (v) SELECT v FROM more LIMIT 100;
VACUUM item;
SELECT nodes, pending_rows FROM vecext.index_info('item_v');
SELECT vecext.verify_index('item_v');

-- Memory, of graphs that are made in it alone.
SET client_min_messages = error;
CREATE INDEX item_l1 ON item USING hnsw (v vector_l1_ops);
SET client_min_messages = log;
INSERT INTO item (v) SELECT v FROM more LIMIT 2500;
INSERT INTO item (v) SELECT v FROM more LIMIT 100;
SELECT nodes, pending_rows FROM vecext.index_info('item_l1');
SELECT vecext.verify_index('item_l1');

-- Time: such work is not begun when the statement may end before it. How long it may take is computed from rows, links and
-- dimensions alone: more than a second here, and twice as long must fit into half of the time that is left. So 3.5 seconds
-- are too few on any machine. The rows themselves need some milliseconds.
RESET client_min_messages;
RESET maintenance_work_mem;
DROP TABLE item;
CREATE FUNCTION wide_rows(n int, dims int DEFAULT 500) RETURNS SETOF vector LANGUAGE sql AS
    'SELECT ARRAY(SELECT random() FROM generate_series(1, dims) WHERE i > 0)::vector FROM generate_series(1, n) i';
CREATE TABLE brief (v vector(1000)) WITH (autovacuum_enabled = off);
INSERT INTO brief SELECT wide_rows(100, 1000);
CREATE INDEX brief_v ON brief USING hnsw (v vector_l2_ops) WITH (m = 100, ef_construction = 200);
INSERT INTO brief SELECT wide_rows(1950, 1000);
SELECT nodes, pending_rows FROM vecext.index_info('brief_v');
SET client_min_messages = log;
SET statement_timeout = '3500ms';
INSERT INTO brief SELECT wide_rows(100, 1000);
INSERT INTO brief SELECT wide_rows(100, 1000);
RESET statement_timeout;
INSERT INTO brief SELECT wide_rows(100, 1000);
SELECT nodes, pending_rows FROM vecext.index_info('brief_v');
SELECT vecext.verify_index('brief_v') = count(*) AS whole FROM brief;
-- Others do it.
\c -
SET client_min_messages = log;
INSERT INTO brief SELECT wide_rows(100, 1000);
SELECT nodes > 2300 AND pending_rows < 150 AS taken_in FROM vecext.index_info('brief_v');
SELECT vecext.verify_index('brief_v') = count(*) AS whole FROM brief;

-- What an expression of the index raises where lists are split.
CREATE ROLE vecext_owner;
CREATE SCHEMA own AUTHORIZATION vecext_owner;
SET ROLE vecext_owner;
CREATE TABLE own.t (id int, v vector(3));
CREATE FUNCTION own.f(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN v; END';
INSERT INTO own.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 300) i;
CREATE INDEX pq ON own.t USING ivfpq ((own.f(v)::vector(3)) vector_l2_ops);
CREATE OR REPLACE FUNCTION own.f(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS
    'BEGIN IF current_user = ''vecext_owner'' THEN RAISE ''not for the owner''; END IF; RETURN v; END';
RESET ROLE;
BEGIN;
DECLARE open CURSOR FOR SELECT id FROM own.t ORDER BY id;
FETCH 2 FROM open;
INSERT INTO own.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(301, 3000) i;
FETCH 2 FROM open;
SELECT current_user = session_user AS same_user;
SAVEPOINT before;
INSERT INTO own.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(3001, 4000) i;
ROLLBACK TO before;
COMMIT;
SELECT count(*) FROM own.t;
SELECT lists FROM vecext.index_info('own.pq');
SELECT vecext.merge('own.pq');
CREATE OR REPLACE FUNCTION own.f(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN v; END';
SELECT vecext.merge('own.pq') > 5 AS merged;
SELECT vecext.verify_index('own.pq') >= count(*) AS whole FROM own.t;

-- VACUUM with parallel workers, none of which can start, so that one process does all. A function with the rights of another
-- role fails; no function runs with these rights afterwards.
CREATE FUNCTION fails(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE SECURITY DEFINER AS $$
BEGIN
    IF current_setting('own.fails', true) = 'on' THEN
        RAISE SQLSTATE '55000';
    END IF;
    RETURN v;
END
$$;
SET ROLE vecext_owner;
CREATE FUNCTION own.looks(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'vecext_owner' THEN
        RAISE WARNING SQLSTATE '01000';
    ELSIF current_setting('own.fails', true) = 'on' THEN
        RAISE SQLSTATE '55000';
    END IF;
    RETURN v;
END
$$;
CREATE TABLE own.two (id int, v vector(3)) WITH (autovacuum_enabled = off);
INSERT INTO own.two SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 6000) i;
-- Indexes that workers could take.
CREATE INDEX ON own.two (id);
CREATE INDEX ON own.two ((id + 1));
CREATE INDEX fails ON own.two USING ivfpq ((fails(v)::vector(3)) vector_l2_ops);
CREATE INDEX looks ON own.two USING ivfpq ((own.looks(v)::vector(3)) vector_l2_ops);
-- The rebuild of a graph calls no function.
CREATE INDEX graph ON own.two USING hnsw ((own.looks(v)::vector(3)) vector_l2_ops);
DELETE FROM own.two WHERE id % 6 > 0;
SET own.fails = on;
SET min_parallel_index_scan_size = 0;
SET max_parallel_workers = 0;
SET client_min_messages = warning;
\set VERBOSITY sqlstate
VACUUM (PARALLEL 2) own.two;
\set VERBOSITY default
RESET own.fails;
SELECT dead_rows FROM vecext.index_info('own.graph');
RESET max_parallel_workers;
RESET min_parallel_index_scan_size;
SELECT current_user = 'vecext_owner' AS same_user;
VACUUM (PARALLEL 0) own.two;
SELECT vecext.verify_index('own.fails'), vecext.verify_index('own.looks');
RESET ROLE;

-- Lists too long for the memory there is are split once there is more.
CREATE TABLE long (v vector(500)) WITH (autovacuum_enabled = off);
INSERT INTO long SELECT wide_rows(100);
CREATE INDEX long_v ON long USING ivfpq (v vector_l2_ops);
SET maintenance_work_mem = '1MB';
SET client_min_messages = log;
INSERT INTO long SELECT wide_rows(1500);
SELECT vecext.merge('long_v');
RESET maintenance_work_mem;
SELECT vecext.merge('long_v') > 0 AS split;
SELECT lists > 3 AS has_lists, overfull_lists, vecext.verify_index('long_v') FROM vecext.index_info('long_v');

SET client_min_messages = warning;
DROP SCHEMA own CASCADE;
DROP ROLE vecext_owner;
DROP TABLE brief, long, more;
DROP FUNCTION rows_of, wide_rows, fails;
