"""What vectors and half vectors have in common: a header and elements of one width."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing_extensions import Self

_HEADER = struct.Struct(">HH")  # dimensions, unused


class DenseVector:
    """A value with all of its elements, which are floats of `element`'s width. Values do not change."""

    __slots__ = ("_elements",)
    element: ClassVar[np.dtype[Any]]

    def __init__(self, value: npt.ArrayLike) -> None:
        """Copies a list, a one-dimensional array, or what numpy makes such an array of. Raises ValueError for others."""
        elements = np.array(value, dtype=self.element)
        if elements.ndim != 1:
            raise ValueError("expected ndim to be 1")
        self._elements = elements

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.to_list()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and np.array_equal(self._elements, other._elements)

    def dimensions(self) -> int:
        """The number of elements."""
        return len(self._elements)

    def to_list(self) -> list[float]:
        """The elements as Python floats."""
        elements: list[float] = self._elements.tolist()
        return elements

    def to_numpy(self) -> npt.NDArray[Any]:
        """A new array of the elements, in the machine's byte order."""
        return self._elements.copy()

    def to_text(self) -> str:
        """The text form, as in [1.0,2.5], with as many digits as tell the elements apart from their neighbors."""
        return "[" + ",".join(map(str, self._elements)) + "]"

    def to_binary(self) -> bytes:
        """The binary form: two numbers of 16 bits, dimensions and 0, and the elements, the most significant byte first."""
        return _HEADER.pack(len(self._elements), 0) + self._elements.astype(self.element.newbyteorder(">")).tobytes()

    @classmethod
    def from_text(cls, value: str) -> Self:
        """The value that a text form stands for."""
        return cls(list(map(float, value[1:-1].split(","))))

    @classmethod
    def from_binary(cls, value: bytes) -> Self:
        """The value that a binary form stands for. Raises ValueError for bytes that are none."""
        dimensions, unused = _HEADER.unpack_from(value)
        if len(value) != _HEADER.size + dimensions * cls.element.itemsize:
            raise ValueError("invalid length")
        if unused != 0:
            raise ValueError("expected unused to be 0")
        return cls(np.frombuffer(value, dtype=cls.element.newbyteorder(">"), offset=_HEADER.size))
