-- Queues of texts that wait for their embedding. A queue is a table, the triggers that fill it and the function of the triggers. All
-- belong to the owner of the table with the texts. They work without the extension, and a dump has them as any other table. The
-- function runs with the rights of its owner: a role that writes texts must be able to queue them, but may not do anything else
-- with the queue.
--
-- A job has a number that changes with every claim and with every change of its text. What a worker reports about a job counts
-- only while the job still has the number that the worker got with it.

CREATE FUNCTION vecext_rag.queue_function(queue regclass) RETURNS oid LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.oid
    FROM pg_class q JOIN pg_proc p ON p.pronamespace = q.relnamespace AND p.proname = q.relname AND p.pronargs = 0
        AND p.prorettype = 'trigger'::regtype AND p.proowner = q.relowner
    WHERE q.oid = queue AND q.relkind = 'r'
$$;
COMMENT ON FUNCTION vecext_rag.queue_function(regclass) IS 'returns the function of the triggers that fill a queue of embeddings, or null if the table is not such a queue';

-- The names of the columns are arguments of the triggers. The types must be those that vecext_rag.create_embedding_queue takes and makes:
-- a column of another type could have casts of its owner, which statements on the queue would run as the caller.
CREATE FUNCTION vecext_rag.queue_source(
        queue regclass, OUT relid regclass, OUT key_column text, OUT text_column text, OUT vector_column text, OUT vector_type text)
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function oid := vecext_rag.queue_function(queue);
    names jsonb;
    types regtype[];
BEGIN
    SELECT t.tgrelid, convert_from(substring(t.tgargs FROM 1 FOR length(t.tgargs) - 1), getdatabaseencoding())::jsonb INTO relid, names
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_class q ON q.relowner = c.relowner
    WHERE t.tgfoid = function AND t.tgparentid = 0 AND t.tgnargs = 1 AND q.oid = queue AND c.relkind IN ('r', 'p')
    ORDER BY t.oid LIMIT 1;
    key_column := names ->> 'key';
    text_column := names ->> 'text';
    vector_column := names ->> 'vector';
    SELECT format_type(v.atttypid, v.atttypmod), ARRAY[k.atttypid, t.atttypid, v.atttypid, j.atttypid] INTO vector_type, types
    FROM pg_attribute v, pg_attribute t, pg_attribute k JOIN pg_type y ON y.oid = k.atttypid, pg_attribute j JOIN pg_type z ON z.oid = j.atttypid
    WHERE v.attrelid = relid AND v.attname = vector_column AND vecext_rag.vector_type(v.atttypid) = v.atttypid
        AND t.attrelid = relid AND t.attname = text_column AND t.atttypid IN ('text'::regtype, 'varchar'::regtype)
        AND k.attrelid = relid AND k.attname = key_column AND y.typnamespace = 'pg_catalog'::regnamespace
        AND j.attrelid = queue AND j.attname = 'key' AND z.typnamespace = 'pg_catalog'::regnamespace;
    IF NOT FOUND OR NOT vecext_rag.has_columns(relid, ARRAY[key_column, text_column, vector_column], types[:3])
            OR NOT vecext_rag.has_columns(queue,
                ARRAY['key', 'job', 'attempts', 'max_attempts', 'available_at', 'queued_at', 'claimed_at', 'error'],
                ARRAY[types[4], 'int8', 'int4', 'int4', 'timestamptz', 'timestamptz', 'timestamptz', 'text']) THEN
        RAISE wrong_object_type USING
            MESSAGE = format('%s is not a queue of embeddings', coalesce(queue::text, 'null')),
            DETAIL = 'A queue has a function of its name, and triggers on a table of the same owner that has the columns which they name, of such types as vecext_rag.create_embedding_queue takes and makes.',
            HINT = 'If columns or tables have other names since, drop the queue and make it again.';
    ELSIF row_security_active(relid) OR row_security_active(queue) THEN
        -- A row that a policy hides looks like one that is gone.
        RAISE insufficient_privilege USING
            MESSAGE = format('row-level security hides rows of table %s from role %s', relid, current_user),
            HINT = 'A worker is the owner of the table, or has the attribute BYPASSRLS.';
    END IF;
END $$;
COMMENT ON FUNCTION vecext_rag.queue_source(regclass) IS
    'returns the table and the columns that a queue of embeddings is about; raises an error if the table is not such a queue, or if row-level security hides rows from the caller';

-- The body has names of the queue and its columns, and no other text of a user.
CREATE FUNCTION vecext_rag.queue_function_body(
        queue text, channel text, key_column text, text_column text, vector_column text, notifies bool) RETURNS text
    LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT format($body$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM %1$s;
        RETURN NULL;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM %1$s q WHERE q.key = OLD.%2$I;
        RETURN NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.%2$I <> NEW.%2$I THEN
            DELETE FROM %1$s q WHERE q.key = OLD.%2$I;
        END IF;
        -- There is nothing to do where both are gone, or where the statement itself has set the vector.
        IF NEW.%3$I IS NULL AND NEW.%4$I IS NULL OR NEW.%4$I IS NOT NULL
                AND NOT (CAST(ROW(OLD.%4$I) AS record) *= CAST(ROW(NEW.%4$I) AS record)) THEN
            DELETE FROM %1$s q WHERE q.key = NEW.%2$I;
            RETURN NULL;
        END IF;
    END IF;
    INSERT INTO %1$s AS q (key) VALUES (NEW.%2$I)
    ON CONFLICT (key) DO UPDATE SET job = DEFAULT, attempts = 0, max_attempts = DEFAULT, available_at = DEFAULT,
        queued_at = DEFAULT, claimed_at = NULL, error = NULL;
    %5$s
    RETURN NULL;
END $body$, queue, key_column, text_column, vector_column,
        CASE WHEN notifies THEN format('PERFORM pg_notify(%L, %L);', channel, queue) ELSE '' END)
$$;
COMMENT ON FUNCTION vecext_rag.queue_function_body(text, text, text, text, text, bool) IS
    'returns the body of the function of the triggers of a queue of embeddings';

CREATE FUNCTION vecext_rag.queue_check(relid regclass, text_column text, vector_column text, OUT key_column text, OUT key_type text)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class pg_class;
    attribute pg_attribute;
BEGIN
    SELECT * INTO STRICT class FROM pg_class c WHERE c.oid = relid;
    IF NOT pg_has_role(class.relowner, 'USAGE') THEN
        RAISE insufficient_privilege USING MESSAGE = format('must be owner of table %s', relid);
    ELSIF class.relkind NOT IN ('r', 'p') OR class.relpersistence = 't' THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is not a permanent table', relid);
    END IF;
    SELECT * INTO attribute FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = text_column AND a.attnum > 0;
    IF NOT FOUND THEN
        RAISE undefined_column USING MESSAGE = format('column "%s" of table %s does not exist', text_column, relid);
    ELSIF attribute.atttypid NOT IN ('text'::regtype, 'varchar'::regtype) THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" is not of type text or varchar', text_column);
    ELSIF attribute.attgenerated = 'v' THEN
        RAISE wrong_object_type USING MESSAGE = format('column "%s" is generated virtually, which no trigger sees', text_column),
            HINT = 'Make it a STORED one.';
    END IF;
    SELECT * INTO attribute FROM pg_attribute a WHERE a.attrelid = relid AND a.attname = vector_column AND a.attnum > 0;
    IF NOT FOUND THEN
        RAISE undefined_column USING MESSAGE = format('column "%s" of table %s does not exist', vector_column, relid);
    ELSIF vecext_rag.vector_type(attribute.atttypid) IS DISTINCT FROM attribute.atttypid THEN
        RAISE datatype_mismatch USING MESSAGE = format('column "%s" is not of a type of vectors', vector_column);
    ELSIF attribute.attnotnull OR attribute.attgenerated <> '' THEN
        RAISE wrong_object_type USING
            MESSAGE = format('column "%s" cannot wait for its embedding', vector_column),
            DETAIL = 'It is generated, or may not be null.';
    END IF;
    SELECT a.* INTO attribute FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = relid AND i.indisprimary AND i.indnkeyatts = 1;
    IF NOT FOUND OR (SELECT t.typnamespace <> 'pg_catalog'::regnamespace FROM pg_type t WHERE t.oid = attribute.atttypid) THEN
        RAISE feature_not_supported USING
            MESSAGE = format('table %s has no primary key of one column of a built-in type', relid);
    ELSIF NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = relid AND i.indisprimary AND i.indimmediate) THEN
        -- Where keys may be equal for a while, a row leaves the key that another row of the statement has taken before: its job would go.
        RAISE feature_not_supported USING
            MESSAGE = format('the primary key of table %s is deferrable', relid),
            HINT = 'Make one that is NOT DEFERRABLE.';
    END IF;
    key_column := attribute.attname;
    key_type := format_type(attribute.atttypid, attribute.atttypmod)
        || coalesce((SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
                     WHERE c.oid = attribute.attcollation), '');
END $$;
COMMENT ON FUNCTION vecext_rag.queue_check(regclass, text, text) IS
    'raises an error unless the caller can make a queue for the embeddings of that column; returns the column of the primary key and its type';

CREATE FUNCTION vecext_rag.queue_triggers(
        queue text, relid regclass, function text, key_column text, text_column text, vector_column text) RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    names text := jsonb_build_object('key', key_column, 'text', text_column, 'vector', vector_column);
BEGIN
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s FOR EACH ROW WHEN (NEW.%I IS NOT NULL AND NEW.%I IS NULL)
        EXECUTE FUNCTION %s(%L)', queue || '_insert', relid, text_column, vector_column, function, names);
    -- As bytes: a collation may take different texts for equal.
    EXECUTE format('CREATE TRIGGER %1$I AFTER UPDATE ON %2$s FOR EACH ROW WHEN (OLD.%3$I IS DISTINCT FROM NEW.%3$I
            OR OLD.%4$I COLLATE "C" IS DISTINCT FROM NEW.%4$I COLLATE "C" OR OLD.%5$I IS NOT NULL AND NEW.%5$I IS NULL)
        EXECUTE FUNCTION %6$s(%7$L)', queue || '_update', relid, key_column, text_column, vector_column, function, names);
    EXECUTE format('CREATE TRIGGER %I AFTER DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s(%L)',
        queue || '_delete', relid, function, names);
    EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION %s(%L)',
        queue || '_truncate', relid, function, names);
END $$;
COMMENT ON FUNCTION vecext_rag.queue_triggers(text, regclass, text, text, text, text) IS
    'makes the triggers that fill a queue of embeddings';

CREATE FUNCTION vecext_rag.create_embedding_queue(
        relid regclass, text_column text, vector_column text, queue text DEFAULT NULL, max_attempts int4 DEFAULT 5,
        notifies bool DEFAULT true) RETURNS regclass LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    class pg_class;
    key record;
    full_name text;
BEGIN
    IF relid IS NULL OR text_column IS NULL OR vector_column IS NULL OR coalesce(max_attempts < 1, true) OR notifies IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a table, two columns of it and at least one attempt are expected';
    ELSIF octet_length(queue) NOT BETWEEN 1 AND 54 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'the name of a queue has 1 to 54 bytes';
    END IF;
    key := vecext_rag.queue_check(relid, text_column, vector_column);
    IF vecext_rag.as_owner(relid, format('SELECT pg_catalog.row_security_active(%s::pg_catalog.oid)', relid::oid))::bool THEN
        RAISE insufficient_privilege USING
            MESSAGE = format('row-level security hides rows of table %s from its owner', relid),
            HINT = 'Turn FORCE ROW LEVEL SECURITY off, or give the owner the attribute BYPASSRLS.';
    END IF;
    -- Nobody writes rows until the triggers are there for all to see.
    PERFORM vecext_rag.lock_relation(relid);
    SELECT * INTO STRICT class FROM pg_class c WHERE c.oid = relid;
    -- Names of triggers are longer.
    queue := coalesce(queue, vecext_rag.relation_name(class.relnamespace, format('%s_%s_queue', class.relname, vector_column), 48));
    full_name := format('%I.%I', (SELECT n.nspname FROM pg_namespace n WHERE n.oid = class.relnamespace), queue);
    -- A claim reads over all that is dead at the head of the index of times: so VACUUM comes often.
    EXECUTE format('CREATE %s TABLE %s (
            key %s PRIMARY KEY,
            job int8 GENERATED BY DEFAULT AS IDENTITY UNIQUE,
            attempts int4 NOT NULL DEFAULT 0,
            max_attempts int4 NOT NULL DEFAULT %s,
            available_at timestamptz NOT NULL DEFAULT statement_timestamp(),
            queued_at timestamptz NOT NULL DEFAULT statement_timestamp(),
            claimed_at timestamptz,
            error text)
        WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000)',
        CASE class.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END, full_name, key.key_type, max_attempts);
    EXECUTE format('CREATE INDEX ON %s (available_at, job)', full_name);
    EXECUTE format('COMMENT ON TABLE %s IS %L', full_name,
        format('rows of table %s whose text in column %I waits for its embedding in column %I', relid, text_column, vector_column));
    EXECUTE format('CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS %L',
        full_name, vecext_rag.queue_function_body(full_name, queue, key.key_column, text_column, vector_column, notifies));
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s() FROM PUBLIC', full_name);
    PERFORM vecext_rag.queue_triggers(queue, relid, full_name, key.key_column, text_column, vector_column);
    EXECUTE format('ALTER TABLE %s OWNER TO %I', full_name, pg_get_userbyid(class.relowner));
    EXECUTE format('ALTER FUNCTION %s() OWNER TO %I', full_name, pg_get_userbyid(class.relowner));
    PERFORM vecext_rag.as_owner(relid, format('INSERT INTO %s (key) SELECT s.%I FROM %s s WHERE s.%I IS NOT NULL AND s.%I IS NULL ORDER BY 1',
        full_name, key.key_column, relid, text_column, vector_column));
    RETURN to_regclass(full_name);
END $$;
COMMENT ON FUNCTION vecext_rag.create_embedding_queue(regclass, text, text, text, int4, bool) IS
    'makes a queue of the rows of a table whose text has no embedding, or has changed since it got one, and the triggers that fill the queue';

CREATE FUNCTION vecext_rag.drop_embedding_queue(queue regclass) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    function oid := vecext_rag.queue_function(queue);
    found record;
BEGIN
    -- The table with the texts may be gone, or have other columns.
    IF function IS NULL THEN
        RAISE wrong_object_type USING MESSAGE = format('%s is not a queue of embeddings', coalesce(queue::text, 'null'));
    END IF;
    FOR found IN SELECT t.tgname, t.tgrelid::regclass AS relid FROM pg_trigger t WHERE t.tgfoid = function AND t.tgparentid = 0 LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.relid);
    END LOOP;
    EXECUTE format('DROP FUNCTION %s()', function::regproc);
    EXECUTE format('DROP TABLE %s', queue);
END $$;
COMMENT ON FUNCTION vecext_rag.drop_embedding_queue(regclass) IS 'drops a queue of embeddings with its triggers; the embeddings stay';

-- The texts of the jobs are read by later statements than the one that takes the jobs. These see all changes that were committed
-- by then. A change of a text that they do not see waits for this transaction, and then makes a new job for the row.
CREATE FUNCTION vecext_rag.embedding_queue_claim(
        queue regclass, batch int4 DEFAULT 10, lease interval DEFAULT '5 minutes',
        OUT job int8, OUT key text, OUT content text, OUT attempt int4)
    RETURNS SETOF record LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source record := vecext_rag.queue_source(queue);
    start timestamptz := clock_timestamp();
    taken int8;
    jobs int8[];
BEGIN
    IF coalesce(batch < 1, true) OR coalesce(lease <= '0', true) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a batch of at least one job and a lease of some time are expected';
    END IF;
    -- All jobs of a batch may be ones whose attempts are used up, or whose texts are gone: then others follow.
    LOOP
        EXECUTE format('
            WITH ready AS MATERIALIZED (
                SELECT q.key FROM %1$s q WHERE q.available_at <= $3 ORDER BY q.available_at, q.job LIMIT $1 FOR UPDATE SKIP LOCKED),
            claimed AS (
                UPDATE %1$s q SET job = DEFAULT, attempts = least(q.attempts + 1, q.max_attempts),
                    claimed_at = CASE WHEN q.attempts < q.max_attempts THEN $3 END,
                    available_at = CASE WHEN q.attempts < q.max_attempts THEN $3 + $2 ELSE ''infinity'' END,
                    error = CASE WHEN q.attempts < q.max_attempts THEN q.error
                        ELSE coalesce(q.error, ''claimed, but not completed'') END
                FROM ready WHERE q.key = ready.key
                RETURNING q.job, q.claimed_at)
            SELECT count(*), array_agg(c.job) FILTER (WHERE c.claimed_at IS NOT NULL) FROM claimed c', queue)
        INTO taken, jobs USING batch, lease, start;
        EXIT WHEN taken = 0;
        -- Without its text, a row has no embedding. Locks of rows are not waited for, as those who hold one wait for jobs: such
        -- a row keeps its job for another time.
        EXECUTE format('
            UPDATE %2$s s SET %5$I = NULL WHERE s.%5$I IS NOT NULL AND s.%3$I IN (
                SELECT t.%3$I FROM %2$s t WHERE t.%4$I IS NULL AND t.%3$I IN (SELECT q.key FROM %1$s q WHERE q.job = ANY ($1))
                FOR NO KEY UPDATE SKIP LOCKED)', queue, source.relid, source.key_column, source.text_column, source.vector_column)
        USING jobs;
        EXECUTE format('
            DELETE FROM %1$s q WHERE q.job = ANY ($1) AND NOT EXISTS (
                SELECT FROM %2$s s WHERE s.%3$I = q.key AND (s.%4$I IS NOT NULL OR s.%5$I IS NOT NULL))',
            queue, source.relid, source.key_column, source.text_column, source.vector_column)
        USING jobs;
        RETURN QUERY EXECUTE format('
            SELECT q.job, q.key::text, s.%4$I::text, q.attempts FROM %1$s q JOIN %2$s s ON s.%3$I = q.key
            WHERE q.job = ANY ($1) AND s.%4$I IS NOT NULL ORDER BY q.job',
            queue, source.relid, source.key_column, source.text_column)
        USING jobs;
        EXIT WHEN FOUND;
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext_rag.embedding_queue_claim(regclass, int4, interval) IS
    'takes up to a batch of jobs that no other worker has, with their texts; a job that is not completed within the lease can be claimed again';

-- Rows of the table are locked before jobs, in the same order as by a statement that changes a text.
CREATE FUNCTION vecext_rag.embedding_queue_complete(queue regclass, jobs int8[], embeddings text[]) RETURNS int8 LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source record := vecext_rag.queue_source(queue);
    written int8;
BEGIN
    IF cardinality(jobs) IS DISTINCT FROM cardinality(embeddings) OR array_position(embeddings, NULL) IS NOT NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = 'an embedding for each job is expected';
    END IF;
    EXECUTE format('
        SELECT FROM %2$s s WHERE s.%3$I IN (SELECT q.key FROM %1$s q WHERE q.job = ANY ($1)) ORDER BY s.%3$I FOR NO KEY UPDATE',
        queue, source.relid, source.key_column)
    USING jobs;
    EXECUTE format('
        WITH given AS (SELECT * FROM unnest($1, $2) g(job, embedding)),
        done AS (DELETE FROM %1$s q USING given g WHERE q.job = g.job AND q.claimed_at IS NOT NULL RETURNING q.key, g.embedding)
        UPDATE %2$s s SET %4$I = done.embedding::%5$s FROM done WHERE s.%3$I = done.key',
        queue, source.relid, source.key_column, source.vector_column, source.vector_type)
    USING jobs, embeddings;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END $$;
COMMENT ON FUNCTION vecext_rag.embedding_queue_complete(regclass, int8[], text[]) IS
    'writes the embeddings of claimed jobs, in the text form of their type, and returns how many were written; leaves out a job whose text has changed, or that another worker has claimed since';

CREATE FUNCTION vecext_rag.embedding_queue_fail(
        queue regclass, jobs int8[], error text, retry_after interval DEFAULT NULL, is_final bool DEFAULT false) RETURNS int8
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    retried int8;
BEGIN
    PERFORM vecext_rag.queue_source(queue);
    -- Twice as long each time, and up to a quarter more, so that jobs that failed together do not come back together. Jobs are locked in
    -- the order of their keys, as by embedding_queue_complete.
    EXECUTE format('
        WITH claimed AS MATERIALIZED (
            SELECT q.job FROM %1$s q WHERE q.job = ANY ($1) AND q.claimed_at IS NOT NULL ORDER BY q.key FOR UPDATE),
        failed AS (
            UPDATE %1$s q SET job = DEFAULT, error = $2, claimed_at = NULL, available_at = CASE
                WHEN $4 IS TRUE OR q.attempts >= q.max_attempts THEN ''infinity''
                ELSE $5 + coalesce($3, least(interval ''10 seconds'' * power(2, least(q.attempts - 1, 20)), ''1 hour'') * (1 + random() / 4)) END
            FROM claimed WHERE q.job = claimed.job
            RETURNING q.available_at)
        SELECT count(*) FROM failed f WHERE f.available_at < ''infinity''', queue)
    INTO retried USING jobs, error, retry_after, is_final, clock_timestamp();
    RETURN retried;
END $$;
COMMENT ON FUNCTION vecext_rag.embedding_queue_fail(regclass, int8[], text, interval, bool) IS
    'gives claimed jobs back after an error, to be claimed again later, unless it was the last attempt or is_final; returns the number of jobs that will be tried again';

CREATE FUNCTION vecext_rag.embedding_queue_retry(queue regclass, keys text[] DEFAULT NULL) RETURNS int8 LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    revived int8;
BEGIN
    PERFORM vecext_rag.queue_source(queue);
    EXECUTE format('
        WITH failed AS MATERIALIZED (
            SELECT q.key FROM %1$s q WHERE q.available_at = ''infinity'' AND ($1 IS NULL OR q.key::text = ANY ($1)) ORDER BY q.key FOR UPDATE)
        UPDATE %1$s q SET available_at = DEFAULT, queued_at = DEFAULT, attempts = 0, max_attempts = DEFAULT
        FROM failed WHERE q.key = failed.key', queue)
    USING keys;
    GET DIAGNOSTICS revived = ROW_COUNT;
    RETURN revived;
END $$;
COMMENT ON FUNCTION vecext_rag.embedding_queue_retry(regclass, text[]) IS
    'makes jobs that have failed for good wait again, either those of these rows or all, and returns their number';

CREATE FUNCTION vecext_rag.embedding_queue_status(
        queue regclass, OUT relid regclass, OUT text_column text, OUT vector_column text, OUT channel text,
        OUT waiting int8, OUT in_flight int8, OUT delayed int8, OUT failed int8, OUT oldest_wait interval)
    LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source record := vecext_rag.queue_source(queue);
BEGIN
    relid := source.relid;
    text_column := source.text_column;
    vector_column := source.vector_column;
    SELECT c.relname INTO channel FROM pg_class c JOIN pg_proc p ON p.oid = vecext_rag.queue_function(queue)
    WHERE c.oid = queue AND strpos(p.prosrc, 'PERFORM pg_notify(') > 0;
    -- A job whose lease is over waits, again.
    EXECUTE format('
        SELECT count(*) FILTER (WHERE q.available_at <= $1),
            count(*) FILTER (WHERE q.available_at > $1 AND q.claimed_at IS NOT NULL),
            count(*) FILTER (WHERE q.available_at > $1 AND q.available_at < ''infinity'' AND q.claimed_at IS NULL),
            count(*) FILTER (WHERE q.available_at = ''infinity''),
            $1 - min(q.queued_at) FILTER (WHERE q.available_at <= $1)
        FROM %s q', queue)
    INTO waiting, in_flight, delayed, failed, oldest_wait USING clock_timestamp();
END $$;
COMMENT ON FUNCTION vecext_rag.embedding_queue_status(regclass) IS
    'returns the table and the columns that a queue is about, the channel of its notifications (null if there are none), and how many jobs wait for a worker, are with a worker, will be tried again later, and have failed for good';
