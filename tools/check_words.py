#!/usr/bin/env python3
"""Fails where the source or a document uses a word that words.txt bans, or a sentence begins without a subject.

    tools/check_words.py [TREE]

Scripts of the extension must be ASCII, too: a server reads them in the encoding of each database.

Searches the lines and the names of all text files below FOLDERS and in FILES. Prints a line for each finding, with the
word to write instead.
"""
import re
import sys

from findings import report, tree_of_arguments

FOLDERS = ("src", "gateway", "sql", "test", "bench", "script", "docs", "demo", "docker", "contrib", "tools", ".ci", "ops", "clients", "examples")
FILES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "Makefile", "CMakeLists.txt")
SUFFIXES = {"", ".h", ".c", ".cpp", ".py", ".pl", ".pm", ".sql", ".sh", ".yml", ".yaml", ".md", ".spec", ".ld", ".map", ".toml"}
# Output of tests, which repeats their input; and what make puts together.
GENERATED = re.compile(r"(^|/)(expected|results|output_iso|tmp_check|figures|node_modules|__pycache__|dist|\.[a-z]+_cache)/|^(sql|contrib/[^/]*)/\w+--[^/]*\.sql$")
SCRIPT = re.compile(r"^(contrib/[^/]*/)?sql/")
# What has to name the words.
EXEMPT = {"tools/words.txt", "tools/test_check_words.py"}


def whole_words(pattern):
    """Matches whole words, also between underscores and as humps of CamelCase, in upper or lower case."""
    return re.compile(rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{pattern})(?![a-z])")


# Sentences that a reader has to complete, in comments and documents.
HEADLESS = re.compile(r"(?:^[ \t]*(?:///?|--|[-*|>])?[ \t]*|[.;:|] )(Whether|Of|That of|Those of|Else|Who) (?=[a-z`*])")
PROSE = re.compile(r"^(src|gateway|sql/src|docs|ops|clients|contrib/[^/]*/sql)/|^contrib/[^/]*/README|^[A-Z]+\.md$")


class Rule:
    """A line of words.txt: a banned pattern, what to write instead, text that may contain it."""

    def __init__(self, line):
        pattern, self.instead, allowed = (field.strip() for field in f"{line} ".split(" | "))
        self.pattern = pattern
        self.banned = whole_words(pattern)
        self.allowed = re.compile(allowed) if allowed else None

    def find(self, line):
        """The banned words in that line."""
        if not self.banned.search(line):
            return []
        if self.allowed:
            line = self.allowed.sub("", line)
        return [match[0] for match in self.banned.finditer(line)]


def read_rules(tree):
    lines = (tree / "tools/words.txt").read_text(encoding="utf-8").splitlines()
    return [Rule(line) for line in lines if line.strip() and not line.startswith("#")]


def text_files(tree):
    for name in FILES:
        if (tree / name).is_file():
            yield tree / name
    for folder in FOLDERS:
        for path in sorted((tree / folder).rglob("*")):
            name = path.relative_to(tree).as_posix()
            if path.is_file() and path.suffix in SUFFIXES and name not in EXEMPT and not GENERATED.search(name):
                yield path


def check(tree):
    rules = read_rules(tree)
    any_banned = whole_words("|".join(rule.pattern for rule in rules))  # one search for most files
    for path in text_files(tree):
        name = path.relative_to(tree).as_posix()
        text = path.read_text(encoding="utf-8")
        if SCRIPT.search(name) and not text.isascii():
            number = next(n for n, line in enumerate(text.splitlines(), 1) if not line.isascii())
            yield f"{name}:{number}", "not ASCII, which databases of other encodings cannot read"
        if PROSE.search(name):
            for number, line in enumerate(text.splitlines(), 1):
                for match in HEADLESS.finditer(line):
                    yield f"{name}:{number}", f'a sentence begins with "{match[1]}": give it a subject and a verb'
        if not any_banned.search(f"{name}\n{text}"):
            continue
        for number, line in enumerate([name, *text.splitlines()]):
            for rule in rules:
                for word in rule.find(line):
                    yield f"{name}:{number}" if number else name, f'"{word}": write {rule.instead}'


def main(tree):
    return report(check(tree))


if __name__ == "__main__":
    sys.exit(main(tree_of_arguments()))
