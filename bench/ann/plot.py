#!/usr/bin/env python3
"""Draws QPS against recall, a line an index, from the JSON of ann_search, in_process and family_search.

Each data set has a row of charts, each kind of queries a column. The points are the front of each index:
those that no other of its points beats in both."""
import argparse
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

LOWEST_RECALL = .7


def front(points):
    """(recall, QPS) of the points worth having, by rising recall."""
    best = []
    for recall, qps in sorted(points, reverse=True):
        if not best or qps > best[-1][1]:
            best.append((recall, qps))
    return best[::-1]


def sweeps_of(run):
    """(kind of queries, index, its points) of a run of any of the programs."""
    for sweep in run.get("sweeps", []):
        yield sweep["queries"], sweep["index"], [
            (point["recall"], point["qps"]["median"]) for point in sweep["points"]]
    families = {}
    for row in run.get("families", []):
        points = families.setdefault((row["family"], row["index"]), [])
        points.append((row["recall"], row["QPS"]))
    for (family, index), points in families.items():
        yield family, index, points


def draw(axis, title, sweeps):
    """One chart: the front of each index."""
    for index, points in sweeps:
        points = [point for point in front(points) if point[0] >= LOWEST_RECALL]
        if points:
            axis.plot(*zip(*points), marker="o" if len(points) == 1 else ".", linestyle="-", label=index)
    axis.set(title=title, xlabel="recall of 10", yscale="log")
    axis.grid(True, which="both", alpha=.3)
    axis.legend()


def main(options):
    sweeps = {}
    for name in options.json:
        with open(name, encoding="utf-8") as file:
            run = json.load(file)
        for kind, index, points in sweeps_of(run):
            sweeps.setdefault(run["data"], {}).setdefault(kind, []).append((index, points))
    kinds = options.queries or list(dict.fromkeys(kind for data in sweeps.values() for kind in data))
    if options.dark:
        pyplot.style.use("dark_background")
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "vecext"})
    figure, axes = pyplot.subplots(len(sweeps), len(kinds), squeeze=False, sharey="row",
                                   figsize=(options.width * len(kinds), 4.5 * len(sweeps)))
    for row, (data, of_kind) in zip(axes, sweeps.items()):
        for axis, kind in zip(row, kinds):
            draw(axis, f"{data}, {kind} queries", of_kind.get(kind, []))
        row[0].set_ylabel("queries a second, one connection or thread")
    figure.tight_layout()
    figure.savefig(options.picture, metadata={"Date": None} if options.picture.endswith(".svg") else {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", help="a .png or .svg")
    parser.add_argument("json", nargs="+", help="runs; those of one data set share its charts")
    parser.add_argument("--queries", nargs="+", help="these kinds of queries or families alone")
    parser.add_argument("--dark", action="store_true", help="for a dark background")
    parser.add_argument("--width", type=float, default=8, help="of each kind, in inches")
    main(parser.parse_args())
