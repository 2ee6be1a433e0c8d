-- A dating site has to forget everybody who has not signed in for a year. That is half of its members. None of them may
-- be proposed again, and the index is not to keep room for them.
CREATE TABLE members (id int PRIMARY KEY, active bool NOT NULL, taste vector(4) NOT NULL) WITH (autovacuum_enabled = off);
INSERT INTO members SELECT i, i % 2 = 0, ARRAY[i % 29, i % 31, i % 37, i % 41] FROM generate_series(1, 4200) AS i;
CREATE INDEX members_graph ON members USING hnsw (taste vector_l2_ops);
CREATE INDEX members_lists ON members USING ivfpq (taste vector_cosine_ops);
ANALYZE members;
PREPARE like_me AS SELECT id, active, round((taste <-> '[10, 10, 10, 10]')::numeric, 2) AS distance
FROM members ORDER BY taste <-> '[10, 10, 10, 10]', id LIMIT 6;
EXECUTE like_me;
SELECT pages AS pages_before FROM vecext.index_info('members_graph') \gset

DELETE FROM members WHERE NOT active;
-- They are gone for everybody from the commit on, though the index has their places still.
EXECUTE like_me;
SELECT indexname, s.rows, s.dead_rows FROM vecext.indexes AS i, vecext.index_state(i.index) AS s WHERE tablename = 'members' ORDER BY indexname;

VACUUM members;
EXECUTE like_me;
SELECT indexname, s.rows, s.dead_rows, s.pending_rows, s.advice
FROM vecext.indexes AS i, vecext.index_state(i.index) AS s WHERE tablename = 'members' ORDER BY indexname;
SELECT indexname, vecext.verify_index(index) FROM vecext.indexes WHERE tablename = 'members' ORDER BY indexname;

-- No search finds anybody who has left, from wherever it starts: such a member would be listed here.
SELECT q AS asked_for, m.id AS has_left
FROM generate_series(0, 40, 4) AS q, LATERAL (SELECT id, active FROM members ORDER BY taste <-> ARRAY[q, q, 40 - q, q]::vector LIMIT 50) AS m
WHERE NOT m.active ORDER BY 1, 2;

-- The graph was built again of those who are left, and the index has given back what it does not need.
SELECT round(pages / :pages_before::numeric, 1) AS part_of_before, nodes, rows FROM vecext.index_info('members_graph');
-- Somebody who joins is found at once.
INSERT INTO members VALUES (5000, true, '[10, 10, 10, 11]');
EXECUTE like_me;

DEALLOCATE like_me;
DROP TABLE members;
