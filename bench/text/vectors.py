#!/usr/bin/env python3
"""Adds vectors to the rows and queries of a folder that corpus.py has made, so that words and meaning can be searched together.

    bench/text/vectors.py FOLDER --data FOLDER_OF_GLOVE

The vector of a text is the mean of its words' vectors (glove-100-angular.hdf5, glove-100-words.tsv.gz), a word's weight being
a / (a + its share of all words), without the first principal component of the rows: smooth inverse frequency (Arora, Liang, Ma 2017).
rows.tsv and queries.tsv become rows_vectors.tsv and queries_vectors.tsv, with a column of type vector more; a text none of whose
words is known has \\N there."""
import argparse
import collections
import gzip
import pathlib
import re

import h5py
import numpy as np

WEIGHT = 1e-3
WORD = re.compile(r"[a-z]+")


def read_words(folder):
    with h5py.File(folder / "glove-100-angular.hdf5") as file:
        vectors = file["train"][:]
    with gzip.open(folder / "glove-100-words.tsv.gz", "rt", encoding="utf-8") as file:
        words = [line.rstrip("\n").split("\t")[1] for line in file]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return {word: vector for word, vector in zip(words, vectors)}


def words_of(text):
    return WORD.findall(text.lower())


class Embedding:
    def __init__(self, words, texts):
        self.words = words
        counts = collections.Counter(word for text in texts for word in words_of(text))
        total = sum(counts.values())
        self.weights = {word: WEIGHT / (WEIGHT + count / total) for word, count in counts.items()}
        rows = np.stack([vector for vector in map(self.mean, texts) if vector is not None])
        self.common = np.linalg.svd(rows.T @ rows)[0][:, 0]

    def mean(self, text):
        known = [word for word in words_of(text) if word in self.words]
        if not known:
            return None
        vector = sum(self.weights.get(word, 1.0) * self.words[word] for word in known) / len(known)
        length = np.linalg.norm(vector)
        return vector / length if length > 0 else None

    def of(self, text):
        vector = self.mean(text)
        if vector is None:
            return None
        vector = vector - self.common * (self.common @ vector)
        length = np.linalg.norm(vector)
        return vector / length if length > 0 else None


def main(options):
    folder = pathlib.Path(options.folder)
    lines = {name: (folder / f"{name}.tsv").read_text(encoding="utf-8").splitlines() for name in ("rows", "queries")}
    texts = [line.split("\t")[2] for line in lines["rows"]]
    embedding = Embedding(read_words(pathlib.Path(options.data)), texts)
    for name, of_name in lines.items():
        with open(folder / f"{name}_vectors.tsv", "w", encoding="utf-8") as file:
            for line in of_name:
                vector = embedding.of(line.split("\t")[2])
                text = "\\N" if vector is None else "[" + ",".join(f"{x:.4f}" for x in vector) + "]"
                file.write(f"{line}\t{text}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--data", required=True, help="the folder of the GloVe files")
    main(parser.parse_args())
