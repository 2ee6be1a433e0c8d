"""Types of columns, with their distances as methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from sqlalchemy import Float, String
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import UserDefinedType

from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of

_Processor = Callable[[Any], Any]


def _distance(comparator: Any, operator: str, other: Any) -> ColumnElement[float]:
    distance: ColumnElement[float] = comparator.op(operator, return_type=Float)(other)
    return distance


class _Distances(UserDefinedType.Comparator[Any]):
    """Distances of vectors, from the column to a value or another column."""

    def l2_distance(self, other: Any) -> ColumnElement[float]:
        """Euclidean distance."""
        return _distance(self, "<->", other)

    def max_inner_product(self, other: Any) -> ColumnElement[float]:
        """Negated inner product."""
        return _distance(self, "<#>", other)

    def cosine_distance(self, other: Any) -> ColumnElement[float]:
        """Cosine distance."""
        return _distance(self, "<=>", other)

    def l1_distance(self, other: Any) -> ColumnElement[float]:
        """Taxicab distance."""
        return _distance(self, "<+>", other)


class _VectorType(UserDefinedType[Any]):
    """A type of vectors, whose values go to the server in their text form, so that any driver serves."""

    cache_ok = True
    value_class: ClassVar[Any]
    comparator_factory = _Distances

    def __init__(self, dim: int | None = None) -> None:
        """Takes the number of dimensions of all values, if they have one."""
        self.dim = dim

    def get_col_spec(self, **options: Any) -> str:
        """The type as in CREATE TABLE."""
        name = type(self).__name__
        return name if self.dim is None else f"{name}({self.dim})"

    def bind_processor(self, dialect: Dialect) -> _Processor:
        """What makes a parameter of a value."""
        return self._text

    def literal_processor(self, dialect: Dialect) -> _Processor:
        """What makes a literal of a value."""
        quoted: _Processor = String().literal_processor(dialect)  # type: ignore[no-untyped-call]
        return lambda value: quoted(self._text(value))

    def result_processor(self, dialect: Dialect, coltype: object) -> _Processor:
        """What makes a value of what the driver returns, which is a text unless the types are registered with it."""
        return lambda value: value_of(self.value_class, value)

    def compare_values(self, x: Any, y: Any) -> bool:
        """True if an attribute that was x and becomes y has not changed."""
        return x is y or (x is not None and y is not None and bool(value_of(self.value_class, x) == value_of(self.value_class, y)))

    def _text(self, value: Any) -> str | None:
        text: str | None = None if value is None else value_of(self.value_class, value, self.dim).to_text()
        return text


class VECTOR(_VectorType):
    """Type vector; results are numpy arrays of float32."""

    value_class = Vector
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> _Processor:
        """What makes an array of what the driver returns."""
        return lambda value: value if value is None or isinstance(value, np.ndarray) else value_of(Vector, value).to_numpy()


class HALFVEC(_VectorType):
    """Type halfvec; results are HalfVector."""

    value_class = HalfVector
    cache_ok = True


class SPARSEVEC(_VectorType):
    """Type sparsevec; results are SparseVector."""

    value_class = SparseVector
    cache_ok = True


class BIT(UserDefinedType[Any]):
    """Type bit; values are texts of 0 and 1, or Bit, and results are what the driver makes of them."""

    cache_ok = True

    class comparator_factory(UserDefinedType.Comparator[Any]):
        """Distances of bits."""

        def hamming_distance(self, other: Any) -> ColumnElement[float]:
            """The number of bits that differ."""
            return _distance(self, "<~>", other)

        def jaccard_distance(self, other: Any) -> ColumnElement[float]:
            """Jaccard distance of the sets of bits that are 1."""
            return _distance(self, "<%>", other)

    def __init__(self, length: int | None = None) -> None:
        """Takes the number of bits, 1 if it is left out."""
        self.length = length

    def get_col_spec(self, **options: Any) -> str:
        """The type as in CREATE TABLE."""
        return "BIT" if self.length is None else f"BIT({self.length})"

    def bind_processor(self, dialect: Dialect) -> _Processor:
        """What makes a parameter of a value."""
        if dialect.driver == "asyncpg":  # which writes no texts for bits
            from asyncpg import BitString

            return lambda value: BitString(_bit_text(value)) if isinstance(value, str | Bit) else value
        return _bit_text


def _bit_text(value: Any) -> Any:
    return value.to_text() if isinstance(value, Bit) else value


# What reflection makes of columns.
ischema_names.update(vector=VECTOR, halfvec=HALFVEC, sparsevec=SPARSEVEC, bit=BIT)
