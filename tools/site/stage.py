#!/usr/bin/env python3
"""Puts together what the site is made of: the README, the manual, and all files that they link to, in the places that they have in the tree.

    tools/site/stage.py TREE FOLDER

A link to a folder goes to its README, or becomes its text if there is none. Prints a line for each link that leads nowhere.
"""
import os
import re
import shutil
import sys
from pathlib import Path, PurePosixPath

BEGIN = ("README.md", "docs/README.md")
STYLE = "tools/site/site.css"
FENCE = re.compile(r"^(```.*?^```[^\n]*$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)")
SOURCE = re.compile(r"""\b(?:src|srcset|href)="([^"]+)\"""")


class Stage:
    """Copies pages and files from the tree, each once, with what they link to."""

    def __init__(self, tree, folder):
        self.tree, self.folder = tree, folder
        self.done = set()
        self.findings = []

    def run(self):
        """Copies all; returns what leads nowhere."""
        waiting = [*BEGIN, *(str(path.relative_to(self.tree)) for path in sorted((self.tree / "docs").glob("**/*.md")))]
        while waiting:
            name = waiting.pop()
            if name not in self.done:
                self.done.add(name)
                waiting += self.copy(name)
        shutil.copy(self.tree / STYLE, self.folder / "site.css")
        return self.findings

    def copy(self, name):
        """Copies one file; returns those that it links to."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith(".md"):
            shutil.copy(self.tree / name, target)
            return []
        linked = []
        parts = FENCE.split((self.tree / name).read_text(encoding="utf-8"))
        for number in range(0, len(parts), 2):
            parts[number] = LINK.sub(lambda match: self.link(name, match, linked), parts[number])
            linked += [found for source in SOURCE.findall(parts[number]) if (found := self.place(name, source))]
        target.write_text("".join(parts), encoding="utf-8")
        return linked

    def place(self, page, link):
        """The file in the tree that a link of a page leads to; None for other hosts, and for headings of the page."""
        if "://" in link or link.startswith(("#", "mailto:")):
            return None
        name = os.path.normpath(PurePosixPath(page).parent / link.partition("#")[0])
        if name.startswith("..") or not (self.tree / name).exists():
            self.findings.append(f"{page}: {link} leads nowhere")
            return None
        return name

    def link(self, page, match, linked):
        """What stands for a link."""
        mark, text, link = match.groups()
        name = self.place(page, link)
        if name is None:
            return match[0]
        if (self.tree / name).is_dir():
            name = f"{name}/README.md"
            if not (self.tree / name).exists():
                return text
            link = os.path.relpath(name, PurePosixPath(page).parent)
        linked.append(name)
        return f"{mark}[{text}]({link})"


def main(arguments):
    tree, folder = Path(arguments[0]), Path(arguments[1])
    findings = Stage(tree, folder).run()
    print("".join(f"{finding}\n" for finding in findings), end="")
    return 1 if findings else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
