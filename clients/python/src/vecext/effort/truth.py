"""Exact answers, found by the server without an index, and kept in a file if the caller names one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import psycopg

from vecext.effort.index import SearchedIndex
from vecext.effort.queries import Queries
from vecext.errors import Error

Distances: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"  # a row a query, its nearest distances ascending, infinite after the last row that matches

# Rounding makes cosine distances of equal rows differ by so much.
COSINE_MARGIN = 1e-6

_CHANGES = """
SELECT pg_relation_filenode(oid), pg_stat_get_tuples_inserted(oid), pg_stat_get_tuples_updated(oid), pg_stat_get_tuples_deleted(oid)
FROM pg_class WHERE oid = %s::regclass::oid"""


def exact_distances(
    connection: psycopg.Connection[Any], index: SearchedIndex, queries: Queries, k: int, *, kept: Path | None = None, on_query: Callable[[int], None]
) -> Distances:
    """The distances of the k nearest rows of each query. Taken from the file `kept` if it has those of the same queries and rows, else written to it."""
    mark = _mark(connection, index, queries, k)
    if kept and kept.exists():
        found = _read(kept, mark)
        if found is not None:
            on_query(len(queries))
            return found
    truth = np.full((len(queries), k), np.inf)
    statement = index.search(queries.limit(k))
    with connection.transaction(force_rollback=True):
        connection.execute("SET LOCAL enable_indexscan = off")
        connection.execute("SET LOCAL vecext.filter_strategy = off")
        for number, value in enumerate(queries.values):
            rows = connection.execute(statement, {"query": value}, prepare=False).fetchall()
            nearest = queries.distances(number, rows, k)
            truth[number, : len(nearest)] = nearest
            on_query(number + 1)
    few = int(np.isfinite(truth[:, 0]).sum())
    if few < len(queries):
        raise Error(f"{len(queries) - few} of {len(queries)} queries have no answer: no row of {index.table} that matches has a distance from them")
    if kept:
        with kept.open("wb") as stream:
            np.savez(stream, mark=np.array(mark), truth=truth)
    return truth


def recalls(index: SearchedIndex, truth: Distances, found: list[Distances]) -> Distances:
    """The recall of each query: the share of its nearest rows that were found; rows as near as the last of them count."""
    margin = COSINE_MARGIN if index.is_cosine else 0.0
    values = np.empty(len(truth))
    for number, (nearest, distances) in enumerate(zip(truth, found, strict=True)):
        known = nearest[np.isfinite(nearest)]
        values[number] = min(1.0, np.count_nonzero(distances <= known[-1] + margin) / len(known))
    return values


def _mark(connection: psycopg.Connection[Any], index: SearchedIndex, queries: Queries, k: int) -> str:
    """What the answers are of: equal for the same queries of the same rows."""
    changes = connection.execute(_CHANGES, [index.table]).fetchone()
    digest = hashlib.sha256()
    for value in queries.values:
        digest.update(value.tobytes() if isinstance(value, np.ndarray) else str(value).encode())
    shown = [index.table, index.expression, index.operator, index.where, k, digest.hexdigest(), queries.places, changes]
    return hashlib.sha256(json.dumps(shown, default=str).encode()).hexdigest()


def _read(kept: Path, mark: str) -> Distances | None:
    """The answers in a file; None if they are of other queries or rows. Raises `Error` if it is another file."""
    try:
        with np.load(kept, allow_pickle=False) as file:
            found: Distances = file["truth"]
            return found if str(file["mark"]) == mark else None
    except (ValueError, KeyError, EOFError, OSError) as error:
        raise Error(f"{kept} has no exact answers", hint="name a new file, or remove this one") from error
