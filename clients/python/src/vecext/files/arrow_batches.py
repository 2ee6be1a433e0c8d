"""Batches of Arrow as columns and back. Files written here note PostgreSQL's type of each column."""

from __future__ import annotations

from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vecext.arrow import column_of_arrow, is_list
from vecext.errors import Error
from vecext.files import arrays, texts
from vecext.rows import Column, Columns

TYPE_KEY = b"postgresql_type"  # of the metadata of a field

# PostgreSQL's types besides those of numbers, and Arrow's. All others travel as texts.
TYPES = {
    **texts.NUMBERS,
    "bytea": pa.binary(),
    "date": pa.date32(),
    "timestamp without time zone": pa.timestamp("us"),
    "timestamp with time zone": pa.timestamp("us", tz="UTC"),
}

_TESTS = [
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_float64, "double precision"),
    (pa.types.is_floating, "real"),
    (lambda kind: pa.types.is_int64(kind) or pa.types.is_uint32(kind), "bigint"),
    (lambda kind: pa.types.is_int32(kind) or pa.types.is_uint16(kind), "integer"),
    (lambda kind: pa.types.is_uint64(kind) or pa.types.is_decimal(kind), "numeric"),
    (pa.types.is_integer, "smallint"),
    (lambda kind: pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind), "bytea"),
    (pa.types.is_date, "date"),
    (pa.types.is_time, "time without time zone"),
    (pa.types.is_duration, "interval"),
    (lambda kind: pa.types.is_timestamp(kind) and kind.tz is not None, "timestamp with time zone"),
    (pa.types.is_timestamp, "timestamp without time zone"),
    (lambda kind: pa.types.is_struct(kind) or pa.types.is_map(kind), "jsonb"),
]


def types_of_schema(schema: pa.Schema, head: pa.RecordBatch | None) -> dict[str, str]:
    """The types for the fields: what the file notes, or else what holds such values. `head` are the first rows, which have the dimensions of vectors."""
    names = schema.names
    if len(set(names)) < len(names):
        raise Error("two columns have one name", hint="rename them in the file")
    return {field.name: _type_of_field(field, head.column(i) if head is not None else None) for i, field in enumerate(schema)}


def _type_of_field(field: pa.Field, head: pa.Array | None) -> str:
    noted = (field.metadata or {}).get(TYPE_KEY)
    if noted:
        return cast(str, noted.decode())
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if is_list(kind):
        return _type_of_list(kind, head)
    return next((name for test, name in _TESTS if test(kind)), "text")


def _type_of_list(kind: pa.DataType, head: pa.Array | None) -> str:
    element = kind.value_type
    if is_list(element) or pa.types.is_struct(element) or pa.types.is_map(element):
        return "jsonb"
    if pa.types.is_floating(element) or pa.types.is_uint8(element) or pa.types.is_int8(element):
        name = "halfvec" if pa.types.is_float16(element) else "vector"
        if pa.types.is_fixed_size_list(kind):
            return f"{name}({kind.list_size})"
        lengths = set(pc.list_value_length(head).drop_null().to_pylist()) if head is not None else set()
        if len(lengths) == 1 and lengths != {0}:
            return f"{name}({lengths.pop()})"
    return next((name for test, name in _TESTS if test(element)), "text") + "[]"


def columns_of_batch(batch: pa.RecordBatch) -> Columns:
    """The batch as columns. Times are of microseconds, as PostgreSQL's."""
    return {name: column_of_arrow(_in_microseconds(array)) for name, array in zip(batch.schema.names, batch.columns, strict=True)}


def _in_microseconds(array: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(array.type) and array.type.unit == "ns":
        return array.cast(pa.timestamp("us", array.type.tz), safe=False)
    if pa.types.is_time64(array.type) and array.type.unit == "ns":
        return array.cast(pa.time64("us"), safe=False)
    return array


def schema_of_types(columns: dict[str, str]) -> pa.Schema:
    """The schema of a file for columns of PostgreSQL's types."""
    return pa.schema([pa.field(name, _arrow_type(sql_type)).with_metadata({TYPE_KEY: sql_type.encode()}) for name, sql_type in columns.items()])


def _arrow_type(sql_type: str) -> pa.DataType:
    if arrays.is_vector(sql_type):
        return pa.list_(pa.float16() if arrays.base_of(sql_type) == "halfvec" else pa.float32())
    return TYPES.get(sql_type, pa.string())


def batch_of_columns(batch: Columns, schema: pa.Schema) -> pa.RecordBatch:
    """Columns as a batch of that schema."""
    return pa.record_batch([_array(batch[field.name], field.type) for field in schema], schema=schema)


def _array(column: Column, kind: pa.DataType) -> pa.Array:
    if pa.types.is_list(kind) and isinstance(column, np.ndarray):
        elements = np.ascontiguousarray(column, dtype=kind.value_type.to_pandas_dtype()).reshape(-1)
        offsets = np.arange(len(column) + 1, dtype=np.int32) * column.shape[1]
        return pa.ListArray.from_arrays(offsets, pa.array(elements), type=kind)
    if pa.types.is_list(kind):
        return pa.array([value.to_numpy() if hasattr(value, "to_numpy") else value for value in column], type=kind)
    if pa.types.is_string(kind):
        return pa.array(texts.texts_of_column(column, "text"), type=kind)
    return pa.array(column, type=kind)
