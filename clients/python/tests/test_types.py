"""Values: constructors, their forms, and equality. Answers are those of pgvector's classes of these names."""

import struct

import numpy as np
import pytest

from vecext import Bit, HalfVector, SparseVector, Vector


@pytest.mark.parametrize("value_class", [Vector, HalfVector])
def test_dense_from_list_and_array(value_class):
    for given in ([1, 2, 3], (1.0, 2.0, 3.0), np.array([1, 2, 3]), np.array([1, 2, 3], dtype=">f4"), np.array([3, 2, 1], dtype=np.float32)[::-1]):
        value = value_class(given)
        assert value.to_list() == [1, 2, 3]
        assert value.dimensions() == 3
        assert value == value_class([1, 2, 3])
        assert value.to_binary() == value_class([1, 2, 3]).to_binary()
    assert value_class([1, 2, 3]) != value_class([1, 2, 4])
    assert repr(value_class([1, 2.5])) == f"{value_class.__name__}([1.0, 2.5])"


@pytest.mark.parametrize("value_class", [Vector, HalfVector])
def test_dense_is_a_copy(value_class):
    given = np.array([1, 2, 3], dtype=value_class.element)
    value = value_class(given)
    given[0] = 9
    value.to_numpy()[1] = 9
    assert value.to_list() == [1, 2, 3]


@pytest.mark.parametrize("given", [1, [[1, 2], [3, 4]], ["one", "two"]])
def test_dense_refuses(given):
    with pytest.raises(ValueError):
        Vector(given)


def test_dense_forms():
    assert Vector.from_text("[1.5,2,3]").to_text() == "[1.5,2.0,3.0]"
    assert Vector([0.1]).to_text() == "[0.1]"  # as many digits as a float of 32 bits needs
    assert HalfVector([0.1]).to_text() == "[0.1]"
    data = struct.pack(">HH3f", 3, 0, 1.5, 2, 3)
    assert Vector.from_binary(data).to_list() == [1.5, 2, 3]
    assert Vector.from_binary(data).to_binary() == data
    assert Vector.from_binary(data).to_numpy().dtype == np.float32
    data = struct.pack(">HH3e", 3, 0, 1.5, 2, 3)
    assert HalfVector.from_binary(data).to_binary() == data
    with pytest.raises(ValueError, match="invalid length"):
        Vector.from_binary(data)


def test_sparse_from_all():
    sparse = pytest.importorskip("scipy.sparse")
    dense = [1, 0, 2, 0, 3, 0]
    for value in (
        SparseVector(dense),
        SparseVector(np.array(dense)),
        SparseVector({2: 2, 4: 3, 0: 1, 3: 0}, 6),
        SparseVector(sparse.coo_array(np.array(dense))),
        SparseVector(sparse.coo_matrix([dense])),
        SparseVector(sparse.csr_array([dense])),
        SparseVector(sparse.dok_array([dense])),
        SparseVector(sparse.coo_array(([3, 1, 2], ([4, 0, 2],)), shape=(6,))),
    ):
        assert value == SparseVector(dense)
        assert value.to_list() == dense
        assert value.dimensions() == 6
        assert value.indices() == [0, 2, 4]
        assert value.values() == [1, 2, 3]
        assert value.to_coo().toarray().tolist() == [dense]
    assert SparseVector({}, 1) != SparseVector({}, 2)
    assert repr(SparseVector(dense)) == "SparseVector({0: 1.0, 2: 2.0, 4: 3.0}, 6)"


def test_sparse_refuses():
    with pytest.raises(ValueError, match="missing dimensions"):
        SparseVector({0: 1})
    with pytest.raises(ValueError, match="extra argument"):
        SparseVector([1, 0], 2)
    with pytest.raises(ValueError, match="expected ndim to be 1"):
        SparseVector([[1, 0]])


def test_sparse_forms():
    assert SparseVector.from_text("{1:1.5,3:2,5:3}/6").to_text() == "{1:1.5,3:2.0,5:3.0}/6"
    assert SparseVector.from_text("{}/3").to_list() == [0, 0, 0]
    data = struct.pack(">iii3i3f", 6, 3, 0, 0, 2, 4, 1.5, 2, 3)
    assert SparseVector.from_binary(data) == SparseVector([1.5, 0, 2, 0, 3, 0])
    assert SparseVector.from_binary(data).to_binary() == data


def test_sparse_open_space():
    value = SparseVector({4_000_000_000: 1.5}, 1 << 32)
    assert SparseVector.from_binary(value.to_binary()) == value
    assert value.to_text() == "{4000000001:1.5}/4294967296"


def test_bit_from_all():
    for value in (Bit([True, False, True]), Bit("101"), Bit(np.array([True, False, True])), Bit(np.array([1, 0, 1], dtype=np.uint8))):
        assert value == Bit("101")
        assert value.to_list() == [True, False, True]
        assert value.to_numpy().tolist() == [True, False, True]
        assert value.to_binary() == struct.pack(">i", 3) + b"\xa0"
        assert Bit.from_binary(value.to_binary()) == value
    assert Bit(b"\xff\x00\xf0").to_text() == "111111110000000011110000"
    assert Bit("101") != Bit("1010")
    assert repr(Bit("101")) == "Bit(101)"


def test_bit_refuses():
    with pytest.raises(ValueError, match="expected bit string"):
        Bit("201")
    with pytest.raises(ValueError, match="expected ndim to be 1"):
        Bit([[True]])
    with pytest.warns(UserWarning, match="expected elements to be boolean"):
        Bit([254, 7, 0])
