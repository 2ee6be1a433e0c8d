"""Registers vecext's types with a connection of psycopg."""

from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg.types import TypeInfo

from vecext.errors import NotInstalled
from vecext.psycopg.adapters import TYPES, register


def register_vector(context: Connection[Any]) -> None:
    """Makes a connection write Vector, HalfVector, SparseVector, Bit and numpy arrays, in both formats, and read a vector as a numpy array.

    An array is written as a vector, which the server casts where a halfvec is wanted; halfvec and sparsevec are read as HalfVector and
    SparseVector. Raises NotInstalled if the search path does not lead to the types.
    """
    for name in TYPES:
        register(context, _found(TypeInfo.fetch(context, name)))


async def register_vector_async(context: AsyncConnection[Any]) -> None:
    """Does for an AsyncConnection what register_vector() does."""
    for name in TYPES:
        register(context, _found(await TypeInfo.fetch(context, name)))


def _found(info: TypeInfo | None) -> TypeInfo:
    if info is None:
        raise NotInstalled
    return info
