#!/usr/bin/env python3
"""Draws one picture of a run of ann_search: QPS against recall, and bars of the time of CREATE INDEX and of size.

vecext's indexes are drawn by their targets of recall, pgvector's by hnsw.ef_search. The ratios are those of the run at a recall of .95:
queries of the data set, one connection."""
import argparse
import json

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402  (the backend is chosen first)
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator  # noqa: E402

LABELS = {"ivfpq": "vecext ivfpq", "hnsw": "vecext hnsw", "pgvector-hnsw": "pgvector hnsw"}
LOWEST_RECALL = .8
COMPARED_RECALL = .95
TICKS = (.8, .9, .95, .98, .99, .995, .999)


def points_of(sweep):
    """(recall, QPS, setting) by rising recall; of vecext's indexes those of a target."""
    points = [(point["recall"], point["qps"]["median"], point["setting"]) for point in sweep["points"]]
    if sweep["index"] != "pgvector-hnsw":
        points = [point for point in points if point[2] == "default" or point[2].startswith("target")]
    return sorted(point for point in points if point[0] >= LOWEST_RECALL)


def short(setting, index):
    """A setting in as few words as tell it: a target, or a number of candidates."""
    defaults = {"pgvector-hnsw": "ef 40"}
    return defaults.get(index, "target .95") if setting == "default" else setting.replace("_search", "").replace("0.", ".")


def ratio_of(run, index):
    """How many times the queries a second of pgvector's hnsw the index answers at the compared recall."""
    return next(row["ratio"] for row in run["ratios"] if row["index"] == index and row["to"] == "pgvector-hnsw"
                and row["queries"] == "file" and row["at"] == "recall" and row["recall"] == COMPARED_RECALL)


def draw_curves(axis, run, sweeps, colors):
    """The first panel: what a user sets stands at its points."""
    for sweep in sweeps:
        index, points = sweep["index"], points_of(sweep)
        label = LABELS[index]
        if index != "pgvector-hnsw":
            label += f": {ratio_of(run, index):.0f} times as many at {COMPARED_RECALL:.2f}"
        axis.plot([point[0] for point in points], [point[1] for point in points], marker="o", markersize=4,
                  color=colors[index], label=label)
        above = index == "hnsw"  # those of ivfpq and of pgvector stand below their line
        for recall, qps, setting in points:
            axis.annotate(short(setting, index), (recall, qps), fontsize=7, color=colors[index], textcoords="offset points",
                          xytext=(5, 4) if above else (-4, -9), ha="left" if above else "right")
    axis.axvline(COMPARED_RECALL, color="gray", linewidth=.6, linestyle=":")
    axis.set_xscale("logit")
    axis.set(xlabel="recall of 10", ylabel="queries a second, one connection", yscale="log", xlim=(LOWEST_RECALL - .02, .9998))
    axis.set_xticks(TICKS, [f"{tick:g}" for tick in TICKS])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axis.yaxis.set_minor_formatter(NullFormatter())
    axis.grid(True, which="both", alpha=.25)
    axis.set_ylim(bottom=axis.get_ylim()[0] / 3)  # room for the legend
    axis.legend(fontsize=8, loc="lower left")


def draw_bars(axis, title, sweeps, values, colors):
    """A panel of one bar an index, with its number."""
    names = [LABELS[sweep["index"]].replace(" ", "\n") for sweep in sweeps]
    bars = axis.bar(names, values, color=[colors[sweep["index"]] for sweep in sweeps])
    axis.bar_label(bars, [f"{value:,.0f}" if value >= 10 else f"{value:.1f}" for value in values], fontsize=8)
    axis.set_title(title, fontsize=9)
    axis.tick_params("x", labelsize=7)
    axis.set_yticks([])
    axis.margins(y=.12)
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)


def main(options):
    with open(options.json, encoding="utf-8") as file:
        run = json.load(file)
    if options.dark:
        pyplot.style.use("dark_background")
    pyplot.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "vecext"})
    colors = dict(zip(LABELS, ("#4c9be8", "#2ca58d", "#d9822b")))
    sweeps = [sweep for name in LABELS for sweep in run["sweeps"] if sweep["index"] == name and sweep["queries"] == "file"]
    figure, (curves, build, size) = pyplot.subplots(1, 3, figsize=(10.5, 4), width_ratios=(3.2, 1, 1))
    draw_curves(curves, run, sweeps, colors)
    draw_bars(build, "CREATE INDEX, s", sweeps, [sweep["build_seconds"] for sweep in sweeps], colors)
    draw_bars(size, "size, MB", sweeps, [sweep["megabytes"] for sweep in sweeps], colors)
    figure.tight_layout()
    figure.savefig(options.picture, metadata={"Date": None} if options.picture.endswith(".svg") else {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("picture", help="a .png or .svg")
    parser.add_argument("json", help="a run with ivfpq, hnsw and pgvector-hnsw")
    parser.add_argument("--dark", action="store_true", help="for a dark background")
    main(parser.parse_args())
