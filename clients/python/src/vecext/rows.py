"""Rows between the rooms of this package: batches of columns.

A column is one of
- a one-dimensional numpy array of numbers or truth values,
- a two-dimensional array, a vector a row: floats, bytes (whose meaning the table's column decides) or truth values (bits),
- a list of Python values: str, bytes, dict and list for jsonb, datetime, Decimal, UUID, SparseVector …, None for NULL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from vecext.errors import Error

Column: TypeAlias = npt.NDArray[Any] | list[Any]
Columns: TypeAlias = dict[str, Column]


def row_count(columns: Columns) -> int:
    """The number of rows of a batch. Raises Error if its columns differ in it."""
    counts = {name: len(column) for name, column in columns.items()}
    if len(set(counts.values())) > 1:
        raise Error(f"the columns of a batch have different numbers of rows: {counts}")
    return next(iter(counts.values()), 0)


def slices(columns: Columns, rows: int) -> Iterator[Columns]:
    """The batch in parts of that many rows, which share its memory where its columns are arrays."""
    for first in range(0, row_count(columns), rows):
        yield {name: column[first : first + rows] for name, column in columns.items()}


def chosen(columns: Columns, rows: list[bool]) -> Columns:
    """The rows of the batch for which `rows` says so."""
    mask = np.array(rows, dtype=bool)
    return {
        name: column[mask] if isinstance(column, np.ndarray) else [value for value, is_chosen in zip(column, rows, strict=True) if is_chosen]
        for name, column in columns.items()
    }


def batches_of(source: Columns | Iterable[Any]) -> Iterator[Columns]:
    """What copy_rows() and others are given, as batches: one batch, batches, or tables and record batches of Arrow, or one of these."""
    if isinstance(source, dict):
        yield source
        return
    parts: Iterable[Any] = [source] if hasattr(source, "column_names") else source
    for part in parts:
        if isinstance(part, dict):
            yield part
        else:
            from vecext.arrow import batches_of_arrow

            yield from batches_of_arrow(part)
