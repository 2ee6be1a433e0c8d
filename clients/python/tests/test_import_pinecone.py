"""`vecext import pinecone`: from a stand-in index, which Pinecone's own client fills and reads; `vecext export pinecone`: to it."""

from urllib.parse import parse_qs

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pinecone = pytest.importorskip("pinecone")

from command import call, operator_class, result
from round_trip import assert_comes_back, fill, stored
from stand_in import serve
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(4).normal(size=(250, 4)).astype(np.float32)


class Index:
    """What an index keeps, as the documentation of its API says: records by namespace, listed by pages in order of their ids."""

    def __init__(self):
        self.records, self.keys, self.longest, self.metric = {}, set(), 0, "dotproduct"

    def routes(self):
        return {
            ("POST", "/vectors/upsert"): self.upsert,
            ("POST", "/describe_index_stats"): self.stats,
            ("GET", r"/vectors/list\?(.*)"): self.list,
            ("GET", r"/vectors/fetch\?(.*)"): self.fetch,
        }

    def upsert(self, body, headers):
        self.records.setdefault(body.get("namespace", ""), {}).update({record["id"]: record for record in body["vectors"]})
        return {"upsertedCount": len(body["vectors"])}

    def stats(self, body, headers):
        self.keys.add(headers.get("Api-Key"))
        namespaces = {name: {"vectorCount": len(records)} for name, records in self.records.items()}
        return {"namespaces": namespaces, "dimension": 4, "indexFullness": 0, "totalVectorCount": 0, "metric": self.metric, "vectorType": "dense"}

    def list(self, body, headers, query):
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        ids = sorted(self.records[asked.get("namespace", "")])
        start, limit = int(asked.get("paginationToken", 0)), int(asked["limit"])
        page = {"vectors": [{"id": one} for one in ids[start : start + limit]], "namespace": asked.get("namespace", "")}
        return page | ({"pagination": {"next": str(start + limit)}} if start + limit < len(ids) else {})

    def fetch(self, body, headers, query):
        asked = parse_qs(query)
        self.longest = max(self.longest, len(query))
        records = self.records[asked.get("namespace", [""])[0]]
        return {"vectors": {one: {"values": [], **records[one]} for one in asked["ids"] if one in records}, "namespace": "", "usage": {"readUnits": 1}}


@pytest.fixture
def index():
    index = Index()
    with serve(index.routes()) as url:
        index.url = url
        index.client = pinecone.Pinecone(api_key="secret").Index(host=url)
        yield index


def test_records_become_rows(database, sql, capfd, index, monkeypatch):  # noqa: F811
    payloads = [{"n": number, "text": "naïve ö", "tags": ["a", "b"]} for number in range(250)]
    records = [{"id": f"{'id' * 100} {i}", "values": VECTORS[i].tolist(), "metadata": payloads[i]} for i in range(250)]
    records[7]["sparse_values"] = {"indices": [3, 4_000_000_000], "values": [0.5, -2.0]}
    index.client.upsert(vectors=records, namespace="docs")
    assert len(index.client.fetch(ids=[records[7]["id"]], namespace="docs").vectors) == 1
    monkeypatch.setenv("VECEXT_IMPORT_API_KEY", "secret")
    done = result(capfd, database, "import", "pinecone", "--url", index.url, "--collection", "docs", "--table", "docs", "--index", "hnsw")
    assert done == {"table": "public.docs", "rows": 250, "indexes": ["docs_embedding_idx", "docs_sparse_values_idx"]}
    rows = sql("SELECT id, embedding::real[], payload FROM docs ORDER BY (payload->>'n')::int")
    assert [row[0] for row in rows] == [record["id"] for record in records] and [row[2] for row in rows] == payloads
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), VECTORS)
    assert sql("SELECT payload->'n', sparse_values::text FROM docs WHERE sparse_values IS NOT NULL") == [(7, "{4:0.5,4000000001:-2}/4294967296")]
    assert operator_class(sql, "docs_embedding_idx") == "vector_ip_ops"
    assert index.keys == {"secret"} and index.longest < 8000


def test_the_namespace_without_a_name(database, sql, capfd, index):  # noqa: F811
    index.metric = "cosine"
    index.client.upsert(vectors=[{"id": "a", "values": [1, 2, 3, 4]}])
    result(capfd, database, "import", "pinecone", "--url", index.url, "--table", "docs")
    assert sql("SELECT * FROM (SELECT id, embedding::text, payload FROM docs) AS t") == [("a", "[1,2,3,4]", {})]
    assert sql("SELECT count(*) FROM pg_attribute WHERE attrelid = 'docs'::regclass AND attname = 'sparse_values'") == [(0,)]


def test_a_namespace_that_is_missing(database, sql, capfd, index):  # noqa: F811
    index.client.upsert(vectors=[{"id": "a", "values": [1, 2, 3, 4]}], namespace="docs")
    code, _, err = call(capfd, database, "import", "pinecone", "--url", index.url, "--table", "docs")
    assert code == 1 and "no namespace __default__" in err and "it has docs" in err


def test_files_of_bulk_imports(database, sql, capfd, tmp_path):  # noqa: F811
    (tmp_path / "docs").mkdir()
    values = pa.array([[1, 2, 3], [4, 5, 0.1]], pa.list_(pa.float32()))
    pq.write_table(pa.table({"id": ["a", "b"], "values": values, "metadata": ['{"g": [1]}', None]}), tmp_path / "docs" / "0.parquet")
    sql("CREATE TABLE items (id text PRIMARY KEY, embedding vector(3), payload jsonb)")
    result(capfd, database, "load", tmp_path / "docs" / "*.parquet", "--table", "items", "--map", "values=embedding", "--map", "metadata=payload")
    assert sql("SELECT id, embedding::text, payload FROM items ORDER BY id") == [("a", "[1,2,3]", {"g": [1]}), ("b", "[4,5,0.1]", None)]


def test_rows_become_records_and_rows_again(database, sql, capfd, index, monkeypatch):  # noqa: F811
    fill(sql, "text")
    monkeypatch.setenv("VECEXT_EXPORT_API_KEY", "secret")
    there = ["--url", index.url, "--collection", "docs"]
    assert result(capfd, database, "export", "pinecone", *there, "--table", "items")["rows"] == 250
    assert index.keys == {"secret"}
    keys, vectors, payloads = stored(sql)
    read = index.client.fetch(ids=[keys[7]], namespace="docs").vectors[keys[7]]
    assert np.array_equal(np.array(read.values, np.float32), vectors[7]) and read.metadata == payloads[7]
    assert_comes_back(database, sql, capfd, "pinecone", *there)


def test_sparse_vectors_and_nulls_of_a_record(database, sql, capfd, index):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY, v vector(4), words sparsevec(10), title text)")
    sql("INSERT INTO items VALUES (1, '[1,2,3,4]', '{1:0.5,10:-2}/10', NULL), (2, '[5,6,7,8]', NULL, 'b')")
    result(capfd, database, "export", "pinecone", "--url", index.url, "--table", "items")
    assert index.records[""] == {
        "1": {"id": "1", "metadata": {}, "values": [1, 2, 3, 4], "sparseValues": {"indices": [0, 9], "values": [0.5, -2]}},
        "2": {"id": "2", "metadata": {"title": "b"}, "values": [5, 6, 7, 8]},
    }


def test_requests_have_less_than_two_megabytes(database, sql, capfd, index):  # noqa: F811
    fill(sql)
    sql("UPDATE items SET title = repeat('x', 20000)")
    sizes = []
    upsert = index.upsert
    index.upsert = lambda body, headers: (sizes.append(int(headers["Content-Length"])), upsert(body, headers))[1]
    with serve(index.routes()) as url:
        result(capfd, database, "export", "pinecone", "--url", url, "--table", "items")
    assert len(sizes) == 3 and max(sizes) < 2_000_000 and len(index.records[""]) == 250


def test_exports_that_are_refused(database, sql, capfd, index):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY, v vector(3), w vector(4))")
    code, _, err = call(capfd, database, "export", "pinecone", "--url", index.url, "--table", "items", "--columns", "v")
    assert code == 1 and "the index has 4 dimensions, and the table 3" in err
    code, _, err = call(capfd, database, "export", "pinecone", "--url", index.url, "--table", "items")
    assert code == 1 and "has one vector, and the columns of vectors are: v, w" in err
