"""FAISS index files: flat indexes and IVF of flat vectors, also within an IDMap. Columns are `id` and `embedding`.

Ids are those that the index was given, else positions. Vectors lie in the file as they are; it is mapped, not read into memory.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vecext.errors import Error
from vecext.rows import Columns
from vecext.systems.system import EMBEDDING, Place, SystemReader

INNER_PRODUCT, L2, L1 = 0, 1, 2
METRICS = {INNER_PRODUCT: "ip", L2: "l2", L1: "l1"}
HASH_TABLE = 2  # the kind of an IVF's map from ids to places that has pairs

Part = tuple[NDArray[Any] | None, NDArray[Any]]  # ids, or None for positions, and vectors


class Reader(SystemReader):
    """An index of a file."""

    def __init__(self, place: Place) -> None:
        place.require("file")
        self.name = str(place.file)
        self._batch_rows = place.batch_rows
        with open(self.name, "rb") as file:
            try:
                content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:
                raise Error(f"{self.name} is empty") from error
        self._file = _File(self.name, content)
        self._parts = self._file.index()
        self.rows = sum(len(vectors) for _, vectors in self._parts)
        self.columns = {"id": "bigint", EMBEDDING: f"vector({self._file.dimensions})"}
        metric = METRICS.get(self._file.metric)
        self.distances = {EMBEDDING: metric} if metric else {}

    def batches(self) -> Iterator[Columns]:
        position = 0
        for ids, vectors in self._parts:
            for first in range(0, len(vectors), self._batch_rows):
                some = vectors[first : first + self._batch_rows]
                numbers = np.arange(position, position + len(some)) if ids is None else ids[first : first + self._batch_rows]
                yield {"id": numbers.astype(np.int64), EMBEDDING: some}
                position += len(some)


class _File:
    """The content of a file, read from its beginning on. `dimensions` and `metric` are those of the outer index."""

    def __init__(self, name: str, content: mmap.mmap) -> None:
        self._name = name
        self._content = content
        self._at = 0

    def _array(self, dtype: str, count: int) -> NDArray[Any]:
        kind = np.dtype(dtype)
        if not 0 <= count <= (len(self._content) - self._at) // kind.itemsize:
            raise Error(f"{self._name} ends within the index", hint="was the file copied completely?")
        array = np.frombuffer(self._content, kind, count, self._at)
        self._at += count * kind.itemsize
        return array

    def _number(self, dtype: str) -> int:
        return int(self._array(dtype, 1)[0])

    def _counted(self, dtype: str) -> NDArray[Any]:
        return self._array(dtype, self._number("<u8"))

    def _kind(self) -> bytes:
        return self._array("u1", 4).tobytes()

    def _header(self) -> int:
        """What each index begins with. Returns the number of vectors."""
        self.dimensions = self._number("<i4")
        rows = self._number("<i8")
        self._array("<i8", 2)
        self._array("u1", 1)
        self.metric = self._number("<i4")
        if self.metric > L2:
            self._array("<f4", 1)
        return rows

    def index(self) -> list[Part]:
        """The parts of an index. Raises `Error` for kinds that do not keep vectors as they are."""
        kind = self._kind()
        if kind in (b"IxF2", b"IxFI", b"IxFl"):
            rows = self._header()
            return [(None, self._vectors(self._counted("<f4"), rows))]
        if kind in (b"IxMp", b"IxM2"):
            self._header()
            parts = self.index()
            ids = self._counted("<i8")
            # ids of an IDMap are by positions in the index within, so those of an IVF point into it
            return [(ids if within is None else ids[within], vectors) for within, vectors in parts]
        if kind == b"IwFl":
            return self._inverted_file()
        shown = kind.decode("ascii", errors="replace")
        raise Error(f"{self._name} is an index of kind {shown!r}", hint="flat and IVFFlat indexes keep vectors as they are, and are read; write such a one")

    def _inverted_file(self) -> list[Part]:
        self._header()
        outer = (self.dimensions, self.metric)
        lists = self._number("<u8")
        self._number("<u8")
        self.index()  # the centroids
        self.dimensions, self.metric = outer
        direct = self._number("u1")
        self._counted("<i8")
        if direct == HASH_TABLE:
            self._array("<i8", 2 * self._number("<u8"))
        if self._kind() != b"ilar":
            raise Error(f"{self._name} keeps its lists in another file", hint="write the index with its lists, by faiss.write_index of an index in memory")
        self._number("<u8")
        code_size = self._number("<u8")
        sparse = self._kind() == b"sprs"
        sizes = self._counted("<u8").astype(np.int64)
        if sparse:
            counts = np.zeros(lists, dtype=np.int64)
            counts[sizes[0::2]] = sizes[1::2]
            sizes = counts
        parts: list[Part] = []
        for size in sizes.tolist():
            if size:
                vectors = self._vectors(self._array("<f4", size * code_size // 4), size)
                parts.append((self._array("<i8", size), vectors))
        return parts

    def _vectors(self, elements: NDArray[Any], rows: int) -> NDArray[Any]:
        if len(elements) != rows * self.dimensions:
            raise Error(f"{self._name} is not an index of {rows} vectors of {self.dimensions} dimensions", hint="was it written by another version of FAISS?")
        return elements.reshape(rows, self.dimensions)
