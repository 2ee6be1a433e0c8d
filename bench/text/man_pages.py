"""Passages of the manual pages that are installed, and what each page says that it is for."""
import gzip
import pathlib
import re

FOLDERS = [pathlib.Path("/usr/share/man") / f"man{section}" for section in range(1, 9)]
FEWEST_CHARACTERS = 200

# An SDK's pages are three quarters of all where it is installed, and repeat each other.
EXCLUDED = re.compile(r"^gcloud")

ESCAPE = re.compile(r"\\f(\[[^]]*\]|\(..|.)|\\[&|^,/)%:]|\\s[-+]?\d+|\\\*(\[[^]]*\]|\(..|.)")
NAMED = {r"\-": "-", r"\(aq": "'", r"\(dq": '"', r"\(lq": '"', r"\(rq": '"', r"\(bu": "", r"\(em": " - ", r"\(co": "(c)",
         r"\ ": " ", r"\~": " ", r"\e": "\\", r"\(en": "-", r"\(oq": "'", r"\(cq": "'", r"\'": "'", r"\`": "`"}
# Macros whose arguments are text.
TEXT_MACROS = {"B", "I", "BR", "BI", "IR", "IB", "RB", "RI", "SM", "SB", "Nm", "Fl", "Ar", "Pa", "Cm", "Xr", "Nd", "Em", "Sy",
               "Li", "Ql", "Dv", "Ev", "Er", "Fn", "Va", "Vt", "Ic"}
BREAKS = {"PP", "P", "LP", "TP", "IP", "HP", "Pp", "It", "sp", "RS", "RE", "SS", "Ss", "TQ"}


def plain(text):
    """A line without escapes of roff."""
    for escape, character in NAMED.items():
        text = text.replace(escape, character)
    return re.sub(r"\\.", "", ESCAPE.sub("", text))


def sections(source):
    """Pairs of the name of a section and its paragraphs."""
    found, name, paragraphs, lines = [], "", [], []

    def end_paragraph():
        if lines:
            paragraphs.append(" ".join(" ".join(lines).split()))
            lines.clear()

    for line in source.splitlines():
        macro = re.match(r"[.']\s*(\S*)\s*(.*)", line)
        if macro is None:
            if line.strip():
                lines.append(plain(line))
            else:
                end_paragraph()
        elif macro.group(1) in ("SH", "Sh"):
            end_paragraph()
            found.append((name, paragraphs))
            name, paragraphs = plain(macro.group(2)).strip('" '), []
        elif macro.group(1) in BREAKS:
            end_paragraph()
        elif macro.group(1) in TEXT_MACROS:
            lines.append(plain(macro.group(2).replace('"', "")))
    end_paragraph()
    return found + [(name, paragraphs)]


def passages(paragraphs):
    """Paragraphs, short ones with those that follow."""
    text = ""
    for paragraph in paragraphs:
        text = f"{text} {paragraph}".strip()
        if len(text) >= FEWEST_CHARACTERS:
            yield text
            text = ""


def read(most):
    """Rows (page, passage), no passage twice; known items: from the NAME line to the page's first passage."""
    rows, items, seen = [], [], set()
    files = sorted(file for folder in FOLDERS for file in folder.glob("*.gz") if not EXCLUDED.match(file.name))
    for file in files:
        if file.is_symlink():
            continue
        source = gzip.decompress(file.read_bytes()).decode("utf-8", "replace")
        purpose, first = None, None
        for name, paragraphs in sections(source):
            if name == "NAME":
                purpose = " ".join(paragraphs).partition(" - ")[2]
                continue
            for passage in passages(paragraphs):
                if passage not in seen and (most is None or len(rows) < most):
                    seen.add(passage)
                    first = len(rows) if first is None else first
                    rows.append((file.name.removesuffix(".gz"), passage))
        if purpose and first is not None and len(purpose.split()) >= 3:
            items.append(("name to page", purpose, first))
    return rows, items
