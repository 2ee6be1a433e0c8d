"""Creates an index, and shows meanwhile what the server does, as pg_stat_progress_create_index has it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from vecext.command.progress import Progress, progress
from vecext.command.session import Session
from vecext.command.table import Table
from vecext.files.arrays import base_of

METHODS = ("ivfpq", "hnsw", "ivfflat")
OPERATORS = {"cosine": "<=>", "l2": "<->", "ip": "<#>"}
LOOK_SECONDS = 0.25

_STATE = """
SELECT phase, tuples_done, nullif(tuples_total, 0), blocks_done, nullif(blocks_total, 0)
FROM pg_stat_progress_create_index WHERE pid = %s"""


def definition(table: Table, column: str, method: str, distance: str) -> sql.Composed:
    """The statement that creates an index on a column of vectors."""
    operators = sql.Identifier(f"{base_of(table.columns[column])}_{distance}_ops")
    return sql.SQL("CREATE INDEX ON {} USING {} ({} {})").format(table.identifier, sql.Identifier(method), sql.Identifier(column), operators)


def create_index(
    session: Session, connection: psycopg.Connection[Any], watcher: psycopg.Connection[Any], table: Table, column: str, method: str, distance: str
) -> str:
    """Creates the index in the transaction of `connection`; returns its name. `watcher` is another connection, with autocommit."""
    with build_shown(session, connection, watcher, f"creating an index by {method} on {column}"):
        connection.execute(definition(table, column, method, distance))
    row = connection.execute(
        "SELECT indexrelid::regclass::text FROM pg_index AS i WHERE indrelid = %s::oid ORDER BY i.indexrelid DESC LIMIT 1", [table.oid]
    ).fetchone()
    assert row is not None
    return str(row[0])


@contextmanager
def build_shown(session: Session, connection: psycopg.Connection[Any], watcher: psycopg.Connection[Any], title: str) -> Iterator[None]:
    """Shows what `connection` does while it creates indexes. `watcher` is another connection, with autocommit."""
    done = threading.Event()
    with progress(session, title, unit="rows") as shown:
        looks = threading.Thread(target=_watch, args=(watcher, connection.info.backend_pid, shown, done), daemon=True)
        looks.start()
        try:
            yield
        finally:
            done.set()
            looks.join()


def _watch(watcher: psycopg.Connection[Any], pid: int, shown: Progress, done: threading.Event) -> None:
    """Shows the state of that backend until it is done."""
    while not done.wait(LOOK_SECONDS):
        row = watcher.execute(_STATE, [pid]).fetchone()
        if row is None:
            continue
        phase, rows, rows_total, blocks, blocks_total = row
        fraction = rows / rows_total if rows_total else blocks / blocks_total if blocks_total else None
        shown.update(rows, fraction=fraction, phase=phase.removeprefix("building index: "), total=rows_total)
