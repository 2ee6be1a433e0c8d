"""Values of columns in PostgreSQL's binary forms, one by one."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from psycopg import ProgrammingError
from psycopg.pq import Format

from vecext.errors import Error
from vecext.rows import Column
from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of

_CLASSES: dict[str, Any] = {"vector": Vector, "halfvec": HalfVector, "sparsevec": SparseVector, "bit": Bit, "varbit": Bit}
_TEXTS = {"text", "varchar", "bpchar", "name"}
_NULL = struct.pack(">i", -1)
_length = struct.Struct(">i").pack


class TableColumn(NamedTuple):
    """A column of a table, as the catalog has it."""

    name: str
    type_oid: int  # of a domain, its base type
    type_name: str  # in pg_type
    modifier: int  # of the type: the length of bit(n), which may be 3; -1 without one


def stacked(column: Column, target: TableColumn) -> Column:
    """A list of vectors of one length without NULLs as a two-dimensional array, if the target is of vectors; any other column as it is."""
    if target.type_name not in ("vector", "halfvec") or isinstance(column, np.ndarray) or not column:
        return column
    if not all(isinstance(value, list | tuple | np.ndarray) for value in column) or len({len(value) for value in column}) > 1:
        return column
    try:
        rows = np.array(column, dtype=np.float32)
    except (TypeError, ValueError):
        return column
    return rows if rows.ndim == 2 else column


def encode_values(column: Column, target: TableColumn, context: Any) -> list[bytes]:
    """Each value's length and binary form. Raises Error if one is not such as the target's type takes."""
    encode = _encoder(target, context)
    values = _listed(column)
    encoded = []
    for value in values:
        if value is None:
            encoded.append(_NULL)
            continue
        try:
            data = encode(value)
        except (AttributeError, TypeError, ValueError, OverflowError, struct.error, ProgrammingError) as error:
            raise Error(f'column "{target.name}" is of type {target.type_name} and cannot take {value!r:.80}: {error}') from error
        encoded.append(_length(len(data)) + data)
    return encoded


def _listed(column: Column) -> list[Any]:
    if not isinstance(column, np.ndarray):
        return column
    if column.ndim == 2:
        return list(column)
    if column.dtype.kind == "M":
        column = column.astype("datetime64[us]")
    values: list[Any] = column.tolist()
    return values


def _encoder(target: TableColumn, context: Any) -> Callable[[Any], bytes]:
    """What makes the binary form of a value of the target's type. A text or bytes are the binary form of a type that psycopg does not know."""
    name = target.type_name
    if name in _TEXTS:
        return str.encode
    if name in _CLASSES:
        value_class = _CLASSES[name]
        return lambda value: bytes(value_of(value_class, value).to_binary())
    if name in ("json", "jsonb"):
        version = b"\x01" if name == "jsonb" else b""
        return lambda value: version + json.dumps(value, ensure_ascii=False).encode()
    try:
        dumper = context.adapters.get_dumper_by_oid(target.type_oid, Format.BINARY)(type(None), context)
    except ProgrammingError:
        return lambda value: value if isinstance(value, bytes) else str.encode(value)
    return lambda value: bytes(dumper.dump(_plain(value)))


def _plain(value: Any) -> Any:
    """An array as a list, for types of arrays."""
    return value.tolist() if isinstance(value, np.ndarray) else value
