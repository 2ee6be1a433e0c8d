"""Registers vecext's types with a connection of psycopg."""

from typing import Any

from psycopg import AsyncConnection, Connection
from psycopg.rows import tuple_row
from psycopg.types import TypeInfo

from vecext.errors import NotInstalled
from vecext.psycopg.adapters import TYPES, register

# What TypeInfo.fetch reads, with operands of one type, so that no operator of a role's own fits better than that of pg_catalog.
_TYPE = """
SELECT typname, oid, typarray, oid::regtype::text, typdelim FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype(%s)::oid"""


def register_vector(context: Connection[Any]) -> None:
    """Makes a connection write Vector, HalfVector, SparseVector, Bit and numpy arrays, in both formats, and read a vector as a numpy array.

    An array is written as a vector, which the server casts where a halfvec is wanted; halfvec and sparsevec are read as HalfVector and
    SparseVector. Raises NotInstalled if the search path does not lead to the types.
    """
    for name in TYPES:
        with context.transaction():
            row = context.cursor(row_factory=tuple_row).execute(_TYPE, [name]).fetchone()
        register(context, _found(row))


async def register_vector_async(context: AsyncConnection[Any]) -> None:
    """Does for an AsyncConnection what register_vector() does."""
    for name in TYPES:
        async with context.transaction():
            row = await (await context.cursor(row_factory=tuple_row).execute(_TYPE, [name])).fetchone()
        register(context, _found(row))


def _found(row: tuple[Any, ...] | None) -> TypeInfo:
    if row is None:
        raise NotInstalled
    name, oid, array_oid, regtype, delimiter = row
    return TypeInfo(name, oid, array_oid, regtype=regtype, delimiter=delimiter)
