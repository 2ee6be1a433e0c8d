"""`vecext import weaviate`: from a stand-in server, which Weaviate's own client fills over REST; `vecext export weaviate`: to it."""

import uuid
from urllib.parse import parse_qs

import numpy as np
import pytest

weaviate = pytest.importorskip("weaviate")

from command import call, operator_class, result
from round_trip import assert_comes_back, fill, stored
from stand_in import serve
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(5).normal(size=(250, 4)).astype(np.float32)
IDS = sorted(str(uuid.uuid5(uuid.NAMESPACE_URL, str(i))) for i in range(250))


class Objects:
    """What a server keeps, as its documentation of REST says: classes, and objects in the order of their ids, after one that is named."""

    def __init__(self):
        self.classes, self.objects, self.keys, self.pages = {}, {}, set(), 0
        self.refused = {}  # id -> result

    def routes(self):
        return {
            ("GET", "/v1/meta"): lambda body, headers: {"version": "1.23.0", "hostname": "", "modules": {}},
            ("GET", "/v1/.well-known/openid-configuration"): lambda body, headers: (404, {}),
            ("GET", "/v1/.well-known/ready"): lambda body, headers: {},
            ("POST", "/v1/schema"): self.create,
            ("GET", "/v1/schema"): lambda body, headers: {"classes": list(self.classes.values())},
            ("GET", "/v1/schema/([^/]+)"): self.schema,
            ("POST", "/v1/objects"): self.add,
            ("POST", "/v1/batch/objects"): self.add_all,
            ("GET", "/v1/objects/Docs/([^/?]+)"): lambda body, headers, key: self.objects[key],
            ("GET", r"/v1/objects\?(.*)"): self.list,
        }

    def create(self, body, headers):
        self.classes[body["class"]] = {"vectorIndexConfig": {"distance": "cosine"}, **body}
        return body

    def schema(self, body, headers, name):
        return self.classes.get(name) or (404, {"error": [{"message": f"class {name} not found"}]})

    def add(self, body, headers):
        self.objects[body["id"]] = {"tenant": "", **body}
        return body

    def add_all(self, body, headers):
        return [{**self.add(one, headers), "result": self.refused.get(one["id"], {"status": "SUCCESS"})} for one in body["objects"]]

    def list(self, body, headers, query):
        self.pages += 1
        self.keys.add(headers.get("Authorization"))
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        assert asked["include"] == "vector"
        found = [
            one
            for key, one in sorted(self.objects.items())
            if one["class"] == asked["class"] and key > asked["after"] and one["tenant"] == asked.get("tenant", "")
        ]
        return {"objects": found[: int(asked["limit"])], "totalResults": 0}


@pytest.fixture
def server():
    objects = Objects()
    with serve(objects.routes()) as url:
        objects.url = url
        objects.client = weaviate.Client(url, startup_period=None)
        yield objects


def test_objects_become_rows(database, sql, capfd, server, monkeypatch):  # noqa: F811
    server.client.schema.create_class({"class": "Docs", "vectorizer": "none", "vectorIndexConfig": {"distance": "l2-squared"}})
    payloads = [{"n": number, "text": "naïve ö", "tags": ["a", "b"]} for number in range(250)]
    for i in range(250):
        server.client.data_object.create(payloads[i], "Docs", uuid=IDS[i], vector=VECTORS[i].tolist())
    monkeypatch.setenv("VECEXT_IMPORT_API_KEY", "secret")
    arguments = ["--url", server.url, "--collection", "Docs", "--table", "docs", "--batch", "100"]
    done = result(capfd, database, "import", "weaviate", *arguments, "--index", "ivfpq")
    assert done == {"table": "public.docs", "rows": 250, "indexes": ["docs_embedding_idx"]}
    rows = sql("SELECT id::text, embedding::real[], payload FROM docs ORDER BY id")
    assert [row[0] for row in rows] == IDS and [row[2] for row in rows] == payloads
    assert np.array_equal(np.array([row[1] for row in rows], dtype=np.float32), VECTORS)
    assert operator_class(sql, "docs_embedding_idx") == "vector_l2_ops"
    assert server.keys == {"Bearer secret"} and server.pages == 1 + 4, "one page tells the dimensions"


def test_named_vectors_and_tenants(database, sql, capfd, server):  # noqa: F811
    vectors = {name: {"vectorIndexConfig": {"distance": distance}} for name, distance in (("title", "dot"), ("id", "cosine"), ("parts", "cosine"))}
    server.classes["Docs"] = {"class": "Docs", "vectorConfig": vectors, "multiTenancyConfig": {"enabled": True}}
    given = {"title": [1, 2], "parts": [[1, 2, 3], [4, 5, 6]]}
    server.objects[IDS[0]] = {"class": "Docs", "id": IDS[0], "tenant": "acme", "properties": {"n": 1}, "vectors": given}
    server.objects[IDS[1]] = {"class": "Docs", "id": IDS[1], "tenant": "acme", "properties": {}, "vectors": {"id": [7, 8, 9]}}
    server.objects[IDS[2]] = {"class": "Docs", "id": IDS[2], "tenant": "other", "properties": {}, "vectors": given}
    result(capfd, database, "import", "weaviate", "--url", server.url, "--collection", "Docs/acme", "--table", "docs")
    assert sql("SELECT id::text, title::text, id_vector::text, parts, payload FROM docs ORDER BY id") == [
        (IDS[0], "[1,2]", None, [[1, 2, 3], [4, 5, 6]], {"n": 1}),
        (IDS[1], None, "[7,8,9]", None, {}),
    ]


def test_a_collection_that_is_missing(database, sql, capfd, server):  # noqa: F811
    code, _, err = call(capfd, database, "import", "weaviate", "--url", server.url, "--collection", "Missing", "--table", "docs")
    assert code == 1 and "class Missing not found" in err


def there(server, collection="Docs"):
    return ["--url", server.url, "--collection", collection]


def test_rows_become_objects_and_rows_again(database, sql, capfd, server):  # noqa: F811
    fill(sql, "uuid")
    assert result(capfd, database, "export", "weaviate", *there(server), "--table", "items", "--batch", "100")["rows"] == 250
    assert server.classes["Docs"]["vectorizer"] == "none" and server.classes["Docs"]["vectorIndexConfig"] == {"distance": "l2-squared"}
    keys, vectors, payloads = stored(sql)
    read = server.client.data_object.get(keys[7], class_name="Docs", with_vector=True)
    assert np.array_equal(np.array(read["vector"], np.float32), vectors[7]) and read["properties"] == payloads[7]
    assert_comes_back(database, sql, capfd, "weaviate", *there(server))


def test_named_vectors_go_to_a_tenant(database, sql, capfd, server):  # noqa: F811
    sql("CREATE TABLE items (id uuid PRIMARY KEY, title vector(2), body vector(3), n int)")
    sql(f"INSERT INTO items VALUES ('{IDS[0]}', '[1,2]', NULL, 1), ('{IDS[1]}', '[3,4]', '[5,6,7]', 2)")
    result(capfd, database, "export", "weaviate", *there(server, "Docs/acme"), "--table", "items")
    assert server.classes["Docs"]["multiTenancyConfig"] == {"enabled": True, "autoTenantCreation": True}
    assert set(server.classes["Docs"]["vectorConfig"]) == {"title", "body"}
    assert server.objects[IDS[0]]["vectors"] == {"title": [1, 2]} and server.objects[IDS[0]]["tenant"] == "acme"
    result(capfd, database, "import", "weaviate", *there(server, "Docs/acme"), "--table", "again")
    assert sql("SELECT id::text, title::text, body::text, payload FROM again ORDER BY id") == [
        (IDS[0], "[1,2]", None, {"n": 1}),
        (IDS[1], "[3,4]", "[5,6,7]", {"n": 2}),
    ]


def test_exports_that_are_refused(database, sql, capfd, server):  # noqa: F811
    fill(sql)
    code, _, err = call(capfd, database, "export", "weaviate", *there(server), "--table", "items")
    assert code == 1 and "3 cannot be the id of an object" in err
    sql("DROP TABLE items")
    fill(sql, "uuid")
    one = stored(sql)[0][0]
    server.refused[one] = {"status": "FAILED", "errors": {"error": [{"message": "invalid object"}]}}
    code, _, err = call(capfd, database, "export", "weaviate", *there(server), "--table", "items")
    assert code == 1 and f"object {one} was refused: invalid object" in err
    sql("ALTER TABLE items RENAME embedding TO title_vector")
    code, _, err = call(capfd, database, "export", "weaviate", *there(server), "--table", "items")
    assert code == 1 and "exists with other vectors" in err
