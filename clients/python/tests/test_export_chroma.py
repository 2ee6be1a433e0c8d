"""`vecext export chroma`: to a stand-in server, which keeps what the documentation of the API says."""

import pytest

from command import call, result
from round_trip import fill, stored
from stand_in import serve
from test_load import sql  # noqa: F401

PATH = "/api/v2/tenants/default_tenant/databases/([^/]+)/collections"


class Collections:
    """Collections by name, with their records: id -> embedding, document, metadata."""

    def __init__(self):
        self.definitions, self.records, self.databases = {}, {}, set()

    def routes(self):
        return {("POST", PATH): self.create, ("POST", PATH + "/([^/]+)/upsert"): self.upsert}

    def create(self, body, headers, database):
        assert body["get_or_create"]
        self.databases.add(database)
        self.definitions.setdefault(body["name"], body)
        self.records.setdefault(f"id-{body['name']}", {})
        first = next(iter(self.records[f"id-{body['name']}"].values()), None)
        return {"id": f"id-{body['name']}", "name": body["name"], "dimension": len(first[0]) if first else None}

    def upsert(self, body, headers, database, name):
        assert all(value is None or not isinstance(value, dict) for metadata in body["metadatas"] if metadata for value in metadata.values())
        values = zip(body["embeddings"], body["documents"], body["metadatas"], strict=True)
        self.records[name] |= dict(zip(body["ids"], values, strict=True))
        return {}


@pytest.fixture
def server():
    collections = Collections()
    with serve(collections.routes()) as url:
        collections.url = url
        yield collections


def test_rows_become_records(database, sql, capfd, server):  # noqa: F811
    fill(sql, "text")
    sql("ALTER TABLE items RENAME title TO document")
    there = ["--url", server.url, "--collection", "films/docs", "--table", "items"]
    assert result(capfd, database, "export", "chroma", *there, "--batch", "100")["rows"] == 250
    assert server.definitions["docs"]["configuration"] == {"hnsw": {"space": "l2"}} and server.databases == {"films"}
    sql("ALTER TABLE items RENAME document TO title")
    keys, vectors, payloads = stored(sql)
    records = [server.records["id-docs"][key] for key in keys]
    assert [record[0] for record in records] == vectors.astype(float).tolist()
    assert [record[1] for record in records] == [payload.pop("title") for payload in payloads]
    assert [record[2] for record in records] == payloads


def test_exports_that_are_refused(database, sql, capfd, server):  # noqa: F811
    sql("CREATE TABLE items (id int PRIMARY KEY, v vector(2), title text)")
    sql("INSERT INTO items VALUES (1, '[1,2]', NULL), (2, NULL, 'b')")
    there = ["--url", server.url, "--collection", "docs", "--table", "items"]
    code, _, err = call(capfd, database, "export", "chroma", *there)
    assert code == 1 and "row 2 has no vector" in err
    result(capfd, database, "export", "chroma", *there, "--where", "v IS NOT NULL")
    assert server.records["id-docs"] == {"1": ([1, 2], None, None)}, "a record without metadata has none"
    sql("ALTER TABLE items ALTER v TYPE vector(3) USING '[1,2,3]'")
    code, _, err = call(capfd, database, "export", "chroma", *there)
    assert code == 1 and "exists with vectors of 2 dimensions" in err
