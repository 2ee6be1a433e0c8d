# Random schemas of two to four tables, and random joins in them with an order by distance.
package JoinStatements;
use strict;
use warnings FATAL => 'all';

# One of 0 .. n - 1; one of a list; true once in n times.
sub pick { return int(rand($_[0])); }
sub one_of { return $_[ pick(scalar @_) ]; }
sub once_in { return pick($_[0]) == 0; }

sub new
{
	my ($class) = @_;
	my $self = {
		method => one_of('hnsw', 'hnsw', 'ivfflat', 'ivfpq'),
		rows => once_in(15) ? 1500 : once_in(10) ? pick(4) : 20 + pick(300),
		dims => 2 + pick(6),
		others => 1 + pick(3),
		wide => once_in(6) };
	return bless $self, $class;
}

# --- Tables ----------------------------------------------------------------------------------------

# Rows with the same "a" lie together in some schemas, so that those that join are far from the query.
sub _vectors
{
	my ($self) = @_;
	my $element = one_of('random()', 'random()', 'floor(random() * 4)', 'coalesce(a, 0) + random() / 4');
	return "ARRAY (SELECT $element FROM generate_series(1, $self->{dims}) WHERE i > 0)::vector($self->{dims})";
}

# The script that makes them.
sub tables
{
	my ($self) = @_;
	my $wide = $self->{wide} ? " || repeat('x', 600)" : '';
	my $kind = one_of('plain', 'plain', 'plain', 'plain', 'partitioned', 'inherited');
	my $script = "SELECT setseed(" . (pick(2_000_000) / 1_000_000 - 1) . ") \\g /dev/null\n"
	  . "DROP TABLE IF EXISTS v, t1, t2, t3 CASCADE;\n"
	  . "CREATE TABLE v (id int, a int, b bigint, c text, e vector($self->{dims}))"
	  . ($kind eq 'partitioned' ? ' PARTITION BY HASH (' . one_of('id', 'a') . ");\n" : ";\n");
	$script .= "CREATE TABLE v_$_ PARTITION OF v FOR VALUES WITH (MODULUS 2, REMAINDER $_);\n"
	  foreach ($kind eq 'partitioned' ? (0, 1) : ());
	my @vectors = ('v');
	if ($kind eq 'inherited')
	{
		$script .= "CREATE TABLE v_child () INHERITS (v);\n";
		push @vectors, 'v_child';
	}
	my $columns = $self->{method} eq 'ivfflat' ? '' : one_of('', '', '', ', a', ', b', ', a, b');
	my $index = join '', map { "CREATE INDEX ON $_ USING $self->{method} (e vector_l2_ops$columns)"
		  . ($self->{method} eq 'ivfflat' ? ' WITH (lists = ' . (1 + pick(8)) . ')' : '') . ";\n" } @vectors;
	my $values = $self->_vectors;
	my $filled = join '', map { "INSERT INTO $_ SELECT i, a, nullif(i % 9, 8), 'n' || i % 13$wide, "
		  . (once_in(6) ? "CASE WHEN i % 7 > 0 THEN $values END" : $values)
		  . " FROM (SELECT i, nullif(floor(random() * 20)::int, 19) AS a FROM generate_series(1, $self->{rows}) i OFFSET 0) s;\n" } @vectors;
	$script .= once_in(3) ? $index . $filled : $filled . $index;
	foreach my $table (@vectors)
	{
		$script .= "CREATE INDEX ON $table (a);\n" if once_in(2);
		$script .= "CREATE INDEX ON $table (b, a);\n" if once_in(3);
		$script .= "CREATE INDEX ON $table (c);\n" if once_in(3);
		$script .= "CREATE INDEX ON $table USING " . one_of('hash (a)', 'hash (c)', 'spgist (c)', 'brin (a)', 'gin ((ARRAY[a, id % 7]))') . ";\n" if once_in(2);
	}
	foreach my $n (1 .. $self->{others})
	{
		my $type = one_of('int', 'bigint', 'int');
		my $is_split = $kind eq 'partitioned' && once_in(2);
		$script .= "CREATE TABLE t$n (x $type, y int, z " . one_of('text', 'varchar') . ")" . ($is_split ? " PARTITION BY HASH (x);\n" : ";\n");
		$script .= "CREATE TABLE t${n}_$_ PARTITION OF t$n FOR VALUES WITH (MODULUS 2, REMAINDER $_);\n" foreach ($is_split ? (0, 1) : ());
		$script .= "INSERT INTO t$n SELECT nullif(floor(random() * 22), 21), floor(random() * 10), 'n' || floor(random() * 13)$wide"
		  . " FROM generate_series(1, " . one_of(0, 1, 3, 10, 20, 20, 40, 80) . ");\n";
		$script .= "CREATE INDEX ON t$n (x);\n" if once_in(3);
		$script .= "CREATE INDEX ON t$n (y);\n" if once_in(3);
	}
	$script .= "ANALYZE;\n" if !once_in(5);
	$script .= "DELETE FROM v WHERE id % 5 = 0;\n" if once_in(5);
	# What a session sees from its beginning.
	$self->{sees_all} = !once_in(3);
	$script .= "ALTER DATABASE postgres RESET ALL;\n";
	$script .= "ALTER DATABASE postgres SET work_mem = '64kB';\n" if once_in(4);
	$script .= "ALTER DATABASE postgres SET enable_hashjoin = off;\n" if once_in(3);
	$script .= "ALTER DATABASE postgres SET enable_seqscan = off;\n" if once_in(6);
	$script .= "ALTER DATABASE postgres SET enable_partitionwise_join = on;\n" if $kind eq 'partitioned' && !once_in(3);
	$script .= "ALTER DATABASE postgres SET geqo_threshold = 2;\n" if once_in(8);
	return $script;
}

# --- Statements ------------------------------------------------------------------------------------

sub _other
{
	my ($self) = @_;
	return 't' . (1 + pick($self->{others}));
}

# A condition on one of the other tables, under the name that it has.
sub _condition
{
	my ($name) = @_;
	return one_of('true', "$name.y < " . pick(11), "$name.y = " . pick(10), "$name.y <> {p}", "$name.y % 4 < {p}",
		"$name.x > " . pick(20), "$name.x IS NOT NULL", "$name.z > 'n5'", "$name.y = (SELECT max(y) FROM t1)",
		"EXISTS (SELECT FROM t1 w WHERE w.y = $name.x)");
}

# Equalities of a table with one before; now and then something else beside.
sub _on
{
	my ($left, $right) = @_;
	my @pairs = $left eq 'v' ? (['a', 'x'], ['a', 'x'], ['b', 'y'], ['c', 'z'], ['a + 1', 'x'], ['b', 'x']) : (['x', 'x'], ['y', 'y'], ['y', 'x'], ['z', 'z']);
	my ($of_left, $of_right) = @{ one_of(@pairs) };
	my @parts = once_in(2) ? "$left.$of_left = $right.$of_right" : "$right.$of_right = $left.$of_left";
	push @parts, $left eq 'v' ? "$left.b = $right.y" : "$left.y = $right.y" if once_in(5);
	push @parts, $left eq 'v' ? "$left.b <= $right.y" : "$left.x < $right.y" if once_in(6);
	return join ' AND ', @parts;
}

# Something to join with under this name: its text, with columns x, y and z.
sub _source
{
	my ($self, $name) = @_;
	my ($table, $second) = ($self->_other, $self->_other);
	return $table . " $name" if !once_in(3);
	return one_of(
		"(SELECT DISTINCT x, y, z FROM $table)", "(SELECT x, count(*)::int AS y, min(z) AS z FROM $table GROUP BY x)",
		"(SELECT p.x, q.y, p.z FROM $table p JOIN $second q ON p.y = q.x)", "(SELECT x, y, z FROM $table ORDER BY y, x, z LIMIT 7)",
		"(SELECT x, y, z FROM $table UNION ALL SELECT x, y, z FROM $second)",
		"(WITH w AS MATERIALIZED (SELECT x, y, z FROM $table) SELECT x, y, z FROM w WHERE y < 8)",
		"(SELECT p.x, q.y, p.z FROM $table p LEFT JOIN $second q ON p.x = q.x)") . " $name";
}

sub _semi
{
	my ($self) = @_;
	my $table = $self->_other;
	my $where = _condition('w');
	my $second = $self->_other;
	return one_of(
		"v.a IN (SELECT w.x FROM $table w WHERE $where)", "v.b IN (SELECT w.y FROM $table w WHERE $where)",
		"v.c IN (SELECT w.z FROM $table w WHERE $where)", "(v.a, v.b) IN (SELECT w.x, w.y FROM $table w WHERE $where)",
		"v.a IN (SELECT w.x FROM $table w JOIN $second u ON w.y = u.x WHERE $where)",
		"v.a IN (SELECT w.x FROM $table w WHERE w.y < v.b)",
		"EXISTS (SELECT FROM $table w WHERE " . _on('v', 'w') . " AND $where)",
		"EXISTS (SELECT FROM $table w, $second u WHERE w.x = u.y AND v.a = u.x AND $where)",
		"NOT EXISTS (SELECT FROM $table w WHERE " . _on('v', 'w') . " AND $where)",
		"v.a NOT IN (SELECT w.x FROM $table w WHERE w.x IS NOT NULL AND $where)",
		"v.a = ANY (ARRAY (SELECT w.x FROM $table w WHERE $where))");
}

# The statement without its order and limit, and the distance that is its order.
sub _statement
{
	my ($self) = @_;
	my ($from, @where) = ('v');
	my @names = ('v');
	# Each multiplies the rows.
	foreach my $n (1 .. ($self->{rows} > 1000 ? one_of(0, 1, 2) : one_of(0, 1, 1, 1, 2, 2, 3)))
	{
		my $name = "j$n";
		my $left = once_in(3) ? $names[ pick(scalar @names) ] : 'v';
		if (once_in(12))
		{
			$from .= " JOIN v $name ON v.a = $name.a AND $name.id < 9";
		}
		else
		{
			my $kind = one_of('JOIN', 'JOIN', 'JOIN', 'LEFT JOIN');
			$from .= " $kind " . $self->_source($name) . " ON " . ($left ne 'v' && once_in(3) ? "v.a + $left.y = $name.x" : _on($left, $name));
			$from .= ' AND ' . _condition($name) if once_in(2);
			push @where, _condition($name) if once_in(4);
			push @names, $name;
		}
	}
	push @where, $self->_semi foreach (1 .. (@names == 1 ? 1 + pick(2) : once_in(3) ? 1 : 0));
	push @where, one_of('v.b < 5', 'v.a > 3', "v.c > 'n3'", 'v.id % 3 = 0', 'v.a = {p}', "v.a = ANY ('{1, 2, 3, 5, NULL}')", "v.c = ANY ('{n1, n2, n7}')",
		"v.c ^@ 'n1'", "ARRAY[v.a, v.id % 7] && '{1, 2, 3}'", "ARRAY[v.a, v.id % 7] @> ARRAY[{p}]") if once_in(2);
	my $query = once_in(3) ? "'[" . join(',', map { one_of(0, 1, 2, 0.5) } 1 .. $self->{dims}) . "]'"
	  : "(SELECT e FROM v WHERE id = " . (1 + pick(20)) . " AND e IS NOT NULL LIMIT 1)";
	my $columns = join ', ', 'v.id', map { ("$_.x", "$_.y") } @names[ 1 .. $#names ];
	return ("SELECT concat_ws(',', $columns) AS r, v.e <-> $query AS d FROM $from" . (@where ? ' WHERE ' . join(' AND ', @where) : ''),
		"v.e <-> $query");
}

# Calls the function that runs a statement and compares its answers.
sub try
{
	my ($self) = @_;
	my $most = one_of(1, 2, 5, 10, 10, 30, 100, 1000, 'NULL');
	my $is_exact = $self->{is_set} && $self->{sees_all} && $self->{method} ne 'ivfpq' && $self->{rows} < 1000 ? 'true' : 'false';
	my $mode = one_of('plain', 'plain', 'plain', 'lateral', 'prepared');
	my ($statement, $distance) = $self->_statement;
	return "SELECT try(\$s\$$statement\$s\$, \$s\$$distance\$s\$, $most, '$mode', $is_exact) \\g /dev/null\n";
}

# The same on a new connection.
sub first_try
{
	my ($self) = @_;
	$self->{is_set} = 0;
	return $self->try;
}

# How an index is searched, from now on: all of it, or less.
sub settings
{
	my ($self) = @_;
	$self->{is_set} = 1;
	my $strategy = one_of('auto', 'auto', 'postfilter', 'exact', 'inline');
	return "SET vecext.filter_strategy = $strategy;\n"
	  . ($self->{sees_all} ? "SET hnsw.ef_search = 1000; SET ivfflat.probes = 100; SET ivfpq.probes = 100;\n" : '');
}

1;
