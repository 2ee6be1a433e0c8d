"""Client of vecext: vector and full-text search in PostgreSQL."""

from vecext.collections import AsyncCollection, Collection
from vecext.connection import connect, connect_async
from vecext.copy import copy_rows, copy_rows_async
from vecext.errors import Error, NotInstalled
from vecext.psycopg import register_vector, register_vector_async
from vecext.server import Server, start, stop
from vecext.types import Bit, HalfVector, SparseVector, Vector

__version__ = "0.1.0"

__all__ = [
    "AsyncCollection",
    "Bit",
    "Collection",
    "Error",
    "HalfVector",
    "NotInstalled",
    "Server",
    "SparseVector",
    "Vector",
    "connect",
    "connect_async",
    "copy_rows",
    "copy_rows_async",
    "register_vector",
    "register_vector_async",
    "start",
    "stop",
]
