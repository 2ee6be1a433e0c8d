-- A team leaves pgvector. What follows up to the line of dashes is what pg_dump has written of its database; it runs as
-- it is, and then the team's own statements go on.
SET client_encoding = 'UTF8';
SET check_function_bodies = false;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
COMMENT ON EXTENSION vector IS 'vector data type and ivfflat and hnsw access methods';
CREATE TABLE public.recipes (
    id integer NOT NULL,
    name text NOT NULL,
    embedding public.vector(3),
    half public.halfvec(3),
    ingredients public.sparsevec(100)
);
COPY public.recipes (id, name, embedding, half, ingredients) FROM stdin;
1	Pancakes	[0.9,0.1,0]	[0.9,0.1,0]	{1:2,7:1}/100
2	Waffles	[0.8,0.2,0]	[0.8,0.2,0]	{1:2,7:0.5,9:1}/100
3	Onion soup	[0,0.2,0.9]	[0,0.2,0.9]	{20:3,21:1}/100
4	Tomato soup	[0.1,0.1,0.9]	[0.1,0.1,0.9]	{21:1,22:4}/100
5	Water	\N	\N	\N
\.
ALTER TABLE ONLY public.recipes ADD CONSTRAINT recipes_pkey PRIMARY KEY (id);
CREATE INDEX recipes_embedding_idx ON public.recipes USING hnsw (embedding public.vector_cosine_ops) WITH (m='16', ef_construction='64');
CREATE INDEX recipes_half_idx ON public.recipes USING ivfflat (half public.halfvec_l2_ops) WITH (lists='1');
CREATE INDEX recipes_ingredients_idx ON public.recipes USING hnsw (ingredients public.sparsevec_ip_ops);
-- ---------------------------------------------------------------------------------------------------------------------

-- The application sets what it has always set, and asks as it has always asked.
RESET search_path;
SET hnsw.ef_search = 100;
SELECT name, round((embedding <=> '[1, 0, 0]')::numeric, 4) AS distance FROM recipes ORDER BY embedding <=> '[1, 0, 0]' LIMIT 2;
SELECT name, round((half <-> '[0, 0, 1]')::numeric, 4) AS distance FROM recipes ORDER BY half <-> '[0, 0, 1]' LIMIT 2;
SELECT name, (ingredients <#> '{1:1,9:1}/100') * -1 AS product FROM recipes ORDER BY ingredients <#> '{1:1,9:1}/100' LIMIT 2;
SELECT avg(embedding) AS mean, count(embedding) FROM recipes;
INSERT INTO recipes VALUES (6, 'Crepes', ARRAY[1, 0, 0], '[1, 0, 0]', '{1:3}/100') RETURNING name, vector_dims(embedding), l2_norm(half);

-- The indexes came with the dump, and they serve the order.
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT name FROM recipes ORDER BY embedding <=> '[1, 0, 0]' LIMIT 2;
SELECT name FROM recipes ORDER BY embedding <=> '[1, 0, 0]' LIMIT 2;
RESET enable_seqscan;
RESET hnsw.ef_search;

-- What pgvector does not have: the index is checked, and a smaller method takes its place.
SELECT indexname, method, vecext.verify_index(index) AS rows FROM vecext.indexes WHERE tablename = 'recipes' ORDER BY indexname;
CREATE INDEX recipes_lists_idx ON recipes USING ivfpq (embedding vector_cosine_ops);
SELECT vecext.recall('recipes_lists_idx', 2);
DROP INDEX recipes_embedding_idx;
SELECT name FROM recipes ORDER BY embedding <=> '[1, 0, 0]' LIMIT 2;

DROP TABLE recipes;
DROP EXTENSION vector;
