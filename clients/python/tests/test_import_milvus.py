"""`vecext import milvus`: from files that Milvus Lite wrote; `vecext export milvus`: to such ones."""

import numpy as np
import pytest

pymilvus = pytest.importorskip("pymilvus")
pytest.importorskip("milvus_lite")
from pymilvus import DataType, MilvusClient

from command import call, operator_class, result
from round_trip import assert_comes_back, fill, stored
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(6).normal(size=(2500, 4)).astype(np.float32)


@pytest.fixture
def client(tmp_path):
    client = MilvusClient(str(tmp_path / "milvus.db"))
    client.path = tmp_path / "milvus.db"
    yield client
    client.close()


def create(client, fields, *, key=DataType.INT64, dynamic=False):
    schema = client.create_schema(auto_id=False, enable_dynamic_field=dynamic)
    schema.add_field("key", key, is_primary=True, **({"max_length": 100} if key == DataType.VARCHAR else {}))
    parameters = client.prepare_index_params()
    for name, (kind, options, metric) in fields.items():
        schema.add_field(name, kind, **options)
        if metric:
            parameters.add_index(name, index_type="SPARSE_INVERTED_INDEX" if kind == DataType.SPARSE_FLOAT_VECTOR else "FLAT", metric_type=metric)
    client.create_collection("docs", schema=schema, index_params=parameters)


def test_entities_become_rows(database, sql, capfd, client):  # noqa: F811
    fields = {
        "v": (DataType.FLOAT_VECTOR, {"dim": 4}, "L2"),
        "words": (DataType.SPARSE_FLOAT_VECTOR, {}, "IP"),
        "text": (DataType.VARCHAR, {"max_length": 100}, None),
        "doc": (DataType.JSON, {}, None),
        "price": (DataType.DOUBLE, {"nullable": True}, None),
    }
    create(client, fields, dynamic=True)
    entities = [
        {
            "key": i * 3,
            "v": VECTORS[i],
            "words": {i: 0.5, 4_000_000_000: 2.0},
            "text": f"ö{i}",
            "doc": {"a": [i, None]},
            "price": None if i % 2 else i / 8,
            "n": i,
        }
        for i in range(2500)
    ]
    client.insert("docs", entities)
    arguments = ["--file", client.path, "--collection", "docs", "--table", "docs", "--map", "key=id", "--index", "hnsw"]
    done = result(capfd, database, "import", "milvus", *arguments)
    assert done["rows"] == 2500 and "docs_v_idx" in done["indexes"]
    rows = sql("SELECT id, v::real[], text, doc, price, payload, words::text FROM docs ORDER BY id")
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), VECTORS)
    expected = [(one["key"], one["text"], one["doc"], one["price"], {"n": one["n"]}) for one in entities]
    assert [(row[0], *row[2:6]) for row in rows] == expected
    assert rows[7][6] == "{8:0.5,4000000001:2}/4294967296"
    assert operator_class(sql, "docs_v_idx") == "vector_l2_ops"


def test_keys_of_text(database, sql, capfd, client):  # noqa: F811
    fields = {"v": (DataType.FLOAT_VECTOR, {"dim": 2}, "COSINE"), "tags": (DataType.ARRAY, {"element_type": DataType.INT64, "max_capacity": 5}, None)}
    create(client, fields, key=DataType.VARCHAR)
    client.insert("docs", [{"key": f"k{i:04}", "v": [i, 1], "tags": [i, 2]} for i in range(1500)])
    client.delete("docs", ids=["k0003"])
    result(capfd, database, "import", "milvus", "--file", client.path, "--collection", "docs", "--table", "docs")
    assert sql("SELECT count(*), count(DISTINCT key) FROM docs") == [(1499, 1499)]
    assert sql("SELECT v::text, tags FROM docs WHERE key = 'k0007'") == [("[7,1]", [7, 2])]


def test_what_is_refused(database, sql, capfd, client):  # noqa: F811
    code, _, err = call(capfd, database, "import", "milvus", "--file", client.path, "--collection", "docs", "--table", "docs")
    assert code == 1 and "collection docs does not exist there" in err
    code, _, err = call(capfd, database, "import", "milvus", "--collection", "docs", "--table", "docs")
    assert code == 2 and "give --url or --file" in err


@pytest.mark.parametrize("key", ["bigint", "text"])
def test_rows_become_entities_and_rows_again(database, sql, capfd, client, key):  # noqa: F811
    fill(sql, key)
    there = ["--file", client.path, "--collection", "docs"]
    assert result(capfd, database, "export", "milvus", *there, "--table", "items", "--batch", "100")["rows"] == 250
    keys, vectors, _ = stored(sql)
    client.load_collection("docs")
    number = int(keys[7]) if key == "bigint" else keys[7]
    (read,) = client.get("docs", ids=[number], output_fields=["*"])
    assert np.array_equal(np.array(read["embedding"], np.float32), vectors[7]) and read["tags"] == ["a", "b"]
    assert [hit["id"] for hit in client.search("docs", [vectors[7].tolist()], limit=1)[0]] == [number], "the distance is that of the index"
    assert_comes_back(database, sql, capfd, "milvus", *there)


def test_sparse_vectors_become_fields(database, sql, capfd, client):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY, v halfvec(2), words sparsevec(10))")
    sql("INSERT INTO items VALUES (1, '[0.1,2]', '{1:0.5,10:2}/10')")
    result(capfd, database, "export", "milvus", "--file", client.path, "--collection", "docs", "--table", "items")
    result(capfd, database, "import", "milvus", "--file", client.path, "--collection", "docs", "--table", "again")
    assert sql("SELECT v::text::halfvec(2)::text, words::text FROM again") == [("[0.099975586,2]", "{1:0.5,10:2}/1000000000")]


def test_exports_that_are_refused(database, sql, capfd, client):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY, v vector(2))")
    sql("INSERT INTO items VALUES (1, NULL)")
    there = ["--file", client.path, "--collection", "docs", "--table", "items"]
    code, _, err = call(capfd, database, "export", "milvus", *there)
    assert code == 1 and "row 1 has no v" in err
    sql("ALTER TABLE items ADD w vector(2)")
    code, _, err = call(capfd, database, "export", "milvus", *there)
    assert code == 1 and "exists with other fields: id, v" in err
