-- Columns of kinds that PostgreSQL has from 18 on, with the same output on the versions before it: triggers see what is stored, so no queue
-- is over a column that is generated virtually.
SET client_min_messages = warning;
CREATE TABLE titled (id bigint PRIMARY KEY, title text, stored text GENERATED ALWAYS AS (upper(title)) STORED, embedding vector(1));
DO $$
BEGIN
    IF current_setting('server_version_num')::int >= 180000 THEN
        EXECUTE 'ALTER TABLE titled ADD virtual text GENERATED ALWAYS AS (lower(title)) VIRTUAL';
        PERFORM vecext_rag.create_embedding_queue('titled', 'virtual', 'embedding');
        RAISE 'a queue of texts that no trigger sees';
    END IF;
EXCEPTION WHEN wrong_object_type THEN
    IF sqlerrm <> 'column "virtual" is generated virtually, which no trigger sees' THEN
        RAISE;
    END IF;
END $$;
SELECT vecext_rag.create_embedding_queue('titled', 'stored', 'embedding');
INSERT INTO titled (id, title) VALUES (1, 'One');
UPDATE titled SET title = 'Two';
SELECT key, content FROM vecext_rag.embedding_queue_claim('titled_embedding_queue');
SELECT vecext_rag.drop_embedding_queue('titled_embedding_queue');
DROP TABLE titled;
