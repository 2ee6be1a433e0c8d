-- Tables with namespaces of other kinds than a plain one: partitioned collections, tables with foreign keys, renamed columns, tables of
-- tenants. What is counted is what is there, after each change.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
-- Rows that are counted of each namespace, and whether they are those of the tables.
CREATE FUNCTION pg_temp.counted() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(format('%s: %s%s', s ->> 'id', s ->> 'vectors', CASE WHEN s -> 'vectors' <> s -> 'active' THEN ' of ' || (s ->> 'active') END), ', ' ORDER BY s ->> 'id')
    FROM vecext.list_namespaces() n, vecext.namespace_stats(n ->> 'id') s
$$;
\set ECHO all
SET client_min_messages = warning;
SELECT count(vecext.create_namespace(id, tier => 'unlimited')) FROM unnest('{a,b}'::text[]) id;
CREATE ROLE vecext_a;
CREATE ROLE vecext_b;
CREATE ROLE vecext_keeper;
-- Roles that own tables of namespaces are trusted with the quotas of all.
GRANT EXECUTE ON FUNCTION vecext.enable_namespaces(regclass, name), vecext.disable_namespaces(regclass),
    vecext_internal.set_namespace_table(regclass, name) TO vecext_keeper, vecext_b;
GRANT CREATE ON SCHEMA public TO vecext_b, vecext_keeper;
SELECT vecext.grant_namespace('vecext_a', 'a'), vecext.grant_namespace('vecext_b', 'b');

-- A collection with a partition a tenant: its key has the namespace before it is registered.
CREATE TABLE film (namespace text COLLATE "C" NOT NULL, id int8, embedding vector(2), payload jsonb NOT NULL DEFAULT '{}', PRIMARY KEY (namespace, id))
    PARTITION BY LIST (namespace);
CREATE TABLE film_a PARTITION OF film FOR VALUES IN ('a');
CREATE TABLE film_rest PARTITION OF film DEFAULT;
SELECT pg_temp.outcome($$SELECT vecext.register_collection('film', vectors => '{"column": "embedding", "distance": "euclid"}')$$) AS no_namespaces_yet;
SELECT vecext.enable_namespaces('film');
SELECT vecext.register_collection('film', vectors => '{"column": "embedding", "distance": "euclid"}');
CREATE INDEX ON film USING hnsw (embedding vector_l2_ops);
SELECT vecext.grant_collection('film', 'vecext_a', 'admin');
SET ROLE vecext_a;
SELECT vecext.upsert('film', '[{"id": 1, "vector": [1, 2]}, {"id": 2, "vector": [1, 3]}]');
SELECT vecext.upsert('film', '[{"id": 1, "vector": [5, 2]}, {"id": 3, "vector": [1, 3]}]');
SELECT id, score FROM vecext.search('film', '[5, 2]', 1);
SELECT id FROM vecext.scroll('film');
SELECT vecext.delete_points('film', '[2]');
SELECT vecext.count_points('film');
RESET ROLE;
-- Statements that name a partition, rows that go from one to another, partitions that are emptied and dropped.
INSERT INTO film_rest VALUES ('b', 7, '[1,1]');
INSERT INTO film_a VALUES ('a', 8, '[1,1]');
SELECT pg_temp.counted();
UPDATE film SET namespace = 'b' WHERE id = 8;
SELECT pg_temp.counted();
UPDATE film SET namespace = CASE namespace WHEN 'a' THEN 'b' ELSE 'a' END WHERE id IN (3, 7, 8);
SELECT pg_temp.counted();
DELETE FROM film_a WHERE id = 8;
SELECT pg_temp.counted();
DROP TABLE film_rest;
SELECT pg_temp.counted();
TRUNCATE film_a;
SELECT pg_temp.counted();
-- One that is attached or detached with rows is noticed by a recount.
CREATE TABLE film_b (LIKE film INCLUDING ALL);
INSERT INTO film_b VALUES ('b', 9, '[1,1]');
ALTER TABLE film ATTACH PARTITION film_b FOR VALUES IN ('b');
SELECT vecext.enable_namespaces('film');
SELECT vecext.recount_namespaces();
SELECT pg_temp.counted();
BEGIN;
INSERT INTO film VALUES ('b', 10, '[1,1]');
SAVEPOINT s;
SELECT vecext.recount_namespaces();
ROLLBACK;
SELECT pg_temp.counted();
SELECT vecext.drop_collection('film');
SELECT pg_temp.counted();

-- Foreign keys change rows as the owner of their table, which has no namespace.
SET ROLE vecext_keeper;
CREATE TABLE author (id int PRIMARY KEY);
CREATE TABLE book (author int REFERENCES author ON UPDATE CASCADE ON DELETE CASCADE, title text);
SELECT vecext.enable_namespaces('author'), vecext.enable_namespaces('book');
GRANT SELECT, INSERT, UPDATE, DELETE ON author, book TO vecext_a;
SET ROLE vecext_a;
INSERT INTO author VALUES (1), (2);
INSERT INTO book VALUES (1, 'x'), (1, 'y'), (2, 'z');
UPDATE author SET id = 10 WHERE id = 1;
DELETE FROM author WHERE id = 2;
SELECT * FROM book ORDER BY title;
RESET ROLE;
SELECT pg_temp.counted();
-- The owner is held to its namespace, which is none.
SET ROLE vecext_keeper;
SELECT count(*) FROM book;
ALTER TABLE book NO FORCE ROW LEVEL SECURITY;
INSERT INTO book VALUES (10, 'w', 'a');
SELECT count(*) FROM book;
RESET ROLE;
DROP TABLE book, author;
SELECT pg_temp.counted();

-- A column that is renamed: the triggers do not know it until the table is enabled again.
CREATE TABLE moved (id int);
SELECT vecext.enable_namespaces('moved');
INSERT INTO moved VALUES (1, 'a');
ALTER TABLE moved RENAME COLUMN namespace TO tenant;
INSERT INTO moved VALUES (2, 'a');
SELECT pg_temp.outcome($$SELECT vecext.disable_namespaces('moved')$$);
SELECT vecext.enable_namespaces('moved', 'tenant');
INSERT INTO moved VALUES (2, 'a');
SELECT pg_temp.counted();
SELECT * FROM vecext.namespace_tables;
ALTER TABLE moved DROP COLUMN tenant CASCADE;
SELECT pg_temp.counted();
DROP TABLE moved;

-- A table of a tenant's own: it cannot use up the quotas of others, and is emptied with the tenant.
SET ROLE vecext_b;
CREATE TABLE mine (id int);
SELECT vecext.enable_namespaces('mine');
INSERT INTO mine VALUES (1);
ALTER TABLE mine DISABLE ROW LEVEL SECURITY;
INSERT INTO mine VALUES (2, 'a');
INSERT INTO mine VALUES (2, 'b');
UPDATE mine SET namespace = 'a' WHERE id = 2;
RESET ROLE;
SELECT pg_temp.counted();
SELECT vecext.delete_namespace('b'), vecext.reap_namespaces();
SELECT * FROM mine;

-- A deferred constraint is checked at once: rows that others refer to stay, and their namespace with them.
CREATE TABLE album (id int PRIMARY KEY);
CREATE TABLE track (album int REFERENCES album DEFERRABLE INITIALLY DEFERRED);
SELECT vecext.enable_namespaces('album');
INSERT INTO album VALUES (1, 'a');
INSERT INTO track VALUES (1);
SELECT pg_temp.outcome($$SELECT vecext.delete_namespace('a', true)$$);
SELECT pg_temp.counted();
DELETE FROM track;
SELECT vecext.delete_namespace('a', true);
SELECT * FROM album;
DROP TABLE track, album;

-- TRUNCATE of a partitioned table takes its rows away once, not those of another table.
SELECT count(vecext.create_namespace(id, tier => 'unlimited')) FROM unnest('{a,b}'::text[]) id;
SELECT vecext.grant_namespace('vecext_b', 'b');
CREATE TABLE reel (id int, namespace text COLLATE "C" NOT NULL) PARTITION BY LIST (namespace);
CREATE TABLE reel_rest PARTITION OF reel DEFAULT;
CREATE TABLE other (id int);
SELECT vecext.enable_namespaces('reel'), vecext.enable_namespaces('other');
INSERT INTO other SELECT i, 'b' FROM generate_series(1, 5) i;
INSERT INTO reel SELECT i, 'b' FROM generate_series(1, 3) i;
TRUNCATE reel;
SELECT pg_temp.counted();

-- The trigger, which any role can make, counts nothing of a table without namespaces, and no column is one of namespaces but one of type text.
SET ROLE vecext_b;
CREATE TEMP TABLE loose AS SELECT 'b'::text AS namespace, i AS number FROM generate_series(1, 5) i;
CREATE TRIGGER loose AFTER DELETE ON loose REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION vecext_internal.count_namespace_rows();
DELETE FROM loose;
CREATE TABLE own AS SELECT 7::int8 AS number;
SELECT pg_temp.outcome($$SELECT vecext_internal.set_namespace_table('own', 'number')$$);
RESET ROLE;
SELECT pg_temp.counted();
DROP TABLE reel, other, own, loose;

-- An index of another collation finds no rows of a namespace.
CREATE TABLE sorted (id int, namespace text COLLATE "C");
CREATE INDEX ON sorted (namespace COLLATE "POSIX");
SELECT vecext.enable_namespaces('sorted');
SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'sorted'::regclass ORDER BY 1;
DROP TABLE sorted;

-- A loop with an exception block for each row.
CREATE TABLE looped (id int, namespace text COLLATE "C");
SELECT vecext.enable_namespaces('looped');
DO $$ BEGIN
    FOR i IN 1 .. 200 LOOP
        BEGIN
            INSERT INTO looped VALUES (i, 'a');
            IF i % 4 = 0 THEN
                RAISE division_by_zero;
            END IF;
            DELETE FROM looped WHERE id = i - 1 AND i % 2 = 0;
        EXCEPTION WHEN division_by_zero THEN
            NULL;
        END;
    END LOOP;
END $$;
SELECT pg_temp.counted();
DROP TABLE looped;
SELECT vecext.delete_namespace(id, true) FROM unnest('{a,b}'::text[]) id;

-- Names that need quotes.
SELECT vecext.create_namespace($$it's \ "odd" %s$$, tier => 'unlimited') IS NOT NULL;
CREATE SCHEMA "odd schema";
CREATE TABLE "odd schema"."Odd ""%s"" table" (id int, "My ""col""" text COLLATE "C") PARTITION BY LIST ("My ""col""");
CREATE TABLE "odd schema"."a part" PARTITION OF "odd schema"."Odd ""%s"" table" FOR VALUES IN ($$it's \ "odd" %s$$);
CREATE TABLE "odd schema".rest PARTITION OF "odd schema"."Odd ""%s"" table" DEFAULT;
SELECT vecext.enable_namespaces('"odd schema"."Odd ""%s"" table"', 'My "col"');
INSERT INTO "odd schema"."Odd ""%s"" table" VALUES (1, $$it's \ "odd" %s$$);
SELECT pg_temp.counted();
SELECT vecext.delete_namespace($$it's \ "odd" %s$$, true);
SELECT relid FROM pg_partition_tree('"odd schema"."Odd ""%s"" table"');
SELECT vecext.disable_namespaces('"odd schema"."Odd ""%s"" table"');
DROP SCHEMA "odd schema" CASCADE;

-- A role may be granted TRUNCATE, for which policies do not hold: rows of others stay.
SELECT vecext.create_namespace(id, tier => 'unlimited') IS NOT NULL FROM unnest('{a,b}'::text[]) id;
SELECT vecext.grant_namespace('vecext_a', 'a');
CREATE TABLE emptied (id int);
SELECT vecext.enable_namespaces('emptied');
GRANT ALL ON emptied TO vecext_a;
INSERT INTO emptied VALUES (1, 'a'), (2, 'b');
SET ROLE vecext_a;
SELECT pg_temp.outcome('TRUNCATE emptied');
RESET ROLE;
-- So do those of all if the role has chosen no namespace.
GRANT ALL ON emptied TO vecext_b;
SELECT vecext.grant_namespace('vecext_b', '*');
SET ROLE vecext_b;
SELECT left(pg_temp.outcome('TRUNCATE emptied'), 5);
SET vecext.namespace = 'a';
SELECT left(pg_temp.outcome('TRUNCATE emptied'), 5);
RESET vecext.namespace;
RESET ROLE;
SELECT vecext.revoke_namespace('vecext_b');
SELECT pg_temp.counted();
-- A session that has not loaded the library drops the table.
\connect -
DROP TABLE emptied;
SELECT id, vecext.namespace_stats(id) -> 'vectors' AS vectors FROM unnest('{a,b}'::text[]) id;
SELECT vecext.delete_namespace(id, true) FROM unnest('{a,b}'::text[]) id;

DROP TABLE mine;
DROP OWNED BY vecext_b, vecext_keeper;
DROP ROLE vecext_a, vecext_b, vecext_keeper;
