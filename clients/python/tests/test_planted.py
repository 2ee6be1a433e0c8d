"""What a role has put into schema public is not called when a superuser runs the command."""

import numpy as np
import pytest

from command import call, result
from test_load import sql  # noqa: F401

# Operands for which pg_catalog has no operator of these very types, so that one in a later schema would be taken.
OPERATORS = [
    ("=", "oid, smallint"),
    ("=", "oid, integer"),
    ("=", "oid, bigint"),
    ("=", "oid, regclass"),
    ("=", "regclass, oid"),
    ("=", "oid, regtype"),
    ("=", "real, integer"),
    (">", "real, integer"),
    ("~", "name, name"),
    ("->>", "jsonb, jsonb"),
]
FUNCTIONS = ["quote_ident(name)", "format(text, name, name)", "to_regclass(varchar)", "parse_ident(varchar)", "pg_size_pretty(integer)"]


@pytest.fixture
def planted(sql):  # noqa: F811
    """Operators and functions of another role, each of which raises an error."""
    sql("CREATE ROLE planter")
    sql("GRANT CREATE, USAGE ON SCHEMA public TO planter")
    sql("SET ROLE planter")
    for number, (operator, types) in enumerate(OPERATORS):
        result_type = "text" if operator == "->>" else "boolean"
        sql(f"CREATE FUNCTION public.f{number}({types}) RETURNS {result_type} LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted: {operator} of {types}'; END $$")
        left, right = types.split(", ")
        sql(f"CREATE OPERATOR public.{operator} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = public.f{number})")
    for function in FUNCTIONS:
        sql(f"CREATE FUNCTION public.{function} RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'planted: {function}'; END $$")
    sql("RESET ROLE")
    yield
    sql("DROP OWNED BY planter")
    sql("DROP ROLE planter")


def test_planted_objects_are_not_called(database, sql, capfd, planted, tmp_path):  # noqa: F811
    vectors = np.random.default_rng(3).normal(size=(3000, 8)).astype(np.float32)
    np.save(tmp_path / "v.npy", vectors)
    assert result(capfd, database, "load", tmp_path / "v.npy", "--table", "items", "--create", "--index", "ivfpq")["rows"] == 3000
    for name in ("out.npy", "out.jsonl", "out.parquet"):
        assert result(capfd, database, "export", tmp_path / name, "--table", "items")["rows"] == 3000
    assert np.array_equal(np.load(tmp_path / "out.npy"), vectors)
    assert result(capfd, database, "tune", "items_embedding_idx", "--most", "20")["queries"] == 20
    arguments = ["--url", database, "--collection", "items", "--table", "again", "--index", "hnsw", "--as-collection"]
    assert result(capfd, database, "import", "pgvector", *arguments)["collection"] == "again"
    taken = result(capfd, database, "snapshot", "create", "again", "--folder", tmp_path)
    assert result(capfd, database, "snapshot", "restore", taken["file"], "--as", "third")["points"] == 3000
    code, out, err = call(capfd, database, "doctor")
    assert "planted" not in out + err and code in (0, 1)
    sql("SELECT vecext.drop_collection(c) FROM unnest('{again,third}'::text[]) AS c")


def test_a_planted_table_of_notes_is_refused(database, sql, capfd, planted, tmp_path):  # noqa: F811
    np.save(tmp_path / "v.npy", np.ones((3, 2), np.float32))
    sql("SET ROLE planter")
    sql("CREATE TABLE vecext_loads (loaded regclass, file text, size bigint, rows bigint NOT NULL, numbered text, PRIMARY KEY (loaded, file))")
    sql("RESET ROLE")
    code, _, err = call(capfd, database, "load", tmp_path / "v.npy", "--table", "items", "--create")
    assert code == 1 and "another role has made" in err and sql("SELECT pg_catalog.to_regclass('items'::text)") == [(None,)]
