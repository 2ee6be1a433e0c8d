-- What a user does first; an answer that is not the right one is an error.
CREATE EXTENSION vecext;
CREATE TABLE items (id int PRIMARY KEY, body text, embedding vector(3));
INSERT INTO items SELECT i, 'word' || i % 7, ARRAY[i % 7, i % 11, i % 13] FROM generate_series(1, 1000) AS i;
CREATE INDEX items_lists ON items USING ivfpq (embedding vector_l2_ops);
CREATE INDEX items_graph ON items USING hnsw (embedding vector_cosine_ops);
CREATE INDEX items_words ON items USING bm25 (body);
ANALYZE items;
SET enable_seqscan = off;
DO $$
BEGIN
    ASSERT (SELECT array_agg(id) FROM (SELECT id FROM items ORDER BY embedding <-> '[3, 3, 3]' LIMIT 1) AS nearest) = '{3}';
    ASSERT (SELECT array_agg(id) FROM (SELECT id FROM items WHERE id > 3 ORDER BY embedding <-> '[4, 4, 4]' LIMIT 1) AS nearest) = '{4}';
    ASSERT (SELECT count(*) FROM items WHERE body @@@ 'word3') = 143;
    ASSERT vecext.verify_index('items_lists') = 1000 AND vecext.verify_index('items_graph') = 1000
        AND vecext.verify_index('items_words') = 1000;
END
$$;
CREATE EXTENSION vecext_rag;
DO $$
BEGIN
    PERFORM vecext_rag.create_embedding_queue('items', 'body', 'embedding');
    ASSERT (SELECT waiting FROM vecext_rag.embedding_queue_status('items_embedding_queue')) = 0;
    PERFORM vecext_rag.drop_embedding_queue('items_embedding_queue');
END
$$;
