#!/usr/bin/env python3
"""Fails where the source leaves the order of its rooms.

    tools/check_rooms.py [TREE]

Checks the arrows and words of tools/rooms.txt, and of gateway/rooms.txt, which is about a program of its own; that tools/thin_arrows.txt has a reason for each arrow that rests on one include; that core knows no PostgreSQL, and that one header
includes it; the size of files and of rooms; that no two rooms have files of one name; that
src/core/SOURCES, READMEs and unit tests are complete; and the paths in ARCHITECTURE.md's "Where is my room?", and that its drawing fits a screen. Prints a line for each finding.
"""
import re
import sys

from findings import report, tree_of_arguments

LINE_LIMIT = 600
ROOM_LIMIT = 30
DRAWING_LIMIT = 100  # columns
SOURCE_FOLDERS = ("src", "gateway", "test", "bench", "script", "tools", "demo", "docker", ".ci", "sql", "contrib", "clients", "examples")
SOURCE_SUFFIXES = {"", ".h", ".c", ".cpp", ".py", ".pl", ".pm", ".sql", ".sh"}
GENERATED = {"expected", "results", "tmp_check", "node_modules", "__pycache__", "dist", ".mypy_cache", ".pytest_cache", ".ruff_cache"}
# What make puts together.
GENERATED_SCRIPTS = re.compile(r"(sql|contrib/[^/]*)/\w+--[^/]*\.sql")
# Headers of libraries that a core room is built on.
LIBRARIES = {"core/base": ("pthread.h",), "core/graph/construct": ("Eigen/Core",),
             "core/token": ("unicode/uchar.h", "unicode/unorm2.h", "unicode/uscript.h",
                            "unicode/ustring.h", "unicode/utf8.h", "unicode/utrans.h")}
INTRINSICS = {"immintrin.h", "arm_neon.h", "cpuid.h"}

COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


# Each program: the folder of its rooms, and the table of these.
PROGRAMS = {"src": "tools/rooms.txt", "gateway": "gateway/rooms.txt"}


class Room:
    """A line of rooms.txt."""

    def __init__(self, line):
        self.name, arrows, words = (field.strip() for field in line.split("|"))
        self.arrows = set(arrows.split()) | {self.name}
        self.words = set(words.split())


def read_rooms(tree, table):
    """The rooms by name, each with the words of the rows above it."""
    lines = (tree / table).read_text(encoding="utf-8").splitlines() if (tree / table).is_file() else []
    rows = [Room(line) for line in lines if line and not line.startswith("#")]
    rooms = {row.name: row for row in rows if not row.name.endswith("/*")}
    for row in rows:
        for room in rooms.values():
            if row.name.endswith("/*") and room.name.startswith(row.name[:-1]):
                room.words |= row.words
    return rooms


def code_files(folder):
    return sorted(path for path in folder.rglob("*") if path.suffix in (".h", ".cpp"))


def blank(match):
    """What stands in for a comment or literal: as many lines of nothing."""
    return " " + "\n" * match[0].count("\n")


def check_include(room, roots, kind, name):
    """What is wrong with that #include in a file of that room, or None. The rooms are in the folders `roots`."""
    if name == "postgres.h":
        return "only pg/sys/pg.h includes postgres.h"
    folder = name.rpartition("/")[0]
    if kind == '"' and folder.partition("/")[0] in roots:
        return None if folder in room.arrows else f"{room.name} may not include {folder}"
    if not room.name.startswith("core/"):
        return None
    if kind == "<" and ("/" not in name and "." not in name):
        return None
    if name in LIBRARIES.get(room.name, ()):
        return None
    if name in INTRINSICS and room.name == "core/kernel":
        return None
    return "core includes only core and the standard library"


def check_code(tree, program, rooms):
    roots = {name.partition("/")[0] for name in rooms}
    for path in code_files(tree / program):
        where = path.relative_to(tree / program)
        room = rooms.get(where.parent.as_posix())
        if where.parts[0] == "test":
            continue
        if not room:
            yield where, f"{where.parent} is not in {PROGRAMS[program]}"
            continue
        text = path.read_text(encoding="utf-8")
        if where.as_posix() != "pg/sys/pg.h":
            for kind, name in INCLUDE.findall(text):
                fault = check_include(room, roots, kind, name)
                if fault:
                    yield where, f'#include "{name}": {fault}'
        code = COMMENT_OR_LITERAL.sub(blank, text).replace("= delete;", "")
        for number, line in enumerate(code.split("\n"), 1):
            for word in room.words:
                if re.search(rf"(?<![\w:.]){re.escape(word)}\b", line):
                    yield f"{where}:{number}", f"never in {room.name}: {word}"
            if "PG_VERSION_NUM" in line and room.name != "pg/sys":
                yield f"{where}:{number}", "PG_VERSION_NUM outside pg/sys"


def check_thin_arrows(tree, rooms):
    """An arrow that rests on one include has a reason."""
    where = "tools/thin_arrows.txt"
    lines = (tree / where).read_text(encoding="utf-8").splitlines() if (tree / where).is_file() else []
    reasons = dict(re.fullmatch(r"(\S+ -> \S+) \| (\S.*)", line).groups()
                   for line in lines if line and not line.startswith("#"))
    includes = {}
    for path in code_files(tree / "src"):
        room = rooms.get(path.parent.relative_to(tree / "src").as_posix())
        for _, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            folder = name.rpartition("/")[0]
            if room and folder in room.arrows - {room.name}:
                includes.setdefault(f"{room.name} -> {folder}", []).append(f"{path.name} {name}")
    for arrow, found in sorted(includes.items()):
        if len(found) == 1 and arrow not in reasons:
            yield where, f"has no reason for {arrow}, which rests on {found[0]}"
    for arrow in sorted(reasons):
        if len(includes.get(arrow, [])) != 1:
            yield where, f"{arrow} has {len(includes.get(arrow, []))} includes"


def check_folders(tree, program, rooms):
    for room in rooms.values():
        folder = tree / program / room.name
        if not folder.is_dir():
            yield room.name, f"is in {PROGRAMS[program]}, not in {program}"
            continue
        if not (folder / "README.md").is_file():
            yield room.name, "has no README.md"
        files = [path for path in folder.iterdir() if path.suffix in (".cpp", ".h")]
        if len(files) > ROOM_LIMIT:
            yield room.name, f"{len(files)} files; one room, one subject (limit {ROOM_LIMIT})"


def check_core(tree, rooms):
    """The list of core's sources, and its unit tests."""
    listed = {line.split()[0]
              for line in (tree / "src/core/SOURCES").read_text(encoding="utf-8").splitlines()
              if line.strip() and not line.startswith("#")}
    for name in sorted(name for name in listed if not (tree / "src/core" / name).is_file()):
        yield name, "is in src/core/SOURCES only"
    for room in rooms.values():
        folder = tree / "src" / room.name
        if not room.name.startswith("core/"):
            continue
        sources = {path.relative_to(tree / "src/core").as_posix() for path in folder.glob("*.cpp")}
        for name in sorted(sources - listed):
            yield name, "is not in src/core/SOURCES"
        tests = room.name.split("/")[1]  # rooms of one folder share their tests
        if sources and not list((tree / "test/unit" / tests).glob("*.cpp")):
            yield room.name, f"has no test in test/unit/{tests}"


def check_names(tree, program, rooms):
    """People search for files by name."""
    rooms_of = {}
    for room in rooms.values():
        for path in (tree / program / room.name).glob("*"):
            if path.suffix in (".cpp", ".h"):
                rooms_of.setdefault(path.stem, set()).add(room.name)
    for name, found in sorted(rooms_of.items()):
        if len(found) > 1:
            yield name, f"is the name of files in {' and in '.join(sorted(found))}"


def check_sizes(tree):
    for folder in SOURCE_FOLDERS:
        for path in sorted((tree / folder).rglob("*")):
            where = path.relative_to(tree)
            if path.suffix not in SOURCE_SUFFIXES or GENERATED & set(where.parts) or \
                    GENERATED_SCRIPTS.fullmatch(where.as_posix()):
                continue
            lines = path.read_bytes().count(b"\n") if path.is_file() else 0
            if lines > LINE_LIMIT:
                yield where, f"{lines} lines; one file, one idea (limit {LINE_LIMIT})"


def check_map(tree):
    """The drawing; the paths in that table: below the tree, src or test; <name> stands for any name."""
    where = "ARCHITECTURE.md"
    text = (tree / where).read_text(encoding="utf-8") if (tree / where).is_file() else ""
    section = re.search(r"^#*.*Where is my room\?.*?(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    if not section:
        yield where, 'has no section "Where is my room?"'
        return
    for drawing in re.findall(r"^```$(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for line in drawing.splitlines():
            if len(line) > DRAWING_LIMIT:
                yield where, f"{len(line)} columns in the drawing (limit {DRAWING_LIMIT})"
    rows = "\n".join(line for line in section[0].splitlines() if line.startswith("|"))
    for path in dict.fromkeys(re.findall(r"`([\w.<>*-]+/[\w./<>*-]*)`", rows)):
        pattern = re.sub(r"<[^>]*>", "*", path).rstrip("/")
        if not any(list((tree / base).glob(pattern)) for base in (".", "src", "test")):
            yield where, f"{path} does not exist"


def main(tree):
    findings = []
    for program, table in PROGRAMS.items():
        rooms = read_rooms(tree, table)
        findings += [*check_code(tree, program, rooms), *check_folders(tree, program, rooms), *check_names(tree, program, rooms)]
        if program == "src":
            findings += [*check_thin_arrows(tree, rooms), *check_core(tree, rooms)]
    return report([*findings, *check_sizes(tree), *check_map(tree)])


if __name__ == "__main__":
    sys.exit(main(tree_of_arguments()))
