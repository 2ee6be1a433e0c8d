"""The type halfvec."""

from typing import Any, ClassVar

import numpy as np

from vecext.types.dense import DenseVector


class HalfVector(DenseVector):
    """A value of type halfvec: up to 16,000 floats of 16 bits."""

    __slots__ = ()
    element: ClassVar[np.dtype[Any]] = np.dtype(np.float16)
