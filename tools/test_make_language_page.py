#!/usr/bin/env python3
"""The test of make_language_page.py: this tree is sound, the page has each program, and each difference is found in a copy of the tree."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import make_language_page  # noqa: E402

TREE = Path(make_language_page.__file__).resolve().parent.parent
STALE = "docs/from-your-language.md: differs from examples/: run tools/make_language_page.py"


class MakeLanguagePage(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        shutil.copytree(TREE / "examples", self.tree / "examples")
        (self.tree / "docs").mkdir()
        shutil.copy(TREE / make_language_page.PAGE, self.tree / make_language_page.PAGE)

    def findings(self):
        return list(make_language_page.check(self.tree))

    def add(self, name, text):
        with (self.tree / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def test_tree(self):
        self.assertEqual(list(make_language_page.check(TREE)), [])
        self.assertEqual(self.findings(), [])

    def test_page_has_each_program(self):
        text = (TREE / make_language_page.PAGE).read_text(encoding="utf-8")
        for folder in make_language_page.folders(TREE):
            self.assertIn(make_language_page.program(TREE, folder).read_text(encoding="utf-8"), text)

    def test_differences(self):
        for name in ("examples/go/example.go", "examples/expected.txt", "examples/README.md", make_language_page.PAGE):
            before = (self.tree / name).read_text(encoding="utf-8")
            self.add(name, "| `go` | Go | pgx | |\n")
            self.assertEqual(self.findings(), [STALE], name)
            (self.tree / name).write_text(before, encoding="utf-8")
        (self.tree / make_language_page.PAGE).unlink()
        self.assertEqual(self.findings(), [STALE])
        self.assertEqual(make_language_page.main([str(self.tree)]), 0)
        self.assertEqual(self.findings(), [])

    def test_language_without_row(self):
        (self.tree / "examples/cobol").mkdir()
        self.assertEqual(self.findings(), ["examples/README.md: no row for examples/cobol"])

    def test_programs(self):
        self.add("examples/go/example.old", "")
        with self.assertRaisesRegex(SystemExit, "examples/go: 2 programs"):
            self.findings()


if __name__ == "__main__":
    unittest.main()
