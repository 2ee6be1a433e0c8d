"""`vecext import chroma`: from files that Chroma's own client wrote, as fixtures/make_chroma.py says."""

import pickle
import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from command import call, operator_class, result
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(8).normal(size=(300, 4)).astype(np.float32)


@pytest.fixture
def files(tmp_path):
    """The folder of a PersistentClient."""
    shutil.unpack_archive(Path(__file__).parent / "fixtures" / "chroma.tar.gz", tmp_path / "chroma")
    return tmp_path / "chroma"


def where(files, collection):
    return ["--file", files, "--collection", collection, "--table", "docs"]


def expected():
    """Records of the collection `docs`: id -> vector, document, metadata."""
    records = {f"ö{i}": (VECTORS[i], f"text {i}", {"n": i, "x": i / 8, "b": i % 2 == 0, "s": f"w{i}"}) for i in range(119)}
    del records["ö7"]
    records["ö5"] = (VECTORS[5], "text 5", {"n": -5, "x": 5 / 8, "b": False})
    records["ö6"] = (VECTORS[200], *records["ö6"][1:])
    records["ö9"] = (VECTORS[201], "nine", {"n": 9, "x": 9 / 8, "b": False, "s": "w9"})
    return records | {"ö8": (VECTORS[204], "again", {}), "new": (VECTORS[202], "neu", {"s": "ü"})}


def check_docs(sql):  # noqa: F811
    records = expected()
    rows = {row[0]: row[1:] for row in sql("SELECT id, embedding::real[], document, payload FROM docs")}
    assert rows.keys() == records.keys()
    for one, (vector, document, payload) in records.items():
        assert np.array_equal(np.array(rows[one][0], np.float32), vector), one
        assert rows[one][1:] == (document, payload), one


def test_records_of_segment_and_log(database, sql, capfd, files):  # noqa: F811
    done = result(capfd, database, "import", "chroma", *where(files, "docs"), "--index", "ivfpq", "--batch", "50")
    assert done == {"table": "public.docs", "rows": len(expected()), "indexes": ["docs_embedding_idx"]}
    check_docs(sql)
    assert operator_class(sql, "docs_embedding_idx") == "vector_l2_ops"


def test_a_metadata_segment_behind_the_log(database, sql, capfd, files):  # noqa: F811
    with sqlite3.connect(files / "chroma.sqlite3") as connection:
        (topic,) = connection.execute("SELECT topic FROM embeddings_queue WHERE id = 'new'").fetchone()
        for operation, one, metadata in [(1, "ö3", '{"n": -3, "x": null}'), (3, "ö4", None), (0, "late", '{"chroma:document": "later"}'), (0, "ö3", "{}")]:
            vector = VECTORS[299].tobytes() if operation == 0 else None
            connection.execute(
                "INSERT INTO embeddings_queue (operation, topic, id, vector, encoding, metadata) VALUES (?, ?, ?, ?, 'FLOAT32', ?)",
                [operation, topic, one, vector, metadata],
            )
    result(capfd, database, "import", "chroma", *where(files, "docs"))
    assert sql("SELECT payload FROM docs WHERE id = 'ö3'") == [({"n": -3, "b": False, "s": "w3"},)]
    assert sql("SELECT id FROM docs WHERE id = 'ö4'") == []
    assert sql("SELECT embedding::real[] = %s::real[], document FROM docs WHERE id = 'late'", VECTORS[299].tolist()) == [(True, "later")]
    assert sql("SELECT embedding::real[] = %s::real[] FROM docs WHERE id = 'ö3'", VECTORS[3].tolist()) == [(True,)]


def test_cosine_vectors_of_a_segment_have_length_one(database, sql, capfd, files):  # noqa: F811
    result(capfd, database, "import", "chroma", *where(files / "chroma.sqlite3", "cosine"), "--index", "hnsw")
    rows = {one: np.array(vector) for one, vector in sql("SELECT id, embedding::real[] FROM docs")}
    assert len(rows) == 31 and np.array_equal(rows["last"].astype(np.float32), VECTORS[30])
    for i in range(20):
        assert np.allclose(rows[str(i)], VECTORS[i] / np.linalg.norm(VECTORS[i]), atol=1e-6)
    assert operator_class(sql, "docs_embedding_idx") == "vector_cosine_ops"


def test_the_space_of_older_versions(database, sql, capfd, files):  # noqa: F811
    with sqlite3.connect(files / "chroma.sqlite3") as connection:
        connection.execute("INSERT INTO collection_metadata (collection_id, key, str_value) SELECT id, 'hnsw:space', 'ip' FROM collections WHERE name = 'docs'")
    result(capfd, database, "import", "chroma", *where(files, "docs"), "--index", "hnsw")
    assert operator_class(sql, "docs_embedding_idx") == "vector_ip_ops"


def test_small_collections(database, sql, capfd, files):  # noqa: F811
    result(capfd, database, "import", "chroma", *where(files, "default_database/few"), "--index", "hnsw", "--as-collection")
    assert sql("SELECT id, document, embedding::text, payload FROM docs") == [("a", "only", "[1,2,3]", {})]
    assert sql("SELECT id, score FROM vecext.search('docs', '[1,1,1]')") == [("a", 6)]
    sql("SELECT vecext.drop_collection('docs')")
    assert result(capfd, database, "import", "chroma", *where(files, "empty"))["rows"] == 0


def test_what_is_refused(database, capfd, files):
    code, _, err = call(capfd, database, "import", "chroma", *where(files, "none"))
    assert code == 1 and "there are cosine, docs, empty, few" in err
    code, _, err = call(capfd, database, "import", "chroma", *where(files / "none", "docs"))
    assert code == 1 and "has no chroma.sqlite3" in err
    for path in files.glob("*/index_metadata.pickle"):
        path.unlink()
    code, _, err = call(capfd, database, "import", "chroma", *where(files, "docs"))
    assert code == 1 and "has a vector neither in the log nor in its segment" in err and "copy the folders" in err


def test_a_pickle_runs_no_code(database, capfd, files, tmp_path):
    class Harmful:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "harm",))

    for path in files.glob("*/index_metadata.pickle"):
        path.write_bytes(pickle.dumps(Harmful()))
    code, _, err = call(capfd, database, "import", "chroma", *where(files, "docs"))
    assert code == 1 and "is not expected" in err and not (tmp_path / "harm").exists()
