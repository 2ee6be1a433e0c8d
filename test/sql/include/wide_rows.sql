-- For suites about indexes of :method, with :options and :other_options, on rows whose vectors lie out
-- of line: what a scan has read of them serves the distances that it is asked for, and no others.
CREATE TABLE wide (id int PRIMARY KEY, v vector(800), w vector(800)) WITH (autovacuum_enabled = off);
INSERT INTO wide SELECT i, array_agg(sin(i * j) ORDER BY j), array_agg(cos(i * j) ORDER BY j)
FROM generate_series(1, 60) i, generate_series(1, 800) j GROUP BY i;
CREATE INDEX wide_v ON wide USING :method (v vector_l2_ops) :options;
CREATE INDEX wide_w ON wide USING :method (w vector_l2_ops) :other_options;
CREATE TABLE exact AS
SELECT q.id AS q, t.id, q.v <-> t.v AS v, q.w <-> t.w AS w, q.v <-> t.w AS cross FROM wide q, wide t;
SET enable_seqscan = off;
SELECT count(*), count(*) FILTER (WHERE n IN (SELECT exact FROM exact)) AS exact
FROM (SELECT v FROM wide WHERE id < 9) q, LATERAL
    (SELECT (SELECT id FROM wide WHERE v = q.v), id, q.v <-> v, (SELECT w FROM wide WHERE v = q.v) <-> w, q.v <-> w
     FROM wide ORDER BY v <-> q.v LIMIT 9) n;
-- Two scans take turns.
SELECT count(*), count(*) FILTER (WHERE a.d = e.v AND b.e = f.w) AS exact
FROM wide q, LATERAL (SELECT id, v, v <-> q.v AS d FROM wide ORDER BY v <-> q.v LIMIT 5) a,
    LATERAL (SELECT id, w <-> q.w AS e FROM wide ORDER BY w <-> q.w LIMIT 5) b, exact e, exact f
WHERE q.id < 9 AND e.q = q.id AND e.id = a.id AND f.q = q.id AND f.id = b.id;
RESET enable_seqscan;
BEGIN;
SET LOCAL enable_seqscan = off;
DECLARE nearest CURSOR FOR SELECT (id, v <-> (SELECT v FROM wide WHERE id = 7)) IN
    (SELECT id, v FROM exact WHERE q = 7) AS exact
FROM wide ORDER BY v <-> (SELECT v FROM wide WHERE id = 7);
FETCH 2 FROM nearest;
SAVEPOINT s;
UPDATE wide SET v = w;
SELECT count(*), min(v <-> (SELECT w FROM wide WHERE id = 7)) FROM
    (SELECT v FROM wide ORDER BY v <-> (SELECT w FROM wide WHERE id = 7) LIMIT 5) t;
ROLLBACK TO s;
DELETE FROM wide WHERE id > 30;
FETCH 2 FROM nearest;
MOVE ALL IN nearest;
ROLLBACK;
DROP TABLE wide, exact;
