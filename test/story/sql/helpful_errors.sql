-- A developer writes her first requests, and makes the mistakes that everybody makes. Each message says what is wrong and
-- where, so that she can go on without a look into the manual.
CREATE TABLE notes (id int PRIMARY KEY, body text, embedding vector(3));
INSERT INTO notes VALUES (1, 'a note', '[1, 2, 3]');
CREATE INDEX notes_embedding ON notes USING hnsw (embedding vector_cosine_ops);

-- Her model gives four numbers, and the column has three.
INSERT INTO notes VALUES (2, 'another note', '[1, 2, 3, 4]');
SELECT id FROM notes ORDER BY embedding <=> '[1, 2, 3, 4]' LIMIT 1;
SELECT '[1, 2]'::vector <-> '[1, 2, 3]';

-- Values that are no numbers, and texts that are no vectors.
INSERT INTO notes VALUES (2, 'another note', '[NaN, 0, 1]');
INSERT INTO notes VALUES (2, 'another note', '[1, Infinity, 1]');
INSERT INTO notes VALUES (2, 'another note', '[1, 2, 3');
INSERT INTO notes VALUES (2, 'another note', '1, 2, 3');
INSERT INTO notes VALUES (2, 'another note', '[]');
SELECT '[65505]'::vector::halfvec, '[70000]'::vector::halfvec;

-- She takes an operator class that is not there, and options that cannot be.
CREATE INDEX ON notes USING ivfpq (embedding vector_cos_ops);
CREATE INDEX ON notes USING hnsw (embedding vector_cosine_ops) WITH (m = 500);
CREATE INDEX ON notes USING ivfpq (embedding vector_cosine_ops) WITH (rerank = int4);
CREATE TABLE loose (embedding vector);
CREATE INDEX ON loose USING ivfpq (embedding vector_cosine_ops);
DROP TABLE loose;

-- Words need an index of words.
SELECT id FROM notes ORDER BY body <@> 'note' LIMIT 1;

-- She turns to collections. Requests say where the fault is.
SELECT vecext.create_collection('memos', '{"size": 2, "distance": "cosin"}');
SELECT vecext.create_collection('memos', '{"size": 2, "distance": "cosine"}');
SELECT vecext.upsert('memos', '[{"id": 1, "vector": [1, 0], "payload": {"tag": "a"}}, {"id": 2, "vector": [1]}]');
SELECT vecext.upsert('memos', '[{"id": 1, "vektor": [1, 0]}]');
SELECT vecext.upsert('memos', '[{"id": 1, "vector": [1, 0], "payload": {"tag": "a"}}]');
SELECT id FROM vecext.search('memo', '[1, 0]');
SELECT id FROM vecext.search('memos', '[1, 0, 0]');
SELECT id FROM vecext.search('memos', '[1, 0]', filter => '{"must": [{"key": "tag", "match": {"valeu": "a"}}]}');
SELECT id FROM vecext.search('memos', '[1, 0]', filter => 'tag = ''a''');
SELECT id FROM vecext.search('memos', '[1, 0]', limit_ => -1);
SELECT id FROM vecext.query('memos', '{"query": [1, 0], "limits": 3}');
SELECT id FROM memos AS m WHERE vecext.matches(m, 'tag = a');

-- The first right request.
SELECT id, score FROM vecext.search('memos', '[1, 0]', filter => '{"must": [{"key": "tag", "match": {"value": "a"}}]}');

-- Nothing was half done.
SELECT count(*) FROM notes;
SELECT vecext.drop_collection('memos');
DROP TABLE notes;
