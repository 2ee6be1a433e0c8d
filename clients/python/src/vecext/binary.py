"""The rows of binary COPY: columns become bytes by arrays of structures where all values of a column have one width, else value by value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from vecext.errors import Error
from vecext.rows import Column, Columns, row_count, slices
from vecext.values import TableColumn, encode_values, stacked

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
CHUNK_BYTES = 1 << 18  # of rows at a time, if they are of one width
CHUNK_ROWS = 1000  # at most, if they are not

_NUMBERS = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "oid": ">u4", "float4": ">f4", "float8": ">f8", "bool": "?"}
_DENSE = {"vector": ">f4", "halfvec": ">f2"}

Array: TypeAlias = npt.NDArray[Any]


class Field(NamedTuple):
    """A column whose values have one width: the structure of one, its members that are equal in all rows, and what fills the member "value"."""

    structure: np.dtype[Any]
    constants: dict[str, int]
    convert: Callable[[Array], Array]


class Segment:
    """Adjacent fields, which stand in an array of structures. The first segment of a row has the number of its columns, too.

    The member of a field has a dot before the column's name, so that no column has the name of another member.
    """

    def __init__(self, fields: dict[str, Field], columns_of_row: int | None) -> None:
        self.fields = {f".{name}": field for name, field in fields.items()}
        self.columns_of_row = columns_of_row
        members: list[Any] = [] if columns_of_row is None else [("columns", ">i2")]
        self.structure = np.dtype([*members, *((member, field.structure) for member, field in self.fields.items())])
        self.memory = np.zeros(0, dtype=self.structure)

    def allocate(self, rows: int) -> None:
        """Makes room for that many rows, with what is equal in all of them."""
        self.memory = np.zeros(rows, dtype=self.structure)
        if self.columns_of_row is not None:
            self.memory["columns"] = self.columns_of_row
        for member, field in self.fields.items():
            for constant, value in field.constants.items():
                self.memory[member][constant] = value

    def fill(self, part: Columns) -> Array:
        """The structures of some rows."""
        rows = self.memory[: row_count(part)]
        with np.errstate(over="ignore"):  # the server refuses infinite elements
            for member, field in self.fields.items():
                rows[member]["value"] = field.convert(np.asarray(part[member[1:]]))
        return rows

    def row_bytes(self, part: Columns) -> list[bytes]:
        """The bytes of each of some rows."""
        rows: list[bytes] = self.fill(part).view(f"V{self.structure.itemsize}").tolist()
        return rows


def encode(columns: Columns, table: Sequence[TableColumn], context: Any) -> Iterator[tuple[bytes | memoryview, int]]:
    """The bytes of a batch's rows, and the number of these, in chunks. The memory of a chunk is used again for the next one.

    `context` is the connection. Raises Error if values of a column are not such as its type takes.
    """
    columns = {column.name: stacked(columns[column.name], column) for column in table}
    fields = {column.name: field_of(columns[column.name], column) for column in table}
    segments: list[Segment | TableColumn] = []
    for fixed, group in groupby(table, lambda column: fields[column.name] is not None):
        if fixed:
            segments.append(Segment({column.name: field for column in group if (field := fields[column.name])}, None if segments else len(table)))
        else:
            segments.extend([] if segments else [Segment({}, len(table))])
            segments.extend(group)
    fixed_segments = [segment for segment in segments if isinstance(segment, Segment)]
    rows = max(1, CHUNK_BYTES // sum(segment.structure.itemsize for segment in fixed_segments))
    if len(segments) > 1:
        rows = min(rows, CHUNK_ROWS)
    for segment in fixed_segments:
        segment.allocate(min(rows, row_count(columns)))
    for part in slices(columns, rows):
        yield _bytes_of(segments, part, context), row_count(part)


def _bytes_of(segments: list[Segment | TableColumn], part: Columns, context: Any) -> bytes | memoryview:
    if len(segments) == 1 and isinstance(segments[0], Segment):
        return segments[0].fill(part).view(np.uint8).data
    values = [segment.row_bytes(part) if isinstance(segment, Segment) else encode_values(part[segment.name], segment, context) for segment in segments]
    return b"".join(chain.from_iterable(zip(*values, strict=True)))


def field_of(column: Column, target: TableColumn) -> Field | None:
    """How an array becomes values of the target's type, or None if they are written one by one."""
    if not isinstance(column, np.ndarray) or column.dtype.kind not in "biuf":
        return None
    if column.ndim == 1 and target.type_name in _NUMBERS:
        return _number(column, target, np.dtype(_NUMBERS[target.type_name]))
    if column.ndim == 2 and target.type_name in _DENSE:
        return _vector(column.shape[1], np.dtype(_DENSE[target.type_name]))
    if column.ndim == 2 and target.type_name in ("bit", "varbit") and column.dtype in (np.bool_, np.uint8):
        return _bits(column, target)
    return None


def _number(column: Array, target: TableColumn, element: np.dtype[Any]) -> Field:
    if not np.can_cast(column.dtype, element, "same_kind"):
        raise Error(f'column "{target.name}" is of type {target.type_name}, its values are {column.dtype}', "Convert the array, or change the column's type.")
    structure = np.dtype([("length", ">i4"), ("value", element)])

    def convert(values: Array) -> Array:
        if element.kind in "iu" and not np.can_cast(values.dtype, element, "safe"):
            limits = np.iinfo(element)
            outside = values[(values < limits.min) | (values > limits.max)]
            if len(outside) > 0:
                raise Error(f'value {outside[0]} of column "{target.name}" is out of range for type {target.type_name}')
        return values

    return Field(structure, {"length": element.itemsize}, convert)


def _vector(dimensions: int, element: np.dtype[Any]) -> Field:
    structure = np.dtype([("length", ">i4"), ("dimensions", ">u2"), ("unused", ">u2"), ("value", element, (dimensions,))])
    return Field(structure, {"length": 4 + dimensions * element.itemsize, "dimensions": dimensions}, lambda rows: rows)


def _bits(column: Array, target: TableColumn) -> Field:
    """Truth values are bits; bytes are eight of them each, of which the last ones may be beyond the length of the target's type."""
    packed = (column.shape[1] + 7) // 8 if column.dtype == np.bool_ else column.shape[1]
    bits = column.shape[1] if column.dtype == np.bool_ else 8 * packed
    if column.dtype == np.uint8 and bits - 7 <= target.modifier <= bits:
        bits = target.modifier
    structure = np.dtype([("length", ">i4"), ("bits", ">i4"), ("value", "u1", (packed,))])
    convert: Callable[[Array], Array] = (lambda rows: np.packbits(rows, axis=1)) if column.dtype == np.bool_ else (lambda rows: rows)
    return Field(structure, {"length": 4 + packed, "bits": bits}, convert)
