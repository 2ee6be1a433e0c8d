#!/usr/bin/env python3
"""Draws QPS against recall, a line an index, from the JSON of ann_search and in_process:

    plot.py PICTURE JSON...        a .png or .svg; all files must be of one data set

The points are the front of each index: those that no other of its points beats in both."""
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

LOWEST_RECALL = .7


def front(points):
    """(recall, QPS) of the points worth having, by rising recall."""
    best = []
    for recall, qps in sorted(((point["recall"], point["qps"]["median"]) for point in points),
                              reverse=True):
        if not best or qps > best[-1][1]:
            best.append((recall, qps))
    return best[::-1]


def main(picture, files):
    runs = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            runs.append(json.load(file))
    if len({run["data"] for run in runs}) != 1:
        sys.exit("plot.py: the files are of different data sets")
    sweeps = [sweep for run in runs for sweep in run.get("sweeps", [])]
    kinds = list(dict.fromkeys(sweep["queries"] for sweep in sweeps))
    figure, axes = pyplot.subplots(1, len(kinds), figsize=(8 * len(kinds), 6), squeeze=False)
    for axis, kind in zip(axes[0], kinds):
        for sweep in (sweep for sweep in sweeps if sweep["queries"] == kind):
            points = [point for point in front(sweep["points"]) if point[0] >= LOWEST_RECALL]
            if points:
                axis.plot(*zip(*points), marker=".", label=sweep["index"])
        axis.set(title=f"{runs[0]['data']}, {kind} queries", xlabel="recall of 10",
                 ylabel="QPS, one connection or thread", yscale="log")
        axis.grid(True, which="both", alpha=.3)
        axis.legend()
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
