"""Python values as arguments of the functions of collections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
from psycopg.types.json import Jsonb

from vecext.types import Bit, HalfVector, SparseVector, Vector

BIGINT_END = 2**63


def as_json(value: Any) -> Jsonb | None:
    """A value in JSON: arrays and vectors as lists, times and UUIDs as texts. None is NULL, an argument that is left out."""
    return None if value is None else Jsonb(value, dumps=_dumps)


def as_ids(ids: Sequence[Any] | np.ndarray) -> tuple[list[Any], str]:
    """Ids and the type of the array that they make."""
    values: list[Any] = ids.tolist() if isinstance(ids, np.ndarray) else list(ids)
    if all(isinstance(value, int) and -BIGINT_END <= value < BIGINT_END for value in values):
        return values, "bigint[]"
    return [str(value) for value in values], "text[]"


def as_vectors(vectors: Any) -> tuple[list[Any], str]:
    """Vectors, one a point, None for one that a point lacks, and the type of the array that they make."""
    values = list(vectors)
    first = next((value for value in values if value is not None), None)
    if isinstance(first, SparseVector):
        return values, "sparsevec[]"
    if isinstance(first, Bit):
        return values, '"bit"[]'
    return [None if value is None else _dense(value) for value in values], "vector[]"


def as_query(query: Any) -> tuple[Any, list[Any] | None, list[Any] | None]:
    """A query as a request has it, with the dense and the sparse vectors to which it refers: those travel in binary."""
    if isinstance(query, SparseVector):
        return {"$sparse": 0}, None, [query]
    if isinstance(query, np.ndarray) and query.ndim == 2:
        return {"$dense": list(range(len(query)))}, list(query), None
    if isinstance(query, (np.ndarray, Vector, HalfVector)) or (isinstance(query, list) and query and all(isinstance(value, float) for value in query)):
        return {"$dense": 0}, [_dense(query)], None
    return query, None, None


def _dense(value: Any) -> np.ndarray:
    return np.asarray(value.to_numpy() if isinstance(value, (Vector, HalfVector)) else value, dtype=np.float32)


def _plain(value: Any) -> Any:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, SparseVector):
        return {"indices": value.indices(), "values": value.values()}
    if isinstance(value, (Vector, HalfVector)):
        return value.to_list()
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (UUID, Bit)):
        return value.to_text() if isinstance(value, Bit) else str(value)
    if isinstance(value, tuple) or hasattr(value, "__iter__"):
        return list(value)
    raise TypeError(f"JSON has no {type(value).__name__}")


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)
