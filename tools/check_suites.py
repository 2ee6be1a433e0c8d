#!/usr/bin/env python3
"""Fails where the tables of test/README.md and the tests themselves differ: a test that no table names, or that is named
twice; a name without a test; a suite without expected output, or the reverse. The same of stories and of extensions in contrib.

    tools/check_suites.py [TREE]               prints a line for each finding
    tools/check_suites.py --portable [TREE]    prints the suites that run with portable kernels as well: those of the rows
                                               with "yes" in the column "portable"
"""
import re
import sys
from collections import Counter
from pathlib import Path

NAME = re.compile(r"`([^`]+)`")
VARIANT = re.compile(r"_[0-9]$")  # of an expected output
TABLES = {"Suites": "sql/*.sql", "Test": "t/*.pl"}


class Place:
    """A folder of tests, the page with their tables, and the folder of expected outputs."""

    def __init__(self, tests, page, expected):
        self.tests, self.page, self.expected = tests, page, expected


MAIN = Place("test", "test/README.md", "expected")
STORIES = Place("test/story", "test/story/README.md", "test/story/expected")


def places(tree):
    yield MAIN
    yield STORIES
    for folder in sorted(path.relative_to(tree).as_posix() for path in tree.glob("contrib/*")):
        yield Place(f"{folder}/test", f"{folder}/README.md", f"{folder}/test/expected")


def rows(tree, place, header):
    """The cells of each row of the table whose first column has that header."""
    inside = False
    for line in (tree / place.page).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == header:
            inside = True
        elif inside and not cells[0].startswith("-"):
            yield cells


def portable(tree):
    return sorted(name for cells in rows(tree, MAIN, "Suites") if cells[2] == "yes" for name in NAME.findall(cells[0]))


def check_place(tree, place):
    for header, files in TABLES.items():
        files = f"{place.tests}/{files}"
        named = Counter(name for cells in rows(tree, place, header) for name in NAME.findall(cells[0]))
        there = {path.stem for path in tree.glob(files)}
        for name in sorted(there - set(named)):
            yield f"{files.replace('*', name)}: not in the table of {place.page}"
        for name in sorted(set(named) - there):
            yield f"{place.page}: there is no {files.replace('*', name)}"
        for name in sorted(name for name, times in named.items() if times > 1):
            yield f"{place.page}: {name} is named twice"
    suites = {path.stem for path in tree.glob(f"{place.tests}/sql/*.sql")}
    expected = {path.stem for path in tree.glob(f"{place.expected}/*.out")}
    for name in sorted(suites - expected):
        yield f"{place.expected}/{name}.out: missing"
    for name in sorted(expected - suites):
        if VARIANT.sub("", name) not in suites:
            yield f"{place.expected}/{name}.out: no suite has this output"


def check(tree):
    for place in places(tree):
        yield from check_place(tree, place)
    for cells in rows(tree, MAIN, "Suites"):
        if len(cells) != 3 or cells[2] not in ("yes", "no"):
            yield f"{MAIN.page}: {cells[0]}: yes or no, with portable kernels as well?"


def main(arguments):
    wants_portable = arguments[:1] == ["--portable"]
    arguments = arguments[wants_portable:]
    tree = Path(arguments[0] if arguments else Path(__file__).resolve().parents[1])
    if wants_portable:
        print(*portable(tree))
        return 0
    findings = list(check(tree))
    for fault in findings:
        print(fault)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
