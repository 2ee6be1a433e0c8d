"""Points of a grid: how much of the exact answers searches find at a setting, and how long they take."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import psycopg

from vecext.effort.index import SearchedIndex
from vecext.effort.queries import Queries
from vecext.effort.truth import Distances, recalls

TARGET = "vecext.target_recall"
TARGETS = (0.5, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
GRAPH_EFFORTS = (10, 16, 25, 40, 64, 100, 160, 250, 400, 640, 1000)
ALL = 0.9995  # a recall from which on more effort says nothing more
REFINEMENTS = 4
TARGET_STEP = 0.004  # the least step between targets, but for those given above
CLOSE = 0.002  # a recall so little above the wished one needs no refinement


@dataclass(frozen=True)
class Point:
    """One setting, and for each query its recall, and its milliseconds from one connection that waits for each answer."""

    setting: str
    value: float
    settings: dict[str, str]
    recalls: Distances
    milliseconds: Distances

    @property
    def label(self) -> str:
        """The setting and its value; empty for the settings of the session."""
        return f"{self.setting} = {self.value:g}" if self.setting else ""

    @property
    def recall(self) -> float:
        """The mean recall."""
        return float(self.recalls.mean())

    @property
    def median_ms(self) -> float:
        """The median of the milliseconds."""
        return float(np.median(self.milliseconds))

    def to_json(self) -> dict[str, Any]:
        """The figures of the point."""
        return {
            "settings": self.settings,
            "recall": round(self.recall, 4),
            "median_ms": round(self.median_ms, 3),
            "p95_ms": round(float(np.quantile(self.milliseconds, 0.95)), 3),
            "queries_per_second": round(1000 / float(self.milliseconds.mean()), 1),
        }


@dataclass
class Grid:
    """Measures points: an index, queries with their exact answers, and a connection that commits by itself."""

    connection: psycopg.Connection[Any]
    index: SearchedIndex
    queries: Queries
    k: int
    truth: Distances
    on_point: Callable[[str], None]

    def current(self) -> Point:
        """The settings of the session as they are. The server observes one query in 1,000,000,000 meanwhile, so that measuring changes no effort."""
        observe = self.connection.execute("SELECT current_setting('vecext.observe_one_in')").fetchone()
        unobserved = {} if observe == ("0",) else {"vecext.observe_one_in": "1000000000"}
        self._search(unobserved)  # loads what searches need into memory
        return self._point("", 0, unobserved)

    def target(self, value: float) -> Point:
        """A value of vecext.target_recall, where effort does not follow the queries that were observed, so that the recall stays what it is."""
        return self._point(TARGET, value, {TARGET: f"{value:g}", "vecext.observe_one_in": "0"})

    def effort(self, value: float) -> Point:
        """A value of the method's own setting."""
        return self._point(self.index.effort, value, {self.index.effort: f"{value:g}"})

    def efforts(self) -> Iterator[int]:
        """Values of the method's own setting, ascending."""
        if self.index.method == "hnsw":
            yield from GRAPH_EFFORTS
            return
        row = self.connection.execute("SELECT lists FROM vecext.index_info(%s::regclass)", [self.index.name]).fetchone()
        lists = row[0] if row and row[0] else 1
        yield from (2**power for power in range(math.ceil(math.log2(lists)) + 1))

    def again(self, point: Point) -> Point:
        """The point with shorter times, where queries take less when they are asked again: later, when other work of the machine may have ended."""
        self.on_point(f"{point.label or 'the settings as they are'} again")
        _, milliseconds = self._search(point.settings)
        return replace(point, milliseconds=np.minimum(point.milliseconds, milliseconds))

    def _point(self, setting: str, value: float, settings: dict[str, str]) -> Point:
        self.on_point(f"{setting} = {value:g}" if setting else "the settings as they are")
        found, milliseconds = self._search(settings)
        return Point(setting, value, settings, recalls(self.index, self.truth, found), np.array(milliseconds))

    def _search(self, settings: dict[str, str]) -> tuple[list[Distances], list[float]]:
        """Asks all queries; returns what was found, and the milliseconds that each took."""
        statement = self.index.search(self.queries.limit(self.k))
        found, milliseconds = [], []
        with _set(self.connection, settings):
            for number, value in enumerate(self.queries.values):
                began = time.perf_counter()
                rows = self.connection.execute(statement, {"query": value}, prepare=True, binary=True).fetchall()
                milliseconds.append(1000 * (time.perf_counter() - began))
                found.append(self.queries.distances(number, rows, self.k))
        return found, milliseconds


def curve(measure: Callable[[float], Point], values: Iterator[float] | Iterator[int], reaches: Callable[[Point], bool], wish: float) -> list[Point]:
    """Points of ascending values up to a recall of nearly 1, with more of them about the least one that reaches what is wished."""
    points: list[Point] = []
    for value in values:
        points.append(measure(value))
        if points[-1].recall >= ALL:
            break
    for _ in range(REFINEMENTS):
        first = next((number for number, point in enumerate(points) if reaches(point)), 0)
        between = _between(points[first - 1], points[first]) if first else None
        if between is None or points[first].recall <= wish + CLOSE:
            break
        points.insert(first, measure(between))
    return points


def _between(low: Point, high: Point) -> float | None:
    """A value between two of one setting; None if they are next to each other."""
    if low.setting == TARGET:
        return round((low.value + high.value) / 2, 3) if high.value - low.value > TARGET_STEP else None
    middle = round(math.sqrt(low.value * high.value))
    return middle if low.value < middle < high.value else None


@contextmanager
def _set(connection: psycopg.Connection[Any], settings: dict[str, str]) -> Iterator[None]:
    """Sets the settings, and resets them in the end."""
    for name, value in settings.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    try:
        yield
    finally:
        for name in settings:
            connection.execute(f"RESET {name}")
