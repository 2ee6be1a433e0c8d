-- Types belong to roles, and their casts are code of these roles: no function calls them with the rights of the caller.
SET client_min_messages = warning;
CREATE ROLE regress_type_owner;
CREATE ROLE regress_type_member IN ROLE regress_type_owner;
CREATE ROLE regress_type_reader;
CREATE SCHEMA typed AUTHORIZATION regress_type_owner;
GRANT USAGE ON SCHEMA typed TO regress_type_reader;
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
    result text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'nothing');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(': ', SQLSTATE, SQLERRM, nullif(detail, ''));
END $$;

SET ROLE regress_type_owner;
CREATE TABLE typed.seen (what text, who name);
GRANT INSERT, SELECT ON typed.seen TO PUBLIC;
CREATE TYPE typed.mood AS ENUM ('ok', 'bad');
CREATE DOMAIN typed.mood_domain AS typed.mood;
CREATE FUNCTION typed.mood_json(typed.mood) RETURNS json LANGUAGE plpgsql AS $$
BEGIN INSERT INTO typed.seen VALUES ('cast to json', current_user); RETURN '"ok"'; END $$;
CREATE CAST (typed.mood AS json) WITH FUNCTION typed.mood_json(typed.mood);
CREATE TYPE typed.pair AS (a int, b typed.mood);
CREATE TYPE typed.plain AS (a int, b text);
CREATE TYPE typed.span AS RANGE (SUBTYPE = int4);
CREATE TYPE typed.given AS RANGE (SUBTYPE = int4);
CREATE FUNCTION typed.given_json(typed.given) RETURNS json LANGUAGE plpgsql AS $$
BEGIN INSERT INTO typed.seen VALUES ('cast of a given type', current_user); RETURN '"[1,2)"'; END $$;
CREATE CAST (typed.given AS json) WITH FUNCTION typed.given_json(typed.given);
CREATE TABLE typed.docs (id int PRIMARY KEY, mood typed.mood, of_domain typed.mood_domain, moods typed.mood[], pair typed.pair,
    plain typed.plain, span typed.span, given typed.given, f float8, embedding vector(2));
INSERT INTO typed.docs VALUES (1, 'ok', 'ok', '{ok}', '(1,ok)', '(1,a)', '[1,2)', '[1,2)', 0.1, '[1,1]'), (2, 'bad', 'bad', '{bad}', '(2,bad)', '(2,b)', '[2,3)', '[2,3)', 0.2, '[1,2]'),
    (3, NULL, NULL, '{ok,NULL,bad}', NULL, NULL, NULL, NULL, NULL, '[1,3]');
GRANT SELECT ON ALL TABLES IN SCHEMA typed TO regress_type_reader;
RESET ROLE;
-- Who has the type need not have the function.
ALTER TYPE typed.given OWNER TO CURRENT_USER;

-- A filter of a hybrid search is about columns as JSON. An enumeration is its label; what else casts of the owner make of a value
-- nobody but the owner and the members of that role see.
CREATE FUNCTION pg_temp.found(key text, value text) RETURNS text LANGUAGE sql AS $$
    SELECT pg_temp.outcome(format('SELECT array_agg(id) FROM vecext.hybrid_search(''typed.docs'', vector => ''[1,1]'', filter => %L)',
        format('{"must": {"key": "%s", "match": {"value": %s}}}', key, value))) $$;
CREATE VIEW pg_temp.searches AS SELECT key, pg_temp.found(key, value) FROM (VALUES
    ('mood', '"ok"'), ('of_domain', '"bad"'), ('moods[]', '"ok"'), ('pair.b', '"ok"'), ('plain.b', '"a"'), ('span', '"[1,2)"'), ('given', '"[1,2)"'), ('f', '0')) v (key, value);
GRANT SELECT ON pg_temp.searches TO PUBLIC;
SELECT * FROM pg_temp.searches;
SET ROLE regress_type_reader;
SELECT pg_temp.found('mood', '"ok"'), pg_temp.found('moods[]', '"bad"');
SELECT pg_temp.outcome($$SELECT array_agg(id) FROM vecext.hybrid_search('typed.docs', vector => '[1,1]', filter => '{"must_not": {"is_null": {"key": "mood"}}}')$$);
RESET ROLE;
SELECT * FROM typed.seen;
SET ROLE regress_type_member;
SELECT pg_temp.found('pair.b', '"ok"'), pg_temp.found('plain.b', '"a"');
RESET ROLE;
SELECT DISTINCT * FROM typed.seen;
TRUNCATE typed.seen;
-- Types of superusers are trusted, as their functions are.
CREATE TYPE public.regress_trusted AS ENUM ('ok');
GRANT USAGE ON TYPE public.regress_trusted TO PUBLIC;
SET ROLE regress_type_owner;
ALTER TABLE typed.docs ADD COLUMN trusted public.regress_trusted[] DEFAULT '{ok}';
RESET ROLE;
SELECT pg_temp.found('trusted[]', '"ok"');

DROP SCHEMA typed CASCADE;
DROP TYPE public.regress_trusted;
DROP ROLE regress_type_owner, regress_type_member, regress_type_reader;
