-- Census of the catalog: every object of the extension but those of schema vecext, one by one, with all that clients and the
-- planner can see of it. Run in a database that has the extension and pgtap.
--
-- Each table below lists what must be there; T stands for each of the types named in its row.
\set all '{vector,halfvec,sparsevec}'
\set dense '{vector,halfvec}'
\set sparse '{halfvec,sparsevec}'
\set lists '{ivfflat,ivfpq}'
\set methods '{ivfflat,ivfpq,hnsw}'

BEGIN;
SELECT plan(22);

-- Passes if both queries give the same rows, in any order, each as often; compares rows as text.
CREATE FUNCTION pg_temp.same_rows(have text, want text, description text) RETURNS text
LANGUAGE sql AS $$
    SELECT bag_eq(format('SELECT r::text FROM (%s) r', have),
        format('SELECT r::text FROM (%s) r', want), description)
$$;

-- Members of the extension, whichever of its names it has here. Array types are left out: only
-- newer servers make them members.
CREATE TEMP VIEW member AS
SELECT classid::regclass, objid FROM pg_depend
WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass AND refobjid = (
    SELECT oid FROM pg_extension WHERE extname IN ('vecext', 'vector') ORDER BY extname LIMIT 1)
AND NOT (classid = 'pg_type'::regclass AND objid IN (SELECT typarray FROM pg_type))
-- Schemas vecext and vecext_internal, which extension vector does not have, have censuses of their own.
AND classid NOT IN ('pg_namespace'::regclass, 'pg_event_trigger'::regclass)
AND coalesce((pg_identify_object(classid, objid, 0)).schema NOT IN ('vecext', 'vecext_internal'), true)
-- Nor does it have full-text search and inverted indexes: test/sql/bm25_change.sql and inverted.sql validate
-- their operator classes.
AND NOT (classid = 'pg_operator'::regclass
    AND objid IN (SELECT oid FROM pg_operator WHERE oprname IN ('<@>', '@@@')))
-- The operators, casts and aggregates of vecext.point_id are in test/sql/point_id.sql.
AND NOT EXISTS (SELECT FROM pg_depend t WHERE t.classid = pg_depend.classid AND t.objid = pg_depend.objid
    AND t.refclassid = 'pg_type'::regclass AND t.refobjid = to_regtype('vecext.point_id'))
AND NOT EXISTS (SELECT FROM pg_am a WHERE a.amname IN ('bm25', 'inverted') AND (
    (classid = 'pg_am'::regclass AND objid = a.oid)
    OR (classid = 'pg_opclass'::regclass AND objid IN (SELECT oid FROM pg_opclass WHERE opcmethod = a.oid))
    OR (classid = 'pg_opfamily'::regclass AND objid IN (SELECT oid FROM pg_opfamily WHERE opfmethod = a.oid))));

-- Types

CREATE TEMP VIEW type AS
SELECT t.* FROM pg_type t JOIN member m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid;

SELECT pg_temp.same_rows(
    $$SELECT typname, typlen, typbyval, typtype, typcategory,
        typispreferred, typdelim, typalign, typstorage, typcollation,
        typdefault
    FROM type$$,
    $$VALUES
        ('halfvec',   -1, false, 'b', 'U', false, ',', 'i', 'e', 0, NULL),
        ('sparsevec', -1, false, 'b', 'U', false, ',', 'i', 'e', 0, NULL),
        ('vector',    -1, false, 'b', 'U', false, ',', 'i', 'e', 0, NULL)$$,
    'types: length, category, delimiter, alignment, storage');

SELECT pg_temp.same_rows(
    $$SELECT typname, typinput, typoutput, typreceive, typsend,
        typmodin, typmodout, typanalyze, typsubscript
    FROM type$$,
    $$VALUES
        ('halfvec', 'halfvec_in', 'halfvec_out', 'halfvec_recv', 'halfvec_send',
            'halfvec_typmod_in', '-', '-', '-'),
        ('sparsevec', 'sparsevec_in', 'sparsevec_out', 'sparsevec_recv', 'sparsevec_send',
            'sparsevec_typmod_in', '-', '-', '-'),
        ('vector', 'vector_in', 'vector_out', 'vector_recv', 'vector_send',
            'vector_typmod_in', '-', '-', '-')$$,
    'types: input, output, receive, send, type modifier');

SELECT pg_temp.same_rows(
    $$SELECT t.typname, e.typname, t.typelem = e.oid, t.typlen,
        t.typalign, t.typstorage, t.typinput
    FROM type e JOIN pg_type t ON t.oid = e.typarray$$,
    $$VALUES
        ('_halfvec',   'halfvec',   true, -1, 'i', 'x', 'array_in'),
        ('_sparsevec', 'sparsevec', true, -1, 'i', 'x', 'array_in'),
        ('_vector',    'vector',    true, -1, 'i', 'x', 'array_in')$$,
    'array types');

-- Functions

CREATE TEMP VIEW function AS
SELECT p.* FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
WHERE p.prokind <> 'a';

CREATE TEMP TABLE expected_function AS
SELECT replace(name, 'T', t) AS name, replace(arguments, 'T', t) AS arguments,
    replace(result, 'T', t) AS result
FROM (VALUES
    -- input, output
    ('T_in', 'cstring, oid, integer', 'T', :'all'),
    ('T_out', 'T', 'cstring', :'all'),
    ('T_typmod_in', 'cstring[]', 'integer', :'all'),
    ('T_recv', 'internal, oid, integer', 'T', :'all'),
    ('T_send', 'T', 'bytea', :'all'),
    -- distances
    ('l2_distance', 'T, T', 'double precision', :'all'),
    ('inner_product', 'T, T', 'double precision', :'all'),
    ('cosine_distance', 'T, T', 'double precision', :'all'),
    ('l1_distance', 'T, T', 'double precision', :'all'),
    ('T_l2_squared_distance', 'T, T', 'double precision', :'all'),
    ('T_negative_inner_product', 'T, T', 'double precision', :'all'),
    ('T_spherical_distance', 'T, T', 'double precision', :'dense'),
    ('hamming_distance', 'bit, bit', 'double precision', '{bit}'),
    ('jaccard_distance', 'bit, bit', 'double precision', '{bit}'),
    ('vector_distance_support', 'internal', 'internal', '{vector}'),
    -- of one value
    ('vector_dims', 'T', 'integer', :'dense'),
    ('vector_norm', 'vector', 'double precision', '{vector}'),
    ('l2_norm', 'T', 'double precision', :'sparse'),
    ('l2_normalize', 'T', 'T', :'all'),
    ('binary_quantize', 'T', 'bit', :'dense'),
    ('subvector', 'T, integer, integer', 'T', :'dense'),
    -- arithmetic
    ('T_add', 'T, T', 'T', :'dense'),
    ('T_sub', 'T, T', 'T', :'dense'),
    ('T_mul', 'T, T', 'T', :'dense'),
    ('T_concat', 'T, T', 'T', :'dense'),
    -- comparison
    ('T_lt', 'T, T', 'boolean', :'all'),
    ('T_le', 'T, T', 'boolean', :'all'),
    ('T_eq', 'T, T', 'boolean', :'all'),
    ('T_ne', 'T, T', 'boolean', :'all'),
    ('T_ge', 'T, T', 'boolean', :'all'),
    ('T_gt', 'T, T', 'boolean', :'all'),
    ('T_cmp', 'T, T', 'integer', :'all'),
    -- support of aggregates
    ('T_accum', 'double precision[], T', 'double precision[]', :'dense'),
    ('T_avg', 'double precision[]', 'T', :'dense'),
    ('T_combine', 'double precision[], double precision[]', 'double precision[]', :'dense'),
    -- conversion
    ('T', 'T, integer, boolean', 'T', :'all'),
    ('array_to_T', 'integer[], integer, boolean', 'T', :'all'),
    ('array_to_T', 'real[], integer, boolean', 'T', :'all'),
    ('array_to_T', 'double precision[], integer, boolean', 'T', :'all'),
    ('array_to_T', 'numeric[], integer, boolean', 'T', :'all'),
    ('T_to_float4', 'T, integer, boolean', 'real[]', :'dense'),
    ('vector_to_T', 'vector, integer, boolean', 'T', :'sparse'),
    ('T_to_vector', 'T, integer, boolean', 'vector', :'sparse'),
    ('halfvec_to_sparsevec', 'halfvec, integer, boolean', 'sparsevec', '{sparsevec}'),
    ('sparsevec_to_halfvec', 'sparsevec, integer, boolean', 'halfvec', '{sparsevec}'),
    -- of access methods
    ('Thandler', 'internal', 'index_am_handler', :'methods'),
    ('ivfflat_T_support', 'internal', 'internal', '{halfvec,bit}'),
    ('hnsw_T_support', 'internal', 'internal', '{halfvec,bit,sparsevec}')
) AS f (name, arguments, result, types), unnest(types::text[]) t;

SELECT pg_temp.same_rows(
    $$SELECT proname, oidvectortypes(proargtypes), format_type(prorettype, NULL)
    FROM function$$,
    'SELECT name, arguments, result FROM expected_function',
    'functions: names, arguments, results');

-- Those of access methods are called by the server alone and have the defaults.
SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE prokind <> 'f' OR prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
        OR CASE WHEN prorettype IN ('index_am_handler'::regtype, 'internal'::regtype)
            THEN provolatile <> 'v' OR proisstrict OR proparallel <> 'u'
            ELSE provolatile <> 'i' OR NOT proisstrict OR proparallel <> 's' END$$,
    'functions: all in C; immutable, strict, parallel safe but for those of access methods');

SELECT is_empty(
    $$SELECT oid::regprocedure FROM function
    WHERE proretset OR prosecdef OR proleakproof OR procost <> 1 OR prorows <> 0
        OR provariadic <> 0 OR pronargdefaults <> 0
        OR proargnames IS NOT NULL OR proconfig IS NOT NULL OR proacl IS NOT NULL$$,
    'functions: nothing else set');

SELECT pg_temp.same_rows(
    $$SELECT oid::regprocedure FROM function WHERE prosupport = 'vector_distance_support'::regproc$$,
    $$SELECT oid::regprocedure FROM function WHERE proname ~ '_(distance|product)$'$$,
    'functions: distances, and no others, have their support');

SELECT is(count(DISTINCT probin)::int, 1, 'functions: all from one library') FROM function;

-- Operators

CREATE TEMP TABLE expected_operator AS
SELECT operator, t AS operand, result, replace(function, 'T', t) AS function, commutator, negator,
    estimator
FROM (VALUES
    ('<->', 'double precision', 'l2_distance', '<->', '', '', :'all'),
    ('<#>', 'double precision', 'T_negative_inner_product', '<#>', '', '', :'all'),
    ('<=>', 'double precision', 'cosine_distance', '<=>', '', '', :'all'),
    ('<+>', 'double precision', 'l1_distance', '<+>', '', '', :'all'),
    ('<~>', 'double precision', 'hamming_distance', '<~>', '', '', '{bit}'),
    ('<%>', 'double precision', 'jaccard_distance', '<%>', '', '', '{bit}'),
    ('+', 'T', 'T_add', '+', '', '', :'dense'),
    ('-', 'T', 'T_sub', '', '', '', :'dense'),
    ('*', 'T', 'T_mul', '*', '', '', :'dense'),
    ('||', 'T', 'T_concat', '', '', '', :'dense'),
    ('<', 'boolean', 'T_lt', '>', '>=', 'scalarlt', :'all'),
    ('<=', 'boolean', 'T_le', '>=', '>', 'scalarle', :'all'),
    ('=', 'boolean', 'T_eq', '=', '<>', 'eq', :'all'),
    ('<>', 'boolean', 'T_ne', '<>', '=', 'eq', :'all'),
    ('>=', 'boolean', 'T_ge', '<=', '<', 'scalarge', :'all'),
    ('>', 'boolean', 'T_gt', '<', '<=', 'scalargt', :'all')
) AS o (operator, result, function, commutator, negator, estimator, types), unnest(types::text[]) t;
UPDATE expected_operator SET result = operand WHERE result = 'T';

CREATE TEMP VIEW operator AS
SELECT o.* FROM pg_operator o
JOIN member m ON m.classid = 'pg_operator'::regclass AND m.objid = o.oid;

SELECT pg_temp.same_rows(
    $$SELECT o.oprname, format_type(o.oprleft, NULL), format_type(o.oprright, NULL),
        format_type(o.oprresult, NULL), p.proname, oidvectortypes(p.proargtypes)
    FROM operator o JOIN pg_proc p ON p.oid = o.oprcode$$,
    $$SELECT operator, operand, operand, result, function, operand || ', ' || operand
    FROM expected_operator$$,
    'operators: operands, results, functions');

SELECT pg_temp.same_rows(
    $$SELECT o.oprname, format_type(o.oprleft, NULL), coalesce(c.oprname, ''),
        coalesce(n.oprname, ''), coalesce(c.oprleft = o.oprleft AND c.oprright = o.oprright, true),
        coalesce(n.oprleft = o.oprleft AND n.oprright = o.oprright, true)
    FROM operator o LEFT JOIN pg_operator c ON c.oid = o.oprcom
    LEFT JOIN pg_operator n ON n.oid = o.oprnegate$$,
    'SELECT operator, operand, commutator, negator, true, true FROM expected_operator',
    'operators: commutators, negators');

SELECT pg_temp.same_rows(
    $$SELECT oprname, format_type(oprleft, NULL), oprrest, oprjoin, oprkind,
        oprcanhash, oprcanmerge
    FROM operator$$,
    $$SELECT operator, operand, coalesce(nullif(estimator, '') || 'sel', '-'),
        coalesce(nullif(estimator, '') || 'joinsel', '-'), 'b', false, false
    FROM expected_operator$$,
    'operators: estimators, kind, neither hashed nor merged');

-- Casts

CREATE TEMP TABLE expected_cast AS
SELECT replace(source, 'T', t) AS source, replace(target, 'T', t) AS target,
    replace(function, 'T', t) AS function, context
FROM (VALUES
    ('T', 'T', 'T', 'implicit', :'all'),
    ('vector', 'T', 'vector_to_T', 'implicit', :'sparse'),
    ('halfvec', 'sparsevec', 'halfvec_to_sparsevec', 'implicit', '{sparsevec}'),
    ('T', 'vector', 'T_to_vector', 'assignment', :'sparse'),
    ('sparsevec', 'halfvec', 'sparsevec_to_halfvec', 'assignment', '{sparsevec}'),
    ('vector', 'real[]', 'vector_to_float4', 'implicit', '{vector}'),
    ('halfvec', 'real[]', 'halfvec_to_float4', 'assignment', '{halfvec}'),
    ('integer[]', 'T', 'array_to_T', 'assignment', :'all'),
    ('real[]', 'T', 'array_to_T', 'assignment', :'all'),
    ('double precision[]', 'T', 'array_to_T', 'assignment', :'all'),
    ('numeric[]', 'T', 'array_to_T', 'assignment', :'all')
) AS c (source, target, function, context, types), unnest(types::text[]) t;

SELECT pg_temp.same_rows(
    $$SELECT format_type(c.castsource, NULL), format_type(c.casttarget, NULL), p.proname,
        oidvectortypes(p.proargtypes),
        CASE c.castcontext WHEN 'i' THEN 'implicit' WHEN 'a' THEN 'assignment' ELSE 'explicit' END,
        c.castmethod
    FROM pg_cast c JOIN member m ON m.classid = 'pg_cast'::regclass AND m.objid = c.oid
    LEFT JOIN pg_proc p ON p.oid = c.castfunc$$,
    $$SELECT source, target, function, source || ', integer, boolean', context, 'f'
    FROM expected_cast$$,
    'casts: types, functions, contexts');

-- Aggregates

SELECT pg_temp.same_rows(
    $$SELECT p.proname, oidvectortypes(p.proargtypes), format_type(p.prorettype, NULL),
        format_type(a.aggtranstype, NULL), a.aggtransfn, a.aggfinalfn,
        a.aggcombinefn, a.agginitval, p.proparallel
    FROM pg_proc p JOIN pg_aggregate a ON a.aggfnoid = p.oid
    JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid$$,
    $$VALUES
        ('avg', 'halfvec', 'halfvec', 'double precision[]',
            'halfvec_accum', 'halfvec_avg', 'halfvec_combine', '{0}', 's'),
        ('avg', 'vector', 'vector', 'double precision[]',
            'vector_accum', 'vector_avg', 'vector_combine', '{0}', 's'),
        ('sum', 'halfvec', 'halfvec', 'halfvec', 'halfvec_add', '-', 'halfvec_add', NULL, 's'),
        ('sum', 'vector', 'vector', 'vector', 'vector_add', '-', 'vector_add', NULL, 's')$$,
    'aggregates: state, functions, start, parallel');

SELECT is_empty(
    $$SELECT a.aggfnoid::regprocedure FROM pg_aggregate a
    JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = a.aggfnoid
    WHERE NOT (aggkind = 'n' AND aggserialfn = 0 AND aggdeserialfn = 0 AND aggmtransfn = 0
        AND aggsortop = 0 AND NOT aggfinalextra AND aggfinalmodify = 'r' AND aggtransspace = 0)$$,
    'aggregates: nothing else set');

-- Access methods

SELECT pg_temp.same_rows(
    $$SELECT a.amname, a.amhandler, a.amtype FROM pg_am a
    JOIN member m ON m.classid = 'pg_am'::regclass AND m.objid = a.oid$$,
    format($$SELECT am, am || 'handler', 'i' FROM unnest(%L::text[]) am$$, :'methods'),
    'access methods: handlers, type');

SELECT pg_temp.same_rows(
    $$SELECT a.amname, p.name FROM pg_am a
    JOIN member m ON m.classid = 'pg_am'::regclass AND m.objid = a.oid,
        unnest('{can_order,can_unique,can_multi_col,can_exclude,can_include}'::text[]) p (name)
    WHERE pg_indexam_has_property(a.oid, p.name)$$,
    format($$SELECT am, 'can_exclude' FROM unnest(%L::text[]) am
    UNION ALL SELECT am, 'can_multi_col' FROM unnest('{hnsw,ivfpq}'::text[]) am$$, :'methods'),
    'access methods: what they can do');

-- Operator classes; a class and its family have one name.

-- Those of key columns.
CREATE TEMP TABLE expected_key AS
SELECT am, class, family, type, hash, number FROM (VALUES
    ('int2_ops', 'integer_ops', 'smallint', 'hashint2(smallint)'),
    ('int4_ops', 'integer_ops', 'integer', 'hashint4(integer)'),
    ('int8_ops', 'integer_ops', 'bigint', 'hashint8(bigint)'),
    ('uuid_ops', 'uuid_ops', 'uuid', 'uuid_hash(uuid)'),
    ('text_ops', 'text_ops', 'text', 'hashtext(text)'),
    ('bool_ops', 'bool_ops', 'boolean', 'hashchar("char")'),
    ('enum_ops', 'enum_ops', 'anyenum', 'hashenum(anyenum)')) k (class, family, type, hash),
    (VALUES ('hnsw', 4), ('ivfpq', 6)) a (am, number);

CREATE TEMP TABLE expected_ordering AS
SELECT am, t || class AS class, t AS type, operator,
    am <> 'hnsw' AND t || class = 'vector_l2_ops' AS is_default
FROM (VALUES
    ('_l2_ops', '<->', :'dense', :'lists'),
    ('_ip_ops', '<#>', :'dense', :'lists'),
    ('_cosine_ops', '<=>', :'dense', :'lists'),
    ('_hamming_ops', '<~>', '{bit}', :'lists'),
    ('_l2_ops', '<->', :'all', '{hnsw}'),
    ('_ip_ops', '<#>', :'all', '{hnsw}'),
    ('_cosine_ops', '<=>', :'all', '{hnsw}'),
    ('_l1_ops', '<+>', :'all', '{hnsw}'),
    ('_hamming_ops', '<~>', '{bit}', '{hnsw}'),
    ('_jaccard_ops', '<%>', '{bit}', '{hnsw}')
) AS c (class, operator, types, methods), unnest(types::text[]) t, unnest(methods::text[]) am;

SELECT pg_temp.same_rows(
    $$SELECT a.amname, c.opcname, f.opfname, format_type(c.opcintype, NULL),
        c.opcdefault, c.opckeytype
    FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily
    JOIN member m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid$$,
    format($$SELECT 'btree', t || '_ops', t || '_ops', t, true, 0 FROM unnest(%L::text[]) t
    UNION ALL
    SELECT am, class, class, type, is_default, 0 FROM expected_ordering
    UNION ALL
    SELECT am, class, family, type, true, 0 FROM expected_key$$, :'all'),
    'operator classes');

SELECT pg_temp.same_rows(
    $$SELECT a.amname, f.opfname, o.amopstrategy, p.oprname, o.amoppurpose,
        format_type(o.amoplefttype, NULL), format_type(o.amoprighttype, NULL),
        coalesce(sa.amname || '.' || s.opfname, '')
    FROM pg_amop o JOIN pg_opfamily f ON f.oid = o.amopfamily JOIN pg_am a ON a.oid = f.opfmethod
    JOIN pg_operator p ON p.oid = o.amopopr
    JOIN member m ON m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid
    LEFT JOIN pg_opfamily s ON s.oid = o.amopsortfamily
    LEFT JOIN pg_am sa ON sa.oid = s.opfmethod$$,
    format($$SELECT 'btree', t || '_ops', strategy, operator, 's', t, t, ''
    FROM (VALUES (1, '<'), (2, '<='), (3, '='), (4, '>='), (5, '>')) AS o (strategy, operator),
        unnest(%L::text[]) t
    UNION ALL
    SELECT am, class, 1, operator, 'o', type, type, 'btree.float_ops'
    FROM expected_ordering
    UNION ALL
    SELECT a.am, a.family, 1, '=', 's', a.type, b.type, ''
    FROM expected_key a JOIN expected_key b USING (am, family)$$, :'all'),
    'operator families: operators, and what sorts their results');

CREATE TEMP TABLE expected_support AS
SELECT am, t || class AS class, t AS type, number, replace(function, 'T', t) AS function
FROM (VALUES
    ('_l2_ops', 1, 'T_l2_squared_distance(T,T)', :'dense'),
    ('_l2_ops', 3, 'l2_distance(T,T)', :'dense'),
    ('_ip_ops', 1, 'T_negative_inner_product(T,T)', :'dense'),
    ('_ip_ops', 3, 'T_spherical_distance(T,T)', :'dense'),
    ('_ip_ops', 4, 'vector_norm(vector)', '{vector}'),
    ('_ip_ops', 4, 'l2_norm(halfvec)', '{halfvec}'),
    ('_cosine_ops', 1, 'T_negative_inner_product(T,T)', :'dense'),
    ('_cosine_ops', 2, 'vector_norm(vector)', '{vector}'),
    ('_cosine_ops', 2, 'l2_norm(halfvec)', '{halfvec}'),
    ('_cosine_ops', 3, 'T_spherical_distance(T,T)', :'dense'),
    ('_cosine_ops', 4, 'vector_norm(vector)', '{vector}'),
    ('_cosine_ops', 4, 'l2_norm(halfvec)', '{halfvec}'),
    ('_l2_ops', 5, 'ivfflat_halfvec_support(internal)', '{halfvec}'),
    ('_ip_ops', 5, 'ivfflat_halfvec_support(internal)', '{halfvec}'),
    ('_cosine_ops', 5, 'ivfflat_halfvec_support(internal)', '{halfvec}'),
    ('_hamming_ops', 1, 'hamming_distance(bit,bit)', '{bit}'),
    ('_hamming_ops', 3, 'hamming_distance(bit,bit)', '{bit}'),
    ('_hamming_ops', 5, 'ivfflat_bit_support(internal)', '{bit}')
) AS s (class, number, function, types), unnest(types::text[]) t, unnest(:'lists'::text[]) am;
INSERT INTO expected_support
SELECT 'hnsw', t || class, t, number, replace(function, 'T', t)
FROM (VALUES
    ('_l2_ops', 1, 'T_l2_squared_distance(T,T)', :'all'),
    ('_ip_ops', 1, 'T_negative_inner_product(T,T)', :'all'),
    ('_cosine_ops', 1, 'T_negative_inner_product(T,T)', :'all'),
    ('_cosine_ops', 2, 'vector_norm(vector)', '{vector}'),
    ('_cosine_ops', 2, 'l2_norm(T)', :'sparse'),
    ('_l1_ops', 1, 'l1_distance(T,T)', :'all'),
    ('_l2_ops', 3, 'hnsw_T_support(internal)', :'sparse'),
    ('_ip_ops', 3, 'hnsw_T_support(internal)', :'sparse'),
    ('_cosine_ops', 3, 'hnsw_T_support(internal)', :'sparse'),
    ('_l1_ops', 3, 'hnsw_T_support(internal)', :'sparse'),
    ('_hamming_ops', 1, 'hamming_distance(bit,bit)', '{bit}'),
    ('_jaccard_ops', 1, 'jaccard_distance(bit,bit)', '{bit}'),
    ('_hamming_ops', 3, 'hnsw_bit_support(internal)', '{bit}'),
    ('_jaccard_ops', 3, 'hnsw_bit_support(internal)', '{bit}')
) AS s (class, number, function, types), unnest(types::text[]) t;

SELECT pg_temp.same_rows(
    $$SELECT a.amname, f.opfname, s.amprocnum, s.amproc::regprocedure,
        format_type(s.amproclefttype, NULL), format_type(s.amprocrighttype, NULL)
    FROM pg_amproc s JOIN pg_opfamily f ON f.oid = s.amprocfamily
    JOIN pg_am a ON a.oid = f.opfmethod
    JOIN member m ON m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid$$,
    format($$SELECT 'btree', t || '_ops', 1, format('%%s_cmp(%%s,%%s)', t, t, t), t, t
    FROM unnest(%L::text[]) t
    UNION ALL
    SELECT am, class, number, function, type, type FROM expected_support
    UNION ALL
    SELECT am, family, number, hash, type, type FROM expected_key$$, :'all'),
    'operator families: support functions');

SELECT is_empty(
    $$SELECT c.opcname, a.amname FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
    JOIN member m ON m.classid = 'pg_opclass'::regclass AND m.objid = c.oid
    WHERE NOT amvalidate(c.oid)$$,
    'operator classes: sound in the eyes of their access methods');

-- All of them

SELECT pg_temp.same_rows(
    $$SELECT CASE WHEN p.prokind = 'a' THEN 'aggregate' ELSE classid::text END AS kind, count(*)
    FROM member LEFT JOIN pg_proc p ON classid = 'pg_proc'::regclass AND p.oid = objid
    GROUP BY kind$$,
    $$VALUES ('pg_type', 3), ('pg_proc', 116), ('aggregate', 4), ('pg_operator', 40),
        ('pg_cast', 23), ('pg_am', 3), ('pg_opclass', 45), ('pg_opfamily', 41)$$,
    'counts of all members');

SELECT is_empty(
    $$SELECT pg_describe_object(classid, objid, 0) FROM member
    WHERE obj_description(objid, classid::text) IS NULL$$,
    'every member has a comment');

SELECT * FROM finish();
ROLLBACK;
