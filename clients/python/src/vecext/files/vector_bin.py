"""fbin, ibin, u8bin: vectors as the big-ann benchmarks have them: two numbers of 32 bits, rows and dimensions, then all elements."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from vecext.errors import Error
from vecext.files import arrays, formats
from vecext.files.source import Source
from vecext.files.vector_writer import VectorWriter
from vecext.rows import Columns

DTYPES: dict[str, np.dtype[Any]] = {"fbin": np.dtype("<f4"), "ibin": np.dtype("<i4"), "u8bin": np.dtype("u1")}
HEADER = struct.Struct("<II")


class Reader(formats.Reader):
    """The vectors, as column `embedding`."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._file = source.file()
        self._dtype = DTYPES[source.format]
        size = os.fstat(self._file.fileno()).st_size
        head = self._file.read(HEADER.size)
        self.rows, self._dimensions = HEADER.unpack(head) if len(head) == HEADER.size else (0, 0)
        self._row_bytes = self._dimensions * self._dtype.itemsize
        if len(head) < HEADER.size or HEADER.size + self.rows * self._row_bytes != size:
            raise Error(f"{source.name} is not a file of {source.format}: {self.rows} rows of {self._dimensions} dimensions do not make {size} bytes")
        self.columns = {arrays.ONLY_ARRAY: arrays.type_of_array(self._dtype, (self.rows, max(1, self._dimensions)), source.name)}

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        limit = formats.batch_limit(batch_rows, self._row_bytes)
        rows = self.rows or 0
        self._file.seek(HEADER.size + start * self._row_bytes)
        for row in range(start, rows, limit):
            count = min(limit, rows - row)
            array = np.frombuffer(self._file.read(count * self._row_bytes), dtype=self._dtype).reshape(count, self._dimensions)
            self.rows_read = row + count
            yield {arrays.ONLY_ARRAY: arrays.column_of_array(array)}

    def close(self) -> None:
        self._file.close()


class Writer(VectorWriter):
    """One column of vectors. The header is written again at the end, when the number of rows is known."""

    dtypes = DTYPES

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        stream.write(HEADER.pack(0, 0))

    def _append(self, array: NDArray[Any]) -> None:
        self.stream.write(array.data)

    def close(self) -> None:
        self.stream.seek(0)
        self.stream.write(HEADER.pack(self._rows, self._dimensions or 0))
