-- A research group uses a model that gives a vector for each word of a text. A text fits a question if each word of the
-- question has a word in the text that is near to it. A first search by one vector finds candidates.
SELECT vecext.create_collection('abstracts', '{
    "text": {"size": 2, "distance": "cosine"},
    "words": {"size": 2, "distance": "dot", "multivector": {"comparator": "max_sim"}}}');
-- The two numbers of a word say how much it is about animals and about machines.
SELECT vecext.upsert('abstracts', '[
    {"id": 1, "vector": {"text": [1, 0], "words": [[1, 0], [1, 0]]}, "payload": {"title": "cats and dogs"}},
    {"id": 2, "vector": {"text": [0.7, 0.7], "words": [[1, 0], [0, 1]]}, "payload": {"title": "a robot dog"}},
    {"id": 3, "vector": {"text": [0.7, 0.7], "words": [[0.7, 0.7], [0.7, 0.7]]}, "payload": {"title": "cyborgs"}},
    {"id": 4, "vector": {"text": [0, 1], "words": [[0, 1]]}, "payload": {"title": "lathes"}}]');

-- "dog machine". By one vector, texts 2 and 3 are equally near.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'title' AS title
FROM vecext.search('abstracts', '[1, 1]', vector_name => 'text', limit_ => 3);
-- Word by word: text 2 has a word of each kind, 1 + 1; the cyborgs have 0.7 + 0.7.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'title' AS title
FROM vecext.query('abstracts', '{"query": [[1, 0], [0, 1]], "using": "words", "limit": 4}');
-- Both steps in one request.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'title' AS title
FROM vecext.query('abstracts', '{
    "prefetch": {"query": [1, 1], "using": "text", "limit": 2},
    "query": [[1, 0], [0, 1]], "using": "words", "limit": 4}');
-- A text without words is not found by them, and gets them later.
SELECT vecext.upsert('abstracts', '[{"id": 5, "vector": {"text": [1, 1]}, "payload": {"title": "not read yet"}}]');
SELECT id FROM vecext.query('abstracts', '{"query": [[1, 0], [0, 1]], "using": "words", "limit": 9}');
SELECT vecext.update_vectors('abstracts', '[{"id": 5, "vector": {"words": [[2, 0], [0, 2]]}}]');
SELECT id, round(score::numeric, 3) AS score FROM vecext.query('abstracts', '{"query": [[1, 0], [0, 1]], "using": "words", "limit": 1}');
-- A search has to say which vectors it means.
SELECT id FROM vecext.search('abstracts', '[1, 1]');

SELECT vecext.drop_collection('abstracts');
