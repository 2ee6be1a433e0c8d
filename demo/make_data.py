#!/usr/bin/env python3
"""Makes words.tsv.bz2: the most frequent English words with their GloVe vectors.

    demo/make_data.py VECTORS.hdf5 WORDS.tsv.gz QUERY_WORDS.tsv.gz [COUNT]

VECTORS holds the datasets `train` and `test` (n x 100 float32); the two word files name their rows
(id, word, rank, length, first_letter, is_alpha, in COPY's text format). Both are merged, so that no
word of the first COUNT ranks is missing. Needs h5py and numpy. The output is one line a word for
COPY words (id, word, payload, embedding); bzip2 packs it a fifth smaller than gzip.
"""
import bz2
import gzip
import json
import sys
from pathlib import Path

import h5py
import numpy as np

DIGITS = 5  # significant decimal digits of the source


def read_words(path):
    """Yields (row, word, attributes) of each line of a word file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            row, word, rank, length, first, alpha = line.rstrip("\n").split("\t")
            yield int(row), word.replace("\\\\", "\\"), {
                "rank": int(rank),
                "length": int(length),
                "first_letter": first.replace("\\\\", "\\"),
                "is_alpha": alpha == "t",
            }


def copy_text(text):
    """`text` as a field of COPY's text format."""
    assert "\t" not in text and "\n" not in text and "\r" not in text
    return text.replace("\\", "\\\\")


def vector_text(values):
    """The vector as text that reads back as exactly the same float32 numbers."""
    words = [f"{value:.{DIGITS}g}" for value in values]
    assert (np.array(words, dtype=np.float32) == values).all(), "more digits than the source holds"
    return "[" + ",".join(words) + "]"


def main(vectors, base_words, query_words, count="20000"):
    rows = []
    with h5py.File(vectors) as file:
        for dataset, path in (("train", base_words), ("test", query_words)):
            matrix = file[dataset][:]
            rows += [(attributes["rank"], word, attributes, matrix[row])
                     for row, word, attributes in read_words(path)
                     if attributes["rank"] <= int(count)]
    rows.sort(key=lambda row: row[0])
    assert [row[0] for row in rows] == list(range(1, int(count) + 1)), "a rank is missing"

    output = Path(__file__).with_name("words.tsv.bz2")
    with bz2.open(output, "wb") as packed:
        for rank, word, attributes, vector in rows:
            payload = json.dumps(attributes, ensure_ascii=False, separators=(",", ":"))
            fields = (str(rank), copy_text(word), copy_text(payload), vector_text(vector))
            packed.write(("\t".join(fields) + "\n").encode())
    print(f"{output.name}: {len(rows)} words, {output.stat().st_size} bytes")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    main(*sys.argv[1:])
