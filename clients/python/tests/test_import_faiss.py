"""`vecext import faiss`: from files that FAISS wrote; `vecext export faiss`: files that FAISS reads."""

import numpy as np
import pytest

faiss = pytest.importorskip("faiss")

from command import call, operator_class, result
from round_trip import assert_comes_back, fill, stored
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(3).normal(size=(500, 8)).astype(np.float32)
IDS = np.arange(500, dtype=np.int64) * 3 + (1 << 40)


def inverted(quantizer, metric, ids):
    index = faiss.IndexIVFFlat(quantizer, 8, 16, metric)
    index.train(VECTORS)
    index.add_with_ids(VECTORS, ids)
    return index


def mapped(index):
    index = faiss.IndexIDMap2(index)
    if not index.is_trained:
        index.train(VECTORS)
    index.add_with_ids(VECTORS, IDS)
    return index


def added(index):
    index.add(VECTORS)
    return index


def with_hash_table():
    index = inverted(faiss.IndexFlatL2(8), faiss.METRIC_L2, IDS)
    index.set_direct_map_type(faiss.DirectMap.Hashtable)
    return index


def with_few_lists():
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(8), 8, 64)
    index.train(VECTORS)
    index.add_with_ids(VECTORS[:3], IDS[:3])
    return index


POSITIONS = np.arange(500)
CASES = {
    "flat": (lambda: added(faiss.IndexFlatL2(8)), POSITIONS, "vector_l2_ops"),
    "flat of inner products": (lambda: added(faiss.IndexFlatIP(8)), POSITIONS, "vector_ip_ops"),
    "flat with ids": (lambda: mapped(faiss.IndexFlatIP(8)), IDS, "vector_ip_ops"),
    "inverted file": (lambda: inverted(faiss.IndexFlatIP(8), faiss.METRIC_INNER_PRODUCT, IDS), IDS, "vector_ip_ops"),
    "inverted file with a hash table": (with_hash_table, IDS, "vector_l2_ops"),
    "inverted file with ids": (lambda: mapped(faiss.IndexIVFFlat(faiss.IndexFlatL2(8), 8, 16)), IDS, "vector_l2_ops"),
    "inverted file of few vectors": (with_few_lists, IDS[:3], "vector_l2_ops"),
}


@pytest.mark.parametrize("case", CASES)
def test_indexes_become_rows(database, sql, capfd, tmp_path, case):  # noqa: F811
    make, ids, operators = CASES[case]
    faiss.write_index(make(), str(tmp_path / "x.faiss"))
    done = result(capfd, database, "import", "faiss", "--file", tmp_path / "x.faiss", "--table", "items", "--index", "hnsw", "--batch", "64")
    assert done["rows"] == len(ids)
    rows = sql("SELECT id, embedding::real[] FROM items ORDER BY id")
    assert [row[0] for row in rows] == ids.tolist()
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), VECTORS[: len(ids)])
    assert operator_class(sql, "items_embedding_idx") == operators


def test_columns_go_where_they_are_mapped(database, sql, capfd, tmp_path):  # noqa: F811
    faiss.write_index(added(faiss.IndexFlatL2(8)), str(tmp_path / "x"))
    result(capfd, database, "import", "faiss", "--file", tmp_path / "x", "--table", "items", "--map", "id=n", "--map", "embedding=v")
    assert sql("SELECT count(n), count(v), max(n) FROM items") == [(500, 500, 499)]
    sql("CREATE TABLE ids (n bigint)")
    result(capfd, database, "import", "faiss", "--file", tmp_path / "x", "--table", "ids", "--map", "id=n", "--map", "embedding=")
    assert sql("SELECT count(*), max(n) FROM ids") == [(500, 499)]


def test_other_files_are_refused(database, sql, capfd, tmp_path):  # noqa: F811
    index = faiss.index_factory(8, "PQ4x4")
    index.train(VECTORS)
    index.add(VECTORS)
    faiss.write_index(index, str(tmp_path / "pq"))
    code, _, err = call(capfd, database, "import", "faiss", "--file", tmp_path / "pq", "--table", "items")
    assert code == 1 and "is an index of kind 'IxPq'" in err and "hint:" in err
    faiss.write_index(added(faiss.IndexFlatL2(8)), str(tmp_path / "flat"))
    (tmp_path / "cut").write_bytes((tmp_path / "flat").read_bytes()[:-1])
    code, _, err = call(capfd, database, "import", "faiss", "--file", tmp_path / "cut", "--table", "items")
    assert code == 1 and "ends within the index" in err
    (tmp_path / "empty").write_bytes(b"")
    code, _, err = call(capfd, database, "import", "faiss", "--file", tmp_path / "empty", "--table", "items")
    assert code == 1 and "is empty" in err
    assert sql("SELECT to_regclass('items')") == [(None,)]


METRICS = {"vector_l2_ops": faiss.METRIC_L2, "vector_ip_ops": faiss.METRIC_INNER_PRODUCT, "vector_l1_ops": faiss.METRIC_L1}


@pytest.mark.parametrize(("operators", "metric"), METRICS.items())
def test_rows_become_an_index_and_rows_again(database, sql, capfd, tmp_path, operators, metric):  # noqa: F811
    fill(sql, operators=operators)
    done = result(capfd, database, "export", "faiss", "--file", tmp_path / "x.faiss", "--table", "items", "--batch", "100")
    assert done["rows"] == 250 and done["file"] == str(tmp_path / "x.faiss")
    index = faiss.read_index(str(tmp_path / "x.faiss"))
    keys, vectors, _ = stored(sql)
    assert index.metric_type == metric and index.ntotal == 250
    assert sorted(map(str, faiss.vector_to_array(index.id_map).tolist())) == keys
    assert np.array_equal(index.reconstruct(int(keys[7])), vectors[7])
    (nearest,) = sql(f"SELECT id FROM items ORDER BY embedding {dict(l2='<->', ip='<#>', l1='<+>')[operators.split('_')[1]]} '[1,2,3,4]' LIMIT 1")
    assert index.search(np.array([[1, 2, 3, 4]], np.float32), 1)[1][0][0] == nearest[0]
    sql("ALTER TABLE items DROP title, DROP price, DROP payload")
    sql("ALTER TABLE items ADD title text, ADD price float8, ADD payload jsonb DEFAULT '{}'")
    assert_comes_back(database, sql, capfd, "faiss", "--file", tmp_path / "x.faiss", payload='\'{"title": null, "price": null}\'::jsonb')


def test_exports_that_are_refused(database, sql, capfd, tmp_path):  # noqa: F811
    fill(sql, operators="vector_cosine_ops")
    arguments = ["export", "faiss", "--file", tmp_path / "x.faiss", "--table", "items"]
    code, _, err = call(capfd, database, *arguments)
    assert code == 0 and "FAISS has no cosine distance" in err
    code, _, err = call(capfd, database, *arguments)
    assert code == 1 and "x.faiss exists" in err
    sql("CREATE TABLE words (id text PRIMARY KEY, v vector(2))")
    sql("INSERT INTO words VALUES ('a', '[1,2]')")
    code, _, err = call(capfd, database, "export", "faiss", "--file", tmp_path / "y.faiss", "--table", "words")
    assert code == 1 and "a cannot be the id of a vector" in err and not (tmp_path / "y.faiss").exists()
