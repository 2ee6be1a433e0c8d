"""Moves the rows of files into a table: batches that are made to fit, in transactions that also note how far they have come."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import psycopg

from vecext import files
from vecext.command.fit import Fit
from vecext.command.ledger import Ledger, Note
from vecext.command.progress import Progress, progress
from vecext.command.session import Session, message_and_hint
from vecext.command.table import Table, match_columns
from vecext.copy import copy_rows
from vecext.errors import Error
from vecext.files import Reader, Source
from vecext.files.arrays import is_vector
from vecext.rows import Columns, row_count

COMMIT_BYTES = 64 << 20  # a batch is committed when it has so many bytes, or rows
READ_ROWS = 8192
JSON_FORMATS = ("json", "jsonl", "ndjson")


@dataclass
class Load:
    """What the user asked for, and what was found."""

    session: Session
    connection: psycopg.Connection[Any]
    helper: psycopg.Connection[Any]  # commits by itself: for texts that the server reads, and to look at the index that is created
    sources: list[Source]
    mapped: dict[str, str]
    batch_rows: int
    table: Table
    is_noted: bool = True  # batches are committed one by one, with a note of how far they have come; else all rows come in one transaction
    numbered: str | None = None  # the column in which rows are numbered, from 0
    notes: dict[str, Note] = field(default_factory=dict)
    loaded: int = 0  # rows that are in the table

    def match(self, reader: Reader) -> dict[str, str]:
        """Column of the file -> column of the table."""
        matched = match_columns(reader.source.name, reader.columns, self.table, self.mapped)
        if self.numbered in matched.values():
            self.numbered = None
        return matched


def load_files(load: Load, reader: Reader) -> tuple[int, list[str]]:
    """Loads the files one after the other. Returns the number of their rows, and the columns of vectors that they have."""
    sizes = [source.size for source in load.sources]
    total_bytes = None if None in sizes else sum(size or 0 for size in sizes)
    total_rows = reader.rows if len(load.sources) == 1 else None
    rows = bytes_before = 0
    vectors: dict[str, None] = {}
    with progress(load.session, f"loading {load.table.name}", total=total_rows, start=load.loaded) as shown:
        for source, size in zip(load.sources, sizes, strict=True):
            with reader if source is reader.source else files.open_source(source) as one:
                matched = load.match(one)
                for name in one.columns.keys() - matched.keys() - load.mapped.keys():
                    load.session.say(f"left out, as {load.table.name} has no such column: {name}")
                vectors |= dict.fromkeys(target for target in matched.values() if is_vector(load.table.columns[target]))
                rows += _load_file(load, one, matched, rows, _Shown(shown, rows, one, bytes_before, size, total_bytes))
            bytes_before += size or 0
    return rows, list(vectors)


@dataclass
class _Shown:
    """The progress of one file among all."""

    progress: Progress
    rows: int
    reader: Reader
    bytes_before: int
    size: int | None
    total_bytes: int | None

    def sent(self, rows: int) -> None:
        """So many more rows were sent, or are in the table already."""
        self.rows += rows
        fraction = self.reader.fraction
        raw = self.reader.source.raw
        done = self.bytes_before + (int(fraction * self.size) if fraction is not None and self.size else raw.bytes_read if raw else 0)
        self.progress.update(self.rows, fraction=done / self.total_bytes if self.total_bytes and fraction is not None else None, bytes_done=done)


def _load_file(load: Load, reader: Reader, matched: dict[str, str], rows_before: int, shown: _Shown) -> int:
    """Loads the rows of a file that are not in yet, in transactions that also note how far it has come. Returns the number of its rows."""
    ledger = Ledger(load.connection, load.table)
    note = load.notes.get(reader.source.name)
    rows = note.rows if note else 0
    fitted = _ahead(_fitted(load, reader, matched, rows, rows_before))
    shown.sent(rows)
    while (first := next(fitted, None)) is not None:
        batches = _batches_of_commit(first, fitted, load.batch_rows)
        with load.connection.transaction(), _row_of_error(reader.source, rows):
            count = copy_rows(load.connection, load.table.identifier, batches, on_rows=shown.sent)
            if load.is_noted:
                ledger.note(reader.source, rows, rows + count)
        rows += count
        load.loaded += count
    return rows


def _fitted(load: Load, reader: Reader, matched: dict[str, str], start: int, rows_before: int) -> Iterator[Columns]:
    """Batches of a file from a row on, as the table takes them."""
    fit = Fit(load.helper, reader.source.name, matched, load.table.columns, texts_are_json=reader.source.format in JSON_FORMATS)
    row = start
    for batch in reader.batches(min(READ_ROWS, load.batch_rows), start):
        columns = fit.columns(batch, row)
        count = row_count(columns)
        if load.numbered:
            columns[load.numbered] = np.arange(rows_before + row, rows_before + row + count, dtype=np.int64)
        row += count
        yield columns


@contextmanager
def _row_of_error(source: Source, rows_before: int) -> Iterator[None]:
    """Names the row that the server refuses, which it counts from the beginning of the COPY."""
    try:
        yield
    except psycopg.Error as error:
        line = re.search(r"^COPY .*?, line (\d+)", error.diag.context or "", re.MULTILINE)
        if line is None:
            raise
        message, hint = message_and_hint(error)
        raise Error(f"{source.name}, row {rows_before + int(line[1])}: {message}", hint=hint) from error


def _ahead(batches: Iterator[Columns]) -> Iterator[Columns]:
    """The same batches, of which the next one is made while the server takes one."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = pool.submit(next, batches, None)
            yield batch


def _batches_of_commit(first: Columns, others: Iterator[Columns], batch_rows: int) -> Iterator[Columns]:
    """As many batches as one transaction takes."""
    rows = size = 0
    for batch in chain([first], others):
        yield batch
        rows += row_count(batch)
        size += sum(column.nbytes if isinstance(column, np.ndarray) else 64 * len(column) for column in batch.values())
        if rows >= batch_rows or size >= COMMIT_BYTES:
            return
