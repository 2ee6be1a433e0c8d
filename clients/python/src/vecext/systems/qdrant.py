"""Qdrant, by scrolling through a collection over REST.

Columns are `id`, the vectors by their names (`embedding` for those without a name), and `payload`. Multivectors are arrays in jsonb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from vecext.rows import Columns
from vecext.systems.rest import Rest
from vecext.systems.system import EMBEDDING, SPARSE, Place, SystemReader, sparse_vector

DISTANCES = {"Cosine": "cosine", "Euclid": "l2", "Dot": "ip", "Manhattan": "l1"}
FIRST_UUID = "00000000-0000-0000-0000-000000000000"


class Reader(SystemReader):
    """A collection of Qdrant, or of a server that speaks its REST."""

    def __init__(self, place: Place) -> None:
        place.require("url", "collection")
        self.name = str(place.collection)
        self._batch_rows = place.batch_rows
        self._other_ids = "vecext.point_id" if place.as_collection else ""
        self._rest = Rest(str(place.url), {"api-key": place.api_key} if place.api_key else {})
        self._path = f"/collections/{quote(self.name, safe='')}"
        info = self._rest.request("GET", self._path)["result"]
        self.rows = info.get("points_count")
        self.distances = {}
        self.columns = {"id": self._type_of_ids()}
        self._vectors: dict[str, str] = {}  # name -> column
        parameters = info["config"]["params"]
        vectors = parameters.get("vectors") or {}
        for name, vector in ({"": vectors} if "size" in vectors else vectors).items():
            column = self._add(name, _type_of_vector(vector))
            self.distances[column] = DISTANCES[vector["distance"]]
        for name in parameters.get("sparse_vectors") or {}:
            self._add(name, SPARSE)
        self.columns["payload"] = "jsonb"

    def _add(self, name: str, sql_type: str) -> str:
        column = name or EMBEDDING
        while column in self.columns or column == "payload":
            column += "_vector"
        self._vectors[name] = column
        self.columns[column] = sql_type
        return column

    def _scroll(self, **options: Any) -> dict[str, Any]:
        result: dict[str, Any] = self._rest.request("POST", f"{self._path}/points/scroll", options)["result"]
        return result

    def _type_of_ids(self) -> str:
        """Numbers come before UUIDs in Qdrant's order, so that three points tell which there are."""

        def first(offset: int | str) -> Any:
            points = self._scroll(offset=offset, limit=1, with_payload=False, with_vector=False)["points"]
            return points[0]["id"] if points else None

        has_numbers, has_uuids = isinstance(first(0), int), first(FIRST_UUID) is not None
        if has_uuids:
            return (self._other_ids or "text") if has_numbers else "uuid"
        return (self._other_ids or "numeric") if isinstance(first(1 << 63), int) else "bigint"

    def batches(self) -> Iterator[Columns]:
        offset: Any = None
        while True:
            page = self._scroll(limit=self._batch_rows, with_payload=True, with_vector=True, **({} if offset is None else {"offset": offset}))
            if page["points"]:
                yield self._columns(page["points"])
            offset = page.get("next_page_offset")
            if offset is None:
                return

    def _columns(self, points: list[dict[str, Any]]) -> Columns:
        columns: Columns = {"id": [str(point["id"]) if self.columns["id"] == "text" else point["id"] for point in points]}
        vectors = [point.get("vector") or {} for point in points]
        for name, column in self._vectors.items():
            columns[column] = [_value(vector.get(name) if isinstance(vector, dict) else None if name else vector) for vector in vectors]
        columns["payload"] = [point.get("payload") or {} for point in points]
        return columns


def _type_of_vector(vector: dict[str, Any]) -> str:
    if vector.get("multivector_config"):
        return "jsonb"
    return f"{'halfvec' if vector.get('datatype') == 'float16' else 'vector'}({vector['size']})"


def _value(vector: Any) -> Any:
    """A vector for its column: a sparse one has indices and values."""
    if isinstance(vector, dict):
        return sparse_vector(dict(zip(vector["indices"], vector["values"], strict=True)))
    return vector
