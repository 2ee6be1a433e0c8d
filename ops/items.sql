-- The table of the examples.
CREATE EXTENSION vecext;
CREATE FUNCTION vector_of(id bigint) RETURNS vector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT array_agg(hashint8extended(id * 32 + k, 0) / 2.0 ^ 63)::float8[]::vector FROM generate_series(1, 32) AS k $$;
CREATE TABLE items (id bigint PRIMARY KEY, v vector(32) NOT NULL);
INSERT INTO items SELECT id, vector_of(id) FROM generate_series(1, 5000) AS id;
CREATE INDEX items_graph ON items USING hnsw (v vector_l2_ops);
CREATE INDEX items_lists ON items USING ivfpq (v vector_cosine_ops);
ANALYZE items;
