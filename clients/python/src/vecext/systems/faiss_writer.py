"""FAISS index files, written as a flat index within an IDMap: vectors as they are, with the numbers of their rows. `faiss.read_index` reads them."""

from __future__ import annotations

import os
import struct
from array import array
from pathlib import Path

import numpy as np

from vecext.errors import Error
from vecext.systems.faiss import INNER_PRODUCT, L1, L2
from vecext.systems.system import Place
from vecext.systems.writer import Layout, Point, SystemWriter, whole_number

METRICS = {"cosine": INNER_PRODUCT, "ip": INNER_PRODUCT, "l2": L2, "l1": L1}
KINDS = {INNER_PRODUCT: b"IxFI", L2: b"IxF2", L1: b"IxFl"}
ID_MAP = b"IxM2"
UNUSED = 1 << 20  # what FAISS writes into two numbers of a header that it no longer has
LARGEST_ID = (1 << 63) - 1


class Writer(SystemWriter):
    """A file, which is written as `FILE.part` and gets its name at the end. The ids are kept in memory until then."""

    is_file = True

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("file")
        layout.require_dense("FAISS")
        self.name = str(place.file)
        self._column = layout.only_dense("FAISS")
        self._dimensions = layout.dimensions(self._column)
        self._metric = METRICS[layout.distances[self._column]]
        self._ids = array("q")
        if layout.distances[self._column] == "cosine":
            self.note = "FAISS has no cosine distance: the index is of inner products, which order alike where vectors have length 1"

    def prepare(self) -> None:
        if Path(self.name).exists():
            raise Error(f"{self.name} exists", hint="remove it, or name another file")
        self._part = Path(self.name + ".part")
        self._file = open(self._part, "wb")  # noqa: SIM115 (close() closes it)
        self._file.write(self._headers())

    def _headers(self) -> bytes:
        """Those of both indexes, and the number of elements, for as many vectors as there are so far."""
        rows = len(self._ids)
        header = struct.pack("<iqqq?i", self._dimensions, rows, UNUSED, UNUSED, True, self._metric)
        if self._metric > L2:
            header += struct.pack("<f", 0)
        return ID_MAP + header + KINDS[self._metric] + header + struct.pack("<Q", rows * self._dimensions)

    def write(self, points: list[Point]) -> None:
        for point in points:
            number = whole_number(point.id, -LARGEST_ID - 1, LARGEST_ID)
            if number is None:
                raise Error(f"{point.id} cannot be the id of a vector", hint="ids of FAISS are whole numbers of 64 bits")
            if point.vectors[self._column] is None:
                raise Error(f"row {point.id} has no vector", hint=f"leave it out: --where '{self._column} IS NOT NULL'")
            self._ids.append(number)
        self._file.write(np.array([point.vectors[self._column] for point in points], dtype="<f4").tobytes())

    def close(self) -> None:
        self._file.write(struct.pack("<Q", len(self._ids)) + np.array(self._ids, dtype="<i8").tobytes())
        self._file.seek(0)
        self._file.write(self._headers())
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.replace(self.name)
