-- Options of indexes of texts as Qdrant's clients write them, as text search configurations: one for an index, made and dropped
-- with it. The option "config" of the index names it.

CREATE FUNCTION vecext.registry_words_keys() RETURNS text[] LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog, pg_temp AS $$
    SELECT '{type,tokenizer,lowercase,ascii_folding,min_token_len,max_token_len,stopwords,stemmer,phrase_matching,on_disk}'::text[]
$$;
COMMENT ON FUNCTION vecext.registry_words_keys() IS 'the options of an index of texts that say what its words are';

CREATE FUNCTION vecext.registry_language(value jsonb, path text, object_kind text) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- The languages of which the server has a file of stop words.
    with_stop_words text[] := '{danish,dutch,english,finnish,french,german,hungarian,italian,nepali,norwegian,portuguese,russian,spanish,swedish,turkish}';
    language text := lower(value #>> '{}');
    known text[] := CASE object_kind WHEN 'stop words' THEN with_stop_words
        ELSE ARRAY(SELECT left(d.dictname, -5) FROM pg_ts_dict d WHERE d.dictnamespace = 'pg_catalog'::regnamespace
                   AND d.dictname LIKE '%\_stem' ORDER BY 1) END;
BEGIN
    IF jsonb_typeof(value) IS DISTINCT FROM 'string' THEN
        PERFORM vecext.registry_refuse('the name of a language is expected', path);
    ELSIF language <> ALL (known) THEN
        PERFORM vecext.registry_refuse_word('language of ' || object_kind, language, path, known);
    END IF;
    RETURN language;
END $$;
COMMENT ON FUNCTION vecext.registry_language(jsonb, text, text) IS
    'the language that a JSON value names, after a check that the server has its stop words or its stemmer';

CREATE FUNCTION vecext.registry_stop_languages(value jsonb) RETURNS text[] LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    languages text[] := '{}';
BEGIN
    IF jsonb_typeof(value) = 'object' THEN
        PERFORM vecext.registry_check_keys(value, 'options.stopwords', '{languages,custom}');
        IF coalesce(value -> 'custom', '[]') <> '[]' THEN
            PERFORM vecext.registry_error('0A000', 'stop words of your own are not an option of an index',
                detail => 'At options.stopwords.custom.',
                hint => 'Make a text search configuration with a dictionary that has them, and name it in option "config".');
        END IF;
        value := coalesce(value -> 'languages', '[]');
    ELSIF jsonb_typeof(value) = 'string' THEN
        value := jsonb_build_array(value);
    END IF;
    IF jsonb_typeof(value) IS DISTINCT FROM 'array' THEN
        PERFORM vecext.registry_refuse('a language or {"languages": [...]} is expected', 'options.stopwords');
    END IF;
    FOR i IN 0 .. jsonb_array_length(value) - 1 LOOP
        languages := languages || vecext.registry_language(value -> i, 'options.stopwords', 'stop words');
    END LOOP;
    RETURN ARRAY(SELECT DISTINCT l FROM unnest(languages) l ORDER BY l);
END $$;
COMMENT ON FUNCTION vecext.registry_stop_languages(jsonb) IS 'the languages that an option of stop words names';

CREATE FUNCTION vecext.registry_stemmer(value jsonb) RETURNS text LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF jsonb_typeof(value) = 'object' THEN
        PERFORM vecext.registry_check_keys(value, 'options.stemmer', '{type,language}');
        IF lower(value ->> 'type') IN ('disabled', 'none') THEN
            RETURN NULL;
        ELSIF coalesce(lower(value ->> 'type'), 'snowball') <> 'snowball' THEN
            PERFORM vecext.registry_refuse_word('stemmer', value ->> 'type', 'options.stemmer.type', '{snowball,disabled}');
        END IF;
        value := value -> 'language';
    END IF;
    RETURN vecext.registry_language(value, 'options.stemmer', 'stemmers');
END $$;
COMMENT ON FUNCTION vecext.registry_stemmer(jsonb) IS 'the language that an option of a stemmer names; null: none';

CREATE FUNCTION vecext.registry_check_words(options jsonb) RETURNS void LANGUAGE plpgsql STABLE
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tokenizer text := coalesce(lower(options ->> 'tokenizer'), 'word');
    name text;
    longest int8 := CASE tokenizer WHEN 'prefix' THEN 32 ELSE 2047 END;
BEGIN
    IF tokenizer <> ALL ('{word,whitespace,prefix,multilingual}') THEN
        PERFORM vecext.registry_refuse_word('tokenizer', tokenizer, 'options.tokenizer', '{word,whitespace,prefix,multilingual}');
    ELSIF options ->> 'type' <> 'text' THEN
        PERFORM vecext.registry_refuse_word('type', options ->> 'type', 'options.type', '{text}');
    END IF;
    FOREACH name IN ARRAY '{lowercase,ascii_folding,phrase_matching,on_disk}'::text[] LOOP
        IF jsonb_typeof(options -> name) <> 'boolean' THEN
            PERFORM vecext.registry_refuse('a boolean is expected', 'options.' || name);
        END IF;
    END LOOP;
    FOREACH name IN ARRAY '{min_token_len,max_token_len}'::text[] LOOP
        IF options ? name THEN
            PERFORM vecext.registry_integer(options -> name, 'options.' || name, 1, longest);
        END IF;
    END LOOP;
    IF (options ->> 'min_token_len')::int8 > (options ->> 'max_token_len')::int8 THEN
        PERFORM vecext.registry_refuse('it is greater than max_token_len', 'options.min_token_len');
    ELSIF options ? 'stopwords' THEN
        PERFORM vecext.registry_stop_languages(options -> 'stopwords');
    END IF;
    IF options ? 'stemmer' AND vecext.registry_stemmer(options -> 'stemmer') IS NOT NULL
            AND (tokenizer = 'prefix' OR options @> '{"lowercase": false}') THEN
        PERFORM vecext.registry_refuse('there are no stems of beginnings of words, nor with case', 'options.stemmer');
    END IF;
END $$;
COMMENT ON FUNCTION vecext.registry_check_words(jsonb) IS
    'raises an error unless options of an index of texts say what its words are';

-- The configuration does not depend on the table: pg_dump could not order the two where a generated column of the table reads
-- texts by it.
CREATE FUNCTION vecext.registry_create_words(relid regclass, key text, type text, options jsonb) RETURNS text LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tokenizer text := coalesce(lower(options ->> 'tokenizer'), 'word');
    least int8 := coalesce((options ->> 'min_token_len')::int8, 1);
    most int8 := coalesce((options ->> 'max_token_len')::int8, CASE tokenizer WHEN 'prefix' THEN 32 ELSE 2047 END);
    stemmer text := CASE WHEN options ? 'stemmer' THEN vecext.registry_stemmer(options -> 'stemmer') END;
    fold text := format('TEMPLATE = vecext.fold, LOWERCASE = %s, ASCII = %s', coalesce(options ->> 'lowercase', 'true'),
        coalesce(options ->> 'ascii_folding', 'false'));
    class pg_class;
    base text;
    config_name name;
    language text;
    -- The dictionaries to make, in their order: what their names end in, and what follows CREATE.
    suffixes text[] := '{_fold}';
    definitions text[] := ARRAY[fold];
    chain text;
    mapped text := CASE tokenizer WHEN 'multilingual' THEN 'word, number, ideograph, hiragana, katakana, hangul, southeast_asian, emoji' ELSE 'word' END;
BEGIN
    SELECT * INTO STRICT class FROM pg_class k WHERE k.oid = relid;
    base := format('%s_%s', left(class.relname, 14), left(key, 10));
    -- The longest number and the longest suffix, _no_portuguese, make an identifier of 63 bytes of it.
    WHILE octet_length(base) > 39 LOOP
        base := left(base, -1);
    END LOOP;
    base := base || '_' || type;
    config_name := base;
    FOR i IN 1 .. 99999 LOOP
        EXIT WHEN NOT EXISTS (SELECT FROM pg_ts_config f WHERE f.cfgnamespace = class.relnamespace AND f.cfgname = config_name)
            AND NOT EXISTS (SELECT FROM pg_ts_dict d WHERE d.dictnamespace = class.relnamespace AND starts_with(d.dictname, config_name || '_'));
        config_name := base || i;
    END LOOP;
    IF options ? 'stopwords' THEN
        FOREACH language IN ARRAY vecext.registry_stop_languages(options -> 'stopwords') LOOP
            suffixes := suffixes || ('_no_' || language);
            definitions := definitions || format('TEMPLATE = pg_catalog.simple, STOPWORDS = %I, ACCEPT = false', language);
        END LOOP;
    END IF;
    IF tokenizer <> 'prefix' AND options ?| '{min_token_len,max_token_len}' THEN
        suffixes := suffixes || '_sized'::text;
        definitions := definitions || format('TEMPLATE = vecext.length, MINLEN = %s, MAXLEN = %s', least, most);
    END IF;
    suffixes := suffixes || '_last'::text;
    definitions := definitions || CASE WHEN tokenizer = 'prefix' THEN format('TEMPLATE = vecext.edge_ngram, MINLEN = %s, MAXLEN = %s', least, most)
        WHEN stemmer IS NOT NULL THEN format('TEMPLATE = pg_catalog.snowball, LANGUAGE = %I', stemmer)
        ELSE fold || ', ACCEPT = true' END;
    FOR i IN 1 .. cardinality(suffixes) LOOP
        PERFORM vecext.registry_as_owner(relid, format('CREATE TEXT SEARCH DICTIONARY %s.%I (%s)', class.relnamespace::regnamespace,
            config_name || suffixes[i], definitions[i]));
    END LOOP;
    SELECT string_agg(format('%s.%I', class.relnamespace::regnamespace, config_name || s), ', ' ORDER BY n) INTO chain
    FROM unnest(suffixes) WITH ORDINALITY u(s, n);
    PERFORM vecext.registry_as_owner(relid, format('CREATE TEXT SEARCH CONFIGURATION %s.%I (PARSER = vecext.%I)',
        class.relnamespace::regnamespace, config_name, CASE tokenizer WHEN 'prefix' THEN 'word' WHEN 'multilingual' THEN 'standard' ELSE tokenizer END));
    PERFORM vecext.registry_as_owner(relid, format('ALTER TEXT SEARCH CONFIGURATION %s.%I ADD MAPPING FOR %s WITH %s',
        class.relnamespace::regnamespace, config_name, mapped, chain));
    RETURN format('%s.%I', class.relnamespace::regnamespace, config_name);
END $$;
COMMENT ON FUNCTION vecext.registry_create_words(regclass, text, text, jsonb) IS
    'makes the text search configuration that options of an index of texts say, in the schema of its table; its name';

CREATE FUNCTION vecext.registry_drop_words(relid regclass, options jsonb) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    config oid;
    dictionaries text[];
    dictionary text;
BEGIN
    IF NOT options ?| vecext.registry_words_keys() THEN
        RETURN;
    END IF;
    SELECT f.oid INTO config FROM pg_ts_config f
    WHERE format('%s.%I', f.cfgnamespace::regnamespace, f.cfgname) = options ->> 'config'
        AND f.cfgnamespace = (SELECT k.relnamespace FROM pg_class k WHERE k.oid = relid);
    IF config IS NULL THEN
        RETURN;
    END IF;
    -- Those that were made with it.
    SELECT array_agg(DISTINCT m.mapdict::regdictionary::text) INTO dictionaries
    FROM pg_ts_config_map m JOIN pg_ts_dict d ON d.oid = m.mapdict JOIN pg_ts_config f ON f.oid = m.mapcfg
    WHERE m.mapcfg = config AND d.dictnamespace = f.cfgnamespace AND starts_with(d.dictname, f.cfgname || '_');
    PERFORM vecext.registry_as_owner(relid, format('DROP TEXT SEARCH CONFIGURATION %s', config::regconfig));
    FOREACH dictionary IN ARRAY coalesce(dictionaries, '{}') LOOP
        PERFORM vecext.registry_as_owner(relid, format('DROP TEXT SEARCH DICTIONARY %s', dictionary));
    END LOOP;
END $$;
COMMENT ON FUNCTION vecext.registry_drop_words(regclass, jsonb) IS
    'drops the text search configuration that was made for an index, if its options are of one';
