"""Pieces for SQLAlchemy 2: types of columns with their distances, search in texts, filters, hybrid search.

An index needs no piece: `Index(name, Item.embedding, postgresql_using="ivfpq", postgresql_ops={"embedding": "vector_cosine_ops"})`.
"""

from vecext.sqlalchemy.functions import avg, sum
from vecext.sqlalchemy.search import bm25_distance, bm25_matches, hybrid_search, matches
from vecext.sqlalchemy.types import BIT, HALFVEC, SPARSEVEC, VECTOR
from vecext.types import HalfVector, SparseVector

Vector = VECTOR

__all__ = [
    "BIT",
    "HALFVEC",
    "SPARSEVEC",
    "VECTOR",
    "HalfVector",
    "SparseVector",
    "Vector",
    "avg",
    "bm25_distance",
    "bm25_matches",
    "hybrid_search",
    "matches",
    "sum",
]
