"""The notebook of the examples runs, with fewer rows, and its answers are right."""

import json
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

from test_load import sql  # noqa: F401 (a fixture)

NOTEBOOK = Path(__file__).resolve().parents[3] / "examples" / "notebook.ipynb"
ANSWERS = """
import json
print(json.dumps({
    "recall": choice.checked_recall, "points": sum(map(len, measured.curves)), "copied": connection.execute("SELECT count(*) FROM items").fetchone()[0],
    "football": nearest["football"], "long": long_words, "found": [(page, title) for page, title, ranks in found],
}))
"""

pytestmark = pytest.mark.skipif(not NOTEBOOK.exists(), reason="the examples do not stand beside the package")


def test_the_notebook(database, sql, monkeypatch):  # noqa: F811
    monkeypatch.setenv("VECEXT_DSN", database)
    monkeypatch.setenv("NOTEBOOK_ROWS", "20000")
    notebook = nbformat.read(NOTEBOOK, 4)
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(ANSWERS))
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    answers = json.loads(notebook.cells[-2].outputs[0].text)
    assert answers["copied"] == 20000 and answers["points"] > 10
    assert answers["recall"] >= 0.93, "on queries that did not choose the setting"
    assert answers["football"][0] == "football" and {"soccer", "league"} <= set(answers["football"])
    assert len(answers["long"]) == 8 and all(len(word) >= 10 for word in answers["long"])
    assert len(answers["found"]) == 6 and "replication-and-backup" in [page for page, _ in answers["found"]]


def test_pictures_are_kept():
    kinds = [set(output["data"]) for cell in nbformat.read(NOTEBOOK, 4).cells for output in cell.get("outputs", []) if "data" in output]
    assert sum("image/png" in kind for kind in kinds) == 2
