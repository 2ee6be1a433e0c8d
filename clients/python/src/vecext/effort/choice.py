"""The setting to take: the least effort that reaches the wished recall on half of the queries, and on the other half, which checks it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg

from vecext.effort.grid import TARGET, Point

# The method's own setting is taken if it needs less than so much of the time: vecext.target_recall holds as the table grows.
WORTH_IT = 0.9
NORMAL_95 = 1.96
# A session knows the settings from the first value of the extension's types on; until then only superusers may give them to a role.
LOADING = "SELECT '[1]'::vector;"


@dataclass(frozen=True)
class Choice:
    """A point, its recall on the half of the queries by which it was chosen, and on the other half, with a confidence interval of 95 % for that."""

    point: Point
    chosen_recall: float
    checked_recall: float
    interval: tuple[float, float]
    statements: list[str]
    alter_statements: list[str]

    def to_json(self) -> dict[str, Any]:
        """The figures of the point, the check, and the statements: for a session, and for the role in this database."""
        return {
            **self.point.to_json(),
            "chosen_recall": round(self.chosen_recall, 4),
            "checked_recall": round(self.checked_recall, 4),
            "checked_interval": [round(end, 4) for end in self.interval],
            "set": self.statements,
            "alter": self.alter_statements,
        }


def halves(queries: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Two random halves of the queries, by their numbers."""
    order = np.random.default_rng(0).permutation(queries)
    return order[: queries // 2], order[queries // 2 :]


def reaches(point: Point, wish: float) -> bool:
    """True if the recall is reached on both halves."""
    return all(float(point.recalls[half].mean()) >= wish for half in halves(len(point.recalls)))


def choose(connection: psycopg.Connection[Any], points: Iterable[Point], wish: float) -> Choice | None:
    """The choice among points whose values ascend for each setting; None if none reaches the recall."""
    least: dict[str, Point] = {}
    for point in points:
        if point.setting not in least and reaches(point, wish):
            least[point.setting] = point
    if not least:
        return None
    best = min(least.values(), key=lambda point: point.median_ms)
    target = least.get(TARGET, best)
    return _choice(connection, target if best.median_ms > WORTH_IT * target.median_ms else best)


def _choice(connection: psycopg.Connection[Any], point: Point) -> Choice:
    first, second = (point.recalls[half] for half in halves(len(point.recalls)))
    checked = float(second.mean())
    margin = NORMAL_95 * float(second.std(ddof=1)) / math.sqrt(len(second))
    row = connection.execute("SELECT quote_ident(current_user::text), quote_ident(current_database()::text)").fetchone()
    assert row is not None
    sets = [f"SET {name} = {value}" for name, value in point.settings.items()]
    return Choice(
        point,
        chosen_recall=float(first.mean()),
        checked_recall=checked,
        interval=(max(0.0, checked - margin), min(1.0, checked + margin)),
        statements=[f"{one};" for one in sets],
        alter_statements=[LOADING, *(f"ALTER ROLE {row[0]} IN DATABASE {row[1]} {one};" for one in sets)],
    )
