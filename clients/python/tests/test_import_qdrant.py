"""`vecext import qdrant`: from a stand-in server, which Qdrant's own client fills and reads."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

models = pytest.importorskip("qdrant_client.models")
from qdrant_client import QdrantClient

from command import call, operator_class, result
from stand_in import serve
from test_load import sql  # noqa: F401
from vecext.systems import rest

VECTORS = np.random.default_rng(2).normal(size=(250, 4)).astype(np.float32)


class Collections:
    """What a server of Qdrant keeps, as its documentation of REST says: points in order of their ids, numbers before UUIDs."""

    def __init__(self):
        self.parameters, self.points, self.keys, self.pages = {}, {}, set(), 0
        self.failures = {}  # page -> status
        self.payload_indexes = {}

    def routes(self):
        path = r"/collections/([^/]+)"
        return {
            ("GET", "/"): lambda body, headers: {"title": "qdrant", "version": "1.15.0"},
            ("PUT", path): self.create,
            ("GET", path): self.info,
            ("GET", path + "/exists"): lambda body, headers, name: {"result": {"exists": name in self.parameters}},
            ("PUT", path + "/points"): self.upsert,
            ("PUT", path + "/index"): self.index,
            ("POST", path + "/points/scroll"): self.scroll,
        }

    def create(self, body, headers, name):
        self.parameters[name], self.points[name] = body, {}
        return {"result": True, "status": "ok", "time": 0}

    def info(self, body, headers, name):
        self.keys.add(headers.get("api-key"))
        if name not in self.parameters:
            return 404, {"status": {"error": f"Not found: Collection `{name}` doesn't exist!"}, "time": 0}
        given = self.parameters[name]
        parameters = {"vectors": given.get("vectors") or {}, "sparse_vectors": given.get("sparse_vectors")}
        config = {"params": parameters, "hnsw_config": {"m": 24, "ef_construct": 100}}
        schema = self.payload_indexes.get(name, {})
        return {"result": {"status": "green", "points_count": len(self.points[name]), "config": config, "payload_schema": schema}}

    def index(self, body, headers, name):
        schema = body["field_schema"]
        kind = schema if isinstance(schema, str) else schema["type"]
        self.payload_indexes.setdefault(name, {})[body["field_name"]] = {"data_type": kind, "points": 0} | ({} if kind == schema else {"params": schema})
        return {"result": {"operation_id": 0, "status": "completed"}, "status": "ok", "time": 0}

    def upsert(self, body, headers, name):
        self.points[name] |= {point["id"]: point for point in body["points"]}
        return {"result": {"operation_id": 0, "status": "completed"}, "status": "ok", "time": 0}

    def scroll(self, body, headers, name):
        def order(key):
            return (isinstance(key, str), key)

        self.pages += 1
        if self.pages in self.failures:
            return self.failures[self.pages], {"status": {"error": "busy"}}
        offset, limit = body.get("offset"), body.get("limit") or 10
        points = [self.points[name][key] for key in sorted(self.points[name], key=order) if offset is None or order(key) >= order(offset)]
        page = [{key: value for key, value in point.items() if key == "id" or body.get(f"with_{key}", key == "payload")} for point in points[:limit]]
        following = points[limit]["id"] if len(points) > limit else None
        return {"result": {"points": page, "next_page_offset": following}, "status": "ok", "time": 0}


@pytest.fixture
def qdrant():
    collections = Collections()
    with serve(collections.routes()) as url:
        collections.url = url
        collections.client = QdrantClient(url=url, check_compatibility=False)
        yield collections


def dense(distance):
    return models.VectorParams(size=4, distance=distance)


def test_points_become_rows(database, sql, capfd, qdrant, monkeypatch):  # noqa: F811
    qdrant.client.create_collection("docs", vectors_config=dense(models.Distance.EUCLID))
    payloads = [{"n": number, "text": "naïve ö", "deep": {"tags": ["a", None]}} for number in range(250)]
    qdrant.client.upsert("docs", [models.PointStruct(id=i, vector=VECTORS[i].tolist(), payload=payloads[i]) for i in range(250)])
    assert len(qdrant.client.scroll("docs", limit=300)[0]) == 250
    monkeypatch.setenv("KEY", "secret")
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "docs", "--batch", "100", "--api-key-variable", "KEY"]

    planned = result(capfd, database, "import", "qdrant", *arguments, "--dry-run")
    assert planned["rows"] == 250 and planned["created"] and sql("SELECT to_regclass('docs')") == [(None,)]

    before = qdrant.pages
    done = result(capfd, database, "import", "qdrant", *arguments, "--index", "ivfpq")
    assert done == {"table": "public.docs", "rows": 250, "indexes": ["docs_embedding_idx"]}
    assert qdrant.pages - before == 3 + 3, "three points tell the ids' type, then three pages"
    assert qdrant.keys == {None, "secret"} or qdrant.keys == {"secret"}
    rows = sql("SELECT id, embedding::real[], payload FROM docs ORDER BY id")
    assert [row[0] for row in rows] == list(range(250)) and [row[2] for row in rows] == payloads
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), VECTORS)
    assert operator_class(sql, "docs_embedding_idx") == "vector_l2_ops"


def test_named_and_sparse_vectors(database, sql, capfd, qdrant):  # noqa: F811
    qdrant.client.create_collection(
        "both",
        vectors_config={
            "text": dense(models.Distance.COSINE),
            "half": models.VectorParams(size=2, distance=models.Distance.DOT, datatype=models.Datatype.FLOAT16),
            "many": models.VectorParams(
                size=2, distance=models.Distance.DOT, multivector_config=models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
            ),
        },
        sparse_vectors_config={"words": models.SparseVectorParams()},
    )
    first, second = uuid.UUID(int=1), uuid.UUID(int=2)
    words = models.SparseVector(indices=[4294967295, 7], values=[0.5, 2.0])
    qdrant.client.upsert(
        "both",
        [
            models.PointStruct(id=str(first), vector={"text": VECTORS[0].tolist(), "words": words, "half": [0.5, 1], "many": [[1, 2], [3, 4]]}),
            models.PointStruct(id=str(second), vector={"half": [0.25, 1]}, payload={"a": 1}),
        ],
    )
    result(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "both", "--table", "pairs")
    assert sql("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'pairs'::regclass AND attnum > 0 ORDER BY attnum") == [
        ("uuid",),
        ("vector(4)",),
        ("halfvec(2)",),
        ("jsonb",),
        ("sparsevec(1000000000)",),
        ("jsonb",),
    ]
    rows = sql("SELECT id, text::real[], half::text, many, words::text, payload FROM pairs ORDER BY id")
    assert rows[0][0] == first and np.array_equal(np.array(rows[0][1], dtype=np.float32), VECTORS[0])
    assert rows[0][2:] == ("[0.5,1]", [[1, 2], [3, 4]], "{8:2,4294967296:0.5}/4294967296", {})
    assert rows[1] == (second, None, "[0.25,1]", None, None, {"a": 1})


@pytest.mark.parametrize(("ids", "sql_type"), [([1, 1 << 63], "numeric"), ([3, str(uuid.UUID(int=9))], "text"), ([str(uuid.UUID(int=9))], "uuid")])
def test_ids_of_all_kinds(database, sql, capfd, qdrant, ids, sql_type):  # noqa: F811
    qdrant.client.create_collection("ids", vectors_config=dense(models.Distance.COSINE))
    qdrant.client.upsert("ids", [models.PointStruct(id=key, vector=[1, 2, 3, 4]) for key in ids])
    result(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "ids", "--table", "ids")
    assert sql("SELECT pg_typeof(id)::text, id::text FROM ids ORDER BY length(id::text), id") == [(sql_type, str(key)) for key in ids]


def test_errors_are_one_line_and_leave_nothing(database, sql, capfd, qdrant):  # noqa: F811
    code, _, err = call(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "none", "--table", "t")
    assert code == 1 and "answered 404" in err and "doesn't exist" in err
    code, _, err = call(capfd, database, "import", "qdrant", "--url", "http://127.0.0.1:1", "--collection", "none", "--table", "t")
    assert code == 1 and "no answer from http://127.0.0.1:1" in err and "hint:" in err
    code, _, err = call(capfd, database, "import", "qdrant", "--collection", "none", "--table", "t")
    assert code == 2 and "give --url" in err
    qdrant.client.create_collection("bad", vectors_config=dense(models.Distance.MANHATTAN))
    qdrant.client.upsert("bad", [models.PointStruct(id=1, vector=[1, 2, 3, 4]), models.PointStruct(id=2, vector=[1, 2, 3])])
    code, _, err = call(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "bad", "--table", "t")
    assert code == 1 and "bad, row 2: embedding has 3 dimensions" in err
    assert sql("SELECT to_regclass('t')") == [(None,)]
    code, _, err = call(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "bad", "--table", "t", "--index", "ivfpq")
    assert code == 1 and "searched by l1" in err


def sql_vectors(sql):  # noqa: F811
    """The vectors of the collection `docs`, with their names, in order."""
    (info,) = sql("SELECT vecext.collection_info('docs')")[0]
    return [{"name": name, **vector} for name, vector in sorted(info["vectors"].items())]


def test_a_collection_for_searches(database, sql, capfd, qdrant):  # noqa: F811
    vectors = {"title": dense(models.Distance.EUCLID), "body": dense(models.Distance.COSINE)}
    sparse = {"words": models.SparseVectorParams()}
    qdrant.client.create_collection("docs", vectors_config=vectors, sparse_vectors_config=sparse)
    words = models.SparseVector(indices=[7, 4_000_000_000], values=[1.5, 2.5])
    points = [
        models.PointStruct(id=i, vector={"title": VECTORS[i].tolist(), "body": VECTORS[-i].tolist()} | ({"words": words} if i == 9 else {}), payload={"n": i})
        for i in range(200)
    ]
    qdrant.client.upsert("docs", points)
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "docs", "--index", "hnsw", "--as-collection"]
    done = result(capfd, database, "import", "qdrant", *arguments)
    assert done["collection"] == "docs" and done["not_brought"] == []
    assert [(vector["name"], vector["index"] is None) for vector in sql_vectors(sql)] == [("body", False), ("title", False), ("words", False)]
    nearest = int(np.argsort(np.linalg.norm(VECTORS[:200] - VECTORS[203], axis=1))[0])
    search = "SELECT id, payload FROM vecext.search('docs', %s::vector, limit_ => 1, vector_name => 'title')"
    assert sql(search, VECTORS[203].tolist()) == [(str(nearest), {"n": nearest})]
    query = """{"query": {"indices": [4000000000], "values": [1]}, "using": "words", "limit": 2}"""
    assert sql("SELECT id, score FROM vecext.query('docs', %s)", query) == [("9", 2.5)]
    assert {vector["name"]: vector["distance"] for vector in sql_vectors(sql)} == {"title": "euclid", "body": "cosine", "words": "dot"}


def test_a_collection_of_unnamed_vectors(database, sql, capfd, qdrant):  # noqa: F811
    qdrant.client.create_collection("docs", vectors_config=dense(models.Distance.DOT))
    qdrant.client.upsert("docs", [models.PointStruct(id=str(uuid.UUID(int=i)), vector=VECTORS[i].tolist(), payload={"n": i}) for i in range(50)])
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "mine", "--as-collection"]
    assert result(capfd, database, "import", "qdrant", *arguments)["collection"] == "mine"
    best = int(np.argmax(VECTORS[:50] @ VECTORS[60]))
    assert sql("SELECT id FROM vecext.search('mine', %s::vector, limit_ => 1)", VECTORS[60].tolist()) == [(str(uuid.UUID(int=best)),)]


def test_a_collection_with_ids_of_both_kinds(database, sql, capfd, qdrant):  # noqa: F811
    qdrant.client.create_collection("docs", vectors_config=dense(models.Distance.COSINE))
    ids = [5, (1 << 64) - 1, "00000000-0000-0000-0000-000000000007"]
    qdrant.client.upsert("docs", [models.PointStruct(id=one, vector=VECTORS[row].tolist(), payload={}) for row, one in enumerate(ids)])
    result(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "docs", "--table", "docs", "--as-collection")
    assert sql("SELECT id FROM vecext.search('docs', %s::vector, limit_ => 1)", VECTORS[1].tolist()) == [(str(ids[1]),)]
    assert sql("SELECT id FROM vecext.get_points('docs', %s)", json.dumps(ids)) == [(str(one),) for one in ids]


def test_a_collection_is_as_it_was_described(database, sql, capfd, qdrant):  # noqa: F811
    vectors = {
        "a": dense(models.Distance.DOT),
        "half": models.VectorParams(size=3, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16),
        "many": models.VectorParams(
            size=2, distance=models.Distance.COSINE, multivector_config=models.MultiVectorConfig(comparator=models.MultiVectorComparator.MAX_SIM)
        ),
    }
    sparse = {"words": models.SparseVectorParams(modifier=models.Modifier.IDF)}
    qdrant.client.create_collection("docs", vectors_config=vectors, sparse_vectors_config=sparse)
    qdrant.client.create_payload_index("docs", "color", models.KeywordIndexParams(type="keyword", is_tenant=True), wait=False)
    qdrant.client.create_payload_index("docs", "text", models.TextIndexParams(type="text", tokenizer="word", lowercase=True), wait=False)
    points = [
        models.PointStruct(
            id=i,
            vector={
                "a": VECTORS[i].tolist(),
                "half": [1, i, 0.5],
                "many": [[1, i], [i, 1]],
                "words": models.SparseVector(indices=[i, 7000], values=[1, 0.5]),
            },
            payload={"color": "red" if i % 2 else "blue", "text": f"word{i}"},
        )
        for i in range(1, 51)
    ]
    qdrant.client.upsert("docs", points)
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "docs", "--as-collection"]
    code, out, _ = call(capfd, database, "import", "qdrant", *arguments, "--dry-run")
    assert code == 0 and "50 rows" in out and sql("SELECT to_regclass('docs')") == [(None,)]
    done = result(capfd, database, "import", "qdrant", *arguments)
    assert (done["rows"], done["not_brought"]) == (50, [])
    (info,) = sql("SELECT vecext.collection_info('docs')")[0]
    assert info["id"]["type"] == "vecext.point_id" and info["vectors"]["a"]["params"]["hnsw"]["m"] == 24
    assert info["vectors"]["words"]["params"]["modifier"] == "idf" and info["vectors"]["many"]["params"]["multivector"]
    assert all(info["vectors"][name]["index"] for name in ("a", "half", "words"))
    assert sorted(index["key"] for index in info["payload_indexes"]) == ["color", "text"]
    rare, common = sql("""SELECT score FROM vecext.query('docs', '{"query": {"indices": [3, 7000], "values": [1, 1]}, "using": "words", "limit": 2}')""")
    assert rare[0] > 2 and common[0] < 0.1, "words are weighted by how rare they are"
    query = """{"query": [[1, 0.5]], "using": "many", "limit": 1, "filter": {"must": [{"key": "color", "match": {"value": "red"}}]}}"""
    assert sql("SELECT id FROM vecext.query('docs', %s)", query) == [("3",)]
    sql("""SELECT vecext.upsert('docs', '[{"id": "00000000-0000-0000-0000-000000000001", "vector": {"a": [1, 2, 3, 4]}}]')""")
    assert result(capfd, database, "import", "qdrant", *arguments, "--resume")["rows"] == 0, "it goes on with the collection that is there"


def test_what_a_table_lacks_is_said(database, sql, capfd, qdrant):  # noqa: F811
    qdrant.client.create_collection(
        "docs", vectors_config=dense(models.Distance.DOT), sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)}
    )
    qdrant.client.create_payload_index("docs", "color", models.PayloadSchemaType.KEYWORD, wait=False)
    sql("CREATE TABLE docs (id bigint PRIMARY KEY, embedding vector(4), words sparsevec(1000000000), payload jsonb)")
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "docs", "--as-collection"]
    code, out, _ = call(capfd, database, "import", "qdrant", *arguments)
    assert code == 0 and "not brought: modifier idf of words, payload index color" in out


def test_a_server_that_is_away_for_a_moment(database, sql, capfd, qdrant, monkeypatch):  # noqa: F811
    monkeypatch.setattr(rest, "WAITS", (0.01, 0.01))
    qdrant.client.create_collection("docs", vectors_config=dense(models.Distance.COSINE))
    qdrant.client.upsert("docs", [models.PointStruct(id=i, vector=VECTORS[i].tolist(), payload={}) for i in range(250)])
    qdrant.failures = {4: 503, 5: 429}  # of the second page of points
    arguments = ["--url", qdrant.url, "--collection", "docs", "--table", "docs", "--batch", "100"]
    qdrant.pages = 0
    assert result(capfd, database, "import", "qdrant", *arguments)["rows"] == 250
    assert sql("SELECT count(DISTINCT id) FROM docs") == [(250,)]
    qdrant.pages, qdrant.failures = 0, {page: 503 for page in range(4, 20)}
    code, _, err = call(capfd, database, "import", "qdrant", *arguments[:4], "--table", "again")
    assert code == 1 and "answered 503" in err and sql("SELECT to_regclass('again')") == [(None,)]


def test_an_import_goes_on(database, sql, capfd, qdrant):  # noqa: F811
    points = [models.PointStruct(id=i, vector=VECTORS[i].tolist(), payload={"n": i}) for i in range(250)]
    qdrant.client.create_collection("docs", vectors_config=models.VectorParams(size=4, distance=models.Distance.DOT))
    qdrant.client.upsert("docs", points)
    arguments = ["import", "qdrant", "--url", qdrant.url, "--collection", "docs", "--table", "docs", "--batch", "20", "--index", "ivfpq"]
    qdrant.failures = {qdrant.pages + 3 + 5: 400}
    code, _, err = call(capfd, database, *arguments, "--resume")
    assert code == 1 and "400" in err
    assert 0 < sql("SELECT count(*) FROM docs")[0][0] < 250
    code, _, err = call(capfd, database, *arguments)
    assert code == 1 and "duplicate key" in err
    there = sql("SELECT count(*) FROM docs")[0][0]
    assert result(capfd, database, *arguments, "--resume")["rows"] == 250 - there
    rows = sql("SELECT id, embedding::real[], payload FROM docs ORDER BY id")
    assert [row[0] for row in rows] == list(range(250)) and [row[2] for row in rows] == [{"n": i} for i in range(250)]
    assert np.array_equal(np.array([row[1] for row in rows], np.float32), VECTORS)
    sql("CREATE TABLE others (id bigint, embedding vector(4), payload jsonb)")
    code, _, err = call(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "docs", "--table", "others", "--resume")
    assert code == 1 and "ids do not go to the primary key of others" in err


def test_a_key_goes_to_no_other_server(database, capfd, monkeypatch):
    monkeypatch.setenv("VECEXT_IMPORT_API_KEY", "secret")
    keys = []

    class Redirect(BaseHTTPRequestHandler):
        def do_GET(self):
            keys.append((self.path, self.headers.get("api-key")))
            self.send_response(302)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Redirect)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    code, _, err = call(capfd, database, "import", "qdrant", "--url", url, "--collection", "c", "--table", "t")
    server.shutdown()
    server.server_close()
    assert code == 1 and "answered 302" in err and keys == [("/collections/c", "secret")]
    code, _, err = call(capfd, database, "import", "qdrant", "--url", "http://u:pass@127.0.0.1:1", "--collection", "c", "--table", "t")
    assert code == 1 and "has a user or a password" in err and "pass@" not in err
