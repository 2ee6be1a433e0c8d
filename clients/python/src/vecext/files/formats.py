"""What every format has: readers and writers of batches of rows, and how they are found by name."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from types import TracebackType
from typing import BinaryIO

from vecext.errors import Error
from vecext.files.source import Source
from vecext.rows import Columns

# These are lines, written from the first to the last, so that rows can be appended to a file that was cut off.
LINES = ("csv", "tsv", "jsonl", "ndjson")

BATCH_ROWS = 8192
BATCH_BYTES = 16 << 20

# Format -> module of this room. Names are the suffixes of files.
FORMATS = {
    "csv": "delimited",
    "tsv": "delimited",
    "json": "json_rows",
    "jsonl": "json_rows",
    "ndjson": "json_rows",
    "parquet": "parquet",
    "arrow": "ipc",
    "arrows": "ipc",
    "feather": "ipc",
    "npy": "npy",
    "npz": "npz",
    "fbin": "vector_bin",
    "ibin": "vector_bin",
    "u8bin": "vector_bin",
    "fvecs": "vecs",
    "ivecs": "vecs",
    "bvecs": "vecs",
    "hdf5": "hdf5",
    "h5": "hdf5",
}


class Reader(ABC):
    """An opened source. `columns` has the names of its columns with the types of PostgreSQL that hold them, `rows` their number if the format says it."""

    columns: dict[str, str]
    rows: int | None = None

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rows_read = 0

    @abstractmethod
    def batches(self, batch_rows: int = BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        """Batches of at most `batch_rows` rows, from row `start` on, which counts from 0. May be called once."""

    @property
    def fraction(self) -> float | None:
        """The part that was read, from 0 to 1; None if that cannot be known."""
        if self.rows is not None:
            return self.rows_read / self.rows if self.rows else 1.0
        return self.source.fraction

    def close(self) -> None:
        """Closes what was opened."""
        return

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Writer(ABC):
    """A file that batches of rows are written to. `columns` are names and types of PostgreSQL; a batch has all of them."""

    native: frozenset[str] = frozenset()  # types that are held as what they are, besides numbers and vectors; values of others are given as texts

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        self.stream = stream
        self.columns = columns
        self.format = format

    @classmethod
    def choose(cls, columns: dict[str, str], format: str) -> list[str]:
        """The columns that the format holds, if not all."""
        return list(columns)

    @abstractmethod
    def write(self, batch: Columns) -> None:
        """Appends a batch."""

    def close(self) -> None:
        """Completes the file; the stream stays open."""
        return


def _module(format: str) -> object:
    if format not in FORMATS:
        raise Error(f"{format or 'a name without a suffix'} is not a format that is known", hint=f"known are {', '.join(FORMATS)}; name it by --format")
    try:
        return importlib.import_module(f"vecext.files.{FORMATS[format]}")
    except ModuleNotFoundError as error:
        raise Error(f"{format} needs the package {error.name}", hint="pip install './clients/python[files]', in vecext's sources") from error


def open_source(source: Source) -> Reader:
    """Opens a source by its format. Raises `vecext.Error` if it is not such a file."""
    reader: Reader = _module(source.format).Reader(source)  # type: ignore[attr-defined]
    return reader


def writer_class(format: str) -> type[Writer]:
    """The writer of a format; its instances take a binary stream that can seek."""
    kind: type[Writer] = _module(format).Writer  # type: ignore[attr-defined]
    return kind


def batch_limit(batch_rows: int, row_bytes: int) -> int:
    """Rows of a batch that keep it within BATCH_BYTES, at least one."""
    return max(1, min(batch_rows, BATCH_BYTES // max(1, row_bytes)))
