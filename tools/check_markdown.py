#!/usr/bin/env python3
"""Fails where a document is no sound Markdown: what a reader, or a formatter of another language, breaks without notice.

    tools/check_markdown.py [TREE]

Reads all files *.md that git tracks or would add; without git, all below TREE. Prints a line for each finding.
"""
import re
import subprocess
import sys

from findings import report, tree_of_arguments

FENCE = re.compile(r" {0,3}(```+|~~~+)")
CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
ESCAPED = re.compile(r"\\.")
ROW = re.compile(r" {0,3}\|")
DELIMITERS = re.compile(r" {0,3}\|( *:?-+:? *\|)+ *$")
# What is wrong wherever it stands outside of code.
FAULTS = (
    (re.compile(r"\s*#{1,6}(?![#\s])."), "a heading has a blank after #"),
    (re.compile(r".*\S\s+#{2,6}\s*\w"), "a heading in a line of text"),
    (re.compile(r"\s*\d+\.(?![\d\s])\w"), "an item of a list has a blank after its number"),
    (re.compile(r"(?!\s*\|).*\|[-:\s]*--[-:\s]*\|"), "a row of a table in a line of text"),
)


def listed(tree):
    """What git lists; None without git."""
    try:
        files = subprocess.run(["git", "-C", tree, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.md"],
                               capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return files.stdout.split("\0")


def documents(tree):
    names = listed(tree)
    if names is None:
        names = [path.relative_to(tree) for path in tree.rglob("*.md")]
    for name in sorted({str(name) for name in names if str(name)}):
        if (tree / name).is_file():
            yield name


def without_code(line):
    """The line with the text of its code spans left out. A | in one of them still ends a cell."""
    return CODE_SPAN.sub(lambda span: "|" * ESCAPED.sub("", span[0]).count("|"), line)


def text_lines(lines):
    """The number and the text of each line; of code in fences None. A fence that nothing ends is reported by the last."""
    fence = None
    for number, line in enumerate(lines, 1):
        mark = FENCE.match(line)
        if fence is None and mark:
            fence = mark[1]
            yield number, None
        elif fence is not None:
            if mark and mark[1].startswith(fence) and not line.strip(" `~"):
                fence = None
            yield number, None
        else:
            yield number, line
    if fence is not None:
        yield len(lines), fence


def cells(row):
    return ESCAPED.sub("", row).strip().count("|") - 1


def check_table(rows):
    """The faults of a table: consecutive lines that begin with |, each with its number."""
    first, header = rows[0]
    if len(rows) < 2 or not DELIMITERS.match(rows[1][1]):
        yield first, "a table has a line of |---| after its header"
        return
    for number, row in rows:
        if not row.rstrip().endswith("|"):
            yield number, "a row of a table ends with |"
        elif cells(row) != cells(header):
            yield number, f"{cells(row)} columns in a table of {cells(header)}"


def check_lines(lines):
    rows = []
    before = ""  # the line above
    for number, line in text_lines(lines):
        if line is not None and set(line) <= {"`", "~"} and line:
            yield number, f"no {line} ends the code"
            break
        if line is not None and ROW.match(line):
            if not rows and before.strip():
                yield number, "no empty line before a table"
            rows.append((number, line))
        else:
            if rows:
                yield from check_table(rows)
                if line is None or line.strip():
                    yield number, "no empty line after a table"
            rows = []
        if line is not None:
            for pattern, fault in FAULTS:
                if pattern.match(without_code(line)):
                    yield number, fault
        before = "code" if line is None else line
    if rows:
        yield from check_table(rows)


def check(tree):
    for name in documents(tree):
        lines = (tree / name).read_text(encoding="utf-8").splitlines()
        if not lines or not lines[0].startswith("# "):
            yield f"{name}:1", "a document begins with its title, # …"
        for number, fault in check_lines(lines):
            yield f"{name}:{number}", fault


def main(tree):
    return report(check(tree))


if __name__ == "__main__":
    sys.exit(main(tree_of_arguments()))
