"""`vecext import pgvector`, `vecext export pgvector`: a table of another database, whose extension has the name that pgvector's has."""

import os

import psycopg
import pytest
from psycopg import sql as composed
from psycopg.conninfo import make_conninfo

from command import call, operator_class, result
from test_load import sql  # noqa: F401


@pytest.fixture(scope="module")
def other(database):
    """A connection to another database, whose types lie in a schema that is not in the search path."""
    name = composed.Identifier(f"vecext_python_other_{os.getpid()}")
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(composed.SQL("CREATE DATABASE {}").format(name))
        with psycopg.connect(make_conninfo(database, dbname=name._obj[0]), autocommit=True) as connection:
            connection.execute("CREATE SCHEMA extensions")
            connection.execute("CREATE EXTENSION vector SCHEMA extensions")
            yield connection
        admin.execute(composed.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def items(other):
    """A table with columns of many types, dropped at the end."""
    other.execute(
        """CREATE TABLE "My items" (id bigint PRIMARY KEY, v extensions.vector(3), h extensions.halfvec(3), s extensions.sparsevec(5), b bit(4),
            word text, code varchar(9), price numeric(20, 10), f4 real, f8 double precision, yes boolean, doc jsonb, raw json, key uuid,
            at timestamptz, day date, tags text[], bytes bytea, net inet, twice bigint GENERATED ALWAYS AS (id * 2) STORED)"""
    )
    other.execute(
        """INSERT INTO "My items" SELECT i, ARRAY[random(), -random() * 1e-30, random() * 1e30]::real[]::extensions.vector,
            ARRAY[random(), -random(), 60000 * random()]::real[]::extensions.halfvec,
            format('{1:%s,5:%s}/5', random()::real, random()::real)::extensions.sparsevec, i::bit(4),
            'größer, "🦜"' || i, 'abc', random()::numeric / 3, random(), random(), i % 2 = 0,
            jsonb_build_object('a', ARRAY[i, NULL], 'n', 12345678901234567890.123456789), '{"b" : [1, 2]}', gen_random_uuid(), now() + i * interval '1 hour',
            '2026-02-28', ARRAY['a', NULL, 'b "c"'], decode(md5(i::text), 'hex'), '10.0.0.0/8'
        FROM generate_series(1, 250) AS i"""
    )
    other.execute("""INSERT INTO "My items" (id, f4, f8, price) VALUES (0, 'NaN', '-Infinity', 'NaN')""")
    other.execute("""CREATE INDEX ON "My items" USING hnsw (v extensions.vector_ip_ops)""")
    yield "My items"
    other.execute("""DROP TABLE "My items" CASCADE""")


def from_other(other, table, *more):
    return ["import", "pgvector", "--url", make_conninfo(other.info.dsn, password=other.info.password or None), "--collection", table, *more]


def rows(execute, table):
    """All rows as texts, with the bits of their vectors."""
    columns = "t.doc, t.tags, extract(epoch FROM t.at), t.day, t.price, t.f4::text, t.f8, t.b, t.word, t.raw::text, t.key, t.bytes, t.net, t.s::text, t.twice"
    return execute(f"SELECT id, v::real[]::text, h::real[]::text, ROW({columns})::text FROM {table} AS t ORDER BY id")


def test_all_types_come_in(database, sql, capfd, other, items):  # noqa: F811
    done = result(capfd, database, *from_other(other, '"My items"', "--table", "items", "--batch", "100", "--index", "hnsw", "--map", "h=h"))
    assert done["rows"] == 251 and "items_v_idx" in done["indexes"]
    ours = rows(sql, "items")
    theirs = rows(lambda text: other.execute(text).fetchall(), '"My items"')
    assert len(ours) == 251 and ours == theirs
    assert operator_class(sql, "items_v_idx") == "vector_ip_ops", "the distance is that of the index there"
    types = "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum"
    expected = [(name, kind.removeprefix("extensions.")) for name, kind in other.execute(types, ['"My items"']).fetchall()]
    assert sql(types, "items") == expected


def test_a_view_needs_a_table(database, sql, capfd, other, items):  # noqa: F811
    other.execute("""CREATE VIEW few AS SELECT id, v FROM "My items" WHERE id BETWEEN 1 AND 10""")
    code, _, err = call(capfd, database, *from_other(other, "few", "--table", "few"))
    assert code == 1 and "few has no primary key of one column" in err and "create few before" in err
    sql("CREATE TABLE few (id bigint, embedding vector(3))")
    assert result(capfd, database, *from_other(other, "few", "--table", "few"))["rows"] == 10
    assert sql("SELECT embedding::real[]::text FROM few ORDER BY id") == other.execute("SELECT v::real[]::text FROM few ORDER BY id").fetchall()


def test_what_is_refused(database, sql, capfd, other):  # noqa: F811
    code, _, err = call(capfd, database, *from_other(other, "missing", "--table", "items"))
    assert code == 1 and "table missing does not exist there" in err
    code, _, err = call(capfd, database, "import", "pgvector", "--url", "host=/nowhere", "--collection", "x", "--table", "items")
    assert code == 1 and "no connection to the server of x" in err
    other.execute("CREATE TYPE mood AS ENUM ('fine')")
    other.execute("CREATE TABLE moods (id int PRIMARY KEY, mood mood, v extensions.vector)")
    code, _, err = call(capfd, database, *from_other(other, "moods", "--table", "moods"))
    assert code == 1 and "is of type mood" in err and "--map mood=" in err
    assert result(capfd, database, *from_other(other, "moods", "--table", "moods", "--map", "mood="))["rows"] == 0


def test_times_that_python_does_not_hold(database, sql, capfd, other, tmp_path):  # noqa: F811
    other.execute("CREATE TABLE far (id int PRIMARY KEY, d date, t timestamptz, n timestamp)")
    other.execute("INSERT INTO far VALUES (1, '12000-01-01', '12000-01-01', '12000-01-01'), (2, 'infinity', 'infinity', '-infinity')")
    other.execute("INSERT INTO far VALUES (3, '0044-03-15 BC', '2026-03-04 05:06', NULL)")
    other.execute(composed.SQL("ALTER DATABASE {} SET datestyle = 'German'").format(composed.Identifier(other.info.dbname)))
    result(capfd, database, *from_other(other, "far", "--table", "far"))
    texts = "SELECT id, d::text, t::text, n::text FROM far ORDER BY id"
    assert sql(texts) == other.execute(texts).fetchall()
    result(capfd, database, "export", tmp_path / "far.csv", "--table", "far")
    result(capfd, database, "load", tmp_path / "far.csv", "--table", "again", "--create")
    assert sql("SELECT count(*) FROM far JOIN again USING (id) WHERE far.d::text = again.d::text") == [(3,)]
    other.execute("DROP TABLE far")


def test_rows_go_to_another_database(database, sql, capfd, other):  # noqa: F811
    sql("CREATE TABLE mine (id bigint PRIMARY KEY, v vector(3), s sparsevec(5), word text, at timestamptz, span interval, tags text[], f8 float8, doc json)")
    sql(
        """INSERT INTO mine SELECT i, ARRAY[random(), -random() * 1e-30, random() * 1e30]::real[]::vector, format('{1:%s}/5', random()::real)::sparsevec,
            E'tab\t, "🦜" \\N' || i, now() + i * interval '1 hour', i * interval '1 day 3 s', ARRAY['a', NULL, 'b "c"'], random(), '{"b" : [1]}'
        FROM generate_series(1, 250) AS i"""
    )
    sql("INSERT INTO mine (id) VALUES (0)")
    other.execute(composed.SQL("ALTER DATABASE {} SET datestyle = 'German'").format(composed.Identifier(other.info.dbname)))
    dsn = make_conninfo(other.info.dsn, password=other.info.password or None, options="-c search_path=public,extensions")
    done = result(capfd, database, "export", "pgvector", "--url", dsn, "--collection", "taken", "--table", "mine")
    assert done["rows"] == 251 and done["file"] == "table taken"
    rows = "SELECT id, v::text, s::text, word, at, span, tags, f8, doc::text FROM {} ORDER BY id"
    other.execute("SET search_path = public, extensions")
    assert other.execute(rows.format("taken")).fetchall() == sql(rows.format("mine"))
    code, _, err = call(capfd, database, "export", "pgvector", "--url", dsn, "--collection", "taken", "--table", "mine")
    assert code == 1 and "duplicate key" in err
    other.execute("ALTER TABLE taken DROP span")
    code, _, err = call(capfd, database, "export", "pgvector", "--url", dsn, "--collection", "taken", "--table", "mine")
    assert code == 1 and "taken has no column span there" in err
    result(capfd, database, "export", "pgvector", "--url", dsn, "--collection", "few", "--table", "mine", "--columns", "id,v", "--where", "id < 3")
    assert other.execute("SELECT count(*) FROM few").fetchone() == (3,)
    other.execute("DROP TABLE taken, few")


def test_a_connection_string_is_not_shown(database, sql, capfd):  # noqa: F811
    sql("CREATE TABLE mine (id int PRIMARY KEY)")
    for direction, table in (("import", "again"), ("export", "mine")):
        code, _, err = call(capfd, database, direction, "pgvector", "--url", "postgresql://u:50%secret@h/db", "--collection", "c", "--table", table)
        assert code == 1 and "--url is not a connection string" in err and "secret" not in err
