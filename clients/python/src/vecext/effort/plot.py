"""A picture of a measurement: recall against time, a curve for each setting, and the point to take."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from vecext.effort.grid import Point
from vecext.effort.tuning import Tuning
from vecext.errors import Error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colors of a picture, and those that an SVG has instead where the reader prefers dark ones.
SURFACE, INK, MUTED, LINES, CURVES = "#fefefe", "#1f2328", "#59636e", "#d8dee4", ("#0b62c4", "#b54708")
DARK = {SURFACE: "#0d1117", INK: "#f0f6fc", MUTED: "#9aa4b0", LINES: "#30363d", CURVES[0]: "#58a6ff", CURVES[1]: "#f0883e"}

SHOWN_BELOW = 0.15  # recalls farther below the wished one are not shown
LABEL_PIXELS = 34.0  # labels of values are no nearer to each other
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "vecext",
    "font.family": "sans-serif",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
}


def check_picture(path: Path) -> None:
    """Raises `Error` if no picture of that name can be written, before a measurement takes its time."""
    if path.suffix.lower() not in (".svg", ".png"):
        raise Error(f"{path} is not the name of a picture", hint="one that ends in .svg or .png")
    if not os.access(path.parent, os.W_OK):
        raise Error(f"no file can be written in {path.parent}", hint="name another folder")


def plot(tuning: Tuning, path: Path) -> None:
    """Draws the measurement to a .svg, which is dark where the reader prefers that, or a .png, as `check_picture` has admitted it."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.6, 4.6), dpi=160, facecolor=SURFACE, layout="constrained")
        axes = figure.add_subplot(facecolor=SURFACE)
        _axes(axes, tuning)
        for color, points in zip(CURVES, tuning.curves, strict=True):
            axes.plot([point.median_ms for point in points], [point.recall for point in points], "o-", color=color, label=points[0].setting, markersize=4)
        _named(axes, tuning)
        figure.canvas.draw()
        _values(axes, tuning)
        figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
        figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else {})
    if path.suffix.lower() == ".svg":
        path.write_text(_with_dark(path.read_text(encoding="utf-8")), encoding="utf-8")


def _axes(axes: Axes, tuning: Tuning) -> None:
    """Title, axes and the line of the wished recall."""
    of = "rows themselves" if tuning.queries.places is not None else "given queries"
    where = f" where {tuning.index.where}" if tuning.index.where else ""
    axes.set_title(f"{tuning.index.name} ({tuning.index.method}): {tuning.k} nearest{where}, {len(tuning.queries)} {of}", fontsize=10.5, loc="left")
    axes.set_xlabel("median time of a search, ms, one connection")
    axes.set_ylabel(f"recall@{tuning.k}")
    axes.set_xscale("log")
    shown = [point for points in tuning.curves for point in points if point.recall >= tuning.recall - SHOWN_BELOW] or [tuning.best]
    axes.set_xlim(min(point.median_ms for point in shown) / 1.2, max(point.median_ms for point in shown) * 1.25)
    lowest = min(point.recall for point in shown)
    axes.set_ylim(lowest - 0.08 * (1 - lowest) - 0.002, 1 + 0.06 * (1 - lowest) + 0.002)
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(color=LINES, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.axhline(tuning.recall, color=MUTED, linestyle=(0, (4, 3)), linewidth=1)
    axes.text(0.996, tuning.recall, f"wished {tuning.recall:g}", transform=axes.get_yaxis_transform(), va="bottom", ha="right", fontsize=8, color=MUTED)


def _named(axes: Axes, tuning: Tuning) -> None:
    """The settings as they are, and the point to take, by name."""
    current = tuning.current
    axes.plot(current.median_ms, current.recall, "D", color=INK, markersize=6, label="the settings as they are", linestyle="none")
    if tuning.choice is None:
        return
    point = tuning.choice.point
    axes.plot(point.median_ms, point.recall, "o", markersize=13, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=1.6)
    is_right = axes.transAxes.inverted().transform(axes.transData.transform((point.median_ms, point.recall)))[0] > 0.6
    name = axes.annotate(
        f"take {point.label}\nrecall {point.recall:.3f} in {point.median_ms:.2g} ms",
        (point.median_ms, point.recall),
        xytext=(-14 if is_right else 14, -16),
        textcoords="offset points",
        va="top",
        ha="right" if is_right else "left",
        fontsize=9.5,
        fontweight="bold",
        color=INK,
        bbox={"facecolor": SURFACE, "edgecolor": "none", "alpha": 0.85, "pad": 2},
        zorder=5,
    )
    name.set_in_layout(False)


def _values(axes: Axes, tuning: Tuning) -> None:
    """The values of points, where there is room for them."""
    taken: list[Any] = [axes.transData.transform((tuning.choice.point.median_ms, tuning.choice.point.recall))] if tuning.choice else []
    for color, points in zip(CURVES, tuning.curves, strict=True):
        for point in points:
            place = axes.transData.transform((point.median_ms, point.recall))
            if axes.bbox.contains(*place) and all(abs(place - other).max() >= LABEL_PIXELS for other in taken):
                taken.append(place)
                _label(axes, point, color)


def _label(axes: Axes, point: Point, color: str) -> None:
    axes.annotate(f"{point.value:g}", (point.median_ms, point.recall), xytext=(0, 5), textcoords="offset points", ha="right", fontsize=7.5, color=color)


def _with_dark(svg: str) -> str:
    """The SVG with a style sheet that replaces its colors where the reader prefers dark ones; programs that read no style sheets show it as it is."""
    rules = "".join(f'[style*="{kind}: {color}"]{{{kind}:{dark}!important}}' for color, dark in DARK.items() for kind in ("fill", "stroke"))
    return re.sub(r"(<svg [^>]*>)", rf"\1<style>@media (prefers-color-scheme: dark){{{rules}}}</style>", svg, count=1)
