"""What the formats of arrays share: the name of the only array, types of dtypes, texts and numbers that arrays cannot hold."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from vecext.errors import Error
from vecext.rows import Column, Columns

ONLY_ARRAY = "embedding"  # the column of a file that has one array of vectors
ROWS_OF_VECTORS = "train"  # in files of ann-benchmarks
ONLY_VALUES = "value"  # the column of a file that has one array of numbers

VECTOR_TYPES = ("vector", "halfvec")
NUMBER_TYPES: dict[str, np.dtype[Any]] = {
    "smallint": np.dtype("<i2"),
    "integer": np.dtype("<i4"),
    "bigint": np.dtype("<i8"),
    "real": np.dtype("<f4"),
    "double precision": np.dtype("<f8"),
    "boolean": np.dtype("?"),
}


def base_of(sql_type: str) -> str:
    """The type without its modifier: `vector(3)` is `vector`."""
    return sql_type.partition("(")[0].strip()


def is_vector(sql_type: str) -> bool:
    """True for types whose values are rows of a 2-D array."""
    return base_of(sql_type) in VECTOR_TYPES and not sql_type.endswith("[]")


def is_sparse(sql_type: str) -> bool:
    """True for the type of sparse vectors."""
    return base_of(sql_type) == "sparsevec" and not sql_type.endswith("[]")


def type_of_array(dtype: np.dtype[Any], shape: tuple[int, ...], name: str) -> str:
    """The type of PostgreSQL for an array of n values, or n rows of vectors. Raises `Error` for arrays of other kinds."""
    if len(shape) == 2 and shape[1] > 0:
        if dtype.kind in "ui" and dtype.itemsize > 1:
            return "bigint[]" if dtype.itemsize == 8 or dtype == np.uint32 else "integer[]"
        if dtype.kind in "fui":
            return f"{'halfvec' if dtype == np.float16 else 'vector'}({shape[1]})"
    if len(shape) == 1:
        if dtype.kind in "UST" or dtype.kind == "O":
            return "text"
        if dtype.kind == "b":
            return "boolean"
        if dtype.kind == "f":
            return "real" if dtype.itemsize <= 4 else "double precision"
        if dtype.kind in "ui":
            size = dtype.itemsize * (2 if dtype.kind == "u" else 1)
            return {1: "smallint", 2: "smallint", 4: "integer", 8: "bigint"}.get(size, "numeric")
    raise Error(f"{name} is an array of {dtype} with shape {shape}", hint="arrays of vectors are 2-D, one vector a row; others are 1-D numbers or texts")


def name_of_array(name: str, sql_type: str, part: str | None) -> str:
    """The column for an array of a file that names its arrays: `embedding` for vectors that are the named part, or whose name says no more."""
    return ONLY_ARRAY if is_vector(sql_type) and name in (part, ROWS_OF_VECTORS, "arr_0") else name


def column_of_array(array: NDArray[Any]) -> Column:
    """A batch of an array as a column: texts and wide integers as a list."""
    if array.ndim == 2:
        if array.dtype.kind in "ui" and array.dtype.itemsize > 1:
            return cast(list[Any], array.tolist())
        return array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype.kind in "SO":
        return [value.decode() if isinstance(value, bytes) else value for value in array.tolist()]
    if array.dtype.kind in "UT" or array.dtype == np.uint64:
        return cast(list[Any], array.tolist())
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def dtype_of_type(sql_type: str, name: str, format: str) -> np.dtype[Any]:
    """The dtype of a column in a file of arrays. Raises `Error` if arrays hold no such values."""
    if is_vector(sql_type):
        return np.dtype("<f2" if base_of(sql_type) == "halfvec" else "<f4")
    if sql_type in NUMBER_TYPES:
        return NUMBER_TYPES[sql_type]
    raise Error(f"{format} holds numbers and vectors, and {name} is {sql_type}", hint="choose columns by --columns, or write parquet or jsonl")


def array_of_column(batch: Columns, name: str, dtype: np.dtype[Any], first_row: int) -> NDArray[Any]:
    """A column of a batch as an array of that dtype. Raises `Error` for a NULL, which arrays cannot hold, and vectors of other dimensions."""
    column = batch[name]
    if isinstance(column, np.ndarray):
        return column.astype(dtype, copy=False)
    for row, value in enumerate(column):
        if value is None:
            raise Error(f"row {first_row + row + 1} has a NULL in {name}, which arrays cannot hold", hint=f"leave it out: --where '{name} IS NOT NULL'")
    try:
        return np.asarray([getattr(value, "to_numpy", lambda value=value: value)() for value in column], dtype=dtype)
    except ValueError as error:
        raise Error(f"vectors of {name} have different dimensions, which arrays cannot hold", hint="write parquet or jsonl") from error


def only_vector(columns: dict[str, str], format: str) -> list[str]:
    """The one column of vectors, for formats that hold nothing else; without one, the only column."""
    vectors = [name for name, sql_type in columns.items() if is_vector(sql_type)] or list(columns)
    if len(vectors) != 1:
        raise Error(f"{format} holds one column, and {', '.join(vectors)} could be meant", hint=f"name it: --columns {vectors[0]}")
    return vectors


def dimensions_of_type(sql_type: str) -> int | None:
    """The dimensions that the type's modifier names, if it does."""
    modifier = sql_type.partition("(")[2].rstrip(")")
    return int(modifier) if modifier.isdigit() else None


def same_dimensions(name: str, dimensions: int | None, array: NDArray[Any]) -> int | None:
    """The dimensions of all vectors so far. Raises `Error` if those of a batch differ."""
    if not len(array):
        return dimensions
    if dimensions not in (None, array.shape[1]):
        raise Error(f"vectors of {name} have {dimensions} and {array.shape[1]} dimensions, which arrays cannot hold", hint="write parquet or jsonl")
    return int(array.shape[1])


def require_rows_of_numbers(name: str, sql_type: str, format: str) -> None:
    """Raises `Error` if values of the column are neither vectors nor arrays of integers."""
    if not is_vector(sql_type) and sql_type not in ("integer[]", "bigint[]", "smallint[]"):
        raise Error(f"{format} holds vectors, and {name} is {sql_type}", hint="name a column of vectors by --columns")


def rows_of_numbers(batch: Columns, name: str, dtype: np.dtype[Any], first_row: int) -> NDArray[Any]:
    """A column of vectors as rows of that dtype. Raises `Error` where elements do not fit, as 0.5 into an integer does not."""
    column = batch[name]
    wide = np.dtype("<f4") if dtype.kind == "f" else np.dtype("f8")
    array = array_of_column(batch, name, column.dtype if isinstance(column, np.ndarray) else wide, first_row)
    with np.errstate(invalid="ignore"):
        rows = np.ascontiguousarray(array.astype(dtype, copy=False))
    if dtype.kind != "f":
        others: NDArray[Any] | list[int] = np.flatnonzero((rows != array).any(axis=1)) if len(array) else []
        if len(others):
            raise Error(f"row {first_row + int(others[0]) + 1} of {name} has elements that are no integers of {8 * dtype.itemsize} bits", hint="write npy")
    return rows
