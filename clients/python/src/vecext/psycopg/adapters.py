"""How psycopg writes values of vecext's types, and reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from psycopg.adapt import Dumper, Loader
from psycopg.pq import Format

from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of

if TYPE_CHECKING:
    from psycopg import AsyncConnection, Connection
    from psycopg.abc import Buffer
    from psycopg.types import TypeInfo

# By name in SQL: the type's class here, and what results are made of it. psycopg reads a bit as it always does.
_CLASSES: dict[str, tuple[Any, Callable[[Any], Any] | None]] = {
    "vector": (Vector, Vector.to_numpy),
    "halfvec": (HalfVector, lambda value: value),
    "sparsevec": (SparseVector, lambda value: value),
    "bit": (Bit, None),
}
TYPES = tuple(_CLASSES)


def register(context: Connection[Any] | AsyncConnection[Any], info: TypeInfo) -> None:
    """Registers a type of TYPES, and arrays of it."""
    value_class, result = _CLASSES[info.name]
    info.register(context)
    adapters = context.adapters
    for dumper in _dumpers(info.oid, value_class):
        adapters.register_dumper(value_class, dumper)
        if value_class is Vector:
            adapters.register_dumper(np.ndarray, dumper)
    if result is not None:
        for loader in _loaders(value_class, result):
            adapters.register_loader(info.oid, loader)


def _dumpers(type_oid: int, value_class: Any) -> list[type[Dumper]]:
    """Write values of the class, and what such values are made of. The last one is taken where a query does not say which format it wants."""

    class TextDumper(Dumper):
        format = Format.TEXT
        oid = type_oid

        def dump(self, obj: Any) -> bytes:
            text: str = value_of(value_class, obj).to_text()
            return text.encode()

    class BinaryDumper(Dumper):
        format = Format.BINARY
        oid = type_oid

        def dump(self, obj: Any) -> bytes:
            data: bytes = value_of(value_class, obj).to_binary()
            return data

    return [TextDumper, BinaryDumper]


def _loaders(value_class: Any, result: Callable[[Any], Any]) -> list[type[Loader]]:
    class TextLoader(Loader):
        format = Format.TEXT

        def load(self, data: Buffer) -> Any:
            return result(value_class.from_text(bytes(data).decode()))

    class BinaryLoader(Loader):
        format = Format.BINARY

        def load(self, data: Buffer) -> Any:
            return result(value_class.from_binary(bytes(data)))

    return [TextLoader, BinaryLoader]
