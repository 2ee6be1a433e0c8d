"""`vecext import elasticsearch`: from a stand-in server, which Elasticsearch's own client fills; `vecext export elasticsearch`: to it."""

import json
from urllib.parse import unquote

import numpy as np
import pytest

elasticsearch = pytest.importorskip("elasticsearch")
from elasticsearch import Elasticsearch, helpers

from command import call, operator_class, result
from round_trip import assert_comes_back, fill, stored
from stand_in import serve
from test_load import sql  # noqa: F401

VECTORS = np.random.default_rng(3).normal(size=(250, 4)).astype(np.float32)


class Indexes:
    """What a server keeps, as its documentation says: documents of an index, and scrolls, each of which sees them as they were when it began."""

    def __init__(self):
        self.mappings, self.documents, self.scrolls, self.keys = {}, {}, {}, set()
        self.version, self.failed, self.is_strict = {"number": "8.15.0"}, 0, False

    def routes(self):
        return {
            ("GET", "/"): lambda body, headers: {"version": self.version, "tagline": "You Know, for Search"},
            ("PUT", "/([a-z]+)"): self.create,
            ("PUT", "/_bulk"): self.bulk,
            ("POST", "/([a-z]+)/_bulk"): self.bulk_of_index,
            ("POST", "/([a-z]+)/_refresh"): lambda body, headers, name: {"_shards": {"failed": 0}},
            ("GET", "/([a-z]+)/_doc/(.+)"): lambda body, headers, name, key: {"_id": unquote(key), "_source": self.documents[name][unquote(key)]},
            ("GET", "/([a-z,*]+)/_mapping"): self.mapping,
            ("GET", "/([a-z]+)/_count"): lambda body, headers, name: {"count": len(self.documents[name])},
            ("POST", "/([a-z]+)/_search"): self.search,
            ("POST", "/_search/scroll"): self.scroll,
            ("DELETE", "/_search/scroll"): self.end,
        }

    def create(self, body, headers, name):
        self.mappings[name], self.documents[name] = body["mappings"], {}
        return {"acknowledged": True, "shards_acknowledged": True, "index": name}

    def bulk(self, body, headers):
        items = []
        for action, document in zip(body[0::2], body[1::2], strict=True):
            where = action["index"]
            self.documents[where["_index"]][where["_id"]] = document
            items.append({"index": {"_id": where["_id"], "status": 201}})
        return {"errors": False, "items": items}

    def bulk_of_index(self, body, headers, name):
        assert headers["Content-Type"] == "application/x-ndjson"
        items = []
        for action, document in zip(body[0::2], body[1::2], strict=True):
            item = {"_id": action["index"]["_id"], "status": 201}
            if self.is_strict:
                item |= {"status": 400, "error": {"type": "document_parsing_exception", "reason": "failed to parse"}}
            else:
                self.documents[name][item["_id"]] = document
            items.append({"index": item})
        return {"errors": any("error" in item["index"] for item in items), "items": items}

    def mapping(self, body, headers, name):
        self.keys.add(headers.get("Authorization"))
        found = {index: {"mappings": mappings} for index, mappings in self.mappings.items() if name in (index, "*")}
        return found or (404, {"error": {"type": "index_not_found_exception", "reason": f"no such index [{name}]"}, "status": 404})

    def search(self, body, headers, name):
        assert body["sort"] == ["_doc"]
        shown = self.documents[name]
        if self.version["number"] >= "9.2" and body.get("_source") != {"exclude_vectors": False}:
            shown = {key: {field: value for field, value in document.items() if field != "embedding"} for key, document in shown.items()}
        self.scrolls["s"] = ([{"_id": key, "_source": json.loads(json.dumps(document))} for key, document in shown.items()], body["size"])
        return self.page()

    def scroll(self, body, headers):
        assert body["scroll_id"] == "s"
        return self.page()

    def page(self):
        hits, size = self.scrolls["s"]
        self.scrolls["s"] = hits[size:], size
        return {"_scroll_id": "s", "timed_out": False, "_shards": {"total": 1, "failed": self.failed}, "hits": {"hits": hits[:size]}}

    def end(self, body, headers):
        del self.scrolls[body["scroll_id"][0]]
        return {"succeeded": True}


@pytest.fixture
def server():
    indexes = Indexes()
    with serve(indexes.routes()) as url:
        indexes.url = url
        indexes.client = Elasticsearch(url)
        yield indexes


def fill_index(server, mappings, documents):
    server.client.indices.create(index="docs", mappings={"properties": mappings})
    helpers.bulk(server.client, [{"_index": "docs", "_id": key, "_source": document} for key, document in documents.items()])


def dense(similarity):
    return {"type": "dense_vector", "dims": 4, "index": True, "similarity": similarity}


@pytest.mark.parametrize("version", ["8.15.0", "9.2.1"])
def test_documents_become_rows(database, sql, capfd, server, monkeypatch, version):  # noqa: F811
    server.version = {"number": version}
    payloads = [{"n": number, "text": "naïve ö", "deep": {"tags": ["a", None]}} for number in range(250)]
    documents = {f"id {i}": {**payloads[i], "embedding": VECTORS[i].tolist()} for i in range(250)}
    fill_index(server, {"embedding": dense("l2_norm"), "text": {"type": "text"}}, documents | {"bare": {"n": -1}})
    monkeypatch.setenv("KEY", "secret")
    arguments = ["--url", server.url, "--collection", "docs", "--table", "docs", "--batch", "100", "--api-key-variable", "KEY"]
    done = result(capfd, database, "import", "elasticsearch", *arguments, "--index", "ivfpq")
    assert done == {"table": "public.docs", "rows": 251, "indexes": ["docs_embedding_idx"]}
    rows = {row[0]: row[1:] for row in sql("SELECT id, embedding::real[], payload FROM docs")}
    assert rows.pop("bare") == (None, {"n": -1})
    assert [rows[f"id {i}"][1] for i in range(250)] == payloads, "vectors are not in the payload"
    assert np.array_equal(np.array([rows[f"id {i}"][0] for i in range(250)], dtype=np.float32), VECTORS)
    assert operator_class(sql, "docs_embedding_idx") == "vector_l2_ops"
    assert server.keys == {"ApiKey secret"} and server.scrolls == {}, "a scroll is ended"


def test_vectors_of_objects_and_bits(database, sql, capfd, server, monkeypatch):  # noqa: F811
    mappings = {
        "title": {"properties": {"vector": dense("cosine")}},
        "payload": dense("dot_product"),
        "code": {"type": "dense_vector", "dims": 16, "element_type": "bit"},
        "parts": {"type": "nested", "properties": {"vector": dense("cosine")}},
        "unused": {"type": "dense_vector"},
    }
    document = {"title": {"vector": [1, 2, 3, 4], "text": "x"}, "payload": [0.5, 0, 0, 0], "code": [-127, 5], "parts": [{"vector": [1, 1, 1, 1]}]}
    fill_index(server, mappings, {"a": document, "b": {"title.vector": [4, 3, 2, 1], "code": "8105"}})
    monkeypatch.setenv("VECEXT_IMPORT_API_KEY", "user:password")
    result(capfd, database, "import", "opensearch", "--url", server.url, "--collection", "docs", "--table", "docs")
    assert sql('SELECT id, "title.vector"::text, payload_vector::text, code::text, payload FROM docs ORDER BY id') == [
        ("a", "[1,2,3,4]", "[0.5,0,0,0]", "1000000100000101", {"title": {"text": "x"}, "parts": [{"vector": [1, 1, 1, 1]}]}),
        ("b", "[4,3,2,1]", None, "1000000100000101", {}),
    ]
    assert server.keys == {"Basic dXNlcjpwYXNzd29yZA=="}


def test_opensearch_names_of_distances(database, sql, capfd, server):  # noqa: F811
    server.version = {"number": "2.17.0", "distribution": "opensearch"}
    vectors = {"a": {"type": "knn_vector", "dimension": 2, "space_type": "innerproduct"}}
    vectors["b"] = {"type": "knn_vector", "dimension": 2, "method": {"name": "hnsw", "space_type": "l2"}}
    fill_index(server, vectors, {"1": {"a": [1, 2], "b": [3, 4]}})
    result(capfd, database, "import", "opensearch", "--url", server.url, "--collection", "docs", "--table", "docs", "--index", "hnsw")
    assert [operator_class(sql, f"docs_{column}_idx") for column in "ab"] == ["vector_ip_ops", "vector_l2_ops"]


def test_what_is_refused(database, sql, capfd, server):  # noqa: F811
    fill_index(server, {"embedding": dense("cosine")}, {"a": {"embedding": [1, 2, 3, 4]}})
    server.client.indices.create(index="more", mappings={"properties": {}})

    def failure(collection):
        code, _, err = call(capfd, database, "import", "elasticsearch", "--url", server.url, "--collection", collection, "--table", "docs")
        assert code == 1 and sql("SELECT to_regclass('docs')") == [(None,)]
        return err

    assert "404" in failure("missing") and "no such index" in failure("missing")
    assert "* are 2 indexes: docs, more" in failure("*")
    server.failed = 1
    assert "documents would be missing" in failure("docs")


def there(server):
    return ["--url", server.url, "--collection", "docs"]


def test_rows_become_documents_and_rows_again(database, sql, capfd, server):  # noqa: F811
    fill(sql, "text")
    done = result(capfd, database, "export", "elasticsearch", *there(server), "--table", "items", "--batch", "100")
    assert done["rows"] == 250 and done["file"] == "collection docs"
    assert server.mappings["docs"] == {"properties": {"embedding": {"type": "dense_vector", "dims": 4, "index": True, "similarity": "l2_norm"}}}
    keys, vectors, payloads = stored(sql)
    read = server.client.get(index="docs", id=keys[7])["_source"]
    assert np.array_equal(np.array(read.pop("embedding"), np.float32), vectors[7]) and read == payloads[7]
    assert_comes_back(database, sql, capfd, "elasticsearch", *there(server))


def test_an_index_of_opensearch_is_made_for_vectors(database, sql, capfd, server):  # noqa: F811
    fill(sql, operators="vector_cosine_ops")
    server.version = {"number": "2.19.0", "distribution": "opensearch"}
    result(capfd, database, "export", "opensearch", *there(server), "--table", "items", "--where", "price IS NOT NULL")
    method = {"name": "hnsw", "engine": "lucene", "space_type": "cosinesimil"}
    assert server.mappings["docs"] == {"properties": {"embedding": {"type": "knn_vector", "dimension": 4, "method": method}}}
    result(capfd, database, "export", "opensearch", *there(server), "--table", "items", "--where", "id = 3")
    assert len(server.documents["docs"]) == 250, "documents of the same ids are replaced"


def test_exports_that_are_refused(database, sql, capfd, server):  # noqa: F811
    fill(sql)
    server.client.indices.create(index="docs", mappings={"properties": {"embedding": {**dense("cosine"), "dims": 8}}})
    code, _, err = call(capfd, database, "export", "elasticsearch", *there(server), "--table", "items")
    assert code == 1 and "its field embedding is not of 4 dimensions" in err
    elsewhere = ["--url", server.url, "--collection", "new", "--table", "items"]
    server.is_strict = True
    code, _, err = call(capfd, database, "export", "elasticsearch", *elsewhere)
    assert code == 1 and "document 3 was refused, as were 249 others: failed to parse" in err
    sql("UPDATE items SET payload = '{\"embedding\": 1}' WHERE id = 3")
    code, _, err = call(capfd, database, "export", "elasticsearch", *elsewhere)
    assert code == 1 and "the payload of row 3 has a key embedding" in err
    sql("CREATE TABLE words (id text PRIMARY KEY, embedding sparsevec(5))")
    code, _, err = call(capfd, database, "export", "elasticsearch", *there(server), "--table", "words")
    assert code == 1 and "takes no sparse vectors" in err
