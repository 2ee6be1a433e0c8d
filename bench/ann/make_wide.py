#!/usr/bin/env python3
"""Makes a data set of many dimensions from one of few, in the layout of ann-benchmarks, with exact neighbors.

A row goes through a layer of random rectified units and a random projection, so that, as embeddings do, the
result lies along fewer directions than it has dimensions. Lengths are 1."""
import argparse

import h5py
import numpy as np

HIDDEN = 2048
NEIGHBORS = 100


class RandomLayer:
    def __init__(self, random, dims, made):
        self.inner = random.standard_normal((dims, HIDDEN), dtype=np.float32)
        self.outer = random.standard_normal((HIDDEN, made), dtype=np.float32) / np.float32(HIDDEN**.5)

    def of(self, rows):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        made = np.maximum(rows @ self.inner, 0) @ self.outer
        return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def neighbors_of(query, rows):
    """Numbers of the nearest rows by cosine, and their distances."""
    distances = 1 - rows @ query.astype(np.float64)
    order = np.argsort(distances, kind="stable")[:NEIGHBORS]
    return order.astype(np.int32), distances[order].astype(np.float32)


def main(options):
    random = np.random.default_rng(11)
    with h5py.File(options.source) as file:
        train, test = file["train"][:], file["test"][:options.queries]
    train = train[random.permutation(len(train))[:options.rows]]
    layer = RandomLayer(random, train.shape[1], options.dims)
    rows, queries = layer.of(train), layer.of(test)
    doubles = rows.astype(np.float64)
    nearest = [neighbors_of(query, doubles) for query in queries]
    with h5py.File(options.target, "w") as file:
        file["train"], file["test"] = rows, queries
        file["neighbors"] = np.stack([numbers for numbers, _ in nearest])
        file["distances"] = np.stack([distances for _, distances in nearest])
        file.attrs.update({"distance": "angular", "dimension": options.dims, "point_type": "float"})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="an HDF5 file in the layout of ann-benchmarks")
    parser.add_argument("target", help="the HDF5 file to write")
    parser.add_argument("--dims", type=int, default=1536)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--queries", type=int, default=500)
    main(parser.parse_args())
