"""Loads columns into a table by binary COPY."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from psycopg import AsyncConnection, Connection, sql
from psycopg.rows import tuple_row

from vecext.binary import HEADER, TRAILER, encode
from vecext.errors import Error
from vecext.rows import Columns, batches_of
from vecext.values import TableColumn

_COLUMNS = """
    SELECT n.nspname, c.relname, a.attname, t.oid, t.typname, t.typcategory, CASE d.typtype WHEN 'd' THEN d.typtypmod ELSE a.atttypmod END
    FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type d ON d.oid = a.atttypid
        JOIN pg_catalog.pg_type t ON t.oid = CASE d.typtype WHEN 'd' THEN d.typbasetype ELSE d.oid END
    WHERE a.attrelid = pg_catalog.to_regclass(%s)::oid AND a.attnum > 0 AND NOT a.attisdropped"""


class _Target:
    """A table that is loaded: its columns that a batch has, and the statement."""

    def __init__(self, table: str, found: list[Any], names: Collection[str]) -> None:
        if not found:
            raise Error(f'table "{table}" does not exist')
        if not names:
            raise Error("the first batch has no columns")
        by_name = {row[2]: TableColumn(*row[2:]) for row in found}
        missing = [name for name in names if name not in by_name]
        if missing:
            raise Error(f'table "{table}" has no column "{missing[0]}"', f"It has {', '.join(by_name)}.")
        self.columns = [by_name[name] for name in names]
        self.statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
            sql.Identifier(*found[0][:2]), sql.SQL(", ").join(sql.Identifier(name) for name in names)
        )

    def chunks(self, batch: Columns, connection: Any) -> Iterator[tuple[bytes | memoryview, int]]:
        """The bytes of a batch and the number of rows that they have, in parts."""
        names = [column.name for column in self.columns]
        if set(batch) != set(names):
            raise Error(f"a batch has columns {', '.join(batch)}, the first one has {', '.join(names)}")
        return encode(batch, self.columns, connection)


def copy_rows(
    connection: Connection[Any],
    table: str | sql.Identifier,
    batches: Columns | Iterable[Any],
    *,
    on_rows: Callable[[int], None] | None = None,
) -> int:
    """Loads rows into columns of a table by one COPY, in the connection's transaction, and returns their number.

    `table` is a name as in SQL. `batches` is one batch of columns or several, or tables, record batches or a reader of Arrow. The names of the first
    batch's columns are those of the table's. No more than one batch and a chunk of its bytes are in memory. `on_rows` gets the number of rows of
    each chunk that was sent. Raises Error if a column is missing or its values are not such as its type takes, and psycopg's errors if the server
    refuses them; the transaction must be rolled back then.
    """
    name = _text(table, connection)
    source = batches_of(batches)
    first = next(source, None)
    if first is None:
        return 0
    target = _Target(name, connection.cursor(row_factory=tuple_row).execute(_COLUMNS, (name,)).fetchall(), first)
    total = 0
    with connection.cursor() as cursor, cursor.copy(target.statement) as copy:
        copy.write(HEADER)
        for batch in chain([first], source):
            for data, rows in target.chunks(batch, connection):
                copy.write(data)
                total += rows
                if on_rows:
                    on_rows(rows)
        copy.write(TRAILER)
    return total


async def copy_rows_async(
    connection: AsyncConnection[Any],
    table: str | sql.Identifier,
    batches: Columns | Iterable[Any] | AsyncIterable[Any],
    *,
    on_rows: Callable[[int], None] | None = None,
) -> int:
    """Does over an AsyncConnection what copy_rows() does; `batches` may be asynchronous, too."""
    name = _text(table, connection)
    source = _batches_of_async(batches)
    first = await anext(source, None)
    if first is None:
        return 0
    found = await (await connection.cursor(row_factory=tuple_row).execute(_COLUMNS, (name,))).fetchall()
    target = _Target(name, found, first)
    total = 0
    async with connection.cursor() as cursor, cursor.copy(target.statement) as copy:
        await copy.write(HEADER)
        batch: Columns | None = first
        while batch is not None:
            for data, rows in target.chunks(batch, connection):
                await copy.write(data)
                total += rows
                if on_rows:
                    on_rows(rows)
            batch = await anext(source, None)
        await copy.write(TRAILER)
    return total


async def _batches_of_async(source: Columns | Iterable[Any] | AsyncIterable[Any]) -> AsyncIterator[Columns]:
    if isinstance(source, AsyncIterable):
        async for part in source:
            for batch in batches_of(part):
                yield batch
    else:
        for batch in batches_of(source):
            yield batch


def _text(table: str | sql.Identifier, connection: Any) -> str:
    return table if isinstance(table, str) else table.as_string(connection)
