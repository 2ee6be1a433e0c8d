#!/usr/bin/env python3
"""Fails where a statement of the gateway names a function or an operator without its schema. A role that may create functions
in a schema of the search_path could have its own one run in place of that: one whose arguments fit better is taken, though
pg_catalog is searched first. Types of pg_catalog need no schema, since the first one of a name is taken. A cast to another
type is a fault: such a role may have created one of that name.

    tools/check_gateway_sql.py [TREE]          prints a line for each finding
"""
import re
import sys

import findings

FILES = ("gateway/sql/*.cpp", "gateway/sql/*.h", "gateway/pool/*.cpp", "gateway/pool/*.h")
RAW = r'R"\((?P<raw>.*?)\)"'
PLAIN = r'"(?P<plain>(?:[^"\\\n]|\\.)*)"'
LITERAL = re.compile(f"{RAW}|{PLAIN}", re.DOTALL)
STATEMENT = re.compile(r"\b(SELECT|WHERE|FROM)\b")
# Words of the grammar that stand in front of a parenthesis, and so are no functions of a schema.
GRAMMAR = {"all", "and", "any", "array", "as", "by", "case", "coalesce", "else", "exists", "extract", "from", "greatest", "in",
           "is", "join", "lateral", "least", "materialized", "not", "on", "or", "over", "select", "then", "union", "values",
           "when", "where"}
QUALIFIED = re.compile(r"OPERATOR\(pg_catalog\.[-+*/<>=~!@#%^&|`?]+\)")
TYPES = {"bool", "bytea", "float4", "float8", "int2", "int4", "int8", "interval", "json", "jsonb", "name", "numeric", "oid",
         "regclass", "regproc", "regtype", "text", "timestamptz", "uuid"}
CAST = re.compile(r"::\s*(?:pg_catalog\.)?([\w.]+)")
SOUND = re.compile(r"::|=>|(?<=\()\*(?=\))|\$\d+")
CALL = re.compile(r"(?<![\w.])(?<!\bAS )(\w+)\(")
OPERATOR = re.compile(r"[-+*/<>=~!@#%^&|`?]+")
# Grammar that looks up an operator by its name alone.
HIDDEN = re.compile(r"\bCASE(?!\s+WHEN\b)|\b(?:I?LIKE|SIMILAR|BETWEEN|NULLIF|USING|NATURAL)\b|\bIN\s*\(|\bDISTINCT FROM\b")


def statements(source):
    """(line, SQL) of literals that stand one behind the other."""
    text, start, end = "", 0, None
    for literal in LITERAL.finditer(source):
        if end is None or source[end:literal.start()].strip():
            yield source.count("\n", 0, start) + 1, text
            text, start = "", literal.start()
        raw, plain = literal["raw"], literal["plain"]
        text += raw if raw is not None else re.sub(r"\\(.)", lambda c: "\n" if c[1] == "n" else c[1], plain)
        end = literal.end()
    yield source.count("\n", 0, start) + 1, text


def faults(sql):
    rest = re.sub(r"'(?:[^']|'')*'|\"[^\"]*\"", "''", sql)
    yield from (f"type {name} is not of pg_catalog" for name in CAST.findall(rest) if name not in TYPES)
    if not STATEMENT.search(sql):
        return
    rest = SOUND.sub(" ", QUALIFIED.sub(" ", rest))
    for name in CALL.findall(rest):
        if name.lower() not in GRAMMAR:
            yield f"function {name} has no schema"
    yield from (f"operator {name} has no schema" for name in OPERATOR.findall(rest))
    yield from (f"the operator of {found[0].strip(' (')} has no schema" for found in HIDDEN.finditer(rest))


def check(tree):
    for path in sorted(path for pattern in FILES for path in tree.glob(pattern)):
        for line, sql in statements(path.read_text(encoding="utf-8")):
            for fault in faults(sql):
                yield f"{path.relative_to(tree)}:{line}", fault


if __name__ == "__main__":
    sys.exit(findings.report(check(findings.tree_of_arguments())))
