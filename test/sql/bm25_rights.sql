-- bm25: who may see scores, which tell how many rows of a table have a word.
SET default_text_search_config = 'pg_catalog.simple';
\set ON_ERROR_STOP 0
\set VERBOSITY sqlstate
CREATE ROLE regress_bm25_owner;
CREATE ROLE regress_bm25_reader;
CREATE ROLE regress_bm25_stranger;
CREATE SCHEMA bm25_rights AUTHORIZATION regress_bm25_owner;
GRANT USAGE ON SCHEMA bm25_rights TO PUBLIC;
SET search_path = bm25_rights, public;
SET ROLE regress_bm25_owner;
CREATE TABLE secret (id int PRIMARY KEY, body text, owner text);
INSERT INTO secret VALUES (1, 'red apple', 'regress_bm25_reader'), (2, 'green apple', 'x'), (3, 'green pear', 'x'),
    (4, 'blue plum', 'regress_bm25_reader');
CREATE INDEX secret_idx ON secret USING bm25 (body);
CREATE INDEX secret_expression ON secret USING bm25 (lower(owner));
CREATE INDEX secret_partial ON secret USING bm25 (body) WHERE id > 1;
ANALYZE secret;
CREATE VIEW shown AS SELECT id, body AS txt FROM secret WHERE id < 4;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id, body AS txt FROM secret WHERE id < 4;
CREATE VIEW named AS SELECT id, body <@> vecext.bm25_query('apple', 'bm25_rights.secret_partial') AS distance FROM secret WHERE id > 1;
CREATE FUNCTION best_shown(words text) RETURNS int LANGUAGE plpgsql AS
    $$BEGIN RETURN (SELECT id FROM bm25_rights.shown ORDER BY txt OPERATOR(public.<@>) words LIMIT 1); END$$;
GRANT SELECT ON shown, barrier, named TO regress_bm25_reader;

-- No rights: neither the table nor a score of a text of one's own.
SET ROLE regress_bm25_stranger;
SELECT id FROM secret ORDER BY body <@> 'apple' LIMIT 1;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_idx');
SELECT 'apple'::text <@> vecext.bm25_query('apple'::tsquery, 'secret_idx');
SELECT 'apple'::text @@@ vecext.bm25_query('apple', 'secret_idx');
SELECT 'apple'::text <@> 'secret_idx: apple'::vecext.bm25_query;
SELECT 'apple'::text <@> 'secret_idx @@ apple'::vecext.bm25_query;
SELECT 'apple'::text <@> vecext.bm25_query(w, i) FROM (VALUES ('apple', 'secret_idx'::regclass)) v(w, i);
SELECT id FROM shown ORDER BY txt <@> 'apple' LIMIT 1;
-- Nobody can make the call that the planner makes. Minor versions of the server differ in the error.
DO $$ BEGIN
  PERFORM vecext.bm25_query('apple', 'secret_idx', NULL);
  RAISE 'called';
EXCEPTION WHEN undefined_function OR feature_not_supported THEN NULL; END $$;
DO $$ BEGIN
  PERFORM vecext.bm25_query('apple', 'secret_idx', NULL::internal);
  RAISE 'called';
EXCEPTION WHEN cannot_coerce OR feature_not_supported THEN NULL; END $$;
-- A plan that another role has made.
RESET ROLE;
PREPARE scored(text) AS SELECT 'apple'::text <@> vecext.bm25_query($1, 'secret_idx') < 0;
SET plan_cache_mode = force_generic_plan;
EXECUTE scored('apple');
SET ROLE regress_bm25_stranger;
EXECUTE scored('apple');
RESET plan_cache_mode;

-- Rights of a view's owner.
SET ROLE regress_bm25_reader;
SELECT id, txt <@> 'pear' < 0 AS has_pear FROM shown ORDER BY txt <@> 'pear' LIMIT 1;
SELECT id, txt <@> 'pear' < 0 AS has_pear FROM barrier ORDER BY txt <@> 'pear' LIMIT 1;
SELECT id FROM barrier WHERE txt @@@ 'apple & !red'::tsquery;
SELECT id FROM shown ORDER BY txt <@> vecext.bm25_query('pear', 'secret_idx') LIMIT 1;
SELECT id FROM named ORDER BY distance LIMIT 1;
SELECT best_shown('green & pear');
PREPARE shown_best(text) AS SELECT id FROM shown ORDER BY txt <@> $1 LIMIT 1;
SET plan_cache_mode = force_generic_plan;
EXECUTE shown_best('pear');
RESET plan_cache_mode;
RESET ROLE;
-- The plan, without names of parameters, which differ between versions.
CREATE FUNCTION plan(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        RETURN NEXT regexp_replace(regexp_replace(replace(line, 'InitPlan expr_', 'InitPlan '), ' \(returns \$\d+\)', ''), '\$\d+|\(InitPlan \d+\)\.col1', '$');
    END LOOP;
END $$;
SET ROLE regress_bm25_reader;
SELECT plan($$SELECT id FROM shown ORDER BY txt <@> (SELECT 'pear') LIMIT 1$$);
SELECT w, (SELECT id FROM barrier ORDER BY txt <@> w LIMIT 1) FROM unnest(ARRAY['red', 'pear']) w;
SELECT id FROM secret ORDER BY body <@> 'apple' LIMIT 1;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_idx');

-- Rights to the columns of an index. One with an expression or a predicate needs the table's.
RESET ROLE;
GRANT SELECT (id, body) ON secret TO regress_bm25_reader;
SET ROLE regress_bm25_reader;
SELECT id FROM secret ORDER BY body <@> 'pear' LIMIT 1;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_idx') < 0;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_partial');
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_expression');
SELECT id FROM secret ORDER BY lower(owner) <@> 'x' LIMIT 1;
RESET ROLE;
GRANT SELECT ON secret TO regress_bm25_reader;
SET ROLE regress_bm25_reader;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_partial') < 0, 'x'::text <@> vecext.bm25_query('x', 'secret_expression') < 0;

-- Row-level security: the rows that may be read have scores, other texts do not.
RESET ROLE;
ALTER TABLE secret ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON secret USING (owner = current_user);
SET ROLE regress_bm25_reader;
SELECT id, body <@> 'apple' < 0 AS has_apple FROM secret ORDER BY body <@> 'apple', id;
SELECT count(*) FROM secret WHERE body @@@ 'apple';
SELECT id FROM secret ORDER BY body <@> vecext.bm25_query('plum', 'secret_idx') LIMIT 1;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_idx');
SELECT 'apple'::text <@> 'secret_idx: apple'::vecext.bm25_query;
-- How many rows have a word is no one's to know who may not read them: plans guess, of a partition too.
RESET ROLE;
CREATE FUNCTION expected_rows(query text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT json) ' || query INTO plan;
    RETURN plan #>> '{0,Plan,Plan Rows}';
END $$;
SET ROLE regress_bm25_owner;
CREATE TABLE parted (id int, owner text, body text) PARTITION BY RANGE (id);
CREATE TABLE parted_low PARTITION OF parted FOR VALUES FROM (0) TO (1000);
CREATE INDEX ON parted USING bm25 (body) WITH (text_config = 'simple');
INSERT INTO parted SELECT i, 'regress_bm25_' || CASE i % 2 WHEN 0 THEN 'owner' ELSE 'reader' END, CASE i % 2 WHEN 0 THEN 'hidden' ELSE 'plain' END
FROM generate_series(1, 999) i;
SELECT vecext.merge('parted_low_body_idx');
ANALYZE parted;
GRANT SELECT ON parted, parted_low TO regress_bm25_reader;
GRANT SELECT (id, body) ON parted TO regress_bm25_stranger;
SET ROLE regress_bm25_reader;
SELECT expected_rows($$SELECT FROM parted WHERE body @@@ 'hidden'$$) BETWEEN 450 AND 550 AS is_known;
PREPARE hidden AS SELECT FROM parted WHERE body @@@ 'hidden';
SELECT expected_rows('EXECUTE hidden') BETWEEN 450 AND 550 AS is_known;
SET ROLE regress_bm25_stranger;
SELECT expected_rows('EXECUTE hidden') BETWEEN 450 AND 550 AS is_known;
SET ROLE regress_bm25_owner;
ALTER TABLE parted ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON parted USING (owner = current_user);
SET ROLE regress_bm25_reader;
SELECT expected_rows($$SELECT FROM parted WHERE body @@@ 'hidden'$$) = expected_rows($$SELECT FROM parted WHERE body @@@ 'nowhere'$$) AS is_guessed;
-- A view of the table's owner, to whom the policy does not apply.
SELECT id FROM shown ORDER BY txt <@> 'pear' LIMIT 1;
SET ROLE regress_bm25_owner;
SELECT 'apple'::text <@> vecext.bm25_query('apple', 'secret_idx') < 0;
-- A score tells whether a row is in a partial index. So it takes the right to read the columns of the predicate: the user's, or in a view
-- its owner's.
RESET ROLE;
SET ROLE regress_bm25_owner;
CREATE TABLE concealed (id int PRIMARY KEY, body text, hidden int);
INSERT INTO concealed SELECT i, 'w' || i || ' common', i % 10 FROM generate_series(1, 50) i;
CREATE INDEX concealed_idx ON concealed USING bm25 (body) WHERE hidden = 5;
CREATE VIEW concealed_view AS SELECT id, body <@> ('w' || id) AS distance FROM concealed;
GRANT SELECT (id, body) ON concealed TO regress_bm25_reader;
GRANT SELECT ON concealed_view TO regress_bm25_reader;
SET ROLE regress_bm25_reader;
SELECT id, body <@> ('w' || id) FROM concealed WHERE id IN (4, 5) ORDER BY id;
SELECT id, body <@> vecext.bm25_query('w5', 'concealed_idx') FROM concealed WHERE id = 5;
SELECT id FROM concealed WHERE body @@@ 'w5';
SELECT count(*), sum(distance) < 0 AS has_scores FROM concealed_view;
-- A plan is of the role that it was made for.
SET ROLE regress_bm25_owner;
PREPARE concealed_scores AS SELECT min(body <@> 'w5') < 0 AS has_scores FROM concealed;
PREPARE concealed_named AS SELECT min(body <@> vecext.bm25_query('w5', 'concealed_idx')) < 0 AS has_scores FROM concealed;
EXECUTE concealed_scores;
EXECUTE concealed_named;
SET ROLE regress_bm25_reader;
EXECUTE concealed_scores;
EXECUTE concealed_named;
SET ROLE regress_bm25_owner;
EXECUTE concealed_scores;
GRANT SELECT (hidden) ON concealed TO regress_bm25_reader;
SET ROLE regress_bm25_reader;
SELECT count(*), sum(body <@> vecext.bm25_query('w5', 'concealed_idx')) < 0 AS has_scores FROM concealed;
SELECT count(*), sum(body <@> 'w5') < 0 AS has_scores FROM concealed;
RESET ROLE;
-- A configuration in a schema on which a role has no rights: who may use the table uses it, as in an index over to_tsvector(). Only who
-- builds an index needs a right on the schema.
RESET ROLE;
CREATE SCHEMA regress_bm25_config AUTHORIZATION regress_bm25_owner;
SET ROLE regress_bm25_owner;
CREATE TEXT SEARCH CONFIGURATION regress_bm25_config.words (COPY = pg_catalog.english);
CREATE TABLE configured (id int, body text);
INSERT INTO configured VALUES (1, 'running'), (2, 'walks');
CREATE INDEX configured_idx ON configured USING bm25 (body) WITH (text_config = 'regress_bm25_config.words');
CREATE INDEX configured_gin ON configured USING gin (to_tsvector('regress_bm25_config.words', body));
CREATE VIEW configured_view AS SELECT * FROM configured;
GRANT SELECT, INSERT ON configured_view TO regress_bm25_reader;
SET ROLE regress_bm25_reader;
INSERT INTO configured_view VALUES (3, 'runs');
SELECT id FROM configured_view WHERE body @@@ 'run' ORDER BY body <@> 'run', id;
SELECT count(*) FROM configured_view WHERE body @@@ vecext.bm25_query('run', 'configured_idx');
CREATE TEMP TABLE mine (body text);
CREATE INDEX ON mine USING bm25 (body) WITH (text_config = 'regress_bm25_config.words');
RESET ROLE;
SELECT vecext.verify_index('configured_idx');
SET client_min_messages = warning;
DROP TABLE mine;
DROP SCHEMA regress_bm25_config CASCADE;

RESET ROLE;
DEALLOCATE ALL;
DROP SCHEMA bm25_rights CASCADE;
DROP ROLE regress_bm25_owner, regress_bm25_reader, regress_bm25_stranger;
