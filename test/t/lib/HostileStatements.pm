# Statements that nobody would write, over all that extensions vecext and vecext_rag have, as the catalog lists it:
# test/t/035_hostile_statements.pl.
package HostileStatements;

use strict;
use warnings FATAL => 'all';

use HostileValues;

# What the generator wants to know of the catalog: a line each, fields separated by tabs.
our $census = <<'SQL';
SET search_path = public;
LOAD 'vecext';
CREATE TEMP VIEW member AS SELECT classid, objid FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND refobjid IN (SELECT oid FROM pg_extension WHERE extname IN ('vecext', 'vecext_rag')) AND deptype = 'e';
SELECT concat_ws(E'\t', 'function', p.oid::regproc, p.prokind, p.proretset, p.provolatile, p.provariadic <> 0, p.pronargdefaults,
    p.prorettype::regtype, coalesce((SELECT string_agg(t::regtype::text, ',' ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY a(t, n)), ''),
    coalesce(array_to_string(p.proargnames[: p.pronargs], ','), ''))
FROM pg_proc p JOIN member ON objid = p.oid AND classid = 'pg_proc'::regclass ORDER BY p.oid::regprocedure::text COLLATE "C";
SELECT concat_ws(E'\t', 'operator', o.oprnamespace::regnamespace, o.oprname, coalesce(nullif(o.oprleft, 0)::regtype::text, ''), o.oprright::regtype)
FROM pg_operator o JOIN member ON objid = o.oid AND classid = 'pg_operator'::regclass ORDER BY o.oid::regoperator::text COLLATE "C";
SELECT concat_ws(E'\t', 'cast', c.castsource::regtype, c.casttarget::regtype)
FROM pg_cast c JOIN member ON objid = c.oid AND classid = 'pg_cast'::regclass ORDER BY 1;
SELECT concat_ws(E'\t', 'class', a.amname, c.opcname, c.opcintype::regtype)
FROM pg_opclass c JOIN member ON objid = c.oid AND classid = 'pg_opclass'::regclass JOIN pg_am a ON a.oid = c.opcmethod ORDER BY 1;
SELECT concat_ws(E'\t', 'setting', name) FROM pg_settings WHERE name ~ '^(vecext|hnsw|ivf\w+|bm25|inverted)\.' ORDER BY 1;
SQL

# The tables, indexes and collections that statements name, of role regress_plain but for the secret ones.
our $fixture = <<'SQL';
SET client_min_messages = error;
CREATE EXTENSION vecext;
CREATE EXTENSION vecext_rag;
CREATE FOREIGN DATA WRAPPER nowhere;
CREATE SERVER nowhere FOREIGN DATA WRAPPER nowhere;
CREATE FOREIGN TABLE outside (id int, v vector(3)) SERVER nowhere;
GRANT ALL ON SCHEMA public TO regress_plain;
CREATE TABLE secret (id int PRIMARY KEY, v vector(3), t text);
INSERT INTO secret SELECT i, ARRAY[i, i, 1]::vector, 'apple ' || i FROM generate_series(1, 20) i;
CREATE INDEX secret_hnsw ON secret USING hnsw (v vector_l2_ops);
CREATE INDEX secret_words ON secret USING bm25 (t);
SELECT vecext.create_collection('secret_films', '{"size": 3, "distance": "cosine"}');
SET ROLE regress_plain;
CREATE TABLE items (id int PRIMARY KEY, v vector(3), h halfvec(3), s sparsevec(10), b bit(8), t text, a text[], j jsonb, k int);
INSERT INTO items SELECT i, CASE WHEN i % 50 <> 0 THEN ARRAY[i % 17, i % 5, 1]::vector END, ARRAY[i % 17, 0, 1]::halfvec, ARRAY[i, 0, 0, 1, 0, 0, 0, i % 3, 0, 0]::vector::sparsevec,
    (i % 256)::bit(8), CASE i % 3 WHEN 0 THEN 'crash of the index' WHEN 1 THEN 'index ' || i END, ARRAY['crash', NULL, i::text], jsonb_build_object('year', i, 'tags', ARRAY['x', 'drama']), i % 7
FROM generate_series(1, 400) i;
CREATE INDEX items_hnsw ON items USING hnsw (v vector_l2_ops);
CREATE INDEX items_ivfflat ON items USING ivfflat (v vector_cosine_ops) WITH (lists = 5);
CREATE INDEX items_ivfpq ON items USING ivfpq (v vector_ip_ops);
CREATE INDEX items_rerank ON items USING ivfpq (h halfvec_l2_ops) WITH (bits = 1, rerank = int8);
CREATE INDEX items_keyed ON items USING hnsw (h halfvec_cosine_ops, k, t);
CREATE INDEX items_l1 ON items USING hnsw (v vector_l1_ops);
CREATE INDEX items_half ON items USING ivfflat (h halfvec_ip_ops);
CREATE INDEX items_bit ON items USING hnsw (b bit_jaccard_ops);
CREATE INDEX items_sparse ON items USING hnsw (s sparsevec_l2_ops);
CREATE INDEX items_words ON items USING bm25 (t);
CREATE INDEX items_array_words ON items USING bm25 (a);
CREATE INDEX items_weights ON items USING inverted (s);
CREATE INDEX items_btree ON items (k);
CREATE INDEX items_gin ON items USING gin (j);
CREATE INDEX items_partial ON items USING hnsw ((v::halfvec(3)) halfvec_l2_ops) WHERE k < 3;
CREATE TABLE edge (id serial, v vector, h halfvec, s sparsevec, b bit varying, t text, a text[], w tsvector, vs vector[], j jsonb);
CREATE TABLE empty_items (LIKE items);
CREATE INDEX empty_hnsw ON empty_items USING hnsw (v vector_l2_ops);
CREATE INDEX empty_ivfflat ON empty_items USING ivfflat (v);
CREATE INDEX empty_ivfpq ON empty_items USING ivfpq (v);
CREATE INDEX empty_words ON empty_items USING bm25 (t);
CREATE INDEX empty_weights ON empty_items USING inverted (s);
CREATE TABLE parts (id int, v vector(3), t text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (200);
INSERT INTO parts SELECT i, ARRAY[i, 0, 1]::vector, 'crash ' || i FROM generate_series(1, 150) i;
CREATE INDEX parts_hnsw ON parts USING hnsw (v vector_l2_ops);
CREATE INDEX parts_words ON parts USING bm25 (t);
CREATE UNLOGGED TABLE unlogged AS SELECT id, v FROM items LIMIT 50;
CREATE INDEX unlogged_hnsw ON unlogged USING hnsw ((v::vector(3)) vector_l2_ops);
CREATE TABLE toasted (id int, v vector(2000), t text);
INSERT INTO toasted SELECT i, array_fill(i + 0.5, ARRAY[2000])::vector, repeat('crash ', 5000) FROM generate_series(1, 9) i;
CREATE INDEX toasted_hnsw ON toasted USING hnsw (v vector_l2_ops);
CREATE VIEW looked AS SELECT id, v, t, j AS payload FROM items;
CREATE MATERIALIZED VIEW kept AS SELECT * FROM looked;
CREATE SEQUENCE counted;
CREATE TYPE pair AS (a int, b vector);
CREATE TABLE doomed AS SELECT id, v::vector(3) FROM items LIMIT 50;
CREATE INDEX doomed_hnsw ON doomed USING hnsw ((v::vector(3)) vector_l2_ops);
CREATE TABLE unsound AS SELECT id, v::vector(3) FROM items LIMIT 50;
CREATE INDEX invalid_hnsw ON unsound USING hnsw ((v::vector(3)) vector_l2_ops);
SELECT vecext.create_collection('films', '{"size": 3, "distance": "cosine"}');
INSERT INTO films SELECT i, ARRAY[i, 1, i % 5]::vector, jsonb_build_object('year', 1900 + i, 'tags', ARRAY['drama', 'x' || i % 3], 'title', 'crash ' || i,
    'at', '2020-01-01T00:00:00Z', 'cast', '[{"name": "ann"}]'::jsonb, 'place', '{"lon": 13, "lat": 52}'::jsonb, 'ok', i % 2 = 0) FROM generate_series(1, 200) i;
SELECT vecext.create_vector_indexes('films'), vecext.create_alias('films_alias', 'films');
SELECT vecext.create_payload_index('films', key, type) FROM (VALUES ('tags', 'keyword'), ('year', 'integer'), ('at', 'datetime'), ('place', 'geo'), ('title', 'bm25'), ('ok', 'bool')) i(key, type);
CREATE VIEW films_view AS SELECT * FROM films;
CREATE TABLE kinds (id text PRIMARY KEY, image vector(3), sparse sparsevec(10), half halfvec(2), bits bit(4), multi vector(2)[], payload jsonb NOT NULL DEFAULT '{}');
SELECT vecext.register_collection('kinds', 'kinds', 'id', '{"image": {"column": "image", "distance": "cosine"}, "sparse": {"column": "sparse", "distance": "dot"},
    "half": {"column": "half", "distance": "euclid"}, "bits": {"column": "bits", "distance": "hamming"}, "multi": {"column": "multi", "distance": "cosine"}}');
INSERT INTO kinds VALUES ('a', '[1,2,3]', '{1:1}/10', '[1,2]', B'0101', ARRAY['[1,2]', '[3,4]']::vector[], '{"tags": ["x"]}'), ('b', NULL, NULL, NULL, NULL, NULL, '{}');
SELECT vecext_rag.create_semantic_cache('answers', 3);
SELECT vecext_rag.semantic_cache_put('answers', 'capital of France?', '[1,0,0]', 'Paris');
CREATE TABLE docs (id bigint PRIMARY KEY, body text, embedding vector(2));
SELECT vecext_rag.create_embedding_queue('docs', 'body', 'embedding');
INSERT INTO docs VALUES (1, 'one', NULL), (2, 'three', NULL), (3, NULL, NULL), (4, 'given', '[1,2]');
ANALYZE;
RESET ROLE;
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'invalid_hnsw'::regclass;
SQL

# Held in another session while statements run.
our $neighbor = <<'SQL';
SET client_min_messages = error;
CREATE TEMP TABLE other_temp AS SELECT id, v::vector(3) FROM items LIMIT 50;
CREATE INDEX other_temp_hnsw ON other_temp USING hnsw (v vector_l2_ops);
BEGIN;
DROP INDEX doomed_hnsw;
SELECT 'ready';
SQL

my %options = (
	hnsw => [qw(m ef_construction)], ivfflat => ['lists'], ivfpq => [qw(lists bits rerank)],
	bm25 => [qw(k1 b text_config cjk)], inverted => []);
my %column_types = (vector => 'v vector(3)', halfvec => 'h halfvec(3)', sparsevec => 's sparsevec(10)', bit => 'b bit(8)', text => 't', 'text[]' => 'a', tsvector => 'to_tsvector(t)');

# Of the lines that $census gives.
sub new
{
	my ($class, @lines) = @_;
	my $self = bless { function => [], operator => [], cast => [], class => [], setting => [] }, $class;
	foreach my $line (@lines)
	{
		my ($what, @fields) = split /\t/, $line, -1;
		push @{ $self->{$what} }, \@fields if $self->{$what};
	}
	return $self;
}

# --- Kinds of statements --------------------------------------------------------------------------

# A call's text; of columns of "row" where there is one.
sub call
{
	my ($self, $function, $row) = @_;
	my ($name, $kind, $is_set, $volatility, $is_variadic, $defaults, $result, $types, $names) = @$function;
	my @types = split /,/, $types;
	my @names = split /,/, $names, -1;
	my @arguments = map { argument($names[$_] // '', $types[$_], $row) } 0 .. $#types;
	my $given = @arguments - (chance(3) ? int rand($defaults + 1) : 0);
	$#arguments = $given - 1;
	my @written = @arguments;
	@written = map { ($names[$_] // '') ne '' && $_ >= @types - $defaults ? "\"$names[$_]\" => $arguments[$_]" : $arguments[$_] } 0 .. $#arguments
		if chance(4);
	# An argument that a caller takes for a list of them.
	$written[-1] = "VARIADIC $written[-1]" if @written && chance($is_variadic eq 't' ? 2 : 150);
	push @written, 'NULL' if chance(200);
	my $distinct = $kind eq 'a' && chance(4) ? 'DISTINCT ' : '';
	my $order = $kind eq 'a' && chance(4) ? ' ORDER BY 1' : '';
	return "$name($distinct" . join(', ', @written) . "$order)";
}

sub function_statement
{
	my ($self) = @_;
	my $function = any_of(@{ $self->{function} });
	my ($name, $kind, $is_set, $volatility, $is_variadic, $defaults, $result, $types) = @$function;
	my $row = $kind eq 'a' || chance(4) ? 'e' : undef;
	my $call = $self->call($function, $row);
	my $from = defined $row ? ' FROM edge e' : '';
	if ($kind eq 'a')
	{
		$call .= ' FILTER (WHERE e.id % 2 = 0)' if chance(4);
		$call .= any_of(' OVER ()', ' OVER (ORDER BY e.id ROWS 2 PRECEDING)', ' OVER (PARTITION BY e.id % 3)') if chance(3);
	}
	return "SELECT $call$from" . any_of('', '', ' LIMIT 20') if !chance(3);
	return "SELECT * FROM $call AS f" . any_of('', ' LIMIT 3', ' ORDER BY 1', ' WHERE f IS NOT NULL') if !defined $row;
	# A plan for any parameters; a condition; an order.
	return "SELECT count(*) FROM edge e WHERE $call IS NOT NULL" if chance(2);
	return "SELECT e.id$from ORDER BY $call LIMIT 5";
}

# Arguments as parameters of a plan that is made for any.
sub prepared_statement
{
	my ($self) = @_;
	my $function = any_of(grep { $_->[1] ne 'a' && $_->[7] !~ /any|internal|cstring/ } @{ $self->{function} });
	my ($name, $kind, $is_set, $volatility, $is_variadic, $defaults, $result, $types, $names) = @$function;
	my @types = split /,/, $types;
	return $self->function_statement if !@types;
	my @names = split /,/, $names, -1;
	my $parameters = join ', ', map { '$' . ($_ + 1) } 0 .. $#types;
	my $arguments = join ', ', map { argument($names[$_] // '', $types[$_]) } 0 .. $#types;
	return 'DEALLOCATE ALL; SET plan_cache_mode = ' . any_of('force_generic_plan', 'force_custom_plan') .
		"; PREPARE p (" . join(', ', @types) . ") AS SELECT $name($parameters) LIMIT 20; EXECUTE p ($arguments)";
}

sub operator_statement
{
	my ($self) = @_;
	my ($schema, $name, $left, $right) = @{ any_of(@{ $self->{operator} }) };
	my $row = chance(3) ? 'e' : undef;
	my $text = "OPERATOR($schema.$name) " . argument('', $right, $row);
	$text = argument('', $left, $row) . " $text" if $left ne '';
	my $from = defined $row ? ' FROM edge e' : '';
	return "SELECT $text$from" if !chance(4);
	return "SELECT e.id FROM edge e ORDER BY $text LIMIT 5" if chance(2);
	return "SELECT " . argument('', $left || $right) . " OPERATOR($schema.$name) " . any_of('ANY', 'ALL') . " (" . argument('', "${right}[]") . ")";
}

my @type_modifiers = ('', '', '(3)', '(3)', '(0)', '(-1)', '(1)', '(16000)', '(16001)', '(2147483647)', '(2147483648)', '(NULL)', "('x')", "('3')", '(1,2)', '(1.5)');

sub cast_statement
{
	my ($self) = @_;
	my ($source, $target) = @{ any_of(@{ $self->{cast} }) };
	my $row = chance(3) ? 'e' : undef;
	my $value = argument('', $source, $row);
	$target .= any_of(@type_modifiers) if $target !~ /\[\]|record/;
	my $from = defined $row ? ' FROM edge e' : '';
	return "CREATE TEMP TABLE made (x $target); INSERT INTO made SELECT $value$from; DROP TABLE made" if chance(8);
	return "SELECT ($value)::$target$from";
}

my %operators = (
	items_hnsw => [ 'v', '<->', 'vector' ], items_ivfflat => [ 'v', '<=>', 'vector' ], items_ivfpq => [ 'v', '<#>', 'vector' ], items_rerank => [ 'h', '<->', 'halfvec' ],
	items_keyed => [ 'h', '<=>', 'halfvec' ], items_l1 => [ 'v', '<+>', 'vector' ], items_half => [ 'h', '<#>', 'halfvec' ], items_bit => [ 'b', '<%>', 'bit' ],
	items_sparse => [ 's', '<->', 'sparsevec' ], items_words => [ 't', '<@>', 'text' ], items_array_words => [ 'a', '<@>', 'tsquery' ], items_weights => [ 's', '<#>', 'sparsevec' ]);
my @conditions = (
	'k < 3', 'k = 5 AND id > 7', 'id < NULL', 'id IN (SELECT id FROM items WHERE k = 1)', "j @> '{\"tags\": [\"x\"]}'", "t @@@ 'crash'", "t @@@ 'crash & !index'::tsquery", 'false', 'k IS NULL',
	'v IS NULL', "v <-> '[1,1,1]' < 2", "vecext.matches(j, 'year > 5')", 'EXISTS (SELECT FROM parts p WHERE p.id = i.id)', "ctid = '(0,1)'", 'tableoid = 0', 'id = ANY (ARRAY[1, NULL, 3])');

sub scan_statement
{
	my ($self) = @_;
	my ($column, $operator, $type) = @{ $operators{ any_of(sort keys %operators) } };
	my $value = argument('query', $type);
	my $table = any_of('items', 'items', 'items', 'empty_items');
	my $where = chance(2) ? 'WHERE ' . any_of(@conditions) : '';
	my $direction = chance(20) ? 'DESC' : chance(20) ? 'NULLS FIRST' : '';
	my $limit = any_of('LIMIT 1', 'LIMIT 10', 'LIMIT 0', 'LIMIT ALL', 'LIMIT 10 OFFSET 1000', 'LIMIT NULL', 'FETCH FIRST 3 ROWS WITH TIES');
	my $select = any_of('id', "id, $column $operator $value", 'count(*) OVER ()', 'ctid, id', 'i');
	my $settings = join '', map { "SET LOCAL $_->[0] = " . setting_value() . '; ' } chance(4) ? any_of(@{ $self->{setting} }) : ();
	my $explain = chance(8) ? any_of('EXPLAIN ', 'EXPLAIN (ANALYZE, TIMING OFF) ', 'EXPLAIN (VERBOSE) ') : '';
	return "${settings}SET LOCAL enable_seqscan = off; ${explain}SELECT $select FROM $table i $where ORDER BY $column $operator $value $direction $limit";
}

# Indexes of the extension's classes and of those that other methods have, with options.
sub index_statement
{
	my ($self) = @_;
	my ($method, $class, $type) = @{ any_of(@{ $self->{class} }) };
	my $column = $column_types{$type} // 'v';
	my $name = ($column =~ /^(\w+)/)[0];
	my $key = chance(4) && $column_types{$type} && $type !~ /text|ts/ ? "($name\::" . ($column =~ s/^\w+ //r =~ s/\(.*//r) . any_of(@type_modifiers) . ')' : $type eq 'tsvector' ? "(to_tsvector('simple', t))" : $name;
	my @options = grep { chance(2) } @{ $options{$method} // [] };
	push @options, any_of('fillfactor', 'lists', 'absent') if chance(8);
	my $with = @options ? 'WITH (' . join(', ', map { "$_ = " . option_value($_) } @options) . ')' : '';
	my $more = chance(5) ? any_of(', k', ', k, id', ', t', ', v', ', (k + 1)', ', ctid') : '';
	my $where = chance(6) ? any_of('WHERE k < 3', 'WHERE false', 'WHERE v IS NOT NULL') : '';
	my $unique = chance(25) ? 'UNIQUE ' : '';
	my $include = chance(25) ? 'INCLUDE (k)' : '';
	my $table = any_of('items', 'items', 'empty_items', 'edge', 'parts', 'kept', 'looked', 'outside', 'films');
	my $then = any_of('', "; REINDEX INDEX made", "; SELECT vecext.verify_index('made'), vecext.index_info('made'), vecext.merge('made')",
		"; INSERT INTO $table (v) VALUES (" . argument('', 'vector') . ")", '; ALTER INDEX made SET (' . any_of('m', 'lists', 'bits', 'k1', 'rerank') . ' = ' . option_value('') . ')');
	my $memory = chance(3) ? "SET LOCAL maintenance_work_mem = '1MB'; " : '';
	return "${memory}CREATE ${unique}INDEX made ON $table USING $method ($key $class" . any_of('', '', '', ' DESC', ' COLLATE "C"') . "$more) $include $with $where$then";
}

sub change_statement
{
	my ($self) = @_;
	my $id = any_of(1, 2, 3, 500, 50000);
	my ($column, $type) = @{ any_of([ 'v', 'vector' ], [ 'h', 'halfvec' ], [ 's', 'sparsevec' ], [ 't', 'text' ], [ 'a', 'text[]' ], [ 'b', 'bit' ], [ 'j', 'jsonb' ]) };
	my $value = argument('payload', $type);
	return any_of(
		"INSERT INTO items (id, $column) SELECT $id + i, $value FROM generate_series(1, 5) i", "UPDATE items SET $column = $value WHERE id < $id",
		"INSERT INTO edge ($column) VALUES ($value)", "DELETE FROM items WHERE id % 3 = 0", "INSERT INTO films (id, embedding) VALUES ($id, " . argument('', 'vector') . ")",
		"UPDATE docs SET body = " . argument('', 'text'), "INSERT INTO parts (id, v) VALUES ($id, " . argument('', 'vector') . ")", "ALTER TABLE items ALTER v TYPE halfvec(3)",
		"ALTER TABLE films RENAME payload TO p; " . $self->function_statement, "DROP TABLE films; " . $self->function_statement, "DROP VIEW films_alias; " . $self->function_statement,
		"ALTER TABLE films DROP embedding; " . $self->function_statement, "TRUNCATE items; " . $self->scan_statement);
}

sub setting_statement
{
	my ($self) = @_;
	my $name = any_of(@{ $self->{setting} })->[0];
	return "SET LOCAL $name = " . setting_value() . '; ' . (chance(2) ? $self->scan_statement : $self->function_statement);
}

# A row of the table edge, which statements that name columns read. It stays.
sub edge_row
{
	my ($self) = @_;
	return 'INSERT INTO edge (v, h, s, b, t, a, w, vs, j) VALUES (' . join(', ', value_of('vector'), value_of('halfvec'), value_of('sparsevec'), value_of('bit'), value_of('text'),
		value_of('text[]'), value_of('tsvector'), value_of('vector[]'), literal(changed_json('payload'), 'jsonb')) . ')';
}

# One statement, or some of one transaction, on a line. What they do stays only rarely.
sub statement
{
	my ($self) = @_;
	my $kind = rand 100;
	my $text =
		  $kind < 55 ? $self->function_statement
		: $kind < 60 ? $self->prepared_statement
		: $kind < 68 ? $self->operator_statement
		: $kind < 74 ? $self->cast_statement
		: $kind < 84 ? $self->scan_statement
		: $kind < 89 ? $self->index_statement
		: $kind < 96 ? $self->change_statement
		: $self->setting_statement;
	return 'BEGIN; ' . $text . '; ' . (chance(30) ? 'COMMIT' : 'ROLLBACK');
}

1;
