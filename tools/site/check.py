#!/usr/bin/env python3
"""Fails where the built site lacks a page of the manual in its search, asks another host, or shows a picture that is not there.

    tools/site/check.py TREE SITE

Prints a line for each finding.
"""
import json
import re
import sys
from pathlib import Path
from urllib.parse import unquote

# What a reader looks for, each in a page that is about it.
WORDS = {"ef_search": "docs/settings.html", "hybrid_search": "docs/hybrid-search.html", "ivfpq": "docs/choosing-an-index.html", "facet": "docs/collections.html"}
LOADED = re.compile(r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\b(?:src|srcset)="([^"]*)"|<link\b[^>]*?\bhref="([^"]*)"[^>]*>""")
OTHER_HOST = re.compile(r"^(?:https?:)?//")
IN_STYLE = re.compile(r"""url\(["']?((?:https?:)?//[^)"']+)""")


def find_missing(tree, site):
    """Pages that the search does not have, and words that it does not find where they are explained."""
    texts = {}
    for entry in json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))["docs"]:
        page = entry["location"].partition("#")[0]
        texts[page] = texts.get(page, "") + entry["title"] + " " + entry["text"]
    for path in sorted((tree / "docs").glob("*.md")):
        name = "docs/index.html" if path.stem == "README" else f"docs/{path.stem}.html"
        if not texts.get(name):
            yield f"{name}: the search does not have it"
    for word, page in WORDS.items():
        if word not in texts.get(page, ""):
            yield f"{page}: the search does not find {word}"


def find_loads(site):
    """What pages load from other hosts, and what they load that is not there."""
    for page in sorted(set(site.glob("**/*.html")) - {site / "404.html"}):  # whose links are those of a server
        for groups in LOADED.findall(page.read_text(encoding="utf-8")):
            link = next(filter(None, groups), "")
            name = page.relative_to(site)
            if OTHER_HOST.match(link):
                yield f"{name}: asks another host: {link}"
            elif link and not link.startswith("data:") and not (page.parent / unquote(link.partition("#")[0].partition("?")[0])).exists():
                yield f"{name}: {link} is not there"
    for style in sorted(site.glob("**/*.css")):
        yield from (f"{style.relative_to(site)}: asks another host: {link}" for link in IN_STYLE.findall(style.read_text(encoding="utf-8")))


def main(arguments):
    tree, site = map(Path, arguments)
    findings = [*find_missing(tree, site), *find_loads(site)]
    print("".join(f"{finding}\n" for finding in findings), end="")
    return 1 if findings else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
