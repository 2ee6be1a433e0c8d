#!/usr/bin/env python3
"""The test of check_markdown.py: a sound document passes, and each way to break one is found at its line."""
import contextlib
import io
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_markdown  # noqa: E402

SOUND = r"""# Title

Text of #tags, of 1.5 ms, of C#, and `## code`:
2.5 times as long.

## Heading

| a | b |
|---|:-:|
| `x \| y` | \| |
| | 2 |

1. first
2. second

```sh
#comment
| no table
1.no item
```
"""


class CheckMarkdown(unittest.TestCase):
    def findings(self, text, name="docs/a.md", ignored=""):
        """What the check prints on a tree with that document."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            if ignored:
                subprocess.run(["git", "-C", folder, "init", "-q"], check=True)
                Path(folder, ".gitignore").write_text(ignored, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_markdown.main(Path(folder))
            self.assertEqual(status, 1 if output.getvalue() else 0)
            return output.getvalue()

    def in_text(self, lines):
        """The same of a sound document with those lines, the first of which is its third one."""
        return self.findings(f"# Title\n\n{lines}\n")

    def test_sound_document(self):
        self.assertEqual(self.findings(SOUND), "")

    def test_title(self):
        for text in ("", "\n# Title\n", "Title\n", "## Title\n"):
            self.assertIn("docs/a.md:1: a document begins with its title", self.findings(text), text)

    def test_headings(self):
        for line in ("#Title", "##Title", "###1", "    ##Indented"):
            self.assertEqual(self.in_text(line), "docs/a.md:3: a heading has a blank after #\n", line)
        for line in ("text. ## Title", "text ##Title"):
            self.assertEqual(self.in_text(line), "docs/a.md:3: a heading in a line of text\n", line)

    def test_lists(self):
        for line in ("1.first", " 12.second"):
            self.assertEqual(self.in_text(line), "docs/a.md:3: an item of a list has a blank after its number\n", line)

    def test_columns(self):
        self.assertEqual(self.in_text("| a | b |\n|---|---|\n| 1 |"), "docs/a.md:5: 1 columns in a table of 2\n")
        self.assertEqual(self.in_text("| a | b |\n|---|\n| 1 | 2 |"), "docs/a.md:4: 1 columns in a table of 2\n")
        self.assertEqual(self.in_text("| a |\n|---|\n| `x | y` |"), "docs/a.md:5: 2 columns in a table of 1\n")
        self.assertEqual(self.in_text("| a |\n|---|\n| 1"), "docs/a.md:5: a row of a table ends with |\n")

    def test_delimiters(self):
        fault = "docs/a.md:3: a table has a line of |---| after its header\n"
        for table in ("| a |", "| a |\n| 1 |", "| a |\n| -- - |\n| 1 |"):
            self.assertEqual(self.in_text(table), fault, table)

    def test_around_a_table(self):
        table = "| a |\n|---|\n| 1 |"
        self.assertEqual(self.in_text(f"text\n{table}"), "docs/a.md:4: no empty line before a table\n")
        self.assertEqual(self.in_text(f"{table}\ntext"), "docs/a.md:6: no empty line after a table\n")
        self.assertEqual(self.in_text(f"{table}\n```\n```"), "docs/a.md:6: no empty line after a table\n")
        self.assertEqual(self.in_text("text | a | b | |---|---| | 1 |"), "docs/a.md:3: a row of a table in a line of text\n")

    def test_code_without_end(self):
        self.assertEqual(self.in_text("```sql\n#text"), "docs/a.md:4: no ``` ends the code\n")
        self.assertEqual(self.in_text("````\n```\n````\n##a"), "docs/a.md:6: a heading has a blank after #\n")

    def test_what_a_formatter_of_another_language_leaves(self):
        text = self.findings("#core / text : documents\n\n| file | what | | -- - | -- - | | `a` | b |\n| `c` | d;\ne |\n")
        for line in (1, 3, 5):
            self.assertIn(f"docs/a.md:{line}: ", text)

    def test_which_documents(self):
        self.assertEqual(self.findings("#a", name="README.txt"), "")
        self.assertIn("deep/er/README.md:1: ", self.findings("#a", name="deep/er/README.md"))
        self.assertEqual(self.findings("#a", name="client/README.md", ignored="client/\n"), "")
        self.assertIn("src/README.md:1: ", self.findings("#a", name="src/README.md", ignored="client/\n"))


if __name__ == "__main__":
    unittest.main()
