"""The type bit."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from warnings import warn

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from typing_extensions import Self

_LENGTH = struct.Struct(">i")  # bits


class Bit:
    """A value of type bit: a string of bits. Values do not change."""

    __slots__ = ("_length", "_packed")

    def __init__(self, value: bytes | str | Sequence[bool] | npt.NDArray[Any]) -> None:
        """Takes bytes, each of eight bits, the most significant first; a text of 0 and 1; or a list or one-dimensional array of truth values."""
        if isinstance(value, bytes):
            self._length = 8 * len(value)
            self._packed = value
        else:
            bits = _bits_of_text(value) if isinstance(value, str) else _bits_of_array(value)
            self._length = len(bits)
            self._packed = np.packbits(bits).tobytes()

    def __repr__(self) -> str:
        return f"Bit({self.to_text()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Bit) and (self._length, self._packed) == (other._length, other._packed)

    def to_list(self) -> list[bool]:
        """The bits as truth values."""
        bits: list[bool] = self.to_numpy().tolist()
        return bits

    def to_numpy(self) -> npt.NDArray[np.bool_]:
        """A new array of the bits, as truth values."""
        return np.unpackbits(np.frombuffer(self._packed, dtype=np.uint8), count=self._length).astype(np.bool_)

    def to_text(self) -> str:
        """The text form: a 0 or 1 for each bit."""
        return "".join(format(byte, "08b") for byte in self._packed)[: self._length]

    def to_binary(self) -> bytes:
        """The binary form: the number of bits, as a number of 32 bits, and the bits, the last byte filled with 0."""
        return _LENGTH.pack(self._length) + self._packed

    @classmethod
    def from_text(cls, value: str) -> Self:
        """The value that a text form stands for."""
        return cls(value)

    @classmethod
    def from_binary(cls, value: bytes) -> Self:
        """The value that a binary form stands for. Raises ValueError for bytes that are none."""
        (length,) = _LENGTH.unpack_from(value)
        if len(value) != _LENGTH.size + (length + 7) // 8:
            raise ValueError("invalid length")
        bit = cls(value[_LENGTH.size :])
        bit._length = length
        return bit


def _bits_of_text(text: str) -> npt.NDArray[np.bool_]:
    if text.strip("01"):
        raise ValueError("expected bit string")
    bits: npt.NDArray[np.bool_] = np.frombuffer(text.encode(), dtype=np.uint8) == ord("1")
    return bits


def _bits_of_array(value: Sequence[bool] | npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Bits as numpy.unpackbits() makes them, 0 and 1 in bytes, are truth values, too."""
    elements = np.asarray(value)
    if elements.ndim != 1:
        raise ValueError("expected ndim to be 1")
    if elements.dtype != np.bool_ and (elements.dtype != np.uint8 or np.any(elements > 1)):
        warn("expected elements to be boolean", stacklevel=3)
    return elements.astype(np.bool_)
