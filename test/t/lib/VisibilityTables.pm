# Tables with an index of every method, and functions that compare what its scans give with what the same snapshot's
# sequential scans give. A wrong answer is a WARNING.
package VisibilityTables;
use strict;
use warnings FATAL => 'all';

# Table: access method, operator class and key columns, options of the index, type of v, what makes a value, and the
# distance from a query. Scores of texts change with an index's rows, so a sequential scan may have others. An index
# is exact if its first rows are the nearest whatever has become of it.
our %tables = (
	pq => {
		index => 'ivfpq (v vector_l2_ops, kind) WITH (lists = 6)', type => 'vector(8)',
		value => 'some_vector()', distance => 'v <-> some_vector()' },
	flat => {
		index => 'ivfflat (v vector_l2_ops) WITH (lists = 6)', type => 'vector(8)',
		value => 'some_vector()', distance => 'v <-> some_vector()', is_exact => 1 },
	graph => {
		index => 'hnsw (v vector_l2_ops, kind)', type => 'vector(8)',
		value => 'some_vector()', distance => 'v <-> some_vector()' },
	graph_l1 => {
		index => 'hnsw (v vector_l1_ops)', type => 'vector(8)',
		value => 'some_vector()', distance => 'v <+> some_vector()' },
	words => {
		index => 'bm25 (v bm25_text_ops, kind)', type => 'text',
		value => 'some_text()', distance => 'v <@> some_words()', has_scores => 1 },
	weights => {
		index => 'inverted (v sparsevec_ip_ops)', type => 'sparsevec(40)',
		value => 'some_sparsevec()', distance => 'v <#> some_sparsevec()', is_exact => 1 });
our @tables = sort keys %tables;

# The script that makes them, with so many rows each.
sub schema
{
	my ($rows) = @_;
	my $script = <<'SQL';
SET client_min_messages = warning;
CREATE EXTENSION vecext;
CREATE SEQUENCE ids START 1000000;
CREATE TABLE wanted (kind int, w int);
INSERT INTO wanted SELECT i, i FROM generate_series(0, 9) i;
CREATE FUNCTION some_vector(n int DEFAULT 0) RETURNS vector LANGUAGE sql VOLATILE RETURN
    ARRAY(SELECT floor(random() * 3) + random() / 4 FROM generate_series(1, 8) WHERE n >= 0)::vector;
CREATE FUNCTION some_words(n int DEFAULT 0) RETURNS text LANGUAGE sql VOLATILE RETURN
    (SELECT string_agg('w' || floor(60 * random() * random())::int, ' ') FROM generate_series(1, 2) WHERE n >= 0);
-- One in twenty texts takes more than a page of the index.
CREATE FUNCTION some_text(n int DEFAULT 0) RETURNS text LANGUAGE sql VOLATILE RETURN
    (SELECT string_agg('w' || floor(60 * random() * random())::int || CASE WHEN many > 12 THEN '_' || i ELSE '' END, ' ')
     FROM (SELECT CASE WHEN random() < 0.05 AND n >= 0 THEN 1500 ELSE 12 END AS many) m, generate_series(1, many) i);
CREATE FUNCTION some_sparsevec(n int DEFAULT 0) RETURNS sparsevec LANGUAGE sql VOLATILE RETURN
    (SELECT '{' || string_agg(i || ':' || w, ',') || '}/40' FROM (
        SELECT 1 + floor(40 * random() * random())::int AS i, min(random() - 0.2) AS w FROM generate_series(1, 8)
        WHERE n >= 0 GROUP BY 1) s)::sparsevec;

-- A query's ids and distances in its order: by an index, and by the table. Both are STABLE, so that they have the snapshot of
-- the statement that calls them.
CREATE FUNCTION by_index(query text, OUT ids int[], OUT distances float8[]) LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_sort = off SET ivfflat.probes = 32768 AS $$
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}''), coalesce(array_agg(d), ''{}'') FROM (%s) s', query) INTO ids, distances;
END
$$;
CREATE FUNCTION by_table(query text, OUT ids int[], OUT distances float8[]) LANGUAGE plpgsql STABLE
SET enable_indexscan = off SET enable_bitmapscan = off SET vecext.filter_strategy = off AS $$
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}''), coalesce(array_agg(d), ''{}'') FROM (%s) s', query) INTO ids, distances;
END
$$;
-- What is wrong with the answer; null: nothing. "most" is a LIMIT.
CREATE FUNCTION problem_of(ids int[], distances float8[], all_ids int[], all_distances float8[], most int, is_exact bool)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN cardinality(ids) <> least(cardinality(all_ids), coalesce(most, cardinality(all_ids))) THEN
            format('%s rows of %s', cardinality(ids), cardinality(all_ids))
        WHEN EXISTS (SELECT unnest(ids) EXCEPT ALL SELECT unnest(all_ids)) THEN
            format('rows that do not match: %s', ARRAY(SELECT unnest(ids) EXCEPT ALL SELECT unnest(all_ids)))
        WHEN distances <> ARRAY(SELECT d FROM unnest(distances) d ORDER BY d) THEN 'not in order'
        WHEN is_exact AND distances <> all_distances[: cardinality(distances)] THEN 'not the nearest' END
$$;
CREATE FUNCTION look(rows_of text, distance text, condition text, most int, is_exact bool) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    matching text := format('SELECT id, %s AS d FROM %I t WHERE %s', distance, rows_of, condition);
    found record := by_index(format('%s ORDER BY %s LIMIT %s', matching, distance, coalesce(most::text, 'ALL')));
    expected record := by_table(format('SELECT * FROM (%s OFFSET 0) s ORDER BY d', matching));
    problem text := problem_of(found.ids, found.distances, expected.ids, expected.distances, most, is_exact);
BEGIN
    -- A join may want more rows than a search has found, and the next one may find nearer rows, late: they come last.
    IF problem = 'not in order' AND NOT is_exact AND condition ~ 'SELECT' AND (
            SELECT count(*) FROM generate_subscripts(found.distances, 1) i WHERE found.distances[i] < found.distances[i - 1]) = 1 THEN
        RETURN 'late';
    ELSIF problem IS NOT NULL THEN
        RAISE WARNING 'wrong answer of %: %: %, order by %, limit %, strategy %, %', rows_of, problem, condition, distance, most,
            current_setting('vecext.filter_strategy'), current_setting('transaction_isolation');
    END IF;
    RETURN 'looked';
END
$$;

-- Two cursors with one snapshot, that of the statement that calls both.
CREATE FUNCTION open_index(name refcursor, query text) RETURNS void LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_sort = off AS $$
BEGIN
    OPEN name NO SCROLL FOR EXECUTE query;
END
$$;
CREATE FUNCTION open_table(name refcursor, query text) RETURNS void LANGUAGE plpgsql STABLE
SET enable_indexscan = off SET enable_bitmapscan = off SET vecext.filter_strategy = off AS $$
BEGIN
    OPEN name NO SCROLL FOR EXECUTE query;
END
$$;
-- The next n rows of a cursor, or all that are left. What a transaction has fetched is in a setting of its own.
CREATE FUNCTION fetch_rows(name refcursor, n int DEFAULT NULL) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    row record;
    ids int[] := coalesce(nullif(current_setting('look.' || name, true), ''), '{}')::int[];
BEGIN
    WHILE n IS NULL OR n > 0 LOOP
        FETCH name INTO row;
        EXIT WHEN NOT FOUND;
        ids := ids || row.id;
        n := n - 1;
    END LOOP;
    PERFORM set_config('look.' || name, ids::text, true);
    RETURN ids;
END
$$;
CREATE FUNCTION compare_cursors(rows_of text, one refcursor, other refcursor) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    ids int[] := fetch_rows(one);
    expected int[] := fetch_rows(other);
BEGIN
    IF ARRAY(SELECT unnest(ids) i ORDER BY i) <> ARRAY(SELECT unnest(expected) i ORDER BY i) THEN
        RAISE WARNING 'wrong cursor of %: % rows of %, %', rows_of, cardinality(ids), cardinality(expected), current_setting('transaction_isolation');
    END IF;
    PERFORM set_config('look.' || one, '', true), set_config('look.' || other, '', true);
    RETURN 'cursor';
END
$$;

-- Locks rows found by an index. They stay as they are until the transaction ends.
CREATE FUNCTION lock_rows(rows_of text, distance text, kind int, skip text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    ids int[];
    n int;
BEGIN
    SELECT f.ids INTO ids FROM locked(rows_of, distance, kind, skip) f;
    EXECUTE format('SELECT count(*) FROM %I WHERE id = ANY ($1) AND kind = $2', rows_of) USING ids, kind INTO n;
    IF n <> cardinality(ids) OR n > 5 THEN
        RAISE WARNING 'wrong rows locked of %: % rows of %, %', rows_of, n, cardinality(ids), current_setting('transaction_isolation');
    END IF;
    RETURN 'locked';
END
$$;
CREATE FUNCTION locked(rows_of text, distance text, kind int, skip text, OUT ids int[]) LANGUAGE plpgsql
SET enable_seqscan = off SET enable_sort = off AS $$
BEGIN
    EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM (SELECT id FROM %I WHERE kind = $1 ORDER BY %s LIMIT 5 FOR UPDATE %s) s',
        rows_of, distance, skip) USING kind INTO ids;
END
$$;

-- Kinds from 100 on are for SERIALIZABLE transactions: each has three rows at most, which an index says.
CREATE FUNCTION count_kind(rows_of text, distance text, kind int, most int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN cardinality((by_index(format('SELECT id, 0 AS d FROM %I WHERE kind = %s ORDER BY %s LIMIT %s', rows_of, kind, distance, most))).ids);
END
$$;
CREATE FUNCTION reserve(rows_of text, distance text, kind int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    n int := count_kind(rows_of, distance, kind, 9);
BEGIN
    IF n > 3 THEN
        RAISE WARNING 'kind % of % has % rows', kind, rows_of, n;
    END IF;
    PERFORM pg_sleep(random() / 200);
    IF n < 3 THEN
        EXECUTE format('INSERT INTO %I SELECT nextval(''ids''), $1, ''{1}'', v FROM %1$I WHERE kind < 100 LIMIT 1', rows_of) USING kind;
    ELSE
        EXECUTE format('DELETE FROM %I WHERE id = (SELECT min(id) FROM %1$I WHERE kind = $1)', rows_of) USING kind;
    END IF;
    RETURN 'reserved';
END
$$;
SQL
	foreach my $name (@tables)
	{
		my $table = $tables{$name};
		my $index = "CREATE INDEX ${name}_v ON $name USING $table->{index};\n";
		# An empty index of words grows segments of its own.
		$script .= "CREATE TABLE $name (id int, kind int, tags int[], v $table->{type});\n"
		  . ($table->{has_scores} ? $index : '')
		  . "INSERT INTO $name SELECT i, i % 10, ARRAY[i % 7, i % 3], $table->{value} FROM generate_series(1, $rows) i;\n"
		  . ($table->{has_scores} ? '' : $index)
		  . "CREATE INDEX ${name}_id ON $name (id);\nCREATE INDEX ${name}_kind ON $name (kind);\n"
		  . "CREATE INDEX ${name}_tags ON $name USING gin (tags);\nANALYZE $name;\n";
	}
	return $script;
}

sub pick { return int(rand($_[0])); }
sub one_of { return $_[ pick(scalar @_) ]; }

# A distance from a random value, which is a constant of each statement.
sub distance
{
	my ($name) = @_;
	my $by = $tables{$name}{distance};
	$by =~ s/some_vector\(\)/"'[" . join(',', map { pick(3) + pick(100) \/ 400 } 1 .. 8) . "]'"/e;
	$by =~ s/some_words\(\)/"'w" . pick(30) . ' w' . pick(60) . "'"/e;
	$by =~ s/some_sparsevec\(\)/"'{" . (1 + pick(20)) . ':' . (pick(10) - 2) . '.5,' . (21 + pick(20)) . ":0.5}\/40'"/e;
	return $by;
}

sub condition
{
	my ($name) = @_;
	return one_of(
		'true', 'true',
		'kind = ' . pick(11), 'kind = ' . pick(11),
		'kind IN (' . pick(10) . ', ' . pick(10) . ')',
		'tags @> \'{' . pick(8) . '}\'',
		'id < ' . pick(1000),
		'id % 3 = ' . pick(3),
		'kind = ' . pick(10) . ' AND tags && \'{' . pick(7) . ',' . pick(3) . '}\'',
		'kind IN (SELECT w.kind FROM wanted w WHERE w.w < ' . pick(6) . ')',
		'EXISTS (SELECT FROM wanted w WHERE w.kind = t.kind AND w.w = ' . pick(12) . ')',
		$tables{$name}{has_scores} ? 'v @@@ \'w' . pick(30) . '\'' : 'kind > ' . pick(11));
}

sub literal { return "'" . ($_[0] =~ s/'/''/gr) . "'"; }

# A statement that compares a random query by an index with the table.
sub look
{
	my ($name) = @_;
	my $condition = condition($name);
	my $strategy = one_of(qw(auto auto inline postfilter exact));
	my $most = one_of('NULL', 'NULL', 1, 3, 10, 100, 300);
	# Scores are of the statistics at the time.
	my $is_exact = !$tables{$name}{has_scores} && ($tables{$name}{is_exact} || $most eq 'NULL') ? 'true' : 'false';
	return "SET LOCAL vecext.filter_strategy = $strategy;\n"
	  . "SELECT look('$name', " . literal(distance($name)) . ', ' . literal($condition) . ", $most, $is_exact);\n";
}

1;
