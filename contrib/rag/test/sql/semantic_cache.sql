-- Semantic caches: what is found, what expires, what counts, whose rights count.
\getenv inputdir PG_ABS_SRCDIR
\set file :inputdir '/../../../test/sql/include/outcome.sql'
\set ECHO none
\i :file
\set ECHO all
\set VERBOSITY sqlstate
SET client_min_messages = warning;
SET extra_float_digits = -9;
CREATE SCHEMA shelf;
SET search_path = shelf, public;

SELECT vecext_rag.create_semantic_cache('answers', 3);
SELECT vecext_rag.semantic_cache_put('answers', 'capital of France?', '[1,0,0]', 'Paris'),
    vecext_rag.semantic_cache_put('answers', 'largest planet?', '[0,1,0]', 'Jupiter'),
    vecext_rag.semantic_cache_put('answers', 'our revenue?', '[0,0,1]', '7', 'tenant 1'),
    vecext_rag.semantic_cache_put('answers', 'our revenue?', '[0,0,1]', '8', 'tenant 2'),
    vecext_rag.semantic_cache_put('answers', 'our revenue?', '[0,0,1]', 'eight', 'tenant 2', '{"model": "small", "k": [1, 2]}');
-- The nearest one, if it is near enough.
SELECT entry, request, response, score, created_at <= now() AS created FROM vecext_rag.semantic_cache_get('answers', '[1,0.2,0]');
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[1,0.4,0]');
SELECT response, score FROM vecext_rag.semantic_cache_get('answers', '[1,0.4,0]', threshold => 0.9);
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[1,0.2,0]', threshold => 0.99);
-- Scopes and parameters are apart.
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[0,0,1]');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,0,1]', 'tenant 1');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,0,1]', 'tenant 2');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,0,1]', 'tenant 2', '{"k": [1, 2.0], "model": "small"}');
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[0,0,1]', 'tenant 2', '{"model": "large", "k": [1, 2]}');
-- An entry of its own threshold; another response to the same request takes the first one's place.
SELECT vecext_rag.semantic_cache_put('answers', 'exactly this', '[1,1,1]', 'first', threshold => 0.9999);
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[1,1,1.05]');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[2,2,2]');
SELECT vecext_rag.semantic_cache_put('answers', 'exactly this', '[1,1,1]', 'second');
SELECT response, score FROM vecext_rag.semantic_cache_get('answers', '[1,1,1.05]');
-- A stricter threshold of its own holds whatever the caller's is, and hides no entry behind it; a looser one has no effect.
SELECT vecext_rag.semantic_cache_put('answers', 'so exactly', '[0,1,1]', 'strict', threshold => 0.9999),
    vecext_rag.semantic_cache_put('answers', 'so about', '[0,1,0.8]', 'usual'),
    vecext_rag.semantic_cache_put('answers', 'so loosely', '[1,0,1]', 'loose', threshold => 0.5);
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,1,0.95]', counted => false);
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,1,0.95]', threshold => 0.5, counted => false);
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0,2,2]', counted => false);
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[0.4,0,1]', counted => false);
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[0.4,0,1]', threshold => 0.5, counted => false);
DELETE FROM answers WHERE request LIKE 'so %';
-- Counts: of all, of a scope; of gets that are not counted, or may not write, none.
SELECT entries, expired, hits, misses, round(hit_rate::numeric, 2) AS hit_rate, last_use <= now() AS used, bytes > 0 AS bytes FROM vecext_rag.semantic_cache_stats('answers');
SELECT entries, expired, hits, misses, hit_rate FROM vecext_rag.semantic_cache_stats('answers', 'tenant 2');
SELECT entries, expired, hits, misses, hit_rate, last_use FROM vecext_rag.semantic_cache_stats('answers', 'nobody');
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[1,0,0]', counted => false);
BEGIN TRANSACTION READ ONLY;
SELECT response FROM vecext_rag.semantic_cache_get('answers', '[1,0,0]');
COMMIT;
SELECT hits, misses FROM vecext_rag.semantic_cache_stats('answers');

-- What has expired is not found, and goes with the next purge; so does what is beyond a number, the longest unused first.
SELECT vecext_rag.semantic_cache_put('answers', 'for a moment', '[-1,0,0]', 'gone', ttl => '1 microsecond');
SELECT vecext_rag.semantic_cache_put('answers', 'for years', '[-1,-1,0]', 'here', ttl => '10 years');
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[-1,0,0]');
SELECT expires_at - created_at AS lives FROM answers WHERE entry = 1;
SELECT entries, expired FROM vecext_rag.semantic_cache_stats('answers');
SELECT vecext_rag.semantic_cache_purge('answers');
SELECT entries, expired, hits, misses FROM vecext_rag.semantic_cache_stats('answers');
SELECT scope, entry, uses FROM answers_uses ORDER BY scope, entry;
UPDATE answers SET created_at = now() - interval '1 hour';
UPDATE answers_uses SET used_at = now() - entry * interval '1 minute' WHERE entry IS NOT NULL;
SELECT entry, request, scope FROM answers ORDER BY entry;
SELECT vecext_rag.semantic_cache_purge('answers', 3);
SELECT entry, request FROM answers ORDER BY entry;
SELECT scope, entry, uses FROM answers_uses ORDER BY scope, entry;
SELECT vecext_rag.semantic_cache_purge('answers', 0), vecext_rag.semantic_cache_purge('answers', 0);
SELECT scope, entry, uses FROM answers_uses ORDER BY scope, entry;
SELECT entries, hits, misses FROM vecext_rag.semantic_cache_stats('answers');
SELECT count(*) FROM vecext_rag.semantic_cache_get('answers', '[1,0,0]');

-- Other distances: of these, a smaller score is better.
SELECT vecext_rag.create_semantic_cache('by_distance', 2, 'euclid', 1.5, NULL, logged => true), vecext_rag.create_semantic_cache('by_product', 2, 'dot', 4),
    vecext_rag.create_semantic_cache('Odd "Name"', 2, 'Manhattan', 1);
SELECT relname, relpersistence FROM pg_class WHERE relnamespace = 'shelf'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE "C";
SELECT vecext_rag.semantic_cache_put('by_distance', 'r', '[1,1]', 'euclid'), vecext_rag.semantic_cache_put('by_product', 'r', '[1,1]', 'dot'),
    vecext_rag.semantic_cache_put('"Odd ""Name"""', 'r', '[1,1]', 'manhattan');
SELECT response, score FROM vecext_rag.semantic_cache_get('by_distance', '[2,2]');
SELECT count(*) FROM vecext_rag.semantic_cache_get('by_distance', '[3,2]');
SELECT response, score FROM vecext_rag.semantic_cache_get('by_product', '[2,2]');
SELECT count(*) FROM vecext_rag.semantic_cache_get('by_product', '[2,1]');
SELECT response, score FROM vecext_rag.semantic_cache_get('"Odd ""Name"""', '[1,2]');
SELECT expires_at FROM by_distance;
-- It searches by its index, and finds what brute force finds.
INSERT INTO by_distance (scope, request, embedding, response)
SELECT 'many', i, ARRAY[i % 100, i / 100]::vector, i FROM generate_series(1, 5000) i;
ANALYZE by_distance;
SELECT count(*) FROM generate_series(1, 5000, 97) i, LATERAL vecext_rag.semantic_cache_get('by_distance', ARRAY[i % 100 + 0.3, i / 100 - 0.2]::vector, 'many') g
WHERE g.response = i::text;
SELECT hits, misses FROM vecext_rag.semantic_cache_stats('by_distance', 'many');
SELECT vecext_rag.semantic_cache_purge('by_distance', 10);
-- A vector of length 0 is like nothing.
SELECT vecext_rag.create_semantic_cache('empty', 2, threshold => -1);
SELECT vecext_rag.semantic_cache_put('empty', 'nothing', '[0,0]', 'nothing'), vecext_rag.semantic_cache_put('empty', 'something', '[0,1]', 'something');
SELECT count(*) FROM vecext_rag.semantic_cache_get('empty', '[0,0]');
SELECT response, score FROM vecext_rag.semantic_cache_get('empty', '[0,-1]');

-- Vectors of models, and as long as any: with which index, and that it finds the nearer of two.
CREATE FUNCTION pg_temp.long_vectors(dims int, distance text, threshold float8, OUT method name, OUT response text, OUT score float8) LANGUAGE plpgsql AS $$
DECLARE
    cache regclass := vecext_rag.create_semantic_cache('long' || dims, dims, distance, threshold);
    v vector := array_fill(1::real, ARRAY[dims]);
BEGIN
    SELECT m.amname INTO method FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname <> 'btree' WHERE i.indrelid = cache;
    PERFORM vecext_rag.semantic_cache_put(cache, 'near', v, 'near'), vecext_rag.semantic_cache_put(cache, 'far', (array_fill(1::real, ARRAY[dims - 1]) || -5::real)::vector, 'far');
    SELECT g.response, g.score INTO response, score FROM vecext_rag.semantic_cache_get(cache, v) g;
    PERFORM vecext_rag.drop_semantic_cache(cache);
END $$;
SELECT dims, distance, l.* FROM (VALUES (3072, 'cosine', 0.9), (4000, 'manhattan', 1), (7000, 'euclid', 1), (7001, 'cosine', 0.9), (16000, 'dot', 16000)) d (dims, distance, threshold),
    pg_temp.long_vectors(dims, distance, threshold) l;

-- What is refused.
SELECT q, pg_temp.outcome('SELECT vecext_rag.' || q) FROM unnest(ARRAY[
    $$create_semantic_cache('answers', 3)$$, $$create_semantic_cache('none', 0)$$, $$create_semantic_cache('none', 16001)$$, $$create_semantic_cache('none', 4001, 'manhattan')$$, $$create_semantic_cache('none', NULL)$$,
    $$create_semantic_cache('', 3)$$, $$create_semantic_cache(repeat('x', 59), 3)$$, $$create_semantic_cache(NULL, 3)$$,
    $$create_semantic_cache('none', 3, 'cosin')$$, $$create_semantic_cache('none', 3, 'hamming')$$, $$create_semantic_cache('none', 3, threshold => 'NaN')$$,
    $$create_semantic_cache('none', 3, ttl => '0')$$, $$semantic_cache_put('empty', 'r', '[1,2,3]', 'x')$$, $$semantic_cache_put('empty', 'r', '[1,2]', NULL)$$,
    $$semantic_cache_put('empty', 'r', '[1,2]', 'x', ttl => '-1 day')$$, $$semantic_cache_put('empty', 'r', '[1,2]', 'x', threshold => 'NaN')$$,
    $$semantic_cache_get('empty', '[1,2,3]')$$, $$semantic_cache_get('empty', NULL)$$, $$semantic_cache_get('empty', '[1,2]', NULL)$$,
    $$semantic_cache_get('pg_class', '[1,2]')$$, $$semantic_cache_stats(NULL)$$, $$semantic_cache_purge('empty', -1)$$, $$drop_semantic_cache('empty_uses')$$]) q;

-- Rights are those of the tables. Who may not count is served all the same; policies hold.
CREATE ROLE cache_reader; CREATE ROLE cache_stranger;
GRANT USAGE ON SCHEMA shelf TO cache_reader, cache_stranger;
GRANT SELECT ON by_product TO cache_reader;
SET ROLE cache_reader;
SELECT response FROM vecext_rag.semantic_cache_get('by_product', '[2,2]');
SELECT pg_temp.outcome(q) FROM unnest(ARRAY[$$SELECT vecext_rag.semantic_cache_put('by_product', 'r', '[1,1]', 'forged')$$,
    $$SELECT vecext_rag.semantic_cache_purge('by_product', 0)$$, $$SELECT vecext_rag.semantic_cache_stats('by_product')$$,
    $$SELECT vecext_rag.drop_semantic_cache('by_product')$$, $$SELECT vecext_rag.create_semantic_cache('mine', 2)$$]) q;
SET ROLE cache_stranger;
SELECT pg_temp.outcome($$SELECT vecext_rag.semantic_cache_get('by_product', '[2,2]')$$);
RESET ROLE;
GRANT SELECT ON by_product TO cache_stranger;
GRANT INSERT ON by_product_uses TO cache_stranger;
ALTER TABLE by_product ENABLE ROW LEVEL SECURITY;
CREATE POLICY by_role ON by_product USING (scope = current_user);
SELECT vecext_rag.semantic_cache_put('by_product', 'r', '[1,1]', 'for the stranger', 'cache_stranger');
SET ROLE cache_reader;
SELECT count(*) FROM vecext_rag.semantic_cache_get('by_product', '[2,2]', 'cache_stranger');
SET ROLE cache_stranger;
SELECT response FROM vecext_rag.semantic_cache_get('by_product', '[2,2]', 'cache_stranger');
RESET ROLE;
SELECT scope, hits, misses FROM unnest('{"", cache_stranger}'::text[]) scope, LATERAL vecext_rag.semantic_cache_stats('by_product', scope);

-- Who asks executes nothing that the owner of a cache has planted, and is not counted then; the owner and members of the owner are.
CREATE ROLE cache_owner;
CREATE ROLE cache_member IN ROLE cache_owner;
CREATE SCHEMA planted AUTHORIZATION cache_owner;
CREATE TABLE ran (by_role text DEFAULT current_user);
GRANT USAGE ON SCHEMA shelf TO cache_owner;
GRANT USAGE ON SCHEMA planted TO cache_reader;
GRANT INSERT ON ran TO PUBLIC;
SET ROLE cache_owner;
SET search_path = planted, public;
SELECT vecext_rag.create_semantic_cache('trap', 2);
GRANT SELECT ON trap TO cache_reader;
GRANT SELECT, INSERT ON trap_uses TO cache_reader;
SELECT vecext_rag.semantic_cache_put('trap', 'r', '[1,1]', 'a');
CREATE FUNCTION plant() RETURNS int LANGUAGE plpgsql AS 'BEGIN INSERT INTO shelf.ran DEFAULT VALUES; RETURN 1; END';
CREATE FUNCTION plant_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM planted.plant(); RETURN NEW; END';
CREATE FUNCTION plant_text(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION pg_temp.asks(planted text, removed text) RETURNS TABLE (asks_as name, hits bigint, is_counted bool) LANGUAGE plpgsql AS $$
BEGIN
    SET LOCAL ROLE cache_owner;
    EXECUTE planted;
    FOREACH asks_as IN ARRAY '{cache_reader, cache_member, postgres}'::name[] LOOP
        DELETE FROM trap_uses;
        IF asks_as = 'postgres' THEN RESET ROLE; ELSE EXECUTE format('SET LOCAL ROLE %I', asks_as); END IF;
        SELECT count(*) INTO hits FROM vecext_rag.semantic_cache_get('trap', '[1,1]');
        SET LOCAL ROLE cache_owner;
        is_counted := EXISTS (SELECT FROM trap_uses);
        IF asks_as = 'postgres' THEN asks_as := 'superuser'; END IF;
        RETURN NEXT;
    END LOOP;
    EXECUTE removed;
END $$;
RESET ROLE;
SET search_path = shelf, planted, public;
SELECT p.planted, a.asks_as, a.hits, a.is_counted FROM (VALUES ('SELECT 1', 'SELECT 1'),
    ('CREATE TRIGGER plant BEFORE INSERT ON trap_uses FOR EACH ROW EXECUTE FUNCTION plant_row()', 'DROP TRIGGER plant ON trap_uses'),
    ('ALTER TABLE trap_uses ALTER used_at SET DEFAULT now() + plant() * interval ''1 s''', 'ALTER TABLE trap_uses ALTER used_at DROP DEFAULT'),
    ('ALTER TABLE trap_uses ADD CONSTRAINT plant CHECK (plant() = 1)', 'ALTER TABLE trap_uses DROP CONSTRAINT plant'),
    ('CREATE RULE plant AS ON INSERT TO trap_uses DO ALSO SELECT plant()', 'DROP RULE plant ON trap_uses'),
    ('CREATE POLICY plant ON trap_uses WITH CHECK (plant() = 1); ALTER TABLE trap_uses ENABLE ROW LEVEL SECURITY', 'ALTER TABLE trap_uses DISABLE ROW LEVEL SECURITY'),
    ('ALTER TABLE trap_uses ADD more int DEFAULT plant()', 'ALTER TABLE trap_uses DROP more')) p(planted, removed),
    LATERAL pg_temp.asks(p.planted, p.removed) a;
SELECT DISTINCT by_role FROM ran ORDER BY 1;
-- Functions in indexes, which the planner may run, are refused, counted or not.
SET ROLE cache_owner;
CREATE INDEX plant ON trap (entry) WHERE plant_text('') = '';
SET ROLE cache_member;
SELECT count(*) FROM vecext_rag.semantic_cache_get('trap', '[1,1]');
SET ROLE cache_reader;
SELECT pg_temp.outcome($$SELECT vecext_rag.semantic_cache_get('trap', '[1,1]', counted => false)$$), pg_temp.outcome($$SELECT vecext_rag.semantic_cache_put('trap', 'r', '[1,1]', 'b')$$);
SET ROLE cache_owner;
DROP INDEX planted.plant;
CREATE INDEX plant ON trap_uses (plant_text(scope));
SET ROLE cache_reader;
SELECT pg_temp.outcome($$SELECT vecext_rag.semantic_cache_get('trap', '[1,1]')$$), pg_temp.outcome($$SELECT vecext_rag.semantic_cache_stats('trap')$$);
RESET ROLE;
SET client_min_messages = error;
DROP SCHEMA planted CASCADE;
DROP TABLE ran;
DROP FUNCTION pg_temp.asks;
SET client_min_messages = warning;
SET search_path = shelf, public;

-- A cache whose second table is a view by now is none: its owner's view would be read by all who look at the cache.
SELECT vecext_rag.create_semantic_cache('bait', 2);
SET extra_float_digits = -15;
SELECT vecext_rag.create_semantic_cache('precise', 2, threshold => 0.9512);
RESET extra_float_digits;
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'precise'::regclass AND pg_get_expr(adbin, adrelid) ~ '^.?0\.9';
DROP TABLE bait_uses;
CREATE VIEW bait_uses AS SELECT scope, entry, uses, used_at FROM by_product_uses WHERE 1 / 0 = 1;
SELECT pg_temp.outcome(q) FROM unnest(ARRAY['SELECT vecext_rag.semantic_cache_stats(''bait'')', 'SELECT vecext_rag.semantic_cache_get(''bait'', ''[1,1]'')']) q;
DROP VIEW bait_uses;
DROP TABLE bait, precise, precise_uses;

-- Numbers in parameters are equal by value. A threshold is a number.
SELECT vecext_rag.semantic_cache_put('by_product', 'first', '[1,1]', 'of 1.0', 'numbers', '{"t": 1.0}'),
    vecext_rag.semantic_cache_put('by_product', 'first', '[1,1]', 'of 1', 'numbers', '{"t": 1}') > 0;
SELECT response FROM unnest('{"{\"t\": 1}","{\"t\": 1.0}","{\"t\": 1.00}"}'::jsonb[]) p, LATERAL vecext_rag.semantic_cache_get('by_product', '[2,2]', 'numbers', p);
SELECT pg_temp.outcome('SELECT vecext_rag.semantic_cache_get(''by_product'', ''[1,1]'', threshold => ''NaN'')');

-- Operators of others have no effect.
CREATE FUNCTION never(text, text) RETURNS bool LANGUAGE sql AS 'SELECT 1 / 0 = 1';
CREATE OPERATOR = (LEFTARG = text, RIGHTARG = text, FUNCTION = never);
CREATE FUNCTION never(vector, vector) RETURNS float8 LANGUAGE sql AS 'SELECT (1 / 0)::float8';
CREATE OPERATOR <#> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = never);
SET search_path = shelf, public, pg_catalog;
SELECT vecext_rag.semantic_cache_put('by_product', 'another', '[1,1]', 'found', 'there'), vecext_rag.semantic_cache_purge('by_product', 100);
SELECT response FROM vecext_rag.semantic_cache_get('by_product', '[2,2]', 'there');
SET search_path = public;
-- A schema to be in, as for a collection.
SELECT set_config('search_path', '', false) AS none \gset
\set SHOW_CONTEXT never
SELECT vecext_rag.create_semantic_cache('nowhere', 3);
\set SHOW_CONTEXT errors
SET search_path = public;
SELECT vecext_rag.drop_semantic_cache('shelf.by_product'), vecext_rag.drop_semantic_cache('shelf."Odd ""Name"""'), vecext_rag.drop_semantic_cache('shelf.answers');
SELECT relname FROM pg_class WHERE relnamespace = 'shelf'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE "C";
SET client_min_messages = error;
DROP SCHEMA shelf CASCADE;
DROP ROLE cache_reader, cache_stranger, cache_member, cache_owner;
-- A type that does not exist has no operator class.
SELECT vecext_rag.operator_class('hnsw', 0, 'cosine') IS NULL AS none, vecext_rag.operator_class('hnsw', 'vector', 'cosine') AS class;
