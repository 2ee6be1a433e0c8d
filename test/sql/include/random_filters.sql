-- Random payloads, random filters in JSON, and random filter texts, each with a filter in JSON that means the same. All are made of
-- few keys and values, so that they meet.
CREATE FUNCTION pick(n int) RETURNS int LANGUAGE sql VOLATILE RETURN floor(random() * n)::int;
CREATE FUNCTION one_of(choices text[]) RETURNS text LANGUAGE sql VOLATILE RETURN choices[1 + pick(cardinality(choices))];

CREATE FUNCTION some_number() RETURNS text LANGUAGE sql VOLATILE RETURN
    one_of('{0,1,1,2,3,1.0,1.5,-3,0.1,100,2e1,9007199254740993,9007199254740992,-9223372036854775808,9223372036854775808,1e400,-1e400,1e-400}');
CREATE FUNCTION some_string() RETURNS text LANGUAGE sql VOLATILE RETURN
    one_of(ARRAY['', 'a', 'apple', 'Apple', 'apple pie', 'banana split', 'яблоко', 'яблоко и груша', 'the quick brown fox', 'quick', 'brown quick',
        'the fox, the quick fox', '1', 'true', 'null', 'a''b"c\d', 'ǅ', '🜁 x', '%', 'lazy_dog', 'x y z']);
CREATE FUNCTION some_time() RETURNS text LANGUAGE sql VOLATILE RETURN
    one_of(ARRAY['2024-01-01', '2024-01-01T00:00:00Z', '2024-01-01T02:00:00+02:00', '2024-01-01 00:00', '2024-06-15T12:30:45.5Z', '2024-06-15 12:30:45',
        '2023-12-31T23:59:59.999999-0100', '1969-07-20T20:17:40Z', '2024-02-29', '2023-02-29', '2024-13-01', '9999-12-31', '2024-06-15T25:00:00Z']);
CREATE FUNCTION some_point() RETURNS text LANGUAGE sql VOLATILE RETURN
    format('{"lon": %s, "lat": %s%s}', one_of('{0,0,1,2,3,4,-1,10,13.4,179,180,-180,-179.5,90,200}'), one_of('{0,0,1,2,3,4,-1,10,52.5,89.9,90,-90,91}'),
        one_of('{"","",", \"name\": \"x\""}'));

CREATE FUNCTION some_scalar() RETURNS text LANGUAGE sql VOLATILE RETURN
    CASE pick(12) WHEN 0 THEN 'null' WHEN 1 THEN 'true' WHEN 2 THEN 'false' WHEN 3 THEN to_json(some_time())::text WHEN 4 THEN some_point()
        WHEN 5 THEN some_number() WHEN 6 THEN some_number() WHEN 7 THEN some_number() ELSE to_json(some_string())::text END;
-- A key as a document and as a path has it.
CREATE FUNCTION some_key() RETURNS text LANGUAGE sql VOLATILE RETURN one_of('{a,a,b,b,c,l,g,t,ключ,a.b,"q\"",""}');
CREATE FUNCTION path_of_key(key text) RETURNS text LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN key ~ '[].["[]' OR key = '' THEN '"' || replace(key, '"', '""') || '"' ELSE key END;
CREATE FUNCTION some_path() RETURNS text LANGUAGE sql VOLATILE RETURN
    path_of_key(some_key()) || one_of('{"","","","","",[],[],[0],[1],[][],[][0]}')
    || CASE WHEN random() < 0.4 THEN '.' || path_of_key(some_key()) || one_of('{"","",[],[0]}') ELSE '' END
    || CASE WHEN random() < 0.1 THEN '.' || path_of_key(some_key()) ELSE '' END;

CREATE FUNCTION some_value(depth int) RETURNS text LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    parts text[] := '{}';
    kind int := CASE WHEN depth > 0 THEN pick(10) ELSE 9 END;
BEGIN
    IF kind <= 2 THEN
        FOR i IN 1..pick(4) LOOP
            parts := parts || some_value(depth - 1);
        END LOOP;
        RETURN '[' || array_to_string(parts, ', ') || ']';
    ELSIF kind <= 5 THEN
        FOR i IN 1..pick(4) LOOP
            parts := parts || (to_json(some_key())::text || ': ' || some_value(depth - 1));
        END LOOP;
        RETURN '{' || array_to_string(parts, ', ') || '}';
    END IF;
    RETURN some_scalar();
END
$$;
CREATE FUNCTION some_payload() RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    parts text[] := '{}';
BEGIN
    IF pick(50) = 0 THEN
        RETURN some_value(3)::jsonb;
    END IF;
    FOR i IN 1..pick(8) LOOP
        parts := parts || (to_json(some_key())::text || ': ' || some_value(3));
    END LOOP;
    RETURN ('{' || array_to_string(parts, ', ') || '}')::jsonb;
END
$$;

-- Values that a match takes: strings, integers, booleans.
CREATE FUNCTION some_match_value() RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    (CASE pick(8) WHEN 0 THEN 'true' WHEN 1 THEN 'false' WHEN 2 THEN one_of('{0,1,2,3}') WHEN 3 THEN one_of('{1.0,-3,9007199254740993,9007199254740992,-9223372036854775808}')
        WHEN 4 THEN to_json(some_time())::text ELSE to_json(some_string())::text END)::jsonb;
CREATE FUNCTION some_bounds(choices text[]) RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    (SELECT coalesce(jsonb_object_agg(k, one_of(choices)::jsonb), '{}') FROM unnest('{gt,gte,lt,lte}'::text[]) k WHERE random() < 0.4);
CREATE FUNCTION some_polygon() RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    ring jsonb;
    holes jsonb := '[]';
BEGIN
    FOR i IN 0..pick(3) LOOP
        SELECT jsonb_agg(jsonb_build_object('lon', pick(7) - 1, 'lat', pick(7) - 1)) INTO ring FROM generate_series(1, 3 + pick(3));
        holes := holes || jsonb_build_object('points', ring || (ring -> 0));
    END LOOP;
    RETURN jsonb_build_object('exterior', holes -> 0) || CASE WHEN jsonb_array_length(holes) > 1 THEN jsonb_build_object('interiors', holes - 0) ELSE '{}' END;
END
$$;
CREATE FUNCTION valid_point() RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    jsonb_build_object('lon', one_of('{0,1,2,3,-1,13.4,179,180,-180,-179,90}')::numeric, 'lat', one_of('{0,1,2,3,-1,52.5,90,-90,10}')::numeric);

CREATE FUNCTION some_match() RETURNS jsonb LANGUAGE sql VOLATILE RETURN
    CASE pick(9)
        WHEN 0 THEN jsonb_build_object('any', (SELECT coalesce(jsonb_agg(some_match_value()), '[]') FROM generate_series(1, pick(4))))
        WHEN 1 THEN jsonb_build_object('except', (SELECT coalesce(jsonb_agg(some_match_value()), '[]') FROM generate_series(1, pick(4))))
        WHEN 2 THEN jsonb_build_object('text', some_string())
        WHEN 3 THEN jsonb_build_object('text_any', some_string())
        WHEN 4 THEN jsonb_build_object('phrase', some_string())
        WHEN 5 THEN jsonb_build_object('prefix', left(some_string(), pick(6)))
        ELSE jsonb_build_object('value', some_match_value()) END;

-- A condition of each kind on some path.
CREATE FUNCTION some_test() RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    key jsonb := jsonb_build_object('key', some_path());
BEGIN
    RETURN CASE pick(16)
        WHEN 0 THEN key || jsonb_build_object('range', some_bounds('{0,1,1.5,2,-3,1e300,-1e300,9007199254740992}'))
        WHEN 1 THEN key || jsonb_build_object('range', some_bounds('{0,1,2}'))
        WHEN 2 THEN key || jsonb_build_object('range', jsonb_build_object('gte', '2024-01-01') || some_bounds('{"\"2024-01-01\"","\"2024-06-15T12:30:45Z\"","\"2023-12-31T23:00:00-01:00\"","\"2024-01-01 00:00\""}'))
        WHEN 3 THEN key || jsonb_build_object('geo_bounding_box', jsonb_build_object('top_left', valid_point(), 'bottom_right', valid_point()))
        WHEN 4 THEN key || jsonb_build_object('geo_radius', jsonb_build_object('center', valid_point(), 'radius', one_of('{0,1,112000,500000,12345678.9,30000000}')::numeric))
        WHEN 5 THEN key || jsonb_build_object('geo_polygon', some_polygon())
        WHEN 6 THEN key || jsonb_build_object('values_count', some_bounds('{0,1,2,3}'))
        WHEN 7 THEN jsonb_build_object('is_empty', key)
        WHEN 8 THEN jsonb_build_object('is_null', key)
        WHEN 9 THEN key || jsonb_build_object(one_of('{is_empty,is_null}'), random() < 0.5)
        WHEN 10 THEN key || jsonb_build_object('match', some_match(), 'values_count', some_bounds('{0,1,2,3}'))
        ELSE key || jsonb_build_object('match', some_match()) END;
END
$$;
CREATE FUNCTION some_filter(depth int) RETURNS jsonb LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    filter jsonb := '{}';
    conditions jsonb;
BEGIN
    FOR i IN 1..1 + pick(2) LOOP
        SELECT coalesce(jsonb_agg(CASE WHEN depth > 1 AND random() < 0.3 THEN some_filter(depth - 1)
            WHEN depth > 1 AND random() < 0.15 THEN jsonb_build_object('nested', jsonb_build_object('key', some_path(), 'filter', some_filter(depth - 1)))
            ELSE some_test() END), '[]') INTO conditions
        FROM generate_series(1, pick(4));
        filter := filter || CASE pick(4)
            WHEN 0 THEN jsonb_build_object('must', conditions)
            WHEN 1 THEN jsonb_build_object('should', CASE WHEN jsonb_array_length(conditions) = 1 THEN conditions -> 0 ELSE conditions END)
            WHEN 2 THEN jsonb_build_object('must_not', conditions)
            ELSE jsonb_build_object('min_should', jsonb_build_object('conditions', conditions, 'min_count', 1 + pick(3))) END;
    END LOOP;
    RETURN filter;
END
$$;

-- A filter text, and its meaning as a filter in JSON; conditions that only texts have are members that begin with x_.
CREATE FUNCTION text_literal(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE RETURN
    CASE jsonb_typeof(value) WHEN 'string' THEN quote_nullable(value #>> '{}') ELSE value::text END;
CREATE FUNCTION some_text_test(OUT filter text, OUT meaning jsonb) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    path text := some_path();
    key jsonb := jsonb_build_object('key', path);
    value jsonb := some_match_value();
    list jsonb := jsonb_build_array(some_match_value(), some_match_value());
    number text := one_of('{0,1,1.5,2,-3,1e300,9007199254740992}');
    op int := pick(4);
    spelled text := (ARRAY['<', '<=', '>', '>='])[op + 1];
    bound text := (ARRAY['lt', 'lte', 'gt', 'gte'])[op + 1];
    string text := one_of('{b,apple,"Apple pie",я,"",x}');
BEGIN
    -- Text is written without backslashes, as E'' is no part of the grammar.
    value := replace(value::text, '\\', '/')::jsonb;
    list := replace(list::text, '\\', '/')::jsonb;
    CASE pick(9)
        WHEN 0 THEN filter := path || ' != ' || text_literal(value); meaning := jsonb_build_object('must_not', key || jsonb_build_object('match', jsonb_build_object('value', value)));
        WHEN 1 THEN filter := path || ' ' || one_of('{IN,in,In}') || ' (' || text_literal(list -> 0) || ', ' || text_literal(list -> 1) || ')'; meaning := key || jsonb_build_object('match', jsonb_build_object('any', list));
        WHEN 2 THEN filter := path || ' not IN (' || text_literal(list -> 0) || ',' || text_literal(list -> 1) || ')'; meaning := jsonb_build_object('must_not', key || jsonb_build_object('match', jsonb_build_object('any', list)));
        WHEN 3 THEN filter := path || ' CONTAINS ' || text_literal(value); meaning := key || jsonb_build_object('x_contains', value);
        WHEN 4 THEN filter := path || spelled || number; meaning := key || jsonb_build_object('range', jsonb_build_object(bound, number::numeric));
        WHEN 5 THEN filter := path || ' ' || spelled || ' ' || quote_literal(string); meaning := key || jsonb_build_object('x_text_range', jsonb_build_object(bound, string));
        WHEN 6 THEN filter := path || ' = null'; meaning := key || '{"x_is_nothing": true}';
        ELSE filter := path || '=' || text_literal(value); meaning := key || jsonb_build_object('match', jsonb_build_object('value', value));
    END CASE;
END
$$;
CREATE FUNCTION some_filter_text(depth int, OUT filter text, OUT meaning jsonb) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    a record;
    b record;
BEGIN
    IF depth <= 1 OR random() < 0.2 THEN
        SELECT * INTO a FROM some_text_test();
        filter := a.filter;
        meaning := a.meaning;
        RETURN;
    END IF;
    SELECT * INTO a FROM some_filter_text(depth - 1);
    SELECT * INTO b FROM some_filter_text(depth - 1);
    CASE pick(3)
        WHEN 0 THEN filter := '(' || a.filter || ') AND (' || b.filter || ')'; meaning := jsonb_build_object('must', jsonb_build_array(a.meaning, b.meaning));
        WHEN 1 THEN filter := '(' || a.filter || ') or ' || '(' || b.filter || ')'; meaning := jsonb_build_object('should', jsonb_build_array(a.meaning, b.meaning));
        ELSE filter := 'NOT (' || a.filter || ')'; meaning := jsonb_build_object('must_not', jsonb_build_array(a.meaning));
    END CASE;
END
$$;
