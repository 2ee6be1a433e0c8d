-- For suites about errors: results and errors as rows, without positions and source lines.

-- The first value of a query, or its error: "SQLSTATE message (detail)".
CREATE FUNCTION pg_temp.outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    state text;
    message text;
    detail text;
BEGIN
    EXECUTE query INTO result;
    RETURN coalesce(result, 'NULL');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT,
        detail = PG_EXCEPTION_DETAIL;
    RETURN concat(state, ' ', message, ' (' || nullif(detail, '') || ')');
END
$$;

-- What a statement has done: the first value of a query, the number of rows that others have changed, or the error.
CREATE FUNCTION pg_temp.attempt(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    changed int8;
    state text;
    message text;
    detail text;
BEGIN
    IF statement ~ '^(SELECT|WITH)' THEN
        RETURN pg_temp.outcome(statement);
    END IF;
    EXECUTE statement;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed || ' rows';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat(state, ' ', message, ' (' || nullif(detail, '') || ')');
END
$$;

-- The value of a type that a binary message stands for, by COPY from a binary file of one row. The server can write to
-- pg_stat_tmp, which backups leave out.
CREATE FUNCTION pg_temp.receive(type text, message bytea) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    file CONSTANT text := 'pg_stat_tmp/vecext_receive.tmp';
    signature CONSTANT bytea := '\x5047434f50590aff0d0a00';
    no_flags CONSTANT bytea := '\x0000000000000000';
    trailer CONSTANT bytea := '\xffff';
    content oid;
    result text;
BEGIN
    content := lo_from_bytea(0, signature || no_flags || int2send(1::int2)
        || int4send(length(message)) || message || trailer);
    PERFORM lo_export(content, file);
    PERFORM lo_unlink(content);
    EXECUTE format('CREATE TEMP TABLE inbox (value %s)', type);
    EXECUTE format('COPY inbox FROM %L (FORMAT binary)', file);
    SELECT value::text INTO STRICT result FROM inbox;
    DROP TABLE inbox;
    RETURN result;
END
$$;
