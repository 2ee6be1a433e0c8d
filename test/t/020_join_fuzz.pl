# Random joins with an order by distance, on random schemas: each as a connection's first statement, when
# the library is loaded while it is planned, and again, beside the same without index scans. Rows, their
# number and their order must be equal as far as an index promises them. For longer runs:
#   JOIN_FUZZ_SEED=7 script/long joins=1000000
use strict;
use warnings FATAL => 'all';

use FindBin;
use lib "$FindBin::RealBin/lib";

use JoinStatements;
use Node;
use PostgreSQL::Test::Utils;
use Test::More;

my $seed = $ENV{JOIN_FUZZ_SEED} // 1;
my $statements = $ENV{JOIN_FUZZ_STATEMENTS} // 10_000;
# Of one schema: so many asked for as a connection's first statement, and others after each.
my $connections = 12;
my $others = 3;

my $node = new_node('node', <<'CONF');
max_parallel_workers_per_gather = 0
statement_timeout = '2min'
client_min_messages = warning
CONF

# A statement runs as it is; as a plan for any parameters, six times; for each of three rows of a table. Its
# {p} is 2 in the answer that counts. It gives "r", a text, and "d", its distance.
$node->safe_psql('postgres', <<'SQL');
CREATE EXTENSION vecext;
CREATE TABLE tally (compared int, restricted int);
INSERT INTO tally VALUES (0, 0);
CREATE TABLE wrong (problem text, made text, mode text, settings text, statement text, plan text, rows text[], distances float8[], expected float8[]);
CREATE FUNCTION ask(statement text, mode text, OUT rows text[], OUT distances float8[]) LANGUAGE plpgsql AS $$
DECLARE
    answer text := 'SELECT coalesce(array_agg(r), ''{}''), coalesce(array_agg(d), ''{}'') FROM (%s) s';
BEGIN
    IF mode = 'plain' THEN
        EXECUTE format(answer, replace(statement, '{p}', '2')) INTO rows, distances;
    ELSIF mode = 'lateral' THEN
        EXECUTE format('SELECT coalesce(array_agg(r) FILTER (WHERE p = 2), ''{}''), coalesce(array_agg(d) FILTER (WHERE p = 2), ''{}'')
            FROM (VALUES (1), (2), (4)) q (p), LATERAL (%s) s', replace(statement, '{p}', 'q.p')) INTO rows, distances;
    ELSE
        EXECUTE format('PREPARE asked (int) AS ' || answer, replace(statement, '{p}', '$1'));
        FOR i IN 1..6 LOOP
            EXECUTE format('EXECUTE asked (%s)', CASE WHEN i = 6 THEN 2 ELSE i END) INTO rows, distances;
        END LOOP;
        DEALLOCATE asked;
    END IF;
END
$$;
CREATE FUNCTION problem_of(rows text[], distances float8[], all_rows text[], all_distances float8[], most int, is_exact bool)
RETURNS text LANGUAGE sql AS $$
    SELECT CASE
        WHEN cardinality(rows) <> least(cardinality(all_rows), coalesce(most, cardinality(all_rows))) THEN 'count'
        WHEN EXISTS (SELECT unnest(rows) EXCEPT ALL SELECT unnest(all_rows)) THEN 'no match'
        WHEN is_exact AND distances <> all_distances[: cardinality(distances)] THEN 'distances' END
$$;
-- Of a statement without its order and limit, and these. What is expected comes from a query that has no
-- order by a distance.
CREATE FUNCTION try(unordered text, distance text, most int, mode text, is_exact bool) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    statement text := format('%s ORDER BY %s %s', unordered, distance, 'LIMIT ' || most);
    given record;
    again record;
    expected record;
    problem text;
    line text;
    plan text := '';
BEGIN
    given := ask(statement, mode);
    again := ask(statement, mode);
    -- Of the plain form of ask(): the plan of the statement alone may be another.
    FOR line IN EXECUTE format('EXPLAIN (COSTS OFF) SELECT array_agg(r), array_agg(d) FROM (%s) s', replace(statement, '{p}', '2')) LOOP
        plan := concat(plan, E'\n', line);
    END LOOP;
    SELECT string_agg(format('SET %s = %L;', name, setting), ' ' ORDER BY name) INTO line
    FROM pg_settings WHERE source = 'session' AND name NOT IN ('client_encoding', 'application_name');
    PERFORM set_config('vecext.filter_strategy', 'off', true), set_config('enable_indexscan', 'off', true);
    expected := ask(format('SELECT * FROM (%s OFFSET 0) t ORDER BY d', unordered), 'plain');
    problem := coalesce(problem_of(given.rows, given.distances, expected.rows, expected.distances, most, is_exact),
        'again: ' || problem_of(again.rows, again.distances, expected.rows, expected.distances, most, is_exact));
    UPDATE tally SET compared = compared + 2, restricted = restricted + 2 * (plan ~ 'HashLookup')::int;
    -- Rows without a vector are not in an index: a plain scan of it has none.
    IF problem = 'count' AND array_position(expected.distances, NULL) IS NOT NULL AND plan ~ 'Index Scan using \w*_e_' THEN
        problem := NULL;
    END IF;
    IF problem IS NOT NULL THEN
        INSERT INTO wrong VALUES (problem, (SELECT string_agg(indexdef, '; ') FROM pg_indexes WHERE schemaname = 'public'), mode, line, statement, plan, given.rows[: 50], given.distances[: 50], expected.distances[: 50]);
    END IF;
END
$$;
SQL

srand($seed);
my $compared = 0;
while ($compared < $statements)
{
	my $schema = JoinStatements->new;
	my $script = $schema->tables;
	foreach my $connection (1 .. $connections)
	{
		$script .= "\\c\n" . $schema->first_try;
		$script .= $schema->settings . $schema->try foreach (1 .. $others);
	}
	my ($rc, $out, $err) = $node->psql('postgres', $script, on_error_stop => 1);
	if ($rc != 0)
	{
		fail('statements run');
		diag "seed $seed after $compared statements: $err";
		note $script;
		last;
	}
	$compared = $node->safe_psql('postgres', 'SELECT compared FROM tally');
}

cmp_ok($compared, '>=', $statements, 'as many statements as asked for');
cmp_ok($node->safe_psql('postgres', 'SELECT 100 * restricted / compared FROM tally'), '>', 20, 'many scans are restricted by a join');
is($node->safe_psql('postgres', 'SELECT problem, count(*) FROM wrong GROUP BY problem ORDER BY problem'), '', 'no answer is wrong');
note $node->safe_psql('postgres', 'SELECT * FROM tally');
my $wrong = $node->safe_psql('postgres', 'SELECT * FROM wrong LIMIT 5');
diag $wrong if $wrong ne '';

$node->stop;
done_testing();
