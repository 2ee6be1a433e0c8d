"""Distances, search in texts, and filters as expressions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import BooleanField, FloatField, Func, JSONField, TextField, Value

from vecext.types import Bit, HalfVector, SparseVector, Vector
from vecext.types.given import value_of


class _Operator(Func):
    """An operator between an expression and a value or another expression."""

    template = "(%(expressions)s)"
    output_field: ClassVar[Any] = FloatField()

    def __init__(self, expression: Any, value: Any, **extra: Any) -> None:
        if not hasattr(value, "resolve_expression"):
            value = Value(self.parameter(value))
        self._constructor_args = ((expression, value), extra)  # Django compares expressions by them, and arrays have no hash
        super().__init__(expression, value, **extra)

    def parameter(self, value: Any) -> Any:
        """What goes to the driver for a value."""
        return value


class _VectorOperator(_Operator):
    def parameter(self, value: Any) -> Any:
        """The text of a value; lists and arrays stand for vectors."""
        value_class = type(value) if isinstance(value, HalfVector | SparseVector) else Vector
        return value_of(value_class, value).to_text()


class _BitOperator(_Operator):
    def parameter(self, value: Any) -> Any:
        """The text of a value."""
        return value.to_text() if isinstance(value, Bit) else value


class L2Distance(_VectorOperator):
    """Euclidean distance."""

    arg_joiner = " <-> "


class MaxInnerProduct(_VectorOperator):
    """Negated inner product."""

    arg_joiner = " <#> "


class CosineDistance(_VectorOperator):
    """Cosine distance."""

    arg_joiner = " <=> "


class L1Distance(_VectorOperator):
    """Taxicab distance."""

    arg_joiner = " <+> "


class HammingDistance(_BitOperator):
    """The number of bits that differ."""

    arg_joiner = " <~> "


class JaccardDistance(_BitOperator):
    """Jaccard distance of the sets of bits that are 1."""

    arg_joiner = " <%%> "


class Bm25Distance(_Operator):
    """The negative BM25 score of a text for plain words, or for an expression of type tsquery or vecext.bm25_query; for order_by()."""

    arg_joiner = " <@> "


class Bm25Match(_Operator):
    """True if a text has any of the words, or satisfies the tsquery; for filter()."""

    arg_joiner = " @@@ "
    output_field = BooleanField()


class Matches(Func):
    """True if a jsonb payload satisfies a filter, which is a dict of Qdrant's grammar or a filter text."""

    function = "vecext.matches"
    output_field: ClassVar[Any] = BooleanField()

    def __init__(self, payload: Any, filter: Any, **extra: Any) -> None:
        if not hasattr(filter, "resolve_expression"):
            filter = Value(filter, output_field=TextField() if isinstance(filter, str) else JSONField())
        super().__init__(payload, filter, **extra)
