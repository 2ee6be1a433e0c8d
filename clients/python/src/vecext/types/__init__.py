"""Values of the types vector, halfvec, sparsevec and bit."""

from vecext.types.bit import Bit
from vecext.types.halfvec import HalfVector
from vecext.types.sparsevec import SparseVector
from vecext.types.vector import Vector

__all__ = ["Bit", "HalfVector", "SparseVector", "Vector"]
