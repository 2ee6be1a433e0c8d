"""`vecext export qdrant`: rows become points, which Qdrant's own client reads, and which come back as they were."""

import numpy as np
import pytest

models = pytest.importorskip("qdrant_client.models")

from command import call, result
from test_import_qdrant import qdrant  # noqa: F401 (a fixture)
from test_load import sql  # noqa: F401


def fill(sql):  # noqa: F811
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3), word text, price numeric, at timestamptz, payload jsonb)")
    sql(
        """INSERT INTO items SELECT i, ARRAY[random(), -random() * 1e-30, random() * 1e30]::real[]::vector, 'ö' || i, i / 4.0,
            '2026-01-01 12:00+00'::timestamptz + i * interval '1 s', jsonb_build_object('n', i, 'deep', jsonb_build_object('a', ARRAY[i, NULL]))
        FROM generate_series(1, 250) AS i"""
    )
    sql("CREATE INDEX ON items USING hnsw (embedding vector_ip_ops)")


def where(qdrant):  # noqa: F811
    return ["--url", qdrant.url, "--collection", "items", "--table", "items"]


def test_rows_become_points_and_rows_again(database, sql, capfd, qdrant):  # noqa: F811
    fill(sql)
    done = result(capfd, database, "export", "qdrant", *where(qdrant), "--batch", "100")
    assert done["rows"] == 250 and done["file"] == "collection items"
    assert qdrant.parameters["items"]["vectors"] == {"size": 3, "distance": "Dot", "datatype": "float32"}, "the distance is that of the table's index"
    points, _ = qdrant.client.scroll("items", limit=300, with_vectors=True)
    stored = sql("SELECT id, embedding::real[], word, price::float8, payload FROM items ORDER BY id")
    assert [point.id for point in points] == [row[0] for row in stored]
    assert np.array_equal(np.array([point.vector for point in points], np.float32), np.array([row[1] for row in stored], np.float32))
    assert points[0].payload == {"word": "ö1", "price": 0.25, "at": "2026-01-01T12:00:01+00:00", "n": 1, "deep": {"a": [1, None]}}

    result(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "items", "--table", "again")
    assert sql("SELECT id, vector_send(embedding) FROM again ORDER BY id") == sql("SELECT id, vector_send(embedding) FROM items ORDER BY id")
    assert sql("SELECT count(*) FROM again JOIN items USING (id) WHERE again.payload @> items.payload AND again.payload->>'word' = word") == [(250,)]


def test_named_sparse_and_missing_vectors(database, sql, capfd, qdrant):  # noqa: F811
    sql("CREATE TABLE items (key uuid PRIMARY KEY, title vector(2), body halfvec(2), words sparsevec(1000))")
    sql("INSERT INTO items VALUES (gen_random_uuid(), '[1,2]', '[0.5,-3]', '{8:1.5,100:-2}/1000'), (gen_random_uuid(), NULL, '[1,1]', NULL)")
    assert result(capfd, database, "export", "qdrant", *where(qdrant))["rows"] == 2
    assert qdrant.parameters["items"]["vectors"]["body"] == {"size": 2, "distance": "Cosine", "datatype": "float16"}
    result(capfd, database, "import", "qdrant", "--url", qdrant.url, "--collection", "items", "--table", "again")
    columns = "title::text, body::text, (words::text::sparsevec(1000))::text"
    spread = "title::text, body::text, replace(words::text, '/1000000000', '/1000')"
    assert sql(f"SELECT id, {spread} FROM again ORDER BY id") == sql(f"SELECT key, {columns} FROM items ORDER BY key")


def test_chosen_columns_and_rows(database, sql, capfd, qdrant):  # noqa: F811
    fill(sql)
    assert result(capfd, database, "export", "qdrant", *where(qdrant), "--columns", "embedding,word", "--where", "id % 100 = 0")["rows"] == 2
    points, _ = qdrant.client.scroll("items")
    assert [(point.id, point.payload) for point in points] == [(100, {"word": "ö100"}), (200, {"word": "ö200"})]
    sql("UPDATE items SET word = 'new' WHERE id = 200")
    assert result(capfd, database, "export", "qdrant", *where(qdrant), "--columns", "embedding,word", "--where", "id = 200")["rows"] == 1
    points, _ = qdrant.client.scroll("items")
    assert [point.payload for point in points] == [{"word": "ö100"}, {"word": "new"}], "points are replaced"


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("(id bigint, embedding vector(3))", "has no primary key of one column"),
        ("(id bigint PRIMARY KEY, embedding vector)", "whose rows may differ in dimensions"),
        ("(id bigint PRIMARY KEY, word text)", "no column of items that is chosen has vectors"),
    ],
)
def test_tables_that_cannot_be_points(database, sql, capfd, qdrant, table, message):  # noqa: F811
    sql(f"CREATE TABLE items {table}")
    code, _, err = call(capfd, database, "export", "qdrant", *where(qdrant))
    assert code == 1 and message in err and "items" not in qdrant.parameters


@pytest.mark.parametrize(("key", "row"), [("text", "'a'"), ("text", "'007'"), ("bigint", "-1"), ("numeric", "1.5")])
def test_ids_that_qdrant_lacks(database, sql, capfd, qdrant, key, row):  # noqa: F811
    sql(f"CREATE TABLE items (id {key} PRIMARY KEY, embedding vector(3))")
    sql(f"INSERT INTO items VALUES ({row}, '[1,2,3]')")
    code, _, err = call(capfd, database, "export", "qdrant", *where(qdrant))
    assert code == 1 and "cannot be the id of a point" in err and "UUIDs" in err


def test_what_is_refused(database, sql, capfd, qdrant):  # noqa: F811
    fill(sql)
    qdrant.client.create_collection("items", vectors_config=models.VectorParams(size=4, distance=models.Distance.DOT))
    code, _, err = call(capfd, database, "export", "qdrant", *where(qdrant))
    assert code == 1 and "exists with other vectors" in err
    sql("UPDATE items SET payload = '[1]' WHERE id = 7")
    code, _, err = call(capfd, database, "export", "qdrant", "--url", qdrant.url, "--collection", "new", "--table", "items")
    assert code == 1 and "the payload of row 7 is not an object" in err
    for arguments, message in [
        (["qdrant", "--table", "items"], "found by its url"),
        (["qdrant", *where(qdrant), "--resume"], "cannot be resumed"),
        (["x.csv", *where(qdrant)], "name where a system is"),
    ]:
        code, _, err = call(capfd, database, "export", *arguments)
        assert code == 2 and message in err


def test_more_columns_than_a_function_has_arguments(database, sql, capfd, qdrant):  # noqa: F811
    columns = [f"c{i}" for i in range(60)]
    sql(f"CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(2), {', '.join(f'{column} int' for column in columns)})")
    sql(f"INSERT INTO items VALUES (1, '[1,2]', {', '.join(map(str, range(60)))})")
    assert result(capfd, database, "export", "qdrant", *where(qdrant))["rows"] == 1
    assert qdrant.client.scroll("items")[0][0].payload == {column: i for i, column in enumerate(columns)}
