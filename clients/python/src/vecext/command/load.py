"""`vecext load`: files into a table, in batches that are committed one by one, then an index."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import click
import psycopg
from psycopg import sql

from vecext import files
from vecext.command import index
from vecext.command.ledger import Ledger, check_files
from vecext.command.loading import Load, load_files
from vecext.command.session import Session
from vecext.command.table import create_table, find_table
from vecext.errors import Error
from vecext.files import Reader, Source
from vecext.systems.pgvector import index_distances


def pairs(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """COLUMN=TABLE_COLUMN, given several times, as a dict."""
    found = {}
    for pair in value:
        column, equals, target = pair.partition("=")
        if not equals or not column:
            raise click.BadParameter(f"{pair} is not COLUMN=TABLE_COLUMN", context, parameter)
        found[column] = target
    return found


@click.command("load")
@click.argument("names", metavar="FILES…", nargs=-1, required=True)
@click.option("--table", "name", required=True, help="The table, or SCHEMA.TABLE.")
@click.option("--format", help="The format, where names of files do not end in it.")
@click.option("--map", "mapped", multiple=True, callback=pairs, metavar="FILE_COLUMN=TABLE_COLUMN", help="Where a column goes; FILE_COLUMN= leaves it out.")
@click.option("--create", is_flag=True, help="Create the table, for the columns of the first file.")
@click.option(
    "--id", "key", metavar="COLUMN", help="The primary key of a created table, id by default. Rows are numbered in it, from 0, if files have no such column."
)
@click.option("--index", "method", type=click.Choice(index.METHODS), help="Create an index on the vectors when all rows are in.")
@click.option("--distance", type=click.Choice(list(index.OPERATORS)), default="cosine", show_default=True, help="The distance of the index.")
@click.option("--batch", "batch_rows", type=click.IntRange(1), default=100_000, show_default=True, metavar="N", help="Rows of a transaction, about.")
@click.option("--resume", is_flag=True, help="Go on with a load that was interrupted, after the last row that is in.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.pass_obj
def command(session: Session, /, names: tuple[str, ...], format: str | None, method: str | None, distance: str, dry_run: bool, **options: Any) -> None:
    """Load FILES into a table: paths, globs, or - for the standard input. FILE:NAME reads one array of an npz or hdf5 file."""
    sources = files.sources(list(names), format)
    with session.connect() as connection, session.connect(autocommit=True) as helper:
        reader = files.open_source(sources[0])
        load = _prepare(session, connection, helper, sources, reader, **options)
        if dry_run:
            _describe(load, reader, method)
            connection.rollback()
            return
        connection.commit()
        try:
            with nullcontext() if load.is_noted else connection.transaction():
                rows, vectors = load_files(load, reader)
        except (Error, psycopg.Error):
            if load.loaded and load.is_noted:
                session.say(f"{load.loaded:,} rows before are in {load.table.name}, after which --resume goes on")
            raise
        with connection.transaction():
            indexes = [index.create_index(session, connection, helper, load.table, column, method, distance) for column in vectors] if method else []
            if load.is_noted:
                Ledger(connection, load.table).end()
        connection.execute(sql.SQL("ANALYZE {}").format(load.table.identifier))
        _finish(load, rows, indexes, vectors, distance)


def _prepare(
    session: Session,
    connection: psycopg.Connection[Any],
    helper: psycopg.Connection[Any],
    sources: list[Source],
    reader: Reader,
    *,
    name: str,
    mapped: dict[str, str],
    create: bool,
    key: str | None,
    batch_rows: int,
    resume: bool,
) -> Load:
    """Finds the table, or creates it, and begins the notes about the load, or finds them. All in a transaction that is open afterwards."""
    table = find_table(connection, name)
    notes = ledger.notes() if table and (ledger := Ledger(connection, table)).may_begin() else {}
    loaded = sum(note.rows for note in notes.values())
    numbered = key or ("id" if create else None)
    if table is None:
        if not create:
            raise Error(f"table {name} does not exist", hint="--create makes it, for the columns of the files")
        columns = {mapped.get(column, column): sql_type for column, sql_type in reader.columns.items() if mapped.get(column, column)}
        key = key or "id"
        table = create_table(connection, name, columns if key in columns else {key: "bigint", **columns}, key)
    elif loaded and not resume:
        raise Error(f"a load of {name} was interrupted after {loaded:,} rows", hint=f"--resume goes on with it; to begin again, TRUNCATE {name}")
    elif create and not notes:
        raise Error(f"table {name} exists", hint="leave out --create to load into it")
    elif resume and not notes:
        raise Error(f"no load of {name} was interrupted", hint="leave out --resume")
    elif key and key not in table.columns:
        raise Error(f"{name} has no column {key}", hint=f"it has {', '.join(table.columns)}")
    is_noted = Ledger(connection, table).may_begin()
    load = Load(session, connection, helper, sources, mapped, batch_rows, table, is_noted, numbered, notes, loaded)
    load.match(reader)
    if notes:
        load.numbered = next(iter(notes.values())).numbered
    if loaded:
        check_files(notes, sources, name)
    elif is_noted:
        Ledger(connection, table).begin(sources, load.numbered)
    else:
        session.say(f"all rows come in one transaction, which cannot be resumed: this role may create no table in schema {table.schema} for notes")
    return load


def _describe(load: Load, reader: Reader, method: str | None) -> None:
    """Says what the load would do."""
    described = []
    lines = []
    for source in load.sources:
        with reader if source is reader.source else files.open_source(source) as one:
            matched = load.match(one)
            described.append({"file": source.name, "rows": one.rows, "columns": matched, "left_out": [name for name in one.columns if name not in matched]})
            rows = "rows" if one.rows is None else f"{one.rows:,} rows"
            lines.append(f"would load {rows} of {source.name}: " + ", ".join(f"{name} ({one.columns[name]}) to {target}" for name, target in matched.items()))
            lines += [f"  left out: {name}" for name in one.columns if name not in matched]
    lines.append(f"into {load.table.name} ({', '.join(f'{name} {sql_type}' for name, sql_type in load.table.columns.items())})")
    if load.numbered:
        lines.append(f"rows are numbered in {load.numbered}, from 0")
    if method:
        lines.append(f"and then create an index by {method}")
    load.session.finish({"dry_run": True, "table": load.table.full_name, "columns": load.table.columns, "numbered": load.numbered, "files": described}, lines)


def _finish(load: Load, rows: int, indexes: list[str], vectors: list[str], distance: str) -> None:
    """Says what was done, and what to do next."""
    table = load.table
    result: dict[str, Any] = {"table": table.full_name, "rows": rows, "indexes": indexes}
    lines = [f"{rows:,} rows loaded into {table.name}" + (f", index {', '.join(indexes)}" if indexes else "")]
    if vectors and rows:
        key = (table.key or list(table.columns))[0]
        names = load.connection.execute("SELECT quote_ident(%s), %s::oid::regclass::text, quote_ident(%s)", [key, table.oid, vectors[0]]).fetchone()
        assert names is not None
        key, name, vector = names
        operator = index.OPERATORS.get(index_distances(load.connection, table.oid).get(vectors[0], distance), index.OPERATORS[distance])
        result["search"] = f"SELECT {key} FROM {name} ORDER BY {vector} {operator} (SELECT {vector} FROM {name} LIMIT 1) LIMIT 10;"
        lines += ["search it, here for the rows nearest to one of them:", f"  {result['search']}"]
    load.session.finish(result, lines)
