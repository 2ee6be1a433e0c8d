#!/usr/bin/env python3
"""The test of check_release.py: this tree is sound, and each disagreement and each fault of META.json is found in a copy of it."""
import json
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_release  # noqa: E402

TREE = Path(check_release.__file__).resolve().parent.parent
FILES = {"vector.control", "README.md", "docs/README.md", "docs/rag.md", *check_release.MAINTAINERS, *(name for name, _ in check_release.VERSIONS + check_release.NEWEST)}
VERSION = json.loads((TREE / "META.json").read_text())["version"]


class CheckRelease(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = Path(folder.name)
        for name in [*FILES, *(str(path.relative_to(TREE)) for path in (TREE / "sql/upgrade").glob("*.sql"))]:
            (self.tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(TREE / name, self.tree / name)

    def findings(self, released=None):
        return list(check_release.check(self.tree, released))

    def edit(self, name, old, new):
        """A fault in one file; gives what undoes it."""
        text = (self.tree / name).read_text()
        self.assertIn(old, text)
        (self.tree / name).write_text(text.replace(old, new, 1))
        return lambda: (self.tree / name).write_text(text)

    def test_tree(self):
        self.assertEqual(list(check_release.check(TREE)), [])
        self.assertEqual(self.findings(), [])

    def test_versions(self):
        for name, _ in check_release.VERSIONS + check_release.NEWEST:
            for version in ("9.8.7", "?"):
                undo = self.edit(name, VERSION, version)
                self.assertNotEqual(self.findings(), [], (name, version))
                undo()
        self.edit("META.json", f'"docfile": "docs/README.md",\n      "version": "{VERSION}"', '"docfile": "docs/README.md",\n      "version": "9.8.7"')
        self.assertEqual(len(self.findings()), 1)

    def test_upgrades(self):
        scripts = sorted((self.tree / "sql/upgrade").glob("vector--*.sql"))
        for path in (scripts[0], scripts[3], scripts[-1]):
            path.rename(path.with_suffix(".away"))
            self.assertEqual(len(self.findings()), 1, path)
            path.with_suffix(".away").rename(path)
        (self.tree / "sql/upgrade/vector--7.0.0--7.1.0.sql").touch()
        self.assertEqual(len(self.findings()), 1)

    def test_meta(self):
        sound = json.loads((self.tree / "META.json").read_text())
        for key, value in (
                ("name", None), ("name", "v"), ("name", "a/b"), ("abstract", None), ("abstract", " "), ("version", "0.1"), ("license", None),
                ("license", "PostgreSQL"), ("license", []), ("license", {"own": "none"}), ("maintainer", []), ("maintainer", None),
                ("provides", {}), ("provides", {"vecext": {"version": VERSION}}),
                ("provides", {"vecext": {"file": "none.sql", "version": VERSION}}),
                ("provides", {"vecext": {"file": "../META.json", "version": VERSION}}),
                ("provides", {"vecext": {"file": "META.json", "version": VERSION, "docs": "README.md"}}),
                ("meta-spec", {"url": "https://pgxn.org/meta/spec.txt"}), ("meta-spec", {"version": "2.0.0"}),
                ("tags", "vector"), ("tags", ["a/b"]), ("tags", []), ("release_status", "done"), ("prereqs", {"run": {}}),
                ("prereqs", {"runtime": {"requires": {"PostgreSQL": "15"}}}), ("prereqs", {"runtime": {"needs": {"PostgreSQL": "15.0.0"}}}),
                ("resources", {"homepage": "here"}), ("resources", {"bugs": {}}), ("summary", "vectors")):
            changed = {**sound, key: value}
            if value is None:
                del changed[key]
            (self.tree / "META.json").write_text(json.dumps(changed))
            self.assertNotEqual(self.findings(), [], (key, value))
        for key, value in (
                ("license", ["postgresql", "mit"]), ("license", {"own": None}), ("maintainer", ["a", "b"]), ("x_own", 1),
                ("prereqs", {"runtime": {"requires": {"PostgreSQL": ">= 15.0.0, < 19.0.0", "plpgsql": 0}}}),
                ("resources", {"repository": {"url": "https://example.org/a.git", "type": "git"}})):
            (self.tree / "META.json").write_text(json.dumps({**sound, key: value}))
            self.assertEqual(self.findings(), [], (key, value))

    def test_released(self):
        for name, old, new in (
                ("CHANGELOG.md", f"## Unreleased ({VERSION})", f"## {VERSION} (2026-12-01)"),
                ("debian/changelog", "UNRELEASED", "unstable"), ("README.md", "not released yet", "released"),
                ("SECURITY.md", "; nothing is released yet", ""),
                *((name, check_release.UNSET, "a@b.invalid") for name in check_release.MAINTAINERS)):
            if old in (self.tree / name).read_text():
                self.assertNotEqual(self.findings(VERSION), [], name)
                self.edit(name, old, new)
        self.assertEqual(len(self.findings(VERSION)), 2)
        (self.tree / "sql/archive").mkdir()
        for name in check_release.EXTENSIONS:
            (self.tree / f"sql/archive/{name}--{VERSION}.sql").touch()
        self.assertEqual(self.findings(VERSION), [])
        self.assertNotEqual(self.findings("9.8.7"), [])
        with (self.tree / "CHANGELOG.md").open("a") as changelog:
            changelog.write("\n## 0.0.9 (2026-01-01)\n")
        self.assertEqual(self.findings(VERSION), [f"sql/upgrade/{name}--0.0.9--{VERSION}.sql is missing" for name in check_release.EXTENSIONS])


if __name__ == "__main__":
    unittest.main()
