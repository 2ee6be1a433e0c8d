"""Arrow's IPC, as a file (`.arrow`, `.feather`) or a stream (`.arrows`). Both are read as streams, so also from the standard input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa

from vecext.errors import Error
from vecext.files import arrow_batches, formats
from vecext.files.source import Source
from vecext.rows import Columns

FILE_MAGIC = b"ARROW1\0\0"  # a stream follows, and a footer that is not needed


class Reader(formats.Reader):
    """The batches of a stream."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._stream = source.stream()
        try:
            if self._stream.peek(len(FILE_MAGIC)).startswith(FILE_MAGIC):
                self._stream.read(len(FILE_MAGIC))
            self._reader = pa.ipc.open_stream(self._stream)
        except (pa.ArrowException, OSError, EOFError) as error:
            raise Error(f"{source.name} is not a file or stream of Arrow") from error
        self._head = self._next()
        self.columns = arrow_batches.types_of_schema(self._reader.schema, self._head)

    def _next(self) -> pa.RecordBatch | None:
        try:
            return self._reader.read_next_batch()
        except StopIteration:
            return None
        except (pa.ArrowException, OSError, EOFError) as error:
            raise Error(f"{self.source.name} is damaged: {error}") from error

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        batch, at = self._head, 0
        while batch is not None:
            limit = formats.batch_limit(batch_rows, batch.nbytes // max(1, batch.num_rows))
            for first in range(max(0, start - at), batch.num_rows, limit):
                part = batch.slice(first, limit)
                self.rows_read = at + first + part.num_rows
                yield arrow_batches.columns_of_batch(part)
            at += batch.num_rows
            batch = self._next()

    def close(self) -> None:
        self._stream.close()


class Writer(formats.Writer):
    """Batches of rows."""

    native = frozenset(arrow_batches.TYPES)

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._schema = arrow_batches.schema_of_types(columns)
        create = pa.ipc.new_stream if self.format == "arrows" else pa.ipc.new_file
        self._writer = create(stream, self._schema)

    def write(self, batch: Columns) -> None:
        self._writer.write_batch(arrow_batches.batch_of_columns(batch, self._schema))

    def close(self) -> None:
        self._writer.close()
