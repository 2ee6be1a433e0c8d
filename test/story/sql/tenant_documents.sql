-- Two law firms keep their documents in one table. Each signs in with a role of its own, searches by words and by
-- vectors, and sees its own documents alone, without a condition in its statements.
CREATE ROLE story_adams;
CREATE ROLE story_brown;
CREATE TABLE documents (id int PRIMARY KEY, firm text NOT NULL, title text NOT NULL, embedding vector(3) NOT NULL);
INSERT INTO documents VALUES
    (1, 'story_adams', 'Lease of a warehouse', '[9, 1, 0]'),
    (2, 'story_adams', 'Lease of a shop', '[8, 2, 0]'),
    (3, 'story_adams', 'Patent of a pump', '[0, 1, 9]'),
    (4, 'story_brown', 'Lease of a harbor', '[9, 0, 1]'),
    (5, 'story_brown', 'Patent of a valve', '[0, 2, 8]'),
    (6, 'story_brown', 'Will of a captain', '[1, 9, 0]');
CREATE INDEX documents_vectors ON documents USING ivfpq (embedding vector_cosine_ops, firm);
CREATE INDEX documents_words ON documents USING bm25 (title) WITH (text_config = 'english');
ANALYZE documents;

ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_documents ON documents USING (firm = current_user);
GRANT SELECT, INSERT ON documents TO story_adams, story_brown;

-- Adams looks for leases. The harbor of Brown is as near as the warehouse, and is not there.
SET ROLE story_adams;
SELECT id, title, round((embedding <=> '[9, 0, 0]')::numeric, 3) AS distance
FROM documents ORDER BY embedding <=> '[9, 0, 0]' LIMIT 10;
SELECT id, title FROM documents WHERE title @@@ 'lease' ORDER BY title <@> 'lease', id;
SELECT id, ranks FROM vecext.hybrid_search('documents', text => 'patent', vector => '[0, 0, 1]', method => 'rrf', limit_ => 2) ORDER BY score DESC;

-- Brown sends the same statements and has other answers.
SET ROLE story_brown;
SELECT id, title, round((embedding <=> '[9, 0, 0]')::numeric, 3) AS distance
FROM documents ORDER BY embedding <=> '[9, 0, 0]' LIMIT 10;
SELECT id, title FROM documents WHERE title @@@ 'lease' ORDER BY title <@> 'lease', id;

-- A condition that names the other firm gives no row, and a document cannot be put into the other firm's hands.
SELECT id, title FROM documents WHERE firm = 'story_adams' ORDER BY embedding <=> '[9, 0, 0]' LIMIT 10;
INSERT INTO documents VALUES (7, 'story_adams', 'A forged lease', '[9, 0, 0]');

-- How many documents of all firms have a word would show in the score of a made-up text. So that is refused to a
-- role that may not read all rows.
SELECT 'a lease'::text <@> vecext.bm25_query('lease', 'documents_words');

-- A new document is found by its firm at once.
INSERT INTO documents VALUES (7, 'story_brown', 'Lease of a lighthouse', '[9, 0, 0]');
SELECT id, title FROM documents ORDER BY embedding <=> '[9, 0, 0]' LIMIT 2;
SET ROLE story_adams;
SELECT count(*) AS documents, max(id) AS last FROM documents;
RESET ROLE;

DROP TABLE documents;
DROP ROLE story_adams, story_brown;
