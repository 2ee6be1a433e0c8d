"""`vecext tune`: recall against time for an index, on the user's own queries, and the setting to take."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click
import psycopg

from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.effort.grid import Point
from vecext.effort.index import SearchedIndex, find_index
from vecext.effort.queries import Queries, queries_of_file, sampled_queries
from vecext.effort.tuning import Tuning, tune

SAMPLE = 200


def queries_of(connection: psycopg.Connection[Any], index: SearchedIndex, path: str | None, most: int | None) -> Queries:
    """The queries of a file, or rows of the table if none is named."""
    return queries_of_file(index, path, most) if path else sampled_queries(connection, index, most or SAMPLE)


@click.command("tune")
@click.argument("name", metavar="INDEX")
@click.option("--queries", "path", metavar="FILE", help="Queries: one vector a row. Without it, rows of the table are asked, each left out of its own answer.")
@click.option("--most", type=click.IntRange(1), metavar="N", help=f"At most so many queries; of rows of the table {SAMPLE}, if it is not given.")
@click.option("--k", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many nearest rows a query asks for.")
@click.option("--recall", type=click.FloatRange(0.1, 1), default=0.95, show_default=True, help="The recall that is wished.")
@click.option("--where", metavar="CONDITION", help="The condition that queries have, as after WHERE.")
@click.option("--truth", "kept", type=click.Path(path_type=Path), metavar="FILE", help="Keep the exact answers in this file, and take them from it next time.")
@click.option("--plot", "picture", type=click.Path(path_type=Path), metavar="FILE", help="Draw the curves: a .svg or .png.")
@click.pass_obj
def command(
    session: Session, /, name: str, path: str | None, most: int | None, k: int, recall: float, where: str | None, kept: Path | None, picture: Path | None
) -> int:
    """Measure recall and time of searches by INDEX at many settings, and name the one to take."""
    pictures = importlib.import_module("vecext.effort.plot") if picture else None
    if pictures:
        pictures.check_picture(picture)
    with session.connect(autocommit=True) as connection:
        index = find_index(connection, name, where)
        queries = queries_of(connection, index, path, most)
        with progress(session, f"measuring {index.name}", unit="queries", total=len(queries)) as shown:
            measured = tune(
                connection,
                index,
                queries,
                recall=recall,
                k=k,
                kept=kept,
                on_query=lambda done: shown.update(done, phase="exact answers", total=len(queries)),
                on_point=lambda label: shown.update(shown.done, fraction=1.0, phase=label),
            )
    if pictures:
        pictures.plot(measured, picture)
    lines = [*_table(measured), "", *_advice(measured)]
    if picture:
        lines += ["", f"the picture is {picture}"]
    session.finish(measured.to_json(), lines)
    return 0 if measured.choice else 1


def _table(measured: Tuning) -> list[str]:
    """A line for each point."""
    points = [measured.current, *(point for points in measured.curves for point in points)]
    lines = [f"{'setting':32}{'recall@' + str(measured.k):>10}{'median ms':>12}{'p95 ms':>10}{'queries/s':>12}"]
    return lines + [_line(point, bool(measured.choice and measured.choice.point is point)) for point in points]


def _line(point: Point, is_choice: bool) -> str:
    figures = point.to_json()
    label = point.label or "the settings as they are"
    line = f"{label:32}{figures['recall']:>10.4f}{figures['median_ms']:>12.2f}{figures['p95_ms']:>10.2f}{figures['queries_per_second']:>12,.0f}"
    return line + "  <- take this" if is_choice else line


def _advice(measured: Tuning) -> list[str]:
    """What to do, in words."""
    choice = measured.choice
    if choice is None:
        best = measured.best
        return [
            f"no setting finds {measured.recall:g} on both halves of the queries; {best.label} finds most, {best.recall:.4f}",
            "the page Tuning recall of vecext's manual says what else to do if recall stays low",
        ]
    low, high = choice.interval
    half = len(measured.queries) - len(measured.queries) // 2
    return [
        f"{choice.point.label} finds {choice.chosen_recall:.4f} on the half of the queries that it was chosen by,",
        f"and {choice.checked_recall:.4f} on the {half} others (95 % confidence: {low:.4f} to {high:.4f})",
        "for a session:",
        *(f"  {statement}" for statement in choice.statements),
        "for all new sessions of this role:",
        *(f"  {statement}" for statement in choice.alter_statements),
    ]
