-- Columns of kinds that PostgreSQL has from 18 on, with the same output on the versions before it: NOT NULL that is not
-- validated, virtual generated ones; CHECK that is not enforced.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
SET client_min_messages = warning;
SELECT setting::int >= 180000 AS has_kinds FROM pg_settings WHERE name = 'server_version_num' \gset

-- A payload that is NOT NULL for new rows alone: those before it may have none, which is one without any keys.
CREATE TABLE doubtful (id bigint NOT NULL UNIQUE, payload jsonb);
INSERT INTO doubtful VALUES (1, '{"a": 1}'), (2, NULL), (3, '{}');
INSERT INTO doubtful SELECT i, jsonb_build_object('a', i) FROM generate_series(4, 2000) i;
\if :has_kinds
ALTER TABLE doubtful ADD NOT NULL payload NOT VALID;
\endif
SELECT vecext.register_collection('doubtful', vectors => '{}');
SELECT vecext.create_payload_index('doubtful', 'a', 'is_empty'), vecext.create_payload_index('doubtful', 'a', 'integer');
ANALYZE doubtful;
SET enable_seqscan = off;
SELECT id FROM doubtful t WHERE vecext.matches(t, '{"must": {"is_empty": {"key": "a"}}}'::jsonb) ORDER BY id;
SELECT id FROM doubtful t WHERE vecext.matches(t, '{"must_not": {"key": "a", "range": {"gte": -5}}}'::jsonb) ORDER BY id;
SELECT vecext.count_points('doubtful', '{"must": {"is_empty": {"key": "a"}}}'), vecext.count_points('doubtful', '{"must_not": {"key": "a", "range": {"gte": -5}}}');
UPDATE doubtful SET payload = '{}' WHERE id = 2;
\if :has_kinds
ALTER TABLE doubtful VALIDATE CONSTRAINT doubtful_payload_not_null;
\else
ALTER TABLE doubtful ALTER payload SET NOT NULL;
\endif
SELECT id FROM doubtful t WHERE vecext.matches(t, '{"must": {"is_empty": {"key": "a"}}}'::jsonb) ORDER BY id;
SELECT id FROM doubtful t WHERE vecext.matches(t, '{"must_not": {"key": "a", "range": {"gte": -5}}}'::jsonb) ORDER BY id;
RESET enable_seqscan;
DROP TABLE doubtful;

-- Such an id may be null.
CREATE TABLE unsure (id bigint UNIQUE, payload jsonb NOT NULL);
INSERT INTO unsure VALUES (NULL, '{}');
\if :has_kinds
ALTER TABLE unsure ADD NOT NULL id NOT VALID;
\endif
SELECT pg_temp.outcome($$SELECT vecext.register_collection('unsure', vectors => '{}')$$);
UPDATE unsure SET id = 1;
\if :has_kinds
ALTER TABLE unsure VALIDATE CONSTRAINT unsure_id_not_null;
\else
ALTER TABLE unsure ALTER id SET NOT NULL;
\endif
SELECT pg_temp.outcome($$SELECT vecext.register_collection('unsure', vectors => '{}')$$);
DROP TABLE unsure;

-- A constraint that says of a key that it has no arrays, and is not checked.
CREATE TABLE lenient (id bigint PRIMARY KEY, payload jsonb NOT NULL);
INSERT INTO lenient VALUES (1, '{"a": ["x"]}'), (2, '{"a": "x"}'), (3, '{"a": "y"}');
\if :has_kinds
ALTER TABLE lenient ADD CHECK (NOT vecext.payload_is_array(payload, 'a')) NOT ENFORCED;
\else
ALTER TABLE lenient ADD CHECK (NOT vecext.payload_is_array(payload, 'a')) NOT VALID;
\endif
CREATE INDEX ON lenient (vecext.payload_text(payload, 'a'));
SET enable_seqscan = off;
SELECT id FROM lenient WHERE vecext.matches(payload, 'a = ''x''') ORDER BY id;
RESET enable_seqscan;
DROP TABLE lenient;
