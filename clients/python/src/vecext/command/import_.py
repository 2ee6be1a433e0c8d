"""`vecext import`: a collection of another database into a table, in one transaction or batch by batch, then indexes on its vectors."""

from __future__ import annotations

import os
import sqlite3
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import psycopg
from psycopg import sql

from vecext.command import index
from vecext.command.collection import columns_of_collection, create_collection, finish_collection, is_collection, not_registered, register_collection
from vecext.command.fit import Fit
from vecext.command.load import pairs
from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.table import Table, create_table, find_table, match_columns
from vecext.copy import copy_rows
from vecext.errors import Error
from vecext.files.arrays import is_sparse, is_vector
from vecext.rows import Columns, chosen, row_count
from vecext.systems import SYSTEMS, Place, SystemReader, open_system
from vecext.systems.system import BATCH_ROWS


@click.command("import")
@click.argument("system", type=click.Choice(list(SYSTEMS)))
@click.option("--url", help="Where the server answers: http://localhost:6333, or the connection string of a PostgreSQL.")
@click.option("--file", help="The file, for systems that are read from one.")
@click.option("--collection", help="The collection, as the system calls it.")
@click.option("--api-key-variable", default="VECEXT_IMPORT_API_KEY", show_default=True, help="The environment's variable that has the key, if one is needed.")
@click.option("--table", "name", required=True, help="The table, or SCHEMA.TABLE; it is created if it does not exist.")
@click.option("--map", "mapped", multiple=True, callback=pairs, metavar="COLUMN=TABLE_COLUMN", help="Where a column goes; COLUMN= leaves it out.")
@click.option(
    "--index",
    "method",
    type=click.Choice(index.METHODS),
    help="Create indexes on the vectors when all rows are in, by their distances; sparse ones get inverted.",
)
@click.option("--as-collection", is_flag=True, help="Make the table a collection of vecext, for its functions and the clients of its gateway.")
@click.option("--batch", "batch_rows", type=click.IntRange(1), default=BATCH_ROWS, show_default=True, metavar="N", help="Rows of a request.")
@click.option("--resume", is_flag=True, help="Commit the rows of each request, but leave out those whose ids are in the table: what was interrupted goes on.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.pass_obj
def command(
    session: Session,
    /,
    system: str,
    api_key_variable: str,
    name: str,
    mapped: dict[str, str],
    method: str | None,
    as_collection: bool,
    resume: bool,
    dry_run: bool,
    **place: Any,
) -> None:
    """Import a collection of SYSTEM into a table, with ids, vectors and payloads. After an error, nothing is in, but for --resume."""
    with _answers(system):
        reader = open_system(system, Place(api_key=os.environ.get(api_key_variable), as_collection=as_collection, **place))
    with session.connect() as connection, session.connect(autocommit=True) as helper:
        existing = find_table(connection, name)
        described = reader.definition if as_collection and not mapped and (existing is None or is_collection(connection, name)) else None
        if described and existing is None:
            create_collection(connection, name, described, method)
        table = find_table(connection, name) or _create(connection, name, reader, mapped)
        matched = columns_of_collection(connection, name, described) if described else match_columns(reader.name, reader.columns, table, mapped)
        left_out = [column for column in reader.columns if column not in matched]
        missing = [column for column in left_out if column not in mapped]
        wanted = _indexes(reader, matched, table, method) if method and not described else []
        if dry_run:
            _describe(session, reader, table, matched, left_out, wanted, created=existing is None, as_collection=as_collection)
            connection.rollback()
            return
        for column in missing if existing else []:
            session.say(f"left out, as {table.name} has no such column: {column}")
        rows = _copy(session, connection, helper, reader, table, matched, resume=resume)
        indexes = [index.create_index(session, connection, helper, table, *one) for one in wanted]
        lacking: list[str] = []
        if described:
            with index.build_shown(session, connection, helper, f"creating the indexes of {table.name}"):
                lacking = finish_collection(connection, name, described)
        elif as_collection:
            register_collection(connection, reader, table, matched)
            lacking = not_registered(reader.definition)
        connection.execute(sql.SQL("ANALYZE {}").format(table.identifier))
    result: dict[str, Any] = {"table": table.full_name, "rows": rows, "indexes": indexes}
    if as_collection:
        result |= {"collection": table.name, "not_brought": lacking}
    lines = [f"{rows:,} rows imported into {table.name}" + (f", index {', '.join(indexes)}" if indexes else "")]
    session.finish(result, lines + [f"not brought: {', '.join(lacking)}"] * bool(lacking))


@contextmanager
def _answers(name: str) -> Iterator[None]:
    """Says so if an answer does not have what the API of a system says."""
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError, ArithmeticError, struct.error, sqlite3.Error) as error:
        raise Error(
            f"what {name} has is not such as it is known to be: {error!r}", hint="is the place right, the file sound, and nothing between that changes answers?"
        ) from error


def _answered(reader: SystemReader) -> Iterator[Columns]:
    """The batches of a reader."""
    batches = reader.batches()
    while True:
        with _answers(reader.name):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _create(connection: psycopg.Connection[Any], name: str, reader: SystemReader, mapped: dict[str, str]) -> Table:
    """Creates the table, for the columns that are not left out."""
    if not reader.key:
        raise Error(f"{reader.name} has no primary key of one column", hint=f"create {name} before, with the columns that it is to have")
    if mapped.get(reader.key) == "":
        raise Error(f"{reader.key} is the key of the table", hint="leave out other columns, or create the table before")
    columns = {mapped.get(column, column): sql_type for column, sql_type in reader.columns.items() if mapped.get(column, column)}
    return create_table(connection, name, columns, mapped.get(reader.key, reader.key))


def _indexes(reader: SystemReader, matched: dict[str, str], table: Table, method: str) -> list[tuple[str, str, str]]:
    """Columns of vectors, each with the method and the distance of its index. Raises `Error` for a distance that these indexes lack."""
    indexes = []
    for column, target in matched.items():
        if is_sparse(table.columns[target]):
            indexes.append((target, "inverted", "ip"))
        elif is_vector(table.columns[target]):
            distance = reader.distances.get(column, "cosine")
            if distance not in index.OPERATORS:
                raise Error(f"{target} is searched by {distance}", hint="leave out --index, and create an index by hnsw and vector_l1_ops afterwards")
            indexes.append((target, method, distance))
    return indexes


def _copy(
    session: Session,
    connection: psycopg.Connection[Any],
    helper: psycopg.Connection[Any],
    reader: SystemReader,
    table: Table,
    matched: dict[str, str],
    *,
    resume: bool,
) -> int:
    """Copies all rows, or those that the table does not have yet; returns their number."""
    fit = Fit(helper, reader.name, matched, table.columns, texts_are_json=True)

    def fitted() -> Iterator[tuple[Columns, Columns]]:
        """Batches as they come, and as the table takes them."""
        done = 0
        for batch in _answered(reader):
            yield batch, fit.columns(batch, done)
            done += row_count(batch)
            shown.update(done)

    with progress(session, f"importing {reader.name}", total=reader.rows) as shown:
        if resume:
            return _copy_missing(connection, table, reader.key, matched.get(reader.key), fitted())
        return copy_rows(connection, table.identifier, (columns for _, columns in fitted()))


def _copy_missing(connection: psycopg.Connection[Any], table: Table, key: str, target: str | None, batches: Iterator[tuple[Columns, Columns]]) -> int:
    """Copies the rows whose ids, which go from column `key` to `target`, the table does not have, each batch in a transaction; returns their number."""
    if target is None or table.key != [target]:
        raise Error(f"ids do not go to the primary key of {table.name}, by which rows that are there are known", hint="leave out --resume")
    known = sql.SQL("SELECT given FROM unnest(%s::text[]) AS keys (given) WHERE EXISTS (SELECT FROM {} AS t WHERE t.{} = given::{})").format(
        table.identifier, sql.Identifier(target), sql.SQL(table.columns[target])
    )
    connection.commit()
    rows = 0
    for batch, columns in batches:
        keys = [str(value) for value in batch[key]]
        with connection.transaction():
            there = {given for (given,) in connection.execute(known, [keys])}
            rows += copy_rows(connection, table.identifier, chosen(columns, [one not in there for one in keys]))
    return rows


def _describe(
    session: Session,
    reader: SystemReader,
    table: Table,
    matched: dict[str, str],
    left_out: list[str],
    indexes: list[tuple[str, str, str]],
    *,
    created: bool,
    as_collection: bool,
) -> None:
    """Says what the import would do."""
    rows = "rows" if reader.rows is None else f"{reader.rows:,} rows"
    verb = "create" if created else "take"
    lines = [f"would import {rows} of {reader.name}: " + ", ".join(f"{column} ({reader.columns[column]}) to {target}" for column, target in matched.items())]
    lines += [f"  left out: {column}" for column in left_out]
    lines.append(f"would {verb} {table.name} ({', '.join(f'{column} {sql_type}' for column, sql_type in table.columns.items())})")
    lines += [f"and then create an index by {method} on {column}, for distance {distance}" for column, method, distance in indexes]
    if as_collection:
        lines.append("and make the table a collection")
    session.finish({"dry_run": True, "table": table.full_name, "rows": reader.rows, "columns": matched, "left_out": left_out, "created": created}, lines)
