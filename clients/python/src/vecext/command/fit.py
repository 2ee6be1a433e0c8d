"""Makes columns of files fit the columns of a table: dimensions, numbers, and texts, which the server reads as the type that is wanted."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from vecext.errors import Error
from vecext.files import arrays
from vecext.rows import Column, Columns
from vecext.values import Encoded

_NO_VECTOR = "is not a vector: {}"
# Base types -> Python types that are copied as they are. Other values are written as texts, which the server reads.
_DIRECT: dict[str, tuple[type, ...]] = {
    "smallint": (int,),
    "integer": (int,),
    "bigint": (int,),
    "real": (float, int),
    "double precision": (float, int),
    "boolean": (bool,),
    "numeric": (Decimal,),
    "text": (str,),
    "character varying": (str,),
    "character": (str,),
    "bit": (str,),
    "bit varying": (str,),
    "bytea": (bytes,),
    "date": (date,),
    "uuid": (UUID,),
}


_PLAIN_TYPE = """
WITH RECURSIVE base AS (
    SELECT oid, typtype, typbasetype FROM pg_type WHERE oid = to_regtype(%s)::oid
    UNION ALL SELECT t.oid, t.typtype, t.typbasetype FROM base AS b JOIN pg_type AS t ON t.oid = b.typbasetype WHERE b.typtype = 'd')
SELECT format_type(oid, -1) FROM base WHERE typtype <> 'd'"""


class Misfit(Exception):
    """A value that does not fit: its row in the batch, from 0, and what is wrong."""

    def __init__(self, row: int, problem: str, hint: str | None = None) -> None:
        super().__init__(problem)
        self.row, self.problem, self.hint = row, problem, hint


class Fit:
    """Turns batches of one file into batches for a table. `helper` is a connection by which the server reads texts."""

    def __init__(self, helper: psycopg.Connection[Any], source: str, matched: dict[str, str], types: dict[str, str], *, texts_are_json: bool) -> None:
        self._helper = helper
        self._source = source
        self._matched = matched
        self._types = types
        self._plain_types: dict[str, str] = {}
        self._texts_are_json = texts_are_json  # as in JSON files, where a text is a value, and not a text of JSON

    def columns(self, batch: Columns, first_row: int) -> Columns:
        """A batch for the table. Raises `Error` with file and row for what does not fit."""
        fitted: Columns = {}
        for name, target in self._matched.items():
            try:
                fitted[target] = self._column(batch[name], self._types[target])
            except Misfit as misfit:
                raise Error(f"{self._source}, row {first_row + misfit.row + 1}: {name} {misfit.problem}", hint=misfit.hint) from misfit
        return fitted

    def _column(self, column: Column, sql_type: str) -> Column:
        if arrays.is_vector(sql_type):
            return fit_vectors(column, sql_type)
        if isinstance(column, np.ndarray):
            if sql_type in arrays.NUMBER_TYPES and column.ndim == 1:
                return fit_numbers(column, sql_type)
            return self._list(column.tolist(), sql_type)
        return self._list(column, sql_type)

    def _list(self, column: list[Any], sql_type: str) -> Column:
        if sql_type in ("json", "jsonb"):
            return column if self._texts_are_json else [value.encode() if isinstance(value, str) else value for value in column]
        direct = () if sql_type.endswith("]") else _DIRECT.get(arrays.base_of(sql_type), ())
        if {type(value) for value in column if value is not None} <= set(direct):
            return column
        return self._parsed(column, sql_type)

    def _parsed(self, column: list[Any], sql_type: str) -> Column:
        """Values that the server reads from texts, in its binary form, which holds times that Python does not. The first that it does not read is looked
        for by halves.
        """
        from vecext.files.texts import text_of_value

        as_text = text_of_value
        if sql_type.endswith("[]"):
            as_text = vectors_text if arrays.base_of(sql_type) in arrays.VECTOR_TYPES else array_text
        return self._read([as_text(value) for value in column], sql_type, 0)

    def _plain_type(self, sql_type: str) -> str:
        """The type without its modifier, of a domain that of its base: a cast to varchar(3) cuts what COPY into such a column refuses."""
        if sql_type not in self._plain_types:
            row = self._helper.execute(_PLAIN_TYPE, [sql_type]).fetchone()
            self._plain_types[sql_type] = row[0] if row else sql_type
        return self._plain_types[sql_type]

    def _read(self, values: list[str | None], sql_type: str, first: int) -> list[Encoded | None]:
        query = sql.SQL("SELECT v::{} FROM unnest(%s::text[]) WITH ORDINALITY AS t (v, n) ORDER BY n").format(sql.SQL(self._plain_type(sql_type)))
        try:
            answer = self._helper.execute(query, [values], binary=True).pgresult
            assert answer is not None
            return [None if value is None else Encoded(value) for value in (answer.get_value(row, 0) for row in range(answer.ntuples))]
        except psycopg.DataError as error:
            if len(values) == 1:
                raise Misfit(first, f"does not fit {sql_type}: {error.diag.message_primary or error}") from error
        middle = len(values) // 2
        self._read(values[:middle], sql_type, first)
        return self._read(values[middle:], sql_type, first + middle)


def array_text(value: Any) -> str | None:
    """A list as a text of an array."""
    if value is None or isinstance(value, str):
        return value
    return "{" + ",".join("NULL" if one is None else array_text(one) or "" if isinstance(one, list) else _quoted(one) for one in value) + "}"


def vectors_text(value: Any) -> str | None:
    """A list of vectors as a text of an array."""
    if value is None or isinstance(value, str):
        return value
    return "{" + ",".join(_quoted(json.dumps(one)) for one in value) + "}"


def _quoted(value: Any) -> str:
    from vecext.files.texts import text_of_value

    text = text_of_value(value) or ""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fit_numbers(column: NDArray[Any], sql_type: str) -> NDArray[Any]:
    """Numbers as those of a type. Raises `Misfit` where an integer does not hold one."""
    dtype = arrays.NUMBER_TYPES[sql_type].newbyteorder("=")
    with np.errstate(invalid="ignore", over="ignore"):
        fitted = column.astype(dtype)
    if dtype.kind == "f" and column.dtype.kind == "f":
        others = np.flatnonzero(np.isinf(fitted) & ~np.isinf(column))
        if len(others):
            raise Misfit(int(others[0]), f"is {column[others[0]]}, which does not fit {sql_type}")
    if dtype.kind in "ib":
        others = np.flatnonzero(fitted != column)
        if len(others):
            raise Misfit(int(others[0]), f"is {column[others[0]]}, which does not fit {sql_type}")
    return fitted


def fit_vectors(column: Column, sql_type: str) -> Column:
    """Vectors as a 2-D array, or as a list where some are NULL. Raises `Misfit` for other dimensions, and elements that the type does not hold."""
    rows = list(range(len(column)))
    if isinstance(column, list):
        rows = [row for row, value in enumerate(column) if value is not None]
        vectors = _array_of_values(column, rows)
    elif column.ndim == 1:
        raise Misfit(0, f"is a number, and {sql_type} takes vectors")
    else:
        vectors = column
    fitted = _fit_elements(vectors, rows, sql_type)
    if len(rows) == len(column):
        return fitted
    values: list[Any] = [None] * len(column)
    for row, vector in zip(rows, fitted, strict=True):
        values[row] = vector
    return values


def _fit_elements(vectors: NDArray[Any], rows: list[int], sql_type: str) -> NDArray[Any]:
    dimensions = arrays.dimensions_of_type(sql_type)
    if len(rows) and dimensions not in (None, vectors.shape[1]):
        raise Misfit(
            rows[0], f"has {vectors.shape[1]} dimensions, and the column is {sql_type}", "another model made these vectors, or another column is meant: --map"
        )
    with np.errstate(over="ignore"):
        fitted = vectors.astype(np.float16 if arrays.base_of(sql_type) == "halfvec" else np.float32, copy=False)
    if not np.isfinite(fitted).all():
        row, element = (int(place[0]) for place in np.nonzero(~np.isfinite(fitted)))
        raise Misfit(
            rows[row],
            f"has {vectors[row, element]} as element {element + 1}, which {arrays.base_of(sql_type)} does not hold",
            "leave such rows out of the file",
        )
    return cast(NDArray[Any], fitted)


def _array_of_values(column: list[Any], rows: list[int]) -> NDArray[Any]:
    """The vectors of some rows, which are texts, lists, or arrays of one length."""
    values = [column[row] for row in rows]
    if values and all(isinstance(value, str) for value in values):
        return _vectors_of_texts(values, rows)
    if {type(value) for value in values} == {list}:
        with suppress(ValueError, TypeError, OverflowError):
            array = np.array(values, dtype=np.float64)
            if array.ndim == 2 and array.shape[1]:
                return array
    vectors: list[NDArray[Any]] = []
    for row, value in zip(rows, values, strict=True):
        try:
            vector = np.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
            vector = vector if vector.dtype.kind in "fui" else vector.astype(np.float64)
        except (ValueError, TypeError) as error:
            raise Misfit(row, _NO_VECTOR.format(str(value)[:40])) from error
        if vector.ndim != 1 or not len(vector):
            raise Misfit(row, _NO_VECTOR.format(str(value)[:40]))
        if vectors and len(vector) != len(vectors[0]):
            raise Misfit(row, f"has {len(vector)} dimensions, and {len(vectors[0])} in the rows before")
        vectors.append(vector)
    return np.stack(vectors) if vectors else np.empty((0, 0), dtype=np.float32)


def _vectors_of_texts(values: list[str], rows: list[int]) -> NDArray[Any]:
    """Vectors of texts such as `[1,2.5]`."""
    import pyarrow as pa  # arrays alone do not wait for it, or need it
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(pa.array(values, pa.string()))
    shaped = pc.match_substring_regex(trimmed, r"^\[[^\[\]]+\]$")
    if not pc.all(shaped).as_py():
        row = pc.index(shaped, False).as_py()
        raise Misfit(rows[row], _NO_VECTOR.format(values[row][:40]), "a vector is written as [1,2.5]")
    elements = pc.split_pattern(pc.utf8_trim(trimmed, "[]"), ",")
    lengths = pc.list_value_length(elements).to_numpy()
    others = np.flatnonzero(lengths != lengths[0])
    if len(others):
        raise Misfit(rows[others[0]], f"has {lengths[others[0]]} dimensions, and {lengths[0]} in the rows before")
    try:
        numbers = pc.cast(pc.utf8_trim_whitespace(elements.flatten()), pa.float32())
    except pa.ArrowInvalid as error:
        if len(values) == 1:
            raise Misfit(rows[0], _NO_VECTOR.format(values[0][:40]), "a vector is written as [1,2.5]") from error
        middle = len(values) // 2
        return np.vstack([_vectors_of_texts(values[:middle], rows[:middle]), _vectors_of_texts(values[middle:], rows[middle:])])
    return cast(NDArray[Any], numbers.to_numpy().reshape(len(values), -1))
