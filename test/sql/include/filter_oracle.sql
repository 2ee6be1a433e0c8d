-- What a filter means, by the server's operators for jsonb: is_true(filter, document). It is written from the rules for filters and
-- shares nothing with the evaluator. The session's time zone must be UTC.

-- The values that a path reaches.
CREATE FUNCTION reached(document jsonb, path text) RETURNS jsonb[] LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    level jsonb[] := ARRAY[document];
    step text[];
    key text;
BEGIN
    FOR step IN SELECT regexp_matches(path, '\.?(?:"((?:[^"]|"")*)"|([^].["[]+)|\[(\d*)\])', 'g') LOOP
        key := coalesce(replace(step[1], '""', '"'), step[2]);
        IF key IS NOT NULL THEN
            level := ARRAY(SELECT v -> key FROM unnest(level) v WHERE jsonb_typeof(v) = 'object' AND v ? key);
        ELSIF step[3] = '' THEN
            level := ARRAY(SELECT e FROM unnest(level) v, jsonb_array_elements(CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE '[]' END) e);
        ELSE
            level := ARRAY(SELECT v -> step[3]::int FROM unnest(level) v WHERE CASE jsonb_typeof(v) WHEN 'array' THEN step[3]::int < jsonb_array_length(v) END);
        END IF;
    END LOOP;
    RETURN level;
END
$$;
-- Values, with the elements of arrays in place of the arrays.
CREATE FUNCTION elements("values" jsonb[]) RETURNS jsonb[] LANGUAGE sql IMMUTABLE RETURN
    ARRAY(SELECT e FROM unnest("values") v, jsonb_array_elements(CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE jsonb_build_array(v) END) e);

CREATE FUNCTION is_within(value numeric, bounds jsonb) RETURNS bool LANGUAGE sql IMMUTABLE RETURN
    coalesce(value > (bounds ->> 'gt')::numeric, true) AND coalesce(value >= (bounds ->> 'gte')::numeric, true)
    AND coalesce(value < (bounds ->> 'lt')::numeric, true) AND coalesce(value <= (bounds ->> 'lte')::numeric, true);
CREATE FUNCTION is_within(value text, bounds jsonb) RETURNS bool LANGUAGE sql IMMUTABLE RETURN
    coalesce(value > (bounds ->> 'gt') COLLATE "C", true) AND coalesce(value >= (bounds ->> 'gte') COLLATE "C", true)
    AND coalesce(value < (bounds ->> 'lt') COLLATE "C", true) AND coalesce(value <= (bounds ->> 'lte') COLLATE "C", true);
-- The nearest double; infinite beyond the doubles.
CREATE FUNCTION double_of(value jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN abs((value #>> '{}')::numeric) > 1.7976931348623158e308 THEN sign((value #>> '{}')::numeric) * 'Infinity'::numeric
        WHEN abs((value #>> '{}')::numeric) < 1e-320 THEN 0
        ELSE (value #>> '{}')::numeric::float8::text::numeric END;
-- Null: not a time.
CREATE FUNCTION time_of(value jsonb) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN CASE WHEN jsonb_typeof(value) = 'string'
        AND value #>> '{}' ~ '^\d{4}-\d\d-\d\d([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$' THEN (value #>> '{}')::timestamptz END;
EXCEPTION WHEN datetime_field_overflow THEN
    RETURN NULL;
END
$$;
CREATE FUNCTION is_within(value timestamptz, bounds jsonb) RETURNS bool LANGUAGE sql IMMUTABLE RETURN
    value IS NOT NULL AND coalesce(value > time_of(bounds -> 'gt'), true) AND coalesce(value >= time_of(bounds -> 'gte'), true)
    AND coalesce(value < time_of(bounds -> 'lt'), true) AND coalesce(value <= time_of(bounds -> 'lte'), true);

-- (longitude, latitude); null: not a point.
CREATE FUNCTION point_of(value jsonb) RETURNS point LANGUAGE sql IMMUTABLE RETURN
    CASE WHEN jsonb_typeof(value -> 'lon') = 'number' AND jsonb_typeof(value -> 'lat') = 'number'
        AND abs((value ->> 'lon')::numeric) <= 180 AND abs((value ->> 'lat')::numeric) <= 90
        THEN point((value ->> 'lon')::float8, (value ->> 'lat')::float8) END;
CREATE FUNCTION is_in_box(p point, box jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    a point := point_of(box -> 'top_left');
    b point := point_of(box -> 'bottom_right');
BEGIN
    RETURN p[1] < a[1] AND p[1] > b[1] AND CASE WHEN a[0] <= b[0] THEN p[0] > a[0] AND p[0] < b[0] ELSE p[0] > a[0] OR p[0] < b[0] END;
END
$$;
-- Meters, by the angle between two directions.
CREATE FUNCTION meters(a point, b point) RETURNS float8 LANGUAGE sql IMMUTABLE STRICT RETURN
    6371008.8 * 2 * asin(least(1, sqrt(sind((b[1] - a[1]) / 2) ^ 2 + cosd(a[1]) * cosd(b[1]) * sind((b[0] - a[0]) / 2) ^ 2)));
-- 0: on the boundary; 1: within; -1: outside. Of a ring that crosses itself, within is where a line to the east crosses it an odd
-- number of times.
CREATE FUNCTION side_of_ring(p point, ring jsonb) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    a point;
    b point;
    side int := -1;
    turn float8;
BEGIN
    FOR i IN 0..jsonb_array_length(ring) - 2 LOOP
        a := point_of(ring -> i);
        b := point_of(ring -> (i + 1));
        turn := (b[0] - a[0]) * (p[1] - a[1]) - (p[0] - a[0]) * (b[1] - a[1]);
        IF turn = 0 AND p[0] BETWEEN least(a[0], b[0]) AND greatest(a[0], b[0]) AND p[1] BETWEEN least(a[1], b[1]) AND greatest(a[1], b[1]) THEN
            RETURN 0;
        END IF;
        IF (a[1] > p[1]) <> (b[1] > p[1]) AND (turn > 0) = (b[1] > a[1]) THEN
            side := -side;
        END IF;
    END LOOP;
    RETURN side;
END
$$;
CREATE FUNCTION is_in_polygon(p point, polygon jsonb) RETURNS bool LANGUAGE sql IMMUTABLE RETURN
    side_of_ring(p, polygon -> 'exterior' -> 'points') > 0
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(coalesce(polygon -> 'interiors', '[]')) hole WHERE side_of_ring(p, hole -> 'points') >= 0);

CREATE FUNCTION count_of(value jsonb) RETURNS int LANGUAGE sql IMMUTABLE RETURN
    CASE jsonb_typeof(value) WHEN 'null' THEN 0 WHEN 'array' THEN jsonb_array_length(value) ELSE 1 END;
CREATE FUNCTION tokens(value text) RETURNS text[] LANGUAGE sql IMMUTABLE RETURN tsvector_to_array(to_tsvector('vecext.word', value));

CREATE FUNCTION is_matched(x jsonb, match jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    string text := CASE WHEN jsonb_typeof(x) = 'string' THEN x #>> '{}' END;
BEGIN
    RETURN coalesce(CASE (SELECT k FROM jsonb_object_keys(match) k)
        WHEN 'value' THEN x = match -> 'value'
        WHEN 'any' THEN EXISTS (SELECT FROM jsonb_array_elements(match -> 'any') a WHERE a = x)
        WHEN 'except' THEN x <> 'null' AND NOT EXISTS (SELECT FROM jsonb_array_elements(match -> 'except') a WHERE a = x)
        WHEN 'text' THEN tokens(string) @> tokens(match ->> 'text') AND tokens(match ->> 'text') <> '{}'
        WHEN 'text_any' THEN tokens(string) && tokens(match ->> 'text_any')
        WHEN 'phrase' THEN to_tsvector('vecext.word', string) @@ phraseto_tsquery('vecext.word', match ->> 'phrase')
        WHEN 'prefix' THEN left(string, length(match ->> 'prefix')) = match ->> 'prefix'
    END, false);
END
$$;

-- Whether a test holds that a condition on a key has.
CREATE FUNCTION is_tested(document jsonb, key text, test text, argument jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    all_reached jsonb[] := reached(document, key);
    every jsonb[] := elements(all_reached);
BEGIN
    CASE test
        WHEN 'match' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE is_matched(v, argument));
        WHEN 'range' THEN
            IF EXISTS (SELECT FROM jsonb_each(argument) b WHERE jsonb_typeof(b.value) = 'string') THEN
                RETURN EXISTS (SELECT FROM unnest(every) v WHERE is_within(time_of(v), argument));
            END IF;
            RETURN EXISTS (SELECT FROM unnest(every) v WHERE CASE jsonb_typeof(v) WHEN 'number' THEN is_within(double_of(v), argument) END);
        WHEN 'geo_bounding_box' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE is_in_box(point_of(v), argument));
        WHEN 'geo_radius' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE meters(point_of(v), point_of(argument -> 'center')) < (argument ->> 'radius')::float8);
        WHEN 'geo_polygon' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE point_of(v) IS NOT NULL AND is_in_polygon(point_of(v), argument));
        WHEN 'values_count' THEN
            RETURN EXISTS (SELECT FROM unnest(CASE all_reached WHEN '{}' THEN '{"null"}' ELSE all_reached END) v WHERE is_within(count_of(v)::numeric, argument));
        WHEN 'is_empty' THEN RETURN NOT EXISTS (SELECT FROM unnest(all_reached) v WHERE count_of(v) > 0);
        WHEN 'is_null' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE v = 'null');
        WHEN 'x_is_nothing' THEN RETURN all_reached = '{}' OR 'null' = ANY (every);
        WHEN 'x_contains' THEN
            RETURN EXISTS (SELECT FROM unnest(all_reached) v WHERE CASE jsonb_typeof(v)
                WHEN 'array' THEN EXISTS (SELECT FROM jsonb_array_elements(v) e WHERE e = argument)
                WHEN 'string' THEN jsonb_typeof(argument) = 'string' AND strpos(v #>> '{}', argument #>> '{}') > 0 END);
        WHEN 'x_text_range' THEN RETURN EXISTS (SELECT FROM unnest(every) v WHERE jsonb_typeof(v) = 'string' AND is_within(v #>> '{}', argument));
    END CASE;
END
$$;

CREATE FUNCTION is_true(filter jsonb, document jsonb) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    clause text;
    list jsonb;
    result bool := true;
    n int;
BEGIN
    IF filter ? 'key' THEN
        RETURN (SELECT bool_or(CASE WHEN t.key IN ('is_empty', 'is_null') THEN is_tested(document, filter ->> 'key', t.key, t.value) = t.value::bool
                ELSE is_tested(document, filter ->> 'key', t.key, t.value) END)
            FROM jsonb_each(filter) t WHERE t.key <> 'key');
    ELSIF filter ?| '{is_empty,is_null}' THEN
        clause := CASE WHEN filter ? 'is_empty' THEN 'is_empty' ELSE 'is_null' END;
        RETURN is_tested(document, filter -> clause ->> 'key', clause, NULL);
    ELSIF filter ? 'nested' THEN
        RETURN EXISTS (SELECT FROM unnest(reached(document, regexp_replace(filter -> 'nested' ->> 'key', '\[\]$', ''))) v,
                jsonb_array_elements(CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE '[]' END) e
            WHERE CASE jsonb_typeof(e) WHEN 'object' THEN is_true(filter -> 'nested' -> 'filter', e) END);
    END IF;
    FOR clause, list IN SELECT k, CASE jsonb_typeof(v) WHEN 'array' THEN v ELSE jsonb_build_array(v) END FROM jsonb_each(filter) f (k, v) WHERE k <> 'min_should' LOOP
        n := (SELECT count(*) FROM jsonb_array_elements(list) c WHERE is_true(c, document));
        result := result AND CASE clause WHEN 'must' THEN n = jsonb_array_length(list) WHEN 'must_not' THEN n = 0 ELSE n > 0 OR list = '[]' END;
    END LOOP;
    IF filter ? 'min_should' THEN
        n := (SELECT count(*) FROM jsonb_array_elements(filter -> 'min_should' -> 'conditions') c WHERE is_true(c, document));
        result := result AND n >= (filter -> 'min_should' ->> 'min_count')::int;
    END IF;
    RETURN result;
END
$$;
