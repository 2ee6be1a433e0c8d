-- Conditions on parts of values that an index is on: nested ones, those of paths below, CONTAINS.
SET client_min_messages = warning;
SET jit = off;
SELECT vecext.payload_int('{"n": 1}', 'n');
CREATE TABLE film (id int PRIMARY KEY, payload jsonb NOT NULL);
INSERT INTO film SELECT i, jsonb_build_object(
    'cast', jsonb_build_array(jsonb_build_object('name', 'n' || i % 300, 'age', i % 70, 'leads', i % 2 = 0, 'born', jsonb_build_object('city', 'c' || i % 150)),
        jsonb_build_object('name', jsonb_build_array('n' || i % 400, 'm' || i), 'awards', jsonb_build_array(jsonb_build_object('year', i % 200), jsonb_build_object('year', i % 250)))),
    'crew', jsonb_build_array(jsonb_build_object('name', 'n' || i % 300, 'age', i % 700), jsonb_build_object('name', 'n' || i % 100, 'age', i % 900)),
    'tags', jsonb_build_array(i % 250, 't' || i % 300, i % 500 = 0, jsonb_build_array(i % 350)),
    'set', jsonb_build_object('place', jsonb_build_object('city', 'c' || i % 200), 'size', i % 300))
FROM generate_series(1, 3000) i;
-- As the path does not say, a value may be an array of values, and an array of objects an object.
INSERT INTO film VALUES (3001, '{"cast": {"name": "n7"}, "set": [{"place": {"city": "c7"}}]}'), (3002, '{"cast": [[{"name": "n7"}]], "set": {"place": {"city": ["c7"]}}}'),
    (3003, '{"cast": ["n7", {"name": [["n7"]]}, {"name": {"n7": 1}}]}'), (3004, '{"cast": [{"name": ["x", "n7"]}], "tags": 7, "set": {"place": {"city": ["x", "c7"]}}}'),
    (3005, '{"cast": [{"name": "x"}, {"name": "n7", "age": 7.0, "leads": null}], "tags": [7.0], "set": {"place": {"city": [["c7"]]}}}'), (3006, '{"cast": "n7", "tags": "7"}'), (3007, '[]'), (3008, '"cast"');
CREATE INDEX by_cast ON film USING gin ((payload -> 'cast') jsonb_path_ops);
CREATE INDEX by_crew_name ON film USING gin (vecext.payload_values(payload, 'crew[].name') jsonb_path_ops);
CREATE INDEX by_crew_age ON film USING gist (vecext.payload_nums(payload, 'crew[].age'));
CREATE INDEX by_awards ON film (vecext.payload_is_empty(payload, 'cast[].awards'));
CREATE INDEX by_awards_count ON film (vecext.payload_count(payload, 'cast[].awards'));
CREATE INDEX by_tags ON film USING gin ((payload -> 'tags') jsonb_path_ops);
CREATE INDEX by_set ON film USING gin ((payload -> 'set'));
ANALYZE film;
CREATE TABLE whole (LIKE film);
CREATE INDEX by_payload ON whole USING gin (payload jsonb_path_ops);
CREATE INDEX by_cast_values ON whole USING gin (vecext.payload_values(payload, 'cast[]') jsonb_path_ops);
INSERT INTO whole TABLE film;
ANALYZE whole;

CREATE FUNCTION found(relation text, filter text, OUT indexes text, OUT rows int8, OUT differ int8) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT id FROM %I WHERE vecext.matches(payload, %L)', relation, filter);
    line text;
    names text[] := '{}';
BEGIN
    SET LOCAL enable_seqscan = off;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        names := names || (regexp_match(line, 'Scan (?:using|on) (by_\w+)'))[1];
    END LOOP;
    indexes := (SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM unnest(names) name);
    EXECUTE format('SELECT count(*) FROM (%s) s', query) INTO rows;
    CREATE TEMP TABLE f ON COMMIT DROP AS SELECT filter AS by_rows;
    EXECUTE format('SELECT count(*) FROM (SELECT id FROM %I, f WHERE vecext.matches(payload, by_rows)) a FULL JOIN (%s) b USING (id) WHERE a IS NULL OR b IS NULL', relation, query) INTO differ;
    DROP TABLE f;
    RESET enable_seqscan;
END $$;
CREATE TABLE given (no int, filter text);
INSERT INTO given VALUES
    (1, '{"must": {"nested": {"key": "cast", "filter": {"must": {"key": "name", "match": {"value": "n7"}}}}}}'),
    (2, '{"must": {"nested": {"key": "cast[]", "filter": {"must": [{"key": "name", "match": {"any": ["n7", "n9"]}}, {"key": "leads", "match": {"value": false}}, {"key": "age", "match": {"value": 7}}]}}}}'),
    (3, '{"must": {"nested": {"key": "cast", "filter": {"should": [{"key": "name", "match": {"value": "m8"}}, {"key": "born.city", "match": {"value": "c8"}}]}}}}'),
    (4, '{"must": {"nested": {"key": "cast", "filter": {"should": [{"key": "name", "match": {"value": "m8"}}, {"key": "age", "range": {"gt": 68}}]}}}}'),
    (5, '{"must": {"nested": {"key": "cast", "filter": {"must": {"key": "name", "match": {"value": "n7"}}, "must_not": {"key": "leads", "match": {"value": true}}}}}}'),
    (6, '{"must": {"nested": {"key": "cast", "filter": {"must_not": {"key": "name", "match": {"value": "n7"}}}}}}'),
    (7, '{"must_not": {"nested": {"key": "cast", "filter": {"must": {"key": "name", "match": {"value": "n7"}}}}}}'),
    (8, '{"must": {"nested": {"key": "cast", "filter": {"must": {"nested": {"key": "awards", "filter": {"must": {"key": "year", "match": {"value": 7}}}}}}}}}'),
    (9, '{"must": {"nested": {"key": "cast", "filter": {"must": [{"is_null": {"key": "leads"}}, {"is_empty": {"key": "awards"}}]}}}}'),
    (10, '{"must": {"nested": {"key": "cast", "filter": {"must": [{"key": "awards", "values_count": {"gt": 1}}, {"key": "name", "match": {"except": ["n7"]}}]}}}}'),
    (11, '{"must": {"nested": {"key": "crew", "filter": {"must": [{"key": "name", "match": {"value": "n7"}}, {"key": "age", "range": {"gte": 7, "lt": 8}}]}}}}'),
    (12, '{"must": {"nested": {"key": "tags", "filter": {"must": {"key": "a", "match": {"value": 7}}}}}}'),
    (20, 'cast[].name = ''n7'''), (21, 'cast[0].name = ''n7'' AND cast[1].awards[].year = 7'), (22, 'cast[0].born.city IN (''c7'', ''c8'')'), (23, 'set.place.city = ''c7'''),
    (24, 'set.place = ''c7'''), (25, 'set.size = 7 AND set.place.city != ''c7'''), (26, 'set.size = 7.5'), (27, 'tags[] = 7'), (28, 'tags[0] = 7'), (29, 'tags[3] = 7'),
    (30, 'tags CONTAINS 7'), (31, 'tags CONTAINS true'), (32, 'tags CONTAINS ''t7'''), (33, 'tags CONTAINS 7.5'), (34, 'cast[].name CONTAINS 7'), (35, 'cast CONTAINS null'), (36, 'tags[3] CONTAINS 7'), (37, 'tags CONTAINS ''7''');
SELECT no, found.* FROM given, found('film', filter) ORDER BY no;
SELECT no, found.* FROM given, found('whole', filter) ORDER BY no;
-- The conditions.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT id FROM film WHERE vecext.matches(payload, 'set.place.city = ''c7''');
EXPLAIN (COSTS OFF) SELECT id FROM film WHERE vecext.matches(payload, '{"must": {"nested": {"key": "cast", "filter": {"must": [{"key": "name", "match": {"any": ["n7", "n9"]}}, {"key": "leads", "match": {"value": true}}]}}}}');
EXPLAIN (COSTS OFF) SELECT id FROM film WHERE vecext.matches(payload, 'tags CONTAINS 7');
EXPLAIN (COSTS OFF) SELECT id FROM whole WHERE vecext.matches(payload, 'cast[1].name = ''n7''');
-- A CHECK that the value is no array leaves one of them.
ALTER TABLE whole ADD CHECK (NOT vecext.payload_is_array(payload, 'set.size'));
EXPLAIN (COSTS OFF) SELECT id FROM whole WHERE vecext.matches(payload, 'set.size = 7');
DROP TABLE film, whole, given;
DROP FUNCTION found(text, text);
