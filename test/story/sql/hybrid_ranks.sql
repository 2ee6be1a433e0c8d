-- A support desk looks for answers. Some customers write the right words, others describe what they mean. The desk searches
-- both ways in one call, and wants to know why an answer is where it is.
CREATE TABLE answers (id int PRIMARY KEY, body text NOT NULL, lang text NOT NULL, embedding vector(3) NOT NULL);
-- The numbers say how much an answer is about printing, the network and accounts.
INSERT INTO answers VALUES
    (1, 'The printer prints blank pages: replace the cartridge.', 'en', '[9, 0, 0]'),
    (2, 'Paper jam: open the rear door of the printer.', 'en', '[8, 0, 1]'),
    (3, 'The printer is offline: connect it to the network again.', 'en', '[6, 6, 0]'),
    (4, 'Your connection drops: restart the router.', 'en', '[0, 9, 0]'),
    (5, 'A forgotten password is sent to you again.', 'en', '[0, 1, 9]'),
    (6, 'Empty sheets come out: there is no ink left.', 'en', '[9, 0, 2]'),
    (7, 'Der Drucker druckt leere Seiten: neue Patrone.', 'de', '[9, 0, 0]');
CREATE INDEX answers_words ON answers USING bm25 (body) WITH (text_config = 'english');
CREATE INDEX answers_vectors ON answers USING hnsw (embedding vector_cosine_ops);
ANALYZE answers;

-- "blank pages from the printer": answer 6 means the same in other words, and only the vector finds it. The first of the
-- two ranks is that among the words, the second that among the vectors.
PREPARE find(text) AS
SELECT h.id, round(h.score::numeric, 4) AS score, h.ranks, round(h.scores[1]::numeric, 2) AS words, round(h.scores[2]::numeric, 3) AS nearness, a.body
FROM vecext.hybrid_search('answers', text => 'blank pages from the printer', vector => '[9, 0, 3]',
    filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}', method => $1, limit_ => 4) AS h JOIN answers AS a ON a.id = h.id::int
ORDER BY h.score DESC, h.id;
EXECUTE find('rrf');

-- By ranks alone a row gets 1 / (60 + rank) from each list. The desk adds that up by itself, and has the same scores.
SELECT id, round((vecext.rrf(ranks[1]) + vecext.rrf(ranks[2]))::numeric, 4) AS sum, round(score::numeric, 4) AS score
FROM vecext.hybrid_search('answers', text => 'blank pages from the printer', vector => '[9, 0, 3]', method => 'rrf', limit_ => 3,
    filter => '{"must": [{"key": "lang", "match": {"value": "en"}}]}') ORDER BY score DESC, id;

-- By scores, each list is stretched from 0 to 1, and both count a half.
EXECUTE find('relative');

-- What each list says alone: alpha is the part of the vectors. There is no condition on the language here, and the German
-- answer 7 is found by its vector.
SELECT alpha, array_agg(h.id ORDER BY h.score DESC, h.id) AS ids
FROM (VALUES (0.0), (0.5), (1.0)) AS a (alpha),
    LATERAL vecext.hybrid_search('answers', text => 'blank pages from the printer', vector => '[9, 0, 3]', alpha => a.alpha, limit_ => 4) AS h
GROUP BY alpha ORDER BY alpha;

-- A word that no answer has leaves the vectors to decide.
SELECT id, ranks FROM vecext.hybrid_search('answers', text => 'modem', vector => '[0, 1, 0]', limit_ => 2) ORDER BY score DESC;

DEALLOCATE find;
DROP TABLE answers;
