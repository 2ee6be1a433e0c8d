"""Client of vecext: vector and full-text search in PostgreSQL."""

from vecext.copy import copy_rows, copy_rows_async
from vecext.errors import Error, NotInstalled
from vecext.psycopg import register_vector, register_vector_async
from vecext.types import Bit, HalfVector, SparseVector, Vector

__version__ = "0.1.0"

__all__ = [
    "Bit",
    "Error",
    "HalfVector",
    "NotInstalled",
    "SparseVector",
    "Vector",
    "copy_rows",
    "copy_rows_async",
    "register_vector",
    "register_vector_async",
]
