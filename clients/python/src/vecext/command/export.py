"""`vecext export`: a table, or some of its columns and rows, to a file, or to a collection of another system.

A file is written as `FILE.part`, and gets its name when it is complete.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

import click
import numpy as np
import psycopg
from psycopg import sql
from psycopg.adapt import Buffer, Loader
from psycopg.pq import Format

from vecext import files
from vecext.command.export_points import export_points
from vecext.command.export_table import export_table
from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.table import Table, find_table
from vecext.errors import Error, Misuse
from vecext.files import Writer
from vecext.files.arrays import NUMBER_TYPES, base_of, dimensions_of_type, is_vector
from vecext.files.formats import LINES, batch_limit
from vecext.files.source import suffixes_of
from vecext.rows import Column, Columns, row_count
from vecext.systems import WRITERS, Place
from vecext.systems.system import BATCH_ROWS

if sys.platform != "win32":
    import fcntl

FETCH_ROWS = 8192
TABLES = "pgvector"  # the system whose collections are tables


class _Bytes(Loader):
    """Binary forms of vectors as they are."""

    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


@dataclass
class Export:
    """What is written: columns of a table, in the order of its primary key, from after a row on."""

    connection: psycopg.Connection[Any]
    table: Table
    columns: list[str]
    where: str | None
    format: str

    @property
    def kind(self) -> type[Writer]:
        """The writer of the format."""
        return files.writer_class(self.format)

    @property
    def is_resumable(self) -> bool:
        """True if the file can be appended to, and the rows have an order."""
        return self.format in LINES and bool(self.table.key)

    @property
    def types(self) -> dict[str, str]:
        """The columns with their types."""
        return {name: self.table.columns[name] for name in self.columns}

    def query(self, after: list[str] | None) -> sql.Composed:
        """The rows after one that is given by its key. Values that the format does not hold as what they are come as texts, as does the key, at the end."""
        shown = [sql.Identifier(name) if self._is_native(name) else sql.SQL("{}::text").format(sql.Identifier(name)) for name in self.columns]
        keys = [sql.Identifier(self.table.schema, self.table.name, name) for name in self.table.key]
        shown += [sql.SQL("{}::text").format(key) for key in keys]
        conditions: list[sql.Composable] = [sql.SQL("(" + self.where + ")")] if self.where else []
        key = sql.SQL(", ").join(keys)
        if after is not None:
            values = [sql.SQL("{}::{}").format(value, sql.SQL(self.table.columns[name])) for name, value in zip(self.table.key, after, strict=True)]
            conditions.append(sql.SQL("({}) > ({})").format(key, sql.SQL(", ").join(values)))
        query = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(shown), self.table.identifier)
        if conditions:
            query += sql.SQL(" WHERE ") + sql.SQL(" AND ").join(conditions)
        return query + sql.SQL(" ORDER BY ") + key if self.table.key else query

    def _is_native(self, name: str) -> bool:
        sql_type = self.table.columns[name]
        return is_vector(sql_type) or sql_type in NUMBER_TYPES or sql_type in self.kind.native

    def batches(self, after: list[str] | None) -> Iterator[tuple[Columns, list[str]]]:
        """Batches of rows, each with the key of its last one."""
        row_bytes = sum(4 * (dimensions_of_type(sql_type) or 100) for sql_type in self.types.values())
        with self.connection.cursor("vecext_export", binary=True) as cursor:
            for name in ("vector", "halfvec"):
                info = self.connection.adapters.types.get(name)
                if info:
                    cursor.adapters.register_loader(info.oid, _Bytes)
            cursor.execute(self.query(after))
            while rows := cursor.fetchmany(batch_limit(FETCH_ROWS, row_bytes)):
                values = list(zip(*rows, strict=True))
                yield {name: _column(list(values[i]), self.table.columns[name]) for i, name in enumerate(self.columns)}, list(rows[-1][len(self.columns) :])


def _column(values: list[Any], sql_type: str) -> Column:
    """Values of the cursor as a column: vectors as a 2-D array, or as a list of arrays where some are NULL or have other dimensions."""
    if is_vector(sql_type):
        element = ">f2" if base_of(sql_type) == "halfvec" else ">f4"
        if None not in values and len(set(map(len, values))) == 1:
            rows = np.frombuffer(b"".join(values), dtype=np.dtype([("header", "V4"), ("elements", element, ((len(values[0]) - 4) // int(element[-1]),))]))
            return cast(Column, rows["elements"].astype(element[1:]))
        return [None if value is None else np.frombuffer(value, element, offset=4).astype(element[1:]) for value in values]
    if sql_type in NUMBER_TYPES and None not in values:
        return np.array(values, dtype=NUMBER_TYPES[sql_type])
    return values


@click.command("export")
@click.argument("target", metavar="FILE|SYSTEM")
@click.option("--table", "name", required=True, help="The table, or SCHEMA.TABLE.")
@click.option("--format", help="The format, where the name of the file does not end in it.")
@click.option("--columns", metavar="NAME,…", help="The columns, in this order; all that the format holds by default.")
@click.option("--where", metavar="CONDITION", help="The rows, as a condition in SQL.")
@click.option("--resume", is_flag=True, help="Go on with an export that was interrupted: csv, tsv and jsonl, of a table with a primary key.")
@click.option("--url", help="Of a server to write to: http://localhost:6333, or the connection string of a PostgreSQL.")
@click.option("--file", help="Of a system that is kept in a file.")
@click.option("--collection", help="Its collection, which is created if it does not exist.")
@click.option("--api-key-variable", default="VECEXT_EXPORT_API_KEY", show_default=True, help="The environment's variable that has its key, if one is needed.")
@click.option("--batch", "batch_rows", type=click.IntRange(1), default=BATCH_ROWS, show_default=True, metavar="N", help="Points of a request to it.")
@click.pass_obj
def command(
    session: Session, /, target: str, name: str, format: str | None, columns: str | None, where: str | None, resume: bool, api_key_variable: str, **place: Any
) -> None:
    """Write a table to FILE, or - for the standard output, in the order of its primary key; or to a collection of SYSTEM.

    Systems are qdrant, elasticsearch, opensearch, pinecone, weaviate, milvus, chroma, faiss and pgvector.
    """
    is_system = target in (*WRITERS, TABLES) and format is None
    if not is_system and (place["url"] or place["collection"] or place["file"]):
        raise Misuse("--url, --file and --collection name where a system is", hint="vecext export qdrant --url … --collection …")
    with session.connect() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute("SET LOCAL TimeZone = 'UTC'")
        table = find_table(connection, name)
        if table is None:
            raise Error(f"table {name} does not exist")
        chosen = _chosen(table, columns)
        if is_system:
            if resume:
                raise Misuse("an export to a system cannot be resumed", hint="leave out --resume: points of the same ids are replaced")
            chosen = chosen or list(table.columns)
            destination = Place(api_key=os.environ.get(api_key_variable), **place)
            if target == TABLES:
                target, rows = export_table(session, connection, table, chosen, where, destination)
            else:
                target, rows = export_points(session, connection, table, chosen, where, target, destination)
        else:
            format = _format(target, format)
            if not chosen:
                chosen = files.writer_class(format).choose(table.columns, format)
                if len(chosen) < len(table.columns):
                    session.say(f"left out, as {format} does not hold them: {', '.join(column for column in table.columns if column not in chosen)}")
            export = Export(connection, table, chosen, where, format)
            rows = _to_standard_output(session, export) if target == "-" else _to_file(session, export, Path(target), resume)
    session.finish({"table": table.full_name, "file": target, "rows": rows, "columns": chosen}, [f"{rows:,} rows written to {target}"] * (target != "-"))


def _format(target: str, format: str | None) -> str:
    """The format of a file, by its name if it was not given."""
    of_name, compression = suffixes_of(target)
    format = format or of_name
    if compression:
        raise Error(f"{target} would not be compressed", hint=f"vecext export - --format {format} … | gzip > {target}")
    if not format:
        raise Error(f"the format of {target} is not known", hint="name it: --format csv")
    return format


def _chosen(table: Table, columns: str | None) -> list[str]:
    """The columns that were named. Raises `Error` if the table lacks one."""
    chosen = columns.split(",") if columns else []
    missing = [column for column in chosen if column not in table.columns]
    if missing:
        raise Error(f"{table.name} has no column {missing[0]}", hint=f"it has {', '.join(table.columns)}")
    return chosen


def _estimated_rows(export: Export) -> int | None:
    """About how many rows there are, if all are written."""
    row = None if export.where else export.connection.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::oid", [export.table.oid]).fetchone()
    return row[0] if row and row[0] > 0 else None


@contextmanager
def _progress(session: Session, export: Export, start: int) -> Iterator[Any]:
    """A function that is called with the number of rows that were written, and the bytes."""
    estimate = _estimated_rows(export)
    with progress(session, f"writing {export.table.name}", start=start) as shown:

        def show(rows: int, size: int) -> None:
            shown.update(rows, fraction=min(rows / estimate, 0.999) if estimate else None, bytes_done=size)

        yield show


def _to_standard_output(session: Session, export: Export) -> int:
    """Lines go out at once; files of other formats when they are complete."""
    output = sys.stdout.buffer
    rows = 0
    with tempfile.TemporaryFile() as copy, _progress(session, export, 0) as show:
        stream = output if export.format in LINES else cast(BinaryIO, copy)
        with closing(export.kind(stream, export.types, export.format)) as writer:
            for batch, _ in export.batches(None):
                writer.write(batch)
                rows += row_count(batch)
                show(rows, 0)
        if stream is not output:
            copy.seek(0)
            shutil.copyfileobj(copy, output, 1 << 20)
        output.flush()
    return rows


@dataclass
class _State:
    """How far a file has come: rows, bytes, the key of the last row; and which export it is of."""

    path: Path
    export: list[Any]
    rows: int = 0
    size: int = 0
    after: list[str] | None = None

    def save(self) -> None:
        text = json.dumps({"export": self.export, "rows": self.rows, "size": self.size, "after": self.after})
        temporary = self.path.with_name(self.path.name + ".new")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.path)

    def read(self) -> None:
        state = json.loads(self.path.read_text(encoding="utf-8"))
        if state["export"] != self.export:
            raise Error("the interrupted export was another one", hint="name the table, columns and condition of that one, or leave out --resume")
        self.rows, self.size, self.after = state["rows"], state["size"], state["after"]


def _to_file(session: Session, export: Export, target: Path, resume: bool) -> int:
    """Writes a file, or goes on with one."""
    if target.exists():
        raise Error(f"{target} exists", hint="remove it, or name another file")
    part, state = _begin(export, target, resume)
    with open(part, "r+b" if part.exists() else "w+b") as file:
        _lock(file, part)
        stream = cast(BinaryIO, file)
        stream.truncate(state.size)
        stream.seek(state.size)
        with _progress(session, export, state.rows) as show:
            show(state.rows, 0)
            began = state.size
            with closing(export.kind(stream, export.types, export.format)) as writer:
                for batch, key in export.batches(state.after):
                    writer.write(batch)
                    state.after = key
                    state.rows += row_count(batch)
                    show(state.rows, stream.tell() - began)
                    if export.is_resumable:
                        stream.flush()
                        state.size = stream.tell()
                        state.save()
    part.replace(target)
    state.path.unlink(missing_ok=True)
    return state.rows


def _lock(file: IO[bytes], part: Path) -> None:
    """Raises `Error` if another export writes the file. The lock goes with the file that is closed."""
    if sys.platform != "win32":
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Error(f"another export writes {part}", hint="name another file") from error


def _begin(export: Export, target: Path, resume: bool) -> tuple[Path, _State]:
    """The file that is written, and how far it has come."""
    part = target.with_name(target.name + ".part")
    state = _State(target.with_name(target.name + ".state"), [export.table.schema, export.table.name, export.columns, export.where, export.format])
    if resume:
        if not export.is_resumable:
            raise Error(f"an export to {target.name} cannot be resumed", hint="csv, tsv and jsonl of tables with a primary key can; leave out --resume")
        if not (part.exists() and state.path.exists()):
            raise Error(f"no export to {target} was interrupted", hint="leave out --resume")
        state.read()
        if part.stat().st_size < state.size:
            raise Error(f"{part} is shorter than it was", hint="leave out --resume, to begin again")
    return part, state
