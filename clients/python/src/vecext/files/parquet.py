"""Parquet, by Arrow: vectors are lists of floats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from vecext.errors import Error
from vecext.files import arrow_batches, formats
from vecext.files.source import Source
from vecext.rows import Columns

STREAM_BYTES = 1 << 20  # of each column in memory, besides the batch


class Reader(formats.Reader):
    """The rows of all row groups."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._bytes = source.file()
        try:
            self._file = pq.ParquetFile(self._bytes, buffer_size=STREAM_BYTES, pre_buffer=False)
            metadata = self._file.metadata
            self.rows = metadata.num_rows
            head = next(self._file.iter_batches(100), None)
        except (pa.ArrowException, OSError) as error:
            raise Error(f"{source.name} is not a file of Parquet") from error
        groups = [metadata.row_group(i) for i in range(metadata.num_row_groups)]
        self._group_rows = [group.num_rows for group in groups]
        self._row_bytes = sum(group.total_byte_size for group in groups) // max(1, self.rows)
        self.columns = arrow_batches.types_of_schema(self._file.schema_arrow, head)

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        group, before = 0, 0
        while group < len(self._group_rows) and before + self._group_rows[group] <= start:
            before += self._group_rows[group]
            group += 1
        limit = formats.batch_limit(batch_rows, self._row_bytes)
        try:
            for batch in self._file.iter_batches(limit, row_groups=range(group, len(self._group_rows)), use_threads=False):
                after = batch.slice(max(0, start - before))
                before += batch.num_rows
                if after.num_rows:
                    self.rows_read = before
                    yield arrow_batches.columns_of_batch(after)
        except (pa.ArrowException, OSError) as error:
            raise Error(f"{self.source.name} is damaged after row {before}: {error}") from error

    def close(self) -> None:
        self._file.close()
        self._bytes.close()


class Writer(formats.Writer):
    """Row groups of about 64 MB."""

    native = frozenset(arrow_batches.TYPES)

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._schema = arrow_batches.schema_of_types(columns)
        self._file = pq.ParquetWriter(stream, self._schema)
        self._pending: list[pa.RecordBatch] = []

    def write(self, batch: Columns) -> None:
        self._pending.append(arrow_batches.batch_of_columns(batch, self._schema))
        if sum(one.nbytes for one in self._pending) >= 4 * formats.BATCH_BYTES:
            self._write_group()

    def _write_group(self) -> None:
        if self._pending:
            self._file.write_table(pa.Table.from_batches(self._pending, self._schema))
            self._pending = []

    def close(self) -> None:
        self._write_group()
        self._file.close()
