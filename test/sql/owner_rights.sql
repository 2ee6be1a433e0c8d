-- Functions that look after an index run its expressions with the rights of the table's owner, and with nothing of
-- the caller's: what a hostile owner's function sets is undone, and a hostile caller's search path leads nowhere.
SET client_min_messages = warning;
CREATE ROLE vecext_owner;
CREATE ROLE vecext_reader;
CREATE SCHEMA trap AUTHORIZATION vecext_owner;
GRANT USAGE ON SCHEMA trap TO PUBLIC;
CREATE VIEW session AS SELECT current_user = session_user AS same_user, current_setting('search_path') AS path,
    current_setting('hnsw.ef_search') AS ef_search, (SELECT rolsuper FROM pg_roles WHERE rolname = 'vecext_owner') AS won;
LOAD 'vecext';

SET ROLE vecext_owner;
CREATE TABLE trap.seen (who text);
GRANT INSERT ON trap.seen TO PUBLIC;
CREATE TABLE trap.t (id int, v vector(3));
INSERT INTO trap.t SELECT i, ARRAY[i, i % 7, 1]::vector FROM generate_series(1, 40) i;
CREATE FUNCTION trap.f(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN v; END';
CREATE FUNCTION trap.p(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
CREATE INDEX pq ON trap.t USING ivfpq ((trap.f(v)::vector(3)) vector_l2_ops) WHERE trap.p(id);
CREATE INDEX flat ON trap.t USING ivfflat ((trap.f(v)::vector(3)) vector_l2_ops) WITH (lists = 2) WHERE trap.p(id);
CREATE INDEX graph ON trap.t USING hnsw ((trap.f(v)::vector(3)) vector_l2_ops) WHERE trap.p(id);
CREATE INDEX plain ON trap.t USING hnsw ((trap.f(v)::vector(3)) vector_l1_ops) WHERE trap.p(id);
-- Now they plant names for the caller's session, and would do what only the caller may.
CREATE FUNCTION trap.plant() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'trap, pg_catalog', false);
    PERFORM pg_catalog.set_config('hnsw.ef_search', '77', false);
    INSERT INTO trap.seen VALUES (current_user);
    IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN
        ALTER ROLE vecext_owner SUPERUSER;
    END IF;
    IF current_user = 'vecext_owner' THEN
        BEGIN
            RESET ROLE;
        EXCEPTION WHEN insufficient_privilege THEN NULL;
        END;
    END IF;
END$$;
CREATE OR REPLACE FUNCTION trap.f(v vector) RETURNS vector LANGUAGE plpgsql VOLATILE AS
    'BEGIN PERFORM trap.plant(); RETURN v; END';
CREATE OR REPLACE FUNCTION trap.p(id int) RETURNS bool LANGUAGE plpgsql VOLATILE AS
    'BEGIN PERFORM trap.plant(); RETURN true; END';
CREATE FUNCTION trap.upper(t text) RETURNS text LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); RETURN ''trapped''; END';
RESET ROLE;

-- A superuser looks after each of them.
SELECT i, vecext.verify_index(i) FROM unnest('{trap.pq,trap.flat,trap.graph,trap.plain}'::regclass[]) i;
SELECT upper('innocent'), session.* FROM session;
SELECT i, vecext.recall(i, 3, 5) > 0.5 AS found
FROM unnest('{trap.pq,trap.flat,trap.graph,trap.plain}'::regclass[]) i;
SELECT upper('innocent'), session.* FROM session;
SELECT i, rows FROM unnest('{trap.pq,trap.flat}'::regclass[]) i, vecext.index_info(i);
SELECT i, nodes FROM unnest('{trap.graph,trap.plain}'::regclass[]) i, vecext.index_info(i);
SELECT upper('innocent'), session.* FROM session;
DELETE FROM trap.t WHERE id % 2 = 0;
VACUUM trap.t;
SELECT upper('innocent'), session.* FROM session;
SELECT i, vecext.merge(i) >= 0 AS merged FROM unnest('{trap.pq,trap.flat,trap.graph,trap.plain}'::regclass[]) i;
SELECT upper('innocent'), session.* FROM session;
REINDEX TABLE trap.t;
SELECT upper('innocent'), session.* FROM session;
-- Each was run by the owner.
SELECT DISTINCT who FROM trap.seen;

-- An error in them ends it as well, caught or not.
CREATE OR REPLACE FUNCTION trap.f(v vector) RETURNS vector LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); RAISE ''no''; END';
DO $$
DECLARE
    i regclass;
    call text;
BEGIN
    FOREACH i IN ARRAY '{trap.pq,trap.flat,trap.graph,trap.plain}'::regclass[] LOOP
        FOREACH call IN ARRAY '{verify_index,recall}'::text[] LOOP
            BEGIN
                EXECUTE pg_catalog.format('SELECT vecext.%I(%L)', call, i);
                RAISE 'not reached';
            EXCEPTION WHEN raise_exception THEN
                IF SQLERRM <> 'no' THEN RAISE; END IF;
            END;
            IF NOT (SELECT same_user AND NOT won AND path !~ 'trap' FROM session) THEN
                RAISE '% of % leaks', call, i;
            END IF;
        END LOOP;
    END LOOP;
END$$;
SELECT vecext.verify_index('trap.pq');
SELECT vecext.recall('trap.graph');
SELECT upper('innocent'), session.* FROM session;

-- Lists that a row of somebody else with the owner's rights makes long are split as the owner; else they wait for VACUUM.
CREATE OR REPLACE FUNCTION trap.f(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN v; END';
CREATE OR REPLACE FUNCTION trap.p(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
DROP INDEX trap.flat, trap.graph, trap.plain;

-- The role that plans a statement evaluates constants: of an index's predicate, of its expression.
CREATE INDEX folded ON trap.t USING hnsw (v vector_cosine_ops) WHERE trap.p(1);
CREATE INDEX folded_too ON trap.t USING ivfpq ((CASE WHEN trap.p(2) THEN v END::vector(3)) vector_l2_ops);
TRUNCATE trap.seen;
CREATE OR REPLACE FUNCTION trap.p(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
    'BEGIN PERFORM trap.plant(); RETURN true; END';
CREATE FUNCTION trap.format(text, VARIADIC text[]) RETURNS text LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); RETURN ''trapped''; END';
CREATE FUNCTION trap.differs(text, name) RETURNS bool LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); RETURN true; END';
CREATE OPERATOR trap.<> (LEFTARG = text, RIGHTARG = name, FUNCTION = trap.differs);
SELECT index, operator, usable FROM vecext.explain_index('trap.t', 'v') ORDER BY index::text COLLATE "C";
SELECT upper('innocent'), session.* FROM session;
SELECT DISTINCT who FROM trap.seen;
CREATE OR REPLACE FUNCTION trap.p(id int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
DROP INDEX trap.folded, trap.folded_too;

INSERT INTO trap.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 300) i;
REINDEX INDEX trap.pq;
TRUNCATE trap.seen;
CREATE OR REPLACE FUNCTION trap.f(v vector) RETURNS vector LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); RETURN v; END';
GRANT INSERT ON trap.t TO vecext_reader;
SET ROLE vecext_reader;
INSERT INTO trap.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 2000) i;
RESET ROLE;
SELECT lists > 1 AS split FROM vecext.index_info('trap.pq');
SELECT DISTINCT who FROM trap.seen;
RESET search_path;
GRANT vecext_owner TO vecext_reader;
SET ROLE vecext_reader;
INSERT INTO trap.t SELECT i, ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 2000) i;
RESET ROLE;
REVOKE vecext_owner FROM vecext_reader;
SELECT lists > 1 AS split FROM vecext.index_info('trap.pq');
-- The row's own value is the inserting role's to compute, as in any index.
SELECT who, count(*) >= 300 AS many FROM trap.seen GROUP BY 1 ORDER BY 1;
RESET search_path;
RESET hnsw.ef_search;

-- Nor does a search: no query names the expression of a key column.
SET ROLE vecext_owner;
CREATE TABLE trap.ran (who name);
GRANT INSERT ON trap.ran TO PUBLIC;
CREATE TABLE trap.keyed AS SELECT i AS id, ARRAY[i, i, i]::vector(3) AS v FROM generate_series(1, 100) i;
CREATE FUNCTION trap.key(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1 % 10; END';
CREATE INDEX keyed_graph ON trap.keyed USING hnsw (v vector_l2_ops, (trap.key(id)));
CREATE INDEX keyed_lists ON trap.keyed USING ivfpq (v vector_ip_ops, (trap.key(id)));
CREATE OR REPLACE FUNCTION trap.key(int) RETURNS int LANGUAGE plpgsql AS
    'BEGIN INSERT INTO trap.ran VALUES (current_user); RETURN $1 % 10; END';
RESET ROLE;
SET enable_seqscan = off;
SELECT id FROM trap.keyed ORDER BY v <-> '[7,7,7]' LIMIT 1;
SELECT id FROM trap.keyed WHERE id < 5 ORDER BY v <-> '[7,7,7]' LIMIT 1;
SELECT id FROM trap.keyed ORDER BY v <#> '[7,7,7]' LIMIT 1;
SELECT id FROM trap.keyed WHERE id < 5 ORDER BY v <#> '[7,7,7]' LIMIT 1;
SELECT DISTINCT who FROM trap.ran;
RESET enable_seqscan;

-- Nor does the column of a collection that gets its size: it is written again, and constraints are checked.
SET ROLE vecext_owner;
TRUNCATE trap.ran;
CREATE FUNCTION trap.checked(v vector) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN true; END';
SELECT vecext.create_collection('unsized', '{"size": null, "distance": "cosine"}', options => '{"schema": "trap", "index_threshold": 2}');
INSERT INTO trap.unsized SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 3) i;
ALTER TABLE trap.unsized ADD CHECK (trap.checked(embedding));
CREATE OR REPLACE FUNCTION trap.checked(v vector) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS
    'BEGIN PERFORM trap.ran(); RETURN true; END';
CREATE FUNCTION trap.ran() RETURNS void LANGUAGE plpgsql AS
    'BEGIN PERFORM trap.plant(); INSERT INTO trap.ran VALUES (current_user); END';
RESET ROLE;
SELECT vecext.create_vector_indexes();
SELECT upper('innocent'), session.* FROM session;
SELECT DISTINCT who FROM trap.ran;
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'trap.unsized'::regclass AND attname = 'embedding';

-- The other way: who may only read the table cannot have its owner run other functions than those it means.
SET ROLE vecext_owner;
CREATE TABLE trap.secret (t text);
INSERT INTO trap.secret VALUES ('leak');
CREATE TABLE trap.paper (v vector(3));
INSERT INTO trap.paper SELECT ARRAY[i, i, i]::vector FROM generate_series(1, 10) i;
GRANT SELECT ON trap.paper TO vecext_reader;
CREATE FUNCTION trap.g(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS
    'BEGIN PERFORM upper(''plain''); RETURN v; END';
CREATE INDEX honest ON trap.paper USING ivfpq ((trap.g(v)::vector(3)) vector_l2_ops);
CREATE INDEX folded ON trap.paper USING ivfpq (v vector_l2_ops) WHERE trap.g('[1,2,3]') IS NOT NULL;
RESET ROLE;
CREATE SCHEMA bait AUTHORIZATION vecext_reader;
SET ROLE vecext_reader;
CREATE TABLE bait.got (t text);
GRANT USAGE ON SCHEMA bait TO PUBLIC;
GRANT INSERT ON bait.got TO PUBLIC;
CREATE FUNCTION bait.upper(text) RETURNS text LANGUAGE plpgsql AS
    'BEGIN INSERT INTO bait.got SELECT t FROM trap.secret; RETURN $1; END';
SET search_path = bait, public, pg_catalog;
SELECT vecext.verify_index('trap.honest'), vecext.recall('trap.honest', 3, 5) > 0.5 AS found;
SELECT index, operator FROM vecext.explain_index('trap.paper', 'v', '<->') ORDER BY index::text COLLATE "C";
SELECT * FROM bait.got;
SHOW search_path;
RESET search_path;

-- A function that is not compiled may name a type or a table without its schema: what a session finds then is its user's
-- choice, by temporary objects at least, which are on every search path. So those of an owner whose rights the caller has not
-- are not run as the owner.
SET ROLE vecext_owner;
CREATE FUNCTION trap.h(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF to_regtype('named') IS NOT NULL THEN
        EXECUTE 'SELECT CAST($1 AS named)' USING v;
    END IF;
    RETURN v;
END $$;
CREATE DOMAIN trap.checked AS vector CHECK (trap.h(VALUE) IS NOT NULL);
CREATE TABLE trap.article (v vector(3));
INSERT INTO trap.article SELECT ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 300) i;
CREATE INDEX unqualified ON trap.article USING ivfpq ((trap.h(v)::vector(3)) vector_l2_ops);
CREATE INDEX partial_one ON trap.article USING ivfflat (v vector_l2_ops) WITH (lists = 2) WHERE trap.h(v) IS NOT NULL;
CREATE INDEX cast_to_domain ON trap.article USING hnsw ((v::trap.checked::vector(3)) vector_l1_ops);
CREATE INDEX compiled ON trap.article USING hnsw ((v::halfvec(3)) halfvec_l2_ops) WHERE vector_norm(v) > 0;
GRANT SELECT, INSERT ON trap.article TO vecext_reader;
SET ROLE vecext_reader;
CREATE FUNCTION bait.checked(v public.vector) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    IF current_user = 'vecext_owner' THEN
        INSERT INTO bait.got SELECT t FROM trap.secret;
    END IF;
    RETURN true;
END $$;
CREATE DOMAIN pg_temp.named AS public.vector CHECK (bait.checked(VALUE));
SELECT vecext.verify_index('trap.unqualified');
SELECT vecext.recall('trap.unqualified', 3, 5);
SELECT vecext.verify_index('trap.partial_one');
SELECT vecext.verify_index('trap.cast_to_domain');
SELECT vecext.planned_index('trap.partial_one');
SELECT index, operator FROM vecext.explain_index('trap.article', 'v', '<->') ORDER BY index::text COLLATE "C";
INSERT INTO trap.article SELECT ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 2000) i;
SELECT lists > 1 AS split FROM vecext.index_info('trap.unqualified');
SELECT vecext.verify_index('trap.compiled'), vecext.recall('trap.compiled', 3, 5) > 0.5 AS found;
SELECT * FROM bait.got;
-- Who has the owner's rights is on its own.
SET ROLE vecext_owner;
DISCARD TEMP;
INSERT INTO trap.article SELECT ARRAY[i % 89, i % 97, i % 101]::vector FROM generate_series(1, 2000) i;
SELECT lists > 1 AS split FROM vecext.index_info('trap.unqualified');
RESET ROLE;
SELECT vecext.verify_index('trap.unqualified');

-- Who may not read all rows of a table learns nothing of the others from its index.
SET ROLE vecext_owner;
CREATE TABLE trap.mixed (id int, v vector(3));
INSERT INTO trap.mixed SELECT i, ARRAY[i, i, i]::vector FROM generate_series(1, 10) i;
CREATE INDEX mixed_graph ON trap.mixed USING hnsw (v vector_l2_ops);
GRANT SELECT ON trap.mixed TO vecext_reader;
SET ROLE vecext_reader;
SELECT vecext.verify_index('trap.mixed_graph'), vecext.recall('trap.mixed_graph', 3, 5);
SET ROLE vecext_owner;
ALTER TABLE trap.mixed ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON trap.mixed USING (id < 3);
SELECT vecext.verify_index('trap.mixed_graph'), vecext.recall('trap.mixed_graph', 3, 5);
SET ROLE vecext_reader;
SELECT vecext.verify_index('trap.mixed_graph');
SELECT vecext.recall('trap.mixed_graph', 3, 5);
RESET ROLE;

DROP SCHEMA trap, bait CASCADE;
DROP VIEW session;
DROP ROLE vecext_owner, vecext_reader;

-- The scripts of the extensions call nobody's functions, where anybody may make some.
SET client_min_messages = warning;
CREATE ROLE vecext_owner;
SELECT current_database() AS home \gset
CREATE DATABASE regress_rights TEMPLATE template0;
\c regress_rights
SET client_min_messages = warning;
GRANT CREATE ON SCHEMA public TO vecext_owner;
SET ROLE vecext_owner;
CREATE TABLE seen (what text, who name);
GRANT INSERT ON seen TO PUBLIC;
CREATE FUNCTION cardinality(text[]) RETURNS int LANGUAGE sql AS
    'INSERT INTO public.seen VALUES (''cardinality'', current_user); SELECT 0';
CREATE FUNCTION concat_ws(text, text, regnamespace) RETURNS text LANGUAGE sql AS
    'INSERT INTO public.seen VALUES (''concat_ws'', current_user); SELECT ''public''';
CREATE FUNCTION is_same(oid, regclass) RETURNS bool LANGUAGE sql AS
    'INSERT INTO public.seen VALUES (''='', current_user); SELECT $1 OPERATOR(pg_catalog.=) $2';
CREATE OPERATOR = (LEFTARG = oid, RIGHTARG = regclass, FUNCTION = is_same);
RESET ROLE;
CREATE EXTENSION vecext;
CREATE EXTENSION vector;
DROP EXTENSION vector, vecext;
CREATE EXTENSION vector;
CREATE EXTENSION vecext;
SELECT DISTINCT * FROM seen;
-- Nor do they take others' types and operators for those of extension vector, which is in another schema.
DROP EXTENSION vector, vecext CASCADE;
CREATE SCHEMA types;
CREATE EXTENSION vector SCHEMA types;
GRANT USAGE ON SCHEMA types TO vecext_owner;
SET ROLE vecext_owner;
CREATE FUNCTION reported(what text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (what, current_user); RETURN true; END $$;
CREATE DOMAIN vector AS types.vector CHECK (reported('domain'));
CREATE FUNCTION sparsevec_negative_inner_product(types.sparsevec, types.sparsevec) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    'SELECT 0::float8 WHERE public.reported(''function'')';
CREATE OPERATOR <#> (LEFTARG = types.sparsevec, RIGHTARG = types.sparsevec, FUNCTION = sparsevec_negative_inner_product);
RESET ROLE;
CREATE EXTENSION vecext SCHEMA public;
SELECT vecext.quantize('[1,2,3]', 'int8');
CREATE TABLE sparse AS SELECT '{1:1}/3'::types.sparsevec(3) AS v;
CREATE INDEX sparse_v ON sparse USING inverted (v);
SELECT vecext.verify_index('sparse_v'), vecext.sparse_idf('{1:1}/3', 'sparse_v');
SELECT DISTINCT * FROM seen;
SELECT oprnamespace::regnamespace, count(*) FROM pg_operator WHERE oprname IN ('<@>', '@@@') AND oprnamespace <> 'pg_catalog'::regnamespace GROUP BY 1;
\c :"home"
DROP DATABASE regress_rights;
DROP ROLE vecext_owner;
