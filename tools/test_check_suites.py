#!/usr/bin/env python3
"""The test of check_suites.py: sound tables pass, each difference from the tests is found, and the portable suites are those of the table."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_suites  # noqa: E402

TABLES = """# test

| Where | What |
| --- | --- |
| `sql/*.sql` | suites |

| Suites | Subject | portable |
| --- | --- | --- |
| `one` `two` | `words` | yes |
| `three` | more | no |

| Test | Subject |
| --- | --- |
| `001_first` | servers |
"""
CONTRIB_TABLES = """# more

| Suites | Subject |
| --- | --- |
| `one` | the same name |

| Test | Subject |
| --- | --- |
| `001_first` | servers |
"""
STORY_TABLES = """# stories

| Suites | Subject |
| --- | --- |
| `one` | a user |
"""
PAGES = {"test/README.md": TABLES, "test/story/README.md": STORY_TABLES, "contrib/more/README.md": CONTRIB_TABLES}
FILES = ("contrib/more/test/sql/one.sql", "contrib/more/test/expected/one.out", "contrib/more/test/t/001_first.pl",
         "test/story/sql/one.sql", "test/story/expected/one.out", "test/sql/one.sql", "test/sql/two.sql", "test/sql/three.sql", "test/t/001_first.pl",
         "expected/one.out", "expected/two.out", "expected/two_1.out", "expected/three.out")


class CheckSuites(unittest.TestCase):
    def run_check(self, *options, tables=TABLES, more=(), less=()):
        """What the check prints on the sound tree with files more and less."""
        with tempfile.TemporaryDirectory() as folder:
            for name in {*PAGES, *FILES, *more} - set(less):
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(tables if name == "test/README.md" else PAGES.get(name, ""), encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_suites.main([*options, folder])
            self.assertEqual(status, 1 if output.getvalue() and not options else 0)
            return output.getvalue()

    def test_sound(self):
        self.assertEqual(self.run_check(), "")

    def test_test_that_no_table_names(self):
        self.assertEqual(self.run_check(more=("test/sql/four.sql", "expected/four.out")),
                         "test/sql/four.sql: not in the table of test/README.md\n")
        self.assertEqual(self.run_check(more=("test/t/002_second.pl",)), "test/t/002_second.pl: not in the table of test/README.md\n")

    def test_name_without_a_test(self):
        self.assertEqual(self.run_check(less=("test/sql/one.sql", "expected/one.out")), "test/README.md: there is no test/sql/one.sql\n")
        self.assertEqual(self.run_check(less=("test/t/001_first.pl",)), "test/README.md: there is no test/t/001_first.pl\n")

    def test_named_twice(self):
        self.assertEqual(self.run_check(tables=TABLES.replace("`three`", "`three` `one`")), "test/README.md: one is named twice\n")

    def test_expected_output(self):
        self.assertEqual(self.run_check(less=("expected/one.out",)), "expected/one.out: missing\n")
        self.assertEqual(self.run_check(more=("expected/four.out",)), "expected/four.out: no suite has this output\n")
        self.assertEqual(self.run_check(more=("expected/four_1.out",)), "expected/four_1.out: no suite has this output\n")

    def test_stories(self):
        self.assertEqual(self.run_check(more=("test/story/sql/four.sql", "test/story/expected/four.out")),
                         "test/story/sql/four.sql: not in the table of test/story/README.md\n")
        self.assertEqual(self.run_check(less=("test/story/expected/one.out",)), "test/story/expected/one.out: missing\n")

    def test_contrib(self):
        self.assertEqual(self.run_check(more=("contrib/more/test/sql/four.sql", "contrib/more/test/expected/four.out")),
                         "contrib/more/test/sql/four.sql: not in the table of contrib/more/README.md\n")
        self.assertEqual(self.run_check(less=("contrib/more/test/t/001_first.pl",)),
                         "contrib/more/README.md: there is no contrib/more/test/t/001_first.pl\n")
        self.assertEqual(self.run_check(less=("contrib/more/test/expected/one.out",)), "contrib/more/test/expected/one.out: missing\n")

    def test_portable(self):
        self.assertEqual(self.run_check("--portable"), "one two\n")
        for change in ("| more | |", "| more | maybe |", "| more |"):
            self.assertIn("`three`: yes or no", self.run_check(tables=TABLES.replace("| more | no |", change)), change)


if __name__ == "__main__":
    unittest.main()
