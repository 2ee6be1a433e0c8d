-- A visitor of Zurich wants to eat what he likes, not far from his hotel, today, and at a table outside. A city guide has
-- places and dishes in the payload of each restaurant.
SELECT vecext.create_collection('restaurants', '{"size": 3, "distance": "cosine"}');
-- The numbers say how much a kitchen is about cheese, fish and vegetables.
SELECT vecext.upsert('restaurants', '[
    {"id": 1, "vector": [9, 0, 1], "payload": {"name": "Swan", "at": {"lon": 8.543, "lat": 47.372}, "closed": ["monday"],
        "tables": [{"outside": true, "seats": 2}, {"outside": false, "seats": 6}]}},
    {"id": 2, "vector": [8, 1, 2], "payload": {"name": "Bear", "at": {"lon": 8.531, "lat": 47.385}, "closed": [],
        "tables": [{"outside": false, "seats": 4}]}},
    {"id": 3, "vector": [0, 9, 2], "payload": {"name": "Pike", "at": {"lon": 8.541, "lat": 47.366}, "closed": ["sunday", "monday"],
        "tables": [{"outside": true, "seats": 4}]}},
    {"id": 4, "vector": [1, 1, 9], "payload": {"name": "Garden", "at": {"lon": 8.545, "lat": 47.370}, "tables": [{"outside": true, "seats": 4}]}},
    {"id": 5, "vector": [9, 0, 0], "payload": {"name": "Lion of Bern", "at": {"lon": 7.448, "lat": 46.948}, "closed": [],
        "tables": [{"outside": true, "seats": 8}]}}]');

-- Within 1,500 meters of the hotel: Bern is out, and so is the Bear, which is a little farther.
\set near '{"key": "at", "geo_radius": {"center": {"lon": 8.5417, "lat": 47.3717}, "radius": 1500}}'
SELECT id, payload ->> 'name' AS name, round(score::numeric, 3) AS score
FROM vecext.search('restaurants', '[9, 1, 0]', filter => format('{"must": [%s]}', :'near')::jsonb);

-- Not closed on Mondays. The Garden does not say when it is closed, and a test that is negated is true of it.
SELECT id, payload ->> 'name' AS name FROM vecext.search('restaurants', '[9, 1, 0]',
    filter => '{"must_not": [{"key": "closed", "match": {"value": "monday"}}]}');
-- Those that never close say so by an empty list, or say nothing.
SELECT id, payload ->> 'name' AS name FROM vecext.search('restaurants', '[9, 1, 0]',
    filter => '{"must": [{"is_empty": {"key": "closed"}}]}');

-- A table outside for four: both must be true of one table. The Swan has a table outside and one for six, which are not the
-- same one.
\set outside '{"must": [{"key": "outside", "match": {"value": true}}, {"key": "seats", "range": {"gte": 4}}]}'
SELECT id, payload ->> 'name' AS name FROM vecext.search('restaurants', '[9, 1, 0]',
    filter => format('{"must": [{"nested": {"key": "tables", "filter": %s}}]}', :'outside')::jsonb);
SELECT id, payload ->> 'name' AS name FROM vecext.search('restaurants', '[9, 1, 0]',
    filter => '{"must": [{"key": "tables[].outside", "match": {"value": true}}, {"key": "tables[].seats", "range": {"gte": 4}}]}');

-- All wishes at once, as a filter and as a text.
SELECT id, payload ->> 'name' AS name FROM vecext.search('restaurants', '[9, 1, 0]',
    filter => format('{"must": [%s, {"nested": {"key": "tables", "filter": %s}}],
        "must_not": [{"key": "closed", "match": {"value": "monday"}}]}', :'near', :'outside')::jsonb);
SELECT r.id, r.payload ->> 'name' AS name FROM restaurants AS r
WHERE vecext.matches(r, 'tables[].outside = true AND NOT closed = ''monday''') ORDER BY r.embedding <=> '[9, 1, 0]';

-- Rather near than all that he likes: likeness, less a point for each kilometer.
SELECT id, round(score::numeric, 2) AS score, payload ->> 'name' AS name FROM vecext.query('restaurants', '{
    "prefetch": {"query": [9, 1, 0], "limit": 10},
    "query": {"formula": {"sum": ["$score", {"mult": [-0.001, {"geo_distance": {"origin": {"lon": 8.5417, "lat": 47.3717}, "to": "at"}}]}]}},
    "limit": 4}');

SELECT vecext.drop_collection('restaurants');
