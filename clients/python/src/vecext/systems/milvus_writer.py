"""Milvus, or a file of Milvus Lite, written to by its own client: the key, the vectors by the names of their columns, and the payload as dynamic fields."""

from __future__ import annotations

from typing import Any

from pymilvus import DataType, MilvusClient, MilvusException

from vecext.errors import Error
from vecext.systems.milvus import DISTANCES, opened
from vecext.systems.system import Place
from vecext.systems.writer import Layout, Point, SystemWriter, merged, requests_of
from vecext.types import SparseVector

METRICS = {distance: name for name, distance in DISTANCES.items()}
WHOLE_NUMBERS = ("smallint", "integer", "bigint")
LONGEST_KEY = 65535  # the most that a field of texts can have
REQUEST_BYTES = 30_000_000


class Writer(SystemWriter):
    """A collection that is created with an index on each column of vectors, or exists with fields of these names."""

    def __init__(self, place: Place, layout: Layout) -> None:
        place.require("collection")
        self.name = str(place.collection)
        self._layout = layout
        self._client: MilvusClient = opened(place)
        self._is_number = layout.key_type in WHOLE_NUMBERS

    def prepare(self) -> None:
        try:
            if not self._client.has_collection(self.name):
                self._create()
                return
            fields = {field["name"] for field in self._client.describe_collection(self.name)["fields"]}
        except MilvusException as error:
            raise Error(f"Milvus answered: {error.message}") from error
        wanted = {self._layout.key, *self._layout.types}
        if fields != wanted:
            shown = ", ".join(sorted(fields))
            raise Error(f"collection {self.name} exists with other fields: {shown}", hint=f"the table has {', '.join(sorted(wanted))}; name another collection")

    def _create(self) -> None:
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=True)
        kind, options = (DataType.INT64, {}) if self._is_number else (DataType.VARCHAR, {"max_length": LONGEST_KEY})
        schema.add_field(self._layout.key, kind, is_primary=True, **options)
        indexes = self._client.prepare_index_params()
        for column in self._layout.dense:
            schema.add_field(column, DataType.FLOAT_VECTOR, dim=self._layout.dimensions(column))
            indexes.add_index(column, index_type="AUTOINDEX", metric_type=self._layout.distance(column, METRICS, "Milvus"))
        for column in self._layout.sparse:
            schema.add_field(column, DataType.SPARSE_FLOAT_VECTOR)
            indexes.add_index(column, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        self._client.create_collection(self.name, schema=schema, index_params=indexes)

    def write(self, points: list[Point]) -> None:
        try:
            for part in requests_of([self._entity(point) for point in points], REQUEST_BYTES):
                self._client.upsert(self.name, part)
        except MilvusException as error:
            raise Error(f"Milvus answered: {error.message}") from error

    def _entity(self, point: Point) -> dict[str, Any]:
        missing = next((column for column, value in point.vectors.items() if value is None), None)
        if missing:
            raise Error(f"row {point.id} has no {missing}, and each entity of Milvus has all vectors", hint=f"leave it out: --where '{missing} IS NOT NULL'")
        return merged(point, {self._layout.key: int(point.id) if self._is_number else point.id, **{name: _value(one) for name, one in point.vectors.items()}})


def _value(vector: Any) -> Any:
    """A sparse vector is a dict of its elements."""
    return dict(zip(vector.indices(), vector.values(), strict=True)) if isinstance(vector, SparseVector) else vector
