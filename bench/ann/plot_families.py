#!/usr/bin/env python3
"""Draws recall and visits by families of queries, from the JSON of family_search:

    plot_families.py PICTURE JSON...    a .png or .svg; a line an index, number of rows and settings

Families are in the order of the first file; those between rows come first."""
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)


def main(picture, files):
    figure, (recall, visits) = pyplot.subplots(2, 1, figsize=(10, 10), sharex=True)
    for name in files:
        with open(name, encoding="utf-8") as file:
            run = json.load(file)
        for index in dict.fromkeys(row["index"] for row in run["families"]):
            rows = [row for row in run["families"]
                    if row["index"] == index and row["setting"] == "default"]
            label = " ".join([index, str(run["rows"]), *run["settings"]])
            recall.plot([row["family"] for row in rows], [row["recall"] for row in rows],
                        marker="o", label=label)
            counted = [row for row in rows if "visits" in row]
            if counted:
                visits.plot([row["family"] for row in counted],
                            [row["visits"] for row in counted], marker="o", label=label)
    recall.axhline(.95, color="black", linewidth=.5)
    recall.set(ylabel="recall of 10")
    visits.set(ylabel="nodes or lists visited", yscale="log")
    visits.tick_params("x", rotation=60)
    for axis in (recall, visits):
        axis.grid(True, alpha=.3)
        axis.legend()
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
