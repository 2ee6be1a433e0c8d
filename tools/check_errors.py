#!/usr/bin/env python3
"""Fails where docs/errors.md and the errors that the source raises differ: an SQLSTATE that the page lacks or that nothing raises, a
row of another class, a message that no source has, a state or a message that has two rows.

    tools/check_errors.py [TREE]

Prints a line for each finding.
"""
import re
import sys

from findings import report, tree_of_arguments

PAGE = "docs/errors.md"
# Of ERRCODE_T_R_SERIALIZATION_FAILURE and the like, what the name of the condition lacks.
PREFIX = re.compile(r"^(T_R|E_R_I_E|E_R_E|S_E|L_E)_")
CODE = re.compile(r"\bERRCODE_(\w+)")
INTERNAL = re.compile(r"\belog\(ERROR\b")  # an error without a code of its own
NAME_OF_SQL = re.compile(r"\bRAISE ([a-z_]+) USING\b")
COMMENT_OF_SQL = re.compile(r"--[^\n]*")
STRINGS = re.compile(r'"(?:\\.|[^"\\\n])*"(?:\s*(?:INT64_FORMAT\s*)?"(?:\\.|[^"\\\n])*"|\s*INT64_FORMAT)*')
STRINGS_OF_SQL = re.compile(r"'(?:''|[^'])*'")
PLACEHOLDER = re.compile(r"%(?:\.\*)?-?\d*(?:ll|l|z)?[a-zA-Z]")
LISTED = re.compile(r"\| `([0-9A-Z]{5})` \| `(\w+)` \|")
ROW = re.compile(r"\| `([0-9A-Z]{5})` \| ([^|]*) \| ")
CLASSES = re.compile(r"## Class (.*):")


def files(tree, *patterns):
    return [path.read_text(encoding="utf-8") for pattern in patterns for path in sorted(tree.glob(pattern))]


def messages(text, strings, quote, escaped):
    """The string literals of a source, those that follow each other as one, with … for what they are formatted with."""
    for match in strings.finditer(text):
        literal = re.sub(r"\s*INT64_FORMAT", f"{quote}…{quote}", match[0])
        literal = re.sub(rf"{quote}\s*{quote}", "", literal.replace(escaped, "\0"))[1:-1]
        yield PLACEHOLDER.sub("…", literal.replace("\0", quote))


def check(tree):
    code = files(tree, "src/**/*.cpp", "src/**/*.h")
    scripts = [COMMENT_OF_SQL.sub("", text) for text in files(tree, "sql/src/**/*.sql", "contrib/*/sql/*.sql")]
    names = {PREFIX.sub("", name).lower() for text in code for name in CODE.findall(text)}
    names |= {name for text in scripts for name in NAME_OF_SQL.findall(text)}
    if any(INTERNAL.search(text) for text in code):
        names.add("internal_error")
    known = [message for text in code for message in messages(text, STRINGS, '"', r"\"")]
    known += [message for text in scripts for message in messages(text, STRINGS_OF_SQL, "'", "''")]

    listed, shown, rows, classes = {}, set(), set(), []
    for number, line in enumerate((tree / PAGE).read_text(encoding="utf-8").splitlines(), 1):
        if heading := CLASSES.match(line):
            classes = re.findall(r"\b[0-9A-Z]{2}\b", heading[1])
        elif not classes and (entry := LISTED.match(line)):
            if entry[1] in listed:
                yield f"{PAGE}:{number}", f"{entry[1]} has a row already"
            listed[entry[1]] = entry[2]
        elif row := ROW.match(line):
            shown.add(row[1])
            if row.groups() in rows:
                yield f"{PAGE}:{number}", f"{row[1]} has a row already: {row[2]}"
            rows.add(row.groups())
            if row[1][:2] not in classes:
                yield f"{PAGE}:{number}", f"{row[1]} is of another class"
            for message in re.findall(r"`([^`]+)`", row[2]):
                if not any(message in text for text in known):
                    yield f"{PAGE}:{number}", f"no source has the message: {message}"
    for name in sorted(names - set(listed.values())):
        yield PAGE, f"lacks {name}, which the source raises"
    for state, name in sorted(listed.items()):
        if name not in names:
            yield PAGE, f"nothing raises {state} {name}"
    for state in sorted(shown ^ set(listed)):
        yield PAGE, f"{state} is in the list or in the table of its class, not in both"


def main(tree):
    return report(check(tree))


if __name__ == "__main__":
    sys.exit(main(tree_of_arguments()))
