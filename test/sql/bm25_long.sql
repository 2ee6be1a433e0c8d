-- bm25: long tsqueries: chains of one operator, which are as deep as they are long, and many words beside a phrase.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE long (id int PRIMARY KEY, body text);
CREATE INDEX long_idx ON long USING bm25 (body);
INSERT INTO long SELECT i, 'a' || i || ' b c' || i % 3 || ' d' FROM generate_series(1, 300) i;
INSERT INTO long VALUES (301, (SELECT string_agg('a' || i, ' ') FROM generate_series(1, 20000) i));
-- A query made of a word for each number up to n.
CREATE FUNCTION chain(operator text, n int, before text DEFAULT '', word text DEFAULT 'a%s', after text DEFAULT '') RETURNS tsquery LANGUAGE sql IMMUTABLE AS $$
    SELECT (before || string_agg(format(word, i), operator) || after)::tsquery FROM generate_series(1, n) i
$$;
-- Rows by the index, and by the operator alone.
CREATE FUNCTION rows_of(query tsquery, OUT by_index int[], OUT alone int[]) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL enable_seqscan = off;
    EXECUTE 'SELECT array_agg(id ORDER BY id) FROM long WHERE body @@@ $1' INTO by_index USING query;
    SET LOCAL enable_seqscan = on;
    SELECT array_agg(id ORDER BY id) INTO alone FROM long WHERE (body || '') @@@ vecext.bm25_query(query, 'long_idx');
END
$$;
SELECT * FROM rows_of(chain(' | ', 20000, word => 'x%s', after => '|a9|a3:*&c2'));
SELECT * FROM rows_of(chain(' & ', 20000, word => '!x%s', before => 'a7 & '));
SELECT * FROM rows_of(chain(' | ', 20000, word => '!x%s', before => '!(', after => ') | a8'));
-- With a phrase, each row found is checked by the query.
SELECT * FROM rows_of(chain(' | ', 5000, before => 'b <-> c1 & (', word => 'q%s', after => '|a5|a7|a10)'));
SELECT * FROM rows_of(chain(' | ', 5000, before => 'b <-> c1 & (', word => 'q%s:*', after => '|a29:*|a3)'));
SELECT * FROM rows_of(chain(' & ', 20000, word => '!x%s', before => 'a17 <-> a18 & '));
SELECT * FROM rows_of(chain(' & ', 20000, word => '!x%s', before => 'a18 <-> a17 & '));
DROP FUNCTION chain(text, int, text, text, text), rows_of(tsquery);
DROP TABLE long;
-- Words that are chosen so that their FNV-1a agrees: two ways from one state to the next, sixteen times. A build, and
-- a segment made of pending rows, take no longer than of other words, and heed the timeout.
CREATE TABLE chosen (body text);
INSERT INTO chosen WITH RECURSIVE word(n, bytes) AS (
    SELECT 0, '' UNION ALL
    SELECT n + 1, bytes || way FROM word, unnest(
        '{hknvuqp,ambhvpy,ankiqwo,pgqqygh,vulkout,crrdlbk,homljyy,nlddhri,mumyyco,xzemwif,pxmdtxr,yjmjiso,adyfnrv,nkphuqc,xyixrej,reewplv}'::text[],
        '{fpyepeh,kfeppux,fmjgbke,vfpkicr,eielvqz,zyqaufr,kmdhmta,qhmatim,uzfevja,bwvkfkq,gjgfqtj,gpbfops,fixmahk,isfpoto,apgssyn,dgtuddm}'::text[])
        WITH ORDINALITY AS step(one, other, place), unnest(ARRAY[one, other]) AS way
    WHERE place = n + 1
)
SELECT string_agg(bytes, ' ') FROM word WHERE n = 16;
SELECT count(*) FROM chosen, unnest(string_to_array(body, ' '));
-- A server that checks its assertions needs longer.
SELECT set_config('statement_timeout', CASE current_setting('debug_assertions') WHEN 'on' THEN '1min' ELSE '5s' END, false) <> '0' AS has_limit;
CREATE INDEX chosen_idx ON chosen USING bm25 (body);
INSERT INTO chosen SELECT body FROM chosen;
SELECT vecext.merge('chosen_idx') IS NOT NULL AS is_merged;
RESET statement_timeout;
SELECT rows, pending_rows FROM vecext.index_info('chosen_idx');
DROP TABLE chosen;
