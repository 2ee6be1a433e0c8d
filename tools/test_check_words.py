#!/usr/bin/env python3
"""The test of check_words.py: a small sound tree passes, and each banned word is found wherever it stands."""
import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True  # leave no cache in the tree
import check_words  # noqa: E402

WORDS = Path(check_words.__file__).with_name("words.txt").read_text(encoding="utf-8")
SOUND = {
    "tools/words.txt": "# words\n"
                       "anew | again |\n"
                       "fresh[ _]rows? | pending rows | ready_fresh_rows\\b\n",
    "src/core/graph.h": "// Again; renewal; SPFresh rows; ready_fresh_rows.\n",
    "docs/figures/anew.svg": "anew\n",
    "test/expected/anew.out": "anew\n",
    "test/isolation/expected/anew.out": "anew\n",
    "sql/vecext--0.1.0.sql": "anew\n",
    "contrib/more/more--0.1.0.sql": "anew\n",
    "CHANGELOG.md": "anew\n",
}


class CheckWords(unittest.TestCase):
    def findings(self, changes):
        """What the check prints on the sound tree with those files changed."""
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {**SOUND, **changes}.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_words.main(Path(folder))
            self.assertEqual(status, 1 if output.getvalue() else 0)
            return output.getvalue()

    def test_sound_tree(self):
        self.assertEqual(self.findings({}), "")

    def test_word_in_text(self):
        for line in ("made anew", "Anew", "ANEW", "is_anew", "isAnew", "anew_"):
            self.assertIn("src/a.h:2: ", self.findings({"src/a.h": f"\n{line}\n"}), line)
        for line in ("renew", "anewt", "canew"):
            self.assertEqual(self.findings({"src/a.h": f"\n{line}\n"}), "", line)

    def test_phrase(self):
        for line in ("fresh row", "fresh_rows", "kFresh_rows", "ready_fresh_rows and fresh rows"):
            self.assertEqual(self.findings({"README.md": line}).count("write pending rows"), 1, line)

    def test_every_place(self):
        for name in ("src/x.cpp", "src/core/SOURCES", "sql/src/x.sql", "test/t/x.pl", "bench/x.py", "script/x", "docs/x.md",
                     "test/isolation/specs/x.spec", "demo/x.sql", "contrib/x/sql/x.sql", "README.md", "ARCHITECTURE.md", "Makefile"):
            self.assertEqual(self.findings({name: "anew"}), f'{name}:1: "anew": write again\n')

    def test_headless_sentences(self):
        for line in ("// Whether a row is there.", "/// Of more, the first.", "-- Who waits.", "  // It is so. Else it is not.", "Those of `x` are.",
                     "| a | Of a table |"):
            self.assertIn("src/a.h:1: a sentence begins", self.findings({"src/a.h": f"{line}\n"}), line)
            self.assertEqual(self.findings({"test/a.h": f"{line}\n"}), "", line)
        for line in ("// the one of a row", "// That is so.", "Whoami", "// whether a row is there"):
            self.assertEqual(self.findings({"docs/a.md": f"{line}\n"}), "", line)

    def test_scripts_are_ascii(self):
        self.assertIn("sql/src/x.sql:2: not ASCII", self.findings({"sql/src/x.sql": "\n\u2026\n"}))
        self.assertIn("contrib/x/sql/x.sql:2: not ASCII", self.findings({"contrib/x/sql/x.sql": "\n\u2026\n"}))
        self.assertEqual(self.findings({"test/sql/x.sql": "\u2026"}), "")

    def test_name_of_a_file(self):
        self.assertEqual(self.findings({"src/anew.h": ""}), 'src/anew.h: "anew": write again\n')

    def test_list(self):
        """Each line of the real list is sound, and bans what it should."""
        rules = [check_words.Rule(line) for line in WORDS.splitlines() if line.strip() and not line.startswith("#")]
        for text in ("neighbour", "Neighbours", "centred", "normalised", "quantisation", "regrow", "young graph", "own_vector",
                     "kNeighbour", "set_code_scan", "reach.h", "dearer", "filter_strategy = rows", "proxies"):
            self.assertTrue(any(rule.find(text) for rule in rules), text)
        for text in ("neighbor", "centered", "likewise", "promises", "their own vectors", "plain text", "filter_strategy = exact",
                     "refresh", "near", "reach", "approximate", "colors", "analysis"):
            self.assertFalse(any(rule.find(text) for rule in rules), text)


if __name__ == "__main__":
    unittest.main()
