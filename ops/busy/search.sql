\set id random(1, :rows)
SELECT count(*) AS found, count(*) FILTER (WHERE id = :id) AS own FROM (SELECT id FROM items ORDER BY v <-> vector_of(:id) LIMIT 10) AS nearest \gset
\if :found <> 10
SELECT 1 / 0;
\endif
\if :own = 0
SELECT nextval('missed');
\endif
