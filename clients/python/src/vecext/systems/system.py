"""What every system has: the place of a collection, and a reader of it that is found by the system's name."""

from __future__ import annotations

import importlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vecext.errors import Misuse
from vecext.rows import Columns
from vecext.types import SparseVector

# System -> module of this room.
SYSTEMS = {
    "qdrant": "qdrant",
    "faiss": "faiss",
    "pgvector": "pgvector",
    "elasticsearch": "elasticsearch",
    "opensearch": "elasticsearch",
    "pinecone": "pinecone",
    "weaviate": "weaviate",
    "milvus": "milvus",
    "chroma": "chroma",
}

SPARSE = "sparsevec(1000000000)"  # the column of sparse vectors whose indices have 32 bits: the open space of vecext's functions
PAYLOAD = "payload"  # the column of what is neither an id nor a vector
EMBEDDING = "embedding"  # the column of vectors that have no name
BATCH_ROWS = 1000


@dataclass(frozen=True)
class Place:
    """Where a collection is. `api_key` is a secret, and not shown."""

    url: str | None = None
    file: str | None = None
    collection: str | None = None
    api_key: str | None = field(default=None, repr=False)
    batch_rows: int = BATCH_ROWS
    as_collection: bool = False  # the rows are to be points of a collection

    def require(self, *names: str) -> None:
        """Raises `Error` if one of these was not given."""
        for name in names:
            if not getattr(self, name):
                raise Misuse(f"a collection of this system is found by its {name}", hint=f"give --{name}")


def sparse_vector(values: dict[int, float]) -> SparseVector:
    """A vector for a column of type SPARSE, with the smaller of its two numbers of dimensions where that is above the indices."""
    return SparseVector(values, 1_000_000_000 if max(values, default=0) < 1_000_000_000 else 1 << 32)


@dataclass
class Definition:
    """What a collection is beside its points, as vecext's functions take it.

    `vectors` is for create_collection(), by the names of the vectors, `columns` tells where the reader has them; `payload_indexes` have types and options for
    set_payload_index(), by key; `left_out` names what vecext has no counterpart for.
    """

    vectors: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    payload_indexes: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


class SystemReader(ABC):
    """One collection. `columns` has the names of its columns with the types of PostgreSQL that hold them, `rows` their number if the system says it.

    `key` is the column of ids, or empty if a table has none. `definition` says what the collection has besides, where vecext's collections have
    the same.
    """

    name: str
    columns: dict[str, str]
    key: str = "id"
    rows: int | None = None
    definition: Definition | None = None
    distances: dict[str, str]  # column of vectors -> cosine, l2, ip or l1, if the system says it

    def free_column(self, name: str) -> str:
        """The name of a column of vectors, with `_vector` behind it where another column has it."""
        while name in (*self.columns, PAYLOAD):
            name += "_vector"
        return name

    @abstractmethod
    def batches(self) -> Iterator[Columns]:
        """Batches of all rows; each has all columns."""


def open_system(system: str, place: Place) -> SystemReader:
    """The reader of a collection. Raises `Error` if it cannot be reached, or does not exist."""
    reader: SystemReader = importlib.import_module(f"vecext.systems.{SYSTEMS[system]}").Reader(place)
    return reader
