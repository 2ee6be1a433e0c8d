-- Functions of schema vecext, which pgvector does not have. Only extension vecext has them.
CREATE SCHEMA vecext;
COMMENT ON SCHEMA vecext IS 'functions over indexes of vectors and words, collections, hybrid search, and what it needs';
GRANT USAGE ON SCHEMA vecext TO PUBLIC;
CREATE SCHEMA vecext_internal;
COMMENT ON SCHEMA vecext_internal IS 'functions that triggers, plans and statements of vecext call with the rights of their caller: PUBLIC keeps USAGE';
GRANT USAGE ON SCHEMA vecext_internal TO PUBLIC;

CREATE FUNCTION vecext.index_info(
        index regclass,
        OUT metric text, OUT dims int4, OUT bits int4, OUT coded_dims int4, OUT rerank text,
        OUT lists int8, OUT rows int8, OUT largest_list int8, OUT overfull_lists int8,
        OUT list_pages int8, OUT pages int8, OUT degree int4, OUT nodes int8, OUT pending_rows int8,
        OUT dead_rows int8, OUT free_pages int8, OUT advice text)
    AS 'MODULE_PATHNAME', 'vecext_index_info' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.index_info(regclass) IS
    'describes an index: what it stores, its rows, pages and structure, and what would improve it; for a partitioned index, all partitions together';

CREATE FUNCTION vecext_internal.index_info_now(
        index regclass,
        OUT metric text, OUT dims int4, OUT bits int4, OUT coded_dims int4, OUT rerank text,
        OUT lists int8, OUT rows int8, OUT largest_list int8, OUT overfull_lists int8,
        OUT list_pages int8, OUT pages int8, OUT degree int4, OUT nodes int8, OUT pending_rows int8,
        OUT dead_rows int8, OUT free_pages int8, OUT advice text)
    AS 'MODULE_PATHNAME', 'vecext_internal_index_info_now' LANGUAGE C STABLE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext_internal.index_info_now(regclass) IS
    'what vecext.index_info returns, or null if it would have to wait for a lock on the index or its table';

CREATE FUNCTION vecext.estimate(
        rows int8, dims int4, method text DEFAULT 'ivfpq', type text DEFAULT 'vector', options text[] DEFAULT '{}',
        OUT table_bytes int8, OUT index_bytes int8, OUT build_memory int8)
    AS 'MODULE_PATHNAME', 'vecext_estimate' LANGUAGE C STABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.estimate(int8, int4, text, text, text[]) IS
    'estimates the size of a table that has a bigint and a vector, and of an index of ivfpq, hnsw or ivfflat on it; build_memory is the maintenance_work_mem beyond which more does not change the build';

CREATE FUNCTION vecext.verify_index(index regclass) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_verify_index' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.verify_index(regclass) IS
    'checks every page of an index, and that the index has each row of its table exactly once; returns the number of rows, or raises an error that describes the first fault; of a partitioned index all partitions together';

CREATE FUNCTION vecext.merge(index regclass) RETURNS int8
    AS 'MODULE_PATHNAME', 'vecext_merge' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.merge(regclass) IS
    'takes the pending rows of hnsw into the graph; splits long lists of ivfpq and ivfflat, joins short ones and rewrites those with many deleted rows; makes one segment of those of bm25 and inverted and of their pending documents; does so in each partition of a partitioned index; returns the number of changes';

CREATE FUNCTION vecext.recall(index regclass, k int4 DEFAULT 10, sample int4 DEFAULT 100)
    RETURNS float8
    AS 'MODULE_PATHNAME', 'vecext_recall' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.recall(regclass, int4, int4) IS
    'measures the share of the k nearest rows that scans of an index find, with random rows as queries and the settings of the session';

CREATE FUNCTION vecext.planned_index(index regclass) RETURNS regclass
    AS 'MODULE_PATHNAME', 'vecext_planned_index' LANGUAGE C VOLATILE STRICT PARALLEL UNSAFE;
COMMENT ON FUNCTION vecext.planned_index(regclass) IS
    'returns the index that the planner uses for the ten nearest rows in the order of this index; null if it uses none';

CREATE FUNCTION vecext.last_scan(
        OUT index regclass, OUT lists int8, OUT pages int8,
        OUT rows_scored int8, OUT rows_reranked int8, OUT nodes int8,
        OUT expected_recall float8, OUT expected_easy float8, OUT expected_hard float8, OUT windows int8)
    AS 'MODULE_PATHNAME', 'vecext_last_scan' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION vecext.last_scan() IS
    'describes the last index scan of this session: what it read and computed, the recall that it aimed at, and the lists or nodes expected for that recall';

-- The types may be those of extension vector, in another schema. From here on, names without a schema mean objects of
-- that schema or of pg_catalog, because others may have made objects with such names in the schema of this extension.
SELECT pg_catalog.set_config('search_path', pg_catalog.format('%s, pg_temp', pronamespace::pg_catalog.regnamespace), true)
FROM pg_catalog.pg_proc
WHERE probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME' AND prosrc OPERATOR(pg_catalog.=) 'vector_in';

-- If the types are those of extension vector, a dump has to create that extension first. This makes the dependency that
-- `requires` in a control file would make.
INSERT INTO pg_catalog.pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
SELECT e.tableoid, e.oid, 0, v.tableoid, v.oid, 0, 'n'
FROM pg_catalog.pg_extension AS e, pg_catalog.pg_extension AS v
    JOIN pg_catalog.pg_depend AS d ON d.refclassid OPERATOR(pg_catalog.=) v.tableoid AND d.refobjid OPERATOR(pg_catalog.=) v.oid
        AND d.deptype OPERATOR(pg_catalog.=) 'e'
    JOIN pg_catalog.pg_proc AS p ON d.classid OPERATOR(pg_catalog.=) p.tableoid AND d.objid OPERATOR(pg_catalog.=) p.oid
WHERE e.extname OPERATOR(pg_catalog.=) 'vecext' AND v.extname OPERATOR(pg_catalog.=) 'vector'
    AND p.probin OPERATOR(pg_catalog.=) 'MODULE_PATHNAME' AND p.prosrc OPERATOR(pg_catalog.=) 'vector_in';

CREATE FUNCTION vecext.quantize(vector, codec text) RETURNS vector
    AS 'MODULE_PATHNAME', 'vecext_quantize' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION vecext.quantize(vector, text) IS
    'returns the vector that the code of a vector stands for; codec is rabitq1, rabitq2, rabitq4, int8 or fp16';
