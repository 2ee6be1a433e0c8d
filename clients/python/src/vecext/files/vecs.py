"""fvecs, ivecs, bvecs: vectors as the TEXMEX data sets have them: each row is its dimensions, in 32 bits, and its elements."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vecext.errors import Error
from vecext.files import arrays, formats
from vecext.files.source import Source
from vecext.files.vector_writer import VectorWriter
from vecext.rows import Columns

DTYPES: dict[str, np.dtype[Any]] = {"fvecs": np.dtype("<f4"), "ivecs": np.dtype("<i4"), "bvecs": np.dtype("u1")}


def _row_type(dtype: np.dtype[Any], dimensions: int) -> np.dtype[Any]:
    return np.dtype([("dimensions", "<i4"), ("elements", dtype, (dimensions,))])


class Reader(formats.Reader):
    """The vectors, as column `embedding`. All have the dimensions of the first."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._file = source.file()
        dtype = DTYPES[source.format]
        size = os.fstat(self._file.fileno()).st_size
        head = self._file.read(4)
        self._dimensions = int.from_bytes(head, "little", signed=True)
        if size and not 0 < self._dimensions <= size:
            raise Error(f"{source.name} is not a file of {source.format}: its first row has {self._dimensions} dimensions")
        self._row = _row_type(dtype, max(1, self._dimensions))
        self.rows, rest = divmod(size, self._row.itemsize)
        if rest:
            raise Error(f"{source.name} is not a file of {source.format}: rows of {self._dimensions} dimensions do not make {size} bytes")
        self.columns = {arrays.ONLY_ARRAY: arrays.type_of_array(dtype, (self.rows, max(1, self._dimensions)), source.name)}

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        limit = formats.batch_limit(batch_rows, self._row.itemsize)
        rows = self.rows or 0
        self._file.seek(start * self._row.itemsize)
        for row in range(start, rows, limit):
            count = min(limit, rows - row)
            array = np.frombuffer(self._file.read(count * self._row.itemsize), dtype=self._row)
            others = np.flatnonzero(array["dimensions"] != self._dimensions)
            if len(others):
                other = int(others[0])
                raise Error(f"{self.source.name}, row {row + other + 1}: {array['dimensions'][other]} dimensions, and {self._dimensions} in the rows before")
            self.rows_read = row + count
            yield {arrays.ONLY_ARRAY: arrays.column_of_array(np.ascontiguousarray(array["elements"]))}

    def close(self) -> None:
        self._file.close()


class Writer(VectorWriter):
    """One column of vectors."""

    dtypes = DTYPES

    def _append(self, array: NDArray[Any]) -> None:
        rows = np.empty(len(array), dtype=_row_type(array.dtype, array.shape[1]))
        rows["dimensions"] = array.shape[1]
        rows["elements"] = array
        self.stream.write(rows.tobytes())
