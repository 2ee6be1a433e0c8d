"""An index and options of queries for the vector store of langchain-postgres.

await store.aapply_vector_index(IvfpqIndex())
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from langchain_postgres.v2.indexes import BaseIndex, QueryOptions


@dataclass
class IvfpqIndex(BaseIndex):
    """An index of method ivfpq. Its options are those of CREATE INDEX, where 0 leaves the choice to the index."""

    index_type: str = "ivfpq"
    bits: int = 0
    lists: int = 0
    rerank: Literal["none", "int8", "fp16"] = "none"

    def index_options(self) -> str:
        """What follows WITH. It is never empty, as the store writes WITH in any case."""
        return f"(bits = {self.bits}, lists = {self.lists}, rerank = {self.rerank})"


@dataclass
class RecallQueryOptions(QueryOptions):
    """How many of the true neighbors searches aim at, from 0 to 1."""

    target_recall: float = 0.95

    def to_parameter(self) -> list[str]:
        """The settings of a search."""
        return [f"vecext.target_recall = {self.target_recall}"]

    def to_string(self) -> str:
        """The setting of a search."""
        return self.to_parameter()[0]
