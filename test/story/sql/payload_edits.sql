-- A librarian corrects what is known of the books of a collection: adds, corrects and removes fields of some of them,
-- without touching the vectors.
SELECT vecext.create_collection('shelf', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('shelf', '[
    {"id": 1, "vector": [9, 1], "payload": {"title": "Moby-Dick", "year": "1851", "place": {"room": 1, "row": "C"}}},
    {"id": 2, "vector": [8, 2], "payload": {"title": "Treasure Island", "year": 1883, "loans": 7}},
    {"id": 3, "vector": [1, 9], "payload": {"title": "Persuasion", "year": 1817, "note": "water damage"}}]');

-- The year of the first one is a text, so a range of numbers does not find it. It becomes a number.
SELECT vecext.count_points('shelf', '{"must": {"key": "year", "range": {"lt": 1900}}}');
SELECT vecext.set_payload('shelf', '{"year": 1851}', ids => '[1]');
SELECT vecext.count_points('shelf', '{"must": {"key": "year", "range": {"lt": 1900}}}');

-- A member of an inner object: the row stays.
SELECT vecext.set_payload('shelf', '{"room": 4}', ids => '[1]', key => 'place');
-- All books of before 1860 move into the cellar, and are no longer lent.
SELECT vecext.set_payload('shelf', '{"cellar": true, "loans": null}', filter => '{"must": {"key": "year", "range": {"lt": 1860}}}');
-- The note of the third book and the row of the first are not needed any more.
SELECT vecext.delete_payload('shelf', ARRAY['note', 'place.row'], ids => '[3, 1]');
SELECT id, payload FROM shelf ORDER BY id;

-- What was asked for by a field follows at once.
SELECT id FROM vecext.search('shelf', '[1, 0]', filter => '{"must": {"key": "cellar", "match": {"value": true}}}');
SELECT id FROM vecext.search('shelf', '[1, 0]', filter => '{"must": {"key": "place.room", "match": {"value": 4}}}');

-- Plain SQL edits the same column.
UPDATE shelf SET payload = jsonb_set(payload, '{loans}', to_jsonb((payload -> 'loans')::int + 1))
WHERE payload ? 'loans' RETURNING id, payload -> 'loans' AS loans;

-- One payload is replaced, one is emptied, and an unknown book is not invented.
SELECT vecext.overwrite_payload('shelf', '{"title": "Persuasion", "copies": 2}', ids => '[3]');
SELECT vecext.clear_payload('shelf', ids => '[2]');
SELECT vecext.set_payload('shelf', '{"title": "Nothing"}', ids => '[99]');
SELECT id, payload, embedding FROM shelf ORDER BY id;

-- All books at once are a filter without conditions; a call without ids and without a filter is a mistake.
SELECT vecext.set_payload('shelf', '{"checked": "2026"}');
SELECT vecext.set_payload('shelf', '{"checked": "2026"}', filter => '{}');
SELECT value, count FROM vecext.facet('shelf', 'checked');

SELECT vecext.drop_collection('shelf');
