"""Chroma, by its files: `chroma.sqlite3`, and the folders of its vector segments beside it.

Columns are `id`, `document` where records have one, `embedding`, and `payload`, the other metadata. Records of the log that the segments do not have yet
count as Chroma counts them. A vector that has left the log is that of its segment, which keeps those of cosine collections with length 1.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vecext.errors import Error
from vecext.rows import Columns
from vecext.systems.chroma_segment import Segment
from vecext.systems.system import EMBEDDING, PAYLOAD, Place, SystemReader

DATABASE = "chroma.sqlite3"
DOCUMENT = "document"
DOCUMENT_KEY = "chroma:document"
DISTANCES = {"l2": "l2", "cosine": "cosine", "ip": "ip"}
ADD, UPDATE, UPSERT, DELETE = range(4)

_FOUND = """
SELECT c.id, c.name, c.dimension, d.name FROM collections AS c JOIN databases AS d ON d.id = c.database_id
WHERE c.name = ? AND (? = '' OR d.name = ?)"""
_VALUES = """
SELECT key, string_value, int_value, float_value, bool_value FROM embedding_metadata WHERE id = ?"""
_LOG = """
SELECT seq_id, operation, id, vector IS NOT NULL, metadata FROM embeddings_queue WHERE topic LIKE '%/' || ? AND seq_id > ? ORDER BY seq_id"""


class Reader(SystemReader):
    """The records of a collection, named `NAME`, or `DATABASE/NAME` if several databases have one of that name."""

    def __init__(self, place: Place) -> None:
        place.require("file", "collection")
        self._batch_rows = place.batch_rows
        self._folder = Path(str(place.file))
        self._folder = self._folder.parent if self._folder.name == DATABASE else self._folder
        self._database = self._opened()
        arrays = "SELECT true FROM sqlite_master WHERE name = 'embedding_metadata_array'"
        self._has_arrays = self._database.execute(arrays).fetchone() is not None
        self.name = str(place.collection)
        self._collection, dimension = self._find()
        segments = dict(self._database.execute("SELECT scope, id FROM segments WHERE collection = ?", [self._collection]).fetchall())
        self._metadata, vectors = segments["METADATA"], segments["VECTOR"]
        self._segment = Segment(self._folder / vectors, dimension)
        # What the log says beyond each segment: id -> the record of the log that has its vector, or None if it is deleted.
        self._logged_vectors: dict[str, int | None] = {}
        self._read_vector_log(self._seen_by(vectors) or self._segment.seen)
        self._changes: dict[str, dict[str, Any] | None] = {}
        self._read_metadata_log(self._seen_by(self._metadata))
        has_documents = self._has_documents()
        self.columns = {"id": "text", **({DOCUMENT: "text"} if has_documents else {})}
        self.distances = {}
        if dimension:
            self.columns[EMBEDDING] = f"vector({dimension})"
            self.distances[EMBEDDING] = self._distance()
        self.columns[PAYLOAD] = "jsonb"
        (count,) = self._database.execute("SELECT count(*) FROM embeddings WHERE segment_id = ?", [self._metadata]).fetchone()
        self.rows = count if not self._changes else None

    def _opened(self) -> sqlite3.Connection:
        path = self._folder / DATABASE
        if not path.is_file():
            raise Error(f"{self._folder} has no {DATABASE}", hint="--file is the folder of a PersistentClient, or of the server's data")
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM collections")
        except sqlite3.DatabaseError as error:
            raise Error(f"{path} is not a database of Chroma: {error}") from error
        return connection

    def _find(self) -> tuple[str, int | None]:
        database, _, name = self.name.rpartition("/")
        found = self._database.execute(_FOUND, [name, database, database]).fetchall()
        if not found:
            names = [row[0] for row in self._database.execute("SELECT name FROM collections ORDER BY name LIMIT 20")]
            raise Error(f"collection {self.name} does not exist there", hint=f"there are {', '.join(names) or 'none'}")
        if len(found) > 1:
            raise Error(f"{len(found)} databases have a collection {name}", hint="name one: " + ", ".join(f"{row[3]}/{row[1]}" for row in found))
        return found[0][0], found[0][2]

    def _seen_by(self, segment: str) -> int:
        """The last record of the log that a segment has."""
        row = self._database.execute("SELECT seq_id FROM max_seq_id WHERE segment_id = ?", [segment]).fetchone()
        if row is None:
            return 0
        return int.from_bytes(row[0], "big") if isinstance(row[0], bytes) else int(row[0])

    def _log(self, seen: int) -> Iterator[tuple[int, int, str, int, str | None]]:
        yield from self._database.execute(_LOG, [self._collection, seen])

    def _read_vector_log(self, seen: int) -> None:
        logged = self._logged_vectors
        for number, operation, one, has_vector, _ in self._log(seen):
            is_there = logged[one] is not None if one in logged else one in self._segment
            if operation == DELETE:
                logged[one] = None
            elif has_vector and (operation == UPSERT or is_there == (operation == UPDATE)):
                logged[one] = number

    def _read_metadata_log(self, seen: int) -> None:
        for _, operation, one, _, metadata in self._log(seen):
            before = self._changes[one] if one in self._changes else self._stored(one)
            if operation == DELETE:
                self._changes[one] = None
            elif operation == UPSERT or (before is not None) == (operation == UPDATE):
                values = {**(before or {}), **json.loads(metadata or "{}")}
                self._changes[one] = {key: value for key, value in values.items() if value is not None}

    def _stored(self, one: str) -> dict[str, Any] | None:
        """The metadata of a record in its segment; None if it has no such record."""
        row = self._database.execute("SELECT id FROM embeddings WHERE segment_id = ? AND embedding_id = ?", [self._metadata, one]).fetchone()
        return None if row is None else self._values(row[0])

    def _values(self, number: int) -> dict[str, Any]:
        values: dict[str, Any] = {key: _value(columns) for key, *columns in self._database.execute(_VALUES, [number])}
        if self._has_arrays:
            for key, *columns in self._database.execute(_VALUES.replace("embedding_metadata", "embedding_metadata_array"), [number]):
                values.setdefault(key, []).append(_value(columns))
        return values

    def _has_documents(self) -> bool:
        statement = "SELECT true FROM embedding_metadata AS m JOIN embeddings AS e ON e.id = m.id WHERE e.segment_id = ? AND m.key = ? LIMIT 1"
        stored = self._database.execute(statement, [self._metadata, DOCUMENT_KEY]).fetchone()
        return stored is not None or any(DOCUMENT_KEY in change for change in self._changes.values() if change)

    def _distance(self) -> str:
        """The collection's space, which versions of Chroma keep in different places; l2 by default."""
        older = "SELECT str_value FROM collection_metadata WHERE collection_id = ? AND key = 'hnsw:space'"
        spaces = [space for (space,) in self._database.execute(older, [self._collection])]  # beside it, a configuration has defaults
        row = self._database.execute("SELECT * FROM collections WHERE id = ?", [self._collection]).fetchone()
        for text in row:
            if isinstance(text, str) and text.startswith("{"):
                spaces += _spaces(json.loads(text))
        return DISTANCES.get(spaces[0], "l2") if spaces else "l2"

    def batches(self) -> Iterator[Columns]:
        statement = "SELECT embedding_id, id FROM embeddings WHERE segment_id = ? ORDER BY id"
        records: list[tuple[str, dict[str, Any]]] = []
        seen = set()
        for one, number in self._database.execute(statement, [self._metadata]):
            values = self._values(number)
            if one in self._changes:
                seen.add(one)
                change = self._changes[one]
                if change is None:
                    continue
                values = change
            records.append((one, values))
            if len(records) == self._batch_rows:
                yield self._columns(records)
                records = []
        records += [(one, change) for one, change in self._changes.items() if change is not None and one not in seen]
        if records:
            yield self._columns(records)

    def _columns(self, records: list[tuple[str, dict[str, Any]]]) -> Columns:
        columns: Columns = {"id": [one for one, _ in records]}
        documents = [values.pop(DOCUMENT_KEY, None) for _, values in records]
        if DOCUMENT in self.columns:
            columns[DOCUMENT] = documents
        if EMBEDDING in self.columns:
            columns[EMBEDDING] = [self._vector(one) for one, _ in records]
        columns[PAYLOAD] = [values for _, values in records]
        return columns

    def _vector(self, one: str) -> Any:
        number = self._logged_vectors.get(one)
        if number is not None:
            vector, encoding = self._database.execute("SELECT vector, encoding FROM embeddings_queue WHERE seq_id = ?", [number]).fetchone()
            return np.frombuffer(vector, "<f4" if encoding == "FLOAT32" else "<i4").astype(np.float32)
        stored = None if one in self._logged_vectors else self._segment.vector(one)
        if stored is None:
            raise Error(f"record {one} has a vector neither in the log nor in its segment", hint=f"copy the folders beside {DATABASE}, too")
        return stored


def _value(columns: list[Any]) -> Any:
    """The one of text, int, float and bool that is there."""
    text, whole, real, truth = columns
    return bool(truth) if truth is not None else next((value for value in (text, whole, real) if value is not None), None)


def _spaces(configuration: Any) -> Iterator[str]:
    """The spaces of vector indexes that are enabled, wherever a configuration has them."""
    if isinstance(configuration, dict):
        if configuration.get("enabled") is False:
            return
        for key, value in configuration.items():
            if key == "space" and isinstance(value, str):
                yield value
            yield from _spaces(value)
