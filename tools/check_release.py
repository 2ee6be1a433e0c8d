#!/usr/bin/env python3
"""Fails where the files that name the version of vecext disagree, or META.json is not what PGXN's specification 1.0.0 asks for.

    tools/check_release.py [--released VERSION] [TREE]

With --released, also where the tree is not one to release as that version. Prints a line for each finding.
"""
import argparse
import json
import re
import sys
from pathlib import Path

SEMVER = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
# Of each file: a pattern whose group is the version, and which has to be there once.
VERSIONS = (
    ("Makefile", r"^EXTENSION_VERSION = (\S+)$"),
    ("vecext.control", r"^default_version = '([^']+)'$"),
    ("contrib/rag/vecext_rag.control", r"^default_version = '([^']+)'$"),
    ("CMakeLists.txt", r"^project\(vecext VERSION (\S+) "),
    ("rpm/vecext.spec", r"^Version: +(\S+)$"),
    ("clients/python/src/vecext/__init__.py", r"^__version__ = \"([^\"]+)\"$"),
)
# The first of each of these files is the newest.
NEWEST = (
    ("CHANGELOG.md", r"^## (?:Unreleased \((\S+)\)|(\S+) \(\d{4}-\d\d-\d\d\))$"),
    ("debian/changelog", r"^vecext \(([^)]+)-\d+\) \S+; urgency="),
)
# Of each file that names who maintains what is published: the tree names nobody, the one who publishes does.
MAINTAINERS = ("META.json", "SECURITY.md", "debian/changelog", "debian/control", "debian/control.in", "rpm/vecext.spec")
UNSET = "unset@vecext.invalid"
EXTENSIONS = ("vecext", "vecext_rag")
LICENSES = """agpl_3 apache_1_1 apache_2_0 artistic_1 artistic_2 bsd freebsd gfdl_1_2 gfdl_1_3 gpl_1 gpl_2 gpl_3 lgpl_2_1 lgpl_3_0 mit
    mozilla_1_0 mozilla_1_1 openssl perl_5 postgresql qpl_1_0 ssleay sun zlib open_source restricted unrestricted unknown""".split()


def find_versions(tree):
    """Yields (place, version or None)."""
    for name, pattern in VERSIONS:
        found = re.findall(pattern, (tree / name).read_text(), re.MULTILINE)
        yield name, found[0] if len(found) == 1 else None
    for name, pattern in NEWEST:
        found = re.search(pattern, (tree / name).read_text(), re.MULTILINE)
        yield name, next(filter(None, found.groups())) if found else None


def check_versions(tree, meta):
    versions = dict(find_versions(tree))
    versions["META.json"] = meta.get("version")
    for name, provided in meta.get("provides", {}).items():
        versions[f"META.json: {name}"] = provided.get("version")
    wanted = versions["Makefile"]
    for place, version in versions.items():
        if version != wanted or version is None:
            yield f"{place}: version {version}, where the Makefile has {wanted}"


def check_upgrades(tree):
    """The name "vector" is reached from its first version by scripts, one after the other."""
    version = re.search(r"^SHIM_BASE = (\S+)$", (tree / "Makefile").read_text(), re.MULTILINE)[1]
    wanted = re.search(r"^default_version = '([^']+)'$", (tree / "vector.control").read_text(), re.MULTILINE)[1]
    steps = dict(path.stem.split("--")[1:] for path in (tree / "sql/upgrade").glob("vector--*.sql"))
    while version in steps:
        version = steps.pop(version)
    if version != wanted or steps:
        yield f"sql/upgrade: leads to vector {version}, where vector.control has {wanted}; not on the way: {sorted(steps)}"


def is_text(value):
    return isinstance(value, str) and value.strip() != ""


def is_term(value):
    return isinstance(value, str) and re.fullmatch(r"[^\s/\\\x00-\x1f\x7f]{2,}", value) is not None


def is_tag(value):
    return isinstance(value, str) and re.fullmatch(r"[^/\\\x00-\x1f\x7f]{1,255}", value) is not None


def is_version(value):
    return isinstance(value, str) and SEMVER.fullmatch(value) is not None


def is_range(value):
    """0, or versions with operators between commas."""
    if value in (0, "0"):
        return True
    return isinstance(value, str) and all(is_version(re.sub(r"^\s*(?:<=|>=|<|>|==|!=)?\s*", "", part).strip())
                                          for part in value.split(","))


def is_url(value):
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9+.-]*://\S+", value) is not None


def is_license(value):
    if isinstance(value, dict):
        return bool(value) and all(is_text(name) and (link is None or is_url(link)) for name, link in value.items())
    values = value if isinstance(value, list) else [value]
    return bool(values) and all(one in LICENSES for one in values)


def is_list_of(is_one):
    return lambda value: isinstance(value, list) and bool(value) and all(is_one(one) for one in value)


def is_path(tree):
    return lambda value: is_text(value) and not value.startswith("/") and ".." not in value.split("/") and (tree / value).is_file()


def is_object(required, optional):
    """An object of these keys, each with a test of its value; more may begin with x_."""
    def test(value):
        return isinstance(value, dict) and required.keys() <= value.keys() and all(
            (required | optional)[key](one) if key in required or key in optional else key[:2] in ("x_", "X_")
            for key, one in value.items())
    return test


def is_map(is_key, is_value):
    return lambda value: isinstance(value, dict) and bool(value) and all(is_key(key) and is_value(one) for key, one in value.items())


def check_meta(tree, meta):
    one_of = lambda *values: lambda value: value in values
    relation = is_map(one_of("requires", "recommends", "suggests", "conflicts"), is_map(is_term, is_range))
    required = {
        "name": is_term, "abstract": is_text, "version": is_version, "license": is_license,
        "maintainer": lambda value: is_text(value) or is_list_of(is_text)(value),
        "provides": is_map(is_term, is_object({"file": is_path(tree), "version": is_version},
                                              {"abstract": is_text, "docfile": is_path(tree)})),
        "meta-spec": is_object({"version": one_of("1.0.0")}, {"url": one_of("https://pgxn.org/meta/spec.txt", "http://pgxn.org/meta/spec.txt")}),
    }
    optional = {
        "description": is_text, "generated_by": is_text, "tags": is_list_of(is_tag),
        "release_status": one_of("stable", "testing", "unstable"),
        "prereqs": is_map(one_of("configure", "build", "test", "runtime", "develop"), relation),
        "no_index": is_object({}, {"file": is_list_of(is_text), "directory": is_list_of(is_text)}),
        "resources": is_object({}, {"homepage": is_url, "bugtracker": is_object({}, {"web": is_url, "mailto": is_text}),
                                    "repository": is_object({}, {"url": is_url, "web": is_url, "type": is_text})}),
    }
    for key in required.keys() - meta.keys():
        yield f"META.json: {key} is missing"
    for key, value in meta.items():
        if key in required or key in optional:
            if not (required | optional)[key](value):
                yield f"META.json: {key} is not what the specification asks for: {json.dumps(value)}"
        elif key[:2] not in ("x_", "X_"):
            yield f"META.json: unknown key {key}"


def check_released(tree, version):
    """What a tree has on the day of its release."""
    changelog = (tree / "CHANGELOG.md").read_text()
    headings = re.findall(r"^## (.*)$", changelog, re.MULTILINE)
    if not re.fullmatch(re.escape(version) + r" \(\d{4}-\d\d-\d\d\)", headings[0]):
        yield f"CHANGELOG.md: begins with \"{headings[0]}\", which is not {version} with its date"
    for name in EXTENSIONS:
        script = f"sql/upgrade/{name}--{headings[1].split()[0]}--{version}.sql" if len(headings) > 1 else None
        if script and not (tree / script).is_file():
            yield f"{script} is missing"
        archive = f"sql/archive/{name}--{version}.sql"
        if not (tree / archive).is_file():
            yield f"{archive} is missing: the script that make has made of this version, from which later ones are tested to update"
    if re.search(r"\) UNRELEASED;", (tree / "debian/changelog").read_text().split("\n")[0]):
        yield "debian/changelog: UNRELEASED"
    for name in MAINTAINERS:
        if UNSET in (tree / name).read_text():
            yield f"{name}: {UNSET} is no maintainer: who publishes sets one"
    for name, text in (("README.md", "not released yet"), ("SECURITY.md", "nothing is released yet")):
        if text in (tree / name).read_text():
            yield f"{name}: says that nothing is released yet"
    if dict(find_versions(tree))["Makefile"] != version:
        yield f"Makefile: another version than {version}"


def check(tree, released=None):
    meta = json.loads((tree / "META.json").read_text())
    yield from check_meta(tree, meta)
    yield from check_versions(tree, meta)
    yield from check_upgrades(tree)
    if released:
        yield from check_released(tree, released)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--released", metavar="VERSION")
    parser.add_argument("tree", nargs="?", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    findings = list(check(arguments.tree, arguments.released))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
