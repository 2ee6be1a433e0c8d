-- An error of a policy while a function looks at a collection's rows: the function ends as it would anywhere, the session keeps its role,
-- and what it does next is committed.
SET client_min_messages = error;
CREATE ROLE regress_glance;
GRANT CREATE ON SCHEMA public TO regress_glance;
SET ROLE regress_glance;
SELECT vecext.create_collection('glanced', '{"size": null, "distance": "dot"}');
INSERT INTO glanced (id, embedding) VALUES (1, '[1,2,3]');
CREATE FUNCTION refuses() RETURNS bool LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no rows are shown'; END$$;
CREATE POLICY p ON glanced USING (refuses());
ALTER TABLE glanced ENABLE ROW LEVEL SECURITY;
ALTER TABLE glanced FORCE ROW LEVEL SECURITY;
RESET ROLE;
CREATE TABLE written (step int);

-- Of all collections, this one is passed over. The transaction ends with its statement.
SELECT vecext.create_vector_indexes();
INSERT INTO written VALUES (1);
BEGIN;
INSERT INTO written VALUES (2);
COMMIT;
-- By its name it is an error.
SELECT vecext.create_vector_indexes('glanced');
INSERT INTO written VALUES (3);
BEGIN;
ROLLBACK;
SELECT array_agg(step ORDER BY step) FROM written;

-- Who catches the error has the role and the settings of before, also behind a function with the rights of another role.
CREATE FUNCTION maintain() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$SELECT vecext.create_vector_indexes('glanced')$$;
CREATE FUNCTION maintained() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM maintain();
    RETURN 'no error';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLERRM;
END$$;
SET ROLE regress_glance;
SELECT maintained(), current_user, current_setting('search_path') AS path;
SELECT current_user, current_setting('search_path') AS path;
RESET ROLE;

DROP FUNCTION maintain, maintained;
DROP TABLE written;
SELECT vecext.drop_collection('glanced');
DROP FUNCTION refuses;
REVOKE CREATE ON SCHEMA public FROM regress_glance;
DROP ROLE regress_glance;
