"""Tables of Arrow as columns, and loaded."""

import datetime

import numpy as np
import pytest

from vecext import SparseVector, copy_rows
from vecext.rows import batches_of

pa = pytest.importorskip("pyarrow")


def table():
    vectors = np.arange(12, dtype=np.float32).reshape(4, 3)
    return pa.table(
        {
            "id": pa.array([1, 2, 3, 4], pa.int32()),
            "fixed": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), 3),
            "lists": pa.array(vectors.tolist(), pa.list_(pa.float64())),
            "half": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel().astype(np.float16)), 3),
            "gaps": pa.array([[1.0, 2.0, 3.0], None, [4.0, 5.0, 6.0], None], pa.list_(pa.float32())),
            "word": pa.array(["a", None, "c", "c"]).dictionary_encode(),
            "made": pa.array([datetime.datetime(2024, 1, day) for day in (1, 2, 3, 4)], pa.timestamp("ns")),
            "payload": pa.array([{"x": 1, "y": ["z"]}] * 4),
        }
    )


def test_columns():
    (columns,) = batches_of(table().slice(1, 2))
    assert columns["id"].tolist() == [2, 3]
    for name, kind in (("fixed", np.float32), ("lists", np.float64), ("half", np.float16)):
        assert columns[name].dtype == kind
        assert columns[name].tolist() == [[3, 4, 5], [6, 7, 8]]
    assert columns["gaps"] == [None, [4, 5, 6]]
    assert columns["word"] == [None, "c"]
    assert columns["payload"] == [{"x": 1, "y": ["z"]}] * 2


def test_lists_of_different_lengths():
    (columns,) = batches_of(pa.table({"v": [[1.0, 2.0], [3.0], [4.0, 5.0, 6.0]]}))
    assert columns["v"] == [[1.0, 2.0], [3.0], [4.0, 5.0, 6.0]]
    (columns,) = batches_of(pa.table({"v": [[1.0, None], [3.0, 4.0]]}))
    assert columns["v"] == [[1.0, None], [3.0, 4.0]]


@pytest.mark.parametrize("source", ["table", "batches", "reader", "tables"])
def test_copy(connection, source):
    connection.execute("CREATE TABLE t (id int8, fixed vector(3), lists vector(3), half halfvec(3), gaps vector(3), word text, made timestamp, payload jsonb)")
    whole = table()
    given = {
        "table": whole,
        "batches": whole.to_batches(max_chunksize=3),
        "reader": whole.to_reader(max_chunksize=3),
        "tables": [whole.slice(0, 1), whole.slice(1)],
    }
    assert copy_rows(connection, "t", given[source]) == 4
    found = connection.execute("SELECT id, fixed::text, lists::text, half::text, gaps::text, word, made, payload FROM t ORDER BY id").fetchall()
    assert found[0] == (1, "[0,1,2]", "[0,1,2]", "[0,1,2]", "[1,2,3]", "a", datetime.datetime(2024, 1, 1), {"x": 1, "y": ["z"]})
    assert found[1][:6] == (2, "[3,4,5]", "[3,4,5]", "[3,4,5]", None, None)


def test_sparse_of_dense_rows(connection):
    connection.execute("CREATE TABLE t (s sparsevec(3))")
    copy_rows(connection, "t", pa.table({"s": [[0.0, 1.5, 0.0]]}))
    assert connection.execute("SELECT s FROM t").fetchone() == (SparseVector([0, 1.5, 0]),)
