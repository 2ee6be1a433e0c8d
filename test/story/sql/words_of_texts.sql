-- A small town puts the minutes of its council on a page with a search field. Citizens type words, phrases in quotes,
-- and words that they do not want, and expect the best text first with the words marked.
CREATE TABLE minutes (id int PRIMARY KEY, day date NOT NULL, body text NOT NULL);
INSERT INTO minutes VALUES
    (1, '2026-01-12', 'The council votes for a new bridge over the river.'),
    (2, '2026-02-09', 'The old bridge is closed. The bridge is to be repaired in spring. Bridges cost money.'),
    (3, '2026-03-09', 'A new school is built near the river, and a new road leads to it.'),
    (4, '2026-04-13',
        'The mayor speaks of the swimming pool, the school, the road and the bridge, of taxes, fees, fines and dogs, and of other things.'),
    (5, '2026-05-11', 'The swimming pool opens in June.');
CREATE INDEX minutes_words ON minutes USING bm25 (body) WITH (text_config = 'english');
ANALYZE minutes;

-- A text that has the word often comes first, then the short one before the long one. "Bridges" is the same word.
SELECT id, round(-(body <@> 'bridge')::numeric, 2) AS score, left(body, 40) AS body FROM minutes WHERE body @@@ 'bridge' ORDER BY body <@> 'bridge';
-- "river" is rarer than "the", which does not count at all.
SELECT id, round(-(body <@> 'the river bridge')::numeric, 2) AS score
FROM minutes WHERE body @@@ 'the river bridge' ORDER BY body <@> 'the river bridge' LIMIT 3;
SELECT * FROM vecext.query_tokens('english', 'the river bridges');

-- A phrase, a word left out, either of two, and the beginning of a word.
SELECT id FROM minutes WHERE body @@@ websearch_to_tsquery('english', '"new bridge"') ORDER BY id;
SELECT id FROM minutes WHERE body @@@ websearch_to_tsquery('english', 'bridge -river') ORDER BY id;
SELECT id FROM minutes WHERE body @@@ websearch_to_tsquery('english', 'pool or school') ORDER BY id;
SELECT id FROM minutes WHERE body @@@ to_tsquery('english', 'swim:* & june') ORDER BY id;

-- Together with a condition, and with the words marked.
SELECT day, ts_headline('english', body, plainto_tsquery('english', 'road school'), 'StartSel=[, StopSel=], MaxWords=9, MinWords=4') AS body
FROM minutes WHERE body @@@ 'road school' AND day < '2026-04-01' ORDER BY body <@> 'road school';

-- Text that is changed is found by its new words at once, and by its old ones no longer.
UPDATE minutes SET body = 'The swimming pool stays closed.' WHERE id = 5;
SELECT id FROM minutes WHERE body @@@ 'june';
SELECT id, round(-(body <@> 'pool closed')::numeric, 2) AS score FROM minutes WHERE body @@@ 'pool closed' ORDER BY body <@> 'pool closed';

-- No hit is no error, and words that all count for nothing find nothing.
SELECT id FROM minutes WHERE body @@@ 'airport';
SELECT id FROM minutes WHERE body @@@ 'the of and';
-- How many hits are there in all, and in which month?
SELECT count(*) FROM minutes WHERE body @@@ 'bridge';
SELECT to_char(day, 'YYYY-MM') AS month, count(*) FROM minutes WHERE body @@@ 'bridge school' GROUP BY 1 ORDER BY 1;

DROP TABLE minutes;
