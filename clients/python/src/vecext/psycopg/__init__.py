"""Adapters of psycopg 3: values of vecext's types as parameters and in results."""

from vecext.psycopg.register import register_vector, register_vector_async
from vecext.types import Bit, HalfVector, SparseVector, Vector

__all__ = ["Bit", "HalfVector", "SparseVector", "Vector", "register_vector", "register_vector_async"]
