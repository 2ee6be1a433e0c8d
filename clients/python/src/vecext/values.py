"""Values of columns in PostgreSQL's binary forms, one by one."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from ipaddress import ip_interface
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from psycopg import ProgrammingError
from psycopg.pq import Format

from vecext.errors import Error
from vecext.rows import Column
from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of

_CLASSES: dict[str, Any] = {"vector": Vector, "halfvec": HalfVector, "sparsevec": SparseVector, "bit": Bit, "varbit": Bit}
_TEXTS = {"S", "E"}  # categories: texts, and enumerations, whose binary form is the label
_PACKED = {"int2": ">h", "int4": ">i", "int8": ">q", "oid": ">I", "float4": ">f", "float8": ">d"}
# By the name of a type that psycopg writes: what makes a value that it takes of one of another class. Times are in the form of ISO 8601.
_CONVERTERS: dict[str, dict[type, Callable[[Any], Any]]] = {
    "uuid": {str: UUID},
    "numeric": {str: Decimal, float: lambda value: Decimal(str(value))},
    "date": {str: date.fromisoformat},
    "time": {str: time.fromisoformat},
    "timestamp": {str: datetime.fromisoformat, date: lambda value: datetime.combine(value, time())},
    "inet": {str: ip_interface},
}
_NULL = struct.pack(">i", -1)
_length = struct.Struct(">i").pack


class Encoded(bytes):
    """A value in the binary form of its column's type, as a server has given it."""


class TableColumn(NamedTuple):
    """A column of a table, as the catalog has it."""

    name: str
    type_oid: int  # of a domain, its base type
    type_name: str  # in pg_type
    category: str  # as pg_type.typcategory
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
    encoded = []
    for value in _listed(column):
        if value is None:
            encoded.append(_NULL)
            continue
        try:
            data = value if type(value) is Encoded else encode(value)
        except (AttributeError, TypeError, ProgrammingError) as error:
            raise _refusal(target, value) from error
        except (ArithmeticError, ValueError, struct.error) as error:
            raise _refusal(target, value, f": {error}") from error
        encoded.append(_length(len(data)) + data)
    return encoded


def _refusal(target: TableColumn, value: Any, reason: str = "") -> Error:
    return Error(f'column "{target.name}" is of type {target.type_name} and cannot take {value!r:.80} of {type(value).__name__}{reason}')


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
    """What makes the binary form of a value of the target's type. Bytes are a text of JSON, for its types."""
    name = target.type_name
    encoding = context.info.encoding
    if target.category in _TEXTS:
        return lambda value: str.encode(value, encoding)
    if name in _PACKED:
        return struct.Struct(_PACKED[name]).pack
    if name == "bool":
        return _truth
    if name in _CLASSES:
        value_class = _CLASSES[name]
        return lambda value: bytes(value_of(value_class, value).to_binary())
    if name in ("json", "jsonb"):
        version = b"\x01" if name == "jsonb" else b""
        return lambda value: version + (value.decode() if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False)).encode(encoding)
    return _encoder_of_psycopg(target, context)


def _truth(value: Any) -> bytes:
    if not isinstance(value, bool | np.bool_):
        raise TypeError
    return b"\x01" if value else b"\x00"


def _encoder_of_psycopg(target: TableColumn, context: Any) -> Callable[[Any], bytes]:
    """What psycopg makes of a value, or bytes as they are for a type that it does not know."""
    try:
        dumper = context.adapters.get_dumper_by_oid(target.type_oid, Format.BINARY)(type(None), context)
    except ProgrammingError:
        return _given_bytes
    converters = dict(_CONVERTERS.get(target.type_name, {}))
    if target.type_name == "timestamptz":
        zone = context.info.timezone
        converters[datetime] = lambda value: _in_zone(value, zone)
        converters[str] = lambda value: _in_zone(datetime.fromisoformat(value), zone)
    converters[np.ndarray] = np.ndarray.tolist

    def encode(value: Any) -> bytes:
        convert = converters.get(type(value))
        return bytes(dumper.dump(convert(value) if convert else value))

    return encode


def _in_zone(value: datetime, zone: tzinfo) -> datetime:
    """As the server reads it: a time without a zone is one of the session's."""
    return value if value.tzinfo else value.replace(tzinfo=zone)


def _given_bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise TypeError
    return value
