-- A search that follows another one of the same statement, because too few of the first rows join, goes as far as without observed
-- queries: those that ended after their first search say nothing of it.
SELECT setseed(.25);
CREATE FUNCTION later_random(size float8, i int) RETURNS vector LANGUAGE sql VOLATILE
RETURN ARRAY(SELECT random() * size FROM generate_series(1, 24) WHERE i >= 0)::vector(24);
CREATE TABLE later_center AS SELECT i, later_random(2, i) AS v FROM generate_series(0, 132) i;
CREATE TABLE later_item AS
	SELECT n AS id, CASE WHEN n % 2 = 0 THEN v + later_random(.1, n) ELSE later_random(2, n) END AS v
	FROM generate_series(1, 8000) n JOIN later_center ON i = n / 2 % 133;
ALTER TABLE later_item ALTER v TYPE vector(24);
CREATE INDEX later_v ON later_item USING ivfpq (v vector_l2_ops);
CREATE TABLE later_blocked AS SELECT id FROM later_item WHERE id % 2 = 0;
ALTER TABLE later_blocked ADD PRIMARY KEY (id);
ANALYZE later_item, later_blocked;
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;

-- How many lists the last search for the rows nearest to one of a group expects to read: for any two, or for two that no group has.
CREATE FUNCTION later_expected(is_later bool) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE q vector := (SELECT v FROM later_item WHERE id = 7000);
BEGIN
	IF is_later THEN
		PERFORM id FROM later_item WHERE NOT EXISTS (SELECT FROM later_blocked b WHERE b.id = later_item.id) ORDER BY v <-> q LIMIT 2;
	ELSE
		PERFORM id FROM later_item ORDER BY v <-> q LIMIT 2;
	END IF;
	RETURN (SELECT expected_easy FROM vecext.last_scan());
END $$;
CREATE FUNCTION later_ask(q vector, n int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT count(*) FROM (SELECT id FROM later_item ORDER BY v <-> q LIMIT n) s);
END $$;

SET vecext.observe_one_in = 1000000000;
CREATE TEMP TABLE before AS SELECT is_later, later_expected(is_later) AS lists FROM (VALUES (false), (true)) w (is_later);
SET vecext.observe_one_in = 1;
SELECT n, sum(later_ask(v, n)) FROM later_item, (VALUES (2), (10), (100)) w (n) WHERE id % 2 = 0 AND id <= 500 GROUP BY n ORDER BY n;
SELECT way, most_rows, queries FROM vecext.observed_effort('later_v') ORDER BY most_rows;
SET vecext.observe_one_in = 1000000000;
SELECT is_later, later_expected(is_later) < lists AS is_easier FROM before ORDER BY is_later;
RESET vecext.observe_one_in;
RESET enable_seqscan;
RESET enable_hashjoin;
RESET enable_mergejoin;
DROP TABLE later_item, later_blocked, later_center, before;
DROP FUNCTION later_random, later_expected, later_ask;
