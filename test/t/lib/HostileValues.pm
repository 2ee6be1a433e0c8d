# Values at the edges of what a type has, as SQL, for statements that nobody would write: test/t/035_hostile_statements.pl.
package HostileValues;

use strict;
use warnings FATAL => 'all';

use Exporter 'import';
use JSON::PP;

our @EXPORT = qw(any_of chance literal value_of argument setting_value option_value changed_json);

my $json = JSON::PP->new->allow_nonref->canonical->allow_unknown;

# One of them.
sub any_of { return $_[ rand @_ ] }

# True one time in so many.
sub chance { return rand $_[0] < 1 }

sub literal
{
	my ($text, $type) = @_;
	$text =~ s/'/''/g;
	# A statement is one line.
	my $escapes = $text =~ /\n/ ? 'E' : '';
	$text =~ s/\\/\\\\/g, $text =~ s/\n/\\n/g if $escapes;
	return "$escapes'$text'" . (defined $type ? "::$type" : '');
}

# --- Words ----------------------------------------------------------------------------------------

my @relations = (
	qw(items items_hnsw items_ivfflat items_ivfpq items_rerank items_keyed items_l1 items_half items_bit items_sparse items_words
		items_array_words items_weights items_btree items_gin items_partial empty_items empty_hnsw empty_ivfflat empty_ivfpq empty_words empty_weights
		parts parts_1 parts_hnsw parts_words unlogged_hnsw toasted toasted_hnsw looked kept outside counted pair
		invalid_hnsw doomed_hnsw doomed films films_view answers docs docs_embedding_queue secret secret_hnsw secret_words secret_films),
	'pg_class', 'pg_class_oid_index', 'pg_toast.pg_toast_1255', 'pg_toast.pg_toast_1255_index', 'information_schema.columns',
	'vecext.collections', 'vecext.payload_indexes');
my @collections = (qw(films films_alias kinds secret_films docs items looked absent), '', '"films"', 'public.films', "x\"'", 'a' x 64, 'é' x 40);
my @paths = ('year', 'tags', 'tags[]', 'cast[].name', 'cast[0].name', 'at', 'place', 'ok', 'u', 'a.b', '"a.b"', '', '.', '[', ']', '[]', 'a[', 'a[-1]',
	'a[99999999999]', '"', '"a', 'a..b', 'é', 'x' x 300, join('.', ('a') x 100), '$score', '$score[0]', '$score[99999999999]', 'title', ' ', "a\nb");
my @words = (qw(cosine dot euclid manhattan hamming jaccard vector halfvec sparsevec bit hnsw ivfpq ivfflat bm25 inverted none keyword integer float
	bool datetime uuid geo text prefix is_empty values_count object average_vector best_score sum_scores upsert insert_only update_only pairs offsets
	relative rrf weighted dbsf rabitq1 rabitq2 rabitq4 int8 fp16 recursive sentence token characters markdown fixed qdrant langchain llamaindex
	embedding body id payload v h s b t j simple english asc desc add_collection set_collection drop_collection add_vector set_vector
	add_payload_index drop_payload_index set_alias drop_alias <-> <=> <+> <~> <%> <@> @@@), '<#>', 'en');
my @texts = (
	'', ' ', 'x', "'", '"', '\\', '%s%n%1$s', "a\tb\nc\rd", 'NULL', 'null', '{}', '[]', '()', '(,)', '0', '-1', '1e999', 'NaN', "\x{1}", 'é', '漢字かな交じり文',
	'€' x 20, 'crash index', 'the crash of the index', 'crash & !index', 'crash <-> index', ':', ':*', "'crash':*", '&', '!', '!!!!a', '(' x 5000, ')' x 50,
	'x' x 10_000, 'x ' x 20_000, "a\n\n" x 3000, '# h' . "\n```\n" x 100, 'DROP TABLE items', "'; DROP TABLE items; --", '$1', '{p}', 'items_words: crash',
	'items_words @@ crash', 'absent_index: crash', 'items_hnsw: x', ': x', 'items_words:', 'items_words @@', '99999999: x', '0: x', 'secret_words: apple',
	'[1,2,3]', '[1,2', '[nan,1,2]', '[1,2,3]x', '{1:1}/3', '{1:1', '{0:1}/3', '{1:1,1:2}/5', '{1:1e99}/2', '1010', '2');
my @filter_texts = (
	"year > 1990 AND tags = 'drama'", "NOT (year IN (1, 2.5, 'x', null, true)) OR cast[].name CONTAINS 'a'", 'year != null', "at >= '2020-01-01' AND ok = false",
	'year NOT IN (1)', "title = 'it''s'", "id = 1", "lang = 'en' OR body = 'x'", '(' x 63 . 'year = 1' . ')' x 63, '(' x 70 . 'year = 1' . ')' x 70,
	join(' AND ', map { "k$_ = $_" } 1 .. 300), 'year IN (' . join(', ', 1 .. 2000) . ')', 'year > 1e999', 'year = -0', "u = '550e8400-e29b-41d4-a716-446655440000'",
	'NOT NOT NOT year = 1', "\"a.b\" = 1", 'year =', 'year = 1 AND', "year = 'x");

# --- JSON -----------------------------------------------------------------------------------------

our %seeds = (
	filter => [
		'{"must":[{"slice":{"total":4,"index":3}},{"key":"year","range":{"gt":1}}]}',
		'{"must":[{"key":"year","range":{"gt":1,"lte":2000}},{"key":"tags","match":{"any":["drama",1,true]}}]}',
		'{"should":[{"key":"tags","match":{"value":"x"}},{"is_empty":{"key":"a"}},{"is_null":{"key":"year"}}],"must_not":{"has_id":[1,"2"]}}',
		'{"min_should":{"conditions":[{"key":"title","match":{"text":"crash"}},{"key":"at","range":{"gte":"2020-01-01T00:00:00Z"}}],"min_count":1}}',
		'{"must":{"nested":{"key":"cast","filter":{"must":[{"key":"name","match":{"prefix":"a"}}]}}}}',
		'{"must":[{"key":"place","geo_radius":{"center":{"lon":13,"lat":52},"radius":1000}},{"key":"place","geo_bounding_box":{"top_left":{"lon":1,"lat":9},"bottom_right":{"lon":9,"lat":1}}}]}',
		'{"must":[{"key":"place","geo_polygon":{"exterior":{"points":[{"lon":0,"lat":0},{"lon":0,"lat":1},{"lon":1,"lat":1},{"lon":0,"lat":0}]},"interiors":[]}},{"key":"tags","values_count":{"gte":1}}]}',
		'{"must":[{"has_vector":""},{"key":"title","match":{"phrase":"a b","config":"simple"}},{"key":"u","match":{"except":["a"]}},{"key":"ok","match":{"substring":"x"}}]}',
		'{"year":{"$gte":1920},"tags":{"$in":["comedy"]},"$or":[{"x":{"$exists":true}},{"y":{"$like":"a%"}},{"z":{"$between":[1,2]}}]}',
		'{"filters":[{"key":"tags","value":"drama","operator":"contains"},{"key":"year","value":1,"operator":">="},{"key":"title","value":"x","operator":"text_match"}],"condition":"or"}'
	],
	request => [
		'{"query":{"nearest":{"$dense":0},"mmr":{"diversity":0.5}},"prefetch":{"query":{"$sparse":0},"using":"s"},"with_vectors":{"binary":[""]}}',
		'{"query":[1,2,3],"limit":5,"with_payload":true,"with_vectors":["",7],"params":{"hnsw_ef":50,"exact":false}}',
		'{"prefetch":[{"query":[1,0,0],"limit":7},{"query":{"text":"crash"},"using":"title"}],"query":{"fusion":"rrf"},"limit":3}',
		'{"prefetch":{"query":[1,0,0],"score_threshold":0.1},"query":{"fusion":"dbsf"},"offset":2,"filter":{"must":[{"key":"year","range":{"gt":1}}]}}',
		'{"query":{"recommend":{"positive":[1,[1,2,3]],"negative":[2],"strategy":"best_score"}},"lookup_from":{"collection":"films","vector":""}}',
		'{"query":{"discover":{"target":[1,1,1],"context":[{"positive":1,"negative":2}]}}}',
		'{"query":{"context":[{"positive":[0.2,1,1],"negative":3}]}}',
		'{"query":{"order_by":{"key":"year","direction":"desc","start_from":2000}},"limit":4}',
		'{"query":{"sample":"random"},"limit":3}',
		'{"query":{"nearest":[1,0,0],"mmr":{"diversity":0.5,"candidates_limit":10}}}',
		'{"query":{"relevance_feedback":{"target":[0.8,1,1],"feedback":[{"example":[0.9,1,1],"score":1}],"strategy":{"naive":{"a":0.5,"b":2,"c":3}}}}}',
		'{"prefetch":[{"query":[1,1,1]}],"query":{"formula":{"sum":["$score",{"mult":["year",2,0.5]},{"div":{"left":"year","right":0}}]},"defaults":{"year":1}}}',
		'{"prefetch":{"query":[1,1,1]},"query":{"formula":{"gauss_decay":{"x":{"datetime_key":"at"},"target":{"datetime":"2020-01-01"},"scale":86400,"midpoint":0.5}}}}',
		'{"prefetch":{"query":[1,1,1]},"query":{"rrf":{"k":61,"weights":[2]}}}',
		'{"query":[1,2,3],"group_by":"tags","group_size":2,"limit":3,"with_lookup":{"collection":"films","with_payload":["year"]}}',
		'{"query":{"indices":[1,3],"values":[1,0.5]},"using":"sparse"}', '{"query":[[1,2],[3,4]],"using":"multi"}',
		'{"positive":[1],"negative":[[1,2,3]],"strategy":"sum_scores","limit":2}', '{"query":1,"score_threshold":0.5,"params":{"timeout":1}}'
	],
	payload => [
		'{"year":1999,"tags":["drama","x",1,null,[2]],"title":"crash of the index","cast":[{"name":"ann","leads":true},{"name":null}],"at":"2020-01-01T00:00:00Z","place":{"lon":13.4,"lat":52.5},"ok":true,"u":"550e8400-e29b-41d4-a716-446655440000","a":{"b":{"c":1}}}',
		'{"year":1e400,"tags":{},"title":[],"cast":5,"at":"infinity","place":[{"lon":1e300,"lat":-91}],"ok":"true"}', '{}', '{"":{"":[]}}'
	],
	points => [
		'[{"id":1,"vector":[1,2,3],"payload":{"year":1}},{"id":"2","vector":{"":[1,2,3]}}]',
		'[{"id":"a","vector":{"image":[1,2,3],"sparse":{"indices":[7,0],"values":[0.5,2]},"half":[1,0.5],"bits":"0101","multi":[[1,2],[3,4]]},"payload":{"tags":["x"]}}]'
	],
	vectors => [
		'{"size":3,"distance":"cosine"}',
		'{"title":{"size":4,"distance":"euclid","hnsw":{"m":8,"ef_construction":32}},"half":{"size":4,"type":"halfvec","distance":"manhattan","index":"none"},"words":{"type":"sparsevec"},"bits":{"size":8,"type":"bit","distance":"jaccard"},"pieces":{"size":2,"distance":"dot","multivector":{"comparator":"max_sim"}},"codes":{"size":8,"distance":"cosine","ivfpq":{"lists":1},"quantization":{"bits":4,"rerank":"int8"}}}',
		'{"column":"v","distance":"euclid"}', '{"a":{"column":"v3","distance":"dot"}}'
	],
	schema => ['{"lang":"keyword","year":{"type":"integer","required":true},"at.t":{"type":"datetime","array":false},"place":"geo"}'],
	options => [
		'{"id":"uuid","schema":"public","index_threshold":1000,"strict_mode":{"enabled":true,"max_query_limit":5,"max_points_count":1,"max_timeout":1,"filter_max_conditions":2}}',
		'{"vectors":{"":{"hnsw":{"m":32}}},"index_threshold":0,"strict_mode":{"unindexed_filtering_retrieve":false,"max_collection_vector_size_bytes":1}}',
		'{"config":"english","k1":1.5,"b":0.5,"cjk":"bigrams"}', '{"scalar_only":true}', '{"arrays":true}'
	],
	new_row => [
		'{"name":"x","id_column":"id","payload_column":"j","options":{}}', '{"name":"a","column_name":"v3","distance":"euclid","params":{"index":"hnsw"}}',
		'{"key":"b","type":"integer","index":"items_btree","options":{}}', '{"name":"looked","view":16384}'
	],
	actions => ['[{"create_alias":{"collection_name":"films","alias_name":"a1"}},{"rename_alias":{"old_alias_name":"a1","new_alias_name":"a2"}},{"delete_alias":{"alias_name":"a2"}}]'],
	legs => ['[{"text":"crash","using":"t","weight":2},{"vector":[1,2,3],"using":"v"},{"vector":{"indices":[0,7],"values":[0.5,2]},"using":"s"}]'],
	ids => [ '[1,2,3]', '["1","a"]', '1', '[]' ],
	formula => ['{"sum":["$score",{"pow":{"base":"n","exponent":2}},{"sqrt":4},{"log10":1},{"exp":1},{"abs":{"neg":3}},{"key":"tags","match":{"any":["x"]}},{"geo_distance":{"origin":{"lon":1,"lat":2},"to":"place"}},{"exp_decay":{"x":"n","target":1,"scale":2}}]}'],
	flag => [ 'true', 'false', '["year","tags"]', '{"include":["year"]}', '{"exclude":["cast"]}', '[""]' ]);
my %seeds_by_name = (
	requests => 'request', ids => 'ids', positive => 'ids', negative => 'ids', target => 'ids', context => 'ids', with_payload => 'flag',
	with_vectors => 'flag', with_lookup => 'flag', lookup_from => 'flag', params => 'request', condition => 'filter', payload_schema => 'schema',
	spec => 'vectors', patch => 'payload', row => 'payload', defaults => 'payload', order_by => 'request', action => 'actions', payloads => 'payload');

# What stands in the place of a number, a key, anything. Those that begin with \x01 go into the text as they are.
my @odd_json = (
	undef, JSON::PP::true, JSON::PP::false, '', 'x', 'NaN', -1, 0, 1, "\x012.5", "\x011e400", "\x01-1e400", "\x011e-400", "\x019223372036854775808", "\x012147483648",
	"\x014294967296", "\x01-0", "\x010.1e1", [], {}, [ [ [] ] ], { '' => 1 }, [undef], [ (1) x 300 ], { map { $_ => 1 } 1 .. 100 }, 'x' x 3000, "'\"\\", 'é', '1', '2020-01-01',
	"\x01" . '[' x 70 . ']' x 70, "\x01" . '{"a":' x 500 . '1' . '}' x 500, "\x01" . '{"must":[' x 66 . ']}' x 66, "\x01" . '[1' . ',1' x 16000 . ']');

# One place of the value is another than it was: gone, odd, there twice, or a part of another seed.
sub change
{
	my ($value) = @_;
	if (ref $value eq 'HASH' && %$value && !chance(4))
	{
		my $key = any_of(sort keys %$value);
		if (chance(8)) { delete $value->{$key} }
		elsif (chance(10)) { $value->{ any_of(@words, @paths, '', "$key ") } = delete $value->{$key} }
		elsif (chance(12)) { $value->{ any_of(qw(limit offset query filter using size key match must params prefetch name)) } = change(undef) }
		else { $value->{$key} = change($value->{$key}) }
		return $value;
	}
	if (ref $value eq 'ARRAY' && @$value && !chance(4))
	{
		my $at = int rand @$value;
		if (chance(8)) { splice @$value, $at, 1 }
		elsif (chance(8)) { push @$value, $value->[$at] }
		else { $value->[$at] = change($value->[$at]) }
		return $value;
	}
	return $json->decode(chance(6) ? any_of(map { @$_ } values %seeds) : $json->encode(any_of(@odd_json)));
}

# JSON of a kind, mostly with changes.
sub changed_json
{
	my ($kind) = @_;
	my $value = $json->decode(any_of(@{ $seeds{$kind} }));
	$value = [ $value, ($value) x int rand 3 ] if $kind eq 'request' && chance(6);
	for (my $changes = int rand 3; $changes > 0; --$changes) { $value = change($value) }
	my $text = $json->encode($value);
	$text =~ s/"\\u0001((?:[^"\\]|\\.)*)"/$1 =~ s{\\"}{"}gr/ge;
	return $text;
}

# --- Values of types ------------------------------------------------------------------------------

my @numbers = ('0', '-0.0', '1', '-1', '2', '3', '0.5', '1e-45', '3.4028235e38', '-3.4028235e38', '65504', '65505', '1e300');
my @integers = (0, 1, -1, 2, 3, 10, 100, 16000, 16001, 32767, -32768, 65536, 1_000_000, 2147483647, -2147483648);

# Elements of a vector of some length.
sub numbers
{
	my ($dims) = @_;
	my $one = chance(4) ? any_of(@numbers) : 1 + int rand 9;
	return join ',', map { chance(10) ? any_of(@numbers) : chance(2) ? int rand 9 : $one } 1 .. $dims;
}

sub dims { return any_of((3) x 24, 1, 2, 7, 8, 64, 65, 1000) }

sub vector_text
{
	return '[' . numbers(dims()) . ']' if !chance(8);
	return any_of('[]', '[1,]', '[nan]', '[inf,1,2]', '[1,2,3', '[ 1 , 2 , 3 ]', '[0x1p3,1,2]', '[1e9999,0,0]', '[' . '1,' x 16000 . '1]', 'NULL');
}

sub bm25_query_text { return any_of(@texts, 'items_words: crash', 'items_words @@ crash & index') }

sub sparse_text
{
	my $dims = any_of(1, 3, 10, 10, 10, 10, 1000, 1000000000);
	my %element = map { 1 + int(rand($dims > 20 ? 20 : $dims)) => any_of(@numbers) } 1 .. rand 6;
	return '{' . join(',', map { "$_:$element{$_}" } sort { $a <=> $b } keys %element) . "}/$dims";
}

my %columns = (vector => 'v', halfvec => 'h', sparsevec => 's', bit => 'b', text => 't', jsonb => 'j', 'text[]' => 'a', tsvector => 'w', 'vector[]' => 'vs');
my %values = (
	vector => sub { return chance(12) ? 'array_fill(' . any_of('1.5', '-3e38', '0', '1e-40') . '::real, ARRAY[16000])::vector' : literal(vector_text(), 'vector') },
	halfvec => sub { return chance(12) ? 'array_fill(65504, ARRAY[16000])::halfvec' : literal(vector_text(), 'halfvec') },
	sparsevec => sub { return chance(12) ? "(SELECT '{' || string_agg(i || ':1', ',') || '}/100000' FROM generate_series(1, 16000) i)::sparsevec" : literal(sparse_text(), 'sparsevec') },
	'vecext.bm25_query' => sub { return chance(3) ? literal(bm25_query_text(), 'vecext.bm25_query') : 'vecext.bm25_query(' . literal(any_of(@texts)) . ', ' . literal(any_of(qw(items_words items_words empty_words parts_words items_array_words secret_words items_hnsw items))) . ')' },
	bit => sub { return chance(8) ? "repeat('10', 40000)::bit varying::bit(80000)" : 'B' . literal(join '', map { int rand 2 } 1 .. any_of(0, 1, 3, 8, 8, 8, 64, 65, 300)) },
	text => sub { return chance(12) ? "repeat('crash index ', 20000)" : literal(any_of(@texts, @words, @paths), 'text') },
	cstring => sub { return literal(any_of(vector_text(), sparse_text(), bm25_query_text(), @texts), 'cstring') },
	name => sub { return literal(any_of(qw(v h s b t id body embedding tableoid ctid xmin), '', 'absent', 'x' x 80), 'name') },
	jsonb => sub { return literal(changed_json(any_of(sort keys %seeds)), 'jsonb') },
	integer => sub { return '(' . any_of(@integers) . ')' },
	bigint => sub { return '(' . any_of(@integers, '9223372036854775807', '-9223372036854775807') . ')::bigint' },
	smallint => sub { return '(' . any_of(0, 1, -1, 32767) . ')::smallint' },
	oid => sub { return any_of('0::oid', '1::oid', '4294967295::oid', "'vector'::regtype::oid", "'items'::regclass::oid") },
	regtype => sub { return any_of('0::regtype', '99999999::regtype', map { literal($_, 'regtype') } qw(vector halfvec sparsevec bit text vector[] items internal record anyelement)) },
	regconfig => sub { return any_of('0::regconfig', '99999999::regconfig', map { literal($_, 'regconfig') } qw(simple english german)) },
	regclass => sub {
		return any_of('0::regclass', '4294967295::regclass', '16384::regclass', "(SELECT oid FROM pg_class WHERE relname = 'other_temp_hnsw')::regclass",
			"(SELECT oid FROM pg_class WHERE relname = 'other_temp')::regclass", "(SELECT reltoastrelid FROM pg_class WHERE relname = 'items')::regclass") if chance(8);
		return literal(any_of(@relations), 'regclass');
	},
	boolean => sub { return any_of('true', 'false') },
	'double precision' => sub { return literal(any_of(@numbers, 'NaN', 'Infinity', '-Infinity', '1e308', '60', '0.95'), 'float8') },
	real => sub { return literal(any_of(@numbers[ 0 .. 9 ], 'NaN', 'Infinity', '-Infinity'), 'real') },
	numeric => sub { return literal(any_of(@numbers, 'NaN', 'Infinity', '1e1000', '0.' . '1' x 500), 'numeric') },
	'vecext.point_id' => sub { return literal(any_of(0, 1, 5, '9223372036854775808', '18446744073709551615', '00000000-0000-0000-0000-000000000005', 'f' x 32), 'vecext.point_id') },
	uuid => sub { return literal(any_of('0' x 32, 'f' x 32), 'uuid') },
	interval => sub { return literal(any_of('0', '-1 day', '1 microsecond', '178000000 years', '-178000000 years', '1 mon -1 day'), 'interval') },
	tsquery => sub { return literal(any_of("crash", "crash & !index", '!a', "'a' <-> 'b'", "a:*", '', '!!!!a', "a <16384> b", "a:ABCD & b:*A", join ' & ', map { "w$_" } 1 .. 300), 'tsquery') },
	tsvector => sub { return literal(any_of('', 'a', 'a:1A b:2', 'crash:1,2,3 index:16383', join ' ', map { "w$_:$_" } 1 .. 300), 'tsvector') },
	record => sub { return any_of('ROW()', 'ROW(1)', "ROW(1, '{}'::jsonb)", 'ROW(NULL)', 'NULL::record', '(SELECT f FROM films f LIMIT 1)', '(SELECT i FROM items i LIMIT 1)', '(SELECT l FROM looked l LIMIT 1)', '(SELECT c FROM pg_class c LIMIT 1)') },
	internal => sub { return 'NULL::internal' },
	anynonarray => sub { return any_of('1', "'a'::text", 'now()', "'[1]'::vector", 'NULL::int', "ROW(1)", "'{}'::jsonb", '1.5', '5::vecext.point_id') },
	anyarray => sub { return array(any_of('integer', 'text', 'bigint', 'vector', 'jsonb', 'double precision', 'numeric', 'bit', 'boolean', 'sparsevec', 'halfvec', 'uuid', 'vecext.point_id')) });
$values{anycompatiblearray} = $values{anyarray};
$values{anyelement} = $values{anynonarray};
$values{'"any"'} = $values{anyarray};
$values{'bit varying'} = $values{bit};

# An array of a type: without elements, with nulls, of two dimensions, from another lower bound.
sub array
{
	my ($type) = @_;
	return "NULL::${type}[]" if chance(15);
	return any_of("'{}'::${type}[]", "ARRAY[NULL]::${type}[]", "ARRAY[ARRAY[NULL, NULL], ARRAY[NULL, NULL]]::${type}[]", "array_fill(NULL::$type, ARRAY[2], ARRAY[-5])") if chance(4);
	my $elements = join ', ', map { chance(12) ? 'NULL' : value_of($type) } 1 .. any_of(1, 2, 3, 3, 3, 10);
	return "ARRAY[[$elements], [$elements]]::${type}[]" if chance(12);
	return "array_fill(" . value_of($type) . ", ARRAY[" . any_of(1, 3, 300, $type =~ /int|real|double|numeric|bool/ ? (16000, 16001) : 40) . "], ARRAY[" . any_of(1, 0, -2147483648, 2147480000) . "])" if chance(12);
	return "ARRAY[$elements]::${type}[]";
}

# A value of the type, as an expression.
sub value_of
{
	my ($type) = @_;
	return "NULL::$type" if chance(20);
	return $values{$type}->() if $values{$type};
	return array($1) if $type =~ /^(.*)\[\]$/;
	return "NULL::$type";
}

# An argument of that name and type; of "row", a column of the table edge or of the collection films, where there is one.
sub argument
{
	my ($name, $type, $row) = @_;
	return "$row.$columns{$type}" if defined $row && $columns{$type} && chance(2);
	return value_of($type) if chance(10);
	if ($type eq 'jsonb')
	{
		my $kind = $seeds{$name} ? $name : $seeds_by_name{$name};
		return literal(changed_json($kind), 'jsonb') if $kind;
	}
	elsif ($type eq 'jsonb[]' && $name eq 'payloads') { return 'ARRAY[' . join(', ', map { literal(changed_json('payload'), 'jsonb') } 1 .. any_of(1, 2, 3)) . ']' }
	elsif ($type eq 'text' && $name =~ /^(c|collection|name|alias|new_collection|old_alias|new_alias|old_name|new_name)$/) { return literal(any_of(@collections)) }
	elsif ($type eq 'text' && $name =~ /^(filter|condition)$/) { return literal(any_of(@filter_texts)) }
	elsif ($type eq 'text' && $name =~ /^(path|key|group_by)$/) { return literal(any_of(@paths)) }
	elsif ($type eq 'text' && $name =~ /column|vector_name|form|mode|method|strategy|distance|type|dialect|codec|action|order_by/) { return literal(any_of(@words), 'text') }
	elsif ($type eq 'integer' && $name =~ /^(limit_|offset_|k|group_size|sample|chunk_size|overlap|window_)$/) { return any_of(0, 1, 2, 3, 10, 100, 1000, -1, 2147483647) }
	elsif ($type eq 'regclass' && $name eq 'queue') { return literal('docs_embedding_queue', 'regclass') if !chance(4) }
	elsif ($type eq 'regclass' && $name eq 'cache') { return literal('answers', 'regclass') if !chance(4) }
	return value_of($type);
}

# --- Settings and options -------------------------------------------------------------------------

sub setting_value { return literal(any_of(qw(-1 0 1 2 40 1000 1001 32768 32769 65536 2147483647 2147483648 0.5 0.9999 1 1e400 NaN on off auto exact inline postfilter strict_order relaxed_order portable x), '', '1MB', '0x10')) }

sub option_value
{
	my ($option) = @_;
	return literal(any_of('simple', 'english', 'pg_catalog.german', 'absent', '', 'x.y.z', '"', "'")) if $option eq 'text_config';
	return any_of(0, 1, 2, 3, 4, 5, 16, 50, 100, 101, 1000, 1001, 32768, 32769, 2147483647, 2147483648, -1, '0.5', "'x'", "''", 'NaN', '1e400', 'off', 'int8', 'fp16', 'none', 'bigrams', 'parser', 'true');
}

1;
