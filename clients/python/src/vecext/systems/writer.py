"""What every system that is written to has: points, which are the rows of a table, and a writer of them that is found by the system's name."""

from __future__ import annotations

import importlib
import json
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from vecext.errors import Error
from vecext.files.arrays import dimensions_of_type, is_vector
from vecext.systems.system import Place

# System -> module of this room.
WRITERS = {
    "qdrant": "qdrant",
    "faiss": "faiss_writer",
    "elasticsearch": "elasticsearch_writer",
    "opensearch": "elasticsearch_writer",
    "pinecone": "pinecone",
    "weaviate": "weaviate",
    "milvus": "milvus_writer",
    "chroma": "chroma_writer",
}


@dataclass(frozen=True)
class Point:
    """A row: its key as a text, vectors by column (lists of floats, `SparseVector`, or None for NULL), and the payload."""

    id: str
    vectors: dict[str, Any]
    payload: dict[str, Any]


@dataclass(frozen=True)
class Layout:
    """The columns that points are made of: the key with its type, those of vectors with their types, and the distances of their indexes."""

    key: str
    key_type: str
    types: dict[str, str]
    distances: dict[str, str]

    @property
    def dense(self) -> list[str]:
        """The columns of vectors that are not sparse."""
        return [column for column, sql_type in self.types.items() if is_vector(sql_type)]

    @property
    def sparse(self) -> list[str]:
        """The columns of sparse vectors."""
        return [column for column in self.types if column not in self.dense]

    def dimensions(self, column: str) -> int:
        """The dimensions of a column. Raises `Error` if its type does not say them."""
        sql_type = self.types[column]
        dimensions = dimensions_of_type(sql_type)
        if dimensions is None:
            raise Error(f"column {column} is of type {sql_type}, whose rows may differ in dimensions", hint=f"ALTER TABLE … ALTER {column} TYPE {sql_type}(N)")
        return dimensions

    def distance(self, column: str, names: dict[str, str], system: str) -> str:
        """What the system calls the distance of a column. Raises `Error` if it has none such."""
        distance = self.distances[column]
        if distance not in names:
            raise Error(f"{column} is searched by {distance}, which {system} lacks", hint="leave the column out by --columns")
        return names[distance]

    def require_dense(self, system: str) -> None:
        """Raises `Error` if a column has sparse vectors, for systems without such."""
        if self.sparse:
            raise Error(f"{system} takes no sparse vectors, and {self.sparse[0]} has such", hint="leave the column out by --columns")

    def only_dense(self, system: str) -> str:
        """The column of vectors, for systems whose records have one. Raises `Error` if there are none, or several."""
        if len(self.dense) != 1:
            found = ", ".join(self.dense) or "none"
            raise Error(f"a record of {system} has one vector, and the columns of vectors are: {found}", hint="name one by --columns")
        return self.dense[0]


class SystemWriter(ABC):
    """A collection that points are written to. Points of the same ids are replaced.

    `note` is what a user should know beforehand, if anything; `is_file` is true if `name` is that of a file.
    """

    name: str
    note: str | None = None
    is_file = False

    @abstractmethod
    def prepare(self) -> None:
        """Creates the collection if it does not exist. Raises `Error` if it exists with other vectors."""

    @abstractmethod
    def write(self, points: list[Point]) -> None:
        """Writes points."""

    def close(self) -> None:  # noqa: B027 (most have nothing to do)
        """Ends the writing: from now on all points are found."""


def open_writer(system: str, place: Place, layout: Layout) -> SystemWriter:
    """The writer of a collection. Raises `Error` if the system cannot hold such vectors."""
    writer: SystemWriter = importlib.import_module(f"vecext.systems.{WRITERS[system]}").Writer(place, layout)
    return writer


def merged(point: Point, others: dict[str, Any]) -> dict[str, Any]:
    """The payload with the other fields beside its own. Raises `Error` if one has the name of another."""
    both = others.keys() & point.payload.keys()
    if both:
        raise Error(f"the payload of row {point.id} has a key {min(both)}, as a column has", hint="rename the column, or leave it out by --columns")
    return {**point.payload, **others}


def uuid_of(key: str) -> str | None:
    """The key as a UUID is written; None if it is not one."""
    try:
        return str(uuid.UUID(key))
    except ValueError:
        return None


def whole_number(key: str, least: int, largest: int) -> int | None:
    """The key as a number of that range; None if it is not one, or is written in another way than numbers are."""
    try:
        number = int(key)
    except ValueError:
        return None
    return number if least <= number <= largest and str(number) == key else None


def requests_of(records: list[dict[str, Any]], limit: int, most: int | None = None) -> Iterator[list[dict[str, Any]]]:
    """The records in parts, each of which has about so many bytes of JSON at most, or one record, and no more than `most` records."""
    part: list[dict[str, Any]] = []
    size = 0
    for record in records:
        record_size = len(json.dumps(record)) + 1
        if part and (size + record_size > limit or len(part) == most):
            yield part
            part, size = [], 0
        part.append(record)
        size += record_size
    if part:
        yield part
