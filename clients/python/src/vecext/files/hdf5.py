"""HDF5: datasets of the root as columns, as ann-benchmarks has them: `train` and all that are as long, or `FILE.hdf5:NAME` alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, cast

import h5py
import numpy as np

from vecext.errors import Error
from vecext.files import arrays, formats
from vecext.files.npz import one_length
from vecext.files.source import Source
from vecext.rows import Columns, row_count


class Reader(formats.Reader):
    """The datasets of the root."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._bytes = source.file()
        try:
            self._file = h5py.File(self._bytes, "r")
        except OSError as error:
            raise Error(f"{source.name} is not a file of HDF5") from error
        chosen = self._chosen()
        self.rows = one_length({name: len(one) for name, one in chosen.items()}, source.path)
        types = {name: arrays.type_of_array(one.dtype, one.shape, f"{source.path}:{name}") for name, one in chosen.items()}
        columns = {name: arrays.name_of_array(name, types[name], source.part) for name in chosen}
        self.columns = {columns[name]: sql_type for name, sql_type in types.items()}
        self._datasets = {columns[name]: one for name, one in chosen.items()}

    def _chosen(self) -> dict[str, h5py.Dataset]:
        datasets = {name: one for name, one in self._file.items() if isinstance(one, h5py.Dataset) and one.shape and _is_read(one.dtype)}
        part = self.source.part
        if part is not None:
            if part not in datasets:
                raise Error(f"{self.source.path} has no dataset {part}", hint=f"it has {', '.join(datasets)}")
            return {part: datasets[part]}
        if arrays.ROWS_OF_VECTORS in datasets:
            rows = len(datasets[arrays.ROWS_OF_VECTORS])
            return {name: one for name, one in datasets.items() if len(one) == rows}
        return datasets

    def batches(self, batch_rows: int = formats.BATCH_ROWS, start: int = 0) -> Iterator[Columns]:
        rows = self.rows or 0
        limit = formats.batch_limit(batch_rows, sum(_row_bytes(one) for one in self._datasets.values()))
        for row in range(start, rows, limit):
            end = min(row + limit, rows)
            batch = {name: arrays.column_of_array(one[row:end]) for name, one in self._datasets.items()}
            self.rows_read = end
            yield batch

    def close(self) -> None:
        self._file.close()
        self._bytes.close()


def _is_read(dtype: np.dtype[Any]) -> bool:
    """True for numbers and texts; datasets of other objects are left out."""
    return dtype.kind != "O" or h5py.check_string_dtype(dtype) is not None


def _row_bytes(dataset: h5py.Dataset) -> int:
    return int(dataset.dtype.itemsize * np.prod(dataset.shape[1:], dtype=int))


class Writer(formats.Writer):
    """Each column as a dataset of the root."""

    def __init__(self, stream: BinaryIO, columns: dict[str, str], format: str) -> None:
        super().__init__(stream, columns, format)
        self._file = h5py.File(stream, "w")
        self._rows = 0
        self._dtypes = {name: _dtype(name, sql_type) for name, sql_type in columns.items()}
        self._datasets: dict[str, h5py.Dataset] = {}

    def write(self, batch: Columns) -> None:
        for name, dtype in self._dtypes.items():
            array = arrays.array_of_column(batch, name, dtype, self._rows)
            dataset = self._dataset(name, array.shape[1:])
            if dataset.shape[1:] != array.shape[1:]:
                arrays.same_dimensions(name, dataset.shape[1], array)
            dataset.resize(self._rows + len(array), axis=0)
            dataset[self._rows :] = array
        self._rows += row_count(batch)

    def _dataset(self, name: str, rest: tuple[int, ...]) -> h5py.Dataset:
        if name not in self._datasets:
            chunk = formats.batch_limit(1024, self._dtypes[name].itemsize * int(np.prod(rest, dtype=int)))
            self._datasets[name] = self._file.create_dataset(name, (0, *rest), self._dtypes[name], maxshape=(None, *rest), chunks=(chunk, *rest))
        return self._datasets[name]

    def close(self) -> None:
        for name, sql_type in self.columns.items():
            self._dataset(name, (arrays.dimensions_of_type(sql_type) or 1,) if arrays.is_vector(sql_type) else ())
        self._file.close()


def _dtype(name: str, sql_type: str) -> np.dtype[Any]:
    if arrays.base_of(sql_type) in ("text", "character varying", "uuid"):
        return cast(np.dtype[Any], np.dtype(h5py.string_dtype()))
    return arrays.dtype_of_type(sql_type, name, "hdf5")
