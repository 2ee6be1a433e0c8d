"""Readers and writers of files, without a server: what other libraries wrote is read, and what is written they read."""

import gzip
import io
import json
import sys

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.json
import pyarrow.parquet as pq
import pytest

from vecext import Error
from vecext.files import describe, read, write
from vecext.files.formats import FORMATS, open_source
from vecext.files.source import sources
from vecext.rows import row_count

VECTORS = np.random.default_rng(1).normal(size=(50, 7)).astype(np.float32)
BYTES = np.random.default_rng(2).integers(0, 256, size=(50, 7), dtype=np.uint8)
INTEGERS = np.random.default_rng(3).integers(-(2**31), 2**31, size=(50, 7), dtype=np.int32)


def joined(batches):
    """All batches as one: arrays, or lists."""
    columns = {}
    for batch in batches:
        for name, column in batch.items():
            columns.setdefault(name, []).append(column)
    return {name: np.concatenate(parts) if isinstance(parts[0], np.ndarray) else [value for part in parts for value in part] for name, parts in columns.items()}


def write_npy(path, array):
    np.save(path, array)


def write_npz(path, array):
    np.savez(path, embedding=array)


def write_hdf5(path, array):
    with h5py.File(path, "w") as file:
        file["embedding"] = array


def write_parquet(path, array):
    pq.write_table(table_of(array), path, row_group_size=20)


def write_arrow(path, array):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table_of(array).schema) as writer:
        writer.write_table(table_of(array), max_chunksize=20)


def write_arrows(path, array):
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table_of(array).schema) as writer:
        writer.write_table(table_of(array), max_chunksize=20)


def write_feather(path, array):
    pyarrow.feather.write_feather(table_of(array), str(path), compression="zstd")


def write_bin(path, array):
    with open(path, "wb") as file:
        np.array(array.shape, dtype="<u4").tofile(file)
        array.tofile(file)


def write_vecs(path, array):
    with open(path, "wb") as file:
        for row in array:
            np.array(len(row), dtype="<i4").tofile(file)
            row.tofile(file)


def table_of(array):
    return pa.table({"embedding": pa.FixedSizeListArray.from_arrays(array.reshape(-1), array.shape[1])})


ARRAYS = {
    "npy": (write_npy, VECTORS),
    "npz": (write_npz, VECTORS),
    "hdf5": (write_hdf5, VECTORS),
    "h5": (write_hdf5, VECTORS.astype(np.float16)),
    "parquet": (write_parquet, VECTORS),
    "arrow": (write_arrow, VECTORS),
    "arrows": (write_arrows, VECTORS),
    "feather": (write_feather, VECTORS),
    "fbin": (write_bin, VECTORS),
    "u8bin": (write_bin, BYTES),
    "ibin": (write_bin, INTEGERS),
    "fvecs": (write_vecs, VECTORS),
    "bvecs": (write_vecs, BYTES),
    "ivecs": (write_vecs, INTEGERS),
}


@pytest.mark.parametrize("format", ARRAYS)
@pytest.mark.parametrize("start", [0, 1, 19, 20, 43, 50])
def test_arrays_are_read_from_any_row(tmp_path, format, start):
    write_with_library, array = ARRAYS[format]
    path = tmp_path / f"x.{format}"
    write_with_library(path, array)
    (source,) = sources([str(path)])
    with open_source(source) as reader:
        assert list(reader.columns) == ["embedding"]
        assert reader.rows in (50, None)
        batches = list(reader.batches(8, start))
    assert all(row_count(batch) <= 8 for batch in batches)
    assert sum(map(row_count, batches)) == 50 - start
    if batches:
        found = np.asarray(joined(batches)["embedding"])
        assert np.array_equal(found, array[start:])
        assert array.dtype.kind == "i" or found.dtype == array.dtype


@pytest.mark.parametrize("format", [format for format in ARRAYS if format not in ("fvecs", "bvecs", "ivecs")])
@pytest.mark.parametrize("rows", [0, 1])
def test_files_of_no_row_and_of_one(tmp_path, format, rows):
    write_with_library, array = ARRAYS[format]
    path = tmp_path / f"x.{format}"
    write_with_library(path, array[:rows])
    assert sum(map(row_count, read(str(path)))) == rows
    expected = "integer[]" if array.dtype.kind == "i" else "halfvec(7)" if array.dtype == np.float16 else "vector(7)"
    assert describe(str(path)).columns == {"embedding": expected}


@pytest.mark.parametrize("format", ["npy", "npz", "hdf5", "parquet", "arrow", "arrows", "fbin", "fvecs", "csv", "tsv", "json", "jsonl"])
def test_vectors_written_are_read_bit_equal(tmp_path, format):
    bits = np.random.default_rng(4).integers(0, 2**32, size=(3000, 5), dtype=np.uint32).view(np.float32)
    vectors = np.vstack([bits[np.isfinite(bits).all(axis=1)], np.array([[0, -0.0, 1, -1, 1e-45]], dtype=np.float32)])
    path = str(tmp_path / f"x.{format}")
    parts = [{"embedding": part} for part in np.array_split(vectors, 3)]
    assert write(path, {"embedding": "vector(5)"}, parts) == len(vectors)
    found = joined(read(path))["embedding"]
    if format in ("csv", "tsv"):
        found = [json.loads(text) for text in found]
    assert np.array_equal(np.asarray(found, dtype=np.float32).view(np.uint32), vectors.view(np.uint32))


def test_libraries_read_what_is_written(tmp_path):
    columns = {"id": "bigint", "embedding": "vector(7)"}
    batch = {"id": np.arange(50), "embedding": VECTORS}
    for format in ("npz", "hdf5", "parquet", "arrow", "arrows", "csv", "json", "jsonl"):
        write(str(tmp_path / f"x.{format}"), columns, [batch])
    for format in ("npy", "fbin", "fvecs"):
        write(str(tmp_path / f"x.{format}"), {"embedding": "vector(7)"}, [{"embedding": VECTORS}])
    assert np.array_equal(np.load(tmp_path / "x.npy"), VECTORS)
    with np.load(tmp_path / "x.npz") as archive:
        assert np.array_equal(archive["embedding"], VECTORS) and np.array_equal(archive["id"], np.arange(50))
    with h5py.File(tmp_path / "x.hdf5") as file:
        assert np.array_equal(file["embedding"], VECTORS) and np.array_equal(file["id"], np.arange(50))
    tables = [pq.read_table(tmp_path / "x.parquet"), pa.ipc.open_file(tmp_path / "x.arrow").read_all(), pa.ipc.open_stream(tmp_path / "x.arrows").read_all()]
    tables += [pa.csv.read_csv(tmp_path / "x.csv"), pa.json.read_json(tmp_path / "x.jsonl")]
    for table in tables:
        assert table["id"].to_pylist() == list(range(50))
    for table in tables[:3]:
        assert np.array_equal(np.array(table["embedding"].to_pylist(), dtype=np.float32), VECTORS)
    assert np.array_equal(np.array([row["embedding"] for row in json.loads((tmp_path / "x.json").read_text())], dtype=np.float32), VECTORS)
    assert np.array_equal(np.fromfile(tmp_path / "x.fbin", dtype="<f4", offset=8).reshape(50, 7), VECTORS)
    assert np.array_equal(np.fromfile(tmp_path / "x.fvecs", dtype="<f4").reshape(50, 8)[:, 1:], VECTORS)


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_wrong_files_are_named(tmp_path, format):
    path = tmp_path / f"x.{format}"
    path.write_bytes(b"\xff\x01\x93 no such thing \x00\x00\xfe" * 9)
    with pytest.raises(Error, match=str(path)):
        list(read(str(path)))


@pytest.mark.parametrize("format", ["npy", "npz", "hdf5", "parquet", "arrow", "arrows", "fbin", "fvecs", "json", "jsonl"])
def test_files_that_end_early(tmp_path, format):
    path = tmp_path / f"x.{format}"
    write(str(path), {"embedding": "vector(7)"}, [{"embedding": VECTORS}])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 3])
    with pytest.raises(Error, match=str(path)):
        list(read(str(path)))


def test_csv(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('id,text,vector,note\r\n1,"größer, 日本 ""x""\n🦜","[1,2.5]",\r\n2,"","[3,-1e-7]","a b"\r\n', encoding="utf-8-sig", newline="")
    assert describe(str(path)).columns == {"id": "bigint", "text": "text", "vector": "vector(2)", "note": "text"}
    assert joined(read(str(path))) == {
        "id": ["1", "2"],
        "text": ['größer, 日本 "x"\n🦜', ""],
        "vector": ["[1,2.5]", "[3,-1e-7]"],
        "note": [None, "a b"],
    }


def test_csv_is_written_as_it_is_read(tmp_path):
    texts = ["", None, "a,b", 'say "x"', "two\nlines", "tab\there", "🦜", " blank ", "NULL", "\\N", None]
    for format in ("csv", "tsv"):
        for columns in (["t"], ["t", "u"]):
            path = str(tmp_path / f"{len(columns)}.{format}")
            write(path, dict.fromkeys(columns, "text"), [dict.fromkeys(columns, texts)])
            assert joined(read(path)) == dict.fromkeys(columns, texts)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1", "-20", ""], "bigint"),
        (["007", "1"], "text"),
        (["1", "2.5", "1e9"], "double precision"),
        (["true", "False"], "boolean"),
        (["[1,2]", "[3, 4]"], "vector(2)"),
        (["[1,2]", "[3]"], "jsonb"),
        (["{1:0.5,3:2}/9", "{}/9"], "sparsevec(9)"),
        (['{"a": 1}', "[]"], "jsonb"),
        (["{a}", "{b}"], "text"),
        (["0a1b2c3d-0000-4000-8000-0123456789ab"], "uuid"),
        (["2024-02-29"], "date"),
        (["2024-02-29 12:00", "2024-02-29T12:00:00.5"], "timestamp without time zone"),
        (["2024-02-29 12:00:00+00", "2024-02-29T12:00:00Z"], "timestamp with time zone"),
        (["2024-02-29", "later"], "text"),
        (["", ""], "text"),
    ],
)
def test_types_of_csv(tmp_path, texts, expected):
    path = tmp_path / "x.csv"
    path.write_text("id,x\n" + "".join('{},"{}"\n'.format(i, text.replace('"', '""')) if text else f"{i},\n" for i, text in enumerate(texts)))
    assert describe(str(path)).columns["x"] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty"), ("a,a\n1,2\n", "twice"), ("a,b\n1,2\n1,2,3\n", "row 2: Expected 2 columns, got 3"), ("a\n\xff\n", "UTF")],
)
def test_wrong_csv(tmp_path, text, message):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(Error, match=message):
        list(read(str(path)))


@pytest.mark.parametrize("indent", [None, 2])
def test_json_array_in_pieces(tmp_path, monkeypatch, indent):
    monkeypatch.setattr("vecext.files.json_rows.CHUNK_BYTES", 5)
    rows = [{"id": 1, "t": "größer ] , [ 🦜", "v": [1, 2.5]}, {"id": None, "v": [3, -4e-7], "p": {"a": [1, None]}}, {"id": 3, "v": [0.1, 12345678.9]}]
    path = tmp_path / "x.json"
    path.write_text(json.dumps(rows, indent=indent), encoding="utf-8")
    assert describe(str(path)).columns == {"id": "bigint", "t": "text", "v": "vector(2)", "p": "jsonb"}
    found = joined(read(str(path)))
    assert found["id"] == [1, None, 3] and found["t"] == [rows[0]["t"], None, None] and found["p"] == [None, {"a": [1, None]}, None]
    assert found["v"] == [[1, 2.5], [3, -4e-7], [0.1, 12345678.9]]


def test_json_lines(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"id": 1, "v": [1, 2]}\n\n{"v": null, "id": 18446744073709551616}\n')
    assert describe(str(path)).columns == {"id": "numeric", "v": "vector(2)"}
    assert joined(read(str(path))) == {"id": [1, 18446744073709551616], "v": [[1, 2], None]}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.jsonl", '{"a": 1}\n{"a": \n', "line 2"),
        ("x.jsonl", '{"a": 1}\n[2]\n', "row 2: a row is an object"),
        ("x.json", '[{"a": 1}, {"a": ]', "row 2"),
        ("x.json", '[{"a": 1}, ', "after 1 rows"),
        ("x.json", '[{"a": 1} {"a": 2}]', ", is expected after 1 rows"),
        ("x.json", '[{"a": 1}, ]', "row 2"),
    ],
)
def test_wrong_json(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(Error, match=message):
        list(read(str(tmp_path / name)))


def test_json_key_of_a_late_row(tmp_path, monkeypatch):
    monkeypatch.setattr("vecext.files.infer.HEAD_ROWS", 2)
    path = tmp_path / "x.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n{"a": 3, "late": 4}\n')
    with pytest.raises(Error, match="row 3: key late"):
        list(read(str(path)))


def test_empty_json(tmp_path):
    for name, text in [("a.json", "[]"), ("b.json", " [ ]\n"), ("c.jsonl", "")]:
        (tmp_path / name).write_text(text)
        assert list(read(str(tmp_path / name))) == []


def test_arrow_types(tmp_path):
    import datetime

    table = pa.table(
        {
            "i": pa.array([1, None, 3], pa.int16()),
            "u": pa.array([1, 2, 2**64 - 1], pa.uint64()),
            "t": pa.array(["a", None, "🦜"]),
            "c": pa.array(["x", "y", "x"]).dictionary_encode(),
            "b": pa.array([True, False, None]),
            "w": pa.array([0, 1500, None], pa.timestamp("ns", tz="UTC")),
            "d": pa.array([datetime.date(2024, 2, 29)] * 3),
            "s": pa.array([{"a": 1}, None, {"a": 3}]),
            "v": pa.array([[1.0, 2.0], None, [3.0, 4.0]], pa.list_(pa.float32())),
            "w2": pa.array([[1.0, 2.0], [1.0], None], pa.list_(pa.float64())),
            "tags": pa.array([["a"], [], None], pa.list_(pa.string())),
        }
    )
    path = tmp_path / "x.parquet"
    pq.write_table(table, path)
    assert describe(str(path)).columns == {
        "i": "smallint",
        "u": "numeric",
        "t": "text",
        "c": "text",
        "b": "boolean",
        "w": "timestamp with time zone",
        "d": "date",
        "s": "jsonb",
        "v": "vector(2)",
        "w2": "double precision[]",
        "tags": "text[]",
    }
    found = joined(read(str(path)))
    assert found["i"] == [1, None, 3] and found["t"] == ["a", None, "🦜"] and found["c"] == ["x", "y", "x"] and found["s"] == [{"a": 1}, None, {"a": 3}]
    assert found["u"].tolist() == [1, 2, 2**64 - 1] and found["v"] == [[1, 2], None, [3, 4]] and found["w"][1].microsecond == 1


def test_arrow_notes_types(tmp_path):
    columns = {"s": "sparsevec(5)", "j": "jsonb", "v": "vector(2)", "n": "numeric(5,2)"}
    batch = {"s": ["{1:2}/5", None], "j": ['{"a": 1}', None], "v": [np.array([1, 2], dtype=np.float32), None], "n": ["1.50", None]}
    for format in ("parquet", "arrow", "arrows"):
        write(str(tmp_path / f"x.{format}"), columns, [batch])
        assert describe(str(tmp_path / f"x.{format}")).columns == columns


def test_several_arrays_in_one_file(tmp_path):
    np.savez(tmp_path / "a.npz", id=np.arange(50), embedding=VECTORS, name=np.array([f"n{i}" for i in range(50)]))
    found = joined(read(str(tmp_path / "a.npz"), batch_rows=20))
    assert found["id"].tolist() == list(range(50)) and np.array_equal(found["embedding"], VECTORS) and found["name"][49] == "n49"
    np.savez(tmp_path / "b.npz", train=VECTORS, test=VECTORS[:5])
    with pytest.raises(Error, match=r"train \(50 rows\), test \(5 rows\)") as raised:
        describe(str(tmp_path / "b.npz"))
    assert "b.npz:train" in raised.value.hint
    assert np.array_equal(joined(read(str(tmp_path / "b.npz") + ":test"))["embedding"], VECTORS[:5])
    with h5py.File(tmp_path / "c.hdf5", "w") as file:
        file["train"], file["test"], file["neighbors"] = VECTORS, VECTORS[:5], INTEGERS[:5]
        file.create_dataset("words", data=["ä"] * 50)
        file.attrs["distance"] = "angular"
    found = joined(read(str(tmp_path / "c.hdf5")))
    assert sorted(found) == ["embedding", "words"] and found["words"] == ["ä"] * 50
    assert joined(read(str(tmp_path / "c.hdf5") + ":neighbors"))["neighbors"] == INTEGERS[:5].tolist()
    with pytest.raises(Error, match="no dataset tset") as raised:
        describe(str(tmp_path / "c.hdf5") + ":tset")
    assert "test" in raised.value.hint


def test_arrays_of_other_kinds(tmp_path):
    np.save(tmp_path / "fortran.npy", np.asfortranarray(VECTORS))
    assert np.array_equal(joined(read(str(tmp_path / "fortran.npy"), batch_rows=20))["embedding"], VECTORS)
    np.save(tmp_path / "big.npy", VECTORS.astype(">f8"))
    assert np.array_equal(joined(read(str(tmp_path / "big.npy")))["embedding"], VECTORS)
    np.save(tmp_path / "values.npy", np.arange(5))
    assert joined(read(str(tmp_path / "values.npy")))["value"].tolist() == [0, 1, 2, 3, 4]
    np.save(tmp_path / "cube.npy", np.zeros((2, 2, 2)))
    np.save(tmp_path / "objects.npy", np.array([{}, None]), allow_pickle=True)
    for name, message in [("cube", "shape"), ("objects", "Python objects")]:
        with pytest.raises(Error, match=message):
            describe(str(tmp_path / f"{name}.npy"))


def test_rows_of_other_dimensions(tmp_path):
    path = tmp_path / "x.fvecs"
    rows = np.zeros((3, 8), dtype="<f4")
    rows.view("<i4")[:, 0] = [7, 7, 6]
    rows.tofile(path)
    with pytest.raises(Error, match="row 3: 6 dimensions, and 7"):
        list(read(str(path)))


def test_what_arrays_do_not_hold(tmp_path):
    for columns, batch, message in [
        ({"t": "text"}, {"t": ["a"]}, "t is text"),
        ({"v": "vector(2)"}, {"v": [np.zeros(2), None]}, "row 2 has a NULL in v"),
        ({"v": "vector"}, {"v": [np.zeros(2), np.zeros(3)]}, "different dimensions"),
    ]:
        with pytest.raises(Error, match=message):
            write(str(tmp_path / "x.npy"), columns, [batch])
    with pytest.raises(Error, match="row 2 of v has elements that are no integers of 8 bits"):
        write(str(tmp_path / "x.u8bin"), {"v": "vector(2)"}, [{"v": np.array([[1, 255], [1, 0.5]], dtype=np.float32)}])


def test_compressed_files_and_standard_input(tmp_path, monkeypatch):
    for format in ("csv", "jsonl", "npy", "arrows", "parquet", "fbin"):
        plain = tmp_path / f"x.{format}"
        write(str(plain), {"embedding": "vector(7)"}, [{"embedding": VECTORS}])
        expected = joined(read(str(plain)))["embedding"]
        (tmp_path / f"x.{format}.gz").write_bytes(gzip.compress(plain.read_bytes()))
        (tmp_path / f"x.{format}.zst").write_bytes(pa.compress(plain.read_bytes(), codec="zstd", asbytes=True))
        for suffix in (".gz", ".zst"):
            assert np.array_equal(joined(read(f"{plain}{suffix}"))["embedding"], expected)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(plain.read_bytes())))
        assert np.array_equal(joined(read("-", format))["embedding"], expected)
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress(b"a\n" + b"1\n" * 9)[:-12])
    (tmp_path / "other.csv.zst").write_bytes(b"a,b\n1,2\n")
    for name in ("cut.csv.gz", "other.csv.zst"):
        with pytest.raises(Error, match=name):
            list(read(str(tmp_path / name)))


def test_globs(tmp_path):
    for number in (2, 0, 1):
        np.save(tmp_path / f"part{number}.npy", np.full((1, 2), number, dtype=np.float32))
    assert joined(read(str(tmp_path / "part*.npy")))["embedding"].tolist() == [[0, 0], [1, 1], [2, 2]]
    np.save(tmp_path / "odd[1]:x.npy", VECTORS)
    assert describe(str(tmp_path / "odd[1]:x.npy")).rows == 50
    for name, message in [("none*.npy", "no file matches"), ("none.npy", "is not a file"), (".", "is not a file")]:
        with pytest.raises(Error, match=message):
            list(read(str(tmp_path / name)))
    (tmp_path / "plain").write_text("a\n")
    (tmp_path / "x.doc").write_text("a\n")
    with pytest.raises(Error, match=r"format of .*plain is not known"):
        list(read(str(tmp_path / "plain")))
    with pytest.raises(Error, match="doc is not a format"):
        list(read(str(tmp_path / "x.doc")))
    assert joined(read(str(tmp_path / "x.doc"), "csv")) == {}
