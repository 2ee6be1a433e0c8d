"""Tables and record batches of Arrow as columns. Needs pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from vecext.rows import Column, Columns


def batches_of_arrow(source: Any) -> Iterator[Columns]:
    """The record batches of a Table, or a RecordBatch, as columns; those of numbers and of vectors share its memory where they can."""
    batches = source.to_batches() if isinstance(source, pa.Table) else [source]
    for batch in batches:
        yield {name: column_of_arrow(batch.column(place)) for place, name in enumerate(batch.schema.names)}


def column_of_arrow(values: Any) -> Column:
    """An Array as a column: numbers as an array, lists of numbers that are of one length as rows of one, everything else, and what has NULLs, as a list."""
    if isinstance(values, pa.ExtensionArray):
        values = values.storage
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if values.null_count == 0:
        if _is_number(values.type):
            return np.asarray(values.to_numpy(zero_copy_only=False))
        if is_list(values.type) and _is_number(values.type.value_type):
            rows = _rows_of_lists(values)
            if rows is not None:
                return rows
    column: list[Any] = values.to_pylist()
    return column


def _is_number(kind: Any) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_boolean(kind))


def is_list(kind: Any) -> bool:
    """True for lists of any kind."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _rows_of_lists(values: Any) -> Column | None:
    """A row a list, or None if their lengths differ or they have NULLs."""
    elements = values.flatten()
    if len(values) == 0 or elements.null_count > 0 or len(elements) % len(values) != 0:
        return None
    length = len(elements) // len(values)
    if not pa.types.is_fixed_size_list(values.type) and not np.all(np.diff(values.offsets.to_numpy()) == length):
        return None
    return np.asarray(elements.to_numpy(zero_copy_only=False)).reshape(len(values), length)
