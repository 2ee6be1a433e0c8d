"""Takes a snapshot of a collection: points and definition as they are at one time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

import vecext
from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.snapshot_file import DEFINITION, PART_BYTES, POINTS, SnapshotWriter, new_path
from vecext.errors import Error

# What a snapshot needs to know of a collection's table. `indexes` are those of single columns, which the definition does not have, unlike those of
# payloads. `unfit` names what a table that is made of columns would lack.
_SOURCE = """
SELECT d.definition, d.definition::jsonb ->> 'name'::text AS name, n.nspname AS schema, t.relname AS table,
    CASE WHEN t.reltuples > 0::real THEN t.reltuples END AS estimate,
    (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull)
            ORDER BY a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT coalesce(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
            'column', a.attname, 'method', m.amname, 'operators', o.opcname, 'options', coalesce(x.reloptions, '{}'))
            ORDER BY x.relname), '[]')
        FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam JOIN pg_opclass AS o ON o.oid = i.indclass[0]
            JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = t.oid AND i.indnatts = 1 AND i.indpred IS NULL AND NOT i.indisunique) AS indexes,
    CASE WHEN t.relkind <> 'r' OR EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhparent = t.oid) THEN 'partitions'
        WHEN EXISTS (SELECT FROM vecext.namespace_tables AS s WHERE s.relid::oid = t.oid) THEN 'namespaces'
        WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attgenerated <> '') THEN 'generated columns' END AS unfit
FROM (SELECT vecext.collection_definition(%(c)s)::text AS definition) AS d,
    pg_class AS t JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE t.oid = vecext.collection_table(%(c)s)::oid"""

_NAMES = """
SELECT n.nspname, t.relname, k.name
FROM vecext.collections AS k JOIN pg_class AS t ON t.oid = k.relid::oid JOIN pg_namespace AS n ON n.oid = t.relnamespace
WHERE k.relid::oid = vecext.collection_table(%s)::oid"""


def take(session: Session, connection: psycopg.Connection[Any], collection: str, folder: Path) -> dict[str, Any]:
    """Writes a snapshot of the points and the definition that are there at one time. Returns what is to say about it."""
    _begin(connection, collection)
    source = connection.cursor(row_factory=dict_row).execute(_SOURCE, {"c": collection}).fetchall()[0]
    if source["unfit"]:
        raise Error(f"collection {source['name']} has {source['unfit']}, which a snapshot does not keep", hint="pg_dump keeps them")
    now = datetime.now(timezone.utc)
    file = new_path(folder, source["name"], now)
    columns = sql.SQL(", ").join(sql.Identifier(column["name"]) for column in source["columns"])
    query = sql.SQL("COPY {} ({}) TO STDOUT (FORMAT binary)").format(sql.Identifier(source["schema"], source["table"]), columns)
    manifest = {
        "collection": source["name"],
        "schema": source["schema"],
        "created": now.isoformat(timespec="seconds"),
        "client": vecext.__version__,
        "server": connection.info.parameter_status("server_version"),
        "columns": source["columns"],
        "indexes": source["indexes"],
    }
    with SnapshotWriter(file) as writer, connection.cursor() as cursor:
        writer.add(POINTS, _points(session, cursor, query, source))
        writer.add(DEFINITION, [source["definition"].encode()])
        points = cursor.rowcount
        size = writer.finish(manifest | {"points": points})
    return {"collection": source["name"], "file": str(file), "points": points, "bytes": size}


def _begin(connection: psycopg.Connection[Any], collection: str) -> None:
    """Begins the transaction whose snapshot is written, with its table locked before: what ALTER TABLE does, no snapshot of a transaction hides."""
    schema, table, _ = names_of(connection, collection)
    connection.commit()
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(sql.Identifier(schema, table)))
    connection.execute("SET LOCAL row_security = off")  # an error, where rows would be hidden
    connection.execute("SET LOCAL client_encoding = 'UTF8'")


def _points(session: Session, cursor: psycopg.Cursor[Any], query: sql.Composed, source: dict[str, Any]) -> Iterator[bytes]:
    """The rows as COPY has them, in parts of about a megabyte."""
    part, rows, size = bytearray(), 0, 0
    with progress(session, f"writing {source['name']}", unit="points") as shown:
        with cursor.copy(query) as copy:
            for row in copy:
                part += row
                rows += 1
                if len(part) >= PART_BYTES:
                    yield bytes(part)
                    size += len(part)
                    part.clear()
                    shown.update(rows, fraction=min(rows / source["estimate"], 0.999) if source["estimate"] else None, bytes_done=size)
        yield bytes(part)
        shown.update(cursor.rowcount, fraction=1.0, bytes_done=size + len(part))


def names_of(connection: psycopg.Connection[Any], collection: str) -> tuple[str, str, str]:
    """Schema and name of a collection's table, and the name of the collection, which an alias may have named."""
    schema, table, name = connection.execute(_NAMES, [collection]).fetchall()[0]
    return schema, table, name
