"""A hook of MkDocs: the navigation is that of docs/README.md, which names the pages by reader and in order."""

import re
from pathlib import Path

SECTION = re.compile(r"^\*\*(.+)\*\*$")
ITEM = re.compile(r"^\d+\. ")
LINK = re.compile(r"\[([^\]]+)\]\(([\w-]+\.md)\)")
FRONT = "README.md"
OTHERS = ("CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md")


def on_config(config):
    """Reads the sections of the manual."""
    folder = Path(config["docs_dir"])
    sections = {}
    for line in (folder / "docs" / "README.md").read_text(encoding="utf-8").splitlines():
        if found := SECTION.match(line):
            pages = sections.setdefault(found[1], [])
        elif ITEM.match(line):
            pages += [{title[0].upper() + title[1:].replace("`", ""): f"docs/{page}"} for title, page in LINK.findall(line)]
    sections["The project"] = [name for name in OTHERS if (folder / name).exists()]
    config["nav"] = [{"Home": FRONT}, {"The manual": "docs/README.md"}, *({title: pages} for title, pages in sections.items())]
    return config
