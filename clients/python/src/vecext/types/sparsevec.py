"""The type sparsevec."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing_extensions import Self

_HEADER = struct.Struct(">iii")  # dimensions, elements, unused
_OPEN_SPACE = 1 << 32  # dimensions of indices of 32 bits
_OPEN_SPACE_STORED = -(1 << 31)
_NOT_GIVEN = object()


class SparseVector:
    """A value of type sparsevec: elements that are not 0, by index from 0 on, and the number of dimensions. Values do not change."""

    __slots__ = ("_dimensions", "_indices", "_values")

    def __init__(self, value: Any, dimensions: Any = _NOT_GIVEN, /) -> None:
        """Takes a dict of index and element with the number of dimensions, a sparse array of SciPy with one row, or a list or array of all elements."""
        is_sparse = hasattr(value, "tocoo")  # a dok_array is a dict, too
        if isinstance(value, dict) and not is_sparse:
            if dimensions is _NOT_GIVEN:
                raise ValueError("missing dimensions")
            kept = sorted(item for item in value.items() if item[1] != 0)
            self._set(dimensions, [index for index, _ in kept], [element for _, element in kept])
            return
        if dimensions is not _NOT_GIVEN:
            raise ValueError("extra argument")
        self._set(*(_elements_of_sparse if is_sparse else _elements_of_dense)(value))

    def _set(self, dimensions: int, indices: npt.ArrayLike, values: npt.ArrayLike) -> None:
        """Keeps them; indices ascend."""
        self._dimensions = int(dimensions)
        self._indices = np.array(indices, dtype=np.uint32)
        self._values = np.array(values, dtype=np.float32)

    def __repr__(self) -> str:
        return f"SparseVector({dict(zip(self.indices(), self.values(), strict=True))}, {self._dimensions})"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SparseVector)
            and self._dimensions == other._dimensions
            and np.array_equal(self._indices, other._indices)
            and np.array_equal(self._values, other._values)
        )

    def dimensions(self) -> int:
        """The number of dimensions."""
        return self._dimensions

    def indices(self) -> list[int]:
        """The indices of the elements that are not 0, from 0 on, ascending."""
        indices: list[int] = self._indices.tolist()
        return indices

    def values(self) -> list[float]:
        """The elements that are not 0, in the order of their indices."""
        values: list[float] = self._values.tolist()
        return values

    def to_coo(self) -> Any:
        """A coo_array of SciPy with one row."""
        from scipy.sparse import coo_array

        return coo_array((self._values, (np.zeros(len(self._indices), dtype=np.int64), self._indices.astype(np.int64))), shape=(1, self._dimensions))

    def to_list(self) -> list[float]:
        """All elements as Python floats."""
        elements: list[float] = self.to_numpy().tolist()
        return elements

    def to_numpy(self) -> npt.NDArray[np.float32]:
        """A new array of all elements."""
        elements = np.zeros(self._dimensions, dtype=np.float32)
        elements[self._indices] = self._values
        return elements

    def to_text(self) -> str:
        """The text form, as in {1:1.5,3:2.0}/4, with indices from 1 on."""
        return "{" + ",".join(f"{index + 1}:{value}" for index, value in zip(self.indices(), self._values, strict=True)) + "}/" + str(self._dimensions)

    def to_binary(self) -> bytes:
        """The binary form: three numbers of 32 bits, dimensions, elements and 0, then indices from 0 on, then elements; the most significant byte first."""
        stored = _OPEN_SPACE_STORED if self._dimensions == _OPEN_SPACE else self._dimensions
        return _HEADER.pack(stored, len(self._indices), 0) + self._indices.astype(">u4").tobytes() + self._values.astype(">f4").tobytes()

    @classmethod
    def from_text(cls, value: str) -> Self:
        """The value that a text form stands for."""
        elements, dimensions = value.split("/")
        pairs = [pair.split(":") for pair in elements.strip()[1:-1].split(",") if pair]
        return cls({int(index) - 1: float(element) for index, element in pairs}, int(dimensions))

    @classmethod
    def from_binary(cls, value: bytes) -> Self:
        """The value that a binary form stands for. Raises ValueError for bytes that are none."""
        dimensions, count, unused = _HEADER.unpack_from(value)
        if len(value) != _HEADER.size + 8 * count:
            raise ValueError("invalid length")
        if unused != 0:
            raise ValueError("expected unused to be 0")
        vector = cls.__new__(cls)
        vector._set(
            _OPEN_SPACE if dimensions == _OPEN_SPACE_STORED else dimensions,
            np.frombuffer(value, dtype=">u4", count=count, offset=_HEADER.size),
            np.frombuffer(value, dtype=">f4", count=count, offset=_HEADER.size + 4 * count),
        )
        return vector


def _elements_of_dense(value: Any) -> tuple[int, npt.NDArray[Any], npt.NDArray[Any]]:
    """Dimensions, indices and elements of a list or array of all elements, without those that are 0."""
    elements = np.asarray(value, dtype=np.float32)
    if elements.ndim != 1:
        raise ValueError("expected ndim to be 1")
    indices = np.flatnonzero(elements)
    return len(elements), indices, elements[indices]


def _elements_of_sparse(value: Any) -> tuple[int, npt.NDArray[Any], npt.NDArray[Any]]:
    """Dimensions, indices and elements of a sparse array of SciPy, without those that are 0."""
    elements = value.tocoo()
    if (elements.ndim == 2 and elements.shape[0] != 1) or elements.ndim > 2:
        raise ValueError("expected ndim to be 1")
    indices = elements.coords[0] if elements.ndim == 1 else elements.col
    order = np.argsort(indices, kind="stable")
    order = order[elements.data[order] != 0]
    return elements.shape[-1], indices[order], elements.data[order]
