"""Parameters and results of psycopg, in both formats."""

import asyncio

import numpy as np
import psycopg
import pytest

from vecext import Bit, Error, HalfVector, SparseVector, Vector, register_vector, register_vector_async

VALUES = [
    ("vector", Vector([1.5, 2, 3])),
    ("vector", np.array([1.5, 2, 3])),
    ("halfvec", HalfVector([1.5, 2, 3])),
    ("sparsevec", SparseVector([1.5, 0, 2, 0, 3, 0])),
    ("sparsevec", SparseVector({4_000_000_000: 1.5}, 1 << 32)),
]


def same(found, given):
    if isinstance(found, np.ndarray):
        given = given.to_numpy() if isinstance(given, Vector) else given
        return found.dtype == np.float32 and np.array_equal(found, given)
    return type(found) is type(given) and found == given


@pytest.mark.parametrize("kind, value", VALUES)
@pytest.mark.parametrize("parameter", ["%s", "%t", "%b"])
@pytest.mark.parametrize("binary", [False, True])
def test_round_trip(connection, kind, value, parameter, binary):
    cursor = connection.cursor(binary=binary)
    found, array = cursor.execute(f"SELECT {parameter}::{kind}, ARRAY[{parameter}::{kind}, NULL]", (value, value)).fetchone()
    assert same(found, value)
    assert same(array[0], value)
    assert array[1] is None


def test_bit_is_written(connection):
    for parameter in ("%s", "%t", "%b"):
        assert connection.execute(f"SELECT {parameter}::bit(9)", (Bit("010100001"),)).fetchone() == ("010100001",)
    (data,) = connection.execute("SELECT B'010100001'", binary=True).fetchone()
    assert Bit.from_binary(data) == Bit("010100001")


def test_array_of_other_types(connection):
    half, distance = connection.execute("SELECT %s::halfvec, '[1,2]'::halfvec <-> %s", (np.array([1, 2]), np.array([1, 3]))).fetchone()
    assert half == HalfVector([1, 2])
    assert distance == 1
    with pytest.raises(ValueError, match="expected ndim to be 1"):
        connection.execute("SELECT %s::vector", (np.ones((2, 2)),))


def test_list_of_vectors(connection):
    vectors = [Vector([1, 2]), Vector([3, 4])]
    (found,) = connection.execute("SELECT %s", (vectors,)).fetchone()
    assert [row.tolist() for row in found] == [[1, 2], [3, 4]]


def test_set_types_of_copy(connection):
    connection.execute("CREATE TABLE t (id int8, v vector(2), h halfvec(2), b bit(3), s sparsevec(2))")
    with connection.cursor().copy("COPY t FROM STDIN (FORMAT binary)") as copy:
        copy.set_types(["int8", "vector", "halfvec", "bit", "sparsevec"])
        copy.write_row([1, np.array([1, 2]), HalfVector([1, 2]), Bit("101"), SparseVector([0, 2])])
        copy.write_row([2, Vector([1, 2]), [1, 2], "101", [0, 2]])
    assert connection.execute("SELECT v::text, h::text, b::text, s::text FROM t").fetchall() == [("[1,2]", "[1,2]", "101", "{2:2}/2")] * 2


def test_async(database):
    async def run():
        async with await psycopg.AsyncConnection.connect(database) as connection:
            await register_vector_async(connection)
            cursor = await connection.execute("SELECT %s::vector", (Vector([1, 2]),))
            (found,) = await cursor.fetchone()
            return found

    assert asyncio.run(run()).tolist() == [1, 2]


def test_without_extension(database):
    with psycopg.connect(database, options="-c search_path=nowhere") as connection:
        with pytest.raises(Error, match="vector type not found in the database") as caught:
            register_vector(connection)
        assert isinstance(caught.value, psycopg.ProgrammingError)
        assert "CREATE EXTENSION vecext" in caught.value.hint
