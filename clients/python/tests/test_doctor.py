"""`vecext doctor`: what it finds, the statements that mend it, exit codes."""

import psycopg
from psycopg.conninfo import make_conninfo

import vecext
from command import call, result
from test_load import sql  # noqa: F401 (a fixture)


def test_a_database_that_is_well(database, sql, capfd):  # noqa: F811
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3))")
    sql("INSERT INTO items SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 50) AS i")
    sql("CREATE INDEX items_embedding_idx ON items USING ivfpq (embedding vector_l2_ops)")
    sql("ANALYZE items")
    found = result(capfd, database, "doctor")
    assert found["ok"] and found["versions"]["client"] == found["versions"]["library"] == vecext.__version__
    (index,) = [index for index in found["indexes"] if index["index"] == "items_embedding_idx"]
    assert (index["table"], index["method"], index["valid"], index["rows"]) == ("public.items", "ivfpq", True, 50)
    assert "shared_buffers" in [setting["name"] for setting in found["settings"]]
    code, out, _ = call(capfd, database, "doctor")
    assert code == 0 and out.startswith(f"client {vecext.__version__}, PostgreSQL ")
    assert "items_embedding_idx  ivfpq on public.items, 50 rows" in out


def test_an_index_that_was_not_built_and_a_setting(database, sql, capfd):  # noqa: F811
    sql("CREATE TABLE items (id bigint PRIMARY KEY, embedding vector(3))")
    sql("INSERT INTO items SELECT i, ARRAY[i, 1, 2]::vector FROM generate_series(1, 50) AS i")
    sql("CREATE INDEX broken ON items USING hnsw (embedding vector_l2_ops)")
    sql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass")
    with_setting = make_conninfo(database, options="-c vecext.target_recall=0.99")
    code, out, _ = call(capfd, with_setting, "doctor")
    assert code == 1
    assert "warning: public.broken: the index is not valid, and no query uses it\n  REINDEX INDEX CONCURRENTLY public.broken\n" in out
    assert "broken  hnsw on public.items, 50 rows" in out and ", invalid" in out
    assert "vecext.target_recall = 0.99" in out
    sql("REINDEX INDEX CONCURRENTLY public.broken")
    assert result(capfd, database, "doctor")["ok"]


def test_another_version_of_the_client_is_said(database, capfd, monkeypatch):
    monkeypatch.setattr(vecext, "__version__", "0.0.9")
    (finding,) = result(capfd, database, "doctor")["findings"]
    assert finding["severity"] == "info" and finding["statement"] == "pip install ./clients/python    # in the sources of version 0.1.0"


def test_a_database_without_the_extension(database, capfd):
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS vecext_python_bare")
        connection.execute("CREATE DATABASE vecext_python_bare TEMPLATE template0")
        code, _, err = call(capfd, make_conninfo(database, dbname="vecext_python_bare"), "doctor")
        connection.execute("DROP DATABASE vecext_python_bare WITH (FORCE)")
    assert code == 1 and "Execute CREATE EXTENSION vecext" in err
