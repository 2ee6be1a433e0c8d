"""Loading by binary COPY: what the server has afterwards."""

import asyncio
import datetime
import uuid
from decimal import Decimal

import numpy as np
import psycopg
import pytest
from psycopg import sql

from vecext import Bit, Error, HalfVector, SparseVector, Vector, copy_rows, copy_rows_async


def test_fixed_width(connection):
    connection.execute("CREATE TABLE t (i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, b bool, v vector(3), h halfvec(3))")
    rows = 5000
    numbers = np.arange(rows)
    columns = {
        "v": np.random.default_rng(1).normal(size=(rows, 3)).astype(np.float32),
        "h": np.random.default_rng(2).normal(size=(rows, 3)).astype(np.float16),
        "i8": numbers * 1_000_000_000_000,
        "i4": -numbers,
        "i2": numbers.astype(np.uint16),
        "f4": numbers / 3,
        "f8": numbers / 3,
        "b": numbers % 2 == 0,
    }
    sent = []
    assert copy_rows(connection, "t", columns, on_rows=sent.append) == rows
    assert sum(sent) == rows
    found = connection.cursor(binary=True).execute("SELECT v, h, i8, i4, i2, f4, f8, b FROM t ORDER BY i2").fetchall()
    assert len(found) == rows
    for number, row in enumerate(found):
        assert np.array_equal(row[0], columns["v"][number])
        assert row[1] == HalfVector(columns["h"][number])
        assert row[2:5] == (number * 1_000_000_000_000, -number, number)
        assert row[5:] == (np.float32(number / 3), number / 3, number % 2 == 0)


def test_mixed(connection):
    connection.execute("CREATE TYPE mood AS ENUM ('well', 'ill')")
    connection.execute("CREATE DOMAIN name_of_city AS varchar(20)")
    connection.execute(
        """CREATE TABLE t (id int8, t text, d name_of_city, j jsonb, p json, y bytea, n numeric, w timestamptz, day date, u uuid,
            s sparsevec(5), a text[], f float4[], m mood, v vector(2), i int4)"""
    )
    noon = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc)
    key = uuid.uuid4()
    columns = {
        "id": np.array([1, 2]),
        "t": ["größer", None],
        "d": ["Ulm", None],
        "j": [{"a": [1, None, "x"]}, None],
        "p": ["text", None],
        "y": [b"\x00\xff", None],
        "n": [Decimal("1.50"), 7],
        "w": [noon, None],
        "day": [noon.date(), None],
        "u": [key, None],
        "s": [SparseVector({3: 1.5}, 5), [0, 0, 1, 0, 0]],
        "a": [["x", None], []],
        "f": [[1.5, 2.5], None],
        "m": ["ill", None],
        "v": [Vector([1, 2]), None],
        "i": [4, None],
    }
    assert copy_rows(connection, "t", [columns]) == 2
    first, second = connection.execute("SELECT * FROM t ORDER BY id").fetchall()
    assert first[:10] == (1, "größer", "Ulm", {"a": [1, None, "x"]}, "text", b"\x00\xff", Decimal("1.50"), noon, noon.date(), key)
    assert first[10:14] == (SparseVector({3: 1.5}, 5), ["x", None], [1.5, 2.5], "ill")
    assert first[14].tolist() == [1, 2]
    assert first[15] == 4
    assert second == (2, None, None, None, None, None, 7, None, None, None, SparseVector({2: 1}, 5), [], None, None, None, None)


@pytest.mark.parametrize(
    "kind, values, texts",
    [
        ("uuid", ["6b8e9f5c-0000-4000-8000-000000000000"], "6b8e9f5c-0000-4000-8000-000000000000"),
        ("numeric", ["1.50", 2.5, 3], "1.50 2.5 3"),
        ("numeric", np.array([1.5]), "1.5"),
        ("timestamptz", [datetime.datetime(2024, 1, 1), "2024-01-01T00:00:00+02:00"], "2024-01-01 00:00:00-05 2023-12-31 17:00:00-05"),
        ("timestamp", [datetime.date(2024, 1, 1), "2024-01-02 03:04:05"], "2024-01-01 00:00:00 2024-01-02 03:04:05"),
        ("timestamp", np.array(["2024-01-01T00:00:00.5"], dtype="datetime64[ns]"), "2024-01-01 00:00:00.5"),
        ("float8", [1, 2.5], "1 2.5"),
        ("bool", [True, False], "true false"),
        ("int4[]", np.array([[1, 2]]), "{1,2}"),
        ("bytea", np.array([[1, 2]], dtype=np.uint8), r"\x0102"),
        ("vector[]", [[Vector([1]), Vector([2, 3])]], '{[1],"[2,3]"}'),
    ],
)
def test_values_of_other_classes(connection, kind, values, texts):
    connection.execute("SET timezone = 'America/New_York'")
    connection.execute(f"CREATE TABLE t (number serial, x {kind})")
    copy_rows(connection, "t", {"x": values})
    assert connection.execute("SELECT string_agg(x::text, ' ' ORDER BY number) FROM t").fetchone() == (texts,)


def test_many_mixed_rows(connection):
    connection.execute("CREATE TABLE t (t text, id int4, v vector(2))")
    numbers = np.arange(10_000)
    copy_rows(connection, "t", {"id": numbers, "v": np.stack([numbers, -numbers], axis=1), "t": [str(number) for number in numbers]})
    right = "t = id::text AND v::text = format('[%s,%s]', id, -id)"
    assert connection.execute(f"SELECT count(*), count(DISTINCT id) FROM t WHERE {right}").fetchone() == (10_000, 10_000)


def test_vectors_of_lists_and_bytes(connection):
    connection.execute("CREATE TABLE t (id int4, v vector, h halfvec)")
    copy_rows(connection, "t", {"id": np.arange(3), "v": [[1, 2], [3], "[4,5]"], "h": [[1, 2], [3, 4], [5, 6]]})
    copy_rows(connection, "t", {"id": np.array([3]), "v": np.array([[0, 255]], dtype=np.uint8), "h": np.array([[1.5]])})
    found = connection.execute("SELECT v::text, h::text FROM t ORDER BY id").fetchall()
    assert found == [("[1,2]", "[1,2]"), ("[3]", "[3,4]"), ("[4,5]", "[5,6]"), ("[0,255]", "[1.5]")]


def test_bits(connection):
    connection.execute("CREATE TABLE t (a bit(10), b bit(16), c varbit)")
    truths = np.array([[1, 0, 1, 0, 1, 0, 1, 0, 1, 1]], dtype=bool)
    packed = np.packbits(truths, axis=1)
    copy_rows(connection, "t", {"a": truths, "b": packed, "c": truths})
    copy_rows(connection, "t", {"a": packed, "b": [Bit(b"\xaa\xc0")], "c": ["1010101011"]})
    assert connection.execute("SELECT DISTINCT a::text, b::text, c::text FROM t").fetchall() == [("1010101011", "1010101011000000", "1010101011")]


def test_names(connection):
    connection.execute('CREATE SCHEMA "a b"')
    connection.execute('CREATE TABLE "a b"."T ""1""" ("the id" int4, columns int4, length int4)')
    batch = {"the id": np.array([7]), "columns": np.array([8]), "length": [None]}
    assert copy_rows(connection, '"a b"."T ""1"""', batch) == 1
    assert copy_rows(connection, sql.Identifier("a b", 'T "1"'), batch) == 1
    assert connection.execute('SELECT * FROM "a b"."T ""1"""').fetchall() == [(7, 8, None)] * 2


def test_batches_and_none(connection):
    connection.execute("CREATE TABLE t (id int4, t text)")
    assert copy_rows(connection, "t", iter([])) == 0
    assert copy_rows(connection, "t", [{"id": np.arange(3), "t": ["a", "b", "c"]}, {"t": [], "id": []}, {"t": ["d"], "id": [None]}]) == 4
    assert connection.execute("SELECT string_agg(t, '' ORDER BY t), sum(id) FROM t").fetchone() == ("abcd", 3)


@pytest.mark.parametrize(
    "columns, message",
    [
        ({"id": np.arange(2), "t": ["a"]}, "different numbers of rows"),
        ({}, "the first batch has no columns"),
        ({"no": np.arange(2)}, 'table "t" has no column "no"'),
        ({"id": np.array([3_000_000_000])}, 'value 3000000000 of column "id" is out of range for type int4'),
        ({"id": np.array([1.5])}, 'column "id" is of type int4, its values are float64'),
        ({"id": ["x"]}, "column \"id\" is of type int4 and cannot take 'x'"),
        ({"id": [2**40]}, 'column "id" is of type int4 and cannot take 1099511627776'),
        ({"b": ["yes"]}, 'column "b" is of type bool and cannot take'),
        ({"w": ["a b"]}, 'column "w" is of type tsvector and cannot take'),
        ({"t": [5]}, 'column "t" is of type text and cannot take 5'),
        ({"v": [["a"]]}, 'column "v" is of type vector and cannot take'),
        ([{"id": [1]}, {"t": ["a"]}], "a batch has columns t, the first one has id"),
    ],
)
def test_refusals(connection, columns, message):
    connection.execute("CREATE TABLE t (id int4, t text, v vector(2), b bool, w tsvector)")
    with pytest.raises(Error) as caught:
        copy_rows(connection, "t", columns)
    assert message in caught.value.message
    connection.rollback()


def test_refusals_of_the_server(connection):
    with pytest.raises(Error, match='table "nothing" does not exist'):
        copy_rows(connection, "nothing", {"id": [1]})
    connection.execute("CREATE TABLE t (v vector(3))")
    with pytest.raises(psycopg.DataError, match="expected 3 dimensions, not 2"):
        copy_rows(connection, "t", {"v": np.ones((1, 2))})


def test_transaction_is_the_callers(connection, database):
    connection.execute("CREATE TABLE t (id int4)")
    copy_rows(connection, "t", {"id": np.arange(3)})
    connection.rollback()
    assert connection.execute("SELECT to_regclass('t')").fetchone() == (None,)


def test_async(database):
    async def batches():
        for number in range(3):
            yield {"id": np.full(2, number), "t": ["a", None]}

    async def run():
        async with await psycopg.AsyncConnection.connect(database) as connection:
            await connection.execute("CREATE TEMP TABLE t (id int4, t text)")
            assert await copy_rows_async(connection, "t", batches()) == 6
            assert await copy_rows_async(connection, "t", {"id": np.arange(3)}) == 3
            assert await copy_rows_async(connection, "t", []) == 0
            cursor = await connection.execute("SELECT count(*), count(t), sum(id) FROM t")
            return await cursor.fetchone()

    assert asyncio.run(run()) == (9, 3, 9)


def test_texts_of_a_session_with_another_encoding(connection):
    connection.execute("CREATE TABLE items (id int, body text, doc jsonb)")
    connection.execute("SET client_encoding = 'LATIN1'")
    copy_rows(connection, "items", {"id": [1], "body": ["größer"], "doc": [{"a": "é"}]})
    assert connection.execute("SELECT body FROM items").fetchall() == [("größer",)]
    connection.execute("SET client_encoding = 'UTF8'")
    assert connection.execute("SELECT body, length(body), doc->>'a' FROM items").fetchall() == [("größer", 6, "é")]
    connection.execute("SET client_encoding = 'LATIN1'")
    with pytest.raises(Error, match="cannot take '🦜'"):
        copy_rows(connection, "items", {"id": [1], "body": ["🦜"], "doc": [None]})
