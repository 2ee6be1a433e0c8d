"""npy: one array of numpy. A 2-D array is a column of vectors, a 1-D one of numbers or texts."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from vecext.errors import Error
from vecext.files import arrays, formats
from vecext.files.source import Source
from vecext.rows import Columns

HEADER_BYTES = 128  # of the files written here: room for any number of rows


class ArrayFile:
    """An array in npy form that is read forward from a stream, which need not seek. C order."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.stream = stream
        self.name = name
        try:
            version = npy_format.read_magic(stream)
            header = npy_format.read_array_header_1_0 if version == (1, 0) else npy_format.read_array_header_2_0
            self.shape, self.fortran, self.dtype = header(stream, max_header_size=1 << 16)
        except (ValueError, EOFError, SyntaxError) as error:
            raise Error(f"{name} is not an array of numpy") from error
        if self.dtype.hasobject:
            raise Error(f"{name} holds Python objects, which are not read", hint="save it with a dtype of numbers or texts")
        self.sql_type = arrays.type_of_array(self.dtype, self.shape, name)

    @property
    def rows(self) -> int:
        return self.shape[0]

    @property
    def row_bytes(self) -> int:
        return self.dtype.itemsize * (self.shape[1] if len(self.shape) == 2 else 1)

    def skip(self, rows: int) -> None:
        """Passes over that many rows."""
        left = rows * self.row_bytes
        if self.stream.seekable():
            self.stream.seek(left, io.SEEK_CUR)
            return
        while left:
            left -= len(self._exactly(min(left, 1 << 20)))

    def read(self, rows: int) -> NDArray[Any]:
        """The next rows, of which there must be as many."""
        data = self._exactly(rows * self.row_bytes)
        return np.frombuffer(data, dtype=self.dtype).reshape(rows, *self.shape[1:])

    def _exactly(self, size: int) -> bytes:
        data = self.stream.read(size)
        while len(data) < size:
            more = self.stream.read(size - len(data))
            if not more:
                raise Error(f"{self.name} ends early: its header promises {self.rows} rows")
            data += more
        return data


class Reader(formats.Reader):
    """An array, as column `embedding` or `value`."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._file = source.file()
        self._array = ArrayFile(self._file, source.name)
        self._name = arrays.ONLY_ARRAY if len(self._array.shape) == 2 else arrays.ONLY_VALUES
        self.columns = {self._name: self._array.sql_type}
        self.rows = self._array.rows

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        array = self._array
        limit = formats.batch_limit(batch_rows, array.row_bytes)
        of_columns = self._by_columns() if array.fortran and len(array.shape) == 2 else None
        if of_columns is None:
            array.skip(min(start, array.rows))
        for row in range(start, array.rows, limit):
            rows = min(limit, array.rows - row)
            part = array.read(rows) if of_columns is None else np.ascontiguousarray(of_columns[row : row + rows])
            self.rows_read = row + rows
            yield {self._name: arrays.column_of_array(part)}

    def _by_columns(self) -> NDArray[Any]:
        """An array in Fortran order, whose rows lie apart: mapped, not read."""
        return np.memmap(self._file, dtype=self._array.dtype, mode="r", offset=self._file.tell(), shape=self._array.shape, order="F")

    def close(self) -> None:
        self._file.close()


def header(dtype: np.dtype[Any], shape: tuple[int, ...]) -> bytes:
    """The header of an array, always of HEADER_BYTES."""
    text = f"{{'descr': '{dtype.str}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    return b"\x93NUMPY\x01\x00" + (HEADER_BYTES - 10).to_bytes(2, "little") + text.ljust(HEADER_BYTES - 11) + b"\n"


class ArrayWriter:
    """An array that grows. Its header is written again when it is complete."""

    def __init__(self, stream: BinaryIO, name: str, sql_type: str, format: str) -> None:
        self._stream = stream
        self._name = name
        self._dtype = arrays.dtype_of_type(sql_type, name, format)
        self._dimensions: int | None = arrays.dimensions_of_type(sql_type)
        self._is_vector = arrays.is_vector(sql_type)
        self._rows = 0
        self._start = stream.tell()
        stream.write(bytes(HEADER_BYTES))

    def write(self, batch: Columns) -> None:
        array = arrays.array_of_column(batch, self._name, self._dtype, self._rows)
        if self._is_vector:
            self._dimensions = arrays.same_dimensions(self._name, self._dimensions, array)
        self._stream.write(np.ascontiguousarray(array).data)
        self._rows += len(array)

    def close(self) -> None:
        shape = (self._rows, self._dimensions or 0) if self._is_vector else (self._rows,)
        self._stream.seek(self._start)
        self._stream.write(header(self._dtype, shape))
        self._stream.seek(0, io.SEEK_END)


class Writer(formats.Writer):
    """One column as an array."""

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        ((name, sql_type),) = columns.items()
        self._array = ArrayWriter(stream, name, sql_type, format)

    @classmethod
    def choose(cls, columns: dict[str, str], format: str) -> list[str]:
        return arrays.only_vector(columns, format)

    def write(self, batch: Columns) -> None:
        self._array.write(batch)

    def close(self) -> None:
        self._array.close()
