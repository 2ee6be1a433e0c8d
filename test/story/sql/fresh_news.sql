-- A news page ranks its articles by what a reader likes, by how new they are, and by what the editor has marked. It writes
-- the three as one formula, and can show how a score has come about.
\set SHOW_CONTEXT never
SELECT vecext.create_collection('news', '{"size": 2, "distance": "cosine"}');
-- The numbers say how much an article is about sports and politics; "age" is in days.
SELECT vecext.upsert('news', '[
    {"id": 1, "vector": [9, 1], "payload": {"title": "Cup final", "age": 10}},
    {"id": 2, "vector": [8, 2], "payload": {"title": "Training camp", "age": 1}},
    {"id": 3, "vector": [1, 9], "payload": {"title": "Election", "age": 0, "marked": true}},
    {"id": 4, "vector": [5, 5], "payload": {"title": "A stadium for the town", "age": 2}},
    {"id": 5, "vector": [9, 0], "payload": {"title": "An old record", "age": 300}}]');

-- By likeness alone the oldest one is the first.
SELECT id, round(score::numeric, 3) AS likeness, payload ->> 'title' AS title FROM vecext.search('news', '[1, 0]', limit_ => 5);

-- Half a point for what is new, which halves every five days, and a point for a mark.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'title' AS title
FROM vecext.query('news', '{
    "prefetch": {"query": [1, 0], "limit": 5},
    "query": {"formula": {"sum": ["$score",
        {"mult": [0.5, {"exp_decay": {"x": "age", "scale": 5}}]},
        {"key": "marked", "match": {"value": true}}]}},
    "limit": 5}');

-- The same sum in SQL, part by part.
SELECT id, round(likeness::numeric, 3) AS likeness, round(newness::numeric, 3) AS newness, mark,
    round((likeness + newness + mark)::numeric, 3) AS score
FROM (SELECT id, score AS likeness, 0.5 * power(0.5, (payload ->> 'age')::float8 / 5) AS newness,
        CASE WHEN payload ? 'marked' THEN 1 ELSE 0 END AS mark
    FROM vecext.search('news', '[1, 0]', limit_ => 5)) AS parts ORDER BY likeness + newness + mark DESC;

-- Two interests at once: one list for each, and both fused by their ranks.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'title' AS title
FROM vecext.query('news', '{"prefetch": [{"query": [1, 0], "limit": 3}, {"query": [0, 1], "limit": 3}], "query": {"fusion": "rrf"}, "limit": 4}');

-- A field that some articles lack needs a default, and the message says so.
SELECT id FROM vecext.query('news', '{"prefetch": {"query": [1, 0], "limit": 5}, "query": {"formula": {"sum": ["$score", "clicks"]}}}');
SELECT id, round(score::numeric, 3) AS score
FROM vecext.query('news', '{
    "prefetch": {"query": [1, 0], "limit": 2},
    "query": {"formula": {"sum": ["$score", "clicks"]}, "defaults": {"clicks": 0}}}');

SELECT vecext.drop_collection('news');
