#!/usr/bin/env python3
"""The test of check_errors.py: a sound page passes, and each difference from the source is found."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_errors  # noqa: E402

CODE = r'''
void refuse(const char* name, int64 rows) {
  ereport(ERROR, (errcode(ERRCODE_NO_DATA_FOUND), errmsg("table \"%s\" has " INT64_FORMAT
                                                         " rows, "
                                                         "not %.*s", name, rows, 1, "1")));
  ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE), errmsg("again")));
}
'''
SCRIPT = """
-- The table's own row.
RAISE invalid_schema_name USING MESSAGE = format('schema "%s" isn''t there', name);
RAISE duplicate_table USING MESSAGE = 'it is there';
RAISE NOTICE USING MESSAGE = 'done';
"""
PAGE = """# Errors

| SQLSTATE | name | means |
|---|---|---|
| `3F000` | `invalid_schema_name` | no schema |
| `40001` | `serialization_failure` | again |
| `42P07` | `duplicate_table` | taken |
| `P0002` | `no_data_found` | nothing |

## Class 3F, 40 and 42: some

| SQLSTATE | message | cause |
|---|---|---|
| `3F000` | `schema "…" isn't there` | a name |
| `40001` | `again` | others |
| `42P07` | `it is there` | a name |

## Class P0: no data

| SQLSTATE | message | cause |
|---|---|---|
| `P0002` | `table "…" has … rows, not …` | `rows` |
"""


class CheckErrors(unittest.TestCase):
    def run_check(self, page=PAGE, code=CODE, script=SCRIPT):
        """What the check prints."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"docs/errors.md": page, "src/pg/a.cpp": code, "contrib/more/sql/a.sql": script}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_errors.main(Path(folder))
            self.assertEqual(status, 1 if output.getvalue() else 0)
            return output.getvalue()

    def without(self, line):
        return "".join(row for row in PAGE.splitlines(keepends=True) if not row.startswith(line))

    def test_sound(self):
        self.assertEqual(self.run_check(), "")

    def test_error_that_the_page_lacks(self):
        self.assertIn("lacks no_data_found", self.run_check(page=self.without("| `P0002`")))
        self.assertIn("lacks duplicate_table", self.run_check(page=self.without("| `42P07`")))
        self.assertIn("lacks invalid_schema_name", self.run_check(page=self.without("| `3F000`")))
        self.assertIn("lacks internal_error", self.run_check(code=CODE + 'elog(ERROR, "no");'))

    def test_error_that_nothing_raises(self):
        self.assertIn("nothing raises 40001 serialization_failure", self.run_check(code=CODE.replace("T_R_SERIALIZATION_FAILURE", "NO_DATA_FOUND")))
        self.assertIn("nothing raises 42P07 duplicate_table", self.run_check(script=SCRIPT.replace("RAISE duplicate_table", "RAISE WARNING")))

    def test_list_and_tables(self):
        for line in ("| `P0002` | `no_data_found`", "| `P0002` | `table"):
            self.assertIn("P0002 is in the list or in the table of its class", self.run_check(page=self.without(line)), line)

    def test_doubled_row(self):
        for line in ("| `P0002` | `no_data_found` | nothing |\n", "| `40001` | `again` | others |\n"):
            self.assertIn("has a row already", self.run_check(page=PAGE.replace(line, line * 2)), line)

    def test_class(self):
        self.assertIn("P0002 is of another class", self.run_check(page=PAGE.replace("## Class P0", "## Class 22")))

    def test_message(self):
        self.assertIn("no source has the message: again", self.run_check(code=CODE.replace("again", "once more")))
        self.assertIn('no source has the message: table "…" has', self.run_check(code=CODE.replace(" rows, ", " lines, ")))
        self.assertIn("no source has the message: schema", self.run_check(script=SCRIPT.replace("isn''t", "is not")))


if __name__ == "__main__":
    unittest.main()
