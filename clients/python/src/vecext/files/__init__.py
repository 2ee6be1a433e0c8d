"""Files of vectors and their columns, read and written in batches of bounded memory.

`read` and `write` take a path, by whose suffix they know the format; `describe` says what a file has. The command `vecext load` reads by the
same readers, `vecext export` writes by the same writers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, cast

from vecext.files.formats import BATCH_ROWS, FORMATS, Reader, Writer, open_source, writer_class
from vecext.files.source import Source, only_source, sources, suffixes_of
from vecext.rows import Columns, row_count

__all__ = ["FORMATS", "Description", "Reader", "Source", "Writer", "describe", "only_source", "open_source", "read", "sources", "write", "writer_class"]


@dataclass(frozen=True)
class Description:
    """Names of columns with the types of PostgreSQL that hold them, and the number of rows if the format says it."""

    columns: dict[str, str]
    rows: int | None


def describe(path: str, format: str | None = None) -> Description:
    """Says what a file has. Raises `vecext.Error` if it is not of its format."""
    with open_source(only_source(path, format)) as reader:
        return Description(reader.columns, reader.rows)


def read(path: str, format: str | None = None, *, batch_rows: int = BATCH_ROWS) -> Iterator[Columns]:
    """The rows of a file, a glob, or `-` for the standard input, in batches of at most `batch_rows` rows."""
    for source in sources([path], format):
        with open_source(source) as reader:
            yield from reader.batches(batch_rows)


def write(path: str, columns: dict[str, str], batches: Iterable[Columns], format: str | None = None) -> int:
    """Writes batches to a new file. `columns` has the names and types of PostgreSQL. Returns the number of rows."""
    format = format or suffixes_of(path)[0]
    rows = 0
    with open(path, "wb+") as stream, closing(writer_class(format)(cast(BinaryIO, stream), columns, format)) as writer:
        for batch in batches:
            writer.write(batch)
            rows += row_count(batch)
    return rows
