"""`vecext export qdrant` and `import qdrant` beside a gateway that answers Qdrant's REST: the program that $VECEXT_GATEWAY names."""

import os
import re
import subprocess

import numpy as np
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from command import result
from test_export_qdrant import fill
from test_load import sql  # noqa: F401


@pytest.fixture
def gateway(database):
    """The URL of a gateway in front of a database of its own."""
    program = os.environ.get("VECEXT_GATEWAY")
    if program is None:
        pytest.skip("VECEXT_GATEWAY names no program")
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute("CREATE DATABASE vecext_python_gateway")
        dsn = make_conninfo(database, dbname="vecext_python_gateway")
        try:
            with psycopg.connect(dsn, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION vecext")
            process = subprocess.Popen(
                [program, "--postgres", dsn, "--http-port", "0", "--grpc-port", "0"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            with process:
                try:
                    yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
                finally:
                    process.terminate()
        finally:
            admin.execute("DROP DATABASE vecext_python_gateway WITH (FORCE)")


def test_a_table_goes_out_and_in_again(database, sql, capfd, gateway):  # noqa: F811
    fill(sql)
    where = ["--url", gateway, "--collection", "items"]
    for _ in range(2):  # the second time points are replaced
        assert result(capfd, database, "export", "qdrant", *where, "--table", "items", "--batch", "100")["rows"] == 250
    done = result(capfd, database, "import", "qdrant", *where, "--table", "again", "--index", "ivfpq")
    assert done == {"table": "public.again", "rows": 250, "indexes": ["again_embedding_idx"]}
    ours, theirs = (sql(f"SELECT id, embedding::real[], payload->>'n' FROM {table} ORDER BY id") for table in ("again", "items"))
    assert [(row[0], row[2]) for row in ours] == [(row[0], row[2]) for row in theirs]
    assert np.array_equal(np.array([row[1] for row in ours], np.float32), np.array([row[1] for row in theirs], np.float32))
