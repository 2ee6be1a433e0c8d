#!/usr/bin/env python3
"""Draws the recall of each shape of data, method and family of queries as a heat map, from the JSON of shape_search.

A field is the least over the metrics and life cycles of the table that were measured."""
import argparse
import json

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

LOWEST = .5  # recall that has the strongest color


def least(cells):
    """{shape: {(method, family): least recall}}, all in the order of the cells."""
    fields = {}
    for cell in cells:
        if "recall" in cell:
            row = fields.setdefault(cell["shape"], {})
            column = cell["method"], cell["family"]
            row[column] = min(row.get(column, 1), cell["recall"])
    return fields


def columns_of(fields):
    """(method, family) of all fields, the families of a method beside each other."""
    columns = dict.fromkeys(column for row in fields.values() for column in row)
    methods = list(dict.fromkeys(method for method, _ in columns))
    families = list(dict.fromkeys(family for _, family in columns))
    return [(m, f) for m in methods for f in families if (m, f) in columns]


def draw(axis, fields, columns, colors):
    values = [[row.get(column, float("nan")) for column in columns] for row in fields.values()]
    image = axis.imshow(values, cmap=colors, vmin=LOWEST, vmax=1, aspect="auto")
    for y, row in enumerate(values):
        for x, value in enumerate(row):
            if value == value:
                text = f"{value:.2f}".removeprefix("0")
                light = sum(image.cmap(image.norm(value))[:3]) > 1.5
                axis.text(x, y, text, ha="center", va="center", fontsize=6, color="black" if light else "white")
    axis.set_yticks(range(len(fields)), fields)
    axis.set_xticks(range(len(columns)), [family for _, family in columns], rotation=60, ha="left")
    axis.xaxis.tick_top()
    for x, (method, _) in enumerate(columns):
        if x == 0 or columns[x - 1][0] != method:
            axis.axvline(x - .5, color="gray", linewidth=2)
            axis.annotate(method, (x - .4, len(fields) + .2), annotation_clip=False, fontweight="bold")


def main(options):
    with open(options.json, encoding="utf-8") as file:
        cells = json.load(file)["cells"]
    fields = least([cell for cell in cells if not options.method or cell["method"] in options.method])
    columns = columns_of(fields)
    if options.dark:
        pyplot.style.use("dark_background")
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "vecext"})
    figure, axis = pyplot.subplots(figsize=(3 + .42 * len(columns), 2 + .24 * len(fields)))
    draw(axis, fields, columns, "inferno_r" if options.dark else "YlOrRd_r")
    figure.tight_layout()
    figure.savefig(options.picture, metadata={"Date": None} if options.picture.endswith(".svg") else {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", help="a .png or .svg")
    parser.add_argument("json", help="a run")
    parser.add_argument("--method", nargs="+", help="these methods alone")
    parser.add_argument("--dark", action="store_true", help="for a dark background")
    main(parser.parse_args())
