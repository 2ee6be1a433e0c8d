"""What the formats of one column of vectors write alike: all rows have the dimensions of the first."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, BinaryIO, ClassVar

import numpy as np
from numpy.typing import NDArray

from vecext.files import arrays, formats
from vecext.rows import Columns


class VectorWriter(formats.Writer):
    """One column of vectors. `dtypes` are those of the elements, by format; `_rows` and `_dimensions` are of what was written."""

    dtypes: ClassVar[dict[str, np.dtype[Any]]]

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        ((self._name, sql_type),) = columns.items()
        arrays.require_rows_of_numbers(self._name, sql_type, self.format)
        self._dimensions = arrays.dimensions_of_type(sql_type)
        self._rows = 0

    @classmethod
    def choose(cls, columns: dict[str, str], format: str) -> list[str]:
        return arrays.only_vector(columns, format)

    def write(self, batch: Columns) -> None:
        array = arrays.rows_of_numbers(batch, self._name, self.dtypes[self.format], self._rows)
        self._dimensions = arrays.same_dimensions(self._name, self._dimensions, array)
        self._rows += len(array)
        self._append(array)

    @abstractmethod
    def _append(self, array: NDArray[Any]) -> None:
        """Appends rows of elements."""
