"""The types of PostgreSQL for columns of files that do not name types: texts of csv, values of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

HEAD_ROWS = 10_000  # types follow from the first rows

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_FLOAT = re.compile(rf"{_NUMBER}|[-+]?(?:nan|inf|infinity)", re.IGNORECASE)
_LEADING_ZERO = re.compile(r"[-+]?0\d")
_VECTOR = re.compile(rf"\[\s*{_NUMBER}\s*(?:,\s*{_NUMBER}\s*)*\]")
_SPARSE = re.compile(rf"\{{(?:\d+:{_NUMBER}(?:,\d+:{_NUMBER})*)?\}}/(\d+)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_TIMESTAMPTZ = re.compile(_TIMESTAMP.pattern + r"\s?(?:Z|[-+]\d\d(?::?\d\d)?)")


def _is_json(text: str) -> bool:
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _is_float(text: str) -> bool:
    return _FLOAT.fullmatch(text) is not None and not _LEADING_ZERO.match(text)


_TIMES: list[tuple[str, Callable[[str], Any]]] = [
    ("date", _DATE.fullmatch),
    ("timestamp without time zone", _TIMESTAMP.fullmatch),
    ("timestamp with time zone", _TIMESTAMPTZ.fullmatch),
]
_TESTS: list[tuple[str, Callable[[str], Any]]] = [
    ("bigint", _INTEGER.fullmatch),
    ("double precision", _is_float),
    ("boolean", lambda text: text.lower() in ("true", "false")),
    ("vector", _VECTOR.fullmatch),
    ("sparsevec", _SPARSE.fullmatch),
    ("jsonb", _is_json),
    ("uuid", _UUID.fullmatch),
    *_TIMES,
]


def type_of_texts(texts: list[str | None]) -> str:
    """The narrowest type whose texts all of these are; NULLs count for every type. `text` if there are none."""
    values = [text for text in texts if text is not None]
    for name, test in _TESTS:
        if not values or not all(test(text) for text in values):
            continue
        if name == "vector":
            return _with_dimensions("vector", {text.count(",") + 1 for text in values}, "jsonb")
        if name == "sparsevec":
            return _with_dimensions("sparsevec", {int(text.rpartition("/")[2]) for text in values}, "sparsevec")
        return name
    return "text"


def _with_dimensions(name: str, dimensions: set[int], otherwise: str) -> str:
    return f"{name}({dimensions.pop()})" if len(dimensions) == 1 else otherwise


def is_number(value: object) -> bool:
    """True for the numbers of JSON."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def type_of_values(column: list[Any]) -> str:
    """The type for values of JSON: `vector` for lists of numbers of one length, that of times for texts that all are such, `jsonb` for what has no type
    of its own.
    """
    values = [value for value in column if value is not None]
    kinds = {type(value) for value in values}
    if kinds == {list} and all(value and all(map(is_number, value)) for value in values):
        return _with_dimensions("vector", {len(value) for value in values}, "jsonb")
    if kinds == {str}:
        return next((name for name, test in _TIMES if all(map(test, values))), "text")
    if kinds == {int}:
        return "bigint" if all(-(1 << 63) <= value < 1 << 63 for value in values) else "numeric"
    return {frozenset(): "text", frozenset({bool}): "boolean"}.get(frozenset(kinds), "double precision" if kinds <= {int, float} else "jsonb")
