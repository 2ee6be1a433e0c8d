#!/usr/bin/env python3
"""Writes docs/from-your-language.md from the table of examples/README.md, the programs that it names, and what they print.

    tools/make_language_page.py [TREE]
    tools/make_language_page.py --check [TREE]    writes nothing; fails where the page or the table differs from the programs
"""
import re
import sys
from pathlib import Path

PAGE = "docs/from-your-language.md"
TABLE = "examples/README.md"
OTHER = "frameworks"  # a folder of examples that is not a language
ROW = re.compile(r"\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]*)\|")

HEAD = """\
# From your language

<!-- tools/make_language_page.py writes this page from examples/. -->

vecext needs no library of its own: a program sends a vector as text, `[1,2,3]`, by the driver that it has for PostgreSQL. Each program
below does the same: it makes a table, loads 1,000 rows by COPY, makes an `ivfpq` and a `bm25` index, and asks for the nearest rows
of a category and for the best rows by words and vectors. For Python, [a package](../clients/python/README.md) has types and binary COPY besides, and pieces for
SQLAlchemy, Django and LangChain; [the stores of Haystack and LlamaIndex](../examples/frameworks) for pgvector work unchanged.

The server is that of `PGHOST`, `PGPORT`, `PGDATABASE`, `PGUSER` and `PGPASSWORD`. The folders of [`examples`](../examples/README.md) have the
programs with the versions of their drivers, and `examples/run` runs them. All but C#'s were run, and print this:

"""


def languages(tree):
    """The rows of the table: folder, language, driver, remark."""
    for match in ROW.finditer((tree / TABLE).read_text(encoding="utf-8")):
        yield [cell.strip() for cell in match.groups()]


def folders(tree):
    """The names of the folders of languages."""
    return {path.name for path in (tree / "examples").iterdir() if path.is_dir()} - {OTHER}


def program(tree, folder):
    """The one file that is named example.*, in any case; build files such as example.csproj are none."""
    files = [path for path in sorted((tree / "examples" / folder).iterdir()) if path.stem.lower() == "example" and path.suffix != ".csproj"]
    if len(files) != 1:
        raise SystemExit(f"examples/{folder}: {len(files)} programs")
    return files[0]


def fenced(kind, path):
    return f"```{kind}\n{path.read_text(encoding='utf-8').rstrip()}\n```\n"


def page(tree):
    parts = [HEAD + fenced("text", tree / "examples/expected.txt")]
    for folder, language, driver, remark in languages(tree):
        parts.append(f"## {language}\n\nBy {driver}. {remark}".rstrip() + "\n\n" + fenced(folder, program(tree, folder)))
    return "\n".join(parts)


def check(tree):
    if not (tree / PAGE).is_file() or (tree / PAGE).read_text(encoding="utf-8") != page(tree):
        yield f"{PAGE}: differs from examples/: run tools/make_language_page.py"
    for folder in sorted(folders(tree) - {row[0] for row in languages(tree)}):
        yield f"{TABLE}: no row for examples/{folder}"


def main(arguments):
    wants_check = arguments[:1] == ["--check"]
    arguments = arguments[wants_check:]
    tree = Path(arguments[0] if arguments else Path(__file__).resolve().parents[1])
    if not wants_check:
        (tree / PAGE).write_text(page(tree), encoding="utf-8")
        return 0
    findings = list(check(tree))
    for fault in findings:
        print(fault)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
