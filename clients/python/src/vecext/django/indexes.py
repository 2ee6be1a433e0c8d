"""Indexes of models."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.indexes import PostgresIndex


class _Index(PostgresIndex):
    """An index of an access method, which is the suffix of its name, with that method's options as keyword arguments."""

    options: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *expressions: Any, **kwargs: Any) -> None:
        self.given = {name: kwargs.pop(name) for name in self.options if kwargs.get(name) is not None}
        for name in self.options:
            kwargs.pop(name, None)
        super().__init__(*expressions, **kwargs)

    def deconstruct(self) -> Any:
        """What migrations write."""
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, **self.given}

    def get_with_params(self) -> list[str]:
        """The options as in WITH (…)."""
        return [f"{name} = {_literal(value)}" for name, value in self.given.items()]


class IvfpqIndex(_Index):
    """An index of vectors, the one to take unless there is a reason not to. Options: lists, bits, rerank."""

    suffix = "ivfpq"
    options = ("lists", "bits", "rerank")


class HnswIndex(_Index):
    """A graph of vectors. Options: m, ef_construction."""

    suffix = "hnsw"
    options = ("m", "ef_construction")


class IvfflatIndex(_Index):
    """An inverted file with whole vectors. Option: lists."""

    suffix = "ivfflat"
    options = ("lists",)


class Bm25Index(_Index):
    """An index of the words of texts. Options: text_config, k1, b, cjk."""

    suffix = "bm25"
    options = ("text_config", "k1", "b", "cjk")


class InvertedIndex(_Index):
    """An index of sparse vectors, by inner product."""

    suffix = "inverted"


def _literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
