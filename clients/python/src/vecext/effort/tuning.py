"""Measures an index: exact answers, a curve for each setting, and the choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from vecext.effort.choice import Choice, choose, reaches
from vecext.effort.grid import TARGETS, Grid, Point, curve
from vecext.effort.index import SearchedIndex, check_plan, verbatim
from vecext.effort.queries import Queries
from vecext.effort.truth import exact_distances
from vecext.errors import Error


@dataclass(frozen=True)
class Tuning:
    """What was measured: `current` with the settings as they are, a curve for each setting, and the choice, None if no setting reaches the recall."""

    index: SearchedIndex
    k: int
    queries: Queries
    recall: float
    current: Point
    curves: list[list[Point]]
    choice: Choice | None

    @property
    def best(self) -> Point:
        """The point that finds most."""
        return max((point for points in self.curves for point in points), key=lambda point: point.recall)

    def to_json(self) -> dict[str, Any]:
        """All figures."""
        return {
            "index": self.index.name,
            "method": self.index.method,
            "table": self.index.table,
            "where": self.index.where,
            "k": self.k,
            "queries": len(self.queries),
            "are_rows": self.queries.places is not None,
            "wished_recall": self.recall,
            "current": self.current.to_json(),
            "points": [point.to_json() for points in self.curves for point in points],
            "choice": self.choice and self.choice.to_json(),
        }


def tune(
    connection: psycopg.Connection[Any],
    index: SearchedIndex,
    queries: Queries,
    *,
    recall: float = 0.95,
    k: int = 10,
    kept: Path | None = None,
    on_query: Callable[[int], None] = lambda done: None,
    on_point: Callable[[str], None] = lambda label: None,
) -> Tuning:
    """Measures the index by queries, on a connection that commits by itself, and chooses the setting for a recall.

    `on_query` is given the number of queries that have exact answers, `on_point` the setting that is measured next. `kept` is a file of exact answers.
    Raises `Error` if the planner does not use the index, and for a table with fewer rows than `k`.
    """
    check_rows(connection, index, queries, k)
    check_plan(connection, index, queries.values[0], queries.limit(k))
    truth = exact_distances(connection, index, queries, k, kept=kept, on_query=on_query)
    grid = Grid(connection, index, queries, k, truth, on_point)
    current = grid.current()

    def enough(point: Point) -> bool:
        return reaches(point, recall)

    curves = [curve(grid.target, iter(TARGETS), enough, recall), curve(grid.effort, grid.efforts(), enough, recall)]
    current, curves = grid.again(current), [[grid.again(point) for point in points] for points in curves]
    choice = choose(connection, (point for points in curves for point in points), recall)
    return Tuning(index, k, queries, recall, current, curves, choice)


def check_rows(connection: psycopg.Connection[Any], index: SearchedIndex, queries: Queries, k: int) -> None:
    """Raises `Error` if fewer than k rows can be found."""
    needed = queries.limit(k)
    counted = sql.SQL("SELECT count(*) FROM (SELECT FROM {}{} LIMIT {}) AS found").format(verbatim(index.table), index.matching, sql.Literal(needed))
    (rows,) = connection.execute(counted, {}).fetchone() or (0,)
    if rows < needed:
        matching = " that match" if index.where else ""
        raise Error(f"{index.table} has {rows} rows with a vector{matching}, too few for the {k} nearest", hint="a smaller --k, or more rows")
