"""Makes a collection of a snapshot, in one transaction.

No SQL of a file is executed: its rows go into a table of its columns, of which functions of the extension make a collection by the definition.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import psycopg
from psycopg import sql

from vecext.command.index import build_shown
from vecext.command.progress import progress
from vecext.command.session import Session, message_and_hint
from vecext.command.snapshot_file import DEFINITION, POINTS, SnapshotReader
from vecext.command.snapshot_take import names_of
from vecext.command.table import create_table
from vecext.errors import Error


def restore(
    session: Session, connection: psycopg.Connection[Any], watcher: psycopg.Connection[Any], snapshot: SnapshotReader, name: str | None, *, replace: bool
) -> dict[str, Any]:
    """Makes a collection of a snapshot, in the place of one that is there if it is to be replaced. Returns what is to say about it.

    Readers of a collection that is replaced wait only for the end, when the new one takes its aliases and its name.
    """
    manifest = snapshot.manifest
    name = name or _quoted(connection, manifest["schema"], manifest["collection"])
    old = names_of(connection, name) if replace and connection.execute("SELECT vecext.collection_exists(%s)", [name]).fetchone() == (True,) else None
    if old and connection.execute("SELECT true FROM vecext.namespace_tables WHERE relid::oid = vecext.collection_table(%s)::oid", [name]).fetchone():
        raise Error(f"points of {name} belong to namespaces, which a snapshot does not keep", hint="restore it as another one: --as NAME")
    connection.execute("SET LOCAL client_encoding = 'UTF8'")
    made = _make(session, connection, watcher, snapshot, _quoted(connection, old[0], f"restored_{secrets.token_hex(8)}") if old else name)
    collection = _take_place(connection, made, old[2]) if old else made
    return {"collection": collection, "file": str(snapshot.path), "points": manifest["points"]}


def _quoted(connection: psycopg.Connection[Any], *names: str) -> str:
    """A name, or a schema and a name, as functions of collections take them for that and nothing else."""
    return sql.Identifier(*names).as_string(connection)


def _make(session: Session, connection: psycopg.Connection[Any], watcher: psycopg.Connection[Any], snapshot: SnapshotReader, name: str) -> str:
    """Makes a collection, with its points and indexes. Returns its name."""
    definition = snapshot.text(DEFINITION)
    table, collection = _create_table(connection, snapshot, json.loads(definition), name)
    _copy(session, connection, snapshot, table)
    parameters = {"t": table.as_string(connection), "d": definition, "name": collection, "c": _quoted(connection, collection)}
    with build_shown(session, connection, watcher, "creating indexes"):
        # The checks of a payload schema are created where it differs from the one that is there.
        connection.execute("""SELECT vecext.restore_collection(%(t)s::regclass, %(d)s::jsonb || '{"payload_schema": {}}', %(name)s)""", parameters)
        connection.execute(
            "SELECT vecext.set_payload_schema(%(c)s, s) FROM jsonb_extract_path(%(d)s::jsonb, 'payload_schema') AS s WHERE s <> '{}'", parameters
        )
        for index in snapshot.manifest["indexes"]:
            connection.execute(_index(table, **index))
        connection.execute(sql.SQL("ANALYZE {}").format(table))
    return collection


def _create_table(connection: psycopg.Connection[Any], snapshot: SnapshotReader, definition: dict[str, Any], name: str) -> tuple[sql.Identifier, str]:
    """Creates the table. The server says if the name is free, and how it calls the table of a collection of that name. Returns both names."""
    try:
        connection.execute("SELECT vecext.create_collection(%s, '{}')", [name])
    except psycopg.errors.DuplicateTable as error:
        raise Error(message_and_hint(error)[0], hint="restore it under another name by --as NAME, or in the place of that collection by --replace") from error
    schema, relation, collection = names_of(connection, name)
    connection.execute("SELECT vecext.drop_collection(%s)", [_quoted(connection, collection)])
    columns = snapshot.manifest["columns"]
    table = sql.Identifier(schema, relation)
    create_table(connection, table.as_string(connection), {column["name"]: column["type"] for column in columns}, definition["id_column"])
    for column in columns:
        if column["not_null"]:
            connection.execute(sql.SQL("ALTER TABLE {} ALTER {} SET NOT NULL").format(table, sql.Identifier(column["name"])))
        if column["not_null"] and column["name"] == definition["payload_column"]:
            connection.execute(sql.SQL("ALTER TABLE {} ALTER {} SET DEFAULT '{{}}'").format(table, sql.Identifier(column["name"])))
    return table, collection


def _copy(session: Session, connection: psycopg.Connection[Any], snapshot: SnapshotReader, table: sql.Identifier) -> None:
    """Copies the points into the table."""
    columns = sql.SQL(", ").join(sql.Identifier(column["name"]) for column in snapshot.manifest["columns"])
    points, size, done = snapshot.manifest["points"], snapshot.points_bytes, 0
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, columns)
    cursor = connection.cursor()
    with progress(session, f"restoring {snapshot.path.name}", unit="points", total=points) as shown, cursor.copy(statement) as copy:
        for part in snapshot.parts(POINTS):
            copy.write(part)
            done += len(part)
            shown.update(points * done // size, bytes_done=done)
    if cursor.rowcount != points:
        raise Error(f"{snapshot.path.name} has {cursor.rowcount} points, and its manifest says {points}", hint="take another copy of the file")


def _index(table: sql.Identifier, column: str, method: str, operators: str, options: list[str]) -> sql.Composed:
    """The statement that creates an index on one column."""
    parts = [table, *map(sql.Identifier, (method, column, operators))]
    created = sql.SQL("CREATE INDEX ON {} USING {} ({} {})").format(*parts)
    pairs = [option.partition("=") for option in options]
    given = [sql.SQL("{} = {}").format(sql.Identifier(name), value) for name, _, value in pairs]
    return created + sql.SQL(" WITH ({})").format(sql.SQL(", ").join(given)) if given else created


def _take_place(connection: psycopg.Connection[Any], made: str, old: str) -> str:
    """Gives a collection the aliases of the old one and its name, and drops that. Returns the name."""
    parameters = {"made": _quoted(connection, made), "old": _quoted(connection, old), "name": old}
    connection.execute("SELECT vecext.switch_alias(quote_ident(a.alias), %(made)s) FROM vecext.list_aliases(%(old)s) AS a", parameters)
    connection.execute("SELECT vecext.drop_collection(%(old)s)", parameters)
    connection.execute("SELECT vecext.rename_collection(%(made)s, %(name)s)", parameters)
    return old
