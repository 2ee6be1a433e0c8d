"""Columns as texts, for csv and JSON: vectors as PostgreSQL writes them, floats by the fewest digits that are read back bit-equal."""

from __future__ import annotations

import json
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vecext.files import arrays
from vecext.rows import Column

# Number types -> types of Arrow, which writes them by the fewest digits.
NUMBERS = {name: pa.from_numpy_dtype(dtype) for name, dtype in arrays.NUMBER_TYPES.items()}


def number_texts(numbers: pa.Array) -> pa.Array:
    """Numbers as texts. The zero below 0 is `-0.0`, as `-0` is an integer in JSON."""
    texts = pc.cast(numbers, pa.string())
    return pc.if_else(pc.equal(texts, "-0"), "-0.0", texts) if pa.types.is_floating(numbers.type) else texts


def vector_texts(rows: NDArray[Any]) -> list[str]:
    """Vectors, one a row of a 2-D array, as texts: `[1,2.5]`."""
    elements = np.ascontiguousarray(rows.astype(np.float32) if rows.dtype == np.float16 else rows)
    offsets = np.arange(len(rows) + 1, dtype=np.int32) * rows.shape[1]
    texts = pa.ListArray.from_arrays(offsets, number_texts(pa.array(elements.reshape(-1))))
    return [f"[{text}]" for text in pc.binary_join(texts, ",").to_pylist()]


def texts_of_column(column: Column, sql_type: str) -> list[str | None]:
    """Values as texts that PostgreSQL reads as that type; None for NULL."""
    if isinstance(column, np.ndarray) and column.ndim == 2:
        return cast(list[str | None], vector_texts(column))
    if sql_type in NUMBERS:
        return cast(list[str | None], number_texts(pa.array(column, type=NUMBERS[sql_type])).to_pylist())
    return [text_of_value(value) for value in (column.tolist() if isinstance(column, np.ndarray) else column)]


def text_of_value(value: Any) -> str | None:
    """One value as a text that PostgreSQL reads; None for NULL."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, np.ndarray):
        return vector_texts(value.reshape(1, -1))[0]
    if hasattr(value, "to_text"):
        return cast(str, value.to_text())
    return str(value).lower() if isinstance(value, bool) else str(value)
