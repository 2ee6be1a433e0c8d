"""The type vector."""

from typing import Any, ClassVar

import numpy as np

from vecext.types.dense import DenseVector


class Vector(DenseVector):
    """A value of type vector: up to 16,000 floats of 32 bits."""

    __slots__ = ()
    element: ClassVar[np.dtype[Any]] = np.dtype(np.float32)
