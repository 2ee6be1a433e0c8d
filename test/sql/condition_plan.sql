-- The indexes that filters use: as literals, in prepared statements, in PL/pgSQL, under a policy.
SET client_min_messages = warning;
SET jit = off;
-- Loads the library: while workers build an index it would refuse settings of the session.
SELECT vecext.payload_int('{"n": 1}', 'n');
CREATE TABLE item (id int8 PRIMARY KEY, payload jsonb NOT NULL);
INSERT INTO item SELECT i, jsonb_build_object(
    'lang', 'l' || i % 500, 'tags', jsonb_build_array('t' || i % 700, 't' || i % 900),
    'n', i % 2000, 'x', (i % 3000) / 4.0, 'flag', i % 1000 = 0,
    'day', to_char(timestamp '2024-01-01' + i * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'uid', md5((i % 1000)::text)::uuid,
    'place', jsonb_build_object('lon', i % 360 - 180, 'lat', i % 170 - 85),
    'body', 'word' || i % 600 || ' of text', 'owner', 'o' || i % 100,
    'many', (SELECT jsonb_agg(j) FROM generate_series(1, i % 200) j),
    'deep', jsonb_build_object('k', 'd' || i % 400))
FROM generate_series(1, 20000) i;
CREATE INDEX by_lang ON item USING gin ((payload -> 'lang') jsonb_path_ops);
CREATE INDEX by_tags ON item USING gin ((payload -> 'tags') jsonb_path_ops);
CREATE INDEX by_deep ON item USING gin ((payload -> 'deep' -> 'k') jsonb_path_ops);
CREATE INDEX by_n ON item (vecext.payload_int(payload, 'n'));
CREATE INDEX by_n_array ON item (vecext.payload_is_array(payload, 'n')) WHERE vecext.payload_is_array(payload, 'n');
CREATE INDEX by_x ON item (vecext.payload_float(payload, 'x'));
CREATE INDEX by_x_array ON item (vecext.payload_is_array(payload, 'x')) WHERE vecext.payload_is_array(payload, 'x');
CREATE INDEX by_flag ON item (vecext.payload_bool(payload, 'flag'));
ALTER TABLE item ADD CHECK (NOT vecext.payload_is_array(payload, 'flag'));
CREATE INDEX by_day ON item (vecext.payload_ts(payload, 'day'));
ALTER TABLE item ADD CHECK (NOT vecext.payload_is_array(payload, 'day'));
CREATE INDEX by_uid ON item (vecext.payload_uuid(payload, 'uid'));
ALTER TABLE item ADD CHECK (NOT vecext.payload_is_array(payload, 'uid'));
CREATE INDEX by_place ON item USING gist (vecext.payload_geo_box(payload, 'place'));
CREATE INDEX by_body ON item USING gin (to_tsvector('vecext.word', payload -> 'body'));
CREATE INDEX by_english ON item USING gin (to_tsvector('english', payload -> 'body'));
CREATE INDEX by_owner ON item (vecext.payload_text(payload, 'owner') text_pattern_ops);
ALTER TABLE item ADD CHECK (NOT vecext.payload_is_array(payload, 'owner'));
CREATE INDEX by_many ON item (vecext.payload_count(payload, 'many'));
CREATE INDEX by_nums ON item USING gist (vecext.payload_nums(payload, 'tags.n'));
CREATE INDEX by_nothing ON item (vecext.payload_is_empty(payload, 'many'));
VACUUM ANALYZE item;

-- The indexes in the plan of a statement, and how many rows it gives: with indexes, and without.
CREATE FUNCTION used(statement text, OUT indexes text, OUT rows int8, OUT without int8) LANGUAGE plpgsql AS $$
DECLARE
    line text;
    names text[] := '{}';
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || statement LOOP
        names := names || (regexp_match(line, 'Scan (?:using|on) (by_\w+|item_pkey)'))[1];
    END LOOP;
    indexes := (SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM unnest(names) name);
    EXECUTE 'SELECT count(*) FROM (' || statement || ') s' INTO rows;
    SET LOCAL enable_indexscan = off;
    SET LOCAL enable_bitmapscan = off;
    SET LOCAL enable_indexonlyscan = off;
    EXECUTE 'SELECT count(*) FROM (' || statement || ') s' INTO without;
    RESET enable_indexscan;
    RESET enable_bitmapscan;
    RESET enable_indexonlyscan;
END $$;

CREATE TABLE filter (number int, name text, filter jsonb);
INSERT INTO filter VALUES
    (1, 'keyword', '{"must": {"key": "lang", "match": {"value": "l7"}}}'),
    (2, 'keyword, any', '{"must": {"key": "lang", "match": {"any": ["l7", "l9"]}}}'),
    (3, 'keyword, array', '{"must": {"key": "tags", "match": {"value": "t7"}}}'),
    (4, 'keyword, deep', '{"must": {"key": "deep.k", "match": {"value": "d7"}}}'),
    (5, 'integer', '{"must": {"key": "n", "match": {"value": 7}}}'),
    (6, 'float', '{"must": {"key": "x", "range": {"gte": 10, "lt": 10.5}}}'),
    (7, 'bool', '{"must": {"key": "flag", "match": {"value": true}}}'),
    (8, 'datetime', '{"must": {"key": "day", "range": {"gte": "2024-03-01T00:00:00Z", "lt": "2024-03-03T00:00:00Z"}}}'),
    (9, 'uuid', '{"must": {"key": "uid", "match": {"value": "8f14e45f-ceea-167a-5a36-dedd4bea2543"}}}'),
    (10, 'geo, box', '{"must": {"key": "place", "geo_bounding_box": {"top_left": {"lon": 10, "lat": 20}, "bottom_right": {"lon": 20, "lat": 10}}}}'),
    (11, 'geo, radius', '{"must": {"key": "place", "geo_radius": {"center": {"lon": 179, "lat": 10}, "radius": 700000}}}'),
    (12, 'text', '{"must": {"key": "body", "match": {"text": "text word7"}}}'),
    (13, 'text, phrase', '{"must": {"key": "body", "match": {"phrase": "word7 of"}}}'),
    (14, 'prefix', '{"must": {"key": "owner", "match": {"prefix": "o77"}}}'),
    (15, 'values_count', '{"must": {"key": "many", "values_count": {"gte": 198}}}'),
    (16, 'is_empty', '{"must": {"is_empty": {"key": "many"}}}'),
    (17, 'both', '{"must": [{"key": "lang", "match": {"value": "l7"}}, {"key": "x", "range": {"lt": 10}}]}'),
    (18, 'either', '{"should": [{"key": "lang", "match": {"value": "l7"}}, {"key": "n", "match": {"value": 7}}]}'),
    (19, 'either, one without index', '{"should": [{"key": "lang", "match": {"value": "l7"}}, {"key": "none", "match": {"value": 7}}]}'),
    (20, 'but not', '{"must": {"key": "lang", "match": {"value": "l7"}}, "must_not": {"key": "n", "match": {"value": 7}}}'),
    (21, 'two of three', '{"min_should": {"min_count": 2, "conditions": [{"key": "lang", "match": {"value": "l7"}}, {"key": "n", "match": {"value": 7}}, {"key": "flag", "match": {"value": true}}]}}'),
    (22, 'text, english', '{"must": {"key": "body", "match": {"text": "the texts word7", "config": "english"}}}'),
    (23, 'text, english, without index', '{"must": {"key": "owner", "match": {"text_any": "o7 o9", "config": "english"}}}');

-- A literal.
SELECT name, used.* FROM filter, used(format('SELECT id FROM item WHERE vecext.matches(payload, %L::jsonb)', filter))
ORDER BY number;

-- A filter text.
SELECT * FROM used($$SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7'' AND NOT tags CONTAINS ''t7''')$$);

-- Both bounds of a range are conditions of one index scan, in whichever way they are written.
-- Whether workers are worth it differs between versions, and so does where a plan repeats the conditions of an index.
CREATE FUNCTION bounds(filter text) RETURNS SETOF text LANGUAGE plpgsql SET max_parallel_workers_per_gather = 0 SET enable_seqscan = off AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, %L)', filter) LOOP
        IF line ~ 'Index Cond' AND line !~ 'is_array' THEN
            RETURN NEXT substring(line, 'Index Cond: .*');
        END IF;
    END LOOP;
END $$;
SELECT bounds('x >= 10 AND x < 10.5');
SELECT bounds('x >= 10 AND (n != 5 AND (x < 10.5 AND x != 10.25))');
SELECT bounds('{"must": [{"key": "x", "range": {"gte": 10}}, {"key": "owner", "match": {"except": ["o"]}}, {"key": "x", "range": {"lt": 10.5}}]}');
SELECT bounds('{"must": [{"key": "x", "range": {"gte": 10, "lt": 11}}, {"must": {"key": "x", "range": {"gt": 9, "lte": 10.5}}}]}');
SELECT bounds('(x >= 10 AND x < 10.5) OR (x >= 20 AND x < 20.5)');
SELECT bounds('{"must": [{"key": "day", "range": {"gte": "2024-03-01"}}, {"key": "day", "range": {"lt": "2024-03-02"}}]}');
SELECT bounds('owner >= ''o77'' AND owner < ''o78''');
SELECT * FROM used($$SELECT id FROM item WHERE vecext.matches(payload, 'x >= 10 AND x < 10.5')$$);

-- A phrase that a tsvector does not know the place of: after 255 occurrences of a word, or after 16,383 words of other elements.
CREATE TABLE long (id int, payload jsonb);
INSERT INTO long SELECT 1, jsonb_build_object('body', repeat('quick dog ', 300) || 'quick brown fox');
INSERT INTO long SELECT 2, jsonb_build_object('body', jsonb_build_array(string_agg('w' || i, ' '), 'a quick brown fox')) FROM generate_series(1, 20000) i;
INSERT INTO long VALUES (3, '{"body": ["brown", "quick"]}'), (4, '{"body": "brown"}');
SELECT id FROM long WHERE vecext.matches(payload, '{"must": {"key": "body", "match": {"phrase": "quick brown"}}}'::jsonb) ORDER BY id;
CREATE INDEX by_long ON long USING gin (to_tsvector('vecext.word', payload -> 'body'));
SET enable_seqscan = off;
SELECT id FROM long WHERE vecext.matches(payload, '{"must": {"key": "body", "match": {"phrase": "quick brown"}}}'::jsonb) ORDER BY id;
EXPLAIN (COSTS OFF) SELECT id FROM long WHERE vecext.matches(payload, '{"must": {"key": "body", "match": {"phrase": "quick brown"}}}'::jsonb);
RESET enable_seqscan;
DROP TABLE long;

-- A prepared statement: the first execution and the sixth.
PREPARE by_filter(jsonb) AS SELECT id FROM item WHERE vecext.matches(payload, $1);
CREATE FUNCTION used_by_execute(filter jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    names text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) EXECUTE by_filter(%L)', filter) LOOP
        names := concat_ws(' ', names, (regexp_match(line, 'Scan (?:using|on) (by_\w+)'))[1]);
    END LOOP;
    RETURN names;
END $$;
SELECT execution, number, used_by_execute(filter) FROM generate_series(1, 8) execution, filter
WHERE number IN (1, 6, 12) AND execution IN (1, 6, 8) ORDER BY execution, number;
SELECT name, generic_plans > 0 AS generic, custom_plans > 0 AS custom FROM pg_prepared_statements WHERE name = 'by_filter';

-- PL/pgSQL: the sixth call scans the index, too. A sequential scan would show.
CREATE FUNCTION count_by(filter jsonb) RETURNS int8 LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM item WHERE vecext.matches(payload, filter));
END $$;
SELECT sum(count_by(filter)) FROM filter, generate_series(1, 8) WHERE number = 1;
SELECT pg_stat_force_next_flush();
SELECT seq_scan AS before FROM pg_stat_user_tables WHERE relname = 'item' \gset
SELECT sum(count_by(filter)) FROM filter, generate_series(1, 8) WHERE number = 1;
SELECT pg_stat_force_next_flush();
SELECT seq_scan - :before AS sequential_scans FROM pg_stat_user_tables WHERE relname = 'item';

-- Under a policy, by functions that are leakproof.
CREATE ROLE condition_reader;
GRANT SELECT ON item TO condition_reader;
GRANT SELECT ON filter TO condition_reader;
ALTER TABLE item ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON item USING (payload ->> 'owner' <> current_user);
SET ROLE condition_reader;
SELECT name, used.* FROM filter, used(format('SELECT id FROM item WHERE vecext.matches(payload, %L::jsonb)', filter))
WHERE number IN (5, 6, 7, 8, 9, 14, 15, 16) ORDER BY number;
RESET ROLE;
ALTER TABLE item DISABLE ROW LEVEL SECURITY;

-- Beside an order by distance the conditions make the set that is searched.
ALTER TABLE item ADD COLUMN v vector(3);
UPDATE item SET v = ARRAY[id % 97, id % 89, id % 83]::float4[]::vector;
CREATE INDEX by_distance ON item USING hnsw (v vector_l2_ops);
VACUUM ANALYZE item;
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''') ORDER BY v <-> '[1,2,3]' LIMIT 5;
SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7''') ORDER BY v <-> '[1,2,3]' LIMIT 3;

-- A row of a collection: conditions on its id and on its vectors as well.
SELECT vecext.register_collection('item', 'item', 'id', '{"column": "v", "distance": "euclid"}', 'payload');
SELECT * FROM used($$SELECT id FROM item WHERE vecext.matches(item, '{"must": {"has_id": [7, 8, 9]}}')$$);
SELECT * FROM used($$SELECT id FROM item WHERE vecext.matches(item, '{"must": [{"has_vector": ""}, {"key": "lang", "match": {"value": "l7"}}]}')$$);
EXPLAIN (COSTS OFF) SELECT id FROM item i WHERE vecext.matches(i, '{"must": [{"has_id": [7, 8]}, {"has_vector": ""}]}');

SELECT * FROM used($$SELECT id FROM item WHERE vecext.matches(item, '{"must": {"has_id": [7, "8", 9]}}')$$);
-- By an alias, which is a view.
SELECT vecext.create_alias('thing', 'item');
SELECT * FROM used($$SELECT id FROM thing t WHERE vecext.matches(t, '{"must": [{"has_id": [7, 8]}, {"has_vector": ""}]}')$$);
SELECT * FROM used($$SELECT id FROM thing t WHERE vecext.matches(t, 'lang = ''l7''')$$);
SELECT * FROM used($$SELECT id FROM thing t WHERE vecext.matches(t.payload, 'lang = ''l7''')$$);
-- A row of nulls, which an outer join makes, satisfies nothing.
SELECT * FROM used($$SELECT o FROM generate_series(19999, 20003) o LEFT JOIN item i ON i.id = o WHERE vecext.matches(i, '{"must_not": {"has_id": [7]}}')$$);
SELECT * FROM used($$SELECT o FROM generate_series(19999, 20003) o LEFT JOIN item i ON i.id = o WHERE vecext.matches(i, '{"must_not": {"has_id": [7]}}') IS NULL$$);
-- Partitions.
CREATE TABLE parted (id int, payload jsonb) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (10000) TO (30000);
CREATE INDEX by_parted ON parted USING gin ((payload -> 'lang') jsonb_path_ops);
INSERT INTO parted SELECT id, payload FROM item;
INSERT INTO parted VALUES (29999, NULL);
ANALYZE parted;
EXPLAIN (COSTS OFF) SELECT id FROM parted WHERE vecext.matches(payload, 'lang = ''l7''');
SELECT count(*) FROM parted WHERE vecext.matches(payload, 'lang = ''l7''');
SELECT count(*), count(*) FILTER (WHERE vecext.matches(payload, 'lang = ''l7''') IS NULL) AS null_payload FROM parted WHERE vecext.matches(payload, 'lang = ''l7''') IS NOT TRUE;
DROP TABLE parted;
-- Equalities on one key that are alternatives are one list, in each dialect; others stay as they are.
SELECT * FROM used(format($$SELECT id FROM item WHERE vecext.matches(payload, %L)$$, (SELECT string_agg(format('lang = ''l%s''', i), ' OR ') FROM generate_series(1, 2000) i)));
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, 'lang = ''l7'' OR lang = ''l8'' OR lang = ''l7''');
SELECT count(*) = (SELECT count(*) FROM item WHERE vecext.matches(payload, 'lang IN (''l7'', ''l8'')')) AS same FROM item
WHERE vecext.matches(payload, '{"should": [{"key": "lang", "match": {"value": "l8"}}, {"key": "lang", "match": {"value": "l7"}}]}');
SELECT count(*) = (SELECT count(*) FROM item WHERE vecext.matches(payload, 'lang = ''l7''') OR vecext.matches(payload, 'n = 5') OR vecext.matches(payload, 'n = 6')) AS same FROM item
WHERE vecext.matches(payload, 'n = 5 OR lang = ''l7'' OR n = 6');
-- A filter of many conditions: no error, clauses for some at most.
SELECT * FROM used(format($$SELECT id FROM item WHERE vecext.matches(payload, %L)$$, (SELECT 'lang = ''l7'' AND ' || string_agg(format('n != %s', i), ' AND ') FROM generate_series(3000, 5000) i)));

-- Where a negation is above, or the filter is not known.
SELECT * FROM used($$SELECT id FROM item WHERE NOT vecext.matches(payload, '{"must": {"key": "lang", "match": {"value": "l7"}}}'::jsonb)$$);
SELECT count(*) FROM item, filter WHERE number IN (1, 5) AND vecext.matches(payload, filter);

-- A filter that is not valid says so when it runs.
EXPLAIN (COSTS OFF) SELECT id FROM item WHERE vecext.matches(payload, '{"must": 5}'::jsonb);
\set VERBOSITY sqlstate
SELECT id FROM item WHERE vecext.matches(payload, '{"must": 5}'::jsonb);
\set VERBOSITY default

-- Ranges of arrays, whatever the settings by which values are shown.
SELECT vecext.create_collection('measured', '{"size": 2, "distance": "cosine", "index": "none"}');
INSERT INTO measured (id, payload) SELECT i, jsonb_build_object('n', ARRAY[i + .123456789012345], 't', ARRAY['2020-01-01T00:00:00Z'::timestamptz + i * interval '15 minutes'])
FROM generate_series(1, 30) i;
SELECT vecext.create_payload_index('measured', 'n', 'float', '{"arrays": true}'), vecext.create_payload_index('measured', 't', 'datetime', '{"arrays": true}');
CREATE FUNCTION found() RETURNS bigint[] LANGUAGE sql SET enable_seqscan = off AS $$
    SELECT ARRAY[(SELECT count(*) FROM measured WHERE vecext.matches(payload, '{"must": {"key": "n[]", "range": {"gte": 18.123456789012345, "lte": 22.123456789012345}}}'::jsonb)),
        (SELECT count(*) FROM measured WHERE vecext.matches(payload, '{"must": {"key": "n[]", "range": {"gte": 22, "lte": 18}}}'::jsonb)),
        (SELECT count(*) FROM measured WHERE vecext.matches(payload, '{"must": {"key": "t[]", "range": {"gte": "2020-01-01T01:00:00Z", "lte": "2020-01-01T03:00:00Z"}}}'::jsonb)),
        (SELECT count(*) FROM measured WHERE vecext.matches(payload, '{"must": {"key": "t[]", "range": {"gte": "1800-01-01T00:00:00Z"}}}'::jsonb))]
$$;
SELECT found();
SET extra_float_digits = -14;
SET datestyle = 'SQL';
SET timezone = 'Asia/Shanghai';
SELECT found();
SET datestyle = 'German';
SET timezone = 'Europe/Berlin';
SELECT found();
RESET extra_float_digits;
RESET datestyle;
RESET timezone;
DROP FUNCTION found;
SELECT vecext.drop_collection('measured');

-- An index serves comparisons if it has the operators of the type's order, whatever numbers its operator classes give to their own,
-- and equality by any index that has it.
CREATE TABLE compared (id int PRIMARY KEY, payload jsonb NOT NULL, v vector(2));
INSERT INTO compared SELECT i, jsonb_build_object('n', i % 100, 't', 't' || i % 10, 'd', format('2024-01-%s', 10 + i % 10), 'many', to_jsonb(array_fill(1, ARRAY[1 + i % 8]))), ARRAY[i, 1]::vector
FROM generate_series(1, 800) i;
ALTER TABLE compared ADD CHECK (NOT vecext.payload_is_array(payload, 'n')), ADD CHECK (NOT vecext.payload_is_array(payload, 't')), ADD CHECK (NOT vecext.payload_is_array(payload, 'd'));
CREATE FUNCTION backwards(float8, float8) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN btfloat8cmp($2, $1);
CREATE OPERATOR CLASS float8_backwards FOR TYPE float8 USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 backwards(float8, float8);
CREATE TABLE comparison (number int, filter text);
INSERT INTO comparison VALUES (1, '{"must": {"key": "many", "values_count": {"lt": 3}}}'), (2, '{"must": {"key": "many", "values_count": {"gte": 3, "lte": 5}}}'), (3, 'n < 5'), (4, 'n >= 5 AND n < 7'),
    (5, 'n = 5'), (6, '{"must": {"key": "n", "match": {"any": [5, 7]}}}'), (7, '{"must": {"key": "d", "range": {"lt": "2024-01-12"}}}'), (8, 't < ''t2'''), (9, 't = ''t2'''),
    (10, '{"must": {"key": "t", "match": {"prefix": "t1"}}}');
CREATE FUNCTION pg_temp.by_index(index text, OUT counts int8[], OUT served text) LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
    filter record;
    line text;
BEGIN
    EXECUTE 'CREATE INDEX by_it ON compared USING ' || index;
    FOR filter IN SELECT * FROM comparison ORDER BY number LOOP
        EXECUTE format('SELECT array_append($1, (SELECT count(*) FROM compared WHERE vecext.matches(payload, %L)))', filter.filter) INTO counts USING counts;
        FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT id FROM compared WHERE vecext.matches(payload, %L)', filter.filter) LOOP
            IF line ~ 'by_it' THEN
                served := concat_ws(' ', served, filter.number);
            END IF;
        END LOOP;
    END LOOP;
    DROP INDEX by_it;
END $$;
SELECT index, by_index.* FROM unnest(ARRAY['btree (id)', 'btree (vecext.payload_count(payload, ''many''))', 'hash (vecext.payload_count(payload, ''many''))',
    'hnsw (v vector_l2_ops, (vecext.payload_count(payload, ''many'')))', 'brin (vecext.payload_count(payload, ''many''))', 'brin (vecext.payload_count(payload, ''many'') int4_bloom_ops)',
    'btree (vecext.payload_int(payload, ''n''))', 'hash (vecext.payload_int(payload, ''n''))', 'hnsw (v vector_l2_ops, (vecext.payload_int(payload, ''n'')))',
    'btree (vecext.payload_float(payload, ''n'') float8_backwards)',
    'btree (vecext.payload_float(payload, ''n''))', 'hash (vecext.payload_float(payload, ''n''))', 'brin (vecext.payload_float(payload, ''n'') float8_bloom_ops)',
    'btree (vecext.payload_ts(payload, ''d''))', 'hash (vecext.payload_ts(payload, ''d''))',
    'btree (vecext.payload_text(payload, ''t'') COLLATE "C")', 'btree (vecext.payload_text(payload, ''t'') text_pattern_ops)', 'hash (vecext.payload_text(payload, ''t'') COLLATE "C")',
    'hnsw (v vector_l2_ops, (vecext.payload_text(payload, ''t'') COLLATE "C"))', 'spgist (vecext.payload_text(payload, ''t'') COLLATE "C")', 'brin (vecext.payload_text(payload, ''t'') COLLATE "C")',
    'hash (vecext.payload_prefix(payload, ''t'') COLLATE "C")']) index, pg_temp.by_index(index);
-- The one that does not serve is not in the way of another; nor of a row that may have no payload.
CREATE INDEX by_hash ON compared USING hash (vecext.payload_float(payload, 'n'));
CREATE INDEX by_order ON compared (vecext.payload_float(payload, 'n'));
SELECT * FROM used($$SELECT id FROM compared WHERE vecext.matches(payload, 'n < 5')$$);
SELECT * FROM used($$SELECT id FROM compared WHERE vecext.matches(payload, 'n = 5')$$);
ALTER TABLE compared ALTER payload DROP NOT NULL;
CREATE INDEX by_hash_of_many ON compared USING hash (vecext.payload_count(payload, 'many'));
INSERT INTO compared (id) VALUES (0);
SELECT vecext.register_collection('compared', vectors => '{"column": "v", "distance": "euclid"}', payload_column => 'payload');
SELECT * FROM used($$SELECT id FROM compared c WHERE vecext.matches(c, '{"must": {"key": "many", "values_count": {"lt": 3}}}'::jsonb)$$);
SELECT * FROM used($$SELECT id FROM compared c WHERE vecext.matches(c, '{"must": {"key": "many", "values_count": {"gte": 3}}}'::jsonb)$$);
DROP TABLE compared, comparison;
DROP OPERATOR FAMILY float8_backwards USING btree;
DROP FUNCTION backwards;

-- As text.
SELECT vecext.filter_sql('lang = ''en'' AND year >= 2020');
SELECT vecext.filter_sql('{"must_not": {"key": "lang", "match": {"value": "en"}}}');
-- Of a collection without a payload.
CREATE TABLE no_payload (id bigint PRIMARY KEY, embedding vector(3));
SELECT vecext.register_collection('no_payload', vectors => '{"column": "embedding", "distance": "cosine"}', payload_column => NULL);
SELECT vecext.filter_sql('a = 1', 'no_payload');
DROP TABLE no_payload;

SELECT vecext.drop_alias('thing');
DROP TABLE item, filter;
DROP FUNCTION used(text), bounds(text), used_by_execute(jsonb), count_by(jsonb);
DROP ROLE condition_reader;
