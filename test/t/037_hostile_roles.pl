# A low role plants what it can in its schema, in public and in pg_temp: functions, aggregates, operators, casts, expressions of
# indexes, defaults, generated columns, policies, views, rules, triggers, domains, text search objects, settings of its database. A superuser uses
# every function of the extension on these and looks after the tables. What was planted records whose rights it has: those
# of the superuser only where the same statements of core would give them.
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use HostileStatements;
use HostileValues;
use IPC::Run ();
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{ROLES_SEED} // 1;
# Calls of each function on each kind of object; below 1, of so large a part of them. For the whole matrix, three times:
#   ROLES_SEED=7 script/long roles=3
my $calls = $ENV{ROLES_CALLS} // 0.3;
srand $seed;

my $node = new_node('node', <<'CONF');
max_parallel_maintenance_workers = 0
max_parallel_workers_per_gather = 0
statement_timeout = '60s'
log_min_messages = fatal
log_min_error_statement = panic
CONF
$node->safe_psql('postgres', 'CREATE EXTENSION vecext; CREATE EXTENSION vecext_rag; CREATE ROLE regress_low LOGIN; GRANT CREATE ON SCHEMA public TO regress_low; CREATE SCHEMA low AUTHORIZATION regress_low');

# What is planted tells of itself by a notice, which no rollback undoes: its kind, and the current and the session's user.
my $head = 'SET client_min_messages = error; SET search_path = low, public; SET SESSION AUTHORIZATION regress_low;';
$node->safe_psql('postgres', "$head\n" . <<'SQL');
CREATE FUNCTION low.tell(kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'planted % runs as %', kind, current_user;
END $$;
CREATE FUNCTION low.same_vector(v vector) RETURNS vector LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('expression'); RETURN v; END$$;
CREATE FUNCTION low.same_sparse(v sparsevec) RETURNS sparsevec LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('expression'); RETURN v; END$$;
CREATE FUNCTION low.same_text(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('expression'); RETURN t; END$$;
CREATE FUNCTION low.is_shown(id int8) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('predicate'); RETURN true; END$$;
CREATE FUNCTION low.defaulted() RETURNS jsonb LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell('default'); RETURN '{}'; END$$;
CREATE FUNCTION low.generated(id int8) RETURNS int8 LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('generated'); RETURN id; END$$;
CREATE FUNCTION low.checked(id int8) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('check'); RETURN true; END$$;
CREATE FUNCTION low.checked(v vector) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('check of a vector'); RETURN true; END$$;
CREATE FUNCTION low.permitted(id int8) RETURNS bool LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell('policy'); RETURN true; END$$;
CREATE FUNCTION low.viewed(id int8) RETURNS bool LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell('view'); RETURN true; END$$;
CREATE FUNCTION low.ruled() RETURNS bool LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell('rule'); RETURN true; END$$;
CREATE FUNCTION low.triggered() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell('trigger'); RETURN coalesce(NEW, OLD); END$$;
CREATE FUNCTION low.constrained(v vector) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell('domain'); RETURN true; END$$;
CREATE DOMAIN low.vector_domain AS vector(3) CHECK (low.constrained(VALUE));
CREATE TEXT SEARCH CONFIGURATION low.simple (COPY = pg_catalog.simple);
CREATE TEXT SEARCH DICTIONARY low.own_words (TEMPLATE = pg_catalog.simple);
ALTER TEXT SEARCH CONFIGURATION low.simple ALTER MAPPING FOR asciiword WITH low.own_words;
CREATE COLLATION low.own (LOCALE = 'C');
CREATE TYPE low.mood AS ENUM ('low', 'high');
DO $do$
DECLARE
    t text;
BEGIN
    -- In both directions: who owns one of the types may.
    FOREACH t IN ARRAY ARRAY['text', 'bigint', 'integer', 'jsonb', 'oid', 'name', 'regclass', 'double precision', 'text[]', 'public.vector', 'public.sparsevec', 'public.halfvec'] LOOP
        EXECUTE format('CREATE FUNCTION low.%I(%s) RETURNS low.mood LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell(%L); RETURN ''low''; END$$', 'from ' || t, t, 'cast from ' || t);
        EXECUTE format('CREATE FUNCTION low.%I(low.mood) RETURNS %s LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell(%L); RETURN NULL; END$$', 'to ' || t, t, 'cast to ' || t);
        EXECUTE format('CREATE CAST (%s AS low.mood) WITH FUNCTION low.%I(%s) AS IMPLICIT', t, 'from ' || t, t);
        EXECUTE format('CREATE CAST (low.mood AS %s) WITH FUNCTION low.%I(low.mood) AS IMPLICIT', t, 'to ' || t);
    END LOOP;
END $do$;
SQL

# A table of the low role under any of these, with an index of each method; "films" is a collection.
my %tables = (
	expressions => '',
	constants => 'CREATE INDEX films_constant ON films USING hnsw (embedding vector_cosine_ops) WHERE low.is_shown(7); CREATE INDEX films_btree ON films (id) WHERE low.is_shown(8)',
	defaults => 'ALTER TABLE films ALTER payload SET DEFAULT low.defaulted()',
	generated => 'ALTER TABLE films ADD g int8 GENERATED ALWAYS AS (low.generated(id)) STORED',
	checks => 'ALTER TABLE films ADD CHECK (low.checked(id))',
	unsized => 'SELECT vecext.create_collection(\'unsized\', \'{"size": null, "distance": "cosine"}\', options => \'{"schema": "low", "index_threshold": 2}\'); INSERT INTO unsized SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 3) i; ALTER TABLE unsized ADD CHECK (low.checked(embedding))',
	policies => 'ALTER TABLE films ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON films USING (low.permitted(id)) WITH CHECK (low.permitted(id))',
	rules => 'CREATE RULE r AS ON INSERT TO films WHERE low.ruled() DO ALSO SELECT low.ruled(); CREATE RULE u AS ON UPDATE TO films WHERE low.ruled() DO ALSO NOTHING; CREATE RULE d AS ON DELETE TO films WHERE low.ruled() DO ALSO NOTHING',
	triggers => 'CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON films FOR EACH ROW EXECUTE FUNCTION low.triggered(); CREATE CONSTRAINT TRIGGER c AFTER INSERT OR UPDATE OR DELETE ON films DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION low.triggered()',
	domains => 'ALTER TABLE films ADD embedding_d low.vector_domain; UPDATE films SET embedding_d = embedding',
	views => 'CREATE VIEW shown AS SELECT * FROM films WHERE low.viewed(id); CREATE VIEW barrier WITH (security_barrier) AS SELECT * FROM films WHERE low.viewed(id); CREATE MATERIALIZED VIEW kept AS SELECT * FROM shown',
	partitions => 'CREATE TABLE heir () INHERITS (films); CREATE INDEX ON heir USING hnsw ((low.same_vector(embedding)::vector(3)) vector_l2_ops) WHERE low.is_shown(id); ALTER TABLE heir ADD CHECK (low.checked(id))',
	collated => 'ALTER TABLE films ADD t text COLLATE low.own, ADD m low.mood; CREATE INDEX films_own_words ON films USING bm25 ((payload->>\'title\')) WITH (text_config = \'low.simple\')',
	casts => 'CREATE TABLE own_ids (id low.mood PRIMARY KEY, embedding vector(3), payload jsonb); INSERT INTO own_ids SELECT low.mood \'low\', \'[1,2,3]\', \'{}\'; CREATE TABLE own_values (id int8 PRIMARY KEY, embedding low.mood, payload low.mood, t low.mood); INSERT INTO own_values SELECT 1, low.mood \'low\', low.mood \'low\', low.mood \'high\'; ALTER TABLE films ADD m low.mood; UPDATE films SET m = low.mood \'low\'; CREATE INDEX films_moods ON films USING hnsw (embedding vector_cosine_ops, m); CREATE INDEX films_texts_of_moods ON films USING bm25 ((low."to text"(m)))',
	columns => 'ALTER TABLE films ADD ctid_ tid, ADD "x""y" text DEFAULT low.same_text(\'x\'); CREATE STATISTICS st ON id, (low.same_text(payload::text)) FROM films');

# Names that statements without schemas would find: each function of pg_catalog that the extension's SQL names, and each
# operator, with arguments that fit better; in the schema, in public and in pg_temp.
my $names = <<'SQL';
SET check_function_bodies = off;
DO $do$
DECLARE
    f record;
    made int8 := 0;
BEGIN
    -- Functions of pg_catalog that are named in the extension's bodies.
    FOR f IN
        SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, p.prorettype::regtype AS result, p.proretset
        FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.pronargs BETWEEN 1 AND 4 AND p.proname NOT LIKE 'pg\_%'
            AND NOT EXISTS (SELECT FROM unnest(p.proargtypes || p.prorettype) t(t) JOIN pg_type ON pg_type.oid = t.t WHERE typtype = 'p')
            AND p.provariadic = 0 AND NOT p.proretset AND p.proargmodes IS NULL
            AND p.proname IN (SELECT DISTINCT m[1] FROM pg_proc v, regexp_matches(v.prosrc, '\m([a-z_0-9]+)\(', 'g') m
                WHERE v.pronamespace IN ('vecext'::regnamespace, 'vecext_rag'::regnamespace))
    LOOP
        EXECUTE format('CREATE FUNCTION %s.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell(%L); RETURN NULL; END$$',
            :'schema', f.proname, f.arguments, f.result, 'function ' || f.proname);
        made := made + 1;
    END LOOP;
    -- Operators between types that bodies compare.
    FOR f IN
        SELECT o.oprname, o.oprleft::regtype AS l, o.oprright::regtype AS r, o.oprresult::regtype AS result, o.oid
        FROM pg_operator o
        WHERE o.oprnamespace = 'pg_catalog'::regnamespace AND o.oprleft <> 0
            AND o.oprleft::regtype::text IN ('text', 'name', 'oid', 'integer', 'bigint', 'jsonb', '"char"', 'smallint', 'double precision', 'boolean', 'regclass', 'text[]')
            AND o.oprname IN ('=', '<>', '<', '>', '<=', '>=', '||', '->', '->>', '#>', '#>>', '@>', '?', '-', '+', '*', '/', '~', '~~', '%', '<@')
            AND NOT EXISTS (SELECT FROM pg_type WHERE oid IN (o.oprright, o.oprresult) AND typtype = 'p')
    LOOP
        EXECUTE format('CREATE FUNCTION %s.%I(%s, %s) RETURNS %s LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell(%L); RETURN NULL; END$$',
            :'schema', 'op' || f.oid, f.l, f.r, f.result, 'operator ' || f.oprname);
        EXECUTE format('CREATE OPERATOR %s.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %s.%I)', :'schema', f.oprname, f.l, f.r, :'schema', 'op' || f.oid);
        made := made + 1;
    END LOOP;
    -- And between types that no operator of pg_catalog takes as they are.
    FOR f IN
        SELECT o, l, r FROM unnest(ARRAY['=', '<>', '||']) o, unnest(ARRAY['oid', 'regclass', 'name', 'text', 'regtype', '"char"']) l,
            unnest(ARRAY['oid', 'regclass', 'name', 'text', 'regtype', '"char"', 'regnamespace']) r
        WHERE NOT EXISTS (SELECT FROM pg_operator WHERE oprname = o AND oprleft = l::regtype AND oprright = r::regtype)
    LOOP
        EXECUTE format('CREATE FUNCTION %s.%I(%s, %s) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM low.tell(%L); RETURN NULL; END$$',
            :'schema', 'op' || md5(f.o || f.l || f.r), f.l, f.r, format('operator %s of %s and %s', f.o, f.l, f.r));
        EXECUTE format('CREATE OPERATOR %s.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = %s.%I)', :'schema', f.o, f.l, f.r, :'schema', 'op' || md5(f.o || f.l || f.r));
        made := made + 1;
    END LOOP;
    -- Functions of any types, and aggregates, for types that fit better.
    FOR f IN
        SELECT 'function ' || v.name AS kind, v.name, replace(v.arguments, '#', t) AS arguments, replace(v.result, '#', t) AS result
        FROM unnest(ARRAY['text', 'bigint', 'integer', 'jsonb', 'oid', 'name', 'regclass']) t,
            (VALUES ('array_length', '#[], integer', 'integer'), ('cardinality', '#[]', 'integer'), ('array_position', '#[], #', 'integer'), ('array_to_string', '#[], text', 'text'), ('array_append', '#[], #', '#[]'),
                ('array_cat', '#[], #[]', '#[]'), ('array_remove', '#[], #', '#[]'), ('array_upper', '#[], integer', 'integer'), ('unnest', '#[]', 'SETOF #'), ('format', 'text, #', 'text'), ('format', 'text, #, #', 'text'),
                ('concat', 'text, #', 'text'), ('concat_ws', 'text, #, #', 'text'), ('to_jsonb', '#', 'jsonb'), ('jsonb_build_object', 'text, #', 'jsonb'), ('jsonb_build_array', '#', 'jsonb'),
                ('pg_typeof', '#', 'regtype'), ('num_nulls', '#', 'integer'), ('quote_literal', '#', 'text')) v(name, arguments, result)
        UNION SELECT 'function ' || n, n, 'jsonb', r FROM (VALUES ('jsonb_array_elements', 'SETOF jsonb'), ('jsonb_array_elements_text', 'SETOF text'), ('jsonb_object_keys', 'SETOF text')) v(n, r)
        UNION SELECT 'aggregate ' || v.name, v.name, replace(v.arguments, '#', t), replace(v.result, '#', t)
        FROM unnest(ARRAY['text', 'bigint', 'integer', 'jsonb', 'oid', 'name', 'regclass', 'boolean', 'double precision', 'numeric', 'timestamptz', 'public.vector']) t,
            (VALUES ('max', '#', '#'), ('min', '#', '#'), ('count', '#', 'bigint'), ('count', '*', 'bigint'), ('array_agg', '#', '#[]'), ('array_agg', '#[]', '#[]'), ('string_agg', 'text, text', 'text'), ('jsonb_agg', '#', 'jsonb'),
                ('jsonb_object_agg', 'text, #', 'jsonb'), ('sum', 'bigint', 'numeric'), ('sum', 'integer', 'bigint'), ('sum', 'double precision', 'double precision'), ('avg', 'double precision', 'double precision'),
                ('avg', 'public.vector', 'public.vector'), ('sum', 'public.vector', 'public.vector'), ('bool_and', 'boolean', 'boolean'), ('bool_or', 'boolean', 'boolean'), ('every', 'boolean', 'boolean')) v(name, arguments, result)
    LOOP
        CONTINUE WHEN to_regprocedure(format('%s.%I(%s)', :'schema', f.name, nullif(f.arguments, '*'))) IS NOT NULL;
        IF f.kind LIKE 'function%' THEN
            EXECUTE format('CREATE FUNCTION %s.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell(%L); RETURN%s; END$$',
                :'schema', f.name, f.arguments, f.result, f.kind, CASE WHEN f.result LIKE 'SETOF%' THEN '' ELSE ' NULL' END);
        ELSE
            EXECUTE format('CREATE FUNCTION %s.%I(%s) RETURNS %s LANGUAGE plpgsql AS $$BEGIN PERFORM low.tell(%L); RETURN NULL; END$$',
                :'schema', 'step ' || md5(f.name || f.arguments), concat_ws(', ', f.result, nullif(f.arguments, '*')), f.result, f.kind);
            EXECUTE format('CREATE AGGREGATE %s.%I(%s) (SFUNC = %s.%I, STYPE = %s)', :'schema', f.name, f.arguments, :'schema', 'step ' || md5(f.name || f.arguments), f.result);
        END IF;
        made := made + 1;
    END LOOP;
    RAISE NOTICE 'made %', made;
END $do$;
SQL

# Relations and types of pg_temp are found before those of pg_catalog, unless a path says otherwise: made by the low role in the
# session that the superuser has afterwards. Relations have the rows of those that they stand before.
my $temporary = <<'SQL';
SET search_path = pg_catalog; SET SESSION AUTHORIZATION regress_low;
CREATE FUNCTION pg_temp.reported(kind text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN PERFORM low.tell(kind); RETURN true; END';
DO $do$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT relname, relnamespace::regnamespace AS schema, (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND atttypid <> 'anyarray'::regtype) AS columns
            FROM pg_catalog.pg_class WHERE relkind IN ('r', 'v') AND relnamespace IN ('pg_catalog'::regnamespace, 'vecext'::regnamespace)
            AND relname !~ '^(pg_stat|pg_authid|pg_user_map|pg_shadow|pg_hba|pg_ident|pg_file|pg_config|pg_largeobject|pg_subscription|pg_statistic|pg_replication|pg_backend|pg_shmem|pg_aios|pg_wait)' LOOP
        BEGIN
            EXECUTE format('CREATE TEMP VIEW %I AS SELECT %2$s FROM %3$s.%1$I WHERE pg_temp.reported(%4$L)', c.relname, c.columns, c.schema, 'temp relation ' || c.relname);
        EXCEPTION WHEN insufficient_privilege THEN
        END;
    END LOOP;
    FOR c IN SELECT unnest(ARRAY['text', 'jsonb', 'name', 'oid', 'regclass', 'regtype', 'int2', 'int4', 'int8', 'float4', 'float8', 'bool', 'uuid', 'timestamptz', 'regprocedure', 'regnamespace', 'regconfig']) AS relname LOOP
        EXECUTE format('CREATE DOMAIN pg_temp.%I AS pg_catalog.%1$I CHECK (pg_temp.reported(%L))', c.relname, 'temp type ' || c.relname);
    END LOOP;
    FOR c IN SELECT unnest(ARRAY['vector', 'halfvec', 'sparsevec']) AS relname LOOP
        EXECUTE format('CREATE DOMAIN pg_temp.%I AS public.%1$I CHECK (pg_temp.reported(%L))', c.relname, 'temp type ' || c.relname);
    END LOOP;
END $do$;
RESET SESSION AUTHORIZATION;
SQL
$temporary =~ s/\n/ /g;

# A session of the superuser with the lines of a script. Returns what was planted and ran: a list of [line, kind, user, context];
# and of each line the error that it had.
sub run_lines
{
	my (@lines) = @_;
	my $file = "$PostgreSQL::Test::Utils::tmp_check/roles.sql";
	open my $out, '>:encoding(UTF-8)', $file or die "$file: $!";
	print $out "$_\n" foreach @lines;
	close $out;
	my $result = "$PostgreSQL::Test::Utils::tmp_check/roles.errors";
	IPC::Run::run([ 'psql', '-XAtq', '-o', '/dev/null', '-d', $node->connstr('postgres'), '-f', $file ], '2>', $result);
	my (@ran, %errors);
	open my $in, '<:encoding(UTF-8)', $result or die "$result: $!";
	my $is_planted = 0;
	while (my $text = <$in>)
	{
		if ($text =~ /roles\.sql:(\d+): (\w+):\s+(.*)/)
		{
			my ($line, $level, $message) = ($1 - 1, $2, $3);
			$is_planted = $message =~ /^planted (.*) runs as (\w+)/;
			push @ran, [ $line, $1, $2, '' ] if $is_planted;
			push @ran, [ $line, 'search_path', $1, '' ] if $message =~ /^left path (.*)/;
			$errors{$line} //= $message if $level eq 'ERROR' && !$is_planted;
		}
		elsif ($is_planted) { $ran[-1][3] .= $text }
	}
	close $in;
	return (\@ran, \%errors);
}

# What stands behind each statement, in words that nobody else's names stand for.
my $look = q{SET CONSTRAINTS ALL IMMEDIATE; DO LANGUAGE plpgsql $$BEGIN IF pg_catalog.strpos(pg_catalog.current_setting('search_path'), 'planted') OPERATOR(pg_catalog.>) 0 THEN RAISE NOTICE 'left path %', pg_catalog.current_setting('search_path'); END IF; END$$;};

my $generator;
my @indexes = map { "low.films_$_" } qw(graph flat codes plain words weights own_words expressions_gin);
my @requests = map { HostileValues::literal($_, 'jsonb') } @{ $HostileValues::seeds{request} };
my @filters = map { HostileValues::literal($_, 'jsonb') } @{ $HostileValues::seeds{filter} };

# Calls that find what they look for: [whether they write, statement].
my @calls = (
	(map { [ 0, "SELECT vecext.query('films', $_)" ], [ 0, "SELECT vecext.query_groups('films', $_)" ], [ 0, "SELECT vecext.query_plan('films', $_)" ], [ 0, "SELECT vecext.query('now', $_)" ] } @requests),
	(map { [ 0, "SELECT vecext.search('films', '[1,2,3]', filter => $_)" ], [ 0, "SELECT vecext.filter_sql($_, 'films')" ], [ 0, "SELECT vecext.count_points('films', $_)" ], [ 0, "SELECT vecext.scroll('films', filter => $_)" ],
		[ 0, "SELECT vecext.hybrid_search('low.films', text => 'crash', vector => '[1,2,3]', vector_column => 'embedding', filter => $_)" ] } @filters[ 0 .. 7 ]),
	(map { my $i = $_; map { [ 0, "SELECT vecext.$_('$i')" ] } qw(verify_index merge recall index_info planned_index) } @indexes),
	(map { [ 0, $_ ] } "SELECT vecext.search('films', '[1,2,3]', with_vectors => 'true')", "SELECT vecext.search('now', '[1,2,3]')", "SELECT vecext.get_points('films', '[1,2]')", "SELECT vecext.get_points('now', '[1,2]', 'true', 'true')",
		"SELECT vecext.scroll('films', order_by => '\"year\"')", "SELECT vecext.sample('films')", "SELECT vecext.facet('films', 'tags')", "SELECT vecext.facet('films', 'tags', exact => true)", "SELECT vecext.distance_matrix('films')",
		"SELECT vecext.distance_matrix_pairs('films')", "SELECT vecext.search_batch('films', '[{\"vector\": [1,2,3]}, {\"query\": [1,2,3]}]')", "SELECT vecext.query_batch('films', '[{\"query\": [1,2,3]}]')",
		"SELECT vecext.recommend('films', '[1]', '[2]')", "SELECT vecext.recommend_batch('films', '[{\"positive\": [1]}]')", "SELECT vecext.recommend_groups('films', 'tags', '[1]')", "SELECT vecext.discover('films', '1')",
		"SELECT vecext.context_search('films', '[{\"positive\": 1, \"negative\": 2}]')", "SELECT vecext.search_groups('films', '[1,2,3]', 'tags')", "SELECT vecext.collection_info('films')", "SELECT vecext.list_collections()",
		"SELECT vecext.collection_info('films', true)", "SELECT vecext.collection_info('now', true)", "SELECT vecext.collection_definition('films')", "SELECT vecext.set_payload_index('films', 'tags', 'integer')", "SELECT vecext.set_payload_index('films', 'new key', 'keyword', '{\"scalar_only\": true}')",
		"DO LANGUAGE plpgsql \$\$ DECLARE d pg_catalog.jsonb := vecext.collection_definition('films'); BEGIN PERFORM vecext.unregister_collection('films'); PERFORM vecext.restore_collection('low.films', d); END \$\$", "SELECT vecext.update_collection('films', '{\"config\": {\"a\": 1}, \"metadata\": {\"b\": 2}}')",
		"SELECT vecext.rename_collection('films', pg_catalog.repeat('m', 90))", "SELECT vecext.rename_alias('now', pg_catalog.repeat('n', 90))", "SELECT vecext.add_vector('films', 'id', '{\"size\": 2, \"distance\": \"dot\", \"datatype\": \"uint8\"}')",
		"SELECT * FROM vecext.indexes", "SELECT * FROM vecext.collection_stats", "SELECT * FROM vecext.collection_vector_stats", "SELECT * FROM vecext.collections", "SELECT vecext.list_aliases()", "SELECT vecext.collection_exists('films')", "SELECT vecext.collection_table('now')",
		"SELECT vecext.explain_index('low.films', 'embedding')", "SELECT vecext.explain_index('low.films', 'embedding', '<=>')", "SELECT vecext.create_payload_index('films', 'title', 'keyword')", "SELECT vecext.create_payload_index('films', 'at', 'datetime', '{\"arrays\": true}')",
		"SELECT vecext.create_vector_indexes('films')", "SELECT vecext.create_vector_indexes()", "SELECT vecext.update_collection('films', '{\"index_threshold\": 5}')", "SELECT vecext.rename_collection('films', 'movies')", "SELECT vecext.drop_collection('films')",
		"SELECT vecext.unregister_collection('films')", "SELECT vecext.switch_alias('now', 'films')", "SELECT vecext.drop_alias('now')", "SELECT vecext.rename_alias('now', 'then')", "SELECT vecext.drop_payload_index('films', 'tags')",
		"SELECT vecext_rag.semantic_cache_stats('low.answers')", "SELECT vecext_rag.embedding_queue_status('low.docs_embedding_queue')", "SELECT vecext_rag.drop_embedding_queue('low.docs_embedding_queue')", "SELECT vecext_rag.drop_semantic_cache('low.answers')",
		"SELECT vecext_rag.create_embedding_queue('low.films', 't', 'embedding')", "SELECT vecext.hybrid_search('low.now', text => 'crash', vector => '[1,2,3]')", "SELECT vecext.hybrid_search('low.films', text => 'crash', vector => '[1,2,3]', sparse => '{1:1}/10')",
		"SELECT vecext.sparse_idf('{1:1}/10', 'low.films_weights')", "SELECT vecext.bm25_distance('crash', vecext.bm25_query('crash', 'low.films_words'))", "SELECT vecext.tokens('low.simple', 'the crash')", "SELECT vecext.text_config_hash('low.simple')",
		"SELECT vecext.register_collection('low.plain_table')", "SELECT vecext.create_collection('more', '{\"size\": 3, \"distance\": \"cosine\"}', '{\"year\": \"integer\"}', '{\"schema\": \"low\"}')", "SELECT vecext_rag.create_semantic_cache('other', 3)"),
	(map { [ 0, $_ ] } "REINDEX TABLE low.films", "ANALYZE low.films", "CREATE INDEX made ON low.films USING hnsw ((low.same_vector(embedding)::public.vector(3)) public.vector_l2_ops) WHERE low.is_shown(id)",
		"CREATE INDEX made ON low.films USING ivfpq ((low.same_vector(embedding)::public.vector(3)) public.vector_l2_ops) WHERE low.is_shown(id)", "CREATE INDEX made ON low.films USING bm25 ((low.same_text(payload::text)))", "CREATE INDEX made ON low.films USING inverted ((low.same_sparse(sparse)::public.sparsevec(10)))",
		"CLUSTER low.films USING films_pkey", "REFRESH MATERIALIZED VIEW low.kept"),
	(map { my $t = $_; (map { [ 0, $_ ] } "SELECT vecext.register_collection('low.$t')", "SELECT vecext.register_collection('$t', 'low.$t', 'id', '{\"\": {\"column\": \"embedding\", \"distance\": \"cosine\"}}'), vecext.search('$t', '[1,2,3]'), vecext.get_points('$t', '[\"low\", 1]'), vecext.scroll('$t')",
		"SELECT vecext.hybrid_search('low.$t', text => 'crash', vector => '[1,2,3]')", "SELECT vecext.explain_index('low.$t', 'embedding')", "SELECT vecext_rag.create_embedding_queue('low.$t', 'payload', 'embedding')") } qw(own_ids own_values)),
	(map { [ 0, $_ ] } "SELECT vecext.verify_index('low.films_moods'), vecext.recall('low.films_moods'), vecext.merge('low.films_texts_of_moods'), vecext.verify_index('low.films_texts_of_moods')"),
	[ 1, "SELECT vecext.upsert('films', '[{\"id\": 1, \"vector\": {\"\": [1,2,3]}, \"payload\": {\"year\": 1}}, {\"id\": 1000, \"vector\": {\"\": [1,2,3]}}]')" ], [ 1, "SELECT vecext.upsert('films', ARRAY[1, 2000], ARRAY['[1,2,3]', '[1,2,4]']::public.vector[], '{}'::jsonb[])" ],
	[ 1, "SELECT vecext.upsert_arrays('films', ARRAY[1, 2000], NULL, NULL, '{\"must\": {\"key\": \"year\", \"range\": {\"gt\": 1}}}', '{\"\"}', ARRAY['[1,2,3]', '[1,2,4]']::public.vector[])" ],
	[ 1, "SELECT vecext.upsert('now', '[{\"id\": 1, \"payload\": {\"year\": 1}}]', 'update_only', '{\"must\": {\"key\": \"year\", \"range\": {\"gt\": 1}}}')" ],
	[ 1, "SELECT vecext.update_vectors('films', '[{\"id\": 1, \"vector\": {\"\": [1,2,3]}}]')" ], [ 1, "SELECT vecext.set_payload('films', '{\"a\": 1}', '[1,2]')" ], [ 1, "SELECT vecext.overwrite_payload('films', '{\"a\": 1}', filter => '{\"must\": {\"has_id\": [3]}}')" ],
	[ 1, "SELECT vecext.delete_payload('films', '{year}', '[1]')" ], [ 1, "SELECT vecext.clear_payload('films', '[1]')" ], [ 1, "SELECT vecext.delete_vectors('films', '{\"\"}', '[1]')" ], [ 1, "SELECT vecext.delete_points('films', '[1,2]')" ],
	[ 1, "SELECT vecext_rag.semantic_cache_put('low.answers', 'x', '[1,0,0]', 'y')" ], [ 1, "SELECT vecext_rag.semantic_cache_get('low.answers', '[1,0,0]')" ], [ 1, "SELECT vecext_rag.semantic_cache_purge('low.answers', 0)" ],
	[ 1, "SELECT vecext_rag.embedding_queue_claim('low.docs_embedding_queue')" ], [ 1, "SELECT vecext_rag.embedding_queue_complete('low.docs_embedding_queue', '{1,2}', '{\"[1,2]\",\"[1,2]\"}')" ], [ 1, "SELECT vecext_rag.embedding_queue_fail('low.docs_embedding_queue', '{1}', 'x')" ],
	[ 1, "SELECT vecext_rag.embedding_queue_retry('low.docs_embedding_queue')" ], [ 1, "INSERT INTO low.films (id, embedding) VALUES (3000, '[1,2,3]')" ], [ 1, "UPDATE low.films SET id = 4000 WHERE id OPERATOR(pg_catalog.=) 1" ], [ 1, "DELETE FROM low.films" ], [ 1, "UPDATE low.docs SET body = 'changed'" ]);
# Of core, what a writing statement runs with the rights of its user.
my $of_writers = qr/^(expression|predicate|default|generated|check|rule|trigger|domain|cast .*)$/;
my $writers = qr/^vecext(\.(upsert|upsert_arrays|update_vectors|\w+_payload|delete_\w+)|_rag\.(semantic_cache_(put|get|purge)|embedding_queue_(claim|complete|fail|retry)))$/;

# Constants in a predicate are computed by the role that plans a statement on the table, as of core's indexes. These plan none.
my $plans_none = qr/^SELECT vecext\.(verify_index|merge|recall|index_info|planned_index|explain_index|collection_info|list_\w+|collection_exists|\w+_alias|sparse_idf|bm25_distance)\(|^REINDEX|^ANALYZE|^CREATE INDEX|^VACUUM/;

# A generated call of each function on what the low role has; nothing in it that planted names stand for.
sub generated_calls
{
	my @made;
	foreach my $function (@{ $generator->{function} })
	{
		my ($name, $kind, $is_set, $volatility, $is_variadic, $defaults, $result, $types, $names) = @$function;
		next if $types =~ /internal/;
		my @types = split /,/, $types;
		my @names = split /,/, $names, -1;
		foreach my $call (1 .. int($calls + rand))
		{
			my @arguments = map {
				my ($type, $argument) = ($types[$_], $names[$_] // '');
				my $text;
				$text = any_of(map { "'$_'::regclass" } @indexes, qw(low.films low.now low.docs low.answers low.docs_embedding_queue)) if $type eq 'regclass';
				$text = any_of("'films'", "'now'") if $type eq 'text' && $argument =~ /^(c|collection|name|alias|old_name)$/;
				do { $text //= argument($argument, $type); undef $text if $text =~ /SELECT|array_fill|repeat|now|\w\(|\|\|/ && chance(1) } until defined $text;
				$text;
			} 0 .. $#types;
			push @made, [ scalar($name =~ $writers), 'SELECT ' . ($name =~ /\./ ? $name : "public.$name") . '(' . join(', ', @arguments) . ')' ];
		}
	}
	return @made;
}

my (%seen, @escalations);
my ($statements, $answers) = (0, 0);

# Runs the calls; what may not run goes to @escalations.
sub try_calls
{
	my ($what, $path, @made) = @_;
	my @lines = map { "BEGIN; $_->[1]; $look ROLLBACK;" } @made;
	my ($ran, $errors) = run_lines(($what =~ /^temporary/ ? $temporary : '') . (defined $path ? "SET search_path = $path;" : '') . " SET lock_timeout = '100ms';", @lines);
	foreach my $one (@$ran)
	{
		my ($line, $kind, $user, $context) = @$one;
		next if $line < 1;
		my ($writes, $statement) = @{ $made[ $line - 1 ] };
		++$seen{$kind}{$user};
		next if $what eq 'constants' && $kind =~ /^(predicate|search_path)$/ && $statement !~ $plans_none;
		my $is_allowed = $kind =~ /^(function|operator|aggregate|temp)/ ? 0 : $kind eq 'search_path' ? $writes : $user eq 'regress_low' || ($writes && $kind =~ $of_writers);
		push @escalations, "$what: $kind ($user): $statement" if !$is_allowed;
	}
	$statements += @made;
	$answers += @made - keys %$errors;
	note sprintf '%s: %d of %d with an answer', $what, @made - keys %$errors, scalar @made;
	return;
}

# --- The matrix -----------------------------------------------------------------------------------

$generator = HostileStatements->new(split /\n/, $node->safe_psql('postgres', $HostileStatements::census));
my $objects = <<'SQL';
SELECT vecext.create_collection('films', '{"size": 3, "distance": "cosine"}', options => '{"schema": "low"}');
ALTER TABLE films ADD sparse sparsevec(10);
INSERT INTO films SELECT i, ARRAY[i, 1, i % 5]::vector, jsonb_build_object('year', 1900 + i, 'tags', ARRAY['drama', 'x' || i % 3], 'title', 'crash ' || i,
    'at', '2020-01-01T00:00:00Z', 'ok', i % 2 = 0), ARRAY[i, 0, 0, 1, 0, 0, 0, 0, 0, 0]::vector::sparsevec FROM generate_series(1, 12) i;
CREATE INDEX films_graph ON films USING hnsw ((same_vector(embedding)::vector(3)) vector_l2_ops) WHERE is_shown(id);
CREATE INDEX films_flat ON films USING ivfflat ((same_vector(embedding)::vector(3)) vector_l2_ops) WITH (lists = 2);
CREATE INDEX films_codes ON films USING ivfpq ((same_vector(embedding)::vector(3)) vector_ip_ops, (generated(id))) WHERE is_shown(id);
CREATE INDEX films_plain ON films USING hnsw ((same_vector(embedding)::vector(3)) vector_l1_ops, (generated(id)));
CREATE INDEX films_words ON films USING bm25 ((same_text(payload ->> 'title'))) WHERE is_shown(id);
CREATE INDEX films_weights ON films USING inverted ((same_sparse(sparse)::sparsevec(10)));
CREATE INDEX films_expressions_gin ON films USING gin ((payload -> 'title')) WHERE is_shown(id);
SELECT vecext.create_vector_indexes('films'), vecext.create_payload_index('films', 'tags', 'keyword'), vecext.create_payload_index('films', 'title', 'bm25'), vecext.create_alias('now', 'films');
CREATE OR REPLACE VIEW now WITH (security_invoker = true) AS SELECT * FROM films WHERE viewed(id);
SELECT vecext_rag.create_semantic_cache('answers', 3);
CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON answers FOR EACH ROW EXECUTE FUNCTION triggered();
CREATE INDEX answers_own ON answers USING hnsw ((same_vector(embedding)::vector(3)) vector_l2_ops);
CREATE TABLE docs (id bigint PRIMARY KEY, body text, embedding vector(2));
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding');
INSERT INTO docs VALUES (1, 'one', NULL), (2, 'two', NULL);
CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON docs FOR EACH ROW EXECUTE FUNCTION triggered();
CREATE TABLE plain_table (id bigint PRIMARY KEY, payload jsonb, CHECK (checked(id)));
ANALYZE films;
SQL
# From here on what was planted tells of itself, and leaves a search path behind.
my $arm = <<'SQL';
CREATE OR REPLACE FUNCTION low.tell(kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE NOTICE 'planted % runs as %', kind, current_user;
    PERFORM pg_catalog.set_config('search_path', 'planted, low, public', false);
END $$;
SQL
my $disarm = "CREATE OR REPLACE FUNCTION low.tell(kind text) RETURNS void LANGUAGE plpgsql AS 'BEGIN END';";
foreach my $table (sort keys %tables)
{
	$node->safe_psql('postgres', "$head $disarm DROP TABLE IF EXISTS films, unsized, answers, answers_uses, docs, docs_embedding_queue, plain_table CASCADE; DROP FUNCTION IF EXISTS docs_embedding_queue; $objects; $tables{$table}; $arm");
	$node->safe_psql('postgres', 'UPDATE pg_index SET indisvalid = indisvalid');
	try_calls($table, '"$user", public', @calls, generated_calls());
	my ($ran) = run_lines("SET search_path = public;", 'VACUUM low.films;', 'VACUUM (FULL) low.films;', 'REINDEX TABLE CONCURRENTLY low.films;', 'ANALYZE low.films;');
	push @escalations, map { "$table: maintenance: $_->[1]: $_->[2]" } grep { $_->[2] ne 'regress_low' } @$ran;
	++$seen{ $_->[1] }{ $_->[2] } foreach @$ran;
}

# Names: in the schema and in public, with that schema first in the caller's path, and before pg_catalog.
$node->safe_psql('postgres', "$head $disarm DROP TABLE IF EXISTS films, unsized, answers, answers_uses, docs, docs_embedding_queue, plain_table CASCADE; DROP FUNCTION IF EXISTS docs_embedding_queue; $objects; $arm");
my $made = 0;
foreach my $schema (qw(low public))
{
	my ($out, $err) = ('', '');
	$node->psql('postgres', "$head SET client_min_messages = notice;\n" . ($names =~ s/:'schema'/'$schema'/gr), stdout => \$out, stderr => \$err);
	$made += $1 if $err =~ /made (\d+)/;
	diag $err if $err !~ /made (\d+)/;
}
try_calls("names by $_", $_, @calls, generated_calls()) foreach 'low, public, pg_catalog', 'public, pg_catalog, low', '"$user", public';
cmp_ok($made, '>', 500, 'names are planted');
# The types that the statements themselves name are not those of pg_temp.
my @qualified = map { [ $_->[0], $_->[1] =~ s/::(text|jsonb|name|oid|reg\w+|int[248]|float[48]|bool|uuid|timestamptz)\b/::pg_catalog.$1/gr =~ s/::(vector|halfvec|sparsevec)\b/::public.$1/gr ] } @calls, generated_calls();
try_calls('temporary', '"$user", public', @qualified);
try_calls('temporary, names by low', 'low, public, pg_catalog', @qualified);

# Who owns a database chooses what its sessions begin with.
$node->safe_psql('postgres', 'ALTER DATABASE postgres OWNER TO regress_low');
my %settings = (search_path => 'low, public, pg_catalog', default_text_search_config => q{'low.simple'}, standard_conforming_strings => 'off', quote_all_identifiers => 'on', transform_null_equals => 'on',
	array_nulls => 'off', row_security => 'on', bytea_output => 'escape', extra_float_digits => '-15', datestyle => q{'SQL, DMY'}, xmloption => 'document', timezone => q{'Pacific/Auckland'}, enable_indexscan => 'off', check_function_bodies => 'off');
$node->safe_psql('postgres', "SET SESSION AUTHORIZATION regress_low; ALTER ROLE regress_low SET search_path = low, public, pg_catalog; " . join ' ', map { "ALTER DATABASE postgres SET $_ = $settings{$_};" } sort keys %settings);
try_calls("settings of the database", undef, @calls, generated_calls());
try_calls("settings of the database, with the low role's", undef, map { [ $_->[0], "SET ROLE regress_low; RESET ROLE; $_->[1]" ] } @calls);
my ($control) = run_lines($temporary, (map { "SET search_path = low, pg_catalog; $_" } "SELECT length('x'::text), 'a'::text || 'b'::text;", "SELECT 1::oid = 'films'::regclass;", 'SELECT array_agg(i::int8) FROM generate_series(1, 2) i;',
	'SELECT count(*) FROM generate_series(1, 2);', 'SELECT cardinality(ARRAY[1, 2]);', "SELECT pg_catalog.lower(low.mood 'low');"), map { "SET search_path = public; $_" } 'SELECT relname FROM pg_class LIMIT 1;', "SELECT 'x'::text;");
foreach my $kind ('function length', 'operator ', 'operator = of oid and regclass', 'aggregate array_agg', 'aggregate count', 'function cardinality', 'temp relation pg_class', 'temp type text', 'cast to text')
{
	ok((grep { $_->[1] =~ /^\Q$kind\E/ && $_->[2] eq 'postgres' } @$control), "and are found by those who ask for them: $kind");
}
($control) = run_lines('SELECT 1;', "SELECT length('x'::text);");
is(join(' ', map { $_->[1] } grep { $_->[1] =~ /^function/ } @$control), 'function length', 'as do those who have the path of the database');

# --- What ran -------------------------------------------------------------------------------------

foreach my $kind (qw(expression predicate default generated check rule trigger domain view), 'check of a vector')
{
	ok($seen{$kind} && keys %{ $seen{$kind} }, "planted: $kind runs somewhere") or note join ' ', keys %seen;
}
is($seen{policy}{postgres} // 0, 0, 'a superuser is under no policy');
my %different = map { (s/.*?: (\S+ ?\w* ?\S*) \((\w+)\): SELECT (\S+?)\(.*/$1 as $2 in $3/r) => $_ } @escalations;
is(scalar keys %different, 0, 'nothing that was planted runs with rights that core would not give it');
diag join "\n", map { substr $different{$_}, 0, 400 } (sort keys %different)[ 0 .. (keys %different > 30 ? 29 : keys(%different) - 1) ] if %different;
note "$statements statements, $answers with an answer; " . join ', ', map { my $k = $_; map { "$k as $_: $seen{$k}{$_}" } sort keys %{ $seen{$k} } } sort keys %seen;
cmp_ok($answers, '>', $statements / 5, 'many have an answer');

$node->stop;
done_testing();
