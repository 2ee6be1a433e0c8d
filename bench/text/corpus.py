#!/usr/bin/env python3
"""Writes a collection of texts for measuring full-text search, and queries on it.

    bench/text/corpus.py man|wordnet|synthetic --out FOLDER [--rows N] [--queries N]

FOLDER gets two files in the text format of COPY, whose SHA-256 is printed, so that figures can name what they were measured on:

    rows.tsv     id, group, text
    queries.tsv  id, task, text, id of the row that is known to answer it, or \\N

Nothing is downloaded: `man` reads the manual pages of this machine, `wordnet` Debian's package wordnet-base; `synthetic` makes rows
of artificial words in topics. Queries of the task `mix` have words of one row, as many as web queries have; those of
other tasks are known items: another text about the same thing, which shares no sentence with the row."""
import argparse
import hashlib
import pathlib
import random

import man_pages
import synthetic
import wordnet

SOURCES = {"man": man_pages.read, "wordnet": wordnet.read, "synthetic": synthetic.make}

# Shares of queries by their number of terms, from 1 on, in a million queries of MS MARCO.
TERMS = [3.5, 16.3, 30.2, 26.1, 14.2, 5.9, 2.2, 1.6]


def stop_words():
    """Those of the configuration `english`, which would leave a query fewer terms than it was made with."""
    files = sorted(pathlib.Path("/usr/share/postgresql").glob("*/tsearch_data/english.stop"))
    if not files:
        print("no list of stop words: queries may have them")
    return set(files[-1].read_text(encoding="utf-8").split()) if files else set()


def mixed_queries(rows, count, draw):
    """Queries of words drawn from a row, without one twice."""
    queries, stops = [], stop_words()
    while len(queries) < count:
        words = sorted({word for word in draw.choice(rows)[1].split() if word.isalpha() and word.lower() not in stops})
        terms = draw.choices(range(1, len(TERMS) + 1), TERMS)[0]
        if len(words) >= terms:
            queries.append(("mix", " ".join(draw.sample(words, terms)), None))
    return queries


def escaped(value):
    if value is None:
        return "\\N"
    return str(value).replace("\\", "\\\\").replace("\t", " ").replace("\n", "\\n").replace("\r", " ")


def write(path, lines):
    digest = hashlib.sha256()
    with open(path, "wb") as file:
        for number, line in enumerate(lines):
            data = ("\t".join([str(number)] + [escaped(value) for value in line]) + "\n").encode()
            digest.update(data)
            file.write(data)
    print(f"{path.name}: {path.stat().st_size} bytes, SHA-256 {digest.hexdigest()}")


def main(options):
    folder = pathlib.Path(options.out)
    folder.mkdir(parents=True, exist_ok=True)
    rows, known_items = SOURCES[options.source](options.rows)
    print(f"{len(rows)} rows, {sum(len(text) for _, text in rows)} characters, {len(known_items)} known items")
    draw = random.Random(options.seed)
    queries = mixed_queries(rows, options.queries, draw)
    for task in sorted({task for task, _, _ in known_items}):
        of_task = [item for item in known_items if item[0] == task]
        queries += draw.sample(of_task, min(len(of_task), options.queries))
    write(folder / "rows.tsv", rows)
    write(folder / "queries.tsv", queries)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", choices=sorted(SOURCES))
    parser.add_argument("--out", required=True)
    parser.add_argument("--rows", type=int, help="at most so many rows; of synthetic, exactly (default 1000000)")
    parser.add_argument("--queries", type=int, default=2000, help="at most so many of each task")
    parser.add_argument("--seed", type=int, default=1)
    main(parser.parse_args())
