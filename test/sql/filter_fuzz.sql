-- Random statements with conditions and an order by distance, on random tables with random indexes, by
-- every way of finding rows: each is compared with the table itself. For longer runs, in a database that
-- has vecext (the suite's own seed is 1):
--   psql -Xq -v seed=7 -v statements=1000000 -f test/sql/filter_fuzz.sql
-- The last of the output are statements of which the answer is wrong, five at most, with what they need.
\set ECHO none
\if :{?seed}
\else
    \set seed 1
\endif
\if :{?statements}
\else
    \set statements 30000
\endif
SET client_min_messages = warning;
SET max_parallel_workers_per_gather = 0;
SET jit = off;
SET statement_timeout = '2min';
SELECT setseed(sin(:seed)) IS NULL AS seeded \gset

CREATE SCHEMA fuzz;
SET search_path = fuzz, public;
CREATE TABLE other (x int, y int, name text);
INSERT INTO other SELECT nullif(i % 23, 22), i % 7, 'n' || i % 11 FROM generate_series(1, 60) i;
-- Of the table that is there now.
CREATE TABLE made (element text, dims int, operator text, method text, ids int);
CREATE TABLE tally (statements bigint, by_node bigint, explained bigint, near bigint, wanted bigint);
INSERT INTO tally VALUES (0, 0, 0, 0, 0);
CREATE TABLE wrong (problem text, made text, settings text, statement text, plan text, distances float8[], expected float8[]);

-- --- Random things -------------------------------------------------------------------------------

-- One of 0 .. n - 1.
CREATE FUNCTION pick(n int) RETURNS int LANGUAGE sql VOLATILE RETURN floor(random() * n)::int;
CREATE FUNCTION one_of(choices text[]) RETURNS text LANGUAGE sql VOLATILE RETURN choices[1 + pick(cardinality(choices))];

-- Values on a grid have many equal distances.
CREATE FUNCTION some_vector(dims int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    grid bool := random() < 0.3;
    result text := '';
BEGIN
    FOR i IN 1..dims LOOP
        result := result || ',' || CASE WHEN grid THEN (pick(5) - 2)::text ELSE (random() * 2 - 1)::real::text END;
    END LOOP;
    RETURN '[' || substr(result, 2) || ']';
END
$$;

-- A condition that is no combination of others.
CREATE FUNCTION some_atom(distance text) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    n int := pick(25);
    few int := pick(6);
BEGIN
    -- Often one of another table.
    RETURN CASE CASE WHEN pick(4) = 0 THEN 26 + 2 * pick(2) ELSE pick(33) END
        WHEN 0 THEN format('a = %s', n)
        WHEN 1 THEN format('a < %s', n)
        WHEN 2 THEN format('a BETWEEN %s AND %s', n, n + few)
        WHEN 3 THEN format('a IN (%s, %s, %s)', n, few, n + 1)
        WHEN 4 THEN format('a = ANY (ARRAY[%s, %s, NULL])', n, few)
        WHEN 5 THEN 'a IS NULL'
        WHEN 6 THEN 'a IS NOT NULL'
        WHEN 7 THEN format('a <> %s', n)
        WHEN 8 THEN format('a %% 5 = %s', few)
        WHEN 9 THEN format('b = %s', few)
        WHEN 10 THEN format('b >= %s', few)
        WHEN 11 THEN format('a + b > %s', n)
        WHEN 12 THEN format('(a, b) < (%s, %s)', n, few)
        WHEN 13 THEN format('c = ''n%s''', few)
        WHEN 14 THEN format('c LIKE ''n%s%%''', few)
        WHEN 15 THEN format('c > ''n%s''', few)
        WHEN 16 THEN format('j @> ''{"k": %s}''', few)
        WHEN 17 THEN format('j @> ''{"tags": [%s]}''', few)
        WHEN 18 THEN format('j ? ''o%s''', few)
        WHEN 19 THEN format('j ->> ''k'' = ''%s''', few)
        WHEN 20 THEN format('tags && ''{%s,%s}''', few, n)
        WHEN 21 THEN format('tags @> ''{%s}''', few)
        WHEN 22 THEN 'is_new'
        WHEN 23 THEN 'is_new IS NOT TRUE'
        WHEN 24 THEN format('id > %s', pick(300))
        WHEN 25 THEN format('id BETWEEN %s AND %s', pick(100), pick(400))
        WHEN 26 THEN format('a IN (SELECT x FROM other WHERE y < %s)', few)
        WHEN 27 THEN format('a NOT IN (SELECT x FROM other WHERE y = %s AND x IS NOT NULL)', few)
        WHEN 28 THEN format('EXISTS (SELECT FROM other o WHERE o.x = t.a AND o.y > %s)', few)
        WHEN 29 THEN format('NOT EXISTS (SELECT FROM other o WHERE t.c = o.name AND o.y = %s)', few)
        WHEN 30 THEN format('a = (SELECT max(x) FROM other WHERE y = %s)', few)
        WHEN 31 THEN one_of('{v IS NULL,v IS NOT NULL}')
        ELSE format('%s %s %s', distance, one_of('{<,<=,>}'), round((random() * 2.5 - 0.3)::numeric, 2))
        END;
END
$$;

CREATE FUNCTION some_condition(distance text, depth int DEFAULT 0) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    RETURN CASE CASE WHEN depth < 2 THEN pick(9) ELSE 8 END
        WHEN 0 THEN format('(%s AND %s)', some_condition(distance, depth + 1), some_condition(distance, depth + 1))
        WHEN 1 THEN format('(%s AND %s)', some_condition(distance, depth + 1), some_atom(distance))
        WHEN 2 THEN format('(%s AND %s)', some_atom(distance), some_atom(distance))
        WHEN 3 THEN format('(%s OR %s)', some_condition(distance, depth + 1), some_condition(distance, depth + 1))
        WHEN 4 THEN format('(%s OR %s)', some_atom(distance), some_atom(distance))
        WHEN 5 THEN format('NOT (%s)', some_condition(distance, depth + 1))
        ELSE some_atom(distance) END;
END
$$;

-- --- Tables --------------------------------------------------------------------------------------

CREATE FUNCTION add_rows(n int) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    m made;
BEGIN
    UPDATE made SET ids = ids + n RETURNING * INTO m;
    EXECUTE format('INSERT INTO item SELECT i, nullif(pick(25), 24), nullif(pick(7), 6), ''n'' || pick(9),
            CASE WHEN pick(10) > 0 THEN jsonb_build_object(''k'', pick(6), ''tags'', jsonb_build_array(pick(6), pick(6)), ''o'' || pick(6), 1) END,
            ARRAY[pick(6), pick(25)], pick(3) = 0,
            (CASE WHEN pick(12) > 0 THEN some_vector($1) WHEN pick(2) = 0 THEN $2 END)::%s
        FROM generate_series($3, $4) i', m.element)
        USING m.dims, '[' || repeat('0,', m.dims - 1) || '0]', m.ids - n + 1, m.ids;
END
$$;

CREATE FUNCTION make_table() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    m made;
    method text := one_of('{hnsw,hnsw,ivfflat,ivfpq}');
    metric text := one_of(CASE method WHEN 'hnsw' THEN '{l2,l2,cosine,ip,l1}' ELSE '{l2,l2,cosine,ip}' END::text[]);
    kind text := one_of('{plain,plain,plain,plain,partitioned,inherited}');
    vector_indexes text;
BEGIN
    m.element := one_of('{vector,vector,halfvec}');
    m.dims := 2 + pick(7);
    m.operator := CASE metric WHEN 'l2' THEN '<->' WHEN 'cosine' THEN '<=>' WHEN 'ip' THEN '<#>' ELSE '<+>' END;
    m.method := method;
    m.ids := 0;
    DELETE FROM made;
    INSERT INTO made SELECT m.*;
    DROP TABLE IF EXISTS item CASCADE;
    EXECUTE format('CREATE %s TABLE item (id int, a int, b int, c text, j jsonb, tags int[], is_new bool, v %s(%s)) %s',
        CASE WHEN pick(5) = 0 AND kind <> 'partitioned' THEN 'UNLOGGED' ELSE '' END, m.element, m.dims,
        CASE kind WHEN 'partitioned' THEN 'PARTITION BY HASH (id)' ELSE '' END);
    vector_indexes := format('CREATE INDEX ON %%s USING %s (v %s_%s_ops%s) %s %s', method, m.element, metric,
        CASE WHEN method <> 'ivfflat' THEN one_of(ARRAY['', '', '', ', a', ', a, b', ', is_new, c, (b + 1)']) END,
        CASE method WHEN 'hnsw' THEN one_of(ARRAY['', 'WITH (m = 4)'])
            WHEN 'ivfflat' THEN format('WITH (lists = %s)', 1 + pick(10))
            ELSE one_of(ARRAY['', 'WITH (lists = 5)', 'WITH (lists = 3, bits = 2)', 'WITH (lists = 2, rerank = int8)', 'WITH (bits = 1, rerank = fp16)']) END,
        CASE WHEN pick(8) = 0 THEN 'WHERE is_new' ELSE '' END);
    IF kind = 'partitioned' THEN
        CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE item_1 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    ELSIF kind = 'inherited' THEN
        CREATE TABLE item_child () INHERITS (item);
        EXECUTE format(vector_indexes, 'item_child');
    END IF;
    -- Before the rows, or after.
    IF pick(3) = 0 THEN
        EXECUTE format(vector_indexes, 'item');
        vector_indexes := NULL;
    END IF;
    PERFORM add_rows(CASE pick(25) WHEN 0 THEN 2000 WHEN 1 THEN pick(5) WHEN 2 THEN pick(5) ELSE 20 + pick(300) END);
    IF kind = 'inherited' THEN
        WITH gone AS (DELETE FROM item WHERE id % 2 = 0 RETURNING *) INSERT INTO item_child SELECT * FROM gone;
    END IF;
    IF pick(4) > 0 THEN EXECUTE format('CREATE INDEX ON item USING %s (a)', one_of('{btree,btree,hash,brin}')); END IF;
    IF pick(3) = 0 THEN EXECUTE format('CREATE INDEX ON item USING %s (b)', one_of('{btree,hash,brin}')); END IF;
    IF pick(3) = 0 THEN CREATE INDEX ON item (c text_pattern_ops, a); END IF;
    IF pick(3) = 0 THEN CREATE INDEX ON item USING gin (j); END IF;
    IF pick(4) = 0 THEN CREATE INDEX ON item USING gin (j jsonb_path_ops); END IF;
    IF pick(3) = 0 THEN CREATE INDEX ON item USING gin (tags); END IF;
    IF pick(4) = 0 THEN CREATE INDEX ON item (a) WHERE is_new; END IF;
    IF pick(3) = 0 THEN CREATE INDEX ON item (id); END IF;
    EXECUTE coalesce(format(vector_indexes, 'item'), '');
END
$$;

-- Rows come, go, change, in place or not.
CREATE FUNCTION change_table() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF pick(2) = 0 THEN DELETE FROM item WHERE pick(5) = 0; END IF;
    IF pick(2) = 0 THEN UPDATE item SET is_new = NOT is_new WHERE pick(4) = 0; END IF;
    IF pick(2) = 0 THEN UPDATE item SET a = pick(25) WHERE pick(4) = 0; END IF;
    IF pick(4) = 0 THEN UPDATE item SET v = NULL WHERE pick(20) = 0; END IF;
    IF pick(2) = 0 THEN PERFORM add_rows(pick(60)); END IF;
END
$$;

-- --- Statements ----------------------------------------------------------------------------------

-- How much of an index a search sees: all, or less.
CREATE FUNCTION choose_settings(OUT sees_all bool) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    sees_all := pick(3) > 0;
    PERFORM set_config('hnsw.ef_search', CASE WHEN sees_all THEN 1000 ELSE 1 + pick(40) END::text, false),
        set_config('ivfflat.probes', CASE WHEN sees_all THEN 100 ELSE 1 + pick(3) END::text, false),
        set_config('ivfpq.probes', CASE WHEN sees_all THEN 100 ELSE pick(3) END::text, false),
        set_config('hnsw.iterative_scan', one_of('{off,relaxed_order,strict_order}'), false),
        set_config('work_mem', one_of('{64kB,4MB}'), false);
END
$$;

CREATE FUNCTION plan_of(statement text, options text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    line text;
    plan text := '';
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) %s', options, statement) LOOP
        plan := concat(plan, E'\n', line);
    END LOOP;
    RETURN plan;
END
$$;

-- Ways to ask for rows: at once; by a cursor; by a plan for any parameters.
CREATE FUNCTION ask(statement text, OUT ids int[], OUT distances float8[]) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    EXECUTE format('SELECT array_agg(id), array_agg(d) FROM (%s) s', statement) INTO ids, distances;
END
$$;
CREATE FUNCTION ask_cursor(statement text, OUT ids int[], OUT distances float8[]) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    source refcursor;
    row record;
BEGIN
    OPEN source FOR EXECUTE statement;
    LOOP
        FETCH source INTO row;
        EXIT WHEN NOT FOUND;
        ids := ids || row.id;
        distances := array_append(distances, row.d);
    END LOOP;
    CLOSE source;
END
$$;
CREATE FUNCTION ask_prepared(statement text, query text, n int, first int, OUT ids int[], OUT distances float8[])
LANGUAGE plpgsql VOLATILE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    value text;
BEGIN
    EXECUTE format('PREPARE asked (%s, int, int) AS SELECT array_agg(id), array_agg(d) FROM (%s LIMIT $2 OFFSET $3) s',
        (SELECT element FROM made), replace(statement, query, '$1'));
    EXECUTE format('SELECT %s', query) INTO value;
    EXECUTE format('EXECUTE asked (%L, %L, %L)', value, n, first) INTO ids, distances;
    DEALLOCATE asked;
END
$$;

-- As the second of three loops of a join.
CREATE FUNCTION ask_lateral(statement text, query text, OUT ids int[], OUT distances float8[]) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    m made;
BEGIN
    SELECT * INTO m FROM made;
    EXECUTE format('SELECT array_agg(s.id) FILTER (WHERE n = 2), array_agg(s.d) FILTER (WHERE n = 2)
        FROM (VALUES (1, %2$L::%4$s), (2, %1$s), (3, %3$L::%4$s)) q (n, query), LATERAL (%5$s) s',
        query, some_vector(m.dims), some_vector(m.dims), m.element, replace(statement, query, 'q.query')) INTO ids, distances;
END
$$;

-- What is wrong with the rows that a statement gave: null, if nothing is. Settings may bound how many.
CREATE FUNCTION problem_of(ids int[], distances float8[], all_ids int[], expected float8[], is_exact bool, is_bounded bool) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN coalesce(cardinality(ids), 0) > coalesce(cardinality(expected), 0) THEN 'count'
        WHEN coalesce(cardinality(ids), 0) < coalesce(cardinality(expected), 0) AND NOT is_bounded THEN 'count'
        WHEN NOT ids <@ all_ids THEN 'no match'
        WHEN (SELECT count(DISTINCT id) FROM unnest(ids) id) <> cardinality(ids) THEN 'twice'
        WHEN is_exact AND distances <> expected THEN 'distances' END
$$;

-- A random condition, asked for with random limits by random strategies.
CREATE FUNCTION try_condition(sees_all bool) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    m made;
    query text;
    distance text;
    condition text;
    ordered text;
    statement text;
    all_ids int[];
    all_distances float8[];
    ids int[];
    distances float8[];
    expected float8[];
    n int;
    first int;
    strategy text;
    is_exact bool;
    is_bounded bool;
    problem text;
    plan text;
BEGIN
    SELECT * INTO m FROM made;
    is_bounded := m.method = 'hnsw' AND current_setting('hnsw.iterative_scan') = 'off';
    query := CASE pick(8) WHEN 0 THEN format('(SELECT v FROM item WHERE id = %s)', coalesce((SELECT max(id) - 1 FROM item), 0))
        ELSE format('%L::%s', some_vector(m.dims), m.element) END;
    distance := format('v %s %s', m.operator, query);
    condition := some_condition(distance);
    EXECUTE format('SELECT array_agg(id), array_agg(d ORDER BY d) FROM (SELECT id, %s AS d FROM item t WHERE %s OFFSET 0) s',
        distance, condition) INTO all_ids, all_distances;
    FOR i IN 1..4 LOOP
        n := CASE pick(6) WHEN 0 THEN 0 WHEN 1 THEN 1 WHEN 2 THEN 300 WHEN 3 THEN NULL ELSE 2 + pick(30) END;
        first := CASE pick(4) WHEN 0 THEN pick(40) ELSE 0 END;
        strategy := one_of(ARRAY['auto', 'exact', 'postfilter', 'inline']);
        PERFORM set_config('vecext.filter_strategy', strategy, false);
        ordered := format('SELECT id, %s AS d FROM item t WHERE %s ORDER BY %s', distance, condition, distance);
        statement := format('%s LIMIT %s OFFSET %s', ordered, coalesce(n::text, 'ALL'), first);
        CASE pick(8)
            WHEN 0 THEN SELECT * INTO ids, distances FROM ask_cursor(statement);
            WHEN 1 THEN SELECT * INTO ids, distances FROM ask_prepared(ordered, query, n, first);
            WHEN 2 THEN SELECT * INTO ids, distances FROM ask_lateral(statement, query);
            ELSE SELECT * INTO ids, distances FROM ask(statement);
        END CASE;
        expected := all_distances[first + 1 : first + coalesce(n, cardinality(all_distances))];
        is_exact := NOT is_bounded AND (strategy = 'exact'
            OR (sees_all AND CASE m.method WHEN 'hnsw' THEN m.ids < 1000 ELSE m.method = 'ivfflat' END));
        problem := problem_of(ids, distances, all_ids, expected, is_exact, is_bounded);
        -- A scan is through when it is beyond a distance; in what it did not see there may be nearer rows.
        IF problem = 'count' AND NOT is_exact AND strpos(condition, distance || ' ') > 0 THEN
            problem := NULL;
        END IF;
        UPDATE tally SET statements = statements + 1;
        IF problem IS NOT NULL OR pick(20) = 0 THEN
            plan := plan_of(statement, 'COSTS OFF');
            UPDATE tally SET explained = explained + 1, by_node = by_node + (plan ~ 'FilteredVectorScan')::int;
            -- A plain scan of an index may end early, as it does without conditions.
            IF problem IS NOT NULL AND plan ~ 'FilteredVectorScan' THEN
                INSERT INTO wrong SELECT problem, m::text, string_agg(format('SET %s = %L;', name, setting), ' ' ORDER BY name),
                    statement, plan, distances, expected
                FROM pg_settings
                WHERE name ~ '^(vecext|hnsw|ivfflat|ivfpq)' OR name = 'work_mem';
            END IF;
        END IF;
        IF sees_all AND NOT is_exact AND NOT is_bounded AND n > 0 AND problem IS NULL THEN
            UPDATE tally SET wanted = wanted + coalesce(cardinality(expected), 0), near = near + (
                SELECT count(*) FROM unnest(distances) d WHERE d IS NULL OR d <= coalesce(expected[cardinality(expected)], 'NaN'));
        END IF;
    END LOOP;
END
$$;
CREATE FUNCTION try_conditions(n int) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    FOR i IN 1..n LOOP
        PERFORM try_condition(choose_settings());
    END LOOP;
END
$$;

-- --- All of it -----------------------------------------------------------------------------------

-- Each table: as it is made, changed in the same transaction, changed, vacuumed.
\o /dev/null
SELECT step FROM generate_series(1, :statements / 160 + 1) n, (VALUES
    (1, 'SELECT make_table(), try_conditions(10)'),
    (2, 'ANALYZE item'),
    (3, 'SELECT change_table(), try_conditions(10)'),
    (4, 'SELECT try_conditions(10)'),
    (5, 'VACUUM ANALYZE item'),
    (6, 'SELECT change_table() FROM generate_series(1, 2)'),
    (7, 'SELECT try_conditions(10)')) AS s (i, step)
ORDER BY n, i \gexec
\o
\set ECHO all
SELECT statements >= :statements AS enough, by_node > 0.5 * explained AS mostly_by_node,
    near > 0.95 * wanted AS near FROM tally;
SELECT problem, count(*) FROM wrong GROUP BY problem ORDER BY problem;
SELECT * FROM wrong LIMIT 5;
DROP SCHEMA fuzz CASCADE;
