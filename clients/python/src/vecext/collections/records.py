"""What calls of collections return."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

Id = int | str | UUID
Json = dict[str, Any]


class Point(NamedTuple):
    """A point. `vectors` is None unless it was asked for; else the vector as a list, of a sparse one its indices and values; of named ones a dict."""

    id: Id
    payload: Json | None
    vectors: Any


class Hit(NamedTuple):
    """A point that a query has found."""

    id: Id
    score: float | None
    payload: Json | None
    vectors: Any
    order_value: Any


class Page(NamedTuple):
    """Points of a scroll, and the cursor with which the next page begins; None after the last one."""

    points: list[Point]
    next_cursor: str | None


class Facet(NamedTuple):
    """How many points have a value."""

    value: Any
    points: int
