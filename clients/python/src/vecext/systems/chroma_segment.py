"""A vector segment of Chroma: the first layer of a graph in hnswlib's format, and a pickle that has the label of each id.

The pickle is read with two classes alone, of which one is replaced, so that a file runs no code.
"""

from __future__ import annotations

import pickle
import struct
from pathlib import Path
from typing import IO, Any

import numpy as np

from vecext.errors import Error

HEADER = struct.Struct("<i6Q")  # version, offset of the layer, capacity, elements, bytes of one, offsets of its label and of its vector
VERSION = 1


class _Stored:
    """Stands for the object that older versions of Chroma pickle."""


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("chromadb.segment.impl.vector.local_persistent_hnsw", "PersistentData"):
            return _Stored
        raise pickle.UnpicklingError(f"{module}.{name} is not expected")


class Segment:
    """The vectors of a segment by their ids. `seen` is the last record of the log that it has, where the pickle says so; a segment without files has none."""

    def __init__(self, folder: Path, dimension: int | None) -> None:
        self.seen = 0
        self._places: dict[str, int] = {}
        self._vectors: Any = None
        names = folder / "index_metadata.pickle"
        if dimension and names.exists():
            try:
                with names.open("rb") as file:
                    self._read(folder, _names(file), dimension)
            except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError, struct.error, pickle.UnpicklingError) as error:
                raise Error(f"{folder} is not a vector segment of Chroma, or is damaged: {error}", hint="stop what writes to it, and try again") from error

    def _read(self, folder: Path, names: dict[str, Any], dimension: int) -> None:
        with (folder / "header.bin").open("rb") as file:
            version, _, _, elements, size, label, vector = HEADER.unpack(file.read(HEADER.size))
        if version != VERSION or vector + 4 * dimension > size or label + 8 > size:
            raise ValueError(f"version {version}, elements of {size} bytes")
        kind = np.dtype({"names": ["label", "vector"], "formats": ["<u8", ("<f4", (dimension,))], "offsets": [label, vector], "itemsize": size})
        layer = np.memmap(folder / "data_level0.bin", kind, "r", shape=(elements,)) if elements else np.empty(0, kind)
        places = {int(one): place for place, one in enumerate(layer["label"])}
        self._places = {one: places[at] for one, at in names["id_to_label"].items()}
        self._vectors = layer["vector"]
        seen = names.get("max_seq_id") or 0
        self.seen = int.from_bytes(seen, "big") if isinstance(seen, bytes) else int(seen)

    def __contains__(self, one: str) -> bool:
        return one in self._places

    def vector(self, one: str) -> Any:
        """The vector of an id; None if the segment has none."""
        place = self._places.get(one)
        return None if place is None else np.array(self._vectors[place])


def _names(file: IO[bytes]) -> dict[str, Any]:
    stored = _Unpickler(file).load()
    return dict(stored if isinstance(stored, dict) else vars(stored))
