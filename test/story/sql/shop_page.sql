-- A shop shows boots: a page of what is most like the picture that a customer has uploaded, beside it how many there are
-- of each color, and a link to the next page.
SELECT vecext.create_collection('boots', '{"size": 3, "distance": "cosine"}');
SELECT vecext.upsert('boots', '[
    {"id": 1, "vector": [9, 1, 0], "payload": {"name": "Trail", "color": "brown", "price": 120, "sizes": [40, 41, 42]}},
    {"id": 2, "vector": [8, 2, 0], "payload": {"name": "Ridge", "color": "brown", "price": 150, "sizes": [42, 43]}},
    {"id": 3, "vector": [7, 3, 0], "payload": {"name": "Creek", "color": "green", "price": 90, "sizes": [41, 42]}},
    {"id": 4, "vector": [6, 4, 0], "payload": {"name": "Moor", "color": "black", "price": 110, "sizes": [42]}},
    {"id": 5, "vector": [5, 5, 0], "payload": {"name": "Field", "color": "green", "price": 80, "sizes": [39, 40]}},
    {"id": 6, "vector": [3, 7, 0], "payload": {"name": "Town", "color": "black", "price": 130, "sizes": [42, 44]}},
    {"id": 7, "vector": [1, 9, 0], "payload": {"name": "Gala", "color": "black", "price": 210, "sizes": [41, 42]}},
    {"id": 8, "vector": [0, 9, 1], "payload": {"name": "Opera", "color": "red", "price": 240, "sizes": [38]}}]');
SELECT vecext.create_payload_index('boots', 'color', 'keyword'), vecext.create_payload_index('boots', 'price', 'float');

-- The first page, and the second one: no boot is on both, and none is left out.
SELECT id, round(score::numeric, 3) AS score, payload ->> 'name' AS name FROM vecext.search('boots', '[9, 1, 0]', limit_ => 3);
SELECT id, round(score::numeric, 3) AS score, payload ->> 'name' AS name FROM vecext.search('boots', '[9, 1, 0]', limit_ => 3, offset_ => 3);

-- The colors beside the page.
SELECT * FROM vecext.facet('boots', 'color');

-- The customer wears 42 and has 140 to spend. "sizes" is an array: it is enough that one of them is 42.
\set wish '{"must": [{"key": "sizes", "match": {"value": 42}}, {"key": "price", "range": {"lte": 140}}]}'
SELECT id, payload ->> 'name' AS name, payload -> 'price' AS price, payload -> 'sizes' AS sizes
FROM vecext.search('boots', '[9, 1, 0]', filter => :'wish', limit_ => 3);
SELECT id, payload ->> 'name' AS name FROM vecext.search('boots', '[9, 1, 0]', filter => :'wish', limit_ => 3, offset_ => 3);
SELECT vecext.count_points('boots', :'wish');
SELECT * FROM vecext.facet('boots', 'color', :'wish');

-- He sorts by price. Each row carries the cursor of the page behind it.
SELECT id, order_value AS price, payload ->> 'name' AS name FROM vecext.scroll('boots', limit_ => 3, filter => :'wish', order_by => '"price"');
SELECT next_cursor AS cursor FROM vecext.scroll('boots', limit_ => 3, filter => :'wish', order_by => '"price"') OFFSET 2 \gset
SELECT id, order_value AS price, payload ->> 'name' AS name, next_cursor IS NULL AS is_last
FROM vecext.scroll('boots', :'cursor', 3, filter => :'wish', order_by => '"price"');

-- Nothing red is cheap: an empty page is an answer, too.
SELECT id FROM vecext.search('boots', '[9, 1, 0]',
    filter => '{"must": [{"key": "color", "match": {"value": "red"}}, {"key": "price", "range": {"lt": 100}}]}');

SELECT vecext.drop_collection('boots');
