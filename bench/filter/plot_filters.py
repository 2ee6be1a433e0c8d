#!/usr/bin/env python3
"""Draws recall and QPS against selectivity, a color an index, from the JSON of filter_search:

    plot_filters.py PICTURE JSON        a .png or .svg

A column a form of the clause. Lines join the filters that are scattered at random (mod_...); crosses
are the others."""
import json
import sys

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)

MEASURES = {
    "recall of 10": lambda cell: cell["recall"],
    "QPS, one connection": lambda cell: cell["QPS"],
}


def draw(axis, cells, value):
    """The cells of one form."""
    contenders = dict.fromkeys((cell["index"], cell["setting"]) for cell in cells)
    for number, contender in enumerate(contenders):
        own = [cell for cell in cells if (cell["index"], cell["setting"]) == contender]
        scattered = sorted((cell["selectivity"], value(cell)) for cell in own
                        if cell["filter"].startswith("mod_"))
        others = [(cell["selectivity"], value(cell)) for cell in own
                  if not cell["filter"].startswith("mod_")]
        color = f"C{number % 10}"
        axis.plot(*zip(*scattered or [(None, None)]), color=color, marker=".",
                  label=": ".join(contender))
        axis.plot(*zip(*others or [(None, None)]), color=color, marker="x", linestyle="")
    axis.set_xscale("log")
    axis.grid(True, which="both", alpha=.3)


def main(picture, name):
    with open(name, encoding="utf-8") as file:
        run = json.load(file)
    forms = list(dict.fromkeys(cell["form"] for cell in run["cells"]))
    figure, axes = pyplot.subplots(len(MEASURES), len(forms), squeeze=False, sharey="row",
                                   figsize=(7 * len(forms), 6 * len(MEASURES)))
    for row, (measure, value) in zip(axes, MEASURES.items()):
        for axis, form in zip(row, forms):
            draw(axis, [cell for cell in run["cells"] if cell["form"] == form], value)
            axis.set(title=f"{run['data']}, {form}", xlabel="selectivity", ylabel=measure)
    for axis in axes[1]:
        axis.set_yscale("log")
    axes[0][0].legend()
    figure.tight_layout()
    figure.savefig(picture)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
