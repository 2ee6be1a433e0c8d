"""A table, or some of its columns and rows, to a table of another PostgreSQL database, as COPY writes and reads them, in one transaction there."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.table import Table, create_table, find_table
from vecext.errors import Error
from vecext.systems import Place
from vecext.systems.pgvector import opened


def export_table(session: Session, connection: psycopg.Connection[Any], table: Table, columns: list[str], where: str | None, place: Place) -> tuple[str, int]:
    """Copies the rows; returns what the other table is called, and their number. Raises `Error` if it lacks a column, or cannot be made."""
    place.require("url", "collection")
    name = str(place.collection)
    other = opened(place)
    shown = sql.SQL(", ").join(map(sql.Identifier, columns))
    query = sql.SQL("SELECT {} FROM {}").format(shown, table.identifier)
    if where:
        query += sql.SQL(" WHERE (" + where + ")")
    if table.key:
        query += sql.SQL(" ORDER BY ") + sql.SQL(", ").join(map(sql.Identifier, table.key))
    with other:
        target = find_table(other, name) or _created(other, name, table, columns)
        missing = [column for column in columns if column not in target.columns]
        if missing:
            raise Error(f"{name} has no column {missing[0]} there", hint=f"it has {', '.join(target.columns)}; choose by --columns")
        rows = 0
        out = connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(query))
        into = other.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(target.identifier, shown))
        with progress(session, f"writing to {name}") as progress_shown, out as source, into as sink:
            for row in source:
                sink.write(row)
                rows += 1
                progress_shown.update(rows)
    return f"table {name}", rows


def _created(connection: psycopg.Connection[Any], name: str, table: Table, columns: list[str]) -> Table:
    if len(table.key) != 1 or table.key[0] not in columns:
        raise Error(f"{table.name} has no primary key of one column among those that are chosen", hint=f"create {name} there before")
    return create_table(connection, name, {column: table.columns[column] for column in columns}, table.key[0])
