"""Queries a second by many connections: each is a process, so that Python does not bound them."""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from typing import Any

import numpy as np
import psycopg

from vecext.effort.index import SearchedIndex
from vecext.effort.queries import Queries
from vecext.errors import Error
from vecext.psycopg import register_vector

START_SECONDS = 60.0
WARM_QUERIES = 50
# A client process that computes for so much of its time leaves the server waiting.
BOUND = 0.5
OTHER_FAILED = "another connection did not begin"


@dataclass(frozen=True)
class Rate:
    """Searches of so many connections: a second, the milliseconds of one, and the share of the time in which the client processes computed themselves."""

    clients: int
    queries_per_second: float
    median_ms: float
    p95_ms: float
    client_share: float

    @property
    def is_bound(self) -> bool:
        """True if the client's own work takes most of the time, so that the server can do more."""
        return self.client_share > BOUND

    def to_json(self) -> dict[str, Any]:
        """The figures."""
        return {
            "clients": self.clients,
            "queries_per_second": round(self.queries_per_second, 1),
            "median_ms": round(self.median_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
            "client_share": round(self.client_share, 3),
        }


def measure(dsn: str, index: SearchedIndex, queries: Queries, *, k: int, clients: int, seconds: float) -> Rate:
    """Searches by that many connections at once, each of which waits for its answer, for so many seconds. Raises `Error` if a connection fails."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(clients)
    with context.Pool(clients, initializer=_begin, initargs=(barrier,)) as pool:
        work = [(dsn, index.search(queries.limit(k)).as_string(), queries.values, number * len(queries) // clients, seconds) for number in range(clients)]
        results = pool.starmap(_search, work, chunksize=1)
    if errors := [error for error, *_ in results if error]:
        raise Error(f"of {clients} connections one failed: {max(errors, key=lambda error: error != OTHER_FAILED)}")
    milliseconds = np.concatenate([times for _, times, *_ in results])
    wall = max(ended for *_, ended, _ in results) - min(began for _, _, began, _, _ in results)
    computed = float(np.mean([share for *_, share in results]))
    return Rate(clients, len(milliseconds) / wall, float(np.median(milliseconds)), float(np.quantile(milliseconds, 0.95)), computed)


_barrier: Barrier


def _begin(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _search(dsn: str, statement: str, values: list[Any], number: int, seconds: float) -> tuple[str, Any, float, float, float]:
    """One connection's searches. Returns an error, the milliseconds of each, when the first began and the last ended, and the share of computing."""
    try:
        with psycopg.connect(dsn, autocommit=True, application_name="vecext") as connection:
            register_vector(connection)
            cursor = connection.cursor(binary=True)
            for value in values[:WARM_QUERIES]:
                cursor.execute(statement.encode(), {"query": value}, prepare=True).fetchall()
            _barrier.wait(START_SECONDS)
            began, computed = time.monotonic(), time.process_time()
            times = []
            now = began
            while now < began + seconds:
                cursor.execute(statement.encode(), {"query": values[number % len(values)]}, prepare=True).fetchall()
                before, now = now, time.monotonic()
                times.append(1000 * (now - before))
                number += 1
            share = (time.process_time() - computed) / (now - began)
            return "", np.array(times), began, now, share
    except (psycopg.Error, OSError, RuntimeError) as error:
        _barrier.abort()
        return " ".join(str(error).split()) or OTHER_FAILED, np.zeros(0), 0.0, 0.0, 0.0
