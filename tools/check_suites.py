#!/usr/bin/env python3
"""Fails where the tables of test/README.md and the tests themselves differ: a test that no table names, or that is named
twice; a name without a test; a suite without expected output, or the reverse.

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
TABLES = {"Suites": "test/sql/*.sql", "Test": "test/t/*.pl"}


def rows(tree, header):
    """The cells of each row of the table whose first column has that header."""
    inside = False
    for line in (tree / "test/README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            inside = False
        elif cells[0] == header:
            inside = True
        elif inside and not cells[0].startswith("-"):
            yield cells


def portable(tree):
    return sorted(name for cells in rows(tree, "Suites") if cells[2] == "yes" for name in NAME.findall(cells[0]))


def check(tree):
    for header, files in TABLES.items():
        named = Counter(name for cells in rows(tree, header) for name in NAME.findall(cells[0]))
        there = {path.stem for path in tree.glob(files)}
        for name in sorted(there - set(named)):
            yield f"{files.replace('*', name)}: not in the table of test/README.md"
        for name in sorted(set(named) - there):
            yield f"test/README.md: there is no {files.replace('*', name)}"
        for name in sorted(name for name, times in named.items() if times > 1):
            yield f"test/README.md: {name} is named twice"
    for cells in rows(tree, "Suites"):
        if len(cells) != 3 or cells[2] not in ("yes", "no"):
            yield f"test/README.md: {cells[0]}: yes or no, with portable kernels as well?"
    suites = {path.stem for path in tree.glob("test/sql/*.sql")}
    expected = {path.stem for path in tree.glob("expected/*.out")}
    for name in sorted(suites - expected):
        yield f"expected/{name}.out: missing"
    for name in sorted(expected - suites):
        if VARIANT.sub("", name) not in suites:
            yield f"expected/{name}.out: no suite has this output"


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
