-- A film club proposes films. A member names some that he likes, and some that he does not. The numbers of a film say how
-- much of it is comedy, crime and science fiction.
SELECT vecext.create_collection('films', '{"size": 3, "distance": "cosine"}');
SELECT vecext.upsert('films', '[
    {"id": 1, "vector": [9, 0, 0], "payload": {"title": "Playtime", "year": 1967}},
    {"id": 2, "vector": [8, 0, 1], "payload": {"title": "Modern Times", "year": 1936}},
    {"id": 3, "vector": [7, 4, 0], "payload": {"title": "The Ladykillers", "year": 1955}},
    {"id": 4, "vector": [0, 9, 0], "payload": {"title": "The Third Man", "year": 1949}},
    {"id": 5, "vector": [1, 8, 0], "payload": {"title": "Rififi", "year": 1955}},
    {"id": 6, "vector": [0, 5, 7], "payload": {"title": "Alphaville", "year": 1965}},
    {"id": 7, "vector": [0, 0, 9], "payload": {"title": "Solaris", "year": 1972}},
    {"id": 8, "vector": [3, 0, 8], "payload": {"title": "Sleeper", "year": 1973}}]');

-- Like The Ladykillers: what is between comedy and crime. What he has named is not proposed.
SELECT id, payload ->> 'title' AS title, round(score::numeric, 3) AS score FROM vecext.recommend('films', '[3]', limit_ => 3);
-- Like it, and unlike The Third Man: comedies.
SELECT id, payload ->> 'title' AS title, round(score::numeric, 3) AS score FROM vecext.recommend('films', '[3]', '[4]', limit_ => 3);

-- He likes Playtime and Solaris, which have nothing in common. Their mean is a film in between; the best score of either
-- is a film like one of them.
SELECT id, payload ->> 'title' AS title, round(score::numeric, 3) AS score FROM vecext.recommend('films', '[1, 7]', limit_ => 3);
SELECT id, payload ->> 'title' AS title, round(score::numeric, 3) AS score
FROM vecext.recommend('films', '[1, 7]', strategy => 'best_score', limit_ => 3);

-- Another member names none that he likes. He does not want crime.
SELECT id, payload ->> 'title' AS title FROM vecext.recommend('films', '[]', '[4]', 'best_score', limit_ => 3);

-- A third one looks for a film like Solaris, and rather on the side of comedy than of crime.
SELECT id, payload ->> 'title' AS title, round(score::numeric, 3) AS score
FROM vecext.discover('films', '7', '[{"positive": 1, "negative": 4}]', limit_ => 3);

-- The club also shows an evening of films that differ: each like the wish and unlike those before it.
SELECT id, payload ->> 'title' AS title FROM vecext.query('films', '{"query": {"nearest": [9, 1, 0], "mmr": {"diversity": 0.7}}, "limit": 3}');
SELECT id, payload ->> 'title' AS title FROM vecext.query('films', '{"query": [9, 1, 0], "limit": 3}');

-- Only old ones, and examples that are vectors.
SELECT id, payload ->> 'title' AS title
FROM vecext.recommend('films', '[[0, 1, 1]]', filter => '{"must": {"key": "year", "range": {"lt": 1960}}}', limit_ => 2);

-- A film that is not there is a mistake, and the message says which one.
SELECT id FROM vecext.recommend('films', '[3, 77]');

SELECT vecext.drop_collection('films');
