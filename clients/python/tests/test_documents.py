"""What the manual and the README show runs, in the order of the page."""

import asyncio
import re
import shlex
import subprocess
from pathlib import Path

import h5py
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command import program
from test_load import sql  # noqa: F401 (a fixture)
from test_server import folder, needs_server  # noqa: F401 (a fixture)

README = Path(__file__).resolve().parents[1] / "README.md"
PAGE = Path(__file__).resolve().parents[3] / "docs" / "bulk-loading.md"
VECTORS = np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)


def make_files(folder):  # noqa: F811
    np.save(folder / "vectors.npy", VECTORS)
    with h5py.File(folder / "vectors.hdf5", "w") as file:
        file["train"] = VECTORS
    titles = [f"title {i}" for i in range(300)]
    for name in ("vectors.parquet", "products.parquet"):
        pq.write_table(pa.table({"id": range(300), "title": titles, "embedding": VECTORS.tolist()}), folder / name)
    (folder / "more.csv").write_text('id,name,embedding\n1000,x,"[1,2,3,4]"\n')
    subprocess.run("sed s/1000/1001/ more.csv | gzip > more.csv.gz; mkdir parts", shell=True, check=True, cwd=folder)
    subprocess.run("""echo '{"id": 2000, "embedding": [1, 2, 3, 4]}' | gzip > parts/1.jsonl.gz""", shell=True, check=True, cwd=folder)


def commands_of(part):
    """The lines of its blocks of the shell that call vecext."""
    blocks = re.findall(r"^```sh\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    return [line for line in "".join(blocks).splitlines() if "vecext " in line]


@pytest.mark.skipif(not PAGE.exists(), reason="the manual does not stand beside the package")
def test_commands_of_the_manual(database, sql, tmp_path):  # noqa: F811
    make_files(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    first, *others = commands_of(page.split("\n## ")[0]) + commands_of(page.split("\n## From files\n")[1].split("\n## ")[0])
    assert len(others) == 10
    (tmp_path / "vecext").write_text(f"#!/bin/sh\nexec {shlex.join(program(database)[:3])} \"$@\" --dsn '{database}'\n")
    (tmp_path / "vecext").chmod(0o755)

    def run(line):
        done = subprocess.run(f"PATH=.:$PATH; {line}", shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{line}\n{done.stderr}"

    run(first)
    assert sql("SELECT count(*) FROM items") == [(300,)]
    sql("DROP TABLE items")
    for line in others:
        run(line)
    assert sql("SELECT count(*), count(DISTINCT id) FROM items") == [(302, 302)]
    assert sql("SELECT count(*) FROM vectors") == [(300,)]
    assert np.array_equal(np.load(tmp_path / "again.npy"), VECTORS)
    assert pq.read_table(tmp_path / "items.parquet").num_rows == 302


def code_of(heading):
    """The names that the program below a heading of the README defines."""
    names = {}
    part = README.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    exec(re.search(r"^```python\n(.*?)^```", part, re.MULTILINE | re.DOTALL)[1], names)
    return names


def test_the_store_of_the_readme(database, connection):
    pytest.importorskip("langchain_postgres")
    from test_langchain import Lengths, url_of

    store = asyncio.run(code_of("LangChain")["make_store"](url_of(database), Lengths()))
    assert store is not None
    (definition,) = connection.execute("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = 'notes'::regclass AND NOT indisprimary").fetchone()
    assert "USING ivfpq" in definition
    connection.execute("DROP TABLE notes")
    connection.commit()


@needs_server
def test_the_server_of_the_readme(folder, monkeypatch):  # noqa: F811
    monkeypatch.chdir(folder.parent)
    names = code_of("A server of your own")
    assert [(hit.id, hit.payload["title"]) for hit in names["hits"]] == [(1, "Metropolis")]


def test_the_collection_of_the_readme(database, sql):  # noqa: F811
    (hit,) = asyncio.run(code_of("Collections")["run"](database))
    assert (hit.id, hit.score, hit.payload) == (1, 0, {"lang": "en"})
    sql("SELECT vecext.drop_collection('notes')")
