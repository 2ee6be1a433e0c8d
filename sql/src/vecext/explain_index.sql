-- vecext.explain_index: tells why an index is not used. It plans a query to find out whether the index would be used.
-- The search path is only pg_catalog, so that all names in expressions are qualified.

CREATE FUNCTION vecext.explain_index(
        relation regclass, attribute name, order_by text DEFAULT NULL,
        OUT index regclass, OUT method name, OUT opclass name, OUT operator text,
        OUT usable bool, OUT advice text)
    RETURNS SETOF record LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
    SET search_path = pg_catalog, pg_temp
    SET standard_conforming_strings = on
    -- Predicates are written with all their digits, as planned_index() and any other session read them.
    SET extra_float_digits = 3
    SET datestyle = ISO
    SET intervalstyle = postgres
    SET bytea_output = hex
AS $explain_index$
DECLARE
    names CONSTANT text := '\m(l2_distance|cosine_distance|inner_product|l1_distance|hamming_distance'
        '|jaccard_distance|\w+_negative_inner_product|bm25_distance)\M';
    symbols CONSTANT text := '<->|<#>|<=>|<\+>|<~>|<%>|<@>';
    symbol text := (regexp_match(order_by, symbols))[1];
    function text := (regexp_match(lower(order_by), names))[1];
    -- The order without literals, quoted names, operators, names of distances and signs of bounds.
    rest text := regexp_replace(regexp_replace(order_by, '''[^'']*''|"[^"]*"|->>?|' || symbols || '|' || names, '', 'gi'),
        '([<>]=?\s*)-', '\1', 'g');
    -- True if the order is by an expression that falls with the distance.
    falls bool := coalesce(rest ~ '^[\s(]*(-|\d[\d.]*\s*[-/])|\*\s*-\s*\d', false);
    faults text[] := '{}'; -- of the order, for any index
    own_faults text[];
    hints text[];
    col record;
    candidate record;
    planned regclass;
    unknown text; -- why no query can be planned
    served bool := false;
    is_text bool; -- a column of words, ordered by score
    measure text;
    taken regclass; -- of bm25, the index that a query takes which names none
    ordered text;
BEGIN
    IF relation IS NULL OR attribute IS NULL THEN
        RETURN;
    END IF;
    SELECT c.relkind, c.relname, c.reltuples, c.relowner::regrole AS owner, a.attnum, a.attnotnull, a.atttypid::regtype AS type, t.typname,
        b.dims, b.indexed INTO col
    FROM pg_class c LEFT JOIN pg_attribute a
        ON a.attrelid = c.oid AND a.attname = attribute AND a.attnum > 0 AND NOT a.attisdropped
    -- The type whose operator classes the column has, and its dimensions: of a domain those below it, of varchar those of text.
    LEFT JOIN LATERAL (
        WITH RECURSIVE base (type, dims) AS (
            SELECT a.atttypid, a.atttypmod
            UNION ALL
            SELECT d.typbasetype, d.typtypmod FROM base JOIN pg_type d ON d.oid = base.type WHERE d.typtype = 'd')
        SELECT CASE base.type WHEN 'varchar'::regtype THEN 'text'::regtype ELSE base.type::regtype END AS indexed, base.dims
        FROM base JOIN pg_type y ON y.oid = base.type WHERE y.typtype <> 'd') b ON true
    LEFT JOIN pg_type t ON t.oid = b.indexed
    WHERE c.oid = relation;
    IF col.relkind IS NULL OR col.relkind NOT IN ('r', 'p', 'm') THEN
        RAISE wrong_object_type USING MESSAGE = format('"%s" is not a table', coalesce(col.relname, relation::text));
    ELSIF NOT has_table_privilege(relation, 'SELECT') THEN
        RAISE insufficient_privilege USING MESSAGE = format('permission denied for table %s', col.relname);
    ELSIF col.attnum IS NULL THEN
        RAISE undefined_column USING
            MESSAGE = format('column "%s" of relation "%s" does not exist', attribute, col.relname);
    END IF;

    is_text := col.indexed IN ('text'::regtype, 'text[]'::regtype, 'tsvector'::regtype);
    measure := CASE WHEN is_text THEN 'score' ELSE 'distance' END;
    -- Faults of the query, for which no index can be used.
    IF symbol IS NULL AND function IS NOT NULL THEN
        symbol := CASE WHEN function = 'l2_distance' THEN '<->' WHEN function = 'cosine_distance' THEN '<=>'
            WHEN function = 'l1_distance' THEN '<+>' WHEN function = 'hamming_distance' THEN '<~>'
            WHEN function = 'jaccard_distance' THEN '<%>' WHEN function = 'bm25_distance' THEN '<@>' ELSE '<#>' END;
        falls := falls <> (function = 'inner_product');
    ELSIF symbol IS NULL AND is_text AND order_by ~ '@@@' THEN
        faults := faults || format('@@@ is a condition, for WHERE: write ORDER BY %I <@> $1 for the best rows', attribute);
    ELSIF symbol IS NULL AND order_by IS NOT NULL THEN
        faults := faults || format('this order has no %s', measure);
    END IF;
    -- Names of something that is not the column.
    IF rest ~ '[-+*/]' AND symbol IS NOT NULL AND replace(regexp_replace(rest, '::\s*\w+|\m(asc|desc|nulls|first|last)\M', '', 'gi'), attribute, '') ~ '[[:alpha:]]' THEN
        faults := faults || format('an index serves the %s and what rises or falls with it alone: write ORDER BY %I %s $1, '
            'and the expression in the SELECT list', CASE WHEN is_text THEN 'negative score' ELSE measure END, attribute, symbol);
    ELSIF falls AND rest !~* '\mdesc\M' THEN
        faults := faults || format('an index returns the %s rows first: add DESC', CASE WHEN is_text THEN 'best' ELSE 'nearest' END);
    ELSIF rest ~* '\mdesc\M' AND NOT falls THEN
        faults := faults || format('an index returns the %s rows first: leave out DESC',
            CASE WHEN is_text THEN 'best' ELSE 'nearest' END);
    ELSIF falls AND rest !~* '\mnulls\s+last\M' AND NOT col.attnotnull THEN
        faults := faults || format('rows without a %s come first in this order: add NULLS LAST, or WHERE %I IS NOT NULL', measure, attribute);
    END IF;
    IF rest ~ '[<>]' AND symbol IS NOT NULL THEN
        faults := faults || CASE WHEN is_text
            THEN format('a condition on the score asks for every row above it, and an index finds the best: add ORDER BY %I %s $1',
                attribute, symbol)
            ELSE format('a condition on the distance asks for every row within it, and an index finds the nearest: add ORDER BY %I %s $1',
                attribute, symbol) END;
    END IF;
    IF rest ~* '\mnulls\s+first\M' THEN
        faults := faults || 'an index has no null values: leave out NULLS FIRST'::text;
    END IF;

    FOR candidate IN
        SELECT x.indexrelid::regclass AS index, m.amname, o.opcname, x.indkey[0] = 0 AS is_expression,
            x.indisvalid AND x.indisready AS is_valid, pg_get_indexdef(x.indexrelid, 1, false) AS expression,
            pg_get_expr(x.indpred, x.indrelid) AS predicate, p.oprname, p.oprleft::regtype AS type
        FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam
        JOIN pg_proc h ON h.oid = m.amhandler AND h.probin = 'MODULE_PATHNAME'
        JOIN pg_opclass o ON o.oid = x.indclass[0]
        JOIN pg_amop s ON s.amopfamily = o.opcfamily AND s.amoppurpose = 'o'
        JOIN pg_operator p ON p.oid = s.amopopr
        WHERE x.indrelid = relation AND (x.indkey[0] = col.attnum
            OR x.indkey[0] = 0 AND EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid
                    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relation
                    AND d.refobjsubid = col.attnum))
        ORDER BY c.relname
    LOOP
        own_faults := '{}';
        hints := '{}';
        unknown := NULL;
        IF symbol <> candidate.oprname THEN
            own_faults := own_faults || format('%s is for %s, the query orders by %s',
                candidate.opcname, candidate.oprname, symbol);
        ELSE
            own_faults := own_faults || faults;
            served := served OR candidate.is_valid;
        END IF;
        IF NOT candidate.is_valid AND col.relkind = 'p' THEN
            own_faults := own_faults || 'it is not valid: a partition has no index attached (ALTER INDEX ... ATTACH PARTITION)'::text;
        ELSIF NOT candidate.is_valid THEN
            own_faults := own_faults || format('it is not valid: its build is running or has failed; if it has failed, run REINDEX INDEX %s', candidate.index);
        ELSIF NOT current_setting('enable_indexscan')::bool THEN
            own_faults := own_faults || 'enable_indexscan is off'::text;
        ELSIF own_faults = '{}' AND col.relkind <> 'p' THEN
            BEGIN
                planned := vecext.planned_index(candidate.index);
            EXCEPTION WHEN insufficient_privilege THEN
                unknown := format('the planner cannot be asked as the owner of the table, %s: %s',
                    col.owner, SQLERRM);
            END;
            IF unknown IS NOT NULL THEN
                own_faults := own_faults || unknown;
            ELSIF planned IS NULL THEN
                own_faults := own_faults || format('the planner reads all %s rows: it estimates that to be cheaper for so few rows, '
                    'or with these settings', greatest(col.reltuples, 0)::int8);
            ELSIF planned <> candidate.index THEN
                own_faults := own_faults || format('the planner uses %s for this order', planned);
            END IF;
        END IF;
        ordered := format('%s %s $1', candidate.expression, candidate.oprname);
        IF candidate.amname = 'bm25' AND candidate.is_valid THEN
            SELECT x.indexrelid::regclass INTO STRICT taken
            FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam
            WHERE x.indrelid = relation AND m.amname = 'bm25' AND x.indisvalid
                AND pg_get_indexdef(x.indexrelid, 1, false) = candidate.expression
            ORDER BY x.indpred IS NOT NULL, c.relname LIMIT 1;
            IF taken <> candidate.index THEN
                ordered := format('%s %s vecext.bm25_query($1, %L)', candidate.expression, candidate.oprname, candidate.index);
                hints := hints || format('a query that names no index takes %s', taken);
            END IF;
        END IF;
        IF candidate.predicate IS NOT NULL THEN
            hints := hints || format('only for queries with a condition that implies %s', candidate.predicate);
        END IF;
        IF candidate.is_expression THEN
            hints := hints || ('only for queries with the expression of the index'
                || CASE WHEN is_text THEN '' ELSE format(', and $1 of type %s', candidate.type) END);
        END IF;
        index := candidate.index;
        method := candidate.amname;
        opclass := candidate.opcname;
        operator := candidate.oprname;
        usable := CASE WHEN unknown IS NULL THEN own_faults = '{}' END;
        advice := array_to_string(CASE WHEN usable THEN
            format('ORDER BY %s LIMIT 10 uses it; without LIMIT, a sort of all rows may be cheaper', ordered) || hints
            ELSE own_faults || hints END, '; ');
        RETURN NEXT;
    END LOOP;
    IF served OR (symbol IS NULL AND index IS NOT NULL) THEN
        RETURN;
    END IF;

    -- The indexes to create: a statement for each operator.
    index := NULL;
    method := NULL;
    opclass := NULL;
    usable := false;
    FOR candidate IN
        SELECT o.opcname, p.oprname, array_agg(m.amname
            ORDER BY m.amname = 'ivfflat', m.amname NOT IN ('inverted', 'ivfpq'), m.amname) AS methods
        FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod
        JOIN pg_proc h ON h.oid = m.amhandler AND h.probin = 'MODULE_PATHNAME'
        JOIN pg_amop s ON s.amopfamily = o.opcfamily AND s.amoppurpose = 'o'
        JOIN pg_operator p ON p.oid = s.amopopr
        LEFT JOIN (VALUES ('hnsw', 'vector', 7000), ('hnsw', 'halfvec', 8000), ('hnsw', 'bit', 64000),
            ('ivfflat', 'vector', 2000), ('ivfflat', 'halfvec', 4000), ('ivfflat', 'bit', 64000))
            l (method, type, most) ON l.method = m.amname AND l.type = col.typname
        WHERE o.opcintype = col.indexed AND p.oprname = coalesce(symbol, p.oprname) AND col.dims <= coalesce(
            CASE WHEN p.oprname = '<+>' AND col.typname = 'vector' THEN 4000 END, l.most, col.dims)
            AND (col.dims >= 0 OR is_text)
        GROUP BY o.opcname, p.oprname
        ORDER BY p.oprname
    LOOP
        operator := candidate.oprname;
        hints := CASE WHEN cardinality(candidate.methods) > 1
            THEN ARRAY['or ' || array_to_string(candidate.methods[2:], ', ')] ELSE '{}' END || faults;
        advice := format('CREATE INDEX ON %s USING %s (%I %I)%s;%s', relation, candidate.methods[1], attribute, candidate.opcname,
            CASE WHEN candidate.methods[1] = 'bm25' THEN ' WITH (text_config = ''english'')' END,
            ' -- ' || nullif(array_to_string(hints, '; '), ''));
        RETURN NEXT;
    END LOOP;
    IF FOUND THEN
        RETURN;
    END IF;
    operator := symbol;
    IF NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_amop s ON s.amopfamily = o.opcfamily
            AND s.amoppurpose = 'o' JOIN pg_operator p ON p.oid = s.amopopr AND p.oprname = coalesce(symbol, p.oprname)
            JOIN pg_am m ON m.oid = o.opcmethod
            JOIN pg_proc h ON h.oid = m.amhandler AND h.probin = 'MODULE_PATHNAME'
            WHERE o.opcintype = col.indexed) THEN
        advice := format('no index serves %s of type %s', coalesce('the order by ' || symbol, 'distances'), col.type);
    ELSIF col.dims < 0 AND NOT is_text THEN
        advice := format('an index needs dimensions: ALTER TABLE %s ALTER COLUMN %I TYPE %s(n), or create an index on '
            '((%2$I::%3$s(n))) and ORDER BY that expression', relation, attribute, col.type);
    ELSE
        advice := format('no index serves %s dimensions by %s', col.dims, symbol);
    END IF;
    advice := array_to_string(advice || faults, '; ');
    RETURN NEXT;
END
$explain_index$;
COMMENT ON FUNCTION vecext.explain_index(regclass, name, text) IS
    'shows for each index on a column whether an order by distance or by score can use it, and if not, why; order_by is an operator, or the text after ORDER BY';
