"""A table, or some of its columns and rows, to a collection of another system. The key gives the ids; columns that are not vectors make the payload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql

from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.table import Table
from vecext.errors import Error
from vecext.files.arrays import base_of, is_sparse, is_vector
from vecext.systems import Layout, Place, Point, open_writer
from vecext.systems.pgvector import index_distances
from vecext.systems.system import PAYLOAD
from vecext.types import SparseVector


def export_points(
    session: Session, connection: psycopg.Connection[Any], table: Table, columns: list[str], where: str | None, system: str, place: Place
) -> tuple[str, int]:
    """Writes the rows to the collection; returns what that is called, and their number. Raises `Error` if the table cannot be points."""
    if len(table.key) != 1:
        raise Error(f"{table.name} has no primary key of one column, so its rows have no ids", hint=f"ALTER TABLE {table.name} ADD PRIMARY KEY (…)")
    vectors = {column: table.columns[column] for column in columns if is_vector(table.columns[column]) or is_sparse(table.columns[column])}
    if not vectors:
        raise Error(f"no column of {table.name} that is chosen has vectors")
    distances = dict.fromkeys(vectors, "cosine") | {column: name for column, name in index_distances(connection, table.oid).items() if column in vectors}
    key = table.key[0]
    writer = open_writer(system, place, Layout(key, table.columns[key], vectors, distances))
    writer.prepare()
    if writer.note:
        session.say(writer.note)
    rows = 0
    with progress(session, f"writing to {writer.name}") as shown:
        for points in _points(connection, _query(table, columns, vectors, where), list(vectors), place.batch_rows):
            writer.write(points)
            rows += len(points)
            shown.update(rows)
    writer.close()
    return writer.name if writer.is_file else f"collection {writer.name}", rows


def _query(table: Table, columns: list[str], vectors: dict[str, str], where: str | None) -> sql.Composed:
    """The id, the payload, then the vectors."""
    key = sql.Identifier(table.schema, table.name, table.key[0])  # not the text of it
    others = [column for column in columns if column not in vectors and column not in (table.key[0], PAYLOAD)]
    payload = sql.SQL("(SELECT to_jsonb(others) FROM (SELECT {}) AS others)").format(sql.SQL(", ").join(map(sql.Identifier, others)))
    if PAYLOAD in columns and base_of(table.columns[PAYLOAD]) == "jsonb":
        # Keys of the payload win: the columns beside it may be made of them.
        payload = sql.SQL("{} || coalesce({}, '{{}}')").format(payload, sql.Identifier(PAYLOAD))
    shown = [sql.SQL("{}::{}").format(sql.Identifier(column), sql.SQL("real[]" if is_vector(kind) else "text")) for column, kind in vectors.items()]
    query = sql.SQL("SELECT {}::text, {}, {} FROM {}").format(key, payload, sql.SQL(", ").join(shown), table.identifier)
    if where:
        query += sql.SQL(" WHERE (" + where + ")")
    return query + sql.SQL(" ORDER BY ") + key


def _points(connection: psycopg.Connection[Any], query: sql.Composed, vectors: list[str], batch_rows: int) -> Iterator[list[Point]]:
    with connection.cursor("vecext_points", binary=True) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(batch_rows):
            yield [
                Point(key, {column: _value(value) for column, value in zip(vectors, values, strict=True)}, _payload(key, payload))
                for key, payload, *values in rows
            ]


def _value(value: Any) -> Any:
    return SparseVector.from_text(value) if isinstance(value, str) else value


def _payload(key: str, payload: Any) -> Any:
    if not isinstance(payload, dict):
        raise Error(
            f"the payload of row {key} is not an object", hint=f"leave it out by --columns, or such rows by --where \"jsonb_typeof({PAYLOAD}) = 'object'\""
        )
    return payload
