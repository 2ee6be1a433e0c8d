-- Builds the vector index of the demo.
\set ECHO queries
CREATE INDEX words_nearest ON words USING ivfpq (embedding vector_cosine_ops);
