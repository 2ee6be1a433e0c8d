-- What an index of hnsw cannot be made with: options, operator classes, columns.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
CREATE TABLE item (v vector(3), h halfvec(3), s sparsevec(3), b bit(3), open vector, bits varbit(3));

-- Options, alone and together.
SELECT options, pg_temp.outcome(
    format('CREATE INDEX ON item USING hnsw (v vector_l2_ops) WITH (%s)', options)) AS outcome
FROM unnest(ARRAY['m = 1', 'm = 101', 'ef_construction = 3', 'ef_construction = 1001',
    'm = 16, ef_construction = 31', 'm = 33', 'm = 3, ef_construction = 5', 'm = many', 'lists = 5',
    'fillfactor = 50']) options;

-- No operator class is a type's default.
SELECT type, pg_temp.outcome(format('CREATE INDEX ON item USING hnsw (%I)', type)) AS outcome
FROM unnest('{v,h,s,b}'::text[]) type;

-- An operator class of another type; columns without dimensions, of another type of bits.
SELECT "column", pg_temp.outcome(format('CREATE INDEX ON item USING hnsw (%s)', "column")) AS outcome
FROM unnest(ARRAY['v halfvec_l2_ops', 'b vector_l2_ops', 'v no_such_ops', 'open vector_l2_ops',
    '(v || v) vector_l2_ops', 'bits bit_hamming_ops']) "column";

-- What an index in an order of distances is not.
SELECT pg_temp.outcome(statement) AS outcome FROM unnest(ARRAY[
    'CREATE UNIQUE INDEX ON item USING hnsw (v vector_l2_ops)',
    'CREATE INDEX ON item USING hnsw (v vector_l2_ops, v vector_ip_ops)',
    'CREATE INDEX ON item USING hnsw (v vector_l2_ops) INCLUDE (b)',
    'CREATE INDEX ON item USING hnsw (v vector_l2_ops DESC)',
    'CREATE INDEX ON item USING hnsw (v vector_l2_ops NULLS FIRST)']) statement;
SELECT p.name, pg_indexam_has_property(a.oid, p.name) FROM pg_am a,
    unnest('{can_order,can_unique,can_multi_col,can_exclude,can_include}'::text[]) p (name)
WHERE amname = 'hnsw';
DROP TABLE item;
